"""Checks on random numbers that keep somebody out: tokens, codes, salts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.checks.environment import import_first
from backspec.code.checks.front_end import is_front_end
from backspec.code.checks.names import words
from backspec.code.checks.values import names_around, number
from backspec.code.facts.model import CallValue, Context, Name
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts
    from backspec.code.syntax import Node

_RULE: Final = "crypto/insecure-random"

_GUARDS: Final = frozenset(
    ("token", "secret", "secrets", "password", "passwords", "passwd", "pwd", "passphrase",
     "passcode", "otp", "otps", "totp", "nonce", "salt", "csrf", "xsrf", "apikey", "apikeys", "mfa",
     "credential", "credentials", "jti", "remember", "rememberme", "jwt", "cookie", "sessionid",
     "captcha", "voucher")
)  # fmt: skip
"""Words that name what must not be guessed."""
_CODE_KINDS: Final = frozenset(
    ("verification", "verify", "reset", "auth", "access", "confirmation", "confirm", "invite",
     "invitation", "login", "sms", "security", "activation", "recovery", "backup", "factor", "2fa",
     "pin", "one", "signin", "email")
)  # fmt: skip
"""What makes a code one that must not be guessed."""
_KEY_KINDS: Final = frozenset(
    ("api", "secret", "private", "access", "auth", "session", "signing", "encryption", "encrypt",
     "license", "client", "master", "hmac", "crypto", "aes", "recovery", "reset", "activation")
)  # fmt: skip
_NOT_ITSELF: Final = frozenset(
    ("length", "len", "size", "count", "index", "idx", "position", "delay", "ttl", "timeout",
     "interval", "jitter", "backoff", "sleep", "expiry", "expires", "type", "types", "age", "name",
     "limit", "num", "number", "bucket", "balance", "amount", "price", "score", "weight", "delta",
     "offset", "retry", "retries", "wait", "duration", "minutes", "seconds", "probability", "rate",
     "chance", "ratio", "total", "usage", "used", "field", "label", "color", "colour", "test",
     "fake", "mock", "dummy", "sample", "example", "demo", "seed", "classification", "sampling",
     "training", "generation", "model", "vocab", "embedding", "symbol", "id", "ids", "suffix")
)  # fmt: skip
"""Words that make a name speak of something about a token, or of a token nobody trusts."""
_MEASURES: Final = _NOT_ITSELF - {"number", "num", "id", "ids", "seed", "total", "symbol"}
_WAITS: Final = regex(r"(?i)jitter|backoff|\bsleep|delay|retry|(?<!str_)shuffle|sampl|noise|animat")
_STATEMENTS: Final = ("_statement", "_declaration", "_definition", "_clause", "declarator")
_NUMBERS: Final = frozenset(("random", "randint", "randrange", "getrandbits", "randbytes"))
"""Python's calls that make something new, rather than order or pick what is there."""
_MAX_STEPS: Final = 14
_MAX_TEXT: Final = 400
_TARGET: Final = regex(
    r"([\w$]+(?:(?:\.|->|::)[\w$]+)*)(?:\[['\"]?([\w-]+)['\"]?\])?\s*(?::\s*[\w<>\[\]., |]+?)?\s*"
    r"(?:[-+|.]?=(?![=>~])|:=)|['\"]?([A-Za-z_][\w-]*)['\"]?\s*(?::(?!:)|=>)"
)
"""An assignment's target, or a key, in one line of any language."""
_CALLEE: Final = regex(r"([A-Za-z_$][\w$]*)\s*\(")
_MAKES: Final = regex(r"(?i)^_*(?:generate|gen|create|make|new|build|random|next|get|issue)")


