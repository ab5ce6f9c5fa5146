"""Writes values as header text with placeholders, in the snippet syntax editors share.

Bodies of snippets come from the schemas' ``defaultSnippets`` and already hold placeholders
(``${1:text}``, ``${1|a,b|}``, ``$0``).
"""

from __future__ import annotations

import json
import re
from typing import Any

_PLACEHOLDER = re.compile(
    r"\$\{(\d+):((?:[^{}\\]|\\.|\$\{\d+:[^{}]*\})*)\}|\$\{\d+\|([^|}]*)\|\}|\$\d+"
)


def plain(snippet: str) -> str:
    """A snippet with its placeholders replaced by their default text."""

    def shown(found: re.Match[str]) -> str:
        if found[3] is not None:
            return str(found[3].split(",")[0])
        return plain(found[2]) if found[2] is not None else ""

    return re.sub(r"\\([$}\\])", r"\1", _PLACEHOLDER.sub(shown, snippet))


def escape(text: str) -> str:
    """Plain text as part of a snippet."""
    return re.sub(r"([\\$}])", r"\\\1", text)


def choice(number: int, values: list[str]) -> str:
    """A placeholder that offers values; plain text when there is only one."""
    if len(values) == 1:
        return escape(values[0])
    listed = ",".join(re.sub(r"([\\,|])", r"\\\1", value) for value in values)
    return f"${{{number}|{listed}|}}"


_NEEDS_QUOTES = re.compile(
    r"^(?:[\s\-?:,\[\]{}#&*!|>'\"%@`]|(?:true|false|yes|no|on|off|null|~)$|[-+.]?\d)"
    r"|:(?:\s|$)|\s#|\s$",
    re.IGNORECASE,
)
_SAFE_START = re.compile(r"-[^\s-]")


def needs_quotes(text: str, *, in_flow: bool = False) -> bool:
    """Whether a YAML reader would not take this bare word for the text it is."""
    if _SAFE_START.match(text) and not re.match(r"-\d", text):
        return needs_quotes(text[1:], in_flow=in_flow)
    if in_flow and re.search(r"[,\[\]{}]", text):
        return True
    return _NEEDS_QUOTES.search(text) is not None


def quoted(snippet: str) -> str:
    """A snippet in double quotes, as YAML, JSON and TOML all read them."""
    return '"' + re.sub(r'(?<!\\)"', '\\\\\\\\"', snippet) + '"'


def scalar(value: Any, *, in_flow: bool = False) -> str:
    """A scalar of a snippet's body as YAML."""
    if not isinstance(value, str):
        return json.dumps(value)
    shown = plain(value)
    if needs_quotes(shown, in_flow=in_flow) and value != "$0" and shown:
        return quoted(value)
    return value


def yaml_lines(value: Any, depth: int = 0) -> list[str]:
    """A map or list as lines of block YAML, without indentation of their own."""
    lines: list[str] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            lines.extend(_yaml_entry(str(key), inner, depth))
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, (dict, list)) and item:
                below = yaml_lines(item, depth + 1)
                lines.append(f"- {below[0]}")
                lines.extend(f"  {line}" for line in below[1:])
            else:
                lines.append(f"- {inline(item)}")
    return lines


def _yaml_entry(key: str, value: Any, depth: int) -> list[str]:
    key = scalar(key)
    if isinstance(value, (dict, list)) and value and not _is_short(value):
        return [f"{key}:", *(f"  {line}" for line in yaml_lines(value, depth + 1))]
    return [f"{key}: {inline(value)}"]


def _is_short(value: Any) -> bool:
    """A list of a few words fits on the key's line."""
    return isinstance(value, list) and all(not isinstance(item, (dict, list)) for item in value)


def inline(value: Any) -> str:
    """A value on one line: a scalar, or a list or map in flow style."""
    if isinstance(value, list):
        return "[" + ", ".join(scalar(item, in_flow=True) for item in value) + "]"
    if isinstance(value, dict):
        pairs = (f"{scalar(str(key))}: {inline(inner)}" for key, inner in value.items())
        return "{" + ", ".join(pairs) + "}"
    return scalar(value)


def json_text(value: Any, indent: str = "") -> str:
    """A snippet's body as JSON, placeholders kept."""
    if isinstance(value, dict):
        if not value:
            return "{}"
        inner = indent + "  "
        pairs = (f"{inner}{quoted(str(k))}: {json_text(v, inner)}" for k, v in value.items())
        return "{\n" + ",\n".join(pairs) + f"\n{indent}}}"
    if isinstance(value, list):
        return "[" + ", ".join(json_text(item, indent) for item in value) + "]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def toml_lines(value: dict[str, Any]) -> list[str]:
    """A flat map as lines of TOML; a multi-line text becomes a multi-line string."""
    lines: list[str] = []
    for key, inner in value.items():
        if isinstance(inner, str) and "\n" in inner:
            lines.extend([f'{key} = """', *inner.strip("\n").split("\n"), '"""'])
        else:
            lines.append(f"{key} = {json_text(inner)}")
    return lines
