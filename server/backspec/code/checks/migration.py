"""Checks on SQL migrations: what locks or breaks a database that is in use while they run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.files.sql import index_parts, place_of
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlglot import exp

    from backspec.code.files import FileView
    from backspec.code.files.sql import SqlFacts, Statement

_INDEX_RULE: Final = "migration/index-not-concurrent"
_PASSING: Final = re.compile(
    r"(?:^|_)(?:te?mp|temporary|backup|bak|old|legacy|new|staging|copy)(?:_|$|\d)|^#"
)
_UNSURE: Final = "strict"


def sql_index(facts: SqlFacts, _unit: FileView) -> Iterator[Report]:
    """Indexes on PostgreSQL tables that are built while nobody can write."""
    if not facts.is_migration or facts.is_first or facts.dialect not in ("postgres", ""):
        return
    for one in facts.up("CREATE INDEX"):
        parts = index_parts(facts, one)
        # On a partitioned table, CONCURRENTLY is an error; ONLY builds nothing at all.
        if parts is None or parts["concurrently"] or parts["only"] or one.table in facts.created:
            continue
        fixes: tuple[Fix, ...] = ()
        if not one.in_transaction:
            after = parts.end("index")
            edit = Edit(Span(after, after), " CONCURRENTLY")
            fixes = (Fix("Build it `CONCURRENTLY`", (edit,), "unsafe", _INDEX_RULE),)
        yield Report(
            Span(one.span.start, parts.end("index")),
            f"Nobody can write to `{one.table}` while this index is built",
            fixes,
            profile=None if facts.dialect else _UNSURE,
        )


def sql_not_null(facts: SqlFacts, _unit: FileView) -> Iterator[Report]:
    """New columns that must have a value and that no row has one for."""
    if not facts.is_migration or facts.is_first or facts.dialect == "sqlite":
        return
    actions = list(_actions(facts))
    if not actions:
        return
    from sqlglot import exp

    for one, action in actions:
        columns = [action] if isinstance(action, exp.ColumnDef) else []
        if isinstance(action, exp.Schema):
            columns = [e for e in action.expressions if isinstance(e, exp.ColumnDef)]
        for column in columns:
            if not _is_required(column):
                continue
            # MySQL fills in a zero or an empty text by itself, in a table of any size.
            if (
                facts.dialect == "mysql"
                or facts.emptied.get(one.table, one.span.end) < one.span.start
            ):
                continue
            yield Report(
                place_of(facts, one, column.this),
                f"`{column.name}` is NOT NULL and has no default: this fails on a table with rows",
            )


def sql_rename(facts: SqlFacts, _unit: FileView) -> Iterator[Report]:
    """Tables and columns that get new names while programs use the old ones."""
    if not facts.is_migration or facts.is_first or facts.dialect == "sqlite":
        return
    actions = list(_actions(facts))
    if not actions:
        return
    from sqlglot import exp

    added = _added(actions)
    for one, action in actions:
        if isinstance(action, exp.RenameColumn):
            old = action.this.name
            new = action.args["to"].name
        elif isinstance(action, exp.AlterRename):
            old, new = one.table, action.this.name
            if _is_swap(facts, old, new):
                continue
        elif isinstance(action, exp.ModifyColumn) and action.args.get("rename_from"):
            old, new = action.args["rename_from"].name, action.this.name
        else:
            continue
        is_table = isinstance(action, exp.AlterRename)
        if old.lower() == new.lower() or _PASSING.search(one.table):
            continue
        if not is_table and (_PASSING.search(old) or (one.table, old.lower()) in added):
            continue
        what = "the table" if is_table else "the column"
        yield Report(
            place_of(facts, one, action),
            f"Running code still says `{old}` when {what} is renamed to `{new}`",
        )


def sql_drop(facts: SqlFacts, _unit: FileView) -> Iterator[Report]:
    """Columns and tables that are dropped with their data."""
    if not facts.is_migration or facts.is_first:
        return
    kept = facts.read_from | facts.renamed_to
    for one in facts.up("DROP TABLE", "DROP SCHEMA", "DROP DATABASE"):
        what = one.head.partition(" ")[2].lower()
        if what == "table" and (
            one.table in facts.created or _PASSING.search(one.table) or one.table in kept
        ):
            continue
        if one.table:
            yield Report(one.span, f"This deletes the {what} `{one.table}` with all its data")
    actions = list(_actions(facts))
    if not actions:
        return
    from sqlglot import exp

    added = _added(actions)
    for one, action in actions:
        if not isinstance(action, exp.Drop) or _PASSING.search(one.table):
            continue
        if str(action.args.get("kind")).upper() != "COLUMN":
            continue
        for column in action.args.get("tables") or ():
            if (one.table, column.name.lower()) in added:
                continue
            yield Report(
                place_of(facts, one, column),
                f"This deletes the column `{column.name}` of `{one.table}` with all its data",
            )


def _actions(facts: SqlFacts) -> Iterator[tuple[Statement, exp.Expression]]:
    """The parts of ALTER TABLE statements on tables that the file did not make."""
    for one in facts.up("ALTER TABLE"):
        if one.tree is not None and one.table and one.table not in facts.created:
            for action in one.tree.args.get("actions") or ():
                yield one, action


def _is_required(column: exp.ColumnDef) -> bool:
    from sqlglot import exp

    required = False
    for constraint in column.args.get("constraints") or ():
        kind = constraint.args.get("kind")
        if isinstance(kind, exp.NotNullColumnConstraint):
            required = not kind.args.get("allow_null")
        elif isinstance(
            kind,
            (
                exp.DefaultColumnConstraint,
                exp.ComputedColumnConstraint,
                exp.GeneratedAsIdentityColumnConstraint,
                exp.GeneratedAsRowColumnConstraint,
                exp.AutoIncrementColumnConstraint,
            ),
        ):
            return False
    type_name = str(column.args.get("kind") or "").upper()
    return required and "SERIAL" not in type_name and type_name not in ("ROWVERSION", "TIMESTAMP")


def _is_swap(facts: SqlFacts, old: str, new: str) -> bool:
    """Whether one table takes the place of another, or the old name lives on as a view."""
    return old.lower() in facts.renamed_to or new.lower() in facts.dropped


def _added(actions: list[tuple[Statement, exp.Expression]]) -> frozenset[tuple[str, str]]:
    """Tables and columns, in lower case, that are added."""
    from sqlglot import exp

    return frozenset(
        (one.table, action.name.lower())
        for one, action in actions
        if isinstance(action, exp.ColumnDef)
    )
