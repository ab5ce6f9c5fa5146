"""Checks on GraphQL in Go: graphql-go's fields, gqlgen's resolvers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.graphql import SHORT_LISTS, limits_list
from backspec.code.checks.values import qualified_of, text_of
from backspec.code.facts.model import CallValue, Mapping
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.arguments import Found
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function
    from backspec.text import Span

_LIBRARY: Final = "github.com/graphql-go/graphql."
_QUERY: Final = regex(r"(?i)(?:root_?)?quer(?:y|ies)(?:_?(?:root|type))?")
_HOLDERS: Final = regex(r"(?i)(?:connection|edge|payload|page|result|enum)(?:_?type)?$")
_INPUTS: Final = regex(
    r"(?i)input|options?|args?|params?|request|query|\w*(?:page|pagination|paging)\w*"
)
_LISTS: Final = regex(r"^\(?\s*\[\]\*?(?:\w+\.)?[A-Z]\w*\b")
_LIMITED: Final = regex(r"(?i)\blimit|\.limit\(|paginat|\bscopes\(|\btop\s+\d|\btake\(|\bwhere\b")
_ALL: Final = regex(r"(?i)(?:get|find|list|fetch|load|select)?_?all\w*|list")


@needs(calls=("ObjectConfig", "AddFieldConfig"), words=("queryResolver",))
def list_unpaged(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """List fields of the query that nothing limits."""
    if unit.imports("github.com/graphql-go/graphql"):
        yield from _fields(facts, unit)
    elif unit.mentions("queryResolver"):
        yield from _resolvers(facts, unit)


# ---------------------------------------------------------------------------- graphql-go


def _fields(facts: Facts, unit: UnitView) -> Iterator[Report]:
    for call in facts.calls:
        given: list[tuple[str, Found, Span]] = []
        if call.name == "ObjectConfig" and call.qualified == _LIBRARY + "ObjectConfig":
            keywords = call.arguments.keywords
            fields = keywords.get("Fields")
            if _QUERY.fullmatch(text_of(keywords.get("Name"))) and isinstance(fields, Mapping):
                given = [(k, v, fields.key_spans[k]) for k, v in fields.entries.items()]
        elif call.name == "AddFieldConfig" and len(call.arguments.positional) == 2:
            first, second = call.arguments.positional
            if _QUERY.search(call.path.rpartition(".")[0]):
                given = [(text_of(first), second, first.span)]
        for name, field, span in given:
            if not isinstance(field, Mapping) or not _is_list(field.entries.get("Type"), unit):
                continue
            if SHORT_LISTS.fullmatch(name) or not name or _is_limited(field.entries.get("Args")):
                continue
            yield Report(
                span, f"`{name}` returns all there is: no argument limits it", place=call.place
            )


def _inner(value: Found, name: str) -> Found:
    """What ``graphql.NewNonNull`` or ``NewList`` is given; None for anything else."""
    if isinstance(value, CallValue) and value.call.qualified == _LIBRARY + name:
        return next(iter(value.call.arguments.positional), None)
    return None


def _is_list(kind: Found, unit: UnitView) -> bool:
    """Whether a type is a list of objects."""
    item = _inner(_inner(kind, "NewNonNull") or kind, "NewList")
    item = _inner(item, "NewNonNull") or item
    path = getattr(item, "path", "")
    if not path or _HOLDERS.search(path):
        return False
    made_by = qualified_of(item)
    if made_by.startswith(_LIBRARY):
        return made_by.endswith(("NewObject()", "NewInterface()", "NewUnion()"))
    last = re.escape(path.rpartition(".")[2])
    return not unit.file_has(rf"\b{last}\s*:?=\s*graphql\.New(?:Enum|Scalar)\b")


def _is_limited(arguments: Found) -> bool:
    if arguments is None:
        return False
    if not isinstance(arguments, Mapping) or arguments.is_open:
        return True
    return any(limits_list(name, "") or _INPUTS.fullmatch(name) for name in arguments.entries)


# ---------------------------------------------------------------------------- gqlgen


def _resolvers(facts: Facts, unit: UnitView) -> Iterator[Report]:
    for function in facts.functions:
        receiver = function.node.child_by_field_name("receiver")
        result = function.node.child_by_field_name("result")
        if receiver is None or result is None:
            continue
        if not unit.adapter.slice(receiver).rstrip(")").endswith("queryResolver"):
            continue
        if not _LISTS.match(unit.adapter.slice(result)) or SHORT_LISTS.fullmatch(function.name):
            continue
        names = [one.name for one in function.parameters]
        if any(limits_list(n, "") or _INPUTS.fullmatch(n) for n in names):
            continue
        if _LIMITED.search(unit.text(function.body_span)):
            continue
        if any(_reads_all(call, function, unit) for call in facts.calls_in(function.body_span)):
            yield Report(
                function.name_span,
                f"`{function.name}` returns all there is: no argument limits it",
                place=function.inside,
            )


def _reads_all(call: Call, function: Function, unit: UnitView) -> bool:
    """A read of many rows, or a call like ``r.orders.FindAll(ctx)`` that gives the answer."""
    if call.function is not function:
        return False
    roles = unit.roles_of(call)
    if "db-read" in roles and "db-read-one" not in roles:
        return True
    given = call.arguments.positional
    return (
        call.use == "returned"
        and _ALL.fullmatch(call.name) is not None
        and "." in call.path
        and all(getattr(one, "path", "") == "ctx" for one in given)
    )
