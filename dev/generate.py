"""Write every generated file: docs, schemas and the editors' shared parts.

Each module in ``dev/generated/`` has ``files()``, a mapping from a path relative to the repository
to its whole text. A generated file says so at its top. ``--check`` writes nothing and fails when a
file would change.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from typing import TYPE_CHECKING

import dev.generated
from dev import REPO

if TYPE_CHECKING:
    from collections.abc import Mapping


def expected() -> dict[str, str]:
    """Every generated path, relative to the repository with ``/``, and the text it should have."""
    found: dict[str, str] = {}
    for module in pkgutil.iter_modules(dev.generated.__path__):
        files: Mapping[str, str] = importlib.import_module(f"dev.generated.{module.name}").files()
        for path, text in files.items():
            if path in found:
                raise ValueError(f"{path} is generated twice")
            found[path] = text
    return dict(sorted(found.items()))


def outdated() -> dict[str, str]:
    """The generated paths whose text on disk differs, with the text they should have."""
    return {path: text for path, text in expected().items() if _current(path) != text}


def _current(path: str) -> str | None:
    try:
        return (REPO / path).read_text("utf-8")
    except FileNotFoundError:
        return None


def main(argv: list[str]) -> int:
    """Write what is out of date and say so; with ``--check`` only say so."""
    parser = argparse.ArgumentParser(prog="python -m dev generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when outdated")
    options = parser.parse_args(argv)
    changes = outdated()
    for path, text in changes.items():
        if options.check:
            print(f"outdated: {path}", file=sys.stderr)
            continue
        target = REPO / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8", newline="\n")
        print(f"wrote {path}")
    if not changes:
        print("everything is up to date")
    return 1 if options.check and changes else 0
