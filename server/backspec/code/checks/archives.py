"""Checks on archives that Python programs unpack entry by entry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function

_PACKAGES: Final = ("zipfile", "tarfile", "rarfile", "py7zr")
_JOINS: Final = frozenset(("os.path.join", "posixpath.join"))
_NAME: Final = regex(
    r"\b(\w*(?:entry|member|info|item|file|zinfo|tarinfo|m|f|zi|ti))\.(?:filename|name)$"
)
_WRITES: Final = regex(
    r"createWriteStream|writeFile|extractEntryTo|\bopen\([^\n]*['\"][wx]b?\+?['\"]|write_bytes|copyfileobj"
)
_CHECKS: Final = regex(
    r"[sS]tarts_?[wW]ith|\.\.['\"/\\]|commonpath|commonprefix|is_relative_to|basename|relative\(|"
    r"relpath|[sS]aniti[sz]e|isAbsolute|secure_filename|[sS]afe_?[jJ]oin|resolvePath|indexOf\("
)


@needs(families=("python",))
def entry_outside(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Names of entries that are joined to a folder, and written there, without a look at them."""
    if unit.family != "python" or not unit.imports(*_PACKAGES):
        return
    for call in facts.calls:
        if call.qualified not in _JOINS or call.function is None:
            continue
        owner = _entry_of(call, unit)
        if not owner:
            continue
        text = _around(call.function, unit)
        if _CHECKS.search(text) or not _WRITES.search(text) or not _is_entry(owner, text):
            continue
        yield Report(
            call.span,
            "An entry called `../x` is written outside of the folder: check its name first",
            place=call.place,
        )


def _entry_of(call: Call, unit: UnitView) -> str:
    """The variable whose name ends a joined path; empty when it is no entry."""
    given = call.arguments.positional
    found = _NAME.search(unit.text(given[-1].span)) if len(given) > 1 else None
    return found[1] if found is not None else ""


def _is_entry(owner: str, text: str) -> bool:
    """Whether what a variable holds comes from an archive: a loop over it, or its callback."""
    name = re.escape(owner)
    return (
        re.search(
            rf"\bfor\s*\(?\s*(?:const|let|var)?\s*{name}\s+(?:in|of)\b[^\n]*(?:infolist|getmembers|"
            rf"getEntries|entries|archive|zip|tar|files)|['\"]entry['\"]\s*,\s*(?:async\s*)?"
            rf"(?:function\s*\w*)?\s*\(?\s*{name}\b|\.forEach\(\s*(?:function\s*)?\(?\s*{name}\b|"
            rf"\b{name}\s*=\s*[\w.]*(?:getinfo|getmember|getEntry|next)\(",
            text,
        )
        is not None
    )


def _around(function: Function, unit: UnitView) -> str:
    """The text of a function and of the one that it is a callback in."""
    outer = function.outer
    call = function.passed_to
    if call is not None:
        return unit.text(outer.span if outer is not None else call.span)
    return unit.text(function.span)
