"""Features that only agent files have: how the core's answers look to different clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from backspec import service
from backspec.model import (
    FileEdit,
    Fold,
    Inlay,
    Lens,
    Link,
    Location,
    Symbol,
    Token,
)
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.conftest import Session

TEXT = "---\nname: 😀 one\n---\n# Title\n\nSee two.\n"
DYNAMIC = {"dynamicRegistration": True}
NAME = TEXT.encode().index(b"one")
SEE = TEXT.encode().index(b"two")


def client(**text_document: Any) -> dict[str, Any]:
    return {"textDocument": text_document}


def answer(monkeypatch: pytest.MonkeyPatch, name: str, value: Any) -> None:
    """Have a function of the core return a value."""
    monkeypatch.setattr(service, name, lambda *_, **__: value)


def place(line: int, start: int, end: int) -> dict[str, Any]:
    return {
        "start": {"line": line, "character": start},
        "end": {"line": line, "character": end},
    }


@pytest.fixture
def uri(tmp_path: Path) -> str:
    """An agent file that is also on disk, with another one beside it."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.md").write_text(TEXT, "utf-8")
    return (tmp_path / "one.md").as_uri()


async def start(session: Session, uri: str, capabilities: dict[str, Any] | None = None) -> Any:
    found = await session.initialize(capabilities)
    session.open(uri, TEXT, "markdown")
    return found["capabilities"]


def at(uri: str, **more: Any) -> dict[str, Any]:
    position = {"line": 5, "character": 5}
    return {"textDocument": {"uri": uri}, "position": position, **more}


async def test_definition_and_references(
    session: Session, monkeypatch: pytest.MonkeyPatch, uri: str, tmp_path: Path
) -> None:
    two = tmp_path / "two.md"
    gone = Location(str(tmp_path / "gone.md"), Span(0, 0))
    answer(monkeypatch, "definition", [Location(str(two), Span(NAME, NAME + 3)), gone])
    answer(monkeypatch, "references", [Location(str(tmp_path / "one.md"), Span(SEE, SEE + 3))])
    offered = await start(session, uri)
    assert offered["definitionProvider"] is True
    found = await session.request("textDocument/definition", at(uri))
    assert found == [{"uri": two.as_uri(), "range": place(1, 9, 12)}]
    context = {"includeDeclaration": True}
    found = await session.request("textDocument/references", at(uri, context=context))
    assert found == [{"uri": uri, "range": place(5, 4, 7)}]


async def test_rename(
    session: Session, monkeypatch: pytest.MonkeyPatch, uri: str, tmp_path: Path
) -> None:
    one, two = str(tmp_path / "one.md"), str(tmp_path / "two.md")
    changes = [
        FileEdit(one, (Edit(Span(NAME, NAME + 3), "new"),)),
        FileEdit(two, (Edit(Span(SEE, SEE + 3), "new"),), rename_to=str(tmp_path / "new.md")),
    ]
    answer(monkeypatch, "prepare_rename", (Span(SEE, SEE + 3), "two"))
    answer(monkeypatch, "rename", changes)
    capabilities = client(rename={"prepareSupport": True})
    capabilities["workspace"] = {
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["rename"]}
    }
    offered = await start(session, uri, capabilities)
    assert offered["renameProvider"] == {"prepareProvider": True}
    prepared = await session.request("textDocument/prepareRename", at(uri))
    assert prepared == {"range": place(5, 4, 7), "placeholder": "two"}
    edit = await session.request("textDocument/rename", at(uri, newName="new"))
    first, second, third = edit["documentChanges"]
    assert first["textDocument"] == {"uri": uri, "version": 1}
    assert first["edits"] == [{"range": place(1, 9, 12), "newText": "new"}]
    assert second["textDocument"] == {"uri": (tmp_path / "two.md").as_uri(), "version": None}
    assert third == {
        "kind": "rename",
        "oldUri": (tmp_path / "two.md").as_uri(),
        "newUri": (tmp_path / "new.md").as_uri(),
    }


@pytest.mark.parametrize("reason", ["`a b` cannot be a name", None])
async def test_a_rename_that_cannot_be_done_says_why(
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    uri: str,
    tmp_path: Path,
    reason: str | None,
) -> None:
    def rename(*_: Any) -> list[FileEdit]:
        if reason is not None:
            raise ValueError(reason)
        return [FileEdit(str(tmp_path / "two.md"), rename_to=str(tmp_path / "new.md"))]

    monkeypatch.setattr(service, "rename", rename)
    await start(session, uri)
    failed = await session.answer(session.send("textDocument/rename", at(uri, newName="a b")))
    assert (reason or "moves a file") in failed["error"]["message"]
    assert session.logs() == []


