"""Checks on mapper files of MyBatis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.expressions import regex
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.mybatis import Mapper

_QUOTED: Final = regex(r"'%?\s*$")
_QUOTE_ENDS: Final = regex(r"^\s*%?'")
_LIKE: Final = regex(r"(?i)(?:\blike\s+(?:concat\s*\(\s*['\"]%['\"]\s*,\s*)?|\bin\s*\(\s*)$")
_VALUE: Final = regex(r"(?:[=<>]|&lt;|&gt;)\s*$")
_OWN: Final = regex(r"^(?:ew|criterion)\.")


def text_placed(facts: Mapper, _view: FileView) -> Iterator[Report]:
    """``'${name}'``: what is put into the statement as it is, where a value stands."""
    for one in facts.placed:
        if _OWN.match(one.name):
            continue  # MyBatis-Plus and the generator bind the values of these
        is_quoted = _QUOTED.search(one.before) and _QUOTE_ENDS.match(one.after)
        if not is_quoted and not _LIKE.search(one.before) and not _VALUE.search(one.before):
            continue
        is_sure = bool(is_quoted) or _LIKE.search(one.before) is not None
        yield Report(
            one.span,
            f"`${{{one.name}}}` becomes part of the statement; `#{{{one.name}}}` is bound",
            severity=None if is_quoted else Severity.WARNING,
            profile=None if is_sure else "strict",
        )
