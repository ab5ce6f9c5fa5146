"""Checks on Java: generators that begin where everybody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.facts.model import CallValue, Const, Name, Sequence
from backspec.expressions import regex
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts, Value

_CLOCK: Final = regex(
    r"^(?:System\.(?:currentTimeMillis|nanoTime)\(\)|new\s+Date\(\)\.getTime\(\)"
    r"|Instant\.now\(\)\.toEpochMilli\(\))$"
)
_OF_TEXT: Final = regex(r'^"[^"]*"\.getBytes\(')
_BYTES: Final = regex(r"^new\s+byte\s*\[\s*(?:\d+\s*\]|\]\s*\{[\s\d,()\-xXa-fA-F]*\})")


@needs(calls=("SecureRandom", "setSeed"))
def known_seed(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``new SecureRandom(seed)``, ``random.setSeed(seed)`` with what anybody can know."""
    for call in unit.called("SecureRandom", "setSeed"):
        if call.is_new != (call.name == "SecureRandom") or not call.arguments.positional:
            continue
        if not (call.qualified or "").startswith("java.security.SecureRandom"):
            continue
        seed = call.arguments.positional[0]
        how = _known(seed, unit)
        if how:
            yield Report(
                seed.span,
                f"Who knows the seed knows all numbers that follow: it is {how}",
                severity=Severity.WARNING,
                place=call.place,
            )


def _known(seed: Value, unit: UnitView) -> str:
    if isinstance(seed, Const):
        return "a constant"
    if isinstance(seed, Sequence):
        return "a constant" if all(isinstance(one, Const) for one in seed.items) else ""
    text = unit.text(seed.span).strip()
    if _OF_TEXT.match(text) or _BYTES.match(text):
        return "a constant"
    if _CLOCK.match(text):
        return "the time"
    if isinstance(seed, CallValue) and seed.call.name == "getBytes":
        owner = seed.call.path.rpartition(".")[0]
        bound = unit.adapter.resolver.constant(owner, seed.call.scope)
        return "a constant" if bound is not None and isinstance(bound.constant, str) else ""
    if isinstance(seed, Name) and seed.path.isidentifier():
        values = [one.value for one in unit.adapter.facts.assigns if one.target == seed.path]
        if len(values) == 1 and values[0] is not None and not isinstance(values[0], Name):
            return _known(values[0], unit)
    return ""
