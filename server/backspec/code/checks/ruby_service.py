"""Ruby: what lives as long as the process, and what is done in the wrong place or not at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.ruby_exposed import is_guarded
from backspec.code.checks.ruby_parameters import _ADMINISTRATION, _GUARDED
from backspec.code.checks.values import is_constant, is_null, string
from backspec.code.facts.model import Context, Name, Sequence
from backspec.expressions import regex
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Catch, Facts, Function
    from backspec.text import Span

_QUIET: Final = Context.TEST | Context.DEV_GUARD | Context.MIGRATION
_DEVELOPMENT: Final = regex(
    r"(?:^|/)(?:spec|test|environments/(?:test|development)|\w*dummy\w*)[/.]"
)

# ---------------------------------------------------------------------------- consoles, hosts

_CONSOLES: Final = regex(r"[( ]*(?:Sidekiq::Web|Resque::Server)(?:\.new)?\b")
_LOCKED: Final = (
    r"(?:Sidekiq::Web|Resque::Server)\.(?:use|register|set)\b|Rack::Auth|constraints|authenticate"
)


@needs(calls=("mount", "run"))
def open_console(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``mount Sidekiq::Web => "/sidekiq"`` for everybody."""
    if _DEVELOPMENT.search(unit.path):
        return
    for call in facts.calls:
        if call.path not in ("mount", "run") or call.context & _QUIET:
            continue
        found = _CONSOLES.match(unit.text(call.arguments.span))
        if found is None or unit.file_has(_LOCKED) or is_guarded(call.function):
            continue
        yield Report(
            call.span,
            f"Anybody may open `{found[0].strip('( ')}`, see what jobs are given, and run them",
            place=call.place,
        )


