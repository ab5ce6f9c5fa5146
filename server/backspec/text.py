"""Offsets, lines and edits: the only module that counts columns.

Text in the core is UTF-8 ``bytes``. Offsets are 0-based half-open byte offsets, as tree-sitter
gives them. ``LineTable`` turns them into (line, column) pairs and back, in UTF-8, UTF-16 or
UTF-32 (code point) units. Bytes that are not valid UTF-8 are read as U+FFFD and never raise.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Encoding = Literal["utf-8", "utf-16", "utf-32"]
"""The unit columns are counted in; "utf-32" is code points."""

BOM = b"\xef\xbb\xbf"

_LINE_END = re.compile(rb"\r\n|\n|\r")


class Span(NamedTuple):
    """A half-open range of byte offsets."""

    start: int
    end: int

    def shift(self, by: int) -> Span:
        """The same range, ``by`` bytes later (earlier when negative)."""
        return Span(self.start + by, self.end + by)

    def contains(self, offset: int) -> bool:
        """Whether ``offset`` lies inside or at either edge, as an editor's cursor does."""
        return self.start <= offset <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the ranges share a byte; an empty range overlaps what it lies in or touches."""
        if self.start == self.end or other.start == other.end:
            return self.start <= other.end and other.start <= self.end
        return self.start < other.end and other.start < self.end


class Edit(NamedTuple):
    """Replace the bytes of ``span`` by ``new_text``; an empty span inserts."""

    span: Span
    new_text: str


class LineTable:
    """The line starts of one text, and every conversion between offsets and columns.

    Lines are 0-based and end at LF, CR LF or a lone CR, as the language server protocol
    has it. Offsets and columns beyond the text or the line are clamped; nothing raises.
    """

    __slots__ = ("_ascii", "_text", "starts")

    def __init__(self, text: bytes, starts: list[int] | None = None) -> None:
        """``starts`` are the known line starts of ``text``; None to look for them."""
        self._text = text
        self._ascii = text.isascii()
        self.starts = [0, *_line_starts(text, 0, len(text))] if starts is None else starts

    def edited(self, text: bytes, span: Span, new_length: int) -> LineTable:
        """The table of ``text``, in which ``new_length`` bytes replaced ``span`` of this one's.

        Equal to ``LineTable(text)``, at the cost of the lines touched and a shift of the rest.
        """
        starts = self.starts
        # A "\r" before the edit and a "\n" that the edit brings are one line end: look at the
        # line before, too.
        first = max(0, bisect_right(starts, span.start) - 2)
        rest = bisect_right(starts, span.end)
        by = new_length - (span.end - span.start)
        end = starts[rest] + by if rest < len(starts) else len(text)
        changed = starts[: first + 1]
        changed += _line_starts(text, starts[first], end)
        if rest < len(starts):
            if changed[-1] == end:
                changed.pop()
            changed += [start + by for start in starts[rest:]] if by else starts[rest:]
        return LineTable(text, changed)

    @property
    def line_count(self) -> int:
        """How many lines there are; an empty text has one."""
        return len(self.starts)

    def line_of(self, offset: int) -> int:
        """The 0-based line that holds ``offset``."""
        return max(0, bisect_right(self.starts, min(offset, len(self._text))) - 1)

    def line_span(self, line: int) -> Span:
        """The bytes of a line without its line end; clamped to the last line."""
        line = max(0, min(line, len(self.starts) - 1))
        start = self.starts[line]
        end = self.starts[line + 1] if line + 1 < len(self.starts) else len(self._text)
        while end > start and self._text[end - 1] in b"\r\n":
            end -= 1
        return Span(start, end)

    def line_text(self, line: int) -> str:
        """The text of a 0-based line without its line end."""
        span = self.line_span(line)
        return self._text[span.start : span.end].decode("utf-8", "replace")

    def position(self, offset: int, encoding: Encoding = "utf-32") -> tuple[int, int]:
        """(line, column) of a byte offset, both 0-based, the column in ``encoding`` units.

        An offset inside a line end counts as the end of the line, one inside a character as the
        start of that character.
        """
        offset = max(0, min(offset, len(self._text)))
        if not self._ascii:
            while 0 < offset < len(self._text) and self._text[offset] & 0xC0 == 0x80:
                offset -= 1
        line = self.line_of(offset)
        start, end = self.line_span(line)
        before = self._text[start : min(offset, end)]
        if encoding == "utf-8" or self._ascii or before.isascii():
            return line, len(before)
        return line, _width(before.decode("utf-8", "replace"), encoding)

    def offset(self, line: int, column: int, encoding: Encoding = "utf-32") -> int:
        """The byte offset of a 0-based line and column, clamped to the text and the line.

        A column inside a surrogate pair counts as the start of its character.
        """
        if line < 0:
            return 0
        if line >= len(self.starts):
            return len(self._text)
        start, end = self.line_span(line)
        column = max(0, column)
        content = self._text[start:end]
        if encoding == "utf-8" or self._ascii or content.isascii():
            return min(start + column, end)
        units = 0
        at = start
        for char in content.decode("utf-8", "replace"):
            units += 2 if encoding == "utf-16" and ord(char) > 0xFFFF else 1
            if units > column:
                break
            at += _byte_width(self._text, at, char)
        return min(at, end)


def _line_starts(text: bytes, start: int, end: int) -> list[int]:
    """The starts of the lines that begin after ``start`` and up to ``end``."""
    lines = text[start:end].splitlines(keepends=True)
    if lines and not lines[-1].endswith((b"\n", b"\r")):
        lines.pop()
    return [start + length for length in accumulate(map(len, lines))]


def _width(text: str, encoding: Encoding) -> int:
    if encoding == "utf-32":
        return len(text)
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


def _byte_width(text: bytes, at: int, char: str) -> int:
    """Bytes one decoded character took at ``at``; U+FFFD may stand for one to three bad ones."""
    encoded = char.encode("utf-8")
    if char != "\ufffd" or text.startswith(encoded, at):
        return len(encoded)
    # The decoder's own idea of one bad sequence: the shortest slice that is exactly one U+FFFD
    # and stays one when a byte is added.
    for width in (1, 2, 3):
        after = text[at : at + width + 1].decode("utf-8", "replace")
        if len(after) > 1 or at + width >= len(text):
            return width
    return 1


def apply_edits(text: bytes, edits: Iterable[Edit]) -> bytes:
    """The text with all edits made; every byte outside their spans stays as it was.

    Edits refer to the original text, in any order. Raises ValueError when two overlap; several
    insertions at one offset are made in the order given.
    """
    ordered = sorted(edits, key=lambda edit: (edit.span.start, edit.span.end))
    parts: list[bytes] = []
    at = 0
    for span, new_text in ordered:
        if span.start < at:
            raise ValueError(f"edits overlap at byte {span.start}")
        parts.append(text[at : span.start])
        parts.append(new_text.encode("utf-8", "surrogatepass"))
        at = span.end
    parts.append(text[at:])
    return b"".join(parts)


def edits_conflict(edits: Sequence[Edit], others: Sequence[Edit]) -> bool:
    """Whether making both sets would change a byte twice or insert twice at one place."""
    return any(mine.span.overlaps(other.span) for mine in edits for other in others)


def newline_of(text: bytes) -> str:
    """The line end the text uses first, a line feed when it has none."""
    found = _LINE_END.search(text)
    return found.group().decode("ascii") if found else "\n"
