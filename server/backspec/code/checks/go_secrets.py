"""Checks on Go: passwords in addresses and comparisons, keys and nonces that never change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.environment import read_from_environment
from backspec.code.checks.names import is_password_name, is_secret_name
from backspec.code.checks.secret_values import is_placeholder, looks_chosen, looks_random
from backspec.code.checks.values import text_of
from backspec.code.facts.model import CallValue, Const, Name, Sequence
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts
    from backspec.model import Fix

_NOT_SHIPPED: Final = regex(
    r"(?i)(?:^|[/_.-])(?:dev|development|local|tests?|testing|testdata|testutil|examples?|samples?|"
    r"demos?|seeds?|fixtures?|mocks?|docs|suites?|e2e)(?=[/_.-])"
)
_IN_ADDRESS: Final = regex(
    rb"[\"`](?:(?!https?:)[a-z][a-z0-9+.-]*://)?(?P<user>[\w.-]{1,40}):(?P<password>[^\s:/@\"`%{}$<>]{4,60})"
    rb"@(?:tcp|unix)?\(?(?P<host>[\w.-]+)(?P<rest>[:/)\"`])"
)
_LOCAL: Final = regex(r"^(?:localhost|127\.|0\.0\.0\.0|\[?::1|host\.docker)")
_ADDRESS: Final = regex(r"(?:\.|^)example(?:\.\w+)?$")
_COMMON: Final = frozenset(
    ("password", "passwd", "pass", "secret", "user", "root", "postgres", "mysql", "guest", "test",
     "admin", "changeme", "example", "rabbitmq", "minio", "mongo", "redis", "username", "pwd")
)  # fmt: skip
_COMPARED: Final = regex(
    rb"(?P<name>\b\w[\w.]*)\s*[!=]=\s*\"(?P<one>[^\"\n]{4,80})\"|\"(?P<two>[^\"\n]{4,80})\"\s*[!=]=\s*(?P<after>\w[\w.]*)"
)


_EQUALS: Final = regex(rb"[!=]=\s*\"[^\"\n]{4}|\"\s*[!=]=")


def _comparisons(source: bytes) -> Iterator[re.Match[bytes]]:
    """Comparisons with a text; lines without one are not looked at."""
    done = 0
    for found in _EQUALS.finditer(source):
        if found.start() >= done:
            start = source.rfind(b"\n", 0, found.start()) + 1
            end = source.find(b"\n", found.end())
            done = end if end >= 0 else len(source)
            yield from _COMPARED.finditer(source, start, done)


def credential(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Passwords in addresses, in comparisons and in calls that sign in."""
    if _NOT_SHIPPED.search(unit.path):
        return
    span = unit.span
    source = unit.adapter.source[span.start : span.end]
    if b"@" in source:
        for found in _IN_ADDRESS.finditer(source):
            password, host = found["password"].decode(), found["host"].decode()
            if not _is_real(password, host) or _is_comment(source, found.start()):
                continue
            at = span.start + found.start("password")
            yield Report(
                Span(at, at + len(found["password"])),
                "A password stands in this address, for everybody who can read the code",
                place=unit.adapter.place,
            )
    if b"BasicAuth()" in source or b'"Authorization")' in source:
        yield from _signs_in_with(source, span.start, unit)
    if b"==" in source or b"!=" in source:
        for found in _comparisons(source):
            name = (found["name"] or found["after"]).decode()
            group = "one" if found["one"] is not None else "two"
            text = found[group].decode("utf-8", "replace")
            if not is_secret_name(name) or is_placeholder(text):
                continue
            if not (looks_random(text) or (is_password_name(name) and looks_chosen(text))):
                continue
            if _is_comment(source, found.start()):
                continue
            at = span.start + found.start(group) - 1
            yield Report(
                Span(at, at + len(found[group]) + 2),
                f"`{name}` is compared with a secret that stands in the code",
                place=unit.adapter.place,
            )
    for call in facts.calls:
        if call.name == "SetBasicAuth" and len(call.arguments.positional) == 2:
            text = text_of(call.arguments.positional[1])
            if len(text) >= 4 and text.lower() not in _COMMON and not is_placeholder(text):
                yield _stands(unit, call, 1, "is given a password that stands in the code")
        elif call.qualified in _SIGNS_IN:
            at = _SIGNS_IN[call.qualified]
            given = call.arguments.positional[at : at + 1]
            text = text_of(given[0]) if given else ""
            if len(text) >= 4 and text.lower() not in _COMMON and not is_placeholder(text):
                yield _stands(unit, call, at, "is given a password that stands in the code")
        elif call.qualified in _KEYED:
            at = _KEYED[call.qualified]
            given = call.arguments.positional[at : at + 1]
            if given and len(text_of(given[0])) >= 8:
                yield _stands(unit, call, at, "is given a key that stands in the code")


