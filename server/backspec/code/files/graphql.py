"""Schemas in GraphQL's definition language: types, fields, arguments, directives.

A file of queries is none of them. What cannot be read is left out up to the next definition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from backspec.expressions import regex
from backspec.text import Span

_TOKEN: Final = regex(
    rb'(?P<skip>[\s,\xef\xbb\xbf]+|\#[^\n]*)|(?P<string>"""(?s:.*?)(?:"""|\Z)|"(?:[^"\\\n]|\\.)*(?:"|$|\Z))'
    rb"|(?P<name>[A-Za-z_]\w*)|(?P<number>-?\d[\w.+-]*)|(?P<mark>\.\.\.|[^\s])",
    re.MULTILINE,
)
_KINDS: Final = frozenset(
    ("type", "interface", "input", "enum", "union", "scalar", "schema", "directive")
)
BUILT_IN: Final = frozenset(("Int", "Float", "String", "Boolean", "ID"))
"""The scalars that every schema has."""


class Token(NamedTuple):
    """One token."""

    kind: str
    text: str
    span: Span


@dataclass(slots=True)
class Directive:
    """A directive where it is applied."""

    name: str
    span: Span
    arguments: tuple[str, ...]


@dataclass(slots=True)
class Field:
    """A field, an argument, an input field, or a value of an enumeration."""

    name: str
    span: Span
    """Of the name."""
    is_described: bool = False
    type: str = ""
    """The innermost type."""
    type_span: Span | None = None
    is_list: bool = False
    is_required: bool = False
    arguments: list[Field] = field(default_factory=list)
    directives: list[Directive] = field(default_factory=list)


@dataclass(slots=True)
class Definition:
    """A type of any kind, or ``schema``."""

    kind: str
    name: str
    span: Span
    """Of the name."""
    is_described: bool = False
    is_extension: bool = False
    fields: list[Field] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    """Of a union; of others, the interfaces."""
    directives: list[Directive] = field(default_factory=list)


@dataclass(frozen=True)
class GraphqlFacts:
    """What one schema file says."""

    definitions: tuple[Definition, ...]
    text: bytes

    @cached_property
    def roots(self) -> dict[str, str]:
        """The names of the root types: ``query``, ``mutation`` and ``subscription``."""
        found = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
        for one in self.definitions:
            if one.kind == "schema":
                found.update((f.name, f.type) for f in one.fields)
        return found

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The kind of each type that the file defines."""
        return {one.name: one.kind for one in self.definitions if one.kind != "directive"}

    def root(self, operation: str) -> list[Definition]:
        """The definitions and extensions of a root type."""
        name = self.roots.get(operation, "")
        return [one for one in self.definitions if one.kind == "type" and one.name == name]


def facts(text: bytes, path: str) -> GraphqlFacts | None:
    """What a file says; None when it has no definition of a type."""
    del path
    found = tuple(_Reader(_tokens(text)).definitions())
    return GraphqlFacts(found, text) if found else None


def _tokens(text: bytes) -> list[Token]:
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        if kind != "skip":
            source = match.group().decode("utf-8", "replace")
            found.append(Token(kind, source, Span(*match.span())))
    return found


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self, ahead: int = 0) -> Token:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else Token("end", "", Span(0, 0))

    def take(self, text: str) -> bool:
        token = self.peek()
        if token.text == text and token.kind != "string":
            self.at += 1
            return True
        return False

    def name(self) -> Token | None:
        token = self.peek()
        if token.kind != "name":
            return None
        self.at += 1
        return token

    def skip_group(self) -> None:
        """Read past what the next mark opens."""
        depth = 0
        while self.at < len(self.tokens):
            text = self.tokens[self.at].text if self.tokens[self.at].kind == "mark" else ""
            self.at += 1
            depth += {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}.get(text, 0)
            if depth <= 0:
                return

    def definitions(self) -> list[Definition]:
        found = []
        while self.at < len(self.tokens):
            start = self.at
            described = self.peek().kind == "string"
            if described:
                self.at += 1
            extends = self.take("extend")
            word = self.peek()
            if word.kind == "name" and word.text in _KINDS:
                self.at += 1
                one = self.definition(word, described, extends)
                if one is not None:
                    found.append(one)
            elif word.text in ("{", "("):
                self.skip_group()
            self.at = max(self.at, start + 1)
        return found

    def definition(self, word: Token, described: bool, extends: bool) -> Definition | None:
        if word.text == "directive":
            self.take("@")
            self.name()
            self.arguments()
            return None
        named = word if word.text == "schema" else self.name()
        if named is None:
            return None
        one = Definition(word.text, named.text, named.span, described, extends)
        if word.text in ("type", "interface") and self.take("implements"):
            self.take("&")
            while (interface := self.name()) is not None:
                one.members.append(interface.text)
                self.take("&")
        one.directives = self.directives()
        if word.text == "union" and self.take("="):
            self.take("|")
            while (member := self.peek()).kind == "name" and member.text != "extend":
                one.members.append(member.text)
                self.at += 1
                if not self.take("|"):
                    break
        elif self.take("{"):
            while self.at < len(self.tokens) and not self.take("}"):
                start = self.at
                found = self.field(word.text == "enum")
                if found is not None:
                    one.fields.append(found)
                self.at = max(self.at, start + 1)
        return one

    def field(self, is_value: bool = False) -> Field | None:
        described = self.peek().kind == "string"
        if described:
            self.at += 1
        named = self.name()
        if named is None:
            return None
        found = Field(named.text, named.span, described)
        if not is_value:
            found.arguments = self.arguments()
            if self.take(":"):
                self.type(found)
            if self.take("="):
                if self.peek().text in ("{", "["):
                    self.skip_group()
                else:
                    self.take("$")
                    self.at += 1
        found.directives = self.directives()
        return found

    def type(self, found: Field) -> None:
        start = self.peek().span.start
        end = start
        while (token := self.peek()).text == "[":
            found.is_list = True
            self.at += 1
        named = self.name()
        found.type = named.text if named else ""
        end = named.span.end if named else end
        while (token := self.peek()).text in ("!", "]") and token.kind == "mark":
            found.is_required = token.text == "!"
            end = token.span.end
            self.at += 1
        found.type_span = Span(start, max(start, end))

    def arguments(self) -> list[Field]:
        found = []
        if self.take("("):
            while self.at < len(self.tokens) and not self.take(")"):
                start = self.at
                one = self.field()
                if one is not None:
                    found.append(one)
                self.at = max(self.at, start + 1)
        return found

    def directives(self) -> list[Directive]:
        found = []
        while self.peek().text == "@" and self.peek(1).kind == "name":
            start = self.peek().span.start
            named = self.peek(1)
            self.at += 2
            names: list[str] = []
            end = named.span.end
            if self.peek().text == "(":
                begin = self.at
                self.skip_group()
                inside = self.tokens[begin : self.at]
                names = [a.text for a, b in pairwise(inside) if a.kind == "name" and b.text == ":"]
                end = self.tokens[self.at - 1].span.end
            found.append(Directive(named.text, Span(start, end), tuple(names)))
        return found
