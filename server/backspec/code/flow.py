"""Follows values backwards: from a dangerous argument to what the client, or the caller, chose.

Runs from sinks only, over the facts of a whole file. It goes through assignments (as
``reaching.py`` says which), string building, containers by constant key, ternaries and defaults,
fields of ``self``, and functions of the file, from arguments to results and from parameters to
callers. It stops at what makes a value harmless: numbers, sanitizers that models name, and checks
against a list or an anchored pattern. What it does not understand is harmless too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from backspec.code.checked import PINS_HOST, SAFE_TYPES, is_checked, proves
from backspec.code.cleaning import is_cleaned, is_value_place, unquoted
from backspec.code.containers import UnsureError, item_of
from backspec.code.facts.model import (
    Assign,
    Built,
    Call,
    CallValue,
    Const,
    Function,
    Mapping,
    Name,
    Operation,
    Sequence,
    Statement,
    Value,
)
from backspec.code.reaching import Order, then_of
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backspec.code.facts.adapter import Adapter
    from backspec.code.facts.model import Scope
    from backspec.code.syntax import Node

MAX_STEPS: Final = 1500
"""How many values one sink may ask about."""
MAX_DEPTH: Final = 60
MAX_CALLS: Final = 5
"""How many functions deep a value is followed."""
MAX_CALLERS: Final = 12
MAX_FOLDS: Final = 6
"""How many names deep a constant is looked for."""

INPUT_ROLE: Final = "request-input"
PASS_ROLE: Final = "pass-through"
"""Calls whose result holds their arguments: joining, decoding, escaping for another context."""
PARSE_ROLE: Final = "data-parse"
"""Of those, the ones whose result may be more than text."""

_DATA_TYPES: Final = frozenset(
    ("dict", "Dict", "Mapping", "any", "Any", "object", "Object", "Record", "JSON", "Json")
)
_KEEPS_DATA: Final = frozenset(
    ("get", "pop", "json", "copy", "to_dict", "getJson", "getlist", "items", "values", "shift",
     "slice", "filter", "map", "find", "toObject", "toJSON", "to_h", "to_unsafe_h", "dict", "next",
     "entries", "deep_dup", "symbolize_keys", "except", "merge", "setdefault", "first", "last")
)  # fmt: skip
"""Methods whose result may be more than text."""
_TEXT_METHODS: Final = frozenset(
    ("strip", "lower", "upper", "lstrip", "rstrip", "replace", "encode", "decode", "title", "split",
     "capitalize", "toString", "trim", "toLowerCase", "toUpperCase", "substring", "substr",
     "charAt", "padStart", "to_s", "toFixed", "match", "startsWith", "startswith", "hex")
)  # fmt: skip

_CHECKING_METHODS: Final = frozenset(
    ("isdigit", "isdecimal", "isnumeric", "isalnum", "isalpha", "isidentifier", "startswith",
     "endswith", "find", "index", "count", "indexOf", "lastIndexOf", "includes", "test", "has",
     "equals", "compareTo", "size", "length", "hashCode", "startsWith", "endsWith", "contains",
     "localeCompare", "search", "charCodeAt", "codePointAt", "toFixed", "getTime", "exists",
     "getInt", "getBoolean", "getDigits", "getAlnum", "getAlpha", "getEnum", "integer", "boolean",
     "isMethod", "filled", "getMethod",
     "isEmpty", "isBlank", "empty?", "nil?", "to_i", "to_f", "intValue", "longValue", "StartsWith",
     "EndsWith", "Contains", "IndexOf", "LastIndexOf", "Equals", "CompareTo", "GetHashCode", "Any",
     "All", "Count", "ContainsKey", "Exists")
)  # fmt: skip
"""Methods that answer about a text without giving it back."""

_ARITHMETIC: Final = frozenset(
    ("+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", "&=", "|=", "^=")
)
"""Assignments that leave a number, in languages whose ``+`` joins no texts."""

_LOOP_CLAUSES: Final = frozenset(("for_in_clause", "range_clause"))
"""What in a loop, or a comprehension, says what is gone through."""

SELVES: Final = frozenset(("self", "this", "@", "$this", "static"))
"""What stands for the object, or the class, that a method belongs to."""
_CONSTRUCTORS: Final = frozenset(("__init__", "__construct", "constructor", "initialize"))

_PLACE: Final = re.compile(r"-?\d+")
_SUBSCRIPTS: Final = frozenset(("subscript", "subscript_expression"))
_COMPREHENSIONS: Final = frozenset(
    ("list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression")
)
_TAKES_TEXT: Final = {
    "join": 0, "format": 0, "format_map": 0, "concat": 0, "substitute": 0, "safe_substitute": 0,
    "replace": 1, "replaceAll": 1, "ljust": 1, "rjust": 1, "padStart": 1, "padEnd": 1,
    "get": 1, "getOrDefault": 1, "pop": 1, "__add__": 0, "__mod__": 0,
}  # fmt: skip
"""Methods whose result holds their arguments, from which on."""
_FILLS: Final = frozenset(("format", "substitute", "safe_substitute"))
"""Of those, the ones that take text by keyword."""
_JOINS: Final = frozenset(("join", "tostring", "toString", "implode", "concat"))
"""Calls that make a text of a list."""

Kind = Literal["input", "parameter"]
ListChange = tuple[Call, tuple[str, "int | None", "Node | None"]]


@dataclass(frozen=True, slots=True)
class Step:
    """One place on the way of a value."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Taint:
    """That a value holds what somebody else chose, and how it came there."""

    kind: Kind
    """input: the client chose it; parameter: the caller of the function."""
    steps: tuple[Step, ...]
    """Where it comes from first."""
    is_built: bool = False
    """It was joined into a longer text on the way."""

    def then(self, span: Span, text: str) -> Taint:
        """The same value, one step further."""
        return Taint(self.kind, (*self.steps, Step(span, text)), self.is_built)

    def built(self, span: Span) -> Taint:
        """Joined into a text."""
        return Taint(self.kind, (*self.steps, Step(span, "joined into a text")), True)


