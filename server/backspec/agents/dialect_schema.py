"""Reads a JSON Schema into a ``Dialect``: ours from ``schemas/agents``, or a user's own.

What the validator needs stays in the schema; here is only what completion, hover and messages
need. A schema that is a JSON object never raises: what has an unexpected form is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from backspec.agents.dialects import (
    Dialect,
    Effect,
    Identity,
    Key,
    Level,
    Limit,
    Placeholder,
    Reader,
    Value,
)

_DEEPEST = 8
"""Levels of nested keys that are read; deeper ones are only the validator's."""


def from_schema(name: str, schema: Mapping[str, Any]) -> Dialect:
    """The dialect that a JSON Schema describes, with or without an ``x-backspec`` block."""
    extra = _mapping(schema.get("x-backspec"))
    products = {name: _mapping(facts) for name, facts in _mapping(extra.get("products")).items()}
    readers = tuple(_reader(product, facts) for product, facts in products.items())
    levels = {level for facts in products.values() for level in _mapping(facts.get("at"))}
    first = readers[0] if readers else None
    return Dialect(
        id=name,
        title=str(schema.get("title", name)),
        description=_documentation(schema),
        owner=str(extra.get("owner", "")),
        kind=extra.get("kind", "agent"),
        format=extra.get("format", "markdown"),
        schema=schema,
        keys=_Keys(schema).of(schema, 0),
        closed=schema.get("additionalProperties") is False,
        globs={
            cast("Level", level): tuple(globs)
            for level, globs in _mapping(extra.get("globs")).items()
            if globs
        },
        identity=_identity(_mapping(extra.get("identity"))),
        limits=tuple(_limit(item) for item in _mappings(extra.get("limits"))),
        placeholders=tuple(_placeholder(item) for item in _mappings(extra.get("placeholders"))),
        tools=str(extra.get("tools", "")),
        models=str(extra.get("models", "")),
        readers=readers,
        at={
            cast("Level", level): tuple(
                _reader(product, facts, level) for product, facts in products.items()
            )
            for level in levels
        },
        body_required=bool(extra.get("body-required", False)),
        evidence=first.evidence if first else "D",
        source=first.source if first else "",
        verified=first.verified if first else "",
        header_snippets=tuple(_mappings(schema.get("defaultSnippets"))),
        extra=extra,
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, (list, tuple)):
        yield from (item for item in value if isinstance(item, Mapping))


