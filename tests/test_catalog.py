"""Loading data: pages, examples, the cache of parsed files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from backspec import catalog, compiled
from backspec.catalog import CatalogError, parse_examples, parse_rule
from backspec.model import Severity

PAGE = """\
---
title: Do the thing
severity: warning
confidence: medium
cwe: CWE-1
topics: [jwt]
sources: [{url: "https://example.com", verified: 2026-11-23}]
match: [{call: http-request}]
extra-word: kept
---
First line
and second.

More.

```python bad file=a.py
x
```
```python good
y
```
```text
not an example
```
````typescript bad
```
````
"""


def test_rule_page() -> None:
    rule = parse_rule("area/name", PAGE, Path("area/name.md"))
    assert (rule.id, rule.area, rule.title) == ("area/name", "area", "Do the thing")
    assert rule.severity is Severity.WARNING
    assert rule.profile == "strict", "a rule of medium confidence is for those who ask"
    assert rule.cwe == ("CWE-1",)
    assert rule.summary == "First line and second."
    assert rule.languages == ("python", "typescript")
    assert rule.extra == {"extra-word": "kept"}
    assert rule.fix is None


def test_examples() -> None:
    examples = list(parse_examples(PAGE))
    assert [(e.language, e.role, e.text) for e in examples] == [
        ("python", "bad", "x\n"),
        ("python", "good", "y\n"),
        ("typescript", "bad", "```\n"),
    ]
    assert examples[0].options == {"file": "a.py"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no header", "---"),
        ("---\ntitle: x\n", "---"),
        ("---\n- a\n---\n", "mapping"),
        ("---\ntitle: [\n---\n", "page.md"),
        ("---\nseverity: error\n---\n", "title"),
        ("---\ntitle: x\nseverity: fatal\n---\n", "`fatal`"),
        ("---\ntitle: x\nseverity: 3\n---\n", "page.md"),
    ],
)
def test_broken_page_says_what_is_wrong(text: str, reason: str) -> None:
    with pytest.raises(CatalogError, match=reason):
        parse_rule("a/b", text, Path("page.md"))


def test_old_ids_find_their_rule() -> None:
    for old, new in catalog.redirects().items():
        assert catalog.find_rule(old) is catalog.rules()[new]
    assert catalog.find_rule("nothing/of-the-kind") is None


def test_topics_know_their_rules() -> None:
    for slug, rules in catalog.rules_of_topic().items():
        assert all(slug in rule.topics for rule in rules)


# ---------------------------------------------------------------------------- the cache


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(folder))
    if os.name == "posix":
        monkeypatch.setenv("HOME", str(folder))
    return folder


class Source:
    """A folder of data files, and how often it was read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reads = 0
        folder.mkdir()
        (folder / "a.txt").write_text("one")

    def build(self) -> Any:
        self.reads += 1
        return {path.name: (path.read_text(),) for path in self.folder.iterdir()}

    def remembered(self) -> Any:
        return compiled.remembered("test", str(self.folder), self.build)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(tmp_path / "data")


@pytest.mark.usefixtures("cache")
def test_files_are_read_once(source: Source) -> None:
    first = source.remembered()
    assert first == source.remembered() == {"a.txt": ["one"]}
    assert source.reads == 1


@pytest.mark.usefixtures("cache")
def test_any_change_is_seen(source: Source) -> None:
    source.remembered()
    (source.folder / "b.txt").write_text("two")
    assert source.remembered()["b.txt"] == ["two"]
    (source.folder / "b.txt").rename(source.folder / "c.txt")
    assert "c.txt" in source.remembered()
    (source.folder / "c.txt").unlink()
    assert set(source.remembered()) == {"a.txt"}
    assert source.reads == 4


def test_a_damaged_cache_is_built_again(source: Source, cache: Path) -> None:
    source.remembered()
    (file,) = (path for path in cache.rglob("test-*") if path.is_file())
    whole = file.read_bytes()
    for damaged in (b"", whole[:10], whole[:-1], b"x" + whole[1:], whole[:-2] + b"xx"):
        file.write_bytes(damaged)
        assert source.remembered() == {"a.txt": ["one"]}


def test_no_place_for_a_cache_is_no_fault(
    source: Source, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.write_text("a file where the folder should be")
    assert source.remembered() == {"a.txt": ["one"]}
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.delenv(name, raising=False)
    assert source.remembered() == {"a.txt": ["one"]}
    assert source.reads == 2


def test_dates_and_tuples_become_plain_either_way() -> None:
    data = catalog.load_yaml("a: 2026-11-23\nb: [1, 1.5, true, null]\n1: x\n")
    assert compiled.plain((data,)) == [{"a": "2026-11-23", "b": [1, 1.5, True, None], 1: "x"}]
