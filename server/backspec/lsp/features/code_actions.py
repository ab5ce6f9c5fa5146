"""Quick fixes, refactorings, suppressions, explanations, and fixing everything that is safe.

Edits travel with the action: they are there already when the action is known, and turning them
into positions takes microseconds, so resolving them later would only cost a round trip.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from backspec import service
from backspec.lsp import convert
from backspec.lsp.edits import workspace_edit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from backspec.lsp.convert import Json
    from backspec.lsp.documents import OpenDocument
    from backspec.lsp.server import Server
    from backspec.model import Action, Diagnostic

FIX_ALL = "source.fixAll.backspec"
KINDS = ("quickfix", "refactor", "refactor.extract", "refactor.rewrite", FIX_ALL)


def register(server: Server) -> None:
    """Answer code actions for clients that take them with edits (all since 2018)."""
    if server.client.has("textDocument.codeAction.codeActionLiteralSupport"):
        offered = {"codeActionKinds": list(KINDS)}
        server.on(lsp.TEXT_DOCUMENT_CODE_ACTION, code_actions, codeActionProvider=offered)


def code_actions(server: Server, params: lsp.CodeActionParams) -> list[Json] | None:
    """The actions at a range, of the kinds that are asked for."""
    document = server.documents.get(params.text_document.uri)
    if document is None:
        return None
    only = params.context.only
    actions: list[Json] = []
    if only is None or not all(kind.startswith("source") for kind in only):
        span = convert.span_of(document.lines, params.range, server.documents.encoding)
        offered = service.actions(
            document.snapshot(), span, server.project_of(document), document.memory
        )
        wanted = [action for action in offered if _is_asked_for(action.kind, only)]
        actions += _translate(server, document, wanted)
    if _is_asked_for(FIX_ALL, only) and (fix_all := _fix_all(server, document)) is not None:
        actions.append(fix_all)
    return actions


def _is_asked_for(kind: str, only: Sequence[str] | None) -> bool:
    """Whether a kind is among those asked for or below one of them; None asks for all."""
    return only is None or any(
        asked in ("", kind) or kind.startswith(f"{asked}.") for asked in only
    )


def _translate(server: Server, document: OpenDocument, actions: Iterable[Action]) -> list[Json]:
    found = []
    for action in actions:
        item: Json = {"title": action.fix.title, "kind": action.kind}
        if action.diagnostics:
            item["diagnostics"] = _as_published(server, document, action.diagnostics)
        if action.preferred:
            item["isPreferred"] = True
        if action.fix.edits or action.fix.other_files:
            edit = workspace_edit(server, document, action.fix.edits, action.fix.other_files)
            if edit is None:
                continue
            item["edit"] = edit
        if action.command is not None:
            name, arguments = action.command
            item["command"] = {
                "title": action.fix.title,
                "command": name,
                "arguments": list(arguments),
            }
        found.append(item)
    return found


def _as_published(
    server: Server, document: OpenDocument, diagnostics: Iterable[Diagnostic]
) -> list[Json]:
    """The diagnostics as the client has them, so that it can tell which ones an action fixes."""
    result = server.diagnosis.of(document)
    known = dict(zip(map(id, result.diagnostics), result.json, strict=True))
    return [
        known.get(id(diagnostic))
        or server.diagnosis.translate(document.snapshot(), document.lines, [diagnostic])[0]
        for diagnostic in diagnostics
    ]


def _fix_all(server: Server, document: OpenDocument) -> Json | None:
    edits = service.fix_all(document.snapshot(), server.project_of(document), document.memory)
    if not edits:
        return None
    edit = workspace_edit(server, document, edits)
    return {"title": "Fix all safe backspec problems", "kind": FIX_ALL, "edit": edit}
