"""Scaffold a dialect: one JSON Schema for a kind of agent file, a sample, and the steps left."""

from __future__ import annotations

import argparse
import json
import re
import sys

from backspec import catalog
from dev import REPO


def schema(name: str, glob: str) -> dict[str, object]:
    """A new dialect's schema; ``schemas/dialect.schema.json`` says what each word means."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://backspec.dev/schemas/agents/{name}.schema.json",
        "title": name.replace("-", " ").capitalize(),
        "markdownDescription": "REPLACE: who reads such a file, and when.",
        "description": "REPLACE: who reads such a file, and when.",
        "type": "object",
        "required": ["name", "description"],
        "properties": {
            "name": {
                "type": "string",
                "markdownDescription": "REPLACE: what the product does with it.",
            },
            "description": {
                "type": "string",
                "markdownDescription": "REPLACE: what the product does with it.",
            },
        },
        "x-backspec": {
            "owner": "REPLACE",
            "kind": "agent",
            "format": "markdown",
            "globs": {"workspace": [glob]},
            "identity": {"from": "name"},
            "products": {},
        },
    }


_STEPS = """\
Wrote {schema} and {sample}. What is left:

  1. Keys: type, allowed values, description, deprecations; from the product's documentation or
     source, in your own words. `examples` in the schema are executed.
  2. x-backspec.products: who loads the file and what each mistake does there. Every product
     states its evidence, source and the date you looked.
  3. Detection, when the folder is shared with other dialects: keys only this one knows.
  4. Real-shaped samples in {samples}/: they must be clean.
  5. python -m pytest -q tests/agents
  6. A line in changelog.d/, then python -m dev generate.
"""


def main(argv: list[str]) -> int:
    """Write the schema and a sample; refuses a name that exists."""
    parser = argparse.ArgumentParser(prog="python -m dev new-dialect", description=__doc__)
    parser.add_argument("name", help="kebab-case: claude-subagent")
    parser.add_argument("--glob", default="**/.REPLACE/*.md", help="where such files are")
    options = parser.parse_args(argv)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", options.name):
        print(f"{options.name}: a dialect's name is kebab-case", file=sys.stderr)
        return 2
    if options.name in catalog.dialect_names():
        print(f"{options.name}: there is one already", file=sys.stderr)
        return 2
    path = REPO / f"schemas/agents/{options.name}.schema.json"
    path.write_text(json.dumps(schema(options.name, options.glob), indent=2) + "\n", "utf-8")
    sample = REPO / f"tests/cases/dialects/{options.name}/minimal.md"
    sample.parent.mkdir(parents=True, exist_ok=True)
    sample.write_text("---\nname: minimal\ndescription: Does one thing.\n---\nDo it.\n", "utf-8")
    print(
        _STEPS.format(
            schema=path.relative_to(REPO),
            sample=sample.relative_to(REPO),
            samples=sample.parent.relative_to(REPO),
        )
    )
    return 0
