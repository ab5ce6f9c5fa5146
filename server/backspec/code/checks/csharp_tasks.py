"""Checks on C#: threads held by databases and locks while others wait, transactions left behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.csharp_entities import declared_type, is_context, queried
from backspec.code.facts.model import Context
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function

# ---------------------------------------------------------------------------- databases

_RUNS: Final = frozenset((
    "ToList", "ToArray", "ToDictionary", "First", "FirstOrDefault", "Single", "SingleOrDefault",
    "Last", "LastOrDefault", "Any", "All", "Count", "LongCount", "Sum", "Max", "Min", "Average",
    "Find", "ExecuteDelete", "ExecuteUpdate",
))  # fmt: skip
"""What sends a query, and has a form that can be awaited."""
_SAVES: Final = frozenset(("SaveChanges",))
_BLOCKING: Final = "async/blocking-db-in-async"


@needs(calls=_RUNS | _SAVES)
def blocking_query(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``_db.Orders.ToList()`` and ``_db.SaveChanges()`` in an async function."""
    for call in facts.calls:
        name = call.name
        if (name not in _RUNS and name not in _SAVES) or not call.context & Context.ASYNC:
            continue
        if call.context & (
            Context.TEST | Context.OFFLOADED | Context.AWAITED | Context.MIGRATION
        ) or _is_part(call, unit):
            continue
        if name in _SAVES:
            head = call.path.removeprefix("this.").rpartition(".")[0]
            if not re.fullmatch(r"\w+", head) or not is_context(head, call, unit):
                continue
        else:
            found = queried(call, unit)
            if found is None or found[0] == "ChangeTracker" or ".Local." in call.path:
                continue
            if not _is_database(call, unit):
                continue
        yield Report(
            call.span,
            f"`{name}` holds a thread until the database answers; await `{name}Async`",
            _awaited(call, f"{name}Async", _BLOCKING, unit),
            place=call.place,
        )


def _is_part(call: Call, unit: UnitView) -> bool:
    """Whether a call becomes part of another query, or works on what was awaited."""
    if "await" in unit.text(Span(call.span.start, call.callee_span.end)):
        return True
    around = call.node.parent
    for _ in range(40):
        if around is None or around.type.endswith("_statement"):
            return False
        if around.type == "query_expression":
            return True
        around = around.parent
    return False


def _is_database(call: Call, unit: UnitView) -> bool:
    """Whether more than the name of its type says that a context is one of a database."""
    head = call.path.removeprefix("this.").partition(".")[0]
    if declared_type(head, call, unit).endswith("DbContext"):
        return True
    if call.function is not None and head in {one.name for one in call.function.parameters}:
        return False
    word = re.escape(head)
    return unit.file_has(
        rf"\b{word}\.(?:SaveChanges|Database|Set<|Entry\()|\b{word}\s*=\s*[^;]*Create(?:Db)?Context"
        rf"|\b{word}\s*\.\s*\w+\s*\.\s*(?:\w+Async|Include|AsNoTracking|Add|Remove|Where)\b"
    )


def _awaited(call: Call, name: str, rule: str, unit: UnitView) -> tuple[Fix, ...]:
    """Await the call of another name in place of a call."""
    member = call.callee.child_by_field_name("name")
    if member is None:
        return ()
    plain = unit.adapter.slice(member)
    changed = Edit(Span(member.start_byte, member.end_byte), name + plain.removeprefix(call.name))
    start, end = call.span.start, call.span.end
    edits = [Edit(Span(start, start), "await "), changed]
    if call.use == "receiver":
        edits = [Edit(Span(start, start), "(await "), changed, Edit(Span(end, end), ")")]
    return (Fix(f"Await `{name}`", tuple(edits), "unsafe", rule),)


# ---------------------------------------------------------------------------- locks

_LOCKS: Final = "concurrency/lock-across-await"
_ENTERS: Final = frozenset(("EnterWriteLock", "EnterReadLock", "EnterUpgradeableReadLock"))


@needs(calls=("Wait", "WaitAsync", "Enter", *_ENTERS))
def lock_across_await(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Locks of threads that are held over ``await``, and gates that an error leaves shut."""
    for call in facts.calls:
        function = call.function
        if function is None or not call.context & Context.ASYNC or call.context & Context.TEST:
            continue
        owner = call.path.rpartition(".")[0]
        if call.name in ("Wait", "WaitAsync"):
            if not re.fullmatch(r"(?:this\.)?\w+", owner) or not _is_gate(owner, call, unit):
                continue
            if call.name == "Wait":
                if any(unit.text(one.span) == "0" for one in call.arguments.positional):
                    continue  # asks, and does not wait
                yield Report(
                    call.span,
                    f"This holds a thread until `{owner}` is free; await `WaitAsync`",
                    _awaited(call, "WaitAsync", _LOCKS, unit),
                    place=call.place,
                )
            elif _is_left_shut(owner, call, function, unit):
                yield Report(
                    call.span,
                    f"When something fails before the release, `{owner}` stays taken for good: "
                    "release it in `finally`",
                    place=call.place,
                )
        elif (call.name == "Enter" and owner.endswith("Monitor")) or (
            call.name in _ENTERS and declared_type(owner, call, unit) == "ReaderWriterLockSlim"
        ):
            rest = unit.text(Span(call.span.end, function.body_span.end))
            held = re.split(r"\bMonitor\.Exit\(|\.Exit\w*Lock\(", rest)[0]
            if re.search(r"\bawait\b", held):
                yield Report(
                    call.span,
                    "After `await` another thread may go on, which does not hold this lock and "
                    "cannot release it",
                    place=call.place,
                )


def _is_gate(owner: str, call: Call, unit: UnitView) -> bool:
    name = owner.removeprefix("this.")
    return declared_type(name, call, unit) == "SemaphoreSlim" or unit.file_has(
        rf"\b{re.escape(name)}\s*=\s*new\s+SemaphoreSlim\b"
    )


def _is_left_shut(owner: str, call: Call, function: Function, unit: UnitView) -> bool:
    """Whether the release stands in the same function, after other work, and in no ``finally``."""
    rest = unit.text(Span(call.span.end, function.body_span.end))
    release = re.search(rf"(?<![\w.]){re.escape(owner)}\.Release\(", rest)
    if release is None or "finally" in rest or "using" in rest[: release.start()]:
        return False
    return re.search(r"[\w>]\s*\(", rest[: release.start()]) is not None


# ---------------------------------------------------------------------------- transactions


@needs(calls=("TransactionScope",))
def scope_left_behind(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``new TransactionScope()`` around ``await``."""
    for call in facts.calls:
        if call.name != "TransactionScope" or not call.is_new or call.function is None:
            continue
        if not call.context & Context.ASYNC or call.arguments.is_open:
            continue
        given = unit.text(call.arguments.span)
        if "AsyncFlowOption" in given or re.search(r"(?i)\w*option\w*\s*$", given):
            continue
        if "await" not in unit.text(Span(call.span.end, call.function.body_span.end)):
            continue
        at = call.arguments.span.end
        option = "TransactionScopeAsyncFlowOption.Enabled"
        edit = Edit(Span(at, at), f", {option}" if given.strip() else option)
        yield Report(
            call.span,
            "The transaction stays with its thread: after `await` it is gone, and its end throws",
            (Fix("Let it follow `await`", (edit,), "safe", "transaction/spring-proxy-bypass"),),
            place=call.place,
        )
