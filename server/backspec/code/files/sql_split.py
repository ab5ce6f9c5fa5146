"""Cuts SQL text into statements, without knowing what they say.

Knows strings, quoted names, comments, dollar quotes, MySQL's ``DELIMITER``, SQL Server's ``GO``,
psql's commands and the data after ``COPY .. FROM stdin``, and the bodies of routines that are not
quoted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK: Final = regex(
    rb"--[^\n]*|/\*|'|\"|`|\$(?:[A-Za-z_]\w*)?\$|;|^\\[^\n]*"
    rb"|^[ \t]*(?i:GO)(?:[ \t]+\d+)?[ \t]*\r?$|^[ \t]*(?i:DELIMITER)[ \t]+(?P<delimiter>\S+)[^\n]*",
    re.MULTILINE,
)
_SPACE: Final = regex(rb"(?:\s+|--[^\n]*(?:\n|$)|/\*(?:[^*]|\*(?!/))*\*/)*")
_ROUTINE: Final = regex(
    rb"(?i)(?:CREATE|ALTER)\b(?!\s+(?:TABLE|INDEX|UNIQUE)\b)[^;]{0,80}?\b(?:PROCEDURE|PROC|FUNCTION|TRIGGER|EVENT|PACKAGE)\b"
)
_BODY: Final = regex(rb"(?i)\bBEGIN\b")
_COPY: Final = regex(rb"(?i)COPY\b[^;]*\bFROM\s+STDIN\b")
_DELIMITER: Final = regex(rb"^[ \t]*(?i:DELIMITER)\b", re.MULTILINE)


class Piece(NamedTuple):
    """One statement."""

    span: Span
    """From its first word to before its ``;``, without comments around it."""
    is_routine: bool
    """It makes a routine: what is in it does not run now."""


def split(text: bytes) -> Iterator[Piece]:
    """The statements of a text, in order. Never raises; an open quote ends with the text."""
    start = at = 0
    is_quoted = False
    while match := _MARK.search(text, at):
        mark = match.group()
        at = match.end()
        if mark[:2] == b"--":
            continue
        if mark[:1] == b"\\":  # a command of psql ends what stands before it
            yield from _piece(text, start, match.start())
            start = at
            continue
        if mark == b"/*":
            end = text.find(b"*/", at)
            at = len(text) if end < 0 else end + 2
            continue
        if mark[:1] in (b"'", b'"', b"`", b"$"):
            at = _after_quote(text, mark, at)
            is_quoted = is_quoted or mark[:1] == b"$"
            continue
        if mark == b";" and not is_quoted and _is_in_routine(text, start, match.start()):
            continue
        yield from _piece(text, start, match.start())
        if mark == b";":
            space = _SPACE.match(text, start, at)
            if space and _COPY.match(text, space.end(), at):
                end = text.find(b"\n\\.", at - 1)
                at = len(text) if end < 0 else end + 3
        start = at
        is_quoted = False
        if match["delimiter"] not in (None, b";"):
            following = _DELIMITER.search(text, at)
            end = following.start() if following else len(text)
            yield from _delimited(text, at, end, match["delimiter"])
            start = at = end
    yield from _piece(text, start, len(text))


def _delimited(text: bytes, start: int, end: int, delimiter: bytes) -> Iterator[Piece]:
    while (found := text.find(delimiter, start, end)) >= 0:
        yield from _piece(text, start, found)
        start = found + len(delimiter)
    yield from _piece(text, start, end)


def _after_quote(text: bytes, mark: bytes, at: int) -> int:
    """Where a quote that has been opened is closed; the end of the text when it is not."""
    while True:
        end = text.find(mark, at)
        if end < 0:
            return len(text)
        at = end + len(mark)
        # Postgres takes a backslash as itself, MySQL does not; a quote after one and before
        # anything but a separator is taken as escaped.
        if mark == b"'" and text[end - 1 : end] == b"\\" and text[at : at + 1] not in b",); \r\n":
            continue
        return at


def _piece(text: bytes, start: int, end: int) -> Iterator[Piece]:
    space = _SPACE.match(text, start, end)
    start = space.end() if space else start
    body = text[start:end].rstrip()
    if body:
        yield Piece(Span(start, start + len(body)), _ROUTINE.match(body) is not None)


def _is_in_routine(text: bytes, start: int, end: int) -> bool:
    """Whether a ``;`` stands in the unquoted body of a routine."""
    space = _SPACE.match(text, start, end)
    head = space.end() if space else start
    if not _ROUTINE.match(text, head, min(end, head + 200)):
        return False
    opened = _BODY.search(text, head, end)
    if opened is None:
        return False
    # A routine ends where a line that begins with END does.
    line = text.rfind(b"\n", opened.end(), end)
    tail = text[max(line + 1, opened.end()) : end]
    return not re.match(rb"(?i)END\b", tail) or bool(
        re.match(rb"(?i)END\s+(?:IF|LOOP|CASE|WHILE|REPEAT)\b", tail)
    )
