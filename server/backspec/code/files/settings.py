"""Settings of a backend as key and value, whatever the file is written in.

YAML, JSON, Java's properties and dotenv files of Spring, Quarkus, Micronaut, ASP.NET, Laravel,
Symfony, Rails and Docker Compose become one flat list. Only files that are one of these by name
are looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from backspec.code.files.docker import facts as dockerfile
from backspec.code.files.docker import variables
from backspec.code.files.nodes import Node, read_all
from backspec.code.files.settings_names import Kind, Stage, kind_of, stage_of_profile
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROFILE_KEYS: Final = (
    "spring.config.activate.on-profile",
    "spring.profiles",
    "micronaut.environments",
)
_PROPERTY: Final = regex(rb"^[ \t]*([^#!\s=:][^=:\s]*)[ \t]*[=:][ \t]*(.*?)[ \t\r]*$", re.MULTILINE)
_ENTRY: Final = regex(
    rb"^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.]*)[ \t]*=[ \t]*"
    rb"(\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[^\n]*?)(?:[ \t]+#[^\n]*)?[ \t\r]*$",
    re.MULTILINE,
)
_FOR_DEVELOPERS: Final = regex(r"(?i)dev|test|debug|local|watch")
_BY_STAGE: Final = ("rails", "node")
"""Kinds whose files may have a section for each stage."""
_MAX_ITEMS: Final = 5000


@dataclass(frozen=True, slots=True)
class Setting:
    """One key with its value."""

    key: str
    """Dotted, as written: ``spring.datasource.password``; items of lists all have the list's."""
    value: str
    """Without quotes."""
    span: Span
    """Of the value, with quotes."""
    key_span: Span
    stage: Stage

    @property
    def name(self) -> str:
        """The key in one spelling: lower case, without ``-`` and ``_``."""
        return self.key.lower().replace("-", "").replace("_", "")

    @property
    def last(self) -> str:
        """The last segment of the key, as written."""
        return self.key.rpartition(".")[2]


@dataclass(slots=True)
class Settings:
    """What one file sets."""

    kind: Kind
    stage: Stage
    """Of the file, by its name; settings may have another."""
    items: list[Setting] = field(default_factory=list)

    def named(self, *names: str) -> Iterator[Setting]:
        """Settings by ``Setting.name``, also without a profile in front (``%prod.``)."""
        wanted = frozenset(names)
        for item in self.items:
            if item.name in wanted:
                yield item

    def says(self, name: str, pattern: str) -> bool:
        """Whether a setting, by the end of its name, has a value that a pattern finds."""
        return any(
            item.name.endswith(name) and re.search(pattern, item.value) for item in self.items
        )


def facts(text: bytes, path: str) -> Settings | None:
    """The settings of a file; None when it is no settings file. Never raises."""
    found = kind_of(path)
    if found is None:
        return None
    kind, stage = found
    settings = Settings(kind, stage)
    if kind == "docker":
        settings.items = list(_variables(text, stage))
    elif path.endswith(".properties"):
        settings.items = list(_lines(text, _PROPERTY, stage))
    elif kind == "dotenv":
        settings.items = list(_lines(text, _ENTRY, stage))
    else:
        language = "json" if path.endswith(".json") else "yaml"
        for root in read_all(text, language):
            settings.items += _document(root, kind, stage)
            if len(settings.items) > _MAX_ITEMS:
                break
    return settings


# ---------------------------------------------------------------------------- lines


def _lines(text: bytes, pattern: re.Pattern[bytes], stage: Stage) -> Iterator[Setting]:
    for found in pattern.finditer(text):
        key = found[1].decode("utf-8", "replace")
        value = found[2].decode("utf-8", "replace")
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        own = stage
        if key.startswith("%"):
            profile, _, key = key[1:].partition(".")
            own = stage_of_profile(profile, stage)
        yield Setting(key, value, Span(*found.span(2)), Span(*found.span(1)), own)


def _variables(text: bytes, stage: Stage) -> Iterator[Setting]:
    """``ENV`` and ``ARG`` of a Dockerfile."""
    known = dockerfile(text, "Dockerfile")
    for build in known.stages if known is not None else ():
        if _FOR_DEVELOPERS.search(build.name):
            continue
        for one in build.instructions:
            if one.name not in ("ENV", "ARG"):
                continue
            for name, value, span, key_span in variables(one, text):
                yield Setting(name, value, span, key_span, stage)


# ---------------------------------------------------------------------------- nested data


def _document(root: Node, kind: Kind, stage: Stage) -> list[Setting]:
    found: list[Setting] = []
    stack: list[tuple[str, Node, Span, Stage]] = [("", root, root.span, stage)]
    while stack and len(found) <= _MAX_ITEMS:
        key, node, key_span, own = stack.pop()
        if node.value is not None:
            found += _scalar(key, node, key_span, own)
            continue
        if node.entries is None:
            stack += [(key, item, key_span, own) for item in reversed(node.items)]
            continue
        for name, key_node, value in reversed(list(node.pairs())):
            if not key and name.startswith("%"):
                stack.append(("", value, key_node.span, stage_of_profile(name[1:].strip('"'), own)))
            elif not key and kind == "symfony" and name.startswith("when@"):
                stack.append(("", value, key_node.span, stage_of_profile(name[5:], own)))
            elif not key and kind in _BY_STAGE and name in ("development", "test"):
                continue
            elif not key and kind in _BY_STAGE and name == "production":
                stack.append((name, value, key_node.span, "production"))
            else:
                stack.append((f"{key}.{name}" if key else name, value, key_node.span, own))
    if kind == "java":
        profile = next((one.value for one in found if one.key in _PROFILE_KEYS), "")
        if profile:
            own = stage_of_profile(profile, stage)
            found = [Setting(s.key, s.value, s.span, s.key_span, own) for s in found]
    return found


def _scalar(key: str, node: Node, key_span: Span, stage: Stage) -> Iterator[Setting]:
    value = node.value or ""
    if key.endswith("environment") and "=" in value:
        # Compose: ``- KEY=value``.
        name, _, value = value.partition("=")
        key = f"{key}.{name}"
    yield Setting(key, value, node.span, key_span, stage)
