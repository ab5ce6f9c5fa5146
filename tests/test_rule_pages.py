"""Executes the examples of every rule page on code: what a page shows is what backspec does.

Pages of the area ``agent`` are executed in ``tests/agents``; pages without clauses are about
backspec's own files and are tested with what reads those.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from backspec import catalog, service
from backspec.code import analysis, syntax
from backspec.config import Config
from backspec.model import Diagnostic, Document
from backspec.project import Project
from backspec.text import apply_edits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.catalog import Example, Rule

RULES = {rule.id: rule for rule in catalog.rules().values() if rule.match and rule.area != "agent"}
FILES = {
    "python": "shop/orders.py",
    "javascript": "src/orders.js",
    "jsx": "src/orders.jsx",
    "typescript": "src/orders.ts",
    "tsx": "src/orders.tsx",
    "php": "app/Orders.php",
    "ruby": "app/services/orders.rb",
    "csharp": "Shop/Orders.cs",
    "go": "shop/orders.go",
}
"""What a block without ``file=`` is called."""


OWN_AREAS = ("config", "suppression", "file")
"""Areas about backspec's own files and comments, which the service itself checks."""


def diagnose(rule: Rule, example: Example, text: bytes) -> list[Diagnostic]:
    """The diagnostics of one block, of the page's own rule."""
    path = example.options.get("file") or FILES.get(example.language, f"example.{example.language}")
    document = Document("/" + path, text, example.language)
    if rule.area in OWN_AREAS:
        project = Project.open("/", config=Config(select=(rule.id, "http-client/*", "secrets/*")))
        return [d for d in service.diagnose(document, project) if d.rule == rule.id]
    compiled = analysis.ruleset(example.language, [rule], "pedantic")
    assert not compiled.problems, compiled.problems
    return analysis.analyse(document, compiled, path=path)


def examples(role: str) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.id}-{example.language}-{number}")
        for rule in RULES.values()
        for number, example in enumerate(e for e in rule.examples if e.role == role)
    ]


def show(text: bytes, diagnostics: list[Diagnostic]) -> str:
    return "\n".join(
        f"{d.message}: {text[d.span.start : d.span.end].decode(errors='replace')!r}"
        for d in diagnostics
    )


@pytest.mark.parametrize(("rule", "example"), examples("bad"))
def test_bad_block_has_one_diagnostic(rule: Rule, example: Example) -> None:
    text = example.text.encode()
    found = diagnose(rule, example, text)
    assert len(found) == 1, show(text, found) or "nothing reported"
    assert found[0].rule == rule.id
    assert 0 <= found[0].span.start <= found[0].span.end <= len(text)


@pytest.mark.parametrize(("rule", "example"), examples("good"))
def test_good_block_has_none(rule: Rule, example: Example) -> None:
    text = example.text.encode()
    found = diagnose(rule, example, text)
    assert not found, show(text, found)


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(example, id=f"{rule.id}-{example.language}-{number}")
        for rule in RULES.values()
        for number, example in enumerate(rule.examples)
        if example.language in syntax.LANGUAGES
    ],
)
def test_block_parses(example: Example) -> None:
    parsed = syntax.parse(example.language, example.text.encode())
    assert parsed is not None
    assert not parsed.root.has_error, str(parsed.root)


def fix_pairs() -> Iterator[object]:
    """The n-th bad and the n-th good block of a language, on pages with a fix that can be made."""
    for rule in RULES.values():
        if rule.fix in (None, "manual"):
            continue
        for language in rule.languages:
            of_language = [e for e in rule.examples if e.language == language]
            bad = [e for e in of_language if e.role == "bad"]
            good = [e for e in of_language if e.role == "good"]
            for number, (one, two) in enumerate(zip(bad, good, strict=False)):
                yield pytest.param(rule, one, two, id=f"{rule.id}-{language}-{number}")


@pytest.mark.parametrize(("rule", "bad", "good"), list(fix_pairs()))
def test_fix_of_bad_gives_good(rule: Rule, bad: Example, good: Example) -> None:
    text = bad.text.encode()
    found = diagnose(rule, bad, text)
    fixes = found[0].fixes if found else ()
    if bad.options.get("fix") in ("manual", "none"):
        assert not fixes or fixes[0].safety == "manual"
        return
    assert fixes, "the page promises a fix; write fix=none after `bad` where there is none"
    fixed = apply_edits(text, fixes[0].edits)
    assert fixed.decode() == good.text
    assert not diagnose(rule, good, fixed), "the fix must settle it"


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_page_shows_what_it_claims(rule: Rule) -> None:
    languages = rule.languages
    assert languages or rule.area == "file", "a rule page needs examples"
    for language in languages:
        roles = {e.role for e in rule.examples if e.language == language}
        assert roles >= {"bad", "good"}, f"{language} needs a bad and a good block"
    for example in rule.examples:
        if file := example.options.get("file"):
            assert not PurePosixPath(file).is_absolute()
