"""The agents, skills and prompts of a workspace, and how they refer to each other.

An ``Index`` is built from paths and texts and updated file by file. It keeps what headers say
(names, references with their places) and no texts, so that thousands of files stay small.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from backspec.agents import edit
from backspec.agents.agent_file import AgentFile, open_file
from backspec.agents.mentions import possible_names
from backspec.agents.tools import split_specifier
from backspec.model import Document
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from backspec.agents.dialects import Dialect, Level
    from backspec.agents.nodes import Entry
    from backspec.agents.view import View

Kind = Literal["agent", "skill", "prompt"]
"""What a definition can be called as. Commands are prompts."""

Where = Literal["handoffs", "agents", "tools", "agent", "skills", "body", "mode"]
"""What refers: a handoff, an ``agents`` list, ``Agent(x)`` in tools, a prompt's or skill's
``agent``, a ``skills`` list, the body."""

_SUFFIXES = (".md", ".mdc", ".markdown", ".toml", ".json", ".yaml", ".yml")
_SKIPPED = ("node_modules/", ".git/")
_AGENT_CALL = re.compile(r"(?:Agent|Task)\((?P<names>[^()]*)\)?")


@dataclass(frozen=True, slots=True)
class Reference:
    """One place where a definition names another."""

    kind: Kind
    """What it names."""
    name: str
    span: Span
    """The name alone, without quotes."""
    where: Where
    path: str
    """Absolute path of the file that refers."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One agent, skill or prompt."""

    path: str
    """Absolute, with ``/``."""
    kind: Kind
    dialect: str
    family: str
    """Whose: dialects of one family call each other's definitions by name."""
    level: Level
    scope: str
    """The folder in which two definitions of the same name clash."""
    name: str
    """What it is called by: the header's ``name``, the file's stem or the folder."""
    label: str
    """The header's ``name``, "" without one."""
    name_span: Span | None
    """Where ``name`` is written, without quotes; None when it comes from the path."""
    stem: str
    description: str
    is_hidden: bool
    """People cannot pick it: ``user-invocable: false``, ``hidden: true``."""
    is_manual: bool
    """Models cannot call it: ``disable-model-invocation: true``."""
    tools: tuple[str, ...] | None
    """What its ``tools`` list says; None without one."""
    references: tuple[Reference, ...]
    fingerprint: int
    """Equal for files with the same text."""


FAMILIES = {
    "copilot-agent": "copilot",
    "vscode-agent": "copilot",
    "vscode-chatmode": "copilot",
    "vscode-prompt": "copilot",
    "copilot-skill": "copilot",
    "claude-subagent": "claude",
    "claude-command": "claude",
    "claude-skill": "claude",
}
"""Dialects whose names meet; every other dialect's family is the first word of its id."""


def family_of(dialect: str) -> str:
    """Whose a dialect is: ``claude`` for ``claude-subagent``."""
    return FAMILIES.get(dialect) or dialect.partition("-")[0]


