"""Outlines of agent files, and the search for agents, skills and prompts by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from backspec import service
from backspec.lsp import convert
from backspec.lsp.locations import locations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backspec.lsp.convert import Json
    from backspec.lsp.documents import OpenDocument
    from backspec.lsp.server import Server
    from backspec.model import Symbol

_KINDS = {
    "key": lsp.SymbolKind.Property,
    "heading": lsp.SymbolKind.String,
    "agent": lsp.SymbolKind.Class,
    "skill": lsp.SymbolKind.Module,
    "prompt": lsp.SymbolKind.Function,
    "rule": lsp.SymbolKind.Constant,
}
_DEEPEST = 20
"""Outlines nest no deeper than this; real ones have six levels of headings."""


def register(server: Server) -> None:
    """Answer for agent files, and for the workspace."""
    server.on_agents("documentSymbol", {lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL: document_symbols})
    server.on(lsp.WORKSPACE_SYMBOL, workspace_symbols, workspaceSymbolProvider=True)


def document_symbols(server: Server, params: lsp.DocumentSymbolParams) -> list[Json] | None:
    """The outline: a tree for clients that show one, else a list."""
    document = server.documents.get(params.text_document.uri)
    if document is None:
        return None
    found = service.symbols(document.snapshot(), server.project_of(document))
    if not found:
        return None
    if server.client.has("textDocument.documentSymbol.hierarchicalDocumentSymbolSupport"):
        return [_tree(server, document, symbol, _DEEPEST) for symbol in found]
    return [
        {
            "name": symbol.name,
            "kind": int(_KINDS[symbol.kind]),
            "location": {
                "uri": document.uri,
                "range": convert.range_of(document.lines, symbol.span, server.documents.encoding),
            },
            **({"containerName": container} if container else {}),
        }
        for symbol, container in _flat(found)
    ]


def _tree(server: Server, document: OpenDocument, symbol: Symbol, depth: int) -> Json:
    encoding = server.documents.encoding
    item: Json = {
        "name": symbol.name or "-",
        "kind": int(_KINDS[symbol.kind]),
        "range": convert.range_of(document.lines, symbol.span, encoding),
        "selectionRange": convert.range_of(document.lines, symbol.selection, encoding),
    }
    if symbol.detail:
        item["detail"] = symbol.detail
    if symbol.children and depth:
        item["children"] = [_tree(server, document, s, depth - 1) for s in symbol.children]
    return item


def _flat(symbols: Sequence[Symbol]) -> Iterator[tuple[Symbol, str]]:
    """All symbols with the name of the one above, in document order."""
    waiting = [(symbol, "") for symbol in reversed(symbols)]
    while waiting:
        symbol, container = waiting.pop()
        yield symbol, container
        waiting.extend((child, symbol.name) for child in reversed(symbol.children))


def workspace_symbols(server: Server, params: lsp.WorkspaceSymbolParams) -> list[Json] | None:
    """Definitions whose names match."""
    found: list[Json] = []
    for project in server.projects:
        project.read_agents(all_at_once=True)
        for symbol in service.workspace_symbols(params.query, project):
            places = locations(server, [(symbol.path or "", symbol.selection)])
            if places:
                item = {"name": symbol.name, "kind": int(_KINDS[symbol.kind])}
                found.append({**item, "location": places[0], "containerName": symbol.detail})
    return found or None
