"""Checks on settings that Java programs set in code: schemas made at start, developers' pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.checks.values import is_constant, path_of, string
from backspec.code.facts.model import Const, Context
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Value

_SETS: Final = frozenset(
    ("put", "putIfAbsent", "setProperty", "applySetting", "addProperty", "property", "of", "entry",
     "properties", "setDefaultProperties", "with", "add", "singletonMap")
)  # fmt: skip
"""Methods that are given names of settings with their values, or texts ``name=value``."""
_QUIET: Final = Context.TEST | Context.DEV_GUARD
_ONE_OFF: Final = regex(r"(?:^|/)(?:examples?|samples?|demos?|tools?|scripts?|benchmarks?)/")


def _settings(facts: Facts, quiet: int) -> Iterator[tuple[Call, str, Value, str]]:
    """The settings that calls of a unit name: (call, name, where the value is, its text)."""
    for call in facts.calls:
        if call.name not in _SETS or call.context & quiet:
            continue
        given = call.arguments.positional
        for at, one in enumerate(given):
            text = string(one)
            if text and "=" in text:
                name, _, value = text.partition("=")
                yield call, name.strip(), one, value.strip()
            elif at + 1 < len(given):
                value_text = _text(given[at + 1])
                if value_text is not None:
                    yield call, text or path_of(one), given[at + 1], value_text


def _text(value: Value) -> str | None:
    if not isinstance(value, Const) or not isinstance(value.value, (str, bool)):
        return None
    return str(value.value).lower() if isinstance(value.value, bool) else value.value


def _off(call: Call, value: Value, message: str, new: str, rule: str) -> Report:
    fixes: tuple[Fix, ...] = ()
    if isinstance(value, Const) and value.literal and "=" not in str(value.value):
        edit = Edit(value.span, f'"{new}"' if isinstance(value.value, str) else new)
        fixes = (Fix(f"Use `{new}`", (edit,), "unsafe", rule),)
    is_chain = call.receiver_call is not None
    return Report(value.span if is_chain else call.span, message, fixes, place=call.place)


# ---------------------------------------------------------------------------- schema

_SCHEMA_RULE: Final = "orm/schema-auto-sync"
_DDL: Final = regex(
    r"(?:^|\.)(?:hbm2ddl\.auto|ddl-auto|HBM2DDL_AUTO|schema-generation\.database\.action"
    r"|JAKARTA_HBM2DDL_DATABASE_ACTION|HBM2DDL_DATABASE_ACTION|ddl-generation)$"
)
_CHANGES: Final = {
    "update": "changes the tables as it sees fit",
    "create-or-extend-tables": "changes the tables as it sees fit",
    "create": "makes the tables anew",
    "create-only": "makes the tables anew",
    "create-drop": "drops the tables and makes them anew",
    "drop-and-create": "drops the tables and makes them anew",
    "drop-and-create-tables": "drops the tables and makes them anew",
    "drop": "drops the tables",
}
_IN_MEMORY: Final = r"jdbc:(?:h2|hsqldb|derby|sqlite)|:mem:|EmbeddedDatabase|org\.h2\.|hsqldb"
_SWITCHES: Final = {
    "setGenerateDdl": ("orm.jpa.vendor.", "changes the tables as it sees fit"),
    "setDropFirst": ("liquibase", "drops the tables"),
}


def schema_made(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Hibernate, EclipseLink, Liquibase and Flyway, told to change the tables at start."""
    if not unit.mentions(
        *("hbm2ddl", "HBM2DDL", "ddl-auto", "schema-generation", "ddl-generation"),
        *("setGenerateDdl", "setDropFirst", "FlywayMigrationStrategy"),
    ):
        return
    if _ONE_OFF.search(unit.path) or unit.file_has(_IN_MEMORY):
        return
    for call, name, value, text in _settings(facts, _QUIET):
        does = _CHANGES.get(text.lower()) if _DDL.search(name) else None
        if does is not None:
            yield _off(call, value, f"Each start {does}", "validate", _SCHEMA_RULE)
    for call in facts.calls:
        switch = _SWITCHES.get(call.name)
        if switch is not None and switch[0] in (call.qualified or ""):
            given = call.arguments.positional
            if given and is_constant(given[0], True) and not call.context & _QUIET:
                yield _off(call, given[0], f"Each start {switch[1]}", "false", _SCHEMA_RULE)
        elif (
            call.path.lower() == "flyway.clean"
            and unit.file_has("FlywayMigrationStrategy")
            and not call.context & _QUIET
        ):
            yield Report(call.span, "Each start drops the tables", place=call.place)


