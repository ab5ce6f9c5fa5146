"""Credentials, dangerous commands and hidden text in agent files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backspec.agents.agent_file import Report
from backspec.agents.checks.hooks import hook_commands
from backspec.secret_values import VENDOR_SHAPES, is_placeholder, looks_chosen, looks_random
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.nodes import Entry, Node

_SECRET_NAME = re.compile(
    r"(?i)(?:^|[_.-])(?:token|secret|password|passwd|api_?key|apikey|access_?key|private_?key|auth"
    r"|authorization|credentials?|client_secret|pat)(?:$|[_.-])|(?:Token|Secret|Password|ApiKey)$"
)
_REFERENCE = re.compile(r"\$\{|\$[A-Za-z_]|\{\{|<[^>]+>|%[A-Z_]+%")
_SCHEME = re.compile(r"(?i)(?:bearer|basic|token)\s+")


def _shapes() -> list[tuple[str, bytes, re.Pattern[bytes]]]:
    return [(what, hint, re.compile(pattern.encode())) for what, hint, pattern in VENDOR_SHAPES]


_SHAPES = _shapes()


def _vendor_key(raw: bytes, start: int, end: int) -> tuple[str, re.Match[bytes]] | None:
    for what, hint, pattern in _SHAPES:
        if raw.find(hint, start, end) < 0:
            continue
        for found in pattern.finditer(raw, start, end):
            if not is_placeholder(found.group().decode("ascii", "replace")):
                return what, found
    return None


def credential_in_header(file: AgentFile) -> Iterator[Report]:
    """A token or password written into ``env``, ``headers`` or the like."""
    root = file.header.root
    todo: list[Node] = [root] if root is not None else []
    text = file.document.text
    while todo:
        node = todo.pop()
        todo.extend(item for item in node.items if item.kind != "scalar")
        for item in node.items:
            found = _vendor_key(text, *item.content) if item.kind == "scalar" else None
            if found is not None:
                yield _credential(file, None, Span(*found[1].span()), found[0])
        for entry in node.entries:
            value = entry.value
            if value.kind in ("map", "list"):
                todo.append(value)
                continue
            found = _vendor_key(text, *value.content)
            if found is not None:
                yield _credential(file, entry, Span(*found[1].span()), found[0])
            elif node is not root and _is_secret(entry):
                yield _credential(file, entry, value.content, "a credential")


def _is_secret(entry: Entry) -> bool:
    value = entry.value
    if value.type != "string" or not _SECRET_NAME.search(entry.name):
        return False
    text = _SCHEME.sub("", value.text.strip())
    if _REFERENCE.search(text) or is_placeholder(text):
        return False
    return looks_random(text) or (len(text) >= 8 and looks_chosen(text))


def _credential(file: AgentFile, entry: Entry | None, span: Span, what: str) -> Report:
    where = f"`{entry.name}`" if entry is not None else "the header"
    message = f"{what} is written into {where}; everybody who gets the file gets it"
    if entry is None:
        return Report(span, message)
    value = entry.value.content
    text = file.document.text[slice(*value)].decode("utf-8", "replace")
    scheme = _SCHEME.match(text)
    start = value.start + (len(scheme.group().encode()) if scheme else 0)
    reference = "${" + re.sub(r"[^A-Z0-9]+", "_", entry.name.upper()).strip("_") + "}"
    edits = (Edit(Span(start, value.end), reference),)
    fixes = file.fix(f"Write `{reference}`", edits, "unsafe")
    return Report(Span(max(span.start, start), span.end), message, None, fixes)


def credential_in_body(file: AgentFile) -> Iterator[Report]:
    """A key in a vendor's own form in the text."""
    if not file.is_markdown:
        return
    text = file.document.text
    at, end = file.body.span
    while (found := _vendor_key(text, at, end)) is not None:
        what, match = found
        at = match.end()
        # Files that teach about secrets show some, in fences.
        if not file.body.in_fence(match.start()):
            yield Report(Span(*match.span()), f"{what} is written into the text")


