"""Checks on Go: goroutines that never end, data they share, contexts and causes that get lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.checks.go_places import is_meant
from backspec.code.checks.values import names_around, text_of
from backspec.code.facts.model import CallValue, Context, Name
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function
    from backspec.code.syntax import Node

# ---------------------------------------------------------------------------- goroutines


def goroutine_leak(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Sends that nobody receives, and counters raised too late."""
    if not unit.mentions("go func"):
        return
    for call in facts.calls:
        started = _started(call.function)
        if started is None:
            continue
        if call.name == "Add" and re.search(r"(?i)(?:^|\.)(?:wg|\w*waitgroup)\.Add$", call.path):
            owner = call.path.rpartition(".")[0]
            inside = unit.text(started.body_span)
            is_own = re.search(rf"\bvar {re.escape(owner)}\b|\b{re.escape(owner)}\s*:=", inside)
            if is_own is None and any(
                one.path == f"{owner}.Done" and one.function is started for one in facts.calls
            ):
                yield Report(
                    call.span,
                    f"`{call.written}` runs after `Wait` may have returned: call it before `go`",
                    place=call.place,
                )
    yield from _unreceived(facts, unit)


def _started(function: Function | None) -> Function | None:
    """A function literal that a ``go`` statement starts."""
    if function is None or function.node.type != "func_literal":
        return None
    call = function.node.parent
    is_started = call is not None and call.parent is not None and call.parent.type == "go_statement"
    return function if is_started else None


