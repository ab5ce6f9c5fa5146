"""Reports passwords that stand in addresses in programs: ``postgresql://shop:hunter2@db/shop``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from backspec.code.checks import Report
from backspec.code.checks.values import text_of
from backspec.model import Severity

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from backspec.code.facts.model import Place, Value


class AddressShapes(NamedTuple):
    """What a language's texts are held against."""

    url: re.Pattern[str]
    """With the groups ``user``, ``password`` and ``host``."""
    placeholder: re.Pattern[str]
    """Passwords that stand for one."""
    own: re.Pattern[str]
    """Hosts on the same machine or made up."""


def passwords(texts: Iterable[tuple[Value, Place]], shapes: AddressShapes) -> Iterator[Report]:
    """The passwords in constant texts, one report for each text."""
    seen: set[int] = set()
    for value, place in texts:
        found = shapes.url.search(text_of(value))
        if found is None or value.span.start in seen:
            continue
        seen.add(value.span.start)
        password = found["password"]
        if shapes.placeholder.fullmatch(password) or password == found["user"]:
            continue
        is_own = shapes.own.fullmatch(found["host"]) is not None
        yield Report(
            value.span,
            f"The password of `{found['user'] or found['host']}` stands in code and history",
            severity=Severity.INFO if is_own else None,
            profile="strict" if is_own else None,
            place=place,
        )
