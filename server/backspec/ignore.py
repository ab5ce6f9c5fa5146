"""Ignore patterns in .gitignore syntax, compiled to match the entries of a walk quickly.

Made for walking from the top: an entry is matched by itself, because a walk never enters a folder
that is ignored. ``pathspec`` answers the same questions and is the judge of doubtful patterns (and
of this module, in the tests); importing it for every run would cost a tenth of a check.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_DOUBTFUL = re.compile(r"[\[\\!#]|^/*$|^\s|\s$")
_LITERAL = re.compile(r"[^*?\[\]\\/]+")


class Pattern(NamedTuple):
    """One line of an ignore file."""

    text: str
    """The glob without marks: no ``!``, no leading or trailing ``/``."""
    is_negated: bool
    is_folder: bool
    """Ended with ``/``: matches folders only."""
    is_anchored: bool
    """Has a ``/`` before its end: matches the path from the ignore file's folder, not a name."""


def parse_pattern(line: str) -> Pattern | None:
    """Read one line; None for blank lines, comments and what can match nothing."""
    text = line.rstrip("\r\n").lstrip("\ufeff")
    while text.endswith((" ", "\t")) and not text.endswith("\\ "):
        text = text[:-1]
    if not text or text.startswith("#"):
        return None
    is_negated = text.startswith("!")
    if is_negated:
        text = text[1:]
    is_folder = text.endswith("/")
    if is_folder:
        text = text[:-1]
    is_anchored = "/" in text
    text = text.removeprefix("/")
    return Pattern(text, is_negated, is_folder, is_anchored) if text else None


def matches_nothing(pattern: str) -> bool:
    """Whether a pattern is a blank, a comment, or a glob that git cannot read."""
    if not _DOUBTFUL.search(pattern):
        return False
    import warnings

    from pathspec import GitIgnoreSpec

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = list(GitIgnoreSpec.from_lines([pattern]).patterns)
    except (ValueError, LookupError, re.error):
        return True
    return all(each.include is None for each in found)


def glob_regex(glob: str) -> str | None:
    """The regular expression of a glob, for ``fullmatch``; None when its ``[`` never closes."""
    found: list[str] = []
    at = 0
    while at < len(glob):
        char = glob[at]
        if char == "*":
            end = at
            while end < len(glob) and glob[end] == "*":
                end += 1
            before = at == 0 or glob[at - 1] == "/"
            after = end == len(glob) or glob[end] == "/"
            if end - at == 2 and before and after:
                if end == len(glob):
                    found.append(".+" if at else ".*")
                else:
                    found.append("(?:.+/)?")
                    end += 1
            else:
                found.append("[^/]*")
            at = end
            continue
        if char == "?":
            found.append("[^/]")
        elif char == "[":
            end, chars = _read_class(glob, at)
            if end < 0:
                return None
            found.append(chars)
            at = end
        elif char == "\\":
            at += 1
            if at == len(glob):
                return None
            found.append(re.escape(glob[at]))
        else:
            found.append(re.escape(char))
        at += 1
    return "".join(found)


def _read_class(glob: str, at: int) -> tuple[int, str]:
    """The end (index of ``]``) of a ``[...]`` and its expression; -1 when it never closes."""
    start = at + 1
    is_negated = glob[start : start + 1] in ("!", "^")
    if is_negated:
        start += 1
    end = glob.find("]", start + 1)
    if end < 0:
        return -1, ""
    inner = re.sub(r"([\\\[&~|^])", r"\\\1", glob[start:end])
    return end, f"(?!/)[{'^' if is_negated else ''}{inner}]"


class _Run:
    """Successive patterns with the same sign: within a run, order does not matter."""

    __slots__ = (
        "folder_names",
        "is_negated",
        "matches_folder_name",
        "matches_folder_path",
        "matches_name",
        "matches_path",
        "names",
        "parts",
    )

    def __init__(self, *, is_negated: bool) -> None:
        self.is_negated = is_negated
        self.names: set[str] = set()
        self.folder_names: set[str] = set()
        self.parts: tuple[list[str], list[str], list[str], list[str]] = ([], [], [], [])

    def add(self, pattern: Pattern) -> None:
        if not pattern.is_anchored and _LITERAL.fullmatch(pattern.text):
            (self.folder_names if pattern.is_folder else self.names).add(pattern.text)
            return
        regex = glob_regex(pattern.text)
        if regex is None:
            return
        try:
            re.compile(regex)
        except re.error:
            return
        self.parts[pattern.is_folder + 2 * pattern.is_anchored].append(regex)

    def finish(self) -> None:
        names, folder_names, paths, folder_paths = (_join(part) for part in self.parts)
        self.matches_name, self.matches_folder_name = names, folder_names
        self.matches_path, self.matches_folder_path = paths, folder_paths

    def matches(self, path: str, name: str, *, is_folder: bool) -> bool:
        if name in self.names or (self.matches_name and self.matches_name.fullmatch(name)):
            return True
        if self.matches_path and self.matches_path.fullmatch(path):
            return True
        if not is_folder:
            return False
        return bool(
            name in self.folder_names
            or (self.matches_folder_name and self.matches_folder_name.fullmatch(name))
            or (self.matches_folder_path and self.matches_folder_path.fullmatch(path))
        )


def _join(regexes: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{regex})" for regex in regexes), re.DOTALL) if regexes else None


class IgnoreFile:
    """The patterns of one ignore file, which belong to the folder it is in."""

    __slots__ = ("_runs",)

    def __init__(self, lines: Iterable[str]) -> None:
        runs: list[_Run] = []
        for line in lines:
            pattern = parse_pattern(line)
            if pattern is None:
                continue
            if not runs or runs[-1].is_negated != pattern.is_negated:
                runs.append(_Run(is_negated=pattern.is_negated))
            runs[-1].add(pattern)
        for run in runs:
            run.finish()
        self._runs = runs[::-1]

    def __bool__(self) -> bool:
        return bool(self._runs)

    def match(self, path: str, name: str, *, is_folder: bool) -> bool | None:
        """True: ignored; False: taken back by a ``!`` pattern; None: not mentioned.

        ``path`` is relative to the ignore file's folder with ``/``, ``name`` its last part. Only
        the entry itself is matched: what lies in an ignored folder is not.
        """
        for run in self._runs:
            if run.matches(path, name, is_folder=is_folder):
                return not run.is_negated
        return None
