"""Writes a neutral agent in a dialect; what the dialect cannot say goes into the loss report."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from backspec import catalog
from backspec.agents.conversion.neutral import Agent, model_alias
from backspec.agents.tools import tool_list

if TYPE_CHECKING:
    from collections.abc import Callable

Header = dict[str, Any]


def slug(name: str) -> str:
    """The name in lower-case letters, digits and hyphens; "agent" when nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "agent"


def tools_for(agent: Agent, column: str, vocabulary: str, lost: list[str]) -> list[str] | None:
    """The allowed tools by a product's names, each once; None for all."""
    if agent.tools is None:
        return None
    return _named(agent.tools, column, vocabulary, lost)


def _named(concepts: list[str], column: str, vocabulary: str, lost: list[str]) -> list[str]:
    tools = tool_list(vocabulary)
    table = catalog.vocabulary("tool-concepts")["concepts"]
    found: dict[str, None] = {}
    for concept in concepts:
        if concept.startswith("mcp:"):
            server, _, tool = concept.removeprefix("mcp:").partition("/")
            name = tools.mcp_name(server, tool)
            if name:
                found[name] = None
            else:
                lost.append(f"tools of the MCP server `{server}`")
            continue
        names = table.get(concept, {}).get(column, ())
        if names:
            found[names[0]] = None
        else:
            lost.append(f"the tool for {concept.replace('-', ' ')}")
    return list(found)


def _id(model: str) -> str:
    """A Claude alias or display name as an API id; "" when it is none."""
    alias = model_alias(model)
    if not alias:
        return ""
    if model.lower().startswith("claude-"):
        return model
    shown = catalog.vocabulary("agent-models")["lists"]["claude"]["elsewhere"]["vscode"].get(alias)
    return re.sub(r"[ .]", "-", shown.lower()) if shown else ""


def _drop_model(agent: Agent, lost: list[str]) -> None:
    if agent.model and agent.model != "inherit":
        lost.append(f"model `{agent.model}`")


def _rest(agent: Agent, lost: list[str], *kept: str) -> None:
    """Report what this dialect has no word for."""
    values = {
        "effort": (agent.effort, f"effort `{agent.effort}`"),
        "turns": (agent.turns, f"the limit of {agent.turns} turns"),
        "servers": (agent.servers, f"MCP servers {', '.join(f'`{s}`' for s in agent.servers)}"),
        "hidden": (agent.is_hidden, "hidden from people"),
        "manual": (agent.is_manual, "not started by models"),
        "background": (agent.is_background, "runs in the background"),
        "permission": (
            agent.permission not in ("", "default"),
            f"permission mode ({agent.permission})",
        ),
        "color": (agent.color, f"colour `{agent.color}`"),
        "handoffs": (agent.handoffs, "handoffs"),
        "denied": (agent.denied, f"denied tools ({', '.join(agent.denied)})"),
    }
    lost += [words for name, (value, words) in values.items() if value and name not in kept]


def _basic(agent: Agent, name: str | None = None) -> Header:
    return {
        "name": name if name is not None else agent.name,
        "description": agent.description or agent.name,
    }


_CLAUDE_COLORS = ("red", "blue", "green", "yellow", "purple", "orange", "pink", "cyan")
_EFFORTS = ("low", "medium", "high", "xhigh", "max")
_CLAUDE_MODES = {"plan": "plan", "edits": "acceptEdits", "all": "bypassPermissions"}


