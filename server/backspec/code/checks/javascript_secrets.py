"""Checks on JavaScript and TypeScript: how secrets are compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.comparisons import compared
from backspec.code.checks.front_end import is_front_end
from backspec.code.checks.names import words
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts

_PATH: Final = r"[A-Za-z_$][\w$]*(?:\??\.[\w$]+|\[\s*['\"`][\w-]+['\"`]\s*\])*"
_CALL: Final = r"(?:\??\.(?:get|header|query|param)\(\s*['\"`][\w-]+['\"`]\s*\))?"
_STORED: Final = (
    r"(?:process\.env|(?:this\.)?(?:config|configuration|settings|env|options|opts))\.[\w$.]+"
)
_COMPARED: Final = regex(
    rf"(?<![\w$.])(?:(?P<one>{_STORED})\s*(?:===?|!==?)\s*(?P<two>{_PATH}{_CALL})(?![\w$(.\[])"
    rf"|(?P<three>{_PATH}{_CALL})\s*(?:===?|!==?)\s*(?P<four>{_STORED})(?![\w$(.\[]))"
)
_SECRET: Final = frozenset(
    ("secret", "token", "apikey", "password", "passwd", "passphrase", "signature")
)
_KINDS: Final = frozenset(
    ("api", "secret", "access", "auth", "private", "signing", "admin", "master")
)
"""What makes a key one that must not be guessed."""
_ABOUT: Final = frozenset(
    ("name", "id", "type", "length", "header", "field", "url", "path", "expiry", "public", "prefix",
     "count", "index", "algorithm", "default", "version")
)  # fmt: skip
"""Words that make a name speak of something about a secret."""
_SENT: Final = regex(
    r"(?i)^(?:req|request|ctx|c|event|socket|client|handshake|headers?|query|body|params)\b(?:\.|\[|\?)"
    r"|token|secret|key|password|auth|signature|bearer|credential"
)
_NOTHING: Final = frozenset(("undefined", "null", "true", "false", "NaN"))


@needs(
    families=("javascript",),
    words=("env", "config", "configuration", "settings", "options", "opts"),
)
def unsafe_compare(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``req.headers["x-api-key"] === process.env.API_KEY``."""
    del facts
    if is_front_end(unit):
        return
    text = unit.text(unit.span)
    for found in compared(_COMPARED, text):
        stored = found["one"] or found["four"]
        other = found["two"] or found["three"]
        last = words(stored.rpartition(".")[2])
        if _ABOUT & set(last) or other in _NOTHING:
            continue
        if not _SECRET & set(last) and not ("key" in last and _KINDS & set(last)):
            continue
        said = words(other.rpartition(".")[2].rstrip("'\"`]) "))
        if not _SENT.search(other) or _ABOUT & set(said[-1:]) or other.startswith("process."):
            continue
        if re.match(r"(?i)(?:default|empty|old|previous|placeholder)", other):
            continue
        if re.search(r"\btypeof\s+$", text[max(0, found.start() - 12) : found.start()]):
            continue
        start = unit.span.start + len(text[: found.start()].encode())
        yield Report(
            Span(start, start + len(found[0].encode())),
            f"The time this comparison takes tells how much of `{stored}` was right",
        )
