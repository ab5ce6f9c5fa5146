"""What needs the whole file waits until the typing pauses, and is told only when it changes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from backspec.lsp import pauses

if TYPE_CHECKING:
    from tests.lsp.conftest import FakeCore, Session

URI = "file:///w/app.py"
TEXT = (
    "import os\nfrom flask import Flask, request\napp = Flask(__name__)\n\n\n"
    '@app.get("/x")\ndef view():\n    name = "ls"\n    os.system(name)\n    return "", 204\n'
)

VERSIONS = {"textDocument": {"publishDiagnostics": {"versionSupport": True}}}

real = pytest.mark.parametrize("core", ["real"], indirect=True)


def flows(diagnostics: list[dict[str, object]]) -> list[object]:
    return [one["code"] for one in diagnostics if one["code"] == "injection/os-command"]


@real
async def test_flows_are_told_when_the_typing_pauses(
    core: FakeCore, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pauses, "PAUSE_S", 0.05)
    await session.initialize(VERSIONS)
    session.open(URI, TEXT)
    assert flows(await session.diagnostics(URI, 1)) == []
    session.change(URI, 2, session.replace((7, 11), (7, 15), 'request.args["q"]'))
    for _ in range(200):
        await asyncio.sleep(0.02)
        if session.published(URI) and flows(session.published(URI)[-1]["diagnostics"]):
            break
    assert flows(session.published(URI)[-1]["diagnostics"]) == ["injection/os-command"]


@real
async def test_nothing_is_published_again_when_nothing_changed(
    core: FakeCore, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pauses, "PAUSE_S", 0.05)
    await session.initialize(VERSIONS)
    session.open(URI, TEXT)
    await session.diagnostics(URI, 1)
    session.change(URI, 2, session.replace((7, 12), (7, 14), "df"))
    await session.diagnostics(URI, 2)
    count = len(session.published(URI))
    await asyncio.sleep(0.3)
    assert len(session.published(URI)) == count


@real
async def test_saving_does_not_wait(core: FakeCore, session: Session) -> None:
    await session.initialize(VERSIONS)
    session.open(URI, TEXT)
    await session.diagnostics(URI, 1)
    session.change(URI, 2, session.replace((7, 11), (7, 15), 'request.args["q"]'))
    session.notify("textDocument/didSave", {"textDocument": {"uri": URI}})
    for _ in range(10):
        await asyncio.sleep(0.02)
    assert flows(session.published(URI)[-1]["diagnostics"]) == ["injection/os-command"]
