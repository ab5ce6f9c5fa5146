"""PHP: comparisons that decide who gets in, what sign-ins leave, errors that lose their cause."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.comparisons import compared
from backspec.code.checks.names import words
from backspec.code.checks.values import number, string, text_of
from backspec.code.facts.model import Context, Mapping, Sequence
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Catch, Facts, Function

_WORD: Final = (
    r"(?:csrf|xsrf|token|signature|hmac|secret|api_?key|digest|x-hub-signature\w*|x-signature)"
)
_SENT: Final = (
    rf"(?:\$_(?:GET|POST|REQUEST|COOKIE|SERVER)\[\s*['\"][\w-]*{_WORD}[\w-]*['\"]\s*\]"
    rf"|\$\w+->(?:header|input|get|query|post|headers->get|request->get|query->get)\(\s*['\"][\w-]*{_WORD}[\w-]*['\"][^()]*\))"
)
_OTHER: Final = r"(?:\$\w+(?:->\w+(?:\(\))?|\[[^\]]*\]|::\$?\w+)*|[A-Z][A-Z_]{4,}|self::\w+)"
_COMPARED: Final = regex(
    rf"(?i)(?P<one>{_SENT})\s*(?P<op>===?|!==?)\s*(?P<two>{_OTHER})"
    rf"|(?P<two2>{_OTHER})\s*(?P<op2>===?|!==?)\s*(?P<one2>{_SENT})"
)
_MADE: Final = (
    r"(?P<name>\$\w+)\s*=\s*(?:base64_encode\(\s*|strtoupper\(\s*"
    r"|'\w+='\s*\.\s*|\"\w+=\"\s*\.\s*)*hash_hmac\("
)
_TIMING: Final = "crypto/timing-unsafe-compare"


@needs(words=("hash_hmac", "token", "signature", "csrf_token", "secret", "api_key", "hmac", "csrf"))
def unsafe_compare(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``$_POST['token'] == $token``, ``$signature === hash_hmac(..)``."""
    text = unit.text(unit.span)
    start = unit.span.start
    seen: set[int] = set()
    for found in compared(_COMPARED, text):
        one, two = found["one"] or found["one2"], found["two"] or found["two2"]
        if _is_literal(two):
            continue
        yield _slow(
            text, found.start(), found.end(), (one, two, found["op"] or found["op2"]), start, unit
        )
        seen.add(found.start())
    if "hash_hmac" not in text:
        return
    for made in re.finditer(_MADE, text):
        name = re.escape(made["name"])
        after = text[made.end() :][:1500]
        tested = re.search(
            rf"{name}\s*(?P<op>===?|!==?)\s*(?P<two>{_OTHER})|(?P<two2>{_OTHER}|{_SENT})\s*(?P<op2>===?|!==?)\s*{name}\b"
            rf"|strn?c?a?s?e?cmp\(\s*(?:{name}\s*,|[^,()]+,\s*{name}\b)",
            after,
        )
        at = made.end() + tested.start() if tested is not None else -1
        if tested is None or at in seen or "function " in after[: tested.start()]:
            continue
        two = tested["two"] or tested["two2"] or ""
        if two and _is_literal(two):
            continue
        if any(abs(at - other) < 60 for other in seen):
            continue
        parts = (two, made["name"], tested["op"] or tested["op2"] or "")
        yield _slow(text, at, made.end() + tested.end(), parts, start, unit)


def _is_literal(text: str) -> bool:
    return text.lower() in ("null", "true", "false") or text == "PHP_EOL"


def _slow(
    text: str, start: int, end: int, parts: tuple[str, str, str], offset: int, unit: UnitView
) -> Report:
    span = Span(offset + len(text[:start].encode()), offset + len(text[:end].encode()))
    one, two, operator = parts
    fixes: tuple[Fix, ...] = ()
    if operator and unit.text(span).count(operator) == 1:
        call = f"hash_equals({two}, {one})"
        fixed = call if operator.startswith("=") else f"!{call}"
        fixes = (Fix("Compare in constant time", (Edit(span, fixed),), "unsafe", _TIMING),)
    return Report(
        span, "The time this comparison takes tells how much of the secret was right", fixes
    )


