"""What happens to the results of Java calls, and what calls are made on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec.code.facts.c_like import only_child
from backspec.code.facts.java_values import JavaValues

if TYPE_CHECKING:
    from backspec.code.facts.model import Call


class JavaUses(JavaValues):
    """Says how results are used."""

    def receiver_call(self, call: Call) -> Call | None:
        node = call.node.child_by_field_name("object") if call.node.type != "annotation" else None
        while node is not None and node.type == "parenthesized_expression":
            node = only_child(node)
        if node is None or node.type not in ("method_invocation", "object_creation_expression"):
            return None
        return self.call_of(node, call.place.scope)

    def call_context(self, _call: Call) -> int:
        return 0
