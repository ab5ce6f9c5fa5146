"""What the names in a document lead to, and how it is built: outline, folds, links, colours.

See ``service.py`` for what may be expected of every function here. Only agent files have answers
so far; for all others they are empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from backspec.diagnosis import contained
from backspec.languages import is_program, language_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from backspec.coverage import Problems
    from backspec.model import (
        Document,
        FileEdit,
        Fold,
        Inlay,
        Lens,
        Link,
        Location,
        Symbol,
        Token,
    )
    from backspec.project import Project
    from backspec.text import Edit, Span

_T = TypeVar("_T")


def _has_answers(document: Document, project: Project) -> bool:
    return not is_program(document.language) and not project.is_excluded(document.path)


def _asked(
    function: Callable[..., Sequence[_T]], document: Document, project: Project, *more: object
) -> list[_T]:
    if not _has_answers(document, project):
        return []
    return list(contained(function, document, *more, project.view(document.path)) or ())


# ---------------------------------------------------------------------------- names


def definition(document: Document, offset: int, project: Project) -> list[Location]:
    """Where the agent, skill, prompt, server or path at an offset is defined."""
    from backspec.agents import navigation

    return _asked(navigation.definition, document, project, offset)


def references(
    document: Document, offset: int, project: Project, *, with_definition: bool = True
) -> list[Location]:
    """Every place that names what is at an offset, by path and position."""
    from backspec.agents import navigation

    def find(document: Document, offset: int, view: object) -> list[Location]:
        return navigation.references(document, offset, view, with_definition=with_definition)  # type: ignore[arg-type]

    return _asked(find, document, project, offset)


def prepare_rename(document: Document, offset: int, project: Project) -> tuple[Span, str] | None:
    """(place, name) of what ``rename`` would rename; None where nothing can be."""
    from backspec.agents import rename as agents

    if not _has_answers(document, project):
        return None
    return contained(agents.prepare_rename, document, offset, project.view(document.path))


def rename(document: Document, offset: int, new_name: str, project: Project) -> list[FileEdit]:
    """The changes that give what is at an offset another name, one entry a file.

    Raises ValueError with a message for a person where that cannot be done.
    """
    from backspec.agents import rename as agents

    if not _has_answers(document, project):
        raise ValueError("there is nothing here that can be renamed")
    return agents.rename(document, offset, new_name, project.view(document.path))


def rename_file(old: str, new: str, project: Project) -> list[FileEdit]:
    """What else must change when a file or folder moves; both paths are absolute."""
    from backspec.agents import rename as agents

    return contained(agents.rename_file, old, new, project.view(old)) or []


def references_to_file(path: str, project: Project) -> list[tuple[str, Span]]:
    """The places, as (path, span), that would lead nowhere without a file."""
    if is_program(language_of(path)):
        return []
    from backspec.agents import rename as agents

    return contained(agents.references_to_file, path, project.view(path)) or []


# ---------------------------------------------------------------------------- form


def symbols(document: Document, project: Project) -> list[Symbol]:
    """The outline of a document."""
    from backspec.agents import outline

    return _asked(outline.symbols, document, project)


def workspace_symbols(query: str, project: Project) -> list[Symbol]:
    """Agents, skills and prompts of the project whose names hold the letters of ``query``."""
    from backspec.agents import outline

    return list(contained(outline.workspace_symbols, query, project.view(str(project.root))) or ())


def folds(document: Document, project: Project) -> list[Fold]:
    """What can be folded away."""
    from backspec.agents import outline

    return _asked(outline.folds, document, project)


def selections(document: Document, offset: int, project: Project) -> list[Span]:
    """Ever larger pieces around an offset, each inside the next."""
    from backspec.agents import outline

    return _asked(outline.selections, document, project, offset)


def links(document: Document, project: Project) -> list[Link]:
    """What opens something, in order."""
    from backspec.agents import links as agents

    return _asked(agents.document_links, document, project)


def tokens(document: Document, project: Project) -> list[Token]:
    """The pieces with a meaning of their own, in order, not overlapping, each on one line."""
    from backspec.agents import tokens as agents

    return _asked(agents.tokens, document, project)


def lenses(document: Document, project: Project, problems: Problems | None = None) -> list[Lens]:
    """Lines of small text above places of a document.

    ``problems`` is what is known of the workspace's diagnostics; None while nobody has looked.
    """
    from backspec import coverage
    from backspec.agents import lenses as agents

    by_path = problems.by_path if problems is not None else {}
    found = _asked(agents.lenses, document, project, by_path)
    if found:
        found += contained(coverage.lenses, document, project, problems) or ()
    return found


def inlays(document: Document, project: Project) -> list[Inlay]:
    """Words shown behind places of a document."""
    from backspec.agents import lenses as agents

    return _asked(agents.inlays, document, project)


def format_header(document: Document, project: Project) -> tuple[Edit, ...]:
    """Edits that tidy a header's blanks and change nothing it says; () when there are none."""
    from backspec.agents import tidy

    return tuple(_asked(tidy.format_header, document, project))
