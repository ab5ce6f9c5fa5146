"""Regular expressions that are compiled when they are first used.

Hundreds of them belong to rules; compiling all costs longer than checking a file with those few
that it needs.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

_FOUND = (
    *("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split"),
    *("flags", "groups", "groupindex"),
)
"""What a compiled expression has."""


class _Expression:
    """Stands for a compiled expression, and becomes as fast as one with its first use."""

    __slots__ = ("_flags", "pattern", *_FOUND)

    def __init__(self, text: Any, flags: int) -> None:
        self.pattern = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name not in _FOUND:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._flags)
        for one in _FOUND:
            setattr(self, one, getattr(compiled, one))
        return getattr(compiled, name)

    def __repr__(self) -> str:
        return f"regex({self.pattern!r})"


def regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """A regular expression, for constants of modules: what ``re.compile`` gives, later.

    It has the methods of a compiled expression, but cannot be handed to the functions of ``re``.
    """
    return cast("re.Pattern[AnyStr]", _Expression(pattern, flags))
