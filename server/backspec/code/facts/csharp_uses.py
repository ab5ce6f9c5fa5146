"""What happens to the results of C# calls, and what calls are made on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec.code.facts.csharp_shapes import LAMBDAS, unwrapped
from backspec.code.facts.csharp_values import CSharpValues
from backspec.code.facts.model import Context

if TYPE_CHECKING:
    from backspec.code.facts.model import Call, Use


class CSharpUses(CSharpValues):
    """Says how results are used."""

    def use(self, call: Call) -> Use:
        node, around = call.node, call.parent
        for _ in range(16):
            if around is None:
                return "other"
            kind = around.type
            if kind == "expression_statement":
                return "statement"
            if kind in ("variable_declarator", "assignment_expression", "property_declaration"):
                return "assigned"
            if kind in ("return_statement", "yield_statement", "arrow_expression_clause", *LAMBDAS):
                return "returned"
            if kind in ("argument", "attribute_argument", "interpolation"):
                return "argument"
            if kind in ("member_access_expression", "conditional_access_expression",
                        "element_access_expression", "invocation_expression"):  # fmt: skip
                return "receiver"
            if kind in ("binary_expression", "prefix_unary_expression", "is_pattern_expression"):
                return "condition"
            if kind == "conditional_expression":
                if around.child_by_field_name("condition") == node:
                    return "condition"
            elif kind in ("if_statement", "while_statement", "do_statement", "for_statement"):
                return "condition"
            elif kind not in ("parenthesized_expression", "cast_expression", "await_expression",
                              "postfix_unary_expression"):  # fmt: skip
                return "other"
            node, around = around, around.parent
        return "other"

    def assigned_to(self, call: Call) -> str:
        around = call.parent
        while around is not None and around.type in (
            "parenthesized_expression",
            "cast_expression",
            "await_expression",
            "conditional_expression",
        ):
            around = around.parent
        if around is None:
            return ""
        if around.type in ("variable_declarator", "property_declaration"):
            target = around.child_by_field_name("name")
        elif around.type == "assignment_expression":
            target = around.child_by_field_name("left")
        else:
            return ""
        return self.path_of(target) if target is not None else ""

    def receiver_call(self, call: Call) -> Call | None:
        callee = call.callee if call.node.type == "invocation_expression" else None
        node = callee.child_by_field_name("expression") if callee is not None else None
        if node is None and callee is not None:
            node = callee.child_by_field_name("condition")
        if node is None:
            return None
        node = unwrapped(node)
        if node.type != "invocation_expression" and "object_creation" not in node.type:
            return None
        return self.call_of(node, call.place.scope)

    def call_context(self, call: Call) -> int:
        around = call.parent
        for _ in range(4):
            if around is None:
                return 0
            if around.type == "await_expression":
                return Context.AWAITED
            if around.type == "member_access_expression":
                name = around.child_by_field_name("name")
                around = around.parent
                if name is None or around is None or self.slice(name) != "ConfigureAwait":
                    return 0
            elif around.type != "parenthesized_expression":
                return 0
            around = around.parent
        return 0
