"""Statements of SQL files: where they begin and end, what they are for, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backspec import catalog
from backspec.code import analysis
from backspec.code.files.sql import facts
from backspec.code.files.sql_split import split
from backspec.code.files.sql_tokens import closings, tokens
from backspec.model import Document

WORDS = [
    *("CREATE TABLE", "ALTER TABLE t", "DROP COLUMN", "UPDATE t SET", "DELETE FROM t"),
    *("CREATE INDEX i ON", "RENAME TO", "ADD COLUMN a int", "NOT NULL", "BEGIN", "END"),
    *("é", "'", '"', "$$", "$x$", ";", "\n", "--", "/*", "*/", "\nGO\n", "\nDELIMITER //\n"),
    *("(", ")", "`", "[", "\\"),
]

RULES = tuple(r for r in catalog.rules().values() if "sql" in r.languages)


def pieces(text: str) -> list[str]:
    raw = text.encode()
    return [raw[one.span.start : one.span.end].decode() for one in split(raw)]


def diagnose(text: bytes, path: str = "db/migrations/0002_x.sql") -> list[str]:
    rules = analysis.ruleset("sql", RULES, "pedantic")
    found = analysis.analyse(Document("/" + path, text, "sql"), rules, path=path)
    assert all(0 <= d.span.start <= d.span.end <= len(text) for d in found)
    return [d.rule for d in found]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a; b", ["a", "b"]),
        (";;\n", []),
        ("-- x;\na -- ;\n;b", ["a -- ;", "b"]),
        ("/* ; */ a 'x;''y;' \"q;\" `r;`; b", ["a 'x;''y;' \"q;\" `r;`", "b"]),
        ("a 'it\\'s; x'; b", ["a 'it\\'s; x'", "b"]),
        ("a '\\'; b", ["a '\\'", "b"]),
        ("DO $x$ a; $$ b; $x$; c", ["DO $x$ a; $$ b; $x$", "c"]),
        ("a\nGO\nb\ngo\r\nc", ["a", "b", "c"]),
        ("DELIMITER //\na; b//\nc;//\nDELIMITER ;\nd; e", ["a; b", "c;", "d", "e"]),
        (
            "CREATE TRIGGER t BEGIN\n a;\n b;\nEND;\nc;",
            ["CREATE TRIGGER t BEGIN\n a;\n b;\nEND", "c"],
        ),
        (
            "CREATE FUNCTION f() AS $$ BEGIN a; END $$ LANGUAGE plpgsql;\nb;",
            ["CREATE FUNCTION f() AS $$ BEGIN a; END $$ LANGUAGE plpgsql", "b"],
        ),
        ("a 'open; b", ["a 'open; b"]),
        ("\\connect x\na;\nCOPY t FROM stdin;\n1\tb;c\n\\.\nd;", ["a", "COPY t FROM stdin", "d"]),
    ],
)
def test_text_is_cut_into_statements(text: str, wanted: list[str]) -> None:
    assert pieces(text) == wanted


@pytest.mark.parametrize(
    ("text", "path", "wanted"),
    [
        ("SELECT a::text", "x.sql", "postgres"),
        ("CREATE TABLE `a` (b int)", "x.sql", "mysql"),
        ("SELECT 1\nGO\n", "x.sql", "tsql"),
        ("PRAGMA foreign_keys=OFF;", "x.sql", "sqlite"),
        ("CREATE TABLE a (b int)", "x.sql", ""),
        ("CREATE TABLE a (b int)", "store/postgres/x.sql", "postgres"),
        ("ALTER TABLE `a` RENAME TO `b`", "store/sqlite/x.sql", "sqlite"),
        ("CREATE TABLE a (b VARCHAR2(20))", "x.sql", "other"),
    ],
)
def test_dialect_is_told_by_what_only_it_knows(text: str, path: str, wanted: str) -> None:
    assert facts(text.encode(), path).dialect == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("-- +goose Up\na;\n-- +goose Down\nb;", [False, True]),
        ("-- migrate:up\na;\n-- migrate:down\nb;", [False, True]),
        ("-- +migrate Up\na;\n-- +migrate Down\nb;\n-- +migrate Up\nc;", [False, True, False]),
        ("a;\n--rollback x;\nb;", [False, True]),
    ],
)
def test_parts_that_take_a_migration_back(text: str, wanted: list[bool]) -> None:
    assert [one.is_down for one in facts(text.encode(), "m.sql").statements] == wanted


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS)))
def test_no_text_is_too_broken(words: list[str]) -> None:
    diagnose(" ".join(words).encode())
    diagnose(" ".join(words).encode()[:-1] + b"\xff")


def test_closing_parentheses() -> None:
    found = tokens(b"select (a, (b)) from (c) )( d")
    texts = [token.text for token in found]
    closed = closings(found)
    assert [texts[at] for at in closed] == ["(", "(", "("]
    assert all(texts[end - 1] == ")" for end in closed.values())
    assert texts.index("(", 6) in closed
    assert len(texts) - 2 not in closed, "the last one is not closed"
