"""The command that shows an agent file in another product's dialect, and what is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backspec import service
from backspec.lsp.guard import refusal

if TYPE_CHECKING:
    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server

COMMAND = "backspec.convert"


def register(server: Server) -> None:
    """Offer the command."""
    server.on_command(COMMAND, convert)


def convert(server: Server, arguments: list[Any]) -> Json | list[Json]:
    """What the file at a URI (the first argument) can become, or is in a dialect (the second).

    Answers ``[{"id", "title"}]`` or ``{"path", "text", "markdown"}``; nothing is written. An
    error says why a file cannot be converted.
    """
    words = [argument for argument in arguments if isinstance(argument, str)]
    if not 1 <= len(words) <= 2:
        raise refusal("the command takes the URI of a file, and a dialect")
    document, project = server.document_at(words[0])
    if len(words) == 1:
        return [
            {"id": name, "title": _title(name)} for name in service.conversions(document, project)
        ]
    made = service.convert(document, words[1], project)
    if isinstance(made, str):
        raise refusal(made)
    lost = "".join(f"- {item}\n" for item in made.lost) or "Nothing is lost.\n"
    report = f"# {_title(made.dialect)}\n\nBelongs in `{made.path}`.\n\n## What is lost\n\n{lost}"
    return {"path": made.path, "text": made.text, "markdown": report}


def _title(dialect: str) -> str:
    page = service.explain(dialect) or dialect
    return page.partition("\n")[0].lstrip("# ")
