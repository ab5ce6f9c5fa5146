"""Checks on Go: secrets in the code, transactions, messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.acknowledged import after_work
from backspec.code.checks.environment import read_from_environment
from backspec.code.checks.names import is_secret_name, speaks_of
from backspec.code.checks.values import names_around, string, text_of
from backspec.code.facts.model import CallValue, Const, FunctionValue, Sequence
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Assign, Call, Facts, Function

# ---------------------------------------------------------------------------- secrets


@needs(roles=("jwt-decode",))
def signing_key(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Literal keys that the function handed to ``jwt.Parse`` gives back."""
    for call in unit.calls("jwt-decode"):
        key = unit.argument(call, "key")
        if not isinstance(key, FunctionValue):
            continue
        for statement in facts.statements:
            if statement.kind != "return" or statement.function is not key.function:
                continue
            value = statement.value
            first = value.items[0] if isinstance(value, Sequence) and value.items else value
            if text_of(first):
                assert first is not None
                yield Report(
                    first.span,
                    f"The signing key of `{call.written}` stands in the code",
                    read_from_environment(
                        first.span, "JWT_SECRET", unit, "secrets/hardcoded-signing-key"
                    ),
                    place=statement.place,
                )


_READS_ENV: Final = regex(
    r"(?:.*\.)?(?:get|lookup|read|must)?_?env(?:ironment)?_?(?:or|with|string|str|default|fallback|var)?"
    r"(?:or|_?default|fallback)?(?:string)?",
    re.IGNORECASE,
)
_FOR_DEVELOPMENT: Final = regex(r"(?i)(?:^|[/_.-])(?:dev|local|test|examples)(?=[/_.-])")


