"""Checks on how much one request reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.front_end import is_front_end
from backspec.code.checks.names import words
from backspec.code.checks.values import names_around
from backspec.code.facts.model import Context, Mapping
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Value

_SMALL: Final = frozenset(
    ("country", "countries", "currency", "currencies", "role", "roles", "category", "categories",
     "setting", "settings", "tag", "tags", "type", "types", "status", "statuses", "permission",
     "permissions", "plan", "plans", "language", "languages", "locale", "locales", "timezone",
     "timezones", "config", "configs", "configuration", "option", "options", "state", "states",
     "group", "groups", "channel", "channels", "department", "departments", "region", "regions",
     "feature", "features", "flag", "flags", "site", "sites", "tenant", "tenants", "menu", "menus",
     "theme", "themes", "template", "templates", "kind", "kinds", "level", "levels", "unit",
     "units", "color", "colors", "size", "sizes")
)  # fmt: skip
"""Words of tables that stay small."""
_BOUNDED: Final = regex(
    r"\.(?:limit|take|skip|slice|paginate|offset|first|one|get|count|exists|aggregate|iterator|"
    r"yield_per|stream|cursor|filter|filter_by|where|exclude|findOne|findUnique|values_list|"
    r"in_bulk|partitions|none|distinct|having|search|top)\b|\[[^\]]*:"
)
_PAGED: Final = regex(
    r"(?i)paginat|page_?size|per_?page|\blimit\b|\.slice\(|\[\s*:\s*\w|stream|export|download|csv|"
    r"backup|dropdown|choices"
)


@needs(calls=("all",), roles=("db-read", "sql-execute", "db-read-all"))
def unbounded_read(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Handlers that answer with all rows of a table."""
    if unit.family == "javascript" and is_front_end(unit):
        return
    for call in unit.calls("db-read", "sql-execute", "db-read-all"):
        if not call.context & Context.HANDLER or call.context & Context.LOOP:
            continue
        if unit.family == "python":
            is_all = _reads_all_in_python(call, unit)
        elif unit.family == "php":
            is_all = _reads_all_in_php(call)
        else:
            is_all = unit.family == "javascript" and _reads_all_in_javascript(call, unit)
        if is_all and is_reported(call, unit):
            yield _report(call, _paginate(call, unit))
    if unit.family == "python":
        for call in facts.calls:
            if call.name != "all" or not call.path.endswith(".objects.all"):
                continue
            if _django_goes_out(call, unit) and is_reported(call, unit):
                yield _report(call)


def _reads_all_in_php(call: Call) -> bool:
    """``return Order::all()``, ``$this->json($orders->findAll())``."""
    is_sent = call.use in ("returned", "argument")
    return is_sent and call.name in ("all", "findAll") and not call.arguments.positional


