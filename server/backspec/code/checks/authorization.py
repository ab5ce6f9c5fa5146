"""Checks on roles, and on protection against forged requests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report
from backspec.code.checks.names import words
from backspec.code.checks.settings_files import settings_kind
from backspec.code.checks.values import is_constant, path_of, text_of
from backspec.code.facts.model import Const, Context, Name, Operation, Sequence, Value
from backspec.expressions import regex
from backspec.model import Fix, Severity
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Decorator, Facts, Fallback
    from backspec.code.syntax import Node

_ROLE_WORDS: Final = frozenset(
    ("role", "roles", "permission", "permissions", "scope", "scopes", "plan", "type", "status",
     "group", "groups", "tier", "privilege", "grant", "access", "state", "kind", "method")
)  # fmt: skip
_CONDITIONS: Final = frozenset(
    ("if_statement", "elif_clause", "while_statement", "not_operator", "parenthesized_expression",
     "boolean_operator", "assert_statement", "binary_expression", "unary_expression",
     "ternary_expression", "conditional_expression", "return_statement")
)  # fmt: skip


def role_check_always_true(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """``role == "admin" or "manager"``: the second text is true by itself."""
    for fallback in facts.fallbacks:
        if not _is_condition(fallback):
            continue
        reader = fallback.reader
        right = reader.value(fallback.right, fallback.scope)
        if not isinstance(right, Const) or not right.literal or not right.value:
            continue
        if not isinstance(right.value, str):
            continue
        left = reader.value(fallback.left, fallback.scope)
        compared = _comparison(left)
        if compared is None:
            continue
        name, first = compared
        if not set(words(name)) & _ROLE_WORDS:
            continue
        yield Report(
            fallback.span,
            f"This is always true: `{unit.text(right.span)}` is not compared with `{name}`",
            _as_membership(fallback, name, first, right, unit),
            place=fallback.place,
        )


def without_true(node: Node, unit: UnitView) -> tuple[Fix, ...]:
    """``check || true`` to ``check``."""
    sides = (node.child_by_field_name("left"), node.child_by_field_name("right"))
    written = [unit.adapter.slice(one) if one is not None else "" for one in sides]
    kept = [one for one in written if one != "true"]
    if len(kept) != 1 or not kept[0]:
        return ()
    edit = Edit(Span(node.start_byte, node.end_byte), kept[0])
    return (Fix("Drop `|| true`", (edit,), "unsafe", "auth/role-check-always-true"),)


def _comparison(value: Value) -> tuple[str, Const] | None:
    """(name, text) of ``name == "text"``."""
    if not isinstance(value, Operation) or value.operator not in ("==", "==="):
        return None
    if len(value.operands) != 2:
        return None
    name, constant = value.operands
    if isinstance(name, Const):
        name, constant = constant, name
    path = path_of(name)
    if not path or not isinstance(constant, Const) or not isinstance(constant.value, str):
        return None
    return path, constant


def _is_condition(fallback: Fallback) -> bool:
    """Whether the expression decides a branch, or is returned from a test."""
    node: Node | None = fallback.node.parent
    while node is not None and node.type in ("parenthesized_expression", "boolean_operator"):
        node = node.parent
    if node is None or node.type not in _CONDITIONS:
        return False
    if node.type == "return_statement":
        function = fallback.function
        return function is not None and bool(
            {"is", "has", "can", "may", "check", "allowed"} & set(words(function.name))
        )
    return True


def _as_membership(
    fallback: Fallback, name: str, first: Const, second: Const, unit: UnitView
) -> tuple[Fix, ...]:
    one, two = unit.text(first.span), unit.text(second.span)
    text = (
        f"{name} in ({one}, {two})"
        if unit.family == "python"
        else f"[{one}, {two}].includes({name})"
    )
    if unit.family == "php":
        left = fallback.reader.value(fallback.left, fallback.scope)
        sides = left.operands if isinstance(left, Operation) else ()
        compared = next((unit.text(side.span) for side in sides if side.span != first.span), name)
        text = f"in_array({compared}, [{one}, {two}], true)"
    edit = Edit(fallback.span, text)
    return (Fix("Compare with both", (edit,), "unsafe", "auth/role-check-always-true"),)


# ---------------------------------------------------------------------------- forged requests

_CSRF: Final = "csrf/disabled"
_MIDDLEWARE: Final = "django.middleware.csrf.CsrfViewMiddleware"
_SESSIONS: Final = "django.contrib.sessions.middleware.SessionMiddleware"
_USES_SESSION: Final = regex(r"request\.(?:user\b|session\b|authenticated_userid\b|identity\b)")
_CHANGES: Final = regex(
    r"[\"'](?:POST|PUT|PATCH|DELETE)[\"']|request\.(?:POST|body|FILES)\b|\.save\(|\.delete\("
)
_SIGNED: Final = regex(
    r"signature|hmac|webhook|compare_digest|Authorization|bearer|api_?key|token", re.IGNORECASE
)


def csrf_disabled(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Protection against forged requests that was switched off."""
    if unit.family != "python":
        yield from _javascript(unit)
        return
    kind = settings_kind(unit.path)
    for assign in facts.assigns:
        last = assign.target.rpartition(".")[2]
        if (
            last == "WTF_CSRF_ENABLED"
            and kind != "development"
            and is_constant(assign.value, False)
        ):
            value = assign.value
            assert value is not None
            yield Report(
                assign.span,
                "Forms of the whole application go without CSRF protection",
                (Fix("Switch it on", (Edit(value.span, "True"),), "unsafe", _CSRF),),
                place=assign.place,
            )
        elif last == "MIDDLEWARE" and assign.function is None and kind not in (None, "development"):
            value = assign.value
            if isinstance(value, Sequence) and not value.is_open:
                names = {text_of(item) for item in value.items}
                if _SESSIONS in names and not any("csrf" in name.lower() for name in names):
                    yield Report(
                        assign.target_span,
                        f"`{_MIDDLEWARE}` is missing, so no form is protected",
                        place=assign.place,
                    )
    for function in facts.functions:
        for decorator in function.decorators:
            if _exempts(decorator):
                text = unit.text(function.span)
                if _acts_for_user(text):
                    yield Report(
                        decorator.span,
                        f"`{function.name}` changes things for the signed-in user, and any site "
                        "can have the browser call it",
                        place=function.place,
                    )
            elif (decorator.qualified or "").endswith(
                ".view_config"
            ) and decorator.call is not None:
                off = decorator.call.arguments.keywords.get("require_csrf")
                if is_constant(off, False) and _acts_for_user(unit.text(function.span)):
                    assert off is not None
                    yield Report(
                        off.span, "This view accepts forged requests", place=function.place
                    )
    for class_def in facts.classes:
        for decorator in class_def.decorators:
            if _exempts(decorator) and _acts_for_user(unit.text(class_def.span)):
                yield Report(
                    decorator.span,
                    f"`{class_def.name}` changes things for the signed-in user, and any site can "
                    "have the browser call it",
                    place=class_def.place,
                )
    for call in facts.calls:
        if call.name == "set_default_csrf_options":
            for key in ("require_csrf", "check_origin"):
                off = call.arguments.keywords.get(key)
                if is_constant(off, False):
                    assert off is not None
                    yield Report(off.span, "All views accept forged requests", place=call.place)


