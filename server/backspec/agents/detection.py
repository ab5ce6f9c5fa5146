"""Which dialects a file is written in: by its place first, by its header where that is open.

Order, first match wins: the configuration's ``[[dialects]]``; ``SKILL.md``; telling suffixes
(``.prompt.md``); telling names (``AGENTS.md``); ``README.md`` is nothing; folders of a product;
folders of a plugin; and, for Markdown in no standard place, a guess from the header, which
deserves hints only. Dialects that share a place are told apart by the keys and values that only
one of them knows; a tie keeps them all.
"""

from __future__ import annotations

import functools
import json
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from backspec import catalog
from backspec.agents.dialects import Dialect, Level, dialect
from backspec.agents.globs import GlobError, GlobTable, compile_glob

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from backspec.agents.nodes import Format, Header, Node
    from backspec.agents.view import View


@dataclass(frozen=True, slots=True)
class Detection:
    """What kind of agent file a document is."""

    dialects: tuple[Dialect, ...] = ()
    """All that apply, the closest first; () when it is no agent file."""
    level: Level = "workspace"
    is_guess: bool = False
    """The place says nothing and the header only looks like it: diagnostics are hints at most."""
    misplaced: str = ""
    """Why the product will not find the file here, as a sentence; "" when the place is right."""

    def __bool__(self) -> bool:
        return bool(self.dialects)


NOTHING = Detection()

_RANKS = {"skill": 0, "suffix": 1, "name": 2, "folder": 4, "plugin": 5}
_PLUGIN_MARKERS = (".claude-plugin", "plugin.json")
_PLUGIN_FOLDERS = ("plugins", "external_plugins")


