"""Completes values: enums, booleans, tools, models, agents, skills, servers, globs, names."""

from __future__ import annotations

import functools
import posixpath
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from backspec import catalog
from backspec.agents.completion import snippets
from backspec.agents.completion.slots import Slot, find_slot, new_block_item
from backspec.agents.describe import model_page, tool_page
from backspec.agents.dialects import dialect as dialect_of
from backspec.agents.globs import count_matches
from backspec.agents.graph import family_of
from backspec.agents.tools import tool_list
from backspec.model import Completion
from backspec.text import Edit, Span, newline_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from backspec.agents.context import Cursor
    from backspec.agents.dialects import Dialect, Key


@dataclass(frozen=True, slots=True, eq=False)
class Ask:
    """One slot to be filled, and what a dialect knows of it."""

    cursor: Cursor
    dialect: Dialect
    key: Key
    slot: Slot


def complete_value(cursor: Cursor) -> Iterator[Completion]:
    """What can be written at a cursor in a value."""
    path = cursor.place.path
    holders = list(cursor.file.keys_at(path))
    if not holders:
        return
    in_list = bool(path) and isinstance(path[-1], int)
    owners = list(cursor.file.keys_at(path[:-1])) if in_list else holders
    slot = find_slot(cursor, owners[0][1].separator if owners else "")
    if slot is None:
        return
    seen: set[str] = set()
    for (dialect, key), (_, owner) in zip(holders, owners or holders, strict=False):
        for item in _offers(cursor, dialect, key, owner, slot, in_list=in_list):
            if (name := item.filter_text or item.label) not in seen:
                seen.add(name)
                yield item


def complete_new_item(cursor: Cursor) -> Iterator[Completion]:
    """What can be written on a blank line below a key that takes a list: an item with its dash."""
    path = cursor.place.path
    for dialect, key in cursor.file.keys_at(path):
        if key.items is None:
            continue
        slot = new_block_item(cursor, cursor.file.node_at(path), _indent_of_items(cursor))
        yield from _offers(cursor, dialect, key.items, key, slot, in_list=True)
        return


def _indent_of_items(cursor: Cursor) -> str:
    text = cursor.file.header.text
    start = max(text.rfind(b"\n", 0, cursor.offset), text.rfind(b"\r", 0, cursor.offset)) + 1
    return "" if cursor.offset > start else "  "


def _offers(
    cursor: Cursor, dialect: Dialect, key: Key, owner: Key, slot: Slot, *, in_list: bool
) -> Iterator[Completion]:
    what = key.values or owner.values
    yield from _listed_values(key, slot)
    if not in_list and key.items is not None and key.items.enum and not key.suggestions:
        yield from _listed_values(key.items, slot)
    source = _SOURCES.get(what)
    if source is not None:
        yield from source(Ask(cursor, dialect, key, slot))
    if not cursor.place.path[1:] and key.name == "name" and not slot.typed.strip():
        yield from _own_name(cursor, dialect, slot)
    if slot.shape in ("value", "block-item") and not slot.typed:
        yield from _snippets(cursor, key, slot)


def _listed_values(key: Key, slot: Slot) -> Iterator[Completion]:
    for rank, value in enumerate(key.suggestions):
        is_text = isinstance(value.value, str)
        if value.value in slot.others or (key.values and not key.enum):
            continue
        shown = value.value if is_text else str(value.value).lower()
        text = slot.write(shown) if is_text else slot.prefix + shown
        yield Completion(
            label=shown,
            edit=Edit(slot.span, text),
            kind="value",
            detail="deprecated" if value.deprecated else "",
            documentation=value.description,
            sort=f"{'9' if value.deprecated else '1'}{rank:03}",
            deprecated=bool(value.deprecated),
        )


def _snippets(cursor: Cursor, key: Key, slot: Slot) -> Iterator[Completion]:
    """The schema's own snippets for this value."""
    newline = newline_of(cursor.file.header.text)
    if cursor.file.header.format not in ("markdown", "yaml"):
        return
    for snippet in key.schema.get("defaultSnippets", ()):
        body = snippet["body"]
        extra: tuple[Edit, ...] = ()
        if isinstance(body, (dict, list)) and not _is_flat(body):
            text = _block(cursor, body, slot, newline)
            extra = _without_blanks(cursor) if slot.shape == "value" else ()
        elif isinstance(body, list):
            text = slot.prefix + snippets.inline(body)
        else:
            text = slot.prefix + snippets.scalar(body)
        yield Completion(
            label=snippet["label"],
            edit=Edit(slot.span, text),
            kind="snippet",
            detail=snippet.get("description", ""),
            documentation=f"```yaml\n{snippets.plain(text).strip()}\n```",
            is_snippet=True,
            sort="6",
            extra_edits=extra,
        )


