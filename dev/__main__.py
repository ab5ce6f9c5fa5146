"""``python -m dev TASK``: every module of this folder that has a ``main`` is a task."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import dev


def tasks() -> dict[str, str]:
    """Task names and the first line of their module's docstring, sorted."""
    found = {}
    for module in pkgutil.iter_modules(dev.__path__):
        if module.ispkg or module.name.startswith("_"):
            continue
        loaded = importlib.import_module(f"dev.{module.name}")
        if hasattr(loaded, "main"):
            summary = (loaded.__doc__ or "").strip().splitlines()[0]
            found[module.name.replace("_", "-")] = summary
    return dict(sorted(found.items()))


def main(argv: list[str]) -> int:
    """Run a task with the rest of the arguments; without one, list them."""
    known = tasks()
    if not argv or argv[0] not in known:
        width = max(map(len, known))
        print("usage: python -m dev TASK [ARGUMENTS]\n")
        for name, summary in known.items():
            print(f"  {name:<{width}}  {summary}")
        return 0 if argv[:1] in ([], ["--help"], ["-h"]) else 2
    module = importlib.import_module(f"dev.{argv[0].replace('-', '_')}")
    return int(module.main(argv[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
