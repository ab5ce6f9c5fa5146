"""The server: what one editor session knows, and how it starts, publishes, logs and ends.

Everything runs on the event loop's thread. Analysis holds the interpreter's lock wherever it
runs, so a worker thread would answer no request sooner and would need every cache of the core to
be safe; instead an analysis of open text is short (memoised, bounded in time), results that a
newer text has overtaken are dropped, and work on many files gives way after each.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import FeatureRequestError, JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from backspec import __version__
from backspec.languages import LANGUAGES, is_program
from backspec.lsp import convert
from backspec.lsp.client import Client, folders_of
from backspec.lsp.closed_files import ClosedFiles
from backspec.lsp.diagnostics import Diagnosis
from backspec.lsp.documents import Documents, OpenDocument
from backspec.lsp.guard import guard, refusal
from backspec.lsp.logs import ClientLog
from backspec.lsp.pauses import Pauses
from backspec.lsp.protocol import Protocol
from backspec.lsp.schedule import Schedule
from backspec.lsp.settings import Settings, read_settings
from backspec.lsp.workspace import Workspace
from backspec.text import LineTable

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from backspec.lsp.convert import Json
    from backspec.lsp.transport import Inbox
    from backspec.model import Document
    from backspec.project import Project

log = logging.getLogger(__name__)

AGENT_FILES: tuple[Json, ...] = (
    *({"language": name} for name in ("markdown", *LANGUAGES["markdown"].lsp_ids)),
    {"pattern": "**/.*/**/*.{toml,json,yaml,yml}"},
)
"""Where clients find agent files: a superset, cheap to say without knowing the dialects."""


STEP_S = 0.004
"""How long work in the background keeps requests waiting."""

_REFRESHES = {
    "diagnostics": lsp.WORKSPACE_DIAGNOSTIC_REFRESH,
    "codeLens": lsp.WORKSPACE_CODE_LENS_REFRESH,
    "inlayHint": lsp.WORKSPACE_INLAY_HINT_REFRESH,
}
"""What clients hold until they are told to ask again, by the name of the capability."""


class Server(LanguageServer):
    """One session with one client."""

    protocol: Protocol

    def __init__(self) -> None:
        super().__init__(
            "backspec", __version__, protocol_cls=Protocol, converter_factory=default_converter
        )
        self.registrations: list[Json] = []
        self.client = Client()
        self.capabilities: Json = {}
        """What ``initialize`` is answered with: stated by the features as they register."""
        self.settings = Settings()
        self.documents = Documents()
        self.projects = Workspace()
        self.diagnosis = Diagnosis(self)
        self.closed_files = ClosedFiles(self)
        self.schedule = Schedule(self._refresh)
        self.pauses = Pauses(self.look_late)
        self.is_initialized = False
        self.exit_code = 1
        self.log_handler = ClientLog(self)
        self.inbox: Inbox | None = None
        self._bugs: set[str] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._read: set[Project] = set()
        self.has_agent_files = asyncio.Event()
        """Set when the first file is opened that may be an agent's."""

    # ------------------------------------------------------------------------ features

    def on(self, method: str, handler: Callable[..., Any], **capabilities: Any) -> None:
        """Have ``handler(server, params)`` answer a method, and state its server capabilities.

        ``capabilities`` have the protocol's names and are plain JSON, like the answer may be.
        """
        self.protocol.fm.features[method] = self._bound(method, handler)
        self.capabilities.update(capabilities)

    def on_agents(
        self,
        feature: str,
        handlers: dict[str, Callable[..., Any]],
        options: Json | None = None,
        selector: tuple[Json, ...] = AGENT_FILES,
    ) -> None:
        """Have handlers answer methods for agent files only.

        ``feature`` is the capability's name ("definition"), ``handlers`` are by method. A client
        that can is told which files that means; otherwise an editor might take backspec for the
        one to ask about Python, and not ask the server that knows.
        """
        for method, handler in handlers.items():
            self.protocol.fm.features[method] = self._bound(method, handler)
        if self.client.has(f"textDocument.{feature}.dynamicRegistration"):
            chosen = {"documentSelector": list(selector), **(options or {})}
            self.register(f"textDocument/{feature}", chosen)
        else:
            self.capabilities[f"{feature}Provider"] = options or True

    def register(self, method: str, options: Json) -> None:
        """Have the client told of a method after initialization rather than in its answer."""
        self.registrations.append(
            {"id": f"backspec-{method}", "method": method, "registerOptions": options}
        )

    def on_command(self, name: str, handler: Callable[..., Any]) -> None:
        """Have ``handler(server, arguments)`` run a command; ``arguments`` is a list of JSON."""
        self.protocol.fm.commands[name] = self._bound(name, handler)
        provider = self.capabilities.setdefault("executeCommandProvider", {"commands": []})
        provider["commands"].append(name)

    def _bound(self, name: str, handler: Callable[..., Any]) -> Callable[..., Any]:
        guarded = guard(name, handler, self.report_bug)
        if asyncio.iscoroutinefunction(guarded):

            async def answer_later(params: Any) -> Any:
                return await guarded(self, params)

            return answer_later
        return functools.partial(guarded, self)

    # ------------------------------------------------------------------------ session

    def begin(self, params: Json) -> None:
        """Take over what ``initialize`` says, and register the features."""
        from backspec.lsp import features

        capabilities = params.get("capabilities")
        info = params.get("clientInfo")
        self.client = Client(
            capabilities if isinstance(capabilities, dict) else {},
            str(info.get("name", "")) if isinstance(info, dict) else "",
        )
        self.documents.encoding = convert.choose_encoding(
            self.client.get("general.positionEncodings")
        )
        self.use_settings(read_settings(params.get("initializationOptions")))
        self.projects.add(folders_of(params))
        self.documents.pretend_root = self.projects.root
        if self.client.has("general.positionEncodings"):
            self.capabilities["positionEncoding"] = self.documents.encoding
        features.register_all(self)
        self.is_initialized = True

    def use_settings(self, settings: Settings) -> None:
        """Put the editor's settings in force."""
        before, self.settings = self.settings, settings
        self.log_handler.use_level(settings.log_level)
        if self.projects.use_config(settings.config):
            self.share_documents()
        if before != settings:
            self.reconsider()

    def stop(self, exit_code: int) -> None:
        """End the session; ``exit_code`` is what the process should end with."""
        self.exit_code = exit_code
        if self.inbox is not None:
            self.inbox.close()

    def run_later(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run a coroutine beside the messages; its bugs are reported."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, JsonRpcException):
            log.info("the client refused: %s", error)
        elif error is not None:
            self.report_bug("work in the background", error)

    # ------------------------------------------------------------------------ documents

    def project_of(self, document: OpenDocument) -> Project:
        """The project a document belongs to."""
        return self.projects.project_of(document.path)

    def complete_project_of(self, document: OpenDocument) -> Project:
        """The same with all its agents read, whatever that takes: for what a person asked for."""
        return self.projects.complete(document.path)

    def document_at(self, uri: object) -> tuple[Document, Project]:
        """A file that a command is about, open or on disk, and its project.

        Raises what answers the request with the reason when there is none.
        """
        opened = self.documents.get(uri) if isinstance(uri, str) else None
        path = convert.path_of(uri) if isinstance(uri, str) else None
        if opened is not None:
            return opened.snapshot(), self.project_of(opened)
        if path is None:
            raise refusal(f"{uri} is no file" if uri else "the command takes the URI of a file")
        project = self.projects.project_of(path)
        document = project.document(path)
        if document is None:
            raise refusal(f"{path} cannot be read")
        return document, project

    def lines_of(self, path: str) -> LineTable | None:
        """The line table of any file as the editor sees it; None when it cannot be read."""
        document = self.documents.at_path(path)
        if document is not None:
            return document.lines
        text = self.projects.project_of(path).read(path)
        return None if text is None else LineTable(text)

    def uri_of(self, path: str) -> str:
        """The URI of a file: the client's own where it has the file open."""
        document = self.documents.at_path(path)
        return document.uri if document is not None else convert.uri_of(path)

    def reconsider(self) -> None:
        """Something besides the texts changed: every open document is analysed again."""
        self.diagnosis.generation += 1
        self.closed_files.note_change()
        if not self.is_initialized:
            return
        self._ask_for_refresh()
        for document in self.documents:
            self.read_agents(document)
            if self.client.pulls_diagnostics:
                continue
            if self.settings.run == "off":
                self.publish(document.uri, document.version, [])
            else:
                self.schedule.add(document.uri)

    def read_agents(self, document: OpenDocument) -> None:
        """Have the agents around a document read, in small steps beside everything else."""
        if is_program(document.language):
            return
        self.has_agent_files.set()
        project = self.project_of(document)
        is_unread = not project.is_lone and project.agent_index() is None
        if is_unread and project not in self._read:
            self._read.add(project)
            self.run_later(self._read_agents(project))

    async def _read_agents(self, project: Project) -> None:
        now = asyncio.get_running_loop().time
        try:
            is_left = True
            while is_left:
                await asyncio.sleep(0)
                until = now() + STEP_S
                while is_left and now() < until:
                    is_left = project.read_agents()
        finally:
            self._read.discard(project)
        if self.client.pulls_diagnostics:
            self._ask_for_refresh()
        else:
            self.refresh_lenses()
        self.follow_agents()

    @property
    def is_reading_agents(self) -> bool:
        """Whether agents are being read in the background."""
        return bool(self._read)

    def follow_agents(self) -> None:
        """Analyse again the open documents that an edit of another one may have changed.

        Clients that pull ask again by themselves: they are told of such dependencies.
        """
        if self.client.pulls_diagnostics or self.settings.run != "onType":
            return
        for document in self.documents:
            if self.diagnosis.is_outdated(document):
                self.schedule.add(document.uri)

    def refresh_lenses(self) -> None:
        """Have the client ask for lenses again: more is known of the workspace."""
        self._ask_for_refresh("codeLens")

    def _ask_for_refresh(self, *capabilities: str) -> None:
        for capability in capabilities or _REFRESHES:
            method = _REFRESHES[capability]
            if self.client.has(f"workspace.{capability}.refreshSupport"):
                self.run_later(self.protocol.ask(method, None))

    def share_documents(self) -> None:
        """Tell the projects the texts of the open documents, after projects were opened."""
        for document in self.documents:
            if document.is_file:
                self.projects.set_overlay(document.snapshot())

    def withdraw(self, uri: str) -> None:
        """Take back diagnostics that were published for a file while it was not open."""
        if uri in self.closed_files.shown:
            self.closed_files.shown.discard(uri)
            self.publish(uri, None, [])

    def publish(self, uri: str, version: int | None, diagnostics: list[Json]) -> None:
        """Send the diagnostics of one document; ``version`` None for a text that is not open."""
        params: Json = {"uri": uri, "diagnostics": diagnostics}
        if version is not None and "versionSupport" in self.client.diagnostics:
            params["version"] = version
        self.protocol.notify(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)

    def _refresh(self, uri: str) -> None:
        """Analyse a document and publish, unless a newer text has come meanwhile."""
        document = self.documents.get(uri)
        if document is None:
            return
        try:
            result = self.diagnosis.of(document)
        except Exception as error:  # noqa: BLE001 - the last line of defence
            self.report_bug("analysing a document", error, uri)
            return
        if self.settings.run == "onType" and self.inbox is not None and self.inbox.overtakes(uri):
            return
        self.publish(uri, result.version, result.json)

    def look_late(self, uri: str) -> None:
        """Look for what waited until the typing paused, and tell when it changes something."""
        document = self.documents.get(uri)
        if document is None or not document.memory.is_late_due or self.settings.run == "off":
            return
        before = self.diagnosis.last(document)
        try:
            result = self.diagnosis.of(document)
        except Exception as error:  # noqa: BLE001 - as above
            self.report_bug("analysing a document", error, uri)
            return
        if before is not None and before.id == result.id:
            return
        if self.client.pulls_diagnostics:
            self._ask_for_refresh("diagnostics")
        elif self.settings.run == "onType":
            self.publish(uri, result.version, result.json)

    # ------------------------------------------------------------------------ telling

    def report_bug(self, doing: str, error: BaseException, what: str = "") -> None:
        """Log a bug of ours, with its traceback, once per server run.

        ``doing`` names what failed, ``what`` the document or the like it failed with.
        """
        kind = f"{doing}: {error!r}"
        if kind in self._bugs:
            log.debug("%s failed again (%s): %r", doing, what, error)
        else:
            self._bugs.add(kind)
            log.error("%s failed (%s); please report this: %r", doing, what, error, exc_info=error)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """What pygls calls for errors of its own: the log, never a message box."""
        if source is FeatureRequestError:  # the client has it in the answer
            log.info("a request failed: %s", error)
        else:
            log.error("%s: %s", getattr(source, "__name__", source), error)

    def log_message(self, kind: lsp.MessageType, text: str) -> None:
        """A line in the client's log."""
        if self.is_initialized:
            self.protocol.notify(lsp.WINDOW_LOG_MESSAGE, {"type": int(kind), "message": text})

    def show_message(self, kind: lsp.MessageType, text: str) -> None:
        """A message a person sees; only in answer to what that person asked for."""
        self.protocol.notify(lsp.WINDOW_SHOW_MESSAGE, {"type": int(kind), "message": text})