def _without_blanks(cursor: Cursor) -> tuple[Edit, ...]:
    """Blanks between the colon and the cursor would stay at the end of the line."""
    text = cursor.file.header.text
    start = cursor.offset
    while text[start - 1 : start] in (b" ", b"\t"):
        start -= 1
    return (Edit(Span(start, cursor.offset), ""),) if start < cursor.offset else ()


def _is_flat(body: object) -> bool:
    return isinstance(body, list) and not any(isinstance(item, (dict, list)) for item in body)


def _block(cursor: Cursor, body: dict[str, object] | list[object], slot: Slot, newline: str) -> str:
    """A nested body below its key's line, or behind a dash."""
    text = cursor.file.header.text
    start = max(text.rfind(b"\n", 0, cursor.offset), text.rfind(b"\r", 0, cursor.offset)) + 1
    line = text[start : cursor.offset].decode("utf-8", "replace")
    column = len(line) - len(line.lstrip(" -" if slot.shape == "block-item" else " "))
    lines = snippets.yaml_lines(body)
    if slot.shape == "block-item":
        return slot.prefix + (newline + " " * (column + len(slot.prefix.lstrip()))).join(lines)
    indent = newline + " " * (column + 2)
    return indent + indent.join(lines)


def _own_name(cursor: Cursor, dialect: Dialect, slot: Slot) -> Iterator[Completion]:
    """The name that the file's place suggests."""
    path = cursor.file.document.path.replace("\\", "/")
    stem = re.sub(
        r"(?:\.agent|\.prompt|\.chatmode|\.instructions)?\.\w+$", "", path.rsplit("/", 1)[-1]
    )
    name = posixpath.basename(posixpath.dirname(path)) if stem.upper() == "SKILL" else stem
    pattern = dialect.identity.style or dialect.identity.pattern
    if pattern is not None and not pattern.fullmatch(name):
        name = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if name:
        where = "folder" if stem.upper() == "SKILL" else "file"
        yield Completion(
            label=name,
            edit=Edit(slot.span, slot.write(name)),
            detail=f"from the {where}'s name",
            sort="0",
        )


def _tools(ask: Ask) -> Iterator[Completion]:
    cursor, dialect, slot = ask.cursor, ask.dialect, ask.slot
    if not dialect.tools:
        return
    tools = tool_list(dialect.tools)
    inner = _inside_parentheses(cursor, slot)
    if inner is not None:
        if slot.typed.lstrip("'\"").startswith(("Agent(", "Task(")):
            yield from _agents(Ask(cursor, dialect, ask.key, inner))
        return
    taken = {other.partition("(")[0].strip() for other in slot.others}
    used = {found.name for name in taken if (found := tools.find(name)) is not None}
    common = {name: rank for rank, name in enumerate(tools.data.get("common", ()))}
    for rank, tool in enumerate(tools.offers()):
        if tool.name in used or tool.name.rpartition("/")[0] in used:
            continue
        if tool.kind == "word":
            # A category stands alone; wildcards go into lists too.
            if slot.shape != "value" and not tool.name.startswith(("*", "@")):
                continue
            group = "0"
        else:
            group = "2" if tool.concept else "4"
        if tool.name in common:
            group = f"1{common[tool.name]:02}"
        yield Completion(
            label=tool.name,
            edit=Edit(slot.span, slot.write(tool.name)),
            kind="tool",
            detail=f"{len(tool.members)} tools" if tool.members else "",
            documentation="\n".join(tool_page(tool, tools, dialect)[2:]),
            sort=f"{group}{rank:03}",
        )
    typed = slot.typed.strip()
    if typed:
        yield from _outdated_tools(dialect, slot, typed)
    for server in _servers(cursor):
        name = tools.mcp_name(server)
        if name and name not in taken:
            yield Completion(
                label=name,
                edit=Edit(slot.span, slot.write(name)),
                kind="tool",
                detail=f"MCP server {server}",
                sort=f"3{server}",
            )
    for server, part in sorted(_mcp_tools(cursor)):
        name = tools.mcp_name(server, part)
        if name and name not in taken:
            yield Completion(
                label=name,
                edit=Edit(slot.span, slot.write(name)),
                kind="tool",
                detail=f"tool of MCP server {server}",
                sort=f"3{server}/{part}",
            )
    if dialect.kind in ("skill", "prompt") and tools.name == "claude-tools":
        yield from _permission_rules(slot)


