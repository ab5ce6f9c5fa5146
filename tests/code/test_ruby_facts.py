"""What names mean in Ruby, and which facts it gives."""

# ruff: noqa: E501 - snippets are compared best when each is on one line

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.code.reading import read as read_text
from tests.code.reading import value_of as value_in

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

if TYPE_CHECKING:
    from backspec.code.facts.adapter import Adapter
    from backspec.code.facts.model import Call


def read(source: str) -> Adapter:
    return read_text(source, "ruby")


def qualified(source: str) -> dict[str, str | None]:
    return {call.path: call.qualified for call in read(source).facts.calls}


def calls(source: str) -> dict[str, Call]:
    return {call.name: call for call in read(source).facts.calls}


def value_of(expression: str) -> Value:
    return value_in(f"x = {expression}\n", "ruby")


def in_context(source: str, name: str, bit: int) -> bool:
    return bool(calls(source)[name].context & bit)


@pytest.mark.parametrize(
    ("source", "path", "name"),
    [
        ("Net::HTTP.get(x)", "Net.HTTP.get", "Net.HTTP.get"),
        ("::Redis.new.get('a')", "Redis!().get", "Redis.get"),
        ("r = Redis.new(url: 'x')\nr.get('a')", "r.get", "Redis.get"),
        ("r ||= Redis.new\nr&.get('a')", "r.get", "Redis.get"),
        ("class A\n  def initialize\n    @r = Redis.new\n  end\n  def b = @r.get(1)\nend", "@r.get", "Redis.get"),
        ("class A\n  def client = @client ||= Redis.new\n  def b\n    client.get(1)\n  end\nend", "client.get", "Redis.get"),
        ("class A\n  attr_reader :r\n  def initialize = @r = Redis.new\n  def b = r.get(1)\nend", "r.get", "Redis.get"),
        ("class A\n  R = Redis.new\n  def b\n    R.get(1)\n  end\nend", "R.get", "Redis.get"),
        ("db = PG.connect(dbname: 'x')\ndb.exec('select 1')", "db.exec", "PG.Connection.exec"),
        ("Rails.cache.fetch('x') { 1 }", "Rails.cache.fetch", "ActiveSupport.Cache.Store.fetch"),
        ("Net::HTTP.start('x') do |http|\n  http.get('/')\nend", "http.get", "Net.HTTP.get"),
        ("class A\n  def b(x) = c(x)\n  def c(y) = y\nend", "c", ":A.c"),
        ("class A\n  def b(x) = self.c(x)\n  def c(y) = y\nend", "self.c", ":A.c"),
        ("require 'sinatra'\nget('/x') { 1 }", "get", "Sinatra.get"),
        ("class A < Sinatra::Base\n  get('/x') { 1 }\nend", "get", "Sinatra.get"),
        ("get('/x') { 1 }", "get", None),
        ("redirect_to x", "redirect_to", "redirect_to"),
        ("def redirect_to(x) = x\nredirect_to 1", "redirect_to", ":redirect_to"),
        ("params = 1\nparams.permit!", "params.permit!", None),
        ("x.foo(1).bar", "x.foo().bar", None),
    ],
)  # fmt: skip
def test_names(source: str, path: str, name: str | None) -> None:
    assert qualified(source)[path] == name


