"""What handlers in Java that do nothing say about themselves, and what they guard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.expressions import regex

if TYPE_CHECKING:
    from backspec.code.facts.model import Catch

_SAID: Final = frozenset(("ignore", "ignored", "ignoring", "expected", "unused", "swallow", "_"))
"""Names by which Java's linters know that silence is meant."""
_CODE: Final = regex(r"[;{}]\s*$|\b(?:log|logger|e|ex)\.\w+\(", re.IGNORECASE)
_REASON: Final = 12
_CONVERSION: Final = regex(
    r"\b(?:URLDecoder\.decode|(?:Long|Integer|Short|Byte|Double|Float|Boolean|UUID|Locale|\w*Enum|\w*Type)"
    r"\.(?:valueOf|parse\w+|fromString|forName|of)|new\s+(?:BigDecimal|BigInteger|URL|URI)"
    r"|(?:Local|Offset|Zoned)?(?:Date|Time|DateTime)\w*\.(?:parse\w*|toEpochMilli|of)|Instant\.parse"
    r"|Duration\.parse|\w*[fF]ormat\w*(?:\.get\(\))?\.(?:parse|format)"
    r"|\w*(?:Json|JSON|Jackson|Gson|gson|[mM]apper)\w*\.(?:parse\w*|from\w+|read\w+|to\w+)"
    r"|\w*[dD]ecoder\w*(?:\(\))?\.decode\w*|Base64\.\w+|matcher\.group|decrypt\w*|Class\.forName"
    r"|\w*Charset\.forName|MediaType\.parse\w*|MimeType\w*\.parse\w*)\("
)
_LOGS: Final = regex(r"(?i)\s*(?:\w+\.)?log(?:ger)?\.\w+\(")
_ALREADY: Final = regex(
    r"\b(?:createGroup|xgroupCreate|createTopics?|createQueue|createBucket|makeBucket|interrupt"
    r"|complete|completeWithError|sendError|cancel)\("
)
"""Calls that fail where what they do is done already."""


def is_meant(catch: Catch) -> bool:
    """Whether a handler says, by a name or by a reason, that it does nothing on purpose."""
    if catch.name.lower().rstrip("0123456789") in _SAID:
        return True
    text = re.sub(r"[/*\s]+", " ", catch.has_comment).strip()
    # Languages that write without blanks say more with fewer letters.
    length = sum(3 if ord(one) > 0x2E80 else 1 for one in text)
    is_promise = re.match(r"(?i)todo|fixme|auto-generated", text) is not None
    return length >= _REASON and not _CODE.search(text) and not is_promise


def statements_of(block: str) -> list[str]:
    """The statements of a short block, as written."""
    return [one for one in block.strip().strip("{}").split(";") if one.strip()]


def converts(block: str) -> bool:
    """Whether a block turns a text into something else."""
    return _CONVERSION.search(block) is not None or "parseDouble(" in block


def is_conversion(statements: list[str]) -> bool:
    """Whether all that is guarded turns a text into something else, or was perhaps done before."""
    statements = [one for one in statements if _LOGS.match(one) is None]
    if not 0 < len(statements) <= 2:
        return False
    return all(
        _CONVERSION.search(one) or _ALREADY.search(one) or re.match(r"\s*return\s+\w+\s*$", one)
        for one in statements
    )
