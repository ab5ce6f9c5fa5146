"""What the agent half sees of a project: the ``View`` of ``agents/view.py`` over a ``Project``."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from backspec.agents.graph import Index
    from backspec.config import Config
    from backspec.project import Project

_MCP_FILES = (
    (".mcp.json", "mcpServers"),
    (".vscode/mcp.json", "servers"),
    (".cursor/mcp.json", "mcpServers"),
    (".gemini/settings.json", "mcpServers"),
    (".roo/mcp.json", "mcpServers"),
    (".amazonq/mcp.json", "mcpServers"),
    (".kiro/settings/mcp.json", "mcpServers"),
    ("opencode.json", "mcp"),
)
"""Where products look for a workspace's servers, and under which key."""


_TOOL_LISTS = (
    *("alwaysAllow", "autoApprove", "tools", "enabledTools", "disabledTools"),
    *("includeTools", "excludeTools"),
)
"""Keys of a server's configuration that name its tools."""
_PERMISSION_FILES = (".claude/settings.json", ".claude/settings.local.json")
_MCP_TOOL = re.compile(rb'"mcp__([\w.-]+?)__([\w.-]+)')


class Surroundings:
    """One configuration's view of a project; cheap to make, answers are looked up when asked."""

    def __init__(self, project: Project, config: Config) -> None:
        self._project = project
        self._config = config
        base = str(config.root) if config.root and config.dialects else ""
        root = str(project.root)
        # Globs count from the configuration's folder, which may lie above or below the root.
        self._root = base if base and _is_within(root, base) else root

    @property
    def root(self) -> str | None:
        """See ``View``."""
        return None if self._project.is_lone else self._root

    @property
    def home(self) -> str | None:
        """See ``View``."""
        home = os.path.expanduser("~")
        return home if os.path.isabs(home) else None

    @property
    def dialects(self) -> Sequence[tuple[str, str]]:
        """See ``View``."""
        prefix = ""
        base = str(self._config.root or self._root)
        if base != self._root and _is_within(base, self._root):
            prefix = base[len(self._root) :].replace(os.sep, "/").strip("/") + "/"
        return [
            (prefix + glob, mapping.dialect or prefix + mapping.schema)
            for mapping in self._config.dialects
            for glob in mapping.files
        ]

    @property
    def extra_keys(self) -> frozenset[str]:
        """See ``View``."""
        return frozenset(self._config.extra_keys)

    def exists(self, path: str) -> bool:
        """See ``View``."""
        return self._project.exists(path)

    def read(self, path: str) -> bytes | None:
        """See ``View``."""
        text = self._project.read(path)
        return None if text is None or len(text) > self._config.max_file_size else text

    def list(self, path: str) -> tuple[str, ...]:
        """See ``View``."""
        try:
            with os.scandir(path) as entries:
                return tuple(sorted(e.name + "/" if e.is_dir() else e.name for e in entries))
        except OSError:
            return ()

    @property
    def files(self) -> Sequence[str]:
        """See ``View``."""
        skip = len(self._root.rstrip(os.sep)) + 1
        return [path[skip:].replace(os.sep, "/") for path in self._project.listing]

    @property
    def index(self) -> Index | None:
        """See ``View``."""
        return self._project.agent_index()

    @property
    def mcp_servers(self) -> Mapping[str, str] | None:
        """See ``View``."""
        found: dict[str, str] = {}
        is_known = False
        for path, servers in self._mcp_configurations():
            is_known = True
            for server in servers:
                found.setdefault(server, path)
        return found if is_known else None

    @property
    def mcp_tools(self) -> Mapping[str, frozenset[str]]:
        """See ``View``."""
        found: dict[str, set[str]] = {}
        for _, servers in self._mcp_configurations():
            for server, settings in servers.items():
                for key in _TOOL_LISTS if isinstance(settings, dict) else ():
                    names = settings.get(key)
                    if isinstance(names, list):
                        tools = {
                            name for name in names if isinstance(name, str) and name.isidentifier()
                        }
                        found.setdefault(server, set()).update(tools)
        for name in _PERMISSION_FILES:
            text = self._project.read(os.path.join(self._root, *name.split("/"))) or b""
            for server, tool in _MCP_TOOL.findall(text):
                found.setdefault(server.decode(), set()).add(tool.decode())
        return {server: frozenset(tools) for server, tools in found.items() if tools}

    def _mcp_configurations(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """(path, servers by name) of the files that are there and can be read."""
        for name, key in _MCP_FILES:
            path = os.path.join(self._root, *name.split("/"))
            servers = _json_table(self._project.read(path), key)
            if servers is not None:
                yield path, servers


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _json_table(text: bytes | None, key: str) -> Mapping[str, Any] | None:
    """The object under a key of a JSON file; None when there is none."""
    if text is None:
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    table = data.get(key) if isinstance(data, dict) else None
    return table if isinstance(table, dict) else None
