"""Which database the SQL files around a file are for, where the file itself does not tell.

One line like ``CREATE INDEX a ON b (c);`` says nothing; the migrations beside it mostly do.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from backspec.migration_history import OWN_FOLDER

if TYPE_CHECKING:
    from backspec.project import Project

_MOST: Final = 12
_READ_BYTES: Final = 65_536
_LOCK: Final = re.compile(rb"^\s*provider\s*=\s*\"(\w+)\"", re.MULTILINE)
_PROVIDERS: Final = {
    b"postgresql": "postgres",
    b"postgres": "postgres",
    b"cockroachdb": "postgres",
    b"mysql": "mysql",
    b"sqlite": "sqlite",
    b"sqlserver": "tsql",
}
_known: WeakKeyDictionary[Project, dict[Path, str]] = WeakKeyDictionary()


def dialect_near(path: str, project: Project) -> str:
    """A ``Dialect``, "" where the neighbours do not tell either. Asked once for each folder."""
    where = Path(path)
    folder = where.parent.parent if where.name in OWN_FOLDER else where.parent
    folders = _known.setdefault(project, {})
    if folder not in folders:
        folders[folder] = _ask(folder, where.name, project)
    return folders[folder]


def _ask(folder: Path, name: str, project: Project) -> str:
    try:
        with os.scandir(folder) as entries:
            if name in OWN_FOLDER:
                paths = sorted(folder / e.name / name for e in entries if e.is_dir())
            else:
                paths = sorted(folder / e.name for e in entries if e.name.endswith(".sql"))
    except OSError:
        return ""
    if len(paths) > _MOST:
        paths = [*paths[: _MOST // 2], *paths[-_MOST // 2 :]]
    lock = project.read(folder / "migration_lock.toml")
    if lock is not None and (provider := _LOCK.search(lock)):
        return _PROVIDERS.get(provider[1], "other")
    from backspec.code.files.sql import SqlFacts

    count: Counter[str] = Counter()
    for one in paths:
        text = project.read(one)
        if text is not None:
            count[SqlFacts(text[:_READ_BYTES], project.relative(one)).dialect] += 1
    count.pop("", None)
    return count.most_common(1)[0][0] if count else ""
