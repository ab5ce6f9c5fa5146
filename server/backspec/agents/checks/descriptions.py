"""Lengths, descriptions and wording: what a definition says about itself."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from backspec.agents.agent_file import Report
from backspec.agents.dialects import product_name
from backspec.agents.naming import slug
from backspec.model import Related, Severity
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.dialects import Effect, Limit
    from backspec.agents.graph import Definition
    from backspec.agents.nodes import Node

_SEVERITIES: dict[Effect, Severity] = {
    "drops-file": Severity.ERROR,
    "errors": Severity.ERROR,
    "ignores": Severity.WARNING,
    "warns": Severity.WARNING,
    "hints": Severity.INFO,
}


def _limits(file: AgentFile, of: str) -> Iterator[Limit]:
    for found in file.judged:
        yield from (limit for limit in found.limits if limit.of == of)


def _severity(file: AgentFile, limit: Limit) -> Severity:
    if limit.evidence == "X" or file.weak:
        return Severity.HINT
    return _SEVERITIES.get(limit.effect, Severity.HINT)


def _size(text: str, unit: str) -> int:
    if unit == "bytes":
        return len(text.encode("utf-8", "replace"))
    if unit == "lines":
        return len(text.rstrip().splitlines())
    return len(text)


def _who(limit: Limit, file: AgentFile) -> str:
    products = limit.products or tuple(reader.product for reader in file.dialect.readers[:1])
    return product_name(products[0]) if products else file.dialect.title


def too_long(file: AgentFile) -> Iterator[Report]:
    """A body that is longer than a product takes."""
    if not file.is_markdown:
        return
    text = file.header.body_text
    for limit in _limits(file, "body"):
        size = _size(text.strip() if limit.unit != "bytes" else text, limit.unit)
        if limit.unit == "lines" or not size:
            continue
        if limit.most is not None and size > limit.most:
            bound = f"at most {limit.most:,}"
        elif limit.least is not None and size < limit.least:
            bound = f"at least {limit.least:,}"
        else:
            continue
        note = limit.note.rstrip(".") or f"{_who(limit, file)} takes {bound}"
        message = f"the text has {size:,} {limit.unit}: {note}"
        yield Report(_start(file), message, _severity(file, limit))


def long_body(file: AgentFile) -> Iterator[Report]:
    """A body that is longer than is good for it."""
    if not file.is_markdown:
        return
    for limit in _limits(file, "body"):
        if limit.unit != "lines" or limit.most is None:
            continue
        size = _size(file.header.body_text, "lines")
        if size > limit.most:
            note = limit.note.rstrip(".") or f"at most {limit.most} are advised"
            yield Report(_start(file), f"the text has {size:,} lines: {note}")


def _start(file: AgentFile) -> Span:
    """The first line of text below the header."""
    text = file.document.text
    at = file.header.body.start
    while at < len(text) and text[at] in b" \t\r\n":
        at += 1
    end = at
    while end < len(text) and text[end] not in b"\r\n":
        end += 1
    return Span(at, end)


def field_too_long(file: AgentFile) -> Iterator[Report]:
    """A key's text that is longer or shorter than a product takes."""
    for entry in file.header.entries:
        value = entry.value
        if value.kind != "scalar" or value.is_empty:
            continue
        for limit in _limits(file, entry.name):
            extra = file.header.string("when_to_use") if limit.most == 1536 else None
            size = _size(value.text + (extra or ""), limit.unit)
            if limit.most is not None and size > limit.most:
                bound = f"at most {limit.most:,}"
            elif limit.least is not None and size < limit.least:
                bound = f"at least {limit.least:,}"
            else:
                continue
            note = limit.note.rstrip(".") or f"{_who(limit, file)} takes {bound}"
            message = f"`{entry.name}` has {size:,} {limit.unit}: {note}"
            severity = _severity(file, limit)
            if severity == Severity.WARNING and limit.effect == "ignores":
                severity = Severity.HINT
            yield Report(_first_line(file, value), message, severity)
            break


def _first_line(file: AgentFile, value: Node) -> Span:
    text = file.document.text
    start, stop = value.span
    ends = [at for at in (text.find(b"\n", start, stop), text.find(b"\r", start, stop)) if at >= 0]
    return Span(start, min(ends, default=stop))


def _description(file: AgentFile) -> Node | None:
    entry = file.header.find("description")
    if entry is None or entry.value.kind != "scalar" or not entry.value.text.strip():
        return None
    return entry.value


