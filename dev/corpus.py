"""Check pinned public repositories with two versions of backspec and show what differs.

Compares the working tree with ``--base`` (a revision of this repository): per rule the number of
diagnostics, how many are new, gone or changed, and how many there are in 10,000 lines. Needs git,
and the network for repositories that are not in the cache yet; ``--local`` needs neither.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backspec import service
from backspec.code.syntax import LANGUAGES as PARSED
from backspec.code.syntax import parse
from backspec.project import Project
from backspec.text import apply_edits
from dev import REPO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LIST = REPO / "dev/corpus.toml"
_CACHE = REPO / ".corpus"

Key = tuple[str, str, str, int]
"""Which diagnostic: project, path, rule, byte offset of its start."""


@dataclass(frozen=True, slots=True)
class Repository:
    """One entry of ``dev/corpus.toml``."""

    name: str
    """``owner/name``."""
    commit: str
    about: str


@dataclass(frozen=True, slots=True)
class Found:
    """A diagnostic of ``backspec check --format json``, as far as the comparison needs it."""

    message: str
    severity: str
    line: int
    """1-based."""
    has_fix: bool


def repositories() -> tuple[Repository, ...]:
    """The pinned repositories, in file order."""
    try:
        import tomllib
    except ImportError:
        import tomli as tomllib
    entries = tomllib.loads(_LIST.read_text("utf-8"))["repository"]
    return tuple(Repository(entry["name"], entry["commit"], entry["about"]) for entry in entries)


def bring(repository: Repository, cache: Path, source: str) -> Path:
    """The checked-out folder of a repository at its commit, fetched when it is not there yet.

    ``source`` is a URL with ``{owner}`` and ``{name}``. Raises subprocess.CalledProcessError.
    """
    owner, _, name = repository.name.partition("/")
    folder = cache / f"{owner}__{name}"
    stamp = folder / ".git/backspec-commit"
    if stamp.exists() and stamp.read_text("ascii") == repository.commit:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    url = source.format(owner=owner, name=name)
    for command in (
        ("init", "-q"),
        ("fetch", "-q", "--depth", "1", url, repository.commit),
        ("-c", "advice.detachedHead=false", "checkout", "-q", "-f", "FETCH_HEAD"),
    ):
        subprocess.run(("git", *command), cwd=folder, check=True)
    stamp.write_text(repository.commit, "ascii")
    return folder


@contextlib.contextmanager
def revision(name: str) -> Iterator[Path]:
    """A temporary work tree of this repository at a revision."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "base"
        git = ("git", "-C", str(REPO), "worktree")
        subprocess.run((*git, "add", "-q", "--detach", str(tree), name), check=True)
        try:
            yield tree
        finally:
            subprocess.run((*git, "remove", "--force", str(tree)), check=True)


def check(tree: Path, project: Path, options: Sequence[str]) -> dict[str, Any]:
    """What ``backspec check`` of the version in ``tree`` prints for a folder, as JSON."""
    command = [sys.executable, "-m", "backspec", "check", "--format", "json"]
    command += ["--fail-on", "never", "--no-cache", *options, str(project)]
    env = {**os.environ, "PYTHONPATH": str(tree / "server")}
    done = subprocess.run(
        command, cwd=project, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr[-4000:]}")
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def diagnostics(name: str, printed: Mapping[str, Any]) -> dict[Key, Found]:
    """The diagnostics of one project by what identifies them."""
    return {
        (name, one["path"], one["rule"], one["start"]["offset"]): Found(
            one["message"], one["severity"], one["start"]["line"], one["fix"] is not None
        )
        for one in printed["diagnostics"]
    }


def count_lines(project: Path) -> int:
    """Lines of the files that ``check`` reads in a folder."""
    total = 0
    for path in Project.open(project).files():
        with contextlib.suppress(OSError):
            total += Path(path).read_bytes().count(b"\n")
    return total


def breaking_fixes(name: str, project: Path) -> list[str]:
    """Fixes after which a file that parsed no longer parses: place, rule and title, one a line."""
    opened = Project.open(project)
    found = []
    for path in opened.files():
        document = opened.document(path)
        if document is None or document.language not in PARSED:
            continue
        if not _parses(document.language, document.text):
            continue
        for one in service.diagnose(document, opened):
            for fix in one.fixes:
                text = apply_edits(document.text, fix.edits)
                if not _parses(document.language, text):
                    place = Path(path).relative_to(project).as_posix()
                    line = document.text.count(b"\n", 0, one.span.start) + 1
                    found.append(f"  {name}/{place}:{line} {one.rule}: {fix.title}")
    return found


