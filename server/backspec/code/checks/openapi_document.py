"""Checks on OpenAPI documents as documents: what the specification does not allow."""

from __future__ import annotations

import re
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.files.openapi_shapes import Shape, shapes
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from backspec.code.files import FileView
    from backspec.code.files.nodes import Node
    from backspec.code.files.openapi import ApiFacts

_RULE: Final = "openapi/invalid-document"
_UNSURE: Final = "strict"
_SCALARS: Final = {
    "string": ("string",),
    "scalar": ("string", "integer", "number", "boolean"),
    "boolean": ("boolean",),
    "number": ("integer", "number"),
}
_SHOWN: Final = {
    "string": "a text",
    "scalar": "a text",
    "boolean": "`true` or `false`",
    "number": "a number",
    "mapping": "a mapping",
    "sequence": "a list",
}
_TYPES: Final = frozenset(("string", "number", "integer", "boolean", "array", "object"))
_PLACES_2: Final = frozenset(("query", "header", "path", "formData", "body"))
_PLACES_3: Final = frozenset(("query", "header", "path", "cookie"))
_SCHEMES: Final = {"2": frozenset(("basic", "apiKey", "oauth2"))}
_SCHEMES_3: Final = frozenset(("apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"))
_CODE: Final = regex(r"[1-5](?:\d\d|XX)|default")
_MOST: Final = 200


def invalid_document(facts: ApiFacts, unit: FileView) -> Iterator[Report]:
    """Fields that the specification does not know, that are missing, or hold something else."""
    del unit
    yield from islice(_reports(facts), _MOST)


def _reports(facts: ApiFacts) -> Iterator[Report]:
    known = shapes(facts.version)
    stack: list[tuple[Node, str, Span, str]] = [(facts.root, "Document", _head(facts), "")]
    seen: set[tuple[int, str]] = set()
    while stack:
        node, kind, place, title = stack.pop()
        if (id(node), kind) in seen:
            continue
        seen.add((id(node), kind))
        if node.get("$ref") is not None and kind != "PathItem":
            yield from _siblings(facts, node, kind)
            continue
        shape = known[kind]
        yield from _missing(node, kind, shape, place, title)
        yield from _special(facts, node, kind, place)
        for name, key, value in node.pairs():
            if name.startswith("x-"):
                continue
            kinds = shape.fields.get(name, shape.others)
            if kinds is None:
                if not shape.is_open and not (kind == "Document" and facts.is_part):
                    yield _unknown(name, key, kind, shape)
                continue
            wrong = yield from _hold(value, kinds, known, stack, key, name)
            if wrong:
                yield Report(value.span, wrong, severity=Severity.ERROR)


def _head(facts: ApiFacts) -> Span:
    entries = facts.root.entries or {}
    entry = entries.get("openapi") or entries.get("swagger")
    return entry[0].span if entry else facts.root.span


def _hold(
    value: Node,
    kinds: tuple[str, ...],
    known: dict[str, Shape],
    stack: list[tuple[Node, str, Span, str]],
    key: Node,
    name: str,
) -> Generator[Report, None, str]:
    """Put what a field holds on the stack; returns what is wrong with it, "" for nothing."""
    wanted = []
    actual = value.kind
    for kind in kinds:
        if kind == "any":
            return ""
        if kind.startswith("["):
            if actual == "sequence":
                inner = kind[1:-1]
                for item in value.items:
                    if inner in known:
                        if item.kind == "mapping":
                            stack.append((item, inner, item.span, name))
                        else:
                            yield _no_mapping(item, f"an item of `{name}`")
                    elif inner in _SCALARS and item.kind not in (*_SCALARS["scalar"], "null"):
                        yield _wrong_item(item, name)
                return ""
            wanted.append("sequence")
        elif kind.startswith("{"):
            if actual == "mapping":
                inner = kind[1:-1]
                for item_name, item_key, item in value.pairs():
                    if inner not in known or item_name.startswith("x-"):
                        continue
                    if item.kind == "mapping":
                        stack.append((item, inner, item_key.span, item_name))
                    elif not (inner == "Schema" and item.kind == "boolean"):
                        yield _no_mapping(item, f"`{item_name}`", item_key)
                return ""
            wanted.append("mapping")
        elif kind in known:
            if actual == "mapping":
                stack.append((value, kind, key.span, name))
                return ""
            wanted.append("mapping")
        elif actual in _SCALARS[kind] or (
            kind == "string" and actual == "null" and not value.value
        ):
            return ""
        elif kind in ("string", "scalar") and actual in ("integer", "number", "boolean"):
            return ""  # YAML reads `1.0` as a number; tools take the text
        else:
            wanted.append(kind)
    if actual == "mapping" and value.text("$ref") and not value.text("$ref").startswith("#"):
        return ""  # another file, which whoever puts them together takes in
    if actual == "null":
        return ""  # an empty place that somebody is about to fill
    shown = " or ".join(dict.fromkeys(_SHOWN[one] for one in wanted))
    return f"`{name}` holds {shown}, not {_said(value)}"


