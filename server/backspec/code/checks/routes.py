"""Checks on the order of routes, and on validation whose result nobody looks at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.checks.names import words
from backspec.code.checks.route_moves import move_above
from backspec.code.checks.values import string
from backspec.code.facts.model import Context
from backspec.expressions import regex
from backspec.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Decorator, Facts, Function

_METHODS: Final = frozenset(("get", "post", "put", "patch", "delete", "all", "del"))
_QUOTE: Final = r"[\"'`]"


@needs(families=("javascript", "python"))
def shadowed(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Routes that an earlier route with a parameter takes for itself."""
    if unit.family == "python":
        yield from _fastapi(facts, unit)
        return
    for call in unit.calls("route-handler"):
        if call.name in _METHODS and call.arguments.positional:
            yield from _express(call, unit)
    if not unit.imports("@nestjs/common"):
        return
    for function in facts.functions:
        for decorator in function.decorators:
            if (decorator.qualified or "").startswith(
                "@nestjs/common."
            ) and decorator.call is not None:
                yield from _nest(decorator, function, unit)


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]


def _is_literal(path: str) -> bool:
    return not re.search(r"[:{*(<\[]", path) and bool(_segments(path))


def _shadow_patterns(path: str, parameter: str) -> list[str]:
    """Expressions for earlier paths that take this one, with a parameter for one segment."""
    segments = _segments(path)
    found = []
    for at in range(len(segments)):
        written = [re.escape(segment) for segment in segments]
        written[at] = parameter
        found.append("/".join(written))
    return found


def _express(call: Call, unit: UnitView) -> Iterator[Report]:
    path = string(call.arguments.positional[0])
    qualified = call.qualified or ""
    if path is None or not path.startswith("/") or not _is_literal(path):
        return
    if not qualified.startswith(("express.", "@koa/router.", "koa-router.")):
        return
    receiver = call.path.rpartition(".")[0]
    if not receiver or "(" in receiver:
        return
    later = rf"{re.escape(receiver)}\.{call.name}\(\s*{_QUOTE}{re.escape(path)}{_QUOTE}"
    for shadow in _shadow_patterns(path, r":\w+"):
        earlier = rf"{re.escape(receiver)}\.(?:{call.name}|all)\(\s*{_QUOTE}(?:/{shadow})/?{_QUOTE}"
        if unit.file_has(rf"(?s){earlier}.*{later}") and not unit.file_has(
            rf"(?s){later}.*{earlier}"
        ):
            start = rf"{re.escape(receiver)}\.(?:{call.name}|all)\(\s*{_QUOTE}(?:/"
            takers = [f"{start}{one})/?{_QUOTE}" for one in _shadow_patterns(path, r":\w+")]
            plain = rf"{re.escape(receiver)}\.(?:get|post|put|patch|delete|head|options)\("
            yield Report(
                call.arguments.positional[0].span,
                f"`{path}` is never reached: an earlier route with a parameter takes it",
                move_above(call.node, takers, plain, unit),
                place=call.place,
            )
            return


def _nest(decorator: Decorator, function: Function, unit: UnitView) -> Iterator[Report]:
    assert decorator.call is not None
    name = decorator.path.rpartition(".")[2]
    given = decorator.call.arguments.positional
    path = string(given[0]) if given else None
    if name.lower() not in _METHODS or path is None or not _is_literal(path):
        return
    class_def = function.class_def
    if class_def is None:
        return
    path = path.strip("/")
    head = rf"\bclass\s+{re.escape(class_def.name)}\b"
    later = rf"@{name}\(\s*{_QUOTE}/?{re.escape(path)}/?{_QUOTE}"
    for shadow in _shadow_patterns(path, r":\w+"):
        earlier = rf"@{name}\(\s*{_QUOTE}/?{shadow}/?{_QUOTE}"
        between = r"(?:(?!^(?:export\s+)?(?:default\s+)?(?:abstract\s+)?class\s).)*"
        if unit.file_has(rf"(?s){head}{between}{earlier}{between}{later}"):
            yield Report(
                given[0].span,
                f"`{path}` is never reached: an earlier route with a parameter takes it",
                place=function.place,
            )
            return


