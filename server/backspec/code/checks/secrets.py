"""Checks on secrets in source code."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from backspec.code.arguments import HIDDEN, Found, places_of
from backspec.code.checks import Report
from backspec.code.checks.environment import read_from_environment
from backspec.code.checks.names import is_password_name, is_secret_name, words
from backspec.code.checks.python_purposes import is_for_own_machine
from backspec.code.checks.secret_values import (
    VENDOR_SHAPES,
    is_placeholder,
    looks_chosen,
    looks_random,
)
from backspec.code.checks.settings_files import settings_kind
from backspec.code.checks.values import path_of, qualified_of, string, text_of
from backspec.code.facts.model import Call, CallValue, Const, Context, Name, Sequence, Value
from backspec.code.fixes import remove_argument
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Assign, Facts, Fallback, Pair

_QUIET: Final = Context.TEST | Context.DEV_GUARD
_DEVELOPMENT: Final = frozenset(
    (
        "dev", "development", "local", "test", "tests", "testing", "example", "examples", "sample",
        "samples", "demo", "demos", "scripts", "smoketest", "fixtures", "mock", "mocks", "seed",
        "seeds", "seeders", "factories", "lang", "docs", "stories", "i18n", "locale", "locales",
        "translations",
    )
)  # fmt: skip
"""Parts of the paths of files that do not run in production."""


@functools.lru_cache(maxsize=256)
def _is_development_file(path: str) -> bool:
    parts = path.lower().replace("_", "/").replace(".", "/").replace("-", "/").split("/")
    return not _DEVELOPMENT.isdisjoint(parts[:-1])


# ---------------------------------------------------------------------------- signing keys

_PUBLIC_ALGORITHMS: Final = ("RS", "ES", "PS", "Ed")


def hardcoded_signing_key(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Keys that sign cookies, sessions and tokens, given as literals."""
    if settings_kind(unit.path) == "development" or _is_development_file(unit.path):
        return
    for call in unit.calls("signing-key", "jwt-encode", "jwt-decode", "session-cookie"):
        roles = unit.roles_of(call)
        name = "secret" if "session-cookie" in roles and "signing-key" not in roles else "key"
        key = unit.argument(call, name)
        literal = _literal(_made(key, facts) if unit.family == "javascript" else key)
        if literal is None or _is_public_key(call, literal, unit):
            continue
        yield _signing_key(
            literal, f"The signing key of `{call.written}` stands in the code", call, unit
        )
    for call in unit.calls("app-config"):
        literal = _literal(unit.argument(call, "secret"))
        if literal is not None:
            yield _signing_key(
                literal,
                f"`{call.written}` is given a signing key that stands in the code",
                call,
                unit,
            )
    for assign in facts.assigns:
        if not _is_signing_key(assign, unit):
            continue
        holder = assign.class_def
        if holder is not None and {"test", "tests", "testing"} & set(words(holder.name)):
            continue
        literal = _literal(assign.value)
        if literal is not None:
            yield _signing_key(literal, f"`{assign.target}` stands in the code", assign, unit)


def _made(key: Found, facts: Facts) -> Found:
    """What a plain name was given, when that is a call: ``new TextEncoder().encode("..")``."""
    if not isinstance(key, Name) or "." in key.path:
        return key
    made = [one.value for one in facts.assigns if one.target == key.path]
    return made[0] if len(made) == 1 and isinstance(made[0], CallValue) else key


def _is_signing_key(assign: Assign, unit: UnitView) -> bool:
    target = assign.target
    if "." in target:
        return assign.qualified in (
            "flask.Flask.secret_key", "flask.Flask.config.SECRET_KEY", "koa.keys",
        )  # fmt: skip
    return (
        target in ("SECRET_KEY", "JWT_SECRET_KEY")
        and unit.family == "python"
        and assign.function is None
        and settings_kind(unit.path) is not None
    )


def _literal(value: Found) -> Const | None:
    """The literal that a key is, also in a list, or turned into bytes on the spot."""
    if isinstance(value, Sequence):
        return next((found for found in map(_literal, value.items) if found is not None), None)
    if isinstance(value, CallValue):
        return _literal_in_call(value.call)
    if isinstance(value, Const):
        written = string(value)
        if written and not written.isspace():
            return value
    return None


