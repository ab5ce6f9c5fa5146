"""Where Go code stands and what its owner says about a line: tools beside the program, reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    import re

    from backspec.code.checks import UnitView

_ONE_OFF: Final = regex(
    r"(?:^|/)(?:scripts?|tools?|hack|contrib|_?examples?|samples?|demos?|docs?|benchmarks?|dev|migrations?"
    r"|seeds?|testutil|internal/test|dummy|mocks?|mockserver|suites|[\w-]+-(?:gen|scripts|suites))"
    r"(?:/|$)|_test_\w+\.go$"
)
_NO_PART: Final = r"^//(?:go:build|\s*\+build) ignore\b"
_REASON: Final = regex(r"//\s*\S.{14,}")
_ACCEPTED: Final = regex(r"//\s*#?nosec\b|//\s*nolint\b[^\n]*//?\s*\w|//\s*nolint:[^\n]*gosec")


def is_one_off(unit: UnitView) -> bool:
    """Whether a file is a tool or an example beside the program, or no part of it at all."""
    return _ONE_OFF.search(unit.path) is not None or unit.file_has(_NO_PART)


def remark(span: Span, unit: UnitView) -> str:
    """The comments on the line of a span and on the two lines above it, if they say something."""
    source = unit.adapter.source
    start = source.rfind(b"\n", 0, span.start) + 1
    end = source.find(b"\n", span.end)
    line = unit.text(Span(start, end if end >= 0 else len(source)))
    found = [line[line.find("//") :]] if "//" in line.replace("://", "") else []
    for _ in range(2):
        before = source.rfind(b"\n", 0, max(0, start - 1)) + 1
        above = unit.text(Span(before, max(before, start - 1))).strip()
        if start == 0 or not above.startswith("//"):
            break
        found.append(above)
        start = before
    return "\n".join(one for one in found if _REASON.search(one))


def is_accepted(span: Span, unit: UnitView) -> bool:
    """Whether the line tells another linter that its owner has looked at it (``#nosec``)."""
    return _ACCEPTED.search(remark(span, unit)) is not None


def is_meant(span: Span, unit: UnitView, about: re.Pattern[str]) -> bool:
    """Whether a remark at a line gives a reason that speaks of a subject."""
    return about.search(remark(span, unit)) is not None
