"""Checks on secrets that are written to logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.front_end import is_front_end
from backspec.code.checks.names import words
from backspec.code.facts.model import Built, CallValue, Context, Mapping, Name, Operation, Sequence
from backspec.expressions import regex
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Value

_SECRETS: Final = frozenset(
    ("password", "passwd", "passphrase", "pwd", "secret", "clientsecret", "accesstoken",
     "refreshtoken", "authtoken", "bearertoken", "sessiontoken", "resettoken", "idtoken", "apikey",
     "apisecret", "privatekey", "secretkey", "signingkey", "encryptionkey", "plainpassword",
     "newpassword", "oldpassword", "currentpassword", "userpassword", "rawpassword", "dbpassword",
     "otp", "otpcode", "mfasecret", "totpsecret", "authorization", "ssn", "cvv", "cvc",
     "cardnumber", "creditcard", "creditcardnumber", "jwttoken", "jwt", "jwtsecret", "cookies")
)  # fmt: skip
"""Names, in lower case and without underscores, of what must not be read in a log."""
_WHOLE: Final = frozenset(("body", "form", "POST", "json", "data", "payload"))
_REQUESTS: Final = frozenset(("req", "request", "ctx"))
_SIGN_IN: Final = frozenset(
    ("login", "signin", "signup", "register", "password", "authenticate", "auth", "payment",
     "checkout", "pay", "token", "reset", "session")
)  # fmt: skip
_FIRST: Final = regex(r"(?i)[\"`][^\"`]*(?:generated|initial)[^\"`]*(?:password|secret|token)")
"""Go: the password of a new installation, which is shown once because nobody else knows it."""
_RAILS_WHOLE: Final = frozenset(
    ("params", "params.inspect", "params.to_s", "params.to_unsafe_h", "request.params",
     "params.to_json", "request.raw_post")
)  # fmt: skip
_MAX_PARTS: Final = 40


@needs(calls=("print",), roles=("logger-call",))
def secret_values(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Variables and members that are called like a secret, as arguments of a logger."""
    if is_front_end(unit):
        return
    del facts
    for call in _calls(unit):
        if unit.family == "go" and _FIRST.search(unit.text(call.arguments.span)):
            continue
        for value in _parts(call):
            path = _path(value)
            if not path:
                continue
            if path in _RAILS_WHOLE and unit.family == "ruby" and _is_of_sign_in(call):
                yield Report(
                    value.span,
                    f"`{path}` holds what users sign in with, and everyone can read the log",
                    severity=Severity.WARNING,
                    place=call.place,
                )
                break
            last = path.rpartition(".")[2]
            if unit.family == "java" and last.isupper():
                continue  # the name of a kind, not a value
            plain = last.lstrip("$").replace("_", "").lower()
            if plain.removeprefix("get") in _SECRETS and plain != "getcookies":
                yield Report(
                    value.span,
                    f"`{path}` can be read by everyone who reads the log",
                    place=call.place,
                )
                break
            receiver = path.partition(".")[0]
            if (
                last in _WHOLE
                and path.count(".") == 1
                and receiver in _REQUESTS
                and _is_sign_in(call)
            ):
                yield Report(
                    value.span,
                    f"`{path}` holds what users sign in with, and everyone can read the log",
                    severity=Severity.WARNING,
                    place=call.place,
                )
                break


def _path(value: Value) -> str:
    """The path of a variable or a member, in Ruby also of a reader: ``user.password``."""
    if isinstance(value, Name):
        return value.path
    if isinstance(value, CallValue) and value.call.path.endswith("Header.Get"):  # Go
        asked = value.call.arguments.positional
        name = getattr(asked[0], "value", "") if asked else ""
        return str(name) if name in ("Authorization", "Cookies") else ""
    if isinstance(value, CallValue) and value.call.node.type == "method_invocation":  # Java
        call = value.call
        is_getter = call.name[:3] == "get" and "(" not in call.path
        return call.path if is_getter and not call.arguments.positional else ""
    if isinstance(value, CallValue) and value.call.node.type == "call":
        call = value.call
        is_reader = value.call.path.islower() and "(" not in call.path
        given = call.node.child_by_field_name("arguments")
        method = call.node.child_by_field_name("method")
        return call.path if is_reader and given is None and method is not None else ""
    return ""


def _calls(unit: UnitView) -> Iterator[Call]:
    yield from unit.calls("logger-call")
    if unit.family == "python":
        for call in unit.called("print"):
            if call.path == "print" and call.context & Context.HANDLER:
                yield call


def _is_of_sign_in(call: Call) -> bool:
    """Rails: also in a controller of sessions, passwords, registrations or users."""
    named = set(words(call.class_def.name)) if call.class_def is not None else set()
    return bool(named & _CONTROLLERS) or _is_sign_in(call)


_CONTROLLERS: Final = frozenset(("sessions", "passwords", "registrations", "users", "payments"))


def _is_sign_in(call: Call) -> bool:
    function = call.function
    while function is not None:
        if _SIGN_IN & set(words(function.name)):
            return True
        around = function.passed_to
        if around is not None:
            for value in around.arguments.positional[:1]:
                text = getattr(value, "value", None)
                if isinstance(text, str) and _SIGN_IN & set(words(text)):
                    return True
        function = function.outer
    return False


def _parts(call: Call) -> Iterator[Value]:
    """What is written: arguments, and what texts and mappings among them are made of."""
    queue: list[Value] = [*call.arguments.positional, *call.arguments.keywords.values()]
    for _ in range(_MAX_PARTS):
        if not queue:
            return
        value = queue.pop(0)
        yield value
        if isinstance(value, Built):
            queue += value.parts
        elif isinstance(value, Sequence):
            queue += value.items
        elif isinstance(value, Mapping):
            queue += value.entries.values()
        elif isinstance(value, Operation) and value.operator in ("+", "??", "||", "%"):
            queue += value.operands
