"""Checks on how database schemas come about, and on the definitions of their columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.python_purposes import is_asked_for
from backspec.code.checks.values import is_constant
from backspec.code.facts.model import CallValue, Context, Mapping, Sequence, Value
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.arguments import Found
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts

_SYNC_RULE: Final = "orm/schema-auto-sync"
_IN_MEMORY: Final = regex(r":memory:|[\"']sqljs[\"']|sqlite://[\"']")
_ONE_OFF: Final = regex(
    r"(?:^|/)(?:scripts?|bin|tools?|cli|commands?|seeds?|seeders?|migrations?|examples?|samples?|demos?|"
    r"benchmarks?|dev)(?:/|$)|seed[^/]*$|(?:^|/)cli\.\w+$"
)
_DROPPING_NAMES: Final = regex(
    r"drop|reset|clean|wipe|destroy|teardown|recreate|init|setup", re.IGNORECASE
)


@needs(roles=("schema-sync",), words=("synchronize", "dropSchema"))
def auto_sync(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Schemas that programs change while they start."""
    if _ONE_OFF.search(unit.path):
        return
    if unit.family == "javascript":
        yield from _options(facts, unit)
    for call in unit.calls("schema-sync"):
        context = call.context
        if context & (Context.DEV_GUARD | Context.MAIN):
            continue
        if call.name == "sync":
            force, alter = unit.argument(call, "force"), unit.argument(call, "alter")
            if is_constant(force, True) or is_constant(alter, True):
                what = "drops and makes anew" if is_constant(force, True) else "alters"
                yield Report(
                    call.span,
                    f"`{call.written}` {what} the tables of whatever database it meets",
                    place=call.place,
                )
            elif not call.arguments.positional and call.use != "argument":
                yield Report(
                    call.callee_span,
                    f"`{call.written}` makes missing tables at start, beside any migration",
                    severity=Severity.INFO,
                    place=call.place,
                )
        elif (
            call.name == "drop_all"
            and not _is_for_dropping(call)
            and not is_asked_for(call, r"(?i)reset|drop|force|clean|recreate|wipe|fresh|test")
        ):
            yield Report(
                call.span,
                f"`{call.written}` drops all tables of whatever database it meets",
                place=call.place,
            )


def _is_for_dropping(call: Call) -> bool:
    function = call.function
    return function is not None and _DROPPING_NAMES.search(function.name) is not None


def _options(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """TypeORM's ``synchronize`` and ``dropSchema``, wherever the options are written."""
    if not unit.imports("typeorm", "@nestjs/typeorm", "@nestjs/config"):
        return
    for pair in facts.pairs:
        if pair.key not in ("synchronize", "dropSchema") or not is_constant(pair.value, True):
            continue
        if pair.context & Context.DEV_GUARD:
            continue
        container = pair.node.parent
        around = unit.adapter.slice(container) if container is not None else ""
        if _IN_MEMORY.search(around) or not re.search(
            r"\b(?:type|entities|database|host|url|autoLoadEntities|migrations)\b", around
        ):
            continue
        what = "changes tables to fit the code" if pair.key == "synchronize" else "drops all tables"
        value = pair.value
        yield Report(
            pair.span,
            f"`{pair.key}` {what} at every start, and columns with them",
            (Fix("Switch it off", (Edit(value.span, "false"),), "unsafe", _SYNC_RULE),),
            place=pair.place,
        )


# ---------------------------------------------------------------------------- defaults

_DEFAULT_RULE: Final = "orm/evaluated-default"
_EVALUATED: Final = frozenset(
    ("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today",
     "datetime.date.today", "django.utils.timezone.now", "django.utils.timezone.localdate",
     "uuid.uuid4", "uuid.uuid1", "time.time", "secrets.token_hex", "secrets.token_urlsafe",
     "Date.now", "Date", "uuid.v4", "uuid.v1", "crypto.randomUUID", "nanoid", "nanoid.nanoid",
     "uuid")
)  # fmt: skip
_MUTABLE_FIELDS: Final = regex(r"JSON|Array|HStore|Pickle")


@needs(roles=("field-definition", "schema-definition"), words=("BaseModel", "SQLModel"))
def evaluated_default(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Defaults of columns and fields that were worked out once, when the file was read."""
    if unit.family == "python":
        yield from _python_defaults(facts, unit)
    else:
        yield from _javascript_defaults(facts, unit)


def _python_defaults(facts: Facts, unit: UnitView) -> Iterator[Report]:
    for call in unit.calls("field-definition"):
        if call.function is not None or not unit.mentions("default", within=call.span):
            continue
        default = unit.argument(call, "default")
        evaluated = _evaluated(default)
        if evaluated is not None:
            yield _report(evaluated, unit)
        elif _is_shared(default) and _MUTABLE_FIELDS.search(unit.text(call.span)[:200]):
            assert isinstance(default, Value)
            kind = "dict" if isinstance(default, Mapping) else "list"
            if (call.qualified or "").startswith("pydantic."):
                continue  # copied for each object
            yield Report(
                default.span,
                "All rows share this one default; a change to it changes the next rows, too",
                (Fix(f"Pass `{kind}`", (Edit(default.span, kind),), "unsafe", _DEFAULT_RULE),),
                place=call.place,
            )
    for assign in facts.assigns:
        if assign.class_def is None or assign.function is not None or not assign.type_path:
            continue
        if assign.value_node is None or "call" not in assign.value_node.type:
            continue
        if not _is_model(assign.class_def.bases):
            continue
        evaluated = _evaluated(assign.value)
        if evaluated is not None:
            yield _report(evaluated, unit)


def _is_model(bases: tuple[str, ...]) -> bool:
    return any(base in ("pydantic.BaseModel", "sqlmodel.SQLModel") for base in bases)


def _is_shared(default: Found) -> bool:
    return (isinstance(default, Mapping) and default.node.type == "dictionary") or (
        isinstance(default, Sequence) and default.node.type == "list"
    )


def _evaluated(default: Found) -> Call | None:
    if not isinstance(default, CallValue):
        return None
    call = default.call
    return call if (call.qualified or "") in _EVALUATED else None


def _javascript_defaults(facts: Facts, unit: UnitView) -> Iterator[Report]:
    definitions = unit.calls("schema-definition")
    if not definitions:
        return
    for pair in facts.pairs:
        if pair.key not in ("default", "defaultValue"):
            continue
        if not any(
            c.span.start <= pair.span.start and pair.span.end <= c.span.end for c in definitions
        ):
            continue
        evaluated = _evaluated(pair.value)
        if evaluated is not None:
            yield _report(evaluated, unit)


def _report(call: Call, unit: UnitView) -> Report:
    return Report(
        call.span,
        f"`{call.written}` runs once, when the file is loaded; all rows get the same value",
        _called_later(call, unit),
        place=call.place,
    )


def _called_later(call: Call, unit: UnitView) -> tuple[Fix, ...]:
    """Pass what is called instead of its result, where it needs no arguments."""
    arguments = call.arguments
    if arguments.positional or arguments.keywords:
        return ()
    if call.is_new:
        edits = (Edit(call.span, "Date.now"),) if call.name == "Date" else ()
    else:
        edits = (Edit(Span(call.callee_span.end, call.span.end), ""),)
    del unit
    return (Fix("Pass the function", edits, "unsafe", _DEFAULT_RULE),) if edits else ()
