"""Tool names: what each product's vocabulary knows, and how lists of them are written.

A name is judged by the vocabulary of its dialect (``data/vocabularies/<name>.yaml``). Names that
belong to MCP servers, extensions or users' own sets cannot be judged offline; ``is_external`` says
so. Nothing here raises for what an author wrote.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from backspec import catalog
from backspec.spelling import closest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Status = Literal["current", "outdated", "alias", "renamed", "legacy", "removed"]
"""outdated: works, another is meant to replace it; alias: works, stands for another; renamed and
legacy: an older name; removed: nothing left."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One name that a tool list may hold."""

    name: str
    description: str
    kind: Literal["tool", "set", "member", "word", "alias"] = "tool"
    """word: a wildcard or category; alias: another spelling that the product takes for a set."""
    status: Status = "current"
    use: tuple[str, ...] = ()
    """What to write instead; for an alias what it stands for."""
    concept: str = ""
    """What it does, whatever a product calls it (``tool-concepts.yaml``)."""
    members: tuple[str, ...] = ()
    """Full names of a set's members."""
    writes: bool = False
    """It changes files or runs programs."""
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The rest of its entry: ``subagents``, ``background``, ``cloud``, ``since``, ``detail``."""


class ToolList:
    """The tool names of one product family."""

    def __init__(self, name: str, data: Mapping[str, Any]) -> None:
        self.name = name
        self.data = data
        self.case_sensitive: bool = data.get("case-sensitive", True)
        self.evidence: str = data.get("evidence", "S")
        self.mcp: str = data.get("mcp", "")
        """How a tool of an MCP server is written, with ``{server}`` and ``{tool}``; ""."""
        self.tools: Mapping[str, Tool] = {tool.name: tool for tool in _read(data)}
        self._folded: dict[str, Tool] = {}
        for tool in self.tools.values():
            if tool.status in ("current", "outdated") and tool.kind != "alias":
                self._folded.setdefault(tool.name.casefold(), tool)
        for tool in self.tools.values():
            self._folded.setdefault(tool.name.casefold(), tool)

    def find(self, name: str) -> Tool | None:
        """The tool written ``name`` (no parentheses), in any letter case where that works."""
        tool = self.tools.get(name)
        if tool is None and not self.case_sensitive:
            tool = self._folded.get(name.casefold())
        return tool

    def in_any_case(self, name: str) -> Tool | None:
        """The tool whose name differs from ``name`` at most in letter case."""
        return self.tools.get(name) or self._folded.get(name.casefold())

    def is_external(self, name: str) -> bool:
        """Whether only a running product can judge the name: MCP servers, extensions, wildcards."""
        if name == "*" or self.find(name) is not None:
            return name == "*"
        if self.mcp.startswith("mcp"):
            prefix = self.mcp[: self.mcp.index("{")]
            return name.startswith((prefix, *self.data.get("prefixes", ())))
        if self.mcp.startswith("@"):
            return name.startswith("@")
        if self.mcp == "{server}/{tool}":
            return "/" in name and name.partition("/")[0] not in self.data.get("sets", {})
        if not self.mcp:
            return not name.isalpha()
        return "_" in name or "*" in name

    def server_of(self, name: str) -> str | None:
        """The MCP server that an external name belongs to; None when it names none."""
        if not self.is_external(name) or name == "*":
            return None
        if self.mcp == "mcp__{server}__{tool}":
            return name.removeprefix("mcp__").partition("__")[0].rstrip("*") or None
        if self.mcp.startswith("@"):
            server = name[1:].partition("/")[0]
            return server or None
        if self.mcp == "{server}/{tool}":
            return name.rpartition("/")[0] or None
        return None

    def mcp_parts(self, name: str) -> tuple[str, str] | None:
        """The server and the tool that a name holds; None for anything but one tool of a server."""
        server = self.server_of(name)
        if server is None or name == self.mcp_name(server):
            return None
        tool = name[len(self.mcp_name(server, "x")) - 1 :]
        return (server, tool) if re.fullmatch(r"[\w.-]+", tool) else None

    def mcp_name(self, server: str, tool: str = "") -> str:
        """How this product writes a server's tool, or all of the server with ``tool`` empty."""
        if self.mcp == "mcp__{server}__{tool}":
            return f"mcp__{server}__{tool}" if tool else f"mcp__{server}"
        if self.mcp == "mcp_{server}_{tool}":
            return f"mcp_{server}_{tool or '*'}"
        if self.mcp.startswith("@"):
            return f"@{server}/{tool}" if tool else f"@{server}"
        if self.mcp == "{server}/{tool}":
            return f"{server}/{tool or '*'}"
        return f"{server}_{tool or '*'}" if self.mcp else ""

    def offers(self) -> Iterator[Tool]:
        """The names worth writing today: sets before their members."""
        return (
            tool
            for tool in self.tools.values()
            if tool.status == "current" and tool.kind != "alias"
        )

    def expand(self, name: str) -> tuple[str, ...]:
        """The current names that ``name`` stands for: a set's members, an alias's target."""
        tool = self.find(name)
        if tool is None:
            return (name,)
        if tool.use and tool.status in ("alias", "renamed", "legacy"):
            return tuple(found for target in tool.use for found in self.expand(target))
        return tool.members or (tool.name,)

    def suggest(self, name: str) -> str | None:
        """What was probably meant by a name this vocabulary does not know; None for no idea."""
        if (tool := self.in_any_case(name)) is not None:
            return tool.name if tool.status in ("current", "outdated") else _first(tool.use)
        column = self.name.removesuffix("-tools")
        for other in _VOCABULARIES:
            if other == self.name or (found := tool_list(other).in_any_case(name)) is None:
                continue
            concepts = catalog.vocabulary("tool-concepts")["concepts"]
            for meant in (found.name, *tool_list(other).expand(found.name)):
                tool = tool_list(other).find(meant)
                if tool is not None and (ours := concepts.get(tool.concept, {}).get(column)):
                    return str(ours[0])
        full = {tool.name.rpartition("/")[2].casefold(): tool.name for tool in self.offers()}
        full.update((tool.name.casefold(), tool.name) for tool in self.offers())
        near = closest(name.casefold(), full)
        return full[near] if near is not None else None


