"""Checks on C#: transactions, tasks that nobody waits for, schemas made at start."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.facts.model import Context
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_BEGIN: Final = frozenset(("BeginTransaction", "BeginTransactionAsync"))
_DAPPER: Final = regex(
    r"(?:Query(?:First|Single|Multiple)?(?:OrDefault)?|Execute(?:Scalar|Reader)?)(?:Async)?"
)


def _body(call: Call, unit: UnitView) -> Span | None:
    function = call.function
    while function is not None and function.outer is not None:
        function = function.outer
    del unit
    return function.span if function is not None else None


@needs(calls=_BEGIN)
def not_rolled_back(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Transactions without ``using`` that are committed and left open when something fails."""
    for call in facts.calls:
        if call.name not in _BEGIN or call.use != "assigned":
            continue
        target, span = call.assigned_to, _body(call, unit)
        if span is None or not re.fullmatch(r"\w+", target):
            continue
        body = unit.text(span)
        line = body[: call.span.start - span.start].rpartition("\n")[2]
        owner = call.path.rpartition(".")[0]
        # A context, or a connection, that is disposed of rolls back what it began.
        if owner.endswith("Database") or re.search(
            rf"\busing\b[^;{{}}]*\b{re.escape(owner)}\b\s*=", body
        ):
            continue
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


@needs(calls=_BEGIN)
def outside_scope(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Dapper's calls between the begin and the commit of a transaction they are not given."""
    if not unit.imports("Dapper"):
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
                _with_transaction(call, target, unit),
                place=call.place,
            )


def _with_transaction(call: Call, target: str, unit: UnitView) -> tuple[Fix, ...]:
    """Dapper's third argument, by its name."""
    if len(call.arguments.positional) > 2 or "transaction" in call.arguments.keywords:
        return ()
    source = unit.adapter.source
    edits = fixes.insert_argument(call, source, f"transaction: {target}")
    title, rule = f"Hand over `{target}`", "transaction/client-outside-scope"
    return (Fix(title, tuple(edits), "unsafe", rule),) if edits else ()


_RETURNS_NOTHING: Final = regex(r"(?:^|\.)(?:ConfigureAwait|Forget|SafeFireAndForget)$")


def missing_await(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``DoAsync();`` as a statement of an async function."""
    for call in facts.calls:
        name = call.name
        if not name.endswith("Async") or call.use != "statement" or call.is_new:
            continue
        if not call.context & Context.ASYNC or call.context & Context.AWAITED:
            continue
        if _RETURNS_NOTHING.search(call.path) or _gives_nothing(call, unit):
            continue
        if is_waited_for(call):
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


def is_waited_for(call: Call) -> bool:
    """Whether an expression around a call is awaited: ``await (a ? XAsync() : YAsync())``."""
    around = call.node.parent
    for _ in range(8):
        if around is None or around.type == "expression_statement":
            return False
        if around.type == "await_expression":
            return True
        around = around.parent
    return False


def _gives_nothing(call: Call, unit: UnitView) -> bool:
    """Whether a method of this file says that it gives no task."""
    return unit.file_has(rf"\bvoid {re.escape(call.name)}\b") or bool(
        re.search(r"\b(?:Assert|Should|Verify)\b", call.path)
    )


# ---------------------------------------------------------------------------- schemas

_MEANT: Final = regex(r"(?i)drop|reset|clean|wipe|destroy|refresh|recreate|init|setup|test|seed")
_SCRIPT: Final = regex(
    r"(?i)(?:^|/)(?:[\w.]*(?:test|seed|sample|demo|tool|bench)[\w.]*)(?:/|$)|seed"
)


@needs(calls=("EnsureDeleted", "EnsureDeletedAsync", "EnsureCreated", "EnsureCreatedAsync"))
def schema_made(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``Database.EnsureDeleted()`` and ``EnsureCreated()`` outside of what is meant to do so."""
    if _SCRIPT.search(unit.path):
        return
    for call in facts.calls:
        name = call.name.removesuffix("Async")
        if name not in ("EnsureDeleted", "EnsureCreated") or call.context & Context.DEV_GUARD:
            continue
        if not call.path.removesuffix(call.name).endswith("Database."):
            continue
        function = call.function
        if function is not None and _MEANT.search(f"{function.name} {_class_name(call)}"):
            continue
        drops = name == "EnsureDeleted"
        yield Report(
            call.callee_span,
            f"`{call.path}` drops the whole database it meets"
            if drops
            else f"`{call.path}` makes the tables beside any migration, which can then not be "
            "applied",
            severity=None if drops else Severity.INFO,
            place=call.place,
        )


def _class_name(call: Call) -> str:
    return call.class_def.name if call.class_def is not None else ""