@pytest.mark.parametrize(
    ("expression", "constant"),
    [
        ("'a\\'b'", "a'b"), ('"a\\n\\u00e9"', "a\né"), (":sym", "sym"), ('"a" "b"', "ab"),
        ("'a' + 'b'", "ab"), ("'a'.freeze", "a"), ("1_000", 1000), ("0x1f", 31), ("-5", -5),
        ("60 * 60", 3600), ("5.minutes", 300), ("2.hours.to_i", 7200), ("10.megabytes", 10 << 20),
        ("nil", None), ("true", True), ("1.5", 1.5), ("<<~X\n  text\nX", "\n  text\n"), ('"a\\x41"', "aA"),
    ],
)  # fmt: skip
def test_constants(expression: str, constant: object) -> None:
    value = value_of(expression)
    assert isinstance(value, Const)
    assert value.value == constant


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ('"a#{b}"', Built), ("'a' + b", Built), ("'%s' % b", Built), ("format('%s', b)", Built),
        ("<<~X\n  a #{b}\nX", Built), ("['a', b].join", Built), ("[1, b]", Sequence),
        ("%w[a b]", Sequence), ("{ a: 1, 'b' => 2 }", Mapping), ("->(y) { y }", FunctionValue),
        ("b ? 1 : 2", Operation), ("if b then 1 else 2 end", Operation),
        ("case b when 1 then 2 else 3 end", Operation), ("b || 1", Operation), ("Foo.bar(1)", CallValue),
        ("`ls`", CallValue), ("%x(ls)", CallValue), ("b", Name), ("params[:b]", Name), ("@b", Name),
        ("b[c]", Operation), ("Foo::BAR", Name), ("(b)", Name), ("begin; b; end", Name),
    ],
)  # fmt: skip
def test_values(expression: str, kind: type[Value]) -> None:
    assert isinstance(value_of(expression), kind)


def test_hashes_and_keywords_are_one_shape() -> None:
    for source in ("f(1, a: 2, 'b' => 3)", "f(1, { a: 2, 'b' => 3 })", "f 1, a: 2, :b => 3"):
        arguments = calls(source)["f"].arguments
        assert [str(key) for key in arguments.keywords] == ["a", "b"]
        assert len(arguments.positional) == 1
    assert calls("f(**x)")["f"].arguments.is_open
    assert calls("f(*x)")["f"].arguments.spreads
    assert not calls("f 1")["f"].arguments.has_parentheses


def test_backticks_are_calls() -> None:
    call = calls("`ls #{x}`")["`"]
    assert isinstance(call.arguments.positional[0], Built)


def test_conditions_as_arrays_are_conditions() -> None:
    call = calls("User.where(['a = ?', x])")["where"]
    assert isinstance(call.arguments.positional[0], Const)
    assert len(call.arguments.positional) == 2


def test_what_is_set_by_key_is_a_call_where_models_know_it() -> None:
    call = calls("cookies[:a] = { value: 1, secure: true }")["[]="]
    assert call.qualified == "cookies.[]="
    assert isinstance(call.arguments.keywords["secure"], Const)
    assert "[]=" not in calls("h[:a] = 1")


@pytest.mark.parametrize(
    ("source", "bit", "holds"),
    [
        ("xs.each { |x| f(x) }", Context.LOOP, True),
        ("xs.map do |x|\n  f(x)\nend", Context.LOOP, True),
        ("while a do f(1) end", Context.LOOP, True),
        ("f(1) until a", Context.LOOP, True),
        ("for x in xs do f(x) end", Context.LOOP, True),
        ("[1, 2].each { |x| f(x) }", Context.LOOP, False),
        ("xs.tap { |x| f(x) }", Context.LOOP, False),
        ("begin\n  f(1)\nrescue A\n  2\nend", Context.TRY, True),
        ("begin\n  1\nrescue A\n  f(1)\nend", Context.CATCH, True),
        ("begin\n  1\nensure\n  f(1)\nend", Context.FINALLY, True),
        ("def a\n  f(1)\nrescue\n  2\nend", Context.TRY, True),
        ("f(1) rescue nil", Context.TRY, True),
        ("A.transaction do\n  f(1)\nend", Context.TRANSACTION, True),
        ("A.transaction do\n  xs.each { |x| f(x) }\nend", Context.TRANSACTION, True),
        ("A.transaction do\n  after_commit { f(1) }\nend", Context.TRANSACTION, False),
        ("class AController < ApplicationController\n  def b = f(1)\nend", Context.HANDLER, True),
        ("class AController < ApplicationController\n  private\n  def b = f(1)\nend", Context.HANDLER, False),
        ("class AController < ApplicationController\n  private def b = f(1)\nend", Context.HANDLER, False),
        ("class A < ApplicationRecord\n  def b = f(1)\nend", Context.HANDLER, False),
        ("require 'sinatra'\nget '/' do\n  f(1)\nend", Context.HANDLER, True),
        ("if Rails.env.development?\n  f(1)\nend", Context.DEV_GUARD, True),
        ("f(1) unless Rails.env.production?", Context.DEV_GUARD, True),
        ("f(1) if Rails.env.production?", Context.DEV_GUARD, False),
        ("class A < ActiveRecord::Migration[7.0]\n  def change = f(1)\nend", Context.MIGRATION, True),
        ("class A < ActiveSupport::TestCase\n  def test_a = f(1)\nend", Context.TEST, True),
        ("RSpec.describe A do\n  it { f(1) }\nend", Context.TEST, True),
        ("f(1)", Context.MODULE, True),
        ("def a = f(1)", Context.MODULE, False),
    ],
)  # fmt: skip
def test_contexts(source: str, bit: int, holds: bool) -> None:
    assert in_context(source, "f", bit) is holds


