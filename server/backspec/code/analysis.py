"""Analyses one document of code: parse, facts, match.

Without memory the whole file is one unit: one walk, one pass over the facts.
"""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, Any, Final

from backspec import catalog
from backspec.code import syntax
from backspec.code.facts.model import Context, Place, Scope
from backspec.code.match import RuleSet, compile_rules, family_of, settle
from backspec.code.models import models
from backspec.code.paths import flags_of
from backspec.code.resolve import Resolver

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backspec.catalog import Rule
    from backspec.code.facts.adapter import Adapter
    from backspec.model import Diagnostic, Document, Profile

LANGUAGES: Final = tuple(syntax.LANGUAGES)
"""Language ids of documents that can be analysed."""


@functools.cache
def adapter_class(family: str) -> type[Adapter]:
    """The adapter of a language family. Raises LookupError when there is none."""
    try:
        module: Any = importlib.import_module(f"backspec.code.facts.{family}")
        adapter: type[Adapter] = module.ADAPTER
    except (ImportError, AttributeError) as error:
        raise LookupError(f"no adapter for {family}") from error
    return adapter


_compiled: dict[tuple[str, Profile], tuple[tuple[Rule, ...], RuleSet]] = {}


def ruleset(
    language: str, rules: Iterable[Rule] | None = None, profile: Profile = "recommended"
) -> RuleSet:
    """Rules compiled for a language; all rules of the catalogue by default.

    ``rules`` are those that are on; ``profile`` decides about single forms of them. The last set
    for each language and profile is kept.
    """
    family = family_of(language)
    wanted = tuple(catalog.rules().values() if rules is None else rules)
    known = _compiled.get((family, profile))
    if known is not None and _same(known[0], wanted):
        return known[1]
    found = compile_rules(family, models(family), wanted, profile)
    _compiled[family, profile] = (wanted, found)
    return found


def _same(one: tuple[Rule, ...], two: tuple[Rule, ...]) -> bool:
    return len(one) == len(two) and all(a is b for a, b in zip(one, two, strict=True))


def analyse(document: Document, rules: RuleSet, *, path: str | None = None) -> list[Diagnostic]:
    """The diagnostics of one document, in document order.

    ``path`` is the document's path relative to its project, with ``/``; tests, migrations and
    rules with globs are told by it. () for a language without grammar or a text that takes too
    long to parse. Never raises for any text.
    """
    if document.language not in syntax.LANGUAGES:
        return []
    parsed = syntax.parse(document.language, document.text)
    if parsed is None:
        return []
    if path is None:
        path = document.path.replace("\\", "/")
    adapter = _walk(parsed, rules, flags_of(path))
    return settle(rules.match(adapter, path), rules)


def _walk(parsed: syntax.Parsed, rules: RuleSet, flags: int) -> Adapter:
    """Walk a whole file as one unit."""
    kind = adapter_class(rules.family)
    adapter = kind(parsed.language, parsed.text, Resolver(rules.models, kind.habits), None)
    module = Scope("module", None)
    adapter.place = Place(adapter, None, module, None, None, Context.MODULE | flags)
    adapter.walk(parsed.root)
    return adapter
