"""The fix of ``auth/jwt-unverified``: verify, and leave the key and the algorithm to the reader."""

from __future__ import annotations

import pytest

from backspec import catalog
from backspec.code import analysis
from backspec.model import Document
from backspec.text import apply_edits

PYTHON = "import jwt\n\ndef user(token):\n    return jwt.decode({})['sub']\n"
TYPESCRIPT = (
    "import express from 'express';\nimport jwt from 'jsonwebtoken';\nconst app = express();\n"
    "app.get('/me', (req, res) => res.json({}));\n"
)


@pytest.mark.parametrize(
    ("language", "source", "before", "after"),
    [
        (
            "python",
            PYTHON,
            'token, options={"verify_signature": False}',
            'token, key, algorithms=["RS256"]',
        ),
        ("python", PYTHON, "token, secret, verify=False", 'token, secret, algorithms=["RS256"]'),
        ("python", PYTHON, 'token, options={"verify_signature": False, "verify_exp": True}', None),
        (
            "typescript",
            TYPESCRIPT,
            "jwt.decode(req.cookies.t)",
            'jwt.verify(req.cookies.t, key, { algorithms: ["RS256"] })',
        ),
        ("typescript", TYPESCRIPT, "jwt.decode(...tokens)", None),
    ],
)
def test_fix(language: str, source: str, before: str, after: str | None) -> None:
    text = source.replace("{}", before).encode()
    rules = analysis.ruleset(language, [catalog.rules()["auth/jwt-unverified"]])
    (found,) = analysis.analyse(Document(f"app.{language}", text, language), rules)
    if after is None:
        assert found.fixes == ()
    else:
        assert [fix.safety for fix in found.fixes] == ["manual"]
        assert apply_edits(text, found.fixes[0].edits) == source.replace("{}", after).encode()
