"""Tool lists: names nobody knows, old names, slips of the pen, lists that grant nothing."""

from __future__ import annotations

import functools
import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from backspec.agents import edit
from backspec.agents.agent_file import Report
from backspec.agents.dialects import product_name
from backspec.agents.tools import split_specifier, tool_list
from backspec.model import Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.nodes import Entry
    from backspec.agents.tools import Tool, ToolList
    from backspec.model import Fix, FixSafety


MOST_JUDGED = 500
"""Most entries of tool lists for which a suggestion is looked for."""


class Grant(NamedTuple):
    """One entry of a tool list."""

    entry: Entry
    """The key it is in."""
    position: int
    """Its place among the key's entries."""
    item: edit.Listed
    name: str
    """Its tool, without parentheses."""
    specifier: str | None
    """What is in the parentheses."""
    name_span: Span


def grants(file: AgentFile, *keys: str) -> Iterator[Grant]:
    """The entries of the given top-level keys, or of all that name tools."""
    for entry in file.header.entries:
        key = file.key(entry.name)
        if key is None or key.values not in ("tools", "permission-rule"):
            continue
        if keys and entry.name not in keys:
            continue
        for index, item in enumerate(file.listed(entry)):
            name, specifier = split_specifier(item.text)
            start = item.node.content.start if item.node is not None else item.span.start
            if name:
                span = Span(start, start + len(name.encode("utf-8", "replace")))
                yield Grant(entry, index, item, name, specifier, span)


def _replaced(file: AgentFile, grant: Grant, new: str, safety: FixSafety) -> tuple[Fix, ...]:
    """Write another tool for one entry, its parentheses kept."""
    rest = "" if grant.specifier is None else grant.item.text[grant.item.text.index("(") :]
    edits = edit.set_entry_text(file.header, grant.entry.value, grant.item, new + rest)
    return file.fix(f"Write `{new}`", edits, safety)


def _removed(file: AgentFile, grant: Grant, title: str = "") -> tuple[Fix, ...]:
    entries = file.listed(grant.entry)
    if len(entries) < 2:
        return ()
    edits = edit.remove_entry_of(file.header, grant.entry.value, entries, grant.position)
    return file.fix(title or f"Remove `{grant.item.text}`", edits, "unsafe")


def _product(file: AgentFile) -> str:
    readers = file.dialect.readers
    return product_name(readers[0].product) if readers else file.dialect.title


_ODD = re.compile(r"[^\w.*/@:$+{}<>-]")


def unknown_tool(file: AgentFile) -> Iterator[Report]:
    """A tool that the product does not have."""
    tools = file.tools
    if tools is None:
        return
    outcome = file.outcome("unknown-tool")
    if outcome.is_fine:
        return
    severity = outcome.severity
    if tools.evidence == "X":
        severity = Severity.HINT
    for grant in islice(grants(file), MOST_JUDGED):
        name = grant.name
        if tools.find(name) is not None or tools.is_external(name) or _ODD.search(name):
            continue
        if _member(tools, name) is not None or _slip(tools, name):
            continue
        suggestion = tools.suggest(name)
        message = f"`{name[:60]}` is no tool of {_product(file)}"
        fixes: tuple[Fix, ...] = ()
        if suggestion:
            message += f"; did you mean `{suggestion}`?"
            is_case = suggestion.casefold() == name.casefold()
            fixes = _replaced(file, grant, suggestion, "safe" if is_case else "unsafe")
        yield Report(grant.name_span, message, severity, fixes + _removed(file, grant))


def _member(tools: ToolList, name: str) -> Tool | None:
    """The member of a set that is written without its set."""
    return _members(tools.name).get(name)


@functools.cache
def _members(vocabulary: str) -> dict[str, Tool]:
    """The members of a vocabulary's sets by their short names, the first set's where two agree."""
    found: dict[str, Tool] = {}
    for tool in tool_list(vocabulary).tools.values():
        if tool.kind == "member":
            found.setdefault(tool.name.rpartition("/")[2], tool)
    return found


