"""Reading headers of every format, well-formed or not."""

from __future__ import annotations

import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from backspec.agents.frontmatter import Format, Header, Node, parse
from backspec.text import BOM, Span, apply_edits

GOOD = """---
# who
name: reviewer
description: "Reviews code: fast"
tools: [Read, 'Grep', Bash(git *)]
handoffs:
  - label: Go
    agent: plan   # next
    send: true
note: |
  first
  second
empty:
---
# Body
"""


def nodes(header: Header) -> list[Node]:
    found: list[Node] = []
    todo = [header.root] if header.root else []
    while todo:
        node = todo.pop()
        found.append(node)
        todo.extend(node.items)
        for entry in node.entries:
            todo += [entry.key, entry.value]
    return found


def check_spans(header: Header) -> None:
    size = len(header.text)
    spans = [header.span, header.body, *header.comments]
    spans += [span for node in nodes(header) for span in (node.span, node.content)]
    spans += [problem.span for problem in header.problems]
    spans += [edit.span for p in header.problems for r in p.repairs for edit in r.edits]
    spans += [span for span in (header.opening, header.closing) if span is not None]
    for span in spans:
        assert 0 <= span.start <= span.end <= size, span


def test_good_header() -> None:
    text = GOOD.encode()
    header = parse(text)
    assert not header.problems
    assert not header.is_recovered
    assert [e.name for e in header.entries] == [
        "name", "description", "tools", "handoffs", "note", "empty",
    ]  # fmt: skip
    assert header.string("description") == "Reviews code: fast"
    description = header.find("description")
    assert description is not None
    assert description.value.style == "double"
    assert header.source(description.value.content) == "Reviews code: fast"
    tools = header.find("tools")
    assert tools is not None
    assert [item.text for item in tools.value.items] == ["Read", "Grep", "Bash(git *)"]
    assert [item.style for item in tools.value.items] == ["plain", "single", "plain"]
    note = header.find("note")
    assert note is not None
    assert note.value.text == "first\nsecond\n"
    assert header.source(note.value.content) == "  first\n  second"
    empty = header.find("empty")
    assert empty is not None
    assert empty.value.is_empty
    assert [header.source(span) for span in header.comments] == ["# who", "# next"]
    assert header.body_text == "# Body\n"
    assert header.root is not None
    assert header.root.data() == yaml.safe_load(GOOD.split("---\n")[1])


