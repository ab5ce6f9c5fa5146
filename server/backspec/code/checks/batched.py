"""The fix of reads in loops: ask once for all rows, and go over those."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call
    from backspec.code.syntax import Node

_RULE: Final = "orm/query-in-loop"
_KEYS: Final = regex(r"(?i)(?:^|.*_)(?:ids|pks)$|.*(?:Ids|Pks)$|(?:id|pk)_list$")
"""Names of lists of keys."""
_MAX_STEPS: Final = 40


class _Shape(NamedTuple):
    """One language's way to read a row by its key, and to read many."""

    loops: tuple[str, ...]
    ends: tuple[str, ...]
    """What code that runs on its own begins with."""
    read: str
    """The call; ``{}`` is the key."""
    many: str
    """``{0}`` is the model, ``{1}`` the list of keys."""


_SHAPES: Final = {
    "python": _Shape(
        ("for_statement", "list_comprehension", "set_comprehension"),
        ("function_definition", "lambda", "generator_expression", "dictionary_comprehension"),
        r"(?P<model>[A-Z]\w*)\.objects\.get\(\s*(?:pk|id)\s*=\s*{}\s*\)",
        "{0}.objects.in_bulk({1}).values()",
    ),
    "php": _Shape(
        ("foreach_statement",),
        ("function_definition", "method_declaration", "anonymous_function", "arrow_function"),
        r"(?P<model>\\?[A-Z]\w*)::find(?:OrFail)?\(\s*{}\s*\)",
        "{0}::findMany({1})",
    ),
    "ruby": _Shape(
        ("block", "do_block"),
        ("method", "lambda"),
        r"(?P<model>[A-Z]\w*(?:::[A-Z]\w*)*)\.find(?:\(|_by!?\(\s*id:)\s*{}\s*\)",
        "{0}.where(id: {1})",
    ),
}
_PER_ROW: Final = frozenset(("each", "map", "flat_map", "filter_map", "select", "reject", "sum"))


def ask_once(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """Go over the rows with these keys in place of the keys.

    Only where the loop needs its key for nothing else. Rows that are missing are left out then.
    """
    shape = _SHAPES.get(unit.family)
    loop = _loop_around(call.node, shape) if shape is not None else None
    parts = _parts(loop, unit) if loop is not None else None
    if shape is None or loop is None or parts is None:
        return ()
    key, keys = (unit.adapter.slice(part) for part in parts)
    if not re.fullmatch(r"\$?\w+", key) or not re.fullmatch(r"[$@]?\w+", keys):
        return ()
    read = re.fullmatch(shape.read.format(re.escape(key)), unit.text(call.span))
    if read is None or not _KEYS.match(keys.lstrip("$@")):
        return ()
    row = _row_name(read["model"], unit)
    if _count(key, loop, unit) != 2 or _is_used_after(key, loop, call, unit):
        return ()
    around = unit.text(call.function.span if unit.family != "ruby" and call.function else unit.span)
    if unit.family == "ruby":
        around = unit.adapter.slice(_method(loop))
    if _word(row).search(around):
        return ()
    edits = (
        Edit(_span(parts[1]), shape.many.format(read["model"], keys)),
        Edit(_span(parts[0]), row),
        Edit(call.span, row),
    )
    return (Fix("Ask once for all of them", edits, "unsafe", _RULE),)


def _loop_around(node: Node, shape: _Shape) -> Node | None:
    around = node.parent
    for _ in range(_MAX_STEPS):
        if around is None or around.type in shape.ends:
            return None
        if around.type in shape.loops:
            return around
        around = around.parent
    return None


def _parts(loop: Node, unit: UnitView) -> tuple[Node, Node] | None:
    """What a loop binds, and what it goes over."""
    if unit.family == "php":
        parts = [one for one in loop.named_children if one.type != "comment"]
        return (parts[1], parts[0]) if len(parts) > 2 else None
    if unit.family == "ruby":
        return _block_parts(loop, unit)
    head = loop
    if loop.type != "for_statement":
        clauses = [one for one in loop.named_children if one.type.endswith("_clause")]
        if len(clauses) != 1:
            return None
        head = clauses[0]
    if any(one.type == "async" for one in head.children):
        return None
    left, right = head.child_by_field_name("left"), head.child_by_field_name("right")
    return (left, right) if left is not None and right is not None else None


def _block_parts(block: Node, unit: UnitView) -> tuple[Node, Node] | None:
    call = block.parent
    parameters = block.child_by_field_name("parameters")
    if call is None or parameters is None or parameters.named_child_count != 1:
        return None
    receiver, method = call.child_by_field_name("receiver"), call.child_by_field_name("method")
    if receiver is None or method is None or unit.adapter.slice(method) not in _PER_ROW:
        return None
    if call.child_by_field_name("arguments") is not None:
        return None
    return parameters.named_children[0], receiver


def _row_name(model: str, unit: UnitView) -> str:
    name = model.rpartition("::")[2].rpartition("\\")[2]
    if unit.family == "php":
        return f"${name[0].lower()}{name[1:]}"
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w$]){re.escape(name)}(?!\w)")


def _count(name: str, loop: Node, unit: UnitView) -> int:
    return len(_word(name).findall(unit.adapter.slice(loop)))


def _is_used_after(name: str, loop: Node, call: Call, unit: UnitView) -> bool:
    """Whether the key is read behind the loop, where Python and PHP still know it."""
    if unit.family == "ruby" or "comprehension" in loop.type:
        return False
    end = call.function.span.end if call.function is not None else unit.span.end
    return _word(name).search(unit.text(Span(loop.end_byte, max(end, loop.end_byte)))) is not None


def _method(node: Node) -> Node:
    around: Node = node
    for _ in range(_MAX_STEPS):
        if around.type == "method" or around.parent is None:
            break
        around = around.parent
    return around


def _span(node: Node) -> Span:
    return Span(node.start_byte, node.end_byte)
