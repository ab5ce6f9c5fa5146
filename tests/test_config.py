"""Configuration: what a file says, what is wrong with it, and what it decides about a rule."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backspec.catalog import Rule, parse_rule
from backspec.config import Config, DialectMapping
from backspec.config_file import Known, Loaded, find_config, has_section, load_config
from backspec.model import Diagnostic, Severity
from backspec.text import Span, apply_edits
from backspec.toml_places import locate

IDS = ("orm/query-in-loop", "orm/n-plus-one", "http-client/no-timeout")
KNOWN = Known(
    lambda: {**{name: name for name in IDS}, "db/loop": IDS[0]},
    lambda: ("claude-subagent", "cursor-rule"),
)
FILE = Path("/project/backspec.toml")


def load(text: str, path: Path = FILE) -> Loaded:
    return load_config(text.encode(), path, KNOWN)


def said(text: str, found: Diagnostic) -> str:
    return text.encode()[found.span.start : found.span.end].decode()


# ---------------------------------------------------------------------------- reading


def test_every_key_is_read() -> None:
    config, problems = load(
        """
profile = "strict"
exclude = ["legacy/", "!vendor/"]
follow = [".claude/agents/backend.md"]
extra-keys = ["team"]
max-file-size = 2_000_000

[rules]
"orm/*" = "off"
"http-client/no-timeout" = "error"
"db/loop" = "hint"

[[dialects]]
files = ["prompts/*.md"]
dialect = "claude-subagent"

