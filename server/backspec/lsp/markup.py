"""Markdown for clients that show it, and something readable for those that do not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backspec.lsp.client import Client
    from backspec.lsp.convert import Json

_FENCE = re.compile(r"^ {0,3}```.*\n?", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} +", re.MULTILINE)
_LINK = re.compile(r"\[([^\]\n]+)\]\(([^)\s]+)\)")
_STRONG = re.compile(r"\*\*([^*\n]+)\*\*")
_PLACEHOLDER = re.compile(
    r"\\(?P<escaped>[\\$}])"
    r"|\$\{\d+\|(?P<choice>[^,|]*)[^|]*\|\}"
    r"|\$\{\d+:(?P<default>[^{}]*)\}"
    r"|\$\{?\d+\}?"
)


def markup(client: Client, formats: str, markdown: str) -> Json | str:
    """Content in the best form that a client's list at the path ``formats`` allows.

    A client without such a list gets a bare string: it may not know the object for markup.
    """
    if client.allows(formats, "markdown"):
        return {"kind": "markdown", "value": markdown}
    text = plain(markdown)
    return {"kind": "plaintext", "value": text} if client.allows(formats, "plaintext") else text


def plain(markdown: str) -> str:
    """The text of some Markdown: no fences, heading marks, strong marks or link targets."""
    text = _FENCE.sub("", markdown)
    text = _HEADING.sub("", text)
    text = _LINK.sub(lambda link: link[1] if link[1] != link[2] else link[2], text)
    return _STRONG.sub(r"\1", text).strip()


def without_placeholders(snippet: str) -> str:
    """The text a snippet inserts when every placeholder keeps its default."""
    return _PLACEHOLDER.sub(lambda m: m["escaped"] or m["choice"] or m["default"] or "", snippet)
