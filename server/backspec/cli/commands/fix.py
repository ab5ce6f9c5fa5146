"""``backspec fix``."""

from __future__ import annotations

import difflib
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backspec import service
from backspec.cli import runner
from backspec.cli.options import chosen, project_options
from backspec.cli.records import displayed
from backspec.text import apply_edits

if TYPE_CHECKING:
    from backspec.model import Document
    from backspec.project import Project

_MOST_PASSES = 10


@click.command("fix", short_help="Make all safe fixes.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=str))
@project_options
@click.option("--unsafe", is_flag=True, help="Make unsafe fixes too; review them.")
@click.option("--diff", is_flag=True, help="Print what would change and write nothing.")
def command(
    paths: tuple[str, ...],
    *,
    config: Path | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    profile: str | None,
    unsafe: bool,
    diff: bool,
) -> None:
    """Make all safe fixes in files and folders (the current folder without PATHS).

    With --diff the exit code is 1 when something would change.
    """
    if gone := runner.missing(paths):
        raise click.UsageError(f"there is no file or folder {gone}")
    project = chosen(paths, config, select, ignore, profile).open()
    changed = 0
    for path in project.files(paths):
        document = project.document(path)
        if document is None or len(document.text) > project.config_for(path).max_file_size:
            continue
        fixed = _fixed(document, project, unsafe=unsafe)
        if fixed == document.text:
            continue
        if diff:
            _print_diff(displayed(path), document.text, fixed)
        elif not _write(path, fixed):
            continue
        changed += 1
    if diff:
        sys.exit(1 if changed else 0)
    files = "file" if changed == 1 else "files"
    click.echo(f"Fixed {changed:,} {files}." if changed else "Nothing to fix.")


def _fixed(document: Document, project: Project, *, unsafe: bool) -> bytes:
    """The text after as many passes as change something."""
    seen = {document.text}
    for _ in range(_MOST_PASSES):
        edits = service.fix_all(document, project, unsafe=unsafe)
        if not edits:
            break
        document = replace(document, text=apply_edits(document.text, edits))
        if document.text in seen:
            break
        seen.add(document.text)
    return document.text


def _print_diff(path: str, before: bytes, after: bytes) -> None:
    lines = difflib.unified_diff(
        before.decode("utf-8", "replace").splitlines(keepends=True),
        after.decode("utf-8", "replace").splitlines(keepends=True),
        f"a/{path}",
        f"b/{path}",
    )
    for line in lines:
        end = "" if line.endswith("\n") else "\n\\ No newline at end of file\n"
        click.echo(line + end, nl=False)


def _write(path: str, text: bytes) -> bool:
    """Replace a file in one step, so that no crash leaves half of it."""
    target = Path(path).resolve()
    try:
        mode = target.stat().st_mode
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        return _complain(path, error)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
        Path(name).chmod(mode)
        Path(name).replace(target)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        return _complain(path, error)
    return True


def _complain(path: str, error: OSError) -> bool:
    click.echo(f"{displayed(path)} cannot be written: {error.strerror}", err=True)
    return False
