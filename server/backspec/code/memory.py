"""Analyses an open document again and again: keeps its tree, and results by unit.

A unit is a top-level statement; inside of a large one, also each function. Its results are kept
by its text, so a keystroke walks and matches one unit and moves the diagnostics of the others.
What a unit gives its surroundings (bindings, classes, marks) is kept with what it asked of them:
as long as the answers stay the same, so do its diagnostics.

Nothing kept holds syntax nodes. Two generations are kept, so that typing a bracket and its partner
finds everything again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from backspec.code.asked_text import AskedText
from backspec.code.facts.model import Binding, Context, Place, Scope
from backspec.code.resolve import Answer, Outward, Question, Resolver
from backspec.code.syntax import common_ends
from backspec.code.tops import Top, Tops
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from backspec.code.facts.adapter import Adapter
    from backspec.code.match import RuleSet
    from backspec.code.syntax import Node, Parsed
    from backspec.model import Diagnostic, Fix

LARGE: Final = 2500
"""Bytes from which a unit's functions are units of their own."""
SMALLEST: Final = 200
"""Bytes below which a function is not worth being a unit."""
MAX_NESTING: Final = 6
"""How deep units lie inside units."""

MOST_SPLICED: Final = 500
"""After so many edits all units are looked at, and what is not used any more is forgotten."""

Key = tuple[str, int, bytes, bytes]
"""(path of keys around, node kind, text before, text): what makes units the same."""


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


@dataclass(slots=True)
class Result:
    """What is kept of a unit."""

    given: Given
    diagnostics: list[Diagnostic] | None = None
    """As found at ``start``; None until the unit was matched."""
    start: int = 0
    asked: dict[Question, Answer] = field(default_factory=dict)
    around: tuple[object, ...] = ()
    """What the nodes around the unit meant."""
    is_pinned: bool = False
    """A fix reaches outside of the unit, so the diagnostics cannot be moved."""
    has_sinks: bool = False
    """Some flow may end in the unit."""
    checked: Resolver | None = None
    """The file's resolver that last gave the same answers; for units at the top."""

    def moved_to(self, start: int) -> list[Diagnostic]:
        """The diagnostics for the unit standing at ``start``."""
        assert self.diagnostics is not None
        by = start - self.start
        if by:
            self.diagnostics = [_moved(diagnostic, by) for diagnostic in self.diagnostics]
            self.start = start
        return self.diagnostics


@dataclass(slots=True)
class Unit:
    """A unit of the text at hand. Lives as long as one analysis."""

    node: Node
    key: Key
    place: Place | None
    """Where it stands, as the unit around it sees it; None at the top."""
    around: tuple[Node, ...] = ()
    result: Result | None = None
    adapter: Adapter | None = None
    """Set once the unit was walked."""
    parts: list[Unit] = field(default_factory=list)
    depth: int = 0


