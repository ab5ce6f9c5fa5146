"""Settings, configuration files, workspace folders and tracing: what changes during a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from backspec.lsp import convert
from backspec.lsp.settings import read_settings

if TYPE_CHECKING:
    from backspec.lsp.server import Server

WATCHED = (
    "**/{backspec.toml,pyproject.toml,.gitignore,.mcp.json,mcp.json}",
    "**/.backspec/**",
    "**/*.{md,mdc}",
    "**/.*/**/*.{toml,json,yaml,yml}",
)
"""Files that can change the diagnostics of other files."""


def register(server: Server) -> None:
    """Listen to what changes, and ask the client to say so."""
    server.on(lsp.INITIALIZED, initialized)
    server.on(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, settings_changed)
    server.on(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, files_changed)
    server.on(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, folders_changed)
    offered = server.capabilities.setdefault("workspace", {})
    offered["workspaceFolders"] = {"supported": True, "changeNotifications": True}
    server.on(lsp.SET_TRACE, set_trace)


async def initialized(server: Server, _: object) -> None:
    """Register what could not be stated before, and fetch the settings."""
    if server.client.has("workspace.didChangeWatchedFiles.dynamicRegistration"):
        watchers = [{"globPattern": glob} for glob in WATCHED]
        server.register(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, {"watchers": watchers})
    if server.client.has("workspace.didChangeConfiguration.dynamicRegistration"):
        server.register(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, {"section": "backspec"})
    if server.registrations:
        registrations = {"registrations": server.registrations}
        server.run_later(server.protocol.ask(lsp.CLIENT_REGISTER_CAPABILITY, registrations))
    await _fetch_settings(server)


def settings_changed(server: Server, params: lsp.DidChangeConfigurationParams) -> None:
    """Use the settings sent along, or fetch them from clients that send none."""
    if params.settings:
        server.use_settings(read_settings(params.settings))
    else:
        server.run_later(_fetch_settings(server))


async def _fetch_settings(server: Server) -> None:
    if not server.client.has("workspace.configuration"):
        return
    answer: Any = await server.protocol.ask(
        lsp.WORKSPACE_CONFIGURATION, {"items": [{"section": "backspec"}]}
    )
    if isinstance(answer, list) and answer and isinstance(answer[0], dict) and answer[0]:
        server.use_settings(read_settings(answer[0]))


def files_changed(server: Server, params: lsp.DidChangeWatchedFilesParams) -> None:
    """Forget what was read of the files; analyse again where that matters."""
    affected = False
    for event in params.changes:
        path = convert.path_of(event.uri)
        if path is None:
            continue
        if event.type == lsp.FileChangeType.Deleted:
            server.withdraw(event.uri)
        affected = server.projects.invalidate(path) or affected
    if affected:
        server.reconsider()


def folders_changed(server: Server, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
    """Open and close folders."""
    server.projects.remove(folder.uri for folder in params.event.removed)
    server.projects.add(folder.uri for folder in params.event.added)
    server.documents.pretend_root = server.projects.root
    server.share_documents()
    server.reconsider()


def set_trace(server: Server, params: lsp.SetTraceParams) -> None:
    """Send more, or less, of the log."""
    server.log_handler.use_trace(params.value)
