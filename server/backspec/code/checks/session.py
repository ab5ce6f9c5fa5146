"""Checks on cookies and sessions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.arguments import HIDDEN, Found
from backspec.code.checks import Report, needs
from backspec.code.checks.names import words
from backspec.code.checks.python_purposes import is_constant_cookie
from backspec.code.checks.settings_files import settings_kind
from backspec.code.checks.values import (
    is_constant,
    is_false_or_missing,
    is_null,
    number,
    path_of,
    qualified_of,
    string,
)
from backspec.code.facts.model import Built, CallValue, Mapping, Name, Value
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Assign, Call, Facts
    from backspec.code.syntax import Node

_RULE: Final = "session/cookie-flags"
_SESSION_WORDS: Final = frozenset(
    ("session", "sessions", "sessionid", "sid", "sess", "token", "tokens", "auth", "authentication",
     "jwt", "refresh", "csrf", "xsrf", "csrftoken", "xsrftoken", "authtoken", "accesstoken",
     "refreshtoken", "idtoken")
)  # fmt: skip
_SCRIPT_READS: Final = frozenset(("csrf", "xsrf", "csrftoken", "xsrftoken"))
_HARMLESS: Final = frozenset(
    ("theme", "locale", "lang", "language", "consent", "timezone", "preference", "preferences",
     "banner", "dismissed", "seen", "interval", "enabled", "sidebar", "expires", "expiry")
)  # fmt: skip
_LABELS: Final = {"secure": "Secure", "httponly": "HttpOnly", "samesite": "SameSite"}
_PYTHON: Final = {
    "secure": "secure=True",
    "httponly": "httponly=True",
    "samesite": 'samesite="Lax"',
}
_PHP: Final = {
    "secure": "'secure' => true",
    "httponly": "'httponly' => true",
    "samesite": "'samesite' => 'Lax'",
}
_CSHARP: Final = {
    "secure": "Secure = true",
    "httponly": "HttpOnly = true",
    "samesite": "SameSite = SameSiteMode.Lax",
}
_JAVASCRIPT: Final = {
    "secure": "secure: true",
    "httponly": "httpOnly: true",
    "samesite": 'sameSite: "lax"',
}

_RUBY: Final = {
    "secure": "secure: true",
    "httponly": "httponly: true",
    "samesite": "same_site: :lax",
}
_GO: Final = {
    "secure": "Secure: true",
    "httponly": "HttpOnly: true",
    "samesite": "SameSite: http.SameSiteLaxMode",
}


@needs(roles=("cookie-set", "session-cookie"))
def cookie_flags(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Session cookies that are set, or configured, without the attributes that protect them."""
    for call in unit.calls("cookie-set"):
        yield from _set_cookie(call, unit)
    for call in unit.calls("session-cookie"):
        yield from _session_cookie(call, unit)


def _set_cookie(call: Call, unit: UnitView) -> Iterator[Report]:
    name_value = unit.argument(call, "name")
    name = string(name_value)
    spoken = set(words(name if name is not None else path_of(name_value).rpartition(".")[2]))
    if not spoken & _SESSION_WORDS or spoken & _HARMLESS or _is_deletion(call, unit):
        return
    roles = unit.roles_of(call)
    if unit.family == "python" and is_constant_cookie(call, unit):
        return
    missing = []
    for flag in ("secure", "httponly", "samesite"):
        found = unit.argument(call, flag)
        if found is HIDDEN:
            return
        if flag == "httponly" and spoken & _SCRIPT_READS:
            continue
        if f"cookie-{flag}-default" in roles and found is None:
            continue
        if is_false_or_missing(found):
            missing.append(flag)
    if not missing:
        return
    shown = f"`{name}`" if name is not None else f"`{path_of(name_value)}`"
    yield Report(
        call.callee_span,
        f"Cookie {shown} is set without {_listed(missing)}",
        _add_flags(call, unit, missing),
        Severity.INFO if missing == ["samesite"] else None,
        place=call.place,
    )


def _is_deletion(call: Call, unit: UnitView) -> bool:
    value = unit.argument(call, "value")
    if string(value) == "" or is_null(value):
        return True
    age = unit.argument(call, "max_age")
    if unit.family == "go":
        # 0 means none is given.
        if (number(age) or 0) < 0 or unit.argument(call, "value") is None:
            return True
    elif is_constant(age, 0):
        return True
    expires = unit.argument(call, "expires")
    if unit.family == "php":
        # 0 is until the browser is closed; what lies in the past deletes.
        past = isinstance(expires, Value) and re.match(r"time\(\)\s*-", unit.text(expires.span))
        return bool(past) or is_constant(expires, 1)
    return is_constant(expires, 0) or (
        isinstance(expires, Value) and unit.text(expires.span).replace(" ", "") == "newDate(0)"
    )


def _session_cookie(call: Call, unit: UnitView) -> Iterator[Report]:
    is_python = unit.family == "python"
    is_off_by_default = unit.family in ("python", "go")
    middleware = unit.argument(call, "middleware")
    if isinstance(middleware, Value) and not qualified_of(middleware).endswith(
        ".SessionMiddleware"
    ):
        return
    roles = unit.roles_of(call)
    missing, given = [], []
    for flag in ("secure", "httponly"):
        found = unit.argument(call, flag)
        if is_constant(found, False):
            missing.append(flag)
            given.append(found)
        elif is_off_by_default and found is None and f"cookie-{flag}-default" not in roles:
            missing.append(flag)
    if not missing or (flag_hidden(call, unit)):
        return
    repairs: tuple[Fix, ...] = ()
    if len(given) == len(missing):
        edits = tuple(
            Edit(found.span, "True" if is_python else "true")
            for found in given
            if isinstance(found, Value)
        )
        repairs = (Fix("Protect the cookie", edits, "unsafe", _RULE),)
    yield Report(
        given[0].span if given and isinstance(given[0], Value) else call.callee_span,
        f"The session cookie goes out without {_listed(missing)}",
        repairs,
        place=call.place,
    )


