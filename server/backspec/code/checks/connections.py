"""Checks on connections and transactions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.checks.names import words
from backspec.code.checks.values import names_around, text_of
from backspec.code.facts.model import CallValue, Context, Value
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function

# ---------------------------------------------------------------------------- per request

_OPENERS: Final = ("db-pool", "db-connect")
_ONCE: Final = frozenset(
    ("create", "factory", "startup", "start", "lifespan", "setup", "init", "initialize",
     "bootstrap",
     "connect", "main", "configure", "register", "health", "healthcheck", "ready", "readiness",
     "liveness", "test", "check", "migrate", "install", "provision")
)  # fmt: skip


@needs(roles=_OPENERS)
def per_request(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Connections and pools that are opened anew for each request, as PHP is meant to."""
    if unit.family == "php":
        return
    made: set[tuple[Function | None, str]] = set()
    for call in unit.calls(*_OPENERS):
        context = call.context
        if not context & Context.HANDLER or context & (Context.DEV_GUARD | Context.MAIN):
            continue
        qualified = call.qualified or ""
        if unit.family == "csharp" and "db-pool" not in unit.roles_of(call):
            continue  # ADO.NET takes an opened connection out of a pool
        if qualified.startswith(("sqlite3.", "aiosqlite.", "better-sqlite3", "sqlite")):
            continue
        around = {word for name in names_around(call.function)[:1] for word in words(name)}
        if around & _ONCE or _is_kept(call, unit):
            continue
        if call.name == "connect" and (call.function, call.path.partition(".")[0]) in made:
            continue  # the client it connects was reported
        made.add((call.function, call.assigned_to))
        yield Report(
            call.callee_span,
            f"`{call.path}` opens a connection for each request; open a pool once and share it",
            place=call.place,
        )


def _is_kept(call: Call, unit: UnitView) -> bool:
    """Whether the result is kept for the next request."""
    target = call.assigned_to
    if target.startswith(
        ("self.", "this.", "app.", "request.app.", "global.", "globalThis.", "g.")
    ):
        return True
    if not target or call.function is None:
        return False
    body = unit.text(call.function.span)
    return re.search(rf"\bglobal\s+.*\b{re.escape(target)}\b", body) is not None or (
        re.search(rf"if\s*\(?\s*!?\s*(?:not\s+)?{re.escape(target)}\b", body) is not None
    )


# ---------------------------------------------------------------------------- transactions

_DATABASE: Final = ("db-read", "db-write", "sql-execute", "db-bulk")


