"""Reads well-formed YAML into nodes, from the C parser's event stream.

Events instead of PyYAML's own composer: nothing recurses, aliases stay aliases (a bomb costs its
own length), and scalars keep how they are written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from backspec.agents.nodes import Entry, Node, Style
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from backspec.agents.source import Source

try:
    from yaml._yaml import CParser as _Parser
except ImportError:  # PyYAML built without libyaml: slower, same events.
    from yaml import SafeLoader as _Parser  # type: ignore[assignment]

MAX_DEPTH = 64
"""Deepest nesting that is read; more is an error, as no agent file has a use for it."""

_STYLES: dict[str | None, Style] = {
    None: "plain", "": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class YamlError:
    """Why a text is not YAML."""

    index: int
    """Where the parser stopped, in code points."""
    message: str


@dataclass(frozen=True, slots=True)
class YamlText:
    """A YAML document as read."""

    root: Node | None
    """None for an empty document, or when ``error`` is set."""
    error: YamlError | None
    anchors: dict[str, Node]
    scalar_spans: tuple[Span, ...] = ()
    """All scalars in document order, for telling ``#`` in text from comments."""


class _Open:
    """A collection whose end has not come."""

    __slots__ = ("anchor", "entries", "flow", "is_map", "items", "key", "start", "tag")

    def __init__(self, event: Any, is_map: bool) -> None:
        self.is_map = is_map
        self.start: int = event.start_mark.index
        self.flow: bool = bool(event.flow_style)
        self.tag: str = event.tag or ""
        self.anchor: str = event.anchor or ""
        self.items: list[Node] = []
        self.entries: list[Entry] = []
        self.key: Node | None = None


def read_yaml(source: Source, start: int = 0, end: int | None = None) -> YamlText:
    """Read ``source.text[start:end]`` as one YAML document. Never raises."""
    whole = source.text
    text = whole if start == 0 and end is None else whole[start:end]
    at = source.at
    anchors: dict[str, Node] = {}
    spans: list[Span] = []
    stack: list[_Open] = []
    root: Node | None = None
    documents = 0
    try:
        parser = _Parser(text)
        get_event: Callable[[], Any] = parser.get_event
        while True:
            event = get_event()
            if event is None:
                break
            kind = type(event)
            if kind is yaml.ScalarEvent:
                node = _scalar(event, whole, start, at)
                spans.append(node.span)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                if len(stack) >= MAX_DEPTH:
                    return _failed(event.start_mark.index + start, "nested too deep", spans)
                stack.append(_Open(event, kind is yaml.MappingStartEvent))
                continue
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                opened = stack.pop()
                node = _collection(opened, event.end_mark.index + start, start, at)
            elif kind is yaml.AliasEvent:
                span = Span(at(event.start_mark.index + start), at(event.end_mark.index + start))
                node = Node("alias", span, "plain", event.anchor, span)
                spans.append(span)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    where = event.start_mark.index + start
                    return _failed(where, "a second document starts here", spans)
                continue
            else:
                continue
            if node.anchor:
                anchors[node.anchor] = node
            if not stack:
                root = node
                continue
            parent = stack[-1]
            if not parent.is_map:
                parent.items.append(node)
            elif parent.key is None:
                parent.key = node
            else:
                parent.entries.append(_entry(parent.key, node, source))
                parent.key = None
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        message = error.problem or error.context or "cannot be read"
        return _failed((mark.index if mark else 0) + start, message, spans)
    except yaml.YAMLError as error:
        where = getattr(error, "position", 0) or 0
        return _failed(start + min(where, len(text)), "cannot be read", spans)
    return YamlText(root, None, anchors, tuple(spans))


def _failed(index: int, message: str, spans: list[Span]) -> YamlText:
    return YamlText(None, YamlError(index, message), {}, tuple(spans))


def _scalar(event: Any, text: str, start: int, at: Any) -> Node:
    style = _STYLES[event.style]
    begin = event.start_mark.index + start
    end = event.end_mark.index + start
    tag: str = event.tag or ""
    anchor: str = event.anchor or ""
    if style == "plain" and not tag and not anchor:
        span = Span(at(begin), at(end))
        return Node("scalar", span, "plain", event.value, span)
    inner = begin
    if tag or anchor:
        inner = _after_properties(text, begin, end)
    if style == "plain":
        content = Span(at(inner), at(end))
    elif style == "single" or style == "double":
        content = Span(at(inner + 1), at(max(inner + 1, end - 1)))
    else:
        while end > inner and text[end - 1] in " \t\r\n\x85\u2028\u2029":
            end -= 1
        first = text.find("\n", inner, end)
        content = Span(at(first + 1), at(end)) if first >= 0 else Span(at(end), at(end))
    return Node(
        "scalar", Span(at(begin), at(end)), style, event.value, content, tag=tag, anchor=anchor
    )


def _after_properties(text: str, begin: int, end: int) -> int:
    """The index behind a node's ``&anchor`` and ``!tag``."""
    index = begin
    while index < end and text[index] in "&!":
        while index < end and not text[index].isspace():
            index += 1
        while index < end and text[index].isspace():
            index += 1
    return index


def _collection(opened: _Open, end: int, start: int, at: Any) -> Node:
    begin = at(opened.start + start)
    if opened.flow:
        stop = at(end)
    elif opened.is_map:
        stop = opened.entries[-1].span.end if opened.entries else begin
    else:
        stop = opened.items[-1].span.end if opened.items else begin
    span = Span(begin, max(begin, stop))
    return Node(
        "map" if opened.is_map else "list",
        span,
        "flow" if opened.flow else "block",
        "",
        span,
        tuple(opened.items),
        tuple(opened.entries),
        opened.tag,
        opened.anchor,
    )


def _entry(key: Node, value: Node, source: Source) -> Entry:
    """Pair a key with its value; the colon is the first one behind the key."""
    end = key.span.end
    text = source.text
    index = source.index(end) if source.text else 0
    colon = text.find(":", index)
    if colon < 0 or source.at(colon) > value.span.start:
        return Entry(key, value, None)
    return Entry(key, value, source.at(colon))