async def test_renaming_a_file_in_the_editor(
    session: Session, monkeypatch: pytest.MonkeyPatch, uri: str, tmp_path: Path
) -> None:
    one = str(tmp_path / "one.md")
    answer(monkeypatch, "rename_file", [FileEdit(one, (Edit(Span(SEE, SEE + 3), "new"),))])
    operations = dict.fromkeys(("willRename", "didRename", "willDelete", "didDelete"), True)
    offered = await start(session, uri, {"workspace": {"fileOperations": operations}})
    assert sorted(offered["workspace"]["fileOperations"]) == sorted(operations)
    new = (tmp_path / "new.md").as_uri()
    files = {"files": [{"oldUri": (tmp_path / "two.md").as_uri(), "newUri": new}]}
    edit = await session.request("workspace/willRenameFiles", files)
    assert edit == {"changes": {uri: [{"range": place(5, 4, 7), "newText": "new"}]}}
    session.notify("workspace/didRenameFiles", files)
    answer(monkeypatch, "rename_file", [])
    assert await session.request("workspace/willRenameFiles", files) is None


async def test_deleting_a_file_tells_who_still_names_it(
    session: Session, monkeypatch: pytest.MonkeyPatch, uri: str, tmp_path: Path
) -> None:
    places = [(str(tmp_path / "one.md"), Span(SEE, SEE + 3))]
    answer(monkeypatch, "references_to_file", places)
    await start(session, uri, {"workspace": {"fileOperations": {"willDelete": True}}})
    files = {"files": [{"uri": (tmp_path / "two.md").as_uri()}]}
    assert await session.request("workspace/willDeleteFiles", files) is None
    (message,) = [m for m in session.sent if m.get("method") == "window/showMessage"]
    assert message["params"]["message"] == "two.md is still named in one.md"


OUTLINE = [
    Symbol(
        "name",
        "key",
        Span(4, NAME + 3),
        Span(4, 8),
        detail="one",
        children=(Symbol("part", "key", Span(NAME, NAME + 3), Span(NAME, NAME + 3)),),
    )
]


async def test_an_outline_as_a_tree(
    session: Session, monkeypatch: pytest.MonkeyPatch, uri: str
) -> None:
    answer(monkeypatch, "symbols", OUTLINE)
    support = {"hierarchicalDocumentSymbolSupport": True}
    await start(session, uri, client(documentSymbol=support))
    found = await session.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    assert found == [
        {
            "name": "name",
            "kind": 7,
            "range": place(1, 0, 12),
            "selectionRange": place(1, 0, 4),
            "detail": "one",
            "children": [
                {
                    "name": "part",
                    "kind": 7,
                    "range": place(1, 9, 12),
                    "selectionRange": place(1, 9, 12),
                }
            ],
        }
    ]


async def test_an_outline_as_a_list(
    session: Session, monkeypatch: pytest.MonkeyPatch, uri: str
) -> None:
    answer(monkeypatch, "symbols", OUTLINE)
    await start(session, uri)
    found = await session.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    assert [(item["name"], item.get("containerName")) for item in found] == [
        ("name", None),
        ("part", "name"),
    ]


async def test_workspace_symbols(
    session: Session, monkeypatch: pytest.MonkeyPatch, uri: str, tmp_path: Path
) -> None:
    symbol = Symbol(
        "two", "agent", Span(0, 9), Span(NAME, NAME + 3), "Claude", path=str(tmp_path / "two.md")
    )
    answer(monkeypatch, "workspace_symbols", [symbol])
    await session.initialize(rootUri=tmp_path.as_uri())
    (found,) = await session.request("workspace/symbol", {"query": "t"})
    assert found["location"]["range"] == place(1, 9, 12)
    assert (found["name"], found["kind"], found["containerName"]) == ("two", 5, "Claude")


async def test_folding_and_selecting(
    session: Session, monkeypatch: pytest.MonkeyPatch, uri: str
) -> None:
    answer(monkeypatch, "folds", [Fold(Span(0, SEE), "region"), Fold(Span(4, 9))])
    answer(monkeypatch, "selections", [Span(SEE, SEE + 3), Span(SEE - 4, SEE + 4)])
    await start(session, uri)
    document = {"textDocument": {"uri": uri}}
    found = await session.request("textDocument/foldingRange", document)
    assert found == [{"startLine": 0, "endLine": 5, "kind": "region"}]
    positions = {"positions": [{"line": 5, "character": 5}]}
    found = await session.request("textDocument/selectionRange", {**document, **positions})
    assert found == [{"range": place(5, 4, 7), "parent": {"range": place(5, 0, 8)}}]


