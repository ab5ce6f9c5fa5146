"""PHP: what a fast hash is for, by what is hashed and what it becomes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks.names import words
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call

_HASHES: Final = frozenset(("md5", "sha1", "hash", "crc32"))
_LEGACY: Final = regex(
    r"(?i)needs_?rehash|\$\w*rehash\b|\bis_?legacy\b|legacy_?(?:hash|password)|old_?hash"
)
_MADE_OF: Final = regex(
    r"(?i)\b(?:micro|hr)?time\(|uniq\w*\(|unique_id|\b(?:mt_)?rand\(|random_\w+\(|getmypid"
    r"|serialize\(|json_encode\(|var_export\(|http_build_query\(|implode\(|file_get_contents\("
    r"|\bHash::make\(|spl_object|__file__|getTraceAsString"
    r"|\b(?:file_?(?:name|path)?|path|url|uri|locale|query|sql|template|view|route)s?\b"
)
"""What gives a random name, or a whole value that is to be told from others."""
_BECOMES: Final = regex(
    r"(?i)\b(?:boundary|file|filename|filepath|path|thumb\w*|css|slug|cid|placeholder|key|cacheable"
    r"|revision|version|schema|uuid|urn|id|colou?r|replace|md 5|sha 1|prefix|section)\b"
)
_CERTAINLY: Final = regex(r"\b(?:lock|boundary|cache|placeholder|schema|filename)\b")
"""Words of names that nothing secret has, whatever it is made of."""
_KEEPS_OUT: Final = regex(
    r"(?i)passw|\bpwd\b|\bpass\b|secret|token|salt|app\.?_?key|session|cookie|auth|csrf|signature(?!_of)"
    r"|remember|activat|api_?key"
)


def is_inner(call: Call) -> bool:
    """Whether a hash is hashed again in place: ``md5(md5($x) . $salt)`` is one fault."""
    around = call.node.parent
    for _ in range(10):
        if around is None or around.type.endswith("_statement"):
            return False
        if around.type == "function_call_expression":
            name = around.child_by_field_name("function")
            if name is not None and (name.text or b"").decode("utf-8", "replace") in _HASHES:
                return True
        around = around.parent
    return False


def is_legacy(call: Call, unit: UnitView) -> bool:
    """Whether a stored old hash is compared once more, by code that hashes anew."""
    function = call.function
    around = unit.text(function.span) if function is not None else ""
    return _LEGACY.search(around) is not None or (
        call.class_def is not None and unit.file_has(r"function is_?legacy\b")
    )


def _before(call: Call, unit: UnitView) -> str:
    """What stands before a call in its line and statement."""
    start = call.span.start
    return re.split(r"[;{}\n]", unit.text(Span(max(0, start - 160), start)))[-1]


def is_identifier(call: Call, unit: UnitView) -> bool:
    """Whether a hash names a thing, and nobody gains from making another with the same name."""
    data = unit.text(call.arguments.span)
    if re.fullmatch(r"\s*(?:random_bytes|openssl_random_pseudo_bytes)\([^()]*\)\s*", data):
        return True
    around = call.node.parent
    if around is not None and around.type == "subscript_expression":
        return True  # a key of a list
    end = call.span.end
    if re.match(r"\s*\.\s*['\"]\.\w", unit.text(Span(end, end + 20))):
        return True  # the name of a file
    before = _before(call, unit)
    names = before + " " + (call.function.name if call.function is not None else "")
    if _CERTAINLY.search(" ".join(words(names))):
        return True
    if _KEEPS_OUT.search(data):
        return False
    if _KEEPS_OUT.search(names):
        return False
    return _MADE_OF.search(data) is not None or _BECOMES.search(" ".join(words(names))) is not None


def is_unclear(call: Call, line: str, unit: UnitView) -> bool:
    """Whether neither what is hashed nor what it becomes tells of a secret, in more than a word."""
    data = unit.text(call.arguments.span).strip()
    if _KEEPS_OUT.search(data) or _KEEPS_OUT.search(line):
        return False
    is_short = re.search(r"\b(?:substr|pack)\(\s*(?:['\"]\w\*['\"],\s*)?$", _before(call, unit))
    is_plain = re.fullmatch(r"(?:\([a-z]+\)\s*)?\$\w+(?:\[['\"]?\w+['\"]?\])?|['\"].*['\"]", data)
    return is_short is not None or is_plain is None


def is_library(unit: UnitView) -> bool:
    """Whether the file is that of a password hash which hashes many times over."""
    return unit.file_has(r"itoa64")


def is_hmac(call: Call, unit: UnitView) -> bool:
    """Whether a hash is a step of HMAC written out, as protocols of old ask for it."""
    around = unit.text(call.function.span) if call.function is not None else ""
    return re.search(r"(?i)\bk?_?[io]_?pad\b", around) is not None
