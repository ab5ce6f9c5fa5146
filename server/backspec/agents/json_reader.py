"""Reads JSON agent files into nodes. Comments and trailing commas are read, and reported."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from backspec.agents.nodes import Entry, Header, Node, Problem, Repair
from backspec.agents.source import Source
from backspec.agents.yaml_reader import MAX_DEPTH
from backspec.text import BOM, Edit, Span

if TYPE_CHECKING:
    from backspec.agents.scalars import ScalarType

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r\n]+)
    |(?P<comment>//[^\r\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?)
    |(?P<string>"(?:[^"\\\r\n]|\\.)*"?)
    |(?P<mark>[\[\]{},:])
    |(?P<word>[^\s\[\]{},:"]+)
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?P<rest>\.[0-9]+)?(?P<exponent>[eE][-+]?[0-9]+)?")
_WORDS: dict[str, ScalarType] = {"true": "boolean", "false": "boolean", "null": "null"}
MAX_PROBLEMS = 20


class _Open:
    __slots__ = ("colon", "comma", "entries", "is_map", "items", "key", "start")

    def __init__(self, start: int, is_map: bool) -> None:
        self.start = start
        self.is_map = is_map
        self.items: list[Node] = []
        self.entries: list[Entry] = []
        self.key: Node | None = None
        self.colon: int | None = None
        self.comma: Span | None = None
        """The last comma, as long as nothing follows it."""

    @property
    def is_filled(self) -> bool:
        """Something stands in it that no comma follows."""
        return self.comma is None and bool(self.items or self.entries)


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self.problems: list[Problem] = []
        self.comments: list[Span] = []
        self.root: Node | None = None
        self._stack: list[_Open] = []

    def problem(self, span: Span, message: str, *repairs: Repair) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem("invalid-json", span, message, "", repairs))

    def read(self) -> None:
        at = self._source.at
        for found in _TOKEN.finditer(self._source.text):
            if found.lastgroup == "blank":
                continue
            span = Span(at(found.start()), at(found.end()))
            text = found.group()
            if found.lastgroup == "comment":
                self.comments.append(span)
            elif found.lastgroup == "mark":
                self._mark(text, span)
            elif found.lastgroup == "string":
                self._add(self._string(text, span))
            else:
                self._add(self._word(text, span))
        while self._stack:
            start = self._stack[-1].start
            bracket = "brace" if self._stack[-1].is_map else "bracket"
            self.problem(Span(start, start + 1), f"the {bracket} is not closed")
            self._close(at(len(self._source.text)))

    def _string(self, text: str, span: Span) -> Node:
        inner = text[1:]
        content = Span(span.start + 1, span.end)
        if len(text) > 1 and text.endswith('"') and not text.endswith('\\"'):
            content = Span(span.start + 1, span.end - 1)
            inner = text[1:-1]
        elif not self._ends_string(text):
            self.problem(span, "the string is not closed")
        else:
            content = Span(span.start + 1, span.end - 1)
            inner = text[1:-1]
        value = inner
        if "\\" in inner or "\t" in inner:
            try:
                value = json.loads(f'"{inner}"', strict=False)
            except ValueError:
                self.problem(span, "the string has an escape that JSON does not know")
        return Node("scalar", span, "double", value, content, native="string")

    @staticmethod
    def _ends_string(text: str) -> bool:
        slashes = len(text) - 1 - len(text[:-1].rstrip("\\"))
        return len(text) > 1 and text.endswith('"') and slashes % 2 == 0

    def _word(self, text: str, span: Span) -> Node:
        kind = _WORDS.get(text)
        if kind is None:
            number = _NUMBER.fullmatch(text)
            if number:
                kind = "number" if number["rest"] or number["exponent"] else "integer"
        if kind is None:
            self.problem(span, f"`{text[:40]}` is no JSON value: text needs double quotes")
            kind = "string"
        return Node("scalar", span, "plain", text, span, native=kind)

    def _add(self, node: Node) -> None:
        if not self._stack:
            if self.root is None:
                self.root = node
            else:
                self.problem(node.span, "there is text behind the end of the JSON value")
            return
        top = self._stack[-1]
        if top.is_map and top.key is not None and top.colon is not None:
            top.entries.append(Entry(top.key, node, top.colon))
            top.key = top.colon = top.comma = None
            return
        if top.is_filled:
            last = top.items[-1].span.end if top.items else top.entries[-1].span.end
            comma = Repair("Insert a comma", (Edit(Span(last, last), ","),))
            self.problem(node.span, "a comma is missing before this", comma)
        if not top.is_map:
            top.items.append(node)
            top.comma = None
            return
        if top.key is not None:
            self._drop_key(top)
        top.key = node
        top.comma = None

    def _drop_key(self, top: _Open) -> None:
        """A key without colon or value: keep it as being typed."""
        assert top.key is not None
        end = top.key.span.end if top.colon is None else top.colon + 1
        empty = Node("scalar", Span(end, end), content=Span(end, end))
        top.entries.append(Entry(top.key, empty, top.colon))
        what = "colon and value" if top.colon is None else "value"
        self.problem(top.key.span, f"`{top.key.text}` has no {what}")
        top.key = top.colon = None

    def _mark(self, text: str, span: Span) -> None:
        if text in "[{":
            if len(self._stack) < MAX_DEPTH:
                self._stack.append(_Open(span.start, text == "{"))
            else:
                self.problem(span, "nested too deep")
            return
        if not self._stack:
            self.problem(span, f"`{text}` is out of place")
            return
        top = self._stack[-1]
        if text in "]}":
            if top.is_map != (text == "}"):
                self.problem(span, f"`{text}` closes a {'brace' if top.is_map else 'bracket'}")
                return
            self._close(span.end)
        elif text == ":":
            if top.is_map and top.key is not None and top.colon is None:
                top.colon = span.start
            else:
                self.problem(span, "this colon is out of place")
        else:
            if top.key is not None:
                self._drop_key(top)
            if top.comma is not None or not (top.items or top.entries):
                drop = Repair("Remove the comma", (Edit(span, ""),))
                self.problem(span, "there is nothing before this comma", drop)
            top.comma = span

    def _close(self, end: int) -> None:
        top = self._stack.pop()
        if top.key is not None:
            self._drop_key(top)
        if top.comma is not None:
            drop = Repair("Remove the comma", (Edit(top.comma, ""),))
            self.problem(top.comma, "JSON allows no comma before the closing bracket", drop)
        span = Span(top.start, end)
        kind = "map" if top.is_map else "list"
        self._add(
            Node(
                "map" if kind == "map" else "list", span, "flow", "", span,
                tuple(top.items), tuple(top.entries),
            )
        )  # fmt: skip


def read_json(text: bytes) -> Header:
    """Read a JSON document. Never raises.

    Comments are kept; whether they are a problem is up to the dialect.
    """
    start = len(BOM) if text.startswith(BOM) else 0
    source = Source(text[start:], start)
    reader = _Reader(source)
    reader.read()
    whole = Span(start, len(text))
    return Header(
        text, "json", reader.root, whole, Span(len(text), len(text)),
        problems=tuple(reader.problems), is_recovered=bool(reader.problems),
        comments=tuple(reader.comments),
    )  # fmt: skip
