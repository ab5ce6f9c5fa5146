"""Checks on ASP.NET: the order of what protects, lockout, comparisons that tell, HTTP clients."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import is_constant
from backspec.code.facts.model import Call, Const, Context, Mapping, Name
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Catch, Facts, Function

# ---------------------------------------------------------------------------- middleware

_BEFORE: Final = {
    "UseAuthentication": (("UseAuthorization", "UseEndpoints", "UseMvc", "UseMvcWithDefaultRoute"),
                          "`{later}` asks who the caller is before `UseAuthentication` found out"),
    "UseRouting": (("UseAuthorization",),
                   "`{later}` comes before `UseRouting`, so it knows of no endpoint to protect"),
    "UseAuthorization": (("UseEndpoints", "UseMvc", "UseMvcWithDefaultRoute"),
                         "`{later}` answers before `UseAuthorization` is asked"),
}  # fmt: skip
"""Middleware to (what must not stand before it, what is wrong then)."""


@needs(calls=tuple(_BEFORE))
def middleware_order(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """``UseAuthorization()`` before ``UseAuthentication()`` or ``UseRouting()``."""
    wanted = frozenset(_BEFORE) | {name for names, _ in _BEFORE.values() for name in names}
    used = [call for call in facts.calls if call.name in wanted and "(" not in call.path]
    reported: set[int] = set()
    for call in used:
        if call.name not in _BEFORE:
            continue
        owner = call.path.rpartition(".")[0]
        others, message = _BEFORE[call.name]
        same = [
            one
            for one in used
            if one.function is call.function
            and one.path.rpartition(".")[0] == owner
            and _block_of(one) == _block_of(call)
        ]
        if sum(one.name == call.name for one in same) > 1:
            continue
        early = [
            one
            for one in same
            if one.name in others and one.span.end <= call.span.start and one.use == "statement"
        ]
        # ``UseMvc`` without ``UseAuthorization`` is how it was done before version 3.
        if not early or early[0].span.start in reported:
            continue
        reported.add(early[0].span.start)
        yield Report(early[0].span, message.format(later=early[0].name), place=early[0].place)


def _block_of(call: Call) -> int:
    node = call.node
    while node.parent is not None and node.type not in (
        "block",
        "compilation_unit",
        "if_statement",
    ):
        node = node.parent
    return node.start_byte


# ---------------------------------------------------------------------------- sign-in

_SIGN_INS: Final = {"PasswordSignInAsync": 3, "CheckPasswordSignInAsync": 2}
"""Methods of ``SignInManager`` to the place of ``lockoutOnFailure``."""
_LOCKOUT: Final = "rate-limit/lockout-disabled"
_MANY_TRIES: Final = 100


@needs(calls=tuple(_SIGN_INS), words=("Lockout",))
def lockout_off(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Sign-ins that may be tried without end."""
    for call in facts.calls:
        at = _SIGN_INS.get(call.name)
        if at is None or call.context & (Context.TEST | Context.DEV_GUARD):
            continue
        given = call.arguments.keywords.get("lockoutOnFailure")
        if given is None and len(call.arguments.positional) > at:
            given = call.arguments.positional[at]
        if given is None or not is_constant(given, False):
            continue
        repair = Fix("Count failures", (Edit(given.span, "true"),), "unsafe", _LOCKOUT)
        yield Report(
            given.span,
            "Failures are not counted, so a password may be guessed for as long as it takes",
            (repair,) if unit.text(given.span) == "false" else (),
            place=call.place,
        )
    for assign in facts.assigns:
        owner, _, member = assign.target.rpartition(".")
        if not owner.endswith("Lockout") or assign.context & (Context.TEST | Context.DEV_GUARD):
            continue
        value = assign.value
        if (member == "AllowedForNewUsers" and is_constant(value, False)) or (
            member == "MaxFailedAccessAttempts" and _is_endless(value, unit)
        ):
            yield Report(
                assign.span,
                "Accounts are never locked, so a password may be guessed for as long as it takes",
                place=assign.place,
            )


