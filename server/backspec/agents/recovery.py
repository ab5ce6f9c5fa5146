"""Finds why a header is not YAML, what would repair it, and what can be read all the same.

A header that does not parse is cut into its top-level keys. Those that parse alone are taken as
they are; the others are read by ``drafts`` and examined for the usual causes. A cause is believed
only when its repair, tried on the text, makes that part parse.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from backspec.agents.drafts import (
    GLUED_KEY,
    KEY,
    WORD,
    Draft,
    Reader,
    indent_of,
    lines_of,
    to_node,
)
from backspec.agents.nodes import Entry, Node, Problem, Repair
from backspec.agents.source import Source
from backspec.agents.yaml_reader import YamlError, YamlText, read_yaml
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CHUNKS = 400
"""Most top-level keys of a broken header that are looked at one by one."""
MAX_MERGED = 12
"""Most keys that one unclosed quote or bracket is tried to run over."""


MAX_SUSPECTS = 24
"""Most causes that are tried on one broken key."""
MAX_TRIED_BYTES = 400_000
"""Most text that is parsed again for one header in the search for causes."""


class Change(NamedTuple):
    """Replace ``text[begin:end]`` by ``new``, in code points."""

    begin: int
    end: int
    new: str


@dataclass(slots=True)
class Suspect:
    """Something that may be why a chunk does not parse."""

    kind: str
    begin: int
    end: int
    message: str
    title: str
    changes: tuple[Change, ...]
    others: list[tuple[str, tuple[Change, ...]]] = field(default_factory=list)
    """Other repairs of the same: title and changes."""


@dataclass(slots=True)
class Recovered:
    """What could be read of a broken header."""

    root: Node
    problems: list[Problem]
    anchors: dict[str, Node]
    scalar_spans: list[Span]


@dataclass(slots=True)
class _Chunk:
    begin: int
    end: int
    is_loose: bool = False
    """No key starts it: text that belongs to nothing."""


@dataclass(slots=True)
class _Trials:
    """Parses parts of a header with changes made, until the budget is spent."""

    source: Source
    left: int = MAX_TRIED_BYTES

    def mapping(self, begin: int, end: int) -> YamlText | None:
        """The part as YAML, when it parses and is a map."""
        if not self._spend(end - begin):
            return None
        read = read_yaml(self.source, begin, end)
        return read if read.root is not None and read.root.kind == "map" else None

    def parses(self, chunk: _Chunk, changes: list[Change]) -> bool:
        """Whether the changes make the chunk parse."""
        if not self._spend(chunk.end - chunk.begin + 200):
            return False
        text = _changed(self.source.text, chunk.begin, chunk.end, changes)
        root = read_yaml(Source(text.encode("utf-8", "replace"))).root
        return root is not None and root.kind == "map"

    def _spend(self, size: int) -> bool:
        self.left -= size
        return self.left >= 0


def recover(source: Source, whole: YamlError) -> Recovered:
    """Read a header that does not parse; ``whole`` is the parser's own complaint."""
    text = source.text
    trials = _Trials(source, MAX_TRIED_BYTES + len(text))
    entries: list[Entry] = []
    problems: list[Problem] = []
    anchors: dict[str, Node] = {}
    spans: list[Span] = []
    chunks = _chunks(text)
    at = 0
    while at < len(chunks):
        chunk = chunks[at]
        at += 1
        read = trials.mapping(chunk.begin, chunk.end)
        if read is None and not chunk.is_loose:
            merged = _merge(trials, chunks, at)
            if merged is not None:
                read, at = merged
        if read is not None:
            assert read.root is not None
            entries.extend(read.root.entries)
            anchors.update(read.anchors)
            spans.extend(read.scalar_spans)
            continue
        reader = Reader(text, chunk.begin, chunk.end)
        root = to_node(reader.root, source)
        entries.extend(root.entries)
        spans.extend(Span(source.at(s.begin), source.at(s.end)) for s in reader.scalars)
        problems.extend(_diagnose(trials, chunk, reader, whole))
    if not problems:
        problems.append(_generic(source, whole, "", 0, len(text)))
    end = entries[-1].span.end if entries else source.at(0)
    begin = entries[0].span.start if entries else source.at(0)
    span = Span(begin, end)
    root = Node("map", span, "block", "", span, (), tuple(entries))
    return Recovered(root, problems, anchors, spans)


