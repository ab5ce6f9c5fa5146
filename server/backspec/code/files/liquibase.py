"""Liquibase change logs in XML and YAML: their change sets, and the SQL that these come to.

Formatted SQL is SQL, and read as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from backspec.code.files import nodes, xml_nodes
from backspec.code.files.liquibase_sql import Writer
from backspec.code.files.sql import SqlFacts
from backspec.code.files.xml_nodes import Element
from backspec.text import Span

if TYPE_CHECKING:
    from backspec.code.files.nodes import Node
    from backspec.code.files.sql_dialect import Dialect
    from backspec.code.files.sql_text import Text

_MARK: Final = b"databaseChangeLog"
_DEEPEST: Final = 30
_DIALECTS: Final[dict[str, Dialect]] = {
    "postgresql": "postgres",
    "postgres": "postgres",
    "cockroachdb": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "mssql": "tsql",
    "sqlite": "sqlite",
    "oracle": "other",
    "db2": "other",
}
_PASSING: Final = frozenset(("h2", "hsqldb", "derby"))
"""Databases of tests, which are named beside the one that counts."""
_NO_CHANGE: Final = frozenset(("rollback", "preConditions", "comment", "validCheckSum"))


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """One change set."""

    element: Element
    changes: tuple[Element, ...]
    has_rollback: bool

    @property
    def is_transaction(self) -> bool:
        """Whether it runs in one."""
        return self.element.attributes.get("runInTransaction", "true").lower() != "false"


@dataclass(frozen=True)
class ChangeLog:
    """What one file says."""

    root: Element
    path: str

    @cached_property
    def change_sets(self) -> tuple[ChangeSet, ...]:
        """All change sets, in order."""
        return tuple(
            ChangeSet(
                one,
                tuple(c for c in one.children if c.name not in _NO_CHANGE),
                bool(one.all("rollback")),
            )
            for one in self.root.all("changeSet")
        )

    @cached_property
    def dialect(self) -> Dialect:
        """The database that all its change sets are for; "" when they do not say, or differ."""
        names = {
            name.strip().lower()
            for one in (self.root, *self.root.all("changeSet"))
            for name in one.attributes.get("dbms", "").split(",")
        }
        found = {_DIALECTS[name] for name in names - _PASSING if name in _DIALECTS}
        return found.pop() if len(found) == 1 else ""

    @cached_property
    def sql(self) -> tuple[SqlFacts, Text]:
        """All its changes as SQL, and where they stand in the file."""
        writer = Writer()
        for one in self.change_sets:
            for change in one.changes:
                writer.write(change)
        text = writer.text()
        return SqlFacts(text.text, self.path, self.dialect), text


def facts(text: bytes, path: str) -> ChangeLog | None:
    """What a file says; None when it is no change log."""
    if _MARK not in text[:8192]:
        return None
    if path.endswith(".xml"):
        root = xml_nodes.read(text)
    else:
        node = nodes.read(text, "yaml")
        inner = node.get(_MARK.decode()) if node is not None else None
        root = _element(_MARK.decode(), inner, 0) if inner is not None else None
    return ChangeLog(root, path) if root is not None and root.name == _MARK.decode() else None


def _element(name: str, node: Node, depth: int) -> Element:
    """What YAML says, as an element: scalars are attributes, all else are children."""
    found = Element(name, node.span)
    if depth >= _DEEPEST:
        return found
    if node.value is not None:
        found.pieces.append((node.value, node.span.start if node.is_plain else -1))
    for item in node.items:
        for key, place, value in item.pairs():
            found.children.append(_named(key, place, value, depth))
    for key, place, value in node.pairs():
        if value.value is not None:
            found.attributes[key] = value.value
            if key in ("rollback", "sql"):
                found.children.append(_named(key, place, value, depth))
        elif key in ("changes", "columns"):
            found.children += _element(key, value, depth + 1).children
        else:
            found.children.append(_named(key, place, value, depth))
    return found


def _named(key: str, place: Node, value: Node, depth: int) -> Element:
    one = _element(key, value, depth + 1)
    one.span = Span(place.span.start, place.span.end)
    return one
