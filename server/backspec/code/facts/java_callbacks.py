"""Lambdas and method references in Java: who runs them, and for what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.facts.java_proofs import JavaProofs
from backspec.code.facts.model import FunctionValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.facts.model import Call, Function
    from backspec.code.syntax import Node

_RUNS: Final = frozenset(
    ("apply", "get", "call", "accept", "test", "run", "applyAsInt", "applyAsLong", "execute",
     "getAsInt", "compare")
)  # fmt: skip
_GIVES: Final = frozenset(("map", "mapToObj", "flatMap", "filter", "thenApply", "mapMulti"))
_TAKES: Final = _GIVES | frozenset(
    ("forEach", "forEachOrdered", "ifPresent", "peek", "anyMatch", "allMatch", "noneMatch",
     "removeIf", "doOnNext", "subscribe", "thenAccept", "orElseGet", "flatMapMany", "concatMap")
)  # fmt: skip
_NUMBERS: Final = frozenset(
    ("Integer::parseInt", "Integer::valueOf", "Long::parseLong", "Long::valueOf",
     "UUID::fromString",
     "Double::parseDouble", "Double::valueOf", "Boolean::parseBoolean", "Boolean::valueOf",
     "BigDecimal::new", "BigInteger::new", "LocalDate::parse", "Instant::parse", "String::length")
)  # fmt: skip


class JavaCallbacks(JavaProofs):
    """Says which functions callbacks are."""

    def stored_function(self, call: Call) -> Function | None:
        owner = call.path.rpartition(".")[0].removeprefix("this.")
        if call.name not in _RUNS or not owner.isidentifier():
            return None
        for assign in self.facts.assigns:
            node = assign.value_node
            if assign.target.removeprefix("this.") != owner or node is None:
                continue
            if node.type == "lambda_expression":
                value = assign.value
                return value.function if isinstance(value, FunctionValue) else None
        return None

    def invoking_call(self, function: Function) -> Call | None:
        around = function.node.parent
        if around is None or around.type not in ("variable_declarator", "assignment_expression"):
            return None
        name = around.child_by_field_name("name") or around.child_by_field_name("left")
        owner = self.slice(name).removeprefix("this.") if name is not None else ""
        for call in self.facts.calls:
            if call.name in _RUNS and call.path.removeprefix("this.") == f"{owner}.{call.name}":
                return call
        return None

    def referring_calls(self, function: Function) -> Iterator[Call]:
        owner = function.class_def.name if function.class_def is not None else ""
        known = {f"{one}::{function.name}" for one in ("this", "self", owner)}
        for call in self.facts.calls:
            reference = self._reference(call) if call.name in _TAKES else None
            if reference is not None and self.slice(reference) in known:
                yield call

    def item_function(self, call: Call) -> Function | None:
        if call.name not in _GIVES:
            return None
        given = call.arguments.positional
        if len(given) != 1 or not isinstance(given[0], FunctionValue):
            return None
        return given[0].function

    def is_cleaned(self, call: Call) -> bool:
        if call.name in _GIVES:
            reference = self._reference(call)
            if reference is not None and self.slice(reference) in _NUMBERS:
                return True
        return super().is_cleaned(call)

    @staticmethod
    def _reference(call: Call) -> Node | None:
        """The method reference that is all a call is given."""
        arguments = call.node.child_by_field_name("arguments")
        nodes = arguments.named_children if arguments is not None else []
        return nodes[0] if len(nodes) == 1 and nodes[0].type == "method_reference" else None
