"""Format, lint, types and tests: what CI runs.

Every step runs even when one before it failed; the exit code is non-zero when any did.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass

from dev import REPO


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the check, run in the repository's root."""

    name: str
    command: tuple[str, ...]


def steps(pytest_arguments: tuple[str, ...] = (), *, fix: bool = False) -> tuple[Step, ...]:
    """The commands, in the order they run; ``fix`` lets ruff change files."""
    python = sys.executable
    return (
        Step("format", (python, "-m", "ruff", "format", *(() if fix else ("--check",)), ".")),
        Step("lint", (python, "-m", "ruff", "check", *(("--fix",) if fix else ()), ".")),
        Step("types", (python, "-m", "mypy")),
        Step("tests", (python, "-m", "pytest", *pytest_arguments)),
    )


def main(argv: list[str]) -> int:
    """Run the steps; arguments that are not its own go to pytest."""
    parser = argparse.ArgumentParser(prog="python -m dev check", description=__doc__)
    parser.add_argument("--fix", action="store_true", help="let ruff format and fix files first")
    options, rest = parser.parse_known_args(argv)
    failed = []
    for step in steps(tuple(rest), fix=options.fix):
        print(f"\n=== {step.name}: {' '.join(step.command[1:])}", flush=True)
        started = time.monotonic()
        code = subprocess.run(step.command, cwd=REPO, check=False).returncode
        print(f"=== {step.name}: exit {code} after {time.monotonic() - started:.1f} s", flush=True)
        if code:
            failed.append(step.name)
    print(f"\nfailed: {', '.join(failed)}" if failed else "\nall steps passed")
    return 1 if failed else 0
