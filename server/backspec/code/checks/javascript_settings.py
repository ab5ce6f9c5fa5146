"""Checks on JavaScript and TypeScript: what is set up once, and holds for everything after."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.addresses import AddressShapes, passwords
from backspec.code.checks.front_end import is_front_end
from backspec.code.checks.values import is_constant, number, text_of
from backspec.code.facts.model import Const, Context, Mapping
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts, Place, Value

# ---------------------------------------------------------------------------- sessions

_STORES: Final = frozenset(("express-session", "@fastify/session", "fastify-session"))


@needs(families=("javascript",), words=("session",))
def memory_store(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Sessions that are kept in the memory of one process."""
    for call in facts.calls:
        options = None
        if call.qualified == "express-session":
            options = next(iter(call.arguments.positional), None)
        elif call.name == "register" and len(call.arguments.positional) > 1:
            plugin = call.arguments.positional[0]
            if getattr(plugin, "qualified", None) in _STORES:
                options = call.arguments.positional[1]
        if not isinstance(options, Mapping) or options.is_open or "store" in options.entries:
            continue
        if call.context & (Context.DEV_GUARD | Context.TEST) or _sets_store(unit):
            continue
        yield Report(
            call.callee_span,
            "Sessions live in this process alone: a restart ends them all, and memory grows with "
            "each visitor",
            place=call.place,
        )


def _sets_store(unit: UnitView) -> bool:
    """Whether the options are kept and given a store elsewhere."""
    return unit.file_has(r"\.store\s*=|\bstore:|MemoryStore|memorystore")


# ---------------------------------------------------------------------------- uploads

_HUGE: Final = 50 * 1024 * 1024
_UNITS: Final = {"b": 1, "kb": 2**10, "mb": 2**20, "gb": 2**30}
_BODIES: Final = regex(
    r"^(?:express|body-parser)\.(?:json|urlencoded|raw|text)$|^koa-body(?:parser)?$"
)


@needs(families=("javascript",), words=("multer", "limit", "jsonlimit", "formlimit"))
def unbounded_upload(facts: Facts, _unit: UnitView) -> Iterator[Report]:
    """Files and bodies of any size."""
    for call in facts.calls:
        if call.qualified == "multer":
            options = next(iter(call.arguments.positional), None)
            if isinstance(options, Mapping) and not options.is_open:
                limits = options.entries.get("limits")
                is_set = limits is not None and not (
                    isinstance(limits, Mapping)
                    and not limits.is_open
                    and "fileSize" not in limits.entries
                )
                if not is_set and not call.context & Context.TEST:
                    yield Report(
                        call.callee_span,
                        "Files of any size are taken: set `limits.fileSize`",
                        place=call.place,
                    )
            elif options is None and not call.arguments.is_open:
                yield Report(
                    call.callee_span,
                    "Files of any size are taken: set `limits.fileSize`",
                    place=call.place,
                )
        elif _BODIES.match(call.qualified or ""):
            options = next(iter(call.arguments.positional), None)
            limit = options.entries.get("limit") if isinstance(options, Mapping) else None
            if limit is not None and _size(limit) >= _HUGE:
                yield Report(
                    limit.span,
                    "Bodies of this size are kept in memory as a whole, one for each request",
                    place=call.place,
                )


def _size(limit: Value) -> float:
    size = number(limit)
    if size is not None:
        return size
    found = re.fullmatch(r"(?i)\s*([\d.]+)\s*([kmg]?b)\s*", text_of(limit))
    if found is not None:
        return float(found[1]) * _UNITS[found[2].lower()]
    return float("inf") if getattr(limit, "path", "") == "Infinity" else 0


# ---------------------------------------------------------------------------- tests

_FOCUSED: Final = frozenset(
    ("it.only", "test.only", "describe.only", "context.only", "suite.only", "fit", "fdescribe",
     "it.concurrent.only", "test.concurrent.only", "describe.serial.only", "specify.only")
)  # fmt: skip
_TEST_FILE: Final = regex(
    r"(?:\.|-|_|/)(?:test|spec|e2e|tests|specs|__tests__)(?:\.|-|_|/)|(?:^|/)cypress/"
)


@needs(families=("javascript",), calls=("only", "fit", "fdescribe"))
def focused(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``it.only``: all other tests of the file are left out."""
    if not _TEST_FILE.search(unit.path):
        return
    for call in facts.calls:
        if call.path not in _FOCUSED or not call.arguments.positional:
            continue
        if not isinstance(call.arguments.positional[0], Const) and call.use != "receiver":
            continue
        plain = call.path.removesuffix(".only") if "." in call.path else call.path[1:]
        yield Report(
            call.callee_span,
            "Only this runs: all other tests of the file are left out",
            (Fix("Run all", (Edit(call.callee_span, plain),), "safe", "test/focused-or-disabled"),),
            place=call.place,
        )


# ---------------------------------------------------------------------------- passwords in URLs

_URL: Final = regex(
    r"(?P<scheme>postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|cassandra|ldaps?|smtps?)"
    r"://(?P<user>[^\s:/@{}$<>%*'\"`]*):(?P<password>[^\s/@{}$<>%*'\"`]+)@(?P<host>[\w.-]+)"
)
_OWN: Final = regex(
    r"localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|host\.docker\.internal|[a-z][a-z0-9_-]*"
    r"|.*\.(?:local|test|example|invalid|internal)|.*example\.(?:com|org|net)|.*(?:^|\.)(?:host|server|domain)(?:\.\w+)?"
)
_PLACEHOLDER: Final = regex(
    r"(?i)pass(?:word|wd)?\d*|pwd|secret|x+|\.+|your.*|my.*|change.*|user|postgres|root|admin|guest|test\w*"
    r"|foo|bar|pw|db|example|mongo|redis|dev\w*|demo\w*|p"
)
_SHAPES: Final = AddressShapes(_URL, _PLACEHOLDER, _OWN)


@needs(families=("javascript",), words=("postgres", "postgresql", "mysql", "mariadb", "mongodb",
       "srv", "redis", "rediss", "amqp", "amqps", "mssql", "ldap", "ldaps", "smtp"))  # fmt: skip
def password_in_url(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``mongoose.connect("mongodb://shop:hunter2@db.example.net/shop")``."""
    if not unit.mentions("://") or is_front_end(unit):
        return
    yield from passwords(_texts(facts, unit), _SHAPES)


def _texts(facts: Facts, unit: UnitView) -> Iterator[tuple[Value, Place]]:
    """The constant texts of a unit that hold an address."""
    for assign in facts.assigns:
        node = assign.value_node
        if node is None or node.type not in ("string", "binary_expression", "template_string"):
            continue
        if "://" in unit.adapter.slice(node) and isinstance(assign.value, Const):
            yield assign.value, assign.place
    for call in facts.calls:
        if unit.mentions("://", within=call.span):
            for value in call.arguments.positional:
                if isinstance(value, Const) and value.literal:
                    yield value, call.place
    for pair in facts.pairs:
        if pair.value_node.type == "string":
            yield pair.value, pair.place
    for fallback in facts.fallbacks:
        right = fallback.reader.value(fallback.right, fallback.scope)
        if isinstance(right, Const) and is_constant(right, right.value):
            yield right, fallback.place
