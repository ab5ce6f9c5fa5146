"""PHP: which silence about an error is meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.expressions import regex

if TYPE_CHECKING:
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Catch

_LOGS: Final = regex(r"(?:->|::)(?:log|report|debug|info|notice|warning|error)\([^;]*\)$")
_CALLS: Final = regex(r"(?:\w|\$)\s*\(")
_CONVERTS: Final = regex(r"\bnew \\?Date\w+\(")


def _is_told_behind(catch: Catch, unit: UnitView) -> bool:
    """``} // does not matter when it fails``."""
    source, end = unit.adapter.source, catch.span.end
    line = source[end : source.find(b"\n", end) if source.find(b"\n", end) >= 0 else len(source)]
    return re.match(rb"\s*(?://|#|/\*).{15}", line) is not None


_SAID: Final = regex(
    r"(?i)ignor|optional|silent|best.effort|(?:may|can|could|might) fail|not fatal|no biggie"
)


def _is_told_before(catch: Catch, unit: UnitView) -> bool:
    """Whether the comment in the handler, or the one before the ``try``, says that it may fail."""
    if _SAID.search(catch.has_comment):
        return True
    whole = catch.node.parent
    before = whole.prev_named_sibling if whole is not None else None
    return (
        before is not None
        and before.type == "comment"
        and _SAID.search(unit.adapter.slice(before)) is not None
    )


def is_deliberate(catch: Catch, unit: UnitView, has_reason: bool) -> bool:
    """Whether a comment explains the silence, or what follows stands for the failure.

    That is where the guarded part ends with ``return`` (what comes after it is for failures), or
    sets one variable that held something before.
    """
    if has_reason or _is_told_behind(catch, unit) or _is_told_before(catch, unit):
        return True
    guarded = unit.text(catch.try_span).strip().removeprefix("{").removesuffix("}")
    guarded = re.sub(r"//[^\n]*|/\*.*?\*/", "", guarded, flags=re.DOTALL).strip()
    statements = [one.strip() for one in guarded.split(";") if one.strip()]
    if not statements:
        return True
    if re.match(r"(?:if\s*\([^;{}]*\)\s*)?return\b", statements[-1]):
        return True
    if len(statements) == 1 and _LOGS.search(statements[0]):
        return True
    if _CONVERTS.search(statements[0]) and not any(map(_CALLS.search, statements[1:])):
        return True
    set_here = re.match(r"(\$\w+)\s*=[^=>]", statements[0])
    function = catch.function
    if len(statements) != 1 or set_here is None or function is None:
        return False
    before = unit.text(function.span)[: catch.try_span.start - function.span.start]
    return re.search(rf"{re.escape(set_here[1])}(?:\[\w*\])?\s*=[^=>]", before) is not None
