"""Fixes of routes, schemas, API descriptions and CQL, and where there is none."""

# ruff: noqa: E501 - texts are compared best as they stand in files

from __future__ import annotations

import pytest
from tests.code.test_repairs import fixed

EXPRESS = 'import express from "express";\nconst r = express.Router();\n%s'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'r.get("/u/:id", a);\nr.post("/u", b);\n// mine\nr.get("/u/me", c);\nr.use(d);\n',
            '// mine\nr.get("/u/me", c);\nr.get("/u/:id", a);\nr.post("/u", b);\nr.use(d);\n',
        ),
        (
            '// one\nr.get("/u/:id", (q, s) => {\n  s.end();\n});\n\nr.get("/u/me", (q, s) => {\n  s.json(1);\n});\n',
            'r.get("/u/me", (q, s) => {\n  s.json(1);\n});\n\n// one\nr.get("/u/:id", (q, s) => {\n  s.end();\n});\n',
        ),
        (
            'function add() {\n  r.get("/u/:id", a);\n  r.get("/u/me", c);\n}\n',
            'function add() {\n  r.get("/u/me", c);\n  r.get("/u/:id", a);\n}\n',
        ),
        ('r.get("/u/:id", a);\nr.use(auth);\nr.get("/u/me", c);\n', None),
        ('r.get("/u/:id", a);\nconst c = make();\nr.get("/u/me", c);\n', None),
        ('if (x) {\n  r.get("/u/:id", a);\n}\nr.get("/u/me", c);\n', None),
        ('r.get("/u/:id", a);\nr.get("/u/me", c); // last\n', None),
        ('r.get("/u/:id", a); r.get("/u/me", c);\n', None),
    ],
)
def test_express_routes_move(before: str, after: str | None) -> None:
    result = fixed("api/route-shadowed", "a.ts", EXPRESS % before)
    assert result == (None if after is None else EXPRESS % after)


FASTAPI = "from fastapi import FastAPI\n\napp = FastAPI()\n\n%s"
BY_NAME = '@app.get("/u/{name}")\ndef user(name: str):\n    return name\n'
MINE = '@app.get("/u/me")\ndef me():\n    return 1\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{BY_NAME}\n\n{MINE}", f"{MINE}\n\n{BY_NAME}"),
        (
            f"# by name\n{BY_NAME}\n\n# mine\n{MINE}\n\nx = 1\n",
            f"# mine\n{MINE}\n\n# by name\n{BY_NAME}\n\nx = 1\n",
        ),
        (f"{BY_NAME}\nKNOWN = 1\n\n{MINE}", None),
        (f"{BY_NAME}\n{MINE.replace('me()', 'me(x=Depends(user))')}", None),
    ],
)
def test_fastapi_routes_move(before: str, after: str | None) -> None:
    result = fixed("api/route-shadowed", "a.py", FASTAPI % before)
    assert result == (None if after is None else FASTAPI % after)


# ---------------------------------------------------------------------------- descriptions

YAML = """\
openapi: 3.0.3
info: {title: a, version: "1"}
paths:
  /a:
    get:
      %s
      responses: {"200": {description: b}}
  /a/items:
    post:
      # adds one
%s      responses: {"200": {description: b}}
"""