def _is_endless(value: object, unit: UnitView) -> bool:
    if isinstance(value, Const):
        return isinstance(value.value, int) and value.value >= _MANY_TRIES
    span = getattr(value, "span", None)
    return span is not None and unit.text(span) == "int.MaxValue"


# ---------------------------------------------------------------------------- comparisons

_HMAC: Final = r"(?:HMAC(?:SHA\d+|MD5)?\b|\bhmac\w*|\w*[hH]mac\w*)"
_MADE: Final = regex(
    rf"(?:\bvar|\bbyte\[\]|\bstring)\s+(\w+)\s*=\s*[^;]*?(?:{_HMAC}[^;]*?\.(?:ComputeHash|HashData)\("
    r"|\b\w*[hH]mac\w*\.ComputeHash\()"
)
_DERIVED: Final = (
    r"(?:\bvar|\bstring|\bbyte\[\])\s+(\w+)\s*=\s*[^;]*(?<![\w.])(?:{names})(?!\w)[^;]*;"
)
_STEPS: Final = 4
_NO_SECRET: Final = regex(r"^(?:null|true|false|\d+)$|\.Length$")
_OPERAND: Final = r"(?:[A-Za-z_][\w.]*(?:\[[^\]\n]*\])?(?:\.ToString\(\)|\.First\(\))?)"


