"""Follows what values are made of: parts of texts, items of containers, branches of conditions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from backspec.code.checked import PINS_HOST, proves
from backspec.code.cleaning import is_value_place, unquoted
from backspec.code.facts.model import (
    Built,
    Call,
    CallValue,
    Const,
    Mapping,
    Name,
    Operation,
    Sequence,
    Value,
)
from backspec.code.taint import MAX_DEPTH, MAX_STEPS, Step, Taint, Where
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backspec.code.flow_file import FlowFile
    from backspec.code.syntax import Node
    from backspec.text import Span

_COMPREHENSIONS: Final = frozenset(
    ("list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression")
)


_HOLE: Final = regex(r"%s|\{\w*\}")
"""Where a format takes a value."""
_HOSTS: Final = frozenset(
    ("host", "hostname", "url", "uri", "href", "origin", "baseurl", "socketpath")
)
"""Options of a request that say where it goes."""
PATIENCE: Final = 200
"""After how many steps nothing is followed twice."""


@dataclass(slots=True)
class ValueFlow:
    """One question: does this argument hold what somebody else chose?"""

    file: FlowFile
    unless: frozenset[str] = frozenset()
    """Roles of calls that make a value harmless here."""
    part: str = ""
    """See ``clauses.Part``."""
    is_data: bool = False
    """Only what the client may have sent as data counts, not what is text for certain."""
    steps: int = 0
    ran_out: bool = False
    _seen: set[tuple[object, ...]] = field(default_factory=set)
    _known: dict[tuple[object, ...], tuple[Taint | None, Where]] = field(default_factory=dict)
    """What was found out for good; the place is kept so that the ids in the key stay its own."""
    _fruitless: dict[tuple[object, ...], Where] = field(default_factory=dict)
    """What gave nothing as far as it was followed; see ``_gave_nothing``."""
    _cuts: int = 0
    """How often an answer was partial: in a circle, or too deep."""
    _depth: int = 0
    _in_query: int = 0
    """Whether what is asked for was read from the query of an address."""
    _joining: int = 0
    """Whether lists are looked at for the text that is made of them."""

    def value(self, value: Value, where: Where) -> Taint | None:
        """How a value came to hold what somebody else chose; None when it does not."""
        self.steps += 1
        if self.steps > MAX_STEPS or self._depth > MAX_DEPTH:
            self.ran_out = True
            self._cuts += 1
            return None
        key = ("value", value.node.id, id(where.function), id(where.frame), *self._ways())
        if isinstance(value, Const):
            return None
        if key in self._seen or self._gave_nothing(key):
            self._cuts += 1
            return None
        self._seen.add(key)
        self._depth += 1
        try:
            found = self._value(value, where)
        finally:
            self._depth -= 1
            self._seen.discard(key)
        if found is None:
            self._fruitless[key] = where
        return found

    def _ways(self) -> tuple[bool, bool]:
        return self._joining > 0, self._in_query > 0

    def _gave_nothing(self, key: tuple[object, ...]) -> bool:
        """Whether to leave out, once an answer takes long, what was followed to no avail before.

        Followed from elsewhere it is cut at other circles, but all that it leads to is looked at
        for this answer anyway. Without this, a list that is added to in a loop takes as many steps
        as there are ways through the loop.
        """
        return self.steps > PATIENCE and key in self._fruitless

    def _value(self, value: Value, where: Where) -> Taint | None:
        if isinstance(value, Name):
            return self._named(value, where)
        if isinstance(value, Built):
            if self.is_data:
                return None
            parts = value.parts
            if self.part == "host":
                parts = hosts(parts)
            elif self.part == "line":
                parts = tuple(unquoted(self.file.adapter, parts))
            if self.part == "value":
                return self._built_value(parts, where, value.span)
            if self.part == "program":
                parts = parts[:1]
            found = self._first(parts, where)
            return found.built(value.span) if found is not None else None
        if isinstance(value, CallValue):
            return self._call(value.call, where)
        if isinstance(value, Operation):
            return self._operation(value, where)
        if isinstance(value, Sequence):
            is_data = self.file.adapter.sequences_are_data
            if is_data and self.part in ("text", "line", "object") and not self._joining:
                return None
            return self._first(value.items[:1] if self.part == "program" else value.items, where)
        if value.node.type in _COMPREHENSIONS:
            return self._comprehension(value.node, where)
        if isinstance(value, Mapping):
            if self.part in ("text", "line") and not self._joining:
                return None
            if self.part == "object":
                whole = [
                    one
                    for key, one in value.entries.items()
                    if key.startswith("$") and key != "$eq"
                ]
                return self._first((*value.spreads, *whole), where)
            if self.part == "host":
                named = [one for key, one in value.entries.items() if key.lower() in _HOSTS]
                if named:
                    return self._first((*named, *value.spreads), where)
            # What a query compares with ``$eq`` is taken as a value, whatever it is.
            entries = [
                one for key, one in value.entries.items() if key != "$eq" or not self.is_data
            ]
            return self._first((*entries, *value.spreads, *value.others), where)
        return None

    def _built_value(self, parts: tuple[Value, ...], where: Where, span: Span) -> Taint | None:
        """A text in which a part stands where a statement has a value, not a name."""
        values = [
            part
            for at, part in enumerate(parts)
            if is_value_place(parts, at) or isinstance(part, (Built, Operation))
        ]
        found = self._first(values, where)
        return found.built(span) if found is not None else None

    def _comprehension(self, node: Node, where: Where) -> Taint | None:
        """``[f(x) for x in xs]``: what its items hold."""
        body = node.child_by_field_name("body")
        if body is None:
            return None
        bodies = body.named_children if body.type == "pair" else [body]
        return self._first(
            (self._read(one, where) for one in bodies),
            where if not bodies else Where(where.function, bodies[0], where.frame),
        )

    def _first(self, values: Iterable[Value], where: Where) -> Taint | None:
        """What the client chose before what the caller chose, in one of several values."""
        best: Taint | None = None
        for value in values:
            found = self.value(value, where)
            if found is not None:
                if found.kind == "input":
                    return found
                best = best or found
        return best

    def _operation(self, value: Operation, where: Where) -> Taint | None:
        operator, operands = value.operator, value.operands
        if operator == "?:" and len(operands) == 3:
            condition, then, otherwise = operands
            verdict = self.file.order(where.function).truth(condition)
            if verdict is not None:
                return self.value(then if verdict else otherwise, where)
            best: Taint | None = None
            adapter = self.file.adapter
            for branch, holds in ((then, True), (otherwise, False)):
                if proves(adapter, condition, adapter.slice(branch.node), holds, self.part):
                    continue
                # What a branch is made of stands under the condition, too.
                found = self.value(branch, Where(where.function, branch.node, where.frame))
                if found is not None and found.kind == "input":
                    return found
                best = best or found
            return best
        if operator == "/" and self.part == "path" and self.file.adapter.slash_joins:
            found_in = self._first(operands, where)
            return found_in.built(value.span) if found_in is not None else None
        if operator == "switch":
            for one in operands:
                # An arm may be a block with variables of its own.
                found_in = self.value(one, Where(where.function, one.node, where.frame))
                if found_in is not None:
                    return found_in
            return None
        if operator in ("or", "and", "||", "&&", "??", "?:"):
            return self._first(operands, where)
        if operator == "+" and self.file.adapter.plus_joins:
            if self.is_data or len(operands) < 2:
                return None
            if self.part == "value":
                return self._built_value(operands, where, value.span)
            parts = hosts(operands) if self.part == "host" else operands
            if self.part == "program":
                parts = parts[:1]
            found_in = self._first(parts, where)
            return found_in.built(value.span) if found_in is not None else None
        if operator == "[]" and operands:
            container = operands[0]
            if isinstance(container, Mapping):
                return self._first((*container.entries.values(), *container.others), where)
            if isinstance(container, Name) and not self.is_data:
                # ``req.query[key]``: what is whole a mapping holds texts.
                known = container.qualified
                is_whole = known is not None and self.file.is_whole(known)
                if is_whole and self._is_source(f"{known}.item"):
                    return Taint("input", (Step(value.span, "chosen by the client"),))
            return self._joined([container], where)
        return None

    def _joined(self, values: Iterable[Value], where: Where) -> Taint | None:
        """What items of lists hold that are joined into a text."""
        self._joining += 1
        try:
            return self._first(values, where)
        finally:
            self._joining -= 1

    # ------------------------------------------------------------------ what subclasses answer

    def _named(self, value: Name, where: Where) -> Taint | None:
        """How a name came to hold it."""
        raise NotImplementedError

    def _is_source(self, qualified: str | None) -> bool:
        """Whether a name holds what a client sent, in a form that counts here."""
        raise NotImplementedError

    def _call(self, call: Call, where: Where, position: int = -1) -> Taint | None:
        """How a call's result came to hold it; of several results, the one at ``position``."""
        raise NotImplementedError

    def _read(self, node: Node, where: Where) -> Value:
        """The value of an expression."""
        raise NotImplementedError


def hosts(parts: tuple[Value, ...]) -> tuple[Value, ...]:
    """The parts of a URL that say where it goes: up to the text that ends the host.

    A first part of unknown text, a base address, is taken to say it all.
    """
    text = ""
    found: list[Value] = []
    for part in _in_order(parts):
        if isinstance(part, str):
            # Spring's views: ``return "redirect:" + url``.
            text += part if text else part.removeprefix("redirect:")
            if PINS_HOST.match(text):
                break
        else:
            found.append(part)
            if not text:
                break
            text += "x"
    return tuple(found)


def _in_order(parts: tuple[Value, ...]) -> list[Value | str]:
    """Texts and values as they follow each other, also where a format says where values go."""
    found: list[Value | str] = []
    head = parts[0] if parts else None
    if isinstance(head, Const) and isinstance(head.value, str):
        texts = _HOLE.split(head.value)
        if len(texts) == len(parts) > 1:
            for text, value in zip(texts, parts[1:], strict=False):
                found += [text, value]
            return [*found, texts[-1]]
    for part in parts:
        is_text = isinstance(part, Const) and isinstance(part.value, str)
        found.append(str(part.value) if is_text and isinstance(part, Const) else part)
    return found
