"""What a person sees in the editor is what ``backspec check`` prints."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from backspec.text import LineTable

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.conftest import Session

HEADER = "---\nname: a\ndescription: Reviews: all\ncolour: red\n---\n\nGo.\n"
FILES = {
    ".claude/agents/broken.md": HEADER,
    ".claude/agents/fine.md": "---\nname: fine\ndescription: Does a thing.\n---\n\nDo it.\n",
    ".github/agents/é😀.agent.md": "---\ndescription: 'é😀'\ntools: [ 'reed' ]\nmodell: x\n---\n",
    "windows.py": "# é😀\r\nimport requests\r\nx = '😀'; requests.get('https://a.test')\r\n",
    "bom.py": "\ufeffimport requests\nrequests.get('https://a.test')\n",
    "suppressed.py": (
        "import requests\n"
        "# backspec: ignore[http-client/no-timeout] slow\nrequests.get('https://a.test')\n"
        "# backspec: ignore[no/such-rule]\n"
    ),
    "backspec.toml": 'profil = "strict"\n[rules]\n"cache/no-expiry" = "error"\n',
}
FULL = {"textDocument": {"publishDiagnostics": {"versionSupport": True}}}
SEVERITIES = {1: "error", 2: "warning", 3: "info", 4: "hint"}

Line = tuple[str, str, str, str, int, int, int, int]


def from_command_line(root: Path) -> list[Line]:
    done = subprocess.run(
        [sys.executable, "-m", "backspec", "check", "--format", "json", "--fail-on", "never", "."],
        cwd=root,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    report = json.loads(done.stdout)
    return [
        (
            found["path"],
            found["rule"],
            found["severity"],
            found["message"],
            found["start"]["line"] - 1,
            found["start"]["column"] - 1,
            found["end"]["line"] - 1,
            found["end"]["column"] - 1,
        )
        for found in report["diagnostics"]
    ]


async def from_server(session: Session, root: Path, paths: list[Path]) -> list[Line]:
    """As an editor that counts columns in code points sees them."""
    capabilities: dict[str, Any] = {**FULL, "general": {"positionEncodings": ["utf-32"]}}
    await session.initialize(capabilities, rootUri=root.as_uri())
    lines: list[Line] = []
    for path in paths:
        # A language id that says nothing: the file's name decides, as on the command line.
        session.open(path.as_uri(), path.read_bytes().decode(), "plaintext")
        for found in await session.diagnostics(path.as_uri(), 1):
            start, end = found["range"]["start"], found["range"]["end"]
            where = (start["line"], start["character"], end["line"], end["character"])
            name = path.relative_to(root).as_posix()
            severity = SEVERITIES[found["severity"]]
            lines.append((name, found["code"], severity, found["message"], *where))
    return lines


@pytest.mark.parametrize("core", ["real"], indirect=True)
async def test_the_same_diagnostics(session: Session, tmp_path: Path, repo: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(repo / "tests" / "cases", root / "cases")
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    printed = from_command_line(root)
    shown = await from_server(session, root, paths)
    assert len(printed) > 50
    assert {name for name, *_ in printed} >= {"bom.py", "windows.py", "backspec.toml"}
    assert sorted(shown) == sorted(printed)


@pytest.mark.parametrize("core", ["real"], indirect=True)
async def test_a_text_that_was_edited_is_like_a_text_that_was_opened(
    session: Session, tmp_path: Path, repo: Path
) -> None:
    """Random edits, some of which break the syntax; the end is what a fresh analysis says."""
    chance = random.Random(20261122)
    capabilities = {**FULL, "general": {"positionEncodings": ["utf-32"]}}
    await session.initialize(capabilities, rootUri=tmp_path.as_uri())
    files = (path for path in (repo / "tests" / "cases").rglob("*.*") if path.is_file())
    cases = sorted(files)[::4]
    samples = [(path.name, path.read_text("utf-8")) for path in cases]
    samples += [(name.rpartition("/")[2], text) for name, text in FILES.items()]
    pieces = ["(", ")", '"', "\n", "\n    ", "x", "#", "async ", "def f():\n", "import requests\n"]
    for number, (name, original) in enumerate(samples):
        text = original
        uri = (tmp_path / str(number) / ".claude" / "agents" / f"edited-{name}").as_uri()
        session.open(uri, text, "plaintext")
        version = 1
        for _ in range(12):
            start = chance.randint(0, len(text))
            end = min(len(text), start + chance.choice([0, 0, 1, 5, 60]))
            new = chance.choice(pieces)
            if text[start - 1 : start + 1] == "\r\n" or text[end - 1 : end + 1] == "\r\n":
                continue  # no position lies inside of a line end
            lines = LineTable(text.encode())
            places = [lines.position(len(text[:edge].encode()), "utf-32") for edge in (start, end)]
            text = text[:start] + new + text[end:]
            version += 1
            session.change(uri, version, session.replace(places[0], places[1], new))
            if chance.random() < 0.5:
                await session.settled()
        await session.diagnostics(uri, version)
        # What takes a look at the whole file waits until nobody types; saving ends the wait.
        session.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        await session.settled()
        shown = session.published(uri)[-1]["diagnostics"]
        session.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        session.open(uri, text, "plaintext", version + 1)
        assert shown == await session.diagnostics(uri, version + 1), (name, text)
        session.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
