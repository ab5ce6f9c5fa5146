"""What names mean in Java, and which facts it gives."""

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

HEAD = """package com.acme;
import java.sql.*;
import javax.sql.DataSource;
import java.util.List;
import static java.util.Objects.requireNonNull;
import org.springframework.web.bind.annotation.*;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.jdbc.core.JdbcTemplate;
import com.acme.data.UserRepository;
"""


def read(source: str | bytes) -> Adapter:
    text = source.encode() if isinstance(source, str) else source
    parsed = syntax.parse("java", text)
    assert parsed is not None
    kind = adapter_class("java")
    adapter = kind("java", text, Resolver(models("java"), kind.habits), None)
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
    return calls(f"class A {{ void g() {{ f({expression}); }} }}")["f"].arguments.positional[0]


# ---------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("body", "path", "expected"),
    [
        ("void f(Connection c) { c.createStatement().executeQuery(q); }",
         "c.createStatement().executeQuery", "java.sql.Statement.executeQuery"),
        ("void f() { Connection c = DriverManager.getConnection(u); c.prepareStatement(q); }",
         "c.prepareStatement", "java.sql.Connection.prepareStatement"),
        ("void f() { var c = DriverManager.getConnection(u); c.close(); }", "c.close",
         "java.sql.Connection.close"),
        ("void f() { try (Statement s = make()) { s.execute(q); } }", "s.execute",
         "java.sql.Statement.execute"),
        ("@Autowired JdbcTemplate t; void f() { t.update(q); this.t.query(q); }", "this.t.query",
         "org.springframework.jdbc.core.JdbcTemplate.query"),
        ("final JdbcTemplate t; A(JdbcTemplate x) { t = x; } void f() { t.update(q); }", "t.update",
         "org.springframework.jdbc.core.JdbcTemplate.update"),
        ("UserRepository users; void f() { users.findById(i); }", "users.findById",
         "com.acme.data.UserRepository.findById"),
        ("void f() { new JdbcTemplate(d).update(q); }", "JdbcTemplate!().update",
         "org.springframework.jdbc.core.JdbcTemplate.update"),
        ("void f(Object o) { ((JdbcTemplate) o).update(q); }", "JdbcTemplate!().update",
         "org.springframework.jdbc.core.JdbcTemplate.update"),
        ("void f(Object o) { o.update(q); }", "o.update", None),
        ("void f(Object o) { var t = (JdbcTemplate) o; t.update(q); }", "t.update",
         "org.springframework.jdbc.core.JdbcTemplate.update"),
        ("void f(Object o) { if (o instanceof Statement s) { s.execute(q); } }", "s.execute",
         "java.sql.Statement.execute"),
        ("void f() { requireNonNull(x); }", "requireNonNull", "java.util.Objects.requireNonNull"),
        ("void f() { System.getenv(x); }", "System.getenv", "System.getenv"),
        ("void f() { java.sql.DriverManager.getConnection(u); }",
         "java.sql.DriverManager.getConnection", "java.sql.DriverManager.getConnection"),
        ("void f() { g().update(q); } JdbcTemplate g() { return null; }", "g().update",
         "org.springframework.jdbc.core.JdbcTemplate.update"),
        ("class B { JdbcTemplate t; void f() { t.update(q); } }", "t.update",
         "org.springframework.jdbc.core.JdbcTemplate.update"),
        ("record R(JdbcTemplate t) { void f() { t.update(q); } }", "t.update",
         "org.springframework.jdbc.core.JdbcTemplate.update"),
        ("void f() { x.update(q); }", "x.update", None),
        ("void f(Other x) { x.update(q); }", "x.update", None),
        ("JdbcTemplate t; void f(String t) { t.update(q); }", "t.update", "String.update"),
    ],
)  # fmt: skip
def test_names(body: str, path: str, expected: str | None) -> None:
    assert qualified(f"class A {{ {body} }}")[path] == expected


def test_bases_of_local_classes() -> None:
    found = qualified("""
    class Base extends JdbcTemplate { }
    class A extends Base { void f() { this.update(q); super.query(q); } }
    """)
    assert found["this.update"] == "org.springframework.jdbc.core.JdbcTemplate.update"
    assert found["super.query"] == "org.springframework.jdbc.core.JdbcTemplate.query"


