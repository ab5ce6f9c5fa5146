"""What is particular to flows in Python: what frameworks fill in, and what makes text harmless."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checked import SAFE_TYPES
from backspec.code.cleaning import is_narrow
from backspec.code.facts.model import CallValue, Const, Mapping, Name, Sequence, Value
from backspec.code.facts.python_values import PythonValues

if TYPE_CHECKING:
    from collections.abc import Callable

    from backspec.code.facts.model import Call, Function, Parameter
    from backspec.code.syntax import Node
    from backspec.code.taint import Taint

_CONVERTERS: Final = frozenset(
    ("int", "float", "uuid.UUID", "UUID", "ObjectId", "bson.ObjectId", "Decimal",
     "decimal.Decimal", "ipaddress.ip_address", "datetime.strptime")
)  # fmt: skip
"""Calls that raise for a text that is no number or identifier."""
_SERVER_SAYS: Final = frozenset(
    ("REMOTE_ADDR", "SERVER_NAME", "SERVER_PORT", "REQUEST_METHOD", "REMOTE_PORT", "wsgi.input")
)
"""Members of ``META`` that the server fills in itself."""
_MATCHING: Final = frozenset(("match", "search", "fullmatch", "findall", "finditer"))
_ROUTE_PART: Final = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
_SAFE_CONVERTERS: Final = frozenset(("int", "float", "uuid"))
_INJECTED: Final = re.compile(
    r"(?:Dep|Depends|Session|User|Service|Settings|Config|Repo|Repository|Client|Tasks|Connection|"
    r"Conn|Engine|Manager|Cache|Redis|Response|Database|Db|DB|Pool|Principal|Token|Uow|UnitOfWork|"
    r"Registry|Logger|Locale|Context|Handler|Request|WebSocket|Limiter|Storage)$"
)
"""How the types end of what dependencies, not clients, fill in."""


_NAMES_ROW: Final = re.compile(
    r"(?i)(?:\b|_)(?:uuid|guid|id|pk|slug|event|payload|event_type)\b[\"')\]\s]*(?::.*|,[^()]*\))?$"
)
_JOINED: Final = re.compile(r"through `(?:join|joinpath|Path)`|joined into")
_REPLACED: Final = re.compile(r"(?:\.(?:replace|rstrip|removesuffix|lower|format)(?:\(\))?)+$")


class PythonFlow(PythonValues):
    """Answers questions that flows ask about Python."""

    slash_joins = True

    def is_cleaned(self, call: Call) -> bool:
        if call.name == "get" and ".META." in call.path:
            given = call.arguments.positional[:1]
            if given and isinstance(given[0], Const) and given[0].value in _SERVER_SAYS:
                return True
        # ``request.args.get("page", type=int)``
        kind = call.arguments.keywords.get("type")
        if isinstance(kind, Name) and kind.path.rpartition(".")[2] in SAFE_TYPES:
            return True
        if call.name in _MATCHING and call.path.startswith(("re.", "regex.")):
            pattern = call.arguments.positional[:1]
            if pattern and isinstance(pattern[0], Const) and isinstance(pattern[0].value, str):
                return is_narrow(pattern[0].value)
        return False

    def holds_no_text(self, name: Name) -> bool:
        last = name.path.rpartition(".")[2]
        if last in ("name", "stem", "suffix"):
            # ``Path(given).name`` has no folders.
            return (name.qualified or "").startswith("pathlib.")
        return last in _SERVER_SAYS

    def is_narrowed_in(self, around: Node, child: Node, path: str) -> bool:
        """``match path: case "a":``"""
        if around.type != "case_clause" or child != around.child_by_field_name("consequence"):
            return False
        switch = around.parent.parent if around.parent is not None else None
        subject = switch.child_by_field_name("subject") if switch is not None else None
        if subject is None or self.slice(subject) != path:
            return False
        patterns = [one for one in around.named_children if one.type == "case_pattern"]
        return bool(patterns) and all(_is_constant(one) for one in patterns)

    def is_narrowed_after(self, statement: Node, path: str, ends: Callable[[Node], bool]) -> bool:
        """``try: int(path) except ValueError: return``"""
        if statement.type != "try_statement":
            return False
        handlers = [one for one in statement.named_children if one.type == "except_clause"]
        body = statement.child_by_field_name("body")
        if body is None or not handlers or not all(ends(one) for one in handlers):
            return False
        for one in body.named_children:
            stated = one.named_children[0] if one.named_children else one
            call = stated.child_by_field_name("right") or stated
            if call.type != "call":
                continue
            value = self.value(call, self.place.scope)
            if isinstance(value, CallValue) and value.call.path in _CONVERTERS:
                given = value.call.arguments.positional[:1]
                if given and self.slice(given[0].node) == path:
                    return True
        return False

    def is_line(self, parameter: Parameter) -> bool:
        """Not a part of the route: servers take line breaks for the end of the request line, and
        what names no row of the database seldom gets as far as the log.
        """
        marked = (f"{{{parameter.name}", f"<{parameter.name}>", f":{parameter.name}>")
        for function in self.facts.functions:
            if parameter in function.parameters:
                return not any(
                    any(mark in self.text(one.span) for mark in marked)
                    for one in function.decorators
                )
        return True

    def is_harmless(self, taint: Taint, part: str) -> bool:
        """``/files/<name>``: servers end such a part at the next slash, encoded or not. What names
        a row or an event was looked up, or signed, before it got as far as the log.
        """
        if part == "line":
            return _NAMES_ROW.search(self.text(taint.steps[0].span)) is not None
        if not taint.is_built and not any(_JOINED.match(one.text) for one in taint.steps):
            return False
        first = taint.steps[0].span
        for function in self.facts.functions:
            for parameter in function.parameters:
                if parameter.span == first:
                    return self._is_segment(function, parameter.name)
        return False

    def _is_segment(self, function: Function, name: str) -> bool:
        for decorator in function.decorators:
            text = self.text(decorator.span)
            if re.search(rf"<(?:(?!path:)\w+:)?{name}>|{{{name}(?::(?!path)\w+)?}}", text):
                return True
        return False

    def is_own_address(self, qualified: str) -> bool:
        """Also with some of it replaced: ``request.path.replace("/v1/", "/v2/")``."""
        return super().is_own_address(_REPLACED.sub("", qualified))

    def is_sink(self, call: Call) -> bool:
        """Not where the mark-up is taken off at once: ``Markup(text).unescape()``; and a message
        for the next page is none that the program trusts.
        """
        if call.name == "flash":
            return False
        around = call.node.parent
        if around is None or around.type != "attribute" or call.name != "Markup":
            return True
        member = around.child_by_field_name("attribute")
        return member is None or self.slice(member) not in ("unescape", "striptags")

    def is_called_by_framework(self, function: Function) -> bool:
        return bool(function.decorators) and self.is_handler(function)

    def sent(self, value: Value) -> Value:
        """``return page, 404``"""
        if isinstance(value, Sequence) and value.node.type in ("tuple", "expression_list"):
            return value.items[0] if value.items else value
        return value

    def answers_as(self, function: Function, value: Value, _roles: tuple[str, ...]) -> bool:
        """Not a mapping or a list, which frameworks send as JSON."""
        if isinstance(value, Name):
            given = [
                one.value
                for one in self.facts.assigns
                if one.target == value.path and one.function is function
            ]
            return not given or not all(map(_is_data, given))
        return not _is_data(value)

    def is_sent(self, function: Function, parameter: Parameter) -> bool:
        """Whether a handler's parameter has a type, and a place in the route, that lets a client
        fill it with text.
        """
        type_path = parameter.type_path.rpartition(".")[2]
        if type_path and _INJECTED.search(type_path):
            return False
        for decorator in function.decorators:
            if decorator.call is None:
                continue
            for value in decorator.call.arguments.positional[:1]:
                if isinstance(value, Const) and isinstance(value.value, str):
                    for converter, name in _ROUTE_PART.findall(value.value):
                        if name == parameter.name and converter in _SAFE_CONVERTERS:
                            return False
        return True


def _is_data(value: Value | None) -> bool:
    """A mapping, a list, or a call that makes one."""
    if isinstance(value, CallValue):
        return value.call.path in ("dict", "list", "jsonify", "flask.jsonify")
    return isinstance(value, (Mapping, Sequence)) or (
        value is not None and value.node.type.endswith("_comprehension")
    )


def _is_constant(pattern: Node) -> bool:
    inner = pattern.named_children[0] if pattern.named_children else None
    if inner is None:
        return False
    parts = inner.named_children if inner.type == "union_pattern" else [inner]
    return all(one.type in ("string", "integer", "float", "none") for one in parts)
