"""Goes from a name to what it names and back: definitions, references, paths.

Names in headers come from the index; names and paths in bodies are read from the texts.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

from backspec.agents.agent_file import open_file as open_agent
from backspec.agents.body import Body
from backspec.agents.context import cursor, key_at, open_file
from backspec.agents.graph import Definition, Kind, define, family_of, references_in
from backspec.agents.markdown import links
from backspec.agents.mentions import is_named_in, uses_in, uses_of
from backspec.agents.tools import split_specifier, tool_list
from backspec.model import Document, Location
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.graph import Index
    from backspec.agents.nodes import Header
    from backspec.agents.view import View


@dataclass(frozen=True, slots=True)
class Named:
    """A name under the cursor."""

    kind: Kind
    name: str
    family: str
    span: Span
    role: Literal["definition", "reference", "mention"]


def resolve(index: Index, kind: Kind, name: str, family: str) -> tuple[Definition, ...]:
    """The definitions that a name means inside a family: by identity, or by the shown name.

    Skills are shared between products, so their family does not count.
    """
    family = "" if kind == "skill" else family
    exact = index.named(kind, name, family)
    shown = tuple(d for d in index.all(kind, family) if d.label == name and d not in exact)
    return exact + shown


def named_at(document: Document, offset: int, view: View | None) -> Named | None:
    """The agent, skill or prompt whose name the cursor is on; None when there is none."""
    file = open_agent(document, view)
    if file is None:
        return None
    family = family_of(file.dialect.id)
    for reference in references_in(file):
        if reference.span.contains(offset):
            return Named(reference.kind, reference.name, family, reference.span, "reference")
    own = define(file)
    entry = file.header.find("name")
    if own is not None and entry is not None and entry.value.span.contains(offset):
        if entry.value.kind == "scalar" and entry.value.text:
            content = entry.value.content
            return Named(own.kind, entry.value.text, family, content, "definition")
        return None
    index = view.index if view is not None else None
    if index is None or not file.header.body.contains(offset):
        return None
    line = _line_around(file, offset).decode("utf-8", "replace")
    near: dict[str, Kind] = {}
    for one in index:
        for name in (one.name, one.label):
            if name and name in line:
                # Where an agent and a skill share a name, the agent is meant.
                near[name] = "agent" if near.get(name) == "agent" else one.kind
    for use in uses_in(near, file.body, document.text):
        if use.span.contains(offset):
            return Named(near[use.name], use.name, family, use.span, "mention")
    return None


def _line_around(file: AgentFile, offset: int) -> bytes:
    text = file.document.text
    end = text.find(b"\n", offset)
    return text[text.rfind(b"\n", 0, offset) + 1 : end if end >= 0 else len(text)]


def definition(document: Document, offset: int, view: View | None) -> list[Location]:
    """Where what is under the cursor is defined: an agent's file, a linked file, a server."""
    named = named_at(document, offset, view)
    if named is not None and view is not None and view.index is not None:
        found = resolve(view.index, named.kind, named.name, named.family)
        if found:
            return [_location(one, view) for one in found]
    path = path_at(document, offset, view)
    if path is not None:
        return [Location(path.target, Span(0, 0))]
    return _server(document, offset, view)


def _location(found: Definition, view: View) -> Location:
    """Where a definition is called what it is called: its ``name``, or the file as a whole."""
    span = found.name_span
    if span is None and found.label:
        text = view.read(found.path)
        file = open_agent(Document(found.path, text), view) if text is not None else None
        entry = file.header.find("name") if file is not None else None
        span = entry.value.content if entry is not None else None
    return Location(found.path, span or Span(0, 0))


def references(
    document: Document, offset: int, view: View | None, *, with_definition: bool = True
) -> list[Location]:
    """Every place that names what is under the cursor, by path and position."""
    if view is None or view.index is None:
        return []
    named = named_at(document, offset, view) or _own_name(document, view)
    if named is None:
        return []
    return list(_references(named, view, view.index, with_definition=with_definition))


def _own_name(document: Document, view: View | None) -> Named | None:
    """The definition that the document itself is, for a cursor that is on nothing else."""
    file = open_agent(document, view)
    own = define(file) if file is not None else None
    if own is None:
        return None
    name = own.label if own.label and own.family == "copilot" else own.name
    return Named(own.kind, name, own.family, Span(0, 0), "definition")


def _references(
    named: Named, view: View, index: Index, *, with_definition: bool
) -> Iterator[Location]:
    targets = resolve(index, named.kind, named.name, named.family)
    if with_definition:
        yield from (_location(one, view) for one in targets)
    families = {one.family for one in targets} or {named.family}
    for reference in index.references_to(named.kind, named.name):
        referring = index.at(reference.path)
        if named.kind == "skill" or referring is None or referring.family in families:
            yield Location(reference.path, reference.span)
    yield from mentions_of(named.name, families, named.kind, view, index)


def mentions_of(
    name: str, families: set[str], kind: Kind, view: View, index: Index
) -> Iterator[Location]:
    """The places in bodies of the same family that name a definition."""
    for other in sorted(index, key=lambda d: d.path):
        if kind != "skill" and other.family not in families:
            continue
        text = view.read(other.path)
        if text is None or not is_named_in(name, text):
            continue
        file = open_agent(Document(other.path, text), view)
        if file is None or not file.is_markdown:
            continue
        for use in uses_of(name, file.body, text):
            yield Location(other.path, use.span)


