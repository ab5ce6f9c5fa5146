"""The shared data: what little behaviour it has."""

from __future__ import annotations

import dataclasses

import pytest

from backspec import model
from backspec.model import Diagnostic, Severity
from backspec.text import Span


def test_severities_order_from_worst_to_least_as_in_the_protocol() -> None:
    assert sorted(Severity) == [Severity.ERROR, Severity.WARNING, Severity.INFO, Severity.HINT]
    assert [int(severity) for severity in Severity] == [1, 2, 3, 4]


@pytest.mark.parametrize("severity", Severity)
def test_severity_has_a_label_that_is_read_back(severity: Severity) -> None:
    assert Severity.parse(severity.label) is severity


def test_unknown_severity_is_refused() -> None:
    with pytest.raises(KeyError):
        Severity.parse("fatal")


def test_data_is_frozen_and_has_no_dictionary() -> None:
    kinds = [kind for kind in vars(model).values() if dataclasses.is_dataclass(kind)]
    assert len(kinds) > 5
    for kind in kinds:
        assert isinstance(kind, type)
        assert kind.__dataclass_params__.frozen, kind  # type: ignore[attr-defined]
        assert hasattr(kind, "__slots__"), kind


def test_diagnostics_with_the_same_contents_are_equal() -> None:
    one = Diagnostic("a/b", Span(1, 2), "message", Severity.ERROR)
    assert one == Diagnostic("a/b", Span(1, 2), "message", Severity.ERROR)
    assert one != dataclasses.replace(one, span=Span(1, 3))
