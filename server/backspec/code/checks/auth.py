"""Checks on tokens and passwords."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.arguments import HIDDEN
from backspec.code.checks import Report, needs
from backspec.code.checks.names import speaks_of
from backspec.code.checks.python_purposes import is_verified_below
from backspec.code.checks.values import (
    is_constant,
    is_null,
    names_around,
    number,
    qualified_of,
    text_of,
)
from backspec.code.facts.model import Context, Mapping, Value
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

# ---------------------------------------------------------------------------- tokens


@needs(roles=("jwt-decode", "jwt-decode-unverified"))
def jwt_unverified(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Tokens whose claims are read without a check of the signature, and never checked later."""
    suspects: list[tuple[Call, str]] = []
    verifying = set()
    for call in unit.calls("jwt-decode"):
        switch = _switched_off(call, unit)
        if switch:
            suspects.append((call, f"`{call.written}` skips the signature check ({switch})"))
        else:
            verifying.add(call.function)
    suspects += [
        (call, f"`{call.written}` reads claims without checking who signed the token")
        for call in unit.calls("jwt-decode-unverified")
        if call.context & Context.HANDLER or (unit.family == "go" and _lets_in(call, unit))
    ]
    for call, message in suspects:
        function = call.function
        if unit.family == "go" and function is not None and _is_from_issuer(call, unit):
            continue
        if function in verifying or _only_peeks(call, unit):
            continue
        if unit.family == "python" and is_verified_below(call, unit):
            continue
        if function is not None and _is_verified_in(unit.text(function.span)):
            continue
        receiver = function.passed_to if function is not None else None
        if receiver is not None and _VERIFY.search(receiver.path):
            continue
        yield Report(call.span, message, fixes=_verify_instead(call, unit), place=call.place)


_LETS_IN: Final = regex(r"(?i)auth|login|verif|valid|user|session|current|middleware|guard|check")


def _lets_in(call: Call, unit: UnitView) -> bool:
    """Go: whether what is read says by its function or file that it lets somebody in."""
    return _LETS_IN.search(unit.path.rpartition("/")[2]) is not None or any(
        _LETS_IN.search(name) for name in names_around(call.function)
    )


def _is_from_issuer(call: Call, unit: UnitView) -> bool:
    """Go: whether a token came from an issuer's own endpoint, or is validated otherwise."""
    assert call.function is not None
    text = unit.text(call.function.span)
    given = call.arguments.positional
    claims = unit.text(given[1].span).lstrip("&") if len(given) > 1 else ""
    if claims.isidentifier():
        used = re.findall(rf"\b{claims}(?:\.(\w+)|\[)", text[text.find("ParseUnverified") :])
        if used and all(re.match(r"Exp|GetExp|IssuedAt|NotBefore", one) for one in used):
            return True
    if re.search(r"ExpiresAt|GetExpirationTime", text) and not re.search(
        r"Subject|\"sub\"|(?i:role|user_?id|email)", text
    ):
        return True
    return re.search(r"oauth2\.|NewValidator|(?i:issuer)", text) is not None


