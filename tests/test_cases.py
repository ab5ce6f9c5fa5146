"""Analyses ordinary source with comments that say what must be reported, and nothing else.

A case is a folder ``tests/cases/<area>/<name>``; a file's path below it is the path it pretends to
have in a project. A comment at the end of a line, or alone on the line before, holds a verb::

    expect: area/rule              must be reported on this line; ``(info)`` after it: so severe
    expect-todo: area/rule         a known miss: must not be reported yet
    allow-todo: area/rule          a known wrong answer: is reported

Several rules are separated by commas. All match one to one.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from backspec import catalog
from backspec.code import analysis, memory, syntax
from backspec.code.memory import Memory
from backspec.languages import LANGUAGES
from backspec.model import Document
from backspec.text import LineTable

if TYPE_CHECKING:
    from backspec.model import Diagnostic

CASES = Path(__file__).parent / "cases"
LANGUAGE_OF = {
    extension: language.id
    for language in LANGUAGES.values()
    if language.id in analysis.LANGUAGES
    for extension in language.extensions
}
COMMENT = re.compile(
    r"(?:#|//|/\*|--|<!--)\s*(expect|expect-todo|allow-todo):\s*(.*?)\s*(?:\*/|-->)?$"
)
ITEM = re.compile(r"([a-z-]+/[a-z0-9-]+)(?:\s*\((\w+)\))?")


ON_CODE = tuple(
    rule
    for rule in catalog.rules().values()
    if rule.match
    and rule.area != "agent"
    and any(language in analysis.LANGUAGES for language in rule.languages)
)


class Expected(NamedTuple):
    """One expectation."""

    line: int
    """1-based."""
    rule: str
    severity: str
    """"" for any."""


def files() -> list[Path]:
    return sorted(p for p in CASES.glob("*/*/**/*") if p.suffix in LANGUAGE_OF)


def read(text: str) -> tuple[set[Expected], set[tuple[int, str]]]:
    """(what must be reported, (line, rule) of known misses)."""
    wanted: set[Expected] = set()
    misses = set()
    for number, line in enumerate(text.splitlines(), 1):
        found = COMMENT.search(line)
        if found is None:
            continue
        target = number + 1 if not line[: found.start()].strip() else number
        items = ITEM.findall(found[2])
        assert items, f"line {number}: no rule after {found[1]}:"
        for rule, severity in items:
            assert rule in catalog.rules(), f"line {number}: there is no rule {rule}"
            if found[1] == "expect-todo":
                misses.add((target, rule))
            else:
                wanted.add(Expected(target, rule, severity))
    return wanted, misses


def diagnose(path: Path, kept: Memory | None = None) -> list[Diagnostic]:
    language = LANGUAGE_OF[path.suffix]
    pretended = "/".join(path.relative_to(CASES).parts[2:])
    document = Document("/" + pretended, path.read_bytes(), language)
    rules = analysis.ruleset(language, ON_CODE, profile="pedantic")
    return analysis.analyse(document, rules, kept, path=pretended)


@pytest.mark.parametrize("path", files(), ids=lambda p: p.relative_to(CASES).as_posix())
def test_case(path: Path) -> None:
    wanted, misses = read(path.read_text("utf-8"))
    table = LineTable(path.read_bytes())
    remaining = set(wanted)
    extra = []
    for diagnostic in diagnose(path):
        line = table.line_of(diagnostic.span.start) + 1
        severity = diagnostic.severity.label
        fits = [
            one
            for one in remaining
            if (one.line, one.rule) == (line, diagnostic.rule) and one.severity in ("", severity)
        ]
        if fits:
            remaining.discard(fits[0])
        elif (line, diagnostic.rule) in misses:
            extra.append(f"{line}: {diagnostic.rule} is found now: write expect:")
        else:
            extra.append(f"{line}: {diagnostic.rule} ({severity}): {diagnostic.message}")
    missing = [f"{one.line}: {one.rule} {one.severity} is missing" for one in sorted(remaining)]
    assert not missing + extra, "\n" + "\n".join(missing + extra)


@pytest.mark.parametrize("path", files(), ids=lambda p: p.relative_to(CASES).as_posix())
@pytest.mark.parametrize("large", [400, memory.LARGE])
def test_memory_gives_the_same(path: Path, large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where even short classes and functions are read part by part."""
    monkeypatch.setattr(memory, "LARGE", large)
    is_known = large == 400 and path.relative_to(CASES).as_posix() in READ_ACROSS_PARTS
    assert (diagnose(path, Memory()) == diagnose(path)) is not is_known


READ_ACROSS_PARTS = frozenset(
    (
        "auth/static-salt/Passwords.cs",
        "migration/concurrent-in-transaction/db/migrations/20240502_index.js",
        "transaction/spring-proxy-bypass/src/main/java/shop/Orders.java",
    )
)
"""Where a check looks from one method into another: missed in an editor when the class is large."""


def test_there_are_cases_for_every_rule_on_code() -> None:
    folders = {p.relative_to(CASES).as_posix() for p in CASES.glob("*/*") if any(p.rglob("*.*"))}
    on_code = {rule.id for rule in ON_CODE if set(rule.languages) & set(syntax.LANGUAGES)}
    assert on_code <= folders, f"no cases for {sorted(on_code - folders)}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import axios from 'axios'\naxios.get(url)\n", "axios.defaults.timeout = 5000\n"),
        ("import requests\ns = requests.Session()\ns.get(url)\n", "s.mount('x', adapter)\n"),
    ],
)
def test_memory_sees_what_the_rest_of_the_file_says(before: str, after: str) -> None:
    """A line elsewhere settles a diagnostic, and taking the line out brings it back."""
    language = "typescript" if "axios" in before else "python"
    rules = analysis.ruleset(language, ON_CODE, profile="pedantic")
    kept = Memory()
    counts = []
    for text in (before, before + after, before):
        document = Document("/x", text.encode(), language)
        counts.append(len(analysis.analyse(document, rules, kept, path="src/x")))
    assert counts == [1, 0, 1]
