"""Checks on gRPC channels and WebSocket servers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, go_imports, needs
from backspec.code.checks.go_forms import is_asked_for
from backspec.code.checks.values import is_constant, text_of
from backspec.code.facts.model import CallValue, Context, Mapping, Sequence, Value
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.arguments import Found
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Decorator, Facts

_LOCAL: Final = regex(r"localhost|127\.0\.0\.1|\[::1\]|unix:|bufconn|in-?process", re.IGNORECASE)
_CHOICE: Final = regex(r"(?i)tls|secure|creds?|credential|cert|plain")
_IN_MESH: Final = regex(r"\.svc\b")


@needs(roles=("grpc-insecure",))
def insecure_channel(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Calls over gRPC without TLS to or on an address that is not local."""
    for call in unit.calls("grpc-insecure"):
        if call.context & (Context.DEV_GUARD | Context.MAIN):
            continue
        if unit.family == "go" and is_asked_for(call.node, unit, _CHOICE):
            continue
        address = _address(call, unit)
        if _LOCAL.search(address):
            continue
        is_known = bool(re.search(r"[\"'`].*:\d+", address))
        yield Report(
            call.callee_span,
            f"`{call.written}` sends everything, credentials too, in clear text",
            _with_tls(call, unit),
            severity=None if is_known and not _IN_MESH.search(address) else Severity.INFO,
            place=call.place,
        )


def _with_tls(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """The same channel with the certificates that the system trusts."""
    edits: list[Edit] | None = None
    if unit.family == "python" and call.written in ("grpc.insecure_channel",
                                                    "grpc.aio.insecure_channel"):  # fmt: skip
        target = call.arguments.positional[:1]
        if target and not call.arguments.is_open and unit.file_has(_IMPORTS_GRPC):
            at = target[0].span.end
            callee = call.written.replace("insecure", "secure")
            edits = [
                Edit(call.callee_span, callee),
                Edit(Span(at, at), ", grpc.ssl_channel_credentials()"),
            ]
    elif unit.family == "go" and call.written == "insecure.NewCredentials":
        edits = _go_credentials(call, unit)
    if edits is None:
        return ()
    return (Fix("Use TLS", tuple(edits), "unsafe", "grpc/insecure-channel"),)


_IMPORTS_GRPC: Final = r"^import grpc(?:\.aio)?[ \t]*(?:#.*)?$"
_INSECURE: Final = b"google.golang.org/grpc/credentials/insecure"


def _go_credentials(call: Call, unit: UnitView) -> list[Edit] | None:
    """``credentials.NewTLS(nil)``, and its package in the place of the other one."""
    source = unit.adapter.source
    line = go_imports.import_of(b"insecure", source)
    uses = len(re.findall(rb"(?<![\w.])insecure\.\w", source))
    if line is None or source[line.start : line.end] != b'"' + _INSECURE + b'"' or uses != 1:
        return None
    known = go_imports.import_of(b"credentials", source)
    change: list[Edit] | None
    if known is not None:
        if source[known.start : known.end] != b'"google.golang.org/grpc/credentials"':
            return None
        change = fixes.remove_lines(line, source)
    elif re.search(rb"(?<![\w.\"/])credentials\b", source):
        return None  # something else has that name
    else:
        change = [Edit(line, '"google.golang.org/grpc/credentials"')]
    return None if change is None else [*change, Edit(call.span, "credentials.NewTLS(nil)")]


def _address(call: Call, unit: UnitView) -> str:
    """The address a channel or port is for, as written beside the credentials."""
    target = unit.argument(call, "target")
    if isinstance(target, Value):
        written = text_of(target)
        return f'"{written}"' if written else unit.text(target.span)
    around = call.node.parent
    if unit.family == "go":
        # The credentials stand inside of an option of the call that opens the channel.
        for opener in unit.calls("grpc-channel"):
            if opener.span.start <= call.span.start and call.span.end <= opener.span.end:
                given = opener.arguments.positional[:1]
                return unit.text(given[0].span) if given else ""
    return unit.adapter.slice(around) if around is not None else ""


# ---------------------------------------------------------------------------- origins


@needs(roles=("websocket-server", "websocket-router"), words=("WebSocketGateway",))
def no_origin_check(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """WebSocket servers that take connections from pages of every site."""
    for call in unit.calls("websocket-server"):
        if call.context & Context.DEV_GUARD:
            continue
        origins = unit.argument(call, "origins")
        if unit.family == "python":
            is_open = is_constant(origins, "*")
        elif unit.family == "php":
            is_open = isinstance(origins, Sequence) and any(
                is_constant(item, "*") for item in origins.items
            )
        else:
            has_cookies = is_constant(unit.argument(call, "credentials"), True)
            is_open = is_constant(origins, True) or (is_constant(origins, "*") and has_cookies)
            is_open = is_open and not isinstance(unit.argument(call, "verify"), Value)
        if is_open:
            assert isinstance(origins, Value)
            yield Report(origins.span, _message(call.path), place=call.place)
    for call in unit.calls("websocket-router"):
        routes = unit.argument(call, "routes")
        socket = routes.entries.get("websocket") if isinstance(routes, Mapping) else None
        if isinstance(socket, CallValue):
            written = unit.text(socket.span)
            if re.search(r"Auth|Session|Cookie", written) and "OriginValidator" not in written:
                yield Report(
                    socket.call.callee_span,
                    "Pages of every site may open a WebSocket here with your users' sessions",
                    place=call.place,
                )
    for class_def in facts.classes:
        for decorator in class_def.decorators:
            if decorator.qualified == "@nestjs/websockets.WebSocketGateway" and decorator.call:
                opened = _gateway_origins(decorator)
                if opened is not None:
                    yield Report(opened.span, _message("@WebSocketGateway"), place=class_def.place)


def _gateway_origins(decorator: Decorator) -> Value | None:
    """The ``cors`` option of a Nest gateway when it lets everybody in."""
    assert decorator.call is not None
    for argument in decorator.call.arguments.positional:
        if not isinstance(argument, Mapping):
            continue
        cors = argument.entries.get("cors")
        if is_constant(cors, True):
            return cors
        if isinstance(cors, Mapping) and _is_everyone(cors.entries.get("origin")):
            return cors
    return None


def _is_everyone(origin: Found) -> bool:
    return is_constant(origin, True) or is_constant(origin, "*")


def _message(name: str) -> str:
    return f"`{name}` takes connections from pages of every site, with your users' cookies"
