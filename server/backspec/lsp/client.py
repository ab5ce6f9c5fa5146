"""What the connected client said about itself, asked before anything optional is sent.

The capabilities stay the JSON they came as: a client may send values this protocol library has
never heard of, and reading a handful of flags should not cost building hundreds of objects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Client:
    """One client; the default is one that can do nothing optional."""

    capabilities: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    """As it calls itself; "" when it does not say."""

    def get(self, path: str) -> Any:
        """The value at a dotted path of capability names, None where the client has none."""
        value: Any = self.capabilities
        for name in path.split("."):
            if not isinstance(value, dict):
                return None
            value = value.get(name)
        return value

    def has(self, path: str) -> bool:
        """Whether the capability at a dotted path is switched on (an object counts as on)."""
        value = self.get(path)
        return value is not None and value is not False

    def allows(self, path: str, wanted: str | int) -> bool:
        """Whether a list of allowed values at a dotted path has this one."""
        values = self.get(path)
        return isinstance(values, list) and wanted in values

    @cached_property
    def diagnostics(self) -> frozenset[str]:
        """The optional parts of a diagnostic that it takes, by its own names for them."""
        base = "textDocument.diagnostic" if self.pulls_diagnostics else None
        announced = {**self._switches("textDocument.publishDiagnostics")}
        if base is not None:
            # Clients say it in either place; what is said about pulling counts when pulling.
            announced.update(self._switches(base))
        return frozenset(name for name, value in announced.items() if value)

    @cached_property
    def tags(self) -> frozenset[int]:
        """The diagnostic tags it can show."""
        for place in ("diagnostic", "publishDiagnostics"):
            values = self.get(f"textDocument.{place}.tagSupport.valueSet")
            if isinstance(values, list):
                return frozenset(v for v in values if isinstance(v, int))
        return frozenset()

    def _switches(self, path: str) -> dict[str, Any]:
        found = self.get(path)
        return found if isinstance(found, dict) else {}

    @property
    def pulls_diagnostics(self) -> bool:
        """Whether it asks for a document's diagnostics; otherwise they are published."""
        return self.has("textDocument.diagnostic")


def folders_of(params: dict[str, Any]) -> Iterable[str]:
    """The URIs of the folders that an ``initialize`` request opens; none for a single file."""
    folders = params.get("workspaceFolders")
    if isinstance(folders, list) and folders:
        found = [f.get("uri") for f in folders if isinstance(f, dict)]
        return [uri for uri in found if isinstance(uri, str)]
    root = params.get("rootUri")
    if isinstance(root, str):
        return [root]
    path = params.get("rootPath")
    if isinstance(path, str) and path:
        from backspec.lsp.convert import uri_of

        return [uri_of(path)]
    return []
