"""Postman collections and environments: requests, credentials, variables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from backspec.code.files.nodes import Node, read
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.text import Span

MARK: Final = regex(rb"_postman_id|schema\.getpostman\.com|_postman_variable_scope")
_MOST: Final = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """One request of a collection."""

    name: str
    key: Span
    """Its name as written, else all of it."""
    node: Node
    """What is under ``request``."""
    item: Node


@dataclass(frozen=True, eq=False)
class Postman:
    """What one file says."""

    root: Node

    @property
    def is_environment(self) -> bool:
        """Whether it holds variables alone."""
        return self.root.get("values") is not None and self.root.get("item") is None

    @cached_property
    def items(self) -> tuple[Node, ...]:
        """Requests and folders, with the collection itself first."""
        found: list[Node] = []
        stack = [self.root]
        while stack and len(found) < _MOST:
            node = stack.pop()
            found.append(node)
            inner = node.get("item")
            if inner is not None:
                stack += [item for item in reversed(inner.items) if item.entries is not None]
        return tuple(found)

    @cached_property
    def requests(self) -> tuple[Request, ...]:
        """All requests in order."""
        found: list[Request] = []
        for item in self.items:
            node = item.get("request")
            if node is None:
                continue
            name = item.get("name")
            found.append(Request(item.text("name"), name.span if name else item.span, node, item))
        return tuple(found)

    def variables(self) -> Iterator[Node]:
        """The variables that the file sets: mappings with ``key`` and ``value``."""
        for holder in (self.root.get("values"), *(item.get("variable") for item in self.items)):
            if holder is not None:
                yield from holder.items


def facts(text: bytes, path: str) -> Postman | None:
    """What a file says; None when it is none of Postman's."""
    del path
    if not MARK.search(text):
        return None
    root = read(text, "json")
    if root is None or (root.get("item") is None and root.get("values") is None):
        return None
    return Postman(root)
