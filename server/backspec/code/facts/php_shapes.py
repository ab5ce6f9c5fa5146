"""Kinds of PHP's syntax nodes, and what is read off them without a source text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from backspec.code.syntax import Node


METHODS: Final = ("member_call_expression", "nullsafe_member_call_expression")
MEMBERS: Final = ("member_access_expression", "nullsafe_member_access_expression")
CALLS: Final = frozenset(
    (*METHODS, "function_call_expression", "scoped_call_expression", "object_creation_expression")
)
CONSTRUCTS: Final = {
    "echo_statement": "echo", "print_intrinsic": "print", "exit_statement": "exit",
    "include_expression": "include", "include_once_expression": "include",
    "require_expression": "include", "require_once_expression": "include",
    "shell_command_expression": "shell_exec",
}  # fmt: skip
"""What is written without parentheses and does what a function would."""
PATHS: Final = frozenset((
    *CALLS, *MEMBERS, "variable_name", "name", "qualified_name", "relative_scope",
    "subscript_expression", "class_constant_access_expression", "scoped_property_access_expression",
    "parenthesized_expression", "clone_expression", "error_suppression_expression",
))  # fmt: skip
_STRINGS: Final = ("string", "encapsed_string", "heredoc", "nowdoc")
STRINGS: Final = ("string", "encapsed_string", "heredoc", "nowdoc")
TRANSPARENT: Final = ("parenthesized_expression", "error_suppression_expression")
"""What says nothing about the value inside."""
TEXT_PARTS: Final = (
    "string_content", "escape_sequence", "nowdoc_string", "heredoc_start", "heredoc_end",
)  # fmt: skip
"""The parts of a string that are no variables."""


def class_of(node: Node) -> Node | None:
    """What ``new`` makes: the name, variable or anonymous class after it."""
    for child in node.named_children:
        if child.type not in ("arguments", "comment", "attribute_list"):
            return child
    return None


def arguments_of(call_node: Node) -> Node | None:
    """The argument list of a call."""
    found = call_node.child_by_field_name("arguments") or call_node.child_by_field_name(
        "parameters"
    )
    if found is not None:
        return found
    holder = call_node
    if call_node.type == "object_creation_expression":
        made = class_of(call_node)
        if made is not None and made.type == "anonymous_class":
            holder = made
    return next((n for n in holder.named_children if n.type == "arguments"), None)


def only_child(node: Node) -> Node | None:
    """The first child of a wrapper that is not a comment."""
    for child in node.named_children:
        if child.type != "comment":
            return child
    return None


def operator_of(node: Node) -> str:
    """The operator of an operation, "" when it has none."""
    operator = node.child_by_field_name("operator")
    return operator.type if operator is not None else ""
