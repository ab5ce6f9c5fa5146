"""One change of the schema, as migrations in code of any language say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backspec.code.facts.model import Call
    from backspec.text import Span


@dataclass(slots=True)
class Operation:
    """One change of the schema."""

    kind: str
    """``add index``, ``drop index``, ``add column``, ``set not null``, ``change type``,
    ``rename column``, ``rename table``, ``drop column``, ``drop table``, ``foreign key``, ``check``
    or ``unique``."""
    table: str
    """As written, "" where it cannot be seen."""
    name: str
    """Of the column, or of the table."""
    span: Span
    call: Call
    new_name: str = ""
    is_required: bool = False
    """Of a new column: it must have a value and has no default."""
    is_concurrent: bool = False
    """Of an index: built beside the writers. Of a constraint: not validated."""
    type: str = ""
    """The new type of a column, in the library's words."""
