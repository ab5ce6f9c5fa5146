"""Which units at the top of a file an edit touched, without a look at all the others."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backspec.code.memory import Result
    from backspec.code.syntax import Change, Node

_start, _end = attrgetter("start"), attrgetter("end")


@dataclass(slots=True)
class Top:
    """A unit at the top of the text of the last analysis."""

    start: int
    """Bytes."""
    end: int
    result: Result


@dataclass(slots=True)
class Touched:
    """What an edit did to the units at the top."""

    first: int
    """How many units stand before it."""
    last: int
    """The index, in the old units, of the first one behind it."""
    nodes: list[Node]
    """The new nodes between."""


@dataclass(slots=True)
class Tops:
    """The units at the top, in document order."""

    all: list[Top] = field(default_factory=list)

    def touched(self, change: Change, root: Node) -> Touched | None:
        """What an edit did; None when the tree does not fit what was there before.

        ``change`` covers all that the parser reads otherwise than before, so that the nodes outside
        of it are the same.
        """
        units = self.all
        first = bisect_left(units, change.start, key=_end)
        last = bisect_right(units, change.old_end, key=_start)
        nodes = []
        cursor = root.walk()
        if cursor.goto_first_child_for_byte(max(change.start - 1, 0)) is not None:
            node = cursor.node
            while node is not None and node.start_byte <= change.new_end:
                if node.end_byte >= change.start:
                    nodes.append(node)
                node = cursor.node if cursor.goto_next_sibling() else None
        if root.child_count != first + len(nodes) + len(units) - last:
            return None
        return Touched(first, last, nodes)

    def replace(self, touched: Touched, tops: list[Top], by: int) -> None:
        """Put new units in the place of those touched, and move those behind by some bytes."""
        if by:
            for top in self.all[touched.last :]:
                top.start += by
                top.end += by
        self.all[touched.first : touched.last] = tops
