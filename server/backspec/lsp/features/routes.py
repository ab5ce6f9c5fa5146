"""The command that lists the routes that the workspace's code answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from backspec import service
from backspec.languages import is_program, language_of
from backspec.lsp.progress import Progress
from backspec.lsp.shown_page import show_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server
    from backspec.project import Project

COMMAND = "backspec.routes"


def register(server: Server) -> None:
    """Offer the command."""
    server.on_command(COMMAND, routes)


async def routes(server: Server, arguments: list[Any]) -> Json | None:
    """Open a page with all routes; see ``shown_page`` for the answer. None when cancelled."""
    paths = [(project, path) for project in server.projects for path in _programs(project)]
    progress = await Progress.begin(server, "Looking for routes", len(paths))
    found = []
    for project, path in paths:
        opened = server.documents.get(server.uri_of(path))
        document = opened.snapshot() if opened is not None else project.document(path)
        if document is not None:
            found += service.routes(document, project)
        await asyncio.sleep(0)
        if not progress.step():
            progress.end("")
            return None
    progress.end(f"{len(found)} routes")
    return await show_page(server, "routes", service.routes_page(found), arguments)


def _programs(project: Project) -> Iterator[str]:
    return (path for path in project.files() if is_program(language_of(path)))
