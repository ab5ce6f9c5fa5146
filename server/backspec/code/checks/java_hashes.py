"""What Java programs hash for: to find a place for a key, to see a change, as somebody asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.checks.java_calls import statement_text
from backspec.code.checks.values import names_around
from backspec.expressions import regex

if TYPE_CHECKING:
    from backspec.code.checks import UnitView
    from backspec.code.facts.model import Call
    from backspec.code.syntax import Node

_PLACING: Final = regex(
    r"(?i)balanc|consisten|rout(?:e|er|ing)|ring|partition|shard|bloom|bucket|slot"
)
_KEYS: Final = regex(r"Key(?:Resolver|Generator|Strategy|Builder)|[cC]acheKey|RateLimit|Idempoten")
_OTHERS: Final = regex(r"(?:Client|Api|Sdk|Gateway)(?:Impl)?$")
_HELD: Final = regex(
    r"(?:\b(?:set|with)?\w*(?:M|m|_m)d5(?:Sum|Hash|Value)?|\bdigest)\s*(?:=(?!=)|\()"
)
_COMPARED: Final = regex(
    r"(?i)(?:last|old|new|previous|data|content|doc\w*|file)_?md5|md5\w*\(\)\s*\.equals\("
)
_ARMS: Final = frozenset(("switch_rule", "switch_block_statement_group"))


def is_identifier(call: Call, unit: UnitView) -> bool:
    """Whether a hash only says where a thing belongs, or whether it has changed."""
    names = [*names_around(call.function)[:1]]
    owner = call.class_def.name if call.class_def is not None else ""
    if _KEYS.search(owner) or (names and _KEYS.search(names[0])):
        return True
    if call.class_def is not None:
        names.append(call.class_def.name)
    if names and re.search(r"(?i)hash", names[0]) and any(map(_PLACING.search, names)):
        return True
    if _is_chosen(call):
        return True
    text = statement_text(call, unit)
    before = text.partition(unit.text(call.span))[0][-80:]
    return _HELD.search(before) is not None or _COMPARED.search(text[-400:]) is not None


def is_prescribed(call: Call) -> bool:
    """Whether a client of somebody else's service signs as that service wants it."""
    return call.class_def is not None and _OTHERS.search(call.class_def.name) is not None


def _is_chosen(call: Call) -> bool:
    """Whether a setting, or a caller, names the hash: ``case MD5 -> Hashing.md5()``."""
    node: Node | None = call.node
    for _ in range(8):
        if node is None or node.type in ("method_declaration", "lambda_expression"):
            return False
        if node.type in _ARMS:
            return True
        node = node.parent
    return False
