"""One line of Rails each: which rule says something about it, and which lines nobody should."""

from __future__ import annotations

import textwrap

import pytest

from backspec import catalog
from backspec.code import analysis
from backspec.model import Document

_AREAS = ("injection", "validation", "session", "csrf", "error", "crypto")


def said_of(body: str, more: str = "") -> set[str]:
    path = "app/controllers/users_controller.rb"
    text = "class UsersController < ApplicationController\n  def show\n"
    text += textwrap.indent(body, "    ") + "\n  end\n" + textwrap.indent(more, "  ") + "\nend\n"
    rules = [rule for rule in catalog.rules().values() if rule.area in _AREAS]
    document = Document(f"/w/{path}", text.encode(), "ruby")
    found = analysis.analyse(document, analysis.ruleset("ruby", rules), path=path)
    return {one.rule for one in found}


@pytest.mark.parametrize(
    "body",
    [
        'User.left_joins("x #{params[:c]}")',
        'User.destroy_all("id = #{params[:id]}")',
        'User.count("distinct #{params[:column]}")',
        "User.calculate(:sum, params[:column])",
        'User.exists?("id = #{params[:id]}")',
        'User.exists?(["id = #{params[:id]}"])',
        "User.find(:all, :conditions => \"name = '#{params[:n]}'\")",
        'User.find_or_create_by("x = #{params[:x]}")',
    ],
)
def test_text_in_a_query(body: str) -> None:
    assert "injection/sql" in said_of(body)


def test_entry_of_what_a_helper_permits() -> None:
    helper = "def user_params\n  params.require(:user).permit(:name)\nend"
    assert "injection/sql" in said_of("User.where(\"name = '#{user_params[:name]}'\")", helper)
    assert said_of("User.where(name: user_params[:name])", helper) == set()


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('system({"A" => "b"}, "ls #{params[:d]}")', "os-command"),
        ('IO.popen("ls #{params[:d]}")', "os-command"),
        ('IO.popen(["sh", "-c", "ls #{params[:d]}"])', "os-command"),
        ("@user.try(params[:m])", "code-eval"),
        ("User.method(params[:m]).call", "code-eval"),
        ('@user.send("#{params[:m]}")', "code-eval"),
        ("RubyVM::InstructionSequence.compile(params[:c]).eval", "code-eval"),
        ("params[:k].constantize.new", "unsafe-reflection"),
        ("Object.const_get(params[:k])", "unsafe-reflection"),
        ('response.headers["Location"] = params[:u]', "open-redirect"),
        ("render template: params[:t]", "dynamic-include"),
        ("render action: params[:a]", "dynamic-include"),
        ("render layout: params[:l]", "dynamic-include"),
        ("load params[:f]", "dynamic-include"),
        ("Pathname.new(params[:f]).read", "path-traversal"),
        ("Rails.root.join(params[:f]).read", "path-traversal"),
        ('FileUtils.mv("a", "/x/#{params[:n]}")', "path-traversal"),
        ("CSV.read(params[:f])", "path-traversal"),
        ("URI.parse(params[:u]).open", "ssrf"),
        ("Mechanize.new.get(params[:u])", "ssrf"),
        ("TCPSocket.new(params[:h], 80)", "ssrf"),
        ("render text: params[:x]", "xss-response"),
        ('response.body = "<b>#{params[:x]}</b>"', "xss-response"),
        ('render plain: params[:x], content_type: "text/html"', "xss-response"),
        ("render html: helpers.raw(params[:n])", "xss-response"),
        ("Oj.load(params[:x])", "deserialization"),
        ("Oj.load(params[:x], mode: :object)", "deserialization"),
        ("JSON.parse(params[:x], create_additions: true)", "deserialization"),
    ],
)
def test_other_sinks(body: str, rule: str) -> None:
    assert f"injection/{rule}" in said_of(body)


@pytest.mark.parametrize(
    "body",
    [
        "User.exists?(params[:id])",
        "User.exists?(id: params[:id])",
        "User.find(params[:id])",
        'IO.popen(["ls", params[:d]])',
        'system({"A" => "b"}, "ls", params[:d])',
        "User.send(:name, params[:x])",
        '@user.public_send("#{kind}=", params[:v])',
        '"Admin::#{params[:k]}Form".constantize',
        "redirect_to params.permit(:a, :b).merge(only_path: true)",
        "redirect_to URI.parse(params[:u]).path",
        "render :show, locals: { template: params[:t] }",
        "render plain: params[:x]",
        "Oj.load(params[:x], mode: :strict)",
        "JSON.parse(params[:x])",
        "request.method",
    ],
)
def test_harmless_lines(body: str) -> None:
    assert said_of(body) == set()