_BYTES_OF: Final = (
    "GetBytes", "FromBase64String", "from", "createSecretKey", "encode", "b64decode", "to_bytes",
    "bytes",
)  # fmt: skip


def _literal_in_call(call: Call) -> Const | None:
    if call.name in _BYTES_OF:
        for argument in call.arguments.positional[:1]:
            if isinstance(argument, Const) and call.name != "encode":
                return _literal(argument)
            if call.name == "encode" and call.path.endswith("TextEncoder!().encode"):
                return _literal(argument)
    return None


def _is_public_key(call: Call, literal: Const, unit: UnitView) -> bool:
    """Whether a key only checks signatures, so that everybody may know it."""
    written = text_of(literal)
    if "PUBLIC KEY" in written or "CERTIFICATE" in written or written.startswith("ssh-"):
        return True
    if "jwt-decode" not in unit.roles_of(call):
        return False
    algorithms = unit.argument(call, "algorithms")
    return isinstance(algorithms, Sequence) and any(
        text_of(item).startswith(_PUBLIC_ALGORITHMS) for item in algorithms.items
    )


def _signing_key(literal: Const, message: str, fact: Call | Assign, unit: UnitView) -> Report:
    quiet = bool(fact.context & _QUIET)
    name = _variable_name(fact, unit)
    repairs: tuple[Fix, ...] = ()
    if literal.literal and not quiet:
        repairs = read_from_environment(literal.span, name, unit, "secrets/hardcoded-signing-key")
    return Report(literal.span, message, repairs, place=fact.place)


def _variable_name(fact: Call | Assign, unit: UnitView) -> str:
    qualified = fact.qualified or ""
    if unit.family != "python":
        if "session" in qualified.lower():
            return "SESSION_SECRET"
        if re.search(r"(?i)jwt|jsonwebtoken|IdentityModel", qualified):
            return "JWT_SECRET"
        return "COOKIE_SECRET" if unit.family == "javascript" else "SECRET_KEY"
    return "JWT_SECRET" if qualified.startswith(("jwt.", "jose.", "authlib.")) else "SECRET_KEY"


# ---------------------------------------------------------------------------- credentials

_RULE: Final = "secrets/hardcoded-credential"
_HEX_DIGEST: Final = regex(r"(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})")
_VALIDATION: Final = regex(r"[a-z_]+(?::[\w,.-]+)?(?:\|[a-z_]+(?::[\w,./-]+)?)+")
_CLIENT_ROLES: Final = (
    "db-connect",
    "db-pool",
    "mail-send",
    "mail-client",
    "ssh-client",
    "cloud-client",
    "kv-client",
)