[[dialects]]
files = "notes/*.md"
schema = "notes.json"
"""
    )
    assert problems == []
    assert config == Config(
        profile="strict",
        rules={
            "orm/*": None,
            "http-client/no-timeout": Severity.ERROR,
            "orm/query-in-loop": Severity.HINT,
        },
        exclude=("legacy/", "!vendor/"),
        follow=(".claude/agents/backend.md",),
        extra_keys=("team",),
        max_file_size=2_000_000,
        dialects=(
            DialectMapping(("prompts/*.md",), "claude-subagent"),
            DialectMapping(("notes/*.md",), "", "notes.json"),
        ),
        path=FILE,
    )


@pytest.mark.parametrize("text", ["", "\ufeffprofile = 'strict'\r\n", "# only a comment"])
def test_harmless_files(text: str) -> None:
    assert load(text).problems == []


def test_pyproject_is_read_from_its_table() -> None:
    path = Path("/project/pyproject.toml")
    text = (
        "[project]\nname = 'x'\n[tool.backspec]\nprofile = 'strict'\n"
        "[tool.backspec.rules]\n'orm/*' = 'off'\n"
    )
    config, problems = load(text, path)
    assert problems == []
    assert config.profile == "strict"
    assert config.rules == {"orm/*": None}
    assert load("[project]\nprofile = 'x'\n", path).config == Config(path=path)


@pytest.mark.parametrize(
    ("text", "rule", "where"),
    [
        ('profil = "strict"', "config/unknown-key", "profil"),
        ('profile = "pedantc"', "config/invalid-value", '"pedantc"'),
        ("profile = 3", "config/invalid-value", "3"),
        ('exclude = "legacy"', "config/invalid-value", '"legacy"'),
        ('exclude = ["a", 3]', "config/invalid-value", "3"),
        ("exclude = {}", "config/invalid-value", "{}"),
        ("exclude = ['a', '[z']", "config/invalid-value", "'[z'"),
        ("exclude = ['/']", "config/invalid-value", "'/'"),
        ("exclude = ['# x']", "config/invalid-value", "'# x'"),
        ("max-file-size = 0", "config/invalid-value", "0"),
        ("max-file-size = true", "config/invalid-value", "true"),
        ("rules = 3", "config/invalid-value", "3"),
        ('[rules]\n"orm/*" = "eror"', "config/invalid-value", '"eror"'),
        ('[rules]\n"orm/quer-in-loop" = "off"', "config/unknown-rule", '"orm/quer-in-loop"'),
        ('[rules]\n"omr/*" = "off"', "config/unknown-rule", '"omr/*"'),
        ('rules = { "nothing" = "off" }', "config/unknown-rule", '"nothing"'),
        ("dialects = 3", "config/invalid-value", "3"),
        ('[[dialects]]\nfiles = "x"', "config/invalid-value", "[[dialects]]"),
        ('[[dialects]]\ndialect = "cursor-rule"', "config/invalid-value", "[[dialects]]"),
        (
            '[[dialects]]\nfiles = "x"\ndialect = "cursor-rul"',
            "config/invalid-value",
            '"cursor-rul"',
        ),
        (
            '[[dialects]]\nfiles = "x"\nschema = "y"\nfile = 1',
            "config/unknown-key",
            "file",
        ),
        ("a = ", "config/syntax-error", "a = "),
        ('[rules]\norm/query-in-loop = "off"', "config/syntax-error", "orm/query-in-loop"),
        ("a = '\x00'", "config/syntax-error", "\x00'"),
    ],
)
def test_each_fault_is_reported_where_it_is(text: str, rule: str, where: str) -> None:
    (found,) = load(text).problems
    assert (found.rule, said(text, found)) == (rule, where)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ('profil = "strict"', 'profile = "strict"'),
        ('profile = "stict"', 'profile = "strict"'),
        ('exclude = "legacy"', 'exclude = ["legacy"]'),
        ('[rules]\n"orm/*" = "eror"', '[rules]\n"orm/*" = "error"'),
        ('[rules]\n"orm/quer-in-loop" = "off"', '[rules]\n"orm/query-in-loop" = "off"'),
        ("[rules]\norm/* = 'off'", "[rules]\n\"orm/*\" = 'off'"),
    ],
)
def test_fixes(text: str, after: str) -> None:
    (found,) = load(text).problems
    fixed = apply_edits(text.encode(), found.fixes[0].edits).decode()
    assert fixed == after
    assert load(fixed).problems == []


def test_all_faults_come_at_once_and_the_rest_counts() -> None:
    text = 'profil = 1\nprofile = "x"\nexclude = ["a"]\n[rules]\n"x/y" = "off"\n"orm/*" = "off"\n'
    config, problems = loaded = load(text)
    assert [said(text, found) for found in problems] == ["profil", '"x"', '"x/y"']
    assert config.exclude == ("a",)
    assert config.rules == {"orm/*": None}
    assert not loaded.is_good
    assert load('profil = "x"').is_good, "an unknown key is no reason to stop"


def test_table_that_is_none() -> None:
    text = "[tool]\nbackspec = 3\n"
    (found,) = load(text, Path("pyproject.toml")).problems
    assert said(text, found) == "3"


def test_unreadable_and_odd_files(tmp_path: Path) -> None:
    config, problems = load_config(tmp_path / "gone.toml")
    assert config == Config(path=tmp_path / "gone.toml")
    assert [found.rule for found in problems] == ["config/syntax-error"]
    assert not load_config(b"\xff\xfe", FILE).is_good
    assert not load_config(b"a = " + b"[" * 100_000, FILE).is_good


@given(st.text(alphabet="[]{}\"'=.,#\\\n abx19-/*_", max_size=60) | st.text(max_size=40))
def test_nothing_raises_and_spans_are_inside(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    for found in load_config(raw, FILE, KNOWN).problems:
        assert 0 <= found.span.start <= found.span.end <= len(raw)
        for fix in found.fixes:
            apply_edits(raw, fix.edits)


# ---------------------------------------------------------------------------- places


def test_places_of_keys_and_values() -> None:
    text = (
        b"a = 1 # x\n[b.'c d']\n"
        b'"e\\"f" = [1, { g = \'h\' }, """]\n"""]\n'
        b"[[i]]\nj.k = 2\n[[i]]\nj.k = 3"
    )
    places = locate(text)

    def at(span: Span) -> str:
        return text[span.start : span.end].decode()

    assert at(places[("a",)].value) == "1"
    assert at(places[("b", "c d")].key) == "'c d'"
    path = ("b", "c d", 'e"f')
    first, second, third = (*path, 0), (*path, 1, "g"), (*path, 2)
    assert at(places[first].value) == "1"
    assert at(places[second].value) == "'h'"
    assert at(places[third].value) == '"""]\n"""'
    assert at(places["i", 0, "j", "k"].value) == "2"
    assert at(places["i", 1, "j", "k"].value) == "3"


# ---------------------------------------------------------------------------- finding


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_nearest_file_counts(tmp_path: Path) -> None:
    outer = write(tmp_path / "backspec.toml")
    inner = write(tmp_path / "a/pyproject.toml", "[tool.backspec]\n")
    write(tmp_path / "a/b/pyproject.toml", "[project]\nname = 'backspec'\n")
    assert find_config(tmp_path / "a/b") == inner
    assert find_config(tmp_path / "c") == outer
    both = write(tmp_path / "a/backspec.toml")
    assert find_config(tmp_path / "a") == both


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[tool.backspec]", True),
        ("[tool.backspec.rules]", True),
        ("tool.backspec.profile = 'strict'", True),
        ("[tool]\nbackspec = {}", True),
        ("[project]\ndependencies = ['backspec']", False),
        ("# [tool.backspec]", False),
    ],
)
def test_section_of_a_pyproject(text: str, expected: bool) -> None:
    assert has_section(text.encode()) is expected


# ---------------------------------------------------------------------------- deciding


def rule(**changes: object) -> Rule:
    page = "---\ntitle: x\nseverity: warning\n---\n"
    return replace(parse_rule("orm/query-in-loop", page, Path("x")), **changes)  # type: ignore[arg-type]


WARNING, ERROR, INFO = Severity.WARNING, Severity.ERROR, Severity.INFO


@pytest.mark.parametrize(
    ("config", "changes", "expected"),
    [
        (Config(), {}, WARNING),
        (Config(), {"profile": "strict"}, None),
        (Config(profile="strict"), {"profile": "strict"}, WARNING),
        (Config(profile="strict"), {"profile": "pedantic"}, None),
        (Config(profile="pedantic"), {"profile": "strict"}, WARNING),
        (Config(), {"status": "preview"}, None),
        (Config(profile="strict"), {"status": "preview"}, WARNING),
        (Config(profile="pedantic"), {"status": "deprecated"}, None),
        (Config(rules={"orm/query-in-loop": INFO}), {"status": "deprecated"}, INFO),
        (Config(rules={"orm/*": ERROR}), {}, ERROR),
        (Config(rules={"orm/*": ERROR, "orm/query-in-loop": None}), {}, None),
        (Config(rules={"orm/*": None, "orm/query-in-loop": INFO}), {}, INFO),
        (Config(rules={"orm/*": INFO}), {"profile": "pedantic"}, INFO),
        (Config(rules={"auth/*": None}), {}, WARNING),
        (Config(select=("orm/*",)), {"profile": "pedantic"}, WARNING),
        (Config(select=("auth/*",)), {}, None),
        (Config(select=("orm/query-in-loop",), rules={"orm/*": None}), {}, WARNING),
        (Config(select=("orm/*",), rules={"orm/*": ERROR}), {}, ERROR),
        (Config(ignore=("orm/*",), rules={"orm/query-in-loop": ERROR}), {}, None),
        (Config(select=("orm/*",), ignore=("orm/query-in-loop",)), {}, None),
    ],
)
def test_severity(config: Config, changes: dict[str, object], expected: Severity | None) -> None:
    assert config.severity(rule(**changes)) is expected


def test_overlay_adds_to_what_is_there() -> None:
    config = Config(profile="strict", ignore=("a/b",)).overlay(ignore=("c/*",), select=("d/*",))
    assert (config.ignore, config.select, config.profile) == (("a/b", "c/*"), ("d/*",), "strict")
    assert config.overlay(profile="pedantic").profile == "pedantic"
