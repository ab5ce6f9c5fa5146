"""Configuration: the nearest ``backspec.toml`` or ``[tool.backspec]`` above a file.

One frozen dataclass; ``schemas/config.schema.json`` and the docs are generated from its fields.
Errors are diagnostics on the configuration file, and the last good configuration stays.
Precedence, strongest first: command line, configuration file, defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from backspec.model import Profile, Severity

if TYPE_CHECKING:
    from backspec.catalog import Rule

CONFIG_NAME = "backspec.toml"
PYPROJECT = "pyproject.toml"
PROFILES: tuple[Profile, ...] = ("recommended", "strict", "pedantic")
"""From the fewest rules to the most; each holds the ones before it."""
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class DialectMapping:
    """One ``[[dialects]]`` table: these files are agent files of this kind."""

    files: tuple[str, ...]
    """Globs relative to the configuration file's folder, in .gitignore syntax."""
    dialect: str = ""
    """A dialect's id; "" when ``schema`` is given."""
    schema: str = ""
    """Absolute path of the user's own JSON Schema; "" when ``dialect`` is given."""


@dataclass(frozen=True)
class Config:
    """What a project asks for. Field names are the file's keys with ``-`` for ``_``."""

    profile: Profile = "recommended"
    """Which rules run: `recommended`, `strict` (also medium-confidence ones) or `pedantic` (all)."""
    rules: Mapping[str, Severity | None] = field(default_factory=dict)
    """Severity of a rule id or of all rules of an area (`area/*`); `off` silences it."""
    exclude: tuple[str, ...] = ()
    """Files and folders to leave out, in .gitignore syntax; `!name/` takes a default exclude back."""
    follow: tuple[str, ...] = ()
    """Agent definitions whose topics choose rules: those rules run at their strictest profile."""
    extra_keys: tuple[str, ...] = ()
    """Header keys of your own that agent files may use in any dialect."""
    dialects: tuple[DialectMapping, ...] = ()
    """Which files are agent files of which dialect, or described by your own JSON Schema."""
    max_file_size: int = MIB
    """Files above this many bytes are named in an info diagnostic instead of being analysed."""

    # Not keys of the file:
    path: Path | None = field(default=None, metadata={"file": False})
    """The file this was read from; None for defaults."""
    select: tuple[str, ...] = field(default=(), metadata={"file": False})
    """Command line only: nothing but these ids and `area/*` runs, whatever the profile."""
    ignore: tuple[str, ...] = field(default=(), metadata={"file": False})
    """Command line only: these ids and `area/*` are off."""

    @property
    def root(self) -> Path | None:
        """The folder globs are relative to; None without a file."""
        return self.path.parent if self.path else None

    def overlay(
        self,
        *,
        select: tuple[str, ...] = (),
        ignore: tuple[str, ...] = (),
        profile: Profile | None = None,
    ) -> Config:
        """This configuration with the command line's choices on top."""
        return replace(
            self,
            select=select or self.select,
            ignore=self.ignore + ignore,
            profile=profile or self.profile,
        )

    def setting(self, rule_id: str) -> tuple[Severity | None] | None:
        """What ``rules`` says about an id: ``(severity,)``, or None when it says nothing.

        The id itself wins over ``area/*``.
        """
        for name in (rule_id, f"{rule_id.partition('/')[0]}/*"):
            if name in self.rules:
                return (self.rules[name],)
        return None

    def severity(self, rule: Rule) -> Severity | None:
        """At which severity a rule reports, None for off.

        ``ignore`` and ``select`` win, then ``rules``, then the profile. A rule in preview needs at
        least the profile `strict`; a deprecated one runs only when named.
        """
        if _selects(self.ignore, rule.id):
            return None
        chosen = self.setting(rule.id)
        if self.select:
            if not _selects(self.select, rule.id):
                return None
            return (chosen[0] if chosen else None) or rule.severity
        if chosen:
            return chosen[0]
        if rule.status == "deprecated":
            return None
        needed = PROFILES.index(rule.profile)
        if rule.status == "preview":
            needed = max(needed, 1)
        return rule.severity if PROFILES.index(self.profile) >= needed else None


def _selects(patterns: tuple[str, ...], rule_id: str) -> bool:
    return rule_id in patterns or f"{rule_id.partition('/')[0]}/*" in patterns


def find_config(path: Path) -> Path | None:
    """The configuration file that counts for a file or folder: the nearest one at or above it.

    In one folder ``backspec.toml`` wins over ``pyproject.toml``; a ``pyproject.toml`` without
    ``[tool.backspec]`` does not count. Unreadable files do not count either.
    """
    for folder in (path, *path.parents):
        own = folder / CONFIG_NAME
        if own.is_file():
            return own
        shared = folder / PYPROJECT
        try:
            if b"backspec" in shared.read_bytes():
                return shared
        except OSError:
            continue
    return None
