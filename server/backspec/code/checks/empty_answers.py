"""Checks on answers that must not have a body."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import is_null, number, text_of
from backspec.code.facts.model import Const, Mapping, Sequence, Value
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.arguments import Found
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function

_EMPTY: Final = frozenset((204, 304))
_NAMED_204: Final = regex(r"\b(?:HTTP_204_NO_CONTENT|NO_CONTENT)\b")
_NOTHING: Final = regex(r"^(?:''|\"\"|None|\{\}|\[\]|b''|b\"\"|\(\)|\"\"\"\"\"\")$")
_MESSAGE: Final = "An answer with this status has no body, so the client never gets this one"


@needs(families=("javascript", "python"))
def no_content(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Bodies given to answers of status 204 or 304."""
    if unit.family == "python":
        yield from _python(facts, unit)
    elif unit.family == "javascript":
        yield from _javascript(unit)


def _is_empty_status(value: Found, unit: UnitView) -> bool:
    if number(value) in _EMPTY:
        return True
    return isinstance(value, Value) and _NAMED_204.search(unit.text(value.span)) is not None


def _is_body(value: Found) -> bool:
    """Whether an argument is certainly a body with something in it."""
    if not isinstance(value, Value) or is_null(value):
        return False
    if isinstance(value, Const):
        return bool(text_of(value)) or not isinstance(value.value, (str, bytes, type(None)))
    if isinstance(value, Mapping):
        return bool(value.entries)
    if isinstance(value, Sequence):
        return bool(value.items)
    return value.kind in ("call", "built", "operation")


def _python(facts: Facts, unit: UnitView) -> Iterator[Report]:
    for call in unit.calls("http-response"):
        body = unit.argument(call, "body")
        if _is_empty_status(unit.argument(call, "status"), unit) and _is_body(body):
            assert isinstance(body, Value)
            yield Report(body.span, _MESSAGE, place=call.place)
    if unit.imports("flask", "flask_restful", "flask_restx", "quart"):
        for statement in facts.statements:
            node = statement.value_node
            if statement.kind != "return" or node is None:
                continue
            if node.type not in ("expression_list", "tuple"):
                continue
            text = unit.text(Span(node.start_byte, node.end_byte))
            found = re.match(r"(?s)^\(?(.+?),\s*(?:204|HTTPStatus\.NO_CONTENT)\s*\)?$", text)
            if (
                found is None
                or _NOTHING.match(found[1].strip())
                or "," in found[1].partition("(")[0]
            ):
                continue
            yield Report(statement.span, _MESSAGE, place=statement.place)
    if unit.imports("fastapi"):
        for function in facts.functions:
            if _is_fastapi_204(function, unit):
                yield from _returned(function, facts, unit)


def _is_fastapi_204(function: Function, unit: UnitView) -> bool:
    for decorator in function.decorators:
        call = decorator.call
        if call is None or call.name not in ("delete", "put", "post", "patch", "get"):
            continue
        if _is_empty_status(call.arguments.keywords.get("status_code"), unit):
            return True
    return False


def _returned(function: Function, facts: Facts, unit: UnitView) -> Iterator[Report]:
    for statement in facts.statements:
        if statement.kind != "return" or statement.function is not function:
            continue
        node = statement.value_node
        text = unit.adapter.slice(node) if node is not None else ""
        if not text or _NOTHING.match(text) or re.match(r"(?:\w+\.)?\w*Response\(", text):
            continue
        if node is not None and node.type in ("dictionary", "list", "string"):
            yield Report(statement.span, _MESSAGE, place=statement.place)


def _javascript(unit: UnitView) -> Iterator[Report]:
    for call in unit.calls("response-send"):
        if call.name not in ("json", "send", "jsonp", "end"):
            continue
        told = re.search(
            r"\.(?:status|code)\(\s*(?:204|304)\s*\)\s*\.\w+$", unit.text(call.callee_span)
        )
        given = call.arguments.positional
        if told is None or not given or not _is_body(given[0]):
            continue
        inner = call.arguments.span
        fixes = _without_body(call) if call.name in ("send", "end") else ()
        yield Report(Span(inner.start, inner.end), _MESSAGE, fixes, place=call.place)


def _without_body(call: Call) -> tuple[Fix, ...]:
    edit = Edit(call.arguments.span, "")
    return (Fix("Send no body", (edit,), "safe", "api/no-content-with-body"),)
