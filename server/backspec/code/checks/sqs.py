"""Checks on how SQS queues are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.checks.values import is_constant
from backspec.code.facts.model import Context, Mapping
from backspec.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Value

_RULE: Final = "queue/sqs-misuse"
_WAIT: Final = "WaitTimeSeconds"


_ASKING: Final = ("receive_message", "receiveMessage", "ReceiveMessageCommand")


@needs(calls=_ASKING)
def short_polling(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Messages asked for in a loop, without a waiting time."""
    del facts
    for call in unit.called(*_ASKING):
        if not call.flags & Context.LOOP or not _asks(call):
            continue
        given = _settings(call)
        if given is None:
            continue
        wait = given.get(_WAIT)
        if wait is not None and not is_constant(wait, 0):
            continue
        yield Report(
            wait.span if wait is not None else call.callee_span,
            "This loop asks the queue again and again: let the server wait for a message",
            _repair(call, unit) if wait is None else (),
            place=call.place,
        )


def _asks(call: Call) -> bool:
    if call.name == "receive_message":
        return "QueueUrl" in call.arguments.keywords or bool(call.arguments.spreads)
    if call.name == "ReceiveMessageCommand":
        return call.is_new
    return call.name == "receiveMessage" and bool(call.arguments.positional)


def _settings(call: Call) -> dict[str, Value] | None:
    """The settings by name; None when some may be hidden."""
    arguments = call.arguments
    if arguments.spreads:
        return None
    if call.name == "receive_message":
        return dict(arguments.keywords)
    first = arguments.positional[:1]
    if not first or not isinstance(first[0], Mapping) or first[0].spreads or first[0].others:
        return None
    if "QueueUrl" not in first[0].entries:
        return None
    return dict(first[0].entries)


def _repair(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    if call.name != "receive_message":
        return ()
    edits = fixes.insert_argument(call, unit.adapter.source, f"{_WAIT}=20")
    return (Fix("Wait up to 20 seconds", tuple(edits), "safe", _RULE),) if edits else ()
