"""PHP: counters, keys and roles that are held where others change them, and logs without cause."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.facts.model import CallValue, Context
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts

# ---------------------------------------------------------------------------- caches

_GROWN: Final = regex(r"Cache::get\(|cache\(\)->get\(|cache\(\s*['\"]|->get\(")
_ONE_OFF: Final = regex(
    r"(?i)(?:^|/)(?:commands?|console|bin|scripts?|cli|tests?|seeders?|migrations?|tools?)/"
)


@needs(roles=("cache-set", "kv-set"), calls=("setnx", "setNx"))
def not_atomic(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``Cache::put($key, Cache::get($key) + 1)``; ``setnx`` and then ``expire``."""
    for call in unit.calls("cache-set", "kv-set"):
        value = unit.argument(call, "value")
        span = getattr(value, "span", None)
        text = unit.text(span) if span is not None else ""
        if _GROWN.search(text) and re.search(r"\)\s*[+-]\s*\d+$", text.strip()):
            yield Report(
                call.span,
                "Two requests at once read the same number, and one count is lost; use `increment`",
                place=call.place,
            )
    for call in facts.calls:
        if call.name not in ("setnx", "setNx") or call.function is None:
            continue
        end = call.function.span.end
        after = unit.text(Span(call.span.end, end))
        if re.search(r"(?:->|::)p?expire\(", after) and "eval(" not in after:
            yield Report(
                call.callee_span,
                "When the program stops between this and `expire`, the key stays for ever; use"
                " `set` with `NX` and `EX`",
                place=call.place,
            )


@needs(calls=("keys", "flushall", "flushAll", "flushdb", "flushDB"))
def blocking_command(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``Redis::keys('user:*')``."""
    if _ONE_OFF.search(unit.path):
        return
    for call in facts.calls:
        if call.context & (Context.TEST | Context.MIGRATION | Context.MAIN):
            continue
        owner = (call.qualified or "").rpartition(".")[0]
        if owner not in ("Redis", "Predis.Client", "Illuminate.Support.Facades.Redis"):
            continue
        if call.name == "keys":
            yield Report(
                call.callee_span,
                "This goes through every key of the server, and all others wait: use `SCAN`",
                place=call.place,
            )


# ---------------------------------------------------------------------------- roles

_COOKIE_ROLE: Final = regex(
    r"(?i)\$_COOKIE\[\s*['\"](?:user_?)?(?:role|is_?admin|admin|user_?type|access_?level)['\"]\s*\]\s*[!=]==?"
    r"|->cookie\(\s*['\"](?:user_?)?(?:role|is_?admin|admin|user_?type)['\"]\s*\)\s*[!=]==?"
)
_ROLES: Final = r"(?:role|role_id|is_admin|admin|is_superuser|user_type|permissions?)"
_GIVEN_ROLE: Final = regex(
    rf"\$\w+->{_ROLES}\s*=\s*(?:\$request->(?:{_ROLES}\b|(?:input|get|post)\(\s*['\"]{_ROLES}['\"])"
    rf"|request\(\s*['\"]{_ROLES}['\"]|\$_(?:POST|REQUEST|GET)\[\s*['\"]{_ROLES}['\"])"
)
_OWN: Final = regex(r"(?i)regist|sign_?up|profile|account|^me$|self")
_GUARDED: Final = regex(
    r"(?i)authorize\(|->can\(|isAdmin|hasRole|Gate::|is_admin\(|abort_unless|policy"
)


@needs(words=("role", "role_id", "is_admin", "isadmin", "admin", "user_type", "user_role"))
def role_from_request(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``$_COOKIE['role'] == 'admin'``; ``$user->role = $request->role`` at registration."""
    text = unit.text(unit.span)
    for found in _COOKIE_ROLE.finditer(text):
        start = unit.span.start + len(text[: found.start()].encode())
        yield Report(
            Span(start, start + len(found[0].encode())),
            "Whoever writes this into the cookie has the role",
        )
    for assign in facts.assigns:
        function = assign.function
        if function is None or not re.search(rf"\.{_ROLES}$", assign.target):
            continue
        owner = assign.class_def.name if assign.class_def is not None else ""
        if not (_OWN.search(function.name) or re.search(r"(?i)regist|profile|signup", owner)):
            continue
        if _GIVEN_ROLE.search(unit.text(assign.span)) and not _GUARDED.search(
            unit.text(function.span)
        ):
            yield Report(
                assign.span,
                "Whoever registers chooses their own role",
                place=assign.place,
            )


# ---------------------------------------------------------------------------- addresses

_WITH_PASSWORD: Final = regex(
    r"['\"](?P<url>(?:postgres(?:ql)?|pgsql|mysqli?|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|smtps?|ldaps?)://"
    r"[^:@/\s'\"${}%<>]+:(?P<password>[^@/\s'\"${}%<>]{4,})@(?P<host>[\w.-]+))"
)
_NEAR: Final = regex(
    r"^(?:localhost|127\.|0\.0\.0\.0|db$|mysql$|postgres$|redis$|mongo$|rabbitmq$|example\.)"
)
_NO_PASSWORD: Final = regex(
    r"(?i)^(?:pass(?:word|wd)?|secret|changeme|xxx+|\*+|\.\.\.|your.*|guest|test\w*)$"
)


@needs(words=("mysql", "mysqli", "postgres", "postgresql", "pgsql", "mongodb", "redis", "rediss",
              "amqp", "amqps", "smtp", "ldap", "mariadb", "srv"))  # fmt: skip
def password_in_url(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``'mysql://shop:S3cret@db.internal/shop'``."""
    if re.search(r"(?i)(?:^|/)tests?/|test\.php$|example|sample|\.dist", unit.path):
        return
    text = unit.text(unit.span)
    for found in _WITH_PASSWORD.finditer(text):
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()].strip()
        if _NEAR.match(found["host"]) or _NO_PASSWORD.match(found["password"]):
            continue
        if line.startswith(("*", "//", "#", "/*")):
            continue
        start = unit.span.start + len(text[: found.start("url")].encode())
        yield Report(
            Span(start, start + len(found["url"].encode())),
            f"The password of `{found['host']}` stands in the code",
        )


# ---------------------------------------------------------------------------- logs

_BROAD: Final = frozenset(("Exception", "Throwable", "Error", "RuntimeException"))


@needs(roles=("logger-call",))
def without_trace(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``Log::error($e->getMessage())`` in a handler for every error."""
    for call in unit.calls("logger-call"):
        if call.name not in ("error", "critical", "alert", "emergency"):
            continue
        given = call.arguments.positional
        if len(given) != 1 or not isinstance(given[0], CallValue):
            continue
        path = given[0].call.path
        name, _, method = path.partition(".")
        if method != "getMessage":
            continue
        for catch in facts.catches:
            is_here = catch.body_span.start <= call.span.start < catch.body_span.end
            if not is_here or catch.name != name:
                continue
            kinds = {one.strip("#").rpartition(".")[2] for one in catch.type_paths}
            body = unit.text(catch.body_span)
            told = re.search(rf"{re.escape(name)}(?!->getMessage)[\w>-]*", body)
            if kinds & _BROAD and "throw" not in body and told is None:
                yield Report(
                    given[0].span,
                    f"The log does not say where it happened: pass `['exception' => {name}]` along",
                    place=call.place,
                )
            break
