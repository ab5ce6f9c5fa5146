"""What Ruby expressions are: paths, constants, hashes, calls, built strings.

``A::B.c`` is the path ``A.B.c``. A call stands in a path with ``()`` only when it is given
something (arguments or a block): ``Rails.cache.fetch``, ``User.where().order``, as nobody can tell
a reader from a method without arguments. ``X.new`` is the call ``X.new``, and inside of a longer
path ``X!()``, an instance of X. ``x[:key]`` is the member ``x.key``; what is looked up in a
constant (``ENV['X']``, ``DB["select"]``) is also a call of ``ENV.[]``, and what is set in
something that models know (``cookies[:x] = y``) one of ``cookies.[]=``. Instance variables are
names of the class with their mark: ``@client``. Names of a framework's own words are its members:
``get`` in a file that requires sinatra is ``Sinatra.get``; Rails' stay as they are: ``params``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.model import (
    OPAQUE,
    Binding,
    Constant,
)
from backspec.code.facts.numbers import arithmetic, number
from backspec.code.facts.values import (
    MAX_DEPTH,
    MAX_STEPS,
    Values,
    only_child,
    operator_of,
    unescape,
)

if TYPE_CHECKING:
    from backspec.code.syntax import Node

PLAIN: Final = frozenset((
    "identifier", "constant", "instance_variable", "class_variable", "global_variable", "self",
))  # fmt: skip
TRANSPARENT: Final = ("parenthesized_statements", "begin", "then", "else", "body_statement",
                       "block_body")  # fmt: skip
STRINGS: Final = frozenset(
    ("string", "chained_string", "heredoc_beginning", "simple_symbol", "delimited_symbol",
     "hash_key_symbol", "character", "bare_string", "bare_symbol")
)  # fmt: skip
TEXT_PARTS: Final = ("string_content", "escape_sequence", "heredoc_content", "heredoc_end")
LIST: Final = "[]"
"""What stands in paths for a list that is written out: ``[].sample``."""
_LISTS: Final = ("array", "string_array", "symbol_array", "range")
KEY = re.compile(r"[A-Za-z0-9_@-]+")
ESCAPE = re.compile(r"\\(?:u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_SINGLE = re.compile(r"\\([\\'])")
ANSWERS: Final = frozenset((
    "to_i", "to_f", "to_d", "to_r", "size", "length", "count", "hash", "ord", "to_date", "to_time",
    "to_datetime", "abs", "ceil", "floor", "round", "id",
))  # fmt: skip
"""What such a call gives back is nothing of what it is called on."""
_UNITS: Final = {
    "second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "fortnight": 1209600,
    "month": 2629746, "year": 31556952, "byte": 1, "kilobyte": 1024, "megabyte": 1 << 20,
    "gigabyte": 1 << 30,
}  # fmt: skip
"""Active Support's durations in seconds, and sizes in bytes."""


