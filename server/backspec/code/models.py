"""What the models of a language say, compiled for look-up by qualified name.

A model file (``data/models/<language>/<library>.yaml``, see ``schemas/model.schema.json``) lists a
library's calls with their roles and arguments, the types of results, aliases and decorators. In
names, ``{a,b}`` expands, ``*`` stands for one segment, and a leading ``*.`` for any receiver.
"""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from backspec import catalog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from backspec.code.facts.model import Call

Place = int | str
"""Where an argument stands: a position (-1 for the last), a keyword, ``1.timeout`` (an entry of the
mapping at position 1) or ``*.timeout`` (an entry of any mapping argument)."""

_MOST_KEPT = 20_000
"""How many names' look-ups are kept."""

_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class CallModel:
    """What one call of a library is for."""

    name: str
    """Its qualified name, or a pattern with ``*``."""
    roles: frozenset[str]
    arguments: Mapping[str, tuple[Place, ...]]
    """Argument name to the places it may stand in."""
    requires: frozenset[str] = frozenset()
    """The file must import one of these packages."""
    excluded: frozenset[str] = frozenset()
    """For a name that ends in ``*``: members it does not stand for."""
    callback: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """The types of the parameters of functions handed to the call, by their number of parameters;
    0 for any number."""


@dataclass(frozen=True, slots=True)
class Models:
    """All models of one language."""

    calls: Mapping[str, CallModel] = field(default_factory=dict)
    """By exact qualified name."""
    patterns: Mapping[str, tuple[CallModel, ...]] = field(default_factory=dict)
    """Those with ``*`` in the name, by last segment (which may be ``*`` itself)."""
    results: Mapping[str, str] = field(default_factory=dict)
    """Callee to the type of its result."""
    result_patterns: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Callees with ``*``, by last segment: (pattern, type)."""
    equals: Mapping[str, str] = field(default_factory=dict)
    """A name to the one it stands for: an alias to the documented name, a field to its type."""
    prefixes: frozenset[str] = frozenset()
    """All exact names models mention, and all their prefixes."""
    bases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Known types to their bases."""
    decorators: Mapping[str, str] = field(default_factory=dict)
    """Decorator to the role it gives what it decorates."""
    globals: frozenset[str] = frozenset()
    """Names that mean something without an import."""
    inputs: frozenset[str] = frozenset()
    """Names that hold what a client sent, calls and attributes; so do all their members."""
    assigned: tuple[CallModel, ...] = ()
    """Members whose assignment plays a role: ``flask.Response.headers.*``."""
    answers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Decorators, and calls that take functions, to the roles of what the functions answer."""
    objects: frozenset[str] = frozenset()
    """Of the inputs, those that hold data with parts of any kind: a body read as JSON."""
    mappings: frozenset[str] = frozenset()
    """Of the inputs, those that map names to text: a form, headers."""
    has_open_patterns: bool = False
    """Whether a pattern says neither how a name begins nor how it ends."""
    _matching: dict[str, tuple[CallModel, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )
    """The pattern models that names match, as far as they were asked for."""

    def result(self, callee: str) -> str | None:
        """The type of a call's result, None when no model says."""
        known = self.results.get(callee)
        if known is None and self.result_patterns:
            last = callee[callee.rfind(".") + 1 :]
            for pattern, type_name in self.result_patterns.get(last, ()):
                if matches_name(pattern, callee):
                    return type_name
        return known

    def may_have(self, name: str | None, last: str) -> bool:
        """Whether a call may have a model: one that resolves to ``name``, or to nothing known but
        ends in ``last``. Costs next to nothing.
        """
        if name is None:
            return last in self.patterns or self.has_open_patterns
        if name in self.calls:
            return True
        return name[name.rfind(".") + 1 :] in self.patterns or (
            "*" in self.patterns and not name.startswith(":")
        )

    def may_match(self, name: str | None, call: Call) -> bool:
        """Whether a pattern may be about a call that resolves to ``name``."""
        if name is None:
            if call.name not in self.patterns and not self.has_open_patterns:
                return False
            name = f"?.{call.path or call.name}"
        elif name.startswith(":") and name[name.rfind(".") + 1 :] not in self.patterns:
            return False
        return bool(self.candidates(name))

    def call(self, name: str) -> CallModel | None:
        """The model of a call by exact name or pattern; the first of several patterns."""
        known = self.calls.get(name)
        if known is None and self.patterns:
            for model in self.candidates(name):
                return model
        return known

    def candidates(self, name: str) -> tuple[CallModel, ...]:
        """The pattern models that a name matches."""
        known = self._matching.get(name)
        if known is None:
            last = name[name.rfind(".") + 1 :]
            known = tuple(
                model
                for key in (last, "*")
                for model in self.patterns.get(key, ())
                if matches_name(model.name, name) and last not in model.excluded
            )
            if len(self._matching) < _MOST_KEPT:
                self._matching[name] = known
        return known

    def callback(self, name: str, at: int, count: int) -> str | None:
        """The type of parameter ``at`` (from 0) of a function with ``count`` parameters that is
        handed to a call; None when no model says.
        """
        model = self.call(name)
        if model is None or not model.callback:
            return None
        types = model.callback.get(count) or model.callback.get(0, ())
        return types[at] or None if at < len(types) else None

    def roles(self, name: str) -> frozenset[str]:
        """The roles of a call or decorator; empty when unknown."""
        model = self.call(name)
        role = self.decorators.get(name)
        roles = model.roles if model is not None else frozenset()
        return roles | {role} if role is not None else roles


