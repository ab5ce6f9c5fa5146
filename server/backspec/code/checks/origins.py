"""Checks on how origins are compared, and on sessions that outlive a sign-in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.names import words
from backspec.code.checks.values import string
from backspec.code.facts.model import Context
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Assign, Call, Facts

_SUFFIX: Final = frozenset(("endsWith", "endswith"))
_PREFIX: Final = frozenset(("startsWith", "startswith"))
_ORIGIN: Final = regex(r"(?i)(?:^|[._])(?:request_?)?origin$")
_HOST: Final = regex(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?$")
_LOCAL: Final = regex(r"localhost|127\.0\.0\.1|\[::1\]|chrome-extension|\.local\b")
_LOOSE_DOT: Final = regex(r"(?<!\\)(?<![\])}])\.(?![*+?{])(?:com|org|net|io|dev|app|co|de|example)")
_NAME_PART: Final = regex(r"\w\\?\.(?:com|org|net|io|dev|app|co|de|example)")


_COMPARING: Final = _SUFFIX | _PREFIX | {"includes", "indexOf", "contains"}


@needs(
    calls=_COMPARING,
    roles=("cors-config",),
    words=("CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ORIGIN_REGEX_WHITELIST"),
)
def weak_match(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Comparisons of an origin, and patterns for origins, that also fit another site's."""
    for call in unit.called(*_COMPARING):
        message = _comparison(call, unit)
        if message:
            yield Report(call.span, message, place=call.place)
    for call in unit.calls("cors-config"):
        if call.context & Context.DEV_GUARD:
            continue
        yield from _patterns(call, unit)
    if unit.family == "python":
        for assign in facts.assigns:
            if assign.target in ("CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ORIGIN_REGEX_WHITELIST"):
                yield from _settings(assign, unit)


def _comparison(call: Call, unit: UnitView) -> str:
    receiver, _, name = call.path.rpartition(".")
    if name not in _COMPARING or not _ORIGIN.search(receiver.rstrip("?")):
        return ""
    given = call.arguments.positional
    text = string(given[0]) if len(given) == 1 else None
    if text is None or _LOCAL.search(text):
        return ""
    if not unit.file_has(r"(?i)access-control|\bcors\b"):
        return ""
    if name in _SUFFIX and _HOST.match(text):
        return (
            f"`evil{text}` ends so, too: compare with `https://` and the whole host, or `.{text}`"
        )
    if name in _PREFIX and re.fullmatch(r"https?://[\w.-]*\w", text):
        return f"`{text}.evil.example` starts so, too: compare the whole origin"
    if name in ("includes", "indexOf", "contains") and _HOST.search(text):
        return f"`https://{text}.evil.example` holds that, too: compare the whole origin"
    return ""


def _patterns(call: Call, unit: UnitView) -> Iterator[Report]:
    origins = unit.argument(call, "origins")
    node = getattr(origins, "node", None)
    span = getattr(origins, "span", None)
    if node is None or span is None:
        return
    written = unit.text(span)
    for found in _REGEX.finditer(written):
        if _is_weak(found[1]):
            start = span.start + len(written[: found.start(1)].encode())
            place = Span(start, start + len(found[1].encode()))
            is_one = sum(map(_is_weak, _REGEX.findall(written))) == 1
            repairs = whole_origin(found[1], place) if is_one else ()
            yield Report(span, _MESSAGE.format(found[1][:40]), repairs, place=call.place)
            return


_REGEX: Final = regex(r"(?<![\w/:'\"])/((?:[^/\\\n]|\\.)+)/[gimsuy]*(?=\s*[,\]})]|\s*$)")
_ORIGIN_BEGINS: Final = regex(r"(?:\^|\\A)?\(?(?:https\??|https\?|https?):(?:\\?/){2}")
_BARE_DOT: Final = regex(r"(?<!\\)\.(?![*+?{])")


def whole_origin(pattern: str, span: Span, begin: str = "^", end: str = "$") -> tuple[Fix, ...]:
    """Anchor a pattern that is one of a whole origin, and escape its dots."""
    is_simple = _ORIGIN_BEGINS.match(pattern) and not re.search(r"[|\[]", pattern)
    if not is_simple:
        return ()
    text = _BARE_DOT.sub(r"\\.", pattern)
    if not text.startswith(("^", r"\A")):
        text = begin + text
    if not text.endswith(("$", r"\z", r"\Z")):
        text += end
    fix = Fix("Fit the whole origin", (Edit(span, text),), "unsafe", "cors/weak-origin-match")
    return (fix,) if text != pattern else ()


_MESSAGE: Final = "Other sites fit `{}`, too: anchor it with `^` and `$`, and escape the dots"


def _is_weak(pattern: str) -> bool:
    if _LOCAL.search(pattern.replace("\\", "")) or not _NAME_PART.search(pattern):
        return False
    if _LOOSE_DOT.search(pattern):
        return True
    return not pattern.endswith("$") or not (pattern.startswith("^") or _starts_at_dot(pattern))


def _starts_at_dot(pattern: str) -> bool:
    return pattern.startswith(("\\.", "(\\.", "(^|", "(?:^|", "\\/\\/"))


def _settings(assign: Assign, unit: UnitView) -> Iterator[Report]:
    value = assign.value
    for one in getattr(value, "items", ()):
        text = string(one)
        if text is not None and _is_weak(text):
            written = re.fullmatch(r"r([\"'])([^\"'\n]*)\1", unit.text(one.span))
            repairs: tuple[Fix, ...] = ()
            if written is not None:
                repairs = whole_origin(text, Span(one.span.start + 2, one.span.end - 1))
            yield Report(one.span, _MESSAGE.format(text[:40]), repairs, place=assign.place)


_USER_KEYS: Final = frozenset(
    ("user", "userId", "user_id", "userid", "uid", "username", "currentUser", "loggedIn",
     "isLoggedIn", "loggedin", "authenticated", "isAuthenticated", "account", "accountId")
)  # fmt: skip
_SIGN_IN: Final = frozenset(("login", "signin", "authenticate", "logon"))


@needs(families=("javascript",))
def fixation(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A session that says who signed in under the id that it had before."""
    if unit.family != "javascript":
        return
    for assign in facts.assigns:
        head, _, key = assign.target.rpartition(".")
        if key not in _USER_KEYS or not re.fullmatch(r"\w+\.session", head):
            continue
        function = assign.function
        outer = function
        while outer is not None and not _signs_in(outer.name, outer.passed_to):
            outer = outer.outer
        if function is None or outer is None or _is_end(unit.text(assign.span)):
            continue
        if "regenerate" in unit.text(outer.span) or unit.imports(
            "cookie-session", "client-sessions", "iron-session"
        ):
            continue
        yield Report(
            assign.span,
            "The session keeps the id it had before the sign-in, which somebody else may know",
            place=assign.place,
        )
        return


def _is_end(text: str) -> bool:
    return re.search(r"=\s*(?:null|undefined|false|''|\"\")\s*;?$", text) is not None


def _signs_in(name: str, call: Call | None) -> bool:
    if _SIGN_IN & set(words(name)) or "handlelogin" in name.lower():
        return True
    first = string(call.arguments.positional[0]) if call and call.arguments.positional else None
    return first is not None and bool(_SIGN_IN & set(words(first)))
