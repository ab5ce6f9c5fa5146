"""Dialects: what is known about each kind of agent file, read from ``schemas/agents``.

A dialect is one plain JSON Schema (draft 2020-12) that any validator or YAML language server can
use alone. Standard and editor keywords say what a header may hold: ``markdownDescription``,
``enumDescriptions``, ``deprecationMessage``, ``defaultSnippets``, ``examples``. What products do
with the file stands in the schema's root ``x-backspec`` block (form: ``dialect.schema.json``):

``owner``, ``kind``, ``format``   whose, what for (agent, prompt, skill, ...), how it is written
``globs``        by level (workspace, user, organisation, plugin), relative to the level's root;
                 ``~/`` starts a home path. ``misplaced`` lists places people use by mistake
``detect``       keys only this dialect knows (+3 each) and value shapes (+1 each), for folders
                 that several dialects share and for files in no standard place
``identity``     where a definition's name comes from, its pattern and reserved names
``limits``       most characters, bytes or lines of a key or of the ``body``
``placeholders`` forms the body may hold
``tools``        the vocabulary of tool names (``data/vocabularies/<name>.yaml``)
``models``       the list in ``data/vocabularies/agent-models.yaml``
``products``     who loads the file. Each states its evidence (S source read, D documentation,
                 X second-hand, C measured), source and date, the keys it ``ignores`` or
                 ``rejects`` (or the only ones it ``reads``), and ``on``: the effect of mistakes,
                 ``"missing-key"`` for any key or ``"missing-key name"`` for one. ``at`` holds the
                 same words for one level only.

A property may carry its own small ``x-backspec``: ``values`` (what its strings name: tools,
model, agents, skills, globs, ...), ``separator`` (how a string is split into entries),
``replaced-by``, ``when`` (another key and the values with which this one counts).

Severity follows from the effect; second-hand facts give hints only.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

from backspec import catalog
from backspec.model import Severity

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping, Sequence

    from backspec.agents.nodes import Header

Level = Literal["workspace", "user", "organisation", "plugin"]
Kind = Literal["agent", "prompt", "skill", "instructions", "rule", "memory", "style", "modes"]
Format = Literal["markdown", "yaml", "toml", "json"]
Evidence = Literal["S", "D", "X", "C"]
"""S product source, D vendor documentation, X second-hand, C measured on real files."""

Mistake = Literal[
    "broken-header",
    "no-header",
    "unclosed-header",
    "text-before-header",
    "not-a-mapping",
    "duplicate-key",
    "missing-key",
    "empty-value",
    "wrong-type",
    "wrong-value",
    "wrong-boolean",
    "out-of-range",
    "bad-name",
    "unknown-key",
    "deprecated-key",
    "unknown-tool",
    "unknown-model",
    "no-tools",
    "empty-body",
    "too-long",
    "duplicate-name",
]
"""What can be wrong with a file, as far as products differ in what they do about it."""

Effect = Literal[
    "drops-file",
    "errors",
    "drops-header",
    "changes",
    "forwards",
    "ignores",
    "warns",
    "hints",
    "fine",
    "unknown",
]
"""What a product does: does not load the file; reports an error or refuses to start; loads the
body without its header; does something else than the text says; hands the value on unread; acts
as if the key or value were not there; warns; fades it in its editor; accepts it; nobody knows."""

_SEVERITIES: Mapping[Effect, Severity | None] = {
    "drops-file": Severity.ERROR,
    "errors": Severity.ERROR,
    "drops-header": Severity.WARNING,
    "changes": Severity.WARNING,
    "forwards": Severity.WARNING,
    "ignores": Severity.WARNING,
    "warns": Severity.WARNING,
    "hints": Severity.HINT,
    "unknown": Severity.WARNING,
    "fine": None,
}
# An ignored unknown key does no harm in itself, and real files are full of them.
_SOFTER: Mapping[tuple[str, Effect], Severity] = {
    ("unknown-key", "ignores"): Severity.HINT,
    ("unknown-key", "warns"): Severity.HINT,
    ("unknown-key", "unknown"): Severity.HINT,
    ("unknown-key", "forwards"): Severity.HINT,
    ("unknown-model", "unknown"): Severity.HINT,
    ("unknown-tool", "unknown"): Severity.HINT,
    ("no-header", "unknown"): Severity.HINT,
}


@dataclass(frozen=True, slots=True)
class Consequence:
    """What one product does about one mistake."""

    product: str
    """Product id, see ``product_name``."""
    mistake: Mistake
    effect: Effect
    evidence: Evidence
    source: str
    """URL of the page or source file it was read from."""
    verified: str
    """ISO date of that text."""
    note: str = ""
    """One sentence about it for a message, "" when the effect says it all."""

    @property
    def severity(self) -> Severity | None:
        """How bad the mistake is for this product; None when the product is fine with it."""
        severity = _SOFTER.get((self.mistake, self.effect), _SEVERITIES[self.effect])
        if severity is not None and self.evidence == "X":
            return Severity.HINT
        return severity


@dataclass(frozen=True, slots=True)
class Value:
    """One value a key may have."""

    value: Any
    description: str = ""
    """Markdown."""
    deprecated: str = ""
    """What to write instead, "" when current."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a header, or of a mapping or list item below it."""

    name: str
    schema: Mapping[str, Any] = field(repr=False)
    """Its subschema, with a local ``$ref`` followed."""
    required: bool
    types: frozenset[str]
    """JSON types it takes: string, array, object, boolean, integer, number, null."""
    description: str
    """Markdown, "" when there is none."""
    enum: tuple[Value, ...]
    """The closed list of values, or () when open (see ``suggestions``)."""
    suggestions: tuple[Value, ...]
    """Values worth offering: the enum, booleans, or the ``examples`` of an open key."""
    default: Any
    deprecated: str
    """``deprecationMessage``, "" when current."""
    replaced_by: str
    """The key to use instead of a deprecated one, ""."""
    values: str
    """What its strings name: tools, model, agents, skills, globs, mcp-servers, paths, hook-events,
    colors, or "" for plain text."""
    separator: Literal["", "comma", "space", "comma-or-space"]
    """How a plain string is split into entries; "" when it is one value."""
    when: Mapping[str, tuple[Any, ...]]
    """Other keys and the values with which this key counts; {} for always."""
    items: Key | None
    """What each item of a list is."""
    keys: Mapping[str, Key]
    """The keys of the mapping it holds, or of each item when it is a list of mappings."""
    any_key: Key | None
    """What a key of free name holds (``additionalProperties`` with a schema)."""
    closed: bool
    """A mapping that takes no other keys."""

    def takes(self, json_type: str) -> bool:
        """Whether a value of this JSON type is allowed; an integer is also a number."""
        types = self.types
        return not types or json_type in types or (json_type == "integer" and "number" in types)


