"""Starts the language server: ``run`` is all that the command line calls.

Standard output is the transport. Before anything else can write to it, it is moved aside and
replaced by standard error, for Python code and for everything below it.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from backspec.lsp.server import Server


def run(tcp: tuple[str, int] | None = None, log_level: str = "WARNING") -> int:
    """Serve one client and return the exit code.

    Over standard input and output; or, with ``tcp`` (host, port), to the first client that
    connects there (port 0 for any free one; the address is printed on stderr).
    """
    logging.basicConfig(
        level=log_level.upper(),
        stream=sys.stderr,
        format="%(levelname)s %(name)s: %(message)s",
    )
    streams = take_standard_streams() if tcp is None else None
    gc.disable()
    from backspec.lsp.startup import import_asyncio

    import_asyncio()
    server = _server()
    from backspec.lsp import serve

    try:
        if tcp is not None:
            return serve.over_tcp(server, *tcp, ready=_announce)
        assert streams is not None
        return serve.over_pipes(server, *streams)
    except KeyboardInterrupt:
        return 130


def _server() -> Server:
    from backspec.lsp.startup import quick_imports

    with quick_imports():
        from backspec import service
        from backspec.lsp import features
        from backspec.lsp.logs import not_sent
        from backspec.lsp.server import Server

        server = Server()
        features.modules()
        service.preload()
    logging.getLogger("backspec").addHandler(server.log_handler)
    for handler in logging.getLogger().handlers:
        handler.addFilter(not_sent)
    # What start-up made lives as long as the process: the collector need not look at it again.
    # Collecting first would cost more time than it frees memory.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()
    return server


def take_standard_streams() -> tuple[int, BinaryIO]:
    """(descriptor to read messages from, file to write them to), with nothing else using them.

    Afterwards ``print`` and child processes write to stderr and read nothing.
    """
    sys.stdout.flush()
    source, target = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(source, os.O_BINARY)
        msvcrt.setmode(target, os.O_BINARY)
    return source, os.fdopen(target, "wb")


def _announce(host: str, port: int) -> None:
    sys.stderr.write(f"backspec listens on {host}:{port}\n")
    sys.stderr.flush()
