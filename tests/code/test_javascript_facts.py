"""Which facts JavaScript and TypeScript give, and where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.code.javascript_reading import calls, contexts, read

from backspec.code.facts.model import Built, CallValue, Const, FunctionValue, Mapping, Sequence

if TYPE_CHECKING:
    from backspec.code.facts.model import Value

# ---------------------------------------------------------------------------- values


def value_of(expression: str) -> Value:
    found = calls(f"f({expression})")["f"].arguments.positional
    assert len(found) == 1
    return found[0]


def test_option_objects_are_mappings() -> None:
    value = value_of("{ a: 1, 'b-c': true, ['d']: x, e, f() {}, async g() {}, 7: y }")
    assert isinstance(value, Mapping)
    assert list(value.entries) == ["a", "b-c", "d", "e", "f", "g", "7"]
    assert isinstance(value.entries["f"], FunctionValue)
    assert not value.is_open


@pytest.mark.parametrize("extra", ["...rest", "[key]: 1", "get x() { return 1 }, ...a"])
def test_a_spread_or_computed_key_leaves_an_object_open(extra: str) -> None:
    value = value_of("{ a: 1, " + extra + " }")
    assert isinstance(value, Mapping)
    assert value.is_open


def test_strings_built_from_parts() -> None:
    for text in ("`a ${b} c`", "'a ' + b + ' c'", "'a '.concat(b, ' c')", "['a ', b].join('')"):
        value = value_of(text)
        assert isinstance(value, Built), text
        assert any(isinstance(part, Const) for part in value.parts)


def test_arrays_calls_and_wrappers() -> None:
    value = value_of("[1, 2, ...more]")
    assert isinstance(value, Sequence)
    assert value.is_open
    assert isinstance(value_of("await g()"), CallValue)
    assert isinstance(value_of("(x as Y)!"), type(value_of("x")))
    assert isinstance(value_of("new Date()"), CallValue)


def test_string_escapes() -> None:
    value = value_of(r"'a\n\x41\u0042\u{43}\'\\'")
    assert isinstance(value, Const)
    assert value.value == "a\nABC'\\"


def test_spread_arguments_prove_nothing() -> None:
    arguments = calls("f(a, ...b, c)")["f"].arguments
    assert arguments.is_open
    assert len(arguments.positional) == 1


def test_a_tagged_template_is_not_joined_text() -> None:
    call = calls("prisma.$queryRaw`select ${x}`")["$queryRaw"]
    assert call.arguments.is_open
    assert not call.arguments.positional


# ---------------------------------------------------------------------------- uses


@pytest.mark.parametrize(
    ("source", "use"),
    [
        ("f()", "statement"),
        ("await f()", "statement"),
        ("void f()", "other"),
        ("const x = f()", "assigned"),
        ("let x; x = await f()", "assigned"),
        ("class A { x = f() }", "assigned"),
        ("function g() { return f() }", "returned"),
        ("const g = () => f()", "returned"),
        ("const g = () => (f())", "returned"),
        ("g(f())", "argument"),
        ("f().then(x)", "receiver"),
        ("if (f()) x()", "condition"),
        ("if (!f()) x()", "condition"),
        ("if (await f()) x()", "condition"),
        ("f() && x()", "condition"),
        ("x && f()", "statement"),
        ("x ? f() : y", "statement"),
        ("f() ? x : y", "condition"),
        ("const x = y || f()", "assigned"),
        ("throw f()", "other"),
    ],
)
def test_what_happens_to_a_result(source: str, use: str) -> None:
    assert calls(source)["f"].use == use


def test_the_target_of_an_assigned_call() -> None:
    found = calls("const a = f(); this.b = g(); class C { d = h() } const { e } = i()")
    assert [found[name].assigned_to for name in "fghi"] == ["a", "this.b", "d", ""]


# ---------------------------------------------------------------------------- places


def test_loops_and_callbacks_that_run_per_item() -> None:
    found = contexts("""
    for (const x of xs) { a() }
    for (const x in xs) b();
    for (let i = 0; i < 9; i++) { c() }
    while (d()) { e() }
    do { f() } while (x);
    xs.map((x) => g(x)); await Promise.all(xs.map(async (x) => { await h(x) }));
    xs.forEach(function (x) { i() });
    for (const x of [1, 2, 3]) { j() }
    ['a', 'b'].forEach((x) => k());
    for (const x of xs) { setTimeout(() => l(), 1); retry(() => m()) }
    Model.find((err, docs) => n());
    for (const x of o()) {}
    """)
    inside = {name for name, bits in found.items() if "LOOP" in bits}
    assert inside >= {"a", "b", "c", "e", "f", "g", "h", "i", "m"}
    assert not inside & {"d", "j", "k", "l", "n", "o"}


def test_async_is_the_innermost_function_or_runs_in_it() -> None:
    found = contexts("""
    async function f() { a(); xs.map(() => b()); setTimeout(() => c()) }
    const g = async () => { d() };
    class A { async m() { e() } n() { f2() } }
    function h() { i() }
    """)
    assert {name for name, bits in found.items() if "ASYNC" in bits} >= {"a", "b", "d", "e"}
    assert not any("ASYNC" in found[name] for name in ("c", "f2", "i"))


def test_try_catch_finally() -> None:
    found = contexts("try { a() } catch (e) { b() } finally { c() } d()")
    assert "TRY" in found["a"]
    assert "CATCH" in found["b"]
    assert "FINALLY" in found["c"]
    assert not found["d"] & {"TRY", "CATCH", "FINALLY"}


def test_module_level_and_what_runs_there() -> None:
    found = contexts("""
    a(); (() => { b() })(); (async () => { await c() })(); xs.map(() => d());
    function f() { e() } bootstrap(); async function bootstrap() { g() }
    if (require.main === module) { h() }
    """)
    assert {name for name, bits in found.items() if "MODULE" in bits} >= {"a", "b", "c", "d"}
    assert "MODULE" not in found["e"]
    assert "MAIN" in found["g"]
    assert "MAIN" in found["h"]


@pytest.mark.parametrize(
    "source",
    [
        "if (process.env.NODE_ENV !== 'production') { f() }",
        "if (process.env.NODE_ENV === 'production') { x() } else { f() }",
        "if (process.env.NODE_ENV === 'development') f()",
        "if (app.get('env') === 'development') f()",
        "process.env.NODE_ENV !== 'production' && f()",
        "process.env.NODE_ENV === 'production' || f()",
        "const x = isDev ? f() : y",
        "function g() { if (isProduction) return; f() }",
        "switch (process.env.NODE_ENV) { case 'development': f(); break }",
        "if (!config.isProduction) { f() }",
    ],
)
def test_branches_of_development_only(source: str) -> None:
    assert "DEV_GUARD" in contexts(source)["f"]


@pytest.mark.parametrize(
    "source",
    [
        "if (process.env.NODE_ENV === 'production') { f() }",
        "if (process.env.DEBUG_LEVEL > 3) { f() }",
        "if (ready) f()",
        "switch (process.env.NODE_ENV) { case 'production': f() }",
    ],
)
def test_other_branches(source: str) -> None:
    assert "DEV_GUARD" not in contexts(source)["f"]


def test_tests_by_their_functions() -> None:
    found = contexts("""
    describe('x', () => { beforeEach(() => { a() }); it('y', async () => { b() }) });
    test('z', () => { c() }); it.each([1])('w', () => { d() });
    rx.test((x) => { e() }); context((x) => { f() });
    """)
    assert all("TEST" in found[name] for name in "abcd")
    assert not any("TEST" in found[name] for name in "ef")


@pytest.mark.parametrize(
    "source",
    [
        "const app = require('express')(); app.get('/', () => f())",
        "const app = require('express')(); app.get('/', auth, function () { f() })",
        "const app = require('express')(); app.get('/', [auth, () => f()])",
        "const app = require('express')(); app.get('/', wrap(async () => f()))",
        "const r = require('express').Router(); r.post('/', () => { g(() => f()) })",
        "const r = require('express').Router(); r.route('/x').get(() => f())",
        "const app = require('express')(); app.post('/x', login); function login() { f() }",
        "const app = require('express')(); app.post('/x', login); const login = () => { f() }",
        "exports.login = (req, res) => { f() }",
        "const Koa = require('koa'); const app = new Koa(); app.use(async (c, n) => { f() })",
        "const R = require('@koa/router'); const r = new R(); r.get('/', async (c) => { f() })",
        "const app = require('fastify')(); app.get('/', async (q, r) => { f() })",
        "const app = require('fastify')(); app.route({ url: '/', handler: async () => { f() } })",
        "module.exports = async function (fastify) { fastify.get('/', async () => { f() }) }",
        "const http = require('http'); http.createServer((q, s) => { f() })",
    ],
)
def test_handlers(source: str) -> None:
    assert "HANDLER" in contexts(source, "javascript")["f"]


def test_handlers_of_nest() -> None:
    found = contexts("""
    import { Controller, Get, Post, Body } from '@nestjs/common';
    @Controller('x')
    export class X {
      @Get(':id') one() { a() }
      @Post() @Auth() async add(@Body() dto: Dto) { await b(dto) }
      private other() { c() }
    }
    """)
    assert "HANDLER" in found["a"]
    assert "HANDLER" in found["b"]
    assert "HANDLER" not in found["c"]


def test_transactions() -> None:
    found = contexts("""
    import { DataSource } from 'typeorm';
    async function f(ds: DataSource) { await ds.transaction(async (m) => { a() }); b() }
    """)
    assert "TRANSACTION" in found["a"]
    assert "TRANSACTION" not in found["b"]


def test_awaited_calls() -> None:
    found = contexts(
        "async function f() { await a(); await (b()); c(); await d<X>(y); return e() }"
    )
    assert {name for name, bits in found.items() if "AWAITED" in bits} == {"a", "b", "d"}


# ---------------------------------------------------------------------------- other facts


def test_catches() -> None:
    catches = read("""
    try { a() } catch {}
    try { b() } catch (e) { /* why */ }
    try { c() } catch (e) { log(e) }
    p.catch(() => {}); p.catch(noop); p.catch((e) => log(e)); p.catch(log);
    p.catch(() => undefined);
    """).facts.catches
    assert [len(one.statements) for one in catches] == [0, 0, 1, 0, 0, 1, 0]
    assert [one.name for one in catches] == ["", "e", "e", "", "", "e", ""]
    assert "why" in catches[1].has_comment


def test_fallbacks() -> None:
    adapter = read("""
    const a = process.env.A || 'x'; const b = process.env.B ?? 'y'; c ||= 'z';
    const { D = 'w' } = process.env;
    """)
    values = [adapter.value(one.left, one.scope) for one in adapter.facts.fallbacks]
    assert [getattr(value, "qualified", None) for value in values] == [
        "process.env.A", "process.env.B", None, "process.env.D",
    ]  # fmt: skip


def test_functions_have_names_parameters_and_decorators() -> None:
    functions = read("""
    function a(x, { y }, ...z) {}
    const b = async (q = 1): Promise<void> => {};
    class C { @Get() private async *d(@Body('k') e: string) {} get f() { return 1 } }
    exports.g = function () {}; const h = { i() {}, j: () => 1 };
    """).facts.functions
    assert [f.name for f in functions] == ["a", "b", "d", "f", "g", "i", "j"]
    assert [p.name for p in functions[0].parameters] == ["x", "", "z"]
    d = functions[2]
    assert d.is_async
    assert d.is_generator
    assert [one.path for one in d.decorators] == ["Get"]
    assert [one.path for one in d.parameters[0].decorators] == ["Body"]
    assert d.parameters[0].type_path == "string"
    assert d.class_def is not None
    assert d.class_def.name == "C"


def test_classes_know_what_they_extend_and_implement() -> None:
    classes = read("""
    import { Repository } from 'typeorm';
    @Injectable() export class A extends Repository<User> implements B, C<D> {}
    abstract class E {} const F = class extends A {};
    class G extends PassportStrategy(Strategy) {}
    """).facts.classes
    assert [(one.name, one.bases) for one in classes] == [
        ("A", ("typeorm.Repository", "B", "C")),
        ("E", ()),
        ("F", (":A",)),
        ("G", ("PassportStrategy()",)),
    ]
    assert [one.path for one in classes[0].decorators] == ["Injectable"]


def test_pairs_and_assignments() -> None:
    facts = read("""
    const secret = 'a'; app.keys = ['b']; config['x'] = 1; class A { static password = 'c' }
    f({ token: 'd' }); function g(apiKey = 'e') {} const { h } = i;
    """).facts
    assert [one.target for one in facts.assigns] == ["secret", "app.keys", "config.x", "password"]
    assert [one.key for one in facts.pairs] == ["token", "apiKey"]


def test_flow_types_are_read_with_the_tsx_grammar() -> None:
    adapter = read("const f = (x: ?string): Promise<void> => { g<T>(x) };", "javascript")
    assert adapter.language == "tsx"
    assert "g" in {call.name for call in adapter.facts.calls}


def test_jsx() -> None:
    found = calls("const A = () => <div onClick={() => f(x)}>{g()}</div>", "jsx")
    assert {"f", "g"} <= set(found)


# ---------------------------------------------------------------------------- any input

_SAMPLE = b"""
import express, { type Request as Req } from 'express';
const { Pool: P, ...rest } = require('pg'); const app = express();
@Controller('x') export class A<T> extends B(C) implements D { #p = new P({ a: `t${x}` });
  constructor(private readonly repo: Repository<User>, @Body() public b = 3) {
  super(); this.c ||= b }
  @Get(':id') async m(@Param('id') id: string): Promise<X | null> {
    return this.repo.find(id!)?.x } }