def test_lombok_makes_the_logger() -> None:
    assert qualified("@Slf4j class A { void f() { log.info(x); } }")["log.info"] == (
        "org.slf4j.Logger.info"
    )


# ---------------------------------------------------------------------------- values


def test_values() -> None:
    assert isinstance(value_of('List.of("a", b)'), Sequence)
    assert isinstance(value_of('new String[] {"a"}'), Sequence)
    mapping = value_of('Map.of("a", 1, "b", x)')
    assert isinstance(mapping, Mapping)
    assert list(mapping.entries) == ["a", "b"]
    for text in ('"a"', '("a")', '(String) "a"', '"" + "a"', '"\\u0061"', '"""\n    a"""'):
        constant = value_of(text)
        assert isinstance(constant, Const), text
        assert constant.value == "a", text
    for text in (
        '"a " + b',
        'String.format("a %s", b)',
        '"a %s".formatted(b)',
        'new StringBuilder("a").append(b).append("c").toString()',
    ):
        assert isinstance(value_of(text), Built), text


def test_constants_fold_through_one_name() -> None:
    found = calls("""
    class A { static final String K = "k"; int n = 4;
      void g() { int m = 60 * 60; f(K, A.K, n, m, -1, null, true, 0x10, 1_000L, 1.5f); } }
    """)
    values = found["f"].arguments.positional
    assert [getattr(v, "value", "?") for v in values] == [
        "k", "k", 4, 3600, -1, None, True, 16, 1000, 1.5,
    ]  # fmt: skip


def test_the_callee_of_a_flat_call() -> None:
    call = calls("class A { void g() { a.b().f(1); } }")["f"]
    text = HEAD + "class A { void g() { a.b().f(1); } }"
    assert text[call.callee_span.start : call.callee_span.end] == "a.b().f"
    assert call.receiver_call is not None
    assert call.receiver_call.name == "b"


@pytest.mark.parametrize(
    ("source", "use", "target"),
    [
        ("f();", "statement", ""),
        ("var a = f();", "assigned", "a"),
        ("this.a = f();", "assigned", "this.a"),
        ("try (var a = f()) { }", "assigned", "a"),
        ("return f();", "returned", ""),
        ("g(f());", "argument", ""),
        ("f().g();", "receiver", ""),
        ("if (f()) { }", "condition", ""),
        ("if (f() == 1) { }", "condition", ""),
        ("x.map(y -> f());", "returned", ""),
        ("throw f();", "other", ""),
    ],
)
def test_uses(source: str, use: str, target: str) -> None:
    call = calls(f"class A {{ void x() {{ {source} }} }}")["f"]
    assert (call.use, call.assigned_to) == (use, target)


# ---------------------------------------------------------------------------- places


def test_contexts() -> None:
    found = contexts("""
    class A {
      static int s = top();
      static { start(); }
      public static void main(String[] args) { run(); }
      void f(List<String> xs) {
        for (String x : xs) { a(); }
        for (int i = 0; i < 9; i++) { b(); }
        while (x) { c(); }
        xs.forEach(x -> d(x));
        xs.stream().map(x -> e(x)).toList();
        optional.map(x -> f2(x));
        try { g(); } catch (Exception e) { h(); } finally { i(); }
        try (var r = open()) { j(); }
        if (env.equals("development")) { } else { k(); }
        if (isDev) { l(); }
      }
      @Transactional void m() { n(); }
      @Test void o() { p(); }
    }
    @Transactional class B { void f() { q(); } }
    @Profile("dev") class C { void f() { r(); } }
    """)
    assert "MODULE" in found["top"]
    assert "MODULE" in found["start"]
    assert "MAIN" in found["run"]
    assert {n for n, bits in found.items() if "LOOP" in bits} == {"a", "b", "c", "d", "e"}
    assert "TRY" in found["g"]
    assert "CATCH" in found["h"]
    assert "FINALLY" in found["i"]
    assert "RESOURCE" in found["j"]
    assert {n for n, bits in found.items() if "DEV_GUARD" in bits} == {"l", "r"}
    assert {n for n, bits in found.items() if "TRANSACTION" in bits} == {"n", "q"}
    assert "TEST" in found["p"]


