"""Checks on Go: numbers of requests that nobody looked at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.facts.model import CallValue, Context
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts

_PARSES: Final = frozenset(
    ("strconv.Atoi", "strconv.ParseInt", "strconv.ParseUint", "github.com/google/uuid.Parse")
)
_OF_PATH: Final = regex(r"\.(?:Param|Params|PathValue)\(|\bURLParam\(|\bmux\.Vars\(|\bvars\[\"")


@needs(calls=("Atoi", "ParseInt", "ParseUint", "Parse"))
def unchecked(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``id, _ := strconv.Atoi(c.Param("id"))``."""
    for assign in facts.assigns:
        if assign.target != "_" or assign.position != 1 or assign.results != 2:
            continue
        if not assign.context & Context.HANDLER:
            continue
        value = assign.value
        if not isinstance(value, CallValue) or value.call.qualified not in _PARSES:
            continue
        if not _OF_PATH.search(unit.text(value.call.arguments.span)):
            continue
        function = value.call.function
        name = unit.adapter.slice(assign.node).partition(",")[0].strip()
        after = unit.text(Span(assign.span.end, function.span.end)) if function is not None else ""
        if re.search(rf"\b{re.escape(name)}\s*(?:==|<=|<|>|!=)\s*(?:0|1)\b", after):
            continue
        yield Report(
            assign.target_span,
            f"A path without a number gives 0 here: answer 400 when `{value.call.written}` fails",
            place=assign.place,
        )
