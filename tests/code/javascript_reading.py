"""Reads JavaScript and TypeScript sources for the tests of their facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec.code import syntax
from backspec.code.analysis import adapter_class
from backspec.code.facts.model import Context
from backspec.code.models import models
from backspec.code.resolve import Resolver

if TYPE_CHECKING:
    from backspec.code.facts.adapter import Adapter
    from backspec.code.facts.model import Call


def read(source: str | bytes, language: str = "typescript") -> Adapter:
    """The adapter after a walk over a whole source."""
    text = source.encode() if isinstance(source, str) else source
    parsed = syntax.parse(language, text)
    assert parsed is not None
    kind = adapter_class("javascript")
    adapter = kind(parsed.language, text, Resolver(models("javascript"), kind.habits), None)
    adapter.walk(parsed.root)
    for one in adapter.outside:
        adapter.resolver.take(one, adapter.place.scope)
    return adapter


def qualified(source: str, language: str = "typescript") -> dict[str, str | None]:
    """What each call's path means."""
    return {call.path: call.qualified for call in read(source, language).facts.calls}


def calls(source: str, language: str = "typescript") -> dict[str, Call]:
    """The calls by the last segment of their names."""
    return {call.name: call for call in read(source, language).facts.calls}


def contexts(source: str, language: str = "typescript") -> dict[str, set[str]]:
    """The names of the context bits of each call, by the call's name."""
    bits = {
        value: name for name, value in vars(Context).items() if isinstance(value, int) and value
    }
    return {
        call.name: {name for bit, name in bits.items() if call.context & bit}
        for call in read(source, language).facts.calls
    }
