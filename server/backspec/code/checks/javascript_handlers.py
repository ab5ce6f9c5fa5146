"""Checks on JavaScript and TypeScript: what handlers take from clients, and share with others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.front_end import is_front_end
from backspec.code.checks.names import words
from backspec.code.checks.values import names_around, path_of, text_of
from backspec.code.facts.model import Built, CallValue, Context, FunctionValue, Mapping, Name
from backspec.expressions import regex
from backspec.model import Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function, Value

_SENT: Final = regex(
    r"^(?:express\.Request|koa\.(?:Context|Request)|fastify\.FastifyRequest|@hapi/hapi\.Request"
    r"|next\.NextApiRequest|Request)\.(?:body|query|payload|headers|cookies|params|request\.body)\b"
)

# ---------------------------------------------------------------------------- roles

_ROLES: Final = frozenset(
    ("role", "roles", "isAdmin", "is_admin", "admin", "isSuperuser", "isStaff", "isOwner",
     "permissions", "userRole", "roleId", "accessLevel")
)  # fmt: skip
_OWN: Final = frozenset(
    ("register", "signup", "registration", "profile", "me", "account", "join", "onboard")
)
_ASKED: Final = regex(
    r"(?i)require_?(?:admin|role|permission)|ensure_?admin|is_?admin\s*\(|user\??\.(?:isAdmin|role)\b"
    r"|authorize|hasRole|hasPermission|\bcan\(|checkRole|adminOnly|@Roles\("
)


@needs(families=("javascript",), words=tuple(sorted(one.lower() for one in _ROLES)))
def role_from_request(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``User.create({ ..., role: req.body.role })``."""
    for call in facts.calls:
        if call.name not in _WRITES or not call.context & Context.HANDLER:
            continue
        for given in call.arguments.positional[:2]:
            inner = given.entries.get("data") if isinstance(given, Mapping) else None
            fields = inner if isinstance(inner, Mapping) else given
            if isinstance(fields, Mapping):
                yield from _roles_in(fields, call, unit)


def _roles_in(fields: Mapping, call: Call, unit: UnitView) -> Iterator[Report]:
    for key in fields.entries.keys() & _ROLES:
        value = fields.entries[key]
        if not isinstance(value, Name) or not _SENT.match(value.qualified or ""):
            continue
        function = _outermost(call.function)
        if function is None or _ASKED.search(_with_route(function, unit)):
            continue
        yield Report(
            value.span,
            f"The client says what it may do: `{unit.text(value.span)}`",
            profile=None if _is_own(call, function) else "strict",
            place=call.place,
        )


def _outermost(function: Function | None) -> Function | None:
    while function is not None and function.outer is not None:
        function = function.outer
    return function


def _with_route(function: Function, unit: UnitView) -> str:
    call = function.passed_to
    return unit.text(call.span if call is not None else function.span)


def _is_own(call: Call, function: Function) -> bool:
    """Whether people sign up here, or change what is theirs, by the handler's or route's name."""
    said = {word for name in names_around(call.function) for word in words(name)}
    route = function.passed_to
    if route is not None and route.arguments.positional:
        said |= set(re.findall(r"[a-z]+", text_of(route.arguments.positional[0]).lower()))
        said |= {"signup"} if {"sign", "up"} <= said else set()
    return bool(said & _OWN)


_WRITES: Final = frozenset(
    ("create", "insert", "insertOne", "insertMany", "save", "update", "updateOne", "upsert",
     "findByIdAndUpdate", "findOneAndUpdate", "register", "createUser", "User", "build", "patch")
)  # fmt: skip

# ---------------------------------------------------------------------------- uploads

_NAMED: Final = regex(r"(?:^|\.)(?:originalname|originalFilename)$")


