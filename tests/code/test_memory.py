"""With memory, an edit gives what a fresh analysis gives, and costs what it touches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.code.probe import probe

from backspec.code import analysis
from backspec.code.match import settle
from backspec.code.memory import LARGE, Memory
from backspec.model import Diagnostic, Document

if TYPE_CHECKING:
    from backspec.text import Span

FILLER = "        log('nothing of interest is said on this line of the function')\n" * 5

PYTHON = f"""\
import os, requests
from flask import Flask
from .models import User

app = Flask(__name__)
LIMIT = 10
client = None


def connect(kind: str) -> requests.Session:
    session = requests.Session()
{FILLER.replace("        ", "    ")}
    return session


class Base:
    page = LIMIT


class Store(Base):
    kind = "store"

    def __init__(self, given: requests.Session):
        self.own = connect(self.kind)
        self.given = given
{FILLER}

    def read(self, url, *rest):
        for one in rest:
            self.own.get(url, timeout=self.page)
{FILLER}
        return [self.given.post(u) for u in rest]

    async def write(self, url):
        try:
            await self.given.get(url)
        except (OSError, ValueError) as error:
            pass
{FILLER}
        with open(url) as handle:
            return handle.read()

    @property
    def shared(self) -> requests.Session:
{FILLER}
        return client


@app.route("/users")
def users():
    store = Store(client)
{FILLER.replace("        ", "    ")}
    return store.shared.get("x", verify=False) or User.objects.get(pk=1)


if __name__ == "__main__":
    app.run(debug=True)
