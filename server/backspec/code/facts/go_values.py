"""What Go expressions are: paths, types, constants, struct literals, calls, built strings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.adapter import Adapter
from backspec.code.facts.model import (
    OPAQUE,
    Arguments,
    Binding,
    Built,
    Call,
    CallValue,
    Const,
    Constant,
    Function,
    FunctionValue,
    Mapping,
    Operation,
    Scope,
    Sequence,
    Unknown,
    Value,
)
from backspec.code.facts.numbers import arithmetic, number
from backspec.code.facts.operands import flat_operands
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.syntax import Node

MAX_DEPTH: Final = 24
"""How deep values are read: what lies deeper is unknown."""
MAX_ITEMS: Final = 2000
"""How many items of one literal are read; the rest makes it open."""
MAX_STEPS: Final = 64
"""How long a selector chain may be to be a path."""

_SIMPLE_PATH = re.compile(rb"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_KEY = re.compile(r"[A-Za-z_][\w-]*|\d+")
_ESCAPE = re.compile(r"\\([abfnrtv\\'\"]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3})")
_ESCAPED: Final = {
    "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r",
    "t": "\t", "v": "\v",
}  # fmt: skip

STRINGS: Final = ("interpreted_string_literal", "raw_string_literal")
_NAMED_TYPES: Final = ("type_identifier", "qualified_type", "generic_type")
_LISTS: Final = ("slice_type", "array_type", "implicit_length_array_type")
_PATHS: Final = ("identifier", "selector_expression", "call_expression", "index_expression")
NUMBERS: Final = frozenset((
    "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64",
    "uintptr", "float32", "float64", "complex64", "complex128", "bool", "rune", "byte",
))  # fmt: skip
VERB = re.compile(r"%[-+# 0]*(?:\d+|\*)?(?:\.\d+)?(?:\[\d+\])?([a-zA-Z%])")
_NUMBER_VERBS: Final = frozenset("dtfFgGeEbcoxXUpT")
_FORMATS: Final = frozenset(("fmt.Sprintf", "fmt.Sprint", "fmt.Sprintln", "fmt.Errorf"))


def _unescape(found: re.Match[str]) -> str:
    code = found[1]
    if code in _ESCAPED:
        return _ESCAPED[code]
    number = int(code[1:], 16) if code[0] in "xuU" else int(code, 8)
    return chr(number) if number <= 0x10FFFF else "\ufffd"


class GoValues(Adapter):
    """Reads Go expressions."""

    # ------------------------------------------------------------------ paths

    def path_of(self, node: Node) -> str:
        """The dotted path of an expression (see ``Call.path``), "" when it is not a path.

        A struct literal is a call by ``new`` of its type.
        """
        simple = _SIMPLE_PATH.fullmatch(self.source, node.start_byte, node.end_byte)
        if simple is not None:
            return simple[0].decode("ascii")
        known = self.inner_paths.get(node.id)
        if known is not None:
            return known
        parts: list[str] = []
        inner: list[tuple[int, int]] = []
        current: Node | None = node
        for _ in range(MAX_STEPS):
            if current is None:
                return ""
            kind = current.type
            if kind in ("identifier", "type_identifier", "package_identifier"):
                parts.append(self.slice(current))
                return self.chain(parts, inner)
            if kind == "selector_expression":
                member = current.child_by_field_name("field")
                if member is None:
                    return ""
                parts.append("." + self.slice(member))
                current = current.child_by_field_name("operand")
            elif kind == "call_expression":
                made = self._made_type(current)
                if made is not None:
                    parts.append("!()")
                    current = made
                else:
                    parts.append("()")
                    current = current.child_by_field_name("function")
                    if current is not None:
                        inner.append((current.id, len(parts)))
            elif kind == "composite_literal":
                parts.append("!()")
                current = current.child_by_field_name("type")
            elif kind in ("pointer_type", "parenthesized_type", "generic_type", "qualified_type"):
                written = self.type_path(current)
                parts.append(written)
                return self.chain(parts, inner) if written else ""
            elif kind in ("parenthesized_expression", "type_instantiation_expression"):
                current = only_child(current)
            elif kind == "unary_expression":
                if self.operator_of(current) not in ("&", "*"):
                    return ""
                current = current.child_by_field_name("operand")
            elif kind == "index_expression":
                key = self._index_key(current)
                if key is None:
                    return ""
                parts.append("." + key)
                current = current.child_by_field_name("operand")
            elif kind == "type_conversion_expression":
                # ``Map[int, string](xs)`` reads like a conversion.
                parts.append("()")
                current = current.child_by_field_name("type")
            else:
                return ""
        return ""

    def _made_type(self, node: Node) -> Node | None:
        """The type of ``new(T)``, None for other calls."""
        function = node.child_by_field_name("function")
        if function is None or self.source[function.start_byte : function.end_byte] != b"new":
            return None
        arguments = node.child_by_field_name("arguments")
        return only_child(arguments) if arguments is not None else None

    def _index_key(self, node: Node) -> str | None:
        index = node.child_by_field_name("index")
        if index is None:
            return None
        if index.type in STRINGS:
            key = self.string(index)
        elif index.type == "int_literal":
            key = self.slice(index)
        else:
            return None
        return key if _KEY.fullmatch(key) else None

    def type_path(self, node: Node | None) -> str:
        """The path of a type, looked at through pointers; "" for slices, maps, functions, ..."""
        for _ in range(8):
            if node is None:
                return ""
            kind = node.type
            if kind in ("pointer_type", "parenthesized_type"):
                node = only_child(node)
            elif kind in ("type_identifier", "qualified_type"):
                return "".join(self.slice(node).split())
            elif kind == "generic_type":
                node = node.child_by_field_name("type")
            else:
                return ""
        return ""

    # ------------------------------------------------------------------ bindings

    def binding_of(self, node: Node | None) -> Binding:
        """What a name bound to an expression is bound to."""
        for _ in range(16):
            if node is None:
                return OPAQUE
            kind = node.type
            if kind in _PATHS or kind == "composite_literal":
                path = self.path_of(node)
                return Binding("value", path) if path and not path.startswith("!") else OPAQUE
            if kind == "parenthesized_expression":
                node = only_child(node)
            elif kind == "unary_expression" and self.operator_of(node) in ("&", "*"):
                node = node.child_by_field_name("operand")
            elif kind == "type_assertion_expression":
                path = self.type_path(node.child_by_field_name("type"))
                return Binding("type", path) if path else OPAQUE
            else:
                is_constant, constant = self.constant(node)
                if not is_constant:
                    return OPAQUE
                return Binding("constant", type(constant).__name__, constant)
        return OPAQUE

    # ------------------------------------------------------------------ constants

    def string(self, node: Node) -> str:
        """The text of a string literal."""
        start, end = node.start_byte + 1, node.end_byte
        if end > start and self.source[end - 1] == self.source[start - 1]:
            end -= 1
        text = self.source[start:end].decode("utf-8", "replace")
        if node.type == "raw_string_literal" or "\\" not in text:
            return text
        return _ESCAPE.sub(_unescape, text)

    def constant(self, node: Node) -> tuple[bool, Constant]:
        """(whether an expression is a literal or built of literals only, its value)."""
        kind = node.type
        if kind in STRINGS:
            return True, self.string(node)
        if kind in ("int_literal", "float_literal"):
            return number(self.slice(node))
        if kind == "true":
            return True, True
        if kind == "false":
            return True, False
        if kind == "nil":
            return True, None
        if kind == "unary_expression" and self.operator_of(node) == "-":
            operand = node.child_by_field_name("operand")
            if operand is not None and operand.type in ("int_literal", "float_literal"):
                is_number, value = number(self.slice(operand))
                return (True, -value) if is_number else (False, None)  # type: ignore[operator]
        if kind == "type_conversion_expression":
            operand, of_type = node.child_by_field_name("operand"), node.child_by_field_name("type")
            if operand is not None and of_type is not None and operand.type in STRINGS:
                is_text = self.slice(of_type) == "[]byte"
                return is_text, self.string(operand) if is_text else None
        if kind == "binary_expression":
            operator, operands = self._operands(node)
            if operator == "+" and all(one.type in STRINGS for one in operands):
                return True, "".join(self.string(one) for one in operands)
            if all(one.type == "int_literal" for one in operands):
                return arithmetic(operator, [self.slice(one) for one in operands])
        return False, None

    @staticmethod
    def operator_of(node: Node) -> str:
        """The operator of an operation."""
        operator = node.child_by_field_name("operator")
        return operator.type if operator is not None else ""

    def _operands(self, node: Node) -> tuple[str, list[Node]]:
        """The operator of a binary operation and its operands, a chain of one operator flat."""
        return flat_operands(node, "binary_expression", self.operator_of)

    # ------------------------------------------------------------------ values

    def value(self, node: Node, scope: Scope) -> Value:
        return self._value(node, scope, 0)

    def _value(self, node: Node, scope: Scope, depth: int) -> Value:
        node = self._unwrapped(node)
        span = Span(node.start_byte, node.end_byte)
        if depth > MAX_DEPTH:
            return Unknown(span, node)
        kind = node.type
        if kind in ("identifier", "selector_expression", "index_expression"):
            path = self.path_of(node)
            if kind == "identifier" and depth <= 1 and self.literals:
                literal = self.literal_of(path, scope)
                if literal is not None:
                    return self._value(literal, scope, depth + 1)
            if path:
                return self.named(node, path, scope)
            if kind == "index_expression":
                return self._subscript(node, scope, depth)
            return Unknown(span, node)
        if kind == "call_expression":
            return self._call_value(node, scope, depth)
        if kind == "composite_literal":
            body = node.child_by_field_name("body")
            type_node = node.child_by_field_name("type")
            if body is not None:
                return self._literal(body, type_node, scope, depth)
            return Unknown(span, node)
        if kind == "literal_value":
            return self._literal(node, None, scope, depth)
        if kind == "func_literal":
            return FunctionValue(span, node, self.function_of(node, scope))
        is_constant, constant = self.constant(node)
        if is_constant:
            return Const(span, node, constant)
        if kind == "binary_expression":
            operator, operands = self._operands(node)
            values = [self._value(operand, scope, depth + 1) for operand in operands]
            if operator == "+":
                return self.concatenation(span, node, values)
            return Operation(span, node, operator, tuple(values))
        if kind == "unary_expression":
            operand = node.child_by_field_name("operand")
            inner = (self._value(operand, scope, depth + 1),) if operand is not None else ()
            operator = self.operator_of(node)
            return (
                inner[0] if operator == "<-" and inner else Operation(span, node, operator, inner)
            )
        if kind == "expression_list":
            items = [n for n in node.named_children if n.type != "comment"][:MAX_ITEMS]
            if len(items) == 1:
                return self._value(items[0], scope, depth + 1)
            return Sequence(span, node, tuple(self._value(n, scope, depth + 1) for n in items))
        if kind == "slice_expression":
            operand = node.child_by_field_name("operand")
            inner = (self._value(operand, scope, depth + 1),) if operand is not None else ()
            return Operation(span, node, "[]", inner)
        if kind in ("type_conversion_expression", "type_assertion_expression"):
            operand = node.child_by_field_name("operand")
            of_type = node.child_by_field_name("type")
            if of_type is not None and self.slice(of_type) in NUMBERS:
                return Unknown(span, node)
            if operand is not None:
                return self._value(operand, scope, depth + 1)
        return Unknown(span, node)

    def _subscript(self, node: Node, scope: Scope, depth: int) -> Value:
        """``xs[i]``, with an index that is no constant."""
        operand, index = node.child_by_field_name("operand"), node.child_by_field_name("index")
        span = Span(node.start_byte, node.end_byte)
        if operand is None or index is None:
            return Unknown(span, node)
        values = (self._value(operand, scope, depth + 1), self._value(index, scope, depth + 1))
        return Operation(span, node, "[]", values)

    def _unwrapped(self, node: Node) -> Node:
        """An expression without parentheses, ``&`` and ``*``."""
        for _ in range(32):
            kind = node.type
            if kind in ("parenthesized_expression", "literal_element"):
                inner = only_child(node)
            elif kind == "unary_expression" and self.operator_of(node) in ("&", "*"):
                inner = node.child_by_field_name("operand")
            else:
                return node
            if inner is None:
                return node
            node = inner
        return node

    def _literal(self, body: Node, type_node: Node | None, scope: Scope, depth: int) -> Value:
        """The braces of a struct, map or slice literal."""
        span = Span(body.start_byte, body.end_byte)
        items = [n for n in body.named_children if n.type != "comment"]
        is_keyed = any(n.type == "keyed_element" for n in items)
        if (type_node is not None and type_node.type in _LISTS) or (
            type_node is None and items and not is_keyed
        ):
            kept = items[:MAX_ITEMS]
            values = (self._value(self._element(n), scope, depth + 1) for n in kept)
            return Sequence(span, body, tuple(values), len(kept) != len(items))
        mapping = Mapping(span, body)
        if type_node is not None and type_node.type in _NAMED_TYPES:
            path = self.type_path(type_node)
            mapping.type_name = self.resolve(path, scope) or path
        for count, item in enumerate(items):
            if item.type != "keyed_element" or count > MAX_ITEMS:
                mapping.is_open = True
                continue
            key_node, value_node = (
                item.child_by_field_name("key"),
                item.child_by_field_name("value"),
            )
            key = self.key_of(
                key_node, is_struct=mapping.type_name is not None or type_node is None
            )
            if key is None or key_node is None or value_node is None:
                mapping.is_open = True
                if value_node is not None:
                    mapping.others += (self._value(value_node, scope, depth + 1),)
                continue
            mapping.entries[key] = self._value(value_node, scope, depth + 1)
            mapping.key_spans[key] = Span(key_node.start_byte, key_node.end_byte)
        return mapping

    def _element(self, node: Node) -> Node:
        if node.type == "keyed_element":
            return node.child_by_field_name("value") or node
        return node

    def key_of(self, node: Node | None, *, is_struct: bool = True) -> str | None:
        """The constant key of an element: a field's name, or a string."""
        inner = only_child(node) if node is not None and node.type == "literal_element" else node
        if inner is None:
            return None
        if inner.type in STRINGS:
            return self.string(inner)
        if is_struct and inner.type in ("identifier", "field_identifier"):
            return self.slice(inner)
        return self.slice(inner) if inner.type == "int_literal" else None

    def _call_value(self, node: Node, scope: Scope, depth: int) -> Value:
        span = Span(node.start_byte, node.end_byte)
        call = self.call_of(node, scope)
        if call.path in ("string", "[]byte", "any"):
            arguments = self._arguments(node, scope, depth + 1)
            if len(arguments.positional) == 1:
                return arguments.positional[0]
        qualified = call.qualified
        if qualified in _FORMATS:
            given = self._arguments(node, scope, depth + 1)
            is_format = qualified.endswith("f") and not given.is_open
            parts = _filled(given.positional) if is_format else given.positional
            return Built(span, node, (*parts, *given.spreads))
        if qualified == "strings.Join":
            joined = self._arguments(node, scope, depth + 1).positional
            if joined and isinstance(joined[0], Sequence) and not joined[0].is_open:
                return Built(span, node, joined[0].items)
        return CallValue(span, node, call)

    # ------------------------------------------------------------------ arguments

    def arguments(self, call: Call) -> Arguments:
        if call.node.type == "composite_literal":
            return self._fields(call.node, call.place.scope)
        return self._arguments(call.node, call.place.scope, 0)

    def _fields(self, node: Node, scope: Scope) -> Arguments:
        """The fields of a struct literal, as keyword arguments."""
        body = node.child_by_field_name("body")
        if body is None:
            return Arguments(is_open=True, span=Span(node.end_byte, node.end_byte))
        literal = self._literal(body, node.child_by_field_name("type"), scope, 0)
        spans = {}
        for item in body.named_children:
            key = self.key_of(item.child_by_field_name("key"))
            if item.type == "keyed_element" and key is not None:
                spans[key] = Span(item.start_byte, item.end_byte)
        inner = Span(body.start_byte + 1, max(body.start_byte + 1, body.end_byte - 1))
        if not isinstance(literal, Mapping):
            return Arguments(is_open=True, span=inner)
        return Arguments((), literal.entries, spans, literal.is_open, inner)

    def _arguments(self, call_node: Node, scope: Scope, depth: int) -> Arguments:
        node = call_node.child_by_field_name("arguments")
        if node is None:
            return Arguments(is_open=True, span=Span(call_node.end_byte, call_node.end_byte))
        positional: list[Value] = []
        spreads: tuple[Value, ...] = ()
        is_open = False
        for child in node.named_children:
            kind = child.type
            if kind in ("variadic_argument", "ERROR"):
                is_open = True
                inner = only_child(child)
                if inner is not None and kind == "variadic_argument":
                    spreads += (self._value(inner, scope, depth + 1),)
            elif kind != "comment" and not is_open:
                positional.append(self._value(child, scope, depth + 1))
        end = node.end_byte
        if self.source[end - 1 : end] == b")":
            end -= 1
        start = node.start_byte + 1
        inside = Span(start, max(start, end))
        return Arguments(tuple(positional), is_open=is_open, span=inside, spreads=spreads)

    def call_of(self, node: Node, scope: Scope) -> Call:
        """The call fact of a call's node; a bare one for a call the walk did not visit."""
        known = self.calls_by_node.get(node.id)
        if known is not None:
            return known
        callee = node.child_by_field_name("function") or node
        path = self.path_of(callee) if callee != node else ""
        return Call(self.detached(scope), node, callee, None, path, self.last_name(callee, path))

    def last_name(self, callee: Node, path: str) -> str:
        """The last segment of a callee, also when what it is a member of is not a path."""
        if path:
            return path[path.rfind(".") + 1 :]
        if callee.type == "selector_expression":
            member = callee.child_by_field_name("field")
            return self.slice(member) if member is not None else ""
        return ""

    def function_of(self, node: Node, scope: Scope) -> Function:
        """The function fact of a literal; a bare one for a function of another unit."""
        known = self.functions_by_node.get(node.id)
        if known is not None:
            return known
        place = self.detached(scope)
        body = node.child_by_field_name("body") or node
        span = Span(node.start_byte, node.end_byte)
        body_span = Span(body.start_byte, body.end_byte)
        return Function("", node, span, span, body_span, False, (), (), None, None, place, place)


def _filled(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """The parts of a formatted text in order; what a verb makes a number of is unknown."""
    if not values or not isinstance(values[0], Const) or not isinstance(values[0].value, str):
        return values
    form, given = values[0], values[1:]
    text = form.value
    assert isinstance(text, str)
    parts: list[Value] = []
    at = 0
    end = 0
    for verb in VERB.finditer(text):
        before = text[end : verb.start()]
        end = verb.end()
        if before:
            parts.append(Const(form.span, form.node, before, literal=False))
        if verb[1] == "%":
            parts.append(Const(form.span, form.node, "%", literal=False))
        elif at < len(given):
            one = given[at]
            parts.append(Unknown(one.span, one.node) if verb[1] in _NUMBER_VERBS else one)
            at += 1
    if text[end:]:
        parts.append(Const(form.span, form.node, text[end:], literal=False))
    return (*parts, *given[at:])


def only_child(node: Node) -> Node | None:
    """The first child of a wrapper that is not a comment."""
    for child in node.named_children:
        if child.type != "comment":
            return child
    return None
