"""Says what is wrong with a rule file of a workspace, at the place where it is wrong.

``.backspec/rules/*.md`` have the form of backspec's own rule pages, but for ``check``: nothing of
a workspace is executed. Loading them is ``backspec.custom_rules``'s business.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from backspec import catalog
from backspec.code.clauses import compile_clause
from backspec.code.value_tests import ClauseError
from backspec.model import Diagnostic, Document, Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import jsonschema

INVALID: Final = "rule-file/invalid"
MAX_BYTES: Final = 1 << 18

_FENCE: Final = b"---\n"


@functools.cache
def _validator() -> jsonschema.Draft202012Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(catalog.schema("rule"))


def check(document: Document) -> list[Diagnostic]:
    """The diagnostics of a rule file, in document order. Never raises."""
    text = document.text.replace(b"\r\n", b"\n")
    if text != document.text or len(text) > MAX_BYTES:
        # Offsets would be those of another text; such a file is only said to be wrong as a whole.
        return [_at(Span(0, 0), message) for message in _problems_without_places(text)]
    if not text.startswith(_FENCE):
        return [_at(Span(0, 0), "A rule file starts with a header between two `---` lines")]
    end = text.find(b"\n---\n", 3)
    if end < 0:
        return [_at(Span(0, 3), "The header has no closing `---` line")]
    header = text[len(_FENCE) : end + 1]
    try:
        root = yaml.compose(header.decode("utf-8", "replace"), Loader=yaml.SafeLoader)
        data = catalog.load_yaml(header.decode("utf-8", "replace"))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return [_at(_error_span(error, header), f"The header is no YAML: {_reason(error)}")]
    if not isinstance(data, dict):
        return [_at(Span(0, len(_FENCE)), "The header must be a mapping of keys to values")]
    found = [
        _at(_span_of(root, error.absolute_path, header), _worded(error))
        for error in _innermost(_validator().iter_errors(data))
    ]
    found += _clause_problems(document, text, data, root, header)
    if not found and not list(catalog.parse_examples(text[end + 5 :].decode("utf-8", "replace"))):
        found.append(
            _at(Span(0, len(_FENCE)), "The page shows no examples; `backspec test` runs them")
        )
    unique = {(d.span, d.message): d for d in found}
    return sorted(unique.values(), key=lambda d: d.span)


def _problems_without_places(text: bytes) -> list[str]:
    if len(text) > MAX_BYTES:
        return ["The rule file is too large"]
    found = check(Document("", text))
    return [one.message for one in found]


def _at(span: Span, message: str) -> Diagnostic:
    return Diagnostic(INVALID, span, message, Severity.ERROR)


def _clause_problems(
    document: Document, text: bytes, data: dict[str, Any], root: Any, header: bytes
) -> Iterator[Diagnostic]:
    """What the schema cannot say: regular expressions, names of words."""
    try:
        rule = catalog.parse_rule(
            "local/rule", text.decode("utf-8", "replace"), Path(document.path)
        )
    except catalog.CatalogError:
        return
    for number, spec in enumerate(data.get("match") or ()):
        span = _span_of(root, ("match", number), header)
        if not isinstance(spec, dict):
            continue
        if "check" in spec:
            where = _span_of(root, ("match", number, "check"), header)
            yield _at(where, "`check` names a function of backspec; custom rules have clauses only")
            continue
        try:
            compile_clause(spec, rule)
        except (ClauseError, TypeError, ValueError) as error:
            yield _at(span, str(error)[:1].upper() + str(error)[1:])


# ---------------------------------------------------------------------------- places in YAML


def _innermost(errors: Iterable[Any]) -> Iterator[Any]:
    """The errors that say most: of alternatives, those of the one that fits best."""
    from jsonschema.exceptions import best_match

    for error in errors:
        found = best_match([error])
        yield found if found is not None else error


def _worded(error: Any) -> str:
    key = error.absolute_path[-1] if error.absolute_path else ""
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = set(error.schema.get("properties", ()))
        unknown = sorted(str(name) for name in error.instance if name not in known)
        return f"`{unknown[0]}` is no word here" if unknown else str(error.message)
    if error.validator == "required":
        return f"{str(error.message).replace(chr(39), '`')}"
    if error.validator == "enum":
        choices = ", ".join(f"`{choice}`" for choice in error.validator_value)
        return f"`{key}` is one of {choices}"
    if error.validator in ("oneOf", "anyOf") and "match" in list(error.absolute_path):
        return "A clause has exactly one of `call`, `assign`, `pair`, `returns`, `catch`"
    return f"`{key}`: {error.message}" if key != "" else str(error.message)


def _span_of(root: Any, path: Iterable[str | int], header: bytes) -> Span:
    """The bytes, in the document, of the YAML node at a path; of the nearest one around."""
    node = root
    key_node = None
    for step in path:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if getattr(key, "value", None) == str(step):
                    key_node, node = key, value
                    break
            else:
                break
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            if step >= len(node.value):
                break
            node = key_node = node.value[step]
        else:
            break
    target = node if isinstance(node, yaml.ScalarNode) else key_node
    if target is None:
        return Span(0, len(_FENCE) - 1)
    return _bytes_span(target.start_mark.index, target.end_mark.index, header)


def _bytes_span(start: int, end: int, header: bytes) -> Span:
    text = header.decode("utf-8", "replace")
    line_end = text.find("\n", start)
    if 0 <= line_end < end:
        end = line_end
    before = len(text[:start].encode()) + len(_FENCE)
    return Span(before, before + len(text[start:end].encode()))


def _error_span(error: Exception, header: bytes) -> Span:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return Span(0, len(_FENCE) - 1)
    return _bytes_span(mark.index, mark.index + 1, header)


def _reason(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error).splitlines()[0]