@needs(roles=("random-weak",))
def insecure_random(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Predictable random numbers that become a token, a code, a password or a salt."""
    seen: set[tuple[int, int]] = set()
    calls = unit.calls("random-weak")
    if not calls or is_front_end(unit) or _makes_data_up(unit):
        return
    for call in calls:
        statement = _statement_of(call.node)
        line = unit.adapter.slice(statement)
        if unit.family == "ruby" and call.name in _PICKS:
            if not _CHARACTERS.search(line[:_MAX_TEXT]) or "random" in call.arguments.keywords:
                continue  # one of the things that are there already
            line = line.replace("." + call.name, ".")
        if _WAITS.search(line[:_MAX_TEXT]) or call.context & Context.DEV_GUARD:
            continue
        if unit.family == "php" and _is_length(call, unit):
            continue
        key = (statement.start_byte, statement.end_byte)
        if key in seen:
            continue  # ``Math.random() + Math.random()`` is one fault
        name = _purpose(call, statement, unit)
        if unit.family == "go" and name is not None and _only_happens_near(name, call, unit):
            continue
        if name is None or _picks_one(call, unit):
            if unit.family == "java" or (unit.family == "python" and call.name in _NUMBERS):
                # Any use at all, for those who want to look at each.
                better = "SecureRandom" if unit.family == "java" else "secrets"
                yield Report(
                    call.span,
                    f"`{call.written or call.name}` can be predicted; where somebody gains by "
                    f"guessing, use `{better}`",
                    severity=Severity.INFO,
                    profile="strict",
                    place=call.place,
                )
            continue
        seen.add(key)
        yield Report(
            call.span,
            f"`{call.written or call.name}` can be predicted, and `{name}` must not be guessed",
            _repair(call, unit),
            place=call.place,
        )


_LONG: Final = 30


def _only_happens_near(name: str, call: Call, unit: UnitView) -> bool:
    """Go: whether a number is compared, or only drawn somewhere in a long function of that name."""
    source = unit.adapter.source
    if re.match(rb"\s*[<>]", source[call.span.end : call.span.end + 8]):
        return True
    if name not in names_around(call.function) or _MAKES.match(name) or call.function is None:
        return False
    return source.count(b"\n", call.function.span.start, call.function.span.end) > _LONG


_AROUND: Final = frozenset(("block", "statement_block", "program", "module", "class_body", "then"))
_PICKS: Final = ("sample", "shuffle")
_CHARACTERS: Final = regex(
    r"(?i)\bchar|alphabet|letters|digits|[\"'][a0][\"']\s*\.\.|\(0\.\.9\)|\[\*?0\.\.9|alphanum"
)
"""Ruby: what texts are made of, from which ``sample`` takes."""
_MANY: Final = 12


def _makes_data_up(unit: UnitView) -> bool:
    """JavaScript: whether a file is full of random things of all kinds, as made-up data is."""
    return unit.family == "javascript" and unit.adapter.source.count(b"Math.random()") >= _MANY


def _is_length(call: Call, unit: UnitView) -> bool:
    """PHP: ``random_text(mt_rand(6, 10))``: how long something is that another function makes."""
    given = [number(one) for one in call.arguments.positional]
    around = call.parent
    if len(given) != 2 or around is None or around.type != "argument":
        return False
    maker = around.parent.parent if around.parent is not None else None
    is_short = all(one is not None and 0 <= one <= 128 for one in given)
    name = unit.adapter.slice(maker)[:60].partition("(")[0] if maker is not None else ""
    return is_short and re.search(r"(?i)rand|str|text|gen|bytes|pass", name) is not None


def guards(name: str) -> bool:
    """Whether a name is that of something that must not be guessed."""
    parts = words(name)
    if not parts or (parts[-1] in _NOT_ITSELF and parts[-2:] != ("session", "id")):
        return False
    spoken = frozenset(parts)
    if spoken & {"captcha", "voucher"} and not spoken & {"code", "token", "secret"}:
        return False
    if spoken & {"test", "fake", "mock", "dummy", "sample", "demo", "training", "vocab", "bucket"}:
        return False
    if spoken & _GUARDS:
        return True
    if "session" in spoken and spoken & {"id", "key"}:
        return True
    if parts[-1] in ("code", "codes", "pin"):
        return bool(spoken & _CODE_KINDS)
    return parts[-1] in ("key", "keys") and bool(spoken & _KEY_KINDS)


def _statement_of(node: Node) -> Node:
    """The statement, or the entry of a mapping, that a call stands in."""
    for _ in range(_MAX_STEPS):
        around = node.parent
        if (
            around is None
            or (node.type.endswith(_STATEMENTS) and node.type != "body_statement")
            or around.type in _AROUND
            or (around.type == "body_statement" and _is_of_method(around))
            or around.end_byte - around.start_byte > _MAX_TEXT
        ):
            break
        if node.type in ("pair", "keyword_argument"):
            break
        node = around
    return node


def _is_of_method(body: Node) -> bool:
    """Ruby: whether a body is a method's, not that of a block in a statement."""
    around = body.parent
    return around is not None and around.type in ("method", "singleton_method")


def _purpose(call: Call, statement: Node, unit: UnitView) -> str | None:
    """The name of what a random number becomes, when it must not be guessed."""
    start = statement.start_byte
    source = unit.adapter.source
    before = source[start : call.span.start].decode("utf-8", "replace")
    told = _names_before(before)
    filled = call.arguments.positional[:1] if call.name == "nextBytes" else ()
    told += [one.path for one in filled if isinstance(one, Name)]
    for name in told:
        if guards(name):
            return name
    if told and all(words(name)[-1:] and words(name)[-1] in _MEASURES for name in told):
        return None
    for name in names_around(call.function):
        if guards(name):
            return name
    if call.class_def is not None and call.function is not None:
        class_name = call.class_def.name
        if guards(class_name.removesuffix("Generator")) and _MAKES.match(call.function.name):
            return class_name
    return _later(call, told, unit)


def _names_before(before: str) -> list[str]:
    """The targets, keys and callees that stand before a call in its statement."""
    found = []
    for one in _TARGET.finditer(before):
        found += [name for name in one.groups() if name]
    found += [name for name in _CALLEE.findall(before) if name[:3].lower() in ("set", "gen", "cre")]
    return [name.rpartition(".")[2].rpartition(">")[2] for name in found]


def _later(call: Call, told: list[str], unit: UnitView) -> str | None:
    """What is made, further down in the function, from the name the number was given."""
    if call.function is None or not told or not re.fullmatch(r"[\w$]+", told[-1]):
        return None
    name = told[-1]
    text = unit.text(Span(call.span.end, call.function.span.end))[:3000]
    lines = (line for line in text.splitlines()[1:] if name in line)
    pattern = re.compile(rf"(?<![\w$.]){re.escape(name.lstrip('$'))}(?![\w$])")
    for line in lines:
        found = pattern.search(line)
        if found is None or _WAITS.search(line):
            continue
        for target in _names_before(line[: found.start()]):
            if target != name and guards(target):
                return target
    return None


def _picks_one(call: Call, unit: UnitView) -> bool:
    """Whether one of several things that are there already is chosen: ``choice(tokens)``."""
    if unit.family == "java" and not call.context & Context.LOOP:
        # ``users.get(random.nextInt(users.size()))``, ``NAMES[random.nextInt(NAMES.length)]``
        listed = re.search(r"(\w+)\.(?:size\(\)|length)\s*\)$", unit.text(call.span))
        around = call.parent
        held = around.parent if around is not None else None
        if listed is not None and around is not None and held is not None:
            text = unit.adapter.slice(held)
            return re.match(rf"(?:\w+\.)*{listed[1]}(?:\.get\(|\[)", text) is not None or (
                re.match(rf"(?:\w+\.)*{listed[1]}\[", unit.adapter.slice(around)) is not None
            )
    choices = unit.argument(call, "choices")
    if not isinstance(choices, Name):
        return False
    last = words(choices.path.rpartition(".")[2])
    return bool(last) and last[-1] in (
        "tokens", "secrets", "passwords", "keys", "codes", "credentials", "cookies", "accounts",
    )  # fmt: skip


# ---------------------------------------------------------------------------- one-time codes

_ONE_TIME: Final = frozenset(("otp", "mfa", "totp", "2fa"))
_SENT_CODES: Final = frozenset(
    ("verification", "verify", "sms", "factor", "login", "confirmation", "confirm", "signin", "otp",
     "mfa", "phone", "pin", "security", "auth")
)  # fmt: skip
_ENOUGH: Final = 10**5
"""Codes have six digits: the highest one is above this."""
_SCALED: Final = regex(
    r"(?:(\d[\d_]*)\s*\+\s*)?Math\.random\(\)\s*\*\s*\(?\s*(\d[\d_]*(?:e\d+)?)(?:\s*-\s*(\d[\d_]*))?"
)


@needs(roles=("random-weak", "random-secure"))
def otp_weak_code(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """One-time codes that can be predicted, or tried one after the other."""
    calls = unit.calls("random-weak", "random-secure")
    if not calls or is_front_end(unit):
        return
    for call in calls:
        statement = _statement_of(call.node)
        if _WAITS.search(unit.adapter.slice(statement)[:_MAX_TEXT]):
            continue
        name = _purpose(call, statement, unit)
        if name is None or not _is_one_time(name) or call.context & Context.DEV_GUARD:
            continue
        highest = _highest(call, statement, unit)
        is_weak = "random-weak" in unit.roles_of(call)
        if highest is not None and highest < _ENOUGH:
            message = f"`{name}` has fewer than six digits, so it can be tried out"
        elif is_weak:
            message = f"`{call.written or call.name}` can be predicted, and with it `{name}`"
        else:
            continue
        yield Report(call.span, message, place=call.place)


def _is_one_time(name: str) -> bool:
    parts = words(name)
    spoken = frozenset(parts)
    if spoken & {"secret", "key", "token", "salt", "backup", "recovery"}:
        return False
    if spoken & _ONE_TIME:
        return parts[-1] in (*_ONE_TIME, "code", "codes", "pin", "value", "number", "digits")
    return parts[-1:] in (("code",), ("pin",)) and bool(spoken & _SENT_CODES)


def _highest(call: Call, statement: Node, unit: UnitView) -> float | None:
    """The highest number a call can give here; None when it is not written out."""
    if call.path == "Math.random":
        found = _SCALED.search(unit.adapter.slice(statement))
        if found is None:
            return None
        low, factor, less = (float((one or "0").replace("_", "")) for one in found.groups())
        return low + factor - less
    given = call.arguments.positional
    if call.name in ("randint", "randrange", "randbelow", "randomInt", "integers"):
        return number(given[-1]) if given else None
    if call.name in ("rand", "mt_rand", "random_int") and len(given) == 2:
        return number(given[1])
    if call.name == "choices":
        count = number(call.arguments.keywords.get("k"))
        only_digits = "digits" in unit.text(given[0].span) or "0123" in unit.text(given[0].span)
        return 10**count if count is not None and count < 20 and only_digits else None
    return None


# ---------------------------------------------------------------------------- fixes

_IN_SECRETS: Final = {"choice": "choice", "getrandbits": "randbits", "randbytes": "token_bytes"}
_OF_SYSTEM: Final = frozenset(
    ("randint", "randrange", "sample", "choices", "shuffle", "random", "uniform")
)
_IMPORTS_SECRETS: Final = r"^import secrets\b(?!\s+as)"


def _repair(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    edits: list[Edit] | None = None
    better = ""
    given = len(call.arguments.positional)
    if unit.family == "python":
        better, edits = _with_secrets(call, unit)
    elif unit.family == "javascript":
        return _random_bytes(call, unit)
    elif unit.family == "php":
        better, edits = _php(call, unit)
    elif unit.family == "ruby" and call.path in ("rand", "Kernel.rand", "Random.rand"):
        # Rails has loaded it; other files say what they require.
        has_it = unit.file_has(r"^\s*require [\"']securerandom[\"']") or re.search(
            r"(?:^|/)(?:app|config)/", unit.path
        )
        better = "SecureRandom"
        if has_it and given == 1 and call.arguments.has_parentheses:
            edits = [Edit(call.callee_span, "SecureRandom.random_number")]
    elif unit.family == "csharp" and call.name == "Next" and given in (1, 2):
        better = "RandomNumberGenerator"
        written = unit.text(call.callee_span)
        is_here = re.fullmatch(
            r"(?:\(?new (?:System\.)?Random\(\)\)?|Random\.Shared)\.Next", written
        )
        known = unit.file_has(r"^\s*(?:global\s+)?using System\.Security\.Cryptography;")
        if is_here:
            prefix = "" if known else "System.Security.Cryptography."
            edits = [Edit(call.callee_span, f"{prefix}RandomNumberGenerator.GetInt32")]
    elif unit.family == "java":
        better, edits = "SecureRandom", _secure_java(call, unit)
    return (Fix(f"Use `{better}`", tuple(edits), "unsafe", _RULE),) if edits else ()


def _with_secrets(call: Call, unit: UnitView) -> tuple[str, list[Edit] | None]:
    name = (call.qualified or "").removeprefix("random.")
    new = _IN_SECRETS.get(name) or (f"SystemRandom().{name}" if name in _OF_SYSTEM else "")
    if not new or not unit.text(call.callee_span).endswith(name):
        return "", None
    edits = [Edit(call.callee_span, f"secrets.{new}")]
    if not unit.file_has(_IMPORTS_SECRETS):
        if unit.file_has(r"(?<![\w.\"'])secrets\b(?![\w\"'])"):
            return "", None  # something else is called so
        source = unit.adapter.source
        after = re.compile(rb"^import random[ \t]*(?:#[^\n]*)?\n", re.MULTILINE).search(source)
        edit = import_first("secrets", source)
        if after is not None:
            edit = Edit(Span(after.end(), after.end()), "import secrets\n")
        edits.insert(0, edit)
    return f"secrets.{new}", edits


def _php(call: Call, unit: UnitView) -> tuple[str, list[Edit] | None]:
    source = unit.adapter.source
    if call.name == "uniqid":
        head = re.search(rb"(?<![\w>:])(?:md5|sha1)\($", source[: call.span.start][-8:])
        if head is None or source[call.span.end : call.span.end + 1] != b")":
            return "", None
        start = call.span.start - len(head[0])
        edit = Edit(Span(start, call.span.end + 1), "bin2hex(random_bytes(16))")
        return "random_bytes", [edit]
    if call.name not in ("rand", "mt_rand") or len(call.arguments.positional) != 2:
        return "", None
    found = fixes.replace_member(call.callee_span, source, {call.name: "random_int"})
    return "random_int", found or [Edit(call.callee_span, "random_int")]


def _secure_java(call: Call, unit: UnitView) -> list[Edit] | None:
    """``new Random()`` where the generator is made, once and without a seed."""
    owner = call.path.rpartition(".")[0].removeprefix("this.")
    made = [one for one in unit.adapter.facts.assigns if one.target.removeprefix("this.") == owner]
    if owner.endswith("Random!()"):
        text = unit.text(call.callee_span)
        found = re.match(r"new\s+Random\(\)", text)
        span = (
            Span(call.callee_span.start, call.callee_span.start + len(found[0])) if found else None
        )
    else:
        # Declared apart from it, the field is still one of the weaker kind.
        value = made[0].value if len(made) == 1 and made[0].type_path else None
        is_new = isinstance(value, CallValue) and value.call.qualified == "java.util.Random"
        span = value.span if is_new and value is not None else None
    if span is None or not re.fullmatch(r"new\s+Random\(\s*\)", unit.text(span)):
        return None
    if unit.file_has(r"^import java\.security\.(?:SecureRandom|\*);"):
        return [Edit(span, "new SecureRandom()")]
    return [Edit(span, "new java.security.SecureRandom()")]


def _random_bytes(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """JavaScript: ``Math.random().toString(36).slice(2)`` as a whole."""
    source = unit.adapter.source
    imported = unit.file_has(
        r"^import (?:\* as )?crypto from|^(?:const|let|var) crypto\s*=\s*require"
    )
    chain = re.compile(
        rb"\.toString\(\s*(?:36|16)\s*\)(?:\.(?:slice|substring|substr)\([\d, ]*\))?"
    )
    found = chain.match(source, call.span.end)
    if found is None or not imported:
        return ()
    edit = Edit(Span(call.span.start, found.end()), "crypto.randomBytes(16).toString('hex')")
    return (Fix("Use `crypto.randomBytes`", (edit,), "unsafe", _RULE),)