def _unreceived(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A send into an unbuffered channel, where the receiver may have left with a ``select``."""
    for assign in facts.assigns:
        value = assign.value
        if not isinstance(value, CallValue) or value.call.path != "make" or assign.function is None:
            continue
        made = unit.text(value.span)
        if not re.fullmatch(r"make\(chan [^,()]+\)", made) or not assign.target.isidentifier():
            continue
        name = re.escape(assign.target)
        span = assign.function.span
        after = unit.text(Span(assign.span.end, span.end))
        sends = re.findall(rf"(?m)^[ \t]*{name} <- [^\n]*$", after)
        received = re.search(rf"case [^\n]*<-\s*{name}\b", after)
        left = re.search(
            r"case [^\n]*<-\s*(?:\w+\.Done\(\)|time\.After\(|\w*(?:timer|timeout)\w*)", after
        )
        if not sends or received is None or left is None or "for {" in after:
            continue
        if re.search(rf"(?m)^[ \t]*case {name} <-", after) or not re.search(
            rf"go func\([^)]*\) \{{[^\0]*?^[ \t]*{name} <- ", after, re.MULTILINE
        ):
            continue
        if len(re.findall(rf"<-\s*{name}\b", after)) > 1:
            continue
        end = value.span.end - 1
        edit = Edit(Span(end, end), ", 1")
        yield Report(
            value.span,
            f"When the `select` leaves early, nobody receives from `{assign.target}` and the "
            "goroutine waits for ever",
            (Fix("Give it room for one", (edit,), "unsafe", "concurrency/goroutine-leak"),)
            if len(sends) == 1
            else (),
            place=assign.place,
        )


# ---------------------------------------------------------------------------- shared data


def shared_writes(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Maps and slices that goroutines of one loop write to without a lock."""
    if not unit.mentions("go func"):
        return
    seen: set[tuple[int, str]] = set()
    for assign in (*facts.assigns, *facts.fills):
        started = _started(assign.function)
        if started is None or not _is_in_loop(started.node):
            continue
        target = assign.target.partition("[")[0]
        written = unit.text(assign.span)
        if not target.isidentifier() or (started.span.start, target) in seen:
            continue
        inside = unit.text(started.span)
        if re.search(r"\.(?:Lock|TryLock)\(\)|atomic\.|\.Do\(", inside):
            continue
        name = re.escape(target)
        if re.search(
            rf"\b(?:var\s+{name}\b|{name}\s*(?:,\s*\w+\s*)?:=|{name}\s+(?:\[\]|map\[))", inside
        ):
            continue
        outer = started.outer
        around = unit.text(outer.span) if outer is not None else ""
        is_map = re.search(rf"\b{name}\s*:?=\s*(?:make\()?map\[|\bvar\s+{name}\s+map\[", around)
        if re.match(rf"{name}\s*=\s*append\(\s*{name}\b", written):
            what = "Two of these goroutines may add to `{}` at once, and one item is lost"
        elif is_map is not None and re.match(rf"{name}\[[^\]]+\]\s*[-+]?=", written):
            what = "Writing to the map `{}` from several goroutines stops the program"
        else:
            continue
        seen.add((started.span.start, target))
        yield Report(assign.span, what.format(target), place=assign.place)


def _is_in_loop(node: Node) -> bool:
    current = node.parent
    for _ in range(12):
        if current is None or current.type in ("func_literal", "function_declaration",
                                               "method_declaration"):  # fmt: skip
            return False
        if current.type == "for_statement":
            return True
        current = current.parent
    return False


# ---------------------------------------------------------------------------- contexts

_OUTLIVES: Final = regex(
    r"(?i)background|async|detach|shutdown|cleanup|close|stop|rollback|flush|worker|daemon|cron|"
    r"schedule|start|init|watch|loop|run|serve|graceful|log|trace|span|metric|audit|unlock|release"
)


def context_replaced(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``context.Background()`` handed on where the caller's context is at hand."""
    if not unit.mentions("context.Background()", "context.TODO()"):
        return
    for call in facts.calls:
        if call.qualified not in ("context.Background", "context.TODO") or call.use != "argument":
            continue
        if call.context & (Context.FINALLY | Context.OFFLOADED | Context.MAIN | Context.MODULE):
            continue
        function = call.function
        if function is None or _started(function) is not None:
            continue
        if _cleans_up(call.node, unit) or is_meant(call.span, unit, _ON_PURPOSE):
            continue
        at_hand = _context_of(function)
        taker = _taker(call, unit)
        if not at_hand or taker is None or _OUTLIVES.search(taker):
            continue
        if any(_OUTLIVES.search(name) for name in names_around(function)[:1]):
            continue
        text = unit.text(function.span)
        if "WithoutCancel" in text or re.search(
            rf"\b{at_hand.partition('.')[0]} (?:==|!=) nil", text
        ):
            continue
        edit = Edit(call.span, at_hand)
        yield Report(
            call.span,
            f"This goes on when the caller has given up: pass `{at_hand}`",
            (Fix(f"Pass `{at_hand}`", (edit,), "unsafe", "concurrency/context-not-propagated"),),
            place=call.place,
        )


_ON_PURPOSE: Final = regex(
    r"(?i)lifecycle|outliv|detach|background|surviv|n[o']t\s+(?:be\s+)?(?:tied|bound|cancel)|even\s+(?:if|when|after)"
)


def _cleans_up(node: Node, unit: UnitView) -> bool:
    """Whether a call stands in ``if err != nil { .. }``, where the context may be over already."""
    child = node
    for _ in range(12):
        around = child.parent
        if around is None or around.type in ("func_literal", "function_declaration"):
            return False
        if around.type == "if_statement" and around.child_by_field_name("consequence") == child:
            condition = around.child_by_field_name("condition")
            written = unit.adapter.slice(condition) if condition is not None else ""
            return re.fullmatch(r"\w*[eE]rr\w* != nil", written) is not None
        child = around
    return False


_KEEPS: Final = regex(r"(?:^|\.)(?:New|new|Make|Dial|Connect|Open|AddValues|Detach)\w*$")
"""What is given a context for a life longer than the request's."""


def _context_of(function: Function) -> str:
    """How the context of the caller is written in a function, "" when it has none."""
    for one in function.parameters:
        kind = one.type_path
        if not one.name or one.name == "_":
            continue
        if kind == "context.Context":
            return one.name
        if kind.endswith("http.Request"):
            return f"{one.name}.Context()"
        if kind in ("gin.Context", "*gin.Context"):
            return f"{one.name}.Request.Context()"
        if kind == "echo.Context":
            return f"{one.name}.Request().Context()"
    return ""


def _taker(call: Call, unit: UnitView) -> str | None:
    """The call that is given the context, as written; None for ``context.With..`` and the like."""
    node = call.node.parent
    if node is None or node.type != "argument_list" or node.parent is None:
        return None
    callee = node.parent.child_by_field_name("function")
    written = unit.adapter.slice(callee) if callee is not None else ""
    first = next((n for n in node.named_children if n.type != "comment"), None)
    if first is None or first != call.node or not written:
        return None
    if written.startswith(("context.", "signal.", "errgroup.", "slog.")) or _KEEPS.search(written):
        return None
    return written


# ---------------------------------------------------------------------------- causes

_QUOTED: Final = r"fmt\.Errorf\([\"`][^\"`\n]*%[vs][^\"`\n]*[\"`],[^\n]*[eE]rr\)"
_VERB: Final = regex(r"%[-+# 0-9.*]*([a-zA-Z%])")


def lost_cause(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``fmt.Errorf("..: %v", err)``."""
    if not unit.mentions("fmt.Errorf("):
        return
    for call in facts.calls:
        if call.qualified != "fmt.Errorf" or len(call.arguments.positional) < 2:
            continue
        form, given = call.arguments.positional[0], call.arguments.positional[1:]
        text = text_of(form)
        verbs = [one for one in _VERB.finditer(text) if one[1] != "%"]
        if not text or any(one[1] == "w" for one in verbs) or len(verbs) != len(given):
            continue
        for verb, value in zip(verbs, given, strict=True):
            if verb[1] not in "vs" or not isinstance(value, Name):
                continue
            if not re.fullmatch(r"(?:\w*[a-z])?[eE]rr", value.path):
                continue
            if _is_recovered(value.path, call, unit):
                continue
            start = form.span.start + 1 + len(text[: verb.start(1)].encode())
            same = unit.text(form.span)[1:-1] == text
            edit = Edit(Span(start, start + 1), "w")
            yield Report(
                value.span,
                f"`errors.Is` finds nothing of `{value.path}` in this error; wrap it with `%w`",
                (Fix("Wrap it", (edit,), "unsafe", "error/lost-cause"),) if same else (),
                profile=None if _is_odd_one(unit) else "strict",
                place=call.place,
            )
            break


def _is_recovered(name: str, call: Call, unit: UnitView) -> bool:
    """Whether a variable is what a panic left, which need not be an error."""
    text = unit.text(call.function.span) if call.function is not None else ""
    return re.search(rf"\b{name}\s*:?=\s*recover\(\)", text) is not None


def _is_odd_one(unit: UnitView) -> bool:
    """Whether the file wraps its errors but for one or two."""
    return unit.file_has("(?s)%w.*%w") and not unit.file_has(f"(?s){_QUOTED}.*{_QUOTED}.*{_QUOTED}")
