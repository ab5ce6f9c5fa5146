"""Forms that only Rails and its neighbours have: answers, routes, jobs, defaults, ciphers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import is_constant, number, qualified_of, string
from backspec.code.facts.model import (
    CallValue,
    Const,
    Context,
    Name,
    Operation,
    Value,
)
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function
    from backspec.code.syntax import Node

# ---------------------------------------------------------------------------- answers

_ANSWERS: Final = frozenset(("render", "redirect_to", "redirect_back", "head", "send_file"))
_STOPPING: Final = regex(r"\b(?:return|raise|fail|throw|halt|next)\b|performed\?")


def answered_twice(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """An answer in an ``if`` of an action after which the action goes on to answer again."""
    sends = [
        call
        for call in facts.calls
        if call.path in _ANSWERS and call.context & Context.HANDLER and call.function is not None
    ]
    for call in sends:
        branch = _branch_ended_by(call, unit)
        if branch is None or _STOPPING.search(unit.adapter.slice(branch)):
            continue
        suite = branch.parent
        if suite is None:
            continue
        again = [
            other
            for other in sends
            if other.function is call.function
            and other.node.parent == suite
            and other.span.start >= branch.end_byte
        ]
        if not again:
            continue
        between = unit.text(Span(branch.end_byte, again[0].span.start))
        if _STOPPING.search(between):
            continue
        start = call.span.start
        yield Report(
            call.callee_span,
            "The request has been answered here, and the action goes on to answer it again",
            (
                Fix(
                    "Return here",
                    (Edit(Span(start, start), "return "),),
                    "unsafe",
                    "error/missing-return-after-response",
                ),
            ),
            place=call.place,
        )


def _branch_ended_by(call: Call, unit: UnitView) -> Node | None:
    """The ``if`` without ``else``, of the action's own statements, that a call ends."""
    around = call.node.parent
    if around is None:
        return None
    if around.type in ("if_modifier", "unless_modifier"):
        branch = around if around.child_by_field_name("body") == call.node else None
    elif around.type == "then" and unit.adapter.statements(around)[-1:] == (call.node,):
        branch = around.parent
        if branch is None or branch.type not in ("if", "unless"):
            return None
        if branch.child_by_field_name("alternative") is not None:
            return None
    else:
        return None
    suite = branch.parent if branch is not None else None
    return branch if suite is not None and suite.type == "body_statement" else None


