"""Topics by name: finds them in prose, so that both halves can point to what is known.

Names match in any letter case, whole words only, with blank, dash, underscore, dot or nothing
between their parts: ``Node.js``, ``node-js`` and ``nodejs`` are one. Names that are also everyday
words (``go``, ``task``) count everywhere for a cursor that rests on them, but in running text only
where they are written as names.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from backspec import catalog

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backspec.catalog import Topic


class Mention(NamedTuple):
    """A topic's name in a text."""

    slug: str
    start: int
    """Code points from the start of the text."""
    end: int

    @property
    def topic(self) -> Topic:
        """The topic itself."""
        return catalog.topics()[self.slug]


class _Name(NamedTuple):
    words: tuple[str, ...]
    slug: str
    is_proper: bool
    """The title or slug, or an alias of several words: clear enough in running text."""


_WORD = re.compile(r"(?:(?<![\w.])\.)?[^\W_]+[+#]*")
_GLUE = re.compile(r"[\s\-_./,]{0,2}")
_LONGEST_GLUE = 2


def _words(name: str) -> tuple[str, ...]:
    return tuple(found.group().casefold() for found in _WORD.finditer(name))


@functools.cache
def _names() -> Mapping[str, tuple[_Name, ...]]:
    """All names by their first word, the longest first; joined spellings by the whole."""
    found: dict[str, dict[tuple[str, ...], _Name]] = {}

    def add(words: tuple[str, ...], slug: str, is_proper: bool) -> None:
        if words:
            found.setdefault(words[0], {}).setdefault(words, _Name(words, slug, is_proper))

    topics = catalog.topics()
    # Titles first: where two topics claim a name, the one that is called so wins.
    for slug, topic in topics.items():
        add(_words(topic.title), slug, True)
        add(_words(slug), slug, True)
    for slug, topic in topics.items():
        for alias in topic.aliases:
            words = _words(alias)
            add(words, slug, len(words) > 1 or not alias.islower())
    for names in list(found.values()):
        for name in list(names.values()):
            joined = "".join(name.words)
            if len(name.words) > 1 and len(joined) <= 24:
                add((joined,), name.slug, name.is_proper)
    return {
        first: tuple(sorted(names.values(), key=lambda name: -len(name.words)))
        for first, names in found.items()
    }


def find_topics(text: str, *, clear_only: bool = True) -> list[Mention]:
    """All mentions of topics in a text, in order, not overlapping.

    With ``clear_only``, names that are everyday words count only where they are written with a
    capital (``Go``, ``Express``), and not at the start of a sentence unless nothing follows.
    """
    names = _names()
    found: list[Mention] = []
    words = list(_WORD.finditer(text))
    at = 0
    while at < len(words):
        mention, taken = _match(text, words, at, names, clear_only)
        if mention is not None:
            found.append(mention)
        at += taken
    return found


def topic_at(text: str, offset: int) -> Mention | None:
    """The topic whose name the cursor rests on (code points); None when there is none."""
    # A name never runs over a paragraph: what is around the cursor is enough.
    begin = max(text.rfind("\n\n", 0, offset), offset - 200, 0)
    end = text.find("\n\n", offset)
    end = min(offset + 200, end if end >= 0 else len(text))
    # Do not cut the first word of the window in two.
    while begin > 0 and not text[begin].isspace() and begin > offset - 260:
        begin -= 1
    for mention in find_topics(text[begin:end], clear_only=False):
        if mention.start + begin <= offset <= mention.end + begin:
            return Mention(mention.slug, mention.start + begin, mention.end + begin)
    return None


def _match(
    text: str,
    words: list[re.Match[str]],
    at: int,
    names: Mapping[str, tuple[_Name, ...]],
    clear_only: bool,
) -> tuple[Mention | None, int]:
    first = words[at].group().casefold()
    for spelling in (first, first.removesuffix("s")) if len(first) > 3 else (first,):
        for name in names.get(spelling, ()):
            last = at + len(name.words) - 1
            if last >= len(words) or not _fits(text, words, at, name, spelling):
                continue
            start, end = words[at].start(), words[last].end()
            if clear_only and not _is_clear(text, start, end, name):
                continue
            return Mention(name.slug, start, end), len(name.words)
    return None, 1


def _fits(text: str, words: list[re.Match[str]], at: int, name: _Name, spelling: str) -> bool:
    """Whether the words from ``at`` on are the name's, close together; the last may be plural."""
    if len(name.words) > 1 and spelling != words[at].group().casefold():
        return False
    for step, expected in enumerate(name.words[1:], 1):
        word = words[at + step]
        glue = text[words[at + step - 1].end() : word.start()]
        if len(glue) > _LONGEST_GLUE or not _GLUE.fullmatch(glue):
            return False
        actual = word.group().casefold()
        is_last = step == len(name.words) - 1
        if actual != expected and not (is_last and actual == f"{expected}s"):
            return False
    return True


@functools.cache
def _everyday() -> frozenset[str]:
    return frozenset(catalog.vocabulary("everyday-words")["words"])


def _is_clear(text: str, start: int, end: int, name: _Name) -> bool:
    if len(name.words) > 1:
        return True
    written = text[start:end]
    if name.words[0] not in _everyday():
        return name.is_proper or not written.islower() or len(written) > 5
    if written.islower():
        return False
    if written.isupper() and len(written) > 1:
        return True
    before = text[:start].rstrip(" \t*_")
    # "Go to the list": a capital at the start of a sentence says nothing.
    inside = bool(before) and before[-1] not in ".!?:\n-#>"
    return inside or text[end : end + 1] in (",", ":", "*")