def claude_subagent(agent: Agent, lost: list[str]) -> tuple[Header, str]:
    """Header and body of a Claude Code subagent."""
    header = _basic(agent, slug(agent.name))
    tools = tools_for(agent, "claude", "claude-tools", lost)
    if tools is not None:
        header["tools"] = ", ".join(tools) if tools else []
    if agent.denied:
        header["disallowedTools"] = ", ".join(_named(agent.denied, "claude", "claude-tools", lost))
    alias = model_alias(agent.model)
    if agent.model == "inherit" or agent.model.startswith("claude-"):
        header["model"] = agent.model
    elif alias:
        header["model"] = alias
    else:
        _drop_model(agent, lost)
    if agent.effort in _EFFORTS:
        header["effort"] = agent.effort
    elif agent.effort:
        lost.append(f"effort `{agent.effort}`")
    if agent.turns:
        header["maxTurns"] = agent.turns
    if agent.servers:
        header["mcpServers"] = [
            name if facts is None else {name: _claude_server(facts)}
            for name, facts in agent.servers.items()
        ]
    if agent.permission in _CLAUDE_MODES:
        header["permissionMode"] = _CLAUDE_MODES[agent.permission]
    if agent.is_background:
        header["background"] = True
    if agent.color in _CLAUDE_COLORS:
        header["color"] = agent.color
    elif agent.color:
        lost.append(f"colour `{agent.color}`")
    body = agent.body
    if agent.handoffs:
        body = _with_prose(body, agent.handoffs)
    _rest(agent, lost, "effort", "turns", "servers", "permission", "background", "color",
          "handoffs", "denied")  # fmt: skip
    return header, body


def _claude_server(facts: Any) -> Any:
    if not isinstance(facts, dict):
        return facts
    made = {key: value for key, value in facts.items() if key != "tools"}
    if made.get("type") == "local":
        made["type"] = "stdio"
    return made


def _with_prose(body: str, handoffs: list[dict[str, Any]]) -> str:
    lines = []
    for item in handoffs:
        prompt = f": {item['prompt']}" if item.get("prompt") else ""
        lines.append(
            f"- {item.get('label', 'Next')}: hand over to `{item.get('agent', '')}`{prompt}"
        )
    return f"{body.rstrip()}\n\n## Handing over\n\n" + "\n".join(lines) + "\n"


def copilot_agent(agent: Agent, lost: list[str]) -> tuple[Header, str]:
    """Header and body of a GitHub Copilot agent."""
    header = _copilot(agent, lost)
    servers = _configured(agent, lost)
    if servers:
        header["mcp-servers"] = {name: _copilot_server(facts) for name, facts in servers.items()}
    lost += [
        f"MCP server `{name}`, configured elsewhere"
        for name in agent.servers
        if name not in servers
    ]
    _rest(agent, lost, "effort", "servers", "hidden", "manual")
    return header, agent.body


def _copilot_server(facts: dict[str, Any]) -> dict[str, Any]:
    made = dict(facts)
    if made.get("type") in (None, "stdio"):
        made["type"] = "http" if "url" in made and "command" not in made else "local"
    made.setdefault("tools", ["*"])
    return made


def vscode_agent(agent: Agent, lost: list[str]) -> tuple[Header, str]:
    """Header and body of a VS Code agent."""
    header = _copilot(agent, lost)
    if agent.handoffs:
        header["handoffs"] = agent.handoffs
    _rest(agent, lost, "effort", "hidden", "manual", "handoffs")
    return header, agent.body


def _copilot(agent: Agent, lost: list[str]) -> Header:
    header = _basic(agent)
    tools = tools_for(agent, "copilot", "copilot-tools", lost)
    if tools is not None:
        header["tools"] = tools
    alias = model_alias(agent.model)
    shown = catalog.vocabulary("agent-models")["lists"]["claude"]["elsewhere"]["vscode"]
    if alias in shown:
        header["model"] = shown[alias]
    elif agent.model and agent.model != "inherit" and not alias:
        header["model"] = agent.model
    else:
        _drop_model(agent, lost)
    if agent.effort in _EFFORTS:
        header["reasoningEffort"] = agent.effort
    if agent.is_hidden:
        header["user-invocable"] = False
    if agent.is_manual:
        header["disable-model-invocation"] = True
    return header


