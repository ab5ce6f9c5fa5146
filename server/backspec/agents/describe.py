"""Markdown about keys, values, tools and models: what hover shows and completion documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backspec import catalog
from backspec.agents.dialects import Dialect, Key, Level, Reader, product_name
from backspec.agents.tools import ToolList, split_specifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from backspec.agents.tools import Tool

_TYPE_WORDS = {
    "string": "text",
    "array": "list",
    "object": "map",
    "boolean": "`true` or `false`",
    "integer": "whole number",
    "number": "number",
    "null": "nothing",
}
_TYPE_ORDER = ("string", "array", "object", "boolean", "integer", "number", "null")


def listed(words: Iterable[str], last: str = "and") -> str:
    """The words as prose has them: ``a, b and c``."""
    found = list(words)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {last} {found[-1]}"


def counted(number: int, word: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def type_words(key: Key) -> str:
    """What a key takes, in words: "text or list"."""
    if key.enum:
        return "one of a list"
    return listed((_TYPE_WORDS[name] for name in _TYPE_ORDER if name in key.types), "or")


def products(names: Iterable[str]) -> str:
    """Product ids as people call them."""
    return listed(product_name(name) for name in names)


def key_page(
    known: Sequence[tuple[Dialect, Key]],
    name: str,
    level: Level = "workspace",
    *,
    readers_of: Sequence[Dialect] = (),
    with_title: bool = True,
) -> list[str]:
    """Lines about a key that at least one dialect knows.

    ``known`` are the dialects that know it, the closest first, each with what it knows.
    ``readers_of`` are all dialects of the file, for a key of the header itself, which products
    may ignore as a whole; () for a nested key.
    """
    dialect, key = known[0]
    lines: list[str] = []
    if with_title:
        need = "required" if key.required else "optional"
        lines += [f"**`{name}`** · {need} · {type_words(key)}", ""]
    if key.deprecated:
        lines += [f"*Deprecated.* {key.deprecated}", ""]
    lines.append(key.description or f"A key of {dialect.title}.")
    if key.enum:
        lines.append("")
        lines += value_lines(key)
    if key.default is not None and not isinstance(key.default, (list, dict)):
        shown = str(key.default).lower() if isinstance(key.default, bool) else key.default
        lines += ["", f"Default: `{shown}`."]
    for other, values in key.when.items():
        words = listed((f"`{value}`" for value in values), "or")
        lines += ["", f"Counts only with `{other}`: {words}."]
    if readers_of:
        lines += reader_lines(readers_of, name, level)
    limits = [limit for limit in dialect.limits if limit.of == name and limit.most]
    if readers_of and limits:
        lines += ["", " ".join(_limit_words(limit.most or 0, limit.unit) for limit in limits[:1])]
    return lines


def _limit_words(most: int, unit: str) -> str:
    return f"At most {most:,} {unit}."


def reader_lines(dialects: Sequence[Dialect], name: str, level: Level) -> list[str]:
    """Which products ignore or reject the key, and what they make of it."""
    ignoring: list[str] = []
    rejecting: list[str] = []
    reading: set[str] = set()
    notes: list[str] = []
    for dialect in dialects:
        for reader in dialect.readers_at(level):
            if name in reader.rejects or (name not in dialect.keys and rejects_unknown(reader)):
                rejecting.append(reader.product)
            elif reader.ignores_key(name) or name not in dialect.keys:
                ignoring.append(reader.product)
            else:
                reading.add(reader.product)
                if name in reader.key_notes:
                    notes.append(f"{product_name(reader.product)}: {reader.key_notes[name]}.")
    lines: list[str] = []
    if rejecting:
        lines += ["", f"Rejected by {products(dict.fromkeys(rejecting))}."]
    ignoring = [product for product in dict.fromkeys(ignoring) if product not in reading]
    if ignoring:
        lines += ["", f"Ignored by {products(ignoring)}."]
    if notes:
        lines += ["", *(f"- {note}" for note in dict.fromkeys(notes))]
    return lines


def rejects_unknown(reader: Reader) -> bool:
    """Whether a product does not take a file with a key it does not know."""
    return reader.on.get("unknown-key", ("unknown", ""))[0] in ("errors", "drops-file")


_MOST_VALUES = 10


def value_lines(key: Key) -> list[str]:
    """A bullet for each value a key may have, cut when there are many."""
    values = key.suggestions
    if len(values) > _MOST_VALUES and not any(value.deprecated for value in values):
        return [listed((f"`{value.value}`" for value in values), "or")]
    lines = []
    for value in values:
        text = f"instead: `{value.deprecated}`" if value.deprecated else value.description
        lines.append(f"- `{value.value}`" + (f": {text}" if text else ""))
    return lines


_STATUS_WORDS = {
    "outdated": "Works, but is meant to be replaced.",
    "alias": "Another name that still works.",
    "renamed": "An old name.",
    "legacy": "An old name.",
    "removed": "No longer exists.",
}


def tool_page(tool: Tool, tools: ToolList, dialect: Dialect) -> list[str]:
    """Lines about a tool name: what it does, what it contains, what it is elsewhere."""
    words = {"set": "tool set", "member": "tool", "alias": "alias", "word": "", "tool": "tool"}
    title = f"**`{tool.name}`**"
    if words[tool.kind]:
        title += f" · {words[tool.kind]} of {dialect.title}"
    lines = [title, ""]
    if tool.status != "current":
        use = f" Write {listed((f'`{name}`' for name in tool.use), 'or')}." if tool.use else ""
        lines += [f"*{_STATUS_WORDS[tool.status]}*{use}", ""]
    lines.append(tool.description)
    target = tools.find(tool.use[0]) if tool.kind == "alias" and tool.use else tool
    members = target.members if target is not None else ()
    if members:
        lines += ["", "Contains:"]
        for name in members[:_MOST_VALUES]:
            member = tools.find(name)
            lines.append(f"- `{name}`" + (f": {member.description}" if member else ""))
        if len(members) > _MOST_VALUES:
            lines.append(f"- and {len(members) - _MOST_VALUES} more")
    also = tools.data.get("aliases", {}).get(tool.name, {}).get("also")
    if also:
        lines += ["", f"Also written {listed((f'`{name}`' for name in also), 'or')}."]
    if tool.facts.get("subagents") == "never":
        lines += ["", "Subagents never get it, even when it is listed."]
    elif tool.facts.get("subagents") == "plan":
        lines += ["", "Subagents get it only with `permissionMode: plan`."]
    elif "claude" in tools.name and tool.kind == "tool" and tool.status == "current":
        if not tool.facts.get("background"):
            lines += ["", "Lost when the agent runs in the background."]
        elsewhere = catalog.vocabulary("copilot-tools")["from-claude"].get(tool.name)
        if elsewhere:
            lines += ["", f"VS Code reads it as {listed(f'`{name}`' for name in elsewhere)}."]
    return lines


def external_page(entry: str, tools: ToolList) -> list[str]:
    """Lines about a name that only a running product can judge: a server's tool, a wildcard."""
    name, _ = split_specifier(entry)
    if name == "*":
        return ["**`*`**", "", "All tools."]
    server = tools.server_of(name)
    if server is None:
        return []
    builtin = tools.data.get("builtin-servers", {}).get(server)
    lines = [f"**`{name}`** · MCP", "", f"Tools of the MCP server `{server}`."]
    if builtin:
        lines += ["", f"{builtin} There without configuration in GitHub's cloud agent."]
    return lines


def model_page(model: str, dialect: Dialect) -> list[str]:
    """Lines about a model name; [] when nothing is known about it."""
    known = catalog.vocabulary("agent-models")["lists"].get(dialect.models, {})
    about = known.get("names", {}).get(model)
    if about is None:
        return []
    lines = [f"**`{model}`** · model", "", about]
    for product, names in known.get("elsewhere", {}).items():
        if model in names:
            lines += ["", f"{product_name(product)} reads it as {names[model]}."]
    return lines
