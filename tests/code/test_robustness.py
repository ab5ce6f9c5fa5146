"""No text makes the engine raise, or take longer than its size warrants."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.code.probe import probe
from tests.code.test_memory import SOURCES

from backspec.code import analysis, syntax
from backspec.code.memory import Memory
from backspec.model import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.model import Diagnostic

LIMIT_S = 20.0
"""Far above what a slow machine needs, far below what a runaway takes."""


@pytest.fixture(autouse=True)
def no_rule_fails(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A failing rule is logged, not raised: here that is a failure too."""
    with caplog.at_level(logging.ERROR, "backspec"):
        yield
    assert not caplog.records, caplog.text


def analyse(text: bytes, language: str, *, everything: bool = True) -> list[Diagnostic]:
    rules = probe(language) if everything else analysis.ruleset(language, profile="pedantic")
    document = Document("/w/a", text, language)
    found = analysis.analyse(document, rules, path="a")
    found += analysis.analyse(document, rules, Memory(), path="a")
    for one in found:
        assert 0 <= one.span.start <= one.span.end <= len(text)
    return found


@pytest.mark.parametrize("language", sorted(SOURCES))
def test_every_truncation(language: str) -> None:
    text = SOURCES[language].encode()
    for end in range(0, len(text), 37):
        analyse(text[:end], language)


@pytest.mark.parametrize("language", sorted(SOURCES))
@settings(max_examples=80, deadline=None)
@given(text=st.binary(max_size=300))
def test_any_bytes(language: str, text: bytes) -> None:
    analyse(text, language)


WORDS = """
( ) [ ] { } : = " ' ` , . ; + @ # é => -> ${ ** * x y self this def class async await lambda import
from for in of if else return function new try except catch finally with const let 1 0x 'a' f"
"""
TOKENS = st.lists(
    st.sampled_from([*WORDS.split(), "\n", "\n    ", "\x00", "\ufeff", "\r\n"]), max_size=80
)


@pytest.mark.parametrize("language", sorted(SOURCES))
@settings(max_examples=120, deadline=None)
@given(tokens=TOKENS, space=st.sampled_from(["", " "]))
def test_any_tokens(language: str, tokens: list[str], space: str) -> None:
    analyse(space.join(tokens).encode(), language)


PUNCTUATION = b"<>(){}[];:'\"`/\\?!@#$%^&*-+=|~.,"

