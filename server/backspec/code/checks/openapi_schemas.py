"""Checks on the schemas of OpenAPI documents: what a request may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.expressions import regex
from backspec.model import Related, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.nodes import Node
    from backspec.code.files.openapi import ApiFacts
    from backspec.model import Profile

_UNSURE: Final[Profile] = "strict"
_BOUNDED_FORMATS: Final = frozenset(
    ("uuid", "date", "date-time", "time", "duration", "email", "ipv4", "ipv6", "hostname", "uri",
     "url", "binary", "byte", "guid", "idn-email", "int32", "int64", "password", "uri-reference",
     "objectid", "cuid", "ulid", "decimal", "float", "double", "iso-639", "regex")
)  # fmt: skip
_BODY: Final = "the body"
_MOST: Final = 3000
_SHOWN: Final = 3


class _Found:
    """What one request schema leaves open."""

    def __init__(self) -> None:
        self.strings: list[tuple[str, Node]] = []
        self.arrays: list[tuple[str, Node]] = []
        self.integers: list[tuple[str, Node]] = []
        self.objects: list[tuple[str, Node]] = []


def unbounded_schema(facts: ApiFacts, unit: FileView) -> Iterator[Report]:
    """Request schemas that let through texts and lists of any length: one report a schema."""
    del unit
    if facts.is_from_proto:
        return
    reports = list(_all_reports(facts))
    for word in ("maxItems", "maxLength", ""):
        alike = [
            r for r in reports if (word in r.message if word else not _BOUND.search(r.message))
        ]
        # Where next to nothing in the document is bounded, that is one fault.
        bounded = sum(node.get(word) is not None for node, _ in facts.nodes) if word else 0
        if word and len(alike) > _MANY and bounded < len(alike):
            first = alike[0]
            first.message += f"; so it is with {len(alike) - 1} other schemas here"
            first.related = tuple(Related("here, too", r.span) for r in alike[1:6])
            alike = [first]
        yield from alike


_BOUND: Final = regex("maxItems|maxLength")
_MANY: Final = 5


def _all_reports(facts: ApiFacts) -> Iterator[Report]:
    seen: set[int] = set()
    for operation in facts.operations:
        loose = []
        for parameter in facts.parameters(operation) or ():
            if id(parameter) in seen or parameter.text("in") not in ("query", "path", "header"):
                continue
            seen.add(id(parameter))
            schema = facts.resolve(parameter.get("schema") or parameter)
            if schema is not None and _is_loose_string(schema) and parameter.get("name"):
                loose.append(parameter)
        if loose:
            names = _names([p.text("name") for p in loose])
            named = loose[0].get("name")
            yield Report(
                named.span if named is not None else operation.key,
                f"{names} may be of any length: no `maxLength`, `enum`, `format` or `pattern`",
                profile=_UNSURE,
            )
        body = facts.body(operation)
        body = facts.resolve(body) if body is not None else None
        if body is None:
            continue
        media = body.get("content")
        schemas = (
            [body.get("schema")]
            if media is None
            else [
                one.get("schema") for name, _, one in media.pairs() if name != "multipart/form-data"
            ]
        )
        for schema in schemas:
            if schema is not None:
                yield from _of_schema(facts, schema, seen)


def _names(names: list[str]) -> str:
    listed = ", ".join(f"`{name}`" for name in names[:_SHOWN])
    return listed if len(names) <= _SHOWN else f"{listed} and {len(names) - _SHOWN} more"


def _of_schema(facts: ApiFacts, root: Node, seen: set[int]) -> Iterator[Report]:
    """Reports on a schema and on those that it refers to, one for each."""
    waiting = [(_BODY, root)]
    while waiting:
        title, start = waiting.pop()
        top = facts.resolve(start)
        if top is None or id(top) in seen:
            continue
        seen.add(id(top))
        found = _Found()
        stack = [(title, top, 0)]
        steps = 0
        while stack and steps < _MOST:
            steps += 1
            name, schema, depth = stack.pop()
            if schema.get("$ref") is not None:
                waiting.append((name, schema))
                continue
            if schema.text("readOnly") == "true":
                continue
            _judge(name, schema, found, depth)
            properties = schema.get("properties")
            for key, _, value in properties.pairs() if properties is not None else ():
                stack.append((key, value, depth + 1))
            items = schema.get("items")
            if items is not None and items.entries is not None:
                stack.append((name, items, depth + 1))
            for word in ("allOf", "anyOf", "oneOf"):
                parts = schema.get(word)
                stack += [(name, part, depth) for part in (parts.items if parts else ())]
        yield from _reports(found)


def _judge(name: str, schema: Node, found: _Found, depth: int) -> None:
    kind = _type(schema)
    if kind == "string" and _is_loose_string(schema):
        found.strings.append((name, schema))
    elif kind == "array" and schema.get("maxItems") is None:
        found.arrays.append((name, schema))
    elif kind == "integer" and not any(
        schema.get(key) is not None
        for key in (
            "format",
            "minimum",
            "maximum",
            "enum",
            "const",
            "exclusiveMinimum",
            "exclusiveMaximum",
        )
    ):
        found.integers.append((name, schema))
    elif (
        kind == "object"
        and depth
        and not any(
            schema.get(key) is not None
            for key in (
                "properties",
                "additionalProperties",
                "allOf",
                "anyOf",
                "oneOf",
                "maxProperties",
                "patternProperties",
                "$ref",
            )
        )
    ):
        found.objects.append((name, schema))


def _type(schema: Node) -> str:
    node = schema.get("type")
    if node is None:
        return ""
    if node.value is not None:
        return node.value
    kinds = [item.value for item in node.items if item.value != "null"]
    return (kinds[0] or "") if len(kinds) == 1 else ""


def _is_loose_string(schema: Node) -> bool:
    if _type(schema) != "string":
        return False
    if any(
        schema.get(key) is not None for key in ("maxLength", "enum", "pattern", "const", "x-enum")
    ):
        return False
    return schema.text("format") not in _BOUNDED_FORMATS


def _reports(found: _Found) -> Iterator[Report]:
    kinds: tuple[tuple[list[tuple[str, Node]], str, Profile | None], ...] = (
        (found.arrays, "may have any number of items: no `maxItems`", None),
        (
            found.strings,
            "may be of any length: no `maxLength`, `enum`, `format` or `pattern`",
            None,
        ),
        (found.integers, "may be any number: no `format`, `minimum` or `maximum`", _UNSURE),
        (found.objects, "may hold anything: an object without properties", _UNSURE),
    )
    for listed, what, profile in kinds:
        if not listed:
            continue
        ordered = sorted(listed, key=lambda one: one[1].span)
        node = ordered[0][1].get("type") or ordered[0][1]
        names = list(dict.fromkeys(name for name, _ in ordered))
        shown = _names([n for n in names if n != _BODY]) or "The body"
        yield Report(
            node.span,
            f"{shown} {what}",
            severity=Severity.INFO,
            profile=profile,
        )
