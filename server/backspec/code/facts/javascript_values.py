"""What JavaScript and TypeScript expressions are: paths, types, constants, mappings, calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.facts.javascript_paths import (
    NAMES,
    WRAPPERS,
    JavaScriptPaths,
    only_child,
    operator_of,
    unwrapped,
)
from backspec.code.facts.model import (
    Arguments,
    Built,
    Call,
    CallValue,
    Const,
    Function,
    FunctionValue,
    Mapping,
    Operation,
    Scope,
    Sequence,
    Unknown,
    Value,
)
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.syntax import Node

MAX_DEPTH: Final = 24
"""How deep values are read: what lies deeper is unknown."""
MAX_ITEMS: Final = 2000
"""How many items of one array or object are read; the rest makes it open."""
FUNCTIONS: Final = frozenset(
    ("arrow_function", "function_expression", "generator_function", "function_declaration",
     "generator_function_declaration", "method_definition")
)  # fmt: skip


class JavaScriptValues(JavaScriptPaths):
    """Reads JavaScript and TypeScript expressions."""

    adds = frozenset(("push", "unshift", "add", "append"))
    puts = frozenset(("set",))
    writes = frozenset(("write",))
    merges = frozenset(())
    gets = frozenset(("get",))
    appends = frozenset(("push",))
    shuffles = frozenset(("splice", "sort", "reverse", "fill", "copyWithin"))
    same = frozenset(("charAt", "at"))
    own_addresses = frozenset(
        (
            "url",
            "originalUrl",
            "path",
            "href",
            "nextUrl",
            "querystring",
            "baseUrl",
            "pathname",
            "hostname",
            "host",
        )
    )

    # ------------------------------------------------------------------ values

    def value(self, node: Node, scope: Scope) -> Value:
        return self._value(node, scope, 0)

    def _value(self, node: Node, scope: Scope, depth: int) -> Value:
        while node.type in WRAPPERS:
            inner = unwrapped(node)
            if inner is None:
                break
            node = inner
        span = Span(node.start_byte, node.end_byte)
        if depth > MAX_DEPTH:
            return Unknown(span, node)
        kind = node.type
        if kind in NAMES or kind in ("member_expression", "subscript_expression"):
            path = self.path_of(node)
            if path == "undefined":
                return Const(span, node, None)
            if kind == "identifier" and depth <= 1 and self.literals:
                literal = self.literal_of(path, scope)
                if literal is not None:
                    return self._mapping(literal, scope, depth + 1)
            if path:
                return self.named(node, path, scope)
            if kind == "subscript_expression":
                return self._operation(node, "[]", ("object", "index"), scope, depth)
            return Unknown(span, node)
        if kind in ("call_expression", "new_expression"):
            return self._call_value(node, scope, depth)
        if kind == "object":
            return self._mapping(node, scope, depth)
        if kind == "array":
            items = [n for n in node.named_children if n.type != "comment"]
            plain = [n for n in items if n.type != "spread_element"][:MAX_ITEMS]
            return Sequence(
                span,
                node,
                tuple(self._value(item, scope, depth + 1) for item in plain),
                len(plain) != len(items),
            )
        if kind in FUNCTIONS:
            return FunctionValue(span, node, self.function_of(node, scope))
        is_constant, constant = self.constant(node)
        if is_constant:
            return Const(span, node, constant)
        if kind == "template_string":
            return Built(span, node, tuple(self._template_parts(node, scope, depth)))
        if kind == "binary_expression":
            operator, operands = self.operands_of(node)
            values = [self._value(operand, scope, depth + 1) for operand in operands]
            if operator == "+":
                return self.concatenation(span, node, values)
            return Operation(span, node, operator, tuple(values))
        if kind == "unary_expression":
            return self._operation(node, operator_of(node), ("argument",), scope, depth)
        if kind == "ternary_expression":
            fields = ("condition", "consequence", "alternative")
            return self._operation(node, "?:", fields, scope, depth)
        if kind in ("assignment_expression", "augmented_assignment_expression"):
            right = node.child_by_field_name("right")
            return self._value(right, scope, depth + 1) if right else Unknown(span, node)
        if kind == "sequence_expression" and node.named_child_count:
            return self._value(node.named_children[-1], scope, depth + 1)
        if kind == "regex":
            pattern = node.child_by_field_name("pattern")
            text = self.slice(pattern) if pattern is not None else ""
            return Operation(span, node, "regex", (Const(span, node, text),))
        return Unknown(span, node)

    def _operation(
        self, node: Node, operator: str, fields: tuple[str, ...], scope: Scope, depth: int
    ) -> Operation:
        operands = [node.child_by_field_name(field) for field in fields]
        return Operation(
            Span(node.start_byte, node.end_byte),
            node,
            operator,
            tuple(self._value(n, scope, depth + 1) for n in operands if n is not None),
        )

    def _template_parts(self, node: Node, scope: Scope, depth: int) -> list[Value]:
        parts: list[Value] = []
        for child in node.named_children:
            span = Span(child.start_byte, child.end_byte)
            if child.type == "template_substitution":
                inner = only_child(child)
                if inner is not None:
                    parts.append(self._value(inner, scope, depth + 1))
            elif child.type == "string_fragment":
                parts.append(Const(span, child, self.slice(child)))
        return parts

    def key_of(self, node: Node) -> str | None:
        """The constant key of an object's member, None when it is computed."""
        kind = node.type
        if kind == "string":
            return self.string(node)
        if kind == "computed_property_name":
            inner = only_child(node)
            return self.string(inner) if inner is not None and inner.type == "string" else None
        return self.slice(node)

    def _mapping(self, node: Node, scope: Scope, depth: int) -> Mapping:
        mapping = Mapping(Span(node.start_byte, node.end_byte), node)
        for count, child in enumerate(node.named_children):
            kind = child.type
            value_node: Node | None = child
            if kind == "comment":
                continue
            if kind == "pair":
                key_node = child.child_by_field_name("key")
                value_node = child.child_by_field_name("value")
            elif kind == "shorthand_property_identifier":
                key_node = child
            elif kind == "method_definition":
                key_node = child.child_by_field_name("name")
            else:
                mapping.is_open = True
                inner = only_child(child) if kind == "spread_element" else None
                if inner is not None:
                    mapping.spreads += (self._value(inner, scope, depth + 1),)
                continue
            key = self.key_of(key_node) if key_node is not None else None
            if key is None or key_node is None or value_node is None or count > MAX_ITEMS:
                mapping.is_open = True
                if value_node is not None and count <= MAX_ITEMS:
                    mapping.others += (self._value(value_node, scope, depth + 1),)
                continue
            mapping.entries[key] = self._value(value_node, scope, depth + 1)
            mapping.key_spans[key] = Span(key_node.start_byte, key_node.end_byte)
        return mapping

    def _call_value(self, node: Node, scope: Scope, depth: int) -> Value:
        span = Span(node.start_byte, node.end_byte)
        call = self.call_of(node, scope)
        member = call.callee if call.callee.type == "member_expression" else None
        if call.name in ("concat", "join") and member is not None:
            text_node = member.child_by_field_name("object")
            text = self._value(text_node, scope, depth + 1) if text_node is not None else None
            if call.name == "join" and isinstance(text, Sequence) and not text.is_open:
                return Built(span, node, text.items)
            if call.name == "concat" and (
                isinstance(text, Built) or (isinstance(text, Const) and isinstance(text.value, str))
            ):
                arguments = self._arguments(node, scope, depth + 1)
                return Built(span, node, (text, *arguments.positional))
        return CallValue(span, node, call)

    # ------------------------------------------------------------------ arguments

    def arguments(self, call: Call) -> Arguments:
        return self._arguments(call.node, call.place.scope, 0)

    def _arguments(self, call_node: Node, scope: Scope, depth: int) -> Arguments:
        node = call_node.child_by_field_name("arguments")
        if node is None:
            at = call_node.end_byte
            return Arguments(span=Span(at, at), has_parentheses=False)
        if node.type == "template_string":
            # A tagged template hands its parts over one by one: they are not joined.
            return Arguments(
                is_open=True, span=Span(node.start_byte, node.end_byte), has_parentheses=False
            )
        positional: list[Value] = []
        is_open = False
        spreads: tuple[Value, ...] = ()
        for child in node.named_children:
            kind = child.type
            if kind in ("spread_element", "ERROR"):
                is_open = True
                inner = only_child(child) if kind == "spread_element" else None
                if inner is not None:
                    spreads += (self._value(inner, scope, depth + 1),)
            elif kind != "comment" and not is_open:
                positional.append(self._value(child, scope, depth + 1))
        end = node.end_byte
        if self.source[end - 1 : end] == b")":
            end -= 1
        return Arguments(
            tuple(positional),
            is_open=is_open,
            span=Span(node.start_byte + 1, max(end, node.start_byte + 1)),
            spreads=spreads,
        )

    def call_of(self, node: Node, scope: Scope) -> Call:
        """The call fact of a call's node; a bare one for a call the walk did not visit."""
        known = self.calls_by_node.get(node.id)
        if known is not None:
            return known
        is_new = node.type == "new_expression"
        callee = node.child_by_field_name("constructor" if is_new else "function") or node
        path = self.path_of(callee) if callee != node else ""
        return Call(
            self.detached(scope), node, callee, None, path, self.last_name(callee, path), is_new
        )

    def function_of(self, node: Node, scope: Scope) -> Function:
        """The function fact of a node; a bare one for a function of another unit."""
        known = self.functions_by_node.get(node.id)
        if known is not None:
            return known
        place = self.detached(scope)
        body = node.child_by_field_name("body") or node
        span = Span(node.start_byte, node.end_byte)
        is_async = self.source.startswith(b"async", node.start_byte)
        body_span = Span(body.start_byte, body.end_byte)
        return Function("", node, span, span, body_span, is_async, (), (), None, None, place, place)

    def last_name(self, callee: Node, path: str) -> str:
        """The last segment of a callee, also when what it is a member of is not a path."""
        if path:
            return path[path.rfind(".") + 1 :]
        if callee.type == "member_expression":
            member = callee.child_by_field_name("property")
            return self.slice(member) if member is not None else ""
        return ""
