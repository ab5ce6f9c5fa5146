"""Checks on what keeps clients from asking too much: rate limits, limits of GraphQL queries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks import Report, needs
from backspec.code.checks.values import is_constant, path_of, text_of
from backspec.code.facts.model import Call, Context, FunctionValue, Sequence, Value
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Facts, Pair
    from backspec.code.syntax import Node

# ---------------------------------------------------------------------------- keys

_RULE: Final = "rate-limit/spoofable-key"
_KEYS: Final = frozenset(("key_func", "keyGenerator", "key_function", "getKey"))
_SENT: Final = regex(
    r"(?i)x-forwarded-for|x_forwarded_for|x-real-ip|x_real_ip|x-client-ip|true-client-ip|http_client_ip"
)


def spoofable_key(facts: Facts, unit: UnitView) -> Iterator[Report]:
    """Limits that count by a header, and servers that believe any proxy."""
    for pair in facts.pairs:
        key = pair.key
        if key in _KEYS and _reads_header(pair, unit):
            yield Report(
                pair.value.span,
                "Everybody gets a new limit by sending another header; count by a checked address",
                place=pair.place,
            )
        elif key == "key" and _names_header(text_of(pair.value)):
            yield Report(
                pair.value.span,
                "Everybody gets a new limit by sending another header",
                place=pair.place,
            )
        elif key == "trustProxy" and unit.family == "javascript":
            if _is_on_in_fastify(pair, unit):
                yield _trusts(pair.value, pair, unit)
        elif _is_any_proxy(pair) and unit.imports("uvicorn", "gunicorn", "hypercorn"):
            yield _trusts(pair.value, pair, unit)
    if unit.family != "javascript":
        return
    yield from _express(facts, unit)
    for function in facts.functions:
        is_key = function.name in _KEYS and function.node.type == "method_definition"
        if is_key and _SENT.search(unit.text(function.span)):
            yield Report(
                function.name_span,
                "Everybody gets a new limit by sending another header; count by a checked address",
                place=function.place,
            )


def _is_any_proxy(pair: Pair) -> bool:
    is_named = pair.key in ("forwarded_allow_ips", "trusted_hosts")
    return is_named and is_constant(pair.value, "*")


def _is_on_in_fastify(pair: Pair, unit: UnitView) -> bool:
    return is_constant(pair.value, True) and unit.imports("fastify", "@nestjs/platform-fastify")


def _names_header(key: str) -> bool:
    return key.lower().startswith("header:") and _SENT.search(key) is not None


def _reads_header(pair: Pair, unit: UnitView) -> bool:
    value = pair.value
    if isinstance(value, FunctionValue):
        return _SENT.search(unit.text(value.span)) is not None
    name = re.escape(path_of(value).rpartition(".")[2])
    if not name:
        return False
    sent = f"(?i:{_SENT.pattern[4:]})"
    return unit.file_has(
        rf"^[ \t]*(?:async )?def {name}\([^\n]*\n(?:[ \t]+[^\n]*\n|\n){{0,15}}?[^\n]*{sent}"
    ) or unit.file_has(
        rf"(?:function {name}\b|\b{name}\s*=)[^\n]*(?:\n[ \t]+[^\n]*){{0,15}}?{sent}"
    )


def _express(facts: Facts, unit: UnitView) -> Iterator[Report]:
    for call in facts.calls:
        if call.name not in ("set", "enable") or not (call.qualified or "").startswith("express"):
            continue
        given = call.arguments.positional
        if not given or text_of(given[0]) != "trust proxy" or call.context & Context.DEV_GUARD:
            continue
        if _is_switched(call.node, unit):
            continue
        if call.name == "enable":
            yield _trusts(call, call, unit)
        elif len(given) > 1 and is_constant(given[1], True):
            yield _trusts(given[1], call, unit)
    for assign in facts.assigns:
        if assign.qualified == "koa.proxy" and is_constant(assign.value, True):
            if _is_switched(assign.node, unit):
                continue
            yield Report(
                assign.span,
                "Every client may say which address it comes from; limits by address do not hold",
                place=assign.place,
            )


def _is_switched(node: Node, unit: UnitView) -> bool:
    """Whether it depends on a setting whose name speaks of proxies."""
    around = node.parent
    for _ in range(6):
        if around is None:
            return False
        condition = around.child_by_field_name("condition")
        if around.type in ("if_statement", "ternary_expression") and condition is not None:
            return re.search(r"(?i)prox|trust", unit.adapter.slice(condition)) is not None
        around = around.parent
    return False


def _trusts(value: Value | Call, fact: Pair | Call, unit: UnitView) -> Report:
    fixes: tuple[Fix, ...] = ()
    if unit.family == "javascript" and isinstance(value, Value):
        fixes = (Fix("Trust one proxy", (Edit(value.span, "1"),), "unsafe", _RULE),)
    return Report(
        value.span,
        "Every client may say which address it comes from; limits by address do not hold",
        fixes,
        place=fact.place,
    )


# ---------------------------------------------------------------------------- GraphQL

_LIMITED: Final = (
    r"(?i)depth.?limit|query.?depth|max.?depth|complexity|cost.?(?:limit|analysis|validator)|armor|"
    r"persisted.?(?:queries|operations)|QueryDepthLimiter|MaxTokens|MaxAliases|token.?limit|queryLimit"
)


@needs(roles=("graphql-server",))
def query_limits(_facts: Facts, unit: UnitView) -> Iterator[Report]:
    """GraphQL servers that answer queries of any depth."""
    for call in unit.calls("graphql-server"):
        if call.arguments.is_open or call.context & Context.DEV_GUARD:
            continue
        rules = unit.argument(call, "rules")
        depth = unit.argument(call, "depth")
        plugins = unit.argument(call, "plugins")
        if rules is not None or depth is not None:
            continue
        if plugins is not None and not _are_visible(plugins):
            continue
        if unit.file_has(_LIMITED):
            continue
        yield Report(
            call.callee_span,
            f"`{call.written or call.name}` answers queries of any depth; limit depth or cost",
            place=call.place,
        )


def _are_visible(plugins: object) -> bool:
    """Whether a list of plugins is written out, so that a limit among them would be seen."""
    return isinstance(plugins, Sequence) and not plugins.is_open
