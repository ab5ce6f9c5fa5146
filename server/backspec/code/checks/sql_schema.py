"""Checks on the tables that SQL files define: types of columns, keys, indexes of foreign keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from backspec.code.checks import Report
from backspec.code.files.sql import shown
from backspec.code.files.sql_statements import AlterTable, Column, Constraint, CreateTable
from backspec.expressions import regex
from backspec.model import Fix, Related, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.sql import SqlFacts, Statement

_RULE: Final = "sql/column-type-trap"
_UNSURE: Final = "strict"
_MONEY: Final = regex(
    r"(?:^|_)(?:prices?|amounts?|balances?|costs?|fees?|totals?|subtotals?|salary|salaries|budgets?"
    r"|revenue|payments?|payouts?|refunds?|deposits?|discount_amount|tax_amount|money|wages?"
    r"|unit_?price|total_?price|total_?amount|earnings|credit_?limit|invoice_total)(?:_|$)"
)
_NO_MONEY: Final = regex(
    r"rate|ratio|percent|pct|score|weight|factor|count|_(?:id|type|unit|units|tokens?|time|days|hours"
    r"|bytes|size|ms|seconds|qty|quantity|items|rows|pages|views|distance|duration|km|kg)$|^total$"
    r"|total_(?:time|count|size|tokens|rows|items|users|pages|duration|distance|calories)"
)
_FLOATS: Final = frozenset(
    ("FLOAT", "REAL", "DOUBLE", "DOUBLE PRECISION", "FLOAT4", "FLOAT8", "FLOAT UNSIGNED",
     "DOUBLE UNSIGNED", "SINGLE")
)  # fmt: skip
_PASSWORD: Final = regex(r"(?:^|_)(?:password|passwd|pwd)(?:_?(?:hash|digest))?$|^pass$")
_STRINGS: Final = frozenset(("VARCHAR", "CHARACTER VARYING", "CHAR", "NVARCHAR", "CHARACTER"))
_GENERATED: Final = regex(r"(?:^|/)migrations?/[^/]+/migration\.sql$|(?:^|/)db/\w*structure\.sql$")
"""What Prisma and Rails write: their types are chosen elsewhere."""
_OLD: Final = frozenset(("TEXT", "NTEXT", "IMAGE"))
_ZERO: Final = regex(r"'0000-00-00")
_CHARSET: Final = regex(rb"(?i)\b(?:CHARSET|CHARACTER\s+SET)\s*=?\s*(utf8|utf8mb3)\b(?!mb4)")
_ENGINE: Final = regex(rb"(?i)\bENGINE\s*=\s*(MyISAM)\b")


def is_money(name: str) -> bool:
    """Whether a column, by its name in lower_snake_case, holds an amount of money."""
    return _MONEY.search(name) is not None and _NO_MONEY.search(name) is None


def column_types(facts: SqlFacts, unit: FileView) -> Iterator[Report]:
    """Types that lose money, time, text or keys. Habits of a whole file are reported once."""
    if facts.dialect == "other":
        return
    habits: dict[str, list[Report]] = {}
    for one, column, is_new in _columns(facts):
        for habit, report in _traps(facts, one, column, is_new, unit.path):
            if habit:
                habits.setdefault(habit, []).append(report)
            else:
                yield report
    yield from _table_options(facts)
    for report in _keyless(facts):
        habits.setdefault("key", []).append(report)
    for reports in habits.values():
        first = reports[0]
        if len(reports) > 1:
            first.message += f" (and {len(reports) - 1} more in this file)"
        first.related = tuple(Related("here, too", report.span) for report in reports[1:6])
        yield first


def _columns(facts: SqlFacts) -> Iterator[tuple[Statement, Column, bool]]:
    """Columns that are made, with their statement and whether their table is new."""
    for one in facts.statements:
        if one.is_down or one.is_routine:
            continue
        node = one.node
        if isinstance(node, CreateTable) and not node.is_temporary:
            for column in node.columns:
                yield one, column, True
        elif isinstance(node, AlterTable):
            for action in node.actions:
                if action.kind == "add column" and action.column is not None:
                    yield one, action.column, False


def _traps(
    facts: SqlFacts, one: Statement, column: Column, is_new: bool, path: str
) -> Iterator[tuple[str, Report]]:
    """Each trap with the name of the habit that it is, "" for a single fault."""
    span = column.type_span
    if span is None:
        return
    kind = column.type
    name = shown(facts, column.name_span)
    if kind in _FLOATS and is_money(column.name):
        yield (
            "",
            Report(
                span,
                f"{kind} cannot hold most amounts exactly; `{name}` will be off by cents",
                _typed(span, "NUMERIC(12, 2)"),
            ),
        )
    if (
        kind in _STRINGS
        and _PASSWORD.search(column.name)
        and column.arguments.isdigit()
        and int(column.arguments) < 60
    ):
        yield (
            "",
            Report(
                span,
                f"`{name}` is too short for a password hash, which has 60 and more",
            ),
        )
    if facts.is_postgres:
        for habit, report in _postgres_traps(facts, column, span, path):
            # Where nothing tells the database, these may be another's types.
            report.profile = report.profile or (None if facts.dialect else _UNSURE)
            yield habit, report
    elif facts.dialect == "mysql":
        if column.charset is not None and column.charset[0] in ("utf8", "utf8mb3"):
            yield "utf8", Report(column.charset[1], _UTF8, _typed(column.charset[1], "utf8mb4"))
        if column.default is not None and _ZERO.match(column.default) and column.default_span:
            yield (
                "zero",
                Report(column.default_span, "This is no date; strict modes of MySQL refuse it"),
            )
    elif facts.dialect == "tsql":
        if kind in _OLD:
            new = {"TEXT": "VARCHAR(MAX)", "NTEXT": "NVARCHAR(MAX)", "IMAGE": "VARBINARY(MAX)"}[
                kind
            ]
            yield (
                "old",
                Report(span, f"{kind} is deprecated in SQL Server; use {new}", _typed(span, new)),
            )
        elif kind in ("MONEY", "SMALLMONEY"):
            message = f"{kind} rounds in the middle of divisions; DECIMAL does not"
            yield "money", Report(span, message, severity=Severity.HINT)
    if (
        is_new
        and column.is_primary
        and (
            (kind in ("INT", "INTEGER", "INT4") and column.generated == "identity")
            or (kind in ("SERIAL", "SERIAL4") and facts.dialect == "postgres")
        )
    ):
        yield (
            "narrow",
            Report(
                column.name_span,
                f"`{one.title}` can count 2 billion rows with this key; BIGINT costs 4 bytes more",
                severity=Severity.HINT,
                profile="pedantic",
            ),
        )


def _postgres_traps(
    facts: SqlFacts, column: Column, span: Span, path: str
) -> Iterator[tuple[str, Report]]:
    kind = column.type
    name = shown(facts, column.name_span)
    is_generated = _GENERATED.search(path) is not None
    if kind in ("TIMESTAMP", "TIMESTAMP WITHOUT TIME ZONE") and not is_generated:
        exact = f"timestamptz({column.arguments})" if column.arguments else "timestamptz"
        yield (
            "time",
            Report(
                span,
                f"`{name}` is a time in no time zone; `timestamptz` is a moment",
                _typed(span, exact),
            ),
        )
    elif kind in ("CHAR", "CHARACTER", "BPCHAR") and column.arguments not in ("", "1"):
        yield (
            "char" if len(column.arguments) > 1 or column.arguments > "3" else "short char",
            Report(
                span,
                f"`char(n)` fills `{name}` up with blanks; use `text` with a check",
                profile=_UNSURE if column.arguments in ("2", "3") else None,
            ),
        )
    elif kind in ("VARCHAR", "CHARACTER VARYING") and column.arguments and not is_generated:
        yield (
            "varchar",
            Report(
                span,
                f"`{name}` is as fast as `text`, which needs no change of type to grow",
                severity=Severity.HINT,
                profile="pedantic",
            ),
        )
    elif kind in ("SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL4", "SERIAL8") and not is_generated:
        whole = {"BIGSERIAL": "bigint", "SERIAL8": "bigint", "SMALLSERIAL": "smallint"}
        new = f"{whole.get(kind, 'integer')} GENERATED BY DEFAULT AS IDENTITY"
        yield (
            "serial",
            Report(
                span,
                f"`{kind.lower()}` has a sequence with rights of its own; use an identity column",
                _typed(span, new),
                profile=_UNSURE,
            ),
        )
    elif kind == "JSON":
        yield (
            "json",
            Report(
                span,
                f"`{name}` is parsed again at each access, and takes no index; `jsonb` does not",
                _typed(span, "jsonb[]" if column.is_array else "jsonb"),
            ),
        )
    elif kind == "MONEY":
        yield "", Report(span, "`money` depends on the server's locale; use `numeric`")


_UTF8: Final = "MySQL's `utf8` has no room for emoji and many names; `utf8mb4` has"


def _table_options(facts: SqlFacts) -> Iterator[Report]:
    if facts.dialect != "mysql":
        return
    for pattern, message, new in ((_CHARSET, _UTF8, "utf8mb4"), (_ENGINE, "", "InnoDB")):
        first: Report | None = None
        count = 0
        for one in facts.statements:
            if one.is_routine or one.head not in ("CREATE TABLE", "ALTER TABLE", "CREATE DATABASE"):
                continue
            text = one.source
            if not isinstance(one.node, CreateTable):
                start = 0
            else:
                start = max(one.node.table_span.end - one.span.start, 0)
            for match in pattern.finditer(text, start):
                count += 1
                if first is None:
                    span = Span(one.span.start + match.start(1), one.span.start + match.end(1))
                    what = message or "MyISAM has no transactions and loses rows in a crash"
                    first = Report(span, what, _typed(span, new))
        if first is not None:
            if count > 1:
                first.message += f" (and {count - 1} more in this file)"
            yield first


def _keyless(facts: SqlFacts) -> Iterator[Report]:
    """Tables whose rows have no key of any kind, in all of the file."""
    keyed = set()
    for one in facts.statements:
        if (
            isinstance(one.node, AlterTable)
            and any(
                a.constraint is not None and a.constraint.kind in ("primary key", "unique")
                for a in one.node.actions
            )
        ) or (one.head == "CREATE INDEX" and b"UNIQUE" in one.source[:40].upper()):
            keyed.add(one.table)
    for one in facts.statements:
        node = one.node
        if not isinstance(node, CreateTable) or one.is_down or one.is_routine:
            continue
        if node.is_temporary or node.is_partition or node.is_copy or not node.columns:
            continue
        if one.table in keyed or "INHERITS" in node.options:
            continue
        if any(c.is_primary or c.is_unique for c in node.columns):
            continue
        if any(c.kind in ("primary key", "unique", "exclude") for c in node.constraints):
            continue
        yield Report(
            node.table_span,
            f"The rows of `{one.title}` have no key: none can be named, and replication fails",
            profile=_UNSURE,
        )


def _typed(span: Span, new: str) -> tuple[Fix, ...]:
    return (Fix(f"Make it `{new}`", (Edit(span, new),), "unsafe", _RULE),)


# ---------------------------------------------------------------------------- foreign keys


def foreign_key_index(facts: SqlFacts, _unit: FileView) -> Iterator[Report]:
    """Foreign keys without an index on their columns; MySQL makes one itself."""
    if facts.dialect not in ("postgres", "tsql"):
        return
    keys: list[_Key] = []
    indexed: dict[str, set[str]] = {}
    made: set[tuple[str, str]] = set()
    for one in facts.statements:
        if one.is_down or one.is_routine:
            continue
        node = one.node
        firsts = indexed.setdefault(one.table, set())
        if one.head == "CREATE INDEX":
            firsts.add(_first_column(one))
        columns: list[Column] = []
        constraints: list[Constraint] = []
        if isinstance(node, CreateTable) and not node.is_temporary:
            columns, constraints = node.columns, node.constraints
        elif isinstance(node, AlterTable):
            columns = [a.column for a in node.actions if a.kind == "add column" and a.column]
            constraints = [a.constraint for a in node.actions if a.constraint is not None]
        for column in columns:
            made.add((one.table, column.name))
            if column.is_primary or column.is_unique:
                firsts.add(column.name)
            if column.references:
                keys.append(_Key(one, (column.name,), column.name_span))
        for constraint in constraints:
            if constraint.kind == "foreign key":
                span = constraint.columns_span or constraint.span
                keys.append(_Key(one, constraint.columns, span))
            elif constraint.columns:
                firsts.add(constraint.columns[0])
    has_indexes = not facts.is_migration and any(s.head == "CREATE INDEX" for s in facts.statements)
    for key in keys:
        known = indexed.get(key.statement.table, set())
        # Of a key on several columns, an index on any of them helps.
        if not key.columns or not key.columns[0] or any(c in known for c in key.columns):
            continue
        # What a migration leaves out, another one may have; so it is with files without indexes.
        is_all = has_indexes and (key.statement.table, key.columns[0]) in made
        yield Report(
            key.span,
            f"No index begins with `{shown(facts, key.span)}`: joins, and deletes of the other"
            f" table, read all of `{key.statement.title}`",
            profile=None if is_all else _UNSURE,
        )


class _Key(NamedTuple):
    """A foreign key."""

    statement: Statement
    columns: tuple[str, ...]
    span: Span


def _first_column(one: Statement) -> str:
    cursor = one.cursor()
    at = cursor.find("ON")
    if at < 0:
        return ""
    cursor.at = at + 1
    cursor.take("ONLY")
    cursor.name()
    if cursor.take("USING"):
        cursor.at += 1
    group = cursor.group()
    named = group.name() if group is not None else None
    return named[0] if named else ""
