"""Checks on C#: tokens that nobody verified, salts that never change, passwords as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.csharp_secrets import held, literal
from backspec.code.checks.passwords import is_plain_password
from backspec.code.checks.values import is_constant
from backspec.code.facts.model import Context, FunctionValue, Value
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_TAKES_ANY: Final = regex(
    r"(?:\{\s*(?:var\s+\w+\s*=\s*)?(?:return\s+)?)?new\s+(?:JwtSecurityToken|JsonWebToken)\(\s*\w+\s*\)"
    r"(?:;?\s*(?:return\s+\w+;)?\s*\})?"
)
_READS: Final = frozenset(("ReadJwtToken", "ReadToken", "ReadJsonWebToken"))
_HANDLERS: Final = regex(r"\.(?:JwtSecurityTokenHandler|JsonWebTokenHandler)\.\w+$")
_SIGNED_IN: Final = regex(
    r"\[(?:\w+,\s*)?Authorize\b|\bValidate\w*Token|ValidateToken|[Vv]erify\w*\("
)
_NO_PROOF: Final = (
    "`{}` takes claims from a token that anybody may have made: nothing checks its signature"
)


def unverified(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Tokens whose signature is not looked at."""
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


@needs(roles=("pbkdf2",))
def fixed_salt(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``new Rfc2898DeriveBytes(password, Encoding.UTF8.GetBytes("salt"), ..)``"""
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


_KEPT: Final = re.compile(
    r"(?<![\w.])(?P<left>\w+)\.(?:User)?(?:Password|Passwd|Pwd)\s*"
    r"(?:(?:==|!=)\s*|\.Equals\(\s*)(?P<right>[A-Za-z_][\w.]*)(?![\w(.\[])"
)
_PERSON: Final = re.compile(r"(?i)_?\w*(?:user|account|customer|member|employee|admin|person)")
_HASHES: Final = re.compile(
    r"(?i)hash|bcrypt|argon|scrypt|pbkdf|md5|sha\d|encrypt|digest|crypt|PasswordSignIn|CheckPassword"
)
_OTHER: Final = re.compile(r"(?i)confirm|repeat|again|retype|verif|2$|old|new|current|null|empty")
_REPEATED: Final = re.compile(
    r"Password(?:Confirm\w*|Repeat\w*|Again)|(?:Confirm|Repeat)\w*Password"
)
"""A form is checked, not a person."""
_QUERIES: Final = frozenset((
    "First", "FirstOrDefault", "Single", "SingleOrDefault", "Where", "Any", "Count", "FirstAsync",
    "FirstOrDefaultAsync", "SingleAsync", "SingleOrDefaultAsync", "AnyAsync", "CountAsync", "Find",
))  # fmt: skip


def plain_password(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``_db.Users.FirstOrDefault(user => user.Password == given.Password)``"""
    if b"assw" not in unit.adapter.source:
        return
    for function in facts.functions:
        if function.outer is not None and function.outer.name:
            continue
        text = unit.text(function.body_span)
        if "assw" not in text and "Pwd" not in text:
            continue
        for found in _KEPT.finditer(text):
            left, right = found["left"], found["right"]
            last = right.rpartition(".")[2]
            if left == right.partition(".")[0] or _OTHER.search(right):
                continue
            if not is_plain_password(last) or _HASHES.search(text) or _REPEATED.search(text):
                continue
            before = text[: found.start()]
            line = before.rpartition("\n")[2]
            query = re.search(rf"\.(\w+)\(\s*(?:async\s+)?\(?{left}\)?\s*=>[^;]*$", before)
            is_query = query is not None and query[1] in _QUERIES
            if "//" in line or not (is_query or _PERSON.fullmatch(left)):
                continue
            start = function.body_span.start + len(before.encode())
            yield Report(
                Span(start, start + len(found[0].encode())),
                f"`{left}` holds the password itself; store a hash of it and verify that",
                place=function.inside,
            )
            break
