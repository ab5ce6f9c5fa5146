"""Checks on Python: how secrets that clients send are compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.comparisons import compared
from backspec.code.checks.names import words
from backspec.code.facts.model import Context
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts, Function

_PATH: Final = (
    r"[A-Za-z_]\w*(?:\.\w+|\[[\"'][\w-]+[\"']\]|\.get\(\s*[\"'][\w-]+[\"'][^()]*\))*(?:\(\))?"
)
_COMPARED: Final = regex(
    rf"(?<![\w.\"'])(?P<one>{_PATH})\s*(?P<operator>==|!=)\s*(?P<two>{_PATH})(?![\w(.\[\"'])"
)
_STORED: Final = regex(
    r"(?:\w+\.)*(?:settings|config|conf|environ|env|app\.config)\b.*|(?:\w+\.)?[A-Z][A-Z0-9_]{3,}"
)
_SECRET: Final = frozenset(
    ("secret", "token", "apikey", "password", "passwd", "passphrase", "signature", "hmac", "key")
)
_ABOUT: Final = frozenset(
    ("name", "id", "type", "length", "header", "field", "url", "path", "expiry", "public", "prefix",
     "count", "index", "algorithm", "default", "version", "kind", "status", "class", "old",
     "confirm", "confirmation", "placeholder", "mask", "pk", "primary", "foreign",
     "cache", "sort", "partition")
)  # fmt: skip
"""Words that make a name speak of something about a secret."""
_SENT: Final = regex(
    r"(?i)^(?:self\.)?(?:request|req|headers?|params|args|form|body|query|credentials|payload|data)\b"
    r"|authorization|x_api_key|bearer"
)
_SAFE: Final = regex(r"compare_digest|constant_time_compare|secrets\.compare")


@needs(words=("secret", "token", "key", "password", "signature", "api_key", "credentials"))
def unsafe_compare(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``request.headers["X-Api-Key"] != settings.API_KEY``."""
    if not unit.mentions("==", "!="):
        return
    for function in facts.functions:
        if function.context & Context.TEST:
            continue
        inner = unit.text(function.body_span)
        for found in compared(_COMPARED, inner):
            stored = _stored_of(found)
            if stored is None:
                continue
            other = found["two"] if stored == found["one"] else found["one"]
            if not _is_sent(other, inner, function) or _SAFE.search(inner):
                continue
            start = function.body_span.start + len(inner[: found.start()].encode())
            yield Report(
                Span(start, start + len(found[0].encode())),
                f"The time this comparison takes tells how much of `{stored}` was right",
                place=function.inside,
            )


def _stored_of(found: re.Match[str]) -> str | None:
    """The side of a comparison that is a secret of the configuration."""
    for side in (found["one"], found["two"]):
        last = words(re.split(r"[.\[]", side.rstrip("()]\"'").rstrip("\"'"))[-1].strip("\"'"))
        named = words(side)
        if not _STORED.fullmatch(side) or not _SECRET & set(named[-3:]):
            continue
        if not _ABOUT & set(last):
            return side
    return None


def _is_sent(other: str, text: str, function: Function) -> bool:
    """Whether the other side is what a client sent: as it says, or as it was assigned."""
    if _SENT.search(other):
        return True
    if not other.isidentifier():
        return False
    given = re.search(rf"(?m)^\s*{re.escape(other)}\s*=\s*([^\n]+)", text)
    if given is not None:
        return _SENT.search(given[1].strip()) is not None
    return any(
        one.name == other and re.search(r"(?i)token|key|secret|authorization|signature", other)
        for one in function.parameters
    ) and bool(function.decorators)
