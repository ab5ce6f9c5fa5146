"""Fixes at the end of a flow: values made texts, commands made lists, or left as they are."""

from __future__ import annotations

import pytest

from backspec import service
from backspec.languages import language_of
from backspec.model import Document
from backspec.project import Project
from backspec.text import apply_edits

SOURCES = {
    "mongoose": (
        "injection/nosql-operator",
        "a.ts",
        """\
import express from 'express'
import mongoose from 'mongoose'
const app = express()
const User = mongoose.model('User', new mongoose.Schema({}))
app.post('/a', async (req, res) => {
  const { name } = req.body
  res.json(await User.findOne(<>))
})
""",
    ),
    "pymongo": (
        "injection/nosql-operator",
        "a.py",
        """\
from flask import Flask, request
from pymongo import MongoClient

app = Flask(__name__)
users = MongoClient().shop.users

@app.post('/a')
def a():
    body = request.get_json()
    return {'a': users.count_documents(<>)}
""",
    ),
    "rails": (
        "injection/nosql-operator",
        "app/controllers/a_controller.rb",
        """\
require 'mongo'

class AController < ApplicationController
  CLIENT = Mongo::Client.new(ENV.fetch('MONGO_URL'))

  def show
    render json: CLIENT[:users].find(<>).first
  end
end
""",
    ),
    "run": (
        "injection/os-command",
        "a.py",
        """\
import subprocess
from flask import Flask, request

app = Flask(__name__)

@app.post('/a')
def a():
    x = request.form['x']
    y = request.get_json()['y']
    subprocess.run(<>)
    return ''
""",
    ),
    "exec": (
        "injection/os-command",
        "a.ts",
        """\
import { execFile, exec } from 'child_process'
import express from 'express'
const app = express()
app.post('/a', (req, res) => {
  exec(<>)
  res.end()
})
""",
    ),
}
"""Rule, path and text; ``<>`` is what stands in the call."""


def fixed(source: str, given: str) -> str | None:
    """What the fix makes of the arguments; None when there is no fix."""
    rule, path, text = SOURCES[source]
    before, after = text.split("<>")
    whole = (before + given + after).encode()
    project = Project.open("/w", config=None)

    def faults(text: bytes) -> list[object]:
        found = service.diagnose(Document(f"/w/{path}", text, language_of(path)), project)
        return [one for one in found if one.rule == rule]

    reported = faults(whole)
    assert reported, "nothing reported"
    fixes = reported[0].fixes  # type: ignore[attr-defined]
    if not fixes:
        return None
    result = apply_edits(whole, fixes[0].edits)
    assert not faults(result)
    changed = result.decode()
    assert changed.endswith(after)
    return changed[len(before) : len(changed) - len(after)].lstrip("(")


@pytest.mark.parametrize(
    ("source", "given", "wanted"),
    [
        ("mongoose", "{ name }", "{ name: String(name) }"),
        ("mongoose", "{ a: 1, b: { $eq: req.body.b }, $or: [{ c: name }] }",
         "{ a: 1, b: { $eq: String(req.body.b) }, $or: [{ c: String(name) }] }"),
        ("pymongo", "{'a': body['a'], 'b': body.get('b'), 'c': 1}",
         "{'a': str(body['a']), 'b': str(body.get('b')), 'c': 1}"),
        ("rails", "name: params[:name], age: 3", "name: params[:name].to_s, age: 3"),
        ("run", "f\"convert '{x}' a.png -o /tmp/b\", shell=True",
         '["convert", x, "a.png", "-o", "/tmp/b"]'),
        ("run", "'ping -c 1 ' + x, timeout=3, shell=True", "['ping', '-c', '1', x], timeout=3"),
        ("run", '"kill %s %s" % (x, y), shell=True', '["kill", x, str(y)]'),
    ],
)  # fmt: skip
def test_complete_changes(source: str, given: str, wanted: str) -> None:
    assert fixed(source, given) == wanted


@pytest.mark.parametrize(
    ("source", "given"),
    [
        ("mongoose", "req.body"),
        ("mongoose", "{ ...req.body }"),
        ("mongoose", "{ a: { $in: req.body.a } }"),
        ("mongoose", "{ a: req.body.a || req.body.b }"),
        ("pymongo", "{'a': {'$in': body['a']}}"),
        ("pymongo", "body"),
        ("run", 'f"convert {x} > a.png", shell=True'),
        ("run", 'f"convert {x}.png", shell=True'),
        ("run", 'f"cd {x}", shell=True'),
        ("run", 'f"A=1 convert {x}", shell=True'),
        ("run", 'f"{x} -v", shell=True'),
        ("run", "f\"convert '{x} b'\", shell=True"),
        ("run", 'f"convert {x!r}", shell=True'),
        ("run", 'f"convert {x}", shell=True, executable="/bin/bash"'),
        ("exec", "`cat ${req.body.x} | sort`"),
        ("exec", "`cat ${req.body.x}`, { shell: '/bin/bash' }, done"),
        ("exec", "`cat ${req.body.x}`, done"),
    ],
)
def test_what_is_no_complete_change_is_not_offered(source: str, given: str) -> None:
    assert fixed(source, given) is None


def fixed_script(text: str) -> str | None:
    document = Document("/w/a.js", text.encode(), "javascript")
    found = service.diagnose(document, Project.open("/w", config=None))
    fixes = next(one.fixes for one in found if one.rule == "injection/os-command")
    return apply_edits(document.text, fixes[0].edits).decode() if fixes else None


ROUTE = """
const app = require('express')()
app.get('/a', (req, res) => {
  CALL
})
"""


@pytest.mark.parametrize(
    ("head", "call", "new_head", "new_call"),
    [
        ("const { exec } = require('child_process')", "exec('cat ' + req.query.x, () => {})",
         "const { execFile } = require('child_process')",
         "execFile('cat', [String(req.query.x)], () => {})"),
        ("import { exec } from 'child_process'\nexec('ls')",
         "exec('cat ' + req.query.x, { cwd: '/a' }, () => {})",
         "import { exec, execFile } from 'child_process'\nexec('ls')",
         "execFile('cat', [String(req.query.x)], { cwd: '/a' }, () => {})"),
        ("const exec = require('child_process').exec", "exec('cat ' + req.query.x, () => {})",
         "const execFile = require('child_process').execFile",
         "execFile('cat', [String(req.query.x)], () => {})"),
        ("const cp = require('child_process')", "res.send(cp.execSync(`cat ${req.query.x} a`))",
         "const cp = require('child_process')",
         "res.send(cp.execFileSync(\"cat\", [String(req.query.x), \"a\"]))"),
    ],
)  # fmt: skip
def test_the_import_goes_along(head: str, call: str, new_head: str, new_call: str) -> None:
    text = head + ROUTE.replace("CALL", call)
    assert fixed_script(text) == new_head + ROUTE.replace("CALL", new_call)


def test_a_name_that_is_taken_is_left_alone() -> None:
    head = "const { exec } = require('child_process')\nconst execFile = make()"
    call = "exec('cat ' + req.query.x, () => {})"
    assert fixed_script(head + ROUTE.replace("CALL", call)) is None
