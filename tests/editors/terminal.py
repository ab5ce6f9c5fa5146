"""Drives a terminal program in a private tmux server: send keys, wait for text on the screen."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class Terminal:
    """One program on a screen of its own. Always ``close`` it."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        home: Path,
        env: Mapping[str, str],
        size: tuple[int, int] = (120, 34),
    ) -> None:
        # A socket's path has room for about a hundred characters, fewer than a test's folder takes.
        self._folder = tempfile.mkdtemp(prefix="backspec-")
        self._socket = f"{self._folder}/tmux"
        columns, rows = size
        variables = {
            "PATH": os.environ["PATH"],
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "HOME": str(home),
            **env,
        }
        self._call(
            *("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows)),
            *("-c", str(cwd), "env", "-i", *(f"{k}={v}" for k, v in variables.items()), *command),
        )
        self._call("set", "-g", "remain-on-exit", "on")
        self._call("set", "-sg", "escape-time", "0")

    def _call(self, *arguments: str) -> str:
        command = ("tmux", "-S", self._socket, *arguments)
        return subprocess.run(command, check=True, text=True, capture_output=True).stdout

    def keys(self, *names: str) -> None:
        """Press keys by tmux's names: ``Escape``, ``C-x``, ``Enter``."""
        self._call("send-keys", *names)

    def type(self, text: str) -> None:
        """Type text as it is."""
        self._call("send-keys", "-l", text)

    def screen(self, *, colours: bool = False) -> str:
        """What is on the screen now, line by line; ``colours`` keeps the escape sequences."""
        return self._call("capture-pane", "-p", *(("-e",) if colours else ()))

    def wait(self, pattern: str, *, gone: bool = False, timeout_s: float = 20) -> str:
        """The screen once ``pattern`` is on it (or no longer, with ``gone``)."""
        deadline = time.monotonic() + timeout_s
        while True:
            screen = self.screen()
            if (re.search(pattern, screen) is None) == gone:
                return screen
            if time.monotonic() > deadline:
                state = "still" if gone else "never"
                raise AssertionError(f"{state} on the screen: {pattern!r}\n{screen}")
            time.sleep(0.05)

    def close(self) -> None:
        """End the program and its tmux server."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self._call("kill-server")
        shutil.rmtree(self._folder, ignore_errors=True)