def _parses(language: str, text: bytes) -> bool:
    parsed = parse(language, text)
    return parsed is not None and not parsed.root.has_error


def summary(base: Mapping[Key, Found], now: Mapping[Key, Found], lines: int) -> str:
    """A table by rule, then the diagnostics that came, went or changed."""
    rules = sorted({key[2] for key in (*base, *now)})
    counts = {
        "base": Counter(key[2] for key in base),
        "now": Counter(key[2] for key in now),
        "new": Counter(key[2] for key in now if key not in base),
        "gone": Counter(key[2] for key in base if key not in now),
        "changed": Counter(key[2] for key in now if key in base and now[key] != base[key]),
    }
    rows = [f"{'rule':<44}" + "".join(f"{name:>9}" for name in counts) + "   per 10k lines"]
    for rule in [*rules, "all"]:
        numbers = [sum(c.values()) if rule == "all" else c[rule] for c in counts.values()]
        rate = numbers[1] * 10_000 / max(1, lines)
        rows.append(f"{rule:<44}" + "".join(f"{n:>9,}" for n in numbers) + f"{rate:>16.2f}")
    return "\n".join(rows)


def listing(title: str, keys: Sequence[Key], found: Mapping[Key, Found], most: int) -> str:
    """Up to ``most`` diagnostics, one a line, and how many more there are."""
    lines = [f"\n{title} ({len(keys)}):"]
    for key in keys[:most]:
        one = found[key]
        lines.append(f"  {key[0]}/{key[1]}:{one.line} {one.severity} {key[2]}: {one.message}")
    if len(keys) > most:
        lines.append(f"  ... and {len(keys) - most} more")
    return "\n".join(lines)


def main(argv: list[str]) -> int:
    """Print the comparison; exit 1 when a project could not be checked or a fix broke a file."""
    parser = argparse.ArgumentParser(prog="python -m dev corpus", description=__doc__)
    parser.add_argument("--base", default="HEAD", help="revision to compare with; 'none' for none")
    parser.add_argument("--local", action="append", default=[], type=Path, metavar="PATH")
    parser.add_argument("--only", action="append", default=[], metavar="OWNER/NAME")
    parser.add_argument("--select", action="append", default=[], metavar="RULE")
    parser.add_argument("--profile", default="recommended")
    parser.add_argument("--fixes", action="store_true", help="apply each fix, and parse the result")
    parser.add_argument("--show", type=int, default=20, help="how many of each kind to list")
    parser.add_argument("--cache", type=Path, default=_CACHE)
    parser.add_argument("--source", default="https://github.com/{owner}/{name}.git")
    options = parser.parse_args(argv)
    flags = ["--profile", options.profile, *(f"--select={rule}" for rule in options.select)]
    failed = False
    base: dict[Key, Found] = {}
    now: dict[Key, Found] = {}
    lines = 0
    broken: list[str] = []
    with contextlib.ExitStack() as stack:
        old = None if options.base == "none" else stack.enter_context(revision(options.base))
        for name, folder in _projects(options):
            print(name, file=sys.stderr, flush=True)
            try:
                if isinstance(folder, Repository):
                    project = bring(folder, options.cache, options.source)
                else:
                    project = folder.resolve()
                now.update(diagnostics(name, check(REPO, project, flags)))
                if old is not None:
                    base.update(diagnostics(name, check(old, project, flags)))
                lines += count_lines(project)
                if options.fixes:
                    broken += breaking_fixes(name, project)
            except (RuntimeError, subprocess.CalledProcessError) as error:
                print(f"{name}: {error}", file=sys.stderr)
                failed = True
    print(f"{lines:,} lines\n")
    print(summary(base, now, lines))
    new = sorted(key for key in now if key not in base)
    gone = sorted(key for key in base if key not in now)
    changed = sorted(key for key in now if key in base and now[key] != base[key])
    print(listing("New", new, now, options.show))
    if old is not None:
        print(listing("Gone", gone, base, options.show))
        print(listing("Changed", changed, now, options.show))
    if options.fixes:
        print("\n".join([f"\nFixes that stop a file parsing ({len(broken)}):", *broken]))
    return 1 if failed or broken else 0


def _projects(options: argparse.Namespace) -> Iterator[tuple[str, Path | Repository]]:
    """(name, folder or repository) of everything to check."""
    for path in options.local:
        yield path.name, path
    if not options.local:
        for repository in repositories():
            if not options.only or repository.name in options.only:
                yield repository.name, repository
