"""What a header lacks, and keys that do not go together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backspec.agents import edit
from backspec.agents.agent_file import Report
from backspec.agents.naming import slug
from backspec.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.nodes import Entry
    from backspec.model import Fix

_SENTENCE = re.compile(r"(.+?[.!?])(?:\s|$)", re.DOTALL)
_MARKUP = re.compile(r"[*_`#>]|\[([^\]]*)\]\([^)]*\)")


def missing_field(file: AgentFile) -> Iterator[Report]:
    """A key that a product needs is not there."""
    header = file.header
    if header.root is not None and header.root.kind != "map":
        return
    needed = _needed(file)
    if file.is_markdown and header.opening is None:
        yield from _no_header(file, needed)
        return
    has_others = any(
        entry.name in file.known_keys and entry.name not in ("name", "description")
        for entry in header.entries
    )
    if not has_others and not any(header.find(name) for name in needed):
        # Documentation that lies beside the agents, which no product takes for one.
        return
    for name in needed:
        if header.find(name) is not None or (header.is_recovered and not has_others):
            continue
        outcome = file.outcome("missing-key", name)
        if outcome.is_fine:
            continue
        severity = outcome.severity
        if name == "name" and not has_others:
            severity = Severity.HINT
        message = outcome.message(f"`{name}` is missing")
        yield Report(file.top, message, severity, _insertion(file, name))
    yield from _missing_inside(file)


def _needed(file: AgentFile) -> tuple[str, ...]:
    """The keys some product of the file needs, in schema order."""
    names: dict[str, None] = {}
    for found in file.judged:
        names.update(dict.fromkeys(found.required))
        for reader in found.readers_at(file.detection.level):
            for mistake in reader.on:
                kind, _, name = mistake.partition(" ")
                if kind == "missing-key" and name in found.keys:
                    names[name] = None
    return tuple(names)


def _no_header(file: AgentFile, needed: tuple[str, ...]) -> Iterator[Report]:
    outcome = file.outcome("no-header")
    if outcome.is_fine or not needed:
        return
    pairs = [(name, text) for name in needed if (text := _default(file, name))]
    fixes: tuple[Fix, ...] = ()
    if len(pairs) == len(needed):
        fixes = file.fix("Insert a header", edit.insert_keys(file.header, pairs), "unsafe")
    yield Report(file.top, outcome.message("the file has no header"), outcome.severity, fixes)


def _insertion(file: AgentFile, name: str) -> tuple[Fix, ...]:
    text = _default(file, name)
    if not text:
        return ()
    after = "" if name == "name" else ("name" if file.header.find("name") else "")
    edits = edit.insert_keys(file.header, [(name, text)], after=after)
    return file.fix(f"Insert `{name}`", edits, "unsafe")


def _default(file: AgentFile, name: str) -> str:
    """Source text of a value that fits a missing key; "" when nothing suggests itself."""
    if name == "name":
        base = file.folder if file.dialect.identity.source == "folder" else file.stem
        found = slug(base)
        return edit.scalar(file.header, found) if found else ""
    if name == "description":
        found = _first_sentence(file)
        return edit.scalar(file.header, found) if found else ""
    return ""


def _first_sentence(file: AgentFile) -> str:
    """The first sentence of the body's first paragraph of prose, at most 200 characters."""
    for block in re.split(r"\r?\n[ \t]*\r?\n", file.header.body_text[:4000]):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if not lines or lines[0][:1] in "#-*|>`<!1" or lines[0].startswith("---"):
            continue
        text = _MARKUP.sub(lambda found: found[1] or "", " ".join(lines))
        sentence = _SENTENCE.match(text)
        found = (sentence[1] if sentence else text).strip()
        return found if len(found) <= 200 else found[:197].rsplit(" ", 1)[0] + "..."
    return ""


def _missing_inside(file: AgentFile) -> Iterator[Report]:
    """A key that an item or mapping below the top needs."""
    for entry, key, _ in file.nested():
        value = entry.value
        for inner in key.keys.values():
            if not inner.required:
                continue
            items = value.items if value.kind == "list" else (value,)
            for item in items:
                if item.kind == "map" and item.find(inner.name) is None:
                    span = item.entries[0].key.span if item.entries else item.span
                    message = f"`{inner.name}` is missing in this entry of `{entry.name}`"
                    yield Report(span, message, file.weak)


def empty_field(file: AgentFile) -> Iterator[Report]:
    """A key with nothing, or only blanks, behind it."""
    root = file.header.root
    for entry, key, parent in file.nested():
        if key.values == "tools" or "null" in key.types or entry.separator is None:
            continue
        value = entry.value
        if value.kind != "scalar" or value.text.strip() or value.native not in (None, "string"):
            continue
        is_top = parent is root
        outcome = file.outcome("empty-value", entry.name)
        if outcome.is_fine:
            continue
        is_needed = key.required or (is_top and entry.name in _needed(file))
        if not is_needed and file.weak:
            # Some products write empty keys themselves.
            continue
        severity = outcome.severity or (None if is_needed else Severity.WARNING)
        fixes: tuple[Fix, ...] = ()
        if not is_needed:
            removal = edit.remove_key(file.header, parent, entry)
            fixes = file.fix(f"Remove `{entry.name}`", removal)
        message = outcome.message(f"`{entry.name}` is empty")
        yield Report(entry.span, message, severity, fixes)


