"""Checks on Java: tokens without signature, end or secret key, and secrets with a default."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.checks.environment import read_from_environment
from backspec.code.checks.java_calls import chain_of, first_argument, names_of, statement_text
from backspec.code.checks.values import string
from backspec.code.facts.model import CallValue, Const, Name, Sequence
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Value

# ---------------------------------------------------------------------------- tokens

_KEYED: Final = frozenset(
    ("setSigningKey", "verifyWith", "setSigningKeyResolver", "keyLocator", "decryptWith")
)


_TIMES: Final = regex(r"\s*\.\s*get(?:ExpiresAt|IssuedAt|NotBefore)\w*\(\)")


def jwt_unverified(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Tokens that are read without looking at their signature."""
    for call in facts.calls:
        qualified = call.qualified or ""
        if qualified == "com.auth0.jwt.JWT.decode":
            if unit.file_has(r"\.verify\(|JWTVerifier|JwkProvider|getKeyId\(\)"):
                continue
            if _TIMES.match(statement_text(call, unit).partition(unit.text(call.span))[2]):
                continue  # when to ask for another one
            yield Report(
                call.span,
                f"`{call.written}` reads the token without verifying it",
                place=call.place,
            )
        elif call.name in ("parseClaimsJwt", "parsePlaintextJwt", "parseUnsecuredClaims"):
            yield Report(
                Span(call.span.end - len(unit.text(call.span).rpartition(call.name)[2])
                     - len(call.name), call.span.end),
                f"`{call.name}` takes tokens that nobody signed",
                place=call.place,
            )  # fmt: skip
        elif call.name == "parse":
            chain = chain_of(call)
            root = (chain[-1].qualified or "").rpartition(".")[0]
            if root == "io.jsonwebtoken.Jwts" and not names_of(chain) & _KEYED:
                yield Report(
                    call.span, "This parser has no key: it takes unsigned tokens", place=call.place
                )


