"""Checks many files: in this process, or for long lists in several."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from backspec import service
from backspec.cli.logs import set_up
from backspec.cli.records import FileRecord, Run, record
from backspec.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from backspec.baseline import Baseline
    from backspec.config import Config
    from backspec.model import Profile

FILES_PER_TASK = 32
FEWEST_FOR_PROCESSES = 100
FEWEST_FOR_PROGRESS = 200
FEWEST_FOR_CACHE = 100


class Choices(NamedTuple):
    """What the command line decides about a project; picklable, for worker processes."""

    root: str
    config: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    profile: Profile | None = None
    baseline: Baseline | None = None
    """None for the project's own."""

    def open(self) -> Project:
        """The project, with these choices on top of whatever configuration counts."""
        project = Project.open(self.root, config=self.config)
        if self.select or self.ignore or self.profile:
            project.overlay(self._overlaid)
        if self.baseline is not None:
            project.use_baseline(self.baseline)
        return project

    def _overlaid(self, config: Config) -> Config:
        return config.overlay(select=self.select, ignore=self.ignore, profile=self.profile)


def root_of(paths: Sequence[str]) -> str:
    """The folder that a run belongs to: the current one when it holds any of the paths, else the
    one that holds them all.
    """
    here = os.getcwd()
    full = [os.path.abspath(path) for path in paths]
    if not full or any(_is_within(path, here) for path in full):
        return here
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in full]
    try:
        return os.path.commonpath(folders)
    except ValueError:  # several drives
        return here


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def check_file(path: str, project: Project) -> FileRecord | None:
    """Check one listed file; None when it is none of ours."""
    checked = service.check(path, project, is_listed=True)
    if checked is None:
        return None
    return record(
        path,
        checked.document,
        checked.diagnostics,
        project.read,
        is_skipped=checked.is_skipped,
    )


def check_files(
    files: Sequence[str],
    project: Project,
    choices: Choices,
    *,
    jobs: int | None = None,
    shows_progress: bool = False,
    uses_cache: bool = False,
) -> Run:
    """Check listed files; ``jobs`` None for as many processes as pay off."""
    cache = None
    kept: dict[str, FileRecord] = {}
    if uses_cache and len(files) >= FEWEST_FOR_CACHE:
        from backspec.cli.cache import ResultCache

        cache = ResultCache(project)
        kept = {path: found for path in files if (found := cache.find(path)) is not None}
    left = [path for path in files if path not in kept]
    if jobs is None:
        jobs = _processors() if len(left) >= FEWEST_FOR_PROCESSES else 1
    with _progress(len(left), is_shown=shows_progress) as advance:
        if jobs > 1 and len(left) > FILES_PER_TASK:
            batches = _in_processes(left, choices, jobs)
        else:
            batches = ([check_file(path, project)] for path in left)
        fresh: list[FileRecord | None] = []
        for batch in batches:
            advance(len(batch))
            fresh += batch
    made = dict(zip(left, fresh, strict=True))
    if cache is not None:
        for path, found in made.items():
            if found is not None:
                cache.keep(path, found)
        if left:
            cache.save()
    in_order = (kept.get(path) or made.get(path) for path in files)
    return Run(tuple(found for found in in_order if found is not None))


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_worker_project: Project | None = None


def _start_worker(choices: Choices) -> None:
    global _worker_project  # noqa: PLW0603 - the one way to keep state in a worker process
    set_up()
    _worker_project = choices.open()


def _work(files: Sequence[str]) -> list[FileRecord | None]:
    assert _worker_project is not None
    return [check_file(path, _worker_project) for path in files]


def _in_processes(
    files: Sequence[str], choices: Choices, jobs: int
) -> Iterator[list[FileRecord | None]]:
    """Batches of results in the order of the files."""
    from concurrent.futures import ProcessPoolExecutor

    tasks = [files[at : at + FILES_PER_TASK] for at in range(0, len(files), FILES_PER_TASK)]
    with ProcessPoolExecutor(
        min(jobs, len(tasks)), initializer=_start_worker, initargs=(choices,)
    ) as pool:
        try:
            yield from pool.map(_work, tasks)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextlib.contextmanager
def _progress(total: int, *, is_shown: bool) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal's stderr; gives the function that advances it."""
    if not is_shown or total < FEWEST_FOR_PROGRESS or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("Checking"), BarColumn(), MofNCompleteColumn(), TextColumn("files"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.advance(task, done)


def missing(paths: Sequence[str]) -> str | None:
    """The first path that does not exist."""
    return next((path for path in paths if not os.path.lexists(path)), None)


def baseline_at(path: Path) -> Baseline:
    """The baseline in a file; click's own error when it cannot be used."""
    import click

    from backspec.baseline import BaselineError, load_baseline

    try:
        return load_baseline(path)
    except FileNotFoundError:
        raise click.UsageError(f"there is no baseline {path}") from None
    except BaselineError as error:
        raise click.UsageError(str(error)) from None
