"""One file named on the command line, as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from backspec.cli.logs import set_up
from backspec.cli.runner import root_of
from backspec.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from backspec.model import Document


def open_document(path: Path) -> tuple[Document, Project]:
    """The file and its project; a usage error when it cannot be read."""
    set_up()
    if not path.is_file():
        raise click.UsageError(f"there is no file {path}")
    project = Project.open(root_of([str(path)]))
    document = project.document(path.absolute())
    if document is None:
        raise click.UsageError(f"{path} cannot be read")
    return document, project
