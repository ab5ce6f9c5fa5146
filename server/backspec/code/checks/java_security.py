"""Checks on Java: cookies, trust managers, Spring's security, sockets and channels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.checks.crypto import is_asked_for
from backspec.code.checks.java_calls import (
    chain_of,
    first_argument,
    function_text,
    names_of,
    statement_text,
)
from backspec.code.checks.names import words
from backspec.code.checks.values import string
from backspec.code.facts.model import Const
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Value
    from backspec.code.syntax import Node

# ---------------------------------------------------------------------------- cookies

_SESSION: Final = frozenset(
    ("session", "sessionid", "jsessionid", "sid", "sess", "token", "auth", "authentication", "jwt",
     "refresh", "remember", "rememberme", "login", "accesstoken", "refreshtoken", "authtoken")
)  # fmt: skip
_LOOKS: Final = frozenset(
    ("theme", "locale", "lang", "language", "consent", "timezone", "preference", "banner")
)


@needs(calls=("Cookie", "build"))
def cookie_flags(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``new Cookie`` and ``ResponseCookie`` without ``Secure`` or ``HttpOnly``."""
    for call in facts.calls:
        if call.name == "Cookie" and call.is_new:
            yield from _servlet_cookie(call, unit)
        elif call.name == "build" and "ResponseCookie" in unit.text(call.span)[:4000]:
            yield from _response_cookie(call, unit)


def _is_session(name: Value | None, unit: UnitView) -> bool:
    if name is None:
        return False
    text = string(name)
    spoken = set(words(text if text is not None else unit.text(name.span).rpartition(".")[2]))
    return bool(spoken & _SESSION) and not spoken & _LOOKS


def _servlet_cookie(call: Call, unit: UnitView) -> Iterator[Report]:
    if not (call.qualified or "").endswith(".servlet.http.Cookie"):
        return
    target = call.assigned_to.removeprefix("this.")
    text = function_text(call, unit)
    if target:
        after = text[call.span.end - call.function.span.start :] if call.function else ""
        set_to = {
            flag: re.search(rf"\b{re.escape(target)}\s*\.\s*{flag}\s*\(\s*([^)]*?)\s*\)", after)
            for flag in ("setSecure", "setHttpOnly", "setMaxAge")
        }
        if not re.search(rf"\baddCookie\(\s*{re.escape(target)}\s*\)", after):
            return  # somebody else finishes it
    elif unit.text(call.span) and call.parent is not None and call.parent.type == "argument_list":
        set_to = dict.fromkeys(("setSecure", "setHttpOnly", "setMaxAge"))
    else:
        return
    age = set_to["setMaxAge"]
    given = call.arguments.positional
    if (age is not None and age[1] == "0") or (len(given) > 1 and string(given[1]) == ""):
        return
    is_session = _is_session(first_argument(call), unit)
    off, missing = [], []
    for flag, label in (("setSecure", "Secure"), ("setHttpOnly", "HttpOnly")):
        found = set_to[flag]
        if found is None:
            missing.append(label)
        elif found[1] == "false":
            off.append(label)
    lacking = [*off, *missing] if is_session else off
    if lacking:
        listed = " and ".join(f"`{one}`" for one in lacking)
        yield Report(
            call.span,
            f"This cookie is set without {listed}",
            _set_flags(call, target, off, [one for one in missing if is_session], unit),
            severity=None if is_session else Severity.INFO if off == ["HttpOnly"] else None,
            place=call.place,
        )
    elif missing:
        listed = " and ".join(f"`{one}`" for one in missing)
        yield Report(
            call.span,
            f"This cookie is set without {listed}",
            _set_flags(call, target, off, missing, unit),
            profile="strict",
            place=call.place,
        )


def _set_flags(
    call: Call, target: str, off: list[str], missing: list[str], unit: UnitView
) -> tuple[Fix, ...]:
    """Set to true what is set to false, and what is not set, behind the cookie's declaration."""
    statement = call.node
    while statement.parent is not None and not statement.type.endswith(
        ("_declaration", "_statement", "block")
    ):
        statement = statement.parent
    is_own = statement.type in ("local_variable_declaration", "expression_statement")
    if call.function is None or not is_own or not target.isidentifier():
        return ()
    after = unit.text(Span(call.span.end, call.function.span.end))
    edits: list[Edit] = []
    for label in off:
        found = re.search(rf"\b{target}\s*\.\s*set{label}\s*\(\s*(false)\s*\)", after)
        if found is None:
            return ()
        start = call.span.end + len(after[: found.start(1)].encode())
        edits.append(Edit(Span(start, start + len("false")), "true"))
    if missing:
        span = Span(statement.start_byte, statement.end_byte)
        line = unit.adapter.source.rfind(b"\n", 0, span.start) + 1
        margin = unit.text(Span(line, span.start))
        text = f"\n{margin}".join(f"{target}.set{label}(true);" for label in missing)
        added = fixes.insert_line(span, unit.adapter.source, text)
        if added is None:
            return ()
        edits += added
    edits.sort(key=lambda one: one.span.start)
    return (Fix("Protect the cookie", tuple(edits), "unsafe", "session/cookie-flags"),)


