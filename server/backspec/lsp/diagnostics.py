"""Diagnostics of open documents: computed once for a text, sent by push and by pull alike."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backspec import service
from backspec.lsp import convert

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from backspec.lsp.convert import Json
    from backspec.lsp.documents import OpenDocument
    from backspec.lsp.server import Server
    from backspec.model import Diagnostic, Document, Related
    from backspec.text import LineTable, Span

log = logging.getLogger(__name__)

SOURCE = "backspec"
_TAGS = {"unnecessary": 1, "deprecated": 2}


@dataclass(frozen=True, slots=True)
class Result:
    """The diagnostics of one text under one state of the workspace."""

    version: int
    state: object
    """Equal while nothing around the document changed that its diagnostics depend on."""
    diagnostics: tuple[Diagnostic, ...]
    json: list[Json]
    """The same for the client, in the same order."""
    id: str
    """Changes exactly when ``json`` does; no other server run uses the same."""


class Diagnosis:
    """Keeps the last result of each open document, and translates diagnostics for the client."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._results: dict[str, Result] = {}
        self._ids = 0
        self._run = f"{os.getpid():x}-{time.time_ns():x}"
        self.generation = 0
        """Counts what can change diagnostics besides a document's own text."""

    def of(self, document: OpenDocument) -> Result:
        """The result for the text as it is now, computed unless that has been done."""
        known = self._results.get(document.uri)
        project = self._server.project_of(document)
        state = self._state(document)
        late = not self._server.pauses.is_typing(document.uri)
        is_current = known and known.version == document.version and known.state == state
        if known and is_current and not (late and document.memory.is_late_due):
            return known
        started = time.perf_counter()
        snapshot = document.snapshot()
        diagnostics = tuple(service.diagnose(snapshot, project, document.memory, late=late))
        json = self.translate(snapshot, document.lines, diagnostics)
        same = known is not None and known.json == json
        result = Result(
            document.version,
            state,
            diagnostics,
            json,
            known.id if known is not None and same else self.new_id(),
        )
        if self._server.documents.get(document.uri) is document:
            self._results[document.uri] = result
        log.debug(
            "%s, version %s: %d diagnostics in %.1f ms",
            document.uri,
            document.version,
            len(json),
            (time.perf_counter() - started) * 1e3,
        )
        return result

    def _state(self, document: OpenDocument) -> object:
        return self.generation, self._server.project_of(document).state_of(document.path)

    def is_outdated(self, document: OpenDocument) -> bool:
        """Whether the last result may be another by what changed around the document."""
        known = self._results.get(document.uri)
        return known is not None and known.state != self._state(document)

    def last(self, document: OpenDocument) -> Result | None:
        """The last result of a document, of whatever version; None before the first."""
        return self._results.get(document.uri)

    def new_id(self) -> str:
        """A result id nobody has seen."""
        self._ids += 1
        return f"{self._run}-{self._ids}"

    def forget(self, uri: str) -> None:
        """The document was closed."""
        self._results.pop(uri, None)

    def translate(
        self, document: Document, lines: LineTable, diagnostics: Iterable[Diagnostic]
    ) -> list[Json]:
        """Diagnostics as the client can take them."""
        client, encoding = self._server.client, self._server.documents.encoding
        wants = client.diagnostics
        found: list[Json] = []
        for diagnostic in diagnostics:
            item: Json = {
                "range": convert.range_of(lines, diagnostic.span, encoding),
                "severity": int(diagnostic.severity),
                "code": diagnostic.rule,
                "source": SOURCE,
                "message": diagnostic.message,
            }
            if "codeDescriptionSupport" in wants and (url := service.rule_url(diagnostic.rule)):
                item["codeDescription"] = {"href": url}
            if diagnostic.tags:
                tags = [_TAGS[tag] for tag in diagnostic.tags if _TAGS[tag] in client.tags]
                if tags:
                    item["tags"] = tags
            if diagnostic.related and "relatedInformation" in wants:
                item["relatedInformation"] = self._related(document, lines, diagnostic.related)
            if "dataSupport" in wants:
                item["data"] = {"rule": diagnostic.rule, "fixes": len(diagnostic.fixes)}
            found.append(item)
        return found

    def _related(
        self, document: Document, lines: LineTable, related: Sequence[Related]
    ) -> list[Json]:
        encoding = self._server.documents.encoding
        found: list[Json] = []
        for place in related:
            path = place.path or document.path
            if path == document.path:
                where = convert.range_of(lines, place.span, encoding)
            elif (other := self._server.lines_of(path)) is not None:
                where = convert.range_of(other, place.span, encoding)
            else:
                start = {"line": place.line or 0, "character": 0}
                where = {"start": start, "end": start}
            uri = self._server.uri_of(path)
            found.append({"location": {"uri": uri, "range": where}, "message": place.message})
        return found


def touching(
    diagnostics: Iterable[Diagnostic], json: Iterable[Json], span: Span
) -> list[tuple[Diagnostic, Json]]:
    """The diagnostics that share a byte with a span, or touch it."""
    return [pair for pair in zip(diagnostics, json, strict=True) if pair[0].span.overlaps(span)]