@needs(words=("hmac", "HMACSHA256", "HMACSHA1", "HMACSHA512", "HMACSHA384", "HMACMD5"))
def unsafe_compare(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Signatures that are compared with ``==`` in the function that computes them."""
    for function in facts.functions:
        if function.outer is not None and function.outer.name:
            continue
        if not unit.mentions("HMAC", "hmac", "Hmac", within=function.body_span):
            continue
        text = unit.text(function.body_span)
        if "FixedTimeEquals" in text:
            continue
        found = _compared(text, _signatures(text, unit))
        if found is not None:
            start = function.body_span.start + len(text[: found.start()].encode())
            yield Report(
                Span(start, start + len(found[0].encode())),
                "The time this comparison takes tells how much of the signature was right: use "
                "`CryptographicOperations.FixedTimeEquals`",
                place=function.inside,
            )


def _signatures(text: str, unit: UnitView) -> set[str]:
    """The variables that hold a signature that was computed, or its text."""
    names = set(_MADE.findall(text))
    for made in re.findall(r"(\w+)\s*=\s*new\s+HMAC\w*\(", text):
        names |= set(re.findall(rf"\b(\w+)\s*=\s*[^;=]*\b{made}\.ComputeHash\(", text))
    del unit
    for _ in range(_STEPS):
        if not names:
            break
        pattern = _DERIVED.format(names="|".join(map(re.escape, sorted(names))))
        more = {
            name
            for name in re.findall(pattern, text)
            if not re.search(rf"\b{name}\s*=\s*[^;]*(?:==|!=|\.Equals\(|SequenceEqual)", text)
        }
        if more <= names:
            break
        names |= more
    return names


def _compared(text: str, names: set[str]) -> re.Match[str] | None:
    for name in sorted(names):
        word = rf"(?<![\w.]){re.escape(name)}(?![\w(\[])"
        for pattern in (
            rf"{word}(?:\.To(?:Lower|Upper)(?:Invariant)?\(\))?\s*[!=]=\s*(?P<other>{_OPERAND})",
            rf"(?<![\w.])(?P<other>{_OPERAND})\s*[!=]=\s*{word}(?!\.Length)",
            rf"{word}\.(?:Equals|SequenceEqual)\(\s*(?P<other>{_OPERAND})",
            rf"(?<![\w.])(?P<other>{_OPERAND})\.(?:Equals|SequenceEqual)\(\s*{word}",
            rf"(?:string\.Equals|Enumerable\.SequenceEqual|StructuralComparisons\S*)\(\s*{word}\s*,\s*(?P<other>{_OPERAND})",
            rf"(?:string\.Equals|Enumerable\.SequenceEqual)\(\s*(?P<other>{_OPERAND})\s*,\s*{word}",
        ):
            found = re.search(pattern, text)
            if found is not None and not _NO_SECRET.search(found["other"]):
                return found
    return None


# ---------------------------------------------------------------------------- HTTP clients

_ONCE: Final = regex(
    r"(?i)(?:^|/)(?:program|startup)\.cs$|(?:^|/)(?:tools?|scripts?|cli|samples?|\w*seed\w*)/"
)


@needs(calls=("HttpClient",))
def client_per_call(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``using var client = new HttpClient()`` for one call."""
    if _ONCE.search(unit.path):
        return
    for call in facts.calls:
        if call.name != "HttpClient" or not call.is_new or call.function is None:
            continue
        if call.context & (Context.TEST | Context.MAIN | Context.DEV_GUARD) or not call.class_def:
            continue
        function = call.function
        if not function.name or function.name == call.class_def.name or _is_maker(function, unit):
            continue
        if call.use == "receiver" or (
            call.use == "assigned" and _stays_here(call.assigned_to, function, unit)
        ):
            yield Report(
                call.callee_span,
                "Each call opens connections of its own and leaves them waiting: take one client "
                "from `IHttpClientFactory`",
                place=call.place,
            )


def _is_maker(function: Function, unit: UnitView) -> bool:
    """Whether a function makes or registers what others use."""
    head = unit.text(Span(function.span.start, function.body_span.start))
    return re.match(
        r"(?:Create|Make|Build|Get\w*Client|Add|Configure|Register|New)", function.name
    ) is not None or ("HttpClient" in head)


def _stays_here(name: str, function: Function, unit: UnitView) -> bool:
    """Whether a client is used for requests in the function, and neither kept nor given away."""
    if not re.fullmatch(r"\w+", name) or name.startswith("_"):
        return False
    text = unit.text(function.body_span)
    word = re.escape(name)
    if not re.search(
        rf"\b{word}\s*\.\s*(?:(?:Get|Post|Put|Patch|Delete|Send)\w*Async|Send)\b", text
    ):
        return False
    if re.search(rf"\breturn\s+{word}\s*;|(?<![=!<>])=\s*{word}\s*[;,}}]", text):
        return False
    return re.search(rf"(?:\bvar|\bHttpClient|\busing\s*\(\s*\w+)\s+{word}\s*=", text) is not None


# ---------------------------------------------------------------------------- logs

_TRACE: Final = "logging/exception-without-trace"
_ANY_ERROR: Final = frozenset(("Exception", "System.Exception", "SystemException"))
_ERRORS: Final = frozenset(("LogError", "LogCritical"))


@needs(calls=_ERRORS)
def text_only(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``catch (Exception ex) { _logger.LogError(ex.Message); }``"""
    for catch in facts.catches:
        if not catch.name or catch.context & Context.TEST:
            continue
        body = unit.text(catch.body_span)
        if f"{catch.name}.Message" not in body or re.search(r"\bthrow\b", body):
            continue
        logged = [one for one in facts.calls_in(catch.body_span) if one.name in _ERRORS]
        if logged and not any(_has_error(one, catch, unit) for one in logged):
            first = logged[0]
            given = unit.text(first.arguments.span)
            if not re.search(rf"\b{re.escape(catch.name)}\.Message\b", given):
                continue
            start = first.arguments.span.start
            edit = Edit(Span(start, start), f"{catch.name}, ")
            yield Report(
                first.span,
                f"Where `{catch.name}` was thrown is lost: hand over the exception, not its text",
                (Fix("Hand over the exception", (edit,), "safe", _TRACE),),
                profile=None if set(catch.types) <= _ANY_ERROR else "strict",
                place=first.place,
            )


def _has_error(call: Call, catch: Catch, unit: UnitView) -> bool:
    name = re.escape(catch.name)
    return (
        re.search(
            rf"(?<![\w.]){name}(?![\w.?])|\b{name}\.(?:StackTrace|ToString\(\))",
            unit.text(call.arguments.span),
        )
        is not None
    )


# ---------------------------------------------------------------------------- consoles

_NOBODY_ASKED: Final = regex(
    r"(?:new\s+(?:\w+)?\s*\[\s*0?\s*\]\s*(?:\{\s*\})?|\[\s*\]|Array\.Empty<\w+>\(\)"
    r"|Enumerable\.Empty<\w+>\(\)|new\s+List<\w+>\(\)(?:\s*\{\s*\})?)"
)
_YES: Final = regex(r"(?:=>\s*true;?|\{\s*return\s+true;\s*\}|true)")


@needs(words=("Hangfire", "UseHangfireDashboard", "IDashboardAuthorizationFilter"))
def open_dashboard(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Hangfire's dashboard without a filter, or with one that lets everybody in."""
    for call in facts.calls:
        if call.name not in ("UseHangfireDashboard", "MapHangfireDashboard"):
            continue
        if call.context & (Context.DEV_GUARD | Context.TEST):
            continue
        for value in call.arguments.positional:
            entries = value.entries if isinstance(value, Mapping) else {}
            found = entries.get("Authorization")
            if found is not None and _NOBODY_ASKED.fullmatch(unit.text(found.span).strip()):
                yield Report(
                    found.span,
                    "Everybody can see jobs with their arguments here, and run or delete them",
                    place=call.place,
                )
    for function in facts.functions:
        owner = function.class_def
        if function.name not in ("Authorize", "AuthorizeAsync") or owner is None:
            continue
        bases = {base.rpartition(".")[2] for base in owner.base_paths}
        if not bases & {"IDashboardAuthorizationFilter", "IDashboardAsyncAuthorizationFilter"}:
            continue
        body = unit.text(function.body_span).strip()
        if _YES.fullmatch(body) or re.fullmatch(
            r"(?:=>|\{\s*return)\s*Task\.FromResult\(true\);?\s*\}?", body
        ):
            yield Report(
                function.name_span,
                "This filter lets everybody see jobs, run them again and delete them",
                place=function.place,
            )


# ---------------------------------------------------------------------------- roles

_ROLES: Final = frozenset((
    "Role", "Roles", "IsAdmin", "IsAdministrator", "IsSuperUser", "IsSuperuser", "IsStaff",
    "UserRole", "RoleId", "Permissions",
))  # fmt: skip


@needs(words=tuple(_ROLES))
def chosen_role(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``new User { Role = model.Role }`` where anybody may sign up."""
    for assign in facts.assigns:
        if assign.target.rpartition(".")[2] not in _ROLES or "." not in assign.target:
            continue
        function = assign.function
        if function is None or not assign.context & Context.HANDLER:
            continue
        value = assign.value
        if not isinstance(value, Name) or value.path.rpartition(".")[2] not in _ROLES:
            continue
        head = value.path.partition(".")[0]
        given = [one for one in function.parameters if one.name == head]
        if not given or not unit.adapter.is_input_parameter(function, given[0]):
            continue
        if not _is_sign_up(function, unit):
            continue
        yield Report(
            assign.span,
            f"Whoever calls this says what they may do: `{value.path}` comes from the client",
            place=assign.place,
        )


def _is_sign_up(function: Function, unit: UnitView) -> bool:
    """Whether anybody may call a handler, as far as the file says."""
    owner = function.class_def
    told = (*function.decorators, *(owner.decorators if owner is not None else ()))
    if any(one.path.rpartition(".")[2] == "AllowAnonymous" for one in function.decorators):
        return True
    if any("Authorize" in one.path or "Permission" in one.path for one in told):
        return False
    text = unit.text(function.span)
    if re.search(r"(?i)IsInRole|RequireAuthorization|HasPermission|AuthorizeAsync", text):
        return False
    name = function.name
    call = function.passed_to
    if not name and call is not None and call.arguments.positional:
        name = unit.text(call.arguments.positional[0].span)
    return re.search(r"(?i)register|sign.?up|create.?(?:user|account)|^post$", name) is not None
