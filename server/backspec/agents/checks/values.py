"""Values of header keys: their types, their choices, their ranges."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backspec.agents import edit
from backspec.agents.agent_file import Report
from backspec.agents.naming import slug
from backspec.model import Severity
from backspec.spelling import closest
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.dialects import Key
    from backspec.agents.nodes import Entry, Node
    from backspec.model import Fix

_TYPE_WORDS = {
    "string": "a text", "array": "a list", "object": "a mapping", "boolean": "`true` or `false`",
    "integer": "a whole number", "number": "a number", "null": "nothing",
}  # fmt: skip
_JSON_TYPES = {"list": "array", "map": "object", "date": "string"}


def json_type(node: Node) -> str:
    """The JSON type a value has for a YAML 1.2 reader; a date counts as text."""
    kind: str = node.type
    return _JSON_TYPES.get(kind, kind)


def wrong_type(file: AgentFile) -> Iterator[Report]:
    """A list where a text is wanted, and the like."""
    if file.header.root is not None and file.header.root.kind != "map":
        return
    for entry, key, _ in file.nested():
        value = entry.value
        if value.is_empty or not key.types or value.kind == "alias":
            continue
        kind = json_type(value)
        if key.takes(kind):
            yield from _wrong_items(file, entry, key)
            yield from _text_for_list(file, entry, key)
            continue
        outcome = file.outcome("wrong-type", entry.name)
        if outcome.is_fine:
            continue
        wanted = " or ".join(_TYPE_WORDS[t] for t in sorted(key.types, key=_type_order))
        is_word = _TYPE_WORDS.get(kind, kind)
        message = outcome.message(f"`{entry.name}` must be {wanted}, and is {is_word}")
        yield Report(
            _first_line(file, value.span), message, outcome.severity, _as_wanted(file, entry, key)
        )


def _type_order(name: str) -> int:
    return list(_TYPE_WORDS).index(name) if name in _TYPE_WORDS else 99


def _first_line(file: AgentFile, span: Span) -> Span:
    text = file.document.text
    ends = [at for at in (text.find(b"\n", *span), text.find(b"\r", *span)) if at >= 0]
    return Span(span.start, min(ends, default=span.end))


def _wrong_items(file: AgentFile, entry: Entry, key: Key) -> Iterator[Report]:
    items = key.items
    if entry.value.kind != "list" or items is None or not items.types:
        return
    for item in entry.value.items:
        if item.is_empty or item.kind == "alias" or items.takes(json_type(item)):
            continue
        if "string" in items.types and item.kind == "scalar":
            continue
        outcome = file.outcome("wrong-type", entry.name)
        if outcome.is_fine:
            continue
        wanted = " or ".join(_TYPE_WORDS[t] for t in sorted(items.types, key=_type_order))
        message = outcome.message(
            f"Each entry of `{entry.name}` must be {wanted}, and this is "
            f"{_TYPE_WORDS.get(json_type(item), json_type(item))}"
        )
        yield Report(_first_line(file, item.span), message, outcome.severity)


def _text_for_list(file: AgentFile, entry: Entry, key: Key) -> Iterator[Report]:
    """A comma string where only a list is documented."""
    hints = key.schema.get("x-backspec", {})
    if not hints.get("list-preferred") or entry.value.kind != "scalar":
        return
    message = f"`{entry.name}` is documented as a list"
    yield Report(entry.value.span, message, Severity.HINT, _as_list(file, entry))


def _as_wanted(file: AgentFile, entry: Entry, key: Key) -> tuple[Fix, ...]:
    """The value in the type the key wants, where that is clear."""
    value = entry.value
    if value.kind == "scalar" and key.takes("array"):
        return _as_list(file, entry)
    if value.kind == "scalar" and value.style in ("single", "double"):
        kinds = {"integer": r"\d+", "number": r"\d+(?:\.\d+)?", "boolean": "true|false"}
        if any(re.fullmatch(kinds[k], value.text) for k in key.types if k in kinds):
            return file.fix("Remove the quotes", edit.unquote_value(value))
    if value.kind == "list" and key.takes("string") and file.header.format != "json":
        texts = [item.text for item in value.items if item.kind == "scalar"]
        if len(texts) == len(value.items) and texts and (len(texts) == 1 or key.separator):
            glue = " " if key.separator == "space" else ", "
            written = edit.scalar(file.header, glue.join(texts))
            title = "Join the entries with commas" if len(texts) > 1 else "Write it without list"
            return file.fix(title, edit.set_value(file.header, entry, written))
    return ()


def _as_list(file: AgentFile, entry: Entry) -> tuple[Fix, ...]:
    texts = [item.text for item in file.listed(entry)]
    if not texts or entry.value.style in ("literal", "folded"):
        return ()
    written = edit.literal(file.header, texts)
    return file.fix("Write a list", edit.set_value(file.header, entry, written))


def invalid_value(file: AgentFile) -> Iterator[Report]:
    """A value that is not one of the few a key takes."""
    for entry, key, node in file.nested():
        value = entry.value
        if key.enum and value.kind == "scalar" and not value.is_empty:
            yield from _not_listed(file, entry, key, value, node is file.header.root)
        items = key.items
        if items is not None and items.enum and value.kind == "list":
            for item in value.items:
                if item.kind == "scalar" and not item.is_empty:
                    yield from _not_listed(file, entry, items, item, node is file.header.root)


def _not_listed(
    file: AgentFile, entry: Entry, key: Key, value: Node, is_top: bool
) -> Iterator[Report]:
    allowed = [str(choice.value) for choice in key.enum if isinstance(choice.value, str)]
    if not allowed or value.text in allowed or not key.takes(json_type(value)):
        return
    if value.text in _old_values(key):
        return
    outcome = file.outcome("wrong-value", entry.name if is_top else "")
    if outcome.is_fine:
        return
    near = closest(value.text, allowed)
    other = key.schema.get("x-backspec", {}).get("instead", {}).get(value.text)
    new = other or near
    choices = ", ".join(f"`{name}`" for name in allowed[:9])
    is_many = len(allowed) > 9
    said = (
        f"did you mean `{new}`?" if new else f"it takes {choices}{' and others' if is_many else ''}"
    )
    message = f"`{entry.name}` does not know `{value.text[:40]}`; {said}"
    fixes: tuple[Fix, ...] = ()
    if new:
        is_same = near is not None and slug(near) == slug(value.text)
        edits = edit.set_text(file.header, value, new)
        fixes = file.fix(f"Write `{new}`", edits, "safe" if is_same else "unsafe")
    yield Report(value.span, message, outcome.severity, fixes)


def _old_values(key: Key) -> Mapping[str, str]:
    stated: Mapping[str, str] = key.schema.get("x-backspec", {}).get("deprecated-values", {})
    listed = {str(v.value): v.deprecated for v in key.enum if v.deprecated}
    return {**stated, **listed}


def deprecated_value(file: AgentFile) -> Iterator[Report]:
    """A value that has another name now."""
    for entry, key, _ in file.nested():
        nodes = [(key, entry.value)]
        if key.items is not None:
            nodes += [(key.items, item) for item in entry.value.items]
        for known, node in nodes:
            new = _old_values(known).get(node.text) if node.kind == "scalar" else None
            if new:
                message = f"`{node.text}` is the old name of `{new}`"
                fixes = file.fix(f"Write `{new}`", edit.set_text(file.header, node, new))
                yield Report(node.span, message, None, fixes, tags=("deprecated",))


def number_out_of_range(file: AgentFile) -> Iterator[Report]:
    """A number below or above what the product takes, or a fraction where it wants none."""
    for entry, key, _ in file.nested():
        value = entry.value
        if value.kind != "scalar" or value.type not in ("integer", "number"):
            continue
        if not {"integer", "number"} & key.types:
            continue
        outcome = file.outcome("out-of-range", entry.name)
        said = _range_problem(value.text, key)
        if said and not outcome.is_fine:
            message = outcome.message(f"`{entry.name}` must be {said}")
            yield Report(value.span, message, outcome.severity)


def _range_problem(text: str, key: Key) -> str:
    try:
        number = float(text)
    except ValueError:
        return ""
    if number != int(number) and "number" not in key.types:
        return "a whole number"
    least, above = key.schema.get("minimum"), key.schema.get("exclusiveMinimum")
    most = key.schema.get("maximum")
    if least is not None and number < least:
        return f"at least {least}"
    if above is not None and number <= above:
        return f"above {above}"
    return f"at most {most}" if most is not None and number > most else ""
