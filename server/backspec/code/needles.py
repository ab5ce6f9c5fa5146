"""Words that a text must hold for a regular expression to fit.

Looking for a word costs a tenth of trying an expression at each place of a text, and most
expressions that are asked about a file fit nowhere in it.
"""

from __future__ import annotations

import functools
import importlib
import re
import sys
from typing import Any, Final

_SHORTEST: Final = 3
_MOST: Final = 40
_parser: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")


@functools.lru_cache(maxsize=1024)
def needles(pattern: str) -> tuple[bytes, ...]:
    """Words in small letters, one of which each text has that ``pattern`` fits, in any case.

    () when nothing can be said.
    """
    try:
        return _of_sequence(_parser.parse(pattern, re.MULTILINE))
    except (re.error, RecursionError, AttributeError, TypeError, ValueError):
        return ()


def has_one(
    words: tuple[bytes, ...], lowered: bytes, start: int = 0, end: int = sys.maxsize
) -> bool:
    """Whether one of the words stands in a part of a text in small letters."""
    find = lowered.find
    return any(find(word, start, end) >= 0 for word in words)


def _of_sequence(items: Any) -> tuple[bytes, ...]:
    """The best choice of words that one item after the other, or one alone, asks for."""
    found: list[tuple[bytes, ...]] = []
    run = ""
    for operator, argument in items:
        letter = _letter(str(operator), argument)
        if letter:
            run += letter
            continue
        found.append((run.encode(),))
        run = ""
        found.append(_of_item(str(operator), argument))
    found.append((run.encode(),))
    usable = [
        words for words in found if words and len(words) <= _MOST and _shortest(words) >= _SHORTEST
    ]
    return max(usable, key=lambda words: (min(_shortest(words), 6), -len(words)), default=())


def _shortest(words: tuple[bytes, ...]) -> int:
    return min(map(len, words))


def _letter(operator: str, argument: Any) -> str:
    """The one letter that an item stands for, whatever its case; "" for anything else."""
    if operator == "LITERAL":
        return chr(argument).lower() if argument < 128 else ""
    if operator == "IN":
        letters = {
            chr(one).lower() for kind, one in argument if str(kind) == "LITERAL" and one < 128
        }
        return (
            letters.pop() if len(letters) == 1 and all(_is_letter(one) for one in argument) else ""
        )
    return ""


def _is_letter(item: Any) -> bool:
    return str(item[0]) == "LITERAL" and item[1] < 128


def _of_item(operator: str, argument: Any) -> tuple[bytes, ...]:
    if operator == "SUBPATTERN":
        return _of_sequence(argument[3])
    if operator == "ATOMIC_GROUP":
        return _of_sequence(argument)
    if operator in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and argument[0] > 0:
        return _of_sequence(argument[2])
    if operator == "BRANCH":
        words: list[bytes] = []
        for choice in argument[1]:
            one = _of_sequence(choice)
            if not one:
                return ()
            words += one
        return tuple(dict.fromkeys(words))
    return ()
