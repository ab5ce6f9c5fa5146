"""Checks on transactions that somebody opened by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.python_purposes import is_given
from backspec.code.checks.values import leading_text
from backspec.code.facts.model import FunctionValue, Value
from backspec.expressions import regex
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Catch, Facts
    from backspec.text import Span

_BEGIN: Final = regex(r"^\s*(?:BEGIN|START\s+TRANSACTION)\b", re.IGNORECASE)
_ENDS: Final = {
    "startTransaction": ("commitTransaction", "rollbackTransaction|abortTransaction|endSession"),
    "beginTransaction": ("commit", "rollback|rollBack"),
}
"""By the call that opens a transaction: what commits it, and what takes it back."""
_DRIVERS: Final = ("typeorm", "mongoose", "mongodb", "mysql", "mysql2", "mysql2/promise")


@needs(families=("javascript", "python"))
def not_rolled_back(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Transactions that are committed by hand and left open when something fails before."""
    if unit.family == "javascript":
        yield from _by_method(facts, unit)
    if unit.family in ("javascript", "python"):
        yield from _by_handle(facts, unit)
        yield from _by_statement(unit)
    if unit.family == "python":
        yield from _after_failed_commit(facts, unit)


def _body(call: Call, unit: UnitView) -> str:
    """The text of the outermost function around a call, where callbacks see its names."""
    function = call.function
    if function is None:
        return ""
    while function.outer is not None:
        function = function.outer
    return unit.text(function.span)


def _by_handle(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``const t = await sequelize.transaction()`` and ``t.commit()`` without ``t.rollback()``."""
    known = {call.node.id for call in unit.calls("db-transaction")}
    for call in facts.calls:
        # A handle of any ``transaction()`` that is committed by hand tells what it is.
        if call.node.id not in known and call.name != "transaction":
            continue
        handle = call.assigned_to
        if call.use != "assigned" or not re.fullmatch(r"[\w$]+", handle):
            continue
        if any(isinstance(one, FunctionValue) for one in call.arguments.positional):
            continue
        body = _body(call, unit)
        name = re.escape(handle)
        if not re.search(rf"(?<![\w$.]){name}\.commit\(", body):
            continue
        if re.search(rf"(?<![\w$.]){name}\??\.(?:rollback|close)\b", body) or re.search(
            rf"\bwith\s+{name}\b|\busing\s+{name}\b", body
        ):
            continue
        yield _report(call, f"`{handle}`")


def _by_method(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``queryRunner.startTransaction()`` and the like."""
    for call in facts.calls:
        ends = _ENDS.get(call.name)
        if ends is None or call.use == "receiver" or not unit.imports(*_DRIVERS):
            continue
        body = _body(call, unit)
        commit, rollback = ends
        if re.search(rf"\.{commit}\b", body) and not re.search(rf"\.(?:{rollback})\b", body):
            owner = call.path.rpartition(".")[0]
            yield _report(call, f"the transaction of `{owner}`")


def _by_statement(unit: UnitView) -> Iterator[Report]:
    """``BEGIN`` as a statement of its own."""
    for call in unit.calls("sql-execute"):
        sql = unit.argument(call, "sql")
        if not isinstance(sql, Value) or not _BEGIN.match(leading_text(sql)):
            continue
        if unit.family == "python" and is_given(call.path.rpartition(".")[0], call):
            continue  # whoever opened the connection decides what becomes of it
        body = _body(call, unit)
        if not re.search(r"\bCOMMIT\b|\bEND\b|\.commit\(", body, re.IGNORECASE):
            continue
        if not re.search(r"\bROLLBACK\b|roll_?back", body, re.IGNORECASE):
            yield _report(call, "the transaction")


def _report(call: Call, what: str) -> Report:
    return Report(
        call.span,
        f"When something fails before the commit, {what} stays open with its locks: roll it back",
        place=call.place,
    )


# ---------------------------------------------------------------------------- sessions


def _after_failed_commit(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """SQLAlchemy: a caught failure of ``commit`` after which the session cannot be used."""
    for call in unit.calls("db-commit"):
        if not (call.qualified or "").startswith(("sqlalchemy.", "flask_sqlalchemy.")):
            continue
        owner = call.path.rpartition(".")[0]
        body = _body(call, unit)
        if not owner or re.search(r"\brollback\(|\.close\(|\bbegin(?:_nested)?\(", body):
            continue
        if re.search(rf"\bwith\b[^\n]*\bas {re.escape(owner)}\s*[,:)]", body):
            continue  # leaving the block gives the session up
        for catch in _catches_of(call, facts):
            if _goes_on(catch, unit):
                yield Report(
                    catch.head_span,
                    f"After a failed `{call.name}` every further use of `{owner}` fails until "
                    f"`{owner}.rollback()`",
                    severity=Severity.WARNING,
                    place=catch.place,
                )
                break


def _catches_of(call: Call, facts: Facts) -> Iterator[Catch]:
    for catch in facts.catches:
        guarded: Span = catch.try_span
        is_guarded = guarded.start <= call.span.start and call.span.end <= guarded.end
        if is_guarded and catch.function is call.function:
            yield catch


def _goes_on(catch: Catch, unit: UnitView) -> bool:
    """Whether the handler swallows the failure."""
    types = " ".join(catch.type_paths)
    is_of_database = not types or re.search(
        r"Exception|IntegrityError|SQLAlchemyError|DBAPIError|OperationalError|DatabaseError", types
    )
    text = unit.text(catch.body_span)
    return bool(is_of_database) and not re.search(r"\braise\b|\babort\(|sys\.exit|os\._exit", text)
