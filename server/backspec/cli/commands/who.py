"""``backspec who``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backspec import service
from backspec.cli.documents import open_document

if TYPE_CHECKING:
    from backspec.agents.who import Loading


@click.command("who", short_help="Show which products load an agent file.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How to print the answer.",
)
def command(file: Path, output_format: str) -> None:
    """Show which products load FILE, and which of its keys each ignores or refuses.

    Exit code 1 when no product loads it.
    """
    document, project = open_document(file)
    found = service.who(document, project)
    if output_format == "json":
        rows = [{**asdict(loading), "is_loaded": loading.is_loaded} for loading in found]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif not found:
        click.echo(f"No product that backspec knows loads {file} where it is.")
    else:
        width = max(len(loading.name) for loading in found)
        for loading in found:
            click.echo(f"{loading.name:<{width}}  {_said(loading)}")
    sys.exit(0 if any(loading.is_loaded for loading in found) else 1)


def _said(loading: Loading) -> str:
    if loading.missing:
        text = f"does not load it: {_listed(loading.missing)} is missing"
    elif loading.rejects:
        text = f"does not load it: it takes no {_listed(loading.rejects)}"
    else:
        text = loading.note or "loads it"
        if loading.ignores:
            text += f"; ignores {_listed(loading.ignores)}"
    if loading.evidence == "X":
        text += " (second-hand)"
    return text


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
