"""``backspec check``: the main job."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backspec.cli import formats, runner
from backspec.cli.options import LEVELS, chosen, project_options
from backspec.cli.records import Run, record
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from backspec.cli.runner import Choices
    from backspec.project import Project


@click.command("check", short_help="Check files and folders.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=str))
@click.option(
    "--format",
    "output_format",
    type=click.Choice(formats.names()),
    default="text",
    show_default=True,
    help="How to print the results.",
)
@project_options
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Report only what this baseline does not hold.",
)
@click.option(
    "--fail-on",
    type=click.Choice(LEVELS),
    default="warning",
    show_default=True,
    help="Exit with 1 when something this bad or worse is found.",
)
@click.option(
    "--stdin-filename",
    metavar="PATH",
    help="What the text on standard input (PATHS is -) is called.",
)
@click.option("--jobs", "-j", type=click.IntRange(1), help="Number of processes.")
@click.option("--no-cache", is_flag=True, help="Do not use or keep results of earlier runs.")
@click.option(
    "--output-file",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Print the results into this file.",
)
@click.option("--statistics", is_flag=True, help="Print how often each rule reported.")
@click.option("--quiet", "-q", is_flag=True, help="Print diagnostics only, no summary.")
def command(
    paths: tuple[str, ...],
    *,
    output_format: str,
    config: Path | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    profile: str | None,
    baseline: Path | None,
    fail_on: str,
    stdin_filename: str | None,
    jobs: int | None,
    no_cache: bool,
    output_file: Path | None,
    statistics: bool,
    quiet: bool,
) -> None:
    """Check files and folders (the current folder without PATHS).

    Files named here still obey excludes. Exit code: 0 nothing at or above --fail-on, 1 something,
    2 wrong usage or a broken configuration.
    """
    known = runner.baseline_at(baseline) if baseline else None
    choices = chosen(paths, config, select, ignore, profile)._replace(baseline=known)
    project = choices.open()
    if "-" in paths or stdin_filename:
        run = _check_stdin(paths, stdin_filename, project)
    else:
        run = _check_paths(
            paths, project, choices, jobs, shows_progress=not quiet, uses_cache=not no_cache
        )
    broken = _broken_configuration(project)
    if broken is not None:
        run = broken
    with _target(output_file) as target:
        context = formats.Context(
            rules=lambda: project.rules,
            has_color=_has_color(target),
            width=shutil.get_terminal_size((100, 24)).columns,
            is_quiet=quiet,
        )
        for piece in formats.render(output_format, run, context):
            target.write(piece)
        if statistics:
            from backspec.cli.formats import text

            for piece in text.statistics(run, context):
                click.echo(piece, nl=False, err=output_format != "text")
    if broken is not None:
        sys.exit(2)
    sys.exit(1 if run.has_at_least(_severity(fail_on)) else 0)


def _check_paths(
    paths: tuple[str, ...],
    project: Project,
    choices: Choices,
    jobs: int | None,
    *,
    shows_progress: bool,
    uses_cache: bool,
) -> Run:
    if gone := runner.missing(paths):
        raise click.UsageError(f"there is no file or folder {gone}")
    files = list(project.files(paths))
    if not files:
        click.echo("No files to check here.", err=True)
    if _has_errors(project):
        return Run(())
    return runner.check_files(
        files,
        project,
        choices,
        jobs=jobs,
        shows_progress=shows_progress,
        uses_cache=uses_cache,
    )


def _check_stdin(paths: tuple[str, ...], filename: str | None, project: Project) -> Run:
    from backspec import service
    from backspec.languages import language_of
    from backspec.model import Document

    if not filename:
        raise click.UsageError("reading standard input needs --stdin-filename")
    if any(path != "-" for path in paths):
        raise click.UsageError("standard input cannot be checked together with files")
    path = str(Path.cwd() / filename)
    text = sys.stdin.buffer.read()
    document = Document(path, text, language_of(path, text[:128]))
    project.set_overlay(document)
    found = service.diagnose(document, project)
    return Run((record(path, document, found, project.read),))


def _has_errors(project: Project) -> bool:
    return any(found.severity is Severity.ERROR for _, found in project.config_problems())


def _broken_configuration(project: Project) -> Run | None:
    """What is wrong with the configuration files, when one of them cannot be used."""
    if not _has_errors(project):
        return None
    problems = project.config_problems()
    records = []
    for path in dict.fromkeys(path for path, _ in problems):
        found = [each for place, each in problems if place == path]
        records.append(record(path, project.document(path), found, project.read))
    return Run(tuple(records))


def _severity(name: str) -> Severity | None:
    return None if name == "never" else Severity.parse(name)


def _has_color(target: TextIO) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return target.isatty() and os.environ.get("TERM") != "dumb"


@contextlib.contextmanager
def _target(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        stream = sys.stdout
        if hasattr(stream, "reconfigure"):
            # Messages and source text hold any character, whatever the locale can print.
            stream.reconfigure(errors="replace")
        yield stream
        return
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield file
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written: {error.strerror}") from None