def mcp_servers_without_target(file: AgentFile) -> Iterator[Report]:
    """MCP servers in a file that VS Code reads too, and skips them."""
    entry = file.header.find("mcp-servers")
    if entry is None or not (file.is_a("copilot-agent") and file.is_a("vscode-agent")):
        return
    if file.header.find("target") is not None:
        return
    edits = edit.insert_keys(file.header, [("target", "github-copilot")], after="mcp-servers")
    fixes = file.fix("Add `target: github-copilot`", edits, "unsafe")
    message = "VS Code loads this agent too and ignores `mcp-servers`"
    yield Report(entry.key.span, message, None, fixes)


def missing_companion(file: AgentFile) -> Iterator[Report]:
    """A key that counts only together with another key or value."""
    root = file.header.root
    for entry, key, parent in file.nested():
        for name, values in key.when.items():
            partner = parent.find(name)
            known = file.key(name)
            if partner is None and parent is root and known is not None and known.default in values:
                continue
            if partner is not None and (partner.value.text in map(str, values) or "*" in values):
                continue
            wanted = " or ".join(f"`{name}: {value}`" for value in values[:3])
            fixes: tuple[Fix, ...] = ()
            if len(values) == 1 and parent is root:
                written = str(values[0])
                if partner is None:
                    added = edit.insert_keys(file.header, [(name, written)], after=entry.name)
                    fixes = file.fix(f"Add `{name}: {written}`", added, "unsafe")
            removal = edit.remove_key(file.header, parent, entry)
            fixes += file.fix(f"Remove `{entry.name}`", removal, "unsafe")
            message = f"`{entry.name}` counts only with {wanted}"
            yield Report(entry.key.span, message, None, fixes)


def contradictory_keys(file: AgentFile) -> Iterator[Report]:
    """Two switches that together leave nothing, or say the opposite."""
    header = file.header
    hidden = header.find("user-invocable")
    manual = header.find("disable-model-invocation")
    if hidden and manual and file.is_false("user-invocable") and file.is_true(manual.name):
        is_reached = file.kind == "agent" and _may_be_reached(file)
        if not is_reached:
            message = (
                "nothing can start this: people cannot (`user-invocable: false`) and models "
                "cannot (`disable-model-invocation: true`)"
            )
            yield Report(hidden.span, message, None, _removals(file, hidden, manual))
    globs = header.find("globs")
    always = header.find("alwaysApply")
    if always and globs and file.is_a("cursor-rule") and file.is_true("alwaysApply"):
        is_set = globs.value.text or globs.value.items
        if is_set:
            message = "`alwaysApply: true` applies the rule everywhere, so `globs` does nothing"
            yield Report(globs.key.span, message, None, _removals(file, globs, always))


def _may_be_reached(file: AgentFile) -> bool:
    """Whether another definition names this agent, which overrides the switches."""
    index = file.view.index if file.view is not None else None
    if index is None:
        return True
    definition = index.at(file.path)
    names = {file.stem, file.header.string("name") or file.stem}
    if definition is not None:
        names.add(definition.name)
    return any(index.references_to("agent", name) for name in names)


def _removals(file: AgentFile, *entries: Entry) -> tuple[Fix, ...]:
    root = file.header.root
    fixes: tuple[Fix, ...] = ()
    for entry in entries:
        if root is not None:
            removal = edit.remove_key(file.header, root, entry)
            fixes += file.fix(f"Remove `{entry.name}`", removal, "unsafe")
    return fixes


def no_tools(file: AgentFile) -> Iterator[Report]:
    """A ``tools`` key that grants nothing, or everything."""
    entry = file.header.find("tools")
    key = file.key("tools")
    root = file.header.root
    if entry is None or key is None or root is None or entry.separator is None:
        return
    value = entry.value
    is_list = value.kind == "list" and not value.items
    is_blank = value.kind == "scalar" and not value.text.strip(" ,")
    outcome = file.outcome("no-tools")
    if outcome.is_fine or not (is_list or is_blank) or "array" not in key.types:
        return
    removal = edit.remove_key(file.header, root, entry)
    # An empty list is mostly meant; an empty value hardly ever.
    severity = Severity.INFO if is_list and outcome.severity != Severity.HINT else outcome.severity
    fixes = file.fix("Remove `tools`, so that the agent gets all", removal, "unsafe")
    yield Report(entry.span, outcome.message("`tools` is empty"), severity, fixes)


def empty_body(file: AgentFile) -> Iterator[Report]:
    """An agent or prompt without any text."""
    if not file.is_markdown or file.kind not in ("agent", "prompt") or not file.body.is_blank:
        return
    if file.header.opening is None or file.header.closing is None:
        return
    if file.kind == "agent" and file.header.find("name") is None and len(file.header.entries) < 2:
        return
    outcome = file.outcome("empty-body")
    if outcome.is_fine:
        return
    severity = outcome.severity
    if severity is None and any(found.body_required for found in file.judged):
        severity = Severity.ERROR
    what = "the agent has no instructions" if file.kind == "agent" else "the prompt is empty"
    message = outcome.message(f"there is no text below the header, so {what}")
    yield Report(file.header.closing, message, severity)
