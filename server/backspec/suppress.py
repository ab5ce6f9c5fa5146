"""Suppressions: ``backspec: ignore[id, id] reason`` in a comment.

A comment at the end of a line speaks for that line, one that stands alone for the next line that
is not itself a comment; ``ignore-file[id]`` speaks for the whole file. In a frontmatter the next
line means the whole entry, above a fenced block of Markdown the whole block. Every id that
silences nothing is reported, and so is every id that no rule has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from backspec.languages import LANGUAGES
from backspec.model import Diagnostic, Document, Fix, Severity
from backspec.spelling import closest
from backspec.text import Edit, LineTable, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

UNUSED = "suppression/unused"
UNKNOWN = "suppression/unknown-rule"

_WORD = b"backspec:"
_IGNORE = re.compile(
    rb"backspec:[ \t]*ignore(?P<file>-file)?(?![\w-])"
    rb"(?P<brackets>[ \t]*\[(?P<ids>[^\]\r\n]*)\])?"
)
_ID = re.compile(rb"[^\s,]+")
_BARE_ID = re.compile(rb"[ \t]+([a-z0-9-]+/[a-z0-9-]+)")
_FENCE = re.compile(rb"[ \t]*(?:[-*+>] *)?(```+|~~~+)")
_ENTRY = re.compile(rb"[^\s#-]")
_ALL_MARKS = (b"#", b"//", b"/*", b"--", b"<!--", b"{#", b"{{!", b"<%#", b";")
_CLOSERS = {b"/*": b"*/", b"*": b"*/", b"<!--": b"-->", b"{#": b"#}", b"{{!": b"}}", b"<%#": b"%>"}


class Named(NamedTuple):
    """One id as written."""

    id: str
    span: Span


@dataclass(slots=True)
class Suppression:
    """One ``ignore`` comment."""

    ids: tuple[Named, ...]
    """() when it names none, which is a mistake."""
    is_file: bool
    """``ignore-file``."""
    span: Span
    """From ``backspec:`` to the closing bracket."""
    comment: Span
    """The whole comment with its marks."""
    ids_span: Span | None
    """Between the brackets; None without brackets."""
    line: int
    """0-based line it stands on."""
    is_alone: bool
    """Nothing but the comment is on its line."""
    lines: range
    """The 0-based lines it speaks for."""
    used: set[str] = field(default_factory=set)

    def speaks_for(self, rule: str, first: int, last: int, renamed: Mapping[str, str]) -> bool:
        """Whether it silences ``rule`` on a diagnostic from line ``first`` to ``last``.

        ``renamed`` says what old ids are called now.
        """
        if not (self.is_file or first in self.lines or (last in self.lines and not self.is_alone)):
            return False
        area = f"{rule.partition('/')[0]}/*"
        for name, _ in self.ids:
            if name == area or renamed.get(name, name) == rule:
                self.used.add(name)
                return True
        return False


@dataclass(slots=True)
class Suppressions:
    """All suppressions of one document."""

    document: Document
    table: LineTable | None = None
    """None when there are none."""
    items: list[Suppression] = field(default_factory=list)


def parse(document: Document) -> Suppressions:
    """The suppressions of a document, in order. Costs next to nothing where there are none."""
    text = document.text
    if _WORD not in text:
        return Suppressions(document)
    lines = _Lines(document)
    for match in _IGNORE.finditer(text):
        if found := lines.suppression(match):
            lines.found.items.append(found)
    return lines.found


class _Lines:
    """The lines of one document, as far as comments care about them."""

    def __init__(self, document: Document) -> None:
        self.text = document.text
        self.table = LineTable(document.text)
        self.found = Suppressions(document, self.table)
        self.is_markdown = document.language == "markdown"
        self.marks = comment_marks(document.language)
        self.header_end = header_end(self.table) if self.is_markdown else -1
        self.fences = fences(self.table, self.header_end) if self.is_markdown else {}

    def suppression(self, match: re.Match[bytes]) -> Suppression | None:
        line = self.table.line_of(match.start())
        whole = self.table.line_span(line)
        in_header = 0 < line < self.header_end
        if not in_header and any(start < line < end for start, end in self.fences.items()):
            return None
        marks: tuple[bytes, ...] = (b"#",) if in_header else self.marks
        is_yaml = in_header or self.found.document.language == "yaml"
        opened = self.comment_start(whole.start, match.start(), marks, is_yaml=is_yaml)
        if opened is None:
            return None
        start, mark = opened
        closer = _CLOSERS.get(mark)
        end = whole.end
        if closer and (at := self.text.find(closer, match.end(), whole.end)) >= 0:
            end = at + len(closer)
        before = self.text[whole.start : start].strip()
        after = self.text[end : whole.end].strip()
        if before == b"{" and after == b"}":  # JSX: {/* ... */}
            start = self.text.rindex(b"{", whole.start, start)
            end = self.text.index(b"}", end) + 1
            before = after = b""
        is_alone = not before and not after
        ids_span = Span(*match.span("ids")) if match["brackets"] is not None else None
        ids: tuple[Named, ...] = ()
        if ids_span:
            ids = tuple(
                Named(found.group().decode("utf-8", "replace"), Span(*found.span()))
                for found in _ID.finditer(self.text, *ids_span)
            )
        return Suppression(
            ids=ids,
            is_file=match["file"] is not None,
            span=Span(*match.span()),
            comment=Span(start, end),
            ids_span=ids_span,
            line=line,
            is_alone=is_alone,
            lines=self.next_lines(line, in_header)
            if is_alone
            else self.same_lines(line, in_header),
        )

    def comment_start(
        self, start: int, before: int, marks: Sequence[bytes], *, is_yaml: bool
    ) -> tuple[int, bytes] | None:
        """Where the comment around ``before`` begins and its mark; None outside comments."""
        text = self.text
        if b"/*" in marks and text[start:before].lstrip()[:1] == b"*":
            return text.index(b"*", start), b"*"
        if is_yaml:
            at = before
            while (at := text.rfind(b"#", start, at)) > start and text[at - 1] not in b" \t":
                continue
            return (at, b"#") if at >= start else None
        quotes = b"`" if self.is_markdown else b"\"'`"
        quote = 0
        at = start
        while at < before:
            byte = text[at]
            if quote:
                if byte == 0x5C:
                    at += 1
                elif byte == quote:
                    quote = 0
            elif mark := next((mark for mark in marks if text.startswith(mark, at)), None):
                return at, mark
            elif byte in quotes:
                quote = byte
            at += 1
        line_end = self.table.line_span(self.table.line_of(start)).end
        if quote and bytes((quote,)) not in text[before:line_end]:
            # What looked like a string never ends, so it was an apostrophe in running text.
            found = max((text.rfind(mark, start, before), mark) for mark in marks)
            return found if found[0] >= 0 else None
        return None

    def next_lines(self, line: int, in_header: bool) -> range:
        """What a comment alone on ``line`` speaks for: itself to the end of what follows."""
        if in_header:
            # The opening fence cannot carry a comment, so the first line speaks for it too.
            first = 0 if line == 1 else line
            return range(first, self.entry_end(line + 1))
        target = line + 1
        while target < self.table.line_count and self.is_comment(target):
            target += 1
        if target in self.fences:
            return range(line, self.fences[target] + 1)
        end = target + 1
        # The lines of a table, or of a statement continued with backslashes, belong together.
        ends = self.is_table_row if self.is_markdown else self.continues
        while end < self.table.line_count and ends(end - 1, end):
            end += 1
        return range(line, end)

    def same_lines(self, line: int, in_header: bool) -> range:
        return range(line, self.entry_end(line) if in_header else line + 1)

    def entry_end(self, line: int) -> int:
        """The line after the header entry that starts at ``line`` (or after comments there)."""
        while line < self.header_end and self.is_comment(line):
            line += 1
        line += 1
        while line < self.header_end and not _ENTRY.match(self.text, self.table.starts[line]):
            if self.is_comment(line):
                break
            line += 1
        return line

    def is_comment(self, line: int) -> bool:
        span = self.table.line_span(line)
        content = self.text[span.start : span.end].strip()
        marks = (b"#",) if 0 < line < self.header_end else self.marks
        if not content.startswith(tuple(marks)) and not content.startswith(b"{/*"):
            return False
        closers = [
            _CLOSERS[mark] for mark in marks if mark in _CLOSERS and content.startswith(mark)
        ]
        return not closers or content.endswith(tuple(closers)) or closers[0] not in content

    def continues(self, line: int, _: int) -> bool:
        span = self.table.line_span(line)
        return self.text[span.start : span.end].endswith(b"\\")

    def is_table_row(self, before: int, line: int) -> bool:
        return all(self.table.line_text(each).lstrip().startswith("|") for each in (before, line))


def comment_marks(language: str) -> tuple[bytes, ...]:
    """What opens a comment in a language, all known marks for an unknown one."""
    known = LANGUAGES.get(language)
    if known is None:
        return _ALL_MARKS
    marks = [known.line_comment, known.block_comment[0]]
    if language in ("php", "sql"):
        marks.append("#")
    if language == "json":
        marks = ["//", "/*"]
    return tuple(mark.encode() for mark in marks if mark)


def header_end(table: LineTable) -> int:
    """The 0-based line of the ``---`` that closes a frontmatter; -1 without a frontmatter."""
    if table.line_text(0).lstrip("\ufeff").rstrip() != "---":
        return -1
    for line in range(1, table.line_count):
        if table.line_text(line).rstrip() == "---":
            return line
    return -1


def fences(table: LineTable, after: int) -> dict[int, int]:
    """First and last line of each fenced block of Markdown; an open one ends with the text."""
    found: dict[int, int] = {}
    opened: tuple[int, bytes] | None = None
    for line in range(after + 1, table.line_count):
        match = _FENCE.match(table.line_text(line).encode())
        if not match:
            continue
        mark = match[1]
        if opened is None:
            opened = line, mark
        elif mark[:1] == opened[1][:1] and len(mark) >= len(opened[1]):
            found[opened[0]] = line
            opened = None
    if opened:
        found[opened[0]] = table.line_count - 1
    return found


class Applied(NamedTuple):
    """Diagnostics after suppressions."""

    kept: list[Diagnostic]
    suppressed: list[Diagnostic]


def apply(
    diagnostics: Iterable[Diagnostic],
    suppressions: Suppressions,
    renamed: Mapping[str, str] = MappingProxyType({}),
) -> Applied:
    """Split diagnostics by whether a suppression speaks for them, and note which ones did.

    ``renamed`` says what old ids are called now.
    """
    table = suppressions.table
    if table is None or not suppressions.items:
        return Applied(list(diagnostics), [])
    kept: list[Diagnostic] = []
    suppressed: list[Diagnostic] = []
    for diagnostic in diagnostics:
        first = table.line_of(diagnostic.span.start)
        last = table.line_of(max(diagnostic.span.start, diagnostic.span.end - 1))
        # Every suppression is asked, so that none of two that say the same counts as unused.
        hits = [
            s for s in suppressions.items if s.speaks_for(diagnostic.rule, first, last, renamed)
        ]
        (suppressed if hits else kept).append(diagnostic)
    return Applied(kept, suppressed)


def problems(
    suppressions: Suppressions,
    known: Collection[str],
    is_on: Callable[[str], bool],
    *,
    judge_unused: bool = True,
) -> list[Diagnostic]:
    """What is wrong with the suppressions themselves; call ``apply`` first.

    ``known`` holds all rule ids, old ones too; ``is_on`` tells whether a rule ran, for only then
    is silence a proof; ``judge_unused=False`` says that the analysis was cut short.
    """
    areas = {f"{rule.partition('/')[0]}/*" for rule in known} if suppressions.items else set()
    found: list[Diagnostic] = []
    for item in suppressions.items:
        if not item.ids:
            found.append(_nameless(suppressions, item))
        unused: list[Named] = []
        for named in item.ids:
            if named.id not in known and named.id not in areas:
                found.append(_unknown(named, [*known, *areas]))
            elif named.id not in item.used and (named.id in areas or is_on(named.id)):
                unused.append(named)
        if judge_unused:
            found += [_unused(suppressions, item, named, unused) for named in unused]
    return found


def _nameless(suppressions: Suppressions, item: Suppression) -> Diagnostic:
    bare = None
    if item.ids_span is None:
        bare = _BARE_ID.match(suppressions.document.text, item.span.end)
    fixes: tuple[Fix, ...] = ()
    if bare:
        span = Span(item.span.end, bare.end())
        name = bare[1].decode()
        fixes = (Fix(f"Write `[{name}]`", (Edit(span, f"[{name}]"),), "unsafe"),)
    return Diagnostic(
        UNKNOWN,
        item.span,
        "This suppression names no rule in brackets, so it silences nothing: "
        "write `ignore[rule-id]`",
        Severity.WARNING,
        fixes=fixes,
    )


def _unknown(named: Named, known: Collection[str]) -> Diagnostic:
    name, span = named
    near = closest(name, known)
    hint = f"; did you mean `{near}`?" if near else ""
    return Diagnostic(
        UNKNOWN,
        span,
        f"backspec has no rule `{name}`{hint}",
        Severity.WARNING,
        fixes=(Fix(f"Replace by `{near}`", (Edit(span, near),), "unsafe"),) if near else (),
    )


def _unused(
    suppressions: Suppressions, item: Suppression, named: Named, unused: Sequence[Named]
) -> Diagnostic:
    place = "in this file" if item.is_file else "here"
    return Diagnostic(
        UNUSED,
        named.span,
        f"Nothing {place} needs `{named.id}` suppressed",
        Severity.INFO,
        fixes=(Fix("Remove the unused suppression", (removal(suppressions, item, unused),)),),
        tags=("unnecessary",),
    )


def removal(suppressions: Suppressions, item: Suppression, unused: Sequence[Named]) -> Edit:
    """The edit that takes ids out of a suppression, the whole comment when none is left.

    Of a comment that says something else before ``backspec:``, that part stays.
    """
    text, table = suppressions.document.text, suppressions.table
    assert table is not None
    rest = [named.id for named in item.ids if named not in unused]
    if rest and item.ids_span:
        return Edit(item.ids_span, ", ".join(rest))
    line = table.line_span(item.line)
    opening = text[item.comment.start : item.span.start]
    if opening.strip(b"#/*-<!{;%' \t"):
        return Edit(Span(item.span.start - _blanks(text, item.span.start), _said(text, item)), "")
    if item.is_alone:
        following = table.line_span(item.line + 1).start if item.line + 1 < table.line_count else -1
        return Edit(Span(line.start, following if following > line.start else line.end), "")
    end = item.comment.end
    return Edit(Span(item.comment.start - _blanks(text, item.comment.start), end), "")


def _blanks(text: bytes, before: int) -> int:
    at = before
    while at > 0 and text[at - 1] in b" \t":
        at -= 1
    return before - at


def _said(text: bytes, item: Suppression) -> int:
    """Where the suppression and its reason end inside their comment."""
    for closer in (b"*/", b"-->", b"#}", b"}}", b"%>"):
        if text.endswith(closer, item.span.end, item.comment.end):
            return item.comment.end - len(closer) - _blanks(text, item.comment.end - len(closer))
    return item.comment.end
