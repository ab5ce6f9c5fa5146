"""Completion in agent files: `|` is the cursor."""

from __future__ import annotations

import time

import pytest
from tests.agents.world import World

from backspec.agents.complete import complete
from backspec.agents.completion.snippets import plain
from backspec.agents.frontmatter import parse
from backspec.model import Completion, Document
from backspec.text import apply_edits

CLAUDE = "/w/.claude/agents/reviewer.md"
COPILOT = "/w/.github/agents/reviewer.agent.md"
SKILL = "/w/.claude/skills/pdf-forms/SKILL.md"
PROMPT = "/w/.github/prompts/fix.prompt.md"
INSTRUCTIONS = "/w/.github/instructions/python.instructions.md"


def items_at(text: str, path: str = CLAUDE, world: World | None = None) -> dict[str, Completion]:
    """Completions by label; the first of a label counts."""
    source = text.encode()
    at = source.rindex(b"|")
    document = Document(path, source[:at] + source[at + 1 :])
    items = complete(document, at, world)
    for item in items:
        assert item.edit.span.contains(at), item.label
        apply_edits(document.text, [item.edit, *item.extra_edits])
    found: dict[str, Completion] = {}
    for item in items:
        found.setdefault(item.label, item)
    return found


def accepted(text: str, label: str, path: str = CLAUDE, world: World | None = None) -> str:
    """The text after taking one completion, placeholders filled with their defaults."""
    item = items_at(text, path, world)[label]
    source = text[: text.rindex("|")] + text[text.rindex("|") + 1 :]
    edit = item.edit
    if item.is_snippet:
        edit = edit._replace(new_text=plain(edit.new_text))
    return apply_edits(source.encode(), [edit, *item.extra_edits]).decode()


def labels(text: str, path: str = CLAUDE, world: World | None = None) -> list[str]:
    return list(items_at(text, path, world))


# Keys


def test_required_keys_come_first_and_used_ones_are_gone() -> None:
    found = labels("---\ntools: Read\n|\n---\n")
    assert found[:2] == ["name", "description"]
    assert "tools" not in found
    assert labels("---\nname: x\n|\n---\n")[0] == "description"


@pytest.mark.parametrize(
    ("text", "label", "after"),
    [
        ("---\n|\n---\n", "name", "---\nname: \n---\n"),
        ("---\nna|\n---\n", "name", "---\nname: \n---\n"),
        ("---\nname: x\nto|\n---\n", "tools", "---\nname: x\ntools: \n---\n"),
        ("---\nna|me: x\n---\n", "model", "---\nmodel: x\n---\n"),
        ("---\r\nname: x\r\nto|\r\n---\r\n", "tools", "---\r\nname: x\r\ntools: \r\n---\r\n"),
        ("---\n|\n---\n", "background", "---\nbackground: true\n---\n"),
        ("---\n|\n---\n", "memory", "---\nmemory: user\n---\n"),
        ("---\n|\n---\n", "maxTurns", "---\nmaxTurns: \n---\n"),
        ("---\ndescription: a: b\nto|\n---\n", "tools", "---\ndescription: a: b\ntools: \n---\n"),
        ("---\nname: x\n|", "description", "---\nname: x\ndescription: "),
        ("---\nn: ü\n|\n---\n", "name", "---\nn: ü\nname: \n---\n"),
    ],
)
def test_a_key_is_written_whatever_stands_there(text: str, label: str, after: str) -> None:
    assert accepted(text, label) == after


def test_a_key_says_what_it_is_for_and_who_ignores_it() -> None:
    item = items_at("---\n|\n---\n")["effort"]
    assert "how much the model thinks" in item.documentation.lower()
    assert "`low`" in item.documentation
    assert "Ignored by VS Code" in item.documentation
    assert item.kind == "key"


def test_deprecated_keys_come_last_and_are_marked() -> None:
    found = items_at("---\n|\n---\n", PROMPT)
    assert list(found)[-1] == "mode"
    assert found["mode"].deprecated


