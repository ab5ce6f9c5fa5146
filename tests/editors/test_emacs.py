"""Emacs: editors/emacs/backspec.el under Eglot, under lsp-mode, and alone with Flymake."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.editors.conftest import REPO, program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.editors.conftest import Start

pytestmark = [pytest.mark.editor, pytest.mark.xdist_group("editors")]

CLIENT = REPO / "editors/emacs"
TESTS = Path(__file__).parent / "emacs"


@pytest.fixture
def elpa() -> str:
    """The folder of unpacked packages (lsp-mode, markdown-mode and what they need)."""
    folder = os.environ.get("BACKSPEC_ELPA", "/usr/share/emacs/site-lisp/elpa")
    if not list(Path(folder).glob("lsp-mode-*")):
        pytest.skip("lsp-mode is not installed (BACKSPEC_ELPA)")
    return folder


def batch(cwd: Path, env: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [program("emacs"), "-Q", "--batch", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, timeout=200, check=False
    )


def test_compiles_without_warnings(tmp_path: Path, environment: Mapping[str, str]) -> None:
    shutil.copy(CLIENT / "backspec.el", tmp_path)
    strict = ("--eval", "(setq byte-compile-error-on-warn t)", "-f", "batch-byte-compile")
    done = batch(tmp_path, environment, *strict, "backspec.el")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "backspec.elc").exists()


@pytest.mark.parametrize("suite", ["eglot", "lsp-mode", "flymake"])
def test_batch(suite: str, shop: Path, environment: Mapping[str, str], elpa: str) -> None:
    """Each suite checks through Emacs itself: overlays, eldoc, completion, actions."""
    env = {**environment, "BACKSPEC_EMACS": str(CLIENT), "BACKSPEC_ELPA": elpa}
    file = str(TESTS / f"{suite}-tests.el")
    done = batch(shop, env, "-l", file, "-f", "ert-run-tests-batch-and-exit")
    assert done.returncode == 0, done.stdout + done.stderr
    ran = re.search(r"Ran (\d+) tests?, (\d+) results as expected, 0 unexpected", done.stderr)
    assert ran, done.stderr
    assert int(ran[1]) == int(ran[2]) >= 2


def test_on_screen(terminal: Start, home: Path, elpa: str) -> None:
    """What a person sees: the count in the mode line, the message, the hover."""
    init = home / "init.el"
    init.write_text(
        f'(add-to-list \'load-path "{CLIENT}")\n'
        f'(dolist (folder (file-expand-wildcards "{elpa}/*")) (add-to-list \'load-path folder))\n'
        "(require 'markdown-mode)\n"
        "(require 'backspec)\n"
        "(add-hook 'markdown-mode-hook #'eglot-ensure)\n"
        "(setq eldoc-echo-area-use-multiline-p t inhibit-startup-screen t)\n"
    )
    file = ".claude/agents/backend-specialist.md"
    screen = terminal([program("emacs"), "-nw", "-Q", "-l", str(init), file], {})
    screen.wait(r"Flymake\[[1-9]|Flymake\[\d+ [1-9]")
    screen.keys("C-s")
    screen.type("modle")
    screen.keys("Enter", "C-b")
    screen.wait(r"(?i)`?modle.*(misspelt|unknown|model)")
