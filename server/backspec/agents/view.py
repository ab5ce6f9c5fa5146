"""What the agent half may ask about the world around one document: the workspace as it stands.

``project.py`` implements it; tests use ``FolderView`` or ``NoView``. Answers come from memory or
from the disk's metadata, never from the network, and nothing here raises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from backspec.agents.graph import Index


class View(Protocol):
    """The surroundings of a document."""

    @property
    def root(self) -> str | None:
        """Absolute path of the workspace folder that holds the document; None for a lone file."""

    @property
    def home(self) -> str | None:
        """Absolute path of the user's home folder; None where the user's own files are not read."""

    @property
    def dialects(self) -> Sequence[tuple[str, str]]:
        """The configuration's ``[[dialects]]``, first match wins.

        Pairs of a glob relative to ``root`` and a dialect id or the path of a JSON Schema.
        """

    @property
    def extra_keys(self) -> frozenset[str]:
        """Header keys the configuration declares as the team's own."""

    def exists(self, path: str) -> bool:
        """Whether a file or folder with this absolute path exists, letter case as given."""

    def read(self, path: str) -> bytes | None:
        """The text of a file, as an open editor has it; None when there is none or it is large."""

    def list(self, path: str) -> tuple[str, ...]:
        """The names in a folder, folders with a trailing ``/``, sorted; () when there is none."""

    @property
    def files(self) -> Sequence[str]:
        """Paths relative to ``root`` with ``/`` of all files that are not excluded, sorted."""

    @property
    def index(self) -> Index | None:
        """The definitions in the workspace and the user's home; None when nobody built one."""

    @property
    def mcp_tools(self) -> Mapping[str, frozenset[str]]:
        """Tools of MCP servers that the workspace's configurations name, by server."""

    @property
    def mcp_servers(self) -> Mapping[str, str] | None:
        """Configured MCP servers: name to the path of the file that declares it; None: unknown."""
