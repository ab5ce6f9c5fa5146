"""Checks on Go's tokens: keys that are given to whatever algorithm a token names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.facts.model import FunctionValue, Name
from backspec.expressions import regex
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function

_SECRET: Final = regex(r"\[\]byte\(|(?i:secret)")
"""A shared secret, which the library takes for HMAC alone."""
_LOOKS: Final = regex(r"\.Method\b|\bAlg\(\)|\"alg\"|SigningMethod|ValidMethods")


@needs(roles=("jwt-decode",))
def unpinned(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``jwt.Parse`` with a function that hands out the key without a look at the algorithm."""
    for call in unit.calls("jwt-decode"):
        if call.name not in ("Parse", "ParseWithClaims") or call.arguments.is_open:
            continue
        function = _key_function(call, facts, unit)
        if function is None or _LOOKS.search(unit.text(function.span)):
            continue
        if "WithValidMethods" in unit.text(call.span) or unit.file_has(
            r"WithValidMethods|ValidMethods\s*[:=]"
        ):
            continue
        is_secret = _SECRET.search(unit.text(function.span)) is not None
        yield Report(
            call.callee_span,
            f"`{call.written}` takes every algorithm that a token names: add `WithValidMethods`",
            severity=Severity.INFO if is_secret else None,
            place=call.place,
        )


def _key_function(call: Call, facts: Facts, unit: UnitView) -> Function | None:
    """The function that gives the key, when this file shows it and it has one key for all."""
    key = unit.argument(call, "key")
    found = None
    if isinstance(key, FunctionValue):
        found = key.function
    elif isinstance(key, Name) and (key.qualified or "").startswith(":"):
        found = next((f for f in facts.functions if f":{f.path}" == key.qualified), None)
    if found is None or re.search(r"\.Header\[|kid", unit.text(found.span)):
        return None
    return found
