"""Recognises conditions that leave only harmless values: membership, equality, full patterns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import checking_functions
from backspec.code.facts.model import Call, CallValue, Const, Name, Operation, Value
from backspec.code.reaching import then_of
from backspec.expressions import regex

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
     "is_numeric", "ctype_digit", "ctype_alnum", "fullmatch", "TryParse", "IsLocalUrl", "IsDefined",
     "All")
)  # fmt: skip
_INVERSE: Final = frozenset(("isNaN",))
"""Those that say so when they fail."""
_SAME_TEXT: Final = frozenset(
    (
        "lower",
        "upper",
        "strip",
        "toLowerCase",
        "toUpperCase",
        "trim",
        "ToLower",
        "ToUpper",
        "ToLowerInvariant",
        "ToUpperInvariant",
        "Trim",
    )
)
_AS_TEXT: Final = frozenset(
    ("str", "String", "strtolower", "strtoupper", "mb_strtolower", "strval")
)
_LOOKUPS: Final = frozenset(
    ("includes", "has", "contains", "include?", "in_array", "hasOwnProperty", "hasOwn",
     "containsKey", "key?", "ContainsKey", "Contains")
)  # fmt: skip
_ANCHORED: Final = regex(r"^(?:\^|\\A).*(?:\$|\\z|\\Z)$", re.DOTALL)


_CONDITIONALS: Final = ("if_statement", "if", "unless", "if_modifier", "unless_modifier")
_PREFIX_CHECKS: Final = frozenset(
    ("startswith", "startsWith", "StartsWith", "HasPrefix", "start_with?", "str_starts_with",
     "starts_with", "is_relative_to", "IsLocal", "commonpath", "commonprefix", "strpos",
     "isSubPath", "isPathInside", "strncmp", "substr_compare", "descendant_of?", "fnmatch", "Match")
)  # fmt: skip
"""Calls that compare a path, or a URL, with what it must start with."""
_UP: Final = regex(r"[\"'`/]*(?:\.\.[\"'`/\\]*|/[\"'`]|\\\\[\"'`])")


def is_checked(order: Order, adapter: Adapter, path: str, node: Node, part: str = "") -> bool:
    """Whether a condition around a node, or before it, leaves only harmless values of ``path``.

    ``path`` is a variable or any other expression as written. What is harmless depends on what
    ``part`` of a value counts, see ``clauses.Part``.
    """
    for around, child in order.chain(node):
        condition = around.child_by_field_name("condition")
        if condition is not None and child != condition:
            holds = child == then_of(around) or (around.type == "while_statement")
            holds = holds is not around.type.startswith("unless")
            if proves(adapter, order.evaluate(condition), path, holds, part):
                return True
        if adapter.is_narrowed_in(around, child, path):
            return True
        for sibling in around.named_children:
            if sibling.start_byte >= child.start_byte:
                break
            if adapter.is_narrowed_after(sibling, path, order.ends):
                return True
            if sibling.type not in _CONDITIONALS:
                if checking_functions.stops_at(adapter, sibling, path, part, order.ends):
                    return True
                continue
            tested = sibling.child_by_field_name("condition")
            then = then_of(sibling)
            if tested is None or then is None:
                continue
            is_modifier = sibling.type.endswith("_modifier")
            leaves = order.ends(then) or (is_modifier and order.leaves(then))
            if not leaves and not _sets_anew(adapter, then, path):
                continue
            holds = sibling.type.startswith("unless")
            if proves(adapter, order.evaluate(tested), path, holds, part):
                return True
    return False


def _sets_anew(adapter: Adapter, then: Node, path: str) -> bool:
    """Whether a branch begins by giving a variable another value: ``if (..) x = "id";``."""
    pattern = rf"[\s{{:]*(?:\$this->)?{re.escape(path)}\s*:?=(?![=>~])"
    return re.match(pattern, adapter.slice(then)) is not None


def proves(adapter: Adapter, condition: Value, path: str, holds: bool, part: str = "") -> bool:
    """Whether a condition that holds, or does not, leaves only harmless values of ``path``.

    ``path`` is a variable or any other expression as written; ``part`` as in ``is_checked``.
    """
    verdict = adapter.proves(condition, path, holds)
    if verdict is not None:
        return verdict
    if isinstance(condition, Name):
        # ``const isKnown = known.has(x); if (isKnown) ..``
        flag = _flag(adapter, condition)
        return flag is not None and proves(adapter, flag, path, holds, part)
    if isinstance(condition, Operation):
        operator, operands = condition.operator, condition.operands
        if operator in ("!", "not") and operands:
            return proves(adapter, operands[0], path, not holds, part)
        if operator in ("and", "&&", "or", "||"):
            if part == "host" and _is_rooted(adapter, condition, path, holds):
                return True
            # ``not (a and b)`` says that one of the two fails, whichever.
            enough = any if (operator in ("and", "&&")) is holds else all
            return enough(proves(adapter, one, path, holds, part) for one in operands)
        if len(operands) >= 2:
            left, right = operands[0], operands[1]
            if part == "path" and _is_compared_path(adapter, condition, path):
                return True
            if (
                part == "host"
                and holds is _is_membership(operator)
                and any(_mentions(adapter, one, path) for one in operands[:2])
            ):
                return True
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
        call = condition.call
        by_body = checking_functions.says(adapter, call, path, holds, part)
        if by_body is not None:
            return by_body
        if part == "path" and _mentions(adapter, condition, path):
            if call.name in _PREFIX_CHECKS and holds:
                return True
            if _is_way_up(adapter, call.arguments.positional) and not holds:
                return True
        if (
            holds
            and _CHECKING_NAME.search(call.name)
            and any(_mentions(adapter, one, path) for one in call.arguments.positional)
        ):
            return True
        if part == "host" and call.name in _LOOKUPS and holds:
            return _mentions(adapter, condition, path)
        if part == "host" and call.name in _PREFIX_CHECKS and holds:
            # ``startswith("https://shop.example/")``: the host is in the text, or in a setting.
            texts = [v.value for v in call.arguments.positional if isinstance(v, Const)]
            if _mentions(adapter, condition, path) and all(
                isinstance(text, str) and PINS_HOST.match(text) for text in texts
            ):
                return True
        return holds and _check_call(adapter, call, path)
    return False


def _flag(adapter: Adapter, name: Name) -> Value | None:
    """What a plain variable that a condition asks for was given, when that is a condition too."""
    if "." in name.path or "(" in name.path:
        return None
    made = [one for one in adapter.facts.assigns if one.target == name.path]
    start = name.span.start
    functions = {one.function for one in made if one.function is not None}
    around = [f for f in functions if f.span.start <= start < f.span.end]
    made = [one for one in made if one.function in around or one.function is None]
    if len(made) != 1 or made[0].operator not in ("=", ":=") or made[0].node.end_byte > start:
        return None
    value = made[0].value
    return value if isinstance(value, (Operation, CallValue)) else None


def _is_rooted(adapter: Adapter, condition: Operation, path: str, holds: bool) -> bool:
    """``x.startswith("/") and not x.startswith("//")``: an address on this server."""
    if (condition.operator in ("and", "&&")) is not holds:
        return False
    begins: set[tuple[str, bool]] = set()
    for one in condition.operands:
        says, inner = holds, one
        if isinstance(one, Operation) and one.operator in ("!", "not") and one.operands:
            says, inner = not holds, one.operands[0]
        if not isinstance(inner, CallValue) or inner.call.name not in _PREFIX_CHECKS:
            continue
        if _mentions(adapter, inner, path):
            begins |= {
                (value.value, says)
                for value in inner.call.arguments.positional
                if isinstance(value, Const) and isinstance(value.value, str)
            }
    return ("/", True) in begins and ("//", False) in begins


def _is_membership(operator: str) -> bool:
    """Whether a comparison says, where it holds, that a value is one of the known."""
    return operator in ("in", "==", "===", "is", "eq")


_CHECKING_NAME: Final = regex(
    r"(?i)^(?:is|has|check|validate|verify)?_?\w*?(?:safe|allowed|valid|local_?url|trusted|permitted|"
    r"white_?list|allow_?list|allow_?(?:redirect|next|url|host))"
)
"""Functions whose names say that they tell harmless values from others."""

PINS_HOST: Final = regex(r"(?:\w[\w+.-]*:)?//[^/?#]+[/?#]|/[^/\\]|[?#]|\.{1,2}/|[^/:]*[^/:.]/")
"""Text in front of a value that keeps the value from choosing the host of a URL."""


def _mentions(adapter: Adapter, value: Value, path: str) -> bool:
    return re.search(rf"(?<![\w.$]){re.escape(path)}(?!\w)", adapter.slice(value.node)) is not None


def _is_way_up(adapter: Adapter, given: tuple[Value, ...]) -> bool:
    return any(
        _UP.fullmatch(repr(one.value) if isinstance(one, Const) else adapter.slice(one.node))
        for one in given
    )


def _is_compared_path(adapter: Adapter, condition: Operation, path: str) -> bool:
    """``os.path.commonpath([base, path]) == base``, ``".." in path``, ``x.indexOf("..") < 0``."""
    if not _mentions(adapter, condition, path):
        return False
    calls = [one.call for one in condition.operands if isinstance(one, CallValue)]
    if any(one.name in _PREFIX_CHECKS for one in calls):
        return True
    if condition.operator in ("in", "not in") and _is_way_up(adapter, condition.operands[:1]):
        return True
    return any(
        one.name in ("indexOf", "find", "IndexOf", "index", "count", "strpos")
        and (_is_way_up(adapter, one.arguments.positional) or part_of_start(condition))
        for one in calls
    )


def part_of_start(condition: Operation) -> bool:
    """``path.indexOf(base) === 0``: another way to say that it starts so."""
    return any(
        isinstance(one, Const) and one.value == 0 and not isinstance(one.value, bool)
        for one in condition.operands
    )


def _is_name(adapter: Adapter, value: Value, path: str) -> bool:
    """Whether a value is the expression ``path``, or that made a string of."""
    if isinstance(value, Name) and value.path == path:
        return True
    if isinstance(value, CallValue):
        given = value.call.arguments.positional
        receiver = value.call.path.rpartition(".")[0]
        if receiver == path and value.call.name in _SAME_TEXT:
            return True
        is_text = len(given) == 1 and value.call.name in _AS_TEXT
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
    if name in ("test", "match", "search", "matches", "match?", "IsMatch"):
        text = adapter.pattern_text(call)
        is_about = any(_is_name(adapter, v, path) for v in given) or (
            on is not None and _is_name(adapter, on, path)
        )
        return is_about and text is not None and _ANCHORED.match(text) is not None
    if name == "isinstance" and len(given) == 2 and _is_name(adapter, given[0], path):
        return isinstance(given[1], Name) and given[1].path in SAFE_TYPES
    return False
