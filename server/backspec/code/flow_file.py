"""What flows need to know about a file: its assignments, functions and callers, made once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.model import (
    Assign,
    Call,
    CallValue,
    Const,
    Function,
    Name,
    Operation,
    Statement,
    Value,
)
from backspec.code.reaching import Order
from backspec.code.taint import MAX_CALLERS, MAX_CALLS, PLACE, SELVES

if TYPE_CHECKING:
    from backspec.code.facts.adapter import Adapter
    from backspec.code.syntax import Node

MAX_FOLDS: Final = 6
"""How many names deep a constant is looked for."""
_TEXT_METHODS: Final = frozenset(
    ("strip", "lower", "upper", "lstrip", "rstrip", "replace", "encode", "decode", "title", "split",
     "capitalize", "toString", "trim", "toLowerCase", "toUpperCase", "substring", "substr",
     "charAt", "padStart", "to_s", "toFixed", "match", "startsWith", "startswith", "hex")
)  # fmt: skip
_SUBSCRIPTS: Final = frozenset(("subscript", "subscript_expression"))
ListChange = tuple[Call, tuple[str, "int | None", "Node | None"]]


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
            self._note_owner(assign)
            head, _, member = assign.target.partition(".")
            if member and head in SELVES and assign.class_def is not None:
                key = (assign.class_def.path, member)
                self.fields.setdefault(key, []).append(assign)
            elif member and assign.target_node.type in _SUBSCRIPTS:
                container = assign.target.rpartition(".")[0]
                self.items.setdefault((id(assign.function), container), []).append(assign)
            elif member and "." not in member and adapter.habits.members_are_visible:
                # ``order.name = x``: a field of whatever ``order`` is.
                holder_type = adapter.resolve(head, assign.scope)
                if holder_type is not None and holder_type[1:] in self.classes:
                    self.fields.setdefault((holder_type[1:], member), []).append(assign)
            elif not member and adapter.is_field(assign) and assign.class_def is not None:
                self.fields.setdefault((assign.class_def.path, head), []).append(assign)
            elif member and "." not in member and "." in getattr(assign.function, "path", ""):
                # Go: ``s.name = x`` in a method of ``s``.
                function = assign.function
                if function is not None and head == adapter.receiver_name(function):
                    owner = function.path.rpartition(".")[0]
                    self.fields.setdefault((owner, member), []).append(assign)
            if member and assign.target_node.type in (
                "subscript_expression",
                "element_access_expression",
            ):
                holder = (id(assign.function), assign.target.rpartition(".")[0])
                self.items.setdefault(holder, []).append(assign)
        for change in adapter.changes():
            self.assigns.setdefault((id(change.function), change.target), []).append(change)
            self._note_owner(change)
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

    def _note_owner(self, assign: Assign) -> None:
        """Enter what a callback assigns under the function whose variable it is, too."""
        function = assign.function
        if function is None or function.outer is None:
            return
        owner = self.adapter.owner_of(assign)
        if owner is not function:
            self.assigns.setdefault((id(owner), assign.target), []).append(assign)

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
            if not assigns and head and PLACE.fullmatch(place):
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
            return self._method_like_field(call) or self.adapter.stored_function(call)
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
        written = re.escape(path)
        if path.startswith("$_"):  # PHP: ``$_GET['u']`` is ``$_GET.u``
            head, _, key = path.partition(".")
            written = rf"{re.escape(head)}\[\s*['\"]{re.escape(key)}['\"]\s*\]"
        mention = re.compile(rf"(?<![\w.$]){written}(?!\w)")
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
