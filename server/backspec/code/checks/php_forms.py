"""Forms that only PHP has: cURL's options, headers sent by hand, Laravel's configuration files.

Each belongs to the rule whose page names it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.crypto import is_asked_for
from backspec.code.checks.environment import read_from_environment
from backspec.code.checks.values import is_constant, leading_text, path_of, text_of
from backspec.code.facts.adapter import Adapter
from backspec.code.facts.model import Const, Context, Sequence
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Pair
    from backspec.code.syntax import Node

# ---------------------------------------------------------------------------- TLS

_TLS: Final = "crypto/tls-verification-off"
_OPTIONS: Final = frozenset(("CURLOPT_SSL_VERIFYPEER", "CURLOPT_SSL_VERIFYHOST"))
_STREAM: Final = frozenset(
    ("verify_peer", "verify_peer_name", "verify_host", "sslverify",
     "MYSQL_ATTR_SSL_VERIFY_SERVER_CERT")
)  # fmt: skip


def tls_verification_off(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Options that accept any certificate; once where several stand together."""
    done: list[tuple[object, int]] = []
    for fact, option, value in _tls_options(facts):
        if not (is_constant(value, False) or is_constant(value, 0) or is_constant(value, "0")):
            continue
        near = any(
            function is fact.function and abs(at - value.span.start) < 400 for function, at in done
        )
        if is_asked_for(fact.node, unit):
            continue
        done.append((fact.function, value.span.start))
        if near:
            continue
        severity = Severity.INFO if fact.context & Context.DEV_GUARD else None
        yield Report(
            fact.span,
            f"`{option}` is set so that any certificate is accepted",
            (Fix("Check certificates", (Edit(value.span, _on(option)),), "unsafe", _TLS),),
            severity,
            place=fact.place,
        )


_SENDS: Final = regex(
    r"(?i)(?:client|http|guzzle\w*)(?:\(\))?\.(?:request|get|post|put|patch|delete|send)(?:Async)?$"
)


def _is_client_option(pair: Pair) -> bool:
    """``$client->request('GET', $url, ['verify' => false])``, whatever the client is."""
    if pair.key != "verify" or not is_constant(pair.value, False):
        return False
    node = pair.node.parent
    for _ in range(4):
        if node is None or node.type == "member_call_expression":
            break
        node = node.parent
    call = (
        pair.reader.calls_by_node.get(node.id)
        if isinstance(pair.reader, Adapter) and node
        else None
    )
    return call is not None and call.qualified is None and _SENDS.search(call.path) is not None


def _on(option: str) -> str:
    return "2" if option == "CURLOPT_SSL_VERIFYHOST" else "true"


def _tls_options(facts: Facts) -> Iterator[tuple[Call | Pair, str, Const]]:
    for call in facts.calls:
        if call.path == "curl_setopt" and len(call.arguments.positional) == 3:
            option, value = call.arguments.positional[1:]
            if path_of(option) in _OPTIONS and isinstance(value, Const):
                yield call, path_of(option), value
    for pair in facts.pairs:
        if pair.key in _OPTIONS or pair.key in _STREAM or _is_client_option(pair):
            value = pair.value
            if isinstance(value, Const):
                yield pair, pair.key, value


# ---------------------------------------------------------------------------- redirects

_ENDS: Final = regex(r"(?:exit|die|return|throw|wp_die)\b")
_BESIDE: Final = ("comment", "php_tag", "text_interpolation", "else_clause", "else_if_clause")
_GOES_ALONG: Final = regex(
    r"(?:header|http_response_code|session_write_close|session_destroy|ob_\w+|setcookie)\s*\("
)


