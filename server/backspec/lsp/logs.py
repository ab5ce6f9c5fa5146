"""Log records for the client: its log window by ``window/logMessage``, its trace by ``$/logTrace``.

What the client has been sent does not go to stderr as well: most editors show both in one window.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

if TYPE_CHECKING:
    from backspec.lsp.server import Server

_KINDS = (
    (logging.ERROR, lsp.MessageType.Error),
    (logging.WARNING, lsp.MessageType.Warning),
    (logging.INFO, lsp.MessageType.Info),
    (logging.DEBUG, lsp.MessageType.Log),
)
_LEVELS = {
    "error": logging.ERROR,
    "warning": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
}


def not_sent(record: logging.LogRecord) -> bool:
    """Whether a record has not reached the client: a filter for the handler of stderr."""
    return not getattr(record, "sent_to_client", False)


class ClientLog(logging.Handler):
    """Sends backspec's own records to the client, from the event loop's thread."""

    def __init__(self, server: Server) -> None:
        super().__init__(logging.WARNING)
        self._server = server
        self._thread = threading.get_ident()
        self._trace = lsp.TraceValue.Off
        self._chosen = logging.WARNING

    def use_level(self, name: str) -> None:
        """What the editor's settings ask for: ``error``, ``warning``, ``info`` or ``debug``."""
        self._chosen = _LEVELS[name]
        self._apply()

    def use_trace(self, trace: lsp.TraceValue) -> None:
        """What ``$/setTrace`` asks for."""
        self._trace = trace
        self._apply()

    def _apply(self) -> None:
        tracing = self._trace != lsp.TraceValue.Off
        self.setLevel(logging.DEBUG if tracing else self._chosen)
        # What the command line wants on stderr is wanted still.
        root = logging.getLogger()
        logging.getLogger("backspec").setLevel(min(self.level, root.level or logging.WARNING))

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record; records of other threads reach stderr only."""
        if threading.get_ident() != self._thread:
            return
        try:
            text = record.getMessage()
            if record.levelno >= self._chosen:
                kind = next(
                    (k for level, k in _KINDS if record.levelno >= level), lsp.MessageType.Log
                )
                self._server.log_message(kind, text)
                record.sent_to_client = True
            else:
                verbose = self.format(record) if self._trace is lsp.TraceValue.Verbose else None
                self._server.protocol.notify(
                    lsp.LOG_TRACE,
                    {"message": text} if verbose is None else {"message": text, "verbose": verbose},
                )
        except Exception:  # noqa: BLE001 - logging must not fail
            self.handleError(record)
