"""``backspec baseline``."""

from __future__ import annotations

from pathlib import Path

import click

from backspec.baseline import Baseline, BaselineError, load_baseline
from backspec.cli import runner
from backspec.cli.options import chosen, project_options
from backspec.cli.records import displayed


@click.command(
    "baseline", short_help="Record what exists, so that only new diagnostics are reported."
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=str))
@project_options
@click.option(
    "--output-file",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The baseline's file (.backspec/baseline.json in the project).",
)
@click.option("--add", is_flag=True, help="Record what is new too, instead of only shrinking.")
@click.option("--jobs", "-j", type=click.IntRange(1), help="Number of processes.")
def command(
    paths: tuple[str, ...],
    *,
    config: Path | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    profile: str | None,
    output_file: Path | None,
    add: bool,
    jobs: int | None,
) -> None:
    """Record the diagnostics there are, so that only new ones are reported from now on.

    A baseline that exists only shrinks: what was mended is forgotten, what is new is not recorded
    unless --add says so. Files outside PATHS keep what is recorded of them.
    """
    if gone := runner.missing(paths):
        raise click.UsageError(f"there is no file or folder {gone}")
    choices = chosen(paths, config, select, ignore, profile)._replace(baseline=Baseline())
    project = choices.open()
    target = output_file or project.baseline_path
    old = _existing(target)
    files = list(project.files(paths))
    run = runner.check_files(files, project, choices, jobs=jobs, shows_progress=True)
    found = Baseline()
    for each in run.found:
        if each.rule.startswith(("config/", "suppression/")):
            continue
        place = project.base_relative(str(Path.cwd() / each.path))
        found.record(place, each.rule, each.fingerprint.partition(":")[0])
    new = found if old is None or add else old.shrunk_to(found)
    if old is not None and paths:
        _keep_others(old, new, {project.base_relative(file) for file in files})
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(new.dumps(), "utf-8", newline="\n")
    left = len(found) - len(new) if not paths else 0
    click.echo(f"{displayed(str(target))}: {len(new):,} diagnostics recorded.")
    if left > 0:
        click.echo(f"{left:,} new ones are not recorded; --add records them.")


def _existing(path: Path) -> Baseline | None:
    try:
        return load_baseline(path)
    except FileNotFoundError:
        return None
    except BaselineError as error:
        raise click.UsageError(str(error)) from None


def _keep_others(old: Baseline, new: Baseline, looked_at: set[str]) -> None:
    for path, rules in old.counts.items():
        if path not in looked_at:
            new.counts[path] = rules
