"""An agent without its dialect: what all products mean by their different words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from backspec.agents.tools import ToolList, split_entries, split_specifier, tool_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from backspec.agents.agent_file import AgentFile

READ_CONCEPTS = ("read-file", "find-files", "search-text", "list-directory")
WRITE_CONCEPTS = ("edit-file", "create-file", "edit-notebook", "run-shell")


@dataclass
class Agent:
    """What an agent file says, in words of no product."""

    name: str
    description: str
    body: str
    tools: list[str] | None = None
    """Concepts (``tool-concepts.yaml``) in order, and ``mcp:server`` or ``mcp:server/tool``.
    None for all tools."""
    denied: list[str] = field(default_factory=list)
    """Concepts that are taken away."""
    model: str = ""
    """``inherit``, an alias (``sonnet``) or a model id; "" when not given."""
    effort: str = ""
    turns: int | None = None
    servers: dict[str, Any] = field(default_factory=dict)
    """MCP servers: name to configuration; None for one configured elsewhere."""
    is_hidden: bool = False
    is_manual: bool = False
    is_background: bool = False
    permission: str = ""
    """default, plan, edits (accept edits) or all (skip checks)."""
    color: str = ""
    handoffs: list[dict[str, Any]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """What could not be read into this form, in words for a person."""

    @property
    def is_read_only(self) -> bool:
        """It has a list of tools and none of them changes anything."""
        if self.tools is not None:
            return not any(tool in WRITE_CONCEPTS or tool.startswith("mcp:") for tool in self.tools)
        return {"edit-file", "run-shell"} <= set(self.denied)


_PERMISSIONS = {
    "default": "default", "manual": "default", "plan": "plan", "acceptEdits": "edits",
    "auto-edit": "edits", "auto": "edits", "bypassPermissions": "all", "yolo": "all",
    "dontAsk": "default", "bubble": "default",
}  # fmt: skip
_READ_KEYS = {
    "name", "description", "tools", "disallowedTools", "model", "effort", "reasoningEffort",
    "model_reasoning_effort", "maxTurns", "max_turns", "steps", "maxSteps", "mcpServers",
    "mcp-servers", "mcp_servers", "user-invocable", "user-invokable", "disable-model-invocation",
    "infer", "hidden", "mode", "background", "is_background", "permissionMode", "approvalMode",
    "permission", "readonly", "color", "handoffs", "developer_instructions", "prompt",
    "sandbox_mode", "approval_policy", "target", "kind", "display_name", "$schema",
}  # fmt: skip


def read_agent(file: AgentFile) -> Agent:
    """The agent in a file; what has no place in this form is in its ``lost``."""
    header = file.header
    data = header.root.data(header.anchors) if header.root is not None else {}
    data = data if isinstance(data, dict) else {}
    body = header.body_text if file.is_markdown else ""
    body = str(data.get("developer_instructions") or data.get("prompt") or "") or body
    agent = Agent(
        name=_text(data.get("name")) or file.stem,
        description=_text(data.get("description")),
        body=body.lstrip("\r\n"),
    )
    _read_tools(file, data, agent)
    _read_model(data, agent)
    agent.turns = next(
        (data[k] for k in ("maxTurns", "max_turns", "steps", "maxSteps") if _is_count(data.get(k))),
        None,
    )
    _read_servers(data, agent)
    _read_switches(data, agent)
    agent.lost += [f"`{key}`" for key in data if key not in _READ_KEYS]
    return agent


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, (dict, list)) else str(value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


# Tools


def _read_tools(file: AgentFile, data: Mapping[str, Any], agent: Agent) -> None:
    if "permission" in data or isinstance(data.get("tools"), dict):
        _read_permission(data, agent)
        return
    if "sandbox_mode" in data:
        if data["sandbox_mode"] == "read-only":
            agent.tools = list(READ_CONCEPTS)
        return
    if "readonly" in data:
        if data["readonly"] is True:
            agent.tools = list(READ_CONCEPTS)
        return
    tools = file.tools
    if tools is None:
        return
    if "tools" in data:
        entries = list(_entries(data["tools"]))
        if "*" not in entries:
            is_all = not entries and file.is_a("qwen-agent")
            agent.tools = None if is_all else list(concepts_of(entries, tools, agent.lost))
    if "disallowedTools" in data:
        denied = list(_entries(data["disallowedTools"]))
        agent.denied = list(concepts_of(denied, tools, agent.lost))


def _entries(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from (value[start:end] for start, end in split_entries(value))
    elif isinstance(value, list):
        yield from (str(item) for item in value if isinstance(item, str))


_CATEGORIES = {
    "read-only": READ_CONCEPTS,
    "edit": ("edit-file", "create-file"),
    "execute": ("run-shell",),
    "web": ("fetch-url", "search-web"),
}


def concepts_of(entries: list[str], tools: ToolList, lost: list[str]) -> Iterator[str]:
    """What each entry of a tool list means, each once; what has no meaning here is reported."""
    seen: set[str] = set()
    for entry in entries:
        name, specifier = split_specifier(entry)
        found = list(_meaning(name, tools))
        if not found:
            lost.append(f"tool `{entry}`")
        elif specifier is not None:
            lost.append(f"the limit in `{entry}`")
        for concept in found:
            if concept not in seen:
                seen.add(concept)
                yield concept


def _meaning(name: str, tools: ToolList) -> Iterator[str]:
    tool = tools.find(name)
    if tool is None:
        server = tools.server_of(name)
        if server is not None:
            rest = name.rpartition("__" if "__" in name else "/")[2].strip("*")
            is_whole = not rest or tools.mcp_name(server) == name
            yield f"mcp:{server}" if is_whole else f"mcp:{server}/{rest}"
        return
    if tool.kind == "word":
        yield from _CATEGORIES.get(name, ())
        return
    if tools.name == "copilot-tools":
        yield from _copilot(name, tools)
        return
    for target in tools.expand(name):
        found = tools.find(target)
        if found is not None and found.concept:
            yield found.concept


_SETS = {
    "read": ("read-file",),
    "search": ("search-text", "find-files", "list-directory"),
    "edit": ("edit-file", "create-file"),
    "execute": ("run-shell",),
    "web": ("fetch-url", "search-web"),
    "agent": ("run-subagent",),
    "todo": ("plan-todo",),
}


def _copilot(name: str, tools: ToolList) -> Iterator[str]:
    """A set means all it does; a member what it does, or what its set is for."""
    tool = tools.find(name)
    if tool is not None and tool.status in ("renamed", "alias") and tool.use:
        yield from _copilot(tool.use[0], tools)
    elif tool is not None and tool.concept and tool.kind == "member":
        yield tool.concept
    else:
        yield from _SETS.get(name.partition("/")[0].lower(), ())


def _read_permission(data: Mapping[str, Any], agent: Agent) -> None:
    """OpenCode's rules: by tool, the last that matches wins."""
    rules = data.get("permission")
    if isinstance(rules, str):
        agent.tools = [] if rules == "deny" else None
        return
    actions: dict[str, str] = {}
    switches = data.get("tools")
    for name, is_on in (switches if isinstance(switches, dict) else {}).items():
        actions["edit" if name in ("write", "patch") else name] = "allow" if is_on else "deny"
    for name, rule in (rules if isinstance(rules, dict) else {}).items():
        if name == "*":
            actions = dict.fromkeys(actions, str(rule))
        if isinstance(rule, dict):
            agent.lost.append(f"the rules of `permission.{name}`")
        actions[name] = str(rule.get("*", "ask") if isinstance(rule, dict) else rule)
    if actions.get("*") == "deny":
        granted = [name for name, action in actions.items() if action != "deny" and name != "*"]
        agent.tools = list(_unfolded(granted))
    else:
        denied = [name for name, action in actions.items() if action == "deny"]
        agent.denied = list(_unfolded(denied))


