"""Completion and hover in configuration files: settings, rules, severities, dialects.

Works line by line, so that it does while the file is being written and is no TOML yet. What
settings mean is read from their schema, which is generated from ``Config``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from backspec import catalog, pages
from backspec.config import LEVELS, PROFILES
from backspec.config_file import CONFIG_NAME, PYPROJECT
from backspec.model import Completion, Document, Hover
from backspec.text import Edit, Span
from backspec.toml_places import key_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from backspec.catalog import Rule

_HEADER = re.compile(rb"^[ \t]*\[\[?[ \t]*([^\]\n]*?)[ \t]*\]", re.MULTILINE)
_PAIR = re.compile(
    rb"[ \t]*(?P<key>\"[^\"\n]*\"?|'[^'\n]*'?|[\w./*-]*)"
    rb"(?:[ \t]*(?P<is>=)[ \t]*(?P<value>.*))?"
)
_STRING = re.compile(rb"[\"'](?P<text>[^\"'\n]*)$")


def is_config(document: Document) -> bool:
    """Whether a document is a configuration file by its name."""
    return Path(document.path).name in (CONFIG_NAME, PYPROJECT)


class _Place(NamedTuple):
    """A cursor in a configuration file."""

    table: str
    """The table it is in, without ``tool.backspec``: "", ``rules`` or ``dialects``."""
    key: str
    key_span: Span
    is_in_value: bool
    typed: Span
    """What has been typed of the key or the string, up to the cursor, quotes included."""
    end: int
    """Where what stands at the cursor ends."""


def _place(document: Document, offset: int) -> _Place | None:
    """Where the cursor is; None outside backspec's part of the file."""
    text = document.text
    start = text.rfind(b"\n", 0, offset) + 1
    end = text.find(b"\n", offset)
    line = text[start : end if end >= 0 else len(text)].rstrip(b"\r")
    headers = [match[1].decode("utf-8", "replace") for match in _HEADER.finditer(text, 0, start)]
    table = headers[-1].replace(" ", "") if headers else ""
    if Path(document.path).name == PYPROJECT:
        if table != "tool.backspec" and not table.startswith("tool.backspec."):
            return None
        table = table[len("tool.backspec.") :]
    pair = _PAIR.match(line)
    if pair is None or line.lstrip().startswith((b"[", b"#")):
        return None
    key_span = Span(start + pair.start("key"), start + pair.end("key"))
    key = key_text(pair["key"]) if not pair["key"].endswith((b"'", b'"')) or pair["is"] else ""
    if pair["is"] is None or offset <= start + pair.end("key"):
        return _Place(table, key, key_span, False, Span(key_span.start, offset), key_span.end)
    if offset < start + pair.start("value"):
        return None
    before = text[start + pair.start("value") : offset]
    string = _STRING.search(before)
    at = start + pair.start("value") + (string.start() if string else len(before))
    close = offset
    while close < start + len(line) and text[close : close + 1] not in (
        b'"',
        b"'",
        b",",
        b"]",
        b" ",
    ):
        close += 1
    if string and text[close : close + 1] in (b'"', b"'"):
        close += 1
    return _Place(table, key, key_span, True, Span(at, offset), close)


def complete(document: Document, offset: int, rules: Mapping[str, Rule]) -> list[Completion]:
    """Completions at an offset, best first; [] outside backspec's part of the file."""
    place = _place(document, offset)
    if place is None:
        return []
    return list(_values(place) if place.is_in_value else _keys(document, place, rules))


def _keys(document: Document, place: _Place, rules: Mapping[str, Rule]) -> Iterator[Completion]:
    span = Span(place.typed.start, place.end)
    has_value = document.text[place.end :].lstrip(b" \t").startswith(b"=")

    def item(name: str, value: str, kind: Any, detail: str, doc: str, sort: str) -> Completion:
        new = name if has_value else f"{name} = {value}"
        return Completion(
            name, Edit(span, new), kind, detail, doc, is_snippet=not has_value, sort=sort
        )

    if place.table == "rules":
        levels = "|".join(f'"{level}"' for level in LEVELS)
        value = "${1" + f"|{levels.replace('|', ',')}|" + "}"
        for area in sorted({rule.area for rule in rules.values()}):
            yield item(f'"{area}/*"', value, "rule", "all rules of the area", "", f"1{area}")
        for rule in rules.values():
            yield item(f'"{rule.id}"', value, "rule", rule.title, "", f"0{rule.id}")
        return
    for name, known in _settings(place.table).items():
        yield item(name, _template(known), "key", "", known.get("description", ""), name)


def _settings(table: str) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = catalog.schema("config")["properties"]
    if table == "":
        return properties
    if table == "dialects":
        found: Mapping[str, Any] = properties["dialects"]["items"]["properties"]
        return found
    return {}


def _template(known: Mapping[str, Any]) -> str:
    """The value a snippet starts with."""
    if known.get("type") == "array":
        return '["$1"]'
    if known.get("type") == "integer":
        return "${1:%s}" % known.get("default", 0)  # noqa: UP031 - braces are the snippet's own
    if known.get("type") == "object":
        return "{ $1 }"
    return '"$1"'


def _values(place: _Place) -> Iterator[Completion]:
    span = Span(place.typed.start, place.end)
    if place.table == "rules":
        names = dict.fromkeys(LEVELS, "")
    elif place.table == "" and place.key == "profile":
        names = dict.fromkeys(PROFILES, "")
    elif place.table == "dialects" and place.key == "dialect":
        names = {
            name: str(catalog.schema(f"agents/{name}").get("title", ""))
            for name in catalog.dialect_names()
        }
    else:
        return
    for at, (name, detail) in enumerate(names.items()):
        yield Completion(f'"{name}"', Edit(span, f'"{name}"'), "value", detail, sort=f"{at:03}")


def hover(document: Document, offset: int, rules: Mapping[str, Rule]) -> Hover | None:
    """What a setting or rule at an offset means."""
    place = _place(document, offset)
    if place is None or not place.key_span.contains(offset):
        return None
    if place.table == "rules":
        rule = rules.get(catalog.redirects().get(place.key, place.key))
        return Hover(pages.rule_hover(rule, ""), place.key_span) if rule else None
    known = _settings(place.table).get(place.key)
    if known is None:
        return None
    lines = [f"**`{place.key}`**", "", known.get("description", "")]
    if "enum" in known:
        lines += ["", "One of " + ", ".join(f'`"{value}"`' for value in known["enum"]) + "."]
    if "default" in known:
        lines += ["", f"Default: `{_toml(known['default'])}`."]
    return Hover("\n".join(lines), place.key_span)


def _toml(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
