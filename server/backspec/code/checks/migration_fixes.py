"""Fixes of migrations: markers against transactions, indexes built beside the writers, nulls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks.values import is_constant
from backspec.code.facts.model import CallValue, Const, Mapping, Value
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backspec.code.checks import UnitView
    from backspec.code.checks.migration_steps import Operation
    from backspec.code.facts.model import Call
    from backspec.code.syntax import Node

_INDEX: Final = "migration/index-not-concurrent"
_CONSTRAINT: Final = "migration/constraint-validates-now"
_TRANSACTION: Final = "migration/concurrent-in-transaction"
_NOT_NULL: Final = "migration/not-null-without-default"
_IRREVERSIBLE: Final = "migration/irreversible"


def _fix(title: str, edits: list[Edit] | None, rule: str) -> tuple[Fix, ...]:
    if not edits:
        return ()
    return (Fix(title, tuple(sorted(edits, key=lambda one: one.span.start)), "unsafe", rule),)


# ---------------------------------------------------------------------------- transactions

_HEADS: Final = {
    "ruby": (
        (
            rb"(?m)^(?P<margin>[ \t]*)class\s+[\w:]+\s*<\s*ActiveRecord::Migration(?:\[[\d.]+\])?"
            rb"[ \t]*\r?\n"
        ),
        "disable_ddl_transaction!",
    ),
    "php": (
        (
            rb"(?m)^(?P<margin>[ \t]*)(?:return new class|(?:final )?class \w+)"
            rb" extends Migration\s*\{"
            rb"[ \t]*\r?\n"
        ),
        "public $withinTransaction = false;",
    ),
    "javascript": (
        (
            rb"(?m)^(?P<margin>[ \t]*)export (?:default )?class \w+"
            rb" implements MigrationInterface\s*\{"
            rb"[ \t]*\r?\n"
        ),
        "transaction = false;",
    ),
    "python": (
        rb"(?m)^(?P<margin>)class Migration\(migrations\.Migration\):[ \t]*\r?\n",
        "atomic = False",
    ),
}
"""The line of a migration's class, and what stands in the class when it runs in no transaction."""


def _marker(unit: UnitView) -> list[Edit] | None:
    """Mark the file's one migration as one that runs in no transaction."""
    if unit.family not in _HEADS:
        return None
    pattern, mark = _HEADS[unit.family]
    source = unit.adapter.source
    found = list(re.finditer(pattern, source))
    if len(found) != 1:
        return None
    at = found[0].end()
    body = _NEXT.match(source, at)
    if body is None:
        return None
    newline = "\r\n" if source[:at].endswith(b"\r\n") else "\n"
    blank = "" if unit.family == "python" else newline
    return [Edit(Span(at, at), body["margin"].decode() + mark + newline + blank)]


_NEXT: Final = regex(rb"(?:[ \t]*\r?\n)*(?P<margin>[ \t]+)\S")


