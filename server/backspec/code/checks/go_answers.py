"""Checks on Go's handlers: answers without a body, names of path parameters, origins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import number, path_of, string, text_of
from backspec.code.facts.model import Const, Context, FunctionValue, Mapping, Name, Value
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.arguments import Found
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts, Function

# ---------------------------------------------------------------------------- empty answers

_WRITES: Final = r"\b%s\.Write\(|Fprint\w*\(%s\b|NewEncoder\(%s\)\.Encode\("


@needs(words=("StatusNoContent", "StatusNotModified", "204", "304"))
def no_content(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``c.JSON(http.StatusNoContent, gin.H{..})``, ``WriteHeader(204)`` with ``Write`` after it."""
    message = "An answer with this status has no body, so the client never gets this one"
    for call in unit.calls("response-send"):
        body = unit.argument(call, "body")
        if call.name == "Error" or not _is_empty(unit.argument(call, "status")):
            continue
        if isinstance(body, Value) and _is_something(body):
            yield Report(body.span, message, place=call.place)
    for call in facts.calls:
        if call.name != "WriteHeader" or len(call.arguments.positional) != 1:
            continue
        writer = call.path.rpartition(".")[0]
        statement = call.node.parent
        if not _is_empty(call.arguments.positional[0]) or statement is None:
            continue
        after = statement.next_named_sibling
        name = re.escape(writer)
        for _ in range(3):
            if after is None or after.type in ("return_statement", "if_statement"):
                break
            if re.search(_WRITES % (name, name, name), unit.adapter.slice(after)):
                yield Report(Span(after.start_byte, after.end_byte), message, place=call.place)
                break
            after = after.next_named_sibling


def _is_empty(status: Found) -> bool:
    last = path_of(status).rpartition(".")[2]
    return number(status) in (204, 304) or last in ("StatusNoContent", "StatusNotModified")


def _is_something(body: Value) -> bool:
    if isinstance(body, Const):
        return bool(text_of(body)) or isinstance(body.value, (int, float))
    return isinstance(body, Mapping) and bool(body.entries)


# ---------------------------------------------------------------------------- path parameters

_DECLARED: Final = regex(r"[:*](\w+)|\{\*?(\w+)(?:\.\.\.|:[^}]*)?\}")
_ASKS: Final = frozenset(("Param", "Params", "PathValue", "URLParam"))


@needs(calls=_ASKS)
def path_parameters(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``c.Param("userID")`` in a handler of ``/users/:user_id``."""
    routes: dict[int, tuple[Function, list[str]]] = {}
    for call in unit.calls("route-handler"):
        given = call.arguments.positional
        path = string(given[0]) if len(given) > 1 else None
        if path is None:
            continue
        for value in given[1:]:
            function = _function_of(value, facts)
            if function is not None:
                routes.setdefault(function.span.start, (function, []))[1].append(path)
    for function, paths in routes.values():
        declared = {one or two for path in paths for one, two in _DECLARED.findall(path)}
        if len(paths) != 1 or not declared:
            continue
        for asked in facts.calls:
            given = asked.arguments.positional if asked.name in _ASKS else ()
            if asked.function is not function or not given:
                continue
            name = string(given[-1])
            alike = next((one for one in declared if _is_alike(one, name or "")), None)
            if name and name not in declared and alike is not None:
                yield Report(
                    given[-1].span,
                    f"The path says `{alike}`, so `{name}` is always empty",
                    place=asked.place,
                )


def _function_of(value: Value, facts: Facts) -> Function | None:
    if isinstance(value, FunctionValue):
        return value.function
    if not isinstance(value, Name) or not (value.qualified or "").startswith(":"):
        return None
    return next((one for one in facts.functions if f":{one.path}" == value.qualified), None)


def _is_alike(one: str, two: str) -> bool:
    plain = [re.sub(r"_", "", text).lower() for text in (one, two)]
    return one != two and plain[0] == plain[1]


# ---------------------------------------------------------------------------- origins

_PER_REQUEST: Final = Context.HANDLER | Context.LOOP
_TESTS: Final = frozenset(("HasSuffix", "HasPrefix", "Contains"))
_HOST: Final = regex(r"^(?:https?://)?[\w-]+(?:\.[\w-]+)+/?$")
_LOCAL: Final = regex(r"localhost|127\.0\.0\.1|\.local\b")


@needs(calls=_TESTS)
def weak_origin(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``strings.HasSuffix(origin, "shop.example")``."""
    for call in facts.calls:
        if call.name not in _TESTS or call.path != f"strings.{call.name}":
            continue
        given = call.arguments.positional
        text = string(given[1]) if len(given) == 2 else None
        if text is None or _LOCAL.search(text) or not _HOST.match(text):
            continue
        if not re.search(r"(?i)\borigin\b|\"Origin\"", unit.text(given[0].span)):
            continue
        if not unit.file_has(r"Access-Control|CheckOrigin|AllowOriginFunc|\bcors\b"):
            continue
        if call.name == "HasSuffix":
            if text.startswith("http"):
                continue
            what = f"`evil{text}` ends so, too: compare the whole origin, or `.{text}`"
        elif call.name == "HasPrefix":
            what = f"`{text.rstrip('/')}.evil.example` starts so, too: compare the whole origin"
        else:
            what = f"`https://{text}.evil.example` holds that, too: compare the whole origin"
        yield Report(call.span, what, place=call.place)


# ---------------------------------------------------------------------------- states and clients


@needs(roles=("http-client",))
def client_per_call(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A client with a transport of its own that one request or round makes and drops."""
    for call in unit.calls("http-client"):
        transport = call.arguments.keywords.get("Transport")
        function = call.function
        if not call.is_new or not isinstance(transport, Mapping) or function is None:
            continue
        if not call.context & _PER_REQUEST:
            continue
        name = call.assigned_to
        if not name.isidentifier():
            continue
        text = unit.text(function.span)
        if "CloseIdleConnections" in text or "DisableKeepAlives" in text:
            continue
        if re.search(rf"\breturn\b[^\n]*\b{name}\b|[=:,(]\s*&?{name}\s*[,)}}\n]", text):
            continue
        yield Report(
            call.callee_span,
            "Each request opens connections of its own and leaves them waiting; make one client "
            "for all",
            place=call.place,
        )
