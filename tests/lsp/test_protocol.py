"""The session: order of messages, errors, cancellation, and bugs of ours."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from tests.lsp.conftest import FakeCore, Session

URI = "file:///w/a.py"
INVALID_PARAMS, METHOD_NOT_FOUND, NOT_INITIALIZED, INVALID_REQUEST = -32602, -32601, -32002, -32600
CANCELLED, INTERNAL = -32800, -32603


def document(uri: str = URI) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}}


def hover(line: int, character: int, uri: str = URI) -> dict[str, Any]:
    return {**document(uri), "position": {"line": line, "character": character}}


async def test_requests_before_initialize_are_refused(session: Session) -> None:
    answer = await session.answer(session.send("textDocument/hover", hover(0, 0)))
    assert answer["error"]["code"] == NOT_INITIALIZED
    session.open(URI, "TODO")
    await session.initialize()
    await session.settled()
    assert session.published(URI) == []


async def test_requests_after_shutdown_are_refused(session: Session) -> None:
    await session.initialize()
    await session.request("shutdown")
    answer = await session.answer(session.send("textDocument/hover", hover(0, 0)))
    assert answer["error"]["code"] == INVALID_REQUEST
    session.notify("exit")
    await asyncio.wait_for(session.inbox.closed.wait(), 10)
    assert session.server.exit_code == 0


async def test_exit_without_shutdown_is_a_failure(session: Session) -> None:
    await session.initialize()
    session.notify("exit")
    await asyncio.wait_for(session.inbox.closed.wait(), 10)
    assert session.server.exit_code == 1


async def test_unknown_methods(session: Session) -> None:
    await session.initialize()
    session.notify("$/whatever", {"jsonrpc": "2.0"})
    session.notify("some/notification", [1, 2])
    answer = await session.answer(session.send("some/request"))
    assert answer["error"]["code"] == METHOD_NOT_FOUND


async def test_unknown_commands(session: Session) -> None:
    await session.initialize()
    params = {"command": "backspec.nonsense", "arguments": None}
    answer = await session.answer(session.send("workspace/executeCommand", params))
    assert answer["error"]["code"] == INVALID_PARAMS


@pytest.mark.parametrize("params", [None, [], 3, {}, {"textDocument": 1}, {"position": {}}])
async def test_malformed_parameters_are_an_error_and_no_more(session: Session, params: Any) -> None:
    await session.initialize()
    session.notify("textDocument/didChange", params)
    answer = await session.answer(session.send("textDocument/hover", params))
    assert answer["error"]["code"] == INVALID_PARAMS
    session.open(URI, "TODO")
    assert (await session.request("textDocument/hover", hover(0, 1))) is not None


@pytest.mark.parametrize(
    "message", [{}, {"id": None}, {"id": [1]}, {"id": 1.5, "method": 3}, {"method": None}]
)
async def test_messages_without_form_are_ignored(session: Session, message: Any) -> None:
    await session.initialize()
    session.inbox.put(message)
    assert await session.request("textDocument/hover", hover(0, 0)) is None


async def test_a_request_withdrawn_at_once_is_not_worked_on(
    session: Session, core: FakeCore
) -> None:
    await session.initialize({"textDocument": {"diagnostic": {}}})
    session.open(URI, "TODO")
    await session.settled()
    identity = session.send("textDocument/diagnostic", document())
    session.notify("$/cancelRequest", {"id": identity})
    assert (await session.answer(identity))["error"]["code"] == CANCELLED
    assert core.analysed == []


async def test_answers_nobody_waits_for_are_ignored(session: Session) -> None:
    await session.initialize()
    for result in ({"result": None}, {"error": {"code": 1, "message": "no"}}, {}):
        session.inbox.put({"jsonrpc": "2.0", "id": "nobody", **result})
    asked = asyncio.ensure_future(session.server.protocol.ask("workspace/configuration", {}))
    await asyncio.sleep(0)
    asked.cancel()
    await session.settled()
    assert await session.request("textDocument/hover", hover(0, 0)) is None
    assert session.logs() == []


async def test_an_error_in_answer_to_the_server_is_raised(session: Session) -> None:
    await session.initialize()
    asked = asyncio.ensure_future(session.server.protocol.ask("some/thing", {}))
    await asyncio.sleep(0)
    identity = session.sent[-1]["id"]
    error = {"code": 1, "message": "no"}
    session.sent.clear()
    session.inbox._waiting.clear()
    session.inbox.put({"jsonrpc": "2.0", "id": identity, "error": error})
    with pytest.raises(JsonRpcException, match="no"):
        await asked


async def test_a_bug_in_the_analysis_is_told_once_and_harms_nothing_else(
    session: Session, core: FakeCore
) -> None:
    await session.initialize()
    core.failing = True
    session.open(URI, "TODO")
    await session.settled()
    session.change(URI, 2, {"text": "TODO TODO"})
    await session.settled()
    assert len([line for line in session.logs() if "please report" in line]) == 1
    assert (await session.request("textDocument/hover", hover(0, 1))) is not None
    core.failing = False
    session.change(URI, 3, {"text": "TODO TODO"})
    await session.settled()
    assert len(session.published(URI)[-1]["diagnostics"]) == 2
    assert not any(m.get("method") == "window/showMessage" for m in session.sent)


async def test_a_bug_in_a_request_answers_nothing_to_hover_and_an_error_to_a_command(
    session: Session, core: FakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr("backspec.service.hover", fail)
    monkeypatch.setattr("backspec.service.explain", fail)
    await session.initialize()
    session.open(URI, "TODO")
    assert await session.request("textDocument/hover", hover(0, 0)) is None
    params = {"command": "backspec.explain", "arguments": ["todo/todo"]}
    answer = await session.answer(session.send("workspace/executeCommand", params))
    assert answer["error"]["code"] == INTERNAL
    assert "a bug of ours" in answer["error"]["message"]


async def test_slow_requests_are_logged(
    session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("backspec.lsp.guard.SLOW_S", 0.0)
    await session.initialize()
    with caplog.at_level(logging.WARNING, "backspec"):
        await session.request("textDocument/hover", hover(0, 0))
    assert "textDocument/hover took" in caplog.text


async def test_tracing_sends_more_of_the_log(session: Session) -> None:
    await session.initialize()
    session.notify("$/setTrace", {"value": "messages"})
    await session.request("textDocument/hover", hover(0, 0))
    traced = [m["params"]["message"] for m in session.sent if m.get("method") == "$/logTrace"]
    assert any("textDocument/hover took" in line for line in traced)
    session.notify("$/setTrace", {"value": "off"})
    await session.settled()
    seen = len(session.sent)
    await session.request("textDocument/hover", hover(0, 0))
    assert not any(m.get("method") == "$/logTrace" for m in session.sent[seen:])


async def test_only_what_is_there_is_offered(session: Session) -> None:
    """Every capability has its handler, and the other way round."""
    answer = await session.initialize(
        {
            "textDocument": {"diagnostic": {}, "codeAction": {"codeActionLiteralSupport": {}}},
            "general": {"positionEncodings": ["utf-8"]},
        }
    )
    offered = answer["capabilities"]
    features = session.server.protocol.fm.features
    assert offered["positionEncoding"] == "utf-8"
    for capability, method in {
        "hoverProvider": lsp.TEXT_DOCUMENT_HOVER,
        "completionProvider": lsp.TEXT_DOCUMENT_COMPLETION,
        "codeActionProvider": lsp.TEXT_DOCUMENT_CODE_ACTION,
        "diagnosticProvider": lsp.TEXT_DOCUMENT_DIAGNOSTIC,
    }.items():
        assert bool(offered.get(capability)) == (method in features)
    commands = session.server.protocol.fm.commands
    assert sorted(offered["executeCommandProvider"]["commands"]) == sorted(commands)
    assert offered["diagnosticProvider"]["workspaceDiagnostics"] is False
    assert lsp.WORKSPACE_DIAGNOSTIC not in features


@pytest.mark.parametrize(
    "params",
    [
        {"capabilities": None},
        {"capabilities": {"textDocument": None, "general": {"positionEncodings": "utf-8"}}},
        {"capabilities": {"workspace": 7}, "workspaceFolders": [{"uri": 3}, None, "x"]},
        {"rootPath": "/w", "initializationOptions": ["x"]},
        {"rootUri": "untitled:x", "clientInfo": {"name": None}, "trace": "loud"},
        {"initializationOptions": {"run": "sometimes", "logLevel": 3, "colour": "red"}},
    ],
)
async def test_odd_clients_are_served(session: Session, params: dict[str, Any]) -> None:
    answer = await session.initialize(**params)
    assert answer["capabilities"]["hoverProvider"] is True
    session.open(URI, "TODO")
    assert await session.request("textDocument/hover", hover(0, 0)) is not None
