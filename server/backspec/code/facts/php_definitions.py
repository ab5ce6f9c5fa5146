"""What PHP defines: classes, functions and their parameters, the names they bind, and which of
them run for one request.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.adapter import ENTER, SKIP
from backspec.code.facts.model import (
    OPAQUE,
    Assign,
    Binding,
    Call,
    ClassDef,
    Context,
    Decorator,
    Fallback,
    Function,
    Import,
    Parameter,
    Place,
    Statement,
)
from backspec.code.facts.php_shapes import arguments_of, only_child, operator_of
from backspec.code.facts.php_values import PhpValues
from backspec.code.resolve import MODULE_DOT
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.syntax import Node

PER_ITEM: Final = frozenset((
    "array_map", "array_filter", "array_walk", "array_walk_recursive", "array_reduce", "usort",
    "uasort", "uksort", "preg_replace_callback", "array_find", "array_any", "array_all",
))  # fmt: skip
PER_ITEM_METHODS: Final = frozenset((
    "map", "each", "filter", "reject", "flatMap", "mapWithKeys", "mapToGroups", "mapSpread",
    "eachSpread", "transform", "reduce", "sortBy", "sortByDesc", "groupBy", "keyBy", "partition",
    "every", "some", "contains", "sum", "unique", "times", "eachById",
))  # fmt: skip
"""Methods of collections that run their function for each item."""

REQUEST_TYPES: Final = frozenset((
    "Illuminate.Http.Request", "Symfony.Component.HttpFoundation.Request",
    "Psr.Http.Message.ServerRequestInterface",
    "Slim.Http.Request", "Livewire.Component", "Illuminate.Foundation.Http.FormRequest",
))  # fmt: skip
"""Types of parameters that only code for one request has."""

_FORM_REQUEST = re.compile(r"(?:^|\.)Http\.Requests\.|\.Requests\.\w+Request$")
_CONTROLLER = re.compile(r"(?:Controller|AbstractFOSRestController|ControllerBase)$")
_COMMAND = re.compile(r"(?:Command|Seeder|Migration|TestCase)$")
_ROUTE = re.compile(r"(?:^|[.#·])Route$")
_SUPERGLOBALS = r"\$_(?:GET|POST|REQUEST|COOKIE|FILES)\b"
_SENT = ("$_GET", "$_POST", "$_REQUEST", "$_COOKIE")
_READS_REQUEST = re.compile(_SUPERGLOBALS.encode())
_VAR = re.compile(r"@var\s+(?:null\|)?(\\?[A-Za-z_][\w\\]*)(?:\|null)?(?:\s|\*)")
_PARAM = re.compile(r"@param\s+(?:null\|)?(\\?[A-Z][\w\\]*)(?:\|null)?\s+(\$\w+)")


class PhpDefinitions(PhpValues):
    """Reads PHP definitions and assignments."""

    # ------------------------------------------------------------------ namespaces and classes

    def on_namespace(self, node: Node) -> bool:
        name = node.child_by_field_name("name")
        if name is not None:
            self.resolver.marks.add("namespace:" + self.slice(name).replace("\\", "."))
        return ENTER

    def on_use(self, node: Node) -> bool:
        group = node.child_by_field_name("body")
        prefix = ""
        if group is not None:
            around = next((n for n in node.named_children if n.type == "namespace_name"), None)
            prefix = self.slice(around).replace("\\", ".") + "." if around is not None else ""
        for clause in (group or node).named_children:
            if clause.type != "namespace_use_clause":
                continue
            written = next(
                (n for n in clause.named_children if n.type in ("name", "qualified_name")), None
            )
            if written is None:
                continue
            path = prefix + "".join(self.slice(written).split()).strip("\\").replace("\\", ".")
            alias_node = clause.child_by_field_name("alias")
            module, _, member = path.rpartition(".")
            alias = self.slice(alias_node) if alias_node is not None else member
            parts = path.split(".")
            self.resolver.marks.update(
                "package:" + ".".join(parts[:n]) for n in range(1, len(parts) + 1)
            )
            self.facts.imports.append(Import(module, member, alias, self.span(clause)))
            self.bind(alias, Binding("import", path))
        return SKIP

    def on_class(self, node: Node) -> bool:
        name_node, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        name = self.slice(name_node) if name_node is not None else ""
        here = self.place
        extended: list[str] = []
        implemented: list[str] = []
        for part in node.named_children:
            if part.type == "base_clause":
                extended += map(self.name_path, part.named_children)
            elif part.type == "class_interface_clause":
                implemented += map(self.name_path, part.named_children)
        for part in body.named_children if body is not None else ():
            if part.type == "use_declaration":
                implemented += map(self.name_path, part.named_children)
        bases = tuple(base for base in (*extended, *implemented) if base)
        span = self.span(name_node) if name_node is not None else self.span(node)
        class_def = ClassDef(
            name,
            node,
            self.span(node),
            span if name else Span(span.start, min(span.end, span.start + 5)),
            bases,
            self._decorators(node),
            here.class_def,
            here,
            self.qualify(name or f"{{{node.start_byte - self.extent.start}}}"),
        )
        self.facts.classes.append(class_def)
        if name:
            self.bind(name, Binding("class", class_def.path, None, bases))
        place = self.class_place(class_def)
        parent = extended[0] if extended and node.type != "interface_declaration" else ""
        for own in ("self", "static", "$this"):
            place.scope.bind(own, Binding("class", class_def.path))
        if parent:
            place.scope.bind("parent", Binding("type", parent))
        if parent.rpartition(".")[2].endswith("TestCase"):
            place.flags |= Context.TEST
        if body is not None:
            self.at(body, place)
        return ENTER

    def qualify(self, name: str) -> str:
        """A definition's name within the file."""
        here = self.place
        if here.scope.kind == "class":
            return f"{here.scope.class_path}.{name}"
        if here.function is not None:
            owner = here.function.path or f"{{{here.function.span.start - self.extent.start}}}"
            return f"{owner}.{name}"
        return f"{here.class_def.path}.{name}" if here.class_def is not None else name

    def _decorators(self, node: Node) -> tuple[Decorator, ...]:
        """The attributes of a class, function or parameter."""
        attributes = node.child_by_field_name("attributes")
        found = []
        for group in attributes.named_children if attributes is not None else ():
            for one in group.named_children:
                if one.type != "attribute":
                    continue
                call = self.calls_by_node.get(one.id)
                if call is None:
                    call = self.calls_by_node[one.id] = self.make_call(one, self.place)
                has_list = arguments_of(one) is not None
                found.append(
                    Decorator(self.place, call.path, self.span(one), call if has_list else None)
                )
        return tuple(found)

    # ------------------------------------------------------------------ names

    def on_properties(self, node: Node) -> bool:
        type_path = self.type_path(node.child_by_field_name("type")) or self._documented(node)
        is_static = any(child.type == "static_modifier" for child in node.named_children)
        for element in node.named_children:
            if element.type != "property_element":
                continue
            name_node = element.child_by_field_name("name")
            value = element.child_by_field_name("default_value")
            if name_node is None:
                continue
            written = self.slice(name_node)
            name = written.removeprefix("$")
            if value is not None:
                self.facts.assigns.append(
                    Assign(self.place, element, name_node, name, value, "=", type_path)
                )
            if value is not None or type_path:
                binding = self._declared(type_path, value)
                self.bind(written if is_static else "." + name, binding)
        return ENTER

    def _documented(self, node: Node) -> str:
        """The type that the comment before a property gives it."""
        before = node.prev_named_sibling
        if before is None or before.type != "comment":
            return ""
        found = _VAR.search(self.slice(before)[:600])
        return "" if found is None else _path_of_name(found[1])

    def _declared(self, type_path: str, value: Node | None) -> Binding:
        """What a variable is: its constant, else its declared type, else its value."""
        binding = self.binding_of(value) if value is not None else OPAQUE
        if binding.kind == "constant" and binding.constant is not None:
            return binding
        if type_path:
            return Binding("type", type_path)
        return binding

    def on_constants(self, node: Node) -> bool:
        for element in node.named_children:
            sides = [n for n in element.named_children if n.type != "comment"]
            if element.type != "const_element" or len(sides) != 2:
                continue
            name = self.slice(sides[0])
            self.facts.assigns.append(Assign(self.place, element, sides[0], name, sides[1]))
            self.bind(name, self.binding_of(sides[1]))
        return ENTER

    def on_enum_case(self, node: Node) -> bool:
        name = node.child_by_field_name("name")
        if name is not None and self.place.class_def is not None:
            self.bind(self.slice(name), Binding("class", self.place.class_def.path))
        return ENTER

    def on_trait(self, _node: Node) -> bool:
        return SKIP

    def on_static(self, node: Node) -> bool:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is not None:
            if value is not None:
                self.facts.assigns.append(Assign(self.place, node, name, self.slice(name), value))
            # A static variable is set again later: its first value says little.
            self.bind(self.slice(name), OPAQUE)
        return ENTER

    def on_assignment(self, node: Node) -> bool:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        while right is not None and right.type == "assignment_expression":
            right = right.child_by_field_name("right")
        if left is None:
            return ENTER
        if left.type in ("list_literal", "array_creation_expression"):
            self._bind_names(left)
            self._take_apart(node, left, right)
            return ENTER
        target = self.path_of(left)
        if not target and left.type == "subscript_expression":
            self._fill(node, left, right)
        elif left.type == "dynamic_variable_name" and self._is_named_by_client(left):
            self.fill_all(node, right)
        if target and "(" not in target:
            self.facts.assigns.append(Assign(self.place, node, left, target, right))
            if left.type != "subscript_expression":
                self._bind_target(target, self.binding_of(right))
        return ENTER

    def on_augmented(self, node: Node) -> bool:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        target = self.path_of(left) if left is not None else ""
        if left is None or not target or "(" in target:
            return ENTER
        operator = operator_of(node) or "="
        self.facts.assigns.append(Assign(self.place, node, left, target, right, operator))
        if left.type != "subscript_expression":
            binding = self.binding_of(right) if operator == "??=" else OPAQUE
            self._bind_target(target, binding)
        if operator == "??=" and right is not None:
            self.facts.fallbacks.append(Fallback(self.place, node, left, right))
        return ENTER

    def _take_apart(self, node: Node, left: Node, right: Node | None) -> None:
        """``[$a, $b] = f()``: to flows, each name holds its item, or something of the whole."""
        items: list[Node] = []
        if right is not None and right.type == "array_creation_expression":
            items = [n for n in right.named_children if n.type == "array_element_initializer"]
        at = 0
        for child in left.children:
            if child.type == ",":
                at += 1
            element = child
            if child.type == "array_element_initializer" and child.named_child_count:
                element = child.named_children[-1]
            if element.type != "variable_name":
                continue
            value = right
            if at < len(items) and items[at].named_child_count == 1:
                value = items[at].named_children[0]
            self.facts.fills.append(Assign(self.place, node, element, self.slice(element), value))

    def _is_named_by_client(self, name: Node) -> bool:
        """Whether a variable's variable is called as a key of all that a client sent."""
        inner = self.slice(name)[1:].strip("{}")
        around = name.parent
        for _ in range(8):
            if around is None:
                return False
            if around.type == "foreach_statement" and len(around.named_children) > 1:
                over, pattern = around.named_children[:2]
                if self.slice(over) in _SENT:
                    return self.slice(pattern).split("=>")[0].strip() == inner
            around = around.parent
        return False

    def fill_all(self, node: Node, value: Node | None) -> None:
        """Let any variable that is read later hold a value; see ``PhpFlow``."""
        raise NotImplementedError

    def _fill(self, node: Node, left: Node, right: Node | None) -> None:
        """``$a[] = x``, ``$a[$k] = x``: to flows, the array holds it beside what it held."""
        holder: Node | None = left
        for _ in range(8):
            if holder is None or holder.type != "subscript_expression":
                break
            holder = holder.named_children[0] if holder.named_child_count else None
        target = self.path_of(holder) if holder is not None else ""
        if holder is not None and target and "(" not in target:
            self.facts.fills.append(Assign(self.place, node, holder, target, right, "<-"))

    def _bind_target(self, target: str, binding: Binding) -> None:
        head, _, member = target.partition(".")
        class_def = self.place.class_def
        if not member:
            self.bind(head, binding)
        elif "." in member or class_def is None:
            return
        elif head == "$this":
            self.bind_member(class_def.path, member, self.lifted(binding))
        elif head in ("self", "static"):
            scope = self.resolver.classes.get(class_def.path)
            if scope is not None:
                scope.bind(member, self.lifted(binding))
            else:
                self.outside.append((class_def.path, member, self.lifted(binding)))

    def _bind_names(self, pattern: Node) -> None:
        """Variables that a loop, list or reference fills with something."""
        stack = [pattern]
        while stack:
            current = stack.pop()
            if current.type == "variable_name":
                self.bind(self.slice(current), OPAQUE)
            elif current.type in (
                "list_literal", "array_creation_expression", "array_element_initializer", "pair",
                "by_ref",
            ):  # fmt: skip
                stack.extend(current.named_children)

    # ------------------------------------------------------------------ functions

    def on_function(self, node: Node) -> bool:
        here = self.place
        name_node, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        name = self.slice(name_node) if name_node is not None else ""
        is_method = node.type == "method_declaration" and here.scope.kind == "class"
        body_start = body.start_byte if body is not None else node.end_byte
        returns = self.type_path(node.child_by_field_name("return_type"))
        function = Function(
            name,
            node,
            self.span(node),
            self.span(name_node) if name_node is not None else Span(node.start_byte, body_start),
            self.span(body) if body is not None else self.span(node),
            False,
            (),
            self._decorators(node),
            here.class_def if is_method else None,
            here.function,
            here,
            returns_path=returns,
            passed_to=None if name else self._passed_to(),
            path=self.qualify(name) if name else "",
        )
        inside = self.function_place(function, self._function_flags(function))
        parameters = list(self._read_parameters(node))
        function.parameters = tuple(parameters)
        for parameter in parameters:
            path = parameter.type_path
            is_class = bool(path) and not path.islower()
            inside.scope.bind(parameter.name, Binding("type", path) if is_class else OPAQUE)
        if is_method:
            for own in ("self", "static", "$this"):
                inside.scope.bindings[own] = [Binding("class", here.scope.class_path)]
            if "parent" in here.scope.bindings:
                inside.scope.bindings["parent"] = list(here.scope.bindings["parent"])
            elif here.scope.bases:
                inside.scope.bindings["parent"] = [Binding("type", here.scope.bases[0])]
        if name:
            result = "" if returns.islower() else returns
            self.bind(name, Binding("function", function.path))
            self.resolver.functions[function.path] = (result, here.scope)
        self.facts.functions.append(function)
        self.functions_by_node[node.id] = function
        if body is not None:
            self.at(body, inside)
            if node.type == "arrow_function":
                self.facts.statements.append(Statement(inside, "return", body, body, None))
        return ENTER

    def _function_flags(self, function: Function) -> int:
        call = function.passed_to
        if call is None:
            return 0
        flags = self.place.flags & (Context.LOOP | Context.MODULE)
        if call.name in (PER_ITEM_METHODS if "." in call.path or not call.path else PER_ITEM):
            flags |= Context.LOOP
        return flags

    def _passed_to(self) -> Call | None:
        """The call that a closure is an argument of."""
        argument, arguments, call = self.parent(), self.parent(2), self.parent(3)
        if argument is None or arguments is None or call is None or argument.type != "argument":
            return None
        return self.calls_by_node.get(call.id)

    def _read_parameters(self, function: Node) -> Iterator[Parameter]:
        parameters = function.child_by_field_name("parameters")
        documented: dict[str, str] | None = None
        for one in parameters.named_children if parameters is not None else ():
            name_node = one.child_by_field_name("name")
            if name_node is not None and name_node.type == "by_ref":
                name_node = only_child(name_node)
            if name_node is None or name_node.type != "variable_name":
                continue
            name = self.slice(name_node)
            type_path = self.type_path(one.child_by_field_name("type"))
            if not type_path and one.child_by_field_name("type") is None:
                if documented is None:
                    documented = self._documented_parameters(function)
                type_path = documented.get(name, "")
            default = one.child_by_field_name("default_value")
            yield Parameter(
                self.place, name, self.span(one), type_path, default, self._decorators(one)
            )
            if default is not None:
                self.add_pair(one, name.removeprefix("$"), default)
            if one.type == "property_promotion_parameter" and self.place.scope.kind == "class":
                is_class = bool(type_path) and not type_path.islower()
                self.bind(
                    "." + name.removeprefix("$"), Binding("type", type_path) if is_class else OPAQUE
                )

    def _documented_parameters(self, function: Node) -> dict[str, str]:
        """The classes that the comment before a function gives its parameters."""
        before = function.prev_named_sibling
        if before is None or before.type != "comment":
            return {}
        return {
            name: _path_of_name(written)
            for written, name in _PARAM.findall(self.slice(before)[:4000])
        }

    # ------------------------------------------------------------------ handlers

    def derived_context(self, place: Place) -> int:
        flags = super().derived_context(place)
        if place.function is None and self.resolver.text_has(_SUPERGLOBALS):
            # A script that reads the request runs for each of them.
            flags |= Context.HANDLER
        return flags

    def is_handler(self, function: Function) -> bool:
        if super().is_handler(function):
            return True
        if any(_ROUTE.search(one.path) for one in function.decorators):
            return True
        for parameter in function.parameters:
            known = parameter.type_name if parameter.type_path else None
            if known is not None and (known in REQUEST_TYPES or _FORM_REQUEST.search(known)):
                return True
        body = function.body_span
        if _READS_REQUEST.search(self.source, body.start, body.end) is not None:
            return True
        class_def = function.class_def
        if class_def is None or (function.name.startswith("__") and function.name != "__invoke"):
            return False
        if not self.is_public(function.node):
            return False
        if any(_ROUTE.search(one.path) for one in class_def.decorators):
            return True
        bases = self.resolver.bases(class_def.path) or class_def.base_paths
        return any(_CONTROLLER.search(base) for base in (*bases, *class_def.base_paths)) and not (
            _COMMAND.search(class_def.name)
        )

    def is_public(self, function: Node) -> bool:
        """Whether a method may be a route's: public, and not only for the class itself."""
        for child in function.named_children:
            if child.type == "visibility_modifier":
                return self.slice(child) == "public"
        return True


def _path_of_name(written: str) -> str:
    """A class named in a comment, as a path."""
    if written.startswith("\\"):
        return "#" + written[1:].replace("\\", MODULE_DOT)
    return "" if written.islower() else written.replace("\\", ".")
