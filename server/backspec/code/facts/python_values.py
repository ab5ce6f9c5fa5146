"""What Python expressions are: paths, types, constants, mappings, calls, built strings."""

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
from backspec.code.facts.operands import flat_operands
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.syntax import Node

MAX_DEPTH: Final = 24
"""How deep values are read: what lies deeper is unknown."""
MAX_CHAIN: Final = 40
"""How long a path may be; a longer chain of calls is no path."""
MAX_ITEMS: Final = 2000
"""How many items of one list or mapping are read; the rest makes it open."""

_SIMPLE_PATH = re.compile(rb"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_KEY = re.compile(r"[A-Za-z_][\w-]*|-?\d+")
_ESCAPE = re.compile(
    r"\\(\r?\n|[\\'\"abfnrtv]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3})"
)
_ESCAPED: Final = {
    "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r",
    "t": "\t", "v": "\v",
}  # fmt: skip
_PATHS: Final = frozenset(("call", "identifier", "attribute"))
_CONSTANTS: Final = frozenset(
    ("string", "integer", "float", "true", "false", "none", "unary_operator",
     "concatenated_string", "binary_operator")
)  # fmt: skip
_FOLDER: Final = re.compile(
    r"(?:Path\([^()]*\)|(?i:path|dir|directory|folder|root|base|home|parent|location|here))$"
)
_WRAPPED_TYPES: Final = frozenset(("Annotated", "Optional", "Final", "ClassVar", "Required"))


def _unescape(found: re.Match[str]) -> str:
    code = found[1]
    if code in _ESCAPED:
        return _ESCAPED[code]
    if code.endswith("\n"):
        return ""
    number = int(code[1:], 16) if code[0] in "xuU" else int(code, 8)
    return chr(number) if number <= 0x10FFFF else "\ufffd"


class PythonValues(LooseContainers):
    """Reads Python expressions."""

    adds = frozenset(("append", "extend", "add", "insert", "appendleft", "extendleft"))
    puts = frozenset(("set", "setdefault", "add_argument"))
    writes = frozenset(("write", "writelines"))
    merges = frozenset(("update",))
    gets = frozenset(("get", "pop", "setdefault"))
    appends = frozenset(("append",))
    shuffles = frozenset(
        ("extend", "remove", "sort", "reverse", "appendleft", "popleft", "extendleft", "rotate")
    )
    two_keys = ("ConfigParser", "ConfigParser!")
    lengths = frozenset(("len",))
    own_addresses = frozenset(
        ("get_full_path", "path", "path_info", "full_path", "path_qs", "url", "base_url", "rel_url",
         "build_absolute_uri", "get_raw_uri", "script_root", "raw_path", "query_string", "url_root")
    )  # fmt: skip

    # ------------------------------------------------------------------ paths

    def path_of(self, node: Node) -> str:
        """The dotted path of an expression (see ``Call.path``), "" when it is not a path."""
        simple = _SIMPLE_PATH.fullmatch(self.source, node.start_byte, node.end_byte)
        if simple is not None:
            return simple[0].decode("ascii")
        parts: list[str] = []
        current: Node | None = node
        for _ in range(MAX_CHAIN):
            if current is None:
                return ""
            kind = current.type
            if kind == "identifier":
                parts.append(self.slice(current))
                parts.reverse()
                return "".join(parts)
            if kind == "attribute":
                member = current.child_by_field_name("attribute")
                if member is None:
                    return ""
                parts.append("." + self.slice(member))
                current = current.child_by_field_name("object")
            elif kind == "call":
                parts.append("()")
                current = current.child_by_field_name("function")
            elif kind == "subscript":
                key = self._subscript_key(current)
                if key is None:
                    return ""
                parts.append("." + key)
                current = current.child_by_field_name("value")
            elif kind in ("await", "parenthesized_expression"):
                current = _only_child(current)
            else:
                return ""
        return ""

    def _subscript_key(self, node: Node) -> str | None:
        """A subscript's constant key when it can stand in a path."""
        keys = node.children_by_field_name("subscript")
        if len(keys) != 1:
            return None
        if keys[0].type == "string":
            key = self.string(keys[0])
        elif keys[0].type in ("integer", "unary_operator"):
            key = self.slice(keys[0])
        else:
            return None
        return key if isinstance(key, str) and _KEY.fullmatch(key) else None

    def type_path(self, node: Node | None) -> str:
        """The path of an annotation's type, looked at through Optional, Annotated and quotes."""
        if node is None:
            return ""
        simple = _SIMPLE_PATH.fullmatch(self.source, node.start_byte, node.end_byte)
        if simple is not None:
            return simple[0].decode("ascii")
        for _ in range(16):
            if node is None:
                return ""
            kind = node.type
            if kind == "type":
                node = _only_child(node)
            elif kind in ("identifier", "attribute"):
                return self.path_of(node)
            elif kind == "string":
                written = self.string(node)
                return _quoted_type(written) if isinstance(written, str) else ""
            elif kind in ("generic_type", "subscript"):
                named = node.named_children
                name = self.slice(named[0]).rpartition(".")[2] if named else ""
                if name not in _WRAPPED_TYPES or len(named) < 2:
                    return ""
                inner = named[1]
                node = _first_child(inner) if inner.type == "type_parameter" else inner
            elif kind in ("binary_operator", "union_type"):
                sides = [side for side in node.named_children if self.slice(side) != "None"]
                if len(sides) != 1:
                    return ""
                node = sides[0]
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
            if kind in _PATHS:
                path = self.path_of(node)
                return Binding("value", path) if path else OPAQUE
            if kind in _CONSTANTS:
                is_constant, constant = self.constant(node)
                if is_constant:
                    return Binding("constant", type(constant).__name__, constant)
                node = self._folder(node)
                continue
            if kind in ("await", "parenthesized_expression"):
                node = _only_child(node)
            elif kind == "subscript":
                path = self.path_of(node)
                if path:
                    return Binding("value", path)
                path = self.type_path(node)
                return Binding("type", path) if path else OPAQUE
            elif kind == "conditional_expression":
                # ``X() if ready else None``
                sides = [
                    side
                    for side in node.named_children[::2]
                    if side.type not in ("none", "comment")
                ]
                node = sides[0] if len(sides) == 1 else None
            else:
                return OPAQUE
        return OPAQUE

    def _folder(self, node: Node) -> Node | None:
        """``base`` of ``base / "name"``, where the names say that it is about paths of files."""
        if node.type != "binary_operator" or _operator(node) != "/":
            return None
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return None
        is_text = right.type in ("string", "concatenated_string")
        return left if is_text or _FOLDER.search(self.slice(left)) else None

    # ------------------------------------------------------------------ constants

    def string(self, node: Node) -> Constant:
        """The text of a ``string`` node, bytes for a bytes literal, None when it is built."""
        children = node.children
        count = len(children)
        if (
            count == 3
            and children[0].end_byte - node.start_byte == 1
            and (children[1].type == "string_content" and not children[1].child_count)
        ):
            # ``"text"`` and no more: nearly all strings.
            return self.slice(children[1])
        if not children:
            return None
        prefix = self.slice(children[0]).rstrip("'\"").lower()
        if any(child.type == "interpolation" for child in children):
            return None
        body = self.source[children[0].end_byte : children[-1].start_byte]
        if children[-1].type != "string_end":
            body = self.source[children[0].end_byte : node.end_byte]
        if "b" in prefix:
            return body
        text = body.decode("utf-8", "replace")
        if "\\" in text and "r" not in prefix:
            text = _ESCAPE.sub(_unescape, text)
        if "f" in prefix or "t" in prefix:
            text = text.replace("{{", "{").replace("}}", "}")
        return text

    def constant(self, node: Node) -> tuple[bool, Constant]:
        """(whether an expression is a literal or built of literals only, its value)."""
        kind = node.type
        if kind == "string":
            text = self.string(node)
            return text is not None, text
        if kind == "concatenated_string":
            return self._joined([n for n in node.named_children if n.type != "comment"])
        if kind in ("integer", "float"):
            return _number(self.slice(node))
        if kind == "true":
            return True, True
        if kind == "false":
            return True, False
        if kind == "none":
            return True, None
        if kind == "unary_operator":
            operand = node.child_by_field_name("argument")
            if operand is not None and operand.type in ("integer", "float"):
                is_number, number = _number(self.slice(operand))
                if is_number and self.source[node.start_byte : node.start_byte + 1] == b"-":
                    return True, -number  # type: ignore[operator]
            return False, None
        if kind == "binary_operator":
            operator, operands = self._operands(node)
            if operator == "+" and operands[0].type in ("string", "concatenated_string"):
                return self._joined(operands)
            if all(operand.type == "integer" for operand in operands):
                return _arithmetic(operator, [self.slice(operand) for operand in operands])
        return False, None

    def _joined(self, nodes: list[Node]) -> tuple[bool, Constant]:
        texts = []
        for node in nodes:
            text = self.string(node) if node.type == "string" else None
            if not isinstance(text, str):
                return False, None
            texts.append(text)
        return True, "".join(texts)

    def _operands(self, node: Node) -> tuple[str, list[Node]]:
        """The operator of a binary operation and its operands, a chain of one operator flat."""
        return flat_operands(node, "binary_operator", _operator)

    # ------------------------------------------------------------------ values

    def value(self, node: Node, scope: Scope) -> Value:
        return self._value(node, scope, 0)

    def _value(self, node: Node, scope: Scope, depth: int) -> Value:
        while node.type in ("parenthesized_expression", "await"):
            inner = _only_child(node)
            if inner is None:
                break
            node = inner
        span = Span(node.start_byte, node.end_byte)
        if depth > MAX_DEPTH:
            return Unknown(span, node)
        kind = node.type
        is_constant, constant = self.constant(node)
        if is_constant:
            return Const(span, node, constant)
        if kind in ("identifier", "attribute", "subscript"):
            path = self.path_of(node)
            if path:
                return self.named(node, path, scope)
            if kind == "subscript":
                parts = node.named_children[:2]
                return Operation(
                    span, node, "[]", tuple(self._value(part, scope, depth + 1) for part in parts)
                )
            return Unknown(span, node)
        if kind == "call":
            return self._call_value(node, scope, depth)
        if kind in ("string", "concatenated_string"):
            return Built(span, node, tuple(self._string_parts(node, scope, depth)))
        if kind in ("list", "tuple", "set", "expression_list"):
            items = [n for n in node.named_children if n.type != "comment"]
            plain = [n for n in items if n.type not in ("list_splat", "comment")][:MAX_ITEMS]
            return Sequence(
                span,
                node,
                tuple(self._value(item, scope, depth + 1) for item in plain),
                len(plain) != len(items),
            )
        if kind == "dictionary":
            return self._mapping(node, scope, depth)
        if kind == "binary_operator":
            return self._binary(node, scope, depth)
        if kind == "boolean_operator":
            return self._operation(node, _operator(node), ("left", "right"), scope, depth)
        if kind == "not_operator":
            return self._operation(node, "!", ("argument",), scope, depth)
        if kind == "unary_operator":
            return self._operation(node, _operator(node), ("argument",), scope, depth)
        if kind == "comparison_operator":
            operands = tuple(self._value(n, scope, depth + 1) for n in node.named_children[:2])
            return Operation(span, node, _operator(node, "operators"), operands)
        if kind == "conditional_expression":
            parts = [n for n in node.named_children if n.type != "comment"][:3]
            if len(parts) == 3:
                then, condition, otherwise = (self._value(n, scope, depth + 1) for n in parts)
                return Operation(span, node, "?:", (condition, then, otherwise))
        if kind == "lambda" and node.id in self.functions_by_node:
            return FunctionValue(span, node, self.functions_by_node[node.id])
        if kind in ("generator_expression", "list_comprehension"):
            return Unknown(span, node)
        if kind == "named_expression":
            inner = node.child_by_field_name("value")
            if inner is not None:
                return self._value(inner, scope, depth + 1)
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

    def _binary(self, node: Node, scope: Scope, depth: int) -> Value:
        span = Span(node.start_byte, node.end_byte)
        operator, operands = self._operands(node)
        values = [self._value(operand, scope, depth + 1) for operand in operands]
        if operator == "+":
            return self.concatenation(span, node, values)
        if operator == "%" and _is_text(values[0]):
            right = values[1:]
            if len(right) == 1 and isinstance(right[0], Sequence):
                right = list(right[0].items)
            elif len(right) == 1 and isinstance(right[0], Mapping):
                right = list(right[0].entries.values())
            return Built(span, node, (values[0], *right))
        return Operation(span, node, operator, tuple(values))

    def _string_parts(self, node: Node, scope: Scope, depth: int) -> list[Value]:
        parts: list[Value] = []
        strings = node.named_children if node.type == "concatenated_string" else [node]
        for string in strings:
            for child in string.children:
                span = Span(child.start_byte, child.end_byte)
                if child.type == "string_content":
                    parts.append(Const(span, child, self.slice(child)))
                elif child.type == "interpolation":
                    inner = child.child_by_field_name("expression")
                    if inner is not None:
                        parts.append(self._value(inner, scope, depth + 1))
        return parts

    def _mapping(self, node: Node, scope: Scope, depth: int) -> Mapping:
        mapping = Mapping(Span(node.start_byte, node.end_byte), node)
        for count, child in enumerate(node.named_children):
            if child.type == "comment":
                continue
            key_node = child.child_by_field_name("key") if child.type == "pair" else None
            value_node = child.child_by_field_name("value") if child.type == "pair" else None
            if key_node is None or value_node is None or count > MAX_ITEMS:
                mapping.is_open = True
                if child.type == "dictionary_splat" and child.named_children:
                    inner = child.named_children[0]
                    mapping.spreads += (self._value(inner, scope, depth + 1),)
                continue
            key = self._value(key_node, scope, depth + 1)
            if not isinstance(key, Const):
                mapping.is_open = True
                mapping.others += (self._value(value_node, scope, depth + 1),)
                continue
            name = key.value if isinstance(key.value, str) else str(key.value)
            mapping.entries[name] = self._value(value_node, scope, depth + 1)
            mapping.key_spans[name] = key.span
        return mapping

    def _call_value(self, node: Node, scope: Scope, depth: int) -> Value:
        span = Span(node.start_byte, node.end_byte)
        call = self.call_of(node, scope)
        callee = call.callee
        if call.path == "dict" and scope is not None:
            arguments = self._arguments(node, scope, depth + 1)
            if not arguments.positional:
                return Mapping(
                    span,
                    node,
                    arguments.keywords,
                    arguments.keyword_spans,
                    arguments.is_open,
                    spreads=arguments.spreads,
                )
        if call.name in ("format", "join") and callee.type == "attribute":
            text_node = callee.child_by_field_name("object")
            text = self._value(text_node, scope, depth + 1) if text_node is not None else None
            if text is not None and _is_text(text):
                arguments = self._arguments(node, scope, depth + 1)
                given = (*arguments.positional, *arguments.keywords.values())
                if call.name == "format":
                    return Built(span, node, (text, *given))
                if len(given) == 1 and isinstance(given[0], Sequence):
                    return Built(span, node, given[0].items)
        return CallValue(span, node, call)

    # ------------------------------------------------------------------ arguments

    def arguments(self, call: Call) -> Arguments:
        return self._arguments(call.node, call.place.scope, 0)

    def _arguments(self, call_node: Node, scope: Scope, depth: int) -> Arguments:
        node = call_node.child_by_field_name("arguments")
        if node is None:
            return Arguments(is_open=True, span=Span(call_node.end_byte, call_node.end_byte))
        if node.type != "argument_list":
            # ``f(x for x in y)``: the generator is the argument.
            one = self._value(node, scope, depth + 1)
            return Arguments((one,), span=Span(node.start_byte + 1, node.end_byte - 1))
        positional: list[Value] = []
        keywords: dict[str, Value] = {}
        spans: dict[str, Span] = {}
        is_open = has_splat = False
        spreads: tuple[Value, ...] = ()
        for child in node.named_children:
            kind = child.type
            if kind == "keyword_argument":
                name = child.child_by_field_name("name")
                value = child.child_by_field_name("value")
                if name is not None and value is not None:
                    key = self.slice(name)
                    keywords[key] = self._value(value, scope, depth + 1)
                    spans[key] = Span(child.start_byte, child.end_byte)
            elif kind in ("list_splat", "dictionary_splat", "ERROR"):
                is_open = True
                has_splat = has_splat or kind == "list_splat"
                inner = _only_child(child) if kind != "ERROR" else None
                if inner is not None:
                    spreads += (self._value(inner, scope, depth + 1),)
                if kind == "dictionary_splat":
                    self._splat(child, scope, depth, keywords)
            elif kind != "comment" and not has_splat:
                # After ``*args`` nobody knows which position an argument has.
                positional.append(self._value(child, scope, depth + 1))
        end = node.end_byte
        if self.source[end - 1 : end] == b")":
            end -= 1
        return Arguments(
            tuple(positional), keywords, spans, is_open, Span(node.start_byte + 1, end), spreads
        )

    def _splat(self, node: Node, scope: Scope, depth: int, keywords: dict[str, Value]) -> None:
        """Take over the entries of a mapping literal given as ``**{..}``."""
        inner = _only_child(node)
        if inner is not None and inner.type == "dictionary":
            for key, value in self._mapping(inner, scope, depth).entries.items():
                keywords.setdefault(key, value)

    def call_of(self, node: Node, scope: Scope) -> Call:
        """The call fact of a ``call`` node; a bare one for a call the walk did not visit."""
        known = self.calls_by_node.get(node.id)
        if known is not None:
            return known
        callee = node.child_by_field_name("function") or node
        path = self.path_of(callee)
        return Call(self.detached(scope), node, callee, None, path, path.rpartition(".")[2])

    def function_of(self, node: Node) -> Function | None:
        """The function fact of a lambda or definition the walk visited."""
        return self.functions_by_node.get(node.id)


def _only_child(node: Node) -> Node | None:
    """The one child of a wrapper that is not a comment."""
    for child in node.named_children:
        if child.type != "comment":
            return child
    return None


_first_child = _only_child


def _operator(node: Node, field: str = "operator") -> str:
    operator = node.child_by_field_name(field)
    return operator.type if operator is not None else ""


def _quoted_type(text: str) -> str:
    """The path in a quoted annotation: ``"Session | None"`` too."""
    sides = [side.strip() for side in text.split("|")]
    sides = [side for side in sides if side != "None"]
    if len(sides) != 1:
        return ""
    side = sides[0]
    if side.startswith("Optional[") and side.endswith("]"):
        side = side[9:-1]
    return side if _SIMPLE_PATH.fullmatch(side.encode()) else ""


def _number(text: str) -> tuple[bool, Constant]:
    text = text.replace("_", "")
    try:
        return True, int(text, 0) if len(text) < 40 else int(text)
    except ValueError:
        try:
            return True, float(text)
        except ValueError:
            return False, None


def _arithmetic(operator: str, texts: list[str]) -> tuple[bool, Constant]:
    """``60 * 60 * 24``, ``2 ** 14``, ``1 << 16``."""
    numbers = [_number(text)[1] for text in texts]
    if len(numbers) < 2 or len(numbers) > 8 or not all(isinstance(n, int) for n in numbers):
        return False, None
    total = numbers[0]
    for number in numbers[1:]:
        assert isinstance(total, int)
        assert isinstance(number, int)
        if operator == "*":
            total *= number
        elif operator == "+":
            total += number
        elif operator == "-":
            total -= number
        elif operator in ("**", "<<") and 0 <= number <= 128 and abs(total) <= 1 << 16:
            total = total**number if operator == "**" else total << number
        else:
            return False, None
    return True, total


def _is_text(value: Value) -> bool:
    return isinstance(value, Built) or (isinstance(value, Const) and isinstance(value.value, str))
