"""The Markdown below a header, as far as checks need it: what is prose and what is code."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.nodes import Header

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_FENCE = re.compile(
    rb"^[ \t>]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?(?P<mark>`{3,}|~{3,})(?P<info>[^\r\n]*)"
)
_CODE_SPAN = re.compile(rb"(?<!`)(`+)(?!`)(?:(?!\r?\n[ \t]*\r?\n).)*?(?<!`)\1(?!`)", re.DOTALL)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced code block."""

    span: Span
    """From its opening marks to the end of the closing line, or of the body."""
    info: str
    """What stands behind the opening marks."""
    mark: str
    """The marks themselves, three or more."""
    content: Span
    is_closed: bool


class Body:
    """Spans in the body of one header's document."""

    def __init__(self, header: Header) -> None:
        self._text = header.text
        self.span = header.body

    @property
    def is_blank(self) -> bool:
        """Nothing but white space and comments."""
        rest = self._text[self.span.start : self.span.end]
        return not _COMMENT.sub(b"", rest).strip()

    @functools.cached_property
    def fences(self) -> tuple[Fence, ...]:
        """The fenced code blocks, in order. An unclosed one runs to the end."""
        return tuple(self._read_fences())

    def _read_fences(self) -> Iterator[Fence]:
        text = self._text
        at, stop = self.span
        if b"```" not in text[at:stop] and b"~~~" not in text[at:stop]:
            return
        opened: tuple[int, str, str, int] | None = None
        while at < stop:
            found = _LINE.match(text, at, stop)
            assert found is not None
            end = found.end()
            line = found.group()
            fence = _FENCE.match(line)
            if fence is not None:
                mark = fence["mark"].decode("ascii")
                info = fence["info"].decode("utf-8", "replace").strip()
                if opened is None:
                    if "`" not in info or mark[0] == "~":
                        opened = (at + fence.start("mark"), mark, info, end)
                elif not info and mark[0] == opened[1][0] and len(mark) >= len(opened[1]):
                    content = Span(opened[3], at)
                    yield Fence(Span(opened[0], end), opened[2], opened[1], content, True)
                    opened = None
            if end == at:
                break
            at = end
        if opened is not None:
            content = Span(min(opened[3], stop), stop)
            yield Fence(Span(opened[0], stop), opened[2], opened[1], content, False)

    @functools.cached_property
    def code(self) -> tuple[Span, ...]:
        """Fenced blocks and code spans, in order, not overlapping."""
        found: list[Span] = []
        for part in self._between([fence.span for fence in self.fences]):
            if b"`" in self._text[part.start : part.end]:
                found.extend(
                    Span(*match.span())
                    for match in _CODE_SPAN.finditer(self._text, part.start, part.end)
                )
        return tuple(sorted([*found, *(fence.span for fence in self.fences)]))

    @functools.cached_property
    def comments(self) -> tuple[Span, ...]:
        """HTML comments outside code, in order."""
        if b"<!--" not in self._text[self.span.start : self.span.end]:
            return ()
        found = (Span(*m.span()) for m in _COMMENT.finditer(self._text, *self.span))
        return tuple(span for span in found if not self.is_code(span.start))

    @functools.cached_property
    def prose(self) -> tuple[Span, ...]:
        """What is neither code nor an HTML comment, in order."""
        return tuple(self._between(sorted([*self.code, *self.comments])))

    def _between(self, holes: list[Span]) -> Iterator[Span]:
        at = self.span.start
        for hole in holes:
            if hole.start > at:
                yield Span(at, hole.start)
            at = max(at, hole.end)
        if at < self.span.end:
            yield Span(at, self.span.end)

    @functools.cached_property
    def _starts(self) -> list[int]:
        return [span.start for span in self.code]

    def is_code(self, offset: int) -> bool:
        """Whether an offset is in a fenced block or a code span."""
        index = bisect_right(self._starts, offset) - 1
        return index >= 0 and offset < self.code[index].end

    def in_fence(self, offset: int) -> bool:
        """Whether an offset is in a fenced block."""
        return any(fence.span.start <= offset < fence.span.end for fence in self.fences)

    def find(
        self, pattern: re.Pattern[bytes], *, in_code: bool = False
    ) -> Iterator[re.Match[bytes]]:
        """Matches in the body; those in code and comments only with ``in_code``."""
        for found in pattern.finditer(self._text, *self.span):
            if in_code or not self.is_code(found.start()):
                yield found
