"""The server as a process: its standard streams, its ends, and input no editor would send."""

from __future__ import annotations

import json
import queue
import random
import re
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from backspec.languages import LANGUAGES
from backspec.lsp.transport import Framing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TIMEOUT_S = 60.0
REAL = "import sys; from backspec.lsp.main import run; sys.exit(run())"
NOISY = """
import os, subprocess, sys
from backspec import service
def diagnose(document, project, memory=None, late=True):
    print("noise")
    os.write(1, b"more noise")
    subprocess.run([sys.executable, "-c", "print(input())"], stderr=subprocess.DEVNULL)
    sys.stdin.read()
    return []
service.diagnose = diagnose
from backspec.lsp.main import run
sys.exit(run())
"""

Json = dict[str, Any]


class Process:
    """A server process and the client's side of its pipes."""

    def __init__(self, program: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.errors: list[bytes] = []
        self._messages: queue.Queue[Json | None] = queue.Queue()
        self._numbers = 0
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._read, self._drain)
        ]
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        framing = Framing()
        while chunk := self.process.stdout.read1(1 << 16):  # type: ignore[attr-defined]
            for message in framing.feed(chunk):
                self._messages.put(message)
        self._messages.put(None)

    def _drain(self) -> None:
        assert self.process.stderr is not None
        self.errors.extend(self.process.stderr)

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: Json) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"method": method, "params": params})

    def request(self, method: str, params: Any = None) -> Json:
        """The whole answer to a request."""
        self._numbers += 1
        number = self._numbers
        self.send({"id": number, "method": method, "params": params})
        return self.wait(lambda m: "method" not in m and m.get("id") == number)

    def wait(self, wanted: Callable[[Json], bool]) -> Json:
        """The next message of a kind; others are dropped."""
        while True:
            message = self._messages.get(timeout=TIMEOUT_S)
            assert message is not None, b"".join(self.errors).decode()
            if wanted(message):
                return message

    def diagnostics(self, uri: str) -> list[Json]:
        """The next diagnostics of a document."""
        message = self.wait(
            lambda m: m.get("params", {}).get("uri") == uri and "diagnostics" in m["params"]
        )
        found: list[Json] = message["params"]["diagnostics"]
        return found

    def initialize(self, **params: Any) -> None:
        answer = self.request("initialize", {"capabilities": {}, **params})
        assert answer["result"]["serverInfo"]["name"] == "backspec"
        self.notify("initialized", {})

    def open(self, uri: str, text: str, language: str = "python") -> None:
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def end(self) -> int:
        """Shut down in the proper way; the exit code."""
        assert self.request("shutdown")["result"] is None
        self.notify("exit")
        return self.process.wait(TIMEOUT_S)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def start() -> Iterator[Callable[[str], Process]]:
    """Starts servers that end with the test."""
    started: list[Process] = []

    def begin(program: str = REAL) -> Process:
        started.append(Process(program))
        return started[-1]

    yield begin
    for process in started:
        process.kill()


def test_nothing_but_the_protocol_reaches_stdout_and_nothing_else_reads_stdin(
    start: Callable[[str], Process],
) -> None:
    server = start(NOISY)
    server.initialize()
    server.open("file:///w/a.py", "x = 1\n")
    assert server.diagnostics("file:///w/a.py") == []
    assert server.end() == 0
    errors = b"".join(server.errors)
    assert b"noise" in errors
    assert b"more noise" in errors


def test_the_end_of_input_ends_the_server(start: Callable[[str], Process]) -> None:
    server = start(REAL)
    server.initialize()
    assert server.process.stdin is not None
    server.process.stdin.close()
    assert server.process.wait(TIMEOUT_S) == 1


def test_a_client_that_stops_listening_ends_the_server() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", REAL],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}'
        process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        process.stdin.flush()
        assert process.wait(TIMEOUT_S) == 1
        assert b"Traceback" not in process.stderr.read()


