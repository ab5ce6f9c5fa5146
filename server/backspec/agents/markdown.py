"""Headings and links of a body. Offsets are bytes of the document; code is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from backspec.agents.body import Body


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, written with ``#`` or underlined."""

    level: int
    span: Span
    """The heading's line or lines, without the last line end."""
    title: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link or image, or the definition of a reference."""

    span: Span
    target: str
    """As written, without ``<>``; escapes and percent signs are left as they are."""
    target_span: Span
    is_image: bool


_ATX = re.compile(
    rb"^ {0,3}(#{1,6})(?:[ \t]+([^\r\n]*?))?(?:[ \t]+#+)?[ \t]*(?=\r|\n|\Z)", re.MULTILINE
)
_SETEXT = re.compile(
    rb"^ {0,3}(?![ \t]*(?:[-*+>|#]|\d+[.)])[ \t])(\S[^\r\n]*)(?:\r\n|\n|\r) {0,3}(=+|-+)[ \t]*"
    rb"(?=\r|\n|\Z)",
    re.MULTILINE,
)
_LINK = re.compile(
    rb"(!?)\[(?:[^\[\]\r\n\\]|\\.|!?\[[^\[\]\r\n]*\](?:\([^()\s]*\))?)*\]\("
    rb"[ \t]*(?:<([^<>\r\n]*)>|((?:[^\s()<>\\]|\\.|\((?:[^\s()\\]|\\.)*\))+))"
    rb"(?:[ \t]+(?:\"[^\"\r\n]*\"|'[^'\r\n]*'))?[ \t]*\)"
)
_REFERENCE = re.compile(
    rb"^ {0,3}\[[^\[\]\r\n]+\]:[ \t]*(?:<([^<>\r\n]*)>|([^\s<]\S*))", re.MULTILINE
)


def headings(body: Body, text: bytes) -> list[Heading]:
    """The headings of a body, in order; ``text`` is the whole document."""
    found: list[Heading] = []
    for match in _ATX.finditer(text, *body.span):
        if not body.is_code(match.start(1)):
            title = (match[2] or b"").decode("utf-8", "replace").strip()
            found.append(Heading(len(match[1]), Span(*match.span()), title))
    for match in _SETEXT.finditer(text, *body.span):
        if not body.is_code(match.start(1)) and not body.is_code(match.start(2)):
            title = match[1].decode("utf-8", "replace").strip()
            level = 1 if match[2][:1] == b"=" else 2
            found.append(Heading(level, Span(*match.span()), title))
    return sorted(found, key=lambda heading: heading.span)


def links(body: Body, text: bytes) -> list[Link]:
    """Links, images and reference definitions outside code and comments, in order."""
    found: list[Link] = []
    matches: list[tuple[re.Match[bytes], bool, int]] = []
    if b"](" in text:
        matches += [(match, match[1] == b"!", 2) for match in body.find(_LINK)]
    if b"]:" in text:
        matches += [(match, False, 1) for match in body.find(_REFERENCE)]
    for match, is_image, first in matches:
        if any(comment.start <= match.start() < comment.end for comment in body.comments):
            continue
        group = first if match[first] is not None else first + 1
        target = match[group].decode("utf-8", "replace")
        found.append(Link(Span(*match.span()), target, Span(*match.span(group)), is_image))
    return sorted(found, key=lambda link: link.span)


def byte_spans(text: str, spans: Iterable[tuple[int, int]], start: int) -> Iterator[Span]:
    """Byte spans in a document of (start, end) pairs in a text decoded with "surrogateescape".

    The pairs are in order and do not overlap; ``start`` is the text's own offset. One pass.
    """
    at, done = start, 0
    for begin, end in spans:
        at += len(text[done:begin].encode("utf-8", "surrogateescape"))
        size = len(text[begin:end].encode("utf-8", "surrogateescape"))
        yield Span(at, at + size)
        at, done = at + size, end
