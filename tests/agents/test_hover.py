"""Hover in agent files: `|` is the cursor."""

from __future__ import annotations

import pytest
from tests.agents.world import World

from backspec import catalog, knowledge
from backspec.agents.dialects import dialects
from backspec.agents.hover import hover
from backspec.model import Document, Hover
from backspec.pages import HOVER_LINES

CLAUDE = "/w/.claude/agents/reviewer.md"
COPILOT = "/w/.github/agents/reviewer.agent.md"
SKILL = "/w/.claude/skills/pdf-forms/SKILL.md"
PROMPT = "/w/.github/prompts/fix.prompt.md"


def hover_at(text: str, path: str = CLAUDE, world: World | None = None) -> Hover | None:
    at = text.rindex("|")
    source = (text[:at] + text[at + 1 :]).encode()
    offset = len(text[:at].encode())
    found = hover(Document(path, source), offset, world)
    if found is not None:
        assert found.markdown.count("\n") < HOVER_LINES
        assert 0 <= found.span.start <= offset <= found.span.end <= len(source)
    return found


def shown(text: str, path: str = CLAUDE, world: World | None = None) -> str:
    found = hover_at(text, path, world)
    assert found is not None
    return found.markdown


def under(text: str, path: str = CLAUDE) -> str:
    """The text that the hover is about."""
    found = hover_at(text, path)
    assert found is not None
    source = text[: text.rindex("|")] + text[text.rindex("|") + 1 :]
    return source.encode()[found.span.start : found.span.end].decode()


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("---\nna|me: x\n---\n", CLAUDE, "required"),
        ("---\n|name: x\n---\n", CLAUDE, "lower-case letters and hyphens"),
        ("---\nname|: x\n---\n", CLAUDE, "required"),
        ("---\nper|missionMode: plan\n---\n", CLAUDE, "bypassPermissions"),
        ("---\neff|ort: low\n---\n", CLAUDE, "Ignored by VS Code"),
        ("---\nmo|de: agent\n---\n", PROMPT, "Deprecated"),
        ("---\nhand|offs: []\n---\n", COPILOT, "Ignored by GitHub Copilot cloud agent"),
        ("---\nmcp-se|rvers: {}\n---\n", COPILOT, "MCP servers of this agent"),
        ("---\nzz|z: 1\n---\n", CLAUDE, "Not a key of Claude Code subagent"),
        ("---\nhooks:\n  PreTo|olUse: []\n---\n", CLAUDE, "Before a tool runs"),
        ("---\nhandoffs:\n  - la|bel: x\n---\n", COPILOT, "Text of the button"),
        ("---\ndescription: a: b\nmod|el: x\n---\n", CLAUDE, "alias"),
    ],
)
def test_keys(text: str, path: str, words: str) -> None:
    assert words in shown(text, path)


@pytest.mark.parametrize(
    ("text", "path", "words", "about"),
    [
        ("---\ntools: Re|ad, Bash\n---\n", CLAUDE, "Reads a file", "Read"),
        ("---\ntools: Read, Ba|sh\n---\n", CLAUDE, "shell command", "Bash"),
        ("---\ntools: [Read, 'Ba|sh']\n---\n", CLAUDE, "shell command", "Bash"),
        ("---\ntools:\n  - Gl|ob\n---\n", CLAUDE, "Finds files", "Glob"),
        ("---\ntools: T|ask\n---\n", CLAUDE, "`Agent`", "Task"),
        ("---\ntools: Read, mcp__git|hub__get\n---\n", CLAUDE, "MCP server `github`", ""),
        ("---\ntools: AskUser|Question\n---\n", CLAUDE, "never get it", ""),
        ("---\ntools: raed|\n---\n", CLAUDE, "Did you mean `Read`", "raed"),
        ("---\ntools: [ed|it]\n---\n", COPILOT, "`edit/editFiles`", "edit"),
        ("---\ntools: [edit/edit|Files]\n---\n", COPILOT, "Changes files", "edit/editFiles"),
        ("---\ntools: [code|base]\n---\n", COPILOT, "`search/codebase`", "codebase"),
        ("---\ntools: [Ba|sh]\n---\n", COPILOT, "`execute`", "Bash"),
        ("---\ntools: ['*|']\n---\n", COPILOT, "All tools", "*"),
        ("---\nmodel: son|net\n---\n", CLAUDE, "Claude Sonnet 4.5", "sonnet"),
        ("---\npermissionMode: pl|an\n---\n", CLAUDE, "Only read and plan", "plan"),
        ("---\npermissionMode: 'pl|an'\n---\n", CLAUDE, "Only read and plan", "plan"),
        ("---\ntarget: vsc|ode\n---\n", COPILOT, "Only in VS Code", "vscode"),
        ("---\ndescription: So|me text\n---\n", SKILL, "of 1,536", ""),
    ],
)
def test_values(text: str, path: str, words: str, about: str) -> None:
    assert words in shown(text, path)
    assert not about or under(text, path) == about


@pytest.mark.parametrize(
    "text",
    [
        "---\nname: re|viewer\n---\n",
        "---\nname: x\n---\nplain wo|rds\n",
        "---\nname: x\n|\n---\n",
        "---\nname: x\n---\n`code with J|WT`\n",
        "---\nname: x\n---\n```\nJ|WT\n```\n",
        "---\nname: x\n---\nxJ|WTx\n",
    ],
)
def test_nothing_to_say(text: str) -> None:
    assert hover_at(text) is None


# The fence


