"""Checks on Go's servers: reads without end, forged requests, routes, panics, limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.names import words
from backspec.code.checks.values import names_around, string, text_of
from backspec.code.facts.model import CallValue, Const, Context, FunctionValue, Name, Sequence
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

# ---------------------------------------------------------------------------- reads

_SMALL: Final = frozenset(
    ("country", "countries", "currency", "currencies", "role", "roles", "category", "categories",
     "setting", "settings", "tag", "tags", "type", "types", "status", "statuses", "permission",
     "permissions", "plan", "plans", "language", "languages", "config", "configs", "option",
     "options", "state", "states", "group", "groups", "menu", "menus", "theme", "themes", "level",
     "levels", "site", "sites", "driver", "drivers", "storage", "storages", "plugin", "plugins")
)  # fmt: skip
"""Words of tables that stay small."""
_NARROWS: Final = frozenset(
    ("Where", "Limit", "Offset", "Scopes", "Not", "Or", "Raw", "Having", "Joins", "First", "Take",
     "Last", "Count", "FindInBatches", "Association", "Pluck")
)  # fmt: skip
_PAGED: Final = regex(
    r"(?i)paginat|page_?size|per_?page|\blimit\b|export|download|csv|backup|stream"
)


@needs(roles=("db-read",))
def unbounded_read(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``db.Find(&orders)`` in a handler that answers with all of them."""
    if not unit.mentions(".Find("):
        return
    for call in unit.calls("db-read"):
        if call.name != "Find" or not call.context & Context.HANDLER or call.context & Context.LOOP:
            continue
        given = call.arguments.positional
        if len(given) != 1 or not isinstance(given[0], Name) or call.function is None:
            continue
        if not (call.qualified or "").startswith("gorm.io/gorm.DB"):
            continue
        if _NARROWS & set(re.findall(r"\w+", unit.text(call.callee_span))):
            continue
        owner = call.path.partition(".")[0]
        text = unit.text(call.function.span)
        rows = re.escape(given[0].path)
        told = {word for name in (given[0].path, *names_around(call.function)[:1])
                for word in words(name)}  # fmt: skip
        if told & _SMALL or _PAGED.search(text):
            continue
        if re.search(rf"\b{re.escape(owner)}\s*:?=\s*[^\n]*\.(?:Where|Limit|Scopes)\(", text):
            continue
        if not re.search(
            rf"(?:JSON|JSONPretty|IndentedJSON|Encode|Render|HTML)\((?:[^\n]*[,:])?\s*&?{rows}\s*[,}})]",
            text,
        ):
            continue
        yield Report(
            call.span,
            f"`{call.written}` reads every row there is for one answer; read a page",
            place=call.place,
        )


