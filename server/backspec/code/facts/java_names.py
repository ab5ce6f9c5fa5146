"""Java: what declarations and assignments bind names to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.adapter import ENTER
from backspec.code.facts.c_like import only_child
from backspec.code.facts.java_callbacks import JavaCallbacks
from backspec.code.facts.java_values import INTEGERS, operator_of
from backspec.code.facts.model import OPAQUE, Assign, Binding

if TYPE_CHECKING:
    from backspec.code.syntax import Node

_MOST_PARTS: Final = 60
_SECURE: Final = re.compile(r"(?:new\s+)?(?:java\.security\.)?SecureRandom\b")


class JavaNames(JavaCallbacks):
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
        default = self.default_of(value)
        return binding if default is None else Binding("constant", "str", default)

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
        left, pattern = node.child_by_field_name("left"), node.child_by_field_name("pattern")
        if name is not None:
            self._take(node, left, name, path)
        if pattern is not None:
            self._take_apart(node, left, pattern)
        return ENTER

    def on_pattern(self, node: Node) -> bool:
        """``case Point(int x, int y) -> ..``, ``case String text -> ..``"""
        label = node.parent
        body = label.parent.parent if label is not None and label.parent is not None else None
        switch = body.parent if body is not None else None
        value = switch.child_by_field_name("condition") if switch is not None else None
        inner = only_child(node)
        if inner is not None and inner.type == "record_pattern":
            self._take_apart(node, value, inner)
        elif inner is not None and inner.type == "type_pattern" and inner.named_child_count == 2:
            kind, name = inner.named_children
            self._take(node, value, name, self.type_path(kind))
        return ENTER

    def _take(self, node: Node, value: Node | None, name: Node, path: str) -> None:
        """A pattern binds a name to a value, or to a part of it."""
        written = self.slice(name)
        self.bind_typed(written, path)
        if value is not None:
            self.facts.assigns.append(Assign(self.place, node, name, written, value, "=", path))

    def _take_apart(self, node: Node, value: Node | None, pattern: Node) -> None:
        """``o instanceof Point(int x, int y)``"""
        waiting = [pattern]
        for _ in range(_MOST_PARTS):
            if not waiting:
                return
            one = waiting.pop()
            if one.type != "record_pattern_component":
                waiting += one.named_children
                continue
            kind, name = one.named_children[0], one.named_children[-1]
            if name.type == "identifier":
                path = self.type_path(kind) or self.primitive(kind) if kind != name else ""
                self._take(node, value, name, path)

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
