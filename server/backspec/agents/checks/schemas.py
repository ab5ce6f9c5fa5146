"""Values against the finer points of a schema: ours by hand, a user's own by jsonschema."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from backspec.agents.agent_file import Report
from backspec.catalog import dialect_names
from backspec.model import Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.dialects import Dialect, Key
    from backspec.agents.nodes import Entry, Node

MOST_ERRORS = 50
_ELSEWHERE = frozenset({"name", "model", "label"})
"""Keys whose patterns have rules of their own."""
_CONDITIONS = frozenset(
    {"if", "allOf", "anyOf", "oneOf", "not", "dependentRequired", "dependentSchemas"}
)
_COVERED = frozenset({"type", "enum", "required", "minimum", "maximum", "exclusiveMinimum"})
"""Keywords that have rules of their own, except below a condition."""


def invalid_form(file: AgentFile) -> Iterator[Report]:
    """A text or list in a form that the product does not take."""
    for entry, key, parent in file.nested():
        is_top = parent is file.header.root
        if not (is_top and entry.name in _ELSEWHERE) and entry.name != "label":
            yield from _patterns(file, entry, key)
        if entry.value.kind == "list":
            yield from _list_form(file, entry, key)
    yield from _repeated_slugs(file)


def _patterns(file: AgentFile, entry: Entry, key: Key) -> Iterator[Report]:
    nodes = [(key.schema, entry.value)]
    if key.items is not None:
        nodes += [(key.items.schema, item) for item in entry.value.items]
    for schema, node in nodes:
        if node.kind != "scalar" or node.is_empty or node.type != "string":
            continue
        pattern = schema.get("pattern")
        if pattern and node.text.strip() and not _fits(pattern, node.text):
            examples = schema.get("examples") or ()
            said = f"; write it like `{examples[0]}`" if examples else ""
            message = f"`{node.text[:60]}` has not the form that `{entry.name}` takes{said}"
            yield Report(_first_line(file, node.span), message, file.weak)
        if schema.get("format") == "regex" and not _is_regex(node.text):
            message = f"`{node.text[:60]}` is no regular expression"
            yield Report(_first_line(file, node.span), message, file.weak)


def _fits(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text[:2000]) is not None
    except re.error:
        return True


def _is_regex(text: str) -> bool:
    try:
        # JavaScript writes named groups without the P.
        re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", text))
    except re.error:
        return False
    return True


def _list_form(file: AgentFile, entry: Entry, key: Key) -> Iterator[Report]:
    least = key.schema.get("minItems", 0)
    if len(entry.value.items) < least:
        message = f"`{entry.name}` needs at least {least} {'entry' if least == 1 else 'entries'}"
        yield Report(_first_line(file, entry.span), message, file.weak)
    if key.schema.get("uniqueItems"):
        seen: set[str] = set()
        for item in entry.value.items:
            if item.kind == "scalar" and item.text in seen:
                message = f"`{item.text[:60]}` is in `{entry.name}` twice"
                yield Report(item.span, message, file.weak)
            seen.add(item.text)


def _repeated_slugs(file: AgentFile) -> Iterator[Report]:
    """Modes of Roo Code with the same slug."""
    entry = file.header.find("customModes")
    seen: set[str] = set()
    for item in entry.value.items if entry is not None else ():
        found = item.find("slug")
        if found is None:
            continue
        if found.value.text in seen:
            message = f"another mode of this file has the slug `{found.value.text[:60]}`"
            yield Report(found.value.span, message, file.weak)
        seen.add(found.value.text)


def schema_mismatch(file: AgentFile) -> Iterator[Report]:
    """What only a JSON Schema validator finds: conditions, and a user's own schema."""
    root = file.header.root
    if root is None or file.is_ambiguous:
        return
    data: Any = None
    for found in file.judged:
        is_own = found.id not in dialect_names()
        if not is_own and not _CONDITIONS & found.schema.keys():
            continue
        data = root.data(file.header.anchors) if data is None else data
        for error in _errors(found, data):
            if not _is_news(error, is_own=is_own):
                continue
            node, entry = _place(root, error.absolute_path)
            span = entry.key.span if entry is not None else file.top
            if node is not None and node.kind == "scalar" and not node.is_empty:
                span = node.span
            severity = file.weak or (None if is_own else Severity.ERROR)
            yield Report(_first_line(file, span), _message(error, entry), severity)


