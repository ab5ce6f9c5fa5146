"""The developers' own tools: what they write, compare and measure."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import jsonschema
import pytest
from dev import REPO, bench_sources, corpus, coverage, new_dialect, new_rule, release
from dev.__main__ import tasks
from dev.lsp_client import Client, ServerGoneError

from backspec import catalog, service
from backspec.model import Document
from backspec.project import Project

if TYPE_CHECKING:
    from pathlib import Path


def test_every_task_says_what_it_does() -> None:
    assert {"bench", "check", "corpus", "coverage", "generate", "new-rule"} <= set(tasks())
    assert all(summary.endswith(".") for summary in tasks().values())


@pytest.mark.parametrize("name", bench_sources.SOURCES)
def test_benchmark_sources_are_as_long_as_asked_and_hold_their_faults(
    name: str, tmp_path: Path
) -> None:
    source = bench_sources.SOURCES[name]
    text = bench_sources.text(source, 1_000)
    assert 1_000 <= text.count("\n") < 1_100
    assert text == bench_sources.text(source, 1_000)
    assert "%N" not in text
    path = tmp_path / f"sample{source.suffix}"
    document = Document(str(path), text.encode(), source.language)
    found = service.diagnose(document, Project.open(tmp_path))
    assert [one for one in found if one.rule.startswith("file/")] == []
    claimed = {language for rule in catalog.rules().values() for language in rule.languages}
    if source.language in claimed - {"markdown"}:
        assert found, "a benchmark without diagnostics measures less than users do"


def test_new_rule_page_has_the_form_and_is_not_finished(tmp_path: Path) -> None:
    text = new_rule.page("orm/query-in-loop", ("python", "go"))
    rule = catalog.parse_rule("orm/query-in-loop", text, tmp_path / "x.md")
    assert rule.status == "preview"
    assert rule.languages == ("python", "go")
    assert "## Limits" in rule.body
    assert "REPLACE" in rule.body


def test_new_rule_refuses_what_exists_or_is_no_id(capsys: pytest.CaptureFixture[str]) -> None:
    taken = next(iter(catalog.rules()))
    assert new_rule.main([taken]) == 2
    assert new_rule.main(["Orm/QueryInLoop"]) == 2
    assert "kebab-case" in capsys.readouterr().err


def test_new_dialect_is_a_schema() -> None:
    schema = new_dialect.schema("some-agent", "**/.some/*.md")
    jsonschema.Draft202012Validator.check_schema(schema)
    assert new_dialect.main([catalog.dialect_names()[0]]) == 2


def test_fragments_become_a_section(tmp_path: Path) -> None:
    (tmp_path / "one.rule.md").write_text("Reported\nsomething.\n")
    (tmp_path / "two.fix.md").write_text("No longer crashed.\n")
    (tmp_path / "README.md").write_text("How to write them.\n")
    found = release.fragments(tmp_path)
    section = release.section("1.2.0", dt.date(2026, 11, 23), found)
    assert section == (
        "## 1.2.0 (2026-11-23)\n\n### New rules\n\n- Reported something.\n\n"
        "### Fixes\n\n- No longer crashed."
    )
    (tmp_path / "three.typo.md").write_text("x\n")
    with pytest.raises(ValueError, match=r"three\.typo\.md"):
        release.fragments(tmp_path)


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    command = ("git", "-C", str(folder), *identity, *arguments)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_costs_of_a_folder_are_told_by_phase_and_check() -> None:
    command = [sys.executable, "-m", "dev", "costs", "examples", "--checks", "3"]
    told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=REPO).stdout
    assert re.search(r"lines in \d+ files: [\d,]+ lines a second", told)
    assert re.search(r"(?m)^ *\d+\.\d%  flows$", told)
    assert len(re.findall(r"(?m)^ *\d+\.\d%  \w+\.\w+ \(\d+ units\)$", told)) == 3


def test_corpus_brings_a_repository_at_its_commit(tmp_path: Path) -> None:
    origin = tmp_path / "origin/shop"
    origin.mkdir(parents=True)
    git(origin, "init", "-q")
    (origin / "app.py").write_text("a = 1\n")
    git(origin, "add", "app.py")
    git(origin, "commit", "-q", "-m", "one")
    commit = git(origin, "rev-parse", "HEAD")
    (origin / "app.py").write_text("a = 2\n")
    git(origin, "commit", "-q", "-a", "-m", "two")
    git(origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    repository = corpus.Repository("origin/shop", commit, "")
    source = f"file://{tmp_path}/{{owner}}/{{name}}"
    folder = corpus.bring(repository, tmp_path / "cache", source)
    assert (folder / "app.py").read_text() == "a = 1\n"
    (folder / "app.py").write_text("changed\n")
    assert corpus.bring(repository, tmp_path / "cache", source) == folder, (
        "nothing is fetched twice"
    )
    assert corpus.count_lines(folder) == 1


def test_corpus_compares_two_runs() -> None:
    def found(message: str) -> corpus.Found:
        return corpus.Found(message, "warning", 3, has_fix=False)

    base = {("shop", "a.py", "x/one", 1): found("m"), ("shop", "a.py", "x/two", 9): found("m")}
    now = {("shop", "a.py", "x/one", 1): found("n"), ("shop", "b.py", "x/one", 4): found("m")}
    rows = {
        line.split()[0]: line.split()[1:] for line in corpus.summary(base, now, 20_000).split("\n")
    }
    #                     base  now  new  gone changed rate
    assert rows["x/one"] == ["1", "2", "1", "0", "1", "1.00"]
    assert rows["x/two"] == ["1", "0", "0", "1", "0", "0.00"]
    assert rows["all"] == ["2", "2", "1", "1", "1", "1.00"]
    listed = corpus.listing("New", sorted(now), now, 1)
    assert "shop/a.py:3 warning x/one: n" in listed
    assert "and 1 more" in listed


def test_corpus_list_is_pinned() -> None:
    names = [repository.name for repository in corpus.repositories()]
    assert len(names) == len(set(names))
    for repository in corpus.repositories():
        assert len(repository.commit) == 40
        assert int(repository.commit, 16)


def test_client_reports_a_server_that_ends(tmp_path: Path) -> None:
    code = "import sys; sys.exit('no such thing')"
    client = Client([sys.executable, "-c", code], cwd=tmp_path)
    with pytest.raises(ServerGoneError):
        client.initialize(tmp_path)
    assert client.stop() == 1


def test_client_speaks_to_the_real_server(tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    text = "import yaml\n\n\ndef read(text):\n    return yaml.load(text)\n"
    with Client([sys.executable, "-m", "backspec", "server"], cwd=tmp_path) as client:
        assert client.initialize(tmp_path)["hoverProvider"] is True
        client.open(file.as_uri(), "python", text)
        codes = [one["code"] for one in client.wait_diagnostics(file.as_uri(), 1)["diagnostics"]]
        assert codes == ["injection/yaml-load"]
        client.change(file.as_uri(), 2, [{"text": "answer = 42\n"}])
        assert client.wait_diagnostics(file.as_uri(), 2)["diagnostics"] == []
        assert client.stop() == 0


def test_generated_json_is_plain() -> None:
    from dev.generate import expected

    for path, text in expected().items():
        if path.endswith(".json"):
            assert "Generated by" in json.loads(text)["$comment"]
        else:
            assert "Generated by" in text.splitlines()[0]


@pytest.mark.parametrize("row", list(coverage.rows()), ids=lambda row: row.item)
def test_every_item_of_the_founding_definition_is_served(row: coverage.Row) -> None:
    assert row.gaps == (), "see: python -m dev coverage --gaps"
