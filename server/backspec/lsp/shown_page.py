"""Pages of Markdown that a person asked for, opened in the editor."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from backspec.compiled import cache_folder
from backspec.lsp import convert

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server

DRAWS_ITSELF = "return"
"""The last argument of a client that draws the page itself."""


async def show_page(server: Server, name: str, markdown: str, arguments: list[Any]) -> Json:
    """Open a page in the editor, and answer ``{"name", "markdown"}``.

    A client that draws the page itself says so in the last of the command's ``arguments`` and uses
    the answer. Editors that can neither open a document nor draw it get the page's first paragraph
    as a message.
    """
    shown = arguments[-1:] == [DRAWS_ITSELF] or await _open(server, name, markdown)
    if not shown:
        paragraphs = [p for p in markdown.split("\n\n") if p.strip() and not p.startswith("#")]
        server.show_message(lsp.MessageType.Info, " ".join("".join(paragraphs[:1]).split()))
    return {"name": name, "markdown": markdown}


async def _open(server: Server, name: str, markdown: str) -> bool:
    if not server.client.has("window.showDocument.support"):
        return False
    folder = cache_folder()
    if folder is None:
        return False
    path = Path(folder, "explain", re.sub(r"[^\w./-]|\.\.+", "_", name) + ".md")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(markdown, "utf-8")
    except OSError:
        return False
    params = {"uri": convert.uri_of(str(path)), "takeFocus": True}
    answer = await server.protocol.ask(lsp.WINDOW_SHOW_DOCUMENT, params)
    return isinstance(answer, dict) and answer.get("success") is True