def _exempts(decorator: Decorator) -> bool:
    """``@csrf_exempt``, or the same for a view: ``@method_decorator(csrf_exempt)``."""
    if (decorator.qualified or "").endswith("decorators.csrf.csrf_exempt"):
        return True
    if decorator.call is None or decorator.path != "method_decorator":
        return False
    given = decorator.call.arguments.positional[:1]
    return any(
        isinstance(one, Name) and (one.qualified or "").endswith("csrf.csrf_exempt")
        for one in given
    )


def _acts_for_user(text: str) -> bool:
    """Whether a view changes things in the name of the session's user, by its text."""
    return (
        _USES_SESSION.search(text) is not None
        and _CHANGES.search(text) is not None
        and _SIGNED.search(text) is None
    )


def _javascript(unit: UnitView) -> Iterator[Report]:
    for call in unit.calls("csrf-protect"):
        ignored = unit.argument(call, "ignored")
        if isinstance(ignored, Sequence) and not call.context & Context.DEV_GUARD:
            methods = {text_of(item).upper() for item in ignored.items}
            if methods & {"POST", "PUT", "PATCH", "DELETE"}:
                yield Report(
                    ignored.span,
                    "Requests that change things go without CSRF protection",
                    severity=Severity.WARNING,
                    place=call.place,
                )
