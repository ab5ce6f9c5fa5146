"""The server as editors know it: one happy path per feature, for the recorded editors.

Run with ``-W error::pytest_lsp.LspSpecificationWarning``: nothing is sent that a client did not
say it takes. Helix' capabilities are those its source states; the others were recorded.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator  # noqa: TC003 - pytest-lsp reads the annotations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from lsprotocol.converters import get_converter
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

pytestmark = pytest.mark.filterwarnings("error::pytest_lsp.LspSpecificationWarning")

TIMEOUT_S = 60.0
EDITORS = ("visual-studio-code", "neovim@v0.9.1", "neovim@v0.11.0", "emacs", "helix_25.07")


def capabilities_of(editor: str) -> lsp.ClientCapabilities:
    recorded = Path(__file__).parent / "clients" / f"{editor}.json"
    if not recorded.exists():
        return client_capabilities(editor)
    converter = get_converter()
    params = json.loads(recorded.read_text("utf-8"))
    return converter.structure(params["capabilities"], lsp.ClientCapabilities)


@pytest_lsp.fixture(  # type: ignore[untyped-decorator]  # it has no annotations
    config=ClientServerConfig(server_command=[sys.executable, "-m", "backspec.lsp"]),
    scope="session",
    params=EDITORS,
)
async def connected(
    lsp_client: LanguageClient,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[None]:
    """One server per editor, with a workspace of its own."""

    converter = lsp_client.protocol._converter

    def action_or_command(found: Any, _: object) -> Any:
        """What the protocol says: lsprotocol takes an action that has a command for a command."""
        is_command = isinstance(found.get("command"), str)
        return converter.structure(found, lsp.Command if is_command else lsp.CodeAction)

    converter.register_structure_hook(lsp.Command | lsp.CodeAction, action_or_command)

    def register(_: lsp.RegistrationParams) -> None:
        """Registrations are taken, as editors do."""

    def refresh(_: None) -> None:
        """Nothing is shown, so nothing has to be asked again."""

    lsp_client.feature(lsp.CLIENT_REGISTER_CAPABILITY)(register)
    lsp_client.feature(lsp.WORKSPACE_CODE_LENS_REFRESH)(refresh)
    lsp_client.feature(lsp.WORKSPACE_INLAY_HINT_REFRESH)(refresh)

    root = tmp_path_factory.mktemp("workspace")
    lsp_client.root = root  # type: ignore[attr-defined]
    await asyncio.wait_for(
        lsp_client.initialize_session(
            lsp.InitializeParams(
                capabilities=capabilities_of(request.param),
                workspace_folders=[lsp.WorkspaceFolder(root.as_uri(), "workspace")],
                root_uri=root.as_uri(),
            )
        ),
        TIMEOUT_S,
    )
    yield
    await asyncio.wait_for(lsp_client.shutdown_session(), TIMEOUT_S)


class Editor:
    """One open file in one editor; every wait has a limit."""

    def __init__(self, client: LanguageClient, name: str, text: str, language: str) -> None:
        self.client = client
        self.text = text
        self.version = 1
        self.path: Path = client.root / name  # type: ignore[attr-defined]
        self.uri = self.path.as_uri()
        item = lsp.TextDocumentItem(self.uri, language, 1, text)
        client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))

    @property
    def document(self) -> lsp.TextDocumentIdentifier:
        return lsp.TextDocumentIdentifier(self.uri)

    def can(self, *path: str) -> bool:
        """Whether the editor announced something about text documents."""
        assert self.client.capabilities is not None
        found: Any = self.client.capabilities.text_document
        for name in path:
            found = getattr(found, name, None)
        return bool(found)

    @property
    def pulls(self) -> bool:
        return self.can("diagnostic")

    async def ask(self, request: Any) -> Any:
        return await asyncio.wait_for(request, TIMEOUT_S)

    async def diagnostics(self, rules: Sequence[str]) -> Sequence[lsp.Diagnostic]:
        """The diagnostics, once they are those of ``rules``; fails when that does not come."""
        if self.pulls:
            params = lsp.DocumentDiagnosticParams(self.document)
            report = await self.ask(self.client.text_document_diagnostic_async(params))
            assert isinstance(report, lsp.RelatedFullDocumentDiagnosticReport)
            assert [d.code for d in report.items] == list(rules)
            return report.items

        def published() -> Sequence[lsp.Diagnostic]:
            return self.client.diagnostics.get(self.uri, [])

        async def come() -> None:
            while [d.code for d in published()] != list(rules):
                await self.client.wait_for_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)

        try:
            await asyncio.wait_for(come(), TIMEOUT_S)
        except asyncio.TimeoutError:
            pytest.fail(f"last published: {published()}")
        return published()

    def change(self, text: str) -> None:
        self.version += 1
        self.text = text
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(self.version, self.uri),
                [lsp.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def at(self, needle: str, offset: int = 0) -> lsp.Position:
        """The position ``offset`` characters after the start of ``needle`` (ASCII lines only)."""
        index = self.text.index(needle) + offset
        before = self.text[:index]
        return lsp.Position(before.count("\n"), index - (before.rfind("\n") + 1))

    async def actions(
        self, where: lsp.Range, only: list[str] | None = None
    ) -> list[lsp.CodeAction]:
        context = lsp.CodeActionContext(diagnostics=[], only=only)
        params = lsp.CodeActionParams(self.document, where, context)
        found = await self.ask(self.client.text_document_code_action_async(params))
        assert all(isinstance(action, lsp.CodeAction) for action in found), found
        return list(found)

    def apply(self, edit: lsp.WorkspaceEdit | None) -> None:
        """Make a workspace edit's changes of this document (ASCII lines only)."""
        assert edit is not None
        if edit.document_changes is not None:
            (only,) = edit.document_changes
            assert isinstance(only, lsp.TextDocumentEdit)
            assert only.text_document.uri == self.uri
            edits = [e for e in only.edits if isinstance(e, lsp.TextEdit)]
            assert len(edits) == len(only.edits)
        else:
            assert edit.changes is not None
            edits = list(edit.changes[self.uri])
        starts = [0]
        for line in self.text.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))

        def offset(position: lsp.Position) -> int:
            return starts[position.line] + position.character

        text = self.text
        for e in sorted(edits, key=lambda e: offset(e.range.start), reverse=True):
            text = text[: offset(e.range.start)] + e.new_text + text[offset(e.range.end) :]
        self.change(text)


