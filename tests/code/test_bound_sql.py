"""SQL with values joined in becomes a statement with parameters, or stays as it is."""

from __future__ import annotations

import pytest

from backspec import catalog, service
from backspec.languages import language_of
from backspec.model import Document
from backspec.project import Project
from backspec.text import apply_edits

RULE = "injection/sql"
SOURCES = {
    "sqlite": (
        "a.py",
        """\
import sqlite3

def f(x, y):
    sqlite3.connect('a').execute(@)
""",
    ),
    "psycopg": (
        "a.py",
        """\
import psycopg2

def f(x, y):
    c = psycopg2.connect('a')
    c.cursor().execute(@)
""",
    ),
    "pg": (
        "a.ts",
        """\
import { Pool } from 'pg'
const pool = new Pool()
export function f(x: string, y: any) { pool.query(@) }
""",
    ),
    "go-pq": (
        "a.go",
        """\
package a

import (
\t"database/sql"
\t"fmt"

\t_ "github.com/lib/pq"
)

func f(db *sql.DB, x string, y string) {
\tdb.Query(@)
\tfmt.Println()
}
""",
    ),
    "rails": (
        "app/models/a.rb",
        """\
class User < ApplicationRecord
end

def f(x, y)
  User.where(@)
end
""",
    ),
    "laravel": (
        "a.php",
        """\
<?php
use Illuminate\\Support\\Facades\\DB;
function f($x, $y) { DB::select(@); }
""",
    ),
}
"""Path and text by driver; ``@`` is the statement."""


def fixed(source: str, sql: str) -> str | None:
    """What the fix makes of the argument; None when there is no fix."""
    path, text = SOURCES[source]
    before, after = text.split("@")
    whole = (before + sql + after).encode()
    project = Project.open("/w", config=None)
    language = language_of(path)
    found = service.diagnose(Document(f"/w/{path}", whole, language), project)
    sql_faults = [one for one in found if one.rule == RULE]
    assert sql_faults, "nothing reported"
    if not sql_faults[0].fixes:
        return None
    result = apply_edits(whole, sql_faults[0].fixes[0].edits).decode()
    assert result.startswith(before)
    assert result.endswith(after)
    return result[len(before) : len(result) - len(after)]


@pytest.mark.parametrize(
    ("source", "sql", "wanted"),
    [
        ("sqlite", "f\"SELECT a FROM t WHERE b = '{x}'\"", '"SELECT a FROM t WHERE b = ?", (x,)'),
        ("sqlite", 'f"SELECT a FROM t WHERE b = {x} AND c < { y.z }"',
         '"SELECT a FROM t WHERE b = ? AND c < ?", (x, y.z)'),
        ("sqlite", '"SELECT a FROM t WHERE b = \'" + x + "\' AND c = " + y',
         '"SELECT a FROM t WHERE b = ? AND c = ?", (x, y)'),
        ("psycopg", '"SELECT a FROM t WHERE b = \'%s\' AND c = %s" % (x, y)',
         '"SELECT a FROM t WHERE b = %s AND c = %s", (x, y)'),
        ("psycopg", '"SELECT a FROM t WHERE b = %s" % x', '"SELECT a FROM t WHERE b = %s", (x,)'),
        ("psycopg", 'f"""\n    SELECT a FROM t\n    WHERE b IN ({x}, {y}) LIMIT 5"""',
         '"""\n    SELECT a FROM t\n    WHERE b IN (%s, %s) LIMIT 5""", (x, y)'),
        ("pg", "`SELECT a FROM t WHERE b = '${x}' AND c = ${y.z}`",
         "`SELECT a FROM t WHERE b = $1 AND c = $2`, [x, y.z]"),
        ("pg", "'SELECT a FROM t WHERE b = ' + x", "'SELECT a FROM t WHERE b = $1', [x]"),
        ("go-pq", "fmt.Sprintf(\"SELECT a FROM t WHERE b = '%s' LIMIT %v\", x, y)",
         '"SELECT a FROM t WHERE b = $1 LIMIT $2", x, y'),
        ("go-pq", '"SELECT a FROM t WHERE b = \'" + x + "\'"', '"SELECT a FROM t WHERE b = $1", x'),
        ("rails", "\"name = '#{x}' AND age > #{y}\"", '"name = ? AND age > ?", x, y'),
        ("laravel", "\"SELECT a FROM t WHERE b = '$x' AND c = {$y->z}\"",
         '"SELECT a FROM t WHERE b = ? AND c = ?", [$x, $y->z]'),
        ("laravel", "'SELECT a FROM t WHERE b = ' . $x", "'SELECT a FROM t WHERE b = ?', [$x]"),
    ],
)  # fmt: skip
def test_whole_values_are_bound(source: str, sql: str, wanted: str) -> None:
    assert fixed(source, sql) == wanted


@pytest.mark.parametrize(
    ("source", "sql"),
    [
        ("sqlite", "f\"SELECT a FROM t WHERE b LIKE '%{x}%'\""),
        ("sqlite", 'f"SELECT a FROM t WHERE b = {x!r}"'),
        ("psycopg", "\"SELECT a FROM t WHERE b LIKE '5%%' AND c = %s\" % x"),
        ("pg", "`SELECT a FROM t WHERE b = '${x}' AND c LIKE '%${y}'`"),
        ("pg", "'SELECT a FROM t WHERE b = ' + x + ' AND c = \\'' + y + '\\''"),
        ("rails", "\"name = '#{x}' #{y}\""),
    ],
)
def test_what_is_no_whole_value_is_left_alone(source: str, sql: str) -> None:
    assert fixed(source, sql) is None


def test_the_rule_says_that_it_has_a_fix() -> None:
    assert catalog.rules()[RULE].fix == "unsafe"
