"""Checks on what comments admit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.front_end import is_front_end
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts
    from backspec.model import Profile

_COMMENT: Final = regex(
    r"(?m)(?:(?<=[ \t;{}),])|^)(?://|#|/\*+|\*)[ \t]*@?(?:"
    r"(?P<mark>TODO|FIXME|HACK|XXX)\b(?P<rest>[^\n]*)"
    r"|(?P<now>(?:for now|temporary|temporarily|remove before|disable[ds]? for now)\b[^\n]*))"
)
_MARKS: Final = {
    b"todo": "TODO",
    b"fixme": "FIXME",
    b"hack": "HACK",
    b"xxx": "XXX",
    b"now": "for now",
    b"temporary": "temporary",
    b"temporarily": "temporarily",
    b"before": "remove before",
}
"""What stands in the line of such a comment, by a word of it as ``UnitView.words`` has it."""
_SUBJECT: Final = regex(
    r"(?i)\b(?:check|verify|enforce|require|add|implement|needs?|missing|should|must|apply|pass|"
    r"restrict|without|skip|bypass|disabled?|fix|protect|lacks?|prevent|do|use)\b[^.\n]{0,60}"
    r"\b(?:auth|authenticat\w+|authori[sz]\w+|permissions?|access control|csrf|rate.?limit\w*|"
    r"throttling|encrypt\w*|saniti[sz]\w+|escap(?:e|ing)|signatures?|tls|https|ssl|ownership|secure|security)\b"
    r"|\b(?:saniti[sz]e|escape|encrypt|authenticate|authori[sz]e|rate.?limit)\s+(?:the|this|these|"
    r"user|all|it|input|output|html|here|before|requests?)\b"
    r"|\bhard.?cod(?:ed|ing)\b[^.\n]{0,40}\b(?:password|secret|key|token|credential)s?\b"
    r"|\b(?:password|secret|key|token|credential)s?\b[^.\n]{0,30}\bhard.?cod"
    r"|\binsecure\b|\bvulnerab\w+|\bsecurity (?:hole|risk|issue|problem|flaw)"
    r"|\b(?:sql|command) injection\b"
    r"|\bxss\b|\bssrf\b"
    r"|\bvalidate (?:the |user |this |that |all )?(?:inputs?|requests?|body|params|parameters|"
    r"payload|files?|mime|data|url|redirect|token|jwt|signature|origin|email|upload)\b"
    r"|\b(?:hash|encrypt|rotate|remove|don't store|do not store)\b[^.\n]{0,40}"
    r"\b(?:passwords?|secrets?|credentials?|api.?keys?)\b"
)
"""What says that a control is missing."""
_SOFT: Final = regex(
    r"(?i)\b(?:in|use|needs?|add|wrap\w*|missing)\b[^.\n]{0,30}\btransactions?\b|\brace condition"
    r"|\b(?:add|needs?|implement|missing|have) (?:an? |some )?"
    r"(?:retr(?:y|ies)|timeouts?|pagination|index(?:es)?)\b"
    r"|\bn\+1\b|\b(?:auth\w*|permissions?|validat(?:e|ion)|passwords?|secrets?|csrf|cors)\b"
)
_NOT_ABOUT: Final = regex(
    r"(?i)^\W*(?:move|rename|refactor|extract|split|unsubscribe|typings?|improve (?:naming|docs))\b"
    r"|\bif (?:the )?\w+ (?:has|have|is allowed|can)\b|change of ownership"
    r"|\bremove this (?:class|method|function|file|code)\b"
    r"|escape key|\bopt(?:ed|ing)?[- ]out\b|hash ?map|hash ?table|(?:git|commit|content) hash"
    r"|html escape test|token type"
)


_LINK: Final = regex(r"https?://\S+")


@needs(words=[word.decode() for word in _MARKS])
def security_todo(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Comments that put off a security control."""
    if is_front_end(unit):
        return
    source = unit.adapter.source
    span = unit.span
    # Offsets are counted in bytes, and the text may hold longer characters: search byte by byte.
    text = source[span.start : span.end].decode("latin-1")
    for found in _comments(text, unit):
        said = _LINK.sub("", (found["rest"] if found["mark"] else found["now"]) or "")
        if found[0].startswith("*") and not _is_in_block(text, found.start()):
            continue
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()].strip()
        if _NOT_ABOUT.search(said) or line.startswith(("*", "#", "//")):
            continue  # an example inside of a comment
        if _SUBJECT.search(said):
            profile: Profile | None = None
        elif found["mark"] and _SOFT.search(said):
            profile = "strict"
        else:
            continue
        start = span.start + found.start()
        yield Report(
            Span(start, span.start + len(found[0].rstrip()) + found.start()),
            "This comment says that a control is missing",
            profile=profile,
        )


def _comments(text: str, unit: UnitView) -> Iterator[re.Match[str]]:
    """The comments of the kind, looked for in lines that hold one of their words."""
    lines = set()
    for word, mark in _MARKS.items():
        at = text.find(mark) if word in unit.words else -1
        while at >= 0:
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            lines.add((text.rfind("\n", 0, at) + 1, end))
            at = text.find(mark, end)
    for start, end in sorted(lines):
        yield from _COMMENT.finditer(text, start, end)


def _is_in_block(text: str, at: int) -> bool:
    """Whether a line that begins with ``*`` belongs to a block comment."""
    return text.rfind("/*", 0, at) > text.rfind("*/", 0, at)
