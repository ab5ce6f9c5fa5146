"""Checks on Java: how long beans, requests, transactions and loaders live."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.model import Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, ClassDef, Facts, Function

_SINGLETONS: Final = frozenset(
    ("Component", "Service", "Repository", "Controller", "RestController", "Configuration",
     "Singleton", "ApplicationScoped", "ControllerAdvice", "RestControllerAdvice")
)  # fmt: skip
_MADE: Final = (
    r"(?:\s*@\w+(?:\([^)]*\))?)*\s*(?:(?:public|protected|private|static|final|abstract)\s+)*"
    r"(?:class\s+{name}\b|{name}\s+\w+\s*\()"
)
"""What follows an annotation: the class of that name, or a method that makes one."""
_SHORT: Final = (
    r"@Scope\((?:(?!proxyMode)[^)])*(?:\"(?:prototype|request|session)\"|"
    r"SCOPE_(?:PROTOTYPE|REQUEST|SESSION))(?:(?!proxyMode)[^)])*\)"
)


def captive_dependency(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Beans of a short scope that a singleton of the same file keeps."""
    for class_def in facts.classes:
        told = {one.path.rpartition(".")[2] for one in class_def.decorators}
        if told & _SINGLETONS and not told & {"Scope", "RequestScope", "SessionScope"}:
            if not unit.file_has(r"@(?:Scope|Prototype)\b"):
                return
            yield from _kept(class_def, facts, unit)


def _told(function: Function) -> set[str]:
    return {one.path.rpartition(".")[2] for one in function.decorators}


def _kept(class_def: ClassDef, facts: Facts, unit: UnitView) -> Iterator[Report]:
    body = class_def.node.child_by_field_name("body")
    for member in body.named_children if body is not None else ():
        kind = member.child_by_field_name("type")
        if member.type != "field_declaration" or kind is None or kind.type != "type_identifier":
            continue
        name = unit.adapter.slice(kind)
        made = _MADE.replace("{name}", re.escape(name))
        is_micronaut = unit.file_has(rf"(?s)@Prototype\b{made}")
        if not is_micronaut and not unit.file_has(rf"(?s){_SHORT}{made}"):
            continue
        text = unit.adapter.slice(member)
        is_given = "@Autowired" in text or "@Inject" in text
        taken = any(
            one.name == class_def.name
            and one.class_def is class_def
            and any(p.type_path == name for p in one.parameters)
            for one in facts.functions
        )
        if (is_given or taken) and "@Lazy" not in text:
            yield Report(
                Span(kind.start_byte, kind.end_byte),
                f"`{class_def.name}` lives as long as the program, and with it this one `{name}`",
                severity=Severity.INFO if is_micronaut else None,
            )


# ---------------------------------------------------------------------------- requests

_REQUEST_TYPES: Final = frozenset(("HttpServletRequest", "HttpServletResponse", "HttpSession"))
_LATER: Final = frozenset(
    ("runAsync", "supplyAsync", "execute", "submit", "Thread", "schedule", "startVirtualThread")
)
_WAITS: Final = re.compile(
    r"\.(?:join|get|invokeAll|await|awaitTermination|allOf)\(|\bstartAsync\(|DeferredResult|Callable"
)


