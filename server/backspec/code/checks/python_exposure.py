"""Checks on Python: hosts that are too open, passwords in URLs, roles that clients choose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.addresses import AddressShapes, passwords
from backspec.code.checks.names import words
from backspec.code.checks.settings_files import settings_kind
from backspec.code.checks.values import is_constant, string
from backspec.code.facts.model import Call, CallValue, Const, Context, Name, Operation, Sequence
from backspec.expressions import regex
from backspec.model import Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Assign, Facts, Function, Place, Value

# ---------------------------------------------------------------------------- hosts

_ANYWHERE: Final = ("0.0.0.0", "::", "")
_DEVELOPMENT: Final = regex(r"(?:^|/)(?:dev|local|examples?|tests?|docs?|scripts?)(?:/|_|\.)")


@needs(words=("ALLOWED_HOSTS", "allowed_hosts", "host"))
def open_hosts(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``ALLOWED_HOSTS = ["*"]``; a debug server that answers everybody."""
    if _DEVELOPMENT.search(unit.path):
        return
    kind = settings_kind(unit.path)
    for assign in facts.assigns:
        if assign.target != "ALLOWED_HOSTS" or kind in (None, "development"):
            continue
        if assign.function is not None or assign.context & Context.DEV_GUARD:
            continue
        if unit.adapter.source[assign.span.end : assign.span.end + 4].lstrip(b" ").startswith(b"#"):
            continue  # somebody says why
        if _holds_star(assign.value) and not unit.file_has(r"^[ \t]+ALLOWED_HOSTS\s*="):
            yield Report(
                assign.span,
                "Any `Host` is believed, so links in mails and caches may be pointed elsewhere",
                place=assign.place,
            )
    for call in facts.calls:
        hosts = call.arguments.keywords.get("allowed_hosts")
        if hosts is not None and _holds_star(hosts) and _is_trusted_host(call):
            yield Report(
                hosts.span,
                "Any `Host` is believed, so links in mails and caches may be pointed elsewhere",
                place=call.place,
            )
        if "app-run" not in unit.roles_of(call):
            continue
        host, debug = unit.argument(call, "host"), unit.argument(call, "debug")
        if not isinstance(host, Const) or host.value not in _ANYWHERE:
            continue
        if isinstance(debug, Const) and is_constant(debug, True):
            yield Report(
                host.span,
                "Everybody in the network may run code through the debugger of this server",
                severity=Severity.ERROR,
                place=call.place,
            )


def _is_trusted_host(call: Call) -> bool:
    given = call.arguments.positional[:1]
    named = [call.qualified or call.path, *(one.path for one in given if isinstance(one, Name))]
    return any(one.endswith("TrustedHostMiddleware") for one in named)


def _holds_star(value: Value | None) -> bool:
    if isinstance(value, Sequence):
        return any(string(item) == "*" for item in value.items)
    return value is not None and string(value) == "*"


# ---------------------------------------------------------------------------- passwords in URLs

_URL: Final = regex(
    r"(?P<scheme>postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|oracle|cassandra|ldaps?|smtps?)"
    r"(?:\+\w+)*://(?P<user>[^\s:/@{}$<>%*]*):(?P<password>[^\s/@{}$<>%*]+)@(?P<host>[\w.-]+)"
)
_OWN: Final = regex(
    r"localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|host\.docker\.internal|[a-z][a-z0-9_-]*"
    r"|.*\.(?:local|test|example|invalid|internal)|.*example\.(?:com|org|net)"
)
_PLACEHOLDER: Final = regex(
    r"(?i)pass(?:word|wd)?|pwd|secret|x+|\.+|your.*|my.*|change.*|user|postgres|root|admin|guest|test|foo|bar"
)
_SHAPES: Final = AddressShapes(_URL, _PLACEHOLDER, _OWN)


@needs(words=("postgres", "postgresql", "mysql", "mariadb", "mongodb", "redis", "rediss", "amqp",
              "amqps", "mssql", "oracle", "cassandra", "ldap", "ldaps", "smtp"))  # fmt: skip
