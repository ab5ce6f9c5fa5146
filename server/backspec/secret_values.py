"""Whether a literal looks like a real secret. Pure functions over strings.

A random string, a vendor's key or a chosen password does; a placeholder, a name, a path, a
sentence or a hash does not.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from typing import Final

from backspec.expressions import regex

MIN_LENGTH: Final = 6

_PLACEHOLDER: Final = regex(
    r"""(?ix) ^\W*$ | ^<.*>$ | \$\{ | \{\{ | \}\} | ^\{.*\}$ | ^%.*%$ | %\(?\w*\)?s | ^\$[A-Z_(]
    | change[-_\ ]?(?:me|this|it|in) | replace | your[-_\ ]? | x{4,} | \*{3,} | \.\.\. | …
    | example | sample | dummy | placeholder | todo | fixme | insert | redacted | masked | hidden
    | removed | goes[-_]here | \bfake | mock | ^\s*(?:none|null|undefined|true|false|nil)\s*$
    | abcdef | 123456 | qwerty | ^test | test$ | [-_]test[-_] | ^(?:phc|pk)_
    | ^(?:my|the|some|any)[-_ ]
    | lorem | foobar | not[-_ ]?(?:a|the)?[-_ ]?(?:real|secret|secure) | insecure | unsafe"""
)
_HASH: Final = regex(r"^(?:\$(?:2[abxy]|argon2|5|6|scrypt|pbkdf2)|pbkdf2[_:]|sha\d+[$:]|\{[A-Z])")
_LOCATION: Final = regex(
    r"^(?:[a-z][a-z0-9+.-]*://|[./~]|[A-Za-z]:\\|arn:|projects/)|\.[a-z]{2,4}$"
)
_SEPARATORS: Final = regex(r"[-_./:\s@]+")
_RUN: Final = regex(r"[A-Z]?[a-z]{2,}|[A-Z]{3,}")
_VOWEL: Final = regex(r"[aeiouy]", re.IGNORECASE)

VENDOR_SHAPES: Final = (
    ("an AWS access key", b"AKIA", r"AKIA(?<!\wAKIA)[A-Z2-7]{16}\b"),
    ("a GitHub token", b"gh", r"gh(?<!\wgh)[pousr]_[A-Za-z0-9]{36,}\b"),
    ("a GitHub token", b"github_pat_", r"\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{40,}\b"),
    ("a Stripe key", b"k_live_", r"\b[sr]k_live_[A-Za-z0-9]{16,}\b"),
    ("a Slack token", b"xox", r"xox(?<!\wxox)[abprs]-[0-9]{8,}-[0-9A-Za-z-]{16,}"),
    ("a SendGrid key", b"SG.", r"SG\.(?<!\wSG\.)[\w-]{22}\.[\w-]{43}"),
    ("a Twilio key", b"SK", r"SK(?<!\wSK)[0-9a-f]{32}\b"),
    ("a Google API key", b"AIza", r"AIza(?<!\wAIza)[0-9A-Za-z_-]{35}(?![\w-])"),
    (
        "a private key",
        b"PRIVATE KEY-----",
        (
            r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----"
            r"(?=(?:\s|\\n|[\"'`+,]){1,12}[A-Za-z0-9+/=]{40,})"
        ),
    ),
)
"""What it is, bytes that must occur, and the pattern of keys whose vendor marks them. A pattern
begins with plain letters, for which ``re`` searches fast, and then asks what stands before them."""


@functools.lru_cache(maxsize=4096)
def is_placeholder(text: str) -> bool:
    """Whether a value stands for one that somebody still has to fill in."""
    return len(set(text)) <= 3 or _PLACEHOLDER.search(text) is not None


def entropy(text: str) -> float:
    """Bits per character of a text, from its own letters."""
    total = len(text)
    return -sum(n / total * math.log2(n / total) for n in Counter(text).values()) if text else 0.0


@functools.lru_cache(maxsize=4096)
def looks_random(text: str) -> bool:
    """Whether a value looks made by a machine: a key, a token, a generated password."""
    if len(text) < 8 or any(c.isspace() for c in text) or not text.isascii():
        return False
    if is_placeholder(text) or _HASH.search(text) or _LOCATION.search(text):
        return False
    kinds = _kinds(text)
    if kinds < 2 or entropy(text) < 2.8:
        return False
    return _share_of_words(text) < 0.5


@functools.lru_cache(maxsize=4096)
def looks_chosen(text: str) -> bool:
    """Whether a value looks like a password that a person chose: letters with digits or signs."""
    if len(text) < MIN_LENGTH or any(c.isspace() for c in text) or is_placeholder(text):
        return False
    if _HASH.search(text) or _LOCATION.search(text):
        return False
    pieces = [piece for piece in _SEPARATORS.split(text) if piece]
    if len(pieces) > 1 and all(piece.isalpha() or piece.isdigit() for piece in pieces):
        return False
    lower = text.lower()
    if any(word in lower for word in ("password", "passwd", "secret", "token", "api")):
        return False
    has_letter = any(c.isalpha() for c in text)
    return has_letter and any(not c.isalpha() and c not in "-_./: '" for c in text)


def _kinds(text: str) -> int:
    """How many kinds of character there are; separators of identifiers do not count."""
    return (
        any(c.islower() for c in text)
        + any(c.isupper() for c in text)
        + any(c.isdigit() for c in text)
        + any(not c.isalnum() and c not in "-_./: " for c in text)
    )


def _share_of_words(text: str) -> float:
    """The share of characters that are in something like words of a language."""
    covered = 0
    for run in _RUN.findall(text):
        vowels = len(_VOWEL.findall(run))
        if len(run) >= 3 and 0.15 <= vowels / len(run) <= 0.75:
            covered += len(run)
    return covered / len(text)
