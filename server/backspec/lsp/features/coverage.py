"""The command that shows which lines of an agent file the code is held to, and how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backspec import service
from backspec.lsp.progress import Progress
from backspec.lsp.shown_page import show_page

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server

COMMAND = "backspec.coverage"


def register(server: Server) -> None:
    """Offer the command."""
    server.on_command(COMMAND, coverage)


async def coverage(server: Server, arguments: list[Any]) -> Json | None:
    """Open the page about the agent file at the URI ``arguments[0]``; see ``shown_page`` for the
    answer. None when the person cancels the look at the workspace that it takes.
    """
    document, project = server.document_at(arguments[0] if arguments else None)
    problems = server.closed_files.problems()
    if problems is None:
        progress = await Progress.begin(
            server, "Checking the workspace", server.closed_files.count()
        )
        cancelled = False
        async for _ in server.closed_files.results():
            if not progress.step():
                cancelled = True
                break
        progress.end("")
        problems = server.closed_files.problems()
        if cancelled or problems is None:
            return None
        server.refresh_lenses()
    page = service.coverage_page(document, project, problems)
    return await show_page(server, "coverage", page, arguments[1:])
