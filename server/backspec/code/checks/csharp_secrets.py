"""Checks on C#: keys, IVs and passwords in the code, and old protocols."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.environment import read_from_environment
from backspec.code.checks.secret_values import is_placeholder
from backspec.code.checks.values import text_of
from backspec.code.facts.model import Call, CallValue, Const, Context, Name, Sequence, Value
from backspec.expressions import regex
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Assign, Facts

_DEVELOPMENT: Final = regex(
    r"(?i)(?:^|[/_.-])(?:dev|development|local|tests?|testing|examples?|samples?|demos?|seeds?"
    r"|fixtures?|mocks?|docs)(?=[/_.-])|Tests?/"
)
_PASSWORD: Final = regex(r"(?i)(?:^|;)\s*(?:password|pwd)\s*=\s*([^;\"'{}]+)")
_PLACE: Final = regex(r"(?i)(?:^|;)\s*(?:server|data source|host|address|addr)\s*=\s*([^;]+)")
_LOCAL: Final = regex(r"(?i)localhost|127\.0\.0\.1|\(local|^\.|:memory:|host\.docker")
_ALGORITHMS: Final = "System.Security.Cryptography."


def connection_string(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Passwords in connection strings."""
    if _DEVELOPMENT.search(unit.path):
        return
    source = unit.adapter.source
    if b"assword" not in source and b"wd=" not in source.lower():
        return
    values: list[tuple[Value, Assign | Call]] = []
    for assign in facts.assigns:
        node = assign.value_node
        if node is not None and node.end_byte - node.start_byte > 20:
            written = unit.adapter.source[node.start_byte : node.end_byte]
            if b"assword" in written or b"wd=" in written.lower():
                value = assign.value
                if isinstance(value, Const):
                    values.append((value, assign))
    for call in facts.calls:
        written = unit.adapter.source[call.span.start : call.span.end]
        if len(written) < 600 and b"assword=" in written:
            values += [(one, call) for one in call.arguments.positional if isinstance(one, Const)]
    for value, fact in values:
        text = text_of(value)
        found, place = _PASSWORD.search(text), _PLACE.search(text)
        if found is None or place is None or _LOCAL.search(place[1].strip()):
            continue
        password = found[1].strip()
        if len(password) < 3 or is_placeholder(password) or re.match(r"[<\[$%*]|x+$", password):
            continue
        if isinstance(value, Const) and not value.literal:
            continue
        yield Report(
            value.span,
            "A password stands in this connection string, for everybody who can read the code",
            place=fact.place,
        )


def literal(value: Value | None) -> Value | None:
    """A literal that bytes are made of on the spot, else None."""
    if isinstance(value, Const):
        return value if isinstance(value.value, (str, bytes)) and value.value else None
    if isinstance(value, Sequence) and value.items and not value.is_open:
        return value if all(isinstance(one, Const) for one in value.items) else None
    if isinstance(value, CallValue) and value.call.name in ("GetBytes", "FromBase64String",
                                                            "FromHexString"):  # fmt: skip
        given = value.call.arguments.positional[:1]
        return literal(given[0]) if given else None
    return None


def _text_in(value: Value) -> Value:
    """What is given to a call that makes bytes of a text; else the value."""
    is_made = isinstance(value, CallValue) and value.call.arguments.positional
    return value.call.arguments.positional[0] if is_made else value  # type: ignore[attr-defined]


def held(value: Value | None, fact: Assign | Call, facts: Facts) -> Value | None:
    """The value that a variable of the function, or a field of the file, was given once."""
    if not isinstance(value, Name) or "(" in value.path:
        return value
    name = value.path.removeprefix("this.")
    given = [
        one
        for one in facts.assigns
        if one.target.removeprefix("this.") == name and one.function in (fact.function, None)
    ]
    return given[0].value if len(given) == 1 else None


