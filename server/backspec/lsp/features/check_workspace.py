"""The command that checks every file of the workspace, with progress that can be cancelled."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server

COMMAND = "backspec.checkWorkspace"


def register(server: Server) -> None:
    """Offer the command."""
    server.on_command(COMMAND, check_workspace)


async def check_workspace(server: Server, _: list[Any]) -> Json:
    """Publish the diagnostics of all files that are not open; answers with counts."""
    token = await _begin(server)
    total = sum(1 for project in server.projects for _ in project.files())
    files = found = 0
    shown: set[str] = set()
    cancelled = False
    reported = 0
    async for result in server.closed_files.results():
        files += 1
        found += len(result.json)
        if result.json:
            shown.add(result.uri)
            server.publish(result.uri, None, result.json)
        if token is not None:
            percentage = min(100, 100 * files // max(total, 1))
            if percentage > reported:
                reported = percentage
                _progress(server, token, {"kind": "report", "percentage": percentage})
            if server.work_done_progress.tokens[token].cancelled():
                cancelled = True
                break
    if not cancelled:
        for uri in server.closed_files.shown - shown:
            server.publish(uri, None, [])
        server.closed_files.shown = shown
    else:
        server.closed_files.shown |= shown
    if token is not None:
        message = f"{found} diagnostics in {files} files"
        _progress(server, token, {"kind": "end", "message": message})
        del server.work_done_progress.tokens[token]
    return {"files": files, "diagnostics": found, "cancelled": cancelled}


async def _begin(server: Server) -> str | None:
    """Have the client show progress; the token to report under, None without."""
    if not server.client.has("window.workDoneProgress"):
        return None
    token = str(uuid.uuid4())
    try:
        await server.protocol.ask(lsp.WINDOW_WORK_DONE_PROGRESS_CREATE, {"token": token})
    except Exception:  # noqa: BLE001 - a client may refuse; the check goes on without
        return None
    server.work_done_progress.tokens[token] = asyncio.get_running_loop().create_future()  # type: ignore[assignment]
    begin = {"kind": "begin", "title": "Checking the workspace", "cancellable": True}
    _progress(server, token, {**begin, "percentage": 0})
    return token


def _progress(server: Server, token: str, value: Json) -> None:
    server.protocol.notify(lsp.PROGRESS, {"token": token, "value": value})