@needs(words=("hosts",))
def open_hosts(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``config.hosts.clear``, ``config.hosts = nil``."""
    if _DEVELOPMENT.search(unit.path):
        return
    message = "Requests for any host are answered: links in mails can be made to lead elsewhere"
    for call in facts.calls:
        if call.path == "config.hosts.clear" and not call.context & _QUIET:
            yield Report(call.span, message, place=call.place)
    for assign in facts.assigns:
        if assign.target == "config.hosts" and not assign.context & _QUIET:
            value = assign.value
            if is_null(value) or (
                isinstance(value, Sequence) and not value.items and not value.is_open
            ):
                yield Report(assign.span, message, place=assign.place)


# ---------------------------------------------------------------------------- shared state

_OF_REQUEST: Final = regex(r"\b(?:params|current_user|session|request|cookies|current_account)\b")


def shared_state(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``@@user = current_user`` and ``$user = ..`` in an action."""
    if not unit.mentions("@@", "$"):
        return
    for assign in facts.assigns:
        target = assign.target
        if not target.startswith(("@@", "$")) or assign.operator != "=" or "." in target:
            continue
        if not assign.context & Context.HANDLER or assign.context & _QUIET:
            continue
        node = assign.value_node
        if node is not None and _OF_REQUEST.search(unit.adapter.slice(node)):
            yield Report(
                assign.span,
                f"`{target}` is shared by all requests: the next one overwrites what this keeps",
                place=assign.place,
            )


@needs(calls=("setnx", "set", "write"))
def not_atomic(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``setnx`` and ``expire`` apart; a counter that is read, raised and written."""
    for call in facts.calls:
        function = call.function
        if call.context & _QUIET or function is None:
            continue
        owner = call.path.rpartition(".")[0]
        if call.name == "setnx" and owner and len(call.arguments.positional) == 2:
            key = unit.text(call.arguments.positional[0].span)
            if any(
                one.name in ("expire", "pexpire")
                and one.path.rpartition(".")[0] == owner
                and one.arguments.positional
                and unit.text(one.arguments.positional[0].span) == key
                for one in facts.calls_in(_whole(function).span)
            ):
                yield Report(
                    call.span,
                    "When the process stops before `expire`, this lock stays for ever: use "
                    "`set(key, value, nx: true, ex: seconds)`",
                    place=call.place,
                )
        elif call.name in ("set", "write") and re.search(r"(?i)redis|cache", owner):
            given = call.arguments.positional
            if len(given) != 2:
                continue
            key, value = (unit.text(one.span) for one in given)
            getter = re.escape(owner) + r"\.(?:get|read)\(\s*" + re.escape(key) + r"\s*\)"
            if re.search(rf"{getter}(?:\.to_i)?\)?\s*[-+]\s*\w|\w\s*\+\s*\(?{getter}", value):
                yield Report(
                    call.span,
                    "Two that count at once count as one: use `increment`",
                    place=call.place,
                )


def _whole(function: Function) -> Function:
    while function.passed_to is not None and function.outer is not None:
        function = function.outer
    return function


# ---------------------------------------------------------------------------- transactions

_ONE_OFF: Final = regex(r"(?:^|/)(?:db|scripts?|bin|tasks)/|\.rake$")
_BROKEN: Final = frozenset(
    ("ActiveRecord.RecordNotUnique", "ActiveRecord.StatementInvalid", "ActiveRecord.Deadlocked",
     "ActiveRecord.InvalidForeignKey", "ActiveRecord.NotNullViolation", "PG.UniqueViolation",
     "ActiveRecord.ActiveRecordError", "PG.Error")
)  # fmt: skip


@needs(calls=("transaction",))
def swallowed_inside(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``rescue ActiveRecord::RecordNotUnique`` inside of the transaction that it broke."""
    if _ONE_OFF.search(unit.path):
        return
    for catch in facts.catches:
        if not any(one.lstrip(".") in _BROKEN for one in catch.type_paths):
            continue
        if catch.context & _QUIET or not catch.context & Context.TRANSACTION:
            continue
        text = unit.text(catch.body_span)
        if re.search(r"\b(?:raise|Rollback|throw)\b", text):
            continue
        if re.search(r"\btransaction\b", unit.text(catch.try_span)) or not _is_of_block(catch):
            continue
        yield Report(
            catch.head_span,
            "PostgreSQL has given the transaction up by now: what follows in it fails as well",
            place=catch.place,
        )


def _is_of_block(catch: Catch) -> bool:
    """Whether a handler stands in the block of a transaction, and not around that."""
    node = catch.node.parent
    for _ in range(40):
        if node is None or node.type in ("method", "singleton_method", "program"):
            return False
        if node.type in ("block", "do_block"):
            call = node.parent
            name = call.child_by_field_name("method") if call is not None else None
            if name is not None and name.text == b"transaction":
                given = call.child_by_field_name("arguments") if call is not None else None
                return given is None or b"requires_new" not in (given.text or b"")
        node = node.parent
    return False


@needs(calls=("transaction",))
def nested_rollback(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``raise ActiveRecord::Rollback`` in a transaction within a transaction."""
    for call in facts.calls:
        if call.path != "raise" or call.context & _QUIET:
            continue
        given = call.arguments.positional
        if not given or not isinstance(given[0], Name) or given[0].path != "ActiveRecord.Rollback":
            continue
        around = _transactions(call.function)
        if len(around) < _NESTED or "requires_new" in around[0].arguments.keywords:
            continue
        yield Report(
            call.span,
            "The inner transaction is part of the outer one: this undoes nothing, and nobody hears "
            "of it; say `requires_new: true`",
            place=call.place,
        )
    del unit


_NESTED: Final = 2


def _transactions(function: Function | None) -> list[Call]:
    """The calls of ``transaction`` around, innermost first."""
    found: list[Call] = []
    while function is not None and function.passed_to is not None:
        if function.passed_to.name == "transaction":
            found.append(function.passed_to)
        function = function.outer
    return found


# ---------------------------------------------------------------------------- roles

_ROLES: Final = regex(r"^(?:role|roles|admin|is_admin|superuser|is_superuser|role_id|permissions)$")
_GIVEN: Final = regex(r"^(?:(?:Sinatra|Grape)\.)?(?:params|cookies)\.[\w.]+$")


def role_from_request(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``user.role = params[:role]``, ``User.new(role: params[:role])``."""
    if not unit.mentions("role", "admin", "superuser", "permissions"):
        return
    if _ADMINISTRATION.search(unit.path) or not unit.mentions("params", "cookies"):
        return
    found: list[tuple[Name, Report]] = []
    for assign in facts.assigns:
        owner, _, last = assign.target.rpartition(".")
        if owner and owner not in ("session", "params") and _ROLES.match(last):
            value = assign.value
            if isinstance(value, Name):
                found.append((value, Report(assign.span, place=assign.place)))
    for call in facts.calls:
        if call.name in ("new", "create", "create!", "update", "update!", "build"):
            for key, value in call.arguments.keywords.items():
                if _ROLES.match(key) and isinstance(value, Name):
                    found.append((value, Report(value.span, place=call.place)))
    for value, report in found:
        place = report.place
        if place is None or not place.context & Context.HANDLER or place.context & _QUIET:
            continue
        if not _GIVEN.match(value.qualified or "") or unit.file_has(_GUARDED.pattern):
            continue
        report.message = f"The client says itself what it may do: `{unit.text(value.span)}`"
        yield report


# ---------------------------------------------------------------------------- clients, locks, pools

_CLIENTS: Final = regex(
    r"^(?:Faraday\.new|Net\.HTTP\.(?:start|new)|HTTP\.persistent|Redis\.new|PG\.connect)$"
)


@needs(calls=("new", "start", "persistent", "connect"))
def client_per_call(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``Faraday.new`` in a loop, with nothing of the loop in it."""
    for call in facts.calls:
        if not _CLIENTS.match(call.path) or not call.context & Context.LOOP:
            continue
        function = call.function
        if call.context & _QUIET or function is None or function.passed_to is None:
            continue
        named = {one.name for one in function.parameters}
        text = unit.text(call.span)
        if not named or named & set(re.findall(r"[a-z_]\w*", unit.text(call.arguments.span))):
            continue
        if re.search(r"\burl\b|\buri\b|\bhost\b", text):
            continue
        yield Report(
            call.callee_span,
            "Each round opens connections of its own; make one client before the loop",
            place=call.place,
        )


@needs(calls=("synchronize",))
def lock_kept(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``mutex.synchronize { Faraday.get(..) }``."""
    for call in unit.calls("http-request"):
        if call.context & _QUIET or "blocking-http" not in unit.roles_of(call):
            continue
        function = call.function
        while function is not None and function.passed_to is not None:
            if function.passed_to.name == "synchronize":
                yield Report(
                    call.callee_span,
                    "Every other thread waits for this answer: ask before the lock is taken",
                    place=call.place,
                )
                break
            function = function.outer
    del facts


@needs(calls=("checkout",))
def not_checked_in(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``connection_pool.checkout`` without ``checkin`` in an ``ensure``."""
    for call in facts.calls:
        if call.name != "checkout" or not re.search(r"(?:^|[._])pool\.checkout$", call.path):
            continue
        if call.context & _QUIET or call.function is None or call.use == "returned":
            continue
        text = unit.text(_whole(call.function).span)
        if re.search(r"\bensure\b[\s\S]*\b(?:checkin|release_connection|remove)\b", text):
            continue
        yield Report(
            call.span,
            "After an error nobody gives this connection back: use `with_connection`",
            place=call.place,
        )


# ---------------------------------------------------------------------------- settings, tests


@needs(words=("Attack", "Session"))
def settings_off(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``Rack::Attack.enabled = false``."""
    if _DEVELOPMENT.search(unit.path):
        return
    for assign in facts.assigns:
        if assign.target == "Rack.Attack.enabled" and is_constant(assign.value, False):
            if assign.context & _QUIET:
                continue
            yield Report(assign.span, "Nobody counts attempts any more", place=assign.place)


@needs(calls=("use",))
def memory_store(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``use Rack::Session::Pool``."""
    for call in facts.calls:
        given = call.arguments.positional if call.name == "use" else ()
        if not given or not isinstance(given[0], Name) or call.context & _QUIET:
            continue
        if given[0].path == "Rack.Session.Pool":
            yield Report(
                given[0].span,
                "Each process has sessions of its own, and all are gone when it restarts",
                place=call.place,
            )
    del unit


_FOCUSED: Final = frozenset(("fit", "fdescribe", "fcontext", "fspecify", "fexample", "focus"))


@needs(calls=_FOCUSED, words=("focus",))
def focused(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``fit "..."``, ``describe "..", focus: true``."""
    if not unit.path.endswith(("_spec.rb", "_test.rb")):
        return
    for call in facts.calls:
        name = call.path
        if name in _FOCUSED:
            if call.arguments.block is None or not call.arguments.positional:
                continue
            yield _only_this(call.callee_span, call)
        elif name in ("it", "describe", "context", "specify", "RSpec.describe"):
            given = call.arguments
            tag = given.keyword_spans.get("focus")
            symbol = next(
                (
                    one.span
                    for one in given.positional[1:]
                    if string(one) == "focus" and one.node.type == "simple_symbol"
                ),
                None,
            )
            if tag is not None and is_constant(given.keywords.get("focus"), True):
                yield _only_this(tag, call)
            elif symbol is not None:
                yield _only_this(symbol, call)


def _only_this(span: Span, call: Call) -> Report:
    return Report(span, "Only this runs, and the others are left out", place=call.place)


@needs(roles=("redis-blocking-command", "cache-delete"), calls=("clear", "flushall", "flushdb"))
def blocking_command(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``redis.keys``, and caches that a request empties."""
    for call in unit.calls("redis-blocking-command"):
        if not call.context & (_QUIET | Context.MAIN):
            yield Report(
                call.callee_span,
                f"`{call.written}` goes through every key of the server, and all other clients "
                "wait: use `scan_each`",
                place=call.place,
            )
    for call in facts.calls:
        if not call.context & Context.HANDLER or call.context & _QUIET:
            continue
        if call.name in ("flushall", "flushdb") and re.search(r"(?i)redis", call.path):
            yield Report(
                call.callee_span,
                f"`{call.written}` deletes what every program on this server keeps there",
                place=call.place,
            )
        elif call.path == "Rails.cache.clear" and not _ADMINISTRATION.search(unit.path):
            yield Report(
                call.callee_span,
                "A request empties the whole cache, also for everybody else",
                severity=Severity.INFO,
                place=call.place,
            )
