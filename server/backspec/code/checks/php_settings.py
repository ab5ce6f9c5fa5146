"""PHP: what a script sets for itself: errors shown, cookies, headers of other sites, file modes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.names import words
from backspec.code.checks.values import is_constant, leading_text, string, text_of
from backspec.code.facts.model import Const, Context, Sequence
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Value

_ONE_PERSONS: Final = regex(
    r"(?i)(?:^|/)(?:bin|cli|scripts?|tools?|install(?:er)?|setup|develop(?:ment)?|debug|docs?|examples?)(?:/|\.php$)"
    r"|(?:^|/)(?:cli|install|debug)[\w-]*\.php$"
)
_ASKED: Final = regex(
    r"(?i)\b(?:if|case|\?|elseif)\b[^;{]*(?:debug|dev\b|develop|environment|ENV\b|local|cli|sapi|test)"
)


def _is_on(value: Value) -> bool:
    """``1``, ``'1'``, ``true``, ``'On'``, ``'stdout'``."""
    if isinstance(value, Const) and not isinstance(value.value, str):
        return bool(value.value)
    return text_of(value).strip().lower() in ("1", "on", "true", "yes", "stdout")


def _is_off(value: Value) -> bool:
    if isinstance(value, Const) and not isinstance(value.value, str):
        return not value.value
    return text_of(value).strip().lower() in ("0", "off", "false", "no", "")


@needs(calls=("ini_set", "define"))
def errors_shown(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``ini_set('display_errors', 1)``, ``define('WP_DEBUG_DISPLAY', true)``."""
    if _ONE_PERSONS.search(unit.path):
        return
    for call in facts.calls:
        given = call.arguments.positional
        if len(given) != 2 or call.context & (Context.DEV_GUARD | Context.TEST):
            continue
        name = text_of(given[0])
        is_shown = call.path == "ini_set" and name in ("display_errors", "display_startup_errors")
        if call.path == "define":
            is_shown = name in ("WP_DEBUG", "WP_DEBUG_DISPLAY")
        if not is_shown or not _is_on(given[1]) or name == "display_startup_errors":
            continue
        if _is_guarded(call, unit) or unit.file_has(r"ini_get\(\s*['\"]display_errors"):
            continue
        off = "'0'" if call.path == "ini_set" else "false"
        yield Report(
            call.span,
            "Clients see the text of every error, with paths, queries and values",
            (
                Fix(
                    "Show no errors",
                    (Edit(given[1].span, off),),
                    "unsafe",
                    "error/debug-mode-on",
                ),
            ),
            place=call.place,
        )


def _is_guarded(call: Call, unit: UnitView) -> bool:
    """Whether a condition, or the name around, speaks of debugging."""
    node = call.node.parent
    for _ in range(8):
        if node is None:
            break
        if node.type in ("if_statement", "else_clause", "switch_block", "conditional_expression"):
            whole = node if node.type != "else_clause" else node.parent or node
            if _ASKED.search(unit.adapter.slice(whole)[:300]):
                return True
        node = node.parent
    name = call.function.name if call.function is not None else ""
    owner = call.class_def.name if call.class_def is not None else ""
    return bool({"debug", "dev", "error", "handler"} & {*words(name), *words(owner)})


# ---------------------------------------------------------------------------- cookies

_COOKIE_SETTINGS: Final = {
    "session.cookie_httponly": "HttpOnly",
    "session.cookie_secure": "Secure",
}
_SESSION_COOKIE: Final = regex(r"(?i)^\s*[\w-]*(?:sess|sid|token|auth|jwt)[\w-]*=")
_COOKIE_RULE: Final = "session/cookie-flags"


