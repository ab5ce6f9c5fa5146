"""Helix: editors/helix/languages.toml, by keystrokes in the real editor."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.editors.conftest import REPO, program

if TYPE_CHECKING:
    from pathlib import Path

    from tests.editors.conftest import Start
    from tests.editors.terminal import Terminal

pytestmark = [pytest.mark.editor, pytest.mark.xdist_group("editors")]

AGENT = ".claude/agents/backend-specialist.md"


@pytest.fixture
def configured(home: Path) -> Path:
    """Our languages.toml as a user's own, with diagnostics drawn inline."""
    folder = home / ".config/helix"
    folder.mkdir(parents=True)
    shutil.copy(REPO / "editors/helix/languages.toml", folder)
    (folder / "config.toml").write_text(
        '[editor]\nend-of-line-diagnostics = "hint"\n'
        '[editor.inline-diagnostics]\ncursor-line = "disable"\nother-lines = "disable"\n'
    )
    return home


def press(screen: Terminal, key: str, text: str) -> None:
    """Press Space and a key until ``text`` shows: on a busy machine the server may not be ready."""
    for tries_left in range(4, -1, -1):
        screen.keys("Space")
        screen.type(key)
        try:
            screen.wait(text, timeout_s=8)
        except AssertionError:
            if not tries_left:
                raise
            screen.keys("Escape")
        else:
            return


def test_code(terminal: Start, configured: Path) -> None:
    screen = terminal([program("hx"), "app/orders.py"], {})
    screen.wait(r"requests\.get\(f.*(waits for ever|holds the event loop)")
    screen.type("/requests.get")
    screen.keys("Enter")
    press(screen, "k", "Use an async HTTP client")
    screen.keys("Escape")
    screen.wait("Use an async HTTP client", gone=True)
    press(screen, "a", "Add `timeout")
    screen.keys("Escape")
    screen.wait("Add `timeout", gone=True)
    screen.type("%d")
    screen.wait("waits for ever|holds the event loop", gone=True)


def test_agent(terminal: Start, configured: Path) -> None:
    screen = terminal([program("hx"), AGENT], {})
    screen.wait(r"modle: sonnet\s.*modle")
    screen.type("/modle")
    screen.keys("Enter")
    press(screen, "a", "Rename it to `model`")
    screen.keys("Enter")
    screen.wait(r"(?m)^\W*\d*\W*model: sonnet")
    screen.wait("no key", gone=True)
    screen.type("/tools")
    screen.keys("Enter")
    press(screen, "k", "Tools the agent may use")
    screen.keys("Escape")
    screen.wait("Tools the agent may use", gone=True)
    screen.type("/model: ")
    screen.keys("Enter")
    screen.type("Ocol")
    screen.wait(r"color\s")
    screen.keys("Tab", "Enter", "Escape")
    screen.wait(r"(?m)^\W*\d*\W*color")


def test_agents_name_each_other(terminal: Start, configured: Path, shop: Path) -> None:
    screen = terminal([program("hx"), AGENT], {})
    screen.wait(r"modle: sonnet\s.*modle")
    screen.type("/@security-reviewer")
    screen.keys("Enter")
    screen.type("gd")
    screen.wait(r"NOR.*security-reviewer\.md")
    screen.type("/security-reviewer")
    screen.keys("Enter")
    press(screen, "r", "rename-to:")
    screen.keys("C-u")
    screen.type("auditor")
    screen.keys("Enter")
    screen.wait("name: auditor")
    screen.type(":wa")
    screen.keys("Enter")
    screen.wait("(?i)written|wrote")
    assert "@auditor" in (shop / AGENT).read_text("utf-8")


def test_a_cursor_rule_has_a_server(terminal: Start, configured: Path, shop: Path) -> None:
    rule = shop / ".cursor/rules/style.mdc"
    rule.parent.mkdir(parents=True)
    rule.write_text("---\ndescription: Style\nalwaysAply: true\n---\nUse tabs.\n")
    screen = terminal([program("hx"), str(rule)], {})
    screen.wait(r"alwaysAply.*alwaysApply")
