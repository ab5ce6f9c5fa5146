"""Forms that only Ruby has: rescue modifiers, Active Record in blocks, OpenSSL's constants."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.checks.batched import ask_once
from backspec.code.checks.names import is_secret_name
from backspec.code.checks.values import is_constant, is_null, qualified_of, string, text_of
from backspec.code.facts.model import Const, Context, Mapping, Name, Value
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Catch, Facts, Function

_QUIET: Final = Context.TEST | Context.DEV_GUARD | Context.MIGRATION

# ---------------------------------------------------------------------------- errors

_BROAD: Final = frozenset(("StandardError", "Exception", "Object"))
_SCRIPT: Final = regex(r"(?:^|/)(?:bin|script|scripts|tasks|seeds|db|examples?|tools)/|\.rake$")
_ONE_REASON: Final = regex(
    r"(?:Integer|Float|JSON\.parse|Date\.|Time\.|DateTime\.|URI|Addressable|constantize|const_get"
    r"|to_date|to_time|YAML|decode|encode|strptime|\bparse\b|IPAddr|require|Gem)|\brollback|\bclose\b|unlink"
    r"|\b(?:delete|remove|rm|rm_f|rm_rf|kill|finish|shutdown|disconnect|cleanup|stop|quit|flush)\b"
)
"""What fails for one reason only, or only cleans up."""
_REASON_LENGTH: Final = 15
_COMMENTED_OUT: Final = regex(r"[\w:.]+(?:\(| [\"':@]|$)|raise\b|TODO|FIXME")
"""Comments that are code or a plan, and no reason."""


def swallowed_exception(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``rescue`` of every error that does nothing with it."""
    if _SCRIPT.search(unit.path):
        return
    for catch in facts.catches:
        is_modifier = catch.node.type == "rescue_modifier"
        types = catch.type_paths
        if types and not any(one in _BROAD for one in types):
            continue
        if not _is_empty(catch, unit) or catch.context & Context.FINALLY:
            continue
        guarded = unit.text(catch.try_span)
        if _ONE_REASON.search(guarded) and guarded.count("\n") < 6:
            continue
        reason = re.sub(r"[#\s]+", " ", catch.has_comment).strip()
        is_told = len(reason) >= _REASON_LENGTH and not _COMMENTED_OUT.match(reason)
        # ``nil`` is at least a value for the failure.
        is_answer = is_modifier or bool(catch.statements)
        yield Report(
            catch.head_span,
            "Every error ends here without a trace",
            severity=Severity.INFO if is_told or is_answer else None,
            profile="strict" if is_told or is_answer else None,
            place=catch.place,
        )


def _is_empty(catch: Catch, unit: UnitView) -> bool:
    texts = [unit.adapter.slice(node).strip() for node in catch.statements]
    if catch.node.type == "rescue_modifier":
        return texts == ["nil"]
    return all(text in ("nil", "next", "return", "return nil") for text in texts)


_ERROR_KEYS: Final = frozenset(("error", "errors", "exception", "error_message"))
_ALWAYS_200: Final = regex(
    r"webhook|callback|ipn|health|status|ping|graphql|rpc|batch|probe", re.IGNORECASE
)
_TELLS_STATUS: Final = regex(r"\bstatus\b|\bhead\b|response\.status|\bhalt\b|error!")


