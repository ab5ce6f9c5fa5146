"""What other checkers of agent files get wrong on correct files: none of it may be reported."""

from __future__ import annotations

import pytest
from tests.agents.world import World, absolute

from backspec.agents.check import check
from backspec.config import Config
from backspec.model import Diagnostic, Document, Severity

CLAUDE = ".claude/agents/example.md"
COPILOT = ".github/agents/example.agent.md"
WORKER = "---\nname: worker\ndescription: Works on whatever it is given\n---\nYou work.\n"
BODY = "You do the work, step by step.\n"


def reported(path: str, text: str, world: World) -> list[Diagnostic]:
    """What a user sees without any configuration."""
    config = Config()
    return check(
        Document(absolute(path), text.encode(), "markdown"),
        world,
        lambda rule: config.severity(rule) is not None,
    )


def diagnostics(path: str, header: str, body: str = BODY) -> list[Diagnostic]:
    text = f"---\n{header}\n---\n{body}"
    return reported(path, text, World({path: text, ".claude/agents/worker.md": WORKER}))


def rules_of(
    path: str, header: str, body: str = BODY, *, least: Severity = Severity.HINT
) -> set[str]:
    return {d.rule for d in diagnostics(path, header, body) if d.severity <= least}


BASE = "name: example\ndescription: Does one thing well. Use it for that."


@pytest.mark.parametrize(
    "tools",
    [
        "Read, Grep",
        "[Read, Grep]",
        "\n  - Read\n  - Grep",
        "'Read, Grep'",
        "Agent(worker, quality:reviewer), Read",
        "Agent, TaskCreate, SendMessage, Read",
        "Task, Read",
        "mcp__github, mcp__jira__get_issue, mcp__docs__*",
    ],
)
def test_tools_as_text_or_list(tools: str) -> None:
    """A comma string is the documented form, a list is fine, brackets keep commas together."""
    assert rules_of(CLAUDE, f"{BASE}\ntools: {tools}") == set()


