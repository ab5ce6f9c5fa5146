"""``editors/README.md``: how each editor is set up, and what it offers with backspec.

The table of features is measured: the server is started once for each recorded editor, is told what
that editor announces, and answers what it offers there.
"""

from __future__ import annotations

import json
import sys
import tempfile
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dev import REPO
from dev.generated import markdown, table
from dev.lsp_client import Client

if TYPE_CHECKING:
    from collections.abc import Mapping

CLIENTS = {
    "VS Code": "visual_studio_code_v1.65.2",
    "Neovim 0.11": "neovim_v0.11.0",
    "Helix 25.07": "helix_25.07",
    "Emacs 29 (eglot)": "emacs_v29.1",
}
"""Columns of the table, and the recorded capabilities they stand for."""

FEATURES = {
    "diagnostics": ("diagnostic", "publishDiagnostics"),
    "completion": ("completion",),
    "hover": ("hover",),
    "quick fixes": ("codeAction",),
    "rename an agent": ("rename",),
    "go to definition": ("definition",),
    "find references": ("references",),
    "outline": ("documentSymbol",),
    "links": ("documentLink",),
    "folding": ("foldingRange",),
    "expand selection": ("selectionRange",),
    "format an agent's header": ("formatting",),
    "code lens": ("codeLens",),
    "inlay hints": ("inlayHint",),
    "semantic colours": ("semanticTokens",),
}
"""Rows of the table, and the parts of ``textDocument`` that serve them."""

_OWN = REPO / "tests/lsp/clients"
_TEMPLATE = REPO / "dev/templates/editors.md"


def files() -> dict[str, str]:
    """The page."""
    text = _TEMPLATE.read_text("utf-8").replace("{{ table }}", _measured())
    return {"editors/README.md": markdown("Editors", text)}


def recorded(name: str) -> Mapping[str, Any]:
    """The capabilities an editor announces, as recorded."""
    own = _OWN / f"{name}.json"
    if own.exists():
        text = own.read_text("utf-8")
    else:
        text = resources.files("pytest_lsp").joinpath(f"clients/{name}.json").read_text("utf-8")
    found: Mapping[str, Any] = json.loads(text)["capabilities"]
    return found


def offered(capabilities: Mapping[str, Any]) -> set[str]:
    """The parts of ``textDocument`` that the server offers a client that announces this."""
    command = [sys.executable, "-m", "backspec", "server"]
    with tempfile.TemporaryDirectory() as name, Client(command, cwd=REPO) as client:
        answer = client.initialize(Path(name).resolve(), capabilities=capabilities)
        explain = {"command": "backspec.explain", "arguments": ["jwt", "return"]}
        client.request("workspace/executeCommand", explain)
        registered = {one["method"].rpartition("/")[2] for one in client.registrations}
    stated = {
        key.removesuffix("Provider").replace("documentFormatting", "formatting")
        for key, value in answer.items()
        if key.endswith("Provider") and value
    }
    return stated | registered | {"publishDiagnostics"}


def _measured() -> str:
    marks: dict[str, list[str]] = {feature: [feature] for feature in FEATURES}
    for name in CLIENTS.values():
        capabilities = recorded(name)
        has = offered(capabilities)
        for feature, parts in FEATURES.items():
            announced = set(parts) & set(capabilities.get("textDocument", {}))
            mark = "yes" if announced & has else "offered" if has & set(parts) else ""
            marks[feature].append(mark)
    return table(("", *CLIENTS), [tuple(row) for row in marks.values()])
