"""Checks on queries: in SQL files, and (by ``embedded.py``) in the text of programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.files.sql_queries import Select, cte_names, source_names
from backspec.code.files.sql_statements import CreateTable
from backspec.expressions import regex
from backspec.model import Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.sql import SqlFacts, Statement
    from backspec.code.files.sql_tokens import Cursor, Token

_UNSURE: Final = "strict"
_PASSING_TABLE: Final = regex(
    r"temp|tmp|stag(?:e|ing)|session|cache|outbox|log|queue|lock|import|backup|bak|old|test|#"
    r"|snapshot|summary|stats|materiali[sz]ed|token|[{}]|(?:^|_)(?:configs?|settings?|options?|(?:schema_?|db_?)?version)$",
)
_MEANT: Final = regex(
    r"(?i)seed|static[-_]?data|purge|reset|clean|truncate|wipe|clear|fixture|sample|demo|mock|maintenance|backfill"
    r"|(?:^|/)(?:data|scripts?|dumps?|patch(?:es)?|updates?|upgrade\w*|install|setup|init|examples?"
    r"|tutorials?|docs?|benchmarks?|dev)(?:/|[_.-])|(?:^|/)(?:data|update|upgrade|init|import)[^/]*$"
)
_AD_HOC: Final = regex(
    r"(?i)(?:^|/)(?:analy\w*|reports?|adhoc|ad-hoc|bi|dashboards?|dbt|debug|scratch|notebooks?|seeds?"
    r"|examples?|samples?|benchmarks?|docs?|dumps?|scripts?|tutorials?)(?:/|[_.-])"
)
_GENERATED: Final = regex(rb"(?m)^--\s*name:\s*\w+\s*:\w+")
"""Queries of sqlc, which writes the columns out itself."""


def write_without_where(facts: SqlFacts, unit: FileView) -> Iterator[Report]:
    """UPDATE and DELETE of all rows of a table that is not made to be emptied."""
    if facts.is_migration or facts.changes_schema or facts.is_first or _MEANT.search(unit.path):
        return
    for one in facts.up("UPDATE", "DELETE"):
        if not one.table or one.table in facts.created or one.table == "statistics":
            continue
        cursor = one.cursor()
        if any(
            cursor.find(w) >= 0 for w in ("WHERE", "LIMIT", "USING", "JOIN", "OUTPUT", "RETURNING")
        ):
            if cursor.find("OUTPUT") < 0 and cursor.find("RETURNING") < 0:
                continue
            if cursor.find("WHERE") >= 0 or cursor.find("JOIN") >= 0:
                continue
        cursor.at += 1
        is_delete = one.head == "DELETE"
        first_from = cursor.find("FROM")
        if not is_delete and (first_from >= 0 or cursor.find("SET") < 0):
            continue
        if not is_delete and 0 <= cursor.find(",") < cursor.find("SET"):
            continue
        if is_delete and first_from > cursor.at:
            continue
        last = cursor.list[-1]
        if _PASSING_TABLE.search(one.table) or (last.kind == "string" and last.text[-1] != "'"):
            continue
        verb = "deletes" if is_delete else "changes"
        yield Report(
            Span(one.span.start, one.span.start + len(one.head)),
            f"This `{one.head}` {verb} every row of `{one.title}`: it has no WHERE",
        )


# ---------------------------------------------------------------------------- queries


def _queries(facts: SqlFacts, *heads: str) -> Iterator[tuple[Statement, list[Token], list[Select]]]:
    """Statements with a SELECT that runs when programs ask, with their tokens."""
    for one, queries in facts.queries:
        if not heads or one.head in heads:
            yield one, one.cursor().list, queries


def _is_for_programs(facts: SqlFacts, unit: FileView) -> bool:
    return not (facts.is_migration or facts.is_first or _AD_HOC.search(unit.path))


def select_star(facts: SqlFacts, unit: FileView) -> Iterator[Report]:
    """Queries that read all columns there will ever be."""
    if _AD_HOC.search(unit.path) or facts.is_first or _GENERATED.search(facts.text):
        return
    for one, found, queries in _queries(facts):
        if facts.is_migration and one.head != "INSERT":
            continue
        made = cte_names(found)
        for query in queries:
            star = _star(query)
            if star is None or query.before[:1] == ("EXISTS",):
                continue
            if query.before[:1] in (("FROM",), ("JOIN",), (",",)) and one.head != "INSERT":
                continue  # what is read of it, the query around it says
            names = source_names(query)
            if not names or all(not name or name in made for name in names):
                continue
            if next(t for t in found if t.start == star.start).text.lower() in made:
                continue
            if one.head == "INSERT" and query.depth == 0:
                if _has_columns(one) or facts.dialect == "sqlite":
                    continue
                yield Report(
                    star,
                    "This copies whatever columns both tables have, in whatever order",
                    severity=Severity.WARNING,
                )
            elif not facts.is_migration:
                yield Report(star, "This reads all columns, and those that are added later")


def _star(query: Select) -> Span | None:
    """Where a query says ``*`` or ``t.*``, when that is the whole of its columns."""
    items = query.clause("items")
    if items is None or "from" not in query.clauses:
        return None
    for part in items.parts():
        count = part.end - part.at
        if part.list[part.end - 1].text != "*" or part.list[part.end - 1].kind != "mark":
            continue
        if count == 1 or (count in (3, 5) and part.list[part.end - 2].text == "."):
            return part.span
    return None


def _has_columns(one: Statement) -> bool:
    cursor = one.cursor()
    return 0 <= cursor.find("(") < cursor.find("SELECT")


def offset_paging(facts: SqlFacts, unit: FileView) -> Iterator[Report]:
    """Pages that are found by counting all rows before them."""
    if not _is_for_programs(facts, unit):
        return
    for _, _, queries in _queries(facts):
        for query in queries:
            place = _offset(query)
            if place is not None:
                yield Report(
                    place,
                    "The database reads and drops all rows before this offset, more for each page",
                )


def _offset(query: Select) -> Span | None:
    offset = query.clause("offset")
    if offset is not None and not offset.is_done:
        if not query.clauses.keys() & {"limit", "fetch"}:
            return None  # all but the first ones, of a log to be cut, say
        words = offset.parts()[0]
        first = words.peek()
        is_fixed = first.kind == "number" and words.end - words.at <= 2
        # An offset that may be left out (``OFFSET sqlc.narg(..)``) is one all the same.
        return None if is_fixed or first.text in ("ROWS", "NULL") else offset.span
    limit = query.clause("limit")
    if limit is not None:
        parts = limit.parts()
        if len(parts) == 2 and parts[0].peek().kind != "number":
            return parts[0].span
    return None


_AGGREGATES: Final = frozenset(
    ("COUNT", "SUM", "MIN", "MAX", "AVG", "ARRAY_AGG", "STRING_AGG", "JSON_AGG", "JSONB_AGG",
     "BOOL_AND", "BOOL_OR", "EXISTS", "GROUP_CONCAT")
)  # fmt: skip


def limit_without_order(facts: SqlFacts, unit: FileView) -> Iterator[Report]:
    """The first rows of a query whose rows have no order."""
    if not _is_for_programs(facts, unit):
        return
    for one, found, queries in _queries(facts, "SELECT", "WITH", "CREATE VIEW"):
        cursor = one.cursor()
        if cursor.find("UPDATE") >= 0 or cursor.find("DELETE") >= 0:
            continue  # a batch of rows to change; which ones comes to the same
        if cursor.find("INSERT") >= 0 and any(t.text == "EXISTS" for t in found):
            continue  # a batch of rows that are not there yet
        for query in queries:
            limit = _limit(query)
            if limit is None or "order" in query.clauses or "from" not in query.clauses:
                continue
            if query.is_arm or query.before[:1] in (("EXISTS",), ("IN",), ("COUNT",)):
                continue
            if _is_aggregate(query) or _is_one_row(query):
                continue
            inside = found[query.start : query.end]
            words = {t.text for t in inside if t.kind == "word"}
            if words & {"ORDER", "TABLESAMPLE", "SKIP", "SAMPLE", "LATERAL"}:
                continue
            # Whole of a COUNT(*) FROM (SELECT 1 .. LIMIT n): bounded counting needs no order.
            if query.depth and not (set(query.before[:2]) & {"AS", "FROM", "JOIN"}):
                continue
            items = query.clause("items")
            if items is not None and items.peek().kind == "number":
                continue
            yield Report(limit, "Which rows these are is up to the database: there is no ORDER BY")


def _limit(query: Select) -> Span | None:
    """Where a query says how many rows it wants, when that is more than one."""
    if query.top is not None:
        return None if query.top.text in ("0", "1") else query.top.span
    for name in ("limit", "fetch"):
        clause = query.clause(name)
        if clause is None:
            continue
        numbers = [t for t in clause.list[clause.at : clause.end] if t.kind == "number"]
        if numbers and numbers[-1].text in ("0", "1"):
            return None
        if clause.peek().text in ("ALL", "NULL") or clause.is_done:
            return None
        if name == "fetch" and not numbers and not clause.list[clause.at : clause.end][1:2]:
            return None
        return clause.span
    return None


def _is_aggregate(query: Select) -> bool:
    if "group" in query.clauses:
        return False
    items = query.clause("items")
    return items is not None and items.peek().text in _AGGREGATES and items.peek(1).text == "("


def _is_one_row(query: Select) -> bool:
    """Whether the condition names one row by its id."""
    where = query.clause("where")
    return where is not None and (
        re.search(r"(?i)(?<![\w])[\"`\[]?(?:id|uuid|guid|pk)[\"`\]]?\s*=\s*[^=]", where.text())
        is not None
    )


# ---------------------------------------------------------------------------- conditions

_FUNCTIONS: Final = frozenset(
    ("DATE", "YEAR", "MONTH", "DAY", "TRIM", "LTRIM", "RTRIM", "SUBSTR", "SUBSTRING", "LEFT",
     "CAST", "CONVERT", "DATE_TRUNC", "TO_CHAR", "DATE_FORMAT", "STRFTIME", "DATEPART", "TO_DATE",
     "DATEDIFF", "FORMAT", "REPLACE", "ROUND", "ABS", "LENGTH", "UNIX_TIMESTAMP", "FROM_UNIXTIME",
     "TRUNC", "EXTRACT", "ISNULL", "IFNULL", "NVL", "COALESCE", "LOWER", "UPPER", "LCASE", "UCASE",
     "CONCAT")
)  # fmt: skip
_CASE: Final = frozenset(("LOWER", "UPPER", "LCASE", "UCASE", "COALESCE", "IFNULL", "NVL", "ISNULL",
                          "LENGTH", "CONCAT"))  # fmt: skip
_COMPARES: Final = frozenset(("=", "<", ">", "<=", ">=", "IN", "BETWEEN", "LIKE", "ILIKE"))
_STARTS: Final = frozenset(("WHERE", "AND", "OR", "ON", "(", "NOT"))


def unindexable_predicate(facts: SqlFacts, unit: FileView) -> Iterator[Report]:
    """Conditions that no plain index on the column can help with."""
    if not _is_for_programs(facts, unit):
        return
    for one in facts.statements:
        if one.is_routine or one.head not in ("SELECT", "WITH", "UPDATE", "DELETE", "CREATE VIEW"):
            continue
        cursor = one.cursor()
        yield from _unindexable(cursor.list)


def _unindexable(found: list[Token]) -> Iterator[Report]:
    inside = _in_conditions(found)
    for index in range(1, len(found) - 1):
        if not inside[index]:
            continue
        token = found[index]
        if token.kind != "word":
            continue
        if token.text in ("LIKE", "ILIKE"):
            if (place := _leading_wildcard(found, index)) is not None:
                yield Report(place, "A pattern that begins with a wildcard has every row read")
        elif (end := _computed(found, index)) is not None:
            yield Report(
                Span(token.start, end),
                f"An index on `{token.text.lower()}` is of no use here: it is computed for every"
                " row",
            )
        elif (
            token.text in _FUNCTIONS
            and found[index + 1].text == "("
            and found[index - 1].text in _STARTS
        ):
            column = _column_in(found, index + 2)
            end = _closing(found, index + 1)
            if not column or end is None or end + 1 >= len(found):
                continue
            if found[end + 1].text not in _COMPARES or _compares_columns(found, end + 1):
                continue
            yield Report(
                Span(token.start, found[end].end),
                f"An index on `{column}` is of no use here: `{token.text}` is asked of every row",
                profile=_UNSURE if token.text in _CASE else None,
            )


_SUMS: Final = frozenset(("+", "-", "*", "/"))
_CASTS: Final = frozenset(("DATE", "TEXT", "VARCHAR", "INT", "INTEGER", "BIGINT", "TIME"))


def _computed(found: list[Token], index: int) -> int | None:
    """Where ``column::date`` and ``column + 1`` end, when they are compared with a value."""
    first = index
    while first >= 2 and found[first - 1].text == "." and found[first - 2].kind != "mark":
        first -= 2
    if found[first - 1].text not in _STARTS or index + 4 >= len(found):
        return None
    sign, other = found[index + 1], found[index + 2]
    is_cast = sign.text == "::" and other.text in _CASTS
    is_sum = sign.kind == "mark" and sign.text in _SUMS and other.kind in ("number", "param")
    if not (is_cast or is_sum) or found[index + 3].text not in _COMPARES:
        return None
    return None if _compares_columns(found, index + 3) else other.end


def _in_conditions(found: list[Token]) -> list[bool]:
    """Which tokens stand in WHERE or after ON, also in parentheses there."""
    flags = []
    stack = [False]
    for token in found:
        flags.append(stack[-1])
        if token.kind == "mark":
            if token.text == "(":
                stack.append(stack[-1])
            elif token.text == ")" and len(stack) > 1:
                stack.pop()
        elif token.kind == "word":
            if token.text in ("WHERE", "ON"):
                stack[-1] = True
            elif token.text in (
                *(
                    "SELECT",
                    "FROM",
                    "GROUP",
                    "ORDER",
                    "HAVING",
                    "LIMIT",
                    "RETURNING",
                    "SET",
                    "JOIN",
                ),
                *("UNION", "CASE"),
            ):
                stack[-1] = False
    return flags


def _column_in(found: list[Token], at: int) -> str:
    """The column that a function's first argument is; "" when it is anything else."""
    token = found[at]
    if token.kind not in ("word", "quoted"):
        return ""
    if token.text in (
        "YEAR",
        "MONTH",
        "DAY",
        "EPOCH",
        "HOUR",
        "DOW",
        "BOTH",
        "LEADING",
        "TRAILING",
    ):
        while at < len(found) - 1 and found[at].text not in ("FROM", ",", ")"):
            at += 1
        at += 1
        if at >= len(found) or found[at].kind not in ("word", "quoted"):
            return ""
        token = found[at]
    while at + 2 < len(found) and found[at + 1].text == ".":
        at += 2
        token = found[at]
    if at + 1 < len(found) and found[at + 1].text == "(":
        return ""
    return token.text.lower()