def encryption_key(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``aes.Key = Encoding.UTF8.GetBytes("..")`` and signing keys by way of a variable."""
    if _DEVELOPMENT.search(unit.path):
        return
    for assign in facts.assigns:
        if assign.target.rpartition(".")[2] != "Key" or assign.context & Context.DEV_GUARD:
            continue
        if not (assign.qualified or "").startswith(_ALGORITHMS):
            continue
        found = literal(held(assign.value, assign, facts))
        if found is not None:
            yield Report(
                found.span,
                "The key stands in the code, for everybody who can read it",
                read_from_environment(
                    _text_in(found).span, "ENCRYPTION_KEY", unit, "secrets/hardcoded-credential"
                ),
                place=assign.place,
            )


@needs(roles=("signing-key",))
def signing_key(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``var key = Encoding.ASCII.GetBytes(".."); new SymmetricSecurityKey(key)``"""
    if _DEVELOPMENT.search(unit.path):
        return
    for call in unit.calls("signing-key"):
        key = unit.argument(call, "key")
        if not isinstance(key, Name) or call.context & Context.DEV_GUARD:
            continue
        found = literal(held(key, call, facts))
        if found is not None and not isinstance(found, Sequence):
            yield Report(
                found.span,
                f"The signing key of `{call.written}` stands in the code",
                read_from_environment(
                    _text_in(found).span, "JWT_SECRET", unit, "secrets/hardcoded-signing-key"
                ),
                place=call.place,
            )


# ---------------------------------------------------------------------------- IVs

_ENCRYPTORS: Final = frozenset(("CreateEncryptor", "EncryptCbc", "EncryptCfb", "Encrypt"))


def static_iv(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """IVs and nonces that are the same each time."""
    for assign in facts.assigns:
        if assign.target.rpartition(".")[2] != "IV":
            continue
        if not (assign.qualified or "").startswith(_ALGORITHMS):
            continue
        yield from _fixed(assign.value, assign, facts, unit)
    for call in facts.calls:
        if call.name not in _ENCRYPTORS or len(call.arguments.positional) < 2:
            continue
        if not (call.qualified or "").startswith(_ALGORITHMS):
            continue
        at = 1 if call.name in ("CreateEncryptor", "EncryptCbc", "EncryptCfb") else 0
        yield from _fixed(call.arguments.positional[at], call, facts, unit)


def _fixed(
    value: Value | None, fact: Assign | Call, facts: Facts, unit: UnitView
) -> Iterator[Report]:
    given = held(value, fact, facts)
    if given is None or value is None:
        return
    is_zero = re.fullmatch(r"new byte\[\w+\]", unit.text(given.span)) is not None
    if is_zero and isinstance(value, Name):
        # A buffer is filled by somebody: only one that is handed on at once is surely empty.
        function = fact.function
        text = unit.text(function.span) if function is not None else ""
        name = re.escape(value.path)
        is_zero = re.search(rf"\(\s*{name}\b|{name}\[|,\s*{name}\s*,", text) is None
    if is_zero or literal(given) is not None:
        yield Report(
            value.span,
            "This IV is the same each time, so equal texts look equal: let each message have its "
            "own",
            place=fact.place,
        )


# ---------------------------------------------------------------------------- protocols

_OLD: Final = regex(r"\b(?:SecurityProtocolType|SslProtocols)\.(Ssl2|Ssl3|Tls11|Tls)\b")
_MEMBERS: Final = frozenset(("SecurityProtocol", "SslProtocols", "EnabledSslProtocols"))


def old_protocol(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """TLS 1.1 and older, allowed by name."""
    for assign in facts.assigns:
        if assign.target.rpartition(".")[2] not in _MEMBERS or assign.value_node is None:
            continue
        found = _OLD.search(unit.adapter.slice(assign.value_node))
        if found is not None and assign.operator in ("=", "|="):
            yield Report(
                assign.span,
                f"`{found[0]}` allows a TLS version with known holes; TLS 1.2 is the least",
                severity=Severity.WARNING if "Tls12" in unit.text(assign.span) else None,
                place=assign.place,
            )
    for call in facts.calls:
        if call.name.startswith("AuthenticateAs"):
            found = _OLD.search(unit.text(call.arguments.span))
            if found is not None:
                yield Report(
                    call.callee_span,
                    f"`{found[0]}` allows a TLS version with known holes; TLS 1.2 is the least",
                    place=call.place,
                )
