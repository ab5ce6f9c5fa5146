"""What Java expressions are: paths, types, constants, calls, built strings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.c_like import MAX_DEPTH, MAX_ITEMS, MAX_STEPS, CLike, only_child
from backspec.code.facts.model import (
    OPAQUE,
    UNSET,
    Arguments,
    Binding,
    Built,
    Call,
    CallValue,
    Const,
    Constant,
    FunctionValue,
    Mapping,
    Name,
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

_LARGEST: Final = 1e15
"""Beyond that arithmetic is left alone: Java's numbers overflow."""
_SIMPLE_PATH = re.compile(rb"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*")
_ESCAPE = re.compile(r"\\(u+[0-9a-fA-F]{4}|[0-7]{1,3}|\r?\n|.)", re.DOTALL)
_ESCAPED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "s": " "}

INTEGERS: Final = (
    "decimal_integer_literal", "hex_integer_literal", "octal_integer_literal",
    "binary_integer_literal",
)  # fmt: skip
_FLOATS: Final = ("decimal_floating_point_literal", "hex_floating_point_literal")
_LISTS: Final = frozenset(
    ("List.of", "Set.of", "Arrays.asList", "Stream.of", "Collections.singletonList",
     "Collections.singleton", "ImmutableList.of", "ImmutableSet.of")
)  # fmt: skip
_MAPS: Final = frozenset(("Map.of", "ImmutableMap.of", "Collections.singletonMap"))
_BUILDERS: Final = ("StringBuilder", "StringBuffer")
_PRIMITIVES: Final = ("integral_type", "floating_point_type", "boolean_type")
_PATHS: Final = frozenset(
    ("identifier", "field_access", "method_invocation", "object_creation_expression", "this",
     "super", "parenthesized_expression", "cast_expression")
)  # fmt: skip


_MOST_IN_ARM: Final = 200
_ALGORITHM: Final = re.compile(
    r"(?i)(?:aes|des|3?des-?ede|triple-?des|rc[245]|arc4|arcfour|blowfish|md[245]|sha-?\d*|rsa|"
    r"chacha20|hmac\w+|pbe\w+|ripemd\w*)(?:[-/_]|$)"
)


class FlatCall(Call):
    """A call whose callee has no node of its own; ``callee`` is the name."""

    __slots__ = ()

    @property
    def callee_span(self) -> Span:
        return Span(self.node.start_byte, self.callee.end_byte)

    @property
    def qualified(self) -> str | None:
        known = self._qualified
        if known is not UNSET:
            return known
        found = Call.qualified.fget(self)  # type: ignore[attr-defined]
        reader = self.place.reader
        if found is None or found[:1] != ":":
            # A method may have the name of a field.
            owner = reader.holder_of(self) if self.name in reader.method_names else None  # type: ignore[attr-defined]
            if owner is not None and f"{owner[1:]}.{self.name}" in reader.resolver.functions:  # type: ignore[attr-defined]
                found = f"{owner}.{self.name}"
        self._qualified = found
        return found  # type: ignore[no-any-return]


def _unescape(found: re.Match[str]) -> str:
    code = found[1]
    if code in _ESCAPED:
        return _ESCAPED[code]
    if code.startswith("u") and len(code) > 1:
        return chr(int(code.lstrip("u"), 16))
    if code[0] in "01234567":
        return chr(int(code, 8))
    return "" if code.endswith("\n") else code


