"""Fixes of checks: what they make of a file, and where there is none."""

# ruff: noqa: E501 - texts are compared best as they stand in files

from __future__ import annotations

import pytest

from backspec import catalog
from backspec.code import analysis, syntax
from backspec.languages import language_of
from backspec.model import Diagnostic, Document
from backspec.text import apply_edits


def fixed(rule: str, path: str, text: str) -> str | None:
    """The text after the first fix of the first finding; None when there is no fix.

    The text must have a finding, and a fixed one parses and has one less.
    """
    language = language_of(path)
    assert language is not None
    rules = analysis.ruleset(language, [catalog.rules()[rule]], "pedantic")

    def found(source: bytes) -> list[Diagnostic]:
        return analysis.analyse(Document(f"/{path}", source, language), rules, path=path)

    before = analysis.analyse(Document(f"/{path}", text.encode(), language), rules, path=path)
    assert before, "nothing reported"
    if not before[0].fixes:
        return None
    after = apply_edits(text.encode(), before[0].fixes[0].edits)
    assert len(found(after)) == len(before) - 1, "the fix must settle it"
    if language in syntax.LANGUAGES:
        parsed = syntax.parse(language, after)
        assert parsed is not None
        assert not parsed.root.has_error
    return after.decode()


# ---------------------------------------------------------------------------- gRPC

GRPC = """\
package a

import (
	"google.golang.org/grpc"
@
)

func dial() (*grpc.ClientConn, error) {
	return grpc.NewClient("a.example:443", grpc.WithTransportCredentials(insecure.NewCredentials()))
}
"""
INSECURE = '\t"google.golang.org/grpc/credentials/insecure"'
CREDENTIALS = '\t"google.golang.org/grpc/credentials"'


@pytest.mark.parametrize(
    ("imports", "more", "wanted"),
    [
        (INSECURE, "", CREDENTIALS),
        (f"{CREDENTIALS}\n{INSECURE}", "", CREDENTIALS),
        (INSECURE, "\nvar other = insecure.NewCredentials\n", None),
        (INSECURE, "\nvar credentials = 1\n", None),
        (INSECURE.replace('"g', 'insecure "g'), "", None),
    ],
)
def test_go_channels_get_credentials(imports: str, more: str, wanted: str | None) -> None:
    text = GRPC.replace("@", imports) + more
    result = fixed("grpc/insecure-channel", "a/a.go", text)
    if wanted is None:
        assert result is None
    else:
        new = GRPC.replace("@", wanted).replace(
            "insecure.NewCredentials()", "credentials.NewTLS(nil)"
        )
        assert result == new + more


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'import grpc\nc = grpc.insecure_channel("a.example:1", options=o)\n',
            'import grpc\nc = grpc.secure_channel("a.example:1", grpc.ssl_channel_credentials(), options=o)\n',
        ),
        (
            'import grpc\nc = grpc.aio.insecure_channel("a.example:1")\n',
            'import grpc\nc = grpc.aio.secure_channel("a.example:1", grpc.ssl_channel_credentials())\n',
        ),
        ('from grpc import insecure_channel\nc = insecure_channel("a.example:1")\n', None),
        ('import grpc\nc = grpc.insecure_channel(target="a.example:1")\n', None),
        ('import grpc\nc = grpc.insecure_channel("a.example:1", **more)\n', None),
    ],
)
def test_python_channels_get_credentials(before: str, after: str | None) -> None:
    assert fixed("grpc/insecure-channel", "a.py", before) == after


# ---------------------------------------------------------------------------- origins

SOCKET = """\
package chat

import (
	"log"
	"net/http"

	"github.com/gorilla/websocket"
)

func serve() { log.Print("x") }

@
"""
ALL = "func(r *http.Request) bool { return true }"