def renamed_tool(file: AgentFile) -> Iterator[Report]:
    """A tool that has another name now, or is gone."""
    tools = file.tools
    if tools is None:
        return
    for grant in grants(file):
        tool = tools.tools.get(grant.name) or tools.find(grant.name)
        if tool is None or tool.status not in ("renamed", "legacy", "removed"):
            continue
        if tool.use:
            new = tool.use[0]
            message = f"`{tool.name}` is called `{new}` now"
            if tool.status == "legacy":
                message = f"`{tool.name}` is gone; `{new}` does its work"
            fixes = _replaced(file, grant, new, "safe")
            if any(split_specifier(other.text)[0] == new for other in file.listed(grant.entry)):
                fixes = _removed(file, grant, f"Remove it, as `{new}` is there")
            yield Report(grant.name_span, message, None, fixes, tags=("deprecated",))
        else:
            message = f"`{tool.name}` no longer exists"
            fixes = _removed(file, grant)
            yield Report(grant.name_span, message, Severity.WARNING, fixes, tags=("deprecated",))


def bare_tool_name(file: AgentFile) -> Iterator[Report]:
    """A member of a tool set without the set's name."""
    tools = file.tools
    if tools is None:
        return
    for grant in grants(file):
        if tools.find(grant.name) is not None:
            continue
        member = _member(tools, grant.name)
        if member is not None:
            message = f"`{grant.name}` is called `{member.name}` in full"
            yield Report(
                grant.name_span, message, None, _replaced(file, grant, member.name, "safe")
            )


def _slip(tools: ToolList, name: str) -> str:
    """What an entry with a wrong sign in it was meant to be; "" when it has none."""
    if tools.mcp.startswith("mcp__") and re.match(r"mcp_[a-zA-Z0-9-]", name):
        server, _, tool = name[4:].partition("_")
        return tools.mcp_name(server, tool)
    if tools.mcp.startswith("mcp_{") and name.startswith("mcp__"):
        parts = name[5:].split("__", 1)
        return tools.mcp_name(parts[0], parts[1] if len(parts) > 1 else "")
    if tools.mcp == "{server}/{tool}":
        if name.startswith("mcp__"):
            parts = name[5:].split("__", 1)
            return tools.mcp_name(parts[0], parts[1] if len(parts) > 1 else "")
        if name.endswith(".*") and name.count(".") == 1:
            return name[:-2] + "/*"
    return ""


def malformed_tool(file: AgentFile) -> Iterator[Report]:
    """An entry of a tool list with a wrong separator, bracket or prefix."""
    tools = file.tools
    for entry in file.header.entries:
        key = file.key(entry.name)
        if key is None or key.values not in ("tools", "permission-rule"):
            continue
        yield from _gaps(file, entry)
    for grant in grants(file):
        text = grant.item.text
        if text.count("(") != text.count(")"):
            message = f"a bracket is missing in `{text[:60]}`"
            yield Report(grant.item.span, message)
        elif (
            tools is not None
            and tools.find(grant.name) is None
            and (new := _slip(tools, grant.name))
        ):
            message = f"`{grant.name}` is written `{new}` in {_product(file)}"
            yield Report(grant.name_span, message, None, _replaced(file, grant, new, "unsafe"))
        elif re.fullmatch(r"\w+(?:\s*[;|]\s*\w+)+", text):
            parts = [part.strip() for part in re.split(r"[;|]", text)]
            edits = edit.set_entry_text(
                file.header, grant.entry.value, grant.item, ", ".join(parts)
            )
            fixes = () if grant.item.node is not None else file.fix("Write commas", edits)
            yield Report(
                grant.item.span, f"`{text[:60]}` is one entry; commas separate", None, fixes
            )


_GAP = re.compile(rb",(?P<gap>[ \t]*)(?=,|\Z)")


def _gaps(file: AgentFile, entry: Entry) -> Iterator[Report]:
    """``Read,, Grep`` and ``Read, ``: entries with nothing in them."""
    value = entry.value
    if value.kind != "scalar" or value.style in ("literal", "folded"):
        return
    key = file.key(entry.name)
    if key is None or key.separator not in ("comma", "comma-or-space"):
        return
    start, end = value.content
    for found in _GAP.finditer(file.document.text, start, end):
        span = Span(found.start(), found.start() + 1)
        fixes = file.fix("Remove the comma", (Edit(span, ""),))
        yield Report(span, f"there is an empty entry in `{entry.name}`", None, fixes)