def _paginate(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """Laravel: ``Order::all()`` to ``Order::paginate(50)``."""
    if unit.family != "php" or not re.fullmatch(
        r"\\?[A-Z][\w\\]*::all\(\s*\)", unit.text(call.span)
    ):
        return ()
    if not (call.qualified or "").startswith("App.Models."):
        return ()
    at = call.span.end - len(unit.text(call.span).rpartition("::")[2].encode())
    edit = Edit(Span(at, call.span.end), "paginate(50)")
    return (Fix("Read a page", (edit,), "unsafe", "orm/unbounded-read"),)


def _report(call: Call, repairs: tuple[Fix, ...] = ()) -> Report:
    return Report(
        call.span,
        f"`{call.written or call.name}` reads every row there is for one answer; read a page",
        repairs,
        place=call.place,
    )


def is_reported(call: Call, unit: UnitView) -> bool:
    """Whether nothing around says that the rows are few, or are read in pages after all."""
    table = set(words(unit.text(call.span)[:200])) | {
        word for name in names_around(call.function)[:1] for word in words(name)
    }
    if table & _SMALL or call.function is None:
        return False
    return not _PAGED.search(unit.text(call.function.span))


# ---------------------------------------------------------------------------- Python


def _reads_all_in_python(call: Call, unit: UnitView) -> bool:
    """SQLAlchemy: ``query(M).all()``, ``M.query.all()``, ``scalars(select(M)).all()``."""
    text = unit.text(call.span)
    if call.name == "all":
        is_query = (call.qualified or "").endswith("orm.Query.all") or re.search(
            r"\b[A-Z]\w*\.query\.(?:order_by\([^()]*\)\.)?all\(\)$", text
        )
        return bool(is_query) and not _BOUNDED.search(text) and not _has_columns(text)
    if call.name in ("execute", "scalars", "exec"):
        statement = call.arguments.positional[:1]
        if not statement:
            return False
        written = unit.text(statement[0].span)
        if not re.match(r"(?:\w+\.)?select\(\s*[A-Z]\w*\s*\)(?:\.order_by\([^()]*\))?$", written):
            return False
        return (
            re.match(
                rb"\)*\s*\.(?:scalars\(\)\s*\.)?(?:unique\(\)\s*\.)?(?:all|fetchall)\(",
                unit.adapter.source[call.span.end : call.span.end + 60],
            )
            is not None
        )
    return False


def _has_columns(text: str) -> bool:
    """Whether a query is for single columns or for a sum: ``query(func.count(..))``."""
    return re.search(r"query\([^)]*(?:\.|,|func)", text) is not None


def _django_goes_out(call: Call, unit: UnitView) -> bool:
    """Whether ``X.objects.all()`` becomes the body of an answer as it is."""
    if not call.context & Context.HANDLER or call.use not in ("argument", "assigned", "receiver"):
        return False
    if call.use == "receiver":
        after = unit.adapter.source[call.span.end : call.span.end + 40]
        if not re.match(rb"\.values\([^()]*\)\)", after):
            return False
        return "list(" in unit.adapter.source[call.span.start - 5 : call.span.start].decode()
    if call.use == "assigned":
        name = call.assigned_to
        text = unit.text(call.function.span) if call.function is not None else ""
        word = re.escape(name)
        if not re.fullmatch(r"\w+", name) or re.search(rf"(?<![\w.]){word}\.\w+|{word}\[", text):
            return False
        return (
            re.search(
                rf"\w*Serializer\(\s*{word}\s*,|list\(\s*{word}\s*\)|serialize\([^)]*\b{word}\b"
                rf"|for \w+ in {word}\s*\]",
                text,
            )
            is not None
        )
    before = unit.adapter.source[max(0, call.span.start - 60) : call.span.start].decode(
        "utf-8", "replace"
    )
    return re.search(r"(?:\w*Serializer|serialize)\((?:[\w.\"']+,\s*)?$", before) is not None


# ---------------------------------------------------------------------------- JavaScript

_ALL: Final = ("find", "findAll", "findMany", "findAndCountAll", "findBy")
_NARROW: Final = (
    "where", "take", "limit", "first", "skip", "cursor", "filter", "distinct", "offset", "rowMode",
)  # fmt: skip


def _reads_all_in_javascript(call: Call, unit: UnitView) -> bool:
    if call.name not in _ALL or "db-read-one" in unit.roles_of(call):
        return False
    positional = call.arguments.positional
    if call.arguments.is_open or any(not _is_open_filter(value) for value in positional):
        return False
    after = unit.adapter.source[call.span.end : call.span.end + 400].decode("utf-8", "replace")
    chain = re.match(r"(?:\s*\.\s*\w+\((?:[^()]|\([^()]*\))*\))*", after)
    return chain is None or not re.search(
        r"\.\s*(?:limit|skip|slice|cursor|stream|count|paginate|where|find)\(", chain[0]
    )


def _is_open_filter(value: Value) -> bool:
    """Whether a filter or an options mapping certainly narrows nothing down."""
    return (
        isinstance(value, Mapping)
        and not value.is_open
        and not any(key in value.entries for key in _NARROW)
        and set(value.entries) <= {"order", "orderBy", "sort", "include", "relations", "select",
                                   "attributes", "raw", "nest", "sortBy"}
    )  # fmt: skip
