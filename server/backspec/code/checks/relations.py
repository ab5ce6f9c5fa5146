"""Checks on relations that are loaded one item at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from backspec.code.checks import Report, needs
from backspec.code.checks.front_end import is_front_end
from backspec.code.facts.model import Context
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts
    from backspec.code.syntax import Node

_RULE: Final = "orm/n-plus-one"
_ONE_OFF: Final = regex(
    r"(?:^|/)(?:scripts?|seeds?|seeders?|management/commands|fixtures|bin|tools?|cli|commands|"
    r"migrations?|versions|benchmarks?|examples?)(?:/|$)"
)
_MANAGER: Final = (
    "all|count|filter|exclude|exists|first|last|order_by|values|values_list|latest|earliest|"
    "aggregate|select_related|prefetch_related|only|distinct|get"
)
_PREFETCHED: Final = regex(
    r"prefetch_related|prefetch_related_objects|joinedload|selectinload|subqueryload|contains_eager"
    r"|lazyload|immediateload|raiseload"
)
_JOINED: Final = regex(r"select_related|annotate|\.values\(|values_list|\.iterator\(")
_SQLALCHEMY: Final = regex(r"\b(?:query|select|scalars|execute|exec)\b")
_QUERY_WORDS: Final = (b"objects", b"query", b"select", b"scalars", b"execute", b"exec")
"""One of these stands where rows come from, in Python."""
_FROM: Final = (b".objects", b"exec", b"query", b"select", b"scalars")
_HOLDERS: Final = frozenset(("function_definition", "class_definition", "decorated_definition"))
_MAX_NODES: Final = 6000
_MAX_ITEMS: Final = regex(r"\[:\s*[123]\]$")


class _Loop(NamedTuple):
    """A loop over something, in Python."""

    name: str
    """What it binds."""
    source: str
    """What it goes over, as written."""
    source_node: Node
    body: tuple[Node, ...]


@needs(families=("javascript", "python"))
def n_plus_one(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Loops over rows that load a relation of each row by a query of its own."""
    if unit.family == "python" and unit.words.isdisjoint(_QUERY_WORDS):
        return
    if _ONE_OFF.search(unit.path):
        return
    if unit.family == "python":
        if unit.file_has(r"\.objects\b|\bsqlalchemy\b|\bsession\b|\bQuerySet\b"):
            yield from _python(unit)
    elif unit.family == "javascript" and not is_front_end(unit):
        yield from _javascript(facts, unit)


# ---------------------------------------------------------------------------- Python


def _python(unit: UnitView) -> Iterator[Report]:
    for loop, around in _loops(unit):
        origin = _origin(loop, around, unit)
        if origin is None or not (".objects" in origin or _SQLALCHEMY.search(origin)):
            continue
        if _PREFETCHED.search(origin) or _MAX_ITEMS.search(origin.strip()):
            continue
        body = "\n".join(unit.adapter.slice(node) for node in loop.body)
        if "prefetch_related_objects" in body:
            continue
        found = _django(loop, around, origin, body, unit) or _sqlalchemy(loop, origin, body, unit)
        if found is None:
            continue
        shown, fix = found
        at = _place_of(shown, loop, unit)
        if at is None:
            continue
        yield Report(
            at,
            f"`{shown}` runs a query for each `{loop.name}`; load it together with the rows",
            fix,
        )


def _django(
    loop: _Loop, around: Node, origin: str, body: str, unit: UnitView
) -> tuple[str, tuple[Fix, ...]] | None:
    if not re.search(r"\.objects\b", origin):
        return None
    name = re.escape(loop.name)
    related = re.search(rf"(?<![\w.]){name}\.(\w+)\.(?:{_MANAGER})\(", body)
    if (
        related is not None
        and related[1] not in ("objects", "keys", "values", "items")
        and (related[1].endswith("_set") or ".all(" in related[0] or _is_relation(related[1], unit))
    ):
        read = re.findall(rf"(?<![\w.]){name}\.{related[1]}\.(?:all\(\))?([^\n]{{0,9}})", body)
        is_loaded = all(_OF_LOADED.match(after) for after in read)
        loading = f'.prefetch_related("{related[1]}")'
        fix = _with_rows(loop, around, loading, unit) if is_loaded else ()
        return related[0].rstrip("("), fix
    if _JOINED.search(origin):
        return None
    for one in re.finditer(rf"(?<![\w.]){name}\.(\w+)\.(\w+)(?!\s*=[^=])", body):
        field, member = one[1], one[2]
        if member in ("id", "pk") or not _is_foreign_key(field, unit):
            continue
        return one[0], _with_rows(loop, around, f'.select_related("{field}")', unit)
    return None


