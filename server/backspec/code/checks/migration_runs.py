"""Checks on how SQL migrations run: transactions, waiting for locks, the way back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.files.sql_statements import AlterTable
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.sql import SqlFacts, Statement

_UNSURE: Final = "strict"


def first_words(one: Statement) -> Span:
    """The first two words of a statement."""
    match = re.match(rb"\w+\s+\w+", one.source)
    return Span(one.span.start, one.span.start + match.end()) if match else one.span


# ---------------------------------------------------------------------------- transactions

_ALONE: Final = regex(
    rb"(?i)\A(?:(?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+)INDEX\s+CONCURRENTLY\b"
    rb"|REINDEX\s*(?:\([^)]*\)\s*)?(?:INDEX|TABLE|SCHEMA|DATABASE)\s+CONCURRENTLY\b|VACUUM\b"
    rb"|(?:CREATE|DROP)\s+DATABASE\b|ALTER\s+SYSTEM\b"
    rb"|ALTER\s+TABLE\s+[^;]*?\bDETACH\s+PARTITION\s+\S+\s+CONCURRENTLY\b)"
)
_NEW_VALUE: Final = regex(
    rb"(?is)\AALTER\s+TYPE\s+\S+\s+ADD\s+VALUE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<value>'[^']*')"
)
_GOOSE: Final = regex(rb"(?im)^[ \t]*--[ \t]*\+goose[ \t]+up\b")
_GOOSE_FREE: Final = regex(rb"(?im)^[ \t]*--[ \t]*\+goose[ \t]+no[ \t]+transaction\b")
_DBMATE: Final = regex(rb"(?im)^[ \t]*--[ \t]*migrate:up(?P<options>[^\n]*)")
_SQL_MIGRATE: Final = regex(rb"(?im)^[ \t]*--[ \t]*\+migrate[ \t]+up(?P<options>[^\n]*)")
_CHANGESET: Final = regex(rb"(?im)^[ \t]*--[ \t]*changeset[ \t]+(?P<options>[^\n]*)")
_SEVERAL: Final = regex(r"(?:^|/)migration\.sql$|\.up\.sql$")
_DRIZZLE: Final = regex(rb"(?m)^--> ?statement-breakpoint|;--> ?statement-breakpoint")


def sql_transaction(facts: SqlFacts, _unit: FileView) -> Iterator[Report]:
    """Statements that PostgreSQL refuses within a transaction, within one."""
    if not facts.is_postgres:
        return
    statements = [s for s in facts.statements if not s.is_down]
    for one in statements:
        if one.is_routine:
            continue
        match = _ALONE.match(one.source)
        if match is None:
            if value := _NEW_VALUE.match(one.source):
                yield from _enum_value(facts, one, value["value"], statements)
            continue
        what = " ".join(match.group().decode("utf-8", "replace").upper().split())
        what = what if len(what) < 50 else "DETACH PARTITION CONCURRENTLY"
        span = Span(one.span.start, one.span.start + match.end())
        if one.in_transaction:
            yield Report(span, f"PostgreSQL refuses `{what}` between BEGIN and COMMIT")
        elif wrapped := _wrapped(facts, one, statements):
            yield Report(
                span,
                f"PostgreSQL refuses `{what}` in a transaction, and {wrapped}",
                _without_transaction(facts, one),
            )


def _wrapped(facts: SqlFacts, one: Statement, statements: list[Statement]) -> str:
    """Why a statement runs in a transaction that the file does not begin; "" when it does not."""
    text = facts.text
    if _GOOSE.search(text):
        if _GOOSE_FREE.search(text):
            return ""
        return "goose runs this file in one: `-- +goose NO TRANSACTION` is missing"
    for pattern, mark, advice in (
        (_DBMATE, b"transaction:false", "dbmate runs this in one: `transaction:false` is missing"),
        (
            _SQL_MIGRATE,
            b"notransaction",
            "sql-migrate runs this in one: `notransaction` is missing",
        ),
    ):
        if found := pattern.search(text):
            return "" if mark in found["options"] else advice
    sets = [m for m in _CHANGESET.finditer(text) if m.start() < one.span.start]
    if sets:
        if re.search(rb"(?i)runInTransaction\s*:\s*\"?false", sets[-1]["options"]):
            return ""
        return "Liquibase runs a change set in one: `runInTransaction:false` is missing"
    if _DRIZZLE.search(text) and len(statements) > 1:
        return "Drizzle runs all of its migrations in one"
    if _SEVERAL.search(facts.path) and sum(not s.is_routine for s in statements) > 1:
        return "a file with several statements is sent as one: give it a file of its own"
    return ""


def _without_transaction(facts: SqlFacts, one: Statement) -> tuple[Fix, ...]:
    """The tool's marker for a file that runs in no transaction."""
    text = facts.text
    edit: Edit | None = None
    if found := _GOOSE.search(text):
        at = text.rfind(b"\n", 0, found.end()) + 1
        edit = Edit(Span(at, at), "-- +goose NO TRANSACTION\n")
    else:
        sets = [m for m in _CHANGESET.finditer(text) if m.start() < one.span.start]
        for match, mark in (
            (_DBMATE.search(text), "transaction:false"),
            (_SQL_MIGRATE.search(text), "notransaction"),
            (sets[-1] if sets else None, "runInTransaction:false"),
        ):
            if match is not None:
                at = match.start("options") + len(match["options"].rstrip())
                edit = Edit(Span(at, at), f" {mark}")
                break
    if edit is None:
        return ()
    title = "Run the file in no transaction"
    return (Fix(title, (edit,), "unsafe", "migration/concurrent-in-transaction"),)


