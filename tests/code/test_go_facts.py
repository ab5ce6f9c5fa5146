"""What names mean in Go, and which facts it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backspec.code import syntax
from backspec.code.analysis import adapter_class
from backspec.code.facts.model import Built, Call, Const, Context, Mapping, Sequence, Value
from backspec.code.models import models
from backspec.code.resolve import Resolver

if TYPE_CHECKING:
    from backspec.code.facts.adapter import Adapter

HEAD = """package main
import (
  "context"
  "database/sql"
  "fmt"
  "net/http"
  "strings"
  "github.com/gin-gonic/gin"
  rds "github.com/redis/go-redis/v9"
  "gopkg.in/yaml.v3"
)
"""


def read(source: str | bytes) -> Adapter:
    text = source.encode() if isinstance(source, str) else source
    parsed = syntax.parse("go", text)
    assert parsed is not None
    kind = adapter_class("go")
    adapter = kind("go", text, Resolver(models("go"), kind.habits), None)
    adapter.walk(parsed.root)
    for one in adapter.outside:
        adapter.resolver.take(one, adapter.place.scope)
    return adapter


def qualified(source: str) -> dict[str, str | None]:
    return {call.path: call.qualified for call in read(HEAD + source).facts.calls}


def calls(source: str) -> dict[str, Call]:
    return {call.name: call for call in read(HEAD + source).facts.calls}


def contexts(source: str) -> dict[str, set[str]]:
    bits = {
        value: name for name, value in vars(Context).items() if isinstance(value, int) and value
    }
    return {
        call.name: {name for bit, name in bits.items() if call.context & bit}
        for call in read(HEAD + source).facts.calls
    }


def value_of(expression: str) -> Value:
    return calls(f"func g() {{ f({expression}) }}")["f"].arguments.positional[0]


# ---------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("source", "path", "expected"),
    [
        ("func f() { http.Get(u) }", "http.Get", "net/http.Get"),
        ("func f() { yaml.Unmarshal(a, b) }", "yaml.Unmarshal", "gopkg.in/yaml.Unmarshal"),
        ("func f() { c := rds.NewClient(o); c.Set(x, k, v, 0) }", "c.Set",
         "github.com/redis/go-redis.Client.Set"),
        ("func f(db *sql.DB) { db.Query(q) }", "db.Query", "database/sql.DB.Query"),
        ("var db *sql.DB\nfunc f() { db.Query(q) }", "db.Query", "database/sql.DB.Query"),
        ("func f() { db, err := sql.Open(a, b); db.Exec(q) }", "db.Exec", "database/sql.DB.Exec"),
        ("var d *sql.DB\nfunc f() { d, e = sql.Open(a, b) }\nfunc g() { d.Exec(q) }", "d.Exec",
         "database/sql.DB.Exec"),
        ("func f(db *sql.DB) { tx, _ := db.Begin(); tx.Exec(q) }", "tx.Exec",
         "database/sql.Tx.Exec"),
        ("func f(db *sql.DB) { if rows, err := db.Query(q); err == nil { rows.Next() } }",
         "rows.Next", "database/sql.Rows.Next"),
        ("func f() { c := &http.Client{}; c.Do(r) }", "c.Do", "net/http.Client.Do"),
        ("func f() { (&http.Client{}).Do(r) }", "http.Client!().Do", "net/http.Client.Do"),
        ("func f() { new(http.Client).Do(r) }", "http.Client!().Do", "net/http.Client.Do"),
        ("func f(x any) { c := x.(*http.Client); c.Do(r) }", "c.Do", "net/http.Client.Do"),
        ("func f() { http.DefaultClient.Do(r) }", "http.DefaultClient.Do", "net/http.Client.Do"),
        ("func f(r *http.Request) { r.URL.Query().Get(k) }", "r.URL.Query().Get",
         "net/http.Request.URL.Query().Get"),
        ("type S struct { db *sql.DB }\nfunc (s *S) F() { s.db.Query(q) }", "s.db.Query",
         "database/sql.DB.Query"),
        ("type S struct { *sql.DB }\nfunc (s S) F() { s.Query(q); s.DB.Exec(q) }", "s.DB.Exec",
         "database/sql.DB.Exec"),
        ("type S struct { *sql.DB }\nfunc (s S) F() { s.Query(q) }", "s.Query",
         "database/sql.DB.Query"),
        ("type S struct { db *sql.DB }\nfunc New() *S { return nil }\nfunc f() { New().db.Ping() }",
         "New().db.Ping", "database/sql.DB.Ping"),
        ("func open() (*sql.DB, error) { return nil, nil }\nfunc f() { d, _ := open(); d.Ping() }",
         "d.Ping", "database/sql.DB.Ping"),
        ("type D = sql.DB\nfunc f(d *D) { d.Ping() }", "d.Ping", "database/sql.DB.Ping"),
        ("func f() { x.Ping() }", "x.Ping", None),
        ("func f(c chan int) { c.Ping() }", "c.Ping", None),
    ],
)  # fmt: skip
def test_names(source: str, path: str, expected: str | None) -> None:
    assert qualified(source)[path] == expected


def test_a_package_is_known_by_the_names_it_may_have() -> None:
    source = 'package a\nimport "github.com/redis/go-redis/v9"\nfunc f() { redis.NewClient(o) }'
    assert [call.qualified for call in read(source).facts.calls] == [
        "github.com/redis/go-redis.NewClient"
    ]


def test_struct_literals_are_calls_with_fields() -> None:
    call = calls("func f() { c := http.Client{Timeout: 0, Jar: j} }")["Client"]
    assert call.is_new
    assert call.qualified == "net/http.Client"
    assert list(call.arguments.keywords) == ["Timeout", "Jar"]
    assert not call.arguments.is_open
    assert calls("func f() { p := http.Client{a, b} }")["Client"].arguments.is_open


# ---------------------------------------------------------------------------- values


def test_values() -> None:
    options = value_of('&rds.Options{Addr: "x", "y": 1}')
    assert isinstance(options, Mapping)
    assert options.type_name == "github.com/redis/go-redis.Options"
    assert list(options.entries) == ["Addr", "y"]
    assert isinstance(value_of('[]string{"a"}'), Sequence)
    assert isinstance(value_of('map[string]int{"a": 1}'), Mapping)
    for text in ('[]byte("a")', 'string("a")', '("a")', '"" + "a"', "`a`"):
        constant = value_of(text)
        assert isinstance(constant, Const)
        assert constant.value == "a", text
    for text in ('fmt.Sprintf("a %s", b)', '"a " + b', 'strings.Join([]string{"a", b}, "")'):
        assert isinstance(value_of(text), Built), text


def test_constants_fold_through_one_name() -> None:
    source = (
        "const A = 4\nvar b = `x`\nfunc f() { c := 6 * 10; g(A, b, c, -1, nil, true, 0x10, 010) }"
    )
    values = calls(source)["g"].arguments.positional
    assert [getattr(v, "value", "?") for v in values] == [4, "x", 60, -1, None, True, 16, 8]


@pytest.mark.parametrize(
    ("source", "use", "target"),
    [
        ("f()", "statement", ""),
        ("go f()", "statement", ""),
        ("defer f()", "statement", ""),
        ("a := f()", "assigned", "a"),
        ("a, err := f()", "assigned", "a"),
        ("_ = f()", "assigned", "_"),
        ("a, b = g(), f()", "assigned", "b"),
        ("var a = f()", "assigned", "a"),
        ("return f()", "returned", ""),
        ("return nil, f()", "returned", ""),
        ("g(f())", "argument", ""),
        ("f().g()", "receiver", ""),
        ("if f() {}", "condition", ""),
        ("if f() != nil {}", "condition", ""),
    ],
)
def test_uses(source: str, use: str, target: str) -> None:
    call = calls(f"func x() {{ {source} }}")["f"]
    assert (call.use, call.assigned_to) == (use, target)


# ---------------------------------------------------------------------------- places


def test_contexts() -> None:
    found = contexts("""
    var v = top()
    func init() { start() }
    func main() { run() }
    func f(items []int) {
      for _, i := range items { a(i) }
      for { b() }
      for range []int{1, 2} { c() }
      if err := d(); err != nil { e() }
      defer g()
      go func() { h() }()
      if os.Getenv("ENV") == "development" { k() }
      switch env { case "dev": l(); case "production": m() }
    }
    func page(w http.ResponseWriter, r *http.Request) { n(func() { o() }) }
    func (s *S) show(c *gin.Context) { p() }
    func other(r *http.Request) { q() }
    """)
    assert "MODULE" in found["top"]
    assert "MODULE" in found["start"]
    assert "MAIN" in found["run"]
    assert {n for n, bits in found.items() if "LOOP" in bits} == {"a", "b"}
    assert "CATCH" in found["e"]
    assert "CATCH" not in found["d"]
    assert "FINALLY" in found["g"]
    assert {n for n, bits in found.items() if "DEV_GUARD" in bits} == {"k", "l"}
    assert {n for n, bits in found.items() if "HANDLER" in bits} == {"n", "o", "p"}


def test_handlers_given_in_place() -> None:
    found = contexts("""
    func f(r *gin.Engine) { r.GET("/x", func(c *gin.Context) { a() }) }
    func g() { http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { b() }) }
    """)
    assert "HANDLER" in found["a"]
    assert "HANDLER" in found["b"]


def test_error_checks_are_catches() -> None:
    catches = read(HEAD + "func f() { x, err := g(); if err != nil { }\nif err != nil { h() } }")
    assert [len(one.statements) for one in catches.facts.catches] == [0, 1]
    assert [one.name for one in catches.facts.catches] == ["err", "err"]


def test_assignments_and_pairs() -> None:
    facts = read(HEAD + 'const S = "a"\nvar t string = "b"\nfunc f() { _ = g(); c.K = 1\n'
                 'x := map[string]string{"token": "c"}; y := T{Key: "d"} }').facts  # fmt: skip
    assert [one.target for one in facts.assigns] == ["S", "t", "_", "c.K", "x", "y"]
    assert [one.key for one in facts.pairs] == ["token", "Key"]


# ---------------------------------------------------------------------------- any input

_SAMPLE = (
    HEAD
    + """