_DANGEROUS = (
    (
        re.compile(
            r"\b(?:curl|wget)\b[^|;&\n]*\|\s*(?:sudo\s+)?(?:ba|z|da|k)?sh\b"
            r"|\b(?:ba|z)?sh\s+(?:-c\s+[\"']?)?<?\(?\$?\(?\s*(?:curl|wget)\b"
            r"|\b(?:iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b[^|\n]*\|\s*(?:iex|Invoke-Expression)\b"
        ),
        "runs whatever a web page answers",
    ),
    (
        re.compile(
            r"\brm\s+(?:-[a-zA-Z]+\s+)*-[a-zA-Z]*(?:r[a-zA-Z]*f|f[a-zA-Z]*r)[a-zA-Z]*\s+"
            r"(?:--no-preserve-root\s+)?[\"']?(?:/|~|\$HOME|\*|\.\.?)(?:/?\*)?[\"']?(?=\s|;|&|\||$)"
        ),
        "deletes everything it reaches",
    ),
    (re.compile(r"\bchmod\s+(?:-R\s+)?0?777\b"), "lets everybody change the files"),
    (
        re.compile(r"\bgit\s+push\b[^\n]*(?:--force(?!-with-lease)|\s-f\b)"),
        "overwrites others' work",
    ),
)
_INLINE = re.compile(rb"(?:^|(?<=\s))!`([^`\r\n]+)`", re.MULTILINE)


def dangerous_command(file: AgentFile) -> Iterator[Report]:
    """A command that runs by itself and can do harm: in a hook, or inline in a skill."""
    for _, node in hook_commands(file):
        for entry in node.entries:
            if entry.name not in ("command", "bash", "powershell", "windows", "linux", "osx"):
                continue
            if entry.value.kind == "scalar" and (harm := _harm(entry.value.text)):
                yield Report(entry.value.span, f"this hook {harm}", file.weak)
    if file.is_markdown and b"!`" in file.document.text:
        for found in _INLINE.finditer(file.document.text, *file.body.span):
            harm = _harm(found[1].decode("utf-8", "replace"))
            if harm and not file.body.in_fence(found.start()):
                yield Report(Span(*found.span(1)), f"this command {harm}", file.weak)


def _harm(command: str) -> str:
    return next((what for pattern, what in _DANGEROUS if pattern.search(command)), "")


_ORDER = re.compile(
    rb"\b(?:ignore|disregard|forget) (?:all |any |the |your )*"
    rb"(?:previous|prior|above|earlier|other) (?:instructions?|rules?|prompts?)"
    rb"|\b(?:do not|don't|never) (?:tell|inform|mention|reveal|show)(?: this| it| that)? "
    rb"(?:to )?(?:the |any )?(?:user|human|anyone|person)",
    re.IGNORECASE,
)
_TITLE = re.compile(rb"\]\([^()\s]+[ \t]+\"(?P<title>[^\"\r\n]{20,})\"\)")
_TAGS = re.compile("[\U000e0020-\U000e007e]{3,}")


def hidden_instruction(file: AgentFile) -> Iterator[Report]:
    """Orders to a model where people do not look."""
    if not file.is_markdown:
        return
    text = file.document.text
    for comment in file.body.comments:
        found = _ORDER.search(text, *comment)
        if found:
            yield Report(Span(*found.span()), "a comment holds an order that readers do not see")
    if b'"' in text:
        for title in file.body.find(_TITLE):
            found = _ORDER.search(text, *title.span("title"))
            if found:
                yield Report(Span(*found.span()), "a link's title holds an order that nobody sees")
    if not text.isascii():
        whole = text.decode("utf-8", "replace")
        for tagged in _TAGS.finditer(whole):
            start = len(whole[: tagged.start()].encode())
            end = start + len(tagged.group().encode())
            yield Report(Span(start, end), "text in invisible Unicode tags stands here")


_BLOB = re.compile(
    rb"(?<![\w+/=])(?:[A-Za-z0-9+/]{300,}={0,2}|(?:[0-9a-fA-F]{2}){200,})(?![\w+/=])"
)


def encoded_blob(file: AgentFile) -> Iterator[Report]:
    """A long run of base64 or hex, which nobody can review."""
    if not file.is_markdown:
        return
    text = file.document.text
    if max(map(len, text.split()), default=0) < 300:
        return
    for found in _BLOB.finditer(text, *file.body.span):
        # An image written into the text is long and harmless.
        if b"data:image" in text[max(0, found.start() - 60) : found.start()]:
            continue
        size = found.end() - found.start()
        yield Report(
            Span(found.start(), found.start() + 40),
            f"encoded data of {size:,} characters that nobody can review",
        )
