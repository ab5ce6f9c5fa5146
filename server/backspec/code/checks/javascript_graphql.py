"""Checks on GraphQL in JavaScript and TypeScript: schemas in templates, and schemas in code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, graphql, needs
from backspec.code.checks.values import text_of
from backspec.code.facts.model import CallValue, FunctionValue, Mapping, Name, Sequence
from backspec.code.files import FileView
from backspec.code.files.graphql import facts as schema_facts
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function, Parameter, Value
    from backspec.code.syntax import Node

_SCHEMA: Final = regex(rb"\btype\s+\w*Query\b")
_HOLE: Final = regex(rb"\$\{[^{}]*\}")
_TEXTS: Final = frozenset(("gql", "graphql", "buildSchema", "parse", "buildASTSchema"))
_NAMES: Final = frozenset(("typeDefs", "schema", "typeDefinitions", "sdl", "typedefs"))
_ROOT: Final = regex(r"(?i)(?:root)?_?query(?:type|root)?")
_QUERY_PARTS: Final = frozenset(("queryType", "queryField", "queryFields"))
_POTHOS: Final = frozenset(("field", "prismaField", "drizzleField", "list"))
_SCALARS: Final = frozenset(
    ("String", "Int", "Float", "Boolean", "ID", "Number", "Date", "DateTime", "JSON", "GraphQLJSON",
     "GraphQLString", "GraphQLInt", "GraphQLFloat", "GraphQLBoolean", "GraphQLID")
)  # fmt: skip
_LIMITED: Final = regex(r"(?i)\b(?:take|limit|first|top|pageSize|perPage|max\w*)\b|\.slice\(")


@needs(
    families=("javascript",),
    words=("gql", "graphql", "typedefs", "graphqlobjecttype", "querytype", "queryfield",
           "queryfields", "buildschema", "query"),
)  # fmt: skip
def list_unpaged(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Queries that answer with all there is."""
    yield from _templates(facts, unit)
    if unit.imports("@nestjs/graphql", "type-graphql"):
        yield from _resolvers(facts, unit)
    if unit.mentions("GraphQLObjectType", *_QUERY_PARTS):
        for call in facts.calls:
            if call.name in _POTHOS:
                yield from _pothos(call, unit)
            elif call.name == "GraphQLObjectType" and call.is_new:
                yield from _object_type(call, unit)


# ---------------------------------------------------------------------------- templates


def _templates(facts: Facts, unit: UnitView) -> Iterator[Report]:
    found: list[Node | None] = []
    for call in facts.calls:
        if call.name in _TEXTS:
            given = call.node.child_by_field_name("arguments")
            if given is not None and given.type == "arguments":
                given = given.named_children[0] if given.named_child_count else None
            found.append(given)
    found += [one.value_node for one in facts.assigns if one.target in _NAMES]
    found += [one.value_node for one in facts.pairs if one.key in _NAMES]
    for node in found:
        if node is None or node.type != "template_string":
            continue
        text = unit.adapter.source[node.start_byte + 1 : node.end_byte - 1]
        if not _SCHEMA.search(text):
            continue
        text = _HOLE.sub(lambda hole: b" " * len(hole[0]), text)
        schema = schema_facts(text, "")
        if schema is None:
            continue
        for report in graphql.list_unpaged(schema, FileView(text, "", "graphql")):
            at = node.start_byte + 1
            report.span = Span(report.span.start + at, report.span.end + at)
            yield report


# ---------------------------------------------------------------------------- decorators


def _resolvers(facts: Facts, unit: UnitView) -> Iterator[Report]:
    for function in facts.functions:
        for one in function.decorators:
            if one.path.rpartition(".")[2] != "Query" or one.call is None:
                continue
            if one.qualified not in ("@nestjs/graphql.Query", "type-graphql.Query"):
                continue
            given = one.call.arguments.positional
            item = _item(given[0], unit) if given else ""
            named = given[1] if len(given) > 1 else None
            name = text_of(named.entries.get("name")) if isinstance(named, Mapping) else ""
            if item and not _is_limited(function, unit):
                yield from _all_of(name or function.name, item, function.name_span, unit)


def _is_limited(function: Function, unit: UnitView) -> bool:
    """Whether a parameter says how many or which, or the body takes only so many."""
    return any(_limits(one, unit) for one in function.parameters) or bool(
        _LIMITED.search(unit.text(function.body_span))
    )


def _limits(parameter: Parameter, unit: UnitView) -> bool:
    for one in parameter.decorators:
        kind = one.path.rpartition(".")[2]
        if kind not in ("Arg", "Args") or one.call is None:
            continue
        given = one.call.arguments.positional
        first = given[0] if given else None
        if isinstance(first, Mapping):
            first = first.entries.get("name")
        name = text_of(first)
        if not name:
            return True  # a class of arguments, which may hold anything
        if graphql.limits_list(name, parameter.type_path) or unit.text(
            parameter.span
        ).rstrip().endswith("[]"):
            return True
    return False


