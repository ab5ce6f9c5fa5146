"""What names mean in PHP, and which facts it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.code.reading import read as read_text
from tests.code.reading import value_of as value_in

from backspec.code import syntax
from backspec.code.analysis import adapter_class
from backspec.code.asked_text import AskedText
from backspec.code.facts.model import (
    Built,
    CallValue,
    Const,
    Context,
    FunctionValue,
    Mapping,
    Name,
    Operation,
    Sequence,
    Value,
)
from backspec.code.models import models
from backspec.code.resolve import Resolver

if TYPE_CHECKING:
    from backspec.code.facts.adapter import Adapter
    from backspec.code.facts.model import Call

HEAD = r"""<?php
namespace App\Shop;
use GuzzleHttp\Client;
use GuzzleHttp\{Client as Http2, RequestOptions};
use Illuminate\Support\Facades\DB;
use Illuminate\Http\Request;
use App\Models\User;
use function App\Text\shorten;
"""


def read(source: str) -> Adapter:
    return read_text(HEAD + source, "php")


def qualified(source: str) -> dict[str, str | None]:
    return {call.path: call.qualified for call in read(source).facts.calls}


def calls(source: str) -> dict[str, Call]:
    return {call.name: call for call in read(source).facts.calls}


def contexts(source: str) -> dict[str, set[str]]:
    bits = {
        value: name for name, value in vars(Context).items() if isinstance(value, int) and value
    }
    adapter = read(source)
    adapter.resolver.text = AskedText(adapter.source)
    return {
        call.name: {name for bit, name in bits.items() if call.context & bit}
        for call in adapter.facts.calls
    }


def value_of(expression: str) -> Value:
    return value_in(f"{HEAD}$x = {expression};", "php")


# ---------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("source", "path", "expected"),
    [
        ("$c = new Client(); $c->get($u);", "$c.get", "GuzzleHttp.Client.get"),
        ("$c = new Http2(); $c->get($u);", "$c.get", "GuzzleHttp.Client.get"),
        ("(new Client())->get($u);", "Client!().get", "GuzzleHttp.Client.get"),
        (r"$c = new \GuzzleHttp\Client(); $c->get($u);", "$c.get", "GuzzleHttp.Client.get"),
        (r"\DB::select($q);", "#DB.select", "Illuminate.Support.Facades.DB.select"),
        ("DB::table('a')->where('b', 1)->get();", "DB.table().where().get",
         "Illuminate.Database.Eloquent.Builder.get"),
        ("User::where('a', 1)->first();", "User.where().first",
         "Illuminate.Database.Eloquent.Builder.first"),
        ("User::find($i);", "User.find", "App.Models.User.find"),
        ("Basket::find($i);", "Basket.find", "App.Shop.Basket.find"),
        (r"Data\Basket::find($i);", "Data.Basket.find", "App.Shop.Data.Basket.find"),
        ("shorten($t);", "shorten", "App.Text.shorten"),
        ("MD5($t);", "md5", "md5"),
        ("$request = request(); $request->input('a');", "$request.input",
         "Illuminate.Http.Request.input"),
        ("$o?->run();", "$o.run", None),
        ("$f = fn (Client $c) => $c->get($u);", "$c.get", "GuzzleHttp.Client.get"),
        ("$c = $given ?? new Client(); $c->get($u);", "$c.get", "GuzzleHttp.Client.get"),
        ("$c = $a ? new Client() : null; $c->get($u);", "$c.get", "GuzzleHttp.Client.get"),
        ("$c = new Client(); $c = other(); $c->get($u);", "$c.get", None),
        ("foreach ($cs as $c) { $c->get($u); }", "$c.get", None),
        ("[$c, $d] = make(); $c->get($u);", "$c.get", None),
        ("function f(?Client $c) { $c->get($u); }", "$c.get", "GuzzleHttp.Client.get"),
        ("function f(Client|null $c) { $c->get($u); }", "$c.get", "GuzzleHttp.Client.get"),
        ("function f(Client|User $c) { $c->get($u); }", "$c.get", None),
        ("/** @param Client $c */\nfunction f($c) { $c->get($u); }", "$c.get",
         "GuzzleHttp.Client.get"),
        ("function f() { $c = new Client(); return function () use ($c) { $c->get($u); }; }",
         "$c.get", "GuzzleHttp.Client.get"),
        ("function make(): Client {} make()->get($u);", "make().get", "GuzzleHttp.Client.get"),
        ("$_GET['a']->b();", "$_GET.a.b", "$_GET.a.b"),
    ],
)  # fmt: skip
def test_names(source: str, path: str, expected: str | None) -> None:
    assert qualified(source)[path] == expected


@pytest.mark.parametrize(
    ("body", "path", "expected"),
    [
        ("private Client $c; function f() { $this->c->get($u); }", "$this.c.get",
         "GuzzleHttp.Client.get"),
        ("/** @var Client */ private $c; function f() { $this->c->get($u); }", "$this.c.get",
         "GuzzleHttp.Client.get"),
        ("function __construct(private readonly Client $c) {} function f() { $this->c->get($u); }",
         "$this.c.get", "GuzzleHttp.Client.get"),
        ("private $c; function i(Client $c) { $this->c = $c; } function f() { $this->c->get($u); }",
         "$this.c.get", "GuzzleHttp.Client.get"),
        ("private static ?Client $c = null; static function f() { self::$c->get($u); }",
         "self.$c.get", "GuzzleHttp.Client.get"),
        ("function make(): Client {} function f() { $this->make()->get($u); }",
         "$this.make().get", "GuzzleHttp.Client.get"),
        ("static function make(): Client {} function f() { static::make()->get($u); }",
         "static.make().get", "GuzzleHttp.Client.get"),
        ("function f() { parent::boot(); }", "parent.boot", "App.Shop.Base.boot"),
        ("function f() { array_map(fn ($x) => $this->g($x), $xs); } function g() {}",
         "$this.g", ":A.g"),
    ],
)  # fmt: skip
def test_members(body: str, path: str, expected: str | None) -> None:
    assert qualified(f"class A extends Base {{ {body} }}")[path] == expected


def test_without_a_namespace_names_are_global() -> None:
    adapter = read_text("<?php $c = new GuzzleHttp\\Client(); Route::get('/x', $f);", "php")
    assert [call.qualified for call in adapter.facts.calls] == [
        "GuzzleHttp.Client",
        "Illuminate.Support.Facades.Route.get",
    ]


# ---------------------------------------------------------------------------- values


def test_values() -> None:
    mapping = value_of("['a' => 1, 'b' => $x, CURLOPT_X => 2, RequestOptions::TIMEOUT => 3]")
    assert isinstance(mapping, Mapping)
    assert list(mapping.entries) == ["a", "b", "CURLOPT_X", "timeout"]
    assert not mapping.is_open
    for text in ("['a' => 1, ...$more]", "['a' => 1, $k => 2]"):
        opened = value_of(text)
        assert isinstance(opened, Mapping), text
        assert opened.is_open, text
    assert isinstance(value_of("[1, 2]"), Sequence)
    assert isinstance(value_of("array(1, 2)"), Sequence)
    assert isinstance(value_of("fn () => 1"), FunctionValue)
    assert isinstance(value_of("new Client()"), CallValue)
    assert isinstance(value_of("(int) $a"), Operation)
    assert isinstance(value_of("(string) $a"), Name)
    assert isinstance(value_of("$a ?? 1"), Operation)


@pytest.mark.parametrize(
    "text",
    ["'a'", '"a"', "('a')", "'' . 'a'", '"\\x61"', '"\\u{61}"', "<<<X\na\nX", "<<<'X'\na\nX"],
)
def test_strings(text: str) -> None:
    constant = value_of(text)
    assert isinstance(constant, Const)
    assert constant.value == "a"


@pytest.mark.parametrize(
    "text",
    ['"a $b"', '"a {$b->c} d"', "'a' . $b", "sprintf('a %s', $b)", "implode(',', $b)",
     '<<<X\na $b\nX', '"${b}"', '"$b[0]"'],
)  # fmt: skip
def test_built_strings(text: str) -> None:
    assert isinstance(value_of(text), Built)


def test_constants_fold_through_one_name() -> None:
    found = calls("""
    define('D', 'd'); const E = 5;
    class A { const K = 'k'; private $p = 4;
      function g() { $m = 60 * 60; f(self::K, A::K, $this->p, $m, -1, NULL, TRUE, 0x10, 1_000, 1.5,
        D, E); } }
    """)
    values = found["f"].arguments.positional
    assert [getattr(v, "value", "?") for v in values] == [
        "k", "k", 4, 3600, -1, None, True, 16, 1000, 1.5, "d", 5,
    ]  # fmt: skip


def test_arguments() -> None:
    given = calls("f(1, timeout: 2, ...$more);")["f"].arguments
    assert len(given.positional) == 1
    assert list(given.keywords) == ["timeout"]
    assert given.is_open
    assert calls("g(...);")["g"].arguments.is_open
    assert not calls("$x = new A;")["A"].arguments.has_parentheses


def test_the_callee_as_written() -> None:
    found = calls("DB::table('a')->get(); $x = new \\GuzzleHttp\\Client();")
    assert found["get"].written == "DB::table('a')->get"
    assert found["Client"].written == "new \\GuzzleHttp\\Client"
    assert found["get"].receiver_call is not None
    assert found["get"].receiver_call.name == "table"


@pytest.mark.parametrize(
    ("source", "use", "target"),
    [
        ("f();", "statement", ""),
        ("@f();", "statement", ""),
        ("$a = f();", "assigned", "$a"),
        ("$a = f() ?? 1;", "assigned", "$a"),
        ("$this->a = f();", "assigned", "$this.a"),
        ("$a['b'] = f();", "assigned", "$a.b"),
        ("return f();", "returned", ""),
        ("g(f());", "argument", ""),
        ("echo f();", "argument", ""),
        ("f()->g();", "receiver", ""),
        ("if (f()) { }", "condition", ""),
        ("if (!f()) { }", "condition", ""),
        ("if (f() === 1) { }", "condition", ""),
        ("$a = 'x' . f();", "other", ""),
        ("$a = fn () => f();", "returned", ""),
    ],
)
def test_uses(source: str, use: str, target: str) -> None:
    call = calls(f"function x() {{ {source} }}")["f"]
    assert (call.use, call.assigned_to) == (use, target)


def test_constructs_are_calls() -> None:
    found = {c.path: c for c in read("echo $a, $b; include $c; $d = `ls $e`; exit(1);").facts.calls}
    assert list(found) == ["echo", "include", "shell_exec", "exit"]
    (text,) = found["echo"].arguments.positional
    assert isinstance(text, Built)
    assert len(text.parts) == 2
    assert isinstance(found["shell_exec"].arguments.positional[0], Built)


# ---------------------------------------------------------------------------- places


def test_contexts() -> None:
    found = contexts("""
    top();
    class A {
      function f($xs) {
        foreach ($xs as $x) { a(); }
        foreach ([1, 2] as $x) { notA(); }
        for (;;) { b(); }
        while (x()) { c(); }
        do { d(); } while (y());
        do { notD(); } while (0);
        array_map(fn ($x) => e($x), $xs);
        $xs->each(function ($x) { f2($x); });
        $this->each2(function ($x) { notF($x); });
        try { g(); } catch (\\Throwable $e) { h(); } finally { i(); }
        if (app()->environment('local')) { j(); } else { notJ(); }
        if (!app()->environment('production')) { k(); }
        $m = config('app.env') === 'production' ? l() : m();
        DB::transaction(function () { n(); });
      }
    }
    class BTest extends TestCase { function testO() { o(); } }
    """)
    assert "MODULE" in found["top"]
    assert {n for n, bits in found.items() if "LOOP" in bits} == {"a", "b", "c", "d", "e", "f2"}
    assert "TRY" in found["g"]
    assert "CATCH" in found["h"]
    assert "FINALLY" in found["i"]
    assert {n for n, bits in found.items() if "DEV_GUARD" in bits} == {"j", "k", "m"}
    assert {n for n, bits in found.items() if "TRANSACTION" in bits} == {"n"}
    assert "TEST" in found["o"]


@pytest.mark.parametrize(
    "source",
    [
        "class A extends Controller { public function f() { g(); } }",
        "class A extends AbstractController { function f() { array_map(fn ($x) => g(), $xs); } }",
        "class A { #[\\Symfony\\Component\\Routing\\Attribute\\Route] function f() { g(); } }",
        "class A { public function handle(Request $request) { g(); } }",
        "use Illuminate\\Support\\Facades\\Route; Route::get('/x', function () { g(); });",
        "function f() { g($_POST['a']); }",
        "g($_GET['a']);",
    ],
)
def test_handlers(source: str) -> None:
    assert "HANDLER" in contexts(source)["g"]


@pytest.mark.parametrize(
    "source",
    [
        "class A { public function f() { g(); } }",
        "class A extends Controller { private function f() { g(); } }",
        "class A extends Controller { public function __construct() { g(); } }",
        "class A extends Command { public function handle() { g(); } }",
        "g();",
    ],
)
def test_no_handlers(source: str) -> None:
    assert "HANDLER" not in contexts(source)["g"]


def test_definitions() -> None:
    facts = read("""
    #[Entity(name: 'a')] class A extends B implements C {
      use D; public string $s = 'x';
      #[Get('/x')] function f(#[Body] int $n = 1, ?User $u = null): ?User {}
    }
    $o = new class extends E {};
    try { a(); } catch (\\LogicException | Foo $e) { }
    """).facts
    assert [(one.name, one.base_paths) for one in facts.classes] == [
        ("A", ("B", "C", "D")),
        ("", ("E",)),
    ]
    assert facts.classes[0].decorators[0].call is not None
    function = facts.functions[0]
    assert function.returns == "App.Models.User"
    assert [(p.name, p.type_name) for p in function.parameters] == [
        ("$n", "int"),
        ("$u", "App.Models.User"),
    ]
    assert [one.path for one in function.decorators] == ["Get"]
    assert [one.path for one in function.parameters[0].decorators] == ["Body"]
    assert facts.catches[0].types == ("LogicException", "App.Shop.Foo")
    assert facts.catches[0].statements == ()
    assert [pair.key for pair in facts.pairs] == ["name", "n", "u"]


def test_fallbacks() -> None:
    found = read("$a = $b ?? 'c'; $d = f() ?: 'e'; $g ??= 'h'; $i = $j ? 1 : 2;").facts.fallbacks
    assert len(found) == 3


# ---------------------------------------------------------------------------- any input

_SAMPLE = (
    HEAD
    + """
