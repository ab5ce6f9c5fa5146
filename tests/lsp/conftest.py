"""A server in this process on a fake core, for tests of the protocol and not of the analysis.

The fake core reports every ``TODO`` and every ``FIXME``. Tests take both as fixtures.
"""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Any

import pytest

from backspec import service
from backspec.lsp.server import Server
from backspec.lsp.transport import Framing, Inbox
from backspec.model import Action, Completion, Diagnostic, Document, Fix, Hover, Related, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from backspec.project import Project

TIMEOUT_S = 10.0

Json = dict[str, Any]


class Session:
    """Sends messages to a server and keeps what it sends back."""

    def __init__(self) -> None:
        self.server = Server()
        self.sent: list[Json] = []
        self._framing = Framing()
        self._numbers = 0
        self._news = asyncio.Event()
        self.server.protocol.set_writer(self)
        self.inbox = self.server.inbox = Inbox(
            asyncio.get_running_loop(), self.server.protocol.receive
        )

    def write(self, data: bytes) -> None:
        """What the server calls to send; answers its requests with null."""
        for message in self._framing.feed(data):
            self.sent.append(message)
            if "method" in message and "id" in message:
                self.inbox.put({"jsonrpc": "2.0", "id": message["id"], "result": None})
        self._news.set()

    def close(self) -> None:
        """What the server calls at its end."""

    async def initialize(self, capabilities: Json | None = None, **params: Any) -> Json:
        """Open the session; the server's answer."""
        params = {"processId": None, "rootUri": None, "capabilities": capabilities or {}, **params}
        answer: Json = await self.request("initialize", params)
        self.notify("initialized", {})
        return answer

    async def request(self, method: str, params: Any = None) -> Any:
        """The result of a request. Raises AssertionError with the error of a failed one."""
        answer = await self.answer(self.send(method, params))
        assert "error" not in answer, answer
        return answer["result"]

    def send(self, method: str, params: Any = None) -> int:
        """Start a request; its id."""
        self._numbers += 1
        self.inbox.put({"jsonrpc": "2.0", "id": self._numbers, "method": method, "params": params})
        return self._numbers

    async def answer(self, identity: int) -> Json:
        """The whole answer to a request that was started."""
        return await self.wait(lambda m: "method" not in m and m.get("id") == identity)

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        self.inbox.put({"jsonrpc": "2.0", "method": method, "params": params})

    async def wait(self, wanted: Any, seen: int = 0) -> Json:
        """The first message after the first ``seen`` ones for which ``wanted(message)`` holds."""

        async def look() -> Json:
            while True:
                self._news.clear()
                for message in self.sent[seen:]:
                    if wanted(message):
                        return message
                await self._news.wait()

        return await asyncio.wait_for(look(), TIMEOUT_S)

    async def settled(self) -> None:
        """Wait until the server has nothing to do."""

        async def idle() -> None:
            while True:
                await asyncio.sleep(0)
                busy = self.inbox.is_waiting or self.server.is_reading_agents
                if self.server.schedule.is_idle and not busy:
                    return
                await asyncio.sleep(0.001)

        await asyncio.wait_for(idle(), TIMEOUT_S)

    def published(self, uri: str) -> list[Json]:
        """The parameters of all publishDiagnostics of a document so far."""
        return [
            message["params"]
            for message in self.sent
            if message.get("method") == "textDocument/publishDiagnostics"
            and message["params"]["uri"] == uri
        ]

    async def diagnostics(self, uri: str, version: int) -> list[Json]:
        """The diagnostics published for a version (the client must take versions)."""
        message = await self.wait(
            lambda m: (
                m.get("method") == "textDocument/publishDiagnostics"
                and m["params"]["uri"] == uri
                and m["params"].get("version") == version
            )
        )
        found: list[Json] = message["params"]["diagnostics"]
        return found

    def open(self, uri: str, text: str, language: str = "python", version: int = 1) -> None:
        """Open a document."""
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, version: int, *changes: Json) -> None:
        """Change a document."""
        document = {"uri": uri, "version": version}
        self.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)}
        )

    def logs(self) -> list[str]:
        """The lines in the client's log."""
        return [m["params"]["message"] for m in self.sent if m.get("method") == "window/logMessage"]

    @staticmethod
    def at(line: int, character: int) -> Json:
        """A position."""
        return {"line": line, "character": character}

    @staticmethod
    def replace(start: tuple[int, int], end: tuple[int, int], text: str) -> Json:
        """A content change."""
        return {"range": {"start": Session.at(*start), "end": Session.at(*end)}, "text": text}


