"""Checks on migrations in code, and on the SQL in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, migration, migration_fixes, needs
from backspec.code.checks.migration_operations import POSTGRES, operations, sql_texts
from backspec.code.checks.values import is_constant
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from backspec.code.checks import UnitView
    from backspec.code.checks.migration_steps import Operation
    from backspec.code.facts.model import Call, Facts
    from backspec.code.files import FileView
    from backspec.code.files.sql import SqlFacts
    from backspec.model import Fix, Profile

_UNSURE: Final[Profile] = "strict"
_OTHER: Final = r"(?i)mysql|mariadb|sqlite|sqlserver|SqlServer:|mssql|oracle|\bnvarchar\b"
_PASSING: Final = regex(
    r"(?i)(?:^|_)(?:te?mp|temporary|backup|bak|old|legacy|new|staging|copy)(?:_|$|\d)"
)


def migrates(facts: Facts, unit: UnitView) -> bool:
    """Whether a unit does anything to tables that a check on migrations could look at."""
    return bool(operations(facts, unit)) or bool(sql_texts(facts, unit))


def _wanted(facts: Facts, unit: UnitView, *kinds: str) -> Iterator[Operation]:
    for one in operations(facts, unit):
        if one.kind in kinds and not _is_way_back(one):
            yield one


def _is_way_back(one: Operation) -> bool:
    """Rails: ``dir.down { .. }`` in ``reversible``."""
    function = one.call.function
    return (
        function is not None
        and function.passed_to is not None
        and function.passed_to.name == "down"
    )


def _of_postgres(unit: UnitView) -> Profile | None:
    """Whom a form about PostgreSQL is for: everybody where the file says that it is used."""
    return None if unit.file_has(POSTGRES) else _UNSURE


def _report(
    one: Operation, message: str, profile: Profile | None = None, repairs: tuple[Fix, ...] = ()
) -> Report:
    if _is_assured(one.call):
        profile = _UNSURE
    return Report(one.span, message, repairs, profile=profile, place=one.call.place)


def _is_assured(call: Call) -> bool:
    """Whether strong_migrations has asked about it, and somebody answered."""
    around = call.function.passed_to if call.function is not None else None
    return around is not None and around.name == "safety_assured"


def _sql(
    check: Callable[[SqlFacts, FileView], Iterator[Report]], facts: Facts, unit: UnitView
) -> Iterator[Report]:
    """What a check says about the SQL that the migration sends."""
    for calls, found, text in sql_texts(facts, unit):
        for report in check(found, None):  # type: ignore[arg-type]
            report.span = text.place(report.span)
            report.fixes = ()
            report.related = ()
            report.place = calls[0].place
            if _is_assured(calls[0]):
                report.profile = report.profile or _UNSURE
            if not found.dialect and check in _ABOUT_POSTGRES:
                report.profile = report.profile or _UNSURE
            if not found.dialect and unit.family == "go" and check is migration.sql_rename:
                report.profile = _UNSURE  # Go's migrations are as often for SQLite
            yield report


_ABOUT_POSTGRES: Final = frozenset(
    (
        migration.sql_index,
        migration.sql_set_not_null,
        migration.sql_type_change,
        migration.sql_constraint,
    )
)


def _table(one: Operation) -> str:
    return f"`{one.table}`" if one.table else "the table"


@needs(when=migrates)
def index(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Indexes that are built or dropped while nobody can write."""
    yield from _sql(migration.sql_index, facts, unit)
    if not operations(facts, unit):
        return
    if unit.file_has(_OTHER) and not unit.file_has(POSTGRES):
        return
    for one in _wanted(facts, unit, "add index", "drop index"):
        if one.is_concurrent:
            continue
        if one.kind == "add index":
            message = f"Nobody can write to {_table(one)} while this index is built"
        else:
            message = f"Nobody can read or write {_table(one)} until this index is dropped"
        profile = _of_postgres(unit)
        repairs = migration_fixes.concurrent_index(one, unit) if profile is None else ()
        yield _report(one, message, profile, repairs)


