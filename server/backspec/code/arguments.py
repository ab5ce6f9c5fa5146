"""Finds a call's arguments by the places that models name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.facts.model import (
    Arguments,
    Built,
    Call,
    Const,
    FunctionValue,
    Mapping,
    Operation,
    Sequence,
    Unknown,
    Value,
)
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backspec.code.models import CallModel, Place


class _Hidden:
    """Says that an argument may be given where one look cannot see it."""

    def __repr__(self) -> str:
        return "HIDDEN"


HIDDEN: Final = _Hidden()
"""The argument may be there: behind ``**options``, in a variable, in a spread."""

RECEIVER: Final = "receiver"
"""The place, in models, of what a method is called on; seen by flows only."""

SPREAD: Final = "spread"
"""The place, in models, of what stands behind ``**`` and ``...``; seen by flows only."""

ANY: Final = "any"
"""The place, in models, of all arguments given by position; seen by flows only."""

Found = Value | _Hidden | None
"""The argument's value, None when it is certainly not given, or ``HIDDEN``."""


def argument(call: Call, places: Iterable[Place]) -> Found:
    """The first of several alternative places that holds an argument.

    None only when the argument is in none of them for certain.
    """
    arguments = call.arguments
    is_hidden = False
    for place in places:
        found = _at(arguments, place)
        if isinstance(found, Value):
            return found
        is_hidden = is_hidden or found is HIDDEN
    return HIDDEN if is_hidden else None


def named_argument(call: Call, name: str, model: CallModel | None) -> Found:
    """An argument by the name the model gives it; a name it does not know is a literal place."""
    return argument(call, places_of(name, model))


def places_of(name: str, model: CallModel | None) -> tuple[Place, ...]:
    """Where an argument may stand: as the model says, else the name read as a place."""
    known = model.arguments.get(name) if model is not None else None
    if known is not None:
        return known
    return (int(name),) if name.isdecimal() else (name,)


def _at(arguments: Arguments, place: Place) -> Found:
    if isinstance(place, int):
        return _position(arguments, place)
    head, _, rest = place.partition(".")
    if head == "*":
        return _anywhere(arguments, rest)
    if head.isdecimal():
        found = _position(arguments, int(head))
    else:
        found = arguments.keywords.get(head)
        if found is None:
            return HIDDEN if arguments.is_open else None
    return _entry(found, rest) if rest else found


def _position(arguments: Arguments, position: int) -> Found:
    if position < 0:
        # Counted from the end, where a spread may hide any number.
        position += len(arguments.positional)
        if arguments.is_open or position < 0:
            return HIDDEN if arguments.is_open else None
    if position < len(arguments.positional):
        return arguments.positional[position]
    return HIDDEN if arguments.is_open else None


def _entry(found: Found, path: str) -> Found:
    """An entry of a mapping argument, ``a.b`` for an entry of an entry."""
    for key in path.split("."):
        if found is None or isinstance(found, _Hidden):
            return found
        if isinstance(found, (Const, Built, Sequence, FunctionValue)) or _is_number(found):
            # ``null`` and ``undefined`` hold nothing; ``true`` may stand for defaults.
            return None
        if not isinstance(found, Mapping):
            return HIDDEN
        entry = found.entries.get(key)
        if entry is None:
            return HIDDEN if found.is_open else None
        found = entry
    return found


def _is_number(value: Value) -> bool:
    """Whether a value is worked out with a number: ``time() + 3600``."""
    return (
        isinstance(value, Operation)
        and value.operator in ("+", "-", "*")
        and any(
            isinstance(one, Const) and isinstance(one.value, (int, float)) for one in value.operands
        )
    )


def _anywhere(arguments: Arguments, path: str) -> Found:
    """An entry of any mapping argument; with "" any argument at all."""
    values = (*arguments.positional, *arguments.keywords.values())
    if not path:
        return values[0] if values else (HIDDEN if arguments.is_open else None)
    is_hidden = arguments.is_open
    for at, value in enumerate(values):
        if isinstance(value, Mapping):
            found = _entry(value, path)
            if isinstance(found, Value):
                return found
            is_hidden = is_hidden or found is HIDDEN
        elif at == len(values) - 1 and value.kind not in ("constant", "built", "function"):
            # Options come last: a variable there may be the mapping.
            is_hidden = True
    return HIDDEN if is_hidden else None


NOTHING: Final = Unknown(Span(0, 0), None)  # type: ignore[arg-type]
"""Stands for an argument that is not given, where a value is wanted."""
