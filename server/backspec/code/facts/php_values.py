"""What PHP expressions are: calls with their arguments, arrays, built strings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.model import (
    Arguments,
    Built,
    Call,
    CallValue,
    Const,
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
from backspec.code.facts.php_names import MAX_DEPTH, MAX_ITEMS, PhpNames, unescaped
from backspec.code.facts.php_shapes import (
    CALLS,
    CONSTRUCTS,
    PATHS,
    STRINGS,
    TEXT_PARTS,
    TRANSPARENT,
    arguments_of,
    class_of,
    only_child,
    operator_of,
)
from backspec.code.resolve import MODULE_DOT
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.syntax import Node

_FORMATTERS: Final = frozenset(("sprintf", "vsprintf", "implode", "join", "strtr"))
_PRINTERS: Final = frozenset(("sprintf", "vsprintf"))
_PRINTS: Final = {"printf": "sprintf", "vprintf": "vsprintf"}
_CONVERSION = re.compile(r"%(?:(\d+)\$)?[-+ 0]*(?:'.)?[-+ 0]*\d*(?:\.\d+)?([bcdeEfFgGhHosuxX%])")


_FORMS: Final = {
    "header": (
        re.compile(r"\(\s*[\"']\s*(?:location|refresh)\s*:", re.IGNORECASE),
        "header.location",
    ),
    "withHeader": (re.compile(r"\(\s*[\"']location[\"']", re.IGNORECASE), "withHeader.location"),
    "set": (re.compile(r"\(\s*[\"']location[\"']", re.IGNORECASE), "withHeader.location"),
    "curl_setopt": (re.compile(r"\([^,]*,\s*\\?CURLOPT_URL\b"), "curl_setopt.url"),
    "preg_replace": (
        re.compile(r"\(\s*([\"'])\s*(\W).*?\2[a-df-zA-Z]*e[a-zA-Z]*\1", re.DOTALL),
        "preg_replace.eval",
    ),
    "unserialize": (re.compile(r"allowed_classes"), "unserialize.plain"),
    **dict.fromkeys(
        (
            "simplexml_load_string",
            "simplexml_load_file",
            "loadXML",
            "load",
            "SimpleXMLElement",
            "XML",
            "loadHTML",
        ),
        (re.compile(r"LIBXML_(?:NOENT|DTDLOAD)\b"), "xml.entities"),
    ),
}
"""Calls that are something else when their arguments say so, by name: pattern, qualified name."""
_SUBSTITUTES: Final = r"->(?:substituteEntities|resolveExternals)\s*=\s*(?i:true)"
_CHOSEN: Final = ("variable_name", "subscript_expression", "member_access_expression")
"""What may stand after ``new`` and holds the name of a class."""
_LOCATION = re.compile(r"\s*(?:location\s*:|refresh\s*:.*?url\s*=)\s*", re.IGNORECASE | re.DOTALL)


class PhpCall(Call):
    """A call; ``callee`` is its name, and the callee begins where the call does."""

    __slots__ = ()

    @property
    def qualified(self) -> str | None:
        form = _FORMS.get(self.name)
        if form is not None:
            given = arguments_of(self.node)
            if given is not None:
                end = min(given.end_byte, given.start_byte + 400)
                if form[0].search(self.reader.text(Span(given.start_byte, end))):
                    return form[1]
        if self.is_new and self.callee.type in _CHOSEN:
            return "class.named"
        if (
            self.name in ("loadXML", "load")
            and isinstance(self.reader, PhpValues)
            and self.reader.resolver.text_has(_SUBSTITUTES)
        ):
            return "xml.entities"
        if self.callee.type == "variable_name" and self.path and "." not in self.path:
            # ``$f = 'system'; $f($x)``: the function that the text names.
            named = self.reader.value(self.callee, self.scope)
            if isinstance(named, Const) and isinstance(named.value, str):
                return named.value.lower()
            known = super().qualified
            return "call.named" if known is None or known.startswith("$_") else known
        return super().qualified

    @property
    def callee_span(self) -> Span:
        return Span(self.node.start_byte, self.callee.end_byte)

    @property
    def written(self) -> str:
        if self.path == "echo" or self.node.type == "shell_command_expression":
            return self.path
        text = " ".join(self.reader.text(self.callee_span).split())
        return text if len(text) <= 60 else "…" + text[-58:]


class PhpValues(PhpNames):
    """Reads PHP expressions."""

    # ------------------------------------------------------------------ values

    def value(self, node: Node, scope: Scope) -> Value:
        return self._value(node, scope, 0)

    def _value(self, node: Node, scope: Scope, depth: int) -> Value:
        while node.type in TRANSPARENT:
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
        if kind in PATHS:
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
        if kind in STRINGS:
            return self._interpolated(node, scope, depth)
        if kind == "binary_expression":
            operator, operands = self.operands(node)
            values = [self._value(operand, scope, depth + 1) for operand in operands]
            if operator == ".":
                joined = self.concatenation(span, node, values)
                return joined if isinstance(joined, Const) else _joined(span, node, values)
            return Operation(span, node, operator, tuple(values))
        if kind == "cast_expression":
            inner = node.child_by_field_name("value")
            if inner is None:
                return Unknown(span, node)
            cast = node.child_by_field_name("type")
            to = self.slice(cast).strip().lower() if cast is not None else ""
            value = self._value(inner, scope, depth + 1)
            if to == "string" and isinstance(value, Name) and value.path.startswith("$_"):
                return Built(span, node, (value,))
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
        if kind == "match_expression":
            return self._match(node, scope, depth)
        if kind in ("assignment_expression", "reference_assignment_expression"):
            right = node.child_by_field_name("right")
            return self._value(right, scope, depth + 1) if right else Unknown(span, node)
        return Unknown(span, node)

    def _match(self, node: Node, scope: Scope, depth: int) -> Value:
        """One of several results, as ``a || b`` is."""
        body = node.child_by_field_name("body")
        results = [
            result
            for arm in (body.named_children[:MAX_ITEMS] if body is not None else ())
            if (result := arm.child_by_field_name("return_expression")) is not None
        ]
        values = tuple(self._value(one, scope, depth + 1) for one in results)
        return Operation(Span(node.start_byte, node.end_byte), node, "||", values)

    def _interpolated(self, node: Node, scope: Scope, depth: int) -> Built:
        """A string with variables in it."""
        body = node if node.type == "encapsed_string" else node.child_by_field_name("value")
        parts: list[Value] = []
        for part in body.named_children if body is not None else ():
            span = Span(part.start_byte, part.end_byte)
            if part.type in TEXT_PARTS:
                text = unescaped(self.slice(part))
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
            name = call.path.removeprefix("#")
            return self._formatted(name, node, self._arguments(node, scope, depth + 1).positional)
        return CallValue(span, node, call)

    def _formatted(self, name: str, node: Node, given: tuple[Value, ...]) -> Built:
        """The text that ``sprintf`` and its kin give, without the numbers in it."""
        parts: list[Value] = []
        for one in given:
            parts.extend(one.items if isinstance(one, Sequence) else (one,))
        first = parts[0] if parts else None
        if name in _PRINTERS and isinstance(first, Const) and isinstance(first.value, str):
            at = 0
            kept: list[Value] = [first]
            for place, kind in _CONVERSION.findall(first.value):
                if kind == "%":
                    continue
                at += not place
                which = int(place) if place else at
                if kind == "s" and 0 < which < len(parts):
                    kept.append(parts[which])
            if len(given) == len(parts) or name.startswith("v"):
                parts = kept
        return Built(Span(node.start_byte, node.end_byte), node, tuple(parts))

    # ------------------------------------------------------------------ arguments

    def arguments(self, call: Call) -> Arguments:
        if call.node.type in CONSTRUCTS or call.node.type == "expression_statement":
            given = list(call.node.named_children)
            if len(given) == 1 and given[0].type == "sequence_expression":
                given = list(given[0].named_children)
            values = [self._value(one, call.scope, 0) for one in given if one.type != "comment"]
            if call.node.type == "shell_command_expression":
                parts = tuple(
                    Const(Span(n.start_byte, n.end_byte), n, self.slice(n))
                    if n.type in TEXT_PARTS
                    else self._value(n, call.scope, 0)
                    for n in given
                )
                node = call.node
                values = [Built(Span(node.start_byte, node.end_byte), node, parts)]
            elif call.path == "echo" and len(values) > 1:
                node = call.node
                values = [Built(Span(node.start_byte, node.end_byte), node, tuple(values))]
            at = call.node.end_byte
            return Arguments(tuple(values), span=Span(at, at), has_parentheses=False)
        found = self._arguments(call.node, call.place.scope, 0)
        if call.path in _PRINTS and found.positional:
            # ``printf(..)`` is ``echo sprintf(..)``.
            text = self._formatted(_PRINTS[call.path], call.node, found.positional)
            found.positional = (text,)
        if call.path == "header" and found.positional:
            _read_header(found)
        if call.is_new and call.callee.type in _CHOSEN:
            found.keywords["class"] = self._value(call.callee, call.place.scope, 0)
        elif call.callee.type == "variable_name" and not call.is_new:
            found.keywords["callee"] = self._value(call.callee, call.place.scope, 0)
        return found

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


def _read_header(arguments: Arguments) -> None:
    """Give ``header("Name: value")`` its name, its value, and the URL it sends the client to."""
    line = arguments.positional[0]
    arguments.keywords["url"] = _location(line)
    first = line.parts[0] if isinstance(line, Built) and line.parts else line
    if not isinstance(first, Const) or not isinstance(first.value, str) or ":" not in first.value:
        return
    name, _, rest = first.value.partition(":")
    arguments.keywords["name"] = Const(first.span, first.node, name.strip())
    value = Const(first.span, first.node, rest.lstrip())
    others = line.parts[1:] if isinstance(line, Built) else ()
    kept = (value, *others) if value.value else others
    arguments.keywords["value"] = (
        kept[0] if len(kept) == 1 else Built(line.span, line.node, tuple(kept))
    )


def _location(value: Value) -> Value:
    """What a header ``Location: ..`` names."""
    if not isinstance(value, Built) or not value.parts:
        return value
    first, *rest = value.parts
    if not isinstance(first, Const) or not isinstance(first.value, str):
        return value
    text = _LOCATION.sub("", first.value, count=1)
    kept = (Const(first.span, first.node, text), *rest) if text else tuple(rest)
    return kept[0] if len(kept) == 1 else Built(value.span, value.node, kept)


def _joined(span: Span, node: Node, values: list[Value]) -> Built:
    """What ``.`` gives, which joins texts whatever stands around it."""
    parts: list[Value] = []
    for value in values:
        parts.extend(value.parts if isinstance(value, Built) else (value,))
    return Built(span, node, tuple(parts))


def _last(path: str) -> str:
    return re.split(rf"[.{MODULE_DOT}#]", path)[-1]
