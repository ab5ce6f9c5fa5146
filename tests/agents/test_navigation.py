"""Definition, references and rename across a workspace: `|` is the cursor."""

from __future__ import annotations

import pytest
from tests.agents.world import ROOT, World, absolute

from backspec.agents.navigation import definition, paths_in, references
from backspec.agents.rename import (
    RenameError,
    prepare_rename,
    references_to_file,
    rename,
    rename_file,
)
from backspec.model import Document, FileEdit
from backspec.text import apply_edits

PLANNER = ".github/agents/planner.agent.md"
CODER = ".github/agents/coder.agent.md"
PROMPT = ".github/prompts/plan.prompt.md"
WORKER = ".claude/agents/worker.md"
LEAD = ".claude/agents/lead.md"
PDF = ".claude/skills/pdf-forms/SKILL.md"

FILES = {
    PLANNER: (
        "---\nname: Deep Planner\ndescription: Plans.\nhandoffs:\n"
        "  - label: Go\n    agent: 'coder'\n---\nPlan.\n"
    ),
    CODER: (
        "---\ndescription: Codes.\nagents: [Deep Planner]\n---\n"
        "Ask the Deep Planner. See [it](planner.agent.md) and `Deep Planner`.\n"
    ),
    PROMPT: "---\nagent: Deep Planner\n---\nLet @coder do it. #file:docs/a.md\n",
    WORKER: "---\nname: worker\ndescription: Works.\nskills:\n  - pdf-forms\n---\nWork hard.\n",
    LEAD: (
        "---\nname: lead\ndescription: Leads.\ntools: Agent(worker, other), Read\n---\n"
        "Use `worker` for hard work, never worker things. Use the pdf-forms skill.\n"
        "```\n`worker`\n```\n"
    ),
    PDF: "---\nname: pdf-forms\ndescription: Fills.\n---\nSee [more](more.md#top).\n",
    ".claude/skills/pdf-forms/more.md": "# Top\n",
    "docs/a.md": "",
    "CLAUDE.md": "@docs/a.md and someone@example.com and @decorator\n",
    "AGENTS.md": "See [worker](.claude/agents/worker.md).\n",
}


def at(path: str, before: str, world: World) -> tuple[Document, int]:
    """The document at a path of the world, and the offset of ``|`` in ``before``."""
    text = world.read(absolute(path)) or b""
    plain = before.replace("|", "").encode()
    return Document(absolute(path), text), text.index(plain) + before.index("|")


def text_at(world: World, path: str, start: int, end: int) -> str:
    return (world.read(path) or b"")[start:end].decode()


@pytest.mark.parametrize(
    ("path", "before", "target", "name"),
    [
        (PROMPT, "agent: Deep| Planner", PLANNER, "Deep Planner"),
        (PLANNER, "agent: 'co|der'", CODER, ""),
        (CODER, "[Deep| Planner]", PLANNER, "Deep Planner"),
        (CODER, "Ask the Deep| Planner", PLANNER, "Deep Planner"),
        (CODER, "`Deep| Planner`", PLANNER, "Deep Planner"),
        (PROMPT, "@co|der", CODER, ""),
        (LEAD, "Agent(wor|ker", WORKER, "worker"),
        (LEAD, "`wor|ker` for", WORKER, "worker"),
        (LEAD, "pdf-|forms skill", PDF, "pdf-forms"),
        (WORKER, "- pdf|-forms", PDF, "pdf-forms"),
        (WORKER, "name: wor|ker", WORKER, "worker"),
        (CODER, "(planner.|agent.md)", PLANNER, ""),
        (PROMPT, "#file:docs/|a.md", "docs/a.md", ""),
        ("CLAUDE.md", "@docs/|a.md", "docs/a.md", ""),
        (PDF, "(more|.md#top)", ".claude/skills/pdf-forms/more.md", ""),
    ],
)
def test_definition(path: str, before: str, target: str, name: str) -> None:
    world = World(FILES)
    found = definition(*at(path, before, world), world)
    assert [place.path for place in found] == [absolute(target)]
    assert text_at(world, found[0].path, *found[0].span) == name


