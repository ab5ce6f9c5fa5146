"""Value tests say yes, no, or that one look cannot tell."""

from __future__ import annotations

import pytest
from tests.code.reading import value_of

from backspec.code.arguments import HIDDEN
from backspec.code.value_tests import ClauseError, compile_test

UNKNOWN = None


@pytest.mark.parametrize(
    ("code", "test", "wanted"),
    [
        ("True", {"equals": True}, True),
        ("1", {"equals": True}, False),
        ("1", {"equals": 1}, True),
        ("'a'", {"equals": "a"}, True),
        ("y", {"equals": "a"}, UNKNOWN),
        ("[1]", {"equals": None}, False),
        ("None", {"equals": None}, True),
        ("f()", {"equals": None}, UNKNOWN),
        ("f'{y}'", {"equals": "a"}, UNKNOWN),
        ("2", {"in": [1, 2]}, True),
        ("3", {"in": [1, 2]}, False),
        ("5", {"less-than": 10}, True),
        ("True", {"less-than": 10}, False),
        ("'5'", {"less-than": 10}, False),
        ("15", {"greater-than": 10}, True),
        ("y", {"greater-than": 10}, UNKNOWN),
        ("'Secret'", {"matches": "(?i)secret"}, True),
        ("1", {"matches": "1"}, False),
        ("'a'", {"literal": "string"}, True),
        ("f()", {"literal": "string"}, False),
        ("[a]", {"kind": "sequence"}, True),
        ("'a'", {"kind": ["string", "built"]}, True),
        ("lambda: 1", {"kind": "function"}, True),
        ("[x for x in y]", {"kind": "unknown"}, True),
        ("y", {"kind": "unknown"}, False),
        ("['a', y]", {"contains": "a"}, True),
        ("['b', y]", {"contains": "a"}, UNKNOWN),
        ("['b']", {"contains": "a"}, False),
        ("['b', *y]", {"contains": "a"}, UNKNOWN),
        ("'xay'", {"contains": "a"}, True),
        ("[5]", {"contains": {"less-than": 9}}, True),
        ("{'a': 1}", {"has-key": "a"}, True),
        ("{'a': 1}", {"has-key": "b"}, False),
        ("{'a': 1, **y}", {"has-key": "b"}, UNKNOWN),
        ("y", {"has-key": "b"}, UNKNOWN),
        ("{'a': 1}", {"missing-key": "b"}, True),
        ("{**y}", {"missing-key": "b"}, UNKNOWN),
        ("{'a': 1}", {"entry": {"a": {"equals": 1}}}, True),
        ("{'a': 1}", {"entry": {"b": {"given": False}}}, True),
        ("{**y}", {"entry": {"b": {"given": False}}}, UNKNOWN),
        ("open", {"name": "open"}, True),
        ("open", {"name": "{close,shut}"}, False),
        ("y", {"name": "open"}, UNKNOWN),
        ("open()", {"call": "open"}, True),
        ("y()", {"call": "open"}, UNKNOWN),
        ("1", {"not": {"equals": 2}}, True),
        ("y", {"not": {"equals": 2}}, UNKNOWN),
        ("1", {"all": [{"kind": "number"}, {"less-than": 2}]}, True),
        ("y", {"any": [{"equals": 1}, {"kind": "name"}]}, True),
        ("y", {"any": [{"equals": 1}, {"kind": "call"}]}, UNKNOWN),
        ("1", {"kind": "number", "less-than": 0}, False),
    ],
)
def test_verdicts(code: str, test: object, wanted: bool | None) -> None:
    assert compile_test(test)(value_of(f"x = {code}")) is wanted


@pytest.mark.parametrize(
    ("test", "absent", "hidden"),
    [
        ({"given": True}, False, None),
        ({"given": False}, True, None),
        ({"equals": 1}, False, None),
        ({"kind": "unknown"}, False, True),
        ({"kind": "string"}, False, None),
        ({"has-key": "a"}, False, None),
        ({"not": {"equals": 1}}, True, None),
    ],
)
def test_absent_and_hidden(test: object, absent: bool | None, hidden: bool | None) -> None:
    compiled = compile_test(test)
    assert compiled(None) is absent
    assert compiled(HIDDEN) is hidden


@pytest.mark.parametrize(
    "test",
    [{}, "a", {"equal": 1}, {"kind": "blob"}, {"less-than": "1"}, {"matches": "("}, {"entry": 1},
     {"literal": "list"}, {"not": "a"}],
)  # fmt: skip
def test_bad_tests_are_told(test: object) -> None:
    with pytest.raises(ClauseError):
        compile_test(test)