@pytest.mark.parametrize(
    ("header", "kind", "key", "repaired"),
    [
        ("description: Use when: x", "unquoted-colon", "description", 'description: "Use when: x"'),
        ("d: Say: \"a\"", "unquoted-colon", "d", "d: 'Say: \"a\"'"),
        ("d: It's \"a\": b", "unquoted-colon", "d", 'd: "It\'s \\"a\\": b"'),
        ("d: Fix: #12 now", "unquoted-colon", "d", 'd: "Fix: #12 now"'),
        ("d: a: b # note", "unquoted-colon", "d", 'd: "a: b" # note'),
        ("d: a: b  ", "unquoted-colon", "d", 'd: "a: b"  '),
        ("d: one two\n  Three: four", "unquoted-colon", "d", 'd: "one two\n  Three: four"'),
        ("d: ends so:\n  - a\n  - b", "unquoted-colon", "d", 'd: "ends so:\n  - a\n  - b"'),
        ("l:\n  - a: b: c", "unquoted-colon", "l", 'l:\n  - a: "b: c"'),
        ("h:\n  - p: a: b\n    q: r", "unquoted-colon", "h", 'h:\n  - p: "a: b"\n    q: r'),
        ("d: @foo", "unquoted-special", "d", 'd: "@foo"'),
        ("d: `foo` bar", "unquoted-special", "d", 'd: "`foo` bar"'),
        ("d: **/*.py", "unquoted-special", "d", 'd: "**/*.py"'),
        ("d: [a] b", "unquoted-special", "d", 'd: "[a] b"'),
        ("d: > 5 things", "unquoted-special", "d", 'd: "> 5 things"'),
        ("d: %x", "unquoted-special", "d", 'd: "%x"'),
        ("d: \"a\" and b", "unquoted-special", "d", "d: '\"a\" and b'"),
        ("d: 'it's'", "invalid-yaml", "d", "d: 'it''s'"),
        ('d: "say "hi" x"', "invalid-yaml", "d", 'd: "say \\"hi\\" x"'),
        ('d: "open', "invalid-yaml", "d", 'd: "open"'),
        ("t: [a, b", "invalid-yaml", "t", "t: [a, b]"),
        ("t: [a, {b: c", "invalid-yaml", "t", "t: [a, {b: c}]"),
        ("t:\n\t- a", "tab-indentation", "t", "t:\n  - a"),
        ("n: foo\n description: bar", "invalid-yaml", "n", "n: foo\ndescription: bar"),
        ("n:foo", "invalid-yaml", "n", "n: foo"),
        ("n", "invalid-yaml", "n", "n:"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_cause_and_repair(header: str, kind: str, key: str, repaired: str, newline: str) -> None:
    """One broken key: named, repaired, and the keys around it read as ever."""
    before, after = "first: 1\n", "\nlast: [x, y]\n"
    text = f"---\n{before}{header}{after}---\nbody: here\n".replace("\n", newline).encode()
    read = parse(text)
    assert read.is_recovered
    assert [(p.kind, p.key) for p in read.problems] == [(kind, key)]
    assert read.entries[0].name == "first"
    assert read.entries[-1].name == "last"
    assert [item.text for item in read.entries[-1].value.items] == ["x", "y"]
    assert key in [entry.name for entry in read.entries]
    check_spans(read)
    done = apply_edits(text, read.problems[0].repairs[0].edits)
    assert (
        done == f"---\n{before}{repaired}{after}---\nbody: here\n".replace("\n", newline).encode()
    )
    for repair in read.problems[0].repairs:
        again = parse(apply_edits(text, repair.edits))
        assert not again.problems
        assert not again.is_recovered


def test_several_broken_keys() -> None:
    text = b"---\na: x: y\nname: n\nb: @z\ntools: [Read\nmodel: m\n---\n"
    read = parse(text)
    assert [(p.kind, p.key) for p in read.problems] == [
        ("unquoted-colon", "a"), ("unquoted-special", "b"), ("invalid-yaml", "tools"),
    ]  # fmt: skip
    assert [e.name for e in read.entries] == ["a", "name", "b", "tools", "model"]
    edits = [edit for problem in read.problems for edit in problem.repairs[0].edits]
    assert not parse(apply_edits(text, edits)).problems


def test_colon_in_a_folded_description_offers_a_block() -> None:
    text = b"---\r\ndescription: Use when: foo\r\n---\r\n"
    titles = [repair.title for repair in parse(text).problems[0].repairs]
    assert titles == ["Quote the value of `description`", "Turn the value into a `>-` block"]
    done = apply_edits(text, parse(text).problems[0].repairs[1].edits)
    assert done == b"---\r\ndescription: >-\r\n  Use when: foo\r\n---\r\n"


def test_missing_closing_fence() -> None:
    text = b"---\nname: x\ntools:\n  - a\n\n# Title\n\nText: more\n"
    read = parse(text)
    assert [p.kind for p in read.problems] == ["missing-closing-fence"]
    assert [e.name for e in read.entries] == ["name", "tools"]
    assert read.body_text == "\n# Title\n\nText: more\n"
    done = apply_edits(text, read.problems[0].repairs[0].edits)
    assert done == b"---\nname: x\ntools:\n  - a\n---\n\n# Title\n\nText: more\n"


@pytest.mark.parametrize(
    ("before", "is_header"),
    [
        (b"\xef\xbb\xbf", True),
        (b"\n", True),
        (b"\n\r\n  \n", True),
        (b"<!-- made by hand -->\n", True),
        (b"```yaml\n", True),
        (b"Some prose.\n\n", False),
        (b"# Title\n\nprose\n\n", False),
    ],
)
def test_text_before_the_fence(before: bytes, *, is_header: bool) -> None:
    rest = b"---\nname: x\n---\nBody\n"
    read = parse(before + rest)
    if not is_header:
        assert read.root is None
        assert read.opening is None
        return
    assert read.string("name") == "x"
    assert [p.kind for p in read.problems] == ["text-before-header"]
    assert apply_edits(before + rest, read.problems[0].repairs[0].edits) == rest


def test_a_rule_between_paragraphs_is_no_header() -> None:
    assert parse(b"\n---\nSome text: here\n").root is None
    assert parse(b"\n---\n\nText\n\n---\n").opening is None


def test_list_header() -> None:
    root = parse(b"---\n- kind: remote\n- kind: remote\n---\n").root
    assert root is not None
    assert root.kind == "list"


def test_duplicates_are_kept_and_the_last_wins() -> None:
    read = parse(b"---\nname: a\nname: b\n---\n")
    assert [e.value.text for e in read.entries] == ["a", "b"]
    assert read.string("name") == "b"


@pytest.mark.parametrize(
    ("value", "core", "old"),
    [
        ("yes", "string", "boolean"),
        ("on", "string", "boolean"),
        ("true", "boolean", "boolean"),
        ("1.10", "number", "number"),
        ("123", "integer", "integer"),
        ("0o17", "integer", "string"),
        ("null", "null", "null"),
        ("~", "null", "null"),
        ("2026-01-02", "date", "date"),
        ("12:30", "string", "integer"),
        ("1e3", "number", "string"),
        ("v1", "string", "string"),
        ("'true'", "string", "string"),
        (".5", "number", "number"),
        ("[a]", "list", "list"),
    ],
)
def test_types(value: str, core: str, old: str) -> None:
    entry = parse(f"---\nk: {value}\n---\n".encode()).find("k")
    assert entry is not None
    assert entry.value.type == core
    assert entry.value.type_in_yaml11 == old


@pytest.mark.parametrize(
    ("text", "path", "part"),
    [
        ("---\nna¦\n---\n", ("na",), "key"),
        ("---\nname: ¦\n---\n", ("name",), "value"),
        ("---\nname:¦\n---\n", ("name",), "value"),
        ("---\nname: x\n¦\n---\n", (), "none"),
        ("---\ntools: Read, ¦\n---\n", ("tools",), "value"),
        ("---\ntools: [Read, ¦]\n---\n", ("tools",), "value"),
        ("---\ntools: [Re¦]\n---\n", ("tools", 0), "value"),
        ("---\ntools: [¦\n---\n", ("tools",), "value"),
        ("---\ntools:\n  - ¦\n---\n", ("tools", 0), "value"),
        ("---\ntools:\n  - a\n  - R¦e\n---\n", ("tools", 1), "value"),
        ("---\ntools:\n  ¦\n---\n", ("tools",), "none"),
        ("---\nh:\n  - label: x\n    ¦\n---\n", ("h", 0), "none"),
        ("---\nh:\n  - label: x\n    ag¦\n---\n", ("h", 0, "ag"), "key"),
        ("---\nh:\n  - a: x\n    b: ¦\n  - c: y\n---\n", ("h", 0, "b"), "value"),
        ("---\na: b\n--¦-\nfoo", (), "outside"),
        ("---\na: b\n---\nfo¦o", (), "outside"),
        ("---\nd: |\n  fo¦o\n---\n", ("d",), "value"),
        ("---\nx: {a: b, c: d¦}\n---\n", ("x", "c"), "value"),
        ("---\nname: a\nmo¦\ntools: x: y\n---\n", ("mo",), "key"),
    ],
)
def test_places(text: str, path: tuple[str | int, ...], part: str) -> None:
    offset = len(text[: text.index("¦")].encode())
    found = parse(text.replace("¦", "").encode()).place(offset)
    assert (found.path, found.part) == (path, part)


def test_json() -> None:
    text = b'{"name": "x", // c\n "tools": ["a", "b"], "m": {"n": 1.5, "o": null, "p": "\\u00e9"}}'
    read = parse(text, "json")
    assert not read.problems
    assert read.root is not None
    assert read.root.data() == {
        "name": "x", "tools": ["a", "b"], "m": {"n": 1.5, "o": None, "p": "é"},
    }  # fmt: skip
    assert [read.source(span) for span in read.comments] == ["// c"]


@pytest.mark.parametrize(
    ("text", "names", "repaired"),
    [
        (b'{"a": 1,}', ["a"], b'{"a": 1}'),
        (b'{"a": 1 "b": 2}', ["a", "b"], b'{"a": 1, "b": 2}'),
        (b'{"a": "x\n, "b": 2}', ["a", "b"], None),
        (b'{"a": }', ["a"], None),
        (b'{"a"', ["a"], None),
    ],
)
def test_broken_json(text: bytes, names: list[str], repaired: bytes | None) -> None:
    read = parse(text, "json")
    assert {p.kind for p in read.problems} == {"invalid-json"}
    assert [e.name for e in read.entries] == names
    if repaired is not None:
        assert apply_edits(text, read.problems[0].repairs[0].edits) == repaired


def test_toml() -> None:
    text = (
        b'name = "x" # c\nd = """\nfoo\nbar\\n"""\n[m.foo]\nargs = ["a", \'b\',\n 3]\n'
        b'env = {A = "b", C = {d = true}}\n[[h]]\nx = 1\n[[h]]\nx.y = 2026-01-01\n'
    )
    read = parse(text, "toml")
    assert not read.problems
    assert read.root is not None
    assert read.root.data() == {
        "name": "x",
        "d": "foo\nbar\n",
        "m": {"foo": {"args": ["a", "b", 3], "env": {"A": "b", "C": {"d": True}}}},
        "h": [{"x": 1}, {"x": {"y": "2026-01-01"}}],
    }
    entry = read.find("d")
    assert entry is not None
    assert entry.value.style == "literal"


def test_broken_toml_keeps_the_keys() -> None:
    read = parse(b'name = "x"\ndescription = no quotes\ntools = ["a"]\n', "toml")
    assert [p.kind for p in read.problems] == ["invalid-toml"]
    assert [e.name for e in read.entries] == ["name", "description", "tools"]


def test_plain_yaml() -> None:
    read = parse(b"version: 1\nagent:\n  name: x\n", "yaml")
    assert read.root is not None
    assert read.root.data() == {"version": 1, "agent": {"name": "x"}}
    assert read.body == Span(len(read.text), len(read.text))


PIECES = [
    "---", "name", ":", ": ", " ", "\n", "\r\n", "\r", "\t", "- ", "[", "]", "{", "}", ",", '"',
    "'", "#", " # c", "&a", "*a", "!x", "|", ">-", "@", "`", "é", "😀", "\u200b", "\ufeff", "\\",
    "%", "description: x", "tools: [a, b]", "//", "/*", "= ", '"""', "[[", "]]", ".", "true", "? ",
]  # fmt: skip
formats = st.sampled_from(["markdown", "yaml", "toml", "json"])
soup = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@settings(max_examples=400, deadline=None)
@given(soup, formats, st.booleans())
def test_any_text_reads(text: str, file_format: Format, fenced: bool) -> None:
    if fenced:
        text = f"---\n{text}\n---\nbody"
    read = parse(text.encode(), file_format)
    check_spans(read)
    if read.root is not None:
        read.root.data(read.anchors)
    for offset in range(0, len(read.text) + 1, 7):
        read.place(offset)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=120), formats, st.booleans())
def test_any_bytes_read(data: bytes, file_format: Format, fenced: bool) -> None:
    check_spans(parse(b"---\n" + data + b"\n---\n" if fenced else data, file_format))


@settings(max_examples=200, deadline=None)
@given(soup)
def test_repairs_keep_the_other_bytes(text: str) -> None:
    """Every repair of a broken header leaves fewer problems, and all text outside its edits."""
    data = f"---\nfirst: 1\n{text}\nlast: 2\n---\nbody".encode()
    read = parse(data)
    for problem in read.problems:
        for repair in problem.repairs:
            done = apply_edits(data, repair.edits)
            size = len(data) + sum(
                len(edit.new_text.encode()) - (edit.span.end - edit.span.start)
                for edit in repair.edits
            )
            assert len(done) == size
            check_spans(parse(done))


def test_cut_at_every_byte() -> None:
    text = GOOD.encode()
    for end in range(len(text)):
        check_spans(parse(text[:end]))
        check_spans(parse(BOM + text[:end].replace(b"\n", b"\r\n")))


@pytest.mark.parametrize(
    "text",
    [
        "---\na: &a [x]\n" + "".join(f"b{i}: &b{i} [*a, *b{i - 1}]\n" for i in range(60)) + "---\n",
        "---\n" + "[" * 100_000 + "\n---\n",
        "---\n" + "{a: " * 50_000 + "\n---\n",
        "---\n" + "- " * 50_000 + "\n---\n",
        "---\n" + "a: b: c\n" * 2_000 + "---\n",
        "---\n" + "a: [b\n" * 2_000 + "---\n",
        "---\n" + 'a: "b\n' * 2_000 + "---\n",
        "---\n" + "x\n" * 20_000 + "---\n",
        "---\n" + "a: " + "b: " * 20_000 + "\n---\n",
        "---\n" + "\t- a\n" * 5_000 + "---\n",
        "---\n" + "a" * 500_000,
        "\n" * 200_000 + "---\nname: x\n---\n",
        "<!--" * 50_000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("file_format", ["markdown", "yaml", "json", "toml"])
def test_bombs_take_bounded_time(text: str, file_format: Format) -> None:
    start = time.process_time()
    read = parse(text.encode(), file_format)
    if read.root is not None:
        read.root.data(read.anchors)
    assert time.process_time() - start < 2.5
