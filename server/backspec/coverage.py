"""Which lines of an agent definition are held against the code, and by which rules.

A line is covered when it names topics that rules on code serve. Whether a rule looks for what
exactly the line asks is beyond this: it is a map, not a proof.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from backspec.agents.describe import counted
from backspec.catalog import Rule
from backspec.knowledge import find_topics
from backspec.model import Lens
from backspec.suppress import fences, header_end
from backspec.text import LineTable, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.model import Document
    from backspec.project import Project

_ASKS = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?P<item>\S.*)|(?P<prose>[^\s#|>`<].*)")
_NOT_CODE = ("agent", "config", "file", "suppression", "rule-file")


class Problems(NamedTuple):
    """What is known of a workspace's diagnostics."""

    by_rule: Mapping[str, int]
    """How often each rule reports."""
    by_path: Mapping[str, int]
    """How many diagnostics each file has, by absolute path with ``/``."""


@dataclass(frozen=True, slots=True)
class CoveredLine:
    """One line of a body that asks for something."""

    line: int
    """1-based."""
    text: str
    """Without list marks."""
    is_item: bool
    """It is an item of a list."""
    topics: tuple[str, ...]
    """Slugs of the topics it names, in order; () when backspec does not know what it is about."""
    rules: tuple[str, ...]
    """Ids of the rules on code that serve these topics and are on, sorted."""
    off: tuple[str, ...]
    """Those that are off in this project, sorted."""

    def problems(self, by_rule: Mapping[str, int]) -> int:
        """How many diagnostics the line's rules have."""
        return sum(by_rule.get(rule, 0) for rule in self.rules)

    def state(self, by_rule: Mapping[str, int] | None) -> str:
        """How the code stands, in words; ``by_rule`` None while nobody has looked."""
        if not self.rules:
            return f"{counted(len(self.off), 'rule')} off" if self.off else "-"
        rules = counted(len(self.rules), "rule")
        if by_rule is None:
            return rules
        problems = self.problems(by_rule)
        return f"{rules}, {counted(problems, 'problem') if problems else 'no problems'}"


def covered_lines(document: Document, project: Project) -> list[CoveredLine]:
    """The list items and prose lines of a body, in order.

    Headings, tables and code ask for nothing.
    """
    config = project.config_for(document.path)
    served = _rules_by_topic(project.rules)
    found = []
    for line, text, is_item in _asking_lines(document.text):
        topics = _topics_in(text)
        rules = {rule.id: rule for slug in topics for rule in served.get(slug, ())}
        is_on = {name: config.severity(rule) is not None for name, rule in rules.items()}
        on = tuple(sorted(name for name in rules if is_on[name]))
        off = tuple(sorted(name for name in rules if not is_on[name]))
        found.append(CoveredLine(line + 1, text, is_item, topics, on, off))
    return found


def _asking_lines(text: bytes) -> Iterator[tuple[int, str, bool]]:
    """(0-based line, what it says, whether it is a list's item) of what asks for something."""
    table = LineTable(text)
    end = header_end(table)
    in_code: set[int] = set()
    for first, last in fences(table, end).items():
        in_code.update(range(first, last + 1))
    for line in range(end + 1, table.line_count):
        match = None if line in in_code else _ASKS.match(table.line_text(line))
        if match is not None:
            yield line, (match["item"] or match["prose"]).strip(), match["item"] is not None


@functools.lru_cache(maxsize=4096)
def _topics_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mention.slug for mention in find_topics(text)))


_ServedRules = Mapping[str, Sequence[Rule]]
_last_served: tuple[Mapping[str, Rule], _ServedRules] | None = None


def _rules_by_topic(rules: Mapping[str, Rule]) -> _ServedRules:
    """The rules on code by the topics they serve; kept for the set that was asked for last."""
    global _last_served  # noqa: PLW0603 - a cache of one entry
    if _last_served is not None and _last_served[0] is rules:
        return _last_served[1]
    found: dict[str, list[Rule]] = {}
    for rule in rules.values():
        if rule.area not in _NOT_CODE:
            for slug in rule.topics:
                found.setdefault(slug, []).append(rule)
    _last_served = (rules, found)
    return found


def held_lines(lines: Sequence[CoveredLine]) -> int:
    """How many lines some rule that is on looks after."""
    return sum(bool(line.rules) for line in lines)


def lenses(document: Document, project: Project, problems: Problems | None) -> list[Lens]:
    """Above each list item of an agent file that rules hold the code to: how many, and how the
    code stands. ``problems`` None while nobody has looked.
    """
    table = LineTable(document.text)
    found = []
    for line in covered_lines(document, project):
        if line.is_item and line.rules:
            start = table.line_span(line.line - 1).start
            state = line.state(problems.by_rule if problems is not None else None)
            found.append(Lens(Span(start, start), state, ("backspec.coverage", (document.path,))))
    return found


def page(document: Document, project: Project, problems: Problems) -> str:
    """Markdown: each line that asks for something, its rules, and how the code stands."""
    lines = covered_lines(document, project)
    name = Path(document.path).name
    if not lines:
        return f"# What {name} is checked by\n\nIt asks for nothing.\n"
    rows = [
        f"| {line.line} | {_cell(line.text)} | {_cell(line.state(problems.by_rule))} | "
        + ", ".join(_rule_cell(rule, problems.by_rule) for rule in line.rules)
        + " |"
        for line in lines
    ]
    return (
        f"# What {name} is checked by\n\n"
        f"{held_lines(lines)} of {len(lines)} lines are held against the code. A line counts when "
        "it names a topic that rules serve.\n\n"
        "| line | asks for | state | rules |\n|---:|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _rule_cell(rule: str, by_rule: Mapping[str, int]) -> str:
    count = by_rule.get(rule, 0)
    return f"`{rule}`" + (f" ({count:,})" if count else "")


def _cell(text: str) -> str:
    return (text if len(text) <= 100 else text[:99] + "…").replace("|", "\\|")
