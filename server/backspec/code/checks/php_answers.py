"""PHP: what clients learn of errors, and records filled with all that a client sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.facts.model import CallValue, Context
from backspec.model import Fix, Severity
from backspec.text import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Value

_TRACE: Final = re.compile(r"->getTrace(?:AsString)?\(\s*\)|\bdebug_print_backtrace\(")
_FOR_DEVELOPERS: Final = re.compile(
    r"(?i)debug|\bdev\b|development|environment\(|APP_ENV|isLocal|verbose|php_sapi_name|\bcli\b"
)


@needs(roles=("html-response", "http-response", "response-send"))
def stack_trace(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``echo $e->getTraceAsString()``, ``response()->json(['trace' => $e->getTrace()])``."""
    if re.search(r"(?:^|/)(?:bin|cli|scripts?|Console|Command)s?/", unit.path):
        return
    for call in unit.calls("html-response", "http-response", "response-send"):
        found = _TRACE.search(unit.text(call.span))
        if found is None or call.context & (Context.DEV_GUARD | Context.TEST):
            continue
        function = call.function
        around = unit.text(function.span) if function is not None else ""
        if _FOR_DEVELOPERS.search(around) or (
            not around and unit.file_has(_FOR_DEVELOPERS.pattern)
        ):
            continue
        yield Report(
            call.span, "The client gets the stack trace, with paths and values", place=call.place
        )


@needs(calls=("phpinfo",))
def server_shown(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``phpinfo()``, unless its text is taken to be looked at."""
    for call in facts.calls:
        if call.path != "phpinfo":
            continue
        around = unit.text(call.function.span if call.function is not None else unit.span)
        if not re.search(r"\bob_get_(?:clean|contents|flush)\(", around):
            yield Report(
                call.callee_span,
                "`phpinfo` shows every setting and variable of the server to whoever asks",
                place=call.place,
            )


# ---------------------------------------------------------------------------- Eloquent

_FILLING: Final = frozenset(
    ("create", "forceCreate", "update", "fill", "forceFill", "insert", "updateOrCreate",
     "firstOrCreate", "make", "upsert", "insertGetId")
)  # fmt: skip
_UNBOUND: Final = frozenset(("insert", "upsert", "insertGetId", "forceFill", "forceCreate"))
"""Those that ask no model which attributes may be set."""
_EVERYTHING: Final = frozenset(("all", "input", "post", "except", "collect", "toArray"))


def mass_assignment(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``User::create($request->all())``."""
    if not unit.file_has(r"Illuminate|App\\Models|use App\\|Laravel"):
        return
    for call in facts.calls:
        if call.name not in _FILLING and not call.is_new:
            continue
        given = call.arguments.positional
        if call.name in _FILLING:
            for value in given[:2]:
                if _is_everything(value) and _is_record(call):
                    yield _filled(call, value, unit)
        elif (
            call.is_new
            and given
            and _is_everything(given[0])
            and ".Models." in (call.qualified or "")
        ):
            yield _filled(call, given[0], unit)


def _is_everything(value: Value) -> bool:
    """Whether a value is all that a request holds: ``$request->all()``."""
    if not isinstance(value, CallValue):
        return False
    call = value.call
    qualified = call.qualified or ""
    if call.name not in _EVERYTHING or not (
        qualified.startswith(("Illuminate.Http.Request.", "Illuminate.Support.Facades.Request."))
    ):
        return False
    if call.name in ("input", "post", "collect"):
        return not call.arguments.positional
    return call.name == "except" or not call.arguments.positional


def _is_record(call: Call) -> bool:
    """Whether a call fills a record: not a validator, a request or a collection."""
    owner = call.path.rpartition(".")[0]
    qualified = call.qualified or ""
    if ".Models." in qualified or "Eloquent.Builder" in qualified:
        return True
    if "Facades" in qualified or re.search(
        r"(?i)(?:request|valid|form|session|cache|client)\w*(?:\(\))?$", owner
    ):
        return False
    return call.name in ("forceFill", "forceCreate", "fill") or (
        call.name == "update"
        and re.search(r"(?i)\$?(?:user|auth\(\)\.user\(\)|model)$", owner) is not None
    )


def _filled(call: Call, value: Value, unit: UnitView) -> Report:
    is_unbound = call.name in _UNBOUND
    fixes: tuple[Fix, ...] = ()
    inner = value.call if isinstance(value, CallValue) else None
    if inner is not None and inner.name == "all" and (inner.qualified or "").find("Request") > 0:
        text = unit.text(value.span)
        fixed = text.replace("->all()", "->validated()")
        fixes = (
            Fix("Take what was validated", (Edit(value.span, fixed),), "unsafe",
                "validation/mass-assignment"),
        )  # fmt: skip
    return Report(
        value.span,
        f"`{call.written or call.name}` takes every field the client sent",
        fixes,
        severity=None if is_unbound else Severity.WARNING,
        profile=None if is_unbound else "strict",
        place=call.place,
    )
