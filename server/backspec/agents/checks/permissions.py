"""Permissions: rules that are never consulted, switches that turn all asking off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backspec.agents import edit
from backspec.agents.agent_file import Report
from backspec.agents.checks.tools import grants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.nodes import Entry

_UNASKED = {
    "permissionMode": ("bypassPermissions",),
    "approvalMode": ("yolo",),
    "sandbox_mode": ("danger-full-access",),
}
"""Values that let an agent do everything without asking."""


def unreachable_permission(file: AgentFile) -> Iterator[Report]:
    """A permission rule that can never count."""
    yield from _unconsulted_paths(file)
    yield from _late_wildcard(file)
    yield from _amazon_q(file)


def _unconsulted_paths(file: AgentFile) -> Iterator[Report]:
    """``Write(src/**)``: Claude Code consults path rules of ``Edit`` and ``Read`` only."""
    tools = file.tools
    unchecked = tools.data.get("unchecked-paths", {}) if tools is not None else {}
    for grant in grants(file):
        if grant.specifier is None or grant.specifier == "*":
            continue
        if new := unchecked.get(grant.name):
            message = f"rules for paths of `{grant.name}` are never consulted; `{new}(...)` is"
            written = f"{new}({grant.specifier})"
            edits = edit.set_entry_text(file.header, grant.entry.value, grant.item, written)
            fixes = file.fix(f"Write `{new}(...)`", edits, "unsafe")
            yield Report(grant.item.span, message, None, fixes)
        elif grant.name == "WebSearch" and file.dialect.tools == "claude-tools":
            message = "`WebSearch` takes nothing in parentheses"
            edits = edit.set_entry_text(file.header, grant.entry.value, grant.item, grant.name)
            yield Report(grant.item.span, message, None, file.fix("Remove them", edits, "unsafe"))


def _late_wildcard(file: AgentFile) -> Iterator[Report]:
    """OpenCode takes the last rule that fits, so a ``*`` behind others makes them dead."""
    entry = file.header.find("permission")
    if entry is None or entry.value.kind != "map" or not file.is_a("opencode-agent", "kilo-agent"):
        return
    maps = [
        entry.value,
        *(inner.value for inner in entry.value.entries if inner.value.kind == "map"),
    ]
    for found in maps:
        for index, rule in enumerate(found.entries):
            if rule.name != "*" or index == 0:
                continue
            message = "the last rule that fits wins, so this `*` overrides all rules above it"
            fixes = file.fix("Move `*` to the top", edit.move_key_first(file.header, found, rule))
            yield Report(rule.key.span, message, file.weak, fixes)
            break


def _amazon_q(file: AgentFile) -> Iterator[Report]:
    if not file.is_a("amazonq-agent", "kiro-agent-json"):
        return
    entry = file.header.find("allowedTools")
    if entry is None:
        return
    allowed = file.listed(entry)
    for item in allowed:
        if item.text == "*":
            message = "a bare `*` in `allowedTools` is not honoured; name the tools"
            yield Report(item.span, message, file.weak)
    settings = file.header.find("toolsSettings")
    names = {item.text for item in allowed}
    for inner in settings.value.entries if settings is not None else ():
        if inner.name in names and _limits(inner):
            message = f"`allowedTools` has `{inner.name}`, so these settings of it do not count"
            yield Report(inner.key.span, message, file.weak)


def _limits(entry: Entry) -> bool:
    return any("allow" in inner.name.lower() for inner in entry.value.entries)


def unasked_permission(file: AgentFile) -> Iterator[Report]:
    """A switch that lets the agent do everything without asking."""
    for entry in file.header.entries:
        value = entry.value
        if value.kind == "scalar" and value.text in _UNASKED.get(entry.name, ()):
            message = f"`{entry.name}: {value.text}` lets this agent do everything without asking"
            yield Report(entry.span, message, file.weak)
    for grant in grants(file, "allowed-tools"):
        is_all = grant.specifier is not None and _EVERYTHING.fullmatch(grant.specifier)
        if grant.name in ("Bash", "PowerShell") and is_all:
            message = f"`{grant.item.text}` allows every command without asking"
            yield Report(grant.item.span, message, file.weak)


_EVERYTHING = re.compile(r"\s*\**\s*(?::\*)?\s*")
_READ_ONLY = re.compile(
    r"\bread[- ]only (?:agent|analysis|access|mode|review)"
    r"|\b(?:is|are|stays?|remains?|strictly) read[- ]only\b"
    r"|\b(?:never|does not|do not|must not|don't|doesn't|cannot|can't) (?:ever )?"
    r"(?:edit|modify|change|write(?: to)?) (?:any |the |source |your )*(?:files?|code|source)\b",
    re.IGNORECASE,
)


def read_only_claim(file: AgentFile) -> Iterator[Report]:
    """The text says that the agent only reads, and its tools change files."""
    tools = file.tools
    if tools is None or file.kind != "agent" or file.header.find("tools") is None:
        return
    description = file.header.find("description")
    if description is None or description.value.kind != "scalar":
        return
    claim = _READ_ONLY.search(description.value.text)
    if claim is None:
        return
    for grant in grants(file, "tools"):
        tool = tools.in_any_case(grant.name)
        if tool is None or grant.specifier:
            continue
        names = (tool.name, *tools.expand(tool.name))
        concepts = {tools.tools[n].concept for n in names if n in tools.tools}
        if concepts & {"edit-file", "create-file", "edit-notebook"}:
            message = f'the description says "{claim.group()}", and `{grant.name}` changes files'
            entries = file.listed(grant.entry)
            edits = edit.remove_entry_of(file.header, grant.entry.value, entries, grant.position)
            fixes = file.fix(f"Remove `{grant.name}`", edits, "unsafe") if len(entries) > 1 else ()
            yield Report(grant.item.span, message, None, fixes)


def effort_without_effect(file: AgentFile) -> Iterator[Report]:
    """An effort for a model that is not chosen here."""
    if not file.is_a("factory-droid"):
        return
    entry = file.header.find("reasoningEffort")
    model = file.header.string("model") or "inherit"
    root = file.header.root
    if entry is not None and model == "inherit" and root is not None:
        fixes = file.fix("Remove it", edit.remove_key(file.header, root, entry), "unsafe")
        message = "Factory ignores `reasoningEffort` when the model is inherited"
        yield Report(entry.key.span, message, None, fixes)
