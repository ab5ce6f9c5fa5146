"""A rule runs in the languages its page shows a bad example of, and in no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from backspec import catalog
from backspec.code import analysis
from backspec.model import Document

HEADER = """---
title: Call nobody
severity: warning
match:
  - call: http-request
    message: calls
---
Says that somebody is called.
"""
PYTHON = "\n```python bad\nimport requests\nrequests.get('')\n```\n"
SOURCES = {
    "python": ("a.py", b"import requests\nrequests.get('')\n"),
    "typescript": ("a.ts", b"import axios from 'axios';\naxios.get('');\n"),
}


@pytest.mark.parametrize("language", list(SOURCES))
@pytest.mark.parametrize(("examples", "claimed"), [(PYTHON, {"python"}), ("", set(SOURCES))])
def test_claims(language: str, examples: str, claimed: set[str]) -> None:
    rule = catalog.parse_rule("probe/call", HEADER + examples, Path("call.md"))
    path, text = SOURCES[language]
    found = analysis.analyse(Document(path, text, language), analysis.ruleset(language, [rule]))
    assert len(found) == (language in claimed)
