"""Statements of SQL files: what each does to which table, in which direction of a migration.

A statement that cannot be read is left out, and so are the bodies of routines: what is in them does
not run now. What stands in a ``DO`` block of PostgreSQL does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from backspec.code.facts.model import Context
from backspec.code.files.sql_dialect import dialect_of
from backspec.code.files.sql_queries import Select, selects
from backspec.code.files.sql_split import split
from backspec.code.files.sql_statements import (
    Action,
    AlterTable,
    CreateTable,
    alter_table,
    create_table,
)
from backspec.code.files.sql_tokens import Cursor, tokens
from backspec.code.paths import flags_of
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files.sql_dialect import Dialect
    from backspec.code.files.sql_tokens import Token

_NAME: Final = rb'(?:"[^"]+"|`[^`]+`|\[[^\]]+\]|[\w$\x80-\xff]+)'
_QUALIFIED: Final = rb"(?:" + _NAME + rb"\s*\.\s*){0,2}" + _NAME
_CREATED: Final = regex(
    rb"(?is)CREATE\s+(?:(?:GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED|EXTERNAL|FOREIGN)\s+)*"
    rb"(?:TABLE|MATERIALIZED\s+VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>" + _QUALIFIED + rb")"
)
_SELECTED_INTO: Final = regex(rb"(?is)SELECT\b.*?\bINTO\s+(?P<name>#?" + _QUALIFIED + rb")")
_RENAMED: Final = regex(rb"(?i)\bRENAME\s+TO\s+(?P<name>" + _QUALIFIED + rb")")
_FROM: Final = regex(rb"(?i)\bFROM\s+(?P<name>" + _QUALIFIED + rb")")
_VIEW: Final = regex(rb"(?i)\bVIEW\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>" + _QUALIFIED + rb")")
_TRUNCATED: Final = regex(
    rb"(?i)\bTRUNCATE\s+(?:TABLE\s+)?(?:ONLY\s+)?(?P<names>"
    + _QUALIFIED
    + rb"(?:\s*,\s*"
    + _QUALIFIED
    + rb")*)"
)
_INDEX: Final = regex(
    rb"(?is)CREATE\s+(?P<unique>UNIQUE\s+)?(?:(?:NON)?CLUSTERED\s+)?(?P<index>INDEX)\s+"
    rb"(?P<concurrently>CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?:" + _QUALIFIED + rb"\s+)??"
    rb"ON\s+(?P<only>ONLY\s+)?(?P<name>" + _QUALIFIED + rb")"
)
_DROPPED: Final = regex(
    rb"(?is)DROP\s+(?P<what>TABLE|DATABASE|SCHEMA)\s+(?:IF\s+EXISTS\s+)?(?P<name>"
    + _QUALIFIED
    + rb")"
)
_WRITTEN: Final = regex(
    rb"(?is)(?:UPDATE\s+(?:ONLY\s+|LOW_PRIORITY\s+|IGNORE\s+)*"
    rb"|DELETE\s+(?:FROM\s+(?:ONLY\s+)?|(?!FROM\b))"
    rb"|TRUNCATE\s+(?:TABLE\s+)?(?:ONLY\s+)?|INSERT\s+(?:IGNORE\s+)?INTO\s+)(?P<name>"
    + _QUALIFIED
    + rb")"
)
_HEAD: Final = regex(rb"(\w+)")

_MIGRATION_NAME: Final = regex(
    r"(?:^|/)(?:V\d[\w.]*__[^/]*|[^/]*\.(?:up|down)|\d{4,}[_-][^/]*|migration)\.sql$"
    r"|(?:^|/)(?:drizzle|liquibase|flyway|goose|changelogs?|schema[-_]?changes)/"
)
_DOWN_NAME: Final = regex(
    r"(?i)[._-](?:down|rollback|undo|revert)\.sql$"
    r"|(?:^|/)(?:down|rollbacks?|undo|reverts?)(?:/|\.sql$)|(?:^|/)U\d[\w.]*__"
)
_FIRST_NAME: Final = regex(r"(?i)(?:^|/)V?(?:0*1(?:\.0)*(?=[_-])|0{3,}_)[^/]*$")
_SET_UP: Final = regex(
    r"(?i)(?:^|/)[^/]*(?:initial|baseline|init)\b[^/]*$|(?:^|[/_-])init(?:[_/.-]|$)|(?:^|/)(?:schema|structure|dump|setup|install)[^/]*\.sql$"
)
_DIRECTION: Final = regex(
    rb"(?im)^[ \t]*--[ \t]*(?:\+goose[ \t]+(?P<goose>up|down)"
    rb"|\+migrate[ \t]+(?P<sqlmigrate>up|down)|migrate:(?P<dbmate>up|down)"
    rb"|(?P<rollback>!?rollback)\b|@?(?P<undo>undo|down|up)[ \t]*$)"
)
_TOOL: Final = regex(
    rb"(?im)^[ \t]*--[ \t]*(?:\+goose|\+migrate|migrate:(?:up|down)|liquibase formatted)"
)

_DUMP: Final = regex(rb"(?m)^-- (?:PostgreSQL database|MySQL|MariaDB|phpMyAdmin)[^\n]*[dD]ump")
_SCHEMA_PATH: Final = regex(
    r"(?i)(?:^|/)(?:schemas?|tables?|views?|functions?|procedures?|procs?|triggers?|seeds?|seeders?"
    r"|queries|query|initdb|docker[\w.-]*|fixtures?|dumps?|models?|examples?|samples?|docs?|tests?"
    r"|integration|reset|recreate|wipe|clean)(?:/|[\w-]*\.sql$)|(?:^|[/_-])tests?[_.-][^/]*\.sql$"
)
_ASKING: Final = frozenset(
    ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "CREATE VIEW", "MERGE", "IF", "WHILE")
)
_CHANGES: Final = frozenset(
    ("ALTER TABLE", "CREATE INDEX", "DROP INDEX", "DROP TABLE", "DROP SCHEMA", "DROP DATABASE",
     "REINDEX", "ALTER TYPE", "TRUNCATE", "VACUUM", "EXEC")
)  # fmt: skip
_INNER: Final = regex(
    rb"(?i)\b(?:BEGIN|THEN|ELSE|LOOP)\s+(?=(?:ALTER|CREATE|DROP|UPDATE|DELETE|TRUNCATE|INSERT)\b)"
)
_BATCH_LINE: Final = regex(
    rb"(?im)^[ \t]*(?=(?:ALTER\s+TABLE|CREATE\s+(?:UNIQUE\s+)?(?:(?:NON)?CLUSTERED\s+)?INDEX"
    rb"|CREATE\s+TABLE|DROP\s+(?:TABLE|INDEX|DATABASE|SCHEMA)|TRUNCATE\s+TABLE|EXEC(?:UTE)?\s"
    rb"|UPDATE\s+[\w\[.\]]+\s+SET|DELETE\s+FROM|INSERT\s+INTO|BEGIN\s+TRAN|COMMIT|PRINT|IF)\b)"
)
_CONDITION: Final = regex(
    rb"(?is)\A(?:(?:IF|ELSE|BEGIN|TRY|NOT|EXISTS|AND|OR|IS|NULL|ELSE)\b.*?|\s+)?"
    rb"(?=\b(?:ALTER\s+TABLE|CREATE\s+(?:UNIQUE\s+)?(?:(?:NON)?CLUSTERED\s+)?INDEX|CREATE\s+TABLE"
    rb"|DROP\s+(?:TABLE|INDEX|DATABASE)|EXEC(?:UTE)?\s|UPDATE\s|DELETE\s))"
)


@dataclass(slots=True)
class Statement:
    """One statement."""

    span: Span
    head: str
    """Its first word in capitals; with the kind of object for CREATE, ALTER and DROP."""
    text: bytes = field(repr=False)
    """Of the whole file."""
    table: str = ""
    """The table it is about, lower case, without schema and quotes; "" when there is none."""
    title: str = ""
    """The table as it is written."""
    is_down: bool = False
    """It is in the part of a migration that takes it back."""
    in_transaction: bool = False
    """It stands between BEGIN and COMMIT."""
    is_routine: bool = False
    node: AlterTable | CreateTable | None = field(default=None, repr=False)
    """What ALTER TABLE and CREATE TABLE say."""

    read: list[Token] | None = field(default=None, repr=False)
    """Its tokens, once somebody has asked."""

    def cursor(self) -> Cursor:
        """A cursor over its tokens."""
        if self.read is None:
            self.read = tokens(self.text, self.span.start, self.span.end)
        return Cursor(self.text, self.read)

    @property
    def source(self) -> bytes:
        """Its text."""
        return self.text[self.span.start : self.span.end]


@dataclass(frozen=True)
class SqlFacts:
    """What one SQL file says."""

    text: bytes
    path: str
    """With ``/``."""
    near: Dialect = ""
    """The database by what stands around the file."""

    @cached_property
    def capitals(self) -> bytes:
        """The text in capitals, for words that may be written either way."""
        return self.text.upper()

    @cached_property
    def dialect(self) -> Dialect:
        """The database by the path, then by what only it understands."""
        return dialect_of(self.text, self.path) or self.near

    @cached_property
    def is_migration(self) -> bool:
        """Whether the file changes a database that is in use, as far as name and marks tell."""
        return bool(
            flags_of(self.path) & Context.MIGRATION
            or _MIGRATION_NAME.search(self.path)
            or _TOOL.search(self.text)
        )

    @cached_property
    def changes_schema(self) -> bool:
        """Whether the file changes tables that other files made, and so probably ones in use."""
        if self.is_first or _DUMP.search(self.text[:2000]):
            return False
        if self.is_migration:
            return True
        if _SCHEMA_PATH.search(self.path):
            return False
        return any(
            one.head in _CHANGES and not one.is_routine and one.table not in self.created
            for one in self.statements
        ) and not any(one.head == "CREATE TABLE" for one in self.statements)

    @cached_property
    def is_postgres(self) -> bool:
        """Whether it is PostgreSQL, which is taken to be where nothing tells."""
        return self.dialect in ("postgres", "")

    @cached_property
    def is_first(self) -> bool:
        """Whether the file makes the database, by its name, so that nothing is in it yet."""
        if _SET_UP.search(self.path):
            return True
        if _FIRST_NAME.search(self.path) is None:
            return False
        return any(
            one.head in ("CREATE TABLE", "CREATE SCHEMA", "CREATE DATABASE")
            for one in self.statements
        )

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """All statements in order."""
        return tuple(self._read())

    @cached_property
    def queries(self) -> tuple[tuple[Statement, list[Select]], ...]:
        """Statements of programs and views with the SELECTs in them."""
        capitals = self.capitals
        if b"SELECT" not in capitals:
            return ()
        return tuple(
            (one, selects(self.text, one.cursor().list))
            for one in self.statements
            if one.head in _ASKING
            and not one.is_routine
            and capitals.find(b"SELECT", one.span.start, one.span.end) >= 0
        )

    @cached_property
    def alterations(self) -> tuple[tuple[Statement, Action], ...]:
        """The parts of ALTER TABLE that run now, on tables that the file did not make."""
        return tuple(
            (one, action)
            for one in self.up("ALTER TABLE")
            if isinstance(one.node, AlterTable) and one.table not in self.created
            for action in one.node.actions
        )

    @cached_property
    def created(self) -> frozenset[str]:
        """The tables that the file makes, as in ``Statement.table``; those under new names too."""
        found = set()
        for one in self.statements:
            text = one.source
            if one.head in ("SELECT", "WITH"):
                match = _SELECTED_INTO.match(text)
            elif one.head == "ALTER TABLE":
                match = _RENAMED.search(text)
            elif one.head == "CREATE INDEX":
                continue
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
            if one.head == "DELETE" and self.capitals.find(b"WHERE", *one.span) < 0:
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
        for span, is_routine in self._pieces():
            match = _HEAD.match(text, span.start, span.end)
            if match is None:
                continue
            head = match[1].upper()
            if head in (b"BEGIN", b"START", b"COMMIT", b"ROLLBACK", b"END"):
                in_transaction = head in (b"BEGIN", b"START")
            while len(marks) > 1 and marks[1][0] < span.start:
                del marks[0]
            is_down = down_by_name or bool(marks and marks[0][0] < span.start and marks[0][1])
            if head in (b"CREATE", b"ALTER", b"DROP"):
                head = _full_head(head, text, span)
            one = Statement(
                span,
                head.decode("ascii", "replace"),
                text,
                "",
                "",
                is_down,
                in_transaction,
                is_routine,
            )
            _fill(one)
            yield one

    def _pieces(self) -> Iterator[tuple[Span, bool]]:
        text = self.text
        for span, is_routine in split(text):
            head = text[span.start : span.start + 3].upper()
            if is_routine:
                yield span, True
            elif head[:2] == b"DO" and not head[2:].strip(b' \t\r\n$"'):
                yield span, True
                yield from _in_block(text, span)
            elif self.dialect == "tsql":
                yield from ((one, False) for one in _batch(text, span))
            else:
                yield span, False


def _in_block(text: bytes, span: Span) -> Iterator[tuple[Span, bool]]:
    """The statements of a block that runs now."""
    opened = re.compile(rb"\$(?:[A-Za-z_]\w*)?\$").search(text, span.start, span.end)
    if opened is None:
        return
    end = text.find(opened.group(), opened.end(), span.end)
    body = text[opened.end() : end if end >= 0 else span.end]
    for inner, _ in split(body):
        piece = body[inner.start : inner.end]
        prefix = 0
        for match in _INNER.finditer(piece):
            prefix = match.end()
        start = opened.end() + inner.start
        yield Span(start + prefix, start + len(piece)), False


def _batch(text: bytes, span: Span) -> Iterator[Span]:
    """The statements of a batch of SQL Server, which need no marks between them."""
    starts = [span.start]
    for match in _BATCH_LINE.finditer(text, span.start + 1, span.end):
        # What WITH names is for the statement that follows it.
        if not _names_only(text[starts[-1] : match.start()].strip()):
            starts.append(match.end())
    for start, end in zip(starts, [*starts[1:], span.end], strict=True):
        condition = _CONDITION.match(text, start, end)
        begin = condition.end() if condition else start
        body = _without_end(text[begin:end].rstrip())
        if body:
            yield Span(begin, begin + len(body))


def _names_only(piece: bytes) -> bool:
    """Whether a piece is WITH and its queries, and nothing yet that asks them."""
    return (
        piece[:4].upper() == b"WITH"
        and piece.endswith(b")")
        and piece.count(b"(") == piece.count(b")")
    )


def _without_end(body: bytes) -> bytes:
    """A statement without the ENDs of the blocks that it closes."""
    left = body
    while True:
        left = left.rstrip(b"; \t\r\n")
        if left[-3:].upper() != b"END" or not left[-4:-3].isspace():
            return body
        body = left = left[:-3].rstrip().removesuffix(b";").rstrip()


def _full_head(head: bytes, text: bytes, span: Span) -> bytes:
    """The first word with the kind of object: ``CREATE INDEX``."""
    if plain := _PLAIN_HEAD.match(text, span.start, span.end):
        return head + b" " + plain[1].upper()
    source = text[span.start : min(span.end, span.start + 160)]
    words: list[bytes] = re.findall(rb"\w+", source.upper())[1:9]
    for word in words:
        if word in _OBJECTS:
            return head + b" " + word
        if word not in _ADJECTIVES:
            break
    return head + b" " + words[0] if words else head


_PLAIN_HEAD: Final = regex(rb"\w+\s+((?i:TABLE|INDEX))\b")
_OBJECTS: Final = frozenset(
    (b"TABLE", b"INDEX", b"VIEW", b"TYPE", b"SCHEMA", b"DATABASE", b"FUNCTION", b"PROCEDURE",
     b"TRIGGER", b"SEQUENCE", b"POLICY", b"ROLE", b"USER", b"LOGIN", b"EXTENSION", b"COLUMN")
)  # fmt: skip
_ADJECTIVES: Final = frozenset(
    (b"OR", b"REPLACE", b"UNIQUE", b"TEMP", b"TEMPORARY", b"UNLOGGED", b"GLOBAL", b"LOCAL",
     b"MATERIALIZED", b"CLUSTERED", b"NONCLUSTERED", b"EXTERNAL", b"FOREIGN", b"RECURSIVE",
     b"FULLTEXT", b"SPATIAL", b"COLUMNSTORE", b"DEFINER", b"ALTER")
)  # fmt: skip


def _fill(one: Statement) -> None:
    """Find the table of a statement, and read those whose inside matters."""
    text, span = one.text, one.span
    if one.head in ("ALTER TABLE", "CREATE TABLE") and not one.is_routine:
        cursor = one.cursor()
        while not cursor.is_done and cursor.next().text != "TABLE":
            pass
        if one.head == "ALTER TABLE":
            one.node = alter_table(cursor)
        else:
            one.node = create_table(cursor)
            if one.node is not None:
                before = text[span.start : one.node.table_span.start].upper()
                one.node.is_temporary = b"TEMP" in before or one.node.table.startswith("#")
        if one.node is not None:
            one.table = one.node.table
            place = one.node.table_span
            one.title = text[place.start : place.end].decode("utf-8", "replace").strip('"`[]')
    elif found := _INDEX.match(text, span.start, span.end):
        one.head = "CREATE INDEX"
        one.title = _last(found["name"])
        one.table = one.title.lower()
    elif (found := _DROPPED.match(text, span.start, span.end)) or (
        found := _WRITTEN.match(text, span.start, span.end)
    ):
        one.title = _last(found["name"])
        one.table = one.title.lower()


def facts(text: bytes, path: str, near: Dialect = "") -> SqlFacts:
    """What a file says. Statements are read when a check first asks for them."""
    return SqlFacts(text, path, near)


def bare(name: bytes) -> str:
    """A name without schema and quotes, in lower case."""
    return _last(name).lower()


def shown(facts: SqlFacts, span: Span | None) -> str:
    """A name as it is written, without quotes."""
    if span is None:
        return ""
    return facts.text[span.start : span.end].decode("utf-8", "replace").strip('"`[]')


def _last(name: bytes) -> str:
    last = re.split(rb"\.\s*(?![^\"`\[]*[\"`\]]$)|\.\s*(?=[\"`\[])", name)[-1]
    return last.strip(b' "`[]').decode("utf-8", "replace")


def index_parts(facts: SqlFacts, one: Statement) -> re.Match[bytes] | None:
    """A CREATE INDEX by parts: ``index`` (the word), ``concurrently``, ``only``, ``name``."""
    return _INDEX.match(facts.text, one.span.start, one.span.end)


def _is_down(match: re.Match[bytes]) -> bool:
    if match["rollback"]:
        return True
    word = match["goose"] or match["sqlmigrate"] or match["dbmate"] or match["undo"]
    return word.lower() in (b"down", b"undo")
