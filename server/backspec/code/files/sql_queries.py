"""What the SELECTs of a statement say, each with its clauses, also those in parentheses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from backspec.code.files.sql_tokens import Cursor, Token, after_group, closings

if TYPE_CHECKING:
    from backspec.text import Span

_CLAUSES: Final = {
    "FROM": "from",
    "WHERE": "where",
    "GROUP": "group",
    "HAVING": "having",
    "WINDOW": "window",
    "QUALIFY": "qualify",
    "ORDER": "order",
    "LIMIT": "limit",
    "OFFSET": "offset",
    "FETCH": "fetch",
    "FOR": "for",
    "INTO": "into",
}
_ENDS: Final = frozenset(("UNION", "INTERSECT", "EXCEPT", "MINUS", "RETURNING", ";"))
_MOST: Final = 4000


@dataclass(slots=True)
class Select:
    """One SELECT with its clauses; each clause is a cursor over what follows its word."""

    word: Token
    """The word SELECT."""
    clauses: dict[str, Cursor]
    """``items``, ``from``, ``where``, ``group``, ``order``, ``limit``, ``offset``, ``fetch``, .."""
    before: tuple[str, ...]
    """The words before the parenthesis that it stands in, nearest first; empty at the top."""
    after: tuple[Token, ...]
    """The tokens after that parenthesis."""
    depth: int
    start: int
    end: int
    """Indexes of its tokens."""
    is_arm: bool
    """It is one of several in a UNION or its kin."""
    top: Token | None = None
    """The number after TOP."""

    def clause(self, name: str) -> Cursor | None:
        """A fresh cursor over a clause, None where there is none."""
        found = self.clauses.get(name)
        return Cursor(found.source, found.list, found.at, found.end) if found else None

    def span_of(self, name: str) -> Span:
        """Where a clause stands, without its word."""
        return self.clauses[name].span


def selects(source: bytes, found: list[Token]) -> list[Select]:
    """All SELECTs of a statement, in order; none of a statement of many thousand words."""
    results: list[Select] = []
    opened: list[int] = []
    closes = closings(found)
    for index, token in enumerate(found):
        if token.kind == "mark":
            if token.text == "(":
                opened.append(index)
            elif token.text == ")" and opened:
                opened.pop()
        elif token.kind == "word" and token.text == "SELECT":
            if index and found[index - 1].text == ".":
                continue
            if len(results) >= _MOST:
                return []
            results.append(_select(source, found, index, opened, closes))
    return results


def _select(
    source: bytes, found: list[Token], index: int, opened: list[int], closes: dict[int, int]
) -> Select:
    count = len(found)
    at = index + 1
    top: Token | None = None
    while at < count and found[at].text in (
        "DISTINCT",
        "ALL",
        "TOP",
        "SQL_CALC_FOUND_ROWS",
        "STRAIGHT_JOIN",
    ):
        at += 1
        if found[at - 1].text == "TOP" and at < count:
            top = found[at + 1] if found[at].text == "(" and at + 1 < count else found[at]
            at = closes.get(at, count) if found[at].text == "(" else at + 1
            if at < count and found[at].text == "PERCENT":
                top = None
                at += 1
        elif at < count and found[at].text == "ON" and found[at - 1].text == "DISTINCT":
            at = closes.get(at + 1, count)
    bounds: list[tuple[str, int, int]] = []
    name, start = "items", at
    is_arm = index > 0 and found[index - 1].text in ("UNION", "INTERSECT", "EXCEPT", "ALL", "MINUS")
    while at < count:
        token = found[at]
        if token.kind == "mark":
            if token.text == "(":
                at = closes.get(at, count)
                continue
            if token.text in (")", ";"):
                break
        elif token.kind == "word":
            if token.text in _ENDS:
                is_arm = is_arm or token.text != "RETURNING"
                break
            key = _CLAUSES.get(token.text)
            if key and key != "into" and not _is_inner(found, at, key, name):
                bounds.append((name, start, at))
                name, start = key, at + 1
                if key in ("group", "order") and start < count and found[start].text == "BY":
                    start += 1
                at = start
                continue
        at += 1
    bounds.append((name, start, at))
    before: list[str] = []
    after: tuple[Token, ...] = ()
    if opened:
        before = [t.text for t in reversed(found[max(0, opened[-1] - 4) : opened[-1]])]
        closed = closes.get(opened[-1], count)
        after = tuple(found[closed : closed + 3])
    clauses: dict[str, Cursor] = {}
    for name, begin, end in bounds:
        if end > begin or name in ("items", "for"):
            clauses.setdefault(name, Cursor(source, found, begin, end))
    return Select(found[index], clauses, tuple(before), after, len(opened), index, at, is_arm, top)


def _is_inner(found: list[Token], at: int, key: str, current: str) -> bool:
    """Whether a word that begins a clause elsewhere belongs to something else here."""
    previous = found[at - 1].text if at else ""
    if previous == "." or (at + 1 < len(found) and found[at + 1].text == "."):
        return True
    if key == "from":
        return current != "items" or previous == "DISTINCT"  # IS DISTINCT FROM
    if key == "group":
        return previous == "WITHIN" or found[min(at + 1, len(found) - 1)].text != "BY"
    if key == "order":
        return found[min(at + 1, len(found) - 1)].text != "BY"
    if key == "for":
        return current == "items"
    if key in ("limit", "offset", "fetch", "window"):
        return current == "items" and key != "limit"
    return False


def source_names(select: Select) -> list[str]:
    """The tables after FROM and JOIN, in lower case; "" for what is no table."""
    cursor = select.clause("from")
    names = []
    while cursor is not None and not cursor.is_done:
        if cursor.says("("):
            names.append("")
            cursor.group()
        else:
            cursor.take("ONLY")
            cursor.take("LATERAL")
            named = cursor.name()
            names.append("" if named is None or cursor.says("(") else named[0])
        at = cursor.at
        while at < cursor.end:
            token = cursor.list[at]
            if token.text == "(":
                at = after_group(cursor.list, at, cursor.end)
                continue
            at += 1
            if token.kind in ("word", "mark") and token.text in ("JOIN", ",", "APPLY"):
                break
        cursor.at = max(at, cursor.at + (0 if at > cursor.at else 1))
    return names


def cte_names(found: list[Token]) -> frozenset[str]:
    """The names that WITH gives, in lower case."""
    names = set()
    for index, token in enumerate(found[:-2]):
        if token.kind in ("word", "quoted") and found[index + 1].text == "AS":
            follows = found[index + 2].text
            if follows == "(" or follows in ("MATERIALIZED", "NOT"):
                names.add(token.text.lower())
        elif token.text == ")" and found[index + 1].text == "AS" and found[index + 2].text == "(":
            depth = 0
            for back in range(index, -1, -1):
                depth += {")": 1, "(": -1}.get(found[back].text, 0)
                if depth == 0:
                    names.add(found[back - 1].text.lower() if back else "")
                    break
    return frozenset(names)
