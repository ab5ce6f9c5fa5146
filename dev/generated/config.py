"""``schemas/config.schema.json`` and ``docs/config.md``, from the fields of ``Config``.

Types become schema types, docstrings become descriptions, defaults become defaults.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import typing
from collections.abc import Mapping
from typing import Any, Literal

from backspec import catalog, config
from backspec.config import LEVELS, Config, DialectMapping
from backspec.model import Severity
from dev.generated import NOTICE, markdown

_RULE_KEY = r"^[a-z0-9-]+/([a-z0-9-]+|\*)$"


def files() -> dict[str, str]:
    """The schema and the reference page."""
    return {
        "schemas/config.schema.json": json.dumps(schema(), indent=2, ensure_ascii=False) + "\n",
        "docs/config.md": markdown("Configuration", _page()),
    }


def field_docs(kind: type) -> dict[str, str]:
    """The docstring under each field of a dataclass, on one line."""
    (body,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(body, ast.ClassDef)
    found = {}
    for statement, after in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            text = str(after.value.value).replace("``", "`")
            found[statement.target.id] = " ".join(text.split())
    return found


def keys(kind: type) -> dict[str, dataclasses.Field[Any]]:
    """The keys a configuration file may use, as written there, with their fields."""
    return {
        field.name.replace("_", "-"): field
        for field in dataclasses.fields(kind)
        if field.metadata.get("key", True)
    }


def schema() -> dict[str, Any]:
    """The JSON Schema of ``backspec.toml`` and ``[tool.backspec]``."""
    return {
        "$comment": NOTICE,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{catalog.DOCS_URL}/schemas/config.schema.json",
        "title": "backspec.toml",
        "description": "What a project asks of backspec. All keys are optional.",
        **_object(Config),
    }


def _object(kind: type) -> dict[str, Any]:
    docs = field_docs(kind)
    hints = typing.get_type_hints(kind, {**vars(config), "Mapping": Mapping, "Path": object})
    properties = {}
    for key, field in keys(kind).items():
        default = _default(field)
        properties[key] = {
            "description": docs[field.name],
            **_type(hints[field.name]),
            **({} if default in (None, "") else {"default": default}),
        }
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return list(field.default) if isinstance(field.default, tuple) else field.default
    return field.default_factory() if field.default_factory is not dataclasses.MISSING else None


def _type(hint: Any) -> dict[str, Any]:
    """The schema of one annotated type. Raises TypeError for one it does not know."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if hint is str:
        return {"type": "string"}
    if hint is int:
        return {"type": "integer", "minimum": 1}
    if hint is DialectMapping:
        choice = [{"required": ["files", name]} for name in ("dialect", "schema")]
        return {**_object(DialectMapping), "oneOf": choice}
    if origin is tuple:
        return {"type": "array", "items": _type(arguments[0])}
    if origin is Mapping and Severity in typing.get_args(arguments[1]):
        return {
            "type": "object",
            "propertyNames": {"pattern": _RULE_KEY},
            "additionalProperties": {"enum": list(LEVELS)},
        }
    raise TypeError(f"no schema for {hint}")


_INTRODUCTION = """\
A project is configured by `backspec.toml`, or by `[tool.backspec]` in `pyproject.toml`. The nearest
one above a file counts for it, in the editor and on the command line alike; in one folder
`backspec.toml` wins. `backspec init` writes one with comments. The command line's options win over
the file.

A mistake in the file is reported on that file, and the last configuration that was right stays in
force. Editors that use [the schema](../schemas/config.schema.json) complete the keys."""


def _page() -> str:
    parts = [_INTRODUCTION]
    docs = field_docs(Config)
    properties = schema()["properties"]
    for key, field in keys(Config).items():
        shown = properties[key]
        default = json.dumps(shown["default"]) if "default" in shown else "none"
        parts.append(
            f"## `{key}`\n\n{docs[field.name]}\n\nType: {_words(shown)}. Default: `{default}`."
        )
        if key == "dialects":
            inner = field_docs(DialectMapping)
            parts.append("\n".join(f"- `{name}`: {inner[name]}" for name in keys(DialectMapping)))
    parts.append(_EXAMPLE)
    return "\n\n".join(parts)


def _words(shown: Mapping[str, Any]) -> str:
    if "enum" in shown:
        return "one of " + ", ".join(f"`{word}`" for word in shown["enum"])
    if shown["type"] == "array":
        items = "tables" if shown["items"]["type"] == "object" else "strings"
        return f"list of {items}"
    if shown["type"] == "object":
        words = ", ".join(f"`{word}`" for word in shown["additionalProperties"]["enum"])
        return f"table from a rule's id or `area/*` to one of {words}"
    return str(shown["type"])


_EXAMPLE = """\
## Example

```toml
profile = "strict"
exclude = ["generated/"]
follow = [".claude/agents/backend-specialist.md"]

[rules]
"http-client/no-timeout" = "error"
"test/*" = "off"

[[dialects]]
files = ["prompts/*.md"]
schema = "schemas/our-prompts.json"
```"""
