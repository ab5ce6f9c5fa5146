"""The Markdown below the header: code fences and tags that are opened and never closed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backspec.agents.agent_file import Report
from backspec.text import Edit, Span, newline_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.agent_file import AgentFile

_TAG = re.compile(rb"<(?P<close>/?)(?P<name>[a-z][a-z0-9_-]{1,40})(?P<rest>(?:\s[^<>]{0,200})?)>")
_ALONE = ("example", "examples", "commentary", "instructions", "context")
"""Tags of prompts that count also when their other half is nowhere in the text."""
_HTML = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"),
        *("track", "wbr", "p", "li", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody"),
        *("tfoot", "colgroup", "body", "html", "head"),
    )
)
"""Tags that HTML lets stand alone."""


def unclosed_code_fence(file: AgentFile) -> Iterator[Report]:
    """A code fence that runs to the end of the file."""
    if not file.is_markdown:
        return
    for fence in file.body.fences:
        if fence.is_closed:
            continue
        text = file.document.text
        newline = newline_of(text)
        end = len(text)
        close = f"{fence.mark}{newline}"
        if text and not text.endswith((b"\n", b"\r")):
            close = newline + close
        line = text.find(b"\n", fence.span.start, fence.span.end)
        stop = line if line >= 0 else fence.span.end
        span = Span(fence.span.start, stop - (text[stop - 1 : stop] == b"\r"))
        message = "this code fence is never closed, so the rest of the file is code"
        edits = (Edit(Span(end, end), close),)
        fixes = file.fix("Close it at the end of the file", edits, "unsafe")
        if not fence.info:
            # Without a language it more likely is an end that lost its beginning.
            stray = Edit(Span(fence.span.start, fence.content.start), "")
            fixes = file.fix("Remove this line", (stray,), "unsafe") + fixes
        yield Report(span, message, None, fixes)


def unbalanced_tag(file: AgentFile) -> Iterator[Report]:
    """``<example>`` without its end, or the reverse, in the body or the description."""
    text = file.document.text
    if b"<" not in text:
        return
    spans = []
    if file.is_markdown:
        spans.append(("the text", list(file.body.find(_TAG))))
    entry = file.header.find("description")
    if entry is not None and entry.value.kind == "scalar":
        spans.append(("`description`", list(_TAG.finditer(text, *entry.value.content))))
    for where, found in spans:
        for report, tag in _unbalanced(where, found):
            if where != "the text" or _is_block(text, tag):
                yield report


def _is_block(text: bytes, tag: re.Match[bytes]) -> bool:
    """Whether a tag begins or ends its line; inside a sentence it is only talked about."""
    start = text.rfind(b"\n", 0, tag.start()) + 1
    end = text.find(b"\n", tag.end())
    after = text[tag.end() : end if end >= 0 else len(text)].strip()
    return not text[start : tag.start()].strip(b" \t>*-") or (bool(tag["close"]) and not after)


def _unbalanced(
    where: str, found: list[re.Match[bytes]]
) -> Iterator[tuple[Report, re.Match[bytes]]]:
    opened: dict[str, list[re.Match[bytes]]] = {}
    lonely: list[re.Match[bytes]] = []
    closed: set[str] = set()
    for tag in found:
        name = tag["name"].decode("ascii")
        if name in _HTML or tag["rest"].rstrip().endswith(b"/"):
            continue
        if not tag["close"]:
            opened.setdefault(name, []).append(tag)
        elif opened.get(name):
            opened[name].pop()
            closed.add(name)
        else:
            lonely.append(tag)
    for name, tags in opened.items():
        if name in closed or name in _ALONE:
            lonely.extend(tags)
    for tag in sorted(lonely, key=lambda t: t.start()):
        name = tag["name"].decode("ascii")
        other = f"<{name}>" if tag["close"] else f"</{name}>"
        written = tag.group().decode("utf-8", "replace")
        message = f"`{written[:40]}` in {where} has no `{other}`"
        yield Report(Span(*tag.span()), message), tag
