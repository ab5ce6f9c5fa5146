"""Names of other definitions: agents, skills, handoffs."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from backspec.agents import edit
from backspec.agents.agent_file import Report
from backspec.agents.graph import family_of, references_in
from backspec.agents.tools import split_specifier
from backspec.catalog import dialect_names
from backspec.model import FileEdit, Fix, Severity
from backspec.spelling import closest
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.graph import Definition, Index, Reference
    from backspec.agents.nodes import Node

_TEMPLATE = re.compile(r"[${}<>*%]")


# Agents and skills by name


def _index(file: AgentFile) -> Index | None:
    if file.detection.is_guess or file.view is None:
        return None
    return file.view.index


def _references(file: AgentFile, kind: str) -> Iterator[Reference]:
    for reference in references_in(file):
        name = reference.name
        # `plugin:agent` names what no workspace holds.
        if reference.kind == kind and ":" not in name and not _TEMPLATE.search(name):
            yield reference


def _builtin(file: AgentFile) -> frozenset[str]:
    """The agents that products of the file's family bring along, in lower case."""
    from backspec.agents.dialects import dialect

    family = family_of(file.dialect.id)
    names = {
        name
        for other in dialect_names()
        if family_of(other) == family
        for name in dialect(other).identity.builtin
    }
    if file.tools is not None:
        names |= set(file.tools.data.get("agents", ()))
    return frozenset(name.lower() for name in names)


def unknown_agent(file: AgentFile) -> Iterator[Report]:
    """A name of an agent that is nowhere."""
    from backspec.agents.navigation import resolve

    index = _index(file)
    if index is None:
        return
    family = family_of(file.dialect.id)
    known = index.all("agent", family)
    for reference in _references(file, "agent"):
        name = reference.name
        if resolve(index, "agent", name, family) or name.lower() in _builtin(file):
            continue
        if index.with_stem("agent", name, family) or name == file.header.string("name"):
            continue
        names = {d.name for d in known} | {d.label for d in known if d.label}
        near = closest(name, names)
        said = f"; did you mean `{near}`?" if near else ""
        severity = None if near or len(known) > 1 else Severity.HINT
        if reference.where in ("agents", "tools") and not near:
            severity = Severity.HINT
        fixes = _renamed(file, reference, near) if near else ()
        fixes += _new_agent(file, name, known)
        message = f"no agent is called `{name[:60]}` here{said}"
        yield Report(reference.span, message, severity, fixes)


def _renamed(file: AgentFile, reference: Reference, name: str) -> tuple[Fix, ...]:
    written = name
    node = _node_at(file.header.root, reference.span)
    if node is not None and node.style == "plain" and node.span == reference.span:
        written = edit.scalar(file.header, name, in_flow=True)
    return file.fix(f"Write `{name}`", (Edit(reference.span, written),), "unsafe")


def _node_at(root: Node | None, span: Span) -> Node | None:
    """The scalar with exactly this content."""
    todo = [root] if root is not None else []
    while todo:
        node = todo.pop()
        if node.kind == "scalar" and node.content == span:
            return node
        todo.extend(node.items)
        todo.extend(entry.value for entry in node.entries)
    return None


def _new_agent(file: AgentFile, name: str, known: Iterable[Definition]) -> tuple[Fix, ...]:
    """Create the agent beside the others of its kind."""
    from backspec.agents.naming import slug

    view = file.view
    stem = slug(name)
    beside = next((d for d in known if d.level == file.detection.level), None)
    if view is None or beside is None or not stem:
        return ()
    suffix = (
        ".agent.md" if beside.path.endswith(".agent.md") else posixpath.splitext(beside.path)[1]
    )
    path = posixpath.join(posixpath.dirname(beside.path), stem + suffix)
    if suffix not in (".md", ".agent.md") or view.exists(path):
        return ()
    written = edit.scalar(file.header, name)
    text = f"---\nname: {written}\ndescription: \n---\n\n"
    made = FileEdit(path, (Edit(Span(0, 0), text),), create=True)
    return (Fix(f"Create the agent `{name}`", (), "unsafe", other_files=(made,)),)


def agent_by_file_name(file: AgentFile) -> Iterator[Report]:
    """An agent that is named by its file, where its ``name`` counts."""
    index = _index(file)
    if index is None or not any(found.id.startswith("vscode-") for found in file.dialects):
        return
    family = family_of(file.dialect.id)
    known = index.all("agent", family)
    labels = {d.label for d in known}
    for reference in _references(file, "agent"):
        name = reference.name
        if name in labels or name.lower() in _builtin(file):
            continue
        found = [d for d in known if d.stem == name and d.label]
        if found:
            label = found[0].label
            message = f"`{name}` is the file's name; the agent is called `{label}`"
            yield Report(reference.span, message, None, _renamed(file, reference, label))


