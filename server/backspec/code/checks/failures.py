"""Checks on what clients are told about failures, and on middleware for errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.checks.go_errors import is_success
from backspec.code.checks.values import is_constant, names_around, number, path_of
from backspec.code.facts.model import Const, Context, FunctionValue, Mapping, Value
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.arguments import Found
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Catch, Facts, Function

_RULE: Final = "error/catch-returns-success"
_ERROR_KEYS: Final = frozenset(
    ("error", "errors", "err", "exception", "errormessage", "error_message")
)
_ALWAYS_200: Final = regex(
    r"webhook|callback|ipn|health|status|ping|graphql|rpc|batch|probe|ready|live|sse|stream|socket",
    re.IGNORECASE,
)
_OK_STATUS: Final = range(200, 300)


def catch_returns_success(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Handlers that answer a caught error with a body that says so and a status that does not."""
    for catch in facts.catches:
        if not catch.context & Context.HANDLER or _ALWAYS_200.search(unit.path):
            continue
        if any(_ALWAYS_200.search(name) for name in names_around(catch.function)):
            continue
        if unit.family == "python":
            yield from _python_answers(catch, facts, unit)
        else:
            yield from _javascript_answers(catch, unit)


def _python_answers(catch: Catch, facts: Facts, unit: UnitView) -> Iterator[Report]:
    span = catch.body_span
    for call in unit.calls("http-response"):
        if not _is_inside(call.span, span) or call.function is not catch.function:
            continue
        if call.use != "returned" or _is_in_tuple(call, unit):
            continue
        body = unit.argument(call, "body")
        status = unit.argument(call, "status")
        is_error = says_error(body) or (call.name == "jsonify" and _says_error_in_words(call))
        if is_error and _is_ok(status):
            yield Report(call.span, _message(), _python_fix(call, status, unit), place=call.place)
    if not unit.imports("fastapi", "flask"):
        return
    for statement in facts.statements:
        if statement.kind != "return" or statement.function is not catch.function:
            continue
        if not _is_inside(statement.span, span):
            continue
        value = statement.value
        if isinstance(value, Mapping) and says_error(value):
            end = value.span.end
            repairs: tuple[Fix, ...] = ()
            if unit.imports("flask") and not unit.imports("fastapi"):
                edit = Edit(Span(end, end), ", 500")
                repairs = (Fix("Answer with status 500", (edit,), "unsafe", _RULE),)
            yield Report(value.span, _message(), repairs, place=statement.place)


def _javascript_answers(catch: Catch, unit: UnitView) -> Iterator[Report]:
    span = catch.body_span
    text = unit.text(span)
    for call in unit.calls("response-send"):
        if not _is_inside(call.span, span) or call.function is not catch.function:
            continue
        body = unit.argument(call, "body")
        if not says_error(body) or call.name in ("redirect", "render", "sendStatus"):
            continue
        if unit.family == "go" and not is_success(call, unit):
            continue
        before = text[: call.span.start - span.start]
        chain = unit.text(call.callee_span)
        told = re.findall(r"\.(?:status|code|writeHead)\(\s*(\w+)", chain)
        if told:
            if told[-1] != "200":
                continue
        elif re.search(r"\.(?:status|code|writeHead|sendStatus)\(|statusCode\s*=", before):
            continue
        yield Report(
            call.callee_span, _message(), _response_fix(call, bool(told), unit), place=call.place
        )


def _is_inside(one: Span, other: Span) -> bool:
    return other.start <= one.start and one.end <= other.end


def _is_in_tuple(call: Call, unit: UnitView) -> bool:
    """Whether the response is returned together with a status: ``return jsonify(..), 500``."""
    after = unit.adapter.source[call.span.end : call.span.end + 4].lstrip()
    return after.startswith(b",")


def says_error(body: Found) -> bool:
    """Whether a body is a mapping that speaks of an error, or of no success."""
    if not isinstance(body, Mapping):
        return False
    keys = {key.lower() for key in body.entries}
    if keys & _ERROR_KEYS:
        value = next(body.entries[key] for key in body.entries if key.lower() in _ERROR_KEYS)
        return not (isinstance(value, Const) and not value.value)
    return any(is_constant(body.entries.get(key), False) for key in ("success", "ok"))


def _says_error_in_words(call: Call) -> bool:
    return any(key.lower() in _ERROR_KEYS for key in call.arguments.keywords)


def _is_ok(status: Found) -> bool:
    if status is None:
        return True
    code = number(status)
    return code is not None and int(code) in _OK_STATUS


def _message() -> str:
    return "The client is told of an error with the status of a success"


