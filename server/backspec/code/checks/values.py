"""Small questions about values that many checks ask. Pure functions over facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec.code.facts.model import (
    Built,
    CallValue,
    Const,
    Constant,
    Function,
    Name,
    Operation,
    Value,
)

if TYPE_CHECKING:
    from backspec.code.arguments import Found


def is_constant(value: Found, wanted: Constant) -> bool:
    """Whether a value is this constant; ``1`` is not ``true``."""
    if not isinstance(value, Const):
        return False
    if isinstance(wanted, bool) or isinstance(value.value, bool):
        return value.value is wanted
    return value.value == wanted


def is_null(value: Found) -> bool:
    """Whether a value is given and is ``None``, ``null`` or ``undefined``."""
    return isinstance(value, Const) and value.value is None


def is_false_or_missing(value: Found) -> bool:
    """Whether a switch is certainly off: not given, false, or null."""
    return value is None or is_null(value) or is_constant(value, False)


def string(value: Found) -> str | None:
    """The text of a constant string."""
    if not isinstance(value, Const):
        return None
    if isinstance(value.value, bytes):
        return value.value.decode("utf-8", "replace")
    return value.value if isinstance(value.value, str) else None


def text_of(value: Found) -> str:
    """The text of a constant string, "" for anything else."""
    return string(value) or ""


def number(value: Found) -> float | None:
    """The number that a value is, with plain arithmetic worked out; None when unknown."""
    if isinstance(value, Const):
        if isinstance(value.value, bool) or not isinstance(value.value, (int, float)):
            return None
        return value.value
    if not isinstance(value, Operation) or len(value.operands) != 2:
        return None
    left, right = number(value.operands[0]), number(value.operands[1])
    if left is None or right is None or abs(left) > 2**40 or abs(right) > 2**40:
        return None
    if value.operator == "+":
        return left + right
    if value.operator == "-":
        return left - right
    if value.operator == "*":
        return left * right
    if value.operator == "**" and 0 <= right <= 64 and abs(left) <= 1024:
        return float(left**right)
    if value.operator == "<<" and 0 <= right <= 64 and left == int(left):
        return float(int(left) << int(right))
    return None


def path_of(value: Found) -> str:
    """The dotted path of a name as written, "" for anything else."""
    return value.path if isinstance(value, Name) else ""


def qualified_of(value: Found) -> str:
    """The qualified name of a name, or of what a call calls; "" when unknown."""
    if isinstance(value, Name):
        return value.qualified or ""
    if isinstance(value, CallValue):
        return value.call.qualified or ""
    return ""


def leading_text(value: Found) -> str:
    """The constant text that a string, built or not, begins with."""
    if isinstance(value, Built) and value.parts:
        return leading_text(value.parts[0])
    return text_of(value)


def constant_parts(value: Found) -> str:
    """All constant text in a string, built or not, joined by spaces."""
    if isinstance(value, Built):
        return " ".join(filter(None, map(constant_parts, value.parts)))
    return text_of(value)


def _with_outer(function: Function | None) -> list[Function]:
    found = []
    while function is not None:
        found.append(function)
        function = function.outer
    return found


def names_around(function: Function | None) -> list[str]:
    """The names of a function and of those around it, innermost first."""
    return [one.name for one in _with_outer(function) if one.name]


def is_value(value: Found) -> bool:
    """Whether an argument is given and visible."""
    return isinstance(value, Value)
