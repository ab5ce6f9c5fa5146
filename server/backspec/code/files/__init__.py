"""File kinds that are not programs: one adapter each, with facts of its own, for the same rules.

An adapter is a module with ``facts(text, path) -> object | None``: None when the text is not of
its kind after all. Rules on file kinds name a check, which gets these facts and a ``FileView``.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from backspec.code.facts.model import Context
from backspec.code.paths import flags_of
from backspec.config import PROFILES
from backspec.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from backspec.code.checks import Check, Report
    from backspec.code.clauses import Clause
    from backspec.code.match import RuleSet
    from backspec.model import Document

KINDS: Final = {
    "sql": ("sql",),
    "yaml": ("openapi", "settings", "liquibase", "kubernetes"),
    "xml": ("liquibase", "mybatis"),
    "json": ("openapi", "postman", "settings"),
    "properties": ("settings",),
    "nginx": ("nginx",),
    "dotenv": ("settings",),
    "dockerfile": ("docker", "settings"),
    "graphql": ("graphql",),
    "proto": ("proto",),
    "erb": ("erb",),
}
"""The adapters of each language whose files are not programs.

Where there are several, a check gets the facts of the one that its module's name begins with.
"""


@dataclass(frozen=True, slots=True)
class FileView:
    """What a check may ask about a file besides its facts."""

    text: bytes
    path: str
    """With ``/``."""
    language: str


def analyse(document: Document, rules: RuleSet, path: str, near: str = "") -> list[Diagnostic]:
    """The diagnostics of one file, in no order. Never raises for any text.

    ``near`` is the database that SQL files around it are for, "" when that is not known.
    """
    flags = flags_of(path)
    wanted = [
        (clause, check)
        for clause, check in rules.checks
        if not flags & clause.not_inside & ~Context.MODULE and clause.holds_for_path(path)
    ]
    if not wanted:
        return []
    view: Any = FileView(document.text, path, document.language)
    known: dict[str, Any] = {}
    found = []
    for clause, check in wanted:
        kind = _kind(check, document.language)
        if kind is None:
            continue
        if kind not in known:
            adapter: Any = importlib.import_module(f"{__name__}.{kind}")
            more = (near,) if kind == "sql" else ()
            known[kind] = adapter.facts(document.text, path, *more)
        if known[kind] is None:
            continue
        on_failure = partial(rules.failed, clause.rule, path)
        found += [
            _diagnostic(clause, report)
            for report in _reports(check, known[kind], view, on_failure)
            if report.profile is None or PROFILES.index(report.profile) <= clause.rank
        ]
    return found


def _kind(check: Check, language: str) -> str | None:
    """The adapter whose facts a check wants; None for a check that is not about these files."""
    kinds = KINDS[language]
    module = check.__module__.rpartition(".")[2]
    if "sql" in kinds and module.startswith("migration"):
        return "sql"
    return next((kind for kind in kinds if module.startswith(kind)), None)


def _reports(
    check: Check, facts: Any, view: Any, on_failure: Callable[[], None]
) -> Sequence[Report]:
    try:
        return tuple(check(facts, view))
    except Exception:  # noqa: BLE001 - one rule's bug must not take the others down
        on_failure()
        return ()


def _diagnostic(clause: Clause, report: Report) -> Diagnostic:
    return Diagnostic(
        clause.rule.id,
        report.span,
        report.message or clause.message,
        report.severity or clause.severity,
        clause.rule.confidence,
        report.fixes,
        report.related,
        report.tags,
    )
