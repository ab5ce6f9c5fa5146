"""Flows: from what a client sends to where it does harm, and no further."""

# ruff: noqa: E501 - snippets are compared best when each is on one line

from __future__ import annotations

import textwrap

import pytest

from backspec import catalog
from backspec.code import analysis
from backspec.code.match import RuleSet, compile_rules
from backspec.code.memory import Memory
from backspec.code.models import models
from backspec.model import Diagnostic, Document

RULE = catalog.parse_rule(
    "local/flow",
    """---
title: Keep clients away from the shell
severity: error
match:
  - flow: {from: [input, built-parameter], to: [os.system, child_process.exec], argument: "0", unless: [password-hash]}
    message: "`{callee}` runs what `{source}` says"
---
Page.
""",
    catalog.DATA / "local.md",
)  # fmt: skip


def rules(language: str) -> RuleSet:
    family = "python" if language == "python" else "javascript"
    compiled = compile_rules(family, models(family), [RULE], "pedantic")
    assert not compiled.problems
    return compiled


def flows(text: str, language: str = "python") -> list[Diagnostic]:
    document = Document("/w/a", textwrap.dedent(text).encode(), language)
    return analysis.analyse(document, rules(language), path="a")


HEAD = "import os, re, shlex, bcrypt\nfrom flask import Flask, request\napp = Flask(__name__)\n"


def in_handler(body: str) -> list[Diagnostic]:
    return flows(HEAD + "@app.get('/x')\ndef view():\n" + textwrap.indent(body, "    "))


@pytest.mark.parametrize(
    "body",
    [
        "os.system(request.args['q'])",
        "os.system(request.args.get('q'))",
        "q = request.args.get('q')\nos.system(q)",
        "q = request.json['q']\nos.system('ls ' + q)",
        "q = request.form.get('q')\nos.system(f'ls {q}')",
        "q = request.form.get('q')\nos.system('ls %s' % q)",
        "q = request.form.get('q')\nos.system('ls {}'.format(q))",
        "q = request.args['q']\nc = 'ls '\nc += q\nos.system(c)",
        "q = request.args['q'].strip().lower()\nos.system(q)",
        "q = request.args.get('q') or 'x'\nos.system(q)",
        "q = request.args['q'] if request.args else 'x'\nos.system(q)",
        "a = {'k': request.args['q'], 'n': 1}\nos.system(a['k'])",
        "a = [1, request.args['q']]\nos.system(a[1])",
        "a, b = request.args['q'], 1\nos.system(a)",
        "q = 'x'\nif request.args:\n    q = request.args['q']\nos.system(q)",
        "for q in request.json['all']:\n    os.system(q)",
        "q = 'x'\nfor i in range(3):\n    os.system(q)\n    q = request.args['q']",
        "try:\n    q = request.args['q']\nexcept KeyError:\n    q = 'x'\nos.system(q)",
        "q = request.args['q']\nif 1 + 1 > 3:\n    q = 'x'\nos.system(q)",
        "q = request.args['q']\nif q not in ALLOWED:\n    log(q)\nos.system(q)",
        "q = request.args['q']\nif re.match('^a', q):\n    os.system(q)",
        "def inner():\n    os.system(q)\nq = request.args['q']\ninner()",
        "os.system(' '.join(['ls', request.args['q']]))",
        "with open('x') as f:\n    os.system(request.args['q'])",
        "q = request.args['q']\nwhile q:\n    os.system(q)",
    ],
)
def test_input_reaches_the_sink(body: str) -> None:
    (found,) = in_handler(body)
    assert found.related, "the way is shown"


