"""Checks on object-relational and query-builder use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from backspec.code.checks import Report
from backspec.code.checks.batched import ask_once
from backspec.code.checks.csharp_entities import entity_reads
from backspec.code.checks.front_end import is_front_end
from backspec.code.checks.names import words
from backspec.code.checks.python_purposes import is_in_task
from backspec.code.checks.values import leading_text, names_around
from backspec.code.facts.model import CallValue, Const, Context, Value
from backspec.expressions import regex
from backspec.model import Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Assign, Call, Facts, Function
    from backspec.code.syntax import Node

_SELECT: Final = regex(r"^\s*(?:select|with|show|explain)\b", re.IGNORECASE)
_PAGING: Final = frozenset(
    ("offset", "limit", "skip", "page", "pages", "cursor", "chunk", "chunks", "batch", "batches",
     "attempt", "attempts", "retry", "retries", "slice", "window", "shard", "partition")
)  # fmt: skip
_ONE_OFF: Final = regex(
    r"(?:^|/)(?:scripts?|seeds?|seeders?|seeding|random_data\.py|db_migrations|revisions|versions|fixes|fixups?|upgrades?|management/commands|Commands?|Console|fixtures|bin|tools?|cli|commands|"
    r"migrations?|migration-scripts|data-migrations|benchmarks?|examples?|loadtest)(?:/|$)|seed[^/]*$"
)
_FROM_SETTINGS: Final = regex(r"(?:\w+\.)*(?:settings|config)\.\w+$|[A-Z][A-Z0-9_]+$")
"""Lists that a person wrote."""
_IMPORTER: Final = regex(r"(?:^|/)(?:\w+_)?importer\w*\.py$")
"""Python: what runs once for each source of data, and writes for each item anyway."""
_FUNCTION_KINDS: Final = frozenset(
    ("function_definition", "lambda", "function_declaration", "function_expression",
     "arrow_function", "method_definition", "generator_function", "generator_function_declaration",
     "anonymous_function", "method_declaration")
)  # fmt: skip
_PER_ITEM: Final = frozenset(
    (
        "map",
        "forEach",
        "filter",
        "reduce",
        "some",
        "every",
        "flatMap",
        "find",
        "each",
        "array_map",
        "array_filter",
        "array_walk",
        "transform",
        "mapWithKeys",
    )
)
_MAX_STEPS: Final = 400


_GO_CLAUSES: Final = frozenset(("range_clause", "for_clause"))


class _Loop(NamedTuple):
    """One loop around a call."""

    span: Span
    """The loop, or the function that runs for each item."""
    names: frozenset[str]
    """What it binds for each round."""
    source: str
    """What it goes over, as written."""
    is_callback: bool


_REPAIRS: Final = regex(r"(?i)repair|clean_?up|backfill|dedup|(?:^|/)fix[A-Z_-]|migrat|upgrade")
"""Work that somebody starts now and then, for all rows there are."""


def query_in_loop(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Reads from a database inside a loop that depend on the loop's variable."""
    if _ONE_OFF.search(unit.path) or is_front_end(unit):
        return
    for call in (*unit.calls("db-read", "sql-execute"), *entity_reads(facts, unit)):
        context = call.flags
        if not context & Context.LOOP or context & (Context.MIGRATION | Context.MAIN):
            continue
        roles = unit.roles_of(call)
        if "db-bulk" in roles or not _is_read(call, unit, roles):
            continue
        if call.path.startswith("objects."):
            continue  # a mapping of that name: a manager hangs on its model
        if unit.family == "go" and _is_other_text(call):
            continue
        if _is_loader(call.function) or "select_for_update" in call.path:
            continue  # a row that is locked by itself is meant to be read by itself
        loops = list(_loops_around(call, unit))
        loop = _deciding_loop(call, loops, facts, unit)
        if loop is None or _is_paging(call, loop, unit):
            continue
        is_few = unit.family == "python" and (
            _FROM_SETTINGS.match(loop.source) is not None
            or is_in_task(call)
            or _IMPORTER.search(unit.path) is not None
        )
        is_few = is_few or (
            unit.family == "javascript"
            and _REPAIRS.search(" ".join((unit.path, *names_around(call.function)))) is not None
        )
        yield Report(
            call.span,
            f"`{_shown(call)}` runs once for each round of this loop; ask once for all of them",
            ask_once(call, unit),
            severity=Severity.INFO if loop.is_callback and _is_concurrent(loop, unit) else None,
            profile="strict" if is_few else None,
            place=call.place,
        )


