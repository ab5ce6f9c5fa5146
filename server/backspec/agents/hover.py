"""Hover in agent files: keys, values, tools, models, the fence, and topics named in the body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec import knowledge, pages
from backspec.agents import describe
from backspec.agents.completion.slots import find_slot
from backspec.agents.context import Cursor, File, cursor, open_file
from backspec.agents.globs import count_matches, glob_problem
from backspec.agents.navigation import named_at, path_at, resolve
from backspec.agents.tools import split_specifier, tool_list
from backspec.agents.who import loading
from backspec.model import Hover
from backspec.pages import HOVER_LINES
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backspec.agents.dialects import Dialect, Key, Limit
    from backspec.agents.nodes import Node
    from backspec.agents.view import View
    from backspec.model import Document


_LONGEST = 400
"""Most characters of another file's description."""


def hover(document: Document, offset: int, view: View | None = None) -> Hover | None:
    """What to show at a byte offset, at most 25 lines of Markdown; None for nothing.

    Never raises for what an author wrote.
    """
    file = open_file(document, view)
    if file is None or not file.dialects:
        return None
    at = cursor(file, max(0, min(offset, len(document.text))))
    header = file.header
    if header.opening is not None and header.opening.contains(at.offset):
        return _shown(who_lines(file), header.opening)
    if at.is_in_body:
        return _in_body(at)
    if at.place.part == "key" and at.place.node is not None:
        return _on_key(at, at.place.node)
    if at.place.part == "value" and at.place.node is not None:
        return _on_name(at) or _on_value(at, at.place.node)
    return None


def _shown(lines: Sequence[str], span: Span) -> Hover | None:
    kept = list(lines)
    if len(kept) > HOVER_LINES:
        kept = kept[: HOVER_LINES - 1]
        while kept and not kept[-1].strip():
            kept.pop()
        kept.append("…")
    return Hover("\n".join(kept), span) if any(line.strip() for line in kept) else None


# The fence


def who_lines(file: File) -> list[str]:
    """Which products load the file, and which of its keys each ignores."""
    dialect = file.dialects[0]
    lines = [
        f"**{dialect.title}**"
        + (" (a guess: no standard place)" if file.detection.is_guess else "")
    ]
    if file.detection.misplaced:
        lines += ["", f"*Nobody loads it here.* {file.detection.misplaced}"]
    lines += ["", dialect.description]
    if not file.detection.misplaced:
        lines += ["", "Who loads it:", *_loading_lines(file)]
    lengths = length_lines(file)
    return [*lines, *([""] if lengths else []), *lengths]


def _loading_lines(file: File) -> Iterator[str]:
    seen: set[str] = set()
    for dialect in file.dialects:
        for reader in dialect.readers_at(file.detection.level):
            if reader.product in seen:
                continue
            seen.add(reader.product)
            one = loading(file, dialect, reader)
            line = f"- {one.name}" + (f" {one.note}" if one.note else "")
            if one.rejects:
                line = f"- {one.name} does not: {describe.listed(f'`{k}`' for k in one.rejects)}"
            elif one.missing:
                keys = describe.listed(f"`{key}`" for key in one.missing)
                line = f"- {one.name} does not, without {keys}"
            elif one.ignores:
                line += f"; ignores {describe.listed(f'`{key}`' for key in one.ignores)}"
            yield line + (" (second-hand)" if one.evidence == "X" else "")


def length_lines(file: File) -> list[str]:
    """The length of what has a limit, against the limit."""
    lines: dict[str, None] = {}
    for dialect in file.dialects:
        for limit in dialect.limits:
            length = _length(file, limit)
            if limit.most is not None and length is not None and limit.effect != "hints":
                words = f"{limit.of} {length:,} of {limit.most:,} {limit.unit}"
                lines.setdefault(f"- {words}{' **too long**' if length > limit.most else ''}")
    return list(lines)