@pytest.mark.parametrize(
    ("before", "after", "keeps_http"),
    [
        (
            f"var u = websocket.Upgrader{{\n\tReadBufferSize: 1024,\n\tCheckOrigin: {ALL},\n}}",
            "var u = websocket.Upgrader{\n\tReadBufferSize: 1024,\n}",
            False,
        ),
        (
            f"var u = websocket.Upgrader{{CheckOrigin: {ALL}, ReadBufferSize: 1024}}",
            "var u = websocket.Upgrader{ReadBufferSize: 1024}",
            False,
        ),
        (
            f"var u = websocket.Upgrader{{CheckOrigin: {ALL}}}\nvar c = http.DefaultClient",
            "var u = websocket.Upgrader{}\nvar c = http.DefaultClient",
            True,
        ),
        (
            f"var u websocket.Upgrader\n\nfunc init() {{\n\tu.CheckOrigin = {ALL}\n\tu.Subprotocols = nil\n}}",
            "var u websocket.Upgrader\n\nfunc init() {\n\tu.Subprotocols = nil\n}",
            False,
        ),
        (f"var u = websocket.Upgrader{{\n\t// for now\n\tCheckOrigin: {ALL},\n}}", None, True),
        (f"var u websocket.Upgrader\n\nfunc init() {{ u.CheckOrigin = {ALL} }}", None, True),
    ],
)
def test_upgraders_check_again(before: str, after: str | None, keeps_http: bool) -> None:
    result = fixed("ws/no-origin-check", "chat/a.go", SOCKET.replace("@", before))
    if after is None:
        assert result is None
        return
    head = SOCKET if keeps_http else SOCKET.replace('\t"net/http"\n', "")
    assert result == head.replace("@", after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "A.configure do\n  config.x = 1\n  config.action_cable.allowed_request_origins = [/.*/]\nend\n",
            "A.configure do\n  config.x = 1\nend\n",
        ),
        ("A.configure { config.action_cable.allowed_request_origins = [/.*/] }\n", None),
    ],
)
def test_cable_settings_go(before: str, after: str | None) -> None:
    assert fixed("ws/no-origin-check", "config/environments/production.rb", before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "class A < ApplicationController\n  before_action :x\n\n  skip_forgery_protection\n\n  def y\n  end\nend\n",
            "class A < ApplicationController\n  before_action :x\n\n  def y\n  end\nend\n",
        ),
        (
            "class A < ApplicationController\n  skip_before_action :verify_authenticity_token, :x\nend\n",
            None,
        ),
        ("class A < ApplicationController; skip_forgery_protection; end\n", None),
    ],
)
def test_protection_is_not_skipped(before: str, after: str | None) -> None:
    assert fixed("csrf/disabled", "app/controllers/a.rb", before) == after


# ---------------------------------------------------------------------------- Go: transactions

BEGIN = """\
package shop

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
)

func pay(ctx context.Context, db *sql.DB, x *sqlx.DB, pool *pgxpool.Pool, id int) error {
@
	if _, err := tx.Exec("UPDATE a SET b = 1"); err != nil {
		return err
	}
	if id > 3 {
		return nil
	}
	return tx.Commit()
}
"""
CHECK = "\n\tif err != nil {\n\t\treturn err\n\t}"


@pytest.mark.parametrize(
    ("begin", "added"),
    [
        ("\ttx, err := db.BeginTx(ctx, nil)" + CHECK, "\n\tdefer tx.Rollback()"),
        ("\tvar err error\n\ttx, err := x.Beginx()" + CHECK, "\n\tdefer tx.Rollback()"),
        ("\ttx := x.MustBegin()", "\n\tdefer tx.Rollback()"),
        ("\ttx, err := pool.Begin(ctx)" + CHECK, "\n\tdefer tx.Rollback(ctx)"),
        ("\ttx, err := pool.Begin(context.Background())" + CHECK, None),
        ("\ttx, _ := db.Begin()", None),
        ('\ttx, err := db.Begin()\n\tprintln("x")' + CHECK, None),
        ("\ttx, err := db.Begin()" + CHECK.replace("return err", "println(err)"), None),
    ],
)
def test_transactions_roll_back(begin: str, added: str | None) -> None:
    result = fixed("transaction/not-rolled-back", "a/a.go", BEGIN.replace("@", begin))
    assert result == (None if added is None else BEGIN.replace("@", begin + added))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'use(c.Query("a"))\n\t\tuse(c.Request.URL.Path, c.ClientIP())',
            'use(cCp.Query("a"))\n\t\tuse(cCp.Request.URL.Path, cCp.ClientIP())',
        ),
        ('use(c.Query("a"))\n\t\tc.JSON(200, nil)', None),
        ('use(c.Query("a"), c)', None),
        ('use(c.Query("a"), c.Request.Body)', None),
        ('cCp := c.Query("a")\n\t\tuse(cCp)', None),
    ],
)
def test_goroutines_read_a_copy(before: str, after: str | None) -> None:
    text = 'package a\n\nimport "github.com/gin-gonic/gin"\n\nfunc f(c *gin.Context) {\n%s\tgo func() {\n\t\t%s\n\t}()\n}\n'
    result = fixed("concurrency/request-object-escapes", "a/a.go", text % ("", before))
    assert result == (None if after is None else text % ("\tcCp := c.Copy()\n", after))


