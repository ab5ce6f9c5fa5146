"""PHP: files that are stored under the name, and so the kind, that the client gave them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.facts.model import Context
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_PLACES: Final = {
    "move_uploaded_file": 1,
    "storeAs": 1,
    "storePubliclyAs": 1,
    "putFileAs": 2,
    "move": 1,
    "moveTo": 0,
    "saveAs": 0,
}
"""Calls that store a file, and where they are told its name."""
_GIVEN: Final = regex(
    r"\$_FILES\s*\[[^\]]+\]\s*\[\s*['\"]name['\"]\s*\]"
    r"|getClient(?:Original(?:Name|Extension)|Filename|Extension)\("
)
_HASHED: Final = regex(r"\b(?:md5|sha1|hash|crc32|basename_safe)\((?:[^()]|\([^()]*\))*\)")
_LOOKED_AT: Final = regex(
    r"(?i)\bin_array\(|array_key_exists\(|isset\(\s*\$\w*(?:allow|ext|mime|type)|preg_match\(|mimes|\bswitch\s*\("
    r"|->validat|Validator::|FormRequest|finfo|getimagesize|exif_imagetype|mime_content_type|allowed|whitelist"
    r"|getMimeType\(|guessExtension\("
    r"|[!=]==?\s*['\"]\.?(?:jpe?g|png|gif|pdf|zip|csv|xml|txt|json|docx?|xlsx?)['\"]"
    r"|['\"]\.?(?:jpe?g|png|gif|pdf|zip|csv|xml|txt|json|docx?|xlsx?)['\"]\s*[!=]==?"
)
_SAID_BY_CLIENT: Final = regex(r"[^\n;{}]*\[\s*['\"]type['\"]\s*\][^\n;{}]*")


@needs(calls=_PLACES)
def trusted_name(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``move_uploaded_file($_FILES['f']['tmp_name'], 'up/' . $_FILES['f']['name'])``."""
    for call in facts.calls:
        at = _PLACES.get(call.name)
        given = call.arguments.positional
        if at is None or len(given) <= at or call.context & Context.TEST:
            continue
        target = given[at].span
        around = unit.text(call.function.span) if call.function is not None else ""
        start = call.function.span.start if call.function is not None else unit.span.start
        before = unit.text(Span(start, call.span.start))
        written = _HASHED.sub("", _expanded(unit.text(target), before))
        if _GIVEN.search(written) is None:
            continue
        if _is_looked_at(around, unit) or _is_typed_request(call):
            continue
        yield Report(
            target,
            "The client names this file, and with the name its kind: a script is stored as one",
            place=call.place,
        )


def _expanded(text: str, before: str) -> str:
    """What an expression is made of, its variables by what they were last given."""
    whole = text
    for _ in range(4):
        grown = whole
        for name in dict.fromkeys(re.findall(r"\$\w+", whole)):
            if name in ("$_FILES", "$this", "$request"):
                continue
            made = re.findall(rf"{re.escape(name)}\s*\.?=(?![=>])([^;]+);", before)
            grown += " ".join(one for one in made[-3:] if one not in grown)
        if grown == whole:
            break
        whole = grown
    return whole


def _is_looked_at(around: str, unit: UnitView) -> bool:
    """Whether the code looks at what kind of file it is, by more than what the client says."""
    if around:
        return _LOOKED_AT.search(_SAID_BY_CLIENT.sub("", around)) is not None
    return _LOOKED_AT.search(_SAID_BY_CLIENT.sub("", unit.text(unit.span))) is not None


def _is_typed_request(call: Call) -> bool:
    """Whether a form request of Laravel's validated the file already."""
    function = call.function
    return function is not None and any(
        (one.type_name or "").endswith("Request")
        and not (one.type_name or "").startswith(("Illuminate.Http", "Symfony", "Psr"))
        for one in function.parameters
    )