def test_a_shared_file_offers_the_keys_of_both_products() -> None:
    found = items_at("---\n|\n---\n", COPILOT)
    assert {"handoffs", "mcp-servers", "target"} <= found.keys()
    assert found["handoffs"].detail == "VS Code custom agent"


def test_the_target_decides_which_keys_are_offered() -> None:
    assert "handoffs" not in labels("---\ntarget: github-copilot\n|\n---\n", COPILOT)
    assert "mcp-servers" not in labels("---\ntarget: vscode\n|\n---\n", COPILOT)


def test_a_key_that_needs_another_value_is_not_offered() -> None:
    text = "---\nhooks:\n  Stop:\n    - hooks:\n        - type: http\n          |\n---\n"
    found = labels(text)
    assert "url" in found
    assert "command" not in found


@pytest.mark.parametrize(
    ("text", "path", "label", "after"),
    [
        (
            "---\n|\n---\n",
            COPILOT,
            "handoffs",
            (
                "---\nhandoffs:\n  - label: Start implementation\n    agent: agent\n"
                "    prompt: Implement the plan.\n    send: false\n---\n"
            ),
        ),
        (
            "---\nhandoffs: |\n---\n",
            COPILOT,
            "handoff",
            (
                "---\nhandoffs:\n  - label: Start implementation\n    agent: agent\n"
                "    prompt: Implement the plan.\n    send: false\n---\n"
            ),
        ),
        (
            "---\nhandoffs:\n  - |\n---\n",
            COPILOT,
            "handoff",
            (
                "---\nhandoffs:\n  - label: Start implementation\n    agent: agent\n"
                "    prompt: Implement the plan.\n    send: false\n---\n"
            ),
        ),
        (
            "---\nhandoffs:\n  - label: x\n    |\n---\n",
            COPILOT,
            "agent",
            "---\nhandoffs:\n  - label: x\n    agent: \n---\n",
        ),
        (
            "---\nhooks:\n  |\n---\n",
            CLAUDE,
            "PreToolUse",
            (
                "---\nhooks:\n  PreToolUse:\n    - matcher: Edit|Write\n      hooks:\n"
                "        - type: command\n          command: ./scripts/format.sh\n---\n"
            ),
        ),
        (
            "---\nmcp-servers:\n  db:\n    |\n---\n",
            COPILOT,
            "type",
            "---\nmcp-servers:\n  db:\n    type: local\n---\n",
        ),
        (
            "---\nmcp-servers: |\n---\n",
            COPILOT,
            "local server",
            (
                "---\nmcp-servers:\n  server:\n    type: local\n    command: npx\n"
                '    args: ["-y", package]\n    tools: ["*"]\n---\n'
            ),
        ),
    ],
)
def test_nested_keys_and_their_snippets(text: str, path: str, label: str, after: str) -> None:
    assert accepted(text, label, path).replace("[-y, package]", '["-y", package]') == after


