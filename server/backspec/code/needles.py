"""What a regular expression's form says: words that it needs, lines that it may span.

Looking for a word costs a tenth of trying an expression at each place of a text, and most
expressions that are asked about a file fit nowhere in it. What fits within few lines need not be
looked for in those that an edit left alone.
"""

from __future__ import annotations

import functools
import importlib
import re
import sys
from typing import Any, Final

_SHORTEST: Final = 3
_MOST: Final = 40
LONGEST: Final = 100
"""No word is longer."""
_parser: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")


_PLAIN: Final = re.compile(r"[\w <>@=\"'/,:;-]+", re.ASCII)


def is_plain(pattern: str) -> bool:
    """Whether a regular expression fits nothing but its own text."""
    return _PLAIN.fullmatch(pattern) is not None


@functools.lru_cache(maxsize=1024)
def needles(pattern: str) -> tuple[bytes, ...]:
    """Words in small letters, one of which each text has that ``pattern`` fits, in any case.

    () when nothing can be said.
    """
    if is_plain(pattern):
        return (pattern.lower().encode(),) if _SHORTEST <= len(pattern) <= LONGEST else ()
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
        words
        for words in found
        if words
        and len(words) <= _MOST
        and _shortest(words) >= _SHORTEST
        and max(map(len, words)) <= LONGEST
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


MOST_LINES: Final = 8


@functools.lru_cache(maxsize=1024)
def lines_spanned(pattern: str) -> int | None:
    """How many lines that are not blank a fit of ``pattern`` touches at most, with what it looks
    at around; None when there is no such number.
    """
    try:
        breaks = _breaks(_parser.parse(pattern, re.MULTILINE), _ends_lines(pattern))
    except (re.error, RecursionError, AttributeError, TypeError, ValueError):
        return None
    return breaks + 1 if breaks is not None and breaks < MOST_LINES else None


def _ends_lines(pattern: str) -> bool:
    """Whether ``.`` may stand for a line's end."""
    return re.search(r"\(\?[a-z]*s", pattern) is not None


def _breaks(items: Any, is_any: bool) -> int | None:
    """How many runs of blank characters a fit holds at most that may hold a line's end."""
    total = 0
    for operator, argument in items:
        one = _breaks_in(str(operator), argument, is_any)
        if one is None:
            return None
        total += one
    return total


def _breaks_in(operator: str, argument: Any, is_any: bool) -> int | None:
    if operator == "LITERAL":
        return int(argument == 10)
    if operator == "AT":
        return None if str(argument) == "AT_END_STRING" else 0
    if operator == "NOT_LITERAL":
        return 0 if argument == 10 else None
    if operator == "ANY":
        return None if is_any else 0
    if operator == "IN":
        return _breaks_in_set(argument)
    if operator in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        low, high, inner = argument
        del low
        once = _breaks(inner, is_any)
        if once in (0, None):
            return once
        is_blank = len(inner) == 1 and str(inner[0][0]) == "IN" and _is_blank(inner[0][1])
        return 1 if is_blank else once * high if high <= MOST_LINES else None
    if operator == "SUBPATTERN":
        return _breaks(argument[3], is_any)
    if operator == "ATOMIC_GROUP":
        return _breaks(argument, is_any)
    if operator in ("ASSERT", "ASSERT_NOT"):
        return _breaks(argument[1], is_any)
    if operator == "BRANCH":
        choices = [_breaks(choice, is_any) for choice in argument[1]]
        known = [one for one in choices if one is not None]
        return max(known, default=0) if len(known) == len(choices) else None
    return None


_BLANK: Final = frozenset(" \t\r\n\f\v")


def _is_blank(items: Any) -> bool:
    """Whether a set stands for blank characters alone."""
    return all(
        str(argument) == "CATEGORY_SPACE"
        or (str(kind) == "LITERAL" and argument < 128 and chr(argument) in _BLANK)
        for kind, argument in items
    )


def _breaks_in_set(items: Any) -> int | None:
    """As for one item: a set holds a line's end or it does not."""
    kinds = {str(kind) for kind, _ in items}
    if "NEGATE" in kinds:
        return 0 if ("LITERAL", 10) in {(str(k), a) for k, a in items} else 1
    for kind, argument in items:
        if str(argument) in ("CATEGORY_SPACE", "CATEGORY_NOT_WORD", "CATEGORY_NOT_DIGIT"):
            return 1
        if str(kind) == "LITERAL" and argument == 10:
            return 1
        if str(kind) == "RANGE" and argument[0] <= 10 <= argument[1]:
            return 1
    return 0