def hardcoded_credential(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Literals that are secrets by their name and their look, or by a vendor's shape."""
    if _is_development_file(unit.path):
        return
    reported: list[Span] = []
    for report in _vendor_keys(unit):
        reported.append(report.span)
        yield report
    for call in unit.calls(*_CLIENT_ROLES):
        for name in ("password", "secret_key"):
            found = unit.argument(call, name)
            if isinstance(found, Const) and found.literal and _is_given(text_of(found)):
                reported.append(found.span)
                yield _credential(
                    found.span,
                    f"`{call.written}` is given a password that stands in the code",
                    name,
                    call,
                    unit,
                )
    for assign in facts.assigns:
        if assign.operator != "=" or not is_secret_name(assign.target):
            continue
        name = assign.target.rpartition(".")[2]
        value = assign.value
        if _is_secret(name, value) and not _overlaps(value, reported):
            assert value is not None
            reported.append(value.span)
            yield _credential(
                value.span, f"`{assign.target}` is a secret in the code", name, assign, unit
            )
    for pair in facts.pairs:
        if not is_secret_name(pair.key):
            continue
        pair_value = pair.value
        if _is_secret(pair.key, pair_value) and not _overlaps(pair_value, reported):
            reported.append(pair_value.span)
            yield _credential(
                pair_value.span, f"`{pair.key}` is a secret in the code", pair.key, pair, unit
            )


_LONGER: Final = 19
_BEGINS: Final = (b"akia", b"gh", b"sk_live_", b"rk_live_", b"sk")
_APART: Final = frozenset((b"sg", b"xoxa", b"xoxb", b"xoxp", b"xoxr", b"xoxs", b"private"))


def _may_hold_key(unit: UnitView) -> bool:
    """Whether the words of a unit leave it open that a vendor's key stands in it."""
    words = unit.words
    if not _APART.isdisjoint(words) or unit.mentions("AIza"):
        return True
    return any([word.startswith(_BEGINS) for word in words if len(word) > _LONGER])  # noqa: C419 - faster


def _vendor_keys(unit: UnitView) -> Iterator[Report]:
    if not _may_hold_key(unit):
        return
    span = unit.span
    text = unit.adapter.source[span.start : span.end]
    for what, needle, pattern in VENDOR_SHAPES:
        if needle not in text:
            continue
        for found in re.finditer(pattern.encode(), text):
            written = found[0].decode("ascii", "replace")
            if is_placeholder(written) and not written.startswith("-----"):
                continue
            start = span.start + found.start()
            yield Report(
                Span(start, start + len(found[0])),
                f"This is {what}, for everybody who can read the code",
                place=unit.adapter.place,
            )


def _is_given(text: str) -> bool:
    """Whether a password given to a client is one, however plain."""
    if text.lower() in ("password", "passwd", "secret"):
        return False
    return len(text) >= 4 and not is_placeholder(text) and not any(c.isspace() for c in text)


def _is_secret(name: str, value: Value | None) -> bool:
    if (
        not isinstance(value, Const)
        or not value.literal
        or not isinstance(value.value, (str, bytes))
    ):
        return False
    text = text_of(value)
    if not text.isascii() or _VALIDATION.fullmatch(text):
        return False  # a sentence in another language; Laravel's rules for a field
    if is_password_name(name) and _HEX_DIGEST.fullmatch(text):
        return False  # a stored hash
    if text.lower().replace("_", "").replace("-", "") == name.lower().replace("_", ""):
        return False
    return looks_random(text) or (is_password_name(name) and looks_chosen(text))


def _overlaps(value: Value | None, spans: list[Span]) -> bool:
    return value is not None and any(
        span.start < value.span.end and value.span.start < span.end for span in spans
    )


def _credential(
    span: Span, message: str, name: str, fact: Call | Assign | Pair, unit: UnitView
) -> Report:
    variable = _upper(name)
    if isinstance(fact, Call) and variable == "PASSWORD":
        roles = unit.roles_of(fact)
        if "redis" in (fact.qualified or ""):
            variable = "REDIS_PASSWORD"
        elif roles & {"db-connect", "db-pool"}:
            variable = "DB_PASSWORD"
        elif "mail-send" in roles:
            variable = "SMTP_PASSWORD"
    return Report(
        span, message, read_from_environment(span, variable, unit, _RULE), place=fact.place
    )


def _upper(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").upper()


# ---------------------------------------------------------------------------- fallbacks

_FALLBACK_RULE: Final = "secrets/weak-default-fallback"
_SETTINGS_BASES: Final = frozenset(
    ("pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings",
     "pydantic_settings.main.BaseSettings")
)  # fmt: skip


_HARNESS: Final = regex(r"(?:^|/)(?:integration|harness|vitest|jest)[\w.-]*(?:/|\.[cm]?[jt]s$)")


def weak_default_fallback(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Secrets read from the environment with a literal for when they are missing."""
    if settings_kind(unit.path) == "development" or _is_development_file(unit.path):
        return
    if unit.family == "javascript" and _HARNESS.search(unit.path):
        return
    for call in unit.calls("env-read"):
        name, default = unit.argument(call, "name"), unit.argument(call, "default")
        if default is None or default is HIDDEN:
            continue
        written = text_of(name)
        if is_secret_name(written) and _is_fallback(default):
            assert isinstance(default, Value)
            yield _fallback(default.span, written, _without_default(call, unit), call)
    for fallback in facts.fallbacks if _may_read_environment(unit) else ():
        reader = fallback.reader
        read = reader.value(fallback.left, fallback.scope)
        name_read = _environment_name(read, unit) or _taken_apart(fallback, unit)
        if not name_read or not is_secret_name(name_read):
            continue
        literal = reader.value(fallback.right, fallback.scope)
        if _is_fallback(literal):
            edits = [Edit(Span(read.span.end, literal.span.end), "")]
            if unit.family == "csharp":
                thrown = f'throw new InvalidOperationException("{name_read} is not set")'
                edits = [Edit(literal.span, thrown)]
            yield _fallback(literal.span, name_read, edits, fallback)
    for assign in facts.assigns if unit.family == "python" else ():
        holder = assign.class_def
        if holder is None or assign.function is not None or not is_secret_name(assign.target):
            continue
        if assign.target.startswith("_"):
            continue  # pydantic does not read private names
        if unit.family == "python" and is_for_own_machine(assign, unit):
            continue
        value = assign.value
        if _is_fallback(value) and _SETTINGS_BASES & set(_all_bases(assign, unit)):
            assert value is not None
            head = unit.text(Span(assign.span.start, value.span.start)).rstrip().removesuffix("=")
            start = assign.span.start + len(head.rstrip().encode())
            removal = [Edit(Span(start, value.span.end), "")] if assign.type_path else None
            yield _fallback(value.span, assign.target, removal, assign)


def _fallback(
    span: Span, name: str, edits: list[Edit] | None, fact: Call | Fallback | Assign
) -> Report:
    fixes = (
        (Fix("Fail when it is missing", tuple(edits), "unsafe", _FALLBACK_RULE),) if edits else ()
    )
    return Report(
        span,
        f"Without `{name}` the program runs with a secret that stands in the code",
        fixes,
        place=fact.place,
    )


def _without_default(call: Call, unit: UnitView) -> list[Edit] | None:
    """Read the variable so that it must be there."""
    if call.path in ("os.getenv", "os.environ.get"):
        name = unit.argument(call, "name")
        assert isinstance(name, Value)
        return [Edit(call.span, f"os.environ[{unit.text(name.span)}]")]
    places = places_of("default", unit.adapter.model_of(call))
    return remove_argument(call, unit.adapter.source, places)


def _all_bases(assign: Assign, unit: UnitView) -> tuple[str, ...]:
    assert assign.class_def is not None
    return (*assign.class_def.bases, *unit.adapter.resolver.bases(assign.class_def.path))


_CONFIGURATION: Final = "Microsoft.Extensions.Configuration.IConfiguration."


def _may_read_environment(unit: UnitView) -> bool:
    """Whether a unit may read variables; by its words, but for C#, which names them freely."""
    is_named = not unit.words.isdisjoint((b"env", b"environ", b"_env", b"_server"))
    return is_named or unit.family == "csharp" or bool(unit.calls("env-read"))


def _environment_name(value: Value, unit: UnitView) -> str:
    """The variable an expression reads from the environment, "" for other expressions."""
    path = path_of(value)
    for prefix in ("process.env.", "import.meta.env.", "os.environ.", "$_ENV.", "$_SERVER."):
        if path.startswith(prefix):
            return path[len(prefix) :]
    if qualified_of(value).startswith(_CONFIGURATION):
        return qualified_of(value)[len(_CONFIGURATION) :]
    if isinstance(value, CallValue) and "env-read" in unit.roles_of(value.call):
        return text_of(unit.argument(value.call, "name"))
    return ""


_STANDS_FOR: Final = regex(r"(?i)<?your[-_ ][\w-]+>?$|[\w-]+[-_]test(?:ing)?$")
"""What a person is to replace, and no server takes: ``your-secret-key``; and what tests use."""


def _taken_apart(fallback: Fallback, unit: UnitView) -> str:
    """The variable of ``const { JWT_SECRET = ".." } = process.env``, "" for other defaults."""
    if fallback.node.type != "object_assignment_pattern":
        return ""
    pattern = fallback.node.parent
    made = pattern.parent if pattern is not None else None
    value = made.child_by_field_name("value") if made is not None else None
    is_read = value is not None and unit.adapter.slice(value) == "process.env"
    return unit.adapter.slice(fallback.left) if is_read else ""


def _is_fallback(value: Found) -> bool:
    """Whether a default is a usable secret: not empty, not a number, a switch or a place."""
    if not isinstance(value, Const):
        return False
    text = string(value)
    if not text or text.isspace() or text.lower() in ("none", "null", "false", "true"):
        return False
    if is_placeholder(text) and re.search("dummy|fake|mock", text, re.IGNORECASE):
        return False  # opens nothing
    if _STANDS_FOR.match(text):
        return False
    return not text.isdigit() and "://" not in text and not text.startswith(("/", "${"))
