"""Refactorings of agent files: convert, sort the header, extract a section into a skill.

Quick fixes belong to the checks; here is what a person may want without anything being wrong.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from backspec.agents import edit
from backspec.agents.agent_file import open_file
from backspec.agents.conversion.write import slug, yaml_header
from backspec.agents.convert import ConversionError, convert, targets
from backspec.agents.dialects import dialect
from backspec.agents.graph import family_of
from backspec.agents.markdown import headings
from backspec.agents.tidy import sort_keys
from backspec.model import Action, FileEdit, Fix
from backspec.text import Edit, Span, newline_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.markdown import Heading
    from backspec.agents.view import View
    from backspec.model import Document

_SKILL_FOLDERS = {"claude": ".claude/skills", "copilot": ".github/skills"}
_SMALLEST_SECTION = 40
"""Characters of text below which a section is not worth a skill."""


def refactorings(document: Document, span: Span, view: View | None = None) -> list[Action]:
    """What can be made of the file or of the section at a span; [] outside agent files.

    Conversions and sorting are offered in the header, extraction in the body.
    """
    file = open_file(document, view)
    if file is None:
        return []
    header = file.header
    in_header = span.start <= (
        header.closing.end if header.closing is not None else header.span.end
    )
    if not in_header:
        return list(_extract(file, span, view))
    found = list(_migrate(file, view))
    fix = sort_keys(document, view)
    if fix is not None:
        found.append(Action(fix, "refactor.rewrite"))
    found += _conversions(document, view)
    return found


def _conversions(document: Document, view: View | None) -> Iterator[Action]:
    for to in targets(document, view):
        try:
            made = convert(document, to, view)
        except ConversionError:
            return
        if view is not None and view.exists(made.path):
            continue
        count = len(made.lost)
        loses = f" (loses {count} thing{'s' if count != 1 else ''})" if count else ""
        created = FileEdit(made.path, (Edit(Span(0, 0), made.text),), create=True)
        title = f"Convert to {dialect(to).title}{loses}"
        yield Action(Fix(title, (), "unsafe", other_files=(created,)), "refactor.rewrite")


def _migrate(file: AgentFile, view: View | None) -> Iterator[Action]:
    """A chat mode becomes an agent by being renamed."""
    if not file.is_a("vscode-chatmode"):
        return
    folder = posixpath.dirname(file.path)
    if posixpath.basename(folder) == "chatmodes":
        folder = posixpath.join(posixpath.dirname(folder), "agents")
    target = posixpath.join(folder, f"{file.stem}.agent.md")
    if view is not None and view.exists(target):
        return
    moved = FileEdit(file.path, rename_to=target)
    title = f"Rename to `{posixpath.basename(target)}`"
    yield Action(Fix(title, (), "unsafe", other_files=(moved,)), "refactor.rewrite", preferred=True)


def _extract(file: AgentFile, span: Span, view: View | None) -> Iterator[Action]:
    """Move a section of an agent's body into a skill of its own."""
    if file.kind != "agent" or not file.is_markdown or view is None or view.root is None:
        return
    found = headings(file.body, file.document.text)
    at = max((i for i, h in enumerate(found) if h.span.start <= span.start), default=None)
    if at is None:
        return
    heading = found[at]
    if [other.level for other in found].count(1) == 1 and heading.level == 1:
        # The only title covers the whole body: there would be nothing left.
        return
    end = next(
        (h.span.start for h in found[at + 1 :] if h.level <= heading.level), file.header.body.end
    )
    raw = file.document.text[heading.span.end : end]
    try:
        content = raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return
    if len(content) < _SMALLEST_SECTION:
        return
    name = slug(heading.title)[:64].strip("-")
    folder = _SKILL_FOLDERS.get(family_of(file.dialect.id), ".agents/skills")
    path = posixpath.join(view.root.replace("\\", "/"), folder, name, "SKILL.md")
    if view.exists(path):
        return
    yield Action(_extraction(file, heading, Span(heading.span.end, end), name, path, content),
                 "refactor.extract")  # fmt: skip


def _extraction(
    file: AgentFile, heading: Heading, section: Span, name: str, path: str, content: str
) -> Fix:
    newline = newline_of(file.document.text)
    first = " ".join(content.split("\n\n", 1)[0].split()).lstrip("-*# ")
    header = {"name": name, "description": f"{heading.title}: {first}"[:1024]}
    text = f"{yaml_header(header, [])}\n# {heading.title}\n\n{content}\n"
    created = FileEdit(path, (Edit(Span(0, 0), text),), create=True)
    is_last = section.end >= len(file.document.text)
    left = f"{newline}{newline}Use the `{name}` skill.{newline}" + ("" if is_last else newline)
    edits = [Edit(section, left), *_preload(file, name)]
    title = f"Extract section `{heading.title}` into a skill"
    return Fix(title, tuple(edits), "unsafe", other_files=(created,))


def _preload(file: AgentFile, name: str) -> tuple[Edit, ...]:
    """Claude Code subagents load a skill at the start when their header lists it."""
    if not file.is_a("claude-subagent"):
        return ()
    entry = file.header.find("skills")
    if entry is None:
        return edit.insert_keys(file.header, [("skills", f"[{name}]")])
    key = file.key("skills")
    return edit.add_entry_to(file.header, entry.value, name, key.separator if key else "comma")