def _chunks(text: str) -> list[_Chunk]:
    """Cut a header at its top-level keys. Blank and comment lines go with the key above."""
    lines = lines_of(text, 0, len(text))
    base = 1 << 30
    for begin, end in lines:
        indent = indent_of(text, begin, end)
        if indent < base and KEY.match(text, begin + indent, end):
            base = indent
    found: list[_Chunk] = []
    for begin, end in lines:
        indent = indent_of(text, begin, end)
        at = begin + indent
        is_text = at < end and text[at] != "#"
        if is_text and indent <= base and len(found) < MAX_CHUNKS:
            if (
                KEY.match(text, at, end)
                or GLUED_KEY.match(text, at, end)
                or WORD.match(text, at, end)
            ):
                found.append(_Chunk(begin, end))
                continue
            if text[at] not in "-]}":
                found.append(_Chunk(begin, end, is_loose=True))
                continue
        if found:
            found[-1].end = end
        elif is_text:
            found.append(_Chunk(begin, end, is_loose=True))
    return found


def _merge(trials: _Trials, chunks: list[_Chunk], at: int) -> tuple[YamlText, int] | None:
    """Try whether a quote or bracket opened in one chunk ends in one of the next."""
    first = chunks[at - 1]
    reader = Reader(trials.source.text, first.begin, first.end)
    if all(node.is_closed for node in (*reader.scalars, *reader.flows)):
        return None
    for stop in range(at, min(at + MAX_MERGED, len(chunks))):
        read = trials.mapping(first.begin, chunks[stop].end)
        if read is not None:
            return read, stop + 1
    return None


def _changed(text: str, begin: int, end: int, changes: list[Change]) -> str:
    parts = []
    at = begin
    for change in sorted(changes, key=lambda c: (c.begin, c.end)):
        if change.begin < at:
            continue
        parts += [text[at : change.begin], change.new]
        at = change.end
    parts.append(text[at:end])
    return "".join(parts)


def _diagnose(trials: _Trials, chunk: _Chunk, reader: Reader, whole: YamlError) -> list[Problem]:
    """The problems of one broken chunk: proven causes, or the parser's complaint."""
    source = trials.source
    text = source.text
    key = reader.root.entries[0].key.text if reader.root.entries else ""
    if chunk.is_loose or (reader.root.entries and reader.root.entries[0].colon is None):
        return [_loose(source, chunk, key)]
    suspects = list(islice(_suspects(text, reader), MAX_SUSPECTS))
    for suspect in suspects:
        if trials.parses(chunk, list(suspect.changes)):
            return [_problem(trials, chunk, suspect, key)]
    taken: list[Suspect] = []
    changes: list[Change] = []
    for suspect in suspects:
        taken.append(suspect)
        changes.extend(suspect.changes)
        if trials.parses(chunk, changes):
            return [_problem(trials, chunk, each, key, is_checked=False) for each in taken]
    own = read_yaml(source, chunk.begin, chunk.end).error or whole
    return [_generic(source, own, key, chunk.begin, chunk.end)]


def _problem(
    trials: _Trials, chunk: _Chunk, suspect: Suspect, key: str, *, is_checked: bool = True
) -> Problem:
    source = trials.source
    repairs = [Repair(suspect.title, _edits(source, suspect.changes))]
    for title, changes in suspect.others:
        if not is_checked or trials.parses(chunk, list(changes)):
            repairs.append(Repair(title, _edits(source, changes)))
    span = Span(source.at(suspect.begin), source.at(suspect.end))
    return Problem(suspect.kind, span, suspect.message, key, tuple(repairs))


def _edits(source: Source, changes: tuple[Change, ...]) -> tuple[Edit, ...]:
    return tuple(Edit(Span(source.at(c.begin), source.at(c.end)), c.new) for c in changes)


def _generic(source: Source, error: YamlError, key: str, begin: int, end: int) -> Problem:
    """The parser's own complaint, on the text of the line where it gave up."""
    text = source.text
    at = max(begin, min(error.index, max(begin, end - 1)))
    start = max(text.rfind("\n", begin, at) + 1, begin)
    start += indent_of(text, start, end)
    stop = text.find("\n", at, end)
    stop = end if stop < 0 else stop
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    span = Span(source.at(min(at, start)), source.at(max(stop, min(at + 1, end))))
    return Problem("invalid-yaml", span, error.message, key)


