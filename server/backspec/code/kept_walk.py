"""Keeps the walk of the one unit being edited, for edits inside of the body of one of its parts.

A class may be all that a file holds. While the parts of it that are functions give it what they
gave, a walk of the class would find what it found, but for positions: only the part is walked anew.
The kept walk has its own source and tree, which no edit touches. What of it a part gets to see
ends before the part, or is made anew from the new tree.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from backspec.code.facts.model import ClassDef, Place
from backspec.code.moving import moved_around
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.facts.adapter import Adapter
    from backspec.code.memory import Unit
    from backspec.code.syntax import Change, Node
    from backspec.code.tops import Top
    from backspec.model import Diagnostic


class Fresh(NamedTuple):
    """A part as the new tree has it."""

    at: int
    """Which part it is."""
    node: Node
    place: Place
    around: tuple[Node, ...]


@dataclass(slots=True)
class KeptWalk:
    """The walk of a unit at the top and what was found in it, by parts."""

    top: Top
    unit: Unit
    """As it was walked: its nodes are those of the text of then."""
    adapter: Adapter
    own: list[Diagnostic]
    """What the unit without its parts gave; with ``found``, where it is in the text at hand."""
    has_own_sinks: bool
    found: list[list[Diagnostic]]
    """What each part gave."""
    have_sinks: list[bool]
    edited: int | None = None
    """The only part that was edited since the walk."""
    by: int = 0
    """How many bytes longer that is than it was."""

    def close(self) -> None:
        """Let go of the walk."""
        self.adapter.close()

    def touched(self, change: Change, root: Node, top: Node) -> Fresh | None:
        """The part whose body holds a change; None when more than that may be otherwise.

        ``top`` is the unit's new node.
        """
        parts = self.unit.parts
        index = bisect_left(parts, change.start, key=_start) - 1
        if index < 0 or self.edited not in (None, index):
            return None
        part = parts[index]
        old = part.node
        body = old.child_by_field_name("body")
        by = self.by + change.new_end - change.old_end
        if (
            body is None
            or not body.start_byte < change.start
            or not change.old_end < body.end_byte + self.by
        ):
            return None
        before = _chain(self.unit.node, old.start_byte, old.end_byte, old.kind_id)
        after = _chain(top, old.start_byte, old.end_byte + by, old.kind_id)
        if before is None or after is None or not _are_alike(before, after, by):
            return None
        new_body = after[-1].child_by_field_name("body")
        if new_body is None or not _are_alike([body], [new_body], by):
            return None
        around = (root, *after[:-1])[-len(part.around) :]
        calls = self.adapter.calls_by_node
        if [one.kind_id for one in around] != [one.kind_id for one in part.around] or any(
            one.id in calls for one in part.around
        ):
            return None
        place = part.place
        if place is None or place.function is not None or place.guards:
            return None
        class_def = None
        if place.class_def is not None:
            news = {one.id: new for one, new in zip(before, after, strict=True)}
            class_def = _class_in(place.class_def, news, old, by)
            if class_def is None:
                return None
        fresh = Place(place.reader, place.outer, place.scope, None, class_def, place.flags)
        return Fresh(index, after[-1], fresh, around)

    def moved(self, fresh: Fresh, change: Change) -> KeptWalk | None:
        """The same after a change, the diagnostics of the part itself left out.

        None when a diagnostic of another part, or of the unit itself, is about what changed.
        """
        by = change.new_end - change.old_end
        own = moved_around(self.own, change)
        found = []
        for index, some in enumerate(self.found):
            new = [] if index == fresh.at else moved_around(some, change) if some else some
            if new is None:
                return None
            found.append(new)
        if own is None:
            return None
        return replace(
            self,
            own=own,
            found=found,
            have_sinks=list(self.have_sinks),
            edited=fresh.at,
            by=self.by + by,
        )


def kept_walk(unit: Unit, top: Top) -> KeptWalk | None:
    """The walk of a unit that was matched, when nothing in it is named by where it stands."""
    adapter = unit.adapter
    if adapter is None or unit.own is None:
        return None
    facts = adapter.facts
    paths = [one.path for one in facts.classes] + [one.path for one in facts.functions]
    if any("{" in path for path in paths):
        return None
    found = [[*part.found] for part in unit.parts]
    have_sinks = [part.has_sinks for part in unit.parts]
    for part in unit.parts:
        # Walks of parts end with the analysis.
        part.adapter, part.parts, part.found = None, [], []
    return KeptWalk(top, unit, adapter, unit.own, unit.has_own_sinks, found, have_sinks)


def _start(unit: Unit) -> int:
    return unit.node.start_byte


def _chain(top: Node, start: int, end: int, kind_id: int) -> list[Node] | None:
    """The nodes from ``top`` to the outermost one of a kind with an extent."""
    cursor = top.walk()
    chain = [top]
    while chain[-1].kind_id != kind_id or (chain[-1].start_byte, chain[-1].end_byte) != (
        start,
        end,
    ):
        if cursor.goto_first_child_for_byte(start) is None:
            return None
        node = cursor.node
        if node is None or node.start_byte > start or node.end_byte < end:
            return None
        chain.append(node)
    return chain


def _are_alike(before: list[Node], after: list[Node], by: int) -> bool:
    """Whether nodes around an edit are the same but for their ends."""
    return len(before) == len(after) and all(
        old.kind_id == new.kind_id
        and old.start_byte == new.start_byte
        and old.end_byte + by == new.end_byte
        for old, new in zip(before, after, strict=True)
    )


def _class_in(one: ClassDef, news: dict[int, Node], part: Node, by: int) -> ClassDef | None:
    """A class around a part with its new node; None when its head may not be what it was."""
    node = news.get(one.node.id)
    outer = _class_in(one.outer, news, part, by) if one.outer is not None else None
    heads = [one.name_span.end, *(decorator.span.end for decorator in one.decorators)]
    if node is None or max(heads) > part.start_byte or (outer is None) != (one.outer is None):
        return None
    end = one.span.end
    span = Span(one.span.start, end + by if end >= part.end_byte else end)
    return replace(one, node=node, span=span, outer=outer)
