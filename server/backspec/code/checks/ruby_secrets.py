"""Ruby: secrets that are compared, passwords kept as they are, hashes that cost too little."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import number
from backspec.code.facts.model import Context, Name
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts, Function

# ---------------------------------------------------------------------------- comparing

_SAFE: Final = regex(r"secure_compare|fixed_length_secure|secure_equal|constant_time|timing_safe")
_MADE: Final = r"(?:^|[\s;(])(@?\w+)\s*=(?![=~>])[^\n]*?OpenSSL::HMAC\."
_OTHER: Final = r"[@A-Za-z_][\w.]*(?:[!?]|\[[^\]\n]{1,60}\]|\([^()\n]{0,60}\))*(?:\.\w+)*"
_NO_SECRET: Final = regex(r"^(?:nil|true|false|self)$|\.(?:size|length|bytesize|class|count)$")
_GIVEN: Final = (
    r"(?:params\[:?[\"']?\w*(?:token|secret|signature|api_?key|hmac|digest)\w*[\"']?\]"
    r"|request\.(?:headers|env)\[[\"'][\w-]*(?:token|secret|signature|key|hmac|authorization)[\w-]*[\"']\])"
)
_KEPT: Final = (
    r"(?:ENV(?:\.fetch\(|\[)[\"']\w*(?:TOKEN|SECRET|KEY|PASSWORD|SIGNATURE)\w*[\"'][\])]"
    r"|Rails\.(?:application\.)?(?:credentials|secrets)[\w.!\[\]:]*"
    r"|(?<![\w.])[A-Z][A-Z_]*(?:TOKEN|SECRET|KEY)\b)"
)
_DIRECT: Final = regex(
    rf"(?i:{_GIVEN})(?:\.to_s)?\s*(?:==|!=)\s*{_KEPT}|{_KEPT}\s*(?:==|!=)\s*(?i:{_GIVEN})"
)


@needs(words=("HMAC", "params", "headers", "env"))
def unsafe_compare(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Signatures and tokens of requests that are compared with ``==``."""
    names = _returning(unit)
    for function in facts.functions:
        if not function.name or function.context & (Context.TEST | Context.DEV_GUARD):
            continue
        text = unit.text(function.span)
        if ("==" not in text and "!=" not in text) or _SAFE.search(text):
            continue
        found = _DIRECT.search(text) or _computed(text, names)
        if found is None:
            continue
        start = function.span.start + len(text[: found.start()].encode())
        yield Report(
            Span(start, start + len(found[0].encode())),
            "The time this comparison takes tells how much of the secret was right",
            place=function.inside,
        )


def _returning(unit: UnitView) -> set[str]:
    """The methods that give back a signature."""
    return {
        call.function.name
        for call in unit.calls("hmac-new")
        if call.use == "returned" and call.function is not None and call.function.name
    }


def _computed(text: str, names: set[str]) -> re.Match[str] | None:
    made = set(re.findall(_MADE, text)) | names
    head = text.partition("\n")[0]
    for name in sorted(made):
        if re.search(rf"def (?:self\.)?{re.escape(name)}\b", head):
            continue
        word = rf"(?<![\w.@:]){re.escape(name)}(?:\([^()\n]*\))?(?![\w\[.?!])"
        for found in re.finditer(
            rf"{word}\s*(?:==|!=)\s*({_OTHER})|(?<![\w.@])({_OTHER})\s*(?:==|!=)\s*{word}", text
        ):
            if not _NO_SECRET.search(found[1] or found[2]):
                return found
    return None


# ---------------------------------------------------------------------------- plain passwords

_LOOKUPS: Final = frozenset(
    ("find_by", "find_by!", "where", "first", "exists?", "find_or_create_by")
)
_PASSWORDS: Final = frozenset(("password", "passwd", "pwd", "user_password"))
_EQUAL: Final = regex(
    r"(?<![\w.])(?:@?\w+)(?:\.password|\[:?[\"']?password[\"']?\])\s*(?:==|!=)\s*"
    r"(?:params\[[^\]\n]+\](?:\[:?[\"']?\w+[\"']?\])?|(?:params\.fetch\([^)\n]+\))|password(?![\w(.]))"
    r"(?!\s*[\w.]*(?:confirm|digest|hash))"
)