def jwt_unsigned(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Tokens that are made, or taken, without a signature."""
    for call in facts.calls:
        if (call.qualified or "") == "com.auth0.jwt.algorithms.Algorithm.none":
            yield Report(call.span, "A token without a signature: anyone can forge it",
                         place=call.place)  # fmt: skip
        elif call.name == "unsecured" and "Jwts.parser" in unit.text(call.span):
            yield Report(call.span, "This parser takes tokens that nobody signed",
                         place=call.place)  # fmt: skip
        elif call.name == "compact":
            chain = chain_of(call)
            is_whole = (chain[-1].qualified or "") == "io.jsonwebtoken.Jwts.builder"
            if is_whole and not names_of(chain) & {"signWith", "encryptWith"}:
                yield Report(chain[-1].span, "This token is made without a signature",
                             place=call.place)  # fmt: skip


_EXPIRY: Final = frozenset(
    ("setExpiration", "expiration", "withExpiresAt", "setClaims", "claims", "addClaims",
     "withPayload", "withClaims", "expiresAt")
)  # fmt: skip


@needs(calls=("compact", "sign"))
def jwt_no_expiry(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Tokens that stay valid for ever."""
    for call in facts.calls:
        if call.name not in ("compact", "sign"):
            continue
        chain = chain_of(call)
        root = chain[-1].qualified or ""
        if root not in ("io.jsonwebtoken.Jwts.builder", "com.auth0.jwt.JWT.create"):
            continue
        if names_of(chain) & _EXPIRY:
            continue
        if any("exp" in unit.text(v.span) for one in chain if one.name in ("claim", "withClaim")
               for v in one.arguments.positional[:1]):  # fmt: skip
            continue
        yield Report(chain[-1].span, "This token never expires", place=call.place)


_LITERAL_BYTES: Final = regex(r'^"([^"]{4,})"\s*(?:\.\s*(?:getBytes\([^)]*\)|toCharArray\(\)))?$')
_DECODED: Final = regex(
    r"(?:Decoders\s*\.\s*BASE64(?:URL)?|Base64\s*\.\s*get\w*Decoder\(\)|Base64)\s*\.\s*"
    r'decode(?:Base64)?\(\s*("[^"]{4,}"|[A-Z][A-Z0-9_]+)\s*\)$'
)
_SHORTEST_KEY: Final = 8
_KEY_CALLS: Final = frozenset(
    ("signWith", "setSigningKey", "verifyWith", "hmacShaKeyFor", "HMAC256", "HMAC384", "HMAC512",
     "SecretKeySpec")
)  # fmt: skip


@needs(calls=_KEY_CALLS)
def signing_key(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Keys that stand in the source."""
    for call in facts.calls:
        if call.name not in _KEY_CALLS:
            continue
        if call.name == "SecretKeySpec" and not unit.imports("javax.crypto"):
            continue
        if call.name in ("signWith", "setSigningKey", "verifyWith") and not unit.imports(
            "io.jsonwebtoken"
        ):
            continue
        for value in call.arguments.positional[:2]:
            if _is_written_key(value, call, unit):
                yield Report(
                    value.span,
                    "The key stands in the source: whoever reads it can sign",
                    _from_environment(value, unit),
                    place=call.place,
                )
                break


_IN_PLACE: Final = regex(r'"[^"\\\n]*"')


def _from_environment(value: Value, unit: UnitView) -> tuple[Fix, ...]:
    """Read the one literal of a key from the environment."""
    found = list(_IN_PLACE.finditer(unit.text(value.span)))
    keys = [one for one in found if len(one[0]) > 12]  # no name of a character set
    if len(keys) != 1:
        return ()
    start = value.span.start + len(unit.text(value.span)[: keys[0].start()].encode())
    span = Span(start, start + len(keys[0][0].encode()))
    return read_from_environment(span, "JWT_SECRET", unit, "secrets/hardcoded-signing-key")


def _is_written_key(value: Value, call: Call, unit: UnitView) -> bool:
    text = unit.text(value.span).strip()
    if call.name == "SecretKeySpec" and value is call.arguments.positional[-1]:
        return False
    if _LITERAL_BYTES.match(text) and not (call.name == "SecretKeySpec" and "." not in text):
        return True
    if _is_written_bytes(value, unit):
        return True
    decoded = _DECODED.search(text)
    if decoded is not None:
        return decoded[1].startswith('"') or _is_constant(decoded[1], call, unit)
    held = re.fullmatch(r"(?:this\.)?(\w+)(?:\s*\.\s*getBytes\([^)]*\))?", text)
    if held is None or (call.name == "SecretKeySpec" and "getBytes" not in text):
        return False
    if isinstance(value, Const):
        return isinstance(value.value, str) and len(value.value) >= 4
    return isinstance(value, CallValue) and _is_constant(held[1], call, unit)


def _is_written_bytes(value: Value, unit: UnitView) -> bool:
    """``byte[] key = {1, 2, ..}``"""
    found: Value | None = value
    if isinstance(value, Name) and value.path.isidentifier():
        made = [one.value for one in unit.adapter.facts.assigns if one.target == value.path]
        found = made[0] if len(made) == 1 else None
    if not isinstance(found, Sequence) or len(found.items) < _SHORTEST_KEY:
        return False
    return all(isinstance(one, Const) for one in found.items)


def _is_constant(name: str, call: Call, unit: UnitView) -> bool:
    bound = unit.adapter.resolver.constant(name, call.scope)
    return bound is not None and isinstance(bound.constant, str) and len(bound.constant) >= 4


# ---------------------------------------------------------------------------- settings

_PLACEHOLDER: Final = regex(r"^\$\{([\w.\-]+):([^}]+)\}$")
_SECRET: Final = regex(
    r"(?i)(?:secret|password|passwd|private[-_.]?key|signing[-_.]?key|api[-_.]?key|access[-_.]?key|"
    r"jwt[-_.]?key|encryption[-_.]?key|token[-_.]?key)$"
)
_NO_SECRET: Final = regex(r"(?i)^(?:|null|none|#\{.*|\$\{.*|true|false|\d{1,3})$")


def _without_default(call: Call, default: str, unit: UnitView) -> list[Edit] | None:
    source = unit.adapter.source
    if call.name == "Value":
        at = source.find(f":{default}}}".encode(), call.span.start, call.span.end)
        if at < 0 or source.find(b"${", at, call.span.end) >= 0:
            return None
        return [Edit(Span(at, at + 1 + len(default.encode())), "")]
    if call.name == "ConfigProperty":
        return fixes.remove_argument(call, source, ["defaultValue"])
    found = fixes.remove_argument(call, source, [1])
    if found and call.name == "getOrDefault":
        if call.path.rpartition(".")[0] not in ("System.getenv()", "env"):
            return None
        renamed = fixes.replace_member(call.callee_span, source, {call.name: "get"})
        return [*renamed, *found] if renamed else None
    return found


def default_secret(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``@Value("${jwt.secret:changeme}")``, ``getOrDefault("JWT_SECRET", "changeme")``."""
    for call in facts.calls:
        name: object = None
        default: object = None
        if call.name == "Value":
            value = first_argument(call) or call.arguments.keywords.get("value")
            match = _PLACEHOLDER.match(string(value) or "") if value is not None else None
            if match is not None:
                name, default = match[1], match[2]
        elif call.name == "ConfigProperty":
            keywords = call.arguments.keywords
            name = string(keywords.get("name"))
            default = string(keywords.get("defaultValue"))
        elif call.name in ("getOrDefault", "getProperty") and len(call.arguments.positional) == 2:
            on = unit.text(call.span)[:200]
            if re.match(r"(?:System\.|\w*[eE]nv|\w*[pP]rop|\w*[cC]onfig|\w*[sS]ettings)", on):
                name = string(call.arguments.positional[0])
                default = string(call.arguments.positional[1])
        if not isinstance(name, str) or not isinstance(default, str):
            continue
        if _SECRET.search(name) and not _NO_SECRET.match(default):
            edits = _without_default(call, default, unit)
            yield Report(
                call.span,
                f"Without `{name}` in the settings everyone who reads this line knows the secret",
                (Fix("Drop the default", tuple(edits), "unsafe", "secrets/weak-default-fallback"),)
                if edits
                else (),
                place=call.place,
            )
