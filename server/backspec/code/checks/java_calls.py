"""What checks on Java ask about calls: chains of them, and the text around."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Value
    from backspec.code.syntax import Node


def chain_of(call: Call) -> list[Call]:
    """A call and the calls it is made on, outermost first."""
    found = [call]
    for _ in range(64):
        inner = found[-1].receiver_call
        if inner is None:
            break
        found.append(inner)
    return found


def names_of(chain: list[Call]) -> set[str]:
    return {one.name for one in chain}


def function_text(call: Call, unit: UnitView) -> str:
    return unit.text(call.function.span) if call.function is not None else ""


def first_argument(call: Call) -> Value | None:
    given = call.arguments.positional
    return given[0] if given else None


def statement_text(call: Call, unit: UnitView) -> str:
    node: Node | None = call.node
    for _ in range(64):
        if node is None or node.type.endswith(("_statement", "_declaration")):
            break
        node = node.parent
    return unit.adapter.slice(node) if node is not None else ""
