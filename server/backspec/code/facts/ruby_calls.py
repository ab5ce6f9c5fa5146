"""Ruby's calls: what they are given, also by index, in backticks and in front of the dot."""

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
    Mapping,
    Name,
    Place,
    Scope,
    Sequence,
    Unknown,
    Value,
)
from backspec.code.facts.ruby_values import RubyValues
from backspec.code.facts.values import MAX_ITEMS, JoinedCall, only_child
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.syntax import Node

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


_SINGLE: Final = re.compile(r"(?:^|[._@])(?:id|uuid|token|sid|secret|email|name|username|login)$")
"""Names of what is one text or number, and no hash of options."""


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


class RubyCalls(RubyValues):
    """Reads Ruby calls."""

    def arguments(self, call: Call) -> Arguments:
        node = call.node
        if node.type == "subshell":
            parts = self.parts_of(node, call.scope, 0)
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
                is_text = isinstance(value, (Const, Built)) or (
                    isinstance(value, Name) and _SINGLE.search(value.path) is not None
                )
                is_open = not (is_call or is_text)
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
        if node is None and self.method_of(call_node) in _MARKING:
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
            and self.method_of(call_node) in _BINDING
        ):
            # ``where(["a = ?", x])`` is ``where("a = ?", x)``.
            positional[:1] = positional[0].items
        elsewhere = keywords.get("allow_other_host") or keywords.get("only_path")
        is_redirect = bool(positional) and self.method_of(call_node) == "redirect_to"
        if is_redirect and isinstance(positional[0], CallValue):
            # ``params.merge(only_path: true)``
            elsewhere = positional[0].call.arguments.keywords.get("only_path", elsewhere)
            keywords = {"only_path": elsewhere, **keywords} if elsewhere else keywords
        if is_redirect and isinstance(elsewhere, Const):
            is_kept = elsewhere.value is ("only_path" in keywords)
            if is_kept:
                # Rails refuses to send the client to another host.
                positional[0] = Unknown(positional[0].span, positional[0].node)
        if (
            positional
            and self.method_of(call_node) in _SENDING
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
            return any(isinstance(one, Const) and one.value for one in value.parts)
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
        keywords[key] = self.pair_value(pair, key_node, scope, depth)
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