@pytest.mark.parametrize(
    ("source", "use"),
    [
        ("f(1)\n2", "statement"), ("x = f(1)", "assigned"), ("def a\n  f(1)\nend", "returned"),
        ("def a\n  f(1)\n  2\nend", "statement"), ("return f(1)", "returned"), ("g(f(1))", "argument"),
        ("f(1).g", "receiver"), ("if f(1) then 2 end", "condition"), ("2 if f(1)", "condition"),
        ("xs.map { |x| f(x) }", "returned"), ("x = f(1) || 2", "assigned"), ("!f(1)", "condition"),
    ],
)  # fmt: skip
def test_uses(source: str, use: str) -> None:
    assert calls(source)["f"].use == use


def test_rescues() -> None:
    source = "begin\n  a\nrescue A, B::C => e\n  b\nend\nd rescue nil\n"
    one, two = read(source).facts.catches
    assert one.types == ("A", "B.C")
    assert one.name == "e"
    assert one.reader.text(one.head_span) == "rescue A, B::C => e"
    assert one.reader.text(one.try_span) == "a"
    assert two.types == ("StandardError",)


def test_functions_and_classes() -> None:
    facts = read(
        "module A\n  class B < C::D\n    include E\n    def f(a, b = 1, *c, d:, e: 2, **g, &h) = 1\n"
        "    def self.i; end\n    helpers do\n      def j; end\n    end\n  end\nend\n"
    ).facts
    assert [one.path for one in facts.classes] == ["A", "A.B"]
    assert facts.classes[1].base_paths == ("C.D", "E")
    named = {one.path: [p.name for p in one.parameters] for one in facts.functions if one.path}
    assert named["A.B.f"] == ["a", "b", "c", "d", "e", "g", "h"]
    assert set(named) == {"A.B.f", "A.B.i", "A.B.j"}


def test_a_method_gives_back_its_last_values() -> None:
    adapter = read(
        "def a\n  if b\n    1\n  else\n    case c\n    when 2 then 3\n    end\n  end\nend"
    )
    told = [adapter.slice(s.node) for s in adapter.facts.statements if s.kind == "return"]
    assert sorted(told) == ["1", "3"]


def test_variables_of_blocks_belong_to_the_method_around() -> None:
    source = "def a\n  r = nil\n  xs.each { |x| r = Redis.new }\n  r.get(1)\nend"
    assert qualified(source)["r.get"] == "Redis.get"


def test_pairs_assigns_and_fallbacks() -> None:
    facts = read("a, b = 1, 2\nf(password: 'x')\nc = ENV['K'] || 'y'\n@d ||= 3\n").facts
    assert {(one.target, one.operator) for one in facts.assigns} == {
        ("a", "="), ("b", "="), ("c", "="), ("@d", "||="),
    }  # fmt: skip
    assert [pair.key for pair in facts.pairs] == ["password"]
    assert len(facts.fallbacks) == 2


def test_migrations_give_facts() -> None:
    facts = read(
        "class A < ActiveRecord::Migration[7.0]\n  disable_ddl_transaction!\n  def change\n"
        "    add_index :users, :email, algorithm: :concurrently\n  end\nend\n"
    ).facts
    (index,) = [call for call in facts.calls if call.name == "add_index"]
    algorithm = index.arguments.keywords["algorithm"]
    assert isinstance(algorithm, Const)
    assert algorithm.value == "concurrently"
