"""Checks on Go: passwords that are kept as they are, listeners on every address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.go_places import is_one_off
from backspec.code.checks.values import constant_parts, text_of
from backspec.expressions import regex
from backspec.model import Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts, Function

_HASHES: Final = regex(
    r"(?i)hash|bcrypt|argon|scrypt|pbkdf|md5|sha\d|encrypt|digest|compare|crypt\.|hmac|subtle\."
)
_ROW: Final = (
    r"(?:\w*[uU]ser|u|usr|\w*[aA]ccount|acc|[mM]ember|[cC]ustomer|[aA]dmin|row|rec(?:ord)?|found|existing"
    r"|stored|db\w*)"
)
_PLAIN: Final = r"[pP]ass(?:word|wd)?|[pP]wd|PassWord"
_COMPARED: Final = regex(
    rf"(?<![\w.])(?P<row>{_ROW}\.(?:Password|Passwd|Pwd|PassWord))\s*(?:==|!=)\s*"
    rf"(?P<given>(?:\w+\.)*(?:{_PLAIN}))\b(?![.(\w])"
    rf"|(?<![\w.])(?P<given2>(?:\w+\.)*(?:{_PLAIN}))\s*(?:==|!=)\s*"
    rf"(?P<row2>{_ROW}\.(?:Password|Passwd|Pwd|PassWord))\b(?![.(\w])"
)
_ASKED: Final = regex(
    r"(?is)\b(?:where|and)\b[^;]*\bpass(?:word|wd)?[\"`]?\s*=\s*(?:\?|\$\d|:\w|@\w|'?%s|'|\Z)"
)


@needs(words=("password", "passwd", "pwd"))
def plain(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``user.Password == form.Password``, and queries for the password itself."""
    for function in facts.functions:
        if function.outer is not None or not unit.mentions("ass", "wd", within=function.body_span):
            continue
        text = unit.text(function.body_span)
        for found in _COMPARED.finditer(text):
            row, given = found["row"] or found["row2"], found["given"] or found["given2"]
            if row.partition(".")[0] == given.partition(".")[0] or _HASHES.search(text):
                continue
            line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
            if "//" in line:
                continue
            start = function.body_span.start + len(text[: found.start()].encode())
            yield Report(
                Span(start, start + len(found[0].encode())),
                f"`{row}` holds the password itself; store a hash of it and verify that",
                place=function.inside,
            )
    for call in unit.calls("sql-execute", "sql-text", "orm-raw"):
        statement = unit.argument(call, "sql")
        text = constant_parts(statement)
        is_read = call.name in _CONDITIONS or re.match(r"(?i)\s*select\b", text) is not None
        if is_read and _ASKED.search("where " + text) and not _is_hashed(call.function, unit):
            yield Report(
                call.callee_span,
                "The database is asked for the password itself, so it holds it in the clear; store "
                "a hash",
                place=call.place,
            )


_CONDITIONS: Final = frozenset(("Where", "First", "Find", "Take"))


def _is_hashed(function: Function | None, unit: UnitView) -> bool:
    return function is not None and _HASHES.search(unit.text(function.span)) is not None


# ---------------------------------------------------------------------------- listeners

_LISTENS: Final = {
    "net.Listen": 1, "crypto/tls.Listen": 1, "net.ListenPacket": 1, "net/http.ListenAndServe": 0,
    "net/http.ListenAndServeTLS": 0,
}  # fmt: skip


@needs(calls=("Listen", "ListenPacket", "ListenAndServe", "ListenAndServeTLS"))
def every_address(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Listeners on ``0.0.0.0`` and ``:8080``; for all where the profiler listens too."""
    for call in facts.calls:
        at = _LISTENS.get(call.qualified or "")
        given = call.arguments.positional if at is not None else ()
        if at is None or len(given) <= at or is_one_off(unit):
            continue
        address = text_of(given[at])
        if not re.match(r"(?:0\.0\.0\.0|\[::\])?:\d+$", address):
            continue
        is_debugger = address.endswith(":6060") or "debug" in unit.path.lower()
        if is_debugger and unit.imports("net/http/pprof"):
            yield Report(
                given[at].span,
                "The profiler answers whoever reaches this machine: listen on `127.0.0.1`",
                place=call.place,
            )
        else:
            yield Report(
                given[at].span,
                f"`{address}` takes connections on every address of the machine",
                severity=Severity.INFO,
                profile="strict",
                place=call.place,
            )
