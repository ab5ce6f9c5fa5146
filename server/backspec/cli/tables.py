"""Lists in a terminal: aligned columns, cut to its width when it is one."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def show(rows: Iterable[Mapping[str, Any]], output_format: str, columns: Sequence[str]) -> None:
    """Print rows as a table of some columns, or all of them as JSON."""
    rows = list(rows)
    if output_format == "json":
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    cells = [[str(row[column]) for column in columns] for row in rows]
    widths = [max((len(line[at]) for line in cells), default=0) for at in range(len(columns))]
    width = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else None
    for line in cells:
        padded = [cell.ljust(size) for cell, size in zip(line[:-1], widths, strict=False)]
        text = "  ".join([*padded, line[-1]])
        click.echo(text[: width - 1] + "…" if width and len(text) > width else text)
