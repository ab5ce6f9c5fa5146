"""What JavaScript and TypeScript programs mean by handlers that do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backspec.expressions import regex

if TYPE_CHECKING:
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Catch

_SAID: Final = regex(r"[A-Za-z]{4}|no-?op")
"""A word, as in ``/* ignore */``: the silence is meant."""
_PATTERNS: Final = regex(r"(?<=[(,=])\s*/(?:\\.|[^/\n\\])+/[a-z]*")
_CALLED: Final = regex(
    r"(?<![\w$.])(?!(?:if|for|while|switch|catch|return|typeof|function)\b)"
    r"((?:new\s+)?[\w$.]+)\s*(?:<[^<>()]*>)?\("
)
_CONVERSION: Final = regex(
    r"(?:JSON\.(?:parse|stringify)|new URL(?:SearchParams)?|new RegExp|new Intl\.\w+"
    r"|decodeURI(?:Component)?|atob|BigInt|Buffer\.from)\("
)
_PURE: Final = regex(
    r"\.exec|(?:[\w$]*\.)*(?:match|trim|split|join|slice|substring|replace(?:All)?|test|isArray"
    r"|includes|startsWith|endsWith|indexOf|toLowerCase|toUpperCase|toString|map|filter|forEach|charAt|at)"
    r"|(?:new\s+)?(?:URL|URLSearchParams|RegExp|Date|Set|Map|Intl\.\w+|Number|String|Boolean|BigInt"
    r"|parseInt|parseFloat|isNaN|decodeURI(?:Component)?|encodeURI(?:Component)?|atob|btoa)"
    r"|Buffer\.from|JSON\.(?:parse|stringify)|Object\.\w+|Number\.\w+"
)
"""What is called between conversions and fails for no reason of its own."""


_LISTENER: Final = regex(r"\s*(?:await\s+)?(?:\w+\.)*on[A-Z]\w*\([^;]*\);?\s*")
"""Somebody else's function, whose failure must not stop the work: ``onProgress(done)``."""


def only_converts(body: str) -> bool:
    """Whether what is tried turns one value into another, which fails for one reason only, or
    tells a listener.
    """
    if _LISTENER.fullmatch(body):
        return True
    called = _CALLED.findall(_PATTERNS.sub("", body))
    return (
        bool(called) and _CONVERSION.search(body) is not None and all(map(_PURE.fullmatch, called))
    )


def is_meant(catch: Catch, reason: str, unit: UnitView) -> bool:
    """Whether a comment says so, or something else stands for the value, or waits for it."""
    if unit.adapter.source.startswith(b"/*!"):
        return True  # as makers of distributions begin their files
    return _SAID.search(reason) is not None or _has_substitute(catch, unit) or _says_no(catch, unit)


def _says_no(catch: Catch, unit: UnitView) -> bool:
    """``try { work(); return true; } catch {} return false;``: the failure is the answer."""
    tried = catch.node.parent
    following = tried.next_named_sibling if tried is not None else None
    if following is None or following.type != "return_statement":
        return False
    yes, no = unit.text(catch.try_span).rstrip("; \n\t}"), unit.adapter.slice(following)
    return yes.endswith("return true") and no.startswith("return false")


def _has_substitute(catch: Catch, unit: UnitView) -> bool:
    """Whether what ``.catch(() => undefined)`` gives in place of a value is used.

    ``promise.catch(() => {})`` of a variable says that the promise is handled elsewhere, and of a
    call whose result nobody waits for, that it may fail.
    """
    node = catch.node
    if node.type != "call_expression":
        return False
    callee = node.child_by_field_name("function")
    held = callee.child_by_field_name("object") if callee is not None else None
    if held is not None and held.type == "identifier":
        return True
    around = node.parent
    if around is not None and around.type == "expression_statement":
        return True  # nobody waits for it: it is started, and left to itself
    while around is not None and around.type in ("await_expression", "parenthesized_expression"):
        around = around.parent
    if around is None or around.type in ("expression_statement", "arrow_function"):
        return False
    return not (around.type == "unary_expression" and unit.adapter.slice(around).startswith("void"))
