"""What JavaScript and TypeScript expressions are: paths, types, constants, mappings, calls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.loose_containers import LooseContainers
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
from backspec.code.resolve import MODULE_DOT
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.syntax import Node

MAX_DEPTH: Final = 24
"""How deep values are read: what lies deeper is unknown."""
MAX_ITEMS: Final = 2000
"""How many items of one array or object are read; the rest makes it open."""
MAX_STEPS: Final = 64
"""How long a member chain may be to be a path."""

_SIMPLE_PATH = re.compile(rb"[A-Za-z_$][\w$]*(?:\??\.#?[A-Za-z_$][\w$]*)*")
_KEY = re.compile(r"[A-Za-z_$][\w$-]*|\d+")
_ESCAPE = re.compile(r"\\(\r\n|x[0-9a-fA-F]{2}|u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}

WRAPPERS: Final = frozenset(
    ("await_expression", "parenthesized_expression", "as_expression", "satisfies_expression",
     "non_null_expression", "type_assertion", "instantiation_expression")
)  # fmt: skip
"""Expressions that are what they hold."""

FUNCTIONS: Final = frozenset(
    ("arrow_function", "function_expression", "generator_function", "function_declaration",
     "generator_function_declaration", "method_definition")
)  # fmt: skip

_PATHS: Final = frozenset(
    ("identifier", "member_expression", "this", "super", "call_expression", "new_expression",
     "subscript_expression", "shorthand_property_identifier", "property_identifier")
)  # fmt: skip
_NAMES: Final = frozenset(
    ("identifier", "this", "super", "shorthand_property_identifier",
     "shorthand_property_identifier_pattern")
)  # fmt: skip
_TYPE_PATHS: Final = frozenset(
    ("type_identifier", "identifier", "predefined_type", "nested_type_identifier",
     "nested_identifier", "member_expression")
)  # fmt: skip
_WRAPPED_TYPES: Final = frozenset(
    ("Promise", "PromiseLike", "Readonly", "Partial", "Required", "Awaited", "NonNullable", "Omit",
     "Pick", "DeepPartial", "InstanceType", "Mutable", "ReturnType", "Extract")
)  # fmt: skip
_NOTHING: Final = frozenset(("null", "undefined", "void", "never"))
_UNTYPED: Final = frozenset(("any", "unknown", "const", "object"))
_LITERAL_TYPES: Final = {
    "regex": Binding("import", "RegExp"), "array": Binding("import", "Array"),
}  # fmt: skip
_GLOBALS: Final = ("global.", "globalThis.", "window.")


def _unescape(found: re.Match[str]) -> str:
    code = found[1]
    if code in _ESCAPED:
        return _ESCAPED[code]
    if code[0] in "\r\n":
        return ""
    if code[0] in "xu" and len(code) > 1:
        number = int(code[1:].strip("{}"), 16)
        return chr(number) if number <= 0x10FFFF else "\ufffd"
    return code


def module_of(text: str) -> str:
    """A module specifier as qualified names have it: without ``node:`` and a file's suffix."""
    text = text.removeprefix("node:")
    if text.startswith("."):
        for suffix in (".js", ".ts", ".mjs", ".cjs"):
            text = text.removesuffix(suffix)
    return text


