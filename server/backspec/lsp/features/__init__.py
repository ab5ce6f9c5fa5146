"""One file for each kind of request: a translation of one core call, found by directory.

Each module has ``register(server)``, called once the client's capabilities are known, which
passes its handlers to ``server.on`` or ``server.on_command``.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from backspec.lsp.server import Server


def modules() -> list[ModuleType]:
    """All feature modules, sorted by name."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}") for name in names]


def register_all(server: Server) -> None:
    """Register the handlers of every feature."""
    for module in modules():
        module.register(server)
