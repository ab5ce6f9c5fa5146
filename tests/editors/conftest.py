"""What the editor tests share: a workspace, a home folder, the server on PATH, screenshots."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from tests.editors.terminal import Terminal

REPO = Path(__file__).resolve().parent.parent.parent
Start = Callable[[Sequence[str], Mapping[str, str]], Terminal]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the example project; a repository root for editors that look for one."""
    folder = tmp_path / "shop"
    shutil.copytree(REPO / "examples/shop", folder)
    (folder / ".git").mkdir()
    return folder


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """Variables of a user who has the server on PATH and nothing set up.

    Only ``backspec`` is added to PATH: other language servers of this interpreter's environment
    would join in. ``BACKSPEC_BIN`` names the folder of another backspec than this interpreter's.
    """
    tested = Path(os.environ.get("BACKSPEC_BIN", Path(sys.executable).parent)) / "backspec"
    programs = home / "bin"
    programs.mkdir()
    (programs / "backspec").symlink_to(tested)
    return {
        "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "XDG_CACHE_HOME": str(home / ".cache"),
    }


@pytest.fixture
def terminal(home: Path, shop: Path, environment: Mapping[str, str]) -> Iterator[Start]:
    """Starts a program on a screen, in the example project; closed at the end."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    started: list[Terminal] = []

    def start(command: Sequence[str], env: Mapping[str, str]) -> Terminal:
        started.append(Terminal(command, cwd=shop, home=home, env={**environment, **env}))
        return started[-1]

    yield start
    for one in started:
        one.close()


def program(name: str) -> str:
    """The path of an editor, or a skip that says which one is missing."""
    found = shutil.which(os.environ.get(f"BACKSPEC_{name.upper()}", name))
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found
