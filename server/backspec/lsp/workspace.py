"""The workspace folders, each a project, and which one a document belongs to."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from backspec.folders import repository_of
from backspec.lsp import convert
from backspec.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from backspec.model import Document

log = logging.getLogger(__name__)


class Workspace:
    """Projects by folder; a document outside all folders gets a project of its own folder."""

    def __init__(self) -> None:
        self._folders: dict[str, Project] = {}
        self._outside: dict[str, Project] = {}
        self._config = ""

    def __iter__(self) -> Iterator[Project]:
        return iter(list(self._folders.values()))

    @property
    def root(self) -> str:
        """The first folder's path; "" without folders."""
        return next(iter(self._folders), "")

    def use_config(self, path: str) -> bool:
        """Have one file configure everything; "" for the nearest one. True when that is new.

        A relative path counts from the first folder. New projects know no open document.
        """
        if path == self._config:
            return False
        self._config = path
        self._outside.clear()
        for folder in self._folders:
            self._folders[folder] = self._open(folder)
        return True

    def add(self, uris: Iterable[str]) -> None:
        """Open folders; those that are not on this machine's disk are left out.

        A new project knows no open document.
        """
        for uri in uris:
            path = convert.path_of(uri)
            if path is None:
                log.info("folder %s has no path", uri)
                continue
            path = path.rstrip(os.sep) or os.sep
            if path not in self._folders:
                self._folders[path] = self._open(path)

    def remove(self, uris: Iterable[str]) -> None:
        """Close folders."""
        for uri in uris:
            path = convert.path_of(uri)
            if path is not None:
                self._folders.pop(path.rstrip(os.sep) or os.sep, None)

    def project_of(self, path: str) -> Project:
        """The project of the innermost folder above a path."""
        owners = [folder for folder in self._folders if _is_below(path, folder)]
        if owners:
            return self._folders[max(owners, key=len)]
        folder = os.path.dirname(path)  # noqa: PTH120 - the path need not exist or be valid
        if folder not in self._outside:
            self._outside[folder] = self._open_outside(folder)
        return self._outside[folder]

    def complete(self, path: str) -> Project:
        """The project of a path with all its agents read."""
        project = self.project_of(path)
        project.read_agents(all_at_once=True)
        return project

    def _open_outside(self, folder: str) -> Project:
        """The repository around a file that no folder holds, or the file's folder alone.

        A home that is a repository is not walked: it holds everything.
        """
        repository = repository_of(folder)
        if repository is None or repository == os.path.expanduser("~"):  # noqa: PTH111 - a string
            return self._open(folder, lone=True)
        known = (p for p in self._outside.values() if str(p.root) == repository)
        return next(known, None) or self._open(repository)

    def set_overlay(self, document: Document) -> None:
        """An open document's text counts instead of the disk's, in every project above it."""
        for project in self._seeing(document.path):
            project.set_overlay(document)

    def drop_overlay(self, path: str) -> None:
        """The document was closed."""
        for project in self._seeing(path):
            project.drop_overlay(path)

    def invalidate(self, path: str) -> bool:
        """A file changed on disk. True when other documents' diagnostics can change by it."""
        # Every project has to hear of it: no short circuit.
        return any([project.invalidate(path) for project in self._all()])  # noqa: C419

    def _all(self) -> list[Project]:
        return [*self._folders.values(), *self._outside.values()]

    def _seeing(self, path: str) -> list[Project]:
        seeing = [p for folder, p in self._folders.items() if _is_below(path, folder)]
        return seeing or [self.project_of(path)]

    def _open(self, folder: str, *, lone: bool = False) -> Project:
        config = Path(self.root or folder) / self._config if self._config else None
        project = Project.open(folder, config=config, lone=lone)
        project.reads_in_steps = True
        return project


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)
