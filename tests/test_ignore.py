"""Ignore patterns answer as git does."""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from backspec.ignore import IgnoreFile, matches_nothing

if TYPE_CHECKING:
    from pathlib import Path


def ignored(lines: list[str], path: str) -> bool:
    """Whether a walk from the top would leave ``path`` out."""
    patterns = IgnoreFile(lines)
    parts = path.split("/")
    for count in range(1, len(parts)):
        if patterns.match("/".join(parts[:count]), parts[count - 1], is_folder=True):
            return True
    return bool(patterns.match(path, parts[-1], is_folder=False))


@pytest.mark.parametrize(
    ("lines", "path", "expected"),
    [
        (["*.pyc"], "a/b.pyc", True),
        (["node_modules"], "web/node_modules/a/index.js", True),
        (["/build/"], "build/a.js", True),
        (["/build/"], "src/build/a.js", False),
        (["build/"], "src/build/a.js", True),
        (["build/"], "src/build", False),
        (["a/b"], "x/a/b", False),
        (["**/a/b"], "x/a/b", True),
        (["docs/**"], "docs/a/b", True),
        (["a/**/b"], "a/b", True),
        (["a/**/b"], "a/x/y/b", True),
        (["*.log", "!keep.log"], "keep.log", False),
        (["!keep.log", "*.log"], "keep.log", True),
        (["dir/", "!dir/keep"], "dir/keep", True),
        (["# comment", ""], "# comment", False),
        ([r"\#a"], "#a", True),
        ([r"\!a"], "!a", True),
        (["a "], "a", True),
        (["a[0-9].py"], "a7.py", True),
        (["a[!0-9].py"], "a7.py", False),
        (["[z-a]"], "b", False),
        (["a["], "a[", False),
        (["?.py"], "ab.py", False),
        (["a.c"], "abc", False),
        (["\ufeffa.py"], "a.py", True),
    ],
)
def test_pattern(lines: list[str], path: str, expected: bool) -> None:
    assert ignored(lines, path) is expected


_NAMES = ("a", "b", "ab", "a.b", "b.a", "c")
_PIECES = ("a", "b", "*", "?", "**", "*.b", "a*", "a.b", "[ab]", "[!a]", "c", "[z-a]", "\\b")


def test_same_answers_as_git(tmp_path: Path) -> None:
    chance = random.Random(7)
    cases: dict[str, tuple[list[str], list[str]]] = {}
    for number in range(400):
        lines = [
            chance.choice(("", "", "!", "/", "!/"))
            + "/".join(chance.choices(_PIECES, k=chance.randint(1, 3)))
            + chance.choice(("", "", "/", " "))
            for _ in range(chance.randint(1, 4))
        ]
        paths = ["/".join(chance.choices(_NAMES, k=chance.randint(1, 4))) for _ in range(8)]
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / ".gitignore").write_text("\n".join(lines) + "\n")
        cases[str(number)] = (lines, paths)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    asked = [f"{number}/{path}" for number, (_, paths) in cases.items() for path in paths]
    answer = subprocess.run(
        ["git", "-C", tmp_path, "check-ignore", "--no-index", "--stdin"],
        input="\n".join(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    by_git = set(answer.stdout.splitlines())
    assert by_git
    wrong = [
        (lines, path)
        for number, (lines, paths) in cases.items()
        for path in paths
        if ignored(lines, path) != (f"{number}/{path}" in by_git)
    ]
    assert not wrong, "\n".join(map(str, wrong))


_SOME = st.sampled_from(_PIECES)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(_SOME, min_size=1, max_size=3).map("/".join), min_size=1, max_size=3),
    st.lists(st.sampled_from(_NAMES), min_size=1, max_size=4).map("/".join),
)
def test_same_answers_as_pathspec(lines: list[str], path: str) -> None:
    lines = [line for line in lines if not matches_nothing(line)]
    assert ignored(lines, path) == GitIgnoreSpec.from_lines(lines).match_file(path)


@given(st.lists(st.text(max_size=8), max_size=5), st.text(min_size=1, max_size=8))
def test_no_pattern_raises(lines: list[str], path: str) -> None:
    IgnoreFile(lines).match(path, path.rsplit("/", 1)[-1], is_folder=True)
