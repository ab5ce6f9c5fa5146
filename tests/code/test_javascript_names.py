"""What names mean in JavaScript and TypeScript."""

from __future__ import annotations

import pytest
from tests.code.javascript_reading import qualified, read


def check(source: str, path: str, expected: str | None, language: str = "typescript") -> None:
    assert qualified(source, language)[path] == expected


@pytest.mark.parametrize(
    "head",
    [
        "import axios from 'axios'",
        "import * as axios from 'axios'",
        "import { default as axios } from 'axios'",
        "import axios = require('axios')",
        "const axios = require('axios')",
        "const axios = require('axios').default",
        "const axios = (await import('axios')).default",
        "const axios = await import(`axios`)",
        "var axios; axios = require('axios')",
    ],
)
def test_every_form_of_import(head: str) -> None:
    check(f"{head}; axios.get(url)", "axios.get", "axios.get")


@pytest.mark.parametrize(
    "head",
    [
        "import { readFileSync as read } from 'node:fs'",
        "import type { readFileSync as read } from 'fs'",
        "const { readFileSync: read } = require('fs')",
        "const { readFileSync: read } = require('node:fs')",
        "const read = require('fs').readFileSync",
        "import fs from 'fs'; const { readFileSync: read } = fs",
        "import fs from 'fs'; const read = fs.readFileSync",
        "import fs from 'fs'; let read; ({ readFileSync: read } = fs)",
        "const { readFileSync: read = other } = require('fs')",
    ],
)
def test_every_form_of_member_import(head: str) -> None:
    check(f"{head}; read(path)", "read", "fs.readFileSync")


def test_require_in_place() -> None:
    check("require('fs').readFileSync(p)", "#fs.readFileSync", "fs.readFileSync")
    check("require('socket.io')(server)", "#socket·io", "socket.io")


def test_relative_imports_keep_their_path() -> None:
    check("import db from './lib/db.js'; db.query(q)", "db.query", "./lib/db.query")


def test_a_name_imported_twice_with_different_meanings_is_unknown() -> None:
    check("let x = require('a'); x = require('b'); x.f()", "x.f", None)
    check("function f(axios) { axios.get(u) }", "axios.get", None)


def test_globals_mean_themselves_until_they_are_bound() -> None:
    check("fetch(u)", "fetch", "fetch")
    check("import fetch from 'node-fetch'; fetch(u)", "fetch", "node-fetch")
    check("function f(fetch) { fetch(u) }", "fetch", None)
    check("process.env.X.trim()", "process.env.X.trim", "process.env.X.trim")


@pytest.mark.parametrize(
    ("source", "path", "expected"),
    [
        ("import Redis from 'ioredis'; const r = new Redis(); r.set(k, v)", "r.set",
         "ioredis.Redis.set"),
        ("import Koa from 'koa'; const app = new Koa(); app.use(f)", "app.use", "koa.use"),
        ("import express from 'express'; const app = express(); app.get('/', f)", "app.get",
         "express.Application.get"),
        ("import lib from 'some-lib'; const x = new lib(); x.run()", "x.run", "some-lib.run"),
        ("import { Pool } from 'pg'; (new Pool()).query(q)", "Pool!().query", "pg.Pool.query"),
        ("import lib from 'some-lib'; lib.make().run()", "lib.make().run", "some-lib.make().run"),
        ("import { Pool } from 'pg'; let p; f = () => { p = new Pool() }; p.end()",
         "p.end", "pg.Pool.end"),
        ("import { Pool } from 'pg'; function g() { p.query(q) } let p; p = new Pool()", "p.query",
         "pg.Pool.query"),
        ("import { Pool } from 'pg'; const p = globalThis.p ?? new Pool(); p.end()", "p.end",
         "pg.Pool.end"),
        ("import { Pool } from 'pg'; const p = on ? new Pool() : null; p?.query(q)", "p.query",
         "pg.Pool.query"),
        ("import { Pool } from 'pg'; const p = x as Pool; p.query(q)", "p.query", "pg.Pool.query"),
        ("import { Pool } from 'pg'; const p = <Pool>x; p.query(q)", "p.query", "pg.Pool.query"),
    ],
)  # fmt: skip
def test_constructor_assignments(source: str, path: str, expected: str) -> None:
    check(source, path, expected)