type S struct { db *sql.DB `x`; gin.Engine; m map[string]int }
const ( A, B = iota, "b" )
func (s *S) Get(w http.ResponseWriter, r *http.Request, a ...string) (o *S, err error) {
  rows, err := s.db.QueryContext(r.Context(), "S "+n, 1); if err != nil { return nil, err }
  defer rows.Close(); for i, v := range x { go func(y int) { s.do(y) }(i) }
  switch t := v.(type) { case *S: t.F() }; select { case <-ch: f(); default: }
  c := &http.Client{Timeout: 10 * time.Second, "a": {1}}; Map[int](xs); z.(*T).B(); L: for {}
  return
}
"""
).encode()


def exhaust(source: bytes) -> None:
    adapter = read(source)
    for call in adapter.facts.calls:
        assert 0 <= call.span.start <= call.span.end <= len(source)
        _ = (call.qualified, call.context, call.use, call.assigned_to, call.receiver_call)
        span = call.arguments.span
        assert 0 <= span.start <= span.end <= len(source)
    for assign in adapter.facts.assigns:
        _ = (assign.value, assign.qualified, assign.type_name)
    for catch in adapter.facts.catches:
        _ = (catch.statements, catch.has_comment, catch.body_span)
    for statement in adapter.facts.statements:
        _ = (statement.value, statement.is_last)
    for function in adapter.facts.functions:
        _ = (function.context, function.returns)
    for pair in adapter.facts.pairs:
        _ = pair.value


def test_a_file_cut_anywhere_gives_facts() -> None:
    for end in range(0, len(_SAMPLE), 3):
        exhaust(_SAMPLE[:end])


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=100), st.integers(0, len(_SAMPLE)))
def test_any_bytes_in_the_middle_give_facts(noise: bytes, at: int) -> None:
    exhaust(_SAMPLE[:at] + noise + _SAMPLE[at:])


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "f(" * 3000 + ")" * 3000,
        "func f() {" + "if a {" * 2000,
        "x := a" + ".b()" * 5000,
        'x := "x"' + " + y" * 5000,
        "x := " + "T{A: " * 3000,
        "x := " + "func() {" * 1500,
    ],
)
def test_depth_is_no_trouble(source: str) -> None:
    exhaust(b"package a\n" + source.encode())


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("o := &T{A: 1}; f(o)", "mapping"),
        ("var o = T{A: 1}; f(&o)", "mapping"),
        ("o := &T{A: 1}; o.B = 2; f(o)", "name"),
        ("o := &T{A: 1}; o = g(); f(o)", "name"),
        ("o := &T{A: 1}; go func() { f(o) }()", "name"),
    ],
)
def test_options_kept_in_a_variable_of_the_function(source: str, kind: str) -> None:
    call = calls(f"func x() {{ {source} }}")["f"]
    assert call.arguments.positional[0].kind == kind
