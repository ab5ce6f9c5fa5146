"""The fix of routes that an earlier one takes for itself: they go above it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backspec.code.checks import UnitView
    from backspec.code.syntax import Node

_RULE: Final = "api/route-shadowed"
_STATEMENTS: Final = ("expression_statement", "decorated_definition")


def move_above(node: Node, earlier: Sequence[str], plain: str, unit: UnitView) -> tuple[Fix, ...]:
    """Move the route that ``node`` stands in above those that take its requests.

    ``earlier`` are the patterns that begin the routes it is shadowed by, ``plain`` that of routes
    it may be moved over. There is no fix where anything else stands between them, which the route
    may need or be guarded by, or where they do not stand at the same level.
    """
    statement: Node | None = node
    while statement is not None and statement.type not in _STATEMENTS:
        statement = statement.parent
    if statement is None or statement.parent is None:
        return ()
    source = unit.adapter.source
    siblings = statement.parent.children
    at = next(i for i, one in enumerate(siblings) if one.start_byte == statement.start_byte)
    texts = [_text(one, source) for one in siblings[: at + 1]]
    taking = [i for i in range(at) if any(re.match(p, texts[i]) for p in earlier)]
    before = source[: statement.start_byte].decode("utf-8", "replace")
    seen = sum(len(re.findall(p, before)) for p in earlier)
    if not taking or seen != len(taking):
        return ()
    first = taking[0]
    moved = texts[at]
    for one, text in zip(siblings[first:at], texts[first:at], strict=True):
        name = re.search(r"\bdef (\w+)", text)
        if one.type != "comment" and not re.match(plain, text):
            return ()
        if name is not None and re.search(rf"\b{name[1]}\b", moved):
            return ()
    start = _with_comments(at, siblings, source)
    goal = _with_comments(first, siblings, source)
    end = siblings[at].end_byte
    line_end = source.find(b"\n", end)
    rest = source[end : line_end if line_end >= 0 else len(source)]
    if start <= first or rest.strip(b"; \t\r"):
        return ()
    gap_start = siblings[start - 1].end_byte
    gap = source[gap_start : siblings[start].start_byte]
    target = siblings[goal].start_byte
    line = source.rfind(b"\n", 0, target) + 1
    if gap.strip() or b"\n" not in gap or source[line:target].strip():
        return ()
    text = source[siblings[start].start_byte : end].decode("utf-8", "surrogateescape")
    edits = (
        Edit(Span(target, target), text + gap.decode()),
        Edit(Span(gap_start, end), ""),
    )
    return (Fix("Move it above the route that takes it", edits, "unsafe", _RULE),)


def _text(node: Node, source: bytes) -> str:
    return source[node.start_byte : node.end_byte].decode("utf-8", "replace")


def _with_comments(at: int, siblings: Sequence[Node], source: bytes) -> int:
    """The index of the first of the comments that stand right above a statement."""
    while at > 0 and siblings[at - 1].type == "comment":
        comment = siblings[at - 1]
        line = source.rfind(b"\n", 0, comment.start_byte) + 1
        between = source[comment.end_byte : siblings[at].start_byte]
        if source[line : comment.start_byte].strip() or between.count(b"\n") != 1:
            break
        at -= 1
    return at