# Values


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("permissionMode: |", {"default", "plan", "bypassPermissions"}),
        ("permissionMode: pl|", {"plan"}),
        ("permissionMode:|", {"plan"}),
        ("permissionMode: 'pl|'", {"plan"}),
        ("memory: |", {"user", "project", "local"}),
        ("background: |", {"true", "false"}),
        ("model: |", {"inherit", "sonnet", "opus", "haiku", "fable"}),
        ("color: |", {"cyan", "purple"}),
        ("isolation: |", {"worktree"}),
    ],
)
def test_values_of_a_key(value: str, expected: set[str]) -> None:
    assert expected <= items_at(f"---\n{value}\n---\n").keys()


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("tools: |", "tools: Grep"),
        ("tools:|", "tools: Grep"),
        ("tools: Gr|", "tools: Grep"),
        ("tools: Read, |", "tools: Read, Grep"),
        ("tools: Read,|", "tools: Read, Grep"),
        ("tools: Read, |, Bash", "tools: Read, Grep, Bash"),
        ("tools: G|, Bash", "tools: Grep, Bash"),
        ("tools: Read, G|p, Bash", "tools: Read, Grep, Bash"),
        ('tools: "Read, G|"', 'tools: "Read, Grep"'),
        ("tools: 'G|'", "tools: 'Grep'"),
        ('tools: "|"', 'tools: "Grep"'),
        ("tools: [|]", "tools: [Grep]"),
        ("tools: [Read, |]", "tools: [Read, Grep]"),
        ("tools: [Read,|]", "tools: [Read, Grep]"),
        ("tools: [Read, G|]", "tools: [Read, Grep]"),
        ("tools: ['Read', |]", "tools: ['Read', 'Grep']"),
        ("tools: ['Read', 'G|']", "tools: ['Read', 'Grep']"),
        ('tools: ["Read", G|]', 'tools: ["Read", "Grep"]'),
        ("tools: [Read, |", "tools: [Read, Grep"),
        ("tools:\n  - |", "tools:\n  - Grep"),
        ("tools:\n  -|", "tools:\n  - Grep"),
        ("tools:\n- Read\n- G|", "tools:\n- Read\n- Grep"),
        ("tools:\n  - 'Read'\n  - |", "tools:\n  - 'Read'\n  - 'Grep'"),
        ("tools:\n  - Read\n  |", "tools:\n  - Read\n  - Grep"),
        ("tools:\n  |", "tools:\n  - Grep"),
        ("tools: Agent(worker, x:y), G|", "tools: Agent(worker, x:y), Grep"),
        ("description: one: two\ntools: Read, G|", "description: one: two\ntools: Read, Grep"),
        ("tools: Read, G|\ndescription: 'open", "tools: Read, Grep\ndescription: 'open"),
    ],
)
def test_a_tool_replaces_the_right_piece(text: str, after: str) -> None:
    assert accepted(f"---\n{text}\n---\n", "Grep") == f"---\n{after}\n---\n"


def test_tools_already_listed_are_not_offered_again() -> None:
    assert "Read" not in labels("---\ntools: Read, |\n---\n")
    assert "Read" not in labels("---\ntools: [Read, |]\n---\n")
    assert "Read" not in labels("---\ntools:\n  - Read\n  - |\n---\n")
    found = labels("---\ntools: [edit, |]\n---\n", COPILOT)
    assert "edit/editFiles" not in found
    assert "search/codebase" in found


def test_common_tools_come_first() -> None:
    assert labels("---\ntools: |\n---\n")[:3] == ["Read", "Grep", "Glob"]
    assert labels("---\ntools: [|]\n---\n", COPILOT)[:4] == ["read", "search", "edit", "execute"]


def test_an_old_name_finds_the_new_one() -> None:
    document = Document(COPILOT, b"---\ntools: [runComm]\n---\n")
    old = {item.filter_text: item for item in complete(document, 19) if item.filter_text}
    assert old["runCommands"].label == "execute"
    assert old["runCommands"].edit.new_text == "execute"


def test_agents_inside_parentheses() -> None:
    assert (
        accepted("---\ntools: Agent(Ex|)\n---\n", "Explore") == "---\ntools: Agent(Explore)\n---\n"
    )
    assert accepted("---\ntools: Agent(Plan, |)\n---\n", "Explore") == (
        "---\ntools: Agent(Plan, Explore)\n---\n"
    )


def test_servers_of_the_workspace_and_of_the_header() -> None:
    world = World(mcp_servers={"github": "/w/.mcp.json"})
    assert accepted("---\ntools: |\n---\n", "mcp__github", world=world) == (
        "---\ntools: mcp__github\n---\n"
    )
    text = "---\ntools: [|]\nmcp-servers:\n  db:\n    type: local\n---\n"
    assert accepted(text, "db/*", COPILOT, world) == text.replace("[|]", "[db/*]")
    assert "github/*" in labels(text, COPILOT, world)
    assert accepted("---\nmcpServers:\n  - |\n---\n", "github", world=world) == (
        "---\nmcpServers:\n  - github\n---\n"
    )


