"""Completes keys: of the header, of maps inside it, of the maps in its lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from backspec.agents.completion import snippets
from backspec.agents.describe import key_page
from backspec.model import Completion
from backspec.text import Edit, Span, newline_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.context import Cursor
    from backspec.agents.dialects import Dialect, Key
    from backspec.agents.nodes import Node

_WORD_BEFORE = re.compile(rb"[\w-]*\Z")


def complete_keys(cursor: Cursor) -> Iterator[Completion]:
    """The keys that can be written at a cursor in a key, or on a line of the header's own.

    Those in use already are left out, required ones come first, deprecated ones last.
    """
    place = cursor.place
    path = place.path[:-1] if place.part == "key" else place.path
    container = cursor.file.node_at(path) if path else cursor.file.header.root
    used = {
        entry.name
        for entry in (container.entries if container is not None else ())
        if entry is not place.entry
    }
    span = _span(cursor)
    known = _known(cursor, path)
    level = cursor.file.detection.level
    readers_of = cursor.file.dialects if not path else ()
    indent, newline = _indent(cursor, path), newline_of(cursor.file.header.text)
    file_format = cursor.file.header.format
    has_value = place.entry is not None and place.entry.separator is not None
    for rank, (name, found) in enumerate(known.items()):
        key = found[0][1]
        if name in used or not _counts(key, container):
            continue
        group = "0" if key.required else "8" if key.deprecated else "1"
        if not path and _is_ignored_by_all(found, name):
            group = "7"
        text = name
        is_snippet = False
        if not has_value and (place.part != "value" or file_format == "json"):
            text, is_snippet = _with_value(name, key, cursor, indent, newline)
        documentation = "\n".join(
            key_page(found, name, level, readers_of=readers_of, with_title=False)
        )
        yield Completion(
            label=name,
            edit=Edit(span, text),
            kind="key",
            detail=_detail(found, key, cursor),
            documentation=documentation,
            is_snippet=is_snippet,
            sort=f"{group}{rank:03}",
            deprecated=bool(key.deprecated),
            filter_text=f'"{name}"' if is_snippet and file_format == "json" else "",
        )


def _known(cursor: Cursor, path: tuple[str | int, ...]) -> dict[str, list[tuple[Dialect, Key]]]:
    found: dict[str, list[tuple[Dialect, Key]]] = {}
    if not path:
        for dialect in cursor.file.dialects:
            for name, key in dialect.keys.items():
                found.setdefault(name, []).append((dialect, key))
        return found
    for dialect, holder in cursor.file.keys_at(path):
        for name, key in holder.keys.items():
            found.setdefault(name, []).append((dialect, key))
    return found


def _counts(key: Key, container: Node | None) -> bool:
    """Whether the keys beside it leave the key a meaning."""
    for other, values in key.when.items():
        entry = container.find(other) if container is not None else None
        if entry is not None and not entry.value.is_empty and entry.value.text not in values:
            return False
    return True


def _is_ignored_by_all(found: list[tuple[Dialect, Key]], name: str) -> bool:
    readers = [reader for dialect, _ in found for reader in dialect.readers]
    return bool(readers) and all(reader.ignores_key(name) for reader in readers)


def _span(cursor: Cursor) -> Span:
    place = cursor.place
    if place.part == "key" and place.node is not None:
        is_json_entry = (
            cursor.file.header.format == "json"
            and place.entry is not None
            and place.entry.separator is None
        )
        return place.node.content if place.node.is_quoted and not is_json_entry else place.node.span
    before = cursor.file.header.text[: cursor.offset]
    word = _WORD_BEFORE.search(before[-200:])
    return Span(cursor.offset - (len(word.group()) if word else 0), cursor.offset)


def _indent(cursor: Cursor, path: tuple[str | int, ...]) -> str:
    """The blanks that lines below a new key's line start with."""
    text = cursor.file.header.text
    start = max(text.rfind(b"\n", 0, cursor.offset), text.rfind(b"\r", 0, cursor.offset)) + 1
    line = text[start : cursor.offset].decode("utf-8", "replace")
    blanks = len(line) - len(line.lstrip(" -\t"))
    return " " * blanks if path else ""


def _detail(found: list[tuple[Dialect, Key]], key: Key, cursor: Cursor) -> str:
    words = ["required"] if key.required else []
    if len(found) < len(cursor.file.dialects) and len(cursor.file.dialects) > 1:
        words.append(found[0][0].title)
    if key.deprecated:
        words.append("deprecated")
    return ", ".join(words)


def _with_value(name: str, key: Key, cursor: Cursor, indent: str, newline: str) -> tuple[str, bool]:
    """The key with the beginning of its value, and whether that is a snippet."""
    file_format = cursor.file.header.format
    if file_format == "json":
        return _json_entry(snippets.escape(name), key), True
    if file_format == "toml":
        return f"{name} = {_toml_value(key)}", True
    nested = _nested_body(key)
    if nested is not None:
        lines = snippets.yaml_lines({name: nested})
        return (newline + indent).join(lines), True
    if key.enum and "string" in key.types and len(key.enum) <= 30:
        current = [str(value.value) for value in key.enum if not value.deprecated]
        return f"{name}: {snippets.choice(1, current)}", True
    if key.types == {"boolean"}:
        return f"{name}: {str(key.suggestions[0].value).lower()}", False
    if "string" in key.types or key.types & {"integer", "number"} or not key.types:
        return f"{name}: $0", True
    if "object" in key.types:
        return f"{name}:{newline}{indent}  $0", True
    return f"{name}:{newline}{indent}  - $0", True


def _nested_body(key: Key) -> Any:
    """The first snippet with structure, of the key or as its list's first item; None without."""
    for body in _bodies(key):
        if isinstance(body, dict) or (isinstance(body, list) and isinstance(body[0], dict)):
            return body
    if key.items is not None and key.types == {"array"}:
        for body in _bodies(key.items):
            if isinstance(body, dict):
                return [body]
    return None


def _bodies(key: Key) -> list[Any]:
    snippets_of_key = key.schema.get("defaultSnippets", [])
    return [snippet["body"] for snippet in snippets_of_key if snippet.get("body")]


def _toml_value(key: Key) -> str:
    if key.enum:
        return f'"{snippets.choice(1, [str(value.value) for value in key.enum])}"'
    if key.types == {"boolean"}:
        return str(key.suggestions[0].value).lower()
    if key.types & {"integer", "number"}:
        return "$0"
    if key.types == {"array"}:
        return "[$0]"
    if key.types == {"object"}:
        return "{ $0 }"
    return '"""\n$0\n"""' if key.schema.get("x-backspec", {}).get("is-long") else '"$0"'


def _json_entry(name: str, key: Key) -> str:
    value = {"array": "[$0]", "object": "{$0}", "boolean": "true"}.get(
        next(iter(key.types)) if len(key.types) == 1 else "", '"$0"'
    )
    if key.types & {"integer", "number"}:
        value = "$0"
    if key.enum:
        value = f'"{snippets.choice(1, [str(value.value) for value in key.enum])}"'
    return f'"{name}": {value}'
