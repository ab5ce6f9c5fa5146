"""What reaches the client's log, and what reaches stderr."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from backspec.lsp.logs import ClientLog, not_sent
from backspec.lsp.settings import Settings, read_settings

if TYPE_CHECKING:
    import pytest


def test_a_record_goes_to_one_place() -> None:
    sent: list[str] = []
    server: Any = SimpleNamespace(log_message=lambda _kind, text: sent.append(text))
    handler = ClientLog(server)
    loud, quiet = (
        logging.LogRecord("backspec", level, "", 0, "text", None, None)
        for level in (logging.WARNING, logging.DEBUG)
    )
    handler.handle(loud)
    assert sent == ["text"]
    assert (not_sent(loud), not_sent(quiet)) == (False, True)


def test_settings_of_the_client_itself_are_not_reported(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "backspec"):
        given = {"path": "/usr/bin/backspec", "python": "", "trace": {"server": "off"}, "ran": 1}
        assert read_settings(given) == Settings()
    assert [record.getMessage() for record in caplog.records] == ["unknown setting backspec.ran"]
