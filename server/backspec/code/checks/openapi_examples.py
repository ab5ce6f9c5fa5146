"""Checks on the examples of OpenAPI documents: whether they are what their schemas ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.nodes import Node
    from backspec.code.files.openapi import ApiFacts
    from backspec.text import Span

_MOST_STEPS: Final = 400
_SCALARS: Final = {
    "integer": ("integer",),
    "number": ("integer", "number"),
    "boolean": ("boolean",),
}
_NAMES: Final = {"mapping": "an object", "sequence": "a list", "null": "nothing"}


def examples(facts: ApiFacts, unit: FileView) -> Iterator[Report]:
    """The first thing that is wrong with each example."""
    del unit
    seen: set[int] = set()
    for node, _ in facts.nodes:
        for schema, value in _pairs(facts, node):
            if id(value) in seen:
                continue
            seen.add(id(value))
            found = _mismatch(facts, schema, value)
            if found is not None:
                yield Report(*found)


def _pairs(facts: ApiFacts, node: Node) -> Iterator[tuple[Node, Node]]:
    """Schemas and examples that stand side by side in a mapping."""
    if node.entries is None:
        return
    schema = node.get("schema")
    example = node.get("example")
    if schema is not None and schema.entries is not None:
        if example is not None:
            yield schema, example
        listed = node.get("examples")
        for _, _, one in listed.pairs() if listed is not None else ():
            if facts.version == "2":
                yield schema, one
                continue
            held = facts.resolve(one)
            value = held.get("value") if held is not None else None
            if value is not None:
                yield schema, value
    elif example is not None and example.value is None and node.get("type") is not None:
        yield node, example


def _mismatch(facts: ApiFacts, schema: Node, value: Node) -> tuple[Span, str] | None:
    """Where an example is not what the schema says, and why; None when nothing is wrong."""
    stack = [(schema, value, "")]
    for _ in range(_MOST_STEPS):
        if not stack:
            return None
        given, at, name = stack.pop()
        wanted = facts.resolve(given)
        if wanted is None or wanted.entries is None or at.get("$ref") is not None:
            continue
        if any(wanted.get(word) is not None for word in ("oneOf", "anyOf", "not", "if")):
            continue
        parts = wanted.get("allOf")
        stack += [(part, at, name) for part in (parts.items if parts is not None else ())]
        kind = wanted.text("type")
        subject = f"`{name}`" if name else "This example"
        actual = at.kind
        if actual == "null" or (at.value or "").startswith(("{{", "${", "<")):
            continue  # whether it may be is said in too many ways
        shown = _NAMES.get(actual, f"`{(at.value or '')[:30]}`")
        if kind == "object" and actual != "mapping":
            return at.span, f"{subject} is {shown}, but the schema asks for an object"
        if kind == "array" and actual != "sequence":
            return at.span, f"{subject} is {shown}, but the schema asks for a list"
        if kind in _SCALARS and actual not in _SCALARS[kind]:
            article = "an" if kind == "integer" else "a"
            return at.span, f"{subject} is {shown}, but the schema asks for {article} {kind}"
        if kind == "string" and actual in ("mapping", "sequence"):
            return at.span, f"{subject} is {shown}, but the schema asks for a text"
        allowed = wanted.get("enum")
        if allowed is not None and at.value is not None:
            values = {item.value for item in allowed.items}
            if values and at.value not in values:
                return at.span, f"{subject} is {shown}, which is none of the values of `enum`"
        if actual == "mapping":
            if (missing := _missing(facts, wanted, at)) is not None:
                return at.span, f"{subject} has no `{missing}`, which the schema requires"
            properties = wanted.get("properties")
            for key, _, inner in at.pairs():
                described = properties.get(key) if properties is not None else None
                if described is not None:
                    stack.append((described, inner, key))
        elif actual == "sequence":
            items = wanted.get("items")
            if items is not None and items.entries is not None:
                stack += [(items, item, name) for item in at.items[:20]]
    return None


def _missing(facts: ApiFacts, schema: Node, value: Node) -> str | None:
    """A property that an example lacks, and that not only answers or only requests have."""
    required = schema.get("required")
    properties = schema.get("properties")
    for item in required.items if required is not None else ():
        name = item.value
        if not name or value.get(name) is not None:
            continue
        described = properties.get(name) if properties is not None else None
        held = facts.resolve(described) if described is not None else None
        if held is None or "true" in (held.text("readOnly"), held.text("writeOnly")):
            continue
        return name
    return None