#[Route('/x')] final class A extends B implements C { use D; const K = 'x'; private ?E $e = null;
  public function __construct(private readonly F $f, string &$g = 'h', int ...$i) { $this->j = $f; }
  public static function k(Request $r): ?L { foreach ($r->all() as $m => [$n, $o]) { DB::table($m)
    ->where(fn ($q) => $q->orWhere('a', "b {$n->c} $o[0]"))->each(function ($p) use (&$s) { }); }
    try { $t = match(true) { $u => v(), default => throw new W('x') }; } catch (X | \\Y $z) { }
    finally { static $a = 1; global $b; } return $c ?: self::K . sprintf('%s', $d?->e) ?? NULL; } }
function f(array $a = ['b' => 1, ...C::D]): iterable { yield $a['b'] => `ls $x`; list(, $q) = $a; }
$h = <<<EOT
 a {$b['c']} $d
 EOT; define('X', 1); if (A): echo 'x'; elseif (B): print f(...); else: exit; endif; ?>
<p><?= $x ?></p> <?php new class(1) extends Z { }; $x->{$y}()[1]($z); include 'a.php';
"""
).encode()


def exhaust(source: bytes) -> None:
    parsed = syntax.parse("php", source)
    assert parsed is not None
    kind = adapter_class("php")
    adapter = kind("php", source, Resolver(models("php"), kind.habits), None)
    adapter.resolver.text = AskedText(source)
    adapter.walk(parsed.root)
    for call in adapter.facts.calls:
        assert 0 <= call.span.start <= call.span.end <= len(source)
        assert call.callee_span.start <= call.callee_span.end
        _ = (call.qualified, call.context, call.use, call.assigned_to, call.receiver_call)
        _ = call.written
        span = call.arguments.span
        assert 0 <= span.start <= span.end <= len(source)
    for assign in adapter.facts.assigns:
        _ = (assign.value, assign.qualified, assign.type_name)
    for catch in adapter.facts.catches:
        _ = (catch.statements, catch.has_comment, catch.body_span, catch.types)
    for statement in adapter.facts.statements:
        _ = (statement.value, statement.is_last)
    for function in adapter.facts.functions:
        _ = (function.context, function.returns, [p.default for p in function.parameters])
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
        "if ($a) {" * 2000,
        "$x = $a" + "->b()" * 5000 + ";",
        "$x = 'x'" + " . $y" * 5000 + ";",
        "$x = " + "fn () => " * 2000 + "1;",
        "$x = " + "[" * 3000 + "]" * 3000 + ";",
        "$x = $a" + " ?: $b" * 3000 + ";",
        "new class { function m() { " * 1000,
    ],
)
def test_depth_is_no_trouble(source: str) -> None:
    exhaust(b"<?php " + source.encode())
