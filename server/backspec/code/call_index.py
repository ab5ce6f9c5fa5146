"""Clauses on calls, found by the name of a call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from backspec.code.clauses import Clause
from backspec.code.models import CallModel, Models, matches_name

if TYPE_CHECKING:
    from backspec.code.facts.model import Call

_MOST_KEPT = 20_000
"""How many calls' clauses are kept."""

Entry = tuple[Clause, "CallModel | None"]


@dataclass(slots=True)
class CallIndex:
    """Clauses on calls, found by name."""

    exact: dict[str, list[Entry]] = field(default_factory=dict)
    """By qualified name."""
    patterns: dict[str, list[tuple[str, Clause, CallModel | None]]] = field(default_factory=dict)
    """Those of names with ``*`` by the last segment."""
    open_names: set[str] = field(default_factory=set)
    """The last segments of those patterns that take any receiver (``*.x``)."""
    _found: dict[tuple[str | None, str, str], list[Entry]] = field(default_factory=dict)
    """By qualified name, name and path: what was found."""

    def __bool__(self) -> bool:
        return bool(self.exact or self.patterns)

    def add(self, name: str, clause: Clause, models: Models) -> None:
        """Enter a clause under a qualified name, or under all calls of a role."""
        by_role = models_by_role(models)
        if "." in name or "*" in name or name not in by_role:
            if "*" in name:
                self._add_pattern(name, clause, None)
            else:
                self.exact.setdefault(name, []).append((clause, models.calls.get(name)))
            return
        for model in by_role[name]:
            if "*" in model.name:
                self._add_pattern(model.name, clause, model)
            else:
                self.exact.setdefault(model.name, []).append((clause, model))

    def _add_pattern(self, pattern: str, clause: Clause, model: CallModel | None) -> None:
        last = pattern.rpartition(".")[2]
        self.patterns.setdefault(last, []).append((pattern, clause, model))
        if pattern.startswith("*."):
            self.open_names.add(last)

    def may_have(self, call: Call) -> bool:
        """Whether a clause may be about a call."""
        if call.qualified in self.exact or call.name in self.patterns:
            return True
        return "*" in self.patterns and bool(self.find(call))

    def find(self, call: Call) -> list[Entry] | None:
        """The clauses whose name fits a call."""
        qualified = call.qualified
        patterns = self.patterns
        if call.name not in patterns and "*" not in patterns:
            return self.exact.get(qualified) if qualified is not None else None
        if qualified is None and call.name not in self.open_names and "*" not in self.open_names:
            return None
        key = (qualified, call.name, "" if qualified is not None else call.path)
        known = self._found.get(key)
        if known is None:
            known = self._find(call, qualified)
            if len(self._found) < _MOST_KEPT:
                self._found[key] = known
        return known

    def _find(self, call: Call, qualified: str | None) -> list[Entry]:
        entries = self.exact.get(qualified) if qualified is not None else None
        candidates = list(entries or ())
        known = {id(clause) for clause, _ in candidates}
        by_name, anywhere = self.patterns.get(call.name, ()), self.patterns.get("*", ())
        for pattern, clause, model in (*by_name, *anywhere):
            # ``*.x`` takes any receiver, known or not, but for what has a name of its own.
            if id(clause) in known and pattern.startswith("*."):
                continue
            name = qualified
            if name is None and pattern.startswith("*."):
                name = f"?.{call.path or call.name}"
            if name is not None and matches_name(pattern, name):
                candidates.append((clause, model))
        return candidates


_role_index: dict[int, tuple[Models, dict[str, list[CallModel]]]] = {}


def models_by_role(models: Models) -> dict[str, list[CallModel]]:
    """All call models by role."""
    known = _role_index.get(id(models))
    if known is None or known[0] is not models:
        found: dict[str, list[CallModel]] = {}
        for model in models.calls.values():
            for role in model.roles:
                found.setdefault(role, []).append(model)
        for several in models.patterns.values():
            for model in several:
                for role in model.roles:
                    found.setdefault(role, []).append(model)
        known = _role_index[id(models)] = (models, found)
    return known[1]
