"""Checks on JavaScript and TypeScript: objects whose keys somebody else chooses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.facts.javascript_names import BY_KEYS
from backspec.code.facts.loose_containers import LooseContainers
from backspec.code.facts.model import Name
from backspec.expressions import regex
from backspec.model import Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts, Function, Scope
    from backspec.code.syntax import Node

_CHECKED: Final = regex(
    r"__proto__|hasOwn|['\"]constructor['\"]|Object\.create\(null\)|new Map\b|\.has\(|\.includes\("
    r"|Object\.freeze|isSafeKey|isPrototype"
)
_COPY: Final = regex(r"for\s*\(\s*(?:const|let|var)\s+(\w+)\s+in\s+(\w+)|Object\.keys\((\w+)\)")


@needs(families=("javascript",))
def written_by_two_keys(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``settings[req.body.section][req.body.key] = ..``: the section may be ``__proto__``."""
    del facts
    adapter = unit.adapter
    for assign in adapter.pattern_assigns if isinstance(adapter, LooseContainers) else ():
        left = assign.target_node
        holder = left.child_by_field_name("object")
        if assign.target != BY_KEYS or holder is None:
            continue
        keys = [one.child_by_field_name("index") for one in (holder, left)]
        if not all(key is not None and _is_sent(key, assign.scope, unit) for key in keys):
            continue
        function = assign.function
        if function is not None and _CHECKED.search(unit.text(function.span)):
            continue
        yield Report(
            Span(left.start_byte, left.end_byte),
            "A key `__proto__` here changes what all objects inherit",
            place=assign.place,
        )


def _is_sent(key: Node, scope: Scope, unit: UnitView) -> bool:
    value = unit.adapter.value(key, scope)
    qualified = value.qualified if isinstance(value, Name) else None
    if qualified is None:
        return False
    inputs = unit.models.inputs
    at = len(qualified)
    while at > 0:
        if qualified[:at] in inputs:
            return True
        at = qualified.rfind(".", 0, at)
    return False


@needs(families=("javascript",), words=("in", "keys"))
def merges_all_keys(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A function that copies one object into another, all the way down, whatever the keys are."""
    for function in facts.functions:
        if not function.name or len(function.parameters) < 2:
            continue
        if function.span.end - function.span.start > 2000:
            continue
        if not unit.mentions(function.name + "(", within=function.body_span):
            continue  # most functions do not call themselves
        text = unit.text(function.body_span)
        found = _COPY.search(text)
        if found is None or _CHECKED.search(text):
            continue
        span = _copied(function, found[1] or r"\w+", text)
        if span is not None:
            yield Report(
                span,
                "A key `__proto__` of what is merged changes what all objects inherit",
                severity=Severity.WARNING,
                profile="strict",
                place=function.inside,
            )


def _copied(function: Function, key: str, text: str) -> Span | None:
    """Where a key's value is taken over, in a function that calls itself for inner objects."""
    name = re.escape(function.name)
    target = re.escape(function.parameters[0].name) or r"\w+"
    again = re.search(rf"\b{name}\(\s*{target}\[{key}\]", text)
    copied = re.search(rf"\b{target}\[{key}\]\s*=\s*\w+\[{key}\]", text)
    if again is None or copied is None:
        return None
    start = function.body_span.start + len(text[: copied.start()].encode())
    return Span(start, start + len(copied[0].encode()))
