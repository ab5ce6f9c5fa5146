"""The dialect schemas as data: any JSON Schema validator can use each of them alone."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from backspec import catalog
from backspec.agents.completion.snippets import plain
from backspec.agents.dialects import dialect, dialects, product_name
from backspec.agents.frontmatter import parse
from backspec.agents.tools import tool_list

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = catalog.dialect_names()
META = catalog.schema("dialect")


def subschemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Every mapping that is a schema: not examples, snippets or our own block."""
    if isinstance(schema, dict):
        yield schema
        for key, inner in schema.items():
            if key not in ("examples", "defaultSnippets", "x-backspec", "enum", "const", "default"):
                yield from subschemas(inner)
    elif isinstance(schema, list):
        for item in schema:
            yield from subschemas(item)


def test_there_is_one_for_each_kind_of_file_we_know() -> None:
    assert {"claude-subagent", "copilot-agent", "vscode-agent", "agent-skill"} <= set(NAMES)
    assert len(NAMES) > 70


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_valid_and_has_the_form_of_a_dialect(name: str) -> None:
    schema = catalog.schema(f"agents/{name}")
    Draft202012Validator.check_schema(schema)
    problems = [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(META).iter_errors(schema)
    ]
    assert problems == []
    assert schema["$id"].endswith(f"/agents/{name}.schema.json")


@pytest.mark.parametrize("name", NAMES)
def test_examples_validate(name: str) -> None:
    schema = catalog.schema(f"agents/{name}")
    validator = Draft202012Validator(schema)
    assert schema["examples"]
    for example in schema["examples"]:
        assert [error.message for error in validator.iter_errors(example)] == []
    for inner in subschemas(schema):
        if inner is schema:
            continue
        alone = Draft202012Validator({**inner, "$defs": schema.get("$defs", {})})
        for example in inner.get("examples", ()):
            assert [error.message for error in alone.iter_errors(example)] == [], example


@pytest.mark.parametrize("name", NAMES)
def test_references_stay_inside_the_file(name: str) -> None:
    schema = catalog.schema(f"agents/{name}")
    for inner in subschemas(schema):
        reference = inner.get("$ref", "#/")
        assert reference.startswith("#/"), reference
        target: Any = schema
        for part in reference[2:].split("/"):
            target = target[part] if part else target


@pytest.mark.parametrize("name", NAMES)
def test_what_the_block_says_fits_the_schema(name: str) -> None:
    found = dialect(name)
    block = found.extra
    known = set(found.keys)
    for facts in block["products"].values():
        for on in (facts.get("on", {}), *(at.get("on", {}) for at in facts.get("at", {}).values())):
            for mistake in on:
                key = mistake.partition(" ")[2]
                assert not key or key in known or key == "body", mistake
    for limit in found.limits:
        assert limit.of == "body" or limit.of in known
        assert limit.most or limit.least
    for key in found.keys.values():
        assert not key.replaced_by or key.replaced_by in known
        assert bool(key.deprecated) or not key.replaced_by
        assert set(key.when) <= known
    for placeholder in found.placeholders:
        shown = plain(placeholder.snippet)
        if placeholder.snippet:
            assert placeholder.pattern.search(shown), (placeholder.form, shown)
    if found.tools:
        assert list(tool_list(found.tools).offers())
    if found.models:
        assert found.models in catalog.vocabulary("agent-models")["lists"]
    for reader in found.readers:
        assert product_name(reader.product) != reader.product, reader.product


@pytest.mark.parametrize("name", NAMES)
def test_enums_are_documented(name: str) -> None:
    for inner in subschemas(catalog.schema(f"agents/{name}")):
        if "enumDescriptions" in inner:
            assert len(inner["enumDescriptions"]) == len(inner["enum"])


