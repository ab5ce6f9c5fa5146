"""The language service: all that a door may ask about a document.

Both doors (``lsp/``, ``cli/``) call this and nothing below it, so that an editor and the command
line always agree. Every function takes an immutable ``Document`` and the ``Project`` it belongs
to, never raises for bad input, and may run on any thread (one ``Memory`` on one at a time).
Offsets are byte offsets.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from backspec import config_help, pages, suppress, suppress_edits
from backspec.actions import EXPLAIN_COMMAND, actions, fix_all
from backspec.diagnosis import Checked, Memory, at_span, check, contained, diagnose
from backspec.explanations import explain, find_rule, find_topic, rule_url, suggest
from backspec.languages import is_program
from backspec.model import Completion, Document, Hover
from backspec.readers import conversions, convert, who
from backspec.routing import page as routes_page
from backspec.routing import routes
from backspec.structure import (
    definition,
    folds,
    format_header,
    inlays,
    lenses,
    links,
    prepare_rename,
    references,
    references_to_file,
    rename,
    rename_file,
    selections,
    symbols,
    tokens,
    workspace_symbols,
)
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.coverage import Problems
    from backspec.project import Project

__all__ = [
    "EXPLAIN_COMMAND",
    "Checked",
    "Memory",
    "actions",
    "check",
    "complete",
    "conversions",
    "convert",
    "coverage_page",
    "definition",
    "diagnose",
    "explain",
    "find_rule",
    "find_topic",
    "fix_all",
    "folds",
    "format_header",
    "hover",
    "inlays",
    "lenses",
    "links",
    "preload",
    "prepare_rename",
    "references",
    "references_to_file",
    "rename",
    "rename_file",
    "resolve",
    "routes",
    "routes_page",
    "rule_url",
    "selections",
    "suggest",
    "symbols",
    "tokens",
    "who",
    "workspace_symbols",
]


def coverage_page(document: Document, project: Project, problems: Problems) -> str:
    """Markdown: each line that asks for something, its rules, and how the code stands."""
    from backspec.coverage import page  # checking code must not pay for it at every start

    return page(document, project, problems)


def hover(
    document: Document, offset: int, project: Project, memory: Memory | None = None
) -> Hover | None:
    """What to show at an offset, at most 25 lines; None for nothing.

    A suppressed id shows its rule, an agent file's keys and values what they mean, and code the
    rule of the diagnostic under the cursor.
    """
    if named := suppress_edits.suppression_at(suppress.parse(document), offset):
        rule = find_rule(named[0], project)
        return Hover(pages.rule_hover(rule, document.language), named[1]) if rule else None
    if config_help.is_config(document) and (
        found := contained(config_help.hover, document, offset, project.rules)
    ):
        return found
    if not is_program(document.language) and not project.is_excluded(document.path):
        from backspec.agents.hover import hover as agent_hover

        found = contained(agent_hover, document, offset, project.view(document.path))
        if found is not None:
            return found
    here = at_span(diagnose(document, project, memory), Span(offset, offset))
    here.sort(key=lambda d: (d.severity, d.span.end - d.span.start))
    names = dict.fromkeys(d.rule for d in here)
    rules = [rule for name in names if (rule := project.rules.get(name))]
    if not rules:
        return None
    span = here[0].span
    near = document.text[span.start : min(span.end, span.start + 400)].decode("utf-8", "replace")
    return Hover(pages.rule_hover(rules[0], document.language, rules[1:], near), span)


def complete(
    document: Document, offset: int, project: Project, memory: Memory | None = None
) -> list[Completion]:
    """Completions at an offset, best first. ``documentation`` may be empty until ``resolve``."""
    if project.is_excluded(document.path):
        return []
    line = _line_around(document.text, offset)
    if b"backspec:" in document.text[line.start : offset]:
        here = [d.rule for d in at_span(diagnose(document, project, memory), line)]
        found = suppress_edits.completions(document, offset, project.rules.values(), here)
        if found is not None:
            return found
    if is_program(document.language):
        return []
    if config_help.is_config(document):
        return contained(config_help.complete, document, offset, project.rules) or []
    from backspec.agents.complete import complete as agent_complete

    return contained(agent_complete, document, offset, project.view(document.path)) or []


def resolve(completion: Completion, project: Project) -> Completion:
    """The completion with its documentation."""
    if completion.documentation:
        return completion
    if completion.kind == "rule" and (rule := project.rules.get(completion.label.strip('"'))):
        return replace(completion, documentation=pages.rule_hover(rule, ""))
    if completion.kind == "topic" and (topic := find_topic(completion.label)):
        return replace(completion, documentation=pages.topic_hover(topic))
    return completion


def preload() -> None:
    """Import what a first analysis imports: for a server, which has time before it is asked."""
    import backspec.agents.check
    import backspec.agents.complete
    import backspec.agents.hover
    import backspec.code.analysis  # noqa: F401


def _line_around(text: bytes, offset: int) -> Span:
    """The line of an offset and the one after it: what a suppression there would speak for."""
    start = text.rfind(b"\n", 0, offset) + 1
    end = text.find(b"\n", offset)
    end = text.find(b"\n", end + 1) if end >= 0 else -1
    return Span(start, end if end >= 0 else len(text))
