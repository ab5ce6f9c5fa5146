"""Checks on Blade templates: forms that any site can send in the user's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts

_FORM: Final = regex(rb"(?i)<form(?=[\s>])")
_END: Final = regex(rb"(?i)</form\s*>")
_POST: Final = regex(rb"(?i)\smethod\s*=\s*(?:\"post\"|'post'|post\b)")
_ELSEWHERE: Final = regex(
    rb"(?i)\saction\s*=\s*[\"']?(?:https?:)?//|(?:@|v-on:|x-on:|wire:|ng-)submit|\sonsubmit\s*=|'\s*\+"
)
"""Forms of other hosts, and those that a script sends."""
_HAS_TOKEN: Final = regex(
    rb"(?i)csrf|_token\b|@include|@component|@yield|@stack|@livewire|\$slot\b|Form::|<\?"
)
"""Also what may bring the field along."""
_BLADE: Final = regex(rb"\{\{|\{!!|@(?:extends|section|if|foreach|error|lang|auth|method)\b|<x-")
_NO_PAGE: Final = ((b"<!--", b"-->"), (b"{{--", b"--}}"), (b"<script", b"</script"))
"""Comments, and texts of programs."""
_LONGEST: Final = 2000
_CLOSES: Final = {b"{{": b"}}", b"{!": b"!!}"}


@needs(words=("form",), families=("php",))
def form_without_token(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``<form method="POST">`` without ``@csrf``."""
    if not unit.path.endswith(".blade.php"):
        return
    source, whole = unit.adapter.source, unit.span
    if not _BLADE.search(source):
        return
    for found in _FORM.finditer(source, whole.start, whole.end):
        tag_end = _tag_end(source, found.end())
        ends = _END.search(source, tag_end) if tag_end else None
        if ends is None:
            continue
        tag, inside = source[found.start() : tag_end], source[tag_end : ends.start()]
        if not _POST.search(tag) or _ELSEWHERE.search(tag) or _HAS_TOKEN.search(tag + inside):
            continue
        start = found.start()
        if any(source.rfind(o, 0, start) > source.rfind(c, 0, start) for o, c in _NO_PAGE):
            continue
        edit = Edit(Span(tag_end, tag_end), _field(inside))
        yield Report(
            Span(start, tag_end),
            "This form has no `@csrf`: Laravel refuses it, or takes it from any site",
            (Fix("Add `@csrf`", (edit,), "unsafe", "csrf/disabled"),),
            place=unit.adapter.place,
        )


def _tag_end(source: bytes, at: int) -> int:
    """Behind the ``>`` that ends a tag; 0 when it is not to be found."""
    quote = b""
    limit = min(len(source), at + _LONGEST)
    while at < limit:
        one, two = source[at : at + 1], source[at : at + 2]
        if two in _CLOSES:
            closes = source.find(_CLOSES[two], at)
            if closes < 0:
                return 0
            at = closes + len(_CLOSES[two])
            continue
        if quote:
            quote = b"" if one == quote else quote
        elif one in (b'"', b"'"):
            quote = one
        elif one == b">":
            return at + 1
        at += 1
    return 0


def _field(inside: bytes) -> str:
    """``@csrf`` as the first thing of a form, on a line of its own where the others have one."""
    margin = re.match(rb"[ \t]*(\r?\n)(?:[ \t]*\r?\n)*([ \t]*)\S", inside)
    if margin is None:
        return " @csrf "
    return (margin[1] + margin[2]).decode() + "@csrf"
