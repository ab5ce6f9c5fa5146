"""How checks behave as a whole: severities, guesses, broken headers, arbitrary text."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.agents.world import World, absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.agent_file import AgentFile, Report

from backspec.agents import check as check_module
from backspec.agents.check import check
from backspec.agents.frontmatter import parse
from backspec.catalog import rules
from backspec.model import Diagnostic, Document, Severity
from backspec.text import BOM, apply_edits

CLAUDE = ".claude/agents/example.md"
PLUGIN = "plugins/quality/agents/example.md"
PATHS = [
    CLAUDE, PLUGIN, ".github/agents/example.agent.md", ".github/prompts/example.prompt.md",
    ".github/instructions/example.instructions.md", "skills/example/SKILL.md",
    ".claude/skills/example/SKILL.md", ".claude/commands/example.md", ".opencode/agents/example.md",
    ".gemini/agents/example.md", ".gemini/commands/example.toml", ".codex/agents/example.toml",
    ".amazonq/cli-agents/example.json", ".roomodes", ".cursor/rules/example.mdc", "CLAUDE.md",
    "categories/example.md", ".agents/agents/example.md", ".kiro/agents/example.md",
    ".cline/agents/example.yaml",
]  # fmt: skip


def diagnostics(path: str, text: str | bytes, world: World | None = None) -> list[Diagnostic]:
    data = text if isinstance(text, bytes) else text.encode()
    return check(Document(absolute(path), data), world or World({path: data}))


def by_rule(path: str, text: str, world: World | None = None) -> dict[str, Diagnostic]:
    return {d.rule.removeprefix("agent/"): d for d in diagnostics(path, text, world)}


def test_one_broken_line_leaves_the_other_keys_checked() -> None:
    text = (
        "---\nname: example\ndescription: Use when: asked\ncolour: red\npermissionMode: plann\n"
        "tools: read, Grep\nbackground: yes\n---\nDo it.\n"
    )
    found = by_rule(CLAUDE, text)
    assert set(found) >= {
        "unquoted-colon", "misspelt-key", "invalid-value", "unknown-tool", "not-a-boolean",
    }  # fmt: skip
    done = apply_edits(text.encode(), found["unquoted-colon"].fixes[0].edits)
    assert done == text.replace("Use when: asked", '"Use when: asked"').encode()
    assert not parse(done).is_recovered


def test_the_product_decides_how_bad_a_mistake_is() -> None:
    """A broken header costs Claude Code's agent everything, its plugin agent only its keys."""
    text = "---\nname: example\ndescription: Use when: asked\ntools: Read\n---\nDo it.\n"
    own = by_rule(CLAUDE, text)["unquoted-colon"]
    assert own.severity == Severity.ERROR
    assert "Claude Code skips the file" in own.message
    plugin = by_rule(PLUGIN, text)["unquoted-colon"]
    assert plugin.severity == Severity.WARNING
    assert "without any field" in plugin.message
    skill = by_rule(".claude/skills/example/SKILL.md", text)["unquoted-colon"]
    assert skill.severity == Severity.WARNING


def test_unknown_keys_are_errors_only_where_the_product_refuses_the_file() -> None:
    text = "---\nname: example\ndescription: Does it\nreviewed_by: Jo\n---\nDo it.\n"
    assert by_rule(CLAUDE, text)["unknown-key"].severity == Severity.HINT
    assert by_rule(".github/agents/x.agent.md", text)["unknown-key"].severity == Severity.HINT
    assert by_rule(".gemini/agents/x.md", text)["unknown-key"].severity == Severity.ERROR
    toml = 'name = "x"\ndescription = "y"\ndeveloper_instructions = "z"\nreviewed_by = "Jo"\n'
    assert by_rule(".codex/agents/x.toml", toml)["unknown-key"].severity == Severity.ERROR


def test_keys_of_the_team_are_known() -> None:
    text = "---\nname: example\ndescription: Does it\nreviewed-by: Jo\n---\nDo it.\n"
    world = World({CLAUDE: text}, extra_keys=frozenset({"reviewed-by"}))
    assert "unknown-key" not in by_rule(CLAUDE, text, world)


def test_configured_dialects_lift_a_guess() -> None:
    path = "catalogue/a.md"
    text = "---\nname: a\ndescription: Does it\ntools: Raed, Grep\nmodel: sonnet\n---\nDo it.\n"
    assert by_rule(path, text)["unknown-tool"].severity == Severity.HINT
    mapped = World({path: text}, dialects=[("catalogue/**/*.md", "claude-subagent")])
    assert by_rule(path, text, mapped)["unknown-tool"].severity == Severity.WARNING


