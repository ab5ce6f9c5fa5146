"""Checks on forms of Go's own: struct fields set later, callbacks that say yes, keys, clients."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, go_imports, needs
from backspec.code.checks.go_limits import limit_client, limit_declared
from backspec.code.checks.go_places import is_accepted, is_meant, is_one_off
from backspec.code.checks.names import words
from backspec.code.checks.values import (
    is_constant,
    names_around,
    number,
    qualified_of,
    text_of,
)
from backspec.code.facts.model import (
    Built,
    Const,
    Context,
    FunctionValue,
    Name,
    Sequence,
    Value,
)
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function
    from backspec.code.syntax import Node

_AGREES: Final = regex(r"\{\s*return true\s*\}")
_VERIFIES: Final = regex(r"\bVerify(?:Connection|PeerCertificate)\b")


def _agrees(value: object, unit: UnitView) -> bool:
    """Whether a callback says yes to everything."""
    return isinstance(value, FunctionValue) and (
        _AGREES.fullmatch(unit.text(value.function.body_span).strip()) is not None
    )


_SWITCH: Final = regex(
    r"(?i)reject|verif|insecure|self.?(?:sign|cert)|strict|trust|skip|allow|validat|ssl|tls|ignore|dev|debug"
)


def is_asked_for(node: Node | None, unit: UnitView, pattern: re.Pattern[str] = _SWITCH) -> bool:
    """Whether a condition on a switch of the same meaning leads to a place."""
    child = node
    for _ in range(40):
        if child is None or child.parent is None:
            return False
        around = child.parent
        if around.type in ("function_declaration", "method_declaration"):
            return False
        head = None
        if around.type == "if_statement" and around.child_by_field_name("condition") != child:
            head = around.child_by_field_name("condition")
        elif around.type == "expression_case":
            head = around
        if head is not None:
            written = unit.text(Span(head.start_byte, min(head.end_byte, head.start_byte + 200)))
            if around.type == "expression_case":
                written = written.partition(":")[0]
            if pattern.search(written):
                return True
        child = around
    return False


def _without_field(call: Call, value: Value, unit: UnitView) -> list[Edit]:
    """Takes a field out of a struct literal."""
    body = call.node.child_by_field_name("body")
    return (fixes.remove_value(value, body, unit.adapter.source) or []) if body is not None else []


def _without_origin_field(call: Call, value: Value, unit: UnitView) -> tuple[Fix, ...]:
    """Without the field the library takes its own pages only."""
    body = call.node.child_by_field_name("body")
    if body is None or "comment" in {one.type for one in body.children}:
        return ()
    source = unit.adapter.source
    items = body.named_children
    if len(items) == 1:
        gone = [Edit(Span(body.start_byte + 1, body.end_byte - 1), "")]
    else:
        gone = fixes.remove_value(value, body, source) or []
    return _without_origins(gone, unit)


def _without_origins(gone: list[Edit] | None, unit: UnitView) -> tuple[Fix, ...]:
    orphans = (
        go_imports.without_orphans([one.span for one in gone], unit.adapter.source)
        if gone
        else None
    )
    if not gone or orphans is None:
        return ()
    edits = tuple(sorted((*orphans, *gone), key=lambda one: one.span.start))
    return (Fix("Take connections from your own pages only", edits, "unsafe", _ORIGIN),)


_ORIGIN: Final = "ws/no-origin-check"


def _text_around(function: Function | None, unit: UnitView) -> str:
    return unit.text(function.span) if function is not None else ""


# ---------------------------------------------------------------------------- TLS and tokens

_ANY_CERTIFICATE: Final = (
    "Any certificate is accepted, so anyone on the way can read and change the traffic"
)


_SAYS_SO: Final = regex(r"(?i)insecure|skip_?(?:tls|ssl|verif)|no_?verif|unverified")
"""Names of functions that exist for the purpose."""


def tls_verification_off(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``InsecureSkipVerify`` in a literal, or set later."""
    for call in unit.calls("tls-config"):
        skip = unit.argument(call, "skip_verify")
        if not isinstance(skip, Value) or not is_constant(skip, True):
            continue
        if unit.argument(call, "custom_verify") is not None or is_asked_for(skip.node, unit):
            continue
        if _is_decided(skip.span, unit):
            continue
        if any(_SAYS_SO.search(name) for name in names_around(call.function)):
            continue
        target = re.escape(call.assigned_to)
        if target and re.search(
            rf"\b{target}\.Verify(?:Connection|Peer)", _text_around(call.function, unit)
        ):
            continue
        edits = _without_field(call, skip, unit)
        rule = "crypto/tls-verification-off"
        yield Report(
            call.arguments.keyword_spans.get("InsecureSkipVerify", skip.span),
            _ANY_CERTIFICATE,
            (Fix("Remove the field", tuple(edits), "unsafe", rule),) if edits else (),
            Severity.INFO if call.context & Context.DEV_GUARD else None,
            place=call.place,
        )
    for assign in facts.assigns:
        if not assign.target.endswith(".InsecureSkipVerify"):
            continue
        if not is_constant(assign.value, True) or is_asked_for(assign.node, unit):
            continue
        if _VERIFIES.search(_text_around(assign.function, unit)) or _is_decided(assign.span, unit):
            continue
        yield Report(
            assign.span,
            _ANY_CERTIFICATE,
            severity=Severity.INFO if assign.context & Context.DEV_GUARD else None,
            place=assign.place,
        )


