"""The workspace: which files there are, what they say, and which configuration counts for each.

All file access of backspec is here. A ``Project`` is shared by all requests of a server, so its
caches are keyed by path and dropped by ``invalidate``; reads are safe from several threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from backspec.config import Config
from backspec.config_file import find_config
from backspec.languages import language_of
from backspec.model import Diagnostic, Document


class Project:
    """A folder with its files, configuration and unsaved documents."""

    def __init__(self, root: Path, config: Config | None = None) -> None:
        self.root = root
        self._forced = config
        self._overlays: dict[str, Document] = {}
        self._configs: dict[Path, Config] = {}

    @classmethod
    def open(cls, root: str | Path, *, config: str | Path | Config | None = None) -> Project:
        """The project at a folder. Cheap: nothing is walked or read until asked for.

        ``config`` replaces the search for configuration files: a file, or a ready one.
        """
        forced = config if isinstance(config, Config) else None
        return cls(Path(root).absolute(), forced)

    def files(self, paths: Iterable[str | Path] = ()) -> Iterator[str]:
        """Absolute paths of the files to check, below ``paths`` or the root, each once, sorted
        within a folder. Excludes, .gitignore files and unknown languages are left out, also for
        paths that are named."""
        for start in paths or (self.root,):
            yield from (str(p) for p in sorted(Path(start).rglob("*")) if p.is_file())

    def is_excluded(self, path: str | Path) -> bool:
        """Whether excludes or .gitignore files leave this file or folder out."""
        return False

    def config_for(self, path: str | Path) -> Config:
        """The configuration that counts for a file; the last good one while it is broken."""
        return self._forced or Config()

    def config_problems(self) -> list[tuple[str, Diagnostic]]:
        """(absolute path, diagnostic) for each fault of the configuration files read so far."""
        return []

    def read(self, path: str | Path) -> bytes | None:
        """The text of a file: the open document's, else the disk's. None when unreadable."""
        overlay = self._overlays.get(str(path))
        if overlay is not None:
            return overlay.text
        try:
            return Path(path).read_bytes()
        except OSError:
            return None

    def exists(self, path: str | Path) -> bool:
        """Whether there is a file or folder at an absolute path (or an unsaved document)."""
        return str(path) in self._overlays or Path(path).exists()

    def document(self, path: str | Path) -> Document | None:
        """A snapshot of a file with its language; None when it cannot be read."""
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

    def invalidate(self, path: str | Path) -> bool:
        """A file was created, changed or deleted on disk. True when that can change the
        diagnostics of other documents (configuration, ignore files, agent files, custom rules)."""
        return find_config(Path(path)) == Path(path)
