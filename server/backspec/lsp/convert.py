"""Between the protocol's positions and the core's byte offsets; paths and URIs.

The only module that knows in which unit a client counts columns. Protocol values are plain JSON
dictionaries: they are made by the thousand, and need no class on the way out.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from backspec.text import Edit, Encoding, LineTable, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lsprotocol import types as lsp

Json = dict[str, Any]
"""A JSON object of the protocol."""

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")


def choose_encoding(offered: object) -> Encoding:
    """The first unit a client offers that is known; utf-16, the protocol's default, for none.

    The client's order is kept: turning a column takes one to four microseconds in any of the
    three, and an editor's first choice is the one its own code is best tested with.
    """
    if isinstance(offered, (list, tuple)):
        for name in offered:
            if name in ENCODINGS:
                return name  # type: ignore[no-any-return]  # membership proves the literal
    return "utf-16"


def position(lines: LineTable, offset: int, encoding: Encoding) -> Json:
    """The protocol's position of a byte offset."""
    line, column = lines.position(offset, encoding)
    return {"line": line, "character": column}


def range_of(lines: LineTable, span: Span, encoding: Encoding) -> Json:
    """The protocol's range of a span."""
    return {
        "start": position(lines, span.start, encoding),
        "end": position(lines, span.end, encoding),
    }


def offset(lines: LineTable, at: lsp.Position, encoding: Encoding) -> int:
    """The byte offset of a position, clamped to the text."""
    return lines.offset(at.line, at.character, encoding)


def span_of(lines: LineTable, wanted: lsp.Range, encoding: Encoding) -> Span:
    """The span of a range, clamped to the text; a reversed range is turned round."""
    start = offset(lines, wanted.start, encoding)
    end = offset(lines, wanted.end, encoding)
    return Span(min(start, end), max(start, end))


def text_edits(lines: LineTable, edits: Iterable[Edit], encoding: Encoding) -> list[Json]:
    """The protocol's text edits, in the order given."""
    return [
        {"range": range_of(lines, edit.span, encoding), "newText": edit.new_text} for edit in edits
    ]


def to_bytes(text: str) -> bytes:
    """A client's text as the core wants it; half a surrogate pair becomes a question mark,
    which keeps every column where it was.
    """
    return text.encode("utf-8", "replace")


def path_of(uri: str) -> str | None:
    """The absolute path a ``file:`` URI names; None for other schemes and for nonsense."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file" or not parts.path:
        return None
    path = unquote(parts.path)
    if parts.netloc and parts.netloc != "localhost":
        path = f"//{unquote(parts.netloc)}{path}"
    if sys.platform == "win32":
        if len(path) > 2 and path[0] == "/" and path[2] == ":":
            path = path[1].upper() + path[2:]
        return path.replace("/", "\\")
    return None if "\0" in path else path


def uri_of(path: str) -> str:
    """The ``file:`` URI of an absolute path."""
    if sys.platform == "win32":
        path = path.replace("\\", "/")
        if path.startswith("//"):
            return "file:" + quote(path)
        return "file:///" + quote(path, safe="/:")
    return "file://" + quote(os.fspath(path))


def pretend_path(uri: str, root: str) -> str:
    """A path for a document that is no file: its name, or the end of its URI, below ``root``.

    Nothing is read from it; analyses use it to recognise what kind of file it would be.
    """
    scheme, _, rest = uri.partition(":")
    tail = unquote(rest.partition("?")[0].partition("#")[0]).replace("\0", "").replace("\\", "/")
    parts = [part for part in tail.split("/") if part not in {"", ".", ".."}]
    return str(Path(root or os.sep).absolute().joinpath(*(parts or [scheme or "untitled"])))
