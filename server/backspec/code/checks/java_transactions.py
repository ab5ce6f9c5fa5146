"""Checks on Java: annotations that Spring's proxies never see."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import ClassDef, Facts, Function

_EFFECTS: Final = {
    "Transactional": "runs without the transaction",
    "Async": "runs here and now",
    "Cacheable": "is not cached",
    "CacheEvict": "clears no cache",
    "CachePut": "fills no cache",
    "Retryable": "is not tried again",
    "PreAuthorize": "runs without the check",
}
_JOINED: Final = frozenset(("Transactional", "PreAuthorize"))
"""What a call within holds for the callee as well."""
_MOST_CALLERS: Final = 40
_SPRING: Final = "org.springframework"
_WOVEN: Final = r"AdviceMode\.ASPECTJ|@Configurable|AopContext\.currentProxy|TransactionTemplate"


@needs(words=tuple(_EFFECTS))
def proxy_bypassed(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``@Transactional`` on private methods, and calls of such methods within their class."""
    if not unit.imports(_SPRING):
        return
    wrapped: dict[tuple[int, str], tuple[Function, str]] = {}
    for function in facts.functions:
        effect = _effect(function)
        if effect is None or function.class_def is None:
            continue
        if function.class_def.node.type == "interface_declaration":
            continue
        head = _head(function, unit)
        hidden = re.search(r"\b(private|static|final)\b", head)
        if hidden is not None:
            yield Report(
                function.name_span,
                f"Spring cannot wrap a {hidden[1]} method: `{function.name}` {_EFFECTS[effect]}",
                place=function.place,
            )
            continue
        wrapped[id(function.class_def), function.name] = (function, effect)
    if not wrapped or unit.file_has(_WOVEN):
        return
    counts = Counter(
        (id(one.class_def), one.name, len(one.parameters)) for one in facts.functions if one.name
    )
    for call in facts.calls:
        caller = call.function
        while caller is not None and caller.outer is not None:
            caller = caller.outer
        if caller is None or caller.class_def is None or call.is_new:
            continue
        if call.path not in (call.name, f"this.{call.name}"):
            continue
        found = wrapped.get((id(caller.class_def), call.name))
        if found is None or found[0] is caller or _is_covered(caller, found[1]):
            continue
        function, effect = found
        count = len(call.arguments.positional)
        if len(function.parameters) != count or counts[id(caller.class_def), call.name, count] > 1:
            continue
        if effect in _JOINED and _is_always_covered(caller, effect, facts):
            continue
        yield Report(
            call.callee_span,
            f"This call goes past Spring's proxy: `{call.name}` {_EFFECTS[effect]}",
            place=call.place,
        )


def _effect(function: Function) -> str | None:
    for one in function.decorators:
        name = one.path.rpartition(".")[2]
        if name in _EFFECTS and (one.qualified or "").startswith(_SPRING):
            return name
    return None


def _is_covered(caller: Function, effect: str) -> bool:
    """Whether the caller runs in a transaction already."""
    if effect not in _JOINED:
        return False
    told = (*caller.decorators, *_of_class(caller.class_def))
    return any(one.path.rpartition(".")[2] == effect for one in told)


def _is_always_covered(caller: Function, effect: str, facts: Facts) -> bool:
    """Whether all that call a private method run in a transaction already."""
    seen = {id(caller)}
    waiting = [caller]
    while waiting:
        one = waiting.pop()
        if "private" not in one.place.reader.text(one.span)[:400].partition("(")[0]:
            return False
        callers = []
        for call in facts.calls:
            if call.path not in (one.name, f"this.{one.name}"):
                continue
            around = call.function
            while around is not None and around.outer is not None:
                around = around.outer
            if around is not None and around.class_def is one.class_def:
                callers.append(around)
        if not callers or len(seen) > _MOST_CALLERS:
            return False
        for around in callers:
            if id(around) not in seen and not _is_covered(around, effect):
                seen.add(id(around))
                waiting.append(around)
    return True


def _of_class(class_def: ClassDef | None) -> tuple:  # type: ignore[type-arg]
    return class_def.decorators if class_def is not None else ()


def _head(function: Function, unit: UnitView) -> str:
    """What stands between the annotations and the name of a method."""
    start = max((one.span.end for one in function.decorators), default=function.span.start)
    source = unit.adapter.source
    return source[start : function.name_span.start].decode("utf-8", "replace")
