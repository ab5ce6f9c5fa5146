"""Checks on Java: routes and their parameters, answers without content, clients, origins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.java_calls import chain_of, function_text
from backspec.code.checks.values import string
from backspec.code.facts.model import Const, Context, Operation
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Decorator, Facts, Function, Value

# ---------------------------------------------------------------------------- paths

_ROUTES: Final = frozenset(
    ("GetMapping", "PostMapping", "PutMapping", "PatchMapping", "DeleteMapping", "RequestMapping")
)
_VARIABLE: Final = regex(r"\{\*?(\w+)(?::(?:[^{}]|\{[^}]*\})*)?\}")


@needs(calls=("PathVariable",), words=("PathVariable",))
def path_parameters(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``@PathVariable`` whose name the path does not have."""
    if not unit.imports("org.springframework.web.bind.annotation"):
        return
    for function in facts.functions:
        wanted = [
            (parameter, one)
            for parameter in function.parameters
            for one in parameter.decorators
            if one.path.rpartition(".")[2] == "PathVariable"
        ]
        told = _told(function) if wanted else None
        if told is None:
            continue
        for parameter, one in wanted:
            if parameter.type_path.rpartition(".")[2] in ("Map", "Optional"):
                continue
            name = _named(one) or (parameter.name if one.call is None else "")
            if not name or name in told:
                continue
            if one.call is not None and "required" in one.call.arguments.keywords:
                continue
            yield Report(
                parameter.span,
                f"The path has no `{{{name}}}`: every request fails",
                place=function.place,
            )


def _named(one: Decorator) -> str:
    if one.call is None:
        return ""
    given = one.call.arguments
    value = given.positional[0] if given.positional else None
    value = value or given.keywords.get("value") or given.keywords.get("name")
    return string(value) or ""


def _told(function: Function) -> set[str] | None:
    """The variables of all paths of a handler; None when a path cannot be seen."""
    class_def = function.class_def
    if class_def is None or (class_def.base_paths and _paths(function.decorators) == []):
        return None
    own = _paths(function.decorators)
    around = _paths(class_def.decorators)
    if own is None or around is None or (not own and not around):
        return None
    if class_def.node.type == "interface_declaration":
        return None
    return {name for path in (*own, *around) for name in _VARIABLE.findall(path)}


def _paths(decorators: tuple[Decorator, ...]) -> list[str] | None:
    found: list[str] = []
    for one in decorators:
        if one.call is None:
            continue
        given = one.call.arguments
        if one.path.rpartition(".")[2] not in _ROUTES:
            if any((string(value) or "").startswith("/") for value in given.positional):
                return None  # a mapping of the project's own
            continue
        values = [*given.positional]
        values += [given.keywords[key] for key in ("value", "path") if key in given.keywords]
        for value in values:
            for item in getattr(value, "items", (value,)):
                text = string(item)
                if text is None or "${" in text:
                    return None
                found.append(text)
    return found


# ---------------------------------------------------------------------------- answers

_EMPTY: Final = regex(r"(?:HttpStatus\.)?(?:NO_CONTENT|NOT_MODIFIED|RESET_CONTENT)$|^(?:204|304)$")


