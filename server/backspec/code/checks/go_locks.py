"""Checks on Go: locks that stay shut, state that handlers share, two commands for one step."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import number
from backspec.code.facts.model import Context
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts
    from backspec.code.syntax import Node

_LOCKS: Final = {"Lock": "Unlock", "RLock": "RUnlock"}
_FUNCTION: Final = regex(r"\bfunc\s*\(")


@needs(calls=tuple(_LOCKS))
def lock_kept(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``mu.Lock()`` with a way out of the function before ``mu.Unlock()``."""
    for call in facts.calls:
        opener = _LOCKS.get(call.name)
        owner = call.path.rpartition(".")[0]
        if opener is None or call.use != "statement" or not owner or call.function is None:
            continue
        if call.arguments.positional or "(" in owner:
            continue
        release = f"{owner}.{opener}"
        text = unit.text(call.function.span)
        if release not in text or re.search(rf"\bdefer\s+(?:func\b|{re.escape(release)})", text):
            continue
        leak = _way_out(call, release, unit)
        if leak is not None:
            yield Report(
                Span(leak.start_byte, leak.end_byte),
                f"`{owner}` stays locked for ever when this returns: `defer {release}()`",
                place=call.place,
            )


def _way_out(call: Call, release: str, unit: UnitView) -> Node | None:
    """The first ``return`` between a lock and what opens it, in the same list of statements."""
    statement = call.node.parent
    after = statement.next_named_sibling if statement is not None else None
    for _ in range(200):
        if after is None:
            return None
        written = unit.adapter.slice(after)
        if release in written:
            return None
        if after.type == "if_statement" and not _FUNCTION.search(written):
            found = _return_in(after)
            if found is not None:
                # What comes later must open the lock in this function, or nobody was to.
                return found if _opens_later(after, release, unit) else None
        after = after.next_named_sibling
    return None


def _return_in(node: Node) -> Node | None:
    body = node.child_by_field_name("consequence")
    for inner in body.named_children if body is not None else ():
        if inner.type == "statement_list":
            kept = [one for one in inner.named_children if one.type != "comment"]
            last = kept[-1] if kept else None
            return last if last is not None and last.type == "return_statement" else None
    return None


def _opens_later(node: Node, release: str, unit: UnitView) -> bool:
    after = node.next_named_sibling
    for _ in range(200):
        if after is None:
            return False
        if after.type == "expression_statement" and unit.adapter.slice(after) == f"{release}()":
            return True
        after = after.next_named_sibling
    return False


# ---------------------------------------------------------------------------- shared state

_SAFE: Final = regex(r"\.(?:R?Lock|TryLock|Do|Store|LoadOrStore|CompareAndSwap)\(|\batomic\.")
_CHANGED: Final = regex(
    r"(?m)^[ \t]*(?:(?P<name>[a-z]\w*)(?:\[[^\]\n]*\])?[ \t]*(?:\+\+|--|[-+]?=(?!=))"
    r"|delete\((?P<other>[a-z]\w*),)"
)
_PACKAGE_WIDE: Final = (
    r"^(?:var\s+|\t)%s\s*(?:(?:=\s*(?:make\()?)?map\[|(?:=\s*)?\[\]\w|u?int(?:32|64)?\b|float64\b"
    r"|=\s*\d+\s*$)"
)
"""Variables at the top of a file that hold maps, lists and numbers."""


def shared_state(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Variables of the package that handlers change without a lock."""
    for function in facts.functions:
        if not function.context & Context.HANDLER or function.outer is not None:
            continue
        text = unit.text(function.body_span)
        if _SAFE.search(text):
            continue
        seen: set[str] = set()
        for found in _CHANGED.finditer(text):
            name = found["name"] or found["other"]
            if name in seen or not unit.file_has(_PACKAGE_WIDE % name):
                continue
            seen.add(name)
            if re.search(rf"\b{name}\b[^\n=]*:=|\bvar {name}\b", text):
                continue
            if any(one.name == name for one in function.parameters):
                continue
            start = function.body_span.start + len(text[: found.start()].encode())
            lead = len(found[0]) - len(found[0].lstrip())
            yield Report(
                Span(start + lead, start + len(found[0].encode())),
                f"Requests run at the same time, and all of them change `{name}` without a lock",
                place=function.inside,
            )


# ---------------------------------------------------------------------------- Redis


@needs(calls=("SetNX",))
def lock_without_end(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``SetNX`` without a lifetime, and ``Expire`` for the same key after it."""
    for call in facts.calls:
        given = call.arguments.positional
        if call.name != "SetNX" or len(given) != 4 or number(given[3]) != 0:
            continue
        if call.function is None or not unit.file_has(r"redis"):
            continue
        key = re.escape(unit.text(given[1].span))
        after = unit.text(Span(call.span.end, call.function.span.end))
        if re.search(rf"\.Expire(?:At)?\(\s*\w+,\s*{key}\s*,", after):
            yield Report(
                call.callee_span,
                "A program that ends before `Expire` leaves this lock for ever: give `SetNX` the "
                "lifetime",
                place=call.place,
            )
