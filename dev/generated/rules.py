"""``docs/rules/README.md``: every rule on one line, by area."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from backspec import catalog
from dev import REPO
from dev.generated import markdown, table

if TYPE_CHECKING:
    from backspec.catalog import Rule

_PAGE = "docs/rules/README.md"


def files() -> dict[str, str]:
    """The index of rules."""
    parts = [
        (
            "One line for each rule; its page says why, shows examples that the tests execute, and "
            "names its known limits. `backspec explain ID` shows the same page in a terminal."
        ),
        "A rule without a profile in the last column is on by default (`recommended`).",
    ]
    for area, rules in groupby(catalog.rules().values(), key=lambda rule: rule.area):
        head = ("rule", "severity", "what to do", "languages", "CWE", "fix", "profile")
        parts.append(f"## {area}\n\n{table(head, [_row(rule) for rule in rules])}")
    return {_PAGE: markdown("Rules", "\n\n".join(parts))}


def _row(rule: Rule) -> tuple[str, ...]:
    page = rule.path.relative_to(REPO).as_posix()
    profile = "" if rule.profile == "recommended" else rule.profile
    return (
        f"[`{rule.id}`](../../{page})",
        rule.severity.name.lower(),
        rule.title,
        ", ".join(rule.languages),
        " ".join(rule.cwe),
        rule.fix or "",
        f"{profile} ({rule.status})".strip() if rule.status != "stable" else profile,
    )
