"""Checks on code that runs on an event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.arguments import HIDDEN
from backspec.code.checks import Report, needs
from backspec.code.checks.environment import import_first
from backspec.code.checks.values import is_constant, leading_text
from backspec.code.facts.model import Context
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_RULE: Final = "async/blocking-sleep-io-in-async"
_ELSEWHERE: Final = Context.OFFLOADED | Context.MAIN | Context.AWAITED
_DOWNLOAD: Final = regex(r"^\s*(?:curl|wget|http)\b")
_BLOCKING: Final = (
    "blocking-sleep", "blocking-process", "blocking-wait", "blocking-lock", "blocking-file",
    "blocking-crypto",
)  # fmt: skip
_TOOL: Final = regex(
    r"(?:^|/)(?:\.[\w-]+|scripts?|bin|tools?|cli|commands?|build|dev|hack|benchmarks?|examples?|migrations?|seeds?|generators?|codemods?|"
    r"setup\.py|noxfile\.py|gulpfile\.js)(?:/|$)|\.config\.[cm]?[jt]s$|(?:^|/)cli\.\w+$"
    r"|(?:^|/)(?:bundle|build|webpack|rollup|vite|esbuild|gulpfile|gruntfile)[\w.-]*\.[cm]?[jt]s$"
)
"""Programs that one person runs: nobody else waits for their event loop."""


def _blocks_others(call: Call, unit: UnitView) -> bool:
    """Whether the thread a call holds has other work to do."""
    context = call.context
    if context & _ELSEWHERE:
        return False
    if context & Context.ASYNC:
        return True
    return unit.family == "javascript" and bool(context & Context.HANDLER)


@needs(roles=_BLOCKING)
def blocking_calls(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Sleeping, waiting, running programs, touching files and slow hashing on the event loop."""
    if _TOOL.search(unit.path) or unit.family == "csharp" or unit.imports("vite", "webpack"):
        return
    for call in unit.calls(*_BLOCKING):
        if _is_file_in_background(call, unit) or call.name.startswith("generate"):
            continue  # keys are made once in a while
        if not _blocks_others(call, unit) or _does_not_wait(call, unit) or _downloads(call, unit):
            continue
        roles = unit.roles_of(call)
        yield Report(
            call.callee_span,
            f"`{call.written}` {_effect(roles)}",
            _repair(call, unit, roles),
            _severity(call, unit, roles),
            place=call.place,
        )


