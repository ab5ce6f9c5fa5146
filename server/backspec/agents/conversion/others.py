"""Conversions between files that are not agents: prompts, commands, skills, rules, memory."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from backspec.agents.conversion.neutral import Agent, concepts_of
from backspec.agents.conversion.write import Header, slug, tools_for
from backspec.agents.globs import split_globs

if TYPE_CHECKING:
    from collections.abc import Callable

    from backspec.agents.agent_file import AgentFile


@dataclass
class Draft:
    """The target file as far as it is known."""

    place: str
    """Path relative to the workspace."""
    header: Header
    body: str
    lost: list[str] = field(default_factory=list)


def _data(file: AgentFile) -> dict[str, Any]:
    root = file.header.root
    data = root.data(file.header.anchors) if root is not None else {}
    return data if isinstance(data, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _unkept(data: dict[str, Any], kept: set[str]) -> list[str]:
    return [f"`{key}`" for key in data if key not in kept]


def _description(file: AgentFile, body: str) -> str:
    """The header's description, or the body's first paragraph on one line."""
    found = file.header.string("description")
    if found:
        return found
    for paragraph in re.split(r"\n\s*\n", body):
        words = " ".join(paragraph.split()).lstrip("#*- ")
        if words and not words.startswith(("```", "<")):
            return words[:1024]
    return file.stem


# Arguments

_INPUT = re.compile(r"\$\{input:([^}:]+)(?::([^}]*))?\}")


def _inputs_to_prose(body: str, lost: list[str]) -> str:
    if _INPUT.search(body):
        lost.append("`${input:...}`, which asks; it is now text in angle brackets")
    return _INPUT.sub(lambda found: f"<{found[2] or found[1]}>", body)


def _inputs_to_numbers(body: str, first: int) -> tuple[str, list[str]]:
    """``${input:a}`` as ``$0`` and so on: the body, and the names in order."""
    names: dict[str, None] = {}
    for found in _INPUT.finditer(body):
        names[found[1]] = None
    order = list(names)
    return _INPUT.sub(lambda found: f"${order.index(found[1]) + first}", body), order


_COMMAND = re.compile(r"(?:^|(?<=\s))!`([^`\n]+)`", re.MULTILINE)


def _commands_to_prose(body: str, lost: list[str]) -> str:
    if _COMMAND.search(body):
        lost.append("commands that ran before the prompt; they are now asked for in words")
    return _COMMAND.sub(lambda found: f"(run `{found[1]}` and use its output)", body)


# Conversions


def chatmode_to_agent(file: AgentFile) -> Draft:
    """The same header and body under the new name."""
    return Draft(f".github/agents/{file.stem}.agent.md", _data(file), file.header.body_text)


def prompt_to_skill(file: AgentFile) -> Draft:
    """A VS Code or Codex prompt as an open skill."""
    data = _data(file)
    lost: list[str] = []
    body = file.header.body_text
    body = _from_one(body) if file.is_a("codex-prompt") else _inputs_to_prose(body, lost)
    name = slug(_text(data.get("name")) or file.stem)
    header: Header = {"name": name, "description": _description(file, body)[:1024]}
    lost += _unkept(data, {"name", "description"})
    return Draft(f".agents/skills/{name}/SKILL.md", header, body, lost)


def _from_one(body: str) -> str:
    """``$1`` counted from 1 as ``$0`` counted from 0; ``$$`` as an escaped dollar."""
    body = re.sub(r"(?<!\$)\$([1-9])", lambda found: f"${int(found[1]) - 1}", body)
    return body.replace("$$", "\\$")


def command_to_skill(file: AgentFile) -> Draft:
    """A Claude Code command as a skill that only a person starts, as before."""
    data = _data(file)
    name = slug(file.stem)
    body = file.header.body_text
    header: Header = {"name": name, "description": _description(file, body)}
    kept = {
        key: value for key, value in data.items() if key not in ("name", "description", "paths")
    }
    header.update(kept)
    header.setdefault("disable-model-invocation", True)
    lost = [f"`{key}`, which commands ignore" for key in ("name", "paths") if key in data]
    return Draft(f".claude/skills/{name}/SKILL.md", header, body, lost)


def command_to_prompt(file: AgentFile) -> Draft:
    """A Claude Code command as a VS Code prompt."""
    data = _data(file)
    lost: list[str] = []
    body = _commands_to_prose(file.header.body_text, lost)
    body = re.sub(r"\$ARGUMENTS\[(\d+)\]|\$(\d+)", r"${input:argument\1\2}", body)
    body = body.replace("$ARGUMENTS", "${input:args}")
    header: Header = {"description": _description(file, body)}
    if data.get("argument-hint"):
        header["argument-hint"] = str(data["argument-hint"])
    if "allowed-tools" in data:
        granted = Agent("", "", "", tools=_allowed(file, lost))
        tools = tools_for(granted, "copilot", "copilot-tools", lost)
        if tools:
            header["tools"] = tools
    lost += _unkept(data, {"description", "argument-hint", "allowed-tools"})
    return Draft(f".github/prompts/{file.stem}.prompt.md", header, body, lost)


def _allowed(file: AgentFile, lost: list[str]) -> list[str]:
    entry = file.header.find("allowed-tools")
    if entry is None or file.tools is None:
        return []
    return list(concepts_of([item.text for item in file.listed(entry)], file.tools, lost))


def prompt_to_command(file: AgentFile) -> Draft:
    """A VS Code prompt as a Claude Code command."""
    data = _data(file)
    body, names = _inputs_to_numbers(file.header.body_text, 0)
    header: Header = {"description": _description(file, body)}
    if names:
        header["argument-hint"] = " ".join(f"[{name}]" for name in names)
    elif data.get("argument-hint"):
        header["argument-hint"] = str(data["argument-hint"])
    lost = _unkept(data, {"description", "argument-hint", "name"})
    return Draft(f".claude/commands/{slug(file.stem)}.md", header, body, lost)


def gemini_to_command(file: AgentFile) -> Draft:
    """A Gemini CLI command as a Claude Code command."""
    data = _data(file)
    body = _text(data.get("prompt")).strip("\n") + "\n"
    body = body.replace("{{args}}", "$ARGUMENTS")
    body = re.sub(r"!\{([^{}]*)\}", r"!`\1`", body)
    body = re.sub(r"@\{([^{}]*)\}", r"[\1](\1)", body)
    header: Header = {"description": _description(file, body)}
    lost = _unkept(data, {"prompt", "description"})
    return Draft(f".claude/commands/{slug(file.stem)}.md", header, body, lost)


def _globs(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value[start:end] for start, end in split_globs(value)]
    return [str(item) for item in value] if isinstance(value, list) else []


_EVERYTHING = {"**", "**/*", "*"}


def instructions_to_rule(file: AgentFile) -> Draft:
    """VS Code instructions as a Claude Code rule."""
    data = _data(file)
    globs = _globs(data.get("applyTo"))
    header: Header = {}
    lost = _unkept(data, {"applyTo"})
    if globs and not set(globs) & _EVERYTHING:
        header["paths"] = globs
    elif not globs:
        lost.append("used only on demand: the rule is always loaded")
    return Draft(f".claude/rules/{slug(file.stem)}.md", header, file.header.body_text, lost)


def rule_to_cursor(file: AgentFile) -> Draft:
    """A Claude Code rule as a Cursor rule."""
    data = _data(file)
    globs = _globs(data.get("paths"))
    header: Header = {}
    if data.get("description"):
        header["description"] = str(data["description"])
    header.update({"globs": globs, "alwaysApply": False} if globs else {"alwaysApply": True})
    lost = _unkept(data, {"paths", "description"})
    return Draft(f".cursor/rules/{slug(file.stem)}.mdc", header, file.header.body_text, lost)


def cursor_to_instructions(file: AgentFile) -> Draft:
    """A Cursor rule as VS Code instructions."""
    data = _data(file)
    globs = _globs(data.get("globs"))
    header: Header = {}
    if data.get("description"):
        header["description"] = str(data["description"])
    if data.get("alwaysApply") is True:
        header["applyTo"] = "**"
    elif globs:
        header["applyTo"] = ",".join(globs)
    lost = _unkept(data, {"globs", "description", "alwaysApply"})
    place = f".github/instructions/{slug(file.stem)}.instructions.md"
    return Draft(place, header, file.header.body_text, lost)


def agents_md_to_claude_md(file: AgentFile) -> Draft:
    """One line that imports the file."""
    return Draft("CLAUDE.md", {}, f"@{file.stem}.md\n", [])


def rule_to_instructions(file: AgentFile) -> Draft:
    """A Claude Code rule as VS Code instructions."""
    data = _data(file)
    globs = _globs(data.get("paths"))
    header: Header = {"applyTo": ",".join(globs) if globs else "**"}
    if data.get("description"):
        header["description"] = str(data["description"])
    lost = _unkept(data, {"paths", "description"})
    place = f".github/instructions/{slug(file.stem)}.instructions.md"
    return Draft(place, header, file.header.body_text, lost)


CONVERSIONS: dict[tuple[str, str], Callable[[AgentFile], Draft]] = {
    ("vscode-chatmode", "vscode-agent"): chatmode_to_agent,
    ("vscode-chatmode", "copilot-agent"): chatmode_to_agent,
    ("vscode-prompt", "agent-skill"): prompt_to_skill,
    ("codex-prompt", "agent-skill"): prompt_to_skill,
    ("claude-command", "claude-skill"): command_to_skill,
    ("claude-command", "vscode-prompt"): command_to_prompt,
    ("vscode-prompt", "claude-command"): prompt_to_command,
    ("gemini-command", "claude-command"): gemini_to_command,
    ("qwen-command-toml", "claude-command"): gemini_to_command,
    ("vscode-instructions", "claude-rule"): instructions_to_rule,
    ("claude-rule", "cursor-rule"): rule_to_cursor,
    ("claude-rule", "vscode-instructions"): rule_to_instructions,
    ("cursor-rule", "vscode-instructions"): cursor_to_instructions,
    ("agents-md", "claude-md"): agents_md_to_claude_md,
}
