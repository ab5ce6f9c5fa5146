"""Edits of a header that keep comments, order, quoting, line ends and every other byte.

Each function returns edits of the document the header was read from; nothing is applied. They
work on YAML headers, TOML and JSON alike. An edit that cannot be made without rewriting what the
author wrote gives ().
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backspec.agents.scalars import resolve
from backspec.agents.tools import split_entries
from backspec.text import BOM, Edit, Span, newline_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from backspec.agents.nodes import Entry, Header, Node, Style

_PLAIN = re.compile(r"""(?![-?:,\[\]{}#&*!|>'"%@`\s=<~])[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f:]""")
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_][\w.-]*")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a value that holds many: a list's item, or a part of a ``a, b`` string."""

    text: str
    """The entry's text, unquoted."""
    span: Span
    """What is written for it, quotes included, blanks and separators not."""
    node: Node | None = None
    """The list item; None for a part of a string."""


def listed(header: Header, value: Node, separator: str = "comma") -> tuple[Listed, ...]:
    """The entries of a list, or of a string split at its separators, empty ones left out."""
    if value.kind == "list":
        return tuple(
            Listed(item.text, item.span, item)
            for item in value.items
            if item.kind == "scalar" and not item.is_empty
        )
    if value.kind != "scalar" or value.is_empty:
        return ()
    raw = header.text[value.content.start : value.content.end]
    text = raw.decode("utf-8", "surrogateescape")
    base = value.content.start
    found = []
    for start, end in split_entries(text, separator):
        at = base + len(text[:start].encode("utf-8", "surrogateescape"))
        part = text[start:end]
        size = len(part.encode("utf-8", "surrogateescape"))
        clean = raw[at - base : at - base + size].decode("utf-8", "replace")
        found.append(Listed(clean, Span(at, at + size)))
    return tuple(found)


# Writing scalars


def is_plain_safe(text: str, *, in_flow: bool = False) -> bool:
    """Whether YAML text reads as the same string without quotes, in 1.1 and in 1.2 readers."""
    if not _PLAIN.fullmatch(text) or ": " in text or " #" in text:
        return False
    if in_flow and any(char in text for char in ",[]{}"):
        return False
    return resolve(text, "1.1") == "string" and resolve(text, "1.2") == "string"


def double_quoted(text: str) -> str:
    """The text in double quotes, as YAML, JSON and TOML all read it."""
    inner = "".join(_ESCAPES.get(char) or _escape(char) for char in text)
    return f'"{inner}"'


def _escape(char: str) -> str:
    if (
        char >= " "
        and char not in "\x7f\x85\u2028\u2029\ufeff"
        and not "\ud800" <= char <= "\udfff"
    ):
        return char
    return f"\\u{ord(char):04x}"


def scalar(header: Header, text: str, style: Style = "plain", *, in_flow: bool = False) -> str:
    """How to write a string: in the given style where that is possible, else in double quotes."""
    if header.format in ("toml", "json"):
        return double_quoted(text)
    if style == "single" and "\n" not in text and all(_escape(char) == char for char in text):
        return "'" + text.replace("'", "''") + "'"
    if style == "plain" and is_plain_safe(text, in_flow=in_flow):
        return text
    return double_quoted(text)


def literal(header: Header, value: Any) -> str:
    """How to write a value on one line: a string, boolean, number or list of these."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return json.dumps(value)
    if isinstance(value, (list, tuple)):
        inner = (
            scalar(header, item, in_flow=True) if isinstance(item, str) else literal(header, item)
            for item in value
        )
        return f"[{', '.join(inner)}]"
    return scalar(header, str(value))


# Values


def quote_value(header: Header, value: Node) -> tuple[Edit, ...]:
    """Put an unquoted scalar in quotes, so that it reads as the text it is written as."""
    if value.kind not in ("scalar", "alias") or value.style != "plain" or value.is_empty:
        return ()
    start, end = value.span
    text = header.source(value.span)
    if '"' not in text and "\\" not in text:
        return Edit(Span(start, start), '"'), Edit(Span(end, end), '"')
    if "'" not in text:
        return Edit(Span(start, start), "'"), Edit(Span(end, end), "'")
    return (Edit(value.span, double_quoted(text)),)


def unquote_value(value: Node) -> tuple[Edit, ...]:
    """Take the quotes off a quoted scalar; for ``"true"`` and the like."""
    if value.kind != "scalar" or value.style not in ("single", "double"):
        return ()
    return (
        Edit(Span(value.span.start, value.content.start), ""),
        Edit(Span(value.content.end, value.span.end), ""),
    )


def set_text(header: Header, value: Node, text: str, *, in_flow: bool = False) -> tuple[Edit, ...]:
    """Replace a scalar's text, in the quotes it has."""
    if value.kind != "scalar":
        return ()
    style = value.style if value.style in ("single", "double") else "plain"
    return (Edit(value.span, scalar(header, text, style, in_flow=in_flow)),)


def set_value(header: Header, entry: Entry, written: str) -> tuple[Edit, ...]:
    """Replace whatever value an entry has by ``written``, which is one line of source text."""
    value = entry.value
    if entry.separator is None:
        return (Edit(Span(entry.key.span.end, entry.key.span.end), f": {written}"),)
    begin = entry.separator + 1
    if value.kind in ("list", "map") and value.style == "block":
        return (Edit(Span(begin, value.span.end), f" {written}"),)
    if value.is_empty:
        end = begin
        while header.text[end : end + 1] in (b" ", b"\t"):
            end += 1
        at_end = header.text[end : end + 1] in (b"", b"\n", b"\r", b",", b"}")
        return (Edit(Span(begin, end if at_end else begin), f" {written}"),)
    return (Edit(value.span, written),)


def set_entry_text(header: Header, value: Node, entry: Listed, text: str) -> tuple[Edit, ...]:
    """Replace one entry of a list or of a separated string."""
    if entry.node is not None:
        return set_text(header, entry.node, text, in_flow=value.style == "flow")
    return (Edit(entry.span, text),)


def remove_entry_of(
    header: Header, value: Node, entries: Sequence[Listed], index: int
) -> tuple[Edit, ...]:
    """Remove one entry of a list or of a separated string, with one separator."""
    entry = entries[index]
    if value.kind == "list" and value.style == "block":
        return (Edit(_whole_lines(header, entry.span), ""),)
    if index + 1 < len(entries):
        return (Edit(Span(entry.span.start, entries[index + 1].span.start), ""),)
    if index > 0:
        return (Edit(Span(entries[index - 1].span.end, entry.span.end), ""),)
    return (Edit(entry.span, ""),)


def add_entry_to(
    header: Header, value: Node, text: str, separator: str = "comma"
) -> tuple[Edit, ...]:
    """Append an entry to a list or to a separated string."""
    entries = listed(header, value, separator)
    if value.kind == "list" and value.style == "block":
        if not value.items:
            return ()
        last = value.items[-1].span
        line = _line_start(header.text, last.start)
        lead = header.text[line : last.start].decode("utf-8", "replace")
        if lead.strip() != "-":
            return ()
        at = _line_end(header.text, last.end)
        written = scalar(header, text)
        return (Edit(Span(at, at), f"{newline_of(header.text)}{lead}{written}"),)
    if value.kind == "list":
        at = entries[-1].span.end if entries else value.span.start + 1
        written = scalar(header, text, in_flow=True)
        return (Edit(Span(at, at), f", {written}" if entries else written),)
    if value.kind != "scalar" or not entries:
        return ()
    at = entries[-1].span.end
    glue = " " if separator == "space" else ", "
    return (Edit(Span(at, at), f"{glue}{text}"),)


# Keys


def rename_key(entry: Entry, name: str) -> tuple[Edit, ...]:
    """Give a key another name, in the quotes it has."""
    key = entry.key
    if key.style in ("single", "double"):
        return (Edit(key.content, name),)
    written = name if _PLAIN_KEY.fullmatch(name) else double_quoted(name)
    return (Edit(key.span, written),)


def remove_key(header: Header, parent: Node, entry: Entry) -> tuple[Edit, ...]:
    """Remove an entry with its lines, or with its comma where entries share a line."""
    entries = parent.entries
    index = next((i for i, other in enumerate(entries) if other is entry), None)
    if index is None:
        return ()
    if parent.style == "flow":
        if index + 1 < len(entries):
            return (Edit(Span(entry.span.start, entries[index + 1].key.span.start), ""),)
        if index > 0:
            return (Edit(Span(entries[index - 1].span.end, entry.span.end), ""),)
        return (Edit(entry.span, ""),)
    line = _line_start(header.text, entry.key.span.start)
    if not header.text[line : entry.key.span.start].strip():
        return (Edit(_whole_lines(header, entry.span), ""),)
    # The first key of a list item stands behind the item's dash.
    if index + 1 < len(entries):
        return (Edit(Span(entry.key.span.start, entries[index + 1].key.span.start), ""),)
    return (Edit(entry.span, "{}"),)


def insert_keys(
    header: Header, pairs: Iterable[tuple[str, str]], *, after: str | None = None
) -> tuple[Edit, ...]:
    """Add top-level entries: (key, source text of the value), in the order given.

    They come behind the entry called ``after``, else behind the last one; ``after=""`` puts them
    first. A Markdown file without a header gets one.
    """
    pairs = list(pairs)
    newline = newline_of(header.text)
    if header.format == "json":
        return _insert_json(header, pairs, after)
    sign = " = " if header.format == "toml" else ": "
    lines = [f"{key}{sign}{value}" if value else f"{key}{sign.rstrip()}" for key, value in pairs]
    entries = header.entries
    if header.opening is None and header.format == "markdown":
        start = len(BOM) if header.text.startswith(BOM) else 0
        rest = header.text[start:]
        gap = newline if rest and not rest.startswith((b"\n", b"\r")) else ""
        block = newline.join(["---", *lines, "---", ""])
        return (Edit(Span(start, start), block + gap),)
    if header.root is not None and (header.root.kind != "map" or header.root.style == "flow"):
        return ()
    anchor: Entry | None = None
    if after is not None:
        anchor = next((e for e in reversed(entries) if e.name == after), None)
    elif header.format == "toml":
        # Behind the last plain key: what follows a table's head belongs to the table.
        anchor = next((e for e in reversed(entries) if e.separator is not None), None)
    elif entries:
        anchor = max(entries, key=lambda e: e.span.end)
    if anchor is None:
        at = header.span.start
        has_lead = bool(entries) and header.format != "toml"
        lead = _lead(header.text, entries[0]) if has_lead else ""
        block = "".join(f"{lead}{line}{newline}" for line in lines)
        if at and header.text[at - 1 : at] not in (b"\n", b"\r") and header.opening is not None:
            block = newline + block.removesuffix(newline)
        return (Edit(Span(at, at), block),)
    lead = _lead(header.text, anchor)
    at = _line_end(header.text, anchor.span.end)
    block = "".join(f"{newline}{lead}{line}" for line in lines)
    return (Edit(Span(at, at), block),)


def _insert_json(
    header: Header, pairs: Sequence[tuple[str, str]], after: str | None
) -> tuple[Edit, ...]:
    root = header.root
    if root is None or root.kind != "map":
        return ()
    written = [f"{double_quoted(key)}: {value}" for key, value in pairs]
    if not root.entries:
        at = root.span.start + 1
        return (Edit(Span(at, at), ", ".join(written)),)
    found = None if after is None else root.find(after)
    anchor = found or root.entries[-1]
    at = anchor.span.end
    lead = _lead(header.text, anchor)
    line = _line_start(header.text, anchor.key.span.start)
    is_own_line = not header.text[line : anchor.key.span.start].strip()
    glue = f",{newline_of(header.text)}{lead}" if is_own_line else ", "
    if after == "":
        at = root.entries[0].key.span.start
        glue = glue[1:] if is_own_line else " "
        return (Edit(Span(at, at), "".join(f"{part},{glue}" for part in written)),)
    return (Edit(Span(at, at), "".join(f"{glue}{part}" for part in written)),)


def move_key_first(header: Header, parent: Node, entry: Entry) -> tuple[Edit, ...]:
    """Move an entry of a block map before its siblings."""
    entries = parent.entries
    if parent.style != "block" or not entries or entries[0] is entry:
        return ()
    lines = _whole_lines(header, entry.span)
    line = _line_start(header.text, entry.key.span.start)
    first = _line_start(header.text, entries[0].key.span.start)
    if header.text[line : entry.key.span.start].strip():
        return ()
    if header.text[first : entries[0].key.span.start].strip():
        return ()
    text = header.source(lines)
    if not text.endswith(("\n", "\r")):
        text += newline_of(header.text)
    return Edit(Span(first, first), text), Edit(lines, "")


def _lead(text: bytes, entry: Entry) -> str:
    """The blanks that a sibling of an entry needs before it."""
    start = entry.key.span.start
    line = _line_start(text, start)
    lead = text[line:start].decode("utf-8", "replace")
    return lead if not lead.strip() else " " * len(lead)


def _whole_lines(header: Header, span: Span) -> Span:
    """From the start of the first line of a span to the start of the line behind it."""
    end = _line_end(header.text, span.end)
    text = header.text
    if text.startswith(b"\r\n", end):
        end += 2
    elif end < len(text):
        end += 1
    return Span(_line_start(text, span.start), end)


def _line_start(text: bytes, at: int) -> int:
    return max(text.rfind(b"\n", 0, at), text.rfind(b"\r", 0, at)) + 1


def _line_end(text: bytes, at: int) -> int:
    """Where the line of ``at`` ends, before its line end."""
    ends = [end for end in (text.find(b"\n", at), text.find(b"\r", at)) if end >= 0]
    return min(ends, default=len(text))