@pytest.mark.parametrize(
    ("path", "before"),
    [
        (LEAD, "oth|er)"),
        (LEAD, "never wor|ker things"),
        (LEAD, "```\n`wor|ker`"),
        ("CLAUDE.md", "someone@exam|ple"),
        ("CLAUDE.md", "@deco|rator"),
        (WORKER, "Work ha|rd"),
    ],
)
def test_what_is_no_name_has_no_definition(path: str, before: str) -> None:
    world = World(FILES)
    assert definition(*at(path, before, world), world) == []


def test_definition_of_a_server() -> None:
    text = "---\ntools: [db/query]\nmcp-servers:\n  db:\n    type: local\n---\n"
    world = World({CODER: text})
    found = definition(*at(CODER, "[db/qu|ery]", world), world)
    assert [text_at(world, place.path, *place.span) for place in found] == ["db"]
    config = absolute(".mcp.json")
    world = World(
        {".claude/agents/x.md": "---\ntools: mcp__db__q\n---\n", ".mcp.json": '{"db": {}}'},
        mcp_servers={"db": config},
    )
    found = definition(*at(".claude/agents/x.md", "mcp__d|b", world), world)
    assert [(place.path, place.span) for place in found] == [(config, (2, 4))]


@pytest.mark.parametrize(
    ("path", "before", "expected"),
    [
        (WORKER, "name: wor|ker", [WORKER, LEAD, LEAD]),
        (PLANNER, "Deep| Planner", [PLANNER, CODER, PROMPT, CODER, CODER]),
        (PDF, "name: pdf|-forms", [PDF, WORKER, LEAD]),
        (PLANNER, "|Plan.\n", [PLANNER, CODER, PROMPT, CODER, CODER]),
    ],
)
def test_references(path: str, before: str, expected: list[str]) -> None:
    world = World(FILES)
    found = references(*at(path, before, world), world)
    assert [place.path for place in found] == [absolute(other) for other in expected]
    for place in found[1:]:
        assert text_at(world, place.path, *place.span) in ("worker", "Deep Planner", "pdf-forms")


def changed(world: World, edits: list[FileEdit]) -> dict[str, str]:
    """The texts after a change, by their new paths."""
    found = {}
    for one in edits:
        text = world.read(one.path)
        after = apply_edits(text, list(one.edits)).decode() if text is not None else ""
        found[(one.rename_to or one.path).removeprefix(f"{ROOT}/")] = after
    return found


def test_rename_changes_everything_that_names_an_agent() -> None:
    world = World(FILES)
    document, offset = at(LEAD, "Agent(wor|ker", world)
    assert prepare_rename(document, offset, world) is not None
    after = changed(world, rename(document, offset, "builder", world))
    assert set(after) == {WORKER, LEAD}
    assert after[WORKER] == FILES[WORKER].replace("name: worker", "name: builder")
    assert after[LEAD] == FILES[LEAD].replace("Agent(worker", "Agent(builder").replace(
        "Use `worker`", "Use `builder`"
    )


def test_rename_of_a_shown_name_keeps_quotes_and_quotes_what_needs_it() -> None:
    world = World(FILES)
    document, offset = at(PLANNER, "name: Deep| Planner", world)
    after = changed(world, rename(document, offset, "Plan: all, now", world))
    assert after[PLANNER].startswith('---\nname: "Plan: all, now"\n')
    assert 'agents: ["Plan: all, now"]' in after[CODER]
    assert "Ask the Plan: all, now." in after[CODER]
    assert "`Plan: all, now`" in after[CODER]
    assert 'agent: "Plan: all, now"' in after[PROMPT]