# Paths


@dataclass(frozen=True, slots=True)
class PathUse:
    """A path in a document."""

    span: Span
    """The path alone."""
    written: str
    target: str
    """Absolute path."""


_FILE = re.compile(rb"#(?:\[\[)?file:([^\s\]`'\"]+)")
_IMPORT = re.compile(rb"(?<![\w`@.])@((?:~/|\.{0,2}/)?[\w.\-/]*[\w/])")
_BRACED = re.compile(rb"@\{([^{}\r\n]+)\}")
_TEMPLATE = re.compile(r"[${}<>*]|^\w+:(?!\\)|^#|^//")


def path_at(document: Document, offset: int, view: View | None) -> PathUse | None:
    """The path under the cursor; None when there is none."""
    for use in paths_in(document, view):
        if use.span.contains(offset):
            return use
    return None


def paths_in(document: Document, view: View | None) -> list[PathUse]:
    """All paths in a document: links, imports, ``#file:``, and those in its header.

    What holds a placeholder or a scheme is left out; whether the files exist is not asked.
    """
    file = open_file(document, view)
    if file is None or not file.dialects:
        return []
    found: list[PathUse] = []
    header = file.header
    root = (view.root or "").replace("\\", "/") if view is not None else ""
    folder = posixpath.dirname(document.path.replace("\\", "/"))
    if header.format == "markdown":
        body = Body(header)
        for link in links(body, document.text):
            found += _path(link.target_span, link.target, folder, root)
        forms = {p.form for dialect in file.dialects for p in dialect.placeholders}
        if forms & {"#file:path", "#[[file:path]]"}:
            for match in body.find(_FILE):
                written = match[1].decode("utf-8", "replace").rstrip(".,;:)")
                span = Span(match.start(1), match.start(1) + len(written.encode()))
                found += _path(span, written, root or folder, root)
        if "@path" in forms:
            for match in body.find(_IMPORT):
                written = match[1].decode("utf-8", "replace")
                if "/" in written or "." in written:
                    found += _path(Span(*match.span(1)), written, folder, root, view)
    found += _header_paths(document, view, folder, root)
    return sorted(found, key=lambda use: use.span)


def _header_paths(
    document: Document, view: View | None, folder: str, root: str
) -> Iterator[PathUse]:
    file = open_file(document, view)
    if file is None or file.header.root is None:
        return
    for entry in file.header.entries:
        for node in (entry.value, *entry.value.items):
            if node.kind != "scalar":
                continue
            if node.text.startswith("file://"):
                written = node.text.removeprefix("file://")
                start = node.content.start + len("file://")
                yield from _path(Span(start, node.content.end), written, folder, root)
        for name in ("system_prompt_path", "path"):
            inner = entry.value.find(name) if entry.value.kind == "map" else None
            keys = [key_at(dialect, (entry.name, name)) for dialect in file.dialects]
            if inner is not None and any(key and key.values == "paths" for key in keys):
                yield from _path(inner.value.content, inner.value.text, folder, root)


def _path(
    span: Span, written: str, folder: str, root: str, view: View | None = None
) -> Iterator[PathUse]:
    plain = unquote(written.partition("#")[0].partition("?")[0]).replace("\\", "/")
    if not plain or _TEMPLATE.search(plain):
        return
    if plain.startswith("~/"):
        home = view.home if view is not None else None
        if home is None:
            return
        target = posixpath.join(home.replace("\\", "/"), plain[2:])
    elif plain.startswith("/"):
        target = plain if not root else posixpath.join(root, plain.lstrip("/"))
    else:
        target = posixpath.join(folder, plain)
    yield PathUse(span, written, posixpath.normpath(target))


def _server(document: Document, offset: int, view: View | None) -> list[Location]:
    """Where the MCP server of a tool under the cursor is declared."""
    from backspec.agents.completion.slots import find_slot

    file = open_file(document, view)
    if file is None:
        return []
    at = cursor(file, offset)
    if at.place.part != "value":
        return []
    path = at.place.path
    owner = path[:-1] if path and isinstance(path[-1], int) else path
    for dialect, key in file.keys_at(owner):
        if key.values not in ("tools", "mcp-servers"):
            continue
        slot = find_slot(at, key.separator)
        if slot is None:
            continue
        name, _ = split_specifier(file.header.source(slot.span))
        server = name
        if key.values == "tools":
            found = tool_list(dialect.tools).server_of(name) if dialect.tools else None
            if found is None:
                continue
            server = found
        return _declared(file.document.path, file.header, server, view)
    return []


def _declared(path: str, header: Header, server: str, view: View | None) -> list[Location]:
    for key in ("mcp-servers", "mcpServers", "mcp_servers"):
        entry = header.find(key)
        for holder in (entry.value, *entry.value.items) if entry is not None else ():
            inner = holder.find(server) if holder.kind == "map" else None
            if inner is not None:
                return [Location(path, inner.key.span)]
    servers = view.mcp_servers if view is not None else None
    if not servers or server not in servers or view is None:
        return []
    where = servers[server]
    text = view.read(where) or b""
    at = text.find(f'"{server}"'.encode())
    span = Span(at + 1, at + 1 + len(server.encode())) if at >= 0 else Span(0, 0)
    return [Location(where, span)]