def flag_hidden(call: Call, unit: UnitView) -> bool:
    """Whether the call's cookie options cannot all be seen."""
    return any(unit.argument(call, flag) is HIDDEN for flag in ("secure", "httponly"))


def _listed(flags: list[str]) -> str:
    labels = [f"`{_LABELS[flag]}`" for flag in flags]
    return " and ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)


def _add_flags(call: Call, unit: UnitView, missing: list[str]) -> tuple[Fix, ...]:
    source = unit.adapter.source
    edits: list[Edit] = []
    absent = []
    for flag in missing:
        found = unit.argument(call, flag)
        if isinstance(found, Value):
            if unit.family == "go":
                on = {"samesite": "http.SameSiteLaxMode"}.get(flag, "true")
            elif unit.family == "python":
                on = {"samesite": '"Lax"'}.get(flag, "True")
            else:
                on = {"samesite": '"lax"'}.get(flag, "true")
            if unit.family == "csharp" and flag == "samesite":
                on = "SameSiteMode.Lax"
            if unit.family == "ruby" and flag == "samesite":
                on = ":lax"
            edits.append(Edit(found.span, on))
        else:
            absent.append(flag)
    if absent:
        by_family = {"python": _PYTHON, "php": _PHP, "csharp": _CSHARP, "go": _GO,
                     "ruby": _RUBY}  # fmt: skip
        texts = by_family.get(unit.family, _JAVASCRIPT)
        added = ", ".join(texts[flag] for flag in absent)
        options: Found = unit.argument(call, "options")
        more: list[Edit] | None
        if unit.family == "python":
            more = fixes.insert_argument(call, source, added)
        elif unit.family == "ruby":
            more = _add_to_ruby(call, unit, added)
        elif isinstance(options, Mapping) and unit.family == "csharp":
            brace = source.rfind(b"}", options.span.start, options.span.end)
            last = options.node.named_children[-1].named_children[-1:]
            more = [Edit(Span(last[0].end_byte, last[0].end_byte), f", {added}")] if last else None
            more = more if brace > 0 else None
        elif isinstance(options, Mapping):
            more = fixes.insert_entry(options, source, added)
        elif options is None:
            braced = f"[{added}]" if unit.family == "php" else f"{{ {added} }}"
            if unit.family == "csharp":
                braced = f"new CookieOptions {braced}"
            more = fixes.insert_argument(call, source, braced)
        else:
            more = None
        if more is None:
            return ()
        edits += more
    return (Fix(f"Add {_listed(missing)}", tuple(edits), "unsafe", _RULE),)


def _add_to_ruby(call: Call, unit: UnitView, added: str) -> list[Edit] | None:
    """``cookies[:a] = x`` to ``cookies[:a] = { value: x, .. }``; options of ``set_cookie``."""
    given = call.arguments
    source = unit.adapter.source
    if call.name == "set_cookie" and "value" in given.keywords:
        if given.is_open or any(one.type == "hash" for one in _nodes(call)):
            return None
        return fixes.insert_argument(call, source, added)
    if call.name != "[]=" or (call.qualified or "").startswith(("Sinatra.", "Grape.")):
        return None
    value = given.positional[-1]
    if isinstance(value, Mapping):
        is_closed = "value" in value.entries and not value.is_open
        return fixes.insert_entry(value, source, added) if is_closed else None
    last = ""
    if isinstance(value, CallValue):
        last = value.call.name
    elif isinstance(value, Name):
        last = value.path.rpartition(".")[2]
    if not set(words(last)) & _TEXTS and not isinstance(value, Built):
        return None  # it may be a mapping itself
    return [Edit(value.span, f"{{ value: {unit.text(value.span)}, {added} }}")]


_TEXTS: Final = _SESSION_WORDS - {"session", "auth", "refresh"} | {"id", "hex", "uuid", "encode"}


def _nodes(call: Call) -> list[Node]:
    arguments = call.node.child_by_field_name("arguments")
    return arguments.named_children if arguments is not None else []


# ---------------------------------------------------------------------------- settings

_SETTINGS: Final = {
    "SESSION_COOKIE_SECURE": "Secure",
    "SESSION_COOKIE_HTTPONLY": "HttpOnly",
    "CSRF_COOKIE_SECURE": "Secure",
    "REMEMBER_COOKIE_SECURE": "Secure",
    "REMEMBER_COOKIE_HTTPONLY": "HttpOnly",
    "JWT_COOKIE_SECURE": "Secure",
}


@needs(families=("python",))
def cookie_settings(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Settings that switch the attributes off, outside of files for development."""
    if unit.family != "python" or settings_kind(unit.path) in ("development", "base"):
        return
    for assign in facts.assigns:
        label = _SETTINGS.get(assign.target.rpartition(".")[2])
        if label is None or not is_constant(assign.value, False) or not _is_setting(assign, unit):
            continue
        value = assign.value
        assert value is not None
        yield Report(
            assign.span,
            f"`{assign.target.rpartition('.')[2]}` sends the cookie without `{label}`",
            (Fix("Switch it on", (Edit(value.span, "True"),), "unsafe", _RULE),),
            place=assign.place,
        )


def _is_setting(assign: Assign, unit: UnitView) -> bool:
    """Whether an assignment is a framework's setting: in a settings file, or of an app's config."""
    if "." in assign.target:
        return (assign.qualified or "").startswith("flask.Flask.config.")
    return assign.function is None and settings_kind(unit.path) is not None
