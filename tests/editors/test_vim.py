"""Vim with ALE: editors/vim/ale.vim, by keystrokes in the real editor."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.editors.conftest import REPO, program

if TYPE_CHECKING:
    from tests.editors.conftest import Start

pytestmark = [pytest.mark.editor, pytest.mark.xdist_group("editors")]


@pytest.fixture
def vimrc(home: Path) -> Path:
    """A user's configuration: ALE from the system's package, and ours."""
    ale = Path(os.environ.get("BACKSPEC_ALE", "/usr/share/vim-ale"))
    if not ale.is_dir():
        pytest.skip("ALE is not installed (BACKSPEC_ALE)")
    file = home / "vimrc"
    file.write_text(
        "set nocompatible nomore shortmess+=I omnifunc=ale#completion#OmniFunc\n"
        "set completeopt=menu,menuone,noselect\n"
        "filetype plugin indent on\n"
        f"set rtp^={ale}\n"
        "let g:ale_completion_enabled = 1\n"
        "let g:ale_linters_explicit = 1\n"
        "let g:ale_linters = {'python': ['backspec'], 'markdown': ['backspec']}\n"
        "let g:ale_echo_msg_format = '%s [%code%]'\n"
        "let g:ale_virtualtext_cursor = 'all'\n"
        "let g:ale_hover_to_preview = 1\n"
        "runtime! plugin/ale.vim\n"
        f"source {REPO / 'editors/vim/ale.vim'}\n"
    )
    return file


def test_code(terminal: Start, vimrc: Path) -> None:
    screen = terminal([program("vim"), "-u", str(vimrc), "app/orders.py"], {})
    screen.wait(r"requests\.get\(f.*(waits for ever|holds the event loop)")
    screen.type("/jwt.decode")
    screen.keys("Enter")
    screen.wait(r"(?m)^`jwt.decode` skips.*\[auth/jwt-unverified\]")
    screen.keys(":ALEHover", "Enter")
    screen.wait("Verify a token")
    screen.keys(":pclose", "Enter")
    screen.keys(":%d", "Enter")
    screen.wait("jwt.decode. skips", gone=True)


def test_agent(terminal: Start, vimrc: Path) -> None:
    file = ".claude/agents/backend-specialist.md"
    screen = terminal([program("vim"), "-u", str(vimrc), file], {})
    screen.wait(r"modle: sonnet.*modle.* is no key")
    screen.type("/modle")
    screen.keys("Enter")
    screen.type("Ocol")
    screen.wait(r"color: \w+\s+m\b")
    screen.keys("C-n", "C-y", "Escape")
    screen.wait(r"(?m)^\W*color: \w+")
