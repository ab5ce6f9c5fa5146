"""What C# expressions are called: paths, types, bindings, constants."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Final

from backspec.code.facts.c_like import MAX_STEPS, CLike, only_child
from backspec.code.facts.csharp_shapes import (
    CREATIONS,
    STRINGS,
    bound_member,
    digits,
    operator_of,
    unescape,
)
from backspec.code.facts.model import OPAQUE, Binding, Constant
from backspec.code.facts.numbers import arithmetic, number
from backspec.code.facts.operands import flat_operands

if TYPE_CHECKING:
    from backspec.code.syntax import Node

_SIMPLE_PATH = re.compile(rb"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_KEY = re.compile(r"[\w:@-]+")
_NUMBERS: Final = ("integer_literal", "real_literal")
_PATHS: Final = frozenset(
    ("identifier", "member_access_expression", "invocation_expression", "this", "base",
     "conditional_access_expression", "parenthesized_expression", "await_expression",
     "element_access_expression", "generic_name", "qualified_name", *CREATIONS)
)  # fmt: skip


class CSharpNames(CLike):
    """Reads names, types and literals of C#."""

    # ------------------------------------------------------------------ paths

    def path_of(self, node: Node) -> str:
        """Constant subscripts are members. ``?.`` and ``!`` say nothing about a name."""
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
            if kind in ("identifier", "this", "base", "predefined_type", "generic_name"):
                parts.append(self.plain(current))
                return self.chain(parts, inner)
            if kind in ("member_access_expression", "conditional_access_expression"):
                is_member = kind.startswith("member")
                name = current.child_by_field_name("name") if is_member else bound_member(current)
                if name is None:
                    return ""
                parts.append("." + self.plain(name))
                current = current.child_by_field_name("expression" if is_member else "condition")
            elif kind == "invocation_expression":
                inner.append((current.id, len(parts)))
                parts.append("()")
                current = current.child_by_field_name("function")
            elif kind == "element_access_expression":
                key = self._constant_key(current.child_by_field_name("subscript"))
                if not key:
                    return ""
                parts.append("." + key)
                current = current.child_by_field_name("expression")
            elif kind == "cast_expression":
                path = self.type_path(current.child_by_field_name("type"))
                if not path:
                    return ""
                parts += ["!()", path]
                return self.chain(parts, inner)
            elif kind == "as_expression":
                path = self.type_path(current.child_by_field_name("right"))
                if not path:
                    return ""
                parts += ["!()", path]
                return self.chain(parts, inner)
            elif kind in CREATIONS:
                path = self.created_type(current)
                if not path:
                    return ""
                parts += ["!()", path]
                return self.chain(parts, inner)
            elif kind in ("parenthesized_expression", "await_expression") or (
                kind == "postfix_unary_expression" and current.children[-1].type == "!"
            ):
                current = only_child(current)
            elif kind in ("qualified_name", "alias_qualified_name"):
                parts.append("".join(self.slice(current).split()).rpartition("::")[2])
                return self.chain(parts, inner)
            else:
                return ""
            if current is not None:
                simple = _SIMPLE_PATH.fullmatch(self.source, current.start_byte, current.end_byte)
                if simple is not None:
                    parts.append(simple[0].decode("ascii"))
                    return self.chain(parts, inner)
        return ""

    def _constant_key(self, subscript: Node | None) -> str:
        argument = only_child(subscript) if subscript is not None else None
        inner = only_child(argument) if argument is not None else None
        if inner is None or inner.type not in STRINGS:
            return self.slice(inner) if inner is not None and _is_index(inner) else ""
        text = self.string(inner)
        return text if _KEY.fullmatch(text) else ""

    def plain(self, name: Node) -> str:
        """A name without its type arguments and ``@``."""
        if name.type == "generic_name" and name.named_child_count:
            name = name.named_children[0]
        return self.slice(name).removeprefix("@")

    def type_path(self, node: Node | None) -> str:
        """The path of a type without its arguments; "" for arrays, ``var`` and ``object``."""
        for _ in range(8):
            if node is None:
                return ""
            kind = node.type
            if kind in ("identifier", "predefined_type"):
                path = self.slice(node)
                return "" if path in ("var", "object", "dynamic", "void") else path
            if kind == "generic_name":
                return self.plain(node)
            if kind == "qualified_name":
                path = "".join(self.slice(node).split())
                return path.partition("<")[0]
            if kind == "alias_qualified_name":
                return self.slice(node).rpartition("::")[2]
            if kind in ("nullable_type", "ref_type", "scoped_type"):
                node = only_child(node)
            else:
                return ""
        return ""

    def awaited_type(self, node: Node | None) -> str:
        """The path of a type, of what it gives when it is a task."""
        path = self.type_path(node)
        if node is not None and path.rpartition(".")[2] in ("Task", "ValueTask"):
            given = next((n for n in node.named_children if n.type == "type_argument_list"), None)
            return self.type_path(only_child(given)) if given is not None else ""
        return path

    def created_type(self, node: Node) -> str:
        """The path of the type that ``new X()`` or ``new()`` makes, "" when it is not written."""
        if node.type == "object_creation_expression":
            return self.type_path(node.child_by_field_name("type"))
        around = node.parent
        if around is None:
            return ""
        if around.type == "variable_declarator":
            around = around.parent
        if around is not None and around.type in ("variable_declaration", "property_declaration"):
            return self.type_path(around.child_by_field_name("type"))
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
            if kind == "as_expression":
                path = self.type_path(node.child_by_field_name("right"))
                return Binding("type", path) if path else OPAQUE
            if kind in _PATHS:
                path = self.path_of(node)
                return Binding("value", path) if path else OPAQUE
            if kind == "assignment_expression":
                node = node.child_by_field_name("right")
            elif kind == "postfix_unary_expression" and node.children[-1].type == "!":
                node = only_child(node)
            else:
                is_constant, constant = self.constant(node)
                if not is_constant:
                    return OPAQUE
                return Binding("constant", type(constant).__name__, constant)
        return OPAQUE

    # ------------------------------------------------------------------ constants

    def string(self, node: Node) -> str:
        """The text of a plain, verbatim or raw string literal."""
        written = self.slice(node).removesuffix("u8")
        if node.type == "verbatim_string_literal":
            return written[2:].removesuffix('"').replace('""', '"')
        if node.type == "raw_string_literal":
            text = written.strip('"')
            if "\n" in text:
                text = textwrap.dedent(text.partition("\n")[2]).rstrip(" \t").removesuffix("\n")
            return text
        return unescape(written[1:].removesuffix('"'))

    def constant(self, node: Node) -> tuple[bool, Constant]:
        kind = node.type
        if kind in STRINGS:
            return True, self.string(node)
        if kind in _NUMBERS:
            return number(digits(self.slice(node)))
        if kind == "boolean_literal":
            return True, self.slice(node) == "true"
        if kind == "null_literal":
            return True, None
        if kind == "prefix_unary_expression":
            operand = only_child(node)
            if operand is not None and operand.type in _NUMBERS:
                is_number, one = number(digits(self.slice(operand)))
                if is_number and self.source[node.start_byte : node.start_byte + 1] == b"-":
                    return True, -one  # type: ignore[operator]
        if kind == "interpolated_string_expression":
            if any(child.type == "interpolation" for child in node.named_children):
                return False, None
            return True, "".join(self.fragment(n) for n in node.named_children)
        if kind == "binary_expression":
            operator, operands = self.operands_of(node)
            if operator == "+" and all(one.type in STRINGS for one in operands):
                return True, "".join(self.string(one) for one in operands)
            if all(one.type == "integer_literal" for one in operands):
                return arithmetic(operator, [digits(self.slice(one)) for one in operands])
        return False, None

    def fragment(self, node: Node) -> str:
        if node.type not in ("string_content", "escape_sequence"):
            return ""
        text = self.slice(node).replace("{{", "{").replace("}}", "}")
        return unescape(text) if node.type == "escape_sequence" else text

    def operands_of(self, node: Node) -> tuple[str, list[Node]]:
        """The operator of a binary operation and its operands, a chain of one operator flat."""
        return flat_operands(node, "binary_expression", operator_of)


def _is_index(node: Node) -> bool:
    """Whether a subscript is a small number."""
    return node.type == "integer_literal" and node.end_byte - node.start_byte < 4
