"""Document links."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from backspec import service
from backspec.lsp import convert

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server


def register(server: Server) -> None:
    """Answer for agent files."""
    handlers = {lsp.TEXT_DOCUMENT_DOCUMENT_LINK: document_links}
    server.on_agents("documentLink", handlers, {"resolveProvider": False})


def document_links(server: Server, params: lsp.DocumentLinkParams) -> list[Json] | None:
    """Paths, addresses and topics that open something."""
    document = server.documents.get(params.text_document.uri)
    if document is None:
        return None
    has_tooltips = server.client.has("textDocument.documentLink.tooltipSupport")
    found: list[Json] = []
    for link in service.links(document.snapshot(), server.project_of(document)):
        is_path = os.path.isabs(link.target)  # noqa: PTH117 - a URL is no path
        item: Json = {
            "range": convert.range_of(document.lines, link.span, server.documents.encoding),
            "target": server.uri_of(link.target) if is_path else link.target,
        }
        if link.tooltip and has_tooltips:
            item["tooltip"] = link.tooltip
        found.append(item)
    return found or None