_GIVEN: Final = regex(rb"\w+,\s*(?P<password>[a-z]\w*),\s*\w+\s*:?=\s*\w+\.BasicAuth\(\)")
_HEADER: Final = regex(
    rb"Header\.Get\(\"Authorization\"\)\s*[!=]=\s*\"(?:(?:Bearer|Basic|Token)\s+)?(?P<text>[^\"\n]{8,120})\""
)


def _signs_in_with(source: bytes, start: int, unit: UnitView) -> Iterator[Report]:
    """What a client sends to sign in, compared with a text."""
    for given in _GIVEN.finditer(source):
        name = given["password"]
        if is_secret_name(name.decode()):
            continue  # found by its name
        found = re.compile(rb"\b" + name + rb"\s*[!=]=\s*\"([^\"\n]{4,80})\"").search(
            source, given.end(), given.end() + 600
        )
        if found is not None and not is_placeholder(found[1].decode("utf-8", "replace")):
            yield Report(
                Span(start + found.start(1) - 1, start + found.end(1) + 1),
                f"`{name.decode()}` is compared with a password that stands in the code",
                place=unit.adapter.place,
            )
    for found in _HEADER.finditer(source):
        text = found["text"].decode("utf-8", "replace")
        if looks_random(text) and not is_placeholder(text):
            yield Report(
                Span(start + found.start("text"), start + found.end("text")),
                "What clients sign in with stands in the code",
                place=unit.adapter.place,
            )


_SIGNS_IN: Final = {
    "net/smtp.PlainAuth": 2, "net/smtp.CRAMMD5Auth": 1, "golang.org/x/crypto/ssh.Password": 0,
    "gopkg.in/gomail.NewDialer": 3, "gopkg.in/mail.NewDialer": 3,
    "github.com/go-ldap/ldap.Conn.Bind": 1, "github.com/jlaffaye/ftp.ServerConn.Login": 1,
    "gopkg.in/gomail.NewPlainDialer": 3,
}  # fmt: skip
"""Calls that sign in with a password, and where it stands."""
_KEYED: Final = {
    "crypto/aes.NewCipher": 0, "golang.org/x/crypto/chacha20poly1305.New": 0, "crypto/hmac.New": 1,
}  # fmt: skip
"""Calls that take a key, and where."""


def _stands(unit: UnitView, call: Call, at: int, what: str) -> Report:
    value = call.arguments.positional[at]
    is_inside = call.span.start <= value.span.start <= call.span.end
    repairs: tuple[Fix, ...] = ()
    if is_inside:
        name = "ENCRYPTION_KEY" if "key" in what else "PASSWORD"
        repairs = read_from_environment(value.span, name, unit, "secrets/hardcoded-credential")
    return Report(
        value.span if is_inside else call.callee_span,
        f"`{call.written}` {what}",
        repairs,
        place=call.place,
    )


def _is_real(password: str, host: str) -> bool:
    if is_placeholder(password) or password.lower() in _COMMON or _ADDRESS.search(host):
        return False
    if _LOCAL.match(host):
        return looks_random(password) or looks_chosen(password)
    return True


