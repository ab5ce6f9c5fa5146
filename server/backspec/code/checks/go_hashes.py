"""What MD5 and SHA-1 are for in Go, as far as the code around the call tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks.go_forms import is_asked_for
from backspec.code.checks.names import words
from backspec.code.checks.values import names_around
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call

_ASKS: Final = (
    r"http\.NewRequest|\bresty\.|\breq\.C\(|\.SetQueryParams?\(|\.SetFormData\(|\.SetHeaders?\("
    r"|\brequest\.(?:New|Helper)|\bhttp\.Client\b"
)
"""What a client of somebody else's interface does."""
_ANSWERS: Final = (
    r"http\.ResponseWriter|gin\.Context\b|echo\.Context\b|fiber\.Ctx\b|\bchi\.|fasthttp\.RequestCtx"
)
_OF_CLIENTS: Final = regex(
    r"(?i)(?:^|/)(?:drivers?|connectors?|integrations?|adapters?|clients?|sdks?|providers?)/"
)
_CHALLENGE: Final = regex(r"(?i)\bchallenge|subsonic|\bfever")
"""Protocols with a hash of their own: FRITZ!Box and its kin, the interfaces of Subsonic, Fever."""
_IDENTIFIES: Final = frozenset(
    (
        "id",
        "ids",
        "identity",
        "identifier",
        "uid",
        "guid",
        "uuid",
        "ref",
        "slug",
        "digest",
        "legacy",
    )
)
_OF_HASHES: Final = frozenset(
    ("md", "5", "md5", "sha", "sha1", "1", "hash", "sum", "hex", "get", "new", "make", "calc",
     "compute", "encode", "str", "string", "bytes", "to", "of", "gen", "generate", "data", "text",
     "file", "from", "for", "crc")
)  # fmt: skip
_NAMES_FILES: Final = regex(r"(?i)cache|etag|thumb|checksum|dedup|migrations?/")


def is_prescribed(call: Call, around: str, unit: UnitView) -> bool:
    """Whether another party says which hash it is: an interface that the file is a client of."""
    if _CHALLENGE.search(around) or _CHALLENGE.search(unit.path):
        return True
    function = call.function
    if function is not None and _CHALLENGE.search(unit.text(function.span)):
        return True
    is_client = _OF_CLIENTS.search(unit.path) is not None or unit.file_has(_ASKS)
    if unit.file_has(r"(?i)\bcnonce\b|\brealm="):
        return True  # HTTP Digest
    return is_client and not unit.file_has(_ANSWERS)


def is_identifier(call: Call, unit: UnitView) -> bool:
    """Whether the hash only names something: an id, a key of a cache, a part of the sum."""
    if _NAMES_FILES.search(unit.path):
        return True
    names = [*names_around(call.function)[:1], call.assigned_to]
    if any(_IDENTIFIES.intersection(words(name)) for name in names):
        return True
    target = call.assigned_to
    if call.function is None or not target.isidentifier():
        return False
    after = unit.text(Span(call.span.end, call.function.span.end))
    return re.search(rf"\b{target}(?:\.Sum\(nil\))?\[\d*:\d*\d\]|\bID\(", after) is not None


_GUARDED: Final = (
    r"(?:pass(?:word|wd|phrase)?|token|secret|signature|session|otp|nonce|auth_?key|reset)\w*"
)


def is_called_to_guard(call: Call, unit: UnitView) -> bool:
    """Whether the lines that call the function around speak of a password, a token or so."""
    function = call.function
    if function is None or not function.name:
        return False
    name = re.escape(function.name)
    return unit.file_has(
        rf"(?im)^(?!func)[^\n]*(?:\b{_GUARDED}\b[^\n]*\b{name}\(|\b{name}\([^\n)]*\b{_GUARDED}\b)"
    )


def is_chosen(call: Call, unit: UnitView) -> bool:
    """Whether the hash is one of several that somebody else names."""
    return is_asked_for(call.node, unit, _ALGORITHM)


_ALGORITHM: Final = regex(r"(?i)[\"'](?:hmac-?)?(?:md5|sha-?1)[\"']|\b(?:MD5|SHA1)\b")


def is_wrapper(call: Call) -> bool:
    """Whether the function is a hash by its name: what it is for, its callers say."""
    return any(
        {"md", "md5", "sha", "sha1", "hash"} & set(words(name)) and set(words(name)) <= _OF_HASHES
        for name in names_around(call.function)[:1]
    )
