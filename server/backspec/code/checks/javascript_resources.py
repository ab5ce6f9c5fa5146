"""Checks on JavaScript and TypeScript: connections that are kept, folders that are served."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.facts.model import Context
from backspec.expressions import regex
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

# ---------------------------------------------------------------------------- connections

_TAKES: Final = frozenset(("connect", "getConnection", "createQueryRunner"))
_TAKEN: Final = regex(
    r"^(?:pg\.Pool\.connect|(?:mysql2?|mariadb)(?:/promise)?\.(?:Pool|PoolCluster|createPool\(\))\.getConnection"
    r"|typeorm\.(?:DataSource|Connection|EntityManager)\.createQueryRunner)$"
)


_RELEASE: Final = r"\b{0}\??\.(?:release|destroy|end)\(|\b(?:release|close)\w*\(\s*{0}\b"


@needs(families=("javascript",), calls=_TAKES)
def not_released(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``const client = await pool.connect()`` that nothing gives back, or not when work fails."""
    for call in facts.calls:
        if call.name not in _TAKES or call.use != "assigned" or call.function is None:
            continue
        name = call.assigned_to
        if not re.fullmatch(r"[\w$]+", name) or not _TAKEN.match(call.qualified or ""):
            continue
        text = unit.text(call.function.span)
        word = re.escape(name)
        given_away = (
            rf"\breturn\s+(?:await\s+)?{word}\s*[;,)}}\n]|this\.\w+\s*=\s*{word}\b|\[\s*{word}\s*\]"
        )
        if re.search(given_away, text) or re.search(rf"\{{[^{{}}]*\b{word}\s*[,}}]", text):
            continue
        released = re.search(
            rf"\b{word}\??\.(?:release|destroy|end)\(|\b(?:release|close)\w*\(\s*{word}\b", text
        )
        if released is None:
            if not re.search(rf"\b{word}\b", text.replace(name, "", 1)):
                continue
            yield Report(
                call.callee_span,
                f"Nothing gives `{name}` back to the pool, which soon has none left",
                place=call.place,
            )
        elif not _is_certain(text, word) and _WAITS.search(_until_release(call, text, word)):
            yield Report(
                call.callee_span,
                f"`{name}` goes back to the pool only when nothing fails before: use `finally`",
                severity=Severity.WARNING,
                place=call.place,
            )


_WAITS: Final = regex(r"\bawait\b|\.query\(|\.execute\(")


def _until_release(call: Call, text: str, word: str) -> str:
    """What runs between taking a connection and giving it back."""
    assert call.function is not None
    after = text.encode()[call.span.end - call.function.span.start :].decode("utf-8", "replace")
    found = re.search(_RELEASE.format(word), after)
    between = after[: found.start()] if found is not None else after
    return re.sub(r"await\s*$", "", between)


def _is_certain(text: str, word: str) -> bool:
    """Whether a connection is given back in ``finally``, or in a handler and after it."""
    release = _RELEASE.format(word)
    finals = re.search(rf"\bfinally\s*\{{(?:[^{{}}]|\{{[^{{}}]*\}})*?(?:{release})", text)
    if re.search(r"\bfinally\s*\{[^{}]*\.(?:destroy|end|close|disconnect)\(", text):
        return True  # the pool itself is closed
    if finals is not None or re.search(rf"\.finally\([^;]*?(?:{release})", text):
        return True
    return len(re.findall(release, text)) > 1 or not re.search(r"\bawait\b", text.split("=", 1)[-1])


# ---------------------------------------------------------------------------- folders

_STATICS: Final = frozenset(("express.static", "serve-static", "koa-static"))
_WHOLE: Final = regex(
    r"['\"`](?:\.|\./|/|\.\.|\.\./)['\"`]|__dirname|process\.cwd\(\)"
    r"|path\.(?:join|resolve)\(\s*(?:__dirname|process\.cwd\(\)|['\"]\.['\"])?\s*(?:,\s*['\"](?:\.|\./|\.\.|\.\./|/)['\"]\s*)?\)"
)


@needs(families=("javascript",), calls=("static", "serveStatic", "serve", "serveIndex"))
def served_root(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``express.static(__dirname)``: sources and settings are files, too."""
    for call in facts.calls:
        if call.qualified in _STATICS:
            given = call.arguments.positional[:1]
            if given and _WHOLE.fullmatch(unit.text(given[0].span)):
                yield Report(
                    given[0].span,
                    f"`{unit.text(given[0].span)}` holds more than what clients may read: sources, "
                    "settings, keys",
                    place=call.place,
                )
        elif call.qualified == "serve-index" and not _is_guarded(call):
            yield Report(
                call.callee_span,
                "Everybody may see which files there are",
                severity=Severity.WARNING,
                place=call.place,
            )


def _is_guarded(call: Call) -> bool:
    return bool(call.context & (Context.DEV_GUARD | Context.TEST))


# ---------------------------------------------------------------------------- exits


@needs(families=("javascript",), calls=("exit", "abort"))
def exit_in_handler(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``process.exit()`` for one request; not for a signal or an error that nobody handled."""
    del unit
    quiet = Context.TEST | Context.MAIN | Context.DEV_GUARD
    for call in facts.calls:
        if call.path not in ("process.exit", "process.abort"):
            continue
        if not call.context & Context.HANDLER or call.context & quiet:
            continue
        function = call.function
        while function is not None and not _is_for_process(function.passed_to):
            function = function.outer
        if function is None:
            yield Report(
                call.callee_span,
                f"`{call.path}` ends the whole server, for everybody",
                place=call.place,
            )


def _is_for_process(call: Call | None) -> bool:
    return call is not None and call.path in ("process.on", "process.once")
