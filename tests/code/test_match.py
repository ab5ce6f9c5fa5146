"""Clauses hold where they should: names, arguments, contexts, paths, and one fault once."""

# ruff: noqa: E501 - clauses are compared best when each is on one line

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from backspec import catalog
from backspec.code import analysis
from backspec.code.checks import Report
from backspec.code.clauses import compile_clause, glob_pattern
from backspec.code.match import RuleSet, compile_rules
from backspec.code.models import compile_models
from backspec.code.value_tests import ClauseError
from backspec.model import Diagnostic, Document, Severity
from backspec.text import Span, apply_edits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts

MODELS = compile_models(
    [
        {
            "library": "net",
            "packages": ["net"],
            "calls": [
                {
                    "names": ["net.{get,post}", "net.Session.get"],
                    "roles": ["http-request"],
                    "arguments": {"url": [0, "url"], "timeout": ["timeout"]},
                },
                {"names": ["*.fetch_all"], "roles": ["http-request"], "requires": ["net"]},
            ],
        }
    ]
)


def rule(match: str, name: str = "local/one", more: str = "") -> catalog.Rule:
    text = f"---\ntitle: Do not do this\nseverity: warning\n{more}match:\n{match}\n---\nPage.\n"
    return catalog.parse_rule(name, text, catalog.DATA / "x.md")


def compiled(*rules: catalog.Rule, profile: str = "pedantic") -> RuleSet:
    found = compile_rules("python", MODELS, rules, profile)  # type: ignore[arg-type]
    assert not found.problems, found.problems
    return found


def run(text: str, *rules: catalog.Rule, path: str = "shop/a.py") -> list[tuple[str, str]]:
    """(rule, underlined text) of each diagnostic."""
    return [
        (d.rule.partition("/")[2], text[d.span.start : d.span.end])
        for d in diagnose(text, *rules, path=path)
    ]


def diagnose(text: str, *rules: catalog.Rule, path: str = "shop/a.py") -> list[Diagnostic]:
    document = Document("/w/a.py", text.encode(), "python")
    return analysis.analyse(document, compiled(*rules), path=path)


@pytest.mark.parametrize(
    ("clause", "text", "wanted"),
    [
        ("{call: http-request}", "import net\nnet.get(u)", "net.get(u)"),
        ("{call: http-request}", "get(u)", None),
        ("{call: http-request}", "import net\nnet.put(u)", None),
        ("{call: 'net.{put,get}'}", "import net\nnet.put(u)", "net.put(u)"),
        ("{call: 'net.*'}", "import net\nnet.any(u)", "net.any(u)"),
        ("{call: 'net.*'}", "import net\nnet.a.b(u)", None),
        ("{call: http-request}", "import net\nx.fetch_all()", "x.fetch_all()"),
        ("{call: http-request}", "x.fetch_all()", None),
        ("{call: http-request, missing: timeout}", "import net\nnet.get(u)", "net.get"),
        ("{call: http-request, missing: timeout}", "import net\nnet.get(u, timeout=1)", None),
        ("{call: http-request, missing: timeout}", "import net\nnet.get(u, **k)", None),
        ("{call: http-request, argument: {url: {matches: '^http:'}}}",
         "import net\nnet.get('http://x')", "'http://x'"),
        ("{call: http-request, argument: {url: {matches: '^http:'}}}",
         "import net\nnet.get(url='http://x')", "'http://x'"),
        ("{call: http-request, argument: {url: {matches: '^http:'}}}",
         "import net\nU = 'http://x'\nnet.get(U)", "U"),
        ("{call: http-request, argument: {'1': {equals: 2}}}", "import net\nnet.get(u, 2)", "2"),
        ("{call: http-request, inside: [async]}", "import net\nasync def f(): net.get(u)", "net.get(u)"),
        ("{call: http-request, inside: [async]}", "import net\ndef f(): net.get(u)", None),
        ("{call: http-request, not-inside: [loop]}", "import net\nfor u in x: net.get(u)", None),
        ("{call: http-request, use: [statement]}", "import net\nnet.get(u)", "net.get(u)"),
        ("{call: http-request, use: [statement]}", "import net\nx = net.get(u)", None),
        ("{call: http-request, at: callee}", "import net\nnet.get(u)", "net.get"),
        ("{call: http-request, languages: [java]}", "import net\nnet.get(u)", None),
        ("{call: open, requires: [net]}", "import net\nopen(u)", "open(u)"),
        ("{call: open, requires: [net]}", "open(u)", None),
        ("{call: open, path: 'settings*.py'}", "open(u)", None),
        ("{call: open, path: 'shop/**'}", "open(u)", "open(u)"),
        ("{call: open, not-path: '**/a.py'}", "open(u)", None),
        ("{assign: DEBUG, value: {equals: true}}", "DEBUG = True", "DEBUG = True"),
        ("{assign: DEBUG, value: {equals: true}}", "def f():\n  DEBUG = True", None),
        ("{assign: net.App.debug}", "import net\na = net.App()\na.debug = 1", "a.debug = 1"),
        ("{assign: '*.debug'}", "a.debug = 1", "a.debug = 1"),
        ("{pair: {matches: 'pass'}, value: {literal: string}}", "f(password='x')", "password='x'"),
        ("{pair: {matches: 'pass'}, value: {literal: string}}", "f(password=x)", None),
        ("{returns: true, value: {call: net.get}}", "import net\ndef f(): return net.get()",
         "return net.get()"),
        ("{catch: broad}", "try: f()\nexcept Exception: pass", "except Exception"),
        ("{catch: broad}", "try: f()\nexcept KeyError: pass", None),
        ("{catch: KeyError}", "try: f()\nexcept (KeyError, E): pass", "except (KeyError, E)"),
    ],
)  # fmt: skip
def test_clauses(clause: str, text: str, wanted: str | None) -> None:
    assert run(text, rule(f"  - {clause}")) == ([("one", wanted)] if wanted else [])


