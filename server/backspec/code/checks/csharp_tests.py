"""Checks on C# tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.checks.csharp_data import is_waited_for
from backspec.code.facts.model import Context
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts

_LATER: Final = regex(r"Throws(?:Any|Exactly)?Async")
_TRIVIAL: Final = regex(
    r"\{\s*(?:Assert\.(?:True|IsTrue)\(true\)|Assert\.(?:False|IsFalse)\(false\)"
    r"|Assert\.Equal\((\d+), \1\)|Assert\.That\(true(?:, Is\.True)?\)"
    r"|true\.Should\(\)\.BeTrue\(\));\s*\}"
)
_TESTS: Final = frozenset(("Fact", "Theory", "Test", "TestMethod", "TestCase"))


def no_assertion(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Assertions on tasks that nobody waits for, and tests that assert what is always true."""
    for call in facts.calls:
        if not call.name.endswith("Async") or not _LATER.fullmatch(call.name):
            continue
        if call.use != "statement":
            continue
        if not call.path.startswith("Assert.") or call.context & Context.AWAITED:
            continue
        # NUnit's own form runs the task itself.
        if unit.imports("NUnit.Framework") or is_waited_for(call):
            continue
        start = call.span.start
        is_async = call.function is not None and call.function.is_async
        repair = Fix("Await it", (Edit(Span(start, start), "await "),), "unsafe", _RULE)
        yield Report(
            call.span,
            "The test ends before this assertion is made; await it",
            (repair,) if is_async else (),
            Severity.ERROR,
            place=call.place,
        )
    for function in facts.functions:
        if not any(one.path in _TESTS for one in function.decorators):
            continue
        if _TRIVIAL.fullmatch(unit.text(function.body_span).strip()):
            yield Report(
                function.name_span,
                f"`{function.name}` asserts what is always true",
                place=function.inside,
            )


_RULE: Final = "test/no-assertion"
