"""Checks on what clients learn of errors, and on HTTP errors that get lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import number, path_of
from backspec.code.facts.model import Context, Name, Value
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Catch, Facts, Function, Statement

_ANSWERS: Final = ("http-response", "response-send", "http-exception", "http-exception-response")
_TRACE: Final = r"(?<!\w)traceback\.format_(?:exc|exception|tb|stack)\(|(?<![\w.])format_exc\("
_DEV: Final = regex(r"(?i)NODE_ENV|\bis_?dev|development|\bdebug\b|\bDEBUG\b|isProd|production")
_ERRORS: Final = frozenset(("err", "error", "e", "ex", "exception", "exc"))


@needs(families=("java", "javascript", "python"))
def stack_trace(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Answers that hold the stack trace or the whole of an error."""
    if unit.family == "python":
        yield from _python_traces(facts, unit)
    elif unit.family == "javascript":
        yield from _javascript_traces(facts, unit)
    elif unit.family == "java":
        yield from _java_traces(facts, unit)


_JAVA_TRACE: Final = regex(
    r"(?:ExceptionUtils|Throwables)\.\s*get(?:StackTrace|FullStackTrace|StackTraceAsString)\(|"
    r"\.getStackTrace\(\s*\)"
)


def _java_traces(facts: Facts, unit: UnitView) -> Iterator[Report]:
    for call in facts.calls:
        if call.name == "printStackTrace" and call.arguments.positional:
            if _writes_answer(call, unit):
                yield Report(call.span, _WHOLE_TRACE, place=call.place)
        elif call.name == "body" and "ResponseEntity" in call.path:
            yield from _java_trace_in(call, unit)
    for call in unit.calls("html-response", "response-send", "http-response"):
        yield from _java_trace_in(call, unit)


def _java_trace_in(call: Call, unit: UnitView) -> Iterator[Report]:
    found = _JAVA_TRACE.search(unit.text(call.arguments.span))
    if found is not None and not call.context & Context.DEV_GUARD:
        yield Report(call.arguments.span, _WHOLE_TRACE, place=call.place)


_WHOLE_TRACE: Final = "The client gets the stack trace, with paths, code and values"
_ANSWER: Final = r"\bresp\w*\s*\.\s*get(?:Writer|OutputStream)\("


def _writes_answer(call: Call, unit: UnitView) -> bool:
    """Whether an error is printed to the writer of a servlet's response."""
    text = unit.text(call.arguments.span)
    if re.search(_ANSWER, text):
        return True
    if not text.isidentifier() or call.function is None:
        return False
    body = unit.text(call.function.span)
    return re.search(rf"\b{text}\s*=\s*(?:new\s+\w+\(\s*)?{_ANSWER}", body) is not None


def _python_traces(facts: Facts, unit: UnitView) -> Iterator[Report]:
    seen: set[int] = set()
    for call in unit.calls(*_ANSWERS):
        text = unit.text(call.arguments.span)
        found = _trace_in(text, call.function, unit)
        if found is not None and not call.context & Context.DEV_GUARD:
            seen.add(call.span.start)
            start = call.arguments.span.start + len(text[: found.start()].encode())
            yield Report(
                Span(start, start + len(found[0].rstrip("(").encode())),
                "The client gets the stack trace, with paths, code and values",
                place=call.place,
            )
        elif _tells_error(call, facts, unit):
            yield Report(
                call.span,
                "The client gets the text of whatever went wrong; log it and say less",
                severity=Severity.INFO,
                place=call.place,
            )
    for statement in facts.statements:
        if statement.kind != "return" or statement.value_node is None:
            continue
        if not statement.context & Context.HANDLER or statement.context & Context.DEV_GUARD:
            continue
        span = Span(statement.value_node.start_byte, statement.value_node.end_byte)
        if any(span.start <= one < span.end for one in seen):
            continue
        text = unit.text(span)
        if re.fullmatch(r"(?:str|repr)\(\w+\),\s*500", text) and _is_any_error(statement, facts):
            yield Report(
                span,
                "The client gets the text of whatever went wrong; log it and say less",
                severity=Severity.INFO,
                place=statement.place,
            )
            continue
        found = _trace_in(text, statement.function, unit)
        if found is not None:
            start = span.start + len(text[: found.start()].encode())
            yield Report(
                Span(start, start + len(found[0].rstrip("(").encode())),
                "The client gets the stack trace, with paths, code and values",
                place=statement.place,
            )


