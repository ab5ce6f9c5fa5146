"""Ruby: what belongs where, messages and loaders, calls between services, caches, GraphQL lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.acknowledged import after_work
from backspec.code.checks.graphql import SHORT_LISTS, limits_list
from backspec.code.checks.layers import MAX_COMPLEXITY, MAX_STATEMENTS
from backspec.code.checks.names import speaks_of, words
from backspec.code.checks.ruby_forms import _item_block
from backspec.code.checks.services import (
    _NO_ENTITY as _NO_NAMES,
)
from backspec.code.checks.services import (
    _OTHER_LOOP,
    _SERVICE,
    _THIRD_PARTY,
    _is_own_service,
    _mentions,
    _singular,
)
from backspec.code.checks.values import is_constant, leading_text, names_around, string, text_of
from backspec.code.facts.model import Built, CallValue, Context, Value
from backspec.expressions import regex
from backspec.model import Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.arguments import Found
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function
    from backspec.code.syntax import Node

_QUIET: Final = Context.TEST | Context.DEV_GUARD | Context.MIGRATION

# ---------------------------------------------------------------------------- layers

_INNER: Final = regex(
    r"(?:^|/)(?:app/(?:models|domain|entities)|domain)/(?!.*concerns/\w*controller)"
)
_WEB_CALLS: Final = regex(
    r"redirect_to|cookies\.(?:signed|encrypted|permanent|delete)|params\.(?:require|permit|permit!)"
    r"|request\.(?:remote_ip|headers|env|referer|user_agent|fullpath|host_with_port|cookies|xhr\?)"
    r"|response\.(?:headers|status|set_header)|ApplicationController\.helpers"
)


def layer_violation(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Models that read the request, write the answer or ask controllers."""
    if not _INNER.search(unit.path):
        return
    for call in facts.calls:
        path = call.path
        if not _WEB_CALLS.fullmatch(path) or call.context & _QUIET:
            continue
        head = path.partition(".")[0]
        scope = call.scope.declaring(head)
        if scope is not None or unit.file_has(
            rf"def (?:self\.)?{re.escape(head)}\b|[:@]{re.escape(head)}\b|ActionController::|"
            r"\bController\b"
        ):
            continue
        yield Report(
            call.callee_span,
            f"A model that uses `{call.written}` works only while a request is being answered",
            place=call.place,
        )


# ---------------------------------------------------------------------------- handlers

_SUITES: Final = frozenset(
    ("body_statement", "then", "else", "block_body", "do", "begin", "ensure")
)
_BRANCHES: Final = frozenset(
    ("if", "elsif", "unless", "if_modifier", "unless_modifier", "conditional", "when", "in_clause",
     "while", "until", "for", "while_modifier", "until_modifier", "rescue", "rescue_modifier")
)  # fmt: skip
_MIN_BRANCHES: Final = 10
_MAX_NODES: Final = 20_000


