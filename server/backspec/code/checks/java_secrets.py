"""Checks on Java: passwords and signatures that are compared as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.java_calls import function_text
from backspec.code.facts.model import Const, Context
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_EQUALS: Final = frozenset(("equals", "equalsIgnoreCase", "contentEquals", "deepEquals"))
_OF_TWO: Final = frozenset(
    ("Arrays.equals", "Objects.equals", "StringUtils.equals", "StringUtils.equalsIgnoreCase")
)
_MADE: Final = (
    r"(?:doFinal|HmacUtils|hmac\w*|[sS]ign(?:ature)?\w*|calc\w*Signature|compute\w*Signature|"
    r"generate\w*Sign\w*|create\w*Sign\w*)\s*\("
)
_SAFE: Final = regex(r"MessageDigest\.isEqual|constantTime|ConstantTime|slowEquals|timingSafe")


@needs(calls=tuple(_EQUALS))
def unsafe_compare(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Signatures that are compared with ``equals`` in the function that computes them."""
    if not unit.file_has(r"doFinal|HmacUtils|[hH]mac|Signature|[sS]ign\("):
        return
    for call in unit.called(*_EQUALS):
        pair = _compared(call, unit)
        if pair is None or call.function is None or call.context & Context.TEST:
            continue
        text = function_text(call, unit)
        if _SAFE.search(text):
            continue
        if any(_is_computed(one, text) for one in pair):
            yield Report(
                call.span,
                "The time this comparison takes tells how much of the signature was right",
                place=call.place,
            )


def _compared(call: Call, unit: UnitView) -> tuple[str, str] | None:
    given = call.arguments.positional
    if len(given) == 2 and call.path.removeprefix("java.util.") in _OF_TWO:
        if any(isinstance(one, Const) for one in given):
            return None
        return unit.text(given[0].span), unit.text(given[1].span)
    receiver = unit.adapter.receiver_node(call)
    if receiver is None or len(given) != 1 or isinstance(given[0], Const):
        return None
    if receiver.type == "string_literal" or call.path.startswith("Objects."):
        return None
    return unit.adapter.slice(receiver), unit.text(given[0].span)


def _is_computed(written: str, text: str) -> bool:
    if not re.fullmatch(r"\w+", written):
        return re.match(rf"(?:this\.)?(?:\w+\.)*{_MADE}", written) is not None and "(" in written
    made = re.search(rf"\b{written}\s*=(?!=)\s*([^;]*);", text)
    if made is None or not re.search(rf"(?<!get)(?<!\.get)\b(?:\w+\.)*{_MADE}", made[1]):
        return False
    return re.search(r"(?:^|[^\w])get(?:Header|Parameter|Sign\w*|Signature)\(", made[1]) is None


# ---------------------------------------------------------------------------- passwords

_STORED: Final = regex(r"^(?:\w+\.)+get(?:Password|Passwd|Pwd|Pass)\(\)$")
_GIVEN: Final = regex(
    r"(?i)^(?:(?:\w+\.)+get(?:login|raw|plain|input)?(?:Password|Passwd|Pwd)\(\)|"
    r"(?:raw|plain|input|login|user)?_?(?:password|passwd|pwd)|"
    r"request\.getParameter\(\"(?:password|passwd|pwd)\"\))$"
)
_HASHED: Final = regex(
    r"(?i)encod|hash|digest|bcrypt|scrypt|argon|pbkdf|md5|sha\d|sha-|crypt|cipher|salt|matches\("
)
_AGAIN: Final = regex(
    r"(?i)confirm|repeat|again|retype|check_?password|new_?pass|old_?pass|setting|config"
)
_CHANGES: Final = regex(r"(?i)^(?:before|after|old|origin\w*|previous|exist\w*|new|updated)\w*\.")
_BY_PASSWORD: Final = regex(
    r"^(?:find|get|query|select|exists|count)\w*By\w*And(?:Password|Passwd|Pwd)$"
)


@needs(words=("getPassword", "getPasswd", "getPwd", "password", "passwd", "pwd"))
def plain_password(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Passwords compared with, or looked for in, a column that holds them in the clear."""
    for call in facts.calls:
        if call.name not in _EQUALS and "And" not in call.name:
            continue
        if call.function is None or call.context & Context.TEST:
            continue
        given = call.arguments.positional
        if call.name in _EQUALS:
            pair = _compared(call, unit)
            if pair is None or not _is_plain_pair(pair):
                continue
        elif (
            len(given) < 2
            or not _BY_PASSWORD.match(call.name)
            or not _GIVEN.match(unit.text(given[-1].span))
        ):
            continue
        text = function_text(call, unit)
        if _HASHED.search(text) or _AGAIN.search(text):
            continue
        start = call.span.start if call.name in _EQUALS else call.callee_span.start
        yield Report(
            Span(start, call.span.end),
            "The password is kept as it is typed: whoever reads the table can sign in as anybody",
            place=call.place,
        )


def _is_plain_pair(pair: tuple[str, str]) -> bool:
    left, right = ("".join(one.split()) for one in pair)
    if left == right or _CHANGES.match(left) or _CHANGES.match(right):
        return False
    return (_STORED.match(left) is not None and _GIVEN.match(right) is not None) or (
        _STORED.match(right) is not None and _GIVEN.match(left) is not None
    )