@needs(roles=(*_DATABASE, "db-transaction"))
def outside_scope(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Statements inside a transaction that go past it, over the client it was opened on."""
    if unit.family in ("javascript", "go"):
        for call in unit.calls(*_DATABASE):
            function = call.function
            while function is not None:
                opened = function.passed_to
                if opened is not None and "db-transaction" in unit.roles_of(opened):
                    yield from _past_callback(opened, function, call, unit)
                    break
                function = function.outer
    else:
        yield from _past_connection(facts, unit)


_SAME_HANDLES: Final = ("@prisma/", "gorm.io/gorm.", "knex.", "drizzle-orm")
"""Libraries whose transactions take the calls that their clients take."""


def _past_callback(
    opened: Call, callback: Function, inner: Call, unit: UnitView
) -> Iterator[Report]:
    """A statement in the callback of a transaction that uses the client it was opened on."""
    handle = re.match(r"[\w$]+", callback.parameters[0].name) if callback.parameters else None
    client = opened.path.rpartition(".")[0]
    if handle is None or not client or "(" in client:
        return
    name = handle[0]
    if not (inner.path == client or inner.path.startswith((client + ".", client + "("))):
        return
    if re.search(rf"(?<![\w.$]){re.escape(name)}(?![\w$])", unit.text(inner.span)):
        return  # the handle is passed along
    start = inner.callee_span.start
    here = Span(start, start + len(client.encode()))
    repairs: tuple[Fix, ...] = ()
    qualified = opened.qualified or ""
    edits: tuple[Edit, ...] = ()
    if unit.text(here) == client and qualified.startswith(_SAME_HANDLES):
        edits = (Edit(here, name),)
    elif qualified.startswith("sequelize.") and inner.path == f"{client}.query":
        given, source = f"transaction: {name}", unit.adapter.source
        edits = tuple(
            fixes.insert_option(inner, source, ["1.transaction"], "transaction", given) or ()
        )
    if edits:
        repairs = (Fix(f"Use `{name}`", edits, "unsafe", "transaction/client-outside-scope"),)
    yield Report(
        inner.callee_span,
        f"`{inner.path}` runs outside of the transaction: use `{name}`",
        repairs,
        place=inner.place,
    )


def _past_connection(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Python: ``with engine.begin() as connection:`` and then ``engine.execute``."""
    del facts
    for call in unit.calls("db-transaction"):
        client = call.path.rpartition(".")[0]
        block = call.node.parent
        for _ in range(6):
            if block is None or block.type == "with_statement":
                break
            block = block.parent
        if block is None or block.type != "with_statement" or not client:
            continue
        alias = re.match(
            rf"(?:async\s+)?with\s+[^:]*{re.escape(call.name)}\([^)]*\)\s+as\s+(\w+)",
            unit.adapter.slice(block),
        )
        if alias is None or not client.split(".")[-1].endswith("engine"):
            continue
        for inner in unit.calls(*_DATABASE):
            if not (block.start_byte <= inner.span.start and inner.span.end <= block.end_byte):
                continue
            if (
                inner.path.startswith(client + ".")
                and inner.node.start_byte != call.node.start_byte
            ):
                yield Report(
                    inner.callee_span,
                    f"`{inner.path}` runs outside of the transaction: use `{alias[1]}`",
                    (
                        Fix(
                            f"Use `{alias[1]}`",
                            (
                                Edit(
                                    Span(
                                        inner.callee_span.start,
                                        inner.callee_span.start + len(client.encode()),
                                    ),
                                    alias[1],
                                ),
                            ),
                            "unsafe",
                            "transaction/client-outside-scope",
                        ),
                    ),
                    place=inner.place,
                )


_OUTBOX: Final = regex(r"outbox|on_?commit|after_?commit", re.IGNORECASE)
_HARMLESS: Final = regex(r"cache|metric|log|audit|telemetry|analytics", re.IGNORECASE)


_WAITS: Final = regex(rb"\s*(?:->\w+\([^()]*\)\s*)*->afterCommit\(")
"""Laravel's word, in the chain after a dispatch, that makes it wait for the commit."""


_WAITS_IN_RAILS: Final = frozenset(("perform_later", "deliver_later", "deliver_later!"))


@needs(roles=("job-enqueue", "message-publish"))
def enqueue_before_commit(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Jobs and messages that leave before what they are about is committed."""
    for call in unit.calls("job-enqueue", "message-publish"):
        context = call.context
        is_inside = bool(context & Context.TRANSACTION)
        if unit.family == "csharp" and is_inside and call.function is not None:
            # The scope of a ``using`` ends long after the commit.
            start = call.function.span.start
            before = unit.text(Span(start, call.span.start))
            is_inside = re.search(r"\.(?:Commit(?:Async)?|Complete)\(", before) is None
        is_signal = unit.family == "python" and _is_save_signal(call.function)
        if not (is_inside or is_signal) or _OUTBOX.search(call.path):
            continue
        end = call.span.end
        if unit.family == "php" and _WAITS.match(unit.adapter.source, end, end + 300):
            continue
        topic = unit.argument(call, "topic")
        if isinstance(topic, Value) and _OUTBOX.search(text_of(topic)):
            continue
        where = "inside of the transaction" if is_inside else "before the row is committed"
        yield Report(
            call.callee_span,
            f"`{call.path}` runs {where}: the worker may look for a row that is not there yet",
            _after_commit(call, unit),
            # Since Rails 7.2, Active Job waits for the commit.
            profile="strict" if call.name in _WAITS_IN_RAILS else None,
            place=call.place,
        )


def _is_save_signal(function: Function | None) -> bool:
    """Whether a function answers Django's ``post_save``, which runs before the commit."""
    if function is None:
        return False
    for decorator in function.decorators:
        if decorator.qualified == "django.dispatch.receiver" and decorator.call is not None:
            first = decorator.call.arguments.positional[:1]
            if first and "post_save" in function.place.reader.text(first[0].span):
                return True
    return False


def _laravel_after_commit(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """A job of Laravel can wait; an event gives back nothing to call."""
    first = call.arguments.positional[:1]
    made = first[0].call if first and isinstance(first[0], CallValue) else None
    is_helper = call.path == "dispatch" and made is not None and made.is_new
    job = (made.qualified if is_helper and made is not None else call.qualified) or ""
    if call.name != "dispatch" or ".Jobs." not in job or call.use not in ("statement", "receiver"):
        return ()
    if not is_helper and "::dispatch" not in unit.text(call.callee_span):
        return ()
    edit = Edit(Span(call.span.end, call.span.end), "->afterCommit()")
    return (
        Fix("Send it after the commit", (edit,), "unsafe", "transaction/enqueue-before-commit"),
    )


def _after_commit(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    if unit.family == "php":
        return _laravel_after_commit(call, unit)
    if unit.family != "python" or call.use != "statement" or not unit.imports("django"):
        return ()
    if not unit.file_has(r"^from django\.db import .*\btransaction\b"):
        return ()
    if call.context & Context.LOOP:
        return ()  # a lambda reads the loop's variable when the loop is over
    text = f"transaction.on_commit(lambda: {unit.text(call.span)})"
    edit = Edit(call.span, text)
    return (
        Fix("Send it after the commit", (edit,), "unsafe", "transaction/enqueue-before-commit"),
    )