"""

TYPESCRIPT = (
    "import express from 'express';\nimport axios from 'axios';\nconst app = express();\n"
    "let shared;\nconst limits = { page: 5 };\n"
    "describe('all', () => {\n  let inner;\n"
    + "".join(
        f"  it('case {n}', async () => {{\n"
        + "    log('nothing of interest is said on this line of the function');\n" * 5
        + f"    inner = axios.create({{ timeout: {n} }});\n    shared = inner;\n"
        f"    await inner.get('/x{n}', {{ params: limits.page }});\n  }});\n"
        for n in range(12)
    )
    + "});\n"
    "export class Users {\n  constructor(private readonly http: AxiosInstance) {}\n"
    "  async list(req, res) {\n    const all = await this.http.get('/users');\n"
    "    res.status(404).json(all);\n  }\n}\n"
    "app.get('/users', (req, res) => { res.send(shared.get(req.query.q)); });\n"
)

RUBY = (
    "require 'net/http'\nmodule Shop\n  LIMIT = 3\n  class Base < ApplicationController\n"
    "    attr_reader :http\n    before_action :prepare, only: %i[show]\n"
    "    def client = @client ||= Redis.new(url: ENV['REDIS_URL'])\n"
    + "".join(
        f"    def action_{n}(given, *rest, limit: LIMIT)\n"
        + "      Rails.logger.info('nothing of interest is said on this line')\n" * 5
        + f"      text = <<~SQL\n        select {n} from t where a = #{{params[:q]}}\n      SQL\n"
        "      rest.each do |one|\n        text << one\n        client.get(one) rescue nil\n"
        "      end\n      @kept = Net::HTTP.new('x', 443)\n      return unless given\n"
        f"      User.where(id: {n}).first || find(text)\n    rescue ArgumentError => e\n"
        "      render json: { error: e }, status: :bad_request\n    end\n"
        for n in range(8)
    )
    + "    private\n    def find(sql)\n      @kept.get(sql)\n"
    "      case sql when /a/ then 1 else params.permit! end\n    end\n  end\nend\n"
)

JAVA = (
    "package shop;\n\nimport java.net.http.HttpClient;\nimport java.util.List;\n"
    "import org.springframework.web.bind.annotation.*;\n\n"
    '@RestController\n@RequestMapping("/orders")\npublic class Orders extends Base {\n'
    "    private static final int LIMIT = 3;\n    private final HttpClient http;\n"
    "    private final List<String> kept = new ArrayList<>();\n\n"
    + "".join(
        f'    @GetMapping("/{n}")\n    public String read{n}(@RequestParam String given) {{\n'
        + "        log.info('nothing of interest is said on this line');\n".replace("'", '"') * 3
        + f'        String query = "select {n} from t where a = " + given;\n'
        "        for (String one : kept) {\n            this.http.send(one, LIMIT);\n        }\n"
        "        try {\n            return statement.executeQuery(query).getString(1);\n"
        "        } catch (Exception e) {\n            return null;\n        }\n    }\n\n"
        for n in range(4)
    )
    + "    static class Line {\n        private int price = LIMIT;\n\n"
    "        int total(int count, Orders orders) {\n"
    "            Runnable later = () -> orders.http.close();\n"
    "            return count * this.price + orders.kept.size() + Integer.parseInt(System.getenv(\n"
    '                "LINE_PRICE")) + new Object() { int of(int a) { return a; } }.of(price);\n'
    "        }\n    }\n\n    private HttpClient http() { return HttpClient.newHttpClient(); }\n}\n"
)

CSHARP = (
    "using System.Net.Http;\nusing Dapper;\n\nnamespace Shop\n{\n"
    '    [ApiController, Route("orders")]\n    public class Orders : ControllerBase\n    {\n'
    "        private const int Limit = 3;\n        private readonly HttpClient _http;\n"
    "        private readonly SqlConnection _db;\n\n"
    + "".join(
        f'        [HttpGet("{n}")]\n'
        f"        public async Task<IActionResult> Read{n}(string given)\n        {{\n"
        + '            _log.LogInformation("nothing of interest is said on this line");\n'
        * 3
        + f'            var sql = $"select {n} from t where a = {{given}}";\n'
        "            var rows = await _db.QueryAsync<string>(sql, new { given });\n"
        "            foreach (var row in rows)\n            {\n"
        "                await _http.GetAsync(row);\n                this.Last = row;\n"
        "            }\n            return Ok(rows.Select(one => one.Trim()));\n        }\n\n"
        for n in range(4)
    )
    + "        public string Last { get; set; }\n\n        private class Line\n        {\n"
    "            public int Price = Limit;\n\n            public int Total(int count, Orders all)\n"
    "            {\n                int Twice(int one) => one * 2;\n"
    "                try { all._http.GetStringAsync(all.Last).Wait(); } catch (Exception) { }\n"
    '                return Twice(count) * this.Price + int.Parse(Environment.Of("PRICE"));\n'
    "            }\n        }\n    }\n}\n"
)

PHP = (
    "<?php\n\nnamespace App;\n\nuse GuzzleHttp\\Client;\nuse Illuminate\\Http\\Request;\n\n"
    "class OrdersController extends Controller\n{\n    private const LIMIT = 3;\n"
    "    private Client $http;\n    private $kept = [];\n\n"
    + "".join(
        f"    public function read{n}(Request $request, $given)\n    {{\n"
        + "        Log::info('nothing of interest is said on this line of the method');\n" * 3
        + f'        $sql = "select {n} from t where a = $given";\n'
        "        foreach ($this->kept as $one) {\n"
        "            $this->http->get($one, self::LIMIT);\n        }\n"
        "        $this->last = new Client(['timeout' => 3]);\n"
        "        try {\n            return DB::select($sql . $request->input('q'));\n"
        "        } catch (\\Exception $e) {\n            return null;\n        }\n    }\n\n"
        for n in range(5)
    )
    + "    public function made(Request $request)\n    {\n"
    "        $line = new class($this->http) {\n            public function __construct($http)\n"
    "            {\n                $this->http = $http;\n            }\n\n"
    "            public function total($count)\n            {\n"
    "                return $this->http->post('/' . $count, ['verify' => false]);\n"
    "            }\n        };\n        return array_map(fn ($one) => $line->total($one), [1]);\n"
    "    }\n}\n"
)

ONE_CLASS = (
    "import axios from 'axios';\nimport { Controller, Get } from '@nestjs/common';\n"
    "const limits = { page: 5 };\n@Controller('orders')\n"
    "export class Orders extends Base {\n  private kept = axios.create();\n"
    "  constructor(private readonly http: AxiosInstance) { super(); }\n"
    + "".join(
        f"  @Get('/{n}')\n  async read{n}(req: Request, given: string) {{\n"
        + "    log('nothing of interest is said on this line of the method');\n" * 3
        + f"    const sql = `select {n} from t where a = ${{given}}`;\n"
        "    for (const one of req.body.all) {\n      await this.http.get(one, limits.page);\n"
        "    }\n    this.last = new Map();\n    const made = class {\n"
        "      of(all: string[]) { return all.map((one) => this.http.post(one)); }\n    };\n"
        "    try { return await this.kept.get(sql); } catch (e) { return null; }\n  }\n"
        for n in range(5)
    )
    + "  static Line = class Line {\n    price = limits.page;\n"
    "    total = (count: number, orders: Orders) => {\n"
    "      const all = orders.kept.defaults.headers || process.env.LINE_PRICE;\n"
    "      return [count].map((one) => one * this.price + Number(all) + orders.last.size);\n"
    "    };\n  };\n}\n"
)

SOURCES = {"python": PYTHON, "typescript": TYPESCRIPT, "ruby": RUBY}

CLASSES = {
    "java": JAVA,
    "csharp": CSHARP,
    "php": PHP,
    "typescript": ONE_CLASS,
    "ruby": RUBY,
    "python": PYTHON,
}
"""Files that hold little but one class."""


def comparable(found: list[Diagnostic]) -> list[tuple[Span, str]]:
    """Anonymous functions are named by where they stand in their unit: leave that out."""
    return sorted((d.span, re.sub(r"\{-?\d+\}", "{}", d.message)) for d in found)


def remembered(
    text: bytes, language: str, memory: Memory, *, late: bool = True
) -> list[Diagnostic]:
    rules = probe(language)
    return analysis.analyse(Document("/w/a", text, language), rules, memory, path="a", late=late)


def fresh(language: str, memory: Memory) -> list[Diagnostic]:
    """The same tree as one unit: a tree from an edit may differ from a fresh one in errors."""
    assert memory.parsed is not None
    rules = probe(language)
    kind = analysis.adapter_class(rules.family)
    found = analysis.match_whole(memory.parsed, rules, kind, "a")
    return settle(found, rules)


@pytest.mark.parametrize("language", SOURCES)
def test_sources_are_large_enough_to_have_parts(language: str) -> None:
    assert len(SOURCES[language]) > LARGE


@pytest.mark.parametrize("language", SOURCES)
def test_first_analysis_is_the_same(language: str) -> None:
    memory = Memory()
    found = remembered(SOURCES[language].encode(), language, memory)
    assert len(found) > 50
    assert comparable(found) == comparable(fresh(language, memory))


EDITS = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.integers(0, 30),
        st.sampled_from(
            ["", "x", " ", "\n", "(", ")", "{", "}", "'", '"', ":", ".", ",", "#", "client", "self",
             "await ", "import requests\n", "LIMIT = 3\n", "    x = 1\n", "é😀", "class C:\n"]
        ),
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip


@pytest.mark.parametrize("language", SOURCES)
@settings(max_examples=60, deadline=None)
@given(edits=EDITS)
def test_edits_give_what_a_fresh_analysis_gives(
    language: str, edits: list[tuple[int, int, str]]
) -> None:
    memory = Memory()
    text = SOURCES[language].encode()
    remembered(text, language, memory)
    for anywhere, length, new in edits:
        at = anywhere % (len(text) + 1)
        text = text[:at] + new.encode() + text[at + length :]
        found = remembered(text, language, memory)
        assert all(0 <= one.span.start <= one.span.end <= len(text) for one in found)
        assert memory.parsed is not None
        # Half-typed code has other units for a moment; names may be less known in it.
        if not memory.parsed.root.has_error:
            assert comparable(found) == comparable(fresh(language, memory))


@pytest.mark.parametrize("language", SOURCES)
@settings(max_examples=40, deadline=None)
@given(edits=EDITS)
def test_what_an_edit_touched_is_all_that_changed(
    language: str, edits: list[tuple[int, int, str]]
) -> None:
    quick, thorough = Memory(), Memory()
    text = SOURCES[language].encode()
    remembered(text, language, quick)
    remembered(text, language, thorough)
    for anywhere, length, new in edits:
        at = anywhere % (len(text) + 1)
        text = text[:at] + new.encode() + text[at + length :]
        found = remembered(text, language, quick, late=False)
        with mock.patch("backspec.code.memory.MOST_SPLICED", 0):
            assert found == remembered(text, language, thorough, late=False)


@pytest.mark.parametrize("language", CLASSES)
def test_classes_are_read_as_parts(language: str) -> None:
    assert len(CLASSES[language]) > LARGE
    memory = Memory()
    found = remembered(CLASSES[language].encode(), language, memory)
    assert memory.parsed is not None
    assert not memory.parsed.root.has_error
    assert len(found) > 50
    assert comparable(found) == comparable(fresh(language, memory))


NEARBY = st.lists(
    st.tuples(
        st.integers(-30, 30),
        st.sampled_from([0, 0, 0, 0, 1, 1, 12]),
        st.sampled_from(
            ["", "x", "x", " ", "\n", "1", ";", "(", "}", "'", "//", "this.kept = a();\n",
             "a.b(1);\n", "return kept;\n", "é😀", "$this->kept = f($given);\n",
             "@kept = Net::HTTP.new(1)\n"]
        ),
        st.sampled_from([False] * 9 + [True]),
    ),
    min_size=2,
    max_size=8,
)  # fmt: skip


@pytest.mark.parametrize("language", CLASSES)
@settings(max_examples=25, deadline=None)
@given(anywhere=st.integers(0, 10_000), edits=NEARBY)
def test_an_edit_in_a_method_gives_what_a_look_at_its_class_gives(
    language: str, anywhere: int, edits: list[tuple[int, int, str, bool]]
) -> None:
    quick, thorough = Memory(), Memory()
    text = CLASSES[language].encode()
    remembered(text, language, quick)
    remembered(text, language, thorough)
    where = anywhere % len(text)
    for away, length, new, late in edits:
        at = min(max(where + away, 0), len(text))
        text = text[:at] + new.encode() + text[at + length :]
        found = remembered(text, language, quick, late=late)
        with mock.patch("backspec.code.memory.MOST_SPLICED", 0):
            assert found == remembered(text, language, thorough, late=late)


@pytest.mark.parametrize("language", CLASSES)
def test_the_second_edit_in_a_method_walks_the_method_alone(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory()
    text = CLASSES[language].encode()
    remembered(text, language, memory)
    walked: list[int] = []
    kind = analysis.adapter_class(probe(language).family)
    whole = kind.walk

    def counting(self: object, root: object, *args: object, **options: object) -> None:
        walked.append(root.end_byte - root.start_byte)  # type: ignore[attr-defined]
        whole(self, root, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(kind, "walk", counting)
    at = text.index(b"nothing of interest", len(text) // 3)
    for _ in range(4):
        walked.clear()
        text = text[:at] + b"x" + text[at:]
        remembered(text, language, memory, late=False)
    assert len(walked) == 1
    assert walked[0] < LARGE


def test_units_that_an_edit_left_alone_are_not_even_looked_at() -> None:
    memory = Memory()
    text = PYTHON.encode()
    remembered(text, "python", memory)
    with mock.patch("backspec.code.memory._Analysis.run", side_effect=AssertionError):
        at = text.rindex(b"nothing of interest")
        remembered(text[:at] + b"x" + text[at:], "python", memory, late=False)


@pytest.mark.parametrize("language", SOURCES)
def test_an_edit_matches_one_unit(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory()
    text = SOURCES[language].encode()
    remembered(text, language, memory)
    walked: list[int] = []
    kind = analysis.adapter_class(probe(language).family)
    whole = kind.walk

    def counting(self: object, root: object, *args: object, **options: object) -> None:
        walked.append(root.end_byte - root.start_byte)  # type: ignore[attr-defined]
        whole(self, root, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(kind, "walk", counting)
    at = text.rindex(b"nothing of interest")
    remembered(text[:at] + b"x" + text[at:], language, memory)
    # The part, and the large units around it without their parts.
    assert 1 <= len(walked) <= 3
    assert min(walked) < LARGE
    walked.clear()
    remembered(text, language, memory)
    assert walked == [], "closing a bracket again finds everything again"


def test_new_meanings_reach_the_units_that_use_them() -> None:
    memory = Memory()
    before = remembered(PYTHON.encode(), "python", memory)
    assert any("requests.Session.get" in d.message for d in before)
    text = PYTHON.replace("import os, requests", "import os, requests as r").encode()
    after = remembered(text, "python", memory)
    assert not any("requests.Session.get" in d.message for d in after)
    assert comparable(after) == comparable(fresh("python", memory))


def test_memory_of_another_path_or_rules_is_not_used() -> None:
    memory = Memory()
    text = PYTHON.encode()
    rules = probe("python")
    analysis.analyse(Document("/w/a.py", text, "python"), rules, memory, path="a.py")
    found = analysis.analyse(
        Document("/w/tests/a.py", text, "python"), rules, memory, path="tests/a.py"
    )
    flagged = analysis.analyse(Document("/w/tests/a.py", text, "python"), rules, path="tests/a.py")
    assert found == flagged
