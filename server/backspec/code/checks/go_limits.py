"""The fix of Go's clients that wait for ever: ten seconds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import go_imports
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call


def limit_client(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """``http.Client{..}`` with a timeout before its other fields."""
    span = call.arguments.span
    inner = unit.text(span)
    edit = Edit(span, _TEN_SECONDS)
    if inner.strip():
        margin = re.match(r"\s*", inner)
        blank = margin[0] if margin is not None else ""
        at = span.start + len(blank.encode())
        edit = Edit(Span(at, at), f"{_TEN_SECONDS},{blank if chr(10) in blank else ' '}")
    return _wait_ten_seconds(edit, unit)


_TEN_SECONDS: Final = "Timeout: 10 * time.Second"


def _wait_ten_seconds(edit: Edit, unit: UnitView) -> tuple[Fix, ...]:
    head = go_imports.added("time", unit)
    if head is None:
        return ()
    return (Fix("Wait 10 seconds at most", (*head, edit), "unsafe", "http-client/no-timeout"),)


def limit_declared(name: str, span: Span, unit: UnitView) -> tuple[Fix, ...]:
    """``var client http.Client``, which stands at ``span``, as a value with a timeout."""
    return _wait_ten_seconds(Edit(span, f"{name} := http.Client{{{_TEN_SECONDS}}}"), unit)
