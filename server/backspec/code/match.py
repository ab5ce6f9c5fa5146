"""Holds facts against rules: clauses in an index, so that a file costs the same for any number.

Calls are found by qualified name in one dictionary, names with ``*`` by their last segment, all
other facts by theirs. Only where a name fits is a clause looked at. A clause or check that raises
is logged once per rule and file, and skipped.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from backspec.code.call_index import CallIndex, Entry
from backspec.code.check_index import CheckIndex
from backspec.code.checks import Report, UnitView, find_check, is_about
from backspec.code.clauses import Clause, compile_clause, profile_of
from backspec.code.facts.model import (
    Assign,
    Call,
    Catch,
    Fact,
    Facts,
    Pair,
    Statement,
)
from backspec.code.models import CallModel, Models, expand, matches_name
from backspec.code.sinks import FlowRun, SinkIndex, stands
from backspec.code.value_tests import ClauseError, compile_regex
from backspec.config import PROFILES
from backspec.model import Diagnostic, Profile

if TYPE_CHECKING:
    import re

    from backspec.catalog import Rule
    from backspec.code.facts.adapter import Adapter

_log = logging.getLogger(__name__)

AGENT_AREA: Final = "agent"
"""The area of rules on agent files, whose checks live with the other half."""

_BROAD: Final = frozenset(
    ("Exception", "BaseException", "builtins.Exception", "builtins.BaseException", "Throwable")
)


@dataclass(slots=True)
class RuleSet:
    """Rules compiled for one language. Holds no state but a log of failures."""

    family: str
    models: Models
    calls: CallIndex = field(default_factory=CallIndex)
    """Clauses on calls."""
    sinks: SinkIndex = field(default_factory=SinkIndex)
    """Clauses on flows, by what they end in."""
    assigns: dict[str, list[Clause]] = field(default_factory=dict)
    """Clauses on assignments by target: a module-level name, or a qualified member."""
    assign_patterns: dict[str, list[tuple[str, Clause]]] = field(default_factory=dict)
    pairs: list[tuple[re.Pattern[str], Clause]] = field(default_factory=list)
    catches: list[Clause] = field(default_factory=list)
    returns: list[Clause] = field(default_factory=list)
    built: list[Clause] = field(default_factory=list)
    checks: CheckIndex = field(default_factory=CheckIndex)
    supersedes: dict[str, frozenset[str]] = field(default_factory=dict)
    problems: list[tuple[Rule, str]] = field(default_factory=list)
    """Rules with a clause that could not be compiled, and why."""
    _pair_clauses: dict[str, tuple[Clause, ...]] = field(default_factory=dict)
    _failed: set[tuple[str, str]] = field(default_factory=set)

    def add(self, rule: Rule, profile: Profile) -> None:
        """Compile a rule's clauses into the index."""
        rank = max(PROFILES.index(profile), PROFILES.index(rule.profile))
        if rule.supersedes:
            self.supersedes[rule.id] = frozenset(rule.supersedes)
        for spec in rule.match:
            try:
                if PROFILES.index(profile_of(spec, rule)) > rank:
                    continue
                clause = compile_clause(spec, rule)
                clause.rank = rank
                self._add_clause(clause)
            except (ClauseError, LookupError, TypeError, ValueError) as error:
                self.problems.append((rule, str(error)))
                _log.error("rule %s: %s", rule.id, error)

    def _add_clause(self, clause: Clause) -> None:
        languages = clause.options.get("languages")
        if languages is not None and self.family not in {family_of(one) for one in languages}:
            return
        subject = clause.subject
        if clause.primary == "call":
            for name in _names(subject):
                self.calls.add(name, clause, self.models)
        elif clause.flow is not None:
            for sink in clause.flow.sinks:
                for name in expand(sink):
                    self.sinks.add(name, clause, self.models)
        elif clause.primary == "assign":
            for name in _names(subject):
                last = name.rpartition(".")[2]
                if "*" in name:
                    self.assign_patterns.setdefault(last, []).append((name, clause))
                else:
                    self.assigns.setdefault(name, []).append(clause)
        elif clause.primary == "pair":
            pattern = subject["matches"] if isinstance(subject, Mapping) else f"^{subject}$"
            self.pairs.append((compile_regex(pattern), clause))
        elif clause.primary == "catch":
            self.catches.append(clause)
        elif clause.primary == "returns":
            self.returns.append(clause)
        elif is_about(str(subject), self.family):
            self.checks.add(clause, find_check(str(subject)))

    # ------------------------------------------------------------------ matching

    def match(self, adapter: Adapter, path: str) -> list[Diagnostic]:
        """All diagnostics of the unit an adapter has walked; ``path`` with ``/``."""
        found: list[Diagnostic] = []
        run = _Run(self, adapter, path, found)
        facts = adapter.facts
        self._match_calls(facts.calls, run)
        self.find_sinks(adapter)
        if self.assigns or self.assign_patterns:
            for assign in facts.assigns:
                run.try_each(assign, self._assign_clauses(assign), _value_holds)
        if self.pairs:
            for pair in facts.pairs:
                clauses = self._clauses_of_key(pair.key)
                if clauses:
                    run.try_each(pair, clauses, _value_holds)
        if self.catches:
            for catch in facts.catches:
                run.try_each(catch, self.catches, _catch_holds)
        if self.returns:
            for statement in facts.statements:
                if statement.kind == "return":
                    run.try_each(statement, self.returns, _return_holds)
        if self.checks:
            run.checks(facts, self.checks)
        return found

    def _match_calls(self, calls: list[Call], run: _Run) -> None:
        find = self.calls.find
        for call in calls:
            candidates = find(call)
            if candidates:
                run.try_call(call, candidates)

    def find_sinks(self, adapter: Adapter) -> None:
        """Set ``adapter.sinks``."""
        if self.sinks:
            adapter.sinks = self.sinks.candidates(adapter)

    def match_flows(self, adapter: Adapter, path: str) -> list[Diagnostic]:
        """The diagnostics of flows in a whole file that an adapter has walked and ``match`` seen.

        ``path`` with ``/``.
        """
        if not adapter.sinks:
            return []
        return FlowRun(self.sinks, adapter, path, self.failed).run()

    def _assign_clauses(self, assign: Assign) -> list[Clause]:
        target = assign.target
        last = target[target.rfind(".") + 1 :]
        if "." not in target:
            is_module_level = assign.function is None and assign.class_def is None
            found = list(self.assigns.get(target, ())) if is_module_level else []
        else:
            qualified = assign.qualified
            found = list(self.assigns.get(qualified, ())) if qualified is not None else []
            for pattern, clause in self.assign_patterns.get(last, ()):
                name = qualified or (f"?.{target}" if pattern.startswith("*.") else None)
                if name is not None and matches_name(pattern, name):
                    found.append(clause)
        return found

    def _clauses_of_key(self, key: str) -> tuple[Clause, ...]:
        known = self._pair_clauses.get(key)
        if known is None:
            known = tuple(clause for pattern, clause in self.pairs if pattern.search(key))
            if len(self._pair_clauses) < 20_000:
                self._pair_clauses[key] = known
        return known

    def failed(self, rule: Rule, path: str) -> None:
        """Log the current exception, once for a rule and file."""
        if (rule.id, path) not in self._failed:
            self._failed.add((rule.id, path))
            _log.exception("rule %s failed on %s and was skipped there", rule.id, path)


