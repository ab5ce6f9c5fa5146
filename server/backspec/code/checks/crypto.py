"""Checks on hashes, ciphers and TLS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, go_hashes, java_hashes, needs, php_hashes, python_purposes
from backspec.code.checks.names import speaks_of
from backspec.code.checks.passwords import is_for_others
from backspec.code.checks.values import (
    is_constant,
    is_null,
    names_around,
    qualified_of,
    string,
    text_of,
)
from backspec.code.facts.model import Context, Value
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Assign, Call, Fact, Facts, Pair
    from backspec.code.syntax import Node
    from backspec.model import Profile

# ---------------------------------------------------------------------------- TLS

_OFF_WHEN_FALSE: Final = frozenset(
    ("rejectUnauthorized", "strictSSL", "verify_certs", "sslValidate")
)
_OFF_WHEN_TRUE: Final = frozenset(
    (
        "tlsAllowInvalidCertificates",
        "tlsInsecure",
        "tlsAllowInvalidHostnames",
        "insecureSkipTLSVerify",
    )
)
_CERT_REQS: Final = frozenset(("cert_reqs", "ssl_cert_reqs"))
_NO_CERT: Final = regex(r"^(?:ssl\.)?(?:cert_)?none$", re.IGNORECASE)


def tls_verification_off(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Options, attributes and variables that switch certificate verification off."""
    for pair in facts.pairs:
        if not _is_off(pair) or _is_for_server(pair, facts):
            continue
        if not is_asked_for(pair.node, unit):
            yield _tls(
                pair.span,
                f"`{pair.key}` is set so that any certificate is accepted",
                pair,
                _without(pair, unit) if pair.key in _OFF_WHEN_FALSE | _OFF_WHEN_TRUE else (),
            )
    contexts: list[Assign] = []
    for assign in facts.assigns:
        if "." not in assign.target:
            continue
        last = assign.target.rpartition(".")[2]
        if last == "NODE_TLS_REJECT_UNAUTHORIZED":
            value = assign.value
            if is_constant(value, "0") or is_constant(value, 0):
                yield _tls(
                    assign.span,
                    "Every TLS connection of this process accepts any certificate",
                    assign,
                )
        elif last == "verify":
            if assign.qualified == "requests.Session.verify" and is_constant(assign.value, False):
                yield _tls(
                    assign.span, "Every request of this session accepts any certificate", assign
                )
        elif last == "_create_default_https_context":
            if qualified_of(assign.value) == "ssl._create_unverified_context":
                yield _tls(
                    assign.span,
                    "Every HTTPS request of `urllib` in this process accepts any certificate",
                    assign,
                )
        elif last in ("check_hostname", "verify_mode"):
            contexts.append(assign)
    yield from _contexts(contexts, unit)


def _contexts(assigns: list[Assign], unit: UnitView) -> Iterator[Report]:
    """Python's ``SSLContext``: one report where both switches are off for one context."""
    for assign in assigns:
        owner = assign.target.rpartition(".")[0]
        if not (assign.qualified or "").startswith("ssl.SSLContext."):
            continue
        if assign.target.endswith(".verify_mode"):
            is_off = qualified_of(assign.value) == "ssl.CERT_NONE"
            message = f"`{owner}` accepts any certificate"
        else:
            is_off = is_constant(assign.value, False) and not _has_no_checks(owner, assign, unit)
            message = (
                f"`{owner}` accepts a certificate of any host, not only of the one it talks to"
            )
        if is_off and not _is_server_context(owner, assign, unit):
            yield _tls(assign.span, message, assign)


def _has_no_checks(owner: str, assign: Assign, unit: UnitView) -> bool:
    """Whether verification itself is switched off beside, which is reported there."""
    pattern = rf"(?<![\w.]){re.escape(owner)}\.verify_mode\s*=\s*(?:ssl\.)?CERT_NONE"
    if assign.function is None:
        return unit.file_has(pattern)
    return re.search(pattern, unit.text(assign.function.span)) is not None


