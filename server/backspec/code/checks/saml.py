"""Checks on SAML service providers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import is_constant
from backspec.model import Fix, Severity
from backspec.text import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts, Pair

_RULE: Final = "auth/saml-signature-optional"
_DEMANDS: Final = {
    "wantAssertionsSigned": "wantAuthnResponseSigned|wantMessagesSigned|wantMessageSigned",
    "wantAuthnResponseSigned": "wantAssertionsSigned",
    "wantMessageSigned": "wantAssertionsSigned",
    "want_assertions_signed": "want_response_signed|want_assertions_or_response_signed",
}
"""Switches that demand a signature, and the others that make up for them."""


@needs(words=(*_DEMANDS, "strict", "allow_unsolicited"))
def signature_optional(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Service providers that take an identity provider's word without its signature."""
    for pair in facts.pairs:
        if pair.key in _DEMANDS and is_constant(pair.value, False):
            yield from _demand(pair, unit)
        elif pair.key == "strict" and is_constant(pair.value, False):
            around = _siblings(pair, unit)
            if unit.family in ("python", "php") and re.search(r"[\"']idp[\"']\s*(?::|=>)", around):
                yield _report(
                    pair, unit, "`strict` is off, so signatures and conditions are not checked"
                )
        elif pair.key == "allow_unsolicited" and is_constant(pair.value, True):
            yield Report(
                pair.span,
                "Answers nobody asked for are accepted, so a stolen one can be replayed",
                severity=Severity.INFO,
                place=pair.place,
            )


def _demand(pair: Pair, unit: UnitView) -> Iterator[Report]:
    around = _siblings(pair, unit)
    others = _DEMANDS[pair.key]
    if re.search(rf"(?:{others})[\"']?\s*(?::|=>)\s*(?:True|true)\b", around):
        if pair.key == "wantAuthnResponseSigned":
            return  # a signed assertion is enough
        severity: Severity | None = Severity.INFO
        message = f"`{pair.key}` is off; only the other signature protects the answer"
    elif pair.key == "want_assertions_signed" and not re.search(rf"(?:{others})", around):
        return  # pysaml2 demands a signed response unless told otherwise
    elif (
        pair.key == "wantAssertionsSigned"
        and unit.family == "javascript"
        and not re.search(others, around)
    ):
        severity = Severity.INFO
        message = f"`{pair.key}` is off; only the signature of the whole answer protects it"
    elif pair.key == "wantAuthnResponseSigned" and not re.search(r"wantAssertionsSigned", around):
        severity = Severity.INFO
        message = f"`{pair.key}` is off; only the assertion's signature protects the answer"
    elif pair.key == "wantAuthnResponseSigned":
        return  # reported at the other switch
    else:
        severity, message = None, f"`{pair.key}` is off, so anyone can write an assertion"
    yield _report(pair, unit, message, severity)


def _report(pair: Pair, unit: UnitView, message: str, severity: Severity | None = None) -> Report:
    on = "True" if unit.family == "python" else "true"
    value = pair.value
    fix = Fix(f"Set `{pair.key}`", (Edit(value.span, on),), "unsafe", _RULE)
    return Report(pair.span, message, (fix,), severity, place=pair.place)


def _siblings(pair: Pair, unit: UnitView) -> str:
    """The mapping a pair stands in, as written."""
    container = pair.node.parent
    return unit.adapter.slice(container) if container is not None else ""
