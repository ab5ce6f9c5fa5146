"""nginx's configuration: directives with their arguments, in the blocks they stand in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN: Final = regex(
    rb"\s+|\#[^\n]*|(?P<quoted>\"(?s:[^\"\\]|\\.|\\)*(?:\"|\Z)|'(?s:[^'\\]|\\.|\\)*(?:'|\Z))|(?P<mark>[{};])"
    rb"|(?P<word>(?!\#)(?:\$\{\w*\}|[^\s{};\"'])+)"
)
_MARK: Final = regex(rb"(?m)^\s*(?:server|location|upstream|http|proxy_pass|events)\b[^\n;]*[{;]")
_MOST: Final = 20_000
_MOST_ARGUMENTS: Final = 500
_DEEPEST: Final = 50


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument."""

    text: str
    """Without quotes."""
    span: Span


@dataclass(slots=True, eq=False)
class Directive:
    """One directive, and what is in its block."""

    name: str
    span: Span
    """Its name."""
    arguments: list[Argument] = field(default_factory=list)
    children: list[Directive] = field(default_factory=list)

    def all(self, *names: str) -> Iterator[Directive]:
        """Its own children of these names."""
        return (one for one in self.children if one.name in names)


@dataclass(slots=True)
class Configuration:
    """What one file says."""

    directives: list[Directive]
    """All of them, in order, also those in blocks."""


def facts(text: bytes, path: str) -> Configuration | None:
    """What a file says; None when it is none of nginx's."""
    del path
    if not _MARK.search(text):
        return None
    found: list[Directive] = []
    stack: list[list[Directive]] = [[]]
    current: Directive | None = None
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind is None:
            continue
        source = match.group()
        if kind == "mark":
            if source == b"{" and len(stack) < _DEEPEST:
                stack.append(current.children if current is not None else [])
            elif source == b"}" and len(stack) > 1:
                stack.pop()
            current = None
            continue
        if current is not None and len(current.arguments) >= _MOST_ARGUMENTS:
            continue
        shown = source[1:-1] if kind == "quoted" else source
        argument = Argument(shown.decode("utf-8", "replace"), Span(*match.span()))
        if current is None:
            if len(found) >= _MOST:
                break
            current = Directive(argument.text, argument.span)
            found.append(current)
            stack[-1].append(current)
        else:
            current.arguments.append(argument)
    return Configuration(found)