def _trace_in(text: str, function: Function | None, unit: UnitView) -> re.Match[str] | None:
    """Where an expression holds a stack trace, by a call or by a name given one."""
    found = re.search(_TRACE, text)
    if found is not None or function is None:
        return found
    body = unit.text(function.span)
    if "traceback" not in body and "format_exc" not in body:
        return None
    for name in re.findall(rf"(?m)^\s*(\w+)\s*=\s*(?:{_TRACE})", body):
        found = re.search(rf"(?<![\w.\"'])\b{re.escape(name)}\b(?!\s*=[^=])", text)
        if found is not None:
            return found
    return None


def _tells_error(call: Call, facts: Facts, unit: UnitView) -> bool:
    """Whether an answer of status 500 holds ``str(e)`` of an error of any kind."""
    status = unit.argument(call, "status")
    code = number(status)
    is_500 = (
        code == 500
        or (isinstance(status, Value) and "500" in unit.text(status.span))
        or (
            re.match(rb"\s*,\s*500\b", unit.adapter.source[call.span.end : call.span.end + 12])
            is not None
        )
    )
    if not is_500:
        return False
    catch = _catch_around(call, facts)
    if catch is None or not catch.name or not _is_broad(catch):
        return False
    text = unit.text(call.arguments.span)
    name = re.escape(catch.name)
    return (
        re.search(rf"\b(?:str|repr)\(\s*{name}\s*\)|\{{\s*{name}\s*(?:![rs])?\}}", text) is not None
    )


def _is_any_error(statement: Statement, facts: Facts) -> bool:
    """Whether an answer is about an error of any kind."""
    catch = _catch_around(statement, facts)
    return catch is not None and _is_broad(catch)


def _catch_around(call: Call | Statement, facts: Facts) -> Catch | None:
    found = None
    for catch in facts.catches:
        body = catch.body_span
        if body.start <= call.span.start and call.span.end <= body.end:
            found = catch
    return found


def _is_broad(catch: Catch) -> bool:
    types = catch.type_paths
    return not types or any(
        one.rpartition(".")[2] in ("Exception", "BaseException") for one in types
    )


def _javascript_traces(facts: Facts, unit: UnitView) -> Iterator[Report]:
    for call in unit.calls("response-send"):
        if call.context & Context.DEV_GUARD or call.name in ("redirect", "render", "sendStatus"):
            continue
        given = call.arguments.positional
        if not given:
            continue
        text = unit.text(call.arguments.span)
        stack = re.search(r"(?<![\w$.])(?:err|error|e|ex|exception|exc)\.stack\b", text)
        if stack is not None and not _DEV.search(text):
            start = call.arguments.span.start + len(text[: stack.start()].encode())
            yield Report(
                Span(start, start + len(stack[0].encode())),
                "The client gets the stack trace, with paths and versions",
                place=call.place,
            )
        elif isinstance(given[0], Name) and _is_error(given[0], call, facts, unit):
            around = call.parent
            if around is not None and around.type == "ternary_expression":
                continue  # ``next ? next(error) : res.json(error)``
            yield Report(
                given[0].span,
                f"The client gets all that `{path_of(given[0])}` holds; log it and say less",
                severity=Severity.WARNING,
                place=call.place,
            )


