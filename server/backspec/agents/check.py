"""Checks one agent file: runs what the rule files of the area ``agent`` name, and nothing else.

A rule's clause ``check: <module>.<function>`` names a function of ``agents/checks/<module>.py``
that takes an ``AgentFile`` and yields ``Report``s.
"""

from __future__ import annotations

import functools
import importlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from backspec import catalog
from backspec.agents.agent_file import AgentFile, Report, open_file
from backspec.model import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from backspec.agents.view import View
    from backspec.catalog import Rule
    from backspec.model import Document

    Check = Callable[[AgentFile], Iterator[Report]]

_log = logging.getLogger(__name__)
_broken: set[str] = set()
MAX_REPORTS = 100
"""Most diagnostics of one rule in one file."""


def check(
    document: Document,
    view: View | None = None,
    wanted: Callable[[Rule], bool] | None = None,
) -> list[Diagnostic]:
    """All diagnostics of an agent file, sorted by position; [] for any other document.

    Configuration and suppressions are applied by the caller; ``wanted`` saves the time of rules
    it will drop. Severity is the rule's or, where products differ, that of what the worst of them
    does. Never raises.
    """
    file = open_file(document, view)
    return check_file(file, wanted) if file is not None else []


def check_file(file: AgentFile, wanted: Callable[[Rule], bool] | None = None) -> list[Diagnostic]:
    """All diagnostics of an agent file that is open already; see ``check``."""
    found: list[Diagnostic] = []
    for rule, function in _checks():
        if wanted is not None and not wanted(rule):
            continue
        if rule.dialects and not any(dialect.id in rule.dialects for dialect in file.judged):
            continue
        try:
            found.extend(_diagnostics(rule, function, file))
        except Exception:  # noqa: BLE001  a broken rule must not cost the other rules
            if rule.id not in _broken:
                _broken.add(rule.id)
                _log.exception("rule %s failed on %s", rule.id, file.document.path)
    if file.detection.is_guess:
        found = [_guessed(diagnostic) for diagnostic in found]
    return sorted(_without_superseded(found), key=lambda d: (d.span, d.rule))


def _diagnostics(rule: Rule, function: Check, file: AgentFile) -> Iterator[Diagnostic]:
    for count, report in enumerate(function(file)):
        if count >= MAX_REPORTS:
            return
        fixes = tuple(replace(fix, kind=fix.kind or rule.id) for fix in report.fixes)
        yield Diagnostic(
            rule.id,
            report.span,
            report.message[:1].upper() + report.message[1:],
            report.severity or rule.severity,
            rule.confidence,
            fixes,
            report.related,
            report.tags,
        )


_SOUND = frozenset(
    f"agent/{name}"
    for name in ("unquoted-colon", "unquoted-special", "invalid-yaml", "tab-indentation")
)
"""Faults of the header's syntax: true of whatever the file turns out to be."""


def _guessed(diagnostic: Diagnostic) -> Diagnostic:
    """Nothing but the header's looks makes it an agent file, so all but syntax is a hint."""
    least = Severity.WARNING if diagnostic.rule in _SOUND else Severity.HINT
    return replace(diagnostic, severity=max(diagnostic.severity, least))


@functools.cache
def _checks() -> tuple[tuple[Rule, Check], ...]:
    found = []
    for rule in catalog.rules().values():
        if rule.area != "agent":
            continue
        for clause in rule.match:
            module, _, name = str(clause["check"]).partition(".")
            try:
                loaded = importlib.import_module(f"backspec.agents.checks.{module}")
                found.append((rule, getattr(loaded, name)))
            except Exception:  # noqa: BLE001  one broken module must not cost the other rules
                _log.exception("rule %s has no check", rule.id)
    return tuple(found)


def _without_superseded(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Leave out what another rule says better about the same place."""
    found = list(found)
    better: dict[str, list[Diagnostic]] = {}
    rules = catalog.rules()
    for diagnostic in found:
        for other in rules[diagnostic.rule].supersedes:
            better.setdefault(other, []).append(diagnostic)
    for diagnostic in found:
        if not any(d.span.overlaps(diagnostic.span) for d in better.get(diagnostic.rule, ())):
            yield diagnostic
