"""Flows through Ruby: what a client sends, and what makes it harmless."""

# ruff: noqa: E501 - snippets are compared best when each is on one line

from __future__ import annotations

import textwrap

import pytest

from backspec import catalog
from backspec.code import analysis
from backspec.model import Diagnostic, Document


def flows(text: str, area: str = "injection") -> list[Diagnostic]:
    rules = [rule for rule in catalog.rules().values() if rule.area == area]
    document = Document("/w/app/controllers/a.rb", textwrap.dedent(text).encode(), "ruby")
    return analysis.analyse(document, analysis.ruleset("ruby", rules), path="app/controllers/a.rb")


def in_action(body: str, more: str = "") -> list[str]:
    text = "class ShopController < ApplicationController\n  ALLOWED = %w[a b].freeze\n  def show\n"
    text += textwrap.indent(body, "    ") + "\n  end\n" + textwrap.indent(more, "  ") + "\nend\n"
    return sorted({one.rule for one in flows(text)})


@pytest.mark.parametrize(
    "body",
    [
        "system(params[:q])",
        "q = params[:q]\nsystem(q)",
        'q = params.fetch(:q)\nsystem("ls #{q}")',
        "q = params.require(:shop)[:q]\nsystem('ls ' + q)",
        "q = params.dig(:shop, :q)\nsystem('ls %s' % q)",
        "q = params[:q]\nsystem(format('ls %s', q))",
        "q = params[:q].to_s.strip\nsystem q",
        "q = params[:q] || 'x'\nsystem q",
        "q = params[:q].presence || 'x'\nsystem q",
        "q = params[:a] ? params[:q] : 'x'\nsystem q",
        "c = +'ls '\nc << params[:q]\nsystem c",
        "c = 'ls '\nc += params[:q]\nsystem c",
        "h = { k: params[:q], n: 'ls' }\nsystem h[:k]",
        "h = {}\nh[:k] = params[:q]\nsystem h[:k]",
        "a = ['ls', params[:q]]\nsystem a[1]",
        "a = []\na << params[:q]\nsystem a.join(' ')",
        "a, b = params[:q], 1\nsystem a",
        "q = 'x'\nif params[:a]\n  q = params[:q]\nend\nsystem q",
        "q = if params[:a] then params[:q] else 'x' end\nsystem q",
        "q = case params[:a]\n    when 'b' then params[:q]\n    else 'x'\n    end\nsystem q",
        "params[:all].each { |q| system q }",
        'params[:all].each do |q|\n  system "ls #{q}"\nend',
        "for q in params[:all] do system(q) end",
        "q = 'x'\nbegin\n  q = params[:q]\nrescue StandardError\n  q = 'y'\nend\nsystem q",
        "@q = params[:q]\nsystem @q",
        "q = request.headers['X-Name']\nsystem q",
        "q = cookies[:q]\nsystem q",
        "q = request.query_parameters['q']\nsystem q",
        "q = <<~SH\n  ls #{params[:q]}\nSH\nsystem q",
        "q = params[:q]\nunless ALLOWED.include?(q)\n  logger.info('x')\nend\nsystem q",
        "q = params[:q]\nif q =~ /^[a-z]+$/\n  system q\nend",
        "q = params[:q]\nq = q.gsub('a', 'b')\nsystem q",
        "`ls #{params[:q]}`",
        "%x(ls #{params[:q]})",
        "exec(params[:q])",
        'IO.popen("ls #{params[:q]}")',
        'Open3.capture3("ls #{params[:q]}")',
        "Kernel.system(params[:q])",
        'spawn("ls #{params[:q]}")',
        "system('sh', '-c', \"ls #{params[:q]}\")",
    ],
)
def test_input_reaches_a_shell(body: str) -> None:
    assert in_action(body) == ["injection/os-command"]


