"""What calls put into containers of languages without declared types, and read from them.

A variable counts as a container when the function made it: with a literal, or with a call. What
kind it is follows from the methods called on it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from backspec.code.facts.adapter import Adapter
from backspec.code.facts.model import Assign, Const, Mapping
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from backspec.code.facts.model import Call, Place, Value
    from backspec.code.resolve import Resolver
    from backspec.code.syntax import Node

_READS_HEADER: Final = re.compile(r"(?:Request|Context)(?:\(\))?\.(?:get|header)$")


class LooseContainers(Adapter):
    """Follows what goes through lists, mappings and writers of a function."""

    adds: ClassVar[frozenset[str]]
    """Methods that put all they are given into a list or set."""
    puts: ClassVar[frozenset[str]]
    """Methods that put their last argument under a key, or several keys, before it."""
    writes: ClassVar[frozenset[str]]
    """Methods that add to a text."""
    merges: ClassVar[frozenset[str]]
    """Methods that take over the entries of a mapping."""
    gets: ClassVar[frozenset[str]]
    """Methods that read what stands under a key."""
    appends: ClassVar[frozenset[str]]
    """Methods that put one thing at the end of a list."""
    shuffles: ClassVar[frozenset[str]]
    """Methods after which nobody knows what stands where."""
    two_keys: ClassVar[tuple[str, ...]] = ()
    """How the makers of mappings end that take a section and a key."""

    def __init__(
        self, language: str, source: bytes, resolver: Resolver, place: Place | None
    ) -> None:
        super().__init__(language, source, resolver, place)
        self.pattern_assigns: list[Assign] = []
        """What is taken apart, or put under keys that are not constant; filled by the walk."""

    def _holder(self, call: Call) -> str:
        """The variable a method is called on, "" when it is no plain one."""
        path, _, name = call.path.rpartition(".")
        return path if name and path.isidentifier() else ""

    def _made_by(self, call: Call) -> str:
        """The path of the call that made the variable a method is called on."""
        head = call.path.partition(".")[0]
        scope = call.scope.declaring(head)
        for binding in scope.bindings[head] if scope is not None else ():
            if binding.kind == "value":
                return binding.target.removesuffix("()")
        return ""

    def changes(self) -> Iterable[Assign]:
        yield from self.pattern_assigns
        known = self.adds | self.puts | self.writes | self.merges
        for call in self.facts.calls:
            if call.name in known:
                path = self._holder(call)
                if path:
                    yield from self._change(call, path)

    def _change(self, call: Call, path: str) -> Iterable[Assign]:
        name, given = call.name, call.arguments.positional
        node = call.node.child_by_field_name("arguments") or call.node

        def put(target: str, value: Value, operator: str) -> Assign:
            return Assign(call.place, node, call.callee, target, value.node, operator)

        if name in self.merges:
            for value in given:
                if isinstance(value, Mapping):
                    for key, one in value.entries.items():
                        yield put(f"{path}.{key}", one, "=")
                else:
                    yield put(path, value, "<-")
            for key, one in call.arguments.keywords.items():
                yield put(f"{path}.{key}", one, "=")
        elif name in self.puts and len(given) >= 2:
            *keys, value = given
            texts = [str(one.value) for one in keys if isinstance(one, Const)]
            if len(texts) == len(keys) and not any("." in text for text in texts):
                yield put(".".join((path, *texts)), value, "=")
            else:
                yield put(path, value, "<-")
        elif name in self.adds or name in self.writes:
            for value in given:
                yield put(path, value, "+=" if name in self.writes else "<-")

    def can_choose(self, call: Call, part: str) -> bool:
        # No header holds a line break: ``req.get("X-Id")``.
        return part != "line" or not _READS_HEADER.search(call.qualified or "")

    own_addresses: ClassVar[frozenset[str]] = frozenset()
    """Members of requests that hold the address that was asked for."""

    def is_own_address(self, qualified: str) -> bool:
        plain = qualified.replace("()", "")
        is_member = plain in self.resolver.models.inputs
        return is_member and plain.rpartition(".")[2] in self.own_addresses

    # ------------------------------------------------------------------ reads

    def item_path(self, call: Call) -> str | None:
        if call.name not in self.gets:
            return None
        path, given = self._holder(call), call.arguments.positional
        if not path or not given or not all(isinstance(one, Const) for one in given):
            return None
        keys = given[:1]
        if len(given) > 1 and self._made_by(call).endswith(self.two_keys or ("\0",)):
            keys = given[:2]
        texts = [str(one.value) for one in keys if isinstance(one, Const)]
        return None if any("." in text for text in texts) else ".".join((path, *texts))

    def list_change(self, call: Call) -> tuple[str, int | None, Node | None] | None:
        if not self._holder(call):
            return None
        name, given = call.name, call.arguments.positional
        if name in self.appends and len(given) == 1:
            return "add", None, given[0].node
        if name == "unshift" and len(given) == 1:
            return "add", 0, given[0].node
        if name == "insert" and len(given) == 2:
            at = given[0].value if isinstance(given[0], Const) else None
            if isinstance(at, int) and at >= 0:
                return "add", at, given[1].node
            return "unsure", None, None
        if name == "shift" and not given:
            return "remove", 0, None
        if name == "pop":
            at = given[0].value if given and isinstance(given[0], Const) else None
            if not given:
                return "remove", -1, None
            return ("remove", at, None) if isinstance(at, int) else None
        if name == "clear" and not given:
            return "clear", None, None
        return ("unsure", None, None) if name in self.shuffles else None

    # ------------------------------------------------------------------ constants

    lengths: ClassVar[frozenset[str]] = frozenset()
    """Functions that tell how long a text is."""
    same: ClassVar[frozenset[str]] = frozenset()
    """Methods that give one character of a text by its place."""

    def folded(self, call: Call, constant: Callable[[Node], Value]) -> Value | None:
        span = Span(call.node.start_byte, call.node.end_byte)
        given = call.arguments.positional
        if call.path in self.lengths and len(given) == 1:
            text = constant(given[0].node)
            if isinstance(text, Const) and isinstance(text.value, str):
                return Const(span, call.node, len(text.value), literal=False)
            return None
        receiver = self.receiver_node(call)
        if call.name not in self.same or receiver is None or len(given) != 1:
            return None
        text, place = constant(receiver), constant(given[0].node)
        if not isinstance(text, Const) or not isinstance(place, Const):
            return None
        held, at = text.value, place.value
        if isinstance(held, str) and type(at) is int and -len(held) <= at < len(held):
            return Const(span, call.node, held[at], literal=False)
        return None
