"""Checks on Cassandra and DynamoDB."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.bound_sql import bind_parameters
from backspec.code.checks import Report, needs
from backspec.code.checks.names import words
from backspec.code.checks.values import is_constant, names_around, number, text_of
from backspec.code.facts.model import Built, Const, Name, Value
from backspec.model import Fix, Severity
from backspec.text import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_IDENTIFIER_NEXT: Final = re.compile(
    r"(?i)(?:\b(?:from|into|update|table|keyspace|use|exists|index|on|truncate|type|view|select|by)"
    r"\s+"
    r"|\.)[\"`]?$"
)
"""What stands before a name of a table, keyspace or column, which cannot be bound."""
_WARNING: Final = Severity.WARNING
_SCRIPT: Final = re.compile(
    r"(?:^|/)(?:scripts?|seeds?|bin|tools?|migrations?|backfill[\w-]*|commands?|examples?|benchmarks?)/"
    r"|(?:^|/)[^/]*(?:migrat|backfill|seed|export|import)[^/]*$",
    re.IGNORECASE,
)
_SMALL: Final = frozenset(
    ("config", "configs", "configuration", "settings", "setting", "flags", "flag", "feature",
     "features", "lookup", "countries", "currencies", "roles", "plans", "status")
)  # fmt: skip
_ON_PURPOSE: Final = frozenset(
    ("scan", "backfill", "migrate", "export", "dump", "cleanup", "purge", "reindex", "report",
     "seed")
)  # fmt: skip


@needs(roles=("cql-execute",))
def unbound_cql(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """CQL that values are joined into."""
    for call in unit.calls("cql-execute"):
        text = unit.argument(call, "cql")
        if isinstance(text, Name):
            text = _bound(text.path, call, facts) or text
        if isinstance(text, Built) and _holds_value(text):
            yield Report(
                text.span if text.span.start >= call.span.start else call.callee_span,
                "A value is joined into this CQL; put `?` in its place and bind it",
                _bind(call, text, unit),
                place=call.place,
            )
            continue
        if unit.family == "javascript" and _is_unprepared(call, unit):
            yield Report(
                call.callee_span,
                "Without `{ prepare: true }` the driver guesses the types of the values, and the "
                "server parses the statement each time",
                _prepare(call, unit),
                severity=_WARNING,
                place=call.place,
            )


def _bind(call: Call, text: Built, unit: UnitView) -> tuple[Fix, ...]:
    """The values behind the statement, and marks in their places."""
    edits = bind_parameters(call, text, unit.family)
    if not edits:
        return ()
    return (Fix("Bind the value", tuple(edits), "unsafe", _UNPREPARED),)


def _prepare(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    given = unit.argument(call, "prepare")
    if isinstance(given, Const):
        edits: list[Edit] | None = [Edit(given.span, "true")] if given.literal else None
    else:
        edits = fixes.insert_option(
            call, unit.adapter.source, ("2.prepare",), "prepare", "prepare: true"
        )
    return (Fix("Prepare it", tuple(edits), "unsafe", _UNPREPARED),) if edits else ()


_UNPREPARED: Final = "nosql/cassandra-unprepared"


def _bound(path: str, call: Call, facts: Facts) -> Value | None:
    found = None
    for assign in facts.assigns:
        if assign.span.start > call.span.start:
            break
        if assign.target == path and assign.function is call.function:
            found = assign.value
    return found


def _holds_value(text: Built) -> bool:
    """Whether a part that is no constant stands where a value would."""
    before = ""
    for part in text.parts:
        if isinstance(part, Const):
            before += str(part.value)
        elif not _IDENTIFIER_NEXT.search(before):
            return True
        else:
            before += "x"
    return False


def _is_unprepared(call: Call, unit: UnitView) -> bool:
    parameters = unit.argument(call, "parameters")
    if call.arguments.is_open or not isinstance(parameters, Value):
        return False
    if parameters.kind not in ("sequence", "mapping") or call.name != "execute":
        return False
    prepare = unit.argument(call, "prepare")
    return prepare is None or is_constant(prepare, False)


@needs(roles=("dynamodb-scan",))
def scan(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """DynamoDB tables that are read from one end to the other."""
    if _SCRIPT.search(unit.path):
        return
    for call in unit.calls("dynamodb-scan"):
        if unit.family == "python" and not unit.file_has(r"dynamodb|DynamoDB"):
            continue
        if unit.family == "java" and unit.file_has(r"\b(?:t|withT)otalSegments\("):
            continue
        segments = unit.argument(call, "segments")
        if segments is not None and isinstance(segments, Value):
            continue
        if number(unit.argument(call, "limit")) == 1:
            continue
        table = text_of(unit.argument(call, "table")) + " " + unit.text(call.callee_span)
        around = {word for name in names_around(call.function) for word in words(name)}
        if _SMALL & set(words(table)) or _ON_PURPOSE & around:
            continue
        yield Report(
            call.callee_span if call.use == "receiver" else call.span,
            "A scan reads, and bills, the whole table for each call; query by key or an index",
            place=call.place,
        )
