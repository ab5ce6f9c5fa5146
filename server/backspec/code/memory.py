"""Analyses an open document again and again: keeps its tree, and results by unit.

A unit is a top-level statement; inside of a large one, also each function. Its results are kept
by its text, so a keystroke walks and matches one unit and moves the diagnostics of the others.
What a unit gives its surroundings (bindings, classes, marks) is kept with what it asked of them:
as long as the answers stay the same, so do its diagnostics.

Nothing kept holds syntax nodes, but for the walk of the one unit being edited, see
``code/kept_walk.py``. Two generations are kept, so that typing a bracket and its partner finds
everything again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from backspec.code.asked_text import AskedText
from backspec.code.facts.model import Context, Place, Scope
from backspec.code.giving import Given, given_by, receive
from backspec.code.kept_walk import KeptWalk, kept_walk
from backspec.code.moving import moved, moved_along, reaches_outside
from backspec.code.resolve import Answer, Question, Resolver
from backspec.code.tops import Top, Tops

if TYPE_CHECKING:
    from backspec.code.facts.adapter import Adapter
    from backspec.code.match import RuleSet
    from backspec.code.syntax import Change, Node, Parsed
    from backspec.code.tops import Touched
    from backspec.model import Diagnostic

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
            self.diagnostics = [moved(diagnostic, by) for diagnostic in self.diagnostics]
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
    own: list[Diagnostic] | None = None
    """Of a unit with parts that was matched: what the rest of it gave."""
    found: list[Diagnostic] = field(default_factory=list)
    """What it gave, set once it is settled."""
    has_sinks: bool = False
    """Some flow may end in it; set once it is settled."""
    has_own_sinks: bool = False
    """Some flow may end in what is not in its parts."""


class Memory:
    """What is kept of one open document between analyses."""

    __slots__ = (
        "_current",
        "_has_sinks",
        "_is_stale",
        "_kept_walk",
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
        self._kept_walk: KeptWalk | None = None

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
            self.late = moved_along(self.late, self._late_text, parsed.text)
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
            self.keep_walk(None)
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
    def kept_walk(self) -> KeptWalk | None:
        """The walk of the unit that the last edit was in."""
        return self._kept_walk

    def keep_walk(self, walk: KeptWalk | None) -> None:
        """Keep a walk, and let go of the one kept before."""
        if self._kept_walk is not None and (
            walk is None or walk.adapter is not self._kept_walk.adapter
        ):
            self._kept_walk.close()
        self._kept_walk = walk

    def still_known_file(self, text: bytes) -> Resolver | None:
        """The resolver of the file; None when the text answers otherwise than it did."""
        known = self.known_file
        is_same = known is not None and known.text is not None and known.text.takes(text)
        return known if is_same else None

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

    def used(self) -> dict[Key, Result]:
        """A copy of what is kept, to ``go_back`` to."""
        return dict(self._current)

    def go_back(self, used: dict[Key, Result]) -> None:
        """Forget what was kept since."""
        self._current = used

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
            receive(one, module, empty)
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
        walk = self.memory.kept_walk
        for adapter in self.adapters:
            if walk is None or adapter is not walk.adapter:
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
        if self.tops is not None and self.parsed.change is not None:
            self._keep_walk(units, tops)
        self.memory.turn()
        return found

    def _run_touched(self, tops: Tops) -> list[Diagnostic] | None:
        change = self.parsed.change
        touched = tops.touched(change, self.parsed.root) if change is not None else None
        if change is None or touched is None:
            return None
        before, after = tops.all[: touched.first], tops.all[touched.last :]
        found = self._run_part(tops, touched, change)
        if found is not None:
            return found + self._moved_tops((*before, *after))
        self.memory.keep_walk(None)
        units = [self._top_unit(node) for node in touched.nodes]
        for unit in units:
            self._gather(unit, None)
        given = [top.result.given for top in before]
        given += [unit.result.given for unit in units if unit.result is not None]
        given += [top.result.given for top in after]
        known = self.memory.known_file
        file = self._file(tuple(given))
        if file is not known:
            return None
        found = []
        for unit in units:
            found += self._settle(unit, file)
        new = [self._top_of(unit) for unit in units]
        if any(top.result.is_pinned for top in new):
            return None
        tops.replace(touched, new, change.new_end - change.old_end)
        self._keep_walk(units, new)
        return found + self._moved_tops((*before, *after))

    def _moved_tops(self, tops: tuple[Top, ...]) -> list[Diagnostic]:
        """The diagnostics of units that an edit left alone."""
        found: list[Diagnostic] = []
        for top in tops:
            self.has_sinks = self.has_sinks or top.result.has_sinks
            if top.result.diagnostics:
                found += top.result.moved_to(top.start)
        return found

    # ------------------------------------------------------------------ inside of one part

    def _keep_walk(self, units: list[Unit], tops: list[Top]) -> None:
        """Keep the walk of the one unit with parts that was walked and matched."""
        made = [
            (unit, top)
            for unit, top in zip(units, tops, strict=True)
            if unit.own is not None and unit.adapter is not None
        ]
        if len(made) == 1:
            self.memory.keep_walk(kept_walk(*made[0]))

    def _run_part(self, tops: Tops, touched: Touched, change: Change) -> list[Diagnostic] | None:
        """The diagnostics of the unit an edit is in, when the edit is in the body of one part.

        None when more than that may have changed.
        """
        walk, nodes = self.memory.kept_walk, touched.nodes
        if walk is None or touched.last - touched.first != 1 or len(nodes) != 1:
            return None
        if tops.all[touched.first] is not walk.top:
            return None
        fresh = walk.touched(change, self.parsed.root, nodes[0])
        new_walk = walk.moved(fresh, change) if fresh is not None else None
        if fresh is None or new_walk is None:
            return None
        file = self.memory.still_known_file(self.source)
        resolver = walk.adapter.resolver
        if file is None or resolver.outside is not file:
            return None
        old = walk.unit.parts[fresh.at]
        path, kind_id, before, _ = old.key
        text = self.source[fresh.node.start_byte : fresh.node.end_byte]
        part = Unit(
            fresh.node, (path, kind_id, before, text), fresh.place, fresh.around, depth=old.depth
        )
        used = self.memory.used()
        self._gather(part, resolver)
        assert part.result is not None
        assert old.result is not None
        if part.result.given != old.result.given:
            self.memory.go_back(used)
            return None
        others, self.has_sinks = self.has_sinks, False
        new_walk.found[fresh.at] = new = self._settle(part, resolver)
        new_walk.have_sinks[fresh.at] = self.has_sinks
        has_sinks = new_walk.has_own_sinks or any(new_walk.have_sinks)
        self.has_sinks = others or has_sinks
        node = nodes[0]
        if any(reaches_outside(one, node.start_byte, node.end_byte) for one in new):
            self.memory.go_back(used)
            self.has_sinks = others
            return None
        found = [*new_walk.own, *(one for some in new_walk.found for one in some)]
        given = walk.top.result.given
        result = Result(
            given, found, node.start_byte, resolver.asked, has_sinks=has_sinks, checked=file
        )
        new_walk.top = Top(node.start_byte, node.end_byte, result)
        tops.replace(touched, [new_walk.top], change.new_end - change.old_end)
        self.memory.keep_walk(new_walk)
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
        given = given_by(adapter, scope)
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
            for path, name, binding in receive(part.result.given, scope, adapter.resolver):
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
        others, has_sinks = self.has_sinks, bool(adapter.sinks)
        if unit.parts:
            unit.own, unit.has_own_sinks = [*found], has_sinks
        for part in unit.parts:
            self.has_sinks = False
            part.found = self._settle(part, adapter.resolver)
            found += part.found
            part.has_sinks = self.has_sinks
            has_sinks = has_sinks or self.has_sinks
        self.has_sinks = others or has_sinks
        kept = Result(
            result.given,
            found,
            start,
            adapter.resolver.asked,
            self._meaning_around(unit),
            any(reaches_outside(d, start, unit.node.end_byte) for d in found),
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