def _list(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else ()


def _documentation(schema: Mapping[str, Any]) -> str:
    return str(schema.get("markdownDescription") or schema.get("description") or "")


def _reader(product: str, facts: Mapping[str, Any], level: str = "") -> Reader:
    here = _mapping(_mapping(facts.get("at")).get(level))
    merged = {**facts, **here}
    reads = merged.get("reads")
    return Reader(
        product=product,
        evidence=merged.get("evidence", "X"),
        source=str(merged.get("source", "")),
        verified=str(merged.get("verified", "")),
        note=str(merged.get("note", "")),
        reads=None if reads is None else frozenset(_list(reads)),
        ignores=frozenset(_list(facts.get("ignores")) + _list(here.get("ignores"))),
        rejects=frozenset(_list(facts.get("rejects")) + _list(here.get("rejects"))),
        on={
            mistake: _effect(stated)
            for mistake, stated in {**_mapping(facts.get("on")), **_mapping(here.get("on"))}.items()
        },
        key_notes={**_mapping(facts.get("key-notes")), **_mapping(here.get("key-notes"))},
    )


def _effect(stated: Any) -> tuple[Effect, str]:
    if isinstance(stated, Mapping):
        return stated.get("effect", "unknown"), str(stated.get("note", ""))
    return cast("Effect", stated), ""


def _pattern(text: Any) -> re.Pattern[str] | None:
    if not isinstance(text, str):
        return None
    try:
        return re.compile(text)
    except re.error:
        return None


def _identity(facts: Mapping[str, Any]) -> Identity:
    return Identity(
        source=facts.get("from", "none"),
        pattern=_pattern(facts.get("pattern")),
        style=_pattern(facts.get("style")),
        must_equal=facts.get("must-equal", ""),
        reserved=_list(facts.get("reserved")),
        builtin=_list(facts.get("builtin")),
        note=str(facts.get("note", "")),
    )


def _limit(facts: Mapping[str, Any]) -> Limit:
    return Limit(
        of=str(facts.get("of", "body")),
        most=facts.get("most"),
        least=facts.get("least"),
        unit=facts.get("unit", "characters"),
        effect=facts.get("effect", "unknown"),
        products=_list(facts.get("products")),
        evidence=facts.get("evidence", "X"),
        note=str(facts.get("note", "")),
    )


def _placeholder(facts: Mapping[str, Any]) -> Placeholder:
    form = str(facts.get("form", ""))
    return Placeholder(
        form=form,
        pattern=_pattern(facts.get("pattern")) or re.compile(re.escape(form)),
        snippet=str(facts.get("snippet", "")),
        description=str(facts.get("description", "")),
    )


class _Keys:
    """Reads the keys of one schema; what several keys refer to is read once."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._shared: dict[str, Key] = {}

    def of(self, schema: Mapping[str, Any], depth: int) -> dict[str, Key]:
        """The keys of a mapping, required ones first."""
        if depth > _DEEPEST:
            return {}
        found: dict[str, Key] = {}
        for branch in self._branches(schema):
            needed = frozenset(_list(branch.get("required")))
            for name, subschema in _mapping(branch.get("properties")).items():
                if name not in found and isinstance(subschema, Mapping):
                    found[name] = self._key(name, subschema, name in needed, depth)
        return dict(sorted(found.items(), key=lambda pair: not pair[1].required))

    def _resolve(self, schema: Any) -> Mapping[str, Any]:
        """Follow local references; what stands beside a reference wins over its target."""
        node = _mapping(schema)
        for _ in range(_DEEPEST):
            reference = node.get("$ref")
            if not isinstance(reference, str) or not reference.startswith("#/"):
                break
            target: Any = self._root
            for part in reference[2:].split("/"):
                target = _mapping(target).get(part.replace("~1", "/").replace("~0", "~"))
            beside = {key: value for key, value in node.items() if key != "$ref"}
            node = {**_mapping(target), **beside}
        return node

    def _branches(self, schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The schema itself and the alternatives directly under it."""
        alternatives = (*_list(schema.get("anyOf")), *_list(schema.get("oneOf")))
        return [schema, *(self._resolve(branch) for branch in alternatives)]

    def _item(self, subschema: Any, depth: int) -> Key | None:
        if not isinstance(subschema, Mapping) or depth >= _DEEPEST:
            return None
        reference = subschema.get("$ref") if len(subschema) == 1 else None
        if not isinstance(reference, str):
            return self._key("", subschema, False, depth + 1)
        if reference not in self._shared:
            self._shared[reference] = self._key("", subschema, False, depth + 1)
        return self._shared[reference]

    def _key(self, name: str, subschema: Mapping[str, Any], required: bool, depth: int) -> Key:
        schema = self._resolve(subschema)
        branches = self._branches(schema)
        facts = _mapping(schema.get("x-backspec"))
        enum = tuple(value for branch in branches for value in _values(branch))
        types = frozenset(word for branch in branches for word in _types(branch))
        if not types:
            types = frozenset(_json_type(value.value) for value in enum)
        items = next((i for b in branches if (i := self._item(b.get("items"), depth))), None)
        any_key = next(
            (k for b in branches if (k := self._item(b.get("additionalProperties"), depth))), None
        )
        keys = self.of(schema, depth + 1)
        if not keys and items is not None:
            keys = dict(items.keys)
        return Key(
            name=name,
            schema=schema,
            required=required,
            types=types,
            description=_documentation(schema),
            enum=() if any(_is_open(branch) for branch in branches[1:]) else enum,
            suggestions=enum or _suggestions(schema, types),
            default=schema.get("default"),
            deprecated=str(schema.get("deprecationMessage", "")),
            replaced_by=str(facts.get("replaced-by", "")),
            values=str(facts.get("values", "")),
            separator=facts.get("separator", ""),
            when={
                other: tuple(value) if isinstance(value, list) else (value,)
                for other, value in _mapping(facts.get("when")).items()
            },
            items=items,
            keys=keys,
            any_key=any_key,
            closed=any(branch.get("additionalProperties") is False for branch in branches),
        )


def _types(branch: Mapping[str, Any]) -> tuple[str, ...]:
    stated = branch.get("type")
    return (stated,) if isinstance(stated, str) else _list(stated)


def _is_open(branch: Mapping[str, Any]) -> bool:
    """Whether an alternative takes any string, so that the values listed are only offers."""
    return "string" in _types(branch) and "enum" not in branch and "const" not in branch


def _values(branch: Mapping[str, Any]) -> Iterator[Value]:
    outdated = _mapping(_mapping(branch.get("x-backspec")).get("deprecated-values"))
    descriptions = _list(branch.get("markdownEnumDescriptions") or branch.get("enumDescriptions"))
    for index, value in enumerate(_list(branch.get("enum"))):
        text = str(descriptions[index]) if index < len(descriptions) else ""
        yield Value(value, text, str(outdated.get(str(value), "")))
    if "const" in branch:
        yield Value(
            branch["const"], _documentation(branch), str(branch.get("deprecationMessage", ""))
        )


def _suggestions(schema: Mapping[str, Any], types: frozenset[str]) -> tuple[Value, ...]:
    if types == {"boolean"}:
        default = bool(schema.get("default"))
        return (Value(not default), Value(default))
    examples = _list(schema.get("examples"))
    return tuple(Value(value) for value in examples if not isinstance(value, (list, dict)))


def _json_type(value: Any) -> str:
    if value is None:
        return "null"
    for python, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string")):
        if isinstance(value, python):
            return name
    return "array" if isinstance(value, list) else "object"