@pytest.fixture
def opened(connected: LanguageClient) -> Any:
    """Opens a file under a name of its own, and closes it after the test."""
    files: list[Editor] = []

    def begin(name: str, text: str, language: str) -> Editor:
        files.append(Editor(connected, name, text, language))
        return files[-1]

    yield begin
    for file in files:
        connected.text_document_did_close(lsp.DidCloseTextDocumentParams(file.document))


Opened = "Callable[[str, str, str], Editor]"

NO_TIMEOUT = "import requests\n\n\ndef fetch(url):\n    return requests.get(url)\n"
AGENT = "---\nname: reviewer\ndescription: Reviews code: carefully\n---\n\nReview the code.\n"


async def test_a_python_file(opened: Callable[[str, str, str], Editor]) -> None:
    file = opened("client.py", NO_TIMEOUT, "python")
    (found,) = await file.diagnostics(["http-client/no-timeout"])
    assert found.range.start == file.at("requests.get")
    assert found.source == "backspec"
    file.change(
        NO_TIMEOUT.replace("(url)\n", "(url, timeout=5)\n").replace(
            "fetch(url, timeout=5)", "fetch(url)"
        )
    )
    await file.diagnostics([])


async def test_columns_after_an_emoji(opened: Callable[[str, str, str], Editor]) -> None:
    text = NO_TIMEOUT.replace("return ", 'x = "é😀"; return ')
    file = opened("emoji.py", text, "python")
    (found,) = await file.diagnostics(["http-client/no-timeout"])
    line = text.splitlines()[found.range.start.line]
    before = line[: line.index("requests")]
    widths = {
        "utf-8": len(before.encode()),
        "utf-16": len(before.encode("utf-16-le")) // 2,
        "utf-32": len(before),
    }
    capabilities = file.client.capabilities
    assert capabilities is not None
    general = capabilities.general
    offered = (general.position_encodings if general else None) or ["utf-16"]
    assert found.range.start.character == widths[str(getattr(offered[0], "value", offered[0]))]


