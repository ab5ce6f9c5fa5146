"""Measure what users feel: start, edit to diagnostics, completion, hover, check, memory.

Speaks to the real server over stdio and runs the real command line, both in processes of their
own, on generated sources (``bench_sources.py``). ``--write`` puts the result in
``docs/benchmarks.md`` with machine, versions and date.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dev import REPO
from dev.bench_rules import rates
from dev.bench_sources import AGENT, SOURCES, Source, text
from dev.generated import table
from dev.lsp_client import Client

if TYPE_CHECKING:
    from collections.abc import Callable

SERVER = (sys.executable, "-m", "backspec", "server")
SIZES = (100, 1_000, 10_000)
_PAGE = REPO / "docs/benchmarks.md"


def times(run: Callable[[], object], rounds: int) -> list[float]:
    """Milliseconds of each of ``rounds`` runs."""
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        run()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def middle_and_worst(taken: list[float]) -> tuple[float, float]:
    """Median and 95th percentile."""
    ordered = sorted(taken)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def shown(ms: float) -> str:
    """A time with as many digits as mean something."""
    return f"{ms:.0f}" if ms >= 20 else f"{ms:.1f}"


def peak_mib(pid: int) -> float | None:
    """The most memory a process has had, in MiB; None where the system does not say."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:
        return None
    for line in status.splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return None


