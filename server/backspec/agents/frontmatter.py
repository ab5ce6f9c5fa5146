"""Reads agent files of every format into a ``Header``. Never gives up and never raises.

This module knows fences: where a Markdown file's header begins and ends. What is inside is read by
``yaml_reader`` (well-formed), ``recovery`` (not), ``toml_reader`` and ``json_reader``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from backspec.agents.drafts import KEY, WORD
from backspec.agents.nodes import Entry, Format, Header, Node, Place, Problem, Repair
from backspec.agents.recovery import recover
from backspec.agents.source import Source
from backspec.agents.yaml_reader import YamlError, read_yaml
from backspec.text import BOM, Edit, Span, newline_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Entry", "Format", "Header", "Node", "Place", "Problem", "Repair", "parse"]

MAX_HEADER_BYTES = 256 * 1024
"""A longer header is cut here before it is read: no product's files come near."""

_FENCE_LINE = re.compile(rb"---[ \t]*(?=\r|\n|\Z)")
_CLOSING = re.compile(rb"^---[ \t]*(?=\r|\n|\Z)", re.MULTILINE)
_CR_CLOSING = re.compile(rb"(?:(?<=\r)|(?<=\n))---[ \t]*(?=\r|\n|\Z)")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_BEFORE = re.compile(
    rb"(?:[ \t]*(?:\r\n|\n|\r)|<!--(?:(?!-->).){0,2000}-->"
    rb"|[ \t]*```(?:ya?ml|md|markdown)?[ \t]*(?:\r\n|\n|\r)"
    rb"|\#(?!\#)[^\r\n]{0,200}(?:\r\n|\n|\r)){1,20}(?=---[ \t]*(?:\r|\n|\Z))",
    re.DOTALL,
)
"""What people put before the fence: blank lines, comments, the wrapper a chat adds."""


def parse(text: bytes, file_format: Format = "markdown") -> Header:
    """Read a document. Never raises; what is wrong is in ``Header.problems``.

    A small header costs well under 0.1 ms, a broken one about a millisecond.
    """
    if file_format == "markdown":
        return _parse_markdown(text)
    if file_format == "yaml":
        start = len(BOM) if text.startswith(BOM) else 0
        return _read(text, Span(start, len(text)), "yaml", None, None, Span(len(text), len(text)))
    if file_format == "toml":
        from backspec.agents.toml_reader import read_toml

        return read_toml(text)
    from backspec.agents.json_reader import read_json

    return read_json(text)


def _parse_markdown(text: bytes) -> Header:
    start = len(BOM) if text.startswith(BOM) else 0
    problems: list[Problem] = []
    found = _FENCE_LINE.match(text, start)
    if found is None:
        before = _BEFORE.match(text, start)
        if before is not None:
            found = _FENCE_LINE.match(text, before.end())
            if found is not None and not _looks_like_header(text, found.end()):
                found = None
        if found is None:
            return Header(text, "markdown", None, Span(start, start), Span(start, len(text)))
    if found.start() > 0:
        problems.append(_text_before(text, found.start()))
    opening = Span(found.start(), found.start() + 3)
    begin = _after_line_end(text, found.end())
    closing, end, body = _closing_fence(text, begin)
    if closing is None:
        end = _last_header_line(text, begin)
        body = end
        problems.append(_missing_fence(text, opening, begin, end))
    return _read(
        text, Span(begin, end), "markdown", opening, closing, Span(body, len(text)), problems
    )


def _closing_fence(text: bytes, begin: int) -> tuple[Span | None, int, int]:
    """(closing fence, end of the header, start of the body)."""
    pattern = _CR_CLOSING if b"\r" in text else _CLOSING
    if text.startswith(b"---", begin) and _FENCE_LINE.match(text, begin):
        found = _FENCE_LINE.match(text, begin)
    else:
        found = pattern.search(text, begin)
    if found is None:
        return None, begin, begin
    at = found.start()
    return Span(at, at + 3), at, _after_line_end(text, found.end())


def _after_line_end(text: bytes, at: int) -> int:
    found = _LINE_END.match(text, at)
    return found.end() if found else at


def _looks_like_header(text: bytes, at: int) -> bool:
    """Whether a ``---`` that is not at the top opens a header: keys follow, and a closing fence."""
    begin = _after_line_end(text, at)
    first = text[begin : begin + 200].decode("utf-8", "replace")
    return KEY.match(first) is not None and _closing_fence(text, begin)[0] is not None


