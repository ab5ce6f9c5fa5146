"""Progress of work that somebody waits for, with a button to cancel it."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server


class Progress:
    """One piece of work in ``total`` steps, shown when the client can; end it with ``end``."""

    def __init__(self, server: Server, total: int) -> None:
        self._server = server
        self._total = max(total, 1)
        self._steps = 0
        self._percentage = 0
        self._token: str | None = None

    @classmethod
    async def begin(cls, server: Server, title: str, total: int) -> Progress:
        """Have the client show it; a client that cannot, or refuses, changes nothing else."""
        made = cls(server, total)
        if not server.client.has("window.workDoneProgress"):
            return made
        token = str(uuid.uuid4())
        try:
            await server.protocol.ask(lsp.WINDOW_WORK_DONE_PROGRESS_CREATE, {"token": token})
        except Exception:  # noqa: BLE001 - a client may refuse; the work goes on without
            return made
        made._token = token
        future = asyncio.get_running_loop().create_future()
        server.work_done_progress.tokens[token] = future  # type: ignore[assignment]
        made._send({"kind": "begin", "title": title, "cancellable": True, "percentage": 0})
        return made

    def step(self) -> bool:
        """One step is done; False when the person cancelled."""
        self._steps += 1
        if self._token is None:
            return True
        percentage = min(100, 100 * self._steps // self._total)
        if percentage > self._percentage:
            self._percentage = percentage
            self._send({"kind": "report", "percentage": percentage})
        return not self._server.work_done_progress.tokens[self._token].cancelled()

    def end(self, message: str) -> None:
        """The work is over."""
        if self._token is not None:
            self._send({"kind": "end", "message": message})
            del self._server.work_done_progress.tokens[self._token]

    def _send(self, value: Json) -> None:
        self._server.protocol.notify(lsp.PROGRESS, {"token": self._token, "value": value})