_FREE: Final = {
    "ruby": r"disable_ddl_transaction!",
    "php": r"withinTransaction\s*=\s*false|isTransactional\(\)[^{]*\{\s*return\s+false",
    "javascript": r"transaction\s*[:=]\s*false|useTransaction",
    "python": r"autocommit_block|atomic\s*=\s*False|transactional_ddl\s*=\s*False"
    r"|transaction_per_migration"
    r"|COMMIT\b|AUTOCOMMIT",
    "csharp": r"suppressTransaction:\s*true",
    "go": r"NoTx|AddMigrationNoTx",
    "java": r"canExecuteInTransaction\(\)\s*\{\s*return\s+false",
}
_MARKS: Final = {
    "ruby": "`disable_ddl_transaction!`",
    "php": "`public $withinTransaction = false`",
    "javascript": "`transaction = false`",
    "csharp": "`suppressTransaction: true`",
    "python": "`autocommit_block()`",
    "go": "`AddMigrationNoTxContext`",
    "java": "`canExecuteInTransaction()` that returns false",
}
_CONCURRENT: Final = regex(
    r"(?is)\A\s*(?:(?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+)INDEX|REINDEX\s+\w+)\s+CONCURRENTLY\b|\A\s*VACUUM\b"
)


@needs(
    calls=("AddIndexConcurrently", "RemoveIndexConcurrently", "create_index", "drop_index"),
    when=migrates,
)
def concurrent(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Indexes that are to be built concurrently in a transaction."""
    free = _FREE.get(unit.family, "")
    if not free:
        return
    spans = [
        (one.span, one.call)
        for one in _wanted(facts, unit, "add index", "drop index")
        if one.is_concurrent and "queryInterface" not in one.call.path
    ]
    for calls, found, text in sql_texts(facts, unit):
        for statement in found.statements:
            if _CONCURRENT.match(statement.source.decode("utf-8", "replace")):
                span = text.place(statement.span)
                call = next((c for c in calls if c.span.start <= span.start < c.span.end), calls[0])
                if unit.family == "javascript" and "queryInterface" in call.path:
                    continue
                spans.append((span, call))
    if unit.family == "python":
        spans += [
            (c.callee_span, c)
            for c in facts.calls
            if c.name in ("AddIndexConcurrently", "RemoveIndexConcurrently")
            or (
                c.name in ("create_index", "drop_index")
                and is_constant(c.arguments.keywords.get("postgresql_concurrently"), True)
            )
        ]
    if not spans or unit.file_has(free):
        return
    mark = _MARKS[unit.family]
    if unit.family == "python" and unit.file_has(r"django"):
        mark = "`atomic = False`"
    for span, call in spans:
        yield Report(
            span,
            f"The migration is a transaction, in which PostgreSQL refuses this: {mark} is missing",
            migration_fixes.without_transaction(call, unit),
            place=call.place,
        )


_MYSQL: Final = r"(?i)\bmysql|\bmariadb|[\"'](?:longtext|mediumtext|tinyint\(1\))[\"']"
_MOMENT: Final = regex(r"(?i)date|timestamp")


@needs(when=migrates)
def not_null(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """New columns that must have a value and that no row has one for."""
    yield from _sql(migration.sql_not_null, facts, unit)
    for one in _wanted(facts, unit, "add column"):
        if not one.is_required or not one.name:
            continue
        if unit.family == "ruby" and _is_seen(one.call, "NotNullColumn", unit):
            continue
        # MySQL fills in a zero or an empty text, but no date that its strict modes take.
        if unit.file_has(_MYSQL) and not _MOMENT.search(one.type):
            continue
        yield _report(
            one,
            f"`{one.name}` must not be null and has no default: this fails on a table with rows",
            repairs=migration_fixes.nullable(one.call, unit),
        )


@needs(when=migrates)
def set_not_null(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Columns that become NOT NULL, for which the whole table is read."""
    yield from _sql(migration.sql_set_not_null, facts, unit)
    if not operations(facts, unit) or unit.file_has(
        r"(?i)validate_(?:check_)?constraint|VALIDATE CONSTRAINT|IS NOT NULL"
    ):
        return
    for one in _wanted(facts, unit, "set not null"):
        yield _report(
            one,
            f"Nobody can use {_table(one)} while all its rows are checked for NULL",
            _of_postgres(unit),
        )


_ANY_LENGTH: Final = frozenset(("text", "Text", "TEXT", "longText", "mediumText", "citext"))
_REWRITTEN: Final = (
    *("bigint", "biginteger", "integer", "int", "json", "uuid", "timestamp", "boolean", "bytea"),
    *("double", "float", "real", "date", "inet", "smallint"),
)
"""New types that are mostly stored in another way than the old one."""


@needs(when=migrates)
def type_change(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Changes for which each row of a table is written anew."""
    yield from _sql(migration.sql_type_change, facts, unit)
    for one in _wanted(facts, unit, "change type"):
        if one.type in _ANY_LENGTH:
            continue
        kind = one.type.lower()
        unsure = not kind.startswith(_REWRITTEN) or unit.family == "javascript"
        unsure = unsure or (unit.family == "ruby" and _keeps_type(one, kind))
        column = f"`{one.name}`" if one.name else "a column"
        yield _report(
            one,
            f"Each row of {_table(one)} may be written anew when {column} changes its type",
            _UNSURE if unsure else None,
        )


def _keeps_type(one: Operation, kind: str) -> bool:
    """Rails: whether a column's type is said again to give it a default, or not null."""
    given = one.call.arguments.keywords
    return kind in _SAID_AGAIN and bool(given) and given.keys() <= {"default", "null", "comment"}


_SAID_AGAIN: Final = ("boolean", "string", "datetime", "integer", "date", "text", "timestamp")


@needs(when=migrates)
def constraint(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Constraints that are checked on all rows while the table is locked."""
    yield from _sql(migration.sql_constraint, facts, unit)
    if not operations(facts, unit):
        return
    if unit.file_has(_OTHER) and not unit.file_has(POSTGRES):
        return
    for one in _wanted(facts, unit, "foreign key", "check", "unique"):
        if one.is_concurrent:
            continue
        if one.kind == "unique":
            message = f"Nobody can use {_table(one)} while the index of this constraint is built"
        else:
            message = f"Nobody can write to {_table(one)} while all its rows are checked"
        profile = _of_postgres(unit)
        repairs = migration_fixes.not_validated(one, unit) if profile is None else ()
        yield _report(one, message, profile, repairs)


@needs(when=migrates)
def rename(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Tables and columns that get new names while programs use the old ones."""
    yield from _sql(migration.sql_rename, facts, unit)
    if unit.family == "python":
        return
    for one in _wanted(facts, unit, "rename column", "rename table"):
        if not one.name or _PASSING.search(one.name) or _PASSING.search(one.table):
            continue
        if one.name.lower() == one.new_name.lower():
            continue
        yield _report(
            one, f"Running code still says `{one.name}` when this renames it to `{one.new_name}`"
        )


@needs(when=migrates)
def drop(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Columns and tables that are dropped with their data."""
    # Who drops by hand in Django took the field from its models in an earlier release.
    is_late = unit.family == "python" and unit.imports("django")
    for report in _sql(migration.sql_drop, facts, unit):
        report.profile = _UNSURE if is_late else report.profile
        yield report
    if unit.family == "python":
        return
    added = {(o.table, o.name) for o in operations(facts, unit) if o.kind == "add column"}
    for one in _wanted(facts, unit, "drop column", "drop table"):
        if _PASSING.search(one.name) or (one.table, one.name) in added:
            continue
        if one.kind == "drop table" and not one.name:
            continue
        if one.kind == "drop column" and unit.family == "ruby" and not one.name:
            continue
        what = "table" if one.kind == "drop table" else "column"
        name = f" `{one.name}`" if one.name else ""
        yield _report(one, f"This deletes the {what}{name} with all its data")


# ---------------------------------------------------------------------------- whole migrations


def irreversible(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Migrations that cannot be taken back, and do not say so."""
    if unit.family == "python":
        yield from _python_way_back(facts, unit)
        return
    if unit.family == "ruby":
        yield from _rails_way_back(facts, unit)
        return
    for function in facts.functions:
        if function.name not in ("down", "Down") or not _is_migration(unit):
            continue
        body = unit.text(function.body_span).strip()
        if not body.startswith("{") or body.strip("{} \t\r\n"):
            continue
        if not unit.file_has(_HAS_UP) or unit.file_has(_EMPTY_UP) or _only_fills(facts, unit):
            continue
        yield Report(
            function.name_span,
            f"`{function.name}` is empty: the tool says it took this back, and did not",
            place=function.place,
        )


def _only_fills(facts: Facts, unit: UnitView) -> bool:
    """C#: whether a migration sets values and leaves the schema as it is."""
    if unit.family != "csharp":
        return False
    ups = [one for one in facts.functions if one.name == "Up"]
    texts = [re.sub(r"(?:--|//)[^\n]*", "", unit.text(one.body_span)) for one in ups]
    return bool(texts) and all(
        re.search(r"(?i)\b(?:update|insert|pragma)\b", text)
        and not re.search(r"(?i)\b(?:alter|create|drop|delete|truncate)\b", text)
        and not re.search(r"\bmigrationBuilder\.(?!Sql\b)\w+\(", text)
        for text in texts
    )


_EMPTY_UP: Final = (
    r"\b[uU]p\s*\([^){}]*\)\s*(?::[^{};]*)?\{(?:\s|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)*\}"
)
"""Nothing was done, so nothing is to be taken back."""
_HAS_UP: Final = r"function\s+up|async\s+up|exports\.up|void\s+Up|\bup\s*[:(=]"


def _is_migration(unit: UnitView) -> bool:
    return bool(re.search(r"(?i)(?:^|/)(?:migrations?|migrate)/", unit.path))


_NOOP: Final = regex(r"(?:pass|\.\.\.|\"\"\"[^\"]*\"\"\"|'''[^']*'''|\s)*\Z")


def _python_way_back(facts: Facts, unit: UnitView) -> Iterator[Report]:
    lacking = [call for call in facts.calls if _has_no_way_back(call)]
    if lacking and not unit.file_has(r"(?i)(?<!/)irreversible|elidable\s*=\s*True"):
        call = lacking[0]  # the others of the file cannot be taken back before this one can
        key = "reverse_code" if call.name == "RunPython" else "reverse_sql"
        yield Report(
            call.callee_span,
            f"`{call.name}` cannot be taken back: it has no `{key}`",
            migration_fixes.noop(lacking, unit),
            place=call.place,
        )
    for function in facts.functions:
        if function.name != "downgrade" or not unit.file_has(r"^(?:from alembic|import alembic)"):
            continue
        body = unit.text(function.body_span)
        if not body or "#" in unit.text(function.span).partition("\n")[2] or not _NOOP.match(body):
            continue
        if unit.file_has(_DOES):
            yield Report(
                function.name_span,
                "`downgrade` does nothing: Alembic says it took this back, and did not",
                profile=None if unit.file_has(_CHANGES_SCHEMA) else "strict",
                place=function.place,
            )


def _has_no_way_back(call: Call) -> bool:
    if call.name not in ("RunPython", "RunSQL"):
        return False
    if call.qualified != f"django.db.migrations.{call.name}":
        return False
    arguments = call.arguments
    key = "reverse_code" if call.name == "RunPython" else "reverse_sql"
    return not (arguments.is_open or len(arguments.positional) > 1 or key in arguments.keywords)


_CHANGES_SCHEMA: Final = (
    r"\b(?:op|batch_op|batch)\.(?:add|drop|create|alter|rename)_"
    r"|(?i:\b(?:alter|create|drop)\s+(?:table|type|index|column|view|function|trigger))"
)
"""Rows that were filled or cleaned need nobody to empty or spoil them again."""
_DOES: Final = (
    r"(?m)^def upgrade\b[^\n]*:\n(?:\s*(?:#|\"\"\")[^\n]*\n|\s*\n)*[ \t]+(?!pass\b|\.\.\.)\w"
)


def _is_seen(call: Call, cop: str, unit: UnitView) -> bool:
    """Whether a comment on the line says that somebody has looked at it."""
    source = unit.adapter.source
    end = source.find(b"\n", call.span.end)
    return f"rubocop:disable Rails/{cop}" in unit.text(
        Span(call.span.end, end if end >= 0 else len(source))
    )


def _rails_way_back(facts: Facts, unit: UnitView) -> Iterator[Report]:
    if not unit.file_has(r"ActiveRecord::Migration"):
        return
    said: set[int] = set()
    for call in facts.calls:
        function = call.function
        if function is None or function.name != "change" or "." in call.path:
            continue
        if function.span.start in said:
            continue  # one is enough to have no way back
        arguments = call.arguments
        if (
            call.name in ("execute", "change_column")
            or (
                call.name == "remove_column"
                and len(arguments.positional) == 2
                and not arguments.keywords
            )
            or (call.name == "drop_table" and arguments.block is None)
        ) and not _is_seen(call, "ReversibleMigration", unit):
            said.add(function.span.start)
            yield Report(
                call.callee_span,
                f"Rails cannot take `{call.name}` back in `change`; write `up` and `down`",
                place=call.place,
            )


_CLASS: Final = regex(r"[A-Z]\w*(?:(?:\.|::)[A-Z]\w*)*")
_MODELS: Final = regex(r"(?:^|\.)models(?:\.|$)")
_OF_ALL: Final = frozenset(
    (
        "update_all",
        "find_each",
        "find_in_batches",
        "each",
        "delete_all",
        "destroy_all",
        "in_batches",
    )
)


def data_change(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Data changed with models of the application, or where its table is altered."""
    yield from _sql(migration.sql_data_change, facts, unit)
    if unit.family == "python":
        yield from _django_models(facts, unit)
        return
    seen: set[str] = set()
    if unit.family == "ruby" and unit.file_has(r"ActiveRecord::Migration"):
        for call in facts.calls:
            if call.name not in _OF_ALL or not (named := _CLASS.match(call.path)):
                continue
            model = named[0].replace(".", "::")
            function = call.function
            if function is not None and function.name == "down":
                continue
            if model.isupper() or unit.file_has(rf"^\s*{model} = "):
                continue  # a list of the migration's own
            if model in ("Rails", "File", "Dir", "CSV") or model.startswith("ActiveRecord"):
                continue
            if unit.file_has(rf"(?:class|module)\s+{model.partition('::')[0]}\b"):
                continue
            if model in seen:
                continue
            seen.add(model)
            yield Report(
                call.callee_span,
                f"`{model}` will be another class when this runs next year; define one here",
                place=call.place,
            )
    elif unit.family == "php":
        yield from _laravel_models(facts, unit)


def _django_models(facts: Facts, unit: UnitView) -> Iterator[Report]:
    if not unit.file_has(r"migrations\.Migration\b"):
        return
    for one in facts.imports:
        module = one.module
        if not _MODELS.search(module) or module.startswith(("django.", "wagtail.", "sqlalchemy")):
            continue
        is_used = one.name[:1].isupper() and unit.file_has(rf"\b{one.alias or one.name}\.objects\b")
        if not is_used or not unit.file_has(r"RunPython"):
            continue
        yield Report(
            one.span,
            "These models will have other fields when this runs next year; ask `apps.get_model`",
            migration_fixes.historical_model(one.span, module, one.name, unit),
        )


def _laravel_models(facts: Facts, unit: UnitView) -> Iterator[Report]:
    if not _is_migration(unit):
        return
    for call in facts.calls:
        qualified = call.qualified or ""
        if not qualified.startswith("App.Models.") or call.receiver_call is not None:
            continue
        function = call.function
        while function is not None and function.outer is not None:
            function = function.outer
        if function is None or function.name != "up":
            continue
        if call.name in (
            "all",
            "chunk",
            "chunkById",
            "cursor",
            "each",
            "query",
            "where",
            "get",
            "update",
        ):
            model = qualified.split(".")[-2]
            yield Report(
                call.callee_span,
                f"`{model}` will be another class when this runs next year; use `DB::table`",
                place=call.place,
            )
