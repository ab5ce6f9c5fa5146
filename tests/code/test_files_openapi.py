"""OpenAPI documents as nodes and operations, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backspec import catalog, service
from backspec.code import analysis
from backspec.code.files.nodes import read
from backspec.code.files.openapi import facts
from backspec.config import Config
from backspec.model import Document
from backspec.project import Project
from backspec.text import apply_edits

RULES = tuple(r for r in catalog.rules().values() if r.area == "openapi")
TEXT = """\
openapi: 3.0.3
info: {title: é, version: "1"}
paths:
  /a/{id}:
    get: &get
      operationId: getA
  /b/{id}:
    get: *get
components:
  securitySchemes:
    key: {type: apiKey, in: 'query', name: "k"}
"""


def diagnose(text: bytes, language: str = "yaml") -> list[str]:
    rules = analysis.ruleset(language, RULES, "pedantic")
    found = analysis.analyse(Document("/api.yaml", text, language), rules, path="api.yaml")
    assert all(0 <= d.span.start <= d.span.end <= len(text) for d in found)
    return [d.rule for d in found]


def test_spans_are_bytes() -> None:
    raw = b"\xef\xbb\xbf" + TEXT.encode()
    root = read(raw, "yaml")
    assert root is not None
    title = root.get("info", "title")
    assert title is not None
    assert raw[title.span.start : title.span.end].decode() == "é"
    found = facts(raw, "x.yaml")
    assert found is not None
    assert [raw[o.key.start : o.key.end] for o in found.operations] == [b"get", b"get"]
    assert [o.title for o in found.operations] == ["GET /a/{id}", "GET /b/{id}"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "openapi:",
        "openapi: 3.0.0",
        "openapi: 3.0.0\nplugins: []",
        "swagger: {a: b}\npaths: {}",
        "openapi: 3.0.0\npaths: {",
        "overlay: 1.0.0\nopenapi: latest\npaths: {}",
        "openapi: 3.0.0\npaths: " + "[" * 5000,
        "- openapi: 3.0.0",
    ],
)
def test_other_texts_are_no_descriptions(text: str) -> None:
    assert facts(text.encode(), "x.yaml") is None


def test_references_in_a_circle_end() -> None:
    text = (
        b"openapi: 3.0.0\npaths:\n  /a/{id}:\n    get:\n      operationId: a\n"
        b"      parameters: [{$ref: '#/components/a'}]\n"
        b"components: {a: {$ref: '#/components/b'}, b: {$ref: '#/components/a'}}\n"
    )
    assert set(diagnose(text)) == {"openapi/invalid-document"}


def test_the_service_asks_for_them() -> None:
    """The door decides from the first bytes whether data is worth a look."""
    project = Project.open("/", config=Config(select=("openapi/*",)))
    document = Document("/docs/openapi.yaml", TEXT.encode(), "yaml")
    found = service.diagnose(document, project)
    assert "openapi/api-key-in-query" in {d.rule for d in found}
    fixed = apply_edits(
        document.text, next(d for d in found if d.rule.endswith("in-query")).fixes[0].edits
    )
    assert b"in: 'header', name: \"X-API-Key\"" in fixed
    assert service.diagnose(Document("/x.yaml", b"in: query\n", "yaml"), project) == []


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(TEXT)), st.integers(0, 40), st.sampled_from(["", "{", "*x", "\t", "\0é"]))
def test_no_text_is_too_broken(at: int, length: int, new: str) -> None:
    broken = (TEXT[:at] + new + TEXT[at + length :]).encode()
    diagnose(broken)
    diagnose(broken, "json")
