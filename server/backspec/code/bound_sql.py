"""Turns SQL that values are joined into, into a statement with bound parameters.

Only where the statement stands in the call as it is joined, each part put in is one whole value,
and the driver's way to bind is known; else there is no change to offer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from backspec.code.checks.go_imports import without_orphans
from backspec.code.facts.model import Built, Call, Const
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backspec.code.arguments import Found
    from backspec.code.facts.model import Value
    from backspec.code.syntax import Node

Mark = Literal["?", "%s", "$"]
"""What stands for a value; ``$`` is numbered: ``$1``."""


@dataclass(frozen=True, slots=True)
class _Style:
    """How a driver takes parameters."""

    mark: Mark
    before: str
    """What stands before the values, behind the statement."""
    after: str
    alone: str = ""
    """What stands behind a value that is the only one."""


_IN_TUPLE: Final = {"before": ", (", "after": ")", "alone": ","}
_STYLES: Final[tuple[tuple[str, _Style], ...]] = (
    ("sqlite3.", _Style("?", **_IN_TUPLE)),
    ("aiosqlite.", _Style("?", **_IN_TUPLE)),
    ("psycopg2.", _Style("%s", **_IN_TUPLE)),
    ("psycopg.", _Style("%s", **_IN_TUPLE)),
    ("psycopg_pool.", _Style("%s", **_IN_TUPLE)),
    ("pymysql.", _Style("%s", **_IN_TUPLE)),
    ("MySQLdb.", _Style("%s", **_IN_TUPLE)),
    ("mysql.connector.", _Style("%s", **_IN_TUPLE)),
    ("django.db.", _Style("%s", ", [", "]")),
    ("asyncpg.", _Style("$", ", ", "")),
    ("pg.", _Style("$", ", [", "]")),
    ("mysql.", _Style("?", ", [", "]")),
    ("mysql2.", _Style("?", ", [", "]")),
    ("mysql2/promise.", _Style("?", ", [", "]")),
    ("sqlite3.Database.", _Style("?", ", [", "]")),
    ("Illuminate.Support.Facades.DB.", _Style("?", ", [", "]")),
    ("github.com/jackc/pgx", _Style("$", ", ", "")),
    ("gorm.io/gorm.", _Style("?", ", ", "")),
    ("cassandra.cluster.Session.", _Style("%s", **_IN_TUPLE)),
    ("cassandra-driver.", _Style("?", ", [", "], { prepare: true }")),
    ("github.com/gocql/gocql.", _Style("?", ", ", "")),
)
"""By the beginning of what a call resolves to."""
_GO_DRIVERS: Final[tuple[tuple[str, Mark], ...]] = (
    ("github.com/lib/pq", "$"),
    ("github.com/jackc/pgx", "$"),
    ("github.com/go-sql-driver/mysql", "?"),
    ("github.com/mattn/go-sqlite3", "?"),
    ("modernc.org/sqlite", "?"),
)
_RUBY: Final = frozenset(("where", "rewhere", "having"))
_VALUE_NEXT: Final = re.compile(
    r"(?i)(?:=|<|>|\blike|\bbetween|\bbetween\s+\S+\s+and|\blimit|\boffset)\s*$"
    r"|\b(?:in|values)\s*\((?:[^()]*,)?\s*$"
)
"""What a value, and no name, stands behind."""
_FORMAT: Final = re.compile(r"%[sdv]|%")
_HOLES: Final = {
    "python": (r"\{\s*", r"\s*\}"),
    "javascript": (r"\$\{\s*", r"\s*\}"),
    "ruby": (r"#\{\s*", r"\s*\}"),
    "php": (r"\{?", r"\}?"),
}


def bind_parameters(call: Call, sql: Found, family: str) -> list[Edit] | None:
    """The edits that bind what is joined into ``sql``, an argument of ``call``."""
    if not isinstance(sql, Built) or not _is_last(call, sql):
        return None
    style = _style(call, family)
    found = read_parts(sql, call, family) if style is not None else None
    if style is None or found is None:
        return None
    quote, texts, values = found
    statement = _bound(texts, style.mark)
    if statement is None:
        return None
    alone = style.alone if len(values) == 1 else ""
    written = f"{quote}{statement}{quote}{style.before}{', '.join(values)}{alone}{style.after}"
    edits = [Edit(sql.span, written)]
    if family == "go":
        source: bytes = call.place.reader.source  # type: ignore[attr-defined]
        orphans = without_orphans([sql.span], source, written)
        return None if orphans is None else [*orphans, *edits]
    return edits


def _is_last(call: Call, sql: Built) -> bool:
    given = call.arguments
    return (
        bool(given.positional)
        and given.positional[-1] is sql
        and not given.keywords
        and call.span.start <= sql.span.start
        and sql.span.end <= call.span.end
    )


def _style(call: Call, family: str) -> _Style | None:
    qualified = call.qualified or ""
    if family == "ruby" and qualified.startswith("Cassandra."):
        return _Style("?", ", arguments: [", "]")
    if family == "ruby":
        return _Style("?", ", ", "") if call.name in _RUBY else None
    if family == "go" and qualified.startswith(("database/sql.", "github.com/jmoiron/sqlx.")):
        reader = call.place.reader
        marks = {
            mark
            for package, mark in _GO_DRIVERS
            if reader.resolver.has_mark("package:" + package)  # type: ignore[attr-defined]
        }
        return _Style(marks.pop(), ", ", "") if len(marks) == 1 else None
    if family == "javascript" and qualified.startswith("sqlite3.Database."):
        return _Style("?", ", [", "]")
    return next((style for start, style in _STYLES if qualified.startswith(start)), None)


# ---------------------------------------------------------------------------- reading

_Read = tuple[str, list[str], list[str]]
"""The quote, the texts between the values as they are written, and the values."""


def read_parts(sql: Built, call: Call, family: str) -> _Read | None:
    """How a text is joined, in place; None where that is not plain to see."""
    text = _Source(call)
    kind = sql.node.type
    if kind in ("string", "template_string", "encapsed_string"):
        return _interpolated(sql, text, family)
    operator = sql.node.child_by_field_name("operator")
    if operator is not None and operator.type == "%" and family == "python":
        return _formatted(sql, text)
    if kind in ("binary_operator", "binary_expression", "binary"):
        return _joined(sql.parts, text)
    if kind == "call_expression" and family == "go":
        return _printed(sql.node, text)
    return None


class _Source:
    """The text of the call's file."""

    def __init__(self, call: Call) -> None:
        self._read = call.place.reader.text

    def of(self, start: int, end: int) -> str:
        return self._read(Span(start, end))

    def node(self, node: Node) -> str:
        return self.of(node.start_byte, node.end_byte)