def _said(value: Node) -> str:
    if value.value is None:
        return _SHOWN[value.kind]
    return f"`{value.value[:30]}`" if value.value else "an empty text"


def _no_mapping(item: Node, what: str, key: Node | None = None) -> Report:
    span = key.span if key is not None and item.kind == "null" else item.span
    return Report(
        span,
        f"{what[0].upper()}{what[1:]} is a mapping, not {_said(item)}",
        severity=Severity.ERROR,
    )


def _wrong_item(item: Node, name: str) -> Report:
    return Report(item.span, f"`{name}` lists texts, not {_said(item)}", severity=Severity.ERROR)


def _unknown(name: str, key: Node, kind: str, shape: Shape) -> Report:
    close = get_close_matches(name, shape.fields, 1, 0.75)
    title = {"PathItem": "a path", "Document": "a document", "MediaType": "a media type"}.get(
        kind, re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()
    )
    title = title if title.startswith("a ") else f"{'an' if title[0] in 'aeiou' else 'a'} {title}"
    if close:
        fix = Fix(f"Write `{close[0]}`", (Edit(_inner(key), close[0]),), "unsafe", _RULE)
        return Report(key.span, f"There is no field `{name}` in {title}; `{close[0]}`?", (fix,))
    return Report(key.span, f"There is no field `{name}` in {title}")


def _inner(key: Node) -> Span:
    """A key without its quotes."""
    size = len((key.value or "").encode())
    if key.span.end - key.span.start == size + 2:
        return Span(key.span.start + 1, key.span.end - 1)
    return key.span


def _missing(node: Node, kind: str, shape: Shape, place: Span, title: str) -> Iterator[Report]:
    for field in shape.required:
        if node.get(field) is None:
            if kind == "Document" and field in ("openapi", "swagger"):
                continue
            if kind == "Document" and field == "paths" and node.get("components") is not None:
                continue  # a file that others refer to
            subject = f"`{title}`" if title else "The document"
            yield Report(
                place, f"{subject} has no `{field}`, which it must have", severity=Severity.ERROR
            )


def _siblings(facts: ApiFacts, node: Node, kind: str) -> Iterator[Report]:
    if facts.version == "3.1" and kind == "Schema":
        return
    allowed = {"$ref", "description", "summary"} if facts.version == "3.1" else {"$ref"}
    others = [(n, k) for n, k, _ in node.pairs() if n not in allowed and not n.startswith("x-")]
    others = [(n, k) for n, k in others if n not in ("description", "summary", "title")]
    if node.text("type") == "object":  # so generators say what it is anyway
        others = [(n, k) for n, k in others if n != "type"]
    if others:
        name, key = others[0]
        yield Report(
            key.span,
            f"`{name}` has no effect beside `$ref`",
            severity=Severity.INFO,
        )


def _special(facts: ApiFacts, node: Node, kind: str, place: Span) -> Iterator[Report]:
    if kind == "Parameter":
        yield from _parameter(facts, node)
    elif kind == "Responses":
        for name, key, _ in node.pairs():
            if not _CODE.fullmatch(name.upper() if name != "default" else name) and not (
                name.startswith("x-") or name == "$ref"
            ):
                yield Report(key.span, f"`{name}` is no status code", severity=Severity.ERROR)
    elif kind == "Paths":
        for name, key, _ in node.pairs():
            if not name.startswith(("/", "x-", "$")):
                yield Report(
                    key.span,
                    f"The path `{name}` does not begin with a slash",
                    severity=Severity.ERROR,
                )
    elif kind == "Schema":
        yield from _schema(facts, node)
    elif kind == "SecurityScheme":
        yield from _scheme(facts, node, place)


def _parameter(facts: ApiFacts, node: Node) -> Iterator[Report]:
    place = node.get("in")
    if place is None:
        return
    places = _PLACES_2 if facts.version == "2" else _PLACES_3
    if place.value not in places:
        if facts.version == "3.1" and place.value == "querystring":
            return
        hint = (
            " (version 3 has `requestBody` for it)" if place.value in ("body", "formData") else ""
        )
        yield Report(
            place.span, f"A parameter cannot be in `{place.value}`{hint}", severity=Severity.ERROR
        )
        return
    name = node.get("name")
    if place.value == "path" and node.text("required") != "true":
        required = node.get("required")
        fixes: tuple[Fix, ...] = ()
        if required is not None and required.value == "false":
            fixes = (Fix("Make it `true`", (Edit(required.span, "true"),), "unsafe", _RULE),)
        yield Report(
            required.span if required is not None else (name or place).span,
            f"The path parameter `{node.text('name')}` must say `required: true`",
            fixes,
            severity=Severity.ERROR,
        )
    if facts.version == "2":
        if place.value != "body" and node.get("type") is None and node.get("schema") is not None:
            yield Report(
                (name or place).span,
                "Only a parameter in `body` has a `schema`",
                severity=Severity.ERROR,
            )
    elif node.get("schema") is None and node.get("content") is None:
        yield Report(
            (name or place).span,
            f"`{node.text('name')}` has neither `schema` nor `content`",
            severity=Severity.ERROR,
        )


