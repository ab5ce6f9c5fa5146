"""``docs/cli.md``: every command with its help and options, from the program itself."""

from __future__ import annotations

import inspect
import re

import click

from backspec.cli.main import main
from dev.generated import markdown, table

_INTRODUCTION = """\
Exit codes of every command: 0 nothing to say, 1 something was found, 2 wrong usage or a broken
configuration. Results go to standard output, everything else to standard error. Nothing that is
found is executed, nothing is sent anywhere."""


def files() -> dict[str, str]:
    """The command line's reference page."""
    parts = [_INTRODUCTION]
    with click.Context(main, info_name="backspec", **main.context_settings) as parent:
        for name in main.list_commands(parent):
            command = main.get_command(parent, name)
            if command is not None and not command.hidden:
                parts.append(_section(command, click.Context(command, parent, name)))
    return {"docs/cli.md": markdown("Command line", "\n\n".join(parts))}


def _section(command: click.Command, context: click.Context) -> str:
    usage = " ".join(command.collect_usage_pieces(context))
    about = re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.cleandoc(command.help or ""))
    parts = [f"## backspec {context.info_name}", f"`{context.command_path} {usage}`", about]
    rows = [
        (f"`{record[0]}`", record[1])
        for option in command.params
        if isinstance(option, click.Option) and (record := option.get_help_record(context))
    ]
    if rows:
        parts.append(table(("option", ""), rows))
    return "\n\n".join(part for part in parts if part)
