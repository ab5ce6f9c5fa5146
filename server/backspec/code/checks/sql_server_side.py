"""Checks on what runs in the database: dynamic SQL, dirty reads, broad rights."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.files.sql_tokens import tokens
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files import FileView
    from backspec.code.files.sql import SqlFacts, Statement
    from backspec.code.files.sql_tokens import Token

_RULE: Final = "sql/server-side-hazard"
_UNSURE: Final = "strict"
_WORTH: Final = regex(
    rb"\b(?:EXEC|PREPARE\b|NOLOCK\b|UNCOMMITTED\b|DEFINER\b|GRANT\s+ALL|IDENTIFIED\b|PASSWORD\b"
    rb"|XP_CMDSHELL\b)|@@IDENTITY\b"
)
_WORDS: Final = (
    *(b"EXEC", b"PREPARE", b"NOLOCK", b"UNCOMMITTED", b"@@IDENTITY", b"DEFINER", b"GRANT"),
    *(b"IDENTIFIED", b"PASSWORD", b"XP_CMDSHELL"),
)
"""What any of these needs, in capitals."""
_DEVELOPMENT: Final = regex(
    r"(?i)(?:^|[/_.-])(?:docker|dev|hack|local|development|example|sample|seeds?|initdb|ci)(?:[/_.-]|$)"
)
_ACCOUNTS: Final = frozenset(
    ("CREATE USER", "CREATE ROLE", "CREATE LOGIN", "ALTER USER", "ALTER ROLE", "ALTER LOGIN")
)
_SAFE: Final = frozenset(
    ("QUOTE_IDENT", "QUOTE_LITERAL", "QUOTE_NULLABLE", "FORMAT", "QUOTENAME", "QUOTE")
)
_PLACEHOLDER: Final = regex(r"[${}<>:%]|(?i:change|your|example|placeholder|secret_here|xxx)")


def server_side(facts: SqlFacts, unit: FileView) -> Iterator[Report]:
    """Text run as SQL, rights for everybody, reads of what was never written."""
    capitals = facts.capitals
    if not any(word in capitals for word in _WORDS):
        return
    safe = _with_path(facts)
    for one in facts.statements:
        if one.is_down or not _WORTH.search(capitals, one.span.start, one.span.end):
            continue
        found = _all_tokens(one)
        yield from _dynamic(found, facts.dialect)
        yield from _reads(found, facts.dialect)
        if one.head in ("CREATE FUNCTION", "CREATE PROCEDURE"):
            yield from _definer(found, safe)
        elif one.head == "GRANT":
            yield from _grants(found)
        elif one.head in _ACCOUNTS and not _DEVELOPMENT.search(unit.path):
            yield from _passwords(found)


def _all_tokens(one: Statement) -> list[Token]:
    """The tokens of a statement, those in its dollar quotes in place of these."""
    found = []
    for token in one.cursor().list:
        if token.kind == "dollar":
            mark = token.text[: token.text.index("$", 1) + 1]
            size = len(mark.encode())
            found += tokens(one.text, token.start + size, max(token.start + size, token.end - size))
        else:
            found.append(token)
    return found


def _dynamic(found: list[Token], dialect: str) -> Iterator[Report]:
    built = _built_variables(found) if dialect in ("tsql", "mysql", "") else {}
    for index, token in enumerate(found):
        if token.kind != "word" or index + 1 >= len(found):
            continue
        following = found[index + 1]
        if token.text == "XP_CMDSHELL":
            if index and found[index - 1].text in ("EXEC", "EXECUTE", "."):
                yield Report(token.span, "This runs a command of the operating system")
        elif token.text in ("EXEC", "EXECUTE") and following.text == "(":
            inside = _until(found, index + 2, ")")
            if _joins_variable(inside):
                yield _into_sql(inside)
            elif len(inside) == 1 and inside[0].text in built:
                yield _into_sql(built[inside[0].text])
        elif token.text == "SP_EXECUTESQL":
            inside = _until(found, index + 1, ",")
            if following.text in built:
                yield _into_sql(built[following.text])
            elif _joins_variable(inside):
                yield _into_sql(inside)
        elif token.text == "EXECUTE" and following.kind in ("string", "word"):
            inside = _until(found, index + 1, ";")
            if following.text not in ("FUNCTION", "PROCEDURE", "ON", "IMMEDIATE"):
                yield from _plpgsql(inside)
        elif token.text == "PREPARE" and index + 3 < len(found) and found[index + 2].text == "FROM":
            source = found[index + 3]
            if source.text == "CONCAT":
                yield _into_sql(_until(found, index + 3, ";"))
            elif source.text in built:
                yield _into_sql(built[source.text])


_INTO_SQL: Final = "This text becomes SQL with a value in it; pass the value as a parameter"
_DDL: Final = regex(
    r"(?i)N?E?'\s*(?:ALTER|DROP|CREATE|GRANT|REVOKE|TRUNCATE|REFRESH|COMMENT|BACKUP)\b"
)


def _into_sql(inside: list[Token]) -> Report:
    """A report on a text that is executed; names in definitions are mostly not from outside."""
    first = next((t for t in inside if t.kind == "string"), None)
    is_definition = first is not None and _DDL.match(first.text) is not None
    return Report(_whole(inside), _INTO_SQL, profile=_UNSURE if is_definition else None)


def _until(found: list[Token], start: int, mark: str) -> list[Token]:
    """Tokens up to a mark outside of parentheses, at most some hundred."""
    depth = 0
    for index in range(start, min(len(found), start + 400)):
        token = found[index]
        if token.kind == "mark":
            if (token.text == mark and depth == 0) or token.text == ";":
                return found[start:index]
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if depth < 0:
                return found[start:index]
    return found[start : start + 400]


def _whole(inside: list[Token]) -> Span:
    return Span(inside[0].start, inside[-1].end) if inside else Span(0, 0)


def _joins_variable(inside: list[Token]) -> bool:
    """Whether a text is joined with a variable that nothing quotes, as SQL Server writes it."""
    if not any(t.kind == "string" for t in inside):
        return False
    for index, token in enumerate(inside):
        if token.kind != "param" or not token.text.startswith("@"):
            continue
        near = {
            inside[index - 1].text if index else "",
            *(t.text for t in inside[index + 1 : index + 2]),
        }
        if "+" in near:
            return True
    return False


def _built_variables(found: list[Token]) -> dict[str, list[Token]]:
    """Variables that are set to a text joined with a parameter of the routine."""
    parameters = set()
    for index, token in enumerate(found):
        if token.text in ("AS", "BEGIN", "RETURNS"):
            break
        if token.kind == "param" and token.text.startswith("@"):
            kind = found[index + 1].text if index + 1 < len(found) else ""
            if kind in ("NVARCHAR", "VARCHAR", "SYSNAME", "NCHAR", "CHAR", "TEXT", "NTEXT"):
                parameters.add(token.text)
        elif (
            token.text == "IN"
            and index + 2 < len(found)
            and found[index + 2].text in ("VARCHAR", "TEXT", "CHAR")
        ):
            parameters.add(found[index + 1].text)
    built: dict[str, list[Token]] = {}
    for index, token in enumerate(found[:-3]):
        if token.kind != "param" or not token.text.startswith("@"):
            continue
        at = index + 1
        if found[at].text == "+" and found[at + 1].text == "=":
            at += 1
        elif found[at].kind == "word":  # DECLARE @sql NVARCHAR(MAX) = ..
            at += 1
            if found[at].text == "(":
                while at < len(found) - 1 and found[at].text != ")":
                    at += 1
                at += 1
        if at >= len(found) or found[at].text not in ("=", ":="):
            continue
        inside = _until(found, at + 1, ",")
        stops = {"SET", "DECLARE", "EXEC", "EXECUTE", "IF", "SELECT", "BEGIN", "END", "PRINT"}
        cut = next((i for i, t in enumerate(inside) if t.kind == "word" and t.text in stops), None)
        inside = inside[:cut]
        joined = [
            t
            for i, t in enumerate(inside)
            if t.text in parameters
            and (
                {inside[i - 1].text if i else "", *(x.text for x in inside[i + 1 : i + 2])}
                & {"+", ","}
            )
        ]
        texts = [t for t in inside if t.kind == "string" and re.search(r"(?i)[a-z]{3}", t.text)]
        is_joined = any(t.text == "+" for t in inside) or any(t.text == "CONCAT" for t in inside)
        if joined and texts and is_joined and not any(t.text in _SAFE for t in inside):
            built.setdefault(token.text, inside)
    return built


def _plpgsql(inside: list[Token]) -> Iterator[Report]:
    end = next(
        (
            i
            for i, t in enumerate(inside)
            if t.kind == "word" and t.text in ("USING", "INTO", "LOOP")
        ),
        len(inside),
    )
    inside = inside[:end]
    if not any(t.kind == "string" for t in inside):
        return
    for index, token in enumerate(inside):
        if token.text != "||":
            continue
        for at in (index - 1, index + 1):
            if not 0 <= at < len(inside):
                continue
            other = inside[at]
            is_call = other.text == ")" or (at + 1 < len(inside) and inside[at + 1].text == "(")
            if other.kind != "word" or is_call or other.text in ("NEW", "OLD", "TG_TABLE_NAME"):
                continue
            if at + 1 < len(inside) and inside[at + 1].text == "::":
                continue
            if re.search(r"(?i)^TG_|SEQ|TABLE|SCHEMA|COUNT|_ID$|^I$|^N$", other.text):
                yield Report(_whole(inside), _INTO_SQL, profile=_UNSURE)
            else:
                yield _into_sql(inside)
            return


def _reads(found: list[Token], dialect: str) -> Iterator[Report]:
    for index, token in enumerate(found):
        if token.text == "NOLOCK" and dialect in ("tsql", ""):
            before = {t.text for t in found[max(0, index - 8) : index]}
            if "(" in before:
                yield Report(
                    token.span,
                    "Rows read so may be read twice, left out, or never have been written",
                    severity=Severity.WARNING,
                )
        elif token.text == "UNCOMMITTED" and index and found[index - 1].text == "READ":
            yield Report(
                Span(found[index - 1].start, token.end),
                "Rows read so may never have been written",
                severity=Severity.WARNING,
            )
        elif token.text.upper() == "@@IDENTITY" or (
            token.text.upper() == "@IDENTITY" and index and found[index - 1].text == "@"
        ):
            start = token.start if token.text.startswith("@@") else found[index - 1].start
            span = Span(start, token.end)
            edit = Edit(span, "SCOPE_IDENTITY()")
            yield Report(
                span,
                "With a trigger on the table, this is the id of another table's row",
                (Fix("Use `SCOPE_IDENTITY()`", (edit,), "unsafe", _RULE),),
                severity=Severity.WARNING,
            )


_SETS_PATH: Final = regex(
    rb"(?is)ALTER\s+(?:FUNCTION|PROCEDURE)\s+([\w.\"]+)\s*(?:\([^;]*?\))?\s*SET\s+search_path"
)


def _with_path(facts: SqlFacts) -> frozenset[str]:
    if b"SEARCH_PATH" not in facts.capitals:
        return frozenset()
    return frozenset(
        m[1].decode("utf-8", "replace").rpartition(".")[2].strip('"').lower()
        for m in _SETS_PATH.finditer(facts.text)
    )


def _definer(found: list[Token], safe: frozenset[str]) -> Iterator[Report]:
    texts = [t.text for t in found]
    for index in range(len(found) - 1):
        if texts[index] != "SECURITY" or texts[index + 1] != "DEFINER":
            continue
        if index > 1 and texts[index - 1] == "SQL" and texts[index - 2] != "LANGUAGE":  # MySQL
            return
        if any(
            t == "SEARCH_PATH" and texts[i - 1] in ("SET", ",") for i, t in enumerate(texts) if i
        ):
            return
        name = next((t for t in texts[1:12] if t not in _HEAD_WORDS), "")
        at = texts.index(name) if name else 0
        while at + 2 < len(texts) and texts[at + 1] == ".":
            at += 2
        if texts[at].lower() in safe:
            return
        yield Report(
            Span(found[index].start, found[index + 1].end),
            "Whoever sets `search_path` decides which tables this function means, with the rights"
            " of its owner",
        )
        return


_HEAD_WORDS: Final = frozenset(("CREATE", "OR", "REPLACE", "FUNCTION", "PROCEDURE"))


def _grants(found: list[Token]) -> Iterator[Report]:
    texts = [t.text for t in found]
    if texts[:2] != ["GRANT", "ALL"] or "TO" not in texts:
        return
    to = len(texts) - 1 - texts[::-1].index("TO")
    everywhere = "".join(texts[:to]).endswith("ON*.*")
    for token in found[to + 1 :]:
        span = Span(found[0].start, token.end)
        if token.text == "PUBLIC":
            yield Report(span, "This gives all rights to everybody who can connect")
            return
        if everywhere and token.kind in ("string", "quoted") and token.text in ("'%'", "%"):
            yield Report(span, "This gives all rights on all databases, from every address")
            return


def _passwords(found: list[Token]) -> Iterator[Report]:
    for index, token in enumerate(found[:-1]):
        if token.kind != "word" or token.text not in ("BY", "PASSWORD"):
            continue
        if token.text == "BY" and (not index or found[index - 1].text != "IDENTIFIED"):
            continue
        value = found[index + 1]
        if value.text == "=" and index + 2 < len(found):
            value = found[index + 2]
        if value.kind != "string" or len(value.text) < 4 or _PLACEHOLDER.search(value.text):
            continue
        if value.text.startswith(("'SCRAM-", "'md5")) or value.text.upper() == "'NULL'":
            continue
        # Who is called as his password is, is there for development.
        names = {other.text.strip("'").lower() for other in found[:index]}
        yield Report(
            value.span,
            "This password is known to everybody who can read the file",
            profile=_UNSURE if value.text.strip("'").lower() in names else None,
        )