def _is_server_context(owner: str, assign: Assign, unit: UnitView) -> bool:
    """Whether the context is for accepting connections, where clients rarely have certificates."""
    pattern = (
        rf"(?<![\w.]){re.escape(owner)}\s*=\s*(?:ssl\.)?(?:create_default_context|SSLContext)"
        r"\([^)]*(?:CLIENT_AUTH|PROTOCOL_TLS_SERVER)"
    )
    if assign.function is None:
        return unit.file_has(pattern)
    return re.search(pattern, unit.text(assign.function.span)) is not None


def _is_off(pair: Pair) -> bool:
    if pair.key in _OFF_WHEN_FALSE:
        return is_constant(pair.value, False)
    if pair.key in _OFF_WHEN_TRUE:
        return is_constant(pair.value, True)
    if pair.key in _CERT_REQS:
        value = pair.value
        return (
            qualified_of(value) == "ssl.CERT_NONE"
            or _NO_CERT.match(text_of(value)) is not None
            or (pair.key == "ssl_cert_reqs" and is_null(value))
        )
    return False


def _is_for_server(pair: Pair, facts: Facts) -> bool:
    """Whether the option stands in the options of a server: it is about clients' certificates."""
    return any(
        call.name.startswith("create") and call.name.endswith("Server")
        for call in facts.calls
        if call.span.start <= pair.span.start and pair.span.end <= call.span.end
    )


def is_asked_for(option: Node, unit: UnitView) -> bool:
    """Whether a condition on a switch of the same meaning leads to the option."""
    node = option.parent
    for _ in range(14):
        if node is None or node.type in _FUNCTIONS:
            return False
        if node.type == "switch_case":
            value = node.child_by_field_name("value")
            return value is not None and _SWITCH.search(unit.adapter.slice(value)) is not None
        if node.type in ("ternary_expression", "conditional_expression", "if_statement"):
            condition = node.child_by_field_name("condition")
            if condition is not None and condition.end_byte <= option.start_byte:
                return _SWITCH.search(unit.adapter.slice(condition)) is not None
        node = node.parent
    return False


_FUNCTIONS: Final = frozenset(
    ("function_declaration", "function_expression", "arrow_function", "method_definition",
     "function_definition", "program", "module", "method_declaration", "anonymous_function")
)  # fmt: skip
_SWITCH: Final = regex(
    r"reject|verif|insecure|self.?sign|strict|trust|skip|allow|accept|validat|sslmode|ssl_mode",
    re.IGNORECASE,
)


def _without(pair: Pair, unit: UnitView) -> tuple[Fix, ...]:
    container = pair.node.parent
    if container is None:
        return ()
    edits = fixes.remove_value(pair.value, container, unit.adapter.source)
    return (
        (Fix("Remove the option", tuple(edits), "unsafe", "crypto/tls-verification-off"),)
        if edits
        else ()
    )


def _tls(span: Span, message: str, fact: Fact, repairs: tuple[Fix, ...] = ()) -> Report:
    severity = Severity.INFO if fact.context & Context.DEV_GUARD else None
    return Report(span, message, repairs, severity, place=fact.place)


# ---------------------------------------------------------------------------- hashes

_BROKEN: Final = regex(r"^(?:rsa-)?(?:md[245]|sha(?:-?1)?|ripemd(?:-?160)?)$", re.IGNORECASE)
_NAMED_AFTER_USE: Final = frozenset(
    ("etag", "etags", "cache", "cached", "caches", "caching", "checksum", "checksums", "gravatar",
     "gravatars", "avatar", "fingerprint", "fingerprints", "bucket", "buckets", "shard", "shards",
     "sharding", "partition", "dedup", "dedupe", "deduplicate", "deduplication", "memo", "memoize",
     "git", "identicon", "libravatar")
)  # fmt: skip
"""Words that say nobody gains from a collision."""

_GUARDING: Final = frozenset(
    ("token", "tokens", "signature", "signatures", "secret", "secrets", "sign", "signed", "signing",
     "verify", "verified", "reset", "session", "sessions", "password", "passwords", "passwd", "pwd",
     "auth", "otp", "hmac", "nonce", "apikey")
)  # fmt: skip
"""Words that say the hash keeps somebody out."""


