"""Recognises conditions that leave only harmless values: membership, equality, full patterns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.model import Call, CallValue, Const, Name, Operation, Value

if TYPE_CHECKING:
    from backspec.code.facts.adapter import Adapter
    from backspec.code.reaching import Order
    from backspec.code.syntax import Node

SAFE_TYPES: Final = frozenset(
    ("int", "float", "bool", "complex", "Decimal", "UUID", "UUID4", "date", "datetime", "time",
     "timedelta", "number", "boolean", "bigint", "Date", "Integer", "Long", "Short", "Double",
     "Float", "Boolean", "BigDecimal", "BigInteger", "long", "short", "double", "int64", "int32",
     "uint", "uint64", "uint32", "float64", "Guid", "ObjectId", "LocalDate", "Instant", "Number")
)  # fmt: skip
"""Types whose values cannot be text of a client's choosing, by last segment."""
_FULL_CHECKS: Final = frozenset(
    ("isdigit", "isdecimal", "isnumeric", "isalnum", "isalpha", "isidentifier", "isUUID", "isInt",
     "isAlphanumeric", "isAlpha", "isMongoId", "isNumeric", "isValidObjectId", "isInteger",
     "is_numeric", "ctype_digit", "ctype_alnum", "fullmatch")
)  # fmt: skip
_INVERSE: Final = frozenset(("isNaN",))
"""Those that say so when they fail."""
_SAME_TEXT: Final = frozenset(("lower", "upper", "strip", "toLowerCase", "toUpperCase", "trim"))
_LOOKUPS: Final = frozenset(
    ("includes", "has", "contains", "include?", "in_array", "hasOwnProperty", "hasOwn",
     "containsKey", "key?", "ContainsKey", "Contains")
)  # fmt: skip
_ANCHORED: Final = re.compile(r"^(?:\^|\\A).*(?:\$|\\z|\\Z)$", re.DOTALL)


def is_checked(order: Order, adapter: Adapter, path: str, node: Node) -> bool:
    """Whether a condition around a node, or before it, leaves only harmless values of ``path``.

    ``path`` is a variable or any other expression as written.
    """
    for around, child in order.chain(node):
        condition = around.child_by_field_name("condition")
        if condition is not None and child != condition:
            holds = child == around.child_by_field_name("consequence") or (
                around.type == "while_statement"
            )
            if proves(adapter, order.evaluate(condition), path, holds):
                return True
        if adapter.is_narrowed_in(around, child, path):
            return True
        for sibling in around.named_children:
            if sibling.start_byte >= child.start_byte:
                break
            if adapter.is_narrowed_after(sibling, path, order.ends):
                return True
            if sibling.type not in ("if_statement", "if", "unless"):
                continue
            tested = sibling.child_by_field_name("condition")
            then = sibling.child_by_field_name("consequence")
            if tested is None or then is None or not order.ends(then):
                continue
            if proves(adapter, order.evaluate(tested), path, holds=False):
                return True
    return False


def proves(adapter: Adapter, condition: Value, path: str, holds: bool) -> bool:
    """Whether a condition that holds, or does not, leaves only harmless values of ``path``.

    ``path`` is a variable or any other expression as written.
    """
    verdict = adapter.proves(condition, path, holds)
    if verdict is not None:
        return verdict
    if isinstance(condition, Operation):
        operator, operands = condition.operator, condition.operands
        if operator in ("!", "not") and operands:
            return proves(adapter, operands[0], path, not holds)
        if operator in ("and", "&&"):
            return holds and any(proves(adapter, one, path, holds) for one in operands)
        if operator in ("or", "||"):
            return not holds and any(proves(adapter, one, path, holds) for one in operands)
        if len(operands) >= 2:
            left, right = operands[0], operands[1]
            if operator in ("in", "not in"):
                return (operator == "in") is holds and _is_name(adapter, left, path)
            if operator in ("==", "===", "!=", "!==", "is"):
                is_equal = not operator.startswith("!")
                pairs = ((left, right), (right, left))
                return is_equal is holds and any(
                    _is_name(adapter, one, path)
                    and isinstance(two, Const)
                    and two.value is not None
                    for one, two in pairs
                )
        return False
    if isinstance(condition, CallValue):
        if condition.call.name in _INVERSE:
            return not holds and any(
                _is_name(adapter, one, path) for one in condition.call.arguments.positional
            )
        return holds and _check_call(adapter, condition.call, path)
    return False


def _is_name(adapter: Adapter, value: Value, path: str) -> bool:
    """Whether a value is the expression ``path``, or that made a string of."""
    if isinstance(value, Name) and value.path == path:
        return True
    if isinstance(value, CallValue):
        given = value.call.arguments.positional
        receiver = value.call.path.rpartition(".")[0]
        if receiver == path and value.call.name in _SAME_TEXT:
            return True
        is_text = len(given) == 1 and value.call.name in ("str", "String")
        if is_text and _is_name(adapter, given[0], path):
            return True
    return adapter.slice(value.node) == path


def _check_call(adapter: Adapter, call: Call, path: str) -> bool:
    receiver = adapter.receiver_node(call)
    given = call.arguments.positional
    scope = call.place.scope
    on = adapter.value(receiver, scope) if receiver is not None else None
    name = call.name
    if name in _FULL_CHECKS:
        return (on is not None and _is_name(adapter, on, path)) or any(
            _is_name(adapter, v, path) for v in given
        )
    if name in _LOOKUPS:
        return any(_is_name(adapter, v, path) for v in given)
    if name in ("test", "match", "search", "matches", "match?"):
        text = adapter.pattern_text(call)
        is_about = any(_is_name(adapter, v, path) for v in given) or (
            on is not None and _is_name(adapter, on, path)
        )
        return is_about and text is not None and _ANCHORED.match(text) is not None
    if name == "isinstance" and len(given) == 2 and _is_name(adapter, given[0], path):
        return isinstance(given[1], Name) and given[1].path in SAFE_TYPES
    return False