# ---------------------------------------------------------------------------- pages for developers

_DEBUG_RULE: Final = "error/debug-mode-on"
_PAGES: Final = {
    "server.error.include-stacktrace": (("always", "on_param"), "never", "see stack traces"),
    "spring.web.error.include-stacktrace": (("always", "on_param"), "never", "see stack traces"),
    "spring.h2.console.enabled": (("true",), "false", "reach the console of the database"),
    "struts.devMode": (("true",), "false", "see the developers' error pages"),
    "vertxweb.environment": (("dev", "development"), "prod", "see stack traces"),
}
_TAKES_TRUE: Final = regex(
    r"(?P<jetty>org\.eclipse\.jetty\..*ErrorHandler\.setShowStacks$)"
    r"|(?P<vertx>io\.vertx\.ext\.web\.handler\.ErrorHandler\.create$)"
    r"|(?P<security>org\.springframework\.security\..*WebSecurity\.debug$)"
)
_DEBUG_HANDLERS: Final = regex(r"TemplateExceptionHandler\.(?:HTML_)?DEBUG_HANDLER$")
_WORDS: Final = (
    *("include-stacktrace", "h2.console", "devMode", "vertxweb.environment", "setShowStacks"),
    *("ErrorHandler", "DEBUG_HANDLER", "EnableWebSecurity", "WebSecurity", "IncludeStacktrace"),
    "h2.server.web",
)


def debug_mode(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """What shows clients, or the log, what only developers should see."""
    if not unit.mentions(*_WORDS) or _ONE_OFF.search(unit.path):
        return
    for call, name, value, text in _settings(facts, _QUIET):
        page = _PAGES.get(name)
        if page is not None and text.lower() in page[0]:
            yield _off(call, value, f"Clients {page[2]}", page[1], _DEBUG_RULE)
    for call in facts.calls:
        report = _debugs(call, unit)
        if report is not None and not call.context & _QUIET:
            yield report


def _debugs(call: Call, unit: UnitView) -> Report | None:
    name = call.name
    if name == "EnableWebSecurity":
        given = call.arguments.keywords.get("debug")
        if given is not None and is_constant(given, True):
            return _off(
                call, given, "Spring Security writes each request, headers and all, to the log",
                "false", _DEBUG_RULE,
            )  # fmt: skip
    elif name in ("setShowStacks", "create", "debug"):
        values = call.arguments.positional
        if not values or not is_constant(values[-1], True):
            return None
        match = _TAKES_TRUE.match(call.qualified or "")
        if match is None and name == "debug" and _is_security(call, unit):
            return _off(
                call, values[0], "Spring Security writes each request, headers and all, to the log",
                "false", _DEBUG_RULE,
            )  # fmt: skip
        if match is not None and match.lastgroup != "security":
            return _off(call, values[-1], "Clients see stack traces", "false", _DEBUG_RULE)
    elif name == "setTemplateExceptionHandler":
        values = call.arguments.positional
        if values and _DEBUG_HANDLERS.search(path_of(values[0])):
            return Report(call.span, "Visitors see the stack traces of templates", place=call.place)
    elif name == "setIncludeStacktrace":
        values = call.arguments.positional
        if values and path_of(values[0]).endswith(".ALWAYS"):
            return Report(call.span, "Clients see stack traces", place=call.place)
    elif call.is_new and (call.qualified or "").startswith("org.h2.server.web."):
        return Report(
            call.span, "Whoever finds the H2 console reads and writes the database",
            place=call.place,
        )  # fmt: skip
    return None


def _is_security(call: Call, unit: UnitView) -> bool:
    """``web.debug(true)``, as the ``WebSecurityCustomizer`` or a method that is given one says."""
    return re.fullmatch(r"web(?:Security)?(?:\..*)?\.debug", call.path) is not None and (
        unit.file_has(r"\bWebSecurity(?:Customizer)?\b")
    )