def _is_relation(field: str, unit: UnitView) -> bool:
    return unit.file_has(
        rf"^\s+{field}\s*=\s*(?:models\.)?ManyToManyField\(|related_name\s*=\s*[\"']{field}[\"']"
    )


def _is_foreign_key(field: str, unit: UnitView) -> bool:
    return unit.file_has(
        rf"^\s+{field}\s*(?::[^=\n]+)?=\s*(?:\w+\.)?(?:ForeignKey|OneToOneField)\(\s*['\"\w]"
    ) and not unit.file_has(rf"^\s+{field}\s*=\s*(?:\w+\.)?Column\(")


_OF_LOADED: Final = regex(r"\.?(?:count|exists)\(\)|[^.\w]|$")
"""What asks nothing of rows that are there: their number, or going over them."""


def _with_rows(loop: _Loop, around: Node, loading: str, unit: UnitView) -> tuple[Fix, ...]:
    """Load a relation in the query that the loop goes over, in place or in the one assignment."""
    node: Node | None = loop.source_node
    if re.fullmatch(r"\w+", loop.source):
        made = [
            one
            for one in unit.adapter.facts.assigns
            if one.target == loop.source
            and around.start_byte <= one.span.start < loop.source_node.start_byte
        ]
        is_one = len(made) == 1 and made[0].operator == "="
        node = made[0].value_node if is_one else None
    text = unit.adapter.slice(node) if node is not None else ""
    is_query = re.match(r"[\w.]+\.objects\.[\w.]*\w+\(.*\)$", text, re.DOTALL)
    if node is None or is_query is None or _CLOSED.search(text):
        return ()
    end = node.end_byte
    start = end - len(".all()") if text.endswith(".objects.all()") else end
    edit = Edit(Span(start, end), loading)
    field = loading.partition('"')[2].partition('"')[0]
    return (Fix(f"Load `{field}` with the rows", (edit,), "unsafe", _RULE),)


_CLOSED: Final = regex(r"\.(?:values|values_list|iterator|raw|in_bulk|dates|union)\(")
"""Queries that take no more relations."""


def _sqlalchemy(
    loop: _Loop, origin: str, body: str, unit: UnitView
) -> tuple[str, tuple[Fix, ...]] | None:
    if not _SQLALCHEMY.search(origin) or ".objects" in origin:
        return None
    for one in re.finditer(rf"(?<![\w.]){re.escape(loop.name)}\.(\w+)(?![\w(])(?!\s*=[^=])", body):
        if unit.file_has(
            rf"^\s+{one[1]}\s*(?::[^=\n]+)?=\s*(?:\w+\.)?(?:relationship|Relationship)\("
        ) and not unit.file_has(
            rf"^\s+{one[1]}\s*(?::[^=\n]+)?=\s*(?:\w+\.)?(?:relationship|Relationship)"
            r"\([^\n]*\blazy\s*="
        ):
            return one[0], ()
    return None


def _loops(unit: UnitView) -> Iterator[tuple[_Loop, Node]]:
    """The loops of a unit that bind one plain name, and the function (or file) around each."""
    root, find = unit.adapter.root, unit.adapter.source.find
    stack: list[tuple[Node, Node]] = [(root, root)]
    for _ in range(_MAX_NODES * 20):
        if not stack:
            return
        node, around = stack.pop()
        start, end = node.start_byte, node.end_byte
        if find(b"for ", start, end) < 0:
            continue
        kind = node.type
        # Where the rows come from stands in the function around the loop.
        if around is root and kind in _HOLDERS and not any(find(w, start, end) >= 0 for w in _FROM):
            continue
        if kind == "function_definition":
            around = node
        if kind == "for_statement":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            body = node.child_by_field_name("body")
            if left is None or right is None or body is None:
                continue
            if left.type == "identifier":
                name, source = unit.adapter.slice(left), unit.adapter.slice(right)
                yield _Loop(name, source, right, (body,)), around
        elif kind.endswith("_comprehension") or kind == "generator_expression":
            yield from _comprehension(node, around, unit)
        stack.extend((child, around) for child in node.named_children)


