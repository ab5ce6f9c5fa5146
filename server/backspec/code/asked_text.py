"""Answers whether regular expressions fit a file's text, and keeps the answers while it changes."""

from __future__ import annotations

import functools
import re
from typing import Final

from backspec.code.needles import LONGEST, has_one, is_plain, lines_spanned, needles
from backspec.code.syntax import common_ends

_NO_WORD: Final = -2
"""An answer: no, for none of the words it needs is in the text."""
_NOWHERE: Final = -1
"""An answer: no."""
_FAR: Final = 4000
"""No run of blank characters is longer, as far as an edit is looked at."""


class AskedText:
    """A text with what was asked of it."""

    __slots__ = ("_answers", "_lowered", "text")

    def __init__(self, text: bytes) -> None:
        self.text = text
        self._answers: dict[str, int] = {}
        """By expression: where it fits first, ``_NOWHERE`` or ``_NO_WORD``."""
        self._lowered: bytes | None = None

    def has(self, pattern: str) -> bool:
        """Whether an expression (``^`` at line starts) fits anywhere."""
        known = self._answers.get(pattern)
        if known is None:
            known = self._answers[pattern] = self._find(pattern)
        return known >= 0

    def _find(self, pattern: str) -> int:
        words = needles(pattern)
        if words:
            if self._lowered is None:
                self._lowered = self.text.lower()
            if not has_one(words, self._lowered):
                return _NO_WORD
        if is_plain(pattern):
            return self.text.find(pattern.encode())
        found = _compiled(pattern).search(self.text)
        return _NOWHERE if found is None else found.start()

    def takes(self, text: bytes) -> bool:
        """Whether all that was asked is answered alike by ``text``, which then replaces this one.

        Costs what the change costs, but for expressions that nearly fit.
        """
        start, kept = common_ends(self.text, text)
        end, by = len(text) - kept, len(text) - len(self.text)
        before, lowered = self.text, self._lowered
        self.text, self._lowered = text, None
        near = text[max(0, start - LONGEST) : end + LONGEST].lower()
        answers: dict[str, int] = {}
        for pattern, answer in self._answers.items():
            if answer >= 0:
                moved = answer if answer < start else answer + by
                fits = moved >= 0 and _compiled(pattern).match(text, moved) is not None
                now = moved if fits else self._find(pattern)
            elif answer == _NO_WORD and not has_one(needles(pattern), near):
                now = _NO_WORD
            else:
                now = self._find_near(pattern, start, end)
            if (now >= 0) is not (answer >= 0):
                self.text, self._lowered = before, lowered
                return False
            answers[pattern] = now
        self._answers = answers
        return True

    def _find_near(self, pattern: str, start: int, end: int) -> int:
        """Where an expression fits that fitted nowhere before the text of a place changed."""
        lines = lines_spanned(pattern)
        if lines is None:
            return self._find(pattern)
        text = self.text
        for _ in range(lines):
            start = _line_start(text, start)
            end = _line_end(text, end)
        found = _compiled(pattern).search(text, start, end)
        return _NOWHERE if found is None else found.start()


def _line_start(text: bytes, at: int) -> int:
    """Where the line before ``at`` begins, but for blank ones."""
    at = len(text[max(0, at - _FAR) : at].rstrip()) + max(0, at - _FAR)
    return text.rfind(b"\n", 0, at) + 1


def _line_end(text: bytes, at: int) -> int:
    """Where the line after ``at`` ends, but for blank ones."""
    rest = text[at : at + _FAR]
    found = text.find(b"\n", at + len(rest) - len(rest.lstrip()))
    return len(text) if found < 0 else found + 1


@functools.lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode(), re.MULTILINE)
