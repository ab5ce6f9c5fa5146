"""Dockerfiles as instructions, with the stages they belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from backspec.code.files.settings_names import kind_of
from backspec.expressions import regex
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.code.files.settings_names import Stage

_INSTRUCTION: Final = regex(
    rb"^[ \t]*(?P<name>[A-Za-z]+)[ \t]+"
    rb"(?P<rest>(?:[^\n\\]|\\[^\n]|\\[ \t]*\r?\n(?:[ \t]*#[^\n]*\n)*)*)",
    re.MULTILINE,
)
_HEREDOC: Final = regex(rb"<<-?[\"']?(\w+)[\"']?")
_ENV: Final = regex(r"([A-Za-z_]\w*)=(\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?:[^\s\\]|\\.)*)")
_FROM: Final = regex(r"(?:--\S+\s+)*(\S+)(?:\s+[Aa][Ss]\s+(\S+))?")
_NAMES: Final = frozenset(
    ("FROM", "RUN", "CMD", "LABEL", "EXPOSE", "ENV", "ADD", "COPY", "ENTRYPOINT", "VOLUME", "USER",
     "WORKDIR", "ARG", "ONBUILD", "STOPSIGNAL", "HEALTHCHECK", "SHELL", "MAINTAINER")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction."""

    name: str
    """Upper case."""
    text: str
    """What stands after the name, over several lines as written."""
    span: Span
    """Of ``text``."""
    whole: Span
    """With the name."""


@dataclass(slots=True)
class BuildStage:
    """What one ``FROM`` begins."""

    image: str
    name: str
    """After ``AS``, "" for none."""
    start: Instruction
    instructions: list[Instruction] = field(default_factory=list)

    def last(self, *names: str) -> Instruction | None:
        """The last instruction of one of these names."""
        return next((one for one in reversed(self.instructions) if one.name in names), None)


@dataclass(slots=True)
class Dockerfile:
    """What one Dockerfile says."""

    stage: Stage
    """What the file is for, by its name."""
    stages: list[BuildStage]

    def every(self, *names: str) -> Iterator[Instruction]:
        """All instructions of these names."""
        for stage in self.stages:
            for one in stage.instructions:
                if one.name in names:
                    yield one


def facts(text: bytes, path: str) -> Dockerfile | None:
    """The instructions of a Dockerfile; None for another file. Never raises."""
    known = kind_of(path)
    stages: list[BuildStage] = []
    for one in instructions(text):
        if one.name == "FROM":
            found = _FROM.match(one.text)
            image = found[1] if found is not None else ""
            name = (found[2] or "") if found is not None else ""
            stages.append(BuildStage(image, name, one))
        elif stages:
            stages[-1].instructions.append(one)
    return Dockerfile(known[1] if known is not None else "base", stages) if stages else None


def instructions(text: bytes) -> Iterator[Instruction]:
    """The instructions of a text, without comments and without what ``<<EOF`` holds."""
    at = 0
    while (found := _INSTRUCTION.search(text, at)) is not None:
        at = max(found.end(), at + 1)
        name = found["name"].decode("ascii", "replace").upper()
        if name not in _NAMES:
            continue
        end = found.end()
        heredoc = _HEREDOC.search(found["rest"])
        if heredoc is not None:
            closing = re.compile(rb"^[ \t]*" + heredoc[1] + rb"[ \t\r]*$", re.MULTILINE)
            until = closing.search(text, end)
            if until is not None:
                end = at = until.end()
        start = found.start("rest")
        written = text[start:end].rstrip()
        yield Instruction(
            name,
            written.decode("utf-8", "replace"),
            Span(start, start + len(written)),
            Span(found.start("name"), start + len(written)),
        )


def variables(one: Instruction, text: bytes) -> Iterator[tuple[str, str, Span, Span]]:
    """Name, value and their places, of an ``ENV`` or ``ARG``."""
    source = text[one.span.start : one.span.end].decode("latin-1")
    found = list(_ENV.finditer(source))
    if not found and one.name == "ENV":
        old = re.match(r"(\w+)[ \t]+(\S.*)$", source)
        found = [old] if old is not None else []
    for item in found:
        value = item[2]
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        start = one.span.start
        places = [Span(start + item.start(n), start + item.end(n)) for n in (1, 2)]
        yield item[1], value, places[1], places[0]
