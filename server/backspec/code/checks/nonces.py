"""Checks on initialisation vectors and salts that never change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.passwords import is_plain_password
from backspec.code.facts.model import CallValue, Const, Name, Operation, Value
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.arguments import Found
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_MAKES_FIXED: Final = regex(
    r"^(?:bytes|bytearray|Buffer\.(?:from|alloc|allocUnsafe)|Uint8Array|b64decode|"
    r"(?:base64\.)?(?:standard_|urlsafe_)?b64decode|bytes\.fromhex|binascii\.unhexlify|a2b_hex|"
    r"(?:CryptoJS\.)?enc\.\w+\.parse)$"
)
_FIXED_CALL: Final = (
    r"(?:bytes|bytearray|Buffer\.from|Buffer\.alloc|Uint8Array|(?:base64\.)?b64decode|bytes\.fromhex)"
    r"\((?:b?['\"]|\d)"
)


@needs(roles=("cipher-new", "cipher-mode", "aead-seal"))
def static_iv(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Python and JavaScript: ciphers with an IV or nonce that is written out."""
    for call in unit.calls("cipher-new", "cipher-mode", "aead-seal"):
        iv = unit.argument(call, "iv")
        if _is_fixed(iv, call, facts, unit) and isinstance(iv, Value):
            yield Report(
                iv.span,
                "The same IV for every message shows which messages begin alike; make a random "
                "one for each",
                place=call.place,
            )


@needs(roles=("pbkdf2", "pbkdf2-sha256", "pbkdf2-sha512", "scrypt", "password-hash"))
def static_salt(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Python and JavaScript: passwords that are all hashed with one salt."""
    for call in unit.calls("pbkdf2", "pbkdf2-sha256", "pbkdf2-sha512", "scrypt", "password-hash"):
        salt = unit.argument(call, "salt")
        if not isinstance(salt, Value) or not _is_fixed(salt, call, facts, unit):
            continue
        password = unit.argument(call, "password")
        if isinstance(password, Value):
            names = re.findall(r"[A-Za-z_]\w*", unit.text(password.span)[:200])
            if not any(is_plain_password(name) for name in names):
                continue
        around = unit.text(call.function.span)[:3000] if call.function is not None else ""
        if re.search(r"(?i)\b(?:de|en)crypt|cipher|fernet|derive_?key", around):
            continue  # a key for a cipher, from one secret
        yield Report(
            salt.span,
            "With one salt for all, equal passwords have equal hashes; make a random one for each",
            place=call.place,
        )


def _is_fixed(value: Found, call: Call, facts: Facts, unit: UnitView) -> bool:
    """Whether bytes are certainly the same each time."""
    if isinstance(value, Const):
        return isinstance(value.value, (str, bytes)) and len(value.value) > 0
    if isinstance(value, Operation):
        return value.operator == "*" and any(
            isinstance(one, Const) and isinstance(one.value, (str, bytes)) for one in value.operands
        )
    if isinstance(value, CallValue):
        return _makes_fixed(value.call)
    if isinstance(value, Name) and re.fullmatch(r"[\w$]+", value.path):
        return _is_bound_fixed(value.path, call, facts, unit)
    return False


def _makes_fixed(call: Call) -> bool:
    given = call.arguments.positional
    path = call.path.replace("!", "")
    if call.name == "encode":
        inner = call.callee.child_by_field_name("object")
        return inner is not None and inner.type == "string"
    return (
        _MAKES_FIXED.match(path) is not None
        and bool(given)
        and isinstance(given[0], Const)
        and not (isinstance(given[0].value, int) and path == "Buffer.allocUnsafe")
    )


def _is_bound_fixed(name: str, call: Call, facts: Facts, unit: UnitView) -> bool:
    """Whether a name is bound once, to fixed bytes, in the function or the file."""
    function = call.function
    bound = [one for one in facts.assigns if one.target == name and one.function is function]
    if function is None or not bound:
        # What stands at the top of the file may belong to another unit: read the text.
        word = re.escape(name)
        return unit.file_has(
            rf"^(?:(?:export )?(?:const|let|var) )?{word}\s*(?::[^=\n]+)?=\s*(?:new )?{_FIXED_CALL}"
        ) and not unit.file_has(rf"(?:[rR]andom|getRandomValues|fill)\w*\([^)\n]*\b{word}\b")
    if len(bound) != 1 or bound[0].value is None or isinstance(bound[0].value, Name):
        return False
    fills = rf"\w*(?:[rR]andom|getRandomValues|fill)\w*\([^)]*\b{re.escape(name)}\b"
    filled = re.search(fills, unit.text(function.span))
    return filled is None and _is_fixed(bound[0].value, call, facts, unit)
