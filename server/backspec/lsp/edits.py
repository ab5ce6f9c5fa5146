"""Turns the core's edits into workspace edits, in the richest form the client takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec.lsp import convert
from backspec.text import LineTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backspec.lsp.convert import Json
    from backspec.lsp.documents import OpenDocument
    from backspec.lsp.server import Server
    from backspec.model import FileEdit
    from backspec.text import Edit

_OPERATIONS = "workspace.workspaceEdit.resourceOperations"


def workspace_edit(
    server: Server,
    document: OpenDocument | None,
    edits: Iterable[Edit],
    other_files: Iterable[FileEdit] = (),
) -> Json | None:
    """One workspace edit: ``edits`` of an open document, and changes of any files.

    None when the client cannot create, rename or delete what it needs.
    """
    changes: list[Json] = []
    if document is not None:
        own = convert.text_edits(document.lines, edits, server.documents.encoding)
        if own:
            changes.append(_text(document.uri, document.version, own))
    for other in other_files:
        steps = _of_file(server, other)
        if steps is None:
            return None
        changes.extend(steps)
    if server.client.has("workspace.workspaceEdit.documentChanges"):
        return {"documentChanges": changes}
    if any("kind" in change for change in changes):
        return None
    plain: dict[str, list[Json]] = {}
    for change in changes:
        plain.setdefault(change["textDocument"]["uri"], []).extend(change["edits"])
    return {"changes": plain}


def _text(uri: str, version: int | None, edits: list[Json]) -> Json:
    return {"textDocument": {"uri": uri, "version": version}, "edits": edits}


def _of_file(server: Server, edit: FileEdit) -> list[Json] | None:
    uri = server.uri_of(edit.path)
    steps: list[Json] = []
    if edit.create:
        if not server.client.allows(_OPERATIONS, "create"):
            return None
        steps.append({"kind": "create", "uri": uri, "options": {"ignoreIfExists": True}})
    if edit.edits:
        lines = LineTable(b"") if edit.create else server.lines_of(edit.path)
        if lines is None:
            return None
        opened = server.documents.at_path(edit.path)
        version = opened.version if opened is not None else None
        texts = convert.text_edits(lines, edit.edits, server.documents.encoding)
        steps.append(_text(uri, version, texts))
    if edit.rename_to is not None:
        if not server.client.allows(_OPERATIONS, "rename"):
            return None
        new = server.uri_of(edit.rename_to)
        steps.append({"kind": "rename", "oldUri": uri, "newUri": new})
    if edit.delete:
        if not server.client.allows(_OPERATIONS, "delete"):
            return None
        steps.append({"kind": "delete", "uri": uri})
    return steps
