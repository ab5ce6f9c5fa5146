"""Keeps a project's agent definitions: read once, then kept up to date file by file.

The definitions in the user's home count as well: products load them beside the project's own.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from backspec.agents.detection import identify
from backspec.agents.graph import Definition, Index, is_candidate
from backspec.catalog import dialect_names, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.project import Project

_MARKDOWN = (".md", ".mdc", ".markdown")
_MOST_IN_HOME = 2000
"""Files below one of the home's folders; real ones have a handful."""


class KeptIndex:
    """The index of one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._index = Index(project.view(str(project.root)))
        self._steps = self._build()
        self._is_complete = False

    @property
    def is_complete(self) -> bool:
        """Whether everything has been read."""
        return self._is_complete

    def get(self) -> Index:
        """The whole index; reads what has not been read yet, which can take seconds."""
        for _ in self._steps:
            pass
        return self._index

    def advance(self) -> bool:
        """Do a little more of the work. False when it is done."""
        next(self._steps, None)
        return not self._is_complete

    def update(self, path: str, text: bytes | None) -> bool:
        """A file has another text, or (None) is gone.

        True when what it defines or refers to changed, not merely its wording or places.
        """
        key = path.replace("\\", "/")
        before = self._index.at(key)
        self._index.update(path, text)
        return _meaning(before) != _meaning(self._index.at(key))

    def forget(self, path: str) -> None:
        """A file or folder is gone."""
        key = path.replace("\\", "/")
        gone = [d.path for d in self._index if d.path == key or d.path.startswith(f"{key}/")]
        for one in gone:
            self._index.update(one, None)

    def _build(self) -> Iterator[None]:
        project = self._project
        view = project.view(str(project.root))
        yield from project.walk()
        for path in project.listing:
            if is_candidate(path) and (path.endswith(_MARKDOWN) or identify(path, None, view)):
                self._index.update(path, project.read(path))
                yield
        for path in _home_files(view.home):
            if self._index.at(path) is None:
                self._index.update(path, project.read(path))
                yield
        self._is_complete = True


def _meaning(definition: Definition | None) -> object:
    """What other files can notice of a definition."""
    if definition is None:
        return None
    return (
        definition.kind,
        definition.dialect,
        definition.level,
        definition.name,
        definition.label,
        definition.description,
        definition.is_hidden,
        definition.is_manual,
        definition.tools,
        [(r.kind, r.name, r.where) for r in definition.references],
    )


def _home_files(home: str | None) -> Iterator[str]:
    """The files in the folders where products look for a user's own definitions."""
    if home is None:
        return
    folders = dict.fromkeys(
        folder
        for name in dialect_names()
        for glob in schema(f"agents/{name}")["x-backspec"].get("globs", {}).get("user", ())
        if (folder := _fixed_part(glob))
    )
    for folder in folders:
        count = 0
        for parent, inner, names in os.walk(f"{home}/{folder}"):
            inner[:] = sorted(name for name in inner if name not in (".git", "node_modules"))
            for name in sorted(names):
                path = f"{parent}{os.sep}{name}"
                count += 1
                if is_candidate(path) and count <= _MOST_IN_HOME:
                    yield path
            if count > _MOST_IN_HOME:
                break


def _fixed_part(glob: str) -> str:
    """The folders of a ``~/`` glob before its first wildcard; "" for the home itself."""
    parts = glob.removeprefix("~/").split("/")[:-1]
    fixed = []
    for part in parts:
        if any(mark in part for mark in "*?[{"):
            break
        fixed.append(part)
    return "/".join(fixed)
