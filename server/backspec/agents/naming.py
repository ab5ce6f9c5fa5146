"""Names of definitions: how to make one from any text."""

from __future__ import annotations

import re

_WORD_BREAK = re.compile(r"[^a-z0-9]+")


def slug(text: str) -> str:
    """Text as a name of lower-case letters, digits and hyphens; "" when nothing is left."""
    spread = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text)
    return _WORD_BREAK.sub("-", spread.lower()).strip("-")
