"""Tokens of SQL, and a cursor over those of one statement.

One lexer for all databases: what one of them would read in another way is taken in the way that
loses least. Comments are left out. Offsets are bytes of the whole text.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from backspec.expressions import regex
from backspec.text import Span

_TOKEN: Final = regex(
    r"\s*(?:"
    r"(?P<word>(?![eEnNbBxX]')[#A-Za-z_\x80-\xff][\w$#\x80-\xff]*)"
    r"|(?P<mark>[(),;]|\.(?!\d))"
    r"|(?P<skip>--[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|\Z))"
    r"|(?P<dollar>\$(?P<tag>(?:[A-Za-z_]\w*)?)\$(?s:.*?)(?:\$(?P=tag)\$|\Z))"
    r"|(?P<string>(?:[eE](?='))?'(?:[^'\\]|''|\\(?!'(?:[,);\s]|\Z)).|\\)*(?:'|\Z)"
    r"|[nNbBxX]'(?:[^']|'')*(?:'|\Z))"
    r"|(?P<quoted>\"(?:[^\"]|\"\")*(?:\"|\Z)|`[^`]*(?:`|\Z)"
    r"|(?<![\w\])])\[[A-Za-z_#@][^\]\n\[]*\])"
    r"|(?P<param>[:@$]\w+|\?\d*|%s|%\(\w+\)s|\{\w*\}|@@\w+)"
    r"|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b|\.\d+)"
    r"|(?P<other>::|\|\||<=|>=|<>|!=|->>|->|=>|:=|[^\s])"
    r"|(?P<end>\Z))",
    re.DOTALL | re.ASCII,
)
"""Of a text with one character for each byte. White space before a token belongs to its match."""


_PLAIN: Final = frozenset(("word", "mark"))


class Token(NamedTuple):
    """One token."""

    kind: str
    """word, quoted, string, dollar, number, param or mark."""
    text: str
    """Words in capitals, marks as they are; names in quotes without them, in their own case; of
    strings and parameters, the source."""
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end)


def tokens(text: bytes, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of a part of a text, without white space and comments. Never raises."""
    part = text[start:end]
    is_plain = part.isascii()
    source = part.decode("latin-1")
    capitals = source.upper() if is_plain else ""
    found: list[Token] = []
    append, make = found.append, tuple.__new__
    for match in _TOKEN.finditer(source):
        kind: str = match.lastgroup  # type: ignore[assignment]
        if kind == "skip" or kind == "end":
            continue
        begins, ends = match.span(kind)
        if not is_plain:
            says = part[begins:ends].decode("utf-8", "replace")
            if kind == "word":
                says = says.upper()
        elif kind == "word":
            says = capitals[begins:ends]
        else:
            says = source[begins:ends]
        if kind == "quoted":
            says = says[1:-1]
        elif kind == "other":
            kind = "mark"
        append(make(Token, (kind, says, start + begins, start + ends)))
    return found


class Cursor:
    """Reads tokens from left to right. Beyond the end stands an empty mark."""

    __slots__ = ("at", "end", "list", "source")

    def __init__(
        self, source: bytes, list_: list[Token], start: int = 0, end: int | None = None
    ) -> None:
        self.source = source
        self.list = list_
        self.at = start
        self.end = len(list_) if end is None else end

    def peek(self, ahead: int = 0) -> Token:
        """The token that is read next, or one after it."""
        at = self.at + ahead
        if at < self.end:
            return self.list[at]
        last = self.list[self.end - 1].end if self.end else 0
        return Token("mark", "", last, last)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return self.at >= self.end

    def next(self) -> Token:
        """Read one token."""
        token = self.peek()
        self.at += 1
        return token

    def says(self, *words: str) -> bool:
        """Whether the next tokens are these words or marks."""
        at = self.at
        if at + len(words) > self.end:
            return False
        for word in words:
            token = self.list[at]
            if token[1] != word or token[0] not in _PLAIN:
                return False
            at += 1
        return True

    def take(self, *words: str) -> bool:
        """Read these words, if they are next."""
        if not self.says(*words):
            return False
        self.at += len(words)
        return True

    def take_any(self, *words: str) -> str:
        """Read one of these words, "" for none."""
        token = self.peek()
        if token.kind in ("word", "mark") and token.text in words:
            self.at += 1
            return token.text
        return ""

    def name(self) -> tuple[str, Span] | None:
        """Read a name, qualified or not: its last part in lower case, and where that stands."""
        token = self.peek()
        if token.kind not in ("word", "quoted"):
            return None
        self.at += 1
        while self.says(".") and self.peek(1).kind in ("word", "quoted"):
            self.at += 1
            token = self.next()
        return token.text.lower() or "", token.span

    def group(self) -> Cursor | None:
        """Read what is in parentheses; None when there are none."""
        if not self.says("("):
            return None
        start = self.at + 1
        self.at = after_group(self.list, self.at, self.end)
        closed = self.at - 1 if self.list[self.at - 1].text == ")" else self.at
        return Cursor(self.source, self.list, start, max(start, closed))

    def parts(self) -> list[Cursor]:
        """What is left, cut at commas that stand in no parentheses."""
        found = []
        start = at = self.at
        while at < self.end:
            token = self.list[at]
            if token.text == "(" and token.kind == "mark":
                at = after_group(self.list, at, self.end)
                continue
            if token.text == "," and token.kind == "mark":
                found.append(Cursor(self.source, self.list, start, at))
                start = at + 1
            at += 1
        found.append(Cursor(self.source, self.list, start, self.end))
        self.at = self.end
        return [one for one in found if one.at < one.end]

    def find(self, *words: str) -> int:
        """Where these words stand next outside of parentheses; -1 for nowhere."""
        at = self.at
        while at < self.end:
            token = self.list[at]
            if token.kind == "mark" and token.text == "(":
                if words[0] == "(":
                    return at
                at = after_group(self.list, at, self.end)
                continue
            if all(
                at + i < self.end
                and self.list[at + i].text == word
                and self.list[at + i].kind in ("word", "mark")
                for i, word in enumerate(words)
            ):
                return at
            at += 1
        return -1

    @property
    def span(self) -> Span:
        """From the next token to the last one."""
        if self.at >= self.end:
            at = self.peek().start
            return Span(at, at)
        return Span(self.list[self.at].start, self.list[self.end - 1].end)

    def text(self) -> str:
        """The source of what is left."""
        span = self.span
        return self.source[span.start : span.end].decode("utf-8", "replace")

    def words(self) -> list[str]:
        """The words that are left, also those in parentheses."""
        return [t.text for t in self.list[self.at : self.end] if t.kind == "word"]


def closings(found: list[Token]) -> dict[int, int]:
    """For each parenthesis that is closed: the index after the one that closes it."""
    opened: list[int] = []
    closed: dict[int, int] = {}
    for at, token in enumerate(found):
        if token.kind == "mark":
            if token.text == "(":
                opened.append(at)
            elif token.text == ")" and opened:
                closed[opened.pop()] = at + 1
    return closed


def after_group(found: list[Token], at: int, end: int) -> int:
    """The index after the parenthesis that closes the one at ``at``; ``end`` when none does."""
    depth = 0
    while at < end:
        token = found[at]
        if token.kind == "mark":
            if token.text == "(":
                depth += 1
            elif token.text == ")":
                depth -= 1
                if depth == 0:
                    return at + 1
        at += 1
    return end
