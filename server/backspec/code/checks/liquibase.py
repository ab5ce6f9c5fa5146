"""Checks on Liquibase change logs: those on SQL migrations, asked about what they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, migration, sql_schema
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from backspec.code.files import FileView
    from backspec.code.files.liquibase import ChangeLog
    from backspec.code.files.sql import SqlFacts
    from backspec.code.files.xml_nodes import Element

_ABOUT_POSTGRES: Final = frozenset(
    (
        migration.sql_index,
        migration.sql_set_not_null,
        migration.sql_type_change,
        migration.sql_constraint,
    )
)


def _asked(
    check: Callable[[SqlFacts, FileView], Iterator[Report]], facts: ChangeLog, unit: FileView
) -> Iterator[Report]:
    found, text = facts.sql
    for report in check(found, unit):
        report.span = text.place(report.span)
        report.fixes = report.related = ()
        # A change log may be for several databases; PostgreSQL is none that can be supposed.
        if not found.dialect and check in _ABOUT_POSTGRES:
            report.profile = report.profile or "strict"
        yield report


def index(facts: ChangeLog, unit: FileView) -> Iterator[Report]:
    """Indexes that are built or dropped while nobody can write to their table."""
    yield from _asked(migration.sql_index, facts, unit)


def not_null(facts: ChangeLog, unit: FileView) -> Iterator[Report]:
    """New columns that must have a value and that no row has one for."""
    yield from _asked(migration.sql_not_null, facts, unit)


def set_not_null(facts: ChangeLog, unit: FileView) -> Iterator[Report]:
    """Columns that become NOT NULL, for which the whole table is read."""
    yield from _asked(migration.sql_set_not_null, facts, unit)


def type_change(facts: ChangeLog, unit: FileView) -> Iterator[Report]:
    """Changes for which each row of a table is written anew."""
    yield from _asked(migration.sql_type_change, facts, unit)


def constraint(facts: ChangeLog, unit: FileView) -> Iterator[Report]:
    """Constraints that are checked on all rows while the table is locked."""
    yield from _asked(migration.sql_constraint, facts, unit)


def rename(facts: ChangeLog, unit: FileView) -> Iterator[Report]:
    """Tables and columns that get new names while programs use the old ones."""
    yield from _asked(migration.sql_rename, facts, unit)


def drop(facts: ChangeLog, unit: FileView) -> Iterator[Report]:
    """Columns and tables that are dropped with their data."""
    yield from _asked(migration.sql_drop, facts, unit)


def data_change(facts: ChangeLog, unit: FileView) -> Iterator[Report]:
    """All rows of a table changed in the migration that changes the table."""
    yield from _asked(migration.sql_data_change, facts, unit)


def column_types(facts: ChangeLog, unit: FileView) -> Iterator[Report]:
    """Types that lose money, time, text or keys."""
    yield from _asked(sql_schema.column_types, facts, unit)


_CONCURRENT: Final = regex(r"(?i)\b(?:INDEX|REINDEX\s+\w+)\s+CONCURRENTLY\b|^\s*VACUUM\b")


def transaction(facts: ChangeLog, unit: FileView) -> Iterator[Report]:
    """Statements that PostgreSQL refuses within a transaction, within one."""
    for one in facts.change_sets:
        if not one.is_transaction:
            continue
        for change in one.changes:
            if change.name == "sql" and _CONCURRENT.search(_sql_of(change)):
                yield Report(
                    change.span,
                    "PostgreSQL refuses this in a transaction, and Liquibase runs a change set in"
                    " one: `runInTransaction` is missing, which must be false",
                    _without_transaction(one.element, unit.text),
                )


_CHANGES: Final = regex(rb":[ \t]*\r?\n(?:[ \t]+[^\s-][^\n]*\n)*?(?P<margin>[ \t]+)changes:")


def _without_transaction(changes: Element, text: bytes) -> tuple[Fix, ...]:
    """``runInTransaction="false"``, or the same in YAML."""
    start, end = changes.span.start, changes.span.end
    if "runInTransaction" in changes.attributes:
        return ()
    if text[start : start + 1] == b"<" and text[end - 1 : end] == b">":
        at = start + len(text[start : end - 1].rstrip())
        edit = Edit(Span(at, at), ' runInTransaction="false"')
    elif (found := _CHANGES.match(text, end)) is not None:
        at, margin = found.start("margin"), found["margin"].decode()
        newline = "\r\n" if found[0].partition(b"\n")[0].endswith(b"\r") else "\n"
        edit = Edit(Span(at, at), f"{margin}runInTransaction: false{newline}")
    else:
        return ()
    title = "Run the change set in no transaction"
    return (Fix(title, (edit,), "unsafe", "migration/concurrent-in-transaction"),)


def _sql_of(change: Element) -> str:
    inner = next(iter(change.all("sql")), change)
    return inner.text or change.attributes.get("sql", "")


def irreversible(facts: ChangeLog, _unit: FileView) -> Iterator[Report]:
    """Change sets of SQL that cannot be taken back; one report a file."""
    bare = [
        one
        for one in facts.change_sets
        if not one.has_rollback and any(c.name in ("sql", "sqlFile") for c in one.changes)
    ]
    if bare:
        more = f"; so it is with {len(bare) - 1} more" if bare[1:] else ""
        yield Report(
            bare[0].element.span,
            f"Liquibase cannot take this change set back: its SQL has no `rollback`{more}",
            severity=Severity.INFO,
        )
