"""Checks on ASP.NET: answers, tokens, forged requests, the order of middleware, shared loaders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.checks.values import names_around
from backspec.code.facts.model import Context, Mapping, Value
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Catch, Decorator, Facts, Function

# ---------------------------------------------------------------------------- answers

_SUCCESS: Final = frozenset(("Ok", "Json", "JsonResult"))
_ERROR_KEYS: Final = frozenset(("error", "errors", "exception", "errormessage", "err"))
_ALWAYS_200: Final = regex(r"(?i)webhook|callback|health|status|ping|graphql|rpc|batch|probe")


def catch_returns_success(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Actions that answer a caught error with ``Ok(new { error = .. })``."""
    for catch in facts.catches:
        if not catch.context & Context.HANDLER:
            continue
        if any(_ALWAYS_200.search(name) for name in names_around(catch.function)):
            continue
        for call in facts.calls_in(catch.body_span):
            if call.name not in _SUCCESS or call.use != "returned":
                continue
            if "http-response" not in unit.roles_of(call) and call.name != "Json":
                continue
            if call.function is catch.function and _tells_error(call, catch, unit):
                yield Report(
                    call.span,
                    "The client is told of an error with the status of a success",
                    _with_status(call, unit),
                    place=call.place,
                )


def _tells_error(call: Call, catch: Catch, unit: UnitView) -> bool:
    body = next(iter(call.arguments.positional), None)
    if body is None or re.search(r"\bStatusCode\s*=", unit.text(catch.body_span)):
        return False
    if isinstance(body, Mapping):
        for key, value in body.entries.items():
            written = unit.text(value.span)
            if key.lower() in _ERROR_KEYS and written not in ("null", "false", '""'):
                return True
            if key.lower() in ("success", "ok", "succeeded", "issuccess") and written == "false":
                return True
    return bool(catch.name) and unit.text(body.span) in (
        f"{catch.name}.Message",
        f"{catch.name}.ToString()",
        catch.name,
    )


