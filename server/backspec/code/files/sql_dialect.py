"""Which database a SQL file is for: by its path, then by what only one of them understands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, cast

from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterable

Dialect = Literal["postgres", "mysql", "tsql", "sqlite", "other", ""]
"""The database that a file is for; "" when nothing in it tells."""

_Marks = tuple[tuple[bytes, "re.Pattern[bytes] | None"], ...]

_HEAD: Final = 32_768
_MOST: Final = 400_000


def _mark(needle: bytes, pattern: bytes = b"") -> tuple[bytes, re.Pattern[bytes] | None]:
    """A text that must be there, and how it must stand there. Both in capitals."""
    return needle, regex(pattern, re.MULTILINE) if pattern else None


_OTHER: Final[_Marks] = (
    _mark(b"VARCHAR2", rb"\bVARCHAR2\b"),
    _mark(b"NUMBER", rb"\bNUMBER\s*\(\d"),
    _mark(b"MERGETREE", rb"\bENGINE\s*=\s*\w*MERGETREE"),
    _mark(b"DISTKEY", rb"\bDISTKEY\b"),
    _mark(b"REORG", rb"\bREORG\b"),
)
_TSQL: Final[_Marks] = (
    _mark(b"GO\n", rb"^[ \t]*GO[ \t]*$"),
    _mark(b"GO\r", rb"^[ \t]*GO[ \t]*\r?$"),
    _mark(b"GO ", rb"^[ \t]*GO[ \t]+\r?$"),
    _mark(b"[DBO]"),
    _mark(b"DBO.", rb"\bDBO\."),
    _mark(b"NVARCHAR", rb"\bNVARCHAR\b"),
    _mark(b"IDENTITY", rb"\bIDENTITY\s*\(\s*\d"),
    _mark(b"UNIQUEIDENTIFIER", rb"\bUNIQUEIDENTIFIER\b"),
    _mark(b"SP_RENAME", rb"\bSP_RENAME\b"),
    _mark(b"DATETIME2", rb"\bDATETIME2\b"),
    _mark(b"SYSUTCDATETIME", rb"\bSYSUTCDATETIME\b"),
    _mark(b"OBJECT_ID", rb"\bOBJECT_ID\s*\("),
)
_MYSQL: Final[_Marks] = (
    _mark(b"`", rb"`\w+`"),
    _mark(b"ENGINE", rb"\bENGINE\s*="),
    _mark(b"AUTO_INCREMENT", rb"\bAUTO_INCREMENT\b"),
    _mark(b"UNSIGNED", rb"\bUNSIGNED\b"),
    _mark(b"DELIMITER", rb"^\s*DELIMITER\b"),
    _mark(b"UTF8MB4", rb"\bUTF8MB4\b"),
)
_SQLITE: Final[_Marks] = (
    _mark(b"AUTOINCREMENT", rb"\bAUTOINCREMENT\b"),
    _mark(b"PRAGMA", rb"\bPRAGMA\s"),
    _mark(b"SQLITE_", rb"\bSQLITE_"),
    _mark(b"ROWID", rb"\bWITHOUT\s+ROWID\b"),
    _mark(b"NOCASE", rb"\bCOLLATE\s+NOCASE\b"),
    _mark(b"STRFTIME", rb"\bSTRFTIME\s*\("),
    _mark(b"JULIANDAY", rb"\bJULIANDAY\s*\("),
    _mark(b"UNIXEPOCH", rb"\bUNIXEPOCH\b"),
    _mark(b"DATETIME(", rb"\bDATETIME\(\s*(?:'|[A-Z_][\w.]*\s*[,)])"),
    _mark(b"RANDOMBLOB", rb"\bRANDOMBLOB\s*\("),
)
_POSTGRES: Final[_Marks] = (
    _mark(b"SERIAL", rb"\b(?:BIG|SMALL)?SERIAL\b"),
    _mark(b"TIMESTAMPTZ", rb"\bTIMESTAMPTZ\b"),
    _mark(b"JSONB", rb"\bJSONB\b"),
    _mark(b"$", rb"\$(?:[A-Z_]\w*)?\$"),
    _mark(b"::", rb"\w::\s*[A-Z]"),
    _mark(b"CONCURRENTLY", rb"\bCONCURRENTLY\b"),
    _mark(b"TIMESTAMP", rb"\bTIMESTAMP(?:\s*\(\d\))?\s+WITH(?:OUT)?\s+TIME\s+ZONE"),
    _mark(b'TABLE "', rb"\bALTER\s+TABLE\s+\""),
    _mark(b' ON "', rb"\bINDEX\s+\"\w+\"\s+ON\s+\""),
    _mark(b"ALTER COLUMN", rb"\bALTER\s+COLUMN\s+\S+\s+(?:SET|DROP)\s+(?:NOT|DEFAULT)"),
    _mark(b"ALTER COLUMN", rb"\bALTER\s+COLUMN\s+\S+\s+(?:SET\s+DATA\s+)?TYPE\b"),
    _mark(b"PUBLIC.", rb"\bPUBLIC\."),
    _mark(b"ONLY", rb"\bONLY\s+(?:PUBLIC|\")"),
    _mark(b"NOT VALID", rb"\bNOT\s+VALID\b"),
    _mark(b"BYTEA", rb"\bBYTEA\b"),
    _mark(
        b"USING",
        rb"\bUSING\s+(?:BTREE|GIN|GIST|BRIN)\b|\bUSING\s+INDEX\b|\bEXCLUDE\s+USING\b",
    ),
    _mark(b"PLPGSQL", rb"\bPLPGSQL\b"),
    _mark(b"GEN_RANDOM_UUID", rb"\bGEN_RANDOM_UUID\b"),
    _mark(b"UUID_GENERATE_V4", rb"\bUUID_GENERATE_V4\b"),
    _mark(b"EXTENSION", rb"\bCREATE\s+EXTENSION\b"),
    _mark(b"TEXT[]", rb"\bTEXT\[\]"),
    _mark(b"ENUM", rb"\bCREATE\s+TYPE\s+\S+\s+AS\s+ENUM\b"),
    _mark(b"LOCK_TIMEOUT", rb"\bLOCK_TIMEOUT\s*="),
    _mark(b"SECURITY", rb"\bROW\s+LEVEL\s+SECURITY"),
    _mark(b"OWNER", rb"\bOWNER\s+TO\b"),
    _mark(b"MATERIALIZED", rb"\bMATERIALIZED\s+VIEW\b"),
    _mark(b"ILIKE", rb"\bILIKE\b"),
    _mark(b"TYPE", rb"\bALTER\s+TYPE\b"),
    _mark(b"REINDEX", rb"\bREINDEX\s+(?:TABLE|INDEX|DATA)"),
)
_BY_TEXT: Final = (
    ("tsql", _TSQL),
    ("mysql", _MYSQL),
    ("sqlite", _SQLITE),
    ("postgres", _POSTGRES),
)
_PATHS: Final = (
    ("sqlite", regex(r"(?i)sqlite|libsql|turso|\bd1\b|durable")),
    ("mysql", regex(r"(?i)mysql|mariadb")),
    ("tsql", regex(r"(?i)mssql|sql[-_]?server|tsql")),
    (
        "other",
        regex(r"(?i)oracle|clickhouse|snowflake|bigquery|cassandra|\bdb2\b|\bh2\b|hive"),
    ),
    (
        "postgres",
        regex(r"(?i)postgres|psql|supabase|timescale|(?:^|[/_.-])pg(?:[/_.-]|$)"),
    ),
)


def dialect_of(text: bytes, path: str) -> Dialect:
    """The database of a file; "" when neither its path nor its text tells."""
    capitals = text[:_HEAD].upper()
    if _says(capitals, _OTHER):
        return "other"
    for name, by_path in _PATHS:
        if by_path.search(path):
            return cast("Dialect", name)
    found = _by_text(capitals)
    if not found and len(text) > _HEAD:
        capitals = text[_HEAD:_MOST].upper()
        found = "other" if _says(capitals, _OTHER) else _by_text(capitals)
    return found


_COMMENT: Final = regex(rb"--[^\n]*|/\*(?s:.*?)(?:\*/|\Z)")


def _by_text(capitals: bytes) -> Dialect:
    if b"`" in capitals:  # which Prisma's comments are full of
        capitals = _COMMENT.sub(b" ", capitals)
    for name, marks in _BY_TEXT:
        if _says(capitals, marks):
            return cast("Dialect", name)
    return ""


def _says(capitals: bytes, marks: Iterable[tuple[bytes, re.Pattern[bytes] | None]]) -> bool:
    return any(
        needle in capitals and (pattern is None or pattern.search(capitals) is not None)
        for needle, pattern in marks
    )
