"""Checks on Java: what is bound to entities, kept by them, and read through them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.names import words
from backspec.code.facts.model import Context, Name
from backspec.model import Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function
    from backspec.code.syntax import Node

_SAVES: Final = r"\.(?:save|saveAndFlush|persist|merge|insert|update|updateById|saveOrUpdate)\("


def _told(function: Function) -> set[str]:
    return {one.path.rpartition(".")[2] for one in function.decorators}


def _is_row(kind: str, unit: UnitView) -> bool:
    """Whether a class of the file is mapped to a table."""
    name = re.escape(kind)
    return bool(kind) and unit.file_has(
        rf"(?s)@(?:Entity|MappedSuperclass)\b(?:(?!\bclass\b).){{0,600}}\bclass\s+{name}\b"
    )


def _is_imported_row(kind: str, unit: UnitView) -> bool:
    name = re.escape(kind)
    return bool(kind) and unit.file_has(
        rf"^import\s+[\w.]*\.(?:entity|entities)\.(?:\w+\.)*{name}\s*;"
    )


# ---------------------------------------------------------------------------- mass assignment


def mass_assignment(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Request bodies that become entities as they are."""
    for call in facts.calls:
        if call.name == "populate" and (call.qualified or "").endswith("BeanUtils.populate"):
            given = call.arguments.positional
            if len(given) == 2 and "getParameterMap(" in unit.text(given[1].span):
                yield Report(
                    call.span,
                    "Clients may set every property of this object",
                    place=call.place,
                )
    if not unit.mentions("@RequestBody", "@ModelAttribute"):
        return
    for function in facts.functions:
        for parameter in function.parameters:
            told = {one.path.rpartition(".")[2] for one in parameter.decorators}
            kind = parameter.type_path.rpartition(".")[2]
            if not told & {"RequestBody", "ModelAttribute"}:
                continue
            saved = rf"{_SAVES}\s*{re.escape(parameter.name)}\s*\)"
            if not re.search(saved, unit.text(function.span)):
                continue
            is_own = _is_row(kind, unit)
            if not is_own and not _is_imported_row(kind, unit):
                continue
            is_admin = re.search(r"(?i)admin", unit.path + " " + " ".join(_routes(function, unit)))
            yield Report(
                parameter.span,
                f"Clients may set every column of `{kind}`; bind a class with the fields they may "
                "set",
                severity=Severity.INFO if is_admin else None,
                profile=None if is_own else "strict",
                place=function.inside,
            )


def _routes(function: Function, unit: UnitView) -> list[str]:
    told = list(function.decorators)
    if function.class_def is not None:
        told += function.class_def.decorators
    return [unit.text(one.span) for one in told]


# ---------------------------------------------------------------------------- jobs