@needs(calls=("Find", "Count"))
def association_in_loop(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``db.Model(&order).Association("Items").Find(&items)`` for each order."""
    if not unit.mentions(".Association("):
        return
    for call in facts.calls:
        if call.name not in ("Find", "Count") or not call.context & Context.LOOP:
            continue
        if re.search(r"\.Association\(\)\.\w+$", call.path):
            yield Report(
                call.span,
                "This sends a query for each round; load the relation with the rows: `Preload`",
                place=call.place,
            )


_STAMPS: Final = regex(
    r"(?:Created|Updated|Modified|Issued|Registered|Ordered|Published)(?:At|On)?$"
)


def evaluated_default(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``var now = time.Now()`` that records get as their time."""
    if not unit.file_has(r"^(?:var\s+|\t)\w+\s*=\s*time\.Now\("):
        return
    for pair in facts.pairs:
        value = pair.value
        if not _STAMPS.search(pair.key) or not isinstance(value, Name) or pair.function is None:
            continue
        name = value.path
        if not name.isidentifier() or re.search(
            rf"\b{name}\s*(?::?=[^=]|,)|[(,]\s*{name}\s+[\w.*]+", unit.text(pair.function.span)
        ):
            continue
        if unit.file_has(rf"^var\s+{name}\s*=\s*time\.Now\(|^\t{name}\s*=\s*time\.Now\("):
            yield Report(
                value.span,
                f"`{name}` is the time at which the program started, for every record",
                place=pair.place,
            )


# ---------------------------------------------------------------------------- forged requests


def csrf_disabled(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``csrf.UnsafeSkipCheck``, bypasses of everything, a skipper that says yes."""
    for call in facts.calls:
        qualified = call.qualified or ""
        if qualified == "github.com/gorilla/csrf.UnsafeSkipCheck":
            yield Report(call.span, "Requests go on here without CSRF protection", place=call.place)
        elif call.name == "AddInsecureBypassPattern":
            given = call.arguments.positional
            if given and text_of(given[0]) == "/":
                message = "This takes every path out of the protection"
                yield Report(call.span, message, place=call.place)
        elif call.is_new and qualified.endswith("echo/middleware.CSRFConfig"):
            skipper = call.arguments.keywords.get("Skipper")
            if isinstance(skipper, FunctionValue) and re.fullmatch(
                r"\{\s*return true\s*\}", unit.text(skipper.function.body_span).strip()
            ):
                yield Report(skipper.span, "No request is checked for forgery", place=call.place)


# ---------------------------------------------------------------------------- routes

_VERBS: Final = frozenset(
    ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "Get", "Post", "Put", "Patch",
     "Delete", "HandleFunc", "Handle")
)  # fmt: skip


@needs(roles=("route-handler",))
def shadowed(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """The same route twice; gorilla/mux's fixed word below a parameter."""
    seen: dict[tuple[object, ...], str] = {}
    earlier: list[tuple[object, str, str, str]] = []
    for call in unit.calls("route-handler"):
        given = call.arguments.positional
        path = string(given[0]) if given else None
        owner = call.path.rpartition(".")[0]
        if call.name not in _VERBS or not path or not owner or "(" in owner or len(given) < 2:
            continue
        if not isinstance(given[0], Const) or call.context & Context.DEV_GUARD:
            continue
        is_mux = "gorilla/mux" in (call.qualified or "")
        after = unit.adapter.source[call.span.end : call.span.end + 120].decode("utf-8", "replace")
        chain = re.match(r"(?:\s*\.\w+\([^()]*\))*", after)
        told = chain[0] if chain is not None else ""
        block = call.node.parent.parent.id if call.node.parent and call.node.parent.parent else 0
        key = (call.function, block, owner, call.name, path, told)
        if key in seen:
            yield Report(
                given[0].span,
                f"`{path}` is registered twice for the same requests",
                place=call.place,
            )
        seen[key] = path
        if not is_mux:
            continue
        for where, before, before_told, other in earlier:
            if where is call.function and other == owner and before_told == told:
                pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(before))
                if before != path and "{" not in path and re.fullmatch(pattern, path):
                    yield Report(
                        given[0].span,
                        f"`{path}` is never reached: `{before}` above takes it",
                        place=call.place,
                    )
                    break
        if re.search(r"\{\w+\}", path) and ":" not in path:
            earlier.append((call.function, path, told, owner))


# ---------------------------------------------------------------------------- panics


@needs(calls=("recover",))
def recover_misused(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``defer recover()``, and ``recover()`` that no deferred function runs."""
    if not unit.mentions("recover()"):
        return
    for call in facts.calls:
        if call.path != "recover" or call.arguments.positional:
            continue
        parent = call.node.parent
        if parent is not None and parent.type == "defer_statement":
            yield Report(
                call.span,
                "`defer recover()` stops no panic: call it inside of a deferred function",
                place=call.place,
            )
            continue
        function = call.function
        if function is None or not unit.adapter.is_handler(function):
            continue
        if function.node.type == "func_literal" and function.passed_to is None:
            continue
        yield Report(
            call.span,
            "Nothing is recovered here: a panic ends the function before; defer it",
            place=call.place,
        )


# ---------------------------------------------------------------------------- limits

_SENT: Final = regex(
    r"(?i)^(?:x-forwarded-for|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$"
)
_LIMITS: Final = frozenset(("limiter", "limit", "visitor", "rate", "throttle", "attempts", "quota"))


def spoofable_key(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Limits that count by a header."""
    message = "Everybody gets a new limit by sending another header; count by a checked address"
    for call in facts.calls:
        qualified = call.qualified or ""
        is_lookup = call.name == "SetIPLookups"
        if qualified in _BY_HEADER:
            yield Report(call.callee_span, message, place=call.place)
            continue
        if not is_lookup and not _LIMITS & set(words(call.path)):
            continue
        given = call.arguments.positional
        if is_lookup and given and isinstance(given[0], Sequence):
            first = given[0].items[0] if given[0].items else None
            if first is not None and _SENT.match(text_of(first)):
                yield Report(first.span, message, place=call.place)
        elif not is_lookup:
            for value in given:
                if isinstance(value, CallValue) and _is_header(value.call):
                    yield Report(value.span, message, place=call.place)
    for pair in facts.pairs:
        if pair.key not in ("KeyGenerator", "IdentifierExtractor", "KeyFunc"):
            continue
        value = pair.value
        if isinstance(value, FunctionValue):
            found = re.search(
                r"return [^\n]*(?:Get|GetHeader|Header\.Get)\(\"([\w-]+)\"\)",
                unit.text(value.function.body_span),
            )
            if found is not None and _SENT.match(found[1]):
                yield Report(value.span, message, place=pair.place)


_BY_HEADER: Final = frozenset(
    ("github.com/go-chi/httprate.LimitByRealIP", "github.com/go-chi/httprate.KeyByRealIP")
)


def _is_header(call: Call) -> bool:
    given = call.arguments.positional
    return (
        call.name in ("Get", "GetHeader") and bool(given) and bool(_SENT.match(text_of(given[0])))
    )


def gqlgen_unlimited(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Servers of gqlgen without a limit on what a query may cost."""
    if not unit.imports("github.com/99designs/gqlgen/graphql/handler"):
        return
    if _SHOWN.search(unit.path):
        return
    for call in facts.calls:
        if call.qualified not in _SERVERS or call.context & Context.DEV_GUARD:
            continue
        if not unit.file_has(r"(?i)ComplexityLimit|DepthLimit|AutomaticPersistedQuery.*only"):
            yield Report(
                call.callee_span,
                f"`{call.written}` answers queries of any cost: set a `FixedComplexityLimit`",
                place=call.place,
            )


_SHOWN: Final = regex(r"(?:^|/)_?(?:examples?|samples?|demos?|testserver|testdata|docs)/")
_SERVERS: Final = frozenset(
    f"github.com/99designs/gqlgen/graphql/handler.{name}" for name in ("New", "NewDefaultServer")
)

# ---------------------------------------------------------------------------- tests

_ASSERTS: Final = regex(
    r"(?i)\bt\b|assert|expect|require|should|panic|fatal|check|verif|compare|golden|snapshot|"
    r"testscript|gomega|\bis\.|\bc\.|suite"
)


_RUNS: Final = regex(
    r"Race|Idempotent|Panic|Shutdown|Close|Smoke|Leak|Deadlock|Concurren|Compil|Nil|Noop|NoOp|Crash"
)
"""Names of tests that only see whether something ends."""


def no_assertion(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Tests that never speak to ``t``, and assertions of what is always true."""
    if not unit.path.endswith("_test.go"):
        return
    for function in facts.functions:
        if not re.match(r"Test[A-Z_]", function.name) or function.node.type != (
            "function_declaration"
        ):
            continue
        if function.name == "TestMain" or _RUNS.search(function.name):
            continue
        body = unit.text(Span(function.body_span.start, function.body_span.end)).strip("{} \t\n")
        if body.count("\n") < 1 or _ASSERTS.search(body):
            continue
        yield Report(
            function.name_span,
            f"`{function.name}` asserts nothing, so it passes whatever the code does",
            place=function.inside,
        )
    for call in facts.calls:
        if call.name not in ("True", "False"):
            continue
        given = call.arguments.positional
        qualified = call.qualified or ""
        if len(given) < 2 or not qualified.startswith("github.com/stretchr/testify/"):
            continue
        if unit.text(given[1].span) == call.name.lower() and given[1].span.start > call.span.start:
            yield Report(call.span, "This is always so", place=call.place)


# ---------------------------------------------------------------------------- lifetimes


def captive_transaction(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A handler that holds one transaction for all requests."""
    if not unit.mentions(".Tx"):
        return
    for one in facts.classes:
        if not re.search(r"(?:Handler|Controller|Resolver|Server)s?$", one.name):
            continue
        text = unit.text(one.span)
        found = re.search(r"(?m)^\s*\w+\s+(\*sql\.Tx|\*sqlx\.Tx|pgx\.Tx)\b", text)
        if found is not None:
            start = one.span.start + len(text[: found.start(1)].encode())
            yield Report(
                Span(start, start + len(found[1])),
                f"All requests of `{one.name}` share one transaction: begin one for each",
            )


# ---------------------------------------------------------------------------- disclosure

_ANSWERS: Final = regex(
    r"^(?:(?:w|rw|res|resp|writer|\w*Writer)\.Write(?:String)?|http\.Error"
    r"|(?:c|ctx|context)\.(?:JSON|String|HTML|XML|Data|SendString|AbortWithStatusJSON|IndentedJSON))$"
)


def stack_to_client(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``debug.Stack()`` in an answer."""
    if not unit.mentions("debug.Stack()"):
        return
    for call in facts.calls:
        if call.qualified != "runtime/debug.Stack":
            continue
        node = call.node.parent
        for _ in range(12):
            if node is None or node.type.endswith("_statement") or node.type == "block":
                break
            if node.type == "call_expression":
                callee = node.child_by_field_name("function")
                written = unit.adapter.slice(callee) if callee is not None else ""
                around = unit.adapter.slice(node)[:40]
                prints = re.match(r"fmt\.Fprint\w*\(\s*(?:w|rw|\w*Writer)\b", around)
                if prints or _ANSWERS.match(written):
                    yield Report(
                        call.span,
                        "The stack goes to the client: log it and answer without it",
                        place=call.place,
                    )
                    break
            node = node.parent
