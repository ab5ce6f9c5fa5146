"""Edits of headers: what changes, and that nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backspec.agents import edit
from backspec.agents.frontmatter import Entry, Format, Header, Node, parse
from backspec.text import BOM, Edit, apply_edits

if TYPE_CHECKING:
    from backspec.agents.nodes import Style

Change = Callable[[Header], tuple[Edit, ...]]

HEADER = """---
# top
name: reviewer   # who
description: "Reviews: code"
tools: Read, Grep,  Bash(a, b)
list:
  - one   # first
  - 'two'
flow: [x, "y", z]
handoffs:
  - label: Go
    agent: plan
  - agent: b
empty:
---
Body: here
"""


def done(text: str, edits: tuple[Edit, ...]) -> str:
    return apply_edits(text.encode(), edits).decode()


def entry_of(header: Header, name: str) -> Entry:
    found = header.find(name)
    assert found is not None
    return found


def root_of(header: Header) -> Node:
    assert header.root is not None
    return header.root


def check(change: Change, before: str, after: str) -> None:
    """``change(header)`` turns the one line ``before`` of HEADER into ``after``, in LF and CRLF."""
    assert before in HEADER
    for newline in ("\n", "\r\n"):
        for bom in ("", BOM.decode()):
            text = bom + HEADER.replace("\n", newline)
            wanted = text.replace(before.replace("\n", newline), after.replace("\n", newline), 1)
            assert done(text, change(parse(text.encode()))) == wanted


def test_rename_key() -> None:
    check(lambda h: edit.rename_key(entry_of(h, "tools"), "toolz"), "tools: R", "toolz: R")
    check(lambda h: edit.rename_key(entry_of(h, "list"), "a b"), "list:", '"a b":')


def test_remove_key() -> None:
    def remove(name: str) -> Change:
        return lambda h: edit.remove_key(h, root_of(h), entry_of(h, name))

    check(remove("name"), "name: reviewer   # who\n", "")
    check(remove("list"), "list:\n  - one   # first\n  - 'two'\n", "")
    check(remove("empty"), "empty:\n", "")

    def inside(item: int, key: str) -> Change:
        def change(header: Header) -> tuple[Edit, ...]:
            parent = entry_of(header, "handoffs").value.items[item]
            entry = parent.find(key)
            assert entry is not None
            return edit.remove_key(header, parent, entry)

        return change

    check(inside(0, "label"), "label: Go\n    agent: plan", "agent: plan")
    check(inside(0, "agent"), "    agent: plan\n", "")
    check(inside(1, "agent"), "- agent: b", "- {}")


def test_set_value() -> None:
    def put(name: str, written: str) -> Change:
        return lambda h: edit.set_value(h, entry_of(h, name), written)

    check(put("name", "x"), "name: reviewer   #", "name: x   #")
    check(put("empty", "true"), "empty:", "empty: true")
    check(put("list", "[a]"), "list:\n  - one   # first\n  - 'two'", "list: [a]")
    check(put("flow", "x"), 'flow: [x, "y", z]', "flow: x")


def test_set_text_keeps_quotes() -> None:
    def put(name: str, text: str) -> Change:
        return lambda h: edit.set_text(h, entry_of(h, name).value, text)

    check(put("description", 'say "x"'), '"Reviews: code"', '"say \\"x\\""')
    check(put("name", "other"), "name: reviewer", "name: other")
    check(put("name", "a: b"), "name: reviewer", 'name: "a: b"')
    check(put("name", "yes"), "name: reviewer", 'name: "yes"')


def test_quote_and_unquote() -> None:
    check(lambda h: edit.quote_value(h, entry_of(h, "name").value), "reviewer", '"reviewer"')
    check(lambda h: edit.unquote_value(entry_of(h, "description").value),
          '"Reviews: code"', "Reviews: code")  # fmt: skip


def test_lists() -> None:
    def put(name: str, index: int, text: str) -> Change:
        def change(header: Header) -> tuple[Edit, ...]:
            value = entry_of(header, name).value
            return edit.set_entry_text(header, value, edit.listed(header, value)[index], text)

        return change

    check(put("tools", 1, "Glob"), "Grep", "Glob")
    check(put("tools", 2, "Bash"), "Bash(a, b)", "Bash")
    check(put("list", 1, "it's"), "'two'", "'it''s'")
    check(put("flow", 2, "a,b"), "z]", '"a,b"]')

    def drop(name: str, index: int) -> Change:
        def change(header: Header) -> tuple[Edit, ...]:
            value = entry_of(header, name).value
            return edit.remove_entry_of(header, value, edit.listed(header, value), index)

        return change

    check(drop("tools", 0), "Read, Grep", "Grep")
    check(drop("tools", 2), "Grep,  Bash(a, b)", "Grep")
    check(drop("list", 0), "  - one   # first\n", "")
    check(drop("flow", 1), '"y", ', "")
    check(drop("flow", 2), '"y", z', '"y"')

    def add(name: str, text: str) -> Change:
        return lambda h: edit.add_entry_to(h, entry_of(h, name).value, text)

    check(add("tools", "Edit"), "Bash(a, b)", "Bash(a, b), Edit")
    check(add("list", "three"), "  - 'two'", "  - 'two'\n  - three")
    check(add("flow", "w"), "z]", "z, w]")


def test_insert_keys() -> None:
    def put(*pairs: tuple[str, str], after: str | None = None) -> Change:
        return lambda h: edit.insert_keys(h, pairs, after=after)

    check(put(("a", "1"), after="name"), "# who\n", "# who\na: 1\n")
    check(put(("a", "1"), ("b", "")), "empty:\n", "empty:\na: 1\nb:\n")
    check(put(("a", "1"), after=""), "# top\n", "a: 1\n# top\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "---\na: 1\n---\n"),
        ("Text\n", "---\na: 1\n---\n\nText\n"),
        ("\nText", "---\na: 1\n---\n\nText"),
        ("---\n---\n", "---\na: 1\n---\n"),
        ("---\nb: 2\n---\n", "---\nb: 2\na: 1\n---\n"),
        ("---\n  b: 2\n---\n", "---\n  b: 2\n  a: 1\n---\n"),
        ("---\nb: |\n  x\n\n---\n", "---\nb: |\n  x\na: 1\n\n---\n"),
    ],
)
def test_insert_into_a_header_that_is_not_there(before: str, after: str) -> None:
    assert done(before, edit.insert_keys(parse(before.encode()), [("a", "1")])) == after


@pytest.mark.parametrize(
    ("file_format", "before", "after"),
    [
        ("json", '{"b": 2}', '{"b": 2, "a": 1}'),
        ("json", "{}", '{"a": 1}'),
        ("json", '{\n  "b": 2,\n  "c": 3\n}', '{\n  "b": 2,\n  "c": 3,\n  "a": 1\n}'),
        ("toml", 'b = 2 # x\n[t]\nc = 3\n', 'b = 2 # x\na = 1\n[t]\nc = 3\n'),
        ("toml", "[t]\nc = 3\n", "a = 1\n[t]\nc = 3\n"),
    ],
)  # fmt: skip
def test_insert_in_other_formats(file_format: Format, before: str, after: str) -> None:
    header = parse(before.encode(), file_format)
    assert done(before, edit.insert_keys(header, [("a", "1")])) == after


@pytest.mark.parametrize(
    ("file_format", "before", "after"),
    [
        ("json", '{"a": 1, "b": 2}', '{"a": 1}'),
        ("json", '{"b": 2, "a": 1}', '{"a": 1}'),
        ("toml", "a = 1\nb = [\n 1,\n]\nc = 2\n", "a = 1\nc = 2\n"),
    ],
)
def test_remove_in_other_formats(file_format: Format, before: str, after: str) -> None:
    header = parse(before.encode(), file_format)
    assert header.root is not None
    assert done(before, edit.remove_key(header, header.root, entry_of(header, "b"))) == after


words = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r\x85\u2028\u2029"),
    min_size=1,
    max_size=20,
)


@settings(max_examples=300, deadline=None)
@given(words, st.sampled_from(["plain", "single", "double"]), st.booleans())
def test_written_scalars_read_back(text: str, style: Style, in_flow: bool) -> None:
    """Writing a text gives a scalar with exactly that text, a string in all readers."""
    header = parse(b"---\na: b\n---\n")
    written = edit.scalar(header, text, style, in_flow=in_flow)
    source = f"---\nk: [{written}]\n---\n" if in_flow else f"---\nk: {written}\n---\n"
    read = parse(source.encode())
    assume(not any(p.kind == "invisible-character" for p in read.problems))
    value = entry_of(read, "k").value
    node = value.items[0] if in_flow else value
    assert not read.is_recovered
    assert node.text == text
    assert node.type == node.type_in_yaml11 == "string"


keys = st.sampled_from(["name", "description", "tools", "list", "flow", "empty"])


@settings(max_examples=150, deadline=None)
@given(keys, st.sampled_from(["remove", "rename", "set", "insert"]), st.booleans(), words)
def test_every_other_entry_keeps_its_bytes(key: str, action: str, crlf: bool, text: str) -> None:
    source = (HEADER.replace("\n", "\r\n") if crlf else HEADER).encode()
    header = parse(source)
    entry = entry_of(header, key)
    assert header.root is not None
    if action == "remove":
        edits = edit.remove_key(header, header.root, entry)
    elif action == "rename":
        edits = edit.rename_key(entry, "other")
    elif action == "set":
        edits = edit.set_value(header, entry, edit.scalar(header, text))
    else:
        edits = edit.insert_keys(header, [("other", edit.scalar(header, text))], after=key)
    after = parse(apply_edits(source, edits))
    assert after.body_text == header.body_text
    before_sources = [header.source(e.span) for e in header.entries if e is not entry]
    after_sources = [after.source(e.span) for e in after.entries if e.name not in (key, "other")]
    assert after_sources == before_sources
    assert (b"\n" in apply_edits(source, edits).replace(b"\r\n", b"")) is not crlf
