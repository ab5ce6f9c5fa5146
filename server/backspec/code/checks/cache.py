"""Checks on caches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.checks.names import words
from backspec.code.checks.values import (
    is_constant,
    is_null,
    names_around,
    number,
)
from backspec.code.facts.model import Value
from backspec.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.arguments import Found
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts
    from backspec.model import Profile

_RULE: Final = "cache/no-expiry"
_CACHED: Final = frozenset(
    ("cache", "cached", "caches", "caching", "session", "sessions", "token", "tokens")
)
_STORED: Final = frozenset(
    ("lock", "locks", "mutex", "semaphore", "counter", "count", "flag", "flags", "feature",
     "enabled", "disabled", "config", "configuration", "setting", "settings", "version",
     "revision", "state", "status", "last", "cursor", "offset", "queue", "metric", "metrics",
     "index", "schema", "restore", "migrate", "seed", "test")
)  # fmt: skip
"""Words of keys whose values are meant to stay, or of caches that version their keys."""


_SAYS_FOREVER: Final = frozenset(("forever", "rememberForever", "sear"))
"""Laravel's calls that keep a value and say so."""


@needs(roles=("cache-set", "cache-set-unbounded", "cache-config-unbounded", "kv-set"))
def no_expiry(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Values put into a cache for ever."""
    del facts
    for call in unit.calls("cache-set", "cache-set-unbounded"):
        yield from _cache_set(call, unit)
    for call in unit.calls("cache-config-unbounded"):
        ttl = unit.argument(call, "ttl")
        if ttl is None and unit.family == "javascript" and call.use == "returned":
            continue  # who sets values says how long
        if ttl is None or is_constant(ttl, 0):
            yield Report(
                ttl.span if isinstance(ttl, Value) else call.callee_span,
                f"`{call.written}` keeps what it holds for ever: it has no lifetime",
                place=call.place,
            )
    for call in unit.calls("kv-set"):
        if is_null(unit.argument(call, "value")):
            continue  # a way to delete it
        if _is_cached(call, unit) and not _expires_later(call, unit):
            yield Report(
                call.callee_span,
                f"`{call.written}` keeps this value for ever: it has no lifetime",
                _add_lifetime(call, unit),
                place=call.place,
            )


@needs(roles=("cache-set", "cache-set-unbounded"))
def kept_on_purpose(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Values put into a cache for ever by saying so."""
    for call in unit.calls("cache-set", "cache-set-unbounded"):
        ttl = unit.argument(call, "ttl")
        is_told = isinstance(ttl, Value) or call.name in _SAYS_FOREVER
        if is_told and not _words_of(unit.argument(call, "key"), unit) & _STORED:
            yield from _cache_set(call, unit, is_told=True)


def _cache_set(call: Call, unit: UnitView, *, is_told: bool = False) -> Iterator[Report]:
    ttl = unit.argument(call, "ttl")
    roles = unit.roles_of(call)
    is_forever = is_null(ttl) if unit.family in ("python", "php") else is_constant(ttl, 0)
    if unit.family == "php" and not (call.qualified or "").startswith("Memcached."):
        roles -= {"cache-set-unbounded"} if is_constant(ttl, 0) else set()  # deletes
    if "cache-set-unbounded" in roles:
        is_forever = is_forever or ttl is None or is_constant(ttl, 0)
    if (isinstance(ttl, Value) or call.name in _SAYS_FOREVER) is not is_told:
        return
    if not is_forever or _words_of(unit.argument(call, "key"), unit) & _STORED:
        return
    profile: Profile | None = None
    if unit.family == "ruby":
        if _is_dropped_by_hand(call, unit):
            return
        # Rails' stores throw out what is old, and have a lifetime in the settings.
        profile = "strict"
    repairs: tuple[Fix, ...] = ()
    if unit.family == "php" and ttl is None and not is_told:
        if _is_taken_out(call, unit):
            return
        if len(call.arguments.positional) == 2:
            repairs = _one_fix(fixes.insert_argument(call, unit.adapter.source, "300"))
    elif ttl is None and not is_told:
        repairs = _with_end(call, unit)
    elif isinstance(ttl, Value):
        seconds = (
            "300"
            if unit.family == "python"
            else "300_000"
            if "cache-manager" in (call.qualified or "")
            else "300"
        )
        repairs = _one_fix(fixes.replace_value(ttl, seconds))
    yield Report(
        ttl.span if isinstance(ttl, Value) else call.callee_span,
        f"`{call.written}` keeps this value for ever",
        repairs,
        profile=profile,
        place=call.place,
    )


def _with_end(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """The lifetime of a call that has no place for one yet."""
    qualified, source = call.qualified or "", unit.adapter.source
    text = ""
    if unit.family == "ruby" and call.name == "write":
        text = "expires_in: 5.minutes"
    elif unit.family == "python" and qualified.startswith("pymemcache."):
        text = "expire=300"
    elif unit.family == "csharp" and len(call.arguments.positional) == 2:
        prefix = "" if unit.file_has(r"^\s*(?:global\s+)?using System;") else "System."
        text = f"{prefix}TimeSpan.FromMinutes(5)"
        if ".Distributed." in qualified:
            text = (
                f"new DistributedCacheEntryOptions {{ AbsoluteExpirationRelativeToNow = {text} }}"
            )
    if not text or call.arguments.is_open or not call.arguments.has_parentheses:
        return ()
    return _one_fix(fixes.insert_argument(call, source, text))


def _is_taken_out(call: Call, unit: UnitView) -> bool:
    """Whether the function itself removes what it puts in."""
    around = unit.text(call.function.span) if call.function is not None else ""
    return re.search(r"(?:::|->)(?:pull|forget|delete)\(", around) is not None


def _is_dropped_by_hand(call: Call, unit: UnitView) -> bool:
    """Whether what a field holds is also dropped in this file: a store that is kept up to date."""
    owner = call.path.rpartition(".")[0]
    return owner.startswith("@") and unit.file_has(rf"{re.escape(owner)}\.(?:delete|clear)\b")


def _expires_later(call: Call, unit: UnitView) -> bool:
    """Whether the function sets the lifetime with a call of its own."""
    around = unit.text(call.function.span) if call.function is not None else ""
    return re.search(r"(?:\.|->)p?expire(?:_?at)?\(", around, re.IGNORECASE) is not None


def _is_cached(call: Call, unit: UnitView) -> bool:
    """Whether a write to a key-value server is to a cache, and without a lifetime."""
    ttl, keep = unit.argument(call, "ttl"), unit.argument(call, "keep_ttl")
    if ttl is not None or not (keep is None or is_constant(keep, False)):
        return False
    only_new, mode = unit.argument(call, "only_new"), unit.argument(call, "mode")
    if isinstance(only_new, Value) and not is_constant(only_new, False):
        return False
    if isinstance(mode, Value) and number(mode) is None and unit.argument(call, "mode") is not None:
        return False
    key = unit.argument(call, "key")
    spoken = _words_of(key, unit)
    if spoken & _STORED:
        return False
    around = {word for name in names_around(call.function)[:1] for word in words(name)}
    if around & _STORED:
        return False
    return bool((spoken | around) & _CACHED)


def _words_of(key: Found, unit: UnitView) -> frozenset[str]:
    """The words of a cache key: of its constant text, else of its name or expression."""
    if not isinstance(key, Value):
        return frozenset()
    return frozenset(words(unit.text(key.span)[:200]))


def _add_lifetime(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    source = unit.adapter.source
    qualified = call.qualified or ""
    if unit.family == "python":
        return _one_fix(fixes.insert_argument(call, source, "ex=300"))
    if unit.family == "php":
        lifetime = "300" if qualified.startswith("Redis.") else "'EX', 300"
        return _one_fix(fixes.insert_argument(call, source, lifetime))
    if qualified.startswith("ioredis."):
        return _one_fix(fixes.insert_argument(call, source, '"EX", 300'))
    return _one_fix(fixes.insert_argument(call, source, "{ EX: 300 }"))


def _one_fix(edits: object) -> tuple[Fix, ...]:
    return (
        (Fix("Keep it for five minutes", tuple(edits), "unsafe", _RULE),)
        if isinstance(edits, list)
        else ()
    )