@pytest.mark.parametrize(
    "body",
    [
        "system('ls')",
        "system('ls', params[:q])",
        'q = params[:q].to_i\nsystem("ls #{q}")',
        'q = Integer(params[:q])\nsystem("ls #{q}")',
        "q = params[:q]\nq = 'x'\nsystem q",
        "q = params[:q]\nif a?\n  q = 'x'\nelse\n  q = 'y'\nend\nsystem q",
        "q = params[:q]\nreturn unless ALLOWED.include?(q)\nsystem q",
        "q = params[:q]\nunless ALLOWED.include?(q)\n  return head(:bad_request)\nend\nsystem q",
        "q = params[:q]\nraise ArgumentError, 'no' if ALLOWED.exclude?(q)\nsystem q",
        "q = params[:q]\nif ALLOWED.include?(q)\n  system q\nend",
        "system(params[:q]) if ALLOWED.include?(params[:q])",
        "system(params[:q]) if params[:q].in?(%w[a b])",
        "q = params[:q]\nif q == 'list'\n  system q\nend",
        "q = ALLOWED.include?(params[:q]) ? params[:q] : 'x'\nsystem q",
        "q = params[:q]\nreturn unless q.match?(/\\A[a-z]+\\z/)\nsystem q",
        "q = params[:q]\nsystem q if q =~ /\\A\\w{1,9}\\z/",
        "q = params[:q]\ncase q\nwhen 'a', 'b'\n  system q\nend",
        "h = { k: params[:q], n: 'ls' }\nsystem h[:n]",
        "a = ['ls', params[:q]]\nsystem a[0]",
        "h = { 'a' => 'ls' }\nsystem h[params[:q]]",
        "system Shellwords.escape(params[:q])",
        'system "ls #{params[:q].shellescape}"',
        "q = params[:q].gsub(/[^a-z0-9]/, '')\nsystem \"ls #{q}\"",
        'q = params[:q].empty?\nsystem "ls #{q}"',
        'q = params[:q].length\nsystem "ls #{q}"',
        'user = User.find(params[:id])\nsystem "ls #{user.name}"',
        'q = BCrypt::Password.create(params[:q])\nsystem "ls #{q}"',
        "q = 7 * 6 < 40 ? params[:q] : 'x'\nsystem q",
        "q = 'x'\nif 1 > 2\n  q = params[:q]\nend\nsystem q",
        "if params[:a]\n  q = params[:q]\n  return render(json: q)\nelse\n  q = 'x'\nend\nsystem q",
        'system "ls #{cookies.signed[:q]}"',
        'system "ls #{session[:q]}"',
        'system "ls #{params[:controller]}"',
    ],
)
def test_harmless_values_reach_none(body: str) -> None:
    assert in_action(body) == []