_HTTP_DIGEST: Final = regex(r"\bha[12]\b|cnonce|\brealm\b", re.IGNORECASE)
"""HTTP Digest authentication prescribes MD5."""
_PRESCRIBED: Final = regex(
    r"(?i)pwne?d|hibp|compromised|breached|cram_?md5|ntlm|dkim|domain_?key|kerberos|apop"
)
"""Protocols that say which hash to use."""
_HOLDS_WITH_SHA1: Final = regex(r"(?i)[th]otp|hmac|oaep|mgf1|pbkdf2")
"""Constructions for which SHA-1 is still sound, or which are judged elsewhere."""


def _hashes_a_stream(call: Call, unit: UnitView) -> bool:
    """Go: whether a file's content goes through the hash, which makes a checksum."""
    if call.name != "New" or call.function is None:
        return False
    text = unit.text(call.function.span)
    return (
        re.search(r"io\.(?:Copy\w*|TeeReader|MultiWriter)\(|CopyWithBuffer\w*\(", text) is not None
    )


_NAMING: Final = frozenset(
    ("path", "paths", "url", "uri", "file", "filename", "name", "names", "now", "json", "album",
     "artist", "title", "query", "ids", "tag", "tags")
)  # fmt: skip
"""Words of what is hashed to get a short name for it."""


def _is_go_name(call: Call, unit: UnitView) -> bool:
    """Go: whether a hash is a checksum of what streams by, or a short name for something."""
    if _hashes_a_stream(call, unit) or call.node.parent is None:
        return True
    around = call.node.parent.parent
    if call.name == "New":
        return around is not None and around.type == "keyed_element"
    given = unit.text(call.arguments.span)
    return call.name == "Sum" and speaks_of(given, _NAMING)


