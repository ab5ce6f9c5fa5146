"""Checks on Postman collections and environments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.checks.secret_values import is_placeholder
from backspec.expressions import regex
from backspec.model import Fix, Related, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.nodes import Node
    from backspec.code.files.postman import Postman, Request

_RULE: Final = "openapi/postman-collection"
_SECRET: Final = regex(
    r"(?i)(?:^|[_\-.\s]|(?<=[a-z]))(?:password|passwd|pwd|secret|token|jwt|api[-_]?key|access[-_]?key"
    r"|private[-_]?key|client[-_]?secret|auth[-_]?key|credentials|passphrase|bearer)(?![a-z])"
)
_NO_SECRET: Final = regex(
    r"(?i)(?:url|uri|_?name|_?id|type|field|header|length|_at|expir\w*|count|path|policy|endpoint|prefix"
    r"|scope|in|ttl|timestamp)$"
)
_HEADER: Final = regex(
    r"(?i)(?:proxy-)?authorization|x-[\w-]*(?:api-?key|token|secret)|api-?key|cookie"
)
_PLACEHOLDER: Final = regex(
    r"(?i)\{\{|<|\$\{|your|example|placeholder|change|xxx|\*\*\*|\.\.\.|dummy|fake|sample|insert|todo|replace"
    r"|^(?:bearer|basic|token|test\w*|password|secret|string|null|none|abc\w*|123\w*|foo|bar)?\s*$|\bhere\b"
)
_LOCAL: Final = regex(
    r"(?i)^https?://(?:localhost|127\.|0\.0\.0\.0|\[::1\]|host\.docker|[\w-]+(?::|/|$))"
)
_LITERAL_HOST: Final = regex(r"(?i)^https?://[\w.-]+\.[a-z]{2,}")


def collection(facts: Postman, unit: FileView) -> Iterator[Report]:
    """Secrets in the file, hosts written out, certificates that nobody checks, no tests."""
    del unit
    yield from _credentials(facts)
    yield from _variables(facts)
    if facts.is_environment:
        return
    for item in facts.items:
        strict = item.get("protocolProfileBehavior", "strictSSL")
        if strict is not None and strict.value == "false":
            yield Report(strict.span, "Nobody checks the certificate: anybody can answer")
    yield from _hosts(facts)
    yield from _tests(facts)


def _credentials(facts: Postman) -> Iterator[Report]:
    for item in facts.items:
        for holder in (item, item.get("request")):
            auth = holder.get("auth") if holder is not None else None
            kind = auth.text("type") if auth is not None else ""
            parts = auth.get(kind) if auth is not None and kind else None
            for key, secret in _pairs(parts):
                if key in (
                    "token",
                    "value",
                    "password",
                    "secretKey",
                    "accessToken",
                    "clientSecret",
                    "sessionToken",
                    "consumerSecret",
                    "tokenSecret",
                    "authKey",
                    "privateKey",
                ):
                    yield from _literal(secret, f"The credentials of `{kind}`", key)
    for request in facts.requests:
        headers = request.node.get("header")
        for header in headers.items if headers is not None else ():
            value = header.get("value")
            if value is not None and _HEADER.fullmatch(header.text("key")):
                yield from _literal(value, f"The header `{header.text('key')}`", header.text("key"))


def _pairs(parts: Node | None) -> Iterator[tuple[str, Node]]:
    """Name and value, of a list of mappings (version 2.1) or of one mapping (2.0)."""
    if parts is None:
        return
    for item in parts.items:
        value = item.get("value")
        if value is not None:
            yield item.text("key"), value
    for name, _, value in parts.pairs():
        yield name, value


def _variables(facts: Postman) -> Iterator[Report]:
    for variable in facts.variables():
        key, value = variable.text("key"), variable.get("value")
        if value is None or not value.value:
            continue
        is_secret = variable.text("type") == "secret"
        if is_secret or (_SECRET.search(key) and not _NO_SECRET.search(key)):
            yield from _literal(value, f"The variable `{key}`", key, is_secret)


def _literal(value: Node, what: str, key: str, is_certain: bool = False) -> Iterator[Report]:
    text = value.value or ""
    if len(text) < 6 or _PLACEHOLDER.search(text) or " " in text.strip().partition(" ")[2]:
        return
    bare = text.partition(" ")[2] or text
    if is_placeholder(bare) or (not is_certain and _PLACEHOLDER.search(bare)):
        return
    name = re.sub(r"[^A-Za-z0-9]+", "_", key).strip("_") or "secret"
    lead = text[: len(text) - len(bare)]
    fix = Fix(
        f"Use the variable `{name}`",
        (Edit(Span(value.span.start, value.span.end), f'"{lead}{{{{{name}}}}}"'),),
        "unsafe",
        _RULE,
    )
    yield Report(
        value.span,
        f"{what} is a secret that everybody who can read the file knows",
        (fix,),
        severity=Severity.ERROR,
    )


def _url(request: Request) -> Node | None:
    url = request.node if request.node.value is not None else request.node.get("url")
    if url is not None and url.entries is not None:
        url = url.get("raw")
    return url


def _hosts(facts: Postman) -> Iterator[Report]:
    found = []
    for request in facts.requests:
        url = _url(request)
        text = (url.value or "") if url is not None else ""
        if url is not None and _LITERAL_HOST.match(text) and not _LOCAL.match(text):
            found.append(url)
    if found:
        more = f", as in {len(found) - 1} more" if len(found) > 1 else ""
        yield Report(
            found[0].span,
            f"The host is written out in this request{more}; a variable lets others use it",
            severity=Severity.INFO,
            related=tuple(Related("here, too", url.span) for url in found[1:6]),
        )


def _tests(facts: Postman) -> Iterator[Report]:
    requests = facts.requests
    if len(requests) < 3:
        return
    untested = [r for r in requests if not _has_test(r.item)]
    if any(_has_test(item) for item in facts.items if item.get("request") is None):
        return
    tested = len(requests) - len(untested)
    if tested and untested:
        yield Report(
            untested[0].key,
            f"{len(untested)} of {len(requests)} requests here check nothing: no `pm.test`",
            severity=Severity.INFO,
            profile="strict",
        )
    elif not tested:
        yield Report(
            requests[0].key,
            "No request here checks what it gets: no `pm.test`",
            severity=Severity.INFO,
            profile="pedantic",
        )


def _has_test(item: Node) -> bool:
    events = item.get("event")
    for event in events.items if events is not None else ():
        script = event.get("script", "exec")
        lines = [script, *script.items] if script is not None else []
        if event.text("listen") == "test" and any(
            "pm." in (n.value or "") or "tests[" in (n.value or "") for n in lines
        ):
            return True
    return False
