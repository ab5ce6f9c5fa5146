"""Reads facts from a snippet, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec.code import syntax
from backspec.code.analysis import adapter_class
from backspec.code.match import family_of
from backspec.code.models import compile_models, models
from backspec.code.resolve import Resolver

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from backspec.code.facts.adapter import Adapter
    from backspec.code.facts.model import Call, Value


def read(
    text: str, language: str = "python", files: Iterable[Mapping[str, Any]] | None = None
) -> Adapter:
    """Walk a snippet; ``files`` are model files in place of those of the language."""
    parsed = syntax.parse(language, text.encode())
    assert parsed is not None
    kind = adapter_class(family_of(language))
    known = models(family_of(language)) if files is None else compile_models(files)
    adapter = kind(parsed.language, parsed.text, Resolver(known, kind.habits), None)
    adapter.walk(parsed.root)
    for one in adapter.outside:
        adapter.resolver.take(one, adapter.place.scope)
    return adapter


def last_call(adapter: Adapter) -> Call:
    """The call that starts last, the outermost of several."""
    return max(adapter.facts.calls, key=lambda call: (call.span.start, call.span.end))


def names(text: str, language: str = "python") -> list[str | None]:
    """What all calls of a snippet resolve to, in document order."""
    return [call.qualified for call in read(text, language).facts.calls]


def value_of(text: str, language: str = "python") -> Value:
    """The value assigned last."""
    assigns = read(text, language).facts.assigns
    value = assigns[-1].value
    assert value is not None
    return value
