"""How the header is written: fences, YAML, quoting, invisible characters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backspec.agents import edit
from backspec.agents.agent_file import Report
from backspec.agents.drafts import KEY
from backspec.agents.scalars import resolve
from backspec.model import Fix, Related, Severity
from backspec.text import BOM, Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.dialects import Mistake
    from backspec.agents.nodes import Entry, Node


def _problems(file: AgentFile, kind: str, mistake: Mistake = "broken-header") -> Iterator[Report]:
    """The problems of one kind that were found while reading."""
    outcome = file.outcome(mistake, kind if file.states(mistake, kind) else "")
    if outcome.is_fine:
        return
    for problem in file.header.problems:
        if problem.kind != kind or _is_glob_of_cursor(file, problem.key):
            continue
        fixes = tuple(Fix(repair.title, repair.edits) for repair in problem.repairs)
        severity = outcome.severity
        yield Report(problem.span, outcome.message(problem.message), severity, fixes)


def invalid_yaml(file: AgentFile) -> Iterator[Report]:
    """The header is not YAML, and no better rule knows why."""
    return _problems(file, "invalid-yaml")


def invalid_toml(file: AgentFile) -> Iterator[Report]:
    """The file is not TOML."""
    return _problems(file, "invalid-toml")


def invalid_json(file: AgentFile) -> Iterator[Report]:
    """The file is not JSON."""
    return _problems(file, "invalid-json")


def unquoted_colon(file: AgentFile) -> Iterator[Report]:
    """A plain value with ``: `` in it."""
    return _problems(file, "unquoted-colon")


def tab_indentation(file: AgentFile) -> Iterator[Report]:
    """A tab where YAML wants spaces."""
    return _problems(file, "tab-indentation")


def missing_closing_fence(file: AgentFile) -> Iterator[Report]:
    """The header never ends."""
    if file.header.entries:
        yield from _problems(file, "missing-closing-fence", "unclosed-header")


def text_before_header(file: AgentFile) -> Iterator[Report]:
    """Something stands before the opening fence."""
    return _problems(file, "text-before-header", "text-before-header")


def header_not_a_mapping(file: AgentFile) -> Iterator[Report]:
    """The header is a list or a text instead of keys and values."""
    root = file.header.root
    if root is None or root.kind == "map" or root.is_empty:
        return
    if root.kind == "list" and any("array" in _types(d.schema) for d in file.dialects):
        return
    outcome = file.outcome("not-a-mapping")
    if not outcome.is_fine:
        what = "a list" if root.kind == "list" else "a text"
        message = outcome.message(f"the header is {what}, not `key: value` lines")
        yield Report(Span(root.span.start, _line_end(file, root.span)), message, outcome.severity)


def _types(schema: object) -> tuple[str, ...]:
    """The JSON types the root of a schema takes, through ``oneOf`` and ``anyOf``."""
    if not isinstance(schema, dict):
        return ()
    stated = schema.get("type", ())
    found = (stated,) if isinstance(stated, str) else tuple(stated)
    for word in ("oneOf", "anyOf"):
        for branch in schema.get(word, ()):
            found += _types(branch)
    return found


def _line_end(file: AgentFile, span: Span) -> int:
    """The end of the first line of a span, so that a long value is not underlined whole."""
    text = file.document.text
    ends = [at for at in (text.find(b"\n", *span), text.find(b"\r", *span)) if at >= 0]
    return min(ends, default=span.end)


def duplicate_key(file: AgentFile) -> Iterator[Report]:
    """A key written twice in one map."""
    root = file.header.root
    todo = [root] if root is not None and file.header.format != "toml" else []
    outcome = file.outcome("duplicate-key")
    while todo and not outcome.is_fine:
        node = todo.pop()
        todo.extend(item for item in node.items if item.kind != "scalar")
        last: dict[str, Entry] = {}
        for entry in reversed(node.entries):
            if entry.value.kind in ("list", "map"):
                todo.append(entry.value)
            winner = last.setdefault(entry.name, entry)
            if winner is entry or not entry.name or entry.name == "<<":
                continue
            message = outcome.message(f"`{entry.name}` is set again below; the last one wins")
            removal = edit.remove_key(file.header, node, entry)
            yield Report(
                entry.key.span,
                message,
                outcome.severity,
                file.fix(f"Remove this `{entry.name}`", removal),
                (Related(f"`{entry.name}` is set again here", winner.key.span),),
            )


# Values that say something else than they seem to


_TYPE_NAMES = {
    "integer": "a number", "number": "a number", "boolean": "a boolean",
    "null": "empty", "date": "a date",
}  # fmt: skip


def unquoted_special(file: AgentFile) -> Iterator[Report]:
    """A plain value that starts with, or holds, a sign that means something in YAML."""
    yield from _problems(file, "unquoted-special")
    if file.header.format not in ("markdown", "yaml"):
        return
    for entry, node in _plain_values(file):
        if node.kind == "alias":
            if node.text not in file.header.anchors and not _is_glob_of_cursor(file, entry.name):
                outcome = file.outcome("broken-header")
                message = outcome.message(
                    f"`*{node.text}` in `{entry.name}` is a YAML alias that nothing defines"
                )
                if not outcome.is_fine:
                    yield _quoted(file, entry, node, message, outcome.severity)
        elif node.tag.startswith("!") and node.kind == "scalar":
            message = f"`{node.tag}` is a YAML tag here, and no part of the value of `{entry.name}`"
            yield _quoted(file, entry, node, message)
        elif node.anchor and not _is_used(file, node.anchor):
            message = f"`&{node.anchor}` is a YAML anchor here, and no part of `{entry.name}`"
            yield _quoted(file, entry, node, message)
        elif _is_bare_placeholder(file, entry, node):
            source = file.header.source(node.span)
            message = f"`{source}` is a mapping here; quote it to keep a text"
            yield _quoted(file, entry, node, message)
        else:
            yield from _lost_comment(file, entry, node)


def _plain_values(file: AgentFile) -> Iterator[tuple[Entry, Node]]:
    """The unquoted values of all known keys, list items included."""
    for entry, _, _ in file.nested():
        nodes = entry.value.items if entry.value.kind == "list" else (entry.value,)
        for node in nodes:
            is_scalar = node.kind in ("scalar", "alias") and not node.is_quoted
            if is_scalar or node.style == "flow":
                yield entry, node


def _is_used(file: AgentFile, anchor: str) -> bool:
    return f"*{anchor}".encode() in file.document.text[slice(*file.header.span)]


def _is_bare_placeholder(file: AgentFile, entry: Entry, node: Node) -> bool:
    key = file.key(entry.name)
    return (
        node.kind == "map"
        and node.style == "flow"
        and node is entry.value
        and key is not None
        and not key.takes("object")
        and key.takes("string")
    )


_LOST = re.compile(rb"[ \t]+#(?=[^\s#])(?!\s*backspec)[^\r\n]*")


def _lost_comment(file: AgentFile, entry: Entry, node: Node) -> Iterator[Report]:
    """``Fix issue #12 first``: YAML drops everything from the ``#`` on."""
    if node.kind != "scalar" or node.style != "plain" or " " not in node.text:
        return
    found = _LOST.match(file.document.text, node.span.end)
    if found is None:
        return
    text = file.header.source(Span(node.span.start, found.end())).rstrip()
    lost = found.group().strip().decode("utf-8", "replace")
    span = Span(found.start() + len(found.group()) - len(found.group().lstrip()), found.end())
    title = f"Quote the value of `{entry.name}`"
    end = node.span.start + len(text.encode("utf-8", "replace"))
    edits = (Edit(Span(node.span.start, end), edit.double_quoted(text)),)
    message = f"`{lost[:40]}` is a YAML comment and not part of `{entry.name}`"
    yield Report(span, message, None, file.fix(title, edits))


