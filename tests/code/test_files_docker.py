"""Dockerfiles and Compose files: what is read from them, and what is reported."""

# ruff: noqa: E501 - snippets are compared best when each is on one line

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backspec.code import analysis
from backspec.code.files.docker import facts
from backspec.languages import language_of
from backspec.model import Document

HARDENING = "config/container-hardening"
START = 'CMD ["node", "a.js"]\n'


def found(text: str, path: str = "Dockerfile") -> list[str]:
    language = language_of(path)
    document = Document("/" + path, text.encode(), language)
    return [d.rule for d in analysis.analyse(document, analysis.ruleset(language), path=path)]


def test_instructions_are_read_with_their_stages() -> None:
    text = b"# syntax\nFROM a:1 AS build\nrun x \\\n  # no\n  && y\nRUN <<EOF\nUSER root\nEOF\nFROM --platform=b c:2\nUSER d\n"
    known = facts(text, "Dockerfile")
    assert known is not None
    assert [(one.image, one.name) for one in known.stages] == [("a:1", "build"), ("c:2", "")]
    assert [one.name for one in known.stages[0].instructions] == ["RUN", "RUN"]
    assert [one.text for one in known.stages[1].instructions] == ["d"]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("FROM node:24\n" + START, [HARDENING]),
        ("FROM node:24\nUSER root\n" + START, [HARDENING]),
        ("FROM node:24 AS a\nFROM a\n" + START, [HARDENING]),
        ('FROM mcr.microsoft.com/dotnet/aspnet:9.0\nENTRYPOINT ["dotnet", "a.dll"]\n', [HARDENING]),
        ("FROM node\nUSER node\n" + START, [HARDENING]),
        ("FROM node:24\nADD https://example.org/a /a\nUSER node\n" + START, [HARDENING]),
        (
            "FROM node:24\nRUN wget -qO- https://example.org/a | sh\nUSER node\n" + START,
            [HARDENING],
        ),
        ("FROM node:24\nEXPOSE 80 22\nUSER node\n" + START, [HARDENING]),
        ("FROM python:3.13\nUSER a\nCMD uvicorn a:app --reload\n", ["error/debug-mode-on"]),
        (
            "FROM node:24\nENV NODE_TLS_REJECT_UNAUTHORIZED 0\nUSER node\n" + START,
            ["crypto/tls-verification-off"],
        ),
    ],
)
def test_what_is_reported(text: str, rules: list[str]) -> None:
    assert found(text) == rules


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", "FROM node:24\nUSER node\n" + START),
        ("Dockerfile", "FROM node:24 AS a\nUSER node\nFROM a\n" + START),
        ("Dockerfile", "FROM gcr.io/distroless/static:nonroot\n" + START),
        ("Dockerfile", "FROM example/service-base:3\n" + START),
        ("Dockerfile", "ARG BASE\nFROM $BASE\n" + START),
        ("Dockerfile", 'FROM node:24\nENTRYPOINT ["su-exec", "node", "node"]\n'),
        ("Dockerfile", "FROM node:24\nCOPY a /a\n"),
        ("Dockerfile", "FROM node:24 AS build\nFROM scratch\nCOPY --from=build /a /a\n"),
        (
            "Dockerfile",
            "FROM node:24\nUSER node\nRUN curl -fsSLO https://example.org/a && sha256sum -c a.sum | grep OK\n"
            + START,
        ),
        (
            "Dockerfile",
            'FROM node:24 AS dev\nENV NODE_ENV=development\nCMD ["nodemon"]\nFROM node:24\nUSER node\n'
            + START,
        ),
        ("docker/dev/Dockerfile", "FROM node\n" + START),
        ("docker-compose.yml", "services:\n  a:\n    privileged: false\n    volumes: [./a:/a]\n"),
        ("docker-compose.test.yml", "services:\n  a:\n    privileged: true\n"),
    ],
)
def test_what_is_not(path: str, text: str) -> None:
    assert found(text, path) == []


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="FROMUSENV abc=\\\n\"'#<é\t:/|[],", max_size=160))
def test_any_text_is_read(text: str) -> None:
    known = facts(text.encode(), "Dockerfile")
    length = len(text.encode())
    for stage in known.stages if known is not None else ():
        for one in stage.instructions:
            assert 0 <= one.whole.start <= one.span.start <= one.span.end <= length
