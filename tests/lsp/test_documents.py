"""Open documents: applying changes, in every unit of columns, to every kind of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as lsp

from backspec.lsp import convert
from backspec.lsp.documents import Documents
from backspec.text import Encoding, LineTable, Span

TEXT = st.text(st.sampled_from("ab\r\n😀é\u2028\x0c"), max_size=30)


def opened(text: str, encoding: Encoding = "utf-16", uri: str = "file:///w/a.py") -> Documents:
    documents = Documents()
    documents.encoding = encoding
    documents.open(lsp.TextDocumentItem(uri, "python", 1, text))
    return documents


def partial(
    start: tuple[int, int], end: tuple[int, int], text: str
) -> lsp.TextDocumentContentChangePartial:
    return lsp.TextDocumentContentChangePartial(
        lsp.Range(lsp.Position(*start), lsp.Position(*end)), text
    )


def changed(documents: Documents, *changes: lsp.TextDocumentContentChangeEvent) -> bytes:
    uri = next(iter(documents)).uri
    document = documents.change(
        lsp.DidChangeTextDocumentParams(lsp.VersionedTextDocumentIdentifier(2, uri), list(changes))
    )
    assert document is not None
    assert document.version == 2
    assert document.lines.starts == LineTable(document.text).starts
    return document.text


def test_changes_apply_one_after_the_other() -> None:
    documents = opened("one\ntwo\n")
    text = changed(documents, partial((0, 0), (1, 0), ""), partial((0, 0), (0, 3), "three"))
    assert text == b"three\n"


def test_a_change_without_range_replaces_everything() -> None:
    whole = lsp.TextDocumentContentChangeWholeDocument("new\n")
    assert changed(opened("old\n"), whole) == b"new\n"


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)])
def test_columns_after_an_astral_character(encoding: Encoding, column: int) -> None:
    at = (0, column)
    assert changed(opened("😀x", encoding), partial(at, at, "é")) == "😀éx".encode()


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((0, 3), (0, 1), b"aXd\nefgh"),  # reversed
        ((0, 1), (0, 99), b"aX\nefgh"),  # beyond the line
        ((9, 9), (99, 0), b"abcd\nefghX"),  # beyond the text
    ],
)
def test_ranges_that_make_no_sense_are_clamped(
    start: tuple[int, int], end: tuple[int, int], expected: bytes
) -> None:
    assert changed(opened("abcd\nefgh"), partial(start, end, "X")) == expected


def test_half_a_surrogate_pair_keeps_its_column() -> None:
    documents = opened("a\ud83db")
    assert changed(documents, partial((0, 2), (0, 3), "c")) == b"a?c"


def test_a_change_of_an_unknown_document_is_ignored() -> None:
    identifier = lsp.VersionedTextDocumentIdentifier(2, "file:///w/b.py")
    assert Documents().change(lsp.DidChangeTextDocumentParams(identifier, [])) is None


def test_a_snapshot_stays_as_it_was() -> None:
    documents = opened("old")
    document = next(iter(documents))
    before = document.snapshot()
    changed(documents, partial((0, 0), (0, 3), "new"))
    assert (before.text, before.version) == (b"old", 1)
    assert (document.snapshot().text, document.snapshot().version) == (b"new", 2)


@given(
    TEXT,
    TEXT,
    st.tuples(st.integers(0, 40), st.integers(0, 40)),
    st.sampled_from(convert.ENCODINGS),
)
def test_edits_agree_with_plain_strings(
    text: str, new: str, places: tuple[int, int], encoding: Encoding
) -> None:
    start, end = sorted(min(place, len(text)) for place in places)
    raw = text.encode()
    table = LineTable(raw)
    first, last = (table.position(len(text[:edge].encode()), encoding) for edge in (start, end))
    # An offset inside a "\r\n" has no position of its own: take the text the positions mean.
    before, after = raw[: table.offset(*first, encoding)], raw[table.offset(*last, encoding) :]
    documents = opened(text, encoding)
    assert changed(documents, partial(first, last, new)) == before + new.encode() + after


@given(st.binary(max_size=40), st.binary(max_size=8), st.integers(0, 40), st.integers(0, 40))
def test_line_starts_after_an_edit_equal_those_of_the_new_text(
    text: bytes, new: bytes, first: int, second: int
) -> None:
    start, end = sorted(min(place, len(text)) for place in (first, second))
    edited = text[:start] + new + text[end:]
    table = LineTable(text).edited(edited, Span(start, end), len(new))
    assert table.starts == LineTable(edited).starts


@pytest.mark.parametrize(
    ("uri", "tail"),
    [
        ("untitled:Untitled-1", "Untitled-1"),
        ("untitled:/home/me/new%20agent.md", "home/me/new agent.md"),
        ("vscode-vfs://github/owner/name/a.py?ref=1#L3", "github/owner/name/a.py"),
        ("git:/w/../../etc/a.py", "w/etc/a.py"),
        ("file:", "file"),
        ("no uri at all", "no uri at all"),
        ("", "untitled"),
    ],
)
def test_documents_that_are_no_files_pretend_a_path_below_the_root(uri: str, tail: str) -> None:
    documents = Documents()
    documents.pretend_root = "/w"
    document = documents.open(lsp.TextDocumentItem(uri, "python", 1, ""))
    assert not document.is_file
    assert document.path.replace("\\", "/").endswith(f"/w/{tail}")


@pytest.mark.parametrize("path", ["/w/a.py", "/w/with space/é😀.md", "/w/a#b?c%41.py"])
def test_paths_and_uris(path: str) -> None:
    assert convert.path_of(convert.uri_of(path)) == path


def test_a_file_is_found_by_path_whatever_its_uri_looks_like() -> None:
    documents = opened("", uri="file:///w/a%62.py")
    found = documents.at_path("/w/ab.py")
    assert found is not None
    assert found.uri == "file:///w/a%62.py"


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (None, "utf-16"),
        ([], "utf-16"),
        (["utf-7"], "utf-16"),
        (["utf-32", "utf-8"], "utf-32"),
        (["utf-8", "utf-16"], "utf-8"),
        ("utf-8", "utf-16"),
    ],
)
def test_the_first_known_encoding_is_chosen(offered: object, chosen: str) -> None:
    assert convert.choose_encoding(offered) == chosen
