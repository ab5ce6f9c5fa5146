"""Checks: rules whose condition is Python, one module an area.

A rule names its check in a clause, ``check: area.function``; that is
``backspec.code.checks.area.function``. A check is a pure function of one unit's facts::

    def hardcoded_credential(facts: Facts, unit: UnitView) -> Iterator[Report]:
        ...

It must not keep nodes, values or facts, must not look outside of the unit but through ``unit``,
and need not test the contexts that its clause names: ``match.py`` does, at ``Report.place``.

What is cheap comes first. ``name``, ``path``, ``target`` and ``key`` of a fact are at hand; its
``qualified``, ``arguments``, ``value`` and ``context`` are worked out when asked for, so a check
asks them only of facts whose names are suspect, and nothing of a unit that does not even mention
the words (``UnitView.mentions``). A check that is about calls of some names or roles, or about some
words, says so above its head, and is not run at all where there are none::

    @needs(calls=("AddSingleton", "AddHostedService"), words=("RequestDelegate",))
    def captive(facts: Facts, unit: UnitView) -> Iterator[Report]:
        for call in unit.called("AddSingleton", "AddHostedService"):
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from backspec.code import files
from backspec.code.arguments import Found, named_argument

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backspec.code.facts.adapter import Adapter
    from backspec.code.facts.model import Call, Facts, Place
    from backspec.code.models import Models
    from backspec.model import Fix, Profile, Related, Severity, Tag
    from backspec.text import Span


T = TypeVar("T")


@dataclass(slots=True)
class Report:
    """What a check found. "" and None leave a thing to the clause and the rule."""

    span: Span
    message: str = ""
    fixes: tuple[Fix, ...] = ()
    severity: Severity | None = None
    profile: Profile | None = None
    """Of a form that fewer people want than the rule."""
    related: tuple[Related, ...] = ()
    tags: tuple[Tag, ...] = ()
    place: Place | None = None
    """Where the clause's contexts are tested: that of the fact. None tests none but the file's."""
    subject: Call | None = None
    """The call that the message's placeholders are about."""


class UnitView:
    """What a check may ask about its unit and the file around it."""

    __slots__ = (
        "_by_name",
        "_by_role",
        "_known",
        "_words",
        "adapter",
        "family",
        "language",
        "models",
        "path",
    )

    def __init__(self, adapter: Adapter, path: str) -> None:
        self.adapter = adapter
        self.path = path
        """Of the file, with ``/``."""
        self.language = adapter.language
        self.family = adapter.family
        """``javascript`` for JavaScript, TypeScript and both with JSX."""
        self.models: Models = adapter.resolver.models
        self._by_name: Mapping[str, list[Call]] | None = None
        self._by_role: Mapping[str, list[Call]] | None = None
        self._words: frozenset[bytes] | None = None
        self._known: dict[object, Any] = {}

    @property
    def span(self) -> Span:
        """The bytes of the unit. In a large unit, functions in it are units of their own too."""
        return self.adapter.extent

    def file_has(self, pattern: str) -> bool:
        """Whether a regular expression (``^`` at line starts) fits anywhere in the file's text.

        For what must be known of the whole file: ask only once something in the unit is suspect.
        """
        return self.adapter.resolver.text_has(pattern)

    def once(self, build: Callable[[Facts, UnitView], T]) -> T:
        """What a function makes of the unit; made once for all checks that ask for it."""
        if build not in self._known:
            self._known[build] = build(self.adapter.facts, self)
        known: T = self._known[build]
        return known

    def mentions(self, *words: str, within: Span | None = None) -> bool:
        """Whether the unit's own text, or a part of it, holds one of the words as written.

        Costs next to nothing: ask this before anything that looks at each fact.
        """
        find, span = self.adapter.source.find, within or self.adapter.extent
        start, end = span.start, span.end
        for word in words:  # noqa: SIM110 - half the time of ``any``
            if find(word.encode(), start, end) >= 0:
                return True
        return False

    def text(self, span: Span) -> str:
        """The source text of a span."""
        return self.adapter.text(span)

    def imports(self, *packages: str) -> bool:
        """Whether the file imports one of these packages (or a part of one)."""
        has_mark = self.adapter.resolver.has_mark
        return any(has_mark("package:" + package) for package in packages)

    def roles(self, qualified: str | None) -> frozenset[str]:
        """The roles models give a qualified name; empty when unknown."""
        return self.adapter.roles(qualified)

    @property
    def words(self) -> frozenset[bytes]:
        """The words of the unit's text (runs of letters, digits and ``_``), in small letters."""
        if self._words is None:
            span = self.adapter.extent
            text = self.adapter.source[span.start : span.end]
            self._words = frozenset(text.translate(_WORDS).split())
        return self._words

    @property
    def calls_by_name(self) -> Mapping[str, list[Call]]:
        """The unit's calls by ``Call.name``, in document order."""
        if self._by_name is None:
            found: dict[str, list[Call]] = {}
            for call in self.adapter.facts.calls:
                found.setdefault(call.name, []).append(call)
            self._by_name = found
        return self._by_name

    def called(self, *names: str) -> list[Call]:
        """The unit's calls of these names (``Call.name``), in document order."""
        return _several(names, self.calls_by_name)

    @property
    def calls_by_role(self) -> Mapping[str, list[Call]]:
        """The unit's calls by the roles they play, in document order."""
        if self._by_role is None:
            found: dict[str, list[Call]] = {}
            exact, may_match = self.models.calls, self.models.may_match
            roles_of = self.adapter.roles_of
            for call in self.adapter.facts.calls:
                name = call.qualified
                if name in exact or may_match(name, call):
                    for role in roles_of(call):
                        found.setdefault(role, []).append(call)
            self._by_role = found
        return self._by_role

    def calls(self, *roles: str) -> list[Call]:
        """The unit's calls that play one of the roles, in document order, each once."""
        return _several(roles, self.calls_by_role)

    def roles_of(self, call: Call) -> frozenset[str]:
        """The roles a call plays."""
        return self.adapter.roles_of(call)

    def argument(self, call: Call, name: str) -> Found:
        """A call's argument by its name in the models: a value, None for none, or ``HIDDEN``."""
        return named_argument(call, name, self.adapter.model_of(call))