class JavaValues(CLike):
    """Reads Java expressions."""

    method_names: set[str]
    """Of the methods of the unit."""

    def holder_of(self, call: Call) -> str | None:
        """The class of the file that a method is called on; None when it is none."""
        path = call.path.rpartition(".")[0]
        if path.endswith("()"):
            inner = call.receiver_call
            made = inner.qualified if inner is not None else None
            if inner is None or made is None:
                return None
            owner = self.resolver.instance(made) if inner.is_new else self.resolver.result(made)
        else:
            owner = self.resolver.resolve(path, call.scope) if path else None
        return owner if owner is not None and owner[:1] == ":" else None

    # ------------------------------------------------------------------ paths

    def path_of(self, node: Node) -> str:
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
            if kind in ("identifier", "this", "super", "type_identifier"):
                parts.append(self.slice(current))
                return self.chain(parts, inner)
            if kind == "field_access":
                member = current.child_by_field_name("field")
                if member is None:
                    return ""
                if member.type == "this":
                    # ``Outer.this`` is the instance, as far as names go.
                    parts.append("this")
                    return self.chain(parts, inner)
                parts.append("." + self.slice(member))
                current = current.child_by_field_name("object")
            elif kind == "method_invocation":
                name = current.child_by_field_name("name")
                if name is None:
                    return ""
                inner.append((current.id, len(parts)))
                around = current.child_by_field_name("object")
                parts += ["()", ("." if around is not None else "") + self.slice(name)]
                if around is None:
                    return self.chain(parts, inner)
                current = around
                simple = _SIMPLE_PATH.fullmatch(self.source, current.start_byte, current.end_byte)
                if simple is not None:
                    parts.append(simple[0].decode("ascii"))
                    return self.chain(parts, inner)
            elif kind in ("object_creation_expression", "cast_expression"):
                # What is cast to a type has its members, as a new one has.
                path = self.type_path(current.child_by_field_name("type"))
                if not path:
                    return ""
                parts += ["!()", path]
                return self.chain(parts, inner)
            elif kind == "parenthesized_expression":
                current = only_child(current)
            else:
                return ""
        return ""

    def type_path(self, node: Node | None) -> str:
        """The path of a type without its arguments; "" for arrays, numbers and ``var``."""
        for _ in range(8):
            if node is None:
                return ""
            kind = node.type
            if kind in ("type_identifier", "scoped_type_identifier", "identifier",
                        "scoped_identifier"):  # fmt: skip
                path = "".join(self.slice(node).split())
                return "" if path in ("var", "Object") else path
            if kind in ("generic_type", "annotated_type"):
                node = next((n for n in node.named_children if "type_identifier" in n.type), None)
            else:
                return ""
        return ""

    def primitive(self, node: Node | None) -> str:
        """``int``, ``boolean`` and their kin; "" for other types."""
        if node is not None and node.type in _PRIMITIVES:
            return self.slice(node)
        return ""

    # ------------------------------------------------------------------ bindings

    def binding_of(self, node: Node | None) -> Binding:
        for _ in range(16):
            if node is None:
                return OPAQUE
            kind = node.type
            if kind == "cast_expression":
                path = self.type_path(node.child_by_field_name("type"))
                return Binding("type", path) if path else OPAQUE
            if kind in _PATHS:
                path = self.path_of(node)
                return Binding("value", path) if path else OPAQUE
            if kind == "ternary_expression":
                sides = [
                    side
                    for field in ("consequence", "alternative")
                    if (side := node.child_by_field_name(field)) is not None
                    and side.type != "null_literal"
                ]
                node = sides[0] if len(sides) == 1 else None
            elif kind == "assignment_expression":
                node = node.child_by_field_name("right")
            else:
                is_constant, constant = self.constant(node)
                if not is_constant:
                    return OPAQUE
                return Binding("constant", type(constant).__name__, constant)
        return OPAQUE

    # ------------------------------------------------------------------ constants

    def string(self, node: Node) -> str:
        """The text of a string literal or text block."""
        written = self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")
        if written.startswith('"""'):
            text = written[3:].removesuffix('"""')
            text = text.partition("\n")[2]
            lines = text.split("\n")
            margins = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
            margin = min(margins, default=0)
            text = "\n".join(line[margin:] for line in lines)
        else:
            text = written[1:].removesuffix('"')
        return _ESCAPE.sub(_unescape, text) if "\\" in text else text

    def constant(self, node: Node) -> tuple[bool, Constant]:
        kind = node.type
        if kind == "string_literal":
            return True, self.string(node)
        if kind == "character_literal":
            text = self.slice(node)[1:-1]
            return True, _ESCAPE.sub(_unescape, text) if "\\" in text else text
        if kind in INTEGERS or kind in _FLOATS:
            return _number(self.slice(node))
        if kind == "true":
            return True, True
        if kind == "false":
            return True, False
        if kind == "null_literal":
            return True, None
        if kind == "unary_expression" and operator_of(node) == "-":
            operand = node.child_by_field_name("operand")
            if operand is not None and (operand.type in INTEGERS or operand.type in _FLOATS):
                is_number, value = _number(self.slice(operand))
                return (True, -value) if is_number else (False, None)  # type: ignore[operator]
        if kind == "binary_expression":
            operator, operands = self._operands(node)
            if operator == "+" and all(one.type == "string_literal" for one in operands):
                return True, "".join(self.string(one) for one in operands)
            if all(one.type in INTEGERS for one in operands):
                return arithmetic(operator, [self.slice(one).rstrip("lL") for one in operands])
        return False, None

    def _operands(self, node: Node) -> tuple[str, list[Node]]:
        """The operator of a binary operation and its operands, a chain of one operator flat."""
        return flat_operands(node, "binary_expression", operator_of)

    # ------------------------------------------------------------------ values

    def value(self, node: Node, scope: Scope) -> Value:
        return self._value(node, scope, 0)

    def _value(self, node: Node, scope: Scope, depth: int) -> Value:
        while node.type in ("parenthesized_expression", "cast_expression"):
            inner = (
                only_child(node)
                if node.type == "parenthesized_expression"
                else node.child_by_field_name("value")
            )
            if inner is None:
                break
            node = inner
        span = Span(node.start_byte, node.end_byte)
        if depth > MAX_DEPTH:
            return Unknown(span, node)
        kind = node.type
        if kind in ("identifier", "field_access", "this"):
            path = self.path_of(node)
            return self.named(node, path, scope) if path else Unknown(span, node)
        if kind == "method_invocation":
            return self._call_value(node, scope, depth)
        if kind == "object_creation_expression":
            return CallValue(span, node, self.call_of(node, scope))
        if kind in ("array_initializer", "element_value_array_initializer"):
            return self._sequence(node, scope, depth)
        if kind == "array_creation_expression":
            body = node.child_by_field_name("value")
            if body is None:
                return Unknown(span, node)
            return self._sequence(body, scope, depth)
        if kind == "lambda_expression":
            return FunctionValue(span, node, self.function_of(node, scope))
        is_constant, constant = self.constant(node)
        if is_constant:
            return Const(span, node, constant)
        if kind == "binary_expression":
            operator, operands = self._operands(node)
            values = [self._value(operand, scope, depth + 1) for operand in operands]
            total = _folded(operator, values)
            if total is not None:
                return Const(span, node, total, literal=False)
            if operator == "+":
                return self.concatenation(span, node, values)
            return Operation(span, node, operator, tuple(values))
        if kind == "array_access":
            return self._element(node, scope, depth)
        if kind == "switch_expression":
            return Operation(span, node, "switch", tuple(self._arms(node, scope, depth)))
        if kind in ("unary_expression", "ternary_expression"):
            fields = (
                ("operand",)
                if kind == "unary_expression"
                else ("condition", "consequence", "alternative")
            )
            operands = [n for one in fields if (n := node.child_by_field_name(one)) is not None]
            operator = operator_of(node) if kind == "unary_expression" else "?:"
            values = [self._value(one, scope, depth + 1) for one in operands]
            return Operation(span, node, operator, tuple(values))
        if kind == "assignment_expression":
            right = node.child_by_field_name("right")
            return self._value(right, scope, depth + 1) if right else Unknown(span, node)
        return Unknown(span, node)

    def _element(self, node: Node, scope: Scope, depth: int) -> Value:
        """``a[0]`` is a member of ``a``; any other item is an operation on it."""
        span = Span(node.start_byte, node.end_byte)
        array, index = node.child_by_field_name("array"), node.child_by_field_name("index")
        if array is None or index is None:
            return Unknown(span, node)
        path = self.path_of(array)
        if path and "(" not in path and index.type in INTEGERS:
            return Name(span, node, f"{path}.{self.slice(index)}", None)
        return Operation(span, node, "[]", (self._value(array, scope, depth + 1),))

    def _arms(self, node: Node, scope: Scope, depth: int) -> list[Value]:
        """What a switch that is an expression gives."""
        body = node.child_by_field_name("body")
        found = []
        for rule in body.named_children if body is not None else ():
            last = rule.named_children[-1] if rule.named_child_count else None
            if rule.type == "switch_rule" and last is not None:
                inner = only_child(last) if last.type == "expression_statement" else None
                if inner is not None:
                    found.append(self._value(inner, scope, depth + 1))
                    continue
            found += [self._value(one, scope, depth + 1) for one in _yielded(rule)]
        return found

    def _sequence(self, node: Node, scope: Scope, depth: int) -> Sequence:
        items = [n for n in node.named_children if n.type != "comment"]
        kept = items[:MAX_ITEMS]
        values = (self._value(item, scope, depth + 1) for item in kept)
        return Sequence(
            Span(node.start_byte, node.end_byte), node, tuple(values), len(kept) != len(items)
        )

    def _call_value(self, node: Node, scope: Scope, depth: int) -> Value:
        span = Span(node.start_byte, node.end_byte)
        call = self.call_of(node, scope)
        path, name = call.path, call.name
        if path in _LISTS:
            given = self._arguments(node, scope, depth + 1)
            return Sequence(span, node, given.positional, given.is_open)
        if path in _MAPS:
            return self._pairs(node, scope, depth)
        if path in ("String.format", "String.join", "MessageFormat.format"):
            return Built(span, node, self._arguments(node, scope, depth + 1).positional)
        if name in ("getProperty", "getOrDefault"):
            default = self.default_of(node)
            if default is not None:
                return Const(span, node, default, literal=False)
        around = node.child_by_field_name("object")
        if name in ("formatted", "concat") and around is not None:
            text = self._value(around, scope, depth + 1)
            if isinstance(text, Built) or (isinstance(text, Const) and isinstance(text.value, str)):
                given = self._arguments(node, scope, depth + 1)
                return Built(span, node, (text, *given.positional))
        if name == "toString" and around is not None:
            parts = self._appended(around, scope, depth)
            if parts:
                return Built(span, node, tuple(parts))
        return CallValue(span, node, call)

    def default_of(self, value: Node) -> str | None:
        """The algorithm that a setting names when nobody set it: ``getProperty("x", "MD5")``."""
        name, arguments = value.child_by_field_name("name"), value.child_by_field_name("arguments")
        if value.type != "method_invocation" or name is None or arguments is None:
            return None
        if self.slice(name) not in ("getProperty", "getOrDefault"):
            return None
        given = [node for node in arguments.named_children if "comment" not in node.type]
        if len(given) != 2 or given[1].type != "string_literal":
            return None
        text = self.string(given[1])
        return text if _ALGORITHM.match(text) else None

    def _appended(self, node: Node, scope: Scope, depth: int) -> list[Value]:
        """The parts of ``new StringBuilder().append(a).append(b)``; [] for anything else."""
        parts: list[Value] = []
        current: Node | None = node
        for _ in range(MAX_STEPS):
            if current is None:
                return []
            if current.type == "object_creation_expression":
                if self.type_path(current.child_by_field_name("type")) not in _BUILDERS:
                    return []
                parts.extend(reversed(self._arguments(current, scope, depth + 1).positional))
                parts.reverse()
                return parts
            name = current.child_by_field_name("name")
            if current.type != "method_invocation" or name is None:
                return []
            if self.slice(name) != "append":
                return []
            parts.extend(reversed(self._arguments(current, scope, depth + 1).positional))
            current = current.child_by_field_name("object")
        return []

    def _pairs(self, node: Node, scope: Scope, depth: int) -> Mapping:
        given = self._arguments(node, scope, depth + 1)
        mapping = Mapping(Span(node.start_byte, node.end_byte), node, is_open=given.is_open)
        values = given.positional
        for at in range(0, len(values) - 1, 2):
            key = values[at]
            if isinstance(key, Const):
                mapping.entries[str(key.value)] = values[at + 1]
                mapping.key_spans[str(key.value)] = key.span
            else:
                mapping.is_open = True
        return mapping

    # ------------------------------------------------------------------ arguments

    def arguments(self, call: Call) -> Arguments:
        return self._arguments(call.node, call.place.scope, 0)

    def _arguments(self, call_node: Node, scope: Scope, depth: int) -> Arguments:
        node = call_node.child_by_field_name("arguments")
        if node is None:
            at = call_node.end_byte
            is_open = call_node.type != "marker_annotation"
            return Arguments(is_open=is_open, span=Span(at, at), has_parentheses=False)
        positional: list[Value] = []
        keywords: dict[str, Value] = {}
        spans: dict[str, Span] = {}
        is_open = False
        for child in node.named_children:
            kind = child.type
            if kind == "element_value_pair":
                key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
                if key is not None and value is not None:
                    name = self.slice(key)
                    keywords[name] = self._value(value, scope, depth + 1)
                    spans[name] = Span(child.start_byte, child.end_byte)
            elif kind == "ERROR":
                is_open = True
            elif "comment" not in kind:
                positional.append(self._value(child, scope, depth + 1))
        end = node.end_byte
        if self.source[end - 1 : end] == b")":
            end -= 1
        start = node.start_byte + 1
        return Arguments(tuple(positional), keywords, spans, is_open, Span(start, max(start, end)))

    def make_call(self, node: Node, place: object) -> Call:
        """A call of a method invocation, an object creation or an annotation."""
        is_new = node.type == "object_creation_expression"
        name_node = node.child_by_field_name("type" if is_new else "name") or node
        path = self.type_path(name_node) if is_new or "annotation" in node.type else ""
        if node.type == "method_invocation":
            path = self.path_of(node).removesuffix("()")
        name = path[path.rfind(".") + 1 :] if path else self.slice(name_node)
        kind = Call if is_new else FlatCall
        return kind(place, node, name_node, None, path, name, is_new)  # type: ignore[arg-type]


