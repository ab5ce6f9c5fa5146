"""Flows in JavaScript: what is left of items, of answers, and after conditions with a name."""

# ruff: noqa: E501 - snippets are compared best when each is on one line

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest

from backspec import catalog
from backspec.code import analysis
from backspec.model import Document

if TYPE_CHECKING:
    from backspec.code.match import RuleSet

HEAD = """\
const express = require("express");
const { Pool } = require("pg");
const pool = new Pool();
const app = express();
const COLUMNS = { name: 1, price: 1 };
const KNOWN = new Set(["name"]);
"""

FOUND = [
    # items
    "exports.f = async (keys) => { const list = keys.map((k) => `'${k}'`).join(','); return pool.query(`select a from t where k in (${list})`); };",
    "app.get('/', async (req, res) => { const list = req.query.ids.map((k) => { return '\"' + k + '\"'; }).join(','); res.json(await pool.query(`select a from t where k in (${list})`)); });",
    "app.get('/', async (req, res) => { const list = req.query.names.filter((k) => k.length).join(','); res.json(await pool.query(`select ${list} from t`)); });",
    "exports.f = async (keys) => { const list = keys.reduce((a, k) => a + `'${k}',`, ''); return pool.query(`select a from t where k in (${list})`); };",
    # callbacks that fill what the function around declares
    "app.get('/', (req, res) => { let html = ''; req.query.items.forEach((i) => { html += `<li>${i}</li>`; }); res.send(html); });",
    "app.get('/', (req, res) => { const out = []; req.query.items.forEach((i) => { out.push(`<li>${i}</li>`); }); res.send(out.join('')); });",
    "app.get('/', async (req, res) => { let q = 'select a from t where 1=1'; Object.keys(req.query).forEach((k) => { q += ` and ${k}='${req.query[k]}'`; }); res.json(await pool.query(q)); });",
    # functions made of others
    "const exec = require('util').promisify(require('child_process').exec); app.get('/', async (req, res) => { const { stdout } = await exec('ping ' + req.query.host); res.json(stdout); });",
    "app.get('/', (req, res) => { const f = new Function('x', req.query.body); res.json(f(1)); });",
    # conditions
    "app.get('/', async (req, res) => { const c = req.query.c; const isGiven = c && c.length > 3; if (isGiven) res.json(await pool.query(`select ${c} from t`)); });",
    "app.get('/', async (req, res) => { const c = req.query.c; if (!req.body[c]) return; res.json(await pool.query(`select ${c} from t`)); });",
]

REQUESTS = [
    # what an address was asked with
    "export async function GET(request: Request) { const { searchParams } = new URL(request.url); return Response.redirect(searchParams.get('next')); }",
    "export async function GET(request: Request) { const url = new URL(request.url); await fetch(url.searchParams.get('url')); }",
    "export async function GET(request: Request) { const url = new URL(request.url); return new Response(`<b>${url.searchParams.get('n')}</b>`, { headers: { 'Content-Type': 'text/html' } }); }",
    # what frameworks hand over
    "'use server';\nimport { Pool } from 'pg';\nconst pool = new Pool();\nexport async function save(formData: FormData) { await pool.query(`insert into t values ('${formData.get('n')}')`); }",
    "import { exec } from 'node:child_process';\nexport const handler = async (event) => { exec('ls ' + event.queryStringParameters.dir); };",
    "export default async function routes(fastify) { fastify.get('/', async (request) => { const client = await fastify.pg.connect(); return client.query('select a from u where n = ' + request.query.n); }); }",
    # members of what a call gives
    "export async function POST(request: Request) { const { url } = await request.json(); await fetch(url); }",
    "export async function POST(request: Request) { const { hook: { url } = {}, next: target = '/' } = await request.json(); await fetch(target); }",
]


SILENT = [
    # items
    "exports.f = async (keys) => { const list = keys.map(() => '?').join(','); return pool.query(`select a from t where k in (${list})`, keys); };",
    "exports.f = async (keys) => { const list = keys.map((_, i) => `$${i + 1}`).join(','); return pool.query(`select a from t where k in (${list})`, keys); };",
    "exports.f = async (keys) => { const list = keys.map(Number).join(','); return pool.query(`select a from t where k in (${list})`); };",
    "exports.f = async (keys) => { const list = keys.map((k) => parseInt(k, 10)).join(','); return pool.query(`select a from t where k in (${list})`); };",
    "app.get('/', async (req, res) => { const list = req.query.names.filter((k) => KNOWN.has(k)).join(','); res.json(await pool.query(`select ${list} from t`)); });",
    "app.get('/', (req, res) => { let html = ''; rows.forEach((i) => { html += `<li>${i}</li>`; }); res.send(html); });",
    # the address that was asked for, which is the server's own
    "app.get('/', (req, res) => { const url = new URL(req.originalUrl, base); res.redirect(url.pathname); });",
    # answers
    "exports.up = async (client) => { const rows = await pool.query('select id from t'); const list = rows.map((r) => `'${r.id}'`).join(','); await pool.query(`delete from t where id in (${list})`); };",
    # conditions
    "app.get('/', (req, res) => { const url = req.query.url; const isOwn = url && url.startsWith('/') && !url.startsWith('//'); if (isOwn) res.redirect(url); });",
    "app.get('/', async (req, res) => { const c = req.query.c; if (!COLUMNS[c]) return; res.json(await pool.query(`select ${c} from t`)); });",
    "app.get('/', async (req, res) => { const c = req.query.c; const column = COLUMNS[c]; if (!column) return; res.json(await pool.query(`select ${c} from t`)); });",
    "app.get('/', async (req, res) => { const url = new URL(req.query.url); if (!KNOWN.has(url.hostname)) return; await fetch(url.href); });",
    # what a query compares as a value
    "const { MongoClient } = require('mongodb'); const users = new MongoClient(u).db('x').collection('users'); app.get('/', async (req, res) => { res.json(await users.findOne({ name: { $eq: req.query.name } })); });",
    # options of a request, of which only some say where it goes
    "app.get('/', (req, res) => { require('https').get({ host: HOST, port: 443, path: '/v?ticket=' + req.query.ticket }, (r) => r.pipe(res)); });",
    # what holds no line break
    "app.use((req, res, next) => { console.log(`key ${req.headers[NAME]}`); next(); });",
    "app.use((req, res, next) => { console.log(`${req.method} ${req.url} ${req.path}`); next(); });",
]


@functools.cache
def _rules() -> RuleSet:
    flows = [one for one in catalog.rules().values() if one.area == "injection" and one.match]
    return analysis.ruleset("javascript", tuple(flows), profile="recommended")


def _found(line: str) -> list[str]:
    document = Document("/src/app.js", (HEAD + line + "\n").encode(), "javascript")
    return [one.rule for one in analysis.analyse(document, _rules(), None, path="src/app.js")]


@pytest.mark.parametrize("line", FOUND)
def test_found(line: str) -> None:
    assert len(_found(line)) == 1


@pytest.mark.parametrize("line", REQUESTS)
def test_found_in_routes(line: str) -> None:
    document = Document("/app/api/x/route.ts", (line + "\n").encode(), "typescript")
    assert len(analysis.analyse(document, _rules(), None, path="app/api/x/route.ts")) == 1


@pytest.mark.parametrize("line", SILENT)
def test_silent(line: str) -> None:
    assert _found(line) == []
