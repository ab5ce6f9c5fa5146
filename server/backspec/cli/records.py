"""What a check found, as plain tuples: cheap to send between processes, all a format needs.

Lines and columns are 1-based code points, offsets 0-based bytes. Paths are relative to the
process's folder, with ``/``.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from backspec.baseline import fingerprints
from backspec.model import Severity
from backspec.text import LineTable, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from backspec.model import Diagnostic, Document, Fix, Related

_EXCERPT_LENGTH = 500
_EXCERPT_LINES = 3


class Position(NamedTuple):
    """A place in a text."""

    line: int
    column: int
    offset: int


class EditRecord(NamedTuple):
    """One replacement of a fix."""

    start: Position
    end: Position
    text: str


class FixRecord(NamedTuple):
    """The best fix of a diagnostic."""

    title: str
    safety: str
    edits: tuple[EditRecord, ...]


class RelatedRecord(NamedTuple):
    """A second place."""

    path: str
    message: str
    start: Position | None
    """None when only the file is known."""


class Found(NamedTuple):
    """One diagnostic."""

    path: str
    rule: str
    severity: Severity
    confidence: str
    message: str
    start: Position
    end: Position
    fix: FixRecord | None
    related: tuple[RelatedRecord, ...]
    fingerprint: str
    """Stable while the file's other lines change: rule, text of the line, number among equals."""
    excerpt: tuple[str, ...]
    """The source lines from the first to the last of the span, at most three, cut when long."""


class FileRecord(NamedTuple):
    """One file that was looked at."""

    path: str
    found: tuple[Found, ...]
    is_skipped: bool


class Summary(NamedTuple):
    """The numbers of one run."""

    files: int
    errors: int
    warnings: int
    infos: int
    hints: int
    skipped: int


class Run(NamedTuple):
    """Everything one ``check`` found."""

    records: tuple[FileRecord, ...]

    @property
    def found(self) -> Iterator[Found]:
        """All diagnostics in the order of files and positions."""
        return (found for record in self.records for found in record.found)

    @property
    def summary(self) -> Summary:
        """Count what was found."""
        counts = Counter(found.severity for found in self.found)
        skipped = sum(record.is_skipped for record in self.records)
        errors, warnings, infos, hints = (counts[severity] for severity in Severity)
        return Summary(len(self.records) - skipped, errors, warnings, infos, hints, skipped)

    def has_at_least(self, severity: Severity | None) -> bool:
        """Whether anything is as bad as ``severity`` or worse; never for None."""
        return severity is not None and any(found.severity <= severity for found in self.found)


def displayed(path: str) -> str:
    """A path as people and machines read it: relative to here, with ``/``."""
    try:
        path = os.path.relpath(path)
    except ValueError:  # another drive
        return path.replace(os.sep, "/")
    return path.replace(os.sep, "/")


def record(
    path: str,
    document: Document | None,
    diagnostics: Iterable[Diagnostic],
    read: Callable[[str], bytes | None],
    *,
    is_skipped: bool = False,
) -> FileRecord:
    """Turn the diagnostics of one file into a record; ``read`` gives the text of related files."""
    diagnostics = list(diagnostics)
    shown = displayed(path)
    if not diagnostics:
        return FileRecord(shown, (), is_skipped)
    text = document.text if document else b""
    table = LineTable(text)
    marks = fingerprints(document, diagnostics, table) if document else [""] * len(diagnostics)
    seen: Counter[str] = Counter()
    found = []
    for diagnostic, mark in zip(diagnostics, marks, strict=True):
        seen[mark] += 1
        found.append(
            Found(
                shown,
                diagnostic.rule,
                diagnostic.severity,
                diagnostic.confidence,
                diagnostic.message,
                _position(table, diagnostic.span.start),
                _position(table, diagnostic.span.end),
                _fix(diagnostic.fixes[0], table) if diagnostic.fixes else None,
                tuple(_related(each, shown, table, read) for each in diagnostic.related),
                f"{mark or diagnostic.rule}:{seen[mark]}",
                _excerpt(table, diagnostic.span),
            )
        )
    return FileRecord(shown, tuple(found), is_skipped)


def _position(table: LineTable, offset: int) -> Position:
    line, column = table.position(offset)
    return Position(line + 1, column + 1, offset)


def _fix(fix: Fix, table: LineTable) -> FixRecord:
    edits = tuple(
        EditRecord(_position(table, e.span.start), _position(table, e.span.end), e.new_text)
        for e in fix.edits
    )
    return FixRecord(fix.title, fix.safety, edits)


def _related(
    related: Related, shown: str, table: LineTable, read: Callable[[str], bytes | None]
) -> RelatedRecord:
    if related.path is None:
        return RelatedRecord(shown, related.message, _position(table, related.span.start))
    path = displayed(related.path)
    if related.line is not None:
        return RelatedRecord(
            path, related.message, Position(related.line + 1, 1, related.span.start)
        )
    text = read(related.path)
    start = None if text is None else _position(LineTable(text), related.span.start)
    return RelatedRecord(path, related.message, start)


def _excerpt(table: LineTable, span: Span) -> tuple[str, ...]:
    first, last = table.line_of(span.start), table.line_of(max(span.start, span.end - 1))
    lines = range(first, min(last, first + _EXCERPT_LINES - 1) + 1)
    return tuple(table.line_text(line)[:_EXCERPT_LENGTH] for line in lines)