class RubyPaths(Values):
    """Reads Ruby paths, bindings and constants."""

    # ------------------------------------------------------------------ paths

    def path_of(self, node: Node) -> str:
        """The dotted path of an expression (see ``Call.path``), "" when it is not a path."""
        if node.type in PLAIN:
            return self.slice(node)
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
            if kind in PLAIN:
                parts.append(self.slice(current))
                return self.chain(parts, inner)
            if kind == "call":
                method = current.child_by_field_name("method")
                receiver = current.child_by_field_name("receiver")
                name = self.slice(method) if method is not None else "call"
                if method is not None and method.type not in ("identifier", "constant"):
                    return ""
                inner.append((current.id, len(parts)))
                if name == "new" and receiver is not None and is_constant(receiver):
                    parts.append("!()")
                else:
                    if is_given(current):
                        parts.append("()")
                    parts.append("." + name if receiver is not None else name)
                    if receiver is None:
                        return self.chain(parts, inner)
                current = receiver
            elif kind == "scope_resolution":
                name_node = current.child_by_field_name("name")
                scope = current.child_by_field_name("scope")
                if name_node is None:
                    return ""
                parts.append(("." if scope is not None else "") + self.slice(name_node))
                if scope is None:
                    return self.chain(parts, inner)
                current = scope
            elif kind == "element_reference":
                key = self._subscript(current)
                if not key:
                    return ""
                parts.append("." + key)
                current = current.child_by_field_name("object")
            elif kind == "parenthesized_statements":
                current = only_child(current)
            elif kind in ("assignment", "operator_assignment") and parts:
                current = current.child_by_field_name("right")
            elif kind in _LISTS and parts:
                parts.append(LIST)
                return self.chain(parts, inner)
            else:
                return ""
        return ""

    def _subscript(self, node: Node) -> str:
        """The constant key of ``x[:key]``, "" when it has none."""
        parts = node.named_children
        if len(parts) != 2 or parts[1].type not in ("simple_symbol", "string", "integer"):
            return ""
        is_constant, key = self.constant(parts[1])
        return str(key) if is_constant and KEY.fullmatch(str(key)) else ""

    # ------------------------------------------------------------------ bindings

    def binding_of(self, node: Node | None) -> Binding:
        """What a name bound to an expression is bound to."""
        for _ in range(16):
            if node is None:
                return OPAQUE
            kind = node.type
            if kind in ("assignment", "operator_assignment"):
                node = node.child_by_field_name("right")
            elif kind in ("parenthesized_statements", "begin"):
                inner = [n for n in node.named_children if n.type != "comment"]
                node = inner[-1] if inner and inner[-1].type not in ("rescue", "ensure") else None
            elif kind == "binary" and operator_of(node) in ("||", "or"):
                # ``x || X.new`` is an X, as far as anybody can tell.
                right = node.child_by_field_name("right")
                is_new = right is not None and self.path_of(right).endswith("!()")
                node = right if is_new else node.child_by_field_name("left")
            elif kind == "conditional":
                sides = [
                    side
                    for field in ("consequence", "alternative")
                    if (side := node.child_by_field_name(field)) is not None and side.type != "nil"
                ]
                node = sides[0] if len(sides) == 1 else None
            elif kind == "call" and self.method_of(node) in ("freeze", "strip_heredoc", "squish"):
                node = node.child_by_field_name("receiver")
            else:
                is_constant, constant = self.constant(node)
                if is_constant:
                    return Binding("constant", type(constant).__name__, constant)
                if kind == "call" and self._answers(self.method_of(node)):
                    return OPAQUE
                path = self.path_of(node)
                return Binding("value", path) if path else OPAQUE
        return OPAQUE

    @staticmethod
    def _answers(name: str) -> bool:
        return name in ANSWERS or name.endswith("?")

    def method_of(self, node: Node) -> str:
        method = node.child_by_field_name("method")
        return self.slice(method) if method is not None else ""

    # ------------------------------------------------------------------ constants

    def constant(self, node: Node) -> tuple[bool, Constant]:
        """(whether an expression is a literal or built of literals only, its value)."""
        kind = node.type
        if kind in STRINGS:
            return self._text(node)
        if kind in ("integer", "float"):
            return number(self.slice(node))
        if kind in ("true", "false"):
            return True, kind == "true"
        if kind == "nil":
            return True, None
        if kind == "unary" and operator_of(node) == "-":
            operand = node.child_by_field_name("operand")
            if operand is not None and operand.type in ("integer", "float"):
                is_number, found = number(self.slice(operand))
                return (True, -found) if is_number else (False, None)  # type: ignore[operator]
        if kind == "call":
            return self.constant_call(node)
        if kind == "binary":
            operator, operands = self.flat_operands(node)
            if operator == "+" and all(one.type in STRINGS for one in operands):
                texts = [self._text(one) for one in operands]
                if all(is_constant for is_constant, _ in texts):
                    return True, "".join(str(text) for _, text in texts)
            elif all(one.type == "integer" for one in operands):
                return arithmetic(operator, [self.slice(one) for one in operands])
        return False, None

    def constant_call(self, node: Node) -> tuple[bool, Constant]:
        """``5.minutes``, ``10.megabytes``, ``"text".freeze``."""
        receiver = node.child_by_field_name("receiver")
        if receiver is None or is_given(node):
            return False, None
        name = self.method_of(node)
        if receiver.type == "integer":
            unit = _UNITS.get(name.removesuffix("s"))
            is_number, found = number(self.slice(receiver))
            if unit is not None and isinstance(found, int):
                return True, found * unit
            return (is_number, found) if name == "to_i" else (False, None)
        if name in ("freeze", "to_s", "to_sym", "squish", "strip", "dup") and (
            receiver.type in STRINGS
        ):
            return self._text(receiver)
        if receiver.type == "call" and name in ("to_i", "seconds", "in_seconds", "from_now"):
            return self.constant_call(receiver)
        return False, None

    def _text(self, node: Node) -> tuple[bool, Constant]:
        """The text of a string or symbol without anything computed in it."""
        kind = node.type
        if kind == "simple_symbol":
            return True, self.slice(node)[1:]
        if kind == "hash_key_symbol":
            return True, self.slice(node)
        if kind == "character":
            return True, self.slice(node)[1:]
        if kind == "heredoc_beginning":
            body = self.heredoc_body(node)
            if body is None:
                return False, None
            node = body
        if kind == "chained_string":
            texts = [self._text(one) for one in node.named_children]
            if not all(is_constant for is_constant, _ in texts):
                return False, None
            return True, "".join(str(text) for _, text in texts)
        parts = node.named_children
        if not parts:
            return True, ""
        if any(part.type not in TEXT_PARTS for part in parts):
            return False, None
        text = "".join(self.slice(part) for part in parts if part.type != "heredoc_end")
        if "\\" not in text:
            return True, text
        if (
            kind in ("string", "bare_string")
            and self.source[node.start_byte : node.start_byte + 1] == b"'"
        ):
            return True, _SINGLE.sub(r"\1", text)
        return True, ESCAPE.sub(unescape, text)

    def heredoc_body(self, beginning: Node) -> Node | None:
        """The text that a ``<<~TAG`` announces."""
        tag = self.slice(beginning).lstrip("<~-").strip("'\"`")
        current: Node | None = beginning
        for _ in range(MAX_STEPS):
            if current is None:
                return None
            sibling = current.next_named_sibling
            for _ in range(MAX_STEPS):
                if sibling is None:
                    break
                if sibling.type == "heredoc_body" and sibling.named_child_count:
                    end = sibling.named_children[-1]
                    if end.type != "heredoc_end" or self.slice(end).strip() == tag:
                        return sibling
                sibling = sibling.next_named_sibling
            current = current.parent
        return None


# ---------------------------------------------------------------------------- shapes


def is_given(call: Node) -> bool:
    """Whether a call has an argument or a block."""
    arguments = call.child_by_field_name("arguments")
    if arguments is not None and arguments.named_child_count:
        return True
    return call.child_by_field_name("block") is not None


def is_constant(node: Node) -> bool:
    return node.type in ("constant", "scope_resolution")


def tail_of(node: Node) -> Node | None:
    """The last statement of a block, whose value the block has; None when there is none."""
    for _ in range(MAX_DEPTH):
        if node.type not in TRANSPARENT:
            return node
        inner = [
            n
            for n in node.named_children
            if n.type not in ("comment", "rescue", "ensure", "else", "heredoc_body")
        ]
        if not inner:
            return None
        node = inner[-1]
    return node
