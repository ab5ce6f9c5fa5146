"""Pages with embedded Ruby (ERB) as their tags, in order, with the places of the Ruby in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from backspec.expressions import regex
from backspec.text import Span

_TAG: Final = regex(rb"<%(?P<mark>==?|[-#%])?(?P<code>.*?)(?:-?%>)", re.DOTALL)
_PAGE: Final = regex(r"(?i)(?:\.x?html?\.erb|\.rhtml|(?:^|/)[^/.]+\.erb)$")


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag that runs Ruby."""

    mark: str
    """``=`` writes with characters of HTML encoded, ``==`` without, "" writes nothing."""
    code: str
    span: Span
    """Of ``code``."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of HTML with Ruby in it."""

    tags: tuple[Tag, ...]


def facts(text: bytes, path: str) -> Page | None:
    """The tags of a page; None for templates of other things than HTML. Never raises."""
    if not _PAGE.search(path):
        return None
    tags = []
    for found in _TAG.finditer(text):
        mark = (found["mark"] or b"").decode()
        if mark in ("#", "%"):
            continue
        written = found["code"]
        code = written.strip()
        start = found.start("code") + len(written) - len(written.lstrip())
        tags.append(
            Tag(
                mark.replace("-", ""),
                code.decode("utf-8", "replace"),
                Span(start, start + len(code)),
            )
        )
    return Page(tuple(tags))
