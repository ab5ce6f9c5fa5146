"""Answers whether regular expressions fit a file's text, and keeps the answers while it changes."""

from __future__ import annotations

import functools
import re
from typing import Final

from backspec.code.needles import has_one, needles
from backspec.code.syntax import common_ends

_NO_WORD: Final = -2
"""An answer: no, for none of the words it needs is in the text."""
_NOWHERE: Final = -1
"""An answer: no."""


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
        found = _compiled(pattern).search(self.text)
        return _NOWHERE if found is None else found.start()

    def takes(self, text: bytes) -> bool:
        """Whether all that was asked is answered alike by ``text``, which then replaces this one.

        Costs what the change costs, but for expressions that nearly fit.
        """
        start, kept = common_ends(self.text, text)
        end, by = len(text) - kept, len(text) - len(self.text)
        answers: dict[str, int] = {}
        before, lowered = self.text, self._lowered
        self.text, self._lowered = text, None
        for pattern, answer in self._answers.items():
            if answer == _NO_WORD:
                words = needles(pattern)
                reach = max(map(len, words)) - 1
                changed = text[max(0, start - reach) : end + reach].lower()
                now = _NO_WORD if not has_one(words, changed) else self._find(pattern)
            elif answer >= 0:
                moved = answer if answer < start else answer + by
                fits = moved >= 0 and _compiled(pattern).match(text, moved) is not None
                now = moved if fits else self._find(pattern)
            else:
                now = self._find(pattern)
            if (now >= 0) is not (answer >= 0):
                self.text, self._lowered = before, lowered
                return False
            answers[pattern] = now
        self._answers = answers
        return True


@functools.lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode(), re.MULTILINE)
