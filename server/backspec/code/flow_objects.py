"""Follows objects: what methods find in the one they are called on, what functions make."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from backspec.code.facts.model import Mapping, Name, Sequence
from backspec.code.flow_names import NameFlow
from backspec.code.taint import MAX_CALLS, Frame, Taint, Where
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.facts.model import Call, Function

_RECEIVERS: Final = 8
"""How many calls of a method are looked at for what its object holds."""


@dataclass(slots=True)
class ObjectFlow(NameFlow):
    """Follows members through calls of methods and of functions that make objects."""

    def _receiver_part(self, function: Function, rest: list[str], where: Where) -> Taint | None:
        frame = where.frame
        while frame is not None and frame.function is not function:
            frame = frame.outer.frame
        if frame is None:
            return self._receiver_field(function, rest) if rest else None
        return self._part_of_receiver(frame.call, rest, frame.outer)

    def _part_of_receiver(self, call: Call, rest: list[str], outer: Where) -> Taint | None:
        """What a member of the object holds on which a call is made."""
        receiver = self.file.adapter.receiver_node(call)
        if receiver is None:
            return None
        written = self.file.adapter.slice(receiver)
        if re.fullmatch(r"\w+(?:\.\w+)*", written):
            span = Span(receiver.start_byte, receiver.end_byte)
            return self._path(".".join((written, *rest)), span, outer)
        return self._part(self._read(receiver, outer), rest, outer)

    def _receiver_field(self, function: Function, rest: list[str]) -> Taint | None:
        """What callers and other methods put into a field, from clients only."""
        owner = function.path.rpartition(".")[0]
        for assign in self.file.fields.get((owner, rest[0]), ()):
            at = Where(assign.function, assign.node)
            found = self._assigned(assign, rest[1:], assign.target, at)
            if found is not None and found.kind == "input":
                return found
        for call in self.file.callers(function.path)[:_RECEIVERS]:
            if call.function is None or call.function.path.rpartition(".")[0] == owner:
                continue  # one method calls another of the same object
            found = self._part_of_receiver(call, rest, Where(call.function, call.node))
            if found is not None and found.kind == "input":
                return found
        return None

    def _result_member(
        self, call: Call, rest: list[str], where: Where
    ) -> tuple[Taint | None] | None:
        name = call.qualified or ""
        functions = self.file.overloads.get(name[1:], []) if name.startswith(":") else []
        if len(functions) != 1 or where.depth >= MAX_CALLS or functions[0].is_async:
            return None
        (function,) = functions
        frame = Frame(function, call, where, where.depth + 1)
        best: Taint | None = None
        seen = 0
        for statement in self.file.returns.get(id(function), ()):
            value = statement.value
            if self.file.order(function).is_dead(statement.node) or value is None:
                continue
            if isinstance(value, Sequence) and self.file.adapter.family == "go" and value.items:
                value = value.items[0]  # an object and an error
            at = Where(function, statement.node, frame)
            if isinstance(value, Mapping) and not value.is_open:
                seen += 1
                found = self._part(value, rest, at)
            elif isinstance(value, Name) and value.path.isidentifier():
                if not self._is_made_in(value.path, function):
                    return None
                seen += 1
                found = self._part(value, rest, at)
            else:
                return None
            if found is not None:
                best = found.then(call.span, f"returned by `{function.name}`")
                if found.kind == "input":
                    return (best,)
        return (best,) if seen else None

    def _is_made_in(self, name: str, function: Function) -> bool:
        """Whether all that a variable of a function is given are visible objects."""
        assigns = self.file.assigns.get((id(function), name), [])
        return bool(assigns) and all(
            isinstance(one.value, Mapping) and not one.value.is_open for one in assigns
        )