def _closing(found: list[Token], at: int) -> int | None:
    depth = 0
    for index in range(at, len(found)):
        if found[index].kind == "mark":
            depth += {"(": 1, ")": -1}.get(found[index].text, 0)
            if depth == 0:
                return index
    return None


def _compares_columns(found: list[Token], at: int) -> bool:
    """Whether the other side is a function of a column, or a column, as in joins by text."""
    if at + 1 >= len(found):
        return True
    other = found[at + 1]
    return other.kind in ("word", "quoted") and other.text not in (
        *("LOWER", "UPPER", "DATE", "CAST", "CURRENT_DATE", "NOW", "GETDATE", "YEAR", "TRUE"),
        *("FALSE", "ANY", "CURDATE", "TODAY", "DATE_TRUNC", "SYSDATE", "MONTH"),
    )


def _leading_wildcard(found: list[Token], index: int) -> Span | None:
    after = found[index + 1]
    if after.kind == "string" and re.match(r"(?i)[en]?'%[^']", after.text):
        return after.span
    if after.kind == "string" and after.text.lstrip("Nn") == "'%'" and index + 2 < len(found):
        return after.span if found[index + 2].text in ("||", "+") else None
    if after.text == "CONCAT" and index + 3 < len(found) and found[index + 3].text == "'%'":
        return after.span
    return None