@dataclass(frozen=True, slots=True)
class Frame:
    """A call whose function is being read."""

    function: Function
    call: Call
    outer: Where
    depth: int


@dataclass(frozen=True, slots=True)
class Where:
    """Where a value is looked at."""

    function: Function | None
    node: Node
    frame: Frame | None = None

    @property
    def depth(self) -> int:
        """How many calls deep."""
        return self.frame.depth if self.frame is not None else 0


class FlowFile:
    """What flows need to know about a file; made once for all sinks."""

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter
        self.models = adapter.resolver.models
        facts = adapter.facts
        self.functions = {f.path: f for f in facts.functions if f.path}
        self.classes = {one.path: one for one in facts.classes if one.path}
        self.overloads: dict[str, list[Function]] = {}
        self.items: dict[tuple[int, str], list[Assign]] = {}
        """What calls put under one key of a container, by function and container."""
        self._list_changes: dict[tuple[int, str], list[ListChange]] | None = None
        self.assigns: dict[tuple[int, str], list[Assign]] = {}
        self.fields: dict[tuple[str, str], list[Assign]] = {}
        self.returns: dict[int, list[Statement]] = {}
        self._callers: dict[str, list[Call]] | None = None
        self._orders: dict[int, Order] = {}
        for assign in (*facts.assigns, *facts.fills, *adapter.filled_by_methods()):
            self.assigns.setdefault((id(assign.function), assign.target), []).append(assign)
            head, _, member = assign.target.partition(".")
            if member and head in SELVES and assign.class_def is not None:
                key = (assign.class_def.path, member)
                self.fields.setdefault(key, []).append(assign)
            elif member and assign.target_node.type in _SUBSCRIPTS:
                container = assign.target.rpartition(".")[0]
                self.items.setdefault((id(assign.function), container), []).append(assign)
            elif not member and adapter.is_field(assign) and assign.class_def is not None:
                self.fields.setdefault((assign.class_def.path, head), []).append(assign)
            if member and assign.target_node.type in (
                "subscript_expression",
                "element_access_expression",
            ):
                holder = (id(assign.function), assign.target.rpartition(".")[0])
                self.items.setdefault(holder, []).append(assign)
        for change in adapter.changes():
            self.assigns.setdefault((id(change.function), change.target), []).append(change)
            container, _, item = change.target.rpartition(".")
            if item and change.operator == "=":
                self.items.setdefault((id(change.function), container), []).append(change)
            if adapter.is_field(change) and change.class_def is not None:
                field_key = (change.class_def.path, change.target.removeprefix("this."))
                self.fields.setdefault(field_key, []).append(change)
        for function in facts.functions:
            if function.path:
                self.overloads.setdefault(function.path, []).append(function)
        for statement in facts.statements:
            if statement.kind in ("return", "yield") and statement.value_node is not None:
                self.returns.setdefault(id(statement.function), []).append(statement)

    def order(self, function: Function | None) -> Order:
        """The order of statements in a function, or at module level."""
        known = self._orders.get(id(function))
        if known is None:
            adapter = self.adapter
            root = function.node if function is not None else adapter.root
            scope = function.scope if function is not None else adapter.place.scope
            known = Order(
                root,
                lambda node: adapter.value(node, adapter.scope_at(node, scope)),
                adapter.slice,
                lambda value: self.constant_of(value, function),
            )
            self._orders[id(function)] = known
        return known

    def constant_of(self, value: Value, function: Function | None, depth: int = 0) -> Value:
        """The constant that a variable of a function holds throughout, or the value itself."""
        if depth > MAX_FOLDS:
            return value
        if isinstance(value, Name) and "(" not in value.path:
            assigns = self.assigns.get((id(function), value.path), ())
            head, _, place = value.path.rpartition(".")
            if not assigns and head and _PLACE.fullmatch(place):
                return self._character(value, head, int(place), function, depth)
            if len(assigns) != 1 or assigns[0].operator not in ("=", ":="):
                return value
            (assign,) = assigns
            declaring = assign.scope.declaring(value.path)
            held = assign.value
            if held is None or declaring is None or len(declaring.bindings[value.path]) != 1:
                return value
            held = self.constant_of(held, function, depth + 1)
            return held if isinstance(held, (Const, Operation)) else value
        if isinstance(value, CallValue):
            call = value.call

            def read(node: Node) -> Value:
                return self.constant_of(self.adapter.value(node, call.scope), function, depth + 1)

            return self.adapter.folded(call, read) or value
        return value

    def _character(
        self, value: Name, head: str, place: int, function: Function | None, depth: int
    ) -> Value:
        """``text[1]`` of a constant text."""
        scope = function.scope if function is not None else self.adapter.place.scope
        whole = self.constant_of(self.adapter.named(value.node, head, scope), function, depth + 1)
        if not isinstance(whole, Const) or not isinstance(whole.value, str):
            return value
        text = whole.value
        if not -len(text) <= place < len(text):
            return value
        return Const(value.span, value.node, text[place], literal=False)

    def constructor(self, class_path: str) -> Function | None:
        """What runs when a class of this file is made."""
        last = class_path.rpartition(".")[2]
        for name in ("__init__", "constructor", "initialize", "__construct", last):
            found = self.functions.get(f"{class_path}.{name}")
            if found is not None:
                return found
        return None

    def of_call(self, call: Call) -> Function | None:
        """The function of this file that a call runs, among those of one name by its arguments."""
        qualified = call.qualified
        if qualified is None or not qualified.startswith(":"):
            return self._method_like_field(call)
        path = qualified[1:]
        if call.is_new:
            path = f"{path}.{path.rpartition('.')[2]}"
        found = self.overloads.get(path, [])
        if len(found) > 1:
            count = len(call.arguments.positional)
            found = [one for one in found if len(one.parameters) == count] or found
        return found[-1] if found else self.functions.get(qualified[1:])

    def _method_like_field(self, call: Call) -> Function | None:
        """The method of a class of this file that has the name of one of its fields."""
        if not self.adapter.habits.members_are_visible or call.is_new:
            return None
        owner = call.path.rpartition(".")[0]
        if owner:
            holder = self.adapter.resolve(owner, call.scope)
        else:
            holder = ":" + call.class_def.path if call.class_def is not None else None
        if holder is None or not holder.startswith(":"):
            return None
        found = self.overloads.get(f"{holder[1:]}.{call.name}", [])
        return found[0] if len(found) == 1 else None

    def implementations(self, function: Function) -> list[Function]:
        """The functions of this file that stand in for one without a body."""
        if function.class_def is None or function.node.child_by_field_name("body") is not None:
            return []
        owner = ":" + function.class_def.path
        return [
            one
            for one in self.adapter.facts.functions
            if one.name == function.name
            and one.class_def is not None
            and owner in one.class_def.bases
            and len(one.parameters) == len(function.parameters)
        ][:MAX_CALLS]

    def list_changes(self, function: Function | None, path: str) -> list[ListChange]:
        """What calls do to a list of a function, in document order."""
        if self._list_changes is None:
            self._list_changes = {}
            for call in self.adapter.facts.calls:
                change = self.adapter.list_change(call)
                if change is not None:
                    key = (id(call.function), call.path.rpartition(".")[0])
                    self._list_changes.setdefault(key, []).append((call, change))
        return self._list_changes.get((id(function), path), [])

    def callers(self, path: str) -> list[Call]:
        """The calls of a function of this file."""
        if self._callers is None:
            self._callers = {}
            for call in self.adapter.facts.calls:
                name = call.qualified
                if name is not None and name.startswith(":"):
                    path_of = name[1:]
                    if path_of in self.classes:
                        made = self.constructor(path_of)
                        path_of = made.path if made is not None else path_of
                        self._callers.setdefault(path_of, []).append(call)
                        continue
                    if call.is_new:
                        path_of = f"{path_of}.{path_of.rpartition('.')[2]}"
                    self._callers.setdefault(path_of, []).append(call)
        return self._callers.get(path, [])

    def is_input(self, qualified: str | None) -> bool:
        """Whether a qualified name is, or is a part of, what a client sent."""
        if qualified is None or not self.models.inputs:
            return False
        plain = qualified.replace("()", "")
        at = len(plain)
        while at > 0:
            if plain[:at] in self.models.inputs:
                return True
            at = plain.rfind(".", 0, at)
        return False

    def made_from(self, function: Function | None, path: str) -> list[str]:
        """The variables of a function whose one value is worked out from another variable's."""
        mention = re.compile(rf"(?<![\w.$]){re.escape(path)}(?!\w)")
        found = []
        for (owner, target), assigns in self.assigns.items():
            if owner != id(function) or len(assigns) != 1 or target == path or "." in target:
                continue
            node = assigns[0].value_node
            if node is not None and mention.search(self.adapter.slice(node)):
                found.append(target)
        return found[:MAX_CALLERS]

    def is_data(self, qualified: str) -> bool:
        """Whether a part of an input may be more than text."""
        plain = qualified.replace("()", "")
        if plain in self.models.mappings:
            return True
        at = len(plain)
        while at > 0:
            if plain[:at] in self.models.objects:
                rest = plain[at + 1 :].split(".") if at < len(plain) else []
                return not any(one in _TEXT_METHODS for one in rest)
            at = plain.rfind(".", 0, at)
        return False

    def is_whole(self, qualified: str) -> bool:
        """Whether an input is a mapping, which nobody takes for text."""
        plain = qualified.replace("()", "")
        return plain in self.models.mappings or plain in self.models.objects


