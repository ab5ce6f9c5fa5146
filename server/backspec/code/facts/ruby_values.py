"""What Ruby expressions give: names, hashes, texts, choices, results of calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.facts.model import (
    Arguments,
    Built,
    CallValue,
    Const,
    FunctionValue,
    Mapping,
    Operation,
    Scope,
    Sequence,
    Unknown,
    Value,
)
from backspec.code.facts.ruby_paths import (
    ESCAPE,
    KEY,
    PLAIN,
    STRINGS,
    TEXT_PARTS,
    TRANSPARENT,
    RubyPaths,
    is_constant,
    tail_of,
)
from backspec.code.facts.values import MAX_DEPTH, MAX_ITEMS, only_child, operator_of, unescape
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.syntax import Node

BLOCKS: Final = ("block", "do_block")
_CHOICES: Final = frozenset(("if", "unless", "conditional", "case", "case_match"))
_UPLOADED: Final = ("tempfile", "path", "size", "to_path")
_FORMATTERS: Final = frozenset(("format", "sprintf", "Kernel.format", "Kernel.sprintf"))


class RubyValues(RubyPaths):
    """Reads Ruby expressions."""

    def read_arguments(self, call_node: Node, scope: Scope, depth: int) -> Arguments:
        """The arguments of a call; a hash at the end and keywords are the same."""
        raise NotImplementedError

    def read(self, node: Node, scope: Scope, depth: int) -> Value:
        while node.type in TRANSPARENT:
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
        if kind in STRINGS:
            return Built(span, node, tuple(self.parts_of(node, scope, depth)))
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
        receiver = node.child_by_field_name("object")
        if receiver is not None and receiver.type == "identifier":
            # ``user_params[:name]``: an entry of what a method of the class gives.
            held = self._identifier(receiver, scope)
            if isinstance(held, CallValue) and (held.call.qualified or "").startswith(":"):
                if self._is_listed(node):
                    return Unknown(span, node)
                return Operation(span, node, "[]", (held,))
        if path:
            return self.named(node, path, scope)
        receiver = node.child_by_field_name("object")
        if receiver is not None and is_constant(receiver):
            return CallValue(span, node, self.call_of(node, scope))
        parts = [n for n in node.named_children if n.type != "comment"]
        return Operation(span, node, "[]", tuple(self.read(one, scope, depth + 1) for one in parts))

    def _is_listed(self, node: Node) -> bool:
        """Whether a condition around, or before, says that what is written is one of a list."""
        listed = f".include?({self.slice(node)})"
        child = node
        for _ in range(24):
            around = child.parent
            if around is None or around.type in ("method", "singleton_method", "class"):
                return False
            condition = around.child_by_field_name("condition")
            if condition is not None and condition != child:
                then = around.child_by_field_name("consequence") or (
                    around.child_by_field_name("body")
                )
                is_then = then == child and not around.type.startswith("unless")
                if is_then and listed in self.slice(condition):
                    return True
            if around.type == "body_statement":
                before = child.prev_named_sibling
                for _ in range(8):
                    if before is None:
                        break
                    text = self.slice(before) if before.type == "unless_modifier" else ""
                    if listed in text and text.startswith(("return", "raise", "head", "render")):
                        return True
                    before = before.prev_named_sibling
            child = around
        return False

    def parts_of(self, node: Node, scope: Scope, depth: int) -> list[Value]:
        """The parts of a text with something computed in it."""
        kind = node.type
        if kind == "heredoc_beginning":
            body = self.heredoc_body(node)
            return [] if body is None else self.parts_of(body, scope, depth)
        if kind == "chained_string":
            return [
                part for one in node.named_children for part in self.parts_of(one, scope, depth)
            ]
        parts: list[Value] = []
        for part in node.named_children:
            span = Span(part.start_byte, part.end_byte)
            if part.type == "heredoc_end":
                continue
            if part.type in TEXT_PARTS:
                text = ESCAPE.sub(unescape, self.slice(part))
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
        mapping.entries[key] = self.pair_value(pair, key_node, scope, depth)
        mapping.key_spans[key] = Span(key_node.start_byte, key_node.end_byte)

    def pair_value(self, pair: Node, key: Node, scope: Scope, depth: int) -> Value:
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
        is_constant, constant = self.constant_call(node)
        if is_constant:
            return Const(span, node, constant)
        method = self.method_of(node)
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
        if not all(ok and KEY.fullmatch(str(text)) for ok, text in texts):
            return None
        return self.named(node, ".".join((path, *(str(text) for _, text in texts))), scope)
