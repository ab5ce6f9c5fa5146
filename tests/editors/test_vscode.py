"""VS Code: the packaged extension in the real workbench (code-server) in a headless browser.

The scenarios are in ``editors/vscode/test/ui.test.mjs``; this builds what they need and runs them.
Where screenshots should stay, set ``BACKSPEC_SHOTS``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.editors.conftest import REPO

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = [
    pytest.mark.editor,
    pytest.mark.xdist_group("editors"),
    pytest.mark.timeout(900),
]

CLIENT = REPO / "editors/vscode"


@pytest.fixture
def tools(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with Node, code-server and a browser, or a skip that says what is missing."""
    if not os.environ.get("BACKSPEC_CODE_SERVER"):
        pytest.skip("code-server is not installed (BACKSPEC_CODE_SERVER)")
    browser = os.environ.get("BACKSPEC_CHROMIUM") or shutil.which("chromium")
    if browser is None:
        pytest.skip("chromium is not installed")
    node = os.environ.get("BACKSPEC_NODE") or shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    path = os.pathsep.join([str(Path(node).parent), environment["PATH"]])
    return {**os.environ, "PATH": path, "BACKSPEC_CHROMIUM": browser, "BACKSPEC_NODE": node}


@pytest.fixture
def vsix(tmp_path: Path, tools: Mapping[str, str]) -> Path:
    """The extension, packaged from a copy of its sources as a release is."""
    copy = tmp_path / "repo"
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPO, capture_output=True, check=True, text=True
    ).stdout
    for name in filter(None, names.split("\0")):
        if name.startswith(("server/", "schemas/", "editors/vscode/")) or "/" not in name:
            target = copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPO / name, target)
    folder = copy / "editors/vscode"
    for command in (
        ["npm", "ci", "--no-fund", "--no-audit", "--ignore-scripts", "--loglevel=error"],
        ["npm", "rebuild", "esbuild"],
        ["npm", "run", "bundle-server", "--", "--dependencies"],
        ["npm", "run", "package"],
    ):
        done = subprocess.run(
            command, cwd=folder, env=tools, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    (file,) = folder.glob("*.vsix")
    return file


def test_in_the_workbench(vsix: Path, tools: Mapping[str, str], home: Path) -> None:
    env = {**tools, "BACKSPEC_VSIX": str(vsix), "BACKSPEC_SERVER": str(home / "bin/backspec")}
    command = [tools["BACKSPEC_NODE"], "--test", "test/ui.test.mjs"]
    done = subprocess.run(
        command, cwd=vsix.parent, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "fail 0" in done.stdout
