"""``backspec coverage``."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backspec.cli import runner
from backspec.cli.documents import open_document
from backspec.coverage import covered_lines, held_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from backspec.coverage import CoveredLine


@click.command("coverage", short_help="Show which lines of an agent the code is held to.")
@click.argument("agent", type=click.Path(path_type=Path))
@click.argument("paths", nargs=-1, type=click.Path(path_type=str))
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How to print the answer.",
)
@click.option("--jobs", "-j", type=click.IntRange(1), help="Number of processes.")
def command(agent: Path, paths: tuple[str, ...], output_format: str, jobs: int | None) -> None:
    """Show which lines of AGENT are checked, by which rules, and how the code stands.

    A line counts as checked when it names a topic that rules serve which are on. The code is that
    in PATHS (the current folder without any).
    """
    if gone := runner.missing(paths):
        raise click.UsageError(f"there is no file or folder {gone}")
    document, project = open_document(agent)
    lines = covered_lines(document, project)
    counts = _count({rule for line in lines for rule in line.rules}, paths, jobs)
    if output_format == "json":
        rows = [{**asdict(line), "problems": line.problems(counts)} for line in lines]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    if not lines:
        click.echo(f"{agent} asks for nothing.")
        return
    for text in _table(lines, counts):
        click.echo(text)


def _count(rules: set[str], paths: Sequence[str], jobs: int | None) -> Mapping[str, int]:
    """How often each rule reports in the code, at the severity and profile the project chose."""
    if not rules:
        return {}
    choices = runner.Choices(runner.root_of(paths))
    project = choices.open()
    files = list(project.files(paths))
    run = runner.check_files(
        files, project, choices, jobs=jobs, shows_progress=True, uses_cache=True
    )
    return Counter(found.rule for found in run.found if found.rule in rules)


def _table(lines: Sequence[CoveredLine], counts: Mapping[str, int]) -> list[str]:
    width = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100
    number = len(str(lines[-1].line))
    room = max(30, width - number - 34)
    found = []
    for line in lines:
        text = line.text if len(line.text) <= room else line.text[: room - 1] + "…"
        found.append(f"{line.line:>{number}}  {text:<{room}}  {line.state(counts)}".rstrip())
    found += ["", f"{held_lines(lines)} of {len(lines)} lines are held against the code."]
    return found
