"""Statements of SQL files: what each does to which table, in which direction of a migration.

sqlglot reads the statements whose inside matters; a statement that it does not understand, and
every statement after ``PARSED_BYTES`` of them, is left out. Importing sqlglot takes longer than
everything else here, so files without such statements do without.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from backspec.code.facts.model import Context
from backspec.code.files.sql_split import split
from backspec.code.paths import flags_of
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlglot import exp

_log = logging.getLogger(__name__)

PARSED_BYTES: Final = 60_000
"""How much of one file sqlglot may read: it takes a second or so for this."""
_LONGEST: Final = 20_000

Dialect = Literal["postgres", "mysql", "tsql", "sqlite", ""]
"""The database that a file is for; "" when nothing in it tells."""

_NAME: Final = rb'(?:"[^"]+"|`[^`]+`|\[[^\]]+\]|[\w$\x80-\xff]+)'
_QUALIFIED: Final = rb"(?:" + _NAME + rb"\s*\.\s*){0,2}" + _NAME
_CREATED: Final = re.compile(
    rb"(?is)CREATE\s+(?:(?:GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED|EXTERNAL|FOREIGN)\s+)*"
    rb"(?:TABLE|MATERIALIZED\s+VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>" + _QUALIFIED + rb")"
)
_SELECTED_INTO: Final = re.compile(rb"(?is)SELECT\b.*?\bINTO\s+(?P<name>#?" + _QUALIFIED + rb")")
_RENAMED: Final = re.compile(rb"(?i)\bRENAME\s+TO\s+(?P<name>" + _QUALIFIED + rb")")
_FROM: Final = re.compile(rb"(?i)\bFROM\s+(?P<name>" + _QUALIFIED + rb")")
_VIEW: Final = re.compile(rb"(?i)\bVIEW\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>" + _QUALIFIED + rb")")
_TRUNCATED: Final = re.compile(
    rb"(?i)\bTRUNCATE\s+(?:TABLE\s+)?(?:ONLY\s+)?(?P<names>"
    + _QUALIFIED
    + rb"(?:\s*,\s*"
    + _QUALIFIED
    + rb")*)"
)
_INDEX: Final = re.compile(
    rb"(?is)CREATE\s+(?P<unique>UNIQUE\s+)?(?:(?:NON)?CLUSTERED\s+)?(?P<index>INDEX)\s+"
    rb"(?P<concurrently>CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?:" + _QUALIFIED + rb"\s+)??"
    rb"ON\s+(?P<only>ONLY\s+)?(?P<name>" + _QUALIFIED + rb")"
)
_DROPPED: Final = re.compile(
    rb"(?is)DROP\s+(?P<what>TABLE|DATABASE|SCHEMA)\s+(?:IF\s+EXISTS\s+)?(?P<name>"
    + _QUALIFIED
    + rb")"
)
_HEAD: Final = re.compile(rb"(?i)(\w+)(?:\s+(\w+))?")

_POSTGRES: Final = re.compile(
    rb"(?i)\bCONCURRENTLY\b|\$(?:[a-z_]\w*)?\$|\b(?:BIG|SMALL)?SERIAL\b|\w::\s*[a-z]|\bJSONB\b"
    rb"|\bTIMESTAMPTZ\b|\bTIMESTAMP(?:\s*\(\d\))?\s+WITH(?:OUT)?\s+TIME\s+ZONE|\bBYTEA\b"
    rb"|\bUSING\s+(?:btree|gin|gist|brin)\b|\bplpgsql\b|\bgen_random_uuid\b|\buuid_generate_v4\b"
    rb"|\bCREATE\s+EXTENSION\b|\bONLY\s+(?:public|\")|\bpublic\.|\bTEXT\[\]|\bNOT\s+VALID\b"
    rb"|\bCREATE\s+TYPE\s+\S+\s+AS\s+ENUM\b|\bALTER\s+COLUMN\s+\S+\s+(?:SET|DROP)\s+(?:NOT|DEFAULT)"
    rb"|\block_timeout\s*="
)
_MYSQL: Final = re.compile(
    rb"(?i)`\w+`|\bENGINE\s*=|\bAUTO_INCREMENT\b|\bUNSIGNED\b|^\s*DELIMITER\b|\bUTF8MB4\b",
    re.MULTILINE,
)
_TSQL: Final = re.compile(
    rb"(?i)^\s*GO\s*$|\[dbo\]|\bdbo\.|\bNVARCHAR\b|\bIDENTITY\s*\(|\bUNIQUEIDENTIFIER\b|\bsp_rename\b"
    rb"|\bDATETIME2\b|\bSYSUTCDATETIME\b|\bOBJECT_ID\s*\(",
    re.MULTILINE,
)
_SQLITE: Final = re.compile(rb"(?i)\bAUTOINCREMENT\b|\bPRAGMA\s|\bsqlite_|\bWITHOUT\s+ROWID\b")
_PATHS: Final = (
    ("sqlite", re.compile(r"(?i)sqlite|libsql|turso|\bd1\b|durable")),
    ("mysql", re.compile(r"(?i)mysql|mariadb")),
    ("tsql", re.compile(r"(?i)mssql|sql[-_]?server|tsql")),
    ("", re.compile(r"(?i)oracle|clickhouse|snowflake|bigquery|cassandra|\bdb2\b|\bh2\b|hive")),
    (
        "postgres",
        re.compile(r"(?i)postgres|psql|supabase|timescale|(?:^|[/_.-])pg(?:[/_.-]|$)"),
    ),
)
_OTHER: Final = re.compile(
    rb"(?i)\bVARCHAR2\b|\bNUMBER\s*\(\d|\bENGINE\s*=\s*\w*MergeTree|\bDISTKEY\b|\bREORG\b"
)

_MIGRATION_NAME: Final = re.compile(
    r"(?:^|/)(?:V\d[\w.]*__[^/]*|[^/]*\.(?:up|down)|\d{4,}[_-][^/]*|migration)\.sql$"
    r"|(?:^|/)(?:drizzle|liquibase|flyway|goose|changelogs?|schema[-_]?changes)/"
)
_DOWN_NAME: Final = re.compile(
    r"(?i)[._-](?:down|rollback|undo|revert)\.sql$"
    r"|(?:^|/)(?:down|rollbacks?|undo|reverts?)(?:/|\.sql$)|(?:^|/)U\d[\w.]*__"
)
_FIRST_NAME: Final = re.compile(
    r"(?i)(?:^|/)V?(?:0*1(?:\.0)*(?=[_-])|0{3,}_)[^/]*$|(?:^|/)[^/]*(?:initial|baseline|init)\b[^/]*$"
    r"|(?:^|[/_-])init(?:[_/.-]|$)|(?:^|/)(?:schema|structure|dump|setup|install)[^/]*\.sql$"
)
_DIRECTION: Final = re.compile(
    rb"(?im)^[ \t]*--[ \t]*(?:\+goose[ \t]+(?P<goose>up|down)"
    rb"|\+migrate[ \t]+(?P<sqlmigrate>up|down)|migrate:(?P<dbmate>up|down)"
    rb"|(?P<rollback>!?rollback)\b|@?(?P<undo>undo|down|up)[ \t]*$)"
)
_TOOL: Final = re.compile(
    rb"(?im)^[ \t]*--[ \t]*(?:\+goose|\+migrate|migrate:(?:up|down)|liquibase formatted)"
)

_PARSED: Final = frozenset((b"ALTER TABLE", b"UPDATE", b"DELETE"))


@dataclass(slots=True)
class Statement:
    """One statement."""

    span: Span
    head: str
    """Its first word in capitals; with the second one for CREATE, ALTER and DROP."""
    table: str = ""
    """The table it is about, lower case, without schema and quotes; "" when there is none."""
    is_down: bool = False
    """It is in the part of a migration that takes it back."""
    in_transaction: bool = False
    """It stands between BEGIN and COMMIT."""
    is_routine: bool = False
    tree: exp.Expression | None = field(default=None, repr=False)
    """As sqlglot reads it; None for kinds that need no reading and where it cannot."""


@dataclass(frozen=True)
class SqlFacts:
    """What one SQL file says."""

    text: bytes
    path: str
    """With ``/``."""

    @cached_property
    def dialect(self) -> Dialect:
        """The database by the path, then by what only it understands."""
        text = self.text[:400_000]
        if _OTHER.search(text):
            return ""
        for name, by_path in _PATHS:
            if by_path.search(self.path):
                return name  # type: ignore[return-value]
        for name, pattern in (("tsql", _TSQL), ("mysql", _MYSQL), ("sqlite", _SQLITE)):
            if pattern.search(text):
                return name  # type: ignore[return-value]
        return "postgres" if _POSTGRES.search(text) else ""

    @cached_property
    def is_migration(self) -> bool:
        """Whether the file changes a database that is in use, as far as name and marks tell."""
        return bool(
            flags_of(self.path) & Context.MIGRATION
            or _MIGRATION_NAME.search(self.path)
            or _TOOL.search(self.text)
        )

    @cached_property
    def is_first(self) -> bool:
        """Whether the name says that it makes the database, so that nothing is in it yet."""
        return _FIRST_NAME.search(self.path) is not None

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """All statements in order."""
        return tuple(self._read())

    @cached_property
    def created(self) -> frozenset[str]:
        """The tables that the file makes, as in ``Statement.table``; those under new names too."""
        found = set()
        for one in self.statements:
            text = self.text[one.span.start : one.span.end]
            if one.head in ("SELECT", "WITH"):
                match = _SELECTED_INTO.match(text)
            elif one.head == "ALTER TABLE":
                match = _RENAMED.search(text)
            else:
                match = _CREATED.match(text)
            if match:
                found.add(bare(match["name"]))
        return frozenset(found)

    @cached_property
    def read_from(self) -> frozenset[str]:
        """Names after FROM, as in ``Statement.table``: what is copied or asked."""
        return self._names(_FROM)

    @cached_property
    def renamed_to(self) -> frozenset[str]:
        """Names that tables and views get: by RENAME TO, or made as a view."""
        return self._names(_RENAMED) | self._names(_VIEW)

    @cached_property
    def dropped(self) -> frozenset[str]:
        """Tables, schemas and databases that are dropped."""
        return self._names(_DROPPED)

    @cached_property
    def emptied(self) -> dict[str, int]:
        """Where each table is first emptied, by TRUNCATE or DELETE without WHERE."""
        found: dict[str, int] = {}
        for match in _TRUNCATED.finditer(self.text):
            for name in match["names"].split(b","):
                found.setdefault(bare(name), match.start())
        for one in self.statements:
            if one.head == "DELETE" and one.tree is not None and not one.tree.args.get("where"):
                found.setdefault(one.table, one.span.start)
        return found

    def _names(self, pattern: re.Pattern[bytes]) -> frozenset[str]:
        return frozenset(bare(match["name"]) for match in pattern.finditer(self.text))

    def up(self, *heads: str) -> Iterator[Statement]:
        """The statements with these heads that run when the migration does, on older tables."""
        for one in self.statements:
            if one.head in heads and not one.is_down and not one.is_routine:
                yield one

    def _read(self) -> Iterator[Statement]:
        text = self.text
        down_by_name = _DOWN_NAME.search(self.path) is not None
        marks = [(m.start(), _is_down(m)) for m in _DIRECTION.finditer(text)]
        in_transaction = False
        budget = PARSED_BYTES
        for span, is_routine in split(text):
            match = _HEAD.match(text, span.start, span.end)
            if match is None:
                continue
            head = match[1].upper()
            if head in (b"CREATE", b"ALTER", b"DROP") and match[2]:
                head += b" " + match[2].upper()
            if head in (b"BEGIN", b"START", b"COMMIT", b"ROLLBACK", b"END"):
                in_transaction = head in (b"BEGIN", b"START")
            while len(marks) > 1 and marks[1][0] < span.start:
                del marks[0]
            is_down = down_by_name or bool(marks and marks[0][0] < span.start and marks[0][1])
            one = Statement(
                span,
                head.decode("ascii", "replace"),
                "",
                is_down,
                in_transaction,
                is_routine,
            )
            if head in _PARSED and not is_routine and not is_down:
                size = span.end - span.start
                if size > _LONGEST or size > budget:
                    _log.info("%s: a statement is not read, there is too much SQL", self.path)
                else:
                    budget -= size
                    one.tree = _parse(text[span.start : span.end], self.dialect)
                    one.table = _table_of(one.tree)
            elif found := _INDEX.match(text, span.start, span.end):
                one.head = "CREATE INDEX"
                one.table = bare(found["name"])
            elif found := _DROPPED.match(text, span.start, span.end):
                one.table = bare(found["name"])
            yield one


def facts(text: bytes, path: str) -> SqlFacts:
    """What a file says. Statements are read when a check first asks for them."""
    return SqlFacts(text, path)


def bare(name: bytes) -> str:
    """A name without schema and quotes, in lower case."""
    last = re.split(rb"\.\s*(?![^\"`\[]*[\"`\]]$)|\.\s*(?=[\"`\[])", name)[-1]
    return last.strip(b' "`[]').decode("utf-8", "replace").lower()


def index_parts(facts: SqlFacts, one: Statement) -> re.Match[bytes] | None:
    """A CREATE INDEX by parts: ``index`` (the word), ``concurrently``, ``only``, ``name``."""
    return _INDEX.match(facts.text, one.span.start, one.span.end)


def place_of(facts: SqlFacts, one: Statement, node: exp.Expression | None) -> Span:
    """The bytes of the last name in a part of a statement; all of it where that is not known."""
    from sqlglot import exp

    names = list(node.find_all(exp.Identifier)) if node is not None else []
    ends = [(n.meta["start"], n.meta["end"]) for n in names if "start" in n.meta]
    if not ends:
        return one.span
    raw = facts.text[one.span.start : one.span.end]
    start, end = min(ends)[0], max(ends)[1] + 1
    if not raw.isascii():
        decoded = raw.decode("utf-8", "replace")
        start, end = len(decoded[:start].encode()), len(decoded[:end].encode())
    return Span(one.span.start + start, min(one.span.start + end, one.span.end))


def _is_down(match: re.Match[bytes]) -> bool:
    if match["rollback"]:
        return True
    word = match["goose"] or match["sqlmigrate"] or match["dbmate"] or match["undo"]
    return word.lower() in (b"down", b"undo")


def _parse(text: bytes, dialect: Dialect) -> exp.Expression | None:
    import sqlglot
    from sqlglot import exp

    logger = logging.getLogger("sqlglot")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # it warns of what it does not know; here that is usual
    try:
        tree = sqlglot.parse_one(text.decode("utf-8", "replace"), dialect=dialect or "postgres")
    except (sqlglot.errors.SqlglotError, ValueError, RecursionError):
        return None
    finally:
        logger.setLevel(level)
    return None if isinstance(tree, exp.Command) or not isinstance(tree, exp.Expression) else tree


def _table_of(tree: exp.Expression | None) -> str:
    from sqlglot import exp

    this = tree.this if tree is not None else None
    return this.name.lower() if isinstance(this, exp.Table) else ""