RUNBOOK = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Runbook",
    "type": "object",
    "required": ["service"],
    "properties": {
        "service": {"type": "string", "pattern": "^[a-z-]+$"},
        "severity": {"enum": ["low", "high"]},
        "pages": {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "minItems": 1},
        "owner": {"$ref": "https://example.invalid/owner.json"},
        "port": {"type": "integer", "minimum": 1, "multipleOf": 2},
    },
    "dependentRequired": {"pages": ["severity"]},
    "additionalProperties": False,
}


def runbook(header: str) -> dict[str, Diagnostic]:
    path, text = "runbooks/a.md", f"---\n{header}\n---\nSteps.\n"
    files = {path: text, "schemas/runbook.json": json.dumps(RUNBOOK)}
    world = World(files, dialects=[("runbooks/**/*.md", "schemas/runbook.json")])
    return by_rule(path, text, world)


@pytest.mark.parametrize(
    ("header", "rule", "said"),
    [
        ("severity: low", "missing-field", "`service` is missing"),
        ("service: [a]", "wrong-type", "`service` must be a text"),
        ("service: api\nseverity: lowe", "invalid-value", "did you mean `low`"),
        ("service: api\nsevrity: low", "misspelt-key", "did you mean `severity`"),
        ("service: api\nport: 0", "number-out-of-range", "at least 1"),
        ("service: api\nport: 3", "schema-mismatch", "a multiple of 2"),
        ("service: A B", "invalid-form", "`A B` has not the form"),
        ("service: api\npages: [x]", "schema-mismatch", "`severity` is missing here"),
        ("service: api\nseverity: low\npages: [x, x]", "invalid-form", "twice"),
        ("service: api\nteam: x", "unknown-key", "`team` is no key of a Runbook"),
    ],
)
def test_own_schemas(header: str, rule: str, said: str) -> None:
    """A user's own JSON Schema gives the same checks as ours."""
    found = runbook(header)
    assert rule in found, {name: d.message for name, d in found.items()}
    assert said in found[rule].message
    assert found[rule].severity <= Severity.WARNING or rule == "unknown-key"


def test_own_schemas_fetch_nothing() -> None:
    """A reference to another address is not followed, and costs only what it stands for."""
    assert "schema-mismatch" not in runbook("service: api\nowner: x")


def test_second_hand_facts_give_hints_only() -> None:
    text = "---\nname: 12\ndescription:\ntools: {a: b}\nmodle: x\n---\n"
    for path in (".junie/agents/a.md", ".kiro/agents/a.md", ".goose/agents/a.md"):
        found = diagnostics(path, text)
        allowed = {"agent/misspelt-key", "agent/implicit-type", "agent/unquoted-special"}
        assert all(d.severity == Severity.HINT or d.rule in allowed for d in found), path


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", BOM])
def test_line_ends_and_byte_order_marks_change_nothing(newline: str, bom: bytes) -> None:
    text = "---\nname: Example\ndescription: a: b\ntools: Raed\nmodle: x\n---\n```\nopen\n"
    plain = diagnostics(CLAUDE, text)
    data = bom + text.replace("\n", newline).encode()
    other = diagnostics(CLAUDE, data)
    kept = [
        d for d in other if d.rule not in ("agent/text-before-header", "agent/mixed-line-endings")
    ]
    assert [(d.rule, d.message) for d in kept] == [(d.rule, d.message) for d in plain]
    for mine, theirs in zip(kept, plain, strict=True):
        got = data[mine.span.start : mine.span.end].replace(b"\r\n", b"\n")
        assert got == text.encode()[theirs.span.start : theirs.span.end]


def test_one_fault_one_report() -> None:
    """Rules that say it better silence those that say it worse."""
    text = '---\nname: example\ndescription: Does it\nbackground: "true"\n---\nDo it.\n'
    assert set(by_rule(CLAUDE, text)) - {"no-occasion"} == {"not-a-boolean"}


def test_every_rule_names_what_exists() -> None:
    known = rules()
    for rule in known.values():
        assert all(other in known for other in rule.supersedes), rule.id


def test_wanted_rules_alone_run() -> None:
    text = b"---\nname: example\ndescription: a: b\ntools: Raed\n---\nDo it.\n"
    document = Document(absolute(CLAUDE), text)
    found = check(document, World(), lambda rule: rule.id == "agent/unknown-tool")
    assert {d.rule for d in found} == {"agent/unknown-tool"}


