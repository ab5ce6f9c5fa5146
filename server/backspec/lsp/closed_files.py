"""Diagnostics of files that are not open: for the workspace's pull and for the check command."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from backspec import service
from backspec.coverage import Problems
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
        self._by_rule: Counter[str] = Counter()
        """How often each rule reports in the files of ``_known``."""
        self._is_whole = False
        """All files of the workspace were looked at once."""
        self._changes = 0
        self._changed = asyncio.Event()
        self.shown: set[str] = set()
        """URIs of files whose diagnostics were published though they are not open."""

    async def results(self) -> AsyncIterator[FileResult]:
        """One result for each file of the workspace that is not open; gives way after each."""
        gone = set(self._known)
        for project in self._server.projects:
            for path in project.files():
                gone.discard(path)
                uri = self._server.uri_of(path)
                if self._server.documents.get(uri) is None:
                    result = self._result(project, path, uri)
                    if result is not None:
                        yield result
                    await asyncio.sleep(0)
        for path in gone:
            self._keep(path, None)
        self._is_whole = True

    def count(self) -> int:
        """How many files ``results`` may have to look at."""
        return sum(1 for project in self._server.projects for _ in project.files())

    def problems(self) -> Problems | None:
        """What is known of the workspace's diagnostics, open documents as they are now.

        None until all files were looked at once. What changed since counts as it was then.
        """
        if not self._is_whole:
            return None
        by_rule = self._by_rule.copy()
        by_path = {path: len(result.json) for path, (_, result) in self._known.items()}
        for document in self._server.documents:
            last = self._server.diagnosis.last(document)
            if last is not None:
                if (known := self._known.get(document.path)) is not None:
                    by_rule.subtract(_rules_in(known[1].json))
                by_rule.update(_rules_in(last.json))
                by_path[document.path] = len(last.json)
        slashed = {path.replace("\\", "/"): count for path, count in by_path.items() if count}
        return Problems(by_rule, slashed)

    def _keep(self, path: str, known: tuple[object, FileResult] | None) -> None:
        old = self._known.pop(path, None)
        if old is not None:
            self._by_rule.subtract(_rules_in(old[1].json))
        if known is not None:
            self._by_rule.update(_rules_in(known[1].json))
            self._known[path] = known

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
        self._keep(path, (state, result))
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


def _rules_in(json: list[Json]) -> Counter[str]:
    return Counter(item["code"] for item in json)
