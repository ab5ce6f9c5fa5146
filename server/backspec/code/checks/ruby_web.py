"""Forms that only Rails, Sinatra and Grape have: macros, settings, parameters, validations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.checks.environment import read_from_environment
from backspec.code.checks.secret_values import is_placeholder
from backspec.code.checks.values import is_constant, string
from backspec.code.facts.model import CallValue, Const, Context, Name, Sequence, Value
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Assign, Call, Facts, Pair
    from backspec.code.syntax import Node
    from backspec.model import Profile

_DEVELOPMENT: Final = regex(
    r"(?:^|/)environments/(?:development|test|local\w*)\.rb$|test\.rb$"
    r"|(?:^|/)(?:spec|\w*dummy\w*|testing_support|templates)/"
)


def _settings(facts: Facts, *names: str) -> Iterator[Assign]:
    """Assignments of Rails settings by their last names: ``config.x.y = ..``."""
    for assign in facts.assigns:
        if assign.target.endswith(names) and re.match(
            r"(?:config|Rails\.application\.config|Rails\.configuration|app\.config|c)\.",
            assign.target,
        ):
            yield assign


# ---------------------------------------------------------------------------- CSRF

_MACHINE: Final = regex(
    r"(?i)webhook|secret|hooks?\b|callback|signature|hmac|token|api[_/]|/api|oauth|saml|jwt|stripe|github|slack"
    r"|authenticate_with_http|bearer|graphql|activity_?pub|metal"
)


_OPEN: Final = regex(
    r"skip_before_action :(?:authenticate|require|ensure|login)\w*[!?]?$", re.MULTILINE
)


def csrf_disabled(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """The check for forged requests switched off for actions that browsers reach."""
    if _DEVELOPMENT.search(unit.path):
        return
    for call in facts.calls:
        if call.class_def is None or call.function is not None or "." in call.path:
            continue
        given = [string(one) for one in call.arguments.positional]
        is_skip = call.name in ("skip_before_action", "skip_before_filter") and (
            "verify_authenticity_token" in given
        )
        if not is_skip and call.name != "skip_forgery_protection":
            continue
        around = unit.text(call.class_def.span).replace("verify_authenticity_token", "")
        bases = " ".join(call.class_def.base_paths)
        if _MACHINE.search(unit.path) or _MACHINE.search(bases) or _MACHINE.search(around[:6000]):
            continue
        if "current_user" not in around and _OPEN.search(around):
            continue  # nobody is signed in there
        if string(call.arguments.keywords.get("only")) in ("failure", "unauthenticated"):
            continue
        if "::API" in around[:300] or call.arguments.keywords.get("if") is not None:
            continue
        repairs = _take_out(call.span, unit, f"Delete `{call.name}`", "csrf/disabled")
        if len(given) > 1:
            repairs = ()  # other callbacks are left out with it
        yield Report(
            call.span,
            f"`{call.name}` lets other sites act in the name of signed-in users",
            repairs,
            place=call.place,
        )
    for assign in _settings(facts, ".allow_forgery_protection", ".default_protect_from_forgery"):
        if is_constant(assign.value, False):
            value = assign.value
            assert value is not None
            yield Report(
                assign.span,
                f"`{assign.target}` lets other sites act in the name of signed-in users",
                (Fix("Switch it on", (Edit(value.span, "true"),), "unsafe", "csrf/disabled"),),
                place=assign.place,
            )
    for call in unit.calls("app-config"):
        given_two = call.arguments.positional[:2]
        if not given_two or string(given_two[0]) != "protection":
            continue
        if call.name == "disable" or is_constant(given_two[-1], False):
            yield Report(
                call.span,
                "Sinatra's protection against forged requests is switched off",
                place=call.place,
            )


# ---------------------------------------------------------------------------- parameters

_BUILDERS: Final = frozenset(
    ("new", "create", "create!", "build", "update", "update!", "assign_attributes",
     "update_attributes", "update_attributes!", "insert", "first_or_create", "find_or_create_by",
     "insert!", "upsert", "insert_all", "upsert_all", "update_all")
)  # fmt: skip


def mass_assignment(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Records filled with whatever the client sent."""
    is_admin = re.search(r"(?:^|/)admin/", unit.path) is not None
    severity: Severity | None = Severity.INFO if is_admin else None
    profile: Profile | None = "strict" if is_admin else None
    for call in facts.calls:
        head = call.path.partition(".")[0].partition("(")[0]
        if _is_filled_by_name(call):
            yield Report(
                call.arguments.positional[0].span,
                f"`{call.written}` sets every attribute the client names",
                severity=severity,
                profile=profile,
                place=call.place,
            )
            continue
        if _is_filled_by_body(call):
            yield Report(
                call.arguments.positional[0].span,
                f"`{call.written}` sets every attribute the client names",
                severity=severity,
                profile=profile,
                place=call.place,
            )
            continue
        if call.name == "permit!" and head == "params":
            if _PERMITTED.fullmatch(call.path) and not _is_plain_data(call, unit):
                yield Report(
                    call.span,
                    f"`{call.written}` lets the client set every attribute",
                    severity=severity,
                    profile=profile,
                    place=call.place,
                )
        elif call.name in ("to_unsafe_h", "to_unsafe_hash") and call.use == "argument":
            outer = _filled(call, facts)
            if outer is not None and head == "params":
                yield Report(
                    call.span,
                    f"`{outer.written}` sets every attribute the client names",
                    severity=severity,
                    profile=profile,
                    place=call.place,
                )


