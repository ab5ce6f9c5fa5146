"""Colours of the pieces of an agent file that have a meaning of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from backspec import service

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server

TYPES = ("property", "function", "class", "enumMember", "macro", "parameter", "string")
MODIFIERS = ("deprecated", "defaultLibrary")


def register(server: Server) -> None:
    """Answer for agent files; only for whole documents, which are small."""
    legend = {"tokenTypes": list(TYPES), "tokenModifiers": list(MODIFIERS)}
    if server.client.has("textDocument.semanticTokens"):
        handlers = {lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL: tokens}
        server.on_agents("semanticTokens", handlers, {"legend": legend, "full": True})


def tokens(server: Server, params: lsp.SemanticTokensParams) -> Json | None:
    """All tokens, each relative to the one before, as the protocol packs them."""
    document = server.documents.get(params.text_document.uri)
    if document is None:
        return None
    encoding = server.documents.encoding
    data: list[int] = []
    last_line = last_column = 0
    for token in service.tokens(document.snapshot(), server.project_of(document)):
        line, column = document.lines.position(token.span.start, encoding)
        end_line, end_column = document.lines.position(token.span.end, encoding)
        if end_line != line or end_column <= column:
            continue
        modifiers = sum(1 << MODIFIERS.index(name) for name in token.modifiers)
        data += (
            line - last_line,
            column - last_column if line == last_line else column,
            end_column - column,
            TYPES.index(token.kind),
            modifiers,
        )
        last_line, last_column = line, column
    return {"data": data} if data else None