HOSTILE = {
    "parentheses": b"x = " + b"(" * 3000 + b"1" + b")" * 3000,
    "lists": b"f(" + b"[" * 3000 + b"1" + b"]" * 3000 + b")",
    "calls": b"f(" * 3000 + b")" * 3000,
    "chain": b"x" + b".f()" * 3000,
    "sum": b"x = f(" + b" + ".join([b"a"] * 3000) + b")",
    "text": b"x = f(" + b" + ".join([b"'a'"] * 3000) + b")",
    "one line": b"f({" + b"".join(b"'k%d': 'value %d', " % (n, n) for n in range(20_000)) + b"})",
    "lines": b"x = foo(1)\n" * 20_000,
    "names": b"".join(b"x%d = x%d()\n" % (n, n + 1) for n in range(2000)),
    "knot": b"".join(
        b"x%d = x%d\nx%d = y%d\ny%d = x%d\n" % (n, n + 1, n, n + 1, n, n + 1) for n in range(200)
    )
    + b"x0.f()\n",
    "many meanings": b"".join(b"x = f%d()\n" % n for n in range(3000)) + b"x.g()\n",
    "numbers": b"x = " + b"9" * 6000 + b"\nf(2**100000)\nf(9999**9999)\nf(1 << 99999)\n",
    "punctuation": bytes(PUNCTUATION[(n * n + n // 7) % len(PUNCTUATION)] for n in range(6000)),
}  # fmt: skip

HOSTILE_PYTHON = {
    "bases": b"".join(
        b"class C%d(C%d, D%d): pass\nclass D%d(C%d, D%d): pass\n"
        % (n, n + 1, n + 1, n, n + 1, n + 1)
        for n in range(150)
    )
    + b"C0().f()\n",
    "own base": b"class C(C):\n  def f(self): self.x.y()\nC().z()\n",
    "lambdas": b"f(" + b"lambda: " * 2000 + b"1)",
    "functions": b"".join(b" " * n + b"def f():\n" for n in range(200)) + b" " * 200 + b"pass\n",
    "branches": b"if a: pass\n" + b"elif b: pass\n" * 2000,
    "decorators": b"@a\n" * 2000 + b"def f(): pass",
    "nested text": b'f"' + b"{f'" * 60 + b"x" + b"'}" * 60 + b'"',
    "backslashes": b"\\\n" * 2000,
}  # fmt: skip

HOSTILE_TYPESCRIPT = {
    "arrows": b"f(" + b"() => " * 2000 + b"1)",
    "callbacks": b"f(() => {" * 500 + b"})" * 500,
    "fallbacks": b"x = " + b"a || " * 2000 + b"c",
    "choices": b"x = " + b"a ? b : " * 2000 + b"c",
    "patterns": b"const " + b"{a: " * 500 + b"b" + b"}" * 500 + b" = f();",
    "types": b"let x: " + b"Promise<" * 500 + b"X" + b">" * 500 + b" = f();",
    "minified": b"function a(b){return b.c(d=>e(d,{f:1}))};" * 5000,
}


HOSTILE_RUBY = {
    "blocks": b"f do |x|\n" * 400 + b"end\n" * 400,
    "endless": b"def a = " * 500 + b"1",
    "heredocs": b"f(" + b", ".join([b"<<~A"] * 500) + b")\n" + b"x\nA\n" * 500,
    "interpolation": b'"#{' * 60 + b"x" + b'}"' * 60,
    "choices": b"x = " + b"a ? b : " * 2000 + b"c",
    "cases": b"case a\n" + b"when 1 then b\n" * 2000 + b"end\n",
    "own base": b"class A < A::B\n  def f = self.x.y\nend\nclass C < C; end\nA.z\nC.z\n",
    "conditions": b"x = x ? x : x + x\ny = y && y\nsystem(x) if x > y\n" * 15,
    "modifiers": b"f" + b" if a" * 1500,
    "rescues": b"begin\n" * 300 + b"f(1)\n" + b"rescue A\nend\n" * 300,
}


def hostile() -> Iterator[object]:
    for language, more in (
        ("python", HOSTILE_PYTHON),
        ("typescript", HOSTILE_TYPESCRIPT),
        ("ruby", HOSTILE_RUBY),
    ):
        for name, text in {**HOSTILE, **more}.items():
            yield pytest.param(language, text, id=f"{language}-{name}")


@pytest.mark.parametrize(("language", "text"), list(hostile()))
@pytest.mark.parametrize("everything", [True, False], ids=["facts", "rules"])
def test_hostile_code_takes_bounded_time(language: str, text: bytes, everything: bool) -> None:
    start = time.monotonic()
    analyse(text, language, everything=everything)
    assert time.monotonic() - start < LIMIT_S


@pytest.mark.parametrize("language", sorted(SOURCES))
def test_byte_order_mark_and_line_ends_change_nothing(language: str) -> None:
    text = SOURCES[language].encode()
    plain = {d.message for d in analyse(text, language)}
    assert {d.message for d in analyse(b"\xef\xbb\xbf" + text, language)} == plain
    crlf = {
        d.message.replace("\r\n", "\n") for d in analyse(text.replace(b"\n", b"\r\n"), language)
    }
    assert crlf == plain


def test_a_runaway_parse_is_stopped() -> None:
    text = HOSTILE["punctuation"] * 40
    start = time.monotonic()
    assert syntax.parse("tsx", text, time_limit_s=0.3) is None
    assert time.monotonic() - start < LIMIT_S
    again = syntax.parse("tsx", b"const a = 1;")
    assert again is not None
    assert not again.root.has_error


def test_a_parse_can_be_cancelled() -> None:
    assert syntax.parse("python", b"x = 1\n" * 200_000, is_cancelled=lambda: True) is None
    document = Document("/w/a.py", b"x = 1\n" * 200_000, "python")
    assert analysis.analyse(document, probe("python"), is_cancelled=lambda: True) == []


def test_a_text_that_takes_too_long_is_said_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syntax, "parse", lambda *_args, **_kwargs: None)
    document = Document("a.py", b"import requests\n", "python")
    (found,) = analysis.analyse(document, analysis.ruleset("python"))
    assert (found.rule, found.span) == ("file/too-slow", (0, 0))
    withdrawn = analysis.analyse(document, analysis.ruleset("python"), is_cancelled=lambda: True)
    assert withdrawn == []
