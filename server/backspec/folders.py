"""Which files of a tree are looked at: walks folders and applies configuration and ignore files.

Symbolic links are not followed, except inside folders whose name begins with a dot, where people
share agent files between products. Nothing here raises for what vanishes or cannot be read.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from backspec.config import Config
from backspec.config_file import CONFIG_NAME, PYPROJECT, find_config, has_section
from backspec.discovery import (
    ENVIRONMENT_MARK,
    EXCLUDED_BESIDE,
    is_excluded_folder,
    is_excluded_name,
)
from backspec.ignore import IgnoreFile
from backspec.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

GITIGNORE = ".gitignore"


@dataclass(frozen=True, slots=True)
class Folder:
    """What counts inside one folder."""

    path: str
    config: Config
    ignores: tuple[tuple[str, IgnoreFile], ...]
    """(folder, patterns) of the ignore files that speak for it, the strongest first."""
    is_excluded: bool
    """The folder itself, or one around it, is left out."""


class Folders:
    """The folders below and above a root; what is known about each is kept until ``forget``."""

    def __init__(
        self,
        root: str,
        load: Callable[[Path], Config],
        *,
        forced: Config | None = None,
        default: Config | None = None,
    ) -> None:
        self.roots = {root}
        """Folders people named: never excluded, and default excludes count only below them."""
        self._root = root
        self._top = repository_of(root) or root
        self._load = load
        self._forced = forced
        self._default = default or Config()
        self._folders: dict[str, Folder] = {}
        self._excludes: dict[int, tuple[str, IgnoreFile]] = {}

    def forget(self) -> None:
        """Configuration or ignore files changed."""
        self._folders = {}
        self._excludes = {}

    def walk(self, path: str) -> Iterator[str]:
        """The wanted files at or below an absolute path.

        A folder's files come before its folders, both sorted by name.
        """
        if os.path.isfile(path):
            if not self.is_excluded(path) and _wants_file(path):
                yield path
            return
        if not os.path.isdir(path):
            return
        if not self._is_inside(path):
            self.roots.add(path)
        top = self.folder(path)
        if top.is_excluded:
            return
        # Inodes of linked folders that were entered, against links in circles.
        linked: set[tuple[int, int]] = set()
        waiting = [(top, path)]
        while waiting:
            files, folders = self._list(*waiting.pop(), linked)
            yield from files
            waiting.extend(reversed(folders))

    def _list(
        self, outer: Folder, path: str, linked: set[tuple[int, int]]
    ) -> tuple[list[str], list[tuple[Folder, str]]]:
        """The wanted files of a wanted folder, and the folders to enter from it."""
        try:
            with os.scandir(path) as entries:
                listing = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            return [], []
        names = {entry.name for entry in listing}
        folder = self._enter(outer, path, names)
        if folder.is_excluded:
            return [], []
        follows_links = os.sep + "." in path[len(self._top) :]
        files: list[str] = []
        folders: list[tuple[Folder, str]] = []
        for entry in listing:
            try:
                is_link = entry.is_symlink()
                if is_link and not follows_links:
                    continue
                is_folder = entry.is_dir()
                if not is_folder and not entry.is_file():
                    continue  # a pipe, socket or device: reading could wait for ever
                if is_folder and is_link and not _is_new(entry.path, linked):
                    continue
            except OSError:
                continue
            if is_folder:
                if not self._leaves_out(folder, entry.name, names, is_folder=True):
                    folders.append((folder, entry.path))
            elif (language_of(entry.name) or _is_nameless(entry)) and not self._leaves_out(
                folder, entry.name, names, is_folder=False
            ):
                files.append(entry.path)
        return files, folders

    def is_excluded(self, path: str) -> bool:
        """Whether a file or folder at an absolute path is left out."""
        if path in self.roots:
            return False
        outer, name = os.path.split(path)
        folder = self.folder(outer)
        if folder.is_excluded:
            return True
        return self._leaves_out(folder, name, None, is_folder=os.path.isdir(path))

    def folder(self, path: str) -> Folder:
        """What counts inside the folder at an absolute path, whether it exists or not."""
        chain: list[str] = []
        while (found := self._folders.get(path)) is None:
            chain.append(path)
            outer = os.path.dirname(path)
            if path == self._top or outer == path:
                break
            path = outer
        for each in reversed(chain):
            found = self._start(each) if found is None else self._enter(found, each, None)
        assert found is not None
        return found

    def _start(self, path: str) -> Folder:
        """The uppermost folder of a chain."""
        config = self._forced
        if config is None:
            file = find_config(Path(path))
            config = self._load(file) if file else self._default
        folder = Folder(path, config, _ignore_files(path), is_excluded=False)
        self._folders[path] = folder
        return folder

    def _enter(self, outer: Folder, path: str, names: Collection[str] | None) -> Folder:
        """The folder at ``path`` in ``outer``; ``names`` is its listing where it is at hand."""
        known = self._folders.get(path)
        if known is not None:
            return known
        is_excluded = path not in self.roots and (
            outer.is_excluded
            or self._leaves_out(outer, os.path.basename(path), None, is_folder=True)
            or (self._is_inside(outer.path) and _has(path, ENVIRONMENT_MARK, names))
        )
        config = self._forced or outer.config
        ignores = outer.ignores
        if not is_excluded:
            if self._forced is None and (file := _own_config(path, names)):
                config = self._load(file)
            if _has(path, GITIGNORE, names):
                ignores = (*_ignore_files(path), *ignores)
        folder = self._folders[path] = Folder(path, config, ignores, is_excluded)
        return folder

    def _leaves_out(
        self, folder: Folder, name: str, beside: Collection[str] | None, *, is_folder: bool
    ) -> bool:
        """Whether an entry of a wanted folder is left out. ``beside`` None: look it up."""
        path = f"{folder.path.rstrip(os.sep)}{os.sep}{name}"
        base, exclude = self._exclude(folder)
        if exclude:
            answer = exclude.match(_relative(path, base), name, is_folder=is_folder)
            if answer is not None:
                return answer
        if self._is_inside(folder.path):
            if is_folder:
                if beside is None:
                    beside = _names_in(folder.path) if name in EXCLUDED_BESIDE else ()
                if is_excluded_folder(name, beside):
                    return True
            elif is_excluded_name(name):
                return True
        for base, patterns in folder.ignores:
            answer = patterns.match(_relative(path, base), name, is_folder=is_folder)
            if answer is not None:
                return answer
        return False

    def _is_inside(self, path: str) -> bool:
        """Whether a folder is one of the roots or below one."""
        return any(path == root or path.startswith(_with_separator(root)) for root in self.roots)

    def _exclude(self, folder: Folder) -> tuple[str, IgnoreFile]:
        """The configuration's own patterns, and the folder they are relative to."""
        config = folder.config
        known = self._excludes.get(id(config))
        if known is None:
            base = str(config.root or self._root)
            known = self._excludes[id(config)] = (base, IgnoreFile(config.exclude))
        if not _with_separator(folder.path).startswith(_with_separator(known[0])):
            return self._root, known[1]
        return known


