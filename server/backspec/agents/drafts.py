"""Reads YAML that does not parse, line by line, into nodes that are good enough to work with.

Used for the broken part of a header only. It knows indentation, ``key:``, ``- item``, quotes,
block scalars and flow collections, takes everything else for text, and has no errors: whatever
the author is in the middle of typing, the keys around it stay keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from backspec.agents.nodes import Entry, Node, Style
from backspec.agents.yaml_reader import MAX_DEPTH
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.agents.source import Source

KEY = re.compile(
    r"""(?:"[^"\n]{0,80}"|'[^'\n]{0,80}'|(?![-?][ \t])[^\s\#\[\]{},&*!|>'"%@`:][^:\#\n]{0,80}?)"""
    r"""[ \t]*:(?=[ \t]|$)""",
    re.MULTILINE,
)
"""``key:`` at the start of a line's text."""
WORD = re.compile(r"[A-Za-z][\w-]{0,60}[ \t]*$", re.MULTILINE)
"""A bare word alone on its line: a key being typed."""
GLUED_KEY = re.compile(r"[A-Za-z][\w-]{0,60}:(?=[^\s/:])")
"""``key:value`` without the blank that YAML wants."""

COMMON_KEYS = frozenset(
    {
        "name",
        "description",
        "tools",
        "model",
        "color",
        "mode",
        "agent",
        "target",
        "globs",
        "license",
    }
)
"""Keys that are hardly ever the first word of a sentence's second line."""

_IDENTIFIER = re.compile(r"([A-Za-z][\w-]{0,60}):(?=[ \t]|$)", re.MULTILINE)
_BLOCK_SCALAR = re.compile(r"[|>][-+0-9]{0,2}[ \t]*(?:#.*)?$", re.MULTILINE)
_COMMENT = re.compile(r"[ \t]\#(?=[ \t]|$|[ \t]*backspec:)|^\#", re.MULTILINE)
_ITEM = re.compile(r"-(?=[ \t]|$)", re.MULTILINE)
_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|$)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "/": "/"}


@dataclass(slots=True, eq=False)
class Draft:
    """A node under construction; places are code point indexes into the source's text."""

    begin: int
    end: int
    kind: str = "scalar"
    style: Style = "plain"
    text: str = ""
    inner: tuple[int, int] = (0, 0)
    items: list[Draft] = field(default_factory=list)
    entries: list[DraftEntry] = field(default_factory=list)
    is_closed: bool = True
    """False for a quote or bracket without its end."""
    has_tail: bool = False
    """Text follows the closing quote or bracket."""
    lines: int = 1
    key: str = ""
    """The key whose value this is, or is an item of."""
    depth: int = 0
    """The indentation of the map or list it is written in."""

    @property
    def is_blank(self) -> bool:
        """Nothing written yet."""
        return self.kind == "scalar" and self.style == "plain" and self.begin == self.end


@dataclass(slots=True, eq=False)
class DraftEntry:
    """A key with its colon (None while it is being typed) and value."""

    key: Draft
    colon: int | None
    value: Draft
    is_glued: bool = False


@dataclass(slots=True)
class _Frame:
    indent: int
    node: Draft


def lines_of(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """(begin, end) of each line in ``text[start:end]``, line ends left out."""
    found = []
    at = start
    while at < end:
        match = _LINE.match(text, at, end)
        assert match is not None
        found.append(match.span(1))
        if match.end() == at:
            break
        at = match.end()
    return found


def indent_of(text: str, begin: int, end: int) -> int:
    """How many blanks a line starts with; a tab counts as one."""
    at = begin
    while at < end and text[at] in " \t":
        at += 1
    return at - begin


class Reader:
    """One reading of ``text[start:end]``; ``root`` is the resulting map."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text
        self._lines = lines_of(text, start, end)
        self.lines = self._lines
        self._row = 0
        self.root = Draft(start, start, "map", "block")
        self._stack = [_Frame(-1, self.root)]
        self.scalars: list[Draft] = []
        """Every scalar value and list item, in order."""
        self.flows: list[Draft] = []
        """Every outermost flow collection, in order."""
        self.all_entries: list[DraftEntry] = []
        self.strays: list[tuple[int, int, str]] = []
        """Keys that an indentation makes text of the value above: begin, end of colon, key."""
        self._read()

    def _read(self) -> None:
        while self._row < len(self._lines):
            begin, end = self._lines[self._row]
            self._row += 1
            indent = indent_of(self._text, begin, end)
            at = begin + indent
            if at >= end or self._text[at] == "#":
                continue
            self._line(indent, at, end)

    def _line(self, indent: int, at: int, end: int) -> None:
        text = self._text
        stack = self._stack
        is_item = _ITEM.match(text, at, end) is not None
        while len(stack) > 1 and (
            stack[-1].indent > indent
            or (stack[-1].indent == indent and stack[-1].node.kind == "list" and not is_item)
        ):
            stack.pop()
        if stack[0].indent < 0:
            stack[0].indent = indent
        if is_item:
            if self._item(indent, at, end):
                return
        elif self._entry(indent, at, end):
            return
        self._continue(at, end)

    def _item(self, indent: int, at: int, end: int) -> bool:
        text = self._text
        top = self._stack[-1]
        if not (top.node.kind == "list" and top.indent == indent):
            slot = self._open_slot()
            if slot is None or len(self._stack) > MAX_DEPTH:
                return False
            slot.kind, slot.style, slot.begin, slot.end = "list", "block", at, at
            top = _Frame(indent, slot)
            self._stack.append(top)
        inner = at + 1
        while inner < end and text[inner] in " \t":
            inner += 1
        item = Draft(inner, inner, key=top.node.key, depth=indent)
        top.node.items.append(item)
        self._grow(end)
        if inner >= end:
            item.begin = item.end = min(at + 2, end)
            return True
        if KEY.match(text, inner, end) and len(self._stack) <= MAX_DEPTH:
            item.kind, item.style = "map", "block"
            self._stack.append(_Frame(inner - at + indent, item))
            self._add_entry(item, inner, end)
        else:
            self._value(item, inner, end, indent)
        return True

    def _entry(self, indent: int, at: int, end: int) -> bool:
        text = self._text
        top = self._stack[-1]
        is_key = KEY.match(text, at, end) is not None
        if top.node.kind == "map" and top.indent == indent:
            if is_key or GLUED_KEY.match(text, at, end) or WORD.match(text, at, end):
                self._add_entry(top.node, at, end)
                return True
            return False
        if not is_key or len(self._stack) > MAX_DEPTH:
            return False
        slot = self._open_slot()
        if slot is not None:
            slot.kind, slot.style, slot.begin, slot.end = "map", "block", at, at
            self._stack.append(_Frame(indent, slot))
            self._add_entry(slot, at, end)
            return True
        return self._stray(at, end)

    def _stray(self, at: int, end: int) -> bool:
        """Take ``  name: x`` below ``description: y`` for an entry that slipped to the right."""
        found = _IDENTIFIER.match(self._text, at, end)
        last = self.scalars[-1] if self.scalars else None
        if found is None or last is None or last.style != "plain" or last.lines > 1:
            return False
        key = found[1]
        if " " in last.text and key not in COMMON_KEYS:
            return False
        while len(self._stack) > 1 and self._stack[-1].node.kind != "map":
            self._stack.pop()
        self.strays.append((at, found.end(), key))
        self._add_entry(self._stack[-1].node, at, end)
        return True

    def _open_slot(self) -> Draft | None:
        """The empty value that a deeper line fills, if the last thing written left one open."""
        node = self._stack[-1].node
        if node.kind == "map" and node.entries and node.entries[-1].value.is_blank:
            return node.entries[-1].value
        if node.kind == "list" and node.items and node.items[-1].is_blank:
            return node.items[-1]
        return None

    def _add_entry(self, parent: Draft, at: int, end: int) -> None:
        text = self._text
        found = KEY.match(text, at, end) or GLUED_KEY.match(text, at, end)
        if found is None:
            stop = at
            while stop < end and not text[stop].isspace():
                stop += 1
            key = Draft(at, stop, text=text[at:stop], inner=(at, stop))
            parent.entries.append(DraftEntry(key, None, Draft(stop, stop)))
            self.all_entries.append(parent.entries[-1])
            self._grow(stop)
            return
        colon = found.end() - 1
        stop = colon
        while stop > at and text[stop - 1] in " \t":
            stop -= 1
        key = Draft(at, stop, text=text[at:stop], inner=(at, stop))
        if text[at] in "'\"" and stop - at >= 2:
            key.style = "single" if text[at] == "'" else "double"
            key.inner = (at + 1, stop - 1)
            key.text = _unquote(text[at + 1 : stop - 1], key.style)
        value_at = colon + 1
        while value_at < end and text[value_at] in " \t":
            value_at += 1
        value = Draft(colon + 1, colon + 1, key=key.text, depth=self._stack[-1].indent)
        entry = DraftEntry(key, colon, value, value_at == colon + 1 and value_at < end)
        parent.entries.append(entry)
        self.all_entries.append(entry)
        self._grow(end)
        if value_at < end and text[value_at] != "#":
            self._value(value, value_at, end, self._stack[-1].indent)

    def _value(self, node: Draft, at: int, end: int, indent: int) -> None:
        """Read the value that starts at ``at`` on this line, and the lines it runs over."""
        text = self._text
        first = text[at]
        node.begin = at
        if first in "|>" and _BLOCK_SCALAR.match(text, at, end):
            self._block_scalar(node, at, end, indent)
        elif first in "\"'":
            self._quoted(node, at, end, indent)
        elif first in "[{":
            self._flow(node, at, end, indent)
            if node.kind != "scalar":
                self.flows.append(node)
        else:
            self._plain(node, at, end)
        if node.kind == "scalar":
            self.scalars.append(node)
        self._grow(node.end)

    def _plain(self, node: Draft, at: int, end: int) -> None:
        comment = _COMMENT.search(self._text, at, end)
        stop = comment.start() if comment else end
        while stop > at and self._text[stop - 1] in " \t":
            stop -= 1
        node.begin, node.end, node.inner = at, stop, (at, stop)
        node.text = self._text[at:stop]

    def _continue(self, at: int, end: int) -> None:
        """A line that starts nothing: it goes on with the scalar before it."""
        if not self.scalars:
            return
        last = self.scalars[-1]
        if last.style != "plain" or last.kind != "scalar":
            return
        more = Draft(at, end)
        self._plain(more, at, end)
        last.end = more.end
        last.inner = (last.begin, last.end)
        last.text = f"{last.text} {more.text}".strip()
        last.lines += 1
        self._grow(last.end)

    def _block_scalar(self, node: Draft, at: int, end: int, indent: int) -> None:
        text = self._text
        node.style = "literal" if text[at] == "|" else "folded"
        last = end
        first: int | None = None
        kept: list[str] = []
        while self._row < len(self._lines):
            begin, stop = self._lines[self._row]
            depth = indent_of(text, begin, stop)
            if begin + depth < stop and depth <= indent:
                break
            first = begin if first is None else first
            if begin + depth < stop:
                last = stop
            kept.append(text[begin:stop].strip())
            self._row += 1
        node.end = last
        node.inner = (first if first is not None else last, last)
        node.text = ("\n" if node.style == "literal" else " ").join(kept).strip()

    def _quoted(self, node: Draft, at: int, end: int, indent: int) -> None:
        text = self._text
        quote = text[at]
        row = self._row
        index = at + 1
        line_end = end
        while True:
            close = _closing_quote(text, index, line_end, quote)
            if close is not None:
                break
            # A quote may run over deeper lines only.
            if row >= len(self._lines):
                break
            begin, stop = self._lines[row]
            depth = indent_of(text, begin, stop)
            if begin + depth < stop and depth <= indent:
                break
            row += 1
            index, line_end = begin, stop
        node.style = "single" if quote == "'" else "double"
        if close is None:
            node.is_closed = False
            node.end, node.inner = end, (at + 1, end)
            node.text = text[at + 1 : end]
            return
        self._row = row
        node.end, node.inner = close + 1, (at + 1, close)
        node.text = _unquote(" ".join(text[at + 1 : close].split("\n")), node.style)
        tail = text[close + 1 : line_end].strip()
        if tail and not tail.startswith("#"):
            node.has_tail = True
            stop = line_end
            while stop > close and text[stop - 1] in " \t":
                stop -= 1
            node.end, node.inner, node.style = stop, (at, stop), "plain"
            node.text = text[at:stop]

    def _flow(self, node: Draft, at: int, end: int, indent: int) -> None:
        """Read ``[...]`` or ``{...}``, over deeper lines too, closed or not."""
        limit = end
        row = self._row
        depth = _flow_depth(self._text, at, limit, 0)
        while depth > 0 and row < len(self._lines):
            begin, stop = self._lines[row]
            blanks = indent_of(self._text, begin, stop)
            is_close = begin + blanks < stop and self._text[begin + blanks] in "]}"
            if begin + blanks < stop and blanks <= indent and not is_close:
                break
            depth = _flow_depth(self._text, begin, stop, depth)
            limit = stop
            row += 1
        self._row = row
        stop = _read_flow(self._text, at, limit, node)
        tail = self._text[stop:limit].strip()
        node.has_tail = bool(tail) and not tail.startswith("#")
        if node.has_tail and node.is_closed:
            # Text behind the bracket makes the whole line prose: `[ARGS] do it`.
            node.kind, node.style, node.items, node.entries = "scalar", "plain", [], []
            self._plain(node, at, limit)
            return
        for item in node.items:
            item.key, item.depth = node.key, node.depth
            if item.kind == "scalar":
                self.scalars.append(item)

    def _grow(self, end: int) -> None:
        for frame in self._stack:
            frame.node.end = max(frame.node.end, end)


def _closing_quote(text: str, at: int, end: int, quote: str) -> int | None:
    while at < end:
        char = text[at]
        if char == "\\" and quote == '"':
            at += 2
            continue
        if char == quote:
            if quote == "'" and text.startswith("''", at):
                at += 2
                continue
            return at
        at += 1
    return None


def _unquote(text: str, style: Style) -> str:
    if style == "single":
        return text.replace("''", "'")
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), text)


def _flow_depth(text: str, at: int, end: int, depth: int) -> int:
    while at < end:
        char = text[at]
        if char in "[{":
            depth += 1
        elif char in "]}":
            depth -= 1
            if depth == 0:
                return 0
        elif char in "\"'" and text[at - 1] in " [{,:":
            close = _closing_quote(text, at + 1, end, char)
            if close is not None:
                at = close
        at += 1
    return depth


def _read_flow(text: str, at: int, end: int, node: Draft) -> int:
    """Read a flow collection into ``node``; the index behind it, or behind what there is."""
    node.kind, node.style = ("list" if text[at] == "[" else "map"), "flow"
    node.begin = at
    open_nodes = [node]
    # The key that waits for its value, one for each open map.
    keys: list[Draft | None] = [None]
    index = at + 1

    def add(value: Draft) -> None:
        parent = open_nodes[-1]
        key = keys[-1]
        if parent.kind == "list":
            parent.items.append(value)
        elif key is not None:
            parent.entries.append(DraftEntry(key, key.end, value))
            keys[-1] = None
        else:
            parent.entries.append(DraftEntry(value, None, Draft(value.end, value.end)))

    while index < end:
        char = text[index]
        if char in " \t\r\n,":
            index += 1
        elif char in "[{" and len(open_nodes) < MAX_DEPTH:
            made = Draft(index, index, "list" if char == "[" else "map", "flow")
            add(made)
            open_nodes.append(made)
            keys.append(None)
            index += 1
        elif char in "]}":
            index += 1
            open_nodes[-1].end = index
            open_nodes.pop()
            keys.pop()
            if not open_nodes:
                return index
        elif char == "#" and text[index - 1].isspace():
            while index < end and text[index] not in "\r\n":
                index += 1
        else:
            value, index = _flow_scalar(text, index, end)
            after = index
            while after < end and text[after] in " \t":
                after += 1
            parent = open_nodes[-1]
            if parent.kind == "map" and keys[-1] is None and after < end and text[after] == ":":
                value.end = index
                keys[-1] = value
                index = after + 1
            else:
                add(value)
    for opened in open_nodes:
        opened.is_closed = False
        opened.end = end
        while opened.end > opened.begin and text[opened.end - 1].isspace():
            opened.end -= 1
    return end


def _flow_scalar(text: str, at: int, end: int) -> tuple[Draft, int]:
    if text[at] in "\"'":
        close = _closing_quote(text, at + 1, end, text[at])
        if close is not None:
            style: Style = "single" if text[at] == "'" else "double"
            made = Draft(at, close + 1, "scalar", style, "", (at + 1, close))
            made.text = _unquote(text[at + 1 : close], style)
            return made, close + 1
    index = at
    while index < end and text[index] not in ",[]{}\r\n":
        if text[index] == ":" and (index + 1 >= end or text[index + 1] in " \t\r\n,]}"):
            break
        index += 1
    index = max(index, at + 1)
    stop = index
    while stop > at + 1 and text[stop - 1] in " \t":
        stop -= 1
    return Draft(at, stop, "scalar", "plain", text[at:stop], (at, stop)), index


def to_node(draft: Draft, source: Source) -> Node:
    """The finished node of a draft."""
    done: dict[int, Node] = {}
    todo: list[tuple[Draft, bool]] = [(draft, False)]
    at = source.at
    while todo:
        node, is_ready = todo.pop()
        if not is_ready:
            todo.append((node, True))
            todo.extend((item, False) for item in node.items)
            for entry in node.entries:
                todo.append((entry.key, False))
                todo.append((entry.value, False))
            continue
        span = Span(at(node.begin), at(max(node.begin, node.end)))
        content = Span(at(node.inner[0]), at(node.inner[1])) if node.inner != (0, 0) else span
        done[id(node)] = Node(
            node.kind,  # type: ignore[arg-type]
            span,
            node.style,
            node.text if node.kind == "scalar" else "",
            content,
            tuple(done[id(item)] for item in node.items),
            tuple(
                Entry(
                    done[id(entry.key)],
                    done[id(entry.value)],
                    None if entry.colon is None else at(entry.colon),
                )
                for entry in node.entries
            ),
        )
    return done[id(draft)]
