"""What PHP expressions are: paths, types, constants, calls, built strings.

Variables keep their ``$`` in paths, as functions and variables of one name are two things:
``$request = request()`` binds ``$request``. Members do not: ``$this->db->query`` is
``$this.db.query``. What is written with a leading backslash is one token, as modules named in place
are (``#GuzzleHttp·Client``).
"""

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
    Name,
    Operation,
    Place,
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
"""How many items of one array are read; the rest makes it open."""
MAX_STEPS: Final = 64
"""How long a chain may be to be a path."""

METHODS: Final = ("member_call_expression", "nullsafe_member_call_expression")
MEMBERS: Final = ("member_access_expression", "nullsafe_member_access_expression")
CALLS: Final = frozenset(
    (*METHODS, "function_call_expression", "scoped_call_expression", "object_creation_expression")
)
CONSTRUCTS: Final = {
    "echo_statement": "echo", "print_intrinsic": "print", "exit_statement": "exit",
    "include_expression": "include", "include_once_expression": "include",
    "require_expression": "include", "require_once_expression": "include",
    "shell_command_expression": "shell_exec",
}  # fmt: skip
"""What is written without parentheses and does what a function would."""
_PATHS: Final = frozenset((
    *CALLS, *MEMBERS, "variable_name", "name", "qualified_name", "relative_scope",
    "subscript_expression", "class_constant_access_expression", "scoped_property_access_expression",
    "parenthesized_expression", "clone_expression", "error_suppression_expression",
))  # fmt: skip
_STRINGS: Final = ("string", "encapsed_string", "heredoc", "nowdoc")
_TRANSPARENT: Final = ("parenthesized_expression", "error_suppression_expression")
_FORMATTERS: Final = frozenset(("sprintf", "vsprintf", "implode", "join", "strtr"))

_KEY = re.compile(r"[A-Za-z0-9_$@-]+")
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_SINGLE = re.compile(r"\\([\\'])")
_ESCAPED: Final = {
    "n": "\n", "r": "\r", "t": "\t", "v": "\v", "e": "\x1b", "f": "\f", "\\": "\\", "$": "$",
    '"': '"',
}  # fmt: skip


class PhpCall(Call):
    """A call; ``callee`` is its name, and the callee begins where the call does."""

    __slots__ = ()

    @property
    def callee_span(self) -> Span:
        return Span(self.node.start_byte, self.callee.end_byte)

    @property
    def written(self) -> str:
        text = " ".join(self.reader.text(self.callee_span).split())
        return text if len(text) <= 60 else "…" + text[-58:]


def _unescape(found: re.Match[str]) -> str:
    code = found[1]
    if code in _ESCAPED:
        return _ESCAPED[code]
    if code[0] == "u" and len(code) > 3:
        point = int(code[2:-1], 16)
        return chr(point) if point < 0x110000 else ""
    if code[0] == "x" and len(code) > 1:
        return chr(int(code[1:], 16))
    if code[0] in "01234567":
        return chr(int(code, 8) & 255)
    return found[0]


