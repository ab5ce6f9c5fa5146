"""Checks on Java: what threads share, wait for and leave behind; and failures in transactions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.java_calls import function_text
from backspec.code.facts.model import Context
from backspec.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function

_UNSAFE: Final = frozenset(
    ("SimpleDateFormat", "DateFormat", "DecimalFormat", "NumberFormat", "Calendar",
     "GregorianCalendar", "MessageDigest")
)  # fmt: skip


@needs(words=tuple(_UNSAFE))
def shared_format(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``static SimpleDateFormat``, which all threads of the server use at once."""
    for assign in facts.assigns:
        if assign.function is not None or assign.type_path.rpartition(".")[2] not in _UNSAFE:
            continue
        declaration = assign.node.parent
        if declaration is None or declaration.type != "field_declaration":
            continue
        head = unit.adapter.slice(declaration)[:120].partition("=")[0]
        if not re.search(r"\bstatic\b", head) or assign.context & Context.TEST:
            continue
        name = re.escape(assign.target)
        if not unit.file_has(rf"\b{name}\s*\.\s*(?:format|parse|set\w*|add|update|digest)\s*\("):
            continue
        if unit.file_has(rf"synchronized\s*\(\s*{name}\s*\)|\b{name}\.clone\(\)"):
            continue
        yield Report(
            assign.target_span,
            f"`{assign.type_path}` mixes up the values of threads that use it at once",
            place=assign.place,
        )


_POOLS: Final = frozenset(
    ("newFixedThreadPool", "newCachedThreadPool", "newSingleThreadExecutor", "newWorkStealingPool",
     "newScheduledThreadPool", "newSingleThreadScheduledExecutor")
)  # fmt: skip


_ONCE: Final = frozenset(("Bean", "PostConstruct", "EventListener", "Produces", "BeforeAll"))


@needs(calls=tuple(_POOLS))
def pool_left(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Thread pools that a method makes and never ends."""
    for call in unit.called(*_POOLS):
        if not re.search(r"(?:^|\.)Executors\.\w+$", call.path) or call.function is None:
            continue
        if call.context & (Context.TEST | Context.MAIN | Context.MODULE):
            continue
        if call.function.node.type != "method_declaration":
            continue
        if any(one.path.rpartition(".")[2] in _ONCE for one in call.function.decorators):
            continue
        text = function_text(call, unit)
        if call.use == "assigned":
            parent, name = call.parent, call.assigned_to
            if parent is None or parent.type != "variable_declarator":
                continue
            if re.search(
                rf"\b{name}\s*\.\s*(?:shutdown\w*|close)\(|return\s+[^;]*\b{name}\b|"
                rf"[(,]\s*{name}\s*[,)]|=\s*{name}\s*;|\b{name}::shutdown",
                text,
            ):
                continue
        elif call.use != "receiver":
            continue
        yield Report(
            call.span,
            "Each call leaves the threads of this pool behind: nobody shuts it down",
            place=call.place,
        )


_LOCKED: Final = regex(r"(?i)lock|mutex|idempot|once|repeat|semaphore")


@needs(calls=("setIfAbsent", "setnx"))
def lock_without_end(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A lock in Redis that gets its lifetime in a second command."""
    for call in unit.called("setIfAbsent", "setnx"):
        if len(call.arguments.positional) != 2 or call.context & Context.TEST:
            continue
        if not re.search(r"opsForValue|[jJ]edis|[rR]edis|valueOperations|boundValueOps", call.path):
            continue
        text = function_text(call, unit)
        after = unit.adapter.source[call.span.end : call.function.span.end if call.function else 0]
        if re.search(rb"\bp?expire\w*\s*\(", after) and _LOCKED.search(text):
            yield Report(
                call.span,
                "When the program stops before `expire`, the lock stays for ever: give the lifetime"
                " here",
                place=call.place,
            )


# ---------------------------------------------------------------------------- transactions

_BROKEN: Final = regex(
    r"(?:DataIntegrityViolationException|ConstraintViolationException|PersistenceException|"
    r"DataAccessException|DuplicateKeyException|OptimisticLock\w*Exception|SQLException|"
    r"JpaSystemException|TransactionSystemException)$"
)
_ENDS: Final = regex(r"\bthrow\b|setRollbackOnly|TransactionInterceptor|rollback")
_JPA: Final = (
    "org.springframework.data.jpa",
    "jakarta.persistence",
    "javax.persistence",
    "org.hibernate",
)


@needs(words=("Transactional",))
def swallowed_inside(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Failures of the database that a transaction goes on after."""
    if not facts.catches or not unit.imports(*_JPA):
        return
    for catch in facts.catches:
        if not any(map(_BROKEN.search, catch.type_paths)) or catch.context & Context.TEST:
            continue
        function = catch.function
        if function is None or not _is_transaction(function):
            continue
        if _ENDS.search(unit.text(catch.body_span)):
            continue
        yield Report(
            catch.head_span,
            "The transaction is broken by now: what follows is rolled back at its end",
            place=catch.place,
        )


def _is_transaction(function: Function) -> bool:
    while function.outer is not None:
        function = function.outer
    for one in function.decorators:
        if one.path.rpartition(".")[2] == "Transactional":
            told = one.call.arguments.keywords if one.call is not None else {}
            return "noRollbackFor" not in told and "dontRollbackOn" not in told
    return False


# ---------------------------------------------------------------------------- logs

_LEVELS: Final = frozenset(("error", "fatal", "severe"))


@needs(calls=tuple(_LEVELS))
def without_trace(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``log.error("..", e.getMessage())`` where every error ends."""
    for catch in facts.catches:
        if not catch.name or not any(
            one.rpartition(".")[2] in ("Exception", "Throwable", "RuntimeException")
            for one in catch.type_paths
        ):
            continue
        body = unit.text(catch.body_span)
        if (
            re.search(r"(?i)throw|\bretr(?:y|ies)|reconnect|System\.exit", body)
            or catch.context & Context.TEST
        ):
            continue
        name = re.escape(catch.name)
        if re.search(rf"[,(]\s*{name}\s*[,)]|printStackTrace|getStackTrace|{name}::", body):
            continue
        for call in _logs(catch.body_span.start, catch.body_span.end, unit):
            if re.search(
                rf"\b{name}\s*\.\s*(?:getMessage|getLocalizedMessage|toString)\(",
                unit.text(call.span),
            ):
                yield Report(
                    call.span,
                    f"The log does not show where this happened: hand over `{catch.name}` itself",
                    place=call.place,
                )
                break


def _logs(start: int, end: int, unit: UnitView) -> Iterator[Call]:
    for call in unit.called(*_LEVELS):
        is_inside = start <= call.span.start and call.span.end <= end
        if is_inside and "logger-call" in unit.roles_of(call):
            yield call
