"""What a person sets in the editor: paths, when to run, log level. Never which rules run.

Rules are chosen in the project's own configuration file, so that an editor and the command line
agree. Settings come with ``initialize`` and with ``workspace/didChangeConfiguration``; unknown
or malformed ones are logged and leave the default.
"""

from __future__ import annotations

import dataclasses
import logging
from dataclasses import dataclass
from typing import Any, Literal, get_args

log = logging.getLogger(__name__)

Run = Literal["onType", "onSave", "off"]
LogLevel = Literal["error", "warning", "info", "debug"]


@dataclass(frozen=True)
class Settings:
    """The editor's settings, as the ``backspec`` section of an editor's configuration."""

    run: Run = "onType"
    """When documents are analysed: while typing, on opening and saving, or never."""
    log_level: LogLevel = "warning"
    """What reaches the client's log."""
    config: str = ""
    """A configuration file that replaces the search for one; "" searches."""
    workspace_diagnostics: bool = False
    """Whether a client that asks gets the diagnostics of files that are not open, too."""
    inlay_hints: bool = False
    """Whether effective tools and matched files are shown inside agent files."""
    code_lens: bool = True
    """Whether uses and problems are shown above agent files."""


_NAMES = {
    "".join([first, *(word.capitalize() for word in rest)]): field
    for field in dataclasses.fields(Settings)
    for first, *rest in [field.name.split("_")]
}
_CLIENTS_OWN = frozenset(("path", "python", "trace"))
"""Settings of the clients in ``editors/``, which send their whole section."""

_CHOICES: dict[str, tuple[str, ...]] = {"run": get_args(Run), "log_level": get_args(LogLevel)}


def read_settings(value: Any) -> Settings:
    """Settings from what a client sent: the section itself or an object that holds it."""
    if isinstance(value, dict) and isinstance(value.get("backspec"), dict):
        value = value["backspec"]
    if not isinstance(value, dict):
        return Settings()
    found: dict[str, Any] = {}
    for name, given in value.items():
        field = _NAMES.get(name)
        if name in _CLIENTS_OWN:
            continue
        if field is None:
            log.info("unknown setting backspec.%s", name)
            continue
        choices = _CHOICES.get(field.name)
        if isinstance(given, type(field.default)) and (choices is None or given in choices):
            found[field.name] = given
        elif given is not None:
            log.warning("setting backspec.%s: %r is not understood", name, given)
    return Settings(**found)
