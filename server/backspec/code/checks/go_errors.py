"""Checks on Go's errors: dropped ones, and answers after which a handler goes on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import number, path_of
from backspec.code.facts.model import CallValue, Context
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.arguments import Found
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts
    from backspec.code.syntax import Node

_FINE: Final = frozenset((
    "StatusOK", "StatusCreated", "StatusAccepted", "StatusNoContent", "StatusPartialContent",
    "StatusNonAuthoritativeInfo", "StatusResetContent", "StatusMultiStatus", "StatusContinue",
    "StatusSwitchingProtocols", "StatusProcessing", "StatusEarlyHints",
))  # fmt: skip
_LEAVES: Final = regex(
    r"return\b|panic\(|continue\b|break\b|goto\b|os\.Exit|\w+\.Fatal|runtime\.Goexit"
)
_WRITES: Final = regex(
    r"\bw\.Write|\.Encode\(|Fprint|io\.(?:Copy|WriteString)|\.Execute(?:Template)?\(w|http\.(?:Error|Redirect|"
    r"ServeFile)|\bc(?:tx)?\.(?:JSON|String|HTML|XML|Data|File|Redirect|Status|IndentedJSON|Render)\("
)
_COMMENT: Final = regex(r"//[^\n]*")
_PASSES_ON: Final = regex(r"\s*(?:\w+\.(?:Next|Abort)\(\)|next\.ServeHTTP\([^)]*\))\s*")


@needs(roles=("response-send",))
def goes_on_after_answer(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """An error answer in an ``if`` that does not return, with more of the answer after it."""
    for call in unit.calls("response-send"):
        if not call.context & Context.HANDLER or call.use != "statement":
            continue
        if not is_failure(call, unit):
            continue
        statement = call.node.parent
        block = statement.parent if statement is not None else None
        if statement is None or block is None or block.type != "statement_list":
            continue
        body = block.parent
        branch = body.parent if body is not None else None
        if branch is None or branch.type != "if_statement":
            continue
        if branch.child_by_field_name("consequence") != body:
            continue
        if branch.child_by_field_name("alternative") is not None or _is_else(branch):
            continue
        rest = _COMMENT.sub("", unit.text(Span(statement.end_byte, block.end_byte)))
        if _LEAVES.search(rest):
            continue
        after = _text_after(branch, unit)
        if after is None or _PASSES_ON.fullmatch(after):
            continue
        if not _WRITES.search(after) and not _uses_failed_value(branch, after, unit):
            continue
        indent = _indent_of(statement, unit)
        end = statement.end_byte
        edit = Edit(Span(end, end), f"\n{indent}return")
        yield Report(
            call.callee_span,
            "The error was answered, but the handler goes on",
            (Fix("Return here", (edit,), "unsafe", "error/missing-return-after-response"),)
            if _returns_nothing(call) and not rest.strip()
            else (),
            place=call.place,
        )


def is_failure(call: Call, unit: UnitView) -> bool:
    """Whether an answer says, in place, that something failed."""
    if call.qualified in ("net/http.Error", "net/http.NotFound"):
        return True
    status = unit.argument(call, "status")
    code = number(status) if not isinstance(status, str) else None
    if code is not None:
        return code >= 400
    last = _status_name(status)
    if not last:
        return False
    if last == "StatusNotFound":
        return True
    return last not in _FINE and not re.search(r"Redirect|Moved|Found$|SeeOther|Modified", last)


def is_success(call: Call, unit: UnitView) -> bool:
    """Whether an answer says, in place, that all is well."""
    status = unit.argument(call, "status")
    code = number(status) if not isinstance(status, str) else None
    if code is not None:
        return 200 <= code < 300
    return _status_name(status) in _FINE


def _status_name(status: Found) -> str:
    """``StatusOK`` of ``http.StatusOK``, "" for anything else."""
    path = path_of(status)
    return path.rpartition(".")[2] if re.match(r"(?:\w*http|fiber)\.Status", path) else ""


def _is_else(branch: Node) -> bool:
    around = branch.parent
    return around is not None and around.type == "if_statement"


def _text_after(branch: Node, unit: UnitView) -> str | None:
    """What follows an ``if`` in its list of statements; None when nothing does."""
    around = branch.parent
    if around is None or around.type != "statement_list" or branch.next_named_sibling is None:
        return None
    return _COMMENT.sub("", unit.text(Span(branch.end_byte, around.end_byte)))


def _uses_failed_value(branch: Node, after: str, unit: UnitView) -> bool:
    """``x, err := f()``, ``if err != nil {..}``, and then ``g(x)``."""
    condition = branch.child_by_field_name("condition")
    if condition is None or "!= nil" not in unit.adapter.slice(condition):
        return False
    before = branch.prev_named_sibling
    if before is None or before.type != "short_var_declaration":
        return False
    left = before.child_by_field_name("left")
    names = [unit.adapter.slice(one) for one in left.named_children] if left is not None else []
    return any(
        name not in ("_", "err") and re.search(rf"\b{re.escape(name)}\b", after) for name in names
    )


def _returns_nothing(call: Call) -> bool:
    function = call.function
    return function is not None and function.node.child_by_field_name("result") is None


def _indent_of(node: Node, unit: UnitView) -> str:
    source = unit.adapter.source
    start = source.rfind(b"\n", 0, node.start_byte) + 1
    lead = re.match(rb"[ \t]*", source[start : node.start_byte])
    return lead[0].decode() if lead is not None else ""


# ---------------------------------------------------------------------------- dropped errors

_MATTERS: Final = frozenset(("db-write", "db-commit", "sql-execute", "db-transaction", "db-bulk"))
_FAILS: Final = frozenset((
    "encoding/json.Unmarshal", "encoding/json.NewDecoder().Decode", "net/http.Get",
    "net/http.Post", "net/http.Client.Do", "net/http.Client.Get", "os.WriteFile",
    "encoding/xml.Unmarshal", "gopkg.in/yaml.Unmarshal",
))  # fmt: skip
_LONG_COMMENT: Final = regex(r"//\s*\S.{14,}")


_SUITES: Final = regex(r"(?:^|/)(?:suites?|e2e|integration|testhelpers?|testutils?)/")


def dropped_error(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``_ = tx.Commit()`` and ``rows, _ := db.Query(..)``."""
    if _SUITES.search(unit.path):
        return
    for assign in facts.assigns:
        if assign.target != "_" or assign.context & (Context.FINALLY | Context.CATCH):
            continue
        if assign.position >= 0 and assign.position != assign.results - 1:
            continue
        value = assign.value
        if not isinstance(value, CallValue):
            continue
        call = value.call
        qualified = call.qualified or ""
        if qualified.startswith("gorm.io/") or call.name in ("Rollback", "Close"):
            continue
        if qualified not in _FAILS and not _MATTERS & unit.roles_of(call):
            continue
        # ``_ =`` says that somebody thought of it: enough where only a text is read.
        is_thought_of = qualified in _FAILS and assign.results == 1
        is_explained = _is_explained(assign.span, unit)
        yield Report(
            assign.target_span,
            f"The error of `{call.written}` is thrown away",
            severity=Severity.INFO if is_explained else None,
            profile="strict" if is_thought_of or is_explained else None,
            place=assign.place,
        )

    for call in facts.calls:
        if call.name not in _WRITES_ROWS or call.use != "statement":
            continue
        around = call.node.parent
        if around is None or around.type != "expression_statement":
            continue
        qualified = call.qualified or ""
        is_gorm = qualified.startswith("gorm.io/")
        if is_gorm is (call.name not in _OF_GORM) or "()" in qualified:
            continue
        if not _MATTERS & unit.roles_of(call) or call.context & (Context.FINALLY | Context.MAIN):
            continue
        yield Report(
            call.callee_span,
            f"Nobody sees whether `{call.written}` failed",
            profile="strict" if is_gorm or _is_explained(call.span, unit) else None,
            place=call.place,
        )


_OF_GORM: Final = frozenset(("Create", "Save", "Updates", "Update", "Delete"))
_WRITES_ROWS: Final = _OF_GORM | {"Exec", "ExecContext", "Commit", "MustExec", "NamedExec"}


def _is_explained(span: Span, unit: UnitView) -> bool:
    source = unit.adapter.source
    start = source.rfind(b"\n", 0, max(0, source.rfind(b"\n", 0, span.start))) + 1
    end = source.find(b"\n", span.end)
    text = unit.text(Span(start, end if end >= 0 else len(source)))
    return _LONG_COMMENT.search(text) is not None
