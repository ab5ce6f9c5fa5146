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
from backspec.code.facts.values import (
    MAX_DEPTH,
    MAX_ITEMS,
    MAX_STEPS,
    JoinedCall,
    Values,
    only_child,
    operator_of,
    unescape,
)
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.syntax import Node

BLOCKS: Final = ("block", "do_block")
PLAIN: Final = frozenset((
    "identifier", "constant", "instance_variable", "class_variable", "global_variable", "self",
))  # fmt: skip
_TRANSPARENT: Final = ("parenthesized_statements", "begin", "then", "else", "body_statement",
                       "block_body")  # fmt: skip
_STRINGS: Final = frozenset(
    ("string", "chained_string", "heredoc_beginning", "simple_symbol", "delimited_symbol",
     "hash_key_symbol", "character", "bare_string", "bare_symbol")
)  # fmt: skip
_TEXT_PARTS: Final = ("string_content", "escape_sequence", "heredoc_content", "heredoc_end")
_CHOICES: Final = frozenset(("if", "unless", "conditional", "case", "case_match"))
_KEY = re.compile(r"[A-Za-z0-9_@-]+")
_ESCAPE = re.compile(r"\\(?:u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_SINGLE = re.compile(r"\\([\\'])")
ANSWERS: Final = frozenset((
    "to_i", "to_f", "to_d", "to_r", "size", "length", "count", "hash", "ord", "to_date", "to_time",
    "to_datetime", "abs", "ceil", "floor", "round", "id",
))  # fmt: skip
"""What such a call gives back is nothing of what it is called on."""
_UPLOADED: Final = ("tempfile", "path", "size", "to_path")
_UNITS: Final = {
    "second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "fortnight": 1209600,
    "month": 2629746, "year": 31556952, "byte": 1, "kilobyte": 1024, "megabyte": 1 << 20,
    "gigabyte": 1 << 30,
}  # fmt: skip
"""Active Support's durations in seconds, and sizes in bytes."""
_BINDING: Final = frozenset((
    "where", "having", "find_by_sql", "rewhere", "not", "exists?", "count_by_sql", "update_all",
    "delete_all", "destroy_all", "sanitize_sql", "sanitize_sql_array", "order", "joins", "find_by",
    "sanitize_sql_for_conditions", "select_all", "select_values",
))  # fmt: skip
"""Methods of Active Record that take a statement and its values as an array, too."""
_SENDING: Final = frozenset(("send", "public_send", "__send__", "const_get", "define_method"))
_MADE_OF_INPUT: Final = re.compile(r"(?:Sinatra\.|Grape\.)?(?:params|cookies)\.[^.]+\..")
_MERGING: Final = frozenset(
    ("merge", "merge!", "reverse_merge", "deep_merge", "to_h", "except", "slice", "symbolize_keys")
)
_MARKING: Final = frozenset((
    "html_safe", "constantize", "safe_constantize", "shellescape",
))  # fmt: skip
_FORMATTERS: Final = frozenset(("format", "sprintf", "Kernel.format", "Kernel.sprintf"))


class RubyCall(JoinedCall):
    """A call; what is called on a part of the request is no part of it, but what is made of one."""

    __slots__ = ()

    @property
    def qualified(self) -> str | None:
        known = self._qualified
        if known == "\0unset":
            known = super().qualified
            made = self._made() if self.name == "new" else None
            if made is not None:
                known = self._qualified = made
            elif known is not None and self.node.type == "call" and _MADE_OF_INPUT.match(known):
                known = self._qualified = None
        return known

    def _made(self) -> str | None:
        """The class of this file that ``new`` makes an object of; that runs its ``initialize``."""
        owner = self.path.rpartition(".")[0] or "self"
        if "(" in owner:
            return None
        known = self.place.reader.resolve(owner, self.place.scope)
        return known if known is not None and known.startswith(":") else None


class RubyValues(Values):
    """Reads Ruby expressions."""

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
                if name == "new" and receiver is not None and _is_constant(receiver):
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
            else:
                return ""
        return ""

    def _subscript(self, node: Node) -> str:
        """The constant key of ``x[:key]``, "" when it has none."""
        parts = node.named_children
        if len(parts) != 2 or parts[1].type not in ("simple_symbol", "string", "integer"):
            return ""
        is_constant, key = self.constant(parts[1])
        return str(key) if is_constant and _KEY.fullmatch(str(key)) else ""

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
            elif kind == "call" and self._method(node) in ("freeze", "strip_heredoc", "squish"):
                node = node.child_by_field_name("receiver")
            else:
                is_constant, constant = self.constant(node)
                if is_constant:
                    return Binding("constant", type(constant).__name__, constant)
                if kind == "call" and self._answers(self._method(node)):
                    return OPAQUE
                path = self.path_of(node)
                return Binding("value", path) if path else OPAQUE
        return OPAQUE

    @staticmethod
    def _answers(name: str) -> bool:
        return name in ANSWERS or name.endswith("?")

    def _method(self, node: Node) -> str:
        method = node.child_by_field_name("method")
        return self.slice(method) if method is not None else ""

    # ------------------------------------------------------------------ constants

    def constant(self, node: Node) -> tuple[bool, Constant]:
        """(whether an expression is a literal or built of literals only, its value)."""
        kind = node.type
        if kind in _STRINGS:
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
            return self._constant_call(node)
        if kind == "binary":
            operator, operands = self.flat_operands(node)
            if operator == "+" and all(one.type in _STRINGS for one in operands):
                texts = [self._text(one) for one in operands]
                if all(is_constant for is_constant, _ in texts):
                    return True, "".join(str(text) for _, text in texts)
            elif all(one.type == "integer" for one in operands):
                return arithmetic(operator, [self.slice(one) for one in operands])
        return False, None

    def _constant_call(self, node: Node) -> tuple[bool, Constant]:
        """``5.minutes``, ``10.megabytes``, ``"text".freeze``."""
        receiver = node.child_by_field_name("receiver")
        if receiver is None or is_given(node):
            return False, None
        name = self._method(node)
        if receiver.type == "integer":
            unit = _UNITS.get(name.removesuffix("s"))
            is_number, found = number(self.slice(receiver))
            if unit is not None and isinstance(found, int):
                return True, found * unit
            return (is_number, found) if name == "to_i" else (False, None)
        if name in ("freeze", "to_s", "to_sym", "squish", "strip", "dup") and (
            receiver.type in _STRINGS
        ):
            return self._text(receiver)
        if receiver.type == "call" and name in ("to_i", "seconds", "in_seconds", "from_now"):
            return self._constant_call(receiver)
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
        if any(part.type not in _TEXT_PARTS for part in parts):
            return False, None
        text = "".join(self.slice(part) for part in parts if part.type != "heredoc_end")
        if "\\" not in text:
            return True, text
        if (
            kind in ("string", "bare_string")
            and self.source[node.start_byte : node.start_byte + 1] == b"'"
        ):
            return True, _SINGLE.sub(r"\1", text)
        return True, _ESCAPE.sub(unescape, text)

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

    # ------------------------------------------------------------------ values

    def read(self, node: Node, scope: Scope, depth: int) -> Value:
        while node.type in _TRANSPARENT:
            inner = tail_of(node)
            if inner is None:
                break
            node = inner
        span = Span(node.start_byte, node.end_byte)
        if depth > MAX_DEPTH:
            return Unknown(span, node)
        kind = node.type
        if kind == "call":
            return self._call_value(node, scope, depth)
        if kind == "identifier":
            return self._identifier(node, scope)
        is_constant, constant = self.constant(node)
        if is_constant:
            return Const(span, node, constant)
        if kind in PLAIN or kind == "scope_resolution":
            path = self.path_of(node)
            return self.named(node, path, scope) if path else Unknown(span, node)
        if kind == "element_reference":
            return self._element(node, scope, depth)
        if kind in _STRINGS:
            return Built(span, node, tuple(self._parts(node, scope, depth)))
        if kind == "subshell":
            return CallValue(span, node, self.call_of(node, scope))
        if kind == "hash":
            return self._hash(node, scope, depth)
        if kind in ("array", "string_array", "symbol_array", "right_assignment_list"):
            return self._array(node, scope, depth)
        if kind in ("lambda", *BLOCKS):
            return FunctionValue(span, node, self.function_of(node, scope))
        if kind == "binary":
            return self._binary(node, scope, depth)
        if kind == "unary":
            operand = node.child_by_field_name("operand")
            values = () if operand is None else (self.read(operand, scope, depth + 1),)
            return Operation(span, node, operator_of(node), values)
        if kind in _CHOICES:
            return self._choice(node, scope, depth)
        if kind in ("assignment", "operator_assignment"):
            right = node.child_by_field_name("right")
            return self.read(right, scope, depth + 1) if right else Unknown(span, node)
        if kind == "rescue_modifier":
            body = node.child_by_field_name("body")
            return self.read(body, scope, depth + 1) if body else Unknown(span, node)
        if kind == "argument_list":
            inner_list = [n for n in node.named_children if n.type != "comment"]
            if len(inner_list) == 1:
                return self.read(inner_list[0], scope, depth + 1)
            return self._array(node, scope, depth)
        return Unknown(span, node)

    def is_local(self, name: str, scope: Scope) -> bool:
        """Whether a name is a variable of the method around, not one of its methods."""
        where: Scope | None = scope
        while where is not None and where.kind != "class":
            found = where.bindings.get(name)
            if found is not None:
                return any(one.kind != "function" for one in found)
            where = where.outer if where.kind == "block" else None
        return False

    def _identifier(self, node: Node, scope: Scope) -> Value:
        """A variable, or a call of a method without arguments."""
        name = self.slice(node)
        if not self.is_local(name, scope):
            qualified = self.resolver.resolve(name, scope)
            if qualified is not None and (
                qualified.startswith(":") or qualified in self.resolver.models.calls
            ):
                span = Span(node.start_byte, node.end_byte)
                return CallValue(span, node, self.call_of(node, scope))
        return self.named(node, name, scope)

    def _element(self, node: Node, scope: Scope, depth: int) -> Value:
        path = self.path_of(node)
        span = Span(node.start_byte, node.end_byte)
        if path.endswith(".tempfile"):
            return Unknown(span, node)
        if path:
            return self.named(node, path, scope)
        receiver = node.child_by_field_name("object")
        if receiver is not None and _is_constant(receiver):
            return CallValue(span, node, self.call_of(node, scope))
        parts = [n for n in node.named_children if n.type != "comment"]
        return Operation(span, node, "[]", tuple(self.read(one, scope, depth + 1) for one in parts))

    def _parts(self, node: Node, scope: Scope, depth: int) -> list[Value]:
        """The parts of a text with something computed in it."""
        kind = node.type
        if kind == "heredoc_beginning":
            body = self.heredoc_body(node)
            return [] if body is None else self._parts(body, scope, depth)
        if kind == "chained_string":
            return [part for one in node.named_children for part in self._parts(one, scope, depth)]
        parts: list[Value] = []
        for part in node.named_children:
            span = Span(part.start_byte, part.end_byte)
            if part.type == "heredoc_end":
                continue
            if part.type in _TEXT_PARTS:
                text = _ESCAPE.sub(unescape, self.slice(part))
                last = parts[-1] if parts else None
                if isinstance(last, Const) and isinstance(last.value, str):
                    last.value += text
                    last.span = Span(last.span.start, span.end)
                else:
                    parts.append(Const(span, part, text))
            elif part.type == "interpolation":
                inner = [n for n in part.named_children if n.type != "comment"]
                if inner:
                    parts.append(self.read(inner[-1], scope, depth + 1))
            else:
                parts.append(self.read(part, scope, depth + 1))
        return parts

    def _array(self, node: Node, scope: Scope, depth: int) -> Value:
        items = [n for n in node.named_children if n.type != "comment"]
        kept = items[:MAX_ITEMS]
        is_open = len(kept) != len(items)
        values: list[Value] = []
        pairs: list[Node] = []
        for item in kept:
            if item.type == "splat_argument":
                is_open = True
                inner = only_child(item)
                if inner is not None:
                    values.append(self.read(inner, scope, depth + 1))
            elif item.type == "pair":
                pairs.append(item)
            else:
                values.append(self.read(item, scope, depth + 1))
        span = Span(node.start_byte, node.end_byte)
        if pairs:
            mapping = Mapping(span, node)
            for pair in pairs:
                self._add_pair_to(mapping, pair, scope, depth)
            values.append(mapping)
        return Sequence(span, node, tuple(values), is_open)

    def _hash(self, node: Node, scope: Scope, depth: int) -> Mapping:
        mapping = Mapping(Span(node.start_byte, node.end_byte), node)
        items = node.named_children
        for item in items[:MAX_ITEMS]:
            if item.type == "pair":
                self._add_pair_to(mapping, item, scope, depth)
            elif item.type != "comment":
                mapping.is_open = True
        if len(items) > MAX_ITEMS:
            mapping.is_open = True
        return mapping

    def _add_pair_to(self, mapping: Mapping, pair: Node, scope: Scope, depth: int) -> None:
        key_node = pair.child_by_field_name("key")
        key = self.key_of(key_node, scope) if key_node is not None else None
        if key is None or key_node is None:
            mapping.is_open = True
            return
        mapping.entries[key] = self._pair_value(pair, key_node, scope, depth)
        mapping.key_spans[key] = Span(key_node.start_byte, key_node.end_byte)

    def _pair_value(self, pair: Node, key: Node, scope: Scope, depth: int) -> Value:
        value = pair.child_by_field_name("value")
        if value is None:
            # ``{ name: }`` takes what has that name.
            return self.named(key, self.slice(key), scope)
        return self.read(value, scope, depth + 1)

    def key_of(self, node: Node, scope: Scope) -> str | None:
        """The constant key of a pair."""
        is_constant, key = self.constant(node)
        if is_constant:
            return str(key)
        if node.type in ("constant", "scope_resolution"):
            path = self.path_of(node)
            bound = self.resolver.constant(path, scope) if path else None
            return str(bound.constant) if bound is not None else path or None
        return None

    def _binary(self, node: Node, scope: Scope, depth: int) -> Value:
        span = Span(node.start_byte, node.end_byte)
        operator, operands = self.flat_operands(node)
        values = [self.read(operand, scope, depth + 1) for operand in operands]
        if operator == "+":
            return self.concatenation(span, node, values)
        if operator == "<<" and isinstance(values[0], (Const, Built)):
            return self.concatenation(span, node, values)
        if operator == "%" and len(values) == 2 and isinstance(values[0], (Built, Const)):
            template = values[0]
            if isinstance(template, Built) or isinstance(template.value, str):
                given = values[1]
                parts = given.items if isinstance(given, Sequence) else (given,)
                return Built(span, node, (template, *parts))
        return Operation(span, node, operator, tuple(values))

    def _choice(self, node: Node, scope: Scope, depth: int) -> Value:
        """``a ? b : c``, ``if``, ``unless`` and ``case`` as expressions."""
        span = Span(node.start_byte, node.end_byte)
        condition = node.child_by_field_name("condition")
        if condition is None:
            branches = [
                tail
                for clause in node.named_children
                if clause.type in ("when", "in_clause", "else")
                and (tail := tail_of(clause.child_by_field_name("body") or clause)) is not None
            ]
            values = tuple(self.read(one, scope, depth + 1) for one in branches[:MAX_DEPTH])
            return Operation(span, node, "switch", values)
        sides = [node.child_by_field_name(field) for field in ("consequence", "alternative")]
        if node.type == "unless":
            sides.reverse()
        tested = self.read(condition, scope, depth + 1)
        read = [
            self.read(side, scope, depth + 1)
            if side is not None
            else Const(Span(span.end, span.end), node, None)
            for side in sides
        ]
        return Operation(span, node, "?:", (tested, *read))

    def _call_value(self, node: Node, scope: Scope, depth: int) -> Value:
        span = Span(node.start_byte, node.end_byte)
        is_constant, constant = self._constant_call(node)
        if is_constant:
            return Const(span, node, constant)
        method = self._method(node)
        receiver = node.child_by_field_name("receiver")
        if receiver is not None and method in ("freeze", "squish", "html_safe?", "itself", "dup"):
            return self.read(receiver, scope, depth + 1)
        if receiver is not None and method in _UPLOADED and self.path_of(receiver)[:7] == "params.":
            # Where an upload lies is the server's choice.
            return Unknown(span, node)
        if method in ("dig", "fetch", "require") and receiver is not None:
            found = self._looked_up(node, receiver, scope)
            if found is not None:
                return found
        if receiver is not None and method == "join" and receiver.type == "array":
            items = self._array(receiver, scope, depth + 1)
            if isinstance(items, Sequence):
                return Built(span, node, items.items)
        if method in ("format", "sprintf"):
            call = self.call_of(node, scope)
            if call.path in _FORMATTERS:
                given = self.read_arguments(node, scope, depth + 1)
                return Built(span, node, (*given.positional, *given.keywords.values()))
        return CallValue(span, node, self.call_of(node, scope))

    def _looked_up(self, node: Node, receiver: Node, scope: Scope) -> Value | None:
        """``params.fetch(:x)``, ``params.dig(:a, :b)``, ``params.require(:x)`` as members."""
        given = node.child_by_field_name("arguments")
        keys = [n for n in given.named_children if n.type != "comment"] if given is not None else []
        path = self.path_of(receiver)
        if not keys or not path or path.partition(".")[0] != "params":
            return None
        texts = [self.constant(key) for key in keys]
        if not all(ok and _KEY.fullmatch(str(text)) for ok, text in texts):
            return None
        return self.named(node, ".".join((path, *(str(text) for _, text in texts))), scope)

    # ------------------------------------------------------------------ arguments

    def arguments(self, call: Call) -> Arguments:
        node = call.node
        if node.type == "subshell":
            parts = self._parts(node, call.scope, 0)
            text: Value = Built(Span(node.start_byte, node.end_byte), node, tuple(parts))
            if all(isinstance(part, Const) for part in parts):
                joined = "".join(str(part.value) for part in parts if isinstance(part, Const))
                text = Const(text.span, node, joined)
            at = node.end_byte
            return Arguments((text,), span=Span(at, at), has_parentheses=False)
        if node.type == "element_reference":
            given = [n for n in node.named_children if n.type != "comment"][1:]
            values = tuple(self.read(one, call.scope, 0) for one in given)
            start = given[0].start_byte if given else node.end_byte
            return Arguments(values, span=Span(start, max(start, node.end_byte - 1)))
        if node.type in ("assignment", "operator_assignment"):
            return self._index_write(node, call.scope)
        return self.read_arguments(node, call.place.scope, 0)

    def _index_write(self, node: Node, scope: Scope) -> Arguments:
        """``x[key] = value`` as the call of ``[]=``; the entries of a hash are keywords as well."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        values: list[Value] = []
        if left is not None:
            given = [n for n in left.named_children if n.type != "comment"][1:]
            values += [self.read(one, scope, 0) for one in given]
        keywords: dict[str, Value] = {}
        is_open = False
        if right is not None:
            value = self.read(right, scope, 0)
            values.append(value)
            if isinstance(value, Mapping):
                keywords, is_open = dict(value.entries), value.is_open
            else:
                is_call = isinstance(value, CallValue) and value.call.name not in _MERGING
                is_open = not (is_call or isinstance(value, (Const, Built)))
        at = node.end_byte
        return Arguments(
            tuple(values), keywords, is_open=is_open, span=Span(at, at), has_parentheses=False
        )

    def read_arguments(self, call_node: Node, scope: Scope, depth: int) -> Arguments:
        """The arguments of a call; a hash at the end and keywords are the same."""
        node = call_node.child_by_field_name("arguments")
        block_node = call_node.child_by_field_name("block")
        block: Function | None = None
        if block_node is not None:
            block = self.function_of(block_node, scope)
        if node is None and self._method(call_node) in _MARKING:
            # What is marked is what stands before the dot.
            receiver = call_node.child_by_field_name("receiver")
            at = call_node.end_byte
            given = () if receiver is None else (self.read(receiver, scope, depth + 1),)
            return Arguments(given, span=Span(at, at), has_parentheses=False)
        if node is None:
            method = call_node.child_by_field_name("method")
            at = method.end_byte if method is not None else call_node.end_byte
            return Arguments(span=Span(at, at), block=block, has_parentheses=False)
        positional: list[Value] = []
        keywords: dict[str, Value] = {}
        spans: dict[str, Span] = {}
        spreads: list[Value] = []
        is_open = False
        children = [n for n in node.named_children if n.type not in ("comment", "heredoc_body")]
        for child in children[:MAX_ITEMS]:
            kind = child.type
            if kind == "pair":
                is_open |= not self._keyword(child, scope, depth, keywords, spans)
            elif kind in ("splat_argument", "hash_splat_argument"):
                is_open = True
                inner = only_child(child)
                if inner is not None:
                    spreads.append(self.read(inner, scope, depth + 1))
            elif kind in ("forward_arguments", "ERROR"):
                is_open = True
            elif kind == "block_argument":
                continue
            elif kind == "hash" and child == children[-1] and child.named_child_count:
                for item in child.named_children[:MAX_ITEMS]:
                    if item.type == "pair":
                        is_open |= not self._keyword(item, scope, depth, keywords, spans)
                    elif item.type != "comment":
                        is_open = True
            else:
                positional.append(self.read(child, scope, depth + 1))
        has_parentheses = self.source[node.start_byte : node.start_byte + 1] == b"("
        start, end = node.start_byte, node.end_byte
        if has_parentheses:
            start += 1
            if self.source[end - 1 : end] == b")":
                end -= 1
        if (
            positional
            and isinstance(positional[0], Sequence)
            and self._method(call_node) in _BINDING
        ):
            # ``where(["a = ?", x])`` is ``where("a = ?", x)``.
            positional[:1] = positional[0].items
        elsewhere = keywords.get("allow_other_host") or keywords.get("only_path")
        is_redirect = bool(positional) and self._method(call_node) == "redirect_to"
        if is_redirect and isinstance(elsewhere, Const):
            is_kept = elsewhere.value is ("only_path" in keywords)
            if is_kept:
                # Rails refuses to send the client to another host.
                positional[0] = Unknown(positional[0].span, positional[0].node)
        if (
            positional
            and self._method(call_node) in _SENDING
            and self._is_partly_fixed(positional[0])
        ):
            # A name with a fixed part is one of few.
            positional[0] = Unknown(positional[0].span, positional[0].node)
        return Arguments(
            tuple(positional),
            keywords,
            spans,
            is_open,
            Span(start, max(start, end)),
            tuple(spreads),
            block,
            has_parentheses,
        )

    def _is_partly_fixed(self, value: Value) -> bool:
        """Whether a text has a part that is written out, also through a variable."""
        if isinstance(value, Built):
            return True
        return isinstance(value, Name) and any(
            one.target == value.path
            and one.value_node is not None
            and one.value_node.type == "string"
            and one.value_node.named_child_count > 1
            for one in self.facts.assigns
        )

    def _keyword(
        self, pair: Node, scope: Scope, depth: int, keywords: dict[str, Value],
        spans: dict[str, Span],
    ) -> bool:  # fmt: skip
        """Add a pair to keywords; whether its key is known."""
        key_node = pair.child_by_field_name("key")
        key = self.key_of(key_node, scope) if key_node is not None else None
        if key is None or key_node is None:
            return False
        keywords[key] = self._pair_value(pair, key_node, scope, depth)
        spans[key] = Span(pair.start_byte, pair.end_byte)
        return True

    def make_call(self, node: Node, place: Place) -> Call:
        """A call of a method, a command in backticks, or a look-up in a constant."""
        kind = node.type
        if kind == "subshell":
            return RubyCall(place, node, node, None, "`", "`")
        if kind in ("identifier", "super", "yield"):
            name = self.slice(node) if kind == "identifier" else kind
            return RubyCall(place, node, node, None, name, name)
        if kind == "element_reference":
            receiver = node.child_by_field_name("object")
            path = self.path_of(receiver) if receiver is not None else ""
            return JoinedCall(
                place, node, receiver or node, None, path + ".[]" if path else "", "[]"
            )
        if kind in ("assignment", "operator_assignment"):
            left = node.child_by_field_name("left")
            receiver = left.child_by_field_name("object") if left is not None else None
            path = self.path_of(receiver) if receiver is not None else ""
            return RubyCall(place, node, left or node, None, path + ".[]=" if path else "", "[]=")
        method = node.child_by_field_name("method")
        name = self.slice(method) if method is not None else "call"
        receiver = node.child_by_field_name("receiver")
        if receiver is None:
            return RubyCall(place, node, method or node, None, name, name)
        owner = self.path_of(receiver)
        path = f"{owner}.{name}" if owner else ""
        return RubyCall(place, node, method or receiver, None, path, name)


# ---------------------------------------------------------------------------- shapes


def is_given(call: Node) -> bool:
    """Whether a call has an argument or a block."""
    arguments = call.child_by_field_name("arguments")
    if arguments is not None and arguments.named_child_count:
        return True
    return call.child_by_field_name("block") is not None


def _is_constant(node: Node) -> bool:
    return node.type in ("constant", "scope_resolution")


def tail_of(node: Node) -> Node | None:
    """The last statement of a block, whose value the block has; None when there is none."""
    for _ in range(MAX_DEPTH):
        if node.type not in _TRANSPARENT:
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
