"""Gather the fragments of changelog.d under a new version in CHANGELOG.md, and delete them."""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
from typing import TYPE_CHECKING

from dev import REPO

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KINDS = {
    "change": "Rule changes",
    "rule": "New rules",
    "fix": "Fixes",
    "editor": "Editors",
    "cli": "Command line",
}
"""Kinds of fragments and their headings, in the order of the changelog."""

_FOLDER = REPO / "changelog.d"
_LOG = REPO / "CHANGELOG.md"
_MARK = "## Unreleased"


def fragments(folder: Path) -> dict[str, list[str]]:
    """The sentences of a folder by kind, sorted by file. Raises ValueError for a bad name."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for path in sorted(folder.glob("*.md")):
        if path.name == "README.md":
            continue
        kind = path.stem.rpartition(".")[2]
        if kind not in KINDS:
            raise ValueError(f"{path.name}: the name must end in one of {', '.join(KINDS)} and .md")
        found[kind].append(" ".join(path.read_text("utf-8").split()))
    return found


def section(version: str, day: dt.date, found: Mapping[str, list[str]]) -> str:
    """The changelog's section of one version."""
    parts = [f"## {version} ({day})"]
    for kind, heading in KINDS.items():
        if found[kind]:
            parts.append(f"### {heading}\n\n" + "\n".join(f"- {line}" for line in found[kind]))
    return "\n\n".join(parts)


def main(argv: list[str]) -> int:
    """Write the section; with ``--dry-run`` only print it."""
    parser = argparse.ArgumentParser(prog="python -m dev release", description=__doc__)
    parser.add_argument("version", help="the version in pyproject.toml: 1.2.0")
    parser.add_argument("--dry-run", action="store_true")
    options = parser.parse_args(argv)
    stated = re.search(
        r'^version = "(.+)"$', (REPO / "pyproject.toml").read_text("utf-8"), re.MULTILINE
    )
    if stated is None or stated[1] != options.version:
        print(f"pyproject.toml says {stated and stated[1]}", file=sys.stderr)
        return 2
    today = dt.datetime.now(tz=dt.timezone.utc).date()
    new = section(options.version, today, fragments(_FOLDER))
    if options.dry_run:
        print(new)
        return 0
    before, _, after = _LOG.read_text("utf-8").partition(_MARK)
    unreleased, _, older = after.partition("\n## ")
    rest = f"\n## {older}" if older else ""
    _LOG.write_text(f"{before}{_MARK}{unreleased.rstrip()}\n\n{new}\n{rest}", "utf-8")
    for path in _FOLDER.glob("*.md"):
        if path.name != "README.md":
            path.unlink()
    print(f"{_LOG.name}: {options.version}")
    return 0
