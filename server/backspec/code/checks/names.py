"""What the names in code say: their words, whether they speak of a secret, a cache, a token.

Shared by the rules that read purpose from names. Pure functions over strings.
"""

from __future__ import annotations

import functools
from typing import Final

from backspec.expressions import regex

_WORD: Final = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

SECRET_WORDS: Final = (
    "password", "passwd", "pwd", "secret", "token", "api_key", "apikey", "access_key",
    "private_key", "client_secret", "auth_key", "credential", "credentials", "passphrase",
    "connection_string", "signing_key", "encryption_key", "session_key", "secret_key", "jwt_key",
    "hmac_key", "master_key", "passcode",
)  # fmt: skip
"""The words of the catalogue's SECRETNAME, as joined by ``words``."""

_HINT: Final = regex("(?i)pass|pwd|secret|token|key|credential|connection")
"""What stands in each name with one of these words."""

_QUALIFIERS: Final = frozenset(
    ("value", "text", "string", "base", "base64", "b64", "bytes", "hex", "raw", "plain",
     "default", "prod", "production", "live", "staging", "old", "new", "current", "primary",
     "secondary", "master", "main", "key", "v1", "v2")
)  # fmt: skip
"""What may follow the secret word without changing what the name is: ``SECRET_KEY_BASE``."""

_ABOUT: Final = frozenset(
    ("invalid", "missing", "wrong", "expired", "bad", "no", "is", "has", "show", "min", "max",
     "num", "error", "err", "msg", "message", "label", "placeholder", "help", "hint", "forgot",
     "reset", "csrf", "next", "page", "continuation", "sync", "cancel", "cancellation", "fcm",
     "design", "syntax", "lexer", "pagination", "cursor", "field", "column", "test", "fake",
     "dummy", "mock", "example", "sample", "unused", "param", "event", "action", "type", "enum",
     "scope", "permission", "redacted", "masked", "blank", "empty",
     "public", "publishable", "anon", "anonymous", "route", "path", "url", "uri", "regex",
     "pattern")
)  # fmt: skip
"""Words before the secret word that make the name speak about secrets instead of being one."""


@functools.lru_cache(maxsize=8192)
def words(name: str) -> tuple[str, ...]:
    """The lower-case words of an identifier in any style: ``dbPassword2`` gives db, password, 2."""
    return tuple(word.lower() for word in _WORD.findall(name))


@functools.lru_cache(maxsize=8192)
def is_secret_name(name: str) -> bool:
    """Whether a name is that of a secret's value: the secret word ends it, bar qualifiers.

    ``name`` may be a path; its last segment counts. ``token_url``, ``password_label`` and
    ``invalid_token`` are names of other things.
    """
    if _HINT.search(name) is None:
        return False
    parts = list(words(name.rpartition(".")[2]))
    while parts and parts[-1].isdigit():
        parts.pop()
    while len(parts) > 1 and parts[-1] in _QUALIFIERS and not _ends_in_secret(parts):
        parts.pop()
    return _ends_in_secret(parts) and not _ABOUT.intersection(parts[:-1])


def _ends_in_secret(parts: list[str]) -> bool:
    return bool(parts) and (
        parts[-1] in SECRET_WORDS
        or (len(parts) > 1 and "_".join(parts[-2:]) in SECRET_WORDS)
        or parts[-1] in ("secrets", "passwords", "tokens")
    )


@functools.lru_cache(maxsize=8192)
def is_password_name(name: str) -> bool:
    """Whether a name is that of a password that a person chose."""
    parts = words(name.rpartition(".")[2])
    return bool({"password", "passwd", "pwd", "passphrase", "pass", "passcode"} & set(parts))


def speaks_of(text: str, subjects: frozenset[str]) -> bool:
    """Whether any word in an identifier or a piece of code is one of ``subjects``."""
    return not subjects.isdisjoint(words(text))