@pytest.mark.parametrize(
    ("known", "made"),
    [("listA", "postAItems"), ("list_a", "post_a_items"), ("postAItems", "")],
)
def test_operations_get_ids(known: str, made: str) -> None:
    before = YAML % (f"operationId: {known}", "")
    result = fixed("openapi/operation-identity", "openapi.yaml", before)
    if made:
        assert result == YAML % (f"operationId: {known}", f"      operationId: {made}\n")
    else:
        assert result is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"get": {"responses": %}}', '{"get": {"operationId": "getA", "responses": %}}'),
        (
            '{"get": {\n  "responses": %\n}}',
            '{"get": {\n  "operationId": "getA",\n  "responses": %\n}}',
        ),
        (
            '{"get": {"responses": %}, "put": {"responses": %}}',
            '{"get": {"operationId": "getA", "responses": %}, "put": {"operationId": "putA", "responses": %}}',
        ),
    ],
)
def test_all_operations_of_a_document_get_ids(before: str, after: str) -> None:
    text = '{"openapi": "3.0.3", "info": {"title": "a", "version": "1"}, "paths": {"/a": @}}'
    answers = '{"200": {"description": "b"}}'
    result = fixed(
        "openapi/operation-identity",
        "openapi.json",
        text.replace("@", before.replace("%", answers)),
    )
    assert result == text.replace("@", after.replace("%", answers))


SCHEMA = "type Query {\n  %s\n}\n\ntype Order {\n  id: ID!\n}\n"


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("list-field-unpaged", "orders: [Order!]! @all", "orders: [Order!]! @paginate"),
        (
            "list-field-unpaged",
            'orders: [Order!]! @all(model: "O")',
            'orders: [Order!]! @paginate(model: "O")',
        ),
        ("list-field-unpaged", "orders: [Order!]!", None),
    ],
)
def test_schemas(rule: str, before: str, after: str | None) -> None:
    result = fixed(f"graphql/{rule}", "schema.graphql", SCHEMA % before)
    assert result == (None if after is None else SCHEMA % after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "class A < GraphQL::Schema\n  query B\nend\n",
            "class A < GraphQL::Schema\n  max_depth 12\n  query B\nend\n",
        ),
        ("class A < GraphQL::Schema; query B; end\n", None),
    ],
)
def test_ruby_schemas_limit_depth(before: str, after: str | None) -> None:
    assert fixed("graphql/no-query-limits", "app/graphql/a.rb", before) == after


# ---------------------------------------------------------------------------- CQL

GO = """\
package a

import (
	"fmt"
	"strings"

	"github.com/gocql/gocql"
)

func f(session *gocql.Session, x string) {
	session.Query(%s).Exec()
}
"""
NODE = 'import { Client } from "cassandra-driver";\nconst c = new Client({});\nexport const f = (x: string) => c.execute(%s);\n'


@pytest.mark.parametrize(
    ("path", "text", "before", "after", "gone"),
    [
        (
            "a.go",
            GO,
            "fmt.Sprintf(\"SELECT a FROM b WHERE c = '%s'\", strings.ToLower(x))",
            '"SELECT a FROM b WHERE c = ?", strings.ToLower(x)',
            '\t"fmt"\n',
        ),
        (
            "a.go",
            GO,
            "fmt.Sprintf(\"SELECT a FROM b WHERE c = '%s'\", strings.ToLower(x)), 1",
            None,
            "",
        ),
        (
            "a.ts",
            NODE,
            "`SELECT a FROM b WHERE c = ${x}`",
            "`SELECT a FROM b WHERE c = ?`, [x], { prepare: true }",
            "",
        ),
        ("a.ts", NODE, '"SELECT ?", [x]', '"SELECT ?", [x], { prepare: true }', ""),
        (
            "a.ts",
            NODE,
            '"SELECT ?", [x], { fetchSize: 5 }',
            '"SELECT ?", [x], { fetchSize: 5, prepare: true }',
            "",
        ),
        (
            "a.ts",
            NODE,
            '"SELECT ?", [x], { prepare: false }',
            '"SELECT ?", [x], { prepare: true }',
            "",
        ),
        ("a.ts", NODE, "`SELECT a FROM b WHERE c = 'p-${x}'`", None, ""),
    ],
)
def test_cql_is_bound(path: str, text: str, before: str, after: str | None, gone: str) -> None:
    result = fixed("nosql/cassandra-unprepared", path, text.replace("%s", before, 1))
    if after is None:
        assert result is None
    else:
        assert result == text.replace("%s", after, 1).replace(gone, "", bool(gone))
