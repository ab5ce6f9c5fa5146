"""What happens to the results of JavaScript calls, and what calls are made on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec.code.facts.javascript_paths import WRAPPERS, operator_of, unwrapped
from backspec.code.facts.javascript_values import JavaScriptValues
from backspec.code.facts.model import Call, Context, Use

if TYPE_CHECKING:
    from backspec.code.syntax import Node


class JavaScriptUses(JavaScriptValues):
    """Says how results are used."""

    def use(self, call: Call) -> Use:
        node, around = _outside(call.node, call.parent)
        for _ in range(16):
            if around is None:
                return "other"
            kind = around.type
            if kind == "expression_statement":
                return "statement"
            if kind in ("variable_declarator", "assignment_expression", "public_field_definition",
                        "augmented_assignment_expression", "field_definition",
                        "assignment_pattern"):  # fmt: skip
                return "assigned"
            if kind in ("return_statement", "yield_expression"):
                return "returned"
            if kind == "arrow_function":
                return "returned" if around.child_by_field_name("body") == node else "other"
            if kind == "arguments":
                return "argument"
            if kind in ("member_expression", "call_expression", "new_expression"):
                return "receiver"
            if kind == "binary_expression":
                operator = operator_of(around)
                if operator not in ("&&", "||", "??") or around.child_by_field_name("left") == node:
                    return "condition"
            elif kind == "ternary_expression":
                if around.child_by_field_name("condition") == node:
                    return "condition"
            elif kind == "sequence_expression":
                if around.named_children[-1] != node:
                    return "statement"
            elif kind == "unary_expression":
                return "condition" if operator_of(around) == "!" else "other"
            elif kind in ("if_statement", "while_statement", "do_statement", "for_statement",
                          "switch_statement"):  # fmt: skip
                is_increment = around.child_by_field_name("increment") == node
                return "statement" if is_increment else "condition"
            else:
                return "other"
            node, around = _outside(around, around.parent)
        return "other"

    def assigned_to(self, call: Call) -> str:
        node, around = _outside(call.node, call.parent)
        while around is not None and around.type in ("binary_expression", "ternary_expression"):
            node, around = _outside(around, around.parent)
        if around is None:
            return ""
        if around.type in ("variable_declarator", "public_field_definition"):
            target = around.child_by_field_name("name")
        elif around.type in ("assignment_expression", "augmented_assignment_expression"):
            target = around.child_by_field_name("left")
        elif around.type == "field_definition":
            target = around.child_by_field_name("property")
        else:
            return ""
        return self.path_of(target) if target is not None and target != node else ""

    def receiver_call(self, call: Call) -> Call | None:
        node = receiver_of(call.callee)
        while node is not None and node.type in WRAPPERS:
            node = unwrapped(node)
        if node is None or node.type not in ("call_expression", "new_expression"):
            return None
        return self.call_of(node, call.place.scope)

    def call_context(self, call: Call) -> int:
        around: Node | None = call.node.children[0]
        if around is not None and around.type != "await_expression":
            around = call.parent
        while around is not None and around.type in WRAPPERS:
            if around.type == "await_expression":
                return Context.AWAITED
            around = around.parent
        return 0


def _outside(node: Node, around: Node | None) -> tuple[Node, Node | None]:
    """An expression with its ``await``, parentheses and casts, and the node around that."""
    while around is not None and around.type in WRAPPERS:
        node, around = around, around.parent
    return node, around


def receiver_of(callee: Node) -> Node | None:
    return callee.child_by_field_name("object") if callee.type == "member_expression" else None
