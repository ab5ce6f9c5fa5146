"""Checks on what Go code opens and must close, and on requests that goroutines keep."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.code.checks import Report, needs
from backspec.code.checks.go_places import is_one_off
from backspec.code.facts.model import CallValue, Context
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts, Function
    from backspec.code.syntax import Node

_ONLY_READS: Final = regex(
    r"\b(?:bufio|io|ioutil|json|csv|xml|fmt|gzip|hex|base64|binary|yaml|toml|zip|tar|image|png|jpeg|"
    r"gob|http|httputil)\.\w+\([^()\n]*\)"
)
"""Calls of the standard library that close nothing."""
_BODY: Final = frozenset(
    f"net/http.{name}"
    for name in ("Get", "Head", "Post", "PostForm", "Client.Do", "Client.Get", "Client.Head",
                 "Client.Post", "Client.PostForm")
)  # fmt: skip
_FILES: Final = frozenset(("os.Open", "os.Create", "os.OpenFile", "os.CreateTemp"))
_ROWS: Final = regex(
    r"database/sql\.(?:DB|Tx|Conn|Stmt)\.Query(?:Context)?|github\.com/jmoiron/sqlx\.(?:DB|Tx)\."
    r"Queryx(?:Context)?|github\.com/jackc/pgx\.(?:Pool|Conn|Tx)\.Query"
)
_CONNECTIONS: Final = frozenset(("database/sql.DB.Conn", "github.com/jackc/pgx.Pool.Acquire"))


_CANCELLED: Final = frozenset(("WithCancel", "WithTimeout", "WithDeadline"))
_OPENERS: Final = frozenset(name.rpartition(".")[2] for name in _BODY | _FILES)


@needs(calls=_OPENERS | _CANCELLED)
def left_open(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Bodies of answers and files that the function neither closes nor hands on."""
    if not is_one_off(unit):
        yield from _left_open(facts, unit)


def _left_open(facts: Facts, unit: UnitView) -> Iterator[Report]:
    for call in facts.calls:
        if call.name not in _OPENERS:
            continue
        qualified = call.qualified
        if qualified in _BODY and _is_left(call, unit, "_"):
            yield Report(
                call.callee_span,
                "The body of this answer is never closed, so its connection is not used again",
                place=call.place,
            )
        elif qualified in _FILES and not call.context & Context.MAIN and _is_left(call, unit):
            yield Report(call.callee_span, "This file is never closed", place=call.place)
    for assign in facts.assigns:
        value = assign.value if assign.target == "_" and assign.position == 1 else None
        if not isinstance(value, CallValue):
            continue
        if value.call.qualified in (
            "context.WithCancel",
            "context.WithTimeout",
            "context.WithDeadline",
        ):
            yield Report(
                assign.target_span,
                "What this context holds is kept until its time is up: call the cancel function",
                place=assign.place,
            )


