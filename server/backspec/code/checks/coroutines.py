"""Checks on async functions in places that do not wait for them, and on waiting without await."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.checks.values import path_of
from backspec.code.facts.model import Context, FunctionValue
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function

_RULE: Final = "async/async-void"
_TRUTHY: Final = frozenset(("filter", "some", "every", "find", "findIndex", "findLast"))
_PER_ITEM: Final = frozenset(("forEach", "sort")) | _TRUTHY
_PYTHON_TAKERS: Final = frozenset(
    ("threading.Thread", "threading.Timer", "map", "filter", "sorted", "atexit.register")
)
_PYTHON_KEYWORDS: Final = ("target", "function", "key")


def async_void(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Async functions given to something that calls them and never waits."""
    if unit.family == "python":
        yield from _python_takers(facts, unit)
        return
    for call in facts.calls:
        if call.name not in _PER_ITEM or call.context & Context.AWAITED:
            continue
        given = call.arguments.positional[:1]
        if not given or not isinstance(given[0], FunctionValue) or not given[0].function.is_async:
            continue
        if call.path.startswith(("_.", "async.", "R.")) or (call.qualified or "").startswith(
            "async."
        ):
            continue
        function = given[0].function
        body = unit.text(function.body_span)
        if not re.search(r"\bawait\b", body):
            continue
        if call.name == "forEach" and _handles_errors(function):
            continue
        if call.name in _TRUTHY:
            message = f"`{call.name}` gets a promise for each item, which is always true"
        elif call.name == "sort":
            message = "`sort` gets a promise for each comparison and cannot order by it"
        else:
            message = "`forEach` does not wait: the code goes on at once, and errors are lost"
        yield Report(
            call.callee_span,
            message,
            _as_loop(call, function, unit) if call.name == "forEach" else (),
            place=call.place,
        )


def _handles_errors(function: Function) -> bool:
    """Whether all that a function waits for stands in a ``try`` that handles its errors."""
    body = function.node.child_by_field_name("body")
    statements = body.named_children if body is not None else []
    kinds = [one.type for one in statements if one.type != "comment"]
    tries = [one for one in statements if one.type == "try_statement"]
    return (
        bool(tries)
        and all(kind in _BEFORE_TRY for kind in kinds if kind != "try_statement")
        and all(one.child_by_field_name("handler") is not None for one in tries)
    )


_BEFORE_TRY: Final = frozenset(("lexical_declaration", "variable_declaration", "if_statement"))


def _as_loop(call: Call, function: Function, unit: UnitView) -> tuple[Fix, ...]:
    """``for (const x of xs) { .. }`` where the callback is simple and the place may wait."""
    around = call.function
    if call.use != "statement" or around is None or not around.is_async:
        return ()
    body = unit.text(function.body_span)
    if len(function.parameters) != 1 or not body.startswith("{") or re.search(r"\breturn\b", body):
        return ()
    receiver = unit.text(Span(call.callee_span.start, call.callee_span.end))
    receiver = receiver[: receiver.rfind(".")].rstrip().removesuffix("?")
    parameter = function.parameters[0]
    name = unit.text(parameter.span)
    end = call.span.end
    source = unit.adapter.source
    if source[end : end + 1] == b";":
        end += 1
    edits = (
        Edit(Span(call.span.start, function.body_span.start), f"for (const {name} of {receiver}) "),
        Edit(Span(function.body_span.end, end), ""),
    )
    return (Fix("Wait in a loop", edits, "unsafe", _RULE),)


_MAKES_TASK: Final = regex(
    r"asyncio\.(?:(?:(?:get_event_loop|get_running_loop|new_event_loop)\(\)|AbstractEventLoop)"
    r"\.create_task|create_task|ensure_future)$"
)


@needs(calls=("create_task", "ensure_future"))
def task_not_kept(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``asyncio.create_task(work())`` as a statement."""
    for call in unit.called("create_task", "ensure_future"):
        if call.use != "statement" or call.context & Context.AWAITED:
            continue
        if _MAKES_TASK.match(call.qualified or ""):
            yield Report(
                call.span,
                "Nobody keeps this task: it may be collected before it ends, and its errors get "
                "lost",
                _kept(call, unit),
                place=call.place,
            )


def _kept(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """A set of the module that holds the task until it is done."""
    source = unit.adapter.source
    around = call.function
    if around is None or unit.file_has(r"\bbackground_tasks\b"):
        return ()
    if re.search(r"\btask\b", unit.text(around.span)):
        return ()
    lines = "background_tasks.add(task)"
    margin = source[source.rfind(b"\n", 0, call.span.start) + 1 : call.span.start].decode()
    lines += f"\n{margin}task.add_done_callback(background_tasks.discard)"
    kept = fixes.insert_line(call.span, source, lines)
    place = _behind_imports(unit)
    if kept is None or place is None or margin.strip():
        return ()
    start = call.span.start
    edits = (
        Edit(Span(place, place), "\nbackground_tasks = set()\n"),
        Edit(Span(start, start), "task = "),
        *kept,
    )
    return (Fix("Keep the task until it is done", edits, "unsafe", "async/task-not-kept"),)


def _behind_imports(unit: UnitView) -> int | None:
    """Behind the last import at the top of the module."""
    found = [one.end() for one in _IMPORT.finditer(unit.adapter.source)]
    return found[-1] if found else None


_IMPORT: Final = regex(
    rb"^(?:import [^\n]*|from [\w.]+ import (?:\([^)]*\)|[^\n(\\]*))\n", re.MULTILINE
)


def _python_takers(facts: Facts, unit: UnitView) -> Iterator[Report]:
    for call in facts.calls:
        if call.qualified not in _PYTHON_TAKERS:
            continue
        arguments = call.arguments
        given = [arguments.keywords.get(key) for key in _PYTHON_KEYWORDS]
        if call.qualified != "sorted":
            given += arguments.positional[: 2 if call.name in ("Thread", "Timer") else 1]
        for value in given:
            path = path_of(value)
            name = path.rpartition(".")[2]
            if (
                not name
                or path.count(".") > 1
                or (path.count(".") == 1 and not path.startswith("self."))
            ):
                continue
            if unit.file_has(rf"^[ \t]*async def {re.escape(name)}\b") and not unit.file_has(
                rf"^[ \t]*def {re.escape(name)}\b"
            ):
                assert value is not None
                yield Report(
                    value.span,
                    f"`{path}` is async: `{call.written}` gets a coroutine that never runs",
                    severity=Severity.WARNING,
                    place=call.place,
                )


# ---------------------------------------------------------------------------- waiting


@needs(families=("python",), roles=("sync-wait",))
def sync_over_async(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Running an event loop, or leaving it, from inside of one."""
    if unit.family != "python":
        return
    for call in unit.calls("sync-wait"):
        context = call.context
        if not context & Context.ASYNC or context & (Context.OFFLOADED | Context.AWAITED):
            continue
        if unit.file_has(r"\bnest_asyncio\b"):
            continue
        yield Report(
            call.callee_span,
            f"`{call.written}` cannot run here: an event loop is already running",
            _await_instead(call, unit),
            place=call.place,
        )


def _await_instead(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    given = call.arguments.positional
    if call.name not in ("run", "run_until_complete") or len(given) != 1 or call.arguments.keywords:
        return ()
    text = f"await {unit.text(given[0].span)}"
    if call.use == "receiver":
        text = f"({text})"
    return (Fix("Await it", (Edit(call.span, text),), "unsafe", "async/sync-over-async"),)
