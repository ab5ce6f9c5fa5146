"""Refactorings of agent files: `|` is the cursor."""

from __future__ import annotations

from tests.agents.world import World, absolute

from backspec.agents.frontmatter import parse
from backspec.agents.refactor import refactorings
from backspec.model import Action, Document
from backspec.text import Span, apply_edits

CLAUDE = ".claude/agents/x.md"
HEAD = "---\nname: x\ndescription: y\n---\n"
SECTION = "Always look at the tests first, and then at the code they test."


def actions(text: str, path: str = CLAUDE, world: World | None = None) -> dict[str, Action]:
    at = text.index("|")
    document = Document(absolute(path), text.replace("|", "", 1).encode())
    found = refactorings(document, Span(at, at), world or World())
    return {action.fix.title: action for action in found}


def test_conversions_are_offered_in_the_header_only() -> None:
    found = actions("---\nname: x|\ndescription: y\ncolor: red\n---\nbody\n")
    action = found["Convert to GitHub Copilot custom agent (loses 1 thing)"]
    (made,) = action.fix.other_files
    assert made.create
    assert made.path == absolute(".github/agents/x.agent.md")
    assert "# Lost: colour `red`" in made.edits[0].new_text
    assert action.fix.edits == ()
    assert "Convert to Qwen Code agent" in found
    assert actions(HEAD + "bo|dy\n") == {}


def test_a_file_that_is_there_is_not_overwritten() -> None:
    world = World({".github/agents/x.agent.md": ""})
    found = actions("---\nname: x|\ndescription: y\n---\nbody\n", world=world)
    assert not any("Copilot" in title or "VS Code" in title for title in found)
    assert "Convert to Cursor subagent" in found


def test_keys_are_sorted() -> None:
    text = "---\ndescription: y|\nname: x\n---\nbody\n"
    action = actions(text)["Sort the keys of the header"]
    after = apply_edits(text.replace("|", "").encode(), action.fix.edits)
    assert after == (HEAD + "body\n").encode()


def test_a_chat_mode_becomes_an_agent() -> None:
    found = actions("---\ndescription: y|\n---\n", ".github/chatmodes/plan.chatmode.md")
    (moved,) = found["Rename to `plan.agent.md`"].fix.other_files
    assert moved.rename_to == absolute(".github/agents/plan.agent.md")


def test_a_section_becomes_a_skill() -> None:
    text = f"{HEAD}# X\n\n## Code Review\n\n{SECTION}|\n\n### More\n\nx\n\n## Next\n\ny\n"
    action = actions(text)["Extract section `Code Review` into a skill"]
    assert action.kind == "refactor.extract"
    (made,) = action.fix.other_files
    assert made.path == absolute(".claude/skills/code-review/SKILL.md")
    skill = parse(made.edits[0].new_text.encode())
    assert skill.string("name") == "code-review"
    assert (skill.string("description") or "").startswith("Code Review: Always look")
    assert skill.body_text == f"\n# Code Review\n\n{SECTION}\n\n### More\n\nx\n"
    after = apply_edits(text.replace("|", "").encode(), action.fix.edits).decode()
    assert after == (
        "---\nname: x\ndescription: y\nskills: [code-review]\n---\n# X\n\n## Code Review\n\n"
        "Use the `code-review` skill.\n\n## Next\n\ny\n"
    )


def test_a_section_becomes_a_skill_of_the_same_family() -> None:
    text = f"---\ndescription: y\n---\n## Review\n\n{SECTION}|\n"
    (action,) = actions(text, ".github/agents/x.agent.md").values()
    assert action.fix.other_files[0].path == absolute(".github/skills/review/SKILL.md")
    after = apply_edits(text.replace("|", "").encode(), action.fix.edits).decode()
    assert after == "---\ndescription: y\n---\n## Review\n\nUse the `review` skill.\n"


def test_what_is_no_section_stays() -> None:
    assert actions(f"{HEAD}{SECTION}|\n") == {}
    assert actions(f"{HEAD}# X\n\n{SECTION}|\n") == {}
    assert actions(f"{HEAD}## X\n\nshort|\n") == {}
    assert actions(f"{HEAD}## X\n\n{SECTION}|\n", "docs/x.txt") == {}
    world = World({".claude/skills/x/SKILL.md": ""})
    assert actions(f"{HEAD}## X\n\n{SECTION}|\n", world=world) == {}