class Index:
    """All definitions, by path and by name. Not safe for two writers at a time."""

    def __init__(self, view: View | None = None) -> None:
        self._view = view
        self._by_path: dict[str, Definition] = {}
        self._by_name: dict[tuple[Kind, str], dict[str, Definition]] = {}
        self._named: dict[tuple[Kind, str], dict[str, None]] = {}
        """(kind, name) to the paths of the files that refer to it."""
        self._by_scope: dict[tuple[Kind, str], dict[str, Definition]] = {}
        self._words: dict[str, frozenset[str]] = {}

    @classmethod
    def of(cls, files: Iterable[tuple[str, bytes]], view: View | None = None) -> Index:
        """The index of files given as (absolute path, text)."""
        index = cls(view)
        for path, text in files:
            index.update(path, text)
        return index

    def update(self, path: str, text: bytes | None) -> bool:
        """A file was read, changed or (None) deleted. True when a definition came, went or
        changed.
        """
        path = path.replace("\\", "/")
        made = None
        if text is not None and is_candidate(path):
            file = open_file(Document(path, text), self._view)
            made = define(file) if file is not None else None
        old = self._by_path.pop(path, None)
        self._words.pop(path, None)
        if old is not None:
            self._by_name[old.kind, old.name].pop(path, None)
            self._by_scope[old.kind, old.scope].pop(path, None)
            for reference in old.references:
                self._named.get((reference.kind, reference.name), {}).pop(path, None)
        if made is not None:
            self._by_path[path] = made
            self._by_name.setdefault((made.kind, made.name), {})[path] = made
            self._by_scope.setdefault((made.kind, made.scope), {})[path] = made
            for reference in made.references:
                self._named.setdefault((reference.kind, reference.name), {})[path] = None
        return old != made

    def __len__(self) -> int:
        return len(self._by_path)

    def __iter__(self) -> Iterator[Definition]:
        return iter(self._by_path.values())

    def at(self, path: str) -> Definition | None:
        """The definition in a file."""
        return self._by_path.get(path.replace("\\", "/"))

    def named(self, kind: Kind, name: str, family: str = "") -> tuple[Definition, ...]:
        """The definitions called ``name``, of one family or all, in the order of their paths."""
        found = self._by_name.get((kind, name), {}).values()
        return tuple(
            sorted((d for d in found if not family or d.family == family), key=lambda d: d.path)
        )

    def all(self, kind: Kind, family: str = "") -> tuple[Definition, ...]:
        """All definitions of a kind, of one family or all, in the order of their paths."""
        return tuple(
            sorted(
                (d for d in self if d.kind == kind and (not family or d.family == family)),
                key=lambda d: d.path,
            )
        )

    def in_scope(self, of: Definition) -> tuple[Definition, ...]:
        """The other definitions of the same kind in the same folder, within which names clash."""
        return tuple(
            d for d in self._by_scope.get((of.kind, of.scope), {}).values() if d.path != of.path
        )

    def with_stem(self, kind: Kind, stem: str, family: str = "") -> tuple[Definition, ...]:
        """The definitions in files called ``stem``, whatever they are called by."""
        return tuple(d for d in self.all(kind, family) if d.stem == stem)

    def references_to(self, kind: Kind, name: str) -> tuple[Reference, ...]:
        """Every header place that names a definition, by path and position."""
        found = []
        for path in sorted(self._named.get((kind, name), {})):
            found += [
                r for r in self._by_path[path].references if r.kind == kind and r.name == name
            ]
        return tuple(found)

    def users_of(self, of: Definition) -> frozenset[str]:
        """The paths of the other files that name a definition: in a header, or in the text
        of one of its family. A name of several words counts in headers only.
        """
        names = {name for name in (of.name, of.label) if name}
        found = {path for name in names for path in self._named.get((of.kind, name), ())}
        for path, other in self._by_path.items():
            if path == of.path or path in found or other.family != of.family:
                continue
            if not names.isdisjoint(self._words_of(path)):
                found.add(path)
        return frozenset(found - {of.path})

    def _words_of(self, path: str) -> frozenset[str]:
        """The possible names in a file's text; read when first asked for, not at every change."""
        known = self._words.get(path)
        if known is None:
            text = self._view.read(path) if self._view is not None else None
            is_prose = text is not None and path.endswith((".md", ".mdc", ".markdown"))
            known = possible_names(text) if text is not None and is_prose else frozenset()
            self._words[path] = known
        return known


def is_candidate(path: str) -> bool:
    """Whether a file may be an agent file by its name alone; cheap, for walking a workspace."""
    return path.endswith((*_SUFFIXES, ".roomodes")) and not any(part in path for part in _SKIPPED)


