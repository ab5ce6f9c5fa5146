"""What kind of settings file a path names. Pure functions over paths."""

from __future__ import annotations

import functools
import re
from typing import Final, Literal

from backspec.expressions import regex

Kind = Literal["development", "base", "production", "only"]

_DEVELOPMENT: Final = regex(
    r"dev|local|test|debug|ci\b|example|sample|demo|docker|sandbox|playground|stub|mock|e2e",
    re.IGNORECASE,
)
_PRODUCTION: Final = regex(r"prod|live|deploy|heroku", re.IGNORECASE)


@functools.lru_cache(maxsize=1024)
def settings_kind(path: str) -> Kind | None:
    """What a Python settings module is for, by its path with ``/``; None for other files.

    "development": for a person's machine or tests. "base": others build on it. "production": by
    its name. "only": a ``settings.py``, as far as the name tells the only one.
    """
    folders = path.split("/")
    name = folders.pop().rpartition(".")[0]
    parent = folders[-1] if folders else ""
    in_package = parent in ("settings", "config", "conf") and name != "settings"
    if not in_package and "settings" not in name and name not in ("config", "configuration"):
        return None
    if _DEVELOPMENT.search(name):
        return "development"
    if _PRODUCTION.search(name):
        return "production"
    if any(_DEVELOPMENT.fullmatch(folder) for folder in folders[-3:]):
        return "development"
    if in_package or name in (
        "base_settings",
        "settings_base",
        "default_settings",
        "settings_default",
    ):
        return "base"
    return "only"
