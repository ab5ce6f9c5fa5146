"""The command line: one module in ``commands/`` is one command, imported when it is called."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import click

from backspec import __version__

# A run makes many objects that live to its end; looking for garbage among them costs 8 %.
gc.set_threshold(50_000, 20, 20)

_COMMANDS = Path(__file__).parent / "commands"


class _Lazy(MutableMapping[str, click.Command]):
    """Commands by name, in the order of ``ORDER``; a module is imported when it is asked for."""

    def __init__(self) -> None:
        self._added: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name in self._added:
            return self._added[name]
        if name not in set(self._names()):
            raise KeyError(name)
        module = importlib.import_module(f"backspec.cli.commands.{name.replace('-', '_')}")
        command: click.Command = module.command
        self._added[name] = command
        return command

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._added[name] = command

    def __delitem__(self, name: str) -> None:
        del self._added[name]

    def _names(self) -> Iterator[str]:
        yield from self._added
        for file in sorted(os.listdir(_COMMANDS)):  # noqa: PTH208 - start-up is a budget
            name = file.removesuffix(".py").replace("_", "-")
            if file.endswith(".py") and not file.startswith("_") and name not in self._added:
                yield name

    def __iter__(self) -> Iterator[str]:
        return self._names()

    def __len__(self) -> int:
        return sum(1 for _ in self._names())


_DEFAULTS: dict[str, Any] = {
    "context_settings": {"help_option_names": ["-h", "--help"], "max_content_width": 100}
}


class _Group(click.Group):
    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run, and leave quietly when whoever reads the output stops reading."""
        try:
            return super().main(*args, **kwargs)
        except BrokenPipeError:
            # Python would complain once more when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)


@click.group(cls=_Group, commands=_Lazy(), **_DEFAULTS)
@click.version_option(__version__, prog_name="backspec", message="%(prog)s %(version)s")
def main() -> None:
    """Diagnostics for agent definition files and for backend code.

    Offline: nothing found is executed, nothing is sent anywhere.
    """


if __name__ == "__main__":
    main()
