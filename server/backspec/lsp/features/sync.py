"""Opening, changing, saving and closing documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

if TYPE_CHECKING:
    from backspec.lsp.documents import OpenDocument
    from backspec.lsp.server import Server


def register(server: Server) -> None:
    """Keep the documents, and have them analysed when the client does not ask by itself."""
    server.on(
        lsp.TEXT_DOCUMENT_DID_OPEN,
        opened,
        textDocumentSync={
            "openClose": True,
            "change": int(lsp.TextDocumentSyncKind.Incremental),
            "save": {"includeText": False},
        },
    )
    server.on(lsp.TEXT_DOCUMENT_DID_CHANGE, changed)
    server.on(lsp.TEXT_DOCUMENT_DID_SAVE, saved)
    server.on(lsp.TEXT_DOCUMENT_DID_CLOSE, closed)


def opened(server: Server, params: lsp.DidOpenTextDocumentParams) -> None:
    """Take the document over."""
    document = server.documents.open(params.text_document)
    _overlay(server, document)
    server.read_agents(document)
    if server.client.pulls_diagnostics:
        server.withdraw(document.uri)
    elif server.settings.run != "off":
        server.schedule.add(document.uri)
        server.follow_agents()


def changed(server: Server, params: lsp.DidChangeTextDocumentParams) -> None:
    """Apply the changes."""
    document = server.documents.change(params)
    if document is None:
        return
    _overlay(server, document)
    server.pauses.note_change(document.uri)
    if server.settings.run == "onType" and not server.client.pulls_diagnostics:
        server.schedule.add(document.uri, urgent=True)
        server.follow_agents()


def saved(server: Server, params: lsp.DidSaveTextDocumentParams) -> None:
    """Treat what is on disk now as a change from outside: not every client watches files."""
    document = server.documents.get(params.text_document.uri)
    if document is None:
        return
    server.pauses.end(document.uri)
    server.look_late(document.uri)
    if document.is_file and server.projects.invalidate(document.path):
        server.reconsider()
    if server.settings.run == "onSave":
        server.diagnosis.forget(document.uri)
        if not server.client.pulls_diagnostics:
            server.schedule.add(document.uri, urgent=True)


def closed(server: Server, params: lsp.DidCloseTextDocumentParams) -> None:
    """Forget the document and take its diagnostics back."""
    uri = params.text_document.uri
    document = server.documents.close(uri)
    if document is None:
        return
    server.schedule.discard(uri)
    server.pauses.end(uri)
    server.diagnosis.forget(uri)
    server.projects.drop_overlay(document.path)
    server.closed_files.note_change()
    if not server.client.pulls_diagnostics:
        server.publish(uri, None, [])
        server.follow_agents()


def _overlay(server: Server, document: OpenDocument) -> None:
    if document.is_file:
        server.projects.set_overlay(document.snapshot())