def define(file: AgentFile) -> Definition | None:
    """What a file defines; None for rules, memory files and the like."""
    dialect = file.dialect
    kinds: dict[str, Kind] = {"agent": "agent", "skill": "skill", "prompt": "prompt"}
    kind = kinds.get(dialect.kind)
    if kind is None:
        return None
    header = file.header
    label = header.string("name") or ""
    source = dialect.identity.source
    if file.detection.level == "plugin" and kind == "agent":
        source = "name"
    name_span: Span | None = None
    if source == "name" and label:
        name = label
        entry = header.find("name")
        assert entry is not None
        name_span = entry.value.content
    elif source == "folder":
        name = file.folder
    elif source == "path":
        name = label or _below(file.path, scope_of(file), file.stem)
    else:
        name = file.stem
    tools = header.find("tools")
    return Definition(
        path=file.path,
        kind=kind,
        dialect=dialect.id,
        family=family_of(dialect.id),
        level=file.detection.level,
        scope=scope_of(file),
        name=name,
        label=label,
        name_span=name_span,
        stem=file.stem,
        description=header.string("description") or "",
        is_hidden=file.is_false("user-invocable") or file.is_true("hidden"),
        is_manual=file.is_true("disable-model-invocation"),
        tools=tuple(item.text for item in file.listed(tools)) if tools is not None else None,
        references=tuple(references_in(file)),
        fingerprint=hash(file.document.text),
    )


def _below(path: str, scope: str, stem: str) -> str:
    folder = posixpath.dirname(path)
    inner = folder[len(scope) :].strip("/") if folder.startswith(scope) else ""
    return f"{inner}/{stem}" if inner else stem


def scope_of(file: AgentFile) -> str:
    """The folder within which a name must be unique: ``.claude/agents``, a plugin's ``agents``."""
    folder = posixpath.dirname(file.path)
    if file.kind == "skill":
        return posixpath.dirname(folder)
    parts = folder.split("/")
    for at in range(len(parts) - 1, -1, -1):
        if parts[at].startswith("."):
            return "/".join(parts[: at + 2])
    for at in range(len(parts) - 1, -1, -1):
        if parts[at] in ("agents", "commands", "prompts"):
            return "/".join(parts[: at + 1])
    return folder


def references_in(file: AgentFile) -> Iterator[Reference]:
    """The names of other definitions in a file's header, in no particular order."""
    for entry, key, _ in file.nested():
        if key.values == "agents":
            where: Where = "agents"
            if entry.name in ("agent", "mode"):
                where = "agent" if file.header.find(entry.name) is entry else "handoffs"
            yield from _named(file, entry, "agent", where, key.separator)
        elif key.values == "skills":
            yield from _named(file, entry, "skill", "skills", key.separator)
        elif key.values == "tools":
            for item in edit.listed(file.header, entry.value, key.separator or "comma"):
                yield from _in_tool(file, item)


def _named(
    file: AgentFile, entry: Entry, kind: Kind, where: Where, separator: str
) -> Iterator[Reference]:
    for item in edit.listed(file.header, entry.value, separator):
        if item.text and item.text != "*":
            span = item.node.content if item.node is not None else item.span
            yield Reference(kind, item.text, span, where, file.path)


def _in_tool(file: AgentFile, item: edit.Listed) -> Iterator[Reference]:
    """``Agent(worker, plugin:reviewer)`` names two agents; ``Skill(x)`` a skill."""
    name, inner = split_specifier(item.text)
    if not inner or name not in ("Agent", "Task", "Skill"):
        return
    start = item.span.start if item.node is None else item.node.content.start
    begin = file.document.text.find(b"(", start, item.span.end) + 1
    raw = file.document.text[begin : item.span.end].partition(b")")[0]
    at = begin
    for part in raw.split(b","):
        clean = part.strip()
        offset = at + len(part) - len(part.lstrip())
        at += len(part) + 1
        text = clean.decode("utf-8", "replace")
        if name == "Skill":
            text = text.partition(" ")[0]
        if re.fullmatch(r"[\w.:/-]+", text) and not (":" in text and name != "Skill"):
            kind: Kind = "skill" if name == "Skill" else "agent"
            size = len(text.encode())
            yield Reference(kind, text, Span(offset, offset + size), "tools", file.path)


def builtin_agents(dialect: Dialect) -> frozenset[str]:
    """The agents a product brings along, by name."""
    return frozenset(dialect.identity.builtin)