def _interpolated(sql: Built, text: _Source, family: str) -> _Read | None:
    if family not in _HOLES:
        return None
    whole = text.of(sql.span.start, sql.span.end)
    found = re.match(r"([fF]?)(\"\"\"|'''|[\"'`])", whole)
    if found is None or (family == "python") is not bool(found[1]):
        return None
    quote = found[2]
    opens, closes = _HOLES[family]
    at = sql.span.start + len(found[0])
    end = sql.span.end - len(quote)
    texts, values = [], []
    for part in sql.parts:
        if isinstance(part, Const):
            continue
        before, value = text.of(at, part.span.start), text.of(part.span.start, part.span.end)
        after = text.of(part.span.end, end)
        left, right = re.search(f"{opens}$", before), re.match(closes, after)
        if left is None or right is None:
            return None
        texts.append(before[: left.start()])
        values.append(value)
        at = part.span.end + len(right[0].encode())
    texts.append(text.of(at, end))
    if family == "python" and any("{{" in one or "}}" in one for one in texts):
        return None
    return quote, texts, values


def _joined(parts: Iterable[Value], text: _Source) -> _Read | None:
    quote = ""
    texts = [""]
    values: list[str] = []
    at = -1
    for part in parts:
        written = text.of(part.span.start, part.span.end)
        if at >= 0 and not re.fullmatch(r"\s*[+.]\s*", text.of(at, part.span.start)):
            return None
        at = part.span.end
        if not isinstance(part, Const):
            if len(texts) == len(values):
                return None
            values.append(written)
            texts.append("")
            continue
        found = re.fullmatch(r"(?s)([\"'])(.*)\1", written)
        if found is None or (quote and found[1] != quote):
            return None
        quote = found[1]
        texts[-1] += found[2]
    return (quote, texts, values) if quote and values else None


def _formatted(sql: Built, text: _Source) -> _Read | None:
    """``"... %s" % (x, y)``"""
    first, *values = sql.parts
    return _template(text.of(first.span.start, first.span.end), [
        text.of(value.span.start, value.span.end) for value in values
    ])  # fmt: skip


def _printed(node: Node, text: _Source) -> _Read | None:
    """``fmt.Sprintf("... %s", x)``"""
    callee = node.child_by_field_name("function")
    given = node.child_by_field_name("arguments")
    if callee is None or given is None or text.node(callee) != "fmt.Sprintf":
        return None
    items = [one for one in given.named_children if "comment" not in one.type]
    return _template(text.node(items[0]), [text.node(one) for one in items[1:]]) if items else None


def _template(written: str, values: list[str]) -> _Read | None:
    found = re.fullmatch(r"(?s)(\"\"\"|'''|[\"'`])(.*)\1", written)
    if found is None:
        return None
    verbs = _FORMAT.findall(found[2])
    if "%" in verbs or len(verbs) != len(values):
        return None
    return found[1], _FORMAT.split(found[2]), values


# ---------------------------------------------------------------------------- writing


def _bound(texts: list[str], mark: Mark) -> str | None:
    """The statement with marks; None when a part put in is no whole value."""
    statement = texts[0]
    for number, after in enumerate(texts[1:], 1):
        before, rest = statement, after
        if before.endswith("'") and rest.startswith("'"):
            before, rest = before[:-1], rest[1:]
        elif before.endswith(("'", "%", '"', "`")) or re.match(r"[\w%'\"`.]", rest):
            return None
        if before.endswith("\\") or _VALUE_NEXT.search(before) is None:
            return None
        shown = f"${number}" if mark == "$" else mark
        statement = before + shown + rest
    return None if mark == "%s" and "%" in statement.replace("%s", "") else statement