def rich_argument(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Entities handed to what runs later, outside of their session."""
    for function in facts.functions:
        if "Async" in _told(function):
            for parameter in function.parameters:
                kind = parameter.type_path
                if _is_row(kind, unit) or _is_imported_row(kind, unit):
                    yield Report(
                        parameter.span,
                        f"This runs in another thread, where `{parameter.name}` has no session; "
                        "pass its id",
                        severity=Severity.INFO,
                        place=function.inside,
                    )
    for call in facts.calls:
        if call.name == "put" and (call.qualified or "") == "org.quartz.JobDataMap.put":
            given = call.arguments.positional
            kind = _type_of(given[1], call) if len(given) == 2 else ""
            if _is_row(kind, unit) or _is_imported_row(kind, unit):
                yield Report(
                    given[1].span,
                    "The job gets the row as it is now; pass its id and read it again",
                    place=call.place,
                )


def _type_of(value: object, call: Call) -> str:
    if not isinstance(value, Name) or not value.path.isidentifier():
        return ""
    declaring = call.scope.declaring(value.path)
    for binding in declaring.bindings[value.path] if declaring is not None else ():
        if binding.kind == "type":
            return binding.target.rpartition(".")[2]
    return ""


# ---------------------------------------------------------------------------- defaults

_WORKED_OUT: Final = re.compile(
    r"=\s*(?:(?:Instant|LocalDateTime|LocalDate|OffsetDateTime|ZonedDateTime)\.now\(|"
    r"new Date\(\s*\)|"
    r"UUID\.randomUUID\(|System\.currentTimeMillis\()"
)


def evaluated_default(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Static fields with a time or an id that rows begin with."""
    for class_def in facts.classes:
        if not any(one.path.endswith("Entity") for one in class_def.decorators):
            continue
        body = class_def.node.child_by_field_name("body")
        fields = [n for n in body.named_children if n.type == "field_declaration"] if body else []
        for field in fields:
            text = unit.adapter.slice(field)
            if not re.search(r"\bstatic\b", text) or not _WORKED_OUT.search(text):
                continue
            declarator = field.child_by_field_name("declarator")
            name = declarator.child_by_field_name("name") if declarator is not None else None
            if name is None or not _begins_another(unit.adapter.slice(name), field, fields, unit):
                continue
            yield Report(
                Span(name.start_byte, name.end_byte),
                "This is worked out once, when the class is loaded: every row gets the same",
            )


def _begins_another(name: str, field: Node, fields: list[Node], unit: UnitView) -> bool:
    return any(
        re.search(rf"=\s*{re.escape(name)}\s*;", unit.adapter.slice(one)) is not None
        for one in fields
        if one.id != field.id
    )


# ---------------------------------------------------------------------------- relations

_TAKES_MANY: Final = r"(?:size|stream|forEach|isEmpty|iterator|get|toArray|addAll)"
_FETCHES: Final = (
    r"(?i)join\s+fetch|@EntityGraph|@Fetch\b|@BatchSize|@NamedEntityGraph|Hibernate\.init"
)


def n_plus_one(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Collections of rows that are read one row at a time."""
    if not unit.file_has(r"Repository|EntityManager|org\.hibernate"):
        return
    if unit.file_has(_FETCHES) or unit.file_has(r"mongodb|elasticsearch|cassandra|r2dbc"):
        return
    for call in facts.calls:
        if not re.match(r"get[A-Z]\w*s$", call.name) or not call.context & Context.LOOP:
            continue
        owner = call.path.rpartition(".")[0]
        if not owner.isidentifier() or call.arguments.positional:
            continue
        if words(call.name)[-1] in ("address", "status", "class", "settings", "details", "ids"):
            continue
        after = unit.adapter.source[call.span.end : call.span.end + 40].decode("utf-8", "replace")
        in_head = call.parent is not None and call.parent.type == "enhanced_for_statement"
        if not in_head and not re.match(rf"\s*\.\s*{_TAKES_MANY}\(", after):
            continue
        loop = _loop_over(call.node, owner, unit)
        if loop is None:
            continue
        if _reads_all(loop, call, facts, unit):
            yield Report(
                call.span,
                f"Each round asks the database for `{call.name}`; fetch them with the rows",
                place=call.place,
            )


def _loop_over(node: Node, owner: str, unit: UnitView) -> Node | None:
    """What the loop goes over whose item ``owner`` is."""
    current = node.parent
    for _ in range(60):
        if current is None or current.type == "method_declaration":
            return None
        if current.type == "enhanced_for_statement":
            name = current.child_by_field_name("name")
            if name is not None and unit.adapter.slice(name) == owner:
                return current.child_by_field_name("value")
        current = current.parent
    return None


def _reads_all(over: Node, call: Call, facts: Facts, unit: UnitView) -> bool:
    text = unit.adapter.slice(over)
    if over.type == "identifier":
        made = [
            one
            for one in facts.assigns
            if one.target == text and one.function is call.function and one.value_node
        ]
        text = unit.text(made[-1].span) if len(made) == 1 else ""
    return re.search(r"\b\w*[rR]epository\.find(?:All|By\w*)\(", text) is not None or (
        re.search(r"\.createQuery\(\s*\"", text) is not None and ".getResultList(" in text
    )


# ---------------------------------------------------------------------------- limits

_LIMITER: Final = re.compile(
    r"tryConsume|tryAcquire|RateLimit|rateLimit|\bBucket\b|KeyResolver|isAllowed\("
)
_SENT: Final = re.compile(
    r"(?i)^\"(?:x-forwarded-for|x-real-ip|x-client-ip|true-client-ip|client-ip)\"$"
)


@needs(calls=("getHeader", "getFirst"))
def spoofable_key(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Limits that count by a header."""
    if not unit.file_has(r"tryConsume|tryAcquire|[rR]ateLimit|KeyResolver"):
        return
    for call in facts.calls:
        if call.name not in ("getHeader", "getFirst") or call.function is None:
            continue
        given = call.arguments.positional
        if not given or not _SENT.match(unit.text(given[0].span)):
            continue
        outer: Function | None = call.function
        while outer is not None and outer.outer is not None:
            outer = outer.outer
        if outer is None or not _LIMITER.search(unit.text(outer.span)):
            continue
        yield Report(
            call.span,
            "Everybody gets a new limit by sending another header; count by a checked address",
            place=call.place,
        )


_PAGED: Final = frozenset(
    ("first", "last", "limit", "size", "page", "offset", "count", "after", "before", "top", "take",
     "pageable", "subrange", "paging", "pagination", "ids", "max")
)  # fmt: skip
_SHORT_LISTS: Final = frozenset(
    ("roles", "tags", "permissions", "languages", "countries", "currencies", "locales", "settings",
     "types", "categories", "states", "units", "flags", "options", "plans", "statuses", "ids")
)  # fmt: skip
_SCALARS: Final = frozenset(("String", "Integer", "Long", "Boolean", "Double", "UUID", "Float"))


def unpaged_list(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Queries of a GraphQL service that answer with all there is."""
    for function in facts.functions:
        told = _told(function)
        is_query = "QueryMapping" in told or "DgsQuery" in told
        is_query = is_query or (
            "Query" in told and unit.imports("org.eclipse.microprofile.graphql")
        )
        if not is_query:
            continue
        kind = function.node.child_by_field_name("type")
        found = re.fullmatch(
            r"(?:List|Flux|Iterable|Collection|Set)<(?:\? extends )?(\w+)>",
            unit.adapter.slice(kind).replace(" ", "") if kind is not None else "",
        )
        if found is None or found[1] in _SCALARS:
            continue
        spoken = {word for one in function.parameters for word in words(one.name)}
        spoken |= {w for one in function.parameters for w in words(one.type_path)}
        name = words(function.name)
        if spoken & _PAGED or (name and name[-1] in _SHORT_LISTS):
            continue
        yield Report(
            function.name_span,
            f"`{function.name}` answers with every `{found[1]}` there is; take `first` and `after`",
            place=function.inside,
        )


def cache_order(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``@CacheEvict`` before the write, and methods that both read and write one cache."""
    if not unit.mentions("@CacheEvict", "@CachePut"):
        return
    for function in facts.functions:
        told = _told(function)
        if {"Cacheable", "CachePut"} <= told:
            yield Report(
                function.name_span,
                "`@Cacheable` skips this method, `@CachePut` always runs it: only one can hold",
                severity=Severity.ERROR,
                place=function.inside,
            )
        for one in function.decorators:
            text = unit.text(one.span)
            if "CacheEvict" in text and re.search(r"beforeInvocation\s*=\s*true", text):
                yield Report(
                    one.span,
                    "Between this and the write somebody may load the old row back into the cache",
                    severity=Severity.INFO,
                    place=function.inside,
                )
