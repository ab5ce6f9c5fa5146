"""SQL that stands in another file: where its bytes come from."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from backspec.text import Span


@dataclass(slots=True)
class Text:
    """One SQL text with the places that its bytes have in the file."""

    text: bytes
    pieces: list[tuple[int, int, int, Span]]
    """In order: start and end in the text, offset to the source or -1, and the literal."""
    whole: Span

    def place(self, span: Span) -> Span:
        """Where a part of the text stands in the file."""
        starts = self._at(span.start)
        ends = self._at(span.end - 1) if span.end > span.start else starts
        if starts is None or ends is None or starts[2] < 0 or ends[2] < 0:
            return starts[3] if starts is not None and starts is ends else self.whole
        return Span(starts[2] + span.start, ends[2] + span.end)

    def _at(self, offset: int) -> tuple[int, int, int, Span] | None:
        index = bisect_right(self.pieces, offset, key=lambda one: one[0]) - 1
        found = self.pieces[index] if index >= 0 else None
        return found if found is not None and offset < found[1] else None
