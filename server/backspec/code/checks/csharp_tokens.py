"""Checks on C#: tokens that are read without being verified, and salts that never change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.checks.csharp_secrets import held, literal
from backspec.code.checks.passwords import is_plain_password
from backspec.code.checks.values import is_constant
from backspec.code.facts.model import Context, FunctionValue, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_TAKES_ANY: Final = re.compile(
    r"(?:\{\s*(?:var\s+\w+\s*=\s*)?(?:return\s+)?)?new\s+(?:JwtSecurityToken|JsonWebToken)\(\s*\w+\s*\)"
    r"(?:;?\s*(?:return\s+\w+;)?\s*\})?"
)
_READS: Final = frozenset(("ReadJwtToken", "ReadToken", "ReadJsonWebToken"))
_HANDLERS: Final = re.compile(r"\.(?:JwtSecurityTokenHandler|JsonWebTokenHandler)\.\w+$")
_SIGNED_IN: Final = re.compile(r"\[(?:\w+,\s*)?Authorize\b|\bValidate\w*Token|ValidateToken|verif")
_NO_PROOF: Final = (
    "`{}` takes claims from a token that anybody may have made: nothing checks its signature"
)


def unverified(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Tokens whose signature is not looked at."""
    if unit.family != "csharp":
        return
    for assign in facts.assigns:
        if not assign.target.endswith("SignatureValidator"):
            continue
        value = assign.value
        if not isinstance(value, FunctionValue) or assign.context & Context.DEV_GUARD:
            continue
        if _TAKES_ANY.fullmatch(unit.text(value.function.body_span).strip()):
            yield Report(
                assign.span,
                "This validator gives back what it is given: tokens that anybody made are accepted",
                place=assign.place,
            )
    for call in facts.calls:
        name = call.name
        if name == "DoNotVerifySignature" and unit.imports("JWT"):
            yield Report(call.callee_span, _NO_PROOF.format(name), place=call.place)
        elif name in ("Decode", "DecodeToObject") and unit.imports("JWT"):
            switch = call.arguments.keywords.get("verify")
            if is_constant(switch, False) and isinstance(switch, Value):
                yield Report(switch.span, _NO_PROOF.format(name), place=call.place)
        elif name in _READS and _is_trusted(call, unit):
            yield Report(call.callee_span, _NO_PROOF.format(name), place=call.place)


def _is_trusted(call: Call, unit: UnitView) -> bool:
    """Whether claims are taken in code that answers a request nobody has checked before."""
    if not call.context & Context.HANDLER or not _HANDLERS.search(call.qualified or ""):
        return False
    if call.function is None or call.class_def is None:
        return False
    owner = call.class_def
    heads = [one.path for one in (*owner.decorators, *call.function.decorators)]
    if "Authorize" in heads or _SIGNED_IN.search(unit.text(call.function.span)):
        return False
    return re.search(r"\.(?:Claims|Payload|Subject)\b", unit.text(call.function.span)) is not None


def fixed_salt(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``new Rfc2898DeriveBytes(password, Encoding.UTF8.GetBytes("salt"), ..)``"""
    if unit.family != "csharp":
        return
    for call in unit.calls("pbkdf2"):
        salt, password = unit.argument(call, "salt"), unit.argument(call, "password")
        if not isinstance(salt, Value) or literal(held(salt, call, facts)) is None:
            continue
        if not isinstance(password, Value) or not any(
            is_plain_password(name)
            for name in re.findall(r"[A-Za-z_]\w*", unit.text(password.span)[:200])
        ):
            continue
        around = unit.text(call.function.span)[:3000] if call.function is not None else ""
        if re.search(r"(?i)\b(?:de|en)crypt|cipher|\baes\b|rijndael|derive_?key", around):
            continue  # a key for a cipher, from one secret
        yield Report(
            salt.span,
            "With one salt for all, equal passwords have equal hashes; make a random one for each",
            place=call.place,
        )
