"""Places in files, for the client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec.lsp import convert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backspec.lsp.convert import Json
    from backspec.lsp.server import Server
    from backspec.text import LineTable, Span


def locations(server: Server, places: Iterable[tuple[str, Span]]) -> list[Json]:
    """The locations of (path, span); those in files that cannot be read are left out."""
    tables: dict[str, LineTable | None] = {}
    found: list[Json] = []
    for path, span in places:
        if path not in tables:
            tables[path] = server.lines_of(path)
        lines = tables[path]
        if lines is not None:
            where = convert.range_of(lines, span, server.documents.encoding)
            found.append({"uri": server.uri_of(path), "range": where})
    return found
