"""A small synchronous language client over stdio, for benchmarks and tests of the real process.

It knows nothing of backspec: it speaks framed JSON-RPC to any server, answers what servers ask
of every client, and keeps the last published diagnostics of each document. Standard library only.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import queue
import subprocess
import threading
import time
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"configuration": True, "workspaceFolders": True, "applyEdit": True},
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True, "codeDescriptionSupport": True},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "completion": {
            "completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}
        },
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}}
        },
    },
}
"""What the client announces: an editor that is pushed diagnostics with versions."""


class ServerGoneError(RuntimeError):
    """The server's process ended or closed its output while an answer was awaited."""


class Client:
    """One server process. Use as a context manager, or call ``stop``."""

    def __init__(
        self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.process.stdin
        assert self.process.stdout
        assert self.process.stderr
        self._out: IO[bytes] = self.process.stdin
        self._ids = itertools.count(1)
        self._incoming: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._answers: dict[int, dict[str, Any]] = {}
        self.diagnostics: dict[str, dict[str, Any]] = {}
        """The last ``publishDiagnostics`` of each document, by URI."""
        self.publishes = 0
        """How many ``publishDiagnostics`` came so far."""
        self.registrations: list[dict[str, Any]] = []
        """What the server registered after initialization, in order."""
        self.stderr: list[str] = []
        """Lines the server wrote to standard error."""
        threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()
        threading.Thread(target=self._drain, args=(self.process.stderr,), daemon=True).start()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def initialize(self, root: Path, **params: Any) -> dict[str, Any]:
        """Shake hands for a workspace folder; returns the server's capabilities."""
        uri = root.as_uri()
        result = self.request(
            "initialize",
            {
                "processId": None,
                "clientInfo": {"name": "backspec-dev"},
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": root.name}],
                "capabilities": CAPABILITIES,
                **params,
            },
        )
        self.notify("initialized", {})
        capabilities: dict[str, Any] = result["capabilities"]
        return capabilities

    def open(self, uri: str, language: str, text: str, version: int = 1) -> None:
        """Send ``didOpen``."""
        document = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, uri: str, version: int, changes: list[dict[str, Any]]) -> None:
        """Send ``didChange`` with LSP content changes."""
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})

    def wait_diagnostics(self, uri: str, version: int, timeout: float = 60) -> dict[str, Any]:
        """The diagnostics of a document at ``version`` (or later), once they came."""

        def come() -> bool:
            published = self.diagnostics.get(uri)
            return published is not None and (published.get("version") or 0) >= version

        self._pump(come, timeout, f"diagnostics of {uri} at version {version}")
        return self.diagnostics[uri]

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def request(self, method: str, params: Any, timeout: float = 60) -> Any:
        """Send a request and return its result. Raises RuntimeError for an error answer."""
        number = next(self._ids)
        self._send({"id": number, "method": method, "params": params})
        self._pump(lambda: number in self._answers, timeout, f"the answer to {method}")
        answer = self._answers.pop(number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer.get("result")

    def stop(self, timeout: float = 10) -> int:
        """Shut the server down in order, or kill it after ``timeout``; returns its exit code."""
        if self.process.poll() is None:
            with contextlib.suppress(RuntimeError, TimeoutError, OSError):
                self.request("shutdown", None, timeout)
                self.notify("exit", None)
        with contextlib.suppress(OSError):
            self._out.close()
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode()
        try:
            self._out.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            self._out.flush()
        except OSError as error:
            raise ServerGoneError(self._epitaph()) from error

    def _pump(self, done: Callable[[], bool], timeout: float, what: str) -> None:
        """Handle incoming messages until ``done``."""
        deadline = time.monotonic() + timeout
        while not done():
            try:
                message = self._incoming.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise TimeoutError(f"no sign of {what} in {timeout:g} s") from None
            if message is None:
                raise ServerGoneError(self._epitaph())
            self._handle(message)

    def _handle(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            self._answers[message["id"]] = message
        elif "id" in message:
            if method == "client/registerCapability":
                self.registrations += message["params"]["registrations"]
            self._send({"id": message["id"], "result": _reply(method, message.get("params"))})
        elif method == "textDocument/publishDiagnostics":
            self.publishes += 1
            self.diagnostics[message["params"]["uri"]] = message["params"]

    def _read(self, stream: IO[bytes]) -> None:
        for message in _messages(stream):
            self._incoming.put(message)
        self._incoming.put(None)

    def _drain(self, stream: IO[bytes]) -> None:
        for line in stream:
            self.stderr.append(line.decode("utf-8", "replace").rstrip())

    def _epitaph(self) -> str:
        tail = "\n".join(self.stderr[-20:])
        return f"the server ended with code {self.process.poll()}\n{tail}"


def _reply(method: str, params: Any) -> Any:
    """What a client without settings answers."""
    if method == "workspace/configuration":
        return [None for _ in params["items"]]
    if method == "workspace/applyEdit":
        return {"applied": False}
    return None


def _messages(stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Framed messages until the stream ends."""
    while True:
        length = 0
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            return
        body = stream.read(length)
        if len(body) < length:
            return
        yield json.loads(body)
