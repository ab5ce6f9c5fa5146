"""Real catalogues of agents, where a development checkout has them beside it."""

from __future__ import annotations

import os
import time
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from backspec.agents.check import check
from backspec.agents.frontmatter import parse
from backspec.agents.graph import Index
from backspec.config import Config
from backspec.model import Document, Severity
from backspec.text import apply_edits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

pytestmark = pytest.mark.corpus
ROOT = Path(__file__).resolve().parent.parent.parent.parent / "shared" / "corpora" / "agents"
UNPARSABLE = 8
"""Agents of VoltAgent whose header is no YAML, all for an unquoted colon."""


class Folder:
    """A view on a folder of the disk."""

    home = None
    dialects: Sequence[tuple[str, str]] = ()
    extra_keys: frozenset[str] = frozenset()
    mcp_servers: Mapping[str, str] | None = None
    mcp_tools: Mapping[str, frozenset[str]] = {}

    def __init__(self, root: Path) -> None:
        self.root: str | None = str(root)
        self._root = root

    def exists(self, path: str) -> bool:
        return Path(path).exists()

    def read(self, path: str) -> bytes | None:
        try:
            return Path(path).read_bytes()
        except OSError:
            return None

    def list(self, path: str) -> tuple[str, ...]:
        try:
            return tuple(sorted(e.name + "/" * e.is_dir() for e in os.scandir(path)))
        except OSError:
            return ()

    @cached_property
    def files(self) -> Sequence[str]:
        return sorted(p.relative_to(self._root).as_posix() for p in self._root.rglob("*.*"))

    @cached_property
    def index(self) -> Index | None:
        texts = ((f"{self.root}/{name}", self.read(f"{self.root}/{name}")) for name in self.files)
        return Index.of(((p, t) for p, t in texts if t is not None and p.endswith(".md")), self)


def repositories() -> list[Path]:
    return sorted(p for p in ROOT.iterdir() if p.is_dir()) if ROOT.is_dir() else []


@pytest.fixture(scope="module")
def catalogues() -> list[Folder]:
    found = [Folder(path) for path in repositories()]
    if not found:
        pytest.skip("no catalogues beside this checkout")
    return found


def test_the_unparsable_agents_are_found_and_repaired(catalogues: list[Folder]) -> None:
    repaired = 0
    for folder in catalogues:
        for name in folder.files:
            text = folder.read(f"{folder.root}/{name}")
            if not name.endswith(".md") or text is None:
                continue
            found = check(Document(f"{folder.root}/{name}", text), folder)
            for diagnostic in found:
                if diagnostic.rule != "agent/unquoted-colon":
                    continue
                for fix in diagnostic.fixes:
                    done = apply_edits(text, fix.edits)
                    assert not parse(done).is_recovered, name
                    kept = [line for line in text.splitlines() if line not in done.splitlines()]
                    assert len(kept) == 1, "more than the one line changed"
                repaired += 1
    assert repaired == UNPARSABLE


def test_reports_are_few_and_quick(catalogues: list[Folder]) -> None:
    """No error, hardly any warning, and no file that takes long."""
    config = Config()
    counts: Counter[tuple[str, str]] = Counter()
    slowest = 0.0
    for folder in catalogues:
        assert folder.index is not None
        for name in folder.files:
            text = folder.read(f"{folder.root}/{name}")
            if text is None:
                continue
            start = time.process_time()
            found = check(
                Document(f"{folder.root}/{name}", text),
                folder,
                lambda rule: config.severity(rule) is not None,
            )
            slowest = max(slowest, time.process_time() - start)
            counts.update((d.rule, d.severity.label) for d in found)
            assert all(d.severity > Severity.ERROR for d in found), name
    warnings = sum(n for (_, severity), n in counts.items() if severity == "warning")
    assert warnings <= 40, counts
    assert sum(counts.values()) <= 130, counts
    # The first file also pays for loading what is known.
    assert slowest < 0.25
