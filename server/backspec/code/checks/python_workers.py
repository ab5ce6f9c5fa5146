"""Checks on Python: background jobs, counters and locks in stores, errors inside transactions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.python_purposes import is_in_task
from backspec.code.checks.values import string
from backspec.code.facts.model import Context, Sequence
from backspec.expressions import regex
from backspec.model import Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Catch, Facts, Place, Value

# ---------------------------------------------------------------------------- jobs

_SERIALIZERS: Final = regex(
    r"(?:CELERY_)?(?:TASK_SERIALIZER|RESULT_SERIALIZER|ACCEPT_CONTENT|EVENT_SERIALIZER)",
    re.IGNORECASE,
)
_CODE: Final = frozenset(("pickle", "application/x-python-serialize", "yaml"))


@needs(words=("pickle", "yaml", "application/x-python-serialize"))
def unsafe_transport(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Celery that runs what a message holds: ``accept_content = ["pickle"]``."""
    is_celery = unit.imports("celery")
    for assign in facts.assigns:
        last = assign.target.rpartition(".")[2]
        if not _SERIALIZERS.fullmatch(last):
            continue
        if not is_celery and not last.upper().startswith("CELERY_"):
            continue
        if assign.value is not None and _runs_code(assign.value):
            yield _transport(assign.span, last, assign.place)
            return  # one is enough, and seldom comes alone
    if not is_celery:
        return
    for call in facts.calls:
        if not (call.qualified or "").startswith("celery.") and not is_task_maker(call):
            continue
        for key, value in call.arguments.keywords.items():
            if (_SERIALIZERS.fullmatch(key) or key == "serializer") and _runs_code(value):
                yield _transport(call.arguments.keyword_spans.get(key, value.span), key, call.place)


def is_task_maker(call: Call) -> bool:
    """Whether a call declares a task: ``@app.task(..)``, ``@shared_task(..)``."""
    return call.name in ("task", "shared_task")


def _runs_code(value: Value) -> bool:
    if isinstance(value, Sequence):
        return any((string(item) or "") in _CODE for item in value.items)
    return (string(value) or "") in _CODE


def _transport(span: Span, key: str, place: Place) -> Report:
    return Report(
        span,
        f"With this `{key}` whoever reaches the broker runs code in the workers; use json",
        place=place,
    )


@needs(calls=("get",))
def waits_for_job(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``task.delay(..).get()`` in a task, where it can wait for itself, or for a request."""
    del facts
    for call in unit.called("get"):
        made = call.receiver_call
        if made is None or made.name not in ("delay", "apply_async"):
            continue
        if call.arguments.keywords.keys() & {"disable_sync_subtasks"}:
            continue
        is_task = is_in_task(call)
        if not is_task and not call.context & Context.HANDLER:
            continue
        has_end = "timeout" in call.arguments.keywords or bool(call.arguments.positional)
        where = "another job that may need the same worker" if is_task else "a job of the queue"
        yield Report(
            call.callee_span,
            f"This waits for {where}; chain the jobs, or ask for the result later",
            severity=Severity.INFO if has_end and not is_task else None,
            place=call.place,
        )


# ---------------------------------------------------------------------------- stores


@needs(calls=("setnx", "set", "expire", "pexpire"))
def not_atomic(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``setnx`` with a separate ``expire``; a counter that is read and written back."""
    del facts
    for call in unit.called("setnx"):
        key = _key(call, unit)
        later = [one for one in unit.called("expire", "pexpire") if one.function is call.function]
        if (
            key
            and "redis" in (call.qualified or "")
            and any(_key(one, unit) == key for one in later)
        ):
            yield Report(
                call.callee_span,
                "A program that ends in between leaves this key for ever: `set(nx=True, ex=..)`",
                place=call.place,
            )
    for call in unit.called("set"):
        roles = unit.roles_of(call)
        if not roles & {"kv-set", "cache-set"} or call.function is None:
            continue
        given = call.arguments.positional
        if len(given) < 2 or not _is_counted(given[1], call, unit):
            continue
        yield Report(
            call.callee_span,
            "Two programs that count at the same time lose one step: use `incr`",
            place=call.place,
        )


def _key(call: Call, unit: UnitView) -> str:
    given = call.arguments.positional[:1]
    return unit.text(given[0].span) if given else ""


def _is_counted(value: Value, call: Call, unit: UnitView) -> bool:
    """Whether a value is what the same key held, and a number more or less."""
    text = " ".join(unit.text(value.span).split())
    owner = re.escape(call.path.rpartition(".")[0])
    key = re.escape(_key(call, unit))
    read = rf"{owner}\.get\(\s*{key}\s*(?:,[^()]*)?\)"
    counted = r"(?:\s*or\s*0\s*\))?\s*\)*\s*[+-]\s*\d+"
    if re.search(rf"{read}{counted}", text):
        return True
    found = re.fullmatch(r"(?:int\()?(\w+)\)?\s*[+-]\s*\d+", text)
    if found is None or call.function is None:
        return False
    before = unit.text(Span(call.function.body_span.start, call.span.start))
    if re.search(r"\bwatch\(|\bpipeline\(|\block\b|register_script|\beval\(", before):
        return False
    return re.search(rf"(?m)^\s*{found[1]}\s*=\s*(?:int\()?\s*\(?{read}", before) is not None


# ---------------------------------------------------------------------------- transactions

_BREAKS: Final = regex(
    r"(?:\w+\.)*(?:IntegrityError|DatabaseError|OperationalError|DataError|ProgrammingError)"
)
_QUERIES: Final = regex(
    r"\.objects\b|\.save\(|\.create\(|\.delete\(|\.update\(|\.filter\(|\.get\(|\.execute\("
)


def swallowed_inside(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Django: a failed statement caught inside ``atomic``, after which more are sent."""
    if not unit.imports("django") or not unit.mentions("atomic"):
        return
    for catch in facts.catches:
        if not catch.type_paths or not any(map(_BREAKS.fullmatch, catch.type_paths)):
            continue
        block = _atomic_around(catch, unit)
        if block is None or _ends(catch) or "set_rollback" in unit.text(catch.span):
            continue
        guarded = unit.text(catch.try_span)
        if "atomic" in guarded or "savepoint" in guarded or not _QUERIES.search(guarded):
            continue
        inside = unit.text(Span(catch.body_span.start, block.end))
        if not _QUERIES.search(inside):
            continue
        yield Report(
            catch.head_span,
            "After this error PostgreSQL refuses every further statement of the transaction; guard "
            "the one with its own `atomic`",
            place=catch.place,
        )


def _atomic_around(catch: Catch, unit: UnitView) -> Span | None:
    """The body of the ``with transaction.atomic():`` that a handler stands in."""
    node = catch.node.parent
    for _ in range(40):
        if node is None or node.type == "function_definition":
            break
        if node.type == "with_statement":
            head = unit.adapter.slice(node).partition(":\n")[0]
            if re.search(r"\batomic\(", head):
                return Span(node.start_byte, node.end_byte)
        node = node.parent
    function = catch.function
    if function is not None and any(one.path.endswith("atomic") for one in function.decorators):
        return function.body_span
    return None


def _ends(catch: Catch) -> bool:
    """Whether a handler leaves by an error of its own."""
    return any(one.type in ("raise_statement", "return_statement") for one in catch.statements)