@dataclass(frozen=True, slots=True)
class _Place:
    dialect: str
    level: Level
    rank: int
    anchor: str
    """The dot-folder the glob is about; the one deepest in a path is the nearest."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What detection needs of all dialects, read from their ``x-backspec`` blocks."""

    table: GlobTable
    plugin: tuple[tuple[str, str, tuple[str, ...]], ...]
    """(glob in the plugin, dialect, names that mark a plugin's root)"""
    keys: Mapping[str, tuple[str, ...]]
    """Key to the dialects that alone know it."""
    values: tuple[tuple[str, str, re.Pattern[str] | None, str], ...]
    """(dialect, key, pattern of its text, node type)"""
    plain: tuple[str, ...]
    """Dialects that a header of only ``name`` and ``description`` most likely is."""
    agents: frozenset[str]
    shared: frozenset[str]
    excluded: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Dialect to the keys and values with which a file is not its own."""


@functools.cache
def _facts() -> _Facts:
    globs: list[tuple[str, object]] = []
    plugin: list[tuple[str, str, tuple[str, ...]]] = []
    keys: dict[str, list[str]] = {}
    values: list[tuple[str, str, re.Pattern[str] | None, str]] = []
    plain: list[str] = []
    agents: set[str] = set()
    shared: set[str] = set()
    excluded: dict[str, Mapping[str, tuple[str, ...]]] = {}
    for name in catalog.dialect_names():
        block = catalog.schema(f"agents/{name}")["x-backspec"]
        if block["kind"] == "agent" and block["format"] == "markdown":
            agents.add(name)
        if block.get("shared"):
            shared.add(name)
        for level, patterns in block["globs"].items():
            for glob in patterns:
                if level == "plugin":
                    markers = tuple(block.get("plugin-markers", _PLUGIN_MARKERS))
                    plugin.append((glob, name, markers))
                else:
                    globs.append((glob.removeprefix("~/"), _place(name, level, glob, block)))
        for lost in block.get("misplaced", ()):
            place = _place(name, "workspace", lost["glob"], block, lost["note"])
            globs.append((lost["glob"], place))
        detect = block.get("detect", {})
        for key in detect.get("keys", ()):
            keys.setdefault(key, []).append(name)
        for shape in detect.get("values", ()):
            matches = re.compile(shape["matches"]) if "matches" in shape else None
            values.append((name, shape["key"], matches, shape.get("type", "")))
        excluded[name] = {key: tuple(found) for key, found in detect.get("excluded-by", {}).items()}
        if detect.get("plain"):
            plain.append(name)
    return _Facts(
        GlobTable(globs),
        tuple(plugin),
        {key: tuple(names) for key, names in keys.items()},
        tuple(values),
        tuple(plain),
        frozenset(agents),
        frozenset(shared),
        excluded,
    )


def _place(name: str, level: str, glob: str, block: Mapping[str, Any], note: str = "") -> _Place:
    folders = [part for part in glob.removeprefix("~/").split("/")[:-1] if part != "**"]
    last = glob.rsplit("/", 1)[-1]
    if block["kind"] == "skill":
        rank = "skill"
    elif not folders and last.startswith("*"):
        rank = "suffix"
    elif "*" not in last and (not folders or level == "organisation"):
        rank = "name"
    else:
        rank = "folder"
    anchor = next((part for part in reversed(folders) if part.startswith(".")), "")
    return _Place(name, cast("Level", level), _RANKS[rank], anchor, note)


def identify(path: str, header: Header | None = None, view: View | None = None) -> Detection:
    """What kind of agent file the document at an absolute ``path`` is.

    ``header`` decides shared and unusual places; without it shared places keep all candidates
    and unusual ones give nothing. ``view`` brings the configuration's mappings and tells plugin
    folders and home folders apart. Never raises.
    """
    path = path.replace("\\", "/")
    if view is not None and view.dialects:
        mapped = _mapped(path, view.dialects, view.root, view.read)
        if mapped is not None:
            return Detection((mapped,))
    exists = view.exists if view is not None else None
    home = view.home.replace("\\", "/").rstrip("/") if view is not None and view.home else None
    places = _places(path, exists)
    if not places:
        if path.rsplit("/", 1)[-1].lower() == "readme.md":
            return NOTHING
        return _guess(path, header)
    if places[0].rank > _RANKS["name"] and path.rsplit("/", 1)[-1].lower() == "readme.md":
        return NOTHING
    names = list(dict.fromkeys(place.dialect for place in places))
    names = _told_apart(names, header)
    kept = [place for place in places if place.dialect in names]
    return Detection(
        tuple(dialect(name) for name in names),
        level=_level(path, kept, home),
        misplaced=kept[0].note if all(place.note for place in kept) else "",
    )


def _places(path: str, exists: Callable[[str], bool] | None) -> list[_Place]:
    """The places that fit, of the first rank that has any, the nearest folder first."""
    facts = _facts()
    found = cast("list[_Place]", facts.table.find(path))
    ranks = {place.rank for place in found}
    if not ranks or min(ranks) in (_RANKS["skill"], _RANKS["folder"]):
        found.extend(_plugin_places(path, exists, facts))
        ranks = {place.rank for place in found}
    if not ranks:
        return []
    first = min(ranks)
    found = [
        place
        for place in found
        if place.rank == first or (place.rank == _RANKS["plugin"] and first == _RANKS["skill"])
    ]
    lost = {place.dialect for place in found if place.note}
    found = [place for place in found if place.note or place.dialect not in lost]
    right = [place for place in found if not place.note]
    if right:
        found = right

    def farness(place: _Place) -> int:
        # The innermost dot-folder is the one the file was put into; a plugin counts before a
        # glob that fits anywhere.
        if place.anchor:
            return -path.rfind(f"/{place.anchor}/")
        return 0 if place.level == "plugin" else 1

    return sorted(found, key=farness)


def _plugin_places(path: str, exists: Callable[[str], bool] | None, facts: _Facts) -> list[_Place]:
    if not any(f"/{glob.split('/', 1)[0]}" in path for glob, _, _ in facts.plugin):
        return []
    found: list[_Place] = []
    parts = path.split("/")
    for at in range(len(parts) - 1, 0, -1):
        rest = "/".join(parts[at:])
        fitting = [
            (name, markers)
            for glob, name, markers in facts.plugin
            if compile_glob(glob, anchored=True).match(rest)
        ]
        if not fitting:
            continue
        root = "/".join(parts[:at])
        in_plugins = at >= 2 and parts[at - 2] in _PLUGIN_FOLDERS
        for name, markers in fitting:
            by_place = in_plugins and markers == _PLUGIN_MARKERS
            if by_place or (exists and any(exists(f"{root}/{mark}") for mark in markers)):
                found.append(_Place(name, "plugin", _RANKS["plugin"], ""))
        if found:
            break
    return found


def _level(path: str, places: Sequence[_Place], home: str | None) -> Level:
    levels = {place.level for place in places}
    if "organisation" in levels:
        return "organisation"
    if "user" in levels and "workspace" in levels:
        # The same folder names are used in projects and at home: only home's own place tells.
        if home is not None and path.startswith(f"{home}/"):
            depth = path[len(home) + 1 :]
            return "user" if depth.startswith((".", "Documents/")) else "workspace"
        return "workspace"
    return places[0].level


def _told_apart(names: list[str], header: Header | None) -> list[str]:
    """The dialects of a shared place that the header speaks for; all when it says nothing."""
    facts = _facts()
    if header is None or len(names) < 2:
        return names
    names = [
        name
        for name in names
        if not any(header.string(key) in values for key, values in facts.excluded[name].items())
    ] or names
    shared = [name for name in names if name in facts.shared]
    if len(shared) < 2:
        return names
    scores = _scores(header, shared)
    best = max(scores.values())
    return [name for name in names if name not in shared or scores[name] == best]


def _scores(header: Header, names: Sequence[str]) -> dict[str, int]:
    """Points of each dialect: 3 for a key only it knows, 1 for a value that looks like its own."""
    facts = _facts()
    scores = dict.fromkeys(names, 0)
    for entry in header.entries:
        for name in facts.keys.get(entry.name, ()):
            if name in scores:
                scores[name] += 3
    for name, key, pattern, shape in facts.values:
        if name not in scores:
            continue
        entry_found = header.find(key)
        if entry_found is not None and _looks_like(entry_found.value, pattern, shape):
            scores[name] += 1
    return scores


def _looks_like(node: Node, pattern: re.Pattern[str] | None, shape: str) -> bool:
    kind = {"scalar": "string", "alias": "string"}.get(node.kind, node.kind)
    if shape and shape != kind and shape != node.type:
        return False
    if pattern is None:
        return True
    return any(pattern.search(item.text[:500]) for item in node.scalars())


_GUESSED_SUFFIXES = (".md", ".markdown")


def _guess(path: str, header: Header | None) -> Detection:
    if header is None or header.format != "markdown" or not path.endswith(_GUESSED_SUFFIXES):
        return NOTHING
    if header.string("name") is None or header.string("description") is None:
        return NOTHING
    facts = _facts()
    names = {entry.name for entry in header.entries}
    if not names & {"tools", "model"}:
        if names - {"name", "description"}:
            return NOTHING
        return Detection(tuple(dialect(name) for name in facts.plain), is_guess=True)
    scores = _scores(header, sorted(facts.agents))
    best = max(scores.values())
    chosen = [name for name in scores if scores[name] == best] if best else list(facts.plain)
    likely = [name for name in chosen if name in facts.plain] or chosen
    return Detection(tuple(dialect(name) for name in likely), is_guess=True)


def by_mapping(path: str, mappings: Sequence[tuple[str, str]]) -> Dialect | None:
    """The dialect that a configuration maps ``path`` to; schemas of the user's own need a view."""
    return _mapped(path.replace("\\", "/"), mappings, None, None)


