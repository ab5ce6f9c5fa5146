"""Checks on pages with embedded Ruby: what is written into them without being encoded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.erb import Page, Tag

_INPUT: Final = regex(
    r"(?<![\w.@:])(?:params(?:\[:?[\"']?\w+[\"']?\]|\.(?:fetch|dig|require|permit)\b|\.to_unsafe_h)"
    r"|cookies\[|request\.(?:params|query_string|referer|referrer|user_agent|fullpath|original_url|url"
    r"|headers|env|path)\b)[^\s,)}]*"
)
_ENCODED: Final = regex(
    r"\b(?:h|html_escape|sanitize\w*|strip_tags|escape_\w+|escape|url_encode|u|j|json_escape|to_json"
    r"|escape_javascript|ERB::Util\.\w+|CGI\.escape\w*|Rack::Utils\.escape\w*|to_i|to_f|to_sym|t|I18n\.t"
    r"|translate|markdown\w*|simple_format|present\?|blank\?|nil\?|include\?|key\?|==|to_query|l|render|link_to|content_tag|\w+_tag|url_for|\w+_(?:path|url))\b"
    r"|[=!]=|\?\s"
)
_RAW: Final = regex(r"(?<![\w.@:])raw\b\s*\(?\s*(?![=,):\s])|ActiveSupport::SafeBuffer\.new\(")
_SAFE: Final = regex(r"\.html_safe\b")
_CHAIN: Final = regex(r"[@\w][\w.&@?!]*(?:\[[^\]]*\][\w.&?!]*)*$")
_SET: Final = regex(r"(?m)^\s*(@?\w+)\s*(?:\|\|)?=(?![=~>])\s*(.+)$")
_STORED: Final = regex(r"^@?[a-z_]\w*(?:&?\.[a-z_]\w*|\[:?[\"']?\w+[\"']?\]){1,4}$")
_MADE_SAFE: Final = regex(
    r"(?i)html|marke?d?_?down|linkif|format|render|safe|_tag\b|path\b|url\b|icon|to_json|json|svg|css|script|helper|count"
    r"|_at\b|\bid\b|translat|sanit|partial|content_for|yield|form|pagina|class"
)
"""Names of what was made to be written as it is."""


def unescaped(facts: Page, _view: FileView) -> Iterator[Report]:
    """``<%== x %>``, ``<%= raw x %>`` and ``<%= x.html_safe %>``."""
    given: dict[str, str] = {}
    for tag in facts.tags:
        for name, value in _SET.findall(tag.code):
            found = _INPUT.search(value)
            if found is not None and not _ENCODED.search(value):
                given[name] = found[0]
            else:
                given.pop(name, None)
        if not tag.mark:
            continue
        for start, code in _marked(tag):
            place = tag.span.start + len(tag.code[:start].encode())
            report = _written(code, Span(place, place + len(code.encode())), given)
            if report is not None:
                yield report
                break


def _marked(tag: Tag) -> Iterator[tuple[int, str]]:
    """The parts of a tag's code that are written as they are, with their places in it."""
    code = tag.code
    if tag.mark == "==":
        yield 0, code
        return
    for found in _RAW.finditer(code):
        yield found.end(), code[found.end() :]
    for found in _SAFE.finditer(code):
        before = code[: found.start()]
        start = _start_of(before)
        if start is not None:
            yield start, before[start:]


def _start_of(before: str) -> int | None:
    """Where the expression starts that a text ends with; None when it is not told."""
    last = before[-1:]
    if last in "\"'":
        start = before.rfind(last, 0, len(before) - 1)
        return start if start >= 0 else None
    if last == ")":
        depth = 0
        for at in range(len(before) - 1, -1, -1):
            depth += {")": 1, "(": -1}.get(before[at], 0)
            if depth == 0:
                name = _CHAIN.search(before[:at])
                return name.start() if name is not None else at
        return None
    chain = _CHAIN.search(before)
    return chain.start() if chain is not None else None


def _written(code: str, span: Span, given: dict[str, str]) -> Report | None:
    found = _INPUT.search(code)
    if found is not None and not _ENCODED.search(code):
        start = span.start + len(code[: found.start()].encode())
        return Report(
            Span(start, start + len(found[0].rstrip(".").encode())),
            f"`{found[0].rstrip('.')[:60]}` becomes part of the page without being encoded",
        )
    for name, source in given.items():
        if re.search(rf"(?<![\w.@:]){re.escape(name)}(?![\w(?!:])", code) and not _ENCODED.search(
            code
        ):
            return Report(
                span,
                f"`{source[:60]}` becomes part of the page without being encoded, through `{name}`",
            )
    inner = code.strip().rstrip(")") if "(" not in code else code.strip()
    if _STORED.match(inner) and not _MADE_SAFE.search(inner):
        return Report(
            span,
            f"What `{inner[:60]}` holds becomes part of the page without being encoded",
            profile="strict",
        )
    return None