@dataclass(slots=True)
class Trace:
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
    _cuts: int = 0
    """How often an answer was partial: in a circle, or too deep."""
    _depth: int = 0
    _joining: int = 0
    """Whether lists are looked at for the text that is made of them."""

    def value(self, value: Value, where: Where) -> Taint | None:
        """How a value came to hold what somebody else chose; None when it does not."""
        self.steps += 1
        if self.steps > MAX_STEPS or self._depth > MAX_DEPTH:
            self.ran_out = True
            self._cuts += 1
            return None
        key = ("value", value.node.id, id(where.function), id(where.frame))
        if isinstance(value, Const):
            return None
        if key in self._seen:
            self._cuts += 1
            return None
        self._seen.add(key)
        self._depth += 1
        try:
            return self._value(value, where)
        finally:
            self._depth -= 1
            self._seen.discard(key)

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
                whole = [one for key, one in value.entries.items() if key.startswith("$")]
                return self._first((*value.spreads, *whole), where)
            return self._first((*value.entries.values(), *value.spreads, *value.others), where)
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
        if operator in ("or", "and", "||", "&&", "??", "?:", "switch"):
            return self._first(operands, where)
        if operator == "+" and self.file.adapter.plus_joins:
            if self.is_data or len(operands) < 2:
                return None
            if self.part == "value":
                return self._built_value(operands, where, value.span)
            parts = hosts(operands) if self.part == "host" else operands
            found_in = self._first(parts, where)
            return found_in.built(value.span) if found_in is not None else None
        if operator == "[]" and operands:
            container = operands[0]
            if isinstance(container, Mapping):
                return self._first((*container.entries.values(), *container.others), where)
            return self._joined([container], where)
        return None

    # ------------------------------------------------------------------ names

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
            return self.value(self._read(receiver, where), where)
        if self._is_checked(path, where):
            return None
        holder, _, place = path.rpartition(".")
        if _PLACE.fullmatch(place) and self.file.list_changes(where.function, holder):
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
        # ``host = urlparse(url).hostname`` is checked for ``url``.
        return self.part in ("host", "path") and any(
            is_checked(order, adapter, name, where.node, self.part)
            for name in self.file.made_from(where.function, path)
        )

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
        if self.part == "host" and adapter.is_own_address(qualified):
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
        key = ("name", path, where.node.id, id(where.function), id(where.frame))
        known = self._known.get(key)
        if known is not None:
            return known[0]
        self.steps += 1
        if key in self._seen or self.steps > MAX_STEPS or self._depth > MAX_DEPTH:
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
        value = assign.value
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
            if before is None or assign.operator == "<-":
                return before
            return before.built(assign.span)
        if found is None:
            return None
        if assign.operator not in ("=", ":=", "<-"):
            return found.built(assign.span)
        return found.then(assign.span, f"assigned to `{target}`")

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
            is_first = one.operator in ("=", ":=")
            if is_first and isinstance(text, str) and not PINS_HOST.match(text):
                return False
        return True

    def _one_result(
        self, value: Value, assign: Assign, rest: list[str], where: Where
    ) -> Taint | None:
        """One of several results: ``a, err := f()``. The last says whether there are others."""
        if isinstance(value, CallValue) and self._is_local(value.call):
            return self._call(value.call, where, assign.position)
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
            elif isinstance(value, Sequence) and not value.is_open and _PLACE.fullmatch(rest[0]):
                at = int(rest[0])
                if not -len(value.items) <= at < len(value.items):
                    return None
                value, rest = value.items[at], rest[1:]
            else:
                break
        if rest and isinstance(value, CallValue):
            made = self._made_member(value.call, rest, where)
            if made is not None:
                return made[0]
        if rest and isinstance(value, Name) and "(" not in value.path:
            return self._path(f"{value.path}.{'.'.join(rest)}", value.span, where)
        # One part of what is not visible may be any of its parts.
        return self._joined([value], where) if rest else self.value(value, where)

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

    def _receiver_part(self, function: Function, rest: list[str], where: Where) -> Taint | None:
        """What a member of the object holds that a method was called on; unknown is harmless."""
        frame = where.frame
        while frame is not None and frame.function is not function:
            frame = frame.outer.frame
        receiver = self.file.adapter.receiver_node(frame.call) if frame is not None else None
        if frame is None or receiver is None:
            return None
        written = self.file.adapter.slice(receiver)
        if re.fullmatch(r"\w+(?:\.\w+)*", written):
            span = Span(receiver.start_byte, receiver.end_byte)
            return self._path(".".join((written, *rest)), span, frame.outer)
        return self._part(self._read(receiver, frame.outer), rest, frame.outer)

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
                    return self.value(self._read(container, at), at)
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
        if init is None:
            return self._data_member(call, class_path, segments, outer)
        frame = Frame(init, call, outer, outer.depth + 1)
        for length in range(len(segments), 0, -1):
            for assign in self.file.fields.get((class_path, ".".join(segments[:length])), ()):
                inside = assign.function is init
                at = Where(assign.function, assign.node, frame if inside else None)
                found = self._assigned(assign, segments[length:], assign.target, at)
                if found is not None and found.kind == "input":
                    return found
        for place, parameter in enumerate(init.parameters):
            # ``constructor(private name: string)``
            if parameter.name == segments[0] and self.file.adapter.is_member(parameter):
                given = _given(call, init, place)
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

    # ------------------------------------------------------------------ functions

    def _parameter(
        self, function: Function, at: int, where: Where, rest: list[str]
    ) -> Taint | None:
        """What a parameter holds, or of that the member ``rest`` says."""
        parameter = function.parameters[at]
        frame = where.frame
        while frame is not None and frame.function is not function:
            frame = frame.outer.frame
        if frame is not None:
            given = _given(frame.call, function, at)
            if given is None:
                return None
            found = self._part(given, rest, frame.outer)
            name = function.name or "function"
            return found.then(given.span, f"passed to `{name}`") if found is not None else None
        if parameter.type_path.rpartition(".")[2] in SAFE_TYPES:
            return None
        if self.file.adapter.is_input_parameter(function, parameter):
            if self.is_data and parameter.type_path.rpartition(".")[2] not in _DATA_TYPES:
                return None
            return Taint("input", (Step(parameter.span, "chosen by the client"),))
        if function.passed_to is not None:
            return self._callback(function, at, where)
        invoking = self.file.adapter.invoking_call(function)
        if invoking is not None:
            given = _given(invoking, function, at)
            outer = Where(function.outer, invoking.node, where.frame)
            return self._part(given, rest, outer) if given is not None else None
        if at == 0 and parameter.name in ("self", "cls", "this"):
            return None
        callers = self.file.callers(function.path) if function.path else []
        if len(self.file.overloads.get(function.path, ())) > 1:
            count = len(function.parameters)
            callers = [one for one in callers if len(one.arguments.positional) == count]
        if function.class_def is not None and function.path:
            for base in function.class_def.bases:
                if base.startswith(":"):
                    # Who calls what an interface of this file promises calls this.
                    callers = [*callers, *self.file.callers(f"{base[1:]}.{function.name}")]
        if not callers and self.file.adapter.is_called_by_framework(function):
            return None
        if function.name in _CONSTRUCTORS and function.class_def is not None:
            made = function.class_def.path
            # ``A(x)``, or with ``new`` as the constructor that is called like the class.
            for name in (made, f"{made}.{made.rpartition('.')[2]}"):
                callers = [*callers, *self.file.callers(name)]
        best: Taint | None = None
        for call in callers[:MAX_CALLERS]:
            given = _given(call, function, at)
            if given is None:
                continue
            found = self._part(given, rest, Where(call.function, call.node))
            if found is not None:
                best = found.then(given.span, f"passed to `{function.name}`")
                if found.kind == "input":
                    return best
        if callers:
            return best
        if self.file.adapter.is_handler(function):
            return None
        if not self.file.adapter.may_hold_text(parameter):
            return None
        if not self.file.adapter.is_text_by_name(parameter):
            return None
        return Taint("parameter", (Step(parameter.span, "chosen by the caller"),))

    def _callback(self, function: Function, at: int, where: Where) -> Taint | None:
        """``ids.forEach(id => ..)``: the items of what the method is called on."""
        call = function.passed_to
        receiver = self.file.adapter.receiver_node(call) if call is not None and at <= 1 else None
        if call is None or receiver is None:
            return None
        outer = Where(function.outer, call.node, where.frame)
        return self.value(self._read(receiver, outer), outer)

    def _call(self, call: Call, where: Where, position: int = -1) -> Taint | None:
        file = self.file
        roles = file.adapter.roles_of(call)
        if (
            roles & self.unless
            or is_cleaned(file.adapter, call, self.part)
            or file.adapter.is_cleaned(call)
        ):
            return None
        qualified = call.qualified
        is_answer = call.name in _CHECKING_METHODS
        if (INPUT_ROLE in roles and not self.is_data) or (
            self._is_source(qualified) and not is_answer
        ):
            if not file.adapter.can_choose(call, self.part):
                return None
            return Taint("input", (Step(call.span, "chosen by the client"),))
        function = None if call.is_new else file.of_call(call)
        if function is not None and function.returns_path.rpartition(".")[2] in SAFE_TYPES:
            return None
        if function is not None:
            found = self._result(function, call, where, position)
            for one in file.implementations(function):
                found = found or self._result(one, call, where, position)
            path = file.adapter.item_path(call) if found is None else None
            if path is not None and self._gives_field(function):
                # ``order.getName()`` of what a framework filled.
                return self._variable(path, where)
            return found
        item = self._list_item(file.adapter.list_item(call), call.node, where)
        if item is not None:
            return item[0]
        path = file.adapter.item_path(call)
        if path is not None:
            return self._variable(path, where)
        arguments = call.arguments
        is_passing = PASS_ROLE in roles or file.adapter.keeps_arguments(call)
        if is_passing and (not self.is_data or PARSE_ROLE in roles):
            values = (*arguments.positional, *arguments.keywords.values())
            is_joined = call.name.lower() in _JOINS
            found = self._joined(values, where) if is_joined else self._first(values, where)
            if found is not None:
                return found.then(call.span, f"through `{call.name}`")
        receiver = file.adapter.receiver_node(call)
        if receiver is not None and call.name in _TAKES_TEXT and not self.is_data:
            given = list(arguments.positional[_TAKES_TEXT[call.name] :])
            if call.name in _FILLS:
                given += arguments.keywords.values()
            found = self._joined(given, where)
            if found is not None:
                return found.built(call.span)
        if receiver is None or is_answer or (self.is_data and call.name not in _KEEPS_DATA):
            return None
        if call.name in _JOINS:
            return self._joined([self._read(receiver, where)], where)
        return self.value(self._read(receiver, where), where)

    def _joined(self, values: Iterable[Value], where: Where) -> Taint | None:
        """What items of lists hold that are joined into a text."""
        self._joining += 1
        try:
            return self._first(values, where)
        finally:
            self._joining -= 1

    def _gives_field(self, function: Function) -> bool:
        """Whether a function gives back a field as it is."""
        returns = self.file.returns.get(id(function), ())
        return len(returns) == 1 and isinstance(returns[0].value, Name)

    def _list_item(
        self, asked: tuple[str, int] | None, use: Node, where: Where
    ) -> tuple[Taint | None] | None:
        """What the one item holds that is read from a list; None when that is not known."""
        if asked is None:
            return None
        path, at = asked
        order = self.file.order(where.function)
        assigns = self.file.assigns.get((id(where.function), path), ())
        made = [one for one in assigns if one.operator in ("=", ":=")]
        if len(made) != 1 or made[0].node.end_byte > use.start_byte:
            return None
        changes = self.file.list_changes(where.function, path)
        try:
            item = item_of(self.file.adapter, order, made[0], changes, at, use)
        except UnsureError:
            return None
        if item is None:
            return (None,)
        value, put = item
        node = put.node if put is not None else made[0].node
        return (self.value(value, Where(where.function, node, where.frame)),)

    def _result(
        self, function: Function, call: Call, where: Where, position: int = -1
    ) -> Taint | None:
        """What a function of the file gives back for the arguments of a call.

        ``position`` says which of several results is asked for, -1 for all.
        """
        if where.depth >= MAX_CALLS:
            self.ran_out = True
            return None
        frame = Frame(function, call, where, where.depth + 1)
        best: Taint | None = None
        order = self.file.order(function)
        for statement in self.file.returns.get(id(function), ()):
            if order.is_dead(statement.node):
                continue
            value = statement.value
            if value is None:
                continue
            at = Where(function, statement.node, frame)
            if position >= 0 and isinstance(value, CallValue):
                is_told = position == 0 or self._is_local(value.call)
                found = self._call(value.call, at, position) if is_told else None
            else:
                if isinstance(value, Sequence) and 0 <= position < len(value.items):
                    value = value.items[position]
                found = self.value(value, at)
            if found is not None:
                best = found.then(call.span, f"returned by `{function.name}`")
                if found.kind == "input":
                    return best
        body = self.file.adapter.expression_body(function)
        if body is not None:
            at = Where(function, body, frame)
            found = self.value(self._read(body, at), at)
            if found is not None:
                return found.then(call.span, f"returned by `{function.name}`")
        return best


def hosts(parts: tuple[Value, ...]) -> tuple[Value, ...]:
    """The parts of a URL that say where it goes: up to the text that ends the host.

    A first part of unknown text, a base address, is taken to say it all.
    """
    text = ""
    for at, part in enumerate(parts):
        if isinstance(part, Const) and isinstance(part.value, str):
            # Spring's views: ``return "redirect:" + url``.
            text += part.value if text else part.value.removeprefix("redirect:")
            if PINS_HOST.match(text):
                return parts[:at]
        else:
            if at == 0:
                return parts[:1]
            text += "x"
    return parts


def _given(call: Call, function: Function, at: int) -> Value | None:
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
        return arguments.positional[position]
    if arguments.spreads:
        return arguments.spreads[0]
    return None
