"""Operations and security of OpenAPI documents: versions 2 (Swagger) and 3, in YAML and JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from backspec.code.files.nodes import Node, read

if TYPE_CHECKING:
    from backspec.text import Span

_HEAD: Final = re.compile(rb"[\"']?\b(?:openapi|swagger)[\"']?\s*:")
_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
MUTATING: Final = frozenset(("put", "post", "delete", "patch"))
"""Methods that change something."""
_REFERENCES: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One method of one path."""

    method: str
    """Lower case."""
    path: str
    key: Span
    """The method as written."""
    node: Node
    path_item: Node

    @property
    def title(self) -> str:
        """How messages call it: ``POST /orders``."""
        return f"{self.method.upper()} {self.path}"


@dataclass(frozen=True, eq=False)
class ApiFacts:
    """What one document says."""

    root: Node

    @cached_property
    def paths(self) -> tuple[Span, Node]:
        """The key ``paths`` and what is under it."""
        key, value = (self.root.entries or {})["paths"]
        return key.span, value

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """All operations that stand in the document itself, in order."""
        return tuple(
            Operation(name, path, key.span, node, item)
            for path, _, item in self.paths[1].pairs()
            if path.startswith("/")
            for name, key, node in item.pairs()
            if name in _METHODS and node.entries is not None
        )

    @cached_property
    def schemes(self) -> dict[str, Node]:
        """Security schemes by name."""
        found = self.root.get("components", "securitySchemes") or self.root.get(
            "securityDefinitions"
        )
        return {name: node for name, _, node in found.pairs()} if found else {}

    def resolve(self, node: Node) -> Node | None:
        """What a node is or refers to within the document; None for what cannot be seen."""
        for _ in range(_REFERENCES):
            reference = node.get("$ref")
            if reference is None:
                return node
            if not (reference.value or "").startswith("#/"):
                return None
            keys = (reference.value or "")[2:].split("/")
            found = self.root.get(*(k.replace("~1", "/").replace("~0", "~") for k in keys))
            if found is None:
                return None
            node = found
        return None

    def parameters(self, operation: Operation) -> list[Node] | None:
        """The parameters of an operation and its path; None when some cannot be seen."""
        found = []
        for holder in (operation.path_item, operation.node):
            listed = holder.get("parameters")
            for item in listed.items if listed else ():
                parameter = self.resolve(item)
                if parameter is None:
                    return None
                found.append(parameter)
        return found


def facts(text: bytes, path: str) -> ApiFacts | None:
    """What a document says; None when it is no OpenAPI description or cannot be read."""
    if not _HEAD.search(text):
        return None
    root = read(text, "json" if path.lower().endswith((".json", ".jsonc")) else "yaml")
    if root is None:
        return None
    version = root.text("openapi") or root.text("swagger")
    paths = root.get("paths")
    if not re.match(r"[23](?:\.\d|$)", version) or paths is None or paths.entries is None:
        return None
    return ApiFacts(root)
