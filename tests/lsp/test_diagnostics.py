"""When documents are analysed, and how their diagnostics reach the client."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from backspec.code.clauses import Clause

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.conftest import FakeCore, Session

    from backspec.model import Document

URI = "file:///w/a.py"
FULL = {
    "textDocument": {
        "publishDiagnostics": {
            "versionSupport": True,
            "codeDescriptionSupport": True,
            "dataSupport": True,
            "relatedInformation": True,
            "tagSupport": {"valueSet": [1, 2]},
        }
    }
}
PULL = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}


def pull(uri: str = URI, **more: Any) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, **more}


async def test_all_parts_of_a_diagnostic_are_sent_to_a_client_that_takes_them(
    session: Session,
) -> None:
    await session.initialize(FULL)
    session.open(URI, "x = 1  # FIXME\n")
    found = await session.diagnostics(URI, 1)
    where = {"start": {"line": 0, "character": 9}, "end": {"line": 0, "character": 14}}
    here = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    assert found == [
        {
            "range": where,
            "severity": 4,
            "code": "todo/fixme",
            "codeDescription": {"href": "https://x.test/todo/fixme"},
            "source": "backspec",
            "message": "`FIXME` is left",
            "tags": [1],
            "relatedInformation": [
                {"location": {"uri": URI, "range": here}, "message": "The file begins here"}
            ],
            "data": {"rule": "todo/fixme", "fixes": 0},
        }
    ]


async def test_a_simple_client_gets_the_simple_parts(session: Session) -> None:
    await session.initialize()
    session.open(URI, "FIXME")
    await session.settled()
    (published,) = session.published(URI)
    assert sorted(published) == ["diagnostics", "uri"]
    assert sorted(published["diagnostics"][0]) == ["code", "message", "range", "severity", "source"]


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 9), ("utf-16", 6), ("utf-32", 5)])
async def test_columns_are_counted_as_negotiated(
    session: Session, encoding: str, column: int
) -> None:
    await session.initialize({**FULL, "general": {"positionEncodings": [encoding]}})
    session.open(URI, '"""\r\n# é😀 TODO\r\n"""\r\n')
    (found,) = await session.diagnostics(URI, 1)
    assert found["range"]["start"] == {"line": 1, "character": column}


async def test_a_burst_of_changes_costs_few_analyses(session: Session, core: FakeCore) -> None:
    await session.initialize(FULL)
    session.open(URI, "")
    await session.settled()
    core.analysed.clear()
    for version in range(2, 12):
        session.change(URI, version, {"text": "TODO " * version})
        await asyncio.sleep(0)
    found = await session.diagnostics(URI, 11)
    assert len(found) == 11
    assert len(core.analysed) <= 3
    await session.settled()
    assert session.published(URI)[-1]["version"] == 11


async def test_nothing_runs_when_nothing_changes(session: Session, core: FakeCore) -> None:
    await session.initialize(FULL)
    session.open(URI, "TODO")
    await session.diagnostics(URI, 1)
    analysed = list(core.analysed)
    loop = asyncio.get_running_loop()
    await asyncio.sleep(0.3)  # longer than the longest pause of the schedule
    assert core.analysed == analysed
    assert not [h for h in loop._scheduled if not h.cancelled()]  # type: ignore[attr-defined]


async def test_a_result_that_a_newer_text_overtook_is_dropped(
    session: Session, core: FakeCore
) -> None:
    await session.initialize(FULL)

    def type_meanwhile(document: Document) -> None:
        if document.version == 1:
            session.change(URI, 2, {"text": "done"})

    core.during = type_meanwhile
    session.open(URI, "TODO")
    assert await session.diagnostics(URI, 2) == []
    assert [p["version"] for p in session.published(URI)] == [2]


async def test_a_document_closed_during_its_analysis_keeps_no_diagnostics(
    session: Session, core: FakeCore
) -> None:
    await session.initialize(FULL)

    def close_meanwhile(_: object) -> None:
        session.notify("textDocument/didClose", {"textDocument": {"uri": URI}})

    core.during = close_meanwhile
    session.open(URI, "TODO")
    await session.settled()
    assert [p["diagnostics"] for p in session.published(URI)] == [[]]


async def test_closing_takes_diagnostics_back(session: Session) -> None:
    await session.initialize(FULL)
    session.open(URI, "TODO")
    await session.diagnostics(URI, 1)
    session.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    session.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    session.change(URI, 2, {"text": "TODO"})
    await session.settled()
    assert session.published(URI)[-1] == {"uri": URI, "diagnostics": []}
    assert len(session.published(URI)) == 2


async def test_pulling_clients_are_not_pushed_to(session: Session) -> None:
    await session.initialize(PULL)
    session.open(URI, "TODO")
    first = await session.request("textDocument/diagnostic", pull())
    assert (first["kind"], len(first["items"])) == ("full", 1)
    again = await session.request(
        "textDocument/diagnostic", pull(previousResultId=first["resultId"])
    )
    assert again == {"kind": "unchanged", "resultId": first["resultId"]}
    session.change(URI, 2, session.replace((0, 4), (0, 4), " TODO"))
    second = await session.request(
        "textDocument/diagnostic", pull(previousResultId=first["resultId"])
    )
    assert len(second["items"]) == 2
    assert second["resultId"] != first["resultId"]
    assert session.published(URI) == []


