"""Checks on parameters of routes that their handlers call by another name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import string

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, ClassDef, Decorator, Facts, Function
    from backspec.text import Span

_FLASK: Final = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
_BRACES: Final = re.compile(r"\{(\w+)(?::\w+)?\}")
_COLON: Final = re.compile(r":(\w+)")
_PASSING: Final = re.compile(
    r"login_required|jwt_required|auth|permission|role|admin|cache|limit|cors|csrf|roles?_|doc|response"
)
"""Names of decorators that hand on what the route gives them."""
_PLAIN: Final = frozenset(("", "int", "str", "UUID", "float"))
_NOT_PLAIN_PATH: Final = re.compile(r"[*(+?\\]")


@needs(families=("javascript", "python"))
def mismatch(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Parameters that the path declares and the handler does not, or the other way round."""
    if unit.family == "python":
        for function in facts.functions:
            for decorator in function.decorators:
                yield from _python(decorator, function, unit)
    elif unit.family == "javascript":
        yield from _express(facts, unit)
        for function in facts.functions:
            for decorator in function.decorators:
                yield from _nest(decorator, function)


def _python(decorator: Decorator, function: Function, unit: UnitView) -> Iterator[Report]:
    call = decorator.call
    qualified = decorator.qualified or ""
    if call is None or not qualified.startswith(("flask.", "fastapi.")):
        return
    given = call.arguments.positional[0] if call.arguments.positional else None
    path = string(given or call.arguments.keywords.get("path"))
    signature = unit.text(function.span).partition(":\n")[0]
    if path is None or given is None or "**" in signature:
        return
    names = {parameter.name for parameter in function.parameters}
    if qualified.startswith("flask."):
        others = [one for one in function.decorators if one.qualified != decorator.qualified]
        if "defaults" in call.arguments.keywords or not all(
            _PASSING.search(one.path) for one in others
        ):
            return
        for name in _FLASK.findall(path):
            if name not in names:
                yield _report(given.span, name, function)
        return
    declared = _BRACES.findall(path)
    free = [
        one
        for one in function.parameters
        if one.name not in declared
        and one.default_node is None
        and one.type_path.rpartition(".")[2] in _PLAIN
    ]
    for name in declared:
        if name not in names and any(_is_alike(name, one.name) for one in free):
            yield _report(given.span, name, function)


def _is_alike(one: str, two: str) -> bool:
    """``userId`` and ``user_id``, ``id`` and ``item_id``."""
    first, second = (name.replace("_", "").lower() for name in (one, two))
    return first.endswith(second) or second.endswith(first)


def _report(span: Span, name: str, function: Function) -> Report:
    return Report(
        span,
        f"The path declares `{name}`, and `{function.name}` has no parameter of that name",
        place=function.place,
    )


def _express(facts: Facts, unit: UnitView) -> Iterator[Report]:
    for function in facts.functions:
        call = function.passed_to
        if call is None or "route-handler" not in unit.roles_of(call):
            continue
        path = _path_of(call)
        if path is None or len(function.parameters) not in (2, 3):
            continue
        text = unit.text(function.span)
        request = re.escape(function.parameters[0].name)
        declared = set(_COLON.findall(path))
        if re.search(rf"\b{request}\.params\s*=|Object\.assign\(\s*{request}\.params", text):
            continue
        for found in re.finditer(rf"\b{request}\.params\.(\w+)", text):
            if found[1] in declared or found[1] == "hasOwnProperty":
                continue
            if unit.file_has(r"mergeParams|\.use\(\s*['\"`][^'\"`]*:|\.param\("):
                return
            yield Report(
                call.arguments.positional[0].span,
                f"`{found[0]}` is read, and the path declares no `{found[1]}`",
                place=call.place,
            )
            break


def _path_of(call: Call) -> str | None:
    """The path of a route on an Express application or router, when all of it is known."""
    qualified = call.qualified or ""
    given = call.arguments.positional
    if not qualified.startswith(("express.Application.", "express.Router.")) or len(given) < 2:
        return None
    path = string(given[0])
    if call.name in ("use", "param", "all") or path is None or not path.startswith("/"):
        return None
    return None if _NOT_PLAIN_PATH.search(path) else path


def _nest(decorator: Decorator, function: Function) -> Iterator[Report]:
    call, class_def = decorator.call, function.class_def
    qualified = decorator.qualified or ""
    if call is None or class_def is None:
        return
    if not re.fullmatch(r"@nestjs/common\.(?:Get|Post|Put|Patch|Delete)", qualified):
        return
    declared = _nest_path(call, class_def)
    if declared is None:
        return
    for parameter in function.parameters:
        for one in parameter.decorators:
            if one.qualified != "@nestjs/common.Param" or one.call is None:
                continue
            name = (
                string(one.call.arguments.positional[0]) if one.call.arguments.positional else None
            )
            if name and name not in declared:
                yield Report(
                    one.call.arguments.positional[0].span,
                    f"The path of `{function.name}` declares no `{name}`",
                    place=function.place,
                )


def _nest_path(call: Call, class_def: ClassDef) -> set[str] | None:
    """The parameters of a controller's path and a method's; None when not all is known."""
    around = [one for one in class_def.decorators if one.qualified == "@nestjs/common.Controller"]
    if not around or around[0].call is None:
        return None
    path = ""
    for one in (around[0].call, call):
        given = one.arguments.positional
        part = string(given[0]) if given else ""
        if part is None or _NOT_PLAIN_PATH.search(part):
            return None
        path += f"/{part}"
    return set(_COLON.findall(path))