def test_a_broken_check_costs_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    checks = check_module._checks()
    rule = rules()["agent/unknown-tool"]

    def broken(file: AgentFile) -> Iterator[Report]:
        raise RuntimeError(file.path)

    monkeypatch.setattr(check_module, "_checks", lambda: ((rule, broken), *checks))
    text = "---\nname: example\ndescription: a: b\n---\nDo it.\n"
    assert "unquoted-colon" in by_rule(CLAUDE, text)
    by_rule(CLAUDE, text)
    assert len([r for r in caplog.records if "agent/unknown-tool" in r.message]) == 1


def test_other_files_are_left_alone() -> None:
    for path in (
        "README.md",
        "docs/guide.md",
        "src/app.py",
        "notes.txt",
        ".claude/agents/README.md",
    ):
        assert diagnostics(path, "---\ntitle: x\n---\n# Hello: world\n") == []


PIECES = [
    "---\n", "name", "description", "tools", "model", "hooks", "mcpServers", "agents", "skills",
    ": ", "\n", "\r\n", "  ", "- ", "[", "]", "{", "}", ", ", '"', "'", "# x", "&a ", "*a", "!t ",
    "|\n", "é", "Read", "Bash(git *)", "true", "yes", "12", "null", "$ARGUMENTS", "$1.50", "```",
    "<example>", "[a](b.md)", "@c.md", "#tool:x", "!`rm -rf /`", "sonnet", "PreToolUse", "\t",
    "type: command", "\u200b", "permission", '"*"', "label", "agent", "globs", "**/*.ts", "= ",
    '"""', "metadata", "argument-hint",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    pieces=st.lists(st.sampled_from(PIECES), max_size=40),
    path=st.sampled_from(PATHS),
    fenced=st.booleans(),
)
def test_any_text_is_checked(pieces: list[str], path: str, *, fenced: bool) -> None:
    """Nothing raises, spans and edits lie in the text, and fixes can be made."""
    text = "".join(pieces)
    if fenced:
        text = f"---\n{text}\n---\nbody {text}"
    data = text.encode()
    for diagnostic in diagnostics(path, data):
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(data)
        for fix in diagnostic.fixes:
            apply_edits(data, fix.edits)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(PATHS))
def test_any_bytes_are_checked(data: bytes, path: str) -> None:
    for diagnostic in diagnostics(path, b"---\n" + data + b"\n---\n" + data):
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= 2 * len(data) + 9


def test_a_safe_fix_repairs_for_good() -> None:
    """Applying a safe fix removes its diagnostic, and doing so again changes nothing."""
    for rule in rules().values():
        if rule.area != "agent" or rule.fix != "safe":
            continue
        for example in rule.examples:
            if example.role != "bad" or example.options.get("bom") or "newline" in example.options:
                continue
            path = example.options.get("file", CLAUDE)
            text = example.text.encode()
            found = [d for d in diagnostics(path, text) if d.rule == rule.id]
            if not found or not found[0].fixes:
                continue
            done = apply_edits(text, found[0].fixes[0].edits)
            left = [d for d in diagnostics(path, done) if d.rule == rule.id]
            assert len(left) < len(found), (rule.id, example.text)


@pytest.mark.parametrize(
    "text",
    [
        "---\nname: x\ntools: " + ", ".join(f"Tool{i}" for i in range(5_000)) + "\n---\nz\n",
        "---\nname: x\n" + "".join(f"key{i}: v\n" for i in range(3_000)) + "---\nz\n",
        "---\nname: x\ndescription: y\n---\n" + "```\n" * 20_001,
        "---\nname: x\ndescription: y\n---\n" + "<a>" * 50_000,
        "---\nname: x\ndescription: y\n---\n" + "[a](b.md) " * 20_000,
        "---\nname: x\ndescription: y\n---\n" + "`" * 100_000,
        "---\nname: x\ndescription: y\n---\n" + "A" * 500_000,
        "---\nname: x\ndescription: y\n---\n" + "@a/b.md " * 20_000,
        "---\nname: x\ndescription: y\n---\n" + "<!--" * 50_000,
    ],
    ids=["tools", "keys", "fences", "tags", "links", "ticks", "blob", "imports", "comments"],
)  # fmt: skip
@pytest.mark.parametrize("path", [CLAUDE, "skills/x/SKILL.md", "CLAUDE.md"])
def test_large_files_take_bounded_time(text: str, path: str) -> None:
    start = time.process_time()
    diagnostics(path, text)
    assert time.process_time() - start < 4
