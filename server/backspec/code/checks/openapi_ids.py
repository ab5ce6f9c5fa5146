"""Ids for operations that have none, made of their method and path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.model import Fix
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from backspec.code.files.nodes import Node
    from backspec.code.files.openapi import Operation

_RULE: Final = "openapi/operation-identity"


def new_ids(operations: Sequence[Operation], known: Collection[str]) -> dict[str, str]:
    """Ids by the titles of operations: ``getOrdersByOrderId``; none where two would be the same."""
    is_snake = bool(known) and all("_" in one and one.islower() for one in known)
    made: dict[str, list[str]] = {}
    for operation in operations:
        words = [operation.method]
        for segment in operation.path.split("/"):
            if "{" in segment:
                words.append("by")
            words += re.findall(r"[A-Za-z][A-Za-z0-9]*|[0-9]+", segment)
        if is_snake:
            name = "_".join(word.lower() for word in words)
        else:
            name = words[0] + "".join(word[:1].upper() + word[1:] for word in words[1:])
        made.setdefault(name, []).append(operation.title)
    return {
        titles[0]: name for name, titles in made.items() if len(titles) == 1 and name not in known
    }


def add_ids(
    operations: Sequence[Operation], names: Mapping[str, str], text: bytes
) -> tuple[Fix, ...]:
    """Give each of these operations its id, as the first thing that is said of it."""
    edits = []
    for operation in operations:
        name = names.get(operation.title)
        edit = _first_entry(operation.node, name, text) if name else None
        if edit is None:
            return ()
        edits.append(edit)
    if len({one.span for one in edits}) < len(edits):
        return ()  # one text for several operations
    title = "Add an `operationId`" if len(edits) == 1 else "Add ids to all operations"
    return (Fix(title, tuple(edits), "unsafe", _RULE),)


def _first_entry(node: Node, name: str, text: bytes) -> Edit | None:
    keys = [key.span.start for _, key, _ in node.pairs()]
    if not keys or node.is_alias:
        return None
    at = min(keys)
    if not node.span.start <= at < node.span.end:
        return None  # merged from elsewhere
    if text[at : at + 1] not in (b'"', b"'") and text[at - 1 : at] in (b'"', b"'"):
        at -= 1
    line = text.rfind(b"\n", 0, at) + 1
    margin = text[line:at]
    is_json = text[at : at + 1] == b'"'
    entry = f'"operationId": "{name}"' if is_json else f"operationId: {name}"
    is_flow = text[node.span.start : node.span.start + 1] == b"{"
    if margin.strip():
        return Edit(Span(at, at), f"{entry}, ") if is_flow else None
    newline = "\r\n" if text[:at].endswith(b"\r\n" + margin) else "\n"
    comma = "," if is_flow else ""
    return Edit(Span(at, at), f"{entry}{comma}{newline}{margin.decode()}")