def _quoted(
    file: AgentFile, entry: Entry, node: Node, message: str, severity: Severity | None = None
) -> Report:
    source = file.header.source(node.span)
    edits = (Edit(node.span, _in_quotes(source)),)
    fixes = file.fix(f"Quote the value of `{entry.name}`", edits)
    return Report(Span(node.span.start, _line_end(file, node.span)), message, severity, fixes)


def _in_quotes(source: str) -> str:
    if '"' in source and "'" not in source:
        return f"'{source}'"
    return edit.double_quoted(source)


_FALSE = frozenset({"false", "no", "off", "0"})
_SWITCHES = _FALSE | {"true", "yes", "on", "1"}


def not_a_boolean(file: AgentFile) -> Iterator[Report]:
    """A switch that is written as a text or number."""
    for entry, key, _ in file.nested():
        value = entry.value
        if value.kind != "scalar" or "boolean" not in key.types or "string" in key.types:
            continue
        if value.text.lower() not in _SWITCHES or value.type == "boolean":
            continue
        if value.type == "integer" and key.takes("integer"):
            continue
        outcome = file.outcome("wrong-boolean", entry.name)
        if outcome.is_fine:
            continue
        word = "false" if value.text.lower() in _FALSE else "true"
        written = file.header.source(value.span)
        message = outcome.message(f"`{entry.name}: {written}` is no boolean; write `{word}`")
        edits = (Edit(value.span, word),)
        yield Report(value.span, message, outcome.severity, file.fix(f"Write `{word}`", edits))


