"""Mapper files of MyBatis: the statements in them, with the texts that are put in as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from backspec.code.files import xml_nodes
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files.xml_nodes import Element

_MARK: Final = b"<mapper"
_STATEMENTS: Final = frozenset(("select", "insert", "update", "delete", "sql"))
_PLACED: Final = regex(r"\$\{\s*(?P<name>[\w.\[\]]+)\s*\}")
_MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Placed:
    """One ``${name}``."""

    name: str
    span: Span
    before: str
    """The text of the statement before it."""
    after: str


@dataclass(frozen=True, slots=True)
class Mapper:
    """What one file says."""

    placed: tuple[Placed, ...]


def facts(text: bytes, path: str) -> Mapper | None:
    """The mapper that a text is; None for other XML."""
    del path
    if _MARK not in text:
        return None
    root = xml_nodes.read(text)
    if root is None or root.name != "mapper" or "namespace" not in root.attributes:
        return None
    found = [
        one
        for statement in root.children
        if statement.name in _STATEMENTS
        for element in _within(statement)
        for one in _texts(element)
    ]
    return Mapper(tuple(found))


def _within(statement: Element) -> Iterator[Element]:
    waiting = [statement]
    for _ in range(_MOST):
        if not waiting:
            return
        element = waiting.pop()
        yield element
        waiting += element.children


def _texts(element: Element) -> Iterator[Placed]:
    for text, offset in element.pieces:
        if offset < 0:
            continue
        for match in _PLACED.finditer(text):
            start = offset + len(text[: match.start()].encode())
            span = Span(start, start + len(match[0].encode()))
            yield Placed(match["name"], span, text[: match.start()], text[match.end() :])
