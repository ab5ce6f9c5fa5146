"""Checks on comparisons whose time tells how much of a secret was right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts

_RULE: Final = "crypto/timing-unsafe-compare"
_SAFE: Final = regex(
    r"compare_digest|timingSafeEqual|constant_time|safe_?[cC]ompare|secure_?[cC]ompare"
)
_MADE: Final = (
    r"(?m)(?:^|[\s;(])(?:const|let|var)?\s*(\w+)\s*(?::[^=\n]+)?=(?!=)\s*[^\n;]*?"
    r"(?:\bhmac\.(?:new|digest)\(|createHmac\()"
)
_OPERAND: Final = (
    r"[A-Za-z_$][\w$]*(?:\??\.[\w$]+|\[['\"][\w-]+['\"]\]|\.get\(\s*['\"][\w-]+['\"]\s*\))*"
)
_NO_SECRET: Final = regex(r"^(?:None|null|undefined|True|False|true|false)$|\.length$|^len\b")


@needs(roles=("hmac-new",))
def unsafe_compare(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Signatures that are compared with ``==`` in the function that computes them."""
    seen: set[int] = set()
    for call in unit.calls("hmac-new"):
        function = call.function
        if function is None or function.span.start in seen:
            continue
        seen.add(function.span.start)
        text = unit.text(function.body_span)
        if _SAFE.search(text):
            continue
        for name in set(re.findall(_MADE, text)):
            word = rf"(?<![\w$.]){re.escape(name)}(?![\w$(.\[])"
            found = re.search(
                rf"(?:{word}\s*(===?|!==?)\s*({_OPERAND})(?![\w(])|"
                rf"(?<![\w$.])({_OPERAND})\s*(===?|!==?)\s*{word})",
                text,
            )
            other = (found[2] or found[3]) if found is not None else ""
            if found is None or _NO_SECRET.search(other):
                continue
            start = function.body_span.start + len(text[: found.start()].encode())
            span = Span(start, start + len(found[0].encode()))
            yield Report(
                span,
                "The time this comparison takes tells how much of the signature was right",
                _repair(span, name, other, found[1] or found[4], unit),
                place=call.place,
            )


def _repair(span: Span, name: str, other: str, operator: str, unit: UnitView) -> tuple[Fix, ...]:
    if unit.family != "python" or not unit.file_has(r"^import hmac\b"):
        return ()
    text = f"hmac.compare_digest({name}, {other})"
    if operator.startswith("!"):
        text = f"not {text}"
    return (Fix("Compare in constant time", (Edit(span, text),), "unsafe", _RULE),)