def _response_cookie(call: Call, unit: UnitView) -> Iterator[Report]:
    chain = chain_of(call)
    first = chain[-1]
    if first.name != "from" and first.name != "fromClientResponse":
        return
    told = {one.name: first_argument(one) for one in chain}
    age = told.get("maxAge")
    if isinstance(age, Const) and age.value == 0:
        return
    is_session = _is_session(first_argument(first), unit)
    lacking = []
    edits = []
    at = call.callee_span.end - len("build") - 1
    for flag, label in (("secure", "Secure"), ("httpOnly", "HttpOnly")):
        value = told.get(flag)
        is_off = isinstance(value, Const) and value.value is False
        if is_off or (is_session and flag not in told):
            lacking.append(f"`{label}`")
            if isinstance(value, Const):
                edits += [Edit(value.span, "true")] if value.literal else []
            elif unit.text(Span(at, call.callee_span.end)) == ".build":
                edits.append(Edit(Span(at, at), f".{flag}(true)"))
    if lacking:
        repair = Fix("Protect the cookie", tuple(edits), "unsafe", "session/cookie-flags")
        yield Report(
            Span(first.span.start, first.span.end),
            f"This cookie is set without {' and '.join(lacking)}",
            (repair,) if len(edits) == len(lacking) else (),
            place=call.place,
        )


# ---------------------------------------------------------------------------- TLS

_HOST_VERIFIERS: Final = frozenset(
    ("setHostnameVerifier", "setDefaultHostnameVerifier", "hostnameVerifier",
     "setSSLHostnameVerifier")
)  # fmt: skip
_AGREES: Final = regex(
    r"(?s)^(?:\([^)]*\)\s*->\s*(?:true|\{\s*return\s+true\s*;\s*\})|"
    r"\w+(?:\.\w+)*\.(?:ALLOW_ALL_HOSTNAME_VERIFIER)|"
    r"(?:new\s+)?(?:\w+\.)*(?:NoopHostnameVerifier|AllowAllHostnameVerifier)(?:\.INSTANCE|\(\)))$"
)
_TRUST_ALL: Final = regex(
    r"^(?:new\s+)?(?:\w+\.)*(?:TrustAllStrategy|TrustSelfSignedStrategy|InsecureTrustManagerFactory)"
    r"(?:\.INSTANCE|\(\))$|^\(\s*\w+\s*,\s*\w+\s*\)\s*->\s*true$"
)


