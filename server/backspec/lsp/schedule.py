"""When an open document is analysed: at once when idle, coalesced when busy, newest text only.

There is no fixed delay. A first change is analysed as soon as the event loop comes to it; changes
that follow closely wait as long as the last analysis took (within bounds), so that a burst costs
two analyses and not ten. Nothing runs, and no timer is set, while no document has changed.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SHORTEST_PAUSE_S = 0.004
LONGEST_PAUSE_S = 0.25


class Schedule:
    """Documents that wait for analysis, most urgent first."""

    def __init__(self, analyse: Callable[[str], None]) -> None:
        """``analyse(uri)`` brings one document up to date; it must not raise."""
        self._analyse = analyse
        self._waiting: dict[str, None] = {}
        self._handle: asyncio.Handle | None = None
        self._busy_until = 0.0

    def add(self, uri: str, *, urgent: bool = False) -> None:
        """Have a document analysed soon; an urgent one before all that wait."""
        if urgent and self._waiting:
            self._waiting = {uri: None, **self._waiting}
        else:
            self._waiting.setdefault(uri)
        self._arm()

    def discard(self, uri: str) -> None:
        """The document was closed."""
        self._waiting.pop(uri, None)

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting

    def _arm(self) -> None:
        if self._handle is not None or not self._waiting:
            return
        loop = asyncio.get_running_loop()
        if loop.time() >= self._busy_until:
            self._handle = loop.call_soon(self._run)
        else:
            self._handle = loop.call_at(self._busy_until, self._run)

    def _run(self) -> None:
        self._handle = None
        if not self._waiting:
            return
        uri = next(iter(self._waiting))
        del self._waiting[uri]
        loop = asyncio.get_running_loop()
        started = loop.time()
        self._analyse(uri)
        ended = loop.time()
        self._busy_until = ended + min(max(ended - started, SHORTEST_PAUSE_S), LONGEST_PAUSE_S)
        if self._handle is not None or not self._waiting:
            return
        if next(iter(self._waiting)) == uri:
            self._arm()
        else:
            # Another document need not wait for this one's pause, only for messages.
            self._handle = loop.call_soon(self._run)