@pytest.mark.parametrize(
    "declared",
    [
        "Repository<User>",
        "Repository<User> | null",
        "Promise<Repository<User>>",
        "Readonly<Repository<User>>",
        "typeorm.Repository<User>",
        "Repository<User> & { extra: number }",
        "(Repository<User>)",
    ],
)
def test_declared_types(declared: str) -> None:
    head = "import { Repository } from 'typeorm'; import * as typeorm from 'typeorm';"
    for source in (
        f"function f(repo: {declared}) {{ repo.find() }}",
        f"const f = async (repo?: {declared}) => repo.find()",
        f"let repo: {declared}; repo.find()",
        f"let repo: {declared} = make(); repo.find()",
    ):
        check(head + source, "repo.find", "typeorm.Repository.find")


def test_members_of_classes() -> None:
    source = """
    import { Repository } from 'typeorm';
    import { Pool } from 'pg';
    export class Service extends Base {
      private readonly pool = new Pool();
      #own: Pool;
      late: Pool;
      constructor(
        private readonly users: Repository<User>,
        other: Pool,
        @Inject('X') public readonly tokens: Repository<Token>,
      ) { super(); this.kept = other; }
      async run() {
        await this.users.find();
        this.tokens.save(x);
        [1].forEach(() => this.pool.query(a));
        this.#own.query(b);
        this.kept.query(c);
        this.late.connect();
        this.helper();
      }
      helper() {}
      handler = async () => { this.pool.end() };
    }
    """
    found = qualified(source)
    assert found["this.users.find"] == "typeorm.Repository.find"
    assert found["this.tokens.save"] == "typeorm.Repository.save"
    assert found["this.pool.query"] == "pg.Pool.query"
    assert found["this.#own.query"] == "pg.Pool.query"
    assert found["this.kept.query"] == "pg.Pool.query"
    assert found["this.late.connect"] == "pg.Pool.connect"
    assert found["this.pool.end"] == "pg.Pool.end"
    assert found["this.helper"] == ":Service.helper"


def test_a_declared_field_type_speaks_for_later_assignments() -> None:
    source = """
    import { Redis } from 'ioredis';
    class A { r: Redis; constructor(s) { this.r = s.make() } f() { this.r.get(k) } }
    """
    check(source, "this.r.get", "ioredis.Redis.get")


def test_bases_of_local_classes_give_their_members() -> None:
    source = """
    import { BaseEntity, Repository } from 'typeorm';
    class User extends BaseEntity {}
    class Users extends Repository<User> { all() { return super.find() } one() { this.findOne(x) } }
    User.find(); new Users().save(u);
    """
    found = qualified(source)
    assert found["User.find"] == "typeorm.BaseEntity.find"
    assert found["super.find"] == "typeorm.Repository.find"
    assert found["this.findOne"] == "typeorm.Repository.findOne"
    assert found["Users!().save"] == "typeorm.Repository.save"


def test_constructor_functions_are_classes() -> None:
    source = """
    const { Pool } = require('pg');
    function Users() { this.pool = new Pool(); }
    const users = new Users(); users.pool.query(q);
    """
    check(source, "users.pool.query", "pg.Pool.query", "javascript")


def test_object_literals_are_known_by_their_members() -> None:
    source = """
    import { Pool } from 'pg';
    const secret = 'x';
    const clients = { db: new Pool(), run() { this.db.query(a) }, one: () => 1 };
    clients.db.query(b); clients.run(); use({ clients });
    """
    found = qualified(source)
    assert found["clients.db.query"] == "pg.Pool.query"
    assert found["this.db.query"] == "pg.Pool.query"
    assert found["clients.run"] == ":clients.run"


def test_interfaces_and_type_aliases() -> None:
    source = """
    import { Pool } from 'pg';
    import type { Redis } from 'ioredis';
    import { Request } from 'express';
    type Db = Pool;
    interface Deps { db: Db; cache?: Redis }
    interface Authed extends Request { user: string }
    type Inline = { cache: Redis };
    function f({ db, cache }: Deps) { db.query(q); cache.get(k) }
    function g(deps: Deps, req: Authed) { deps.cache.set(k, v); req.get('x') }
    function h({ cache: c }: Inline) { c.del(k) }
    function i({ pool }: { pool: Pool }) { pool.connect() }
    """
    found = qualified(source)
    assert found["db.query"] == "pg.Pool.query"
    assert found["cache.get"] == "ioredis.Redis.get"
    assert found["deps.cache.set"] == "ioredis.Redis.set"
    assert found["req.get"] == "express.Request.get"
    assert found["c.del"] == "ioredis.Redis.del"
    assert found["pool.connect"] == "pg.Pool.connect"