@pytest.mark.parametrize(
    ("use", "before", "after"),
    [
        ("App\\Models\\Order", "return Order::all();", "return Order::paginate(50);"),
        (
            "App\\Models\\Order",
            "return \\App\\Models\\Order::all();",
            "return \\App\\Models\\Order::paginate(50);",
        ),
        ("App\\Repositories\\Orders", "return response()->json($this->orders->findAll());", None),
    ],
)
def test_laravel_reads_a_page(use: str, before: str, after: str | None) -> None:
    text = (
        f"<?php\nnamespace App\\Http\\Controllers;\n\nuse {use};\nuse Doctrine\\ORM\\EntityRepository;\n"
        "class A extends Controller\n{\n    private EntityRepository $orders;\n"
        "    public function index()\n    {\n        @\n    }\n}\n"
    )
    result = fixed("orm/unbounded-read", "app/Http/Controllers/A.php", text.replace("@", before))
    assert result == (None if after is None else text.replace("@", after))


# ---------------------------------------------------------------------------- flows

REDIRECT = """\
using Microsoft.AspNetCore.Mvc;

[Route("a")]
public class AController : ControllerBase
{
    [HttpGet]
    public IActionResult Back(string url)
    {
        @
    }
}
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return Redirect(url);", "return LocalRedirect(url);"),
        ("return this.RedirectPermanent(url);", "return this.LocalRedirectPermanent(url);"),
        ("return new RedirectResult(url);", None),
        ("Response.Redirect(url);\n        return Ok();", None),
    ],
)
def test_csharp_redirects_stay_local(before: str, after: str | None) -> None:
    result = fixed("injection/open-redirect", "A.cs", REDIRECT.replace("@", before))
    assert result == (None if after is None else REDIRECT.replace("@", after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("unserialize($_COOKIE['a'])", "unserialize($_COOKIE['a'], ['allowed_classes' => false])"),
        ("\\unserialize($_POST['a'])", "\\unserialize($_POST['a'], ['allowed_classes' => false])"),
        ("unserialize($_COOKIE['a'], $options)", None),
        ("maybe_unserialize($_COOKIE['a'])", None),
    ],
)
def test_php_reads_no_classes(before: str, after: str | None) -> None:
    result = fixed("injection/deserialization", "a.php", f"<?php\n$a = {before};\n")
    assert result == (None if after is None else f"<?php\n$a = {after};\n")


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(":hybrid", ":json"), (":json", ""), ("serializer", "")],
)
def test_rails_reads_cookies_as_json(value: str, wanted: str) -> None:
    text = f"Rails.application.config.action_dispatch.cookies_serializer = {value}\n"
    if wanted:
        assert fixed("injection/deserialization", "config/a.rb", text) == text.replace(
            value, wanted
        )
    else:
        with pytest.raises(AssertionError, match="nothing reported"):
            fixed("injection/deserialization", "config/a.rb", text)


@pytest.mark.parametrize(
    ("value", "after"),
    [
        ("TypeNameHandling.Auto", "TypeNameHandling.None"),
        ("Newtonsoft.Json.TypeNameHandling.All", "Newtonsoft.Json.TypeNameHandling.None"),
        ("TypeNameHandling.Arrays | TypeNameHandling.Objects", None),
    ],
)
def test_json_net_reads_no_type_names(value: str, after: str | None) -> None:
    text = "using Newtonsoft.Json;\n\nclass A\n{\n    object B(string t, bool x) => JsonConvert.DeserializeObject(t, new JsonSerializerSettings { TypeNameHandling = @ });\n}\n"
    result = fixed("injection/deserialization", "A.cs", text.replace("@", value))
    assert result == (None if after is None else text.replace("@", after))


FILES = """\
import os
%s

app = Flask(__name__)
FOLDER = "/srv/a"

@app.get("/a")
def a():
    return %s
"""
NAME = 'request.args["name"]'


@pytest.mark.parametrize(
    ("line", "call", "new_line", "new_call"),
    [
        (
            "from flask import Flask, request, send_file",
            f"send_file(os.path.join(FOLDER, {NAME}), as_attachment=True)",
            "from flask import Flask, request, send_from_directory",
            f"send_from_directory(FOLDER, {NAME}, as_attachment=True)",
        ),
        (
            "from flask import Flask, request, send_file, send_from_directory",
            f'send_file(os.path.join(app.config["UP"], {NAME}))',
            "from flask import Flask, request, send_file, send_from_directory",
            f'send_from_directory(app.config["UP"], {NAME})',
        ),
        (
            "from flask import Flask, request, send_file  # all",
            f'send_file(os.path.join("a", {NAME})) or send_file("b")',
            "from flask import Flask, request, send_file, send_from_directory  # all",
            f'send_from_directory("a", {NAME}) or send_file("b")',
        ),
        (
            "import flask\nfrom flask import Flask, request",
            f"flask.send_file(os.path.join(FOLDER, {NAME}))",
            "import flask\nfrom flask import Flask, request",
            f"flask.send_from_directory(FOLDER, {NAME})",
        ),
        ("from flask import Flask, request, send_file", f'send_file(os.path.join(FOLDER, "a", {NAME}))', "", None),
        ("from flask import Flask, request, send_file", f'send_file(os.path.join(FOLDER, {NAME}), "a/b")', "", None),
        ("from flask import Flask, request, send_file", f"send_file(FOLDER + {NAME})", "", None),
        ("from flask import Flask, request, send_file", f'send_file(os.path.join({NAME}, "a"))', "", None),
        ("from flask import (\n    Flask,\n    request,\n    send_file,\n)", f"send_file(os.path.join(FOLDER, {NAME}))", "", None),
    ],
)  # fmt: skip
def test_flask_sends_from_a_directory(
    line: str, call: str, new_line: str, new_call: str | None
) -> None:
    result = fixed("injection/path-traversal", "a.py", FILES % (line, call))
    assert result == (None if new_call is None else FILES % (new_line, new_call))


# ---------------------------------------------------------------------------- cookies

COOKIE = """\
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;

