"""Looks for comparisons of some kind in a text, at little cost where nothing is compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator


def compared(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What fits a pattern in each line of a text that holds ``==`` or ``!=``, in order.

    An expression that begins with any name is tried at each letter; most lines compare nothing.
    """
    end = 0
    while (at := _next(text, end)) >= 0:
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        end = len(text) if end < 0 else end
        yield from pattern.finditer(text, start, end)


def _next(text: str, start: int) -> int:
    equal = text.find("==", start)
    different = text.find("!=", start, equal if equal >= 0 else len(text))
    return different if different >= 0 else equal