def _fastapi(facts: Facts, unit: UnitView) -> Iterator[Report]:
    for function in facts.functions:
        for decorator in function.decorators:
            qualified = decorator.qualified or ""
            if not qualified.startswith(("fastapi.FastAPI.", "fastapi.APIRouter.")):
                continue
            owner, _, name = decorator.path.rpartition(".")
            if name not in _METHODS or decorator.call is None:
                continue
            given = decorator.call.arguments.positional
            path = string(given[0]) if given else None
            if path is None or not path.startswith("/") or not _is_literal(path):
                continue
            later = rf"@{re.escape(owner)}\.{name}\(\s*{_QUOTE}{re.escape(path)}{_QUOTE}"
            for shadow in _shadow_patterns(path, r"\{(\w+)\}"):
                earlier = rf"@{re.escape(owner)}\.{name}\(\s*{_QUOTE}/{shadow}/?{_QUOTE}"
                if not unit.file_has(rf"(?s){earlier}.*{later}"):
                    continue
                # A parameter declared as a number or an id does not take a word.
                if not unit.file_has(earlier + _TAKES_TEXT):
                    continue
                start = rf"@{re.escape(owner)}\.{name}\(\s*{_QUOTE}/"
                takers = [f"{start}{one}/?{_QUOTE}" for one in _shadow_patterns(path, r"\{\w+\}")]
                plain = rf"@{re.escape(owner)}\.(?:get|post|put|patch|delete|head|options)\("
                yield Report(
                    given[0].span,
                    f"`{path}` is never reached: an earlier route with a parameter takes it",
                    move_above(function.node, takers, plain, unit),
                    place=function.place,
                )
                break


_TAKES_TEXT: Final = (
    r"[^\n]*\n(?:[^\n]*\n){0,14}?[ \t]*(?:async[ \t]+)?def[ \t]+\w+\("
    r"(?:[^()]|\([^()]*\))*?\b\1[ \t]*(?::[ \t]*str\b|[,)\n])"
)
"""What follows a route whose parameter takes any text: a function that says so."""


# ---------------------------------------------------------------------------- validation

_FORMS: Final = frozenset(("form", "forms", "serializer", "formset", "serialiser"))


def _is_used_anyway(owner: str, call: Call, unit: UnitView) -> bool:
    """Whether what was checked is stored afterwards; reading cleaned values alone is an idiom."""
    if call.function is None:
        return False
    span = call.function.span
    after = unit.text(span)[call.span.end - span.start :]
    # ``save`` of both refuses by itself what is not valid, so it is no use of wrong input.
    name = re.escape(owner)
    if re.search(rf"(?<![\w.]){name}\.save\(", after):
        return False
    return re.search(rf"(?<![\w.]){name}\.validated_data", after) is not None


def _raising(owner: str, call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """``is_valid`` of REST framework's serializers can raise; that of forms cannot."""
    is_serializer = {"serializer", "serialiser"} & set(words(owner.rpartition(".")[2]))
    edits = fixes.insert_argument(call, unit.adapter.source, "raise_exception=True")
    if not is_serializer or not unit.imports("rest_framework") or edits is None:
        return ()
    return (Fix("Add `raise_exception=True`", tuple(edits), "unsafe", _NOT_TRIGGERED),)


def _throwing(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """zod: ``order.safeParse(body)`` to ``order.parse(body)``."""
    edits = fixes.replace_member(call.callee_span, unit.adapter.source, {"safeParse": "parse"})
    if not unit.imports("zod") or unit.imports("valibot", "arktype") or edits is None:
        return ()
    if re.fullmatch(r"\w+(?:\.\w+)*", unit.text(call.callee_span)) is None or _IS_LIBRARY.match(
        call.qualified or ""
    ):
        return ()
    return (Fix("Throw when it is wrong", tuple(edits), "unsafe", _NOT_TRIGGERED),)


_NOT_TRIGGERED: Final = "validation/annotation-not-triggered"
_IS_LIBRARY: Final = regex(r"zod(?:/[\w/-]+)?\.(?:z\.)?safeParse$")


@needs(calls=("is_valid", "safeParse", "validate"), families=("javascript", "python"))
def result_ignored(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Validation that is run and whose verdict nobody looks at."""
    del facts
    for call in unit.called("is_valid", "safeParse", "validate"):
        name = call.name
        if name == "is_valid" and unit.family == "python":
            if call.use != "statement" or not unit.imports("rest_framework", "django"):
                continue
            owner = call.path.rpartition(".")[0]
            if not set(words(owner.rpartition(".")[2])) & _FORMS:
                continue
            raises = call.arguments.keywords.get("raise_exception")
            first = call.arguments.positional[:1]
            if raises is not None or first or call.arguments.is_open:
                continue
            if not _is_used_anyway(owner, call, unit):
                continue
            yield Report(
                call.span,
                f"`{owner}` is checked, and what was found is not looked at",
                _raising(owner, call, unit),
                place=call.place,
            )
        elif name == "safeParse" and call.use == "statement":
            if unit.imports("zod", "valibot", "arktype"):
                yield Report(
                    call.span,
                    "The input is checked, and what was found is not looked at",
                    _throwing(call, unit),
                    place=call.place,
                )
        elif name == "validate" and call.use == "statement" and unit.imports("joi", "@hapi/joi"):
            if call.context & Context.AWAITED or len(call.arguments.positional) != 1:
                continue
            owner = call.path.rpartition(".")[0]
            if re.search(r"schema", owner, re.IGNORECASE):
                yield Report(
                    call.span,
                    "The input is checked, and what was found is not looked at",
                    place=call.place,
                )