def _with_status(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    if call.path != "Ok":
        return ()
    body = unit.text(call.arguments.span)
    edit = Edit(call.span, f"StatusCode(500, {body})")
    return (Fix("Answer with status 500", (edit,), "unsafe", "error/catch-returns-success"),)


# ---------------------------------------------------------------------------- tokens

_OLD_TOKEN: Final = regex(r"(?i)expired|refresh|renew|logout|revoke")


@needs(roles=("jwt-encode", "jwt-algorithms"))
def token_lifetime(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Tokens that are made without an end, or whose end nobody looks at."""
    for call in unit.calls("jwt-encode", "jwt-algorithms"):
        if "jwt-encode" in unit.roles_of(call):
            key, end = unit.argument(call, "key"), unit.argument(call, "expires")
            if isinstance(key, Value) and (end is None or unit.text(_span(end)) == "null"):
                yield Report(
                    call.callee_span,
                    "This token never expires: whoever gets hold of it keeps it for good",
                    place=call.place,
                )
            continue
        off = None
        for switch in ("ValidateLifetime", "RequireExpirationTime"):
            given = call.arguments.keywords.get(switch)
            if off is None and given is not None and unit.text(given.span) == "false":
                off, name = given, switch
        if off is None or call.context & Context.DEV_GUARD:
            continue
        if any(_OLD_TOKEN.search(name) for name in names_around(call.function)):
            continue  # to renew a token, one reads the one that has expired
        yield Report(
            call.arguments.keyword_spans[name],
            "Tokens are accepted after their end"
            if name == "ValidateLifetime"
            else "Tokens without an end are accepted",
            (Fix("Look at the end", (Edit(off.span, "true"),), "unsafe", "auth/jwt-no-expiry"),),
            place=call.place,
        )


def _span(found: object) -> Span:
    return found.span if isinstance(found, Value) else Span(0, 0)


# ---------------------------------------------------------------------------- forged requests

_SIGNED: Final = regex(r"(?i)signature|hmac|webhook|hook|api|token|callback|bearer|error")
_CHANGES: Final = frozenset(("HttpPost", "HttpPut", "HttpPatch", "HttpDelete"))


def csrf_disabled(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``[IgnoreAntiforgeryToken]`` where a browser's cookie says who asks."""
    for class_def in facts.classes:
        for one in class_def.decorators:
            if _ignores(one) and not _is_api(class_def.decorators, unit, class_def.span):
                bases = " ".join(class_def.base_paths)
                if _SIGNED.search(class_def.name) or not re.search(r"Controller|PageModel", bases):
                    continue
                yield _unprotected(one, class_def.name, class_def.place)
    for function in facts.functions:
        owner = function.class_def
        if owner is None or not any(map(_ignores, function.decorators)):
            continue
        if not _CHANGES & {one.path for one in function.decorators}:
            continue
        if _asks_nobody(function, unit):
            continue
        text = unit.text(function.body_span) + function.name
        if _is_api(owner.decorators, unit, owner.span) or _SIGNED.search(text):
            continue
        for one in function.decorators:
            if _ignores(one):
                yield _unprotected(one, function.name, function.place)


def _asks_nobody(function: Function, unit: UnitView) -> bool:
    """Whether an action is open to everybody, where others say who may call them.

    Without a user, there is nobody in whose name to act. What gives back plain text is asked for
    by a script, and changes nothing.
    """
    owner = function.class_def
    told = (*function.decorators, *(owner.decorators if owner is not None else ()))
    if function.returns_path in ("string", "int", "bool"):
        return True
    return not any("Authorize" in one.path for one in told) and unit.file_has(
        r"\[(?:\w+(?:\([^)]*\))?,\s*)*Authorize\b"
    )


def _ignores(one: Decorator) -> bool:
    return one.path.removesuffix("Attribute") == "IgnoreAntiforgeryToken"


def _is_api(decorators: tuple[Decorator, ...], unit: UnitView, span: Span) -> bool:
    """Whether callers say who they are with a token instead of a cookie."""
    if any(one.path in ("ApiController", "AllowAnonymous") for one in decorators):
        return True
    head = unit.text(Span(span.start, min(span.end, span.start + 1500)))
    return re.search(r"Bearer|JwtBearerDefaults|ApiKey", head) is not None


def _unprotected(one: Decorator, name: str, place: object) -> Report:
    return Report(
        one.span,
        f"`{name}` changes things for the signed-in user, and any site can have the browser "
        "call it",
        place=place,  # type: ignore[arg-type]
    )


# ---------------------------------------------------------------------------- middleware

_HANDLERS: Final = frozenset(("UseExceptionHandler", "UseDeveloperExceptionPage"))
_LAST: Final = frozenset(("UseEndpoints", "UseMvc", "UseMvcWithDefaultRoute"))


def middleware_order(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """Middleware for errors that stands behind what raises them."""
    ends = [call for call in facts.calls if call.name in _LAST and call.use == "statement"]
    for call in facts.calls if ends else ():
        if call.name not in _HANDLERS:
            continue
        owner = call.path.rpartition(".")[0]
        for end in ends:
            is_same = end.function is call.function and end.path.rpartition(".")[0] == owner
            if is_same and end.span.end <= call.span.start:
                yield Report(
                    call.callee_span,
                    f"`{call.name}` comes after `{end.name}`, so it never sees an error of an "
                    "endpoint",
                    place=call.place,
                )
                break


_LOADER: Final = regex(r"AddSingleton\s*<\s*(?:\w+\s*,\s*)?(\w*DataLoader)\b")


@needs(calls=("AddSingleton",))
def shared_loader(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``services.AddSingleton<UserDataLoader>()``"""
    for call in facts.calls:
        if call.name != "AddSingleton":
            continue
        found = _LOADER.search(unit.text(call.callee_span))
        if found is not None:
            yield Report(
                call.callee_span,
                f"`{found[1]}` lives as long as the process: it remembers rows across requests "
                "and users",
                place=call.place,
            )


# ---------------------------------------------------------------------------- sockets, validation

_COOKIES: Final = r"\b(?:AddCookie|AddIdentity|AddDefaultIdentity|ConfigureApplicationCookie)\b"


@needs(calls=("UseWebSockets",))
def socket_origins(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``UseWebSockets`` that takes any origin, where cookies say who connects."""
    for call in facts.calls:
        if call.name != "UseWebSockets" or call.use != "statement":
            continue
        if unit.file_has(r"\bAllowedOrigins\b") or not unit.file_has(_COOKIES):
            continue
        given = call.arguments.positional
        if given and not isinstance(given[0], Mapping):
            continue
        yield Report(
            call.callee_span,
            "Pages of every site may open a WebSocket here with your users' cookies",
            severity=Severity.WARNING,
            # Cookies are ``Lax`` unless somebody says otherwise, and then the pages of other sites
            # do not have them sent along.
            profile=None if unit.file_has(r"SameSiteMode\.(?:None|Unspecified)") else "strict",
            place=call.place,
        )


_NOT_TRIGGERED: Final = "validation/annotation-not-triggered"


@needs(calls=("Validate", "ValidateAsync"))
def validation_ignored(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """FluentValidation whose verdict nobody looks at."""
    for call in facts.calls:
        if call.name not in ("Validate", "ValidateAsync") or call.use != "statement":
            continue
        owner, given = call.path.rpartition(".")[0], call.arguments.positional
        if (
            not re.search(r"(?i)validator", owner)
            or not given
            or not unit.imports("FluentValidation")
        ):
            continue
        text = unit.text(call.span)
        if "ThrowOnFailures" in text or "ValidateAndThrow" in text:
            continue
        name = call.name.replace("Validate", "ValidateAndThrow")
        edits = fixes.replace_member(call.callee_span, unit.adapter.source, {call.name: name})
        is_plain = len(given) == 1 and not call.arguments.keywords
        yield Report(
            call.span,
            "The input is checked, and what was found is not looked at",
            (Fix(f"Use `{name}`", tuple(edits), "unsafe", _NOT_TRIGGERED),)
            if edits and is_plain
            else (),
            place=call.place,
        )


# ---------------------------------------------------------------------------- what clients see

_ANSWERS: Final = frozenset((
    "Ok", "BadRequest", "StatusCode", "Problem", "Content", "Json", "NotFound", "Conflict",
    "UnprocessableEntity", "WriteAsync", "WriteAsJsonAsync", "Write", "ObjectResult", "JsonResult",
))  # fmt: skip


@needs(calls=_ANSWERS)
def stack_trace(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``StatusCode(500, error.ToString())`` and answers with ``error.StackTrace``."""
    for catch in facts.catches:
        name = re.escape(catch.name)
        if not name:
            continue
        trace = rf"\b{name}\.(?:StackTrace\b|ToString\(\))|\{{{name}\}}|[,(+]\s*{name}\s*[,)+]"
        for call in facts.calls_in(catch.body_span):
            if call.name not in _ANSWERS or call.context & Context.DEV_GUARD:
                continue
            if not _is_answer(call, unit):
                continue
            found = re.search(trace, f"({unit.text(call.arguments.span)})")
            if found is None or "IsDevelopment" in unit.text(catch.body_span):
                continue
            yield Report(
                call.span,
                "The client sees where the code failed, and what it is made of",
                place=call.place,
            )
            break


def _is_answer(call: Call, unit: UnitView) -> bool:
    roles = unit.roles_of(call)
    return bool(roles & {"http-response", "html-response"}) or bool(
        re.search(r"\bResponse\.Write\w*$", call.path)
    )
