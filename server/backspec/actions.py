"""What can be done about diagnostics: quick fixes, fix-all, suppressions, explanations.

See ``service.py`` for what may be expected of every function here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec import suppress_edits
from backspec.diagnosis import Memory, at_span, contained, diagnose
from backspec.languages import is_program
from backspec.model import Action, Diagnostic, Document, Fix
from backspec.text import Edit, Span, edits_conflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from backspec.project import Project

EXPLAIN_COMMAND = "backspec.explain"
"""Client command of the action that opens a rule's page; its argument is the rule's id."""


def actions(
    document: Document, span: Span, project: Project, memory: Memory | None = None
) -> list[Action]:
    """What can be done at a span: fixes, insert a suppression, open the explanation.

    An action with ``command == ("backspec.explain", (rule id,))`` opens the rule's page. Fix-all
    is not among them: see ``fix_all``.
    """
    everything = diagnose(document, project, memory)
    here = sorted(at_span(everything, span), key=lambda d: (d.severity, d.span))
    found: list[Action] = []
    for diagnostic in here:
        for at, fix in enumerate(diagnostic.fixes):
            preferred = at == 0 and fix.safety == "safe"
            found.append(Action(fix, "quickfix", (diagnostic,), preferred))
    found += _fixes_of_a_kind(here, everything)
    for rule_id in dict.fromkeys(d.rule for d in here):
        diagnostics = tuple(d for d in here if d.rule == rule_id)
        if not rule_id.startswith(("suppression/", "file/", "config/")):
            found += _suppress_action(document, diagnostics)
        explain_it = Fix(f"Explain `{rule_id}`", ())
        command = (EXPLAIN_COMMAND, (rule_id,))
        found.append(Action(explain_it, "quickfix", diagnostics, command=command))
    if not is_program(document.language) and not project.is_excluded(document.path):
        from backspec.agents.refactor import refactorings

        found += contained(refactorings, document, span, project.view(document.path)) or []
    return found


def _fixes_of_a_kind(
    here: Sequence[Diagnostic], everything: Sequence[Diagnostic]
) -> Iterator[Action]:
    """One action for each kind of safe fix that helps in several places of the document."""
    for kind in dict.fromkeys(fix.kind for d in here for fix in d.fixes[:1] if fix.kind):
        same = [
            d
            for d in everything
            if d.fixes
            and d.fixes[0].kind == kind
            and d.fixes[0].safety == "safe"
            and not d.fixes[0].other_files
        ]
        if len(same) < 2:
            continue
        edits = _compatible(d.fixes[0] for d in same)
        title = f"Fix all {len(same)} of this kind in the file"
        yield Action(Fix(title, edits, "safe", kind), "quickfix", tuple(same))


def _suppress_action(document: Document, diagnostics: tuple[Diagnostic, ...]) -> Iterator[Action]:
    first = diagnostics[0]
    place = _place_of(document, first.span)
    edit = suppress_edits.insertion(document, first.span, first.rule, place)
    if edit is not None:
        fix = Fix(f"Ignore `{first.rule}` here", (edit,), "manual")
        yield Action(fix, "quickfix", diagnostics)


def _place_of(document: Document, span: Span) -> suppress_edits.Place:
    """What stands where a diagnostic's line begins, as far as comments care."""
    if not is_program(document.language):
        return "code"
    from backspec.code.comment_place import place_of

    start = document.text.rfind(b"\n", 0, span.start) + 1
    return contained(place_of, document, start) or "code"


def fix_all(
    document: Document, project: Project, memory: Memory | None = None, *, unsafe: bool = False
) -> tuple[Edit, ...]:
    """Edits of all safe fixes of a document that do not touch each other; () for nothing.

    One pass: apply, and call again until it is empty, to reach fixes that were in the way.
    ``unsafe`` takes unsafe fixes too, never manual ones or those that change other files.
    """
    allowed = ("safe", "unsafe") if unsafe else ("safe",)
    chosen = (
        next((f for f in d.fixes if f.safety in allowed and not f.other_files), None)
        for d in diagnose(document, project, memory)
    )
    return _compatible(fix for fix in chosen if fix is not None)


def _compatible(fixes: Iterable[Fix]) -> tuple[Edit, ...]:
    """The edits of as many fixes as go together, first come first served."""
    taken: list[Edit] = []
    for fix in fixes:
        if fix.edits and not edits_conflict(fix.edits, taken):
            taken += fix.edits
    return tuple(sorted(taken, key=lambda edit: edit.span))
