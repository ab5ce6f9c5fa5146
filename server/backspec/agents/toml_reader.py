"""Reads TOML agent files into nodes: an own scan for the places, tomllib for the verdict."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from backspec.agents.nodes import Entry, Header, Node, Problem, Style
from backspec.agents.source import Source
from backspec.agents.yaml_reader import MAX_DEPTH
from backspec.text import BOM, LineTable, Span

if TYPE_CHECKING:
    from backspec.agents.scalars import ScalarType

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_HEAD = re.compile(r"[ \t]*(\[\[?)[ \t]*")
_WORD = re.compile(r"[^\s,\]}#=]+(?: [0-9]{2}:[0-9:.]+[^\s,\]}#]*)?")
_INTEGER = re.compile(r"[-+]?(?:[0-9][0-9_]*|0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+)")
_NUMBER = re.compile(r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]+)?(?:[eE][-+]?[0-9_]+)?|inf|nan)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\S*(?: \S+)?|[0-9]{2}:[0-9]{2}\S*")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([ \t]*\r?\n\s*)|(.))", re.DOTALL)
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}
_ERROR_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


class _Table:
    """A table under construction."""

    __slots__ = ("end", "entries", "start", "style")

    def __init__(self, start: int, style: Style = "block") -> None:
        self.start = start
        self.end = start
        self.style: Style = style
        self.entries: list[tuple[Node, int | None, Node | _Table | _Tables]] = []

    def child(self, name: str) -> _Table | _Tables | None:
        for key, _, value in reversed(self.entries):
            if key.text == name and not isinstance(value, Node):
                return value
        return None


class _Tables:
    """An array of tables under construction."""

    __slots__ = ("items",)

    def __init__(self) -> None:
        self.items: list[_Table] = []


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.text
        self._at = 0
        self.comments: list[Span] = []
        self.root = _Table(0)
        self._table = self.root

    def read(self) -> None:
        text = self._text
        while self._at < len(text):
            self._blanks(lines=True)
            if self._at >= len(text):
                break
            before = self._at
            if text[self._at] == "[":
                self._head()
            else:
                self._pair(self._table)
            self._blanks()
            if self._at == before or (self._at < len(text) and text[self._at] not in "\r\n"):
                # Something unreadable: go on with the next line.
                end = text.find("\n", self._at)
                self._at = len(text) if end < 0 else end + 1

    def _blanks(self, *, lines: bool = False) -> None:
        text = self._text
        stop = " \t\r\n" if lines else " \t"
        while self._at < len(text):
            if text[self._at] in stop:
                self._at += 1
            elif text[self._at] == "#":
                end = self._at
                while end < len(text) and text[end] not in "\r\n":
                    end += 1
                self.comments.append(self._span(self._at, end))
                self._at = end
            else:
                break

    def _span(self, begin: int, end: int) -> Span:
        return Span(self._source.at(begin), self._source.at(end))

    def _keys(self) -> list[Node]:
        """A dotted key."""
        text = self._text
        keys: list[Node] = []
        while self._at < len(text):
            begin = self._at
            if text[begin] in "\"'":
                keys.append(self._string())
            else:
                found = _BARE_KEY.match(text, begin)
                if found is None:
                    break
                self._at = found.end()
                span = self._span(begin, self._at)
                keys.append(Node("scalar", span, "plain", found.group(), span, native="string"))
            after = self._at
            while after < len(text) and text[after] in " \t":
                after += 1
            if after >= len(text) or text[after] != ".":
                break
            self._at = after + 1
            while self._at < len(text) and text[self._at] in " \t":
                self._at += 1
        return keys

    def _head(self) -> None:
        found = _HEAD.match(self._text, self._at)
        assert found is not None
        self._at = found.end()
        keys = self._keys()
        self._blanks()
        while self._at < len(self._text) and self._text[self._at] == "]":
            self._at += 1
        if not keys or len(keys) > MAX_DEPTH:
            return
        table = self.root
        for key in keys[:-1]:
            table = self._descend(table, key)
        last = keys[-1]
        begin = self._source.index(last.span.start)
        if found[1] == "[[":
            child = table.child(last.text)
            if not isinstance(child, _Tables):
                child = _Tables()
                table.entries.append((last, None, child))
            made = _Table(begin)
            child.items.append(made)
            self._table = made
        else:
            child = table.child(last.text)
            if isinstance(child, _Table):
                self._table = child
            else:
                self._table = _Table(begin)
                table.entries.append((last, None, self._table))
        self._table.end = max(self._table.end, self._at)

    def _descend(self, table: _Table, key: Node) -> _Table:
        child = table.child(key.text)
        if isinstance(child, _Tables):
            return child.items[-1]
        if child is None:
            child = _Table(self._source.index(key.span.start))
            table.entries.append((key, None, child))
        return child

    def _pair(self, table: _Table) -> None:
        """``key = value`` into ``table``."""
        text = self._text
        keys = self._keys()
        if not keys or len(keys) > MAX_DEPTH:
            return
        for key in keys[:-1]:
            table = self._descend(table, key)
        self._blanks()
        equals: int | None = None
        if self._at < len(text) and text[self._at] == "=":
            equals = self._source.at(self._at)
            self._at += 1
            while self._at < len(text) and text[self._at] in " \t":
                self._at += 1
        value = self._value() if equals is not None else self._empty()
        table.entries.append((keys[-1], equals, value))
        table.end = max(table.end, self._at)

    def _empty(self) -> Node:
        span = self._span(self._at, self._at)
        return Node("scalar", span, content=span)

    def _value(self) -> Node:
        """A scalar, array or inline table; nothing here recurses."""
        text = self._text
        stack: list[tuple[int, list[Node] | _Table]] = []
        while True:
            if stack:
                self._blanks(lines=True)
            char = text[self._at] if self._at < len(text) else ""
            if char in ("[", "{") and len(stack) < MAX_DEPTH:
                stack.append((self._at, [] if char == "[" else _Table(self._at, "flow")))
                self._at += 1
                if char == "{":
                    self._open_pair(stack)
                continue
            if stack and char in ("]", "}"):
                self._at += 1
                node = self._finish(*stack.pop())
            elif not char or char in "\r\n":
                node = self._empty()
            elif stack and char == ",":
                self._at += 1
                if isinstance(stack[-1][1], _Table):
                    self._open_pair(stack)
                continue
            else:
                node = self._scalar()
            while True:
                if not stack:
                    return node
                top = stack[-1][1]
                if isinstance(top, list):
                    if not node.is_empty:
                        top.append(node)
                elif top.entries:
                    key, equals, old = top.entries[-1]
                    if isinstance(old, Node) and old.is_empty:
                        top.entries[-1] = (key, equals, node)
                self._blanks(lines=True)
                if self._at < len(text):
                    break
                node = self._finish(*stack.pop())
            if text[self._at] not in ",]}[{\"'" and not _WORD.match(text, self._at):
                self._at += 1

    def _open_pair(self, stack: list[tuple[int, list[Node] | _Table]]) -> None:
        """Read ``key =`` inside an inline table; its value comes next."""
        self._blanks(lines=True)
        table = stack[-1][1]
        assert isinstance(table, _Table)
        keys = self._keys()
        for key in keys[:-1]:
            table = self._descend(table, key)
        if keys:
            self._blanks()
            equals: int | None = None
            if self._at < len(self._text) and self._text[self._at] == "=":
                equals = self._source.at(self._at)
                self._at += 1
            table.entries.append((keys[-1], equals, self._empty()))

    def _finish(self, begin: int, made: list[Node] | _Table) -> Node:
        if isinstance(made, list):
            span = self._span(begin, self._at)
            return Node("list", span, "flow", "", span, tuple(made))
        made.end = self._at
        return self.build(made)

    def _scalar(self) -> Node:
        text = self._text
        begin = self._at
        if text[begin] in "\"'":
            return self._string()
        found = _WORD.match(text, begin)
        self._at = found.end() if found else begin + 1
        word = text[begin : self._at]
        span = self._span(begin, self._at)
        kind: ScalarType = "string"
        if word in ("true", "false"):
            kind = "boolean"
        elif _DATE.fullmatch(word):
            kind = "date"
        elif _INTEGER.fullmatch(word):
            kind = "integer"
        elif _NUMBER.fullmatch(word):
            kind = "number"
        return Node("scalar", span, "plain", word, span, native=kind)

    def _string(self) -> Node:
        text = self._text
        begin = self._at
        quote = text[begin]
        is_long = text.startswith(quote * 3, begin)
        mark = quote * 3 if is_long else quote
        at = begin + len(mark)
        limit = len(text)
        if not is_long:
            line = text.find("\n", at)
            limit = len(text) if line < 0 else line
        close = -1
        while at < limit:
            if text[at] == "\\" and quote == '"':
                at += 2
            elif text.startswith(mark, at):
                close = at
                break
            else:
                at += 1
        inner_begin = begin + len(mark)
        if close < 0:
            close = limit
            while not is_long and close > inner_begin and text[close - 1] == "\r":
                close -= 1
            self._at = close
        else:
            # A long string may end in quotes of its own.
            while is_long and text.startswith(quote, close + 3) and close - inner_begin < limit:
                close += 1
            self._at = close + len(mark)
        inner = text[inner_begin:close]
        value = inner.replace("\r\n", "\n")
        if is_long and value.startswith("\n"):
            value = value[1:]
        if quote == '"' and "\\" in value:
            value = _ESCAPE.sub(_unescape, value)
        style: Style = "literal" if is_long else ("single" if quote == "'" else "double")
        return Node(
            "scalar", self._span(begin, self._at), style, value,
            self._span(inner_begin, close), native="string",
        )  # fmt: skip

    def build(self, table: _Table) -> Node:
        """The finished node of a table; tables nest at most ``MAX_DEPTH`` deep."""
        done: dict[int, Node] = {}
        todo: list[tuple[_Table, bool]] = [(table, False)]
        while todo:
            current, is_ready = todo.pop()
            if not is_ready:
                todo.append((current, True))
                for _, _, value in current.entries:
                    if isinstance(value, _Table):
                        todo.append((value, False))
                    elif isinstance(value, _Tables):
                        todo.extend((item, False) for item in value.items)
                continue
            entries = []
            for key, equals, value in current.entries:
                if isinstance(value, _Table):
                    node = done[id(value)]
                elif isinstance(value, _Tables):
                    items = tuple(done[id(item)] for item in value.items)
                    span = Span(items[0].span.start, items[-1].span.end)
                    node = Node("list", span, "block", "", span, items)
                else:
                    node = value
                entries.append(Entry(key, node, equals))
            span = self._span(current.start, max(current.end, current.start))
            if entries:
                span = Span(span.start, max(span.end, *(e.span.end for e in entries), 0))
            done[id(current)] = Node("map", span, current.style, "", span, (), tuple(entries))
        return done[id(table)]


def _unescape(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code:
        number = int(code, 16)
        return chr(number) if number < 0xD800 or 0xDFFF < number < 0x110000 else "\ufffd"
    if found[3]:
        return ""
    return _ESCAPES.get(found[4], found[4])


def read_toml(text: bytes) -> Header:
    """Read a TOML document. Never raises."""
    start = len(BOM) if text.startswith(BOM) else 0
    source = Source(text[start:], start)
    reader = _Reader(source)
    reader.read()
    root = reader.build(reader.root)
    problems = []
    try:
        tomllib.loads(text[start:].decode("utf-8", "replace").replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        problems.append(_problem(text, start, str(error)))
    whole = Span(start, len(text))
    return Header(
        text, "toml", root, whole, Span(len(text), len(text)), problems=tuple(problems),
        is_recovered=bool(problems), comments=tuple(reader.comments),
    )  # fmt: skip


def _problem(text: bytes, start: int, message: str) -> Problem:
    found = _ERROR_PLACE.search(message)
    span = Span(len(text), len(text))
    if found and found[1]:
        table = LineTable(text[start:])
        at = start + table.offset(int(found[1]) - 1, int(found[2]) - 1)
        line = table.line_span(int(found[1]) - 1)
        span = Span(at, max(at, start + line.end))
        if span.start == span.end:
            span = Span(start + line.start, start + line.end)
    plain = _ERROR_PLACE.sub("", message)
    return Problem("invalid-toml", span, plain[:1].lower() + plain[1:], "")