@needs(calls=("rescue_from",))
def hidden_handlers(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """``rescue_from StandardError`` after more special ones: the last that fits wins."""
    earlier: dict[int, list[Call]] = {}
    for call in facts.calls:
        if call.path != "rescue_from" or call.class_def is None:
            continue
        given = call.arguments.positional
        seen = earlier.setdefault(id(call.class_def), [])
        is_broad = any(
            isinstance(one, Name) and one.path in ("StandardError", "Exception") for one in given
        )
        if is_broad and seen:
            yield Report(
                call.span,
                "The handlers above never run: the last one that fits an error wins",
                place=call.place,
            )
        elif not is_broad:
            seen.append(call)


def exit_in_handler(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """``exit`` and ``abort`` in an action."""
    for call in facts.calls:
        if call.path in ("exit", "exit!", "abort", "Kernel.exit", "Process.exit") and (
            call.context & Context.HANDLER
        ):
            yield Report(
                call.callee_span,
                f"`{call.written}` ends the whole process, with everybody else's requests",
                place=call.place,
            )


# ---------------------------------------------------------------------------- reads

_SMALL: Final = regex(
    r"(?i)countr|currenc|role|categor|setting|tag|type|status|permission|plan|language|locale|kind"
    r"|state|region|feature|config|option|level|unit|provider"
)
_PAGED: Final = regex(r"(?i)page|limit|paginat|kaminari|pagy|offset|cursor|export|csv|admin")


@needs(calls=("render",))
def unbounded_read(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``render json: Model.all`` in an action."""
    if _PAGED.search(unit.path):
        return
    for call in facts.calls:
        if call.path != "render" or not call.context & Context.HANDLER or call.function is None:
            continue
        body = call.arguments.keywords.get("json")
        if body is None or _PAGED.search(unit.text(call.function.span)):
            continue
        read = _all_of(_behind(body, call.function, facts))
        if read is not None and not _SMALL.search(read.path):
            yield Report(
                read.span,
                f"`{read.written}` reads every row for each request; read a page",
                place=read.place,
            )


def _behind(value: Value, function: Function, facts: Facts) -> Value:
    """What the one assignment of a variable in a function gives it."""
    if not isinstance(value, Name):
        return value
    found = [one for one in facts.assigns if one.target == value.path and one.function is function]
    held = found[0].value if len(found) == 1 and found[0].operator == "=" else None
    return held if held is not None else value


def _all_of(value: Value) -> Call | None:
    """The call of ``Model.all``, also with an order or with what it includes."""
    for _ in range(6):
        if not isinstance(value, CallValue):
            return None
        call = value.call
        if call.name == "all":
            owner = call.path.rpartition(".")[0]
            return call if owner and owner[0].isupper() and "(" not in owner else None
        if call.name not in (
            "order",
            "includes",
            "preload",
            "as_json",
            "to_json",
            "to_a",
            "reverse",
        ):
            return None
        receiver = call.receiver_call
        if receiver is None:
            return None
        value = CallValue(receiver.span, receiver.node, receiver)
    return None


_NOW: Final = frozenset(
    ("Time.now", "Time.current", "Time.zone.now", "Date.today", "Date.current", "DateTime.now",
     "DateTime.current", "SecureRandom.hex", "SecureRandom.uuid", "Time.now.utc")
)  # fmt: skip
_COLUMNS: Final = regex(r"^(?:attribute|add_column|change_column_default|change_column)$|^t\.\w+$")


def evaluated_default(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """``attribute :at, default: Time.now``: worked out once, when the class is loaded."""
    for call in facts.calls:
        if _COLUMNS.match(call.path):
            default = call.arguments.keywords.get("default")
            path = _called(default)
            if default is not None and path in _NOW:
                is_attribute = call.name == "attribute"
                when = "class is loaded" if is_attribute else "migration runs"
                fixes: tuple[Fix, ...] = ()
                if is_attribute:
                    edit = Edit(Span(default.span.start, default.span.start), "-> { ")
                    end = Edit(Span(default.span.end, default.span.end), " }")
                    fixes = (
                        Fix("Work it out for each", (edit, end), "safe", "orm/evaluated-default"),
                    )
                yield Report(
                    default.span,
                    f"The default is worked out once, when the {when}: every row gets that",
                    fixes,
                    place=call.place,
                )
        elif call.path == "scope" and call.class_def is not None and call.function is None:
            given = call.arguments.positional
            if (
                len(given) == 2
                and isinstance(given[1], CallValue)
                and given[1].call.name == "where"
            ):
                yield Report(
                    given[1].span,
                    "The condition is worked out once, when the class is loaded",
                    place=call.place,
                )


def _called(value: Value | None) -> str:
    if isinstance(value, CallValue):
        return value.call.path
    return value.path if isinstance(value, Name) else ""


# ---------------------------------------------------------------------------- jobs and threads

_RECORDS: Final = frozenset(
    (
        "find",
        "find_by",
        "find_by!",
        "create",
        "create!",
        "new",
        "first",
        "last",
        "find_or_create_by",
    )
)


@needs(calls=("perform_async", "perform_in", "perform_at"))
def rich_argument(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Sidekiq jobs given what JSON does not hold: records, symbols, keywords, times."""
    for call in facts.calls:
        if call.name not in ("perform_async", "perform_in", "perform_at"):
            continue
        arguments = call.arguments
        given = arguments.positional if call.name == "perform_async" else arguments.positional[1:]
        for value in given:
            what = _rich(value, call, facts)
            if what:
                yield Report(
                    value.span,
                    f"{what} does not survive the way to the worker: give plain values, as an id",
                    _plain(value, what, call, unit),
                    place=call.place,
                )
        for key, span in list(arguments.keyword_spans.items())[:1]:
            if unit.text(span).startswith(f"{key}:") or unit.text(span).startswith(":"):
                yield Report(
                    span,
                    "Symbols as keys come out as texts at the worker: give plain values",
                    place=call.place,
                )


def _plain(value: Value, what: str, call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """The id of a record, the text of a symbol; not for a worker of this file, which takes it."""
    worker = call.path.rpartition(".")[0].rpartition(".")[2]
    if not worker[:1].isupper() or unit.file_has(rf"^\s*class\s+(?:\w+::)*{worker}\b"):
        return ()
    written = unit.text(value.span)
    text = f"{written}.id" if what == "A record" else f'"{written[1:]}"'
    if what == "A time" or not re.fullmatch(r":?\w+", written):
        return ()
    edit = Edit(value.span, text)
    title = "Pass the id" if what == "A record" else "Pass a text"
    return (Fix(title, (edit,), "unsafe", "job/rich-argument"),)


def _rich(value: Value, call: Call, facts: Facts) -> str:
    if value.node.type == "simple_symbol":
        return "A symbol"
    if _called(value) in ("Time.now", "Time.current", "Date.today", "Time.zone.now"):
        return "A time"
    if isinstance(value, Name) and call.function is not None and "." not in value.path:
        held = _behind(value, call.function, facts)
        if isinstance(held, CallValue) and held.call.name in _RECORDS:
            owner = held.call.path.rpartition(".")[0]
            if owner[:1].isupper() and "(" not in owner:
                return "A record"
    return ""


_ELSEWHERE: Final = (
    "Thread.new", "Thread.start", "Concurrent.Future.execute", "Concurrent.Promises.future",
)  # fmt: skip
_REQUEST_WORDS: Final = frozenset(("params", "session", "request", "cookies"))


def request_escapes(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """``Thread.new { params[:id] }`` in an action: the request is over before the thread is."""
    for call in facts.calls:
        if call.path not in _REQUEST_WORDS or not call.context & Context.HANDLER:
            continue
        function = call.function
        while function is not None and function.passed_to is not None:
            if function.passed_to.path in _ELSEWHERE:
                yield Report(
                    call.span,
                    f"`{call.written}` belongs to the request, which may be over when this runs",
                    place=call.place,
                )
                break
            function = function.outer


# ---------------------------------------------------------------------------- ciphers and TLS


def static_iv(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """``cipher.iv = "literal"``."""
    for assign in facts.assigns:
        if assign.qualified == "OpenSSL.Cipher.iv" and string(assign.value) is not None:
            value = assign.value
            assert value is not None
            yield Report(
                value.span,
                "The same IV each time shows which texts are equal; use `random_iv`",
                place=assign.place,
            )


_OLD: Final = frozenset(("SSLv2", "SSLv3", "TLSv1", "TLSv1_1"))


def old_tls(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``ssl_version: :TLSv1``, ``min_version = OpenSSL::SSL::TLS1_VERSION``."""
    names = ("ssl_version", "min_version")
    found = [
        (assign.value, assign.place)
        for assign in facts.assigns
        if assign.target.rpartition(".")[2] in names
    ]
    found += [(pair.value, pair.place) for pair in facts.pairs if pair.key in names]
    for value, place in found:
        if value is None:
            continue
        is_old = string(value) in _OLD or bool(
            re.fullmatch(
                r"OpenSSL\.SSL\.(?:SSL2|SSL3|TLS1|TLS1_1)_VERSION", qualified_of(value) or ""
            )
        )
        if is_old:
            new = ":TLSv1_2" if string(value) in _OLD else "OpenSSL::SSL::TLS1_2_VERSION"
            yield Report(
                value.span,
                f"{unit.text(value.span)} and its ciphers have known holes; TLS 1.2 is the least",
                (
                    Fix(
                        "Require TLS 1.2",
                        (Edit(value.span, new),),
                        "unsafe",
                        "crypto/old-tls-version",
                    ),
                ),
                place=place,
            )


@needs(calls=("new", "generate"))
def weak_key(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """``OpenSSL::PKey::RSA.new(1024)``."""
    for call in facts.calls:
        if call.path not in ("OpenSSL.PKey.RSA.new", "OpenSSL.PKey.RSA.generate"):
            continue
        given = call.arguments.positional[:1]
        bits = number(given[0]) if given else None
        if bits is not None and 0 < bits < 2048:
            span = given[0].span
            yield Report(
                span,
                f"An RSA key of {int(bits)} bits can be broken; 2048 is the least",
                (Fix("Use 3072 bits", (Edit(span, "3072"),), "safe", "crypto/weak-key-size"),),
                place=call.place,
            )


# ---------------------------------------------------------------------------- routes and settings


def saml_settings(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """ruby-saml told to take assertions that nobody signed."""
    for assign in facts.assigns:
        if assign.target.endswith(".security.want_assertions_signed") and is_constant(
            assign.value, False
        ):
            value = assign.value
            assert value is not None
            yield Report(
                assign.span,
                "Assertions are accepted that nobody signed",
                (
                    Fix(
                        "Demand signatures",
                        (Edit(value.span, "true"),),
                        "unsafe",
                        "auth/saml-signature-optional",
                    ),
                ),
                place=assign.place,
            )
    for pair in facts.pairs:
        if pair.key in ("skip_conditions", "skip_authnstatement", "skip_subject_confirmation") and (
            is_constant(pair.value, True) and unit.imports("onelogin", "onelogin/ruby-saml")
        ):
            yield Report(
                pair.span, f"`{pair.key}` accepts answers meant for others", place=pair.place
            )


_ROLE: Final = regex(r"(?i)(?:role|permission|scope|plan|type|status)s?$")


def role_check(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``role == "admin" || "owner"``: a text is always true."""
    for fallback in facts.fallbacks:
        if fallback.right.type not in ("string", "simple_symbol") or fallback.left.type != "binary":
            continue
        left = fallback.reader.value(fallback.left, fallback.scope)
        if not isinstance(left, Operation) or left.operator != "==" or len(left.operands) != 2:
            continue
        subject = unit.text(left.operands[0].span)
        if _ROLE.search(subject) and isinstance(left.operands[1], Const):
            right = unit.adapter.slice(fallback.right)
            span = fallback.span
            fixed = f"{subject} == {unit.text(left.operands[1].span)} || {subject} == {right}"
            yield Report(
                span,
                f"{right} alone is always true, so everybody passes",
                (
                    Fix(
                        f"Compare with {right} too",
                        (Edit(span, fixed),),
                        "unsafe",
                        "auth/role-check-always-true",
                    ),
                ),
                place=fallback.place,
            )


def _limit_depth(name: Span, unit: UnitView) -> tuple[Fix, ...]:
    """``max_depth 12`` as the first line of a schema's class."""
    source = unit.adapter.source
    line = source.rfind(b"\n", 0, name.start) + 1
    end = source.find(b"\n", name.end) + 1
    head = re.fullmatch(rb"([ \t]*)class [\w:]+ < GraphQL::Schema[ \t]*(\r?\n)", source[line:end])
    if head is None:
        return ()
    text = f"{head[1].decode()}  max_depth 12{head[2].decode()}"
    edit = Edit(Span(end, end), text)
    return (Fix("Limit the depth", (edit,), "unsafe", "graphql/no-query-limits"),)


def unlimited_schema(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A graphql-ruby schema without a limit of depth and complexity."""
    for class_def in facts.classes:
        if "GraphQL.Schema" not in class_def.base_paths:
            continue
        if not re.search(r"\bmax_(?:depth|complexity)\b", unit.text(class_def.span)):
            yield Report(
                class_def.name_span,
                "A query of any depth is answered: set `max_depth` and `max_complexity`",
                _limit_depth(class_def.name_span, unit),
                place=class_def.place,
            )


def spoofable_key(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Rack::Attack that counts by a header the client writes."""
    if not unit.file_has(r"Rack::Attack"):
        return
    for function in facts.functions:
        call = function.passed_to
        if call is None or call.name not in ("throttle", "track", "blocklist"):
            continue
        text = unit.text(function.body_span)
        found = re.search(r"\w+\.env\[[\"']HTTP_X_(?:FORWARDED_FOR|REAL_IP)[\"']\]", text)
        if found is not None:
            start = function.body_span.start + len(text[: found.start()].encode())
            yield Report(
                Span(start, start + len(found[0].encode())),
                "The client writes this header itself, and so gets a new count whenever it likes",
                place=function.place,
            )


_VERBS: Final = ("get", "post", "put", "patch", "delete")


def shadowed(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Routes that an earlier one with a parameter takes for itself."""
    is_rails = re.search(r"(?:^|/)config/routes(?:/\w+)?\.rb$", unit.path) is not None
    earlier: dict[tuple[str, int], list[list[str]]] = {}
    for call in facts.calls:
        if call.path not in _VERBS or not (
            is_rails or (call.qualified or "").startswith("Sinatra.")
        ):
            continue
        given = call.arguments.positional
        path = string(given[0]) if given else None
        if path is None or "constraints" in call.arguments.keywords:
            continue
        segments = [one for one in path.split("/") if one]
        before = earlier.setdefault((call.name, id(call.function)), [])
        is_plain = bool(segments) and not any(re.search(r"[:*(]", one) for one in segments)
        if is_plain:
            for other in before:
                if len(other) == len(segments) and all(
                    one == two or re.fullmatch(r":\w+", two)
                    for one, two in zip(segments, other, strict=True)
                ):
                    yield Report(
                        given[0].span,
                        f"`/{'/'.join(other)}` above takes these requests: put it after this",
                        place=call.place,
                    )
                    break
        elif all(re.fullmatch(r"[\w-]+|:\w+", one) for one in segments):
            before.append(segments)
