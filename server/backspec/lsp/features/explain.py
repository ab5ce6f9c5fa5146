"""The command that opens the explanation of a rule, a topic or a key of an agent file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from backspec import service
from backspec.compiled import cache_folder
from backspec.lsp import convert

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server

COMMAND = "backspec.explain"


def register(server: Server) -> None:
    """Offer the command."""
    server.on_command(COMMAND, explain)


async def explain(server: Server, arguments: list[Any]) -> Json | None:
    """Open the page of ``arguments[0]`` in the editor, and answer ``{"name", "markdown"}``.

    A client that draws the page itself intercepts the command and uses the answer. Editors that
    can neither open a document nor draw it get the page's first paragraph as a message.
    """
    name = arguments[0] if arguments and isinstance(arguments[0], str) else ""
    project = next(iter(server.projects), None)
    page = service.explain(name, project)
    if page is None:
        near = ", ".join(service.suggest(name, project)[:3])
        hint = f" Did you mean {near}?" if near else ""
        server.show_message(lsp.MessageType.Info, f"backspec knows no `{name}`.{hint}")
        return None
    shown = arguments[1:] == ["return"] or await _open(server, name, page)
    if not shown:
        paragraphs = [p for p in page.split("\n\n") if p.strip() and not p.startswith("#")]
        server.show_message(lsp.MessageType.Info, " ".join(paragraphs[0].split()))
    return {"name": name, "markdown": page}


async def _open(server: Server, name: str, page: str) -> bool:
    if not server.client.has("window.showDocument.support"):
        return False
    folder = cache_folder()
    if folder is None:
        return False
    path = Path(folder, "explain", re.sub(r"[^\w./-]|\.\.+", "_", name) + ".md")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, "utf-8")
    except OSError:
        return False
    params = {"uri": convert.uri_of(str(path)), "takeFocus": True}
    answer = await server.protocol.ask(lsp.WINDOW_SHOW_DOCUMENT, params)
    return isinstance(answer, dict) and answer.get("success") is True
