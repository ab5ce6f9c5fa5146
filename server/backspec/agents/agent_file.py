"""One agent file with all that a check may ask about it."""

from __future__ import annotations

import functools
import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backspec.agents import edit
from backspec.agents.body import Body
from backspec.agents.detection import Detection, identify
from backspec.agents.dialects import Consequence, Dialect, Effect, Key, Mistake, product_name
from backspec.agents.frontmatter import parse
from backspec.agents.tools import ToolList, tool_list
from backspec.catalog import vocabulary
from backspec.model import Diagnostic, Document, Fix, FixSafety, Related, Severity, Tag
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from backspec.agents.graph import Definition
    from backspec.agents.nodes import Entry, Format, Header, Node
    from backspec.agents.view import View

_MARKDOWN = (".md", ".markdown", ".mdc")
_CLAUSES: dict[Effect, str] = {
    "drops-file": "{product} does not load the file",
    "errors": "{product} reports an error",
    "drops-header": "{product} loads the body without its header",
    "ignores": "{product} ignores it",
    "warns": "{product} warns about it",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found; ``check.py`` makes it a diagnostic of the check's rule."""

    span: Span
    message: str
    severity: Severity | None = None
    """None for the rule's own."""
    fixes: tuple[Fix, ...] = ()
    related: tuple[Related, ...] = ()
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a mistake leads to in the products a file is made for."""

    is_fine: bool
    """None of them minds."""
    severity: Severity | None = None
    """The worst of them; None for the rule's own, as nobody knows what they do."""
    clause: str = ""
    """What the worst one does, to end a sentence with; "" when nobody knows."""

    def message(self, what: str) -> str:
        """``what`` is wrong, and what a product does about it."""
        said = what[:1].upper() + what[1:]
        return f"{said}: {self.clause}" if self.clause else said


FINE = Outcome(is_fine=True)


class AgentFile:
    """A document that is an agent file. Nothing here raises; properties are worked out once."""

    def __init__(
        self, document: Document, header: Header, detection: Detection, view: View | None
    ) -> None:
        self.document = document
        self.header = header
        self.detection = detection
        self.view = view
        self.path = document.path.replace("\\", "/")
        self._listed: dict[int, tuple[edit.Listed, ...]] = {}
        self._outcomes: dict[tuple[Mistake, str], Outcome] = {}

    # What it is

    @property
    def dialects(self) -> tuple[Dialect, ...]:
        """All dialects it may be, the closest first."""
        return self.detection.dialects

    @functools.cached_property
    def judged(self) -> tuple[Dialect, ...]:
        """The dialects whose products say how bad a mistake is.

        For a skill in a product's own folder that is the product's dialect: the open
        specification then is a matter of portability only.
        """
        if self.dialects[0].kind != "skill":
            return self.dialects
        own = [found for found in self.dialects if found.id != "agent-skill"]
        return tuple(own[:1]) or self.dialects[:1]

    @property
    def dialect(self) -> Dialect:
        """The dialect that names the file in messages."""
        return self.judged[0]

    @functools.cached_property
    def is_ambiguous(self) -> bool:
        """Several dialects fit and only one of them is meant: all must agree on a mistake."""
        return len(self.judged) > 1 and (
            self.detection.is_guess or all(found.extra.get("shared") for found in self.judged)
        )

    def is_a(self, *names: str) -> bool:
        """Whether one of the judged dialects has one of these ids."""
        return any(found.id in names for found in self.judged)

    @property
    def kind(self) -> str:
        """agent, prompt, skill, ...; "" for a file of a user's own schema."""
        return self.dialect.kind if self.dialect.extra else ""

    @property
    def is_markdown(self) -> bool:
        """Whether it has a header between fences and a body."""
        return self.header.format == "markdown"

    @functools.cached_property
    def stem(self) -> str:
        """The file's name without the suffixes that make it an agent file."""
        name = posixpath.basename(self.path)
        for suffix in _SUFFIXES:
            if name.lower().endswith(suffix):
                return name[: -len(suffix)]
        return posixpath.splitext(name)[0]

    @property
    def folder(self) -> str:
        """The name of the folder it is in."""
        return posixpath.basename(posixpath.dirname(self.path))

    @functools.cached_property
    def body(self) -> Body:
        """The Markdown below the header; the prompt is elsewhere in other formats."""
        return Body(self.header)

    @functools.cached_property
    def definition(self) -> Definition | None:
        """What the text at hand defines; the index may still hold what an older one did."""
        from backspec.agents.graph import define

        return define(self)

    @functools.cached_property
    def tools(self) -> ToolList | None:
        """The tool names of its product; None when the product has no list."""
        name = next((found.tools for found in self.judged if found.tools), "")
        return tool_list(name) if name else None

    # Keys

    def key(self, name: str) -> Key | None:
        """What is known about a top-level key, from the first dialect that knows it."""
        for found in self.dialects:
            if name in found.keys:
                return found.keys[name]
        return None

    @functools.cached_property
    def known_keys(self) -> frozenset[str]:
        """Every top-level key that one of its dialects, or the configuration, knows."""
        names = {name for found in self.dialects for name in found.keys}
        return frozenset(names | (self.view.extra_keys if self.view is not None else frozenset()))

    def nested(self) -> Iterator[tuple[Entry, Key, Node]]:
        """(entry, what is known about its key, the map it is in) for every known key, any depth."""
        root = self.header.root
        if root is None:
            return
        todo: list[tuple[Node, Key | None]] = [(root, None)]
        while todo:
            node, owner = todo.pop()
            if node.kind == "list":
                todo.extend((item, owner) for item in node.items if item.kind != "scalar")
                continue
            for entry in node.entries:
                key = self.key(entry.name) if owner is None else _key_in(owner, entry.name)
                if key is None:
                    continue
                yield entry, key, node
                if entry.value.kind in ("map", "list") and (key.keys or key.any_key or key.items):
                    todo.append((entry.value, key))

    def listed(self, entry: Entry) -> tuple[edit.Listed, ...]:
        """The entries of a key's list or separated string."""
        found = self._listed.get(id(entry))
        if found is None:
            key = self.key(entry.name)
            separator = (key.separator if key else "") or "comma"
            found = self._listed[id(entry)] = edit.listed(self.header, entry.value, separator)
        return found

    def is_true(self, name: str) -> bool:
        """Whether a top-level switch is on."""
        return (self.header.string(name) or "").lower() in ("true", "yes", "on", "1")

    def is_false(self, name: str) -> bool:
        """Whether a top-level switch is there and off."""
        return (self.header.string(name) or "").lower() in ("false", "no", "off", "0")

    # Consequences

    def outcome(self, mistake: Mistake, key: str = "") -> Outcome:
        """What a mistake leads to, judged by the products the file is made for."""
        if (mistake, key) not in self._outcomes:
            self._outcomes[mistake, key] = self._outcome(mistake, key)
        return self._outcomes[mistake, key]

    def states(self, mistake: Mistake, detail: str) -> bool:
        """Whether a product is known to treat one form of a mistake in its own way."""
        return any(
            f"{mistake} {detail}" in reader.on
            for found in self.judged
            for reader in found.readers_at(self.detection.level)
        )

    def makers(self, found: Dialect) -> frozenset[str]:
        """The products a dialect's files are made for: its owner's, else all that read it."""
        makers = _makers(found.owner)
        readers = frozenset(reader.product for reader in found.readers)
        return readers & makers or readers

    def _outcome(self, mistake: Mistake, key: str) -> Outcome:
        level = self.detection.level
        worst: list[Consequence | None] = []
        for found in self.judged:
            if not found.readers:
                # A user's own schema: it says what is wrong, and no product what it does.
                return Outcome(is_fine=False)
            is_stated = any(f"{mistake} {key}" in r.on for r in found.readers_at(level))
            if mistake == "missing-key" and key not in found.required and not is_stated:
                worst.append(None)
                continue
            consequences = found.consequences(mistake, key, level)
            makers = self.makers(found)
            consequences = tuple(c for c in consequences if c.product in makers)
            minded = [c for c in consequences if c.severity is not None]
            worst.append(minded[0] if minded else None)
        real = [c for c in worst if c is not None]
        if not real or (self.is_ambiguous and None in worst):
            return FINE
        chosen = (max if self.is_ambiguous else min)(real, key=lambda c: c.severity or 0)
        is_open = chosen.effect == "unknown" and chosen.severity == Severity.WARNING
        return Outcome(
            is_fine=False,
            severity=None if is_open else chosen.severity,
            clause=_clause(chosen),
        )

    @property
    def weak(self) -> Severity | None:
        """A hint where all facts are second-hand; None, for the rule's own severity, elsewhere."""
        return Severity.HINT if all(found.evidence == "X" for found in self.judged) else None

    # Making reports

    def fix(
        self,
        title: str,
        edits: Iterable[Edit],
        safety: FixSafety = "safe",
        kind: str = "",
    ) -> tuple[Fix, ...]:
        """A fix as a tuple; () when there is nothing to edit."""
        made = tuple(edits)
        return (Fix(title, made, safety, kind),) if made else ()

    @property
    def top(self) -> Span:
        """Where to report what the whole header lacks: its fence, or the start of the file."""
        if self.header.opening is not None:
            return self.header.opening
        root = self.header.root
        start = root.span.start if root is not None else self.header.span.start
        return Span(start, start + 1 if start < len(self.document.text) else start)


_SUFFIXES = (
    ".agent.md", ".prompt.md", ".instructions.md", ".chatmode.md", ".md", ".mdc", ".markdown",
    ".toml", ".json", ".yaml", ".yml",
)  # fmt: skip


def _key_in(owner: Key, name: str) -> Key | None:
    for holder in (owner, owner.items):
        if holder is None:
            continue
        if name in holder.keys:
            return holder.keys[name]
        if holder.any_key is not None:
            return holder.any_key
    return None


@functools.cache
def _makers(owner: str) -> frozenset[str]:
    """The products of a dialect's owner."""
    listed = vocabulary("products")["products"]
    return frozenset(product for product, facts in listed.items() if facts["by"] == owner)


def _clause(consequence: Consequence) -> str:
    if consequence.note:
        return consequence.note.rstrip(".")
    template = _CLAUSES.get(consequence.effect, "")
    return template.format(product=product_name(consequence.product))


def open_file(document: Document, view: View | None = None) -> AgentFile | None:
    """The document as an agent file, None when it is none."""
    path = document.path.replace("\\", "/")
    detection = identify(path, None, view)
    if not detection:
        if not path.lower().endswith(_MARKDOWN) or b"---" not in document.text[:200]:
            return None
        header = parse(document.text)
        detection = identify(path, header, view)
    else:
        file_format: Format = detection.dialects[0].format
        if file_format == "yaml" and document.text.lstrip()[:1] == b"{":
            file_format = "json"
        header = parse(document.text, file_format)
        if len(detection.dialects) > 1:
            # Only the header tells apart the dialects that share a place.
            detection = identify(path, header, view)
    return AgentFile(document, header, detection, view) if detection else None


__all__ = ["AgentFile", "Diagnostic", "Outcome", "Report", "open_file"]
