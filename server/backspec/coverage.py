"""Which lines of an agent definition are held against the code, and by which rules.

A line is covered when it names topics that rules on code serve. Whether a rule looks for what
exactly the line asks is beyond this: it is a map, not a proof.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backspec import catalog
from backspec.knowledge import find_topics
from backspec.suppress import fences, header_end
from backspec.text import LineTable

if TYPE_CHECKING:
    from backspec.model import Document

_ASKS = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?P<item>\S.*)|(?P<prose>[^\s#|>`<].*)")
_NOT_CODE = ("agent", "config", "file", "suppression", "rule-file")


@dataclass(frozen=True, slots=True)
class CoveredLine:
    """One line of a body that asks for something."""

    line: int
    """1-based."""
    text: str
    """Without list marks."""
    topics: tuple[str, ...]
    """Slugs of the topics it names, in order; () when backspec does not know what it is about."""
    rules: tuple[str, ...]
    """Ids of the rules on code that serve these topics, sorted."""


def covered_lines(document: Document) -> list[CoveredLine]:
    """The list items and prose lines of a body, in order.

    Headings, tables and code ask for nothing.
    """
    table = LineTable(document.text)
    end = header_end(table)
    in_code: set[int] = set()
    for first, last in fences(table, end).items():
        in_code.update(range(first, last + 1))
    found = []
    for line in range(end + 1, table.line_count):
        match = None if line in in_code else _ASKS.match(table.line_text(line))
        if match is None:
            continue
        text = (match["item"] or match["prose"]).strip()
        topics = tuple(dict.fromkeys(mention.slug for mention in find_topics(text)))
        found.append(CoveredLine(line + 1, text, topics, _rules_for(topics)))
    return found


def _rules_for(topics: tuple[str, ...]) -> tuple[str, ...]:
    served = catalog.rules_of_topic()
    rules = {rule.id for slug in topics for rule in served.get(slug, ())}
    return tuple(sorted(rule for rule in rules if rule.partition("/")[0] not in _NOT_CODE))
