"""Names in JavaScript and TypeScript: paths, types, constants, what a name is bound to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.loose_containers import LooseContainers
from backspec.code.facts.model import (
    OPAQUE,
    Binding,
    Constant,
)
from backspec.code.facts.numbers import arithmetic, number
from backspec.code.facts.operands import MAX_OPERANDS, flat_operands
from backspec.code.resolve import MODULE_DOT

if TYPE_CHECKING:
    from backspec.code.syntax import Node

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

_PATHS: Final = frozenset(
    ("identifier", "member_expression", "this", "super", "call_expression", "new_expression",
     "subscript_expression", "shorthand_property_identifier", "property_identifier")
)  # fmt: skip
NAMES: Final = frozenset(
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


class JavaScriptPaths(LooseContainers):
    """Reads JavaScript and TypeScript names, types and constants."""

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
            if kind in NAMES:
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
                if kind == "call_expression":
                    node = self._promisified(node) or node
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

    def _promisified(self, node: Node) -> Node | None:
        """``promisify(exec)``: what is called there is called, and waited for."""
        callee = node.child_by_field_name("function")
        given = node.child_by_field_name("arguments")
        if callee is None or given is None or given.named_child_count != 1:
            return None
        if not self.source.endswith((b"promisify", b"promisifyAll"), 0, callee.end_byte):
            return None
        return given.named_children[0]

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
            operator, operands = self.operands_of(node)
            if operator == "+" and operands[0].type == "string":
                texts = [self.string(one) for one in operands if one.type == "string"]
                return (True, "".join(texts)) if len(texts) == len(operands) else (False, None)
            if all(operand.type == "number" for operand in operands):
                return arithmetic(operator, [self.slice(operand) for operand in operands])
        return False, None

    def operands_of(self, node: Node) -> tuple[str, list[Node]]:
        """The operator of a binary operation and its operands, a chain of one operator flat."""
        # Each part of a long ``a || b || ..`` is a fallback of its own and is read on its own.
        limit = MAX_STEPS if operator_of(node) in ("||", "&&", "??") else MAX_OPERANDS
        operator, operands = flat_operands(node, "binary_expression", operator_of, limit)
        return operator, operands[1:] if len(operands) > limit + 1 else operands


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