def _loose(source: Source, chunk: _Chunk, key: str) -> Problem:
    """A line that is no ``key: value``: a key being typed, or text out of place."""
    text = source.text
    begin = chunk.begin + indent_of(text, chunk.begin, chunk.end)
    end = text.find("\n", begin, chunk.end)
    end = chunk.end if end < 0 else end
    while end > begin and text[end - 1].isspace():
        end -= 1
    span = Span(source.at(begin), source.at(end))
    if key:
        colon = Repair("Insert a colon", (Edit(Span(span.end, span.end), ":"),))
        return Problem("invalid-yaml", span, f"`{key}` has no colon and no value", key, (colon,))
    repairs = []
    if chunk.begin > 0:
        changes = (Change(begin, begin, "  "),)
        repairs.append(
            Repair(
                "Indent the line, so that it goes on with the line above", _edits(source, changes)
            )
        )
    return Problem("invalid-yaml", span, "this line is no `key: value`", "", tuple(repairs))


def _suspects(text: str, reader: Reader) -> Iterator[Suspect]:
    """Everything in a chunk that could break it, likeliest first."""
    yield from _tabs(text, reader)
    yield from _glued_keys(reader)
    yield from _strays(text, reader)
    for scalar in reader.scalars:
        yield from _inner_quotes(text, scalar)
    for scalar in reader.scalars:
        if scalar.style == "plain" and not scalar.is_blank:
            yield from _plain(text, scalar)
    for node in (*reader.scalars, *reader.flows):
        if not node.is_closed:
            yield from _unclosed(text, node)
    yield from _bare_words(reader)


def _tabs(text: str, reader: Reader) -> Iterator[Suspect]:
    changes = []
    for begin, end in reader.lines:
        stop = begin + indent_of(text, begin, end)
        if "\t" in text[begin:stop] and stop < end:
            changes.append(Change(begin, stop, text[begin:stop].replace("\t", "  ")))
    if changes:
        first = changes[0]
        message = "a tab indents this line; YAML takes only spaces"
        yield Suspect(
            "tab-indentation", first.begin, first.end, message,
            "Indent with spaces", tuple(changes),
        )  # fmt: skip


def _glued_keys(reader: Reader) -> Iterator[Suspect]:
    for entry in reader.all_entries:
        if entry.is_glued and entry.colon is not None:
            yield Suspect(
                "invalid-yaml", entry.key.begin, entry.colon + 1,
                f"there is no blank behind the colon of `{entry.key.text}`",
                "Insert a blank behind the colon",
                (Change(entry.colon + 1, entry.colon + 1, " "),),
            )  # fmt: skip


def _bare_words(reader: Reader) -> Iterator[Suspect]:
    for entry in reader.all_entries:
        if entry.colon is None and entry.key.kind == "scalar":
            key = entry.key
            yield Suspect(
                "invalid-yaml", key.begin, key.end, f"`{key.text}` has no colon and no value",
                "Insert a colon", (Change(key.end, key.end, ":"),),
            )  # fmt: skip


def _strays(text: str, reader: Reader) -> Iterator[Suspect]:
    """Keys indented by accident under a key that has its value already."""
    for begin, end, key in reader.strays:
        line = begin
        while line > 0 and text[line - 1] in " \t":
            line -= 1
        yield Suspect(
            "invalid-yaml", begin, end,
            f"`{key}` is indented, so it is taken for text of the key above",
            f"Remove the blanks before `{key}`", (Change(line, begin, ""),),
        )  # fmt: skip


_TRAPS = "@`%*&!{[|>\"'?-,]}#"
_NAMES = {
    "@": "an at sign", "`": "a backtick", "%": "a percent sign", "*": "an asterisk",
    "&": "an ampersand", "!": "an exclamation mark", "{": "a brace", "[": "a bracket",
    "|": "a bar", ">": "a greater-than sign", '"': "a quote", "'": "a quote",
    "?": "a question mark", "-": "a hyphen", ",": "a comma", "]": "a bracket", "}": "a brace",
}  # fmt: skip