async def test_an_agent_file_is_repaired(opened: Callable[[str, str, str], Editor]) -> None:
    file = opened(".claude/agents/reviewer.md", AGENT, "markdown")
    (found,) = await file.diagnostics(["agent/unquoted-colon"])
    actions = await file.actions(found.range, ["quickfix"])
    file.apply(next(action for action in actions if action.edit).edit)
    await file.diagnostics([])
    assert "Reviews code: carefully" in file.text


async def test_completion_and_its_documentation(
    opened: Callable[[str, str, str], Editor],
) -> None:
    text = "---\nname: writer\ndescription: Writes\n\n---\nWrite.\n"
    file = opened(".claude/agents/writer.md", text, "markdown")
    at = lsp.Position(3, 0)
    params = lsp.CompletionParams(file.document, at)
    answer = await file.ask(file.client.text_document_completion_async(params))
    items = {item.label: item for item in answer.items}
    assert "model" in items
    assert "name" not in items
    resolved = await file.ask(file.client.completion_item_resolve_async(items["model"]))
    assert resolved.documentation


async def test_hover(opened: Callable[[str, str, str], Editor]) -> None:
    text = "---\nname: hoverer\ndescription: Hovers\nmodel: opus\n---\nHover.\n"
    file = opened(".claude/agents/hoverer.md", text, "markdown")
    params = lsp.HoverParams(file.document, file.at("model", 2))
    answer = await file.ask(file.client.text_document_hover_async(params))
    assert isinstance(answer.contents, lsp.MarkupContent)
    assert "model" in answer.contents.value
    assert len(answer.contents.value.splitlines()) <= 25


async def test_hover_on_a_diagnostic_explains_the_rule(
    opened: Callable[[str, str, str], Editor],
) -> None:
    file = opened("hover.py", NO_TIMEOUT, "python")
    params = lsp.HoverParams(file.document, file.at("requests.get", 10))
    answer = await file.ask(file.client.text_document_hover_async(params))
    assert "timeout" in answer.contents.value
    assert len(answer.contents.value.splitlines()) <= 25


async def test_a_suppression_can_be_inserted(opened: Callable[[str, str, str], Editor]) -> None:
    file = opened("suppressed.py", NO_TIMEOUT, "python")
    (found,) = await file.diagnostics(["http-client/no-timeout"])
    actions = await file.actions(found.range)
    suppress = next(
        action for action in actions if action.edit and "ignore" in str(action.edit).lower()
    )
    file.apply(suppress.edit)
    assert "backspec: ignore[http-client/no-timeout]" in file.text
    await file.diagnostics([])


async def test_an_explanation_can_be_opened(opened: Callable[[str, str, str], Editor]) -> None:
    file = opened("explained.py", NO_TIMEOUT, "python")
    (found,) = await file.diagnostics(["http-client/no-timeout"])
    actions = await file.actions(found.range, ["quickfix"])
    explain = next(action for action in actions if action.command)
    assert explain.command is not None
    params = lsp.ExecuteCommandParams(explain.command.command, explain.command.arguments)
    answer = await file.ask(file.client.workspace_execute_command_async(params))
    assert "timeout" in answer["markdown"] if isinstance(answer, dict) else answer.markdown


async def test_fix_all_fixes_what_is_safe(opened: Callable[[str, str, str], Editor]) -> None:
    text = AGENT.replace("name: reviewer", "name: all")
    file = opened(".claude/agents/all.md", text, "markdown")
    await file.diagnostics(["agent/unquoted-colon"])
    whole = lsp.Range(lsp.Position(0, 0), lsp.Position(9, 0))
    (action,) = await file.actions(whole, ["source.fixAll"])
    assert action.kind == "source.fixAll.backspec"
    file.apply(action.edit)
    await file.diagnostics([])


async def test_a_changed_configuration_counts_at_once(
    opened: Callable[[str, str, str], Editor],
) -> None:
    file = opened("configured/client.py", NO_TIMEOUT, "python")
    await file.diagnostics(["http-client/no-timeout"])
    config = file.path.parent / "backspec.toml"
    config.parent.mkdir()
    config.write_text('[rules]\n"http-client/no-timeout" = "off"\n', "utf-8")
    event = lsp.FileEvent(config.as_uri(), lsp.FileChangeType.Created)
    file.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))
    await file.diagnostics([])


