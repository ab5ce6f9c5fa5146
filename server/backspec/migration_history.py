"""Which migrations are history: enough later ones of their folder build on them.

What such a migration does has run where it matters, so a problem in it is worth knowing and not
worth acting on. Only folders whose names tell an order count: numbers or dates in front.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from backspec.project import Project

_Orders = list[tuple[int, ...]]

NEWEST: Final = 5
"""How many of a folder's migrations are not history."""

OWN_FOLDER: Final = frozenset(("migration.sql", "up.sql", "down.sql"))
"""Names of migrations that have a folder each."""
_ORDERED: Final = re.compile(r"^[VvRU]?(\d+(?:[._-]\d+)*)")


def is_history(path: str, project: Project) -> bool:
    """Whether a migration has ``NEWEST`` later ones beside it. False where no order is told."""
    one = Path(path)
    if one.name in OWN_FOLDER:
        one = one.parent
    own = _order(one.name)
    if own is None:
        return False
    orders = _orders(str(one.parent), one.suffix, project)
    return len(orders) - bisect_right(orders, own) >= NEWEST


_known: WeakKeyDictionary[Project, dict[tuple[str, str], tuple[int, _Orders]]] = WeakKeyDictionary()


def _orders(folder: str, suffix: str, project: Project) -> _Orders:
    """The orders of a folder's migrations, sorted; read again when the folder has changed."""
    try:
        changed = Path(folder).stat().st_mtime_ns
    except OSError:
        return []
    known = _known.setdefault(project, {})
    found = known.get((folder, suffix))
    if found is None or found[0] != changed:
        beside = project.view(folder).list(folder)
        orders = {order for name in beside if name.endswith(suffix) and (order := _order(name))}
        found = known[folder, suffix] = changed, sorted(orders)
    return found[1]


def _order(name: str) -> tuple[int, ...] | None:
    """The numbers a name begins with: ``0012_add_x.py``, ``V2_1__x.sql``, ``20240131_x``."""
    found = _ORDERED.match(name)
    return tuple(int(number) for number in re.findall(r"\d+", found[1])) if found else None