def _python_fix(call: Call, status: Found, unit: UnitView) -> tuple[Fix, ...]:
    if call.name == "jsonify":
        edits = [Edit(Span(call.span.end, call.span.end), ", 500")]
    elif isinstance(status, Value):
        edits = [Edit(status.span, "500")]
    else:
        model = unit.adapter.model_of(call)
        places = model.arguments.get("status", ()) if model is not None else ()
        name = next((place for place in places if isinstance(place, str)), "status")
        made = fixes.insert_argument(call, unit.adapter.source, f"{name}=500")
        if made is None:
            return ()
        edits = made
    return (Fix("Answer with status 500", tuple(edits), "unsafe", _RULE),)


def _response_fix(call: Call, is_told: bool, unit: UnitView) -> tuple[Fix, ...]:
    if unit.family != "go":
        return _javascript_fix(call, is_told)
    first = call.arguments.positional[:1]
    if not first or unit.text(first[0].span) != "http.StatusOK":
        return ()
    edit = Edit(first[0].span, "http.StatusInternalServerError")
    return (Fix("Answer with status 500", (edit,), "unsafe", _RULE),)


def _javascript_fix(call: Call, is_told: bool) -> tuple[Fix, ...]:
    if is_told or not re.fullmatch(r"[\w$]+\.(?:json|send|jsonp)", call.path):
        return ()
    start = call.callee_span.start
    head = call.path.partition(".")[0]
    word = "code" if (call.qualified or "").startswith("fastify.") else "status"
    edits = (Edit(Span(start, start + len(head.encode())), f"{head}.{word}(500)"),)
    return (Fix("Answer with status 500", edits, "unsafe", _RULE),)


# ---------------------------------------------------------------------------- middleware

_MISUSE: Final = "error/error-middleware-misuse"
_ERROR_NAMES: Final = frozenset(("err", "error", "e", "_err", "_error", "ex", "exception"))
_ARITY: Final = 4


@needs(
    calls=("next",),
    roles=("middleware-use",),
    words=("errorhandler",),
    families=("javascript", "python"),
)
def error_middleware_misuse(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Middleware for errors that is never called, and Koa's that does not wait for the rest."""
    if unit.family == "python":
        yield from _blueprint_handlers(facts)
        return
    for call in unit.calls("middleware-use"):
        for argument in call.arguments.positional:
            if isinstance(argument, FunctionValue):
                yield from _three_parameters(argument.function, call)
    for call in unit.called("next"):
        if call.path == "next" and _is_koa(call.function):
            yield from _not_awaited(call)


def _three_parameters(function: Function, call: Call) -> Iterator[Report]:
    if not (call.qualified or "").startswith("express."):
        return
    parameters = function.parameters
    if len(parameters) != _ARITY - 1 or parameters[0].name not in _ERROR_NAMES:
        return
    last = parameters[-1].span
    yield Report(
        Span(parameters[0].span.start, last.end),
        "Express calls this as ordinary middleware: handlers of errors have four parameters",
        (Fix("Add `next`", (Edit(Span(last.end, last.end), ", next"),), "unsafe", _MISUSE),),
        place=call.place,
    )


def _is_koa(function: Function | None) -> bool:
    """Whether a function is Koa middleware: handed to ``use`` of an application or router."""
    if function is None or function.passed_to is None:
        return False
    qualified = function.passed_to.qualified or ""
    return function.passed_to.name == "use" and (
        qualified == "koa.use" or qualified.startswith(("@koa/router.", "koa-router."))
    )


def _not_awaited(call: Call) -> Iterator[Report]:
    node = call.node.parent
    if call.context & Context.AWAITED or node is None or node.type != "expression_statement":
        return
    function = call.function
    start = call.span.start
    can_wait = function is not None and function.is_async
    yield Report(
        call.span,
        "`next()` is not waited for: errors of what follows get lost, the answer goes out early",
        (Fix("Wait for it", (Edit(Span(start, start), "await "),), "unsafe", _MISUSE),)
        if can_wait
        else (),
        place=call.place,
    )


def _blueprint_handlers(facts: Facts) -> Iterator[Report]:
    """Flask: a blueprint never sees the 404 and 405 of routes that nobody has."""
    for function in facts.functions:
        for decorator in function.decorators:
            if decorator.qualified != "flask.Blueprint.errorhandler" or decorator.call is None:
                continue
            first = decorator.call.arguments.positional[:1]
            if first and (number(first[0]) in (404, 405) or path_of(first[0]).endswith("NotFound")):
                yield Report(
                    decorator.span,
                    "A blueprint does not see unknown addresses; register this on the app",
                    severity=Severity.INFO,
                    place=function.place,
                )