def implicit_type(file: AgentFile) -> Iterator[Report]:
    """A text without quotes that YAML takes for a number, date, boolean or nothing."""
    if file.header.format not in ("markdown", "yaml"):
        return
    for entry, key, node in file.nested():
        if "string" not in key.types:
            continue
        value = entry.value
        if value.kind != "scalar" or value.style != "plain" or value.is_empty or value.tag:
            continue
        kind = value.type
        version = "" if kind != "string" else " in YAML 1.1"
        if kind == "string":
            kind = resolve(value.text, "1.1")
        is_clock = kind == "integer" and ":" in value.text
        if kind == "string" or is_clock or key.takes(kind):
            continue
        if kind == "number" and key.takes("integer"):
            continue
        is_own = node is not file.header.root
        message = (
            f"`{entry.name}: {value.text}` is {_TYPE_NAMES.get(kind, kind)}{version}, not a text; "
            "quote it"
        )
        fixes = file.fix(f"Quote the value of `{entry.name}`", edit.quote_value(file.header, value))
        yield Report(value.span, message, Severity.HINT if is_own else None, fixes)


def unquoted_argument_hint(file: AgentFile) -> Iterator[Report]:
    """``argument-hint: [file]`` is a list to YAML."""
    entry = file.header.find("argument-hint")
    if entry is None or entry.value.kind != "list" or entry.value.style != "flow":
        return
    key = file.key(entry.name)
    if key is None or key.takes("array"):
        return
    value = entry.value
    outcome = file.outcome("wrong-type", entry.name)
    message = outcome.message("YAML reads the brackets of `argument-hint` as a list; quote them")
    source = file.header.source(value.span)
    edits = (Edit(value.span, _in_quotes(source)),)
    fixes = file.fix("Quote the value of `argument-hint`", edits)
    severity = outcome.severity if outcome.severity != Severity.ERROR else None
    yield Report(value.span, message, severity, fixes)


# What only some readers mind


def unportable_yaml(file: AgentFile) -> Iterator[Report]:
    """YAML that is fine for most readers and not for all."""
    root = file.header.root
    if root is None or file.header.is_recovered or file.header.format != "markdown":
        return
    text = file.document.text
    strict = file.is_a("agent-skill")
    for entry in file.header.entries:
        value = entry.value
        if value.kind in ("list", "map") and value.style == "flow":
            last = value.span.end - 1
            if text[last - 1 : last] in (b"\n", b"\r"):
                message = "Many products use js-yaml, which rejects a closing bracket at column 0"
                fixes = file.fix("Indent the bracket", (Edit(Span(last, last), "  "),))
                yield Report(Span(last, last + 1), message, None, fixes)
            elif strict and (fixes := file.fix("Write a block list", _as_block(file, entry))):
                message = "The validator of the skill specification rejects lists in brackets"
                yield Report(value.span, message, Severity.HINT, fixes)
        elif strict and (value.anchor or value.kind == "alias"):
            message = "The validator of the skill specification rejects anchors and aliases"
            yield Report(value.span, message, Severity.HINT)


def _as_block(file: AgentFile, entry: Entry) -> tuple[Edit, ...]:
    """``[a, b]`` as indented ``- a`` lines; () when there is more than plain items in it."""
    value = entry.value
    if value.kind != "list" or entry.separator is None or not value.items:
        return ()
    if any(item.kind != "scalar" for item in value.items) or any(
        value.span.overlaps(comment) for comment in file.header.comments
    ):
        return ()
    newline = "\r\n" if b"\r\n" in file.document.text[:2000] else "\n"
    lines = [f"{newline}  - {file.header.source(item.span)}" for item in value.items]
    return (Edit(Span(entry.separator + 1, value.span.end), "".join(lines)),)


def _is_glob_of_cursor(file: AgentFile, key: str) -> bool:
    return key == "globs" and file.is_a("cursor-rule")


def unquoted_glob(file: AgentFile) -> Iterator[Report]:
    """``globs: **/*.ts`` works in Cursor and is no YAML."""
    if not file.is_a("cursor-rule"):
        return
    for problem in file.header.problems:
        if problem.kind == "unquoted-special" and problem.key == "globs":
            # Quotes alone: Cursor's own reader is not sure to know block scalars.
            fixes = tuple(Fix(repair.title, repair.edits) for repair in problem.repairs[:1])
            message = "Cursor takes this glob as it is, but it is no YAML: other tools need quotes"
            yield Report(problem.span, message, None, fixes)


_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_BLANK_LIKE = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")


