"""Formatting the header of an agent file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from backspec import service
from backspec.lsp import convert

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server

SELECTOR: tuple[Json, ...] = (
    {"pattern": "**/.*/**/*.{md,mdc}"},
    {"pattern": "**/*.{agent,chatmode,instructions,prompt}.md"},
    {"pattern": "**/SKILL.md"},
)


def register(server: Server) -> None:
    """Answer only where the client can be told the files.

    Offered for every file, backspec would be one more formatter to choose from in Python code,
    or in some editors the one that is asked.
    """
    if server.client.has("textDocument.formatting.dynamicRegistration"):
        handlers = {lsp.TEXT_DOCUMENT_FORMATTING: format_document}
        server.on_agents("formatting", handlers, selector=SELECTOR)


def format_document(server: Server, params: lsp.DocumentFormattingParams) -> list[Json] | None:
    """The edits that tidy the header."""
    document = server.documents.get(params.text_document.uri)
    if document is None:
        return None
    edits = service.format_header(document.snapshot(), server.project_of(document))
    return convert.text_edits(document.lines, edits, server.documents.encoding) or None
