"""Java: what declarations and assignments bind names to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.adapter import ENTER
from backspec.code.facts.c_like import only_child
from backspec.code.facts.java_proofs import JavaProofs
from backspec.code.facts.java_values import INTEGERS, operator_of
from backspec.code.facts.model import OPAQUE, Assign, Binding

if TYPE_CHECKING:
    from backspec.code.syntax import Node

_SECURE: Final = re.compile(r"(?:new\s+)?(?:java\.security\.)?SecureRandom\b")
_ALGORITHM: Final = re.compile(
    r"(?i)(?:aes|des|3?des-?ede|triple-?des|rc[245]|arc4|arcfour|blowfish|md[245]|sha-?\d*|rsa|"
    r"chacha20|hmac\w+|pbe\w+|ripemd\w*)(?:[-/_]|$)"
)


class JavaNames(JavaProofs):
    """Binds names."""

    def on_variables(self, node: Node) -> bool:
        type_node = node.child_by_field_name("type")
        type_path = self.type_path(type_node)
        written = type_path or self.primitive(type_node)
        for declarator in node.children_by_field_name("declarator"):
            name_node = declarator.child_by_field_name("name")
            value = declarator.child_by_field_name("value")
            if name_node is None:
                continue
            name = self.slice(name_node)
            if value is not None:
                self.facts.assigns.append(
                    Assign(self.place, declarator, name_node, name, value, "=", written)
                )
            self.bind(name, self.declared(type_path, value))
        return ENTER

    def declared(self, type_path: str, value: Node | None) -> Binding:
        binding = super().declared(type_path, value)
        if value is None or (binding.kind == "constant" and binding.constant is not None):
            return binding
        if _SECURE.match(self.slice(value)[:80]):
            # ``Random random = new SecureRandom()``
            return Binding("type", "java.security.SecureRandom")
        default = self._default_of(value)
        return binding if default is None else Binding("constant", "str", default)

    def _default_of(self, value: Node) -> str | None:
        """The algorithm that a setting names when nobody set it: ``getProperty("x", "MD5")``."""
        name, arguments = value.child_by_field_name("name"), value.child_by_field_name("arguments")
        if value.type != "method_invocation" or name is None or arguments is None:
            return None
        if self.slice(name) not in ("getProperty", "getOrDefault"):
            return None
        given = [node for node in arguments.named_children if "comment" not in node.type]
        if len(given) != 2 or given[1].type != "string_literal":
            return None
        text = self.string(given[1])
        return text if _ALGORITHM.match(text) else None

    def on_resource(self, node: Node) -> bool:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        type_path = self.type_path(node.child_by_field_name("type"))
        if name is not None:
            written = self.slice(name)
            if value is not None:
                self.facts.assigns.append(
                    Assign(self.place, node, name, written, value, "=", type_path)
                )
            self.bind(written, self.declared(type_path, value))
        return ENTER

    def on_instanceof(self, node: Node) -> bool:
        name = node.child_by_field_name("name")
        path = self.type_path(node.child_by_field_name("right"))
        if name is not None:
            self.bind_typed(self.slice(name), path)
        return ENTER

    def on_assignment(self, node: Node) -> bool:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        while right is not None and right.type == "assignment_expression":
            right = right.child_by_field_name("right")
        if left is not None and left.type == "array_access":
            self._on_element(node, left, right)
        if left is None or left.type not in ("identifier", "field_access"):
            return ENTER
        target = self.path_of(left)
        if not target or "(" in target:
            return ENTER
        operator = operator_of(node) or "="
        self.facts.assigns.append(Assign(self.place, node, left, target, right, operator))
        self.bind_target(target, self.binding_of(right) if operator == "=" else OPAQUE)
        return ENTER

    def _on_element(self, node: Node, left: Node, right: Node | None) -> None:
        array, index = left.child_by_field_name("array"), left.child_by_field_name("index")
        target = self.path_of(array) if array is not None else ""
        if not target or "(" in target or index is None:
            return
        if index.type in INTEGERS:
            element, operator = f"{target}.{self.slice(index)}", "="
        else:
            element, operator = target, "<-"
        self.element_assigns.append(Assign(self.place, node, left, element, right, operator))

    def on_update(self, node: Node) -> bool:
        inner = only_child(node)
        if inner is not None and inner.type == "identifier":
            self.bind_target(self.slice(inner), OPAQUE)
        return ENTER