def unknown_skill(file: AgentFile) -> Iterator[Report]:
    """A skill that is nowhere, or that cannot be loaded this way."""
    index = _index(file)
    if index is None:
        return
    known = index.all("skill")
    for reference in _references(file, "skill"):
        found = [d for d in known if reference.name in (d.name, d.label)]
        if not found:
            near = closest(reference.name, {d.name for d in known})
            said = f"; did you mean `{near}`?" if near else ""
            message = f"no skill is called `{reference.name[:60]}` here{said}"
            severity = None if near or known else Severity.HINT
            fixes = _renamed(file, reference, near) if near else ()
            yield Report(reference.span, message, severity, fixes)
        elif reference.where == "skills" and all(d.is_manual for d in found):
            message = (
                f"`{reference.name}` has `disable-model-invocation: true`, so it cannot be "
                "preloaded"
            )
            yield Report(reference.span, message)


_VENDOR = re.compile(r".+ \([\w.-]+\)\Z")


def invalid_handoff(file: AgentFile) -> Iterator[Report]:
    """A handoff whose label or model VS Code does not take."""
    entry = file.header.find("handoffs")
    if entry is None or entry.value.kind != "list":
        return
    seen: set[str] = set()
    for item in entry.value.items:
        label = item.find("label")
        if label is not None and label.value.kind == "scalar":
            text = label.value.text.strip()
            if not any(char.isalnum() for char in text):
                yield Report(label.span, "a handoff's `label` needs a letter or digit")
            elif text.lower() in seen:
                message = f"another handoff of this file has the label `{text[:60]}`"
                yield Report(label.value.span, message)
            seen.add(text.lower())
        model = item.find("model")
        if model is not None and model.value.kind == "scalar" and not model.value.is_empty:
            name = model.value.text
            if not _VENDOR.match(name) and not _TEMPLATE.search(name):
                fixes = file.fix(
                    f"Write `{name} (copilot)`",
                    edit.set_text(file.header, model.value, f"{name} (copilot)"), "unsafe",
                )  # fmt: skip
                message = "a handoff's `model` needs its vendor: `Name (vendor)`"
                yield Report(model.value.span, message, None, fixes)


def unreachable_agent(file: AgentFile) -> Iterator[Report]:
    """An agent that people cannot pick and that no agent may call, or none does."""
    if file.is_a("opencode-agent"):
        entry = file.header.find("hidden")
        if entry is not None and file.is_true("hidden") and file.header.string("mode") == "primary":
            message = "nobody can reach this agent: it is hidden, and `mode: primary` is for people"
            yield Report(entry.span, message, file.weak)
        return
    entry = file.header.find("user-invocable")
    index = _index(file)
    own = index.at(file.path) if index is not None else None
    if entry is None or index is None or own is None or not file.is_false("user-invocable"):
        return
    if own.is_manual or " " in own.name or " " in own.label or index.users_of(own):
        return  # the first is a contradiction of keys, and reported as such
    message = (
        "people cannot pick this agent, and no agent, handoff or prompt names it; only a model "
        "that goes by its description can start it"
    )
    yield Report(entry.span, message, file.weak)


_CALLED = re.compile(
    rb"(?:(?<![\w`@.])@(?P<at>[a-z][a-z0-9]*(?:-[a-z0-9]+)+)(?![\w/.@-])"
    rb"|`(?P<code>[a-z][a-z0-9]*(?:-[a-z0-9]+)+)`[ ](?P<kind>agent|subagent|sub-agent|skill)\b)"
)


def stale_mention(file: AgentFile) -> Iterator[Report]:
    """The text names an agent or skill that is not there any more, and one is nearly called so."""
    index = _index(file)
    text = file.document.text
    signs = (b"@", b"` agent", b"` subagent", b"` sub-agent", b"` skill")
    if index is None or not file.is_markdown or not any(sign in text for sign in signs):
        return
    for found in _CALLED.finditer(file.document.text, *file.body.span):
        if file.body.in_fence(found.start()):
            continue
        group = "at" if found["at"] else "code"
        name = found[group].decode("ascii")
        kind = "skill" if found["kind"] == b"skill" else "agent"
        known = {d.name for d in index if d.kind == kind} | {
            d.stem for d in index if d.kind == kind
        }
        if name in known or any(name in (d.name, d.label, d.stem) for d in index):
            continue
        near = closest(name, {d.name for d in index if d.kind == kind}, 0.85)
        if near is not None:
            span = Span(*found.span(group))
            message = f"no {kind} is called `{name}`; did you mean `{near}`?"
            yield Report(
                span, message, None, file.fix(f"Write `{near}`", (Edit(span, near),), "unsafe")
            )


def prompt_tools_wider(file: AgentFile) -> Iterator[Report]:
    """A prompt that grants more than the agent it runs has."""
    index = _index(file)
    entry = file.header.find("tools")
    agent = file.header.string("agent")
    tools = file.tools
    if index is None or entry is None or not agent or tools is None or file.kind != "prompt":
        return
    from backspec.agents.navigation import resolve

    found = resolve(index, "agent", agent, family_of(file.dialect.id))
    if len(found) != 1 or found[0].tools is None or "*" in found[0].tools:
        return
    has = {full for name in found[0].tools for full in (name, *tools.expand(name))}
    for item in file.listed(entry):
        name, _ = split_specifier(item.text)
        if name not in has and not set(tools.expand(name)) <= has and name != "*":
            message = (
                f"the agent `{agent}` does not have `{name}`; the prompt gives it for this run"
            )
            yield Report(item.span, message)
