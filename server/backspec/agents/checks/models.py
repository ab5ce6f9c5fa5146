"""Model names: those of another product, and those nobody has seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from backspec import catalog
from backspec.agents import edit
from backspec.agents.agent_file import Report
from backspec.model import Severity
from backspec.spelling import closest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.nodes import Entry, Node
    from backspec.model import Fix


def _models(file: AgentFile) -> Iterator[tuple[Entry, Node]]:
    """The model names of the header: one, or a list to choose from."""
    for entry in file.header.entries:
        key = file.key(entry.name)
        if key is None or key.values != "model":
            continue
        for node in entry.value.scalars():
            yield entry, node


def _lists(file: AgentFile) -> list[Mapping[str, Any]]:
    lists = catalog.vocabulary("agent-models")["lists"]
    return [lists[found.models] for found in file.judged if found.models in lists]


def foreign_model(file: AgentFile) -> Iterator[Report]:
    """A model name in the form of another product."""
    lists = _lists(file)
    for entry, node in _models(file):
        if any(char in node.text for char in "${}<>"):
            continue
        faults = [_fault(known, node.text) for known in lists]
        if not faults or not all(faults):
            continue
        fault = next(found for found in faults if found is not None)
        severity = None
        if fault.get("error"):
            severity = Severity.ERROR
        elif any(found.get("hint") for found in faults if found is not None):
            severity = Severity.HINT
        if file.weak:
            severity = file.weak
        message = f"`{node.text[:60]}` is {fault['means']}"
        yield Report(node.span, message, severity, _repair(file, entry, node))


def _fault(known: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    if name in known["names"]:
        return None
    for fault in known.get("wrong", ()):
        if re.search(fault["matches"], name):
            found: Mapping[str, Any] = fault
            return found
    return None


def _repair(file: AgentFile, entry: Entry, node: Node) -> tuple[Fix, ...]:
    key = file.key(entry.name)
    root = file.header.root
    if "|" in node.text and node is entry.value and key is not None and key.takes("array"):
        names = [part.strip().strip("'\"") for part in node.text.split("|")]
        edits = edit.set_value(
            file.header, entry, edit.literal(file.header, [n for n in names if n])
        )
        return file.fix("Write a list", edits, "unsafe")
    if node.text == "inherit" and root is not None:
        edits = edit.remove_key(file.header, root, entry)
        return file.fix(f"Remove `{entry.name}`", edits, "unsafe")
    return ()


def unknown_model(file: AgentFile) -> Iterator[Report]:
    """A model name that is in no list and looks like none."""
    lists = _lists(file)
    outcome = file.outcome("unknown-model")
    if not lists or outcome.is_fine:
        return
    for entry, node in _models(file):
        name = node.text
        if any(char in name for char in "${}<>"):
            continue
        if any(name in known["names"] or re.search(known["open"], name) for known in lists):
            continue
        if any(_fault(known, name) for known in lists):
            continue
        names = {other for known in lists for other in known["names"]}
        near = closest(name, names)
        said = f"; did you mean `{near}`?" if near else ""
        message = f"`{name[:60]}` is no model that is known for a {file.dialect.title}{said}"
        fixes: tuple[Fix, ...] = ()
        if near:
            is_case = near.casefold() == name.casefold()
            edits = edit.set_text(file.header, node, near, in_flow=node is not entry.value)
            fixes = file.fix(f"Write `{near}`", edits, "safe" if is_case else "unsafe")
        yield Report(node.span, message, outcome.severity, fixes)
