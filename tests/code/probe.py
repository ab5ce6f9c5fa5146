"""A rule set that reports everything the engine knows, to compare ways of getting there."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from backspec import catalog
from backspec.code.checks import Report
from backspec.code.clauses import compile_clause
from backspec.code.match import RuleSet, family_of
from backspec.code.models import models
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts, Value

_RULE = """---
title: Say everything
severity: info
tests: true
match:
  - check: probe.everything
---
Says everything.
"""


def _shown(value: Value | None) -> str:
    if value is None:
        return "-"
    inner = getattr(value, "value", None) or getattr(value, "qualified", None) or ""
    return f"{value.kind}:{inner}"


def everything(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """One report for each fact, with all that was found out about it."""
    for call in facts.calls:
        arguments = call.arguments
        told = [
            call.path,
            str(call.qualified),
            str(call.context),
            call.use,
            call.assigned_to,
            call.function.name if call.function else "-",
            call.class_def.path if call.class_def else "-",
            ",".join(map(_shown, arguments.positional)),
            ",".join(f"{key}={_shown(value)}" for key, value in arguments.keywords.items()),
            ",".join(sorted(unit.roles_of(call))),
        ]
        yield Report(call.span, "call " + " | ".join(told))
    for assign in facts.assigns:
        yield Report(
            assign.span, f"assign {assign.target} {assign.qualified} {_shown(assign.value)}"
        )
    for pair in facts.pairs:
        yield Report(pair.span, f"pair {pair.key} {_shown(pair.value)} {pair.context}")
    for catch in facts.catches:
        yield Report(catch.span, f"catch {catch.types} {catch.name} {catch.context}")
    for statement in facts.statements:
        yield Report(
            statement.span,
            f"{statement.kind} {_shown(statement.value)} {statement.context} {statement.is_last}",
        )
    for fallback in facts.fallbacks:
        yield Report(fallback.span, f"fallback {fallback.context}")


@functools.cache
def probe(language: str) -> RuleSet:
    """A rule set of the one rule above."""
    rule = catalog.parse_rule("probe/everything", _RULE, _path())
    family = family_of(language)
    rules = RuleSet(family, models(family))
    rules.checks.add(compile_clause(rule.match[0], rule), everything)
    assert rule.severity is Severity.INFO
    return rules


def _path() -> Path:
    from pathlib import Path

    return Path("probe.md")