# ---------------------------------------------------------------------------- code first


def _pothos(call: Call, unit: UnitView) -> Iterator[Report]:
    """``builder.queryField("orders", (t) => t.field({type: [Order], ...}))``."""
    given = call.arguments.positional
    options = given[0] if given else None
    if not isinstance(options, Mapping) or options.is_open:
        return
    kind = options.entries.get("type")
    item = _item(kind, unit) if kind is not None else ""
    if item and _is_free(options, unit):
        name = _query_name(call, unit)
        if name:
            yield from _all_of(name, item, call.callee_span, unit)


def _query_name(call: Call, unit: UnitView) -> str:
    """The name of the query field that a call makes, "" when it is no field of a query."""
    node: Node | None = call.node
    name = ""
    for _ in range(12):
        around = node.parent if node is not None else None
        if around is None:
            return ""
        if around.type == "pair" and not name:
            key = around.child_by_field_name("key")
            name = unit.adapter.slice(key) if key is not None else ""
        elif around.type == "call_expression":
            callee = around.child_by_field_name("function")
            if callee is None or unit.adapter.slice(callee).rpartition(".")[2] not in _QUERY_PARTS:
                return ""
            given = around.child_by_field_name("arguments")
            first = given.named_children[0] if given is not None and given.named_children else None
            if first is not None and first.type == "string":
                return unit.adapter.slice(first).strip("'\"")
            return name
        node = around
    return ""


def _object_type(call: Call, unit: UnitView) -> Iterator[Report]:
    """``new GraphQLObjectType({name: "Query", fields: {orders: {type: new GraphQLList(..)}}})``."""
    given = call.arguments.positional
    options = given[0] if given else None
    if not isinstance(options, Mapping) or not _ROOT.fullmatch(
        text_of(options.entries.get("name"))
    ):
        return
    fields = options.entries.get("fields")
    if isinstance(fields, FunctionValue):
        fields = _returned(fields, unit)
    if not isinstance(fields, Mapping):
        return
    for name, field in fields.entries.items():
        if isinstance(field, Mapping) and not field.is_open and _is_free(field, unit):
            kind = field.entries.get("type")
            item = _item(kind, unit) if kind is not None else ""
            if item:
                yield from _all_of(name, item, fields.key_spans[name], unit)


def _is_free(options: Mapping, unit: UnitView) -> bool:
    """Whether neither the arguments of a field nor what resolves it limit it."""
    arguments = options.entries.get("args")
    if isinstance(arguments, Mapping):
        if arguments.is_open or any(graphql.limits_list(one, "") for one in arguments.entries):
            return False
    elif arguments is not None:
        return False
    resolve = options.entries.get("resolve")
    if not isinstance(resolve, FunctionValue):
        return resolve is None
    return not _LIMITED.search(unit.text(resolve.span))


# ---------------------------------------------------------------------------- what they share


def _all_of(name: str, item: str, span: Span, unit: UnitView) -> Iterator[Report]:
    if not graphql.SHORT_LISTS.fullmatch(name):
        yield Report(span, f"`{name}` answers with every `{item}` there is: nothing limits them")
    del unit


def _item(value: Value, unit: UnitView) -> str:
    """The type of the items of a list of objects, "" for all other types."""
    for _ in range(4):
        if isinstance(value, FunctionValue):
            inner = _returned(value, unit)
            if inner is None:
                return ""
            value = inner
        elif isinstance(value, CallValue) and value.call.name in ("GraphQLNonNull", "nonNull"):
            if not value.call.arguments.positional:
                return ""
            value = value.call.arguments.positional[0]
        else:
            break
    if isinstance(value, CallValue) and value.call.name in ("GraphQLList", "list"):
        items = value.call.arguments.positional
    elif isinstance(value, Sequence):
        items = value.items
    else:
        return ""
    if len(items) != 1:
        return ""
    item = items[0]
    if isinstance(item, CallValue) and item.call.name == "GraphQLNonNull":
        item = next(iter(item.call.arguments.positional), item)
    name = item.path if isinstance(item, Name) else text_of(item)
    name = name.rpartition(".")[2]
    if name in _SCALARS or not re.match(r"[A-Z]\w*[a-z]|[a-z]\w*Type$", name):
        return ""
    return "" if name.endswith(("Enum", "Connection", "Edge", "Scalar")) else name


def _returned(value: FunctionValue, unit: UnitView) -> Value | None:
    """What ``() => x`` or ``() => { return x; }`` gives."""
    body = value.node.child_by_field_name("body")
    if body is not None and body.type == "statement_block":
        last = body.named_children[-1] if body.named_child_count else None
        if last is None or last.type != "return_statement" or not last.named_child_count:
            return None
        body = last.named_children[0]
    return unit.adapter.value(body, value.function.scope) if body is not None else None
