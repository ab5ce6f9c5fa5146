"""The structure of an agent file: outline, folds, growing selections, search by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backspec.agents.context import cursor, open_file
from backspec.agents.markdown import headings
from backspec.model import Fold, Symbol
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.context import File
    from backspec.agents.nodes import Entry, Node
    from backspec.agents.view import View
    from backspec.model import Document

_MOST_FOUND = 200


def symbols(document: Document, view: View | None = None) -> list[Symbol]:
    """The keys of the header and the headings of the body, each with what is below it."""
    file = open_file(document, view)
    if file is None or not file.dialects:
        return []
    return [*(_key_symbol(entry, 0) for entry in file.header.entries), *_headings(file)]


def _key_symbol(entry: Entry, depth: int) -> Symbol:
    children: list[Symbol] = []
    if depth < 4:
        for holder in (entry.value, *entry.value.items):
            if holder.kind == "map":
                children.extend(_key_symbol(inner, depth + 1) for inner in holder.entries)
    detail = entry.value.text.strip() if entry.value.kind == "scalar" else ""
    detail = " ".join(detail.split())
    return Symbol(
        name=entry.name or "…",
        kind="key",
        span=entry.span,
        selection=entry.key.span,
        detail=detail if len(detail) <= 60 else f"{detail[:59]}…",
        children=tuple(children),
    )


def _headings(file: File) -> list[Symbol]:
    """Headings as a tree: each covers the text up to the next one of its level or higher."""
    found = headings(file.body, file.header.text)
    top: list[Symbol] = []
    open_at: list[tuple[int, Symbol, list[Symbol]]] = []

    def close(level: int) -> None:
        while open_at and open_at[-1][0] >= level:
            _, symbol, children = open_at.pop()
            finished = Symbol(
                symbol.name, "heading", symbol.span, symbol.selection, "", tuple(children)
            )
            (open_at[-1][2] if open_at else top).append(finished)

    for index, heading in enumerate(found):
        end = next(
            (h.span.start for h in found[index + 1 :] if h.level <= heading.level),
            file.header.body.end,
        )
        close(heading.level)
        name = heading.title or "#" * heading.level
        symbol = Symbol(name, "heading", Span(heading.span.start, end), heading.span)
        open_at.append((heading.level, symbol, []))
    close(0)
    return top


def workspace_symbols(query: str, view: View | None) -> list[Symbol]:
    """Agents, skills and prompts whose names hold the letters of ``query`` in order."""
    if view is None or view.index is None:
        return []
    found: list[tuple[int, Symbol]] = []
    for definition in view.index:
        names = dict.fromkeys((definition.label, definition.name))
        scores = [score for name in names if name and (score := _score(query, name)) is not None]
        if not scores:
            continue
        span = definition.name_span or Span(0, 0)
        symbol = Symbol(
            name=definition.label or definition.name,
            kind=definition.kind,
            span=span,
            selection=span,
            detail=definition.dialect,
            path=definition.path,
        )
        found.append((min(scores), symbol))
    found.sort(key=lambda pair: (pair[0], pair[1].name, pair[1].path or ""))
    return [symbol for _, symbol in found[:_MOST_FOUND]]


def _score(query: str, name: str) -> int | None:
    """0 for equal, then beginning, inside, letters in order; None when it does not match."""
    wanted, have = query.casefold(), name.casefold()
    if wanted == have:
        return 0
    if have.startswith(wanted):
        return 1
    if wanted in have:
        return 2
    letters = iter(have)
    return 3 if all(letter in letters for letter in wanted) else None


def folds(document: Document, view: View | None = None) -> list[Fold]:
    """What can be folded: the header, its blocks, sections, code, comments."""
    file = open_file(document, view)
    if file is None or not file.dialects:
        return []
    header = file.header
    found: list[Fold] = []
    if header.opening is not None and header.closing is not None:
        found.append(Fold(Span(header.opening.start, header.closing.start - 1), "region"))
    if header.root is not None:
        found.extend(Fold(span) for span in _blocks(header.root))
    if header.format == "markdown":
        body = file.body
        text = document.text
        found.extend(Fold(Span(f.span.start, _trimmed(text, f.span))) for f in body.fences)
        found.extend(Fold(span, "comment") for span in body.comments)
        todo = _headings(file)
        while todo:
            symbol = todo.pop()
            todo.extend(symbol.children)
            found.append(Fold(Span(symbol.span.start, _trimmed(text, symbol.span))))
    kept = [fold for fold in found if b"\n" in document.text[fold.span.start : fold.span.end]]
    return sorted(kept, key=lambda fold: fold.span)


def _blocks(root: Node) -> Iterator[Span]:
    todo = [root]
    while todo:
        node = todo.pop()
        for entry in node.entries:
            yield entry.span
            todo.append(entry.value)
        for item in node.items:
            if item.kind in ("map", "list"):
                yield item.span
            todo.append(item)


def _trimmed(text: bytes, span: Span) -> int:
    """The end of a span without blank lines at its end."""
    end = span.end
    while end > span.start and text[end - 1 : end].isspace():
        end -= 1
    return end


_WORD = re.compile(rb"[\w.*:@/-]+")
_PARAGRAPH = re.compile(rb"(?:\r?\n[ \t]*){2,}")


def selections(document: Document, offset: int, view: View | None = None) -> list[Span]:
    """Ever larger pieces around a byte offset, from the word to the whole file."""
    file = open_file(document, view)
    if file is None or not file.dialects:
        return []
    text = document.text
    whole = Span(0, len(text))
    at = cursor(file, offset)
    found = [_word(text, offset)]
    header = file.header
    if at.place.part == "outside":
        found += _around_in_body(file, offset)
    else:
        node = at.place.node
        if node is not None:
            found += [node.content, node.span]
        if header.root is not None:
            found += _around_in_header(header.root, offset)
        found.append(header.span)
        if header.opening is not None and header.closing is not None:
            found.append(Span(header.opening.start, header.closing.end))
    grown: list[Span] = []
    for span in sorted({*found, whole}, key=lambda s: s.end - s.start):
        if not span.contains(offset) or span.start == span.end:
            continue
        if not grown or (span.start <= grown[-1].start and grown[-1].end <= span.end):
            grown.append(span)
    return grown


def _word(text: bytes, offset: int) -> Span:
    start = max(text.rfind(b"\n", 0, offset) + 1, offset - 500)
    for found in _WORD.finditer(text, start, min(len(text), offset + 500)):
        if found.start() <= offset <= found.end():
            return Span(*found.span())
    return Span(offset, offset)


def _around_in_header(root: Node, offset: int) -> Iterator[Span]:
    todo = [root]
    while todo:
        node = todo.pop()
        if node.kind in ("map", "list"):
            yield node.span
        for entry in node.entries:
            if entry.span.contains(offset):
                yield entry.span
                todo.append(entry.value)
        todo.extend(item for item in node.items if item.span.contains(offset))


def _around_in_body(file: File, offset: int) -> Iterator[Span]:
    text, body = file.header.text, file.header.body
    if not body.contains(offset):
        return
    start = max(text.rfind(b"\n", 0, offset) + 1, body.start)
    end = text.find(b"\n", offset)
    yield Span(start, end if end >= 0 else len(text))
    at = body.start
    for gap in _PARAGRAPH.finditer(text, body.start, body.end):
        if at <= offset <= gap.start():
            yield Span(at, gap.start())
        at = gap.end()
    if at <= offset:
        yield Span(at, _trimmed(text, Span(at, body.end)))
    yield from (f.content for f in file.body.fences if f.content.contains(offset))
    yield from (f.span for f in file.body.fences if f.span.contains(offset))
    todo = _headings(file)
    while todo:
        symbol = todo.pop()
        if symbol.span.contains(offset):
            yield Span(symbol.span.start, _trimmed(text, symbol.span))
            todo.extend(symbol.children)
    yield body
