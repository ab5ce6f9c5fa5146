"""``backspec explain``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from backspec import service
from backspec.project import Project

_WIDTH = 100


@click.command("explain", short_help="Show the page of a rule, topic or dialect.")
@click.argument("name")
def command(name: str) -> None:
    """Show the page of a rule, a topic, a dialect, or a key (DIALECT.KEY)."""
    project = Project.open(Path.cwd())
    page = service.explain(name, project)
    if page is None:
        near = service.suggest(name, project)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise click.UsageError(f"there is no rule, topic or dialect {name}{hint}")
    if not sys.stdout.isatty():
        click.echo(page, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    console.print(Markdown(page), width=min(console.width, _WIDTH))
