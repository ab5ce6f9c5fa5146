"""Renames agents, skills and prompts with everything that names them, as edits of many files.

Nothing is written: the result is a list of changes for an editor or the command line to make.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from backspec.agents import edit
from backspec.agents.agent_file import open_file
from backspec.agents.dialects import dialect
from backspec.agents.navigation import (
    Named,
    mentions_of,
    named_at,
    paths_in,
    resolve,
)
from backspec.model import Document, FileEdit
from backspec.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backspec.agents.agent_file import AgentFile
    from backspec.agents.graph import Definition, Index, Reference
    from backspec.agents.view import View


class RenameError(ValueError):
    """A rename cannot be done. The message says why, for the person who asked."""


def prepare_rename(document: Document, offset: int, view: View | None) -> tuple[Span, str] | None:
    """(place, name) of what would be renamed; None where nothing can be."""
    if view is None or view.index is None:
        return None
    named = named_at(document, offset, view)
    if named is None or not resolve(view.index, named.kind, named.name, named.family):
        return None
    return named.span, named.name


def rename(document: Document, offset: int, new_name: str, view: View | None) -> list[FileEdit]:
    """The changes that give what is under the cursor another name, one entry a file.

    Files and folders move where their name is the definition's name. Raises RenameError.
    """
    if view is None or view.index is None:
        raise RenameError("The workspace has not been read yet")
    named = named_at(document, offset, view)
    if named is None:
        raise RenameError("There is no agent, skill or prompt name here")
    index = view.index
    targets = resolve(index, named.kind, named.name, named.family)
    if not targets:
        raise RenameError(f"Nothing in this workspace is called `{named.name}`")
    new_name = new_name.strip()
    _check(targets, named, new_name, index)
    changes = _Changes(view)
    for target in targets:
        _rename_definition(target, named.name, new_name, changes)
    families = {target.family for target in targets}
    for reference in index.references_to(named.kind, named.name):
        referring = index.at(reference.path)
        if named.kind == "skill" or referring is None or referring.family in families:
            changes.reference(reference, new_name)
    for use in mentions_of(named.name, families, named.kind, view, index):
        changes.add(use.path, (Edit(use.span, new_name),))
    return changes.made()


def _check(targets: tuple[Definition, ...], named: Named, new_name: str, index: Index) -> None:
    if not new_name or "\n" in new_name:
        raise RenameError("A name must not be empty or have several lines")
    for target in targets:
        identity = dialect(target.dialect).identity
        if identity.pattern is not None and not identity.pattern.fullmatch(new_name):
            title = dialect(target.dialect).title
            raise RenameError(f"`{new_name}` is not a name that {title} takes")
        by_path = identity.source in ("stem", "folder", "path") and target.label != named.name
        if by_path and set(new_name) & set('/\\:*?"<>|'):
            raise RenameError(f"`{new_name}` cannot be the name of a file")
    if new_name in {name for t in targets for name in dialect(t.dialect).identity.reserved}:
        raise RenameError(f"`{new_name}` is reserved")
    taken = resolve(index, named.kind, new_name, named.family)
    if any(found.scope == target.scope for found in taken for target in targets):
        raise RenameError(f"There is a definition called `{new_name}` already")


class _Changes:
    """Edits by file, and the files that move."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._edits: dict[str, dict[Span, Edit]] = {}
        self._moves: dict[str, str] = {}
        self._open: dict[str, AgentFile | None] = {}

    def file(self, path: str) -> AgentFile | None:
        """An agent file of the workspace, opened once."""
        if path not in self._open:
            text = self._view.read(path)
            self._open[path] = (
                open_file(Document(path, text), self._view) if text is not None else None
            )
        return self._open[path]

    def add(self, path: str, edits: Iterable[Edit]) -> None:
        """Change a file; a place that is changed already stays as it is."""
        made = self._edits.setdefault(path, {})
        for one in edits:
            if not any(one.span.overlaps(span) for span in made):
                made[one.span] = one

    def move(self, path: str, to: str) -> None:
        """Rename a file or folder."""
        if path != to:
            self._moves[path] = to

    def reference(self, reference: Reference, new_name: str) -> None:
        """Write another name into a header, in the quotes that stand there."""
        file = self.file(reference.path)
        if file is None:
            return
        header = file.header
        place = header.place(reference.span.start)
        node = place.node
        if node is not None and node.kind == "scalar" and node.content == reference.span:
            in_flow = _is_in_flow(file, place.path)
            self.add(reference.path, edit.set_text(header, node, new_name, in_flow=in_flow))
        else:
            self.add(reference.path, (Edit(reference.span, new_name),))

    def made(self) -> list[FileEdit]:
        """One entry a file, by path; a file that moves is changed first."""
        found = []
        for path in sorted(self._edits.keys() | self._moves.keys()):
            edits = tuple(sorted(self._edits.get(path, {}).values()))
            found.append(FileEdit(path, edits, rename_to=self._moves.get(path)))
        return found


def _is_in_flow(file: AgentFile, path: tuple[str | int, ...]) -> bool:
    node = file.header.root
    for part in path:
        if node is None:
            return False
        if node.style == "flow":
            return True
        if isinstance(part, int):
            node = node.items[part] if part < len(node.items) else None
        else:
            entry = node.find(part)
            node = entry.value if entry is not None else None
    return False


