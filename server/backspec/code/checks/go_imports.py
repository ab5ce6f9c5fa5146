"""What a fix in Go does to imports: the compiler refuses those that nobody uses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backspec.code import fixes
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backspec.code.checks import UnitView

_COMMENT = re.compile(rb"(?m)^[ \t]*//[^\n]*")
_NAMED = re.compile(rb"(?<![\w.])([A-Za-z_]\w*)\.[A-Za-z_]")


def without_orphans(removed: Iterable[Span], unit: UnitView) -> list[Edit] | None:
    """Takes out the imports that only removed text used; None when one cannot be told.

    ``removed`` are spans that are taken out of the file, or replaced.
    """
    source = unit.adapter.source
    gone = list(removed)
    rest = source
    for span in gone:
        rest = rest[: span.start] + b" " * (span.end - span.start) + rest[span.end :]
    rest = _COMMENT.sub(b"", rest)
    edits: list[Edit] = []
    named = {name for span in gone for name in _NAMED.findall(source[span.start : span.end])}
    for name in sorted(named):
        line = import_of(name, source)
        if line is None or re.search(rb"(?<![\w.])" + re.escape(name) + rb"\.\w", rest):
            continue
        taken = fixes.remove_lines(line, source)
        if taken is None:
            return None
        edits += taken
    return edits


def import_of(name: bytes, source: bytes) -> Span | None:
    """The import that gives a file this name, on a line of its own: without its margin."""
    word = re.escape(name)
    head = rb"(?m)^(?:import[ \t]+|[ \t]+)"
    path = rb'"(?:[^"\n]*/)?' + word + rb'(?:/v\d+)?"'
    found = re.search(head + rb"(?:" + word + rb'[ \t]+"[^"\n]*"|' + path + rb")", source)
    if found is None:
        return None
    start = found.start()
    text = found[0]
    margin = len(text) - len(text.lstrip())
    return Span(start + margin, found.end())
