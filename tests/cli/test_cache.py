"""Results of earlier runs are used only where nothing changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from backspec.cli import runner

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell

NO_TIMEOUT = "http-client/no-timeout"
FILES = 120


@pytest.fixture
def many(empty: Shell, own_cache: Path) -> Shell:
    """Enough files for a cache, every tenth with a warning."""
    for number in range(FILES):
        code = "import requests\nrequests.get(1)\n" if number % 10 == 0 else "x = 1\n"
        empty.write(f"m{number:03}.py", code)
    return empty


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were really checked."""
    found: list[str] = []
    whole = runner.check_file

    def counted(path: str, project: Any) -> Any:
        found.append(path.rpartition("/")[2])
        return whole(path, project)

    monkeypatch.setattr(runner, "check_file", counted)
    return found


def check(shell: Shell, *options: str) -> Any:
    return shell.json("--jobs", "1", *options)


def test_second_run_finds_the_same_without_looking(many: Shell, looked_at: list[str]) -> None:
    first = check(many)
    assert len(looked_at) == FILES
    assert first["summary"]["warnings"] == FILES // 10
    looked_at.clear()
    assert check(many) == first
    assert looked_at == []
    assert check(many, "--no-cache") == first
    assert len(looked_at) == FILES


def test_only_what_changed_is_looked_at(many: Shell, looked_at: list[str]) -> None:
    check(many)
    looked_at.clear()
    many.write("m001.py", "import requests\nrequests.get(2)\n")
    many.write("new.py", "y = 2\n")
    (many.root / "m000.py").unlink()
    after = check(many)
    assert sorted(looked_at) == ["m001.py", "new.py"]
    paths = [found["path"] for found in after["diagnostics"]]
    assert paths == sorted(["m001.py", *(f"m{n:03}.py" for n in range(10, FILES, 10))])


@pytest.mark.parametrize(
    "change",
    [
        lambda shell: shell.write("backspec.toml", f'[rules]\n"{NO_TIMEOUT}" = "error"\n'),
        lambda shell: shell.write(".backspec/rules/own.md", "no rule"),
        lambda shell: shell.write(
            ".backspec/baseline.json", '{"version": 1, "diagnostics": {"a": {"b": {"c": 1}}}}'
        ),
    ],
    ids=["configuration", "rules", "baseline"],
)
def test_what_decides_about_results_makes_them_stale(
    many: Shell, looked_at: list[str], change: Any
) -> None:
    check(many)
    looked_at.clear()
    change(many)
    check(many)
    assert {name for name in looked_at if name.startswith("m")} == {
        f"m{number:03}.py" for number in range(FILES)
    }


def test_options_make_results_of_their_own(many: Shell, looked_at: list[str]) -> None:
    check(many)
    assert check(many, "--ignore", NO_TIMEOUT)["diagnostics"] == []
    looked_at.clear()
    assert check(many)["summary"]["warnings"] == FILES // 10


def test_agent_files_are_always_looked_at(many: Shell, looked_at: list[str]) -> None:
    many.write(".claude/agents/a.md", "---\nname: a\ndescription: b\n---\n\nText.\n")
    check(many)
    looked_at.clear()
    check(many)
    assert looked_at == ["a.md"]


def test_damaged_cache_is_no_fault(many: Shell, own_cache: Path) -> None:
    first = check(many)
    (kept,) = own_cache.rglob("results-*.bin")
    kept.write_bytes(kept.read_bytes()[:-7] + b"damaged")
    assert check(many) == first


def test_results_nobody_asks_for_are_deleted(many: Shell, own_cache: Path) -> None:
    check(many)
    (kept,) = own_cache.rglob("results-*.bin")
    old = kept.with_name("results-old.bin")
    old.write_bytes(b"")
    os.utime(old, (0, 0))
    many.write("m001.py", "y = 1\n")
    check(many)
    assert not old.exists()
    assert kept.exists()