def _text_before(text: bytes, fence: int) -> Problem:
    edits = [Edit(Span(0, fence), "")]
    before = text[:fence]
    if before == BOM:
        message = "a byte order mark stands before the opening `---`"
        title = "Remove the byte order mark"
        span = Span(fence, fence + 3)
    else:
        lines = before.removeprefix(BOM).strip()
        title = "Remove what stands before the header"
        span = Span(len(BOM) if before.startswith(BOM) else 0, fence + 3)
        message = "text stands before the opening `---`"
        if not lines:
            message = "a blank line stands before the opening `---`"
            title = "Remove the blank line"
        elif lines.startswith(b"```"):
            message = "a code fence stands before the opening `---`"
            last = list(re.finditer(rb"^[ \t]*```[ \t]*$", text, re.MULTILINE))
            if last and not text[last[-1].end() :].strip():
                edits.append(Edit(Span(last[-1].start(), len(text)), ""))
        elif lines.startswith((b"<!--", b"#")):
            message = "a comment stands before the opening `---`"
    return Problem("text-before-header", span, message, "", (Repair(title, tuple(edits)),), False)


_HEADER_LINE = re.compile(rb"[ \t]*(?:-[ \t]|#(?!#)|[\]}])|[ \t]+\S|[ \t]*\Z")


def _last_header_line(text: bytes, begin: int) -> int:
    """Where a header without its closing fence seems to end: behind its last line of YAML."""
    at = end = begin
    for _ in range(2000):
        if at >= len(text):
            break
        found = _LINE_END.search(text, at)
        stop = found.start() if found else len(text)
        after = found.end() if found else len(text)
        line = text[at:stop]
        if line.strip():
            words = line[:200].decode("utf-8", "replace")
            is_key = KEY.match(words) is not None and not words.startswith(("**", "http"))
            if not is_key and not _HEADER_LINE.match(line):
                break
            if at > end and not is_key:
                # Behind a blank line only a key goes on with the header.
                break
            end = after
        at = after
    return end


def _missing_fence(text: bytes, opening: Span, begin: int, end: int) -> Problem:
    newline = newline_of(text)
    fence = f"---{newline}"
    if end == len(text) and not text.endswith((b"\n", b"\r")):
        fence = f"{newline}---{newline}"
    repairs: tuple[Repair, ...] = ()
    if end > begin:
        repairs = (Repair("Insert the closing `---`", (Edit(Span(end, end), fence),)),)
    message = "the closing `---` of the header is missing"
    return Problem("missing-closing-fence", opening, message, "", repairs)


def _read(
    text: bytes,
    span: Span,
    file_format: Format,
    opening: Span | None,
    closing: Span | None,
    body: Span,
    problems: list[Problem] | None = None,
) -> Header:
    problems = problems or []
    source = Source(text[span.start : min(span.end, span.start + MAX_HEADER_BYTES)], span.start)
    read = read_yaml(source)
    root, anchors, scalar_spans = read.root, read.anchors, list(read.scalar_spans)
    error = read.error
    if root is not None and root.kind == "scalar" and WORD.fullmatch(root.text):
        # The first key of a header, being typed.
        error = YamlError(0, "there is no colon")
    if error is not None:
        recovered = recover(source, error)
        root, anchors, scalar_spans = recovered.root, recovered.anchors, recovered.scalar_spans
        problems.extend(recovered.problems)
    for index in source.unreadable[:20]:
        at = source.at(index)
        where = Span(at, source.at(index + 1))
        message = "a character that YAML does not allow"
        repair = Repair("Remove the character", (Edit(where, ""),))
        problems.append(Problem("invisible-character", where, message, "", (repair,)))
    comments = tuple(_comments(text, span, scalar_spans)) if "#" in source.text else ()
    return Header(
        text, file_format, root, span, body, opening, closing, tuple(problems),
        error is not None, anchors, comments,
    )  # fmt: skip


def _comments(text: bytes, span: Span, scalars: list[Span]) -> Iterator[Span]:
    """Every ``#`` that begins a line or follows a blank, and is in no scalar."""
    scalars.sort()
    starts = [scalar.start for scalar in scalars]
    at = text.find(b"#", span.start, span.end)
    while at >= 0:
        found = _LINE_END.search(text, at, span.end)
        stop = found.start() if found else span.end
        inside = bisect_right(starts, at) - 1
        is_text = inside >= 0 and at < scalars[inside].end
        if not is_text and (at == span.start or text[at - 1] in b" \t\r\n"):
            yield Span(at, stop)
            at = text.find(b"#", stop, span.end)
        else:
            at = text.find(b"#", at + 1, span.end)
