"""Header text as parsers want it (code points), with the way back to byte offsets."""

from __future__ import annotations

import re
from bisect import bisect_left

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_UNREADABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""Code points that YAML forbids, and the stand-ins for bytes that are not UTF-8."""


class Source:
    """A piece of a document, decoded one to one: every index has its byte offset.

    Bytes that are not UTF-8 and characters that YAML forbids read as U+FFFD, so that one of them
    does not cost the rest of the header; ``unreadable`` says where they are.
    """

    __slots__ = ("_extra", "_marks", "base", "text", "unreadable")

    def __init__(self, raw: bytes, base: int = 0) -> None:
        self.base = base
        """Byte offset of the piece in the document."""
        self._marks: list[int] = []
        self._extra: list[int] = [0]
        text = raw.decode("utf-8", "surrogateescape")
        if not raw.isascii():
            total = 0
            for found in _NOT_ASCII.finditer(text):
                code = ord(found.group())
                # A surrogate stands for one bad byte, everything else for its own encoding.
                total += 0 if 0xD800 <= code <= 0xDFFF else (code > 0x7FF) + (code > 0xFFFF) + 1
                self._marks.append(found.start())
                self._extra.append(total)
        self.unreadable: list[int] = []
        """Indexes of characters that were replaced."""
        if _UNREADABLE.search(text):
            self.unreadable = [found.start() for found in _UNREADABLE.finditer(text)]
            text = _UNREADABLE.sub("\ufffd", text)
        self.text = text

    def at(self, index: int) -> int:
        """The byte offset in the document of a code point index."""
        if not self._marks:
            return self.base + index
        return self.base + index + self._extra[bisect_left(self._marks, index)]

    def index(self, offset: int) -> int:
        """The code point index of a byte offset in the document, clamped to the piece."""
        if not self._marks:
            return max(0, min(offset - self.base, len(self.text)))
        low, high = 0, len(self.text)
        while low < high:
            middle = (low + high) // 2
            if self.at(middle) < offset:
                low = middle + 1
            else:
                high = middle
        return low
