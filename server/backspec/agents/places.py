"""Finds what a cursor is in: the way from the root of a header down to a key or value."""

from __future__ import annotations

from backspec.agents.nodes import Entry, Header, Node, Place
from backspec.text import Span


def place(header: Header, offset: int) -> Place:
    """See ``Header.place``."""
    if not _is_inside(header, offset):
        return Place((), None, None, "outside")
    path: list[str | int] = []
    node = header.root
    entry: Entry | None = None
    while node is not None:
        if node.kind == "map":
            found = _entry_at(header, node, offset)
            if found is None:
                break
            entry = found
            path.append(found.name)
            if found.key.span.contains(offset) and (
                found.separator is None or offset <= found.separator
            ):
                return Place(tuple(path), found.key, found, "key")
            node = found.value
        elif node.kind == "list":
            index = _item_at(header, node, offset)
            if index is None:
                if node.style == "flow" and entry is not None and node.span.contains(offset):
                    return Place(tuple(path), node, entry, "value")
                break
            path.append(index)
            node = node.items[index]
        else:
            return Place(tuple(path), node, entry, "value")
    if node is not None and node is not header.root and node.style == "flow":
        return Place(tuple(path), node, entry, "value")
    return Place(_container(header, offset), None, None, "none")


def _is_inside(header: Header, offset: int) -> bool:
    if header.format == "markdown":
        if header.opening is None or offset < header.span.start:
            return False
        if header.closing is not None and offset >= header.closing.start:
            return False
    return header.span.contains(offset)


def _is_same_line(header: Header, begin: int, end: int) -> bool:
    between = header.text[begin:end]
    return b"\n" not in between and b"\r" not in between


def _entry_at(header: Header, node: Node, offset: int) -> Entry | None:
    """The entry whose key or value holds the offset, blanks behind it on its line included."""
    behind: Entry | None = None
    for entry in node.entries:
        if entry.key.span.start > offset:
            continue
        span = entry.span
        if offset <= span.end:
            return entry
        if _is_same_line(header, span.end, offset) and (
            node.style != "flow" or b"," not in header.text[span.end : offset]
        ):
            behind = entry
    return behind


def _item_at(header: Header, node: Node, offset: int) -> int | None:
    found: int | None = None
    for index, item in enumerate(node.items):
        if item.span.start > offset:
            break
        if offset <= item.span.end:
            return index
        between = header.text[item.span.end : offset]
        if _is_same_line(header, item.span.end, offset) and (
            node.style != "flow" or not between.strip(b" \t")
        ):
            found = index
    return found


def _column(header: Header, offset: int) -> int:
    text = header.text
    start = max(text.rfind(b"\n", 0, offset), text.rfind(b"\r", 0, offset)) + 1
    return offset - start


def _container(header: Header, offset: int) -> tuple[str | int, ...]:
    """The path of the map or list that a new line with the cursor's indentation belongs to."""
    column = _column(header, offset)
    path: list[str | int] = []
    node = header.root
    while node is not None and node.style == "block":
        if node.kind == "map":
            before = [entry for entry in node.entries if entry.key.span.start < offset]
            if not before or column <= _column(header, before[-1].key.span.start):
                break
            value = before[-1].value
            if value.kind == "scalar" and not value.is_empty:
                break
            path.append(before[-1].name)
            if value.style == "block" and column < _first_column(header, value):
                break
            node = value
        else:
            starts = [item.span for item in node.items if item.span.start <= offset]
            if not starts or column <= _first_column(header, node):
                break
            index = len(starts) - 1
            item = node.items[index]
            if item.kind == "scalar" and not item.is_empty:
                break
            path.append(index)
            node = item
    return tuple(path)


def _first_column(header: Header, node: Node) -> int:
    """The column of a block collection's keys or dashes."""
    return _column(header, node.span.start)


def line_of(header: Header, offset: int) -> Span:
    """The bytes of the line around an offset, line end left out."""
    text = header.text
    start = max(text.rfind(b"\n", 0, offset), text.rfind(b"\r", 0, offset)) + 1
    end = start
    while end < len(text) and text[end] not in b"\r\n":
        end += 1
    return Span(start, end)
