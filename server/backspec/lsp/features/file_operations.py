"""Files that are renamed, created or deleted in the editor, and what names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from backspec import service
from backspec.lsp import convert
from backspec.lsp.edits import workspace_edit

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server
    from backspec.model import FileEdit

FILTERS = [
    {"pattern": {"glob": "**/*.{md,mdc,toml,json,yaml,yml}", "matches": "file"}},
    {"pattern": {"glob": "**", "matches": "folder"}},
]


def register(server: Server) -> None:
    """Ask for the events that the client can send."""
    offered: Json = {}
    for name, method, handler in (
        ("willRename", lsp.WORKSPACE_WILL_RENAME_FILES, will_rename),
        ("didRename", lsp.WORKSPACE_DID_RENAME_FILES, did_rename),
        ("didCreate", lsp.WORKSPACE_DID_CREATE_FILES, did_create),
        ("willDelete", lsp.WORKSPACE_WILL_DELETE_FILES, will_delete),
        ("didDelete", lsp.WORKSPACE_DID_DELETE_FILES, did_delete),
    ):
        if server.client.has(f"workspace.fileOperations.{name}"):
            server.on(method, handler)
            offered[name] = {"filters": FILTERS}
    if offered:
        server.capabilities.setdefault("workspace", {})["fileOperations"] = offered


def will_rename(server: Server, params: lsp.RenameFilesParams) -> Json | None:
    """The edits that keep what names the files leading to them."""
    changes: list[FileEdit] = []
    for file in params.files:
        old, new = convert.path_of(file.old_uri), convert.path_of(file.new_uri)
        if old is not None and new is not None:
            changes += service.rename_file(old, new, server.projects.complete(old))
    return workspace_edit(server, None, (), changes) if changes else None


def did_rename(server: Server, params: lsp.RenameFilesParams) -> None:
    """Forget both names."""
    _changed(server, [uri for file in params.files for uri in (file.old_uri, file.new_uri)])


def did_create(server: Server, params: lsp.CreateFilesParams) -> None:
    """Have another look at what was missing."""
    _changed(server, [file.uri for file in params.files])


def will_delete(server: Server, params: lsp.DeleteFilesParams) -> None:
    """Say what will lead nowhere; deleting goes on."""
    for file in params.files:
        path = convert.path_of(file.uri)
        if path is None:
            continue
        places = service.references_to_file(path, server.projects.complete(path))
        files = sorted({server.uri_of(other).rpartition("/")[2] for other, _ in places})
        if files:
            more = f" and {len(files) - 3} more" if len(files) > 3 else ""
            name = file.uri.rpartition("/")[2]
            text = f"{name} is still named in {', '.join(files[:3])}{more}"
            server.show_message(lsp.MessageType.Warning, text)


def did_delete(server: Server, params: lsp.DeleteFilesParams) -> None:
    """Forget the files."""
    uris = [file.uri for file in params.files]
    for uri in uris:
        server.withdraw(uri)
    _changed(server, uris)


def _changed(server: Server, uris: list[str]) -> None:
    paths = [path for uri in uris if (path := convert.path_of(uri)) is not None]
    if any([server.projects.invalidate(path) for path in paths]):  # noqa: C419 - all must hear
        server.reconsider()
