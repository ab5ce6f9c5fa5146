"""Tidies headers: blanks, commas, fences, the order of keys. Values never change.

An edit is offered only when the header reads the same afterwards; comments, quoting and the body
stay as they are. Headers that do not parse are left alone.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from backspec.agents.context import open_file
from backspec.agents.frontmatter import parse
from backspec.agents.tools import split_entries
from backspec.model import Fix
from backspec.text import Edit, Span, apply_edits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.context import File
    from backspec.agents.nodes import Entry, Header, Node
    from backspec.agents.view import View
    from backspec.model import Document


def format_header(document: Document, view: View | None = None) -> tuple[Edit, ...]:
    """Edits that tidy the blanks of a header; () when it is tidy, broken, or not YAML.

    One blank behind a colon, one behind each comma, none at line ends, no empty lines at the
    header's ends and never two in a row.
    """
    file = open_file(document, view)
    if file is None or not _can_edit(file.header):
        return ()
    edits = tuple(sorted(set(_edits(file))))
    kept: list[Edit] = []
    for one in edits:
        if not kept or kept[-1].span.end <= one.span.start:
            kept.append(one)
    return _checked(file.header, tuple(kept))


def _can_edit(header: Header) -> bool:
    is_whole = header.format == "markdown" and header.closing is not None
    return is_whole and not header.is_recovered and header.root is not None


def _checked(header: Header, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The edits, if the header means the same with them."""
    if not edits or header.root is None:
        return ()
    after = parse(apply_edits(header.text, edits))
    same = (
        after.root is not None
        and not after.is_recovered
        and list(_data(after)) == list(_data(header))
        and after.body_text == header.body_text
    )
    return edits if same else ()


def _data(header: Header) -> Iterator[object]:
    """What a header says, in order, with the way each scalar is written."""
    todo: list[Node] = [header.root] if header.root is not None else []
    while todo:
        node = todo.pop()
        yield node.kind, node.style, node.tag, node.anchor
        if node.kind in ("scalar", "alias"):
            yield re.sub(r"\s*,\s*", ", ", node.text) if node.style == "plain" else node.text
        for entry in reversed(node.entries):
            todo.append(entry.value)
            todo.append(entry.key)
        todo.extend(reversed(node.items))


_BLANKS = re.compile(rb"[ \t]+(?=\r?\n|\r|\Z)")
_EMPTY_LINES = re.compile(rb"(?:(?<=\n)|(?<=\r))[ \t]*(?:\r\n|\n|\r)(?:[ \t]*(?:\r\n|\n|\r))+")


def _edits(file: File) -> Iterator[Edit]:
    header = file.header
    text = header.text
    kept = _multi_line(header)
    for match in _BLANKS.finditer(text, header.span.start, header.span.end):
        if not _inside(match.start(), kept):
            yield Edit(Span(*match.span()), "")
    yield from _empty_lines(header, kept)
    for fence in (header.opening, header.closing):
        if fence is not None:
            found = _BLANKS.match(text, fence.end)
            if found is not None:
                yield Edit(Span(*found.span()), "")
    todo: list[tuple[Entry, tuple[str, ...]]] = [(e, (e.name,)) for e in header.entries]
    while todo:
        entry, path = todo.pop()
        yield from _around_colon(header, entry)
        value = entry.value
        if value.style == "flow":
            yield from _in_flow(header, value)
        elif value.kind == "scalar":
            yield from _in_string(file, value, path)
        for holder in (value, *value.items):
            todo.extend((inner, (*path, inner.name)) for inner in holder.entries)


def _multi_line(header: Header) -> list[Span]:
    """Scalars over several lines: their blanks may mean something."""
    found: list[Span] = []
    todo: list[Node] = [header.root] if header.root is not None else []
    while todo:
        node = todo.pop()
        if node.kind == "scalar" and b"\n" in header.text[node.span.start : node.span.end]:
            found.append(node.span)
        for entry in node.entries:
            todo += [entry.key, entry.value]
        todo.extend(node.items)
    return found


def _inside(offset: int, spans: list[Span]) -> bool:
    return any(span.start <= offset < span.end for span in spans)


def _empty_lines(header: Header, kept: list[Span]) -> Iterator[Edit]:
    text, (start, end) = header.text, header.span
    first = start
    while (found := re.compile(rb"[ \t]*(?:\r\n|\n|\r)").match(text, first, end)) is not None:
        first = found.end()
    if first > start:
        yield Edit(Span(start, first), "")
    last = len(text[:end].rstrip())
    if last > first and not _inside(last - 1, kept):
        line_end = re.compile(rb"[ \t]*(?:\r\n|\n|\r)").match(text, last, end)
        if line_end is not None and line_end.end() < end:
            yield Edit(Span(line_end.end(), end), "")
    for match in _EMPTY_LINES.finditer(text, first, last):
        if not _inside(match.start(), kept):
            one = re.compile(rb"[ \t]*(?:\r\n|\n|\r)").match(text, match.start())
            assert one is not None
            yield Edit(Span(one.end(), match.end()), "")


