"""The checks of a language, found by what a unit holds: most checks are about little that it does.

A check says with ``checks.needs`` what it is about. What says nothing runs for each unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec.code.facts.model import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from backspec.code.checks import Check, Needs, UnitView
    from backspec.code.clauses import Clause
    from backspec.code.facts.model import Facts


class CheckIndex:
    """Clauses with their checks, in the order in which they were added."""

    __slots__ = (
        "_always",
        "_by_call",
        "_by_role",
        "_by_when",
        "_by_word",
        "_checks",
        "_kept_out",
        "_of_path",
    )

    def __init__(self) -> None:
        self._checks: list[tuple[Clause, Check]] = []
        self._always: set[int] = set()
        self._by_call: dict[str, set[int]] = {}
        self._by_role: dict[str, set[int]] = {}
        self._by_word: dict[bytes, set[int]] = {}
        self._by_when: dict[Callable[[Facts, UnitView], bool], set[int]] = {}
        self._of_path: set[int] = set()
        """Those that look at files of some paths alone."""
        self._kept_out: dict[int, set[int]] = {}
        """By contexts of a unit: those that look at no such unit."""

    def __bool__(self) -> bool:
        return bool(self._checks)

    def __iter__(self) -> Iterator[tuple[Clause, Check]]:
        return iter(self._checks)

    def add(self, clause: Clause, check: Check) -> None:
        """Enter a check."""
        number = len(self._checks)
        self._checks.append((clause, check))
        self._kept_out.clear()
        if clause.path is not None or clause.not_path is not None:
            self._of_path.add(number)
        wanted: Needs | None = getattr(check, "needs", None)
        if wanted is None or wanted.is_open:
            self._always.add(number)
            return
        for call in wanted.calls:
            self._by_call.setdefault(call, set()).add(number)
        for role in wanted.roles:
            self._by_role.setdefault(role, set()).add(number)
        for word in wanted.words:
            self._by_word.setdefault(word, set()).add(number)
        if wanted.when is not None:
            self._by_when.setdefault(wanted.when, set()).add(number)

    def wanted(self, unit: UnitView) -> Iterator[tuple[Clause, Check]]:
        """The checks that may find something in a unit, in order."""
        numbers = set(self._always)
        for name in self._by_call.keys() & unit.calls_by_name.keys():
            numbers |= self._by_call[name]
        for role in self._by_role.keys() & unit.calls_by_role.keys():
            numbers |= self._by_role[role]
        for word in self._by_word.keys() & unit.words:
            numbers |= self._by_word[word]
        for when, some in self._by_when.items():
            if not some <= numbers and _holds(when, unit):
                numbers |= some
        numbers -= self._outside(unit.adapter.place.flags & ~Context.MODULE)
        path, of_path, checks = unit.path, self._of_path, self._checks
        for number in sorted(numbers):
            clause, check = checks[number]
            if number not in of_path or clause.holds_for_path(path):
                yield clause, check

    def _outside(self, flags: int) -> set[int]:
        known = self._kept_out.get(flags)
        if known is None:
            known = self._kept_out[flags] = {
                number
                for number, (clause, _) in enumerate(self._checks)
                if flags & clause.not_inside
            }
        return known


def _holds(when: Callable[[Facts, UnitView], bool], unit: UnitView) -> bool:
    """What ``when`` says; True when it raises, for the check itself will too, and that is told."""
    try:
        return unit.once(when)
    except Exception:  # noqa: BLE001 - one rule's bug must not take the others down
        return True
