"""Checks on consumers of messages, and on loaders shared between requests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.acknowledged import after_work
from backspec.code.checks.names import speaks_of
from backspec.code.checks.values import is_constant, names_around
from backspec.code.facts.model import Context, Value
from backspec.model import Fix, Severity
from backspec.text import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts
    from backspec.code.syntax import Node

_RULE: Final = "queue/ack-before-work"
_MAY_BE_LOST: Final = frozenset(
    ("metric", "metrics", "telemetry", "invalidate", "invalidation", "log", "logs", "logger",
     "debug", "presence", "typing", "heartbeat", "rpc", "reply", "replies", "response",
     "broadcast", "notify", "notification", "notifications", "events", "fanout", "monitor")
)  # fmt: skip
"""Words of consumers for which a lost message does not matter."""


@needs(roles=("message-consume", "message-ack"))
def ack_before_work(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Messages that count as done before anything was done with them."""
    del facts
    for call in unit.calls("message-consume"):
        auto = unit.argument(call, "auto_ack")
        if not is_constant(auto, True) or "kafkajs" in (call.qualified or ""):
            continue
        around = [unit.text(call.arguments.span)[:200], *names_around(call.function)]
        if any(speaks_of(text, _MAY_BE_LOST) for text in around):
            continue
        assert isinstance(auto, Value)
        off = "False" if unit.family == "python" else "false"
        yield Report(
            auto.span,
            "Every message counts as done on receipt; one that fails is lost",
            (Fix("Acknowledge by hand", (Edit(auto.span, off),), "unsafe", _RULE),),
            place=call.place,
        )
    for call in unit.calls("message-ack"):
        if _is_first_of_work(call, unit):
            statement = call.node.parent
            if statement is not None and statement.type in ("await", "await_expression"):
                statement = statement.parent
            yield Report(
                call.span,
                f"`{call.path}` comes before the work: a message that fails is lost",
                after_work(statement, unit) if statement is not None else (),
                place=call.place,
            )


def _is_first_of_work(call: Call, unit: UnitView) -> bool:
    """Whether an acknowledgement is the first statement of a consumer that goes on to work."""
    function = call.function
    statement = call.node.parent
    if statement is not None and statement.type in ("await", "await_expression"):
        statement = statement.parent
    if function is None or statement is None or statement.type != "expression_statement":
        return False
    block = statement.parent
    if block is None or block.start_byte < function.body_span.start:
        return False
    if _extent(block) != (function.body_span.start, function.body_span.end):
        return False
    statements = unit.adapter.statements(block)
    if not statements or statements[0] != statement or len(statements) < 2:
        return False
    rest = unit.adapter.source[statement.end_byte : block.end_byte].decode("utf-8", "replace")
    if any(speaks_of(name, _MAY_BE_LOST) for name in names_around(function)):
        return False
    return (
        re.search(
            r"\bawait\b|\w\(", re.sub(r"\b(?:log(?:ger|ging)?|console|print)[\w.]*\(", "", rest)
        )
        is not None
    )


def _extent(node: Node) -> tuple[int, int]:
    """Start and end of a node."""
    return node.start_byte, node.end_byte


# ---------------------------------------------------------------------------- loaders


@needs(roles=("data-loader",))
def shared_loader(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Data loaders that outlive a request and hand one user's rows to the next."""
    for call in unit.calls("data-loader"):
        if not call.context & Context.MODULE or call.function is not None:
            continue
        keeps_nothing = is_constant(unit.argument(call, "cache"), False)
        yield Report(
            call.callee_span,
            "This loader lives as long as the process: it remembers rows across requests and users",
            severity=Severity.INFO if keeps_nothing else None,
            place=call.place,
        )