@pytest.mark.parametrize(
    "body",
    [
        "@user.update(params[:user])",
        "@u.update_attributes(params[:user])",
        "@u.attributes = params[:user]",
        "User.update(params[:id], params[:user])",
        "User.new(params.require(:user).permit(params[:user].keys))",
        "User.new(params.require(:user).permit(:name, :admin))",
        "current_user.assign_attributes(params.require(:user).permit(:name, :is_admin))",
    ],
)
def test_records_filled_by_clients(body: str) -> None:
    assert "validation/mass-assignment" in said_of(body)


@pytest.mark.parametrize(
    "body",
    [
        "@user.update(user_params)",
        "@timer.update(params[:text])",
        "User.new(params.require(:user).permit(:name, :email))",
        "authorize!(:edit, User)\nUser.new(params.require(:user).permit(:name, :role))",
    ],
)
def test_records_filled_by_name(body: str) -> None:
    assert said_of(body) == set()


@pytest.mark.parametrize(
    "body",
    [
        "OpenSSL::Cipher::DES.new",
        "OpenSSL::Cipher::AES.new(128, :ECB)",
        'OpenSSL::Cipher.new("des3")',
    ],
)
def test_ciphers(body: str) -> None:
    assert said_of(body) == {"crypto/weak-cipher"}


def test_class_that_is_looked_at_before_use() -> None:
    body = "klass = params[:k].constantize\nreturn unless klass < ApplicationRecord\nklass.new"
    assert said_of(body) == set()


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('Net::SSH.start("h") { |ssh| ssh.exec!("ls #{params[:d]}") }', "injection/os-command"),
        ('self.response_body = "<p>#{params[:q]}</p>"', "injection/xss-response"),
        ("User.create(JSON.parse(request.body.read))", "validation/mass-assignment"),
        ("User.upsert(params.to_unsafe_h)", "validation/mass-assignment"),
        ("conn.ssl.verify = false", "crypto/tls-verification-off"),
        ("Excon.defaults[:ssl_verify_peer] = false", "crypto/tls-verification-off"),
        ('set(openssl_verify_mode: "none")', "crypto/tls-verification-off"),
    ],
)
def test_other_ways_to_say_it(body: str, rule: str) -> None:
    assert rule in said_of(body)


@pytest.mark.parametrize(
    "body",
    [
        'User.order(Arel.sql("FIELD(id, #{params[:ids].map(&:to_i).join(",")})"))',
        "YAML.load(params[:y], permitted_classes: [Symbol])",
        'redirect_to params[:u] if params[:u].start_with?("/") && !params[:u].start_with?("//")',
        "Mustache.render(params[:t])",
        "conn.ssl.verify = true",
    ],
)
def test_look_alikes_of_those(body: str) -> None:
    assert said_of(body) == set()


@pytest.mark.parametrize(
    "body",
    [
        'params => { name: }\nsystem("ls #{name}")',
        'dir = request.env["HTTP_X_DIR"]\nsystem("ls #{dir}")',
    ],
)
def test_other_ways_to_take_a_part(body: str) -> None:
    assert "injection/os-command" in said_of(body)


def test_a_case_over_a_part_and_what_leaves_letters_only() -> None:
    assert said_of('case params[:a]\nwhen "a", "b"\n  system("ls #{params[:a]}")\nend') == set()
    assert said_of('system("ls #{params[:a].parameterize}")') == set()


@pytest.mark.parametrize(
    ("declared", "is_text"),
    [("type: String", True), ("type: Integer", False), ("type: String, values: %w[a b]", False)],
)
def test_what_grape_declares(declared: str, is_text: bool) -> None:
    text = (
        'require "grape"\nclass API < Grape::API\n'
        f"  params {{ requires :dir, {declared} }}\n"
        '  get(:x) { system("ls #{params[:dir]}") }\nend\n'
    )
    assert ("injection/os-command" in said_of_file(text)) is is_text


@pytest.mark.parametrize(("kind", "is_text"), [("String", True), ("ID", True), ("Integer", False)])
def test_arguments_of_graphql(kind: str, is_text: bool) -> None:
    text = (
        f"class Run < BaseMutation\n  argument :dir, {kind}, required: true\n"
        '  def resolve(dir:)\n    system("ls #{dir}")\n  end\nend\n'
    )
    assert ("injection/os-command" in said_of_file(text)) is is_text


def said_of_file(text: str) -> set[str]:
    rules = [rule for rule in catalog.rules().values() if rule.area in _AREAS]
    document = Document("/w/app/api.rb", text.encode(), "ruby")
    found = analysis.analyse(document, analysis.ruleset("ruby", rules), path="app/api.rb")
    return {one.rule for one in found}
