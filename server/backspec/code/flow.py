"""Follows values backwards: from a dangerous argument to what the client, or the caller, chose.

Runs from sinks only, over the facts of a whole file. It goes through assignments (as
``reaching.py`` says which), string building, containers by constant key, ternaries and defaults,
fields of ``self``, and functions of the file, from arguments to results and from parameters to
callers. It stops at what makes a value harmless: numbers, sanitizers that models name, and checks
against a list or an anchored pattern. What it does not understand is harmless too.

``flow_values.py`` is about expressions, ``flow_names.py`` about names, this module about functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from backspec.code.checked import SAFE_TYPES, proves
from backspec.code.cleaning import is_cleaned
from backspec.code.containers import UnsureError, item_of
from backspec.code.facts.model import Call, CallValue, Function, Name, Sequence
from backspec.code.flow_names import given_to
from backspec.code.flow_objects import ObjectFlow
from backspec.code.taint import MAX_CALLERS, MAX_CALLS, Frame, Step, Taint, Where
from backspec.expressions import regex

if TYPE_CHECKING:
    from backspec.code.syntax import Node

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
_CHECKING_METHODS: Final = frozenset(
    ("isdigit", "isdecimal", "isnumeric", "isalnum", "isalpha", "isidentifier", "startswith",
     "endswith", "find", "index", "count", "indexOf", "lastIndexOf", "includes", "test", "has",
     "equals", "compareTo", "size", "length", "hashCode", "startsWith", "endsWith", "contains",
     "hexdigest", "digest",
     "localeCompare", "search", "charCodeAt", "codePointAt", "toFixed", "getTime", "exists",
     "getInt", "getBoolean", "getDigits", "getAlnum", "getAlpha", "getEnum", "integer", "boolean",
     "isMethod", "filled", "getMethod",
     "isEmpty", "isBlank", "empty?", "nil?", "to_i", "to_f", "intValue", "longValue", "StartsWith",
     "EndsWith", "Contains", "IndexOf", "LastIndexOf", "Equals", "CompareTo", "GetHashCode", "Any",
     "All", "Count", "ContainsKey", "Exists")
)  # fmt: skip
"""Methods that answer about a text without giving it back."""
_CHOOSING: Final = frozenset(("filter", "find"))
_PICKS: Final = regex(r"\.(?:map|flatMap|filter|find)\(\)")
"""What comes after items were chosen, or made others, is read from there."""
_CONSTRUCTORS: Final = frozenset(("__init__", "__construct", "constructor", "initialize"))
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


@dataclass(slots=True)
class Trace(ObjectFlow):
    """One question: does this argument hold what somebody else chose?"""

    def _parameter(
        self, function: Function, at: int, where: Where, rest: list[str]
    ) -> Taint | None:
        """What a parameter holds, or of that the member ``rest`` says."""
        parameter = function.parameters[at]
        frame = where.frame
        while frame is not None and frame.function is not function:
            frame = frame.outer.frame
        if frame is not None:
            given = given_to(frame.call, function, at)
            if given is None:
                return None
            found = self._part(given, rest, frame.outer)
            name = function.name or "function"
            return found.then(given.span, f"passed to `{name}`") if found is not None else None
        if parameter.type_path.rpartition(".")[2] in SAFE_TYPES:
            return None
        if self.file.adapter.is_input_parameter(function, parameter):
            if (
                self.is_data
                and parameter.type_path.rpartition(".")[2] not in _DATA_TYPES
                and not self.file.adapter.is_data_parameter(parameter)
            ):
                return None
            if self.part == "line" and not rest and not self.file.adapter.is_line(parameter):
                return None
            return Taint("input", (Step(parameter.span, "chosen by the client"),))
        if function.passed_to is not None:
            return self._callback(function, at, where)
        invoking = self.file.adapter.invoking_call(function)
        if invoking is not None:
            given = given_to(invoking, function, at)
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
            given = given_to(call, function, at)
            if given is None:
                continue
            found = self._part(given, rest, Where(call.function, call.node))
            if found is not None:
                best = found.then(given.span, f"passed to `{function.name}`")
                if found.kind == "input":
                    return best
        if callers:
            return best
        if at == 0 and function.path:
            for call in self.file.adapter.referring_calls(function):
                receiver = self.file.adapter.receiver_node(call)
                outer = Where(call.function, call.node)
                found = self.value(self._read(receiver, outer), outer) if receiver else None
                if found is not None:
                    return found.then(call.span, f"passed to `{function.name}`")
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
        if call is None or not self.file.adapter.is_item_parameter(call, at):
            return None
        receiver = self.file.adapter.receiver_node(call)
        if receiver is None:
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
        mapper = file.adapter.item_function(call)
        if mapper is not None and not self.is_data:
            return self._through_items(call, mapper, where)
        if (INPUT_ROLE in roles and not self.is_data) or (
            self._is_source(qualified) and not is_answer and not _PICKS.search(qualified or "")
        ):
            if not file.adapter.can_choose(call, self.part):
                return None
            if self._is_checked(file.adapter.slice(call.node), where):
                return None  # ``if is_safe(args.get("next")): redirect(args.get("next"))``
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

    def _through_items(self, call: Call, function: Function, where: Where) -> Taint | None:
        """``ids.map(id => f(id))``, ``ids.filter(id => known.has(id))``: what is left of items."""
        adapter, at = self.file.adapter, Where(function, function.node, where.frame)
        body = adapter.expression_body(function)
        if call.name in _CHOOSING:
            receiver = adapter.receiver_node(call)
            names = [parameter.name for parameter in function.parameters[:1]]
            condition = self._read(body, at) if body is not None and names else None
            if condition is not None and proves(adapter, condition, names[0], True, self.part):
                return None
            return self.value(self._read(receiver, where), where) if receiver is not None else None
        if body is not None:
            at = Where(function, body, where.frame)
            found = self.value(self._read(body, at), at)
            return found.then(call.span, f"through `{call.name}`") if found is not None else None
        given = (
            (value, Where(function, one.node, where.frame))
            for one in self.file.returns.get(id(function), ())
            if (value := one.value) is not None
        )
        best: Taint | None = None
        for value, there in given:
            found = self.value(value, there)
            if found is not None:
                best = found.then(call.span, f"through `{call.name}`")
                if found.kind == "input":
                    break
        return best

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
