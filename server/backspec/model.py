"""The plain frozen data that both halves and both doors share. No behaviour worth a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from backspec.text import Edit, Span

Confidence = Literal["high", "medium"]
"""Share of true diagnostics expected on real code: "high" 90 % or more, "medium" 75 to 90 %."""

Profile = Literal["recommended", "strict", "pedantic"]
"""Who wants a rule: everybody, those who accept some noise, those who want every hint."""

FixSafety = Literal["safe", "unsafe", "manual"]
"""safe: fix-all applies it; unsafe: offered one at a time; manual: needs a person's next edit."""

Tag = Literal["deprecated", "unnecessary"]
"""Extra presentation an editor may give: struck through, or faded."""


class Severity(IntEnum):
    """How bad a true diagnostic is; a lower number is worse, as in the protocol."""

    ERROR = 1
    WARNING = 2
    INFO = 3
    HINT = 4

    @classmethod
    def parse(cls, name: str) -> Severity:
        """The severity called ``name`` in rule files and configuration. Raises KeyError."""
        return cls[name.upper()]

    @property
    def label(self) -> str:
        """The lower-case name used in files and output."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Fix:
    """One change that repairs a diagnostic."""

    title: str
    """What it does, as an editor's menu shows it: imperative, names in backticks."""
    edits: tuple[Edit, ...]
    """Edits of the document that the diagnostic is on, not overlapping."""
    safety: FixSafety = "safe"
    kind: str = ""
    """Fixes with the same non-empty kind are offered together as "fix all of this kind"."""
    other_files: tuple[FileEdit, ...] = ()
    """What happens to other files; only for fixes that a person chooses."""


@dataclass(frozen=True, slots=True)
class FileEdit:
    """A change outside the document: create, rename or edit one file."""

    path: str
    """Absolute path of the file before the change."""
    edits: tuple[Edit, ...] = ()
    create: bool = False
    """The file does not exist; ``edits`` holds its whole text as one insertion."""
    rename_to: str | None = None
    delete: bool = False


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains a diagnostic."""

    message: str
    span: Span
    path: str | None = None
    """Absolute path; None for the diagnostic's own document."""
    line: int | None = None
    """0-based line when the other document is not at hand to turn ``span`` into one."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One reported problem."""

    rule: str
    span: Span
    message: str
    severity: Severity
    confidence: Confidence = "high"
    fixes: tuple[Fix, ...] = ()
    """Best first."""
    related: tuple[Related, ...] = ()
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A snapshot of one text: what every analysis takes."""

    path: str
    """Absolute path with the platform's separators; for unsaved text, the path it pretends."""
    text: bytes
    language: str = ""
    """A core language id ("python", "typescript", "markdown", ...); "" when unknown."""
    version: int | None = None
    """The editor's version of the text; None outside an editor."""


@dataclass(frozen=True, slots=True)
class Completion:
    """One completion item."""

    label: str
    edit: Edit
    """Replaces what has been typed; its span holds the cursor."""
    kind: Literal[
        "key", "value", "tool", "model", "agent", "skill", "file", "snippet", "rule", "topic"
    ] = "value"
    detail: str = ""
    """A few words beside the label."""
    documentation: str = ""
    """Markdown."""
    is_snippet: bool = False
    """``edit.new_text`` holds placeholders in the protocol's snippet syntax."""
    sort: str = ""
    """Sort key; "" sorts by label."""
    deprecated: bool = False
    extra_edits: tuple[Edit, ...] = ()
    filter_text: str = ""
    """What the editor matches typing against, when it is not the label."""


@dataclass(frozen=True, slots=True)
class Hover:
    """What a hover shows."""

    markdown: str
    """At most 25 lines."""
    span: Span


@dataclass(frozen=True, slots=True)
class Action:
    """A code action: a fix or a refactoring with the menu entry it gets."""

    fix: Fix
    kind: Literal["quickfix", "refactor", "refactor.extract", "refactor.rewrite", "source"]
    diagnostics: tuple[Diagnostic, ...] = ()
    """The diagnostics it repairs."""
    preferred: bool = False
    command: tuple[str, tuple[str, ...]] | None = field(default=None)
    """A client command and its arguments instead of edits, e.g. opening an explanation."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file."""

    path: str
    """Absolute path."""
    span: Span
    """Empty at 0 for the file as a whole."""


@dataclass(frozen=True, slots=True)
class Link:
    """Text that opens something."""

    span: Span
    target: str
    """An absolute path, or a URL."""
    tooltip: str = ""


@dataclass(frozen=True, slots=True)
class Symbol:
    """One line of an outline, or of a search in the workspace."""

    name: str
    kind: Literal["key", "heading", "agent", "skill", "prompt", "rule"]
    span: Span
    """Everything it covers."""
    selection: Span
    """Its name; inside ``span``."""
    detail: str = ""
    children: tuple[Symbol, ...] = ()
    path: str | None = None
    """Absolute path of the file it is in; None for the document's own."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Text that can be folded away, from the line of its start to the line of its end."""

    span: Span
    kind: Literal["", "comment", "region"] = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text with a meaning of its own, for colouring."""

    span: Span
    """Never runs over a line end."""
    kind: Literal["property", "function", "class", "enumMember", "macro", "parameter", "string"]
    modifiers: tuple[Literal["deprecated", "defaultLibrary"], ...] = ()


@dataclass(frozen=True, slots=True)
class Lens:
    """A line of small text above a place, perhaps with something to click."""

    span: Span
    title: str
    command: tuple[str, tuple[str, ...]] | None = None
    """A command and the absolute paths of the files it is about; None for plain text."""


@dataclass(frozen=True, slots=True)
class Inlay:
    """A few words shown behind a place, which are not in the text."""

    offset: int
    label: str
    tooltip: str = ""
    """Markdown."""