def unconfigured_mcp_server(file: AgentFile) -> Iterator[Report]:
    """A tool of an MCP server that no configuration in the workspace knows."""
    tools = file.tools
    known = file.view.mcp_servers if file.view is not None else None
    if tools is None or known is None:
        return
    own = set(known) | set(tools.data.get("builtin-servers", ()))
    for name in ("mcpServers", "mcp-servers", "mcp_servers"):
        entry = file.header.find(name)
        if entry is None:
            continue
        own |= {inner.name for inner in entry.value.entries}
        for item in entry.value.items:
            own |= {item.text} if item.kind == "scalar" else {inner.name for inner in item.entries}
    seen = set()
    for grant in grants(file):
        server = tools.server_of(grant.name)
        if not server or server in own or server in seen or "*" in server:
            continue
        if "/" in server or "." in server:
            continue
        seen.add(server)
        message = f"no MCP configuration in this workspace has a server `{server}`"
        yield Report(grant.name_span, message)


def duplicate_tool(file: AgentFile) -> Iterator[Report]:
    """A tool that is there twice, or that a set or wildcard covers."""
    tools = file.tools
    for key in ("tools", "disallowedTools", "allowed-tools"):
        seen: dict[str, str] = {}
        granted = list(grants(file, key))
        covered = _covered(tools, granted) if tools is not None else {}
        for grant in granted:
            text = grant.item.text
            if text in seen:
                message = f"`{text[:60]}` is there twice"
            elif grant.specifier is None and grant.name in covered:
                message = f"`{text[:60]}` is part of `{covered[grant.name]}`, which is there too"
            else:
                seen[text] = text
                continue
            yield Report(
                grant.item.span, message, None, _removed(file, grant), tags=("unnecessary",)
            )


def _covered(tools: ToolList, granted: list[Grant]) -> dict[str, str]:
    """Names that another entry of the list stands for as well."""
    names = {grant.name for grant in granted if grant.specifier is None}
    found: dict[str, str] = {}
    for name in names:
        tool = tools.tools.get(name)
        if tool is not None and tool.kind == "set":
            found.update((member, name) for member in tool.members if member in names)
    for name in names:
        server = tools.server_of(name)
        if server and name not in (tools.mcp_name(server), f"mcp__{server}__*"):
            whole = next(
                (w for w in (tools.mcp_name(server), f"mcp__{server}__*") if w in names), None
            )
            if whole:
                found[name] = whole
    return found


def tool_allowed_and_denied(file: AgentFile) -> Iterator[Report]:
    """A tool that is granted and taken away."""
    denied = {g.item.text for g in grants(file, "disallowedTools", "disallowed-tools")}
    for grant in grants(file, "tools", "allowed-tools"):
        if grant.item.text in denied:
            message = f"`{grant.item.text[:60]}` is taken away again by `disallowedTools`"
            yield Report(grant.item.span, message, None, _removed(file, grant))


def _subagent_filter(tool: Tool, file: AgentFile) -> bool:
    """Whether a subagent never gets a tool, even when it is listed."""
    rule = tool.facts.get("subagents", "")
    return rule == "never" or (rule == "plan" and file.header.string("permissionMode") != "plan")


def tool_not_for_subagents(file: AgentFile) -> Iterator[Report]:
    """A tool that is taken from every subagent."""
    tools = file.tools
    if tools is None or not file.is_a("claude-subagent"):
        return
    if file.header.find("initialPrompt") is not None:
        # Only an agent that is started as the main one has a first prompt of its own.
        return
    for grant in grants(file, "tools"):
        tool = tools.find(grant.name)
        if tool is None:
            continue
        current = tools.tools.get(tool.use[0]) if tool.status == "alias" and tool.use else tool
        if current is not None and _subagent_filter(current, file):
            message = f"Claude Code never gives `{grant.name}` to a subagent"
            yield Report(grant.name_span, message, None, _removed(file, grant))


def tool_lost_in_background(file: AgentFile) -> Iterator[Report]:
    """A tool that an agent in the background does not get."""
    tools = file.tools
    if tools is None or not file.is_a("claude-subagent") or not file.is_true("background"):
        return
    for grant in grants(file, "tools"):
        tool = tools.find(grant.name)
        if tool is None or tool.status not in ("current", "outdated") or grant.name == "Agent":
            continue
        if not tool.facts.get("background") and not _subagent_filter(tool, file):
            message = f"an agent in the background (`background: true`) does not get `{grant.name}`"
            yield Report(grant.name_span, message, None, _removed(file, grant))


