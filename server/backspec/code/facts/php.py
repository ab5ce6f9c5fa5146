"""PHP: which facts its syntax gives.

Expressions are read in ``php_values``, names are bound in ``php_definitions``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from backspec.code.facts.adapter import ENTER
from backspec.code.facts.conditions import dev_guard
from backspec.code.facts.model import (
    OPAQUE,
    Assign,
    Binding,
    Call,
    Catch,
    Context,
    Fallback,
    Statement,
    Use,
)
from backspec.code.facts.php_flow import PhpFlow
from backspec.code.facts.php_shapes import (
    CALLS,
    CONSTRUCTS,
    MEMBERS,
    METHODS,
    arguments_of,
    only_child,
    operator_of,
)
from backspec.code.facts.php_values import PhpCall
from backspec.code.resolve import Habits
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backspec.code.syntax import Node

GLOBALS: Final = frozenset((
    "$_GET", "$_POST", "$_REQUEST", "$_COOKIE", "$_FILES", "$_SERVER", "$_ENV", "$_SESSION",
    "$GLOBALS", "ArithmeticError", "ArrayIterator", "ArrayObject", "Closure", "DateInterval",
    "DateTime", "DateTimeImmutable", "Error", "ErrorException", "Exception", "Generator",
    "InvalidArgumentException", "Iterator", "JsonException", "LogicException", "RuntimeException",
    "SplObjectStorage", "Stringable", "Throwable", "TypeError", "ValueError", "stdClass",
    "UnexpectedValueException", "OutOfBoundsException", "DomainException", "echo", "print", "exit",
    "include", "array_map", "array_filter", "array_walk", "array_reduce", "usort", "define",
))  # fmt: skip
"""What PHP itself has, beside what models name."""

_ENVIRONMENT = re.compile(
    r"(?:\w+\.)*(?:app\(\)\.)?(?:environment|isEnvironment)\(\[?\s*((?:[\"']\w+[\"']\s*,?\s*)+)\]?\)"
)
_FILLING: Final = frozenset(
    ("settype", "parse_str", "mb_parse_str", "preg_match", "preg_match_all", "extract")
)
_SMALL: Final = 3


class Php(PhpFlow):
    """Reads PHP."""

    family = "php"
    habits: ClassVar[Habits] = Habits(
        globals=GLOBALS, capital_is_type=False, classes_have_namespace=True
    )
    splits: ClassVar[frozenset[str]] = frozenset(
        ("method_declaration", "function_definition", "anonymous_function")
    )
    leaves: ClassVar[frozenset[str]] = frozenset((
        "comment", "name", "qualified_name", "namespace_name", "php_tag", "text",
        "text_interpolation", "string", "string_content", "escape_sequence", "nowdoc", "integer",
        "float", "boolean", "null", "variable_name", "primitive_type", "named_type",
        "optional_type", "union_type", "base_clause", "class_interface_clause",
        "visibility_modifier", "static_modifier", "readonly_modifier", "break_statement",
        "continue_statement", "anonymous_function_use_clause", "global_declaration",
    ))  # fmt: skip
    handlers: ClassVar[Mapping[str, str]] = {
        "namespace_definition": "on_namespace",
        "namespace_use_declaration": "on_use",
        "class_declaration": "on_class",
        "interface_declaration": "on_class",
        "trait_declaration": "on_class",
        "enum_declaration": "on_class",
        "anonymous_class": "on_class",
        "property_declaration": "on_properties",
        "const_declaration": "on_constants",
        "enum_case": "on_enum_case",
        "use_declaration": "on_trait",
        "static_variable_declaration": "on_static",
        "assignment_expression": "on_assignment",
        "reference_assignment_expression": "on_assignment",
        "augmented_assignment_expression": "on_augmented",
        "function_definition": "on_function",
        "method_declaration": "on_function",
        "anonymous_function": "on_function",
        "arrow_function": "on_function",
        "function_call_expression": "on_call",
        "member_call_expression": "on_call",
        "nullsafe_member_call_expression": "on_call",
        "scoped_call_expression": "on_call",
        "object_creation_expression": "on_call",
        "attribute": "on_call",
        **dict.fromkeys(CONSTRUCTS, "on_call"),
        "argument": "on_argument",
        "array_element_initializer": "on_element",
        "foreach_statement": "on_foreach",
        "for_statement": "on_for",
        "while_statement": "on_while",
        "do_statement": "on_while",
        "try_statement": "on_try",
        "catch_clause": "on_catch",
        "finally_clause": "on_finally",
        "if_statement": "on_if",
        "return_statement": "on_return",
        "throw_expression": "on_throw",
        "yield_expression": "on_yield",
        "expression_statement": "on_expression",
        "binary_expression": "on_binary",
        "unset_statement": "on_unset",
        "conditional_expression": "on_conditional",
    }

    # ------------------------------------------------------------------ calls and pairs

    def on_call(self, node: Node) -> bool:
        call = self.calls_by_node.get(node.id)
        if call is None:
            call = self.calls_by_node[node.id] = self.make_call(node, self.place)
        call.parent = self.parent()
        self.facts.calls.append(call)
        if call.path == "define":
            self._define(node)
        elif call.path in _FILLING:
            self.filled(call, node)
        return ENTER

    def on_unset(self, node: Node) -> bool:
        for target in node.named_children:
            path = self.path_of(target)
            if path and "(" not in path:
                self.facts.fills.append(Assign(self.place, node, target, path, None))
        return ENTER

    def _define(self, node: Node) -> None:
        """``define('NAME', value)`` makes a constant."""
        arguments = arguments_of(node)
        given = [n for n in arguments.named_children if n.type == "argument"] if arguments else []
        sides = [only_child(one) for one in given[:2]]
        if len(sides) != 2 or sides[0] is None or sides[1] is None:
            return
        is_constant, name = self.constant(sides[0])
        if is_constant and isinstance(name, str) and name.isidentifier():
            self.facts.assigns.append(Assign(self.place, node, sides[0], name, sides[1]))
            self.outside.append(("", name, self.lifted(self.binding_of(sides[1]))))

    def on_argument(self, node: Node) -> bool:
        name = node.child_by_field_name("name")
        inner = node.named_children
        if name is not None and inner and inner[-1] != name:
            self.add_pair(node, self.slice(name), inner[-1])
        return ENTER

    def on_element(self, node: Node) -> bool:
        sides = [n for n in node.named_children if n.type != "comment"]
        if len(sides) == 2:
            key = self.key_of(sides[0], self.place.scope)
            if key is not None:
                self.add_pair(node, key, sides[1])
        return ENTER

    # ------------------------------------------------------------------ regions

    def on_foreach(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        parts = [n for n in node.named_children if n.type != "comment" and n != body]
        for pattern in parts[1:]:
            self._bind_names(pattern)
        if body is not None and not (parts and _is_small(parts[0])):
            self.at(body, self.region(Context.LOOP))
        return ENTER

    def on_for(self, node: Node) -> bool:
        for body in node.children_by_field_name("body"):
            self.at(body, self.region(Context.LOOP))
        return ENTER

    def on_while(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        condition = node.child_by_field_name("condition")
        if body is not None and not (condition is not None and self._is_once(node, condition)):
            self.at(body, self.region(Context.LOOP))
        return ENTER

    def _is_once(self, node: Node, condition: Node) -> bool:
        """``do { } while (0)`` is no loop."""
        return node.type == "do_statement" and self.slice(condition) in ("(false)", "(0)")

    def on_try(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        if body is not None:
            self.at(body, self.region(Context.TRY))
        return ENTER

    def on_catch(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        type_list = node.child_by_field_name("type")
        name_node = node.child_by_field_name("name")
        types = [
            self.type_path(one) or "?"
            for one in (type_list.named_children if type_list is not None else ())
        ]
        name = self.slice(name_node) if name_node is not None else ""
        place = self.region(Context.CATCH)
        if name:
            self.bind(name, Binding("type", types[0]) if len(types) == 1 else OPAQUE)
        around = self.parent()
        guarded = around.child_by_field_name("body") if around is not None else None
        head_end = body.start_byte if body is not None else node.end_byte
        head = self.source[node.start_byte : head_end].rstrip()
        self.facts.catches.append(
            Catch(
                place,
                node,
                body,
                tuple(types),
                name,
                Span(node.start_byte, node.start_byte + len(head)),
                self.span(guarded) if guarded is not None else self.span(node),
            )
        )
        self.inside(place)
        return ENTER

    def on_finally(self, _node: Node) -> bool:
        self.inside(self.region(Context.FINALLY))
        return ENTER

    def on_if(self, node: Node) -> bool:
        condition = node.child_by_field_name("condition")
        then = node.child_by_field_name("body")
        if condition is None or then is None or condition.end_byte - condition.start_byte > 200:
            return ENTER
        guard = dev_guard(_plain(self.slice(condition)))
        if guard > 0:
            self.at(then, self.region(Context.DEV_GUARD))
        elif guard < 0:
            for other in node.children_by_field_name("alternative"):
                if other.type == "else_clause":
                    self.at(other, self.region(Context.DEV_GUARD))
        return ENTER

    # ------------------------------------------------------------------ statements

    def on_return(self, node: Node) -> bool:
        self._add_statement("return", node)
        return ENTER

    def on_throw(self, node: Node) -> bool:
        self._add_statement("raise", node)
        return ENTER

    def on_yield(self, node: Node) -> bool:
        if self.place.function is not None:
            self.place.function.is_generator = True
        self._add_statement("yield", node)
        return ENTER

    def on_expression(self, node: Node) -> bool:
        value = only_child(node)
        before = node.prev_named_sibling
        if before is not None and self.source[before.end_byte - 3 : before.end_byte] == b"<?=":
            self._add_echo(node)
        if value is not None and value.type not in (
            "assignment_expression", "augmented_assignment_expression", "throw_expression",
            "update_expression", "reference_assignment_expression", "yield_expression",
        ):  # fmt: skip
            self._add_statement("expression", node)
        return ENTER

    def _add_echo(self, node: Node) -> None:
        """``<?= $x ?>`` is ``echo $x``."""
        call = PhpCall(self.place, node, node, self.parent(), "echo", "echo")
        self.calls_by_node[node.id] = call
        self.facts.calls.append(call)

    def _add_statement(
        self, kind: Literal["return", "raise", "expression", "yield"], node: Node
    ) -> None:
        self.facts.statements.append(
            Statement(self.place, kind, node, only_child(node), self.parent())
        )

    def on_binary(self, node: Node) -> bool:
        operator = operator_of(node)
        if operator == "??" or (operator in ("||", "or") and self._is_forgotten(node)):
            self._add_fallback(node, "left", "right")
        return ENTER

    def _is_forgotten(self, node: Node) -> bool:
        """``$x == 'a' || 'b'``: a text where a comparison was meant."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        return (
            right is not None
            and right.type in ("string", "encapsed_string")
            and left is not None
            and left.type == "binary_expression"
        )

    def on_conditional(self, node: Node) -> bool:
        if node.child_by_field_name("body") is None:
            self._add_fallback(node, "condition", "alternative")
            return ENTER
        condition = node.child_by_field_name("condition")
        then = node.child_by_field_name("body")
        if (
            condition is not None
            and then is not None
            and condition.end_byte - node.start_byte < 200
        ):
            guard = dev_guard(_plain(self.slice(condition)))
            side = then if guard > 0 else node.child_by_field_name("alternative")
            if guard and side is not None:
                self.at(side, self.region(Context.DEV_GUARD))
        return ENTER

    def _add_fallback(self, node: Node, left: str, right: str) -> None:
        one, two = node.child_by_field_name(left), node.child_by_field_name(right)
        if one is not None and two is not None:
            self.facts.fallbacks.append(Fallback(self.place, node, one, two))

    # ------------------------------------------------------------------ what facts ask

    def statements(self, block: Node) -> tuple[Node, ...]:
        if block.type not in ("compound_statement", "colon_block", "program", "case_statement",
                              "default_statement", "declaration_list"):  # fmt: skip
            return (block,)
        return super().statements(block)

    def use(self, call: Call) -> Use:
        if call.node.type in CONSTRUCTS or call.node.type in ("attribute", "expression_statement"):
            return "statement"
        node, around = call.node, call.parent
        for _ in range(16):
            if around is None:
                return "other"
            kind = around.type
            if kind == "expression_statement":
                return "statement"
            if kind in _ASSIGNING:
                return "assigned"
            if kind in ("return_statement", "yield_expression", "arrow_function"):
                return "returned"
            if kind in ("argument", "echo_statement", "print_intrinsic"):
                return "argument"
            if kind in METHODS or kind in MEMBERS or kind == "subscript_expression":
                return "receiver"
            if kind == "binary_expression":
                operator = operator_of(around)
                if operator != "??":
                    return "other" if operator in _VALUED else "condition"
            elif kind == "conditional_expression":
                if around.child_by_field_name("condition") == node and (
                    around.child_by_field_name("body") is not None
                ):
                    return "condition"
            elif kind in _CONDITIONAL:
                return "condition"
            elif kind == "unary_op_expression":
                return "condition" if operator_of(around) == "!" else "other"
            elif kind not in ("parenthesized_expression", "cast_expression",
                              "error_suppression_expression", "clone_expression"):  # fmt: skip
                return "other"
            node, around = around, around.parent
        return "other"

    def assigned_to(self, call: Call) -> str:
        around = call.parent
        while around is not None and (
            around.type in _AROUND_VALUES
            or (around.type == "binary_expression" and operator_of(around) == "??")
        ):
            around = around.parent
        if around is None or around.type not in _ASSIGNING:
            return ""
        field = "left" if around.type.endswith("_expression") else "name"
        target = around.child_by_field_name(field)
        return self.path_of(target) if target is not None else ""

    def receiver_call(self, call: Call) -> Call | None:
        node = call.node.child_by_field_name("object")
        while node is not None and node.type in ("parenthesized_expression", "clone_expression"):
            node = only_child(node)
        if node is None or node.type not in CALLS:
            return None
        return self.call_of(node, call.place.scope)

    def call_context(self, _call: Call) -> int:
        return 0


