"""The fix of acknowledgements that come before the work: move them behind it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code import fixes
from backspec.expressions import regex
from backspec.model import Fix
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.checks import UnitView
    from backspec.code.syntax import Node

_LEAVES: Final = regex(
    r"(?<![\w$.])(?:return|continue|break|next|redo|goto|exit|yield|defer|go|resolve)(?![\w$(:])"
)
"""What may leave a message that nobody acknowledges, or let the work go on behind it."""


def after_work(statement: Node, unit: UnitView) -> tuple[Fix, ...]:
    """Move a statement to the end of its block, where every way through the block leads."""
    block = statement.parent
    statements = [] if block is None else [n for n in block.named_children if n.type != "comment"]
    if len(statements) < 2 or statement not in statements[:-1]:
        return ()
    text = unit.adapter.slice(statement)
    last = statements[-1]
    rest = unit.text(Span(statement.end_byte, last.end_byte))
    if "\n" in text or _LEAVES.search(rest):
        return ()
    source = unit.adapter.source
    if unit.family == "javascript" and source[statement.end_byte : statement.end_byte + 1] == b";":
        text += ";"
    taken = fixes.remove_lines(Span(statement.start_byte, statement.end_byte), source)
    moved = fixes.insert_line(_line(last), source, text)
    if taken is None or moved is None or not re.match(r"\w|\$", text):
        return ()
    rule = "queue/ack-before-work"
    return (Fix("Acknowledge behind the work", (*taken, *moved), "unsafe", rule),)


def _line(node: Node) -> Span:
    return Span(node.start_byte, node.end_byte)
