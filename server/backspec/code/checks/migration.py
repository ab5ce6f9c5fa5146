"""Checks on SQL migrations: what locks or breaks a database that is in use while they run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, migration_fixes
from backspec.code.checks.migration_runs import first_words
from backspec.code.files.sql import index_parts, shown
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from backspec.code.files import FileView
    from backspec.code.files.sql import SqlFacts, Statement
    from backspec.code.files.sql_statements import Action

_INDEX_RULE: Final = "migration/index-not-concurrent"
_CONSTRAINT_RULE: Final = "migration/constraint-validates-now"
_PASSING: Final = regex(
    r"(?:^|_)(?:te?mp|temporary|backup|bak|old|legacy|new|staging|copy)(?:_|$|\d)|^#"
)
_UNSURE: Final = "strict"
_WORDS: Final = regex(rb"(?i)\A(\w+\s+(?:INDEX|TABLE|DATABASE|SCHEMA|SYSTEM)\b)")


# ---------------------------------------------------------------------------- indexes


def sql_index(facts: SqlFacts, _unit: FileView) -> Iterator[Report]:
    """Indexes that are built or dropped while nobody can write to their table."""
    if not facts.changes_schema:
        return
    if facts.dialect == "tsql":
        yield from _offline_indexes(facts)
        return
    if not facts.is_postgres:
        return
    made = set()
    made_anew = set(_RENAMED_VIEW.findall(facts.text))
    gone = tuple(name.decode("utf-8", "replace") for name in _GONE.findall(facts.text))
    for one in facts.up("CREATE INDEX", "DROP INDEX", "REINDEX"):
        if one.head == "CREATE INDEX" and one.table.encode() in made_anew:
            continue
        if one.head == "DROP INDEX" and gone and _index_name(one).startswith(gone):
            continue  # what it is on goes, too
        if one.head == "CREATE INDEX":
            made.add(_index_name(one))
            yield from _index(facts, one)
            continue
        words = one.source.upper().split()
        if b"CONCURRENTLY" in words or (one.head == "DROP INDEX" and _index_name(one) in made):
            continue
        if one.head == "REINDEX" and b"SYSTEM" in words:
            continue
        edits: tuple[Fix, ...] = ()
        if not one.in_transaction and (match := _WORDS.match(one.source)):
            at = one.span.start + match.end()
            edit = Edit(Span(at, at), " CONCURRENTLY")
            edits = (Fix("Do it `CONCURRENTLY`", (edit,), "unsafe", _INDEX_RULE),)
        if one.head == "REINDEX":
            message = "Nobody can write to the table while its indexes are built again"
        else:
            message = "Nobody can read or write the table until this index is dropped"
        yield Report(first_words(one), message, edits)


_RENAMED_VIEW: Final = regex(
    rb"(?i)\bMATERIALIZED\s+VIEW\s+(?:IF\s+EXISTS\s+)?[\w.\"]+\s+RENAME\s+TO\s+\"?(\w+)"
)
_GONE: Final = regex(
    rb"(?i)\bDROP\s+(?:TABLE|MATERIALIZED\s+VIEW)\s+(?:IF\s+EXISTS\s+)?(?:\w+\.)?\"?(\w+)"
)


def _index(facts: SqlFacts, one: Statement) -> Iterator[Report]:
    parts = index_parts(facts, one)
    # On a partitioned table, CONCURRENTLY is an error; ONLY builds nothing at all.
    if parts is None or parts["concurrently"] or parts["only"] or one.table in facts.created:
        return
    fixes: tuple[Fix, ...] = ()
    if not one.in_transaction:
        after = parts.end("index")
        edit = Edit(Span(after, after), " CONCURRENTLY")
        fixes = (Fix("Build it `CONCURRENTLY`", (edit,), "unsafe", _INDEX_RULE),)
    yield Report(
        Span(one.span.start, parts.end("index")),
        f"Nobody can write to `{one.title}` while this index is built",
        fixes,
    )


def _offline_indexes(facts: SqlFacts) -> Iterator[Report]:
    for one in facts.up("CREATE INDEX"):
        parts = index_parts(facts, one)
        if parts is None or one.table in facts.created or one.table.startswith("#"):
            continue
        if re.search(rb"(?i)\bONLINE\s*=\s*ON\b", one.source):
            continue
        yield Report(
            Span(one.span.start, parts.end("index")),
            f"Nobody can write to `{one.title}` while this index is built (no `ONLINE = ON`)",
            severity=Severity.HINT,
            profile=_UNSURE,
        )


def _index_name(one: Statement) -> str:
    cursor = one.cursor()
    while not cursor.is_done and cursor.next().text != "INDEX":
        pass
    cursor.take("CONCURRENTLY")
    cursor.take("IF", "NOT", "EXISTS")
    cursor.take("IF", "EXISTS")
    named = cursor.name()
    return named[0] if named else ""


# ---------------------------------------------------------------------------- columns


def sql_not_null(facts: SqlFacts, _unit: FileView) -> Iterator[Report]:
    """New columns that must have a value and that no row has one for."""
    if not facts.changes_schema or facts.dialect in ("sqlite", "other"):
        return
    alterations = facts.alterations
    relaxed = {
        (one.table, token)
        for one, action in alterations
        if action.kind == "other" and b"SET DEFAULT" in _source(facts, action).upper()
        for token in (action.name,)
    }
    for one, action in alterations:
        column = action.column
        if action.kind != "add column" or column is None:
            continue
        if column.default is not None and column.default.upper() != "NULL":
            continue
        if (column.not_null is None and not column.is_primary) or column.generated:
            continue
        if column.type in ("ROWVERSION", "TIMESTAMP") and facts.dialect == "tsql":
            continue
        if (one.table, column.name) in relaxed and facts.dialect == "tsql":
            continue
        if facts.emptied.get(one.table, one.span.end) < one.span.start:
            continue
        repairs: tuple[Fix, ...] = ()
        if column.not_null is not None and not column.is_primary:
            repairs = migration_fixes.null_in_sql(column.not_null)
        named = f"`{shown(facts, column.name_span)}` is NOT NULL and has no default:"
        if facts.dialect != "mysql":
            yield Report(column.name_span, f"{named} this fails on a table with rows", repairs)
        # MySQL fills in a zero or an empty text by itself.
        elif column.is_unique or column.is_primary:
            yield Report(column.name_span, f"{named} MySQL gives all rows the same value")
        elif column.type in _MOMENTS:
            why = "MySQL fills in `0000-00-00`, which its strict modes refuse"
            yield Report(column.name_span, f"{named} {why}", repairs)


_MOMENTS: Final = frozenset(("DATE", "DATETIME", "TIMESTAMP"))


def sql_set_not_null(facts: SqlFacts, _unit: FileView) -> Iterator[Report]:
    """Columns that become NOT NULL, for which the whole table is read under a lock."""
    if not facts.changes_schema or facts.dialect in ("sqlite", "other"):
        return
    is_proved: Callable[[str], bool] | None = None
    for one, action in facts.alterations:
        if action.kind == "set not null" and facts.is_postgres:
            is_proved = is_proved or _proofs(facts)
            if is_proved(action.name):
                continue
            yield Report(
                action.span,
                f"Nobody can use `{one.title}` while all its rows are checked for NULL",
                _prove_first(facts, one),
            )
        elif (
            action.kind in ("modify column", "rename column")
            and action.column is not None
            and action.column.not_null is not None
            and facts.dialect in ("mysql", "tsql")
        ):
            yield Report(
                action.column.not_null,
                f"`{one.title}` is copied or checked row by row when a column becomes NOT NULL",
                profile=_UNSURE,
            )


_SET: Final = regex(
    rb"(?is)\AALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?P<table>[\w.\"]+)\s+ALTER\s+(?:COLUMN\s+)?"
    rb"(?P<column>\w+)\s+SET\s+NOT\s+NULL\s*;?\Z"
)


def _prove_first(facts: SqlFacts, one: Statement) -> tuple[Fix, ...]:
    """A check that is validated beside the writers, and then stands for the reading of all rows."""
    found = _SET.match(one.source)
    source = facts.text
    line = source.rfind(b"\n", 0, one.span.start) + 1
    if found is None or one.in_transaction or source[line : one.span.start].strip():
        return ()
    end = source.find(b"\n", one.span.end)
    rest = source[one.span.end : end if end >= 0 else len(source)]
    has_own = source[one.span.start : one.span.end].rstrip().endswith(b";")
    after = one.span.end + (0 if has_own else len(rest) - len(rest.lstrip(b" ;\t")))
    if (
        source[after : end if end >= 0 else len(source)].strip()
        or b";" not in source[one.span.start : after]
    ):
        return ()
    table = found["table"].decode("utf-8", "replace")
    column = found["column"].decode("utf-8", "replace")
    name = f"{table.rpartition('.')[2].strip(chr(34))}_{column}_not_null"
    if not name.isidentifier() or len(name) > _LONGEST_NAME:
        return ()
    head = (
        f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IS NOT NULL) NOT VALID;\n"
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {name};\n"
    )
    edits = (
        Edit(Span(line, line), head),
        Edit(Span(after, after), f"\nALTER TABLE {table} DROP CONSTRAINT {name};"),
    )
    return (Fix("Validate a check first", edits, "unsafe", "migration/set-not-null-scan"),)


_LONGEST_NAME: Final = 63


def _proofs(facts: SqlFacts) -> Callable[[str], bool]:
    """Tells of a column whether a validated check says so already, as far as the file tells."""
    text = facts.capitals
    if b"VALIDATE CONSTRAINT" in b" ".join(text.split()) or _DROPPED_PROOF.search(text):
        return lambda _: True
    checked = {match[1] for match in _CHECKED.finditer(text)}
    return lambda column: column.upper().encode("utf-8", "replace") in checked


_DROPPED_PROOF: Final = regex(rb"DROP\s+CONSTRAINT\s+[^;]*?NOT_?NULL")
_CHECKED: Final = regex(rb"CHECK\s*\(+\s*\"?([\w\x80-\xff]+)\"?\s+IS\s+NOT\s+NULL")


_FITS_ALL: Final = frozenset(("TEXT", "VARCHAR", "CHARACTER VARYING", "CITEXT"))
_MAYBE: Final = frozenset(
    ("VARCHAR", "CHARACTER VARYING", "NUMERIC", "DECIMAL", "BIT VARYING", "VARBIT")
)
_VOLATILE: Final = regex(
    r"(?i)\b(?:gen_random_uuid|uuid_generate_v\w+|uuidv\d|uuid_v\d|clock_timestamp|timeofday|random"
    r"|nextval|gen_random_bytes|txid_current|newid|statement_timestamp_unique|gen_ulid|ulid\w*"
    r"|generate_ulid|nanoid|cuid)\s*\("
)
_COUNTING: Final = frozenset(("SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL4", "SERIAL8"))


def sql_type_change(facts: SqlFacts, _unit: FileView) -> Iterator[Report]:
    """Changes for which each row of a table is written anew."""
    if not facts.changes_schema or facts.dialect in ("sqlite", "other"):
        return
    alterations = facts.alterations
    added = _added(alterations)
    in_utc = re.search(rb"(?i)\bTIME\s*ZONE\s*(?:=|TO)?\s*'(?:UTC|GMT|Z)'", facts.text)
    for one, action in alterations:
        if facts.emptied.get(one.table, one.span.end) < one.span.start:
            continue
        if action.kind == "change type" and facts.is_postgres:
            if (one.table, action.name) in added or action.type_span is None:
                continue
            written = facts.text[action.type_span.start : action.type_span.end]
            arguments = b"(" in written
            if action.type in _FITS_ALL and not arguments and not action.using:
                continue
            if action.type in ("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE") and in_utc:
                continue
            new = " ".join(written.decode("utf-8", "replace").split())
            yield Report(
                action.type_span,
                f"Each row of `{one.title}` is written anew, and nobody can use the table, when"
                f" `{shown(facts, action.name_span)}` becomes {new}",
                profile=_UNSURE if (action.type in _MAYBE or action.type in _FITS_ALL) else None,
            )
        elif action.kind == "modify column" and action.column and action.column.type_span:
            if (one.table, action.name) in added or facts.dialect not in ("mysql", "tsql"):
                continue
            yield Report(
                action.column.type_span,
                f"`{one.title}` may be written anew when `{shown(facts, action.name_span)}` changes"
                " its type",
                profile=_UNSURE,
            )
        elif action.kind == "add column" and action.column is not None and facts.is_postgres:
            yield from _filled_column(facts, one, action)


def _filled_column(facts: SqlFacts, one: Statement, action: Action) -> Iterator[Report]:
    """Columns of which each row gets a value of its own."""
    column = action.column
    if column is None:
        return
    if column.default is not None and column.default_span is not None:
        if _VOLATILE.search(column.default):
            yield Report(
                column.default_span,
                f"Each row of `{one.title}` is written anew, for a default of its own, while"
                " nobody can use the table",
            )
    elif column.type in _COUNTING or column.generated == "identity":
        yield Report(
            column.type_span or column.name_span,
            f"Each row of `{one.title}` is written anew, to be counted, while nobody can use"
            " the table",
        )
    elif column.generated == "stored":
        yield Report(
            column.name_span,
            f"Each row of `{one.title}` is written anew, to store"
            f" `{shown(facts, column.name_span)}`, while nobody can use the table",
        )


# ---------------------------------------------------------------------------- constraints


def sql_constraint(facts: SqlFacts, _unit: FileView) -> Iterator[Report]:
    """Constraints that are checked on all rows while the table is locked."""
    if not facts.changes_schema or not (facts.is_postgres or facts.dialect == "mysql"):
        return
    alterations = facts.alterations
    for one, action in alterations:
        constraint = action.constraint
        if action.kind == "add column" and action.column is not None and facts.is_postgres:
            column = action.column
            if column.is_unique or column.is_primary:
                yield Report(
                    column.name_span,
                    f"Nobody can use `{one.title}` while the index for"
                    f" `{shown(facts, column.name_span)}` is built",
                )
            continue
        if constraint is None or constraint.kind == "index":
            continue
        if facts.emptied.get(one.table, one.span.end) < one.span.start:
            continue
        span = Span(constraint.span.start, constraint.span.end)
        if facts.dialect == "mysql":
            if constraint.kind in ("foreign key", "check"):
                yield Report(
                    span,
                    f"`{one.title}` is copied when this constraint is added",
                    severity=Severity.INFO,
                    profile=_UNSURE,
                )
            continue
        if constraint.kind in ("foreign key", "check"):
            if constraint.not_valid:
                continue
            tables = f"`{one.title}`"
            if constraint.references not in ("", one.table, *facts.created):
                tables += f" and `{constraint.references}`"
            what = "Nobody can write to" if constraint.kind == "foreign key" else "Nobody can use"
            yield Report(
                span,
                f"{what} {tables} while all rows are checked; add it NOT VALID",
                _not_valid(constraint.span),
            )
        elif constraint.kind in ("unique", "primary key") and not constraint.using_index:
            yield Report(
                span,
                f"Nobody can use `{one.title}` while the index of this constraint is built;"
                " build it concurrently before, and add it with USING INDEX",
            )
        elif constraint.kind == "exclude":
            yield Report(
                span,
                f"Nobody can use `{one.title}` while the index of this constraint is built",
                severity=Severity.INFO,
            )


def _not_valid(span: Span) -> tuple[Fix, ...]:
    edit = Edit(Span(span.end, span.end), " NOT VALID")
    return (Fix("Add it `NOT VALID`, and validate it later", (edit,), "unsafe", _CONSTRAINT_RULE),)


# ---------------------------------------------------------------------------- names and drops


def sql_rename(facts: SqlFacts, _unit: FileView) -> Iterator[Report]:
    """Tables and columns that get new names while programs use the old ones."""
    if not facts.changes_schema or facts.dialect == "sqlite":
        return
    alterations = facts.alterations
    added = _added(alterations)
    for one, action in alterations:
        is_table = action.kind == "rename table"
        if is_table:
            old, new = one.table, action.new_name
            if _is_swap(facts, old, new) or old.lower().endswith("_seq"):
                continue  # columns know their sequences by themselves
        elif action.kind == "rename column":
            old, new = action.name, action.new_name
        else:
            continue
        if old == new or _PASSING.search(one.table):
            continue
        if not is_table and (_PASSING.search(old) or (one.table, old) in added):
            continue
        what = "the table" if is_table else "the column"
        named = one.title if is_table else shown(facts, action.name_span)
        yield Report(
            action.span,
            f"Running code still says `{named}` when {what} is renamed to `{new}`",
        )
    yield from _other_renames(facts)


_SP_RENAME: Final = regex(
    rb"(?is)\AEXEC(?:UTE)?\s+(?:\w+\.{1,2})*\[?sp_rename\]?\s+(?:@\w+\s*=\s*)?N?'(?P<old>[^']+)'\s*,"
    rb"\s*(?:@\w+\s*=\s*)?N?'(?P<new>[^']+)'(?:\s*,\s*(?:@\w+\s*=\s*)?N?'(?P<kind>\w+)')?"
)
_RENAME_TABLE: Final = regex(rb"(?is)\ARENAME\s+TABLE\s+(?P<pairs>.+)")


def _other_renames(facts: SqlFacts) -> Iterator[Report]:
    """``sp_rename`` of SQL Server and ``RENAME TABLE`` of MySQL."""
    for one in facts.up("EXEC", "EXECUTE", "RENAME"):
        if match := _SP_RENAME.match(one.source):
            kind = (match["kind"] or b"OBJECT").upper()
            if match["old"].count(b".") == 2:  # schema, table and column
                kind = b"COLUMN"
            old = match["old"].decode("utf-8", "replace")
            if kind not in (b"COLUMN", b"OBJECT") or re.search(
                rb"(?i)\b[pdfu]k_|\bix_", old.encode()
            ):
                continue
            bare = old.replace("[", "").replace("]", "").split(".")
            table = bare[-2 if kind == b"COLUMN" and len(bare) > 1 else -1].lower()
            if table in facts.created or _PASSING.search(table):
                continue
            what = "the column" if kind == b"COLUMN" else "the table"
            new = match["new"].decode("utf-8", "replace")
            yield Report(
                one.span, f"Running code still says `{bare[-1]}` when {what} is renamed to `{new}`"
            )
        elif match := _RENAME_TABLE.match(one.source):
            pairs = match["pairs"].decode("utf-8", "replace").replace("`", "").split(",")
            names = [re.split(r"(?i)\s+TO\s+", pair.strip()) for pair in pairs]
            if len(pairs) != 1 or len(names[0]) != 2 or names[0][0].lower() in facts.created:
                continue  # several at once are tables that swap places
            old, new = names[0]
            if _is_swap(facts, old, new) or _PASSING.search(old.lower()):
                continue
            yield Report(
                one.span, f"Running code still says `{old}` when the table is renamed to `{new}`"
            )


def sql_drop(facts: SqlFacts, _unit: FileView) -> Iterator[Report]:
    """Columns and tables that are dropped with their data."""
    if not facts.changes_schema:
        return
    kept = facts.read_from | facts.renamed_to
    for one in facts.up("DROP TABLE", "DROP SCHEMA", "DROP DATABASE"):
        what = one.head.partition(" ")[2].lower()
        if what == "table" and (
            one.table in facts.created or _PASSING.search(one.table) or one.table in kept
        ):
            continue
        if one.table:
            yield Report(one.span, f"This deletes the {what} `{one.title}` with all its data")
    for one in facts.up("TRUNCATE"):
        if b"CASCADE" in one.source.upper().split() and one.table not in facts.created:
            yield Report(
                one.span,
                f"This empties `{one.title}` and every table that refers to it, however many",
            )
    alterations = facts.alterations
    added = _added(alterations)
    swapped = {(o.table, a.new_name) for o, a in alterations if a.kind == "rename column"}
    for one, action in alterations:
        if action.kind != "drop column" or _PASSING.search(one.table):
            continue
        if (one.table, action.name) in swapped:  # a copy of it takes its name
            continue
        # SQL Server: what is dropped without the word COLUMN is a constraint.
        if facts.dialect == "tsql" and not action.says_column:
            continue
        if (one.table, action.name) in added or _PASSING.search(action.name):
            continue
        yield Report(
            action.span,
            f"This deletes the column `{shown(facts, action.name_span)}` of `{one.title}` with all"
            " its data",
        )


# ---------------------------------------------------------------------------- data

_ALL_ROWS: Final = regex(
    r"(?is)\A(?:[\w\"`\[\].]+\s+IS\s+(?:NOT\s+)?NULL|TRUE|1\s*=\s*1"
    r"|[\w\"`\[\].]+\s*(?:<>|!=)\s*'')\s*\Z"
)


def sql_data_change(facts: SqlFacts, _unit: FileView) -> Iterator[Report]:
    """All rows of a table changed in the migration that changes the table."""
    if not facts.changes_schema or facts.dialect in ("sqlite", "other"):
        return
    altered = {one.table for one, _ in facts.alterations}
    for one in facts.up("UPDATE"):
        if one.table not in altered or one.table in facts.created:
            continue
        cursor = one.cursor()
        where = cursor.find("WHERE")
        if where >= 0:
            cursor.at = where + 1
            if cursor.find("RETURNING") >= 0:
                cursor.end = cursor.find("RETURNING")
            if not _ALL_ROWS.match(cursor.text()):
                continue
        elif cursor.find("LIMIT") >= 0 or cursor.find("JOIN") >= 0:
            continue
        yield Report(
            first_words(one) if len(one.table) > 40 else Span(one.span.start, one.span.start + 6),
            f"All rows of `{one.title}` are changed in the migration that alters the table, which"
            " stays locked until they are done",
        )


# ---------------------------------------------------------------------------- shared


def _added(alterations: Sequence[tuple[Statement, Action]]) -> frozenset[tuple[str, str]]:
    """Tables and columns, in lower case, that are added."""
    return frozenset(
        (one.table, action.name) for one, action in alterations if action.kind == "add column"
    )


def _is_swap(facts: SqlFacts, old: str, new: str) -> bool:
    """Whether one table takes the place of another, or the old name lives on as a view."""
    return old.lower() in facts.renamed_to or new.lower() in facts.dropped


def _source(facts: SqlFacts, action: Action) -> bytes:
    return facts.text[action.span.start : action.span.end]
