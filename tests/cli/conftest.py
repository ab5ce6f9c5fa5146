"""A small project, and the command line run in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from backspec.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

CODE = """\
import requests


def rates(url):
    return requests.get(url)
"""
AGENT = "---\nname: reviewer\ndescription: Use when: reviewing\ntools: Read\n---\n\nReview.\n"


@dataclass
class Shell:
    """A folder and a way to run backspec in it."""

    root: Path

    def __call__(self, *arguments: str, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(main, list(arguments), input=stdin)

    def json(self, *arguments: str) -> Any:
        return json.loads(self("check", "--format", "json", *arguments).stdout)

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder that is not the user's own."""
    return tmp_path_factory.mktemp("cache")


def use_cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep caches in this folder, also in child processes."""
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(folder))


@pytest.fixture
def empty(tmp_path: Path, shared_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """An empty folder, which is the current one."""
    use_cache(shared_cache, monkeypatch)
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return Shell(tmp_path)


@pytest.fixture
def shell(empty: Shell) -> Shell:
    """A folder with one Python file and one agent, each with a warning."""
    empty.write("shop/rates.py", CODE)
    empty.write(".claude/agents/reviewer.md", AGENT)
    return empty


@pytest.fixture
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder that no other test has used."""
    folder = tmp_path_factory.mktemp("cache")
    use_cache(folder, monkeypatch)
    return folder
