"""Checks on JavaScript and TypeScript: functions that say which origins may read answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import is_constant
from backspec.code.facts.model import Context, FunctionValue
from backspec.expressions import regex
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts

_ALWAYS: Final = regex(
    r"\{?\s*(?:return\s+)?(?:\w+\(\s*(?:null|undefined)\s*,\s*(\w+)\s*\)|(\w+))\s*;?\s*\}?"
)


@needs(roles=("cors-config",), families=("javascript",))
def any_origin(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``origin: (origin, done) => done(null, true)``."""
    for call in unit.calls("cors-config"):
        origins = unit.argument(call, "origins")
        if not isinstance(origins, FunctionValue) or call.context & Context.DEV_GUARD:
            continue
        if not _lets_all_in(origins, unit):
            continue
        has_credentials = is_constant(unit.argument(call, "credentials"), True)
        yield Report(
            origins.span,
            "Every site is allowed: this says yes to all origins",
            severity=None if has_credentials else Severity.WARNING,
            place=call.place,
        )


def _lets_all_in(given: FunctionValue, unit: UnitView) -> bool:
    function = given.function
    found = _ALWAYS.fullmatch(unit.text(function.body_span))
    if found is None:
        return False
    echoed = found[1] or found[2]
    first = function.parameters[0].name if function.parameters else ""
    return echoed in (first, "true")