@pytest.mark.parametrize(
    "source",
    [
        '@RestController class A { @GetMapping("/x") String f() { g(); } }',
        '@RestController class A { @GetMapping("/x") String f() { xs.forEach(x -> g()); } }',
        '@Controller class A { @RequestMapping(value = "/x") String f() { g(); } }',
        '@jakarta.ws.rs.Path("/") class A { @jakarta.ws.rs.GET String f() { g(); } }',
    ],
)
def test_handlers(source: str) -> None:
    assert "HANDLER" in contexts(source)["g"]
    assert "HANDLER" not in contexts("class A { String f() { g(); } }")["g"]


def test_annotations_are_calls_and_decorators() -> None:
    adapter = read(
        HEAD
        + """
    class A { A(@Value("${k:lit}") String k) {} @GetMapping(value = "/x", b = {"c"}) void f() {} }
    """
    )
    found = {call.name: call for call in adapter.facts.calls}
    assert isinstance(found["Value"].arguments.positional[0], Const)
    assert list(found["GetMapping"].arguments.keywords) == ["value", "b"]
    constructor, method = adapter.facts.functions
    assert [one.path for one in constructor.parameters[0].decorators] == ["Value"]
    assert [one.path for one in method.decorators] == ["GetMapping"]


def test_catches_and_classes() -> None:
    facts = read(
        HEAD
        + """
    class A extends B<C> implements D, E {
      void f() { try { a(); } catch (SQLException | java.io.IOException e) { } }
      Runnable r = new Runnable() { public void run() { } };
    }
    """
    ).facts
    assert facts.catches[0].types == ("java.sql.SQLException", "java.io.IOException") or (
        facts.catches[0].types == ("SQLException", "java.io.IOException")
    )
    assert facts.catches[0].statements == ()
    assert [(one.name, one.base_paths) for one in facts.classes] == [
        ("A", ("B", "D", "E")),
        ("", ("Runnable",)),
    ]


# ---------------------------------------------------------------------------- any input

_SAMPLE = (
    HEAD
    + """
@RestController public class A<T> extends B<T> implements C {
  private static final String S = "x"; int a = 1, b[]; @Autowired DataSource ds;
  A(UserRepository r, final @Value("${k:lit}") String k) { this.r = r; super.init(); }
  @GetMapping(value = "/{id}", c = {"a"}) public D one(@PathVariable Long id, int... n) throws E {
    for (String s : xs) { r.save(new U(s)); } xs.stream().map(s -> r.f(s)).forEach(X::y);
    try (Connection c = ds.getConnection(); var t = c.createStatement()) { t.execute("a" + i); }
    catch (F | G e) { log.error("x", e); } finally { g(); }
    switch (x) { case 1: f(); break; default: } Object o = (Foo) bar; int[] z = new int[]{1};
    if (o instanceof Foo f && f.x()) { throw new H("y"); }
    Runnable q = new Runnable() { void m() {} };
    return a ? b : c; } enum I { J("x"), K; } record L(String m, N n) { } static { init(); } }
"""
).encode()


def exhaust(source: bytes) -> None:
    adapter = read(source)
    for call in adapter.facts.calls:
        assert 0 <= call.span.start <= call.span.end <= len(source)
        assert call.callee_span.start <= call.callee_span.end
        _ = (call.qualified, call.context, call.use, call.assigned_to, call.receiver_call)
        span = call.arguments.span
        assert 0 <= span.start <= span.end <= len(source)
    for assign in adapter.facts.assigns:
        _ = (assign.value, assign.qualified, assign.type_name)
    for catch in adapter.facts.catches:
        _ = (catch.statements, catch.has_comment, catch.body_span, catch.types)
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
        "f(" * 3000 + ")" * 3000,
        "if (a) {" * 2000,
        "x = a" + ".b()" * 5000 + ";",
        'x = "x"' + " + y" * 5000 + ";",
        "x = " + "() -> " * 2000 + "1;",
        "new A() { void m() { " * 1000,
    ],
)
def test_depth_is_no_trouble(source: str) -> None:
    exhaust(b"class A { void f() {" + source.encode())
