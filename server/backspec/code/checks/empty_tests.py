"""Tests in Ruby and PHP that cannot fail: RSpec, minitest, PHPUnit, Pest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.facts.model import Context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts
    from backspec.code.syntax import Node

_TRIVIAL: Final = re.compile(
    r"(?:assert(?:_equal)?[ (]\s*(?:true|1\s*,\s*1|true\s*,\s*true)\s*\)?"
    r"|expect\((true|1)\)\.to(?:\s*\(?\s*(?:be|eq|be_truthy|eql|equal)\b[ (]*(?:\1)?\s*\)*)"
    r"|true\.should\s.*"
    r"|(?:\$this->|self::|static::)assert(?:True\(\s*true\s*\)|False\(\s*false\s*\)"
    r"|(?:Equals|Same)\(\s*(?:1\s*,\s*1|true\s*,\s*true)\s*\))"
    r"|expect\(true\)->toBe(?:True\(\)|\(true\)));?"
)
_ON_PURPOSE: Final = re.compile(r"(?i)fake|dummy|placeholder|no_?op|nothing|truth|skip")
"""Names of tests that stand in for those that cannot run here."""
_TRUE: Final = re.compile(rb"\b(?:true|false|1)\b")
_MAX_STATEMENTS: Final = 1


@needs(families=("php", "ruby"))
def no_assertion(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Tests whose only statement asserts what is always true."""
    if unit.family not in ("ruby", "php"):
        return
    for call in facts.calls:
        if not _may_assert(call) or not call.flags & Context.TEST:
            continue
        if _TRUE.search(unit.adapter.source, call.node.start_byte, call.node.end_byte) is None:
            continue
        node = _whole(call)
        if _TRIVIAL.fullmatch(unit.adapter.slice(node).strip()) is None:
            continue
        name = call.function.name if call.function is not None else ""
        if unit.family == "php" and not _is_test(call):
            continue
        if _stands_alone(node) and _ON_PURPOSE.search(name) is None:
            yield Report(call.span, "This test asserts what is always true", place=call.place)


def _is_test(call: Call) -> bool:
    """PHP: whether a call is a statement of a test method's own, not of a branch or a callback."""
    function = call.function
    if function is None:
        return False
    block = call.node.parent
    block = block.parent if block is not None else None
    body = function.body_span
    is_own = block is not None and (block.start_byte, block.end_byte) == (body.start, body.end)
    is_named = function.name.startswith("test") or any(
        one.path.rpartition(".")[2] == "Test" for one in function.decorators
    )
    is_pest = function.passed_to is not None and function.passed_to.path in ("it", "test")
    return is_own and (is_named or is_pest)


def _may_assert(call: Call) -> bool:
    return call.name.startswith(("assert", "expect", "should"))


def _whole(call: Call) -> Node:
    """The statement around a call: ``expect(true).to be true``."""
    node = call.node
    for _ in range(4):
        around = node.parent
        if around is None or around.end_byte - around.start_byte > 80:
            break
        if around.type not in (
            "call",
            "member_call_expression",
            "expression_statement",
            "argument_list",
        ):
            break
        node = around
    return node


def _stands_alone(node: Node) -> bool:
    """Whether a statement is all there is in its block."""
    around = node.parent
    if around is None or around.type not in (
        "body_statement", "block_body", "do_block", "block", "compound_statement",
    ):  # fmt: skip
        return False
    return sum(one.type != "comment" for one in around.named_children) == _MAX_STATEMENTS
