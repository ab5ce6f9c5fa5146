"""Workspaces made of texts, for checks that look around."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from backspec.agents.graph import Index

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = "/w"
HOME = "/home/me"


class World:
    """A view on files given as texts, by path relative to ROOT (``~/`` for the home folder)."""

    def __init__(
        self,
        files: Mapping[str, bytes | str] | None = None,
        *,
        dialects: Sequence[tuple[str, str]] = (),
        extra_keys: frozenset[str] = frozenset(),
        mcp_servers: Mapping[str, str] | None = None,
        mcp_tools: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self.root: str | None = ROOT
        self.home: str | None = HOME
        self.dialects = tuple(dialects)
        self.extra_keys = extra_keys
        self.mcp_servers = mcp_servers
        self.mcp_tools = mcp_tools or {}
        self._texts = {
            absolute(path): text if isinstance(text, bytes) else text.encode()
            for path, text in (files or {}).items()
        }
        self._index: Index | None = None

    def exists(self, path: str) -> bool:
        path = path.rstrip("/")
        return path in self._texts or any(p.startswith(f"{path}/") for p in self._texts)

    def read(self, path: str) -> bytes | None:
        return self._texts.get(path)

    def list(self, path: str) -> tuple[str, ...]:
        found = set()
        for file in self._texts:
            if file.startswith(f"{path}/"):
                head, slash, _ = file[len(path) + 1 :].partition("/")
                found.add(head + slash)
        return tuple(sorted(found))

    @property
    def files(self) -> Sequence[str]:
        return sorted(p[len(ROOT) + 1 :] for p in self._texts if p.startswith(f"{ROOT}/"))

    @property
    def index(self) -> Index | None:
        if self._index is None:
            self._index = Index.of(self._texts.items(), self)
        return self._index


def absolute(path: str) -> str:
    """The absolute path of a file of a world."""
    if path.startswith("~/"):
        return posixpath.join(HOME, path[2:])
    return posixpath.join(ROOT, path)