_SCHEMAS: dict[bytes, Dialect | None] = {}
"""Users' own schemas by content: read again only when they change."""


def _mapped(
    path: str,
    mappings: Sequence[tuple[str, str]],
    root: str | None,
    read: Callable[[str], bytes | None] | None,
) -> Dialect | None:
    base = root.replace("\\", "/").rstrip("/") + "/" if root else ""
    relative = path[len(base) :] if base and path.startswith(base) else path.lstrip("/")
    for glob, target in mappings:
        try:
            if not compile_glob(glob, anchored=bool(base)).match(relative):
                continue
        except GlobError:
            continue
        if target in catalog.dialect_names():
            return dialect(target)
        if read is not None and target.endswith(".json"):
            return _own_schema(target, posixpath.join(base, target.replace("\\", "/")), read)
    return None


def _own_schema(name: str, path: str, read: Callable[[str], bytes | None]) -> Dialect | None:
    from backspec.agents.dialect_schema import from_schema

    text = read(path)
    if text is None:
        return None
    if text not in _SCHEMAS:
        if len(_SCHEMAS) > 50:
            _SCHEMAS.clear()
        try:
            schema = json.loads(text)
            _SCHEMAS[text] = from_schema(name, schema) if isinstance(schema, dict) else None
        except (ValueError, RecursionError):
            _SCHEMAS[text] = None
    return _SCHEMAS[text]


_FORMATS: Mapping[str, Format] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdc": "markdown",
    ".toml": "toml",
    ".json": "json",
    ".jsonc": "json",
    ".yaml": "yaml",
    ".yml": "yaml",
}


def format_of(path: str, view: View | None = None) -> Format | None:
    """How a file would be read as an agent file; None when its place rules that out.

    Any Markdown may be one. YAML, TOML and JSON are only where a dialect or the configuration
    says so.
    """
    path = path.replace("\\", "/")
    suffix = posixpath.splitext(path)[1].lower()
    if view is not None and view.dialects:
        mapped = _mapped(path, view.dialects, view.root, view.read)
        if mapped is not None:
            if "format" in mapped.extra:
                return mapped.format
            return _FORMATS.get(suffix, "markdown")
    places = cast("list[_Place]", _facts().table.find(path))
    if places:
        return cast("Format", catalog.schema(f"agents/{places[0].dialect}")["x-backspec"]["format"])
    found = _FORMATS.get(suffix)
    return found if found == "markdown" else None
