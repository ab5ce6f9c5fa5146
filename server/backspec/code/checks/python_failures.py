"""Python: handlers that end every error on purpose, as the code around them says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks.names import words
from backspec.code.facts.model import Context
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Catch, Function
    from backspec.code.syntax import Node

_ONE_PERSONS: Final = regex(
    r"(?:^|/)(?:dev|devtools|contrib|code-generation)/|(?:^|/)(?:populate|seeds?|fabfile|noxfile|tasks)\.py$"
)
_REPORTING: Final = frozenset(
    ("error", "errors", "exception", "crash", "emit", "telemetry", "analytics", "gc")
)
"""Words of functions that run when something failed already, or whose own failure matters to
nobody."""
_SAID: Final = regex(
    r"(?i)best[- ]effort|safely|never raise|silent|swallow|ignor(?:e|ing)|\bskip|no[tn][- ]fatal"
    r"|\bif (?:it )?fails|optional"
)
_MARKED: Final = regex(r"noqa:[^#\n]*(?:S110|S112|BLE001|E722)|pylint:\s*disable=|pragma: no cover")
_REASON: Final = 15
_MOST_AROUND: Final = 30
_PASSES: Final = frozenset(("pass_statement", "comment"))


def is_deliberate(catch: Catch, unit: UnitView) -> bool:
    """Whether silence is said to be right, or what follows is an answer for the failure."""
    if catch.context & Context.MAIN or _ONE_PERSONS.search(unit.path):
        return True
    function = catch.function
    if function is not None and (_REPORTING & set(words(function.name)) or _is_check(function)):
        return True
    if re.fullmatch(
        r"\s*try\s*:\s*(?:await\s+)?[\w.]*(?:gc|trim)\w*\([^\n]*\)\s*", unit.text(catch.try_span)
    ):
        return True
    return (
        _is_told(catch, unit)
        or _is_in_handler(catch)
        or _ends_in_default(catch, unit)
        or _only_asks(catch, unit)
    )


def _is_check(function: Function) -> bool:
    """Whether a function is one of Django's system checks."""
    return any(
        (one.qualified or "").startswith("django.core.checks") for one in function.decorators
    )


def _is_told(catch: Catch, unit: UnitView) -> bool:
    """Whether a comment, or the docstring, gives the reason."""
    comment = re.sub(r"[#*\s]+", " ", catch.has_comment).strip()
    if len(comment) >= _REASON or _MARKED.search(unit.text(catch.head_span)):
        return True
    tried = catch.node.parent
    before = tried.prev_sibling if tried is not None else None
    if before is not None and before.type == "comment" and _SAID.search(unit.adapter.slice(before)):
        return True
    function = catch.function
    if function is None:
        return False
    body = function.node.child_by_field_name("body")
    first = body.named_children[0] if body is not None and body.named_children else None
    if first is None or first.type != "expression_statement":
        return False
    inner = first.named_children[0] if first.named_children else None
    is_text = inner is not None and inner.type == "string"
    return is_text and _SAID.search(unit.adapter.slice(first)) is not None


def _is_in_handler(catch: Catch) -> bool:
    """Whether the guarded part runs only when something failed already."""
    node = catch.node.parent
    for _ in range(_MOST_AROUND):
        if node is None or node.type in ("function_definition", "module", "lambda"):
            return False
        if node.type in ("except_clause", "except_group_clause", "finally_clause"):
            return True
        node = node.parent
    return False


def _ends_in_default(catch: Catch, unit: UnitView) -> bool:
    """``try: .. return x  except Exception: pass``, then ``return None``: an answer without it."""
    kinds = [one.type for one in catch.statements]
    guarded = unit.text(catch.try_span)
    if re.search(r"(?m)^\s+return\b", guarded) is None and "return " not in guarded:
        return False
    if kinds == ["return_statement"]:
        return guarded.count("\n") <= _FEW_LINES
    tried = catch.node.parent
    following = _next(tried)
    return (
        kinds == ["pass_statement"]
        and following is not None
        and (following.type == "return_statement")
    )


_FEW_LINES: Final = 5


def _next(node: Node | None) -> Node | None:
    following = node.next_named_sibling if node is not None else None
    while following is not None and following.type == "comment":
        following = following.next_named_sibling
    return following


def _only_asks(catch: Catch, unit: UnitView) -> bool:
    """``try: json.loads(body); kind = "json"  except Exception: pass``."""
    tried = catch.node.parent
    body = tried.child_by_field_name("body") if tried is not None else None
    if body is None:
        return False
    first, *rest = [one for one in body.named_children if one.type != "comment"] or [body]
    text = unit.text(Span(first.start_byte, first.end_byte))
    if not re.match(
        r"(?:\w+\s*=\s*)?(?:json\.loads|ast\.literal_eval|int|float|UUID|urlparse|parse\w*)\(", text
    ):
        return False
    others = [unit.text(Span(node.start_byte, node.end_byte)) for node in rest]
    calls = re.findall(r"(\w+)\(", " ".join(others))
    return len(others) <= _FEW and set(calls) <= {"get", "add", "append", "isinstance", "str"}


_FEW: Final = 3