def _is_error(value: Name, call: Call, facts: Facts, unit: UnitView) -> bool:
    """Whether a name is that of a caught error, or of a callback's error parameter."""
    name = value.path
    if not re.fullmatch(r"[\w$]+", name):
        return False
    catch = _catch_around(call, facts)
    if catch is not None and catch.name == name:
        return not re.search(
            rf"(?<![\w$.]){re.escape(name)}\s*=[^=]|instanceof", unit.text(catch.body_span)
        )
    function = call.function
    return (
        function is not None
        and name in _ERRORS
        and bool(function.parameters)
        and function.parameters[0].name == name
    )


# ---------------------------------------------------------------------------- lost

_RAISES: Final = regex(
    r"\braise\s+(?:[\w.]*HTTPException|Http404|NotFound|PermissionDenied|[\w.]*\.(?:NotFound|BadRequest|"
    r"Forbidden))\b|(?<![\w.])(?:flask\.)?abort\(|\bget_object_or_404\(|\.(?:get|first|one)_or_404\("
)
_LETS_THROUGH: Final = regex(r"HTTPException|Http404|APIException|NotFound|PermissionDenied")
_JS_THROWS: Final = regex(
    r"\bthrow\s+new\s+(?:BadRequest|NotFound|Forbidden|Unauthorized|Conflict|UnprocessableEntity|Http)"
    r"(?:Exception|Error)?\w*\("
)
_JS_500: Final = regex(
    r"\bthrow\s+new\s+InternalServerErrorException\(|throw\s+new\s+HttpException\([^;]*(?:500|INTERNAL_SERVER)"
)


def swallowed_http(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Errors meant for the client that a handler for all errors turns into another answer."""
    for catch in facts.catches:
        if unit.family == "python":
            yield from _python_swallows(catch, facts, unit)
        elif unit.family == "javascript" and unit.imports("@nestjs/common"):
            body = unit.text(catch.body_span)
            if not _JS_500.search(body) or re.search(r"instanceof|getStatus|\.status\b", body):
                continue
            if _JS_THROWS.search(unit.text(catch.try_span)):
                yield Report(
                    catch.head_span,
                    "The exceptions thrown above for the client end here as an error of the server",
                    place=catch.place,
                )


def _python_swallows(catch: Catch, facts: Facts, unit: UnitView) -> Iterator[Report]:
    if not _is_broad(catch) or not unit.imports(
        "fastapi", "starlette", "flask", "django", "rest_framework", "werkzeug"
    ):
        return
    guarded = unit.text(catch.try_span)
    raised = _RAISES.search(guarded)
    if raised is None or "except" in guarded[: raised.start()]:
        return
    for other in facts.catches:
        is_before = other.try_span == catch.try_span and other.span.start < catch.span.start
        if is_before and _LETS_THROUGH.search(" ".join(other.type_paths)):
            return
    body = unit.text(catch.body_span)
    if re.search(
        r"\braise\s*(?:$|\n|#|\w+\s*$)|isinstance\(|status_code\s*=\s*\w+\.|\.code\b", body
    ):
        return
    if not re.search(r"\b(?:500|HTTP_500\w*)\b", body):
        return
    yield Report(
        catch.head_span,
        "The HTTP errors raised above end here as an error of the server; let them through first",
        _let_through(catch, raised[0], unit),
        place=catch.place,
    )


def _let_through(catch: Catch, raised: str, unit: UnitView) -> tuple[Fix, ...]:
    if not raised.endswith("HTTPException") or "." in raised:
        return ()
    source = unit.adapter.source
    start = catch.span.start
    line = source.rfind(b"\n", 0, start) + 1
    indent = source[line:start].decode("utf-8", "replace")
    if indent.strip():
        return ()
    text = f"except HTTPException:\n{indent}    raise\n{indent}"
    edit = Edit(Span(start, start), text)
    rule = "error/http-exception-swallowed"
    return (Fix("Let HTTP errors through", (edit,), "unsafe", rule),)
