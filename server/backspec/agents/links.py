"""Document links: paths that open a file, addresses in headers, topics that open their page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backspec import knowledge
from backspec.agents.context import open_file
from backspec.agents.markdown import byte_spans
from backspec.agents.navigation import paths_in
from backspec.model import Link
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.context import File
    from backspec.agents.view import View
    from backspec.model import Document

_ADDRESS = re.compile(rb"https?://[^\s\"'<>()\[\]{}]+")


def document_links(document: Document, view: View | None = None) -> list[Link]:
    """What opens something, in order: files that exist, addresses in the header, and the first
    mention of each topic.

    Links that an editor's own Markdown support makes as well (addresses in the body) are left out.
    """
    file = open_file(document, view)
    if file is None or not file.dialects:
        return []
    found = [
        Link(use.span, use.target)
        for use in paths_in(document, view)
        if view is None or view.exists(use.target)
    ]
    for match in _ADDRESS.finditer(document.text, *file.header.span):
        address = match[0].rstrip(b".,;:")
        found.append(Link(Span(match.start(), match.start() + len(address)), address.decode()))
    found += _topics(file, found)
    return sorted(found, key=lambda link: link.span)


def _topics(file: File, taken: list[Link]) -> Iterator[Link]:
    if file.header.format != "markdown":
        return
    body = file.body
    seen: set[str] = set()
    for prose in body.prose:
        raw = file.header.text[prose.start : prose.end]
        text = raw.decode("utf-8", "surrogateescape")
        mentions = knowledge.find_topics(text)
        places = byte_spans(text, ((m.start, m.end) for m in mentions), prose.start)
        for mention, span in zip(mentions, places, strict=True):
            if mention.slug in seen or any(span.overlaps(link.span) for link in taken):
                continue
            seen.add(mention.slug)
            yield Link(span, mention.topic.url, f"backspec: {mention.topic.title}")