def test_definitions_of_one_name_are_the_same_everywhere() -> None:
    """They are copied so that each file stands alone; this keeps the copies together."""
    claude = [n for n in NAMES if catalog.schema(f"agents/{n}").get("$defs", {}).get("hookGroup")]
    assert len(claude) == 3
    seen: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in claude:
        for definition, body in catalog.schema(f"agents/{name}")["$defs"].items():
            seen[definition][json.dumps(body, sort_keys=True)].append(name)
    assert {d: list(bodies.values()) for d, bodies in seen.items() if len(bodies) > 1} == {}


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("claude-subagent", {"name": "x", "description": "y", "tools": "Read, Grep"}),
        ("claude-subagent", {"name": "x", "description": "y", "tools": ["Read"]}),
        ("claude-subagent", {"name": "x", "description": "y", "tools": []}),
        ("claude-subagent", {"name": "dotnet-4.8", "description": "y", "zzz": 1}),
        ("claude-subagent", {"name": "x", "description": "y", "model": "claude-opus-5"}),
        ("copilot-agent", {"name": "PostgreSQL Administrator", "description": "y"}),
        ("copilot-agent", {"description": "y", "tools": "*", "model": "Claude Sonnet 4"}),
        ("copilot-agent", {"description": "y", "mcp-servers": {"x": {"type": "http"}}}),
        ("vscode-agent", {"model": ["a", "b"], "tools": ["*"]}),
        ("vscode-agent", {"handoffs": [{"label": "x", "agent": "y"}]}),
        ("agent-skill", {"name": "x", "description": "y", "allowed-tools": ["Read"]}),
        ("cursor-rule", {"globs": ["a/**"], "description": "x"}),
        ("claude-command", {"argument-hint": "[x]", "hide-from-slash-command-tool": "true"}),
        ("opencode-agent", {"permission": {"bash": {"*": "ask"}}, "reasoningEffort": "high"}),
    ],
)
def test_what_real_files_hold_is_accepted(name: str, header: dict[str, Any]) -> None:
    validator = Draft202012Validator(catalog.schema(f"agents/{name}"))
    assert [error.message for error in validator.iter_errors(header)] == []


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("claude-subagent", {"name": "x"}),
        ("claude-subagent", {"name": "-x", "description": "y"}),
        ("claude-subagent", {"name": "x", "description": "y", "permissionMode": "delegate"}),
        ("copilot-agent", {"name": "x"}),
        ("copilot-agent", {"description": "x", "mcp-servers": {"a": {"type": "remote"}}}),
        ("vscode-agent", {"target": "claude"}),
        ("agent-skill", {"name": "Not-Lower", "description": "y"}),
        ("agent-skill", {"name": "x", "description": "y" * 1025}),
        ("gemini-agent", {"name": "x", "description": "y", "tools": "read_file"}),
        ("gemini-agent", {"name": "x", "description": "y", "mcpServers": {}}),
        ("gemini-agent", {"kind": "remote", "name": "x", "tools": [], "agent_card_url": "u"}),
        ("gemini-agent", {"kind": "remote", "name": "x"}),
        ("opencode-agent", {"tools": "Read"}),
        ("opencode-agent", {"permission": "perhaps"}),
        ("codex-agent", {"name": "x", "description": "y", "developer_instructions": "z", "q": 1}),
        ("roo-modes", {"customModes": [{"slug": "a b", "name": "x", "roleDefinition": "y"}]}),
        ("qwen-agent", {"name": "-x", "description": "y"}),
        ("vscode-instructions", {"applyTo": ["**"]}),
    ],
)
def test_what_products_refuse_is_refused(name: str, header: dict[str, Any]) -> None:
    assert list(Draft202012Validator(catalog.schema(f"agents/{name}")).iter_errors(header))


def test_header_snippets_make_valid_headers() -> None:
    """A whole-header snippet, taken as it is, is a header the schema accepts."""
    for found in dialects():
        if found.format != "markdown":
            continue
        for snippet in found.header_snippets:
            from backspec.agents.completion.snippets import yaml_lines

            text = "\n".join(["---", *map(plain, yaml_lines(snippet["body"])), "---", ""])
            header = parse(text.encode())
            assert not header.problems, (found.id, text)
            assert header.root is not None
            errors = Draft202012Validator(found.schema).iter_errors(header.root.data())
            assert [error.message for error in errors] == [], (found.id, text)


def test_sources_are_dated_and_point_to_a_page() -> None:
    for name in NAMES:
        for facts in catalog.schema(f"agents/{name}")["x-backspec"]["products"].values():
            assert re.fullmatch(r"https://[\w.-]+(/.*)?", facts["source"])
    for path in sorted((catalog.DATA / "vocabularies").glob("*-tools.yaml")):
        data = catalog.vocabulary(path.stem)
        assert all(source["url"] and source["verified"] for source in data["sources"])
