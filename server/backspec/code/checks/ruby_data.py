"""Ruby: tables changed at start, transactions begun by hand, rows read one by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.ruby_forms import _is_model
from backspec.code.checks.values import is_constant, string
from backspec.code.facts.model import Context
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function
    from backspec.code.syntax import Node

_QUIET: Final = Context.TEST | Context.DEV_GUARD | Context.MIGRATION

# ---------------------------------------------------------------------------- tables at start

_SETUP: Final = regex(
    r"(?:^|/)(?:db|spec|test|tests|features|tasks|bin|scripts?|templates|generators|\w*dummy\w*"
    r"|benchmarks?|examples?|testing_support|migrations?|schema)/|\.rake$|(?:_test|_spec|schema)\.rb$"
)
_TASKS: Final = frozenset(
    ("create_current", "drop_current", "purge_current", "load_schema", "load_schema_current",
     "migrate", "drop", "purge", "create", "create_all", "drop_all", "truncate_all")
)  # fmt: skip
_DESTROYING: Final = ("drop", "purge", "load_schema", "truncate")


def schema_made(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``ActiveRecord::Schema.define``, ``DatabaseTasks`` and ``auto_migrate!`` in the program."""
    if _SETUP.search(unit.path) or unit.mentions(":memory:"):
        return
    for call in facts.calls:
        told = _made(call, unit)
        if told is None or call.context & (_QUIET | Context.MAIN):
            continue
        message, severity = told
        yield Report(call.callee_span, message, severity=severity, place=call.place)


def _made(call: Call, unit: UnitView) -> tuple[str, Severity | None] | None:
    name, path = call.name, call.path
    if name == "define" and unit.text(call.callee_span).startswith("ActiveRecord::Schema"):
        return "The tables are made by the program: write migrations", None
    owner = path.rpartition(".")[0]
    if name in _TASKS and owner.endswith("DatabaseTasks") and not _asked_for(call, unit):
        severity = None if name.startswith(_DESTROYING) else Severity.INFO
        return f"`{call.written}` changes the database while the program starts", severity
    if name == "migrate" and re.search(
        r"^ActiveRecord\.Migrator$|MigrationContext!\(\)$|\.migration_context$", owner
    ):
        if not call.context & Context.MODULE and "config/" not in unit.path:
            return None
        if _asked_for(call, unit):
            return None
        return "Migrations run while the program starts, in every process of it", Severity.INFO
    if name == "auto_migrate!" and (owner[:1].isupper() or not owner):
        return "`auto_migrate!` drops the tables and makes them anew", None
    if name == "auto_upgrade!" and (owner[:1].isupper() or not owner):
        return "The tables are changed by the program: write migrations", Severity.INFO
    if name in ("create_table!", "drop_table") and (
        call.qualified or ""
    ).startswith("Sequel.Database."):  # fmt: skip
        return f"`{call.written}` drops the table of the database it runs on", None
    return None


def _asked_for(call: Call, unit: UnitView) -> bool:
    """Whether a setting of the environment decides on it: ``if ENV["RUN_MIGRATIONS"]``."""
    around = call.node.parent
    condition = around.child_by_field_name("condition") if around is not None else None
    return condition is not None and re.search(
        r"(?i)ENV[\[.][^\n]*migrat", unit.adapter.slice(condition)
    ) is not None  # fmt: skip


# ---------------------------------------------------------------------------- transactions

_CONNECTIONS: Final = frozenset(
    ("Sequel.Database", "PG.Connection", "SQLite3.Database", "Mysql2.Client")
)
_STATEMENTS: Final = frozenset(
    ("exec", "exec_params", "async_exec", "query", "execute", "run", "insert", "update", "delete",
     "all", "first", "fetch", "multi_insert", "import", "execute_batch", "count")
)  # fmt: skip
_WRITES: Final = frozenset(
    ("create", "create!", "update_all", "delete_all", "insert_all", "insert", "upsert", "execute",
     "destroy_all", "find_or_create_by", "find_or_create_by!", "insert_all!", "upsert_all")
)  # fmt: skip