def _length(file: File, limit: Limit) -> int | None:
    if limit.of == "body":
        raw = file.header.text[file.header.body.start : file.header.body.end]
        if limit.unit == "bytes":
            return len(raw)
        text = raw.decode("utf-8", "replace")
        return len(text.splitlines()) if limit.unit == "lines" else len(text)
    value = file.header.string(limit.of)
    return len(value) if value is not None else None


# Keys and values


def _on_key(at: Cursor, node: Node) -> Hover | None:
    known = list(at.file.keys_at(at.place.path))
    name = node.text
    if not known:
        return _shown(_unknown_key(at, name), node.span)
    is_top = len(at.place.path) == 1
    readers_of = at.file.dialects if is_top else ()
    lines = describe.key_page(known, name, at.file.detection.level, readers_of=readers_of)
    if is_top:
        lines += _length_of(at.file, name)
    return _shown(lines, node.span)


def _unknown_key(at: Cursor, name: str) -> list[str]:
    if len(at.place.path) != 1:
        return []
    titles = describe.listed((dialect.title for dialect in at.file.dialects), "or")
    lines = [f"**`{name}`**", "", f"Not a key of {titles}."]
    if at.file.dialects[0].closed:
        lines.append("Other keys are not allowed here.")
    return lines


def _length_of(file: File, name: str) -> list[str]:
    text = file.header.string(name)
    limits = [limit for d in file.dialects for limit in d.limits if limit.of == name and limit.most]
    if text is None or not limits:
        return []
    return ["", f"This one has {len(text):,} characters."]


def _on_value(at: Cursor, node: Node) -> Hover | None:
    path = at.place.path
    holders = list(at.file.keys_at(path))
    if not holders:
        return None
    in_list = isinstance(path[-1], int)
    owners = list(at.file.keys_at(path[:-1])) if in_list else holders
    slot = find_slot(at, owners[0][1].separator if owners else "")
    if slot is None or slot.span.start == slot.span.end:
        return None
    entry = at.file.header.source(slot.span)
    for (dialect, key), (_, owner) in zip(holders, owners or holders, strict=False):
        lines = _about(at, dialect, key, owner, entry)
        if lines:
            return _shown(lines, slot.span)
    return _long_text(at, holders, node)


def _about(at: Cursor, dialect: Dialect, key: Key, owner: Key, entry: str) -> list[str]:
    what = key.values or owner.values
    if what == "tools" and dialect.tools:
        return _about_tool(dialect, entry)
    if what == "model":
        return describe.model_page(entry, dialect)
    if what == "globs":
        return _about_glob(at, entry)
    for value in (*key.suggestions, *(key.items.suggestions if key.items else ())):
        if str(value.value) == entry or (
            isinstance(value.value, bool) and str(value.value).lower() == entry
        ):
            if not value.description and not value.deprecated:
                return []
            lines = [f"**`{entry}`**", ""]
            if value.deprecated:
                lines += [f"*Deprecated.* Write `{value.deprecated}`.", ""]
            return [*lines, value.description]
    return []


def _about_tool(dialect: Dialect, entry: str) -> list[str]:
    tools = tool_list(dialect.tools)
    name, specifier = split_specifier(entry)
    tool = tools.find(name)
    if tool is not None:
        lines = describe.tool_page(tool, tools, dialect)
        if specifier and tool.name in ("Agent", "Task"):
            lines += ["", f"Only these: {specifier}. Counts when the agent runs as the main one."]
        return lines
    if tools.is_external(name):
        return describe.external_page(entry, tools)
    near = tools.suggest(name)
    lines = [f"**`{name}`**", "", f"No tool that {dialect.title} is known to have."]
    if near is not None:
        lines.append(f"Did you mean `{near}`?")
    return lines


def _about_glob(at: Cursor, glob: str) -> list[str]:
    problem = glob_problem(glob)
    if problem is not None:
        return [f"**`{glob}`** · glob", "", f"It {problem}."]
    view = at.file.view
    if view is None:
        return []
    files = view.files
    count = count_matches(glob, files)
    words = "1 file" if count == 1 else f"{count:,} files"
    return [f"**`{glob}`** · glob", "", f"Matches {words} of this workspace now."]


