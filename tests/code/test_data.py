"""The data of the code half fits together; its form is tested in ``tests/test_project.py``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from backspec import catalog
from backspec.code import analysis, models
from backspec.code.clauses import CONTEXTS, PRIMARIES
from backspec.code.value_tests import WORDS

if TYPE_CHECKING:
    from pathlib import Path

MODEL_FILES = sorted((catalog.DATA / "models").rglob("*.yaml"))
FAMILIES = sorted({path.parent.name for path in MODEL_FILES})


def schema(name: str) -> Any:
    return json.loads((catalog.schemas_root() / f"{name}.schema.json").read_text("utf-8"))


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("name", ["rule", "model"])
def test_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))


def test_schema_names_what_the_engine_knows() -> None:
    rule = schema("rule")["$defs"]
    words = set(rule["clause"]["properties"])
    assert words >= set(PRIMARIES)
    assert set(rule["test"]["properties"]) == set(WORDS)
    assert set(rule["contexts"]["oneOf"][0]["enum"]) == set(CONTEXTS)


@pytest.mark.parametrize("path", MODEL_FILES, ids=name_of)
def test_model_uses_documented_roles_and_arguments(path: Path) -> None:
    roles = catalog.vocabulary("roles")
    data = catalog.load_yaml(path.read_text("utf-8"))
    for entry in data["calls"]:
        unknown = set(entry["roles"]) - set(roles)
        assert not unknown, f"{entry['names']}: document {unknown} in roles.yaml"
        known = {name for role in entry["roles"] for name in roles[role].get("arguments") or ()}
        assert set(entry.get("arguments") or ()) <= known, entry["names"]


@pytest.mark.parametrize("family", FAMILIES)
def test_all_rules_compile(family: str) -> None:
    assert not analysis.ruleset(family, profile="pedantic").problems


@pytest.mark.parametrize("family", FAMILIES)
def test_names_of_models_are_well_formed(family: str) -> None:
    for name in models.models(family).calls:
        assert "{" not in name, name
        assert "}" not in name, name
        assert name == name.strip("."), name
