"""What every language feature of agent files starts from: the file as read, and a cursor in it."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backspec.agents.body import Body
from backspec.agents.detection import Detection, format_of, identify
from backspec.agents.frontmatter import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backspec.agents.dialects import Dialect, Key
    from backspec.agents.nodes import Format, Header, Node, Place
    from backspec.agents.view import View
    from backspec.model import Document


@dataclass(frozen=True, slots=True, eq=False)
class File:
    """An agent file: what its header says and which dialects it is written in."""

    document: Document
    header: Header
    detection: Detection
    view: View | None

    @property
    def body(self) -> Body:
        """What in the body is code and what is prose."""
        return Body(self.header)

    @property
    def dialects(self) -> tuple[Dialect, ...]:
        """All that apply, the closest first; () when it is no agent file."""
        return self.detection.dialects

    def keys_at(self, path: tuple[str | int, ...]) -> Iterator[tuple[Dialect, Key]]:
        """What each dialect knows of the key or list item at a path."""
        for dialect in self.dialects:
            key = key_at(dialect, path)
            if key is not None:
                yield dialect, key

    def node_at(self, path: tuple[str | int, ...]) -> Node | None:
        """The value at a path; of a key written twice, the last."""
        node = self.header.root
        for part in path:
            if node is None:
                return None
            if isinstance(part, int):
                node = node.items[part] if part < len(node.items) else None
            else:
                entry = node.find(part)
                node = entry.value if entry is not None else None
        return node


_READ: OrderedDict[tuple[bytes, Format], Header] = OrderedDict()
_MOST_KEPT = 16


def read_header(text: bytes, file_format: Format) -> Header:
    """``frontmatter.parse``, with the last few texts kept: one keystroke asks several features."""
    found = _READ.get((text, file_format))
    if found is None:
        found = parse(text, file_format)
        _READ[text, file_format] = found
        if len(_READ) > _MOST_KEPT:
            # Another thread may have emptied it: then there is nothing to drop.
            with suppress(KeyError):
                _READ.popitem(last=False)
    return found


def open_file(document: Document, view: View | None = None) -> File | None:
    """The document as an agent file; None when its place and name rule that out.

    Any Markdown gives a ``File``, with no dialects when nothing says that it is an agent file.
    """
    file_format = format_of(document.path, view)
    if file_format is None:
        return None
    if file_format == "yaml" and document.text.lstrip()[:1] == b"{":
        file_format = "json"
    header = read_header(document.text, file_format)
    return File(document, header, identify(document.path, header, view), view)


def key_at(dialect: Dialect, path: tuple[str | int, ...]) -> Key | None:
    """What a dialect knows of the key or list item at a path; None when nothing."""
    key: Key | None = None
    keys = dialect.keys
    for part in path:
        if isinstance(part, int):
            key = key.items if key is not None else None
        else:
            found = keys.get(part)
            key = found if found is not None else (key.any_key if key is not None else None)
        if key is None:
            return None
        keys = key.keys
    return key


@dataclass(frozen=True, slots=True, eq=False)
class Cursor:
    """A place in an agent file."""

    file: File
    offset: int
    place: Place

    @property
    def is_in_body(self) -> bool:
        """Behind the header, where the prompt is."""
        return self.place.part == "outside" and self.offset >= self.file.header.body.start


def cursor(file: File, offset: int) -> Cursor:
    """The place at a byte offset."""
    return Cursor(file, offset, file.header.place(offset))