def catch_returns_success(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Actions that render a caught error with the status of a success."""
    if _ALWAYS_200.search(unit.path):
        return
    for catch in facts.catches:
        if not catch.context & Context.HANDLER:
            continue
        name = catch.function.name if catch.function is not None else ""
        span = catch.body_span
        if _ALWAYS_200.search(name) or _TELLS_STATUS.search(unit.text(span)):
            continue
        for call in unit.calls("response-send"):
            if call.name != "render" or not span.start <= call.span.start < span.end:
                continue
            body = call.arguments.keywords.get("json")
            if isinstance(body, Mapping) and (
                {key.lower() for key in body.entries} & _ERROR_KEYS
                or is_constant(body.entries.get("success"), False)
            ):
                yield Report(
                    call.span,
                    "The client is told of an error with the status of a success",
                    _with_status(call, unit),
                    place=call.place,
                )


def _with_status(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """``render json: {..}`` with a status behind what it is given."""
    if call.arguments.is_open or call.arguments.block is not None:
        return ()
    source = unit.adapter.source
    text = "status: :internal_server_error"
    edits = fixes.insert_argument(call, source, text) if call.arguments.has_parentheses else None
    if not call.arguments.has_parentheses:
        ends = [one.end for one in call.arguments.keyword_spans.values()]
        if not ends or max(ends) != call.span.end:
            return ()
        edits = [Edit(Span(call.span.end, call.span.end), f", {text}")]
    return (
        (Fix("Answer with status 500", tuple(edits), "unsafe", "error/catch-returns-success"),)
        if edits
        else ()
    )


@needs(calls=("new",))
def exception_not_raised(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """``SomeError.new("..")`` whose result nobody takes."""
    for call in facts.calls:
        if call.name != "new" or not _is_error_name(call.path.removesuffix(".new")):
            continue
        if call.use != "statement":
            continue
        start = call.span.start
        yield Report(
            call.callee_span,
            f"`{call.written}` makes an exception that nobody raises",
            (
                Fix(
                    "Raise it",
                    (Edit(Span(start, start), "raise "),),
                    "unsafe",
                    "error/exception-not-raised",
                ),
            ),
            place=call.place,
        )


def _is_error_name(path: str) -> bool:
    last = path.rpartition(".")[2]
    return last.endswith(("Error", "Exception")) or last in ("RecordNotFound", "RecordInvalid")


# ---------------------------------------------------------------------------- calls to others

_HTTP_VERBS: Final = ("get", "post", "put", "patch", "delete", "head")


def no_timeout(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """http.rb without a timeout, and clients that are told to wait for ever."""
    if _SCRIPT.search(unit.path):
        return
    for call in facts.calls:
        if call.qualified is None or call.name not in _HTTP_VERBS:
            continue
        if not call.qualified.startswith("HTTP.") or not call.path.startswith("HTTP."):
            continue
        if ".timeout" not in call.path and unit.imports("http"):
            at = call.callee_span.start + len("HTTP")
            edit = Edit(Span(at, at), ".timeout(10)")
            yield Report(
                call.callee_span,
                f"`{call.written}` waits for ever when no answer comes: it has no timeout",
                (Fix("Wait for ten seconds", (edit,), "unsafe", "http-client/no-timeout"),),
                place=call.place,
            )
    for assign in facts.assigns:
        if assign.qualified in ("Net.HTTP.read_timeout", "Net.HTTP.open_timeout") and is_null(
            assign.value
        ):
            yield Report(assign.span, f"`{assign.target}` waits for ever", place=assign.place)


_NO_CHECK: Final = frozenset(("OpenSSL.SSL.VERIFY_NONE",))
_VERIFY_NAMES: Final = frozenset(
    ("verify_mode", "ssl_verify_mode", "verify_ssl", "openssl_verify_mode", "ssl_verify")
)


def tls_verification_off(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``VERIFY_NONE``, and clients told not to verify."""
    if re.search(r"environments/(?:test|development)\.rb$", unit.path):
        return
    for assign in facts.assigns:
        if assign.target.rpartition(".")[2] in _VERIFY_NAMES and _is_unchecked(assign.value):
            value = assign.value
            assert value is not None
            yield _unchecked(value, assign.context, assign.place, "VERIFY_PEER", unit)
        elif _OFF_TARGETS.search(assign.target) and is_constant(assign.value, False):
            value = assign.value
            assert value is not None
            yield _unchecked(value, assign.context, assign.place, "true", unit)
    for pair in facts.pairs:
        if pair.key in _VERIFY_NAMES and _is_unchecked(pair.value):
            yield _unchecked(pair.value, pair.context, pair.place, "VERIFY_PEER", unit)
        elif pair.key == "openssl_verify_mode" and string(pair.value) == "none":
            written = unit.text(pair.value.span).replace("none", "peer")
            yield _unchecked(pair.value, pair.context, pair.place, written, unit)
    for call in facts.calls:
        if call.path == "default_options.update" and unit.mentions("HTTParty"):
            told = call.arguments.keywords.get("verify")
            if is_constant(told, False) and told is not None:
                yield _unchecked(told, call.context, call.place, "true", unit)
    for call in unit.calls("http-request", "http-client"):
        verify = unit.argument(call, "verify")
        if is_constant(verify, False) and isinstance(verify, Value):
            yield _unchecked(verify, call.context, call.place, "true", unit)


_OFF_TARGETS: Final = regex(
    r"\.ssl\.verify$|^(?:Excon|Typhoeus\.Config)\.(?:defaults\.)?ssl_verify_peer$|\.verify_ssl$"
    r"|\.verify_certificates$"
)


def _is_unchecked(value: Value | None) -> bool:
    return isinstance(value, Name) and qualified_of(value) in _NO_CHECK


_ON_DEMAND: Final = regex(
    r"check|insecure|verif|skip|self.?signed|force|trust|Rails\.env|development|disable|ssl",
    re.IGNORECASE,
)
"""Conditions by which somebody asks for it."""


def _is_asked_for(value: Value, unit: UnitView) -> bool:
    node = value.node.parent
    for _ in range(8):
        if node is None or node.type in ("method", "program", "do_block"):
            return False
        condition = node.child_by_field_name("condition")
        if condition is not None and _ON_DEMAND.search(unit.adapter.slice(condition)):
            return True
        node = node.parent
    return False


def _unchecked(value: Value, context: int, place: object, on: str, unit: UnitView) -> Report:
    span = value.span
    is_quiet = bool(context & Context.DEV_GUARD) or _is_asked_for(value, unit)
    text = unit.text(span).replace("VERIFY_NONE", on) if on == "VERIFY_PEER" else on
    return Report(
        span,
        "Any certificate is accepted, so anyone on the way can read and change the traffic",
        (
            Fix(
                "Check the certificate",
                (Edit(span, text),),
                "unsafe",
                "crypto/tls-verification-off",
            ),
        ),
        Severity.INFO if is_quiet else None,
        profile="strict" if is_quiet else None,
        place=place,  # type: ignore[arg-type] # the place of a fact
    )


@needs(roles=("grpc-channel",))
def insecure_channel(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """GRPC stubs and ports with ``:this_channel_is_insecure``."""
    for call in unit.calls("grpc-channel"):
        given = string(unit.argument(call, "credentials"))
        if given not in ("this_channel_is_insecure", "this_port_is_insecure"):
            continue
        target = text_of(unit.argument(call, "target"))
        if re.search(r"localhost|127\.0\.0|\[::1\]|^unix:", target):
            continue
        yield Report(
            call.callee_span,
            f"`{call.written}` sends everything, credentials too, in clear text",
            severity=None if target else Severity.INFO,
            place=call.place,
        )


# ---------------------------------------------------------------------------- secrets


def weak_fallback(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``ENV["X_SECRET"] || "literal"`` and ``ENV.fetch("X_SECRET") { "literal" }``."""
    if re.search(r"(?:development|test|local|spec)[/._]", unit.path):
        return
    for fallback in facts.fallbacks:
        reader = fallback.reader
        left = reader.value(fallback.left, fallback.scope)
        name = left.path[4:] if isinstance(left, Name) and left.path.startswith("ENV.") else ""
        right = reader.value(fallback.right, fallback.scope)
        if name and is_secret_name(name) and _is_usable(right):
            edits = (Edit(fallback.span, f'ENV.fetch("{name}")'),)
            yield _fallback(right.span, name, fallback.place, edits)
    for call in unit.calls("env-read"):
        name = string(unit.argument(call, "name")) or ""
        block = call.arguments.block
        if call.name != "fetch" or block is None or not is_secret_name(name):
            continue
        inner = block.node.child_by_field_name("body")
        if inner is not None and inner.type in ("block_body", "body_statement"):
            inner = inner.named_children[-1] if inner.named_child_count else None
        if inner is not None and inner.type == "string":
            value = unit.adapter.value(inner, call.scope)
            if _is_usable(value):
                block_span = Span(block.node.start_byte, block.node.end_byte)
                start = block_span.start
                while unit.adapter.source[start - 1 : start] in (b" ", b"\t"):
                    start -= 1
                edits = (Edit(Span(start, block_span.end), ""),)
                yield _fallback(value.span, name, call.place, edits)


def _is_usable(value: Value) -> bool:
    return isinstance(value, Const) and isinstance(value.value, str) and len(value.value) > 3


def _fallback(span: Span, name: str, place: object, edits: tuple[Edit, ...]) -> Report:
    return Report(
        span,
        f"Without `{name}` the program runs with a secret that stands in the code",
        (Fix("Fail when it is missing", edits, "unsafe", "secrets/weak-default-fallback"),),
        place=place,  # type: ignore[arg-type] # the place of a fact
    )


# ---------------------------------------------------------------------------- Active Record

_READS: Final = frozenset(
    ("find", "find_by", "find_by!", "find_or_create_by", "find_or_create_by!", "exists?", "where")
)
_BATCHES: Final = frozenset(
    ("find_each", "find_in_batches", "in_batches", "each_slice", "in_groups_of", "loop", "times",
     "upto", "step", "each_cons", "transaction", "with_lock")
)  # fmt: skip
_ONE_OFF: Final = regex(
    r"(?:^|/)(?:db|lib/tasks|scripts?|seeds?|bin|data_migrations|migrations?|import_scripts|fixtures|demo|config)/|_import_job\.rb$"
    r"|\.rake$"
)
_WORD: Final = regex(r"[a-z_]\w*")
_END: Final = frozenset(("first", "last", "exists?", "count", "to_a", "pluck", "take", "find",
                         "any?", "sum", "first!", "ids", "empty?", "none?"))  # fmt: skip


@needs(calls=_READS)
def query_in_loop(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A row read by a block's item, in a block that runs for each of them."""
    if _ONE_OFF.search(unit.path):
        return
    seen: set[int] = set()
    for call in facts.calls:
        if call.name not in _READS or not call.context & Context.LOOP or call.context & _QUIET:
            continue
        owner = call.path.rpartition(".")[0]
        if not _is_model(owner, unit) or (call.name == "where" and not _ends_in_read(call, unit)):
            continue
        names = _for_names(call, unit)
        if not names:
            block = _item_block(call)
            if block is None or block.passed_to is None or block.passed_to.name in _BATCHES:
                continue
            if "group_by()" in block.passed_to.path or "each_slice()" in block.passed_to.path:
                continue  # asked once for a group
            names = {parameter.name for parameter in block.parameters}
        given = call.node.child_by_field_name("arguments")
        used = set(_WORD.findall(unit.adapter.slice(given))) if given is not None else set()
        if not names & used or names & {"batch", "ids"}:
            continue
        statement = _statement_of(call, unit)
        if statement in seen:
            continue  # the second of ``find_by(..) || find_by(..)``
        seen.add(statement)
        yield Report(
            call.span,
            f"`{call.written}` runs once for each round of this loop; ask once for all of them",
            ask_once(call, unit),
            place=call.place,
        )


def _for_names(call: Call, unit: UnitView) -> set[str]:
    """The variables of the ``for`` around a call in the same block."""
    node = call.node.parent
    for _ in range(12):
        if node is None or node.type in ("block", "do_block", "method", "program"):
            break
        if node.type == "for":
            pattern = node.child_by_field_name("pattern")
            return set(_WORD.findall(unit.adapter.slice(pattern))) if pattern is not None else set()
        node = node.parent
    return set()


def _statement_of(call: Call, unit: UnitView) -> int:
    """Where the statement begins that a call is part of."""
    node = call.node
    for _ in range(12):
        around = node.parent
        if around is None or node in unit.adapter.statements(around):
            break
        node = around
    return node.start_byte


_BUILT_IN: Final = frozenset(
    ("Encoding", "Dir", "File", "Pathname", "Enumerator", "Process", "Gem", "Thread", "I18n",
     "ObjectSpace", "Time", "Date", "Locale", "Country", "Currency", "Money", "Timezone", "Setting",
     "SiteSetting", "Find")
)  # fmt: skip
"""Constants whose ``find`` asks no database."""


def _is_model(owner: str, unit: UnitView) -> bool:
    """Whether a path is a class of the program's own that may be a model."""
    last = owner.rpartition(".")[2]
    return (
        bool(owner)
        and "(" not in owner
        and all(part[:1].isupper() for part in owner.split("."))
        and not last.isupper()
        and last not in _BUILT_IN
        and owner not in unit.models.prefixes
        and not last.endswith(("Service", "Client", "Api", "API", "Cache", "Registry", "Settings"))
    )


def _ends_in_read(call: Call, unit: UnitView) -> bool:
    """Whether what ``where`` builds is read on the spot."""
    around = call.parent
    if around is None or around.type != "call":
        return False
    method = around.child_by_field_name("method")
    return method is not None and unit.adapter.slice(method) in _END


def _item_block(call: Call) -> Function | None:
    """The nearest block around a call that runs for each item."""
    function = call.function
    while function is not None and function.passed_to is not None:
        if function.inside.flags & Context.LOOP and not function.place.flags & Context.LOOP:
            return function
        if function.parameters:
            return function
        function = function.outer
    return None


# ---------------------------------------------------------------------------- XML


def external_entities(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Nokogiri told to replace entities with what they name."""
    if not unit.file_has(r"noent|NOENT|substitute_entities"):
        return
    message = "Entities are replaced with what they name: files of the server, addresses it reaches"
    for call in facts.calls:
        block = call.function
        if call.name != "noent" or block is None or block.passed_to is None:
            continue
        if (block.passed_to.qualified or "").startswith("Nokogiri."):
            yield Report(call.span, message, place=call.place)
    for found in re.finditer(rb"Nokogiri::XML::ParseOptions::NOENT\b", unit.adapter.source):
        if unit.span.start <= found.start() < unit.span.end:
            yield Report(Span(found.start(), found.end()), message, place=unit.adapter.place)
