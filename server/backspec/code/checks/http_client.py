"""Checks on calls to other services."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.checks.front_end import is_front_end, is_server_side
from backspec.code.checks.values import is_constant, is_null, leading_text
from backspec.code.facts.model import Context, Value
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_RULE: Final = "http-client/no-timeout"
_SCRIPT: Final = regex(
    r"(?:^|/)(?:scripts?|bin|tools?|toolbox|dev|cli|cli\.py|hack|contrib|examples?|samples?|docs?|notebooks?|benchmarks?|"
    r"management/commands|setup\.py|suites|[\w-]+-(?:gen|scripts|suites)|conf\.py|tasks\.py|noxfile\.py|gulpfile\.js)(?:/|$)|\.config\.[cm]?[jt]s$"
)


_TERMINAL: Final = (
    "commander", "yargs", "ora", "prompts", "chalk", "picocolors", "inquirer", "enquirer", "kleur",
    "@clack/prompts", "cac", "@oclif/core", "cli-progress", "open",
)  # fmt: skip
"""Packages of programs that talk to a person at a terminal."""


@needs(roles=("http-unbounded", "http-long-wait", "http-request", "http-client", "http-timeout"))
def no_timeout(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Requests and clients that may wait for ever, or for minutes (an information)."""
    if _SCRIPT.search(unit.path):
        return
    is_at_terminal: bool | None = None
    for call in unit.calls("http-unbounded", "http-long-wait", "http-request", "http-client"):
        roles = unit.roles_of(call)
        timeout = unit.argument(call, "timeout")
        if _is_none(timeout, unit):
            assert isinstance(timeout, Value)
            limit = "10_000" if unit.family == "javascript" else "10"
            yield Report(
                timeout.span,
                f"`{call.written}` is told to wait for ever",
                (Fix(f"Wait {limit} at most", (Edit(timeout.span, limit),), "unsafe", _RULE),),
                place=call.place,
            )
            continue
        if timeout is not None:
            continue
        if _is_in_browser(call, unit):
            continue
        if is_at_terminal is None:
            is_at_terminal = unit.family == "javascript" and unit.imports(*_TERMINAL)
        if is_at_terminal or (unit.family == "javascript" and call.context & Context.DEV_GUARD):
            continue  # a person waits, and can interrupt it
        if "http-unbounded" in roles:
            if _is_script_body(call, unit) or _has_adapter(call, unit) or _sets_defaults(unit):
                continue
            if call.use == "receiver" and _limits_next(call, unit):
                continue
            if unit.family == "php" and _limits_later(call, unit):
                continue
            yield Report(
                call.callee_span,
                f"`{call.written}` waits for ever when no answer comes: it has no timeout",
                _add_timeout(call, unit),
                place=call.place,
            )
        elif "http-long-wait" in roles and is_server_side(unit):
            yield Report(
                call.callee_span,
                f"`{call.written}` gives up only after minutes: it has no timeout of its own",
                severity=Severity.INFO,
                place=call.place,
            )
    for call in unit.calls("http-timeout"):
        if is_null(unit.argument(call, "total")) and unit.argument(call, "read") is None:
            yield Report(
                call.callee_span, f"`{call.written}` allows waiting for ever", place=call.place
            )


def _is_none(timeout: object, unit: UnitView) -> bool:
    """Whether a timeout is given and means none."""
    if not isinstance(timeout, Value):
        return False
    if unit.family in ("javascript", "php"):
        return is_constant(timeout, 0)
    return is_null(timeout)


def _sets_defaults(unit: UnitView) -> bool:
    """Whether the file sets a timeout for all its calls."""
    return unit.file_has(r"defaults\.timeout|setdefaulttimeout")


def _limits_next(call: Call, unit: UnitView) -> bool:
    """Whether the request made on a new client on the spot has a limit of its own."""
    source = unit.adapter.source
    end = source.find(b";", call.span.end)
    return b"timeout" in source[call.span.end : end if end >= 0 else call.span.end + 1000]


def _limits_later(call: Call, unit: UnitView) -> bool:
    """PHP: whether options given after the client is made set a limit, or cannot all be seen."""
    if call.path == "curl_init":
        sets_limit = (
            r"CURLOPT_TIMEOUT|curl_setopt_array\([^,]+,\s*(?!\[|array\()"
            r"|curl_setopt\([^,]+,\s*\$\w+\s*,"
        )
    else:
        # What a function gives as options is not seen.
        sets_limit = (
            r"[\"']timeout[\"']|RequestOptions::TIMEOUT"
            r"|->(?:request|get|post|put|send)\([^;]*,\s*(?:\$\w*[oO]pt\w*|[\w\\$>-]+(?:::|->)\w+\([^;]*)\s*\)"
        )
    if call.function is None or "$this" in call.assigned_to or call.use == "returned":
        return unit.file_has(sets_limit)
    return re.search(sets_limit, unit.text(call.function.span)) is not None


def _is_script_body(call: Call, unit: UnitView) -> bool:
    """Whether the call runs once, for a person who can interrupt it."""
    return bool(call.context & Context.MAIN) or unit.file_has(r"\A#!")


def _has_adapter(call: Call, unit: UnitView) -> bool:
    """Whether a session the call is made on has an adapter mounted, which may set a timeout."""
    owner = call.path.rpartition(".")[0]
    if not (call.qualified or "").startswith("requests.Session."):
        return False
    return unit.file_has(rf"{re.escape(owner)}\.(?:mount\(|request\s*=)")


def _is_in_browser(call: Call, unit: UnitView) -> bool:
    """Whether the call runs in a browser, where a person waits and the page has one origin."""
    if unit.family != "javascript":
        return False
    return leading_text(unit.argument(call, "url")).startswith(("/", ".")) or is_front_end(unit)


def _with_curl_option(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """PHP: a line behind the one that makes the handle."""
    statement = call.node.parent.parent if call.node.parent is not None else None
    handle = call.assigned_to
    if statement is None or statement.type != "expression_statement":
        return ()
    if not re.fullmatch(r"\$\w+", handle):
        return ()
    text = f"curl_setopt({handle}, CURLOPT_TIMEOUT, 10);"
    span = Span(statement.start_byte, statement.end_byte)
    edits = fixes.insert_line(span, unit.adapter.source, text)
    return (Fix("Wait for ten seconds", tuple(edits), "unsafe", _RULE),) if edits else ()


def _add_timeout(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    if call.path == "curl_init":
        return _with_curl_option(call, unit)
    source = unit.adapter.source
    model = unit.adapter.model_of(call)
    places = model.arguments.get("timeout", ()) if model is not None else ()
    edits = None
    if unit.family == "python":
        if "timeout" in places:
            edits = fixes.insert_argument(call, source, "timeout=10")
        title = "Add `timeout=10`"
    elif unit.family == "php":
        title = "Wait 10 seconds at most"
        edits = fixes.insert_option(call, source, places, "timeout", "'timeout' => 10")
    else:
        title = "Add `timeout: 10_000`"
        edits = fixes.insert_option(call, source, places, "timeout", "timeout: 10_000")
    return (Fix(title, tuple(edits), "unsafe", _RULE),) if edits else ()
