"""Checks on JavaScript and TypeScript: what lives longer than what it was given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import qualified_of
from backspec.code.facts.model import CallValue, Mapping, Name
from backspec.expressions import regex
from backspec.model import Related, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, ClassDef, Facts, Function, Parameter, Value

_INJECTABLE: Final = frozenset(("Injectable", "Controller", "Resolver", "WebSocketGateway"))
_REQUEST_TOKENS: Final = frozenset(("@nestjs/core.REQUEST", "@nestjs/graphql.CONTEXT"))
_OF_REQUEST: Final = (
    r"@\w+\(\s*\{{[^{{}}]*\bscope:\s*Scope\.REQUEST\b[^{{}}]*\}}\s*\)\s*"
    r"(?:@[^\n]*\s+)*(?:export\s+)?(?:default\s+)?class\s+{}\b"
)
_ONCE: Final = regex(r"^(?:PassportStrategy\b|.*\.PassportStrategy\b)")
_RAISED: Final = frozenset(("Cron", "Interval", "OnEvent", "Process"))


@needs(
    families=("javascript",),
    words=("injectable", "controller", "resolver", "asclass", "asfunction"),
)
def captive(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """What is made once and keeps what belongs to one request."""
    if unit.imports("@nestjs/common"):
        yield from _nest(facts, unit)
    if unit.imports("awilix"):
        for call in facts.calls:
            if call.name == "register" and call.arguments.positional:
                yield from _awilix(call, unit)


# ---------------------------------------------------------------------------- NestJS


def _nest(facts: Facts, unit: UnitView) -> Iterator[Report]:
    for one in facts.classes:
        constructor = _constructor(one, facts)
        if constructor is None or not any(
            d.path.rpartition(".")[2] in _INJECTABLE for d in one.decorators
        ):
            continue
        once = _made_once(one, facts)
        scope = _scope(one)
        for parameter in constructor.parameters:
            what = _request_scoped(parameter, unit)
            if not what:
                continue
            if once:
                yield Report(
                    parameter.span,
                    f"`{one.name}` is {once}, so there is no request when it gets `{what}`",
                    place=parameter.place,
                )
            elif scope == "":
                yield Report(
                    parameter.span,
                    f"`{one.name}` is made anew for each request because of `{what}`, and so is "
                    "all that takes it; say `scope: Scope.REQUEST`, or hand on what is needed",
                    severity=Severity.INFO,
                    place=parameter.place,
                )
            break


def _scope(class_def: ClassDef) -> str:
    """``REQUEST``, ``TRANSIENT`` or ``DEFAULT`` as a provider says it, "" when it says nothing."""
    for one in class_def.decorators:
        if one.path.rpartition(".")[2] not in _INJECTABLE or one.call is None:
            continue
        for value in one.call.arguments.positional:
            if isinstance(value, Name):
                return "unknown"
            if isinstance(value, Mapping):
                scope = value.entries.get("scope")
                if isinstance(scope, Name):
                    return scope.path.rpartition(".")[2]
                if scope is not None or value.is_open:
                    return "unknown"
    return ""


def _constructor(class_def: ClassDef, facts: Facts) -> Function | None:
    return next(
        (f for f in facts.functions if f.class_def is class_def and f.name == "constructor"), None
    )


def _made_once(class_def: ClassDef, facts: Facts) -> str:
    """Why there can be only one object of a class, "" when there can be more."""
    if any(_ONCE.match(base) for base in class_def.base_paths):
        return "a Passport strategy, made when the program starts"
    if any(one.path.rpartition(".")[2] == "WebSocketGateway" for one in class_def.decorators):
        return "a gateway, made when the program starts"
    for function in facts.functions:
        if function.class_def is class_def and any(
            one.path in _RAISED and (one.qualified or "").startswith("@nestjs/")
            for one in function.decorators
        ):
            return f"called by a clock or a queue (`{function.name}`)"
    return ""


def _request_scoped(parameter: Parameter, unit: UnitView) -> str:
    """What a parameter is given that belongs to one request, "" for anything else."""
    for one in parameter.decorators:
        if one.call is None or not (one.qualified or "").startswith("@nestjs/common.Inject"):
            continue
        token = next(iter(one.call.arguments.positional), None)
        path = qualified_of(token)
        return path.rpartition(".")[2] if path in _REQUEST_TOKENS else ""
    name = parameter.type_path
    if not re.fullmatch(r"[A-Z]\w*", name) or not unit.file_has(r"\bScope\.REQUEST\b"):
        return ""
    return name if unit.file_has(_OF_REQUEST.format(name)) else ""


# ---------------------------------------------------------------------------- Awilix


def _awilix(call: Call, unit: UnitView) -> Iterator[Report]:
    """``asClass(Mailer).singleton()`` where ``Mailer`` takes what is ``.scoped()``."""
    given = call.arguments.positional[0]
    if not isinstance(given, Mapping):
        return
    lifetimes = {name: _lifetime(value) for name, value in given.entries.items()}
    scoped = [name for name, (life, _) in lifetimes.items() if life == "scoped"]
    for name, (life, made) in lifetimes.items():
        if life != "singleton" or made is None:
            continue
        one = next((one for one in scoped if _takes(made, one, unit)), "")
        if one:
            yield Report(
                given.key_spans[name],
                f"`{name}` lives as long as the program and keeps the first `{one}`, which belongs "
                "to one scope",
                related=(Related("made for each scope", given.key_spans[one]),),
                place=call.place,
            )


def _lifetime(value: Value) -> tuple[str, Value | None]:
    """How long what a registration makes lives, and what it is made from."""
    life = ""
    for _ in range(8):
        if not isinstance(value, CallValue):
            return "", None
        call = value.call
        given = call.arguments.positional
        if call.name in ("asClass", "asFunction"):
            options = given[1] if len(given) > 1 else None
            if isinstance(options, Mapping) and "lifetime" in options.entries:
                lifetime = options.entries["lifetime"]
                path = lifetime.path if isinstance(lifetime, Name) else ""
                life = life or path.rpartition(".")[2].lower()
            return life, given[0] if given else None
        life = life or (call.name if call.name in ("singleton", "scoped", "transient") else "")
        inner = call.receiver_call
        if inner is None:
            return "", None
        value = CallValue(inner.span, inner.node, inner)
    return "", None


def _takes(made: Value, wanted: str, unit: UnitView) -> bool:
    """Whether the constructor of a class, or a function, of this file takes one thing apart."""
    name = made.path if isinstance(made, Name) else ""
    if not re.fullmatch(r"\w+", name):
        return False
    taken = rf"\(\s*\{{[^{{}}]*\b{re.escape(wanted)}\b[^{{}}]*\}}"
    return unit.file_has(rf"\bclass\s+{name}\b[^(]*\bconstructor\s*{taken}") or unit.file_has(
        rf"\b{name}\s*(?:=\s*(?:async\s*)?)?{taken}\s*(?::[^)]*)?\)"
    )
