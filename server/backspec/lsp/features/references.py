"""The command behind "used by N": the places that name an agent, skill or prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from backspec import service
from backspec.lsp.locations import locations
from backspec.lsp.shown_page import DRAWS_ITSELF

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server

COMMAND = "backspec.references"


def register(server: Server) -> None:
    """Offer the command."""
    server.on_command(COMMAND, references)


async def references(server: Server, arguments: list[Any]) -> list[Json]:
    """The locations that name the definition in the file at the URI ``arguments[0]``.

    A client that lists them itself says "return" in the last argument; for any other the first is
    opened.
    """
    document, _ = server.document_at(arguments[0] if arguments else None)
    project = server.projects.complete(document.path)
    # At the start of the file the cursor is on nothing, so the file itself is meant.
    places = service.references(document, 0, project, with_definition=False)
    found = locations(server, ((place.path, place.span) for place in places))
    if arguments[-1:] != [DRAWS_ITSELF] and found:
        if server.client.has("window.showDocument.support"):
            first = found[0]
            shown = {"uri": first["uri"], "selection": first["range"], "takeFocus": True}
            await server.protocol.ask(lsp.WINDOW_SHOW_DOCUMENT, shown)
        if len(found) > 1:
            files = len({place["uri"] for place in found})
            text = f"{len(found)} places in {files} files name it."
            server.show_message(lsp.MessageType.Info, text)
    return found
