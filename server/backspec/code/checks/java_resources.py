"""Checks on Java: streams, connections and causes of failures that get lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.java_calls import function_text
from backspec.code.checks.java_failures import converts, statements_of
from backspec.code.facts.model import CallValue, Context
from backspec.expressions import regex
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Catch, Facts, Statement

_STREAMS: Final = frozenset(
    ("FileInputStream", "FileOutputStream", "FileReader", "FileWriter", "RandomAccessFile",
     "ZipFile", "JarFile")
)  # fmt: skip
_FOLDERS: Final = frozenset(("lines", "list", "walk", "find", "newDirectoryStream"))
_READS: Final = frozenset(
    ("load", "loadFromXML", "read", "toString", "toByteArray", "readLines", "copy", "parse",
     "readValue", "readTree", "readFully", "store", "generateCertificate", "loadAs")
)  # fmt: skip
"""Methods that read what they are given, and leave it open."""
_CLOSES_ITSELF: Final = regex(r"(?i)mapper|json|gson|yaml|Files\.copy")


@needs(calls=tuple(_STREAMS | _FOLDERS))
def left_open(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Files that are opened, used in the same function only, and never closed."""
    for call in unit.called(*_STREAMS, *_FOLDERS):
        if call.is_new:
            if call.name not in _STREAMS or not _is_of_java(call):
                continue
        elif call.name not in _FOLDERS or not re.search(r"(?:^|\.)Files\.\w+$", call.path):
            continue
        if call.function is None or call.context & (Context.TEST | Context.MAIN):
            continue
        if _is_left(call, unit):
            yield Report(
                call.span,
                f"Nobody closes what `{call.written}` opens: use try-with-resources",
                place=call.place,
            )


def _is_of_java(call: Call) -> bool:
    return (call.qualified or "").startswith(("java.io.", "java.util.zip.", "java.util.jar."))


def _is_left(call: Call, unit: UnitView) -> bool:
    name = call.assigned_to
    if not call.is_new and call.use == "receiver":
        around = call.node.parent
        method = around.child_by_field_name("name") if around is not None else None
        # ``Files.list(folder).onClose(..)``
        return method is not None and unit.adapter.slice(method) != "onClose"
    if call.use == "argument" and call.is_new:
        holder = call.node.parent.parent if call.node.parent is not None else None
        method = holder.child_by_field_name("name") if holder is not None else None
        if holder is None or method is None or holder.type != "method_invocation":
            return False
        written = unit.adapter.slice(holder)[:80]
        return (
            unit.adapter.slice(method) in _READS
            and call.name in ("FileInputStream", "FileReader", "FileOutputStream", "FileWriter")
            and _CLOSES_ITSELF.search(written.partition("(")[0]) is None
        )
    if not name.isidentifier() or call.use != "assigned":
        return False
    parent = call.parent
    if parent is None or parent.type != "variable_declarator":
        return False
    return not _is_handled(name, call, unit)


def _is_handled(name: str, call: Call, unit: UnitView) -> bool:
    """Whether a function closes a variable, or lets others have it."""
    assert call.function is not None
    start = call.span.end
    text = unit.adapter.source[start : call.function.span.end].decode("utf-8", "replace")
    word = rf"(?<![\w.]){re.escape(name)}(?!\w)"
    return (
        re.search(rf"{word}\s*\.\s*close\s*\(|try\s*\(\s*{word}", text) is not None
        or re.search(rf"return\s+[^;]*{word}", text) is not None
        or re.search(rf"[(,]\s*{word}\s*[,)]", text) is not None
        or re.search(rf"=\s*{word}\s*;", text) is not None
    )


@needs(calls=("getConnection",))
def not_released(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Connections of a pool that a failure, or everything, leaves open."""
    for call in unit.called("getConnection"):
        qualified = call.qualified or ""
        if not qualified.endswith(("DataSource.getConnection", "DriverManager.getConnection")):
            continue
        name = call.assigned_to
        parent = call.parent
        if call.function is None or call.use != "assigned" or not name.isidentifier():
            continue
        if parent is None or parent.type == "resource" or call.context & Context.MIGRATION:
            continue
        text = function_text(call, unit)
        word = rf"(?<![\w.]){re.escape(name)}(?!\w)"
        if re.search(rf"return\s+{word}\s*;|try\s*\(\s*{word}|=\s*{word}\s*;", text):
            continue
        closed = re.search(rf"{word}\s*\.\s*close\s*\(|(?i:close|release)\w*\([^)]*{word}", text)
        if closed is None and re.search(rf"[(,]\s*{word}\s*[,)]", text):
            continue  # whoever gets it may close it
        if closed is not None and re.search(r"\bfinally\b|@Cleanup", text):
            continue
        yield Report(
            call.span,
            "A failure before `close` keeps this connection: use try-with-resources"
            if closed is not None
            else "This connection never goes back: use try-with-resources",
            place=call.place,
        )


# ---------------------------------------------------------------------------- causes

_ANSWERS: Final = regex(
    r"(?i)status|http|notfound|badrequest|forbidden|unauthor|accessdenied|authenticat|webapplication|"
    r"constraint|invalid|validation|unsupported|assertion|notexist|illegalargument|credential|token"
)
_UNFORESEEN: Final = regex(
    r"(?:^|\.)(?:Exception|Throwable|RuntimeException|\w*IOException|SQLException|GeneralSecurityException|"
    r"ExecutionException|JsonProcessingException|JAXBException|MessagingException|\w*Remote\w*Exception|"
    r"ReflectiveOperationException|\w*Persistence\w*Exception|DataAccessException|"
    r"InvalidProtocolBufferException)$"
)
"""Failures of many causes, of which the message alone says none."""
_FEW: Final = 3


def lost_cause(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``throw new X("..")`` in a handler that says nothing of what it caught."""
    if not facts.catches:
        return
    for catch in facts.catches:
        if not catch.name or catch.context & Context.TEST:
            continue
        if not all(map(_UNFORESEEN.search, catch.type_paths)):
            continue
        thrown = _thrown(catch, facts)
        if thrown is None or _mentions(catch, unit):
            continue
        guarded = unit.text(catch.try_span)
        if converts(guarded) and len(statements_of(guarded)) <= _FEW:
            continue  # the text that was given says it all
        value = thrown.value
        if not isinstance(value, CallValue) or not value.call.is_new:
            continue
        if _ANSWERS.search(value.call.name):
            continue
        yield Report(
            thrown.span,
            f"What happened is lost: hand `{catch.name}` on as the cause",
            severity=Severity.INFO,
            place=catch.place,
        )


def _thrown(catch: Catch, facts: Facts) -> Statement | None:
    body = catch.body_span
    found = [
        one
        for one in facts.statements
        if one.kind == "raise" and body.start <= one.span.start and one.span.end <= body.end
    ]
    if len(found) != 1 or any(
        one is not catch and body.start <= one.span.start and one.span.end <= body.end
        for one in facts.catches
    ):
        return None
    return found[0]


def _mentions(catch: Catch, unit: UnitView) -> bool:
    text = unit.text(catch.body_span)
    return re.search(rf"(?<![\w.]){re.escape(catch.name)}(?!\w)|printStackTrace", text) is not None
