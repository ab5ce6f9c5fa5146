"""Hooks in headers: events, matchers, and what they run."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from backspec.agents import edit
from backspec.agents.agent_file import Report
from backspec.spelling import closest
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.nodes import Node
    from backspec.model import Fix


def hook_maps(file: AgentFile) -> Iterator[tuple[str, Node]]:
    """(event, value) for each event of the header's ``hooks``."""
    entry = file.header.find("hooks")
    if entry is None or entry.value.kind != "map":
        return
    for event in entry.value.entries:
        yield event.name, event.value


def hook_commands(file: AgentFile) -> Iterator[tuple[str, Node]]:
    """(event, map of one command) for each handler, whatever form the dialect has."""
    for event, value in hook_maps(file):
        todo = list(reversed(value.items))
        while todo:
            node = todo.pop()
            inner = node.find("hooks")
            if inner is not None and inner.value.kind == "list":
                todo.extend(reversed(inner.value.items))
            elif node.kind == "map":
                yield event, node


def unknown_hook_event(file: AgentFile) -> Iterator[Report]:
    """A hook for an event that the product does not have."""
    key = file.key("hooks")
    entry = file.header.find("hooks")
    if key is None or entry is None or entry.value.kind != "map" or not key.keys:
        return
    for event in entry.value.entries:
        if event.name in key.keys or not event.name or event.separator is None:
            continue
        near = closest(event.name, key.keys, 0.7)
        said = f"; did you mean `{near}`?" if near else ""
        message = f"`{event.name}` is no hook event of a {file.dialect.title}{said}"
        fixes: tuple[Fix, ...] = ()
        if near:
            fixes = file.fix(f"Write `{near}`", edit.rename_key(event, near), "unsafe")
        yield Report(event.key.span, message, file.weak, fixes)


def useless_matcher(file: AgentFile) -> Iterator[Report]:
    """A matcher on an event that has nothing to match."""
    key = file.key("hooks")
    without = key.schema.get("x-backspec", {}).get("no-matcher", ()) if key is not None else ()
    for event, value in hook_maps(file):
        if event not in without:
            continue
        for item in value.items:
            matcher = item.find("matcher")
            if matcher is not None and matcher.value.text not in ("", "*"):
                removal = edit.remove_key(file.header, item, matcher)
                fixes = file.fix("Remove `matcher`", removal, "unsafe")
                message = f"`{event}` takes no `matcher`; the hook always runs"
                yield Report(matcher.key.span, message, file.weak, fixes)


_HANDLER_NEEDS = {
    "command": ("command",),
    "http": ("url",),
    "mcp_tool": ("server", "tool"),
    "prompt": ("prompt",),
    "agent": ("prompt",),
}
_SHELLS = ("command", "bash", "powershell", "windows", "linux", "osx")


def incomplete_hook(file: AgentFile) -> Iterator[Report]:
    """A hook without what it is to run."""
    for _, node in hook_commands(file):
        kind = node.find("type")
        name = kind.value.text if kind is not None else ""
        span = kind.span if kind is not None else Span(node.span.start, node.span.start + 1)
        if name not in _HANDLER_NEEDS:
            continue
        needs = _HANDLER_NEEDS[name]
        if name == "command" and any(node.find(shell) is not None for shell in _SHELLS):
            continue
        missing = [need for need in needs if node.find(need) is None]
        if missing:
            message = f"a hook of type `{name}` needs `{missing[0]}`"
            yield Report(span, message, file.weak)
    is_agent = file.kind == "agent"
    for _, node in hook_commands(file):
        once = node.find("once")
        if once is not None and is_agent and file.is_a("claude-subagent"):
            removal = edit.remove_key(file.header, node, once)
            message = "`once` counts in skills only; this hook runs every time"
            yield Report(once.key.span, message, None, file.fix("Remove it", removal, "unsafe"))


_RUNNERS = frozenset(
    {"bash", "sh", "zsh", "python", "python3", "node", "deno", "bun", "ruby", "perl", "uv", "npx"}
)
_WORD = re.compile(r"\"([^\"]*)\"|'([^']*)'|([^\s;&|<>()]+)")
_PROJECT = re.compile(r"\$\{?(?:CLAUDE_PROJECT_DIR|workspaceFolder)\}?/?")


def missing_hook_script(file: AgentFile) -> Iterator[Report]:
    """A hook that runs a script of the project which is not there."""
    view = file.view
    if view is None or view.root is None or file.detection.level != "workspace":
        return
    root = view.root.replace("\\", "/").rstrip("/")
    for _, node in hook_commands(file):
        for entry in node.entries:
            if entry.name not in ("command", "bash") or entry.value.kind != "scalar":
                continue
            script = _script(entry.value.text)
            if script is None or view.exists(posixpath.normpath(posixpath.join(root, script))):
                continue
            message = f"the hook runs `{script}`, which does not exist"
            yield Report(entry.value.span, message, file.weak)


def _script(command: str) -> str | None:
    """The script of the project that a command starts; None when that is not plain."""
    words = [next(part for part in found if part) for found in _WORD.findall(command) if any(found)]
    if words and words[0] in _RUNNERS:
        words = [word for word in words[1:] if not word.startswith("-")]
    if not words:
        return None
    script = _PROJECT.sub("", words[0])
    if any(sign in script for sign in "$`*{~%") or script.startswith("/"):
        return None
    if script.startswith("./"):
        return script[2:]
    return script if "/" in script and "." in posixpath.basename(script) else None
