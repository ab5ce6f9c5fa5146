"""What an editor sees of JavaScript, unit by unit, is what a whole analysis sees."""

from __future__ import annotations

import pytest
from tests.code.probe import probe

from backspec.code.analysis import analyse
from backspec.code.memory import Memory
from backspec.model import Document

_FILLER = "    log('nothing of interest happens on this line of the function');\n" * 6

SOURCE = f"""
import express from 'express';
const {{ Pool }} = require('pg');
let pool, late;
const limits = {{ page: 50, db: new Pool(), all() {{ return this.db.query(sql) }} }};
function connect() {{
{_FILLER}
  pool = new Pool();
  const app = express();
  return app;
}}
export class Users extends Base {{
  constructor(private readonly repo: Repo, other) {{
    super();
    this.kept = new Pool();
{_FILLER}
  }}
  async list(req, res) {{
{_FILLER}
    const rows = await Promise.all(ids.map(async (id) => this.kept.query(sql, [id, limits.page])));
    [1, 2].forEach(() => {{ this.more = new Pool() }});
    res.json(rows);
  }}
  show = async () => {{
{_FILLER}
    try {{ this.more.query(a) }} catch (e) {{}}
  }}
}}
describe('all', () => {{
  let value;
  beforeEach(() => {{
{_FILLER}
    value = connect();
    late = value;
  }});
  it('works', async () => {{
{_FILLER}
    value.listen(1); pool.query(b); late.get('/', (q, a) => {{ a.send(limits.all()) }});
  }});
{_FILLER}
{_FILLER}
{_FILLER}
}});
connect().get('/', login);
async function login() {{
{_FILLER}
  if (process.env.NODE_ENV !== 'production') {{ pool.query(c) }}
}}
"""


def seen(text: str, memory: Memory | None) -> list[tuple[int, int, str]]:
    document = Document(path="src/a.ts", language="typescript", text=text.encode())
    found = analyse(document, probe("typescript"), memory)
    return sorted((one.span.start, one.span.end, one.message) for one in found)


def without_places(found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Anonymous functions are named by where they stand in their unit."""
    import re

    return [(start, end, re.sub(r"\{-?\d+\}", "{}", message)) for start, end, message in found]


def test_units_see_what_the_whole_file_sees() -> None:
    whole = without_places(seen(SOURCE, None))
    assert without_places(seen(SOURCE, Memory())) == whole
    assert any("late.get | express.Application.get" in message for _, _, message in whole)
    assert any("this.more.query | pg.Pool.query" in message for _, _, message in whole)


@pytest.mark.parametrize("typed", ["x", "{", "(", "'", "}", "// ", "async ", ";"])
def test_an_edit_anywhere_gives_what_a_new_analysis_gives(typed: str) -> None:
    rules = probe("typescript")

    def run(text: str, memory: Memory | None) -> list[tuple[int, int, str]]:
        document = Document(path="src/a.ts", language="typescript", text=text.encode())
        found = analyse(document, rules, memory)
        return sorted((one.span.start, one.span.end, one.message) for one in found)

    memory = Memory()
    run(SOURCE, memory)
    for at in range(3, len(SOURCE), len(SOURCE) // 9):
        text = SOURCE[:at] + typed + SOURCE[at:]
        after = run(text, memory)
        # A tree that was edited may recover from an error in another way than a new one.
        fresh = run(text, Memory())
        if typed in ("x", ";", "// "):
            assert without_places(after) == without_places(fresh)
        assert without_places(run(SOURCE, memory)) == without_places(run(SOURCE, None))