# ---------------------------------------------------------------------------- loose comparisons

_HASHED: Final = r"\b(?:md5|sha1|hash|crypt)\((?:[^()]|\([^()]*\))*\)"
_LOOSE: Final = regex(
    rf"(?i)(?:{_HASHED}\s*(?P<op>==|!=)(?!=)\s*\$\w+|\$[\w>\[\]'\"-]+\s*(?P<op2>==|!=)(?!=)\s*{_HASHED})"
)
_STRCMP: Final = regex(
    r"(?i)\bstr(?:case)?cmp\(\s*\$_(?:GET|POST|REQUEST|COOKIE)\[[^,]+,\s*\$[^()]+\)\s*(?P<op>==)(?!=)\s*0"
    r"|!\s*str(?:case)?cmp\(\s*\$_(?:GET|POST|REQUEST|COOKIE)\[[^,]+,\s*\$[^()]+\)"
)
_MATTERS: Final = regex(
    r"(?i)pass|\bpwd|\$pw\b|token|secret|hash|code|key|salt|auth|login|\$_(?:GET|POST|REQUEST|COOKIE)\b"
)
"""What a comparison of hashes keeps somebody out by."""


@needs(words=("md5", "sha1", "hash", "crypt", "strcmp", "strcasecmp"))
def loose_comparison(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``md5($x) == $stored``: ``0e1`` and ``0e2`` are both the number nought."""
    text = unit.text(unit.span)
    for found in compared(_LOOSE, text):
        if (
            _MATTERS.search(
                re.sub(
                    r"(?i)\bhash\(", "", text[found.start() : found.end() + 24].partition("\n")[0]
                )
            )
            is None
        ):
            continue
        group = "op" if found["op"] else "op2"
        operator = found[group]
        yield _strict(text, found, group, operator + "=", unit, (
            f"Two hashes that look like numbers are equal to `{operator}`: compare with"
            " `hash_equals`, or `===`"
        ))  # fmt: skip
    for found in _STRCMP.finditer(text):
        group = "op" if found["op"] else ""
        yield _strict(text, found, group, "===", unit, (
            "A list sent in place of a text makes this null, which passes for equal"
        ))  # fmt: skip


def _strict(
    text: str, found: re.Match[str], group: str, fixed: str, unit: UnitView, message: str
) -> Report:
    offset = unit.span.start

    def span(start: int, end: int) -> Span:
        return Span(offset + len(text[:start].encode()), offset + len(text[:end].encode()))

    fixes: tuple[Fix, ...] = ()
    if group:
        edit = Edit(span(found.start(group), found.end(group)), fixed)
        fixes = (Fix(f"Compare with `{fixed}`", (edit,), "safe", "validation/loose-comparison"),)
    return Report(span(found.start(), found.end()), message, fixes)


# ---------------------------------------------------------------------------- sessions

_WHO: Final = frozenset(
    ("user", "userid", "uid", "username", "login", "logged", "loggedin", "admin", "auth",
     "authenticated", "account", "member", "email")
)  # fmt: skip
_CHECKS: Final = regex(
    r"(?i)password_verify\(|\b(?:md5|sha1|crypt|hash)\([^;]*pass|\$_POST\[\s*['\"](?:user_?)?(?:pass\w*|pwd)['\"]"
)


@needs(words=("_session",))
def fixation(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``$_SESSION['user'] = ..`` after a password was right, in the session there was before."""
    done: set[object] = set()
    for assign in facts.assigns:
        if not assign.target.startswith("$_SESSION.") or id(assign.function) in done:
            continue
        if not _WHO & set(words(assign.target.rpartition(".")[2])):
            continue
        around = unit.text(assign.function.span) if assign.function is not None else ""
        if not _CHECKS.search(around) and (around or not unit.file_has(_CHECKS.pattern)):
            continue
        value = text_of(assign.value) if assign.value is not None else ""
        if value == "" and unit.text(assign.span).rstrip("; ").endswith(
            ("''", '""', "null", "false")
        ):
            continue
        if unit.file_has(r"session_regenerate_id|session_create_id|regenerateId"):
            return
        done.add(id(assign.function))
        start = assign.span.start
        yield Report(
            assign.span,
            "The session keeps the id it had before the sign-in, which somebody may have chosen",
            (
                Fix(
                    "Issue a new id",
                    (Edit(Span(start, start), "session_regenerate_id(true); "),),
                    "unsafe",
                    "session/fixation",
                ),
            ),
            place=assign.place,
        )


# ---------------------------------------------------------------------------- salts


@needs(calls=("crypt",))
def fixed_salt(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """``crypt($password, 'literal')``."""
    for call in facts.calls:
        given = call.arguments.positional
        if call.path == "crypt" and len(given) == 2 and len(string(given[1]) or "") >= 2:
            yield Report(
                given[1].span,
                "Every password gets this salt: equal ones show, and one table breaks them all",
                place=call.place,
            )


# ---------------------------------------------------------------------------- causes

_BROAD: Final = regex(r"(?:^|\.)(?:\w*Exception|Throwable|Error)$")
_NOTED: Final = regex(
    r"(?i)->(?:log|error|warning|critical|alert|info|debug|notice|report|captureException)\(|Log::"
    r"|\breport\(|error_log\(|trigger_error\("
)
_FOR_CLIENTS: Final = regex(
    r"(?i)Http|NotFound|Validation|AccessDenied|Unauthor|Forbidden|BadRequest|Authenticat|Abort"
)


@needs(words=("catch",))
def lost_cause(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``catch (E $e) { throw new F('..'); }`` without ``$e``."""
    if not facts.catches:
        return
    for catch in facts.catches:
        statements = catch.statements
        if not catch.name or len(statements) != 1 or catch.context & Context.TEST:
            continue
        text = unit.adapter.slice(statements[0])
        found = re.match(r"throw new (\\?[\w\\]+)\(", text)
        if found is None or re.search(rf"{re.escape(catch.name)}\b", text):
            continue
        if _FOR_CLIENTS.search(found[1]) or _NOTED.search(text):
            continue
        if re.search(r"(?:->|_)err(?:or|no)\b", text):
            continue  # the database's own words go along
        yield Report(
            Span(statements[0].start_byte, statements[0].end_byte),
            f"What went wrong is lost: pass `{catch.name}` on as the previous error",
            severity=Severity.INFO,
            place=catch.place,
        )


# ---------------------------------------------------------------------------- answers

_EMPTY: Final = (204, 304)


@needs(roles=("http-response",))
def no_content(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``response()->json($x, 204)``."""
    for call in unit.calls("http-response"):
        status = unit.argument(call, "status")
        body = unit.argument(call, "body")
        is_empty = number(status) in _EMPTY
        has_body = (isinstance(body, Mapping) and bool(body.entries)) or (
            isinstance(body, Sequence) and bool(body.items)
        )
        if is_empty and (has_body or bool(string(body))):
            yield Report(
                call.callee_span,
                "An answer with this status has no body, so the client never gets this one",
                place=call.place,
            )


_LEAVES: Final = frozenset(("die", "exit"))
_FRAMEWORK: Final = r"\b(?:Illuminate|Symfony\\Component|Symfony\\Bundle|Psr\\Http)\\"


@needs(calls=("die", "exit"))
def exit_in_handler(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``die('..')`` in a controller of Laravel or Symfony."""
    for call in facts.calls:
        if call.path not in _LEAVES or not call.context & Context.HANDLER:
            continue
        owner = call.class_def
        if owner is None or not any(one.endswith("Controller") for one in owner.base_paths):
            continue
        if unit.file_has(_FRAMEWORK):
            yield Report(
                call.span,
                f"`{call.path}` leaves the framework: no middleware, session or log after it",
                place=call.place,
            )


_THROWS: Final = regex(
    r"\babort(?:_if|_unless)?\(|(?:->|::)(?:findOrFail|firstOrFail|sole)\(|->authorize\(|->validate\("
    r"|throw \$this->create(?:NotFound|AccessDenied)Exception"
    r"|throw new \w*(?:NotFound|AccessDenied)\w*Exception"
)
_ANSWERS_500: Final = regex(r",\s*(?:500|Response::HTTP_INTERNAL_SERVER_ERROR)\b|abort\(\s*500")
_KNOWS: Final = regex(
    r"instanceof|getStatusCode|throw\b|HttpException|ValidationException|ModelNotFound"
)


@needs(words=("catch",))
def swallowed_http(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``abort(404)`` in a ``try`` whose ``catch (Exception $e)`` answers 500."""
    for catch in facts.catches:
        if not any(
            one.strip("#").rpartition(".")[2] in ("Exception", "Throwable")
            for one in catch.type_paths
        ):
            continue
        body = unit.text(catch.body_span)
        if not _ANSWERS_500.search(body) or _KNOWS.search(body):
            continue
        guarded = unit.text(catch.try_span)
        found = _THROWS.search(guarded)
        if found is None or _has_narrower(catch, facts):
            continue
        yield Report(
            catch.head_span,
            f"`{found[0].strip('>-:( ')}` above means another answer, and ends here as an error of"
            " the server",
            place=catch.place,
        )


def _has_narrower(catch: Catch, facts: Facts) -> bool:
    """Whether a handler before this one takes what is meant for clients."""
    return any(
        other.try_span == catch.try_span and other.span.start < catch.span.start
        for other in facts.catches
    )


# ---------------------------------------------------------------------------- passwords

_PLAIN: Final = regex(
    r"(?i)(?P<row>\$(?!_)\w+(?:\[['\"](?:user_?)?(?:password|passwd|pwd|pass)['\"]\]|->(?:password|passwd|pwd)))"
    r"\s*(?:===?|!==?)\s*(?P<given>\$_POST\[\s*['\"](?:user_?)?(?:password|passwd|pwd|pass)['\"]\s*\]"
    r"|\$request->(?:password|input\(\s*['\"]password['\"]\s*\))|\$(?:password|passwd|pwd|pass)\b(?!\s*[\[(-]))"
)
_PLAIN_TURNED: Final = regex(
    r"(?i)(?P<given>\$_POST\[\s*['\"](?:user_?)?(?:password|passwd|pwd|pass)['\"]\s*\]"
    r"|\$request->(?:password|input\(\s*['\"]password['\"]\s*\))|\$(?:password|passwd|pwd|pass)\b)"
    r"\s*(?:===?|!==?)\s*(?P<row>\$(?!_)\w+(?:\[['\"](?:user_?)?(?:password|passwd|pwd|pass)['\"]\]|->(?:password|passwd|pwd)))"
)
_HASHES: Final = regex(
    r"(?i)\b(?:md5|sha1|hash|crypt|password_hash|encrypt|pbkdf2)\w*\(|->hash|confirm"
)


@needs(words=("password", "passwd", "pwd", "pass"))
def plain_password(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``$row['password'] == $_POST['password']``, ``->where('password', $request->password)``."""
    text = unit.text(unit.span)
    for pattern in (_PLAIN, _PLAIN_TURNED):
        for found in compared(pattern, text):
            start = unit.span.start + len(text[: found.start()].encode())
            around = _around(start, facts, unit)
            if _HASHES.search(around):
                continue
            yield Report(
                Span(start, start + len(found[0].encode())),
                "The password is kept in the clear: whoever reads the table reads them all",
            )
    for call in facts.calls:
        if call.name not in ("where", "orWhere", "findOneBy", "firstWhere"):
            continue
        given = call.arguments.positional
        if len(given) != 2 or text_of(given[0]) not in ("password", "passwd", "pwd"):
            continue
        if re.fullmatch(
            r"\$request->(?:password|input\('password'\)|get\('password'\))|\$_POST\['password'\]|request\('password'\)",
            unit.text(given[1].span).replace('"', "'"),
        ):
            yield Report(
                call.span,
                "The password is kept in the clear: whoever reads the table reads them all",
                place=call.place,
            )


def _around(at: int, facts: Facts, unit: UnitView) -> str:
    """The text of the function, or of the script, that a place stands in."""
    inner: Function | None = None
    for function in facts.functions:
        if function.span.start <= at < function.span.end:
            inner = function
    return unit.text(inner.span if inner is not None else unit.span)