def test_tools_of_servers_that_the_workspace_names() -> None:
    other = "---\nname: a\ndescription: b\ntools: Read, mcp__github__get_issue\n---\n"
    world = World(
        {".claude/agents/other.md": other},
        mcp_servers={"github": "/w/.mcp.json"},
        mcp_tools={"github": frozenset({"search_code"})},
    )
    found = labels("---\ntools: Read, |\n---\n", world=world)
    assert "mcp__github__get_issue" in found, "from another agent"
    assert "mcp__github__search_code" in found, "from a configuration"
    assert "mcp__github__search_code" not in labels(
        "---\ntools: mcp__github__search_code, |\n---\n", world=world
    )
    assert "github/get_issue" in labels("---\ntools: [|]\n---\n", COPILOT, world)


def test_permission_rules_in_allowed_tools() -> None:
    assert accepted("---\nallowed-tools: Read Ba|\n---\n", "Bash(command *)", SKILL) == (
        "---\nallowed-tools: Read Bash(git *)\n---\n"
    )
    assert accepted("---\nallowed-tools: Bash(git add *) |\n---\n", "Read", SKILL) == (
        "---\nallowed-tools: Bash(git add *) Read\n---\n"
    )


def test_the_name_comes_from_the_place() -> None:
    assert labels("---\nname: |\n---\n")[0] == "reviewer"
    assert labels("---\nname: |\n---\n", SKILL)[0] == "pdf-forms"


def test_globs_come_with_counts() -> None:
    world = World(dict.fromkeys(("a.py", "src/b.py", "src/c.ts", ".github/x.md"), ""))
    found = items_at('---\napplyTo: "|"\n---\n', INSTRUCTIONS, world)
    assert found["**/*.py"].detail == "2 files"
    assert found["**/*.ts"].detail == "1 file"
    assert accepted("---\napplyTo: |\n---\n", "**/*.py", INSTRUCTIONS, world) == (
        '---\napplyTo: "**/*.py"\n---\n'
    )
    assert accepted('---\napplyTo: "a/{b,c}, |"\n---\n', "**/*.py", INSTRUCTIONS, world) == (
        '---\napplyTo: "a/{b,c}, **/*.py"\n---\n'
    )


def test_old_values_are_marked() -> None:
    found = items_at("---\nexcludeAgent: |\n---\n", INSTRUCTIONS)
    assert found["coding-agent"].deprecated
    assert not found["cloud-agent"].deprecated


def test_agents_and_skills_of_the_workspace() -> None:
    world = World(
        {
            ".github/agents/planner.agent.md": "---\nname: Planner\ndescription: Plans.\n---\n",
            ".claude/agents/worker.md": "---\nname: worker\ndescription: Works.\n---\n",
            ".claude/skills/pdf/SKILL.md": "---\nname: pdf\ndescription: Reads PDFs.\n---\n",
        }
    )
    text = "---\nhandoffs:\n  - label: x\n    agent: |\n---\n"
    found = items_at(text, COPILOT, world)
    assert "plan" in found
    assert "worker" not in found
    assert found["Planner"].documentation == "Plans."
    assert "planner" not in found
    assert accepted("---\ntools: Agent(|), Read\n---\n", "worker", world=world) == (
        "---\ntools: Agent(worker), Read\n---\n"
    )
    assert accepted("---\nskills: [|]\n---\n", "pdf", world=world) == "---\nskills: [pdf]\n---\n"


# Other formats

CODEX = "/w/.codex/agents/x.toml"
AMAZONQ = "/w/.amazonq/cli-agents/x.json"
ROO = "/w/.roomodes"