def password_in_url(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``create_engine("postgresql://shop:hunter2@db.example.net/shop")``."""
    del unit
    yield from passwords(_texts(facts), _SHAPES)


def _texts(facts: Facts) -> Iterator[tuple[Value, Place]]:
    for assign in facts.assigns:
        if assign.value_node is not None and assign.value_node.type in ("string", "call"):
            value = assign.value
            if isinstance(value, Const):
                yield value, assign.place
    for call in facts.calls:
        if call.node.type != "call":
            continue
        arguments = call.arguments
        for value in (*arguments.positional, *arguments.keywords.values()):
            if isinstance(value, Const) and value.literal:
                yield value, call.place
    for pair in facts.pairs:
        if pair.value_node.type == "string":
            yield pair.value, pair.place


# ---------------------------------------------------------------------------- roles

_ROLES: Final = frozenset(
    ("role", "roles", "is_admin", "admin", "is_staff", "is_superuser", "superuser", "is_owner",
     "permissions", "user_role", "role_id")
)  # fmt: skip
_SELF_SERVICE: Final = regex(r"(?i)regist|sign_?up|profile|\bme\b|account|join|onboard")
_GUARDED: Final = regex(
    r"(?i)admin_required|require_?admin|is_admin\b(?!\s*=[^=])|is_superuser\b(?!\s*=[^=])|is_staff\b(?!\s*=[^=])"
    r"|permission|role_required|roles_required|roles_accepted|require_role|has_role|current_user\.role\b(?!\s*=[^=])"
    r"|current_superuser|authorize|can\(|policy|check_admin|admin_only"
)


@needs(words=("role", "roles", "is_admin", "admin", "is_staff", "is_superuser", "superuser"))
def role_from_request(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``user.role = request.json["role"]`` when somebody signs up, or changes his profile."""
    if re.search(r"(?i)(?:^|[/_.])(?:admin|backoffice|manage|internal|staff)", unit.path):
        return
    for assign in facts.assigns:
        holder, _, last = assign.target.rpartition(".")
        if last not in _ROLES or not holder or not assign.context & Context.HANDLER:
            continue
        if assign.value is None or not _is_sent(assign.value, assign, facts, unit):
            continue
        if _is_guarded(assign.function, unit) or re.search(
            r"(?i)config|request|session|g$", holder
        ):
            continue
        yield _role(assign.span, last, assign, unit)
    for call in facts.calls:
        if not call.context & Context.HANDLER or (
            not call.name[:1].isupper() and call.name != "create"
        ):
            continue
        for key, value in call.arguments.keywords.items():
            if key not in _ROLES or not _is_sent(value, call, facts, unit):
                continue
            if _is_guarded(call.function, unit) or not _makes_user(call):
                continue
            yield _role(call.arguments.keyword_spans.get(key, value.span), key, call, unit)


def _makes_user(call: Call) -> bool:
    spoken = set(words(call.path))
    return bool(spoken & {"user", "users", "account", "member", "profile", "employee", "customer"})


def _role(span: Span, name: str, fact: Assign | Call, unit: UnitView) -> Report:
    function = fact.function
    heads = [function.name] if function is not None else []
    heads += [unit.text(one.span) for one in (function.decorators if function is not None else ())]
    if function is not None and function.class_def is not None:
        heads.append(function.class_def.name)
    is_own = any(map(_SELF_SERVICE.search, heads))
    return Report(
        span,
        f"The client says what its `{name}` is",
        profile=None if is_own else "strict",
        place=fact.place,
    )


def _is_guarded(function: Function | None, unit: UnitView) -> bool:
    if function is None:
        return True
    told = function.class_def.span if function.class_def is not None else function.span
    start = min((one.span.start for one in function.decorators), default=told.start)
    text = unit.text(Span(min(start, function.span.start), function.span.end))
    return _GUARDED.search(re.sub(r"[\"'][^\"'\n]*[\"']", "", text)) is not None


def _is_sent(value: Value, fact: Assign | Call, facts: Facts, unit: UnitView) -> bool:
    """Whether a value is a member of what a client sent, here or by one assignment."""
    models = unit.models
    if isinstance(value, Operation) and value.operator in ("or", "?:"):
        return any(_is_sent(one, fact, facts, unit) for one in value.operands)
    qualified = (
        value.call.qualified if isinstance(value, CallValue) else getattr(value, "qualified", None)
    )
    plain = (qualified or "").replace("()", "")
    while plain:
        if plain in models.objects or plain in models.mappings:
            return True
        plain = plain.rpartition(".")[0]
    path = value.call.path if isinstance(value, CallValue) else getattr(value, "path", "")
    head = path.partition(".")[0]
    if not head or fact.function is None:
        return False
    puts = [one for one in facts.assigns if one.target == head and one.function is fact.function]
    if len(puts) == 1 and puts[0].value is not None and puts[0].span.end <= fact.span.start:
        return puts[0] is not fact and _is_sent(puts[0].value, puts[0], facts, unit)
    return False