def test_tests_are_left_alone_unless_the_page_says_so() -> None:
    one = rule("  - {call: open}")
    assert run("open(u)", one, path="tests/test_a.py") == []
    both = rule("  - {call: open}", more="tests: true\n")
    assert run("open(u)", both, path="tests/test_a.py") == [("one", "open(u)")]


def test_first_clause_wins_at_one_place() -> None:
    text = "import net\nnet.get('http://x')"
    (found,) = diagnose(
        text,
        rule("  - {call: http-request, message: first one}\n  - {call: net.get, message: second}"),
    )
    assert found.message == "first one"


def test_a_superseding_rule_silences_the_other() -> None:
    weak = rule("  - {call: open}", "local/weak")
    strong = rule("  - {call: open}", "local/strong", "supersedes: [local/weak]\n")
    assert run("open(u)", weak, strong) == [("strong", "open(u)")]
    assert run("open(u)", weak) == [("weak", "open(u)")]


def test_forms_have_their_own_severity_and_profile() -> None:
    both = rule("  - {call: open, severity: info}\n  - {call: eval, profile: strict}")
    (found,) = diagnose("open(u)", both)
    assert found.severity is Severity.INFO
    document = Document("/w/a.py", b"eval(u)", "python")
    assert analysis.analyse(document, compiled(both, profile="recommended"), path="a.py") == []
    assert len(analysis.analyse(document, compiled(both, profile="strict"), path="a.py")) == 1


def test_messages_name_the_code() -> None:
    text = f"import net\nnet.get('{'x' * 60}')"
    (found,) = diagnose(
        text,
        rule("  - {call: http-request, message: '`{callee}` {name} {qualified} {argument.url}'}"),
    )
    assert found.message.startswith("`net.get` get net.get 'xxx")
    assert len(found.message) < 80


@pytest.mark.parametrize(
    ("fix", "text", "wanted"),
    [
        ("insert-argument: timeout=1", "open(u)", "open(u, timeout=1)"),
        ("replace-argument: {'0': v}", "open(u)", "open(v)"),
        ("remove-argument: k", "open(u, k=1)", "open(u)"),
        ("replace-callee: io.open", "open(u)", "io.open(u)"),
        ("replace: 'f({callee}, {arguments})'", "open(u)", "f(open, u)"),
        ("replace: 'f({callee}, {arguments})'", "open()", "f(open)"),
        ("insert-before: 'await '", "open(u)", "await open(u)"),
    ],
)
def test_fixes(fix: str, text: str, wanted: str) -> None:
    (found,) = diagnose(text, rule(f"  - {{call: open, fix: {{title: Change it, {fix}}}}}"))
    assert apply_edits(text.encode(), found.fixes[0].edits).decode() == wanted


@pytest.mark.parametrize(
    "clause",
    [
        "{message: nothing to match on}",
        "{call: a, assign: b}",
        "{call: a, wrong: b}",
        "{call: a, inside: [kitchen]}",
        "{call: a, use: [eaten]}",
        "{call: a, severity: loud}",
        "{call: a, argument: b}",
        "{call: a, fix: {title: x}}",
        "{call: a, fix: {title: x, insert-argument: a, replace: b}}",
        "{flow: {from: moon, to: a}}",
        "{flow: {from: input}}",
    ],
)
def test_bad_clauses_are_told(clause: str) -> None:
    page = rule(f"  - {clause}")
    with pytest.raises(ClauseError):
        compile_clause(page.match[0], page)
    assert compile_rules("python", MODELS, [page], "pedantic").problems


def test_a_rule_that_raises_is_logged_once_and_skipped(caplog: pytest.LogCaptureFixture) -> None:
    def broken(facts: Facts, unit: UnitView) -> Iterator[Report]:
        yield Report(Span(0, 1), "before")
        raise RuntimeError("a bug")

    page = rule("  - {call: open}")
    rules = compiled(page)
    bad = rule("  - {check: a.b}", "local/bad")
    rules.checks.add(compile_clause(bad.match[0], bad), broken)
    document = Document("/w/a.py", b"open(u)", "python")
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            found = analysis.analyse(document, rules, path="shop/a.py")
            assert "local/one" in [d.rule for d in found]
    assert [r.getMessage() for r in caplog.records] == [
        "rule local/bad failed on shop/a.py and was skipped there"
    ]


def test_cost_of_a_call_does_not_grow_with_the_rules() -> None:
    many = [rule(f"  - {{call: 'lib{n}.f{n}'}}", f"local/r{n}") for n in range(300)]
    rules = compiled(*many)
    looked_at = 0
    for entries in rules.calls.exact.values():
        looked_at = max(looked_at, len(entries))
    assert looked_at == 1
    assert run("import lib7\nlib7.f7()", *many) == [("r7", "lib7.f7()")]


@pytest.mark.parametrize(
    ("glob", "path", "wanted"),
    [
        ("settings*.py", "a/b/settings_prod.py", True),
        ("settings*.py", "a/settings/x.py", False),
        ("**/settings/*.py", "a/settings/x.py", True),
        ("**/settings/*.py", "settings/x.py", True),
        ("src/**", "src/a/b.ts", True),
        ("src/*.ts", "src/a/b.ts", False),
        ("*.{js,ts}", "a/b.ts", True),
        ("a?.py", "ab.py", True),
    ],
)
def test_globs(glob: str, path: str, wanted: bool) -> None:
    pattern = glob_pattern(glob)
    assert pattern is not None
    assert (pattern.search(path) is not None) is wanted
