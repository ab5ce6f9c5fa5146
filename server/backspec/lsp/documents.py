"""The open documents: their bytes and line starts, kept up to date change by change.

pygls' own document splits and joins the whole text on every change and reads unopened files by
itself; this one does neither. A snapshot taken from here never changes.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from backspec.languages import language_of
from backspec.lsp import convert
from backspec.model import Document
from backspec.service import Memory
from backspec.text import Encoding, LineTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

log = logging.getLogger(__name__)


@dataclass(slots=True)
class OpenDocument:
    """One text as the editor has it now."""

    uri: str
    path: str
    """The file's path; for a document that is no file, a path it pretends."""
    language: str
    """The core's language id, "" for one it does not know."""
    version: int
    text: bytes
    lines: LineTable
    is_file: bool = True
    memory: Memory = field(default_factory=Memory)

    def apply(
        self,
        version: int,
        changes: Sequence[lsp.TextDocumentContentChangeEvent],
        encoding: Encoding,
    ) -> None:
        """Make a client's changes, each in terms of the text the one before it left."""
        for change in changes:
            new = convert.to_bytes(change.text)
            if isinstance(change, lsp.TextDocumentContentChangePartial):
                span = convert.span_of(self.lines, change.range, encoding)
                self.text = b"%b%b%b" % (self.text[: span.start], new, self.text[span.end :])
                self.lines = self.lines.edited(self.text, span, len(new))
            else:
                self.text = new
                self.lines = LineTable(new)
        self.version = version

    def snapshot(self) -> Document:
        """The text as it is now, for the core."""
        return Document(self.path, self.text, self.language, self.version)


class Documents:
    """All open documents by the URI the client gave them."""

    def __init__(self) -> None:
        self._by_uri: dict[str, OpenDocument] = {}
        self.encoding: Encoding = "utf-16"
        """The unit of the client's columns; set once, at initialization."""
        self.pretend_root = ""
        """The folder that documents without a file pretend to be in."""

    def __iter__(self) -> Iterator[OpenDocument]:
        return iter(list(self._by_uri.values()))

    def get(self, uri: str) -> OpenDocument | None:
        """The open document, or None for one that was closed or never opened."""
        return self._by_uri.get(uri)

    def at_path(self, path: str) -> OpenDocument | None:
        """The open document of a file."""
        found = self._by_uri.get(convert.uri_of(path))
        if found is not None:
            return found
        return next((d for d in self._by_uri.values() if d.is_file and d.path == path), None)

    def open(self, item: lsp.TextDocumentItem) -> OpenDocument:
        """Take a document over from the client; opening it again replaces it."""
        text = convert.to_bytes(item.text)
        file = convert.path_of(item.uri)
        path = file if file is not None else convert.pretend_path(item.uri, self.pretend_root)
        document = OpenDocument(
            uri=item.uri,
            path=path,
            language=language_of(path, text[:128], item.language_id),
            version=item.version,
            text=text,
            lines=LineTable(text),
            is_file=file is not None,
        )
        self._by_uri[item.uri] = document
        return document

    def change(self, params: lsp.DidChangeTextDocumentParams) -> OpenDocument | None:
        """Apply a change notification; None when the document is not open."""
        document = self._by_uri.get(params.text_document.uri)
        if document is None:
            log.warning("a change of %s, which is not open", params.text_document.uri)
            return None
        document.apply(params.text_document.version, params.content_changes, self.encoding)
        return document

    def close(self, uri: str) -> OpenDocument | None:
        """Give a document back; None when it was not open."""
        return self._by_uri.pop(uri, None)