@pytest.mark.parametrize(
    ("text", "path", "label", "after"),
    [
        ("|", CODEX, "name", 'name = ""'),
        ('name = "x"\nsand|\n', CODEX, "sandbox_mode", 'name = "x"\nsandbox_mode = "read-only"\n'),
        ("sandbox_mode = |\n", CODEX, "read-only", 'sandbox_mode = "read-only"\n'),
        ('sandbox_mode = "r|"\n', CODEX, "read-only", 'sandbox_mode = "read-only"\n'),
        ("|", CODEX, "developer_instructions", 'developer_instructions = """\n\n"""'),
        ("{|}", AMAZONQ, "name", '{"name": ""}'),
        ("{|}", AMAZONQ, "$schema", '{"$schema": ""}'),
        ('{"na|"}', AMAZONQ, "name", '{"name": ""}'),
        ('{"name": "x", |}', AMAZONQ, "tools", '{"name": "x", "tools": []}'),
        ('{"tools": [|]}', AMAZONQ, "fs_read", '{"tools": ["fs_read"]}'),
        ('{"tools": ["fs_|"]}', AMAZONQ, "fs_read", '{"tools": ["fs_read"]}'),
        ('{"tools": ["*", |]}', AMAZONQ, "fs_read", '{"tools": ["*", "fs_read"]}'),
        ('{"useLegacyMcpJson": |}', AMAZONQ, "true", '{"useLegacyMcpJson": true}'),
        (
            "customModes:\n  - slug: a\n    groups: [|]\n",
            ROO,
            "edit",
            "customModes:\n  - slug: a\n    groups: [edit]\n",
        ),
        (
            "customModes:\n  - slug: a\n    |\n",
            ROO,
            "source",
            "customModes:\n  - slug: a\n    source: global\n",
        ),
        (
            "---\npermission:\n  |\n---\n",
            "/w/.opencode/agents/x.md",
            "bash",
            "---\npermission:\n  bash: ask\n---\n",
        ),
        (
            "---\npermission: |\n---\n",
            "/w/.opencode/agents/x.md",
            "ask before commands",
            '---\npermission:\n  bash:\n    "*": ask\n    git status*: allow\n---\n',
        ),
        (
            "---\ntools: |\n---\n",
            "/w/.factory/droids/x.md",
            "read-only",
            "---\ntools: read-only\n---\n",
        ),
    ],
)
def test_other_formats_and_dialects(text: str, path: str, label: str, after: str) -> None:
    assert accepted(text, label, path) == after


def test_whole_files_in_other_formats() -> None:
    role = parse(accepted("|", "agent role", CODEX).encode(), "toml")
    assert not role.problems
    assert role.find("developer_instructions") is not None
    agent = parse(accepted("|", "agent", AMAZONQ).encode(), "json")
    assert not agent.problems
    assert "agent" not in labels("{|}", AMAZONQ)
    modes = parse(accepted("|", "modes", ROO).encode(), "yaml")
    assert not modes.problems


def test_categories_stay_out_of_lists() -> None:
    assert "read-only" not in labels("---\ntools: [|]\n---\n", "/w/.factory/droids/x.md")


def test_remote_agents_have_keys_of_their_own() -> None:
    found = labels("---\nkind: remote\n|\n---\n", "/w/.gemini/agents/x.md")
    assert "agent_card_url" in found
    assert "tools" not in found


# The body


