"""Conversion between dialects, who loads a file, and tidying its header."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator
from tests.agents.world import World, absolute

from backspec.agents.agent_file import open_file
from backspec.agents.check import check
from backspec.agents.conversion.write import WRITERS
from backspec.agents.convert import ConversionError, convert, targets
from backspec.agents.dialects import dialect
from backspec.agents.frontmatter import parse
from backspec.agents.tidy import format_header, sort_keys
from backspec.agents.who import who
from backspec.model import Document, Severity
from backspec.text import apply_edits

CLAUDE = ".claude/agents/reviewer.md"
COPILOT = ".github/agents/reviewer.agent.md"
OPENCODE = ".opencode/agents/reviewer.md"

FULL = """---
name: reviewer
description: 'Reviews: code'
tools: Read, Grep, Bash(git *), Task, mcp__github__get_issue, mcp__db, Frobnicate
disallowedTools: WebFetch
model: sonnet
effort: max
maxTurns: 7
permissionMode: plan
color: cyan
memory: user
background: true
mcpServers:
  - github
  - db: {type: stdio, command: db-mcp, args: [--ro]}
---

You review.
"""


def document(text: str, path: str = CLAUDE) -> Document:
    return Document(absolute(path), text.encode())


def header_of(text: str, file_format: str = "markdown") -> dict[str, object]:
    header = parse(text.encode(), file_format)  # type: ignore[arg-type]
    assert not header.problems, text
    data = header.root.data() if header.root is not None else {}
    assert isinstance(data, dict)
    return data


def converted(text: str, to: str, path: str = CLAUDE) -> dict[str, object]:
    made = convert(document(text, path), to, World())
    return header_of(made.text, dialect(to).format)


@pytest.mark.parametrize("to", [name for name in WRITERS if name != "claude-subagent"])
def test_a_full_agent_in_every_dialect_is_what_that_dialect_takes(to: str) -> None:
    made = convert(document(FULL), to, World())
    data = header_of(made.text, dialect(to).format)
    errors = Draft202012Validator(dialect(to).schema).iter_errors(data)
    assert [f"{error.json_path}: {error.message}" for error in errors] == []
    assert "You review." in made.text
    result = Document(made.path, made.text.encode())
    opened = open_file(result)
    assert opened is not None
    assert opened.is_a(to)
    bad = [d for d in check(result, World()) if d.severity == Severity.ERROR]
    assert bad == []
    assert made.lost
    if dialect(to).format != "json":
        assert all(f"# Lost: {item}" in made.text for item in made.lost)


def test_claude_to_copilot() -> None:
    made = convert(document(FULL), "copilot-agent", World())
    assert made.path == absolute(COPILOT)
    data = header_of(made.text)
    assert data["tools"] == [
        "read", "search", "execute", "agent", "github/get_issue", "db/*",
    ]  # fmt: skip
    assert data["model"] == "Claude Sonnet 4.5"
    assert data["reasoningEffort"] == "max"
    assert data["mcp-servers"] == {
        "db": {"type": "local", "command": "db-mcp", "args": ["--ro"], "tools": ["*"]}
    }
    lost = "\n".join(made.lost)
    for words in ("Frobnicate", "Bash(git *)", "`memory`", "7 turns", "cyan", "plan", "`github`"):
        assert words in lost
    assert made.text.endswith("---\n\nYou review.\n")


def test_claude_to_opencode() -> None:
    data = converted(FULL, "opencode-agent")
    assert data["permission"] == {
        "*": "deny", "read": "allow", "grep": "allow", "bash": "allow", "task": "allow",
        "github_get_issue": "allow", "db_*": "allow",
    }  # fmt: skip
    assert data["model"] == "anthropic/claude-sonnet-4-5"
    assert data["steps"] == 7
    assert "tools" not in data


def test_claude_to_codex_is_toml() -> None:
    made = convert(document(FULL), "codex-agent", World())
    assert made.path == absolute(".codex/agents/reviewer.toml")
    data = header_of(made.text, "toml")
    assert str(data["developer_instructions"]).strip() == "You review."
    assert data["sandbox_mode"] == "read-only"
    assert data["model_reasoning_effort"] == "xhigh"
    assert data["mcp_servers"] == {"db": {"command": "db-mcp", "args": ["--ro"]}}


def test_claude_to_amazon_q_is_json() -> None:
    made = convert(document(FULL), "amazonq-agent", World())
    data = json.loads(made.text)
    assert data["prompt"] == "You review."
    assert data["tools"] == ["fs_read", "execute_bash", "@github/get_issue", "@db"]


@pytest.mark.parametrize(
    ("tools", "to", "expected"),
    [
        ("", "copilot-agent", None),
        ("tools: []", "copilot-agent", []),
        ("tools: []", "opencode-agent", "deny"),
        ("tools: []", "qwen-agent", None),
        ("tools: Read, Grep, Glob", "factory-droid", "read-only"),
        ("tools: Read, Write", "factory-droid", ["Read", "Create"]),
        ("tools: Read, Write", "gemini-agent", ["read_file", "write_file"]),
        ("tools: Read, Write", "amazonq-agent", ["fs_read", "fs_write"]),
        ("", "amazonq-agent", ["*"]),
        ("tools: Task, MultiEdit", "copilot-agent", ["agent", "edit"]),
    ],
)
def test_all_no_and_some_tools(tools: str, to: str, expected: object) -> None:
    data = converted(f"---\nname: x\ndescription: y\n{tools}\n---\nDo it well.\n", to)
    key = "permission" if to == "opencode-agent" else "tools"
    assert data.get(key) == expected


def test_read_only_agents() -> None:
    text = "---\nname: x\ndescription: y\ntools: Read, Grep\n---\nDo it.\n"
    assert converted(text, "cursor-agent")["readonly"] is True
    assert converted(text, "codex-agent")["sandbox_mode"] == "read-only"
    text = "---\nname: x\ndescription: y\nreadonly: true\n---\nDo it.\n"
    assert converted(text, "claude-subagent", ".cursor/agents/x.md")["tools"] == "Read, Glob, Grep"


def test_copilot_to_claude() -> None:
    text = (
        "---\nname: Deep Reviewer\ndescription: y\n"
        "tools: [read, edit/editFiles, codebase, 'db/*']\n"
        "model: Claude Opus 4.6 (copilot)\nuser-invocable: false\nhandoffs:\n"
        "  - label: Go\n    agent: coder\n    prompt: Do it.\n---\nReview.\n"
    )
    made = convert(document(text, COPILOT), "claude-subagent", World())
    data = header_of(made.text)
    assert made.path == absolute(".claude/agents/deep-reviewer.md")
    assert data["name"] == "deep-reviewer"
    assert data["tools"] == "Read, Edit, Grep, Glob, mcp__db"
    assert data["model"] == "opus"
    assert "- Go: hand over to `coder`: Do it." in made.text
    assert "hidden from people" in made.lost


def test_opencode_to_claude() -> None:
    text = (
        "---\ndescription: y\nmode: subagent\nmodel: anthropic/claude-opus-5\nsteps: 4\n"
        "permission:\n  edit: deny\n  bash:\n    '*': deny\n    git *: allow\n---\nReview.\n"
    )
    made = convert(document(text, OPENCODE), "claude-subagent", World())
    data = header_of(made.text)
    assert data["disallowedTools"] == "Edit, Write, NotebookEdit, Bash"
    assert data["model"] == "claude-opus-5"
    assert data["maxTurns"] == 4
    assert "the rules of `permission.bash`" in made.lost


def test_there_and_back_keeps_what_both_can_say() -> None:
    text = (
        "---\nname: reviewer\ndescription: 'Reviews: all'\ntools: Read, Grep, Glob\n"
        "model: sonnet\n---\n\nReview.\n"
    )
    there = convert(document(text), "copilot-agent", World())
    back = convert(Document(there.path, there.text.encode()), "claude-subagent", World())
    assert header_of(back.text) == header_of(text)
    assert back.lost == ()
    assert back.path == absolute(CLAUDE)


# Prompts, commands, rules


@pytest.mark.parametrize(
    ("path", "text", "to", "place", "header", "body"),
    [
        (
            ".github/chatmodes/x.chatmode.md",
            "---\ndescription: y\ntools: [codebase]\n---\nPlan.\n",
            "vscode-agent",
            ".github/agents/x.agent.md",
            {"description": "y", "tools": ["codebase"]},
            "Plan.\n",
        ),
        (
            ".github/prompts/Fix It.prompt.md",
            "---\ndescription: y\nagent: agent\n---\nFix ${input:what:the thing}.\n",
            "agent-skill",
            ".agents/skills/fix-it/SKILL.md",
            {"name": "fix-it", "description": "y"},
            "Fix <the thing>.\n",
        ),
        (
            ".claude/commands/git/fix.md",
            "---\nargument-hint: '[issue]'\nallowed-tools: Bash(git:*)\n---\nFix $1.\n",
            "claude-skill",
            ".claude/skills/fix/SKILL.md",
            {
                "name": "fix",
                "description": "Fix $1.",
                "argument-hint": "[issue]",
                "allowed-tools": "Bash(git:*)",
                "disable-model-invocation": True,
            },
            "Fix $1.\n",
        ),
        (
            ".claude/commands/fix.md",
            "---\ndescription: y\nallowed-tools: Bash(x:*), Read\n---\nFix $ARGUMENTS.\n!`git s`\n",
            "vscode-prompt",
            ".github/prompts/fix.prompt.md",
            {"description": "y", "tools": ["execute", "read"]},
            "Fix ${input:args}.\n(run `git s` and use its output)\n",
        ),
        (
            ".github/prompts/fix.prompt.md",
            "---\ndescription: y\n---\nFix ${input:a} and ${input:b:x} and ${input:a}.\n",
            "claude-command",
            ".claude/commands/fix.md",
            {"description": "y", "argument-hint": "[a] [b]"},
            "Fix $0 and $1 and $0.\n",
        ),
        (
            ".codex/prompts/fix.md",
            "---\ndescription: y\n---\nFix $1, $2 for $$5.\n",
            "agent-skill",
            ".agents/skills/fix/SKILL.md",
            {"name": "fix", "description": "y"},
            "Fix $0, $1 for \\$5.\n",
        ),
        (
            ".gemini/commands/fix.toml",
            'description = "y"\nprompt = """\nFix {{args}} !{git s} @{a/b.md}\n"""\n',
            "claude-command",
            ".claude/commands/fix.md",
            {"description": "y"},
            "Fix $ARGUMENTS !`git s` [a/b.md](a/b.md)\n",
        ),
        (
            ".github/instructions/py.instructions.md",
            "---\napplyTo: 'a/*.{py,pyi},b/**'\n---\nBe nice.\n",
            "claude-rule",
            ".claude/rules/py.md",
            {"paths": ["a/*.{py,pyi}", "b/**"]},
            "Be nice.\n",
        ),
        (
            ".claude/rules/py.md",
            "---\npaths: [a/**]\n---\nBe nice.\n",
            "cursor-rule",
            ".cursor/rules/py.mdc",
            {"globs": ["a/**"], "alwaysApply": False},
            "Be nice.\n",
        ),
        (
            ".cursor/rules/py.mdc",
            "---\ndescription: y\nalwaysApply: true\n---\nBe nice.\n",
            "vscode-instructions",
            ".github/instructions/py.instructions.md",
            {"description": "y", "applyTo": "**"},
            "Be nice.\n",
        ),
    ],
)
def test_other_conversions(
    path: str, text: str, to: str, place: str, header: dict[str, object], body: str
) -> None:
    made = convert(document(text, path), to, World())
    assert made.path == absolute(place)
    assert header_of(made.text) == header
    assert made.text.endswith(f"\n\n{body}")


def test_rules_for_everything_need_no_header() -> None:
    text = "---\napplyTo: '**'\n---\nBe nice.\n"
    made = convert(document(text, ".github/instructions/all.instructions.md"), "claude-rule")
    assert made.text == "Be nice.\n"
    assert made.lost == ()


def test_agents_md_becomes_an_import() -> None:
    made = convert(document("# Hi\n", "AGENTS.md"), "claude-md", World())
    assert (made.path, made.text) == (absolute("CLAUDE.md"), "@AGENTS.md\n")


def test_what_a_file_can_become() -> None:
    assert targets(document("---\nname: x\n---\n"))[0] == "copilot-agent"
    assert "claude-subagent" not in targets(document("---\nname: x\n---\n"))
    assert targets(document("", "CLAUDE.md")) == ()
    assert targets(document("", "docs/x.md")) == ()


@pytest.mark.parametrize(
    ("path", "text", "to", "words"),
    [
        (CLAUDE, FULL, "claude-subagent", "already"),
        (CLAUDE, FULL, "cursor-rule", "cannot become"),
        (CLAUDE, "---\nname: a: b\n---\n", "cursor-agent", "repair"),
        ("docs/x.md", "", "cursor-agent", "no agent file"),
    ],
)
def test_conversions_that_cannot_be_done(path: str, text: str, to: str, words: str) -> None:
    with pytest.raises(ConversionError, match=words):
        convert(document(text, path), to, World())


# Who


def test_who_loads_a_file_and_ignores_what() -> None:
    found = {one.product: one for one in who(document(FULL), World())}
    assert next(iter(found)) == "claude-code"
    assert found["claude-code"].is_loaded
    assert found["claude-code"].ignores == ()
    assert set(found["vscode"].ignores) == {"effort", "maxTurns", "color", "background"}
    assert "tools" in found["cursor"].ignores


def test_who_does_not_load_it() -> None:
    found = {one.product: one for one in who(document("---\nname: x\n---\n"), World())}
    assert found["claude-code"].missing == ("description",)
    assert not found["claude-code"].is_loaded
    text = "---\nname: x\ndescription: y\ncolor: red\n---\n"
    (gemini,) = who(document(text, ".gemini/agents/x.md"), World())
    assert gemini.rejects == ("color",)
    assert who(document(text, ".gemini/agents/sub/x.md"), World()) == []


# Tidying


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\nname:   x  \n---\nb  \n", "---\nname: x\n---\nb  \n"),
        ("---  \nname : x\n---\t\n", "---\nname: x\n---\n"),
        ("---\n\nname: x\n\n\n\ntools: Read\n\n---\n", "---\nname: x\n\ntools: Read\n---\n"),
        ("---\ntools: Read,Grep ,Bash\n---\n", "---\ntools: Read, Grep, Bash\n---\n"),
        ("---\ntools: Agent(a,b),Read\n---\n", "---\ntools: Agent(a,b), Read\n---\n"),
        ("---\ntools: [ Read,'Grep' , Bash ]\n---\n", "---\ntools: [Read, 'Grep', Bash]\n---\n"),
        ("---\r\nname:  x \r\n---\r\n", "---\r\nname: x\r\n---\r\n"),
        ("---\nname:  x # why \n# c \n---\n", "---\nname: x # why\n# c\n---\n"),
        ("\ufeff---\nname:  x\n---\n", "\ufeff---\nname: x\n---\n"),
    ],
)
def test_formatting(before: str, after: str) -> None:
    edits = format_header(document(before))
    assert apply_edits(before.encode(), edits).decode() == after
    assert format_header(document(after)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "---\nname: x\ndescription: a,b\n---\n",
        "---\ndescription: |\n  two  \n\n\n  lines\nname: x\n---\n",
        "---\ndescription: 'two  \n\n\n  lines'\nname: x\n---\n",
        "---\nname: a: b\n---\n",
        "---\nname:  x\n",
        "no header  \n",
        "---\nname: 'a ,b'\ntools: 'Read,Grep'\n---\n",
    ],
)
def test_what_formatting_leaves_alone(text: str) -> None:
    assert format_header(document(text)) == ()


def test_sorting_keys_takes_comments_along() -> None:
    text = (
        "---\n# the model\nmodel: sonnet # fast\nx-own: 1\ndescription: |\n  a\n  # b\n"
        "# its name\nname: x\n---\nbody\n"
    )
    fix = sort_keys(document(text))
    assert fix is not None
    assert apply_edits(text.encode(), fix.edits).decode() == (
        "---\n# its name\nname: x\ndescription: |\n  a\n  # b\n# the model\n"
        "model: sonnet # fast\nx-own: 1\n---\nbody\n"
    )
    assert sort_keys(document("---\nname: x\ndescription: y\n---\n")) is None
    assert sort_keys(document("---\ndescription: a: b\nname: x\n---\n")) is None
    assert sort_keys(document("---\n{description: y, name: x}\n---\n")) is None
