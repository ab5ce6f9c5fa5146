"""The node graph that every kind of agent file is read into: header, entries, values, spans.

Markdown frontmatter, plain YAML, TOML and JSON all give these shapes, so that checks, completion
and hover are written once. Offsets are byte offsets in the whole document. Graphs come from
``frontmatter.parse``; they are read-only, and a map keeps duplicate keys and the written order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from backspec.agents.scalars import ScalarType, resolve, value_of
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Format = Literal["markdown", "yaml", "toml", "json"]
"""How the file is written. "markdown" is YAML between ``---`` fences, then a body."""

Kind = Literal["scalar", "list", "map", "alias"]

Style = Literal["plain", "single", "double", "literal", "folded", "flow", "block"]
"""How a value is written.

Scalars: plain, 'single' or "double" quoted, literal (``|``) or folded (``>``) block; a TOML
multi-line string is "literal". Lists and maps: flow (``[a]``, also TOML and JSON ones) or block.
"""

_NOWHERE = Span(0, 0)

MAX_NODES = 20_000
"""Most values ``Node.data`` unfolds before it cuts off: aliases can stand for far more."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A key or a value, with its place in the document."""

    kind: Kind
    span: Span
    """Everything written for it: quotes, brackets, block indicator; no comment, no line end
    after it. Empty, just behind the colon, when nothing is written."""
    style: Style = "plain"
    text: str = ""
    """The scalar's text after unquoting, unescaping and folding; an alias's name. A TOML or JSON
    number, date or boolean as written."""
    content: Span = _NOWHERE
    """What is between the quotes, or the lines of a block scalar; ``span`` for everything else."""
    items: tuple[Node, ...] = ()
    """The values of a list, in order. An item being typed (``- `` and nothing) is an empty one."""
    entries: tuple[Entry, ...] = ()
    """The entries of a map, in the order written, duplicates kept."""
    tag: str = ""
    """An explicit YAML tag (``!!str``, ``!x``), resolved as the YAML library gives it."""
    anchor: str = ""
    native: ScalarType | None = None
    """The type a TOML or JSON scalar has by itself; None in YAML, where ``type`` is worked out."""

    @property
    def is_quoted(self) -> bool:
        """Whether a scalar is text whatever it looks like: quoted or a block scalar."""
        return self.style != "plain"

    @property
    def is_empty(self) -> bool:
        """Nothing is written at all: ``key:`` and no more."""
        return self.kind == "scalar" and not self.text and self.style == "plain" and not self.native

    @property
    def type(self) -> ScalarType | Literal["list", "map"]:
        """What a YAML 1.2 reader (most products) takes it for; an alias counts as a string."""
        if self.kind == "list" or self.kind == "map":
            return self.kind
        if self.native is not None:
            return self.native
        if self.kind == "alias" or self.style != "plain":
            return "string"
        return resolve(self.text, "1.2")

    @property
    def type_in_yaml11(self) -> ScalarType | Literal["list", "map"]:
        """What a YAML 1.1 reader (PyYAML) takes it for; ``yes`` is a boolean there."""
        if self.kind == "scalar" and self.native is None and self.style == "plain":
            return resolve(self.text, "1.1")
        return self.type

    def find(self, name: str) -> Entry | None:
        """The entry of a map with this key; the last one when written twice, as it wins."""
        for entry in reversed(self.entries):
            if entry.name == name:
                return entry
        return None

    def scalars(self) -> Iterator[Node]:
        """A scalar itself, or the scalar items of a list: for keys that take one or many."""
        if self.kind == "scalar":
            if not self.is_empty:
                yield self
        else:
            yield from (item for item in self.items if item.kind == "scalar" and not item.is_empty)

    def data(self, anchors: Mapping[str, Node] | None = None) -> Any:
        """Plain Python data (dict, list, str, int, float, bool, None), for validators.

        Dates stay text. Of a duplicate key the last counts. Aliases are unfolded from
        ``anchors`` (``Header.anchors``) until ``MAX_NODES`` values, then read as None; without
        ``anchors`` they are None.
        """
        budget = MAX_NODES
        root: list[Any] = [None]
        # (node, container, key, aliases on the way): written out flat, as depth is the author's.
        todo: list[tuple[Node, Any, Any, tuple[str, ...]]] = [(self, root, 0, ())]
        while todo:
            node, container, key, above = todo.pop()
            budget -= 1
            if budget < 0:
                break
            if node.kind == "alias":
                target = (anchors or {}).get(node.text)
                if target is None or node.text in above:
                    continue
                above = (*above, node.text)
                node = target
            if node.kind == "map":
                made: dict[str, Any] = {entry.name: None for entry in node.entries}
                container[key] = made
                last = {entry.name: entry for entry in node.entries}
                todo.extend((entry.value, made, name, above) for name, entry in last.items())
            elif node.kind == "list":
                values: list[Any] = [None] * len(node.items)
                container[key] = values
                todo.extend((item, values, i, above) for i, item in enumerate(node.items))
            elif node.kind == "scalar":
                container[key] = value_of(node.text, node.type)  # type: ignore[arg-type]
        return root[0]


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One ``key: value`` of a map."""

    key: Node
    value: Node
    separator: int | None
    """Offset of the ``:`` (``=`` in TOML); None where the key is still being typed."""

    @property
    def name(self) -> str:
        """The key's text."""
        return self.key.text

    @property
    def span(self) -> Span:
        """From the start of the key to the end of the value."""
        end = max(self.key.span.end, self.value.span.end)
        return Span(
            self.key.span.start, max(end, (self.separator or 0) + 1 if self.separator else 0)
        )


