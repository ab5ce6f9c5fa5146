"""Checks on how long tokens last."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.checks.names import words
from backspec.code.checks.settings_files import settings_kind
from backspec.code.checks.values import is_constant, names_around, number
from backspec.code.facts.model import CallValue, Mapping, Name, Value
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.arguments import Found
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_RULE: Final = "auth/jwt-no-expiry"
_OTHER_TOKENS: Final = frozenset(
    ("state", "nonce", "refresh", "invite", "invitation", "unsubscribe", "share", "webhook",
     "service", "internal", "license", "licence", "push", "event", "assertion", "oauth", "proof",
     "attestation", "receipt", "vapid", "embed", "tracking", "download")
)  # fmt: skip
"""Words around the signing of something that is no access token of a user."""


_IDENTITY: Final = frozenset(
    (
        "sub",
        "user",
        "id",
        "uid",
        "email",
        "username",
        "account",
        "member",
        "customer",
        "admin",
        "login",
    )
)
"""Words of claims that name whose token it is."""


@needs(roles=("jwt-encode", "jwt-decode", "signing-key"))
def no_expiry(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Tokens signed without an end, and tokens accepted after theirs."""
    for call in unit.calls("jwt-encode"):
        if unit.argument(call, "expires") is not None or not _is_endless(call, unit):
            continue
        spoken = {word for name in names_around(call.function)[:1] for word in words(name)}
        spoken |= set(words(call.assigned_to)) | set(words(unit.path.rpartition("/")[2]))
        if spoken & _OTHER_TOKENS:
            continue
        yield Report(
            call.callee_span,
            f"`{call.path}` makes a token that never expires",
            _add_lifetime(call, unit),
            place=call.place,
        )
    for call in unit.calls("jwt-decode"):
        options = unit.argument(call, "options")
        if not isinstance(options, Mapping):
            continue
        if is_constant(options.entries.get("verify_signature"), False):
            continue  # another rule's fault
        for key, ignored in (("verify_exp", False), ("ignoreExpiration", True)):
            if is_constant(options.entries.get(key), ignored):
                yield Report(
                    options.key_spans.get(key, options.span),
                    f"`{call.path}` accepts tokens that have expired",
                    place=call.place,
                )
    for call in unit.calls("signing-key"):
        ignores = unit.argument(call, "ignore_expiration")
        if isinstance(ignores, Value) and is_constant(ignores, True):
            yield Report(
                ignores.span,
                f"`{call.path}` accepts tokens that have expired",
                (Fix("Check the expiry", (Edit(ignores.span, "false"),), "unsafe", _RULE),),
                place=call.place,
            )


def _is_endless(call: Call, unit: UnitView) -> bool:
    """Whether the claims are all visible, and none of them is an expiry."""
    if call.is_new and call.name in ("SignJWT", "EncryptJWT") and _expires_in_chain(call, unit):
        return False
    payload = unit.argument(call, "payload")
    if isinstance(payload, Name):
        return _is_endless_name(payload, call, unit)
    return _lacks_expiry(payload)


def _expires_in_chain(call: Call, unit: UnitView) -> bool:
    """jose: whether the builder, or the variable that it is kept in, is told an end."""
    function = call.function
    end = function.span.end if function is not None else unit.span.end
    return "setExpirationTime" in unit.text(Span(call.span.end, end))


def _lacks_expiry(payload: Found) -> bool:
    if not isinstance(payload, Mapping) or payload.is_open:
        return False
    keys = list(payload.entries)
    for name in ("RegisteredClaims", "StandardClaims"):
        inner = payload.entries.get(name)
        if isinstance(inner, Mapping):
            keys += inner.entries
        elif inner is not None:
            return False
    names_owner = any(_IDENTITY & set(words(key)) or key == "Subject" for key in keys)
    return names_owner and not any(
        re.search("^exp$|expir|created|issued", key, re.IGNORECASE) for key in keys
    )


def _is_endless_name(payload: Name, call: Call, unit: UnitView) -> bool:
    """The same for claims put together in the function, when nothing adds to them."""
    function = call.function
    if function is None or not re.fullmatch(r"[\w$]+", payload.path):
        return False
    text = unit.text(function.span)
    if re.search(r"[\"']exp[\"']|\bexp\s*[=:]|\.exp\b|expir\w*\s*[=:(]", text, re.IGNORECASE):
        return False
    made = [
        assign
        for assign in unit.adapter.facts.assigns
        if assign.function is function and assign.target == payload.path
    ]
    if len(made) != 1 or not _lacks_expiry(made[0].value):
        return False
    return re.search(rf"\b{re.escape(payload.path)}(?:\[|\.update\(|\.\w+ =)", text) is None


def _add_lifetime(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    if unit.family != "javascript":
        return ()
    model = unit.adapter.model_of(call)
    places = model.arguments.get("expires", ()) if model is not None else ()
    edits = fixes.insert_option(call, unit.adapter.source, places, "expiresIn", 'expiresIn: "15m"')
    title = "Let it expire after 15 minutes"
    return (Fix(title, tuple(edits), "unsafe", _RULE),) if edits else ()


# ---------------------------------------------------------------------------- settings

_LONGEST_DAYS: Final = 1.0
_DAYS: Final = {
    "days": 1.0,
    "hours": 1 / 24,
    "minutes": 1 / 1440,
    "seconds": 1 / 86400,
    "weeks": 7.0,
}


@needs(families=("python",))
def settings(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Libraries told to make tokens that never end, or access tokens that last for days."""
    if unit.family != "python" or settings_kind(unit.path) == "development":
        return
    for assign in facts.assigns:
        if assign.target.rpartition(".")[2] == "JWT_ACCESS_TOKEN_EXPIRES" and is_constant(
            assign.value, False
        ):
            yield Report(
                assign.span, "Access tokens never expire with this setting", place=assign.place
            )
    for pair in facts.pairs:
        if pair.key != "ACCESS_TOKEN_LIFETIME":
            continue
        days = _duration_days(pair.value)
        if days is not None and days > _LONGEST_DAYS:
            yield Report(
                pair.span,
                f"Access tokens last {days:g} days, which a thief has, too",
                place=pair.place,
            )


def _duration_days(value: Found) -> float | None:
    """The length of ``timedelta(days=7)``; None when unknown."""
    if not isinstance(value, CallValue) or value.call.name != "timedelta":
        return None
    arguments = value.call.arguments
    if arguments.is_open or len(arguments.positional) > 1:
        return None
    total = 0.0
    if arguments.positional:
        first = number(arguments.positional[0])
        if first is None:
            return None
        total = first
    for key, given in arguments.keywords.items():
        amount = number(given)
        if amount is None or key not in _DAYS:
            return None
        total += amount * _DAYS[key]
    return total
