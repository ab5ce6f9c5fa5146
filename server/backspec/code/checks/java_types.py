"""Checks on Java: data that names the classes which are built from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import is_constant, path_of
from backspec.expressions import regex
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_ANY_SUBTYPE: Final = regex(r"\bLaissezFaireSubTypeValidator\b|allowIfBaseType\(\s*Object\.class")
_OPEN: Final = regex(r"^(?:Object|Serializable|Comparable)\b|[<,]\s*(?:Object|\?)\s*>")
_BY_CLASS: Final = regex(r"(?:^|\.)Id\.(?:CLASS|MINIMAL_CLASS)$|^(?:CLASS|MINIMAL_CLASS)$")


@needs(roles=("type-naming",), words=("JsonTypeInfo",))
def named_by_data(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Jackson and fastjson, told to build what the text names."""
    for call in unit.calls("type-naming"):
        if call.name == "setAutoTypeSupport":
            given = call.arguments.positional
            if not given or not is_constant(given[0], True):
                continue
        elif call.name != "enableDefaultTyping" and not _ANY_SUBTYPE.search(
            unit.text(call.arguments.span)
        ):
            continue  # the validator says which
        yield Report(
            call.span,
            f"With `{call.written}` the JSON names the classes that are built",
            severity=Severity.WARNING,
            place=call.place,
        )
    for call in facts.calls:
        if call.name != "JsonTypeInfo":
            continue
        use = call.arguments.keywords.get("use")
        if use is not None and _BY_CLASS.search(path_of(use)):
            yield Report(
                call.span,
                "The JSON names the class that is built here; give short names with `Id.NAME`",
                severity=Severity.WARNING,
                profile=None if _is_anything(call, unit) else "strict",
                place=call.place,
            )


def _is_anything(call: Call, unit: UnitView) -> bool:
    """Whether an annotated field takes objects of any class; a narrower type narrows the choice."""
    modifiers = call.node.parent
    holder = modifiers.parent if modifiers is not None else None
    kind = holder.child_by_field_name("type") if holder is not None else None
    return kind is not None and _OPEN.search(unit.adapter.slice(kind)) is not None
