"""What flows ask about JavaScript and TypeScript alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.javascript_uses import JavaScriptUses
from backspec.code.facts.model import Built, Const, FunctionValue, Name, Operation

if TYPE_CHECKING:
    from backspec.code.facts.model import Assign, Call, Function, Parameter, Value

_ANSWERED: Final = frozenset(("sql-execute", "db-read", "db-write", "orm-raw", "http-request"))
"""What these give was chosen by neither who asked nor what they were asked on."""
_PER_ITEM: Final = frozenset(("map", "flatMap", "filter", "find"))
_ACCUMULATING: Final = frozenset(("reduce", "reduceRight"))
_NUMBERS: Final = frozenset(("Number", "parseInt", "parseFloat", "Boolean", "BigInt"))
_TEXT_TYPES: Final = re.compile(
    r"(?:String|Array|Record|Object|ReadonlyArray|Buffer|Iterable|Set|Map|Partial|T|K|V)$"
)
_DECLARED_TEXT: Final = r"\btype\s+{}\s*=\s*(?:string|any|unknown|Record|`|\|?\s*\w+\s*\|)"


_SENT: Final = re.compile(
    r"(?i)\b(?:req|request|ctx|event|body|query|params|headers|input|payload|args|data|obj)\b"
)
"""Names of things whose keys may be the client's own."""


_PAGE: Final = re.compile(r"text/html|application/xhtml|image/svg|\.type\(\s*['\"]html")
_OTHER_ANSWER: Final = re.compile(r"@(?:Render|Redirect|Sse)\(|(?i:content-type)(?!.*html)")
"""Decorators of Nest after which a text is no page."""


class JavaScriptFlow(JavaScriptUses):
    """Answers about values on their way."""

    def is_cleaned(self, call: Call) -> bool:
        if call.name == "map":
            given = call.arguments.positional
            return len(given) == 1 and isinstance(given[0], Name) and given[0].path in _NUMBERS
        return bool(self.roles_of(call) & _ANSWERED)

    def is_sink(self, call: Call) -> bool:
        """Fastify sends text as plain text, unless it is told that it is a page."""
        if call.name != "send" or not (call.qualified or "").startswith("fastify."):
            return True
        return call.function is not None and self._says_page(call.function)

    def _says_page(self, function: Function) -> bool:
        return _PAGE.search(self.text(function.span)) is not None

    def answers_as(self, function: Function, value: Value, roles: tuple[str, ...]) -> bool:
        """Whether what a handler returns is a text that browsers read as a page."""
        if "html-response" not in roles:
            return True
        call = function.passed_to
        if call is not None and (call.qualified or "").startswith("fastify."):
            return self._says_page(function)
        if any(_OTHER_ANSWER.search(self.text(one.span)) for one in function.decorators):
            return False
        if isinstance(value, Name):
            made = [
                one.value
                for one in self.facts.assigns
                if one.target == value.path and one.function is function
            ]
            return bool(made) and all(isinstance(one, (Built, Const)) for one in made)
        return isinstance(value, Built)

    def is_data_parameter(self, parameter: Parameter) -> bool:
        """``@Body() body: any``; a class is taken to say what its fields are."""
        return not parameter.type_path

    def owner_of(self, assign: Assign) -> Function | None:
        function, head = assign.function, assign.target.partition(".")[0]
        scope = assign.scope.declaring(head)
        while scope is not None and scope.kind == "block":
            scope = scope.outer
        owner = function
        while owner is not None and owner.scope is not scope:
            owner = owner.outer
        is_own = scope is None or (owner is None and scope.kind != "module")
        return function if is_own else owner

    def item_function(self, call: Call) -> Function | None:
        if call.name not in _PER_ITEM:
            return None
        given = call.arguments.positional
        is_function = bool(given) and isinstance(given[0], FunctionValue)
        return given[0].function if is_function else None  # type: ignore[attr-defined]

    def is_item_parameter(self, call: Call, at: int) -> bool:
        return at == (1 if call.name in _ACCUMULATING else 0)

    def may_hold_text(self, parameter: Parameter) -> bool:
        last = parameter.type_path.rpartition(".")[2]
        if not last[:1].isupper() or _TEXT_TYPES.match(last) or not last.isidentifier():
            return True
        return self.resolver.text_has(_DECLARED_TEXT.format(last))

    def proves(self, condition: Value, path: str, holds: bool) -> bool | None:
        """What is found under a key is there: the key is one of those that are known."""
        if isinstance(condition, Operation) and condition.operator == "[]":
            container, key = (*condition.operands, None, None)[:2]
            if container is None or key is None or self.slice(key.node) != path:
                return None
            return holds and _SENT.search(self.slice(container.node)) is None
        return None
