"""Go: which facts and bindings its syntax gives. Expressions are read in ``go_values``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from backspec.code.facts.adapter import ENTER, SKIP
from backspec.code.facts.conditions import dev_guard
from backspec.code.facts.go_flow import GoFlow
from backspec.code.facts.go_values import NUMBERS, only_child
from backspec.code.facts.model import (
    OPAQUE,
    Assign,
    Binding,
    Call,
    Catch,
    ClassDef,
    Context,
    Function,
    Import,
    Parameter,
    Statement,
)
from backspec.code.resolve import Habits
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backspec.code.syntax import Node

BUILTINS: Final = frozenset((
    "append", "cap", "clear", "close", "complex", "copy", "delete", "imag", "len", "make", "max",
    "min", "new", "panic", "print", "println", "real", "recover", "error", "string", "int", "int8",
    "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "float32", "float64",
    "byte", "rune", "bool", "any",
))  # fmt: skip

HANDLER_TYPES: Final = frozenset((
    "github.com/gin-gonic/gin.Context", "github.com/labstack/echo.Context",
    "github.com/gofiber/fiber.Ctx", "github.com/go-macaron/macaron.Context",
    "github.com/valyala/fasthttp.RequestCtx", "github.com/beego/beego/context.Context",
))  # fmt: skip
"""Types of parameters that only code for one request has."""

_VERSION = re.compile(r"/v\d+$|\.v\d+$")
_ERROR_CHECK = re.compile(rb"(\w*[eE]rr\w*)\s*!=\s*nil")
_LISTS: Final = ("slice_type", "array_type")
_SMALL: Final = 3
_MAX_BLOCKS: Final = 400
"""Tree depth below which blocks get no scope of their own."""


def package_of(path: str) -> str:
    """An import path as qualified names have it: without the version."""
    return _VERSION.sub("", path)


def package_names(path: str) -> tuple[str, ...]:
    """The names a package may have in code when none is given, likeliest first."""
    last = package_of(path).rpartition("/")[2]
    names = [last]
    names += [last.removeprefix("go-"), last.removeprefix("go.")]
    names += [last.removesuffix("-go"), last.removesuffix(".go"), last.replace("-", "")]
    return tuple(dict.fromkeys(name for name in names if name.isidentifier()))


class Go(GoFlow):
    """Reads Go."""

    family = "go"
    habits: ClassVar[Habits] = Habits(globals=BUILTINS, capital_is_type=False)
    splits: ClassVar[frozenset[str]] = frozenset(
        ("function_declaration", "method_declaration", "func_literal")
    )
    leaves: ClassVar[frozenset[str]] = frozenset(
        ("comment", "package_clause", "interpreted_string_literal", "raw_string_literal",
         "identifier", "field_identifier", "package_identifier", "type_identifier", "int_literal",
         "float_literal", "rune_literal", "qualified_type", "pointer_type", "slice_type",
         "array_type", "map_type", "channel_type", "generic_type", "function_type",
         "interface_type", "struct_type", "type_parameter_list", "parameter_list", "label_name",
         "true", "false", "nil", "iota", "break_statement", "continue_statement", "empty_statement",
         "fallthrough_statement", "goto_statement", "implicit_length_array_type")
    )  # fmt: skip
    handlers: ClassVar[Mapping[str, str]] = {
        "import_spec": "on_import",
        "type_spec": "on_type",
        "type_alias": "on_type",
        "const_spec": "on_spec",
        "var_spec": "on_spec",
        "short_var_declaration": "on_short",
        "assignment_statement": "on_assignment",
        "function_declaration": "on_function",
        "method_declaration": "on_function",
        "func_literal": "on_function",
        "call_expression": "on_call",
        "composite_literal": "on_literal",
        "type_conversion_expression": "on_conversion",
        "keyed_element": "on_keyed",
        "block": "on_block",
        "for_statement": "on_for",
        "if_statement": "on_if",
        "expression_switch_statement": "on_switch",
        "type_switch_statement": "on_type_switch",
        "expression_case": "on_case",
        "default_case": "on_case",
        "type_case": "on_case",
        "communication_case": "on_case",
        "receive_statement": "on_receive",
        "send_statement": "on_send",
        "defer_statement": "on_later",
        "go_statement": "on_later",
        "return_statement": "on_return",
        "expression_statement": "on_expression",
    }

    # ------------------------------------------------------------------ packages and types

    def on_import(self, node: Node) -> bool:
        path_node, name = node.child_by_field_name("path"), node.child_by_field_name("name")
        if path_node is None:
            return SKIP
        path = self.string(path_node)
        package = package_of(path)
        self.resolver.marks.update(("package:" + package, "package:" + path))
        alias = self.slice(name) if name is not None else ""
        member = "*" if alias == "." else ""
        names = (alias,) if alias not in ("", ".", "_") else package_names(path)
        shown = alias or (names[0] if names else "")
        self.facts.imports.append(Import(package, member, shown, self.span(node)))
        if alias not in (".", "_"):
            for one in names:
                self.bind(one, Binding("import", package))
        return SKIP

    def on_type(self, node: Node) -> bool:
        name_node, type_node = node.child_by_field_name("name"), node.child_by_field_name("type")
        if name_node is None or type_node is None:
            return SKIP
        name = self.slice(name_node)
        if type_node.type not in ("struct_type", "interface_type"):
            path = self.type_path(type_node)
            self.bind(name, Binding("type", path) if path else OPAQUE)
            return SKIP
        here = self.place
        fields = next((n for n in type_node.named_children if "field" in n.type), None)
        bases: list[str] = []
        members: list[tuple[str, str]] = []
        if type_node.type == "interface_type":
            parts = [n for n in type_node.named_children if n.type == "type_elem"]
            bases = [self.type_path(only_child(one)) for one in parts]
        for field in fields.named_children if fields is not None else ():
            if field.type != "field_declaration":
                continue
            type_path = self.type_path(field.child_by_field_name("type"))
            names = field.children_by_field_name("name")
            if not names and type_path:
                bases.append(type_path)
                members.append((type_path.rpartition(".")[2], type_path))
            members.extend((self.slice(one), type_path) for one in names)
        bases = [base for base in bases if base]
        class_def = ClassDef(
            name,
            node,
            self.span(node),
            self.span(name_node),
            tuple(bases),
            (),
            here.class_def,
            here,
            name,
        )
        self.facts.classes.append(class_def)
        self.bind(name, Binding("class", name, None, tuple(bases)))
        scope = self.class_place(class_def).scope
        for member, type_path in members:
            scope.bind("." + member, Binding("type", type_path) if type_path else OPAQUE)
        return SKIP

    # ------------------------------------------------------------------ names

    def on_spec(self, node: Node) -> bool:
        names = [n for n in node.children_by_field_name("name") if n.is_named]
        type_path = self.type_path(node.child_by_field_name("type"))
        values = node.child_by_field_name("value")
        given = values.named_children if values is not None else []
        is_constant = node.type == "const_spec"
        self._assign_all(node, names, given, "=", type_path, declares=True)
        if not given and not is_constant and not type_path:
            for name in names:
                self.bind(self.slice(name))
        return ENTER

    def on_short(self, node: Node) -> bool:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None:
            self._assign_all(node, left.named_children, right.named_children, ":=", declares=True)
        return ENTER

    def on_assignment(self, node: Node) -> bool:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None:
            operator = self.operator_of(node) or "="
            self._assign_all(node, left.named_children, right.named_children, operator)
        return ENTER

    def _assign_all(
        self,
        node: Node,
        targets: list[Node],
        values: list[Node],
        operator: str,
        type_path: str = "",
        *,
        declares: bool = False,
    ) -> None:
        """Pair targets with values; a call that gives several values gives its first one."""
        targets = [n for n in targets if n.type != "comment"]
        values = [n for n in values if n.type != "comment"]
        is_paired = len(targets) == len(values)
        for at, target in enumerate(targets):
            path = self.path_of(target)
            value = values[at] if is_paired else (values[0] if values else None)
            if not path and target.type == "index_expression" and value is not None:
                self._add_item(node, target, value)
            if not path or "(" in path:
                continue
            if value is not None:
                position, results = (-1, 1) if is_paired else (at, len(targets))
                self.facts.assigns.append(
                    Assign(
                        self.place,
                        node,
                        target,
                        path,
                        value,
                        operator,
                        type_path,
                        position,
                        results,
                    )
                )
            if path == "_":
                continue
            if type_path:
                binding = Binding("type", type_path)
            elif operator not in ("=", ":=") or (not is_paired and at > 0):
                binding = OPAQUE
            elif value is not None and value.type == "func_literal":
                binding = Binding("function", self.qualify(path))
            else:
                binding = self.binding_of(value)
            if declares:
                self.bind(path, binding)
                literal = self._unwrapped(value) if value is not None else None
                is_local = self.place.function is not None and is_paired
                if literal is not None and literal.type == "composite_literal" and is_local:
                    self.literals[id(self.place.scope), path] = literal
            else:
                self.change(path.partition(".")[0])
                self._bind_target(path, binding)

    def _add_item(self, node: Node, target: Node, value: Node) -> None:
        """``xs[i] = value`` adds to what the container holds."""
        container = target.child_by_field_name("operand")
        path = self.path_of(container) if container is not None else ""
        if container is not None and path and "(" not in path:
            self.facts.fills.append(Assign(self.place, node, container, path, value, "+="))

    def _bind_target(self, target: str, binding: Binding) -> None:
        head, _, member = target.partition(".")
        scope = self.place.scope.declaring(head)
        if not member:
            if scope is None:
                self.outside.append(("", head, self.lifted(binding)))
            else:
                scope.bind(head, self.lifted(binding, scope))
        elif scope is not None and "." not in member:
            bound = scope.bindings[head]
            if len(bound) == 1 and bound[0].kind == "class":
                self.bind_member(bound[0].target, member, self.lifted(binding))

    def qualify(self, name: str) -> str:
        """A definition's name within the file."""
        function = self.place.function
        if function is None:
            return name
        owner = function.path or f"{{{function.span.start - self.extent.start}}}"
        return f"{owner}.{name}"

    # ------------------------------------------------------------------ functions

    def on_function(self, node: Node) -> bool:
        kind = node.type
        here = self.place
        name_node, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        name = self.slice(name_node) if name_node is not None else ""
        receiver_name, receiver_type = self._receiver(node.child_by_field_name("receiver"))
        if kind == "func_literal":
            path, name = "", self._given_name()
        else:
            path = f"{receiver_type}.{name}" if receiver_type else name
        body_start = body.start_byte if body is not None else node.end_byte
        function = Function(
            name,
            node,
            self.span(node),
            self.span(name_node) if name_node is not None else Span(node.start_byte, body_start),
            self.span(body) if body is not None else self.span(node),
            False,
            (),
            (),
            None,
            here.function,
            here,
            returns_path=self._result(node.child_by_field_name("result")),
            passed_to=self._passed_to() if kind == "func_literal" else None,
            path=path or (self.qualify(name) if name else ""),
        )
        flags = 0
        if kind == "func_literal":
            flags = here.flags & (Context.LOOP if function.passed_to is not None else 0)
            flags |= Context.MODULE & here.flags if self._is_invoked() else 0
        elif kind == "function_declaration" and name == "main":
            flags = Context.MAIN
        elif kind == "function_declaration" and name == "init":
            flags = Context.MODULE
        inside = self.function_place(function, flags)
        self._parameters(function, node.child_by_field_name("parameters"))
        if receiver_name:
            inside.scope.bindings[receiver_name] = [Binding("class", receiver_type)]
        self.facts.functions.append(function)
        self.functions_by_node[node.id] = function
        if kind == "function_declaration":
            self.bind(name, Binding("function", path))
            self.resolver.functions[path] = (function.returns_path, here.scope)
        elif kind == "method_declaration" and receiver_type:
            self.bind_member(receiver_type, name, Binding("function", path))
            self.resolver.functions[path] = (function.returns_path, here.scope)
        if body is not None:
            self.at(body, inside)
        return ENTER

    def _receiver(self, node: Node | None) -> tuple[str, str]:
        """(name, type) of a method's receiver."""
        parameter = only_child(node) if node is not None else None
        if parameter is None:
            return "", ""
        name = parameter.child_by_field_name("name")
        type_path = self.type_path(parameter.child_by_field_name("type"))
        return self.slice(name) if name is not None else "", type_path

    def _result(self, node: Node | None) -> str:
        """The path of a function's first result."""
        if node is None or node.type != "parameter_list":
            return self.type_path(node)
        first = only_child(node)
        return self.type_path(first.child_by_field_name("type")) if first is not None else ""

    def _given_name(self) -> str:
        """The variable that a function literal is assigned to."""
        values, around = self.parent(), self.parent(2)
        if around is None or values is None or values.type != "expression_list":
            return ""
        target = around.child_by_field_name("left") or around.child_by_field_name("name")
        if target is None or values.named_child_count != 1:
            return ""
        path = self.path_of(target)
        return path.rpartition(".")[2] if path and "(" not in path else ""

    def _passed_to(self) -> Call | None:
        for steps in range(1, 4):
            around = self.parent(steps)
            if around is None:
                return None
            if around.type == "argument_list":
                call = self.parent(steps + 1)
                return self.calls_by_node.get(call.id) if call is not None else None
            if around.type != "parenthesized_expression":
                return None
        return None

    def _is_invoked(self) -> bool:
        around = self.parent()
        return around is not None and around.type == "call_expression"

    def _parameters(self, function: Function, node: Node | None) -> None:
        found: list[Parameter] = []
        scope = function.inside.scope
        for one in node.named_children if node is not None else ():
            if "parameter" not in one.type:
                continue
            type_node = one.child_by_field_name("type")
            type_path = self.type_path(type_node)
            if not type_path and type_node is not None and type_node.type in _LISTS:
                # A list of numbers holds as little text as a number.
                item = self.type_path(type_node.child_by_field_name("element"))
                type_path = item if item in NUMBERS and item not in ("byte", "rune") else ""
            is_variadic = one.type.startswith("variadic")
            names = [self.slice(n) for n in one.children_by_field_name("name") if n.is_named]
            for name in names or [""]:
                found.append(Parameter(self.place, name, self.span(one), type_path))
                if name and name != "_":
                    is_typed = type_path and not is_variadic
                    scope.bind(name, Binding("type", type_path) if is_typed else OPAQUE)
        function.parameters = tuple(found)

    # ------------------------------------------------------------------ calls and pairs

    def on_call(self, node: Node) -> bool:
        callee = node.children[0]
        path = self.path_of(callee)
        self.add_fills(self.add_call(node, callee, path, self.last_name(callee, path)))
        return ENTER

    def on_conversion(self, node: Node) -> bool:
        callee = node.child_by_field_name("type")
        path = self.type_path(callee)
        if callee is not None and path:
            self.add_call(node, callee, path, path.rpartition(".")[2])
        return ENTER

    def on_literal(self, node: Node) -> bool:
        """A struct literal makes its type, with fields for arguments."""
        type_node = node.child_by_field_name("type")
        path = self.type_path(type_node)
        if type_node is not None and path:
            self.add_call(node, type_node, path, path.rpartition(".")[2], is_new=True)
        return ENTER

    def on_keyed(self, node: Node) -> bool:
        key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        name = self.key_of(key)
        inner = only_child(value) if value is not None else None
        if name is not None and inner is not None:
            self.add_pair(node, name, inner)
        return ENTER

    # ------------------------------------------------------------------ regions

    def on_block(self, _node: Node) -> bool:
        around = self.parent()
        if around is None or around.type in self.splits or self._depth > _MAX_BLOCKS:
            return ENTER
        self.inside(self.block_scope())
        return ENTER

    def on_case(self, _node: Node) -> bool:
        if self._depth < _MAX_BLOCKS:
            self.inside(self.block_scope())
        return ENTER

    def on_for(self, node: Node) -> bool:
        self.inside(self.block_scope())
        body = node.child_by_field_name("body")
        flags = Context.LOOP
        for child in node.named_children:
            if child.type == "range_clause":
                left, right = child.child_by_field_name("left"), child.child_by_field_name("right")
                for name in left.named_children if left is not None else ():
                    if name.type == "identifier":
                        self.bind(self.slice(name))
                if _is_small(right):
                    flags = 0
        if body is not None:
            self.at(body, self.region(flags))
        return ENTER

    def on_if(self, node: Node) -> bool:
        self.inside(self.block_scope())
        condition = node.child_by_field_name("condition")
        then = node.child_by_field_name("consequence")
        if condition is None or then is None:
            return ENTER
        written = self.source[condition.start_byte : condition.end_byte]
        checked = _ERROR_CHECK.fullmatch(written) if len(written) < 80 else None
        if checked is not None:
            place = self.region(Context.CATCH)
            self.facts.catches.append(
                Catch(
                    place,
                    node,
                    then,
                    (),
                    checked[1].decode(),
                    Span(node.start_byte, condition.end_byte),
                    self._guarded(node),
                )
            )
            self.at(then, place)
            return ENTER
        guard = dev_guard(written.decode("utf-8", "replace")) if len(written) < 200 else 0
        if guard > 0:
            self.at(then, self.region(Context.DEV_GUARD))
        elif guard < 0:
            other = node.child_by_field_name("alternative")
            if other is not None:
                self.at(other, self.region(Context.DEV_GUARD))
        return ENTER

    def _guarded(self, node: Node) -> Span:
        """What gave the error that is looked at: the initializer, or the statement before."""
        before = node.child_by_field_name("initializer") or node.prev_named_sibling or node
        return self.span(before)

    def on_switch(self, node: Node) -> bool:
        self.inside(self.block_scope())
        value = node.child_by_field_name("value")
        subject = self.slice(value) if value is not None else ""
        if 0 < len(subject) < 80 and re.search(r"(?i)env|mode", subject):
            for case in node.named_children:
                one = case.child_by_field_name("value") if case.type == "expression_case" else None
                if one is not None and dev_guard(f"{subject} == {self.slice(one)}") > 0:
                    self.at(case, self.region(Context.DEV_GUARD))
        return ENTER

    def on_type_switch(self, node: Node) -> bool:
        self.inside(self.block_scope())
        alias, value = node.child_by_field_name("alias"), node.child_by_field_name("value")
        for name in alias.named_children if alias is not None else ():
            self._bind_to(name, value, value)
        return ENTER

    def on_receive(self, node: Node) -> bool:
        left, value = node.child_by_field_name("left"), node.child_by_field_name("right")
        for name in left.named_children if left is not None else ():
            if name.type == "identifier":
                self._bind_to(name, value, node)
                value = None  # the second name says whether there was a value
        return ENTER

    def _bind_to(self, name: Node, value: Node | None, at: Node | None) -> None:
        self.bind(self.slice(name))
        if value is not None and at is not None:
            self.facts.fills.append(Assign(self.place, at, name, self.slice(name), value, ":="))

    def on_send(self, node: Node) -> bool:
        """``channel <- value`` adds to what the channel holds."""
        channel, value = node.child_by_field_name("channel"), node.child_by_field_name("value")
        path = self.path_of(channel) if channel is not None else ""
        if channel is not None and value is not None and path and "(" not in path:
            self.facts.fills.append(Assign(self.place, node, channel, path, value, "+="))
        return ENTER

    def on_later(self, node: Node) -> bool:
        is_go = node.type == "go_statement"
        self.inside(self.region(Context.OFFLOADED if is_go else Context.FINALLY))
        return ENTER

    # ------------------------------------------------------------------ statements

    def on_return(self, node: Node) -> bool:
        value = only_child(node)
        if value is None and self.place.function is not None:
            # A bare ``return`` gives back the named results.
            results = self.place.function.node.child_by_field_name("result")
            first = only_child(results) if results is not None else None
            value = first.child_by_field_name("name") if first is not None else None
        self._add_statement("return", node, value)
        return ENTER

    def on_expression(self, node: Node) -> bool:
        value = only_child(node)
        if value is not None:
            is_panic = self.source.startswith(b"panic(", value.start_byte)
            self._add_statement("raise" if is_panic else "expression", node, value)
        return ENTER

    def _add_statement(
        self, kind: Literal["return", "raise", "expression"], node: Node, value: Node | None
    ) -> None:
        self.facts.statements.append(Statement(self.place, kind, node, value, self.parent()))

    # ------------------------------------------------------------------ what facts ask

    def statements(self, block: Node) -> tuple[Node, ...]:
        if block.type == "block":
            block = next((n for n in block.named_children if n.type == "statement_list"), block)
        return tuple(n for n in block.named_children if n.type not in ("comment", "statement_list"))

    def is_handler(self, function: Function) -> bool:
        if super().is_handler(function):
            return True
        types = [parameter.type_name for parameter in function.parameters[:2]]
        if types == ["net/http.ResponseWriter", "net/http.Request"]:
            return True
        return bool(types) and types[0] in HANDLER_TYPES


def _is_small(node: Node | None) -> bool:
    """A literal of three or fewer items, which does not make a loop."""
    if node is None or node.type != "composite_literal":
        return False
    body = node.child_by_field_name("body")
    return body is not None and body.named_child_count <= _SMALL


ADAPTER = Go
