"""What happens to the results of Java calls, and what calls are made on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec.code.facts.java_values import JavaValues, only_child

if TYPE_CHECKING:
    from backspec.code.facts.model import Call, Use


class JavaUses(JavaValues):
    """Says how results are used."""

    def use(self, call: Call) -> Use:
        node, around = call.node, call.parent
        for _ in range(16):
            if around is None:
                return "other"
            kind = around.type
            if kind == "expression_statement":
                return "statement"
            if kind in ("variable_declarator", "assignment_expression", "resource"):
                return "assigned"
            if kind in ("return_statement", "yield_statement"):
                return "returned"
            if kind == "lambda_expression":
                return "returned"
            if kind in ("argument_list", "element_value_pair", "annotation_argument_list"):
                return "argument"
            if kind in ("method_invocation", "field_access"):
                return "receiver"
            if kind in ("binary_expression", "unary_expression", "instanceof_expression"):
                return "condition"
            if kind == "ternary_expression":
                if around.child_by_field_name("condition") == node:
                    return "condition"
            elif kind in ("if_statement", "while_statement", "do_statement", "for_statement"):
                return "condition"
            elif kind not in ("parenthesized_expression", "cast_expression"):
                return "other"
            node, around = around, around.parent
        return "other"

    def assigned_to(self, call: Call) -> str:
        around = call.parent
        while around is not None and around.type in (
            "parenthesized_expression",
            "cast_expression",
            "ternary_expression",
        ):
            around = around.parent
        if around is None:
            return ""
        if around.type in ("variable_declarator", "resource"):
            target = around.child_by_field_name("name")
        elif around.type == "assignment_expression":
            target = around.child_by_field_name("left")
        else:
            return ""
        return self.path_of(target) if target is not None else ""

    def receiver_call(self, call: Call) -> Call | None:
        node = call.node.child_by_field_name("object") if call.node.type != "annotation" else None
        while node is not None and node.type == "parenthesized_expression":
            node = only_child(node)
        if node is None or node.type not in ("method_invocation", "object_creation_expression"):
            return None
        return self.call_of(node, call.place.scope)

    def call_context(self, _call: Call) -> int:
        return 0
