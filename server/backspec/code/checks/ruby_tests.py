"""Ruby: tests that look at nothing (RSpec, minitest)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.facts.model import Context
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts
    from backspec.code.syntax import Node

_EXAMPLES: Final = frozenset(("it", "specify", "example", "test", "scenario"))
_CHECKS: Final = regex(
    r"(?i)expect|assert|should|refute|\bmust_|\bwont_|verif|check|validat|match|compare|raise|skip\b|pending"
    r"|is_expected|flunk|\bfail\b|snapshot|approve|behaves|include_examples|benchmark|mock\b|receive\b"
    r"|ensure|helper|have_|page\.|within|find\(|click|fill_in|visit|wait|run_test|test_|example"
    r"|perform_|works|without error|not raise|does ?n.t|no error|crash|warn|handle"
)
"""Words of what asserts, and of tests that only see whether something runs."""
_MAKING: Final = frozenset(
    ("create", "build", "create_list", "build_stubbed", "get", "post", "put", "patch", "delete",
     "sign_in", "login_as", "travel_to", "allow", "stub", "stub_request", "puts", "p", "subject")
)  # fmt: skip
"""Words of RSpec, Rails and FactoryBot that assert nothing."""


@needs(calls=_EXAMPLES)
def no_assertion(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``it "works" do .. end`` without anything that could fail."""
    for call in facts.calls:
        if call.path not in _EXAMPLES or not call.context & Context.TEST:
            continue
        block = call.arguments.block
        if block is None or not call.arguments.positional:
            continue
        body = block.node.child_by_field_name("body")
        if body is None or _CHECKS.search(unit.text(call.span)):
            continue
        statements = unit.adapter.statements(body)
        if len(statements) < _FEW or any(_may_assert(one, unit) for one in statements):
            continue
        yield Report(
            call.callee_span,
            "This test asserts nothing, so it passes whatever the code does",
            profile="strict",
            place=call.place,
        )


_FEW: Final = 2


def _may_assert(statement: Node, unit: UnitView) -> bool:
    """Whether a statement calls a method of the test's own, which may look at something."""
    text = unit.adapter.slice(statement)
    found = re.match(r"[a-z_]\w*[!?]?", text)
    if found is None or statement.type not in ("call", "identifier"):
        return statement.type not in ("assignment", "call", "operator_assignment")
    receiver = statement.child_by_field_name("receiver")
    return receiver is None and found[0] not in _MAKING