_ASSIGNING: Final = frozenset((
    "assignment_expression", "augmented_assignment_expression", "reference_assignment_expression",
    "property_element", "static_variable_declaration", "const_element",
))  # fmt: skip
_AROUND_VALUES: Final = (
    "parenthesized_expression", "cast_expression", "conditional_expression",
    "error_suppression_expression",
)  # fmt: skip
_CONDITIONAL: Final = frozenset((
    "if_statement", "else_if_clause", "while_statement", "do_statement", "for_statement",
    "match_expression", "switch_statement",
))  # fmt: skip
_VALUED: Final = frozenset((".", "+", "-", "*", "/", "%", "**"))


def _plain(condition: str) -> str:
    """A condition in the spelling that languages share: ``app()->environment('local')``."""
    text = condition.replace("->", ".").replace("::", ".").replace("$", "")
    text = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    return _ENVIRONMENT.sub(r"environment in (\1)", text)


def _is_small(node: Node) -> bool:
    """A literal of three or fewer items, which does not make a loop."""
    if node.type != "array_creation_expression":
        return False
    items = [n for n in node.named_children if n.type == "array_element_initializer"]
    return len(items) <= _SMALL and not any(
        child.type == "variadic_unpacking" for item in items for child in item.named_children
    )


ADAPTER = Php
