"""``backspec rules``."""

from __future__ import annotations

from pathlib import Path

import click

from backspec.cli.tables import show
from backspec.project import Project


@click.command("rules", short_help="List all rules.")
@click.argument("area", required=False)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json"]),
    default="table",
    help="How to print the list.",
)
def command(area: str | None, output_format: str) -> None:
    """List all rules, or those of one AREA."""
    project = Project.open(Path.cwd())
    config = project.config_for(project.root / "any")
    wanted = (area or "").removesuffix("/*").removesuffix("/")
    rows = []
    for rule in project.rules.values():
        if wanted and rule.area != wanted:
            continue
        severity = config.severity(rule)
        rows.append(
            {
                "id": rule.id,
                "severity": rule.severity.label,
                "confidence": rule.confidence,
                "profile": rule.profile,
                "status": rule.status,
                "title": rule.title,
                "here": severity.label if severity else "off",
                "languages": list(rule.languages),
                "topics": list(rule.topics),
                "cwe": list(rule.cwe),
                "owasp": list(rule.owasp),
                "fix": rule.fix,
                "url": rule.url,
            }
        )
    if not rows and wanted:
        areas = sorted({rule.area for rule in project.rules.values()})
        raise click.UsageError(f"there is no area {wanted}; there are {', '.join(areas)}")
    show(rows, output_format, ("id", "here", "title"))
