"""What flows ask about JavaScript and TypeScript alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.javascript_uses import JavaScriptUses
from backspec.code.facts.model import FunctionValue, Name, Operation

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


class JavaScriptFlow(JavaScriptUses):
    """Answers about values on their way."""

    def is_cleaned(self, call: Call) -> bool:
        if call.name == "map":
            given = call.arguments.positional
            return len(given) == 1 and isinstance(given[0], Name) and given[0].path in _NUMBERS
        return bool(self.roles_of(call) & _ANSWERED)

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