def _unfolded(names: list[str]) -> Iterator[str]:
    for name in names:
        if name == "edit":
            yield from ("edit-file", "create-file", "edit-notebook")
        elif (tool := tool_list("opencode-tools").find(name)) is not None and tool.concept:
            yield tool.concept
        elif name.endswith("_*"):
            yield f"mcp:{name.removesuffix('_*')}"


# Models and the rest

_ALIAS = re.compile(r"\b(sonnet|opus|haiku|fable)\b", re.IGNORECASE)


def _read_model(data: Mapping[str, Any], agent: Agent) -> None:
    value = data.get("model")
    if isinstance(value, list):
        names = [str(item) for item in value if isinstance(item, str)]
        value = names[0] if names else None
        agent.lost += [f"the second choice of model `{name}`" for name in names[1:]]
    model = _text(value)
    agent.model = model.partition("/")[2] if "/" in model and " " not in model else model
    if " (" in agent.model:
        agent.model = agent.model.partition(" (")[0]
    agent.effort = _text(
        data.get("effort") or data.get("reasoningEffort") or data.get("model_reasoning_effort")
    )


def model_alias(model: str) -> str:
    """``sonnet`` for ``claude-sonnet-4-5`` and ``Claude Sonnet 4.5``; "" for other vendors."""
    found = _ALIAS.search(model)
    is_claude = found is not None and (
        model.lower() == found[0].lower() or "claude" in model.lower()
    )
    return found[0].lower() if found is not None and is_claude else ""


def _read_servers(data: Mapping[str, Any], agent: Agent) -> None:
    for key in ("mcpServers", "mcp-servers", "mcp_servers"):
        value = data.get(key)
        if isinstance(value, dict):
            agent.servers.update({str(name): facts for name, facts in value.items()})
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, str):
                    agent.servers.setdefault(item, None)
                elif isinstance(item, dict):
                    agent.servers.update({str(name): facts for name, facts in item.items()})


def _read_switches(data: Mapping[str, Any], agent: Agent) -> None:
    agent.is_hidden = (
        data.get("user-invocable") is False
        or data.get("user-invokable") is False
        or data.get("hidden") is True
        or data.get("mode") == "subagent"
    )
    agent.is_manual = (
        data.get("disable-model-invocation") is True
        or data.get("infer") is False
        or data.get("mode") == "primary"
    )
    agent.is_background = data.get("background") is True or data.get("is_background") is True
    written = _text(data.get("permissionMode") or data.get("approvalMode"))
    agent.permission = _PERMISSIONS.get(written, "")
    if data.get("approval_policy") == "never":
        agent.permission = "all"
    agent.color = _text(data.get("color"))
    handoffs = data.get("handoffs")
    if isinstance(handoffs, list):
        agent.handoffs = [item for item in handoffs if isinstance(item, dict)]