_WORD = re.compile(rb"TODO|FIXME")


class FakeCore:
    """Stands in for the functions of ``service``; counts calls and can be made to fail."""

    def __init__(self) -> None:
        self.analysed: list[tuple[str, int | None]] = []
        self.failing = False
        self.during: Callable[[Document], None] = lambda document: None
        """Called in the middle of an analysis."""

    def diagnose(
        self,
        document: Document,
        project: Project,
        memory: object = None,
        *,
        late: bool = True,
    ) -> list[Diagnostic]:
        """One diagnostic a word; a TODO has a safe fix."""
        self.analysed.append((document.path, document.version))
        if self.failing:
            raise ZeroDivisionError("a bug of ours")
        self.during(document)
        found = []
        for match in _WORD.finditer(document.text):
            span = Span(*match.span())
            word = match[0].decode()
            fix = Fix(f"Do `{word}`", (Edit(span, "done"),))
            found.append(
                Diagnostic(
                    f"todo/{word.lower()}",
                    span,
                    f"`{word}` is left",
                    Severity.WARNING if word == "TODO" else Severity.HINT,
                    fixes=(fix,) if word == "TODO" else (),
                    related=(Related("The file begins here", Span(0, 0)),),
                    tags=("unnecessary",) if word == "FIXME" else (),
                )
            )
        return found

    def hover(
        self, document: Document, offset: int, project: Project, memory: object = None
    ) -> Hover | None:
        """The word at the offset."""
        for match in _WORD.finditer(document.text):
            if Span(*match.span()).contains(offset):
                return Hover(f"**{match[0].decode()}** [page](https://x.test)", Span(*match.span()))
        return None

    def complete(
        self, document: Document, offset: int, project: Project, memory: object = None
    ) -> list[Completion]:
        """A word and a snippet."""
        here = Span(offset, offset)
        return [
            Completion("TODO", Edit(here, "TODO"), kind="key", deprecated=True, sort="1"),
            Completion("call", Edit(here, "call(${1:x})$0"), kind="snippet", is_snippet=True),
        ]

    def resolve(self, completion: Completion, project: Project) -> Completion:
        """Documentation on demand."""
        return Completion(completion.label, completion.edit, documentation=f"# {completion.label}")

    def actions(
        self, document: Document, span: Span, project: Project, memory: object = None
    ) -> list[Action]:
        """The fixes of the diagnostics at the span, and their explanation."""
        found = []
        for diagnostic in self.diagnose(document, project):
            if diagnostic.span.overlaps(span):
                found += [
                    Action(fix, "quickfix", (diagnostic,), preferred=True)
                    for fix in diagnostic.fixes
                ]
                explain = ("backspec.explain", (diagnostic.rule,))
                found.append(Action(Fix("Explain", ()), "quickfix", (diagnostic,), command=explain))
        return found

    def fix_all(
        self, document: Document, project: Project, memory: object = None, *, unsafe: bool = False
    ) -> tuple[Edit, ...]:
        """All fixes."""
        found = self.diagnose(document, project)
        return tuple(edit for d in found for fix in d.fixes for edit in fix.edits)

    def explain(self, name: str, project: Project | None = None) -> str | None:
        """A page for everything in ``todo/``."""
        return f"# {name}\n\nDo it\nnow.\n" if name.startswith("todo/") else None

    def suggest(self, name: str, project: Project | None = None) -> tuple[str, ...]:
        """Always the same."""
        return ("todo/todo",)

    def rule_url(self, rule_id: str) -> str:
        """A page on a server that is none."""
        return f"https://x.test/{rule_id}"


@pytest.fixture
def core(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> FakeCore:
    """The fake core, in the place of the real one; with the parameter "real" the real one stays."""
    fake = FakeCore()
    if getattr(request, "param", "") == "real":
        return fake
    for name in dir(FakeCore):
        if not name.startswith("_"):
            monkeypatch.setattr(service, name, getattr(fake, name))
    return fake


@pytest.fixture
async def session(core: FakeCore, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Session]:
    """A server on the fake core, not initialized yet."""
    # How long something takes on a busy machine is no concern of most tests.
    monkeypatch.setattr("backspec.lsp.guard.SLOW_S", 60.0)
    session = Session()
    log = logging.getLogger("backspec")
    log.addHandler(session.server.log_handler)
    yield session
    log.removeHandler(session.server.log_handler)
    log.setLevel(logging.NOTSET)
