"""Checks on GraphQL schemas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.files.graphql import BUILT_IN
from backspec.expressions import regex
from backspec.model import Fix, Related, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.graphql import Definition, Directive, Field, GraphqlFacts
    from backspec.model import Profile

_UNSURE: Final[Profile] = "strict"
_GENERATED: Final = regex(
    rb"(?i)\A(?:\s*(?:\"\"\"|#)[^\n]*\n)*[^\n]*(?:generated|do not edit)|\b__schema\b"
)
_UNREAL: Final = regex(
    r"(?i)(?:^|/)(?:_?examples?|demos?|samples?|test\w*|tutorials?|integration|fixtures?)/"
)
_PAGING: Final = regex(
    r"(?i)first|last|limit|take|page\w*|after|before|offset|skip|size|count|cursor|per_?page|top|max\w*"
    r"|pagination|paging|range|num\w*|n"
)
_CHOSEN: Final = regex(r"(?i)ids|\w+_?ids|keys|slugs|names|codes|uuids|representations")
SHORT_LISTS: Final = regex(
    r"(?i)\w*(?:roles?|tags?|permissions?|languages?|locales?|countries|currencies|categories|types|kinds"
    r"|options|settings|plans|errors|features?|flags|timezones|statuses|scopes|providers|themes|regions"
    r"|enums|colors|colours|units|genres|sizes|levels|formats|days|steps|weekdays|departments|menus?"
    r"|zones|methods|taxes|rates|configs?|configurations|metrics|stats|statistics|breadcrumbs|columns)"
)
_HOLDERS: Final = regex(
    r"(?:Connection|Edge|Payload|Page|Result|Response|List|Collection|Paginated\w*|Set)$"
)


def list_unpaged(facts: GraphqlFacts, unit: FileView) -> Iterator[Report]:
    """Lists of objects that come whole, however long they are."""
    if _GENERATED.search(facts.text[:400]) or _UNREAL.search(unit.path):
        return
    roots = set(facts.roots.values())
    for one in facts.definitions:
        if one.kind != "type" or _HOLDERS.search(one.name):
            continue
        is_query = one.name == facts.roots["query"]
        if one.name in roots and not is_query:
            continue
        for field in one.fields:
            if not field.is_list or not _is_object(facts, field.type):
                continue
            if SHORT_LISTS.fullmatch(field.name) or field.name.startswith("_"):
                continue
            if any(_limits(facts, a) for a in field.arguments):
                continue
            if any(d.name in ("listSize", "deprecated", "paginate") for d in field.directives):
                continue
            what = "that fits" if field.arguments else "there is"
            yield Report(
                field.span,
                f"`{field.name}` returns every `{field.type}` {what}: no argument limits them",
                _paginate(field, facts),
                profile=None if is_query else _UNSURE,
            )


def _paginate(field: Field, facts: GraphqlFacts) -> tuple[Fix, ...]:
    """Lighthouse: ``@all`` to ``@paginate``."""
    for directive in field.directives:
        start = facts.text.find(b"@all", directive.span.start, directive.span.end)
        if directive.name == "all" and start >= 0:
            edit = Edit(Span(start, start + len(b"@all")), "@paginate")
            return (Fix("Page it", (edit,), "unsafe", "graphql/list-field-unpaged"),)
    return ()


_PAGERS: Final = ("PaginationInput", "PagingInput", "PageInput", "Pagination", "Pageable", "Paging")


def limits_list(name: str, type_name: str) -> bool:
    """Whether an argument of this name, or of this type, says how many or which."""
    return bool(_PAGING.fullmatch(name) or _CHOSEN.fullmatch(name)) or type_name.endswith(_PAGERS)


def _limits(facts: GraphqlFacts, argument: Field) -> bool:
    """Whether an argument, or a field of the input that it is, says how many or which."""
    if limits_list(argument.name, argument.type):
        return True
    inputs = [d for d in facts.definitions if d.kind == "input" and d.name == argument.type]
    if not inputs:
        # What stands in another file may hold anything; a filter does not hold a limit.
        return argument.name in ("input", "options", "args", "params", "request", "query")
    return any(_PAGING.fullmatch(f.name) for one in inputs for f in one.fields)


def _is_object(facts: GraphqlFacts, name: str) -> bool:
    if name in BUILT_IN or name.endswith(("Connection", "Edge", "Enum")) or not name[:1].isupper():
        return False
    kind = facts.kinds.get(name)
    if kind is None:
        # Defined in another file: names of scalars are few and known.
        return name not in _SCALARS and bool(re.search(r"[a-z]", name))
    return kind in ("type", "interface", "union")


_SCALARS: Final = frozenset(
    ("JSON", "JSONObject", "Date", "DateTime", "Time", "UUID", "Upload", "Any", "BigInt", "Long",
     "Decimal", "URL", "URI", "Email", "Timestamp", "Object", "Void", "Byte", "Cursor", "Locale")
)  # fmt: skip

_PLAIN_RESULT: Final = regex(
    r"(?i)log_?(?:in|out)|sign_?(?:in|out|up)|ping|token|auth\w*|refresh|verify\w*|confirm\w*|track\w*"
    r"|upload\w*|view\w*|heartbeat|noop|_\w*"
)
_WRITES: Final = regex(
    r"(?:create|update|delete|remove|add|upsert|insert)(?!Ons?\b)(?=[A-Z_])|set(?=[A-Z])"
)
_MANY: Final = 3


def mutation_design(facts: GraphqlFacts, unit: FileView) -> Iterator[Report]:
    """Mutations that cannot grow, and writes among the queries."""
    if _UNREAL.search(unit.path):
        return
    for query in facts.root("query"):
        for field in query.fields:
            if _WRITES.match(field.name):
                yield Report(
                    field.span,
                    f"`{field.name}` changes something, but clients repeat and cache queries",
                    severity=Severity.WARNING,
                )
    for mutation in facts.root("mutation"):
        for field in mutation.fields:
            if _is_deprecated(field):
                continue
            given = [a for a in field.arguments if not _is_deprecated(a)]
            scalars = [a for a in given if not _is_input(facts, a.type)]
            if len(scalars) > _MANY and len(scalars) == len(given):
                yield Report(
                    field.span,
                    f"`{field.name}` takes {len(scalars)} arguments; an input type can grow",
                )
            elif (
                field.type in ("Boolean", "String", "Int")
                and not field.is_list
                and not _PLAIN_RESULT.search(field.name)
            ):
                span = field.type_span or field.span
                yield Report(
                    span,
                    f"`{field.name}` can tell nothing more than a {field.type}, now or later",
                )


def _is_deprecated(field: Field) -> bool:
    return any(directive.name == "deprecated" for directive in field.directives)


def _is_input(facts: GraphqlFacts, name: str) -> bool:
    return facts.kinds.get(name) == "input" or name.endswith(("Input", "Inputs", "Dto", "Params"))


_ID: Final = regex(r"id|(?!clientMutationId)\w+(?:Id|_id)")
_MOMENT: Final = regex(
    r"(?:created|updated|deleted|published|expires|modified|started|ended)_?[aA]t|\w+Date|\w+_date"
)
_TYPE_NAME: Final = regex(r"[A-Z][A-Za-z0-9]*(?:_[A-Z][A-Za-z0-9]*)*")
_LOOSE: Final = frozenset(
    ("JSON", "JSONObject", "Any", "Object", "Map", "GenericScalar", "JSONString")
)


def schema_hygiene(facts: GraphqlFacts, unit: FileView) -> Iterator[Report]:
    """Names, types and reasons that a schema leaves out. Habits of a file are reported once."""
    if _GENERATED.search(facts.text[:400]) or _UNREAL.search(unit.path):
        return
    habits: dict[str, list[Report]] = {}
    for one in facts.definitions:
        for habit, report in _untidy(one):
            habits.setdefault(habit, []).append(report)
    for report in _undescribed(facts):
        habits.setdefault("description", []).append(report)
    for habit, reports in habits.items():
        if habit == "name" or (habit == "deprecated" and len(reports) <= _MANY):
            yield from reports
            continue
        reports.sort(key=lambda report: report.profile is not None)  # those for everybody first
        first = reports[0]
        alike = [report for report in reports if report.profile == first.profile]
        if len(alike) > 1:
            first.message += f" (and {len(alike) - 1} more in this file)"
        first.related = tuple(Related("here, too", r.span) for r in alike[1:6])
        yield first
    yield from _unreachable(facts)


def _reason(directive: Directive) -> tuple[Fix, ...]:
    if directive.arguments:
        return ()
    end = directive.span.end
    edit = Edit(Span(end, end), '(reason: "Use ..")')
    return (Fix("Add a reason (to be filled in)", (edit,), "manual", "graphql/schema-hygiene"),)


def _untidy(one: Definition) -> Iterator[tuple[str, Report]]:
    is_named = one.kind not in ("schema", "scalar") and "__" not in one.name
    is_named = is_named and not one.name.startswith("_")  # as federation has them
    if is_named and not _TYPE_NAME.fullmatch(one.name):
        yield (
            "name",
            Report(one.span, f"Names of types are written like this: `{_pascal(one.name)}`"),
        )
    for field in one.fields:
        for holder in (field, *field.arguments):
            for directive in holder.directives:
                if directive.name == "deprecated" and "reason" not in directive.arguments:
                    yield (
                        "deprecated",
                        Report(
                            directive.span,
                            "Nobody is told what to use instead: no `reason`",
                            _reason(directive),
                        ),
                    )
        if one.kind == "enum":
            if not re.fullmatch(r"_*[A-Z][A-Z0-9]*(?:_+[A-Z0-9]+)*_*", field.name):
                yield (
                    "value",
                    Report(
                        field.span,
                        f"Values of enumerations are written like `{field.name.upper()}`",
                    ),
                )
            continue
        if one.kind not in ("type", "interface", "input"):
            continue
        for holder in (field, *field.arguments):
            if holder.type in ("Int", "String") and _ID.fullmatch(holder.name):
                yield (
                    "id",
                    Report(
                        holder.type_span or holder.span,
                        f"`{holder.name}` names something: its type is `ID`, not `{holder.type}`",
                        # Ids of others are whatever these others say.
                        profile=None if holder.name == "id" else _UNSURE,
                    ),
                )
        if field.type == "String" and _MOMENT.fullmatch(field.name):
            yield (
                "date",
                Report(
                    field.type_span or field.span,
                    f"`{field.name}` may be written in any way; a scalar for dates says which",
                ),
            )
        if one.kind == "input" and field.type in _LOOSE:
            yield (
                "json",
                Report(
                    field.type_span or field.span,
                    f"`{field.name}` takes anything at all: nothing is checked",
                    profile=_UNSURE,
                ),
            )


def _pascal(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_") if part)


def _undescribed(facts: GraphqlFacts) -> Iterator[Report]:
    """Types and fields without a description, where most of the file have one."""
    everything: list[Definition | Field] = []
    for one in facts.definitions:
        if one.kind in ("schema", "directive") or one.is_extension:
            continue
        everything.append(one)
        everything += one.fields
    bare = [thing for thing in everything if not thing.is_described]
    if len(bare) * 2 < len(everything):
        for thing in bare:
            yield Report(
                thing.span,
                f"`{thing.name}` has no description, most here have one",
                profile=_UNSURE,
            )


def _unreachable(facts: GraphqlFacts) -> Iterator[Report]:
    """Types that nothing leads to from the root types, in a file that has these."""
    start = [name for name in facts.roots.values() if name in facts.kinds]
    if facts.roots["query"] not in start or any(one.is_extension for one in facts.definitions):
        return
    known: dict[str, set[str]] = {}
    for one in facts.definitions:
        names = known.setdefault(one.name, set())
        names.update(one.members)
        for field in one.fields:
            names.add(field.type)
            names.update(argument.type for argument in field.arguments)
        if one.kind == "type":
            for interface in one.members:
                known.setdefault(interface, set()).add(one.name)
        if any(d.name in ("key", "extends", "shareable", "link") for d in one.directives):
            return  # a part of a larger schema
    seen = set(start)
    while start:
        for name in known.get(start.pop(), ()):
            if name not in seen:
                seen.add(name)
                start.append(name)
    lost = [
        one
        for one in facts.definitions
        if one.kind in ("type", "interface", "input", "enum", "union") and one.name not in seen
    ]
    if lost:
        more = f", nor to {len(lost) - 1} more" if len(lost) > 1 else ""
        yield Report(
            lost[0].span,
            f"No query leads to `{lost[0].name}`{more}",
            related=tuple(Related("nor to this", one.span) for one in lost[1:6]),
        )
