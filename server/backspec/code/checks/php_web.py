"""Web applications in PHP: forged requests, statuses of errors, transactions, reads without end.

Each check belongs to the rule whose page names it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.checks.failures import says_error
from backspec.code.checks.values import is_constant, path_of, text_of
from backspec.code.facts.model import Context, Sequence, Value
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Pair, Place

# ---------------------------------------------------------------------------- forged requests

_CSRF: Final = "csrf/disabled"
_MIDDLEWARE: Final = regex(
    r"(?:VerifyCsrfToken|ValidateCsrfToken|PreventRequestForgery)(?:\.class)?$"
)
_CALLED_BY_MACHINES: Final = regex(
    r"(?i)hook|callback|\bipn\b|notify|webhook|/api|stripe|saml|/acs"
)
_NO_PAGE: Final = regex(
    r"(?i)['\"]GET['\"]|search|filter|json_decode|(?:^|[/\\])api[/\\]|rest(?:type|controller|form)?\b"
    r"|[a-z]Api(?:Type|Controller|Form)?\b"
)
"""Forms that only read, or that programs send with a token of their own."""


def csrf_disabled(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Laravel's and Symfony's protection against forged requests, switched off."""
    for assign in facts.assigns:
        if assign.target in ("enableCsrfValidation", "$this.enableCsrfValidation"):
            owner = assign.class_def.name if assign.class_def is not None else ""
            if is_constant(assign.value, False) and not _CALLED_BY_MACHINES.search(
                f"{owner} {unit.path} {assign.function.name if assign.function else ''}"
            ):
                yield Report(assign.span, _nothing_checked(), place=assign.place)
            continue
        if assign.target != "except" or assign.class_def is None:
            continue
        bases = (assign.class_def.name, *assign.class_def.base_paths)
        star = _star(assign.value)
        if star is not None and any(_MIDDLEWARE.search(base) for base in bases):
            yield Report(star.span, _nothing_checked(), place=assign.place)
    for call in facts.calls:
        if call.name not in ("validateCsrfTokens", "withoutMiddleware"):
            continue
        given = call.arguments
        if call.name == "validateCsrfTokens":
            star = _star(given.keywords.get("except") or next(iter(given.positional), None))
            if star is not None:
                yield Report(star.span, _nothing_checked(), place=call.place)
        elif call.name == "withoutMiddleware" and not call.context & Context.TEST:
            named = given.positional[0] if given.positional else None
            items = named.items if isinstance(named, Sequence) else (named,)
            off = next((one for one in items if _MIDDLEWARE.search(path_of(one))), None)
            statement = call.node
            for _ in range(8):
                if statement.parent is None or statement.type == "expression_statement":
                    break
                statement = statement.parent
            text = unit.adapter.slice(statement)[:600]
            if isinstance(off, Value) and not _CALLED_BY_MACHINES.search(text):
                yield Report(
                    call.callee_span,
                    "These routes accept requests that another site sends in the user's name",
                    place=call.place,
                )
    for pair in facts.pairs:
        if pair.key == "csrf_protection" and is_constant(pair.value, False):
            around = pair.function
            text = unit.text(around.span) if around is not None else ""
            name = pair.class_def.name if pair.class_def is not None else ""
            if any(_NO_PAGE.search(one) for one in (text, name, unit.path)):
                continue
            yield Report(
                pair.span,
                "This form accepts requests that another site sends in the user's name",
                (
                    Fix(
                        "Check for forged requests",
                        (Edit(pair.value.span, "true"),),
                        "unsafe",
                        _CSRF,
                    ),
                ),
                place=pair.place,
            )


def _nothing_checked() -> str:
    return "No request is checked: another site can send any of them in the user's name"


def _star(value: Value | None) -> Value | None:
    """The item of a list that stands for every path."""
    if not isinstance(value, Sequence):
        return None
    return next((one for one in value.items if text_of(one) in ("*", "/*", "**")), None)