def test_rename_of_an_agent_called_by_its_file_moves_the_file() -> None:
    world = World(FILES)
    document, offset = at(PLANNER, "'co|der'", world)
    edits = rename(document, offset, "builder", world)
    after = changed(world, edits)
    moved = ".github/agents/builder.agent.md"
    assert set(after) == {moved, PLANNER, PROMPT}
    assert "agent: 'builder'" in after[PLANNER]
    assert "Let @builder do it" in after[PROMPT]


def test_rename_of_a_skill_moves_its_folder() -> None:
    world = World(FILES)
    document, offset = at(WORKER, "- pdf|-forms", world)
    edits = rename(document, offset, "forms", world)
    folders = [one for one in edits if one.rename_to]
    assert [(one.path, one.rename_to) for one in folders] == [
        (absolute(".claude/skills/pdf-forms"), absolute(".claude/skills/forms"))
    ]
    after = changed(world, edits)
    assert "name: forms" in after[PDF]
    assert "- forms" in after[WORKER]
    assert "the forms skill" in after[LEAD]


@pytest.mark.parametrize(
    ("before", "new", "words"),
    [
        ("name: wor|ker", "", "empty"),
        ("name: wor|ker", "-x", "not a name"),
        ("name: wor|ker", "lead", "already"),
        ("Work ha|rd", "x", "no agent"),
    ],
)
def test_renames_that_cannot_be_done(before: str, new: str, words: str) -> None:
    world = World(FILES)
    document, offset = at(WORKER, before, world)
    with pytest.raises(RenameError, match=words):
        rename(document, offset, new, world)


def test_built_in_agents_cannot_be_renamed() -> None:
    world = World({WORKER: "---\nname: w\ndescription: x\ntools: Agent(Explore)\n---\n"})
    document, offset = at(WORKER, "Agent(Exp|lore", world)
    assert prepare_rename(document, offset, world) is None
    with pytest.raises(RenameError, match="Explore"):
        rename(document, offset, "x", world)


def test_moving_a_file_updates_links_to_it_and_its_own() -> None:
    world = World(FILES)
    old, new = absolute(PLANNER), absolute(".github/agents/team/strategist.agent.md")
    after = changed(world, rename_file(old, new, world))
    assert "[it](team/strategist.agent.md)" in after[CODER]
    assert set(after) == {CODER}
    folder = absolute(".claude/skills")
    after = changed(world, rename_file(folder, absolute(".claude/abilities"), world))
    assert after == {}
    after = changed(world, rename_file(absolute("docs"), absolute("manual"), world))
    assert after["CLAUDE.md"].startswith("@manual/a.md and")
    assert "#file:manual/a.md" in after[PROMPT]


def test_moving_a_file_that_names_its_agent_updates_references() -> None:
    world = World(FILES)
    new = absolute(".github/agents/builder.agent.md")
    after = changed(world, rename_file(absolute(CODER), new, world))
    assert "agent: 'builder'" in after[PLANNER]


def test_what_a_deleted_file_leaves_behind() -> None:
    world = World(FILES)
    found = references_to_file(absolute(WORKER), world)
    assert {path.removeprefix(f"{ROOT}/") for path, _ in found} == {LEAD, "AGENTS.md"}


def test_paths_leave_placeholders_and_addresses_alone() -> None:
    text = (
        "---\nname: x\n---\n[a](${CLAUDE_SKILL_DIR}/a.md) [b](https://x.y) [c](#d) [e](mailto:f) "
        "[g](<h i.md>) [j](k%20l.md) `[m](n.md)` ![o](p.png) [q]: r.md\n\n[s]: t.md\n"
    )
    uses = paths_in(Document(absolute(WORKER), text.encode()), World())
    folder = absolute(".claude/agents")
    assert [use.target for use in uses] == [
        f"{folder}/h i.md",
        f"{folder}/k l.md",
        f"{folder}/p.png",
        f"{folder}/t.md",
    ]


def test_nothing_without_a_workspace() -> None:
    document = Document(absolute(WORKER), FILES[WORKER].encode())
    assert references(document, 10, None) == []
    assert prepare_rename(document, 10, None) is None
    with pytest.raises(RenameError):
        rename(document, 10, "x", None)
