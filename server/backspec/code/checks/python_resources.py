"""Checks on Python: files and connections that are taken and never given back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.facts.model import Context
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_OPENS: Final = ("open", "io.open", "gzip.open", "bz2.open", "lzma.open", "codecs.open")
_READERS: Final = (
    r"json\.(?:load|dump)|pickle\.(?:load|dump)|(?:yaml|toml|tomllib|tomli)\.\w+|csv\.\w+"
    r"|shutil\.copyfileobj|configparser\.\w+|print|len|str|list|iter|next|enumerate|sorted|set"
)
_SHORT: Final = regex(
    r"(?:^|/)(?:scripts?|bin|tools?|examples?|benchmarks?|docs?)/|(?:^|/)setup\.py$"
)


@needs(calls=("open",))
def left_open(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``f = open(path)`` in a function that neither closes ``f`` nor gives it to somebody."""
    del facts
    if _SHORT.search(unit.path):
        return
    for call in unit.called("open"):
        if call.qualified not in _OPENS and call.path != "open":
            continue
        if call.context & (Context.MAIN | Context.RESOURCE) or not _is_held(call):
            continue
        name = call.assigned_to
        after = _without_readers(name, _rest(call, unit))
        if _is_given_back(name, after, r"close") or not _is_only_used(name, after):
            continue
        yield Report(
            call.callee_span,
            f"`{name}` is opened and never closed; open it with `with`",
            place=call.place,
        )


def _is_held(call: Call) -> bool:
    return call.use == "assigned" and call.assigned_to.isidentifier() and call.function is not None


def _rest(call: Call, unit: UnitView) -> str:
    """The function's text after a call."""
    assert call.function is not None
    return unit.text(Span(call.span.end, call.function.span.end))


def _without_readers(name: str, after: str) -> str:
    """The text without calls that read from, or write to, a file and keep nothing."""
    word = re.escape(name)
    return re.sub(rf"\b(?:{_READERS})\((?:[^()]*,)?\s*{word}\b|\bin\s+{word}\b", "", after)


def _is_given_back(name: str, after: str, methods: str) -> bool:
    word = re.escape(name)
    return (
        re.search(
            rf"\b{word}\.(?:{methods})\b|\bwith\b[^\n]*\b{word}\b|\b(?:return|yield)\b[^\n]*\b{word}\b(?!\.)"
            rf"|\b(?:closing|enter_context|enter_async_context|callback|push)\([^)]*\b{word}\b"
            rf"|\bdel\s+{word}\b|(?:\w\.\w+|\])\s*=\s*{word}\b|\bglobal\s+{word}\b|\bnonlocal\s+{word}\b",
            after,
        )
        is not None
    )


def _is_only_used(name: str, after: str) -> bool:
    """Whether nothing gets the file but what reads or writes it here."""
    word = re.escape(name)
    known = re.sub(rf"\b{word}\.\w+", "", after)
    return re.search(rf"(?<![.\w\"']){word}\b(?!\s*=(?!=))", known) is None


# ---------------------------------------------------------------------------- connections

_POOLED: Final = {
    "getconn": r"putconn|close", "acquire": r"release|close", "connect": r"close|dispose",
    "raw_connection": r"close", "get_connection": r"close",
}  # fmt: skip
_POOLS: Final = regex(
    r"(?:psycopg2\.pool\.\w+|psycopg_pool\.\w+)\.getconn|(?:asyncpg|aiomysql|aiopg)\.(?:\w+\.)*Pool\.acquire"
    r"|sqlalchemy\.Engine\.(?:connect|raw_connection)|mysql\.connector\.pooling\.\w+\.get_connection"
)
_SESSIONS: Final = "sqlalchemy.orm.sessionmaker()"
_GIVES: Final = regex(r"_*get_(?:\w+_)?(?:db|database|session|db_session)")


def not_released(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Connections of a pool, and sessions, that no path of the function gives back."""
    if not unit.imports(
        "psycopg2", "psycopg_pool", "asyncpg", "sqlalchemy", "aiomysql", "aiopg", "mysql"
    ):
        return
    for call in facts.calls:
        ends = _POOLED.get(call.name)
        if ends is None and "ession" not in call.name:
            continue
        if call.use not in ("assigned", "returned") or _SHORT.search(unit.path):
            continue
        qualified = call.qualified or ""
        if ends is not None and _POOLS.fullmatch(qualified):
            what = "connection"
        elif qualified == _SESSIONS and not call.arguments.positional + call.arguments.spreads:
            if call.arguments.keywords:
                continue  # on a connection that belongs to somebody else
            what, ends = "session", r"close|remove|__exit__|close_all"
        else:
            continue
        if call.context & (Context.RESOURCE | Context.MAIN | Context.MIGRATION):
            continue
        if call.function is None or (call.parent is not None and call.parent.type == "as_pattern"):
            continue
        if call.use == "returned":
            if what == "session" and _is_dependency(call, unit):
                yield _never(call, what)
            continue
        if not _is_held(call):
            continue
        after = _rest(call, unit)
        word = re.escape(call.assigned_to)
        if _is_given_back(call.assigned_to, after, ends or ""):
            continue
        if re.search(rf"\.(?:{ends})\(\s*{word}\b|\b\w*(?:close|release)\w*\(\s*{word}\b", after):
            continue
        if what == "connection" and re.search(rf"[(,=]\s*{word}\s*[,)]", after):
            continue
        if re.search(rf"(?m)^\s*(?:global|nonlocal)\b.*\b{word}\b", unit.text(call.function.span)):
            continue
        yield _never(call, what)


def _is_dependency(call: Call, unit: UnitView) -> bool:
    """``def get_db(): return SessionLocal()``, where a framework calls it for each request."""
    function = call.function
    if function is None or not _GIVES.fullmatch(function.name):
        return False
    return unit.file_has(rf"Depends\(\s*{function.name}\s*\)") or unit.imports("fastapi")


def _never(call: Call, what: str) -> Report:
    return Report(
        call.callee_span,
        f"This {what} is never given back; once the pool is empty every request waits",
        place=call.place,
    )