@needs(calls=("header",))
def code_after_redirect(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``header("Location: ...")`` after which the script goes on."""
    for call in facts.calls:
        if call.path != "header" or call.use != "statement":
            continue
        given = call.arguments.positional
        if not given or not leading_text(given[0]).lower().startswith("location:"):
            continue
        follows = _what_follows(call, unit)
        if follows is None or _ends_soon(follows, unit):
            continue
        end = call.node.parent
        at = end.end_byte if end is not None else call.span.end
        yield Report(
            call.span,
            "The redirect does not end the script: the code after it runs for this request, too",
            (
                Fix(
                    "End the script here",
                    (Edit(Span(at, at), " exit;"),),
                    "unsafe",
                    "error/missing-return-after-response",
                ),
            ),
            place=call.place,
        )


def _what_follows(call: Call, unit: UnitView) -> Node | None:
    """The statement that runs after a header, when it is certain and does not end the script."""
    statement = call.node.parent
    for _ in range(24):
        if statement is None:
            return None
        following = statement.next_named_sibling
        while following is not None:
            text = unit.adapter.slice(following)[:80].strip()
            if _GOES_ALONG.match(text) or (following.type in _BESIDE and not _has_markup(text)):
                following = following.next_named_sibling
            elif _ENDS.match(text) or following.type in (
                "break_statement", "continue_statement", "function_definition",
                "class_declaration", "case_statement", "default_statement",
            ):  # fmt: skip
                return None
            else:
                return following
        around = statement.parent
        if around is None or around.type not in (
            "compound_statement", "colon_block", "if_statement", "else_clause", "else_if_clause",
            "expression_statement",
        ):  # fmt: skip
            return None
        statement = around
    return None


_STRAIGHT: Final = ("expression_statement", "echo_statement", "php_tag", "comment")
_SHOWS_OTHER: Final = regex(r"\(?(?:include|require)(?:_once)?\b")


def _ends_soon(follows: Node, unit: UnitView) -> bool:
    """Whether the script shows another page instead, or ends after a few plain statements."""
    one: Node | None = follows
    if _SHOWS_OTHER.match(unit.adapter.slice(follows)[:40]):
        return True
    for _ in range(6):
        if one is None:
            return False
        text = unit.adapter.slice(one)[:40].strip()
        if _ENDS.match(text):
            return True
        if one.type not in _STRAIGHT:
            return False
        one = one.next_named_sibling
    return False


def _has_markup(text: str) -> bool:
    return "<" in text.replace("<?", "")


# ---------------------------------------------------------------------------- Laravel's files


def _pairs_of(facts: Facts, name: str, unit: UnitView) -> Iterator[Pair]:
    """The entries of ``config/NAME.php``, wherever the configuration lies."""
    if unit.family == "php" and re.search(rf"(?:^|/)[cC]onfig/{name}\.php$", unit.path):
        yield from facts.pairs


def laravel_cors(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``config/cors.php`` that lets every site act with the users' cookies."""
    pairs = list(_pairs_of(facts, "cors", unit))
    opened = [
        pair
        for pair in pairs
        if pair.key in ("allowed_origins", "allowed_origins_patterns")
        and isinstance(pair.value, Sequence)
        and any(text_of(item) in ("*", "/.*/", "#.*#") for item in pair.value.items)
    ]
    for pair in pairs:
        if opened and pair.key == "supports_credentials" and is_constant(pair.value, True):
            yield Report(
                pair.span,
                "With these origins every site acts with your users' cookies",
                (
                    Fix(
                        "Do not allow credentials",
                        (Edit(pair.value.span, "false"),),
                        "unsafe",
                        "cors/wildcard-with-credentials",
                    ),
                ),
                place=pair.place,
            )


def laravel_session(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``config/session.php`` that takes the protection off the session cookie."""
    for pair in _pairs_of(facts, "session", unit):
        label = {"secure": "Secure", "http_only": "HttpOnly"}.get(pair.key)
        if label is not None and is_constant(pair.value, False):
            yield Report(
                pair.span,
                f"The session cookie goes out without `{label}`",
                (
                    Fix(
                        "Protect the cookie",
                        (Edit(pair.value.span, "true"),),
                        "unsafe",
                        "session/cookie-flags",
                    ),
                ),
                place=pair.place,
            )


def laravel_key(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``config/app.php`` with the key that encrypts and signs, as a literal."""
    for pair in _pairs_of(facts, "app", unit):
        value = pair.value
        if pair.key == "key" and isinstance(value, Const) and len(text_of(value)) >= 16:
            yield Report(
                value.span,
                "The key that signs and encrypts cookies stands in the code",
                read_from_environment(value.span, "APP_KEY", unit, "secrets/hardcoded-signing-key"),
                place=pair.place,
            )


# ---------------------------------------------------------------------------- tokens

_SPLITS: Final = regex(r"explode\(\s*[\"']\.[\"']")
_VERIFIES: Final = regex(
    r"verif|hash_hmac|hash_equals|JWT::decode|->(?:assert|validate|loadAndVerify)|introspect",
    re.IGNORECASE,
)


@needs(calls=("json_decode",))
def jwt_by_hand(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A token taken apart at its dots, and its claims read without a look at the signature."""
    for call in facts.calls:
        if call.path != "json_decode" or not call.context & Context.HANDLER:
            continue
        function = call.function
        given = call.arguments.positional
        if function is None or not given or "base64" not in unit.text(given[0].span):
            continue
        text = unit.text(function.span)
        if _SPLITS.search(text) and not _VERIFIES.search(text):
            yield Report(
                call.span,
                "These claims are read without checking who signed the token",
                place=call.place,
            )