async def test_links(
    session: Session, monkeypatch: pytest.MonkeyPatch, uri: str, tmp_path: Path
) -> None:
    two = tmp_path / "two.md"
    links = [Link(Span(SEE, SEE + 3), str(two), "Open"), Link(Span(4, 8), "https://x.test/a b")]
    answer(monkeypatch, "links", links)
    await start(session, uri, client(documentLink={"tooltipSupport": True}))
    found = await session.request("textDocument/documentLink", {"textDocument": {"uri": uri}})
    assert found == [
        {"range": place(5, 4, 7), "target": two.as_uri(), "tooltip": "Open"},
        {"range": place(1, 0, 4), "target": "https://x.test/a b"},
    ]


async def test_semantic_tokens(session: Session, monkeypatch: pytest.MonkeyPatch, uri: str) -> None:
    tokens = [
        Token(Span(4, 8), "property"),
        Token(Span(NAME, NAME + 3), "class", ("deprecated", "defaultLibrary")),
        Token(Span(SEE, SEE + 3), "function"),
        Token(Span(SEE, SEE + 9), "string"),
    ]
    answer(monkeypatch, "tokens", tokens)
    offered = await start(session, uri, client(semanticTokens={"requests": {"full": True}}))
    assert offered["semanticTokensProvider"]["full"] is True
    params = {"textDocument": {"uri": uri}}
    found = await session.request("textDocument/semanticTokens/full", params)
    assert found == {"data": [1, 0, 4, 0, 0, 0, 9, 3, 2, 3, 4, 4, 3, 1, 0]}


async def test_lenses_and_hints_follow_the_settings(
    session: Session, monkeypatch: pytest.MonkeyPatch, uri: str
) -> None:
    lenses = [Lens(Span(0, 3), "used by 2", ("open", ("/x",))), Lens(Span(0, 3), "no tools")]
    answer(monkeypatch, "lenses", lenses)
    answer(monkeypatch, "inlays", [Inlay(NAME + 3, "2 files", "**a**"), Inlay(SEE, "far away")])
    await start(session, uri)
    document = {"textDocument": {"uri": uri}}
    first, second = await session.request("textDocument/codeLens", document)
    assert first["command"] == {"title": "used by 2", "command": "open", "arguments": ["file:///x"]}
    assert second["command"] == {"title": "no tools", "command": ""}
    hints = {**document, "range": place(1, 0, 99)}
    assert await session.request("textDocument/inlayHint", hints) is None

    settings = {"backspec": {"inlayHints": True, "codeLens": False}}
    session.notify("workspace/didChangeConfiguration", {"settings": settings})
    assert await session.request("textDocument/codeLens", document) is None
    (hint,) = await session.request("textDocument/inlayHint", hints)
    assert hint["position"] == {"line": 1, "character": 12}
    assert (hint["label"], hint["tooltip"]) == ("2 files", "a")


async def test_formatting_only_where_the_client_knows_the_files(
    session: Session, monkeypatch: pytest.MonkeyPatch, uri: str
) -> None:
    answer(monkeypatch, "format_header", (Edit(Span(9, 10), "  "),))
    offered = await start(session, uri, client(formatting=DYNAMIC, definition=DYNAMIC))
    assert "formattingProvider" not in offered
    assert "definitionProvider" not in offered
    message = await session.wait(lambda m: m.get("method") == "client/registerCapability")
    registered = {r["method"]: r["registerOptions"] for r in message["params"]["registrations"]}
    assert {"language": "markdown"} in registered["textDocument/definition"]["documentSelector"]
    patterns = [s["pattern"] for s in registered["textDocument/formatting"]["documentSelector"]]
    assert "**/SKILL.md" in patterns
    options = {"tabSize": 2, "insertSpaces": True}
    params = {"textDocument": {"uri": uri}, "options": options}
    found = await session.request("textDocument/formatting", params)
    assert found == [{"range": place(1, 5, 6), "newText": "  "}]


async def test_no_formatting_where_it_would_be_offered_for_every_file(
    session: Session, uri: str
) -> None:
    offered = await start(session, uri, client(formatting={}))
    assert not [name for name in offered if "ormatting" in name]