def _outdated_tools(dialect: Dialect, slot: Slot, typed: str) -> Iterator[Completion]:
    """Today's names for an old name being typed."""
    tools = tool_list(dialect.tools)
    for tool in tools.tools.values():
        is_old = tool.status in ("renamed", "legacy", "alias") and tool.kind != "alias"
        if not is_old or not tool.name.lower().startswith(typed.lower()):
            continue
        new = tool.use[0]
        if new not in slot.others and typed.lower() not in new.lower():
            yield Completion(
                label=new,
                edit=Edit(slot.span, slot.write(new)),
                kind="tool",
                detail=f"was {tool.name}",
                documentation=f"`{tool.name}` is an old name.",
                filter_text=tool.name,
                sort="5",
            )


_RULES = {
    "Bash(command *)": ("Bash(${1:git *})", "Commands that start so."),
    "Read(path)": ("Read(${1:src/**})", "Files that match."),
    "Edit(path)": ("Edit(${1:src/**})", "Files that match; counts for `Write` too."),
    "WebFetch(domain:...)": ("WebFetch(domain:${1:example.com})", "Pages of one site."),
    "Skill(name)": ("Skill(${1:name})", "One skill."),
}


def _permission_rules(slot: Slot) -> Iterator[Completion]:
    for label, (text, about) in _RULES.items():
        yield Completion(
            label=label,
            edit=Edit(slot.span, slot.write(text, is_snippet=True)),
            kind="snippet",
            detail="permission rule",
            documentation=about,
            is_snippet=True,
            sort="5",
        )


def _inside_parentheses(cursor: Cursor, slot: Slot) -> Slot | None:
    """The slot of one name inside ``Agent(a, b)``; None when the cursor is in no parentheses."""
    start = slot.typed.rfind("(")
    if start < 0 or ")" in slot.typed[start:]:
        return None
    inner = slot.typed[start + 1 :]
    name = inner.rpartition(",")[2]
    blanks = len(name) - len(name.lstrip())
    begin = cursor.offset - len(name[blanks:].encode())
    text = cursor.file.header.text
    end = cursor.offset
    while end < slot.span.end and text[end : end + 1] not in (b",", b")", b" "):
        end += 1
    others = frozenset(part.strip() for part in inner.split(",")[:-1])
    return Slot(Span(begin, end), "entry", name[blanks:], "", slot.quote, "", others)


def _servers(cursor: Cursor) -> list[str]:
    """MCP servers declared in the header and in the workspace's configuration."""
    names: dict[str, None] = {}
    for key in ("mcp-servers", "mcpServers", "mcp_servers"):
        entry = cursor.file.header.find(key)
        if entry is None:
            continue
        names.update((inner.name, None) for inner in entry.value.entries)
        for item in entry.value.items:
            if item.kind == "scalar" and item.text:
                names[item.text] = None
            names.update((inner.name, None) for inner in item.entries)
    view = cursor.file.view
    if view is not None and view.mcp_servers:
        names.update((name, None) for name in view.mcp_servers)
    return list(names)


def _mcp_tools(cursor: Cursor) -> set[tuple[str, str]]:
    """(server, tool) of all MCP tools that the workspace names: in configurations, and in the
    headers of other definitions. No server is started to ask it.
    """
    view = cursor.file.view
    if view is None:
        return set()
    found = {(server, tool) for server, names in view.mcp_tools.items() for tool in names}
    for definition in view.index or ():
        listed = dialect_of(definition.dialect).tools
        if definition.tools and listed:
            found.update(filter(None, (_mcp_parts(listed, name) for name in definition.tools)))
    return found


@functools.lru_cache(maxsize=8192)
def _mcp_parts(listed: str, name: str) -> tuple[str, str] | None:
    return tool_list(listed).mcp_parts(name)


