"""Chains of one operator, read flat: ``a + b + c`` has three operands in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from backspec.code.syntax import Node

MAX_OPERANDS: Final = 2000
"""How many operands of one chain are read."""


def flat_operands(
    node: Node, kind: str, operator_of: Callable[[Node], str], limit: int = MAX_OPERANDS
) -> tuple[str, list[Node]]:
    """The operator of a binary operation and its operands, in order.

    Operations of the same ``kind`` of node and the same operator to the left belong to the chain.
    Beyond ``limit`` the rest of it stands as one operand at the front.
    """
    operator = operator_of(node)
    operands: list[Node] = []
    current: Node | None = node
    while current is not None:
        right = current.child_by_field_name("right")
        left = current.child_by_field_name("left")
        if right is not None:
            operands.append(right)
        if (
            left is None
            or len(operands) > limit
            or left.type != kind
            or operator_of(left) != operator
        ):
            if left is not None:
                operands.append(left)
            break
        current = left
    operands.reverse()
    return operator, operands