@pytest.mark.parametrize(
    "method",
    [
        "definition",
        "references",
        "documentSymbol",
        "foldingRange",
        "selectionRange",
        "documentLink",
        "codeLens",
        "inlayHint",
        "rename",
        "semanticTokens/full",
    ],
)
@pytest.mark.parametrize("language", ["python", "markdown"])
async def test_closed_documents_and_code_have_no_answers(
    session: Session, method: str, language: str
) -> None:
    await session.initialize(client(semanticTokens={}))
    everything = {
        "textDocument": {"uri": "file:///w/a.py"},
        "position": {"line": 0, "character": 0},
        "positions": [{"line": 0, "character": 0}],
        "range": place(0, 0, 1),
        "context": {"includeDeclaration": True},
        "newName": "x",
    }
    assert await session.request(f"textDocument/{method}", everything) is None
    if method != "rename" and language == "python":
        session.open("file:///w/a.py", "x = 1\n", language)
        assert await session.request(f"textDocument/{method}", everything) is None


@pytest.mark.parametrize("core", ["real"], indirect=True)
async def test_converting_an_agent(session: Session, tmp_path: Path) -> None:
    path = tmp_path / ".claude" / "agents" / "one.md"
    path.parent.mkdir(parents=True)
    path.write_text("---\nname: one\ndescription: Does it.\ncolor: red\n---\n\nDo it.\n", "utf-8")
    await session.initialize(rootUri=tmp_path.as_uri())

    def run(*arguments: str) -> Any:
        return {"command": "backspec.convert", "arguments": list(arguments)}

    offered = await session.request("workspace/executeCommand", run(path.as_uri()))
    assert {"copilot-agent", "opencode-agent"} & {dialect["id"] for dialect in offered}
    assert all(dialect["title"] for dialect in offered)
    chosen = offered[0]["id"]
    made = await session.request("workspace/executeCommand", run(path.as_uri(), chosen))
    assert "Do it." in made["text"]
    assert made["path"].startswith(str(tmp_path))
    assert "## What is lost" in made["markdown"]
    for arguments in ([], ["untitled:x"], [(tmp_path / "no.md").as_uri()], [path.as_uri(), "x"]):
        failed = await session.answer(session.send("workspace/executeCommand", run(*arguments)))
        assert failed["error"]["message"]
    assert session.logs() == []


@pytest.mark.parametrize("core", ["real"], indirect=True)
async def test_diagnostics_follow_what_other_agents_become(
    session: Session, tmp_path: Path
) -> None:
    folder = tmp_path / ".claude" / "agents"
    folder.mkdir(parents=True)
    one, two = (folder / "one.md").as_uri(), (folder / "two.md").as_uri()
    header = "---\nname: {}\ndescription: Does {}. Use it for that.\n---\n\nDo it.\n"
    (folder / "two.md").write_text(header.format("two", "one thing"), "utf-8")
    await session.initialize(rootUri=tmp_path.as_uri())
    session.open(one, header.format("one", "a thing"), "markdown")
    await session.settled()
    assert session.published(one)[-1]["diagnostics"] == []

    session.open(two, header.format("one", "one thing"), "markdown")
    await session.settled()
    codes = [d["code"] for d in session.published(one)[-1]["diagnostics"]]
    assert "agent/duplicate-name" in codes
    session.change(two, 2, {"text": header.format("two", "one thing")})
    await session.settled()
    assert session.published(one)[-1]["diagnostics"] == []


@pytest.mark.parametrize("core", ["real"], indirect=True)
async def test_agents_are_read_in_steps_that_leave_room_for_requests(
    session: Session, tmp_path: Path
) -> None:
    folder = tmp_path / ".claude" / "agents"
    folder.mkdir(parents=True)
    for number in range(300):
        text = f"---\nname: a{number}\ndescription: Does {number}.\n---\n\nDo it.\n"
        (folder / f"a{number}.md").write_text(text, "utf-8")
    await session.initialize(rootUri=tmp_path.as_uri())
    uri = (folder / "a0.md").as_uri()
    session.open(uri, (folder / "a0.md").read_text("utf-8"), "markdown")
    await session.request("textDocument/hover", at(uri))
    project = session.server.projects.project_of(str(folder / "a0.md"))
    assert project.agent_index() is None, "a hover came in between"
    await session.settled()
    index = project.agent_index()
    assert index is not None
    assert len(index) >= 300