def test_the_fence_says_who_loads_the_file_and_what_each_ignores() -> None:
    text = "--|-\nname: x\ndescription: y\ntools: Read\neffort: low\n---\n"
    page = shown(text)
    assert "Claude Code loads it as a subagent" in page
    lines = [line for line in page.split("\n") if line.startswith("- VS Code")]
    assert lines
    assert "`effort`" in lines[0]
    assert "`tools`" not in lines[0]
    assert under(text) == "---"


def test_the_fence_shows_lengths_against_limits() -> None:
    body = "x" * 31_000
    page = shown(f"---|\ndescription: y\n---\n{body}", COPILOT)
    assert "body 31,000 of 30,000 characters **too long**" in page


def test_the_fence_says_when_nobody_loads_the_file() -> None:
    page = shown("---|\ndescription: y\n---\n", "/w/.github/agents/sub/x.md")
    assert "subfolders" in page


def test_a_plugin_agent_ignores_more() -> None:
    text = "---|\nname: x\nhooks: {}\n---\n"
    assert "`hooks`" not in next(
        line for line in shown(text).split("\n") if line.startswith("- Claude Code")
    )
    page = shown(text, "/w/plugins/tidy/agents/x.md")
    assert "`hooks`" in next(line for line in page.split("\n") if line.startswith("- Claude Code"))


def test_the_fence_says_who_does_not_load_the_file() -> None:
    assert "Claude Code does not, without `description`" in shown("---|\nname: x\n---\n")
    text = "---|\nname: x\ndescription: y\ncolor: red\n---\n"
    assert "Gemini CLI does not: `color`" in shown(text, "/w/.gemini/agents/x.md")


# Other files

WORLD = World(
    {
        ".claude/agents/worker.md": "---\nname: worker\ndescription: Works hard.\n---\n",
        ".claude/skills/pdf/SKILL.md": "---\nname: pdf\ndescription: Reads PDFs.\n---\n",
        "docs/a.md": "",
        "src/a.py": "",
        "src/b.py": "",
    }
)


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("---\ntools: Agent(wor|ker)\n---\n", CLAUDE, "Works hard."),
        ("---\nskills: [pd|f]\n---\n", CLAUDE, "Reads PDFs."),
        ("---\nname: x\n---\nAsk `wor|ker`.\n", CLAUDE, "`.claude/agents/worker.md`"),
        ("---\nname: x\n---\n[a](../../docs/a|.md)\n", CLAUDE, "`docs/a.md`"),
        ("---\nname: x\n---\n[a](b|.md)\n", CLAUDE, "`.claude/agents/b.md` does not exist."),
        ("---\napplyTo: 'src/**|'\n---\n", "/w/x.instructions.md", "Matches 2 files"),
        ("---\napplyTo: '{a|'\n---\n", "/w/x.instructions.md", "has no `}`"),
    ],
)
def test_what_is_elsewhere(text: str, path: str, words: str) -> None:
    assert words in shown(text, path, WORLD)


# Topics


@pytest.mark.parametrize(
    ("word", "slug"),
    [
        ("JWT", "jwt"),
        ("jwt", "jwt"),
        ("json web token", "jwt"),
        ("JSON Web Tokens", "jwt"),
        ("json-web-token", "jwt"),
        ("Connection pooling", "connection-pooling"),
        ("connection_pool", "connection-pooling"),
        ("Node.js", "nodejs"),
        ("nodejs", "nodejs"),
        ("ASP.NET Core", "aspnet-core"),
        ("C#", "dotnet"),
        ("FastAPI", "fastapi"),
    ],
)
def test_topics_in_the_body(word: str, slug: str) -> None:
    assert slug in catalog.topics(), "the page this test is about"
    text = f"---\nname: x\n---\n- **Auth**: we use {word[:1]}|{word[1:]}, and so on\n"
    assert catalog.topics()[slug].title in shown(text)
    assert under(text) == word


def test_topics_behind_text_that_is_not_ascii() -> None:
    assert under("---\nname: x\n---\n" + "ä€😀 " * 200 + "J|WT 😀") == "JWT"


def test_everyday_words_count_only_where_they_are_names() -> None:
    def found(text: str) -> list[str]:
        return [mention.slug for mention in knowledge.find_topics(text)]

    assert found("Go ahead and express yourself") == []
    assert "go" in found("Backends in Go, Express and Flask")
    assert "express" in found("Backends in Go, Express and Flask")
    assert found("the jwt of the day") == ["jwt"]


def test_every_topic_is_found_by_its_title() -> None:
    for slug, topic in catalog.topics().items():
        mention = knowledge.topic_at(f"about {topic.title} here", 6)
        assert mention is not None, slug
        assert mention.slug == slug


def test_every_page_fits() -> None:
    """Hovers over every key of every dialect, and over its fence."""
    for dialect in dialects():
        globs = dialect.globs.get("workspace") or dialect.globs.get("user", ())
        if not globs or dialect.format != "markdown":
            continue
        path = "/w/" + globs[0].removeprefix("~/").replace("**/", "").replace("*", "x")
        header = "".join(f"{name}: x\n" for name in dialect.keys)
        source = f"---\n{header}---\nbody\n"
        for line in range(len(dialect.keys) + 1):
            at = sum(len(part) + 1 for part in source.split("\n")[:line]) + 1
            found = hover(Document(path, source.encode()), at)
            assert found is not None, (dialect.id, path, line)
            assert found.markdown.count("\n") < HOVER_LINES