@needs(roles=("weak-hash", "hash-new", "hmac-new"))
def weak_hash(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """MD5 and SHA-1, judged by the names around them."""
    for call in unit.calls("weak-hash", "hash-new", "hmac-new"):
        roles = unit.roles_of(call)
        if "weak-hash" in roles:
            name = _weak_name(call)
        else:
            name = string(unit.argument(call, "algorithm")) or ""
            if not _BROKEN.match(name):
                continue
            if "hmac-new" in roles and not name.lower().startswith("md"):
                continue  # HMAC with SHA-1 still holds
        if is_constant(unit.argument(call, "used_for_security"), False):
            continue
        if _hashes_a_name(call, unit):
            continue
        around = _around(call, unit)
        if unit.family == "csharp" and is_for_others(call, " ".join(around), unit):
            continue
        if _HTTP_DIGEST.search(around[0]) or _PRESCRIBED.search(" ".join(around)):
            continue
        if name == "SHA-1" and _HOLDS_WITH_SHA1.search(around[0]):
            continue
        if "etag" in around[0].lower() or any(speaks_of(text, _NAMED_AFTER_USE) for text in around):
            continue
        if unit.family == "php" and (
            php_hashes.is_inner(call)
            or php_hashes.is_legacy(call, unit)
            or php_hashes.is_hmac(call, unit)
            or php_hashes.is_library(unit)
            or php_hashes.is_identifier(call, unit)
        ):
            continue
        guards = "hmac-new" not in roles and any(speaks_of(text, _GUARDING) for text in around)
        if not guards and _is_used_as_name(call, unit):
            continue
        if unit.family == "java" and (
            java_hashes.is_prescribed(call)
            or (not guards and java_hashes.is_identifier(call, unit))
        ):
            continue
        profile: Profile | None = None
        if unit.family == "php" and not guards and php_hashes.is_unclear(call, around[0], unit):
            profile = "strict"
        if unit.family == "javascript" and not guards:
            profile = "strict"
        if unit.family == "ruby":
            if not guards:
                profile = "strict"  # nearly all are short names, or what another program asks for
            elif _makes_key(call, around[0]):
                continue
        if unit.family == "python" and not guards and python_purposes.names_contents(call, unit):
            profile = "strict"
        if unit.family == "go":
            if go_hashes.is_prescribed(call, " ".join(around), unit):
                continue
            if go_hashes.is_chosen(call, unit):
                continue
            is_wrapper = go_hashes.is_wrapper(call)
            guards = guards or (is_wrapper and go_hashes.is_called_to_guard(call, unit))
            if not guards and (_is_go_name(call, unit) or go_hashes.is_identifier(call, unit)):
                continue
            profile = None if guards or not is_wrapper else "strict"
        yield Report(
            call.callee_span,
            f"{name.upper()} is broken"
            + (
                "; what this hash guards can be forged"
                if guards
                else "; say what it is for, or use SHA-256"
            ),
            _stronger(call, unit),
            None if guards else Severity.INFO,
            profile=profile,
            place=call.place,
        )


_FROM_SECRET: Final = regex(r"secret_key_base|SECRET_KEY_BASE|credentials\.")


def _makes_key(call: Call, line: str) -> bool:
    """Ruby: whether a hash is a part of a key (``"limit-#{..}"``), or made of the program's secret,
    which nobody gets out of it again.
    """
    around = call.parent
    for _ in range(3):
        if around is None or around.type == "interpolation":
            break
        around = around.parent
    is_part = around is not None and around.type == "interpolation"
    return is_part or _FROM_SECRET.search(line) is not None


def _hashes_a_name(call: Call, unit: UnitView) -> bool:
    """Whether what is hashed is a name in the code: of a class, a file."""
    data = unit.argument(call, "data")
    if not isinstance(data, Value):
        return False
    return re.fullmatch(r"[\w\\$]+::class|__\w+__", unit.text(data.span)) is not None


def _is_used_as_name(call: Call, unit: UnitView) -> bool:
    """Whether the line that uses the hash next says that it names a thing in a cache or so."""
    name = call.assigned_to
    if call.function is None or not re.fullmatch(r"\$?\w+", name):
        return False
    text = unit.text(Span(call.span.end, call.function.span.end))
    used = re.search(rf"\n[^\n]*{re.escape(name)}\b[^\n]*", text)
    return used is not None and speaks_of(used[0], _NAMED_AFTER_USE)


def _weak_name(call: Call) -> str:
    last = (call.qualified or call.path).lower()
    return "SHA-1" if "sha1" in last else "MD4" if "md4" in last else "MD5"


def _around(call: Call, unit: UnitView) -> list[str]:
    """The statement of a call, and the names of the functions and the class it stands in."""
    node = call.node
    for _ in range(12):
        around = node.parent
        if around is None or node.type.endswith(("_statement", "_declaration", "decorator")):
            break
        if around.end_byte - around.start_byte > 1200:
            break
        node = around
    source = unit.adapter.source
    start = max(node.start_byte, call.span.start - 300)
    # The line counts in any case: a comment at its end says what the hash is for.
    start = min(start, source.rfind(b"\n", 0, call.span.start) + 1)
    after = call.span.end
    if unit.family == "javascript":
        # ``createHash("md5")`` and, on lines of their own, what goes in and comes out.
        after = max(after, min(node.end_byte, after + 300))
    end = source.find(b"\n", after)
    line = source[start : end if end >= 0 else len(source)].decode("utf-8", "replace")
    names = names_around(call.function)
    if call.class_def is not None:
        names.append(call.class_def.name)
    return [line, *names]


def _stronger(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """SHA-256 instead; not automatic: stored values would no longer match."""
    source = unit.adapter.source
    edits = None
    algorithm = unit.argument(call, "algorithm")
    if isinstance(algorithm, Value):
        written = source[algorithm.span.start : algorithm.span.end]
        if written[:1] in (b'"', b"'", b"`"):
            quote = written[:1].decode()
            name = "SHA-256" if unit.family == "java" else "sha256"
            edits = [Edit(algorithm.span, f"{quote}{name}{quote}")]
    elif unit.family == "php" and len(call.arguments.positional) == 1:
        start = call.arguments.span.start
        edits = [Edit(call.callee_span, "hash"), Edit(Span(start, start), "'sha256', ")]
    elif "." in call.path and (call.qualified or "").startswith("hashlib."):
        edits = fixes.replace_member(call.callee_span, source, {"md5": "sha256", "sha1": "sha256"})
    return (Fix("Use SHA-256", tuple(edits), "unsafe", "crypto/weak-hash"),) if edits else ()
