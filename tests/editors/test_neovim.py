"""Neovim: the configuration in editors/neovim, in the real editor."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.editors.conftest import REPO, program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.editors.conftest import Start

pytestmark = [pytest.mark.editor, pytest.mark.xdist_group("editors")]

CLIENT = REPO / "editors/neovim"
SCRIPTS = Path(__file__).parent / "neovim"


@pytest.mark.parametrize(
    ("script", "file"),
    [
        ("code", "app/orders.py"),
        ("agent", ".claude/agents/backend-specialist.md"),
        ("graph", ".claude/agents/backend-specialist.md"),
        ("two_servers", "app/orders.py"),
        ("older", "app/orders.py"),
    ],
)
def test_headless(script: str, file: str, shop: Path, environment: Mapping[str, str]) -> None:
    """Each script checks through the editor's own API and ends Neovim with an error on failure."""
    command = [program("nvim"), "--clean", "--headless", "-l", str(SCRIPTS / f"{script}.lua"), file]
    env = {
        **environment,
        "BACKSPEC_NEOVIM": str(CLIENT),
        "BACKSPEC_PYTHON": sys.executable,
        "BACKSPEC_OTHER_SERVER": str(Path(__file__).with_name("other_server.py")),
    }
    done = subprocess.run(
        command, cwd=shop, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok the server ends" in done.stdout


def test_on_screen(terminal: Start, shop: Path, home: Path) -> None:
    """What a person sees: the message, the hover, the menu, the completed key."""
    folder = home / ".config/nvim"
    (folder / "lsp").mkdir(parents=True)
    (folder / "lsp/backspec.lua").write_bytes((CLIENT / "lsp/backspec.lua").read_bytes())
    (folder / "init.lua").write_text(
        "vim.lsp.enable('backspec')\n"
        "vim.diagnostic.config({ virtual_text = true })\n"
        "vim.o.completeopt = 'menuone,noselect'\n"
    )
    screen = terminal([program("nvim"), "app/orders.py"], {})
    screen.wait(r"requests\.get\(.*waits for ever")
    screen.type("/requests.get")
    screen.keys("Enter", "K")
    screen.wait("(?i)timeout on every outgoing|Set a timeout")
    screen.keys("Escape")
    screen.type(":edit .claude/agents/backend-specialist.md")
    screen.keys("Enter")
    screen.wait("modle: sonnet")
    screen.wait(r"(?m)modle: sonnet\s.*modle")
    screen.type("/modle")
    screen.keys("Enter")
    screen.type("Ocol")
    screen.wait(r"(?m)^\W*col\s*$")
    screen.keys("C-x", "C-o")
    screen.wait(r"color\s")
    screen.keys("C-n", "C-y", "Escape")
    screen.wait(r"(?m)^(?:E | +)color")  # with the sign of a problem, or before it is there
