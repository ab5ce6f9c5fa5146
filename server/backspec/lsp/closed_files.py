"""Diagnostics of files that are not open: for the workspace's pull and for the check command."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from backspec import service
from backspec.text import LineTable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server
    from backspec.project import Project


@dataclass(frozen=True, slots=True)
class FileResult:
    """The diagnostics of a file as it was on disk."""

    path: str
    uri: str
    json: list[Json]
    id: str
    """Changes when ``json`` does."""


class ClosedFiles:
    """Keeps what was found in each file until the file or the workspace's state changes."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._known: dict[str, tuple[object, FileResult]] = {}
        self._changes = 0
        self._changed = asyncio.Event()
        self.shown: set[str] = set()
        """URIs of files whose diagnostics were published though they are not open."""

    async def results(self) -> AsyncIterator[FileResult]:
        """One result for each file of the workspace that is not open; gives way after each."""
        for project in self._server.projects:
            for path in project.files():
                uri = self._server.uri_of(path)
                if self._server.documents.get(uri) is None:
                    result = self._result(project, path, uri)
                    if result is not None:
                        yield result
                    await asyncio.sleep(0)

    def _result(self, project: Project, path: str, uri: str) -> FileResult | None:
        try:
            stat = Path(path).stat()
        except OSError:
            return None
        state = (stat.st_mtime_ns, stat.st_size, self._server.diagnosis.generation)
        known = self._known.get(path)
        if known is not None and known[0] == state:
            return known[1]
        document = project.document(path)
        if document is None:
            return None
        json = self._server.diagnosis.translate(
            document, LineTable(document.text), service.diagnose(document, project)
        )
        if known is not None and known[1].json == json:
            result = known[1]
        else:
            result = FileResult(path, uri, json, self._server.diagnosis.new_id())
        self._known[path] = (state, result)
        return result

    @property
    def changes(self) -> int:
        """Counts what can change results: see ``note_change``."""
        return self._changes

    def note_change(self) -> None:
        """A file was saved, closed or changed on disk, or the workspace's state is another."""
        self._changes += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait_for_change(self, since: int) -> None:
        """Wait until ``changes`` is not ``since`` any more; costs nothing meanwhile."""
        while self._changes == since:
            await self._changed.wait()
