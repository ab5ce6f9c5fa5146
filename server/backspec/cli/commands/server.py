"""``backspec server``."""

from __future__ import annotations

import sys

import click


@click.command("server", short_help="Start the language server.")
@click.option("--stdio", is_flag=True, help="Talk over standard input and output (the default).")
@click.option("--tcp", metavar="HOST:PORT", help="Wait for one client on this address instead.")
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="warning",
    show_default=True,
    help="What to write to standard error.",
)
def command(*, stdio: bool, tcp: str | None, log_level: str) -> None:
    """Start the language server."""
    if stdio and tcp:
        raise click.UsageError("--stdio and --tcp exclude each other")
    address = _address(tcp) if tcp else None
    from backspec.lsp.main import run

    sys.exit(run(address, log_level))


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65535:
        raise click.UsageError(f"--tcp needs HOST:PORT, not {text}")
    return host.strip("[]") or "127.0.0.1", int(port)
