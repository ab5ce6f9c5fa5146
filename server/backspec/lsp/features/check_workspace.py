"""The command that checks every file of the workspace, with progress that can be cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backspec.lsp.progress import Progress

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server

COMMAND = "backspec.checkWorkspace"


def register(server: Server) -> None:
    """Offer the command."""
    server.on_command(COMMAND, check_workspace)


async def check_workspace(server: Server, _: list[Any]) -> Json:
    """Publish the diagnostics of all files that are not open; answers with counts."""
    closed = server.closed_files
    progress = await Progress.begin(server, "Checking the workspace", closed.count())
    files = found = 0
    shown: set[str] = set()
    cancelled = False
    async for result in closed.results():
        files += 1
        found += len(result.json)
        if result.json:
            shown.add(result.uri)
            server.publish(result.uri, None, result.json)
        if not progress.step():
            cancelled = True
            break
    if not cancelled:
        for uri in closed.shown - shown:
            server.publish(uri, None, [])
        closed.shown = shown
        server.refresh_lenses()
    else:
        closed.shown |= shown
    progress.end(f"{found} diagnostics in {files} files")
    return {"files": files, "diagnostics": found, "cancelled": cancelled}
