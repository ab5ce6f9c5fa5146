"""Operations and security of OpenAPI documents: versions 2 (Swagger) and 3, in YAML and JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import unquote

from backspec.code.files.nodes import Node, read
from backspec.expressions import regex
from backspec.text import Span

_HEAD: Final = regex(rb"[\"']?\b(?:openapi|swagger)[\"']?\s*:")
_FROM_PROTO: Final = regex(rb"[\"']@type[\"']\s*:|\A(?:#[^\n]*\n)*#[^\n]*protoc-gen-")
_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
MUTATING: Final = frozenset(("put", "post", "delete", "patch"))
"""Methods that change something."""
_REFERENCES: Final = 10
_DATA: Final = frozenset(("example", "examples", "default", "enum", "const"))
_NAMES: Final = frozenset(
    ("properties", "patternProperties", "schemas", "definitions", "parameters", "responses",
     "paths", "headers", "requestBodies", "links", "callbacks", "$defs", "securitySchemes",
     "mapping",
     "securityDefinitions", "variables", "dependentSchemas", "encoding")
)  # fmt: skip
"""Under which keys are names that people choose."""


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
    is_from_proto: bool = False
    """It is made from protocol buffers, where methods, codes and types follow from those."""

    @cached_property
    def paths(self) -> tuple[Span, Node]:
        """The key ``paths`` and what is under it."""
        found = (self.root.entries or {}).get("paths")
        if found is None:
            return Span(self.root.span.start, self.root.span.start), Node(self.root.span, "")
        return found[0].span, found[1]

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """All operations that stand in the document itself, in order."""
        return tuple(
            Operation(name, path, key.span, node, item)
            for path, _, item in self.paths[1].pairs()
            if path.startswith("/")
            for name, key, node in item.pairs()
            # What is written in another file cannot be seen.
            if name in _METHODS and node.entries is not None and node.get("$ref") is None
        )

    @cached_property
    def schemes(self) -> dict[str, Node]:
        """Security schemes by name."""
        found = self.root.get("components", "securitySchemes") or self.root.get(
            "securityDefinitions"
        )
        return {name: node for name, _, node in found.pairs()} if found else {}

    @cached_property
    def version(self) -> str:
        """``2``, ``3.0`` or ``3.1`` (for what comes after it, too)."""
        written = self.root.text("openapi")
        if not written:
            return "2"
        return "3.0" if written.startswith("3.0") else "3.1"

    @cached_property
    def is_part(self) -> bool:
        """Whether the document has no operation: it is there for others to refer to."""
        return not self.operations

    @cached_property
    def references(self) -> tuple[tuple[Node, Node, Node], ...]:
        """Each ``$ref``: what holds it, its key and its text. Examples are no part of this."""
        found = []
        for node, _ in self.nodes:
            entry = node.entries.get("$ref") if node.entries else None
            if entry is not None and entry[1].value is not None:
                found.append((node, *entry))
        return tuple(found)

    @cached_property
    def nodes(self) -> tuple[tuple[Node, str], ...]:
        """All collections with the key they stand under, outside of examples and extensions."""
        found = []
        seen: set[int] = set()
        stack = [(self.root, "", "")]
        while stack:
            node, key, above = stack.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            found.append((node, key))
            if node.entries is not None:
                # A property or a response may be called ``example``.
                is_free = key in _NAMES and above != "properties"
                for name, _, value in node.pairs():
                    if value.entries is None and value.value is not None:
                        continue
                    if not is_free and (name in _DATA or name.startswith("x-")):
                        continue
                    stack.append((value, name, "" if above == "properties" else key))
            else:
                stack += [(item, key, above) for item in node.items if item.value is None]
        return tuple(found)

    def responses(self, operation: Operation) -> list[tuple[str, Node, Node]]:
        """Code, key and what an operation's response is or refers to, as far as it is seen."""
        listed = operation.node.get("responses")
        if listed is None:
            return []
        return [
            (code, key, self.resolve(value) or value)
            for code, key, value in listed.pairs()
            if not code.startswith("x-")
        ]

    def body(self, operation: Operation) -> Node | None:
        """What an operation takes as its body: ``requestBody``, or the parameter in the body."""
        if self.version != "2":
            return operation.node.get("requestBody")
        listed = operation.node.get("parameters")
        for item in listed.items if listed else ():
            parameter = self.resolve(item)
            if parameter is not None and parameter.text("in") == "body":
                return item
        return None

    def resolve(self, node: Node) -> Node | None:
        """What a node is or refers to within the document; None for what cannot be seen."""
        for _ in range(_REFERENCES):
            reference = node.get("$ref")
            if reference is None:
                return node
            if not (reference.value or "").startswith("#/"):
                return None
            found = self.at((reference.value or "")[2:])
            if found is None:
                return None
            node = found
        return None

    def at(self, pointer: str) -> Node | None:
        """What a JSON pointer, without ``#/``, points to within the document."""
        node: Node | None = self.root
        for part in pointer.split("/"):
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            if node is None:
                return None
            if node.entries is None and key.isdigit() and int(key) < len(node.items):
                node = node.items[int(key)]
            else:
                node = node.get(key)
        return node

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
    if not re.match(r"[23](?:\.\d|$)", version):
        return None
    keys = set(root.entries or ())
    if not keys & {"info", "paths", "components", "webhooks", "definitions"}:
        return None
    return ApiFacts(root, _FROM_PROTO.search(text) is not None)
