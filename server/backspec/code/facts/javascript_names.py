"""JavaScript and TypeScript: imports, declarations, assignments and types give names a meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.facts.adapter import ENTER, SKIP
from backspec.code.facts.javascript_flow import JavaScriptFlow
from backspec.code.facts.javascript_paths import module_of, only_child
from backspec.code.facts.javascript_values import FUNCTIONS
from backspec.code.facts.model import (
    NEAREST,
    OPAQUE,
    Assign,
    Binding,
    Fallback,
    Import,
    PartAssign,
    Scope,
)

if TYPE_CHECKING:
    from backspec.code.facts.model import Place
    from backspec.code.resolve import Resolver
    from backspec.code.syntax import Node

BY_KEYS: Final = "[][]"
"""The target of ``a[x][y] = z``, which no path names."""
_MAKING: Final = frozenset(("call_expression", "await_expression", "new_expression"))
_PARTS: Final = frozenset(("identifier", "shorthand_property_identifier_pattern"))
MAX_MEMBERS: Final = 200
"""How many members of an object literal or interface get a meaning of their own."""


class JavaScriptNames(JavaScriptFlow):
    """Binds names."""

    def __init__(
        self, language: str, source: bytes, resolver: Resolver, place: Place | None
    ) -> None:
        super().__init__(language, source, resolver, place)
        self._undeclared: list[tuple[Scope, str, Binding]] = []
        """Assignments to names, or members of names, that nothing has declared yet."""

    # ------------------------------------------------------------------ modules

    def on_import(self, node: Node) -> bool:
        source = node.child_by_field_name("source")
        clause = only_child(node)
        if clause is not None and clause.type == "import_require_clause":
            source = clause.child_by_field_name("source")
        module = module_of(self.string(source)) if source is not None else ""
        if not module or clause is None:
            return SKIP
        if clause.type == "import_require_clause":
            name = only_child(clause)
            if name is not None:
                self._import(node, module, "", self.slice(name))
            return SKIP
        if clause.type != "import_clause":
            self._mark_package(module)
            return SKIP
        for part in clause.named_children:
            if part.type == "identifier":
                self._import(node, module, "", self.slice(part))
            elif part.type == "namespace_import":
                name = only_child(part)
                if name is not None:
                    self._import(node, module, "", self.slice(name))
            elif part.type == "named_imports":
                for one in part.named_children:
                    self._import_named(node, module, one)
        return SKIP

    def _import_named(self, node: Node, module: str, specifier: Node) -> None:
        name, alias = (
            specifier.child_by_field_name("name"),
            specifier.child_by_field_name("alias"),
        )
        if name is None:
            return
        member = self.string(name) if name.type == "string" else self.slice(name)
        local = self.slice(alias) if alias is not None else member
        self._import(node, module, "" if member == "default" else member, local)

    def _import(self, node: Node, module: str, member: str, alias: str) -> None:
        self.facts.imports.append(
            Import(module, member, alias, self.span(node), module.startswith("."))
        )
        self._mark_package(module)
        self.bind(alias, Binding("import", f"{module}.{member}" if member else module))

    def _mark_package(self, module: str) -> None:
        marks = self.resolver.marks
        marks.add("package:" + module)
        parts = module.split("/")
        marks.add("package:" + "/".join(parts[: 2 if module.startswith("@") else 1]))

    def on_import_alias(self, node: Node) -> bool:
        sides = node.named_children
        if len(sides) == 2:
            self.bind(self.slice(sides[0]), Binding("value", self.slice(sides[1])))
        return SKIP

    # ------------------------------------------------------------------ declarations

    def declare(self, name: str, binding: Binding, is_var: bool = False) -> None:
        """Bind a declared name: ``var`` in the function around, the rest in the block."""
        scope = self.place.scope
        while is_var and scope.kind == "block" and scope.outer is not None:
            scope = scope.outer
        scope.bind(name, binding)

    def on_declarator(self, node: Node) -> bool:
        name = node.child_by_field_name("name")
        value = node.child_by_field_name("value")
        if name is None:
            return ENTER
        around = self.parent()
        is_var = around is not None and around.type == "variable_declaration"
        if name.type != "identifier":
            binding = self.binding_of(value)
            self._module_import(node, value, name)
            self.destructure(name, binding, is_var)
            self._take_apart(name, value)
            return ENTER
        target = self.slice(name)
        type_path = self.type_path(node.child_by_field_name("type"))
        if value is None:
            # ``let pool;`` is nothing yet and agrees with what it becomes.
            nothing = Binding("constant", "NoneType", None)
            self.declare(target, Binding("type", type_path) if type_path else nothing, is_var)
            return ENTER
        self.facts.assigns.append(Assign(self.place, node, name, target, value, "=", type_path))
        self._module_import(node, value, name)
        if value.type in FUNCTIONS or value.type == "class":
            return ENTER
        if value.type == "object" and self.place.function is not None and not is_var:
            self.literals[id(self.place.scope), target] = value
        if value.type == "object" and value.named_child_count <= MAX_MEMBERS:
            self.declare(target, self._object_binding(target, value, type_path), is_var)
        elif type_path and value.type not in ("string", "number", "true", "false"):
            self.declare(target, Binding("type", type_path), is_var)
        else:
            self.declare(target, self.binding_of(value), is_var)
        return ENTER

    def _module_import(self, node: Node, value: Node | None, name: Node) -> None:
        """The import that ``const x = require("y")`` and ``await import("y")`` make."""
        for _ in range(4):
            if value is None:
                return
            if value.type in ("await_expression", "parenthesized_expression"):
                value = only_child(value)
            elif value.type == "member_expression":
                value = value.child_by_field_name("object")
            else:
                break
        if value is None or value.type != "call_expression":
            return
        module = self.module_in_place(value)
        if module is not None:
            self._mark_package(module)
            alias = self.slice(name) if name.type == "identifier" else ""
            self.facts.imports.append(
                Import(module, "", alias, self.span(node), module.startswith("."))
            )

    def _object_binding(self, name: str, node: Node, type_path: str = "") -> Binding:
        """An object literal is known by its members, like a class of its own."""
        path = self.object_path(name, node)
        here = self.place
        scope = Scope("class", here.scope, path, (type_path,) if type_path else ())
        self.resolver.classes[path] = scope
        for child in node.named_children:
            kind = child.type
            if kind == "pair":
                key_node, value = (
                    child.child_by_field_name("key"),
                    child.child_by_field_name("value"),
                )
                key = self.key_of(key_node) if key_node is not None else None
                if key is None or value is None:
                    continue
                if value.type in FUNCTIONS:
                    scope.bind("." + key, Binding("function", f"{path}.{key}"))
                else:
                    scope.bind("." + key, self.lifted(self.binding_of(value)))
            elif kind == "shorthand_property_identifier":
                written = self.slice(child)
                scope.bind("." + written, self.lifted(Binding("value", written)))
            elif kind == "method_definition":
                key_node = child.child_by_field_name("name")
                key = self.key_of(key_node) if key_node is not None else None
                if key is not None:
                    scope.bind("." + key, Binding("function", f"{path}.{key}"))
        return Binding("class", path)

    def object_path(self, name: str, node: Node) -> str:
        """The path of an object literal; in functions also its place, so that no two are one."""
        function = self.place.function
        at = "" if function is None else f"@{node.start_byte - function.span.start}"
        return self.qualify(name) + at

    def destructure(self, pattern: Node, binding: Binding, is_var: bool = False) -> None:
        """Bind the names of a pattern to members of what the pattern takes apart."""
        stack = [(pattern, binding)]
        while stack:
            node, whole = stack.pop()
            kind = node.type
            if kind in ("identifier", "shorthand_property_identifier_pattern"):
                self.declare(self.slice(node), whole, is_var)
            elif kind in ("assignment_pattern", "object_assignment_pattern"):
                left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
                if left is None or right is None:
                    continue
                if kind == "object_assignment_pattern":
                    whole = _member(whole, self.slice(left))
                    self.facts.fallbacks.append(Fallback(self.place, node, left, right))
                stack.append((left, whole))
            elif kind == "object_pattern":
                for child in node.named_children:
                    if child.type == "shorthand_property_identifier_pattern":
                        stack.append((child, _member(whole, self.slice(child))))
                    elif child.type == "pair_pattern":
                        key_node = child.child_by_field_name("key")
                        value = child.child_by_field_name("value")
                        key = self.key_of(key_node) if key_node is not None else None
                        if value is not None:
                            stack.append((value, _member(whole, key or "")))
                    elif child.type == "object_assignment_pattern":
                        stack.append((child, whole))
                    else:
                        stack.append((child, OPAQUE))
            elif kind in ("array_pattern", "rest_pattern"):
                stack.extend((child, OPAQUE) for child in node.named_children)

    def _take_apart(self, pattern: Node, value: Node | None) -> None:
        """``[a, ...b] = f()``, ``{ a, ...b } = f()``: for flows, where the parts come from."""
        if value is None:
            return
        is_list = pattern.type == "array_pattern"
        if not is_list and value.type in _MAKING and not self._is_module(value):
            self._take_members(pattern, value)
        for at, child in enumerate(pattern.named_children[:MAX_MEMBERS]):
            inner = child
            if child.type in ("assignment_pattern", "rest_pattern") and child.named_children:
                inner = child.named_children[0]
            if inner.type == "identifier" and (is_list or child.type == "rest_pattern"):
                place = at if is_list and child.type != "rest_pattern" else -1
                self.pattern_assigns.append(
                    Assign(self.place, child, inner, self.slice(inner), value, "=", "", place, 0)
                )

    def _is_module(self, value: Node) -> bool:
        return self.source.startswith((b"require(", b"await import("), value.start_byte)

    def _take_members(self, pattern: Node, value: Node) -> None:
        """``{ url, next: target = "/" } = await request.json()``"""
        for child in pattern.named_children[:MAX_MEMBERS]:
            inner: Node | None = child
            key: Node | None = child
            if child.type == "pair_pattern":
                key, inner = child.child_by_field_name("key"), child.child_by_field_name("value")
            elif child.type == "object_assignment_pattern":
                key = inner = child.child_by_field_name("left")
            if inner is not None and inner.type == "assignment_pattern":
                inner = inner.child_by_field_name("left")
            if key is None or inner is None or inner.type not in _PARTS:
                continue
            member = self.key_of(key)
            if member:
                self.pattern_assigns.append(
                    PartAssign(self.place, child, inner, self.slice(inner), value, member)
                )

    def on_assignment(self, node: Node) -> bool:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None:
            return ENTER
        while right is not None and right.type == "assignment_expression":
            right = right.child_by_field_name("right")
        if left.type in ("object_pattern", "array_pattern"):
            self._assign_pattern(left, self.binding_of(right))
            self._take_apart(left, right)
            return ENTER
        target = self.path_of(left)
        if not target and left.type == "subscript_expression":
            whole = left.child_by_field_name("object")
            path = self.path_of(whole) if whole is not None else ""
            self.change(path)
            if whole is not None and whole.type == "subscript_expression":
                self.pattern_assigns.append(Assign(self.place, node, left, BY_KEYS, right, "<-"))
            elif path and right is not None and "(" not in path:
                self.pattern_assigns.append(Assign(self.place, node, left, path, right, "<-"))
        if not target or "(" in target:
            return ENTER
        self.change(target.partition(".")[0])
        self.facts.assigns.append(Assign(self.place, node, left, target, right))
        if left.type != "subscript_expression":
            if right is not None and right.type in FUNCTIONS:
                name = target.rpartition(".")[2]
                self.bind_target(target, Binding("function", self.qualify(name)))
            else:
                self.bind_target(target, self.binding_of(right))
        return ENTER

    def on_augmented(self, node: Node) -> bool:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return ENTER
        operator_node = node.child_by_field_name("operator")
        operator = operator_node.type if operator_node is not None else "+="
        if operator in ("||=", "??="):
            self.facts.fallbacks.append(Fallback(self.place, node, left, right))
        target = self.path_of(left)
        if target and "(" not in target:
            self.change(target.partition(".")[0])
            self.facts.assigns.append(Assign(self.place, node, left, target, right, operator))
            if left.type != "subscript_expression":
                is_default = operator in ("||=", "??=")
                self.bind_target(target, self.binding_of(right) if is_default else OPAQUE)
        return ENTER

    def on_update(self, node: Node) -> bool:
        target = node.child_by_field_name("argument")
        if target is not None and target.type == "identifier":
            self.bind_target(self.slice(target), OPAQUE)
        return ENTER

    def _assign_pattern(self, node: Node, binding: Binding) -> None:
        stack = [(node, binding)]
        while stack:
            current, whole = stack.pop()
            kind = current.type
            if kind in ("identifier", "member_expression"):
                target = self.path_of(current)
                if target:
                    self.bind_target(target, whole)
            elif kind == "shorthand_property_identifier_pattern":
                name = self.slice(current)
                self.bind_target(name, _member(whole, name))
            elif kind == "pair_pattern":
                key, value = (
                    current.child_by_field_name("key"),
                    current.child_by_field_name("value"),
                )
                if key is not None and value is not None:
                    stack.append((value, _member(whole, self.key_of(key) or "")))
            elif kind == "object_pattern":
                stack.extend((child, whole) for child in current.named_children)
            else:
                stack.extend((child, OPAQUE) for child in current.named_children)

    def bind_target(self, target: str, binding: Binding) -> None:
        """Bind what is assigned without a declaration, in the scope that declares it."""
        head, _, member = target.partition(".")
        scope = self.place.scope.declaring(head)
        if not member:
            if scope is None:
                self._undeclared.append((self.place.scope, head, self.lifted(binding)))
            else:
                scope.bind(head, self.lifted(binding, scope))
        elif "." not in member:
            bound = scope.bindings[head] if scope is not None else []
            if scope is None:
                self._undeclared.append((self.place.scope, target, self.lifted(binding)))
            elif len(bound) == 1 and bound[0].kind == "class":
                self.bind_member(bound[0].target, member, self.lifted(binding))

    def finish(self) -> None:
        """Give what was assigned before its declaration to the scope that declares it."""
        for scope, target, binding in self._undeclared:
            head, _, member = target.partition(".")
            declaring = scope.declaring(head)
            if declaring is None:
                self.outside.append((NEAREST, target, binding))
            elif not member:
                declaring.bind(head, binding)
            else:
                bound = declaring.bindings[head]
                if len(bound) == 1 and bound[0].kind == "class":
                    self.bind_member(bound[0].target, member, binding)
        self._undeclared.clear()
        super().finish()

    # ------------------------------------------------------------------ types

    def qualify(self, name: str) -> str:
        """A definition's name within the file."""
        here = self.place
        if here.function is not None:
            owner = here.function.path or f"{{{here.function.span.start - self.extent.start}}}"
            if here.scope.kind == "class":
                owner = here.scope.class_path
            return f"{owner}.{name}"
        return f"{here.class_def.path}.{name}" if here.class_def is not None else name

    def on_interface(self, node: Node) -> bool:
        """Give an interface's typed members a meaning, and its bases'."""
        name_node, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name_node is None:
            return SKIP
        name = self.slice(name_node)
        bases: list[str] = []
        for child in node.named_children:
            if child.type in ("extends_type_clause", "extends_clause"):
                bases.extend(filter(None, (self.type_path(one) for one in child.named_children)))
        self._shape(name, body, tuple(bases))
        return SKIP

    def on_type_alias(self, node: Node) -> bool:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None or value is None:
            return SKIP
        if value.type == "object_type":
            self._shape(self.slice(name), value, ())
        else:
            path = self.type_path(value)
            self.bind(self.slice(name), Binding("type", path) if path else OPAQUE)
        return SKIP

    def _shape(self, name: str, body: Node | None, bases: tuple[str, ...]) -> None:
        path = self.qualify(name)
        known = self.resolver.classes.get(path)
        scope = known or Scope("class", self.place.scope, path, bases)
        self.resolver.classes[path] = scope
        self.bind(name, Binding("class", path, None, bases))
        members = body.named_children[:MAX_MEMBERS] if body is not None else []
        for member in members:
            if member.type == "property_signature":
                key, type_node = (
                    member.child_by_field_name("name"),
                    member.child_by_field_name("type"),
                )
                type_path = self.type_path(type_node)
                if key is not None:
                    scope.bind(
                        "." + self.slice(key), Binding("type", type_path) if type_path else OPAQUE
                    )

    def on_enum(self, node: Node) -> bool:
        name_node, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name_node is None or body is None:
            return ENTER
        name = self.slice(name_node)
        path = self.qualify(name)
        scope = Scope("class", self.place.scope, path)
        self.resolver.classes[path] = scope
        self.bind(name, Binding("class", path))
        for member in body.named_children[:MAX_MEMBERS]:
            if member.type == "enum_assignment":
                key, value = member.child_by_field_name("name"), member.child_by_field_name("value")
                if key is not None:
                    scope.bind("." + (self.key_of(key) or ""), self.binding_of(value))
        return ENTER


def _member(whole: Binding, key: str) -> Binding:
    """The binding of a member of what ``whole`` is bound to."""
    if not key or whole.kind not in ("import", "value", "type"):
        return OPAQUE
    if whole.kind == "import":
        return Binding("import", whole.target if key == "default" else f"{whole.target}.{key}")
    return Binding("value", f"{whole.target}.{key}")