class _Run:
    """One unit being matched."""

    __slots__ = ("adapter", "found", "path", "rules", "source")

    def __init__(
        self, rules: RuleSet, adapter: Adapter, path: str, found: list[Diagnostic]
    ) -> None:
        self.rules = rules
        self.adapter = adapter
        self.path = path
        self.found = found
        self.source = adapter.source

    def try_call(self, call: Call, entries: list[Entry]) -> None:
        """Report the first clause of each rule that holds for a call."""
        done: set[str] = set()
        for clause, model in entries:
            rule = clause.rule
            if rule.id in done:
                continue
            try:
                if model is not None and (
                    call.name in model.excluded or not self.adapter.may_use(model)
                ):
                    continue
                if self._stands(clause, call) and clause.holds_for_call(call, model):
                    done.add(rule.id)
                    self._report(clause, call, model)
            except Exception:  # noqa: BLE001 - one rule's bug must not take the others down
                self.rules.failed(rule, self.path)

    def try_each(self, fact: Fact, clauses: Iterable[Clause], holds: Any) -> None:
        """Report the first clause of each rule that holds for a fact."""
        done: set[str] = set()
        for clause in clauses:
            rule = clause.rule
            if rule.id in done:
                continue
            try:
                if self._stands(clause, fact) and holds(clause, fact):
                    done.add(rule.id)
                    self._report(clause, fact, None)
            except Exception:  # noqa: BLE001 - as above
                self.rules.failed(rule, self.path)

    def _stands(self, clause: Clause, fact: Fact) -> bool:
        return stands(clause, fact, self.adapter, self.path)

    def _report(self, clause: Clause, fact: Fact, model: CallModel | None) -> None:
        source = self.source
        self.found.append(
            Diagnostic(
                clause.rule.id,
                clause.span_of(fact, model),
                clause.text_for(fact, model, source),
                clause.severity,
                clause.rule.confidence,
                clause.fixes_for(fact, model, source),
            )
        )

    def checks(self, facts: Facts, checks: CheckIndex) -> None:
        """Run the checks over the unit."""
        view = UnitView(self.adapter, self.path)
        for clause, check in checks.wanted(view):
            try:
                for report in check(facts, view):
                    self._take(clause, report)
            except Exception:  # noqa: BLE001, PERF203 - as above
                self.rules.failed(clause.rule, self.path)

    def _take(self, clause: Clause, report: Report) -> None:
        place = report.place or (report.subject.place if report.subject is not None else None)
        if place is not None and not clause.holds_in(place.context):
            return
        if report.profile is not None and PROFILES.index(report.profile) > clause.rank:
            return
        rule = clause.rule
        self.found.append(
            Diagnostic(
                rule.id,
                report.span,
                report.message or clause.message,
                report.severity or clause.severity,
                rule.confidence,
                report.fixes,
                report.related,
                report.tags,
            )
        )


