"""Checks on what outlives the request it belongs to, and on what lives as long as the program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import path_of
from backspec.code.facts.model import CallValue, Context, FunctionValue, Name, Sequence, Value
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function

_THREADS: Final = frozenset(
    ("threading.Thread", "threading.Timer", "multiprocessing.Process", "_thread.start_new_thread")
)
_REQUEST: Final = regex(
    r"^(?:self\.)?request$|^flask\.(?:request|g|session|current_app)$|^(?:flask\.)?current_app$"
)
_LATER: Final = frozenset(("setTimeout", "setImmediate", "process.nextTick", "queueMicrotask"))
_ANSWERS: Final = (
    r"\.(?:status\([^)]*\)\s*\.)?(?:send|json|end|sendStatus|render|redirect|sendFile)\("
)


@needs(families=("javascript", "python"))
def request_escapes(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Requests, and what belongs to them, used after the handler is done."""
    if unit.family == "python":
        yield from _python(facts, unit)
    elif unit.family == "javascript":
        yield from _javascript(facts, unit)


def _python(facts: Facts, unit: UnitView) -> Iterator[Report]:
    for call in facts.calls:
        is_thread = call.qualified in _THREADS or (
            call.name == "submit" and re.search(r"(?i)executor|pool", call.path) is not None
        )
        if not is_thread and call.name != "add_task":
            continue
        if not call.context & Context.HANDLER:
            continue
        if is_thread:
            if unit.file_has(r"copy_current_request_context|_get_current_object") or _joined(
                call, unit
            ):
                continue
            for value in _handed(call):
                if _is_request(value, call):
                    yield _report(value, "the thread may run when the request is over", call)
                    break
        elif _is_background(call, unit):
            for value in _handed(call)[1:]:
                session = path_of(value)
                if session and _is_session_of_request(session, call, unit):
                    yield _report(value, "the session may be closed before the task runs", call)
                    break


def _handed(call: Call) -> list[Value]:
    found: list[Value] = []
    for value in (*call.arguments.positional, *call.arguments.keywords.values()):
        found.extend(value.items if isinstance(value, Sequence) else (value,))
    return found


def _is_request(value: Value, call: Call) -> bool:
    if not isinstance(value, Name):
        return False
    if _REQUEST.match(value.qualified or ""):
        return True
    if value.path not in ("request", "self.request"):
        return False
    function = call.function
    return function is not None and any(p.name in ("request", "self") for p in function.parameters)


def _joined(call: Call, unit: UnitView) -> bool:
    """Whether the handler waits for the thread."""
    text = unit.text(call.function.span) if call.function is not None else ""
    waits = r"\.join\((?:timeout|\d|\))|\.result\(|as_completed|concurrent\.futures\.wait"
    return re.search(waits, text) is not None


def _is_background(call: Call, unit: UnitView) -> bool:
    owner = call.path.rpartition(".")[0]
    return "BackgroundTasks" in (call.qualified or "") or (
        unit.imports("fastapi", "starlette") and "task" in owner.lower()
    )


def _is_session_of_request(name: str, call: Call, unit: UnitView) -> bool:
    """Whether a name is a parameter that FastAPI fills with a database session."""
    function: Function | None = call.function
    if function is None or not unit.file_has(r"\bDepends\("):
        return False
    for parameter in function.parameters:
        if parameter.name != name:
            continue
        text = unit.text(parameter.span) + " " + (parameter.type_path or "")
        is_session = re.search(r"(?i)session(?!_?id)|\bdb\b|sessiondep", text) is not None
        value = parameter.default
        is_filled = isinstance(value, CallValue) and value.call.name == "Depends"
        return is_session and (is_filled or "Depends" in text or text.rstrip().endswith("Dep"))
    return False


def _javascript(facts: Facts, unit: UnitView) -> Iterator[Report]:
    for call in facts.calls:
        if call.path not in _LATER or not call.context & Context.HANDLER:
            continue
        given = call.arguments.positional[:1]
        function = call.function
        if function is None or not given or not isinstance(given[0], FunctionValue):
            continue
        later = re.search(rf"\b(res|response|reply|ctx\.res){_ANSWERS}", unit.text(given[0].span))
        if later is None or not _is_answered_before(call, later[1], unit):
            continue
        if "headersSent" in unit.text(given[0].span):
            continue
        start = given[0].span.start + len(unit.text(given[0].span)[: later.start()].encode())
        yield Report(
            Span(start, start + len(later[0][:-1].encode())),
            "The answer was sent before this runs",
            place=call.place,
        )


def _is_answered_before(call: Call, name: str, unit: UnitView) -> bool:
    """Whether a statement before, in the same block, has certainly sent the answer."""
    node = call.node.parent
    for _ in range(4):
        if node is None or node.type == "expression_statement":
            break
        node = node.parent
    sibling = node.prev_named_sibling if node is not None else None
    while sibling is not None:
        if sibling.type == "expression_statement":
            text = unit.adapter.slice(sibling)
            if re.match(rf"(?:await\s+)?{re.escape(name)}{_ANSWERS}", text):
                return True
        sibling = sibling.prev_named_sibling
    return False


def _report(value: Value, why: str, call: Call) -> Report:
    return Report(
        value.span, f"`{path_of(value)}` belongs to this request: {why}", place=call.place
    )


# ---------------------------------------------------------------------------- lifetimes

_SESSION: Final = regex(
    r"^sqlalchemy\.(?:orm\.(?:sessionmaker\(\)|Session)"
    r"|ext\.asyncio\.(?:async_sessionmaker\(\)|AsyncSession))$"
)
_FACTORY: Final = frozenset(
    ("SessionLocal", "AsyncSessionLocal", "session_factory", "SessionFactory")
)
_WEB: Final = ("fastapi", "flask", "starlette", "sanic", "aiohttp", "litestar", "quart")


@needs(families=("python",))
def captive_dependency(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A database session that all requests share, made when the program starts."""
    if unit.family != "python":
        return
    for call in facts.calls:
        if call.function is not None or call.class_def is not None or call.use != "assigned":
            continue
        if call.context & (Context.MAIN | Context.RESOURCE) or not re.fullmatch(
            r"\w+", call.assigned_to
        ):
            continue
        if not (_SESSION.match(call.qualified or "") or call.name in _FACTORY):
            continue
        if "scoped_session" in (call.qualified or "") or not unit.imports(*_WEB):
            continue
        name = re.escape(call.assigned_to)
        if unit.file_has(rf"^[ \t]+.*(?<![\w.]){name}\.\w+"):
            yield Report(
                call.span,
                f"All requests share `{call.assigned_to}` and its transaction; open one for each",
                place=call.place,
            )
