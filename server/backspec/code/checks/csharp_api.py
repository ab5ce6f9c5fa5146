"""Checks on C#: routes said twice, checks that let everybody pass, limits, lists of GraphQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.authorization import without_true
from backspec.code.checks.graphql import SHORT_LISTS
from backspec.code.checks.values import is_constant, string
from backspec.code.facts.model import Context, FunctionValue, Mapping
from backspec.expressions import regex
from backspec.model import Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Assign, Call, Decorator, Facts, Function, Parameter

_VERBS: Final = {
    "HttpGet": "GET", "HttpPost": "POST", "HttpPut": "PUT", "HttpPatch": "PATCH",
    "HttpDelete": "DELETE",
}  # fmt: skip
_NARROWS: Final = frozenset((
    "Consumes", "MapToApiVersion", "ApiVersion", "NonAction", "Host", "FeatureGate", "Area",
    "QueryParameterConstraint", "RequireHeader", "Route", "ActionName", "ApiExplorerSettings",
))  # fmt: skip
"""Attributes that tell apart what has one method and path, or say more of the path."""

_BY_ACTION: Final = regex(r"\[action\]|\{action\b")


def route_twice(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """Two actions of one controller for the same method and path."""
    seen: dict[tuple[int, str, str], Decorator] = {}
    for function in facts.functions:
        owner = function.class_def
        if owner is None or not function.decorators:
            continue
        if any(_narrows(one.path) for one in function.decorators):
            continue
        if not any(one.path in ("Route", "ApiController") for one in owner.decorators):
            continue
        if _routed_by_action(owner.decorators):
            continue
        for one in function.decorators:
            verb = _VERBS.get(one.path.rpartition(".")[2])
            if verb is None:
                continue
            given = one.call.arguments if one.call is not None else None
            if given is not None and set(given.keywords) - {"Name"}:
                continue
            first = given.positional[0] if given is not None and given.positional else None
            path = "" if first is None else string(first)
            if path is None or _BY_ACTION.search(path):
                continue
            path = re.sub(r"\{[^}:*]*\}", "{}", path).strip("/").lower()
            key = (id(owner), verb, path)
            if key in seen:
                yield Report(
                    one.span,
                    f"Another action of this controller already answers `{verb} {path or '/'}`: "
                    "such requests fail as ambiguous",
                    place=function.place,
                )
            else:
                seen[key] = one


def _narrows(path: str) -> bool:
    name = path.rpartition(".")[2]
    return name in _NARROWS or name.endswith(("ConstraintAttribute", "Constraint"))


def _routed_by_action(decorators: tuple[Decorator, ...]) -> bool:
    for one in decorators:
        if one.path == "Route" and one.call is not None and one.call.arguments.positional:
            path = string(one.call.arguments.positional[0])
            if path is None or _BY_ACTION.search(path):
                return True
    return False


# ---------------------------------------------------------------------------- roles

_ROLE: Final = regex(r"(?i)IsInRole|role|permission|isadmin|authori[sz]|claim|owner")


def always_allowed(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``User.IsInRole("admin") || true``"""
    source = unit.adapter.source
    if b"|| true" not in source and b"true ||" not in source:
        return
    for function in facts.functions:
        if function.outer is not None and function.outer.name:
            continue
        stack = [function.node]
        for _ in range(4000):
            if not stack:
                break
            node = stack.pop()
            if node.type == "binary_expression":
                operator = node.child_by_field_name("operator")
                sides = (node.child_by_field_name("left"), node.child_by_field_name("right"))
                is_or = operator is not None and operator.type == "||"
                literal = "boolean_literal"
                if is_or and any(
                    one is not None and one.type == literal and unit.adapter.slice(one) == "true"
                    for one in sides
                ):
                    if _ROLE.search(unit.adapter.slice(node)):
                        yield Report(
                            Span(node.start_byte, node.end_byte),
                            "This check lets everybody pass",
                            without_true(node, unit),
                            place=function.place,
                        )
                    continue
            stack.extend(reversed(node.named_children))


# ---------------------------------------------------------------------------- limits

_LIMITERS: Final = regex(r"Get(?:FixedWindow|SlidingWindow|TokenBucket|Concurrency)Limiter")
_SENT: Final = regex(
    r"(?i)Headers\s*(?:\.XForwardedFor\b|\[\s*\"(?:x-forwarded-for|x-real-ip|x-client-ip|client-ip"
    r"|true-client-ip)\"\s*\]|\.TryGetValue\(\s*\"x-(?:forwarded-for|real-ip)\")"
)