def no_usable_tool(file: AgentFile) -> Iterator[Report]:
    """A list of which nothing is left once the product has taken out what it does not give."""
    tools = file.tools
    entry = file.header.find("tools")
    if tools is None or entry is None or not file.is_a("claude-subagent"):
        return
    granted = list(grants(file, "tools"))
    if not granted or file.header.find("memory") is not None:
        return
    denied = {g.item.text for g in grants(file, "disallowedTools")}
    for grant in granted:
        tool = tools.find(grant.name)
        if tools.is_external(grant.name) or _slip(tools, grant.name):
            return
        is_there = (
            tool is not None and tool.status != "removed" and not _subagent_filter(tool, file)
        )
        if is_there and grant.item.text not in denied:
            return
    message = "nothing is left of `tools`: Claude Code refuses to start this agent"
    yield Report(entry.value.span, message)


def agents_without_agent_tool(file: AgentFile) -> Iterator[Report]:
    """Agents to call are listed, and the tool that calls them is not granted."""
    listed = file.header.find("agents")
    tools = file.tools
    entry = file.header.find("tools")
    if listed is None or tools is None or entry is None or not file.is_a("vscode-agent"):
        return
    if not file.listed(listed):
        return
    for grant in grants(file, "tools"):
        found = tools.in_any_case(grant.name)
        concept = found.concept if found is not None else ""
        if grant.name == "*" or concept == "run-subagent" or "agent" in tools.expand(grant.name):
            return
        if any(name.startswith("agent") for name in tools.expand(grant.name)):
            return
    edits = edit.add_entry_to(file.header, entry.value, "agent")
    fixes = file.fix("Add `agent` to `tools`", edits, "unsafe")
    message = "`agents` needs the tool `agent`, which `tools` does not grant"
    yield Report(listed.key.span, message, None, fixes)


_TOOL_WORD = re.compile(rb"[ ]tool\b")
_NAMED_TOOL = re.compile(rb"(?P<tick>`)?(?P<name>[A-Za-z][\w/]{1,40})(?(tick)`)\Z")
_DENIAL = re.compile(rb"\b(?:not|never|avoid|without|instead of|no|n't)\b[^.\n]{0,60}\Z")


def ungranted_tool(file: AgentFile) -> Iterator[Report]:
    """The text tells the agent to use a tool that its list does not grant."""
    tools = file.tools
    entry = file.header.find("tools")
    if tools is None or entry is None or file.kind != "agent" or not file.is_markdown:
        return
    granted = {
        full for grant in grants(file, "tools") for full in (grant.name, *tools.expand(grant.name))
    }
    if not granted or "*" in granted or file.header.find("memory") is not None:
        return
    seen: set[str] = set()
    text = file.document.text
    for word in _TOOL_WORD.finditer(text, *file.body.span):
        start = max(file.body.span.start, word.start() - 60)
        found = _NAMED_TOOL.search(text[start : word.start()])
        tool = tools.tools.get(found["name"].decode("ascii", "replace")) if found else None
        if found is None or tool is None or tool.name in seen:
            continue
        name = tool.name
        at = start + found.start("name")
        if _DENIAL.search(text[max(0, at - 80) : at]) or file.body.in_fence(at):
            continue
        if not (found["tick"] or name[:1].isupper()) or tool.status in ("removed", "legacy"):
            continue
        if {name, *tools.expand(name)} & granted or _alike(tools, tool, granted):
            continue
        seen.add(name)
        edits = edit.add_entry_to(file.header, entry.value, name)
        fixes = file.fix(f"Add `{name}` to `tools`", edits, "unsafe")
        message = f"the text asks for the tool `{name}`, which `tools` does not grant"
        yield Report(Span(at, at + len(name.encode())), message, None, fixes)


def _alike(tools: ToolList, tool: Tool, granted: set[str]) -> bool:
    """Whether another granted name stands for the same tool."""
    for name in granted:
        found = tools.find(name)
        if found is not None and (tool.name in found.use or found.name in tool.use):
            return True
    return False
