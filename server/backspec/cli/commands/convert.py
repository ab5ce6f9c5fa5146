"""``backspec convert``."""

from __future__ import annotations

from pathlib import Path

import click

from backspec import service
from backspec.cli.documents import open_document
from backspec.cli.records import displayed


@click.command("convert", short_help="Write an agent in another dialect.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "dialect", metavar="DIALECT", help="The dialect wanted.")
@click.option(
    "--output-file",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write here instead of printing.",
)
@click.option("--write", is_flag=True, help="Write to the place the dialect's products look in.")
@click.option("--force", is_flag=True, help="Replace a file that exists.")
def command(
    file: Path, dialect: str | None, output_file: Path | None, *, write: bool, force: bool
) -> None:
    """Print FILE, an agent, as another DIALECT has it; say on stderr what is lost.

    Without --to, list the dialects that FILE can become.
    """
    document, project = open_document(file)
    if dialect is None:
        possible = service.conversions(document, project)
        if not possible:
            raise click.UsageError(f"{file} cannot be converted: it is no agent file")
        click.echo("\n".join(possible))
        return
    made = service.convert(document, dialect, project)
    if isinstance(made, str):
        raise click.UsageError(made)
    for item in made.lost:
        click.echo(f"lost: {item}", err=True)
    target = output_file or (Path(made.path) if write else None)
    if target is None:
        click.echo(made.text, nl=not made.text.endswith("\n"))
        return
    if target.exists() and not force:
        raise click.UsageError(f"{displayed(str(target))} exists; --force replaces it")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(made.text, "utf-8", newline="\n")
    except OSError as error:
        raise click.UsageError(f"{target} cannot be written: {error.strerror}") from None
    click.echo(f"Wrote {displayed(str(target))}.")