class Memory:
    """What is kept of one open document between analyses."""

    __slots__ = (
        "_current",
        "_has_sinks",
        "_is_stale",
        "_late_text",
        "_older",
        "_previous",
        "_rules",
        "_spliced",
        "_surroundings",
        "_tops",
        "is_patched",
        "late",
        "parsed",
        "path",
    )

    def __init__(self) -> None:
        self.parsed: Parsed | None = None
        self.path = ""
        self.is_patched = False
        """The tree of ``parsed`` was edited and has errors, so that it may be another than that of
        the same text parsed afresh: recovery from errors depends on what was there before."""
        self.late: list[Diagnostic] = []
        """The diagnostics of what needs the whole file, for the text of the last analysis."""
        self._late_text: bytes | None = None
        """The text that their places are about."""
        self._is_stale = True
        self._has_sinks = False
        self._rules: RuleSet | None = None
        self._current: dict[Key, Result] = {}
        self._previous: dict[Key, Result] = {}
        self._older: dict[Key, Result] = {}
        self._surroundings: tuple[tuple[Given, ...], Resolver] | None = None
        self._tops: Tops | None = None
        """The units at the top of the last text, when all their results hold."""
        self._spliced = 0
        """How many analyses in a row looked at what an edit touched alone."""

    def analyse(
        self,
        parsed: Parsed,
        rules: RuleSet,
        kind: type[Adapter],
        flags: int,
        path: str,
        *,
        is_mended: bool = False,
        is_next: bool = False,
    ) -> list[Diagnostic]:
        """The diagnostics of a text, in no order; ``flags`` hold for the whole file.

        With ``is_mended``, what holds syntax errors is read again though its text is known. With
        ``is_next``, ``parsed.change`` is what changed since the last analysis.
        """
        if rules is not self._rules or path != self.path:
            self._current, self._previous, self._older = {}, {}, {}
            self._rules, self.path, self._surroundings, self._tops = rules, path, None, None
            self.late, self._late_text, self._is_stale = [], None, True
        if self._late_text is not None and self._late_text != parsed.text:
            self.late = _moved_along(self.late, self._late_text, parsed.text)
            self._late_text = parsed.text
            self._is_stale = True
        analysis = _Analysis(self, parsed, rules, kind, flags, path)
        analysis.rereads_errors = is_mended
        found = None
        if is_next and self._tops is not None and self._spliced < MOST_SPLICED:
            self._spliced += 1
            found = analysis.run_touched(self._tops)
        if found is None:
            self._spliced = 0
            found = analysis.run()
            self._tops = analysis.tops
        self._has_sinks = analysis.has_sinks
        if not self._has_sinks and not self.is_patched:
            self.keep_late([])
        return found

    @property
    def is_late_due(self) -> bool:
        """Whether what needs the whole file has to be looked for again."""
        return self._is_stale and (self._has_sinks or self.is_patched)

    def keep_late(self, found: list[Diagnostic]) -> None:
        """Keep what was found in the text of the last analysis."""
        self.late = found
        self._late_text = self.parsed.text if self.parsed is not None else None
        self._is_stale = False

    @property
    def known_file(self) -> Resolver | None:
        """The resolver of the file as the last analysis knew it."""
        return self._surroundings[1] if self._surroundings is not None else None

    def recall(self, key: Key) -> Result | None:
        """The result of a unit, from the last two analyses."""
        known = self._current.get(key)
        if known is None:
            known = self._previous.get(key) or self._older.get(key)
            if known is not None:
                self._current[key] = known
        return known

    def keep(self, key: Key, result: Result) -> None:
        """Keep a unit's result."""
        self._current[key] = result

    def turn(self) -> None:
        """End an analysis: what it used becomes the previous generation."""
        self._older = self._previous
        self._previous = self._current
        self._current = {}

    def surroundings(self, given: tuple[Given, ...], empty: Resolver) -> Resolver:
        """The resolver of the file: that of the last analysis when units give what they gave.

        Else ``empty``, filled; also when the text answers otherwise than it did.
        """
        if self._surroundings is not None and self._surroundings[0] == given:
            known = self._surroundings[1]
            if (
                known.text is not None
                and empty.text is not None
                and known.text.takes(empty.text.text)
            ):
                return known
        module = empty.module = Scope("module", None)
        for one in given:
            _receive(one, module, empty)
        self._surroundings = (given, empty)
        return empty