def test_tcp(start: Callable[[str], Process]) -> None:
    program = "import sys; from backspec.lsp.main import run; sys.exit(run(('127.0.0.1', 0)))"
    process = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE)
    try:
        assert process.stderr is not None
        line = process.stderr.readline().decode()
        match = re.search(r"listens on 127\.0\.0\.1:(\d+)", line)
        assert match, line
        with socket.create_connection(("127.0.0.1", int(match[1])), TIMEOUT_S) as connection:
            framing = Framing()

            def ask(identity: int, method: str, params: Any = None) -> Json:
                message = {"jsonrpc": "2.0", "id": identity, "method": method, "params": params}
                body = json.dumps(message).encode()
                connection.sendall(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
                while True:
                    for answer in framing.feed(connection.recv(1 << 16)):
                        if answer.get("id") == identity:
                            return answer

            assert "capabilities" in ask(1, "initialize", {"capabilities": {}})["result"]
            assert ask(2, "shutdown")["result"] is None
            body = b'{"jsonrpc":"2.0","method":"exit"}'
            connection.sendall(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        assert process.wait(TIMEOUT_S) == 0
    finally:
        process.kill()


def test_bytes_that_are_no_messages_are_skipped(start: Callable[[str], Process]) -> None:
    server = start(REAL)
    server.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nContent-Length: 5\r\n\r\n{bad}")
    server.initialize()
    assert server.end() == 0


def test_documents_of_random_bytes_in_every_language(
    start: Callable[[str], Process], tmp_path: Path
) -> None:
    """Opened, edited at random and sensible places, asked about, closed: and still alive."""
    chance = random.Random(20261122)
    alphabet = "ab \t\n\r:-'\"[]{}()#/*<>=.,|&é😀\u2028\ud83d\x00`$@!\\"
    server = start(REAL)
    server.initialize(rootUri=tmp_path.as_uri())
    for number, language in enumerate([*LANGUAGES, "prompt", "nonsense"] * 3):
        extension = LANGUAGES[language].extensions[0] if language in LANGUAGES else ".md"
        kind = chance.choice(["file:///", "untitled:", "vscode-vfs://x/", tmp_path.as_uri() + "/"])
        uri = f"{kind}.github/agents/r{number}{extension}"
        text = "".join(chance.choices(alphabet, k=chance.randint(0, 400)))
        server.open(uri, chance.choice(["", "---\nname: x\n", "---\n---\n"]) + text, language)
        for version in range(2, 6):
            places = [chance.choice([0, 1, 5, 10**9]) for _ in range(4)]
            change = {
                "range": {
                    "start": {"line": places[0], "character": places[1]},
                    "end": {"line": places[2], "character": places[3]},
                },
                "text": "".join(chance.choices(alphabet, k=chance.randint(0, 9))),
            }
            document = {"uri": uri, "version": version}
            server.notify(
                "textDocument/didChange", {"textDocument": document, "contentChanges": [change]}
            )
        where = {
            "textDocument": {"uri": uri},
            "position": {"line": chance.randint(0, 5), "character": chance.randint(0, 9)},
        }
        assert "error" not in server.request("textDocument/hover", where)
        assert "error" not in server.request("textDocument/completion", where)
        server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert server.end() == 0
    errors = b"".join(server.errors).decode("utf-8", "replace")
    assert "Traceback" not in errors, errors


def test_a_long_document_and_a_hundred_quick_edits(start: Callable[[str], Process]) -> None:
    server = start(REAL)
    server.initialize()
    uri = "file:///w/long.py"
    server.open(uri, "def f(x):\n    return [x, 'é😀']\n\n" * 8_000)
    for version in range(2, 102):
        at = {"line": version * 50, "character": 0}
        change = {"range": {"start": at, "end": at}, "text": "y = 1\n"}
        document = {"uri": uri, "version": version}
        server.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [change]}
        )
    server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    while server.diagnostics(uri):
        pass
    assert server.end() == 0