@needs(calls=("body", "entity", "ResponseEntity"))
def body_without_content(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``ResponseEntity.status(NO_CONTENT).body(x)``"""
    for call in unit.called("body", "entity"):
        given = call.arguments.positional
        if len(given) != 1 or (isinstance(given[0], Const) and given[0].value is None):
            continue
        for one in chain_of(call)[1:]:
            status = one.arguments.positional
            is_empty = (
                one.name == "status"
                and len(status) == 1
                and _EMPTY.search(unit.text(status[0].span)) is not None
            ) or (one.name == "noContent" and not status)
            if is_empty and re.match(r"(?:\w+\.)*(?:ResponseEntity|Response)\b", one.path):
                yield _no_body(call, given[0])
    for call in unit.called("ResponseEntity"):
        given = call.arguments.positional
        if not call.is_new or len(given) < 2 or not _EMPTY.search(unit.text(given[-1].span)):
            continue
        if not (isinstance(given[0], Const) and given[0].value is None):
            yield _no_body(call, given[0])


def _no_body(call: Call, body: Value) -> Report:
    return Report(
        body.span, "No client ever sees this: the status says that there is no body",
        place=call.place,
    )  # fmt: skip


# ---------------------------------------------------------------------------- clients

_CLIENTS: Final = {
    "RestTemplate": "org.springframework.web.client.RestTemplate",
    "OkHttpClient": "okhttp3.OkHttpClient",
    "newHttpClient": "java.net.http.HttpClient.newHttpClient",
    "createDefault": "org.apache.http.impl.client.HttpClients.createDefault",
}


@needs(calls=tuple(_CLIENTS))
def client_per_call(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """HTTP clients that are made in the method that uses them."""
    for call in unit.called(*_CLIENTS):
        if call.qualified != _CLIENTS[call.name] or call.function is None:
            continue
        if call.context & (Context.TEST | Context.MAIN | Context.MODULE):
            continue
        outer = call.function
        while outer.outer is not None:
            outer = outer.outer
        if outer.node.type != "method_declaration" or (
            outer.decorators
            and any(
                one.path.rpartition(".")[2] in ("Bean", "PostConstruct", "BeforeEach", "Produces")
                for one in outer.decorators
            )
        ):
            continue
        text = function_text(call, unit)
        name = call.assigned_to
        if call.use == "assigned":
            parent = call.parent
            if parent is None or parent.type != "variable_declarator":
                continue
            if re.search(rf"return\s+{name}\s*;|[(,]\s*{name}\s*[,)]|=\s*{name}\s*;", text):
                continue
            if not re.search(
                rf"\b{name}\s*\.\s*(?:\w*For\w+|exchange|execute|send\w*|newCall|put|delete)\(",
                text,
            ):
                continue
        elif call.use != "receiver" or (
            call.is_new
            and not re.match(
                r"\s*\.\s*(?:\w*For\w+|exchange|newCall|put|delete)\(",
                unit.text(outer.span).partition(unit.text(call.span))[2],
            )
        ):
            continue
        yield Report(
            call.span,
            "Each call opens connections of its own; use one client for all of them",
            place=call.place,
        )


# ---------------------------------------------------------------------------- origins

_LOOSE: Final = regex(r"^(?:\w+://)?\*(?![.*:/])[\w-]+\.|^(?:https?://)?\*$^")


@needs(calls=("setAllowedOriginPatterns", "addAllowedOriginPattern", "allowedOriginPatterns"))
def loose_origin(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``*example.com``, which ``evilexample.com`` fits."""
    for call in unit.called(
        "setAllowedOriginPatterns", "addAllowedOriginPattern", "allowedOriginPatterns"
    ):
        for text in re.findall(r'"([^"\n]*)"', unit.text(call.arguments.span)):
            if _LOOSE.match(text):
                yield Report(
                    call.span,
                    f"`{text}` fits `evil{text.rpartition('*')[2]}` too: a dot is missing",
                    place=call.place,
                )
                break


# ---------------------------------------------------------------------------- texts


@needs(words=("String",))
def same_object(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``name == "x"``, which asks whether both are one object."""
    if not _IS_TEXT.search(unit.text(unit.span)):
        return
    stack = [unit.adapter.root]
    while stack:
        node = stack.pop()
        if node.type == "binary_expression":
            operator = node.child_by_field_name("operator")
            sides = [node.child_by_field_name("left"), node.child_by_field_name("right")]
            kinds = [one.type for one in sides if one is not None]
            if (
                operator is not None
                and operator.type in ("==", "!=")
                and kinds.count("string_literal") == 1
                and "null_literal" not in kinds
            ):
                value = unit.adapter.value(node, facts.reader.place.scope)  # type: ignore[attr-defined]
                if isinstance(value, Operation):
                    yield Report(
                        value.span,
                        "This asks whether both are the same object: use `equals`",
                    )
        stack.extend(node.named_children)


_IS_TEXT: Final = regex(r'[=!]=\s*"|"\s*[=!]=(?!=)')
