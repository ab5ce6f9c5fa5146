"""Folding, and growing the selection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from backspec import service
from backspec.lsp import convert

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server


def register(server: Server) -> None:
    """Answer for agent files."""
    server.on_agents("foldingRange", {lsp.TEXT_DOCUMENT_FOLDING_RANGE: folding_ranges})
    server.on_agents("selectionRange", {lsp.TEXT_DOCUMENT_SELECTION_RANGE: selection_ranges})


def folding_ranges(server: Server, params: lsp.FoldingRangeParams) -> list[Json] | None:
    """What can be folded, by lines; null leaves it to the editor."""
    document = server.documents.get(params.text_document.uri)
    if document is None:
        return None
    found: list[Json] = []
    for fold in service.folds(document.snapshot(), server.project_of(document)):
        start = document.lines.line_of(fold.span.start)
        end = document.lines.line_of(fold.span.end)
        if start < end:
            found.append({"startLine": start, "endLine": end})
            if fold.kind:
                found[-1]["kind"] = fold.kind
    return found or None


def selection_ranges(server: Server, params: lsp.SelectionRangeParams) -> list[Json] | None:
    """For each position the chain of ever larger ranges."""
    document = server.documents.get(params.text_document.uri)
    if document is None:
        return None
    encoding = server.documents.encoding
    snapshot, project = document.snapshot(), server.project_of(document)
    found: list[Json] = []
    for position in params.positions:
        offset = convert.offset(document.lines, position, encoding)
        chain: Json | None = None
        for span in reversed(service.selections(snapshot, offset, project)):
            link: Json = {"range": convert.range_of(document.lines, span, encoding)}
            if chain is not None:
                link["parent"] = chain
            chain = link
        if chain is None:
            return None
        found.append(chain)
    return found
