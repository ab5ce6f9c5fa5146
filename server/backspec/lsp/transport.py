"""Carries messages: framing, the reading thread, and the inbox the event loop empties.

Reading takes one thread that only reads and decodes, so that a message is one hop from the
event loop, and a running analysis can ask whether a newer text is already waiting. Everything
else happens on the event loop's thread: analysis holds the interpreter's lock anyway.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

log = logging.getLogger(__name__)

Message = dict[str, Any]
"""One decoded JSON-RPC message."""

_HEADER_LIMIT = 1 << 16
_OVERTAKING = frozenset({"textDocument/didChange", "textDocument/didClose"})


class Inbox:
    """Messages in the order they came; filled by any thread, emptied by the event loop."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, deliver: Callable[[Message, bool], None]
    ) -> None:
        """``deliver(message, cancelled)`` is called on the loop's thread and must not raise;
        ``cancelled`` says that the client has already withdrawn the request.
        """
        self._loop = loop
        self._deliver = deliver
        self._waiting: deque[Message] = deque()
        self._woken = threading.Lock()
        self.closed = asyncio.Event()

    def put(self, message: Message) -> None:
        """Queue a message, from any thread."""
        self._waiting.append(message)
        if self._woken.acquire(blocking=False):
            self._on_loop(self._wake)

    def close(self) -> None:
        """Nothing more will come, from any thread."""
        self._on_loop(self.closed.set)

    def drain(self) -> None:
        """Deliver everything that waits, including what comes meanwhile."""
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
            withdrawn = {_cancels(message) for message in batch} - {None}
            for message in batch:
                self._deliver(message, bool(withdrawn) and _key(message.get("id")) in withdrawn)

    @property
    def is_waiting(self) -> bool:
        """Whether messages wait to be delivered."""
        return bool(self._waiting)

    def overtakes(self, uri: str) -> bool:
        """Whether a change or the closing of a document is waiting to be delivered."""
        return any(
            message.get("method") in _OVERTAKING and _uri_of(message) == uri
            for message in self._snapshot()
        )

    def _snapshot(self) -> list[Message]:
        return [self._waiting[index] for index in range(len(self._waiting))]

    def _wake(self) -> None:
        self._woken.release()
        self.drain()

    def _on_loop(self, call: Callable[[], Any]) -> None:
        try:
            self._loop.call_soon_threadsafe(call)
        except RuntimeError:
            log.debug("the event loop has ended")


def _key(identity: object) -> object:
    return (type(identity), identity) if isinstance(identity, (int, str)) else None


def _cancels(message: Message) -> object:
    if message.get("method") != "$/cancelRequest":
        return None
    params = message.get("params")
    return _key(params.get("id")) if isinstance(params, dict) else None


def _uri_of(message: Message) -> object:
    params = message.get("params")
    document = params.get("textDocument") if isinstance(params, dict) else None
    return document.get("uri") if isinstance(document, dict) else None


class Framing:
    """Cuts a byte stream into messages. Bad headers and bad JSON are logged and skipped."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._body_length: int | None = None

    def feed(self, chunk: bytes) -> Iterator[Message]:
        """The messages that ``chunk`` completes."""
        self._buffer += chunk
        while True:
            if self._body_length is None and not self._read_header():
                return
            length = self._body_length or 0
            if len(self._buffer) < length:
                return
            body = bytes(self._buffer[:length])
            del self._buffer[:length]
            self._body_length = None
            message = _decode(body)
            if message is not None:
                yield message

    def _read_header(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > _HEADER_LIMIT:
                log.error("skipped %d bytes without a message header", len(self._buffer))
                del self._buffer[:-3]
            return False
        self._body_length = _content_length(bytes(self._buffer[:end]))
        del self._buffer[: end + 4]
        return True


def _content_length(header: bytes) -> int:
    for line in header.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    log.error("a message header has no content length: %r", header[:200])
    return 0


def _decode(body: bytes) -> Message | None:
    if not body:
        return None
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        log.error("a message is not JSON: %s", error)  # noqa: TRY400
        return None
    if not isinstance(message, dict):
        log.error("a message is not a JSON object")
        return None
    return message


def read_in_thread(descriptor: int, inbox: Inbox) -> threading.Thread:
    """Fill the inbox from a file descriptor until it ends, in a thread of its own.

    The descriptor is read without Python's buffering: a buffered reader's lock would stop the
    interpreter from ending while the thread waits for input.
    """

    def read() -> None:
        framing = Framing()
        try:
            while chunk := os.read(descriptor, 1 << 16):
                for message in framing.feed(chunk):
                    inbox.put(message)
        except OSError as error:
            log.info("reading ended: %s", error)
        inbox.close()

    thread = threading.Thread(target=read, name="backspec-reader", daemon=True)
    thread.start()
    return thread


async def read_stream(stream: asyncio.StreamReader, inbox: Inbox) -> None:
    """Fill the inbox from a network connection until it ends."""
    framing = Framing()
    try:
        while chunk := await stream.read(1 << 16):
            for message in framing.feed(chunk):
                inbox.put(message)
    except OSError as error:
        log.info("reading ended: %s", error)
    inbox.close()


class PipeWriter:
    """Writes whole messages to a binary file; what pygls calls a writer."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, data: bytes) -> None:
        """Write and flush. Raises OSError when the other side is gone."""
        self._file.write(data)
        self._file.flush()

    def close(self) -> None:
        """Close the file; an error of the other side does not matter any more."""
        try:
            self._file.close()
        except OSError:
            log.debug("the client was gone before the end")