class _Analysis:
    """One analysis with memory."""

    __slots__ = (
        "adapters",
        "flags",
        "has_sinks",
        "kind",
        "memory",
        "parsed",
        "path",
        "rereads_errors",
        "rules",
        "source",
        "tops",
    )

    def __init__(
        self,
        memory: Memory,
        parsed: Parsed,
        rules: RuleSet,
        kind: type[Adapter],
        flags: int,
        path: str,
    ) -> None:
        self.memory = memory
        self.parsed = parsed
        self.rules = rules
        self.kind = kind
        self.flags = flags
        self.path = path
        self.source = parsed.text
        self.rereads_errors = False
        self.has_sinks = False
        self.adapters: list[Adapter] = []
        """All that were made, to be closed at the end."""
        self.tops: Tops | None = None

    def run(self) -> list[Diagnostic]:
        """Analyse all units."""
        try:
            return self._run()
        finally:
            self._close()

    def run_touched(self, tops: Tops) -> list[Diagnostic] | None:
        """Analyse what an edit touched; None when more than that may have changed."""
        try:
            return self._run_touched(tops)
        finally:
            self._close()

    def _close(self) -> None:
        for adapter in self.adapters:
            adapter.close()
        self.adapters.clear()

    def _run(self) -> list[Diagnostic]:
        units = [self._top_unit(node) for node in self.parsed.root.children]
        for unit in units:
            self._gather(unit, None)
        given = tuple(unit.result.given for unit in units if unit.result is not None)
        file = self._file(given)
        found: list[Diagnostic] = []
        for unit in units:
            found += self._settle(unit, file)
        tops = [self._top_of(unit) for unit in units]
        self.tops = None if any(top.result.is_pinned for top in tops) else Tops(tops)
        self.memory.turn()
        return found

    def _run_touched(self, tops: Tops) -> list[Diagnostic] | None:
        change = self.parsed.change
        touched = tops.touched(change, self.parsed.root) if change is not None else None
        if change is None or touched is None:
            return None
        units = [self._top_unit(node) for node in touched.nodes]
        for unit in units:
            self._gather(unit, None)
        before, after = tops.all[: touched.first], tops.all[touched.last :]
        given = [top.result.given for top in before]
        given += [unit.result.given for unit in units if unit.result is not None]
        given += [top.result.given for top in after]
        known = self.memory.known_file
        file = self._file(tuple(given))
        if file is not known:
            return None
        found: list[Diagnostic] = []
        for unit in units:
            found += self._settle(unit, file)
        new = [self._top_of(unit) for unit in units]
        if any(top.result.is_pinned for top in new):
            return None
        tops.replace(touched, new, change.new_end - change.old_end)
        for top in (*before, *after):
            self.has_sinks = self.has_sinks or top.result.has_sinks
            if top.result.diagnostics:
                found += top.result.moved_to(top.start)
        return found

    def _file(self, given: tuple[Given, ...]) -> Resolver:
        """The resolver of the file."""
        empty = Resolver(self.rules.models, self.kind.habits)
        empty.text = AskedText(self.source)
        return self.memory.surroundings(given, empty)

    def _top_unit(self, node: Node) -> Unit:
        text = self.source[node.start_byte : node.end_byte]
        return Unit(node, ("", node.kind_id, b"", text), None, (self.parsed.root,))

    def _top_of(self, unit: Unit) -> Top:
        result = self.memory.recall(unit.key)
        assert result is not None
        return Top(unit.node.start_byte, unit.node.end_byte, result)

    # ------------------------------------------------------------------ what units give

    def _gather(self, unit: Unit, outer: Resolver | None) -> None:
        """Find out what a unit gives its surroundings, from memory or by a walk."""
        is_known = not (self.rereads_errors and unit.node.has_error)
        unit.result = self.memory.recall(unit.key) if is_known else None
        if unit.result is None:
            self._walk(unit, outer)

    def _walk(self, unit: Unit, outer: Resolver | None) -> None:
        place, node = unit.place, unit.node
        if place is None:
            scope = Scope("module", None)
        else:
            here = place.scope
            scope = Scope(here.kind, None, here.class_path, here.bases)
        resolver = Resolver(self.rules.models, self.kind.habits, scope, outer)
        resolver.seen_from = place.scope if place is not None else None
        adapter = unit.adapter = self.kind(self.parsed.language, self.source, resolver, None)
        self.adapters.append(adapter)
        if place is None:
            adapter.place = Place(adapter, None, scope, None, None, Context.MODULE | self.flags)
        else:
            adapter.place = Place(
                adapter, place, scope, place.function, place.class_def, place.flags
            )
            adapter.calls_around = place.reader.calls_by_node  # type: ignore[attr-defined]
            for one in unit.around:
                call = adapter.calls_around.get(one.id)
                if call is not None:
                    adapter.calls_by_node[one.id] = call
        is_large = node.end_byte - node.start_byte >= LARGE and unit.depth < MAX_NESTING
        adapter.walk(node, unit.around, leave_out_from=SMALLEST if is_large else None)
        if is_large:
            self._walk_parts(unit, adapter)
        given = _given(adapter, scope)
        if unit.result is None:
            unit.result = Result(given)
            self.memory.keep(unit.key, unit.result)

    def _walk_parts(self, unit: Unit, adapter: Adapter) -> None:
        source = self.source
        at = unit.node.start_byte
        first = adapter.left_out[0][0].start_byte if adapter.left_out else at
        # What stands before the first function (a class's head) counts for all functions.
        head = source[at:first].decode("latin-1")
        unit.parts = []
        for node, place, nodes_around in adapter.left_out:
            before = source[at : node.start_byte]
            text = source[node.start_byte : node.end_byte]
            key = (
                "\0".join((unit.key[0], head, _signature(place, nodes_around))),
                node.kind_id,
                before,
                text,
            )
            unit.parts.append(Unit(node, key, place, nodes_around, depth=unit.depth + 1))
            at = node.end_byte
        for part in unit.parts:
            self._gather(part, adapter.resolver)
            assert part.result is not None
            assert part.place is not None
            scope = part.place.scope
            for path, name, binding in _receive(part.result.given, scope, adapter.resolver):
                adapter.outside.append((path, name, adapter.lifted(binding, scope=scope)))

    # ------------------------------------------------------------------ diagnostics

    def _settle(self, unit: Unit, outer: Resolver) -> list[Diagnostic]:
        """The diagnostics of a unit, from memory where its surroundings answer as they did."""
        result = self.memory.recall(unit.key)
        assert result is not None
        start = unit.node.start_byte
        is_usable = result.diagnostics is not None and not result.is_pinned
        if is_usable and self._is_valid(unit, result, outer):
            self.has_sinks = self.has_sinks or result.has_sinks
            return result.moved_to(start)
        if unit.adapter is None:
            self._walk(unit, outer)
        adapter = unit.adapter
        assert adapter is not None
        adapter.resolver.outside = outer
        found = self.rules.match(adapter, self.path)
        others, self.has_sinks = self.has_sinks, bool(adapter.sinks)
        for part in unit.parts:
            found += self._settle(part, adapter.resolver)
        has_sinks = self.has_sinks
        self.has_sinks = others or has_sinks
        kept = Result(
            result.given,
            found,
            start,
            adapter.resolver.asked,
            self._meaning_around(unit),
            any(_reaches_outside(d, start, unit.node.end_byte) for d in found),
            has_sinks,
            outer if unit.place is None else None,
        )
        self.memory.keep(unit.key, kept)
        return found

    def _is_valid(self, unit: Unit, result: Result, outer: Resolver) -> bool:
        if unit.place is None:
            if result.checked is outer:
                return True
            scope = None
        else:
            if result.around != self._meaning_around(unit):
                return False
            scope = unit.place.scope
        if any(outer.answer(asked, scope) != answer for asked, answer in result.asked.items()):
            return False
        if unit.place is None:
            result.checked = outer
        return True

    def _meaning_around(self, unit: Unit) -> tuple[object, ...]:
        """What a function's place and the calls around it mean."""
        place = unit.place
        if place is None:
            return ()
        calls = place.reader.calls_by_node  # type: ignore[attr-defined]
        around = [calls.get(node.id) for node in unit.around]
        return (place.context, *(call.qualified for call in around if call is not None))