def _verify_instead(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """The same call with the check on; the key and the algorithm are the reader's to fill in."""
    given = call.arguments
    if given.is_open or not given.positional:
        return ()
    source = unit.adapter.source
    token, *rest = (source[v.span.start : v.span.end].decode() for v in given.positional)
    key = rest[0] if rest and rest[0] not in ("None", "null", '""', "''") else "key"
    if call.qualified == "jwt.decode" and set(given.keywords) <= {"options", "verify"}:
        options = given.keywords.get("options")
        if isinstance(options, Mapping) and (len(options.entries) > 1 or options.is_open):
            return ()
        edit = Edit(given.span, f'{token}, {key}, algorithms=["RS256"]')
    elif call.qualified == "jsonwebtoken.decode" and call.path.endswith(".decode"):
        end = call.callee_span.end
        arguments = f'({token}, key, {{ algorithms: ["RS256"] }}'
        edit = Edit(Span(end - len("decode"), given.span.end), f"verify{arguments}")
    elif call.qualified == "jose.jwt.get_unverified_claims" and len(given.positional) == 1:
        end = call.callee_span.end
        arguments = f'({token}, key, algorithms=["RS256"]'
        edit = Edit(Span(end - len("get_unverified_claims"), given.span.end), f"decode{arguments}")
        if not call.path.endswith(".get_unverified_claims"):
            return ()
    elif unit.family == "ruby" and call.path == "JWT.decode" and not given.keywords:
        key = rest[0] if rest and rest[0] != "nil" else "key"
        edit = Edit(given.span, f'{token}, {key}, true, algorithm: "RS256"')
    else:
        return ()
    title = "Verify the signature (fill in the key and the algorithm)"
    return (Fix(title, (edit,), "manual", "auth/jwt-unverified"),)


def _only_peeks(call: Call, unit: UnitView) -> bool:
    """Whether nothing but where a token comes from, or how long it lasts, is read from it."""
    names = [call.assigned_to, *names_around(call.function)[:1]]
    if any(speaks_of(name, _AWARE) for name in names):
        return True
    if names_around(call.function)[:1] and re.match(r"_*(?:is|has|looks)_?", names[-1]):
        return True
    source = unit.adapter.source
    after = source[call.span.end : call.span.end + 60].decode("utf-8", "replace")
    read = re.match(r"\s*(?:\[|\.get\(|\.)\s*[\"']?(\w+)", after)
    if read is not None:
        return read[1] in _ROUTING
    if not call.assigned_to or call.function is None:
        return False
    text = unit.text(call.function.span)
    text = re.sub(rf"\(\s*!?{re.escape(call.assigned_to)}\s*\)", "", text)
    uses = re.findall(
        rf"(?<![\w.]){re.escape(call.assigned_to)}\b(?!\s*[:=](?!=))(?!\s*(?:\?(?!\.)|&&|\|\||[!=]=|is\b|:))\s*(?:\??\.?\[|\??\.get\(|\??\.)?\s*"
        r"[\"']?(\w*)",
        text,
    )
    return bool(uses) and all(use in _ROUTING for use in uses)


_AWARE: Final = frozenset(
    ("unverified", "peek", "insecure", "untrusted", "expired", "expiry", "expiration")
)
_ROUTING: Final = frozenset(
    ("iss", "kid", "alg", "aud", "exp", "iat", "nbf", "azp", "tid", "header")
)
_SWITCHES: Final = regex(
    r"verify_\w+|\bverify\s*[=:]\s*(?:False|false)|unverified\w*", re.IGNORECASE
)
_VERIFY: Final = regex(r"verif|passport\.authenticate|createParamDecorator", re.IGNORECASE)


def _is_verified_in(text: str) -> bool:
    """Whether a function speaks of verifying, here or elsewhere, beside switching it off."""
    return _VERIFY.search(_SWITCHES.sub("", text)) is not None


def _switched_off(call: Call, unit: UnitView) -> str:
    """How a decoding call was told not to verify, "" when it was not."""
    options = unit.argument(call, "options")
    if isinstance(options, Mapping):
        for key in ("verify_signature", "verify"):
            if is_constant(options.entries.get(key), False):
                return key
    if is_constant(unit.argument(call, "verify"), False):
        return "`verify`"
    if is_constant(unit.argument(call, "no_verify"), True):
        return "`noVerify`"
    if is_null(unit.argument(call, "key")) and (call.qualified or "").startswith("authlib."):
        return "no key"
    return ""


# ---------------------------------------------------------------------------- work factors

ARGON2_FLOOR: Final = ((1, 47_104), (2, 19_456), (3, 12_288), (4, 9_216), (5, 7_168))
"""Passes and the memory in KiB they need: pairs of equal strength."""

PBKDF2_FLOOR: Final = {"sha1": 1_300_000, "sha256": 600_000, "sha512": 210_000}
"""Rounds by hash."""

SCRYPT_FLOOR: Final = 2**16
"""The least N times p, with r = 8."""

_PASSWORD_WORDS: Final = frozenset(
    ("password", "passwords", "passwd", "pwd", "passphrase", "pass", "passcode", "pw", "login",
     "credential", "credentials")
)  # fmt: skip


@needs(roles=("argon2-cost",))
def weak_argon2(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Argon2 below the floor, as far as memory and passes are both known."""
    for call in unit.calls("argon2-cost"):
        memory_value, time_value = unit.argument(call, "memory_kib"), unit.argument(call, "time")
        if memory_value is None or HIDDEN in (memory_value, time_value):
            continue
        memory = number(memory_value)
        time = 3 if time_value is None else number(time_value)
        if memory is None or time is None:
            continue
        if any(time >= passes and memory >= kib for passes, kib in ARGON2_FLOOR):
            continue
        needed = min(kib for passes, kib in ARGON2_FLOOR if passes <= max(time, 1))
        assert isinstance(memory_value, Value)
        yield Report(
            memory_value.span,
            f"Argon2 with {memory:g} KiB and {time:g} passes is too fast to guess against; "
            f"{needed} KiB is the floor for that many passes",
            (_replace(memory_value, str(needed), f"Raise the memory to {needed} KiB"),),
            place=call.place,
        )


@needs(roles=("pbkdf2", "pbkdf2-sha256", "pbkdf2-sha512", "scrypt"))
def weak_key_derivation(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """PBKDF2 and scrypt below the floor; an information where no password is spoken of."""
    for call in unit.calls("pbkdf2", "pbkdf2-sha256", "pbkdf2-sha512"):
        rounds_value = unit.argument(call, "iterations")
        rounds = number(rounds_value)
        digest = _digest(call, unit)
        floor = PBKDF2_FLOOR.get(digest)
        if rounds is None or floor is None or rounds >= floor:
            continue
        assert isinstance(rounds_value, Value)
        yield Report(
            rounds_value.span,
            f"{rounds:g} rounds of PBKDF2 with {digest.upper()} are too fast to guess against; "
            f"{floor} is the floor",
            (_replace(rounds_value, str(floor), f"Raise the rounds to {floor}"),),
            None if _is_about_password(call, unit) else Severity.INFO,
            place=call.place,
        )
    for call in unit.calls("scrypt"):
        cost_value = unit.argument(call, "n")
        cost = number(cost_value)
        lanes_value = unit.argument(call, "p")
        lanes = 1 if lanes_value is None else number(lanes_value)
        size_value = unit.argument(call, "r")
        size = 8 if size_value is None else number(size_value)
        if cost is None or lanes is None or size is None or cost * lanes * size >= SCRYPT_FLOOR * 8:
            continue
        assert isinstance(cost_value, Value)
        yield Report(
            cost_value.span,
            f"scrypt with N = {cost:g} and p = {lanes:g} is too fast to guess against; N times p "
            f"should reach {SCRYPT_FLOOR} with r = 8",
            (),
            None if _is_about_password(call, unit) else Severity.INFO,
            place=call.place,
        )


def _digest(call: Call, unit: UnitView) -> str:
    """The hash a key derivation uses, as ``PBKDF2_FLOOR`` calls it; "" when unknown."""
    for name in ("sha256", "sha512"):
        if f"pbkdf2-{name}" in unit.roles_of(call):
            return name
    if unit.family == "java" and call.function is not None:
        named = re.search(r"PBKDF2WithHmacSHA(\d+)", unit.text(call.function.span))
        return f"sha{named[1]}" if named is not None else ""
    found = unit.argument(call, "digest")
    if found is None and unit.family == "csharp":
        return "sha1"  # what .NET takes when it is not told
    written = text_of(found) or qualified_of(found).rpartition(".")[2]
    if written == "New":
        written = qualified_of(found).removesuffix(".New").rpartition("/")[2]
    return written.lower().replace("-", "").replace("_", "")


def _is_about_password(call: Call, unit: UnitView) -> bool:
    """Whether the names in and around a call speak of a password."""
    if call.qualified and "pbkdf2_sha" in call.qualified:
        return True  # passlib hashes nothing but passwords
    names = [unit.text(call.arguments.span), call.assigned_to, *names_around(call.function)]
    if call.class_def is not None:
        names.append(call.class_def.name)
    return any(speaks_of(name, _PASSWORD_WORDS) for name in names)


def _replace(value: Value, text: str, title: str) -> Fix:
    return Fix(title, (Edit(value.span, text),), "safe", "auth/weak-password-hash-cost")