async def test_the_workspace_is_checked_on_command(
    opened: Callable[[str, str, str], Editor],
) -> None:
    file = opened("open.py", "x = 1\n", "python")
    closed = file.path.parent / "closed.py"
    closed.write_text(NO_TIMEOUT, "utf-8")
    params = lsp.ExecuteCommandParams("backspec.checkWorkspace", [])
    answer = await file.ask(file.client.workspace_execute_command_async(params))
    counts = answer if isinstance(answer, dict) else answer._asdict()
    assert counts["diagnostics"] >= 1
    found = file.client.diagnostics[closed.as_uri()]
    assert [d.code for d in found] == ["http-client/no-timeout"]
    closed.unlink()


async def test_closing_takes_the_diagnostics_back(
    opened: Callable[[str, str, str], Editor],
) -> None:
    file = opened("closing.py", NO_TIMEOUT, "python")
    await file.diagnostics(["http-client/no-timeout"])
    file.client.text_document_did_close(lsp.DidCloseTextDocumentParams(file.document))
    if not file.pulls:
        await file.diagnostics([])


ONE = """---
name: planner
description: Plans the work. Use it before larger changes.
tools: Read, Agent(builder)
---

# Plan

Ask the `builder` agent, and read [the notes](notes.md).

## Steps

Think.
"""
TWO = """---
name: builder
description: Builds what was planned. Use it after planning.
tools: Read, Edit
---

# Build

Build it.
"""


@pytest.fixture
def planner(opened: Callable[[str, str, str], Editor]) -> Iterator[Editor]:
    """An agent that names another one, both on disk, and a file it links to."""
    file = opened(".claude/agents/planner.md", ONE, "markdown")
    folder = file.path.parent
    folder.mkdir(parents=True, exist_ok=True)
    created = []
    for name, text in (("planner", ONE), ("builder", TWO), ("notes", "Notes.\n")):
        path = folder / f"{name}.md"
        path.write_text(text, "utf-8")
        created.append(path)
    events = [lsp.FileEvent(path.as_uri(), lsp.FileChangeType.Created) for path in created]
    file.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams(events))
    yield file
    for path in created:
        path.unlink()
    events = [lsp.FileEvent(path.as_uri(), lsp.FileChangeType.Deleted) for path in created]
    file.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams(events))


async def test_going_to_an_agent_and_back(planner: Editor) -> None:
    at = planner.at("builder)", 2)
    client = planner.client
    found = await planner.ask(
        client.text_document_definition_async(lsp.DefinitionParams(planner.document, at))
    )
    (place,) = found
    assert place.uri == (planner.path.parent / "builder.md").as_uri()
    assert place.range.start.line == 1
    context = lsp.ReferenceContext(include_declaration=True)
    found = await planner.ask(
        client.text_document_references_async(lsp.ReferenceParams(context, planner.document, at))
    )
    lines = sorted((Path(place.uri).name, place.range.start.line) for place in found)
    assert lines == [("builder.md", 1), ("planner.md", 3), ("planner.md", 8)]


async def test_renaming_an_agent_is_one_workspace_edit(planner: Editor) -> None:
    at = planner.at("builder)", 2)
    client = planner.client
    if planner.can("rename", "prepare_support"):
        prepared = await planner.ask(
            client.text_document_prepare_rename_async(lsp.PrepareRenameParams(planner.document, at))
        )
        assert prepared.placeholder == "builder"
    params = lsp.RenameParams(planner.document, at, "maker")
    edit = await planner.ask(client.text_document_rename_async(params))
    assert edit is not None
    touched = str(edit)
    assert "planner.md" in touched
    assert "builder.md" in touched
    assert touched.count("'maker'") + touched.count('"maker"') >= 3


async def test_the_outline_of_an_agent(planner: Editor) -> None:
    params = lsp.DocumentSymbolParams(planner.document)
    found = await planner.ask(planner.client.text_document_document_symbol_async(params))
    names = [symbol.name for symbol in found]
    assert "tools" in names
    assert any("Plan" in name for name in names)