@dataclass(frozen=True, slots=True)
class Limit:
    """A most (or least) length of a key's text or of the body."""

    of: str
    """A key, or "body"."""
    most: int | None
    least: int | None
    unit: Literal["characters", "bytes", "lines"]
    effect: Effect
    products: tuple[str, ...]
    """Who holds to it; () for all readers of the dialect."""
    evidence: Evidence
    note: str


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A form the body may hold that the product replaces or follows."""

    form: str
    """As documentation writes it: ``$ARGUMENTS``, ``${input:name}``."""
    pattern: re.Pattern[str] = field(repr=False)
    snippet: str
    """What completion inserts, in snippet syntax; "" when it is not offered."""
    description: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Where a definition's name comes from and what it may be."""

    source: Literal["name", "stem", "folder", "path", "slug", "none"]
    pattern: re.Pattern[str] | None
    """What the whole name must match to be accepted; None for anything."""
    style: re.Pattern[str] | None
    """What the documentation asks for, where that is narrower than ``pattern``."""
    must_equal: Literal["", "folder", "stem"]
    reserved: tuple[str, ...]
    builtin: tuple[str, ...]
    """Names of the product's own agents, which a definition would replace or clash with."""
    note: str


@dataclass(frozen=True, slots=True)
class Reader:
    """A product that loads files of a dialect."""

    product: str
    evidence: Evidence
    source: str
    verified: str
    note: str
    """What the product does with the file, in one sentence; "" when it just loads it."""
    reads: frozenset[str] | None
    """The only keys it reads; None when it reads all but ``ignores``."""
    ignores: frozenset[str]
    rejects: frozenset[str]
    on: Mapping[str, tuple[Effect, str]]
    """Mistake (with " key" for one key) to effect and note."""
    key_notes: Mapping[str, str]
    """What it does differently with a key it reads."""

    def ignores_key(self, key: str) -> bool:
        """Whether the product acts as if ``key`` were not there."""
        return key in self.ignores or (self.reads is not None and key not in self.reads)


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of agent file."""

    id: str
    title: str
    description: str
    owner: str
    kind: Kind
    format: Format
    schema: Mapping[str, Any] = field(repr=False)
    """The whole JSON Schema, for a validator."""
    keys: Mapping[str, Key] = field(repr=False)
    """Top-level keys in the order worth showing: required first."""
    closed: bool
    """The product takes no other keys."""
    globs: Mapping[Level, tuple[str, ...]]
    identity: Identity
    limits: tuple[Limit, ...]
    placeholders: tuple[Placeholder, ...]
    tools: str
    """Name of its tool vocabulary, ""."""
    models: str
    """Name of its list of models, ""."""
    readers: tuple[Reader, ...]
    """Who loads it, the owner's product first."""
    at: Mapping[Level, tuple[Reader, ...]]
    """Readers as they are at one level, where they differ there."""
    body_required: bool
    evidence: Evidence
    """The weakest evidence its own product's facts rest on."""
    source: str
    verified: str
    header_snippets: tuple[Mapping[str, Any], ...] = field(repr=False)
    """``defaultSnippets`` of the root: whole headers (``label``, ``description``, ``body``)."""
    extra: Mapping[str, Any] = field(repr=False)
    """The whole ``x-backspec`` block."""

    @property
    def required(self) -> tuple[str, ...]:
        """The keys a header must have, in schema order."""
        return tuple(name for name, key in self.keys.items() if key.required)

    def readers_at(self, level: Level = "workspace") -> tuple[Reader, ...]:
        """Who loads a file of this level, each as it behaves there."""
        return self.at.get(level, self.readers)

    def consequences(
        self, mistake: Mistake, key: str = "", level: Level = "workspace"
    ) -> tuple[Consequence, ...]:
        """What each product does about ``mistake``, worst first.

        A product that says nothing about it gets the effect "unknown". A product that ignores
        ``key`` altogether cannot mind its value and is left out.
        """
        found = []
        for reader in self.readers_at(level):
            stated = reader.on.get(f"{mistake} {key}") if key else None
            if stated is None:
                if key and mistake != "unknown-key" and reader.ignores_key(key):
                    continue
                stated = reader.on.get(mistake, ("unknown", ""))
            effect, note = stated
            found.append(
                Consequence(
                    reader.product,
                    mistake,
                    effect,
                    reader.evidence,
                    reader.source,
                    reader.verified,
                    note,
                )
            )
        return tuple(sorted(found, key=lambda c: c.severity or 9))

    def severity(
        self, mistake: Mistake, key: str = "", level: Level = "workspace"
    ) -> Severity | None:
        """The worst any product makes of ``mistake``; None when all are fine with it."""
        worst = [c.severity for c in self.consequences(mistake, key, level) if c.severity]
        return min(worst, default=None)

    def ignored_by(self, key: str, level: Level = "workspace") -> tuple[str, ...]:
        """The products that load the file and act as if ``key`` were not there."""
        return tuple(r.product for r in self.readers_at(level) if r.ignores_key(key))


@functools.cache
def dialect(name: str) -> Dialect:
    """The dialect called ``name``. Raises FileNotFoundError for an unknown name."""
    from backspec.agents.dialect_schema import from_schema

    return from_schema(name, catalog.schema(f"agents/{name}"))


def dialects() -> Iterator[Dialect]:
    """All dialects, loaded as they are asked for, by id."""
    return (dialect(name) for name in catalog.dialect_names())


@functools.cache
def _products() -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", catalog.vocabulary("products")["products"])


def product_name(product: str) -> str:
    """What people call a product; the id itself when it is not listed."""
    entry = _products().get(product)
    return str(entry["name"]) if entry else product


def detect(
    path: str, header: Header | None = None, mappings: Sequence[tuple[str, str]] = ()
) -> tuple[Dialect, ...]:
    """The dialects a file is written in, the closest first; () when it is no agent file.

    ``detection.identify`` tells more (level, guess, misplaced) and knows the workspace.
    ``mappings`` are (glob, dialect id), which win over everything else.
    """
    from backspec.agents.detection import by_mapping, identify

    mapped = by_mapping(path, mappings)
    return (mapped,) if mapped is not None else identify(path, header).dialects