@needs(calls=("ini_set", "withSecure", "withHttpOnly", "header"))
def cookie_flags(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``ini_set('session.cookie_httponly', 0)``, ``$cookie->withSecure(false)``, ``Set-Cookie``."""
    for call in facts.calls:
        given = call.arguments.positional
        if call.path == "ini_set" and len(given) == 2:
            label = _COOKIE_SETTINGS.get(text_of(given[0]))
            if label is not None and isinstance(given[1], Const) and _is_off(given[1]):
                yield _without(call, given[1], label, "'1'")
        elif call.name in ("withSecure", "withHttpOnly") and len(given) == 1:
            if is_constant(given[0], False) and unit.file_has(r"HttpFoundation\\Cookie"):
                yield _without(call, given[0], call.name.removeprefix("with"), "true")
        elif call.path == "header" and given:
            name = string(call.arguments.keywords.get("name")) or ""
            value = call.arguments.keywords.get("value")
            if name.lower() == "set-cookie" and _SESSION_COOKIE.match(leading_text(value)):
                text = unit.text(given[0].span).lower()
                missing = [one for one in ("Secure", "HttpOnly") if one.lower() not in text]
                if missing:
                    yield Report(
                        call.span,
                        f"This cookie is set without {' and '.join(missing)}",
                        place=call.place,
                    )


def _without(call: Call, value: Value, label: str, on: str) -> Report:
    return Report(
        call.span,
        f"The session cookie goes out without `{label}`",
        (Fix("Protect the cookie", (Edit(value.span, on),), "unsafe", _COOKIE_RULE),),
        place=call.place,
    )


# ---------------------------------------------------------------------------- other sites


@needs(calls=("header",))
def any_origin_with_credentials(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """``Access-Control-Allow-Origin: *`` beside ``Access-Control-Allow-Credentials: true``."""
    told: dict[str, list[Call]] = {}
    for call in facts.calls:
        if call.path == "header":
            name = string(call.arguments.keywords.get("name")) or ""
            told.setdefault(name.lower(), []).append(call)
    for call in told.get("access-control-allow-origin", ()):
        if text_of(call.arguments.keywords.get("value")).strip() != "*":
            continue
        for other in told.get("access-control-allow-credentials", ()):
            if other.function is not call.function:
                continue
            if text_of(other.arguments.keywords.get("value")).strip().lower() == "true":
                yield Report(
                    call.span,
                    "Every site is to act with your users' cookies: name your own origins",
                    place=call.place,
                )
                break


_SENT_ADDRESS: Final = regex(
    r"(?i)(?:header\(\s*['\"]|HTTP_)(?:X[-_]FORWARDED[-_]FOR|X[-_]REAL[-_]IP|X[-_]CLIENT[-_]IP|CLIENT[-_]IP|TRUE[-_]CLIENT[-_]IP)"
)


@needs(calls=("by", "tooManyAttempts", "hit", "attempt"))
def spoofable_key(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``Limit::perMinute(60)->by($request->header('X-Forwarded-For'))``."""
    for call in facts.calls:
        is_limit = call.name == "by" and "Limit" in call.path
        is_limit = is_limit or call.path in (
            "RateLimiter.tooManyAttempts", "RateLimiter.hit", "RateLimiter.attempt",
        )  # fmt: skip
        given = call.arguments.positional
        if is_limit and given and _SENT_ADDRESS.search(unit.text(given[0].span)):
            yield Report(
                given[0].span,
                "Everybody gets a new limit by sending another header; use `ip()`",
                place=call.place,
            )


# ---------------------------------------------------------------------------- models


@needs(words=("guarded", "unguard"))
def unguarded(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """``protected $guarded = [];``, ``Model::unguard()``."""
    for assign in facts.assigns:
        if assign.target != "guarded" or assign.class_def is None:
            continue
        value = assign.value
        if isinstance(value, Sequence) and not value.items and not value.is_open:
            yield Report(
                assign.span,
                "Every column may be filled from what a client sends: name those that may",
                severity=Severity.WARNING,
                profile="strict",
                place=assign.place,
            )
    for call in facts.calls:
        if call.path in ("Model.unguard", "Eloquent.unguard") and not call.context & Context.TEST:
            yield Report(
                call.span,
                "Every column of every model may be filled from what a client sends",
                severity=Severity.WARNING,
                profile="strict",
                place=call.place,
            )


# ---------------------------------------------------------------------------- errors

_SAYS: Final = regex(
    r"\b(?:mysqli?_error|mysqli_connect_error|pg_last_error|oci_error|sqlsrv_errors)\("
    r"|->errorInfo\(|\$(?:mysqli|conn|connection|db|link|con)\w*->(?:error|connect_error)\b"
)


@needs(roles=("html-response",))
def database_error_shown(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``or die(mysqli_error($db))``."""
    if _ONE_PERSONS.search(unit.path):
        return
    for call in unit.calls("html-response"):
        if call.context & (Context.DEV_GUARD | Context.TEST):
            continue
        text = unit.text(call.span)
        if len(text) < 2000 and _SAYS.search(text) and not _is_guarded(call, unit):
            yield Report(
                call.span,
                "The client learns what the database says, with parts of the statement",
                severity=Severity.WARNING,
                place=call.place,
            )


# ---------------------------------------------------------------------------- files


@needs(calls=("chmod", "mkdir", "umask"))
def open_to_all(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """``chmod($file, 0777)``."""
    for call in facts.calls:
        given = call.arguments.positional
        at = 0 if call.path == "umask" else 1
        if call.path not in ("chmod", "mkdir") or len(given) <= at:
            continue
        mode = given[at]
        if not isinstance(mode, Const) or mode.value not in (0o777, 0o666):
            continue
        if mode.value == 0o666 and call.path == "mkdir":
            continue
        yield Report(
            mode.span,
            "Every user of the machine may write here",
            severity=Severity.INFO if call.path == "mkdir" else None,
            profile="strict" if call.path == "mkdir" or mode.value == 0o666 else None,
            place=call.place,
        )


# ---------------------------------------------------------------------------- ciphers

_BROKEN: Final = regex(
    r"(?i)DES\b|\bRC[24]\b|BLOWFISH|ARCFOUR|_ECB\b|['\"]ecb['\"]|_ENIGNA|_WAKE\b|_XTEA\b"
)


@needs(calls=("mcrypt_encrypt", "mcrypt_ecb", "mcrypt_cbc", "mcrypt_cfb", "mcrypt_module_open"))
def weak_mcrypt(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``mcrypt_encrypt(MCRYPT_DES, ..)``."""
    for call in facts.calls:
        if not call.path.startswith("mcrypt_"):
            continue
        if call.path == "mcrypt_ecb" or _BROKEN.search(unit.text(call.arguments.span)):
            yield Report(
                call.callee_span,
                f"`{call.written}` is told a cipher that can be broken; use AES-GCM or"
                " ChaCha20-Poly1305",
                place=call.place,
            )


# ---------------------------------------------------------------------------- consoles

_CONSOLES: Final = frozenset(("Horizon.auth", "Telescope.auth", "Pulse.auth"))
_ABILITIES: Final = frozenset(("viewHorizon", "viewTelescope", "viewPulse", "viewLogViewer"))
_ALWAYS: Final = regex(
    r"(?s)(?:fn\s*\([^)]*\)\s*(?::\s*bool\s*)?=>\s*true"
    r"|function\s*\([^)]*\)\s*(?::\s*bool\s*)?\{\s*return\s+true;\s*\})"
)


@needs(calls=("auth", "define"))
def console_open(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``Horizon::auth(fn () => true)``, ``Gate::define('viewTelescope', fn () => true)``."""
    for call in facts.calls:
        given = call.arguments.positional
        gate = None
        if call.path in _CONSOLES and given:
            gate = given[0]
        elif call.path == "Gate.define" and len(given) > 1 and text_of(given[0]) in _ABILITIES:
            gate = given[1]
        if gate is None or call.context & (Context.DEV_GUARD | Context.TEST):
            continue
        if _ALWAYS.fullmatch(unit.text(gate.span).strip()):
            yield Report(
                gate.span,
                "Everybody may open this console, with jobs, requests and values in it",
                place=call.place,
            )
