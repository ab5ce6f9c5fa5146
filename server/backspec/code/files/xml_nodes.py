"""XML as elements with places. Reads what it can; no entity is looked up, and nothing recurses."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import unescape
from typing import Final

from backspec.expressions import regex
from backspec.text import Span

_MARKUP: Final = regex(
    rb"<!--(?s:.*?)(?:-->|\Z)|<!\[CDATA\[(?P<data>(?s:.*?))(?:\]\]>|\Z)|<[?!][^>]*(?:>|\Z)"
    rb"|<(?P<close>/)?(?P<name>[A-Za-z_][\w:.-]*)(?P<attributes>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>"
)
_ATTRIBUTE: Final = regex(rb"(?P<name>[A-Za-z_][\w:.-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_DEEPEST: Final = 200


@dataclass(slots=True, eq=False)
class Element:
    """An element, or what stands for one in another form of the same data."""

    name: str
    """Without the prefix of its namespace."""
    span: Span
    """Its opening tag."""
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    pieces: list[tuple[str, int]] = field(default_factory=list)
    """The text between its tags, each piece with its offset; -1 where it is written otherwise."""

    def all(self, name: str) -> list[Element]:
        """The children of a name."""
        return [one for one in self.children if one.name == name]

    @property
    def text(self) -> str:
        """The text right in it."""
        return "".join(text for text, _ in self.pieces)


def read(text: bytes) -> Element | None:
    """The root of a document; None where there is none. What is not closed ends with its parent."""
    root: Element | None = None
    stack: list[Element] = []
    last = 0
    for match in _MARKUP.finditer(text):
        if stack and match.start() > last:
            _add(stack[-1], text[last : match.start()], last)
        last = match.end()
        if match["data"] is not None:
            if stack:
                piece = match["data"].decode("utf-8", "replace")
                stack[-1].pieces.append((piece, match.start("data")))
        elif match["name"] is None:
            continue
        elif match["close"]:
            _close(stack, _bare(match["name"]))
        else:
            attributes = match["attributes"]
            one = Element(_bare(match["name"]), Span(*match.span()), _attributes(attributes))
            if stack:
                stack[-1].children.append(one)
            elif root is None:
                root = one
            if not attributes.endswith(b"/"):
                if len(stack) >= _DEEPEST:
                    return root
                stack.append(one)
    return root


def _close(stack: list[Element], name: str) -> None:
    for at in range(len(stack) - 1, -1, -1):
        if stack[at].name == name:
            del stack[at:]
            return


def _add(element: Element, source: bytes, at: int) -> None:
    text = source.decode("utf-8", "replace")
    element.pieces.append((unescape(text), -1) if "&" in text else (text, at))


def _attributes(source: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(source):
        value = match[2] if match[2] is not None else match[3]
        found.setdefault(_bare(match["name"]), unescape(value.decode("utf-8", "replace")))
    return found


def _bare(name: bytes) -> str:
    return name.decode("utf-8", "replace").rpartition(":")[2]
