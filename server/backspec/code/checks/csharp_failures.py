"""Checks on C#: errors that lose their cause, streams left open, lists that tasks share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.checks.csharp_entities import is_context
from backspec.code.facts.model import FunctionValue, Name
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function


def lost_cause(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``catch (Exception ex) { throw ex; }``"""
    names = {catch.place.scope: catch for catch in facts.catches if catch.name}
    for statement in facts.statements if names else ():
        if statement.kind != "raise" or statement.value_node is None:
            continue
        value = statement.value_node
        if value.type != "identifier":
            continue
        name = unit.adapter.slice(value)
        scope = statement.scope.declaring(name)
        catch = names.get(scope) if scope is not None else None
        if catch is None or catch.name != name or statement.function is not catch.function:
            continue
        body = unit.text(catch.body_span)
        if re.search(rf"(?<![\w.]){re.escape(name)}\s*=[^=]", body):
            continue
        gap = Span(statement.span.start + len("throw"), value.end_byte)
        repair = Fix("Throw it on as it is", (Edit(gap, ""),), "unsafe", "error/lost-cause")
        yield Report(
            statement.span,
            f"`throw {name}` begins its stack trace here: where it came from is lost",
            (repair,),
            place=statement.place,
        )


# ---------------------------------------------------------------------------- streams

_STREAMS: Final = frozenset((
    "FileStream", "StreamReader", "StreamWriter", "SqlConnection", "NpgsqlConnection",
    "MySqlConnection", "SqliteConnection", "BinaryReader", "BinaryWriter", "ZipArchive",
))  # fmt: skip
_OPENS: Final = frozenset((
    "OpenRead", "OpenWrite", "OpenText", "CreateText", "AppendText", "ExecuteReader",
    "ExecuteReaderAsync",
))  # fmt: skip


def left_open(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``var file = new FileStream(..);`` that nothing in the function closes or hands on."""
    for call in facts.calls:
        is_made = call.is_new and call.name in _STREAMS
        is_opened = call.name in _OPENS and call.path.startswith(("File.", "System.IO.File."))
        if not (is_made or is_opened) or call.use != "assigned" or call.function is None:
            continue
        name = call.assigned_to
        if not re.fullmatch(r"\w+", name) or not _is_local(call, unit):
            continue
        text = unit.text(call.function.body_span)
        if _wraps(call, text):
            continue
        word = re.escape(name)
        if call.name.endswith("Connection"):
            # A command uses a connection, and does not close it.
            text = re.sub(rf"\bnew\s+\w*Command\(([^()]*),\s*{word}\s*\)", r"new X(\1)", text)
        # Dapper closes what it has opened.
        if call.name.endswith("Connection") and not re.search(rf"\b{word}\.Open", text):
            continue
        if re.search(
            rf"\b{word}!?\??\.(?:Close|Dispose)\w*\(|\busing\s*\(?\s*(?:var\s+\w+\s*=\s*)?{word}\b"
            rf"|\breturn\b[^;]*\b{word}\b(?!\s*[!?]?\.)|[(,:]\s*{word}\s*[,)]|(?<![=!<>])=\s*{word}\s*[;,}}]"
            rf"|\byield\b|[\[{{,]\s*{word}\s*[\]}},]",
            text,
        ):
            continue
        yield Report(
            call.callee_span,
            f"`{name}` is never closed: declare it with `using`",
            place=call.place,
        )


def _wraps(call: Call, text: str) -> bool:
    """Whether a reader or writer only reads from a stream that has an owner of its own.

    To close it would close the stream, which may be given back or is in memory only.
    """
    if call.name not in ("StreamReader", "StreamWriter", "BinaryReader", "BinaryWriter"):
        return False
    first = next(iter(call.arguments.positional), None)
    if not isinstance(first, Name):
        return False
    word = re.escape(first.path)
    return (
        re.search(
            rf"\busing\s*\(?\s*[\w<>?.]*\s*{word}\s*=|new\s+MemoryStream\b|\breturn\s+{word}\s*;"
            rf"|\b{word}\??\.(?:Dispose|Close)\w*\(|MemoryStream\s+{word}\b",
            text,
        )
        is not None
    )


def _is_local(call: Call, unit: UnitView) -> bool:
    """Whether a variable is declared on the spot, without ``using``."""
    node = call.node.parent
    for _ in range(6):
        if node is None:
            return False
        if node.type == "local_declaration_statement":
            return not unit.adapter.slice(node).lstrip().startswith(("using", "await using"))
        if node.type not in ("variable_declarator", "variable_declaration", "cast_expression",
                             "await_expression", "parenthesized_expression"):  # fmt: skip
            return False
        node = node.parent
    return False


# ---------------------------------------------------------------------------- tasks side by side

_LISTS: Final = regex(r"(?:List|Dictionary|HashSet|Queue|Stack|SortedDictionary|SortedSet)")
_PUTS: Final = frozenset(("Add", "AddRange", "Remove", "Enqueue", "Push", "Insert"))
_PARALLEL: Final = frozenset(("Parallel.ForEach", "Parallel.For", "Parallel.ForEachAsync"))
_LOCKED: Final = regex(r"\block\s*\(|\.WaitAsync\(|Monitor\.|Interlocked|\.EnterWriteLock\(")


def shared_writes(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``Parallel.ForEach(ids, id => found.Add(..))`` with a plain list around it."""
    for call in facts.calls:
        if call.path not in _PARALLEL:
            continue
        given = [one for one in call.arguments.positional if isinstance(one, FunctionValue)]
        if not given or _LOCKED.search(unit.text(given[-1].span)):
            continue
        function = given[-1].function
        for inner in facts.calls_in(function.body_span):
            owner = inner.path.rpartition(".")[0]
            if inner.name not in _PUTS or not re.fullmatch(r"\w+", owner):
                continue
            if _is_plain(owner, inner, function, call, unit):
                yield Report(
                    inner.callee_span,
                    f"Several rounds write to `{owner}` at once: items get lost, or it breaks; "
                    "use a concurrent collection",
                    place=inner.place,
                )
                break
        else:
            yield from _contexts(function, call, facts, unit)


def _is_plain(owner: str, inner: Call, function: Function, call: Call, unit: UnitView) -> bool:
    """Whether a name is a collection of the function around, made for one thread."""
    del inner
    if owner in {parameter.name for parameter in function.parameters} or call.function is None:
        return False
    body = unit.text(function.body_span)
    if re.search(rf"\b(?:var|\w+(?:<[^;=]*>)?)\s+{re.escape(owner)}\s*=", body):
        return False
    around = unit.text(call.function.body_span)
    made = re.search(
        rf"\b(?:var\s+{re.escape(owner)}\s*=\s*new\s+(\w+)\s*<|(\w+)<[^;=]*>\s+{re.escape(owner)}\s*=\s*new\b)",
        around,
    )
    return made is not None and _LISTS.fullmatch(made[1] or made[2]) is not None


def _contexts(function: Function, call: Call, facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A context of Entity Framework that several rounds use at once."""
    body = unit.text(function.body_span)
    for inner in facts.calls_in(function.body_span):
        head = inner.path.removeprefix("this.").partition(".")[0]
        if not head or re.search(rf"\b{re.escape(head)}\s*=[^=]", body):
            continue
        if is_context(head, call, unit) and head not in {p.name for p in function.parameters}:
            yield Report(
                inner.callee_span,
                f"Several rounds use `{head}` at once, and a context serves one at a time",
                place=inner.place,
            )
            return
