"""Framing of messages, and the inbox between the reading thread and the event loop."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backspec.lsp.transport import Framing, Inbox, read_in_thread


def framed(*messages: object, header: bytes = b"Content-Length: %d\r\n\r\n") -> bytes:
    bodies = [json.dumps(message).encode() for message in messages]
    return b"".join(header % len(body) + body for body in bodies)


@given(st.lists(st.integers(1, 20), max_size=30))
def test_messages_come_whole_however_the_bytes_do(cuts: list[int]) -> None:
    stream = framed({"method": "a", "params": "😀\r\n\r\n"}, {"method": "b"})
    framing, found, start = Framing(), [], 0
    for cut in [*cuts, len(stream)]:
        found += list(framing.feed(stream[start : start + cut]))
        start += cut
    assert [m["method"] for m in found] == ["a", "b"]


@pytest.mark.parametrize(
    "header",
    [
        b"content-length: %d\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n",
        b"Content-Length:%d\r\n\r\n",
    ],
)
def test_headers(header: bytes) -> None:
    assert list(Framing().feed(framed({"id": 1}, header=header))) == [{"id": 1}]


@pytest.mark.parametrize(
    "rubbish",
    [
        b"Content-Length: 3\r\n\r\n{x}",
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: -3\r\n\r\n",
        b"Content-Length: many\r\n\r\n",
        b"\r\n\r\n",
        b"Content-Length: 4\r\n\r\n\xff\xfe{}",
        b"Content-Length: 100000\r\n\r\n" + b"[" * 100_000,
    ],
)
def test_a_bad_message_is_skipped(rubbish: bytes) -> None:
    assert list(Framing().feed(rubbish + framed({"id": 1}))) == [{"id": 1}]


def test_endless_rubbish_does_not_fill_the_memory() -> None:
    framing = Framing()
    for _ in range(100):
        assert list(framing.feed(b"x" * 10_000)) == []
    assert len(framing._buffer) < 100_000


class Got:
    def __init__(self) -> None:
        self.messages: list[tuple[Any, bool]] = []
        self.inbox = Inbox(asyncio.get_running_loop(), self.deliver)

    def deliver(self, message: dict[str, Any], cancelled: bool) -> None:
        self.messages.append((message.get("id") or message["method"], cancelled))


async def test_a_request_cancelled_before_it_begins_is_marked() -> None:
    got = Got()
    got.inbox.put({"id": 1, "method": "x"})
    got.inbox.put({"id": "1", "method": "y"})
    got.inbox.put({"method": "$/cancelRequest", "params": {"id": 1}})
    got.inbox.drain()
    assert got.messages == [(1, True), ("1", False), ("$/cancelRequest", False)]


async def test_a_waiting_change_or_close_overtakes() -> None:
    inbox = Got().inbox
    inbox.put({"method": "textDocument/didSave", "params": {"textDocument": {"uri": "file:///a"}}})
    assert not inbox.overtakes("file:///a")
    inbox.put({"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file:///a"}}})
    inbox.put({"method": "textDocument/didChange", "params": None})
    assert inbox.overtakes("file:///a")
    assert not inbox.overtakes("file:///b")


async def test_the_thread_reads_until_the_end() -> None:
    got = Got()
    source, target = os.pipe()
    read_in_thread(source, got.inbox)
    os.write(target, framed({"id": 1}, {"id": 2}))
    os.close(target)
    await asyncio.wait_for(got.inbox.closed.wait(), 10)
    assert [identity for identity, _ in got.messages] == [1, 2]
    os.close(source)
