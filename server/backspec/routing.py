"""The HTTP routes of a project, file by file, and as a page to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from backspec.diagnosis import contained
from backspec.languages import is_program
from backspec.text import LineTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backspec.model import Document
    from backspec.project import Project


class FoundRoute(NamedTuple):
    """One route of a project."""

    methods: tuple[str, ...]
    """Upper-case HTTP methods; () when the code says none."""
    path: str
    """As written, with the prefixes that its file shows."""
    handler: str
    """The function that answers, ``Class.method`` for methods; "" for anonymous ones."""
    file: str
    """Relative to the project, with ``/``."""
    line: int
    """1-based."""


def routes(document: Document, project: Project) -> list[FoundRoute]:
    """The routes that a file of code answers, in document order; [] for all other files."""
    if not is_program(document.language) or project.is_excluded(document.path):
        return []
    from backspec.code import routes as code

    file = project.relative(document.path)
    found = contained(code.routes, document, file)
    if not found:
        return []
    table = LineTable(document.text)
    return [
        FoundRoute(
            route.methods, route.path, route.handler, file, table.line_of(route.span.start) + 1
        )
        for route in found
    ]


def page(found: Iterable[FoundRoute]) -> str:
    """Markdown: all routes, by path."""
    rows = [
        f"| {', '.join(route.methods) or 'any'} | `{route.path}` | {route.handler} "
        f"| {route.file}:{route.line} |"
        for route in sorted(found, key=lambda route: (route.path, route.methods))
    ]
    if not rows:
        return "# Routes\n\nNo routes were found in this project.\n"
    head = "| method | path | handler | where |\n|---|---|---|---|\n"
    about = "Prefixes count as far as a route's own file shows them."
    return f"# Routes\n\n{about}\n\n{head}" + "\n".join(rows) + "\n"
