"""Whether checking costs more with more rules: the engine on 50, 300 and 1,000 made-up ones."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from backspec import catalog
from backspec.code import analysis
from backspec.model import Document
from dev.bench_sources import SOURCES, text

if TYPE_CHECKING:
    from backspec.catalog import Rule

COUNTS = (50, 300, 1_000)

_FORMS = (
    "call: library_{n}.client.send_{n}\n    missing: timeout",
    "call: library_{n}.Session.*.run_{n}\n    argument: {{mode: {{equals: {n}}}}}",
    "assign: OPTION_{n}\n    value: {{literal: string}}",
    "call: [library_{n}.open, '*.fetch_{n}']\n    inside: [loop]",
)


def made_up(count: int) -> tuple[Rule, ...]:
    """``count`` rules in the usual forms, on names that no source has."""
    return tuple(
        catalog.parse_rule(
            f"bench/rule-{n}",
            f"---\ntitle: Made up {n}\nseverity: warning\nmessage: Made up\nmatch:\n"
            f"  - {_FORMS[n % len(_FORMS)].format(n=n)}\n---\n\nMade up.\n",
            Path(f"rule-{n}.md"),
        )
        for n in range(count)
    )


def rates(lines: int, rounds: int) -> dict[int, float]:
    """Lines checked per second of CPU time with each number of rules, the best of the rounds.

    Rounds take turns, so that a busy machine slows all alike.
    """
    source = SOURCES["python"]
    content = text(source, lines).encode()
    count = content.count(b"\n")
    sets = {size: analysis.ruleset("python", made_up(size)) for size in COUNTS}
    best = dict.fromkeys(COUNTS, 0.0)
    document = Document(f"sample{source.suffix}", content, "python")
    for _ in range(rounds):
        for size, rules in sets.items():
            started = time.process_time()
            analysis.analyse(document, rules)
            best[size] = max(best[size], count / (time.process_time() - started))
    return best
