"""What other products make of the same file, and copies of it for them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from backspec.agents import edit
from backspec.agents.agent_file import Report
from backspec.agents.dialects import dialect
from backspec.agents.naming import slug
from backspec.model import FileEdit, Fix, Related
from backspec.text import Edit, Span, newline_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.graph import Definition
    from backspec.agents.nodes import Entry


def unportable_skill_key(file: AgentFile) -> Iterator[Report]:
    """A key that only some products read, in a skill that is for all."""
    root = file.header.root
    if root is None or not file.is_a("agent-skill") or file.kind != "skill":
        return
    spec = dialect("agent-skill").keys
    for entry in file.header.entries:
        if not entry.name or entry.name in spec or entry.separator is None:
            continue
        if file.view is not None and entry.name in file.view.extra_keys:
            continue
        message = f"`{entry.name}` is no key of the skill specification; uploads refuse it"
        yield Report(entry.key.span, message, None, _under_metadata(file, entry))


def _under_metadata(file: AgentFile, entry: Entry) -> tuple[Fix, ...]:
    """Move a plain value below ``metadata``, as text."""
    header = file.header
    root = header.root
    if root is None or entry.value.kind != "scalar" or root.style != "block":
        return ()
    if entry.value.style in ("literal", "folded"):
        return ()
    written = edit.scalar(header, entry.value.text, "double")
    newline = newline_of(file.document.text)
    metadata = header.find("metadata")
    removal = edit.remove_key(header, root, entry)
    if metadata is None:
        line = f"metadata:{newline}  {entry.name}: {written}"
        return file.fix("Move it under `metadata`", (Edit(entry.span, line),), "unsafe")
    inner = metadata.value.entries
    if metadata.value.style != "block" or not inner:
        return ()
    last = inner[-1]
    lead = " " * _column(file, inner[0])
    at = last.span.end
    text = file.document.text
    while at < len(text) and text[at] not in b"\r\n":
        at += 1
    added = Edit(Span(at, at), f"{newline}{lead}{entry.name}: {written}")
    return file.fix("Move it under `metadata`", (added, *removal), "unsafe")


def _column(file: AgentFile, entry: Entry) -> int:
    text = file.document.text
    start = entry.key.span.start
    return start - (max(text.rfind(b"\n", 0, start), text.rfind(b"\r", 0, start)) + 1)


def drifted_copy(file: AgentFile) -> Iterator[Report]:
    """The same agent in another product's folder says something else."""
    index = file.view.index if file.view is not None else None
    if index is None or file.kind != "agent" or file.detection.is_guess:
        return
    own = index.at(file.path)
    if own is None or not own.description:
        return
    project = _project(own)
    for other in index.all("agent"):
        if other.family == own.family or _project(other) != project or not other.description:
            continue
        if slug(other.stem) != slug(own.stem) or other.description == own.description:
            continue
        entry = file.header.find("description")
        if entry is None:
            return
        where = posixpath.relpath(other.path, posixpath.dirname(file.path))
        message = f"the same agent in `{where}` has another description"
        related = (
            Related(f"The agent for {dialect(other.dialect).owner}", Span(0, 0), other.path),
        )
        yield Report(entry.key.span, message, None, (), related)
        return


def _project(definition: Definition) -> str:
    """The folder that holds the product's dot-folder; "" for definitions that are in none."""
    head, dot, _ = definition.path.rpartition("/.")
    return head if dot else ""


def no_claude_md(file: AgentFile) -> Iterator[Report]:
    """Claude Code does not read ``AGENTS.md``, and there is no ``CLAUDE.md`` that brings it in."""
    view = file.view
    if view is None or view.root is None or not file.is_a("agents-md"):
        return
    if posixpath.basename(file.path) != "AGENTS.md":
        return
    folder = posixpath.dirname(file.path)
    if folder != view.root.replace("\\", "/").rstrip("/"):
        return
    names = ("CLAUDE.md", ".claude/CLAUDE.md", "CLAUDE.local.md")
    if any(view.exists(posixpath.join(folder, name)) for name in names):
        return
    if not view.exists(posixpath.join(folder, ".claude")):
        return
    path = posixpath.join(folder, "CLAUDE.md")
    made = FileEdit(path, (Edit(Span(0, 0), "@AGENTS.md\n"),), create=True)
    fix = Fix("Create `CLAUDE.md` with `@AGENTS.md`", (), "unsafe", other_files=(made,))
    message = "Claude Code reads `CLAUDE.md` and not this file, and there is none here"
    yield Report(Span(file.header.body.start, file.header.body.start), message, None, (fix,))


def prompt_file(file: AgentFile) -> Iterator[Report]:
    """VS Code's agent host does not load prompt files; skills are what replaces them."""
    if file.is_a("vscode-prompt"):
        message = (
            "VS Code's default agent host does not load prompt files; a skill is read everywhere"
        )
        yield Report(file.top, message)


_PRODUCT_WORDS = re.compile(
    rb"\b(?:use|with|call|run) (?:the )?`?(?:TodoWrite|AskUserQuestion|WebFetch|NotebookEdit)`?"
    rb"|\bCLAUDE\.md\b|(?<![\w/])/(?:compact|clear|init|resume)\b"
)


def product_words_in_shared_file(file: AgentFile) -> Iterator[Report]:
    """Words of one product in a file that all products read."""
    if not file.is_a("agents-md"):
        return
    for found in file.body.find(_PRODUCT_WORDS):
        written = found.group().decode("utf-8", "replace")
        yield Report(Span(*found.span()), f"`{written}` means something to Claude Code only")