def without_transaction(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """What lets a statement run that PostgreSQL refuses in a transaction."""
    edits: list[Edit] | None = None
    if unit.family == "csharp":
        if call.name == "Sql" and not call.arguments.is_open:
            edits = fixes.insert_argument(call, unit.adapter.source, "suppressTransaction: true")
        return _fix("Run it outside of the transaction", edits, _TRANSACTION)
    if unit.family == "python" and not unit.imports("django"):
        edits = _in_autocommit(call, unit, "")
    else:
        edits = _marker(unit)
    return _fix("Run it outside of the transaction", edits, _TRANSACTION)


def _in_autocommit(call: Call, unit: UnitView, more: str) -> list[Edit] | None:
    """Alembic: ``with op.get_context().autocommit_block():`` around a statement."""
    statement = call.node.parent
    source = unit.adapter.source
    if statement is None or statement.type != "expression_statement":
        return None
    if not call.written.startswith("op.") or call.arguments.is_open:
        return None
    start, end = statement.start_byte, statement.end_byte
    line = source.rfind(b"\n", 0, start) + 1
    margin = source[line:start]
    text = source[start:end]
    if margin.strip() or b"\t" in margin or b'"""' in text or b"'''" in text or b"\\\n" in text:
        return None
    head = "with op.get_context().autocommit_block():\n" + margin.decode() + "    "
    edits = [Edit(Span(start, start), head)]
    edits += [
        Edit(Span(start + found.end(), start + found.end()), "    ")
        for found in re.finditer(rb"\n(?!\r?\n)", text)
    ]
    added = fixes.insert_argument(call, source, more) if more else []
    if added is None or (more and b"\n" in text):
        return None
    return [*edits, *added]


# ---------------------------------------------------------------------------- indexes, constraints


def concurrent_index(one: Operation, unit: UnitView) -> tuple[Fix, ...]:
    """Rails: ``algorithm: :concurrently`` and no transaction, when it is all that is done."""
    call = one.call
    if unit.family != "ruby" or call.name not in ("add_index", "remove_index"):
        return ()
    if "." in call.path or call.arguments.is_open or "algorithm" in call.arguments.keywords:
        return ()
    edits = fixes.insert_argument(call, unit.adapter.source, "algorithm: :concurrently")
    if edits is None:
        return ()
    if not unit.file_has(r"disable_ddl_transaction!"):
        marker = _marker(unit)
        if marker is None or not _is_only_step(call):
            return ()
        edits = [*marker, *edits]
    return _fix("Build it concurrently", edits, _INDEX)


def _is_only_step(call: Call) -> bool:
    """Ruby: whether a call is the only statement of its method."""
    block = call.node.parent
    method = block.parent if block is not None else None
    if block is None or method is None or method.type != "method":
        return False
    return len([n for n in block.named_children if n.type != "comment"]) == 1


def alembic_index(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """Alembic: the index concurrently, outside of the transaction."""
    if call.name != "create_index" or "postgresql_concurrently" in call.arguments.keywords:
        return ()
    edits = _in_autocommit(call, unit, "postgresql_concurrently=True")
    return _fix("Build it concurrently", edits, _INDEX)


def not_validated(one: Operation, unit: UnitView) -> tuple[Fix, ...]:
    """Rails and Alembic: a constraint that is validated later."""
    call = one.call
    text = ""
    if unit.family == "ruby" and call.name in ("add_foreign_key", "add_check_constraint"):
        text = "" if "validate" in call.arguments.keywords else "validate: false"
    elif unit.family == "python" and call.name in (
        "create_foreign_key",
        "create_check_constraint",
    ):
        known = "postgresql_not_valid" in call.arguments.keywords
        text = "" if known else "postgresql_not_valid=True"
    if not text or call.arguments.is_open:
        return ()
    edits = fixes.insert_argument(call, unit.adapter.source, text)
    return _fix("Validate it later", edits, _CONSTRAINT)


# ---------------------------------------------------------------------------- nulls

_NULLABLE: Final = {
    "ruby": ("null", "true"),
    "csharp": ("nullable", "true"),
    "python": ("nullable", "True"),
}


def nullable(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """A new column that may be null at first: where the call says that it may not."""
    if unit.family == "javascript":
        return _nullable_column(call, unit)
    key, text = _NULLABLE.get(unit.family, ("", ""))
    value = call.arguments.keywords.get(key)
    if not isinstance(value, Const) or not value.literal or not is_constant(value, False):
        return ()
    return _fix("Let it be null at first", [Edit(value.span, text)], _NOT_NULL)


def _nullable_column(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """TypeORM's ``isNullable``, Sequelize's ``allowNull``."""
    given = call.arguments.positional
    column = given[1] if len(given) == 2 else None
    edits: list[Edit] | None = None
    if isinstance(column, CallValue) and column.call.name == "TableColumn":
        inner = column.call.arguments.positional[:1]
        options, key = (inner[0] if inner else None), "isNullable"
    else:
        options, key = (given[2] if len(given) == 3 else None), "allowNull"
    if not isinstance(options, Mapping) or options.is_open:
        return ()
    if not call.span.start <= options.span.start < call.span.end:
        return ()
    value = options.entries.get(key)
    if isinstance(value, Const) and value.literal and is_constant(value, False):
        edits = [Edit(value.span, "true")]
    elif value is None and key == "isNullable":
        edits = fixes.insert_entry(options, unit.adapter.source, "isNullable: true")
    return _fix("Let it be null at first", edits, _NOT_NULL)


def nullable_in_laravel(column: Call, chain: str) -> tuple[Fix, ...]:
    """Laravel: ``->nullable()`` behind the type of a new column."""
    if re.search(r"(?i)->(?:nullable|primary|default|change)\b", chain):
        return ()
    at = column.span.end
    return _fix("Let it be null at first", [Edit(Span(at, at), "->nullable()")], _NOT_NULL)


def nullable_field(field: Call, unit: UnitView) -> tuple[Fix, ...]:
    """Django: a new field that may be null at first."""
    value = field.arguments.keywords.get("null")
    if isinstance(value, Value):
        if not isinstance(value, Const) or not value.literal:
            return ()
        edits: list[Edit] | None = [Edit(value.span, "True")]
    elif field.arguments.is_open:
        return ()
    else:
        edits = fixes.insert_argument(field, unit.adapter.source, "null=True")
    return _fix("Let it be null at first", edits, _NOT_NULL)


def null_in_sql(span: Span) -> tuple[Fix, ...]:
    """SQL: ``NULL`` in the place of ``NOT NULL``."""
    return _fix("Let it be null at first", [Edit(span, "NULL")], _NOT_NULL)


# ---------------------------------------------------------------------------- the way back


def noop(calls: Sequence[Call], unit: UnitView) -> tuple[Fix, ...]:
    """Django: ``migrations.RunPython.noop`` as the way back of all these operations.

    Not of SQL, which mostly changes the schema.
    """
    edits: list[Edit] = []
    for call in calls:
        given = call.arguments
        if call.written != "migrations.RunPython" or given.is_open:
            return ()
        text = "migrations.RunPython.noop"
        if given.keywords or not given.positional:
            text = f"reverse_code={text}"
        edits += fixes.insert_argument(call, unit.adapter.source, text) or []
    return _fix("Say that there is nothing to take back", edits, _IRREVERSIBLE)


# ---------------------------------------------------------------------------- models

_USE: Final = r"(?<![\w.]){name}\b(?!\s*=(?!=))"


def historical_model(span: Span, module: str, name: str, unit: UnitView) -> tuple[Fix, ...]:
    """Django: ``apps.get_model`` in each function that uses the model, and no import."""
    source = unit.adapter.source
    text = source.decode("utf-8", "surrogateescape")
    app = _app(module, unit.path)
    start, end = span.start, span.end
    line = source[source.rfind(b"\n", 0, start) + 1 : end].decode("utf-8", "replace")
    if not app or not re.fullmatch(rf"from [\w.]+ import {name}", line.strip()):
        return ()
    gone = fixes.remove_lines(span, source)
    if gone is None:
        return ()
    functions = [
        one for one in unit.adapter.facts.functions if one.outer is None and one.class_def is None
    ]
    uses = [
        len(text[: found.start()].encode("utf-8", "surrogateescape"))
        for found in re.finditer(_USE.format(name=name), text)
    ]
    edits = list(gone)
    said: set[int] = set()
    for use in uses:
        if start <= use < end:
            continue
        around = next((f for f in functions if f.span.start <= use < f.span.end), None)
        if around is None or not around.parameters or around.parameters[0].name != "apps":
            return ()
        if not source[use:].startswith(f"{name}.objects".encode()):
            return ()
        first = _first_statement(around.node)
        if first is None:
            return ()
        if first.start_byte in said:
            continue
        said.add(first.start_byte)
        at = first.start_byte
        margin = source[source.rfind(b"\n", 0, at) + 1 : at]
        if margin.strip():
            return ()
        call = f'{name} = apps.get_model("{app}", "{name}")\n{margin.decode()}'
        edits.append(Edit(Span(at, at), call))
    if not said:
        return ()
    return _fix("Ask `apps.get_model`", edits, "migration/data-change-mixed")


def _first_statement(node: Node) -> Node | None:
    body = node.child_by_field_name("body")
    inner = [one for one in body.named_children if one.type != "comment"] if body else []
    if len(inner) > 1 and inner[0].type == "expression_statement":
        only = inner[0].named_children
        if len(only) == 1 and only[0].type == "string":
            inner = inner[1:]  # the docstring
    return inner[0] if inner else None


def _app(module: str, path: str) -> str:
    """The label of the app that a module of models belongs to, by Django's own rule."""
    parts = module.split(".")
    if "models" not in parts:
        return ""
    before = [part for part in parts[: parts.index("models")] if part]
    if module.startswith("."):
        found = re.search(r"([^/]+)/migrations/[^/]+$", path)
        return found[1] if found and not before else ""
    return before[-1] if before else ""