def _mcp_servers(ask: Ask) -> Iterator[Completion]:
    view, slot = ask.cursor.file.view, ask.slot
    if view is None or not view.mcp_servers or "string" not in ask.key.types:
        return
    for name, path in view.mcp_servers.items():
        if name not in slot.others:
            yield Completion(
                label=name,
                edit=Edit(slot.span, slot.write(name)),
                detail=posixpath.basename(path.replace("\\", "/")),
                sort=f"2{name}",
            )


def _models(ask: Ask) -> Iterator[Completion]:
    dialect, slot = ask.dialect, ask.slot
    known = catalog.vocabulary("agent-models")["lists"].get(dialect.models, {})
    main = known.get("main", ())
    for rank, name in enumerate(known.get("names", {})):
        if name not in slot.others:
            yield Completion(
                label=name,
                edit=Edit(slot.span, slot.write(name)),
                kind="model",
                documentation="\n".join(model_page(name, dialect)[2:]),
                sort=f"{'1' if name in main else '2'}{rank:03}",
            )


def _agents(ask: Ask) -> Iterator[Completion]:
    dialect, slot = ask.dialect, ask.slot
    builtin: dict[str, str] = {}
    if dialect.tools == "claude-tools":
        builtin.update(catalog.vocabulary("claude-tools")["agents"])
    else:
        builtin.update(dict.fromkeys(dialect.identity.builtin, ""))
        if dialect.models == "vscode":
            builtin.update(dict.fromkeys(("agent", "ask", "edit", "plan"), ""))
    yield from _definitions(ask, "agent")
    for name, about in builtin.items():
        if name not in slot.others:
            yield Completion(
                label=name,
                edit=Edit(slot.span, slot.write(name)),
                kind="agent",
                detail="built in",
                documentation=about,
                sort=f"3{name}",
            )


def _skills(ask: Ask) -> Iterator[Completion]:
    yield from _definitions(ask, "skill")


def _definitions(ask: Ask, kind: Literal["agent", "skill"]) -> Iterator[Completion]:
    """The agents or skills of the workspace that this file's product can call, itself last."""
    view, slot = ask.cursor.file.view, ask.slot
    if view is None or view.index is None:
        return
    own = ask.cursor.file.document.path.replace("\\", "/")
    family = family_of(ask.dialect.id)
    seen: set[str] = set()
    by_label = ask.dialect.identity.source == "name"
    for found in view.index.all(kind, family if kind == "agent" else ""):
        name = found.label if by_label and found.label and kind == "agent" else found.name
        if name in slot.others or name in seen:
            continue
        seen.add(name)
        yield Completion(
            label=name,
            edit=Edit(slot.span, slot.write(name)),
            kind=kind,
            detail="this file" if found.path == own else posixpath.basename(found.path),
            documentation=found.description,
            sort=f"{'2' if found.path == own else '1'}{name}",
        )


def _globs(ask: Ask) -> Iterator[Completion]:
    """Globs for the kinds of files the workspace has, most files first."""
    view, slot = ask.cursor.file.view, ask.slot
    files = list(view.files) if view is not None else []
    counts = Counter(
        posixpath.splitext(path)[1] for path in files if not path.rpartition("/")[2].startswith(".")
    )
    offers = [("**", len(files))]
    offers += [(f"**/*{suffix}", n) for suffix, n in counts.most_common(20) if suffix]
    folders = Counter(path.partition("/")[0] for path in files if "/" in path)
    offers += [(f"{name}/**", n) for name, n in folders.most_common(10) if not name.startswith(".")]
    typed = slot.typed.strip()
    if typed and typed not in (glob for glob, _ in offers):
        matching = count_matches(typed, files)
        if matching:
            offers.insert(0, (typed, matching))
    for rank, (glob, count) in enumerate(offers):
        if glob not in slot.others:
            yield Completion(
                label=glob,
                edit=Edit(slot.span, slot.write(glob)),
                detail=f"{count:,} files" if count != 1 else "1 file",
                sort=f"2{rank:03}",
                filter_text=glob,
            )


_SOURCES: dict[str, Callable[[Ask], Iterator[Completion]]] = {
    "tools": _tools,
    "model": _models,
    "agents": _agents,
    "mcp-servers": _mcp_servers,
    "globs": _globs,
    "skills": _skills,
}
