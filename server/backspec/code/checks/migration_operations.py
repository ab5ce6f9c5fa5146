"""What migrations in code do, in one form.

Reads Rails, Knex, Sequelize, TypeORM, EF Core and Alembic; Laravel has a module of its own.

Only what runs forward: ``up``, ``change``, ``Up``, ``upgrade``. Tables that the same file makes are
new, so what is done to them is left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from backspec.code.checks import go_migrations
from backspec.code.checks.embedded_sql import piece_of
from backspec.code.checks.migration_steps import Operation
from backspec.code.checks.values import is_constant, is_null, string, text_of
from backspec.code.facts.model import (
    CallValue,
    Context,
    Mapping,
    Sequence,
    Value,
)
from backspec.code.files.sql import SqlFacts
from backspec.code.files.sql_text import Text
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.arguments import Found
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts
    from backspec.text import Span

_UP: Final = frozenset(("up", "change", "upgrade", "Up", "safe_up"))
_DOWN: Final = frozenset(
    ("down", "downgrade", "Down", "safe_down", "undo", "rollback", "generateRollbackStatements")
)
POSTGRES: Final = (
    r"(?i)postgres|pgsql|npgsql|\bpg_|jsonb|\balgorithm: :concurrently|timestamptz|\bcitext\b"
)
"""What tells in the text of a program that its database is PostgreSQL."""


_MADE: Final = (
    r"(?i)(?:create_?(?:join_)?table(?:_?if_?not_?exists)?|Schema::create|\\.create)[\s(]+"
    r"(?:name\s*[:=]\s*|new\s+\w*\.?Table\(\s*\{\s*name:\s*)?[:\"'`]*%s\b"
)
_MADE_BY_SQL: Final = (
    r"(?i)CREATE\s+(?:TEMP(?:ORARY)?\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?[\"`\[]?"
    r"(?:\w+[\"`\]]?\.[\"`\[]?)?%s\b"
)


def operations(facts: Facts, unit: UnitView) -> list[Operation]:
    """The operations of a unit that go forward on tables that the file does not make."""
    del facts
    return unit.once(_read_operations)


def _read_operations(facts: Facts, unit: UnitView) -> list[Operation]:
    if unit.family not in _READERS:
        return []
    reader, packages, text = _READERS[unit.family]
    if (packages and not unit.imports(*packages)) or not unit.file_has(text):
        return []
    found = []
    source = _Source(facts, unit)
    for call in facts.calls:
        if not call.name or not source.is_forward(call):
            continue
        for one in reader(call, source):
            if one.table and source.makes(one.table):
                continue
            found.append(one)
    return found


_BLOCKS: Final = frozenset(
    ("change_table", "create_table", "table", "alterTable", "createTable", "create")
)


class _Source:
    """The calls of a unit with what stands around and after them."""

    def __init__(self, facts: Facts, unit: UnitView) -> None:
        self.unit = unit
        self.blocks = [
            (call.node.start_byte, call.node.end_byte, call)
            for call in facts.calls
            if call.name in _BLOCKS
        ]
        self.chains: dict[tuple[int, int], dict[str, Call]] = {}
        for call in facts.calls:
            base = call
            for _ in range(20):
                inner = base.receiver_call
                if inner is None:
                    break
                base = inner
            if base is not call:
                self.chains.setdefault((base.span.start, base.span.end), {})[call.name] = call
        self.made: dict[str, bool] = {}

    def after(self, call: Call) -> dict[str, Call]:
        """The calls that are made on the result of a call, by name."""
        return self.chains.get((call.span.start, call.span.end), {})

    def block(self, call: Call) -> Call | None:
        """The call whose block or callback a call stands in, for tables."""
        start, end = call.node.start_byte, call.node.end_byte
        found = None
        for first, last, one in self.blocks:
            is_around = first <= start and end <= last and one is not call
            if is_around and (found is None or first > found[0]):
                found = (first, one)
        return found[1] if found else None

    def is_forward(self, call: Call) -> bool:
        """Whether a call runs when the migration does."""
        function = call.function
        if self.unit.family == "go":
            return go_migrations.is_forward(call)
        while function is not None:
            if function.name in _DOWN:
                return False
            if function.name in _UP:
                return True
            function = function.outer
        if self.unit.family == "java":  # one class is one migration, helpers and all
            return True
        # ``exports.up = (knex) => ..`` may give the function no name.
        return self.unit.family != "javascript" or call.function is not None

    def makes(self, table: str) -> bool:
        """Whether the file makes a table."""
        if table not in self.made:
            name = re.escape(table.rpartition(".")[2])
            has = self.unit.file_has
            self.made[table] = has(_MADE % name) or has(_MADE_BY_SQL % name)
        return self.made[table]


def _name(value: Found) -> str:
    return text_of(value)


def _at(call: Call, position: int, name: str = "") -> Found:
    positional = call.arguments.positional
    if position < len(positional):
        return positional[position]
    return call.arguments.keywords.get(name)


def _names(value: Found) -> list[str]:
    if isinstance(value, Sequence):
        return [text_of(item) for item in value.items]
    return [text_of(value)] if text_of(value) else []


def _given(call: Call, name: str) -> bool:
    value = call.arguments.keywords.get(name)
    return value is not None and not is_null(value)


# ---------------------------------------------------------------------------- Rails

_RAILS_TYPES: Final = frozenset(
    ("string", "text", "integer", "bigint", "float", "decimal", "numeric", "datetime", "timestamp",
     "time", "date", "binary", "boolean", "json", "jsonb", "uuid", "inet", "column", "citext")
)  # fmt: skip


def _rails(call: Call, source: _Source) -> Iterator[Operation]:
    keywords = call.arguments.keywords
    name = call.name
    if "." in call.path:
        block = source.block(call)
        if block is not None and block.name == "change_table":
            yield from _rails_block(call, _name(_at(block, 0)))
        return
    table, second = _name(_at(call, 0)), _name(_at(call, 1))
    span = call.callee_span
    concurrent = _is_concurrent(keywords.get("algorithm"))
    if name == "add_index":
        yield Operation("add index", table, second, span, call, is_concurrent=concurrent)
    elif name == "remove_index":
        yield Operation("drop index", table, second, span, call, is_concurrent=concurrent)
    elif name in ("add_reference", "add_belongs_to"):
        yield from _rails_reference(call, table, second)
    elif name == "add_column":
        required = is_constant(keywords.get("null"), False) and not _given(call, "default")
        kind = _name(_at(call, 2))
        yield Operation("add column", table, second, span, call, is_required=required, type=kind)
    elif name == "change_column_null" and is_constant(_at(call, 2), False):
        yield Operation("set not null", table, second, span, call)
    elif name == "change_column":
        # What changes may be a default alone: Rails wants the type all the same.
        kind = _name(_at(call, 2))
        is_sure = kind == "bigint" or not {"null", "default"} & keywords.keys()
        yield Operation("change type", table, second, span, call, type=kind if is_sure else "")
    elif name == "rename_column":
        yield Operation("rename column", table, second, span, call, _name(_at(call, 2)))
    elif name == "rename_table":
        yield Operation("rename table", table, table, span, call, second)
    elif name in ("remove_column", "remove_columns", "remove_reference", "remove_belongs_to"):
        yield Operation("drop column", table, second, span, call)
    elif name == "drop_table":
        yield Operation("drop table", table, table, span, call)
    elif name in ("add_foreign_key", "add_check_constraint"):
        kind = "foreign key" if name == "add_foreign_key" else "check"
        late = is_constant(keywords.get("validate"), False)
        yield Operation(kind, table, second, span, call, is_concurrent=late)


def _is_concurrent(value: Found) -> bool:
    return text_of(value) == "concurrently"


def _rails_reference(call: Call, table: str, name: str) -> Iterator[Operation]:
    keywords = call.arguments.keywords
    index = keywords.get("index")
    if not is_constant(index, False):
        options = index.entries if isinstance(index, Mapping) else {}
        yield Operation(
            "add index", table, name, call.callee_span, call,
            is_concurrent=_is_concurrent(options.get("algorithm")),
        )  # fmt: skip


def _rails_block(call: Call, table: str) -> Iterator[Operation]:
    keywords = call.arguments.keywords
    first = _name(_at(call, 0))
    span = call.callee_span
    if call.name == "index":
        concurrent = _is_concurrent(keywords.get("algorithm"))
        yield Operation("add index", table, first, span, call, is_concurrent=concurrent)
    elif call.name in ("references", "belongs_to"):
        yield from _rails_reference(call, table, first)
    elif call.name in _RAILS_TYPES:
        required = is_constant(keywords.get("null"), False) and not _given(call, "default")
        kind = call.name
        yield Operation("add column", table, first, span, call, is_required=required, type=kind)
    elif call.name == "rename":
        yield Operation("rename column", table, first, span, call, _name(_at(call, 1)))
    elif call.name in ("remove", "remove_references"):
        yield Operation("drop column", table, first, span, call)
    elif call.name == "change":
        yield Operation("change type", table, first, span, call, type=_name(_at(call, 1)))


# ---------------------------------------------------------------------------- JavaScript

_KNEX_TYPES: Final = frozenset(
    ("string", "text", "integer", "bigInteger", "float", "double", "decimal", "boolean", "date",
     "datetime", "dateTime", "timestamp", "time", "json", "jsonb", "uuid", "enum", "enu", "binary",
     "specificType", "tinyint", "smallint")
)  # fmt: skip


def _javascript(call: Call, source: _Source) -> Iterator[Operation]:
    holder = call.path.rpartition(".")[0]
    last = holder.rpartition(".")[2]
    qualified = call.qualified or ""
    if last == "schema" and (
        "knex" in holder.lower() or source.unit.file_has(r"\bknex\b|\bKnex\b")
    ):
        yield from _knex_schema(call)
    elif qualified.startswith("typeorm.QueryRunner.") or last == "queryRunner":
        yield from _typeorm(call)
    elif last == "queryInterface" or qualified.startswith("sequelize.QueryInterface."):
        yield from _sequelize(call)
    elif call.receiver_call is None and holder and "." not in holder:
        block = source.block(call)
        if block is not None and block.path.endswith((".schema.alterTable", ".schema.table")):
            yield from _knex_column(call, _name(_at(block, 0)), source.after(call))


def _knex_schema(call: Call) -> Iterator[Operation]:
    first, second = _name(_at(call, 0)), _name(_at(call, 1))
    if call.name == "renameTable":
        yield Operation("rename table", first, first, call.callee_span, call, second)
    elif call.name in ("dropTable", "dropTableIfExists"):
        yield Operation("drop table", first, first, call.callee_span, call)


def _knex_column(call: Call, table: str, after: dict[str, Call]) -> Iterator[Operation]:
    first, second = _name(_at(call, 0)), _name(_at(call, 1))
    span = call.callee_span
    if call.name in _KNEX_TYPES:
        if "alter" in after:
            if "notNullable" in after:
                yield Operation("set not null", table, first, span, call)
            else:
                yield Operation("change type", table, first, span, call, type=call.name)
            return
        required = "notNullable" in after and "defaultTo" not in after
        kind = call.name
        yield Operation("add column", table, first, span, call, is_required=required, type=kind)
        if "references" in after:
            yield Operation("foreign key", table, first, after["references"].callee_span, call)
        for modifier in ("index", "unique"):
            if modifier in after:
                yield Operation("add index", table, first, span, call)
    elif call.name in ("index", "unique"):
        yield Operation("add index", table, first, span, call)
    elif call.name in ("dropIndex", "dropUnique"):
        yield Operation("drop index", table, first, span, call)
    elif call.name == "renameColumn":
        yield Operation("rename column", table, first, span, call, second)
    elif call.name in ("dropColumn", "dropColumns"):
        yield Operation("drop column", table, first, span, call)
    elif call.name == "dropNullable":
        yield Operation("set not null", table, first, span, call)
    elif call.name == "foreign":
        yield Operation("foreign key", table, first, span, call)


def _options(value: Found) -> Mapping | None:
    if isinstance(value, CallValue):
        value = value.call.arguments.positional[0] if value.call.arguments.positional else None
    return value if isinstance(value, Mapping) else None


def _typeorm(call: Call) -> Iterator[Operation]:
    table, second = _name(_at(call, 0)), _name(_at(call, 1))
    span = call.callee_span
    options = _options(_at(call, 1))
    entries = options.entries if options is not None else {}
    if call.name in ("addColumn", "addColumns"):
        given = _at(call, 1)
        for one in given.items if isinstance(given, Sequence) else (given,):
            if (column := _options(one)) is not None:
                yield _typeorm_column(table, column, call)
    elif call.name in ("createIndex", "createIndices"):
        concurrent = is_constant(entries.get("isConcurrent"), True)
        yield Operation("add index", table, "", span, call, is_concurrent=concurrent)
    elif call.name == "dropIndex":
        yield Operation("drop index", table, second, span, call)
    elif call.name in ("createForeignKey", "createForeignKeys"):
        yield Operation("foreign key", table, second, span, call)
    elif call.name == "createUniqueConstraint":
        yield Operation("unique", table, second, span, call)
    elif call.name == "createCheckConstraint":
        yield Operation("check", table, second, span, call)
    elif call.name == "renameColumn":
        yield Operation("rename column", table, second, span, call, _name(_at(call, 2)))
    elif call.name == "renameTable":
        yield Operation("rename table", table, table, span, call, second)
    elif call.name == "changeColumn":
        changed = _options(_at(call, 2))
        new = _name(changed.entries.get("name")) if changed is not None else ""
        if new and second and new != second:
            yield Operation("rename column", table, second, span, call, new)
        else:
            yield Operation("change type", table, second, span, call)
    elif call.name in ("dropColumn", "dropColumns"):
        yield Operation("drop column", table, second, span, call)
    elif call.name == "dropTable":
        yield Operation("drop table", table, table, span, call)


def _typeorm_column(table: str, column: Mapping, call: Call) -> Operation:
    entries = column.entries
    required = not column.is_open and not (
        is_constant(entries.get("isNullable"), True)
        or {"default", "isGenerated", "asExpression", "generationStrategy"} & entries.keys()
    )
    name, kind, span = _name(entries.get("name")), _name(entries.get("type")), call.callee_span
    return Operation("add column", table, name, span, call, is_required=required, type=kind)


def _sequelize(call: Call) -> Iterator[Operation]:
    table, second = _name(_at(call, 0)), _name(_at(call, 1))
    span = call.callee_span
    options = _options(_at(call, 2))
    entries = options.entries if options is not None else {}
    if call.name == "addColumn":
        required = (
            options is not None
            and not options.is_open
            and is_constant(entries.get("allowNull"), False)
            and not {"defaultValue", "autoIncrement"} & entries.keys()
        )
        yield Operation("add column", table, second, span, call, is_required=required)
    elif call.name == "addIndex":
        given = _options(_at(call, 1)) or options
        concurrent = given is not None and is_constant(given.entries.get("concurrently"), True)
        yield Operation("add index", table, second, span, call, is_concurrent=concurrent)
    elif call.name == "removeIndex":
        yield Operation("drop index", table, second, span, call)
    elif call.name == "changeColumn":
        if is_constant(entries.get("allowNull"), False):
            yield Operation("set not null", table, second, span, call)
        else:
            yield Operation("change type", table, second, span, call)
    elif call.name == "renameColumn":
        yield Operation("rename column", table, second, span, call, _name(_at(call, 2)))
    elif call.name == "renameTable":
        yield Operation("rename table", table, table, span, call, second)
    elif call.name == "removeColumn":
        yield Operation("drop column", table, second, span, call)
    elif call.name == "dropTable":
        yield Operation("drop table", table, table, span, call)
    elif call.name == "addConstraint":
        given = _options(_at(call, 1)) or options
        kind = _name(given.entries.get("type")) if given is not None else ""
        if kind in ("foreign key", "check", "unique"):
            yield Operation(kind, table, kind, span, call)


# ---------------------------------------------------------------------------- EF Core


def _entity_framework(call: Call, source: _Source) -> Iterator[Operation]:
    if call.path.rpartition(".")[0].lower() not in ("migrationbuilder", "migration", "builder"):
        return
    keywords = call.arguments.keywords
    name = _name(_at(call, 0, "name"))
    table = _name(keywords.get("table")) or _name(_at(call, 1))
    span = call.callee_span
    after = source.after(call)
    if call.name == "AddColumn":
        given = {
            "defaultValue",
            "defaultValueSql",
            "computedColumnSql",
            "rowVersion",
        } & keywords.keys()
        required = (
            is_constant(keywords.get("nullable"), False)
            and not given
            and not any("Identity" in _name(_at(c, 0)) for c in after.values())
        )
        # ``AddColumn<DateTime>``
        kind = _name(keywords.get("type")) or source.unit.text(call.callee_span).partition("<")[2]
        yield Operation("add column", table, name, span, call, is_required=required, type=kind)
    elif call.name == "CreateIndex":
        concurrent = any("Concurrently" in _name(_at(c, 0)) for c in after.values())
        yield Operation("add index", table, name, span, call, is_concurrent=concurrent)
    elif call.name == "DropIndex":
        yield Operation("drop index", table, name, span, call)
    elif call.name == "RenameColumn":
        new = _name(_at(call, 2, "newName"))
        yield Operation("rename column", table, name, span, call, new)
    elif call.name == "RenameTable":
        new = _name(keywords.get("newName"))
        yield Operation("rename table", name, name, span, call, new)
    elif call.name == "DropColumn":
        yield Operation("drop column", table, name, span, call)
    elif call.name == "DropTable":
        yield Operation("drop table", name, name, span, call)
    elif call.name == "AddForeignKey":
        yield Operation("foreign key", table, name, span, call)
    elif call.name == "AddUniqueConstraint":
        yield Operation("unique", table, name, span, call)
    elif call.name == "AddCheckConstraint":
        yield Operation("check", table, name, span, call)
    elif call.name == "AlterColumn":
        old, new = _name(keywords.get("oldType")), _name(keywords.get("type"))
        if is_constant(keywords.get("nullable"), False) and is_constant(
            keywords.get("oldNullable"), True
        ):
            yield Operation("set not null", table, name, span, call)
        elif old and new and old != new:
            yield Operation("change type", table, name, span, call, type=new)


# ---------------------------------------------------------------------------- Alembic


def _alembic(call: Call, source: _Source) -> Iterator[Operation]:
    del source
    qualified = call.qualified or ""
    if not qualified.startswith("alembic.op."):
        return
    is_batch = "batch_alter_table" in qualified
    keywords = call.arguments.keywords
    span = call.callee_span
    if call.name == "alter_column":
        table = "" if is_batch else _name(_at(call, 0, "table_name"))
        name = _name(_at(call, 0 if is_batch else 1, "column_name"))
        if keywords.get("type_") is not None:
            kind = keywords["type_"]
            new = kind.call.name if isinstance(kind, CallValue) else _last_of(kind)
            yield Operation("change type", table, name, span, call, type=new)
        elif is_constant(keywords.get("nullable"), False):
            yield Operation("set not null", table, name, span, call)
    elif call.name in ("create_foreign_key", "create_check_constraint", "create_unique_constraint"):
        kind_name = {"create_foreign_key": "foreign key", "create_check_constraint": "check"}.get(
            call.name, "unique"
        )
        table = "" if is_batch else _name(_at(call, 1, "source_table"))
        late = is_constant(keywords.get("postgresql_not_valid"), True)
        name = _name(_at(call, 0, "constraint_name"))
        yield Operation(kind_name, table, name, span, call, is_concurrent=late)


def _last_of(value: Value) -> str:
    path = getattr(value, "path", "")
    return str(path).rpartition(".")[2]


_READERS: Final[dict[str, tuple[Any, tuple[str, ...], str]]] = {
    "ruby": (_rails, (), r"ActiveRecord::Migration"),
    "javascript": (_javascript, (), r"queryRunner|queryInterface|\bknex\b|\.schema\b"),
    "csharp": (_entity_framework, (), r"[mM]igrationBuilder"),
    "python": (_alembic, ("alembic",), r"\bop\."),
    "go": (
        go_migrations.read,
        go_migrations.PACKAGES,
        r"\+goose|AddMigration|Migrator\(\)|New(?:Add|Drop)Column|NewCreateIndex|\bmigrations\.",
    ),
}
"""Who reads the operations of a language, the packages that a migration imports, and what stands
in the text of each file that has any."""


# ---------------------------------------------------------------------------- SQL in migrations

_SENDS: Final = frozenset(
    ("execute", "statement", "unprepared", "query", "raw", "Sql", "RunSQL", "ExecContext", "Exec",
     "safe_execute", "exec")
)  # fmt: skip
_SENDS_IN_JAVA: Final = frozenset(
    ("execute", "executeUpdate", "executeLargeUpdate", "addBatch", "prepareStatement", "update",
     "RawSqlStatement", "RawParameterizedSqlStatement", "batchUpdate")
)  # fmt: skip


_ONLY_POSTGRES: Final = regex(
    rb"(?i)::|\$\$|serial\b|\bconcurrently\b|\bgin\b|\busing\s+\w+\s*\(|not\s+valid|\bmaterialized\b"
)
_NOT_POSTGRES: Final = r"(?i)\bdatetime\b(?!\()|\bsqlite|\bautoincrement\b|\bgroup_concat\("


def sql_texts(facts: Facts, unit: UnitView) -> list[tuple[list[Call], SqlFacts, Text]]:
    """The SQL that each function of a migration sends forward, all of it as one text."""
    del facts
    return unit.once(_read_sql_texts)


def _read_sql_texts(facts: Facts, unit: UnitView) -> list[tuple[list[Call], SqlFacts, Text]]:
    return list(_sql_texts(facts, unit))


def _sql_texts(facts: Facts, unit: UnitView) -> Iterator[tuple[list[Call], SqlFacts, Text]]:
    groups: dict[int, list[Call]] = {}
    source: _Source | None = None
    sends = _SENDS_IN_JAVA if unit.family == "java" else _SENDS
    for call in unit.called(*sends):
        if not call.flags & Context.MIGRATION:
            continue
        source = source or _Source(facts, unit)
        if not source.is_forward(call):
            continue
        groups.setdefault(id(call.function), []).append(call)
    for calls in groups.values():
        text = b""
        pieces: list[tuple[int, int, int, Span]] = []
        for call in calls:
            argument = _at(call, 0, "sql")
            if argument is None and call.arguments.keywords:
                argument = next(iter(call.arguments.keywords.values()))
            if unit.family == "go":  # behind a context, or not
                argument = next((one for one in call.arguments.positional if string(one)), None)
            for value in argument.items if isinstance(argument, Sequence) else (argument,):
                sent = _inner(value)
                if sent is None or string(sent) is None:
                    continue
                piece, offset = piece_of(sent, unit)
                end = len(text) + len(piece)
                pieces.append(
                    (len(text), end, offset - len(text) if offset >= 0 else -1, sent.span)
                )
                text += piece + b"\n;\n"
        if text and len(text) < 60_000:
            # SQLite has a ``jsonb`` too, and Go's migrations are often for it.
            marks = POSTGRES.replace("|jsonb", "") if unit.family == "go" else POSTGRES
            near: Any = "postgres" if unit.file_has(marks) else ""
            found = SqlFacts(text, "migrations/0002_code.sql", near)
            if unit.family == "go" and not near and not _ONLY_POSTGRES.search(text):
                is_other = unit.file_has(_NOT_POSTGRES)
                found.__dict__["dialect"] = "sqlite" if is_other else ""
            tables = {one.table for one in found.statements if one.table}
            made = {table for table in tables if source is not None and source.makes(table)}
            found.__dict__["created"] = found.created | made
            yield calls, found, Text(text, pieces, pieces[0][3])


def _inner(value: Found) -> Value | None:
    """A text, or what a call that marks it as SQL is given."""
    if isinstance(value, CallValue):
        given = value.call.arguments.positional
        return given[0] if given else None
    return value if isinstance(value, Value) else None