def angle_bracket_in_description(file: AgentFile) -> Iterator[Report]:
    """``<`` or ``>`` in a skill's description, which uploads refuse."""
    value = _description(file)
    if value is None or not file.is_a("agent-skill"):
        return
    found = re.search(rb"[<>]", file.document.text[slice(*value.content)])
    if found is not None:
        at = value.content.start + found.start()
        message = "upload to claude.ai refuses a description with `<` or `>`"
        yield Report(Span(at, at + 1), message)


_WHEN = re.compile(
    r"\b(?:when|whenever|use (?:this|it|for|to|proactively|after|before)|used (?:for|to|when)"
    r"|if|for|after|before|trigger\w*|must be used|invoke\w*|helps?)\b",
    re.IGNORECASE,
)


def no_occasion(file: AgentFile) -> Iterator[Report]:
    """A description that does not say when to use the thing."""
    value = _description(file)
    if value is None or file.kind not in ("agent", "skill"):
        return
    if file.header.find("when_to_use") or file.header.find("whenToUse"):
        return
    if not _WHEN.search(value.text):
        message = "the description does not say when to use this"
        yield Report(_first_line(file, value), message)


_WORD = re.compile(r"\w{3,}")
_STOP_WORDS = frozenset(
    (
        *("the", "and", "for", "our", "your", "this", "that", "with", "from", "when", "use"),
        *("used", "using", "its", "their", "all", "any", "are", "you", "into", "agent", "skill"),
        "expert",
    )
)


def overlapping_descriptions(file: AgentFile) -> Iterator[Report]:
    """Another definition of the same place describes itself nearly in the same words."""
    index = file.view.index if file.view is not None else None
    value = _description(file)
    if index is None or value is None or file.kind not in ("agent", "skill"):
        return
    own = index.at(file.path)
    if own is None:
        return
    words = _words(value.text)
    if len(words) < 5:
        return
    near = [
        (share, other) for other in index.in_scope(own)
        if other.fingerprint != own.fingerprint and (share := _share(words, other)) >= 0.8
    ]  # fmt: skip
    if near:
        other = max(near, key=lambda pair: pair[0])[1]
        message = (
            f"`{other.name}` describes itself nearly in the same words, so either may be picked"
        )
        related = (Related(f"The description of `{other.name}`", Span(0, 0), other.path),)
        yield Report(_first_line(file, value), message, None, (), related)


@functools.lru_cache(maxsize=4096)
def _words(description: str) -> frozenset[str]:
    return frozenset(_WORD.findall(description.lower()))


def _share(words: frozenset[str], other: Definition) -> float:
    """The share of common words; 0 where each side has a word of weight that the other lacks.

    "Python" here and "TypeScript" there tell two agents apart, however alike the rest is.
    """
    theirs = _words(other.description)
    if (words - theirs) - _STOP_WORDS and (theirs - words) - _STOP_WORDS:
        return 0.0
    both = len(words | theirs)
    return len(words & theirs) / both if both else 0.0


_PERSON = re.compile(r"\A\W*(?:I|I'm|I'll|I can|You can|You should|We)\b")


def first_person_description(file: AgentFile) -> Iterator[Report]:
    """A skill's description that speaks as a person."""
    value = _description(file)
    if value is None or file.kind != "skill":
        return
    if _PERSON.match(value.text):
        message = "the description of a skill speaks of it in the third person: what it does"
        yield Report(_first_line(file, value), message)


def empty_description(file: AgentFile) -> Iterator[Report]:
    """A description that says no more than the name."""
    value = _description(file)
    if value is None or file.kind not in ("agent", "skill", "prompt"):
        return
    text = value.text.strip()
    name = file.header.string("name") or file.stem
    if slug(text) in (slug(name), slug(file.stem)) and slug(text):
        yield Report(value.span, "the description only repeats the name")
    elif len(text.split()) == 1 and file.kind != "prompt" and not _TEMPLATE.search(text):
        yield Report(
            value.span, f"`{text[:40]}` does not describe much; say what this does and when"
        )


_TEMPLATE = re.compile(r"[${}<>]")
_VAGUE = re.compile(
    rb"\b(?:as appropriate|as needed|if possible|try to|and so on|etc\.|do your best)(?!\w)",
    re.IGNORECASE,
)


def vague_instruction(file: AgentFile) -> Iterator[Report]:
    """Words that leave to the model what was to be said."""
    if not file.is_markdown or file.kind not in ("agent", "prompt", "skill", "instructions"):
        return
    for found in file.body.find(_VAGUE):
        written = found.group().decode("utf-8", "replace")
        yield Report(Span(*found.span()), f"`{written}` leaves open what to do")