def invisible_character(file: AgentFile) -> Iterator[Report]:
    """Characters nobody sees, where they change a name."""
    yield from _problems(file, "invisible-character")
    raw = file.document.text[slice(*file.header.span)]
    if raw.isascii():
        return
    seen: set[int] = set()
    for span, what, severity in _names(file):
        source = file.document.text[slice(*span)]
        if source.isascii():
            continue
        text = source.decode("utf-8", "replace")
        found = _INVISIBLE.search(text) or _BLANK_LIKE.search(text)
        if found is None:
            continue
        at = span.start + len(text[: found.start()].encode())
        end = at + len(found.group().encode())
        if at in seen:
            continue
        seen.add(at)
        new = " " if _BLANK_LIKE.match(found.group()) else ""
        message = f"{what} holds an invisible character (U+{ord(found.group()):04X})"
        title = "Replace it by a blank" if new else "Remove the character"
        yield Report(Span(at, end), message, severity, file.fix(title, (Edit(Span(at, end), new),)))


def _names(file: AgentFile) -> Iterator[tuple[Span, str, Severity | None]]:
    """Where an invisible character does harm: keys, what follows a colon, and names."""
    root = file.header.root
    if root is None:
        return
    for entry in file.header.entries:
        end = entry.separator + 1 if entry.separator is not None else entry.key.span.end
        if entry.value.is_empty or entry.separator is None:
            end = max(end, _line_end(file, Span(end, file.header.span.end)))
        yield Span(entry.key.span.start, end), f"`{entry.name}`", Severity.ERROR
        if entry.separator is not None and entry.value.span.start > entry.separator + 1:
            between = Span(entry.separator + 1, entry.value.span.start)
            yield between, f"the gap behind `{entry.name}:`", Severity.ERROR
    for entry, key, _ in file.nested():
        if entry.name == "name" or key.values in ("tools", "model", "agents", "skills"):
            for item in file.listed(entry) or ():
                yield item.span, f"a name in `{entry.name}`", None


def fence_in_value(file: AgentFile) -> Iterator[Report]:
    """A ``---`` that ends the header, or splits it for a simple reader, where none was meant."""
    header = file.header
    if not file.is_markdown or header.closing is None or header.root is None:
        return
    yield from _early_end(file)
    if not any(found.id == "agent-skill" for found in file.dialects):
        return
    for entry in header.entries:
        at = file.document.text.find(b"---", entry.key.span.end, entry.span.end)
        if at >= 0:
            message = (
                f"`---` inside `{entry.name}`: the validator of the skill specification ends the "
                "header here"
            )
            yield Report(Span(at, at + 3), message, Severity.HINT)


def _early_end(file: AgentFile) -> Iterator[Report]:
    """The closing fence is a line of a block scalar: more of the header follows it."""
    header = file.header
    assert header.closing is not None
    last = max(header.entries, key=lambda e: e.span.end, default=None)
    if last is None or last.value.style in ("single", "double"):
        return
    rest = file.document.text[header.body.start : header.body.start + 4000]
    lines = rest.decode("utf-8", "replace").splitlines()
    count = 0
    for count, line in enumerate(lines[:80]):  # noqa: B007  used behind the loop
        if line.rstrip() == "---":
            break
        if line and not line[0].isspace() and KEY.match(line) is None and not line.startswith("-"):
            return
    else:
        return
    names = {found.group().rstrip(" \t:") for text in lines[:count] if (found := KEY.match(text))}
    if not names & file.known_keys:
        return
    message = "The header ends at this `---`; the keys below it are read as the body"
    edits: tuple[Edit, ...] = ()
    if last.value.style in ("literal", "folded"):
        raw = file.document.text[slice(*last.value.content)]
        blanks = len(raw) - len(raw.lstrip(b" "))
        edits = (Edit(Span(header.closing.start, header.closing.start), " " * max(blanks, 2)),)
    yield Report(header.closing, message, None, file.fix("Indent it like the text around", edits))


def mixed_line_endings(file: AgentFile) -> Iterator[Report]:
    """Windows line ends in some lines only, or at all in a skill."""
    text = file.document.text
    windows = text.count(b"\r\n")
    lone = text.count(b"\n") - windows
    if not windows:
        return
    is_skill = any(found.id == "agent-skill" for found in file.dialects)
    if not lone and not is_skill:
        return
    edits = []
    at = text.find(b"\r\n")
    first = at
    while at >= 0:
        edits.append(Edit(Span(at, at + 1), ""))
        at = text.find(b"\r\n", at + 2)
    message = "The file mixes Windows and Unix line ends"
    if not lone:
        message = "Skill upload to claude.ai needs Unix line ends"
    fixes = file.fix("Convert all line ends to LF", edits)
    start = max(text.rfind(b"\n", 0, first) + 1, len(BOM) if text.startswith(BOM) else 0)
    yield Report(Span(start, first), message, None, fixes)
