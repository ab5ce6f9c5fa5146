"""MCP servers declared in headers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backspec.agents.agent_file import Report
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.nodes import Node
    from backspec.model import Fix


def incomplete_mcp_server(file: AgentFile) -> Iterator[Report]:
    """A server that nobody could start or reach, or that grants no tools."""
    for name, node in mcp_servers(file):
        command, url = node.find("command"), node.find("url") or node.find("http_url")
        kind = node.find("type")
        first = node.entries[0].key.span if node.entries else node.span
        if node.find("tcp") is not None:
            continue
        if command is None and url is None:
            message = f"the server `{name}` has neither `command` nor `url`"
            yield Report(first, message, file.weak)
        elif command is not None and url is not None:
            message = f"the server `{name}` has both `command` and `url`; only one counts"
            yield Report(url.key.span, message, file.weak)
        elif kind is not None:
            wants = {"http": url, "sse": url, "local": command, "stdio": command}
            if kind.value.text in wants and wants[kind.value.text] is None:
                need = "url" if kind.value.text in ("http", "sse") else "command"
                message = f"the server `{name}` is of type `{kind.value.text}` and has no `{need}`"
                yield Report(kind.span, message, file.weak)
        if file.is_a("copilot-agent") and node.find("tools") is None and node.entries:
            yield _without_tools(file, name, node)


def _without_tools(file: AgentFile, name: str, node: Node) -> Report:
    last = max(node.entries, key=lambda e: e.span.end)
    text = file.document.text
    line = text.rfind(b"\n", 0, last.key.span.start) + 1
    lead = text[line : last.key.span.start].decode("utf-8", "replace")
    ends = [
        at for at in (text.find(b"\r", last.span.end), text.find(b"\n", last.span.end)) if at >= 0
    ]
    fixes: tuple[Fix, ...] = ()
    if node.style == "block" and not lead.strip():
        newline = "\r\n" if b"\r\n" in text[:4000] else "\n"
        at = min(ends, default=len(text))
        edits = (Edit(Span(at, at), f"{newline}{lead}tools: ['*']"),)
        fixes = file.fix("Add `tools: ['*']`", edits, "unsafe")
    message = f"the server `{name}` has no `tools`; GitHub documents it as required"
    return Report(node.entries[0].key.span, message, None, fixes)


def mcp_servers(file: AgentFile) -> Iterator[tuple[str, Node]]:
    """(name, configuration) of each MCP server in the header."""
    for key in ("mcpServers", "mcp-servers", "mcp_servers"):
        entry = file.header.find(key)
        if entry is None or file.key(key) is None:
            continue
        maps = [entry.value, *entry.value.items]
        for holder in maps:
            for server in holder.entries:
                if server.value.kind == "map" and server.value.entries:
                    yield server.name, server.value


_PLAIN_HTTP = re.compile(
    r"http://(?!localhost\b|127\.|\[::1\]|0\.0\.0\.0|host\.docker\.internal)[^\s/]"
)


def insecure_mcp_url(file: AgentFile) -> Iterator[Report]:
    """A server that is reached without encryption."""
    for name, node in mcp_servers(file):
        url = node.find("url") or node.find("http_url")
        if url is not None and _PLAIN_HTTP.match(url.value.text):
            message = f"the server `{name}` is reached without encryption; use https"
            yield Report(url.value.span, message, file.weak)
