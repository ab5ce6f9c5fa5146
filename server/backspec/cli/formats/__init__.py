"""One output format a file, found by its name: ``render(run, context)`` gives pieces of text."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from backspec.catalog import Rule
    from backspec.cli.records import Run


@dataclass(frozen=True, slots=True)
class Context:
    """What a format may know besides the results."""

    rules: Callable[[], Mapping[str, Rule]] = field(default=dict)
    """All rules by id, loaded when asked for."""
    has_color: bool = False
    width: int = 100
    """Columns of the terminal."""
    is_quiet: bool = False
    """Leave out what is not a diagnostic."""


@functools.cache
def names() -> tuple[str, ...]:
    """The formats there are: text first, then sorted."""
    found = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return ("text", *(name for name in found if name != "text"))


def render(name: str, run: Run, context: Context) -> Iterator[str]:
    """A run in a format. Raises ModuleNotFoundError for an unknown one."""
    module = importlib.import_module(f"backspec.cli.formats.{name}")
    return cast("Iterator[str]", module.render(run, context))