def test_results_of_local_functions() -> None:
    source = """
    import express from 'express';
    import { Pool } from 'pg';
    function make() { const app = express(); app.use(x); return app }
    const pool = () => new Pool();
    async function typed(): Promise<Pool> { return something() }
    function both(a) { if (a) return new Pool(); return null }
    function mixed(a) { if (a) return new Pool(); return express() }
    async function main() {
      make().listen(1); pool().query(q); (await typed()).end(); both(1).connect(); mixed(1).x();
    }
    """
    found = qualified(source)
    assert found["make().listen"] == "express.Application.listen"
    assert found["pool().query"] == "pg.Pool.query"
    assert found["typed().end"] == "pg.Pool.end"
    assert found["both().connect"] == "pg.Pool.connect"
    assert found["mixed().x"] == ":mixed().x"


@pytest.mark.parametrize(
    ("source", "path", "expected"),
    [
        ("app.get('/', (req, res) => res.send(1))", "res.send", "express.Response.send"),
        ("app.get('/', function (q, a) { a.json(1) })", "a.json", "express.Response.json"),
        ("app.use((err, q, a, next) => a.end())", "a.end", "express.Response.end"),
        ("app.get('/', ({ body }, res) => body.trim())", "body.trim", "express.Request.body.trim"),
        ("app.route('/').get((q, a) => a.end())", "a.end", "express.Response.end"),
        ("const f: RequestHandler = (q, a) => a.end()", "a.end", "express.Response.end"),
        ("function f(req, res, next) { res.status(1).json(2) }", "res.status().json",
         "express.Response.json"),
        ("client.connect().then((c) => c.db('x').collection('y').find())",
         "c.db().collection().find", "mongodb.Collection.find"),
    ],
)  # fmt: skip
def test_parameters_of_callbacks(source: str, path: str, expected: str) -> None:
    head = """
    import express, { RequestHandler } from 'express';
    import { MongoClient } from 'mongodb';
    const app = express(); const client = new MongoClient(url);
    """
    check(head + source, path, expected)


def test_a_response_of_node_itself() -> None:
    source = "const http = require('http'); function f(req, res) { res.end(1) }"
    check(source, "res.end", "http.ServerResponse.end", "javascript")
    both = "const express = require('express');" + source
    check(both, "res.end", "express.Response.end", "javascript")


def test_transactions_hand_their_client_on() -> None:
    source = """
    import { PrismaClient } from '@prisma/client';
    const prisma = new PrismaClient();
    prisma.$transaction(async (tx) => { await tx.user.findUnique({ where }) });
    """
    found = qualified(source)
    assert found["tx.user.findUnique"] == "@prisma/client.PrismaClient.user.findUnique"


def test_chains_of_builders() -> None:
    source = """
    import { Repository } from 'typeorm';
    async function f(repo: Repository<User>) {
      let query = repo.createQueryBuilder('u').where('a');
      if (x) { query = query.andWhere('b') }
      await query
        // newest first
        .orderBy('c').getMany();
    }
    """
    found = qualified(source)
    assert found["query.orderBy().getMany"] == "typeorm.SelectQueryBuilder.getMany"


def test_casts_and_wrappers_are_looked_through() -> None:
    source = """
    import { Pool } from 'pg';
    const pool = new Pool();
    (pool as any).query(a); pool!.query(b); (await pool.connect())!.release(); (0, pool.end)();
    pool['query'](c);
    """
    assert set(qualified(source).values()) == {
        "pg.Pool", "pg.Pool.query", "pg.Pool.connect", "pg.PoolClient.release", "pg.Pool.end",
    }  # fmt: skip


def test_constants_fold_through_one_name() -> None:
    adapter = read("""
    const a = 10; const b = { key: 'k' }; enum E { X = 'x' } let c = 1; c = 2;
    class K { static s = 's'; }
    f(a, b.key, E.X, c, K.s, 60 * 60 * 1000, 'x' + 'y', `t`, -1, 1_000, undefined, 0x10, 10n);
    """)
    call = next(call for call in adapter.facts.calls if call.name == "f")
    values = [getattr(value, "value", "?") for value in call.arguments.positional]
    assert values == [10, "k", "x", "?", "s", 3600000, "xy", "t", -1, 1000, None, 16, 10]
