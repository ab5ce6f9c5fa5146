"""Liquibase change logs and Kubernetes manifests: what they say, and broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backspec import catalog
from backspec.code import analysis
from backspec.code.files import kubernetes, liquibase, xml_nodes
from backspec.model import Document

RULES = tuple(r for r in catalog.rules().values() if {"xml", "yaml"} & set(r.languages))
CASES = Path(__file__).parent.parent / "cases"
LOG = (CASES / "migration/liquibase/db/changelog/0007-orders.xml").read_text("utf-8")
YAML_LOG = (CASES / "migration/liquibase/db/changelog/0008-orders.yaml").read_text("utf-8")
MANIFEST = (CASES / "secrets/secret-in-image/deploy/shop.yaml").read_text("utf-8")
BROKEN = ["", "<", ">", "</", "&", '"', "]]>", "{", "[", ": ", "- ", "&a ", "*a", "\n", "é"]


def diagnose(text: str, path: str) -> None:
    language = "xml" if path.endswith(".xml") else "yaml"
    rules = analysis.ruleset(language, RULES, "pedantic")
    analysis.analyse(Document(path, text.encode(), language), rules, path=path)


def test_elements_have_places() -> None:
    text = b'<?xml version="1.0"?><!-- x --><a:b c="1 &amp; 2"><d/>x<![CDATA[<y>]]>&lt;</a:b>'
    root = xml_nodes.read(text)
    assert root is not None
    assert (root.name, root.attributes) == ("b", {"c": "1 & 2"})
    assert text[root.span.start : root.span.end] == b'<a:b c="1 &amp; 2">'
    assert [one.name for one in root.children] == ["d"]
    assert root.text == "x<y><"
    assert [at >= 0 for _, at in root.pieces] == [True, True, False]


def test_a_change_log_comes_to_sql() -> None:
    found = liquibase.facts(LOG.encode(), "db/changelog/0007-orders.xml")
    assert found is not None
    facts, text = found.sql
    assert facts.dialect == "postgres"
    assert [one.is_transaction for one in found.change_sets] == [True, True, True, False]
    update = next(one for one in facts.statements if one.head == "UPDATE")
    place = text.place(update.span)
    assert LOG.encode()[place.start : place.end].startswith(b"UPDATE orders SET state")


def test_other_documents_are_none() -> None:
    assert liquibase.facts(b"<project><a/></project>", "pom.xml") is None
    assert kubernetes.facts(b"kind: Deployment\n", "x.yaml") is None
    assert kubernetes.facts(b"apiVersion: v1\nkind: {{ .Values.kind }}\n", "x.yaml") is None


@pytest.mark.parametrize(
    ("text", "path"),
    [(LOG, "db/changelog/7.xml"), (YAML_LOG, "db/changelog/8.yaml"), (MANIFEST, "deploy/a.yaml")],
)
@given(st.integers(0, 2500), st.integers(0, 40), st.sampled_from(BROKEN))
def test_no_text_is_too_broken(text: str, path: str, at: int, length: int, new: str) -> None:
    diagnose(text[:at] + new + text[at + length :], path)


@pytest.mark.parametrize("part", ["<a ", "<a b='", "<!--", "<![CDATA[", "<a>", "<", "</a"])
def test_long_documents_are_read_at_once(part: str) -> None:
    xml_nodes.read(part.encode() * 30_000)
