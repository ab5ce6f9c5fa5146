"""Checks on Go: what jobs are handed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.facts.go_values import only_child
from backspec.expressions import regex
from backspec.model import Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts
    from backspec.code.syntax import Node

_PACKAGES: Final = (
    "github.com/hibiken/asynq",
    "github.com/RichardKnop/machinery",
    "github.com/riverqueue/river",
    "github.com/gocraft/work",
)
_RECORDS: Final = regex(r"(?:^|\.)(?:models?|entit(?:y|ies)|schema|tables?)\.[A-Z]\w*$")
_TRANSFER: Final = regex(
    r"(?:Args?|Payload|Input|Request|Event|Message|Params?|DTO|Job|Task|Options?|ID|Type|Status)$"
)
_OPEN: Final = frozenset((
    "net/http.Request", "net/http.ResponseWriter", "github.com/gin-gonic/gin.Context",
    "github.com/labstack/echo.Context", "gorm.io/gorm.DB", "database/sql.DB", "database/sql.Tx",
))  # fmt: skip
_DEPTH: Final = 4


@needs(calls=("NewTask", "Arg", "Insert", "InsertTx", "Enqueue", "EnqueueIn", "EnqueueUnique"))
def rich_argument(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Rows and requests that are packed into the payload of a job."""
    if not unit.imports(*_PACKAGES):
        return
    for call in facts.calls:
        for node in _payloads(call, facts):
            for one in _carried(node):
                name = unit.adapter.slice(one)
                what = _what(name, call, facts, unit)
                if not what:
                    continue
                yield Report(
                    Span(one.start_byte, one.end_byte),
                    f"The job gets `{name}`, {what}",
                    severity=None if "cannot" in what else Severity.INFO,
                    place=call.place,
                )


def _nodes(call: Call) -> list[Node]:
    given = call.node.child_by_field_name("arguments")
    return [n for n in given.named_children if n.type != "comment"] if given is not None else []


def _payloads(call: Call, facts: Facts) -> Iterator[Node]:
    """What a call packs into a job."""
    qualified = call.qualified or ""
    if qualified == "github.com/hibiken/asynq.NewTask":
        given = _nodes(call)
        if len(given) > 1:
            yield from _marshalled(given[1], call, facts)
    elif qualified.startswith("github.com/RichardKnop/machinery/") and call.is_new:
        body = call.node.child_by_field_name("body")
        for item in body.named_children if body is not None and call.name == "Arg" else ():
            key, value = item.child_by_field_name("key"), item.child_by_field_name("value")
            if key is not None and value is not None and key.text == b"Value":
                yield value
    elif call.name in ("Insert", "InsertTx") and "riverqueue" in qualified:
        yield from _nodes(call)[1:3]
    elif call.name in ("Enqueue", "EnqueueIn", "EnqueueUnique") and "gocraft/work" in qualified:
        yield from _nodes(call)[1:]


def _marshalled(node: Node, call: Call, facts: Facts) -> Iterator[Node]:
    """What ``json.Marshal`` made a payload of."""
    written = call.reader.text(Span(node.start_byte, node.end_byte))
    for one in facts.calls:
        if one.qualified != "encoding/json.Marshal" or one.function is not call.function:
            continue
        inside = node.start_byte <= one.span.start and one.span.end <= node.end_byte
        if inside or (one.assigned_to == written and one.span.start < call.span.start):
            yield from _nodes(one)


def _carried(node: Node) -> Iterator[Node]:
    """The variables that a value holds as they are: itself, or in the fields of a literal."""
    pending = [(node, 0)]
    while pending:
        one, depth = pending.pop()
        if one.type == "identifier":
            yield one
        elif depth < _DEPTH:
            if one.type == "keyed_element":
                value = one.child_by_field_name("value")
                pending += [(value, depth)] if value is not None else []
            elif one.type in ("composite_literal", "unary_expression"):
                inner = one.child_by_field_name("body") or one.child_by_field_name("operand")
                pending += [(inner, depth)] if inner is not None else []
            elif one.type == "literal_value":
                pending += [(child, depth + 1) for child in reversed(one.named_children)]
            elif one.type in ("literal_element", "parenthesized_expression"):
                inner = only_child(one)
                pending += [(inner, depth)] if inner is not None else []


def _what(name: str, call: Call, facts: Facts, unit: UnitView) -> str:
    scope = call.scope.declaring(name)
    bound = scope.bindings[name] if scope is not None else []
    if not bound or bound[0].kind not in ("type", "value", "class"):
        return ""
    kind = bound[0].target.rstrip("()!").lstrip(":")
    resolved = call.reader.resolve(name, call.scope) or ""
    if resolved in _OPEN:
        return "which cannot be stored: it holds an open connection"
    last = kind.rpartition(".")[2]
    if not last or _TRANSFER.search(last):
        return ""
    is_row = (
        _RECORDS.search(kind) is not None
        or _is_table(last, unit)
        or _is_read(name, call, facts, unit)
    )
    return "the row as it is now, every column of it; pass its id" if is_row else ""


def _is_table(name: str, unit: UnitView) -> bool:
    """Whether a struct of the file is a table of GORM or bun."""
    declared = rf"\btype\s+{re.escape(name)}\s+struct\s*\{{[^}}]*?"
    return unit.file_has(declared + r"(?:\bgorm\.Model\b|\bbun\.BaseModel\b|`[^`\n]*gorm:)")


def _is_read(name: str, call: Call, facts: Facts, unit: UnitView) -> bool:
    """Whether a query filled the variable before."""
    for one in facts.calls:
        if one.function is not call.function or one.span.start > call.span.start:
            continue
        if "db-read-one" not in unit.roles_of(one):
            continue
        if any(unit.adapter.slice(node) == f"&{name}" for node in _nodes(one)):
            return True
    return False