def _comprehension(node: Node, around: Node, unit: UnitView) -> Iterator[tuple[_Loop, Node]]:
    clauses = [n for n in node.named_children if n.type == "for_in_clause"]
    if len(clauses) != 1:
        return
    left = clauses[0].child_by_field_name("left")
    right = clauses[0].child_by_field_name("right")
    body = tuple(n for n in node.named_children if n.type != "for_in_clause")
    if left is not None and right is not None and left.type == "identifier":
        yield _Loop(unit.adapter.slice(left), unit.adapter.slice(right), right, body), around


def _origin(loop: _Loop, around: Node, unit: UnitView) -> str | None:
    """Where the rows come from, as written, through one name."""
    source = loop.source
    if not re.fullmatch(r"\w+", source):
        return source
    before = unit.adapter.source[around.start_byte : loop.source_node.start_byte].decode(
        "utf-8", "replace"
    )
    found = list(re.finditer(rf"(?m)^[ \t]*{re.escape(source)}\s*(?::[^=\n]+)?=(?!=)", before))
    if not found or (around.type != "function_definition"):
        return None
    text = before[found[0].end() :][:3000]
    return text if len(found) < 6 else None


def _place_of(shown: str, loop: _Loop, unit: UnitView) -> Span | None:
    for node in loop.body:
        at = unit.adapter.source.find(shown.encode(), node.start_byte, node.end_byte)
        if at >= 0:
            return Span(at, at + len(shown.encode()))
    return None


# ---------------------------------------------------------------------------- JavaScript


def _javascript(facts: Facts, unit: UnitView) -> Iterator[Report]:
    for call in facts.calls:
        flags = call.flags
        if not flags & Context.LOOP or flags & (Context.MIGRATION | Context.MAIN):
            continue
        head, _, rest = call.path.partition(".")
        if not _loads_relation(call, rest, unit) or not _is_loop_variable(head, call, unit):
            continue
        yield Report(
            call.span,
            f"`{call.path}` runs a query for each `{head}`; load it together with the rows",
            place=call.place,
        )


def _loads_relation(call: Call, rest: str, unit: UnitView) -> bool:
    name = call.name
    if name == "$relatedQuery" and rest.startswith("$relatedQuery"):
        return True
    if rest != name:
        return False
    if name == "populate":
        return bool(call.context & Context.AWAITED) and not unit.imports("@mikro-orm/core")
    if re.fullmatch(r"(?:get|count)[A-Z]\w*", name) and call.context & Context.AWAITED:
        return unit.file_has(r"\.findAll\(|\bfrom ['\"]sequelize|require\(['\"]sequelize") and (
            not call.arguments.positional or call.arguments.positional[0].kind == "mapping"
        )
    return False


def _is_loop_variable(name: str, call: Call, unit: UnitView) -> bool:
    """Whether a loop over what a query gave binds the name."""
    function = call.function
    while function is not None and function.outer is not None:
        function = function.outer
    text = unit.text(function.span) if function is not None else unit.text(unit.span)
    word = re.escape(name)
    found = re.search(
        rf"for\s*(?:await\s*)?\(\s*(?:const|let|var)\s+{word}\s+of\s+(?:await\s+)?([\w$.]+)", text
    ) or re.search(
        rf"([\w$.]+)\s*\.(?:map|forEach|flatMap)\(\s*(?:async\s*)?(?:function\s*)?\(?\s*{word}\b",
        text,
    )
    if found is None:
        return False
    source = re.escape(found[1].partition(".")[0])
    if re.search(r"\.find(?:All|AndCountAll)?$", found[1]):
        return True
    return (
        re.search(
            rf"(?<![\w$.])(?:{source}|\{{[^}}]*\b{source}\b[^}}]*\}})\s*(?::[^=\n]+)?=\s*(?:await\s+)?"
            r"[\w$.]+(?:\([^()]*\)\.\w+)*\.(?:find|findAll|findAndCountAll|query|scope)\b",
            text,
        )
        is not None
    )
