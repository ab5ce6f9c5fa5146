"""PHP around other machines: queues, jobs, GraphQL, and programs that outlive a request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.acknowledged import after_work
from backspec.code.checks.values import is_constant, path_of, string, text_of
from backspec.code.facts.model import CallValue, Context, FunctionValue, Mapping, Name, Value
from backspec.expressions import regex
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, ClassDef, Facts, Function

_LONG_LIVED: Final = (
    r"\b(?:Swoole|OpenSwoole|Workerman|React\\(?:Http|Socket)|Amp\\Http|Spiral\\RoadRunner"
    r"|Laravel\\Octane)\b|frankenphp_handle_request\("
)
"""Names of servers that answer many requests with one PHP process."""

# ---------------------------------------------------------------------------- jobs


@needs(roles=("job-enqueue",), words=("shouldqueue", "asmessage", "entity"))
def rich_argument(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Jobs and messages that carry a record or a request instead of an id."""
    if not unit.mentions("ShouldQueue", "AsMessage", "dispatch", "Entity"):
        return
    for class_def in facts.classes:
        what = _carried_by(class_def, unit)
        if what is not None:
            yield from _carries(facts, class_def, what)
    for call in unit.calls("job-enqueue"):
        first = call.arguments.positional[0] if call.arguments.positional else None
        if isinstance(first, FunctionValue):
            taken = re.search(
                r"\buse\s*\([^)]*\$request\b|^fn\b.*\$request\b", unit.text(first.span)
            )
            if taken is not None:
                yield Report(
                    first.function.name_span,
                    "A request does not survive the way to the worker; give it what it needs",
                    place=call.place,
                )
        inner = [one.call for one in call.arguments.positional if isinstance(one, CallValue)]
        for given in (call, *(one for one in inner if one.is_new)):
            for value in given.arguments.positional:
                if _is_request(value):
                    yield Report(
                        value.span,
                        "A request does not survive the way to the worker; give it what it needs",
                        place=call.place,
                    )


def _is_request(value: Value) -> bool:
    if isinstance(value, CallValue):
        return value.call.path == "request" and not value.call.arguments.positional
    return isinstance(value, Name) and (value.qualified or "") in (
        "Illuminate.Http.Request",
        "Symfony.Component.HttpFoundation.Request",
        "Psr.Http.Message.ServerRequestInterface",
    )


def _carried_by(class_def: ClassDef, unit: UnitView) -> str | None:
    """The part of a type's name that no argument of a job's class may have."""
    bases = [one.rpartition(".")[2] for one in class_def.base_paths]
    if "ShouldQueue" in bases:
        text = unit.text(class_def.span)
        keeps_id = unit.file_has(r"SerializesModels|Foundation\\Queue\\Queueable")
        is_alone = len({"Job", "BaseJob", "AbstractJob", "Mailable", "Notification"} & set(bases))
        if keeps_id or is_alone or " extends " in text.partition("{")[0]:
            return None
        return ".Models."
    is_message = any(one.path.rpartition(".")[2] == "AsMessage" for one in class_def.decorators)
    if is_message or re.search(r"(?:^|/)src/(?:\w+/)?Message/\w+\.php$", unit.path):
        return ".Entity."
    return None


def _carries(facts: Facts, class_def: ClassDef, part: str) -> Iterator[Report]:
    for function in facts.functions:
        if function.name != "__construct" or function.class_def is not class_def:
            continue
        for parameter in function.parameters:
            if part in (parameter.type_name or ""):
                why = (
                    "is stored with every column of it; use `SerializesModels`"
                    if part == ".Models."
                    else "arrives cut off from the database; give its id"
                )
                yield Report(
                    parameter.span,
                    f"`{parameter.name}` {why}",
                    severity=Severity.WARNING,
                    place=function.place,
                )
                return


# ---------------------------------------------------------------------------- queues


