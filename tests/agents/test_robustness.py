"""Whatever stands in a file: no feature raises, and every span lies in the text."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.agents.world import World, absolute

from backspec.agents.complete import complete
from backspec.agents.convert import ConversionError, convert, targets
from backspec.agents.hover import hover
from backspec.agents.lenses import inlays, lenses
from backspec.agents.links import document_links
from backspec.agents.navigation import definition, named_at, references
from backspec.agents.outline import folds, selections, symbols
from backspec.agents.rename import RenameError, prepare_rename, rename
from backspec.agents.tidy import format_header, sort_keys
from backspec.agents.tokens import tokens
from backspec.agents.who import who
from backspec.model import Document
from backspec.text import Span, apply_edits

PATHS = [
    ".claude/agents/x.md",
    ".github/agents/x.agent.md",
    ".claude/skills/x/SKILL.md",
    ".gemini/agents/x.md",
    ".opencode/agents/x.md",
    ".codex/agents/x.toml",
    ".amazonq/cli-agents/x.json",
    ".roomodes",
    ".claude/commands/x.md",
    "CLAUDE.md",
    "docs/x.md",
]

SAMPLE = """---
name: "wörker 😀"
description: >-
  Does: things
tools: Read, Agent(a, b), 'x
mcpServers: [github, {db: {type: stdio}}]
hooks:
  PreToolUse:
    - matcher: Bash
      hooks: [{type: command, command: ./x}]
handoffs:
  - label: Go
    agent: wörker
model: [a, b]
---
# T $ARGUMENTS `wörker` @wörker [a](b.md) #tool:edit #file:c.md
```
JWT
```
"""
WORLD = World(
    {
        ".claude/agents/other.md": "---\nname: wörker\ndescription: x\ntools: Agent(a)\n---\n@a\n",
        ".github/agents/other.agent.md": "---\nname: wörker\ndescription: x\n---\n",
    },
    mcp_servers={"db": "/w/.mcp.json"},
)


def inside(text: bytes, *spans: Span) -> None:
    for span in spans:
        assert 0 <= span.start <= span.end <= len(text), span


def try_everything(text: bytes, path: str, offsets: list[int]) -> None:
    document = Document(absolute(path), text)
    todo = symbols(document, WORLD)
    while todo:
        symbol = todo.pop()
        inside(text, symbol.span, symbol.selection)
        todo.extend(symbol.children)
    inside(text, *(fold.span for fold in folds(document, WORLD)))
    inside(text, *(token.span for token in tokens(document, WORLD)))
    inside(text, *(link.span for link in document_links(document, WORLD)))
    inside(text, *(lens.span for lens in lenses(document, {}, WORLD)))
    assert all(0 <= inlay.offset <= len(text) for inlay in inlays(document, WORLD))
    apply_edits(text, format_header(document, WORLD))
    fix = sort_keys(document, WORLD)
    apply_edits(text, fix.edits if fix else ())
    who(document, WORLD)
    for to in targets(document, WORLD)[:3]:
        with suppress(ConversionError):
            convert(document, to, WORLD)
    for offset in offsets:
        for item in complete(document, offset, WORLD):
            inside(text, item.edit.span)
            assert item.edit.span.contains(offset)
            apply_edits(text, [item.edit, *item.extra_edits])
        found = hover(document, offset, WORLD)
        if found is not None:
            inside(text, found.span)
        inside(text, *selections(document, offset, WORLD))
        named = named_at(document, offset, WORLD)
        if named is not None:
            inside(text, named.span)
        definition(document, offset, WORLD)
        references(document, offset, WORLD)
        if prepare_rename(document, offset, WORLD) is not None:
            with suppress(RenameError):
                rename(document, offset, "other-name", WORLD)


@pytest.mark.parametrize("path", PATHS)
def test_every_offset_of_a_sample(path: str) -> None:
    text = SAMPLE.encode()
    try_everything(text, path, list(range(0, len(text) + 1, 3)))


@pytest.mark.parametrize("path", PATHS[:2])
def test_every_truncation_of_a_sample(path: str) -> None:
    text = SAMPLE.encode()
    for end in range(0, len(text), 4):
        try_everything(text[:end], path, [end, end // 2])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=120).map(lambda raw: b"---\n" + raw + b"\n---\nbody"),
        st.text(alphabet="ab:-[]{},'\"|>#&*!? \n\t$@`é😀", max_size=120).map(
            lambda raw: f"---\nname: x\ntools: {raw}\n---\n".encode()
        ),
    ),
    path=st.sampled_from(PATHS),
    places=st.lists(st.integers(0, 220), max_size=3),
)
def test_any_bytes(text: bytes, path: str, places: list[int]) -> None:
    try_everything(text, path, [min(place, len(text)) for place in places])


def test_deep_nesting_and_alias_bombs() -> None:
    deep = ("---\nhooks: " + "[" * 3000 + "\n---\n").encode()
    try_everything(deep, PATHS[0], [10, 500])
    bomb = "---\na0: &a0 [x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 25))
    try_everything((bomb + "---\n").encode(), PATHS[0], [20])
    keys = "---\n" + "".join("  " * n + "a:\n" for n in range(400)) + "---\n"
    try_everything(keys.encode(), PATHS[0], [50, 2000])