@pytest.mark.parametrize(
    "model",
    ["sonnet", "opus", "haiku", "fable", "inherit", "claude-opus-5", "claude-sonnet-4-5-20250929",
     "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "opus[1m]"],
)  # fmt: skip
def test_any_claude_model(model: str) -> None:
    assert rules_of(CLAUDE, f"{BASE}\nmodel: {model}") == set()


def test_every_key_of_a_copilot_agent() -> None:
    header = """name: Example
description: Does one thing well
argument-hint: what to do
tools: ['search', 'read', 'agent']
model: Claude Sonnet 4.5
agents: ['*']
user-invocable: true
disable-model-invocation: false
metadata:
  owner: team
handoffs:
  - label: Start
    agent: agent
    send: true
hooks:
  PreToolUse:
    - type: command
      command: npm test"""
    assert rules_of(COPILOT, header) == set()


@pytest.mark.parametrize("agent", ["agent", "ask", "edit", "plan", "Planner"])
def test_a_prompt_runs_any_agent(agent: str) -> None:
    prompt, other = ".github/prompts/a.prompt.md", ".github/agents/planner.agent.md"
    text = f"---\ndescription: Plans\nagent: {agent}\n---\nPlan it.\n"
    definition = "---\nname: Planner\ndescription: Plans changes\n---\nYou plan.\n"
    assert reported(prompt, text, World({prompt: text, other: definition})) == []


@pytest.mark.parametrize(
    "header",
    [
        'applyTo: "**"\nexcludeAgent: cloud-agent',
        'applyTo: "**/*"\nexcludeAgent: [code-review]',
        'name: Style\ndescription: Python style\napplyTo: "*"',
    ],
)
def test_keys_of_instructions(header: str) -> None:
    assert rules_of(".github/instructions/a.instructions.md", header) == set()


@pytest.mark.parametrize(("hops", "is_fine"), [(4, True), (5, False)])
def test_imports_go_four_files_deep(hops: int, *, is_fine: bool) -> None:
    files = {"CLAUDE.md": "See @docs/a1.md\n", f"docs/a{hops}.md": "The end.\n"}
    files |= {f"docs/a{n}.md": f"See @a{n + 1}.md\n" for n in range(1, hops)}
    found = reported("CLAUDE.md", files["CLAUDE.md"], World(files))
    assert ("agent/import-cycle" not in {d.rule for d in found}) is is_fine


def test_newer_keys_of_a_subagent() -> None:
    header = f"{BASE}\neffort: high\ninitialPrompt: Begin.\nmemory: project\nmaxTurns: 5"
    assert rules_of(CLAUDE, header) == set()


@pytest.mark.parametrize("path", [CLAUDE, COPILOT])
def test_name_may_differ_from_the_file(path: str) -> None:
    header = "name: something-else\ndescription: Does one thing well"
    assert rules_of(path, header) == set()


def test_display_names_of_copilot_agents() -> None:
    header = "name: 'PostgreSQL Administrator 🐘'\ndescription: Runs databases"
    assert rules_of(COPILOT, header) == set()


def test_catalogues_in_no_standard_place_are_read() -> None:
    """A folder that no product looks into: a broken header is found all the same."""
    header = "name: a\ndescription: Use when: asked\ntools: Read\nmodel: sonnet"
    found = diagnostics("categories/data/a.md", header)
    assert [(d.rule, d.severity) for d in found] == [("agent/unquoted-colon", Severity.WARNING)]
    assert rules_of("categories/data/a.md", f"{BASE}\ntools: Rread", least=Severity.INFO) == set()


def test_secrets_in_teaching_examples() -> None:
    body = "Never write this:\n\n```python\nkey = 'AKIAQ4ZX7TMB2W5LKJHD'\n```\n"
    assert rules_of(CLAUDE, BASE, body) == set()


def test_words_that_only_sound_contradictory() -> None:
    body = "Keep changes minimal. Write exhaustive tests. Always ask. Never guess.\n"
    assert rules_of(CLAUDE, BASE, body) == set()


@pytest.mark.parametrize("mode", ["auto", "manual", "plan", "acceptEdits", "dontAsk", "default"])
def test_permission_modes(mode: str) -> None:
    assert rules_of(CLAUDE, f"{BASE}\npermissionMode: {mode}") == set()


def test_a_former_permission_mode_is_reported() -> None:
    assert rules_of(CLAUDE, f"{BASE}\npermissionMode: delegate") == {"agent/invalid-value"}


def test_mcp_servers_are_a_mapping_and_need_no_target() -> None:
    header = """description: Tests pages
mcp-servers:
  playwright:
    type: local
    command: npx
    args: ['@playwright/mcp']
    env:
      TOKEN: $PLAYWRIGHT_TOKEN
      LEVEL: debug
    tools: ['*']"""
    assert rules_of(COPILOT, header) == set()


@pytest.mark.parametrize(
    "description",
    [
        "'Use this agent when: a, b. <example>Context: x</example>'",
        '"Multi\\nline: with <example> and </example>"',
        "|\n  Use when:\n  <example>\n  a: b\n  </example>",
        ">-\n  Long text: with colons",
    ],
)
def test_long_descriptions_with_examples(description: str) -> None:
    assert rules_of(CLAUDE, f"name: example\ndescription: {description}") == set()


@pytest.mark.parametrize(
    "link",
    ["[a](${CLAUDE_SKILL_DIR}/a.md)", "[a]({{base}}/a.md)", "[a](<path>)", "[a](https://x.y/z.md)",
     "[a](#part)", "[a](mailto:x@y.z)", "`[a](nowhere.md)`", "@reviewer does it", "@scope/package"],
)  # fmt: skip
def test_links_that_are_no_paths(link: str) -> None:
    header = "name: example\ndescription: Does one thing well"
    assert rules_of(".claude/skills/example/SKILL.md", header, f"See {link}.\n") == set()


@pytest.mark.parametrize("model", ["GPT-4.1", "Claude Sonnet 4", "GPT-4.1 (copilot)", "GPT-5"])
def test_unqualified_models_of_copilot(model: str) -> None:
    assert rules_of(COPILOT, f"description: Plans changes\nmodel: {model}") == set()


def test_documentation_beside_agents() -> None:
    for header in ("title: How we write agents", "description: Notes"):
        assert rules_of(".claude/agents/notes.md", header, least=Severity.INFO) == set()
    assert reported(".claude/agents/notes.md", "# Notes\n\nNo header at all.\n", World()) == []


def test_self_and_mutual_handoffs() -> None:
    def agent(name: str, to: str) -> str:
        return (
            f"---\nname: {name}\ndescription: Does {name.lower()}\nhandoffs:\n  - label: Go\n"
            f"    agent: {to}\n    prompt: Go on\n---\nYou do {name.lower()}.\n"
        )

    files = {
        ".github/agents/a.agent.md": agent("Ann", "Bob"),
        ".github/agents/b.agent.md": agent("Bob", "Ann"),
        ".github/agents/c.agent.md": agent("Cyd", "Cyd"),
    }
    world = World(files)
    for path, text in files.items():
        assert reported(path, text, world) == []


@pytest.mark.parametrize("key", ["version", "author", "tags", "category"])
def test_extra_keys_are_hints(key: str) -> None:
    for path in (CLAUDE, COPILOT, ".claude/skills/example/SKILL.md", "skills/example/SKILL.md"):
        assert rules_of(path, f"{BASE}\n{key}: '1.0'", least=Severity.INFO) == set()