class PhpValues(Adapter):
    """Reads PHP expressions."""

    # ------------------------------------------------------------------ paths

    def path_of(self, node: Node) -> str:
        """The dotted path of an expression (see ``Call.path``), "" when it is not a path."""
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
            if kind in ("variable_name", "relative_scope"):
                parts.append(self.slice(current))
                return self.chain(parts, inner)
            if kind in ("name", "qualified_name"):
                parts.append(self.name_path(current))
                return self.chain(parts, inner)
            if kind in MEMBERS or kind in METHODS:
                name = current.child_by_field_name("name")
                if name is None or name.type != "name":
                    return ""
                if kind in METHODS:
                    inner.append((current.id, len(parts)))
                    parts.append("()")
                parts.append("." + self.slice(name))
                current = current.child_by_field_name("object")
            elif kind in ("scoped_call_expression", "scoped_property_access_expression"):
                name = current.child_by_field_name("name")
                if name is None or name.type not in ("name", "variable_name"):
                    return ""
                if kind == "scoped_call_expression":
                    if name.type != "name":
                        return ""
                    inner.append((current.id, len(parts)))
                    parts.append("()")
                parts.append("." + self.slice(name))
                current = current.child_by_field_name("scope")
            elif kind == "class_constant_access_expression":
                sides = current.named_children
                if len(sides) != 2 or sides[1].type != "name":
                    return ""
                parts.append("." + self.slice(sides[1]))
                current = sides[0]
            elif kind == "function_call_expression":
                inner.append((current.id, len(parts)))
                parts.append("()")
                current = current.child_by_field_name("function")
                if current is not None and current.type == "name":
                    parts.append(self.function_name(current))
                    return self.chain(parts, inner)
            elif kind == "object_creation_expression":
                path = self.name_path(class_of(current))
                if not path:
                    return ""
                parts += ["!()", path]
                return self.chain(parts, inner)
            elif kind == "subscript_expression":
                key = self._subscript(current)
                if not key:
                    return ""
                parts.append("." + key)
                current = current.named_children[0]
            elif kind in _TRANSPARENT or kind == "clone_expression":
                current = only_child(current)
            elif kind == "assignment_expression" and parts:
                current = current.child_by_field_name("right")
            else:
                return ""
        return ""

    def _subscript(self, node: Node) -> str:
        """The constant key of ``$x['key']``, "" when it has none."""
        parts = node.named_children
        if len(parts) != 2 or parts[1].type not in ("string", "encapsed_string", "integer"):
            return ""
        is_constant, key = self.constant(parts[1])
        return str(key) if is_constant and _KEY.fullmatch(str(key)) else ""

    def name_path(self, node: Node | None) -> str:
        """The path of a written name of a class, function or constant; "" for anything else."""
        if node is None:
            return ""
        kind = node.type
        if kind in ("name", "relative_scope"):
            return self.slice(node)
        if kind == "qualified_name":
            written = "".join(self.slice(node).split())
            if written.startswith("\\"):
                return "#" + written[1:].replace("\\", MODULE_DOT)
            return written.replace("\\", ".")
        return ""

    def function_name(self, node: Node) -> str:
        """A function's name; names of PHP's own in lower case, as PHP takes them in any."""
        name = self.slice(node)
        lower = name.lower()
        if lower != name and lower in self.resolver.models.globals:
            return lower
        return name

    def type_path(self, node: Node | None) -> str:
        """The path of a declared type, without ``null``; "" for a choice of several."""
        for _ in range(8):
            if node is None:
                return ""
            kind = node.type
            if kind == "primitive_type":
                written = self.slice(node)
                return "" if written in ("mixed", "null", "void") else written
            if kind in ("name", "qualified_name"):
                return self.name_path(node)
            if kind == "union_type":
                kept = [n for n in node.named_children if self.slice(n).lower() != "null"]
                node = kept[0] if len(kept) == 1 else None
            elif kind in ("named_type", "optional_type"):
                node = only_child(node)
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
            if kind == "assignment_expression":
                node = node.child_by_field_name("right")
            elif kind == "conditional_expression":
                sides = [
                    side
                    for field in ("body", "alternative")
                    if (side := node.child_by_field_name(field)) is not None and side.type != "null"
                ]
                node = sides[0] if len(sides) == 1 else None
            elif kind == "binary_expression" and operator_of(node) == "??":
                # ``$x ?? new X`` is an X, as far as anybody can tell.
                right = node.child_by_field_name("right")
                left = node.child_by_field_name("left")
                is_new = right is not None and right.type == "object_creation_expression"
                node = right if is_new else left
            elif kind in ("name", "qualified_name"):
                # A constant: what it holds has no members.
                return Binding("value", self.name_path(node))
            elif kind in _PATHS:
                path = self.path_of(node)
                return Binding("value", path) if path else OPAQUE
            else:
                is_constant, constant = self.constant(node)
                if not is_constant:
                    return OPAQUE
                return Binding("constant", type(constant).__name__, constant)
        return OPAQUE

    # ------------------------------------------------------------------ constants

    def constant(self, node: Node) -> tuple[bool, Constant]:
        """(whether an expression is a literal or built of literals only, its value)."""
        kind = node.type
        if kind in _STRINGS:
            return self._text(node)
        if kind in ("integer", "float"):
            return number(self.slice(node))
        if kind == "boolean":
            return True, self.slice(node).lower() == "true"
        if kind == "null":
            return True, None
        if kind == "unary_op_expression" and operator_of(node) == "-":
            operand = node.child_by_field_name("argument")
            if operand is not None and operand.type in ("integer", "float"):
                is_number, found = number(self.slice(operand))
                return (True, -found) if is_number else (False, None)  # type: ignore[operator]
        if kind == "binary_expression":
            operator, operands = self._operands(node)
            if operator == "." and all(one.type in _STRINGS for one in operands):
                texts = [self._text(one) for one in operands]
                if all(is_constant for is_constant, _ in texts):
                    return True, "".join(str(text) for _, text in texts)
            elif all(one.type == "integer" for one in operands):
                return arithmetic(operator, [self.slice(one) for one in operands])
        return False, None

    def _text(self, node: Node) -> tuple[bool, Constant]:
        """The text of a string without variables in it."""
        kind = node.type
        if kind == "string":
            written = self.slice(node)
            start = written.find("'") + 1
            text = written[start:].removesuffix("'")
            return True, _SINGLE.sub(r"\1", text) if "\\" in text else text
        body = node if kind == "encapsed_string" else node.child_by_field_name("value")
        if body is None:
            return True, ""
        parts = body.named_children
        if any(part.type not in _TEXT_PARTS for part in parts):
            return False, None
        text = "".join(self.slice(part) for part in parts)
        if kind == "nowdoc":
            return True, text
        return True, _ESCAPE.sub(_unescape, text) if "\\" in text else text

    def _operands(self, node: Node) -> tuple[str, list[Node]]:
        """The operator of a binary operation and its operands, a chain of one operator flat."""
        operator = operator_of(node)
        operands: list[Node] = []
        current: Node | None = node
        while current is not None:
            right = current.child_by_field_name("right")
            left = current.child_by_field_name("left")
            if right is not None:
                operands.append(right)
            if (
                left is None
                or len(operands) > MAX_ITEMS
                or left.type != "binary_expression"
                or operator_of(left) != operator
            ):
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
        while node.type in _TRANSPARENT:
            inner = only_child(node)
            if inner is None:
                break
            node = inner
        span = Span(node.start_byte, node.end_byte)
        if depth > MAX_DEPTH:
            return Unknown(span, node)
        kind = node.type
        if kind in CALLS:
            return self._call_value(node, scope, depth)
        if kind in _PATHS:
            path = self.path_of(node)
            if path:
                return self.named(node, path, scope)
            if kind == "subscript_expression":
                values = [self._value(one, scope, depth + 1) for one in node.named_children]
                return Operation(span, node, "[]", tuple(values))
            return Unknown(span, node)
        if kind == "array_creation_expression":
            return self._array(node, scope, depth)
        if kind in ("anonymous_function", "arrow_function"):
            return FunctionValue(span, node, self.function_of(node, scope))
        is_constant, constant = self.constant(node)
        if is_constant:
            return Const(span, node, constant)
        if kind in _STRINGS:
            return self._interpolated(node, scope, depth)
        if kind == "binary_expression":
            operator, operands = self._operands(node)
            values = [self._value(operand, scope, depth + 1) for operand in operands]
            if operator == ".":
                return self.concatenation(span, node, values)
            return Operation(span, node, operator, tuple(values))
        if kind == "cast_expression":
            inner = node.child_by_field_name("value")
            if inner is None:
                return Unknown(span, node)
            cast = node.child_by_field_name("type")
            to = self.slice(cast).strip().lower() if cast is not None else ""
            value = self._value(inner, scope, depth + 1)
            if to in ("string", "array", "object", "binary"):
                return value
            return Operation(span, node, f"({to})", (value,))
        if kind in ("unary_op_expression", "conditional_expression"):
            fields = (
                ("argument",)
                if kind == "unary_op_expression"
                else ("condition", "body", "alternative")
            )
            operands = [n for one in fields if (n := node.child_by_field_name(one)) is not None]
            operator = operator_of(node) if kind == "unary_op_expression" else "?:"
            values = [self._value(one, scope, depth + 1) for one in operands]
            if kind == "conditional_expression" and len(values) == 2:
                operator = "||"
            return Operation(span, node, operator, tuple(values))
        if kind in ("assignment_expression", "reference_assignment_expression"):
            right = node.child_by_field_name("right")
            return self._value(right, scope, depth + 1) if right else Unknown(span, node)
        return Unknown(span, node)

    def _interpolated(self, node: Node, scope: Scope, depth: int) -> Built:
        """A string with variables in it."""
        body = node if node.type == "encapsed_string" else node.child_by_field_name("value")
        parts: list[Value] = []
        for part in body.named_children if body is not None else ():
            span = Span(part.start_byte, part.end_byte)
            if part.type in _TEXT_PARTS:
                text = _ESCAPE.sub(_unescape, self.slice(part))
                last = parts[-1] if parts else None
                if isinstance(last, Const) and isinstance(last.value, str):
                    last.value += text
                    last.span = Span(last.span.start, span.end)
                else:
                    parts.append(Const(span, part, text))
            elif part.type == "dynamic_variable_name":
                inner = only_child(part)
                path = "$" + self.slice(inner) if inner is not None else ""
                parts.append(Name(span, part, path, self.resolver.resolve(path, scope)))
            else:
                parts.append(self._value(part, scope, depth + 1))
        return Built(Span(node.start_byte, node.end_byte), node, tuple(parts))

    def _array(self, node: Node, scope: Scope, depth: int) -> Value:
        """A mapping when any item has a key, else a sequence."""
        items = [n for n in node.named_children if n.type == "array_element_initializer"]
        kept = items[:MAX_ITEMS]
        span = Span(node.start_byte, node.end_byte)
        is_open = len(kept) != len(items)
        mapping = Mapping(span, node)
        values: list[Value] = []
        for item in kept:
            sides = [n for n in item.named_children if n.type != "comment"]
            if len(sides) == 2:
                key, value = self.key_of(sides[0], scope), sides[1]
                if key is None:
                    is_open = True
                    continue
                mapping.entries[key] = self._value(value, scope, depth + 1)
                mapping.key_spans[key] = Span(sides[0].start_byte, sides[0].end_byte)
            elif sides and sides[0].type in ("variadic_unpacking", "by_ref"):
                is_open = True
            elif sides:
                values.append(self._value(sides[0], scope, depth + 1))
        if not mapping.entries:
            return Sequence(span, node, tuple(values), is_open)
        for at, one in enumerate(values):
            mapping.entries.setdefault(str(at), one)
        mapping.is_open = is_open
        return mapping

    def key_of(self, node: Node, scope: Scope) -> str | None:
        """The constant key of an array item; constants of PHP and of classes by their names.

        Guzzle's ``RequestOptions::TIMEOUT`` is the key ``timeout``.
        """
        is_constant, key = self.constant(node)
        if is_constant:
            return str(key)
        if node.type in ("name", "qualified_name", "class_constant_access_expression"):
            path = self.path_of(node)
            owner, _, last = path.rpartition(".")
            if owner.endswith("RequestOptions"):
                return last.lower()
            bound = self.resolver.constant(path, scope) if path else None
            if bound is not None and bound.constant is not None:
                return str(bound.constant)
            return last.rpartition(MODULE_DOT)[2].removeprefix("#") or None
        return None

    def _call_value(self, node: Node, scope: Scope, depth: int) -> Value:
        span = Span(node.start_byte, node.end_byte)
        call = self.call_of(node, scope)
        if call.path.removeprefix("#") in _FORMATTERS:
            parts: list[Value] = []
            for given in self._arguments(node, scope, depth + 1).positional:
                parts.extend(given.items if isinstance(given, Sequence) else (given,))
            return Built(span, node, tuple(parts))
        return CallValue(span, node, call)

    # ------------------------------------------------------------------ arguments

    def arguments(self, call: Call) -> Arguments:
        if call.node.type in CONSTRUCTS:
            given = list(call.node.named_children)
            if len(given) == 1 and given[0].type == "sequence_expression":
                given = list(given[0].named_children)
            values = [self._value(one, call.scope, 0) for one in given if one.type != "comment"]
            if call.node.type == "shell_command_expression":
                parts = tuple(
                    Const(Span(n.start_byte, n.end_byte), n, self.slice(n))
                    if n.type in _TEXT_PARTS
                    else self._value(n, call.scope, 0)
                    for n in given
                )
                node = call.node
                values = [Built(Span(node.start_byte, node.end_byte), node, parts)]
            at = call.node.end_byte
            return Arguments(tuple(values), span=Span(at, at), has_parentheses=False)
        return self._arguments(call.node, call.place.scope, 0)

    def _arguments(self, call_node: Node, scope: Scope, depth: int) -> Arguments:
        node = arguments_of(call_node)
        if node is None:
            at = call_node.end_byte
            return Arguments(span=Span(at, at), has_parentheses=False)
        positional: list[Value] = []
        keywords: dict[str, Value] = {}
        spans: dict[str, Span] = {}
        is_open = False
        for child in node.named_children:
            kind = child.type
            if kind == "argument":
                name = child.child_by_field_name("name")
                inner = [n for n in child.named_children if n.type != "comment"]
                value = inner[-1] if inner else None
                if value is None or value.type == "variadic_unpacking":
                    is_open = True
                elif name is not None and value != name:
                    key = self.slice(name)
                    keywords[key] = self._value(value, scope, depth + 1)
                    spans[key] = Span(child.start_byte, child.end_byte)
                else:
                    positional.append(self._value(value, scope, depth + 1))
            elif kind in ("variadic_placeholder", "ERROR"):
                is_open = True
        end = node.end_byte
        if self.source[end - 1 : end] == b")":
            end -= 1
        start = node.start_byte + 1
        return Arguments(tuple(positional), keywords, spans, is_open, Span(start, max(start, end)))

    def call_of(self, node: Node, scope: Scope) -> Call:
        """The call fact of a call's node; a bare one for a call the walk did not visit."""
        known = self.calls_by_node.get(node.id)
        if known is not None:
            return known
        return self.make_call(node, self.detached(scope))

    def make_call(self, node: Node, place: Place) -> Call:
        """A call of a function, method or constructor, an attribute, or a construct."""
        kind = node.type
        if kind in CONSTRUCTS:
            name = CONSTRUCTS[kind]
            head = node.children[0] if node.child_count else node
            return PhpCall(place, node, head, None, name, name)
        if kind == "object_creation_expression":
            made = class_of(node)
            path = self.name_path(made)
            return PhpCall(place, node, made or node, None, path, _last(path), is_new=True)
        if kind == "attribute":
            written = only_child(node)
            path = self.name_path(written)
            return PhpCall(place, node, written or node, None, path, _last(path))
        path = self.path_of(node).removesuffix("()")
        field = "function" if kind == "function_call_expression" else "name"
        callee = node.child_by_field_name(field) or node
        name = _last(path)
        if not path and callee.type == "name":
            name = self.slice(callee)
        return PhpCall(place, node, callee, None, path, name.removeprefix("$"))

    def function_of(self, node: Node, scope: Scope) -> Function:
        """The function fact of a closure; a bare one for a closure of another unit."""
        known = self.functions_by_node.get(node.id)
        if known is not None:
            return known
        place = self.detached(scope)
        body = node.child_by_field_name("body") or node
        span = Span(node.start_byte, node.end_byte)
        body_span = Span(body.start_byte, body.end_byte)
        return Function("", node, span, span, body_span, False, (), (), None, None, place, place)