class A {
    // é
    void b(HttpServletResponse response, String token) {
        @
        response.addCookie(cookie);
    }
}
"""
INDENT = "\n        "


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'Cookie cookie = new Cookie("session", token);',
            f'Cookie cookie = new Cookie("session", token);{INDENT}cookie.setSecure(true);{INDENT}cookie.setHttpOnly(true);',
        ),
        (
            f'Cookie cookie = new Cookie("session", token);{INDENT}cookie.setHttpOnly( false );',
            f'Cookie cookie = new Cookie("session", token);{INDENT}cookie.setSecure(true);{INDENT}cookie.setHttpOnly( true );',
        ),
        ('Cookie cookie = new Cookie("session", token); log(cookie);', None),
    ],
)
def test_java_cookies_are_protected(before: str, after: str | None) -> None:
    result = fixed("session/cookie-flags", "A.java", COOKIE.replace("@", before))
    assert result == (None if after is None else COOKIE.replace("@", after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('from("session", x).build()', 'from("session", x).secure(true).httpOnly(true).build()'),
        (
            'from("session", x).secure(true)\n            .httpOnly(false).build()',
            'from("session", x).secure(true)\n            .httpOnly(true).build()',
        ),
        ('from("session", x).httpOnly(OFF).secure(true).build()', None),
    ],
)
def test_response_cookies_are_protected(before: str, after: str | None) -> None:
    text = "import org.springframework.http.ResponseCookie;\n\nclass A {\n    static final boolean OFF = false;\n    Object b(String x) {\n        return ResponseCookie.@;\n    }\n}\n"
    result = fixed("session/cookie-flags", "A.java", text.replace("@", before))
    assert result == (None if after is None else text.replace("@", after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "cookies[:session] = user.token",
            "cookies[:session] = { value: user.token, secure: true, httponly: true }",
        ),
        (
            "cookies.permanent[:token] = { value: t, httponly: false }",
            "cookies.permanent[:token] = { value: t, httponly: true, secure: true }",
        ),
        ("cookies[:session] = user.cookie", None),
    ],
)
def test_rails_cookies_are_protected(before: str, after: str | None) -> None:
    text = "class A < ApplicationController\n  def b\n    @\n  end\nend\n"
    result = fixed("session/cookie-flags", "app/controllers/a.rb", text.replace("@", before))
    assert result == (None if after is None else text.replace("@", after))


# ---------------------------------------------------------------------------- Blade


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "<form method='post' action=\"{{ $a->b('>') }}\">\n\n  <b>{{ $x }}</b>\n</form>",
            "<form method='post' action=\"{{ $a->b('>') }}\">\n  @csrf\n\n  <b>{{ $x }}</b>\n</form>",
        ),
        (
            '<FORM class="a>b" METHOD=POST>{{ $x }}</FORM>',
            '<FORM class="a>b" METHOD=POST> @csrf {{ $x }}</FORM>',
        ),
    ],
)
def test_blade_forms_get_a_token(before: str, after: str) -> None:
    assert fixed("csrf/disabled", "resources/views/a.blade.php", f"{before}\n") == f"{after}\n"


@pytest.mark.parametrize(
    "text",
    [
        '<form method="POST">@csrf {{ $x }}</form>',
        '<form method="POST">{{ csrf_field() }}</form>',
        '<form method="GET">{{ $x }}</form>',
        '<form method="POST" action="https://pay.example">{{ $x }}</form>',
        '<form method="POST" @submit.prevent="send">{{ $x }}</form>',
        "<form method=\"POST\">@include('a.fields')</form>",
        '<!-- <form method="POST">{{ $x }}</form> -->',
        "<script>a(\"<form method='POST'>{{ $x }}</form>\")</script>",
        '<form method="POST">plain</form>',
        '<form method="POST" {{ $x }}',
    ],
)
def test_blade_forms_are_left_alone(text: str) -> None:
    with pytest.raises(AssertionError, match="nothing reported"):
        fixed("csrf/disabled", "resources/views/a.blade.php", text)
