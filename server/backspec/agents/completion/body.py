"""Completes the body: tools, files, links, headings, placeholders, topics."""

from __future__ import annotations

import functools
import posixpath
import re
from typing import TYPE_CHECKING

from backspec import catalog, pages
from backspec.agents.describe import tool_page
from backspec.agents.markdown import headings
from backspec.agents.tools import tool_list
from backspec.model import Completion
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.context import Cursor
    from backspec.agents.dialects import Dialect, Placeholder

_MOST = 200
"""Most files offered at once."""

_TOOL = re.compile(r"#tool:([\w./-]*)\Z")
_FILE = re.compile(r"#(?:\[\[)?file:([^\s\]]*)\Z")
_LINK = re.compile(r"\]\(<?([^()<>\s]*)\Z")
_IMPORT = re.compile(r"(?:^|(?<=[\s(]))@\{?([^\s{}`,]*)\Z")
_WORD = re.compile(r"(?:^|(?<=[\s(\[*_/,:]))([A-Za-z.][\w.#+-]*(?: [\w.#+-]+)?)\Z")


def complete_body(cursor: Cursor) -> Iterator[Completion]:
    """What can be written at a cursor below the header; nothing inside code."""
    text = cursor.file.header.text
    start = max(
        text.rfind(b"\n", 0, cursor.offset),
        text.rfind(b"\r", 0, cursor.offset),
        cursor.file.header.body.start - 1,
    )
    line = text[start + 1 : cursor.offset].decode("utf-8", "replace")
    body = cursor.file.body
    if body.is_code(cursor.offset) and not line.rstrip().endswith("!`"):
        return
    dialects = cursor.file.dialects
    forms = {placeholder.form for dialect in dialects for placeholder in dialect.placeholders}
    if "#tool:name" in forms and (found := _TOOL.search(line)):
        yield from _tools(cursor, found[1])
    elif forms & {"#file:path", "#[[file:path]]"} and (found := _FILE.search(line)):
        yield from _files(cursor, found[1], "root")
    elif found := _LINK.search(line):
        yield from _link_targets(cursor, found[1])
    elif forms & {"@path", "@{path}"} and (found := _IMPORT.search(line)):
        yield from _files(cursor, found[1], "folder" if "@{path}" not in forms else "root")
    else:
        yield from _placeholders(cursor, line)
        if found := _WORD.search(line):
            yield from _topics(cursor, found[1])


def _span(cursor: Cursor, typed: str) -> Span:
    return Span(cursor.offset - len(typed.encode()), cursor.offset)


def _tools(cursor: Cursor, typed: str) -> Iterator[Completion]:
    granted = _granted(cursor)
    seen: set[str] = set()
    for dialect in cursor.file.dialects:
        if not dialect.tools or dialect.tools in seen:
            continue
        seen.add(dialect.tools)
        tools = tool_list(dialect.tools)
        for rank, tool in enumerate(tools.offers()):
            has = granted is None or tool.name in granted
            yield Completion(
                label=tool.name,
                edit=Edit(_span(cursor, typed), tool.name),
                kind="tool",
                detail="" if has else "not in this file's tools",
                documentation="\n".join(tool_page(tool, tools, dialect)[2:]),
                sort=f"{'1' if has else '2'}{rank:03}",
            )


def _granted(cursor: Cursor) -> frozenset[str] | None:
    """The tools the header grants, sets unfolded; None when it grants all."""
    entry = cursor.file.header.find("tools")
    if entry is None:
        return None
    names: set[str] = set()
    for node in entry.value.scalars():
        for part in node.text.split(","):
            name = part.strip()
            if name == "*":
                return None
            names.add(name)
            for dialect in cursor.file.dialects:
                if dialect.tools:
                    names.update(tool_list(dialect.tools).expand(name))
    return frozenset(names)


