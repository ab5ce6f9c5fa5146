"""What happens to the results of Go calls, and what calls are made on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec.code.facts.go_values import GoValues

if TYPE_CHECKING:
    from backspec.code.facts.model import Call, Use
    from backspec.code.syntax import Node


class GoUses(GoValues):
    """Says how results are used."""

    def use(self, call: Call) -> Use:
        node, around = self._outside(call)
        if around is None:
            return "other"
        kind = around.type
        if kind in ("expression_statement", "go_statement", "defer_statement"):
            return "statement"
        if kind in ("short_var_declaration", "assignment_statement", "var_spec", "const_spec"):
            return "assigned"
        if kind == "return_statement":
            return "returned"
        if kind == "argument_list":
            return "argument"
        if kind in ("selector_expression", "call_expression", "index_expression"):
            return "receiver"
        if kind in ("binary_expression", "unary_expression"):
            return "condition"
        if kind in ("if_statement", "for_statement", "expression_switch_statement"):
            return "condition" if around.child_by_field_name("body") != node else "other"
        return "other"

    def _outside(self, call: Call) -> tuple[Node, Node | None]:
        """A call with the lists, parentheses and ``&`` around it, and the node around that."""
        node, around = call.node, call.parent
        while around is not None and (
            around.type in ("expression_list", "parenthesized_expression")
            or (around.type == "unary_expression" and self.operator_of(around) == "&")
        ):
            node, around = around, around.parent
        return node, around

    def assigned_to(self, call: Call) -> str:
        values, around = self._outside(call)
        if around is None:
            return ""
        left = around.child_by_field_name("left") or around.child_by_field_name("name")
        if left is None or values == left:
            return ""
        targets = left.named_children if left.type == "expression_list" else [left]
        given = values.named_children if values.type == "expression_list" else [values]
        at = 0
        if len(targets) == len(given):
            spans = [n.start_byte <= call.node.start_byte < n.end_byte for n in given]
            at = spans.index(True) if True in spans else 0
        return self.path_of(targets[at]) if at < len(targets) else ""

    def receiver_call(self, call: Call) -> Call | None:
        node: Node | None = call.callee
        if node is None or node.type != "selector_expression":
            return None
        node = node.child_by_field_name("operand")
        node = self._unwrapped(node) if node is not None else None
        if node is None or node.type not in ("call_expression", "composite_literal"):
            return None
        return self.call_of(node, call.place.scope)

    def call_context(self, _call: Call) -> int:
        return 0
