"""Globs: how paths are matched, for the places of agent files and for ``applyTo`` and its kin.

``*`` and ``?`` stay inside one folder, ``**`` crosses folders, ``{a,b}`` and ``[a-z]`` mean what
they mean everywhere. Paths use ``/``.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST_ALTERNATIVES = 1_000
"""Alternatives that nested braces may unfold to before a glob counts as broken."""


class GlobError(ValueError):
    """A glob cannot be read. The message says why, in words for its author."""


@functools.lru_cache(maxsize=4096)
def compile_glob(glob: str, *, anchored: bool = False) -> re.Pattern[str]:
    """A pattern for whole paths (use ``match``: it is anchored at both ends).

    Unless ``anchored`` (or written with a leading ``/``), the glob may begin in any folder.
    Raises GlobError.
    """
    anchored = anchored or glob.startswith("/")
    body = _translate(glob.strip("/") if not glob.startswith("/") else glob[1:].rstrip("/"))
    start = "/?" if anchored else "(?:.*/)?"
    try:
        return re.compile(rf"{start}{body}\Z", re.DOTALL)
    except re.error as error:
        raise GlobError(f"cannot be read: {error.msg}") from error


def _translate(glob: str) -> str:
    found: list[str] = []
    depth = 0
    alternatives = 1
    at = 0
    while at < len(glob):
        char = glob[at]
        if char == "*":
            end = at
            while end < len(glob) and glob[end] == "*":
                end += 1
            starts_segment = at == 0 or glob[at - 1] in "/{,"
            if end - at >= 2 and starts_segment:
                if end < len(glob) and glob[end] == "/":
                    found.append("(?:[^/]+/)*")
                    end += 1
                else:
                    found.append(".*")
            else:
                found.append("[^/]*")
            at = end
            continue
        if char == "?":
            found.append("[^/]")
        elif char == "[":
            end = glob.find("]", at + 2)
            if end < 0:
                raise GlobError("a `[` has no `]`")
            inner = glob[at + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
            found.append(f"[^/{inner[1:]}]" if inner[:1] in "!^" else f"[{inner}]")
            at = end
        elif char == "{":
            depth += 1
            found.append("(?:")
        elif char == "," and depth:
            alternatives += 1
            if alternatives > _MOST_ALTERNATIVES:
                raise GlobError("has too many alternatives")
            found.append("|")
        elif char == "}":
            if depth:
                depth -= 1
                found.append(")")
            else:
                raise GlobError("a `}` has no `{`")
        elif char == "\\" and at + 1 < len(glob):
            at += 1
            found.append(re.escape(glob[at]))
        else:
            found.append(re.escape(char))
        at += 1
    if depth:
        raise GlobError("a `{` has no `}`")
    return "".join(found)


def glob_problem(glob: str) -> str | None:
    """Why a glob cannot be read, as the end of a sentence; None when it can."""
    if not glob.strip():
        return "is empty"
    try:
        compile_glob(glob)
    except GlobError as error:
        return str(error)
    return None


def count_matches(glob: str, files: Iterable[str]) -> int:
    """How many of the paths a glob matches; 0 for a broken glob."""
    try:
        match = compile_glob(glob).match
    except GlobError:
        return 0
    if glob.strip() in ("**", "**/*", "*"):
        return sum(1 for _ in files)
    return sum(1 for path in files if match(path))


def split_globs(text: str) -> list[tuple[int, int]]:
    """The (start, end) offsets of comma-separated globs in a string; braces keep together.

    Offsets are in code points, blanks around each glob are left out, empty parts are skipped.
    """
    spans: list[tuple[int, int]] = []
    depth = 0
    start = 0
    for at, char in enumerate(text + ","):
        if char == "{":
            depth += 1
        elif char == "}":
            depth = max(0, depth - 1)
        elif char == "," and (depth == 0 or at == len(text)):
            part = text[start:at]
            lead = len(part) - len(part.lstrip())
            if part.strip():
                spans.append((start + lead, start + len(part.rstrip())))
            start = at + 1
    return spans


class Place(NamedTuple):
    """One glob of a table."""

    glob: str
    suffix: str
    """What any matching path ends with."""
    order: int
    value: object


class GlobTable:
    """Many globs at once: the ones that match a path, without trying (or compiling) them all."""

    def __init__(self, globs: Sequence[tuple[str, object]]) -> None:
        self._by_needle: dict[str, list[Place]] = {}
        self._loose: list[Place] = []
        for order, (glob, value) in enumerate(globs):
            needle, suffix = _landmarks(glob)
            bucket = self._by_needle.setdefault(needle, []) if needle else self._loose
            bucket.append(Place(glob, suffix, order, value))

    def find(self, path: str) -> list[object]:
        """The values of all globs that match ``path``, in the table's order."""
        candidates = list(self._loose)
        for segment in dict.fromkeys(path.split("/")):
            candidates.extend(self._by_needle.get(segment, ()))
        found = [
            place
            for place in candidates
            if path.endswith(place.suffix) and compile_glob(place.glob).match(path)
        ]
        return [place.value for place in sorted(found, key=lambda place: place.order)]


_MAGIC = re.compile(r"[*?\[{]")


def _landmarks(glob: str) -> tuple[str, str]:
    """A literal segment (the most telling one) and the literal end of a glob."""
    segments = [part for part in glob.strip("/").split("/") if part and not _MAGIC.search(part)]
    dotted = [part for part in segments if part.startswith(".")]
    needle = (dotted or segments or [""])[-1]
    last = glob.rsplit("/", 1)[-1]
    magic = [found.end() for found in re.finditer(r"[*?\]}]", last)]
    suffix = "" if "{" in last or "[" in last else last[magic[-1] :] if magic else last
    return needle, suffix
