"""``backspec topics``."""

from __future__ import annotations

import click

from backspec import catalog
from backspec.cli.tables import show


@click.command("topics", short_help="List all topics.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json"]),
    default="table",
    help="How to print the list.",
)
def command(output_format: str) -> None:
    """List all topics and how many rules serve each."""
    served = catalog.rules_of_topic()
    rows = [
        {
            "slug": topic.slug,
            "rules": [rule.id for rule in served.get(topic.slug, ())],
            "count": len(served.get(topic.slug, ())),
            "title": topic.title,
            "aliases": list(topic.aliases),
            "url": topic.url,
        }
        for topic in catalog.topics().values()
    ]
    show(rows, output_format, ("slug", "count", "title"))
