"""Names of agents and skills in running text: where a body talks about another definition.

A name of several words or with a hyphen counts wherever it stands as a word. A plain word
(``reviewer``) counts only where it is marked as a name: ``@reviewer`` or `` `reviewer` ``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from backspec.agents.body import Body


class NameUse(NamedTuple):
    """A name in a body."""

    name: str
    span: Span
    """The name alone: no ``@``, no backticks."""


_DISTINCT = re.compile(r"[\s\-_:.]")
_WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") | {
    *range(0x80, 0x100)
}
_NOT_BEFORE = _WORD_BYTES | frozenset(b".:/@`-")
_NOT_AFTER = _WORD_BYTES | frozenset(b":/`-")
_TOKEN = re.compile(rb"[\w\x80-\xff][\w\x80-\xff-]*(?:[.:][\w\x80-\xff-]+)*")


def _is_use(text: bytes, start: int, end: int, *, is_distinct: bool) -> bool:
    """Whether the name at a place is meant as one: a word of its own, or marked."""
    before = text[start - 1] if start else 0x20
    after = text[end] if end < len(text) else 0x20
    goes_on = after == 0x2E and end + 1 < len(text) and text[end + 1] in _WORD_BYTES
    at = start - 1 if before == 0x40 else start
    if text[at - 1 : at] == b"`" and after == 0x60:
        return text[at - 2 : at - 1] != b"`" and text[end + 1 : end + 2] != b"`"
    if after in _NOT_AFTER or goes_on:
        return False
    if before == 0x40:
        return at == 0 or (text[at - 1] not in _WORD_BYTES and text[at - 1] not in b"`@")
    return is_distinct and before not in _NOT_BEFORE


_MARKED = re.compile(
    rb"@([A-Za-z][\w-]*)|(?<!`)`@?([A-Za-z][\w:.-]*)`(?!`)|(?<![\w./@:`-])([A-Za-z]\w*(?:[-:]\w+)+)"
)


def possible_names(text: bytes) -> frozenset[str]:
    """The words of a file that can be names of definitions, whatever exists: marked with ``@`` or
    backticks, or with a hyphen. Fenced code and headers count, too.
    """
    found = _MARKED.findall(text)
    return frozenset((a or b or c).decode("ascii", "replace") for a, b, c in found)


def is_named_in(name: str, text: bytes) -> bool:
    """Whether a text names ``name`` anywhere; cheap, for leaving files out."""
    return next(_places(name, text, Span(0, len(text))), None) is not None


def _places(name: str, text: bytes, where: Span) -> Iterator[int]:
    encoded = name.encode("utf-8", "surrogatepass")
    if not encoded:
        return
    is_distinct = _DISTINCT.search(name) is not None
    at = text.find(encoded, where.start, where.end)
    while at >= 0:
        if _is_use(text, at, at + len(encoded), is_distinct=is_distinct):
            yield at
        at = text.find(encoded, at + 1, where.end)


def uses_of(name: str, body: Body, text: bytes) -> Iterator[NameUse]:
    """The places in a body that name ``name``, fenced code left out, in order."""
    size = len(name.encode("utf-8", "surrogatepass"))
    for at in _places(name, text, body.span):
        if not body.in_fence(at):
            yield NameUse(name, Span(at, at + size))


def uses_in(names: Iterable[str], body: Body, text: bytes) -> list[NameUse]:
    """All places in a body that name one of ``names``, in order; the longest where they overlap."""
    by_first: dict[bytes, list[tuple[bytes, str, bool]]] = {}
    for name in set(names):
        encoded = name.encode("utf-8", "surrogatepass")
        first = _TOKEN.match(encoded)
        if first is not None:
            entry = (encoded, name, _DISTINCT.search(name) is not None)
            by_first.setdefault(first[0], []).append(entry)
    if not by_first:
        return []
    for entries in by_first.values():
        entries.sort(key=lambda entry: len(entry[0]), reverse=True)
    found: list[NameUse] = []
    done = body.span.start
    for token in _TOKEN.finditer(text, *body.span):
        start = token.start()
        if start < done:
            continue
        for encoded, name, is_distinct in by_first.get(token[0], ()):
            end = start + len(encoded)
            if not text.startswith(encoded, start) or body.in_fence(start):
                continue
            if _is_use(text, start, end, is_distinct=is_distinct):
                found.append(NameUse(name, Span(start, end)))
                done = end
                break
    return found