app.get('/', [mw], async ({ body: { a = 1 } }, res) => { try { await f(body) } catch (e) { } });
for await (const q of z) { switch (q) { case 1: g?.(q); default: break } } p.catch(noop);
enum E { A = 'x' } interface I extends J { k: L } type M = { n: O } & P; label: while (1) {}
export default function* () { yield <div a={b}>{c ?? d}</div> } if (process.env.X === 'dev') h();
"""


def exhaust(source: bytes, language: str) -> None:
    adapter = read(source, language)
    size = len(source)
    for call in adapter.facts.calls:
        assert 0 <= call.span.start <= call.span.end <= size
        _ = (call.qualified, call.context, call.use, call.assigned_to, call.receiver_call)
        span = call.arguments.span
        assert 0 <= span.start <= span.end <= size
    for assign in adapter.facts.assigns:
        _ = (assign.value, assign.qualified, assign.type_name)
    for catch in adapter.facts.catches:
        _ = (catch.statements, catch.has_comment, catch.body_span)
    for statement in adapter.facts.statements:
        _ = (statement.value, statement.is_last)
    for function in adapter.facts.functions:
        _ = (function.context, function.returns, [p.default for p in function.parameters])
    for pair in adapter.facts.pairs:
        _ = pair.value
    for class_def in adapter.facts.classes:
        _ = class_def.bases


@pytest.mark.parametrize("language", ["javascript", "typescript", "tsx"])
def test_a_file_cut_anywhere_gives_facts(language: str) -> None:
    for end in range(0, len(_SAMPLE), 5):
        exhaust(_SAMPLE[:end], language)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.integers(0, len(_SAMPLE)))
def test_any_bytes_in_the_middle_give_facts(noise: bytes, at: int) -> None:
    exhaust(_SAMPLE[:at] + noise + _SAMPLE[at:], "typescript")


@pytest.mark.parametrize(
    "source",
    [
        "f(" * 3000 + ")" * 3000,
        "() => " * 2000 + "x",
        "{ if (a) " * 3000,
        "a" + ".b()" * 5000,
        "'x'" + " + y" * 5000,
        "const [" * 2000,
        "`${" * 1500,
        "x = {a: " * 3000,
        "class A { m() { " * 1000,
    ],
)
def test_depth_is_no_trouble(source: str) -> None:
    exhaust(source.encode(), "javascript")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("const o = { a: 1 }; f(o)", "mapping"),
        ("const o = { a: 1 }; if (x) { f(o) }", "mapping"),
        ("const o: O = { a: 1 }; f(o)", "mapping"),
        ("const o = { a: 1 }; f(o); o.b = 2", "name"),
        ("const o = { a: 1 }; f(o); o[k] = 2", "name"),
        ("let o = { a: 1 }; o = g(); f(o)", "name"),
        ("const o = { a: 1 }; g(() => f(o))", "name"),
        ("const o = { a: 1 }; g(() => { o.b = 2 }); f(o)", "name"),
        ("const o = { a: 1 }; g((k) => { o[k] = 2 }); f(o)", "name"),
        ("const o = { a: 1 }; Object.assign(o, x); f(o)", "name"),
        ("const o = { a: 1 }; if (o.a === 2) { f(o) }", "mapping"),
        ("var o = { a: 1 }; f(o)", "name"),
    ],
)
def test_options_kept_in_a_constant_of_the_function(source: str, kind: str) -> None:
    call = calls(f"function x() {{ {source} }}")["f"]
    assert call.arguments.positional[0].kind == kind


def test_options_of_the_module_are_a_name() -> None:
    call = calls("const o = { a: 1 }; function x() { f(o) }")["f"]
    assert call.arguments.positional[0].kind == "name"
