"""Statements that object-relational mappers send: all rows written, all rows sorted by random."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import is_constant, names_around, text_of
from backspec.code.facts.model import Context, Mapping, Sequence
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_PASSING: Final = regex(
    r"(?i)temp|tmp|staging|session|cache|outbox|log|queue|lock|import|backup|old|test|snapshot"
    r"|summary|stats|token|nonce|job|notification|draft|lease|index"
)
_MEANT: Final = regex(
    r"(?i)seed|purge|reset|clean|truncate|wipe|clear|fixture|sample|demo|mock|maintenance|backfill"
    r"|delete_?all|remove_?all|tear_?down|set_?up|init|restore|import|migrat|rebuild|reindex|factory"
    r"|(?:^|/)(?:scripts?|tasks?|examples?|benchmarks?|dev|bin|tools?|commands?|management)/"
)
_REBUILDS: Final = regex(r"(?i)for_?all|regenerat|install|refresh|sync")
"""Words of methods that fill what they empty (PHP)."""
_ALL: Final = {
    "python": regex(
        r"(?P<model>[A-Z]\w*)\.objects(?:\.all\(\))?\.(?P<verb>delete|update)$"
        r"|(?:session|db|Session)\.query\(\)\.(?P<verb2>delete|update)$"
    ),
    "ruby": regex(
        r"^(?P<model>[A-Z]\w*(?:::\w+)*)(?:\.all)?\.(?P<verb>delete_all|destroy_all|update_all)$"
    ),
    "csharp": regex(
        r"^(?:\w+\.)+(?P<model>[A-Z]\w*)\.(?P<verb>Execute(?:Delete|Update)(?:Async)?)$"
    ),
    "php": regex(
        r"(?:^|\.)DB\.table\(\)\.(?P<verb>delete|truncate|update)$"
        r"|(?:^|\.)(?P<model>[A-Z]\w*)\.(?:query\(\)\.(?P<verb2>delete|update)|(?P<verb3>truncate))$"
    ),
    "java": regex(
        r"(?i)^(?:this\.)?(?P<model>\w*)(?:repository|repo|dao)\.(?P<verb>deleteAll|deleteAllInBatch)$"
    ),
}


_WRITES: Final = (
    "delete", "update", "delete_all", "destroy_all", "update_all", "truncate", "deleteAll",
    "deleteAllInBatch", "ExecuteDelete", "ExecuteDeleteAsync", "ExecuteUpdate",
    "ExecuteUpdateAsync",
)  # fmt: skip
_WRITES_IN_JAVASCRIPT: Final = ("deleteMany", "updateMany", "destroy")


@needs(calls=(*_WRITES, *_WRITES_IN_JAVASCRIPT))
def write_all(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Updates and deletes of every row, through a mapper."""
    if _MEANT.search(unit.path):
        return
    if unit.family == "javascript":
        yield from _javascript(unit)
        return
    pattern = _ALL.get(unit.family)
    if pattern is None:
        return
    for call in unit.called(*_WRITES):
        match = pattern.search(call.path) if call.path else None
        if match is None or _is_meant(call):
            continue
        found = match.groupdict()
        verb = found.get("verb") or found.get("verb2") or found.get("verb3") or ""
        if verb in ("deleteAll", "deleteAllInBatch") and call.arguments.positional:
            continue
        model = found.get("model") or _table(call)
        if not model or _PASSING.search(model):
            continue
        if (
            unit.family == "php"
            and verb == "truncate"
            and not unit.file_has(r"Illuminate|App\\Models")
        ):
            continue
        if unit.family == "csharp" and model in ("Database", "Query"):
            continue
        if unit.family == "python" and _is_said(call, model, unit):
            continue
        yield _report(call, model, verb)


def _is_said(call: Call, model: str, unit: UnitView) -> bool:
    """Python: whether code says that all are meant, by its name or one delete after the other."""
    text = unit.text(call.function.span) if call.function is not None else ""
    if call.name == "update":
        if re.search(r"(?i)(?:settings?|config\w*|preferences?)$", model):
            return True  # a table of one row
        chosen = re.search(rf"\b{model}\.objects\.filter\([^)]*\)\.update\(([^)]*)\)", text)
        given = unit.text(call.arguments.span)
        if chosen is not None and chosen[1] != given and chosen[1][:4] == given[:4]:
            return True  # all are taken back before one is chosen
    names = " ".join(names_around(call.function)[:1]).lower()
    last = model.rpartition(".")[2].rpartition("_")[2].lower().rstrip("s")
    if re.search(r"delete|drop|remove|empty|unset|deactivate", names) and last[:6] in names:
        return True
    return len(re.findall(r"\.query\([\w.]+\)\.delete\(", text)) > 1


