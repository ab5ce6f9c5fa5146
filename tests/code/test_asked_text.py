"""Questions about a file's text: the words that stand for expressions, and edits."""

from __future__ import annotations

import re

import pytest

from backspec.code.asked_text import AskedText
from backspec.code.needles import has_one, needles


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