@pytest.mark.parametrize(
    ("text", "path", "label", "after"),
    [
        ("use #tool:ed|", COPILOT, "edit", "use #tool:edit"),
        ("use #tool:|", COPILOT, "search/codebase", "use #tool:search/codebase"),
        ("see #file:ma|", COPILOT, "src/main.py", "see #file:src/main.py"),
        ("see [x](|)", CLAUDE, "../../docs/a.md", "see [x](../../docs/a.md)"),
        ("see [x](../|)", CLAUDE, "../../docs/a.md", "see [x](../../docs/a.md)"),
        ("# One Two\n\n[x](#|)", CLAUDE, "#one-two", "# One Two\n\n[x](#one-two)"),
        ("@|", "/w/CLAUDE.md", "docs/a.md", "@docs/a.md"),
        ("see @do|", "/w/sub/CLAUDE.md", "../docs/a.md", "see @../docs/a.md"),
        ("$|", "/w/.claude/commands/x.md", "$ARGUMENTS", "$ARGUMENTS"),
        ("do ${in|", PROMPT, "${input:name}", "do ${input:name}"),
        ("fix {{|", "/w/.qwen/commands/x.md", "{{args}}", "fix {{args}}"),
        ("we use JW|", CLAUDE, "JSON Web Tokens", "we use JSON Web Tokens"),
        ("- fasta|", CLAUDE, "FastAPI", "- FastAPI"),
    ],
)
def test_the_body(text: str, path: str, label: str, after: str) -> None:
    world = World({"src/main.py": "", "docs/a.md": ""})
    head = "---\ndescription: x\n---\n"
    assert accepted(head + text, label, path, world) == head + after


def test_named_arguments_of_a_command() -> None:
    head = "---\narguments: issue branch\n---\n"
    assert accepted(head + "fix $|", "$branch", "/w/.claude/commands/x.md") == head + "fix $branch"


def test_tools_the_file_does_not_have_come_later_in_the_body() -> None:
    found = items_at("---\ntools: [edit]\n---\n#tool:|", COPILOT)
    assert next(iter(found)).startswith("edit")
    assert found["read"].detail == "not in this file's tools"


def test_nothing_is_offered_inside_code_or_for_plain_words() -> None:
    assert labels("---\nname: x\n---\n```\nuse JW|\n```\n") == []
    assert labels("---\nname: x\n---\nplain t|\n") == []


# Whole headers


def test_an_empty_file_offers_a_whole_header() -> None:
    after = accepted("|", "subagent")
    assert after.startswith("---\nname: agent-name\ndescription: ")
    assert after.count("---\n") == 2
    assert labels("|", COPILOT) == ["custom agent", "planning agent"]


def test_three_dashes_are_replaced_by_the_header() -> None:
    after = accepted("---|", "subagent")
    assert after.startswith("---\nname: ")
    assert after.count("---\n") == 2


def test_an_empty_header_is_filled_without_new_fences() -> None:
    assert accepted("---\n|\n---\n", "subagent").count("---") == 2


def test_no_header_is_offered_below_text() -> None:
    assert labels("Some text\n|") == []


def test_files_that_are_no_agents_get_nothing() -> None:
    assert labels("---\n|\n---\n", "/w/docs/page.md") == []
    assert labels("|", "/w/src/main.py") == []
    assert labels("---\n|\n---\n", "/w/.claude/agents/README.md") == []


@pytest.mark.parametrize(
    "header",
    [
        "description: 'open",
        "description: a: b: c",
        "\tname: x",
        "- a\n- b",
        "{a: b",
        "name: [x",
        "name: &a *b",
        "a: b\na: b\na: c",
        "? x",
        "name: |2\n      x",
        "name: \x00",
        "hooks:\n  - - - {",
    ],
)
def test_broken_headers_still_complete(header: str) -> None:
    found = labels(f"---\n{header}\nto|\n---\n")
    assert "tools" in found or header == "- a\n- b"


def test_completion_is_fast_enough() -> None:
    world = World({f"src/module{n}/file{n}.py": "" for n in range(2000)})
    lines = "".join(f"key{n}: value {n}\n" for n in range(50))
    document = Document(INSTRUCTIONS, f'---\n{lines}applyTo: ""\n---\n'.encode())
    at = document.text.index(b'""') + 1
    complete(document, at, world)
    best = min(_timed(document, at, world) for _ in range(5))
    assert best < 0.1


def _timed(document: Document, at: int, world: World) -> float:
    start = time.perf_counter()
    complete(document, at, world)
    return time.perf_counter() - start