@needs(words=("password", "passwd", "pwd"))
def plain_password(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Passwords that are looked up, or compared, as the user typed them."""
    for call in facts.calls:
        if call.name not in _LOOKUPS or call.context & (Context.TEST | Context.MIGRATION):
            continue
        owner = call.path.rpartition(".")[0]
        if not re.match(r"[A-Z]|@?\w*db\b|.*users", owner):
            continue
        for key, value in call.arguments.keywords.items():
            if key not in _PASSWORDS or not isinstance(value, Name):
                continue
            last = value.path.rpartition(".")[2].lstrip("@")
            if last in _PASSWORDS and not _is_made(value.path, call.function, facts):
                yield Report(
                    value.span,
                    "The database holds the password itself: whoever reads it has them all",
                    place=call.place,
                )
    if not unit.mentions(".password ==", ".password !=", "password'] ==", "password] =="):
        return
    for function in facts.functions:
        if not function.name or function.context & Context.TEST:
            continue
        text = unit.text(function.span)
        found = _EQUAL.search(text)
        if found is None or _HASHED.search(text) or unit.file_has(_MANAGED):
            continue
        start = function.span.start + len(text[: found.start()].encode())
        yield Report(
            Span(start, start + len(found[0].encode())),
            "The password is compared as it was typed: the database holds it as it is",
            place=function.inside,
        )


_HASHED: Final = regex(
    r"(?i)bcrypt|argon|scrypt|digest|hash_|_hash\b|crypt\(|password_confirmation|confirm"
)
_MANAGED: Final = r"BCrypt::Password|has_secure_password|^\s*devise\b|def password\b|Argon2|SCrypt"


def _is_made(path: str, function: Function | None, facts: Facts) -> bool:
    """Whether a variable was given something made of the password."""
    return any(
        one.target == path and one.function is function and not one.target.startswith("params")
        for one in facts.assigns
    )


# ---------------------------------------------------------------------------- cost

_LEAST: Final = 10


@needs(words=("cost", "stretches"))
def cheap_hash(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``BCrypt::Engine.cost = 4``, ``config.stretches = 1``."""
    for assign in facts.assigns:
        target = assign.target
        if target != "BCrypt.Engine.cost" and not (
            target.endswith(".stretches") and unit.mentions("Devise")
        ):
            continue
        if assign.context & (Context.TEST | Context.DEV_GUARD):
            continue
        if re.search(r"(?:^|/)(?:environments/(?:test|development)\.rb|spec|test)", unit.path):
            continue
        cost = number(assign.value)
        value = assign.value
        if cost is not None and cost < _LEAST and value is not None:
            yield Report(
                value.span,
                f"A cost of {int(cost)} lets stolen hashes be guessed quickly; 12 is usual",
                place=assign.place,
            )


# ---------------------------------------------------------------------------- sessions

_WHO: Final = frozenset(("user_id", "user", "uid", "account_id", "current_user_id", "admin_id"))


@needs(words=("session",))
def fixation(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``session[:user_id] = user.id`` without ``reset_session``."""
    for assign in facts.assigns:
        head, _, key = assign.target.partition(".")
        function = assign.function
        if head != "session" or key not in _WHO or function is None or assign.operator != "=":
            continue
        if not assign.context & Context.HANDLER or assign.context & Context.TEST:
            continue
        if function.parameters or unit.mentions(
            "reset_session", "session.clear", within=function.span
        ):
            continue  # no action, or one that does it
        if assign.value_node is None or assign.value_node.type in ("nil", "integer"):
            continue
        yield Report(
            assign.span,
            "The session keeps its id over the login: call `reset_session` first",
            place=assign.place,
        )