@pytest.mark.parametrize(
    "body",
    [
        "os.system('ls')",
        "q = int(request.args['q'])\nos.system(f'ls {q}')",
        "q = request.args['q']\nq = 'x'\nos.system(q)",
        "q = request.args['q']\nif a:\n    q = 'x'\nelse:\n    q = 'y'\nos.system(q)",
        "q = request.args['q']\nif q not in ALLOWED:\n    return\nos.system(q)",
        "q = request.args['q']\nif q not in ALLOWED:\n    raise ValueError\nos.system(q)",
        "q = request.args['q']\nif q in ('a', 'b'):\n    os.system(q)",
        "q = request.args['q']\nif not q.isdigit():\n    abort(400)\nos.system(q)",
        "q = request.args['q']\nif re.match('^[a-z]+$', q):\n    os.system(q)",
        "q = request.args['q']\nif q == 'list':\n    os.system(q)",
        "q = request.args['q']\nq = q if q in ALLOWED else 'x'\nos.system(q)",
        "a = {'k': request.args['q'], 'n': 'ls'}\nos.system(a['n'])",
        "a = [1, request.args['q']]\nos.system(a[0])",
        "q = bcrypt.hashpw(request.args['q'], b'')\nos.system(q)",
        "q = 'x'\nif 7 * 6 < 40:\n    q = request.args['q']\nos.system(q)",
        "q = request.args['q'] if 1 > 2 else 'x'\nos.system(q)",
        "if request.args:\n    q = request.args['q']\n    return q\nelse:\n    q = 'x'\nos.system(q)",
        "q = len(request.args['q'])\nos.system(f'ls {q}')",
        "q = request.args['q'].startswith('x')\nos.system(f'ls {q}')",
        "os.system('ls', request.args['q'])",
        "q = {'a': 'ls'}\nos.system(q[request.args['q']])",
    ],
)
def test_harmless_values_do_not(body: str) -> None:
    assert in_handler(body) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("def run(c):\n  os.system(c)\n@app.get('/x')\ndef v():\n  run(request.args['q'])", 1),
        ("def run(c):\n  os.system(c)\n@app.get('/x')\ndef v():\n  run('ls')", 0),
        ("def get():\n  return request.args['q']\n@app.get('/x')\ndef v():\n  os.system(get())", 1),
        ("def ls(c):\n  return 'ls ' + c\n@app.get('/x')\ndef v():\n  os.system(ls(request.args['q']))", 1),
        ("def ls(c):\n  return 'ls'\n@app.get('/x')\ndef v():\n  os.system(ls(request.args['q']))", 0),
        ("def ls(a, c):\n  return 'ls ' + a\n@app.get('/x')\ndef v():\n  os.system(ls('x', request.args['q']))", 0),
        ("def ls(a, c):\n  return 'ls ' + a\n@app.get('/x')\ndef v():\n  os.system(ls(c='x', a=request.args['q']))", 1),
        ("class A:\n  def __init__(self):\n    self.q = request.args['q']\n  def run(self):\n    os.system(self.q)", 1),
        ("class A:\n  def __init__(self):\n    self.q = 'x'\n  def run(self):\n    os.system(self.q)", 0),
        ("class A:\n  def run(self, c):\n    os.system(c)\n  def v(self):\n    self.run(request.args['q'])", 1),
        ("def run(c):\n  os.system(c)", 0),
        ("def run(c):\n  os.system('ls ' + c)", 1),
        ("def run(c: int):\n  os.system(f'ls {c}')", 0),
        ("def a(x):\n  return b(x)\ndef b(x):\n  return a(x)\n@app.get('/x')\ndef v():\n  os.system(a(request.args['q']))", 0),
        ("@app.get('/x/<name>')\ndef v(name):\n  os.system(name)", 1),
        ("f = lambda x: 'ls ' + x\n@app.get('/x')\ndef v():\n  os.system('ls')", 0),
    ],
)  # fmt: skip
def test_through_functions_of_the_file(text: str, count: int) -> None:
    assert len(flows(HEAD + text)) == count


@pytest.mark.parametrize(
    "text",
    [
        "from django.http import HttpRequest\nimport os\ndef v(r: HttpRequest):\n  os.system(r.GET['q'])",
        "import django, os\ndef v(request):\n  os.system(request.POST.get('q'))",
        "from rest_framework.views import APIView\nimport os\nclass V(APIView):\n  def get(self, request):\n    os.system(self.request.query_params['q'])",
        "from fastapi import FastAPI\nimport os\napp = FastAPI()\n@app.get('/x')\nasync def v(q: str):\n  os.system(q)",
    ],
)
def test_frameworks(text: str) -> None:
    assert len(flows(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "from fastapi import FastAPI\nimport os\napp = FastAPI()\n@app.get('/x')\nasync def v(q: int):\n  os.system(f'{q}')",
        "from fastapi import Depends, FastAPI\nimport os\napp = FastAPI()\n@app.get('/x')\nasync def v(q=Depends(get_command)):\n  os.system(q)",
    ],
)
def test_frameworks_do_not_give_everything(text: str) -> None:
    assert flows(text) == []


