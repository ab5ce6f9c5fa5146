"""Going to definitions, and listing references."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from backspec import service
from backspec.lsp import convert
from backspec.lsp.locations import locations

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server


def register(server: Server) -> None:
    """Answer for the names in agent files."""
    server.on_agents("definition", {lsp.TEXT_DOCUMENT_DEFINITION: definition})
    server.on_agents("references", {lsp.TEXT_DOCUMENT_REFERENCES: references})


def definition(server: Server, params: lsp.DefinitionParams) -> list[Json] | None:
    """Where the name under the cursor is defined."""
    document = server.documents.get(params.text_document.uri)
    if document is None:
        return None
    offset = convert.offset(document.lines, params.position, server.documents.encoding)
    found = service.definition(document.snapshot(), offset, server.complete_project_of(document))
    return locations(server, ((place.path, place.span) for place in found)) or None


def references(server: Server, params: lsp.ReferenceParams) -> list[Json] | None:
    """Every place that names what is under the cursor."""
    document = server.documents.get(params.text_document.uri)
    if document is None:
        return None
    found = service.references(
        document.snapshot(),
        convert.offset(document.lines, params.position, server.documents.encoding),
        server.complete_project_of(document),
        with_definition=params.context.include_declaration,
    )
    return locations(server, ((place.path, place.span) for place in found)) or None
