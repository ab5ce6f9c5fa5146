"""Every page of the area ``agent``, executed: its examples, its fixes, its form."""

from __future__ import annotations

import pytest
from tests.agents.world import World, absolute

from backspec.agents.check import check
from backspec.agents.frontmatter import parse
from backspec.catalog import Example, Rule, rules
from backspec.languages import language_of
from backspec.model import Diagnostic, Document
from backspec.text import BOM, apply_edits

PAGES = [rule for rule in rules().values() if rule.area == "agent"]
DEFAULT_FILE = ".claude/agents/example.md"
SYNTAX = {"invalid-yaml", "invalid-toml", "invalid-json", "unquoted-colon", "unquoted-special"}


def file_of(example: Example) -> str:
    return example.options.get("file", DEFAULT_FILE)


def text_of(example: Example) -> bytes:
    text = example.text
    if example.options.get("newline") == "crlf":
        text = text.replace("\n", "\r\n")
    data = text.encode()
    if example.options.get("eol") == "none":
        data = data.rstrip(b"\n")
    return BOM + data if example.options.get("bom") else data


def world_of(rule: Rule, example: Example) -> World:
    """The blocks of the same group are the files around; the block itself wins its path."""
    groups = set(example.options.get("group", "").split(",")) - {""}
    around = [e for e in rule.examples if groups & set(e.options.get("group", "").split(","))]
    files: dict[str, bytes | str] = {file_of(e): text_of(e) for e in around}
    files[file_of(example)] = text_of(example)
    for name in example.options.get("beside", "").split(","):
        if name:
            files[name] = b""
    servers = [name for name in example.options.get("mcp", "").split(",") if name]
    return World(files, mcp_servers=dict.fromkeys(servers, absolute(".mcp.json")) or None)


def diagnostics(rule: Rule, example: Example, text: bytes | None = None) -> list[Diagnostic]:
    path = absolute(file_of(example))
    data = text_of(example) if text is None else text
    found = check(Document(path, data, language_of(path, data[:128])), world_of(rule, example))
    return [diagnostic for diagnostic in found if diagnostic.rule == rule.id]


def test_there_are_pages() -> None:
    assert len(PAGES) > 10


@pytest.mark.parametrize("rule", PAGES, ids=lambda rule: rule.id)
def test_examples(rule: Rule) -> None:
    assert any(example.role == "bad" for example in rule.examples), "no bad example"
    assert any(example.role == "good" for example in rule.examples), "no good example"
    for number, example in enumerate(rule.examples):
        found = diagnostics(rule, example)
        wanted = 1 if example.role == "bad" else 0
        assert len(found) == wanted, (number, example.text, [d.message for d in found])
        for diagnostic in found:
            check_form(rule, diagnostic, example)


def check_form(rule: Rule, diagnostic: Diagnostic, example: Example) -> None:
    size = len(text_of(example))
    assert 0 <= diagnostic.span.start <= diagnostic.span.end <= size
    message = diagnostic.message
    assert message[0].isupper() or message[0] == "`", message
    assert not message.endswith("."), message
    assert len(message) <= 220, message
    assert "  " not in message, message
    for fix in diagnostic.fixes:
        assert fix.title[0].isupper(), fix.title
        assert not fix.title.endswith("."), fix.title


@pytest.mark.parametrize("rule", [r for r in PAGES if r.fix not in (None, "manual")],
                         ids=lambda rule: rule.id)  # fmt: skip
def test_fixes(rule: Rule) -> None:
    """The first fix of the n-th bad block gives the n-th good block of its language."""
    for language in rule.languages:
        bad = [e for e in rule.examples if e.language == language and e.role == "bad"]
        good = [e for e in rule.examples if e.language == language and e.role == "good"]
        for before, after in zip(bad, good, strict=False):
            if before.options.get("fix") == "none":
                continue
            [diagnostic] = diagnostics(rule, before)
            assert diagnostic.fixes, (rule.id, before.text)
            done = apply_edits(text_of(before), diagnostic.fixes[0].edits)
            assert done.decode() == text_of(after).decode()
            assert diagnostic.fixes[0].safety in ("safe", rule.fix)
            if language == "markdown":
                assert not {p.kind for p in parse(done).problems} & SYNTAX or rule.id in SYNTAX


@pytest.mark.parametrize("rule", PAGES, ids=lambda rule: rule.id)
def test_page_form(rule: Rule) -> None:
    assert not rule.title.endswith(".")
    assert rule.sources, "facts need a source"
    for source in rule.sources:
        assert source["url"].startswith("https://")
        assert source["verified"]
    assert len(rule.summary) < 600
    assert rule.fix is None or any(
        diagnostics(rule, e) and diagnostics(rule, e)[0].fixes
        for e in rule.examples
        if e.role == "bad"
    ), "the page claims a fix that no bad example has"
    if rule.fix is None:
        for example in rule.examples:
            for diagnostic in diagnostics(rule, example):
                assert not diagnostic.fixes, "the page claims no fix"
