"""Shapes of C#'s syntax tree: what wraps what, arguments, operators, text of literals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.c_like import only_child

if TYPE_CHECKING:
    from backspec.code.syntax import Node

CREATIONS: Final = ("object_creation_expression", "implicit_object_creation_expression")
STRINGS: Final = ("string_literal", "verbatim_string_literal", "raw_string_literal")
LAMBDAS: Final = ("lambda_expression", "anonymous_method_expression")

NO_TEXT: Final = frozenset((
    "int", "long", "short", "byte", "sbyte", "uint", "ulong", "ushort", "float", "double",
    "decimal", "bool", "char", "Int32", "Int64", "Int16", "Boolean", "Decimal", "Double", "Guid",
    "DateTime", "DateTimeOffset", "DateOnly", "TimeOnly", "TimeSpan", "IPAddress", "Version",
    "CancellationToken", "BigInteger", "Half", "nint", "nuint", "UInt32", "UInt64",
))  # fmt: skip
"""Types whose values cannot be text of a client's choosing."""
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{1,4}|.)", re.DOTALL)
_ESCAPED: Final = {
    "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "0": "\0",
}  # fmt: skip
_WRAPPERS: Final = frozenset(
    ("parenthesized_expression", "await_expression", "cast_expression", "checked_expression",
     "postfix_unary_expression", "as_expression")
)  # fmt: skip


def unwrapped(node: Node) -> Node:
    """What stands in parentheses, casts, ``await`` and ``!``."""
    while node.type in _WRAPPERS:
        if node.type == "cast_expression":
            inner = node.child_by_field_name("value")
        elif node.type == "as_expression":
            inner = node.child_by_field_name("left")
        elif node.type == "postfix_unary_expression" and node.children[-1].type != "!":
            return node
        else:
            inner = only_child(node)
        if inner is None:
            return node
        node = inner
    return node


def argument_list(node: Node) -> Node | None:
    """The argument list of a call, an object creation or an attribute."""
    known = node.child_by_field_name("arguments")
    if known is not None or node.type == "invocation_expression":
        return known
    kinds = ("argument_list", "attribute_argument_list")
    return next((n for n in node.named_children if n.type in kinds), None)


def initializer_of(node: Node) -> Node | None:
    """The ``{ A = x }`` behind ``new``."""
    if node.type not in CREATIONS:
        return None
    return next((n for n in node.named_children if n.type == "initializer_expression"), None)


def operator_of(node: Node) -> str:
    """The operator of an operation, "" when it has none."""
    operator = node.child_by_field_name("operator")
    if operator is not None:
        return operator.type
    return next((n.type for n in node.children[1:] if not n.is_named), "")


def unescape(text: str) -> str:
    """The text of a string with its escapes."""
    return _ESCAPE.sub(_one_escape, text) if "\\" in text else text


def _one_escape(found: re.Match[str]) -> str:
    code = found[1]
    if len(code) > 1:
        point = int(code[1:], 16)
        return chr(point) if point < 0x110000 else "\ufffd"
    return _ESCAPED.get(code, code)


def bound_member(node: Node) -> Node | None:
    """The member of ``a?.b``."""
    for child in node.named_children:
        if child.type == "member_binding_expression":
            return child.child_by_field_name("name")
    return None


def digits(text: str) -> str:
    """A number without its suffix."""
    text = text.lower()
    if text.startswith(("0x", "0b")):
        return text.rstrip("ul")
    text = text.rstrip("ulfdm")
    return text.lstrip("0") or "0" if text.isdigit() else text


def is_default(section: Node) -> bool:
    """Whether a section of a switch is the default."""
    return section.children[0].type == "default"
