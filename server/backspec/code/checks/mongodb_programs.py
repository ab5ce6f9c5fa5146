"""Checks on programs that MongoDB is sent as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.facts.model import Built, CallValue, Const, Name, Operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts, Function, Value

_FAMILIES: Final = ("python", "javascript", "go")
_NUMBERS: Final = frozenset(
    ("Number", "parseInt", "parseFloat", "int", "float", "len", "ObjectId", "toFixed", "getTime")
)


def where_text(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``$where`` with a text that is joined, or that a variable holds."""
    if unit.family not in _FAMILIES:
        return
    for pair in facts.pairs:
        if pair.key != "$where":
            continue
        value = pair.value
        is_joined = isinstance(value, (Built, Operation))
        if not is_joined and (not isinstance(value, Name) or _makes_function(value, unit)):
            continue
        if is_joined and all(
            _is_harmless(one, facts, pair.place.function) for one in _parts(value)
        ):
            continue
        yield Report(
            value.span,
            "The database runs this text as a program: whoever supplies a part of it writes the "
            "program",
            place=pair.place,
        )


def _parts(value: Value) -> tuple[Value, ...]:
    if isinstance(value, Built):
        return value.parts
    return value.operands if isinstance(value, Operation) else (value,)


def _makes_function(value: Name, unit: UnitView) -> bool:
    name = re.escape(value.path)
    return unit.file_has(
        rf"\bfunction\s+{name}\b|\b{name}\s*=\s*(?:async\s*)?(?:function\b|\([^)\n]*\)\s*=>|\w+\s*=>)"
    )


def _is_harmless(value: Value, facts: Facts, function: Function | None) -> bool:
    """A constant, or a number."""
    if isinstance(value, Const):
        return True
    if isinstance(value, CallValue):
        return value.call.name in _NUMBERS
    if not isinstance(value, Name):
        return False
    given = [
        one.value for one in facts.assigns if one.target == value.path and one.function is function
    ]
    return bool(given) and all(
        isinstance(one, Const) or (isinstance(one, CallValue) and one.call.name in _NUMBERS)
        for one in given
    )