def _signature(place: Place, around: tuple[Node, ...]) -> str:
    """What of the surroundings of a part the same text may stand in differently."""
    owner = place.class_def.path if place.class_def is not None else ""
    function = place.function.path if place.function is not None else ""
    kinds = ",".join(str(node.kind_id) for node in around)
    return f"{place.scope.kind} {owner} {function} {place.flags} {kinds}"


# ---------------------------------------------------------------------------- giving and receiving


def _frozen(scope: Scope) -> tuple[tuple[str, tuple[Binding, ...]], ...]:
    return tuple((name, tuple(bindings)) for name, bindings in scope.bindings.items())


def _given(adapter: Adapter, scope: Scope) -> Given:
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


def _receive(given: Given, scope: Scope, resolver: Resolver) -> list[Outward]:
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


# ---------------------------------------------------------------------------- moving


def _moved_along(found: list[Diagnostic], before: bytes, after: bytes) -> list[Diagnostic]:
    """Diagnostics of a text where they are after an edit, without those it touched."""
    if not found:
        return []
    start, kept = common_ends(before, after)
    end, by = len(before) - kept, len(after) - len(before)

    def place(span: Span) -> Span | None:
        if span.end <= start:
            return span
        return span.shift(by) if span.start >= end else None

    moved = []
    for one in found:
        span = place(one.span)
        related = [(place(r.span) if r.path is None else r.span, r) for r in one.related]
        if span is None or any(where is None for where, _ in related):
            continue
        ways = tuple(replace(r, span=where) for where, r in related if where is not None)
        # Fixes would have to move edit by edit; they come back with the next whole analysis.
        moved.append(replace(one, span=span, related=ways, fixes=()))
    return moved


def _moved_fix(fix: Fix, by: int) -> Fix:
    edits = tuple(Edit(edit.span.shift(by), edit.new_text) for edit in fix.edits)
    return replace(fix, edits=edits)


def _moved(diagnostic: Diagnostic, by: int) -> Diagnostic:
    """The same diagnostic, ``by`` bytes later."""
    return replace(
        diagnostic,
        span=diagnostic.span.shift(by),
        fixes=tuple(_moved_fix(fix, by) for fix in diagnostic.fixes),
        related=tuple(
            one if one.path is not None else replace(one, span=one.span.shift(by))
            for one in diagnostic.related
        ),
    )


def _reaches_outside(diagnostic: Diagnostic, start: int, end: int) -> bool:
    spans: list[Span] = [diagnostic.span]
    spans += [edit.span for fix in diagnostic.fixes for edit in fix.edits]
    spans += [one.span for one in diagnostic.related if one.path is None]
    return any(span.start < start or span.end > end for span in spans)
