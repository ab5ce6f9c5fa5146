"""Hover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from backspec import service
from backspec.lsp import convert
from backspec.lsp.markup import markup

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server


def register(server: Server) -> None:
    """Answer hovers."""
    server.on(lsp.TEXT_DOCUMENT_HOVER, hover, hoverProvider=True)


def hover(server: Server, params: lsp.HoverParams) -> Json | None:
    """What the core knows at a position."""
    document = server.documents.get(params.text_document.uri)
    if document is None:
        return None
    encoding = server.documents.encoding
    found = service.hover(
        document.snapshot(),
        convert.offset(document.lines, params.position, encoding),
        server.project_of(document),
        document.memory,
    )
    if found is None:
        return None
    return {
        "contents": markup(server.client, "textDocument.hover.contentFormat", found.markdown),
        "range": convert.range_of(document.lines, found.span, encoding),
    }
