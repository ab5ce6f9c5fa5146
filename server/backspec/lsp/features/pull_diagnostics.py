"""Diagnostics for clients that ask for them: of one document, or of the whole workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server


def register(server: Server) -> None:
    """Offer pulling to clients that can; the workspace's only where the editor's settings ask."""
    if not server.client.pulls_diagnostics:
        return
    offered = {
        "identifier": "backspec",
        "interFileDependencies": True,
        "workspaceDiagnostics": server.settings.workspace_diagnostics,
    }
    server.on(lsp.TEXT_DOCUMENT_DIAGNOSTIC, of_document, diagnosticProvider=offered)
    if server.settings.workspace_diagnostics:
        server.on(lsp.WORKSPACE_DIAGNOSTIC, of_workspace)


def of_document(server: Server, params: lsp.DocumentDiagnosticParams) -> Json:
    """A full report, or "unchanged" for the result id the client has already."""
    document = server.documents.get(params.text_document.uri)
    if document is None or server.settings.run == "off":
        return {"kind": "full", "items": []}
    result = server.diagnosis.last(document) if server.settings.run == "onSave" else None
    result = result or server.diagnosis.of(document)
    if result.id == params.previous_result_id:
        return {"kind": "unchanged", "resultId": result.id}
    return {"kind": "full", "resultId": result.id, "items": result.json}


async def of_workspace(server: Server, params: lsp.WorkspaceDiagnosticParams) -> Json:
    """Reports of all files that are not open and differ from what the client knows.

    Held open while there are none: the client would ask again at once.
    """
    known = {item.uri: item.value for item in params.previous_result_ids}
    while True:
        since = server.closed_files.changes
        reports = await _reports(server, known)
        if reports or not known:
            break
        await server.closed_files.wait_for_change(since)
    if params.partial_result_token is None:
        return {"items": reports}
    value = {"token": params.partial_result_token, "value": {"items": reports}}
    server.protocol.notify(lsp.PROGRESS, value)
    return {"items": []}


async def _reports(server: Server, known: dict[str, str]) -> list[Json]:
    gone = dict(known)
    reports: list[Json] = []
    async for result in server.closed_files.results():
        previous = gone.pop(result.uri, None)
        if result.id != previous and (result.json or previous is not None):
            report = {"kind": "full", "uri": result.uri, "version": None, "resultId": result.id}
            reports.append({**report, "items": result.json})
    reports.extend(
        {"kind": "full", "uri": uri, "version": None, "items": []}
        for uri in gone
        if server.documents.get(uri) is None
    )
    return reports
