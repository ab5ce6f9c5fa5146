"""What names mean in C#, and which facts it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backspec import catalog
from backspec.code import analysis, syntax
from backspec.code.analysis import adapter_class
from backspec.code.facts.model import (
    Built,
    Call,
    Const,
    Context,
    Mapping,
    Name,
    Operation,
    Sequence,
    Value,
)
from backspec.code.match import compile_rules
from backspec.code.models import models
from backspec.code.resolve import Resolver
from backspec.model import Document

if TYPE_CHECKING:
    from backspec.code.facts.adapter import Adapter

HEAD = """using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Distributed;
using StackExchange.Redis;
using System.Security.Cryptography;
using Keys = Microsoft.IdentityModel.Tokens;
namespace Acme.Shop;
"""


def read(source: str | bytes) -> Adapter:
    text = source.encode() if isinstance(source, str) else source
    parsed = syntax.parse("csharp", text)
    assert parsed is not None
    kind = adapter_class("csharp")
    adapter = kind("csharp", text, Resolver(models("csharp"), kind.habits), None)
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
    return calls(f"class A {{ void G() {{ F({expression}); }} }}")["F"].arguments.positional[0]


# ---------------------------------------------------------------------------- names

GET = "System.Net.Http.HttpClient.GetAsync"


@pytest.mark.parametrize(
    ("body", "path", "expected"),
    [
        ("void F(HttpClient c) { c.GetAsync(u); }", "c.GetAsync", GET),
        ("HttpClient c = new(); void F() { c.GetAsync(u); this.c.GetAsync(u); }",
         "this.c.GetAsync", GET),
        ("void F() { var c = new HttpClient(); c.GetAsync(u); }", "c.GetAsync", GET),
        ("void F() { HttpClient c = new(); c.GetAsync(u); }", "c.GetAsync", GET),
        ("void F() { using var c = new HttpClient(); c.GetAsync(u); }", "c.GetAsync", GET),
        ("async Task F() { await new HttpClient().GetAsync(u); }", "HttpClient!().GetAsync", GET),
        ("HttpClient C { get; } void F() { C?.GetAsync(u); }", "C.GetAsync", GET),
        ("void F(HttpClient? c) { c!.GetAsync(u); }", "c.GetAsync", GET),
        ("void F(object o) { ((HttpClient)o).GetAsync(u); }", "HttpClient!().GetAsync", GET),
        ("void F(object o) { (o as HttpClient).GetAsync(u); }", "HttpClient!().GetAsync", GET),
        ("void F(object o) { if (o is HttpClient c) { c.GetAsync(u); } }", "c.GetAsync", GET),
        ("readonly HttpClient c; A(HttpClient x) { c = x; } void F() { c.GetAsync(u); }",
         "c.GetAsync", GET),
        ("readonly IHttpClientFactory f; void F() { f.CreateClient().GetAsync(u); }",
         "f.CreateClient().GetAsync", GET),
        ("async Task F() { (await G()).GetAsync(u); } Task<HttpClient> G() => null;",
         "G().GetAsync", GET),
        ("void F(IDatabase d) { d.StringSet(k, v); }", "d.StringSet",
         "StackExchange.Redis.IDatabase.StringSet"),
        ("void F() { new Keys.SymmetricSecurityKey(b); }", "Keys.SymmetricSecurityKey",
         "Microsoft.IdentityModel.Tokens.SymmetricSecurityKey"),
        ("void F() { MD5.HashData(b); }", "MD5.HashData",
         "System.Security.Cryptography.MD5.HashData"),
        ("void F() { System.Net.Http.HttpClient.G(); }", "System.Net.Http.HttpClient.G",
         "System.Net.Http.HttpClient.G"),
        ("void F(Other c) { c.GetAsync(u); }", "c.GetAsync", None),
        ("HttpClient c; void F(Other c) { c.GetAsync(u); }", "c.GetAsync", None),
        ("void F(object o) { o.GetAsync(u); }", "o.GetAsync", None),
        ("class HttpClient { } void F(HttpClient c) { c.GetAsync(u); }", "c.GetAsync", None),
    ],
)  # fmt: skip
def test_names(body: str, path: str, expected: str | None) -> None:
    assert qualified(f"class A {{ {body} }}")[path] == expected


def test_primary_constructors() -> None:
    found = qualified("class A(HttpClient c) : B { void F() { c.GetAsync(u); } }")
    assert found["c.GetAsync"] == GET


def test_names_of_controllers() -> None:
    found = qualified("""class A : ControllerBase {
      public IActionResult F() { Response.Cookies.Append(a, b); return Ok(); } }""")
    assert found["Response.Cookies.Append"] == "Microsoft.AspNetCore.Http.IResponseCookies.Append"
    assert found["Ok"] == "Microsoft.AspNetCore.Mvc.ControllerBase.Ok"


# ---------------------------------------------------------------------------- values


@pytest.mark.parametrize(
    "text",
    ['"a"', '("a")', '(string)"a"', '"" + "a"', '"\\u0061"', '@"a"', '"""a"""', '$"a"',
     'nameof(X.a)', '"""\n    a\n    """'],
)  # fmt: skip
def test_texts(text: str) -> None:
    constant = value_of(text)
    assert isinstance(constant, Const)
    assert constant.value == "a"


@pytest.mark.parametrize(
    ("text", "number"),
    [("1_000L", 1000), ("0x1F", 31), ("1.5m", 1.5), ("-1", -1), ("60 * 60", 3600), ("007", 7)],
)
def test_numbers(text: str, number: float) -> None:
    constant = value_of(text)
    assert isinstance(constant, Const)
    assert constant.value == number


@pytest.mark.parametrize(
    "text",
    ['"a " + b', '$"a {b}"', '$@"a {b:F2}"', 'string.Format("a {0}", b)', '$"""a {b}"""',
     "string.Concat(a, b)"],
)  # fmt: skip
def test_built_strings(text: str) -> None:
    assert isinstance(value_of(text), Built)


def test_collections() -> None:
    for text in ('new[] { "a" }', 'new string[] { "a" }', '["a"]', 'new List<string> { "a" }'):
        assert isinstance(value_of(text), Sequence), text
    for text in ("new { A = 1, b, c.D }", "new X { A = 1, b = 2, D = 3 }"):
        mapping = value_of(text)
        assert isinstance(mapping, Mapping), text
        assert [key.lower() for key in mapping.entries] == ["a", "b", "d"]
    pairs = value_of('new Dictionary<string, int> { { "a", 1 }, ["b"] = 2 }')
    assert isinstance(pairs, Mapping)
    assert list(pairs.entries) == ["a", "b"]


def test_options_lambdas_are_mappings() -> None:
    options = value_of("o => { o.A = 1; o.B.C = false; o.Go(); }")
    assert isinstance(options, Mapping)
    assert options.is_open
    inner = options.entries["B"]
    assert isinstance(inner, Mapping)
    assert isinstance(inner.entries["C"], Const)
    assert value_of("o => o.Go()").kind == "function"


def test_arguments() -> None:
    call = calls("class A { void G() { var x = new Foo(1, name: 2) { Size = 3 }; } }")["Foo"]
    assert len(call.arguments.positional) == 1
    assert set(call.arguments.keywords) == {"name", "Size"}


def test_initialisers_assign() -> None:
    source = "class A { void G() { o.P = new Keys.TokenValidationParameters { Flag = false }; } }"
    found = {one.qualified for one in read(HEAD + source).facts.assigns}
    assert "Microsoft.IdentityModel.Tokens.TokenValidationParameters.Flag" in found


def test_fallbacks() -> None:
    facts = read("class A { void G() { var a = b ?? c; d ??= e; } }").facts
    assert len(facts.fallbacks) == 2


# ---------------------------------------------------------------------------- contexts


def test_contexts() -> None:
    found = contexts("""
    [ApiController] class Orders {
      public async Task<int> Get() {
        await A();
        B();
        foreach (var x in Xs()) { C(); }
        await D().ConfigureAwait(false);
        try { E(); } catch (Exception e) when (F(e)) { G(); } finally { H(); }
        if (env.IsDevelopment()) { I(); } else { J(); }
        using (K()) { L(); }
        list.ForEach(x => M());
        using var t = N();
        O();
      }
      private void P() { Q(); }
      [Fact] void R() { S(); }
    }""")
    assert found["A"] >= {"AWAITED", "ASYNC", "HANDLER"}
    assert "AWAITED" not in found["B"]
    assert "LOOP" in found["C"]
    assert "LOOP" not in found["Xs"]
    assert "AWAITED" in found["D"]
    assert "TRY" in found["E"]
    assert "CATCH" in found["G"]
    assert "FINALLY" in found["H"]
    assert "DEV_GUARD" in found["I"]
    assert "DEV_GUARD" not in found["J"]
    assert "RESOURCE" in found["L"]
    assert "RESOURCE" not in found["K"]
    assert "LOOP" in found["M"]
    assert "RESOURCE" in found["O"]
    assert not found["Q"]
    assert "TEST" in found["S"]


def test_handlers_of_minimal_apis() -> None:
    found = contexts("""
    var app = WebApplication.CreateBuilder(args).Build();
    app.MapGet("/x", async (int id) => await A(id));
    B();
    """)
    assert found["A"] >= {"HANDLER", "ASYNC"}
    assert "HANDLER" not in found["B"]


def test_transactions() -> None:
    found = contexts("""class A { async Task F() {
      await using var t = await db.Database.BeginTransactionAsync();
      B();
    } void C() { D(); } }""")
    assert "TRANSACTION" in found["B"]
    assert "TRANSACTION" not in found["D"]


def test_debug_builds() -> None:
    found = contexts("class A { void F() {\n#if DEBUG\nB();\n#else\nC();\n#endif\n} }")
    assert "DEV_GUARD" in found["B"]
    assert "DEV_GUARD" not in found["C"]


# ---------------------------------------------------------------------------- robustness


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["class A", "{", "}", "(", ")", "=>", "new", "x", ".", "?.", "=", '"', '$"', "{x}",
             "using", "await", "async", ";", "[", "]", "@", "<", ">", "??", "try", "catch", "var",
             "#if DEBUG\n", "\n", "is", "switch", "return", ",", ":", "record", "namespace"]
        ),
        max_size=40,
    )
)  # fmt: skip
def test_any_text_can_be_read(words: list[str]) -> None:
    adapter = read(" ".join(words))
    for call in adapter.facts.calls:
        assert call.arguments is not None
        assert call.use
        assert call.context >= 0
    for one in adapter.facts.assigns:
        assert one.value is None or one.value.kind


def test_setting_a_property_that_models_know_is_a_call() -> None:
    source = (
        "class A { void F(System.Data.IDbCommand c, string q) { c.CommandText = q; c.Other = q; } }"
    )
    found = calls(source)
    assert found["set_CommandText"].written == "c.CommandText"
    (value,) = found["set_CommandText"].arguments.positional
    assert isinstance(value, Name)
    assert value.path == "q"
    assert "set_Other" not in found


def test_setting_a_property_of_a_property_in_an_initializer() -> None:
    made = 'new System.Diagnostics.Process { StartInfo = { FileName = "x" } }'
    source = f"class A {{ void F() {{ var p = {made}; }} }}"
    assert qualified(source)["System.Diagnostics.Process.StartInfo.set_FileName"] == (
        "System.Diagnostics.ProcessStartInfo.set_FileName"
    )


@pytest.mark.parametrize(
    ("expression", "operator", "count"),
    [
        ('q switch { "a" => x, _ => y }', "switch", 2),
        ('q switch { "a" => x, _ => throw new E() }', "switch", 1),
        ('q is "a" or "b"', "in", 2),
        ('q is not ("a" or "b")', "not in", 2),
        ("q is null", "==", 2),
        ("q is not null", "!=", 2),
        ("q[i]", "[]", 1),
    ],
)
def test_operations(expression: str, operator: str, count: int) -> None:
    value = value_of(expression)
    assert isinstance(value, Operation)
    assert (value.operator, len(value.operands)) == (operator, count)


def test_a_switch_on_a_constant_is_its_arm() -> None:
    value = value_of('2 switch { 1 => "a", 2 or 3 => "b", _ => "c" }')
    assert isinstance(value, Const)
    assert value.value == "b"


@pytest.mark.parametrize(
    "kind", ["int", "Guid", "DateTime", "int[]", "List<long>", "[A] int", "bool?"]
)
def test_parameters_that_hold_no_text(kind: str) -> None:
    adapter = read(f"class A {{ void F({kind} x) {{ }} }}")
    (parameter,) = adapter.facts.functions[0].parameters
    assert not adapter.may_hold_text(parameter)


@pytest.mark.parametrize("kind", ["string", "Order", "List<string>", "string[]", "object"])
def test_parameters_that_may(kind: str) -> None:
    adapter = read(f"class A {{ void F({kind} x) {{ }} }}")
    (parameter,) = adapter.facts.functions[0].parameters
    assert adapter.may_hold_text(parameter)


@pytest.mark.parametrize(
    ("statement", "change"),
    [
        ("s.Append(q);", "s += q"),
        ("l.Add(q);", "l <- q"),
        ('d.Add("k", q);', "d.k = q"),
        ("d[k] = q;", "d <- q"),
        ("d.TryGetValue(k, out var v);", "v = d.TryGetValue(k, out var v)"),
        ("if (q is string v) { }", "v = q"),
        ("(a, b) = (q, r);", "a = q"),
        ("var (v, w) = (q, r);", "w = r"),
        ("_f.G = q;", "this._f.G = q"),
    ],
)
def test_what_fills_variables(statement: str, change: str) -> None:
    adapter = read(f"class A {{ B _f; void F(string q) {{ {statement} }} }}")
    found = [
        f"{one.target} {one.operator} {adapter.slice(one.value_node)}"
        for one in adapter.changes()
        if one.value_node is not None
    ]
    assert change in found


@pytest.mark.parametrize(
    ("between", "count"),
    [
        ("o.HttpOnly = true;", 1),
        ("o.HttpOnly = true; o.Secure = true; o.SameSite = SameSiteMode.Lax;", 0),
        ("if (x) { o.HttpOnly = true; o.Secure = true; o.SameSite = SameSiteMode.Lax; }", 0),
        ("Protect(o);", 0),
    ],
)
def test_options_that_are_filled_after_they_were_made(between: str, count: int) -> None:
    text = (
        "using Microsoft.AspNetCore.Http; using Microsoft.AspNetCore.Mvc;\n"
        "public class A : Controller { public IActionResult F(string token) {\n"
        f"  var o = new CookieOptions(); {between}\n"
        '  Response.Cookies.Append("session", token, o); return Ok(); } }\n'
    )
    rules = compile_rules("csharp", models("csharp"), catalog.rules().values(), "recommended")
    found = analysis.analyse(Document("/w/A.cs", text.encode(), "csharp"), rules, path="src/A.cs")
    assert [one.rule for one in found] == ["session/cookie-flags"] * count
