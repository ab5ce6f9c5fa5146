"""The index of definitions: what is in it, how it is kept, how fast it is."""

from __future__ import annotations

import time

import pytest
from tests.agents.world import absolute

from backspec.agents.graph import Index, Kind

AGENT = "---\nname: {name}\ndescription: Does {name}\n---\nYou do it.\n"


def index_of(files: dict[str, str]) -> Index:
    return Index.of((absolute(path), text.encode()) for path, text in files.items())


@pytest.mark.parametrize(
    ("path", "text", "kind", "name", "family"),
    [
        (".claude/agents/a.md", AGENT.format(name="reviewer"), "agent", "reviewer", "claude"),
        (".github/agents/a.agent.md", AGENT.format(name="Reviewer"), "agent", "a", "copilot"),
        (".opencode/agents/x/a.md", "---\ndescription: d\n---\nb", "agent", "x/a", "opencode"),
        (".claude/skills/rel/SKILL.md", AGENT.format(name="release"), "skill", "rel", "claude"),
        (".claude/commands/fix.md", "Fix it.\n", "prompt", "fix", "claude"),
        (".github/prompts/p.prompt.md", "---\nname: plan\n---\nb", "prompt", "plan", "copilot"),
        (".codex/agents/a.toml", 'name = "db"\n', "agent", "db", "codex"),
    ],
)
def test_definitions(path: str, text: str, kind: Kind, name: str, family: str) -> None:
    found = index_of({path: text}).at(absolute(path))
    assert found is not None
    assert (found.kind, found.name, found.family) == (kind, name, family)
    if found.name_span is not None:
        assert text.encode()[found.name_span.start : found.name_span.end].decode() == name


@pytest.mark.parametrize("path", ["README.md", "CLAUDE.md", ".cursor/rules/a.mdc", "src/app.py"])
def test_what_defines_nothing(path: str) -> None:
    assert len(index_of({path: "# Hello\n"})) == 0


def test_references_have_exact_places() -> None:
    path = ".github/agents/lead.agent.md"
    text = (
        "---\nname: Lead\ndescription: d\nagents: ['Ann', \"Bob\", Cyd]\nhandoffs:\n"
        "  - label: Go\n    agent: Ann\n    prompt: p\n---\nb\n"
    )
    index = index_of({path: text})
    found = index.references_to("agent", "Ann")
    assert [(r.where, text.encode()[r.span.start : r.span.end]) for r in found] == [
        ("agents", b"Ann"), ("handoffs", b"Ann"),
    ]  # fmt: skip
    assert [r.where for r in index.references_to("agent", "Bob")] == ["agents"]


def test_references_in_tool_lists() -> None:
    text = (
        "---\nname: a\ndescription: d\ntools: Read, Agent(worker, plug:in), Skill(rel *)\n---\nb\n"
    )
    index = index_of({".claude/agents/a.md": text})
    [worker] = index.references_to("agent", "worker")
    assert text[worker.span.start : worker.span.end] == "worker"
    [skill] = index.references_to("skill", "rel")
    assert text[skill.span.start : skill.span.end] == "rel"
    assert index.references_to("agent", "plug:in") == ()


def test_updates() -> None:
    path = absolute(".claude/agents/a.md")
    index = index_of({".claude/agents/a.md": AGENT.format(name="one")})
    assert index.named("agent", "one")
    assert index.update(path, AGENT.format(name="two").encode())
    assert not index.named("agent", "one")
    assert index.named("agent", "two")
    assert not index.update(path, AGENT.format(name="two").encode())
    assert index.update(path, None)
    assert len(index) == 0
    assert not index.update(path, None)


def test_scopes() -> None:
    index = index_of({
        ".claude/agents/a.md": AGENT.format(name="x"),
        ".claude/agents/sub/b.md": AGENT.format(name="x"),
        "plugins/p/agents/c.md": AGENT.format(name="x"),
        "apps/web/.claude/agents/d.md": AGENT.format(name="x"),
    })  # fmt: skip
    first = index.at(absolute(".claude/agents/a.md"))
    assert first is not None
    assert [d.path for d in index.in_scope(first)] == [absolute(".claude/agents/sub/b.md")]


def test_two_thousand_files_are_indexed_in_time() -> None:
    body = "You do it.\n" * 60
    files = [
        (absolute(f".claude/agents/a{i}.md"), (AGENT.format(name=f"a{i}") + body).encode())
        for i in range(2_000)
    ]
    start = time.process_time()
    index = Index.of(files)
    assert len(index) == 2_000
    assert time.process_time() - start < 3
    start = time.process_time()
    index.update(files[0][0], AGENT.format(name="other").encode())
    assert time.process_time() - start < 0.05