def fat_handler(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Actions and routes that hold the work itself."""
    for function in facts.functions:
        if function.span.end - function.span.start < 600:
            continue
        context = function.context
        if not context & Context.HANDLER or context & _QUIET:
            continue
        outer = function.outer
        if outer is not None and outer.context & Context.HANDLER:
            continue
        owner = function.class_def
        if owner is not None and owner.name.endswith(("ApplicationController", "BaseController")):
            continue  # what actions share
        if function.name.startswith("_") or not unit.adapter.is_handler(function):
            continue
        statements, branches = _size(function.node)
        if statements > MAX_STATEMENTS and branches > _MIN_BRANCHES:
            what = f"has {statements} statements"
        elif branches + 1 > MAX_COMPLEXITY:
            what = f"has {branches + 1} ways through it"
        else:
            continue
        name = f"`{function.name}`" if function.name else "This handler"
        yield Report(
            function.name_span,
            f"{name} {what}; move the work into a service",
            place=function.inside,
        )


def _size(root: Node) -> tuple[int, int]:
    """How many statements and branches a method has."""
    statements = branches = 0
    stack = list(root.named_children)
    for _ in range(_MAX_NODES):
        if not stack:
            break
        node = stack.pop()
        kind = node.type
        if kind in ("method", "singleton_method", "class"):
            continue
        if kind in _BRANCHES:
            branches += 1
        elif kind == "binary":
            operator = node.child_by_field_name("operator")
            branches += operator is not None and operator.type in ("&&", "||", "and", "or")
        if kind in _SUITES:
            statements += sum(
                one.type not in ("comment", "rescue", "ensure", "else")
                for one in node.named_children
            )
        stack.extend(node.named_children)
    return statements, branches


# ---------------------------------------------------------------------------- messages

_MAY_BE_LOST: Final = frozenset(
    ("metric", "metrics", "telemetry", "invalidate", "invalidation", "log", "logs", "logger",
     "debug", "presence", "typing", "heartbeat", "rpc", "reply", "replies", "response",
     "broadcast", "notify", "notification", "notifications", "events", "fanout", "monitor",
     "exclusive")
)  # fmt: skip
_ACKS: Final = frozenset(
    ("ack", "acknowledge", "mark_as_consumed", "mark_as_consumed!", "mark_message_as_processed",
     "delete_message", "commit_offsets")
)  # fmt: skip
_ONLY_TELLS: Final = regex(r"\b(?:puts|print|p|pp|(?:\w+\.)*log(?:ger)?\.\w+|warn)\b[^\n]*")


def ack_before_work(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Bunny without ``manual_ack``, Sneakers with ``ack: false``, what is acknowledged first."""
    for call in facts.calls:
        name = call.name
        if name == "subscribe" and unit.imports("bunny"):
            block = call.arguments.block
            if block is None or len(block.parameters) < 2 or call.context & _QUIET:
                continue
            given = call.arguments
            manual = given.keywords.get("manual_ack", given.keywords.get("ack"))
            if given.is_open or (manual is not None and not is_constant(manual, False)):
                continue
            if _may_be_lost(call, unit):
                continue
            only_tells = not re.search(
                r"\w[.(]\w|\w\(", _ONLY_TELLS.sub("", unit.text(block.body_span))
            )
            yield Report(
                call.callee_span,
                "Every message counts as done on receipt: set `manual_ack: true` and acknowledge "
                "when the work is done",
                severity=Severity.INFO if only_tells else None,
                place=call.place,
            )
        elif name == "from_queue" and call.path == name:
            automatic = call.arguments.keywords.get("ack")
            if is_constant(automatic, False) and not _may_be_lost(call, unit):
                assert isinstance(automatic, Value)
                yield Report(
                    automatic.span,
                    "Every message counts as done on receipt; one that fails is lost",
                    place=call.place,
                )
        elif name in _ACKS and _is_first(call, unit):
            yield Report(
                call.span,
                f"`{call.path}` comes before the work: a message that fails is lost",
                after_work(call.node, unit),
                place=call.place,
            )


def _may_be_lost(call: Call, unit: UnitView) -> bool:
    receiver = call.path.partition(".")[0]
    queue = unit.text(call.span)[:300].partition("\n")[0]
    source = unit.adapter.source.decode("utf-8", "replace")[:50_000]
    bound = re.findall(rf"^[ \t]*{re.escape(receiver)}\s*=[^\n]*", source, re.MULTILINE)
    return any(
        speaks_of(text, _MAY_BE_LOST) or re.search(r"queue\(['\"]{2}", text)
        for text in (queue, *bound, *names_around(call.function))
    )


def _is_first(call: Call, unit: UnitView) -> bool:
    """Whether an acknowledgement is the first statement of a consumer that goes on to work."""
    function = call.function
    suite = call.node.parent
    if function is None or suite is None or call.context & _QUIET:
        return False
    if call.name in ("ack", "acknowledge") and "delivery" not in unit.text(call.arguments.span):
        return False
    if call.name == "delete_message" and not unit.mentions("receipt_handle", within=call.span):
        return False
    if suite.type not in ("body_statement", "block_body"):
        return False
    if abs(suite.start_byte - function.body_span.start) > 1:
        return False
    statements = unit.adapter.statements(suite)
    if len(statements) < 2 or statements[0] != call.node:
        return False
    if any(speaks_of(name, _MAY_BE_LOST) for name in names_around(function)):
        return False
    rest = unit.text(Span(call.span.end, suite.end_byte))
    return re.search(r"\w[.(]\w|\w\(", _ONLY_TELLS.sub("", rest)) is not None


# ---------------------------------------------------------------------------- loaders

_LOADER: Final = regex(
    r"(?:[A-Z]\w*\.)*(?:[A-Z]\w*Loader|DataLoader|Dataloader)(?:!\(\)|\.(?:new|for))"
)


def shared_loader(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Loaders of graphql-batch, batch-loader and their like in constants and class variables."""
    if not unit.mentions("oader"):
        return
    for assign in facts.assigns:
        target = assign.target
        is_constant_name = target[:1].isupper() and "." not in target
        if not is_constant_name and not target.startswith(("@@", "$")) and not (
            target.startswith("@") and _is_of_class(assign.place.function)
        ):  # fmt: skip
            continue
        value = assign.value
        if not isinstance(value, CallValue) or not _LOADER.fullmatch(value.call.path):
            continue
        if not unit.file_has(r"(?i)graphql|dataloader|batchloader|batch_loader|RecordLoader"):
            continue
        if is_constant(value.call.arguments.keywords.get("cache"), False):
            continue
        yield Report(
            value.call.callee_span,
            "This loader lives as long as the process: it remembers rows across requests and users",
            place=assign.place,
        )


def _is_of_class(function: Function | None) -> bool:
    """Whether code runs for the class itself: its body, or a method of it."""
    while function is not None and function.passed_to is not None:
        function = function.outer
    return function is None or function.node.type == "singleton_method"


# ---------------------------------------------------------------------------- calls to services

_READS: Final = frozenset(("get", "head", "get_response", "execute", "open", "read", "get_print"))
_SCRIPTS: Final = regex(
    r"(?:^|/)(?:db|scripts?|seeds?|bin|tasks|migrations?|crawlers?|spiders?|examples?|tools)/|\.rake$"
)


@needs(roles=("http-request",))
def chatty(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``ids.each { |id| Faraday.get("#{base}/users/#{id}") }``."""
    if _SCRIPTS.search(unit.path):
        return
    for call in unit.calls("http-request"):
        context = call.context
        if not context & Context.LOOP or context & (_QUIET | Context.MAIN):
            continue
        if call.name not in _READS:
            continue
        url = _written_out(unit.argument(call, "url"))
        block = _item_block(call)
        if not isinstance(url, Built) or block is None or block.passed_to is None:
            continue
        base = url.parts[0]
        if _THIRD_PARTY.match(leading_text(url)):
            continue
        over = unit.text(block.passed_to.callee_span)[-200:]
        named = {parameter.name for parameter in block.parameters}
        spoken = {word for name in (*named, *names_around(call.function)) for word in words(name)}
        if (spoken | set(words(over))) & _OTHER_LOOP or block.passed_to.name in _BATCHES:
            continue
        if _mentions(unit.text(base.span), named):
            continue
        if not _mentions(unit.text(url.span), named):
            continue
        is_own = _is_own_service(url, unit) or (
            text_of(base).startswith("/") and bool(_SERVICE & set(words(call.path)))
        )
        yield Report(
            call.callee_span,
            f"`{call.written or call.name}` asks once for each round of this loop; ask once for "
            "all of them",
            profile=None if is_own else "strict",
            place=call.place,
        )


_BATCHES: Final = frozenset(("each_slice", "in_groups_of", "each_cons", "loop", "times", "until"))


def _written_out(url: Found) -> Found:
    """The text in ``URI("..")`` and ``URI.parse("..")``."""
    for _ in range(3):
        if not isinstance(url, CallValue) or not url.call.path.startswith(("URI", "Addressable")):
            break
        given = url.call.arguments.positional
        if not given:
            break
        url = given[0]
    return url


# ---------------------------------------------------------------------------- caches

_SAVES: Final = regex(
    r"^\s*(?:return |if |unless )?([@\w.]+(?:\([^()]*\)[\w.]*)*)\.(?:save|update|update_attributes|"
    r"update_columns?|update_attribute|destroy|delete|create|touch|increment|decrement|toggle|upsert)!?"
    r"(?![\w?])"
)
_NO_ENTITY: Final = _NO_NAMES | {
    "rails",
    "save",
    "update",
    "destroy",
    "create",
    "cache_key",
}
_OTHER_KEY: Final = frozenset(("lock", "mutex", "session", "token", "throttle", "attempts", "rate"))


@needs(roles=("cache-delete",))
def write_order(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``Rails.cache.delete(..)`` in front of the write of what it is about."""
    for call in unit.calls("cache-delete"):
        suite = call.node.parent
        if suite is None or suite.type not in ("body_statement", "block_body", "then", "else"):
            continue
        if call.context & (_QUIET | Context.LOOP):
            continue
        entity = set(words(unit.text(call.arguments.span))) - _NO_ENTITY
        if not entity or entity & _OTHER_KEY:
            continue
        write, later = _write_after(call, suite, entity, unit)
        if write and not re.search(
            r"\.(?:delete|del|clear|delete_matched|expire\w*|write)\b", later
        ):
            yield Report(
                call.span,
                "Between this and the write somebody may load the old row back into the cache; "
                "write first",
                place=call.place,
            )


def _write_after(call: Call, suite: Node, entity: set[str], unit: UnitView) -> tuple[bool, str]:
    """Whether the entity is written further on in a block; and the text after that."""
    found = False
    later: list[str] = []
    for node in unit.adapter.statements(suite):
        if node.start_byte <= call.span.start:
            continue
        text = unit.adapter.slice(node)
        if found:
            later.append(text)
            continue
        if node.type in ("return", "if", "unless", "case"):
            return False, ""
        write = _SAVES.search(text.partition("\n")[0])
        if write is None or re.search(r"(?i)cache|redis", write[1]):
            continue
        if not entity & _singular(set(words(text[:200]))):
            return False, ""
        found = True
    return found, "\n".join(later)


# ---------------------------------------------------------------------------- GraphQL lists

_SCALARS: Final = frozenset(
    ("String", "Integer", "Int", "Float", "Boolean", "ID", "JSON", "Symbol", "Date", "DateTime")
)
_QUERY: Final = regex(r"(?:^|\.)(?:Query|QueryType|QueryRoot|RootQuery|Queries|BaseQuery)$")


@needs(calls=("field",))
def list_unpaged(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``field :orders, [Types::Order]`` of the query type, without a limit."""
    if not unit.mentions("field"):
        return
    for call in facts.calls:
        owner = call.class_def
        if call.path != "field" or owner is None or call.function is not None:
            continue
        given = call.arguments
        if len(given.positional) < 2 or given.is_open:
            continue
        name, kind = string(given.positional[0]), given.positional[1].node
        if name is None or kind.type != "array" or not kind.named_children:
            continue
        if not unit.file_has(r"GraphQL|Types::Base|BaseObject|graphql"):
            continue
        item = unit.adapter.slice(kind.named_children[0])
        last = item.rpartition("::")[2]
        if last in _SCALARS or not last[:1].isupper() or last.endswith(("Enum", "Scalar", "Edge")):
            continue
        if SHORT_LISTS.fullmatch(name) or _is_limited(call, unit):
            continue
        is_query = any(_QUERY.search(one) for one in (owner.name, *owner.base_paths))
        yield Report(
            given.positional[0].span,
            f"`{name}` returns every `{last}` there is: no argument limits them, use "
            f"`{item}.connection_type`",
            profile=None if is_query else "strict",
            place=call.place,
        )


def _is_limited(call: Call, unit: UnitView) -> bool:
    given = call.arguments.keywords
    if {"connection", "max_page_size", "resolver", "extensions", "mutation"} & set(given):
        return True
    block = call.arguments.block
    if block is None:
        return False
    named = re.findall(r"\bargument[ (]+:(\w+),?\s*\[?([\w:]*)", unit.text(block.body_span))
    return any(
        limits_list(re.sub(r"_(\w)", lambda m: m[1].upper(), one), kind.rpartition("::")[2])
        for one, kind in named
    ) or "extension" in unit.text(block.body_span)
