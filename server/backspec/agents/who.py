"""Who loads an agent file, and what each product ignores or refuses in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backspec.agents.context import open_file
from backspec.agents.describe import rejects_unknown
from backspec.agents.dialects import product_name

if TYPE_CHECKING:
    from backspec.agents.context import File
    from backspec.agents.dialects import Dialect, Evidence, Reader
    from backspec.agents.view import View
    from backspec.model import Document


@dataclass(frozen=True, slots=True)
class Loading:
    """What one product makes of a file."""

    product: str
    name: str
    """The product as people call it."""
    dialect: str
    note: str
    """What it does with the file, e.g. ``loads it as a subagent``; "" when it just loads it."""
    ignores: tuple[str, ...]
    """Keys of the file that it acts as if they were not there, in the file's order."""
    rejects: tuple[str, ...]
    """Keys of the file for which it does not take the file."""
    missing: tuple[str, ...]
    """Keys without which it does not load the file."""
    evidence: Evidence
    source: str
    verified: str

    @property
    def is_loaded(self) -> bool:
        """Whether it loads the file as it stands, as far as its keys decide."""
        return not self.rejects and not self.missing


def who(document: Document, view: View | None = None) -> list[Loading]:
    """Every product that looks at the file where it is; [] when none is known to.

    A product that reads a file in two dialects is listed once, in the closest.
    """
    file = open_file(document, view)
    if file is None or file.detection.misplaced:
        return []
    found: dict[str, Loading] = {}
    for dialect in file.dialects:
        for reader in dialect.readers_at(file.detection.level):
            if reader.product not in found:
                found[reader.product] = loading(file, dialect, reader)
    return list(found.values())


def loading(file: File, dialect: Dialect, reader: Reader) -> Loading:
    """What one reader of one dialect makes of a file."""
    used = list(dict.fromkeys(entry.name for entry in file.header.entries))
    rejects = [
        name
        for name in used
        if name in reader.rejects or (name not in dialect.keys and rejects_unknown(reader))
    ]
    ignores = [
        name
        for name in used
        if name not in rejects and (reader.ignores_key(name) or name not in dialect.keys)
    ]
    missing = [name for name in dialect.keys if name not in used and _needs(reader, dialect, name)]
    return Loading(
        reader.product,
        product_name(reader.product),
        dialect.id,
        reader.note,
        tuple(ignores),
        tuple(rejects),
        tuple(missing),
        reader.evidence,
        reader.source,
        reader.verified,
    )


def _needs(reader: Reader, dialect: Dialect, name: str) -> bool:
    """Whether the product does not load a file without the key; second-hand facts do not count."""
    if reader.evidence == "X":
        return False
    stated = reader.on.get(f"missing-key {name}")
    if stated is None and dialect.keys[name].required:
        stated = reader.on.get("missing-key")
    return stated is not None and stated[0] in ("drops-file", "errors")
