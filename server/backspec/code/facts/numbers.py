"""Numbers as most languages write them, and plain arithmetic on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backspec.code.facts.model import Constant


def number(text: str) -> tuple[bool, Constant]:
    """(whether a text is a number, the number)."""
    text = text.replace("_", "").lower()
    if len(text) > 1 and text[0] == "0" and text.isdigit():
        text = "0o" + text[1:]
    try:
        return True, int(text, 0) if len(text) < 40 else int(text)
    except ValueError:
        try:
            return True, float(text)
        except ValueError:
            return False, None


def arithmetic(operator: str, texts: list[str]) -> tuple[bool, Constant]:
    """``60 * 60 * 24``, ``1 << 20``."""
    numbers = [number(text)[1] for text in texts]
    if len(numbers) < 2 or len(numbers) > 8 or not all(isinstance(n, int) for n in numbers):
        return False, None
    total = numbers[0]
    for one in numbers[1:]:
        assert isinstance(total, int)
        assert isinstance(one, int)
        if operator == "*":
            total *= one
        elif operator == "+":
            total += one
        elif operator == "-":
            total -= one
        elif operator == "**" and 0 <= one <= 128 and abs(total) <= 1 << 16:
            total = total**one
        elif operator == "<<" and 0 <= one <= 64 and abs(total) <= 1 << 16:
            total <<= one
        else:
            return False, None
    return True, total
