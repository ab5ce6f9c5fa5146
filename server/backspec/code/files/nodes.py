"""YAML and JSON data as nodes with places, read from the parser's events.

Nothing recurses, so that no depth of nesting can exhaust the stack; an alias is the node it names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import yaml

from backspec.expressions import regex
from backspec.text import BOM, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST: Final = 200
_PLAIN: Final = (
    ("null", regex(r"~|null|Null|NULL|")),
    ("boolean", regex(r"true|True|TRUE|false|False|FALSE")),
    ("integer", regex(r"[-+]?(?:\d+|0x[\da-fA-F]+|0o[0-7]+)")),
    (
        "number",
        regex(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?\.inf|\.nan"),
    ),
)


@dataclass(slots=True, eq=False)
class Node:
    """A scalar, a mapping or a sequence."""

    span: Span
    value: str | None = None
    """The text of a scalar; None for collections."""
    entries: dict[str, tuple[Node, Node]] | None = None
    """Of a mapping: key and value by the key's text, the last of several; else None."""
    items: list[Node] = field(default_factory=list)
    """Of a sequence."""
    is_plain: bool = False
    """Of a scalar: it stands in no quotes, so that it may be a number, a boolean or null."""
    is_alias: bool = False
    """It is written elsewhere, and named here once more."""

    @property
    def kind(self) -> str:
        """``mapping``, ``sequence``, ``string``, ``integer``, ``number``, ``boolean``, ``null``."""
        if self.entries is not None:
            return "mapping"
        if self.value is None:
            return "sequence"
        if not self.is_plain:
            return "string"
        for name, pattern in _PLAIN:
            if pattern.fullmatch(self.value):
                return name
        return "string"

    def get(self, *keys: str) -> Node | None:
        """What stands under a path of keys; None when any of them is missing."""
        node: Node | None = self
        for key in keys:
            found = node.entries.get(key) if node is not None and node.entries else None
            node = found[1] if found else None
        return node

    def text(self, key: str) -> str:
        """The scalar under a key, "" for none."""
        node = self.get(key)
        return (node.value or "") if node is not None else ""

    def pairs(self) -> Iterator[tuple[str, Node, Node]]:
        """Text, key and value of each entry of a mapping; nothing for others."""
        for name, (key, value) in (self.entries or {}).items():
            yield name, key, value


def read(text: bytes, language: str) -> Node | None:
    """The root of the first document; None when it is empty or cannot be read to its end."""
    if language == "json":
        text = text.replace(b"\t", b" ")  # YAML allows no tab where JSON does
    shift = len(BOM) if text.startswith(BOM) else 0
    decoded = text[shift:].decode("utf-8", "replace")
    try:
        return _build(yaml.parse(decoded, Loader=_LOADER), _Places(decoded, shift))
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def read_all(text: bytes, language: str) -> list[Node]:
    """The roots of all documents, as far as they can be read."""
    if language == "json":
        text = text.replace(b"\t", b" ")
    shift = len(BOM) if text.startswith(BOM) else 0
    decoded = text[shift:].decode("utf-8", "replace")
    places = _Places(decoded, shift)
    found: list[Node] = []
    try:
        events = yaml.parse(decoded, Loader=_LOADER)
        while (root := _build(events, places)) is not None:
            found.append(root)
    except (yaml.YAMLError, ValueError, RecursionError):
        pass
    return found


class _Places:
    """Offsets in code points to offsets in bytes."""

    def __init__(self, text: str, shift: int) -> None:
        self.shift = shift
        self.table: list[int] | None = None
        if not text.isascii():
            at = 0
            self.table = [0]
            for character in text:
                at += len(character.encode("utf-8", "replace"))
                self.table.append(at)

    def span(self, event: Any) -> Span:
        start, end = event.start_mark.index, event.end_mark.index
        if self.table is not None:
            last = len(self.table) - 1
            start, end = self.table[min(start, last)], self.table[min(end, last)]
        return Span(start + self.shift, end + self.shift)


def _build(events: Iterator[Any], places: _Places) -> Node | None:
    root: Node | None = None
    stack: list[Node] = []
    keys: list[Node | None] = []
    anchors: dict[str, Node] = {}
    for event in events:
        if isinstance(event, yaml.DocumentEndEvent):
            return root
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            done = stack.pop()
            keys.pop()
            done.span = Span(done.span.start, max(places.span(event).end, done.span.start))
            continue
        if isinstance(event, yaml.AliasEvent):
            node = anchors.get(str(event.anchor)) or Node(places.span(event), "")
        elif isinstance(event, yaml.ScalarEvent):
            node = Node(places.span(event), event.value)
            node.is_plain = not event.style and not event.tag
        elif isinstance(event, yaml.MappingStartEvent):
            node = Node(places.span(event), None, {})
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Node(places.span(event))
        else:
            continue
        if getattr(event, "anchor", None) and not isinstance(event, yaml.AliasEvent):
            anchors[str(event.anchor)] = node
        if not stack:
            root = node
        elif stack[-1].entries is None:
            stack[-1].items.append(node)
        elif keys[-1] is None:
            keys[-1] = node
        else:
            key, keys[-1] = keys[-1], None
            if key.value is not None:
                stack[-1].entries[key.value] = (key, node)
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if len(stack) >= _DEEPEST:
                return None
            stack.append(node)
            keys.append(None)
    return root
