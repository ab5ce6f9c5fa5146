"""Checks on tests that cannot fail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.facts.model import Context, FunctionValue
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function

_RULE: Final = "test/no-assertion"
_CHECKS: Final = regex(
    r"(?i)assert|expect|should|\bfail\(|\braise\b|raises|warns|verif|check|ensure|compare|snapshot|"
    r"match|validat|approv|golden|benchmark|\bis_|equal|\bthrow\b|chai|sinon|\bdone\(|\bt\.\w|"
    r"\.test\(|\bcy\.|\bpage\.|waitFor|scenario|run_test|do_test|_test\(|helper|smoke|not_raise|"
    r"no_error|without_error|does_not|doesn't|without error|nothrow|no throw|crash|works?\b|"
    r"findBy|findAllBy|getBy|getAllBy|screen\.|count_queries|full_clean|query_count|"
    r"pytest\.skip|skipTest|\.todo|\.skip|xfail|hypothesis|roundtrip|round_trip|test_util"
)
"""Words of calls that assert, and of tests that only see whether something runs."""
_PY_MOCK_TYPO: Final = regex(
    r"^[\w.\[\]\"']*\.(assert_called|assert_called_once|assert_not_called|assert_called_with|"
    r"assert_called_once_with|assert_any_call|assert_has_calls|assert_awaited|assert_awaited_once)$"
)
_PY_TRIVIAL: Final = regex(r"^assert\s+(?:True|1)\s*(?:,.*)?$")
_PY_MAYBE_TRIVIAL: Final = regex(rb"assert\s+(?:True|1)")
_MOCK_WORDS: Final = (
    b"assert_called", b"assert_called_once", b"assert_not_called", b"assert_called_with",
    b"assert_called_once_with", b"assert_any_call", b"assert_has_calls", b"assert_awaited",
    b"assert_awaited_once",
)  # fmt: skip
_MIN_STATEMENTS: Final = 2


@needs(families=("javascript", "python"))
def no_assertion(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Tests without any assertion, and assertions that nobody makes."""
    if "noop" in unit.path:
        return  # some runners fail without any test
    if unit.family == "python":
        yield from _python(facts, unit)
    elif unit.family == "javascript":
        yield from _javascript(facts, unit)


# ---------------------------------------------------------------------------- Python


def _python(facts: Facts, unit: UnitView) -> Iterator[Report]:
    for statement in () if unit.words.isdisjoint(_MOCK_WORDS) else facts.statements:
        node = statement.value_node
        if statement.kind != "expression" or node is None or node.type != "attribute":
            continue
        if not statement.flags & Context.TEST:
            continue
        text = unit.text(statement.span)
        found = _PY_MOCK_TYPO.match(text)
        if found is not None:
            end = statement.span.end
            takes_none = found[1] in ("assert_called", "assert_called_once", "assert_not_called",
                                      "assert_awaited", "assert_awaited_once")  # fmt: skip
            fixes = (
                (Fix("Call it", (Edit(Span(end, end), "()"),), "unsafe", _RULE),)
                if takes_none
                else ()
            )
            yield Report(
                statement.span,
                f"`{found[1]}` is named here and not called, so it asserts nothing",
                fixes,
                Severity.ERROR,
                place=statement.place,
            )
    for function in facts.functions:
        if not function.name.startswith("test_") or not function.inside.flags & Context.TEST:
            continue
        if function.outer is not None or any(_is_marked(one.path) for one in function.decorators):
            continue
        if _asserts_plainly(function.span, unit) and not _PY_MAYBE_TRIVIAL.search(
            unit.adapter.source, function.span.start, function.span.end
        ):
            continue
        body = function.node.child_by_field_name("body")
        if body is None:
            continue
        statements = [n for n in body.named_children if n.type != "comment"]
        if statements and _is_text(statements[0].type, unit.adapter.slice(statements[0])):
            statements = statements[1:]
        if len(statements) == 1 and _PY_TRIVIAL.match(unit.adapter.slice(statements[0])):
            yield _trivial(function, "asserts what is always true")
            continue
        if len(statements) < _MIN_STATEMENTS or _asserts(function.span, unit):
            continue
        report = _trivial(function, "asserts nothing, so it passes whatever the code does")
        report.profile = "strict"
        yield report


def _asserts(span: Span, unit: UnitView) -> bool:
    return _asserts_plainly(span, unit) or _CHECKS.search(unit.text(span)) is not None


def _asserts_plainly(span: Span, unit: UnitView) -> bool:
    return unit.mentions("expect(", "assert", within=span)


def _is_marked(path: str) -> bool:
    return (
        re.search(r"(?i)skip|xfail|fixture|benchmark|given|patch|raises|assert", path) is not None
    )


def _is_text(kind: str, text: str) -> bool:
    return kind == "expression_statement" and text.lstrip("rRbBuU")[:1] in ("'", '"')


def _trivial(function: Function, what: str) -> Report:
    return Report(function.name_span, f"`{function.name}` {what}", place=function.inside)


# ---------------------------------------------------------------------------- JavaScript

_TESTS: Final = frozenset(("it", "test", "it.only", "test.only"))


def _javascript(facts: Facts, unit: UnitView) -> Iterator[Report]:
    may_be_trivial = unit.mentions("expect(true)", "expect(1)", "assert(true)")
    for call in facts.calls:
        path = call.path
        if path not in _TESTS and not path.startswith("expect"):
            continue
        if not call.flags & Context.TEST:
            continue
        if path in _TESTS:
            if may_be_trivial or not _asserts_plainly(call.span, unit):
                yield from _javascript_test(call, unit)
        elif path == "expect" and call.use == "statement":
            yield Report(
                call.span,
                "`expect` without a matcher asserts nothing",
                severity=Severity.ERROR,
                place=call.place,
            )
        elif _is_unawaited(call):
            yield _unawaited(call)


def _javascript_test(call: Call, unit: UnitView) -> Iterator[Report]:
    given = call.arguments.positional
    if len(given) < 2 or not isinstance(given[1], FunctionValue):
        return
    function = given[1].function
    body = function.node.child_by_field_name("body")
    if body is None or body.type != "statement_block" or function.is_generator:
        return
    statements = [n for n in body.named_children if n.type != "comment"]
    if re.search(r"(?i)\bno-?op|placeholder|dummy|compiler?\b", unit.text(given[0].span)):
        return
    if len(statements) == 1 and re.fullmatch(
        r"expect\((true|1)\)\.(?:toBe|toEqual|to\.equal|to\.be)\(?(?:true|1)?\)?;?|assert\(true\);?",
        unit.adapter.slice(statements[0]).strip(),
    ):
        yield Report(call.callee_span, "This test asserts what is always true", place=call.place)
        return
    if len(statements) < _MIN_STATEMENTS or function.parameters or _asserts(call.span, unit):
        return
    yield Report(
        call.callee_span,
        "This test asserts nothing, so it passes whatever the code does",
        profile="strict",
        place=call.place,
    )


def _is_unawaited(call: Call) -> bool:
    return (
        re.match(r"expect\(\)\.(?:not\.)?(?:resolves|rejects)\.", call.path) is not None
        and call.use == "statement"
        and not call.context & Context.AWAITED
    )


def _unawaited(call: Call) -> Report:
    start = call.span.start
    can_await = call.function is not None and call.function.is_async
    return Report(
        call.span,
        "The test ends before this assertion is made; await it",
        (Fix("Await it", (Edit(Span(start, start), "await "),), "unsafe", _RULE),)
        if can_await
        else (),
        Severity.ERROR,
        place=call.place,
    )