def _is_read(call: Call, unit: UnitView, roles: frozenset[str]) -> bool:
    """Whether a call certainly reads: by its role, or by the statement it sends."""
    if "sql-execute" not in roles:
        return True
    statement = unit.argument(call, "sql")
    if not isinstance(statement, Value):
        return False
    text = leading_text(statement)
    if text:
        return _SELECT.match(text) is not None and "information_schema" not in text.lower()
    if isinstance(statement, CallValue):
        inner = unit.text(statement.span).lstrip()
        if "sql-text" in unit.roles_of(statement.call):
            return _SELECT.match(leading_text(unit.argument(statement.call, "sql"))) is not None
        return re.match(r"(?:\w+\.)?select\(", inner) is not None
    return False


def _is_other_text(call: Call) -> bool:
    """GORM: whether the statement in a chain is another text each round."""
    one: Call | None = call
    for _ in range(20):
        if one is None:
            return False
        given = one.arguments.positional
        if one.name in ("Raw", "Table") and given and not isinstance(given[0], Const):
            return True
        one = one.receiver_call
    return False


def _is_loader(function: Function | None) -> bool:
    """Whether the function already loads in batches for others."""
    around = {word for name in names_around(function) for word in words(name)}
    return bool(around & {"loader", "dataloader", "batch", "bulk", "seed", "backfill", "migrate"})


def _loops_around(call: Call, unit: UnitView) -> Iterator[_Loop]:
    """The loops a call stands in, innermost first, up to code that runs on its own."""
    adapter = unit.adapter
    node = call.node.parent
    inside = call.node
    function = call.function
    for _ in range(_MAX_STEPS):
        if node is None:
            return
        kind = node.type
        if kind == "enhanced_for_statement":
            item, over = node.child_by_field_name("name"), node.child_by_field_name("value")
            if item is not None and over is not None and over.end_byte < inside.start_byte:
                bound = frozenset((adapter.slice(item),))
                yield _Loop(_span(node), bound, adapter.slice(over), False)
        elif kind == "foreach_statement" and node.child_by_field_name("right") is not None:
            item, over = node.child_by_field_name("left"), node.child_by_field_name("right")
            assert over is not None
            if item is not None and over.end_byte < inside.start_byte:
                yield _Loop(_span(node), _names_in(item, unit), adapter.slice(over), False)
        elif kind == "foreach_statement":
            parts = [n for n in node.named_children if n.type != "comment"]
            names = frozenset(name for part in parts[1:2] for name in _names_in(part, unit))
            if parts and parts[0].end_byte < inside.start_byte:
                yield _Loop(_span(node), names, adapter.slice(parts[0]), False)
        elif kind in ("for_statement", "for_in_statement"):
            body = node.child_by_field_name("body")
            if body is not None and body.start_byte <= inside.start_byte:
                clauses = [n for n in node.named_children if n.type in _GO_CLAUSES]
                head = clauses[0] if clauses else node
                left = head.child_by_field_name("left") or head.child_by_field_name("initializer")
                right = head.child_by_field_name("right") or head.child_by_field_name("condition")
                yield _Loop(
                    _span(node), _names_in(left, unit), adapter.slice(right) if right else "", False
                )
        elif kind.endswith("_comprehension") or kind == "generator_expression":
            for clause in node.named_children:
                if clause.type == "for_in_clause":
                    left = clause.child_by_field_name("left")
                    right = clause.child_by_field_name("right")
                    yield _Loop(
                        _span(node),
                        _names_in(left, unit),
                        adapter.slice(right) if right else "",
                        False,
                    )
        elif kind in _FUNCTION_KINDS:
            if function is None or function.passed_to is None:
                return
            receiver = function.passed_to
            if receiver.name not in _PER_ITEM:
                return
            names = frozenset(
                name
                for parameter in function.parameters
                for name in re.findall(r"[\w$]+", parameter.name)
            ) | _names_in(_parameters_of(node), unit)
            yield _Loop(_span(node), names, unit.text(receiver.callee_span), True)
            function = function.outer
        inside, node = node, node.parent


