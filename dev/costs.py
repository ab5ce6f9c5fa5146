"""Say where the time of a check goes: lines per second, phases, and the costliest checks.

Runs in one process on one core, as the work of ``backspec check`` does in each of its own.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backspec import service
from backspec.code import syntax
from backspec.code.check_index import CheckIndex
from backspec.code.facts.adapter import Adapter
from backspec.code.match import RuleSet
from backspec.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from backspec.code.checks import Check, UnitView
    from backspec.code.clauses import Clause

_PHASES = (
    (syntax, "_parse", "parse"),
    (Adapter, "walk", "read facts"),
    (RuleSet, "match", "clauses and checks"),
    (RuleSet, "match_flows", "flows"),
)


class _Clock:
    """CPU seconds by name."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self.runs: Counter[str] = Counter()

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, whose time is counted."""

        @wraps(function)
        def run(*arguments: Any, **options: Any) -> Any:
            start = time.thread_time()
            try:
                return function(*arguments, **options)
            finally:
                self.spent[name] += time.thread_time() - start
                self.runs[name] += 1

        return run

    def watch_checks(self) -> None:
        """Count the time of each check by itself."""
        wanted = CheckIndex.wanted

        def watched(index: CheckIndex, unit: UnitView) -> Iterator[tuple[Clause, Check]]:
            for clause, check in wanted(index, unit):
                name = f"{check.__module__.rpartition('.')[2]}.{check.__name__}"
                all_reports = self.timed(name, lambda *given, check=check: list(check(*given)))
                yield clause, all_reports

        setattr(CheckIndex, "wanted", watched)  # noqa: B010 - a tool patches its own process


def _check(folder: Path) -> tuple[int, int, float]:
    """Lines, files and CPU seconds."""
    project = Project.open(folder)
    start = time.process_time()
    lines = files = 0
    for path in project.files():
        checked = service.check(path, project, is_listed=True)
        if checked is not None and checked.document is not None:
            lines += checked.document.text.count(b"\n")
            files += 1
    return lines, files, time.process_time() - start


def main(argv: list[str]) -> int:
    """Check a folder and print what it cost."""
    parser = argparse.ArgumentParser(prog="python -m dev costs", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--checks", type=int, default=0, metavar="N", help="list the N costliest")
    options = parser.parse_args(argv)
    clock = _Clock()
    for owner, name, phase in _PHASES:
        setattr(owner, name, clock.timed(phase, getattr(owner, name)))
    if options.checks:
        clock.watch_checks()
    lines, files, total = _check(options.folder.absolute())
    print(
        f"{lines:,} lines in {files:,} files: {lines / total:,.0f} lines a second ({total:.1f} s)"
    )
    phases = [phase for *_, phase in _PHASES]
    for name in phases:
        print(f"{clock.spent[name] / total:6.1%}  {name}")
    costly = [
        one for one in sorted(clock.spent.items(), key=lambda one: -one[1]) if one[0] not in phases
    ]
    for name, spent in costly[: options.checks]:
        print(f"{spent / total:6.1%}  {name} ({clock.runs[name]:,} units)")
    return 0
