"""Correct files of every dialect: real-shaped ones, and the examples of the schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.agents.world import World, absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

from backspec.agents.agent_file import open_file
from backspec.agents.check import check
from backspec.catalog import dialect_names, schema
from backspec.config import Config
from backspec.model import Diagnostic, Document, Severity

CASES = Path(__file__).resolve().parent.parent / "cases" / "dialects"


def files_of(dialect: str) -> dict[str, bytes | str]:
    root = CASES / dialect
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def reported(path: str, text: bytes, world: World) -> list[Diagnostic]:
    config = Config(profile="strict")
    return check(
        Document(absolute(path), text), world, lambda rule: config.severity(rule) is not None
    )


@pytest.mark.parametrize("dialect", sorted(path.name for path in CASES.iterdir()))
def test_real_shaped_files(dialect: str) -> None:
    """Nothing at all is reported, in the profile ``strict``, and the dialect is recognised."""
    files = files_of(dialect)
    world = World(files)
    seen = set()
    for path, text in files.items():
        assert isinstance(text, bytes)
        opened = open_file(Document(absolute(path), text), world)
        seen |= {found.id for found in opened.dialects} if opened is not None else set()
        found = [(d.rule, d.message) for d in reported(path, text, world)]
        found = [pair for pair in found if pair[0] != "agent/unmatched-glob"]
        assert found == [], path
    assert dialect in seen


def example_files() -> Iterator[tuple[str, str, str]]:
    """(dialect, path, text) for each example of each schema."""
    for name in dialect_names():
        data = schema(f"agents/{name}")
        block = data["x-backspec"]
        globs = [glob for level in block["globs"].values() for glob in level]
        if not globs:
            continue
        for example in data.get("examples", ()):
            path = globs[0].removeprefix("~/").replace("**/", "")
            if block["kind"] == "skill":
                path = globs[0].replace("**/SKILL.md", f"{example.get('name', 'x')}/SKILL.md")
                path = path.removeprefix("**/")
            yield name, path.replace("*", "example"), written(example, block["format"])


def written(example: Any, file_format: str) -> str:
    if file_format == "json":
        return json.dumps(example, indent=2)
    if file_format == "toml":
        return "".join(f"{key} = {toml(value)}\n" for key, value in example.items())
    text = yaml.safe_dump(example, sort_keys=False, allow_unicode=True, width=10_000)
    if file_format == "yaml":
        return text
    return f"---\n{text}---\nDo the work that the description says. $ARGUMENTS\n"


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return json.dumps(value)


FORM = (
    *("wrong-type", "invalid-value", "unknown-key", "misspelt-key", "foreign-key", "ignored-key"),
    *("missing-companion", "number-out-of-range", "not-a-boolean", "implicit-type", "empty-field"),
    *("invalid-yaml", "invalid-toml", "invalid-json", "unquoted-special", "unknown-hook-event"),
    *("invalid-name", "unknown-tool"),
)


@pytest.mark.parametrize(("dialect", "path", "text"), list(example_files()))
def test_examples_of_the_schemas(dialect: str, path: str, text: str) -> None:
    """A header that the schema calls an example passes every check of keys and values."""
    document = Document(absolute(path), text.encode())
    world = World({path: text})
    opened = open_file(document, world)
    assert opened is not None
    assert dialect in {found.id for found in opened.dialects}
    found = [
        (d.rule, d.message) for d in reported(path, text.encode(), world) if d.rule[6:] in FORM
    ]
    assert [pair for pair in found if "documented as a list" not in pair[1]] == []
    errors = [d for d in reported(path, text.encode(), world) if d.severity == Severity.ERROR]
    assert errors == []
