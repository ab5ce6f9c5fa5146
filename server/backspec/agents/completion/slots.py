"""The piece of a value that a completion replaces, and how a new value is written there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from backspec.agents.completion.snippets import needs_quotes
from backspec.agents.tools import split_entries
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.agents.context import Cursor
    from backspec.agents.nodes import Node

Shape = Literal["value", "entry", "flow-item", "block-item"]
"""value: the whole value; entry: one of several in a string; flow-item: between brackets;
block-item: behind a dash (or where one would go)."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one value goes."""

    span: Span
    """What is replaced; holds the cursor."""
    shape: Shape
    typed: str
    """What is there now, up to the cursor."""
    prefix: str = ""
    """Text in front of the new value: the blank behind a colon, the dash of a new item."""
    quote: Literal["", "'", '"'] = ""
    """The quotes the value is already in."""
    wanted_quote: Literal["", "'", '"'] = ""
    """The quotes to put around a new value: those of its neighbours, or what the format asks."""
    others: frozenset[str] = frozenset()
    """The other entries of the same list."""

    def write(self, value: str, *, is_snippet: bool = False) -> str:
        """The text that makes ``value`` stand here, quoted as needed."""
        if self.quote:
            return self.prefix + _escaped(value, self.quote)
        quote = self.wanted_quote
        if not quote and self.shape != "entry" and not is_snippet:
            in_flow = self.shape == "flow-item"
            quote = '"' if needs_quotes(value, in_flow=in_flow) else ""
        return f"{self.prefix}{quote}{_escaped(value, quote)}{quote}"


def _escaped(value: str, quote: str) -> str:
    if quote == "'":
        return value.replace("'", "''")
    if quote == '"':
        return value.replace("\\", "\\\\").replace('"', '\\"')
    return value


def find_slot(cursor: Cursor, separator: str) -> Slot | None:
    """The slot at a cursor in a value; None where no value can be completed (a block scalar).

    ``separator`` says how a plain string of this key is split, "" for not at all.
    """
    node = cursor.place.node
    if node is None or cursor.place.part != "value":
        return None
    if node.kind == "list":
        return _new_flow_item(cursor, node) if node.style == "flow" else None
    if node.kind != "scalar" or node.style in ("literal", "folded"):
        return None
    in_list = isinstance(cursor.place.path[-1], int) if cursor.place.path else False
    if in_list:
        return _item(cursor, node)
    if node.is_empty:
        return _empty(cursor)
    if separator:
        return _entry_in_string(cursor, node, separator)
    return _whole(cursor, node)


def _wanted_quote(cursor: Cursor) -> Literal["", "'", '"']:
    return '"' if cursor.file.header.format in ("json", "toml") else ""


def _empty(cursor: Cursor) -> Slot:
    text = cursor.file.header.text
    before = text[cursor.offset - 1 : cursor.offset]
    prefix = " " if before in (b":", b"-", b"=") else ""
    return Slot(
        Span(cursor.offset, cursor.offset), "value", "", prefix, wanted_quote=_wanted_quote(cursor)
    )


def _whole(cursor: Cursor, node: Node) -> Slot:
    quote, content = _quotes(node)
    span = Span(content.start, max(content.end, cursor.offset)) if not quote else content
    if not span.contains(cursor.offset):
        return Slot(Span(cursor.offset, cursor.offset), "value", "")
    wanted: Literal["", "'", '"'] = "" if quote else _wanted_quote(cursor)
    if node.native not in (None, "string"):
        wanted = ""
    return Slot(span, "value", _text(cursor, span.start), "", quote, wanted)


def _quotes(node: Node) -> tuple[Literal["", "'", '"'], Span]:
    if node.style == "double":
        return '"', node.content
    if node.style == "single":
        return "'", node.content
    return "", node.span


def _text(cursor: Cursor, start: int) -> str:
    return cursor.file.header.source(Span(start, max(start, cursor.offset)))


def _entry_in_string(cursor: Cursor, node: Node, separator: str) -> Slot | None:
    quote, content = _quotes(node)
    if quote and not content.contains(cursor.offset):
        return None
    end = content.end if quote else max(content.end, cursor.offset)
    raw = cursor.file.header.text[content.start : end].decode("utf-8", "surrogateescape")
    others: list[str] = []
    found: Span | None = None
    for begin, stop in split_entries(raw, separator):
        at = content.start + len(raw[:begin].encode("utf-8", "surrogateescape"))
        until = content.start + len(raw[:stop].encode("utf-8", "surrogateescape"))
        if at <= cursor.offset <= until:
            found = Span(at, until)
        else:
            others.append(raw[begin:stop])
    prefix = ""
    if found is None:
        found = Span(cursor.offset, cursor.offset)
        if cursor.file.header.text[cursor.offset - 1 : cursor.offset] == b",":
            prefix = " "
    return Slot(found, "entry", _text(cursor, found.start), prefix, quote, others=frozenset(others))


def _siblings(cursor: Cursor) -> tuple[Node | None, int]:
    path = cursor.place.path
    parent = cursor.file.node_at(path[:-1])
    return parent, path[-1] if isinstance(path[-1], int) else -1


def _neighbour_quote(items: tuple[Node, ...], cursor: Cursor) -> Literal["", "'", '"']:
    for item in items:
        if item.style == "double":
            return '"'
        if item.style == "single":
            return "'"
    return _wanted_quote(cursor)


def _item(cursor: Cursor, node: Node) -> Slot | None:
    parent, index = _siblings(cursor)
    items = parent.items if parent is not None else ()
    rest = tuple(item for at, item in enumerate(items) if at != index)
    others = frozenset(item.text for item in rest if item.kind == "scalar")
    is_flow = parent is not None and parent.style == "flow"
    shape: Shape = "flow-item" if is_flow else "block-item"
    wanted = _neighbour_quote(rest, cursor)
    if node.is_empty:
        before = cursor.file.header.text[cursor.offset - 1 : cursor.offset]
        prefix = " " if before in (b"-", b",") else ""
        here = Span(cursor.offset, cursor.offset)
        return Slot(here, shape, "", prefix, wanted_quote=wanted, others=others)
    quote, content = _quotes(node)
    if quote and not content.contains(cursor.offset):
        return None
    span = content if quote else Span(content.start, max(content.end, cursor.offset))
    wanted = "" if quote else wanted
    return Slot(span, shape, _text(cursor, span.start), "", quote, wanted, others)


def _new_flow_item(cursor: Cursor, node: Node) -> Slot:
    text = cursor.file.header.text
    before = text[cursor.offset - 1 : cursor.offset]
    items = node.items
    prefix = " " if before == b"," else ""
    if any(item.span.end <= cursor.offset for item in items):
        last = max(item.span.end for item in items if item.span.end <= cursor.offset)
        if b"," not in text[last : cursor.offset]:
            prefix = ", " if before.strip() else ","
    return Slot(
        Span(cursor.offset, cursor.offset),
        "flow-item",
        "",
        prefix,
        wanted_quote=_neighbour_quote(items, cursor),
        others=frozenset(item.text for item in items if item.kind == "scalar"),
    )


def new_block_item(cursor: Cursor, node: Node | None, indent: str) -> Slot:
    """The slot of an item that has no dash yet, on a blank line below its key."""
    items = node.items if node is not None else ()
    return Slot(
        Span(cursor.offset, cursor.offset),
        "block-item",
        "",
        f"{indent}- ",
        wanted_quote=_neighbour_quote(items, cursor),
        others=frozenset(item.text for item in items if item.kind == "scalar"),
    )