def _plain(text: str, scalar: Draft) -> Iterator[Suspect]:
    begin, end = scalar.begin, scalar.end
    value = text[begin:end]
    key = scalar.key
    named = f"the value of `{key}`" if key else "this value"
    colon = colon_in(value)
    fold = (
        [("Turn the value into a `>-` block", changes)]
        if (changes := fold_changes(text, scalar, scalar.depth))
        else []
    )
    if colon is not None and value[0] not in _TRAPS:
        word = colon
        while word > 0 and not value[word - 1].isspace():
            word -= 1
        yield Suspect(
            "unquoted-colon", begin + word, begin + colon + 1,
            f"{named} holds a colon and is not quoted", _quote_title(key),
            quote_changes(text, begin, end), fold,
        )  # fmt: skip
    elif value[0] in _TRAPS:
        message = f"{named} starts with {_NAMES.get(value[0], value[0])} and is not quoted"
        yield Suspect(
            "unquoted-special", begin, begin + 1, message,
            _quote_title(key), quote_changes(text, begin, end), fold,
        )  # fmt: skip


def _quote_title(key: str) -> str:
    return f"Quote the value of `{key}`" if key else "Quote the value"


def colon_in(value: str) -> int | None:
    """The index of a colon that ends a key in unquoted text, None when there is none."""
    at = value.find(":")
    while at >= 0:
        if at + 1 == len(value) or value[at + 1] in " \t\r\n":
            return at
        at = value.find(":", at + 1)
    return None


def quote_changes(text: str, begin: int, end: int) -> tuple[Change, ...]:
    """Quote unquoted text so that it reads as the same words, touching as few bytes as may be."""
    value = text[begin:end]
    if '"' not in value and "\\" not in value:
        return Change(begin, begin, '"'), Change(end, end, '"')
    if "'" not in value:
        return Change(begin, begin, "'"), Change(end, end, "'")
    escapes = [Change(begin + i, begin + i, "\\") for i, char in enumerate(value) if char in '"\\']
    if escapes and escapes[0].begin == begin:
        escapes[0] = Change(begin, begin, '"\\')
        return (*escapes, Change(end, end, '"'))
    return (Change(begin, begin, '"'), *escapes, Change(end, end, '"'))


def fold_changes(text: str, scalar: Draft, indent: int) -> tuple[Change, ...]:
    """Turn a one-line plain value into a ``>-`` block; () where that cannot be done simply."""
    line_start = text.rfind("\n", 0, scalar.begin) + 1
    if scalar.lines > 1 or text[line_start : scalar.begin].lstrip().startswith("- "):
        return ()
    line_end = text.find("\n", scalar.end)
    line_end = len(text) if line_end < 0 else line_end
    if text[scalar.end : line_end].strip():
        return ()
    newline = "\r\n" if text.startswith("\r\n", line_end - 1) else "\n"
    blanks = " " * (indent + 2)
    return (Change(scalar.begin, scalar.begin, f">-{newline}{blanks}"),)


def _unclosed(text: str, node: Draft) -> Iterator[Suspect]:
    end = node.end
    while end > node.begin + 1 and text[end - 1].isspace():
        end -= 1
    if node.kind == "scalar":
        quote = text[node.begin]
        yield Suspect(
            "invalid-yaml", node.begin, end, f"the quote ({quote}) is not closed",
            "Close the quote", (Change(end, end, quote),),
        )  # fmt: skip
        return
    close = "".join(_open_brackets(text[node.begin : end]))
    what = "bracket" if text[node.begin] == "[" else "brace"
    yield Suspect(
        "invalid-yaml", node.begin, end, f"the {what} is not closed",
        f"Insert `{close}`", (Change(end, end, close),),
    )  # fmt: skip


def _open_brackets(text: str) -> list[str]:
    """The closing brackets that are missing, innermost first."""
    stack: list[str] = []
    for char in text:
        if char in "[{":
            stack.append("]" if char == "[" else "}")
        elif char in "]}" and stack:
            stack.pop()
    return stack[::-1]


def _inner_quotes(text: str, scalar: Draft) -> Iterator[Suspect]:
    """``'it's'`` and ``"say "hi""``: quotes inside quotes of the same kind."""
    begin, end = scalar.begin, scalar.end
    quote = text[begin : begin + 1]
    if not scalar.has_tail or quote not in ("'", '"') or text[end - 1] != quote or end - begin < 3:
        return
    escape = "'" if quote == "'" else "\\"
    changes = tuple(
        Change(i, i, escape)
        for i in range(begin + 1, end - 1)
        if text[i] == quote and text[i - 1] != "\\"
    )
    if changes:
        at = changes[0].begin
        yield Suspect(
            "invalid-yaml", at, at + 1, f"this quote ({quote}) ends the value too early",
            "Escape the inner quotes", changes,
        )  # fmt: skip
