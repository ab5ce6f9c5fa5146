"""Recognises calls that take the harm out of a text: what they leave out, or write otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.model import Built, Const, Value
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backspec.code.facts.adapter import Adapter
    from backspec.code.facts.model import Call

_REPLACING: Final = frozenset(
    ("replace", "replaceAll", "replace_all", "sub", "subn", "gsub", "gsub!", "tr", "delete",
     "preg_replace", "str_replace", "Replace", "ReplaceAll", "ReplaceAllString", "translate",
     "replaceFirst", "splitlines", "strtr")
)  # fmt: skip
_KEEPS_ONLY: Final = regex(r"\[\^((?:\\[wdsb.\-]|[^\]\\])*)\][+*]?")
"""A pattern for all characters but a few."""
_PLAIN_CLASS: Final = regex(r"(?:\\[wdsb]|a-z|A-Z|0-9|[A-Za-z0-9_.:@ -]|\\[.\-])*")
_LINE_BREAK: Final = regex(r"\\[nrsRv]|[\r\n]|NewLine|lineSeparator")
_SPECIAL: Final = regex(r"\[(?=[^\n]*\*)(?=[^\n]*\+)(?=[^\n]*\?)(?=[^\n]*\^)")
"""A class of the characters that mean something in patterns."""
_ENTITY: Final = regex(r"&(?:lt|#60|#x3c);", re.IGNORECASE)
_CONVERSION: Final = regex(r"%(?:[-#0 +']|\([^)]*\))*[\d*]*(?:\.[\d*]+)?([A-Za-z%])")
_NUMERIC: Final = frozenset("dxXofFeEgGiubtTpc")
"""Conversions of formats that give numbers and the like."""
_QUOTING: Final = frozenset("qra")
"""Those that quote what they are given, line breaks and all."""
_QUOTED_PART: Final = regex(r"!\s*[ra]\s*(?::[^}]*)?\}\s*$")


def is_cleaned(adapter: Adapter, call: Call, part: str) -> bool:
    """Whether a call replaces all that could do harm in what counts; see ``clauses.Part``."""
    if part == "path" and call.name in _CUTS:
        return _keeps_last(adapter, call)
    if call.name not in _REPLACING:
        return False
    given = [adapter.slice(one.node) for one in call.arguments.positional]
    if not given:
        return part == "line" and call.name == "splitlines"
    pattern = given[0].strip("rbRB").strip("\"'`/gimu@")
    kept = _KEEPS_ONLY.fullmatch(pattern)
    if kept is not None and _PLAIN_CLASS.fullmatch(kept[1]):
        return part != "path" or not re.search(r"/|\\\\", kept[1])
    if part == "" and _SPECIAL.search(pattern) and any("\\$&" in one for one in given[1:]):
        return True  # ``text.replace(/[.*+?^${}()|[\\]\\\\]/g, "\\\\$&")``
    if part == "line":
        return any(_LINE_BREAK.search(one) for one in given[:1]) and not any(
            _LINE_BREAK.search(one) for one in given[1:2]
        )
    return part == "text" and any(_ENTITY.search(one) for one in given)


_CUTS: Final = frozenset(("substring", "slice", "substr", "Substring"))
_AFTER: Final = regex(
    r"(?:lastIndexOf|LastIndexOf|rindex|strrpos)\(\s*(?:['\"][/.]['\"]|(?:File|Path|path)\.\w*[sS]ep\w*)"
)


def _keeps_last(adapter: Adapter, call: Call) -> bool:
    """``name.substring(name.lastIndexOf("/") + 1)``: a name in a folder, or its extension."""
    given = call.arguments.positional
    if len(given) != 1:
        return False
    text = adapter.slice(given[0].node)
    if _AFTER.search(text):
        return True
    start = re.fullmatch(r"(\w+)(?:\s*\+\s*1)?", text)
    made = [
        adapter.slice(one.value_node)
        for one in adapter.facts.assigns
        if start is not None and one.target == start[1] and one.value_node is not None
    ]
    return bool(made) and all(_AFTER.search(one) for one in made)


def is_narrow(pattern: str) -> bool:
    """Whether what a pattern matches leaves no room for any text: no ``.*``, no ``[^x]``."""
    bare = re.sub(r"\\\\|\\\.|\[(?:[^\]\\^]|\\[^SWD])(?:[^\]\\]|\\[^SWD])*\]", "", pattern)
    return not re.search(r"\.[*+{]|\\[SWD]|\[\^", bare)


_VALUE_PLACE: Final = regex(
    r"(?:[=<>(+]|,\s*['\"]|\b(?:like|ilike|in|values|limit|offset|between|then|else|and|or|regexp|rlike|not))"
    r"\s*(?:\(\s*)?(?:N?['\"%]+[\w%]*|@)?$"
    r"|^\s*\(?N?'$",
    re.IGNORECASE,
)
_QUERY_PLACE: Final = regex(r"\b(?:from|join|exists|as|union|all)\s*\(\s*$", re.IGNORECASE)
"""Before a query in a query."""
_PLACEHOLDER: Final = regex(r"%(?:\(\w+\))?s|\{\w*\}")


def is_value_place(parts: Sequence[Value], at: int) -> bool:
    """Whether the text before a part of a statement leads to a value, not to a name of a table."""
    head = parts[0]
    if isinstance(head, Const) and str(head.value).lstrip().upper().startswith("PRAGMA"):
        return False
    if at and isinstance(head, Const) and isinstance(head.value, str):
        # ``"... = %s" % name``: the format says where its values go.
        holes = list(_PLACEHOLDER.finditer(head.value))
        if holes and len(holes) == len(parts) - 1:
            return _VALUE_PLACE.search(head.value[: holes[at - 1].start()]) is not None
    before = parts[at - 1] if at else None
    return (
        isinstance(before, Const)
        and isinstance(before.value, str)
        and _VALUE_PLACE.search(before.value) is not None
        and _QUERY_PLACE.search(before.value) is None
    )


def unquoted(adapter: Adapter, parts: Sequence[Value]) -> list[Value]:
    """The parts of a text that a line break may come from: neither numbers nor quoted."""
    kept = list(parts)
    head = parts[0] if parts else None
    if isinstance(head, Const) and isinstance(head.value, str):
        kept = [head, *placed(head, parts[1:], "line")]
    return [one for one in kept if not _is_quoted(adapter, one)]


def placed(message: Value | None, values: Sequence[Value], part: str) -> list[Value]:
    """Of the values that a format places into a message, those that may do harm there."""
    if isinstance(message, Built) and message.parts:
        message = message.parts[0]
    if not isinstance(message, Const) or not isinstance(message.value, str):
        return list(values)
    conversions = [one for one in _CONVERSION.findall(message.value) if one != "%"]
    if len(conversions) != len(values):
        return list(values)
    return [
        value
        for value, conversion in zip(values, conversions, strict=True)
        if conversion not in _NUMERIC and (part != "line" or conversion not in _QUOTING)
    ]


def _is_quoted(adapter: Adapter, part: Value) -> bool:
    """``{name!r}`` of an f-string."""
    around = part.node.parent
    if around is None or around.type != "interpolation":
        return False
    return _QUOTED_PART.search(adapter.slice(around)) is not None
