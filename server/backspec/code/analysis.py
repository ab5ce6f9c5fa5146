"""Analyses one document of code: parse, facts, match.

Without memory the whole file is one unit: one walk, one pass over the facts. With memory, see
``code/memory.py``, an edit costs what it touches; the diagnostics are the same.
"""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, Any, Final

from backspec import catalog
from backspec.code import files, syntax
from backspec.code.asked_text import AskedText
from backspec.code.match import RuleSet, compile_rules, family_of, settle
from backspec.code.models import models
from backspec.code.paths import flags_of
from backspec.code.resolve import Resolver
from backspec.code.sinks import TOO_SLOW
from backspec.model import Diagnostic, Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from backspec.catalog import Rule
    from backspec.code.facts.adapter import Adapter
    from backspec.code.memory import Memory
    from backspec.model import Document, Profile

LANGUAGES: Final = (*syntax.LANGUAGES, *files.KINDS)
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


def analyse(
    document: Document,
    rules: RuleSet,
    memory: Memory | None = None,
    *,
    path: str | None = None,
    late: bool = True,
    near: str = "",
    is_cancelled: Callable[[], bool] | None = None,
) -> list[Diagnostic]:
    """The diagnostics of one document, in document order.

    ``path`` is the document's path relative to its project, with ``/``; tests, migrations and
    rules with globs are told by it. ``memory`` belongs to one open document. With ``late`` False,
    what needs the whole file (flows) is not looked for again: what ``memory`` knows of it moves
    along with the text. ``near`` is the database that SQL files around this one are for. [] for a
    language without grammar and when cancelled; a text that takes too long to parse has one
    diagnostic, which says so. Never raises for any text.
    """
    language = document.language
    if path is None:
        path = document.path.replace("\\", "/")
    if language in files.KINDS:
        return settle(files.analyse(document, rules, path, near), rules)
    if language not in syntax.LANGUAGES:
        return []
    old = memory.parsed if memory is not None else None
    is_mended = False
    if memory is not None and old is not None and family_of(old.language) == family_of(language):
        memory.parsed = None
        parsed = syntax.reparse(old, document.text, is_cancelled=is_cancelled)
        memory.is_patched = parsed is not None and parsed.root.has_error
        if late and memory.is_patched:
            parsed = syntax.parse(language, document.text, is_cancelled=is_cancelled)
            memory.is_patched, is_mended = False, True
    else:
        parsed = syntax.parse(language, document.text, is_cancelled=is_cancelled)
    if parsed is None:
        return [] if is_cancelled is not None and is_cancelled() else [_too_slow()]
    kind = adapter_class(rules.family)
    if memory is None:
        found = match_whole(parsed, rules, kind, path)
    else:
        memory.parsed = parsed
        found = memory.analyse(
            parsed,
            rules,
            kind,
            flags_of(path),
            path,
            is_mended=is_mended,
            is_next=old is not None and not late,
        )
        if late and memory.is_late_due:
            memory.keep_late(_flows(parsed, rules, kind, path))
        found += memory.late
    return settle(found, rules)


def _too_slow() -> Diagnostic:
    return Diagnostic(
        TOO_SLOW,
        Span(0, 0),
        f"backspec skips this file: parsing it takes more than {syntax.TIME_LIMIT_S:g} s",
        Severity.INFO,
    )


def match_whole(
    parsed: syntax.Parsed, rules: RuleSet, kind: type[Adapter], path: str
) -> list[Diagnostic]:
    """The diagnostics of a whole file as one unit."""
    adapter = read_whole(parsed, rules, kind, path)
    try:
        found = rules.match(adapter, path)
        return found + rules.match_flows(adapter, path)
    finally:
        adapter.close()


def _flows(
    parsed: syntax.Parsed, rules: RuleSet, kind: type[Adapter], path: str
) -> list[Diagnostic]:
    """The diagnostics of flows alone."""
    adapter = read_whole(parsed, rules, kind, path)
    try:
        rules.find_sinks(adapter)
        return rules.match_flows(adapter, path)
    finally:
        adapter.close()


def read_whole(parsed: syntax.Parsed, rules: RuleSet, kind: type[Adapter], path: str) -> Adapter:
    """Read a whole file as one unit."""
    resolver = Resolver(rules.models, kind.habits)
    resolver.text = AskedText(parsed.text)
    adapter = kind(parsed.language, parsed.text, resolver, None)
    adapter.place.flags |= flags_of(path)
    adapter.walk(parsed.root)
    module = adapter.place.scope
    for one in adapter.outside:
        adapter.resolver.take(one, module)
    return adapter