@needs(families=("javascript",), words=("originalname", "originalfilename", "mv"))
def trusted_name(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``(req, file, done) => done(null, file.originalname)``, ``file.mv(dir + file.name)``."""
    for call in facts.calls:
        given = call.arguments.positional if call.name else ()
        if len(given) == 2 and path_of(given[1]) and _NAMED.search(path_of(given[1])):
            function = call.function
            is_callback = (
                function is not None
                and len(function.parameters) == 3
                and call.path == function.parameters[2].name
            )
            if is_callback:
                yield Report(
                    given[1].span,
                    "The client names the file that is stored: it replaces another, or is a page",
                    place=call.place,
                )
        elif call.name == "mv" and given and isinstance(given[0], Built):
            owner = call.path.rpartition(".")[0]
            last = given[0].parts[-1]
            if owner and path_of(last) == f"{owner}.name":
                yield Report(
                    given[0].span,
                    "The client names the file that is stored: `../` leaves the folder",
                    place=call.place,
                )
    del unit


# ---------------------------------------------------------------------------- limits


_NONE: Final = ("Infinity", "Number.MAX_SAFE_INTEGER", "Number.POSITIVE_INFINITY")


@needs(families=("javascript",), calls=("rateLimit", "RateLimit", "slowDown"))
def limit_off(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A limit that is told to let everything through."""
    del unit
    for call in facts.calls:
        options = next(iter(call.arguments.positional), None)
        if not (call.qualified or "").startswith("express-rate-limit"):
            continue
        if not isinstance(options, Mapping) or call.context & (Context.DEV_GUARD | Context.TEST):
            continue
        for key in ("max", "limit"):
            value = options.entries.get(key)
            if path_of(value) in (
                "Infinity",
                "Number.MAX_SAFE_INTEGER",
                "Number.POSITIVE_INFINITY",
            ):
                assert value is not None
                yield Report(value.span, "This limit is none", place=call.place)
        skip = options.entries.get("skip")
        if isinstance(skip, FunctionValue):
            body = skip.node.child_by_field_name("body")
            if body is not None and body.type == "true":
                yield Report(skip.span, "Every request is left out of this limit", place=call.place)


# ---------------------------------------------------------------------------- shared state


@needs(families=("javascript",), words=("req", "request", "ctx"))
def shared_state(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``let currentUser``, set by each request for all others."""
    for assign in facts.assigns:
        target = assign.target
        if not target.isidentifier() or assign.function is None or assign.operator != "=":
            continue
        if not _OF_ONE.search(target) or not assign.context & Context.HANDLER:
            continue
        scope = assign.scope.declaring(target)
        if (scope is not None and scope.kind != "module") or is_front_end(unit):
            continue
        if not unit.file_has(rf"^(?:export )?(?:let|var) {target}\b"):
            continue
        if _comes_from_request(assign.value):
            yield Report(
                assign.span,
                f"All requests share `{target}`: the next one replaces what this one put there",
                place=assign.place,
            )


_OF_ONE: Final = regex(
    r"(?i)user|session|account|tenant|token|locale|request|^req$|customer|role|email|organi[sz]ation"
)


def _comes_from_request(value: Value | None) -> bool:
    if isinstance(value, Name):
        head = (value.qualified or "").replace("()", "")
        return head.startswith(
            ("express.Request", "koa.Context", "koa.Request", "fastify.FastifyRequest",
             "@hapi/hapi.Request", "next.NextApiRequest")
        )  # fmt: skip
    if isinstance(value, CallValue):
        return any(_comes_from_request(one) for one in value.call.arguments.positional[:2])
    return False


# ---------------------------------------------------------------------------- jobs


@needs(families=("javascript",), calls=("waitUntilFinished",))
def waits_for_job(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A request, or a job, that waits until another job is done."""
    del unit
    for call in facts.calls:
        if call.name == "waitUntilFinished" and call.context & Context.HANDLER:
            yield Report(
                call.callee_span,
                "The request waits until a worker is free and the job is done",
                severity=Severity.WARNING,
                profile="strict",
                place=call.place,
            )


# ---------------------------------------------------------------------------- transactions


@needs(families=("javascript",), calls=("$transaction", "transaction"))
def swallowed_inside(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``try { await tx.tag.create(..) } catch {}`` between other statements of a transaction."""
    for catch in facts.catches:
        function = catch.function
        call = function.passed_to if function is not None else None
        if function is None or call is None or call.name not in ("$transaction", "transaction"):
            continue
        if catch.node.type != "catch_clause" or not function.parameters:
            continue
        name = re.escape(function.parameters[0].name)
        if not name or not re.search(rf"\bawait\s+{name}[.(]", unit.text(catch.try_span)):
            continue
        body = unit.text(catch.body_span)
        if re.search(r"\b(?:throw|return|rollback|savepoint|reject)\b", body):
            continue
        rest = unit.text(Span(catch.span.end, function.span.end))
        if re.search(rf"\bawait\s+{name}[.(]", rest) or re.search(rf"\bawait\s+{name}[.(]", body):
            yield Report(
                catch.head_span,
                "After a statement failed the transaction takes no other: let the error through, "
                "or ask before",
                place=catch.place,
            )
