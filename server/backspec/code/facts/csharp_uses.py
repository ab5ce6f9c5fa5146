"""What happens to the results of C# calls, and what calls are made on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec.code.facts.csharp_shapes import unwrapped
from backspec.code.facts.csharp_values import CSharpValues
from backspec.code.facts.model import Context

if TYPE_CHECKING:
    from backspec.code.facts.model import Call


class CSharpUses(CSharpValues):
    """Says how results are used."""

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