def opencode_agent(agent: Agent, lost: list[str]) -> tuple[Header, str]:
    """Header and body of an OpenCode agent."""
    header: Header = {"description": agent.description or agent.name}
    header["mode"] = "primary" if agent.is_manual else "subagent" if agent.is_hidden else "all"
    model = _id(agent.model)
    if model:
        header["model"] = f"anthropic/{model}"
    else:
        _drop_model(agent, lost)
    if agent.tools is not None:
        names = _named(agent.tools, "opencode", "opencode-tools", lost)
        header["permission"] = {"*": "deny", **dict.fromkeys(names, "allow")} if names else "deny"
    elif agent.denied:
        names = _named(agent.denied, "opencode", "opencode-tools", lost)
        header["permission"] = dict.fromkeys(names, "deny")
    if agent.turns:
        header["steps"] = agent.turns
    _rest(agent, lost, "turns", "hidden", "manual", "denied")
    return header, agent.body


def gemini_agent(agent: Agent, lost: list[str]) -> tuple[Header, str]:
    """Header and body of a Gemini CLI agent."""
    header = _basic(agent, slug(agent.name))
    tools = tools_for(agent, "gemini", "gemini-tools", lost)
    if tools is not None:
        header["tools"] = [tool for tool in tools if tool != "invoke_agent"]
    if agent.model == "inherit" or agent.model.startswith(("gemini-", "gemma-")):
        header["model"] = agent.model
    else:
        _drop_model(agent, lost)
    servers = {name: _known(facts) for name, facts in _configured(agent, lost).items()}
    if servers:
        header["mcp_servers"] = servers
    lost += [
        f"MCP server `{name}`, configured elsewhere"
        for name in agent.servers
        if name not in servers
    ]
    if agent.turns:
        header["max_turns"] = agent.turns
    _rest(agent, lost, "turns", "servers")
    return header, agent.body


def _configured(agent: Agent, lost: list[str]) -> dict[str, dict[str, Any]]:
    """The MCP servers whose configuration the file has; the others are reported."""
    lost += [
        f"MCP server `{name}`, configured elsewhere"
        for name, facts in agent.servers.items()
        if not isinstance(facts, dict)
    ]
    return {name: facts for name, facts in agent.servers.items() if isinstance(facts, dict)}


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    """The part of a server's configuration that Gemini CLI's strict schema takes."""
    keys = ("command", "args", "env", "cwd", "headers")
    made: dict[str, Any] = {key: facts[key] for key in keys if key in facts}
    if "url" in facts:
        made["url" if facts.get("type") == "sse" else "http_url"] = facts["url"]
    return made


def qwen_agent(agent: Agent, lost: list[str]) -> tuple[Header, str]:
    """Header and body of a Qwen Code agent."""
    header = _basic(agent, slug(agent.name)[:50].strip("-"))
    tools = tools_for(agent, "qwen", "qwen-tools", lost)
    if tools:
        header["tools"] = tools
    elif tools is not None:
        lost.append("no tools at all: an empty list means all there")
    if agent.denied:
        header["disallowedTools"] = _named(agent.denied, "qwen", "qwen-tools", lost)
    if agent.model:
        header["model"] = "inherit"
        _drop_model(agent, lost)
    modes = {"plan": "plan", "edits": "auto-edit", "all": "yolo"}
    if agent.permission in modes:
        header["approvalMode"] = modes[agent.permission]
    if agent.turns:
        header["maxTurns"] = agent.turns
    if agent.color in (*_CLAUDE_COLORS, "auto"):
        header["color"] = agent.color
    servers = _configured(agent, lost)
    if servers:
        header["mcpServers"] = servers
    lost += [
        f"MCP server `{name}`, configured elsewhere"
        for name in agent.servers
        if name not in servers
    ]
    _rest(agent, lost, "turns", "servers", "permission", "color", "denied")
    return header, agent.body


