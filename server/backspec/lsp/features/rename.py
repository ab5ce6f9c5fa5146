"""Renaming agents, skills and prompts across the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from backspec import service
from backspec.lsp import convert
from backspec.lsp.edits import workspace_edit

if TYPE_CHECKING:
    from collections.abc import Callable

    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server


def register(server: Server) -> None:
    """Answer for the names in agent files."""
    handlers: dict[str, Callable[..., Any]] = {lsp.TEXT_DOCUMENT_RENAME: rename}
    options = None
    if server.client.has("textDocument.rename.prepareSupport"):
        handlers[lsp.TEXT_DOCUMENT_PREPARE_RENAME] = prepare_rename
        options = {"prepareProvider": True}
    server.on_agents("rename", handlers, options)


def prepare_rename(server: Server, params: lsp.PrepareRenameParams) -> Json | None:
    """What would be renamed; null where nothing can be."""
    document = server.documents.get(params.text_document.uri)
    if document is None:
        return None
    encoding = server.documents.encoding
    offset = convert.offset(document.lines, params.position, encoding)
    found = service.prepare_rename(
        document.snapshot(), offset, server.complete_project_of(document)
    )
    if found is None:
        return None
    span, name = found
    return {"range": convert.range_of(document.lines, span, encoding), "placeholder": name}


def rename(server: Server, params: lsp.RenameParams) -> Json | None:
    """One workspace edit for all that names it; an error says why there is none."""
    document = server.documents.get(params.text_document.uri)
    if document is None:
        return None
    offset = convert.offset(document.lines, params.position, server.documents.encoding)
    try:
        changes = service.rename(
            document.snapshot(), offset, params.new_name, server.complete_project_of(document)
        )
    except ValueError as error:
        raise JsonRpcException(str(error), lsp.LSPErrorCodes.RequestFailed.value) from error
    edit = workspace_edit(server, document, (), changes)
    if edit is None:
        why = "this rename moves a file, which your editor does not take from a server"
        raise JsonRpcException(why, lsp.LSPErrorCodes.RequestFailed.value)
    return edit
