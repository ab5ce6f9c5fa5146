"""Checks on migrations in PHP: what Laravel's ``up()`` does to tables that are in use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, migration_fixes, needs
from backspec.code.checks.values import text_of
from backspec.expressions import regex
from backspec.model import Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function

_UNSURE: Final = "strict"
_POSTGRES: Final = r"(?i)pgsql|postgres"
_PASSING: Final = regex(r"(?:^|_)(?:te?mp|backup|bak|old|new|copy)(?:_|$)")
_COLUMNS: Final = frozenset(
    ("string", "char", "text", "mediumText", "longText", "tinyText", "integer", "bigInteger",
     "smallInteger", "tinyInteger", "mediumInteger", "unsignedInteger", "unsignedBigInteger",
     "unsignedSmallInteger", "unsignedTinyInteger", "boolean", "decimal", "float", "double", "date",
     "dateTime", "dateTimeTz", "time", "timestamp", "timestampTz", "json", "jsonb", "uuid", "ulid",
     "binary", "enum", "foreignId", "foreignUuid", "foreignIdFor", "ipAddress", "year",
     "unsignedDecimal")
)  # fmt: skip
_HAS_VALUE: Final = regex(
    r"->(?:nullable|default|useCurrent|storedAs|virtualAs|generatedAs|change|autoIncrement)\("
)
_REQUIRED: Final = regex(r"->nullable\(\s*(?:value:\s*)?false\s*\)")
_INDEXES: Final = frozenset(("index", "unique", "fullText", "spatialIndex", "rawIndex"))
_INDEXED: Final = regex(r"->(?:index|unique)\(")
_CONSTRAINED: Final = regex(r"->constrained\(")


@dataclass(frozen=True, slots=True)
class _Step:
    """One statement on a table: ``$table->string('name')->nullable();``."""

    call: Call
    """The first call of the chain."""
    table: str
    """Its name, "" when it cannot be seen."""
    text: str
    """The whole chain."""

    @property
    def column(self) -> str:
        """The first argument: a column, or a name."""
        given = self.call.arguments.positional
        return text_of(given[0]) if given else ""


def not_null(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """New columns that must have a value and that no row has one for."""
    for step in _steps(facts, unit):
        if step.call.name not in _COLUMNS or _HAS_VALUE.search(step.text):
            continue
        if _is_filled(step, unit):
            continue
        # Long texts cannot have a default in MySQL, and are empty in rows that are there.
        is_long = step.call.name in _LONG and not unit.file_has(_POSTGRES)
        yield Report(
            step.call.span,
            f"{_quoted(step.column)} must not be null and has no default: in a table with rows"
            " PostgreSQL refuses it, and MySQL makes values up",
            migration_fixes.nullable_in_laravel(step.call, step.text),
            severity=Severity.WARNING,
            profile=_UNSURE if is_long else None,
            subject=step.call,
        )


_LONG: Final = frozenset(("text", "mediumText", "longText", "tinyText", "json", "jsonb", "binary"))


def _is_filled(step: _Step, unit: UnitView) -> bool:
    """Whether the migration goes on to give the column its values, or empties the table before."""
    function = step.call.function
    while function is not None and function.outer is not None:
        function = function.outer
    if function is None:
        return False
    before = unit.text(Span(function.span.start, step.call.span.start))
    after = unit.text(Span(step.call.span.end, function.span.end))
    column, table = re.escape(step.column), re.escape(step.table)
    filled = (
        rf"[\"']{column}[\"']\s*=>|->{column}\s*=[^=>]|(?i:\bset\b)[^;]*\b{column}[`\"]?\s*=[^=>]"
    )
    emptied = rf"table\(\s*[\"']{table}[\"']\s*\)->(?:truncate|delete)\("
    return bool((column and re.search(filled, after)) or (table and re.search(emptied, before)))


def set_not_null(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Columns that lose their NULL, for which every row is read."""
    for step in _steps(facts, unit):
        is_change = step.call.name in _COLUMNS and "->change(" in step.text
        if is_change and _REQUIRED.search(step.text):
            yield Report(
                step.call.span,
                "Nobody can write while every row is searched for a missing value",
                subject=step.call,
            )