def _long_text(at: Cursor, holders: list[tuple[Dialect, Key]], node: Node) -> Hover | None:
    """Length against the limit, for text that has one."""
    if len(at.place.path) != 1:
        return None
    name = str(at.place.path[0])
    limits = [limit for dialect, _ in holders for limit in dialect.limits if limit.of == name]
    if not limits or limits[0].most is None:
        return None
    length = len(node.text)
    lines = [f"{length:,} of {limits[0].most:,} characters."]
    if limits[0].note:
        lines += ["", limits[0].note]
    return _shown(lines, node.span)


# The body


def _on_name(at: Cursor) -> Hover | None:
    """An agent, skill or prompt that the workspace defines: what it says it is for."""
    view, document = at.file.view, at.file.document
    if view is None or view.index is None:
        return None
    named = named_at(document, at.offset, view)
    if named is None or named.role == "definition":
        return None
    found = resolve(view.index, named.kind, named.name, named.family)
    if not found:
        return None
    root = (view.root or "").replace("\\", "/").rstrip("/")
    lines = [f"**`{named.name}`** · {named.kind}"]
    for one in found[:3]:
        description = " ".join(one.description.split())
        if len(description) > _LONGEST:
            description = f"{description[: _LONGEST - 1]}…"
        lines += ["", description, "", f"`{one.path.removeprefix(f'{root}/')}`"]
        if one.tools is not None:
            lines += ["", f"Tools: {describe.listed(f'`{name}`' for name in one.tools[:12])}"]
    return _shown(lines, named.span)


def _on_path(at: Cursor) -> Hover | None:
    """A path in the file: whether it leads anywhere."""
    view = at.file.view
    use = path_at(at.file.document, at.offset, view)
    if use is None or view is None or view.root is None:
        return None
    shown = use.target.removeprefix(view.root.replace("\\", "/").rstrip("/") + "/")
    if view.exists(use.target):
        return _shown([f"`{shown}`"], use.span)
    return _shown([f"`{shown}` does not exist."], use.span)


def _in_body(at: Cursor) -> Hover | None:
    header = at.file.header
    body = at.file.body
    found = _on_placeholder(at) or _on_path(at) or _on_name(at)
    if found is not None:
        return found
    if body.is_code(at.offset):
        return None
    # Bad bytes survive the round trip, so that lengths in bytes stay true.
    begin = max(header.body.start, at.offset - 400)
    before = header.text[begin : at.offset].decode("utf-8", "surrogateescape")
    after = header.text[at.offset : at.offset + 400].decode("utf-8", "surrogateescape")
    text = before + after
    mention = knowledge.topic_at(text, len(before))
    if mention is None:
        return None
    start = begin + len(text[: mention.start].encode("utf-8", "surrogateescape"))
    end = begin + len(text[: mention.end].encode("utf-8", "surrogateescape"))
    if body.is_code(start):
        return None
    return Hover(pages.topic_hover(mention.topic), Span(start, end))


def _on_placeholder(at: Cursor) -> Hover | None:
    """A form that a product replaces, or a tool named in the body."""
    header = at.file.header
    text = header.text
    begin = max(text.rfind(b"\n", 0, at.offset) + 1, header.body.start)
    end = text.find(b"\n", at.offset)
    line = text[begin : end if end >= 0 else len(text)].decode("utf-8", "surrogateescape")
    column = len(text[begin : at.offset].decode("utf-8", "surrogateescape"))
    for dialect in at.file.dialects:
        for placeholder in dialect.placeholders:
            for match in placeholder.pattern.finditer(line):
                if not match.start() <= column <= match.end() or match.start() == match.end():
                    continue
                start = begin + len(line[: match.start()].encode("utf-8", "surrogateescape"))
                stop = begin + len(line[: match.end()].encode("utf-8", "surrogateescape"))
                span = Span(start, stop)
                if match[0].startswith("#tool:") and dialect.tools:
                    return _shown(_about_tool(dialect, match[0].removeprefix("#tool:")), span)
                lines = [f"**`{placeholder.form}`**", "", placeholder.description]
                return _shown(lines, span)
    return None
