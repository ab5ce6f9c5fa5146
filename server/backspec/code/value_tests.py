"""Value tests of match clauses, compiled to functions.

A test says True, False, or None for "one look cannot tell". Only True matches, and ``not`` of
None stays None. The words are documented in ``schemas/rule.schema.json``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as MappingABC
from typing import Any, Final

from backspec.code.arguments import HIDDEN, Found
from backspec.code.facts.model import (
    Built,
    CallValue,
    Const,
    Constant,
    FunctionValue,
    Mapping,
    Name,
    Sequence,
    Value,
)
from backspec.code.models import expand, matches_name

Verdict = bool | None
Test = Callable[[Found], Verdict]
"""Of an argument or other value; None stands for one that is certainly not given."""


class ClauseError(ValueError):
    """A match clause does not have the form that ``rule.schema.json`` describes."""


def compile_test(spec: object) -> Test:
    """A test for a mapping of words, all of which must hold. Raises ClauseError."""
    if not isinstance(spec, MappingABC) or not spec:
        raise ClauseError(f"a value test must be a mapping such as `{{equals: x}}`, not {spec!r}")
    tests = []
    for word, wanted in spec.items():
        make = WORDS.get(str(word))
        if make is None:
            raise ClauseError(f"`{word}` is no value test; use one of {', '.join(sorted(WORDS))}")
        tests.append(make(wanted))
    return tests[0] if len(tests) == 1 else _all(tests)


# ---------------------------------------------------------------------------- combining


def _all(tests: list[Test]) -> Test:
    def test(value: Found) -> Verdict:
        verdict: Verdict = True
        for one in tests:
            found = one(value)
            if found is False:
                return False
            if found is None:
                verdict = None
        return verdict

    return test


def _any(tests: list[Test]) -> Test:
    def test(value: Found) -> Verdict:
        verdict: Verdict = False
        for one in tests:
            found = one(value)
            if found is True:
                return True
            if found is None:
                verdict = None
        return verdict

    return test


def _list(spec: object) -> list[Any]:
    return list(spec) if isinstance(spec, list) else [spec]


def _make_all(spec: object) -> Test:
    return _all([compile_test(one) for one in _list(spec)])


def _make_any(spec: object) -> Test:
    return _any([compile_test(one) for one in _list(spec)])


def _make_not(spec: object) -> Test:
    inner = compile_test(spec)

    def test(value: Found) -> Verdict:
        verdict = inner(value)
        return None if verdict is None else not verdict

    return test


# ---------------------------------------------------------------------------- constants


def same(one: Constant, two: object) -> bool:
    """Whether constants are equal, without taking ``1`` for ``true``."""
    if isinstance(one, bool) or isinstance(two, bool):
        return one is two
    return one == two


_NEVER_CONSTANT: Final = (Mapping, Sequence, FunctionValue)


def _constant(holds: Callable[[Constant], bool]) -> Test:
    """A test that a constant decides; what cannot be a constant fails it."""

    def test(value: Found) -> Verdict:
        if isinstance(value, Const):
            return holds(value.value)
        if value is None or isinstance(value, _NEVER_CONSTANT):
            return False
        return None

    return test


def _make_equals(wanted: object) -> Test:
    return _constant(lambda value: same(value, wanted))


def _make_in(wanted: object) -> Test:
    choices = _list(wanted)
    return _constant(lambda value: any(same(value, choice) for choice in choices))


def _number(wanted: object) -> float:
    if isinstance(wanted, bool) or not isinstance(wanted, (int, float)):
        raise ClauseError(f"a number is wanted, not {wanted!r}")
    return wanted


def _is_number(value: Constant) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _make_less(wanted: object) -> Test:
    limit = _number(wanted)
    return _constant(lambda value: _is_number(value) and value < limit)  # type: ignore[operator]


def _make_greater(wanted: object) -> Test:
    limit = _number(wanted)
    return _constant(lambda value: _is_number(value) and value > limit)  # type: ignore[operator]


def compile_regex(wanted: object) -> re.Pattern[str]:
    """A regular expression of a rule. Raises ClauseError."""
    try:
        return re.compile(str(wanted))
    except re.error as error:
        raise ClauseError(f"`{wanted}` is no regular expression: {error}") from error


def _make_matches(wanted: object) -> Test:
    pattern = compile_regex(wanted)
    return _constant(lambda value: isinstance(value, str) and pattern.search(value) is not None)


_LITERALS: Final[MappingABC[str, Callable[[Constant], bool]]] = {
    "string": lambda value: isinstance(value, (str, bytes)),
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "true": lambda value: value is True,
    "false": lambda value: value is False,
    "null": lambda value: value is None,
}


def _make_literal(wanted: object) -> Test:
    name = str(wanted).lower()
    holds = _LITERALS.get(name)
    if holds is None:
        raise ClauseError(f"`literal` takes one of {', '.join(_LITERALS)}, not {wanted!r}")

    def test(value: Found) -> Verdict:
        if value is HIDDEN:
            return None
        return isinstance(value, Const) and value.literal and holds(value.value)

    return test


# ---------------------------------------------------------------------------- kinds


_KINDS: Final = frozenset(
    (
        "constant",
        "string",
        "number",
        "boolean",
        "null",
        "mapping",
        "sequence",
        "call",
        "function",
        "built",
        "name",
        "operation",
        "unknown",
    )
)


def kind_of(value: Value) -> tuple[str, ...]:
    """The kinds a value is of: a constant is also of its type's kind."""
    if isinstance(value, Const):
        for name in ("string", "number", "boolean", "null"):
            if _LITERALS[name](value.value):
                return ("constant", name)
        return ("constant",)
    return (value.kind,)