def _several(names: tuple[str, ...], held: Mapping[str, list[Call]]) -> list[Call]:
    """The calls under some names, in document order, each once."""
    lists = [held[name] for name in names if name in held]
    if len(lists) <= 1:
        return lists[0] if lists else []
    unique = {(call.node.start_byte, call.node.end_byte): call for one in lists for call in one}
    return [unique[key] for key in sorted(unique)]


_WORDS: Final = bytes(
    ord(chr(byte).lower()) if chr(byte).isascii() and (chr(byte).isalnum() or byte == 95) else 32
    for byte in range(256)
)
"""All that is in no word becomes blank, capitals become small."""


Check = Callable[["Facts", UnitView], Iterator[Report]]


@dataclass(frozen=True, slots=True)
class Needs:
    """What a unit must hold for a check to find anything: any one of these."""

    calls: frozenset[str]
    """``Call.name``."""
    roles: frozenset[str]
    words: frozenset[bytes]
    """As ``UnitView.words`` has them."""
    families: frozenset[str]
    """The languages it is about, and nothing else; empty for any. Not one of the others."""
    when: Callable[[Facts, UnitView], bool] | None = None
    """What says of a unit whether it is worth a look."""

    @property
    def is_open(self) -> bool:
        """Whether nothing of a unit is asked for."""
        return not (self.calls or self.roles or self.words or self.when)


_Checked = TypeVar("_Checked", bound=Callable[..., Iterator[Report]])


def needs(
    *,
    calls: Iterable[str] = (),
    roles: Iterable[str] = (),
    words: Iterable[str] = (),
    families: Iterable[str] = (),
    when: Callable[[Facts, UnitView], bool] | None = None,
) -> Callable[[_Checked], _Checked]:
    """Have a check run only for units that hold a call of such a name or role, or such a word.

    Words are whole and in any case: ``todo`` stands in ``# TODO:``, and not in ``todos``. With
    ``families`` it runs only for these languages (``UnitView.family``). ``when`` is asked once of a
    unit, however many checks name it, and has it run for what none of the others holds.
    """
    wanted = Needs(
        frozenset(calls),
        frozenset(roles),
        frozenset(word.lower().encode() for word in words),
        frozenset(families),
        when,
    )

    def mark(check: _Checked) -> _Checked:
        check.needs = wanted  # type: ignore[attr-defined] # functions take attributes
        return check

    return mark


def is_about(name: str, family: str) -> bool:
    """Whether the check called ``area.function`` is about a language or kind of file.

    A module whose name begins with a programming language (``go_forms``) is about that one alone.
    Of the kinds of files that hold settings too, those modules are about them that begin with the
    name of one of their adapters.
    """
    module = name.partition(".")[0]
    kinds = files.KINDS.get(family)
    if kinds is not None:
        return not {"settings", "erb"} & set(kinds) or module.startswith(kinds)
    first = module.partition("_")[0]
    if first in _LANGUAGES:
        return first == family
    wanted: Needs | None = getattr(find_check(name), "needs", None)
    return wanted is None or not wanted.families or family in wanted.families


_LANGUAGES: Final = frozenset(("python", "javascript", "java", "csharp", "go", "php", "ruby"))


@functools.cache
def find_check(name: str) -> Check:
    """The check called ``area.function``. Raises LookupError when there is none."""
    module_name, _, function_name = name.rpartition(".")
    try:
        module = importlib.import_module(f"{__name__}.{module_name}")
        check: Check = getattr(module, function_name)
    except (ImportError, AttributeError, ValueError) as error:
        raise LookupError(f"no check named {name}") from error
    return check
