"""What goes wrong inside backspec, as one line on stderr instead of a traceback.

``BACKSPEC_DEBUG=1`` shows the tracebacks.
"""

from __future__ import annotations

import logging
import os


class _OneLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        text = f"backspec: {record.getMessage()}"
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            text += f": {type(error).__name__}: {error} (a bug in backspec: please report it)"
        return text


def set_up() -> None:
    """Send warnings and errors of this process to stderr; safe to call again."""
    logger = logging.getLogger("backspec")
    if logger.handlers:
        return
    handler = logging.StreamHandler()
    if not os.environ.get("BACKSPEC_DEBUG"):
        handler.setFormatter(_OneLine())
    logger.addHandler(handler)
