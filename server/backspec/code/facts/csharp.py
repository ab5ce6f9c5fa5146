"""C#: which facts its syntax gives, and where its blocks run.

Names are read in ``csharp_names``, expressions in ``csharp_values``, definitions in
``csharp_definitions``; ``csharp_flows`` says what fills variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from backspec.code.facts.adapter import ENTER
from backspec.code.facts.c_like import MAX_BLOCKS, only_child
from backspec.code.facts.csharp_flows import CSharpFlows
from backspec.code.facts.csharp_shapes import operator_of, unwrapped
from backspec.code.facts.model import Context, Fallback, Function
from backspec.code.resolve import Habits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backspec.code.facts.model import Use
    from backspec.code.syntax import Node

GLOBALS: Final = frozenset((
    "string", "int", "long", "bool", "double", "decimal", "byte", "char", "Microsoft", "System",
    "nameof", "BCrypt", "Scriban", "Dapper", "Npgsql", "Newtonsoft", "MySqlConnector", "Serilog",
    "StackExchange", "Grpc", "RestSharp", "YamlDotNet",
))  # fmt: skip
"""Keywords that are types, and roots of namespaces."""

IMPLICIT: Final = (
    "System", "System.IO", "System.Linq", "System.Net.Http", "System.Threading",
    "System.Threading.Tasks", "System.Collections.Generic", "System.Net.Http.Json",
    "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Hosting",
    "Microsoft.AspNetCore.Routing", "Microsoft.Extensions.Configuration",
    "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting",
    "Microsoft.Extensions.Logging", "System.Text", "System.Diagnostics", "System.Net",
    "System.Text.RegularExpressions", "System.Security.Cryptography", "Microsoft.AspNetCore.Mvc",
    "Microsoft.Data.SqlClient", "Microsoft.Data.Sqlite", "Npgsql", "System.Text.Json",
    "System.Text.Encodings.Web",
)  # fmt: skip
"""Namespaces that projects see without ``using``."""

_MAPS: Final = frozenset(("MapGet", "MapPost", "MapPut", "MapPatch", "MapDelete"))
"""What takes the handlers of minimal APIs."""
_BLOCKS: Final = frozenset((
    "block", "compilation_unit", "declaration_list", "switch_section", "ERROR",
))  # fmt: skip


class CSharp(CSharpFlows):
    """Reads C#."""

    family = "csharp"
    habits: ClassVar[Habits] = Habits(globals=GLOBALS, wildcards=IMPLICIT, members_are_visible=True)
    splits: ClassVar[frozenset[str]] = frozenset((
        "method_declaration", "constructor_declaration", "local_function_statement",
        "lambda_expression", "anonymous_method_expression",
    ))  # fmt: skip
    leaves: ClassVar[frozenset[str]] = frozenset((
        "comment", "string_literal", "verbatim_string_literal", "raw_string_literal", "identifier",
        "predefined_type", "generic_name", "qualified_name", "array_type", "nullable_type",
        "implicit_type", "pointer_type", "tuple_type", "character_literal", "null_literal",
        "integer_literal", "real_literal", "boolean_literal", "type_parameter_list",
        "type_argument_list", "type_parameter_constraints_clause", "modifier", "break_statement",
        "continue_statement", "typeof_expression", "default_expression", "sizeof_expression",
        "goto_statement", "using_directive_name", "preproc_region", "preproc_endregion",
        "preproc_nullable", "preproc_pragma", "extern_alias_directive", "alias_qualified_name",
    ))  # fmt: skip
    uses: ClassVar[Mapping[str, Use]] = {
        "expression_statement": "statement",
        "variable_declarator": "assigned",
        "assignment_expression": "assigned",
        "property_declaration": "assigned",
        "return_statement": "returned",
        "yield_statement": "returned",
        "arrow_expression_clause": "returned",
        "lambda_expression": "returned",
        "anonymous_method_expression": "returned",
        "argument": "argument",
        "attribute_argument": "argument",
        "interpolation": "argument",
        "member_access_expression": "receiver",
        "conditional_access_expression": "receiver",
        "element_access_expression": "receiver",
        "invocation_expression": "receiver",
        "binary_expression": "condition",
        "prefix_unary_expression": "condition",
        "is_pattern_expression": "condition",
        "if_statement": "condition",
        "while_statement": "condition",
        "do_statement": "condition",
        "for_statement": "condition",
    }
    wrappers: ClassVar[frozenset[str]] = frozenset((
        "parenthesized_expression", "cast_expression", "await_expression",
        "postfix_unary_expression",
    ))  # fmt: skip
    choice: ClassVar[str] = "conditional_expression"
    declarators: ClassVar[frozenset[str]] = frozenset(
        ("variable_declarator", "property_declaration")
    )
    changes_only: ClassVar[frozenset[str]] = frozenset(("assignment_expression",))
    item_field: ClassVar[str] = "left"
    parent_word: ClassVar[str] = "base"
    handlers: ClassVar[Mapping[str, str]] = {
        "using_directive": "on_using",
        "class_declaration": "on_class",
        "struct_declaration": "on_class",
        "interface_declaration": "on_class",
        "record_declaration": "on_class",
        "enum_declaration": "on_class",
        "attribute": "on_attribute",
        "variable_declaration": "on_variables",
        "local_declaration_statement": "on_local",
        "property_declaration": "on_property",
        "assignment_expression": "on_assignment",
        "anonymous_object_creation_expression": "on_anonymous",
        "initializer_expression": "on_initializer",
        "postfix_unary_expression": "on_update",
        "prefix_unary_expression": "on_update",
        "declaration_expression": "on_pattern",
        "declaration_pattern": "on_pattern",
        "recursive_pattern": "on_pattern",
        "var_pattern": "on_pattern",
        "method_declaration": "on_function",
        "constructor_declaration": "on_function",
        "local_function_statement": "on_function",
        "lambda_expression": "on_function",
        "anonymous_method_expression": "on_function",
        "accessor_declaration": "on_accessor",
        "invocation_expression": "on_invocation",
        "object_creation_expression": "on_call",
        "implicit_object_creation_expression": "on_call",
        "argument": "on_argument",
        "attribute_argument": "on_argument",
        "binary_expression": "on_binary",
        "block": "on_block",
        "for_statement": "on_for",
        "foreach_statement": "on_for_each",
        "while_statement": "on_while",
        "do_statement": "on_while",
        "using_statement": "on_using_statement",
        "try_statement": "on_try",
        "catch_clause": "on_catch",
        "finally_clause": "on_finally",
        "if_statement": "on_if",
        "preproc_if": "on_preprocessor",
        "return_statement": "on_return",
        "throw_statement": "on_throw",
        "yield_statement": "on_yield",
        "expression_statement": "on_expression",
    }

    # ------------------------------------------------------------------ calls

    def on_invocation(self, node: Node) -> bool:
        self.on_call(node)
        if self.facts.calls[-1].name in _MAPS:
            arguments = node.child_by_field_name("arguments")
            last = arguments.named_children[-1:] if arguments is not None else []
            inner = only_child(last[0]) if last else None
            if inner is not None and inner.type in ("identifier", "member_access_expression"):
                # ``app.MapGet("/orders", GetOrders)``
                self.mark_handler(self.path_of(inner))
        return ENTER

    def on_attribute(self, node: Node) -> bool:
        return self.on_call(node)

    def on_binary(self, node: Node) -> bool:
        if operator_of(node) == "??":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and right is not None:
                self.facts.fallbacks.append(Fallback(self.place, node, left, right))
        return ENTER

    # ------------------------------------------------------------------ regions

    def bind_item(self, name: Node, type_path: str) -> None:
        if name.type == "tuple_pattern":
            self.bind_tuple(name)
        else:
            super().bind_item(name, type_path)

    def caught(self, node: Node) -> tuple[tuple[str, ...], str]:
        declared = next((n for n in node.named_children if n.type == "catch_declaration"), None)
        if declared is None:
            return (), ""
        name = declared.child_by_field_name("name")
        caught = self.type_path(declared.child_by_field_name("type")) or "?"
        return (caught,), self.slice(name) if name is not None else ""

    def on_using_statement(self, node: Node) -> bool:
        body = node.child_by_field_name("body")
        self.open_block(node)
        if body is not None:
            self.at(body, self.region(Context.RESOURCE, guards=self._guards(node)))
        return ENTER

    def on_preprocessor(self, node: Node) -> bool:
        """``#if DEBUG``"""
        condition = node.child_by_field_name("condition")
        if condition is None or self.slice(condition) != "DEBUG":
            return ENTER
        other = node.child_by_field_name("alternative")
        inside = self.region(Context.DEV_GUARD)
        for child in node.named_children:
            if child not in (other, condition):
                self.at(child, inside)
        return ENTER

    # ------------------------------------------------------------------ statements

    def on_yield(self, node: Node) -> bool:
        self.add_statement("yield", node)
        function = self.place.function
        if function is not None:
            function.is_generator = True
        return ENTER

    def on_local(self, node: Node) -> bool:
        """``using var x = ..;`` owns its value for the rest of the block."""
        if not any(child.type == "using" for child in node.children):
            return ENTER
        inside = self.region(Context.RESOURCE, guards=self._guards(node))
        following = node.next_named_sibling
        for _ in range(MAX_BLOCKS):
            if following is None:
                break
            self.at(following, inside)
            following = following.next_named_sibling
        return ENTER

    def _guards(self, node: Node) -> tuple[Node, ...]:
        """The calls whose results a ``using`` owns."""
        found = []
        declared = [n for n in node.named_children if n.type == "variable_declaration"]
        values: list[Node] = []
        for one in declared:
            values += [n.named_children[-1] for n in one.named_children if n.named_child_count > 1]
        if not declared:
            values += [n for n in node.named_children if n.type != "block"][:1]
        for value in values:
            inner = unwrapped(value)
            if inner.type == "invocation_expression":
                self.calls_by_node.setdefault(inner.id, self.make_call(inner, self.place))
                found.append(inner)
        return tuple(found)

    # ------------------------------------------------------------------ what facts ask

    def statements(self, block: Node) -> tuple[Node, ...]:
        return super().statements(block) if block.type in _BLOCKS else (block,)

    def expression_body(self, function: Function) -> Node | None:
        body = function.node.child_by_field_name("body")
        if body is not None and body.type == "arrow_expression_clause":
            return only_child(body)
        return super().expression_body(function)


ADAPTER = CSharp
