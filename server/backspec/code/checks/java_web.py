"""Checks on Java: cookies written by hand, sessions that keep their ids, headers switched off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.java_calls import function_text
from backspec.code.checks.names import words
from backspec.code.checks.values import is_constant, leading_text, string
from backspec.code.facts.model import Context
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

# ---------------------------------------------------------------------------- cookies

_SESSION: Final = regex(r"(?i)^[^=;]*(?:sess|sid|token|auth|jwt|remember|login)[^=;]*=")


@needs(calls=("setHeader", "addHeader", "NewCookie"))
def written_cookies(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``Set-Cookie`` written by hand, and cookies of JAX-RS, without their flags."""
    for call in unit.called("setHeader", "addHeader"):
        given = call.arguments.positional
        if len(given) != 2 or (string(given[0]) or "").lower() != "set-cookie":
            continue
        text = unit.text(given[1].span)
        if not _SESSION.match(leading_text(given[1])) or re.search(r"(?i)max-age=0", text):
            continue
        lacking = [one for one in ("Secure", "HttpOnly") if one.lower() not in text.lower()]
        if lacking:
            yield _cookie(call, lacking)
    for call in unit.called("NewCookie"):
        given = call.arguments.positional
        if not call.is_new or not (call.qualified or "").endswith("ws.rs.core.NewCookie"):
            continue
        if len(given) < 7 or not _SESSION.match(f"{string(given[0]) or ''}="):
            continue
        flags = [one for one in given[6:] if is_constant(one, False) or is_constant(one, True)]
        if (flags and is_constant(flags[-1], False)) or any(is_constant(f, False) for f in flags):
            yield _cookie(call, ["Secure", "HttpOnly"] if len(flags) < 2 else ["Secure"])


def _cookie(call: Call, lacking: list[str]) -> Report:
    listed = " and ".join(f"`{one}`" for one in lacking)
    return Report(call.span, f"This cookie is set without {listed}", place=call.place)


# ---------------------------------------------------------------------------- sessions

_SIGNS_IN: Final = frozenset(("login", "signin", "authenticate", "logon"))
_USER: Final = regex(
    r"(?i)^(?:current_?|login_?|session_?)?(?:user|username|userid|account|member|principal|uid|auth\w*|logged_?in)(?:_?id|_?name|_?info)?$"
)
_RENEWS: Final = regex(
    r"changeSessionId|invalidate\s*\(|migrateSession|getSession\(\s*false\s*\)\s*==|newSession"
)


@needs(calls=("none", "setAttribute"))
def fixation(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Sessions that keep the id they had before the sign-in."""
    for call in unit.called("none"):
        inner = call.receiver_call
        is_lambda = False
        function = call.function
        if function is not None and function.passed_to is not None:
            is_lambda = function.passed_to.name == "sessionFixation"
        if (inner is not None and inner.name == "sessionFixation") or is_lambda:
            yield Report(
                Span(call.callee.start_byte, call.span.end),
                "The session keeps the id it had before the sign-in, which somebody else may know",
                place=call.place,
            )
    for call in unit.called("setAttribute"):
        if not (call.qualified or "").endswith("HttpSession.setAttribute"):
            continue
        function = call.function
        if function is None or not _SIGNS_IN & {
            "".join(words(function.name)),
            *words(function.name),
        }:
            continue
        given = call.arguments.positional
        key = string(given[0]) if given else None
        if key is None or not _USER.match(key) or call.context & Context.TEST:
            continue
        if len(given) > 1 and is_constant(given[1], None):
            continue
        text = function_text(call, unit)
        if _RENEWS.search(text) or re.search(r"SecurityContextHolder|AuthenticationManager", text):
            continue
        yield Report(
            call.span,
            "The session keeps the id it had before the sign-in, which somebody else may know",
            place=call.place,
        )
        return


# ---------------------------------------------------------------------------- headers

_HEADERS: Final = {
    "headers": "Headers that protect pages are switched off here",
    "frameOptions": "Any site may show these pages in a frame",
    "contentTypeOptions": "Browsers may take an upload for a page: leave the header on",
    "httpStrictTransportSecurity": "Browsers are not told to stay with HTTPS",
}
_CONSOLE: Final = r"h2-console|h2Console|toH2Console"


def _is_chosen(call: Call) -> bool:
    node = call.node.parent
    for _ in range(12):
        if node is None or node.type in ("method_declaration", "lambda_expression"):
            return False
        if node.type in ("if_statement", "ternary_expression"):
            return True
        node = node.parent
    return False


@needs(calls=("disable", *_HEADERS))
def headers_off(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Spring Security's headers, switched off."""
    if not unit.imports("org.springframework.security"):
        return
    for call in unit.called("disable", *_HEADERS):
        name = call.name
        if name == "disable":
            inner = call.receiver_call
            name = inner.name if inner is not None else ""
            function = call.function
            if not name and function is not None and function.passed_to is not None:
                parameters = [one.name for one in function.parameters]
                if call.path.partition(".")[0] in parameters:
                    name = function.passed_to.name
        elif not re.search(r"::disable\s*$", unit.text(call.arguments.span)):
            continue
        message = _HEADERS.get(name)
        if message is None or (name == "frameOptions" and unit.file_has(_CONSOLE)):
            continue
        if unit.file_has(r"STATELESS") or _is_chosen(call):
            continue  # no pages, or a setting says so
        yield Report(Span(call.callee.start_byte, call.span.end), message, place=call.place)
