"""Checks on templates that JavaScript and TypeScript fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.names import words
from backspec.code.checks.values import is_constant
from backspec.code.facts.model import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_PLAIN: Final = frozenset(("text", "txt", "subject", "plain", "sms", "sql", "url", "path"))


@needs(families=("javascript",), words=("noescape",))
def unescaped(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Handlebars told not to escape, but for texts that are no pages."""
    for call in facts.calls:
        if call.name != "compile" or not (call.qualified or "").startswith("handlebars."):
            continue
        options = call.arguments.positional[1:2]
        if not options or not isinstance(options[0], Mapping):
            continue
        if not is_constant(options[0].entries.get("noEscape"), True):
            continue
        if _PLAIN & {word for name in _names(call, unit) for word in words(name)}:
            continue
        yield Report(
            options[0].span, "Values of this template reach the page as they are", place=call.place
        )


def _names(call: Call, unit: UnitView) -> Iterator[str]:
    """What a template is called: its target, the key it stands under, its function."""
    yield call.assigned_to
    around = call.parent
    if around is not None and around.type == "pair":
        key = around.child_by_field_name("key")
        yield unit.adapter.slice(key) if key is not None else ""
    if call.function is not None:
        yield call.function.name