def _rename_definition(target: Definition, name: str, new_name: str, changes: _Changes) -> None:
    file = changes.file(target.path)
    if file is None:
        return
    entry = file.header.find("name")
    if entry is not None and target.label == name:
        changes.add(target.path, edit.set_text(file.header, entry.value, new_name))
    identity = dialect(target.dialect).identity
    if target.name != name or identity.source == "name" or target.level == "plugin":
        return
    if identity.source == "folder":
        folder = posixpath.dirname(target.path)
        changes.move(folder, posixpath.join(posixpath.dirname(folder), new_name))
    elif identity.source in ("stem", "path") and target.stem:
        base = posixpath.basename(target.path)
        changes.move(
            target.path,
            posixpath.join(posixpath.dirname(target.path), new_name + base[len(target.stem) :]),
        )


# Files


def rename_file(old: str, new: str, view: View | None) -> list[FileEdit]:
    """What else must change when a file or folder moves: links to it, its own relative links, and
    references by the name that its path gave it.

    Both paths are absolute. The move itself is not among the changes.
    """
    if view is None or view.root is None:
        return []
    old, new = old.replace("\\", "/").rstrip("/"), new.replace("\\", "/").rstrip("/")
    changes = _Changes(view)
    root = view.root.replace("\\", "/").rstrip("/")
    tail = posixpath.basename(old).encode()
    for relative in view.files:
        path = f"{root}/{relative}"
        moved = _moved(path, old, new)
        if not path.endswith((".md", ".mdc", ".json", ".yaml", ".toml")):
            continue
        text = view.read(path)
        if text is None or (tail not in text and moved == path):
            continue
        _relink(Document(path, text), old, new, view, changes)
    index = view.index
    for found in tuple(index) if index is not None else ():
        after = _moved(found.path, old, new)
        if after != found.path and index is not None:
            _rename_by_path(found, after, index, changes)
    return [one for one in changes.made() if one.edits]


def references_to_file(path: str, view: View | None) -> list[tuple[str, Span]]:
    """The places that would point to nothing without a file: (path, span)."""
    if view is None or view.root is None:
        return []
    path = path.replace("\\", "/")
    root = view.root.replace("\\", "/").rstrip("/")
    found: list[tuple[str, Span]] = []
    tail = posixpath.basename(path).encode()
    for relative in view.files:
        other = f"{root}/{relative}"
        if other == path or not other.endswith((".md", ".mdc", ".json", ".yaml")):
            continue
        text = view.read(other)
        if text is None or tail not in text:
            continue
        uses = paths_in(Document(other, text), view)
        found += [(other, use.span) for use in uses if use.target == path]
    index = view.index
    own = index.at(path) if index is not None else None
    if index is not None and own is not None:
        others = [d for d in resolve(index, own.kind, own.name, own.family) if d.path != path]
        if not others:
            for name in dict.fromkeys((own.name, own.label)):
                found += [(r.path, r.span) for r in index.references_to(own.kind, name)]
    return found


def _moved(path: str, old: str, new: str) -> str:
    """Where a path is after the move."""
    if path == old:
        return new
    return new + path[len(old) :] if path.startswith(f"{old}/") else path


def _relink(document: Document, old: str, new: str, view: View, changes: _Changes) -> None:
    here_after = _moved(document.path, old, new)
    for use in paths_in(document, view):
        target = _moved(use.target, old, new)
        if target == use.target and here_after == document.path:
            continue
        suffix = use.written[len(use.written.partition("#")[0].partition("?")[0]) :]
        if use.written.startswith("/"):
            root = (view.root or "").replace("\\", "/").rstrip("/")
            shown = target.removeprefix(root)
        elif document.text[max(0, use.span.start - 6) : use.span.start].endswith(b"file:"):
            shown = posixpath.relpath(target, (view.root or "/").replace("\\", "/"))
        else:
            shown = posixpath.relpath(target, posixpath.dirname(here_after))
            if use.written.startswith("./") and not shown.startswith("."):
                shown = f"./{shown}"
        shown = shown.replace(" ", "%20") if "%20" in use.written else shown
        if shown + suffix != use.written:
            changes.add(document.path, (Edit(use.span, shown + suffix),))


def _rename_by_path(found: Definition, after: str, index: Index, changes: _Changes) -> None:
    identity = dialect(found.dialect).identity
    if identity.source not in ("stem", "folder") or found.level == "plugin":
        return
    if identity.source == "folder":
        name = posixpath.basename(posixpath.dirname(after))
    else:
        suffix = posixpath.basename(found.path)[len(found.stem) :]
        base = posixpath.basename(after)
        name = base.removesuffix(suffix)
    if name == found.name:
        return
    for reference in index.references_to(found.kind, found.name):
        referring = index.at(reference.path)
        if found.kind == "skill" or referring is None or referring.family == found.family:
            changes.reference(reference, name)
    file = changes.file(found.path)
    entry = file.header.find("name") if file is not None else None
    if file is not None and entry is not None and found.label == found.name:
        changes.add(found.path, edit.set_text(file.header, entry.value, name))
