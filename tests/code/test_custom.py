"""What is wrong with a workspace's rule file is said where it is wrong."""

from __future__ import annotations

import pytest

from backspec.code.custom import check
from backspec.model import Document

GOOD = """---
title: Do not call the legacy mailer
severity: warning
match:
  - call: legacy.mailer.send
    argument: {to: {kind: string}}
fix: none
---
The legacy mailer loses messages.

```python bad
import legacy.mailer

legacy.mailer.send("a@example.org")
```
```python good
import outbox
```
"""


def problems(text: str) -> list[tuple[str, str]]:
    data = text.encode()
    found = check(Document("/w/.backspec/rules/mailer.md", data, "markdown"))
    return [(data[d.span.start : d.span.end].decode(), d.message) for d in found]


def test_a_good_page_has_none() -> None:
    assert problems(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        ("severity: warning", "severity: loud", "loud", "`error`, `warning`"),
        ("fix: none", "fixes: none", "---", "`fixes` is no word here"),
        ("call: legacy.mailer.send", "check: secrets.anything", "secrets.anything", "clauses only"),
        ("kind: string", "kind: blob", "blob", "kind"),
        ("kind: string", 'matches: "("', "", "no regular expression"),
        ("    argument:", "    inside: [kitchen]\n    argument:", "kitchen", "`loop`"),
        ("title: Do", "title: [Do", "", "no YAML"),
        ("---\ntitle", "title", "", "header between two"),
        ("---\nThe legacy", "The legacy", "", "no closing"),
    ],
)
def test_a_bad_page_says_where(old: str, new: str, where: str, said: str) -> None:
    assert old in GOOD
    found = problems(GOOD.replace(old, new, 1))
    assert found
    assert any(said in message for _, message in found), found
    if where:
        assert any(text == where for text, _ in found), found


def test_crlf_and_binary_are_no_trouble() -> None:
    assert check(Document("/r.md", GOOD.replace("\n", "\r\n").encode())) == []
    check(Document("/r.md", b"---\n\xff\x00: \xfe\n---\n"))
    check(Document("/r.md", b"---\na: &a [*a]\n---\n"))


def test_every_truncation_is_no_trouble() -> None:
    data = GOOD.encode()
    for end in range(0, len(data), 7):
        for one in check(Document("/r.md", data[:end])):
            assert 0 <= one.span.start <= one.span.end <= max(end, 4)