def cursor_agent(agent: Agent, lost: list[str]) -> tuple[Header, str]:
    """Header and body of a Cursor subagent."""
    header = _basic(agent, slug(agent.name))
    header["model"] = "inherit"
    _drop_model(agent, lost)
    if agent.is_read_only:
        header["readonly"] = True
    elif agent.tools is not None:
        lost.append("the list of tools")
    if agent.is_background:
        header["is_background"] = True
    kept = ("background", "denied") if agent.is_read_only else ("background",)
    _rest(agent, lost, *kept)
    return header, agent.body


def codex_agent(agent: Agent, lost: list[str]) -> tuple[Header, str]:
    """The table of a Codex role; its body is empty, the prompt is one of its keys."""
    header = _basic(agent)
    _drop_model(agent, lost)
    efforts = {"max": "xhigh"}
    effort = efforts.get(agent.effort, agent.effort)
    if effort in ("none", "minimal", "low", "medium", "high", "xhigh"):
        header["model_reasoning_effort"] = effort
    if agent.is_read_only or agent.permission == "plan":
        header["sandbox_mode"] = "read-only"
    elif agent.tools is not None:
        lost.append("the list of tools")
    policies = {"all": "never", "edits": "on-request"}
    if agent.permission in policies:
        header["approval_policy"] = policies[agent.permission]
    servers = {name: _codex_server(facts) for name, facts in _configured(agent, lost).items()}
    header["developer_instructions"] = agent.body.strip() or agent.description or agent.name
    if servers:
        header["mcp_servers"] = servers
    lost += [
        f"MCP server `{name}`, configured elsewhere"
        for name in agent.servers
        if name not in servers
    ]
    kept = ("denied",) if agent.is_read_only else ()
    _rest(agent, lost, "effort", "servers", "permission", *kept)
    return header, ""


def _codex_server(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: facts[key] for key in ("command", "args", "env", "url", "cwd") if key in facts}


def factory_droid(agent: Agent, lost: list[str]) -> tuple[Header, str]:
    """Header and body of a Factory droid."""
    header = _basic(agent, slug(agent.name))
    if len(header["description"]) > 500:
        lost.append("nothing, but Factory advises at most 500 characters of description")
    model = _id(agent.model)
    header["model"] = model or "inherit"
    if not model:
        _drop_model(agent, lost)
    if agent.effort and model:
        header["reasoningEffort"] = agent.effort
    elif agent.effort:
        lost.append(f"effort `{agent.effort}`")
    if agent.tools is not None:
        servers = [t.removeprefix("mcp:").partition("/")[0] for t in agent.tools if t[:4] == "mcp:"]
        agent.servers.update({server: None for server in servers if server not in agent.servers})
        concepts = [tool for tool in agent.tools if not tool.startswith(("mcp:", "plan-todo"))]
        names = _named(concepts, "factory", "factory-tools", lost)
        header["tools"] = "read-only" if agent.is_read_only and names else names
    if agent.servers:
        header["mcpServers"] = list(agent.servers)
        if any(facts is not None for facts in agent.servers.values()):
            lost.append("the configuration of MCP servers, which is elsewhere there")
    _rest(agent, lost, "effort", "servers")
    return header, agent.body or f"{agent.description or agent.name}\n"


def amazonq_agent(agent: Agent, lost: list[str]) -> tuple[Header, str]:
    """The object of an Amazon Q agent; its body is empty, the prompt is one of its keys."""
    header = _basic(agent, slug(agent.name))
    header["prompt"] = agent.body.strip()
    model = _id(agent.model)
    if model:
        header["model"] = model
    else:
        _drop_model(agent, lost)
    tools = tools_for(agent, "amazonq", "amazonq-tools", lost)
    header["tools"] = ["*"] if tools is None else tools
    servers = {name: _amazonq_server(facts) for name, facts in _configured(agent, lost).items()}
    if servers:
        header["mcpServers"] = servers
    lost += [
        f"MCP server `{name}`, configured elsewhere"
        for name in agent.servers
        if name not in servers
    ]
    _rest(agent, lost, "servers")
    return header, ""


