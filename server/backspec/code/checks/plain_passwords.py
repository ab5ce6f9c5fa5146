"""Checks on passwords that are kept and compared as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.checks.comparisons import compared
from backspec.code.checks.front_end import is_front_end
from backspec.code.checks.passwords import is_plain_password
from backspec.code.checks.values import text_of
from backspec.code.facts.model import Mapping, Value
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function

_STORED: Final = (
    r"[A-Za-z_$][\w$]*(?:\[\w+\])?(?:\.[\w$]+|\[['\"]\w+['\"]\])*?"
    r"(?:\.(?:password|passwd|pwd)|\[['\"](?:password|passwd|pwd)['\"]\])(?![\w$(.\[])"
)
_GIVEN: Final = (
    r"(?:(?:self\.|this\.)?(?:req(?:uest)?|body|form|data|payload|dto|input|params|args|kwargs|json|"
    r"post|login\w*|\w*[dD]to|\w*_?data|\w*Form|\w+Input|event)"
    r"(?:\.[\w$]+|\[['\"]\w+['\"]\])*(?:\.(?:password|passwd|pwd)(?:\.data)?|"
    r"\[['\"](?:password|passwd|pwd)['\"]\]|\.get\(\s*['\"](?:password|passwd|pwd)['\"]\s*\))"
    r"|[A-Za-z_$][\w$]*)(?![\w$(.\[])"
)
_COMPARE: Final = regex(
    rf"(?<![\w$.\]])(?:(?P<left>{_STORED})\s*(?:===|!==|==|!=)\s*(?P<right>{_GIVEN})"
    rf"|(?P<right2>{_GIVEN})\s*(?:===|!==|==|!=)\s*(?P<left2>{_STORED}))"
)
_OTHER: Final = regex(
    r"(?i)confirm|repeat|again|retype|verif|hash|digest|crypt|2$|old|new|current|validat"
)
_FORM: Final = regex(
    r"(?i)^(?:form|values|body|req|request|payload|dto|params|query|data|input|self|this|props|state|"
    r"fields|credentials|default\w*|config\w*|settings|options|process|env)\b"
)
_HASHES: Final = regex(
    r"(?i)hash|bcrypt|argon|scrypt|pbkdf|md5|sha\d|encrypt|make_password|check_password|digest|compare"
)
_LOOKUPS: Final = frozenset(
    ("filter_by", "filter", "get", "first", "exclude", "get_object_or_404", "findOne", "findFirst",
     "findOneBy", "find", "findUnique", "find_one", "where", "findAndCountAll")
)  # fmt: skip


def plain(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Passwords compared with, or looked for in, a column that holds them in the clear."""
    if (
        unit.family == "csharp"
        or is_front_end(unit)
        or not unit.file_has(r"(?i)password|passwd|\bpwd\b")
    ):
        return
    for function in facts.functions:
        if function.outer is None or function.passed_to is not None:
            yield from _compared(function, unit)
    for call in unit.called(*_LOOKUPS):
        value = _password_of(call, unit)
        if value is not None and not _hashes(call.function, unit):
            yield from _looked_up(call, value, unit)


def _hashes(function: Function | None, unit: UnitView) -> bool:
    return function is not None and _HASHES.search(unit.text(function.span)) is not None


def _compared(function: Function, unit: UnitView) -> Iterator[Report]:
    if not unit.mentions("==", "!=", within=function.body_span) or not unit.mentions(
        "assword", "asswd", "pwd", within=function.body_span
    ):
        return
    text = unit.text(function.body_span)
    for found in compared(_COMPARE, text):
        left = found["left"] or found["left2"]
        right = found["right"] or found["right2"]
        before = text[max(0, text.rfind("\n", 0, found.start())) : found.start()]
        if re.search(r"(?:#|//|\*)", before) or _OTHER.search(right) or _OTHER.search(left):
            continue
        if _FORM.match(left) or left == right:
            continue
        last = re.findall(r"\w+", right)[-1]
        if not is_plain_password(last) or last in ("null", "None", "undefined"):
            continue
        if _HASHES.search(text):
            continue
        start = function.body_span.start + len(text[: found.start()].encode())
        yield Report(
            Span(start, start + len(found[0].encode())),
            f"`{left}` holds the password itself; store a hash of it and verify that",
            place=function.inside,
        )


def _looked_up(call: Call, value: Value, unit: UnitView) -> Iterator[Report]:
    roles = unit.roles_of(call)
    is_query = bool(roles & {"db-read", "query-build", "db-read-one"}) or re.search(
        r"\.(?:query|objects)\.|session\.query|[A-Z]\w*\.(?:find\w*|where)$", call.path
    )
    if not is_query:
        return
    yield Report(
        value.span,
        "The database is asked for the password itself, so it holds it in the clear; store a hash",
        place=call.place,
    )


def _password_of(call: Call, unit: UnitView) -> Value | None:
    """The condition on a password, by a keyword or an entry of a mapping argument."""
    found = call.arguments.keywords.get("password")
    if found is None:
        for value in call.arguments.positional:
            if isinstance(value, Mapping):
                inner = value.entries.get("where")
                entries = inner.entries if isinstance(inner, Mapping) else value.entries
                found = entries.get("password")
    if found is None or text_of(found):
        return None
    written = unit.text(found.span)
    names = re.findall(r"[A-Za-z_$][\w$]*", written)
    if not names or "(" in written.replace(".get(", ""):
        return None
    return found if is_plain_password(names[-1]) or "password" in written else None
