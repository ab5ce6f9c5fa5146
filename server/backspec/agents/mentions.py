"""Names of agents and skills in running text: where a body talks about another definition.

A name of several words or with a hyphen counts wherever it stands as a word. A plain word
(``reviewer``) counts only where it is marked as a name: ``@reviewer`` or `` `reviewer` ``.
"""

from __future__ import annotations

import functools
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


@functools.lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[bytes]:
    written = re.escape(name.encode())
    free = rb"(?<![\w.:/@`-])" + written + rb"(?![\w:/`-]|\.\w)"
    marked = rb"(?<![\w`@])@" + written + rb"(?![\w/-]|\.\w)|(?<!`)`@?" + written + rb"`(?!`)"
    if _DISTINCT.search(name):
        return re.compile(marked + rb"|" + free)
    return re.compile(marked)


def uses_of(name: str, body: Body, text: bytes) -> Iterator[NameUse]:
    """The places in a body that name ``name``, fenced code left out."""
    encoded = name.encode()
    if not name or encoded not in text:
        return
    for found in _pattern(name).finditer(text, *body.span):
        if body.in_fence(found.start()):
            continue
        at = text.index(encoded, found.start(), found.end())
        yield NameUse(name, Span(at, at + len(encoded)))


def uses_in(names: Iterable[str], body: Body, text: bytes) -> list[NameUse]:
    """All places in a body that name one of ``names``, in order; the longest where they overlap."""
    found: list[NameUse] = []
    for name in sorted(set(names), key=len, reverse=True):
        for use in uses_of(name, body, text):
            if not any(use.span.overlaps(other.span) for other in found):
                found.append(use)
    return sorted(found, key=lambda use: use.span)
