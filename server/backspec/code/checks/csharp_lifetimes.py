"""Checks on C#: what outlives the request it belongs to, and what jobs are handed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.csharp_entities import is_context, queried
from backspec.code.facts.model import CallValue, Context, FunctionValue, Name
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, ClassDef, Facts, Function, Parameter

_SCOPED: Final = regex(r"\w*DbContext|SignInManager|UserManager|RoleManager")
_SINGLETON: Final = regex(r"Add(?:Singleton|HostedService)\s*<\s*(?:[\w.]+\s*,\s*)?([\w.]+)\s*>")
_HOSTED: Final = frozenset(("BackgroundService", "IHostedService"))


@needs(
    calls=("AddSingleton", "AddHostedService"),
    words=("BackgroundService", "IHostedService", "RequestDelegate"),
)
def captive(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Objects of one request that an object keeps which lives as long as the program."""
    for call in facts.calls:
        if call.name not in ("AddSingleton", "AddHostedService"):
            continue
        written = unit.text(call.callee_span)
        found = _SINGLETON.search(written)
        if found is None:
            continue
        name = found[1].rpartition(".")[2]
        if call.name == "AddSingleton" and name.endswith("DbContext"):
            yield Report(
                call.callee_span,
                f"All requests share one `{name}`, which is made for one at a time",
                place=call.place,
            )
            continue
        if call.arguments.positional:
            continue  # a factory says itself what it takes
        if _takes_scoped(name, unit):
            yield Report(
                call.callee_span,
                f"`{name}` lives as long as the program and keeps what belongs to one scope; take "
                "an `IServiceScopeFactory`",
                place=call.place,
            )
    for class_def in facts.classes:
        if _HOSTED & {base.rpartition(".")[2] for base in class_def.base_paths}:
            what = "A hosted service lives as long as the program"
        elif any(
            one.type_path.endswith("RequestDelegate") for one in _given(class_def, facts, unit)
        ):
            what = "Middleware is made once, for all requests,"
        else:
            continue
        for parameter in _given(class_def, facts, unit):
            if _SCOPED.fullmatch(parameter.type_path.rpartition(".")[2]):
                yield Report(
                    parameter.span,
                    f"{what} and keeps this `{parameter.type_path}`, which belongs to one scope",
                    place=parameter.place,
                )
                break


def _given(class_def: ClassDef, facts: Facts, unit: UnitView) -> tuple[Parameter, ...]:
    """The parameters of a class's constructor."""
    for function in facts.functions:
        if function.class_def is class_def and function.name == class_def.name:
            return function.parameters
    # ``class Worker(ShopDbContext db) : BackgroundService``
    reader = unit.adapter
    lists = [node for node in class_def.node.named_children if node.type == "parameter_list"]
    return tuple(reader.read_parameters(lists[0])) if lists else ()  # type: ignore[attr-defined]


def _takes_scoped(name: str, unit: UnitView) -> bool:
    """Whether the constructor of a class of this file takes what is made for one scope."""
    if not unit.file_has(rf"\bclass {name}\b") and not unit.file_has(rf"\brecord {name}\b"):
        return False
    made = rf"\b(?:public|class|record)\s+{re.escape(name)}\s*\("
    scoped = r"\bAdd(?:Scoped|DbContext)\s*<\s*"
    return (
        unit.file_has(rf"{made}[^)]*\b(?:\w*DbContext|(?:User|Role|SignIn)Manager<\w+>)\s")
        or unit.file_has(rf"(?s){scoped}(\w+)\s*[,>].*{made}[^)]*\b\1\s+\w+\s*[,)]")
        or unit.file_has(rf"(?s){made}[^)]*?\b(\w+)\s+\w+\s*[,)].*{scoped}\1\s*[,>]")
    )


# ---------------------------------------------------------------------------- requests

_CONTEXT: Final = regex(r"(?<![\w.])(?:this\.)?(HttpContext|Request|Response)\b(?!\s*[<,)])")


@needs(calls=("Run", "StartNew", "QueueUserWorkItem"))
def request_escapes(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``Task.Run(() => .. HttpContext ..)`` or a context of a request, that nobody waits for."""
    for call in facts.calls:
        if call.path not in ("Task.Run", "Task.Factory.StartNew", "ThreadPool.QueueUserWorkItem"):
            continue
        if not call.context & Context.HANDLER or call.context & Context.AWAITED:
            continue
        if call.use != "statement" and call.assigned_to != "_":
            continue
        given = next(iter(call.arguments.positional), None)
        if not isinstance(given, FunctionValue):
            continue
        what = _kept(given.function, call, unit)
        if what:
            yield Report(
                call.callee_span,
                f"`{what}` belongs to the request, which is over when this runs",
                place=call.place,
            )


def _kept(function: Function, call: Call, unit: UnitView) -> str:
    """What of a request a function uses, "" when nothing."""
    text = unit.text(function.body_span)
    owner = call.class_def
    is_controller = owner is not None and any(
        base.endswith(("Controller", "ControllerBase")) for base in owner.base_paths
    )
    found = _CONTEXT.search(text) if is_controller else None
    if found is not None:
        return str(found[1])
    for name in re.findall(r"(?<![\w.])(_?\w+)\.[A-Z]\w*", text):
        is_own = re.search(rf"\b(?:var|using)\b[^;]*\b{re.escape(name)}\s*=", text)
        if is_own is None and name != "this" and _is_context(name, call, unit):
            return str(name)
    return ""


def _is_context(name: str, call: Call, unit: UnitView) -> bool:
    return is_context(name.removeprefix("this."), call, unit)


# ---------------------------------------------------------------------------- jobs


@needs(roles=("job-enqueue",))
def rich_job(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``BackgroundJob.Enqueue(() => mails.Send(order))`` with a row, a context or a request."""
    for call in unit.calls("job-enqueue"):
        given = next(iter(call.arguments.positional), None)
        if not isinstance(given, FunctionValue):
            continue
        span = given.function.body_span
        for inner in facts.calls_in(Span(span.start, span.end)):
            values = [one for one in inner.arguments.positional if isinstance(one, Name)]
            found = next(((one, w) for one in values if (w := _what(one, call, facts, unit))), None)
            if found is not None:
                value, what = found
                yield Report(
                    value.span, f"A job gets `{value.path}`, {what}; pass its id", place=call.place
                )
                break


def _what(value: Name, call: Call, facts: Facts, unit: UnitView) -> str:
    if value.path in ("HttpContext", "Request", "this.HttpContext", "this.Request"):
        return "which holds an open connection"
    if "." in value.path:
        return ""
    if _is_context(value.path, call, unit):
        return "which holds a connection to the database"
    bound = None
    for assign in facts.assigns:
        if assign.target == value.path and assign.function is call.function:
            bound = assign.value
    if isinstance(bound, CallValue) and queried(bound.call, unit) is not None:
        name = bound.call.name.removesuffix("Async")
        if name in ("Find", "First", "FirstOrDefault", "Single", "SingleOrDefault"):
            return "a row"
    return ""