def expand(name: str) -> list[str]:
    """All names that ``a.{b,c}.d`` stands for, in order."""
    parts = _BRACES.split(name)
    choices = [
        [part] if at % 2 == 0 else [one.strip() for one in part.split(",")]
        for at, part in enumerate(parts)
    ]
    return ["".join(choice) for choice in itertools.product(*choices)]


def matches_name(pattern: str, name: str) -> bool:
    """Whether a qualified name fits a pattern.

    ``*`` is one segment or, inside of one, any part of it (``*Repository``); a leading ``*.`` any
    start.
    """
    if pattern.startswith("*."):
        tail = pattern[1:]
        if "*" not in tail:
            return name.endswith(tail)
        wanted = tail[1:].split(".")
        given = name.split(".")[-len(wanted) :]
    else:
        wanted = pattern.split(".")
        given = name.split(".")
    return len(wanted) == len(given) and all(
        one in ("*", two) or ("*" in one and fnmatchcase(two, one))
        for one, two in zip(wanted, given, strict=True)
    )


def _strings(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else [str(item) for item in value]


def _places(value: Any) -> tuple[Place, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(item if isinstance(item, int) else str(item) for item in items)


def _callback(value: Any) -> dict[int, tuple[str, ...]]:
    if not isinstance(value, dict):
        return {0: tuple(_strings(value))} if value else {}
    return {0 if n == "any" else int(n): tuple(_strings(types)) for n, types in value.items()}


def _prefixes(names: Iterable[str]) -> frozenset[str]:
    found = set()
    for name in names:
        at = len(name)
        while at > 0 and name[:at] not in found:
            found.add(name[:at])
            at = name.rfind(".", 0, at)
    return frozenset(found)


def compile_models(files: Iterable[Mapping[str, Any]]) -> Models:
    """Compile model files of one language."""
    calls: dict[str, CallModel] = {}
    patterns: dict[str, list[CallModel]] = {}
    results: dict[str, str] = {}
    result_patterns: dict[str, list[tuple[str, str]]] = {}
    equals: dict[str, str] = {}
    bases: dict[str, tuple[str, ...]] = {}
    decorators: dict[str, str] = {}
    names_without_import: set[str] = set()
    inputs: set[str] = set()
    objects: set[str] = set()
    mappings: set[str] = set()
    assigned: list[CallModel] = []
    answers: dict[str, frozenset[str]] = {}
    for file in files:
        assigned += _assigned(file)
        for entry in file.get("answers") or ():
            for name in itertools.chain.from_iterable(map(expand, _strings(entry["names"]))):
                answers[name] = answers.get(name, frozenset()) | set(_strings(entry["roles"]))
        objects.update(one for name in _strings(file.get("objects")) for one in expand(name))
        mappings.update(one for name in _strings(file.get("mappings")) for one in expand(name))
        inputs.update(one for name in _strings(file.get("inputs")) for one in expand(name))
        names_without_import.update(_strings(file.get("globals")))
        packages = frozenset(_strings(file.get("packages")))
        for written, type_name in (file.get("types") or {}).items():
            for name in expand(written):
                if "*" in name:
                    last = name[name.rfind(".") + 1 :]
                    result_patterns.setdefault(last, []).append((name, type_name))
                else:
                    results[name] = type_name
        for written, target in {
            **(file.get("aliases") or {}),
            **(file.get("attributes") or {}),
        }.items():
            for name in expand(written):
                equals[name] = target
        for written, found in (file.get("bases") or {}).items():
            for name in expand(written):
                bases[name] = tuple(_strings(found))
        for written, told in (file.get("decorators") or {}).items():
            for name in expand(written):
                decorators[name] = told["role"] if isinstance(told, dict) else told
        for entry in file.get("calls") or ():
            roles = frozenset(_strings(entry.get("roles")))
            arguments = {
                str(name): _places(places)
                for name, places in (entry.get("arguments") or {}).items()
            }
            requires = frozenset(_strings(entry.get("requires")))
            callback = _callback(entry.get("callback"))
            excluded = frozenset(_strings(entry.get("except")))
            for name in itertools.chain.from_iterable(map(expand, _strings(entry["names"]))):
                if "*" in name:
                    last = name[name.rfind(".") + 1 :]
                    is_told = "requires" in entry or not name.startswith("*.")
                    needs = requires if is_told else packages
                    patterns.setdefault(last, []).append(
                        CallModel(name, roles, arguments, needs, excluded, callback)
                    )
                elif name in calls:
                    known = calls[name]
                    calls[name] = CallModel(
                        name,
                        known.roles | roles,
                        {**known.arguments, **arguments},
                        requires,
                        callback={**known.callback, **callback},
                    )
                else:
                    calls[name] = CallModel(name, roles, arguments, requires, callback=callback)
    _inherit(calls, results, bases)
    _alias_members(equals, itertools.chain(list(calls), list(results), list(decorators)))
    return Models(
        calls,
        {last: tuple(found) for last, found in patterns.items()},
        results,
        {last: tuple(found) for last, found in result_patterns.items()},
        equals,
        _prefixes(
            itertools.chain(
                calls, results, decorators, equals, (one.name for one in assigned), answers
            )
        ),
        bases,
        decorators,
        frozenset(names_without_import),
        frozenset(inputs | objects | mappings),
        tuple(assigned),
        answers,
        frozenset(objects),
        frozenset(mappings),
        any(one.name.startswith("*.") for one in patterns.get("*", ())),
    )


def _assigned(file: Mapping[str, Any]) -> Iterator[CallModel]:
    """The members of one file whose assignment plays a role."""
    packages = frozenset(_strings(file.get("packages")))
    for entry in file.get("assigns") or ():
        roles = frozenset(_strings(entry["roles"]))
        for name in itertools.chain.from_iterable(map(expand, _strings(entry["names"]))):
            needs = frozenset(_strings(entry.get("requires")))
            if "requires" not in entry and name.startswith("*."):
                needs = packages
            yield CallModel(name, roles, {}, needs)


def _alias_members(equals: dict[str, str], names: Iterable[str]) -> None:
    """Let an alias of a module hold for its members too, which are imported by their own names."""
    members: dict[str, set[str]] = {}
    for name in names:
        at = name.find(".")
        while at >= 0:
            end = name.find(".", at + 1)
            member = name[at + 1 : end if end >= 0 else None]
            members.setdefault(name[:at], set()).add(member)
            at = end
    for alias, target in list(equals.items()):
        for member in members.get(target, ()):
            equals.setdefault(f"{alias}.{member}", f"{target}.{member}")


def _inherit(
    calls: dict[str, CallModel], results: dict[str, str], bases: Mapping[str, tuple[str, ...]]
) -> None:
    """Give known types what their bases have, so that look-up stays one step."""
    members: dict[str, list[str]] = {}
    for name in itertools.chain(list(calls), list(results)):
        owner, _, member = name.rpartition(".")
        members.setdefault(owner, []).append(member)
    for type_name in bases:
        seen = {type_name}
        queue = list(bases[type_name])
        while queue:
            base = queue.pop(0)
            if base in seen:
                continue
            seen.add(base)
            queue.extend(bases.get(base, ()))
            for member in members.get(base, ()):
                mine, theirs = f"{type_name}.{member}", f"{base}.{member}"
                if theirs in calls and mine not in calls:
                    found = calls[theirs]
                    calls[mine] = replace(found, name=mine)
                if theirs in results:
                    results.setdefault(mine, results[theirs])


@functools.cache
def models(family: str) -> Models:
    """The models that come with backspec for a language family (``python``, ``javascript``)."""
    return compile_models(catalog.models(family))
