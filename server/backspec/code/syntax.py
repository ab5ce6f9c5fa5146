"""Parses source text with tree-sitter: the only module that imports it.

Languages have the core's ids (``python``, ``javascript``, ``jsx``, ``typescript``, ``tsx``, ...).
Parsing never raises for bad text, is bounded in time and can be cancelled. Trees come out of
broken code too. Nodes index the text that was parsed: slice that text, never ``node.text``.
"""

from __future__ import annotations

import functools
import importlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tree_sitter import Language, Node, Parser, Tree, TreeCursor

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "LANGUAGES",
    "Grammar",
    "Node",
    "Parsed",
    "Tree",
    "TreeCursor",
    "grammar",
    "parse",
    "reparse",
]

LANGUAGES = {
    "python": ("tree_sitter_python", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "jsx": ("tree_sitter_javascript", "language"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "go": ("tree_sitter_go", "language"),
    "java": ("tree_sitter_java", "language"),
    "csharp": ("tree_sitter_c_sharp", "language"),
    "php": ("tree_sitter_php", "language_php"),
    "ruby": ("tree_sitter_ruby", "language"),
}
"""Module and entry function of each language's grammar; imported on first use."""

FALLBACKS = {"javascript": "tsx", "jsx": "tsx"}
"""What is tried when a first parse has errors: JavaScript with Flow or TypeScript types."""

TIME_LIMIT_S = 3.0
"""How long one parse may take. Random punctuation can take minutes, real code never a second."""

_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Grammar:
    """A loaded grammar. ``id`` is the language id it was loaded for."""

    id: str
    language: Language
    parser: Parser

    def kind_ids(self, kind: str) -> tuple[int, ...]:
        """All ids of a named node kind: aliases give one name several."""
        language = self.language
        return tuple(
            i
            for i in range(language.node_kind_count)
            if language.node_kind_is_named(i) and language.node_kind_for_id(i) == kind
        )

    def token_ids(self) -> tuple[int, ...]:
        """The ids of nodes without a name: punctuation and keywords."""
        language = self.language
        return tuple(
            i for i in range(language.node_kind_count) if not language.node_kind_is_named(i)
        )


@functools.cache
def grammar(language: str) -> Grammar:
    """The grammar of a language id. Raises KeyError for a language without one."""
    module, entry = LANGUAGES[language]
    loaded = Language(getattr(importlib.import_module(module), entry)())
    return Grammar(language, loaded, Parser(loaded))


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit changed in a text and in how the parser reads it. Bytes."""

    start: int
    old_end: int
    """In the text before."""
    new_end: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """One parsed text."""

    text: bytes
    tree: Tree
    language: str
    """The language whose grammar was used; not always the one asked for, see ``FALLBACKS``."""
    change: Change | None = None
    """How it differs from the one it was reparsed from; None for one parsed afresh."""

    @property
    def root(self) -> Node:
        """The node of the whole text."""
        return self.tree.root_node


def parse(
    language: str,
    text: bytes,
    *,
    time_limit_s: float = TIME_LIMIT_S,
    is_cancelled: Callable[[], bool] | None = None,
) -> Parsed | None:
    """Parse a text; None when it took too long or was cancelled.

    Raises KeyError for a language without grammar.
    """
    tree = _parse(grammar(language), text, None, time_limit_s, is_cancelled)
    if tree is None:
        return None
    other = FALLBACKS.get(language)
    if other is not None and tree.root_node.has_error:
        better = _parse(grammar(other), text, None, time_limit_s, is_cancelled)
        if better is not None and not better.root_node.has_error:
            return Parsed(text, better, other)
    return Parsed(text, tree, language)


def reparse(
    old: Parsed,
    text: bytes,
    *,
    time_limit_s: float = TIME_LIMIT_S,
    is_cancelled: Callable[[], bool] | None = None,
) -> Parsed | None:
    """Parse the next version of a text, reusing what did not change; None as for ``parse``.

    The grammar stays the old one, so that half-typed code does not change its language. Nodes of
    ``old`` stay as they are.
    """
    before = old.text
    if text == before:
        return replace(old, change=Change(0, 0, 0))
    start, kept = common_ends(before, text)
    old_end, new_end = len(before) - kept, len(text) - kept
    first = _point(before, start)
    edited = old.tree.copy()
    edited.edit(
        start,
        old_end,
        new_end,
        first,
        _point_after(first, before, start, old_end),
        _point_after(first, text, start, new_end),
    )
    tree = _parse(grammar(old.language), text, edited, time_limit_s, is_cancelled)
    if tree is None:
        return None
    ranges = edited.changed_ranges(tree)
    start = min([start, *(one.start_byte for one in ranges)])
    new_end = max([new_end, *(one.end_byte for one in ranges)])
    change = Change(start, new_end - len(text) + len(before), new_end)
    return Parsed(text, tree, old.language, change)


def _parse(
    grammar: Grammar,
    text: bytes,
    old: Tree | None,
    time_limit_s: float,
    is_cancelled: Callable[[], bool] | None,
) -> Tree | None:
    deadline = time.monotonic() + time_limit_s

    # The progress callback only works for chunked reads; it is what bounds the time.
    def read(offset: int, _point: object) -> bytes:
        return text[offset : offset + _CHUNK]

    def stop(_offset: int, _has_error: bool) -> bool:
        return time.monotonic() > deadline or (is_cancelled is not None and is_cancelled())

    parser = grammar.parser
    try:
        if old is None:
            return parser.parse(read, progress_callback=stop)
        return parser.parse(read, old, progress_callback=stop)
    except ValueError:
        parser.reset()
        return None


def _point(text: bytes, offset: int) -> tuple[int, int]:
    return text.count(b"\n", 0, offset), offset - (text.rfind(b"\n", 0, offset) + 1)


def _point_after(first: tuple[int, int], text: bytes, start: int, offset: int) -> tuple[int, int]:
    """The point of an offset, from that of one before it."""
    rows = text.count(b"\n", start, offset)
    if not rows:
        return first[0], first[1] + offset - start
    return first[0] + rows, offset - (text.rfind(b"\n", start, offset) + 1)


def common_ends(before: bytes, after: bytes) -> tuple[int, int]:
    """How many bytes at the start, and of the rest how many at the end, two texts share."""
    start = _common_prefix(before, after)
    return start, _common_suffix(before, after, min(len(before), len(after)) - start)


def _common_prefix(a: bytes, b: bytes) -> int:
    """The length of the common prefix, by halving: comparing slices is a memcmp."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_suffix(a: bytes, b: bytes, limit: int) -> int:
    """The length of the common suffix, at most ``limit``."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if a[len(a) - middle : len(a) - low] == b[len(b) - middle : len(b) - low]:
            low = middle
        else:
            high = middle - 1
    return low