def not_in_nullable(facts: SqlFacts, unit: FileView) -> Iterator[Report]:
    """``NOT IN`` with a subquery one of whose values may be NULL."""
    if not _is_for_programs(facts, unit):
        return
    for _, _, queries in _queries(facts):
        for query in queries:
            if query.before[:2] != ("IN", "NOT"):
                continue
            items = query.clause("items")
            where = query.clause("where")
            if items is None or (where is not None and "IS NOT NULL" in _plain(where)):
                continue
            parts = items.parts()
            named = parts[0].name() if parts else None
            if named is None or not parts[0].is_done or named[0] in ("id", "uuid", "guid", "pk"):
                continue
            known = _is_nullable(facts, source_names(query), named[0])
            if known is False:
                continue
            yield Report(
                named[1],
                f"When one `{named[0]}` is NULL, this is true for no row",
                profile=None if known else _UNSURE,
            )


def _plain(cursor: Cursor) -> str:
    return " ".join(cursor.text().upper().split())


def _is_nullable(facts: SqlFacts, tables: list[str], column: str) -> bool | None:
    """Whether a column may be NULL; None where the file does not show its table."""
    for one in facts.statements:
        if isinstance(one.node, CreateTable) and one.table in tables:
            for known in one.node.columns:
                if known.name == column:
                    keys = [c.columns for c in one.node.constraints if c.kind == "primary key"]
                    is_key = known.is_primary or any(column in key for key in keys)
                    return known.not_null is None and not is_key
    return None