_PERMITTED: Final = regex(r"params\.(?:require\(\)\.|\w+\.)?permit!")
_FREE_FORM: Final = regex(
    r"(?i)meta|setting|option|filter|custom|propert|preference|data\b|payload|config|tags?\b|query|url"
    r"|link|redirect|path"
)


def _is_plain_data(call: Call, unit: UnitView) -> bool:
    """Whether what is permitted is data of any form, or becomes an address."""
    if call.use == "receiver" and re.match(
        rb"\s*&?\.to_(?:h|hash|json|query|param)\b", unit.adapter.source[call.span.end :][:20]
    ):
        return True
    return _FREE_FORM.search(unit.text(call.span)) is not None


_SNAKE: Final = regex(r"(?<=[a-z0-9])(?=[A-Z])")


def _is_filled_by_name(call: Call) -> bool:
    """``User.new(params[:user])``: by its name, the form of the record."""
    if call.name not in _BUILDERS:
        return False
    given = call.arguments.positional
    if not given or not isinstance(given[0], Name):
        return False
    owner = call.path.rpartition(".")[0].rpartition(".")[2]
    source = given[0].qualified or ""
    if not owner[:1].isupper() or not source.startswith(
        ("params.", "Sinatra.params", "Grape.params")
    ):
        return False
    last = source.rpartition(".")[2]
    return last == "params" or last == _SNAKE.sub("_", owner).lower()


def _is_filled_by_body(call: Call) -> bool:
    """``User.new(JSON.parse(request.body.read))``: nothing has been permitted or refused."""
    if call.name not in _BUILDERS or not call.path[:1].isupper() or "(" in call.path:
        return False
    given = call.arguments.positional
    if len(given) != 1 or not isinstance(given[0], CallValue):
        return False
    inner = given[0].call
    if inner.path not in ("JSON.parse", "Oj.load", "MultiJson.load"):
        return False
    return any(
        re.search(r"request\.(?:body|raw_post)", call.reader.text(one.span))
        for one in inner.arguments.positional[:1]
    )


def _filled(call: Call, facts: Facts) -> Call | None:
    """The call that fills a record with what another one gives."""
    for other in facts.calls:
        if other.name in _BUILDERS and any(
            one.span == call.span for one in other.arguments.positional[:1]
        ):
            return other
    return None


