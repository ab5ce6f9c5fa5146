"""Postman collections and environments; JSON has no comments to write expectations in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backspec import catalog, service
from backspec.code import analysis
from backspec.config import Config
from backspec.model import Diagnostic, Document
from backspec.project import Project
from backspec.text import apply_edits

RULES = tuple(r for r in catalog.rules().values() if r.id == "openapi/postman-collection")
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
KEY = "k3J9xQ2mV7pL0sR4"


def diagnose(text: bytes, profile: Any = "pedantic") -> list[Diagnostic]:
    rules = analysis.ruleset("json", RULES, profile)
    return analysis.analyse(Document("/c.json", text, "json"), rules, path="c.json")


def collection(*items: object, **rest: object) -> bytes:
    return json.dumps({"info": {"schema": SCHEMA}, "item": list(items), **rest}, indent=1).encode()


def request(**fields: object) -> dict[str, object]:
    return {"name": "a", "request": {"url": "{{baseUrl}}/a", **fields}}


def found(text: bytes, profile: Any = "pedantic") -> list[tuple[str, str]]:
    return [
        (d.severity.label, text[d.span.start : d.span.end].decode())
        for d in diagnose(text, profile)
    ]


@pytest.mark.parametrize(
    "text",
    [
        collection(request(header=[{"key": "Authorization", "value": f"Bearer {KEY}"}])),
        collection(request(header=[{"key": "X-Api-Key", "value": KEY}])),
        collection(request(auth={"type": "bearer", "bearer": [{"key": "token", "value": KEY}]})),
        collection(request(auth={"type": "basic", "basic": {"password": KEY}})),
        collection({"name": "f", "item": [request()], "auth": {"type": "apikey", "apikey": [
            {"key": "key", "value": "X-Key"}, {"key": "value", "value": KEY}]}}),
        collection(variable=[{"key": "clientSecret", "value": KEY}]),
        json.dumps({"values": [{"key": "x", "value": KEY, "type": "secret"}],
                    "_postman_variable_scope": "environment"}).encode(),
    ],
)  # fmt: skip
def test_secrets_are_errors(text: bytes) -> None:
    (only,) = diagnose(text)
    assert only.severity.label == "error"
    assert KEY in text[only.span.start : only.span.end].decode()
    fixed = apply_edits(text, only.fixes[0].edits)
    assert b"{{" in fixed
    assert KEY.encode() not in fixed
    assert json.loads(fixed)
    assert not diagnose(fixed)


@pytest.mark.parametrize(
    "value",
    ["{{token}}", "Bearer {{token}}", "", "<token>", "your-api-key", "changeme", "x", "****"],
)
def test_placeholders_are_none(value: str) -> None:
    assert not diagnose(collection(request(header=[{"key": "Authorization", "value": value}])))
    assert not diagnose(collection(variable=[{"key": "password", "value": value}]))


def test_names_that_hold_no_secret() -> None:
    names = ("tokenUrl", "token_type", "tokenName", "baseUrl", "secretId")
    assert not diagnose(collection(variable=[{"key": n, "value": KEY} for n in names]))


def test_hosts_certificates_and_tests() -> None:
    tested = {"listen": "test", "script": {"exec": ["pm.test('a', () => {})"]}}
    text = collection(
        request(url={"raw": "https://shop.test.org/a"}),
        request(url="https://shop.test.org/b"),
        {**request(), "event": [tested], "protocolProfileBehavior": {"strictSSL": False}},
        request(url="http://localhost:3000/b"),
    )
    assert sorted(severity for severity, _ in found(text)) == ["info", "info", "warning"]
    assert sorted(severity for severity, _ in found(text, "recommended")) == ["info", "warning"]


def test_the_service_asks_for_them() -> None:
    project = Project.open("/", config=Config(select=("openapi/*",)))
    text = json.dumps(
        {
            "values": [{"key": "apiKey", "value": KEY}] + [{"key": "k", "value": ""}] * 200,
            "_postman_variable_scope": "environment",
        }
    ).encode()
    (only,) = service.diagnose(Document("/shop.json", text, "json"), project)
    assert only.rule == "openapi/postman-collection"


TEXT = collection(request(header=[{"key": "X-Api-Key", "value": KEY}])).decode()


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, len(TEXT)), st.integers(0, 40), st.sampled_from(["", "{", "[", "\t", "é", "1"])
)
def test_no_text_is_too_broken(at: int, length: int, new: str) -> None:
    diagnose((TEXT[:at] + new + TEXT[at + length :]).encode())