def _is_comment(source: bytes, at: int) -> bool:
    line = source[source.rfind(b"\n", 0, at) + 1 : at]
    return b"//" in line.replace(b"://", b"") or line.lstrip().startswith(b"*")


# ---------------------------------------------------------------------------- TLS and nonces

_WEAK_SUITE: Final = regex(r"\bTLS_\w*(?:RC4|3DES|_NULL_|EXPORT)\w*$")


@needs(words=("CipherSuites",))
def weak_suites(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Cipher suites with RC4 and triple DES."""
    if not unit.file_has(r"TLS_\w*(?:RC4|3DES|_NULL_|EXPORT)"):
        return
    for assign in facts.assigns:
        if not assign.target.endswith(".CipherSuites") or not isinstance(assign.value, Sequence):
            continue
        for one in assign.value.items:
            if isinstance(one, Name) and _WEAK_SUITE.search(one.path):
                yield Report(
                    one.span, f"`{one.path}` uses a cipher that can be broken", place=assign.place
                )
                break
    for call in unit.calls("tls-config"):
        suites = call.arguments.keywords.get("CipherSuites")
        if not isinstance(suites, Sequence):
            continue
        for one in suites.items:
            if isinstance(one, Name) and _WEAK_SUITE.search(one.path):
                yield Report(
                    one.span, f"`{one.path}` uses a cipher that can be broken", place=call.place
                )
                break


_SEALS: Final = {"Seal": 1, "NewCBCEncrypter": 1, "NewCTR": 1, "NewCFBEncrypter": 1, "NewOFB": 1}


def empty_nonce(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``nonce := make([]byte, 12)`` that is used as it is."""
    if not unit.imports("crypto/cipher"):
        return
    for call in facts.calls:
        given = call.arguments.positional if call.name in _SEALS else ()
        if len(given) < 2 or call.function is None:
            continue
        nonce = given[_SEALS[call.name]]
        if isinstance(nonce, Const) or not isinstance(nonce, Name):
            continue
        if not nonce.path.isidentifier():
            continue
        text = unit.text(call.function.span)
        name = re.escape(nonce.path)
        made = re.search(rf"\b{name}\s*:?=\s*make\(\[\]byte,[^\n]*\)", text)
        if made is None:
            continue
        others = text[: made.start()] + text[made.end() :]
        end = call.span.start - call.function.span.start - (made.end() - made.start())
        if re.search(rf"\b{name}\b", others[:end]) is None:
            yield Report(
                nonce.span,
                f"`{nonce.path}` is all zeros each time; fill it with `crypto/rand`",
                place=call.place,
            )


# ---------------------------------------------------------------------------- signatures

_SUMS: Final = (
    r"(?m)^[ \t]*(\w+)\s*:?=\s*(?:[\w.]+\()*(?:\"[\w=-]*\"\s*\+\s*(?:[\w.]+\()*)?%s\.Sum\(nil\)"
)


def unsafe_compare(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Signatures that are compared with ``==`` or ``bytes.Equal`` where they are computed."""
    if not unit.mentions("hmac.New("):
        return
    for assign in facts.assigns:
        value, function = assign.value, assign.function
        if not isinstance(value, CallValue) or value.call.qualified != "crypto/hmac.New":
            continue
        if function is None or not assign.target.isidentifier():
            continue
        text = unit.text(function.body_span)
        if "hmac.Equal" in text or "ConstantTime" in text:
            continue
        for name in set(re.findall(_SUMS % re.escape(assign.target), text)):
            found = re.search(
                rf"\bbytes\.Equal\([^()\n]*\b{name}\b[^()\n]*\)|\b{name}\s*[!=]=\s*\w[\w.]*"
                rf"|\w[\w.]*\s*[!=]=\s*{name}\b(?![\w(.])",
                text,
            )
            if found is None or found[0].endswith(("nil", "true", "false")):
                continue
            start = function.body_span.start + len(text[: found.start()].encode())
            yield Report(
                Span(start, start + len(found[0].encode())),
                "The time this comparison takes tells how much of the signature was right; use "
                "`hmac.Equal`",
                place=assign.place,
            )
