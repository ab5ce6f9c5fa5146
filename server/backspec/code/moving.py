"""Moves diagnostics, with their fixes and related places, along with an edit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from backspec.code.syntax import common_ends
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from backspec.code.syntax import Change
    from backspec.model import Diagnostic, Fix


def moved_along(found: list[Diagnostic], before: bytes, after: bytes) -> list[Diagnostic]:
    """Diagnostics of a text where they are after an edit, without those it touched."""
    if not found:
        return []
    start, kept = common_ends(before, after)
    end, by = len(before) - kept, len(after) - len(before)

    def place(span: Span) -> Span | None:
        if span.end <= start:
            return span
        return span.shift(by) if span.start >= end else None

    kept_ones = []
    for one in found:
        span = place(one.span)
        related = [(place(r.span) if r.path is None else r.span, r) for r in one.related]
        if span is None or any(where is None for where, _ in related):
            continue
        ways = tuple(replace(r, span=where) for where, r in related if where is not None)
        # Fixes would have to move edit by edit; they come back with the next whole analysis.
        kept_ones.append(replace(one, span=span, related=ways, fixes=()))
    return kept_ones


def _moved_fix(fix: Fix, by: int) -> Fix:
    edits = tuple(Edit(edit.span.shift(by), edit.new_text) for edit in fix.edits)
    return replace(fix, edits=edits)


def moved(diagnostic: Diagnostic, by: int) -> Diagnostic:
    """The same diagnostic, ``by`` bytes later."""
    return replace(
        diagnostic,
        span=diagnostic.span.shift(by),
        fixes=tuple(_moved_fix(fix, by) for fix in diagnostic.fixes),
        related=tuple(
            one if one.path is not None else replace(one, span=one.span.shift(by))
            for one in diagnostic.related
        ),
    )


def reaches_outside(diagnostic: Diagnostic, start: int, end: int) -> bool:
    """Whether a diagnostic, one of its fixes or a related place lies elsewhere too."""
    return any(span.start < start or span.end > end for span in _spans(diagnostic))


def _spans(diagnostic: Diagnostic) -> list[Span]:
    """All places in the document that a diagnostic is about."""
    spans = [diagnostic.span]
    spans += [edit.span for fix in diagnostic.fixes for edit in fix.edits]
    spans += [one.span for one in diagnostic.related if one.path is None]
    return spans


def moved_around(found: list[Diagnostic], change: Change) -> list[Diagnostic] | None:
    """Diagnostics of a text after a change, those that lie around it too.

    None when one is about some of what changed.
    """
    start, end, by = change.start, change.old_end, change.new_end - change.old_end
    new = []
    for one in found:
        spans = _spans(one)
        if all(span.end <= start for span in spans):
            new.append(one)
        elif all(span.start >= end for span in spans):
            new.append(moved(one, by) if by else one)
        elif any(_is_touched(span, start, end) for span in spans):
            return None
        else:
            new.append(_stretched(one, end, by))
    return new


def _is_touched(span: Span, start: int, end: int) -> bool:
    is_apart = span.end <= start or span.start >= end
    return not is_apart and not (span.start < start and end < span.end)


def _stretched(one: Diagnostic, end: int, by: int) -> Diagnostic:
    """A diagnostic whose places from ``end`` on are ``by`` bytes later."""

    def place(span: Span) -> Span:
        return Span(*(at + by if at >= end else at for at in span))

    fixes = tuple(
        replace(fix, edits=tuple(Edit(place(edit.span), edit.new_text) for edit in fix.edits))
        for fix in one.fixes
    )
    related = tuple(
        other if other.path is not None else replace(other, span=place(other.span))
        for other in one.related
    )
    return replace(one, span=place(one.span), fixes=fixes, related=related)