def type_change(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Columns that get another type, for which every row may be written again."""
    for step in _steps(facts, unit):
        if step.call.name not in _COLUMNS or "->change(" not in step.text:
            continue
        if "->nullable(" in step.text:
            continue
        yield Report(
            step.call.span,
            f"Nobody can use the table while {_quoted(step.column)} is written anew in every row",
            profile=_UNSURE,
            subject=step.call,
        )


def rename(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Tables and columns that get new names while programs use the old ones."""
    for step in _steps(facts, unit):
        given = [text_of(one) for one in step.call.arguments.positional[:2]]
        if step.call.name == "renameColumn" and len(given) == 2:
            yield from _renamed(step.call, *given)
    for call in _schema_calls(facts, "rename"):
        given = [text_of(one) for one in call.arguments.positional[:2]]
        if len(given) == 2:
            yield from _renamed(call, *given)


def _renamed(call: Call, old: str, new: str) -> Iterator[Report]:
    if not old or not new or _PASSING.search(old):
        return
    yield Report(
        call.callee_span, f"Running code still says `{old}` when this renames it to `{new}`",
        subject=call,
    )  # fmt: skip


def drop(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Columns and tables that are dropped with their data."""
    for step in _steps(facts, unit):
        if step.call.name in ("dropColumn", "removeColumn", "dropConstrainedForeignId"):
            name = step.column
            if not name or not _PASSING.search(name):
                what = f"the column `{name}` with all its data" if name else "columns with all data"
                yield Report(step.call.callee_span, f"This deletes {what}", subject=step.call)
    for call in _schema_calls(facts, "drop", "dropIfExists", "dropColumns"):
        given = call.arguments.positional
        name = text_of(given[0]) if given else ""
        if not name or _PASSING.search(name) or unit.file_has(_made(name)):
            continue
        if unit.file_has(rf"Schema::rename\([^,]*,\s*[\"']{re.escape(name)}[\"']"):
            continue  # another one takes its place
        what = "columns of" if call.name == "dropColumns" else "the table"
        yield Report(
            call.callee_span, f"This deletes {what} `{name}` with all its data", subject=call
        )


def index(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Indexes that are built while nobody can write to the table."""
    for step in _steps(facts, unit):
        if step.call.name in _INDEXES:
            yield Report(
                step.call.callee_span,
                f"Nobody can write to {_quoted(step.table, 'the table')} while this index is built",
                profile=None if unit.file_has(_POSTGRES) else _UNSURE,
                subject=step.call,
            )


def constraint(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Foreign keys that are checked against every row while nobody can write."""
    for step in _steps(facts, unit):
        if step.call.name != "foreign" or ".references" not in f".{_names(step.text)}":
            continue
        added = rf"->(?:\w+)\(\s*[\"']{re.escape(step.column)}[\"']\s*[,)](?!\s*->references)"
        if step.column and _is_added(step, added, unit):
            continue
        yield Report(
            step.call.callee_span,
            "Nobody can write to either table while every row is checked",
            profile=None if unit.file_has(_POSTGRES) else _UNSURE,
            subject=step.call,
        )


def _is_explained(inside: str) -> bool:
    """Whether a comment says why there is no way back."""
    said = " ".join(re.findall(r"(?://|#|/\*+|\*)\s*([^\n]*)", inside))
    return len(re.findall(r"[A-Za-z']{2,}", said)) >= 4


@needs(families=("php",))
def irreversible(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Migrations whose way back is empty."""
    if unit.family != "php":
        return
    for class_def in facts.classes:
        if not any(base.endswith("Migration") for base in class_def.base_paths):
            continue
        own = {one.name: one for one in facts.functions if one.class_def is class_def}
        down = own.get("down")
        if "up" not in own or down is None:
            continue
        inside = unit.text(down.body_span).strip().strip("{}")
        if _is_explained(inside) or re.match(r"abstract\b", unit.text(class_def.span)):
            continue
        if re.search(r"(?://|/\*|#|\*)[ \t*]*\w", inside):
            continue  # what stands there says why
        if not re.sub(r"//[^\n]*|/\*.*?\*/|#[^\n]*", "", inside, flags=re.DOTALL).strip():
            yield Report(
                down.name_span,
                "`down()` is empty: rolling back says that it worked and changes nothing",
                place=down.place,
            )


# ---------------------------------------------------------------------------- what is done


def _steps(facts: Facts, unit: UnitView) -> Iterator[_Step]:
    """What ``up()`` does to tables that the file does not make."""
    if unit.family != "php":
        return
    for call in facts.calls:
        function = call.function
        if function is None or function.passed_to is None or not function.parameters:
            continue
        around = function.passed_to
        if around.name != "table" or "Schema" not in around.path or not _is_up(function):
            continue
        if call.path != f"{function.parameters[0].name}.{call.name}":
            continue
        given = around.arguments.positional
        table = text_of(given[0]) if given else ""
        if table and unit.file_has(_made(table)):
            continue
        node = call.node
        while node.parent is not None and node.parent.type == "member_call_expression":
            node = node.parent
        text = unit.text(Span(node.start_byte, node.end_byte))
        yield _Step(call, table, text)


def _schema_calls(facts: Facts, *names: str) -> Iterator[Call]:
    for call in facts.calls:
        is_wanted = call.name in names and (call.qualified or "").endswith(f"Schema.{call.name}")
        if is_wanted and call.function is not None and _is_up(call.function):
            yield call


def _is_up(function: Function) -> bool:
    """Whether a function is a migration's way forward, or stands in it."""
    outermost = function
    while outermost.outer is not None:
        outermost = outermost.outer
    class_def = outermost.class_def
    return (
        outermost.name == "up"
        and class_def is not None
        and any(base.endswith("Migration") for base in class_def.base_paths)
    )


def _made(table: str) -> str:
    return rf"Schema::(?:connection\([^)]*\)->)?create\(\s*[\"']{re.escape(table)}[\"']"


def _is_added(step: _Step, pattern: str, unit: UnitView) -> bool:
    """Whether the same function adds the column, so that there is nothing to check."""
    function = step.call.function
    if function is None:
        return False
    text = unit.text(function.span).replace(step.text, "")
    return re.search(pattern, text) is not None


def _names(text: str) -> str:
    return ".".join(re.findall(r"->(\w+)\(", text))


def _quoted(name: str, otherwise: str = "This column") -> str:
    return f"`{name}`" if name else otherwise
