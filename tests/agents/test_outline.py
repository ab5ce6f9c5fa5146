"""Outline, folds, selections, tokens, links, lenses and inlays of agent files."""

from __future__ import annotations

import itertools

import pytest
from tests.agents.world import World, absolute

from backspec.agents.lenses import inlays, lenses
from backspec.agents.links import document_links
from backspec.agents.outline import folds, selections, symbols, workspace_symbols
from backspec.agents.tokens import tokens
from backspec.model import Document, Symbol

CLAUDE = ".claude/agents/x.md"
COPILOT = ".github/agents/x.agent.md"
RULES = ".github/instructions/x.instructions.md"

TEXT = """---
name: x
description: Does things.
hooks:
  PreToolUse:
    - matcher: Bash
      hooks:
        - type: command
          command: ./a.sh
---
# Title

Some text.

## Part

```python
# not a heading
```

<!-- a
comment -->

Other part
----------

End.
"""


def document(text: str, path: str = CLAUDE) -> Document:
    return Document(absolute(path), text.encode())


def names(found: list[Symbol] | tuple[Symbol, ...]) -> list[object]:
    return [(s.name, names(s.children)) if s.children else s.name for s in found]


def test_the_outline_has_keys_and_headings() -> None:
    found = symbols(document(TEXT))
    assert names(found) == [
        "name",
        "description",
        ("hooks", [("PreToolUse", ["matcher", ("hooks", ["type", "command"])])]),
        ("Title", ["Part", "Other part"]),
    ]
    assert found[0].detail == "x"
    for symbol in found:
        assert (
            symbol.span.start <= symbol.selection.start <= symbol.selection.end <= symbol.span.end
        )


def test_heading_levels_that_jump() -> None:
    text = "---\nname: x\n---\n### A\n# B\n### C\n## D\n# E\n"
    assert names(symbols(document(text)))[1:] == ["A", ("B", ["C", "D"]), "E"]


def test_workspace_symbols() -> None:
    world = World(
        {
            CLAUDE: "---\nname: code-reviewer\ndescription: y\n---\n",
            COPILOT: "---\nname: Review Lead\ndescription: y\n---\n",
            ".claude/skills/pdf/SKILL.md": "---\nname: pdf\ndescription: z\n---\n",
        }
    )
    assert [s.name for s in workspace_symbols("", world)] == ["Review Lead", "code-reviewer", "pdf"]
    assert [s.name for s in workspace_symbols("review", world)] == ["Review Lead", "code-reviewer"]
    assert [s.name for s in workspace_symbols("crv", world)] == ["code-reviewer"]
    assert [s.kind for s in workspace_symbols("pdf", world)] == ["skill"]
    assert workspace_symbols("zzz", world) == []
    assert workspace_symbols("x", None) == []


def test_folds() -> None:
    source = document(TEXT)
    found = {source.text[f.span.start : f.span.end].split(b"\n")[0]: f for f in folds(source)}
    assert found[b"---"].kind == "region"
    assert found[b"<!-- a"].kind == "comment"
    assert {b"hooks:", b"# Title", b"## Part", b"```python", b"Other part"} <= set(found)
    assert b"name: x" not in found
    fence = found[b"```python"]
    assert source.text[fence.span.start : fence.span.end].endswith(b"```")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "---\ntools: [Read, Ba|sh]\nname: x\n---\n",
            ["Bash", "[Read, Bash]", "tools: [Read, Bash]"],
        ),
        ('---\nname: "a b|c"\n---\n', ["bc", "a bc", '"a bc"', 'name: "a bc"']),
        (
            "---\nname: x\n---\nOne tw|o.\nThree.\n\nFour.\n",
            ["two.", "One two.", "One two.\nThree."],
        ),
    ],
)
def test_selections_grow(text: str, expected: list[str]) -> None:
    at = text.index("|")
    source = document(text.replace("|", ""))
    found = [
        source.text[s.start : s.end].decode().removesuffix(".") for s in selections(source, at)
    ]
    positions = [found.index(part.removesuffix(".")) for part in expected]
    assert positions == sorted(positions)
    assert source.text.decode().removesuffix(".") == found[-1]


def test_selections_nest() -> None:
    source = document(TEXT)
    for offset in range(len(source.text) + 1):
        found = selections(source, offset)
        assert found[-1] == (0, len(source.text))
        for inner, outer in itertools.pairwise(found):
            assert outer.start <= inner.start <= inner.end <= outer.end
            assert inner != outer


def coloured(text: str, path: str = CLAUDE, world: World | None = None) -> dict[str, str]:
    source = document(text, path)
    found = tokens(source, world)
    for before, after in itertools.pairwise(found):
        assert before.span.end <= after.span.start
    return {
        source.text[t.span.start : t.span.end].decode(): "/".join((t.kind, *t.modifiers))
        for t in found
    }