@pytest.mark.parametrize(
    ("body", "more", "expected"),
    [
        ("run(params[:q])", "private\ndef run(c)\n  system(c)\nend", 1),
        ("run('ls')", "private\ndef run(c)\n  system(c)\nend", 0),
        ("system(term)", "private\ndef term\n  params[:q]\nend", 1),
        ("system(term)", "private\ndef term\n  params[:q].strip\nend", 1),
        ("system(term)", "private\ndef term\n  params[:q].to_i\nend", 0),
        ("system(term)", "private\ndef term\n  return 'x' if a?\n  params[:q]\nend", 1),
        ("system(term(params[:q]))", 'private\ndef term(x)\n  "ls #{x}"\nend', 1),
        ("system(term(params[:q]))", "private\ndef term(x)\n  'ls'\nend", 0),
        ("system(@q)", "def load_q\n  @q = params[:q]\nend", 1),
        ("system(@q)", "def load_q\n  @q = 'x'\nend", 0),
        ("run(command: params[:q])", "def run(command:)\n  system(command)\nend", 1),
        ("run(command: params[:q], safe: 'x')", "def run(command:, safe:)\n  system(safe)\nend", 0),
        ("params[:a].map { |x| x.strip }.each { |x| system(x) }", "", 1),
    ],
)
def test_values_flow_through_methods(body: str, more: str, expected: int) -> None:
    assert len(in_action(body, more)) == expected


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("User.where(\"name = '#{params[:q]}'\")", "sql"),
        ("User.where([\"name = '#{params[:q]}'\"])", "sql"),
        ("User.where(params[:q])", "sql"),
        ('User.active.joins(:shop).where("a = #{params[:q]}").first', "sql"),
        ('@user.posts.where("a = #{params[:q]}")', "sql"),
        ("User.find_by_sql(\"select * from users where a = '#{params[:q]}'\")", "sql"),
        ('User.order("name #{params[:dir]}")', "sql"),
        ("User.order(params[:sort])", "sql"),
        ("User.order(Arel.sql(params[:sort]))", "sql"),
        ("User.where.not(\"a = '#{params[:q]}'\")", "sql"),
        ('User.having("sum > #{params[:q]}")', "sql"),
        ("User.update_all(\"a = '#{params[:q]}'\")", "sql"),
        ("User.delete_all(\"a = '#{params[:q]}'\")", "sql"),
        ("User.pluck(params[:column])", "sql"),
        ("ActiveRecord::Base.connection.execute(\"select '#{params[:q]}'\")", "sql"),
        ("c = ActiveRecord::Base.connection\nc.select_all('select ' + params[:q])", "sql"),
        ('User.connection.exec_query("select #{params[:q]}")', "sql"),
        ("db = SQLite3::Database.new('x')\ndb.execute(\"select '#{params[:q]}'\")", "sql"),
        ("db = PG.connect(dbname: 'x')\ndb.exec(\"select '#{params[:q]}'\")", "sql"),
        ("db = Mysql2::Client.new(host: 'x')\ndb.query(\"select '#{params[:q]}'\")", "sql"),
        ("db = Sequel.connect('x')\ndb[\"select '#{params[:q]}'\"].all", "sql"),
        ("db = Sequel.connect('x')\ndb.fetch(\"select '#{params[:q]}'\")", "sql"),
        ("eval(params[:q])", "code-eval"),
        ("User.new.instance_eval(params[:q])", "code-eval"),
        ("User.public_send(params[:q])", "code-eval"),
        ("User.new.send(params[:q], 1)", "code-eval"),
        ("Marshal.load(params[:q])", "deserialization"),
        ("Marshal.restore(params[:q])", "deserialization"),
        ("YAML.load(params[:q])", "deserialization"),
        ("redirect_to params[:url]", "open-redirect"),
        ("redirect_to(params[:url], allow_other_host: true)", "open-redirect"),
        ('redirect_to "https://#{params[:host]}/x"', "open-redirect"),
        ("send_file params[:name]", "path-traversal"),
        ('send_file "files/#{params[:name]}"', "path-traversal"),
        ("File.read(File.join('files', params[:name]))", "path-traversal"),
        ("File.open(Rails.root.join('x', params[:name]))", "path-traversal"),
        ('FileUtils.rm("files/#{params[:name]}")', "path-traversal"),
        ("File.write(\"files/#{params[:file].original_filename}\", 'x')", "path-traversal"),
        ("Net::HTTP.get(URI(params[:url]))", "ssrf"),
        ("uri = URI.parse(params[:url])\nNet::HTTP.start(uri.host, uri.port)", "ssrf"),
        ("URI.open(params[:url])", "ssrf"),
        ("Faraday.get(params[:url])", "ssrf"),
        ("Faraday.new(url: params[:url]).get", "ssrf"),
        ("RestClient.get(params[:url])", "ssrf"),
        ("HTTParty.post(params[:url], body: 'x')", "ssrf"),
        ("HTTP.get(params[:url])", "ssrf"),
        ('Excon.get("http://#{params[:host]}/x")', "ssrf"),
        ("render inline: params[:q]", "template-from-input"),
        ("ERB.new(params[:q]).result", "template-from-input"),
        ("render html: params[:q].html_safe", "xss-response"),
        ('render html: "<b>#{params[:q]}</b>".html_safe', "xss-response"),
        ("render file: params[:q]", "dynamic-include"),
        ('Rails.logger.info("got #{params[:q]}")', "log-forging"),
    ],
)
def test_input_reaches_other_sinks(body: str, rule: str) -> None:
    assert in_action(body) == [f"injection/{rule}"]