_TRUSTED: Final = regex(r"(?i)\b(?:local(?:host)?|loopback|self[- ]?signed|trust\w*)\b")


def _is_decided(span: Span, unit: UnitView) -> bool:
    """Whether the owner of a line has looked at it and says why it is so."""
    return is_accepted(span, unit) or is_meant(span, unit, _TRUSTED)


def jwt_none(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``SigningMethodNone``, and the key that allows it."""
    for call in unit.calls("jwt-encode"):
        algorithm = unit.argument(call, "algorithm")
        if isinstance(algorithm, Name) and algorithm.path.endswith(".SigningMethodNone"):
            yield Report(
                algorithm.span,
                f"`{call.written}` makes a token without a signature: anyone can forge one",
                place=call.place,
            )
    if not unit.mentions("UnsafeAllowNoneSignatureType"):
        return
    for statement in facts.statements:
        if statement.kind != "return" or statement.value_node is None:
            continue
        written = unit.adapter.slice(statement.value_node)
        if "UnsafeAllowNoneSignatureType" in written and "func(" not in written:
            yield Report(
                statement.span,
                "Tokens that nobody signed are accepted with this key",
                place=statement.place,
            )


# ---------------------------------------------------------------------------- origins


def any_origin(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Every origin together with credentials, in a literal or set field by field."""
    message = "Every site may act with your users' cookies: every origin, with credentials"
    for call in unit.calls("cors-config"):
        given = call.arguments.keywords
        credentials = given.get("AllowCredentials")
        if credentials is None or not is_constant(credentials, True):
            continue
        if call.context & Context.DEV_GUARD:
            continue
        opened = is_constant(given.get("AllowAllOrigins"), True) or any(
            _agrees(given.get(name), unit)
            for name in ("AllowOriginFunc", "AllowOriginRequestFunc", "AllowOriginWithContextFunc")
        )
        if opened or any(_is_star(given.get(n)) for n in ("AllowOrigins", "AllowedOrigins")):
            edits = _without_field(call, credentials, unit)
            rule = "cors/wildcard-with-credentials"
            yield Report(
                credentials.span,
                message,
                (Fix("Do not allow credentials", tuple(edits), "unsafe", rule),) if edits else (),
                place=call.place,
            )
    for assign in facts.assigns:
        if not assign.target.endswith(".AllowCredentials") or not is_constant(assign.value, True):
            continue
        owner = re.escape(assign.target.rpartition(".")[0])
        text = _text_around(assign.function, unit)
        if assign.context & Context.DEV_GUARD or "cors" not in (assign.qualified or ""):
            continue
        if re.search(
            rf"\b{owner}\.(?:AllowAllOrigins\s*=\s*true|Allow(?:ed)?Origins\s*=\s*\[\]string\{{\"\*\"\}})",
            text,
        ):
            yield Report(assign.span, message, place=assign.place)


def _is_star(value: object) -> bool:
    return isinstance(value, Sequence) and any(is_constant(one, "*") for one in value.items)


_NO_BROWSER: Final = regex(
    r"(?i)(?:n't|not|no|non-?)\s*(?:a\s+)?(?:browser|cookie)|api.?key|bearer|token"
)


def any_socket_origin(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """WebSocket upgraders that take every origin."""
    message = "Pages of every site may open a WebSocket here, with your users' cookies"
    for call in unit.calls("websocket-server"):
        if call.context & Context.DEV_GUARD:
            continue
        given = call.arguments.keywords
        if is_one_off(unit) or any(is_meant(one.span, unit, _NO_BROWSER) for one in given.values()):
            continue
        check, skip = given.get("CheckOrigin"), given.get("InsecureSkipVerify")
        patterns = given.get("OriginPatterns")
        for value in (check, skip, patterns):
            if value is not None and (
                _agrees(value, unit) or is_constant(value, True) or _is_star(value)
            ):
                repairs = _without_origin_field(call, value, unit)
                yield Report(value.span, message, repairs, place=call.place)
    for assign in facts.assigns:
        if not assign.target.endswith(".CheckOrigin") or not unit.imports(
            "github.com/gorilla/websocket", "github.com/fasthttp/websocket"
        ):
            continue
        if _agrees(assign.value, unit) and not assign.context & Context.DEV_GUARD:
            repairs = _without_origins(fixes.remove_lines(assign.span, unit.adapter.source), unit)
            yield Report(assign.span, message, repairs, place=assign.place)


# ---------------------------------------------------------------------------- servers and clients

_LOCAL: Final = regex(r"^(?:localhost|127\.0\.0\.1|\[::1\])")


_ANY: Final = regex("")


@needs(roles=("debug-mode",))
def debug_mode(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``gin.SetMode(gin.DebugMode)`` that no condition leads to."""
    for call in unit.calls("debug-mode"):
        mode = unit.argument(call, "mode")
        is_debug = isinstance(mode, Value) and (
            is_constant(mode, "debug")
            or (isinstance(mode, Name) and mode.path.endswith("gin.DebugMode"))
        )
        if is_debug and not is_asked_for(call.node, unit, _ANY):
            assert isinstance(mode, Value)
            yield Report(
                mode.span, f"`{call.written}` turns debug mode on for good", place=call.place
            )


@needs(roles=("app-run",))
def public_profiler(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``net/http/pprof`` on the mux that the same file serves to everybody."""
    if not unit.imports("net/http/pprof"):
        return
    for call in unit.calls("app-run"):
        given = call.arguments.positional
        handler = given[-1] if given else None
        if call.name not in ("ListenAndServe", "ListenAndServeTLS") or len(given) < 2:
            continue
        is_shared = is_constant(handler, None) or (
            qualified_of(handler) == "net/http.DefaultServeMux"
        )
        is_blank = is_shared and unit.file_has(r"_\s+\"net/http/pprof\"")
        is_told = isinstance(given[0], (Built, Const))
        if is_blank and is_told and not _LOCAL.match(text_of(given[0])):
            yield Report(
                call.callee_span,
                "This opens the profiler on the address that everybody reaches",
                place=call.place,
            )


def no_timeout(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Clients without a limit, and requests over the default client."""
    if unit.file_has(r"context\.With(?:Timeout|Deadline)|NewRequestWithContext|\.WithContext\("):
        return
    for call in unit.calls("http-client"):
        if call.qualified != "net/http.Client" or not call.is_new or call.context & Context.MAIN:
            continue
        if unit.argument(call, "timeout") is not None or call.arguments.is_open:
            continue
        if is_one_off(unit) or is_meant(call.span, unit, _ENDLESS):
            continue
        target = call.assigned_to
        if _STREAMS.search(target):
            continue
        limited = rf"\b{re.escape(target)}\.Timeout\s*=" if target else r"\w\.\w+\.Timeout\s*="
        if unit.file_has(limited):
            continue
        yield Report(
            call.callee_span,
            f"`{call.written}` waits for ever when no answer comes: it has no timeout",
            limit_client(call, unit),
            place=call.place,
        )
    yield from _declared_clients(facts, unit)
    for call in facts.calls:
        if not call.path.startswith("http.DefaultClient.") or call.context & Context.MAIN:
            continue
        if is_one_off(unit):
            continue
        if call.qualified in _DEFAULT_CLIENT and not unit.file_has(r"DefaultClient\.Timeout"):
            yield Report(
                call.callee_span,
                f"`{call.written}` waits for ever when no answer comes: it has no timeout",
                place=call.place,
            )


_DECLARED: Final = regex(r"(?m)^[ \t]+var\s+(\w+)\s+(http\.Client)\s*(?=$|//|/\*)")


def _declared_clients(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``var client http.Client`` in a function."""
    if not unit.mentions(" http.Client"):
        return
    for function in facts.functions:
        if function.outer is not None or function.context & Context.MAIN:
            continue
        text = unit.text(function.body_span)
        for found in _DECLARED.finditer(text):
            limited = re.search(rf"\b{found[1]}\.Timeout\s*=|\b{found[1]}\s*=", text)
            if limited is None and not is_one_off(unit):
                start = function.body_span.start + len(text[: found.start(2)].encode())
                head = function.body_span.start + len(text[: found.start()].encode())
                head += len(found[0]) - len(found[0].lstrip())
                span = Span(head, start + len(found[2]))
                yield Report(
                    Span(start, start + len(found[2])),
                    f"`{found[1]}` waits for ever when no answer comes: it has no timeout",
                    limit_declared(found[1], span, unit),
                    place=function.inside,
                )


_STREAMS: Final = regex(r"(?i)stream|sse|subscri|long_?poll|event|watch")
_ENDLESS: Final = regex(r"(?i)\b(?:without|no)\s+(?:\w+\s+)?time-?(?:out|limit)")
_DEFAULT_CLIENT: Final = frozenset(
    f"net/http.Client.{name}" for name in ("Do", "Get", "Head", "Post", "PostForm")
)


@needs(roles=("web-server", "app-run"))
def server_without_timeouts(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Servers that let a client take any time for its request."""
    if is_one_off(unit):
        return
    for call in unit.calls("web-server"):
        if call.qualified != "net/http.Server" or call.arguments.is_open:
            continue
        given = call.arguments.keywords
        if "ReadHeaderTimeout" in given or "ReadTimeout" in given:
            continue
        if _LOCAL.match(text_of(given.get("Addr"))) or _is_private(call, unit):
            continue
        target = call.assigned_to
        if target and unit.file_has(rf"\b{re.escape(target)}\.Read(?:Header)?Timeout\s*="):
            continue
        yield Report(
            call.callee_span,
            "A client may take any time to send its headers: set `ReadHeaderTimeout`",
            _limit_headers(call, unit),
            place=call.place,
        )
    for call in unit.calls("app-run"):
        qualified = call.qualified or ""
        if qualified not in _PLAIN_SERVERS:
            continue
        address = call.arguments.positional[0] if call.arguments.positional else None
        if _LOCAL.match(text_of(address)):
            continue
        is_plain = qualified.startswith("net/http.")
        if not is_plain and unit.file_has(r"\.Read(?:Header)?Timeout\s*[=:]"):
            continue
        yield Report(
            call.callee_span,
            f"`{call.written}` lets a client take any time to send its headers; "
            "make an `http.Server` with `ReadHeaderTimeout`",
            severity=None if is_plain else Severity.INFO,
            place=call.place,
        )


def _is_private(call: Call, unit: UnitView) -> bool:
    """Whether a server listens where only known programs are: a socket file, a tunnel."""
    target = call.assigned_to
    if "unix" in target.lower() or "unix" in unit.text(call.arguments.span).lower():
        return True
    if not target.isidentifier() or call.function is None:
        return False
    after = unit.text(Span(call.span.end, call.function.span.end))
    return (
        re.search(rf"\b{target}\.Serve\(\s*\w*(?i:session|tunnel|yamux|smux|pipe|bufconn)", after)
        is not None
    )


_PLAIN_SERVERS: Final = frozenset((
    "net/http.ListenAndServe", "net/http.ListenAndServeTLS", "net/http.Serve", "net/http.ServeTLS",
    "github.com/gin-gonic/gin.Engine.Run", "github.com/labstack/echo.Echo.Start",
))  # fmt: skip


def _limit_headers(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    if not call.arguments.keywords or not unit.imports("time"):
        return ()
    last = max(value.span.end for value in call.arguments.keywords.values())
    source = unit.adapter.source
    inside = call.arguments.span
    between = b"\n" in source[inside.start : inside.end]
    if not between:
        text = ", ReadHeaderTimeout: 5 * time.Second"
    else:
        line = source.rfind(b"\n", 0, last) + 1
        indent = re.match(rb"[ \t]*", source[line:last])
        lead = indent[0].decode() if indent is not None else "\t"
        text = f",\n{lead}ReadHeaderTimeout: 5 * time.Second"
    edit = Edit(Span(last, last), text)
    return (Fix("Limit the headers", (edit,), "unsafe", "resource/server-without-timeouts"),)


# ---------------------------------------------------------------------------- caches and schemas

_CACHED: Final = frozenset(
    ("cache", "cached", "caches", "caching", "session", "sessions", "token", "tokens")
)
_STORED: Final = frozenset(
    ("lock", "locks", "mutex", "counter", "count", "flag", "flags", "config", "setting",
     "settings", "version", "state", "status", "last", "cursor", "offset", "queue", "metric",
     "metrics", "index")
)  # fmt: skip


@needs(roles=("kv-set", "cache-set"))
def cache_without_end(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Redis writes with a lifetime of 0, and memcached items without one."""
    for call in unit.calls("kv-set"):
        ttl = unit.argument(call, "ttl")
        key = unit.argument(call, "key")
        if not isinstance(ttl, Value) or number(ttl) != 0 or not isinstance(key, Value):
            continue
        spoken = set(words(unit.text(key.span)[:200]))
        spoken |= {word for name in names_around(call.function)[:1] for word in words(name)}
        if spoken & _STORED or not spoken & _CACHED:
            continue
        if re.search(r"\.P?Expire(?:At)?\(", _text_around(call.function, unit)):
            continue
        edits = go_imports.added("time", unit)
        repairs: tuple[Fix, ...] = ()
        if edits is not None and unit.text(ttl.span) == "0":
            edits = [*edits, Edit(ttl.span, "5*time.Minute")]
            repairs = (Fix("Keep it for five minutes", tuple(edits), "unsafe", "cache/no-expiry"),)
        yield Report(
            ttl.span,
            f"`{call.written}` keeps this value for ever: its lifetime is 0",
            repairs,
            place=call.place,
        )
    for call in unit.calls("cache-set"):
        is_item = call.is_new and call.name == "Item" and "Key" in call.arguments.keywords
        if is_item and unit.argument(call, "ttl") is None:
            yield Report(
                call.callee_span,
                "This item stays in the cache for ever: it has no `Expiration`",
                place=call.place,
            )


@needs(roles=("cache-set",))
def cache_kept_on_purpose(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """go-cache's ``NoExpiration``."""
    for call in unit.calls("cache-set"):
        ttl = unit.argument(call, "ttl")
        if isinstance(ttl, Name) and ttl.path.endswith(".NoExpiration"):
            yield Report(ttl.span, f"`{call.written}` keeps this value for ever", place=call.place)


_STARTS: Final = regex(r"^(?:main|init|connect|open|setup|new|start|boot|run)", re.IGNORECASE)
_DROPS: Final = regex(r"drop|reset|clean|wipe|destroy|teardown|recreate|down|test", re.IGNORECASE)


@needs(calls=("AutoMigrate", "DropTable", "DropTableIfExists"))
def auto_migrate(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """GORM: tables changed to fit the structs while the program starts."""
    if not unit.imports("gorm.io/gorm", "github.com/jinzhu/gorm"):
        return
    if is_one_off(unit) or unit.file_has(r":memory:"):
        return
    # A program with a database file of its own has nobody else to agree with.
    is_server = unit.file_has(
        r"(?i)driver/(?:postgres|mysql|sqlserver)|dialects/(?:postgres|mysql|mssql)"
    )
    for call in facts.calls:
        if call.context & Context.DEV_GUARD:
            continue
        name = next(iter(names_around(call.function)), "")
        if call.name == "AutoMigrate" and "." in call.path:
            starts = call.context & (Context.MAIN | Context.HANDLER | Context.MODULE)
            if starts or _STARTS.match(name):
                yield Report(
                    call.callee_span,
                    f"`{call.written}` changes the tables at every start, beside any migration",
                    severity=Severity.INFO,
                    profile=None if is_server else "strict",
                    place=call.place,
                )
        elif call.name in ("DropTable", "DropTableIfExists") and not _DROPS.search(name):
            yield Report(
                call.span,
                f"`{call.written}` drops tables of whatever database it meets",
                place=call.place,
            )
