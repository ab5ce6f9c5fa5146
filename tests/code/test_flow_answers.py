"""What handlers answer and what views are handed, where the framework is known by its form alone."""

# ruff: noqa: E501 - snippets are compared best when each is on one line

from __future__ import annotations

import functools
import textwrap

import pytest

from backspec import catalog
from backspec.code import analysis
from backspec.code.match import RuleSet, compile_rules
from backspec.code.models import models
from backspec.model import Document

FLASK = "from flask import Flask, request\napp = Flask(__name__)\n@app.get('/x')\ndef view():\n"


@functools.cache
def shipped(family: str) -> RuleSet:
    return compile_rules(family, models(family), catalog.rules().values(), "recommended")


def rules_in(text: str, language: str = "python") -> list[str]:
    document = Document("/w/a", textwrap.dedent(text).encode(), language)
    family = "python" if language == "python" else "javascript"
    found = analysis.analyse(document, shipped(family), path="a")
    return sorted(one.rule for one in found if one.rule.startswith("injection/"))


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("return '<b>' + request.args['q']", 1),
        ("return f\"<b>{request.args['q']}</b>\"", 1),
        ("return '<b>' + request.args['q'], 200", 1),
        ("page = '<b>%s</b>' % request.args['q']\nreturn page", 1),
        ("return {'q': request.args['q']}", 0),
        ("return [request.args['q']], 200", 0),
        ("return dict(q=request.args['q'])", 0),
        ("found = {'n': 1}\nfound['q'] = request.args['q']\nreturn found", 0),
        ("return [one for one in request.args.getlist('q')]", 0),
        ("return 'x', request.args['q']", 0),
        (
            "import hashlib\nh = hashlib.new('sha256')\nh.update(request.args['q'].encode())\nreturn h.hexdigest()",
            0,
        ),
    ],
)
def test_what_a_handler_answers(body: str, count: int) -> None:
    assert rules_in(FLASK + textwrap.indent(body, "    ")) == ["injection/xss-response"] * count


def test_an_app_of_another_file_is_flasks() -> None:
    text = "from flask import request\nfrom . import app\n@app.route('/x')\ndef v():\n    return '<b>' + request.args['q']\n"
    assert rules_in(text) == ["injection/xss-response"]
    other = text.replace("from flask import", "from somewhere import")
    assert rules_in(other) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def v(request):\n    exec(request.POST['c'])", ["injection/code-eval"]),
        ("def v(request):\n    exec(request.headers['c'])", []),
        (
            "from .models import U\ndef v(request):\n    return U.objects.raw('select %s' % request.GET['q'])",
            ["injection/sql"],
        ),
        (
            "from .models import U\ndef v(request):\n    return U.objects.raw('select %s', [request.GET['q']])",
            [],
        ),
        ("from scrapy import Request\ndef v(request):\n    exec(request.META['c'])", []),
    ],
)
def test_a_view_is_known_by_its_request(text: str, found: list[str]) -> None:
    assert rules_in(text) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("setTimeout('f(' + req.query.q + ')', 10)", ["injection/code-eval"]),
        ("setTimeout(() => f(req.query.q), Number(req.query.ms))", []),
        ("_.merge(settings, req.body)", ["injection/prototype-pollution"]),
        ("_.merge(settings, { theme: String(req.body.theme) })", []),
        ("_.set(settings, req.query.path, 1)", ["injection/prototype-pollution"]),
        ("_.set(settings, 'theme', req.query.theme)", []),
        (
            "db.collection('a').find({ $where: 'this.x == ' + req.query.x })",
            ["injection/nosql-javascript"],
        ),
        ("db.collection('a').find({ $where: 'this.x == 1' })", []),
        ("User.findOne({ name: req.body.name })", ["injection/nosql-operator"]),
        ("User.findOne({ name: String(req.body.name) })", []),
        ("User.findOne({ where: { name: req.body.name } })", []),
        ("User.findOne({ include: [{ model: Order, where: { name: req.body.name } }] })", []),
        (
            "res.setHeader('Location', req.query.to)",
            ["injection/open-redirect"],
        ),
    ],
)
def test_what_an_express_handler_does(body: str, found: list[str]) -> None:
    text = (
        "import express from 'express';\nimport _ from 'lodash';\nimport { User } from './user';\n"
        f"const app = express();\napp.post('/x', async (req, res) => {{\n  {body};\n}});\n"
    )
    assert rules_in(text, "typescript") == found


def test_hapis_requests_are_known_by_their_toolkit() -> None:
    text = "const { exec } = require('child_process');\nserver.route({ method: 'GET', path: '/x', handler: (request, h) => exec(request.query.c) });\n"
    assert rules_in(text, "javascript") == ["injection/os-command"]
    assert rules_in(text.replace("(request, h)", "(request, i)"), "javascript") == []
