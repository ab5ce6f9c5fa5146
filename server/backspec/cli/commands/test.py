"""``backspec test``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from backspec.cli.records import displayed
from backspec.project import Project


@click.command("test", short_help="Run the examples of the project's own rules.")
def command() -> None:
    """Run the examples of the project's own rules (.backspec/rules).

    Each bad example must give exactly one diagnostic of its rule, each good one none.
    """
    from backspec.custom import run_examples

    project = Project.open(Path.cwd())
    rules, examples, failures = run_examples(project)
    for failure in failures:
        click.echo(f"{displayed(str(failure.path))}:{failure.line}: {failure.message}")
    if not rules and not failures:
        click.echo("There are no rules in .backspec/rules.")
        return
    counted = f"{rules} {'rule' if rules == 1 else 'rules'}, {examples} examples"
    click.echo(f"{counted}: {f'{len(failures)} wrong' if failures else 'all as they should be'}.")
    sys.exit(1 if failures else 0)