@needs(roles=("db-transaction",))
def outside_scope(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Statements on another connection in the block of a transaction."""
    if not unit.mentions("transaction"):
        return
    for begun in unit.calls("db-transaction"):
        if begun.name != "transaction":
            continue
        block = begun.arguments.block
        if block is None or begun.context & _QUIET:
            continue
        owner = begun.path.removesuffix("transaction").rstrip(".")
        kind = (begun.qualified or "").rpartition(".")[0]
        is_record = not owner or (owner[0].isupper() and kind not in _CONNECTIONS)
        if kind not in _CONNECTIONS and not is_record:
            continue
        own = {owner.partition(".")[0], "self", *(one.name for one in block.parameters)}
        for call in facts.calls_in(block.span):
            head = re.match(r"@{0,2}\$?\w*", call.path)
            first = head[0] if head is not None else ""
            if not first or first in own or first == call.path:
                continue
            if call.name in _STATEMENTS:
                meant = call.reader.resolve(first, call.scope)
                if meant not in _CONNECTIONS:
                    continue
            elif not is_record or call.name not in _WRITES or not _has_own_store(first, unit):
                continue
            if is_record and owner and _has_own_store(owner.partition(".")[0], unit):
                continue
            yield Report(
                call.callee_span,
                f"`{first}` is another connection: this is not undone with the transaction",
                place=call.place,
            )


def _has_own_store(name: str, unit: UnitView) -> bool:
    """Whether a class of this file connects to a database of its own."""
    return name[:1].isupper() and unit.file_has(
        rf"^[ \t]*class (?:\w+::)*{re.escape(name)}\b[^\n]*\n(?:(?!^[ \t]*class )[^\n]*\n){{0,12}}?"
        r"[ \t]*(?:establish_connection|connects_to|self\.connection_specification)"
    )


_BEGIN: Final = regex(r"(?i)\s*(?:BEGIN|START TRANSACTION)\b(?!.*\bEND\b)")
_COMMIT: Final = regex(r"(?i)[\"'`]\s*(?:COMMIT|END)\b|commit_db_transaction|commit_transaction")
_ENDS: Final = regex(r"(?i)rollback|\babort\b")


def not_rolled_back(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``execute("BEGIN")`` and its like, committed, and never rolled back."""
    for call in facts.calls:
        given = call.arguments.positional if call.name in _BEGINNERS else ()
        is_text = bool(given) and _BEGIN.match(string(given[0]) or "") is not None
        if not is_text and call.name not in ("begin_db_transaction", "begin_transaction"):
            continue
        function = _method_around(call)
        if function is None or call.context & _QUIET:
            continue
        text = unit.text(function.span)
        if _ENDS.search(text) or not _COMMIT.search(text):
            continue
        yield Report(
            call.span,
            "When a statement fails before the commit, nobody ends this transaction",
            place=call.place,
        )


_BEGINNERS: Final = frozenset(("execute", "exec", "query", "run", "async_exec", "exec_query"))


def _method_around(call: Call) -> Function | None:
    function = call.function
    while function is not None and function.passed_to is not None:
        function = function.outer
    return function


# ---------------------------------------------------------------------------- validity


def verdict_ignored(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """``record.valid?`` as a statement, and then ``save(validate: false)``."""
    for call in facts.calls:
        name = call.name
        if name in ("valid?", "validate", "invalid?"):
            if call.use != "statement":
                continue
            owner = call.path.rpartition(".")[0]
            function = _method_around(call)
            if not owner or function is None:
                continue
            for later in facts.calls_in(function.span):
                if (
                    later.name in ("save", "save!")
                    and later.span.start > call.span.end
                    and later.path.rpartition(".")[0] == owner
                    and is_constant(later.arguments.keywords.get("validate"), False)
                ):
                    yield Report(
                        call.span,
                        f"Nobody looks at the verdict, and `{owner}` is stored whatever it is",
                        place=call.place,
                    )
                    break
        elif name == "call" and call.use == "statement" and _CONTRACT.search(call.path):
            yield Report(
                call.span,
                "Nobody looks at the verdict: wrong input goes on as if it had passed",
                place=call.place,
            )


_CONTRACT: Final = regex(r"^(?:[A-Z]\w*\.)*[A-Z]\w*(?:Contract|Schema)(?:!\(\))?\.call$")

# ---------------------------------------------------------------------------- related rows

_QUERIES: Final = frozenset(
    ("where", "all", "order", "limit", "joins", "not", "find_each", "in_batches", "offset",
     "reorder", "distinct", "published", "active", "recent", "visible", "rewhere",
     "find_in_batches")
)  # fmt: skip
_EACH: Final = frozenset(
    ("each", "map", "flat_map", "find_each", "each_with_index", "each_with_object", "collect",
     "filter_map", "select", "reject", "sum", "group_by", "sort_by", "each_slice", "index_by")
)  # fmt: skip
_LOADING: Final = regex(
    r"\b(?:includes|preload|eager_load|eager_graph|with_\w+|eager|strict_loading|includes_\w+"
    r"|preload_\w+|group|select)\b"
)
_RECORD_WORDS: Final = frozenset(
    ("name", "title", "email", "username", "full_name", "display_name", "slug", "login",
     "first_name", "last_name", "phone")
)  # fmt: skip
"""What a row has and a plain value has not."""
_NO_ROW: Final = frozenset(
    ("class", "model_name", "errors", "to_s", "file", "table", "io", "data", "config", "settings",
     "self_and_ancestors", "content", "image", "avatar", "options", "itself", "attachment",
     "blob", "enum", "value", "locale", "language", "currency", "country", "timezone", "klass")
)  # fmt: skip
_OF_LOADED: Final = frozenset(("each", "map", "sum", "first", "last", "to_a", "any?", "filter_map"))
_MANY: Final = regex(r"[a-z]\w*(?<![sui])s")


def n_plus_one(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``Order.where(..).each { |order| order.customer.name }``."""
    if _SETUP.search(unit.path):
        return
    for block in facts.functions:
        call = block.passed_to
        if call is None or call.name not in _EACH or not block.parameters:
            continue
        if call.context & _QUIET or not _is_of_rows(call, facts, unit):
            continue
        item = block.parameters[0].name
        repairs = _with_includes(call, block, facts, unit)
        seen: set[str] = set()
        for inner in facts.calls_in(block.body_span):
            found = _relation(inner, item, unit)
            if found is None or found in seen:
                continue
            seen.add(found)
            yield Report(
                inner.span,
                f"`{item}.{found}` asks the database once for each row; load it with the rows: "
                f"`.includes(:{found})`",
                repairs,
                place=inner.place,
            )


def _with_includes(call: Call, block: Function, facts: Facts, unit: UnitView) -> tuple[Fix, ...]:
    """Load with the rows all that the block reads of each."""
    item = block.parameters[0].name
    inner = facts.calls_in(block.body_span)
    read = [one for one in (_relation(one, item, unit) for one in inner) if one is not None]
    query = _query_of(call, facts, unit)
    if query is None or not read:
        return ()
    arguments = query.child_by_field_name("arguments")
    if arguments is not None and not unit.adapter.slice(arguments).startswith("("):
        return ()
    if query.child_by_field_name("block") is not None:
        return ()
    names = ", ".join(f":{name}" for name in dict.fromkeys(read))
    edit = Edit(Span(query.end_byte, query.end_byte), f".includes({names})")
    return (Fix("Load them with the rows", (edit,), "unsafe", "orm/n-plus-one"),)


def _relation(call: Call, item: str, unit: UnitView) -> str | None:
    """The association of an item that a call reads."""
    owner, _, last = call.path.rpartition(".")
    head, _, name = owner.partition(".")
    if head != item or not name or not name.isidentifier() or name in _NO_ROW:
        return None
    is_one = last in _RECORD_WORDS and not call.arguments.positional and not _MANY.fullmatch(name)
    if is_one and name.startswith(("first", "last", "to_", "is_", "as_", "previous", "next")):
        return None
    is_many = (
        last in _OF_LOADED
        and unit.file_has(rf"^\s*has_(?:many|and_belongs_to_many) :{re.escape(name)}\b")
    )  # fmt: skip
    return name if is_one or is_many else None


def _is_of_rows(call: Call, facts: Facts, unit: UnitView) -> bool:
    """Whether a block runs for each row of a query of the same function that loads no relation."""
    node = _query_of(call, facts, unit)
    if node is None:
        return False
    text = unit.adapter.slice(node)
    if len(text) > 1_000 or _LOADING.search(text):
        return False
    owner, asked = _chain(node, unit)
    if not owner or not _is_model(owner, unit):
        return False
    if call.name == "find_each" and not asked:
        return True
    return bool(asked) and asked[0] in _QUERIES and asked[-1] in _QUERIES


def _query_of(call: Call, facts: Facts, unit: UnitView) -> Node | None:
    """The expression that gives what a block runs over, through one variable of the method."""
    node = call.node.child_by_field_name("receiver")
    if node is None or node.type not in ("identifier", "instance_variable"):
        return node
    name = unit.adapter.slice(node)
    found = [
        one
        for one in facts.assigns
        if one.target == name and _method_of(one.place.function) is _method_around(call)
    ]
    return found[0].value_node if len(found) == 1 and found[0].operator == "=" else None


def _method_of(function: Function | None) -> Function | None:
    while function is not None and function.passed_to is not None:
        function = function.outer
    return function


def _chain(node: Node, unit: UnitView) -> tuple[str, list[str]]:
    """The constant a chain of calls starts with, and the names of the calls, in order."""
    asked: list[str] = []
    current: Node | None = node
    for _ in range(20):
        if current is None:
            return "", []
        if current.type in ("constant", "scope_resolution"):
            asked.reverse()
            return unit.adapter.slice(current).replace("::", "."), asked
        if current.type != "call":
            return "", []
        method = current.child_by_field_name("method")
        asked.append(unit.adapter.slice(method) if method is not None else "")
        current = current.child_by_field_name("receiver")
    return "", []
