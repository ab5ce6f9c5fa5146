"""What migrations in Go do: functions of goose, gormigrate and bun, and GORM's migrator."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks.migration_steps import Operation
from backspec.code.checks.values import string, text_of
from backspec.code.facts.model import Call, FunctionValue
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from backspec.code.arguments import Found
    from backspec.code.facts.model import Function
    from backspec.text import Span

PACKAGES: Final = ("gorm.io/gorm", "github.com/jinzhu/gorm", "github.com/uptrace/bun")
"""What changes schemas by calls of its own."""
_DOWN: Final = regex(
    r"(?:down|revert|rollback|undo)(?![a-z])|(?:Down|Revert|Rollback|Undo)(?![a-z])"
)
_REGISTERS: Final = regex(r"(?:Must)?Register|AddMigration\w*|AddNamedMigration\w*|NewGoMigration")


def is_forward(call: Call) -> bool:
    """Whether a call runs when the migration does, not when it is taken back."""
    function = call.function
    while function is not None:
        if _DOWN.match(function.name) or _is_way_back(function):
            return False
        function = function.outer
    return True


def _is_way_back(function: Function) -> bool:
    """``Register(up, down)`` and ``Migration{Migrate: up, Rollback: down}``."""
    outer = function.passed_to
    if outer is not None:
        if not _REGISTERS.fullmatch(outer.name):
            return False
        given = [one for one in outer.arguments.positional if isinstance(one, FunctionValue)]
        return len(given) > 1 and given[-1].node == function.node
    around = function.node.parent if function.node.type == "func_literal" else None
    element = around.parent if around is not None else None
    if element is None or element.type != "keyed_element":
        return False
    key = element.child_by_field_name("key")
    written = (key.text or b"").decode("utf-8", "replace") if key is not None else ""
    return _DOWN.fullmatch(written) is not None


# ---------------------------------------------------------------------------- GORM

_REQUIRED: Final = r"(?:[^\"`]*;)?\s*(?i:not\s*null)\b"
_FILLED: Final = regex(
    r"(?i)\bdefault\b|autoIncrement|primaryKey|primary_key|autoCreateTime|autoUpdateTime"
)


def read(call: Call, source: Any) -> Iterator[Operation]:
    """The change that a call is, if it is one."""
    if _is_migrator(call):
        yield from _gorm(call, source)
    elif call.name in ("ColumnExpr", "Column", "Index", "Table", "Model"):
        yield from _bun(call, source)


def _is_migrator(call: Call) -> bool:
    path = call.path
    return "Migrator()." in path or (call.qualified or "").startswith("gorm.io/gorm.Migrator.")


def _gorm(call: Call, source: Any) -> Iterator[Operation]:
    given = call.arguments.positional
    if not given:
        return
    table = text_of(given[0])
    second = text_of(given[1]) if len(given) > 1 else ""
    third = text_of(given[2]) if len(given) > 2 else ""
    span = call.callee_span
    if call.name == "RenameColumn" and second:
        yield Operation("rename column", table, second, span, call, third)
    elif call.name == "RenameTable" and table:
        yield Operation("rename table", table, table, span, call, second)
    elif call.name == "AddColumn" and second:
        required = _is_required_field(given[0], second, source)
        yield Operation("add column", table, second, span, call, is_required=required)
    elif call.name == "DropColumn" and second:
        yield Operation("drop column", table, second, span, call)
    elif call.name == "DropTable":
        for one in given:
            name = text_of(one) or _type_of(one)
            yield Operation("drop table", text_of(one), name, span, call)
    elif call.name == "CreateIndex":
        yield Operation("add index", table, second, span, call)
    elif call.name == "DropIndex":
        yield Operation("drop index", table, second, span, call)


def _type_of(value: Found) -> str:
    """The struct that ``&User{}`` is, "" for anything else."""
    kind = getattr(value, "type_name", None)
    if kind is None and isinstance(getattr(value, "call", None), Call):
        kind = value.call.path  # type: ignore[union-attr]
    return str(kind or "").lstrip(":").rpartition(".")[2]


def _is_required_field(model: Found, field: str, source: Any) -> bool:
    """Whether the tag of a struct's field says ``not null`` and nothing that fills it."""
    name = _type_of(model)
    if not name:
        return False
    struct = rf"\btype\s+{re.escape(name)}\s+struct\s*\{{[^}}]*?"
    lead = struct + rf"^\s*{re.escape(field)}\s[^\n`]*`[^`]*gorm:\""
    if not source.unit.file_has(lead + _REQUIRED):
        return False
    return not source.unit.file_has(lead + rf"[^\"`]*(?:{_FILLED.pattern.removeprefix('(?i)')})")


# ---------------------------------------------------------------------------- bun

_NOT_NULL: Final = regex(r"(?i)\bnot\s+null\b")
_HAS_VALUE: Final = regex(r"(?i)\bdefault\b|\bgenerated\b|\bserial\b|\bidentity\b")


def _bun(call: Call, source: Any) -> Iterator[Operation]:
    """Reads ``db.NewAddColumn().Model(..).ColumnExpr("currency text NOT NULL")``."""
    del source
    path = call.path
    span: Span = call.callee_span
    given = call.arguments.positional
    first = text_of(given[0]) if given else ""
    if (
        "NewAddColumn()" in path
        and call.name == "ColumnExpr"
        and string(given[0] if given else None)
    ):
        name = first.strip().partition(" ")[0].strip('"`?')
        required = bool(_NOT_NULL.search(first)) and not _HAS_VALUE.search(first)
        yield Operation("add column", "", name, span, call, is_required=required)
    elif "NewDropColumn()" in path and call.name in ("Column", "ColumnExpr") and first:
        yield Operation("drop column", "", first, span, call)
    elif "NewDropTable()" in path and call.name in ("Table", "Model"):
        name = first or (_type_of(given[0]) if given else "")
        if name:
            yield Operation("drop table", first, name, span, call)
    elif "NewCreateIndex()" in path and call.name == "Index":
        yield Operation("add index", "", first, span, call, is_concurrent=False)
