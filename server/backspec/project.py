"""The workspace: which files there are, what they say, and which configuration counts for each.

All reading of files is here and in ``folders.py``. A ``Project`` is shared by all requests of a
server: its caches are keyed by path and dropped by ``invalidate``, and it is safe on any thread.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from backspec import catalog
from backspec.baseline import FILE_NAME as BASELINE_NAME
from backspec.baseline import Baseline, BaselineError, load_baseline
from backspec.config import Asked, Config
from backspec.config_file import CONFIG_NAME, PYPROJECT, Known, find_config, load_config
from backspec.folders import GITIGNORE, Folders, repository_of
from backspec.languages import is_program, language_of
from backspec.model import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from backspec.agent_index import KeptIndex
    from backspec.agents.graph import Index
    from backspec.agents.view import View
    from backspec.catalog import Rule
    from backspec.model import Diagnostic

_UNUSUAL = re.compile(r"//|(?:^|/)\.(?:/|$)|/$|^$")
"""What a path may hold that is not written so in its plainest form."""
OWN_FOLDER = ".backspec"
"""Holds a project's custom rules and its baseline."""


class Project:
    """A folder with its files, configuration and unsaved documents."""

    def __init__(self, root: Path, forced: Path | Config | None = None) -> None:
        self.root = root
        """Absolute."""
        self._forced = forced
        self._adjust: Callable[[Config], Config] = lambda config: config
        self._overlays: dict[str, Document] = {}
        self._last_good: dict[Path, Config] = {}
        self._problems: dict[str, list[Diagnostic]] = {}
        self._listing: tuple[str, ...] | None = None
        self._rules: Mapping[str, Rule] | None = None
        self._enabled: dict[int, tuple[Rule, ...]] = {}
        self._base: Path | None = None
        self._baseline: Baseline | None = None
        self._views: dict[int, View] = {}
        self._followed: set[str] = set()
        self._generation = 0
        self._agent_generation = 0
        self._agents: KeptIndex | None = None
        self.is_lone = False
        """Nobody opened the folder: it is where a single file lies, and is never walked."""
        self.reads_in_steps = False
        """``agent_index`` says None until ``read_agents`` has been through: for a server, which
        must not stand still meanwhile."""
        self._folders = self._new_folders()

    @classmethod
    def open(
        cls,
        root: str | Path,
        *,
        config: str | Path | Config | None = None,
        lone: bool = False,
    ) -> Project:
        """The project at a folder. Cheap: nothing is walked until asked for.

        ``config`` replaces the search for configuration files: a file, or a ready one. ``lone``
        is for the folder of a single file, see ``is_lone``.
        """
        if isinstance(config, (str, Path)):
            config = Path(os.path.abspath(config))
        project = cls(Path(os.path.abspath(root)), config)
        project.is_lone = lone
        return project

    def _new_folders(self) -> Folders:
        forced = self._forced
        if isinstance(forced, Path):
            forced = self._load(forced)
        elif forced is not None:
            forced = self._adjust(forced)
        default = self._adjust(Config())
        return Folders(str(self.root), self._load, forced=forced, default=default)

    def overlay(self, adjust: Callable[[Config], Config]) -> None:
        """Put the command line's choices on top of every configuration."""
        self._adjust = adjust
        self._folders = self._new_folders()

    # ------------------------------------------------------------------ files

    def files(self, paths: Iterable[str | Path] = ()) -> Iterator[str]:
        """Absolute paths of the files to look at, below ``paths`` or the root, each once.

        In a folder its files come first, then its folders, both sorted by name. Excludes, ignore
        files and unknown languages are left out, also for paths that are named.
        """
        starts = [os.path.abspath(path) for path in paths] or [str(self.root)]
        seen: set[str] = set()
        for start in starts:
            for path in self._folders.walk(start):
                if path not in seen:
                    if len(starts) > 1:
                        seen.add(path)
                    yield path

    @property
    def listing(self) -> tuple[str, ...]:
        """All ``files`` of the root, remembered until a file comes or goes."""
        if self.is_lone:
            return ()
        for _ in self.walk():
            pass
        return self._listing or ()

    def walk(self) -> Iterator[None]:
        """Make ``listing``, stopping now and then."""
        if self._listing is None:
            found = []
            for path in self.files():
                found.append(path)
                if len(found) % 100 == 0:
                    yield
            self._listing = tuple(found)

    def is_excluded(self, path: str | Path) -> bool:
        """Whether excludes or .gitignore files leave this file or folder out."""
        return self._folders.is_excluded(os.path.abspath(path))

    def relative(self, path: str | Path) -> str:
        """The path from the root with ``/``; the path itself when it lies elsewhere."""
        text, root = str(path), f"{self.root}{os.sep}"
        inner = text[len(root) :]
        if text.startswith(root) and os.sep == "/" and not _UNUSUAL.search(inner):
            return inner  # what ``Path`` would say, at a tenth of its cost
        try:
            return Path(path).relative_to(self.root).as_posix()
        except ValueError:
            return Path(path).as_posix()

    def is_rule_file(self, path: str | Path) -> bool:
        """Whether a file lies in the project's folder of custom rules."""
        if not str(path).endswith(".md"):
            return False
        where = Path(path)
        folder = self.base / OWN_FOLDER / "rules"
        return where.name.lower() != "readme.md" and folder in where.parents

    # ------------------------------------------------------------------ text

    def read(self, path: str | Path) -> bytes | None:
        """The text of a file: the open document's, else the disk's. None when unreadable.

        Only regular files are read: a pipe or device could keep the reader waiting for ever.

        Of a file above the configured size no more than a byte over it is read, so that no file
        costs more memory than that.
        """
        if (overlay := self._overlays.get(str(path))) is not None:
            return overlay.text
        try:
            if not os.path.isfile(path):
                return None
            with open(path, "rb") as file:
                return file.read(self.config_for(path).max_file_size + 1)
        except (OSError, ValueError):
            return None

    def exists(self, path: str | Path) -> bool:
        """Whether there is a file or folder at an absolute path (or an unsaved document)."""
        return str(path) in self._overlays or os.path.exists(path)

    def document(self, path: str | Path) -> Document | None:
        """A snapshot of a file with its language; None when it cannot be read.

        The text of a file above the configured size is cut, see ``read``; ``diagnose`` says so.
        """
        if (overlay := self._overlays.get(str(path))) is not None:
            return overlay
        text = self.read(path)
        return None if text is None else Document(str(path), text, language_of(path, text[:128]))

    def set_overlay(self, document: Document) -> None:
        """An editor opened or changed a document: its text counts instead of the disk's."""
        self._overlays[document.path] = document
        self._note_text(document.path, document.text)

    def drop_overlay(self, path: str) -> None:
        """An editor closed a document."""
        if self._overlays.pop(path, None):
            self._note_text(path, self.read(path))

    # ------------------------------------------------------------------ configuration and rules

    def config_for(self, path: str | Path) -> Config:
        """The configuration that counts for a file; the last good one while it is broken."""
        return self._folders.folder(os.path.dirname(os.path.abspath(path))).config

    def config_problems(self) -> list[tuple[str, Diagnostic]]:
        """(absolute path, diagnostic) for each fault of the configuration files read so far."""
        return [(path, found) for path, all_ in sorted(self._problems.items()) for found in all_]

    def check_config(self, document: Document) -> list[Diagnostic]:
        """What is wrong with a configuration file as it stands in an editor."""
        return load_config(document.text, Path(document.path), self.known).problems

    def _load(self, path: Path) -> Config:
        config, problems = loaded = load_config(path, known=self.known)
        self._problems[str(path)] = problems
        if loaded.is_good or path not in self._last_good:
            self._last_good[path] = self._following(config)
        return self._adjust(self._last_good[path])

    def _following(self, config: Config) -> Config:
        """The configuration with the topics that the definitions it follows name."""
        if not config.follow or config.root is None:
            return config
        topics: dict[str, Asked] = {}
        for name in config.follow:
            path = os.path.join(config.root, *name.split("/"))
            self._followed.add(path)
            try:
                with open(path, "rb") as file:
                    text = file.read(config.max_file_size).decode("utf-8", "replace")
            except (OSError, ValueError):
                continue
            for slug, asked in _topics_of(path, text):
                topics.setdefault(slug, asked)
        return replace(config, followed=topics)

    @property
    def known(self) -> Known:
        """The names a configuration of this project may use."""
        return Known(self._rule_names, catalog.dialect_names)

    def _rule_names(self) -> Mapping[str, str]:
        return {**{name: name for name in self.rules}, **catalog.redirects()}

    @property
    def rules(self) -> Mapping[str, Rule]:
        """All rules by id, the project's own among them."""
        if self._rules is None:
            folder = self.base / OWN_FOLDER / "rules"
            if folder.is_dir():
                from backspec.custom_rules import load_rules

                self._rules = {**catalog.rules(), **load_rules(folder)[0]}
            else:
                self._rules = catalog.rules()
        return self._rules

    def use_rules(self, rules: Mapping[str, Rule]) -> None:
        """Take these rules and no others."""
        self._rules = rules
        self._enabled = {}

    def code_rules(self, config: Config) -> tuple[Rule, ...]:
        """The rules on code that a configuration turns on, sorted by id.

        The same object for the same configuration.
        """
        known = self._enabled.get(id(config))
        if known is None:
            wanted = [
                rule
                for rule in self.rules.values()
                if rule.match and rule.area != "agent" and config.severity(rule) is not None
            ]
            if config.followed:
                # The forms that only a stricter profile asks for count with the rule's own.
                wanted = [
                    replace(rule, profile=config.profile_of(rule))
                    if config.profile_of(rule) != config.profile and rule.profile == config.profile
                    else rule
                    for rule in wanted
                ]
            known = self._enabled[id(config)] = tuple(wanted)
        return known

    @property
    def base(self) -> Path:
        """The folder that holds ``.backspec``, the same for every root inside one project.

        It is that of the root's configuration file, else the repository's, else the root.
        """
        # Not through the loaded configuration: reading that asks for the rules, which lie here.
        if self._base is None:
            file = find_config(self.root)
            self._base = file.parent if file else Path(repository_of(str(self.root)) or self.root)
        return self._base

    # ------------------------------------------------------------------ baseline

    @property
    def baseline_path(self) -> Path:
        """Where the project's baseline is or would be."""
        return self.base / OWN_FOLDER / BASELINE_NAME

    def use_baseline(self, baseline: Baseline) -> None:
        """Take another baseline than the project's own (an empty one for none)."""
        self._baseline = baseline
        self._generation += 1

    @property
    def baseline(self) -> Baseline:
        """The recorded diagnostics; an empty baseline where there is none that can be read."""
        if self._baseline is None:
            try:
                self._baseline = load_baseline(self.baseline_path)
            except (FileNotFoundError, BaselineError):
                self._baseline = Baseline()
        return self._baseline

    def without_baseline(self, document: Document, found: list[Diagnostic]) -> list[Diagnostic]:
        """The diagnostics of a document that the baseline does not hold."""
        return self.baseline.filter(self.base_relative(document.path), document, found)

    def base_relative(self, path: str) -> str:
        """The path from ``base`` with ``/``: how baselines name files."""
        return os.path.relpath(path, self.base).replace(os.sep, "/")

    # ------------------------------------------------------------------ what both halves see

    def view(self, path: str) -> View:
        """What the agent half sees around a file."""
        config = self.config_for(path)
        known = self._views.get(id(config))
        if known is None:
            from backspec.surroundings import Surroundings

            known = self._views[id(config)] = Surroundings(self, config)
        return known

    def agent_index(self) -> Index | None:
        """The agent definitions of the project and of the user's home.

        Read when first asked for, then kept. None for a lone file, and while they are read in
        steps.
        """
        if self.is_lone:
            return None
        if self._agents is None and not self.reads_in_steps:
            self._agents = self._new_index()
        if self._agents is None or (self.reads_in_steps and not self._agents.is_complete):
            return None
        return self._agents.get()

    def read_agents(self, *, all_at_once: bool = False) -> bool:
        """Read one more file (or all) for ``agent_index``. False when there is none left."""
        if self.is_lone or (self._agents is not None and self._agents.is_complete):
            return False
        if self._agents is None:
            self._agents = self._new_index()
        if all_at_once:
            self._agents.get()
        elif self._agents.advance():
            return True
        self._agent_generation += 1
        return False

    def _new_index(self) -> KeptIndex:
        from backspec.agent_index import KeptIndex

        return KeptIndex(self)

    def _note_text(self, path: str, text: bytes | None) -> None:
        """A file that may be an agent's, or be named by one, has another text or is gone."""
        language = language_of(path)
        if is_program(language):
            return
        changed = language != "markdown"
        if self._agents is not None:
            changed |= self._agents.update(path, None if self.is_excluded(path) else text)
        self._agent_generation += changed

    def state_of(self, path: str) -> object:
        """Equal as long as nothing around a document changed that its diagnostics depend on."""
        if is_program(language_of(path)):
            return self._generation
        return self._generation, self._agent_generation

    def invalidate(self, path: str | Path) -> bool:
        """A file was created, changed or deleted on disk: forget what was known from it.

        True when that can change the diagnostics of other documents: configuration, ignore files,
        custom rules, the baseline, agent files.
        """
        text = os.path.abspath(path)
        name = os.path.basename(text)
        if self._listing is not None and not self.is_excluded(text):
            was_there = text in self._listing
            if was_there != os.path.isfile(text):
                self._listing = None
        is_config = name in (CONFIG_NAME, PYPROJECT, GITIGNORE) or text in self._followed
        is_own = f"{os.sep}{OWN_FOLDER}{os.sep}" in text
        if is_own:
            self._rules = None
            self._baseline = None
        if is_config or is_own or not os.path.exists(text):
            # What was cached for a deleted folder is as stale as what a configuration decided.
            self._problems.pop(text, None)
            self._folders = self._new_folders()
            self._enabled, self._views, self._base = {}, {}, None
            self._generation += 1
        if is_config or is_own or os.path.isdir(text):
            self._listing = self._agents = None
        elif self._agents is not None and not os.path.exists(text):
            self._agents.forget(text)
        if not is_program(language_of(name)):
            self._note_text(text, self.read(text))
            self._agent_generation += 1
        return is_config or is_own or not is_program(language_of(name))


def _topics_of(path: str, text: str) -> Iterator[tuple[str, Asked]]:
    """The topics that a definition names, in order, and where."""
    from backspec.knowledge import find_topics

    section = ""
    for line, content in enumerate(text.split("\n")):
        if content.startswith("#"):
            section = content.strip("# \t\r")
        for mention in find_topics(content):
            yield mention.slug, Asked(path, line, section)
