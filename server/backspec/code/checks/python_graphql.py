"""Checks on Python: lists of GraphQL that come whole, in Strawberry, Graphene and Ariadne."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from backspec.code.checks import Report
from backspec.code.checks import graphql as schemas
from backspec.code.checks.embedded_sql import piece_of
from backspec.code.checks.graphql import SHORT_LISTS
from backspec.code.checks.values import string
from backspec.code.facts.model import CallValue, Name
from backspec.code.files import FileView
from backspec.code.files import graphql as sdl
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, ClassDef, Facts, Function, Place
    from backspec.code.syntax import Node

_PAGES: Final = (
    r"first|last|limit|take|page\w*|after|before|offset|skip|size|count|cursor|per_?page|top|max\w*"
    r"|pagination|paging|ids|\w+_?ids|keys|slugs|names|codes|uuids|num\w*"
)
_CUT: Final = r"\[[^\]\n]*:[^\]\n]+\]|\.limit\(|pagina|\bfirst\b"
_PAGED: Final = regex(_PAGES, re.IGNORECASE)
_BOUNDED: Final = regex(_CUT)
_SCALARS: Final = frozenset(
    ("String", "Int", "Float", "Boolean", "ID", "UUID", "Date", "DateTime", "Time", "Decimal",
     "JSONString", "GenericScalar", "JSON", "BigInt", "Any", "Void", "Upload", "NonNull", "Field")
)  # fmt: skip
_LIST: Final = regex(
    r"(?:typing\.)?(?:list|List|Iterable|Sequence)\[[\"']?(?:[\w.]+\.)?([A-Z]\w*)[\"']?\]"
)
_OPTIONAL: Final = regex(r"(?:typing\.)?Optional\[(.*)\]|(.*?)\|None")


class _Listed(NamedTuple):
    """A field that gives a list."""

    name: str
    item: str
    span: Span
    place: Place


def list_unpaged(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Fields of ``Query`` in Strawberry, Graphene and Ariadne that answer with all there is."""
    if unit.imports("ariadne"):
        yield from _in_schemas(facts, unit)
    if not unit.mentions("Query"):
        return
    if unit.imports("strawberry", "strawberry_django"):
        found = _strawberry(facts, unit)
    elif unit.imports("graphene", "graphene_django", "graphene_sqlalchemy", "graphene_mongo"):
        found = _graphene(facts, unit)
    else:
        return
    for one in found:
        if SHORT_LISTS.fullmatch(one.name) or one.item in _SCALARS or one.item.endswith("Enum"):
            continue
        if unit.file_has(rf"class\s+{one.item}\(.*Enum\b"):
            continue
        yield Report(
            one.span,
            f"`{one.name}` answers with every `{one.item}` there is; take `first` and `after`",
            place=one.place,
        )


def _is_query(class_def: ClassDef | None) -> bool:
    return class_def is not None and class_def.name.endswith(("Query", "Queries"))


def _strawberry(facts: Facts, unit: UnitView) -> Iterator[_Listed]:
    for function in facts.functions:
        if not _is_query(function.class_def):
            continue
        told = [one.path.rpartition(".")[2] for one in function.decorators]
        if "field" not in told or any(
            one.call is not None and _pages(one.call) for one in function.decorators
        ):
            continue
        item = _item(function.node.child_by_field_name("return_type"), unit)
        if item and not _takes_page(function) and not _BOUNDED.search(unit.text(function.span)):
            yield _Listed(function.name, item, function.name_span, function.inside)
    for assign in facts.assigns:
        if assign.function is not None or not _is_query(assign.class_def):
            continue
        value = assign.value
        if not isinstance(value, CallValue) or value.call.name != "field" or _pages(value.call):
            continue
        item = _item(assign.node.child_by_field_name("type"), unit)
        resolver = value.call.arguments.keywords.get("resolver")
        if item and isinstance(resolver, Name) and _gives_all(resolver.path, unit):
            yield _Listed(assign.target, item, assign.target_span, assign.place)


def _gives_all(name: str, unit: UnitView) -> bool:
    """Whether a function of the file takes no page and cuts nothing off."""
    head = rf"^(?:async\s+)?def\s+{re.escape(name)}\("
    if not unit.file_has(head) or unit.file_has(rf"{head}[^)]*\b(?:{_PAGES})\b"):
        return False
    return not unit.file_has(rf"{head}(?:[^\n]*\n[ \t]+)*?[^\n]*(?:{_CUT})")


def _item(node: Node | None, unit: UnitView) -> str:
    """The class of the items of ``list[Book]``, "" for other types."""
    text = "".join(unit.adapter.slice(node).split()) if node is not None else ""
    inner = _OPTIONAL.fullmatch(text)
    if inner is not None:
        text = inner[1] or inner[2]
    found = _LIST.fullmatch(text)
    return found[1] if found is not None else ""


def _pages(call: Call) -> bool:
    """Whether a field is said to be paged, or lies outside of what can be seen."""
    keywords = call.arguments.keywords
    return "pagination" in keywords or "extensions" in keywords or call.arguments.is_open


def _takes_page(function: Function) -> bool:
    return any(
        _PAGED.fullmatch(one.name)
        or re.search(r"(?i)pag(?:e|ing|ination)|input|filter$", one.type_path)
        for one in function.parameters
    )


def _graphene(facts: Facts, unit: UnitView) -> Iterator[_Listed]:
    for assign in facts.assigns:
        owner = assign.class_def
        if owner is None or not _is_query(owner) or assign.function is not None:
            continue
        value = assign.value
        if not isinstance(value, CallValue):
            continue
        call = value.call
        is_all = call.name == "DjangoListField"
        if call.name == "NonNull" and call.arguments.positional:
            inner = call.arguments.positional[0]
            call = inner.call if isinstance(inner, CallValue) else call
        if call.name not in ("List", "DjangoListField") or call.arguments.is_open:
            continue
        if any(_PAGED.fullmatch(one) for one in call.arguments.keywords):
            continue
        item = _graphene_item(call, unit)
        resolver = next(
            (
                f
                for f in facts.functions
                if f.name == f"resolve_{assign.target}" and f.class_def is owner
            ),
            None,
        )
        if not item or (resolver is None and not is_all):
            continue
        if resolver is not None and _BOUNDED.search(unit.text(resolver.span)):
            continue
        yield _Listed(assign.target, item, assign.target_span, assign.place)


def _graphene_item(call: Call, unit: UnitView) -> str:
    given = call.arguments.positional[:1]
    if not given:
        return ""
    text = re.sub(
        r"^lambda:\s*|^(?:graphene\.)?NonNull\(|\)$|[\"']", "", unit.text(given[0].span).strip()
    )
    found = re.fullmatch(r"(?:lambda:\s*)?(?:[\w.]+\.)?([A-Z]\w*)", text.strip())
    return found[1] if found is not None else ""


def _in_schemas(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``type_defs = gql(\"\"\"type Query { books: [Book!]! }\"\"\")``."""
    for call in facts.calls:
        if call.name != "gql" or not call.arguments.positional:
            continue
        given = call.arguments.positional[0]
        text = string(given)
        if not text or "Query" not in text:
            continue
        piece, offset = piece_of(given, unit)
        read = sdl.facts(piece, "")
        if read is None or offset < 0:
            continue
        for report in schemas.list_unpaged(read, FileView(piece, "", "graphql")):
            report.span = Span(report.span.start + offset, report.span.end + offset)
            report.place = call.place
            yield report
