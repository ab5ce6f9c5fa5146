"""Arguments and entries go in and out of code with their commas."""

from __future__ import annotations

import pytest
from tests.code.reading import last_call, read

from backspec.code import fixes
from backspec.code.arguments import argument
from backspec.code.facts.model import Mapping
from backspec.text import apply_edits


def inserted(code: str, text: str = "t=1", language: str = "python") -> str | None:
    call = last_call(read(code, language))
    edits = fixes.insert_argument(call, code.encode(), text)
    return None if edits is None else apply_edits(code.encode(), edits).decode()


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("f()", "f(t=1)"),
        ("f( )", "f(t=1)"),
        ("f(a)", "f(a, t=1)"),
        ("f(a,)", "f(a, t=1,)"),
        ("f(a, **k)", "f(a, **k, t=1)"),
        ("f(\n    a,\n)", "f(\n    a,\n    t=1,\n)"),
        ("f(\n    a\n)", "f(\n    a,\n    t=1\n)"),
        ("f(\n    a,  # why\n)", "f(\n    a,  # why\n    t=1,\n)"),
        ("f(\n    a  # why\n)", "f(\n    a,  # why\n    t=1\n)"),
        ("f(a,\n  b)", "f(a,\n  b, t=1)"),
        ("f(\r\n    a,\r\n)", "f(\r\n    a,\r\n    t=1,\r\n)"),
        ("f(x for x in y)", None),
        ("f(a, # c\n)", "f(a, # c\nt=1,\n)"),
        ("g(f(a))", "g(f(a, t=1))"),
    ],
)
def test_insert_argument(code: str, wanted: str | None) -> None:
    assert inserted(code) == wanted


def removed(code: str, place: int | str, language: str = "python") -> str | None:
    call = last_call(read(code, language))
    edits = fixes.remove_argument(call, code.encode(), (place,))
    return None if edits is None else apply_edits(code.encode(), edits).decode()


@pytest.mark.parametrize(
    ("code", "place", "wanted"),
    [
        ("f(t=1)", "t", "f()"),
        ("f(t=1,)", "t", "f()"),
        ("f(a, t=1)", "t", "f(a)"),
        ("f(a, t=1,)", "t", "f(a,)"),
        ("f(t=1, b=2)", "t", "f(b=2)"),
        ("f(a, t=1, b=2)", "t", "f(a, b=2)"),
        ("f(\n    a,\n    t=1,\n)", "t", "f(\n    a,\n)"),
        ("f(\n    t=1,\n    a,\n)", "t", "f(\n    a,\n)"),
        ("f(a, 1)", 1, "f(a)"),
        ("f(a)", "t", None),
    ],
)
def test_remove_argument(code: str, place: int | str, wanted: str | None) -> None:
    assert removed(code, place) == wanted


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("f(u, { a: 1, t: 2 })", "f(u, { a: 1 })"),
        ("f(u, { t: 2, a: 1 })", "f(u, { a: 1 })"),
        ("f(u, {\n  a: 1,\n  t: 2,\n})", "f(u, {\n  a: 1,\n})"),
    ],
)
def test_remove_entry(code: str, wanted: str) -> None:
    assert removed(code, "1.t", "typescript") == wanted


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("f(u, {})", "f(u, { t: 1 })"),
        ("f(u, { a: 1 })", "f(u, { a: 1, t: 1 })"),
        ("f(u, {a: 1})", "f(u, {a: 1, t: 1})"),
        ("f(u, {\n  a: 1,\n})", "f(u, {\n  a: 1,\n  t: 1,\n})"),
        ("f(u, {\n  a: 1\n})", "f(u, {\n  a: 1,\n  t: 1\n})"),
        ("f(u)", "f(u, { t: 1 })"),
        ("f(u, o)", None),
        ("f()", None),
    ],
)
def test_insert_option(code: str, wanted: str | None) -> None:
    call = last_call(read(code, "typescript"))
    edits = fixes.insert_option(call, code.encode(), ("1.t",), "t", "t: 1")
    assert (apply_edits(code.encode(), edits).decode() if edits else None) == wanted


def test_replace_member() -> None:
    code = "f(k=yaml.Loader)"
    found = argument(last_call(read(code)), ("k",))
    assert found is not None
    assert not isinstance(found, Mapping)
    edits = fixes.replace_member(found.span, code.encode(), {"Loader": "SafeLoader"})  # type: ignore[union-attr]
    assert edits is not None
    assert apply_edits(code.encode(), edits).decode() == "f(k=yaml.SafeLoader)"
