"""Placeholders and commands in bodies: arguments, variables, tools, inline commands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backspec.agents import edit
from backspec.agents.agent_file import Report
from backspec.agents.checks.tools import grants
from backspec.model import Severity
from backspec.spelling import closest
from backspec.text import Edit, Span, newline_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.agent_file import AgentFile
    from backspec.model import Fix

_ARGUMENT_FORMS = ("$ARGUMENTS", "$1", "$N", "{{args}}")
_DOLLAR_ARGUMENTS = re.compile(rb"(?<!\\)\$(?:ARGUMENTS\b|\d)")
_BRACE_ARGUMENTS = re.compile(rb"\{\{\s*args\s*\}\}")


def _forms(file: AgentFile) -> set[str]:
    return {found.form for dialect in file.judged for found in dialect.placeholders}


def _uses_arguments(file: AgentFile, forms: set[str]) -> re.Match[bytes] | None:
    """The first place in the body that stands for what the user typed behind the name."""
    text = file.document.text
    patterns = []
    if "$ARGUMENTS" in forms:
        patterns.append(_DOLLAR_ARGUMENTS)
    if "{{args}}" in forms:
        patterns.append(_BRACE_ARGUMENTS)
    entry = file.header.find("arguments")
    if entry is not None:
        for item in file.listed(entry) if entry.value.kind == "list" else _words(file):
            name = item if isinstance(item, str) else item.text
            patterns.append(re.compile(rb"(?<!\\)\$" + re.escape(name.encode()) + rb"\b"))
    for pattern in patterns:
        found = pattern.search(text, *file.body.span)
        if found:
            return found
    return None


def _words(file: AgentFile) -> list[str]:
    """The names in ``arguments: a b``."""
    return (file.header.string("arguments") or "").replace(",", " ").split()


def unused_argument_hint(file: AgentFile) -> Iterator[Report]:
    """A hint for arguments that the text has no place for."""
    entry = file.header.find("argument-hint")
    forms = _forms(file)
    if entry is None or file.kind == "agent" or not forms & set(_ARGUMENT_FORMS):
        return
    if file.body.is_blank or _uses_arguments(file, forms) is not None:
        return
    text = file.document.text
    newline = newline_of(text)
    end = len(text)
    gap = newline if text.endswith((b"\n", b"\r")) else newline * 2
    placeholder = "$ARGUMENTS" if "$ARGUMENTS" in forms else "{{args}}"
    added = f"{gap}{placeholder}{newline}"
    fixes = file.fix(f"Append `{placeholder}`", (Edit(Span(end, end), added),), "unsafe")
    message = f"`argument-hint` asks for arguments, and the text has no `{placeholder}`"
    yield Report(entry.key.span, message, None, fixes)


def missing_argument_hint(file: AgentFile) -> Iterator[Report]:
    """The text uses arguments and nothing tells people which."""
    forms = _forms(file)
    key = file.key("argument-hint")
    if key is None or file.kind == "agent" or file.header.find("argument-hint") is not None:
        return
    if file.header.opening is None or not file.header.entries:
        return
    found = _uses_arguments(file, forms)
    if found is None or file.body.in_fence(found.start()) or found.group()[-1:].isdigit():
        # `$1` may be a sum of money; the long form is not to be mistaken.
        return
    edits = edit.insert_keys(file.header, [("argument-hint", '"[arguments]"')])
    fixes = file.fix("Insert `argument-hint`", edits, "unsafe")
    message = "the text uses arguments, and no `argument-hint` says which"
    yield Report(Span(*found.span()), message, None, fixes)


_NAME = re.compile(rb"(?<![\\\w$])\$([a-z_][a-z0-9_]*)\b")


def undeclared_argument(file: AgentFile) -> Iterator[Report]:
    """``$name`` that is not declared, or a declared one that the text does not use."""
    entry = file.header.find("arguments")
    if entry is None or "$name" not in _forms(file):
        return
    names = [i.text for i in file.listed(entry)] if entry.value.kind == "list" else _words(file)
    used: set[str] = set()
    for found in file.body.find(_NAME, in_code=True):
        name = found[1].decode("ascii")
        used.add(name)
        near = closest(name, names, 0.7) if name not in names else None
        if near is not None and near not in used:
            span = Span(*found.span(1))
            message = f"`${name}` is not in `arguments` and becomes empty; did you mean `${near}`?"
            fixes = file.fix(f"Write `${near}`", (Edit(span, near),), "unsafe")
            used.add(near)
            yield Report(Span(*found.span()), message, None, fixes)
    if _DOLLAR_ARGUMENTS.search(file.document.text, *file.body.span):
        return
    for name in names:
        if name not in used:
            yield Report(entry.value.span, f"the text does not use the argument `{name}`",
                         Severity.HINT)  # fmt: skip


_FOREIGN = (
    ("{{args}}", re.compile(rb"\{\{\s*args\s*\}\}"), "Gemini CLI"),
    ("${input:...}", re.compile(rb"\$\{input:[\w-]+(?::[^{}\r\n]*)?\}"), "VS Code prompts"),
    ("$ARGUMENTS", re.compile(rb"(?<!\\)\$ARGUMENTS\b"), "Claude Code commands and skills"),
)


def foreign_placeholder(file: AgentFile) -> Iterator[Report]:
    """A placeholder of another product, which stays in the text as it is."""
    if not file.is_markdown or file.kind not in ("prompt", "skill", "agent", "instructions"):
        return
    forms = _forms(file)
    has = {
        "{{args}}": "{{args}}" in forms,
        "${input:...}": any(form.startswith("${input:") for form in forms),
        "$ARGUMENTS": "$ARGUMENTS" in forms,
    }
    if file.kind == "skill" and not forms:
        # A skill without a product's own folder may be read by one that knows them.
        has["$ARGUMENTS"] = True
    for form, pattern, owner in _FOREIGN:
        if has[form] or (file.kind == "agent" and form != "${input:...}"):
            continue
        found = next(file.body.find(pattern), None)
        if found is None:
            continue
        here = "$ARGUMENTS" if has["$ARGUMENTS"] else ""
        here = "{{args}}" if has["{{args}}"] else here
        here = "${input:arguments}" if has["${input:...}"] else here
        span = Span(*found.span())
        written = found.group().decode("utf-8", "replace")
        message = f"`{written[:40]}` is a placeholder of {owner} and is not replaced here"
        fixes: tuple[Fix, ...] = ()
        if here and file.kind in ("prompt", "skill"):
            fixes = file.fix(f"Write `{here}`", (Edit(span, here),), "unsafe")
        yield Report(span, message, None, fixes)


_INLINE = re.compile(rb"(?:^|(?<=\s))!`(?P<command>[^`\r\n]+)`", re.MULTILINE)


def literal_command(file: AgentFile) -> Iterator[Report]:
    """An inline command that is not run: in an agent, or without leave to run it."""
    text = file.document.text
    if b"!`" not in text or not file.is_markdown:
        return
    is_run = "!`command`" in _forms(file)
    allowed = file.header.find("allowed-tools")
    for found in _INLINE.finditer(text, *file.body.span):
        if file.body.in_fence(found.start()):
            continue
        span = Span(*found.span())
        if file.is_a("claude-subagent"):
            message = "Claude Code runs inline commands in skills and commands only, not in agents"
            yield Report(span, message)
        elif is_run and allowed is not None and allowed.value.kind != "map":
            names = {grant.name for grant in grants(file, "allowed-tools")}
            if names and not names & {"Bash", "PowerShell", "*"}:
                message = "`allowed-tools` does not allow `Bash`, which this command needs"
                yield Report(span, message)
                return


_MONEY = re.compile(rb"(?<![\\\w$])\$\d(?:\.\d\d|,\d{3})(?![\w,.]*\d)")


def dollar_amount(file: AgentFile) -> Iterator[Report]:
    """``$1.00``: a sum of money that reads as an argument. Reported once, repaired everywhere."""
    forms = _forms(file)
    if "$N" not in forms:
        return
    found = list(file.body.find(_MONEY))
    if not found:
        return
    takes_arguments = file.header.find("argument-hint") is not None or bool(
        re.search(rb"(?<!\\)\$ARGUMENTS\b", file.document.text)
    )
    edits = [Edit(Span(match.start(), match.start()), "\\") for match in found]
    written = found[0].group().decode("ascii")
    message = f"`{written[:2]}` in `{written}` stands for an argument; write `\\{written}`"
    severity = None if takes_arguments else Severity.INFO
    yield Report(Span(*found[0].span()), message, severity, file.fix("Write `\\$`", edits))


_UNFILLED = re.compile(
    rb"\[(?:YOUR|INSERT|ENTER|ADD|FILL)[ _-][A-Z][A-Z _-]*\]|<(?:YOUR|INSERT)[ _-][A-Z _-]+>"
    rb"|\b[Ll]orem ipsum\b|^[ \t]*(?:[-*][ \t]+)?TODO:[ \t]*(?:write|fill|add|describe)\b",
    re.MULTILINE,
)
_UNFILLED_SIGNS = (
    b"[YOUR",
    b"[INSERT",
    b"[ENTER",
    b"[ADD",
    b"[FILL",
    b"<YOUR",
    b"<INSERT",
    b"orem ips",
    b"TODO:",
)
"""One of these is in every match; looking for them first is much cheaper."""


def unfilled_template(file: AgentFile) -> Iterator[Report]:
    """A part of a template that nobody filled in."""
    text = file.document.text
    if not file.is_markdown or not any(sign in text for sign in _UNFILLED_SIGNS):
        return
    for found in file.body.find(_UNFILLED):
        written = found.group().decode("utf-8", "replace").strip()
        yield Report(Span(*found.span()), f"`{written[:60]}` is left over from a template")


_TOOL_MENTION = re.compile(rb"#tool:(?P<name>[\w./-]*\w)")


def unknown_tool_mention(file: AgentFile) -> Iterator[Report]:
    """``#tool:name`` with a name that is old, unknown, or not in the tool list."""
    tools = file.tools
    if tools is None or "#tool:name" not in _forms(file):
        return
    entry = file.header.find("tools")
    granted: set[str] | None = None
    if entry is not None and (listed := list(grants(file, "tools"))):
        granted = {full for g in listed for full in (g.name, *tools.expand(g.name))}
    for found in file.body.find(_TOOL_MENTION):
        name = found["name"].decode("utf-8", "replace")
        span = Span(*found.span("name"))
        tool = tools.find(name)
        if tool is None:
            if tools.is_external(name):
                continue
            near = tools.suggest(name)
            said = f"; did you mean `{near}`?" if near else ""
            fixes = file.fix(f"Write `{near}`", (Edit(span, near),), "unsafe") if near else ()
            yield Report(
                span, f"`{name}` is no tool that is known here{said}", Severity.HINT, fixes
            )
        elif tool.status in ("renamed", "legacy") and tool.use:
            new = tool.use[0]
            fixes = file.fix(f"Write `{new}`", (Edit(span, new),))
            message = f"`{name}` is called `{new}` now"
            yield Report(span, message, Severity.INFO, fixes, tags=("deprecated",))
        elif granted is not None and "*" not in granted and entry is not None:
            full = {name, tool.name, *tools.expand(name)}
            if not full & granted:
                edits = edit.add_entry_to(file.header, entry.value, tool.name)
                fixes = file.fix(f"Add `{tool.name}` to `tools`", edits, "unsafe")
                yield Report(span, f"`tools` does not grant `{name}`", None, fixes)