# ---------------------------------------------------------------------------- other conditions


def _value_holds(clause: Clause, fact: Fact) -> bool:
    if clause.value is None:
        return True
    value = fact.value if isinstance(fact, (Assign, Pair)) else None
    return clause.value(value) is True


def _return_holds(clause: Clause, fact: Fact) -> bool:
    assert isinstance(fact, Statement)
    test = clause.value
    return test is not None and test(fact.value) is True


def _catch_holds(clause: Clause, fact: Fact) -> bool:
    """``catch: any`` | ``catch: broad`` (everything, or the root exceptions) | type names."""
    assert isinstance(fact, Catch)
    wanted = clause.subject
    if wanted == "any":
        return True
    types = fact.types
    if wanted == "broad":
        return not types or any(one in _BROAD for one in types)
    names = set(_names(wanted))
    return any(one in names for one in types)


def settle(diagnostics: Iterable[Diagnostic], rules: RuleSet) -> list[Diagnostic]:
    """One fault, one diagnostic: in document order, without repeats and superseded ones."""
    ordered = sorted(diagnostics, key=lambda d: (d.span.start, d.span.end, d.rule))
    kept: list[Diagnostic] = []
    for diagnostic in ordered:
        if kept and kept[-1].rule == diagnostic.rule and kept[-1].span == diagnostic.span:
            continue
        kept.append(diagnostic)
    strong = [d for d in kept if d.rule in rules.supersedes]
    if not strong:
        return kept
    return [
        d
        for d in kept
        if not any(d.rule in rules.supersedes[s.rule] and s.span.overlaps(d.span) for s in strong)
    ]


# ---------------------------------------------------------------------------- names


_FAMILIES: Final[Mapping[str, str]] = {
    "jsx": "javascript",
    "typescript": "javascript",
    "tsx": "javascript",
}


def family_of(language: str) -> str:
    """The folder of models and the adapter a language shares with others."""
    return _FAMILIES.get(language, language)


def _names(subject: object) -> Iterator[str]:
    for name in subject if isinstance(subject, list) else [subject]:
        yield from expand(str(name))


def compile_rules(family: str, models: Models, rules: Iterable[Rule], profile: Profile) -> RuleSet:
    """Compile the clauses of rules that ``profile`` asks for and that claim the language.

    A page claims a language by showing a bad example of it, which the tests execute: what nobody
    has tried in a language is not reported in it. A page without examples claims every language.
    """
    compiled = RuleSet(family, models)
    for rule in rules:
        if rule.area != AGENT_AREA and _claims(rule, family):
            compiled.add(rule, profile)
    return compiled


def _claims(rule: Rule, family: str) -> bool:
    languages = rule.languages
    return not languages or family in {family_of(language) for language in languages}
