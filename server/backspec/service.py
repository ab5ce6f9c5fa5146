"""The language service: all that a door may ask about a document.

Both doors (``lsp/``, ``cli/``) call this and nothing below it, so that an editor and the command
line always agree. Every function takes an immutable ``Document`` and the ``Project`` it belongs
to, never raises for bad input, and may run on any thread (one ``Memory`` at a time per thread).
Offsets are byte offsets.
"""

from __future__ import annotations


from backspec.model import Action, Completion, Diagnostic, Document, Hover
from backspec.project import Project
from backspec.text import Edit, Span


class Memory:
    """What is kept between requests about one open document: syntax tree, facts, last result.

    Make one when a document opens, pass it to every call about that document, drop it on close.
    Results are keyed by text and configuration, so a stale Memory costs time, never correctness.
    """


def diagnose(
    document: Document, project: Project, memory: Memory | None = None
) -> list[Diagnostic]:
    """All diagnostics of a document, sorted by position: configuration, suppressions and baseline
    applied. Excluded files have none."""
    return []


def hover(
    document: Document, offset: int, project: Project, memory: Memory | None = None
) -> Hover | None:
    """What to show at an offset: a diagnostic's rule, an agent file's key, a suppressed id."""
    return None


def complete(
    document: Document, offset: int, project: Project, memory: Memory | None = None
) -> list[Completion]:
    """Completions at an offset. ``documentation`` may be empty until ``resolve``."""
    return []


def resolve(completion: Completion, project: Project) -> Completion:
    """The completion with its documentation."""
    return completion


def actions(
    document: Document, span: Span, project: Project, memory: Memory | None = None
) -> list[Action]:
    """What can be done at a span: fixes, insert a suppression, open the explanation.

    An action with ``command == ("backspec.explain", (rule id,))`` opens the rule's page. Fix-all
    is not among them: see ``fix_all``.
    """
    return []


def fix_all(
    document: Document, project: Project, memory: Memory | None = None, *, unsafe: bool = False
) -> tuple[Edit, ...]:
    """Edits of all safe fixes of a document that do not touch each other; () for nothing.

    One pass: apply, and call again until it is empty, to reach fixes that were in the way.
    """
    return ()


def explain(name: str, project: Project | None = None) -> str | None:
    """The Markdown page of a rule, a topic, a dialect or ``dialect.key``; None when unknown."""
    return None


def suggest(name: str, project: Project | None = None) -> tuple[str, ...]:
    """Names close to one that ``explain`` does not know, best first."""
    return ()


def rule_url(rule_id: str) -> str:
    """Where a rule's page is published; "" for a custom rule."""
    return ""


__all__ = [
    "Action",
    "Completion",
    "Diagnostic",
    "Document",
    "Edit",
    "Hover",
    "Memory",
    "Project",
    "Span",
    "actions",
    "complete",
    "diagnose",
    "explain",
    "fix_all",
    "hover",
    "resolve",
    "rule_url",
    "suggest",
]