_RANDOM: Final = frozenset(("RAND", "RANDOM", "NEWID", "DBMS_RANDOM"))


def random_order(facts: SqlFacts, unit: FileView) -> Iterator[Report]:
    """Whole tables sorted by random."""
    if not _is_for_programs(facts, unit):
        return
    for _, _, queries in _queries(facts):
        for query in queries:
            order = query.clause("order")
            if order is None or order.peek().text not in _RANDOM or order.peek(1).text not in "(.":
                continue
            where = query.clause("where")
            if where is not None and where.find("IN") >= 0:
                continue
            end = order.list[min(order.at + 2, order.end - 1)].end
            yield Report(
                Span(order.peek().start, end),
                "All rows are read and sorted for a few random ones",
            )


_NONE_OR_SOME: Final = frozenset(
    ((">", "0"), ("=", "0"), ("<>", "0"), ("!=", "0"), (">=", "1"), ("<", "1"))
)
_TURNED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "<>": "<>", "!=": "!="}


def exists_by_count(facts: SqlFacts, unit: FileView) -> Iterator[Report]:
    """All rows counted to know whether there is one."""
    if _AD_HOC.search(unit.path):
        return
    for _, found, queries in _queries(facts):
        for query in queries:
            items = query.clause("items")
            if items is None or not items.says("COUNT", "(") or not query.depth:
                continue
            if all(not name or name.startswith("#") for name in source_names(query)):
                continue  # a few rows of the procedure's own
            if len(items.parts()) != 1 or "group" in query.clauses:
                continue
            compared = tuple(token.text for token in query.after[:2])
            turned = (_TURNED.get(query.before[0], ""), *query.before[1:2])
            if compared in _NONE_OR_SOME or turned in _NONE_OR_SOME:
                last = query.after[1] if compared in _NONE_OR_SOME else found[query.end - 1]
                yield Report(
                    Span(query.word.start, last.end),
                    "All rows are counted to know whether there is one; EXISTS stops at the first",
                )
