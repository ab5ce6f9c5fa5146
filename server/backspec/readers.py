"""Who reads an agent file, and the file in another product's dialect.

See ``service.py`` for what may be expected of every function here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backspec.agents.convert import Converted
    from backspec.agents.who import Loading
    from backspec.model import Document
    from backspec.project import Project


def who(document: Document, project: Project) -> list[Loading]:
    """Every product that looks at the file where it is; [] when none is known to."""
    from backspec.agents.who import who

    return who(document, project.view(document.path))


def conversions(document: Document, project: Project) -> tuple[str, ...]:
    """The dialects a file can become, in the order worth offering."""
    from backspec.agents.convert import targets

    return targets(document, project.view(document.path))


def convert(document: Document, dialect: str, project: Project) -> Converted | str:
    """The file in another dialect, not written yet; or why it cannot be converted."""
    from backspec.agents.convert import ConversionError, convert

    try:
        return convert(document, dialect, project.view(document.path))
    except ConversionError as error:
        return str(error)