# ---------------------------------------------------------------------------- statuses


def catch_returns_success(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Handlers that answer a caught error with a body that says so and with status 200."""
    for catch in facts.catches:
        if not catch.context & Context.HANDLER:
            continue
        span = catch.body_span
        for call in unit.calls("http-response"):
            is_inside = span.start <= call.span.start and call.span.end <= span.end
            if not is_inside or call.use != "returned" or call.function is not catch.function:
                continue
            status = unit.argument(call, "status")
            is_ok = status is None or is_constant(status, 200)
            if call.name not in ("json", "JsonResponse") or not is_ok:
                continue
            if says_error(unit.argument(call, "body")):
                yield Report(
                    call.span,
                    "The answer tells of an error, and its status says that all went well",
                    _with_status(call, status, unit),
                    place=call.place,
                )


def _with_status(call: Call, status: object, unit: UnitView) -> tuple[Fix, ...]:
    """Status 500 in the place of 200, or as the second argument."""
    edits: list[Edit] | None = None
    if isinstance(status, Value):
        edits = [Edit(status.span, "500")]
    elif len(call.arguments.positional) == 1 and not call.arguments.keywords:
        edits = fixes.insert_argument(call, unit.adapter.source, "500")
    return (
        (Fix("Answer with status 500", tuple(edits), "unsafe", "error/catch-returns-success"),)
        if edits
        else ()
    )


# ---------------------------------------------------------------------------- hidden failures

_MUST_WORK: Final = frozenset(
    ("mysqli_query", "mysql_query", "pg_query", "file_put_contents", "fwrite", "fputs", "copy",
     "rename", "move_uploaded_file", "mail", "curl_exec", "ftp_put", "query", "exec", "execute",
     "multi_query")
)  # fmt: skip


_SETS: Final = regex(r"(?i)^[^'\"]*['\"]\s*(?:set|explain|use)\b")
"""Settings of a session that older servers do not know."""


def failure_hidden(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``@mysqli_query(..);``: what fails says nothing, and nobody asks."""
    for statement in facts.statements:
        node = statement.value_node
        if statement.kind != "expression" or node is None:
            continue
        if node.type != "error_suppression_expression" or not node.named_child_count:
            continue
        call = unit.adapter.calls_by_node.get(node.named_children[0].id)
        if call is None or call.name not in _MUST_WORK or call.path == "exec":
            continue
        text = unit.text(call.arguments.span)
        if not call.context & Context.CATCH and not _SETS.search(text):
            yield Report(
                statement.span,
                f"`@` hides that `{call.written}` failed, and its result is not looked at",
                place=statement.place,
            )


# ---------------------------------------------------------------------------- TLS

_OLD: Final = regex(
    r"(?:^|[.#·])(?:CURL_SSLVERSION_(?:TLSv1|TLSv1_0|TLSv1_1|SSLv2|SSLv3)"
    r"|STREAM_CRYPTO_METHOD_(?:SSLv2|SSLv3|SSLv23|TLSv1_0|TLSv1_1)_(?:CLIENT|SERVER))$"
)
_VERSION_KEYS: Final = ("CURLOPT_SSLVERSION", "crypto_method")


def old_tls(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Connections held to a version of TLS with known holes."""
    found: list[tuple[Value, Call | Pair]] = []
    for call in facts.calls:
        given = call.arguments.positional if call.path == "curl_setopt" else ()
        if len(given) == 3 and path_of(given[1]) == _VERSION_KEYS[0]:
            found.append((given[2], call))
        elif call.path == "stream_socket_enable_crypto":
            found += [(one, call) for one in call.arguments.positional[2:3]]
    found += [(pair.value, pair) for pair in facts.pairs if pair.key in _VERSION_KEYS]
    for value, fact in found:
        path = path_of(value)
        if not _OLD.search(path):
            continue
        is_curl = "CURL" in path
        new = "CURL_SSLVERSION_TLSv1_2" if is_curl else "STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT"
        fix = Fix("Use TLS 1.2", (Edit(value.span, new),), "unsafe", "crypto/old-tls-version")
        yield Report(
            value.span,
            f"`{unit.text(value.span)}` has known holes; TLS 1.2 is the least",
            (fix,) if not path.endswith("SERVER") else (),
            place=fact.place,
        )


# ---------------------------------------------------------------------------- transactions

_BEGINS: Final = frozenset(("beginTransaction", "begin_transaction"))


@needs(calls=_BEGINS)
def not_rolled_back(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``beginTransaction()`` and ``commit()`` without ``rollBack()``."""
    for call in facts.calls:
        if call.name not in _BEGINS or call.function is None or call.context & Context.TEST:
            continue
        owner = call.path.rpartition(".")[0]
        text = unit.text(call.function.span)
        after = text[call.span.end - call.function.span.start :]
        if not owner or not re.search(r"(?:->|::)commit\(", after):
            continue
        if re.search(r"(?i)roll_?back\w*\(|(?<![a-z])inTransaction\(", text):
            continue
        between = after[: after.find("commit(")]
        if between.count(";") < 2 or re.search(r"\bcase\b[^;]{0,60}:", between):
            continue
        yield Report(
            call.span,
            "When something fails before the commit, the transaction stays open with its locks",
            place=call.place,
        )


# ---------------------------------------------------------------------------- proxies


def any_proxy(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """Laravel believes whatever proxy a client says it is."""
    for assign in facts.assigns:
        class_def = assign.class_def
        if assign.target != "proxies" or class_def is None or assign.value is None:
            continue
        names = (class_def.name, *class_def.base_paths)
        is_about_proxies = any("TrustProxies" in name for name in names)
        if is_about_proxies and text_of(assign.value) in ("*", "**"):
            yield _believes(assign.value, assign.place)
    for call in facts.calls:
        if call.name != "trustProxies":
            continue
        given = call.arguments
        at = given.keywords.get("at") or next(iter(given.positional), None)
        if at is not None and text_of(at) in ("*", "**"):
            yield _believes(at, call.place)


def _believes(value: Value, place: Place) -> Report:
    return Report(
        value.span,
        "Every client may name itself a proxy, and with it the address it is limited by",
        place=place,
    )


# ---------------------------------------------------------------------------- templates

_RAW: Final = regex(rb"\{!!\s*(.+?)\s*!!\}", re.DOTALL)
_FROM_REQUEST: Final = regex(
    r"\$_(?:GET|POST|REQUEST|COOKIE)\b|\brequest\(|\$request\b|\bRequest::|\bold\(|\bInput::"
)
_CLEANED: Final = regex(
    r"(?i)\b(?:e|htmlspecialchars|htmlentities|strip_tags|clean|purify|json_encode|Js::from|intval|"
    r"urlencode|rawurlencode|number_format|csrf_field|method_field)\(|^\(int\)|sanit|purif|::escape"
)
_MARKUP: Final = regex(
    r"(?i)html|render|links|slot|markdown|attributes|errors|json|svg|icon|style|script"
)


def blade_raw(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``{!! $x !!}`` in a Blade template."""
    if not unit.path.endswith(".blade.php"):
        return
    if unit.adapter.root.type != "program":
        return
    for found in _RAW.finditer(unit.adapter.source):
        written = found[1].decode("utf-8", "replace")
        if len(written) > 300 or _CLEANED.search(written):
            continue
        is_sent = _FROM_REQUEST.search(written) is not None
        is_value = re.fullmatch(r"\$\w+(?:(?:\??->|\[)['\"\w\]]+)*", written) is not None
        if is_sent or (is_value and not _MARKUP.search(written)):
            yield Report(
                Span(*found.span(0)),
                "This goes into the page without being escaped; write `{{ }}`",
                profile=None if is_sent else "strict",
                place=unit.adapter.place,
            )
