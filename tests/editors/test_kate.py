"""Kate: editors/kate/settings.json on a virtual screen.

Pixels say what is drawn. Completion was seen to work by hand; nothing on the screen tells a program
when its list is open, so it is not tested here.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING

import pytest
from tests.editors.conftest import REPO, program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

pytestmark = [pytest.mark.editor, pytest.mark.xdist_group("editors")]

WIDTH, HEIGHT = 1200, 800
AGENT = ".claude/agents/broken.md"


def until(what: str, condition: Callable[[], bool], timeout_s: float = 30) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.2)


class Screen:
    """A virtual screen with Kate on it."""

    def __init__(self, env: dict[str, str], command: list[str]) -> None:
        read, write = os.pipe()
        size = f"{WIDTH}x{HEIGHT}x24"
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        self.env = {**env, "DISPLAY": f":{os.read(read, 16).decode().strip()}"}
        self._editor = subprocess.Popen(
            ["dbus-run-session", "--", *command],
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def do(self, *arguments: str) -> str:
        """Run xdotool."""
        done = subprocess.run(
            ["xdotool", *arguments], env=self.env, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    def red_pixels(self) -> int:
        """How many pixels of the first lines of text are as red as an error's underline."""
        done = subprocess.run(
            ["import", "-window", "root", "-depth", "8", "rgb:-"],
            env=self.env,
            capture_output=True,
            check=True,
        )
        data = done.stdout
        count = 0
        for row in range(108, 165):
            line = data[(row * WIDTH + 60) * 3 : (row * WIDTH + 700) * 3]
            for at in range(0, len(line), 3):
                red, green, blue = line[at : at + 3]
                count += red > green + 80 and red > blue + 80
        return count

    def state(self) -> str:
        """Whether Kate still runs, and its windows' titles, for a failure's message."""
        titles = self.do("search", "--onlyvisible", "--class", "kate", "getwindowname", "%@")
        return f"exit code {self._editor.poll()}, windows {titles.splitlines()}"

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._editor.pid, signal.SIGTERM)
        self._editor.wait(20)
        self._server.terminate()
        self._server.wait(20)


@pytest.fixture
def kate(shop: Path, home: Path, environment: Mapping[str, str]) -> Iterator[Screen]:
    """Kate on a file whose header does not parse, set up as the page says."""
    command = [program("kate"), "--new", "--block"]
    for name in ("Xvfb", "xdotool", "import", "dbus-run-session"):
        program(name)
    config = home / ".config"
    (config / "kate/lspclient").mkdir(parents=True)
    shutil.copy(REPO / "editors/kate/settings.json", config / "kate/lspclient")
    server = shutil.which("backspec", path=environment["PATH"])
    (config / "katerc").write_text(
        "[General]\nShow welcome view for new window=false\nStartup Session=new\n"
        "[Kate Plugins]\nlspclientplugin=true\n"
        f"[lspclient]\nAllowedServerCommandLines={server} server\nDiagnostics=true\n"
    )
    (shop / AGENT).write_text(
        "---\nname: broken\ndescription: Use when: a header is broken\n---\n\nHelp.\n"
    )
    # KDE makes sockets here, and a socket's path has room for about a hundred characters only.
    run = tempfile.mkdtemp(prefix="backspec-")
    env = {**environment, "XDG_RUNTIME_DIR": run, "QT_QPA_PLATFORM": "xcb", "NO_AT_BRIDGE": "1"}
    screen = Screen(env, [*command, str(shop / AGENT)])
    try:
        window: list[str] = []

        def shown() -> bool:
            window[:] = screen.do("search", "--onlyvisible", "--class", "kate").splitlines()[-1:]
            return bool(window)

        until("a window of Kate", shown)
        screen.do("windowmove", window[0], "0", "0")
        screen.do("windowsize", window[0], str(WIDTH), str(HEIGHT))
        screen.do("windowfocus", window[0])
        assert not screen.do("search", "--onlyvisible", "--name", "^Error"), screen.state()
        yield screen
    finally:
        screen.close()
        shutil.rmtree(run, ignore_errors=True)


def test_an_error_is_underlined_until_it_is_mended(kate: Screen) -> None:
    until("a red underline", lambda: kate.red_pixels() > 20, 60)
    kate.do("key", "ctrl+Home")
    for _ in range(2):
        kate.do("key", "Down")
    kate.do("key", "End", "shift+Home", "Delete")
    kate.do("type", "--delay", "60", "description: Helps with headers")
    until("no red underline", lambda: kate.red_pixels() == 0, 60)
    assert kate.do("search", "--onlyvisible", "--class", "kate"), kate.state()