@dataclass(frozen=True, slots=True)
class Repair:
    """One way to repair a problem, checked by reading the result."""

    title: str
    """Imperative, names in backticks, as an editor's menu shows it."""
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with how the header is written, found while reading it."""

    kind: str
    """Names the check that reports it, e.g. "unquoted-colon": the rule is ``agent/<kind>``."""
    span: Span
    message: str
    """What is wrong, without what a product does about it."""
    key: str = ""
    """The top-level key it belongs to, "" for the whole header."""
    repairs: tuple[Repair, ...] = ()
    """Best first; () when only a person can."""
    breaks: bool = True
    """Whether strict readers cannot read the header because of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Header:
    """An agent file as read: what its header says and where, and where its body is."""

    text: bytes
    """The whole document."""
    format: Format
    root: Node | None
    """A map as a rule; a list or scalar when the author wrote one. None without a header."""
    span: Span
    """The header's own text: the lines between the fences, the whole file in other formats.
    Empty at the start of the body without a header."""
    body: Span
    """Everything behind the closing fence's line; empty in TOML, JSON and YAML files."""
    opening: Span | None = None
    """The ``---`` of the opening fence."""
    closing: Span | None = None
    problems: tuple[Problem, ...] = ()
    is_recovered: bool = False
    """The header does not parse as a whole and was read line by line around the broken places."""
    anchors: Mapping[str, Node] = field(default_factory=dict)
    comments: tuple[Span, ...] = ()
    """Comments inside the header, each from its ``#`` (``//``, ``/*``) to its end."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The top-level entries, () when there is no map."""
        return self.root.entries if self.root is not None else ()

    def find(self, name: str) -> Entry | None:
        """The top-level entry with this key; the last one when written twice, as it wins."""
        return self.root.find(name) if self.root is not None else None

    def string(self, name: str) -> str | None:
        """The text of a top-level scalar value; None when absent, empty or not a scalar."""
        entry = self.find(name)
        if entry is None or entry.value.kind != "scalar" or entry.value.is_empty:
            return None
        return entry.value.text

    def source(self, span: Span) -> str:
        """The text of a span as written."""
        return self.text[span.start : span.end].decode("utf-8", "replace")

    @property
    def body_text(self) -> str:
        """The body, bad bytes replaced."""
        return self.source(self.body)

    def place(self, offset: int) -> Place:
        """What is at a cursor offset: the innermost node and the way down to it.

        An empty value owns the blanks between its colon and the end of its line. On a line that
        belongs to nothing, ``entry`` and ``node`` are None and ``path`` is the map or list whose
        indentation the cursor has (() at the top).
        """
        from backspec.agents.places import place

        return place(self, offset)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a cursor is in a header."""

    path: tuple[str | int, ...]
    """Keys and list positions from the root; ends with the key or item the cursor is in."""
    node: Node | None
    """The key or the value (the innermost scalar, list or map) under the cursor."""
    entry: Entry | None
    """The innermost entry around the cursor."""
    part: Literal["key", "value", "none", "outside"]
    """"none": in the header, between entries; "outside": not in the header at all."""