NODE = "import express from 'express';\nimport { exec } from 'child_process';\nconst app = express();\n"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("exec(req.query.q)", 1),
        ("const { q } = req.body; exec(`ls ${q}`)", 1),
        ("const { q: { r } } = req.body; exec('ls ' + r)", 1),
        ("let q = 'x'; if (a) q = req.query.q; exec(q)", 1),
        ("const o = { c: req.query.q, d: 'ls' }; exec(o.c)", 1),
        ("const o = { c: req.query.q, d: 'ls' }; exec(o.d)", 0),
        ("for (const q of req.body.all) { exec(q) }", 1),
        ("req.body.all.forEach(q => { exec(q) })", 1),
        ("const q = req.query.q || 'x'; exec(q)", 1),
        ("const q = Number(req.query.q); exec(`ls ${q}`)", 0),
        ("const q = req.query.q; if (!['a', 'b'].includes(q)) return; exec(q)", 0),
        ("const q = req.query.q; if (!/^[a-z]+$/.test(q)) { return res.send(1) } exec(q)", 0),
        ("const q = req.query.q; if (/^[a-z]+/.test(q)) { exec(q) }", 1),
        ("const q = req.query.q === 'a' ? 'ls' : 'df'; exec(q)", 0),
        ("const q = req.query.q; if (isNaN(q)) return; exec(q)", 0),
        ("const q = req.query.q; if (isNaN(q)) exec(q)", 1),
        ("let q = req.query.q; switch (a) { case 1: q = 'x'; break; default: q = 'y' } exec(q)", 0),
        ("let q = 'x'; switch (a) { case 1: q = req.query.q; break } exec(q)", 1),
        ("exec(build(req.query.q)); function build(x) { return 'ls ' + x }", 1),
        ("exec(build(req.query.q)); function build(x) { return 'ls' }", 0),
        ("const build = x => 'ls ' + x; exec(build(req.query.q))", 1),
    ],
)
def test_javascript(body: str, count: int) -> None:
    text = f"{NODE}app.get('/x', (req, res) => {{ {body} }});\n"
    assert len(flows(text, "typescript")) == count


def test_the_way_is_told_source_first() -> None:
    text = (
        HEAD
        + "def run(c):\n  os.system(c)\n@app.get('/x')\ndef v():\n  q = request.args['q']\n  run('ls ' + q)"
    )
    (found,) = flows(text)
    source = text.encode()
    assert [source[r.span.start : r.span.end].decode() for r in found.related] == [
        "request.args['q']", "q = request.args['q']", "'ls ' + q", "'ls ' + q",
    ]  # fmt: skip
    assert found.message == "`os.system` runs what `request.args['q']` says"


def test_knots_and_long_ways_end() -> None:
    chain = "".join(f"    a{n} = a{n + 1} + a{n + 2}\n" for n in range(200))
    flows(HEAD + "@app.get('/x')\ndef v():\n" + chain + "    os.system(a0)\n")
    knot = "".join(f"def f{n}(x):\n  return f{n + 1}(x) + f{n + 2}(x)\n" for n in range(60))
    flows(HEAD + knot + "@app.get('/x')\ndef v():\n  os.system(f0(request.args['q']))\n")
    nested = "os.system(" + "g(" * 300 + "request.args['q']" + ")" * 300 + ")"
    in_handler(nested)


def test_memory_keeps_flows_while_typing() -> None:
    text = (HEAD + "@app.get('/x')\ndef v():\n  os.system(request.args['q'])\n").encode()
    compiled = rules("python")
    memory = Memory()

    def analysed(data: bytes, *, late: bool) -> list[Diagnostic]:
        return analysis.analyse(
            Document("/w/a", data, "python"), compiled, memory, path="a", late=late
        )

    (first,) = analysed(text, late=True)
    longer = b"# hello\n" + text
    (moved,) = analysed(longer, late=False)
    assert moved.span == first.span.shift(8)
    (again,) = analysed(longer, late=True)
    assert again.span == moved.span
    assert analysed(longer.replace(b"request.args['q']", b"'ls'"), late=True) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "javascript",
            "const { exec } = require('child_process');\nfunction f(n) {\n"
            + "  while (n) { n = n.next.other; n = n.prev.list; }\n" * 6
            + "  exec(n.key);\n}\n",
        ),
        (
            "python",
            "import os\ndef f(n):\n"
            + "    while n:\n        n = n.next.other\n        n = n.prev.list\n" * 6
            + "    os.system(n.key)\n",
        ),
    ],
)
def test_a_walk_along_a_list_ends(
    language: str, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    flows(text, language)
    assert caplog.records == [], "no rule fails"
