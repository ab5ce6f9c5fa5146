"""Completion in agent files: keys, values and the body, in whole and in broken headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec.agents.completion import snippets
from backspec.agents.completion.body import complete_body
from backspec.agents.completion.keys import complete_keys
from backspec.agents.completion.values import complete_new_item, complete_value
from backspec.agents.context import Cursor, File, cursor, open_file
from backspec.model import Completion
from backspec.text import BOM, Edit, Span, newline_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.view import View
    from backspec.model import Document


def complete(document: Document, offset: int, view: View | None = None) -> list[Completion]:
    """Completions at a byte offset, the most useful first; [] outside agent files.

    Every edit replaces what has been typed, so that the result is the value asked for whatever
    stood there. Never raises for what an author wrote.
    """
    file = open_file(document, view)
    if file is None or not file.dialects:
        return []
    at = cursor(file, max(0, min(offset, len(document.text))))
    return sorted(_complete(at), key=lambda item: (item.sort or item.label, item.label))


def _complete(at: Cursor) -> Iterator[Completion]:
    header = at.file.header
    if _could_start_header(at):
        yield from _whole_header(at.file, at.offset)
        return
    if at.place.part == "outside":
        if at.is_in_body:
            yield from complete_body(at)
        return
    if at.place.part == "value":
        node = at.place.node
        if node is not None and node.kind == "map":
            yield from complete_keys(at)
        else:
            yield from complete_value(at)
        return
    if at.place.part == "none":
        if at.place.path and any(
            key.items is not None for _, key in at.file.keys_at(at.place.path)
        ):
            yield from complete_new_item(at)
            if not isinstance(at.place.path[-1], int):
                return
        if not header.entries and not (header.format == "json" and header.text.strip()):
            yield from _whole_header(at.file, at.offset)
    yield from complete_keys(at)


def _could_start_header(at: Cursor) -> bool:
    """Whether the file has no header and the cursor is where one begins."""
    header = at.file.header
    if header.opening is not None:
        return header.closing is None and not header.entries and at.offset == header.opening.end
    before = at.file.document.text[: at.offset].removeprefix(BOM)
    return before.strip() in (b"", b"-", b"--") and header.root is None


def _whole_header(file: File, offset: int) -> Iterator[Completion]:
    """Snippets for a whole header, with its fences where there are none yet."""
    header = file.header
    text = file.document.text
    start = offset
    while start > 0 and text[start - 1 : start] == b"-":
        start -= 1
    newline = newline_of(text)
    has_fences = header.opening is not None and start == offset
    for rank, dialect in enumerate(file.dialects):
        for index, snippet in enumerate(dialect.header_snippets):
            body = snippet.get("body")
            if not isinstance(body, dict):
                continue
            lines = _in_format(body, dialect.format)
            if dialect.format == "markdown" and not has_fences:
                lines = ["---", *lines, "---", "", *str(snippet.get("bodyText", "$0")).split("\n")]
            inserted = newline.join(lines)
            yield Completion(
                label=snippet["label"],
                edit=Edit(Span(start, offset), inserted),
                kind="snippet",
                detail=snippet.get("description", dialect.title),
                documentation=f"```yaml\n{snippets.plain(inserted)}\n```",
                is_snippet=True,
                sort=f"0 {rank}{index}",
                filter_text=f"---{snippet['label']}" if start < offset else "",
            )


def _in_format(body: dict[str, object], file_format: str) -> list[str]:
    if file_format == "json":
        return snippets.json_text(body).split("\n")
    if file_format == "toml":
        return snippets.toml_lines(body)
    return snippets.yaml_lines(body)
