"""Each feature's translation between the core and clients of different abilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from backspec.lsp.markup import plain, without_placeholders
from backspec.model import Completion
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.conftest import FakeCore, Session

URI = "file:///w/a.py"
LITERALS: dict[str, Any] = {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}


def client(**text_document: Any) -> dict[str, Any]:
    return {"textDocument": text_document}


def at(line: int, character: int, **more: Any) -> dict[str, Any]:
    position = {"line": line, "character": character}
    return {"textDocument": {"uri": URI}, "position": position, **more}


def span(start: int, end: int) -> dict[str, Any]:
    return {
        "start": {"line": 0, "character": start},
        "end": {"line": 0, "character": end},
    }


# ---------------------------------------------------------------------------- hover


@pytest.mark.parametrize(
    ("formats", "contents"),
    [
        (
            ["markdown", "plaintext"],
            {"kind": "markdown", "value": "**TODO** [page](https://x.test)"},
        ),
        (["plaintext"], {"kind": "plaintext", "value": "TODO page"}),
        (None, "TODO page"),
    ],
)
async def test_hover_in_the_form_the_client_shows(
    session: Session, formats: list[str] | None, contents: Any
) -> None:
    await session.initialize(client(hover={"contentFormat": formats} if formats else {}))
    session.open(URI, "x TODO\n")
    answer = await session.request("textDocument/hover", at(0, 3))
    assert answer == {"contents": contents, "range": span(2, 6)}
    assert await session.request("textDocument/hover", at(0, 0)) is None
    assert await session.request("textDocument/hover", at(99, 0)) is None


def test_plain_text_of_markdown() -> None:
    page = "## Title\n\nDo **this**, see [here](x) or [x](x):\n\n```python bad\na = `b`\n```\n"
    assert plain(page) == "Title\n\nDo this, see here or x:\n\na = `b`"


# ---------------------------------------------------------------------------- completion


async def test_completion_for_a_client_with_snippets_and_tags(session: Session) -> None:
    item = {
        "snippetSupport": True,
        "tagSupport": {"valueSet": [1]},
        "documentationFormat": ["markdown"],
    }
    await session.initialize(client(completion={"completionItem": item}))
    session.open(URI, "x = ")
    answer = await session.request("textDocument/completion", at(0, 4))
    word, snippet = answer["items"]
    assert answer["isIncomplete"] is False
    assert word["tags"] == [1]
    assert word["sortText"] == "1"
    assert word["textEdit"] == {"range": span(4, 4), "newText": "TODO"}
    assert snippet["insertTextFormat"] == 2
    assert snippet["textEdit"]["newText"] == "call(${1:x})$0"

    resolved = await session.request("completionItem/resolve", snippet)
    assert resolved["documentation"] == {"kind": "markdown", "value": "# call"}
    await session.request("textDocument/completion", at(0, 4))
    stale = await session.request("completionItem/resolve", snippet)
    assert "documentation" not in stale


async def test_completion_for_a_client_without(session: Session) -> None:
    await session.initialize(client(completion={"completionItem": {"deprecatedSupport": True}}))
    session.open(URI, "x = ")
    word, snippet = (await session.request("textDocument/completion", at(0, 4)))["items"]
    assert word["deprecated"] is True
    assert "tags" not in word
    assert "insertTextFormat" not in snippet
    assert snippet["textEdit"]["newText"] == "call(x)"


@pytest.mark.parametrize(
    ("snippet", "text"),
    [
        ("name: ${1:my agent}\n$0", "name: my agent\n"),
        ("${1|read,write|}: $2", "read: "),
        (r"\$x \} ${3}", "$x } "),
        ("plain", "plain"),
    ],
)
def test_snippets_without_placeholders(snippet: str, text: str) -> None:
    assert without_placeholders(snippet) == text


@pytest.mark.parametrize(
    ("text", "asked"), [("tools: ", True), ("- ", True), ("[a, ", True), ("some prose ", False)]
)
async def test_a_space_asks_only_where_a_value_begins(
    session: Session, text: str, asked: bool
) -> None:
    await session.initialize()
    session.open(URI, text)
    context = {"triggerKind": 2, "triggerCharacter": " "}
    answer = await session.request("textDocument/completion", at(0, len(text), context=context))
    assert (answer is not None) == asked


async def test_a_long_list_is_cut_to_what_fits(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{prefix}-{number}" for number in range(400) for prefix in ("agent", "xagent", "z")]
    items = [Completion(name, Edit(Span(0, 2), name)) for name in names]
    monkeypatch.setattr("backspec.service.complete", lambda *_: items)
    await session.initialize()
    session.open(URI, "ag")
    answer = await session.request("textDocument/completion", at(0, 2))
    labels = [item["label"] for item in answer["items"]]
    assert answer["isIncomplete"] is True
    assert len(labels) == 300
    assert all(label.startswith("agent") for label in labels)

    session.change(URI, 2, {"text": "g3"})
    answer = await session.request("textDocument/completion", at(0, 2))
    labels = [item["label"] for item in answer["items"]]
    assert "agent-3" in labels
    assert not [label for label in labels if label.startswith("z")]


# ---------------------------------------------------------------------------- code actions


def asking(only: list[str] | None = None) -> dict[str, Any]:
    context: dict[str, Any] = {"diagnostics": []}
    if only is not None:
        context["only"] = only
    return {"textDocument": {"uri": URI}, "range": span(0, 2), "context": context}


async def test_code_actions(session: Session) -> None:
    capabilities = client(codeAction=LITERALS)
    capabilities["workspace"] = {"workspaceEdit": {"documentChanges": True}}
    await session.initialize(capabilities)
    session.open(URI, "TODO TODO")
    fix, explain, fix_all = await session.request("textDocument/codeAction", asking())
    edit = {"range": span(0, 4), "newText": "done"}
    changes = {"textDocument": {"uri": URI, "version": 1}, "edits": [edit]}
    assert fix["title"] == "Do `TODO`"
    assert fix["kind"] == "quickfix"
    assert fix["isPreferred"] is True
    assert fix["edit"] == {"documentChanges": [changes]}
    assert [d["code"] for d in fix["diagnostics"]] == ["todo/todo"]
    assert explain["command"]["command"] == "backspec.explain"
    assert explain["command"]["arguments"] == ["todo/todo"]
    assert fix_all["kind"] == "source.fixAll.backspec"
    assert len(fix_all["edit"]["documentChanges"][0]["edits"]) == 2


async def test_code_actions_for_a_client_without_document_changes(session: Session) -> None:
    await session.initialize(client(codeAction=LITERALS))
    session.open(URI, "TODO")
    fix, *_ = await session.request("textDocument/codeAction", asking())
    assert fix["edit"] == {"changes": {URI: [{"range": span(0, 4), "newText": "done"}]}}


@pytest.mark.parametrize(
    ("only", "kinds"),
    [
        (["quickfix"], ["quickfix", "quickfix"]),
        (["source.fixAll"], ["source.fixAll.backspec"]),
        (["source.fixAll.backspec"], ["source.fixAll.backspec"]),
        (["source"], ["source.fixAll.backspec"]),
        (["source.organizeImports"], []),
        (["source.fixAll.other"], []),
        (["refactor"], []),
        ([""], ["quickfix", "quickfix", "source.fixAll.backspec"]),
    ],
)
async def test_only_the_kinds_that_are_asked_for(
    session: Session, only: list[str], kinds: list[str]
) -> None:
    await session.initialize(client(codeAction=LITERALS))
    session.open(URI, "TODO")
    answer = await session.request("textDocument/codeAction", asking(only))
    assert [action["kind"] for action in answer] == kinds


async def test_clients_that_take_only_commands_get_no_code_actions(session: Session) -> None:
    answer = await session.initialize()
    assert "codeActionProvider" not in answer["capabilities"]


# ---------------------------------------------------------------------------- commands


def command(name: str, *arguments: Any) -> dict[str, Any]:
    return {"command": name, "arguments": list(arguments)}


async def test_an_explanation_as_a_message(session: Session) -> None:
    await session.initialize()
    params = command("backspec.explain", "todo/todo")
    answer = await session.request("workspace/executeCommand", params)
    assert answer == {"name": "todo/todo", "markdown": "# todo/todo\n\nDo it\nnow.\n"}
    assert session.sent[-2]["params"] == {"type": 3, "message": "Do it now."}


async def test_an_explanation_in_the_editor(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backspec.lsp.shown_page.cache_folder", lambda: str(tmp_path))
    await session.initialize({"window": {"showDocument": {"support": True}}})
    await session.request("workspace/executeCommand", command("backspec.explain", "todo/../x"))
    (shown,) = [m for m in session.sent if m.get("method") == "window/showDocument"]
    page = tmp_path / "explain" / "todo" / "_" / "x.md"
    assert shown["params"]["uri"] == page.as_uri()
    assert page.read_text() == "# todo/../x\n\nDo it\nnow.\n"


@pytest.mark.parametrize("arguments", [[], [3], ["nonsense"]])
async def test_explaining_the_unknown_suggests(session: Session, arguments: list[Any]) -> None:
    await session.initialize()
    params = command("backspec.explain", *arguments)
    assert await session.request("workspace/executeCommand", params) is None
    (message,) = [m for m in session.sent if m.get("method") == "window/showMessage"]
    assert "todo/todo" in message["params"]["message"]


async def test_checking_the_workspace(session: Session, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("TODO TODO")
    (tmp_path / "good.py").write_text("done")
    uri = (tmp_path / "bad.py").as_uri()
    await session.initialize({"window": {"workDoneProgress": True}}, rootUri=tmp_path.as_uri())
    params = command("backspec.checkWorkspace")
    answer = await session.request("workspace/executeCommand", params)
    assert answer == {"files": 2, "diagnostics": 2, "cancelled": False}
    assert [len(p["diagnostics"]) for p in session.published(uri)] == [2]
    kinds = [m["params"]["value"]["kind"] for m in session.sent if m.get("method") == "$/progress"]
    assert (kinds[0], kinds[-1]) == ("begin", "end")

    (tmp_path / "bad.py").write_text("all is done")
    await session.request("workspace/executeCommand", params)
    assert [len(p["diagnostics"]) for p in session.published(uri)] == [2, 0]


async def test_checking_the_workspace_can_be_cancelled(
    session: Session, core: FakeCore, tmp_path: Path
) -> None:
    for number in range(20):
        (tmp_path / f"f{number}.py").write_text("TODO")
    await session.initialize({"window": {"workDoneProgress": True}}, rootUri=tmp_path.as_uri())
    identity = session.send("workspace/executeCommand", command("backspec.checkWorkspace"))
    begin = await session.wait(lambda m: m.get("method") == "$/progress")
    session.notify("window/workDoneProgress/cancel", {"token": begin["params"]["token"]})
    answer = (await session.answer(identity))["result"]
    assert answer["cancelled"] is True
    assert len(core.analysed) < 20


# ---------------------------------------------------------------------------- configuration


async def test_file_and_settings_events_are_registered(session: Session) -> None:
    dynamic = {"dynamicRegistration": True}
    await session.initialize(
        {"workspace": {"didChangeWatchedFiles": dynamic, "didChangeConfiguration": dynamic}}
    )
    message = await session.wait(lambda m: m.get("method") == "client/registerCapability")
    methods = [r["method"] for r in message["params"]["registrations"]]
    assert methods == ["workspace/didChangeWatchedFiles", "workspace/didChangeConfiguration"]


async def test_settings_are_fetched(session: Session) -> None:
    await session.initialize({"workspace": {"configuration": True}})
    asked = await session.wait(lambda m: m.get("method") == "workspace/configuration")
    assert asked["params"] == {"items": [{"section": "backspec"}]}


async def test_a_changed_configuration_file_is_read_again(
    session: Session, core: FakeCore, tmp_path: Path
) -> None:
    config = tmp_path / "backspec.toml"
    config.write_text("")
    uri = (tmp_path / "a.py").as_uri()
    await session.initialize(rootUri=tmp_path.as_uri())
    session.open(uri, "TODO")
    await session.settled()
    assert len(core.analysed) == 1
    config.write_text('profile = "strict"\n')
    events = [{"uri": config.as_uri(), "type": 2}, {"uri": "untitled:x", "type": 1}]
    session.notify("workspace/didChangeWatchedFiles", {"changes": events})
    await session.settled()
    assert len(core.analysed) == 2


async def test_folders_come_and_go(session: Session, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    folders = [{"uri": one.as_uri(), "name": "one"}, {"uri": "vfs:/x", "name": "virtual"}]
    await session.initialize(workspaceFolders=folders)
    event = {
        "added": [{"uri": two.as_uri(), "name": "two"}],
        "removed": [{"uri": one.as_uri(), "name": "one"}],
    }
    session.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    await session.settled()
    assert session.server.projects.root == str(two)
    assert str(session.server.projects.project_of(str(two / "a.py")).root) == str(two)
