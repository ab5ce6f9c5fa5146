"""Follows names: assignments that reach a use, members, loop items, fields of objects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from backspec.code.checked import PINS_HOST, SAFE_TYPES, is_checked, proves
from backspec.code.facts.model import (
    Assign,
    Call,
    CallValue,
    Const,
    Function,
    Mapping,
    Name,
    PartAssign,
    Scope,
    Sequence,
    Value,
)
from backspec.code.flow_values import ValueFlow
from backspec.code.reaching import then_of
from backspec.code.taint import (
    MAX_CALLS,
    MAX_DEPTH,
    MAX_STEPS,
    PLACE,
    SELVES,
    Frame,
    Step,
    Taint,
    Where,
)
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.syntax import Node

_ARITHMETIC: Final = frozenset(
    ("+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", "&=", "|=", "^=")
)
"""Assignments that leave a number, in languages whose ``+`` joins no texts."""
_CALLBACKS: Final = 4
"""How many callbacks deep a variable of a function is followed to what it was checked for."""
QUERIES: Final = frozenset(("searchParams", "query", "search"))
"""Members of addresses that hold what was asked, which names any other address."""
_LOOP_CLAUSES: Final = frozenset(("for_in_clause", "range_clause"))
"""What in a loop, or a comprehension, says what is gone through."""

_NO_BREAKS: Final = regex(
    r"[.](?:headers?|META|get_host|host|hostname|rel_url|cookies|COOKIES|originalUrl|query_string)\b"
    r"|^(?:express|koa|fastify|https?2?|hono|next)\b.*\.(?:url|path|baseUrl|href|method|protocol|ip)$"
)
"""What a server refuses, or still holds encoded, when there is a line break in it."""


@dataclass(slots=True)
class NameFlow(ValueFlow):
    """Follows variables, members and fields to what they were given."""

    def _named(self, value: Name, where: Where) -> Taint | None:
        path = value.path
        if self.file.adapter.holds_no_text(value):
            return None
        if "(" in path:
            if self._is_source(value.qualified):
                return Taint("input", (Step(value.span, "chosen by the client"),))
            receiver = self.file.adapter.container_of(value.node)
            if receiver is None:
                return None
            is_query = path.rpartition(".")[2] in QUERIES
            return self._taken_from(self._read(receiver, where), where, is_query=is_query)
        if self.part == "line" and self.file.adapter.is_written_as_data(value):
            return None
        found = self._held_by(value, where)
        # Most names hold nothing of the kind: what conditions leave of them is asked last.
        return None if found is None or self._is_checked(path, where) else found

    def _held_by(self, value: Name, where: Where) -> Taint | None:
        """What a variable or member holds, whatever conditions stand around."""
        path = value.path
        holder, _, place = path.rpartition(".")
        if PLACE.fullmatch(place) and self.file.list_changes(where.function, holder):
            item = self._list_item((holder, int(place)), value.node, where)
            if item is not None:
                return item[0]
        found = self._variable(path, where)
        if found is not None and found.kind == "input":
            return found
        # A parameter typed as a request is the caller's, its members are the client's.
        if self._is_source(value.qualified) and not self._is_reassigned(path, where):
            return Taint("input", (Step(value.span, "chosen by the client"),))
        return found

    def _is_checked(self, path: str, where: Where) -> bool:
        """Whether conditions leave only harmless values of a variable where it is used."""
        order, adapter = self.file.order(where.function), self.file.adapter
        if is_checked(order, adapter, path, where.node, self.part):
            return True
        if self.part == "host" and path.endswith(".href"):
            # ``if (!known.has(url.hostname)) return; fetch(url.href)``
            return is_checked(order, adapter, path[: -len(".href")], where.node, self.part)
        if self._is_checked_outside(path, where):
            return True
        # ``host = urlparse(url).hostname`` is checked for ``url``.
        return self.part in ("host", "path") and any(
            is_checked(order, adapter, name, where.node, self.part)
            for name in self.file.made_from(where.function, path)
        )

    def _is_checked_outside(self, path: str, where: Where) -> bool:
        """Whether a callback only runs where its function leaves harmless values of a variable."""
        function, head = where.function, path.partition(".")[0]
        for _ in range(_CALLBACKS):
            if function is None or function.outer is None or function.passed_to is None:
                return False
            if any(one.name == head for one in function.parameters):
                return False
            if (id(function), path) in self.file.assigns:
                return False
            node, function = function.node, function.outer
            if is_checked(self.file.order(function), self.file.adapter, path, node, self.part):
                return True
        return False

    def _is_replaced(self, assign: Assign, others: list[Assign], path: str, where: Where) -> bool:
        """Whether a branch between an assignment and a use replaces all values that do harm."""
        order = self.file.order(where.function)
        for other in others:
            if other.node.start_byte < assign.node.end_byte or other.operator not in ("=", ":="):
                continue
            for around, child in order.chain(other.node):
                condition = around.child_by_field_name("condition")
                if (
                    condition is None
                    or child == condition
                    or around.start_byte < assign.node.end_byte
                    or around.end_byte > where.node.start_byte
                ):
                    continue
                holds = child == then_of(around)
                if proves(self.file.adapter, order.evaluate(condition), path, not holds, self.part):
                    return True
        return False

    def _is_source(self, qualified: str | None) -> bool:
        """Whether a name holds what a client sent, in a form that counts here."""
        if qualified is None:
            return False
        adapter, file = self.file.adapter, self.file
        if self.part == "host" and not self._in_query and adapter.is_own_address(qualified):
            return False
        if self.part == "line" and _NO_BREAKS.search(qualified):
            return False
        if not file.is_input(qualified):
            return not self.is_data and adapter.is_input_member(qualified)
        if self.is_data:
            return file.is_data(qualified)
        return self.part not in ("text", "line") or not file.is_whole(qualified)

    def _is_reassigned(self, path: str, where: Where) -> bool:
        """Whether assignments in the function say all there is to say about a variable."""
        assigns = self.file.assigns.get((id(where.function), path))
        if not assigns:
            return False
        return not self.file.order(where.function).reaching(assigns, where.node).from_entry

    def _read(self, node: Node, where: Where) -> Value:
        adapter = self.file.adapter
        return adapter.value(node, adapter.scope_at(node, self._scope(where)))

    def _scope(self, where: Where) -> Scope:
        function = where.function
        return function.scope if function is not None else self.file.adapter.place.scope

    def _variable(self, path: str, where: Where) -> Taint | None:
        """What assignments, parameters and fields say about a name."""
        key = ("name", path, where.node.id, id(where.function), id(where.frame), *self._ways())
        known = self._known.get(key)
        if known is not None:
            return known[0]
        self.steps += 1
        too_far = self.steps > MAX_STEPS or self._depth > MAX_DEPTH
        if key in self._seen or too_far or self._gave_nothing(key):
            self._cuts += 1
            return None
        cuts = self._cuts
        self._seen.add(key)
        self._depth += 1
        try:
            found = self._held(path, where)
        finally:
            self._depth -= 1
            self._seen.discard(key)
        if self._cuts == cuts:
            self._known[key] = (found, where)
        elif found is None:
            self._fruitless[key] = where
        return found

    def _held(self, path: str, where: Where) -> Taint | None:
        segments = path.split(".")
        best: Taint | None = None
        for length in range(len(segments), 0, -1):
            target, rest = ".".join(segments[:length]), segments[length:]
            assigns = self.file.assigns.get((id(where.function), target))
            if not assigns:
                continue
            reach = self.file.order(where.function).reaching(assigns, where.node)
            for assign in reach.assigns:
                if self._is_replaced(assign, reach.assigns, target, where):
                    continue
                found = self._assigned(assign, rest, target, where)
                if found is not None and (best is None or found.kind == "input"):
                    best = found
                    if best.kind == "input":
                        return best
            if not reach.from_entry:
                return self._items(path, where) or best
        found = self._items(path, where)
        if found is not None:
            return found
        entry = self._entry(segments, where)
        if best is None or (entry is not None and entry.kind == "input"):
            return entry or best
        return best

    def _items(self, path: str, where: Where) -> Taint | None:
        """What was put under any key of a container that is taken whole."""
        items = self.file.items.get((id(where.function), path))
        if not items:
            return None
        for assign in self.file.order(where.function).all_reaching(items, where.node):
            found = self._assigned(assign, [], path, where)
            if found is not None:
                return found
        return None

    def _assigned(self, assign: Assign, rest: list[str], target: str, where: Where) -> Taint | None:
        if assign.type_path.rpartition(".")[2] in SAFE_TYPES:
            return None
        at = Where(where.function, assign.node, where.frame)
        if assign.function is not where.function and self._is_inside(assign, where):
            at = Where(assign.function, assign.node, where.frame)
        value = assign.value
        if isinstance(assign, PartAssign):
            rest = [assign.member, *rest]
        found = None
        if not self.file.adapter.plus_joins and assign.operator in _ARITHMETIC:
            return None
        if self.part == "host" and self._is_appended(assign, target, at):
            return self._variable(".".join((target, *rest)), at)
        if value is not None and assign.position >= 0:
            found = self._one_result(value, assign, rest, at)
        elif value is not None:
            found = self._part(value, rest, at)
        if found is None and assign.operator not in ("=", ":="):
            # ``q += x`` keeps what ``q`` held.
            before = self._variable(".".join((target, *rest)), at)
            # What a statement begins with is the statement, and no value in it.
            if before is None or assign.operator == "<-" or self.part == "value":
                return before
            return before.built(assign.span)
        if found is None:
            return None
        if assign.operator not in ("=", ":=", "<-"):
            return found.built(assign.span)
        return found.then(assign.span, f"assigned to `{target}`")

    def _is_inside(self, assign: Assign, where: Where) -> bool:
        """Whether a callback of the function assigns one of its variables."""
        function = assign.function
        while function is not None and function is not where.function:
            function = function.outer
        return function is not None

    def _is_appended(self, assign: Assign, target: str, at: Where) -> bool:
        """``url += x``, where what ``url`` held says the host already."""
        if assign.operator not in ("+=", ".="):
            return False
        assigns = self.file.assigns.get((id(at.function), target), [])
        before = self.file.order(at.function).reaching(assigns, at.node)
        if before.from_entry or not before.assigns:
            return True
        for one in before.assigns:
            value = one.value
            text = value.value if isinstance(value, Const) else None
            if isinstance(value, CallValue) and value.call.is_new:
                # ``new StringBuilder()`` holds nothing yet.
                text = None if value.call.arguments.positional else ""
            is_first = one.operator in ("=", ":=")
            if is_first and isinstance(text, str) and not PINS_HOST.match(text):
                return False
        return True

    def _one_result(
        self, value: Value, assign: Assign, rest: list[str], where: Where
    ) -> Taint | None:
        """One of several results: ``a, err := f()``. The last says whether there are others."""
        if isinstance(value, CallValue) and self._is_local(value.call):
            is_object = rest and assign.position == 0
            made = self._result_member(value.call, rest, where) if is_object else None
            return made[0] if made else self._call(value.call, where, assign.position)
        if isinstance(value, Sequence) and assign.position < len(value.items):
            return self._part(value.items[assign.position], rest, where)
        if assign.position == assign.results - 1:
            return None
        return self._part(value, rest, where)

    def _is_local(self, call: Call) -> bool:
        qualified = call.qualified
        return (
            qualified is not None
            and qualified.startswith(":")
            and qualified[1:] in self.file.functions
        )

    def _part(self, value: Value, rest: list[str], where: Where) -> Taint | None:
        """A member of a value: of a visible container only that member."""
        while rest:
            if isinstance(value, Mapping) and not value.is_open:
                entry = value.entries.get(rest[0])
                if entry is None:
                    return None
                value, rest = entry, rest[1:]
            elif isinstance(value, Mapping) and rest[0] in value.entries:
                value, rest = value.entries[rest[0]], rest[1:]
            elif isinstance(value, Mapping):
                for spread in value.spreads:
                    found = self._part(spread, rest, where)
                    if found is not None:
                        return found
                return self._first(value.others, where)
            elif isinstance(value, Sequence) and not value.is_open and PLACE.fullmatch(rest[0]):
                at = int(rest[0])
                if not -len(value.items) <= at < len(value.items):
                    return None
                value, rest = value.items[at], rest[1:]
            else:
                break
        if rest and isinstance(value, CallValue):
            made = self._made_member(value.call, rest, where)
            if made is None:
                made = self._result_member(value.call, rest, where)
            if made is not None:
                return made[0]
        if rest and isinstance(value, Name) and "(" not in value.path:
            return self._path(f"{value.path}.{'.'.join(rest)}", value.span, where)
        # One part of what is not visible may be any of its parts.
        if rest and self._in_query == 0 and QUERIES & set(rest):
            return self._taken_from(value, where, is_query=True)
        return self._joined([value], where) if rest else self.value(value, where)

    def _taken_from(self, value: Value, where: Where, *, is_query: bool) -> Taint | None:
        """``new URL(request.url).searchParams``: not the address, but what it was asked with."""
        if not is_query:
            return self.value(value, where)
        self._in_query += 1
        try:
            return self._joined([value], where)
        finally:
            self._in_query -= 1

    def _path(self, path: str, span: Span, where: Where) -> Taint | None:
        """What a dotted path holds that stands nowhere as such."""
        found = self._variable(path, where)
        if found is not None:
            return found
        qualified = self.file.adapter.resolve(path, self._scope(where))
        if self._is_source(qualified):
            return Taint("input", (Step(span, "chosen by the client"),))
        return None

    def _entry(self, segments: list[str], where: Where) -> Taint | None:
        """What a variable holds before the function's statements: parameter, field, loop item."""
        head, asked_at = segments[0], where
        found = self._loop_item(head, where)
        if found is not None:
            return found
        if head in SELVES and len(segments) > 1:
            return self._field(segments, where)
        function = where.function
        while function is not None:
            if head == self.file.adapter.receiver_name(function):
                return self._receiver_part(function, segments[1:], where)
            for at, parameter in enumerate(function.parameters):
                if parameter.name == head:
                    found = self._parameter(function, at, where, segments[1:])
                    # What a caller's object holds is the object's own affair.
                    is_whole = len(segments) == 1 or where.frame is not None
                    if not is_whole and found is not None:
                        is_whole = self.file.adapter.is_text_member(parameter, segments[1:])
                    return found if found is None or found.kind == "input" or is_whole else None
            found = self._bound(segments, function.scope, where)
            if found is not None:
                return found
            outer = function.outer
            for assign in self.file.assigns.get((id(outer), head), ()):
                if outer is None:
                    break
                found = self._assigned(
                    assign, segments[1:], head, Where(outer, assign.node, where.frame)
                )
                if found is not None:
                    return found
            where = Where(outer, function.node, where.frame)
            function = outer
        if self.file.adapter.habits.members_are_visible:
            return self._field(["this", *segments], asked_at)
        return None

    def _bound(self, segments: list[str], scope: Scope, where: Where) -> Taint | None:
        """What taking a value apart binds: ``const { id } = req.query``."""
        for binding in scope.bindings.get(segments[0], ()):
            if binding.kind != "value" or "(" in binding.target:
                continue
            path = ".".join((binding.target, *segments[1:]))
            if path.partition(".")[0] == segments[0]:
                continue
            found = self._path(path, Span(where.node.start_byte, where.node.end_byte), where)
            if found is not None:
                return found
        return None

    def _loop_item(self, name: str, where: Where) -> Taint | None:
        """``for item in items``: what the items hold."""
        for around, _child in reversed(self.file.order(where.function).chain(where.node)):
            for names_of, container in self.file.adapter.loop_parts(around):
                if name in re.findall(r"[\w$]+", self.file.adapter.slice(names_of)) and not (
                    container.start_byte <= where.node.start_byte < container.end_byte
                ):
                    at = Where(where.function, container, where.frame)
                    held = self._read(container, at)
                    known = held.qualified if isinstance(held, Name) else None
                    if known is not None and self.file.is_whole(known):
                        return Taint("input", (Step(held.span, "chosen by the client"),))
                    return self.value(held, at)
            clauses = [around, *(n for n in around.named_children if n.type in _LOOP_CLAUSES)]
            for clause in clauses:
                left = clause.child_by_field_name("left") or clause.child_by_field_name("name")
                right = clause.child_by_field_name("right") or clause.child_by_field_name("value")
                is_loop = "for" in clause.type or clause.type in _LOOP_CLAUSES
                if left is None or right is None or not is_loop:
                    continue
                names = re.findall(r"[\w$]+", self.file.adapter.slice(left))
                if clause.type == "range_clause":
                    names = names[1:]
                if name in names:
                    if right.start_byte <= where.node.start_byte < right.end_byte:
                        continue
                    at = Where(where.function, right, where.frame)
                    return self.value(self._read(right, at), at)
        return None

    def _field(self, segments: list[str], where: Where) -> Taint | None:
        """What the methods of a class put into a field; from clients only."""
        function = where.function
        while function is not None and function.class_def is None:
            function = function.outer
        if function is None or function.class_def is None:
            return None
        made = self._maker(function, where)
        if made is not None and self.file.constructor(function.class_def.path) is not None:
            return self._member(made, function.class_def.path, segments[1:])
        for length in range(len(segments), 1, -1):
            member = ".".join(segments[1:length])
            for assign in self.file.fields.get((function.class_def.path, member), ()):
                at = Where(assign.function, assign.node)
                found = self._assigned(assign, segments[length:], assign.target, at)
                if found is not None and found.kind == "input":
                    return found
        return None

    def _maker(self, method: Function, where: Where) -> tuple[Call, Where] | None:
        """The call that made the object whose method is being read, where that is certain."""
        frame = where.frame
        if frame is None or frame.function is not method or method.class_def is None:
            return None
        receiver = self.file.adapter.receiver_node(frame.call)
        if receiver is None:
            return None
        outer = frame.outer
        value = self._read(receiver, outer)
        if isinstance(value, Name) and value.path.isidentifier():
            assigns = self.file.assigns.get((id(outer.function), value.path), [])
            reach = self.file.order(outer.function).reaching(assigns, outer.node)
            if len(reach.assigns) != 1 or reach.from_entry:
                return None
            (assign,) = reach.assigns
            held = assign.value
            if held is None or assign.position >= 0 or assign.operator not in ("=", ":="):
                return None
            value, outer = held, Where(outer.function, assign.node, outer.frame)
        if isinstance(value, CallValue) and value.call.qualified == ":" + method.class_def.path:
            return value.call, outer
        return None

    def _made_member(self, call: Call, rest: list[str], where: Where) -> tuple[Taint | None] | None:
        """A member of an object that a call makes; None when the file does not say."""
        qualified = call.qualified or ""
        if qualified[1:] not in self.file.classes or not qualified.startswith(":"):
            return None
        return (self._member((call, where), qualified[1:], rest),)

    def _member(
        self, made: tuple[Call, Where], class_path: str, segments: list[str]
    ) -> Taint | None:
        """What a member of an object holds that ``made`` makes."""
        call, outer = made
        init = self.file.constructor(class_path)
        if outer.depth >= MAX_CALLS:
            self.ran_out = True
            return None
        frame = Frame(init, call, outer, outer.depth + 1) if init is not None else None
        for length in range(len(segments), 0, -1):
            for assign in self.file.fields.get((class_path, ".".join(segments[:length])), ()):
                inside = init is not None and assign.function is init
                at = Where(assign.function, assign.node, frame if inside else None)
                found = self._assigned(assign, segments[length:], assign.target, at)
                if found is not None and found.kind == "input":
                    return found
        if init is None:
            return self._data_member(call, class_path, segments, outer)
        for place, parameter in enumerate(init.parameters):
            # ``constructor(private name: string)``
            if parameter.name == segments[0] and self.file.adapter.is_member(parameter):
                given = given_to(call, init, place)
                return self.value(given, outer) if given is not None else None
        return None

    def _data_member(
        self, call: Call, class_path: str, segments: list[str], outer: Where
    ) -> Taint | None:
        """A member of a class that lists its members and has no code to make it."""
        arguments = call.arguments
        named = arguments.keywords.get(segments[0])
        if named is not None:
            return self._part(named, segments[1:], outer)
        members = [
            assign.target
            for assign in self.file.adapter.facts.assigns
            if assign.function is None
            and assign.class_def is not None
            and assign.class_def.path == class_path
        ]
        if segments[0] in members:
            at = members.index(segments[0])
            if at < len(arguments.positional):
                return self._part(arguments.positional[at], segments[1:], outer)
        return None

    # ------------------------------------------------------------------ what subclasses answer

    def _receiver_part(self, function: Function, rest: list[str], where: Where) -> Taint | None:
        """What a member of the object holds that a method was called on; unknown is harmless."""
        raise NotImplementedError

    def _result_member(
        self, call: Call, rest: list[str], where: Where
    ) -> tuple[Taint | None] | None:
        """A member of what a function gives back; None when the file does not say."""
        raise NotImplementedError

    def _parameter(
        self, function: Function, at: int, where: Where, rest: list[str]
    ) -> Taint | None:
        """What a parameter holds, or its member ``rest``."""
        raise NotImplementedError

    def _list_item(
        self, asked: tuple[str, int] | None, use: Node, where: Where
    ) -> tuple[Taint | None] | None:
        """What one item of a list holds; None when that is not known."""
        raise NotImplementedError


def given_to(call: Call, function: Function, at: int) -> Value | None:
    """The argument a call gives a parameter; None when none is visible."""
    parameter = function.parameters[at]
    arguments = call.arguments
    named = arguments.keywords.get(parameter.name)
    if named is not None:
        return named
    position = at
    if function.class_def is not None and function.parameters[0].name in ("self", "cls"):
        # ``self.f(x)``: the receiver is not among the arguments; ``C.f(self, x)`` is rare.
        position -= 1
    if 0 <= position < len(arguments.positional):
        if parameter.is_rest:
            # One argument may be the whole array.
            items = arguments.positional[position:]
            return Sequence(items[0].span, items[0].node, items, len(items) == 1)
        return arguments.positional[position]
    if arguments.spreads:
        return arguments.spreads[0]
    return None