@needs(roles=("blocking-file",))
def blocking_files(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Files touched in async functions that need not run for a request."""
    if _TOOL.search(unit.path):
        return
    for call in unit.calls("blocking-file"):
        if _is_file_in_background(call, unit) and _blocks_others(call, unit):
            roles = unit.roles_of(call)
            yield Report(
                call.callee_span,
                f"`{call.written}` {_effect(roles)}",
                _repair(call, unit, roles),
                Severity.WARNING,
                place=call.place,
            )


def _is_file_in_background(call: Call, unit: UnitView) -> bool:
    return (
        unit.family in ("javascript", "python")
        and not call.context & Context.HANDLER
        and "blocking-file" in unit.roles_of(call)
    )


@needs(roles=("blocking-process", "blocking-http"))
def blocking_download(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """HTTP in other clothes: ``curl`` run and waited for; sync clients in JavaScript handlers."""
    if _TOOL.search(unit.path):
        return
    for call in unit.calls("blocking-process"):
        if _blocks_others(call, unit) and _downloads(call, unit):
            yield Report(
                call.callee_span,
                f"`{call.written}` holds the event loop until the download ends",
                place=call.place,
            )
    if unit.family == "javascript":
        for call in unit.calls("blocking-http"):
            if _blocks_others(call, unit) and not call.context & Context.ASYNC:
                yield Report(
                    call.callee_span,
                    f"`{call.written}` holds the event loop until the answer is there",
                    place=call.place,
                )


def _does_not_wait(call: Call, unit: UnitView) -> bool:
    block = unit.argument(call, "block")
    return (
        block is HIDDEN
        or is_constant(block, False)
        or is_constant(unit.argument(call, "timeout"), 0)
    )


def _downloads(call: Call, unit: UnitView) -> bool:
    return _DOWNLOAD.match(leading_text(unit.argument(call, "command"))) is not None


def _effect(roles: frozenset[str]) -> str:
    if "blocking-sleep" in roles:
        return "puts the whole event loop to sleep; every request waits"
    if "blocking-process" in roles:
        return "holds the event loop until the program ends"
    if "blocking-file" in roles:
        return "holds the event loop while it reads or writes"
    if "blocking-crypto" in roles:
        return "holds the event loop while it computes"
    return "holds the event loop until somebody else does something"


def _severity(call: Call, unit: UnitView, roles: frozenset[str]) -> Severity | None:
    if "blocking-lock" in roles:
        return Severity.WARNING
    if "blocking-file" in roles and unit.family == "python":
        return Severity.WARNING
    if unit.family == "javascript" and not call.context & Context.HANDLER:
        return Severity.WARNING if "blocking-crypto" not in roles else None
    return None


def _repair(call: Call, unit: UnitView, roles: frozenset[str]) -> tuple[Fix, ...]:
    if unit.family == "python":
        return _python_repair(call, unit, roles)
    if not call.context & Context.ASYNC or "." not in call.path:
        return ()
    last = call.name
    if last in ("hashSync", "compareSync"):
        edits = fixes.replace_member(call.callee_span, unit.adapter.source, {last: last[:-4]})
    elif call.path in ("fs.readFileSync", "fs.writeFileSync"):
        edits = [Edit(call.callee_span, f"fs.promises.{last[:-4]}")]
    else:
        return ()
    if not edits:
        return ()
    return _fix("Await it", [*_awaited(call), *edits])


def _python_repair(call: Call, unit: UnitView, roles: frozenset[str]) -> tuple[Fix, ...]:
    head = asyncio_import(unit)
    if head is None:
        return ()
    if "blocking-sleep" in roles:
        edits = [*head, Edit(call.callee_span, "await asyncio.sleep")]
        return _fix("Await `asyncio.sleep`", edits)
    if "blocking-process" in roles and "." in call.path:
        return _fix("Run it in a thread", [*head, *_in_thread(call, unit)])
    return ()


def asyncio_import(unit: UnitView) -> list[Edit] | None:
    """What is needed to write ``asyncio.``; None where something else has that name."""
    if unit.file_has(r"^import (?:[\w.]+, )*asyncio\b(?! as\b)"):
        return []
    if unit.file_has(
        r"^(?:import|from) (?:trio|anyio)\b|(?<![\w.\"'])asyncio\s*=[^=]|\bas asyncio\b"
    ):
        return None
    return [import_first("asyncio", unit.adapter.source)]


def _in_thread(call: Call, unit: UnitView) -> list[Edit]:
    inner = call.arguments.span
    written = unit.text(call.callee_span)
    separator = ", " if unit.text(inner).strip() else ""
    span = Span(call.callee_span.start, inner.start)
    return [*_awaited(call), Edit(span, f"asyncio.to_thread({written}{separator}")]


@needs(roles=("blocking-http", "blocking-network"))
def blocking_requests(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Python: requests that wait for other servers on the event loop."""
    if unit.family != "python":
        return
    for call in unit.calls("blocking-http", "blocking-network"):
        is_http = "blocking-http" in unit.roles_of(call)
        what = "until the answer is there; every other request waits"
        head = asyncio_import(unit)
        edits = [*head, *_in_thread(call, unit)] if head is not None else []
        yield Report(
            call.callee_span,
            f"`{call.written or unit.text(call.callee_span)}` holds the event loop "
            + (what if is_http else "while it talks to another server"),
            _fix("Run it in a thread", edits, "async/blocking-http-in-async") if edits else (),
            severity=None if is_http else Severity.WARNING,
            place=call.place,
        )


def _awaited(call: Call) -> list[Edit]:
    start, end = call.span.start, call.span.end
    if call.use == "receiver":
        return [Edit(Span(start, start), "(await "), Edit(Span(end, end), ")")]
    return [Edit(Span(start, start), "await ")]


def _fix(title: str, edits: list[Edit], rule: str = "") -> tuple[Fix, ...]:
    merged: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.span.start, e.span.end)):
        if (
            merged
            and merged[-1].span.end == edit.span.start
            and merged[-1].span.start == merged[-1].span.end
        ):
            merged[-1] = Edit(edit.span, merged[-1].new_text + edit.new_text)
        else:
            merged.append(edit)
    return (Fix(title, tuple(merged), "unsafe", rule or _RULE),)