async def test_one_text_is_analysed_once_for_all_requests(session: Session, core: FakeCore) -> None:
    await session.initialize(PULL)
    session.open(URI, "TODO")
    for _ in range(3):
        await session.request("textDocument/diagnostic", pull())
    assert len(core.analysed) == 1


async def test_pulling_an_unknown_document_gives_nothing(session: Session) -> None:
    await session.initialize(PULL)
    assert await session.request("textDocument/diagnostic", pull("file:///nowhere")) == {
        "kind": "full",
        "items": [],
    }


async def test_on_save_waits_for_the_save(session: Session) -> None:
    await session.initialize(FULL, initializationOptions={"run": "onSave"})
    session.open(URI, "TODO")
    await session.diagnostics(URI, 1)
    session.change(URI, 2, {"text": "done"})
    await session.settled()
    assert len(session.published(URI)) == 1
    session.notify("textDocument/didSave", {"textDocument": {"uri": URI}})
    assert await session.diagnostics(URI, 2) == []


async def test_off_is_off_and_can_be_changed(session: Session) -> None:
    await session.initialize(FULL, initializationOptions={"run": "off"})
    session.open(URI, "TODO")
    await session.settled()
    assert session.published(URI) == []
    session.notify(
        "workspace/didChangeConfiguration", {"settings": {"backspec": {"run": "onType"}}}
    )
    assert len(await session.diagnostics(URI, 1)) == 1


async def test_the_workspace_is_pulled_where_the_settings_ask(
    session: Session, tmp_path: Path
) -> None:
    (tmp_path / "bad.py").write_text("TODO")
    (tmp_path / "good.py").write_text("done")
    (tmp_path / "open.py").write_text("TODO TODO")
    open_uri, bad_uri = (tmp_path / "open.py").as_uri(), (tmp_path / "bad.py").as_uri()
    answer = await session.initialize(
        PULL, rootUri=tmp_path.as_uri(), initializationOptions={"workspaceDiagnostics": True}
    )
    assert answer["capabilities"]["diagnosticProvider"]["workspaceDiagnostics"] is True
    session.open(open_uri, "TODO")
    first = await session.request("workspace/diagnostic", {"previousResultIds": []})
    (report,) = first["items"]
    assert (report["uri"], len(report["items"])) == (bad_uri, 1)

    known = [{"uri": bad_uri, "value": report["resultId"]}]
    held = session.send("workspace/diagnostic", {"previousResultIds": known})
    await session.settled()
    assert not any(m.get("id") == held and "method" not in m for m in session.sent)
    (tmp_path / "bad.py").write_text("all done")
    session.notify("textDocument/didSave", {"textDocument": {"uri": open_uri}})
    session.notify("textDocument/didClose", {"textDocument": {"uri": open_uri}})
    second = (await session.answer(held))["result"]
    assert {r["uri"]: len(r["items"]) for r in second["items"]} == {bad_uri: 0, open_uri: 2}


async def test_a_held_workspace_pull_can_be_cancelled(session: Session, tmp_path: Path) -> None:
    await session.initialize(
        PULL, rootUri=tmp_path.as_uri(), initializationOptions={"workspaceDiagnostics": True}
    )
    known = [{"uri": (tmp_path / "gone.py").as_uri(), "value": "1"}]
    answer = await session.request("workspace/diagnostic", {"previousResultIds": known})
    assert [r["items"] for r in answer["items"]] == [[]]
    session.open(URI, "TODO")
    held = session.send("workspace/diagnostic", {"previousResultIds": [{"uri": URI, "value": "1"}]})
    await session.settled()
    session.notify("$/cancelRequest", {"id": held})
    assert (await session.answer(held))["error"]["code"] == -32800


@pytest.mark.parametrize("core", ["real"], indirect=True)
async def test_a_rule_that_raises_is_told_once_and_the_others_go_on(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Clause.holds_for_call

    def fail(clause: Clause, *arguments: Any) -> bool:
        if clause.rule.id == "injection/yaml-load":
            raise ZeroDivisionError("a bug of ours")
        return original(clause, *arguments)

    monkeypatch.setattr(Clause, "holds_for_call", fail)
    await session.initialize({"textDocument": {"publishDiagnostics": {"versionSupport": True}}})
    text = "import requests, yaml\nrequests.get('https://a.test')\nyaml.load(open('f').read())\n"
    session.open("file:///w/failing.py", text)
    found = await session.diagnostics("file:///w/failing.py", 1)
    assert [d["code"] for d in found] == ["http-client/no-timeout"]
    session.change("file:///w/failing.py", 2, {"text": text + text})
    found = await session.diagnostics("file:///w/failing.py", 2)
    assert [d["code"] for d in found] == ["http-client/no-timeout"] * 2
    assert len([line for line in session.logs() if "injection/yaml-load" in line]) == 1
