"""Checks on how passwords are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, go_hashes, needs, php_hashes
from backspec.code.checks.names import words
from backspec.code.checks.values import names_around
from backspec.code.facts.model import Context, Sequence, Value
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_PASSWORD: Final = frozenset(("password", "passwd", "pwd", "passphrase", "passcode", "pass", "pw"))
_QUALIFIER: Final = frozenset(
    ("bytes", "buffer", "str", "string", "text", "value", "raw", "plain", "plaintext", "encoded",
     "utf8", "array", "input", "param", "data", "1", "2", "salted", "with", "and", "salt", "new",
     "curr", "conf", "old")
)  # fmt: skip
_NOT_CHOSEN: Final = frozenset(
    ("reset", "forgot", "hashed", "encrypted", "digest", "is", "has", "no", "rule", "policy",
     "token", "id", "url", "expired", "validator", "field", "key", "no", "by", "db", "database",
     "smtp", "ldap", "mysql", "redis")
)  # fmt: skip
"""Words that make a name one of something else than a password that a person chose."""
_IDENTIFIER: Final = regex(r"[A-Za-z_$][\w$]*")
_KEY: Final = regex(
    r"(?:\[\s*|\.(?:get|getParameter|input|post|PostForm|FormValue)\(\s*)['\"]([A-Za-z_]\w*)['\"]"
)
"""``form["password"]`` names what it holds as ``form.password`` does."""
_LITERAL: Final = regex(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n{]|\\.)*\"")
_SLOW_TOO: Final = regex(
    r"(?i)bcrypt|argon2|scrypt|pbkdf2|password_hash\(|passwordencoder|make_password|phpass|itoa64"
)
_PRESCRIBED: Final = regex(
    r"(?i)pwne?d|hibp|\bha[12]\b|cnonce|\brealm\b|cram|ntlm|digest_?auth|kerberos|\bapop\b|gravatar"
    r"|pbkdf|hkdf|mysql_native|scram|cache_?key|rainbow|caching_sha2|derive_?key|fernet|aes|decrypt"
)
"""Protocols that say how to hash, and hashes that are no stored password."""


_FOR_OTHERS: Final = regex(
    r"\bHttpRequestMessage\b|\bHttpClient\b|\.(?:Post|Send|Get)(?:AsJson|String)?Async\(|(?<!Service)[pP]rovider(?:Info)?\b"
)
"""C#: words of clients of other services, which hash passwords as those prescribe."""
_KEEPS: Final = frozenset(
    ("hash", "hashed", "hasher", "password", "passwords", "passwd", "pwd", "encrypt", "crypt",
     "digest", "encode", "md5", "sha1", "sha256", "sha512", "sha", "md", "sum", "register",
     "signup", "create", "salt")
)  # fmt: skip


def _is_about_keeping(call: Call) -> bool:
    """Go: whether the function is about hashing or making users; clients of other services hash
    passwords as those prescribe.
    """
    return any(_KEEPS & set(words(name)) for name in names_around(call.function))


_HASHING: Final = ("hash-fast", "weak-hash", "hash-new", "hmac-new")


@needs(roles=_HASHING, words=("PASSWORD_HASHERS",))
def fast_hash(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Passwords that are hashed with a hash made to be fast."""
    for call in unit.calls(*_HASHING):
        if call.context & Context.DEV_GUARD:
            continue
        if (
            unit.family == "go"
            and not _is_about_keeping(call)
            and (go_hashes.is_prescribed(call, "", unit) or not call.context & Context.HANDLER)
        ):
            continue
        data = unit.argument(call, "data")
        if (isinstance(data, Value) and _is_password(data.span, unit)) or (
            data is None and _is_fed_password(call, facts, unit)
        ):
            yield from _report(call, unit)
    if unit.family == "python":
        yield from _django_setting(facts)


def _report(call: Call, unit: UnitView) -> Iterator[Report]:
    function = call.function
    text = unit.text(function.span) if function is not None else unit.text(call.span)
    if unit.family == "ruby" and _COMPARED.search(
        unit.text(Span(max(0, call.span.start - 80), call.span.start))
    ):
        return  # two texts of one length, to be compared in constant time
    if unit.family == "php" and (php_hashes.is_inner(call) or php_hashes.is_legacy(call, unit)):
        return
    owner = call.class_def.name if call.class_def is not None else ""
    around = " ".join((text[:4000], *names_around(function), owner))
    if is_for_others(call, around, unit):
        return
    if _SLOW_TOO.search(around) or _PRESCRIBED.search(around):
        return
    yield Report(
        call.span,
        f"`{call.written or call.name}` is made to be fast, so a stolen password hash is guessed "
        "quickly; use Argon2id, bcrypt or scrypt",
        place=call.place,
    )


_COMPARED: Final = regex(r"secure_compare\(?\s*(?:[^()\n]*\([^()\n]*\),)?\s*(?:::)?$")


def is_for_others(call: Call, around: str, unit: UnitView) -> bool:
    """C#: whether a hash is one that another service asks for, or that somebody has looked at."""
    if unit.family != "csharp":
        return False
    before = unit.text(Span(max(0, call.span.start - 300), call.span.start))
    is_told = "warning disable CA535" in before.rpartition("warning restore")[2]
    return is_told or _FOR_OTHERS.search(around) is not None


def _is_fed_password(call: Call, facts: Facts, unit: UnitView) -> bool:
    """Whether a hash object is fed with a password: ``createHash("md5").update(password)``."""
    target = call.assigned_to
    for other in facts.calls:
        if other.name not in ("update", "write", "Write", "digest", "ComputeHash", "doFinal"):
            continue
        if other.function is not call.function or other.span.end <= call.span.start:
            continue
        receiver = other.receiver_call
        is_chained = receiver is not None and receiver.node == call.node
        if not is_chained and not (target and other.path.rpartition(".")[0] == target):
            continue
        given = other.arguments.positional[:1]
        if given and _is_password(given[0].span, unit):
            return True
    return False


def _is_password(span: Span, unit: UnitView) -> bool:
    """Whether an expression holds a password by the names in it."""
    text = _LITERAL.sub("", _KEY.sub(r".\1 ", unit.text(span)[:400]))
    return any(is_plain_password(name) for name in _IDENTIFIER.findall(text))


def is_plain_password(name: str) -> bool:
    """Whether a name is that of a password as a person types it."""
    parts = list(words(name))
    while len(parts) > 1 and parts[-1] in _QUALIFIER:
        parts.pop()
    return bool(parts) and parts[-1] in _PASSWORD and not _NOT_CHOSEN & set(parts)


# ---------------------------------------------------------------------------- settings

_WEAK_HASHERS: Final = regex(r"(?:^|\.)(?:Unsalted)?(?:MD5|SHA1|Crypt)PasswordHasher$")


def _django_setting(facts: Facts) -> Iterator[Report]:
    for assign in facts.assigns:
        if assign.target != "PASSWORD_HASHERS" or assign.function is not None:
            continue
        value = assign.value
        if assign.context & Context.DEV_GUARD or not isinstance(value, Sequence):
            continue
        first = value.items[0] if value.items else None
        if first is not None and _WEAK_HASHERS.search(assign.reader.text(first.span).strip("'\"")):
            yield Report(
                first.span,
                "The first hasher makes the hashes of all new passwords, and this one is fast",
                place=assign.place,
            )