def _table(call: Call) -> str:
    """What the first call of a chain is about: ``DB::table('orders')``, ``query(Order)``."""
    inner = call.receiver_call
    positional = inner.arguments.positional if inner is not None else ()
    if not positional:
        return ""
    return text_of(positional[0]) or getattr(positional[0], "path", "")


def _is_meant(call: Call) -> bool:
    if call.context & (Context.TEST | Context.MIGRATION | Context.DEV_GUARD):
        return True
    if call.node.type == "member_call_expression" and _REBUILDS.search(
        " ".join(names_around(call.function))
    ):
        return True
    return any(map(_MEANT.search, names_around(call.function)))


def _report(call: Call, model: str, verb: str) -> Report:
    what = "changes" if "update" in verb.lower() else "deletes"
    return Report(call.callee_span, f"This {what} every `{model}` there is", place=call.place)


_MONGOOSE: Final = regex(r"^[A-Z]\w*\.deleteMany$")


def _javascript(unit: UnitView) -> Iterator[Report]:
    for call in unit.called(*_WRITES_IN_JAVASCRIPT):
        if _is_meant(call):
            continue
        receiver = call.path.rpartition(".")[0]
        holder, _, model = receiver.rpartition(".")
        positional = call.arguments.positional
        if call.arguments.is_open or _PASSING.search(model):
            continue
        options = positional[0] if positional else None
        if options is not None and (not isinstance(options, Mapping) or options.is_open):
            continue
        entries = options.entries if isinstance(options, Mapping) else {}
        if holder.rpartition(".")[2].lower() in (
            "prisma",
            "db",
            "tx",
            "prismaclient",
            "prismaservice",
        ):
            if call.name == "destroy" or not unit.file_has(r"(?i)prisma"):
                continue
            where = entries.get("where")
            if where is None or (
                isinstance(where, Mapping) and not where.entries and not where.is_open
            ):
                yield _report(call, model, call.name)
        elif call.name == "deleteMany" and _MONGOOSE.match(call.path) and not entries:
            yield _report(call, model, call.name)
        elif call.name == "destroy" and options is not None and re.match(r"[A-Z]", model):
            where = entries.get("where")
            is_all = isinstance(where, Mapping) and not where.entries and not where.is_open
            if is_all or is_constant(entries.get("truncate"), True):
                yield _report(call, model, call.name)


_ORDERS: Final = frozenset(
    (
        "order_by",
        "order",
        "orderBy",
        "orderByRaw",
        "Order",
        "reorder",
        "literal",
        "order_by_raw",
        "sql",
    )
)
_RANDOM: Final = regex(r"(?i)\s*(?:RAND|RANDOM|NEWID)\s*\(\s*\)")
_MADE_UP: Final = regex(
    r"(?i)(?:^|/)(?:scripts?|examples?)/|seed|dummy|fake|fixture|random_?data|populate|demo|sample_?data"
)
_FEW: Final = regex(r"(?i)\bIN \(|__in=|whereIn\(|\.where\(id:")
_GUID: Final = regex(r"=>\s*(?:Guid\.NewGuid\(\)|EF\.Functions\.Random\(\))")


_RANDOM_CALLS: Final = (*_ORDERS, "inRandomOrder", "OrderBy", "OrderByDescending")


@needs(calls=_RANDOM_CALLS)
def random_order(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """All rows sorted by random, through a mapper."""
    if _MADE_UP.search(unit.path):
        return
    for call in unit.called(*_RANDOM_CALLS):
        name = call.name
        if call.context & (Context.TEST | Context.MIGRATION):
            continue
        is_random = False
        if name == "inRandomOrder" and unit.family == "php":
            # The rows of one record's relation are few.
            is_random = not call.path.startswith("$") and "/factories/" not in f"/{unit.path}"
        elif name in _ORDERS and call.arguments.positional:
            first = call.arguments.positional[0]
            if isinstance(first, Sequence) and first.items:
                first = first.items[0]
            text = text_of(first)
            is_random = bool(_RANDOM.match(text)) and (name != "sql" or unit.family == "ruby")
            if name == "order_by" and unit.family == "python":
                is_django = text == "?" and unit.imports("django")
                shown = unit.text(first.span)
                is_random = (
                    is_random
                    or is_django
                    or bool(re.match(r"(?:\w+\.)?func\.(?:random|rand|newid)\(\)", shown))
                )
        elif name in ("OrderBy", "OrderByDescending") and unit.family == "csharp":
            shown = unit.text(call.arguments.span) if call.arguments.positional else ""
            is_random = bool(_GUID.search(shown)) and unit.file_has(
                r"EntityFrameworkCore|DbContext|DbSet|[cC]ontext\."
            )
        if is_random and not _FEW.search(unit.text(call.span)):
            yield Report(
                call.callee_span if name != "literal" else call.span,
                "All rows are read and sorted for a few random ones",
                place=call.place,
            )
