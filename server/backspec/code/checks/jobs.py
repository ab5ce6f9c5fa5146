"""Checks on what is handed to background jobs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.facts.model import CallValue, Context, Mapping, Name, Sequence, Value
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Assign, Call, Facts

_REQUESTS: Final = frozenset(("request", "self.request", "req", "res", "ctx.req", "ctx.request"))
_MAKES_ROW: Final = frozenset(
    ("get", "first", "last", "create", "get_object_or_404", "get_or_404", "one", "one_or_none",
     "scalar_one", "get_object", "latest", "earliest", "findOne", "findById", "findByPk")
)  # fmt: skip
_NOT_ARGUMENTS: Final = frozenset(
    ("countdown", "eta", "expires", "queue", "routing_key", "priority", "retry", "link",
     "link_error", "headers", "serializer", "task_id", "job_timeout", "result_ttl", "job_id",
     "on_commit", "delay")
)  # fmt: skip
_MODEL_BASE: Final = regex(r"(?:^|\.)(?:models?\.Model|Model|DeclarativeBase|SQLModel)$")


@needs(roles=("job-enqueue",))
def rich_argument(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Requests, rows and sessions that are handed to a job instead of ids."""
    for call in unit.calls("job-enqueue"):
        for value in _given(call, unit):
            what = _what(value, call, facts, unit)
            if what is None:
                continue
            yield Report(
                value.span,
                f"A job gets `{unit.text(value.span)[:40]}`, {what}; pass its id",
                _with_keys(call, facts, unit),
                severity=Severity.WARNING
                if unit.family == "javascript" and "row" in what
                else None,
                place=call.place,
            )
            break


def _with_keys(call: Call, facts: Facts, unit: UnitView) -> tuple[Fix, ...]:
    """Django: the primary key of each row. Not for a job of this file, which takes the row."""
    given = call.arguments.positional
    is_handed = call.name.startswith("enqueue") and len(given) > 0
    job = unit.text(given[0].span) if is_handed else call.path.partition(".")[0]
    if unit.family != "python" or not unit.imports("django", "rest_framework"):
        return ()
    if not job.isidentifier() or unit.file_has(rf"^\s*(?:async\s+)?def {re.escape(job)}\("):
        return ()
    edits = []
    for value in _given(call, unit):
        what = _what(value, call, facts, unit)
        if what is None:
            continue
        is_inside = call.span.start <= value.span.start and value.span.end <= call.span.end
        if what != "a row" or not isinstance(value, Name) or not is_inside:
            return ()
        edits.append(Edit(Span(value.span.end, value.span.end), ".pk"))
    return (Fix("Pass the primary key", tuple(edits), "unsafe", "job/rich-argument"),)


def _given(call: Call, unit: UnitView) -> Iterator[Value]:
    """What is handed to the job, one level into lists and mappings."""
    arguments = call.arguments
    values = list(arguments.positional)
    if unit.family == "python" and call.name.startswith("enqueue"):
        values = values[1:]
    for name, value in arguments.keywords.items():
        if name not in _NOT_ARGUMENTS:
            values.append(value)
    for value in values:
        if isinstance(value, Sequence):
            yield from value.items
        elif isinstance(value, Mapping):
            yield from value.entries.values()
        else:
            yield value


def _what(value: Value, call: Call, facts: Facts, unit: UnitView) -> str | None:
    if isinstance(value, CallValue):
        return "a row" if _is_row(value, unit) else None
    if not isinstance(value, Name):
        return None
    path = value.path
    if path in _REQUESTS:
        return "which holds an open connection" if call.context & Context.HANDLER else None
    if path in ("request.user", "self.request.user", "req.user"):
        is_session = unit.family == "python"
        return "a row" if is_session else None
    if path == "self" and unit.family == "python" and call.class_def is not None:
        is_model = any(_MODEL_BASE.search(base) for base in call.class_def.bases)
        return "a row" if is_model else None
    bound = _last_bound(path, call, facts)
    if bound is not None and _is_row(bound.value, unit):
        return "a row"
    return None


def _last_bound(path: str, call: Call, facts: Facts) -> Assign | None:
    """The assignment in the same function that a name got its value from."""
    found = None
    if not re.fullmatch(r"[\w$]+", path):
        return None
    for assign in facts.assigns:
        if assign.span.start > call.span.start:
            break
        if assign.target == path and assign.function is call.function:
            found = assign
    return found


def _is_row(value: Value | None, unit: UnitView) -> bool:
    """Whether a call certainly gives one row of a table."""
    if not isinstance(value, CallValue) or value.call.name not in _MAKES_ROW:
        return False
    call = value.call
    if re.search(r"\.(?:values|values_list|lean)\(", unit.text(call.span)):
        return False
    roles = unit.roles_of(call)
    if not roles & {"db-read-one", "db-write"}:
        return False
    if call.name == "get_object_or_404":
        return True
    return (
        (unit.family == "javascript" and re.match(r"[A-Z]", call.path) is not None)
        or ".objects." in call.path
        or (call.qualified or "").startswith(("django.db.models.QuerySet", "sqlalchemy."))
    )
