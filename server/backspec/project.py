"""The workspace: which files there are, what they say, and which configuration counts for each.

All reading of files is here and in ``folders.py``. A ``Project`` is shared by all requests of a
server: its caches are keyed by path and dropped by ``invalidate``, and it is safe on any thread.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from backspec import catalog
from backspec.config_file import CONFIG_NAME, PYPROJECT, Known, load_config
from backspec.folders import GITIGNORE, Folders
from backspec.languages import language_of
from backspec.model import Diagnostic, Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from backspec.catalog import Rule
    from backspec.config import Config

OWN_FOLDER = ".backspec"
"""Holds a project's custom rules and its baseline."""


class Project:
    """A folder with its files, configuration and unsaved documents."""

    def __init__(self, root: Path, forced: Path | Config | None = None) -> None:
        self.root = root
        """Absolute."""
        self._forced = forced
        self._overlays: dict[str, Document] = {}
        self._last_good: dict[Path, Config] = {}
        self._problems: dict[str, list[Diagnostic]] = {}
        self._listing: tuple[str, ...] | None = None
        self._rules: Mapping[str, Rule] | None = None
        self._folders = self._new_folders()

    @classmethod
    def open(cls, root: str | Path, *, config: str | Path | Config | None = None) -> Project:
        """The project at a folder. Cheap: nothing is walked until asked for.

        ``config`` replaces the search for configuration files: a file, or a ready one.
        """
        if isinstance(config, (str, Path)):
            config = Path(os.path.abspath(config))
        return cls(Path(os.path.abspath(root)), config)

    def _new_folders(self) -> Folders:
        forced = self._load(self._forced) if isinstance(self._forced, Path) else self._forced
        return Folders(str(self.root), self._load, forced)

    # ------------------------------------------------------------------ files

    def files(self, paths: Iterable[str | Path] = ()) -> Iterator[str]:
        """Absolute paths of the files to look at, below ``paths`` or the root, each once.

        In a folder its files come first, then its folders, both sorted by name. Excludes, ignore
        files and unknown languages are left out, also for paths that are named.
        """
        starts = [os.path.abspath(path) for path in paths] or [str(self.root)]
        seen: set[str] = set()
        for start in starts:
            for path in self._folders.walk(start):
                if path not in seen:
                    if len(starts) > 1:
                        seen.add(path)
                    yield path

    @property
    def listing(self) -> tuple[str, ...]:
        """All ``files`` of the root, remembered until a file comes or goes."""
        if self._listing is None:
            self._listing = tuple(self.files())
        return self._listing

    def is_excluded(self, path: str | Path) -> bool:
        """Whether excludes or .gitignore files leave this file or folder out."""
        return self._folders.is_excluded(os.path.abspath(path))

    def relative(self, path: str | Path) -> str:
        """The path from the root with ``/``; the path itself when it lies elsewhere."""
        try:
            return Path(path).relative_to(self.root).as_posix()
        except ValueError:
            return Path(path).as_posix()

    # ------------------------------------------------------------------ text

    def read(self, path: str | Path) -> bytes | None:
        """The text of a file: the open document's, else the disk's. None when unreadable.

        Of a file above the configured size no more than a byte over it is read, so that no file
        costs more memory than that.
        """
        if (overlay := self._overlays.get(str(path))) is not None:
            return overlay.text
        try:
            with open(path, "rb") as file:
                return file.read(self.config_for(path).max_file_size + 1)
        except (OSError, ValueError):
            return None

    def exists(self, path: str | Path) -> bool:
        """Whether there is a file or folder at an absolute path (or an unsaved document)."""
        return str(path) in self._overlays or os.path.exists(path)

    def document(self, path: str | Path) -> Document | None:
        """A snapshot of a file with its language; None when it cannot be read.

        The text of a file above the configured size is cut, see ``read``; ``diagnose`` says so.
        """
        if (overlay := self._overlays.get(str(path))) is not None:
            return overlay
        text = self.read(path)
        return None if text is None else Document(str(path), text, language_of(path, text[:128]))

    def set_overlay(self, document: Document) -> None:
        """An editor opened or changed a document: its text counts instead of the disk's."""
        self._overlays[document.path] = document

    def drop_overlay(self, path: str) -> None:
        """An editor closed a document."""
        self._overlays.pop(path, None)

    # ------------------------------------------------------------------ configuration and rules

    def config_for(self, path: str | Path) -> Config:
        """The configuration that counts for a file; the last good one while it is broken."""
        return self._folders.folder(os.path.dirname(os.path.abspath(path))).config

    def config_problems(self) -> list[tuple[str, Diagnostic]]:
        """(absolute path, diagnostic) for each fault of the configuration files read so far."""
        return [(path, found) for path, all_ in sorted(self._problems.items()) for found in all_]

    def check_config(self, document: Document) -> list[Diagnostic]:
        """What is wrong with a configuration file as it stands in an editor."""
        return load_config(document.text, Path(document.path), self.known).problems

    def _load(self, path: Path) -> Config:
        config, problems = loaded = load_config(path, known=self.known)
        self._problems[str(path)] = problems
        if loaded.is_good or path not in self._last_good:
            self._last_good[path] = config
        return self._last_good[path]

    @property
    def known(self) -> Known:
        """The names a configuration of this project may use."""
        return Known(self._rule_names, catalog.dialect_names)

    def _rule_names(self) -> Mapping[str, str]:
        return {**{name: name for name in self.rules}, **catalog.redirects()}

    @property
    def rules(self) -> Mapping[str, Rule]:
        """All rules by id, the project's own among them."""
        if self._rules is None:
            self._rules = catalog.rules()
        return self._rules

    def invalidate(self, path: str | Path) -> bool:
        """A file was created, changed or deleted on disk: forget what was known from it.

        True when that can change the diagnostics of other documents: configuration, ignore files,
        custom rules, the baseline, agent files.
        """
        text = os.path.abspath(path)
        self._listing = None
        name = os.path.basename(text)
        if name in (CONFIG_NAME, PYPROJECT, GITIGNORE) or not os.path.exists(text):
            self._problems.pop(text, None)
            self._folders = self._new_folders()
        if f"{os.sep}{OWN_FOLDER}{os.sep}" in text:
            self._rules = None
            return True
        return name in (CONFIG_NAME, PYPROJECT, GITIGNORE) or language_of(text) == "markdown"