@needs(calls=("Close",))
def closed_after_loop(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``defer f.Close()`` inside a loop: all stay open until the function ends."""
    for call in facts.calls:
        around = call.node.parent
        if call.name != "Close" or around is None or around.type != "defer_statement":
            continue
        if not call.context & Context.LOOP or not _is_in_own_loop(around):
            continue
        if call.context & Context.MAIN or _ends_function(around) or is_one_off(unit):
            continue
        yield Report(
            Span(around.start_byte, around.end_byte),
            "This runs when the function ends, not the round: everything stays open until then",
            place=call.place,
        )


def _ends_function(node: Node) -> bool:
    """Whether the statements that a ``defer`` stands among end with leaving the function."""
    block = node.parent
    last = block.named_children[-1] if block is not None and block.named_children else None
    if last is None or last == node:
        return False
    if last.type == "expression_switch_statement":
        cases = [n for n in last.named_children if n.type.endswith("_case")]
        return any(n.type == "default_case" for n in cases) and all(
            re.search(rb"\breturn\b[^\n]*\s*\Z|\breturn\b[^{}]*\{[^{}]*\}?[^{}]*\Z", n.text or b"")
            for n in cases
        )
    return last.type == "return_statement" or (last.text or b"").startswith(
        (b"panic(", b"os.Exit(")
    )


def _is_in_own_loop(node: Node) -> bool:
    """Whether the loop stands in the same function."""
    around = node.parent
    for _ in range(60):
        if around is None or around.type in (
            "func_literal",
            "function_declaration",
            "method_declaration",
        ):
            return False
        if around.type == "for_statement":
            return True
        around = around.parent
    return False


_TAKES: Final = frozenset(("Query", "QueryContext", "Queryx", "QueryxContext", "Conn", "Acquire"))


@needs(calls=_TAKES)
def not_released(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Rows and connections that keep a place of the pool."""
    for call in facts.calls:
        if call.name not in _TAKES:
            continue
        qualified = call.qualified or ""
        if qualified in _CONNECTIONS:
            what = "connection"
        elif _ROWS.fullmatch(qualified):
            what = "rows"
        else:
            continue
        if _is_left(call, unit):
            # The end of a transaction closes its rows.
            is_short = ".Tx." in qualified
            yield Report(
                call.callee_span,
                "These rows are never closed: they keep a connection of the pool"
                if what == "rows"
                else "This connection never goes back to the pool",
                profile="strict" if is_short else None,
                place=call.place,
            )


def _is_left(call: Call, unit: UnitView, dropped: str = "") -> bool:
    """Whether what a call opens is kept in a variable that is neither closed nor handed on."""
    name = call.assigned_to
    function = call.function
    if function is None or not name or "." in name or call.use != "assigned":
        return False
    if name == "_":
        return dropped == "_"
    text = unit.text(Span(call.span.end, max(call.span.end, _outermost(function).span.end)))
    text = re.sub(r"//[^\n]*", "", text)
    word = rf"\b{re.escape(name)}\b"
    if re.search(rf"{word}(?:\.\w+)*\.(?:Close|Release|CloseIdle\w*)\b", text):
        return False
    for _ in range(3):
        text = _ONLY_READS.sub("0", text)
    handed_on = (
        rf"[(,]\s*&?{name}\s*[,)]|return\s+(?:[^\n]*[,&({{]\s*)?&?{name}\b(?!\.)|"
        rf"[=:]\s*&?{name}\b(?![.(])|<-\s*{name}\b(?!\.)|[(,=:]\s*{name}\.Body\b(?!\.)|"
        rf"return\s+[^\n]*\b{name}\.Body\b|[{{,]\s*{name}\s*[,}}]"
    )
    return re.search(handed_on, text) is None


def _outermost(function: Function) -> Function:
    while function.outer is not None:
        function = function.outer
    return function


_BEGIN: Final = frozenset(("Begin", "BeginTx", "Beginx", "BeginTxx", "MustBegin"))


@needs(roles=("db-transaction",))
def not_rolled_back(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A transaction that the function commits, but leaves open when it returns early."""
    for call in unit.calls("db-transaction"):
        handle, function = call.assigned_to, call.function
        if call.name not in _BEGIN or not handle or handle == "_" or function is None:
            continue
        text = re.sub(r"//[^\n]*", "", unit.text(_outermost(function).span))
        if re.search(r"(?i)rollback", text) or re.search(
            rf"defer\s+[^\n]*\b{re.escape(handle)}\b", text
        ):
            continue
        after = unit.text(Span(call.span.end, function.span.end))
        commit = re.search(rf"\b{re.escape(handle)}\.Commit\(", after)
        if commit is None:
            continue
        returns = re.findall(r"\breturn\b", after[: commit.start()])
        # One belongs to the check of ``Begin`` itself, one may be ``return tx.Commit()``.
        own = 1 + after[: commit.start()].rstrip().endswith("return")
        if len(returns) > own:
            yield Report(
                call.callee_span,
                f"An early return leaves this transaction open: `defer {handle}.Rollback()`",
                _roll_back(call, handle, unit),
                place=call.place,
            )


_PLAIN: Final = ("database/sql.", "github.com/jmoiron/sqlx.")
_LEAVES: Final = regex(rb"^(?:return|panic|log\.Fatal\w*|os\.Exit)\b")


def _roll_back(call: Call, handle: str, unit: UnitView) -> tuple[Fix, ...]:
    """``defer tx.Rollback()`` behind the check of what ``Begin`` says."""
    qualified = call.qualified or ""
    statement = call.node
    while statement.parent is not None and statement.type not in _BINDS:
        if statement.type in ("expression_list", "call_expression"):
            statement = statement.parent
        else:
            return ()
    if statement.type not in _BINDS or call.context & Context.LOOP or not handle.isidentifier():
        return ()
    names = statement.child_by_field_name("left")
    error = names.named_children[-1].text if names is not None else None
    after = statement.next_named_sibling
    if call.name == "MustBegin":
        after = statement
    elif after is None or not error or not _is_error_check(after, error.decode()):
        return ()
    if qualified.startswith(_PLAIN):
        given = ""
    elif qualified.startswith("github.com/jackc/pgx") and call.arguments.positional:
        given = unit.text(call.arguments.positional[0].span)
        if not given.isidentifier():
            return ()
    else:
        return ()
    span = Span(after.start_byte, after.end_byte)
    edits = fixes.insert_line(span, unit.adapter.source, f"defer {handle}.Rollback({given})")
    title = "Roll back when it was not committed"
    return (Fix(title, tuple(edits), "unsafe", "transaction/not-rolled-back"),) if edits else ()


_BINDS: Final = ("short_var_declaration", "assignment_statement")


def _is_error_check(node: Node, error: str) -> bool:
    """``if err != nil { .. return }``"""
    if node.type != "if_statement" or node.child_by_field_name("alternative") is not None:
        return False
    condition = node.child_by_field_name("condition")
    body = node.child_by_field_name("consequence")
    if condition is None or body is None or node.child_by_field_name("initializer") is not None:
        return False
    if (condition.text or b"").replace(b" ", b"") != f"{error}!=nil".encode():
        return False
    inner = body.named_children
    if len(inner) == 1 and inner[0].type == "statement_list":
        inner = inner[0].named_children
    return bool(inner) and _LEAVES.match(inner[-1].text or b"") is not None


_REQUESTS: Final = ("github.com/gin-gonic/gin.Context.", "github.com/labstack/echo.Context.",
                    "github.com/gofiber/fiber.Ctx.")  # fmt: skip


def request_escapes(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``go func() { c.Query(..) }()``: the framework gives ``c`` to the next request."""
    seen: set[int] = set()
    for call in facts.calls:
        if not (call.qualified or "").startswith(_REQUESTS) or call.name == "Copy":
            continue
        function = call.function
        if function is None or id(function) in seen or not _is_goroutine(function):
            continue
        root = re.match(r"\w+", call.path)
        if root is None or any(one.name == root[0] for one in function.parameters):
            continue
        around = unit.text(_outermost(function).span)
        if re.search(r"\.Wait\(\)|[^\w]<-\s*\w|\bselect\s*\{", around):
            continue
        if re.search(rf"\b{re.escape(root[0])}\s*:?=\s*\w+\.Copy\(\)", around):
            continue
        seen.add(id(function))
        yield Report(
            call.callee_span,
            f"`{root[0]}` belongs to the next request by then: hand over a copy",
            _copy(call, root[0], unit),
            place=call.place,
        )


_READS: Final = (
    rb"(?:GetHeader|Query|DefaultQuery|QueryArray|QueryMap|GetQuery|GetQueryArray|Param|ClientIP"
    rb"|RemoteIP|ContentType|FullPath|HandlerName|Cookie|Get|MustGet|Get(?:String|Bool|Int|Int64"
    rb"|Uint|Uint64|Float64|Time|Duration|StringSlice|StringMap))\("
    rb"|Request\.(?:Header|URL|Method|Host|RemoteAddr|RequestURI|UserAgent|Referer)\b"
)
"""What may still be asked of a copy: its answer cannot be written, its body is closed."""


def _copy(call: Call, name: str, unit: UnitView) -> tuple[Fix, ...]:
    """``cCp := c.Copy()`` before the goroutine, and the copy in it."""
    function = call.function
    copy = f"{name}Cp"
    if function is None or not (call.qualified or "").startswith(_REQUESTS[0]):
        return ()
    around = unit.text(_outermost(function).span)
    statement = function.node.parent.parent if function.node.parent is not None else None
    if statement is None or statement.parent is None or re.search(rf"\b{copy}\b", around):
        return ()
    source = unit.adapter.source
    if (
        statement.prev_sibling is not None
        and statement.prev_sibling.end_point[0] == (statement.start_point[0])
    ):
        return ()
    text = source[statement.start_byte : statement.end_byte]
    word = re.escape(name.encode())
    uses = [found.start() for found in re.finditer(rb"(?<![\w.\"'`])" + word + rb"\b", text)]
    if not all(re.compile(word + rb"\." + b"(?:" + _READS + b")").match(text, at) for at in uses):
        return ()
    line = source.rfind(b"\n", 0, statement.start_byte) + 1
    margin = source[line : statement.start_byte]
    if not uses or margin.strip():
        return ()
    at = statement.start_byte
    edits = [Edit(Span(at, at), f"{copy} := {name}.Copy()\n{margin.decode()}")]
    edits += [Edit(Span(at + use, at + use + len(name.encode())), copy) for use in uses]
    return (Fix("Use a copy", tuple(edits), "unsafe", "concurrency/request-object-escapes"),)


def _is_goroutine(function: Function) -> bool:
    call = function.node.parent if function.node.type == "func_literal" else None
    around = call.parent if call is not None and call.type == "call_expression" else None
    return around is not None and around.type == "go_statement"
