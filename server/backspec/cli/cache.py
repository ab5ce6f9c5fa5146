"""Results of earlier runs, so that a second check of a project only looks at what changed.

A file's result depends on its text, its path, the rules and its configuration, and on nothing
else, as long as it is code: then it is kept, by a hash of all of these, in the user's cache folder.
Agent files depend on each other and are always looked at again.
"""

from __future__ import annotations

import hashlib
import os
import time
import zlib
from typing import TYPE_CHECKING, Any

from backspec import catalog, compiled
from backspec.cli.records import (
    EditRecord,
    FileRecord,
    FixRecord,
    Found,
    Position,
    RelatedRecord,
)
from backspec.languages import is_program, language_of
from backspec.model import Severity
from backspec.project import OWN_FOLDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backspec.config import Config
    from backspec.project import Project

_KEPT_S = 30 * 24 * 3600
MOST_ENTRIES = 100_000
"""Files remembered for one project; beyond that, those of earlier runs are forgotten."""


class ResultCache:
    """The results of one project, read at once and written at once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        here = f"{project.base}\0{os.getcwd()}".encode("utf-8", "surrogateescape")
        self._file = compiled.cache_file(f"results-{zlib.crc32(here):08x}")
        self._state = repr(
            (
                compiled.signature_of(str(catalog.PACKAGE)),
                compiled.signature_of(str(project.base / OWN_FOLDER)),
                zlib.crc32(project.baseline.dumps().encode()) if len(project.baseline) else 0,
                here,
            )
        ).encode()
        self._old: dict[str, Any] = {}
        self._new: dict[str, Any] = {}
        self._keys: dict[str, bytes] = {}
        self._configs: dict[int, tuple[Config, bytes]] = {}
        kept = compiled.read(self._file) if self._file else None
        if isinstance(kept, dict):
            self._old = kept

    def find(self, path: str) -> FileRecord | None:
        """The result of a file as it is now; None when it has to be looked at."""
        if not is_program(language_of(path)):
            return None
        text = self._project.read(path)
        if text is None:
            return None
        key = self._keys[path] = self._key(path, text)
        kept = self._old.get(path)
        if kept is None or kept[0] != key:
            return None
        try:
            found = _revived(kept[1])
        except (TypeError, ValueError, IndexError):
            return None
        self._new[path] = kept
        return found

    def _key(self, path: str, text: bytes) -> bytes:
        config = self._project.config_for(path)
        known = self._configs.get(id(config))
        if known is None:
            said = repr(
                (config, sorted(config.rules.items()), sorted(config.followed.items(), key=str))
            )
            known = self._configs[id(config)] = (config, said.encode("utf-8", "replace"))
        digest = hashlib.blake2b(self._state, digest_size=16)
        digest.update(known[1])
        digest.update(text)
        return digest.digest()

    def keep(self, path: str, record: FileRecord) -> None:
        """Remember a result for the text that ``find`` saw."""
        key = self._keys.get(path)
        if key is not None:
            self._new[path] = (key, compiled.plain(record))

    def save(self) -> None:
        """Write what is remembered; silent when that is impossible."""
        if self._file is None or not self._new:
            return
        _forget_old(os.path.dirname(self._file))
        merged = {**self._old, **self._new}
        compiled.write(self._file, merged if len(merged) <= MOST_ENTRIES else self._new)


def _forget_old(folder: str) -> None:
    """Delete the results of projects that nobody has checked for a long time."""
    oldest = time.time() - _KEPT_S
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("results-") and entry.stat().st_mtime < oldest:
                    os.unlink(entry.path)
    except OSError:
        return


def _revived(kept: Sequence[Any]) -> FileRecord:
    path, found, is_skipped = kept
    return FileRecord(path, tuple(_found(each) for each in found), is_skipped)


def _found(kept: Sequence[Any]) -> Found:
    path, rule, severity, confidence, message, start, end, fix, related, mark, excerpt = kept
    return Found(
        path,
        rule,
        Severity(severity),
        confidence,
        message,
        Position(*start),
        Position(*end),
        _fix(*fix) if fix else None,
        tuple(RelatedRecord(p, m, Position(*s) if s else None) for p, m, s in related),
        mark,
        tuple(excerpt),
    )


def _fix(title: str, safety: str, edits: Sequence[Any]) -> FixRecord:
    made = (EditRecord(Position(*start), Position(*end), text) for start, end, text in edits)
    return FixRecord(title, safety, tuple(made))