def test_tokens_of_a_header() -> None:
    found = coloured(
        "---\nname: x\ntools: Read, MultiEdit, mcp__a__b, Agent(worker)\nmodel: sonnet\n"
        "permissionMode: plan\nzzz: 1\n---\n"
    )
    assert found["name"] == "property"
    assert "zzz" not in found
    assert found["Read"] == "function/defaultLibrary"
    assert found["MultiEdit"] == "function/deprecated"
    assert found["mcp__a__b"] == "function"
    assert found["worker"] == "class"
    assert found["sonnet"] == "enumMember/defaultLibrary"
    assert found["plan"] == "enumMember"
    assert coloured("---\ninfer: true\n---\n", COPILOT)["infer"] == "property/deprecated"


def test_tokens_of_a_body() -> None:
    world = World({CLAUDE: "---\nname: the-worker\ndescription: y\n---\n"})
    command = ".claude/commands/y.md"
    text = "Ä $ARGUMENTS and ask the-worker 😀 `$1`\n```\n$ARGUMENTS[0]\n```\n"
    found = coloured(text, command, world)
    assert found == {"$ARGUMENTS": "macro", "the-worker": "class", "$1": "macro"}
    found = coloured("---\ndescription: x\n---\nuse #tool:codebase now", COPILOT)
    assert found["codebase"] == "function/deprecated"


def test_links_open_files_addresses_and_topics() -> None:
    text = (
        "---\nname: x\ndescription: see https://a.b/c.\n---\n"
        "[a](../../docs/a.md) [gone](gone.md) [web](https://x.y) JWT, JWT and `JWT`\n"
    )
    source = document(text)
    world = World({"docs/a.md": ""})
    found = {
        source.text[link.span.start : link.span.end].decode(): link.target
        for link in document_links(source, world)
    }
    assert found["../../docs/a.md"] == absolute("docs/a.md")
    assert found["https://a.b/c"] == "https://a.b/c"
    assert found["JWT"].endswith("/topics/jwt")
    assert set(found) == {"../../docs/a.md", "https://a.b/c", "JWT"}
    assert len(document_links(source, world)) == 3


def test_lenses() -> None:
    world = World(
        {
            CLAUDE: "---\nname: worker\ndescription: y\ntools: Task, Read, AskUserQuestion\n---\n",
            ".claude/agents/lead.md": "---\nname: lead\ndescription: y\ntools: Task(worker)\n---\n",
            ".claude/agents/talk.md": "---\nname: talk\ndescription: y\n---\nAsk `lead`, not @x.\n",
        }
    )
    worker, lead = absolute(CLAUDE), absolute(".claude/agents/lead.md")

    def titles(path: str, problems: dict[str, int]) -> list[str]:
        return [x.title for x in lenses(Document(path, world.read(path) or b""), problems, world)]

    product = "Claude Code subagent"
    assert titles(worker, {}) == [product, "used by 1", "tools: Agent, Read"]
    assert titles(lead, {}) == [product, "used by 1", "tools: Agent"], "a body names it"
    elsewhere = "elsewhere: 2 problems in 1 file that it uses or that use it"
    assert titles(worker, {lead: 2, worker: 1, "/other.py": 5})[2] == elsewhere
    assert titles(lead, {worker: 2})[2] == elsewhere


@pytest.mark.parametrize(
    ("header", "path", "expected"),
    [
        ("tools: Read, Grep", CLAUDE, []),
        ("tools: Task, Read", CLAUDE, [" = Agent, Read"]),
        ("tools: Read, Bash\ndisallowedTools: Bash", CLAUDE, [" = Read"]),
        ("tools: Read\nmemory: user", CLAUDE, [" = Read, Write, Edit"]),
        ("tools: [web]", COPILOT, [" = web/fetch, web/githubRepo"]),
        ("tools: ['*']", COPILOT, []),
        ("applyTo: '**/*.py'", RULES, [" 2 files"]),
        ("applyTo: 'a/**, b.py'", RULES, [" 1 file"]),
        ("applyTo: '{a'", RULES, []),
    ],
)
def test_inlays(header: str, path: str, expected: list[str]) -> None:
    world = World({"a/x.py": "", "y.py": "", "z.ts": ""})
    source = document(f"---\nname: x\ndescription: y\n{header}\n---\n", path)
    assert [inlay.label for inlay in inlays(source, world)] == expected


def test_other_files_have_none_of_it() -> None:
    other = document(TEXT.replace("name: x\n", ""), "docs/page.md")
    assert not symbols(other)
    assert not folds(other)
    assert not selections(other, 5)
    assert not tokens(other)
    assert not document_links(other)
    assert not lenses(other, {})
    assert not inlays(other)