@pytest.mark.parametrize(
    "body",
    [
        "User.where(name: params[:q])",
        "User.where({ name: params[:q] })",
        "User.where('name = ?', params[:q])",
        "User.where(['name = ?', params[:q]])",
        "User.where('name = :q', q: params[:q])",
        "conditions = { name: params[:q] }\nUser.where(conditions)",
        "User.find(params[:id])",
        "User.find_by(id: params[:id])",
        "User.find_by_sql(['select * from users where a = ?', params[:q]])",
        'User.where("a = #{User.connection.quote(params[:q])}")',
        'User.where("a = #{params[:q].to_i}")',
        "User.order(name: params[:dir] == 'desc' ? :desc : :asc)",
        "User.where(id: params[:ids]).order(:name).pluck(:name)",
        "User.exists?(params[:id])",
        "db = PG.connect(dbname: 'x')\ndb.exec_params('select $1', [params[:q]])",
        "db = SQLite3::Database.new('x')\ndb.execute('select ?', [params[:q]])",
        "User.public_send(:name)",
        "JSON.parse(params[:q])",
        "YAML.safe_load(params[:q])",
        "redirect_to root_path",
        "redirect_to @user",
        "redirect_to user_path(params[:id])",
        'redirect_to "/users/#{params[:id]}"',
        "redirect_to url_from(params[:url]) || root_path",
        "redirect_to User.find(params[:id]).url",
        'send_file "files/#{File.basename(params[:name])}"',
        "File.read(params[:file].tempfile)",
        "File.read(params[:file].path)",
        'Net::HTTP.get(URI("https://a.example/#{params[:q]}"))',
        "HTTParty.get('https://a.example/', query: { q: params[:q] })",
        "render inline: '<%= q %>', locals: { q: params[:q] }",
        "render json: params[:q]",
        "render plain: params[:q]",
        "render html: ERB::Util.h(params[:q]).html_safe",
        'render "pages/#{params[:page]}"',
        'Rails.logger.info("got #{params[:q].inspect}")',
        'Rails.logger.info("got #{params[:q].to_i}")',
    ],
)
def test_safe_forms_of_other_sinks(body: str) -> None:
    assert in_action(body) == []


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("Runner.new(params[:q]).run", 1),
        ("Runner.new('ls').run", 0),
        ("runner = Runner.new(params[:q])\n    runner.run", 1),
        ("Runner.call(params[:q])", 1),
        ("Runner.call('ls')", 0),
    ],
)
def test_values_flow_through_objects(call: str, expected: int) -> None:
    text = (
        "class Runner\n  def self.call(q) = new(q).go(q)\n  def initialize(q)\n    @q = q\n  end\n"
        '  def run = system("ls #{@q}")\n  def go(q) = nil\nend\n'
        f"class AController < ApplicationController\n  def show\n    {call}\n  end\nend\n"
    )
    assert len(flows(text)) == expected


SINATRA = "require 'sinatra'\nrequire 'net/http'\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SINATRA + "get '/x' do\n  `ls #{params[:q]}`\nend", ["injection/os-command"]),
        (SINATRA + "get '/x' do\n  redirect params['q']\nend", ["injection/open-redirect"]),
        (SINATRA + "get '/x/:n' do |n|\n  File.read(n)\nend", ["injection/path-traversal"]),
        (SINATRA + "get '/x' do\n  erb params[:q]\nend", ["injection/template-from-input"]),
        (SINATRA + "post '/x' do\n  q = JSON.parse(request.body.read)\n  system(q['c'])\nend", ["injection/os-command"]),
        (SINATRA + "helpers do\n  def run(c) = system(c)\nend\nget '/x' do\n  run(params[:q])\nend", ["injection/os-command"]),
        ("require 'sinatra/base'\nclass App < Sinatra::Base\n  get '/x' do\n    system(params[:q])\n  end\nend", ["injection/os-command"]),
        ("class API < Grape::API\n  get '/x' do\n    system(params[:q])\n  end\nend", ["injection/os-command"]),
        ("class Chat < ApplicationCable::Channel\n  def receive(data)\n    eval(data['x'])\n  end\nend", ["injection/code-eval"]),
        (SINATRA + "get '/x' do\n  \"<h1>#{params[:q]}</h1>\"\nend", ["injection/xss-response"]),
        (SINATRA + "get '/x' do\n  \"<h1>#{ERB::Util.h(params[:q])}</h1>\"\nend", []),
        (SINATRA + "get '/x' do\n  { q: params[:q] }.to_json\nend", []),
        (SINATRA + "get '/x' do\n  content_type :json\n  \"#{params[:q]}\"\nend", []),
        (SINATRA + "get '/x' do\n  redirect '/home'\nend", []),
        (SINATRA + "get '/x' do\n  erb :index, locals: { q: params[:q] }\nend", []),
        (SINATRA + "get '/x' do\n  halt 400 unless %w[a b].include?(params[:q])\n  system(params[:q])\nend", []),
        ("class Tool\n  attr_reader :params\n  def run\n    system(params[:q])\n  end\nend", []),
        ("def run(params)\n  system(params[:q])\nend", []),
        ("system(ARGV[0])", []),
    ],
)  # fmt: skip
def test_frameworks(text: str, expected: list[str]) -> None:
    assert sorted({one.rule for one in flows(text)}) == expected


def test_the_way_is_shown() -> None:
    (found,) = flows(
        "class A < ApplicationController\n  def b\n    q = params[:q]\n    eval(q)\n  end\nend"
    )
    assert found.message.startswith("`eval` runs `")
    assert found.related
