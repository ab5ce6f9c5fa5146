"""Options that several commands share, and what they amount to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from backspec.cli.logs import set_up
from backspec.cli.runner import Choices, root_of
from backspec.config import PROFILES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from backspec.model import Profile

_F = TypeVar("_F", bound="Callable[..., Any]")

LEVELS = ("error", "warning", "info", "never")


def project_options(command: _F) -> _F:
    """``--select``, ``--ignore``, ``--profile`` and ``--config``."""
    for option in (
        click.option(
            "--config",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Use this configuration file and no other.",
        ),
        click.option(
            "--profile",
            type=click.Choice(PROFILES),
            help="Which rules run, instead of what the configuration says.",
        ),
        click.option(
            "--ignore",
            multiple=True,
            metavar="RULES",
            help="Turn off these ids or areas (area/*), separated by commas.",
        ),
        click.option(
            "--select",
            multiple=True,
            metavar="RULES",
            help="Run only these ids or areas (area/*), separated by commas.",
        ),
    ):
        command = option(command)
    return command


def chosen(
    paths: tuple[str, ...],
    config: Path | None,
    select: Iterable[str],
    ignore: Iterable[str],
    profile: str | None,
) -> Choices:
    """What the options amount to; a usage error for names that do not exist."""
    set_up()
    if config is not None and not config.is_file():
        raise click.UsageError(f"there is no configuration file {config}")
    root = root_of([path for path in paths if path != "-"])
    selected, ignored = _names(select), _names(ignore)
    choices = Choices(root, str(config) if config else None)
    if selected or ignored:
        _check_names((*selected, *ignored), choices)
    return choices._replace(
        select=selected, ignore=ignored, profile=cast("Profile | None", profile)
    )


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for value in values for part in value.split(",") if (name := part.strip()))


def _check_names(names: Iterable[str], choices: Choices) -> None:
    from backspec.spelling import closest

    rules = choices.open().known.rules()
    areas = {f"{rule.partition('/')[0]}/*" for rule in rules}
    for name in names:
        if name not in rules and name not in areas:
            near = closest(name, [*rules, *areas])
            hint = f"; did you mean {near}?" if near else ""
            raise click.UsageError(f"there is no rule {name}{hint}")
