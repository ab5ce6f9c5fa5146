"""What a project asks for: one frozen dataclass.

``schemas/config.schema.json`` and the docs are generated from its fields; ``config_file.py`` reads
them from a file. Precedence, strongest first: command line, configuration file, defaults.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from backspec.model import Profile, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from backspec.catalog import Rule

PROFILES: tuple[Profile, ...] = ("recommended", "strict", "pedantic")
"""From the fewest rules to the most; each holds the ones before it."""
MIB = 1 << 20
LEVELS: Mapping[str, Severity | None] = {
    "off": None,
    "hint": Severity.HINT,
    "info": Severity.INFO,
    "warning": Severity.WARNING,
    "error": Severity.ERROR,
}
"""The words for severities in a configuration file."""


@dataclass(frozen=True, slots=True)
class DialectMapping:
    """One ``[[dialects]]`` table: these files are agent files of this kind."""

    files: tuple[str, ...]
    """Globs relative to the configuration file's folder; `**/` is any folder."""
    dialect: str = ""
    """A dialect's id; "" when ``schema`` is given."""
    schema: str = ""
    """Path of the user's own JSON Schema, relative to the configuration file's folder; "" when
    ``dialect`` is given."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Where an agent definition names a topic."""

    path: str
    """Absolute."""
    line: int
    """0-based."""
    section: str
    """The heading above it, "" without one."""


@dataclass(frozen=True, slots=True)
class Config:
    """What a project asks for. Field names are the file's keys with ``-`` for ``_``."""

    profile: Profile = "recommended"
    """Which rules run: `recommended`, `strict` (also those of medium confidence) or `pedantic`
    (all of them)."""
    rules: Mapping[str, Severity | None] = field(default_factory=dict)
    """Severity of a rule, by its id, or of all rules of an area, by `area/*`. `off` silences."""
    exclude: tuple[str, ...] = ()
    """Files and folders to leave out, in .gitignore syntax. `!vendor/` takes back one of the
    default excludes."""
    follow: tuple[str, ...] = ()
    """Agent definitions whose topics choose rules: those rules run at their strictest profile."""
    extra_keys: tuple[str, ...] = ()
    """Header keys of your own that agent files may use, whatever their dialect."""
    dialects: tuple[DialectMapping, ...] = ()
    """Which files are agent files of which dialect, or follow your own JSON Schema."""
    max_file_size: int = MIB
    """Files above this many bytes are named in an info diagnostic instead of being analysed."""

    path: Path | None = field(default=None, metadata={"key": False})
    """Not a key: the file this was read from; None for defaults."""
    select: tuple[str, ...] = field(default=(), metadata={"key": False})
    """Not a key: only these ids and `area/*` run, whatever the profile (``--select``)."""
    ignore: tuple[str, ...] = field(default=(), metadata={"key": False})
    """Not a key: these ids and `area/*` are off (``--ignore``)."""

    followed: Mapping[str, Asked] = field(default_factory=dict, metadata={"key": False})
    """Not a key: the topics that the files of ``follow`` name, and where first."""

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
        """The same with the command line's choices on top."""
        return replace(
            self,
            select=select or self.select,
            ignore=self.ignore + ignore,
            profile=profile or self.profile,
        )

    def chosen(self, rule_id: str) -> tuple[Severity | None] | None:
        """What ``rules`` says about an id: ``(severity,)``, or None when it says nothing.

        The id itself wins over its ``area/*``.
        """
        for name in (rule_id, f"{rule_id.partition('/')[0]}/*"):
            if name in self.rules:
                return (self.rules[name],)
        return None

    def severity(self, rule: Rule) -> Severity | None:
        """At which severity a rule reports, None for off.

        ``ignore`` and ``select`` win, then ``rules``, then the profile, which is at least `strict`
        for rules on followed topics. A rule in preview needs at least `strict`, too; a deprecated
        one runs only when named.
        """
        if _names(self.ignore, rule.id):
            return None
        chosen = self.chosen(rule.id)
        if self.select:
            if not _names(self.select, rule.id):
                return None
            return (chosen[0] if chosen else None) or rule.severity
        if chosen:
            return chosen[0]
        if rule.status == "deprecated":
            return None
        needed = PROFILES.index(rule.profile)
        if rule.status == "preview":
            needed = max(needed, 1)
        return rule.severity if PROFILES.index(self.profile_of(rule)) >= needed else None

    def profile_of(self, rule: Rule) -> Profile:
        """The profile that counts for a rule: a stricter one where its topic is followed."""
        if self.profile == "recommended" and not self.followed.keys().isdisjoint(rule.topics):
            return "strict"
        return self.profile


def _names(patterns: tuple[str, ...], rule_id: str) -> bool:
    return rule_id in patterns or f"{rule_id.partition('/')[0]}/*" in patterns
