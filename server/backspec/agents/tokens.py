"""Semantic tokens of agent files: known keys, tools, agents, models, placeholders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from backspec import catalog
from backspec.agents import edit
from backspec.agents.agent_file import open_file
from backspec.agents.graph import references_in
from backspec.agents.markdown import byte_spans
from backspec.agents.mentions import uses_in
from backspec.agents.tools import split_specifier, tool_list
from backspec.model import Token
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.dialects import Key
    from backspec.agents.nodes import Entry
    from backspec.agents.view import View
    from backspec.model import Document

Modifiers = tuple[Literal["deprecated", "defaultLibrary"], ...]


def tokens(document: Document, view: View | None = None) -> list[Token]:
    """The pieces with a meaning of their own, in order, not overlapping, each on one line.

    Keys that nobody knows get no token: their colour then tells.
    """
    file = open_file(document, view)
    if file is None:
        return []
    found = [*_in_header(file), *_in_body(file)]
    kept: list[Token] = []
    for token in sorted(found, key=lambda t: (t.span.start, t.span.end - t.span.start)):
        text = document.text[token.span.start : token.span.end]
        if not text or b"\n" in text or b"\r" in text:
            continue
        if not kept or kept[-1].span.end <= token.span.start:
            kept.append(token)
    return kept


def _in_header(file: AgentFile) -> Iterator[Token]:
    for entry, key, _ in file.nested():
        modifiers: Modifiers = ("deprecated",) if key.deprecated else ()
        yield Token(
            entry.key.content if entry.key.is_quoted else entry.key.span, "property", modifiers
        )
        if key.values == "tools":
            yield from _tools(file, entry, key)
        elif key.enum and entry.value.kind == "scalar":
            values = {str(value.value) for value in key.enum}
            if entry.value.text in values:
                yield Token(entry.value.content, "enumMember")
        elif key.values == "model" and entry.value.kind == "scalar":
            yield from _model(file, entry)
    for reference in references_in(file):
        yield Token(reference.span, "class")


def _model(file: AgentFile, entry: Entry) -> Iterator[Token]:
    lists = catalog.vocabulary("agent-models")["lists"]
    if entry.value.text in lists.get(file.dialect.models, {}).get("names", {}):
        yield Token(entry.value.content, "enumMember", ("defaultLibrary",))


def _tools(file: AgentFile, entry: Entry, key: Key) -> Iterator[Token]:
    tools = file.tools
    if tools is None:
        return
    for item in edit.listed(file.header, entry.value, key.separator or "comma"):
        name, _ = split_specifier(item.text)
        tool = tools.find(name)
        start = item.node.content.start if item.node is not None else item.span.start
        span = Span(start, start + len(name.encode()))
        if tool is not None:
            old = tool.status in ("renamed", "legacy", "removed", "outdated")
            yield Token(span, "function", ("deprecated",) if old else ("defaultLibrary",))
        elif tools.is_external(name):
            yield Token(span, "function")


def _in_body(file: AgentFile) -> Iterator[Token]:
    if not file.is_markdown:
        return
    header = file.header
    raw = file.document.text[header.body.start : header.body.end]
    text = raw.decode("utf-8", "surrogateescape")
    for dialect in file.dialects:
        for placeholder in dialect.placeholders:
            matches = list(placeholder.pattern.finditer(text))
            spans = byte_spans(text, (match.span() for match in matches), header.body.start)
            for match, span in zip(matches, spans, strict=True):
                if file.body.in_fence(span.start):
                    continue
                if match[0].startswith("#tool:"):
                    yield from _tool_in_body(dialect.tools, match[0], span)
                else:
                    yield Token(span, "macro")
    index = file.view.index if file.view is not None else None
    if index is not None:
        names = {d.name for d in index} | {d.label for d in index if d.label}
        for use in uses_in(names, file.body, file.document.text):
            yield Token(use.span, "class")


def _tool_in_body(vocabulary: str, written: str, span: Span) -> Iterator[Token]:
    name = written.removeprefix("#tool:").rstrip(".")
    inner = Span(span.start + len("#tool:"), span.start + len("#tool:") + len(name.encode()))
    tool = tool_list(vocabulary).find(name) if vocabulary else None
    old = tool is not None and tool.status in ("renamed", "legacy", "removed", "outdated")
    yield Token(Span(span.start, inner.start), "macro")
    yield Token(inner, "function", ("deprecated",) if old else ())