def edit_latency(folder: Path, source: Source, lines: int, rounds: int) -> dict[str, float]:
    """Type in the middle of a file of ``lines`` lines and wait for the diagnostics each time.

    Keys: ``start`` (process start to first diagnostics), ``edit``, ``edit95`` in milliseconds,
    ``memory`` in MiB, ``diagnostics`` (how many the file has).
    """
    path = folder / f"sample{source.suffix}"
    content = text(source, lines)
    path.write_text(content, "utf-8")
    uri = path.as_uri()
    # An empty line near the middle, where a comment can grow letter by letter.
    rows = content.split("\n")
    line = next(n for n in range(len(rows) // 2, len(rows)) if not rows[n].strip())
    comment = "// " if source.suffix in (".ts", ".java", ".go") else "# "
    with Client(SERVER, cwd=folder) as client:
        client.initialize(folder)
        client.open(uri, source.language, content)
        first = client.wait_diagnostics(uri, 1)
        start = (time.perf_counter() - client.started) * 1000
        version, column, taken = 1, len(rows[line]), []
        for letter in f"\n{comment}" + "ab" * (rounds // 2 + 3):
            version += 1
            place = {"line": line, "character": column}
            started = time.perf_counter()
            change = {"range": {"start": place, "end": place}, "text": letter}
            client.change(uri, version, [change])
            client.wait_diagnostics(uri, version)
            taken.append((time.perf_counter() - started) * 1000)
            line, column = (line + 1, 0) if letter == "\n" else (line, column + 1)
        edit, edit95 = middle_and_worst(taken[6:])
        return {
            "start": start,
            "edit": edit,
            "edit95": edit95,
            "memory": peak_mib(client.process.pid) or 0.0,
            "diagnostics": len(first["diagnostics"]),
        }


def requests_latency(folder: Path, rounds: int) -> dict[str, tuple[float, float]]:
    """Hover and completion: in an agent's header and body, and in code."""
    agent = folder / ".claude/agents/specialist.md"
    agent.parent.mkdir(parents=True, exist_ok=True)
    content = text(AGENT, 300)
    agent.write_text(content, "utf-8")
    code = folder / "requests.py"
    code_text = text(SOURCES["python"], 1_000)
    code.write_text(code_text, "utf-8")
    found: dict[str, tuple[float, float]] = {}
    with Client(SERVER, cwd=folder) as client:
        client.initialize(folder)
        client.open(agent.as_uri(), "markdown", content)
        client.open(code.as_uri(), "python", code_text)
        client.wait_diagnostics(agent.as_uri(), 1)
        published = client.wait_diagnostics(code.as_uri(), 1)["diagnostics"]
        header = {"line": content[: content.index("tools:")].count("\n"), "character": 2}
        row = next(n for n, line in enumerate(content.split("\n")) if "PostgreSQL" in line)
        topic = {"line": row, "character": content.split("\n")[row].index("PostgreSQL") + 3}
        asks: list[tuple[str, str, Path, dict[str, int]]] = [
            ("hover on a header key", "hover", agent, header),
            ("hover on a topic in the body", "hover", agent, topic),
            ("completion of a header key", "completion", agent, header),
        ]
        if published:
            asks.append(("hover on a diagnostic", "hover", code, published[0]["range"]["start"]))
        for name, method, path, place in asks:
            params = {"textDocument": {"uri": path.as_uri()}, "position": place}
            found[name] = middle_and_worst(
                times(lambda: client.request(f"textDocument/{method}", params), rounds)[1:]  # noqa: B023 - called at once
            )
    return found


def check_speed(folder: Path, lines_each: int) -> dict[str, float]:
    """``backspec check`` in one process over a folder of generated code.

    Keys: ``lines``, ``seconds`` (without the start, which is measured on an empty folder),
    ``start`` in milliseconds, ``memory`` in MiB, ``diagnostics``.
    """
    import resource

    empty = folder / "empty"
    empty.mkdir()
    full = folder / "full"
    full.mkdir()
    lines = 0
    for name, source in SOURCES.items():
        if name == "agent":
            continue
        for part in range(max(1, lines_each // 500)):
            content = text(source, 500).replace("Order", f"Order{part}")
            (full / f"{name}_{part}{source.suffix}").write_text(content, "utf-8")
            lines += content.count("\n")
    start = min(times(lambda: run_check(empty), 3))
    started = time.perf_counter()
    diagnostics = run_check(full)
    seconds = time.perf_counter() - started - start / 1000
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "lines": lines,
        "seconds": seconds,
        "start": start,
        "memory": memory,
        "diagnostics": diagnostics,
    }


def run_check(folder: Path) -> int:
    """How many diagnostics ``check`` finds in a folder, one process, nothing cached."""
    command = [sys.executable, "-m", "backspec", "check", "--jobs", "1", "--no-cache"]
    command += ["--format", "json", "--fail-on", "never", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return len(json.loads(done.stdout)["diagnostics"])


def import_time(rounds: int) -> dict[str, float]:
    """Milliseconds to start Python, and to import the command line on top of that."""
    bare = min(times(lambda: _python("pass"), rounds))
    cli = min(times(lambda: _python("import backspec.cli.main"), rounds))
    return {"python": bare, "import": cli - bare}


def _python(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)


def machine() -> str:
    """Processor, cores, system and versions, as one paragraph."""
    processor = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                processor = line.partition(":")[2].strip()
                break
    except OSError:
        pass
    names = ("backspec", "pygls", "lsprotocol", "tree-sitter")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    load = f"load {os.getloadavg()[0]:.1f} before the start, " if hasattr(os, "getloadavg") else ""
    today = dt.datetime.now(tz=dt.timezone.utc).date()
    return (
        f"{processor}, {os.cpu_count()} cores, {load}{platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {versions}, {today}."
    )


def report(rounds: int, sizes: tuple[int, ...], languages: tuple[str, ...]) -> str:
    """Run everything and return the page."""
    parts = [
        (
            "# Benchmarks\n\nWritten by `python -m dev bench --write`; times are milliseconds, the "
            "middle of all rounds and the 95th percentile. Sources are generated "
            "(`dev/bench_sources.py`): service code, one fault in about 25 functions. Every figure "
            f"is from a process of its own.\n\n{machine()}"
        )
    ]
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for language in languages:
            for size in sizes:
                print(f"edit: {language}, {size} lines", file=sys.stderr)
                found = edit_latency(folder, SOURCES[language], size, rounds)
                rows.append(_edit_row(language, size, found))
        parts.append(f"## Language server\n\n{table(_EDIT_HEAD, rows)}")
        print("hover and completion", file=sys.stderr)
        asked = requests_latency(folder, rounds)
        rows = [(what, shown(middle), shown(worst)) for what, (middle, worst) in asked.items()]
        parts.append(table(("request", "middle", "95th"), rows))
    with tempfile.TemporaryDirectory() as name:
        print("check", file=sys.stderr)
        check = check_speed(Path(name).resolve(), 10_000 if rounds >= 20 else 2_000)
        imported = import_time(5)
        parts.append(_check_part(check, imported))
    print("number of rules", file=sys.stderr)
    parts.append(_rules_part(rates(5_000 if rounds >= 20 else 1_000, max(3, rounds // 4))))
    return "\n\n".join(parts) + "\n"


_EDIT_HEAD = (
    "language",
    "lines",
    "start to first diagnostics",
    "edit to diagnostics",
    "95th",
    "peak MiB",
    "diagnostics",
)


def _edit_row(language: str, size: int, found: dict[str, float]) -> tuple[str, ...]:
    return (
        language,
        f"{size:,}",
        shown(found["start"]),
        shown(found["edit"]),
        shown(found["edit95"]),
        f"{found['memory']:.0f}",
        f"{found['diagnostics']:.0f}",
    )


def _check_part(check: dict[str, float], imported: dict[str, float]) -> str:
    rows: list[tuple[str, ...]] = [
        ("lines checked per second and core", f"{check['lines'] / check['seconds']:,.0f}"),
        ("lines, diagnostics", f"{check['lines']:,.0f}, {check['diagnostics']:,.0f}"),
        ("peak memory", f"{check['memory']:.0f} MiB"),
        ("`check` of an empty folder", f"{check['start']:.0f} ms"),
        ("bare Python", f"{imported['python']:.0f} ms"),
        ("import of the command line on top", f"{imported['import']:.0f} ms"),
    ]
    return f"## Command line\n\n{table(('what', 'figure'), rows)}"


def _rules_part(found: dict[int, float]) -> str:
    most = max(found.values())
    rows: list[tuple[str, ...]] = [
        (f"{count:,}", f"{rate:,.0f}", f"{rate / most:.0%}") for count, rate in found.items()
    ]
    head = ("made-up rules", "lines per second and core", "of the best")
    return f"## Number of rules\n\n{table(head, rows)}"


def main(argv: list[str]) -> int:
    """Print the page, or write it with ``--write``."""
    parser = argparse.ArgumentParser(prog="python -m dev bench", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--quick", action="store_true", help="few rounds, one language, no 10,000")
    parser.add_argument("--languages", default=",".join(SOURCES), help="comma-separated")
    options = parser.parse_args(argv)
    languages: Any = tuple(name for name in options.languages.split(",") if name in SOURCES)
    page = report(6, SIZES[:2], languages[:1]) if options.quick else report(40, SIZES, languages)
    if options.write:
        _PAGE.parent.mkdir(parents=True, exist_ok=True)
        _PAGE.write_text(page, "utf-8")
    else:
        print(page)
    return 0
