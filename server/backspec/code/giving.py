"""What a unit gives its surroundings: read off a walk, and taken over by the unit around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from backspec.code.facts.model import Binding, Scope

if TYPE_CHECKING:
    from backspec.code.facts.adapter import Adapter
    from backspec.code.resolve import Outward, Resolver


class Given(NamedTuple):
    """What a unit gives its surroundings, free of nodes; compared by value."""

    bindings: tuple[tuple[str, tuple[Binding, ...]], ...]
    """For the scope the unit stands in."""
    outside: tuple[tuple[str, str, Binding], ...]
    """For other scopes: see ``Adapter.outside``."""
    marks: tuple[str, ...]
    functions: tuple[tuple[str, str, str], ...]
    """(path, declared result type, class path of the scope to look it up in)."""
    classes: tuple[
        tuple[str, str, tuple[str, ...], tuple[tuple[str, tuple[Binding, ...]], ...]], ...
    ]
    """(path, class path around, bases, bindings)."""


def _frozen(scope: Scope) -> tuple[tuple[str, tuple[Binding, ...]], ...]:
    return tuple((name, tuple(bindings)) for name, bindings in scope.bindings.items())


def given_by(adapter: Adapter, scope: Scope) -> Given:
    """What a walked unit gives the scope it stands in and beyond."""
    resolver = adapter.resolver
    paths = {id(one): path for path, one in resolver.classes.items()}
    paths[id(scope)] = scope.class_path
    functions = tuple(
        (path, type_path, paths[id(where)])
        for path, (type_path, where) in resolver.functions.items()
        if id(where) in paths
    )
    classes = tuple(
        (path, paths[id(one.outer)], one.bases, _frozen(one))
        for path, one in resolver.classes.items()
        if one.outer is not None and id(one.outer) in paths
    )
    return Given(
        _frozen(scope), tuple(adapter.outside), tuple(sorted(resolver.marks)), functions, classes
    )


def receive(given: Given, scope: Scope, resolver: Resolver) -> list[Outward]:
    """Take over what a unit gives, into the scope it stands in and the resolver around it.

    What is for scopes further out is returned.
    """
    for name, bindings in given.bindings:
        for binding in bindings:
            scope.bind(name, binding)
    resolver.marks.update(given.marks)

    def where(class_path: str) -> Scope:
        if class_path == scope.class_path:
            return scope
        return resolver.classes.get(class_path, scope)

    for path, around, bases, bindings_of in given.classes:
        made = resolver.classes[path] = Scope("class", where(around), path, bases)
        made.bindings = {name: list(bindings) for name, bindings in bindings_of}
    for path, type_path, around in given.functions:
        resolver.functions[path] = (type_path, where(around))
    left = (resolver.take(one, scope) for one in given.outside)
    return [one for one in left if one is not None]
