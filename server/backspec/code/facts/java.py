"""Java: which facts and bindings its syntax gives. Expressions are read in ``java_values``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from backspec.code.facts.adapter import ENTER, SKIP
from backspec.code.facts.c_like import only_child
from backspec.code.facts.java_names import JavaNames
from backspec.code.facts.model import (
    OPAQUE,
    Assign,
    Binding,
    Call,
    Context,
    Decorator,
    Function,
    Import,
    Parameter,
    Place,
    Statement,
)
from backspec.code.resolve import Habits
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backspec.code.facts.model import Use
    from backspec.code.resolve import Resolver
    from backspec.code.syntax import Node

GLOBALS: Final = frozenset((
    "Boolean", "Byte", "Character", "Class", "ClassLoader", "Double", "Enum", "Error",
    "Exception", "Float", "IllegalArgumentException", "IllegalStateException",
    "IndexOutOfBoundsException", "Integer", "InterruptedException", "Iterable", "Long", "Math",
    "NullPointerException", "Number", "NumberFormatException", "Object", "Process",
    "ProcessBuilder", "Runnable", "Runtime", "RuntimeException", "SecurityException", "Short",
    "StackOverflowError", "String", "StringBuffer", "StringBuilder", "System", "Thread",
    "ThreadLocal", "Throwable", "UnsupportedOperationException", "Void", "cn", "com", "de",
    "freemarker", "groovy", "io", "jakarta", "java", "javax", "net", "ognl", "org",
))  # fmt: skip
"""Types of ``java.lang``, which are written without it, and roots of packages."""

PER_ITEM: Final = frozenset((
    "map", "forEach", "forEachOrdered", "filter", "flatMap", "anyMatch", "allMatch", "noneMatch",
    "mapToInt", "mapToLong", "mapToObj", "peek", "reduce", "removeIf", "replaceAll", "collect",
    "computeIfAbsent", "concatMap", "flatMapMany", "toMap", "groupingBy",
))  # fmt: skip
_NOT_OF_STREAMS: Final = frozenset(("map", "filter", "flatMap"))
"""Methods that single values have, too (Optional, Mono)."""
_REACTIVE: Final = frozenset(("Mono", "Flux", "Uni", "Multi", "Publisher"))
_DEFINITIONS: Final = frozenset((
    "class_declaration", "interface_declaration", "enum_declaration", "record_declaration",
    "annotation_type_declaration",
))  # fmt: skip
_DEV_PROFILE = re.compile(r"(?i)^@Profile\(\s*\{?\s*\"(?:dev|development|local|test)\w*\"")
_LOGGERS: Final = {
    "Slf4j": "org.slf4j.Logger", "Log4j2": "org.apache.logging.log4j.Logger",
    "Log": "java.util.logging.Logger", "CommonsLog": "org.apache.commons.logging.Log",
    "XSlf4j": "org.slf4j.Logger", "JBossLog": "org.jboss.logging.Logger",
}  # fmt: skip


_MIGRATIONS: Final = frozenset((
    "BaseJavaMigration", "JavaMigration", "JdbcMigration", "SpringJdbcMigration", "CustomSqlChange",
    "CustomTaskChange",
))  # fmt: skip
"""Bases of migrations of Flyway and Liquibase."""
_LONGEST_CHAIN: Final = 40


class Java(JavaNames):
    """Reads Java."""

    family = "java"
    habits: ClassVar[Habits] = Habits(globals=GLOBALS, members_are_visible=True)
    splits: ClassVar[frozenset[str]] = frozenset(
        ("method_declaration", "constructor_declaration", "lambda_expression")
    )
    leaves: ClassVar[frozenset[str]] = frozenset((
        "line_comment", "block_comment", "package_declaration", "string_literal", "identifier",
        "type_identifier", "scoped_type_identifier", "generic_type", "array_type", "integral_type",
        "floating_point_type", "boolean_type", "void_type", "character_literal", "null_literal",
        "decimal_integer_literal", "hex_integer_literal", "decimal_floating_point_literal",
        "true", "false", "this", "super", "type_parameters", "type_arguments", "superclass",
        "super_interfaces", "throws", "dimensions", "break_statement", "continue_statement",
        "scoped_identifier", "marker_annotation", "catch_type", "method_reference", "class_literal",
    ))  # fmt: skip
    uses: ClassVar[Mapping[str, Use]] = {
        "expression_statement": "statement",
        "variable_declarator": "assigned",
        "assignment_expression": "assigned",
        "resource": "assigned",
        "return_statement": "returned",
        "yield_statement": "returned",
        "lambda_expression": "returned",
        "argument_list": "argument",
        "element_value_pair": "argument",
        "annotation_argument_list": "argument",
        "method_invocation": "receiver",
        "field_access": "receiver",
        "binary_expression": "condition",
        "unary_expression": "condition",
        "instanceof_expression": "condition",
        "if_statement": "condition",
        "while_statement": "condition",
        "do_statement": "condition",
        "for_statement": "condition",
    }
    wrappers: ClassVar[frozenset[str]] = frozenset(("parenthesized_expression", "cast_expression"))
    choice: ClassVar[str] = "ternary_expression"
    declarators: ClassVar[frozenset[str]] = frozenset(("variable_declarator", "resource"))
    changes_only: ClassVar[frozenset[str]] = frozenset(
        ("assignment_expression", "update_expression")
    )
    item_field: ClassVar[str] = "name"
    parent_word: ClassVar[str] = "super"
    handlers: ClassVar[Mapping[str, str]] = {
        "import_declaration": "on_import",
        "class_declaration": "on_class",
        "interface_declaration": "on_class",
        "enum_declaration": "on_class",
        "record_declaration": "on_class",
        "annotation_type_declaration": "on_class",
        "class_body": "on_body",
        "field_declaration": "on_variables",
        "constant_declaration": "on_variables",
        "local_variable_declaration": "on_variables",
        "resource": "on_resource",
        "instanceof_expression": "on_instanceof",
        "pattern": "on_pattern",
        "assignment_expression": "on_assignment",
        "update_expression": "on_update",
        "method_declaration": "on_function",
        "constructor_declaration": "on_function",
        "compact_constructor_declaration": "on_function",
        "lambda_expression": "on_function",
        "method_invocation": "on_call",
        "object_creation_expression": "on_call",
        "annotation": "on_call",
        "element_value_pair": "on_pair",
        "block": "on_block",
        "for_statement": "on_for",
        "enhanced_for_statement": "on_for_each",
        "while_statement": "on_while",
        "do_statement": "on_while",
        "try_statement": "on_try",
        "try_with_resources_statement": "on_try",
        "catch_clause": "on_catch",
        "finally_clause": "on_finally",
        "if_statement": "on_if",
        "return_statement": "on_return",
        "throw_statement": "on_throw",
        "yield_statement": "on_yield",
        "expression_statement": "on_expression",
    }

    def __init__(
        self, language: str, source: bytes, resolver: Resolver, place: Place | None
    ) -> None:
        super().__init__(language, source, resolver, place)
        self.element_assigns = []
        self.method_names = set()
        """``a[0] = x``"""

    # ------------------------------------------------------------------ packages and classes

    def on_import(self, node: Node) -> bool:
        name = next((n for n in node.named_children if "identifier" in n.type), None)
        if name is None:
            return SKIP
        path = "".join(self.slice(name).split())
        is_all = any(child.type == "asterisk" for child in node.named_children)
        module, _, member = path.rpartition(".")
        self.add_import_marks(path)
        if is_all:
            self.facts.imports.append(Import(path, "*", "", self.span(node)))
            self.resolver.marks.add("wildcard:" + path)
        else:
            self.facts.imports.append(Import(module, member, member, self.span(node)))
            self.bind(member, Binding("import", path))
        return SKIP

    def on_class(self, node: Node) -> bool:
        name_node, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name_node is None:
            return ENTER
        name = self.slice(name_node)
        extended: list[str] = []
        implemented: list[str] = []
        for part in node.named_children:
            inner = only_child(part)
            if part.type == "superclass":
                extended.append(self.type_path(inner))
            elif part.type in ("super_interfaces", "extends_interfaces") and inner is not None:
                implemented += map(self.type_path, inner.named_children)
        bases = tuple(base for base in (*extended, *implemented) if base)
        decorators = self._decorators(node)
        class_def = self.add_class(node, name, self.span(name_node), bases, decorators)
        self.bind(name, Binding("class", class_def.path, None, bases))
        place = self.class_place(class_def)
        for decorator in class_def.decorators:
            if decorator.path in _LOGGERS:
                # Lombok makes the field.
                place.scope.bind("log", Binding("import", _LOGGERS[decorator.path]))
        if _is_dev(class_def.decorators, self):
            place.flags |= Context.DEV_GUARD
        if bases and any(base.rpartition(".")[2] in _MIGRATIONS for base in bases):
            place.flags |= Context.MIGRATION
        if node.type == "record_declaration":
            for parameter in self._read_parameters(node.child_by_field_name("parameters")):
                path = parameter.type_path
                place.scope.bind(parameter.name, Binding("type", path) if path else OPAQUE)
                self.facts.assigns.append(
                    Assign(place, node, name_node, parameter.name, None, "=", path)
                )
        if node.type == "enum_declaration" and body is not None:
            for constant in body.named_children:
                one = constant.child_by_field_name("name")
                if constant.type == "enum_constant" and one is not None:
                    place.scope.bind(self.slice(one), Binding("class", class_def.path))
        if body is not None:
            self.at(body, place)
        return ENTER

    def on_body(self, node: Node) -> bool:
        """An anonymous class is a class of its own."""
        around = self.parent()
        if around is None or around.type != "object_creation_expression":
            return ENTER
        base = self.type_path(around.child_by_field_name("type"))
        start = Span(node.start_byte, node.start_byte + 1)
        class_def = self.add_class(node, "", start, (base,) if base else (), ())
        self.inside(self.class_place(class_def))
        return ENTER

    def _decorators(self, node: Node) -> tuple[Decorator, ...]:
        """The annotations of a class, member or parameter."""
        modifiers = next((n for n in node.named_children if n.type == "modifiers"), None)
        found = []
        for one in modifiers.named_children if modifiers is not None else ():
            if "annotation" in one.type:
                call = None
                if one.type == "annotation":
                    call = self.calls_by_node.get(one.id)
                    if call is None:
                        call = self.make_call(one, self.place)
                        self.calls_by_node[one.id] = call
                name = one.child_by_field_name("name")
                path = "".join(self.slice(name).split()) if name is not None else ""
                found.append(Decorator(self.place, path, self.span(one), call))
        return tuple(found)

    # ------------------------------------------------------------------ functions

    def on_function(self, node: Node) -> bool:
        here = self.place
        is_lambda = node.type == "lambda_expression"
        name_node, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        name = self.slice(name_node) if name_node is not None else ""
        is_method = here.scope.kind == "class" and not is_lambda
        body_start = body.start_byte if body is not None else node.end_byte
        decorators = () if is_lambda else self._decorators(node)
        returns = self.type_path(node.child_by_field_name("type"))
        function = Function(
            name,
            node,
            self.span(node),
            self.span(name_node) if name_node is not None else Span(node.start_byte, body_start),
            self.span(body) if body is not None else self.span(node),
            returns.rpartition(".")[2] in _REACTIVE,
            (),
            decorators,
            here.class_def if is_method else None,
            here.function,
            here,
            returns_path=returns or self.primitive(node.child_by_field_name("type")),
            passed_to=self._passed_to() if is_lambda else None,
            path=self.qualify(name) if name else "",
        )
        inside = self.function_place(function, self._function_flags(function))
        self.bind_parameters(
            function, self._read_parameters(node.child_by_field_name("parameters"))
        )
        if is_method:
            self.bind_this(function)
            if name_node is not None and node.type == "method_declaration":
                self.bind(name, Binding("function", function.path))
                self.method_names.add(name)
                self.resolver.functions[function.path] = (returns, here.scope)
        self.facts.functions.append(function)
        self.functions_by_node[node.id] = function
        if body is not None:
            self.at(body, inside)
            if is_lambda and body.type != "block":
                self.facts.statements.append(Statement(inside, "return", body, body, None))
        return ENTER

    def _function_flags(self, function: Function) -> int:
        here = self.place.flags
        flags = Context.ASYNC if function.is_async else 0
        call = function.passed_to
        if call is not None:
            flags |= here & (Context.LOOP | Context.ASYNC | Context.MODULE | Context.OFFLOADED)
            if flags & Context.ASYNC and self._runs_elsewhere(call):
                flags |= Context.OFFLOADED
            if call.name in PER_ITEM and _is_of_many(call):
                flags |= Context.LOOP
        elif function.name == "main" and b"static" in self._modifiers(function.node):
            flags |= Context.MAIN
        for decorator in function.decorators:
            if decorator.path.endswith("Test"):
                flags |= Context.TEST
        return flags | (Context.DEV_GUARD if _is_dev(function.decorators, self) else 0)

    def _runs_elsewhere(self, call: Call) -> bool:
        """Whether a chain of Reactor says on which threads a callback runs."""
        start = call.node
        if b".publishOn(" in self.source[start.start_byte : call.callee.start_byte]:
            return True
        around = start.parent
        for _ in range(_LONGEST_CHAIN):
            if around is None or around.type not in ("method_invocation", "argument_list"):
                return False
            name = around.child_by_field_name("name")
            if name is not None and self.slice(name) == "subscribeOn":
                return True
            around = around.parent
        return False

    def _modifiers(self, node: Node) -> bytes:
        first = only_child(node)
        if first is None or first.type != "modifiers":
            return b""
        return self.source[first.start_byte : first.end_byte]

    def _passed_to(self) -> Call | None:
        arguments, call = self.parent(), self.parent(2)
        if arguments is None or call is None or arguments.type != "argument_list":
            return None
        return self.calls_by_node.get(call.id)

    def _read_parameters(self, node: Node | None) -> list[Parameter]:
        if node is None:
            return []
        if node.type == "identifier":
            return [Parameter(self.place, self.slice(node), self.span(node))]
        found = []
        for one in node.named_children:
            kind = one.type
            if kind == "identifier":
                found.append(Parameter(self.place, self.slice(one), self.span(one)))
            elif kind in ("formal_parameter", "spread_parameter"):
                name = one.child_by_field_name("name")
                type_node = one.child_by_field_name("type")
                type_path = self.type_path(type_node) or self.primitive(type_node)
                if name is None:
                    declarator = one.named_children[-1] if one.named_child_count else None
                    name = declarator.child_by_field_name("name") if declarator else None
                if name is not None:
                    found.append(
                        Parameter(
                            self.place,
                            self.slice(name),
                            self.span(one),
                            type_path,
                            None,
                            self._decorators(one),
                            is_rest=kind == "spread_parameter",
                        )
                    )
        return found

    # ------------------------------------------------------------------ calls and pairs

    def on_pair(self, node: Node) -> bool:
        key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        if key is not None and value is not None:
            self.add_pair(node, self.slice(key), value)
        return ENTER

    # ------------------------------------------------------------------ regions

    def on_try(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        resources = node.child_by_field_name("resources")
        if resources is not None:
            self.open_block(node)
        if body is not None:
            flags = Context.TRY | (Context.RESOURCE if resources is not None else 0)
            self.at(body, self.region(flags))
        return ENTER

    def caught(self, node: Node) -> tuple[tuple[str, ...], str]:
        declared = next(
            (n for n in node.named_children if n.type == "catch_formal_parameter"), None
        )
        if declared is None:
            return (), ""
        name = declared.child_by_field_name("name")
        caught = next((n for n in declared.named_children if n.type == "catch_type"), None)
        types = [self.type_path(n) or "?" for n in caught.named_children] if caught else []
        return tuple(types), self.slice(name) if name is not None else ""

    # ------------------------------------------------------------------ what facts ask

    def statements(self, block: Node) -> tuple[Node, ...]:
        if block.type not in ("block", "program", "constructor_body", "class_body", "ERROR",
                              "switch_block_statement_group"):  # fmt: skip
            return (block,)
        return super().statements(block)

    def derived_context(self, place: Place) -> int:
        flags = super().derived_context(place)
        function = place.function
        if function is not None and place is function.inside and function.class_def is not None:
            for decorator in function.class_def.decorators:
                if "db-transaction" in self.roles(decorator.qualified):
                    flags |= Context.TRANSACTION
        return flags


def _is_of_many(call: Call) -> bool:
    """Whether a call runs its function for each of many values, not for one that may be there."""
    if call.name not in _NOT_OF_STREAMS:
        return True
    return bool(re.search(r"(?:[sS]tream|Flux|Multi|[a-z]s)(?:$|\W)", call.path.rpartition(".")[0]))


def _is_dev(decorators: tuple[Decorator, ...], reader: Java) -> bool:
    """``@Profile("dev")``"""
    return any(
        one.path.endswith("Profile") and _DEV_PROFILE.match(reader.text(one.span))
        for one in decorators
    )


ADAPTER = Java
