"""Which open documents are being typed in.

While somebody types, only what a keystroke can change cheaply is looked for; what needs a look at
the whole file waits until the typing has stopped for a moment.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSE_S = 0.3
"""How long after the last change a document counts as left alone."""


class Pauses:
    """One timer for each document that has just changed."""

    def __init__(self, paused: Callable[[str], None]) -> None:
        """``paused(uri)`` is called when nobody has changed a document for a moment."""
        self._paused = paused
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def note_change(self, uri: str) -> None:
        """The document was changed just now."""
        self.end(uri)
        loop = asyncio.get_running_loop()
        self._timers[uri] = loop.call_later(PAUSE_S, self._end_quietly, uri)

    def is_typing(self, uri: str) -> bool:
        """Whether the document was changed within the last moment."""
        return uri in self._timers

    def end(self, uri: str) -> None:
        """The document was saved or closed: nothing is waited for."""
        timer = self._timers.pop(uri, None)
        if timer is not None:
            timer.cancel()

    def _end_quietly(self, uri: str) -> None:
        self._timers.pop(uri, None)
        self._paused(uri)
