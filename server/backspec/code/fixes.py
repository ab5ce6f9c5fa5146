"""Makes edits of code: whole arguments in and out, with the commas right.

Checks use these functions directly; clauses through their ``fix`` template. A function returns
None where the change cannot be made safely by text (a generator argument, broken code).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.arguments import Found, argument
from backspec.code.facts.model import Call, Mapping, Value
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingABC
    from collections.abc import Sequence

    from backspec.code.models import Place
    from backspec.code.syntax import Node

_INDENT = re.compile(rb"[ \t]*")
_COMMENTS: Final = ("//", "#", "/*")


def insert_argument(call: Call, source: bytes, text: str) -> list[Edit] | None:
    """Add an argument after the last one."""
    return _append(call.arguments.span, _items(call), source, text)


def insert_entry(mapping: Mapping, source: bytes, text: str) -> list[Edit] | None:
    """Add an entry to a mapping literal, after the last one."""
    span = mapping.span
    brackets = source[span.start : span.start + 1] + source[span.end - 1 : span.end]
    if brackets not in (b"{}", b"[]"):
        return None
    items = [n for n in mapping.node.named_children if "comment" not in n.type]
    inner = Span(span.start + 1, span.end - 1)
    if not items and not source[inner.start : inner.end].strip():
        return [Edit(inner, f" {text} " if _is_braced_with_spaces(source) else text)]
    return _append(inner, items, source, text)


def _is_braced_with_spaces(source: bytes) -> bool:
    """Whether the file writes ``{ a: 1 }`` rather than ``{a: 1}``, as most JavaScript does."""
    return source.count(b"{ ") >= source.count(b'{"') + source.count(b"{'")


def _items(call: Call) -> list[Node] | None:
    """The argument nodes of a call; None when they do not stand in a list of their own."""
    node = call.node.child_by_field_name("arguments")
    if node is None:
        # PHP's ``new`` gives its arguments no name.
        node = next((n for n in call.node.named_children if n.type == "arguments"), None)
    if node is None or node.has_error:
        return None
    if not _ARGUMENT_LIST.search(node.type):
        return None
    return [n for n in node.named_children if "comment" not in n.type]


_ARGUMENT_LIST = re.compile(r"^(argument_list|arguments)$")


def _append(
    inner: Span, items: Sequence[Node] | None, source: bytes, text: str
) -> list[Edit] | None:
    if items is None:
        return None
    if not items:
        if source[inner.start : inner.end].strip():
            return None
        return [Edit(inner, text)]
    last = items[-1]
    tail = source[last.end_byte : inner.end]
    has_comma = tail.lstrip().startswith(b",")
    after = last.end_byte + (tail.index(b",") + 1 if has_comma else 0)
    rest = source[after : inner.end]
    if b"\n" not in rest:
        if rest.strip():
            return None
        return [Edit(Span(after, after), f" {text}," if has_comma else f", {text}")]
    # The closing bracket has a line of its own: so has the new item.
    line_start = source.rfind(b"\n", 0, last.start_byte) + 1
    indent = _INDENT.match(source, line_start)
    margin = indent[0].decode("ascii") if indent is not None else ""
    newline = "\r\n" if b"\r\n" in rest else "\n"
    at = inner.end - len(rest) + len(rest.rstrip())
    edits = [Edit(Span(at, at), f"{newline}{margin}{text}" + ("," if has_comma else ""))]
    if not has_comma:
        if at == after:
            return [Edit(Span(after, after), f",{newline}{margin}{text}")]
        edits.insert(0, Edit(Span(after, after), ","))
    return edits


def remove_argument(call: Call, source: bytes, places: Sequence[Place]) -> list[Edit] | None:
    """Take an argument, or an entry of a mapping argument, out together with its comma."""
    value = argument(call, places)
    if not isinstance(value, Value):
        return None
    items = _items(call)
    if items is None:
        return None
    return _remove(value, items, source)


def remove_value(value: Value, container: Node, source: bytes) -> list[Edit] | None:
    """Take the item that holds ``value`` out of a list, mapping or argument list."""
    items = [n for n in container.named_children if "comment" not in n.type]
    return _remove(value, items, source)


def _remove(value: Value, items: Sequence[Node], source: bytes) -> list[Edit] | None:
    for at, item in enumerate(items):
        if not (item.start_byte <= value.span.start and value.span.end <= item.end_byte):
            continue
        if item.type == "argument" and item.named_child_count == 1:
            item = item.named_children[0]  # noqa: PLW2901 # PHP wraps each argument
        if item.start_byte != value.span.start and item.type in (
            "object",
            "dictionary",
            "array_creation_expression",
        ):
            inner = [n for n in item.named_children if "comment" not in n.type]
            return _remove(value, inner, source)
        return [Edit(_with_comma(at, items, source), "")]
    return None


def _with_comma(at: int, items: Sequence[Node], source: bytes) -> Span:
    """An item with the comma and the space that would be left over."""
    item = items[at]
    if at + 1 < len(items):
        return Span(item.start_byte, items[at + 1].start_byte)
    if at > 0:
        start = items[at - 1].end_byte
        tail = source[item.end_byte :]
        comma = len(tail) - len(tail.lstrip())
        if tail[comma : comma + 1] == b"," and b"\n" in source[start : item.start_byte]:
            # ``a,\n b,\n)``: the comma before stays as the trailing one.
            return Span(start, item.end_byte + comma)
        return Span(start, item.end_byte)
    tail = source[item.end_byte :]
    comma = len(tail) - len(tail.lstrip())
    end = item.end_byte + comma + 1 if tail[comma : comma + 1] == b"," else item.end_byte
    return Span(item.start_byte, end)


def replace_value(value: Found, text: str) -> list[Edit] | None:
    """Put other text in the place of a value."""
    return [Edit(value.span, text)] if isinstance(value, Value) else None


def replace_member(span: Span, source: bytes, names: MappingABC[str, str]) -> list[Edit] | None:
    """Replace the last segment of a dotted name: ``yaml.Loader`` to ``yaml.SafeLoader``."""
    written = source[span.start : span.end].decode("utf-8", "replace")
    head, dot, last = written.rpartition(".")
    new = names.get(last)
    if new is None:
        return None
    start = span.start + len((head + dot).encode())
    return [Edit(Span(start, span.end), new)]


def insert_option(
    call: Call, source: bytes, places: Sequence[Place], name: str, text: str
) -> list[Edit] | None:
    """Add an entry to the options mapping of a call, or the mapping when it is not given.

    ``places`` are those of the option (``1.timeout``), ``name`` is its key, ``text`` the entry.
    """
    given = call.arguments.positional
    for place in places:
        head = str(place).partition(".")[0]
        if not head.isdecimal() or isinstance(place, int):
            continue
        position = int(head)
        if position < len(given):
            holder = given[position]
            if isinstance(holder, Mapping) and name not in holder.entries:
                return insert_entry(holder, source, text)
        elif position == len(given) and not call.arguments.is_open:
            braced = f"[{text}]" if "=>" in text else f"{{ {text} }}"
            return insert_argument(call, source, braced)
    return None


# ---------------------------------------------------------------------------- lines


def remove_lines(span: Span, source: bytes) -> list[Edit] | None:
    """Take a statement out with its lines; None when something else stands on them."""
    start = source.rfind(b"\n", 0, span.start) + 1
    line_end = source.find(b"\n", span.end)
    end = line_end + 1 if line_end >= 0 else len(source)
    if source[start : span.start].strip() or source[span.end : end].strip(b" \t\r\n;"):
        return None
    if _is_first(start, span.start - start, source) and (blank := _BLANK_LINE.match(source, end)):
        end = blank.end()
    return [Edit(Span(start, end), "")]


def _is_first(start: int, margin: int, source: bytes) -> bool:
    """Whether a line is the first of its block or paragraph; a blank line after it goes, too."""
    before = source[source.rfind(b"\n", 0, max(start - 1, 0)) + 1 : start]
    return start == 0 or not before.strip() or len(before) - len(before.lstrip()) < margin


def insert_line(after: Span, source: bytes, text: str) -> list[Edit] | None:
    """Add a line behind a statement that begins and ends its lines, with the same margin."""
    start = source.rfind(b"\n", 0, after.start) + 1
    line_end = source.find(b"\n", after.end)
    margin = source[start : after.start]
    if margin.strip() or line_end < 0 or source[after.end : line_end].strip(b" \t\r;"):
        return None
    newline = "\r\n" if source[:line_end].endswith(b"\r") else "\n"
    at = line_end + 1
    return [Edit(Span(at, at), margin.decode("ascii") + text + newline)]


_BLANK_LINE: Final = re.compile(rb"[ \t]*\r?\n")
