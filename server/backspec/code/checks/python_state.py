"""Checks on Python: what all requests share though it belongs to one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.checks.names import words
from backspec.code.facts.model import Context
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts, Function

_EMPTY: Final = regex(r"\[\s*\]|\{\s*\}|(?:set|list|dict)\(\s*\)|collections\.\w+\([^()]*\)")
_KEPT: Final = frozenset(("cache", "memo", "seen", "registry", "visited", "state", "store"))
"""Words of defaults that are meant to live on."""
_CHANGES: Final = (
    r"\.(?:append|add|update|extend|insert|setdefault|pop|remove|clear|appendleft)\("
    r"|\[[^\]\n]+\]\s*(?:[+|-]?=)(?!=)|\s*\+="
)
_PERSONAL: Final = frozenset(
    ("user", "current", "request", "session", "cart", "account", "customer", "login", "username",
     "token", "email", "last", "selected", "answer", "result")
)  # fmt: skip


def shared_state(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Defaults that calls change, and globals that a request sets for itself."""
    for function in facts.functions:
        if function.context & Context.TEST:
            continue
        yield from _defaults(function, unit)
        if function.context & Context.HANDLER and unit.mentions("global ", within=function.span):
            yield from _globals(function, facts, unit)


def _defaults(function: Function, unit: UnitView) -> Iterator[Report]:
    """``def add(item, items=[]): items.append(item)``."""
    for parameter in function.parameters:
        default = parameter.default_node
        if default is None or default.type not in ("list", "dictionary", "call"):
            continue
        name = parameter.name
        if name.startswith("_") or _KEPT & set(words(name)):
            continue
        if not _EMPTY.fullmatch(unit.adapter.slice(default)):
            continue
        text = unit.text(function.body_span)
        word = rf"(?<![\w.]){re.escape(name)}"
        changed = re.search(rf"{word}(?:{_CHANGES})", text)
        if changed is None:
            continue
        before = text[: changed.start()]
        if re.search(rf"{word}\s*=(?!=)|\bnot\s+{name}\b|{word}\s+or\b", before):
            continue  # given a value of its own first
        yield Report(
            parameter.span,
            f"All calls share this one `{name}`, so what a call puts in is there for the next",
            place=function.inside,
        )


def _globals(function: Function, facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``global current_user`` in a handler that sets it."""
    text = unit.text(function.body_span)
    for found in re.finditer(r"(?m)^\s*global\s+([\w, ]+)", text):
        for name in re.findall(r"\w+", found[1]):
            said = set(words(name))
            if not _PERSONAL & said or said & {"count", "counter", "counts", "total", "number"}:
                continue
            if re.search(rf"\b(?:not\s+{name}|{name}\s+is\s+None)\b|\bwith\s+\w*lock", text):
                continue  # made once, or one at a time
            for assign in facts.assigns:
                if assign.target == name and assign.function is function:
                    yield Report(
                        assign.span,
                        f"Every request sets this one `{name}`: two at a time get each other's",
                        place=assign.place,
                    )
                    break