def _make_kind(wanted: object) -> Test:
    kinds = frozenset(str(kind) for kind in _list(wanted))
    if unknown := kinds - _KINDS:
        raise ClauseError(f"`{min(unknown)}` is no kind of value")

    def test(value: Found) -> Verdict:
        if value is None:
            return False
        if not isinstance(value, Value):
            return True if "unknown" in kinds else None
        return not kinds.isdisjoint(kind_of(value))

    return test


def _make_given(wanted: object) -> Test:
    is_wanted = wanted is not False

    def test(value: Found) -> Verdict:
        return None if value is HIDDEN else (value is not None) is is_wanted

    return test


# ---------------------------------------------------------------------------- collections


def _make_contains(wanted: object) -> Test:
    item_test = compile_test(wanted) if isinstance(wanted, MappingABC) else _make_equals(wanted)

    def test(value: Found) -> Verdict:
        if isinstance(value, Sequence):
            verdict: Verdict = None if value.is_open else False
            for item in value.items:
                found = item_test(item)
                if found:
                    return True
                if found is None:
                    verdict = None
            return verdict
        if isinstance(value, Const):
            return (
                isinstance(value.value, str) and isinstance(wanted, str) and wanted in value.value
            )
        return False if value is None or isinstance(value, _NEVER_CONSTANT) else None

    return test


def _make_has_key(wanted: object) -> Test:
    keys = [str(key) for key in _list(wanted)]

    def test(value: Found) -> Verdict:
        if isinstance(value, Mapping):
            if any(key in value.entries for key in keys):
                return True
            return None if value.is_open else False
        return False if value is None or isinstance(value, Const) else None

    return test


def _make_missing_key(wanted: object) -> Test:
    has_key = _make_has_key(wanted)

    def test(value: Found) -> Verdict:
        if not isinstance(value, Mapping):
            return None
        verdict = has_key(value)
        return None if verdict is None else not verdict

    return test


def _make_entry(wanted: object) -> Test:
    if not isinstance(wanted, MappingABC):
        raise ClauseError("`entry` takes a mapping of keys to value tests")
    tests = {str(key): compile_test(one) for key, one in wanted.items()}

    def test(value: Found) -> Verdict:
        if not isinstance(value, Mapping):
            return False if value is None or isinstance(value, Const) else None
        verdict: Verdict = True
        for key, one in tests.items():
            entry: Found = value.entries.get(key)
            if entry is None and value.is_open:
                entry = HIDDEN
            found = one(entry)
            if found is False:
                return False
            if found is None:
                verdict = None
        return verdict

    return test


# ---------------------------------------------------------------------------- names


class NameSet:
    """Qualified names and patterns, for a membership test."""

    __slots__ = ("exact", "patterns")

    def __init__(self, names: object) -> None:
        expanded = [one for name in _list(names) for one in expand(str(name))]
        self.exact = frozenset(name for name in expanded if "*" not in name)
        self.patterns = tuple(name for name in expanded if "*" in name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (
            name in self.exact or any(matches_name(pattern, name) for pattern in self.patterns)
        )


def _make_name(wanted: object) -> Test:
    names = NameSet(wanted)

    def test(value: Found) -> Verdict:
        if isinstance(value, Name):
            return None if value.qualified is None else value.qualified in names
        if value is None or isinstance(value, (Const, Built, *_NEVER_CONSTANT)):
            return False
        return None

    return test


def _make_call(wanted: object) -> Test:
    names = NameSet(wanted)

    def test(value: Found) -> Verdict:
        if isinstance(value, CallValue):
            return None if value.call.qualified is None else value.call.qualified in names
        if value is None or isinstance(value, (Const, Built, *_NEVER_CONSTANT)):
            return False
        return None

    return test


WORDS: Final[MappingABC[str, Callable[[object], Test]]] = {
    "equals": _make_equals,
    "in": _make_in,
    "less-than": _make_less,
    "greater-than": _make_greater,
    "matches": _make_matches,
    "literal": _make_literal,
    "kind": _make_kind,
    "given": _make_given,
    "contains": _make_contains,
    "has-key": _make_has_key,
    "missing-key": _make_missing_key,
    "entry": _make_entry,
    "name": _make_name,
    "call": _make_call,
    "all": _make_all,
    "any": _make_any,
    "not": _make_not,
}