def weak_fallback(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``getEnv("JWT_SECRET", "text")``, and the same written out."""
    if _FOR_DEVELOPMENT.search(unit.path):
        return
    for call in facts.calls:
        if "env" not in call.path.lower() or not _READS_ENV.fullmatch(call.path):
            continue
        given = call.arguments.positional
        if len(given) != 2:
            continue
        name, fallback = string(given[0]), string(given[1])
        if name and fallback and is_secret_name(name):
            yield _weak(given[1].span, name, call.place)
    if not unit.mentions("Getenv", "LookupEnv"):
        return
    read: dict[tuple[object, str], str] = {}
    for assign in facts.assigns:
        value = assign.value
        if isinstance(value, CallValue) and value.call.qualified in ("os.Getenv", "os.LookupEnv"):
            given = value.call.arguments.positional
            name = text_of(given[0]) if given else ""
            if is_secret_name(name) and assign.position <= 0:
                read[assign.function, assign.target] = name
        elif isinstance(value, Const) and isinstance(value.value, str) and value.value:
            name = read.get((assign.function, assign.target), "")
            if name and _is_when_missing(assign, unit):
                edit = Edit(assign.span, f'panic("{name} is not set")')
                fix = Fix("Stop when it is missing", (edit,), "unsafe", _FALLBACK)
                yield _weak(assign.span, name, assign.place, (fix,))


_FALLBACK: Final = "secrets/weak-default-fallback"


def _weak(span: Span, name: str, place: object, repairs: tuple[Fix, ...] = ()) -> Report:
    return Report(
        span,
        f"Without `{name}` the program runs with a secret that stands in the source code",
        repairs,
        place=place,  # type: ignore[arg-type] # a Place
    )


def _is_when_missing(assign: Assign, unit: UnitView) -> bool:
    node = assign.node.parent
    for _ in range(4):
        if node is None or node.type == "if_statement":
            break
        node = node.parent
    condition = node.child_by_field_name("condition") if node is not None else None
    if condition is None:
        return False
    written = unit.adapter.slice(condition)
    return re.search(rf"\b{re.escape(assign.target)}\s*==\s*\"\"|^!\s*ok\b", written) is not None


# ---------------------------------------------------------------------------- transactions, queues

_BEGIN: Final = frozenset(("Begin", "BeginTx", "Beginx", "BeginTxx", "MustBegin"))
_DATABASE: Final = ("db-read", "db-write", "sql-execute", "db-bulk")


def past_transaction(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Statements between ``tx := db.Begin()`` and ``tx.Commit()`` that go over ``db``."""
    for client, handle, start, end, function in _open_transactions(unit):
        for inner in unit.calls(*_DATABASE):
            if inner.function is not function or not start < inner.span.start < end:
                continue
            if not inner.path.startswith(client + ".") or inner.path.startswith(handle + "."):
                continue
            if re.search(rf"\b{re.escape(handle)}\b", unit.text(inner.arguments.span)):
                continue
            here = inner.callee_span.start
            edit = Edit(Span(here, here + len(client.encode())), handle)
            rule = "transaction/client-outside-scope"
            yield Report(
                inner.callee_span,
                f"`{inner.path}` runs outside of the transaction: use `{handle}`",
                (Fix(f"Use `{handle}`", (edit,), "unsafe", rule),),
                place=inner.place,
            )


def _open_transactions(
    unit: UnitView,
) -> Iterator[tuple[str, str, int, int, Function | None]]:
    """(client, handle, start, end, function) of transactions that one function opens and ends."""
    for call in unit.calls("db-transaction"):
        client, handle = call.path.rpartition(".")[0], call.assigned_to
        if call.name not in _BEGIN or not client or not handle or "(" in client:
            continue
        if handle == client or call.function is None:
            continue
        ends = [
            one.span.start
            for one in unit.calls("db-commit")
            if one.function is call.function and one.path == f"{handle}.Commit"
        ]
        if ends:
            yield client, handle, call.span.end, max(ends), call.function


def published_before_commit(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Messages that leave between ``Begin`` and ``Commit``."""
    for _client, handle, start, end, function in _open_transactions(unit):
        for call in unit.calls("job-enqueue", "message-publish"):
            if call.function is not function or not start < call.span.start < end:
                continue
            if re.search(rf"\b{re.escape(handle)}\b|(?i:outbox)", unit.text(call.span)):
                continue
            yield Report(
                call.callee_span,
                f"`{call.path}` runs inside of the transaction: the worker may look for a row "
                "that is not there yet",
                place=call.place,
            )


_MAY_BE_LOST: Final = frozenset(
    ("metric", "metrics", "telemetry", "invalidate", "invalidation", "log", "logs", "heartbeat",
     "reply", "broadcast", "notify", "notification", "notifications", "presence", "monitor")
)  # fmt: skip


@needs(calls=("Ack", "CommitMessages"))
def ack_first(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``d.Ack(false)`` as the first statement of a loop over deliveries that goes on to work."""
    if not unit.imports(
        "github.com/rabbitmq/amqp091-go",
        "github.com/streadway/amqp",
        "github.com/segmentio/kafka-go",
    ):
        return
    for call in facts.calls:
        if call.name not in ("Ack", "CommitMessages") or call.use != "statement":
            continue
        statement = call.node.parent
        block = statement.parent if statement is not None else None
        if statement is None or block is None or block.type != "statement_list":
            continue
        if any(speaks_of(name, _MAY_BE_LOST) for name in names_around(call.function)):
            continue
        if not _is_body_of_consumer(call, block.parent.parent if block.parent else None):
            continue
        kept = [n for n in block.named_children if n.type != "comment"]
        rest = unit.text(Span(statement.end_byte, block.end_byte))
        works = re.search(r"\w\(", re.sub(r"\b(?:log|slog|fmt|logger)\.\w+\(", "", rest))
        if kept and kept[0] == statement and works is not None:
            yield Report(
                call.span,
                f"`{call.path}` comes before the work: a message that fails is lost",
                after_work(statement, unit),
                place=call.place,
            )


def _is_body_of_consumer(call: Call, around: object) -> bool:
    kind = getattr(around, "type", "")
    if kind == "for_statement":
        return True
    return kind in ("function_declaration", "method_declaration", "func_literal") and (
        call.function is not None and len(call.function.parameters) > 0
    )
