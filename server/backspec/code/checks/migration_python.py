"""Checks on migrations in Python: Django's operations and Alembic's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, migration_fixes, needs
from backspec.code.checks.values import is_constant, text_of
from backspec.code.facts.model import CallValue, Value
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.arguments import Found
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_UNSURE: Final = "strict"
_DJANGO: Final = "django.db.migrations."
_FIRST: Final = r"^\s*initial\s*=\s*True|^\s*replaces\s*=|^down_revision\b[^=\n]*=\s*None"
_FIRST_NAME: Final = regex(r"(?:^|/)0*1_[^/]*$")
_POSTGRES: Final = r"(?i)postgres"
_PASSING: Final = regex(r"(?:^|_)(?:te?mp|backup|bak|old|new|copy)(?:_|$)")
_ADDED: Final = (
    r"(?s)\b(?:AddField\([^()]{0,80}?|add_column\([^()]{0,80}?\bColumn\(\s*)[\"']%s[\"']"
)
_OTHER: Final = r"(?i)mysql|sqlite|mssql|oracle"
_FILLED: Final = frozenset(("default", "db_default", "auto_now", "auto_now_add"))
_OPTIONAL: Final = ("null", "blank", "primary_key")
_COMPUTED: Final = frozenset(("Computed", "Identity", "Sequence"))


def index(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Indexes that are built while nobody can write to the table."""
    for call, table in _operations(facts, unit, "AddIndex", "create_index"):
        if is_constant(call.arguments.keywords.get("postgresql_concurrently"), True):
            continue
        if call.arguments.is_open or unit.file_has(_OTHER):
            continue
        yield Report(
            call.callee_span,
            f"Nobody can write to {_quoted(table)} while this index is built",
            migration_fixes.alembic_index(call, unit) if unit.file_has(_POSTGRES) else (),
            profile=None if unit.file_has(_POSTGRES) else _UNSURE,
            subject=call,
        )