def request_escapes(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Servlet requests that are read after the container has taken them back."""
    if not unit.mentions("HttpServletRe", "HttpSession"):
        return
    for function in facts.functions:
        if "Async" in _told(function):
            for parameter in function.parameters:
                if parameter.type_path.rpartition(".")[2] in _REQUEST_TYPES:
                    yield Report(
                        parameter.span,
                        "This runs later, when the container has already reused the request; pass "
                        "the values it needs",
                        place=function.inside,
                    )
        call = function.passed_to
        if call is None or call.name not in _LATER or function.outer is None:
            continue
        if call.name in ("execute", "submit", "schedule") and not _is_executor(call):
            continue
        outer = function.outer
        body = unit.text(function.body_span)
        for parameter in outer.parameters:
            if parameter.type_path.rpartition(".")[2] not in _REQUEST_TYPES:
                continue
            used = re.search(rf"\b{re.escape(parameter.name)}\s*\.\s*\w+\(", body)
            if used is None or _WAITS.search(unit.text(outer.span)):
                continue
            start = function.body_span.start + len(body[: used.start()].encode())
            yield Report(
                Span(start, start + len(parameter.name.encode())),
                f"`{parameter.name}` is read here after the handler may have answered; copy what "
                "is needed first",
                place=function.inside,
            )
            break


def _is_executor(call: Call) -> bool:
    owner = call.path.rpartition(".")[0].lower()
    return any(one in owner for one in ("execut", "pool", "schedul", "worker"))


# ---------------------------------------------------------------------------- loaders


def shared_loader(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """DataLoaders that all requests share."""
    if not unit.file_has(r"org\.dataloader"):
        return
    for function in facts.functions:
        told = _told(function)
        kind = function.returns_path.rpartition(".")[2]
        is_short = bool(told & {"RequestScope", "Scope"})
        if "Bean" in told and not is_short and kind in ("DataLoader", "DataLoaderRegistry"):
            yield Report(
                function.name_span,
                "One bean for all requests: what a user was shown is handed to the next",
                place=function.inside,
            )
    for assign in facts.assigns:
        if assign.function is None and assign.class_def is not None and assign.value_node:
            text = unit.text(assign.span)
            if re.search(r"(?:DataLoaderFactory|DataLoader)\.new\w*DataLoader\(", text):
                yield Report(
                    assign.target_span,
                    "A field keeps this loader for all requests: what a user was shown is handed "
                    "to the next",
                    place=assign.place,
                )


# ---------------------------------------------------------------------------- transactions

_CONNECTS: Final = frozenset(("getConnection", "createEntityManager", "openSession"))


@needs(calls=_CONNECTS)
def outside_scope(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """Another connection, taken while a transaction is open on the first."""
    for call in facts.calls:
        if call.name not in _CONNECTS or call.function is None:
            continue
        if _in_template(call.function) or _after_begin(call, facts):
            yield Report(
                call.span,
                "This is another connection: what goes over it is not part of the open transaction",
                place=call.place,
            )


def _in_template(function: Function | None) -> bool:
    while function is not None:
        call = function.passed_to
        if call is not None and call.name in ("execute", "executeWithoutResult"):
            owner = call.path.rpartition(".")[0].rpartition(".")[2].lower()
            if "transactiontemplate" in owner or owner in ("tx", "txtemplate", "transactions"):
                return True
        function = function.outer
    return False


def _after_begin(call: Call, facts: Facts) -> bool:
    """Whether a connection of this function has an open transaction of its own."""
    begun = [
        one
        for one in facts.calls
        if one.name == "setAutoCommit"
        and one.function is call.function
        and one.span.end <= call.span.start
        and [v.kind for v in one.arguments.positional] == ["constant"]
        and getattr(one.arguments.positional[0], "value", None) is False
    ]
    if not begun:
        return False
    owner = begun[-1].path.rpartition(".")[0]
    ends = ("commit", "rollback", "close", "setAutoCommit")
    return not any(
        one.name in ends
        and one.path.rpartition(".")[0] == owner
        and begun[-1].span.end <= one.span.start < call.span.start
        for one in facts.calls
    ) and any(
        one.name == "commit"
        and one.path.rpartition(".")[0] == owner
        and one.span.start > call.span.end
        and one.function is call.function
        for one in facts.calls
    )


# ---------------------------------------------------------------------------- reactive calls

_REACTIVE: Final = frozenset(("Mono", "Flux", "Uni", "Multi"))
_STARTS: Final = frozenset(
    ("subscribe", "block", "blockFirst", "blockLast", "blockOptional", "await", "toFuture",
     "subscribeAsCompletionStage", "connect", "toStream", "toIterable", "subscribeWith", "verify",
     "verifyComplete", "expectComplete", "dispose", "invoke", "indefinitely", "atMost")
)  # fmt: skip
_LAZY: Final = frozenset(
    ("bodyToMono", "bodyToFlux", "toBodilessEntity", "toEntity", "exchangeToMono", "exchangeToFlux")
)


def never_subscribed(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A ``Mono``, ``Flux`` or ``Uni`` that is thrown away, so that it never runs."""
    if not unit.file_has(r"reactor\.core|io\.smallrye\.mutiny|WebClient"):
        return
    has_own = unit.file_has(r"\b(?:Mono|Flux|Uni|Multi)<[^;{}()]*>\s+\w+\s*\(")
    for call in facts.calls:
        if call.name in _STARTS or call.use != "statement":
            continue
        around = call.parent.parent if call.parent is not None else None
        if around is not None and around.type == "switch_rule":
            continue  # what a switch that is an expression gives
        chain = [call]
        for _ in range(32):
            inner = chain[-1].receiver_call
            if inner is None:
                break
            chain.append(inner)
        names = {one.name for one in chain}
        if names & _STARTS:
            continue
        first = chain[-1]
        is_own = has_own and (first.qualified or "").startswith(":")
        is_own = is_own and unit.file_has(
            rf"\b(?:Mono|Flux|Uni|Multi)<[^;{{}}()]*>\s+{re.escape(first.name)}\s*\("
        )
        is_made = first.path.partition(".")[0] in _REACTIVE and len(first.path.split(".")) > 1
        is_asked = bool(names & _LAZY) and "webClient" in unit.text(first.span)
        if is_own or is_made or is_asked:
            yield Report(
                call.span,
                "Nobody subscribes to this, so it never runs; return it or chain it",
                place=call.place,
            )
