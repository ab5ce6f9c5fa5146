"""Small text beside an agent file: who uses it, which tools it has, what its globs match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec.agents import edit
from backspec.agents.agent_file import open_file
from backspec.agents.describe import counted, listed
from backspec.agents.globs import compile_glob, glob_problem
from backspec.agents.graph import define
from backspec.agents.tools import split_specifier
from backspec.model import Inlay, Lens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.nodes import Entry
    from backspec.agents.tools import ToolList
    from backspec.agents.view import View
    from backspec.model import Document

_MOST_SHOWN = 6


def lenses(document: Document, problems: Mapping[str, int], view: View | None = None) -> list[Lens]:
    """Lines above the header: which product it is for, used by how many others, problems in the
    files it works with, and the tools the agent ends up with. [] for what is no agent file.

    ``problems`` is how many diagnostics each file has, by absolute path with ``/``, as far as
    that is known.
    """
    file = open_file(document, view)
    if file is None:
        return []
    found = [Lens(file.top, file.dialect.title)]
    own = define(file)
    index = view.index if view is not None else None
    if own is not None and index is not None:
        users = index.users_of(own)
        if users:
            found.append(
                Lens(file.top, f"used by {len(users)}", ("backspec.references", (file.path,)))
            )
        used = {d.path for r in own.references for d in index.named(r.kind, r.name, own.family)}
        elsewhere = [path for path in users | used - {file.path} if problems.get(path)]
        if elsewhere:
            count = sum(problems[path] for path in elsewhere)
            title = f"{counted(count, 'problem')} in {counted(len(elsewhere), 'file')}"
            found.append(Lens(file.top, f"elsewhere: {title} that it uses or that use it"))
    tools = effective_tools(file)
    if tools is not None:
        found.append(Lens(file.top, f"tools: {_shortened(tools)}"))
    return found


def inlays(document: Document, view: View | None = None) -> list[Inlay]:
    """What a value comes to: tools after aliases, sets and deny list; files a glob matches."""
    file = open_file(document, view)
    if file is None:
        return []
    found: list[Inlay] = []
    entry = file.header.find("tools")
    tools = effective_tools(file)
    if entry is not None and tools is not None:
        written = [item.text for item in file.listed(entry)]
        if set(tools) != set(written):
            tooltip = "\n".join(f"- `{name}`" for name in tools[:40])
            end = entry.value.span.end if entry.value.style != "block" else entry.key.span.end + 1
            found.append(Inlay(end, f" = {_shortened(tools)}", tooltip))
    for found_entry, key, _ in file.nested():
        if key.values == "globs" and view is not None:
            found.extend(_glob_counts(file, found_entry, key.separator, view))
    return sorted(found, key=lambda inlay: inlay.offset)


def _shortened(names: tuple[str, ...]) -> str:
    if not names:
        return "none"
    if len(names) <= _MOST_SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_SHOWN])} and {len(names) - _MOST_SHOWN} more"


def _glob_counts(file: AgentFile, entry: Entry, separator: str, view: View) -> Iterator[Inlay]:
    items = edit.listed(file.header, entry.value, separator)
    globs = [item.text for item in items if item.text]
    if not globs or any(glob_problem(glob) for glob in globs):
        return
    paths = view.files
    matched = {path for glob in globs for path in filter(compile_glob(glob).match, paths)}
    words = counted(len(matched), "file")
    end = entry.value.span.end if entry.value.style != "block" else entry.key.span.end + 1
    yield Inlay(end, f" {words}", listed(f"`{path}`" for path in sorted(matched)[:10]))


def effective_tools(file: AgentFile) -> tuple[str, ...] | None:
    """The tools an agent ends up with, in order: aliases and sets resolved, denied ones and those
    subagents never get taken away. None when the header grants all, or nobody can tell.
    """
    tools = file.tools
    entry = file.header.find("tools")
    if tools is None or entry is None or entry.value.kind == "map" or file.dialect.kind != "agent":
        return None
    names: dict[str, None] = {}
    for item in file.listed(entry):
        name, _ = split_specifier(item.text)
        if name == "*":
            return None
        for found in tools.expand(name):
            if tools.find(found) is not None or tools.is_external(found):
                names[found] = None
    for denied in _denied(file, tools):
        names.pop(denied, None)
    if file.is_a("claude-subagent"):
        plans = file.header.string("permissionMode") == "plan"
        for name in list(names):
            tool = tools.find(name)
            never = tool.facts.get("subagents") if tool is not None else None
            if never == "never" or (never == "plan" and not plans):
                names.pop(name)
        if file.header.find("memory") is not None:
            names.update(dict.fromkeys(("Read", "Write", "Edit")))
    return tuple(names)


def _denied(file: AgentFile, tools: ToolList) -> Iterator[str]:
    entry = file.header.find("disallowedTools")
    for item in file.listed(entry) if entry is not None else ():
        name, specifier = split_specifier(item.text)
        if specifier is None:
            yield from tools.expand(name)