def _files(cursor: Cursor, typed: str, base: str) -> Iterator[Completion]:
    """Paths of the workspace: from its root, or from the document's folder."""
    view = cursor.file.view
    if view is None or view.root is None:
        return
    folder = _folder(cursor) if base == "folder" else ""
    wanted = typed.lower().replace("\\", "/").lstrip("./")
    count = 0
    for path in view.files:
        shown = posixpath.relpath(path, folder) if folder else path
        if wanted and wanted not in path.lower():
            continue
        count += 1
        if count > _MOST:
            return
        yield Completion(
            label=shown,
            edit=Edit(_span(cursor, typed), shown.replace(" ", "%20") if " " in shown else shown),
            kind="file",
            sort=f"{shown.count('/'):02}{shown}",
        )


def _folder(cursor: Cursor) -> str:
    """The document's folder, relative to the workspace; "" at its root or outside."""
    view = cursor.file.view
    root = (view.root or "").replace("\\", "/").rstrip("/") + "/" if view is not None else "/"
    path = cursor.file.document.path.replace("\\", "/")
    return posixpath.dirname(path[len(root) :]) if path.startswith(root) else ""


def _link_targets(cursor: Cursor, typed: str) -> Iterator[Completion]:
    if typed.startswith("#"):
        for heading in headings(cursor.file.body, cursor.file.header.text):
            anchor = f"#{slug(heading.title)}"
            yield Completion(
                label=anchor,
                edit=Edit(_span(cursor, typed), anchor),
                kind="file",
                detail=heading.title,
            )
        return
    yield from _files(cursor, typed, "folder")


def slug(title: str) -> str:
    """The fragment that Markdown renderers give a heading."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def _placeholders(cursor: Cursor, line: str) -> Iterator[Completion]:
    for dialect in cursor.file.dialects:
        for placeholder in _offered(dialect):
            lead = _lead(placeholder, line)
            if lead is None:
                continue
            yield Completion(
                label=placeholder.form,
                edit=Edit(_span(cursor, lead), placeholder.snippet),
                kind="snippet",
                documentation=placeholder.description,
                is_snippet=True,
                sort=f"1{placeholder.form}",
                filter_text=placeholder.form,
            )
        if "argument-hint" in dialect.keys or "arguments" in dialect.keys:
            yield from _named_arguments(cursor, line)


def _offered(dialect: Dialect) -> list[Placeholder]:
    return [placeholder for placeholder in dialect.placeholders if placeholder.snippet]


def _lead(placeholder: Placeholder, line: str) -> str | None:
    """How much of a placeholder's beginning has been typed; None when nothing has."""
    form = placeholder.form
    for size in range(min(len(form), len(line), 40), 0, -1):
        if line.endswith(form[:size]):
            return form[:size]
    return None


def _named_arguments(cursor: Cursor, line: str) -> Iterator[Completion]:
    entry = cursor.file.header.find("arguments")
    found = re.search(r"\$[\w-]*\Z", line)
    if entry is None or found is None:
        return
    for node in entry.value.scalars():
        for name in node.text.split():
            yield Completion(
                label=f"${name}",
                edit=Edit(_span(cursor, found[0]), f"${name}"),
                detail="argument",
                sort="0",
            )


def _topics(cursor: Cursor, typed: str) -> Iterator[Completion]:
    """Subjects that backspec knows, once a word is two letters long."""
    words = [typed] if " " not in typed else [typed, typed.split(" ")[1]]
    seen: set[str] = set()
    for word in words:
        if len(word) < 2:
            continue
        wanted = word.casefold()
        for title, topic_slug in _titles():
            if title.casefold().startswith(wanted) and topic_slug not in seen:
                seen.add(topic_slug)
                topic = catalog.topics()[topic_slug]
                served = len(catalog.rules_of_topic().get(topic_slug, ()))
                yield Completion(
                    label=topic.title,
                    edit=Edit(_span(cursor, word), topic.title),
                    kind="topic",
                    detail=f"{served} rules" if served != 1 else "1 rule",
                    documentation=pages.topic_hover(topic),
                    sort=f"5{title}",
                    filter_text=title,
                )


@functools.cache
def _titles() -> tuple[tuple[str, str], ...]:
    """(name, slug) of all topics: titles and slugs."""
    found: dict[tuple[str, str], None] = {}
    for topic_slug, topic in catalog.topics().items():
        found[topic.title, topic_slug] = None
        found[topic_slug, topic_slug] = None
    return tuple(found)