def _amazonq_server(facts: dict[str, Any]) -> dict[str, Any]:
    keys = ("type", "command", "args", "env", "url", "headers", "timeout", "disabled")
    made = {key: facts[key] for key in keys if key in facts}
    if made.get("type") in ("local", "sse", "ws"):
        made["type"] = "stdio" if made["type"] == "local" else "http"
    return made


WRITERS: dict[str, Callable[[Agent, list[str]], tuple[Header, str]]] = {
    "claude-subagent": claude_subagent,
    "copilot-agent": copilot_agent,
    "vscode-agent": vscode_agent,
    "opencode-agent": opencode_agent,
    "gemini-agent": gemini_agent,
    "qwen-agent": qwen_agent,
    "cursor-agent": cursor_agent,
    "codex-agent": codex_agent,
    "factory-droid": factory_droid,
    "amazonq-agent": amazonq_agent,
}

PLACES = {
    "claude-subagent": ".claude/agents/{name}.md",
    "copilot-agent": ".github/agents/{name}.agent.md",
    "vscode-agent": ".github/agents/{name}.agent.md",
    "opencode-agent": ".opencode/agents/{name}.md",
    "gemini-agent": ".gemini/agents/{name}.md",
    "qwen-agent": ".qwen/agents/{name}.md",
    "cursor-agent": ".cursor/agents/{name}.md",
    "codex-agent": ".codex/agents/{name}.toml",
    "factory-droid": ".factory/droids/{name}.md",
    "amazonq-agent": ".amazonq/cli-agents/{name}.json",
}


def yaml_header(header: Header, comments: list[str]) -> str:
    """The header between its fences, with comments as its first lines."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Lists of words on one line, long text on one line, no aliases."""

        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's interface
            return True

    def readable(dumper: Any, text: str) -> Any:
        style = "|" if "\n" in text else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    Dumper.add_representer(str, readable)
    text = yaml.dump(
        header, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=10_000,
        default_flow_style=None,
    ) if header else ""  # fmt: skip
    notes = "".join(f"# {line}\n" for line in comments)
    return f"---\n{notes}{text}---\n"


def toml_text(header: Header, comments: list[str]) -> str:
    """The table as TOML: plain keys first, then tables."""
    lines = [f"# {line}" for line in comments]
    tables: list[tuple[list[str], dict[str, Any]]] = []
    for key, value in header.items():
        if isinstance(value, dict):
            tables.append(([key], value))
        else:
            lines.append(f"{_toml_key(key)} = {_toml_value(value)}")
    while tables:
        path, table = tables.pop(0)
        plain = {k: v for k, v in table.items() if not isinstance(v, dict)}
        if plain or not table:
            lines += ["", f"[{'.'.join(map(_toml_key, path))}]"]
        lines += [f"{_toml_key(key)} = {_toml_value(value)}" for key, value in plain.items()]
        tables += [([*path, key], v) for key, v in table.items() if isinstance(v, dict)]
    return "\n".join(lines) + "\n"


def _toml_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key)


def _toml_value(value: Any) -> str:
    if isinstance(value, str) and "\n" in value:
        if "'''" not in value and not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\r]", value):
            return f"'''\n{value}\n'''"
        return _toml_string(value)
    if isinstance(value, str):
        return _toml_string(value)
    if isinstance(value, list):
        return "[" + ", ".join(_toml_value(item) for item in value) + "]"
    if isinstance(value, dict):
        pairs = (f"{_toml_key(str(k))} = {_toml_value(v)}" for k, v in value.items())
        return "{ " + ", ".join(pairs) + " }"
    return json.dumps(value)


def _toml_string(value: str) -> str:
    """A basic string: JSON's escapes are TOML's, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