async def test_folding_selecting_links_and_colours(planner: Editor) -> None:
    client, document = planner.client, planner.document
    folds = await planner.ask(
        client.text_document_folding_range_async(lsp.FoldingRangeParams(document))
    )
    assert (0, 3) in [(fold.start_line, fold.end_line) for fold in folds]
    places = [planner.at("Read")]
    selection = await planner.ask(
        client.text_document_selection_range_async(lsp.SelectionRangeParams(document, places))
    )
    assert selection[0].parent is not None
    links = await planner.ask(
        client.text_document_document_link_async(lsp.DocumentLinkParams(document))
    )
    notes = (planner.path.parent / "notes.md").as_uri()
    assert notes in [link.target for link in links]
    if planner.can("semantic_tokens"):
        params = lsp.SemanticTokensParams(document)
        tokens = await planner.ask(client.text_document_semantic_tokens_full_async(params))
        assert len(tokens.data) % 5 == 0
        assert tokens.data


async def test_lenses_say_who_uses_an_agent(
    planner: Editor, opened: Callable[[str, str, str], Editor]
) -> None:
    builder = opened(".claude/agents/builder.md", TWO, "markdown")
    params = lsp.CodeLensParams(builder.document)
    used = None
    while used is None:  # the agents are read beside everything else
        found = await builder.ask(builder.client.text_document_code_lens_async(params))
        used = next((x.command for x in found if x.command.title == "used by 1"), None)
        await asyncio.sleep(0.02)
    ask = lsp.ExecuteCommandParams(used.command, [*used.arguments, "return"])
    places = await builder.ask(builder.client.workspace_execute_command_async(ask))
    assert {Path(_field(place, "uri")).name for place in places} == {"planner.md"}
    assert len(places) == 2, "the header and the body name it"


async def test_finding_an_agent_by_name(planner: Editor) -> None:
    params = lsp.WorkspaceSymbolParams("buil")
    found = await planner.ask(planner.client.workspace_symbol_async(params))
    assert "builder" in [symbol.name for symbol in found or ()]


def _field(answer: Any, name: str) -> Any:
    """A field of a command's answer, which arrives as a mapping or as an object."""
    return answer[name] if isinstance(answer, dict) else getattr(answer, name)


@pytest.fixture
def asking(opened: Callable[[str, str, str], Editor]) -> Iterator[Editor]:
    """An agent file that asks for a timeout, and code beside it that sets none."""
    text = "---\nname: asking\ndescription: d\n---\n\n- Mind resilience and retries\n- Be kind\n"
    file = opened(".claude/agents/asking.md", text, "markdown")
    folder = file.path.parents[2] / "asked"
    folder.mkdir()
    code = folder / "client.py"
    code.write_text(
        "import flask, requests\n\napp = flask.Flask(__name__)\n\n\n"
        "@app.get('/rates')\ndef rates(url):\n    return requests.get(url).json()\n",
        "utf-8",
    )
    created = [lsp.FileEvent(code.as_uri(), lsp.FileChangeType.Created)]
    file.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams(created))
    yield file
    code.unlink()
    folder.rmdir()
    deleted = [lsp.FileEvent(code.as_uri(), lsp.FileChangeType.Deleted)]
    file.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams(deleted))


async def test_what_an_agent_asks_for_is_held_against_the_code(asking: Editor) -> None:
    client = asking.client
    ask = lsp.ExecuteCommandParams("backspec.coverage", [asking.uri, "return"])
    page = _field(await asking.ask(client.workspace_execute_command_async(ask)), "markdown")
    row = next(line for line in page.splitlines() if "resilience" in line)
    assert "`http-client/no-timeout`" in row
    assert "| 7 | Be kind | - |  |" in page
    params = lsp.CodeLensParams(asking.document)
    lenses = await asking.ask(client.text_document_code_lens_async(params))
    (held,) = [lens for lens in lenses if lens.range.start.line == 5]
    assert "problem" in held.command.title
    assert list(held.command.arguments) == [asking.uri]


async def test_the_routes_of_the_workspace(asking: Editor) -> None:
    ask = lsp.ExecuteCommandParams("backspec.routes", ["return"])
    answer = await asking.ask(asking.client.workspace_execute_command_async(ask))
    assert "| GET | `/rates` | rates | asked/client.py:6 |" in _field(answer, "markdown")
