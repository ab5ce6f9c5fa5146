"""Checks on Go: what happens to a value that was filled from the body of a request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from backspec.code.checks import Report
from backspec.code.checks.authorization import without_true
from backspec.code.facts.model import Context
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call, Facts
    from backspec.code.syntax import Node

_FILLS: Final = frozenset(
    ("Bind", "BindJSON", "BindXML", "BindYAML", "BindWith", "MustBindWith", "ShouldBind",
     "ShouldBindJSON", "ShouldBindXML", "ShouldBindYAML", "ShouldBindWith", "ShouldBindBodyWith",
     "ShouldBindBodyWithJSON", "BodyParser", "Decode", "DecodeJSON", "Unmarshal",
     "UnmarshalExtJSON")
)  # fmt: skip
_CONTEXTS: Final = (
    "github.com/gin-gonic/gin.Context.",
    "github.com/labstack/echo.Context.",
    "github.com/gofiber/fiber.Ctx.",
    "github.com/go-chi/render.",
)


class _Filled(NamedTuple):
    """A variable that a request's body was read into."""

    name: str
    type_path: str
    """As declared, "" when unknown."""
    call: Call


def _filled(facts: Facts) -> Iterator[_Filled]:
    for call in facts.calls:
        target = _target(call) if call.name in _FILLS and _given(call) else None
        if target is not None:
            yield _Filled(target, _type_of(target, call), call)


def _target(call: Call) -> str | None:
    """The variable that a call reads a body into."""
    qualified = call.qualified or ""
    given = _given(call)
    if qualified.startswith(_CONTEXTS):
        node = given[1] if qualified.startswith(_CONTEXTS[3]) and len(given) > 1 else given[0]
    elif call.name == "Decode":
        source = call.reader.text(call.callee_span)
        if not re.search(r"NewDecoder\(\s*(?:\w+\.)*Body\s*\)|Body\b.*\)\s*\.Decode$", source):
            return None
        node = given[0]
    else:
        return None
    return _variable(call, node) or None


def _given(call: Call) -> list[Node]:
    """The nodes of a call's arguments. Values would be those of the literals behind names."""
    arguments = call.node.child_by_field_name("arguments")
    children = arguments.named_children if arguments is not None else []
    return [node for node in children if node.type != "comment"]


def _variable(call: Call, node: Node) -> str:
    """The variable that an argument is, or points to; "" for anything else."""
    text = call.reader.text(Span(node.start_byte, node.end_byte)).removeprefix("&")
    return text if text.isidentifier() else ""


def _type_of(name: str, call: Call) -> str:
    scope = call.scope.declaring(name)
    bound = scope.bindings[name] if scope is not None else []
    target = bound[0].target.rstrip("()") if bound else ""
    return target.lstrip(":") if bound and bound[0].kind in ("type", "value", "class") else ""


# ---------------------------------------------------------------------------- mass assignment

_TRANSFER: Final = regex(
    r"(?i)(?:input|request|req|dto|form|params?|payload|body|args|create|update|patch|command|cmd|"
    r"validator|schema)$|^(?:create|update|patch|new|add|edit|register|login)[A-Z_]"
)
"""Names of types made for what a client may send."""
_RECORDS: Final = regex(r"(?:^|\.)(?:models?|entit(?:y|ies)|db|schema|tables?)\.[A-Z]\w*$")
_PRIVILEGED: Final = (
    r"(?:Is)?(?:Super)?Admin\w*|Roles?|RoleID|Balance|Credits?|Verified|Is(?:Staff|Active|Verified|Owner)"
    r"|Permissions?|(?:User|Owner|Account|Tenant|Org|Organization|Author|Customer)I[dD]|Password\w*"
    r"|Approved|Status"
)
_SAVES: Final = frozenset(("Create", "Save", "Updates", "Insert", "FirstOrCreate"))


