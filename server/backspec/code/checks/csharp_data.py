"""Checks on C#: transactions, tasks that nobody waits for, schemas made at start."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.facts.model import Context
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_BEGIN: Final = frozenset(("BeginTransaction", "BeginTransactionAsync"))
_DAPPER: Final = re.compile(
    r"(?:Query(?:First|Single|Multiple)?(?:OrDefault)?|Execute(?:Scalar|Reader)?)(?:Async)?"
)


def _body(call: Call, unit: UnitView) -> Span | None:
    function = call.function
    while function is not None and function.outer is not None:
        function = function.outer
    del unit
    return function.span if function is not None else None


def not_rolled_back(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Transactions without ``using`` that are committed and left open when something fails."""
    if unit.family != "csharp":
        return
    for call in facts.calls:
        if call.name not in _BEGIN or call.use != "assigned":
            continue
        target, span = call.assigned_to, _body(call, unit)
        if span is None or not re.fullmatch(r"\w+", target):
            continue
        body = unit.text(span)
        line = body[: call.span.start - span.start].rpartition("\n")[2]
        if re.search(r"\busing\b", line) or not re.search(rf"\b{target}\??\.Commit", body):
            continue
        if re.search(rf"\b{target}!?\??\.(?:Rollback|Dispose)|using\s*\(\s*{target}\b", body):
            continue
        yield Report(
            call.span,
            f"When something fails before the commit, `{target}` stays open with its locks: "
            "declare it with `using`",
            place=call.place,
        )


def outside_scope(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Dapper's calls between the begin and the commit of a transaction they are not given."""
    if unit.family != "csharp" or not unit.imports("Dapper"):
        return
    for begin in facts.calls:
        if begin.name not in _BEGIN or begin.use != "assigned":
            continue
        target, owner = begin.assigned_to, begin.path.rpartition(".")[0]
        span = _body(begin, unit)
        if span is None or not re.fullmatch(r"\w+", target) or not re.fullmatch(r"\w+", owner):
            continue
        after = unit.text(Span(begin.span.end, span.end))
        commit = re.search(rf"\b{target}\??\.Commit", after)
        end = begin.span.end + len(after[: commit.start()].encode()) if commit else span.end
        for call in facts.calls_in(Span(begin.span.end, end)):
            if call.path.rpartition(".")[0] != owner or not _DAPPER.fullmatch(call.name):
                continue
            given = unit.text(call.arguments.span)
            if re.search(rf"\b{target}\b", given) or call.arguments.is_open:
                continue
            if re.search(r"\b(?:command|CommandDefinition|definition)\b", given):
                continue
            yield Report(
                call.callee_span,
                f"`{call.path}` is not given `{target}`, so it runs outside of the transaction",
                place=call.place,
            )


_RETURNS_NOTHING: Final = re.compile(r"(?:^|\.)(?:ConfigureAwait|Forget|SafeFireAndForget)$")


def missing_await(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``DoAsync();`` as a statement of an async function."""
    if unit.family != "csharp":
        return
    for call in facts.calls:
        name = call.name
        if not name.endswith("Async") or call.use != "statement" or call.is_new:
            continue
        if not call.context & Context.ASYNC or call.context & Context.AWAITED:
            continue
        if _RETURNS_NOTHING.search(call.path) or _gives_nothing(call, unit):
            continue
        start = call.span.start
        yield Report(
            call.span,
            f"Nobody waits for `{name}`: what follows runs before it is done, and its errors "
            "get lost",
            (Fix("Wait for it", (Edit(Span(start, start), "await "),), "unsafe", _AWAIT),),
            place=call.place,
        )


_AWAIT: Final = "async/missing-await"


def _gives_nothing(call: Call, unit: UnitView) -> bool:
    """Whether a method of this file says that it gives no task."""
    return unit.file_has(rf"\bvoid {re.escape(call.name)}\b") or bool(
        re.search(r"\b(?:Assert|Should|Verify)\b", call.path)
    )
