"""Protocol buffer definitions: packages, messages, enumerations, services."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from backspec.expressions import regex
from backspec.text import Span

_TOKEN: Final = regex(
    rb"(?P<skip>(?:\s|\xef\xbb\xbf)+)|(?P<comment>//[^\n]*|/\*(?s:.*?)(?:\*/|\Z))"
    rb"|(?P<string>\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?)"
    rb"|(?P<number>-?(?:0[xX][\da-fA-F]+|\d[\d.eE+-]*))|(?P<name>\.?[A-Za-z_][\w.]*)|(?P<mark>[^\s])"
)
_LABELS: Final = frozenset(("optional", "repeated", "required"))
_MAX: Final = "max"
LARGEST: Final = 536_870_911
"""The largest number that a field can have."""


class Token(NamedTuple):
    """One token."""

    kind: str
    text: str
    span: Span
    is_commented: bool
    """A comment stands right before it."""


@dataclass(slots=True)
class Member:
    """A field of a message or a value of an enumeration."""

    name: str
    span: Span
    number: int | None = None
    number_span: Span | None = None
    type: str = ""
    type_span: Span | None = None
    label: str = ""
    is_deprecated: bool = False


@dataclass(slots=True)
class Block:
    """A message or an enumeration."""

    kind: str
    name: str
    span: Span
    is_commented: bool = False
    members: list[Member] = field(default_factory=list)
    ranges: list[tuple[int, int]] = field(default_factory=list)
    """Of numbers that are reserved, both ends within."""
    names: set[str] = field(default_factory=set)
    """Names that are reserved."""
    allows_alias: bool = False
    parent: str = ""
    """The message it stands in, "" at the top."""
    extent: Span = field(default=Span(0, 0))
    """From its word to its closing brace."""


@dataclass(slots=True)
class Rpc:
    """One method of a service."""

    name: str
    span: Span
    request: str
    request_span: Span
    response: str
    response_span: Span
    is_streamed: bool
    is_commented: bool


@dataclass(slots=True)
class Service:
    """A service."""

    name: str
    span: Span
    is_commented: bool
    methods: list[Rpc] = field(default_factory=list)


@dataclass(slots=True)
class ProtoFacts:
    """What one file says."""

    syntax: str = ""
    """``proto2``, ``proto3`` or the edition; "" when the file does not say."""
    package: str = ""
    package_span: Span | None = None
    start: Span = field(default=Span(0, 0))
    """The first word of the file."""
    blocks: list[Block] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)


def facts(text: bytes, path: str) -> ProtoFacts | None:
    """What a file says; None when it defines nothing."""
    del path
    found = _Reader(_tokens(text)).read()
    return found if found.blocks or found.services or found.package else None


def _tokens(text: bytes) -> list[Token]:
    found = []
    commented = False
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        if kind == "comment":
            commented = True
        elif kind != "skip":
            source = match.group().decode("utf-8", "replace")
            found.append(Token(kind, source, Span(*match.span()), commented))
            commented = False
    return found


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.facts = ProtoFacts()

    def peek(self, ahead: int = 0) -> Token:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else Token("end", "", Span(0, 0), False)

    def take(self, text: str) -> bool:
        if self.peek().text == text and self.peek().kind != "string":
            self.at += 1
            return True
        return False

    def to_end(self) -> list[Token]:
        """Read up to and past ``;``, or past the block that opens before it."""
        start = self.at
        while self.at < len(self.tokens):
            text = self.tokens[self.at].text if self.tokens[self.at].kind == "mark" else ""
            if text == "[":
                self.skip_block("[", "]")
                continue
            if text == "{":
                self.skip_block("{", "}")
                break
            if text == "}":
                break
            self.at += 1
            if text == ";":
                break
        return self.tokens[start : self.at]

    def skip_block(self, opens: str, closes: str) -> None:
        depth = 0
        while self.at < len(self.tokens):
            text = self.tokens[self.at].text if self.tokens[self.at].kind == "mark" else ""
            self.at += 1
            depth += {opens: 1, closes: -1}.get(text, 0)
            if depth <= 0 and text in (opens, closes):
                return

    def read(self) -> ProtoFacts:
        found = self.facts
        if self.tokens:
            found.start = self.tokens[0].span
        open_blocks: list[Block | None] = []
        while self.at < len(self.tokens):
            token = self.peek()
            block = next((b for b in reversed(open_blocks) if b is not None), None)
            if token.text == "}" and token.kind == "mark":
                self.at += 1
                closed = open_blocks.pop() if open_blocks else None
                if closed is not None:
                    closed.extent = Span(closed.extent.start, token.span.end)
            elif token.text in ("message", "enum") and self.peek(2).text == "{":
                named = self.peek(1)
                one = Block(token.text, named.text, named.span, token.is_commented)
                one.extent = token.span
                one.parent = block.name if block is not None else ""
                found.blocks.append(one)
                open_blocks.append(one)
                self.at += 3
            elif token.text in ("oneof", "extend") and self.peek(2).text == "{":
                # Fields of a oneof are the message's own; those of an extension are another's.
                open_blocks.append(
                    None if token.text == "oneof" else Block("extend", "", token.span)
                )
                self.at += 3
            elif block is not None and open_blocks:
                self.statement(block)
            else:
                self.top(token)
        return found

    def top(self, token: Token) -> None:
        found = self.facts
        if token.text in ("syntax", "edition") and self.peek(1).text == "=":
            found.syntax = self.peek(2).text.strip("\"'")
        elif token.text == "package":
            found.package, found.package_span = self.peek(1).text, self.peek(1).span
        elif token.text == "service" and self.peek(2).text == "{":
            self.service(token)
            return
        start = self.at
        self.to_end()
        self.at = max(self.at, start + 1)

    def service(self, token: Token) -> None:
        named = self.peek(1)
        one = Service(named.text, named.span, token.is_commented)
        self.facts.services.append(one)
        self.at += 3
        while self.at < len(self.tokens) and not self.take("}"):
            start = self.at
            word = self.peek()
            if word.text == "rpc":
                self.at += 1
                method = self.peek()
                self.at += 1
                request = self.argument()
                self.take("returns")
                response = self.argument()
                if request and response:
                    one.methods.append(
                        Rpc(
                            method.text,
                            method.span,
                            request[0].text.lstrip("."),
                            request[0].span,
                            response[0].text.lstrip("."),
                            response[0].span,
                            request[1] or response[1],
                            word.is_commented,
                        )
                    )
            self.to_end()
            self.at = max(self.at, start + 1)

    def argument(self) -> tuple[Token, bool] | None:
        if not self.take("("):
            return None
        streamed = self.peek().text == "stream" and self.peek(1).kind == "name"
        if streamed:
            self.at += 1
        token = self.peek()
        self.at += 1
        self.take(")")
        return token, streamed

    def statement(self, block: Block) -> None:
        """One statement of a message or an enumeration."""
        start = self.at
        line = self.to_end()
        self.at = max(self.at, start + 1)
        if not line:
            return
        word = line[0].text
        if word in ("reserved", "extensions") and line[1].text != "=" and len(line) > 2:
            if block.kind != "extend" and (block.kind == "enum" or line[1].kind != "name"):
                _reserve(block, line[1:])
                return
            if block.kind == "message" and line[2].text in (";", ",", "to"):
                _reserve(block, line[1:])
                return
        if word == "option" and len(line) > 1 and line[1].kind == "name":
            if line[1].text == "allow_alias" and len(line) > 3:
                block.allows_alias = line[3].text == "true"
            return
        if block.kind == "extend":
            return
        member = _value(line) if block.kind == "enum" else _field(line)
        if member is not None:
            member.is_deprecated = any(
                a.text == "deprecated" and b.text == "=" for a, b in pairwise(line)
            )
            block.members.append(member)


def _number(text: str) -> int | None:
    is_octal = len(text) > 1 and text[0] == "0" and text.isdigit()
    try:
        return int(text, 8 if is_octal else 0)
    except ValueError:
        return None


def _reserve(block: Block, line: list[Token]) -> None:
    index = 0
    while index < len(line):
        token = line[index]
        if token.kind == "string":
            block.names.add(token.text.strip("\"'"))
        elif token.kind == "number" and (low := _number(token.text)) is not None:
            high: int | None = low
            if index + 2 < len(line) and line[index + 1].text == "to":
                high = LARGEST if line[index + 2].text == _MAX else _number(line[index + 2].text)
                index += 2
            block.ranges.append((low, low if high is None else high))
        elif token.kind == "name" and token.text not in ("to", "max"):
            block.names.add(token.text)
        index += 1


def _value(line: list[Token]) -> Member | None:
    if len(line) < 3 or line[0].kind != "name" or line[1].text != "=":
        return None
    return Member(line[0].text, line[0].span, _number(line[2].text), line[2].span)


def _field(line: list[Token]) -> Member | None:
    index = 0
    label = ""
    if line[0].text in _LABELS:
        label, index = line[0].text, 1
    if index >= len(line):
        return None
    kind = line[index]
    after = index + 1
    if kind.text == "map" and after < len(line) and line[after].text == "<":
        while after < len(line) and line[after].text != ">":
            after += 1
        after += 1
    if after + 2 >= len(line) or line[after].kind != "name" or line[after + 1].text != "=":
        return None
    named, number = line[after], line[after + 2]
    return Member(
        named.text,
        named.span,
        _number(number.text),
        number.span,
        kind.text.lstrip("."),
        kind.span,
        label,
    )
