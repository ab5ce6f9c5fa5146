"""Recognises conditions that only a development environment meets, in any language's spelling."""

from __future__ import annotations

from backspec.expressions import regex

_MAX_LENGTH = 200
_HINT = regex(r"(?i)debug|dev|local|prod|env|mode|stage")
_BARE = regex(
    r"(?i)(?:[\w$]+\.)*(?:_*is_?|in_?|use_?)?(?:debug|dev|develop|development|localdev|local_dev)"
    r"(?:_?(?:mode|env|environment|server|enabled))?_*(?:\(\))?"
)
_PROD_BARE = regex(
    r"(?i)(?:[\w$]+\.)*(?:_*is_?|in_?)?(?:prod|production)(?:_?(?:mode|env|environment))?_*(?:\(\))?"
)
_COMPARE = regex(
    r"(?i)[\w$.\[\]\"'()?:, ]*(?:env|environment|mode|stage|deployment)\w*[\"'\])?]*"
    r"(?:\s*,[^=]*\))?(?:\.\w+\(\))?\s*"
    r"(?P<operator>===?|!==?|\bnot in\b|\bin\b|\bis\b)\s*(?P<values>.+)"
)
_VALUE = regex(r"[\"'](\w+)[\"']")
_DEV = frozenset(("dev", "develop", "development", "local", "localhost", "debug"))
_PROD = frozenset(("prod", "production", "live"))
_AND = regex(r"\s+and\s+|\s*&&\s*")
_OR = regex(r"\s+or\s+|\s*\|\|\s*")


def dev_guard(condition: str) -> int:
    """1 when only development meets the condition, -1 when only development fails it, else 0."""
    if len(condition) > _MAX_LENGTH or not _HINT.search(condition):
        return 0
    alternatives = _OR.split(condition)
    if len(alternatives) > 1:
        return 1 if all(_one(part) == 1 for part in alternatives) else 0
    parts = _AND.split(condition)
    if len(parts) == 1:
        return _one(condition)
    return 1 if any(_one(part) == 1 for part in parts) else 0


def _one(condition: str) -> int:
    text = condition.strip()
    sign = 1
    while True:
        if text.startswith("!") and not text.startswith("!="):
            text, sign = text[1:].strip(), -sign
        elif text.startswith("not "):
            text, sign = text[4:].strip(), -sign
        elif text.startswith("(") and text.endswith(")") and text.count("(") == 1:
            text = text[1:-1].strip()
        else:
            break
    if _BARE.fullmatch(text):
        return sign
    if _PROD_BARE.fullmatch(text):
        return -sign
    compared = _COMPARE.fullmatch(text)
    if compared is None:
        return 0
    values = {value.lower() for value in _VALUE.findall(compared["values"])}
    if not values:
        return 0
    if compared["operator"].startswith(("!", "not")):
        sign = -sign
    if values <= _DEV:
        return sign
    return -sign if values <= _PROD else 0
