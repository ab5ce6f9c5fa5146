"""Writing suppressions: the edit that inserts one, and completion of ids inside its brackets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from backspec.languages import LANGUAGES
from backspec.model import Completion, Document
from backspec.suppress import Suppressions, fences, header_end, parse
from backspec.text import Edit, LineTable, Span, newline_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from backspec.catalog import Rule

Place = Literal["code", "markup", "string"]
"""What stands where a line begins: code, JSX children, or the inside of a string that spans
lines, where no comment can go."""

_OPEN = re.compile(rb"backspec:[ \t]*ignore(?:-file)?[ \t]*\[(?P<ids>[^\]\r\n]*)$")
_KEYWORD = re.compile(rb"backspec:[ \t]*(?P<word>[a-z-]*)$")
_TYPED = re.compile(rb"[^\s,]*$")
_FIRST_LINE = re.compile(rb"#!|<\?php|<\?xml|\xef\xbb\xbf")


def insertion(
    document: Document, diagnostic_span: Span, rule_id: str, place: Place = "code"
) -> Edit | None:
    """The edit that makes a diagnostic go away by a comment; None where none can be written.

    ``place`` says what stands at the start of the diagnostic's first line.
    """
    suppressions = parse(document)
    table = suppressions.table or LineTable(document.text)
    line = table.line_of(diagnostic_span.start)
    for item in suppressions.items:
        if item.ids_span and not item.is_file and line in item.lines:
            separator = (
                ", " if document.text[item.ids_span.start : item.ids_span.end].strip() else ""
            )
            at = Span(item.ids_span.end, item.ids_span.end)
            return Edit(at, f"{separator}{rule_id}")
    writer = _Writer(document, table, rule_id)
    if document.language == "markdown":
        return writer.in_markdown(line)
    if place == "markup":
        return writer.above(line, "{/* ", " */}")
    return writer.in_code(line, in_string=place == "string")


class _Writer:
    def __init__(self, document: Document, table: LineTable, rule_id: str) -> None:
        self.text = document.text
        self.table = table
        self.rule_id = rule_id
        self.language = LANGUAGES.get(document.language)
        self.newline = newline_of(document.text)
        self.takes_comments = document.language != "json" or document.path.endswith(".jsonc")

    def line(self, line: int) -> bytes:
        span = self.table.line_span(line)
        return self.text[span.start : span.end]

    def above(self, line: int, opening: str, closing: str = "", word: str = "ignore") -> Edit:
        """A line of its own before ``line``, indented like it."""
        start = self.table.starts[line] if line < self.table.line_count else len(self.text)
        content = self.line(line) if line < self.table.line_count else b""
        indent = content[: len(content) - len(content.lstrip())].decode("utf-8", "replace")
        comment = f"{indent}{opening}backspec: {word}[{self.rule_id}]{closing}{self.newline}"
        if line >= self.table.line_count and not self.text.endswith((b"\n", b"\r")):
            comment = self.newline + comment.removesuffix(self.newline)
        return Edit(Span(start, start), comment)

    def in_code(self, line: int, *, in_string: bool) -> Edit | None:
        marks = self.marks()
        if marks is None or in_string:
            return None
        opening, closing = marks
        if line == 0 and _FIRST_LINE.match(self.text) and self.line(0)[:2] in (b"#!", b"<?"):
            return self.above(1, opening, closing, "ignore-file")
        while line > 0 and self.line(line - 1).endswith(b"\\"):
            line -= 1
        if line == 0 and self.text.startswith(b"\xef\xbb\xbf"):
            comment = f"{opening}backspec: ignore[{self.rule_id}]{closing}{self.newline}"
            return Edit(Span(3, 3), comment)
        return self.above(line, opening, closing)

    def marks(self) -> tuple[str, str] | None:
        if self.language is None or not self.takes_comments:
            return None
        if self.language.line_comment:
            return f"{self.language.line_comment} ", ""
        opening, closing = self.language.block_comment
        if opening:
            return f"{opening} ", f" {closing}"
        return ("// ", "") if self.language.id == "json" else None

    def in_markdown(self, line: int) -> Edit:
        end = header_end(self.table)
        if line <= end:
            return self.above(self.entry_start(max(line, 1)), "# ")
        line = self.fence_start(line, end)
        if self.line(line).lstrip().startswith((b"```", b"~~~")):
            return self.above(line, "<!-- ", " -->")
        if self.line(line).strip().startswith(b"|") or not self.line(line).strip():
            return self.above(self.table_start(line, end), "<!-- ", " -->")
        at = self.table.line_span(line).end
        return Edit(Span(at, at), f" <!-- backspec: ignore[{self.rule_id}] -->")

    def entry_start(self, line: int) -> int:
        """The line on which the header entry around ``line`` begins."""
        while line > 1 and self.line(line)[:1] in (b" ", b"\t", b"-", b""):
            line -= 1
        return line

    def fence_start(self, line: int, after: int) -> int:
        """The first line of the fenced block around ``line``, else ``line``."""
        for start, end in fences(self.table, after).items():
            if start <= line <= end:
                return start
        return line

    def table_start(self, line: int, after: int) -> int:
        while line - 1 > after and self.line(line - 1).strip().startswith(b"|"):
            line -= 1
        return line


def completions(
    document: Document, offset: int, rules: Iterable[Rule], here: Sequence[str] = ()
) -> list[Completion] | None:
    """Completions inside a suppression; None when the offset is in none.

    ``here`` are the ids of diagnostics nearby, offered first.
    """
    text = document.text
    start = max(text.rfind(b"\n", 0, offset), text.rfind(b"\r", 0, offset)) + 1
    before = text[start:offset]
    if b"backspec:" not in before:
        return None
    if keyword := _KEYWORD.search(before):
        span = Span(start + keyword.start("word"), offset)
        return [
            Completion(
                "ignore[...]",
                Edit(span, "ignore[$1]$0"),
                "snippet",
                "this line or the next",
                is_snippet=True,
                filter_text="ignore",
            ),
            Completion(
                "ignore-file[...]",
                Edit(span, "ignore-file[$1]$0"),
                "snippet",
                "the whole file",
                is_snippet=True,
                filter_text="ignore-file",
            ),
        ]
    if not (opened := _OPEN.search(before)):
        return None
    typed = _TYPED.search(opened["ids"])
    length = len(typed.group()) if typed else 0
    end = offset
    while end < len(text) and (text[end : end + 1].isalnum() or text[end] in b"/-_*"):
        end += 1
    span = Span(offset - length, end)
    others = opened["ids"][: len(opened["ids"]) - length]
    taken = {name.decode("utf-8", "replace") for name in re.split(rb"[\s,]+", others)}
    found = []
    for rule in rules:
        if rule.id in taken and text[span.start : span.end].decode("utf-8", "replace") != rule.id:
            continue
        near = rule.id in here
        found.append(
            Completion(
                rule.id,
                Edit(span, rule.id),
                "rule",
                rule.title,
                documentation="",
                sort=f"{0 if near else 1}{rule.id}",
            )
        )
    return found


def suppression_at(suppressions: Suppressions, offset: int) -> tuple[str, Span] | None:
    """The id of a suppression that an offset is on."""
    for item in suppressions.items:
        for name, span in item.ids:
            if span.contains(offset):
                return name, span
    return None
