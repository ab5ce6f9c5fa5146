"""The command that opens the explanation of a rule, a topic or a key of an agent file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from backspec import service
from backspec.lsp.shown_page import show_page

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server

COMMAND = "backspec.explain"


def register(server: Server) -> None:
    """Offer the command."""
    server.on_command(COMMAND, explain)


async def explain(server: Server, arguments: list[Any]) -> Json | None:
    """Open the page of ``arguments[0]``; see ``shown_page`` for the answer."""
    name = arguments[0] if arguments and isinstance(arguments[0], str) else ""
    project = next(iter(server.projects), None)
    page = service.explain(name, project)
    if page is None:
        near = ", ".join(service.suggest(name, project)[:3])
        hint = f" Did you mean {near}?" if near else ""
        server.show_message(lsp.MessageType.Info, f"backspec knows no `{name}`.{hint}")
        return None
    return await show_page(server, name, page, arguments[1:])
