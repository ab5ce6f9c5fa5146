"""Did you mean: the known name that a misspelt one most likely stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD_BREAK = re.compile(r"[-_. ]|(?<=[a-z0-9])(?=[A-Z])")


def closest(name: str, known: Iterable[str], cutoff: float = 0.75) -> str | None:
    """The known name nearest to ``name``, None when none is near.

    A name that differs only in case or word separators always counts as near; others by the share
    of common letters (``cutoff``, 0 to 1). Equal names are not suggested.
    """
    candidates = [other for other in known if other != name]
    folded = _fold(name)
    for other in candidates:
        if _fold(other) == folded:
            return other
    # Only names of about the same length can be near; this keeps the comparison cheap.
    near = [other for other in candidates if abs(len(other) - len(name)) <= 2 + len(name) // 3]
    if not near or len(name) > 200:
        return None
    import difflib

    found = difflib.get_close_matches(name, near, n=1, cutoff=cutoff)
    return found[0] if found else None


def _fold(name: str) -> str:
    return _WORD_BREAK.sub("", name).lower()
