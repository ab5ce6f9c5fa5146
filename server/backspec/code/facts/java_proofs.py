"""What makes text harmless in Java: what it is compared with, and what is left out of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checked import proves
from backspec.code.facts.java_containers import JavaContainers
from backspec.code.facts.model import CallValue, Const, Name, Operation

if TYPE_CHECKING:
    from backspec.code.facts.model import Assign, Call, Value
    from backspec.code.syntax import Node

_KEYED: Final = re.compile(r"(?:Map|Table|Dictionary|Cache)$")
_NUMBERS: Final = re.compile(
    r"get\w*(?:Page|PageSize|PageNum|PageNumber|Size|Count|Limit|Offset|Index|Age|Amount|Price|"
    r"Quantity|Total|Year|Month|Day)"
)
"""Getters of what is a number by convention."""
_KEPT: Final = re.compile(r"\[\^((?:[^\]\\]|\\.)+)\][+*]?")
"""``[^a-z]``: what is replaced is all but these."""
_HARMFUL: Final = re.compile(r"['\"<>;&|`$(){}]|(?<!\\)\.|/|\\[.SWDns/]")
_LISTED: Final = re.compile(
    r"(?:new\s+String\b|(?:this\.)?\w+$|[\w.]+\.(?:of|asList|values|keySet)\(|[A-Z]\w*\.\w+$)"
)
"""What a loop may go over to compare a text with what is allowed."""
_FUNCTIONS: Final = frozenset(
    ("method_declaration", "constructor_declaration", "compact_constructor_declaration")
)
_MOST_FLAGS: Final = 8
_MOST_AROUND: Final = 40


def is_narrow(pattern: str) -> bool:
    """Whether a full match of a pattern leaves no room for any text: no ``.*``."""
    bare = re.sub(r"\\\\|\\\.|\[(?:[^\]\\^]|\\[^SWD])(?:[^\]\\]|\\[^SWD])*\]", "", pattern)
    return not re.search(r"\.[*+{]|\\[SWD]|\[\^", bare)


def _function_around(node: Node) -> Node | None:
    around = node.parent
    while around is not None and around.type not in _FUNCTIONS:
        around = around.parent
    return around


class JavaProofs(JavaContainers):
    """Says which values are harmless."""

    def receiver_node(self, call: Call) -> Node | None:
        return None if call.is_new else call.node.child_by_field_name("object")

    def is_cleaned(self, call: Call) -> bool:
        if _NUMBERS.fullmatch(call.name) and not call.arguments.positional:
            return True
        if call.name not in ("replaceAll", "removePattern", "retainFrom"):
            return False
        given = call.arguments.positional
        pattern = given[0].value if given and isinstance(given[0], Const) else None
        if not isinstance(pattern, str):
            return False
        kept = _KEPT.fullmatch(pattern)
        return kept is not None and not _HARMFUL.search(kept[1])

    def proves(self, condition: Value, path: str, holds: bool) -> bool | None:
        """``"a".equals(x)``, ``x.matches("[a-z]+")``, ``Pattern.matches(p, x)``."""
        if isinstance(condition, Name):
            return self._flag_proves(condition, path) if holds else None
        found = self._is_found(condition)
        if found is not None:
            return True if found[1] is holds and self._is_key(found[0], path) else None
        if not isinstance(condition, CallValue):
            return None
        call = condition.call
        receiver = self.receiver_node(call)
        if receiver is None:
            return None
        given = call.arguments.positional
        on = self.slice(receiver)
        if call.name in ("equals", "equalsIgnoreCase", "contentEquals") and len(given) == 1:
            texts = (on, self.slice(given[0].node))
            others = (given[0], self.value(receiver, call.scope))
            return holds and any(
                one in (path, f"{path}.trim()", f"{path}.toLowerCase()")
                and (isinstance(other, Const) or self._is_listed(other))
                for one, other in zip(texts, others, strict=True)
            )
        if call.name in ("anyMatch", "noneMatch") and given:
            # ``Arrays.stream(ALLOWED).anyMatch(one -> one.equals(x))``
            text, name = self.slice(given[0].node), re.escape(path)
            is_equal = re.search(rf"equals\w*\({name}\)|^{name}::equals|\b{name}\.equals\(", text)
            return is_equal is not None and holds is (call.name == "anyMatch")
        if call.name == "matches":
            pattern = self._pattern(call, receiver, path)
            return holds and pattern is not None and is_narrow(pattern)
        return None

    def _is_found(self, condition: Value) -> tuple[Name | CallValue, bool] | None:
        """What a condition compares with null, and whether it holds where there is something."""
        if isinstance(condition, CallValue):
            given = condition.call.arguments.positional
            is_test = condition.call.path in ("Objects.isNull", "Objects.nonNull")
            if is_test and len(given) == 1 and isinstance(given[0], (Name, CallValue)):
                return given[0], condition.call.name == "nonNull"
            return None
        if not isinstance(condition, Operation) or condition.operator not in ("==", "!="):
            return None
        if not any(isinstance(one, Const) and one.value is None for one in condition.operands):
            return None
        held = next((o for o in condition.operands if isinstance(o, (Name, CallValue))), None)
        return None if held is None else (held, condition.operator == "!=")

    def _is_key(self, found: Name | CallValue, path: str) -> bool:
        """Whether a value is what a map of the program holds under ``path``."""
        if isinstance(found, Name):
            around = _function_around(found.node)
            values = [
                one.value
                for one in self.facts.assigns
                if one.target == found.path and _function_around(one.node) == around
            ]
            if len(values) != 1 or not isinstance(values[0], CallValue):
                return False
            found = values[0]
        call = found.call
        given = call.arguments.positional
        if call.name != "get" or len(given) != 1 or self.slice(given[0].node) != path:
            return False
        return _KEYED.search(self.type_of(call.path.rpartition(".")[0], call.scope)) is not None

    def _flag_proves(self, flag: Name, path: str) -> bool | None:
        """``boolean found = false; for (..) if (x.equals(one)) found = true;``"""
        if not flag.path.isidentifier():
            return None
        function = _function_around(flag.node)
        trues = []
        for assign in self.facts.assigns:
            node = assign.value_node
            if assign.target != flag.path or node is None or node.type == "false":
                continue
            if assign.operator == "=" and _function_around(node) == function:
                trues.append(assign)
        if not trues or len(trues) > _MOST_FLAGS:
            return None
        return True if all(self._sets_checked(one, path) for one in trues) else None

    def _sets_checked(self, assign: Assign, path: str) -> bool:
        """Whether what is assigned is only true for harmless values of ``path``."""
        node, value = assign.node, assign.value
        if value is not None and not isinstance(value, (Const, Name)):
            return proves(self, value, path, True)
        for _ in range(_MOST_AROUND):
            around = node.parent
            if around is None or around.type in self.splits:
                return False
            condition = around.child_by_field_name("condition")
            if around.type == "if_statement" and condition is not None:
                is_then = around.child_by_field_name("consequence") == node
                tested = self.value(condition, assign.scope)
                if is_then and not isinstance(tested, Name) and proves(self, tested, path, True):
                    return True
            node = around
        return False

    def _is_listed(self, value: Value) -> bool:
        """Whether a value is an item of a list: of a loop over it, or ``ALLOWED[i]``."""
        if isinstance(value, Operation):
            return value.operator == "[]" and isinstance(value.operands[0], Name)
        if isinstance(value, CallValue) and value.call.name in ("name", "toString"):
            receiver = self.receiver_node(value.call)
            if receiver is None:
                return False
            value = self.value(receiver, value.call.scope)
        if not isinstance(value, Name) or not value.path.isidentifier():
            return False
        node: Node | None = value.node
        for _ in range(_MOST_AROUND):
            node = node.parent if node is not None else None
            if node is None or node.type in self.splits:
                return False
            name = node.child_by_field_name("name")
            if node.type != "enhanced_for_statement" or name is None:
                continue
            if self.slice(name) == value.path:
                over = node.child_by_field_name("value")
                return over is not None and _LISTED.match(self.slice(over)) is not None
        return False

    def _pattern(self, call: Call, receiver: Node, path: str) -> str | None:
        """The regular expression that all of ``path`` is compared with."""
        given = call.arguments.positional
        found: Value | None = None
        is_on_it = self.slice(receiver) == path and len(given) == 1
        if is_on_it or (len(given) == 2 and self.slice(given[1].node) == path):
            found = given[0]
        elif not given and receiver.type == "method_invocation":
            # ``Pattern.compile(p).matcher(x).matches()``, ``PATTERN.matcher(x).matches()``
            matcher = self.call_of(receiver, call.scope)
            asked = matcher.arguments.positional
            if matcher.name != "matcher" or not asked or self.slice(asked[0].node) != path:
                return None
            maker = self.receiver_node(matcher)
            if maker is not None and maker.type == "method_invocation":
                compiled = self.call_of(maker, call.scope).arguments.positional
                found = compiled[0] if compiled else None
            elif maker is not None:
                return self._compiled(self.slice(maker))
        if isinstance(found, Const) and isinstance(found.value, str):
            return found.value
        return None

    def _compiled(self, name: str) -> str | None:
        """The pattern that a variable of the file is made of."""
        for assign in self.facts.assigns:
            if assign.target == name:
                value = assign.value
                if isinstance(value, CallValue) and value.call.name == "compile":
                    first = value.call.arguments.positional[:1]
                    if first and isinstance(first[0], Const) and isinstance(first[0].value, str):
                        return first[0].value
        return None
