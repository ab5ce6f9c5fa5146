"""GraphQL schemas and Protocol Buffers: what is read of them, whatever the text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backspec import catalog
from backspec.code import analysis
from backspec.code.files import graphql, proto
from backspec.model import Document

RULES = tuple(r for r in catalog.rules().values() if {"graphql", "proto"} & set(r.languages))
GRAPHQL = '''\
"""A "schema" # not a comment"""
schema @link(url: "x") { query: Root }
extend type Root implements A & B @key(fields: "id") {
  a("in" first: Int = 1, b: [Int!]! = [1, 2]): [[Order!]]! @deprecated(reason: "x") b: Int
}
union Any = | Order | Root
directive @x(a: Int) repeatable on FIELD | OBJECT
enum State { OPEN @x(a: 1) CLOSED }
scalar Date
'''
PROTO = """\
syntax = "proto3";
package shop.v1;
/* message Not { int32 a = 1; } */
message Order {
  reserved 2, 5 to 7, 100 to max; reserved "x";
  map<string, Line> a = 1 [(v) = { b: { c: 1 } }, deprecated = true];
  oneof kind { string s = 0x10; }
  optional .shop.Line line = 4;
  message Line { enum State { A = 0; B = -1; } repeated int32 a = 1; }
  extend Other { int32 z = 2; }
  string last = 3;
}
service S {
  rpc Get (stream A) returns (.shop.B) { option (x) = { get: "/" }; } rpc Put(C) returns (D);
}
"""


def diagnose(text: bytes, language: str) -> None:
    rules = analysis.ruleset(language, RULES, "pedantic")
    found = analysis.analyse(Document("/x", text, language), rules, path="x")
    assert all(0 <= d.span.start <= d.span.end <= len(text) for d in found)


def test_what_a_graphql_schema_says() -> None:
    found = graphql.facts(GRAPHQL.encode(), "x")
    assert found is not None
    assert found.roots["query"] == "Root"
    assert [(d.kind, d.name) for d in found.definitions] == [
        ("schema", "schema"), ("type", "Root"), ("union", "Any"), ("enum", "State"),
        ("scalar", "Date"),
    ]  # fmt: skip
    root = found.definitions[1]
    assert (root.is_extension, root.members) == (True, ["A", "B"])
    field = root.fields[0]
    assert (field.name, field.type, field.is_list, field.is_required) == ("a", "Order", True, True)
    assert [(a.name, a.type, a.is_described) for a in field.arguments] == [
        ("first", "Int", True), ("b", "Int", False),
    ]  # fmt: skip
    assert field.directives[0].arguments == ("reason",)
    assert field.type_span is not None
    assert GRAPHQL.encode()[field.type_span.start : field.type_span.end] == b"[[Order!]]!"
    assert found.definitions[2].members == ["Order", "Root"]
    assert [f.name for f in found.definitions[3].fields] == ["OPEN", "CLOSED"]


@pytest.mark.parametrize(
    "text", ["", "query Q($a: Int) { type { a } }", "{ enum }", "fragment F on type { a }"]
)
def test_queries_are_no_schemas(text: str) -> None:
    assert graphql.facts(text.encode(), "x") is None


def test_what_a_proto_file_says() -> None:
    found = proto.facts(b"\xef\xbb\xbf" + PROTO.encode(), "x")
    assert found is not None
    assert (found.syntax, found.package) == ("proto3", "shop.v1")
    blocks = {b.name: b for b in found.blocks}
    assert set(blocks) == {"Order", "Line", "State"}
    order = blocks["Order"]
    assert [(m.name, m.number, m.type) for m in order.members] == [
        ("a", 1, "map"), ("s", 16, "string"), ("line", 4, "shop.Line"), ("last", 3, "string"),
    ]  # fmt: skip
    assert order.members[0].is_deprecated
    assert order.ranges == [(2, 2), (5, 7), (100, proto.LARGEST)]
    assert order.names == {"x"}
    assert [m.number for m in blocks["State"].members] == [0, -1]
    assert [(r.name, r.request, r.response, r.is_streamed) for r in found.services[0].methods] == [
        ("Get", "A", "shop.B", True), ("Put", "C", "D", False),
    ]  # fmt: skip


def test_large_files_are_fast() -> None:
    started = time.perf_counter()
    diagnose(b"type A { id: ID!, a(b: Int): [B!]! }\n" * 10_000, "graphql")
    diagnose(b"message A { string id = 1; int32 b = 2; }\n" * 10_000, "proto")
    assert time.perf_counter() - started < 15


@settings(max_examples=80, deadline=None)
@given(
    st.integers(0, 500),
    st.integers(0, 40),
    st.sampled_from(["", "{", "}", "(", '"""', "[", "é", "=", "@"]),
)
def test_no_text_is_too_broken(at: int, length: int, new: str) -> None:
    for text, language in ((GRAPHQL, "graphql"), (PROTO, "proto")):
        diagnose((text[:at] + new + text[at + length :]).encode(), language)