@needs(calls=("deleteMessage",))
def deleted_before_work(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """SQS: ``deleteMessage`` in the loop before what handles the message."""
    if not unit.mentions("deleteMessage"):
        return
    for call in facts.calls:
        if call.name != "deleteMessage" or not call.context & Context.LOOP:
            continue
        statement = call.node.parent
        if statement is None or statement.type != "expression_statement":
            continue
        block = statement.parent
        statements = unit.adapter.statements(block) if block is not None else ()
        if statement not in statements:
            continue
        at = statements.index(statement)
        before = " ".join(unit.adapter.slice(one) for one in statements[:at])
        after = " ".join(unit.adapter.slice(one) for one in statements[at + 1 :])
        if _WORKS.search(after) and not _WORKS.search(before):
            yield Report(
                call.callee_span,
                "The message is deleted before its work: one that fails is lost",
                after_work(statement, unit),
                place=call.place,
            )


_WORKS: Final = regex(r"(?:->|::)(?:handle|process|dispatch|execute|run|consume|perform|work)\w*\(")


# ---------------------------------------------------------------------------- GraphQL


@needs(words=("max_query_depth", "max_query_complexity", "query_max_depth", "query_max_complexity"))
def graphql_settings(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``config/lighthouse.php`` and ``config/graphql.php`` that switch both limits off."""
    if not re.search(r"(?:^|/)config/(?:lighthouse|graphql)\.php$", unit.path):
        return
    off = []
    for pair in facts.pairs:
        if re.fullmatch(r"(?:query_)?max_(?:query_)?(?:depth|complexity)", pair.key):
            if not _is_off(pair.value):
                return
            off.append(pair)
    for pair in off:
        if "depth" in pair.key:
            yield Report(pair.span, "Queries of any depth and cost are answered", place=pair.place)
            return


def _is_off(value: Value) -> bool:
    return (
        is_constant(value, 0)
        or is_constant(value, None)
        or (path_of(value).endswith((".DISABLED", ".disabled")))
    )


_SHORT: Final = regex(
    r"(?i)role|tag|permission|countr|currenc|languag|locale|categor|status|type|setting|option"
    r"|enum|level|unit|timezone|feature|plan"
)
_PAGES: Final = regex(r"(?i)\b(?:first|last|limit|take|page|after|offset|per_?page|skip|ids?)\b")


@needs(words=("listof",))
def list_unpaged(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Fields of the query type that give a whole list: webonyx, rebing, GraphQLite."""
    if not unit.mentions("listOf", "#[Query"):
        return
    for call in facts.calls:
        if call.is_new and call.name == "ObjectType" and call.arguments.positional:
            yield from _webonyx(call.arguments.positional[0], call, unit)
    for function in facts.functions:
        class_def = function.class_def
        if class_def is None:
            continue
        if function.name == "type" and ("Rebing.GraphQL.Support.Query" in class_def.bases):
            yield from _rebing(function, class_def, unit)


def _webonyx(given: Value, call: Call, unit: UnitView) -> Iterator[Report]:
    if not isinstance(given, Mapping) or text_of(given.entries.get("name")) != "Query":
        return
    fields = given.entries.get("fields")
    if isinstance(fields, FunctionValue):
        fields = next(
            (
                one.value
                for one in unit.adapter.facts.statements
                if one.function is fields.function and one.kind == "return"
            ),
            None,
        )
    if not isinstance(fields, Mapping):
        return
    for name, field in fields.entries.items():
        of_list = field.entries.get("type") if isinstance(field, Mapping) else field
        arguments = field.entries.get("args") if isinstance(field, Mapping) else None
        if _SHORT.search(name) or not _is_list(of_list):
            continue
        if arguments is not None and (
            not isinstance(arguments, Mapping) or any(map(_PAGES.search, arguments.entries))
        ):
            continue
        yield Report(
            fields.key_spans.get(name, field.span),
            f"`{name}` gives all there are; take `first` and `after`",
            place=call.place,
        )


def _is_list(value: Value | None) -> bool:
    """``Type::listOf($type)``, also ``nonNull`` of it, of objects."""
    for _ in range(4):
        if not isinstance(value, CallValue) or not value.call.arguments.positional:
            return False
        inner = value.call.arguments.positional[0]
        if value.call.name == "listOf":
            return not re.search(r"::(?:string|int|float|boolean|id)\($", _written(inner))
        if value.call.name != "nonNull":
            return False
        value = inner
    return False


def _written(value: Value) -> str:
    return value.call.path.replace(".", "::") + "(" if isinstance(value, CallValue) else ""


_COMMENT: Final = regex(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


def _rebing(function: Function, class_def: ClassDef, unit: UnitView) -> Iterator[Report]:
    text = unit.text(function.span)
    found = re.search(r"Type::listOf\(\s*(?:Type::nonNull\(\s*)?GraphQL::type\(", text)
    whole = unit.text(class_def.span)
    if found is None or _PAGES.search(_COMMENT.sub("", whole)):
        return
    name = re.search(r"'name'\s*=>\s*'(\w+)'", whole)
    if _SHORT.search(name[1] if name else class_def.name):
        return
    yield Report(
        function.name_span,
        "This query gives all there are; take `first` and `after`",
        place=function.inside,
    )


# ---------------------------------------------------------------------------- lifetimes


@needs(roles=("data-loader",))
def shared_loader(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Data loaders of a program that answers many requests."""
    for call in unit.calls("data-loader"):
        is_static = call.assigned_to.startswith(("self.", "static."))
        is_top = call.function is None
        if (is_top or is_static) and unit.file_has(_LONG_LIVED):
            yield Report(
                call.callee_span,
                "This loader lives as long as the process: it remembers rows across requests and"
                " users",
                place=call.place,
            )


_BINDS: Final = frozenset(("singleton", "singletonIf", "instance"))
_OF_REQUEST: Final = regex(
    r"\$app\[['\"]request['\"]\]|\brequest\(\)|\bauth\(\)->(?:user|id)\(|\bAuth::(?:user|id)\("
    r"|->make\(\s*(?:['\"]request['\"]|Request::class)\s*\)|\bsession\(\)(?!->)"
    r"|\$app\[['\"]auth['\"]\]->user\("
)


@needs(calls=_BINDS)
def captive(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Laravel's singletons that hold the request, or the user, which they were made for."""
    if not unit.mentions("singleton"):
        return
    for call in facts.calls:
        if call.name not in _BINDS or len(call.arguments.positional) < 2:
            continue
        value = call.arguments.positional[1]
        if not isinstance(value, FunctionValue) or not re.search(
            r"(?:\$this\.app|\$app|App|app\(\))\.\w+$", call.path
        ):
            continue
        span = value.function.body_span
        text = unit.text(span)
        found = _OF_REQUEST.search(text)
        # A closure handed on asks for the request each time.
        if found is None or re.search(r"\bfn\s*\(|function\s*\(", text):
            continue
        yield Report(
            value.function.name_span,
            f"`{found[0]}` is kept: under Octane every later request gets this one's",
            profile=None if unit.file_has(_LONG_LIVED) else "strict",
            place=call.place,
        )


_OPENS: Final = frozenset(("db-connect", "db-pool"))


@needs(roles=_OPENS)
def connection_per_request(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Connections opened in what a long-lived server runs for each request."""
    for call in unit.calls(*_OPENS):
        if call.function is None or not unit.file_has(_LONG_LIVED):
            continue
        function: Function | None = call.function
        while function is not None:
            if _answers(function):
                yield Report(
                    call.callee_span,
                    f"`{call.written}` opens a connection for each request of a program that lives"
                    " on; open it once a worker, or take it from a pool",
                    severity=Severity.INFO,
                    place=call.place,
                )
                break
            function = function.outer


def _answers(function: Function) -> bool:
    """Whether a function is what Swoole, Workerman, React or Amp run for each request."""
    call = function.passed_to
    if call is None:
        return False
    given = call.arguments.positional
    first = (string(given[0]) or "").lower() if given else ""
    if call.name in ("on", "handle") and first in ("request", "receive", "message", "/"):
        return True
    return call.is_new and call.name in ("HttpServer", "ClosureRequestHandler")
