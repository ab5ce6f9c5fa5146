"""Checks on Entity Framework: queries for each item, whole tables, entities that clients fill."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.names import words
from backspec.code.checks.reads import is_reported
from backspec.code.facts.model import Context, Name
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function, Parameter
    from backspec.code.syntax import Node

_EF: Final = ("Microsoft.EntityFrameworkCore", "System.Data.Entity")
_CONTEXT: Final = regex(r"I?\w*Db(?:Context)?|(?!Http|Action|Validation|Authoriz)\w*Context")
_ONE: Final = frozenset((
    "Find", "First", "FirstOrDefault", "Single", "SingleOrDefault", "FindAsync", "FirstAsync",
    "FirstOrDefaultAsync", "SingleAsync", "SingleOrDefaultAsync",
))  # fmt: skip
_MANY: Final = frozenset(("ToList", "ToArray", "ToListAsync", "ToArrayAsync"))
_KEEPS_ALL: Final = frozenset((
    "Include", "ThenInclude", "AsNoTracking", "AsSplitQuery", "AsQueryable", "OrderBy", "ThenBy",
    "OrderByDescending", "ThenByDescending", "IgnoreQueryFilters", "AsTracking", "Set", "Select",
    "TagWith", "AsNoTrackingWithIdentityResolution",
))  # fmt: skip
"""What leaves all rows of a table in a query."""


def is_context(path: str, call: Call, unit: UnitView) -> bool:
    """Whether a path (``_db``, ``this.context``) is an Entity Framework context."""
    name = declared_type(path, call, unit)
    if name.endswith("DbContext"):
        return True
    return _CONTEXT.fullmatch(name) is not None and unit.imports(*_EF)


def declared_type(name: str, call: Call, unit: UnitView) -> str:
    """The last segment of the type that a variable or field is declared as, "" when unknown."""
    written = unit.adapter.resolver.written_type(name, call.scope)
    return written.removesuffix("!").rpartition(".")[2]


def queried(call: Call, unit: UnitView) -> tuple[str, list[str]] | None:
    """(the table's property, the calls of the chain) of ``_db.Users.Where(..).ToList()``."""
    path = call.path.replace("()", "").replace("!", "").removeprefix("this.")
    head, _, rest = path.partition(".")
    table, *chain = rest.split(".")
    if not chain and table == call.name and table != "Set":
        return None
    if not table[:1].isupper() or table == "Database" or not is_context(head, call, unit):
        return None
    return table, chain


def entity_reads(facts: Facts, unit: UnitView) -> Iterator[Call]:
    """Calls that read one row of a table without waiting asynchronously."""
    if unit.family != "csharp":
        return
    for call in facts.calls:
        if call.name in _ONE and call.context & Context.LOOP and queried(call, unit) is not None:
            yield call


@needs(calls=_MANY)
def unbounded_read(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``return Ok(await _db.Orders.ToListAsync());``"""
    for call in facts.calls:
        if call.name not in _MANY or not call.context & Context.HANDLER:
            continue
        found = queried(call, unit)
        if found is None or call.context & Context.LOOP:
            continue
        table, chain = found
        if any(one not in _KEEPS_ALL for one in chain[:-1]):
            continue
        if call.use not in ("returned", "argument") and not _goes_out(call, unit):
            continue
        if not is_reported(call, unit) or re.search(
            r"\bSelectList\b|ViewBag|ViewData", _statement(call, unit)
        ):
            continue
        yield Report(
            call.span,
            f"`{table}` is read to its last row for one answer; read a page",
            place=call.place,
        )


def _goes_out(call: Call, unit: UnitView) -> bool:
    """Whether a list that is bound to a name becomes the answer as it is."""
    name = re.escape(call.assigned_to)
    if call.function is None or not re.fullmatch(r"\w+", call.assigned_to):
        return False
    text = unit.text(call.function.span)
    return re.search(rf"\breturn (?:(?:Ok|View|Json|PartialView)\()?{name}\)?;", text) is not None


def _statement(call: Call, unit: UnitView) -> str:
    node = call.node
    for _ in range(10):
        around = node.parent
        if around is None or node.type.endswith("_statement"):
            break
        node = around
    return unit.text(Span(node.start_byte, node.end_byte))


# ---------------------------------------------------------------------------- one query per item

_EXPLICIT: Final = regex(
    r"\.Entry\((\w+)\)\.(?:Reference|Collection)\([^()]*(?:\([^()]*\))?[^()]*\)(?:\.Query\(\))?\.Load(?:Async)?\("
)


@needs(calls=("Load", "LoadAsync", *_MANY))
def n_plus_one(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Navigations that are loaded for each item of a loop."""
    if not unit.imports(*_EF):
        return
    for call in facts.calls:
        if call.name not in ("Load", "LoadAsync") or not call.context & Context.LOOP:
            continue
        found = _EXPLICIT.search(unit.text(call.span))
        loop = _loop_over(found[1], call.node, unit) if found is not None else None
        if loop is not None and found is not None:
            yield Report(
                call.callee_span,
                f"This runs a query for each `{found[1]}`; `Include` what is needed in the query",
                place=call.place,
            )
    if not unit.file_has(r"UseLazyLoadingProxies|\bvirtual\b"):
        return
    for call in facts.calls:
        if call.name not in _MANY or call.context & Context.LOOP or call.function is None:
            continue
        found_query = queried(call, unit)
        if found_query is None or {"Select", "Include"} & set(found_query[1]):
            continue
        yield from _lazy(call, unit)


def _lazy(call: Call, unit: UnitView) -> Iterator[Report]:
    """``foreach (var o in orders) { .. o.Customer.Name .. }`` with lazy loading."""
    function = call.function
    assert function is not None
    name = call.assigned_to
    body = unit.text(function.span)
    source = re.escape(name) if re.fullmatch(r"\w+", name) else re.escape(unit.text(call.span))
    head = rf"foreach\s*\(\s*(?:var|\w+)\s+(\w+)\s+in\s+(?:await\s+)?{source}\s*\)"
    loop = re.search(head, body)
    if loop is None:
        return
    item = re.escape(loop[1])
    for one in re.finditer(rf"(?<![\w.]){item}\.([A-Z]\w*)\.(?!Id\b)[A-Z]\w*", body[loop.end() :]):
        if not unit.file_has(rf"\bvirtual\s+[A-Z][\w<>?]*\s+{one[1]}\s*\{{"):
            continue
        start = function.span.start + len(body[: loop.end() + one.start()].encode())
        yield Report(
            Span(start, start + len(one[0].encode())),
            f"`{loop[1]}.{one[1]}` is loaded by a query of its own for each `{loop[1]}`",
            _include(call, one[1]),
            place=call.place,
        )
        return


def _include(call: Call, navigation: str) -> tuple[Fix, ...]:
    callee = call.callee.child_by_field_name("expression")
    if callee is None:
        return ()
    edit = Edit(Span(callee.end_byte, callee.end_byte), f".Include(one => one.{navigation})")
    return (Fix(f"Load `{navigation}` with the rows", (edit,), "unsafe", "orm/n-plus-one"),)


def _loop_over(name: str, node: Node, unit: UnitView) -> Node | None:
    """The loop around a node that binds a name."""
    around = node.parent
    for _ in range(60):
        if around is None:
            return None
        if around.type == "foreach_statement":
            left = around.child_by_field_name("left")
            if left is not None and unit.adapter.slice(left) == name:
                return around
        around = around.parent
    return None


# ---------------------------------------------------------------------------- what clients fill

_STORES: Final = frozenset(("Add", "AddAsync", "Update", "Attach"))
_NO_ENTITY: Final = regex(
    r"(?i)(?:dto|model|request|command|input|payload|params|args|query|vm|form|body|data)$"
)
_FROM_PROGRAM: Final = frozenset(("FromServices", "Bind", "BindNever", "ModelBinder"))


def mass_assignment(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Entities that a client fills and that are stored as they come."""
    for call in facts.calls:
        if call.name not in _STORES and call.name != "TryUpdateModelAsync":
            continue
        if not call.context & Context.HANDLER or call.function is None:
            continue
        if call.name == "TryUpdateModelAsync" and call.path == call.name:
            given = call.arguments.positional
            if len(given) == 1 and not call.arguments.keywords:
                yield Report(
                    call.callee_span,
                    "The client may set every property of this entity; name those it may set",
                    place=call.place,
                )
            continue
        value = next(iter(call.arguments.positional), None)
        parameter = _bound(value, call.function, unit) if isinstance(value, Name) else None
        if parameter is None or len(call.arguments.positional) != 1:
            continue
        owner = call.path.replace("()", "").removeprefix("this.").rpartition(".")[0]
        head, _, table = owner.partition(".")
        if "." in table or not is_context(head, call, unit):
            continue
        yield Report(
            parameter.span,
            f"The client may set every property of `{parameter.type_path}`, and "
            f"`{call.written}` stores them all",
            place=call.place,
        )


def _bound(value: Name, function: Function, unit: UnitView) -> Parameter | None:
    """The parameter of an action that a client fills and that is stored whole."""
    for parameter in function.parameters:
        if parameter.name != value.path or not parameter.type_path:
            continue
        if any(one.path in _FROM_PROGRAM for one in parameter.decorators):
            return None
        if _NO_ENTITY.search(parameter.type_path) or not parameter.type_path[:1].isupper():
            return None
        # What the action sets itself does not stay as the client said.
        is_handler = unit.adapter.is_handler(function)
        return parameter if is_handler and parameter.type_path[:2] != "IF" else None
    return None


# ---------------------------------------------------------------------------- order of writes

_DROPS: Final = frozenset(("Remove", "RemoveAsync", "KeyDelete", "KeyDeleteAsync"))
_KEY_WORDS: Final = frozenset(
    ("cache", "key", "keys", "id", "for", "by", "prefix", "all", "get", "list", "remove", "async",
     "await", "the", "string", "format", "to", "memory", "distributed", "delete")
)  # fmt: skip


@needs(roles=("cache-delete",))
def write_order(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``_cache.Remove(key); .. await _db.SaveChangesAsync();``"""
    for call in unit.calls("cache-delete"):
        node: Node | None = call.node
        for _ in range(4):
            if node is None or node.type == "expression_statement":
                break
            node = node.parent
        if node is None or node.type != "expression_statement" or call.context & Context.LOOP:
            continue
        entity = set(words(unit.text(call.arguments.span))) - _KEY_WORDS
        if entity & {"lock", "mutex", "session", "token", "attempts", "rate", "otp", "code"}:
            continue
        passed, following = "", node.next_named_sibling
        for _ in range(12):
            if following is None or following.type in ("return_statement", "throw_statement"):
                break
            text = unit.adapter.slice(following)
            passed += "\n" + text
            if re.match(r"(?:await\s+)?[\w.]+\.SaveChanges(?:Async)?\(", text):
                after = unit.text(Span(following.end_byte, _end_of(call)))
                spoken = set(words(passed))
                about = spoken | {word.removesuffix("s") for word in spoken}
                if entity & about and not re.search(rf"\.{call.name}\(", after):
                    yield Report(
                        call.span,
                        "Between this and the write somebody may load the old row back into the "
                        "cache; write first",
                        place=call.place,
                    )
                break
            following = following.next_named_sibling


def _end_of(call: Call) -> int:
    return call.function.span.end if call.function is not None else call.span.end