class JavaScriptValues(LooseContainers):
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
        ("url", "originalUrl", "path", "href", "nextUrl", "querystring", "baseUrl", "pathname")
    )

    # ------------------------------------------------------------------ paths

    def path_of(self, node: Node) -> str:
        """The dotted path of an expression (see ``Call.path``), "" when it is not a path."""
        simple = _SIMPLE_PATH.fullmatch(self.source, node.start_byte, node.end_byte)
        if simple is not None:
            return simple[0].decode("ascii").replace("?.", ".")
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
            if kind in _NAMES:
                parts.append(self.slice(current))
                return self.chain(parts, inner)
            if kind == "member_expression":
                member = current.child_by_field_name("property")
                if member is None:
                    return ""
                parts.append("." + self.slice(member))
                current = current.child_by_field_name("object")
            elif kind == "call_expression":
                module = self.module_in_place(current)
                if module is not None:
                    if parts and parts[-1] == ".default":
                        parts.pop()
                    parts.append("#" + module.replace(".", MODULE_DOT))
                    return self.chain(parts, inner)
                parts.append("()")
                current = current.child_by_field_name("function")
                if current is not None:
                    inner.append((current.id, len(parts)))
            elif kind == "new_expression":
                parts.append("!()")
                current = current.child_by_field_name("constructor")
            elif kind == "subscript_expression":
                key = self._subscript_key(current)
                if key is None:
                    return ""
                parts.append("." + key)
                current = current.child_by_field_name("object")
            elif kind in WRAPPERS:
                current = unwrapped(current)
            elif kind == "sequence_expression":
                # ``(0, api.call)()``, as compilers write it
                current = current.named_children[-1] if current.named_child_count else None
            else:
                return ""
        return ""

    def _subscript_key(self, node: Node) -> str | None:
        """A subscript's constant key when it can stand in a path."""
        index = node.child_by_field_name("index")
        if index is None:
            return None
        if index.type == "string":
            key = self.string(index)
        elif index.type == "number":
            key = self.slice(index)
        else:
            return None
        return key if _KEY.fullmatch(key) else None

    def module_in_place(self, node: Node) -> str | None:
        """The module of ``require("x")`` or ``import("x")``, None for other calls."""
        callee = node.child_by_field_name("function")
        if callee is None or callee.end_byte - callee.start_byte not in (6, 7):
            return None
        if self.source[callee.start_byte : callee.end_byte] not in (b"require", b"import"):
            return None
        arguments = node.child_by_field_name("arguments")
        first = only_child(arguments) if arguments is not None else None
        if first is None or first.type not in ("string", "template_string"):
            return None
        if first.type == "template_string" and first.named_child_count > 1:
            return None
        return module_of(self.string(first)) or None

    def type_path(self, node: Node | None) -> str:
        """The path of a declared type, looked at through Promise, unions with null and the like.

        Types that are not a path (objects, arrays, functions) are "".
        """
        calls = ""
        for _ in range(16):
            if node is None:
                return ""
            kind = node.type
            if kind in ("type_annotation", "parenthesized_type", "readonly_type", "type_arguments"):
                node = only_child(node)
            elif kind in _TYPE_PATHS:
                written = "".join(self.slice(node).split())
                return "" if written in _UNTYPED else written + calls
            elif kind == "generic_type":
                name = node.child_by_field_name("name")
                written = self.slice(name) if name is not None else ""
                if written not in _WRAPPED_TYPES:
                    return "".join(written.split()) + calls
                if written == "ReturnType":
                    calls = "()"
                elif written == "InstanceType":
                    calls = "!()"
                arguments = node.child_by_field_name("type_arguments")
                node = only_child(arguments) if arguments is not None else None
            elif kind == "type_query":
                inner = only_child(node)
                return self.path_of(inner) + calls if inner is not None else ""
            elif kind == "union_type":
                sides = [one for one in self._union(node) if self.slice(one) not in _NOTHING]
                node = sides[0] if len(sides) == 1 else None
            elif kind == "intersection_type":
                node = only_child(node)
            else:
                return ""
        return ""

    def _union(self, node: Node) -> list[Node]:
        sides: list[Node] = []
        stack = [node]
        while stack and len(sides) < MAX_STEPS:
            current = stack.pop()
            if current.type == "union_type":
                stack.extend(n for n in reversed(current.named_children) if n.type != "comment")
            else:
                sides.append(current)
        return sides

    # ------------------------------------------------------------------ bindings

    def binding_of(self, node: Node | None) -> Binding:
        """What a name bound to an expression is bound to."""
        for _ in range(16):
            if node is None:
                return OPAQUE
            kind = node.type
            if kind in _PATHS:
                if kind == "identifier" and self.slice(node) == "undefined":
                    return Binding("constant", "NoneType", None)
                path = self.path_of(node)
                if path.startswith("#") and "." not in path and "(" not in path:
                    return Binding("import", path[1:].replace(MODULE_DOT, "."))
                return Binding("value", path) if path else OPAQUE
            if kind in ("as_expression", "type_assertion"):
                cast = self._cast(node)
                if cast:
                    return Binding("type", cast)
                node = unwrapped(node)
            elif kind in WRAPPERS:
                node = unwrapped(node)
            elif kind == "ternary_expression":
                # ``ready ? new X() : null``
                sides = [
                    side
                    for field in ("consequence", "alternative")
                    if (side := node.child_by_field_name(field)) is not None
                    and side.type not in ("null", "undefined")
                ]
                node = sides[0] if len(sides) == 1 else None
            elif kind == "assignment_expression":
                node = node.child_by_field_name("right")
            elif kind == "binary_expression" and operator_of(node) in ("||", "??"):
                # ``globalThis.prisma ?? new PrismaClient()``: kept between reloads.
                left = node.child_by_field_name("left")
                path = self.path_of(left) if left is not None else ""
                if not path.startswith(_GLOBALS):
                    return OPAQUE
                node = node.child_by_field_name("right")
            elif kind in _LITERAL_TYPES:
                return _LITERAL_TYPES[kind]
            else:
                is_constant, constant = self.constant(node)
                if not is_constant:
                    return OPAQUE
                return Binding("constant", type(constant).__name__, constant)
        return OPAQUE

    def _cast(self, node: Node) -> str:
        """The type an expression is cast to, "" when that says nothing."""
        types = node.named_children
        if len(types) != 2:
            return ""
        return self.type_path(types[0] if node.type == "type_assertion" else types[1])

    # ------------------------------------------------------------------ constants

    def string(self, node: Node) -> str:
        """The text of a string, or of a template without substitutions."""
        start, end = node.start_byte + 1, node.end_byte
        if end - start > 0 and self.source[end - 1] == self.source[start - 1]:
            end -= 1
        text = self.source[start:end].decode("utf-8", "replace")
        return _ESCAPE.sub(_unescape, text) if "\\" in text else text

    def constant(self, node: Node) -> tuple[bool, Constant]:
        """(whether an expression is a literal or built of literals only, its value)."""
        kind = node.type
        if kind == "string":
            return True, self.string(node)
        if kind == "template_string":
            if any(child.type == "template_substitution" for child in node.named_children):
                return False, None
            return True, self.string(node)
        if kind == "number":
            return number(self.slice(node).removesuffix("n"))
        if kind == "true":
            return True, True
        if kind == "false":
            return True, False
        if kind in ("null", "undefined"):
            return True, None
        if kind == "unary_expression":
            operand = node.child_by_field_name("argument")
            if operand is not None and operand.type == "number":
                is_number, value = number(self.slice(operand).removesuffix("n"))
                operator = operator_of(node)
                if is_number and operator == "-":
                    return True, -value  # type: ignore[operator]
                if is_number and operator == "!":
                    return True, not value
            return False, None
        if kind == "binary_expression":
            operator, operands = self._operands(node)
            if operator == "+" and operands[0].type == "string":
                texts = [self.string(one) for one in operands if one.type == "string"]
                return (True, "".join(texts)) if len(texts) == len(operands) else (False, None)
            if all(operand.type == "number" for operand in operands):
                return arithmetic(operator, [self.slice(operand) for operand in operands])
        return False, None

    def _operands(self, node: Node) -> tuple[str, list[Node]]:
        """The operator of a binary operation and its operands, a chain of one operator flat."""
        operator = operator_of(node)
        operands: list[Node] = []
        current: Node | None = node
        # Each part of a long ``a || b || ..`` is a fallback of its own and is read on its own.
        limit = MAX_STEPS if operator in ("||", "&&", "??") else MAX_ITEMS
        while current is not None and len(operands) <= limit:
            right = current.child_by_field_name("right")
            left = current.child_by_field_name("left")
            if right is not None:
                operands.append(right)
            if left is None or left.type != "binary_expression" or operator_of(left) != operator:
                if left is not None:
                    operands.append(left)
                break
            current = left
        operands.reverse()
        return operator, operands

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
        if kind in _NAMES or kind in ("member_expression", "subscript_expression"):
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
            operator, operands = self._operands(node)
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


def only_child(node: Node) -> Node | None:
    """The first child of a wrapper that is not a comment."""
    for child in node.named_children:
        if child.type != "comment":
            return child
    return None


def unwrapped(node: Node) -> Node | None:
    """What a wrapper holds."""
    if node.type == "type_assertion":
        return node.named_children[-1] if node.named_child_count else None
    return only_child(node)


def operator_of(node: Node) -> str:
    operator = node.child_by_field_name("operator")
    return operator.type if operator is not None else ""
