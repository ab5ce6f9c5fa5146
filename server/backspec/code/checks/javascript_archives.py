"""Checks on archives that JavaScript and TypeScript programs unpack entry by entry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.facts.model import Built, CallValue, Name, Operation
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function, Value

_PACKAGES: Final = (
    "unzipper", "yauzl", "adm-zip", "tar-stream", "unzip", "unzip-stream", "unzip2", "jszip",
    "decompress", "node-stream-zip", "yauzl-promise", "node-unzip-2", "zip-stream", "fflate",
)  # fmt: skip
_JOINS: Final = frozenset(("path.join", "path.resolve"))
_WRITES: Final = ("createWriteStream", "writeFile", "writeFileSync", "outputFile", "outputFileSync")
_NAME: Final = regex(
    r"\b(\w*(?:[eE]ntry|[hH]eader|[fF]ile|[iI]tem|obj|zipObject|e|f)\w*)\??\.(?:path|fileName|entryName|name)$"
)
_CHECKS: Final = regex(
    r"[sS]tarts_?[wW]ith|\.\.['\"/\\]|basename|relative\(|[sS]aniti[sz]e|isAbsolute|[sS]afe_?[jJ]oin"
    r"|resolvePath|indexOf\(|\.includes\(\s*['\"]\.\.|isPathInside|is-path-inside"
)
_OUTWARDS: Final = 4


@needs(
    families=("javascript",),
    calls=("join", "resolve", *_WRITES),
)
def entry_outside(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Names of entries that lead to a file, and are not looked at before it is written."""
    if not unit.imports(*_PACKAGES):
        return
    for call in facts.calls:
        given = call.arguments.positional if call.name in ("join", "resolve", *_WRITES) else ()
        if not given:
            continue
        if call.qualified in _JOINS:
            last: Value = given[-1] if len(given) > 1 else given[0]
        elif call.name in _WRITES and isinstance(given[0], Built):
            last = given[0].parts[-1]
        elif call.name in _WRITES and isinstance(given[0], Operation):
            last = given[0].operands[-1]
        else:
            continue
        text = _around(call, unit)
        if _CHECKS.search(text) or not re.search("|".join(_WRITES), text):
            continue
        if _is_entry_name(_written(last, call, facts, unit), text):
            yield Report(
                call.span if call.qualified in _JOINS else given[0].span,
                "An entry called `../x` is written outside of the folder: check its name first",
                place=call.place,
            )


def _written(value: Value, call: Call, facts: Facts, unit: UnitView) -> str:
    """A value as written, through one variable."""
    if isinstance(value, Name) and value.path.isidentifier():
        made = [
            one
            for one in facts.assigns
            if one.target == value.path and one.value_node and one.function is call.function
        ]
        if len(made) == 1 and made[0].value_node is not None:
            return unit.adapter.slice(made[0].value_node)
    if isinstance(value, CallValue) and value.call.name in ("toString", "decodeURIComponent"):
        return unit.text(value.span)
    return unit.text(value.span)


def _is_entry_name(written: str, text: str) -> bool:
    found = _NAME.search(written)
    if found is not None:
        name = re.escape(found[1])
        return (
            re.search(
                rf"\bfor\s*\(?\s*(?:await\s*\(?\s*)?(?:const|let|var)?\s*{name}\s+(?:in|of)\b[^\n]*"
                rf"(?:[eE]ntries|archive|zip|tar|files)|['\"]entry['\"]\s*,\s*(?:async\s*)?"
                rf"(?:function\s*\w*)?\s*\(?\s*{name}\b|\.(?:forEach|map)\(\s*(?:async\s*)?"
                rf"(?:function\s*)?\(?\s*(?:\w+\s*,\s*)?{name}\b"
                rf"|\b{name}\s*=\s*[\w.]*(?:getEntry|next)\(",
                text,
            )
            is not None
        )
    name = re.escape(written)
    return bool(re.fullmatch(r"\w+", written)) and (
        re.search(
            rf"(?:\bfor\s*\(\s*(?:const|let|var)\s*\[?\s*{name}\b[^\n]*\bof\s+Object\.(?:keys|entries)"
            rf"\([\w.]+\.files\)|Object\.(?:keys|entries)\([\w.]+\.files\)\.(?:forEach|map)\(\s*"
            rf"(?:async\s*)?(?:function\s*)?\(?\s*\[?\s*{name}\b|\b(?:zip|archive|contents)\w*\.forEach\(\s*"
            rf"(?:async\s*)?(?:function\s*)?\(?\s*{name}\s*,)",
            text,
        )
        is not None
    )


def _around(call: Call, unit: UnitView) -> str:
    """The text of the function that a call stands in, and of those it is a callback in."""
    function: Function | None = call.function
    span = function.span if function is not None else call.span
    for _ in range(_OUTWARDS):
        if function is None:
            break
        span = function.passed_to.span if function.passed_to is not None else function.span
        if function.passed_to is None:
            break
        function = function.outer
    return unit.text(span)