def spoofable_key(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Limiters whose partitions are named by a header that the client sends."""
    for call in facts.calls:
        if not _LIMITERS.fullmatch(call.name) or not call.arguments.positional:
            continue
        key = call.arguments.positional[0]
        if _SENT.search(unit.text(key.span)):
            yield Report(
                key.span,
                "Everybody gets a new limit by sending another header; count by a checked address",
                place=call.place,
            )


# ---------------------------------------------------------------------------- what is open

_WHOLE_FOLDER: Final = regex(
    r"new\s+PhysicalFileProvider\(\s*(?:[\w.]*ContentRootPath|Directory\.GetCurrentDirectory\(\)"
    r"|AppContext\.BaseDirectory|\"[/.\\]*\")\s*\)"
)


@needs(calls=("UseDirectoryBrowser", "AddDirectoryBrowser", "UseStaticFiles", "UseFileServer"))
def open_folders(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``UseDirectoryBrowser()``, and static files out of the folder of the program."""
    for call in facts.calls:
        if call.context & (Context.DEV_GUARD | Context.TEST):
            continue
        given = unit.text(call.arguments.span) if call.name.startswith("Use") else ""
        if call.name == "UseDirectoryBrowser" or re.search(
            r"enableDirectoryBrowsing:\s*true", given
        ):
            yield Report(
                call.callee_span,
                "Everybody sees which files there are, also those that nothing links to",
                severity=Severity.WARNING,
                place=call.place,
            )
        elif call.name in ("UseStaticFiles", "UseFileServer") and _WHOLE_FOLDER.search(given):
            yield Report(
                call.callee_span,
                "The folder of the program holds settings, keys and the program itself, for "
                "everybody to fetch",
                place=call.place,
            )


@needs(calls=("SetIsOriginAllowed",))
def loose_origin(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``SetIsOriginAllowed(origin => origin.EndsWith("example.com"))``"""
    for call in facts.calls:
        if call.name != "SetIsOriginAllowed" or call.context & (Context.DEV_GUARD | Context.TEST):
            continue
        given = unit.text(call.arguments.span)
        found = _LOOSE_ORIGIN.search(given)
        if found is not None and "localhost" not in found[0]:
            start = call.arguments.span.start + len(given[: found.start()].encode())
            yield Report(
                Span(start, start + len(found[0].encode())),
                "Anybody can register a name that fits this: compare the whole origin",
                place=call.place,
            )


_LOOSE_ORIGIN: Final = regex(
    r"\b\w+\.(?:Contains\(\s*\"[^\"]+\"|EndsWith\(\s*\"(?![.:])[^\"]*\"|StartsWith\(\s*\"https?://[^\"/:]+\")[^)]*\)"
    r"|\bHost\.(?:Contains|EndsWith)\(\s*\"(?!\.)[^\"]+\"[^)]*\)"
)


@needs(calls=("StatusCode", "ObjectResult", "JsonResult"))
def body_with_204(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``StatusCode(204, order)``"""
    for call in facts.calls:
        given = call.arguments.positional
        if call.name == "StatusCode" and len(given) > 1:
            status = unit.text(given[0].span)
        elif call.name in ("ObjectResult", "JsonResult") and call.is_new and given:
            named = call.arguments.keywords.get("StatusCode")
            status = unit.text(named.span) if named is not None else ""
        else:
            continue
        if not re.fullmatch(
            r"[23]04|(?:StatusCodes\.|\(int\)\s*HttpStatusCode\.)\w*(?:NoContent|NotModified)\w*",
            status,
        ):
            continue
        body = given[1] if call.name == "StatusCode" else given[0]
        if unit.text(body.span) != "null":
            yield Report(
                body.span,
                "An answer with this status has no body: this is not sent",
                place=call.place,
            )


# ---------------------------------------------------------------------------- GraphQL

_PAGED: Final = regex(
    r"\[(?:\w+,\s*)*(?:UsePaging|UseOffsetPaging|UseConnection|UseFirstOrDefault|UseSingleOrDefault"
    r"|ListSize|DataLoader|GraphQLIgnore)\b"
)
_LIMIT: Final = regex(r"(?i)first|last|limit|take|page|size|after|before|offset|ids?|keys?")


def list_unpaged(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``public IQueryable<Order> GetOrders(..)`` of a query type, without ``[UsePaging]``."""
    if not unit.imports("HotChocolate"):
        return
    for function in facts.functions:
        owner = function.class_def
        if owner is None or function.context & Context.TEST or not function.name:
            continue
        is_query = owner.name in ("Query", "Queries") or any(
            one.path in ("QueryType", "QueryTypeAttribute") or _extends_query(one, unit)
            for one in owner.decorators
        )
        if not is_query or function.returns_path.rpartition(".")[2] != "IQueryable":
            continue
        head = unit.text(Span(function.span.start, function.body_span.start))
        if not re.search(r"\bpublic\b", head) or _PAGED.search(head) or _is_limited(function):
            continue
        if SHORT_LISTS.fullmatch(re.sub(r"^Get(?=[A-Z])", "", function.name)):
            continue
        yield Report(
            function.name_span,
            f"`{function.name}` returns all there is: nothing limits it, add `[UsePaging]`",
            place=function.place,
        )


def _extends_query(one: Decorator, unit: UnitView) -> bool:
    return (
        "ExtendObjectType" in one.path and re.search(r"\bQuery\b", unit.text(one.span)) is not None
    )


def _is_limited(function: Function) -> bool:
    return any(_LIMIT.search(parameter.name) for parameter in function.parameters)


_BOUNDED: Final = (
    r"(?i)complexity|depth|persisted|MaxFieldCost|MaxTypeCost|AddCostAnalyzer|MaxAllowed\w*Nodes"
)
_OLD_HOT_CHOCOLATE: Final = (
    r"\.(?:SetPagingOptions|RegisterDbContext|RegisterService|AllowIntrospection|SetRequestOptions)\b"
    r"|\bSchemaBuilder\.New\(|\bQueryRequestBuilder\b"
)
"""What HotChocolate has only before version 14, which counts costs by itself."""


def unlimited_queries(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Servers of GraphQL.NET and HotChocolate that answer queries of any depth."""
    for call in facts.calls:
        if call.name not in ("AddGraphQL", "AddGraphQLServer"):
            continue
        if call.context & Context.DEV_GUARD or unit.file_has(_BOUNDED):
            continue
        if call.name == "AddGraphQL" and unit.imports("GraphQL"):
            given = call.arguments.positional
            if not given or not isinstance(given[0], (FunctionValue, Mapping)):
                continue
        elif not unit.file_has(_OLD_HOT_CHOCOLATE):
            continue
        yield _unlimited(call.callee_span, call.written or call.name, call)
    for assign in facts.assigns:
        if assign.target.rpartition(".")[2] != "EnforceCostLimits" or not is_constant(
            assign.value, False
        ):
            continue
        if not unit.file_has(r"(?i)depth|persisted") and not assign.context & Context.DEV_GUARD:
            yield _unlimited(assign.span, "EnforceCostLimits = false", assign)


def _unlimited(span: Span, what: str, fact: Call | Assign) -> Report:
    return Report(
        span, f"`{what}` answers queries of any depth; limit depth or cost", place=fact.place
    )


# ---------------------------------------------------------------------------- paths

_IN_PATH: Final = regex(r"\{\*{0,2}(\w+)(?:[:=?][^{}]*)?\}")
_PLAIN: Final = frozenset((
    "int", "long", "short", "string", "String", "Guid", "bool", "decimal", "DateTime", "uint",
    "ulong", "double",
))  # fmt: skip
_PLACED: Final = frozenset(("FromQuery", "FromBody", "FromHeader", "FromForm", "FromServices"))


@needs(words=("HttpGet", "HttpPost", "HttpPut", "HttpPatch", "HttpDelete"))
def path_parameters(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``[HttpGet("{id}")] Get(int orderId)``: the parameter is looked for in the query."""
    for function in facts.functions:
        if function.class_def is None or not function.decorators:
            continue
        names = {parameter.name.lower() for parameter in function.parameters}
        if any(_renames(one, unit) for one in function.parameters):
            continue
        for one in function.decorators:
            if one.path.rpartition(".")[2] not in _VERBS or one.call is None:
                continue
            first = next(iter(one.call.arguments.positional), None)
            path = string(first) if first is not None else None
            if path is None or first is None:
                continue
            declared = {name.lower() for name in _IN_PATH.findall(path)}
            free = [
                parameter.name
                for parameter in function.parameters
                if parameter.name.lower() not in declared
                and parameter.type_path in _PLAIN
                and parameter.default_node is None
                and not any(d.path in _PLACED for d in parameter.decorators)
            ]
            for name in _IN_PATH.findall(path):
                is_read = re.search(rf"\"{name}\"", unit.text(function.body_span)) is not None
                alike = [other for other in free if _is_alike(name, other)]
                if name.lower() not in names and alike and not is_read:
                    yield Report(
                        first.span,
                        f"`{alike[0]}` is not what the path calls `{name}`, so it stays empty",
                        place=function.place,
                    )
                    break


def _is_alike(one: str, two: str) -> bool:
    first, second = one.lower(), two.lower()
    return first.endswith(second) or second.endswith(first)


def _renames(parameter: Parameter, unit: UnitView) -> bool:
    """``[FromRoute(Name = "id")]``, or an object that is filled from the path."""
    if "Name" in unit.text(parameter.span).partition("]")[0]:
        return True
    return any(
        one.path in ("FromRoute", "AsParameters", "ModelBinder") for one in parameter.decorators
    )


@needs(words=("DisableRequestSizeLimit", "MaxRequestBodySize", "MultipartBodyLengthLimit"))
def endless_upload(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Bodies of any size: ``[DisableRequestSizeLimit]``, ``MaxRequestBodySize = null``."""
    for function in facts.functions:
        if any("Authorize" in one.path for one in function.decorators):
            continue
        for one in function.decorators:
            if one.path.removesuffix("Attribute") == "DisableRequestSizeLimit":
                yield Report(
                    one.span, "A request may be as large as its sender likes", place=function.place
                )
    for assign in facts.assigns:
        member = assign.target.rpartition(".")[2]
        node = assign.value_node
        if member not in ("MaxRequestBodySize", "MultipartBodyLengthLimit") or node is None:
            continue
        if assign.context & (Context.DEV_GUARD | Context.TEST):
            continue
        if unit.adapter.slice(node) in ("null", "long.MaxValue", "Int64.MaxValue", "int.MaxValue"):
            yield Report(
                assign.span,
                "A request may be as large as its sender likes",
                profile="strict",
                place=assign.place,
            )