def trust_all(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Trust managers and host name verifiers that agree with everything."""
    for function in facts.functions:
        body = function.node.child_by_field_name("body")
        if body is None:
            continue
        if function.name == "checkServerTrusted" and not _does_something(body, unit):
            yield Report(
                function.name_span,
                "This trust manager accepts any certificate",
                place=function.place,
            )
        elif (
            function.name == "verify"
            and len(function.parameters) == 2
            and function.parameters[1].type_path.endswith("SSLSession")
            and _only_true(body, unit)
        ):
            yield Report(
                function.name_span, "This verifier accepts any host name", place=function.place
            )
    for call in facts.calls:
        if call.name in _HOST_VERIFIERS or call.name in ("loadTrustMaterial", "trustManager"):
            for value in call.arguments.positional:
                text = unit.text(value.span)
                wanted = _AGREES if call.name in _HOST_VERIFIERS else _TRUST_ALL
                if wanted.match(text) and not is_asked_for(value.node, unit):
                    what = "host name" if wanted is _AGREES else "certificate"
                    yield Report(value.span, f"`{call.name}` accepts any {what}", place=call.place)
                    break


def _does_something(body: Node, unit: UnitView) -> bool:
    statements = [one for one in body.named_children if "comment" not in one.type]
    return any(
        one.type != "return_statement" and not _is_log(unit.adapter.slice(one))
        for one in statements
    )


def _is_log(text: str) -> bool:
    return re.match(r"(?:log|logger|LOG|LOGGER|System\.out)\b", text) is not None


def _only_true(body: Node, unit: UnitView) -> bool:
    statements = [one for one in body.named_children if "comment" not in one.type]
    return len(statements) == 1 and unit.adapter.slice(statements[0]) == "return true;"


# ---------------------------------------------------------------------------- Spring's security

_LOGIN: Final = regex(r"formLogin|oauth2Login|httpBasic|rememberMe|saml2Login|openidLogin")
_NO_SESSION: Final = regex(
    r"STATELESS|oauth2ResourceServer|JwtAuth|jwtAuth|JwtTokenFilter|JwtFilter|jwtFilter|"
    r"BearerToken|SessionCreationPolicy\.NEVER"
)


_DISABLED: Final = regex(
    r"(?:\w+|\(\w+\))->\w+\.disable\(\)|\w*(?:Configurer|Spec)(?:<.*>)?::disable"
)


def csrf_disabled(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """CSRF protection that is off in a chain with sessions."""
    for call in facts.calls:
        span = _csrf_off(call, unit)
        if span is None:
            continue
        text = function_text(call, unit)
        has_login = _LOGIN.search(text) is not None
        if not has_login and "ecurityMatcher" in text:
            continue  # a chain of its own, for machines
        if not unit.file_has(_NO_SESSION.pattern):
            yield Report(
                span,
                "Another site can act with a signed-in user's session: CSRF protection is off",
                profile=None if has_login else "strict",
                place=call.place,
            )


def _csrf_off(call: Call, unit: UnitView) -> Span | None:
    if call.name == "disable":
        inner = call.receiver_call
        return call.span if inner is not None and inner.name == "csrf" else None
    if call.name == "csrf" and call.arguments.positional:
        text = "".join(unit.text(call.arguments.span).split())
        if _DISABLED.fullmatch(text):
            return Span(call.callee_span.end - len("csrf"), call.arguments.span.end + 1)
    return None


_ANY: Final = regex(r'^(?:(?:java\.util\.)?(?:List|Arrays|Collections|Set)\.\w+\()?\s*"\*"\s*\)?$')


@needs(
    calls=(
        "CrossOrigin",
        "setAllowedOriginPatterns",
        "addAllowedOriginPattern",
        "allowedOriginPatterns",
    )
)
def any_origin(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Every origin, together with credentials."""
    for call in facts.calls:
        if call.name == "CrossOrigin":
            told = call.arguments.keywords
            origins = told.get("originPatterns")
            credentials = told.get("allowCredentials")
            if string(origins) == "*" and string(credentials) == "true":
                yield _cors(call.span, call)
            continue
        if call.name not in ("setAllowedOriginPatterns", "addAllowedOriginPattern",
                             "allowedOriginPatterns"):  # fmt: skip
            continue
        if not _ANY.match(unit.text(call.arguments.span).strip()):
            continue
        if call.name == "allowedOriginPatterns":
            statement = statement_text(call, unit)
            is_with = re.search(r"allowCredentials\(\s*true\s*\)", statement) is not None
        else:
            owner = re.escape(call.path.rpartition(".")[0])
            is_with = (
                re.search(
                    rf"\b{owner}\.setAllowCredentials\(\s*true\s*\)", function_text(call, unit)
                )
                is not None
            )
        if is_with:
            start = call.callee_span.end - len(call.name)
            yield _cors(Span(start, call.arguments.span.end + 1), call)


def _cors(span: Span, call: Call) -> Report:
    return Report(span, "Every site can act with your users' cookies", place=call.place)


# ---------------------------------------------------------------------------- sockets and channels


@needs(calls=("setAllowedOrigins", "setAllowedOriginPatterns"))
def any_socket_origin(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """WebSocket endpoints that any site may open."""
    for call in facts.calls:
        if call.name not in ("setAllowedOrigins", "setAllowedOriginPatterns"):
            continue
        if not _ANY.match(unit.text(call.arguments.span).strip()):
            continue
        names = names_of(chain_of(call))
        # An interceptor may look at a token, which other sites do not have.
        if names & {"addHandler", "addEndpoint"} and "addInterceptors" not in names:
            yield Report(
                Span(call.callee_span.end - len(call.name), call.arguments.span.end + 1),
                "Any site can open this socket with a user's cookies",
                place=call.place,
            )


_LOCAL: Final = regex(r"(?i)localhost|127\.0\.0\.1|\[::1\]|unix:|inprocess|in-process")


@needs(calls=("usePlaintext",))
def plain_channel(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Channels of gRPC without TLS to other machines."""
    for call in facts.calls:
        if call.name != "usePlaintext":
            continue
        chain = chain_of(call)
        target = chain[-1]
        if target.name not in ("forTarget", "forAddress"):
            continue
        first = first_argument(call)
        if isinstance(first, Const) and first.value is False:
            continue
        if _LOCAL.search(unit.text(target.arguments.span)):
            continue
        yield Report(
            Span(call.callee_span.end - len(call.name), call.span.end),
            "Everything on this channel can be read on the way: it has no TLS",
            place=call.place,
        )


# ---------------------------------------------------------------------------- keys, nonces

_FIXED_BYTES: Final = regex(
    r'"[^"]+"\s*\.\s*(?:getBytes\([^)]*\)|toCharArray\(\))|'
    r"new\s+byte\s*\[\s*\d*\s*\](?:\s*\{[^}]*\})?"
)


def _is_fixed(value: Value, call: Call, unit: UnitView) -> bool:
    """Whether bytes are the same each time: written out, zero, or of a constant."""
    text = unit.text(value.span).strip()
    if _FIXED_BYTES.fullmatch(text):
        return True
    of_name = re.fullmatch(r"([A-Z][A-Z0-9_]{1,})(?:\s*\.\s*getBytes\([^)]*\))?", text)
    if of_name is not None:
        return unit.file_has(
            rf'\b{of_name[1]}\s*=\s*(?:"|\{{|new\s+byte\s*\[\s*\d*\s*\](?:\s*\{{|\s*;))'
        )
    if not re.fullmatch(r"[a-z]\w*", text):
        return False
    around = _function_body(call, unit)
    made = re.search(rf"\b{text}\s*=\s*([^;]+);", around)
    if made is None or not (_FIXED_BYTES.fullmatch(made[1].strip()) or made[1].startswith("{")):
        return False
    # Filled, written to, or handed to something that fills it.
    after = around[made.end() :].replace(unit.text(call.span), "")
    filled = rf"[\w.]+\(\s*[^;]*\b{text}\b[^;]*\)\s*;|\b{text}\s*\["
    return not re.search(filled, after)


def _function_body(call: Call, unit: UnitView) -> str:
    text = function_text(call, unit)
    return text[: call.span.end - call.function.span.start] if call.function is not None else text


@needs(calls=("IvParameterSpec", "GCMParameterSpec"))
def fixed_nonce(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``new IvParameterSpec("..".getBytes())``"""
    for call in facts.calls:
        if call.name not in ("IvParameterSpec", "GCMParameterSpec") or not call.is_new:
            continue
        given = call.arguments.positional
        at = 1 if call.name == "GCMParameterSpec" else 0
        if re.search(r"DECRYPT_MODE", function_text(call, unit)):
            continue
        if len(given) > at and _is_fixed(given[at], call, unit):
            yield Report(
                given[at].span,
                "The nonce is the same for every message; make a fresh one with `SecureRandom`",
                place=call.place,
            )


@needs(calls=("PBEKeySpec",))
def fixed_salt(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``new PBEKeySpec(password, "..".getBytes(), ..)``"""
    for call in facts.calls:
        if call.name != "PBEKeySpec" or not call.is_new:
            continue
        given = call.arguments.positional
        if len(given) > 1 and _is_fixed(given[1], call, unit):
            yield Report(
                given[1].span,
                "The salt is the same for every password; make one for each with `SecureRandom`",
                place=call.place,
            )


_FACTORED: Final = regex(r'KeyPairGenerator\s*\.\s*getInstance\(\s*"(RSA|DSA|DH|DiffieHellman)"')


_CURVES: Final = regex(r'KeyPairGenerator\s*\.\s*getInstance\(\s*"EC(?:DSA|DH)?"')


@needs(calls=("initialize",))
def short_key(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """RSA and DSA keys below 2048 bits, curves below 224."""
    for call in facts.calls:
        if call.name != "initialize" or not call.arguments.positional:
            continue
        size = call.arguments.positional[0]
        if not isinstance(size, Const) or type(size.value) is not int or size.value >= 2048:
            continue
        text = function_text(call, unit)
        if size.value < 224 and _CURVES.search(text):
            yield Report(
                size.span, f"A curve of {size.value} bits can be broken; use 256", place=call.place
            )
            continue
        kind = _FACTORED.search(text)
        if kind is not None:
            yield Report(
                size.span,
                f"A {kind[1]} key of {size.value} bits can be broken; use 3072",
                place=call.place,
            )
