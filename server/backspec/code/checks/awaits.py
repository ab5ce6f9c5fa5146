"""Checks on coroutines and promises that nobody waits for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.front_end import is_front_end
from backspec.code.checks.names import words
from backspec.code.facts.model import Context, FunctionValue
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts
    from backspec.model import Profile

_RULE: Final = "async/missing-await"
_LOOSE: Final = frozenset(("background", "forget", "detached", "nowait", "deferred", "bg"))
"""Words in the name of what is meant to run on its own."""
_LAZY: Final = regex(r"^(?:@prisma/client\.|mongoose\.|knex\.|kysely\.)")
_PROMISING: Final = regex(
    r"^(?:@prisma/client\.|typeorm\.|sequelize\.|mongoose\.|mongodb\.|fs\.promises\.|fs/promises\."
    r"|objection\.|@mikro-orm/)"
)
_NO_PROMISE: Final = frozenset(
    ("build", "define", "model", "on", "once", "watch", "get", "set", "persist", "find", "where")
)
_PLAIN_DECORATORS: Final = "staticmethod|classmethod|override|abstractmethod|abc\\.|typing\\."


@needs(families=("javascript", "python"))
def missing_await(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Calls of asynchronous functions whose result is dropped, or tested as if it were there."""
    if unit.family == "python":
        yield from _python(facts, unit)
    elif unit.family == "javascript" and not is_front_end(unit):
        yield from _javascript(facts, unit)


# ---------------------------------------------------------------------------- Python


def _python(facts: Facts, unit: UnitView) -> Iterator[Report]:
    coroutines = {call.node.id for call in unit.calls("coroutine")}
    has_own = unit.file_has("async def ") and unit.file_has(r"^[ \t]*async def ")
    if not coroutines and not has_own:
        return
    for call in facts.calls:
        is_known = bool(coroutines) and call.node.id in coroutines
        if not is_known and not (has_own and (call.qualified or "").startswith(":")):
            continue
        use = call.use
        if use not in ("statement", "condition") and not (is_known and use == "receiver"):
            continue
        if call.context & Context.AWAITED or _LOOSE & set(words(call.name)):
            continue
        if not is_known and not _is_own_coroutine(call, unit):
            continue
        yield _report(call, use, can_await=call.function is not None and call.function.is_async)


def _is_own_coroutine(call: Call, unit: UnitView) -> bool:
    """Whether a call calls a function of the file that is certainly ``async``."""
    if not unit.file_has(f"async def {call.name}"):
        return False
    qualified = call.qualified or ""
    name = re.escape(call.name)
    # Methods and functions of one name are told apart by where they start.
    start = "^[ \\t]+" if "." in qualified else "^"
    if not unit.file_has(rf"{start}async def {name}\("):
        return False
    return not unit.file_has(
        rf"{start}def {name}\("
        rf"|{start}@(?!{_PLAIN_DECORATORS})[^\n]*\n(?:[ \t]*[@)\w][^\n]*\n)"
        rf"{{0,6}}?[ \t]*async def {name}\("
    )


# ---------------------------------------------------------------------------- JavaScript


def _javascript(facts: Facts, unit: UnitView) -> Iterator[Report]:
    writes = {call.node.id for call in unit.calls("db-write", "db-bulk", "coroutine")}
    if not writes and not unit.file_has("async"):
        return
    for call in facts.calls:
        qualified = call.qualified or ""
        is_write = (
            bool(writes) and call.node.id in writes and _PROMISING.match(qualified) is not None
        )
        if not is_write and not qualified.startswith(":"):
            continue
        use = call.use
        if use not in ("statement", "condition") or call.context & Context.AWAITED:
            continue
        if _LOOSE & set(words(call.name)):
            continue
        in_async = call.function is not None and call.function.is_async
        if any(isinstance(one, FunctionValue) for one in call.arguments.positional):
            continue
        if is_write:
            if call.name in _NO_PROMISE or not (in_async or _LAZY.match(qualified)):
                continue
            yield _report(call, use, can_await=in_async)
        elif _is_own_promise(call, unit):
            if use == "condition":
                yield _report(call, use, can_await=in_async)
            elif in_async and call.context & Context.HANDLER:
                yield _report(call, use, can_await=True, profile="strict")


def _is_own_promise(call: Call, unit: UnitView) -> bool:
    """Whether a call calls a function of the file that is certainly ``async``."""
    name = re.escape(call.name)
    if not any(
        unit.file_has(shape)
        for shape in (f"async function {name}", f"async {name}", rf"{name}\s*[:=]\s*async")
    ):
        return False
    return unit.file_has(
        rf"\basync\s+function\s+{name}\b|(?<![\w$.]){name}\s*[:=]\s*async\b|^\s*(?:(?:public|private|"
        rf"protected|static|override)\s+)*async\s+{name}\s*[(<]"
    ) and not unit.file_has(
        rf"(?<!async )\bfunction\s+{name}\b|^\s*(?:(?:public|private|protected|static)\s+)*{name}"
        rf"\s*\([^()\n]*\)\s*(?::[^={{\n]+)?\{{|(?<![\w$.]){name}\s*=\s*(?!async\b|[\w$.]*$)[(\w]"
    )


def _report(call: Call, use: str, *, can_await: bool, profile: Profile | None = None) -> Report:
    start, end = call.span.start, call.span.end
    name = call.written or call.name
    if use == "condition":
        message = f"`{name}` is not awaited, and what it gives is always true"
    elif use == "receiver":
        message = f"`{name}` is not awaited, so what it gives has no such member"
    else:
        message = f"`{name}` is not awaited: it may not run, and its errors get lost"
    if use == "statement":
        edits: tuple[Edit, ...] = (Edit(Span(start, start), "await "),)
    else:
        edits = (Edit(Span(start, start), "(await "), Edit(Span(end, end), ")"))
    fixes = (Fix("Await it", edits, "unsafe", _RULE),) if can_await else ()
    return Report(call.span, message, fixes, place=call.place, profile=profile)
