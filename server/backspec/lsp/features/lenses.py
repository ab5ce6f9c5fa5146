"""Small text that is not in the file: code lenses above lines, inlay hints behind words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from backspec import service
from backspec.lsp import convert
from backspec.lsp.markup import plain

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server


def register(server: Server) -> None:
    """Answer for agent files; the editor's settings turn both on and off."""
    handlers = {lsp.TEXT_DOCUMENT_CODE_LENS: code_lenses}
    server.on_agents("codeLens", handlers, {"resolveProvider": False})
    server.on_agents("inlayHint", {lsp.TEXT_DOCUMENT_INLAY_HINT: inlay_hints})


def code_lenses(server: Server, params: lsp.CodeLensParams) -> list[Json] | None:
    """Who uses a definition, what it may do."""
    document = server.documents.get(params.text_document.uri)
    if document is None or not server.settings.code_lens:
        return None
    found: list[Json] = []
    problems = server.closed_files.problems()
    for lens in service.lenses(document.snapshot(), server.project_of(document), problems):
        # A lens without a command would have to be resolved; one with an empty name is text.
        command: Json = {"title": lens.title, "command": ""}
        if lens.command is not None:
            name, paths = lens.command
            command["command"] = name
            command["arguments"] = [server.uri_of(path) for path in paths]
        where = convert.range_of(document.lines, lens.span, server.documents.encoding)
        found.append({"range": where, "command": command})
    return found or None


def inlay_hints(server: Server, params: lsp.InlayHintParams) -> list[Json] | None:
    """What values come to, within the lines that are asked for."""
    document = server.documents.get(params.text_document.uri)
    if document is None or not server.settings.inlay_hints:
        return None
    encoding = server.documents.encoding
    wanted = convert.span_of(document.lines, params.range, encoding)
    found: list[Json] = []
    for inlay in service.inlays(document.snapshot(), server.project_of(document)):
        if wanted.contains(inlay.offset):
            hint: Json = {
                "position": convert.position(document.lines, inlay.offset, encoding),
                "label": inlay.label,
                "paddingLeft": True,
            }
            if inlay.tooltip:
                hint["tooltip"] = plain(inlay.tooltip)
            found.append(hint)
    return found or None
