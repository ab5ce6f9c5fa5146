"""What reading expressions has in common in languages whose calls hold their receiver.

Ruby is built on it; an adapter that moves here drops its own copies of the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.facts.adapter import Adapter
from backspec.code.facts.model import Call, Function, Scope, Value
from backspec.code.facts.operands import flat_operands
from backspec.text import Span

if TYPE_CHECKING:
    import re

    from backspec.code.facts.model import Place
    from backspec.code.syntax import Node

MAX_DEPTH: Final = 24
"""How deep values are read: what lies deeper is unknown."""
MAX_ITEMS: Final = 2000
"""How many items of one list or mapping are read; the rest makes it open."""
MAX_STEPS: Final = 64
"""How long a chain may be to be a path."""

_ESCAPED: Final = {
    "n": "\n", "r": "\r", "t": "\t", "v": "\v", "e": "\x1b", "f": "\f", "a": "\a", "b": "\b",
    "s": " ",
}  # fmt: skip


class JoinedCall(Call):
    """A call whose ``callee`` node is its name alone; as written, it begins where the call does."""

    __slots__ = ()

    @property
    def callee_span(self) -> Span:
        return Span(self.node.start_byte, max(self.callee.end_byte, self.node.start_byte))

    @property
    def written(self) -> str:
        text = " ".join(self.reader.text(self.callee_span).split())
        return text if len(text) <= 60 else "…" + text[-58:]


class Values(Adapter):
    """Reads expressions; a language says what its kinds of nodes are."""

    def value(self, node: Node, scope: Scope) -> Value:
        return self.read(node, scope, 0)

    def read(self, node: Node, scope: Scope, depth: int) -> Value:
        """The value of an expression, ``depth`` levels inside of the one asked about."""
        raise NotImplementedError

    def make_call(self, node: Node, place: Place) -> Call:
        """The fact of a call's node."""
        raise NotImplementedError

    def call_of(self, node: Node, scope: Scope) -> Call:
        """The call fact of a call's node; a bare one for a call the walk did not visit."""
        known = self.calls_by_node.get(node.id)
        if known is not None:
            return known
        call = self.make_call(node, self.detached(scope))
        call.parent = node.parent
        return call

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

    def flat_operands(self, node: Node) -> tuple[str, list[Node]]:
        """The operator of a binary operation and its operands, a chain of one operator flat."""
        return flat_operands(node, node.type, operator_of)


def unescape(found: re.Match[str]) -> str:
    """What an escape sequence of a double-quoted string stands for."""
    code = found[0][1:]
    if code[:1] == "u":
        digits = code[1:].strip("{}")
        try:
            return "".join(chr(int(one, 16)) for one in digits.split())
        except (ValueError, OverflowError):
            return found[0]
    if code[:1] == "x":
        try:
            return chr(int(code[1:], 16))
        except ValueError:
            return found[0]
    if code.isdecimal():
        try:
            return chr(int(code, 8) & 255)
        except ValueError:
            return code
    return _ESCAPED.get(code, "" if code == "\n" else code)


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
