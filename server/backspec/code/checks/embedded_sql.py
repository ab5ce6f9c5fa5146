"""The checks on SQL, asked about the SQL in the text of programs.

Only text that is visible is read: constants, and texts built from them, in which whatever is put in
counts as a parameter. A diagnostic stands at the very words where the literal says what it means
(no escapes, no indentation taken out), else at the whole literal.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from backspec.code.checks import needs, sql
from backspec.code.checks.values import names_around
from backspec.code.facts.model import Built, Const, Context
from backspec.code.files import FileView
from backspec.code.files.sql import SqlFacts
from backspec.code.files.sql_text import Text
from backspec.expressions import regex

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

    from backspec.code.arguments import Found
    from backspec.code.checks import Report, UnitView
    from backspec.code.facts.model import Call, Facts, Value

_HEAD: Final = regex(r"(?is)\A[\s(]*(?:--[^\n]*\n\s*)*(?:SELECT|WITH|UPDATE|DELETE|INSERT|MERGE)\b")
_QUOTES: Final = regex(
    r"\A(?:[rRbBuUfF@$]{0,3}\"\"\"|[rRbBuUfF]{0,2}'''|[rRbBuUfF@$]{0,3}[\"'`]|<<<['\"]?\w+['\"]?\n|<<[~-]?['\"]?\w+['\"]?\n)"
)
_MEANT: Final = regex(
    r"(?i)(?:^|/)(?:scripts?|examples?|benchmarks?|tutorials?|docs?|schemas?)/|seed|purge|truncate|wipe|fixture"
    r"|\binstall|set_?up|reset_?(?:db|database|data|all|tables?)|delete_?all|(?:clear|clean)_?(?:up|all|tables?|db|data)"
)
_BATCH: Final = regex(
    r"(?i)to_?be_?|missing|pending|for_?(?:delet|remov|drop|clean)|expired|unprocessed|stale|orphan|candidate"
    r"|_?batch|clean_?up|unsent|queued|random"
)
"""Functions that take some of the work there is: which comes first is all the same."""
_LONGEST: Final = 20_000


def text_of(value: Found, unit: UnitView, *, is_built: bool = True) -> Text | None:
    """The SQL that a value is; None for what cannot be seen, or is no statement."""
    if isinstance(value, Const):
        parts: tuple[Value, ...] = (value,)
    elif isinstance(value, Built) and is_built:
        parts = value.parts
    else:
        return None
    text = b""
    pieces = []
    for part in parts:
        piece, offset = piece_of(part, unit)
        if offset >= 0:
            offset -= len(text)
        pieces.append((len(text), len(text) + len(piece), offset, part.span))
        text += piece
    if len(text) > _LONGEST or not _HEAD.match(text[:400].decode("utf-8", "replace")):
        return None
    return Text(text, pieces, value.span)


def piece_of(part: Value, unit: UnitView) -> tuple[bytes, int]:
    """The bytes of a part, and where they stand in the source; -1 where that is not known."""
    if not isinstance(part, Const) or not isinstance(part.value, (str, bytes)):
        return b"{}", -1
    value = part.value if isinstance(part.value, bytes) else part.value.encode("utf-8", "replace")
    raw = unit.text(part.span)
    if raw.encode("utf-8", "replace") == value:  # a piece of a template
        return value, part.span.start
    opened = _QUOTES.match(raw)
    if opened is not None:
        lead = len(opened.group().encode())
        if raw.encode("utf-8", "replace")[lead : lead + len(value)] == value:
            return value, part.span.start + lead
    return value, -1


@functools.lru_cache(maxsize=64)
def _facts_of(text: bytes) -> SqlFacts:
    return SqlFacts(text, "")


def _texts(facts: Facts, unit: UnitView, is_built: bool) -> Iterator[tuple[Call, Text]]:
    del facts
    for call in unit.calls("sql-execute", "sql-text"):
        if call.context & (Context.MIGRATION | Context.TEST):
            continue
        found = text_of(unit.argument(call, "sql"), unit, is_built=is_built)
        if found is not None:
            yield call, found


def _asked(
    check: Callable[[SqlFacts, Any], Iterator[Report]],
    *,
    is_built: bool = True,
    unless: re.Pattern[str] | None = None,
) -> Callable[[Facts, UnitView], Iterator[Report]]:
    """A check on SQL files as one on programs."""

    @needs(roles=("sql-execute", "sql-text"))
    def run(facts: Facts, unit: UnitView) -> Iterator[Report]:
        for call, text in _texts(facts, unit, is_built):
            if _MEANT.search(unit.path) or any(map(_MEANT.search, names_around(call.function))):
                continue
            if unless is not None and any(map(unless.search, names_around(call.function))):
                continue
            view = FileView(text.text, "", "sql")
            for report in check(_facts_of(text.text), view):
                report.span = text.place(report.span)
                report.related = ()
                report.fixes = ()
                report.place = call.place
                yield report

    return run


select_star = _asked(sql.select_star, is_built=False)
write_without_where = _asked(sql.write_without_where)
offset_paging = _asked(sql.offset_paging)
limit_without_order = _asked(sql.limit_without_order, unless=_BATCH)
unindexable_predicate = _asked(sql.unindexable_predicate)
not_in_nullable = _asked(sql.not_in_nullable)
random_order = _asked(sql.random_order)
exists_by_count = _asked(sql.exists_by_count)