def whitelist_off(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """``ActionController::Parameters.permit_all_parameters = true``."""
    for assign in facts.assigns:
        if assign.target.endswith(".permit_all_parameters") and is_constant(assign.value, True):
            value = assign.value
            assert value is not None
            yield Report(
                assign.span,
                "Every parameter a client sends may fill every attribute of every record",
                (
                    Fix(
                        "Switch it off",
                        (Edit(value.span, "false"),),
                        "unsafe",
                        "validation/mass-assignment",
                    ),
                ),
                place=assign.place,
            )


# ---------------------------------------------------------------------------- validations

_LINE_START: Final = regex(r"^\(?(?:\?[a-z-]*:)?\^")
_LINE_END: Final = regex(r"(?<!\\)\$\)?$")


def line_anchors(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``validates :x, format: { with: /^..$/ }``: the text may have other lines."""
    for pair in facts.pairs:
        node = _pattern_of(pair, facts)
        if node is None:
            continue
        written = unit.adapter.slice(node)
        body = written[1 : written.rfind("/")] if written[:1] == "/" else ""
        if not _LINE_START.search(body) or not _LINE_END.search(body) or "|" in body:
            continue
        start, end = body.index("^"), body.rindex("$")
        text = body[:start] + r"\A" + body[start + 1 : end] + r"\z" + body[end + 1 :]
        fixed = "/" + text + written[len(body) + 1 :]
        yield Report(
            Span(node.start_byte, node.end_byte),
            "`^` and `$` fit at any line break: what stands before or after it is not checked",
            (
                Fix(
                    r"Use `\A` and `\z`",
                    (Edit(Span(node.start_byte, node.end_byte), fixed),),
                    "safe",
                    "validation/regex-line-anchors",
                ),
            ),
            place=pair.place,
        )


def _pattern_of(pair: Pair, facts: Facts) -> Node | None:
    """The pattern of ``format: {with: /../}``, ``format: /../`` and ``with: NAME``."""
    if pair.key not in ("with", "format") or pair.function is not None or pair.class_def is None:
        return None
    node = pair.value_node
    if node.type == "constant":
        held = [
            one.value_node
            for one in facts.assigns
            if one.target == pair.reader.text(pair.value.span) and one.class_def is pair.class_def
        ]
        if len(held) != 1 or held[0] is None:
            return None
        node = held[0]
    return node if node.type == "regex" else None


# ---------------------------------------------------------------------------- settings


def debug_mode(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Error pages for developers, in production or everywhere."""
    if _DEVELOPMENT.search(unit.path):
        return
    is_production = re.search(r"(?:production|staging|application)\.rb$", unit.path) is not None
    for assign in _settings(facts, ".consider_all_requests_local"):
        if is_production and is_constant(assign.value, True):
            value = assign.value
            assert value is not None
            yield Report(
                assign.span,
                "Every client sees stack traces and settings on the error page",
                (
                    Fix(
                        "Turn it off", (Edit(value.span, "false"),), "unsafe", "error/debug-mode-on"
                    ),
                ),
                place=assign.place,
            )
    for call in unit.calls("app-config"):
        given = call.arguments.positional
        key = string(given[0]) if given else None
        if call.context & Context.DEV_GUARD or key not in ("show_exceptions", "environment"):
            continue
        value_given = given[1] if len(given) > 1 else None
        if (
            (key == "show_exceptions" and call.name == "enable")
            or (key == "show_exceptions" and is_constant(value_given, True))
            or (key == "environment" and string(value_given) == "development")
        ):
            yield Report(
                call.span,
                "Every client sees stack traces and settings on the error page",
                place=call.place,
            )


_KEY_RULE: Final = "secrets/hardcoded-signing-key"


def signing_key(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``secret_key_base`` and Sinatra's session secret as literals."""
    if _DEVELOPMENT.search(unit.path):
        return
    for assign in facts.assigns:
        last = assign.target.rpartition(".")[2]
        if (
            not (last in ("secret_key_base", "secret_token") or _is_devise(last, unit))
            or "config" not in assign.target
        ):
            continue
        value = assign.value
        if _is_key(value) and value is not None:
            yield Report(
                value.span,
                f"`{assign.target}` stands in the code: whoever reads it can forge sessions",
                read_from_environment(value.span, last.upper(), unit, _KEY_RULE),
                place=assign.place,
            )
    for call in unit.calls("app-config"):
        given = call.arguments.positional
        if len(given) == 2 and string(given[0]) == "session_secret" and _is_key(given[1]):
            yield Report(
                given[1].span,
                "The session secret stands in the code: whoever reads it can forge sessions",
                read_from_environment(given[1].span, "SESSION_SECRET", unit, _KEY_RULE),
                place=call.place,
            )
    for call in facts.calls:
        if call.name != "use" or not call.arguments.positional:
            continue
        middleware = call.arguments.positional[0]
        secret = call.arguments.keywords.get("secret")
        if (
            isinstance(middleware, Name)
            and middleware.path == "Rack.Session.Cookie"
            and _is_key(secret)
        ):
            assert secret is not None
            yield Report(
                secret.span,
                "The session secret stands in the code: whoever reads it can forge sessions",
                read_from_environment(secret.span, "SESSION_SECRET", unit, _KEY_RULE),
                place=call.place,
            )


def _is_key(value: Value | None) -> bool:
    return (
        isinstance(value, Const)
        and isinstance(value.value, str)
        and len(value.value) > 5
        and not is_placeholder(value.value)
        and not re.match(r"(?i)your|insert|secret_?token$|x+$", value.value)
    )


def session_store(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Session cookies that are configured without what protects them."""
    if _DEVELOPMENT.search(unit.path):
        return
    for call in facts.calls:
        if call.name == "session_store" or _is_session_middleware(call):
            for key in ("secure", "httponly"):
                value = call.arguments.keywords.get(key)
                if is_constant(value, False) and value is not None:
                    label = "Secure" if key == "secure" else "HttpOnly"
                    yield Report(
                        value.span,
                        f"The session cookie goes out without `{label}`",
                        (
                            Fix(
                                "Protect the cookie",
                                (Edit(value.span, "true"),),
                                "unsafe",
                                "session/cookie-flags",
                            ),
                        ),
                        place=call.place,
                    )


def _is_session_middleware(call: Call) -> bool:
    if call.name != "use":
        return False
    given = call.arguments.positional
    return bool(given) and isinstance(given[0], Name) and given[0].path.startswith("Rack.Session.")


# ---------------------------------------------------------------------------- other origins

_EVERY: Final = frozenset(("/.*/", "/.+/", "//", "/\\Ahttps?:/", "/https?:\\/\\/.*/"))


@needs(calls=("resource",))
def rack_cors(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """rack-cors: every origin together with credentials."""
    for call in facts.calls:
        if call.name != "resource" or call.path != "resource":
            continue
        credentials = call.arguments.keywords.get("credentials")
        if (
            not is_constant(credentials, True)
            or credentials is None
            or call.context & Context.DEV_GUARD
        ):
            continue
        block = call.function
        if block is None:
            continue
        origins = [one for one in facts.calls if one.path == "origins" and one.function is block]
        for one in origins:
            if any(_is_every(value, unit) for value in one.arguments.positional):
                yield Report(
                    credentials.span,
                    "Every site may act with your users' cookies: `origins` allows all",
                    place=call.place,
                )


def _is_every(value: Value, unit: UnitView) -> bool:
    if isinstance(value, Const):
        return value.value == "*"
    return value.node.type == "regex" and unit.adapter.slice(value.node) in _EVERY


_ORIGIN: Final = "ws/no-origin-check"


def _take_out(span: Span, unit: UnitView, title: str, rule: str) -> tuple[Fix, ...]:
    """Delete a statement that has its lines for itself."""
    edits = fixes.remove_lines(span, unit.adapter.source)
    return (Fix(title, tuple(edits), "unsafe", rule),) if edits else ()


def cable_origins(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Action Cable that takes connections from pages of every site."""
    if _DEVELOPMENT.search(unit.path):
        return
    for assign in _settings(facts, ".action_cable.allowed_request_origins"):
        value = assign.value
        if isinstance(value, Sequence) and any(_is_every(one, unit) for one in value.items):
            yield Report(
                assign.span,
                "Pages of every site may open connections in the name of signed-in users",
                _take_out(assign.span, unit, "Take connections from your own pages only", _ORIGIN),
                place=assign.place,
            )
    for assign in _settings(facts, ".action_cable.disable_request_forgery_protection"):
        if is_constant(assign.value, True) and not assign.context & Context.DEV_GUARD:
            yield Report(
                assign.span,
                "Pages of every site may open connections in the name of signed-in users",
                _take_out(assign.span, unit, "Take connections from your own pages only", _ORIGIN),
                place=assign.place,
            )


def _is_devise(last: str, unit: UnitView) -> bool:
    return last in ("secret_key", "pepper") and unit.path.endswith("devise.rb")
