"""Checks on SQL that is no migration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.sql import SqlFacts

_PASSING_TABLE: Final = re.compile(
    r"temp|tmp|stag(?:e|ing)|session|cache|outbox|log|queue|lock|import|backup|bak|old|test|#"
    r"|snapshot|summary|stats|materiali[sz]ed|token",
)
_MEANT: Final = re.compile(
    r"(?i)seed|purge|reset|clean|truncate|wipe|clear|fixture|sample|demo|mock|maintenance|backfill"
    r"|(?:^|/)(?:data|scripts?|dumps?|patch(?:es)?|updates?|upgrades?|install|setup|init|examples?"
    r"|tutorials?|docs?|benchmarks?|dev)(?:/|[_.-])|(?:^|/)(?:data|update|upgrade|init|import)[^/]*$"
)


def write_without_where(facts: SqlFacts, unit: FileView) -> Iterator[Report]:
    """UPDATE and DELETE of all rows of a table that is not made to be emptied."""
    if facts.is_migration or facts.is_first or _MEANT.search(unit.path):
        return
    for one in facts.up("UPDATE", "DELETE"):
        tree = one.tree
        if tree is None or not one.table or one.table in facts.created:
            continue
        arguments = tree.args
        if any(arguments.get(key) for key in ("where", "limit", "using", "from_", "from", "with_")):
            continue
        if tree.this.args.get("joins") or _PASSING_TABLE.search(one.table):
            continue
        verb = "changes" if one.head == "UPDATE" else "deletes"
        yield Report(
            Span(one.span.start, one.span.start + len(one.head)),
            f"This `{one.head}` {verb} every row of `{one.table}`: it has no WHERE",
        )
