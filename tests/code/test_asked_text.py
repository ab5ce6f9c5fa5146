"""Questions about a file's text: the words that stand for expressions, and edits."""

from __future__ import annotations

import re

import pytest

from backspec.code.asked_text import AskedText
from backspec.code.needles import has_one, lines_spanned, needles


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"(?i)sequelize", (b"sequelize",)),
        (r"\bknex\b|\bKnex\b", (b"knex",)),
        (r"^import hmac\b", (b"import hmac",)),
        (r"[sS]et(?:Connect|Read)Timeout", (b"timeout",)),
        (r"postgres|\bpg_", (b"postgres", b"pg_")),
        (r"a+b?(?:Token)+", (b"token",)),
        (r"(?:Token)*", ()),
        (r"Token|\w+", ()),
        (r"(?!Token)\w+", ()),
        (r"ab|cd", ()),
        (r"été", ()),
        (r"(", ()),
    ],
)
def test_words_that_an_expression_needs(pattern: str, words: tuple[bytes, ...]) -> None:
    assert needles(pattern) == words


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(?i)sequelize", b"new SEQUELIZE()"),
        (r"[mM]igration(?:Builder|Name)", b"MigrationName"),
        (r"from\s+(?:flask|django)\b", b"from \t django"),
        (r"(?x) time out  # a remark", b"timeout"),
        (r"(?P<a>open|shut)(?P=a)", b"openopen"),
        (r"x{2}secret", b"xxsecret"),
    ],
)
def test_what_fits_has_one_of_the_words(pattern: str, text: bytes) -> None:
    assert re.search(pattern.encode(), text)
    assert needles(pattern)
    assert has_one(needles(pattern), text.lower())


BEFORE = b"import os\n" + b"x = 1\n" * 50 + b"timeout = 3\n" + b"y = 2\n" * 50


@pytest.mark.parametrize(
    ("pattern", "before", "after"),
    [
        (r"^timeout\s*=", "timeout = 3", "timeout = 4"),
        (r"^timeout\s*=", "timeout", "a.timeout"),
        (r"^timeout\s*=", "timeout = 3", "# no = 3"),
        (r"^timeout\s*=", "import os\n", "import os, sys\n\n"),
        (r"^timeout\s*:", "timeout =", "timeout:"),
        (r"^timeout\s*:", "y = 2", "y = 3"),
        (r"requests\.get", "import os", "import requests"),
        (r"requests\.get", "y = 2\n", "y = requests.get(a)\n"),
        (r"^import os\b(?![\s\S]*retry)", "y = 2", "retry = 2"),
        (r"oso", "import os\n", "import oso\n"),
    ],
)
def test_an_edited_text_answers_as_a_new_one(pattern: str, before: str, after: str) -> None:
    known = AskedText(BEFORE)
    was = known.has(pattern)
    text = BEFORE.replace(before.encode(), after.encode(), 1)
    will = AskedText(text).has(pattern)
    assert known.takes(text) is (was == will)
    if was == will:
        assert known.has(pattern) is will
    else:
        assert known.text == BEFORE


@pytest.mark.parametrize(
    ("pattern", "lines"),
    [
        (r"^import hmac\b", 1),
        (r"x\s*=\s*1", 3),
        (r"x[ \t]*=[^\n]*", 1),
        (r"a\nb|c", 2),
        (r"(?:a\s+){2}", 3),
        (r"(?:a\s+)*", None),
        (r"a.*b", 1),
        (r"(?s)a.*b", None),
        (r"\{[^}]*\}", None),
        (r"\([\s(]*x", None),
        (r"a(?!\s*b)", 2),
        (r"a\W+b", None),
        (r"a\Z", None),
    ],
)
def test_lines_that_an_expression_spans(pattern: str, lines: int | None) -> None:
    assert lines_spanned(pattern) == lines


NEAR = b"def f(a):\n    x\n\n\n    = 2\n" + b"    y = 2\n" * 30 + b"    x =\n\n 4\n"


@pytest.mark.parametrize("pattern", [r"x\s*=\s*3", r"^\s+y = 3", r"x\s+=(?!\s*2)", r"f\(a\):\s+z"])
@pytest.mark.parametrize(("before", "after"), [("2", "3"), ("4", "3"), ("y", "z"), ("x", "z")])
def test_what_comes_to_fit_beside_an_edit_is_found(pattern: str, before: str, after: str) -> None:
    for at in range(NEAR.count(before.encode())):
        pieces = NEAR.split(before.encode())
        text = before.encode().join(pieces[: at + 1]) + after.encode()
        text += before.encode().join(pieces[at + 1 :])
        known = AskedText(NEAR)
        was, will = known.has(pattern), AskedText(text).has(pattern)
        assert known.takes(text) is (was == will)