@needs(calls=("AddField", "add_column"))
def not_null(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """New columns that must have a value and that no row has one for."""
    for call, _ in _operations(facts, unit, "AddField", "add_column"):
        is_django = call.name == "AddField"
        field = _argument(call, 2, "field") if is_django else _last(call)
        if not isinstance(field, CallValue) or field.call.arguments.is_open:
            continue
        column = field.call
        if is_django and not _is_required_field(column):
            continue
        if not is_django and not _is_required_column(column):
            continue
        name = text_of(_argument(call, 1, "name") if is_django else _argument(column, 0, "name"))
        yield Report(
            column.callee_span,
            f"{_quoted(name, 'This column')} must not be null and has no default:"
            " this fails on a table with rows",
            migration_fixes.nullable_field(column, unit)
            if is_django
            else migration_fixes.nullable(column, unit),
            subject=call,
        )


_RENAMING: Final = ("RenameField", "RenameModel", "rename_table", "alter_column")


@needs(calls=_RENAMING)
def rename(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Tables and columns that get new names while programs use the old ones."""
    for call, _ in _operations(facts, unit, *_RENAMING):
        if call.name == "alter_column":
            old = text_of(_argument(call, 0 if _is_batch(call) else 1, "column_name"))
            new = text_of(call.arguments.keywords.get("new_column_name"))
        elif call.name == "RenameField":
            old, new = (
                text_of(_argument(call, 1, "old_name")),
                text_of(_argument(call, 2, "new_name")),
            )
        elif call.name == "RenameModel":
            old, new = (
                text_of(_argument(call, 0, "old_name")),
                text_of(_argument(call, 1, "new_name")),
            )
            if unit.file_has(rf"CreateModel\(\s*(?:name\s*=\s*)?[\"']{re.escape(old)}[\"']"):
                continue
        else:
            old, new = (
                text_of(_argument(call, 0, "old_table_name")),
                text_of(_argument(call, 1, "new_table_name")),
            )
        if not old or not new or old.lower() == new.lower():
            continue
        if _PASSING.search(old) or unit.file_has(_ADDED % re.escape(old)):
            continue
        yield Report(
            call.callee_span,
            f"Running code still says `{old}` when this renames it to `{new}`",
            subject=call,
        )


def drop(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Columns and tables that Alembic drops with their data."""
    for call, table in _operations(facts, unit, "drop_column", "drop_table"):
        is_table = call.name == "drop_table"
        if not table and is_table:
            continue
        name = (
            table if is_table else text_of(_argument(call, 0 if _is_batch(call) else 1, "column"))
        )
        if not name or _PASSING.search(name):
            continue
        if unit.file_has(rf"new_column_name\s*=\s*[\"']{re.escape(name)}[\"']"):
            continue  # another column, filled before, takes its name
        if (
            not is_table
            and unit.file_has(rf"Column\(\s*[\"']{re.escape(name)}[\"']")
            and (_is_made_here(call, facts, name))
        ):
            continue
        yield Report(
            call.callee_span,
            f"This deletes the {'table' if is_table else 'column'} `{name}` with all its data",
            subject=call,
        )


def _operations(facts: Facts, unit: UnitView, *names: str) -> Iterator[tuple[Call, str]]:
    """Calls of these operations that go forward, on tables that the file does not make."""
    found = [call for call in facts.calls if call.name in names and _is_operation(call)]
    if not found or _FIRST_NAME.search(unit.path) or unit.file_has(_FIRST):
        return
    state_only = [
        value.span
        for call in facts.calls
        if call.name == "SeparateDatabaseAndState"
        for value in [_argument(call, 1, "state_operations")]
        if isinstance(value, Value)
    ]
    for call in found:
        if any(span.start <= call.span.start < span.end for span in state_only):
            continue
        if not (call.qualified or "").startswith(_DJANGO) and not _is_upgrade(call):
            continue
        table = _table(call, facts)
        made = rf"(?i)create_?(?:model|table)\(\s*(?:name\s*=\s*)?[\"']{re.escape(table)}[\"']"
        if table and call.name not in ("RenameField", "RenameModel") and unit.file_has(made):
            continue
        if table and call.name == "RenameField" and unit.file_has(made):
            continue
        yield call, table


def _is_operation(call: Call) -> bool:
    qualified = call.qualified or ""
    return qualified.startswith((_DJANGO, "alembic.op."))


def _is_batch(call: Call) -> bool:
    return "batch_alter_table" in (call.qualified or "")


def _is_upgrade(call: Call) -> bool:
    function = call.function
    while function is not None and function.outer is not None:
        function = function.outer
    return function is not None and function.name.startswith("upgrade")


def _is_made_here(call: Call, facts: Facts, column: str) -> bool:
    """Whether an upgrade adds a column of this name itself."""
    for other in facts.calls:
        if other.name != "add_column" or not _is_upgrade(other):
            continue
        value = _last(other)
        if isinstance(value, CallValue) and text_of(_argument(value.call, 0, "name")) == column:
            return other.span.start < call.span.start
    return False


def _table(call: Call, facts: Facts) -> str:
    """The table or model of an operation, as written; "" when it cannot be seen."""
    if _is_batch(call):
        batches = [
            one
            for one in facts.calls
            if one.name == "batch_alter_table" and one.span.start < call.span.start
        ]
        return text_of(_argument(batches[-1], 0, "table_name")) if batches else ""
    if call.name == "create_index":
        return text_of(_argument(call, 1, "table_name"))
    return text_of(_argument(call, 0, "model_name")) or text_of(_argument(call, 0, "table_name"))


def _argument(call: Call, position: int, name: str) -> Found:
    arguments = call.arguments
    if position < len(arguments.positional):
        return arguments.positional[position]
    return arguments.keywords.get(name)


def _last(call: Call) -> Found:
    positional = call.arguments.positional
    return positional[-1] if positional else call.arguments.keywords.get("column")


def _is_required_field(field: Call) -> bool:
    name = field.name
    if not (field.qualified or "").startswith("django.db.models."):
        return False
    if not name.endswith(("Field", "ForeignKey")) or name.endswith("AutoField"):
        return False
    if name in ("ManyToManyField", "GeneratedField", "NullBooleanField"):
        return False
    keywords = field.arguments.keywords
    return not _FILLED & keywords.keys() and not any(
        key in keywords and not is_constant(keywords[key], False) for key in _OPTIONAL
    )


def _is_required_column(column: Call) -> bool:
    arguments = column.arguments
    if column.name != "Column" or not is_constant(arguments.keywords.get("nullable"), False):
        return False
    if is_constant(arguments.keywords.get("autoincrement"), True):
        return False
    if "server_default" in arguments.keywords:
        return is_constant(arguments.keywords["server_default"], None)
    return not any(
        isinstance(one, CallValue) and one.call.name in _COMPUTED for one in arguments.positional
    )


def _quoted(name: str, otherwise: str = "the table") -> str:
    return f"`{name}`" if name else otherwise