_TEXT_PARTS: Final = (
    "string_content", "escape_sequence", "nowdoc_string", "heredoc_start", "heredoc_end",
)  # fmt: skip


def _last(path: str) -> str:
    return re.split(rf"[.{MODULE_DOT}#]", path)[-1]


def class_of(node: Node) -> Node | None:
    """What ``new`` makes: the name, variable or anonymous class after it."""
    for child in node.named_children:
        if child.type not in ("arguments", "comment", "attribute_list"):
            return child
    return None


def arguments_of(call_node: Node) -> Node | None:
    """The argument list of a call."""
    found = call_node.child_by_field_name("arguments") or call_node.child_by_field_name(
        "parameters"
    )
    if found is not None:
        return found
    holder = call_node
    if call_node.type == "object_creation_expression":
        made = class_of(call_node)
        if made is not None and made.type == "anonymous_class":
            holder = made
    return next((n for n in holder.named_children if n.type == "arguments"), None)


def only_child(node: Node) -> Node | None:
    """The first child of a wrapper that is not a comment."""
    for child in node.named_children:
        if child.type != "comment":
            return child
    return None


def operator_of(node: Node) -> str:
    """The operator of an operation, "" when it has none."""
    operator = node.child_by_field_name("operator")
    return operator.type if operator is not None else ""