def mass_assignment(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A record of GORM that is filled from a body and stored as it is."""
    if not unit.imports("gorm.io/gorm", "github.com/jinzhu/gorm"):
        return
    for one in _filled(facts):
        if not _is_record(one, unit):
            continue
        for call in facts.calls:
            if call.name not in _SAVES or call.function is not one.call.function:
                continue
            given = _given(call)
            if call.span.start < one.call.span.start or not given:
                continue
            if _variable(call, given[0]) != one.name:
                continue
            if "db-write" not in unit.roles_of(call) and not _is_store(call):
                continue
            if _is_set_between(one, call, unit):
                break
            yield Report(
                Span(given[0].start_byte, given[0].end_byte),
                f"`{one.name}` holds whatever the client sent, and `{call.written}` stores all "
                "of it",
                place=call.place,
            )
            break


def _is_store(call: Call) -> bool:
    return re.search(r"(?i)(?:^|\.)(?:db|orm|gorm|tx|conn|database)\b", call.path) is not None


def _is_record(one: _Filled, unit: UnitView) -> bool:
    """Whether the type is one of the tables, with a field that a client has no business with."""
    if _is_document(one, unit):
        return True
    last = one.type_path.rpartition(".")[2]
    if not last or _TRANSFER.search(last):
        return False
    if _RECORDS.search(one.type_path):
        return True
    return unit.file_has(
        rf"\btype\s+{re.escape(last)}\s+struct\s*\{{[^}}]*?(?:\bgorm\.Model\b|`[^`]*gorm:|"
        rf"^\s*ID\s)[^}}]*?^\s*(?:{_PRIVILEGED})\s"
    ) or unit.file_has(rf"\btype\s+{re.escape(last)}\s+struct\s*\{{[^}}]*?\bgorm\.Model\b")


def _is_set_between(one: _Filled, call: Call, unit: UnitView) -> bool:
    """Whether the code puts its own values into fields before it stores the record."""
    between = unit.text(Span(one.call.span.end, call.span.start))
    return (
        re.search(
            rf"\b{re.escape(one.name)}\.\w+\s*=[^=]|\.(?:Select|Omit)\(|\bdelete\({re.escape(one.name)}\b",
            between + unit.text(call.callee_span),
        )
        is not None
    )


# ---------------------------------------------------------------------------- filters

_DOCUMENTS: Final = regex(
    r"^(?:bson\.[MDA]|primitive\.[MD]|map\[string\](?:any|interface ?\{\})|map|any|interface\{\})$"
)


def decoded_filter(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """A filter of MongoDB that the client wrote, operators and all."""
    for one in _filled(facts):
        if not _is_document(one, unit):
            continue
        for call in facts.calls:
            if call.function is not one.call.function or call.span.start < one.call.span.start:
                continue
            if not (call.qualified or "").startswith("go.mongodb.org/mongo-driver/mongo.Coll"):
                continue
            given = _given(call)
            if call.name.startswith("Insert") or len(given) < 2:
                continue
            if _variable(call, given[1]) == one.name:
                yield Report(
                    Span(given[1].start_byte, given[1].end_byte),
                    f'`{one.name}` is read from the request: `{{"$ne": null}}` in it matches '
                    "every document",
                    place=call.place,
                )
                break


def _is_document(one: _Filled, unit: UnitView) -> bool:
    if _DOCUMENTS.match(one.type_path):
        return True
    around = unit.text(one.call.function.span) if one.call.function is not None else ""
    name = re.escape(one.name)
    return (
        re.search(
            rf"\bvar\s+{name}\s+(?:bson\.[MD]|map\[string\](?:any|interface\s*\{{\}}))"
            rf"|\b{name}\s*:=\s*&?(?:make\()?(?:bson\.[MD]|map\[string\](?:any|interface\s*\{{\}}))",
            around,
        )
        is not None
    )


# ---------------------------------------------------------------------------- validation

_VALIDATES: Final = r"(?i)\bvalidat\w*\.|\bvalidat\w*\(|\.valid\w*\(|\.Struct(?:Ctx)?\(|SetTagName"


def tags_not_read(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``validate`` tags on what a handler reads, and nothing that reads the tags."""
    for one in _filled(facts):
        if not one.call.context & Context.HANDLER or not re.fullmatch(r"\w+", one.type_path):
            continue
        qualified = one.call.qualified or ""
        if qualified.startswith(_CONTEXTS[1]):
            continue  # a binder of the application's own may validate
        declared = rf"\btype\s+{one.type_path}\s+struct\s*\{{"
        if not unit.file_has(declared + r"[^}]*`[^`]*\bvalidate:\"[^\"-]"):
            continue
        if unit.file_has(_VALIDATES) or unit.file_has(declared + r"[^}]*`[^`]*\bbinding:"):
            continue
        yield Report(
            one.call.span,
            f"The `validate` tags of `{one.type_path}` hold for nothing until a validator reads "
            "them",
            place=one.call.place,
        )


# ---------------------------------------------------------------------------- conditions

_ROLE: Final = regex(
    r"(?i)role|admin|permission|privilege|scope|(?:is|has|can)_?(?:owner|allowed|auth|access)"
)
_DIFFERS: Final = regex(
    r"(?P<name>\w[\w.]*)[ \t]*!=[ \t]*(?P<one>\"[^\"\n]*\"|\w[\w.]*)[ \t]*\|\|[ \t]*"
    r"(?P=name)[ \t]*!=[ \t]*(?P<two>\"[^\"\n]*\"|\w[\w.]*)"
)
_OR_TRUE: Final = regex(r"\|\|[ \t]*true\b|\btrue[ \t]*\|\|")


def always_allowed(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``user.IsAdmin || true``, ``role != "admin" || role != "editor"``."""
    if not unit.file_has(r"\|\|\s*true\b|\btrue\s*\|\||!=[^\n|]*\|\|"):
        return
    source = unit.adapter.source
    for function in facts.functions:
        if source.find(b"||", function.node.start_byte, function.node.end_byte) < 0:
            continue
        stack = list(function.node.named_children)
        for _ in range(4000):
            if not stack:
                break
            node = stack.pop()
            if node.type == "func_literal":
                continue
            if node.type == "binary_expression":
                written = unit.adapter.slice(node)
                if "||" not in written:
                    continue
                operator = node.child_by_field_name("operator")
                found = _OR_TRUE.search(written)
                differs = _DIFFERS.search(written)
                is_or = operator is not None and operator.type == "||"
                if is_or and found is not None and _ROLE.search(written):
                    what = "This check lets everybody pass"
                elif is_or and differs is not None and _is_role_pair(differs):
                    what = f"`{differs['name']}` always differs from one of the two: write `&&`"
                else:
                    stack.extend(reversed(node.named_children))
                    continue
                repairs = without_true(node, unit)
                if differs is not None and operator is not None and not repairs:
                    repairs = _with_and(differs, operator, written)
                yield Report(
                    Span(node.start_byte, node.end_byte), what, repairs, place=function.inside
                )
                continue
            stack.extend(reversed(node.named_children))


def _with_and(differs: re.Match[str], operator: Node, written: str) -> tuple[Fix, ...]:
    """``role != "a" && role != "b"``, where nothing else stands in the condition."""
    if differs[0] != written:
        return ()
    edit = Edit(Span(operator.start_byte, operator.end_byte), "&&")
    return (Fix("Use `&&`", (edit,), "unsafe", "auth/role-check-always-true"),)


def _is_role_pair(found: re.Match[str]) -> bool:
    if found["one"] == found["two"] or _ROLE.search(found["name"]) is None:
        return False
    is_text = found["one"].startswith('"') and found["two"].startswith('"')
    return is_text or all(re.match(r"(?:\w+\.)?[A-Z]", found[one]) for one in ("one", "two"))