def _errors(found: Dialect, data: Any) -> list[Any]:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match
    from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]

    # The registry holds the meta-schemas and fetches nothing.
    validator = Draft202012Validator(dict(found.schema), registry=REGISTRY)
    errors: list[Any] = []
    try:
        for error in validator.iter_errors(data):
            # Of a condition the innermost reason is worth telling.
            errors.append(best_match([error]) if error.validator in _CONDITIONS else error)
            if len(errors) >= MOST_ERRORS:
                break
    except Exception:  # noqa: BLE001  whatever a user's own schema makes of a validator
        return errors
    return [error for error in errors if error is not None]


def _is_news(error: Any, *, is_own: bool) -> bool:
    """Whether no other rule reports it."""
    if error.validator is None:
        # A key that is forbidden under a condition: `missing_companion` says it better.
        return is_own
    in_condition = any(
        word in ("then", "else", "oneOf", "anyOf", "allOf", "not", "dependentSchemas")
        for word in error.absolute_schema_path
        if isinstance(word, str)
    )
    if in_condition:
        return True
    if error.validator in _COVERED:
        return False
    if error.validator == "additionalProperties":
        return is_own and bool(error.absolute_path)
    return is_own or error.validator in _CONDITIONS


def _place(root: Node, path: Any) -> tuple[Node | None, Entry | None]:
    """The node at a path of keys and positions, and the last entry on the way."""
    node: Node | None = root
    entry: Entry | None = None
    for step in path:
        if node is None:
            break
        if isinstance(step, int):
            node = node.items[step] if step < len(node.items) else None
        else:
            entry = node.find(str(step)) or entry
            found = node.find(str(step))
            node = found.value if found is not None else None
    return node, entry


def _message(error: Any, entry: Entry | None) -> str:
    """One sentence for one error, in words that need no knowledge of JSON Schema."""
    name = f"`{entry.name}`" if entry is not None else "the header"
    value = error.validator_value
    simple: Mapping[str, str] = {
        "pattern": f"{name} must match `{str(value)[:60]}`",
        "minLength": f"{name} needs at least {value} characters",
        "maxLength": f"{name} takes at most {value} characters",
        "minItems": f"{name} needs at least {value} entries",
        "maxItems": f"{name} takes at most {value} entries",
        "uniqueItems": f"{name} has an entry twice",
        "const": f"{name} must be `{str(value)[:40]}`",
        "format": f"{name} is no valid {str(value)[:40]}",
        "multipleOf": f"{name} must be a multiple of {value}",
        "oneOf": f"{name} has none, or more than one, of the forms it may have",
        "anyOf": f"{name} has none of the forms it may have",
        "not": f"{name} has a form it must not have",
        "contains": f"{name} lacks an entry it needs",
        "minProperties": f"{name} needs at least {value} keys",
        "maxProperties": f"{name} takes at most {value} keys",
    }
    if error.validator in ("oneOf", "anyOf") and (keys := _alternatives(value)):
        much = "exactly" if error.validator == "oneOf" else "at least"
        return f"{name} needs {much} one of {keys}"
    if error.validator in simple:
        return simple[error.validator]
    if error.validator in ("required", "dependentRequired"):
        missing = re.search(r"'([^']+)' is a (?:required|dependency)", error.message)
        what = f"`{missing[1]}`" if missing else "a key"
        return f"{what} is missing here" if entry is None else f"{what} is missing in {name}"
    if error.validator in ("additionalProperties", "unevaluatedProperties"):
        return f"{name} has a key that is not known there"
    if error.validator is None or value is False:
        return f"{name} must not be here"
    if error.validator == "type":
        return f"{name} has the wrong type"
    if error.validator == "enum":
        return f"{name} is none of the values it may have"
    return f"{name} does not fit its schema"


def _alternatives(branches: Any) -> str:
    """The keys of which one is needed, when each branch only asks for one."""
    keys = [
        branch["required"][0]
        for branch in branches
        if isinstance(branch, dict) and len(branch.get("required", ())) == 1
    ]
    return " and ".join(f"`{key}`" for key in keys) if len(keys) == len(branches) else ""


def _first_line(file: AgentFile, span: Span) -> Span:
    text = file.document.text
    ends = [at for at in (text.find(b"\n", *span), text.find(b"\r", *span)) if at >= 0]
    return Span(span.start, min(ends, default=span.end))
