"""Functions of the file that tell harmless values from others, read by what they do.

``if (!isKnown(x)) throw ..`` and ``check(x)`` leave only harmless values of ``x`` when the body of
the function does; a function that only sounds so leaves all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import checked
from backspec.code.facts.model import Const, Name
from backspec.code.reaching import HANDLERS, TRIES, Order, then_of
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from backspec.code.facts.adapter import Adapter
    from backspec.code.facts.model import Call, Function, Statement
    from backspec.code.syntax import Node

_DEEPEST: Final = 4
_STARTS: Final = regex(
    r"(?i)^_?(?:check|validate|verify|assert|ensure|require|guard|reject|forbid)_?(?=[A-Z_]|\w)"
)
_ABOUT: Final = {
    "path": regex(r"(?i)path|traversal|dir|file|upload|name"),
    "host": regex(r"(?i)ur[li]|host|ssrf|address|origin|redirect|domain"),
}
_SAFETY: Final = regex(
    r"(?i)safe|secur|inject|allow|trusted|whitelist|sql|column|table|keyword|order_?by|sort"
)
_asked: Final[set[tuple[int, int, str, bool]]] = set()
"""What is being found out, so that functions that call each other come to an end."""


def says(adapter: Adapter, call: Call, path: str, holds: bool, part: str) -> bool | None:
    """What a function of the file shows about ``path`` when it answers ``holds``.

    True: only harmless values are left. False: it does not even look at the value. None: unknown.
    """
    function, name = _asked_function(adapter, call, path)
    if function is None:
        return None
    if not _looks_at(adapter, function, name):
        return False
    key = (id(adapter), function.span.start, name, holds)
    if key in _asked or len(_asked) >= _DEEPEST:
        return None
    _asked.add(key)
    try:
        return True if _all_answers_prove(adapter, function, name, holds, part) else None
    finally:
        _asked.discard(key)


def stops_at(
    adapter: Adapter, statement: Node, path: str, part: str, ends: Callable[[Node], bool]
) -> bool:
    """Whether a statement is a call that comes back for harmless values of ``path`` only."""
    if statement.type in TRIES:
        body = statement.child_by_field_name("body")
        handlers = [one for one in statement.named_children if one.type in HANDLERS]
        return (
            body is not None
            and all(ends(one.child_by_field_name("body") or one) for one in handlers)
            and any(
                stops_at(adapter, one, path, part, ends)
                for one in body.named_children
                if one.type == "expression_statement"
            )
        )
    children = statement.named_children if statement.type == "expression_statement" else []
    call = adapter.calls_by_node.get(children[0].id) if children else None
    return call is not None and _stops(adapter, call, path, part)


def _stops(adapter: Adapter, call: Call, path: str, part: str) -> bool:
    """Whether a call whose result nobody uses comes back for harmless values of ``path`` only."""
    if not any(adapter.slice(one.node) == path for one in call.arguments.positional):
        return False
    function, name = _asked_function(adapter, call, path)
    if function is None:
        return not (call.qualified or "").startswith(":") and _sounds_so(call.name, part)
    key = (id(adapter), function.span.start, name, True)
    if key in _asked or len(_asked) >= _DEEPEST or not _looks_at(adapter, function, name):
        return False
    _asked.add(key)
    try:
        return _only_harmless_leave(adapter, function, name, part)
    finally:
        _asked.discard(key)


def _sounds_so(name: str, part: str) -> bool:
    if _STARTS.match(name) is None:
        return False
    about = _ABOUT.get(part)
    return _SAFETY.search(name) is not None or (
        about is not None and about.search(name) is not None
    )


def _asked_function(adapter: Adapter, call: Call, path: str) -> tuple[Function | None, str]:
    """The function of the file that a call runs, and the parameter that gets ``path``."""
    given = call.arguments.positional
    at = next((n for n, one in enumerate(given) if adapter.slice(one.node) == path), -1)
    if at < 0:
        return None, ""
    found = [
        one
        for one in adapter.facts.functions
        if one.name == call.name and one.name and _may_be(one, call)
    ]
    fitting = [one for one in found if len(_parameters(one)) == len(given)] or found
    if len(fitting) != 1 or at >= len(_parameters(fitting[0])):
        return None, ""
    return fitting[0], _parameters(fitting[0])[at]


def _may_be(function: Function, call: Call) -> bool:
    """Whether a call runs a function, as far as the names tell."""
    qualified = call.qualified
    if qualified is not None and qualified.startswith(":"):
        return qualified[1:] == function.path
    owner = call.path.rpartition(".")[0]
    holder = function.class_def.name if function.class_def is not None else ""
    return owner in ("", "this", "self", "$this", holder)


def _parameters(function: Function) -> list[str]:
    names = [one.name for one in function.parameters]
    is_method = function.class_def is not None and names[:1] in (["self"], ["cls"])
    return names[1:] if is_method else names


def _looks_at(adapter: Adapter, function: Function, name: str) -> bool:
    """Whether a function does more with a parameter than to see if there is any."""
    body = adapter.text(function.body_span)
    word = rf"(?<![\w$]){re.escape(name)}(?!\w)"
    body = re.sub(
        rf"{word}\s*[!=]==?\s*(?:null|nil|None|undefined)\b|(?:null|nil|None)\s*[!=]=\s*{word}"
        rf"|{word}\s*(?:\.|->|\?\.)\s*(?i:is_?(?:null|empty|blank|nil))\b\??"
        rf"|(?i:(?:is|has)_?\w*(?:null|empty|blank|text|length))\(\s*{word}\s*\)",
        "",
        body,
    )
    return re.search(word, body) is not None


def _order(adapter: Adapter, function: Function) -> Order:
    scope = function.scope
    return Order(
        function.node,
        lambda node: adapter.value(node, adapter.scope_at(node, scope)),
        adapter.slice,
    )


def _returns(adapter: Adapter, function: Function) -> Iterator[Statement]:
    for statement in adapter.facts.statements:
        if statement.kind == "return" and statement.function is function:
            yield statement


def _all_answers_prove(
    adapter: Adapter, function: Function, name: str, holds: bool, part: str
) -> bool:
    order = _order(adapter, function)
    body = adapter.expression_body(function)
    if body is not None:
        return checked.proves(adapter, order.evaluate(body), name, holds, part)
    has_any = False
    for statement in _returns(adapter, function):
        value = statement.value
        if value is None:
            return False
        if isinstance(value, Const) and isinstance(value.value, bool):
            if value.value is not holds:
                continue
        elif isinstance(value, Name) and not checked.proves(adapter, value, name, holds, part):
            return False
        elif checked.proves(adapter, value, name, holds, part):
            has_any = True
            continue
        if not checked.is_checked(order, adapter, name, statement.node, part):
            return False
        has_any = True
    return has_any


def _only_harmless_leave(adapter: Adapter, function: Function, name: str, part: str) -> bool:
    order = _order(adapter, function)
    body = function.node.child_by_field_name("body")
    if body is None:
        return False
    statements = [one for one in body.named_children if "comment" not in one.type]
    if not statements:
        return False
    last = statements[-1]
    if _throws(last):
        ways = [one.node for one in _returns(adapter, function)]
        return bool(ways) and all(
            checked.is_checked(order, adapter, name, one, part) for one in ways
        )
    for statement in statements:
        condition, then = statement.child_by_field_name("condition"), then_of(statement)
        if condition is not None and then is not None and "if" in statement.type:
            holds = statement.type.startswith("unless")
            if _throws(_last_of(then)) and checked.proves(
                adapter, order.evaluate(condition), name, holds, part
            ):
                return True
        elif stops_at(adapter, statement, name, part, order.ends):
            return True
        if any(
            statement.start_byte <= one.node.start_byte < statement.end_byte
            for one in _returns(adapter, function)
        ):
            return False
    return False


def _last_of(branch: Node) -> Node:
    children = [one for one in branch.named_children if "comment" not in one.type]
    return children[-1] if "block" in branch.type and children else branch


def _throws(statement: Node) -> bool:
    if statement.type == "expression_statement" and statement.named_children:
        statement = statement.named_children[0]
    return statement.type in ("throw_statement", "raise_statement", "throw_expression")
