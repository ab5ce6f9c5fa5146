"""What stands where a line begins, as far as a comment above it is concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from backspec.code import syntax

if TYPE_CHECKING:
    from backspec.model import Document

_STRINGS = ("string", "template_string", "concatenated_string", "heredoc_body", "jsx_text")
_MARKUP = ("jsx_element", "jsx_fragment")
_JSX_TAGS = ("jsx_opening_element", "jsx_self_closing_element", "jsx_closing_element")


def place_of(document: Document, line_start: int) -> Literal["code", "markup", "string"]:
    """What surrounds the first visible byte of the line that starts at ``line_start``.

    "string": the inside of a string that began on an earlier line; "markup": a child of a JSX
    element; "code" for everything else, and for languages without a grammar.
    """
    if document.language not in syntax.LANGUAGES:
        return "code"
    parsed = syntax.parse(document.language, document.text)
    if parsed is None:
        return "code"
    text = document.text
    at = line_start
    while at < len(text) and text[at] in b" \t":
        at += 1
    node = parsed.root.descendant_for_byte_range(at, at)
    while node is not None:
        if node.type == "jsx_expression" and node.start_byte < line_start:
            return "code"
        if node.type in _JSX_TAGS and node.start_byte < line_start:
            # Between the attributes of a tag, comments are those of the language.
            return "code"
        if node.type == "jsx_text":
            return "markup"
        if node.type in _STRINGS and node.start_byte < line_start:
            return "string"
        if node.type in _MARKUP and node.start_byte < line_start:
            return "markup"
        node = node.parent
    return "code"