def _first(names: Iterable[str]) -> str | None:
    return next(iter(names), None)


def _read(data: Mapping[str, Any]) -> Iterator[Tool]:
    for name, does in data.get("words", {}).items():
        yield Tool(name, does, "word")
    for name, facts in data.get("tools", {}).items():
        yield _tool(name, facts)
    for name, facts in data.get("sets", {}).items():
        members = tuple(f"{name}/{member}" for member in facts["members"])
        yield _tool(name, facts, "set", members)
        for member, about in facts["members"].items():
            yield _tool(f"{name}/{member}", about, "member")
    for name, facts in data.get("standalone", {}).items():
        yield _tool(name, facts)
    for name, facts in data.get("old", {}).items():
        yield _tool(name, facts)
    for name, new in data.get("renamed", {}).items():
        yield Tool(name, f"Called `{new}` now.", "tool", "renamed", (new,))
    known = {*data.get("sets", {}), *data.get("standalone", {}), *data.get("renamed", {})}
    for canonical, facts in data.get("aliases", {}).items():
        for other in facts["also"]:
            if other not in known:
                yield Tool(other, f"Stands for `{canonical}`.", "alias", "alias", (canonical,))


def _tool(
    name: str,
    facts: Mapping[str, Any],
    kind: Literal["tool", "set", "member"] = "tool",
    members: tuple[str, ...] = (),
) -> Tool:
    use = tuple(facts.get("use", ()))
    status: Status = facts.get("status", "current")
    does = facts.get("does") or (
        f"Old name of {', '.join(f'`{new}`' for new in use)}." if use else "No longer exists."
    )
    return Tool(
        name,
        does,
        kind,
        status,
        use,
        facts.get("concept", ""),
        members,
        facts.get("writes", False),
        facts,
    )


_VOCABULARIES = (
    "claude-tools",
    "copilot-tools",
    "gemini-tools",
    "qwen-tools",
    "amazonq-tools",
    "factory-tools",
    "opencode-tools",
)


@functools.cache
def tool_list(vocabulary: str) -> ToolList:
    """The tool names of a vocabulary. Raises FileNotFoundError for an unknown one."""
    return ToolList(vocabulary, catalog.vocabulary(vocabulary))


def split_entries(text: str, separator: str = "comma") -> list[tuple[int, int]]:
    """The (start, end) offsets of the entries in one string, blanks around each left out.

    ``separator`` is "comma", "space" or "comma-or-space"; "" makes the whole text one entry.
    Parentheses keep together what they hold: ``Agent(a, b), Read`` has two entries. Empty entries
    are left out. Offsets are code points.
    """
    spans: list[tuple[int, int]] = []
    depth = 0
    start: int | None = None
    stops = {"comma": ",", "space": " \t\n\r", "comma-or-space": ", \t\n\r"}.get(separator, "")
    last = 0
    for at, char in enumerate(text):
        if char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        if char in stops and not depth:
            if start is not None:
                spans.append((start, last))
                start = None
        elif not char.isspace():
            start = at if start is None else start
            last = at + 1
    if start is not None:
        spans.append((start, last))
    return spans


def split_specifier(entry: str) -> tuple[str, str | None]:
    """(name, what is in its parentheses): ``Bash(git:*)`` gives ("Bash", "git:*")."""
    name, bracket, rest = entry.partition("(")
    return name.strip(), rest.rstrip().removesuffix(")") if bracket else None
