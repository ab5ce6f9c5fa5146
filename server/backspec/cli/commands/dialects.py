"""``backspec dialects``."""

from __future__ import annotations

import click

from backspec.cli.tables import show


@click.command("dialects", short_help="List all kinds of agent files.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json"]),
    default="table",
    help="How to print the list.",
)
def command(output_format: str) -> None:
    """List all kinds of agent files and where each lies in a workspace."""
    from backspec.agents.dialects import dialects

    rows = [
        {
            "id": dialect.id,
            "title": dialect.title,
            "owner": dialect.owner,
            "kind": dialect.kind,
            "format": dialect.format,
            "globs": {level: list(globs) for level, globs in dialect.globs.items()},
            "files": ", ".join(dialect.globs.get("workspace", ())),
            "keys": list(dialect.keys),
            "products": [reader.product for reader in dialect.readers],
            "source": dialect.source,
            "verified": dialect.verified,
        }
        for dialect in dialects()
    ]
    show(rows, output_format, ("id", "title", "files"))
