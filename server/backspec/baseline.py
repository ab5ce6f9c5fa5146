"""The baseline: existing diagnostics that a project has decided to live with for now.

A JSON file in the project, ``.backspec/baseline.json``: path, rule, then fingerprints of lines with
how often each occurs. A diagnostic is known by its rule and the text of its line, so that code may
move within a file. The baseline only shrinks: what is mended is forgotten, what is new is reported.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from backspec.text import LineTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from backspec.model import Diagnostic, Document

FILE_NAME = "baseline.json"
VERSION = 1

Counts = dict[str, dict[str, dict[str, int]]]
"""Path with ``/``, rule id, fingerprint, how many."""


class BaselineError(ValueError):
    """A baseline file cannot be used. The message names the file and the reason."""


def fingerprint(rule: str, line: str) -> str:
    """What a diagnostic of ``rule`` on a line of this text is known by: 16 hexadecimal digits.

    White space does not count, so that formatting a file leaves it alone.
    """
    import hashlib

    text = f"{rule}\0{''.join(line.split())}"
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def fingerprints(
    document: Document, diagnostics: Iterable[Diagnostic], table: LineTable | None = None
) -> list[str]:
    """The fingerprint of each diagnostic of a document, in their order."""
    lines = table or LineTable(document.text)
    return [fingerprint(d.rule, lines.line_text(lines.line_of(d.span.start))) for d in diagnostics]


class Baseline:
    """The recorded diagnostics of one project."""

    def __init__(self, counts: Counts | None = None) -> None:
        self.counts: Counts = counts if counts is not None else {}

    def __len__(self) -> int:
        return sum(n for rules in self.counts.values() for f in rules.values() for n in f.values())

    def filter(self, path: str, document: Document, found: list[Diagnostic]) -> list[Diagnostic]:
        """The diagnostics that are not recorded, in their order."""
        recorded = self.counts.get(path)
        if not recorded or not found:
            return found
        left = {rule: dict(prints) for rule, prints in recorded.items()}
        kept = []
        for diagnostic, mark in zip(found, fingerprints(document, found), strict=True):
            prints = left.get(diagnostic.rule, {})
            if prints.get(mark, 0) > 0:
                prints[mark] -= 1
            else:
                kept.append(diagnostic)
        return kept

    def record(self, path: str, rule: str, mark: str) -> None:
        """Add one diagnostic."""
        prints = self.counts.setdefault(path, {}).setdefault(rule, {})
        prints[mark] = prints.get(mark, 0) + 1

    def shrunk_to(self, found: Baseline) -> Baseline:
        """What is recorded here and still found."""
        kept = Baseline()
        for path, rules in self.counts.items():
            for rule, prints in rules.items():
                now = found.counts.get(path, {}).get(rule, {})
                for mark, count in prints.items():
                    if still := min(count, now.get(mark, 0)):
                        kept.counts.setdefault(path, {}).setdefault(rule, {})[mark] = still
        return kept

    def dumps(self) -> str:
        """The text of a baseline file: sorted, one line a fingerprint, good for reviews."""
        data = {"version": VERSION, "diagnostics": self.counts}
        return json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def load_baseline(path: Path) -> Baseline:
    """Read a baseline file. Raises BaselineError, FileNotFoundError."""
    try:
        data: Any = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        raise BaselineError(f"{path} cannot be read: {error}") from error
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise BaselineError(f"{path} is no baseline of version {VERSION}; record a new one")
    return Baseline(_checked(path, data.get("diagnostics")))


def _checked(path: Path, counts: Any) -> Counts:
    def table(value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise BaselineError(f"{path} is damaged; record a new one")
        return value

    found: Counts = {}
    for name, rules in table(counts).items():
        for rule, prints in table(rules).items():
            for mark, count in table(prints).items():
                if not isinstance(count, int):
                    raise BaselineError(f"{path} is damaged; record a new one")
                found.setdefault(name, {}).setdefault(rule, {})[mark] = count
    return found