def _schema(facts: ApiFacts, node: Node) -> Iterator[Report]:
    kind = node.get("type")
    if kind is not None and kind.value is not None and kind.kind == "string":
        allowed = _TYPES | ({"null"} if facts.version == "3.1" else set())
        if facts.version == "2":
            allowed = allowed | {"file"}
        if kind.value not in allowed:
            close = get_close_matches(kind.value, sorted(_TYPES), 1, 0.6)
            hint = f"; `{close[0]}`?" if close else ""
            yield Report(
                kind.span, f"There is no type `{kind.value}`{hint}", severity=Severity.ERROR
            )
        elif kind.value == "array" and node.get("items") is None and facts.version != "3.1":
            yield Report(
                kind.span, "An array must say what its `items` are", severity=Severity.ERROR
            )
        else:
            yield from _values(node, kind.value)
    if facts.version == "2":
        for word in ("anyOf", "oneOf", "nullable"):
            entry = (node.entries or {}).get(word)
            if entry is not None:
                yield Report(entry[0].span, f"`{word}` means nothing in version 2.0")
    nullable = node.get("nullable")
    if facts.version == "3.1" and nullable is not None:
        yield Report(
            nullable.span,
            "`nullable` means nothing in OpenAPI 3.1; add `null` to the types",
        )
    required = node.get("required")
    properties = node.get("properties")
    if (
        required is not None
        and required.value is None
        and required.entries is None
        and properties is not None
        and properties.entries
        and not any(node.get(word) is not None for word in ("allOf", "anyOf", "oneOf", "$ref"))
    ):
        for item in required.items:
            if item.value is not None and item.value not in properties.entries:
                yield Report(
                    item.span,
                    f"`{item.value}` is required, but no property is called so",
                    profile=_UNSURE,
                )
    for low, high in (("minLength", "maxLength"), ("minItems", "maxItems"), ("minimum", "maximum")):
        least, most = _number(node.get(low)), _number(node.get(high))
        if least is not None and most is not None and least > most:
            found = node.get(high)
            if found is not None:
                yield Report(
                    found.span,
                    f"Nothing fits: `{low}` is greater than `{high}`",
                    severity=Severity.ERROR,
                )


def _number(node: Node | None) -> float | None:
    if node is None or node.kind not in ("integer", "number"):
        return None
    try:
        return float(node.value or "")
    except ValueError:
        return None


_FITS: Final = {
    "string": ("string",),
    "integer": ("integer",),
    "number": ("integer", "number"),
    "boolean": ("boolean",),
    "array": ("sequence",),
    "object": ("mapping",),
}


def _values(node: Node, kind: str) -> Iterator[Report]:
    """Examples, defaults and values of an enumeration that are of another type."""
    wanted = _FITS.get(kind)
    if wanted is None:
        return
    listed = node.get("enum")
    named = [("example", node.get("example")), ("default", node.get("default"))]
    named += [("value of `enum`", item) for item in (listed.items if listed is not None else ())]
    for what, value in named:
        if value is None or value.kind in wanted or value.kind == "null" or value.get("$ref"):
            continue
        if kind == "string" and value.value is not None and value.is_plain:
            # YAML alone makes a number of `2024` and a date of nothing; JSON would not.
            if what == "example":
                continue
            message = f"This {what} is a {value.kind}, not a text: put it in quotes"
            fix = Fix("Put it in quotes", (Edit(value.span, f'"{value.value}"'),), "unsafe", _RULE)
            yield Report(value.span, message, (fix,), severity=Severity.INFO)
            continue
        is_text = value.kind == "string" and not value.is_plain and _as_plain(value) in wanted
        if what == "example" and is_text:
            yield Report(
                value.span,
                f"This example is a text, not of the type `{kind}`",
                severity=Severity.INFO,
            )
            continue
        article = "an" if kind[0] in "aio" else "a"
        yield Report(value.span, f"This {what} is not {article} {kind}: {_said(value)}")


def _as_plain(value: Node) -> str:
    text = value.value or ""
    if re.fullmatch(r"[-+]?\d+", text):
        return "integer"
    if re.fullmatch(r"[-+]?\d*\.\d+", text):
        return "number"
    return "boolean" if text in ("true", "false") else "string"


def _scheme(facts: ApiFacts, node: Node, place: Span) -> Iterator[Report]:
    kind = node.get("type")
    if kind is None or not kind.value:
        return
    allowed = _SCHEMES.get(facts.version, _SCHEMES_3)
    if kind.value not in allowed:
        yield Report(
            kind.span,
            f"There is no type `{kind.value}` of security scheme; there are"
            f" {', '.join(sorted(allowed))}",
            severity=Severity.ERROR,
        )
        return
    needed = {"apiKey": ("name", "in"), "http": ("scheme",), "openIdConnect": ("openIdConnectUrl",)}
    fields = needed.get(kind.value, ())
    if kind.value == "oauth2":
        fields = ("flow",) if facts.version == "2" else ("flows",)
    for field in fields:
        if node.get(field) is None:
            yield Report(
                place,
                f"A security scheme of type `{kind.value}` must have `{field}`",
                severity=Severity.ERROR,
            )
