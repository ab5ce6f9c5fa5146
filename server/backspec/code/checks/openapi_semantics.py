"""Checks on OpenAPI documents: what methods, status codes and paths promise."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.files.openapi import MUTATING
from backspec.expressions import regex
from backspec.model import Fix, Related, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.nodes import Node
    from backspec.code.files.openapi import ApiFacts, Operation

_STYLE_RULE: Final = "openapi/path-style"
_SEMANTICS_RULE: Final = "openapi/http-semantics"
_UNSURE: Final = "strict"
_CREATES: Final = regex(r"(?i)\A(?:create|add|register)(?![a-z]*(?:ed|ing)\b)")
_CHANGES: Final = regex(
    r"\A(?:create|update|delete|remove|Create|Update|Delete|Remove)(?=[A-Z_\- ])"
)
_RPC: Final = regex(r"(?i)graphql|json-?rpc|/rpc\b|/soap\b")
_HEALTH: Final = regex(r"(?i)health|ready|live|ping|metrics|version|status$|favicon|robots")


def _reply_codes(facts: ApiFacts, operation: Operation) -> set[str]:
    return {code.upper() for code, _, _ in facts.responses(operation)}


def _has(codes: set[str], first: str) -> bool:
    return any(code.startswith(first) for code in codes)


# ---------------------------------------------------------------------------- methods


def http_semantics(facts: ApiFacts, unit: FileView) -> Iterator[Report]:
    """Methods, codes and bodies that do not go together."""
    for operation in facts.operations:
        if _RPC.search(operation.path):
            continue
        yield from _body(facts, operation)
        responses = facts.responses(operation)
        codes = _reply_codes(facts, operation)
        for code, key, response in responses:
            if code in ("204", "304"):
                yield from _empty(unit.text, operation, code, key, response)
        if not codes:
            continue
        if not any(code[:1] in "123" or code == "DEFAULT" for code in codes):
            yield Report(
                operation.key,
                f"{operation.title} describes failures alone: no 2xx or 3xx response",
                severity=Severity.ERROR,
            )
            continue
        if not facts.is_from_proto:
            yield from _wrong_success(operation, codes, responses)


def _body(facts: ApiFacts, operation: Operation) -> Iterator[Report]:
    if operation.method not in ("get", "head", "delete"):
        return
    body = facts.body(operation)
    if body is None:
        return
    entry = (operation.node.entries or {}).get("requestBody")
    span = entry[0].span if entry else _start(body.span)
    yield Report(
        span,
        f"A body of {operation.method.upper()} has no meaning: servers and proxies may drop it",
        severity=Severity.INFO if operation.method == "delete" else None,
    )


def _start(span: Span) -> Span:
    return Span(span.start, min(span.end, span.start + 40))


def _empty(
    text: bytes, operation: Operation, code: str, key: Node, response: Node
) -> Iterator[Report]:
    for name in ("content", "schema"):
        entry = (response.entries or {}).get(name)
        if entry is None or (entry[1].entries is not None and not entry[1].entries):
            continue
        is_here = key.span.start <= entry[0].span.start <= operation.node.span.end
        yield Report(
            entry[0].span if is_here else key.span,
            f"A {code} response has no body, but {operation.title} describes one",
            _without(text, response, name) if is_here else (),
            severity=Severity.ERROR,
        )


def _without(text: bytes, holder: Node, name: str) -> tuple[Fix, ...]:
    """Take an entry out of a mapping that is written in lines of its own."""
    entries = list((holder.entries or {}).items())
    index = next(i for i, (key, _) in enumerate(entries) if key == name)
    key, value = entries[index][1]
    line = text.rfind(b"\n", 0, key.span.start) + 1
    if text[line : key.span.start].strip() or len(entries) < 2 or value.is_alias:
        return ()
    if text[key.span.start : key.span.start + 1] == b'"':
        return ()
    last = value.span.end
    # The end of a block is where the next thing begins, in another line.
    while last > key.span.end and text[last - 1 : last].isspace():
        last -= 1
    stop = text.find(b"\n", last)
    if text[last : stop if stop >= 0 else len(text)].strip():
        return ()
    edit = Edit(Span(line, len(text) if stop < 0 else stop + 1), "")
    return (Fix(f"Delete `{name}`", (edit,), "unsafe", _SEMANTICS_RULE),)


def _wrong_success(
    operation: Operation, codes: set[str], responses: list[tuple[str, Node, Node]]
) -> Iterator[Report]:
    named = operation.node.text("operationId") or operation.node.text("summary")
    success = {code for code in codes if code.startswith("2")}
    key = {code.upper(): key for code, key, _ in responses}
    if operation.method == "get":
        if _CHANGES.search(operation.node.text("operationId")) or _CHANGES.search(
            operation.node.text("summary")
        ):
            yield Report(
                operation.key,
                f"`{named}` changes something; caches and crawlers take GET to be safe",
            )
    elif operation.method == "post" and success == {"200"} and _CREATES.search(named):
        yield Report(
            key["200"].span,
            f"`{named}` makes something new; 201 says so",
            severity=Severity.INFO,
        )
    elif operation.method in ("put", "patch") and success == {"201"}:
        yield Report(
            key["201"].span,
            f"{operation.title} answers 201 alone, as if nothing had been there before",
        )
    for code, code_key, response in responses:
        if code == "201" and operation.method == "post" and response.get("$ref") is None:
            headers = response.get("headers")
            if headers is None or not any(n.lower() == "location" for n, _, _ in headers.pairs()):
                yield Report(
                    code_key.span,
                    "No `Location` header says where the new resource is",
                    severity=Severity.HINT,
                    profile="pedantic",
                )
        elif code == "200" and operation.method == "get":
            media = response.get("content", "application/json")
            if media is not None and media.get("schema") is None:
                yield Report(
                    code_key.span,
                    f"What {operation.title} answers is not described: the response has no schema",
                    severity=Severity.HINT,
                )


# ---------------------------------------------------------------------------- failures


def error_responses(facts: ApiFacts, unit: FileView) -> Iterator[Report]:
    """Operations whose failures are not described."""
    del unit
    lacking: list[Operation] = []
    others = 0
    for operation in facts.operations:
        codes = _reply_codes(facts, operation)
        listed = operation.node.get("responses")
        if listed is None or listed.get("$ref") is not None or _HEALTH.search(operation.path):
            continue
        if "DEFAULT" in codes or _has(codes, "4"):
            others += 1
            if "DEFAULT" not in codes:
                yield from _missing_codes(facts, operation, codes)
        elif codes:
            lacking.append(operation)
    if lacking and not others and len(lacking) > 1:
        yield Report(
            facts.paths[0],
            f"None of the {len(lacking)} operations here says how it fails: no 4xx, no `default`",
        )
        return
    yield from _no_limit(facts)
    rest = lacking[1:] if len(lacking) > _MANY else []
    more = f"; nor do {len(rest)} others" if rest else ""
    for operation in lacking[: len(lacking) - len(rest)]:
        yield Report(
            _responses_key(operation),
            f"{operation.title} does not say how it fails: no 4xx, no `default`{more}",
            related=tuple(Related("here, too", _responses_key(one)) for one in rest[:5]),
        )


def _no_limit(facts: ApiFacts) -> Iterator[Report]:
    """No operation says that it can be asked too often."""
    codes = [_reply_codes(facts, operation) for operation in facts.operations]
    if any(one & {"429", "4XX", "DEFAULT"} for one in codes):
        return
    if not any(_has(one, "4") for one in codes):
        return  # nor what happens to anybody else, which is said elsewhere
    yield Report(
        facts.paths[0],
        "No operation here says what happens to those who ask too often: no 429",
        severity=Severity.HINT,
        profile=_UNSURE,
    )


def _responses_key(operation: Operation) -> Span:
    entry = (operation.node.entries or {}).get("responses")
    return entry[0].span if entry else operation.key


def _missing_codes(facts: ApiFacts, operation: Operation, codes: set[str]) -> Iterator[Report]:
    if "4XX" in codes:
        return
    missing = []
    if (
        operation.method in MUTATING
        and facts.body(operation) is not None
        and not codes & {"400", "422"}
    ):
        missing.append("400 or 422 for a bad body")
    if re.search(r"\{[^{}]*(?:id|Id|ID|uuid)\}\Z", operation.path) and "404" not in codes:
        missing.append("404 for an unknown id")
    if not _has(codes, "5"):
        missing.append("5xx")
    if missing == ["5xx"]:
        yield Report(
            _responses_key(operation),
            f"{operation.title} does not describe failures of the server: no 5xx, no `default`",
            profile="pedantic",
        )
    elif missing:
        yield Report(
            _responses_key(operation),
            f"{operation.title} does not describe {', '.join(missing[:2])}",
            profile=_UNSURE,
        )


# ---------------------------------------------------------------------------- paths

_VERBS: Final = (
    "get|create|update|delete|add|remove|list|fetch|set|find|insert|save|edit|modify|retrieve|post"
    "|put|patch"
)
_VERB_SEGMENT: Final = regex(
    rf"\A(?:(?:{_VERBS})(?:[A-Z]\w*|[-_][\w-]+)|(?:{_VERBS.title()})[A-Z]\w*)\Z"
)
_BARE_VERB: Final = regex(r"\A(?:create|update|delete|add|remove|get|list|edit|save|insert)\Z")
_FINE_VERB: Final = regex(
    r"(?i)\A(?:add-?ons?|address\w*|list-?(?:s|ings?|items?|eners?)|listen\w*|post-?\w*s\Z"
    r"|set-?(?:s|tings?|ups?)|set-up"
    r"|put-?away\w*|get-?(?:started|ting)\w*|patch-?(?:es)?|update-?s|edit-?or\w*|edit-?ions?)\Z"
)
_EXTENSION: Final = regex(r"\.(?:json|xml|html?|php|aspx?|csv|jsp|do|action)\Z")
_VERSION: Final = regex(
    r"(?i)(?:^|[/_.-])v\d+(?:[._]\d+)*(?:$|[/_.-])|\bversion|/\d{4}-\d{2}|/api/\d"
)
_LOCAL: Final = regex(
    r"(?i)//(?:localhost|127\.|0\.0\.0\.0|\[::1\]|10\.|192\.168\.|host\.docker|\{"
    r"|[\w-]+(?::\d+)?(?:/|$)|[^/]*\.(?:local|test|internal|localhost|lan)(?::\d+)?(?:/|$))"
)
_MANY: Final = 5


def path_style(facts: ApiFacts, unit: FileView) -> Iterator[Report]:
    """Paths that name no resources, or name them in several styles."""
    paths = [(path, key) for path, key, _ in facts.paths[1].pairs() if path.startswith("/")]
    if any(_RPC.search(path) for path, _ in paths) and len(paths) < _MANY:
        return
    slashed = [(path, key) for path, key in paths if len(path) > 1 and path.endswith("/")]
    if len(slashed) > 2 and len(slashed) * 2 > len(paths):
        slashed = []  # so it is here, as Django has it
    for path, key in slashed:
        yield Report(
            key.span,
            f"`{path}` ends with a slash: with and without are two addresses",
            _without_slash(unit.text, key, path, {p for p, _ in paths}),
        )
    verbs = []
    for path, key in paths:
        if "?" in path:
            yield Report(key.span, "A query is no part of a path: describe it as parameters")
        if _EXTENSION.search(path):
            yield Report(key.span, f"`{path}` names a file format, which `Accept` is for")
        if not facts.is_from_proto and not _is_read(facts, path) and (verb := _verb(path)):
            verbs.append((verb, path, key))
        names = [s for s in path.split("/") if s and not s.startswith("{")]
        if len(names) - (names[:1] == ["api"]) > 5 and path.count("{") > 2:
            yield Report(
                key.span,
                f"`{path}` is nested deeper than three resources",
                severity=Severity.HINT,
                profile=_UNSURE,
            )
    if len(verbs) > max(_MANY, len(paths) // 2):
        verb, path, key = verbs[0]
        yield Report(
            key.span,
            f"`{verb}` is a verb, which the method is for; so are those of {len(verbs) - 1} other"
            " paths",
        )
    else:
        for verb, _, key in verbs:
            yield Report(key.span, f"`{verb}` is a verb, which the method is for")
    yield from _casing(paths)
    yield from _servers(facts)
    if paths:
        yield from _unversioned(facts, [path for path, _ in paths])
    yield from _information(facts)


_NOUNS: Final = regex(r"(?i)/(?:updates?|list)$")


def _is_read(facts: ApiFacts, path: str) -> bool:
    """Whether a path is only read, and ends in what may be a thing: ``GET /update``."""
    item = facts.paths[1].get(path)
    methods = {name for name, _, _ in item.pairs()} if item is not None else set()
    return _NOUNS.search(path) is not None and not methods & MUTATING


def _without_slash(text: bytes, key: Node, path: str, others: set[str]) -> tuple[Fix, ...]:
    if path.rstrip("/") in others:
        return ()
    at = text.rfind(b"/", key.span.start, key.span.end)
    edit = Edit(Span(at, at + 1), "")
    return (Fix("Delete the slash", (edit,), "unsafe", _STYLE_RULE),)


def _verb(path: str) -> str:
    segments = [s for s in path.split("/") if s]
    for index, segment in enumerate(segments):
        if segment.startswith("{") or _FINE_VERB.match(segment):
            continue
        after_id = index > 0 and segments[index - 1].startswith("{")
        if after_id and index == len(segments) - 1:
            continue  # an action on one resource
        if _VERB_SEGMENT.match(segment):
            return segment
        if _BARE_VERB.match(segment) and index == len(segments) - 1 and index:
            return segment
    return ""


_STYLES: Final = (
    ("snake_case", regex(r"\A[a-z0-9]+(?:_[a-z0-9]+)+\Z")),
    ("kebab-case", regex(r"\A[a-z0-9]+(?:-[a-z0-9]+)+\Z")),
    ("camelCase", regex(r"\A[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+\Z")),
    ("PascalCase", regex(r"\A(?:[A-Z][a-z0-9]+)+\Z")),
)


def _casing(paths: list[tuple[str, Node]]) -> Iterator[Report]:
    found: dict[str, list[tuple[str, Node]]] = {}
    count: Counter[str] = Counter()
    for path, key in paths:
        for segment in path.split("/"):
            for style, pattern in _STYLES:
                if pattern.match(segment):
                    count[style] += 1
                    found.setdefault(style, []).append((segment, key))
    if len(count) < 2:
        return
    ranked = count.most_common()
    main = ranked[0][0]
    for style, _ in ranked[1:]:
        segment, key = found[style][0]
        more = len(found[style]) - 1
        others = f", and {more} more" if more else ""
        yield Report(
            key.span,
            f"`{segment}` is written in {style}{others}; most paths here are in {main}",
            related=(Related(f"in {main}", found[main][0][1].span),),
        )


def _servers(facts: ApiFacts) -> Iterator[Report]:
    if facts.version == "2":
        schemes = facts.root.get("schemes")
        host = facts.root.text("host")
        if schemes is not None and not _LOCAL.search("//" + host) and host:
            values = [item.value for item in schemes.items]
            if "http" in values and "https" not in values:
                yield Report(schemes.span, _PLAIN, severity=Severity.WARNING)
        return
    servers = facts.root.get("servers")
    urls = []
    for item in servers.items if servers is not None else ():
        url = item.get("url")
        if url is None or not url.value:
            continue
        urls.append(url)
        if url.value.startswith("http://") and not _LOCAL.search(url.value):
            yield Report(url.span, _PLAIN, severity=Severity.WARNING)
        if re.search(r"//(?:[\w-]+\.)*example\.(?:com|org|net)\b", url.value):
            yield Report(url.span, "This is no server of yours", severity=Severity.HINT)
        elif len(url.value) > 1 and url.value.endswith("/"):
            yield Report(
                url.span,
                "With a path after it, this address has two slashes in a row",
                severity=Severity.HINT,
            )
    if urls and all(re.search(r"//(?:localhost|127\.0\.0\.1)", url.value or "") for url in urls):
        yield Report(
            urls[0].span,
            "No server but this machine is named",
            severity=Severity.HINT,
            profile=_UNSURE,
        )


_PLAIN: Final = "Whoever is on the way reads and changes what goes to `http://`"


def _unversioned(facts: ApiFacts, paths: list[str]) -> Iterator[Report]:
    servers = facts.root.get("servers")
    texts = [item.text("url") for item in servers.items] if servers is not None else []
    texts += [facts.root.text("basePath"), facts.root.text("host")]
    if any(_VERSION.search(text) for text in (*texts, *paths)):
        return
    if any("{" in text for text in texts) or len(paths) < 2:
        return
    for node, _ in facts.nodes:
        if node.text("in") == "header" and "version" in node.text("name").lower():
            return
    yield Report(
        facts.paths[0],
        "Neither a server nor a path nor a header names a version of this API",
        profile=_UNSURE,
    )


def _information(facts: ApiFacts) -> Iterator[Report]:
    entry = (facts.root.entries or {}).get("info")
    if entry is None or entry[1].entries is None:
        return
    missing = [name for name in ("description", "contact", "license") if entry[1].get(name) is None]
    if missing:
        listed = ", ".join(f"`{name}`" for name in missing)
        yield Report(
            entry[0].span,
            f"`info` has no {listed}",
            severity=Severity.HINT,
            profile="pedantic",
        )
