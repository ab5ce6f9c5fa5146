"""Offsets, lines and edits: the one module that counts columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backspec.text import (
    BOM,
    Edit,
    Encoding,
    LineTable,
    Span,
    apply_edits,
    edits_conflict,
    newline_of,
)

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")

_CHARS = st.sampled_from(
    ["a", "é", "漢", "😀", "\ufffd", "\n", "\r", "\r\n", "\t", "\u2028", "\x85"]
)
texts = st.lists(_CHARS, max_size=30).map("".join)
raw = st.binary(max_size=60) | st.lists(
    st.sampled_from(
        [b"a", b"\n", b"\r\n", b"\xf0", b"\x9f", b"\xf0\x9f\x98\x80", b"\xc3", b"\xff"]
    ),
    max_size=20,
).map(b"".join)


def reference_lines(text: str) -> list[str]:
    """The lines as the language server protocol has them, without their ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@given(texts)
def test_lines_end_where_the_protocol_says(text: str) -> None:
    table = LineTable(text.encode())
    expected = reference_lines(text)
    assert table.line_count == len(expected)
    assert [table.line_text(line) for line in range(table.line_count)] == expected


@given(texts, st.sampled_from(ENCODINGS))
def test_every_character_comes_back_from_its_position(text: str, encoding: Encoding) -> None:
    table = LineTable(text.encode())
    for at in range(len(text) + 1):
        offset = len(text[:at].encode())
        if text[at - 1 : at + 1] == "\r\n":
            continue  # between the two halves of one line end
        assert table.offset(*table.position(offset, encoding), encoding) == offset


@given(texts)
def test_columns_count_the_units_of_the_encoding(text: str) -> None:
    table = LineTable(text.encode())
    for number, line in enumerate(reference_lines(text)):
        end = table.line_span(number).end
        assert table.position(end, "utf-8") == (number, len(line.encode()))
        assert table.position(end, "utf-16") == (number, len(line.encode("utf-16-le")) // 2)
        assert table.position(end, "utf-32") == (number, len(line))


@given(raw, st.integers(-5, 80), st.sampled_from(ENCODINGS))
def test_positions_of_any_bytes_are_inside_the_text(
    text: bytes, offset: int, encoding: Encoding
) -> None:
    table = LineTable(text)
    line, column = table.position(offset, encoding)
    assert 0 <= line < table.line_count
    assert column >= 0
    back = table.offset(line, column, encoding)
    assert 0 <= back <= len(text)
    # A position that was given out is stable: it stands for one place.
    assert table.position(back, encoding) == (line, column)


@given(raw, st.integers(-3, 10), st.integers(-3, 60), st.sampled_from(ENCODINGS))
def test_any_line_and_column_is_clamped(
    text: bytes, line: int, column: int, encoding: Encoding
) -> None:
    assert 0 <= LineTable(text).offset(line, column, encoding) <= len(text)


@given(raw)
def test_line_spans_cover_the_text_but_its_line_ends(text: bytes) -> None:
    table = LineTable(text)
    at = 0
    for line in range(table.line_count):
        start, end = table.line_span(line)
        assert text[at:start].strip(b"\r\n") == b""
        assert b"\n" not in text[start:end]
        assert b"\r" not in text[start:end]
        at = end
    assert text[at:].strip(b"\r\n") == b""


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        (b"", [0]),
        (b"a", [0]),
        (b"a\n", [0, 2]),
        (b"a\r\nb\rc\n", [0, 3, 5, 7]),
        (b"\n\r\n\r", [0, 1, 3, 4]),
        (BOM + b"a\nb", [0, 5]),
        ("a\u2028b\x85c".encode(), [0]),
    ],
)
def test_line_starts(text: bytes, starts: list[int]) -> None:
    assert LineTable(text).starts == starts


def test_an_offset_inside_a_character_is_its_start() -> None:
    table = LineTable("x😀y".encode())
    assert [table.position(at, "utf-16") for at in range(7)] == [
        (0, 0), (0, 1), (0, 1), (0, 1), (0, 1), (0, 3), (0, 4),
    ]  # fmt: skip


def test_a_column_inside_a_surrogate_pair_is_its_start() -> None:
    table = LineTable("x😀y".encode())
    assert [table.offset(0, column, "utf-16") for column in range(6)] == [0, 1, 1, 5, 6, 6]


def test_an_offset_in_a_line_end_is_the_end_of_the_line() -> None:
    table = LineTable(b"ab\r\ncd")
    assert table.position(2) == table.position(3) == (0, 2)
    assert table.position(4) == (1, 0)


@st.composite
def _text_and_edits(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    text = draw(texts).encode()
    bounds = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pairs = zip(bounds[::2], bounds[1::2], strict=False)
    edits = [Edit(Span(start, end), draw(texts)) for start, end in pairs]
    return text, edits


@given(_text_and_edits(), st.randoms(use_true_random=False))
def test_edits_leave_every_other_byte(case: tuple[bytes, list[Edit]], chance: object) -> None:
    text, edits = case
    shuffled = sorted(edits, key=lambda edit: hash((edit, id(chance))))
    insertions = [edit.span.start for edit in edits if edit.span.start == edit.span.end]
    if len(set(insertions)) < len(insertions):
        shuffled = edits  # several insertions at one place keep the order they are given in
    result = apply_edits(text, shuffled)
    expected, at = b"", 0
    for span, new_text in edits:
        expected += text[at : span.start] + new_text.encode()
        at = span.end
    assert result == expected + text[at:]


def test_insertions_at_one_place_keep_their_order() -> None:
    edits = [Edit(Span(1, 1), "x"), Edit(Span(1, 1), "y"), Edit(Span(1, 2), "z")]
    assert apply_edits(b"abc", edits) == b"axyzc"


def test_overlapping_edits_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        apply_edits(b"abcd", [Edit(Span(0, 2), ""), Edit(Span(1, 3), "")])


def test_conflicts() -> None:
    one = [Edit(Span(2, 4), "x")]
    assert edits_conflict(one, [Edit(Span(3, 5), "")])
    assert edits_conflict(one, [Edit(Span(4, 4), "y")])
    assert not edits_conflict(one, [Edit(Span(4, 6), "")])
    assert not edits_conflict(one, [Edit(Span(5, 5), "")])


@pytest.mark.parametrize(
    ("text", "newline"),
    [(b"", "\n"), (b"a", "\n"), (b"a\r\nb\n", "\r\n"), (b"a\rb", "\r"), (b"a\nb\r\n", "\n")],
)
def test_newline_of(text: bytes, newline: str) -> None:
    assert newline_of(text) == newline


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_spans_that_share_a_byte_overlap(a: int, b: int, c: int, d: int) -> None:
    one, two = Span(min(a, b), max(a, b)), Span(min(c, d), max(c, d))
    assert one.overlaps(two) == two.overlaps(one)
    if one.start < one.end and two.start < two.end:
        assert one.overlaps(two) == bool(set(range(*one)) & set(range(*two)))


@given(raw, raw, st.integers(0, 60), st.integers(0, 60))
def test_an_edited_table_equals_a_new_one(text: bytes, new: bytes, one: int, two: int) -> None:
    start, end = sorted((min(one, len(text)), min(two, len(text))))
    after = text[:start] + new + text[end:]
    table = LineTable(text).edited(after, Span(start, end), len(new))
    assert table.starts == LineTable(after).starts
