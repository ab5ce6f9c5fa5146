"""``backspec routes``."""

from __future__ import annotations

import click

from backspec.cli import runner
from backspec.cli.logs import set_up
from backspec.cli.tables import show
from backspec.routing import routes


@click.command("routes", short_help="List the HTTP routes of the code.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=str))
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json"]),
    default="table",
    help="How to print the list.",
)
def command(paths: tuple[str, ...], output_format: str) -> None:
    """List the HTTP routes that the code in PATHS answers (the current folder without any).

    Prefixes count as far as a route's own file shows them.
    """
    if gone := runner.missing(paths):
        raise click.UsageError(f"there is no file or folder {gone}")
    set_up()
    project = runner.Choices(runner.root_of(paths)).open()
    documents = filter(None, map(project.document, project.files(paths)))
    found = [route for document in documents for route in routes(document, project)]
    rows = [
        {
            "methods": list(route.methods),
            "path": route.path,
            "handler": route.handler,
            "file": route.file,
            "line": route.line,
            "method": ",".join(route.methods) or "any",
            "where": f"{route.file}:{route.line}",
        }
        for route in sorted(found, key=lambda route: (route.path, route.methods, route.file))
    ]
    show(rows, output_format, ("method", "path", "handler", "where"))