def _around_colon(header: Header, entry: Entry) -> Iterator[Edit]:
    if entry.separator is None:
        return
    text = header.text
    before = Span(entry.key.span.end, entry.separator)
    if before.end > before.start and not text[before.start : before.end].strip(b" \t"):
        yield Edit(before, "")
    after = Span(entry.separator + 1, entry.value.span.start)
    between = text[after.start : after.end]
    is_blank = bool(between) and not between.strip(b" \t")
    if is_blank and between != b" " and not entry.value.is_empty:
        yield Edit(after, " ")


def _in_flow(header: Header, node: Node) -> Iterator[Edit]:
    """``[a, b]``: one blank behind a comma, none inside the brackets; one-line lists only."""
    text = header.text
    written = text[node.span.start : node.span.end]
    if b"\n" in written or b"\r" in written or node.kind != "list" or not node.items:
        return
    if any(item.kind != "scalar" for item in node.items):
        return
    at = node.span.start + 1
    for index, item in enumerate(node.items):
        between = text[at : item.span.start]
        wanted = ", " if index else ""
        if between != wanted.encode() and between.strip(b" \t") == wanted.strip().encode():
            yield Edit(Span(at, item.span.start), wanted)
        at = item.span.end
    rest = text[at : node.span.end - 1]
    if rest and not rest.strip(b" \t"):
        yield Edit(Span(at, node.span.end - 1), "")


def _in_string(file: File, node: Node, path: tuple[str, ...]) -> Iterator[Edit]:
    """``Read,Grep`` in a key that takes a comma string."""
    if node.style != "plain" or b"\n" in file.header.text[node.span.start : node.span.end]:
        return
    if not any(key.separator == "comma" for _, key in file.keys_at(path)):
        return
    raw = file.header.text[node.span.start : node.span.end].decode("utf-8", "surrogateescape")
    if "," not in raw or not raw.isascii():
        return
    spans = split_entries(raw, "comma")
    for (_, left), (right, _) in itertools.pairwise(spans):
        between = raw[left:right]
        if between != ", " and between.strip() == ",":
            yield Edit(Span(node.span.start + left, node.span.start + right), ", ")


def sort_keys(document: Document, view: View | None = None) -> Fix | None:
    """Put the header's keys into the order of its dialect, comments with the key below them.

    None when they are in order, or the header cannot be edited safely.
    """
    file = open_file(document, view)
    if file is None or not file.dialects or not _can_edit(file.header):
        return None
    header = file.header
    root = header.root
    if root is None or root.style != "block" or len(root.entries) < 2:
        return None
    order = {name: rank for d in reversed(file.dialects) for rank, name in enumerate(d.keys)}
    blocks = _blocks(header)
    ranked = sorted(blocks, key=lambda block: order.get(block[0], len(order)))
    if ranked == blocks:
        return None
    start, end = blocks[0][1].start, blocks[-1][1].end
    text = header.text
    pieces = [text[span.start : span.end] for _, span in ranked]
    if not all(piece.endswith((b"\n", b"\r")) for piece in pieces):
        return None
    new = b"".join(pieces).decode("utf-8", "surrogateescape")
    if any("\udc80" <= char <= "\udcff" for char in new):
        return None
    edit = Edit(Span(start, end), new)
    after = parse(apply_edits(text, [edit]))
    if after.is_recovered or after.root is None:
        return None
    if after.root.data(after.anchors) != root.data(header.anchors):
        return None
    return Fix("Sort the keys of the header", (edit,), "safe", "sort-keys")


def _blocks(header: Header) -> list[tuple[str, Span]]:
    """(key, its whole lines with the comments above it) for every top-level key, in order."""
    text = header.text
    starts = []
    for entry in header.entries:
        start = text.rfind(b"\n", header.span.start, entry.key.span.start) + 1
        start = max(start, header.span.start)
        while start > header.span.start:
            above = max(text.rfind(b"\n", header.span.start, start - 1) + 1, header.span.start)
            if not text[above:start].startswith(b"#"):
                break
            start = above
        starts.append(start)
    ends = [*starts[1:], header.span.end]
    return [
        (entry.name, Span(start, end))
        for entry, start, end in zip(header.entries, starts, ends, strict=True)
    ]