def repository_of(path: str) -> str | None:
    """The nearest folder at or above ``path`` that holds a ``.git``."""
    while not os.path.exists(os.path.join(path, ".git")):
        outer = os.path.dirname(path)
        if outer == path:
            return None
        path = outer
    return path


def _with_separator(path: str) -> str:
    return path if path.endswith(os.sep) else path + os.sep


def _relative(path: str, base: str) -> str:
    relative = path[len(_with_separator(base)) :]
    return relative.replace(os.sep, "/") if os.sep != "/" else relative


def _has(path: str, name: str, names: Collection[str] | None) -> bool:
    return name in names if names is not None else os.path.exists(os.path.join(path, name))


def _names_in(path: str) -> Collection[str]:
    try:
        return os.listdir(path)
    except OSError:
        return ()


def _own_config(path: str, names: Collection[str] | None) -> Path | None:
    """The configuration file in exactly this folder."""
    if _has(path, CONFIG_NAME, names):
        return Path(path, CONFIG_NAME)
    if _has(path, PYPROJECT, names):
        file = Path(path, PYPROJECT)
        try:
            return file if has_section(file.read_bytes()) else None
        except OSError:
            return None
    return None


def _ignore_files(path: str) -> tuple[tuple[str, IgnoreFile], ...]:
    """The ignore files of exactly this folder."""
    found = []
    for name in (GITIGNORE, os.path.join(".git", "info", "exclude")):
        try:
            with open(os.path.join(path, name), encoding="utf-8", errors="replace") as file:
                patterns = IgnoreFile(file)
        except OSError:
            continue
        if patterns:
            found.append((path, patterns))
    return tuple(found)


def _is_new(path: str, linked: set[tuple[int, int]]) -> bool:
    """Whether a linked folder was not entered yet and does not lead back to where it stands."""
    try:
        status = os.stat(path)
        target = os.path.realpath(path)
    except OSError:
        return False
    place = os.path.realpath(os.path.dirname(path))
    mark = (status.st_dev, status.st_ino)
    if mark in linked or _with_separator(place).startswith(_with_separator(target)):
        return False
    linked.add(mark)
    return True


def _is_nameless(entry: os.DirEntry[str]) -> bool:
    """Whether a file without a telling name may be ours: a script, or an agent's dotfile."""
    name = entry.name
    if name.startswith("."):
        return "." not in name[1:] and name != GITIGNORE and _is_agent_dotfile(name)
    if "." in name:
        return False
    try:
        is_program = entry.stat().st_mode & stat.S_IXUSR
    except OSError:
        return False
    return bool(is_program) and bool(language_of(name, _head(entry.path)))


def _is_agent_dotfile(name: str) -> bool:
    return name.endswith(("rules", "modes"))


def _head(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(128)
    except OSError:
        return b""


def _wants_file(path: str) -> bool:
    """Whether a file that was named is in a language of ours or an agent's dotfile."""
    name = os.path.basename(path)
    return bool(language_of(name, _head(path))) or _is_agent_dotfile(name)