def _enum_value(
    facts: SqlFacts, one: Statement, value: bytes, statements: list[Statement]
) -> Iterator[Report]:
    """New values of enum types: before PostgreSQL 12 not in a transaction, since then unused."""
    text = value.decode("utf-8", "replace")
    span = first_words(one)
    is_one = one.in_transaction or _wrapped(facts, one, statements)
    used = any(
        later.span.start > one.span.start and value in later.source and later.head != "ALTER TYPE"
        for later in statements
    )
    if used and is_one:
        yield Report(
            span, f"{text} is used in the transaction that adds it, which PostgreSQL refuses"
        )
    elif one.in_transaction:
        yield Report(
            span,
            "Before version 12, PostgreSQL refuses `ALTER TYPE .. ADD VALUE` in a transaction",
            severity=Severity.WARNING,
            profile=_UNSURE,
        )


# ---------------------------------------------------------------------------- whole files

_TIMEOUT: Final = regex(rb"(?i)\b(?:lock_timeout|statement_timeout)\b")
_LOCKING: Final = frozenset(
    ("add constraint", "change type", "set not null", "drop column", "add column", "rename column",
     "rename table")
)  # fmt: skip


def sql_lock_timeout(facts: SqlFacts, _unit: FileView) -> Iterator[Report]:
    """Changes that wait for a lock for ever, and everybody else behind them."""
    if facts.dialect != "postgres" or not facts.changes_schema or _TIMEOUT.search(facts.text):
        return
    for one in facts.up("ALTER TABLE", "DROP TABLE", "CREATE INDEX", "DROP INDEX", "TRUNCATE"):
        if one.table in facts.created or b"CONCURRENTLY" in one.source[:80].upper():
            continue
        if isinstance(one.node, AlterTable) and not any(
            action.kind in _LOCKING for action in one.node.actions
        ):
            continue
        yield Report(
            first_words(one),
            "This waits for its lock without limit, and all queries wait behind it: no"
            " `lock_timeout` is set",
            _set_timeout(facts, one),
        )
        return


def _set_timeout(facts: SqlFacts, one: Statement) -> tuple[Fix, ...]:
    source, start = facts.text, one.span.start
    line = source.rfind(b"\n", 0, start) + 1
    before = source[:line].rstrip().rpartition(b"\n")[2]
    if source[line:start].strip() or b"statement-breakpoint" in source or one.is_routine:
        return ()
    if re.search(rb"(?i)StatementBegin", before):
        return ()
    margin = source[line:start].decode()
    newline = "\r\n" if b"\r\n" in source else "\n"
    edit = Edit(Span(start, start), f"SET lock_timeout = '5s';{newline}{margin}")
    return (Fix("Wait 5 seconds at most", (edit,), "unsafe", "migration/no-lock-timeout"),)


_GOOSE_DOWN: Final = regex(rb"(?im)^[ \t]*--[ \t]*\+goose[ \t]+down\b[^\n]*")
_DBMATE_DOWN: Final = regex(rb"(?im)^[ \t]*--[ \t]*migrate:down\b[^\n]*")
_MIGRATE_DOWN: Final = regex(rb"(?im)^[ \t]*--[ \t]*\+migrate[ \t]+down\b[^\n]*")
_ROLLBACK: Final = regex(rb"(?im)^[ \t]*--[ \t]*rollback\b")
_EXPLAINED: Final = regex(
    rb"(?i)irreversib|no\s+(?:way|down|rollback|revert)|not?\s+(?:be\s+)?(?:revers|roll|undo|revert)"
    rb"|cannot|can't|intentional|nothing|noop|no-op|one[- ]way|forward[- ]only|raise|unsupported"
)


def sql_irreversible(facts: SqlFacts, _unit: FileView) -> Iterator[Report]:
    """Migrations of tools with a way back that have none, and do not say why."""
    text = facts.text
    if not any(word in facts.capitals for word in (b"GOOSE", b"MIGRATE", b"CHANGESET")):
        return
    for up, down, tool in (
        (_GOOSE, _GOOSE_DOWN, "-- +goose Down"),
        (_DBMATE, _DBMATE_DOWN, "-- migrate:down"),
        (_SQL_MIGRATE, _MIGRATE_DOWN, "-- +migrate Down"),
    ):
        begins = up.search(text)
        if begins is None:
            continue
        if not any(not s.is_down and not _is_placeholder(s) for s in facts.statements):
            return
        ends = down.search(text)
        after = text[ends.end() :] if ends else b""
        if any(s.is_down and not _is_placeholder(s) for s in facts.statements):
            return
        if _EXPLAINED.search(after) or (not ends and _EXPLAINED.search(text)):
            return
        line = text[begins.start() : begins.end()]
        lead = len(line) - len(line.lstrip())
        place = ends or begins
        start = place.start() + (lead if place is begins else 0)
        yield Report(
            Span(start, place.end()),
            f"This migration has no way back: what follows `{tool}` is empty"
            if ends
            else f"This migration has no way back: it has no part `{tool}`",
        )
        return
    if _CHANGESET.search(text):
        yield from _change_sets(facts)


def _is_placeholder(one: Statement) -> bool:
    return re.match(rb"(?i)\ASELECT\s+('[^']*'|1)", one.source) is not None or (
        one.head in ("BEGIN", "COMMIT")
    )


def _change_sets(facts: SqlFacts) -> Iterator[Report]:
    text = facts.text
    sets = list(_CHANGESET.finditer(text))
    for found, following in zip(sets, [*sets[1:], None], strict=True):
        end = following.start() if following else len(text)
        if _ROLLBACK.search(text, found.end(), end):
            continue
        yield Report(
            Span(found.start(), found.end()),
            "Liquibase cannot take this change set back: it has no `--rollback`",
        )
