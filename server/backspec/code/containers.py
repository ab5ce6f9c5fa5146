"""What one place of a list holds, by going through what was put in and taken out before.

Only where that is certain: every change between the list's making and its use always runs, once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.facts.model import Call, CallValue, Sequence, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backspec.code.facts.adapter import Adapter
    from backspec.code.facts.model import Assign
    from backspec.code.reaching import Order
    from backspec.code.syntax import Node

MAX_CHANGES: Final = 64


class UnsureError(Exception):
    """What the place holds depends on what happens."""


def item_of(
    adapter: Adapter,
    order: Order,
    made: Assign,
    changes: Iterable[tuple[Call, tuple[str, int | None, Node | None]]],
    at: int,
    use: Node,
) -> tuple[Value, Call | None] | None:
    """The item at a place of a list, with the call that put it there (None: the list's making).

    None when the list has no such item. ``made`` is the assignment that made the list, ``changes``
    all that calls of the function do to it. Raises UnsureError.
    """
    items: list[tuple[Value, Call | None]] = []
    value = made.value
    if isinstance(value, Sequence) and not value.is_open:
        items = [(one, None) for one in value.items]
    elif isinstance(value, CallValue) and value.call.is_new:
        if value.call.arguments.positional and not _is_size(value.call):
            raise UnsureError
    else:
        raise UnsureError
    if order.relation(made.node, use) != []:
        raise UnsureError
    steps = sorted(changes, key=lambda one: one[0].node.end_byte)
    if len(steps) > MAX_CHANGES:
        raise UnsureError
    for call, (kind, place, put) in steps:
        node = call.node
        if node.start_byte < made.node.end_byte:
            continue
        if node.start_byte >= use.start_byte:
            if order.comes_round(node, use):
                raise UnsureError
            continue
        relation = order.relation(node, use)
        if relation is None:
            continue
        if relation or order.repeats(node, made.node):
            raise UnsureError
        item = (adapter.value(put, call.scope), call) if put is not None else None
        if kind == "add" and item is not None:
            items.insert(len(items) if place is None else place, item)
        elif kind == "set" and item is not None and place is not None and place < len(items):
            items[place] = item
        elif kind == "remove" and place is not None and -len(items) <= place < len(items):
            del items[place]
        elif kind == "clear":
            items.clear()
        else:
            raise UnsureError
    return items[at] if -len(items) <= at < len(items) else None


def _is_size(call: Call) -> bool:
    (first, *_) = call.arguments.positional
    return first.kind == "constant"
