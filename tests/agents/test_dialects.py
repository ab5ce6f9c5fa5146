"""Which dialect a file is in, who reads it, and what they do about mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar

import pytest

from backspec.agents.detection import Detection, format_of, identify
from backspec.agents.dialects import detect, dialect, dialects
from backspec.agents.frontmatter import parse
from backspec.agents.globs import GlobError, compile_glob, count_matches, glob_problem, split_globs
from backspec.agents.tools import split_entries, split_specifier, tool_list
from backspec.model import Severity


class World:
    """A view of a few files."""

    root = "/w"
    home = "/home/me"
    extra_keys: frozenset[str] = frozenset()
    index = None
    mcp_servers = None
    mcp_tools: ClassVar[dict[str, frozenset[str]]] = {}

    def __init__(
        self, texts: dict[str, str] | None = None, dialects: tuple[tuple[str, str], ...] = ()
    ) -> None:
        self.texts = texts or {}
        self.dialects = dialects
        self.files = tuple(self.texts)

    def exists(self, path: str) -> bool:
        return any(
            f"/w/{name}" == path or f"/w/{name}".startswith(path + "/") for name in self.files
        )

    def read(self, path: str) -> bytes | None:
        text = self.texts.get(path.removeprefix("/w/"))
        return text.encode() if text is not None else None

    def list(self, path: str) -> tuple[str, ...]:
        return ()


def names(found: Detection) -> list[str]:
    return [one.id for one in found.dialects]


def at(path: str, header: str = "", world: World | None = None) -> Detection:
    text = f"---\n{header}\n---\nbody\n" if header else ""
    return identify(path, parse(text.encode()) if header else None, world)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/w/.claude/agents/x.md", ["claude-subagent"]),
        ("/w/pkg/.claude/agents/team/x.md", ["claude-subagent"]),
        ("/home/me/.claude/agents/x.md", ["claude-subagent"]),
        ("/w/.github/agents/x.md", ["copilot-agent", "vscode-agent"]),
        ("/w/.github/agents/x.agent.md", ["copilot-agent", "vscode-agent"]),
        ("/w/agents/x.agent.md", ["copilot-agent", "vscode-agent"]),
        ("/home/me/.copilot/agents/x.md", ["copilot-agent", "vscode-agent"]),
        ("/w/.github/chatmodes/x.chatmode.md", ["vscode-chatmode"]),
        ("/w/.github/prompts/x.prompt.md", ["vscode-prompt"]),
        ("/w/.github/instructions/a/x.instructions.md", ["vscode-instructions"]),
        ("/w/.github/copilot-instructions.md", ["copilot-instructions"]),
        ("/w/.claude/skills/x/SKILL.md", ["claude-skill", "agent-skill"]),
        ("/w/.github/skills/x/SKILL.md", ["copilot-skill", "agent-skill"]),
        ("/w/.agents/skills/x/SKILL.md", ["agent-skill"]),
        ("/w/.opencode/skills/x/SKILL.md", ["opencode-skill", "agent-skill"]),
        ("/w/skills/x/skill.md", ["agent-skill"]),
        ("/w/.claude/commands/a/x.md", ["claude-command"]),
        ("/w/.claude/rules/x.md", ["claude-rule"]),
        ("/w/.claude/output-styles/x.md", ["claude-output-style"]),
        ("/w/CLAUDE.md", ["claude-md"]),
        ("/w/.claude/CLAUDE.md", ["claude-md"]),
        ("/w/a/CLAUDE.local.md", ["claude-md"]),
        ("/w/a/AGENTS.md", ["agents-md"]),
        ("/w/GEMINI.md", ["gemini-md"]),
        ("/w/QWEN.local.md", ["qwen-md"]),
        ("/w/.opencode/agent/a/b.md", ["opencode-agent"]),
        ("/home/me/.config/opencode/agents/b.md", ["opencode-agent"]),
        ("/w/.opencode/command/b.md", ["opencode-command"]),
        ("/w/.gemini/agents/x.md", ["gemini-agent"]),
        ("/w/.gemini/commands/git/x.toml", ["gemini-command"]),
        ("/w/.qwen/agents/x.md", ["qwen-agent"]),
        ("/w/.cursor/agents/x.md", ["cursor-agent"]),
        ("/w/.cursor/rules/x.mdc", ["cursor-rule"]),
        ("/w/.cursor/commands/x.md", ["cursor-command"]),
        ("/w/.kiro/agents/x.md", ["kiro-agent"]),
        ("/w/.kiro/agents/x.json", ["kiro-agent-json"]),
        ("/w/.kiro/steering/x.md", ["kiro-steering"]),
        ("/w/.factory/droids/x.md", ["factory-droid"]),
        ("/w/.codex/agents/a/x.toml", ["codex-agent"]),
        ("/home/me/.codex/prompts/x.md", ["codex-prompt"]),
        ("/w/.amazonq/cli-agents/x.json", ["amazonq-agent"]),
        ("/home/me/.aws/amazonq/cli-agents/x.json", ["amazonq-agent"]),
        ("/w/.roomodes", ["roo-modes"]),
        ("/w/.cline/agents/x.yaml", ["cline-agent"]),
        ("/w/.clinerules", ["cline-rule"]),
        ("/w/.clinerules/x.md", ["cline-rule"]),
        ("/w/.clinerules/workflows/x.md", ["cline-workflow"]),
        ("/w/.continue/agents/x.md", ["continue-agent"]),
        ("/w/.devin/agents/x/AGENT.md", ["devin-agent"]),
        ("/w/.vibe/agents/x.toml", ["vibe-agent"]),
        ("/w/.agents/workflows/x.md", ["antigravity-workflow"]),
        ("/w/.agents/rules/x.md", ["antigravity-rule"]),
        ("/w/.windsurf/rules/x.md", ["windsurf-rule"]),
        ("/w/.roo/rules-code/x.md", ["roo-rule"]),
        ("/w/README.md", []),
        ("/w/.claude/agents/README.md", []),
        ("/w/.github/agents/readme.md", []),
        ("/w/docs/x.md", []),
        ("/w/src/agents/x.py", []),
        ("/w/claude/agents/x.md", []),
        ("C:\\w\\.claude\\agents\\x.md", ["claude-subagent"]),
    ],
)
def test_the_place_says_the_dialect(path: str, expected: list[str]) -> None:
    assert names(at(path)) == expected
    assert [one.id for one in detect(path)] == expected


@pytest.mark.parametrize(
    ("path", "header", "expected"),
    [
        ("/w/.agents/agents/x.md", "mainAgent: true", ["antigravity-agent"]),
        ("/w/.agents/agents/x.md", "whenToUse: x", ["kimi-agent-md"]),
        ("/w/.agents/agents/x.md", "name: x", ["antigravity-agent", "kimi-agent-md"]),
        ("/w/.agents/x.md", "disabled_tools: [x]", ["augment-agent"]),
        ("/w/.agents/x.md", "reasoningLevel: low", ["junie-agent"]),
        ("/w/.github/agents/x.md", "target: vscode", ["vscode-agent"]),
        ("/w/.github/agents/x.md", "target: github-copilot", ["copilot-agent"]),
        ("/w/.github/agents/x.md", "target: other", ["copilot-agent", "vscode-agent"]),
    ],
)
def test_the_header_tells_shared_places_apart(path: str, header: str, expected: list[str]) -> None:
    assert names(at(path, header)) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("name: a\ndescription: b\ntools: Read, Write, Bash\nmodel: sonnet", ["claude-subagent"]),
        ("name: a\ndescription: b\ntools: Read\npermissionMode: plan", ["claude-subagent"]),
        ("name: a\ndescription: b\ntools: {write: false}\nmodel: x/y", ["opencode-agent"]),
        ("name: a\ndescription: b\ntools: [read_file, grep_search]\nkind: local", ["gemini-agent"]),
        ("name: a\ndescription: b\ntools: [search/codebase]\nhandoffs: []", ["vscode-agent"]),
        ("name: a\ndescription: b", ["claude-subagent", "copilot-agent", "vscode-agent"]),
        ("name: a\ndescription: b\ntitle: c", []),
        ("title: a\ndescription: b\ntools: Read", []),
        ("description: b", []),
    ],
)
def test_a_file_in_no_standard_place_is_a_guess(header: str, expected: list[str]) -> None:
    found = at("/w/categories/01/x.md", header)
    assert names(found) == expected
    assert found.is_guess == bool(expected)


def test_plugins_are_known_by_their_place_or_marker() -> None:
    assert names(at("/w/plugins/tidy/agents/x.md")) == ["claude-subagent"]
    assert at("/w/plugins/tidy/agents/x.md").level == "plugin"
    assert names(at("/w/plugins/tidy/commands/x.md")) == ["claude-command"]
    assert names(at("/w/plugins/tidy/skills/x/SKILL.md")) == ["claude-skill", "agent-skill"]
    assert names(at("/w/tidy/agents/x.md")) == []
    world = World({"tidy/.claude-plugin/plugin.json": "{}"})
    assert names(at("/w/tidy/agents/x.md", world=world)) == ["claude-subagent"]
    world = World({"ext/gemini-extension.json": "{}"})
    assert names(at("/w/ext/agents/x.md", world=world)) == ["gemini-agent"]


def test_levels() -> None:
    assert at("/w/.claude/agents/x.md", world=World()).level == "workspace"
    assert at("/home/me/.claude/agents/x.md", world=World()).level == "user"
    assert at("/home/me/project/.claude/agents/x.md", world=World()).level == "workspace"
    assert at("/home/me/.codex/prompts/x.md", world=World()).level == "user"
    assert at("/etc/claude-code/CLAUDE.md").level == "organisation"


@pytest.mark.parametrize(
    ("path", "dialect_id"),
    [
        ("/w/.gemini/agents/sub/x.md", "gemini-agent"),
        ("/w/.gemini/agents/_x.md", "gemini-agent"),
        ("/w/.github/agents/sub/x.md", "copilot-agent"),
        ("/w/.cursor/rules/x.md", "cursor-rule"),
        ("/w/.factory/droids/sub/x.md", "factory-droid"),
    ],
)
def test_places_where_nobody_looks(path: str, dialect_id: str) -> None:
    found = at(path)
    assert names(found) == [dialect_id]
    assert found.misplaced


def test_the_configuration_maps_any_file() -> None:
    world = World(dialects=(("categories/**/*.md", "claude-subagent"), ("*.yaml", "no-such")))
    found = at("/w/categories/a/x.md", "title: x", world)
    assert names(found) == ["claude-subagent"]
    assert not found.is_guess
    assert names(at("/w/x.yaml", world=world)) == []
    assert [d.id for d in detect("/w/x.md", None, [("*.md", "cursor-rule")])] == ["cursor-rule"]


def test_a_schema_of_the_users_own() -> None:
    schema = {
        "type": "object",
        "required": ["owner"],
        "properties": {
            "owner": {"type": "string", "description": "Whose it is."},
            "state": {"enum": ["draft", "final"]},
            "bad": 3,
        },
    }
    mapping = (("docs/**", "tools/page.schema.json"), ("conf/*.toml", "broken.json"))
    world = World({"tools/page.schema.json": json.dumps(schema), "broken.json": "{"}, mapping)
    found = at("/w/docs/a.md", "owner: me", world).dialects[0]
    assert found.required == ("owner",)
    assert found.keys["owner"].description == "Whose it is."
    assert [value.value for value in found.keys["state"].enum] == ["draft", "final"]
    assert found.severity("unknown-key", "x") is None
    assert format_of("/w/docs/a.toml", world) == "toml"
    assert names(at("/w/conf/x.toml", world=world)) == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/w/x.md", "markdown"),
        ("/w/.cursor/rules/x.mdc", "markdown"),
        ("/w/.codex/agents/x.toml", "toml"),
        ("/w/.amazonq/cli-agents/x.json", "json"),
        ("/w/.roomodes", "yaml"),
        ("/w/.cline/agents/x.yaml", "markdown"),
        ("/w/config.yaml", None),
        ("/w/package.json", None),
        ("/w/main.py", None),
    ],
)
def test_the_format_of_a_file(path: str, expected: str | None) -> None:
    assert format_of(path) == expected


# Consequences


@pytest.mark.parametrize(
    ("name", "mistake", "key", "level", "expected"),
    [
        ("claude-subagent", "broken-header", "", "workspace", Severity.ERROR),
        ("claude-subagent", "broken-header", "", "plugin", Severity.WARNING),
        ("claude-subagent", "missing-key", "name", "workspace", Severity.ERROR),
        ("claude-subagent", "unknown-key", "x", "workspace", Severity.HINT),
        ("claude-subagent", "no-tools", "tools", "workspace", Severity.WARNING),
        ("copilot-agent", "missing-key", "description", "workspace", Severity.ERROR),
        ("copilot-agent", "unknown-tool", "tools", "workspace", Severity.WARNING),
        ("vscode-agent", "missing-key", "description", "workspace", Severity.WARNING),
        ("vscode-agent", "unknown-tool", "tools", "workspace", Severity.HINT),
        ("vscode-agent", "wrong-value", "target", "workspace", Severity.ERROR),
        ("gemini-agent", "unknown-key", "x", "workspace", Severity.ERROR),
        ("codex-agent", "unknown-key", "x", "workspace", Severity.ERROR),
        ("opencode-agent", "wrong-type", "tools", "workspace", Severity.ERROR),
        ("opencode-agent", "unknown-key", "x", "workspace", Severity.HINT),
        ("claude-md", "no-header", "", "workspace", None),
    ],
)
def test_severity_follows_from_what_products_do(
    name: str, mistake: str, key: str, level: str, expected: Severity | None
) -> None:
    assert dialect(name).severity(mistake, key, level) == expected  # type: ignore[arg-type]


def test_unknown_keys_are_errors_only_where_the_product_is_strict() -> None:
    strict = {d.id for d in dialects() if d.severity("unknown-key", "x") == Severity.ERROR}
    skills = {"agent-skill"}
    assert strict - skills == {"gemini-agent", "codex-agent", "amazonq-agent"}


def test_second_hand_facts_give_hints_only() -> None:
    for found in dialects():
        for reader in found.readers:
            if reader.evidence != "X":
                continue
            for stated in reader.on:
                mistake, _, key = stated.partition(" ")
                for consequence in found.consequences(mistake, key):  # type: ignore[arg-type]
                    if consequence.product == reader.product:
                        assert consequence.severity in (None, Severity.HINT)


def test_a_product_that_ignores_a_key_does_not_mind_its_value() -> None:
    products = {c.product for c in dialect("claude-subagent").consequences("wrong-value", "effort")}
    assert products == {"claude-code"}


def test_who_ignores_a_key() -> None:
    claude = dialect("claude-subagent")
    assert claude.ignored_by("effort") == ("vscode", "copilot-cli", "cursor")
    assert claude.ignored_by("hooks", "plugin")[0] == "claude-code"
    assert "claude-code" not in claude.ignored_by("hooks")


# Globs


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("**/*.ts", "a/b/c.ts", True),
        ("**/*.ts", "c.ts", True),
        ("*.ts", "a/c.ts", True),
        ("src/*.ts", "src/a.ts", True),
        ("src/*.ts", "src/a/b.ts", False),
        ("src/**", "src/a/b.ts", True),
        ("src/**/test?.py", "src/test1.py", True),
        ("**/*.{ts,tsx}", "a/b.tsx", True),
        ("**/*.{ts,tsx}", "a/b.tsxx", False),
        ("[ab].md", "a.md", True),
        ("[!ab].md", "a.md", False),
        ("/a.md", "b/a.md", False),
        ("a.md", "xa.md", False),
        ("**", "any/thing", True),
    ],
)
def test_globs(glob: str, path: str, expected: bool) -> None:
    assert bool(compile_glob(glob).match(path)) is expected


@pytest.mark.parametrize("glob", ["{a", "a}", "[a", "", "   ", "{" * 40 + "a,b" * 2000])
def test_broken_globs_say_why(glob: str) -> None:
    assert glob_problem(glob)
    assert count_matches(glob, ["a"]) == 0
    if glob.strip():
        with pytest.raises(GlobError):
            compile_glob(glob)


def test_globs_in_one_string() -> None:
    text = " **/*.{ts,tsx} , src/** ,, x"
    assert [text[a:b] for a, b in split_globs(text)] == ["**/*.{ts,tsx}", "src/**", "x"]


# Tools


@pytest.mark.parametrize(
    ("text", "separator", "expected"),
    [
        ("Agent(a, b), Read", "comma", ["Agent(a, b)", "Read"]),
        ("Read , , Grep,", "comma", ["Read", "Grep"]),
        ("Bash(git add *) Read", "comma-or-space", ["Bash(git add *)", "Read"]),
        ("a, b c", "comma-or-space", ["a", "b", "c"]),
        ("a, b", "", ["a, b"]),
        ("Agent(a, b", "comma", ["Agent(a, b"]),
        ("", "comma", []),
    ],
)
def test_entries_of_a_string(text: str, separator: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in split_entries(text, separator)] == expected


@pytest.mark.parametrize(
    ("vocabulary", "name", "expected"),
    [
        ("claude-tools", "read", "Read"),
        ("claude-tools", "Task", "Agent"),
        ("claude-tools", "Gerp", "Grep"),
        ("claude-tools", "run_shell_command", "Bash"),
        ("claude-tools", "editFiles", "Edit"),
        ("copilot-tools", "editFile", "edit/editFiles"),
        ("copilot-tools", "run_shell_command", "execute"),
        ("gemini-tools", "Bash", "run_shell_command"),
        ("gemini-tools", "search_file_content", "grep_search"),
        ("factory-tools", "Bash", "Execute"),
        ("factory-tools", "WebFetch", "FetchUrl"),
        ("claude-tools", "zzzzz", None),
    ],
)
def test_what_was_meant_by_a_tool(vocabulary: str, name: str, expected: str | None) -> None:
    assert tool_list(vocabulary).suggest(name) == expected


def test_tools_of_others_are_not_judged() -> None:
    claude, copilot = tool_list("claude-tools"), tool_list("copilot-tools")
    assert claude.is_external("mcp__github__x")
    assert claude.server_of("mcp__github__x") == "github"
    assert not claude.is_external("mcp_github")
    assert copilot.is_external("github/*")
    assert copilot.server_of("owner/server/tool") == "owner/server"
    assert not copilot.is_external("edit/nothing")
    assert claude.mcp_name("db") == "mcp__db"
    assert copilot.mcp_name("db", "query") == "db/query"


def test_sets_and_aliases_expand() -> None:
    copilot = tool_list("copilot-tools")
    assert "edit/editFiles" in copilot.expand("edit")
    assert copilot.expand("Bash") == copilot.expand("execute")
    assert copilot.expand("codebase") == ("search/codebase",)
    assert copilot.find("READ") is not None
    assert tool_list("claude-tools").find("read") is None


def test_specifiers() -> None:
    assert split_specifier("Bash(git:*)") == ("Bash", "git:*")
    assert split_specifier("Read") == ("Read", None)


def test_every_dialect_with_a_place_has_a_sample() -> None:
    samples = Path(__file__).parent.parent / "cases/dialects"
    placed = {found.id for found in dialects() if any(found.globs.values())}
    assert placed - {folder.name for folder in samples.iterdir()} == set()
