"""Converts an agent file to another dialect, with a report of what is lost.

The source stays as it is: the result is a new file's path and text. The report also stands as
comments at the top of the new header, where the format has comments.
"""

from __future__ import annotations

import json
import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backspec.agents.agent_file import open_file
from backspec.agents.conversion.neutral import read_agent
from backspec.agents.conversion.others import CONVERSIONS, Draft
from backspec.agents.conversion.write import PLACES, WRITERS, slug, toml_text, yaml_header
from backspec.agents.dialects import dialect

if TYPE_CHECKING:
    from backspec.agents.agent_file import AgentFile
    from backspec.agents.view import View
    from backspec.model import Document


@dataclass(frozen=True, slots=True)
class Converted:
    """A file in another dialect, not written yet."""

    dialect: str
    path: str
    """Where it belongs: absolute below the workspace's root, else beside the source's project."""
    text: str
    lost: tuple[str, ...]
    """What the new file does not say, in words for a person; () when nothing is lost."""


class ConversionError(ValueError):
    """A file cannot be converted so. The message says why, for the person who asked."""


def targets(document: Document, view: View | None = None) -> tuple[str, ...]:
    """The dialects a file can be converted to, in the order worth offering."""
    file = open_file(document, view)
    return _targets(file) if file is not None else ()


def _targets(file: AgentFile) -> tuple[str, ...]:
    own = [found.id for found in file.judged]
    found = [to for source, to in CONVERSIONS if source in own]
    if any(name in WRITERS for name in own):
        found += [name for name in WRITERS if name not in own]
    return tuple(dict.fromkeys(found))


def convert(document: Document, to: str, view: View | None = None) -> Converted:
    """The file in dialect ``to``. Raises ConversionError."""
    file = open_file(document, view)
    if file is None:
        raise ConversionError("This is no agent file that backspec knows")
    if to in [found.id for found in file.judged]:
        raise ConversionError(f"The file is a {dialect(to).title} already")
    if to not in _targets(file):
        offers = ", ".join(_targets(file)) or "none"
        raise ConversionError(f"{file.dialect.title} cannot become `{to}`; possible: {offers}")
    if file.header.is_recovered:
        raise ConversionError("The header does not parse: repair it first")
    draft = _draft(file, to)
    lost = tuple(dict.fromkeys(draft.lost))
    return Converted(to, _path(file, draft.place, view), _text(draft, to, file, lost), lost)


def _draft(file: AgentFile, to: str) -> Draft:
    for found in file.judged:
        special = CONVERSIONS.get((found.id, to))
        if special is not None:
            return special(file)
    agent = read_agent(file)
    lost = list(agent.lost)
    header, body = WRITERS[to](agent, lost)
    name = slug(file.stem if to in ("copilot-agent", "vscode-agent") else agent.name)
    return Draft(PLACES[to].format(name=name), header, body, lost)


def _path(file: AgentFile, place: str, view: View | None) -> str:
    root = view.root.replace("\\", "/").rstrip("/") if view is not None and view.root else None
    if root is None:
        root = posixpath.dirname(file.path)
        parts = file.path.split("/")
        for at, part in enumerate(parts):
            if part.startswith(".") and at:
                root = "/".join(parts[:at])
                break
    return posixpath.join(root, place)


def _text(draft: Draft, to: str, file: AgentFile, lost: tuple[str, ...]) -> str:
    comments = [f"Converted from {file.dialect.title} by backspec."] if lost else []
    comments += [f"Lost: {_one_line(item)}" for item in lost]
    file_format = dialect(to).format
    if file_format == "json":
        return json.dumps(draft.header, indent=2, ensure_ascii=False, default=str) + "\n"
    if file_format == "toml":
        return toml_text(draft.header, comments)
    if not draft.header and not comments:
        return draft.body
    header = yaml_header(draft.header, comments)
    gap = "" if draft.body.startswith(("\n", "\r")) or not draft.body else "\n"
    return header + gap + draft.body


def _one_line(text: str) -> str:
    return " ".join(text.split())
