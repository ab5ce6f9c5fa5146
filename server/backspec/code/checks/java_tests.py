"""Checks on tests in Java that cannot fail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts

_TESTS: Final = frozenset(("Test", "ParameterizedTest", "RepeatedTest"))
_TRIVIAL: Final = re.compile(
    r"^(?:Assert(?:ions)?\.)?(?:assertTrue\(\s*true|assertFalse\(\s*false|"
    r"assertEquals\(\s*(\w+),\s*\1|assertNull\(\s*null)\s*\);?$"
)
_CHECKS: Final = re.compile(
    r"(?i)assert|expect|should|\bfail\(|verif|check|ensure|compare|snapshot|match|validat|"
    r"approv|golden|benchmark|equal|throw|stepverifier|await|contextloads|\bthen\(|\btest\w*\("
)
"""Words of calls that assert, and of tests that only see whether something runs."""
_NAMES_A_RUN: Final = re.compile(r"(?i)load|start|run|smoke|compil|work|no_?error|not_?fail|crash")
_MIN_STATEMENTS: Final = 2


@needs(words=_TESTS)
def no_assertion(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Test methods without any assertion, and those that assert what is always true."""
    for function in facts.functions:
        told = [one for one in function.decorators if one.path.rpartition(".")[2] in _TESTS]
        if not told or any("Disabled" in one.path for one in function.decorators):
            continue
        body = function.node.child_by_field_name("body")
        if body is None or any("expected" in unit.text(one.span) for one in told):
            continue
        statements = [node for node in body.named_children if "comment" not in node.type]
        first = unit.adapter.slice(statements[0]) if len(statements) == 1 else ""
        if _TRIVIAL.match(first):
            what, is_certain = "asserts what is always true", True
        elif (
            len(statements) < _MIN_STATEMENTS
            or _NAMES_A_RUN.search(function.name)
            or unit.mentions("assert", "verify", "expect", within=function.body_span)
            or _CHECKS.search(unit.text(function.body_span))
        ):
            continue
        else:
            what, is_certain = "asserts nothing, so it passes whatever the code does", False
        yield Report(
            function.name_span,
            f"`{function.name}` {what}",
            profile=None if is_certain else "strict",
            place=function.inside,
        )
