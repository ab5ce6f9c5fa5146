"""What plain YAML scalars mean: the types that YAML 1.1 and 1.2 readers see in a bare word."""

from __future__ import annotations

import re
from typing import Any, Literal

ScalarType = Literal["string", "boolean", "integer", "number", "null", "date"]

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEAN = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})
_BOOLEAN_11 = _BOOLEAN | frozenset(
    {"yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF"}
)
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_INTEGER_11 = re.compile(
    r"[-+]?(?:0b[01_]+|0[0-7_]*|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)"
)
_NUMBER = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_NUMBER_11 = re.compile(
    r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?"
)


def resolve(text: str, version: Literal["1.1", "1.2"]) -> ScalarType:
    """The type an unquoted scalar has.

    Dates count in both versions, as the YAML 1.2 reader that most products use (js-yaml) knows
    them too.
    """
    if text in _NULL:
        return "null"
    if text[0] not in "+-.0123456789tTfFyYnNoO":
        return "string"
    if text in (_BOOLEAN_11 if version == "1.1" else _BOOLEAN):
        return "boolean"
    if (_INTEGER_11 if version == "1.1" else _INTEGER).fullmatch(text):
        return "integer"
    if (_NUMBER_11 if version == "1.1" else _NUMBER).fullmatch(text):
        return "number"
    return "date" if _DATE.fullmatch(text) else "string"


def value_of(text: str, kind: ScalarType) -> Any:
    """The Python value of a scalar of a type; dates and what does not convert stay text."""
    if kind == "null":
        return None
    if kind == "boolean":
        return text.lower() in ("true", "yes", "on")
    try:
        if kind == "integer":
            digits = text.replace("_", "")
            if len(digits) > 300:
                return text
            return (
                int(digits, 0)
                if digits.lstrip("+-")[:2].lower() in ("0x", "0o", "0b")
                else int(digits)
            )
        if kind == "number":
            return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:
        return text
    return text