def _yielded(rule: Node) -> list[Node]:
    """What the arm of a switch gives with ``yield``."""
    found: list[Node] = []
    waiting = [rule]
    for _ in range(_MOST_IN_ARM):
        if not waiting:
            break
        node = waiting.pop()
        if node.type == "yield_statement":
            found += [one for one in node.named_children if "comment" not in one.type][:1]
        elif node.type not in ("lambda_expression", "switch_expression", "class_body"):
            waiting += node.named_children
    return found


def operator_of(node: Node) -> str:
    """The operator of an operation, "" when it has none."""
    operator = node.child_by_field_name("operator")
    return operator.type if operator is not None else ""


def _folded(operator: str, values: list[Value]) -> int | float | None:
    """What arithmetic on constants gives, dividing whole numbers as Java does."""
    if operator not in ("+", "-", "*", "/", "%") or not values:
        return None
    numbers = [
        one.value for one in values if isinstance(one, Const) and type(one.value) in (int, float)
    ]
    if len(numbers) != len(values):
        return None
    total: int | float = numbers[0]  # type: ignore[assignment]
    for one in numbers[1:]:
        assert isinstance(one, (int, float))
        if operator == "+":
            total += one
        elif operator == "-":
            total -= one
        elif operator == "*":
            total *= one
        elif not one:
            return None
        elif operator == "/":
            total = int(total / one) if type(total) is int and type(one) is int else total / one
        else:
            total = total - one * int(total / one)
    return total if abs(total) < _LARGEST else None


def _number(text: str) -> tuple[bool, Constant]:
    """A number without the letter that says its type."""
    is_hex = text[:2] in ("0x", "0X")
    return number(text.rstrip("lL") if is_hex else text.rstrip("lLfFdD"))
