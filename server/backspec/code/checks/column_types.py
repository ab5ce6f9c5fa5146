"""Columns for money that models and migrations in code make as floating point."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.sql_schema import is_money
from backspec.code.checks.values import text_of
from backspec.code.facts.model import CallValue, Mapping, Name
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.arguments import Found
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, ClassDef, Facts, Place

_LARAVEL: Final = frozenset(
    ("Illuminate.Database.Schema.Blueprint.float", "Illuminate.Database.Schema.Blueprint.double")
)
_COLUMN_CALLS: Final = frozenset(("float", "double", "add_column"))
_FLOATS: Final = frozenset(("Float", "Double", "REAL", "DOUBLE", "DOUBLE_PRECISION", "FLOAT"))
_FIELDS: Final = {
    "java": regex(r"\b(?P<type>double|float|Double|Float)\s+(?P<name>\w+)\s*[;=]"),
    "csharp": regex(r"\bpublic\s+(?:virtual\s+)?(?P<type>double|float)\??\s+(?P<name>\w+)\s*\{"),
    "go": regex(r"(?m)^\s*(?P<name>[A-Z]\w*)\s+\*?(?P<type>float64|float32)\b"),
    "javascript": regex(
        r"@Column\([^()]*?[\"'](?P<type>float[48]?|double(?: precision)?|real)[\"'][^()]*\)"
        r"\s*(?:(?:public|private|readonly)\s+)*(?P<name>\w+)[!?]?\s*:"
    ),
    "php": regex(
        r"#\[(?:ORM\\)?Column\([^\]]*?(?P<type>[\"']float[\"']|Types::FLOAT)[^\]]*\]"
        r"\s*(?:private|protected|public)\s+(?:\??\w+\s+)?\$(?P<name>\w+)"
    ),
}
"""Fields of classes whose objects are rows."""
_ENTITY: Final = {
    "java": r"@Entity\b",
    "csharp": r"\[(?:Table|Key|Column)\b|DbSet<%s>",
    "go": r"gorm\.Model\b|gorm:\"",
    "javascript": r"@Entity\(",
    "php": r"ORM\\",
}


_FLOAT_WORDS: Final = (
    "float", "float4", "float8", "float32", "float64", "double", "double_precision", "real",
    "FloatField", "add_column",
)  # fmt: skip
"""One of these stands wherever a column is made as floating point, in any language."""


@needs(words=_FLOAT_WORDS)
def money(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Amounts in columns that cannot hold them exactly."""
    if unit.family == "python":
        yield from _python(facts)
    elif unit.family in ("ruby", "php"):
        yield from _migrations(facts, unit)
    if unit.family == "javascript":
        yield from _sequelize(facts, unit)
    pattern = _FIELDS.get(unit.family)
    if pattern is None:
        return
    if unit.family == "csharp" and unit.words.isdisjoint((b"double", b"float")):
        return
    for one in facts.classes:
        if unit.family in ("java", "javascript") and not _is_entity(one, unit):
            continue
        if unit.file_has(_ENTITY[unit.family].replace("%s", re.escape(one.name))):
            yield from _fields(one, pattern, unit)


def _is_entity(one: ClassDef, unit: UnitView) -> bool:
    marks = (unit.text(decorator.span) for decorator in one.decorators)
    return any(re.match(r"@(?:[\w.]+\.)?(?:Entity|Embeddable)\b", mark) for mark in marks)


def _is_amount(name: str) -> bool:
    if re.search(r"(?i)points?$|scores?$|hours?$|ratio|percent", name):
        return False
    spelled = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    # What is paid for a kilowatt hour or a token has parts of a cent.
    return (
        is_money(spelled)
        and re.search(r"_per_?(?:kwh?|wh|km|gb|mb|token|request)", spelled) is None
    )


def _report(span: Span, name: str, kind: str, place: Place | None) -> Report:
    return Report(
        span, f"{kind} cannot hold most amounts exactly; `{name}` will be off by cents", place=place
    )


def _fields(one: ClassDef, pattern: re.Pattern[str], unit: UnitView) -> Iterator[Report]:
    text = unit.text(one.span)
    for match in pattern.finditer(text):
        name = match["name"]
        before = text[max(0, match.start() - 200) : match.start()].rpartition(";")[2]
        if not _is_amount(name) or "@Transient" in before or "NotMapped" in before:
            continue
        start = one.span.start + len(text[: match.start("type")].encode())
        kind = match["type"].strip("\"'")
        yield _report(Span(start, start + len(match["type"].encode())), name, kind, one.place)


def _python(facts: Facts) -> Iterator[Report]:
    for assign in facts.assigns:
        if assign.class_def is None or assign.value_node is None:
            continue
        if not assign.value_node.type.startswith("call"):
            continue
        value = assign.value
        if not isinstance(value, CallValue):
            continue
        call = value.call
        qualified = call.qualified or ""
        if qualified == "django.db.models.FloatField":
            found, kind = call.callee_span, "FloatField"
        elif qualified.startswith("sqlalchemy.") and call.name in ("Column", "mapped_column"):
            place = _float_in(call)
            if place is None:
                continue
            found, kind = place, "Float"
        else:
            continue
        if _is_amount(assign.target):
            yield _report(found, assign.target, kind, assign.place)


def _float_in(call: Call) -> Span | None:
    for value in call.arguments.positional:
        named = _type_name(value)
        if named in _FLOATS:
            return value.span
    return None


def _type_name(value: Found) -> str:
    if isinstance(value, CallValue):
        return value.call.name
    return value.path.rpartition(".")[2] if isinstance(value, Name) else ""


def _migrations(facts: Facts, unit: UnitView) -> Iterator[Report]:
    is_rails = unit.family == "ruby" and unit.file_has(r"ActiveRecord::(?:Migration|Schema)")
    for call in facts.calls:
        if call.name not in _COLUMN_CALLS or not call.arguments.positional:
            continue
        positional = call.arguments.positional
        first = text_of(positional[0])
        if is_rails and call.name == "float" and "." in call.path and _is_amount(first):
            yield _report(call.callee_span, first, "float", call.place)
        elif is_rails and call.name == "add_column" and len(positional) > 2:
            name = text_of(positional[1])
            if text_of(positional[2]) == "float" and _is_amount(name):
                yield _report(positional[2].span, name, "float", call.place)
        elif (call.qualified or "") in _LARAVEL and _is_amount(first):
            yield _report(call.callee_span, first, call.name, call.place)


def _sequelize(facts: Facts, unit: UnitView) -> Iterator[Report]:
    if not unit.file_has(r"(?i)sequelize"):
        return
    for pair in facts.pairs:
        if not _is_amount(pair.key):
            continue
        value: Found = pair.value
        if isinstance(value, Mapping):
            value = value.entries.get("type")
        if _type_name(value) in ("FLOAT", "DOUBLE", "REAL") and value is not None:
            span = getattr(value, "span", pair.span)
            yield _report(span, pair.key, _type_name(value), pair.place)