def _parameters_of(function: Node) -> Node | None:
    return function.child_by_field_name("parameters") or function.child_by_field_name("parameter")


def _names_in(pattern: Node | None, unit: UnitView) -> frozenset[str]:
    """The names a loop's pattern binds: all identifiers in it."""
    if pattern is None:
        return frozenset()
    return frozenset(re.findall(r"[A-Za-z_$][\w$]*", unit.adapter.slice(pattern))) - {
        "const", "let", "var", "of", "in", "i32", "self", "this", "_",
    }  # fmt: skip


def _deciding_loop(call: Call, loops: list[_Loop], facts: Facts, unit: UnitView) -> _Loop | None:
    """The innermost loop whose variable, or something made from it, is in the call's arguments."""
    given = _arguments_of_chain(call, unit, is_own_left_out=unit.family == "php")
    if "**{" in given or re.search(r"[{,]\s*\[\w+\]\s*:", given):
        return None  # another column each round
    root = re.match(r"[\w$]*", call.path)
    for loop in loops:
        names = _derived_names(loop, call, facts)
        if root is not None and root[0] in names:
            return None  # another table, or another connection, each round
        if any(
            re.search(rf"(?<![\w.$]){re.escape(n)}\.(?:select|query|table|objects)\b", given)
            for n in names
        ):
            return None
        if any(re.search(rf"(?<![\w.$]){re.escape(name)}(?![\w$])", given) for name in names):
            return loop
    return None


def _derived_names(loop: _Loop, call: Call, facts: Facts) -> set[str]:
    """What the loop binds, and the names assigned from it inside the loop before the call."""
    names = set(loop.names)
    for assign in facts.assigns:
        if not (loop.span.start <= assign.span.start and assign.span.end <= call.span.start):
            continue
        if assign.value_node is not None and "." not in assign.target and _mentions(assign, names):
            names.update(re.findall(r"[\w$]+", assign.target))
    return names


def _mentions(assign: Assign, names: set[str]) -> bool:
    assert assign.value_node is not None
    written = assign.reader.text(_span(assign.value_node))
    return not names.isdisjoint(re.findall(r"[\w$]+", written[:2000]))


def _arguments_of_chain(call: Call, unit: UnitView, *, is_own_left_out: bool = False) -> str:
    """The arguments of a call and of the calls it is chained to, as written.

    ``is_own_left_out``: but not those of the file's own functions, which make another query each
    round.
    """
    pieces = []
    one: Call | None = call
    for _ in range(20):
        if one is None:
            break
        if not (is_own_left_out and (one.qualified or "").startswith(":")):
            pieces.append(unit.text(one.arguments.span))
        one = one.receiver_call
    return " ; ".join(pieces)


def _is_paging(call: Call, loop: _Loop, unit: UnitView) -> bool:
    """Whether the loop goes through pages, batches or attempts, and so is the batching."""
    spoken = {word for name in loop.names for word in words(name)} | set(words(loop.source[:200]))
    if spoken & _PAGING:
        return True
    return bool({"offset", "skip", "cursor"} & set(words(_arguments_of_chain(call, unit)[:500])))


def _is_concurrent(loop: _Loop, unit: UnitView) -> bool:
    """Whether the rounds run side by side: ``Promise.all(ids.map(...))``."""
    source = unit.adapter.source
    head = source[max(0, loop.span.start - 200) : loop.span.start]
    return re.search(rb"Promise\.(?:all|allSettled)\(\s*[\w.\s(),?\[\]]*$", head) is not None


def _shown(call: Call) -> str:
    path = call.path or call.name
    return path if len(path) <= 60 else "…" + path[-58:]


def _span(node: Node) -> Span:
    return Span(node.start_byte, node.end_byte)
